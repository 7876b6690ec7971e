# SPDX-License-Identifier: BSD-3-Clause
"""When an edge may be entered: calendars, dated bans and dated delays, at any moment, for one shipment.

Moments are whole numbers: billionths of an hour since 1 January 1970 UTC, so that sums of hours are exact and a tie is a
true tie. Local days and times of day go through the IANA time zones, whatever their changes of clock.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from corridor.dated import concerns, edges_of
from corridor.errors import CorridorWarning, OptionError, nearest_valid
from corridor.schema import Calendar, Status
from corridor.structure import Structure
from corridor.vocabulary import WEEKDAYS

__all__ = [
    "TICKS_AN_HOUR",
    "ZONES",
    "Gate",
    "Openings",
    "Passage",
    "Pause",
    "Span",
    "departure",
    "gates_of",
    "moment_of",
    "ticks_of",
    "zone_of",
]

TICKS_AN_HOUR: Final = 10**9
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MINUTES_A_DAY: Final = 24 * 60
# What does not open within so many days is taken never to open.
LONGEST_DAYS: Final = 3660
# Departures that time zones are known for, and that leave room for the longest wait.
YEARS: Final = range(1950, 2101)

# The local time of each country. Where a country has several zones, that of its capital: all of Russia keeps Moscow time
# here, as its railways do.
ZONES: Final[dict[str, str]] = {
    "AE": "Asia/Dubai",
    "AF": "Asia/Kabul",
    "AM": "Asia/Yerevan",
    "AZ": "Asia/Baku",
    "BG": "Europe/Sofia",
    "BY": "Europe/Minsk",
    "CN": "Asia/Shanghai",
    "DJ": "Africa/Djibouti",
    "EE": "Europe/Tallinn",
    "EG": "Africa/Cairo",
    "GE": "Asia/Tbilisi",
    "IN": "Asia/Kolkata",
    "IQ": "Asia/Baghdad",
    "IR": "Asia/Tehran",
    "KG": "Asia/Bishkek",
    "KZ": "Asia/Almaty",
    "LT": "Europe/Vilnius",
    "LV": "Europe/Riga",
    "MN": "Asia/Ulaanbaatar",
    "OM": "Asia/Muscat",
    "PK": "Asia/Karachi",
    "PL": "Europe/Warsaw",
    "RO": "Europe/Bucharest",
    "RU": "Europe/Moscow",
    "SA": "Asia/Riyadh",
    "TJ": "Asia/Dushanbe",
    "TM": "Asia/Ashgabat",
    "TR": "Europe/Istanbul",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
    "ZA": "Africa/Johannesburg",
}


def zone_of(country: str) -> ZoneInfo | None:
    """Return the time zone that a country's days are counted in, None where none is known."""
    return ZoneInfo(ZONES[country]) if country in ZONES else None


def ticks_of(moment: datetime) -> int:
    """Return an aware moment as a whole number.

    >>> ticks_of(datetime(1970, 1, 1, 5, tzinfo=ZoneInfo("Asia/Karachi")))
    0
    """
    since = moment.astimezone(UTC) - EPOCH
    microseconds = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    # 3.6 microseconds are one tick.
    return (microseconds * 10 + 18) // 36


def moment_of(ticks: int) -> datetime:
    """Return the moment in UTC that a whole number stands for."""
    return EPOCH + timedelta(microseconds=(ticks * 36 + 5) // 10)


def departure(depart: object, country: str, place: str) -> datetime:
    """Return the moment of departure in the local time of its origin.

    Parameters
    ----------
    depart
        A ``datetime.datetime``; without a time zone it is local time at the origin.
    country, place
        Of the origin.

    Returns
    -------
    datetime
        Aware: in the zone of the origin, or as given where that is not known.

    Raises
    ------
    OptionError
        If it is no moment, or has no time zone and that of the origin is not known.
    """
    example = "a datetime such as datetime(2025, 5, 28, 8, 0)"
    if not isinstance(depart, datetime):
        why = f"a {type(depart).__name__} has no time of day" if isinstance(depart, date) else "it is no datetime"
        msg = f"depart={depart!r}: {why}; give {example}."
        raise OptionError(msg)
    if depart != depart or depart.year not in YEARS:  # noqa: PLR0124 - the missing moment of pandas is not even itself
        msg = f"depart={depart!r}: must be a moment from {YEARS[0]} to {YEARS[-1]}; give {example}."
        raise OptionError(msg)
    zone = zone_of(country)
    plain = datetime.combine(depart.date(), depart.time(), depart.tzinfo).replace(fold=depart.fold)
    if plain.utcoffset() is not None:
        return plain if zone is None else plain.astimezone(zone)
    if zone is None:
        known = nearest_valid(country, ZONES, kind="Countries with a known one")
        msg = f"depart={depart!r}: no time zone is known for {country!r}, where {place!r} is; give a datetime with tzinfo.{known}"
        raise OptionError(msg)
    return plain.replace(tzinfo=zone)


def _day(text: str) -> date:
    """Return a day; one far beyond every departure is brought to where clocks can still be set to it."""
    return min(max(date.fromisoformat(text), date(YEARS[0] - 50, 1, 1)), date(YEARS[-1] + 100, 1, 1))


class Pause(NamedTuple):
    """A stretch of waiting, and the row that ends it."""

    row: Calendar | Status
    ticks: int


class Passage(NamedTuple):
    """How an edge is entered by whoever comes to it at some moment."""

    entry: int
    # What dated delays add to the edge's own time.
    extra: int
    pauses: tuple[Pause, ...]
    delays: tuple[Status, ...]

    @property
    def free(self) -> bool:
        """Whether there is no wait and no delay."""
        return not self.pauses and not self.extra


class Span(NamedTuple):
    """From when to when a dated fact holds; None: without end."""

    start: int
    end: int | None
    row: Status

    def holds(self, ticks: int) -> bool:
        """Tell whether it holds at a moment."""
        return self.start <= ticks and (self.end is None or ticks < self.end)


@dataclass(frozen=True)
class Timetable:
    """One row of the calendars: the windows that it opens, day by day."""

    row: Calendar

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of its local time."""
        return ZoneInfo(self.row.timezone)

    @cached_property
    def first(self) -> int | None:
        """The first day on which it holds, counted; None: always."""
        return _day(self.row.from_).toordinal() if self.row.from_ else None

    @cached_property
    def last(self) -> int | None:
        """The last day on which it holds, counted; None: no end."""
        return _day(self.row.to).toordinal() if self.row.to else None

    @cached_property
    def begins(self) -> int | None:
        """The moment from which it holds; None: always."""
        return None if self.first is None else self._at(self.first, 0)

    @cached_property
    def ends(self) -> int | None:
        """The moment from which it does not hold any more; None: never."""
        return None if self.last is None else self._at(self.last + 1, 0)

    @cached_property
    def minutes(self) -> tuple[int, int]:
        """The minutes of the day at which it opens and shuts; at or before the opening: on the next day."""
        opens, closes = (int(text[:2]) * 60 + int(text[3:]) for text in (self.row.opens, self.row.closes))
        return opens, closes if closes > opens else closes + MINUTES_A_DAY

    @cached_property
    def _weekdays(self) -> frozenset[int]:
        return frozenset(WEEKDAYS.index(day) for day in self.row.days or WEEKDAYS)

    @cached_property
    def _months(self) -> frozenset[int]:
        return frozenset(self.row.months or range(1, 13))

    @cached_property
    def _windows(self) -> dict[int, tuple[int, int] | None]:
        return {}

    def _at(self, day: int, minute: int) -> int:
        """Return the moment at which clocks show a minute of a day, which may be one of the next day."""
        local = datetime.combine(date.fromordinal(day), time()) + timedelta(minutes=minute)
        return ticks_of(local.replace(tzinfo=self.zone))

    def day_of(self, ticks: int) -> int:
        """Return the local day at a moment, counted."""
        return moment_of(ticks).astimezone(self.zone).toordinal()

    def holds(self, ticks: int) -> bool:
        """Tell whether the row holds at a moment: from its first to its last day."""
        return (self.begins is None or self.begins <= ticks) and (self.ends is None or ticks < self.ends)

    def window(self, day: int) -> tuple[int, int] | None:
        """Return the moments between which it is open, of the window that opens on a day; None: it does not open."""
        if day not in self._windows:
            opens, closes = self.minutes
            self._windows[day] = (self._at(day, opens), self._at(day, closes)) if self._has(day) else None
        return self._windows[day]

    def _has(self, day: int) -> bool:
        if (self.first is not None and day < self.first) or (self.last is not None and day > self.last):
            return False
        if self.row.every_days > 1 and self.first is not None and (day - self.first) % self.row.every_days:
            return False
        # Day 1 of the count is a Monday.
        return (day - 1) % 7 in self._weekdays and date.fromordinal(day).month in self._months

    def is_open(self, ticks: int) -> bool:
        """Tell whether a moment lies in one of its windows; a window belongs to the day on which it opens."""
        today = self.day_of(ticks)
        windows = (self.window(day) for day in (today, today - 1, today + 1))
        return any(window is not None and window[0] <= ticks < window[1] for window in windows)

    def next_opening(self, ticks: int) -> int | None:
        """Return the first moment, not before another, at which it opens; None: never."""
        day = self.day_of(ticks) - 1
        until = day + LONGEST_DAYS
        if self.first is not None:
            day = max(day, self.first)
        if self.last is not None:
            until = min(until, self.last)
        while day <= until:
            window = self.window(day)
            if window is not None and window[0] >= ticks:
                return window[0]
            day += 1
        return None


@dataclass(frozen=True)
class Openings:
    """The rows of the calendars of one subject that concern an edge: together they say when it is open."""

    tables: tuple[Timetable, ...]

    @classmethod
    def of(cls, rows: Iterable[Calendar]) -> Openings:
        """Return the openings of some rows of the calendars.

        >>> row = Calendar(subject="gate", subject_kind="crossing", opens="08:00", closes="17:00", timezone="Asia/Kabul",
        ...     last_confirmed="2025-01-01", basis="quoted", source="x")
        >>> found = Openings.of([row]).next_open(ticks_of(datetime(2025, 5, 28, 19, tzinfo=ZoneInfo("Asia/Kabul"))))
        >>> moment_of(found[0]).astimezone(ZoneInfo("Asia/Kabul")).isoformat()
        '2025-05-29T08:00:00+04:30'
        """
        return cls(tuple(map(Timetable, rows)))

    def is_open(self, ticks: int) -> bool:
        """Tell whether it is open at a moment: some row opens it, or no row holds."""
        return not any(table.holds(ticks) for table in self.tables) or any(
            table.is_open(ticks) for table in self.tables
        )

    def next_open(self, ticks: int) -> tuple[int, Calendar | None] | None:
        """Return the first moment, not before another, at which it is open, and the row that opens it; None: never."""
        if self.is_open(ticks):
            return ticks, None
        found: list[tuple[int, int]] = []
        for number, table in enumerate(self.tables):
            opening = table.next_opening(ticks)
            if opening is not None:
                found.append((opening, number))
            # Once the last row that holds has run out, it is open all day.
            ends = table.ends
            if ends is not None and ends > ticks and not any(other.holds(ends) for other in self.tables):
                found.append((ends, number))
        if not found:
            return None
        first, number = min(found)
        return first, self.tables[number].row


@dataclass(frozen=True)
class Gate:
    """What keeps an edge from being entered at once: calendars of its subjects, dated bans and dated delays."""

    openings: tuple[Openings, ...] = ()
    bans: tuple[Span, ...] = ()
    delays: tuple[Span, ...] = ()

    @cached_property
    def _reliefs(self) -> tuple[tuple[int, Span], ...]:
        """The moments at which a delay ends, and the delay, in order of time."""
        ending = [(span.end, span) for span in self.delays if span.end is not None]
        return tuple(sorted(ending, key=lambda relief: relief[0]))

    def delay(self, ticks: int) -> int:
        """Return the time that delays add for whoever enters at a moment."""
        return sum(round((span.row.hours or 0.0) * TICKS_AN_HOUR) for span in self.delays if span.holds(ticks))

    def entry(self, ticks: int) -> tuple[int, int] | None:
        """Return when to enter for the earliest arrival, coming at a moment, and the time that delays add; None: never.

        Of the entries that arrive as early, the first. Who comes later never arrives earlier: waiting is allowed.
        """
        first = self._first_free(ticks)
        if first is None:
            return None
        best = (first, self.delay(first))
        for relief, _ in self._reliefs:
            if first < relief < sum(best):
                later = self._first_free(relief)
                if later is not None and later + self.delay(later) < sum(best):
                    best = (later, self.delay(later))
        return best

    def passage(self, ticks: int) -> Passage | None:
        """Return how it is entered, coming at a moment, with every wait and delay told; None: never."""
        found = self.entry(ticks)
        if found is None:
            return None
        entry, extra = found
        pauses: list[Pause] = []
        at = self._first_free(ticks, pauses)
        while at is not None and at < entry:
            # It is free already: what is waited for is the end of a delay.
            until, span = next(relief for relief in self._reliefs if relief[0] > at)
            pauses.append(Pause(span.row, until - at))
            at = self._first_free(until, pauses)
        return Passage(entry, extra, tuple(pauses), tuple(span.row for span in self.delays if span.holds(entry)))

    def blocked(self, ticks: int) -> tuple[Calendar | Status, ...]:
        """Return what bars it for ever from a moment on; nothing where it can be entered some day."""
        if self._first_free(ticks) is not None:
            return ()
        endless = [span.row for span in self.bans if span.end is None]
        return tuple(endless) or tuple(table.row for openings in self.openings for table in openings.tables)

    def _first_free(self, ticks: int, pauses: list[Pause] | None = None) -> int | None:
        """Return the first moment, not before another, at which nothing bars it, and note what was waited for."""
        at, last = ticks, ticks + LONGEST_DAYS * 24 * TICKS_AN_HOUR
        while at <= last:
            before = at
            for span in self.bans:
                if span.holds(at):
                    if span.end is None:
                        return None
                    at = _wait(at, span.end, span.row, pauses)
            for openings in self.openings:
                found = openings.next_open(at)
                if found is None:
                    return None
                if found[1] is not None:
                    at = _wait(at, found[0], found[1], pauses)
            if at == before:
                return at
        return None


def _wait(at: int, until: int, row: Calendar | Status, pauses: list[Pause] | None) -> int:
    if pauses is not None and until > at:
        pauses.append(Pause(row, until - at))
    return until


def gates_of(
    structure: Structure, calendars: Sequence[Calendar], statuses: Sequence[Status], vehicle: str, form: str
) -> dict[int, Gate]:
    """Return the gate of each edge that has one, by its number.

    Parameters
    ----------
    structure
        The states and edges.
    calendars, statuses
        Rows of the two tables.
    vehicle, form
        Class of road vehicle and form of the cargo: whom rows concern.

    Returns
    -------
    dict
        Edges that nothing concerns are left out: they can be entered at any moment.

    Notes
    -----
    The days of a status are those of its place or, of a link or crossing, of the place left. A country without a known
    zone is counted in UTC, with a warning.
    """
    openings: dict[int, dict[tuple[str, str], list[Calendar]]] = {}
    for row in calendars:
        if not row.vehicles or vehicle in row.vehicles:
            for number in np.flatnonzero(edges_of(structure, row)).tolist():
                openings.setdefault(number, {}).setdefault((row.subject_kind, row.subject), []).append(row)
    bans, delays = _spans_of(structure, statuses, vehicle, form)
    made: dict[tuple[int, ...], Openings] = {}

    def opened(rows: list[Calendar]) -> Openings:
        return made.setdefault(tuple(map(id, rows)), Openings.of(rows))

    return {
        number: Gate(
            tuple(map(opened, openings.get(number, {}).values())),
            tuple(bans.get(number, ())),
            tuple(delays.get(number, ())),
        )
        for number in sorted({*openings, *bans, *delays})
    }


def _spans_of(
    structure: Structure, statuses: Sequence[Status], vehicle: str, form: str
) -> tuple[dict[int, list[Span]], dict[int, list[Span]]]:
    """Return the bans and the delays of each edge by its number."""
    bans: dict[int, list[Span]] = {}
    delays: dict[int, list[Span]] = {}
    tails = structure.place_of[structure.csr.tails]
    heads = structure.place_of[structure.csr.heads]
    midnight = _midnights()
    for row in statuses:
        if row.effect == "advisory" or not concerns(row, vehicle, form):
            continue
        on = edges_of(structure, row)
        at_place = structure.number_of_place.get(row.subject, -1) if row.subject_kind == "place" else -1
        if row.effect == "hours" and at_place >= 0:
            # Once a passage: on the way in.
            on = on & (heads == at_place)
        for number in np.flatnonzero(on).tolist():
            country = structure.country_names[structure.country_of[at_place if at_place >= 0 else tails[number]]]
            end = midnight(country, row.to, 1) if row.to else None
            found = bans if row.effect == "ban" else delays
            found.setdefault(number, []).append(Span(midnight(country, row.from_, 0), end, row))
    return bans, delays


def _midnights() -> Callable[[str, str, int], int]:
    """Return what gives the first moment of a day, or of so many days later, in a country."""
    known: dict[tuple[str, str, int], int] = {}
    unknown: set[str] = set()

    def midnight(country: str, day: str, later: int) -> int:
        key = (country, day, later)
        if key not in known:
            zone = zone_of(country)
            if zone is None and country not in unknown:
                unknown.add(country)
                msg = f"No time zone is known for {country!r}: the days of its statuses are counted in UTC."
                warnings.warn(msg, CorridorWarning, stacklevel=2)
            start = datetime.combine(_day(day) + timedelta(days=later), time(), zone or UTC)
            known[key] = ticks_of(start)
        return known[key]

    return midnight
