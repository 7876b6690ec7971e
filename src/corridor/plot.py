# SPDX-License-Identifier: BSD-3-Clause
"""Maps of finished results, on one drawing of the countries around; nothing is computed here."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from corridor.errors import OptionError
from corridor.map_ground import INK, Point, draw_ground, map_axes, map_legend, mark_ends
from corridor.tables import Line

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from corridor.routes import Route

__all__ = ["MODE_COLOURS", "plot_reach", "plot_routes"]

# One fixed colour a mode, from the colour-blind safe palette of Okabe and Ito (2008); pipelines a violet that stays apart
# from all of them to protanope and deuteranope eyes too, as a test reckons.
MODE_COLOURS: Final[dict[str, str]] = {
    "road": "#D55E00",
    "rail": "#0072B2",
    "sea": "#009E73",
    "air": "#CC79A7",
    "pipeline": "#5128C8",
}
ROUTE_STYLES: Final[tuple[Any, ...]] = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.2, 1.5)))
# Bands of a reach: how many at most, in what round steps, and which part of the colours (dark to light, each lighter than
# the one before, so that they read in grey and by colour-blind eyes; the lightest would be lost on the land).
MOST_BANDS, BAND_COLOURS, DARKEST, LIGHTEST = 7, "inferno", 0.08, 0.82
BAND_STEPS: Final = {"usd": [1, 2, 5, 10], "hours": [1, 2, 3, 4, 5, 6, 10]}
# From how many hours on a reach is told in days.
DAYS_FROM_HOURS: Final = 48


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
    ax, frame = map_axes(ax, [point for _, _, line in lines for point in line])
    handles = _route_handles(routes, names, [mode for _, mode, _ in lines])
    map_legend(ax, handles, columns=2 if len(routes) > 1 else 4)
    spots = draw_ground(ax, frame, [line for _, _, line in lines], ends, title)
    styled = 1 < len(routes) <= len(ROUTE_STYLES)
    styles = {id(route): ROUTE_STYLES[i] if styled else "-" for i, route in enumerate(routes)}
    width = 2.6 if len(routes) == 1 else 2.0
    for route, mode, line in lines:
        xs, ys = zip(*line, strict=True)
        ax.plot(xs, ys, color="white", linewidth=width + 1.6, solid_capstyle="round", zorder=3)
        ax.plot(xs, ys, color=MODE_COLOURS[mode], linewidth=width, linestyle=styles[id(route)], zorder=4)
    _mark_stops(ax, routes)
    mark_ends(ax, spots)
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
    ax, ground = map_axes(ax, [*dots, *(point for _, line in links for point in line)])
    unit, scale, edges = _bands(by, max(float(frame.attrs.get("budget", frame[by].max())) for frame in frames))
    colours = _band_colours(len(edges) - 1)
    map_legend(ax, _band_handles(edges, colours), columns=3, title=f"{unit} from {' or '.join(names)}")
    ends = {point: name for (point, _), name in zip(origins, names, strict=True)}
    spots = draw_ground(ax, ground, [line for _, line in links], ends, title)
    for band, colour in enumerate(colours):
        inside = [line for value, line in links if _band_of(value / scale, edges) == band]
        _draw_band(ax, inside, colour, height=4 - band / len(colours))
    ax.scatter([x for x, _ in dots], [y for _, y in dots], s=5, color=INK, edgecolor="white", linewidth=0.4, zorder=5)
    mark_ends(ax, spots)
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


def _mark_stops(ax: Axes, routes: Sequence[Route]) -> None:
    """Mark borders and transfers."""
    for route in routes:
        for x, y in route.crossing_points():
            ax.plot(x, y, marker="D", markersize=5.5, color="white", markeredgecolor=INK, markeredgewidth=1, zorder=5)
        for x, y in route.transfer_points():
            ax.plot(x, y, marker="s", markersize=5.5, color=INK, markeredgecolor="white", markeredgewidth=0.8, zorder=5)


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
