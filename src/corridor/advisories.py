# SPDX-License-Identifier: BSD-3-Clause
"""Which dated closures and restrictions a route meets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from corridor.prices import Edge
from corridor.schema import Status

__all__ = ["Advisory", "advisories_of"]


class Advisory(NamedTuple):
    """A known, dated closure or restriction of something that the route uses."""

    subject: str
    state: str
    since: str
    last_confirmed: str
    reason: str
    source: str
    until: str = ""
    whom: str = ""

    def __str__(self) -> str:
        why = f" ({self.reason})" if self.reason else ""
        whom = "" if self.whom in {"", "freight"} else f" ({self.whom})"
        return (
            f"{self.subject}: {self.state}{whom} since {self.since}{why}; "
            f"{f'until {self.until}' if self.until else 'no end found'}, last confirmed {self.last_confirmed} [{self.source.split(';')[0]}]"
        )


def advisories_of(statuses: Iterable[Status], edges: Sequence[Edge], vehicle: str) -> tuple[Advisory, ...]:
    """Return the known closures and restrictions of what some edges pass that had not ended when last confirmed."""
    statuses = tuple(statuses)
    known = max((row.last_confirmed for row in statuses), default="")
    used: dict[str, set[str]] = {edges[0].tail[0]: set()}
    used |= {edge.head[0]: set() for edge in edges} | {edge.key: set() for edge in edges}
    for edge in edges:
        if edge.crossing:
            used.setdefault(edge.crossing, set()).add(f"{edge.countries[0]}-{edge.countries[-1]}")
    facts = [
        row
        for row in statuses
        if row.subject in used and (not row.vehicles or vehicle in row.vehicles)
        if row.state != "open" and (not row.to or row.to > known)
        if row.direction == "both" or not used[row.subject] or row.direction in used[row.subject]
    ]
    shut = {row.subject for row in facts if row.state == "closed"}
    # A restriction of what is shut is an exception from the closure, of no use to other cargo.
    found = [
        Advisory(row.subject, row.state, row.from_, row.last_confirmed, row.reason, row.source, row.to, row.whom)
        for row in facts
        if row.state == "closed" or row.subject not in shut
    ]
    return tuple(found)
