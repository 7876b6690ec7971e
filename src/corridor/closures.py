# SPDX-License-Identifier: BSD-3-Clause
"""What past closures tell: how often and how long, which of them hit several crossings at once, and draws from them.

The dated statuses are the history: every ban is a spell from its first to its last day. A spell without an end is censored
on the day of its last confirmation: it lasted at least so long. Draws take a day of the history at random and what was
shut on it, so that common shocks shut all their crossings together and the long-run share of days shut is that of the history.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from corridor.dated import concerns, edges_of
from corridor.errors import OptionError, nearest_valid
from corridor.prices import Prices
from corridor.schema import Status
from corridor.structure import Array
from corridor.tables import Tables
from corridor.time_spread import stream
from corridor.vocabulary import weakest

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CLOSURES",
    "Closures",
    "History",
    "Spell",
    "Survival",
    "check_closures",
    "closure_history",
    "kaplan_meier",
    "lasting",
]

Closures: TypeAlias = Literal["none", "history"]
CLOSURES: Final[tuple[Closures, ...]] = ("none", "history")
# Closures of one border that begin within so many days of each other are one shock.
SHOCK_DAYS: Final = 3
# Records from before are patchy: the share of days shut is taken over this many years at most.
MOST_YEARS: Final = 10
# A crossing with as many spells speaks for itself; one with fewer borrows those of its border.
ENOUGH_SPELLS: Final = 5
DAYS_A_YEAR: Final = 365.25
HOURS_A_DAY: Final = 24.0
# No draw is further out than this, so that every length is finite.
LEAST_CHANCE: Final = 1e-12


class Spell(NamedTuple):
    """One closure: first day and first day after it as ordinals; censored where the end is not known."""

    subject: str
    kind: str
    border: str
    begin: int
    end: int
    censored: bool
    shock: str
    reason: str
    basis: str
    source: str
    rows: tuple[Status, ...]

    @property
    def days(self) -> int:
        """How long it lasted, days; at least so long where it is censored."""
        return self.end - self.begin

    @property
    def known(self) -> tuple[int, bool]:
        """How many days it is known to have lasted, and whether it may have lasted longer.

        An end that no report has seen, but was judged, is none: the closure is known up to its last confirmation.
        """
        last = self.rows[-1]
        if self.censored or last.basis != "estimate" or not last.to or last.last_confirmed > last.to:
            return self.days, self.censored
        return max(1, min(self.end, _ordinal(last.last_confirmed) + 1) - self.begin), True


@dataclass(frozen=True)
class Survival:
    """The chance that a closure lasts longer than so many days, as steps down at the lengths seen."""

    days: tuple[float, ...]
    chances: tuple[float, ...]
    longest: float
    spells: int
    censored: int

    def beyond(self, days: float) -> float:
        """Return the chance that a closure lasts longer than so many days.

        Beyond the longest spell, where that is censored, the chance falls off exponentially through its last value.
        """
        last = self.chances[-1] if self.chances else 1.0
        if days > self.longest > 0 and 0.0 < last < 1.0:
            return float(last ** (days / self.longest))
        step = int(np.searchsorted(self.days, days, side="right"))
        return self.chances[step - 1] if step else 1.0

    def outlasts(self, more: float, *, age: float = 0.0) -> float:
        """Return the chance that a closure that has lasted ``age`` days goes on for more than ``more`` days.

        NaN where it is older than every one of a history without an open end.
        """
        so_far = self.beyond(age)
        return self.beyond(age + more) / so_far if so_far > 0 else math.nan

    def lengths(self, chances: Array, *, age: float = 0.0) -> Array:
        """Return the length, days, that a closure older than ``age`` outlasts with each of these chances."""
        wanted = np.maximum(np.asarray(chances), LEAST_CHANCE) * self.beyond(age)
        last = self.chances[-1] if self.chances else 1.0
        if not self.days or (last > 0 and not last < 1.0):
            msg = "No closure of the history has a known end, so that nothing is known of how long they last: closures='none'."
            raise OptionError(msg)
        steps = np.searchsorted(-np.array(self.chances), -wanted, side="left")
        found = np.array([*self.days, math.inf])[steps]
        # Of a censored tail the length is that of the exponential beyond the longest spell.
        open_ended = ~np.isfinite(found)
        with np.errstate(divide="ignore", invalid="ignore"):
            tail = (
                self.longest * np.log(wanted) / math.log(last) if 0 < last < 1 else np.full(len(wanted), self.longest)
            )
        result: Array = np.maximum(np.where(open_ended, tail, found), age)
        return result


def kaplan_meier(lengths: Sequence[float], censored: Sequence[bool]) -> Survival:
    """Return the chance that a closure lasts longer, from lengths of which some are only known to be exceeded.

    Parameters
    ----------
    lengths
        How long each lasted, days.
    censored
        Whether it was still going on then.

    Returns
    -------
    Survival
        Steps at the lengths with a known end.

    References
    ----------
    Kaplan and Meier (1958), Nonparametric estimation from incomplete observations, Journal of the American Statistical
    Association 53: 457-481. Beyond the longest, where censored: Brown, Hollander and Korwar (1974), Nonparametric tests
    of independence for censored data, in Reliability and Biometry, SIAM: 327-354.

    Examples
    --------
    >>> found = kaplan_meier([2, 4, 6, 6], [False, True, False, False])
    >>> found.beyond(1), found.beyond(2), found.beyond(6)
    (1.0, 0.75, 0.0)
    """
    chance, days, chances = 1.0, [], []
    for day in sorted({float(length) for length, open_ in zip(lengths, censored, strict=True) if not open_}):
        at_risk = sum(length >= day for length in lengths)
        ended = sum(length == day and not open_ for length, open_ in zip(lengths, censored, strict=True))
        chance *= 1.0 - ended / at_risk
        days.append(day)
        chances.append(chance)
    longest = float(max(lengths, default=0.0))
    return Survival(tuple(days), tuple(chances), longest, len(lengths), sum(map(bool, censored)))


def lasting(spells: Iterable[Spell]) -> Survival:
    """Return how long closures last that are like some spells; those without a known end are censored."""
    known = [spell.known for spell in spells]
    return kaplan_meier([days for days, _ in known], [censored for _, censored in known])


@dataclass(frozen=True)
class History:
    """The closures on record that concern a shipment, and the days that they are counted over.

    Attributes
    ----------
    spells
        In the order of subjects and days.
    first, last
        The days of the record that shares are taken over, as ordinals, both included. What was not known to be shut on
        one of them counts as open, also after the last confirmation of a closure without an end.
    borders
        The two countries of each crossing.
    """

    spells: tuple[Spell, ...]
    first: int
    last: int
    borders: Mapping[str, str] = field(default_factory=dict)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Ids of what was ever shut, in order."""
        return tuple(dict.fromkeys(spell.subject for spell in self.spells))

    @property
    def window(self) -> str:
        """The days that shares are taken over, as text."""
        return f"{date.fromordinal(self.first)} to {date.fromordinal(self.last)}"

    def of(self, subject: str) -> tuple[Spell, ...]:
        """Return the spells of a crossing, link or place."""
        return tuple(spell for spell in self.spells if spell.subject == subject)

    def share_shut(self, subject: str) -> float:
        """Return the share of the days of the record on which a subject was shut."""
        days = sum(max(0, min(spell.end, self.last + 1) - max(spell.begin, self.first)) for spell in self.of(subject))
        return days / (self.last + 1 - self.first)

    def like(self, subject: str) -> tuple[tuple[Spell, ...], str]:
        """Return the spells that tell how long a closure of a subject lasts, and whose they are.

        Its own where there are at least five and one has ended; else those of its border; else those of every
        crossing (link, place); else all of the record.
        """
        own = self.of(subject)
        border, kind = self.borders.get(subject, ""), own[0].kind if own else "crossing"
        pools = (
            (own, subject, ENOUGH_SPELLS),
            (tuple(spell for spell in self.spells if border and spell.border == border), f"the {border} border", 1),
            (tuple(spell for spell in self.spells if spell.kind == kind), f"every {kind} on record", 1),
            (self.spells, "everything on record", 1),
        )
        for spells, whose, least in pools:
            if len(spells) >= least and not all(spell.known[1] for spell in spells):
                return spells, whose
        return (), "nothing"

    def survival(self, subject: str) -> Survival:
        """Return how long a closure of a subject lasts."""
        spells, _ = self.like(subject)
        return lasting(spells)

    def still_shut(self, spell: Spell) -> tuple[int, Survival]:
        """Return for how many days a closure without a known end has lasted, and how long such ones last.

        A common shock is one closure of its border: as old as it is at its youngest crossing, and lasting as the shocks of that
        border do; where none of them has ended, as its own crossing tells.
        """
        shocks = [other for other in self.spells if spell.shock and other.shock and other.border == spell.border]
        if all(other.known[1] for other in shocks):
            return spell.days, self.survival(spell.subject)
        return min(other.days for other in shocks if other.shock == spell.shock and other.censored), lasting(shocks)

    def shut_for(self, n: int, seed: int) -> dict[str, Array]:
        """Return for each subject and draw the hours until it opens, 0 where it is open.

        Every draw is a day of the record with what was shut on it, the truck being there at any hour of the day.
        """
        if not self.spells:
            return {}
        found = stream(seed, "closures").random((2, n))
        day = self.first + np.floor(found[0] * (self.last + 1 - self.first))
        hour = found[1]
        waits = {}
        for subject in self.subjects:
            spells = self.of(subject)
            begins, ends = (np.array([getattr(spell, name) for spell in spells]) for name in ("begin", "end"))
            at = np.searchsorted(begins, day, side="right") - 1
            shut = (at >= 0) & (day < ends[np.maximum(at, 0)])
            days = np.where(shut, ends[np.maximum(at, 0)] - day - hour, 0.0)
            for number, spell in enumerate(spells):
                here = shut & (at == number)
                if spell.censored and here.any():
                    # A shock without a known end ends for all its crossings alike.
                    chances = stream(seed, f"closures/{spell.shock or subject}").random(n)
                    age, survival = self.still_shut(spell)
                    days = np.where(here, days + survival.lengths(chances, age=age) - age, days)
            waits[subject] = days * HOURS_A_DAY
        return waits

    def to_frame(self) -> pd.DataFrame:
        """Return the spells, one row each: ``subject``, ``border``, ``from``, ``to``, ``days``, ``censored``, ``shock`` ...

        Returns
        -------
        pandas.DataFrame
            ``to`` is the last day shut, or that of the last confirmation where ``censored``; ``shock`` names the common
            shock, blank for a local closure.
        """
        import pandas as pd

        rows = [
            {"subject": spell.subject, "kind": spell.kind, "border": spell.border, "from": date.fromordinal(spell.begin).isoformat(),
             "to": date.fromordinal(spell.end - 1).isoformat(), "days": spell.days, "censored": spell.censored,
             "shock": spell.shock, "reason": spell.reason, "basis": spell.basis, "source": spell.source}
            for spell in self.spells
        ]  # fmt: skip
        columns = ["subject", "kind", "border", "from", "to", "days", "censored", "shock", "reason", "basis", "source"]
        return pd.DataFrame(rows, columns=columns)

    def rates(self) -> pd.DataFrame:
        """Return how often each subject was shut: one row a subject.

        Returns
        -------
        pandas.DataFrame
            Indexed by subject: ``spells`` that began in the days of the record, of them in common shocks (``common``) and
            ``local``, each a year, ``share_shut`` of the days, and ``median_days`` (Kaplan and Meier; missing where more
            than half have no known end).
        """
        import pandas as pd

        years = (self.last + 1 - self.first) / DAYS_A_YEAR
        rows = {}
        for subject in self.subjects:
            begun = [spell for spell in self.of(subject) if spell.begin >= self.first]
            common = sum(bool(spell.shock) for spell in begun)
            survival = lasting(self.of(subject))
            median = next(
                (day for day, chance in zip(survival.days, survival.chances, strict=True) if chance <= 0.5), math.nan
            )
            rows[subject] = {
                "spells": len(begun), "common_a_year": common / years, "local_a_year": (len(begun) - common) / years,
                "share_shut": self.share_shut(subject), "median_days": median,
            }  # fmt: skip
        frame = pd.DataFrame.from_dict(rows, orient="index")
        frame.index.name = "subject"
        frame.attrs["window"] = self.window
        return frame


def closure_history(
    tables: Tables, *, vehicle: str = "trailer", form: str = "container", until: date | None = None
) -> History:
    """Return the closures on record that concern a shipment.

    Parameters
    ----------
    tables
        The tables of a network; every status that bans is a closure of its crossing, link or place.
    vehicle
        Class of road vehicle.
    form
        How the cargo travels: container, reefer, bulk, tank or gas.
    until
        What was known on that day: later closures are left out, and what was shut then has no known end; missing: all.

    Returns
    -------
    History
        Spells that touch or overlap are one. The record runs from the first day to the last known one of all of them,
        over ten years at most, since older records are patchy.

    Examples
    --------
    >>> import corridor as co
    >>> history = closure_history(co.load().tables)
    >>> max(spell.days for spell in history.of("chaman") if not spell.censored)
    39
    """
    rows = [row for row in tables.statuses if row.effect == "ban" and concerns(row, vehicle, form)]
    tomorrow = date.max.toordinal() if until is None else until.toordinal() + 1
    borders = _borders(tables)
    shocks = _shocks(rows, borders)
    spells: list[Spell] = []
    for row in sorted(rows, key=lambda row: (row.subject_kind, row.subject, row.from_)):
        begin, end = _ordinal(row.from_), _ordinal(row.to or row.last_confirmed) + 1
        if begin >= tomorrow:
            continue
        open_ended = not row.to or end > tomorrow
        end = max(min(end, tomorrow), begin + 1)
        last = spells[-1] if spells else None
        if last is not None and (last.kind, last.subject) == (row.subject_kind, row.subject) and begin <= last.end:
            longer = end >= last.end
            spells[-1] = last._replace(
                end=max(end, last.end), censored=open_ended if longer else last.censored, rows=(*last.rows, row),
                source=";".join(dict.fromkeys([*last.source.split(";"), *row.source.split(";")])),
                reason="; ".join(dict.fromkeys(filter(None, [*last.reason.split("; "), row.reason]))),
                basis=weakest(last.basis, row.basis), shock=shocks.get((row.subject, row.from_), "") or last.shock,
            )  # fmt: skip
            continue
        border = borders.get(row.subject, "") if row.subject_kind == "crossing" else ""
        shock = shocks.get((row.subject, row.from_), "")
        about = (row.reason, row.basis, row.source, (row,))
        spells.append(Spell(row.subject, row.subject_kind, border, begin, end, open_ended, shock, *about))
    if not spells:
        return History((), 0, 0, borders)
    last_day = max(spell.end for spell in spells) - 1
    first_day = max(min(spell.begin for spell in spells), last_day - round(MOST_YEARS * DAYS_A_YEAR) + 1)
    return History(tuple(spells), first_day, last_day, borders)


def waits_of_edges(history: History, prices: Prices, n: int, seed: int) -> dict[int, tuple[str, Array]]:
    """Return for each edge that was ever shut what it is part of and the hours until it opens in each draw.

    A place is waited for on the edges that lead into it; of several things that shut an edge the longest counts.
    """
    structure = prices.structure
    shut = history.shut_for(n, seed)
    found: dict[int, tuple[str, Array]] = {}
    for spell in history.spells:
        for row in spell.rows:
            on = edges_of(structure, row)
            if row.subject_kind == "place" and row.subject in structure.number_of_place:
                on &= structure.place_of[structure.csr.heads] == structure.number_of_place[row.subject]
            for edge in np.flatnonzero(on).tolist():
                name, hours = found.get(edge, (row.subject, shut[row.subject]))
                if row.subject not in name.split(" and "):
                    name, hours = f"{name} and {row.subject}", np.maximum(hours, shut[row.subject])
                found[edge] = (name, hours)
    return found


def check_closures(closures: str) -> Closures:
    """Return whether closures are drawn; refuse what is no such choice."""
    if closures not in CLOSURES:
        msg = f"Unknown closures={closures!r}.{nearest_valid(str(closures), CLOSURES, kind='Choices')}"
        raise OptionError(msg)
    return closures


def _borders(tables: Tables) -> Mapping[str, str]:
    """Return the two countries of each crossing, as text."""
    country = {place.id: place.country for place in tables.places}
    return {
        row.crossing: "-".join(sorted({country.get(row.post, "?"), country.get(row.facing_post, "?")}))
        for row in tables.crossings
    }


def _shocks(rows: Iterable[Status], borders: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Return the common shock of each closure that is part of one: two or more crossings of a border shut together."""
    by_border: dict[str, list[Status]] = {}
    for row in rows:
        if row.subject_kind == "crossing" and row.subject in borders:
            by_border.setdefault(borders[row.subject], []).append(row)
    found: dict[tuple[str, str], str] = {}
    for border, closed in by_border.items():
        groups: list[list[Status]] = []
        for row in sorted(closed, key=lambda row: row.from_):
            if groups and _ordinal(row.from_) - _ordinal(groups[-1][0].from_) <= SHOCK_DAYS:
                groups[-1].append(row)
            else:
                groups.append([row])
        for group in groups:
            if len({row.subject for row in group}) > 1:
                found |= {(row.subject, row.from_): f"{border} {group[0].from_}" for row in group}
    return found


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
