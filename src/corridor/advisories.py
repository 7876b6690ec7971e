# SPDX-License-Identifier: BSD-3-Clause
"""Which dated closures and restrictions a route meets, how sure the data are of them, and whether its cargo keeps."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from corridor.costs import CostModel
from corridor.dated import STALE_DAYS, concerns, days_unconfirmed, holds_on
from corridor.errors import CorridorWarning
from corridor.prices import Edge
from corridor.schema import Cargo, Status

__all__ = ["Advisory", "advisories_of", "warn_if_stale"]


class Advisory(NamedTuple):
    """A known, dated closure or restriction of what the route uses or would have used; or cargo that does not keep."""

    subject: str
    state: str
    since: str
    last_confirmed: str
    reason: str
    source: str
    until: str = ""
    whom: str = ""
    effect: str = "advisory"
    hours: float | None = None
    # Days from the last report to the day asked; 0 where the end is known or no day was asked for.
    days_unconfirmed: int = 0

    @classmethod
    def of(cls, row: Status, day: date | None = None) -> Advisory:
        """Return the advisory of a row of the statuses, as seen from a day."""
        unconfirmed = 0 if day is None else days_unconfirmed(row, day)
        return cls(
            row.subject, row.state, row.from_, row.last_confirmed, row.reason, row.source, row.to, row.whom, row.effect,
            row.hours, unconfirmed,
        )  # fmt: skip

    @classmethod
    def of_cargo(cls, cargo: Cargo, hours: float) -> Advisory | None:
        """Return the advisory that goods are longer under way than they keep; None where they keep."""
        if cargo.shelf_life_days is None or hours <= cargo.shelf_life_days * 24:
            return None
        reason = f"{hours / 24:.1f} days under way, saleable for {cargo.shelf_life_days:g} [{cargo.shelf_life_basis}]"
        return cls(cargo.id, "spoiled", "", "", reason, cargo.source, effect="shelf-life")

    @property
    def stale(self) -> bool:
        """Whether so long has passed since the last report that the state since is unknown."""
        return self.days_unconfirmed > STALE_DAYS

    def __str__(self) -> str:
        if self.effect == "shelf-life":
            return f"{self.subject}: {self.state}: {self.reason} [{self.source.split(';')[0]}]"
        why = f" ({self.reason})" if self.reason else ""
        whom = "" if self.whom in {"", "freight"} else f" ({self.whom})"
        added = f", {self.hours:g} h more" if self.hours is not None else ""
        end = f"until {self.until}" if self.until else "no end found"
        confirmed = f"last confirmed {self.last_confirmed}"
        if self.stale:
            confirmed += f", {self.days_unconfirmed} days before the day asked: the state since is unknown"
        source = self.source.split(";")[0]
        return f"{self.subject}: {self.state}{whom}{added} since {self.since}{why}; {end}, {confirmed} [{source}]"


def advisories_of(
    statuses: Iterable[Status],
    edges: Sequence[Edge],
    costs: CostModel,
    day: date | None = None,
    *,
    hours: float = 0.0,
) -> tuple[Advisory, ...]:
    """Return the known closures and restrictions of what some edges pass.

    Without a day: those that had not ended when the data were last confirmed. With one: those of that day, but for bans
    that bar the shipment, which no route of that day meets, and added hours, which are in its figures. Last, where the
    hours under way are longer than the cargo keeps, that.
    """
    statuses = tuple(statuses)
    vehicle, form = costs.shipment.vehicle, costs.cargo.form
    used: dict[str, set[str]] = {edges[0].tail[0]: set()}
    used |= {edge.head[0]: set() for edge in edges} | {edge.key: set() for edge in edges}
    modes: dict[str, set[str]] = {}
    for edge in edges:
        if edge.crossing:
            used.setdefault(edge.crossing, set()).add(f"{edge.countries[0]}-{edge.countries[-1]}")
        if edge.link is not None:
            used[edge.key].add("forward" if edge.forward else "backward")
            for name in (edge.key, edge.crossing, edge.tail[0], edge.head[0]):
                modes.setdefault(name, set()).add(edge.mode)
    facts = [
        row
        for row in statuses
        if row.subject in used and row.state != "open" and (not row.vehicles or vehicle in row.vehicles)
        if row.direction == "both" or not used[row.subject] or row.direction in used[row.subject]
        if not row.modes or not modes.get(row.subject) or modes[row.subject] & set(row.modes)
    ]
    if day is None:
        known = max((row.last_confirmed for row in statuses), default="")
        facts = [row for row in facts if not row.to or row.to > known]
    else:
        facts = [
            row
            for row in facts
            if holds_on(row, day) and (row.effect == "advisory" or not concerns(row, vehicle, form))
        ]
    shut = {row.subject for row in facts if row.state == "closed"}
    # A restriction of what is shut is an exception from the closure, of no use to other cargo.
    told = [Advisory.of(row, day) for row in facts if row.state == "closed" or row.subject not in shut]
    spoiled = Advisory.of_cargo(costs.cargo, hours)
    return (*told, spoiled) if spoiled else tuple(told)


def warn_if_stale(facts: Iterable[Advisory], day: date) -> None:
    """Warn of facts without an end that were last confirmed long before a day: the state since is unknown."""
    stale = list(dict.fromkeys(fact for fact in facts if fact.stale))
    if stale:
        told = "; ".join(
            f"{fact.subject} ({fact.state} since {fact.since}) last confirmed {fact.last_confirmed}" for fact in stale
        )
        message = f"As of {day} the state is not known, only what was last reported: {told}."
        warnings.warn(message, CorridorWarning, stacklevel=4)
