# SPDX-License-Identifier: BSD-3-Clause
"""What a report says of trade: a flow of goods under capacities, and what growing trade needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from corridor.capacities import UNITS_SHOWN
from corridor.interactive_charts import shares_chart
from corridor.interactive_flows import flow_map
from corridor.report_tables import list_of, rows_table, text_table
from corridor.web_page import Figures, escaped

if TYPE_CHECKING:
    from corridor.assignment import Assignment
    from corridor.capacities import Bound
    from corridor.grown import Growth
    from corridor.network import Network

__all__ = ["assignment_section", "assignment_sources", "growth_section", "growth_sources"]

Row: TypeAlias = dict[str, Any]

CAPACITIES: Final = (
    ("capacity of", "name", ""), ("capacity", "most", ""), ("vehicles counted", "counts", ""), ("basis", "basis", ""), ("year", "year", "d"),
    ("other traffic", "background", ",.0f"), ("its basis", "background_basis", ""), ("used here", "used", ",.1f"), ("share used", "share_used", ".0%"),
    ("source of the capacity", "sources", ""),
)  # fmt: skip
BOTTLENECKS: Final = (
    ("bottleneck", "name", ""), ("USD per extra tonne", "usd_per_extra_tonne", ",.1f"),
    ("USD a year per extra unit", "usd_per_extra_unit", ",.0f"), ("leaves goods", "leaves_unserved", ""), ("capacity", "most", ""), ("basis", "basis", ""),
)  # fmt: skip
DEMAND: Final = (
    ("from", "origin", ""), ("to", "destination", ""), ("cargo", "cargo", ""), ("wanted, t a year", "tonnes_per_year", ",.0f"),
    ("carried, t a year", "served_tonnes_per_year", ",.0f"), ("not carried, t a year", "unserved_tonnes_per_year", ",.0f"), ("ways", "ways", "d"),
    ("USD per t", "usd_per_tonne", ",.0f"), ("hours", "hours", ",.0f"), ("basis", "basis", ""),
)  # fmt: skip
UNSERVED: Final = (
    ("from", "origin", ""), ("to", "destination", ""), ("cargo", "cargo", ""), ("not carried, t a year", "unserved_tonnes_per_year", ",.0f"),
    ("why", "reason", ""),
)  # fmt: skip
UNCOUNTED: Final = (
    ("crossing", "crossing", ""), ("mode", "mode", ""), ("t a year", "tonnes_per_year", ",.0f"), ("trucks a day", "trucks_per_day", ",.1f"),
    ("wagons a day", "wagons_per_day", ",.1f"),
)  # fmt: skip


def assignment_section(found: Assignment, figures: Figures) -> str:
    """Return headline, map of the flow, bottlenecks, what is not carried, capacities and demand, and what was assumed."""
    first, *more = found._facts()  # noqa: SLF001
    used = _in_use(found)
    unused = len(found.capacity_rows) - len(used)
    net: Any = found.goods[0].net.ground
    wanted = [row | {end: net.place(row[end]).name for end in ("origin", "destination")} for row in found.demand_rows]
    tables = (
        ("Bottlenecks", _in_words(found.bottleneck_rows), BOTTLENECKS, "No capacity holds anything back."),
        ("Not carried, and why", [row for row in wanted if row["unserved_tonnes_per_year"] > 0], UNSERVED, "All of it is carried."),
        ("Capacities in use", _in_words(used), CAPACITIES, "No known capacity is in use."),
        ("In use without a known capacity", found.uncounted_rows, UNCOUNTED, "Every border crossing by land in use has a known capacity."),
        ("What is wanted", wanted, DEMAND, ""),
    )  # fmt: skip
    parts = [f"<p class='headline'>{escaped(first)}</p>", *(f"<p>{escaped(line)}</p>" for line in more)]
    parts.append(flow_map(found, figures))
    for name, rows, columns, none in tables:
        parts.append(f"<h3>{name}</h3>{rows_table(rows, columns) if rows else f'<p>{none}</p>'}")
        if columns is CAPACITIES and unused:
            parts.append(f"<p class='faint'>{unused} more capacities are known and not in use here.</p>")
    return "".join([*parts, "<h3>Notes and assumptions</h3>", list_of(found._notes())])  # noqa: SLF001


def _in_words(rows: Iterable[Row]) -> list[Row]:
    """Return rows of capacities with the capacity and its unit in words, and room between their sources."""
    return [
        row | {"most": f"{row['capacity']:,.0f} {UNITS_SHOWN[row['unit']]}", "sources": row["source"].replace(";", "; ")} for row in rows
    ]  # fmt: skip


def _in_use(found: Assignment) -> list[Row]:
    """Return the capacities that something passes, or that are full."""
    return [row for row in found.capacity_rows if row["tonnes_per_year"] > 0 or row["full"]]


def assignment_sources(found: Assignment) -> tuple[Network, list[str]]:
    """Return the network, and what demand and the capacities in use, with their traffic, name as sources."""
    net: Any = found.goods[0].net.ground
    used = {row["name"] for row in _in_use(found)}
    bounds = [bound for bound in found.bounds if bound.row_name in used]
    return net, [*_sources_of(bounds), *(one.wanted.source for one in found.goods)]


def _sources_of(bounds: Iterable[Bound]) -> list[str]:
    """Return the sources of capacities that were not given by the user, and of the traffic that passes them."""
    return [
        text
        for bound in bounds
        for text in ("" if bound.given else bound.row.capacity_source, bound.row.traffic_source)
    ]


def growth_sources(found: Growth) -> tuple[Network, list[str]]:
    """Return the network, and what demand and the capacities in use at any trade, or full at some, name as sources."""
    parts = [assignment_sources(each) for each in found.assignments]
    full = _sources_of(one.bound for one in found.saturations)
    return parts[0][0], [*(text for _, named in parts for text in named), *full]


def growth_section(found: Growth, figures: Figures) -> str:
    """Return what is full first, the share of capacities used as trade grows, volumes, levers, and what rests on estimates."""
    chart = shares_chart(found)
    drawn = (
        "<h3>Capacity used as trade grows</h3>"
        f"{figures.place(chart, 'Share of the capacity of each crossing that is used, over trade: the tables hold the figures')}"
        "<p class='faint'>As carried under the capacities, other traffic included. Crosses: where a capacity is full.</p>"
        if chart is not None
        else ""
    )
    tables = "".join(f"<h3>{escaped(name)}</h3>{text_table(head, rows)}" for name, head, rows in found._tables())  # noqa: SLF001
    return "".join([
        f"<p class='headline'>{escaped(found._first_words())}</p>",  # noqa: SLF001
        drawn,
        tables,
        f"<h3>What moves at {found.trades[-1] / 1e6:,.0f} million USD a year</h3>",
        flow_map(found.assignments[-1], figures),
        "<h3>Assumptions</h3>",
        list_of(found.terms.words),
    ])  # fmt: skip
