# SPDX-License-Identifier: BSD-3-Clause
"""How a route is told: as plain text, as HTML, as what JSON can hold, and as the parts that its score is made of."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from corridor.advisories import Advisory
from corridor.costs import CostModel
from corridor.itinerary import Stage, stages_as_html, stages_as_text
from corridor.prices import Edge
from corridor.shipment import Weights

__all__ = ["against_ordinary", "as_data", "as_html", "as_text", "or_none", "score_parts"]


class Told(Protocol):
    """What is told of a route."""

    @property
    def headline(self) -> str: ...
    @property
    def stages(self) -> tuple[Stage, ...]: ...
    @property
    def basis_share(self) -> dict[str, dict[str, float]]: ...
    @property
    def day(self) -> date | None: ...
    @property
    def shaped_by(self) -> tuple[Advisory, ...]: ...
    @property
    def advisories(self) -> tuple[Advisory, ...]: ...
    @property
    def crossings(self) -> tuple[str, ...]: ...
    @property
    def ordinary(self) -> Told | None: ...
    @property
    def more_than_ordinary(self) -> dict[str, float]: ...


def as_text(route: Told) -> str:
    """Return a route as lines of text: its totals, its stages, what they rest on, and the dated facts it meets."""
    lines = [route.headline, "", *stages_as_text(route.stages), "", f"rests on   {_rests(route)}"]
    if route.day is not None:
        lines.append(f"as of      {route.day}: {against_ordinary(route)}")
    lines += [f"shaped by  {fact}" for fact in route.shaped_by]
    return "\n".join([*lines, *(f"advisory   {advisory}" for advisory in route.advisories)])


def as_data(route: Any) -> dict[str, Any]:
    """Return a route as plain data that JSON can hold."""
    known = {
        "origin": route.origin,
        "destination": route.destination,
        "by": route.by,
        "ends": route.shipment.ends,
        "tonnes": route.shipment.tonnes,
        "cargo": route.shipment.cargo,
        "km": route.km,
        "hours": route.hours,
        "usd": route.usd,
        "co2e_kg": route.co2e_kg,
        "score": route.score,
        "transfers": route.transfers,
        "crossings": list(route.crossings),
        "countries": list(route.countries),
        "places": list(route.places),
        "steps": [{name: or_none(value) for name, value in row.items()} for row in route.step_rows()],
        "basis_share": route.basis_share,
        "as_of": None if route.day is None else route.day.isoformat(),
        "shaped_by": [advisory._asdict() for advisory in route.shaped_by],
        "more_than_ordinary": {name: or_none(value) for name, value in route.more_than_ordinary.items()},
        "advisories": [advisory._asdict() for advisory in route.advisories],
        "sources": [{"id": row.id, "title": row.title, "url": row.url} for row in route.source_rows()],
    }
    return {name: or_none(value) for name, value in known.items()}


def as_html(route: Told) -> str:
    """Return a route as HTML for a notebook; every text is escaped."""
    dated = f"<p>As of {route.day}: {html.escape(against_ordinary(route))}.</p>" if route.day is not None else ""
    lists = [
        f"<p>{name}</p><ul>{''.join(f'<li>{html.escape(str(fact))}</li>' for fact in facts)}</ul>"
        for name, facts in (("Shaped by", route.shaped_by), ("Advisories", route.advisories))
        if facts
    ]
    return (
        f"<p><b>{html.escape(route.headline)}</b></p>{stages_as_html(route.stages)}"
        f"<p>Rests on {html.escape(_rests(route))}.</p>{dated}{''.join(lists)}"
    )


def against_ordinary(route: Told) -> str:
    """Return the extra that the closures of its day cost, as one text."""
    if route.ordinary is None:
        return "nothing on the best way is shut"
    more = route.more_than_ordinary
    way = ", ".join(route.ordinary.crossings) or "without a crossing"
    return (
        f"{more['km']:+,.0f} km, {more['hours'] / 24:+,.1f} days, {more['usd']:+,.0f} USD, "
        f"{more['co2e_kg']:+,.0f} kg CO2e against the ordinary way ({way}), which is shut"
    )


def score_parts(edges: Sequence[Edge], costs: CostModel, weights: Weights) -> list[dict[str, Any]]:
    """Return one row for each part of each edge, their scores summing to that of the walk."""
    vot = costs.value_of_time(weights)
    rows = []
    for number, edge in enumerate(edges, 1):
        factor = weights.mode_factor.get(edge.mode, 1.0)  # type: ignore[call-overload]
        shown = 0.0
        where = {"step": number, "kind": edge.kind, "from": edge.tail[0], "to": edge.head[0]}
        for part in edge.components:
            money = part.usd * factor if part.name == "haul" else part.usd
            time = part.hours * vot
            shown += money + time
            measures = {"km": part.km, "hours": part.hours, "usd": part.usd}
            scores = {"money_score": money, "time_score": time, "score": money + time}
            rests = {"hours_basis": part.hours_basis, "usd_basis": part.usd_basis, "sources": "; ".join(part.sources)}
            rows.append({**where, "part": part.name, **measures, **scores, **rests})
        penalty = edge.score - shown
        if abs(penalty) > 1e-9:
            measures = {"km": 0.0, "hours": 0.0, "usd": 0.0}
            scores = {"money_score": penalty, "time_score": 0.0, "score": penalty}
            rests = {"hours_basis": "", "usd_basis": "", "sources": "weights"}
            rows.append({**where, "part": "penalty", **measures, **scores, **rests})
    return rows


def _rests(route: Told) -> str:
    """Return the shares of hours and of USD by basis, as one text."""
    told = []
    for name, shares in route.basis_share.items():
        told.append(f"{name}: {', '.join(f'{basis} {share:.0%}' for basis, share in shares.items() if share > 0)}")
    return ";  ".join(told)


def or_none(value: Any) -> Any:
    """Return None for a figure that is not there: JSON knows no NaN."""
    return None if isinstance(value, float) and math.isnan(value) else value
