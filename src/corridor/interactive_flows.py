# SPDX-License-Identifier: BSD-3-Clause
"""An interactive map of a flow of goods: links as wide as what passes them, crossings that tell how full they are."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

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
from corridor.loss_chart import CUT
from corridor.map_ground import INK
from corridor.plot import MODE_COLOURS
from corridor.web_page import Figures

if TYPE_CHECKING:
    from corridor.assignment import Assignment
    from corridor.network import Network
    from corridor.schema import Place

__all__ = ["flow_map"]

HEIGHT_PX: Final = 560
# Pixels: of a link that hardly anything passes, and of that which most passes.
NARROW, WIDE = 1.5, 11.0
VEHICLES: Final = {"trucks_per_day": "trucks a day", "wagons_per_day": "wagons a day"}
HEAD: Final = ("goods", "t a year", "vehicles a day")
TIPS: Final = (
    ("", "@title"),
    ("tonnes a year", "@tonnes"),
    ("vehicles a day", "@vehicles"),
    ("capacity used", "@share"),
)

PLACE_TIPS: Final = (("", "@title"), ("sends, t a year", "@sent"), ("receives, t a year", "@got"))
# A name is left out that would lie upon another: so near, as shares of the breadth and the height of the map.
ROOM: Final = (0.2, 0.035)

Row: TypeAlias = dict[str, Any]


def flow_map(found: Assignment, figures: Figures) -> str:
    """Return the HTML of a map of what passes each link, of the crossings, and of the places of demand; blank: nothing moves."""
    from bokeh.models import Legend, LegendItem

    net: Any = found.goods[0].net.ground
    by_link = _by_subject(found.flow_rows, "link")
    if not by_link:
        return "<p>Nothing is carried, so there is no map.</p>"
    drawn = {link: net.tables.lines[link] for link in by_link}
    ends = dict.fromkeys(end for row in found.demand_rows for end in (row["origin"], row["destination"]))
    points = {place: net.place(place) for place in ends}
    plot = empty_map(
        [point for line in drawn.values() for point in line] + [(place.lon, place.lat) for place in points.values()], HEIGHT_PX
    )  # fmt: skip
    draw_ground(plot, figures)
    lines = _draw_links(plot, net, by_link, drawn)
    gates = _draw_crossings(plot, net, found)
    ends_drawn = _draw_ends(plot, found, points)
    items = [LegendItem(label=mode, renderers=[line]) for mode, line in lines.items()]
    items += [LegendItem(label=label, renderers=[mark]) for label, mark in gates.items()]
    plot.add_layout(
        Legend(
            items=items, orientation="horizontal", click_policy="mute", border_line_color=None, label_text_font_size="12px",
            location="bottom_left", padding=4, margin=2, spacing=6,
        ),
        "below",
    )  # fmt: skip
    hovers = [
        hover(lines.values(), TIPS, line_policy="interp"),
        hover(gates.values(), TIPS),
        hover([ends_drawn], PLACE_TIPS),
    ]
    label = "Map of what passes each link in a year; the tables below hold the figures of the crossings"
    click = "A line is as wide as the tonnes that pass it. Click one to see the goods."
    return place_map(plot, figures, [*lines.values()], hovers, label=label, click=click)


def _by_subject(rows: Sequence[Row], kind: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row["subject_kind"] == kind:
            found.setdefault(row["subject"], []).append(row)
    return found


def _told(title: str, rows: Sequence[Row]) -> Row:
    """Return what a tooltip tells of some rows of one link or crossing, both directions and all goods together."""
    shares = [row["share_used"] for row in rows if not math.isnan(row["share_used"])]
    return {
        "title": title, "tonnes": figure_text(math.fsum(row["tonnes_per_year"] for row in rows)), "vehicles": _vehicles(rows),
        "share": f"{max(shares):.0%}" if shares else "no capacity known",
    }  # fmt: skip


def _vehicles(rows: Sequence[Row]) -> str:
    sums = {
        words: math.fsum(row[name] for row in rows if not math.isnan(row[name]))
        for name, words in VEHICLES.items()
        if any(not math.isnan(row[name]) for row in rows)
    }
    return ", ".join(f"{value:,.1f} {words.removesuffix(' a day')}" for words, value in sums.items()) or "-"


def _draw_links(plot: Any, net: Network, by_link: dict[str, list[Row]], drawn: dict[str, Any]) -> dict[str, Any]:
    """Draw the links as wide as the tonnes that pass them, and return what draws them by mode."""
    from bokeh.models import MultiLine

    most = max(math.fsum(row["tonnes_per_year"] for row in rows) for rows in by_link.values())
    by_mode: dict[str, list[Row]] = {}
    for link, rows in by_link.items():
        first = rows[0]
        xs, ys = projected(drawn[link])
        tonnes = math.fsum(row["tonnes_per_year"] for row in rows)
        told = _told(f"{first['mode']}: {net.place(first['from']).name} - {net.place(first['to']).name}", rows)
        width = NARROW + (WIDE - NARROW) * tonnes / most
        details = {"title": told["title"], "head": HEAD, "sources": f"Link {link}"}
        details["facts"] = [("t a year", told["tonnes"]), ("vehicles", told["vehicles"]), ("capacity", told["share"])]
        details["rows"] = [
            [f"{row['cargo']} → {net.place(row['to']).name}", figure_text(row["tonnes_per_year"]), _vehicles([row])]
            for row in sorted(rows, key=lambda row: -row["tonnes_per_year"])
        ]
        by_mode.setdefault(first["mode"], []).append(
            told
            | {
                "xs": xs,
                "ys": ys,
                "width": width,
                "bold": width + 4,
                "details": json.dumps(details, ensure_ascii=False),
            }
        )
    found = {}
    for mode in [mode for mode in MODE_COLOURS if mode in by_mode]:
        colour = MODE_COLOURS[mode]
        line = plot.multi_line(
            "xs", "ys", source=columns_of(by_mode[mode]), line_color=colour, line_width="width", line_cap="round", line_join="round",
            muted_alpha=0.12, muted_color=colour,
        )  # fmt: skip
        line.selection_glyph = MultiLine(line_color=colour, line_width="bold", line_cap="round")
        line.nonselection_glyph = None
        found[mode] = line
    return found


def _draw_crossings(plot: Any, net: Network, found: Assignment) -> dict[str, Any]:
    """Mark the crossings by land in the middle of what passes them, red where one of their capacities is full."""
    full = {row["subject"] for row in found.capacity_rows if row["full"]}
    posts = {row.crossing: (row.post, row.facing_post) for row in net.tables.crossings}
    marked: dict[str, list[Row]] = {}
    for crossing, rows in _by_subject(found.flow_rows, "crossing").items():
        if crossing not in posts:
            continue
        ends = [net.place(post) for post in posts[crossing]]
        x, y = metres(sum(end.lon for end in ends) / 2, sum(end.lat for end in ends) / 2)
        told = _told(f"border {crossing}", rows)
        marked.setdefault("full crossing" if crossing in full else "crossing", []).append(told | {"x": x, "y": y})
    colours = {"crossing": "white", "full crossing": CUT}
    return {
        label: plot.scatter(
            "x",
            "y",
            source=columns_of(marked[label]),
            marker="diamond",
            size=14,
            fill_color=colour,
            line_color=INK,
            line_width=1.4,
        )
        for label, colour in colours.items()
        if label in marked
    }


def _draw_ends(plot: Any, found: Assignment, places: Mapping[str, Place]) -> Any:
    """Mark the places of demand, and name those whose names do not lie upon one another, the busiest first."""
    rows: list[Row] = []
    for place in places.values():
        x, y = metres(place.lon, place.lat)
        sent, got = (
            math.fsum(row["served_tonnes_per_year"] for row in found.demand_rows if row[end] == place.id)
            for end in ("origin", "destination")
        )
        rows.append(
            {"title": place.name, "x": x, "y": y, "sent": figure_text(sent), "got": figure_text(got), "all": sent + got}
        )
    broad, high = plot.x_range.end - plot.x_range.start, plot.y_range.end - plot.y_range.start
    told: list[Row] = []
    for row in sorted(rows, key=lambda row: -row["all"]):
        if all(abs(row["x"] - one["x"]) > ROOM[0] * broad or abs(row["y"] - one["y"]) > ROOM[1] * high for one in told):
            told.append(row)
    marks = plot.scatter("x", "y", source=columns_of(rows), size=9, fill_color=INK, line_color="white")
    name_ends(plot, columns_of(told))
    return marks
