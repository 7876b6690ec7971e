# SPDX-License-Identifier: BSD-3-Clause
"""What the dated statuses do on one day: which edges are shut to a shipment, and how many hours others take longer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np

from corridor.errors import OptionError
from corridor.schema import Calendar, Status
from corridor.structure import Array, Structure
from corridor.vocabulary import MODES

__all__ = ["STALE_DAYS", "Dated", "as_day", "concerns", "days_unconfirmed", "edges_of", "effects_on", "holds_on"]

# A fact without an end that was confirmed longer ago than this may no longer hold.
STALE_DAYS: Final = 90
# Containers with a cooling unit go where containers go.
FORMS: Final[Mapping[str, frozenset[str]]] = {"container": frozenset({"container", "reefer"})}


@dataclass(frozen=True)
class Dated:
    """The effects of the statuses of one day on the edges of a structure, for one shipment."""

    day: date
    shut: Array
    hours: Array
    # The bans and added hours that an edge meets, by its number.
    facts: Mapping[int, tuple[Status, ...]]

    def bans(self, edges: Iterable[int]) -> tuple[Status, ...]:
        """Return the bans that some edges meet, each once, in the order met."""
        met = (row for edge in edges for row in self.facts.get(edge, ()) if row.effect == "ban")
        return tuple(dict.fromkeys(met))

    def shut_by(self, rows: Iterable[Status]) -> Array:
        """Return which edges some of the bans shut."""
        wanted = set(rows)
        shut = np.zeros(len(self.shut), dtype=bool)
        shut[[edge for edge, facts in self.facts.items() if not wanted.isdisjoint(facts)]] = True
        return shut & self.shut

    def delays(self, edges: Iterable[int]) -> tuple[Status, ...]:
        """Return the facts that add hours to some edges, each once, in the order met."""
        met = (row for edge in edges for row in self.facts.get(edge, ()) if row.effect == "hours")
        return tuple(dict.fromkeys(met))


def as_day(given: date | str, *, option: str) -> date:
    """Return a day that was given as a date or as text; refuse what is none.

    Raises
    ------
    OptionError
        If it is no day of the calendar.
    """
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        msg = f"{option}={given!r}: must be a day of the calendar, a datetime.date or a text such as '2026-08-01'."
        raise OptionError(msg) from None


def holds_on(row: Status, day: date) -> bool:
    """Tell whether a fact holds on a day, as far as the data know."""
    text = day.isoformat()
    return row.from_ <= text and (not row.to or text <= row.to)


def days_unconfirmed(row: Status, day: date) -> int:
    """Return how many days before a day a fact without an end was last confirmed; 0 where its end is known."""
    return 0 if row.to else max(0, (day - date.fromisoformat(row.last_confirmed)).days)


def concerns(row: Status, vehicle: str, form: str) -> bool:
    """Tell whether a fact can concern a shipment of a form of cargo that goes in a class of road vehicle."""
    if row.cargo not in {"all", "freight"} and form not in FORMS.get(row.cargo, {row.cargo}):
        return False
    return not row.vehicles or vehicle in row.vehicles


def edges_of(structure: Structure, row: Status | Calendar) -> Array:
    """Return which edges a fact speaks of: those of its crossing or link, or the links that end at its place."""
    by_link = structure.link >= 0
    place_of, ends = structure.place_of, structure.csr
    tails, heads = place_of[ends.tails], place_of[ends.heads]
    if row.subject_kind == "crossing":
        known = row.subject in structure.crossings
        on = structure.crossing == (structure.crossings.index(row.subject) if known else -2)
    elif row.subject_kind == "link":
        names = np.fromiter((name == row.subject for name in structure.link_ids), dtype=bool)
        on = by_link & np.concatenate([names, [False]])[structure.link]
    else:
        number = structure.number_of_place.get(row.subject, -1)
        on = by_link & ((tails == number) | (heads == number))
    if row.direction in {"forward", "backward"}:
        on = on & (structure.forward == (row.direction == "forward"))
    elif row.direction != "both":
        codes = structure.country_names
        left, entered = (codes.index(code) if code in codes else -1 for code in row.direction.split("-"))
        on = on & (structure.country_of[tails] == left) & (structure.country_of[heads] == entered)
    # A class of road vehicle is met on roads alone.
    modes = row.modes or (("road",) if row.vehicles else ())
    if modes:
        on = on & np.isin(structure.mode, [MODES.index(mode) for mode in modes])
    edges: Array = on
    return edges


def effects_on(structure: Structure, statuses: Iterable[Status], day: date, vehicle: str, form: str) -> Dated:
    """Return what the statuses of a day do to the edges of a structure.

    A ban shuts an edge. Hours are added once a passage: at a place to the edges that lead into it.
    """
    shut = np.zeros(len(structure.kind), dtype=bool)
    hours = np.zeros(len(structure.kind))
    facts: dict[int, list[Status]] = {}
    for row in statuses:
        if row.effect == "advisory" or not holds_on(row, day) or not concerns(row, vehicle, form):
            continue
        on = edges_of(structure, row)
        if row.effect == "ban":
            shut |= on
        else:
            if row.subject_kind == "place":
                on &= structure.place_of[structure.csr.heads] == structure.number_of_place[row.subject]
            hours[on] += row.hours or 0.0
        for number in np.flatnonzero(on).tolist():
            facts.setdefault(number, []).append(row)
    return Dated(day, shut, hours, {number: tuple(rows) for number, rows in facts.items()})
