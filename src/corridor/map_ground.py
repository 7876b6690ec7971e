# SPDX-License-Identifier: BSD-3-Clause
"""The ground that maps are drawn on: the countries around, their names, disputed boundaries, and what the map tells below."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corridor.errors import MissingExtraError
from corridor.tables import Line, data_folder

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from shapely import Geometry

__all__ = [
    "FAINT",
    "INK",
    "LAND",
    "SHORE",
    "WATER",
    "NameSpot",
    "Point",
    "country_outlines",
    "disputed_lines",
    "draw_ground",
    "map_axes",
    "map_legend",
    "mark_ends",
]

LAND, SHORE, WATER, INK, FAINT = "#f4f1ea", "#b9b2a3", "#e3ecf2", "#222222", "#6b6b6b"
MARGIN_DEGREES: Final = 3.0
LABEL_GRID: Final = 21
COUNTRY_FONT, END_FONT = 8.0, 9.5
# Points kept free around a text.
TEXT_MARGIN: Final = 1.5
# Where the name of an end starts, in points from it: across, and up where it is written above or below.
END_OFFSET: Final = (8.0, 3.0, -11.0)
# Right or left of an end, and which line above or below it; the nearest first.
SIDES: Final = tuple((right, up * line) for line in range(1, 6) for up in (1, -1) for right in (1, -1))
# A thin line leads from an end to a name that is not written beside it.
LEADER: Final = {"arrowstyle": "-", "color": INK, "linewidth": 0.7, "shrinkA": 0.0, "shrinkB": 3.0}
# Least share of a country's name that must lie in the country.
NAME_INSIDE: Final = 0.9

Frame = tuple[float, float, float, float]
Point = tuple[float, float]


def map_axes(ax: Axes | None, points: Sequence[Point], *, margin: float = MARGIN_DEGREES) -> tuple[Axes, Frame]:
    """Return axes whose frame holds the points and a margin (degrees), true to scale at the middle latitude."""
    west, east = min(x for x, _ in points) - margin, max(x for x, _ in points) + margin
    south, north = min(y for _, y in points) - margin, max(y for _, y in points) + margin
    scale = 1 / math.cos(math.radians((south + north) / 2))
    if ax is None:
        try:
            from matplotlib import pyplot as plt
        except ImportError as error:
            msg = "Maps need matplotlib: pip install 'corridor[plot]'. The table form is route.legs."
            raise MissingExtraError(msg) from error
        width = 7.6
        height = min(max(width * (north - south) * scale / (east - west), 4.0), 9.5)
        figure = plt.figure(figsize=(width, height), layout="constrained")
        ax = figure.add_subplot()
    ax.set_xlim(west, east)
    ax.set_ylim(south, north)
    ax.set_aspect(scale, adjustable="datalim" if ax.get_adjustable() == "datalim" else "box")
    ax.set_facecolor(WATER)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(_whole_degrees())
    ax.set_xlabel("longitude, °E", fontsize=9, color=FAINT)
    ax.set_ylabel("latitude, °N", fontsize=9, color=FAINT)
    ax.tick_params(labelsize=8, colors=FAINT)
    for side in ax.spines.values():
        side.set_color(SHORE)
    return ax, (west, east, south, north)


def _whole_degrees() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(integer=True, steps=[1, 2, 5, 10])


def draw_ground(ax: Axes, frame: Frame, lines: Sequence[Line], ends: Mapping[Point, str], title: str) -> list[NameSpot]:
    """Draw title and countries around some lines, and return where the names of the ends go."""
    if title:
        ax.set_title(title, loc="left", fontsize=11, color=INK)
    point = _degrees_per_point(ax, frame)
    drawn = _together(lines)
    spots = _name_spots(ends, drawn, frame, point)
    _draw_countries(ax, frame, point, drawn, spots)
    return spots


def mark_ends(ax: Axes, spots: Sequence[NameSpot], *, dots: bool = True) -> None:
    """Name the ends, and mark them with dots where they bear no mark of their own."""
    for spot in spots:
        if dots:
            ax.plot(
                *spot.point, marker="o", markersize=7, color=INK, markeredgecolor="white", markeredgewidth=1.2, zorder=6
            )
        ax.annotate(
            spot.name, spot.point, xytext=_offset(spot.side), textcoords="offset points",
            ha="left" if spot.side[0] > 0 else "right", arrowprops=LEADER if abs(spot.side[1]) > 1 else None,
            fontsize=END_FONT, fontweight="bold", color=INK, zorder=7, path_effects=halo(),
        )  # fmt: skip


def map_legend(ax: Axes, handles: list[Artist], *, columns: int, title: str = "") -> None:
    """Write a legend below the map; a disputed boundary in view is told there too."""
    from matplotlib.lines import Line2D

    if any(_in_view(line, ax) for line in disputed_lines()):
        dashed = Line2D([], [], color=FAINT, linewidth=0.8, linestyle=(0, (4, 3)), label="disputed boundary")
        handles = [*handles, dashed]
    ax.legend(
        handles=handles,
        ncols=columns,
        title=title or None,
        alignment="left",
        fontsize=8.5,
        title_fontsize=8.5,
        frameon=False,
        loc="upper left",
        bbox_to_anchor=(0.0, 0.0),
        borderaxespad=4.6,
    )


def halo() -> list[Any]:
    """Return the effect that keeps a text readable over lines."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=3, foreground="white")]


def _degrees_per_point(ax: Axes, frame: Frame) -> tuple[float, float]:
    """Return how many degrees of longitude and of latitude a printer's point spans, once the figure is laid out."""
    west, east, south, north = frame
    ax.figure.canvas.figure.draw_without_rendering()
    inches = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
    return (east - west) / (inches.width * 72), (north - south) / (inches.height * 72)


def _draw_countries(
    ax: Axes, frame: Frame, point: tuple[float, float], lines: Geometry, spots: Sequence[NameSpot]
) -> None:
    """Draw outlines as controlled on the ground, with names clear of routes and ends; disputed boundaries dashed."""
    import shapely

    taken = shapely.union_all([lines, *(_rectangle(spot.box) for spot in spots)])
    for name, rings in country_outlines():
        for ring in rings:
            ax.fill(*ring, facecolor=LAND, edgecolor=SHORE, linewidth=0.7, zorder=1)
        if not any(_overlap((min(xs), max(xs), min(ys), max(ys)), frame) for xs, ys in rings):
            continue
        width, height = _text_size(name, COUNTRY_FONT, point)
        if (where := _label_point(rings, frame, taken, (width, height))) is not None:
            ax.text(
                *where, name, fontsize=COUNTRY_FONT, color="#8f8878", ha="center", va="center", zorder=2, clip_on=True
            )
    for xs, ys in disputed_lines():
        ax.plot(xs, ys, color=FAINT, linewidth=0.8, linestyle=(0, (4, 3)), zorder=2)


def _together(lines: Sequence[Line]) -> Geometry:
    import shapely

    return shapely.MultiLineString([line for line in lines if len(line) > 1])


def _rectangle(box: Frame) -> Geometry:
    import shapely

    west, east, south, north = box
    return shapely.box(west, south, east, north)


def _text_size(text: str, font: float, point: Point, weight: str = "normal") -> tuple[float, float]:
    """Return width and height of a text and its margin in degrees."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    box = TextPath((0, 0), text, size=font, prop=FontProperties(weight=weight)).get_extents()
    return (box.x1 + 2 * TEXT_MARGIN) * point[0], (1.2 * font + 2 * TEXT_MARGIN) * point[1]


def _label_point(
    rings: Sequence[Any], frame: Frame, taken: Geometry, size: tuple[float, float]
) -> tuple[float, float] | None:
    """Return where to write a country's name: in what the map shows of it, clear of what is drawn; None: no room."""
    import shapely

    west, east, south, north = frame
    wide, high = size[0] / 2, size[1] / 2
    shape = shapely.union_all([shapely.make_valid(shapely.Polygon(zip(*ring, strict=True))) for ring in rings])
    seen = shapely.intersection(shape, shapely.box(west + wide, south + high, east - wide, north - high))
    if seen.is_empty or 2 * wide > east - west or 2 * high > north - south:
        return None
    left, bottom, right, top = seen.bounds
    steps = [(i + 0.5) / LABEL_GRID for i in range(LABEL_GRID)]
    grid = shapely.points([(left + (right - left) * u, bottom + (top - bottom) * v) for u in steps for v in steps])
    spots = grid[shapely.contains(seen, grid)]
    x, y = shapely.get_x(spots), shapely.get_y(spots)
    boxes = shapely.box(x - wide, y - high, x + wide, y + high)
    free = ~shapely.intersects(boxes, taken)
    spots, boxes = spots[free], boxes[free]
    share = shapely.area(shapely.intersection(boxes, shape)) / (4 * wide * high)
    room = zip(shapely.distance(spots, shape.boundary), shapely.distance(boxes, taken), strict=True)
    marks = [(min(part, 0.99), min(pair), i) for i, (part, pair) in enumerate(zip(share, room, strict=True))]
    if not marks or (best := max(marks))[0] < NAME_INSIDE:
        return None
    return float(spots[best[2]].x), float(spots[best[2]].y)


class NameSpot(NamedTuple):
    """Where the name of an end is written: its place, the side of it, and the box it will fill, in degrees."""

    point: tuple[float, float]
    name: str
    side: tuple[int, int]
    box: Frame


def _name_spots(ends: Mapping[Point, str], lines: Geometry, frame: Frame, point: Point) -> list[NameSpot]:
    """Return a spot for the name of each end: clear of the frame, of other names and ends, and of lines, in that order."""
    west, east, south, north = frame
    spots: list[NameSpot] = []
    for (x, y), name in sorted(ends.items(), key=lambda item: (-item[0][1], item[0][0])):
        choices: list[tuple[float, int, NameSpot]] = []
        width, height = _text_size(name, END_FONT, point, "bold")
        for side in SIDES:
            across, up = _offset(side)
            near, far = x + across * point[0], x + across * point[0] + side[0] * width
            low = y + up * point[1]
            box = (min(near, far), max(near, far), low, low + height)
            hits = 0.3 * (abs(side[1]) - 1) + 2.0 * sum(_overlap(box, spot.box) for spot in spots)
            hits += 2 * sum(box[0] < u < box[1] and box[2] < v < box[3] for u, v in ends if (u, v) != (x, y))
            hits += min(_rectangle(box).intersection(lines).length / width, 1.0)
            hits += 4 * (box[0] < west or box[1] > east or box[2] < south or box[3] > north)
            choices.append((hits, len(choices), NameSpot((x, y), name, side, box)))
        spots.append(min(choices)[2])
    return spots


def _offset(side: tuple[int, int]) -> tuple[float, float]:
    """Return how many points across and up from an end its name is written on a side of it."""
    right, line = side
    further = 1.2 * END_FONT * (abs(line) - 1)
    return END_OFFSET[0] * right, END_OFFSET[1] + further if line > 0 else END_OFFSET[2] - further


def _overlap(first: Frame, second: Frame) -> bool:
    return first[0] < second[1] and second[0] < first[1] and first[2] < second[3] and second[2] < first[3]


def _in_view(line: tuple[list[float], list[float]], ax: Axes) -> bool:
    """Tell whether a point of a line lies in the frame of the map."""
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    return any(west < x < east and south < y < north for x, y in zip(*line, strict=True))


@lru_cache(maxsize=1)
def country_outlines() -> list[tuple[str, list[tuple[list[float], list[float]]]]]:
    """Return name and outer rings of each country of the map, from Natural Earth (public domain)."""
    return [(properties["name"], [_columns(part[0]) for part in parts]) for properties, parts in _features("countries")]


@lru_cache(maxsize=1)
def disputed_lines() -> list[tuple[list[float], list[float]]]:
    """Return each line of a boundary in dispute, as its longitudes and its latitudes, from Natural Earth (public domain)."""
    return [_columns(part) for _, parts in _features("boundaries_disputed") for part in parts]


def _features(name: str) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Yield properties and parts of each feature of a bundled map, whether it is of one part or of several."""
    content = json.loads((data_folder() / f"{name}.geojson").read_text(encoding="utf-8"))
    for feature in content["features"]:
        geometry = feature["geometry"]
        whole = geometry["coordinates"]
        yield feature["properties"], whole if geometry["type"].startswith("Multi") else [whole]


def _columns(points: Sequence[Sequence[float]]) -> tuple[list[float], list[float]]:
    """Return points as a list of x and a list of y."""
    return [x for x, _ in points], [y for _, y in points]
