# SPDX-License-Identifier: BSD-3-Clause
"""Maps of finished results, on one drawing of the countries around; nothing is computed here."""

from __future__ import annotations

import itertools
import json
import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corridor.errors import MissingExtraError, OptionError
from corridor.tables import Line, data_folder

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from shapely import Geometry

    from corridor.routes import Route

__all__ = ["MODE_COLOURS", "plot_reach", "plot_routes"]

# One fixed colour a mode, from the colour-blind safe palette of Okabe and Ito (2008).
MODE_COLOURS: Final[dict[str, str]] = {
    "road": "#D55E00",
    "rail": "#0072B2",
    "sea": "#009E73",
    "air": "#CC79A7",
    "pipeline": "#7F6A00",
}
ROUTE_STYLES: Final[tuple[Any, ...]] = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.2, 1.5)))
LAND, SHORE, WATER, INK, FAINT = "#f4f1ea", "#b9b2a3", "#e3ecf2", "#222222", "#6b6b6b"
MARGIN_DEGREES: Final = 3.0
LABEL_GRID: Final = 21
COUNTRY_FONT, END_FONT = 8.0, 9.5
# Points kept free around a text.
TEXT_MARGIN: Final = 1.5
# Where the name of an end starts, in points from it: across, and up where it is written above or below.
END_OFFSET: Final = (8.0, 3.0, -11.0)
# Bands of a reach: how many at most, in what round steps, and which part of the colours (dark to light, each lighter than
# the one before, so that they read in grey and by colour-blind eyes; the lightest would be lost on the land).
MOST_BANDS, BAND_COLOURS, DARKEST, LIGHTEST = 7, "inferno", 0.08, 0.82
BAND_STEPS: Final = {"usd": [1, 2, 5, 10], "hours": [1, 2, 3, 4, 5, 6, 10]}
# From how many hours on a reach is told in days.
DAYS_FROM_HOURS: Final = 48
# Least share of a country's name that must lie in the country.
NAME_INSIDE: Final = 0.9

Frame = tuple[float, float, float, float]
Point = tuple[float, float]


def plot_routes(
    routes: Sequence[Route], *, ax: Axes | None = None, labels: Sequence[str] | None = None, title: str = ""
) -> Axes:
    """Draw routes on a map of the countries around, coloured by mode; no network needed.

    Parameters
    ----------
    routes
        Finished routes; two to four get a line style each, more are all drawn solid.
    ax
        Axes to draw on; missing: new ones, sized to the routes.
    labels
        Name of each route for the legend, where it lists them; missing: origin and destination.
    title
        Title of the map.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on: longitude and latitude in degrees (equirectangular, true to scale at the middle latitude).

    Raises
    ------
    OptionError
        If there is no route, or not one label a route.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import corridor as co
    >>> ax = co.plot_routes([co.route(co.load(), "Karachi", "Tashkent")])
    >>> ax.get_xlabel()
    'longitude, °E'
    """
    given: Any = routes
    routes = [given] if hasattr(given, "leg_rows") else list(given)
    if not routes:
        msg = "plot_routes: no routes given; pass a list of routes, e.g. [co.route(net, 'Karachi', 'Minsk')]."
        raise OptionError(msg)
    names = _route_labels(routes, labels)
    lines = [(route, leg["mode"], leg["line"]) for route in routes for leg in route.leg_rows()]
    ends = {route.point(end): route.place_name(end) for route in routes for end in (route.origin, route.destination)}
    ax, frame = _prepare(ax, [point for _, _, line in lines for point in line])
    handles = _route_handles(routes, names, [mode for _, mode, _ in lines])
    _legend(ax, handles, columns=2 if len(routes) > 1 else 4)
    spots = _draw_ground(ax, frame, [line for _, _, line in lines], ends, title)
    styled = 1 < len(routes) <= len(ROUTE_STYLES)
    styles = {id(route): ROUTE_STYLES[i] if styled else "-" for i, route in enumerate(routes)}
    width = 2.6 if len(routes) == 1 else 2.0
    for route, mode, line in lines:
        xs, ys = zip(*line, strict=True)
        ax.plot(xs, ys, color="white", linewidth=width + 1.6, solid_capstyle="round", zorder=3)
        ax.plot(xs, ys, color=MODE_COLOURS[mode], linewidth=width, linestyle=styles[id(route)], zorder=4)
    _mark_stops(ax, routes)
    _mark_ends(ax, spots)
    return ax


def plot_reach(
    frames: gpd.GeoDataFrame | Sequence[gpd.GeoDataFrame],
    *,
    ax: Axes | None = None,
    labels: Sequence[str] | None = None,
    title: str = "",
) -> Axes:
    """Draw what can be reached within a budget on a map: links in bands of arrival, places as dots.

    Parameters
    ----------
    frames
        What :func:`corridor.reach` returned; of several, each link is drawn as reached first.
    ax
        Axes to draw on; missing: new ones, sized to the reach.
    labels
        Name of the origin of each frame; missing: its id.
    title
        Title of the map.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on, as of :func:`corridor.plot_routes`. A link has the colour of the arrival at its far end, or
        where the budget ends.

    Raises
    ------
    OptionError
        If there is no frame, one is not a reach, their measures differ, or there is not one label a frame.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import corridor as co
    >>> ax = co.plot_reach(co.reach(co.load(), "Karachi", hours=96), labels=["Karachi"])
    >>> ax.get_legend().get_title().get_text()
    'days from Karachi'
    >>> [text.get_text() for text in ax.get_legend().get_texts()][:4]
    ['0 to 1', '1 to 2', '2 to 3', '3 to 4']
    """
    given: Any = frames
    frames = [given] if hasattr(given, "columns") else list(given)
    by = _measure(frames)
    origins = [_origin(frame) for frame in frames]
    if labels is not None and len(labels) != len(frames):
        msg = f"plot_reach: {len(labels)} labels for {len(frames)} frames; give one a frame."
        raise OptionError(msg)
    names = [name for _, name in origins] if labels is None else list(labels)
    rows = [row for frame in frames for row in _rows_of(frame, by)]
    links = [(value, tuple(shape.coords)) for kind, value, shape in rows if kind == "link"]
    dots = [(shape.x, shape.y) for kind, _, shape in rows if kind == "place"]
    ax, ground = _prepare(ax, [*dots, *(point for _, line in links for point in line)])
    unit, scale, edges = _bands(by, max(float(frame.attrs.get("budget", frame[by].max())) for frame in frames))
    colours = _band_colours(len(edges) - 1)
    _legend(ax, _band_handles(edges, colours), columns=3, title=f"{unit} from {' or '.join(names)}")
    ends = {point: name for (point, _), name in zip(origins, names, strict=True)}
    spots = _draw_ground(ax, ground, [line for _, line in links], ends, title)
    for band, colour in enumerate(colours):
        inside = [line for value, line in links if _band_of(value / scale, edges) == band]
        _draw_band(ax, inside, colour, height=4 - band / len(colours))
    ax.scatter([x for x, _ in dots], [y for _, y in dots], s=5, color=INK, edgecolor="white", linewidth=0.4, zorder=5)
    _mark_ends(ax, spots)
    return ax


def _measure(frames: Sequence[gpd.GeoDataFrame]) -> str:
    """Return the measure that all of some reaches are bounded by."""
    if not frames:
        msg = "plot_reach: no frames given; pass what co.reach(net, 'Karachi', hours=168) returns, or a list of such."
        raise OptionError(msg)
    found = [[name for name in ("hours", "usd") if {name, "kind", "geometry"} <= {*frame.columns}] for frame in frames]
    for number, (names, frame) in enumerate(zip(found, frames, strict=True), 1):
        if not names or frame.empty:
            fault = "empty" if names else "not what co.reach(...) returns"
            msg = f"plot_reach: frame {number} is {fault}."
            raise OptionError(msg)
    if len({names[0] for names in found}) > 1:
        msg = "plot_reach: some frames are in hours, others in USD; draw them on maps of their own."
        raise OptionError(msg)
    return found[0][0]


def _rows_of(frame: gpd.GeoDataFrame, by: str) -> Iterator[tuple[str, float, Any]]:
    return zip(frame["kind"].tolist(), frame[by].tolist(), frame.geometry.tolist(), strict=True)


def _origin(frame: gpd.GeoDataFrame) -> tuple[Point, str]:
    """Return where a reach starts, and the id of the place there: its nearest link runs from it."""
    import shapely

    links, places = frame[frame["kind"] == "link"], frame[frame["kind"] == "place"]
    start = shapely.Point(links.geometry.iloc[0].coords[0]) if len(links) else places.geometry.iloc[0]
    nearest = int(shapely.distance(places.geometry.to_numpy(), start).argmin()) if len(places) else -1
    return (start.x, start.y), str(places["id"].iloc[nearest]) if len(places) else "the origin"


def _bands(by: str, most: float) -> tuple[str, float, list[float]]:
    """Return unit, how many of the measure make one, and the edges of the bands in round steps up to the budget."""
    from matplotlib.ticker import MaxNLocator

    unit, scale = ("USD", 1.0) if by == "usd" else ("days", 24.0) if most > DAYS_FROM_HOURS else ("hours", 1.0)
    top = (most or 1.0) / scale
    steps = MaxNLocator(MOST_BANDS, steps=BAND_STEPS[by], integer=True).tick_values(0, top)
    return unit, scale, [*(float(step) for step in steps if 0 <= step < top * (1 - 1e-9)), top]


def _band_of(value: float, edges: Sequence[float]) -> int:
    return min(bisect_left(edges[1:], value), len(edges) - 2)


def _band_colours(number: int) -> list[Any]:
    from matplotlib import colormaps

    step = (LIGHTEST - DARKEST) / max(number - 1, 1)
    return [colormaps[BAND_COLOURS](DARKEST + step * band) for band in range(number)]


def _band_handles(edges: Sequence[float], colours: Sequence[Any]) -> list[Artist]:
    from matplotlib.lines import Line2D

    spans = [f"{low:,.6g} to {high:,.6g}" for low, high in itertools.pairwise(edges)]
    handles = [
        Line2D([], [], color=colour, linewidth=3, label=span) for colour, span in zip(colours, spans, strict=True)
    ]
    return [*handles, Line2D([], [], marker="o", markersize=3, linestyle="", color=INK, label="place")]


def _draw_band(ax: Axes, lines: Sequence[Line], colour: Any, height: float) -> None:
    from matplotlib.collections import LineCollection

    ax.add_collection(LineCollection(lines, colors="white", linewidths=3.4, zorder=3), autolim=False)
    ax.add_collection(
        LineCollection(lines, colors=[colour], linewidths=2.1, capstyle="round", zorder=height), autolim=False
    )


def _route_labels(routes: Sequence[Route], labels: Sequence[str] | None) -> list[str]:
    if labels is None:
        return [f"{route.place_name(route.origin)} → {route.place_name(route.destination)}" for route in routes]
    if len(labels) != len(routes):
        msg = f"plot_routes: {len(labels)} labels for {len(routes)} routes; give one a route."
        raise OptionError(msg)
    return list(labels)


def _prepare(ax: Axes | None, points: Sequence[tuple[float, float]]) -> tuple[Axes, Frame]:
    """Return axes whose frame holds the points, true to scale at the middle latitude."""
    west, east = min(x for x, _ in points) - MARGIN_DEGREES, max(x for x, _ in points) + MARGIN_DEGREES
    south, north = min(y for _, y in points) - MARGIN_DEGREES, max(y for _, y in points) + MARGIN_DEGREES
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


def _draw_ground(
    ax: Axes, frame: Frame, lines: Sequence[Line], ends: Mapping[Point, str], title: str
) -> list[_NameSpot]:
    """Draw title and countries around some lines, and return where the names of the ends go."""
    if title:
        ax.set_title(title, loc="left", fontsize=11, color=INK)
    point = _degrees_per_point(ax, frame)
    drawn = _together(lines)
    spots = _name_spots(ends, drawn, frame, point)
    _draw_countries(ax, frame, point, drawn, spots)
    return spots


def _degrees_per_point(ax: Axes, frame: Frame) -> tuple[float, float]:
    """Return how many degrees of longitude and of latitude a printer's point spans, once the figure is laid out."""
    west, east, south, north = frame
    ax.figure.canvas.figure.draw_without_rendering()
    inches = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
    return (east - west) / (inches.width * 72), (north - south) / (inches.height * 72)


def _draw_countries(
    ax: Axes, frame: Frame, point: tuple[float, float], lines: Geometry, spots: Sequence[_NameSpot]
) -> None:
    """Draw outlines as controlled on the ground, with names clear of routes and ends; disputed boundaries dashed."""
    import shapely

    taken = shapely.union_all([lines, *(_rectangle(spot.box) for spot in spots)])
    for name, rings in _outlines():
        for ring in rings:
            ax.fill(*ring, facecolor=LAND, edgecolor=SHORE, linewidth=0.7, zorder=1)
        if not any(_overlap((min(xs), max(xs), min(ys), max(ys)), frame) for xs, ys in rings):
            continue
        width, height = _text_size(name, COUNTRY_FONT, point)
        if (where := _label_point(rings, frame, taken, (width, height))) is not None:
            ax.text(
                *where, name, fontsize=COUNTRY_FONT, color="#8f8878", ha="center", va="center", zorder=2, clip_on=True
            )
    for xs, ys in _disputed():
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


class _NameSpot(NamedTuple):
    """Where the name of an end is written: its place, the side of it, and the box it will fill, in degrees."""

    point: tuple[float, float]
    name: str
    side: tuple[int, int]
    box: Frame


def _name_spots(ends: Mapping[Point, str], lines: Geometry, frame: Frame, point: Point) -> list[_NameSpot]:
    """Return a spot for the name of each end: clear of the frame, of other names and ends, and of lines, in that order."""
    west, east, south, north = frame
    spots: list[_NameSpot] = []
    for (x, y), name in sorted(ends.items(), key=lambda item: (-item[0][1], item[0][0])):
        choices: list[tuple[float, int, _NameSpot]] = []
        width, height = _text_size(name, END_FONT, point, "bold")
        for side in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
            near, far = x + side[0] * END_OFFSET[0] * point[0], x + side[0] * (END_OFFSET[0] * point[0] + width)
            low = y + (END_OFFSET[1] if side[1] > 0 else END_OFFSET[2]) * point[1]
            box = (min(near, far), max(near, far), low, low + height)
            hits = 2.0 * sum(_overlap(box, spot.box) for spot in spots)
            hits += 2 * sum(box[0] < u < box[1] and box[2] < v < box[3] for u, v in ends if (u, v) != (x, y))
            hits += min(_rectangle(box).intersection(lines).length / width, 1.0)
            hits += 4 * (box[0] < west or box[1] > east or box[2] < south or box[3] > north)
            choices.append((hits, len(choices), _NameSpot((x, y), name, side, box)))
        spots.append(min(choices)[2])
    return spots


def _overlap(first: Frame, second: Frame) -> bool:
    return first[0] < second[1] and second[0] < first[1] and first[2] < second[3] and second[2] < first[3]


def _mark_stops(ax: Axes, routes: Sequence[Route]) -> None:
    """Mark borders and transfers."""
    for route in routes:
        for x, y in route.crossing_points():
            ax.plot(x, y, marker="D", markersize=5.5, color="white", markeredgecolor=INK, markeredgewidth=1, zorder=5)
        for x, y in route.transfer_points():
            ax.plot(x, y, marker="s", markersize=5.5, color=INK, markeredgecolor="white", markeredgewidth=0.8, zorder=5)


def _mark_ends(ax: Axes, spots: Sequence[_NameSpot]) -> None:
    """Mark and name the ends."""
    for spot in spots:
        right, up = spot.side
        ax.plot(
            *spot.point, marker="o", markersize=7, color=INK, markeredgecolor="white", markeredgewidth=1.2, zorder=6
        )
        ax.annotate(
            spot.name, spot.point, xytext=(END_OFFSET[0] * right, END_OFFSET[1] if up > 0 else END_OFFSET[2]), textcoords="offset points",
            ha="left" if right > 0 else "right",
            fontsize=END_FONT, fontweight="bold", color=INK, zorder=7, path_effects=_halo(),
        )  # fmt: skip


def _in_view(line: tuple[list[float], list[float]], ax: Axes) -> bool:
    """Tell whether a point of a line lies in the frame of the map."""
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    return any(west < x < east and south < y < north for x, y in zip(*line, strict=True))


def _halo() -> list[Any]:
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=3, foreground="white")]


def _route_handles(routes: Sequence[Route], names: Sequence[str], modes: Sequence[str]) -> list[Artist]:
    from matplotlib.lines import Line2D

    handles: list[Artist] = [
        Line2D([], [], color=MODE_COLOURS[mode], linewidth=2.6, label=mode) for mode in MODE_COLOURS if mode in modes
    ]
    if 1 < len(routes) <= len(ROUTE_STYLES):
        for style, name in zip(ROUTE_STYLES, names, strict=False):
            handles.append(Line2D([], [], color=INK, linewidth=1.8, linestyle=style, label=name))
    if any(route.crossing_points() for route in routes):
        handles.append(
            Line2D([], [], marker="D", linestyle="", color="white", markeredgecolor=INK, label="border crossing")
        )
    if any(route.transfer_points() for route in routes):
        handles.append(Line2D([], [], marker="s", linestyle="", color=INK, label="transfer"))
    return handles


def _legend(ax: Axes, handles: list[Artist], *, columns: int, title: str = "") -> None:
    """Write a legend below the map; a disputed boundary in view is told there too."""
    from matplotlib.lines import Line2D

    if any(_in_view(line, ax) for line in _disputed()):
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


@lru_cache(maxsize=1)
def _outlines() -> list[tuple[str, list[tuple[list[float], list[float]]]]]:
    """Return name and outer rings of each country of the map, from Natural Earth (public domain)."""
    return [(properties["name"], [_columns(part[0]) for part in parts]) for properties, parts in _features("countries")]


@lru_cache(maxsize=1)
def _disputed() -> list[tuple[list[float], list[float]]]:
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
