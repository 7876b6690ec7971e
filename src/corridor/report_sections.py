# SPDX-License-Identifier: BSD-3-Clause
"""What a report says of each kind of result: text, charts and tables in HTML, every text escaped."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from corridor.answers import Routes
from corridor.assignment import Assignment
from corridor.critical import Criticality
from corridor.decision_sections import (
    explanation_section,
    explanation_sources,
    indicators_section,
    indicators_sources,
)
from corridor.errors import OptionError
from corridor.explaining import Explanation
from corridor.explaining_texts import SPLIT_HEAD, split_rows
from corridor.facilitation import Indicators
from corridor.grown import Growth
from corridor.interactive_charts import arrivals_chart, losses_chart, parts_chart, profile_chart
from corridor.interactive_map import map_of
from corridor.report_tables import bases_table, frame_table, is_frame, list_of, text_table
from corridor.route_texts import against_ordinary
from corridor.routes import Route
from corridor.score_split import split_of
from corridor.simulation import Simulation
from corridor.trade_sections import assignment_section, assignment_sources, growth_section, growth_sources
from corridor.web_page import Figures, escaped, table

if TYPE_CHECKING:
    from datetime import datetime

    from corridor.network import Network

__all__ = ["ACCEPTED", "heading_of", "is_accepted", "moment", "routes_of", "section_of", "sources_of"]

ACCEPTED: Final = (
    "a Route, Routes, an Explanation, Indicators, a Simulation, a Criticality, an Assignment, a Growth, a DataFrame, or any result with "
    "to_frame()"
)
MEASURES: Final[tuple[tuple[Literal["hours", "usd"], str], ...]] = (("hours", "Hours"), ("usd", "USD"))
STAGE_HEAD: Final = ("step", "from", "to", "km", "hours", "USD")
SIMULATION_HEAD: Final = (
    "", "route", "mean, h", "P10, h", "P50, h", "P90, h", "P95, h", "± P95, h", "P50, USD", "P95, USD", "rank by mean",
    "rank by P95",
)  # fmt: skip


def is_accepted(result: object) -> bool:
    """Tell whether a report can hold a result."""
    if isinstance(result, type):
        return False
    return is_frame(result) or callable(getattr(result, "to_frame", None))


def heading_of(result: Any) -> str:
    """Return the heading of a result that was given none."""
    kind = _kind_of(result)
    return kind.heading(result) if kind is not None else "Table" if is_frame(result) else type(result).__name__


def routes_of(result: Any) -> tuple[Route, ...]:
    """Return the routes that a result is made of, as far as it holds them."""
    kind = _kind_of(result)
    given = kind.routes(result) if kind is not None else getattr(result, "routes", ())
    return tuple(route for route in given if isinstance(route, Route))


def sources_of(result: Any) -> list[tuple[str, str, str]]:
    """Return id, title and address of the sources of a result of a kind that a report knows, each once."""
    rows = [row for route in routes_of(result) for row in route.source_rows()]
    found = {row.id: (row.id, row.title, row.url) for row in rows}
    kind = _kind_of(result)
    if kind is not None and kind.sources is not None:
        net, named = kind.sources(result)
        known = {row.id: (row.id, row.title, row.url) for row in net.tables.sources}
        for source in (part.strip() for text in named for part in text.split(";")):
            if source:
                found.setdefault(source, known.get(source, (source, "no row in the table of sources", "")))
    return [*found.values()]


def moment(when: datetime) -> str:
    """Return a moment to the minute, with its distance from UTC where it has one."""
    return escaped(when.isoformat(sep=" ", timespec="minutes"))


def section_of(result: Any, figures: Figures) -> str:
    """Return what a report says of one result, below its heading."""
    kind = _kind_of(result)
    if kind is not None:
        return kind.section(result, figures)
    frame = result if is_frame(result) else result.to_frame()
    if not is_frame(frame):
        msg = f"report: to_frame() of {type(result).__name__} returned a {type(frame).__name__}, not a DataFrame."
        raise OptionError(msg)
    told = "" if is_frame(result) else f"<p>{escaped(repr(result))}</p>"
    return f"{told}{frame_table(frame)}"


# --- routes ------------------------------------------------------------------------------------------------------------


def _route(route: Route, figures: Figures) -> str:
    """Return headline, map, profiles, steps, parts of the score, bases and dated facts of one route."""
    shipment = route.shipment
    facts = [
        f"<p class='headline'>{escaped(route.headline)}</p>",
        f"<p>{escaped(f'{shipment.tonnes:,g} t ({shipment.cargo}), {shipment.ends} to {shipment.ends}; all figures are of the whole shipment.')}</p>",
    ]
    if route.depart is not None and route.arrive is not None:
        facts.append(f"<p>Leaves {moment(route.depart)}, arrives {moment(route.arrive)}.</p>")
    elif route.day is not None:
        facts.append(f"<p>As of {route.day}: {escaped(against_ordinary(route))}.</p>")
    stages = [stage.cells for stage in route.stages]
    total = ("total", "", "", f"{route.km:,.0f}", f"{route.hours:,.1f}", f"{route.usd:,.0f}")
    return "".join([
        *facts,
        map_of([route], figures),
        _advisories([route]),
        _profiles(route, figures),
        "<h3>Legs, borders and transfers</h3>",
        table(STAGE_HEAD, stages, numbers=[False] * 3 + [True] * 3, foot=total),
        _split(route),
        "<h3>What the figures rest on</h3>",
        bases_table({"": route}),
    ])  # fmt: skip


def _profiles(route: Route, figures: Figures) -> str:
    """Return hours and USD over km, as far as they are known."""
    charts = "".join(
        figures.place(
            profile_chart(route, measure),
            f"{word} along the way, {heading_of(route)}: the table of steps holds the figures",
        )
        for measure, word in MEASURES
        if not math.isnan(getattr(route, measure))
    )
    told = "A vertical step: it stands, and pays."
    return (
        f"<h3>Time and cost along the way</h3><p class='faint'>{told}</p><div class='pair'>{charts}</div>"
        if charts
        else ""
    )


def _split(route: Route) -> str:
    """Return the parts of the score as a table that adds up to it."""
    if math.isnan(route.score):
        return ""
    *rows, total = split_rows(split_of(route))
    return f"<h3>What the score is made of, USD</h3>{text_table(SPLIT_HEAD, rows, foot=total, heads=2)}"


def _advisories(routes: Sequence[Route]) -> str:
    """Return the dated facts that routes meet or were shaped by."""
    lists = []
    for name, facts in (
        ("Shaped by these dated facts", [fact for route in routes for fact in route.shaped_by]),
        (
            "Advisories: known closures and restrictions on the way",
            [fact for route in routes for fact in route.advisories],
        ),
    ):
        if facts:
            lists.append(f"<h3>{name}</h3>{list_of(dict.fromkeys(map(str, facts)))}")
    return "".join(lists)


def _routes(routes: Routes, figures: Figures) -> str:
    """Return the map of all, the table that compares them, and the parts of each."""
    note = f"<p>{escaped(routes.note)}</p>" if routes.note else ""
    told = f"<p class='headline'>{escaped(routes.title)}</p>{note}"
    if not routes:
        return told
    several = [*routes]
    charts = "".join(
        figures.place(parts_chart(several, measure), f"{word} of each route by part: the table holds the totals")
        for measure, word in MEASURES
        if not any(math.isnan(getattr(route, measure)) for route in several)
    )
    head = ("route", "score, USD", "km", "hours", "days", "USD", "kg CO2e", "transfers", "by way of")
    return "".join([
        told,
        map_of(several, figures),
        "<h3>Side by side</h3>",
        table(head, routes.rows(), numbers=[False] + [True] * 7 + [False]),
        f"<h3>What hours and USD are spent on</h3><div class='pair'>{charts}</div>",
        _advisories(several),
        "<h3>What the figures rest on</h3>",
        bases_table({f"route {number}": route for number, route in enumerate(several, 1)}),
    ])  # fmt: skip


def _simulation(found: Simulation, figures: Figures) -> str:
    drawn = figures.place(arrivals_chart(found), "Chance of having arrived by hours: the table holds the quantiles")
    dots = "Dots: P10, P50, P90 and P95." + (" Dotted: the deadline." if found.deadline_hours is not None else "")
    rows = found.rows()
    head: tuple[str, ...] = SIMULATION_HEAD
    if found.deadline_hours is not None:
        frame = found.to_frame()
        late = zip(frame["chance_by_deadline"].tolist(), frame["lateness_hours"].tolist(), strict=True)
        rows = [(*row, f"{chance:.0%}", f"{hours:,.1f}") for row, (chance, hours) in zip(rows, late, strict=True)]
        head = (*head, f"arrived within {found.deadline_hours:,g} h", "mean lateness, h")
    quantiles = table(head, rows, numbers=[False, False, *[True] * (len(head) - 2)], heads=2)
    note = "± P95 is the standard error of P95 as drawn."
    bases = bases_table({f"route {number}": route for number, route in enumerate(found.routes, 1)})
    return (
        f"<p>{escaped(found.made_with)}.</p>{drawn}<p class='faint'>{dots}</p>{quantiles}<p class='faint'>{note}</p>"
        f"<h3>What the figures rest on</h3>{bases}"
    )


def _criticality(found: Criticality, figures: Figures) -> str:
    chart = losses_chart(found)
    drawn = figures.place(chart, "Bars of the worst losses: the table holds the figures") if chart is not None else ""
    unreached = ", ".join(f"{origin} → {goal}" for origin, goal in found.unreached)
    left_out = (
        f"<p>No way joins these today, before any loss; no figure holds them: {escaped(unreached)}.</p>"
        if unreached
        else ""
    )
    told = repr(found).strip("<>")
    return f"<p>{escaped(told)}.</p>{left_out}{drawn}{frame_table(found.to_frame(only_changed=True))}"


# --- the kinds ---------------------------------------------------------------------------------------------------------


class Kind(NamedTuple):
    """How a kind of result is headed, which routes it is made of, and what a report says of it."""

    heading: Callable[[Any], str]
    routes: Callable[[Any], Iterable[Route]]
    section: Callable[[Any, Figures], str]
    # A network, and what it names as sources beyond those of the routes: ids with ";" between.
    sources: Callable[[Any], tuple[Network, Iterable[str]]] | None = None


def _ends_of(routes: Iterable[Route]) -> str:
    return " or ".join(dict.fromkeys(map(heading_of, routes)))


def _flows_of(found: Assignment) -> list[Route]:
    return [share.route for share in found.paths]


KINDS: Final[dict[type, Kind]] = {
    Route: Kind(
        lambda route: f"{route.place_name(route.origin)} → {route.place_name(route.destination)}",
        lambda route: [route],
        _route,
    ),
    Routes: Kind(lambda routes: str(routes.title).partition(" (")[0], list, _routes),
    Explanation: Kind(
        lambda found: f"Why this way: {heading_of(found.route)}",
        lambda found: [found.route, *found.rivals],
        explanation_section,
        explanation_sources,
    ),
    Indicators: Kind(
        lambda found: f"Indicators: {_ends_of(found.routes)}",
        lambda found: found.routes,
        lambda found, _figures: indicators_section(found),
        indicators_sources,
    ),
    Simulation: Kind(
        lambda found: f"How sure the arrival is: {_ends_of(found.routes)}", lambda found: found.routes, _simulation
    ),
    Criticality: Kind(lambda found: f"Loss of {found.of}", lambda _found: (), _criticality),
    Assignment: Kind(
        lambda _found: "What is carried, and what holds it back", _flows_of, assignment_section, assignment_sources
    ),
    Growth: Kind(
        lambda found: f"Trade from {found.trades[0] / 1e6:,.0f} to {found.trades[-1] / 1e6:,.0f} million USD a year",
        lambda found: [route for each in found.assignments for route in _flows_of(each)],
        growth_section,
        growth_sources,
    ),
}


def _kind_of(result: object) -> Kind | None:
    return next((kind for made, kind in KINDS.items() if isinstance(result, made)), None)
