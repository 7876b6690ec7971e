# SPDX-License-Identifier: BSD-3-Clause
"""A map of routes to pan, zoom, hover and click, over bundled country outlines; no tiles, no network."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from corridor.errors import OptionError
from corridor.interactive_ground import (
    columns_of,
    draw_ground,
    empty_map,
    figure_text,
    hover,
    metres,
    name_ends,
    place_map,
    projected,
)
from corridor.itinerary import countries_of, line_of, without_repeats
from corridor.map_ground import INK
from corridor.plot import MODE_COLOURS
from corridor.web_page import Figures, escaped, need_bokeh, page

if TYPE_CHECKING:
    from corridor.prices import Edge
    from corridor.routes import Route

__all__ = ["InteractiveMap", "explore_routes", "map_of", "named"]

HEIGHT_PX, EXPLORE_HEIGHT_PX, AROUND_PX, LEGEND_LINE_PX = 560, 620, 170, 22
DASHES: Final = ("solid", "dashed", "dotted", "dashdot")
# So many sources stand in a tooltip, so many crossings in the legend; the panel and the tables have all.
SOURCES_SHOWN, CROSSINGS_SHOWN = 1, 3
MEASURES: Final = ("km", "hours", "usd", "co2e_kg")
TOOLTIPS: Final = [
    ("", "@title"),
    ("km", "@km"),
    ("hours", "@hours"),
    ("USD", "@usd"),
    ("sources", "@sources"),
]


class InteractiveMap:
    """A map of routes that a notebook shows: pan, zoom, hover, click a leg; works without a network.

    Made by :meth:`corridor.Route.explore` and :meth:`corridor.Routes.explore`.

    Attributes
    ----------
    html
        The whole page, some 2 MB: Bokeh's code, the outlines of the countries and the routes are all in it.
    title
        What it shows, in one line.
    height
        Its height in a notebook, pixels.
    """

    def __init__(self, html: str, title: str, height: int) -> None:
        self.html = html
        self.title = title
        self.height = height

    def __repr__(self) -> str:
        return f"<InteractiveMap: {self.title}; {len(self.html.encode()) / 1e6:.1f} MB, shown in a notebook>"

    def _repr_html_(self) -> str:
        # A page of its own inside the notebook: neither can touch the other.
        return (
            f'<iframe title="{escaped(self.title)}" sandbox="allow-scripts allow-popups allow-downloads" '
            f'style="width:100%;height:{self.height}px;border:0" srcdoc="{escaped(self.html)}"></iframe>'
        )


def explore_routes(routes: Sequence[Route], *, title: str) -> InteractiveMap:
    """Return routes as an interactive map of its own; :meth:`corridor.Route.explore` says more."""
    if not routes:
        msg = "explore: there are no routes to draw; .note says why none was found."
        raise OptionError(msg)
    need_bokeh("explore()")
    figures = Figures()
    body = f'<p class="headline">{escaped(title)}</p>{map_of(routes, figures, height=EXPLORE_HEIGHT_PX)}'
    return InteractiveMap(page(title, body, figures), title, _height(routes, EXPLORE_HEIGHT_PX) + AROUND_PX)


def named(routes: Sequence[Route]) -> list[str]:
    """Return a short name for each of several routes: its number and its crossings."""
    names = []
    for number, route in enumerate(routes, 1):
        more = len(route.crossings) - CROSSINGS_SHOWN
        shown = ", ".join(route.crossings[:CROSSINGS_SHOWN]) or "no crossing"
        names.append(f"{number}: {shown}{f' +{more}' if more > 0 else ''}")
    return names


def map_of(routes: Sequence[Route], figures: Figures, *, height: int = HEIGHT_PX) -> str:
    """Return the HTML of a map of routes and of the panel beside it; the map itself joins the figures of the page."""
    points = [point for route in routes for leg in route.leg_rows() for point in leg["line"]]
    points += [route.point(end) for route in routes for end in (route.origin, route.destination)]
    plot = empty_map(points, _height(routes, height))
    draw_ground(plot, figures)
    lines = _draw_legs(plot, routes)
    marks = _draw_stops(plot, routes)
    _legends(plot, routes, lines, marks)
    hovers = [hover(lines.values(), TOOLTIPS, line_policy="interp"), hover(marks.values(), TOOLTIPS)]
    ends = f"{routes[0].place_name(routes[0].origin)} to {routes[0].place_name(routes[0].destination)}"
    label = (
        f"Map of {len(routes)} route{'s' if len(routes) > 1 else ''}, {ends}; the tables below hold the same figures"
    )
    click = "Click a leg to see its links, hours, USD and sources."
    return place_map(plot, figures, [*lines.values()], hovers, label=label, click=click)


def _height(routes: Sequence[Route], height: int) -> int:
    """Return the height of a map that has room for a line of the legend for each of several routes."""
    return height + (LEGEND_LINE_PX * len(routes) if len(routes) > 1 else 0)


# --- what is drawn of the routes ------------------------------------------------------------------------------------------


def _draw_legs(plot: Any, routes: Sequence[Route]) -> dict[tuple[int, str], Any]:
    """Draw the legs, and return what draws them by route and mode."""
    from bokeh.models import MultiLine

    several = len(routes) > 1
    stretches = [_stretches(route) for route in routes]
    shared: dict[tuple[Any, ...], list[str]] = {}
    for number, stretch in ((number, stretch) for number, some in enumerate(stretches, 1) for stretch in some):
        shared.setdefault(_identity(stretch), []).append(str(number))
    found: dict[tuple[int, str], Any] = {}
    width = 3.5 if several else 4.5
    for number, route in enumerate(routes):
        by_mode: dict[str, list[dict[str, Any]]] = {}
        for edges in stretches[number]:
            numbers = shared[_identity(edges)]
            which = f"route{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}; " if several else ""
            row = _stretch(route, edges, which)
            by_mode.setdefault(edges[0].mode, []).append(row)
        for mode, rows in by_mode.items():
            source = columns_of(rows)
            colour = MODE_COLOURS[mode]
            dash = DASHES[number % len(DASHES)] if several else "solid"
            plot.multi_line("xs", "ys", source=source, line_color="white", line_width=width + 2, line_alpha=0.8)
            line = plot.multi_line(
                "xs", "ys", source=source, line_color=colour, line_width=width, line_dash=dash, line_cap="round",
                line_join="round", muted_alpha=0.12, muted_color=colour,
            )  # fmt: skip
            line.selection_glyph = MultiLine(line_color=colour, line_width=width + 4, line_cap="round")
            line.nonselection_glyph = None
            found[number, mode] = line
    return found


def _stretches(route: Route) -> list[list[Edge]]:
    """Return the legs of a route, cut at its borders: what is hovered over and clicked is a stretch within a country."""
    legs = route._leg_edges()  # noqa: SLF001
    return [
        [*run] for leg in legs for _, run in groupby(leg, lambda edge: edge.crossing if edge.kind == "cross" else "")
    ]


def _identity(edges: Sequence[Edge]) -> tuple[Any, ...]:
    """Return what makes a stretch the same in several routes: its way, and its figures."""
    return tuple((edge.tail, edge.head, edge.key, edge.hours, edge.usd) for edge in edges)


def _stretch(route: Route, edges: Sequence[Edge], which: str) -> dict[str, Any]:
    """Return a stretch as a row of the map: its line, what a tooltip tells, and as JSON what the panel tells."""
    name = route.place_name
    xs, ys = projected(line_of(edges, route._net.tables.lines))  # noqa: SLF001
    first, last, through = edges[0], edges[-1], "-".join(without_repeats(countries_of(edges)))
    what = f"border {first.crossing}" if first.kind == "cross" else f"{first.tail[1]} {through}"
    title = f"{which}{what}: {name(first.tail[0])} → {name(last.head[0])}"
    sums = {measure: math.fsum(getattr(edge, measure) for edge in edges) for measure in MEASURES}
    told = {"km": figure_text(sums["km"]), "hours": figure_text(sums["hours"], 1), "usd": figure_text(sums["usd"])}
    sources = _sources_of(edges)
    rows = [
        [
            f"{name(edge.tail[0])} → {name(edge.head[0])}",
            figure_text(edge.km),
            figure_text(edge.hours, 1),
            figure_text(edge.usd),
        ]
        for edge in edges
    ]
    facts = [
        ("carriage", first.tail[1]),
        ("countries", through),
        *(zip(("km", "hours", "USD"), told.values(), strict=True)),
    ]
    facts.append(("kg CO2e", figure_text(sums["co2e_kg"])))
    details = {"title": title, "facts": facts, "head": ["link", "km", "hours", "USD"], "rows": rows}
    details["sources"] = f"Sources: {', '.join(sources) or 'none named'}"
    shown = {"title": title, **told, "sources": _short(sources)}
    return {"xs": xs, "ys": ys, **shown, "details": json.dumps(details, ensure_ascii=False)}


def _draw_stops(plot: Any, routes: Sequence[Route]) -> dict[str, Any]:
    """Mark borders, transfers and ends, and return what draws each kind."""
    stops: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {"border crossing": {}, "transfer": {}, "end": {}}
    for route in routes:
        edges = route._edges  # noqa: SLF001
        for edge in edges:
            if edge.kind == "cross":
                what = f"border {edge.crossing}: {route.place_name(edge.tail[0])} → {route.place_name(edge.head[0])}"
                _stop(stops["border crossing"], route, edge, what, edge.tail[0])
            elif edge.kind == "transfer":
                what = f"transfer at {route.place_name(edge.tail[0])}: {edge.tail[1]} → {edge.head[1]}"
                _stop(stops["transfer"], route, edge, what, edge.tail[0])
        for edge, end in ((edges[0], route.origin), (edges[-1], route.destination)):
            _stop(stops["end"], route, edge, route.place_name(end), end)
    shapes = {"border crossing": ("diamond", 13, "white", INK), "transfer": ("square", 10, INK, "white")}
    found = {}
    for kind, rows in stops.items():
        if not rows:
            continue
        several = [*rows.values()]
        source = columns_of(several)
        marker, size, fill, edge_colour = shapes.get(kind, ("circle", 12, INK, "white"))
        found[kind] = plot.scatter(
            "x", "y", source=source, marker=marker, size=size, fill_color=fill, line_color=edge_colour, line_width=1.4
        )
        if kind == "end":
            name_ends(plot, source)
    return found


def _stop(rows: dict[tuple[Any, ...], dict[str, Any]], route: Route, edge: Edge, title: str, place: str) -> None:
    """Add a stop, once for all routes that have it with the same figures."""
    x, y = metres(*route.point(place))
    told = {"km": figure_text(edge.km), "hours": figure_text(edge.hours, 1), "usd": figure_text(edge.usd)}
    if edge.kind in {"start", "end"} and not edge.components:
        told = dict.fromkeys(told, "0: counted gate to gate")
    row = {"x": x, "y": y, "title": title, **told, "sources": _short(_sources_of([edge]))}
    rows[tuple(row.values())] = row


def _legends(plot: Any, routes: Sequence[Route], lines: dict[tuple[int, str], Any], marks: dict[str, Any]) -> None:
    """Write legends below the map: a click on a mode or on a route dims it."""
    from bokeh.models import Legend, LegendItem

    modes = [mode for mode in MODE_COLOURS if any(mode == other for _, other in lines)]
    items = [
        LegendItem(label=mode, renderers=[line for (_, other), line in lines.items() if other == mode])
        for mode in modes
    ]
    items += [LegendItem(label=kind, renderers=[mark]) for kind, mark in marks.items() if kind != "end"]
    groups = [items]
    if len(routes) > 1:
        groups.append([
            LegendItem(label=name, renderers=[line for (route, _), line in lines.items() if route == number])
            for number, name in enumerate(named(routes))
        ])  # fmt: skip
    for number, group in enumerate(groups):
        plot.add_layout(
            Legend(
                items=group, orientation="vertical" if number else "horizontal", click_policy="mute", border_line_color=None,
                label_text_font_size="12px", location="bottom_left", padding=4, margin=2, spacing=6 if not number else 1,
            ),
            "below",
        )  # fmt: skip


def _sources_of(edges: Iterable[Edge]) -> list[str]:
    """Return the ids of the sources of some edges, in order of first use."""
    return list(dict.fromkeys(source for edge in edges for part in edge.components for source in part.sources))


def _short(sources: Sequence[str]) -> str:
    more = len(sources) - SOURCES_SHOWN
    return f"{', '.join(sources[:SOURCES_SHOWN]) or 'none named'}{f' and {more} more' if more > 0 else ''}"
