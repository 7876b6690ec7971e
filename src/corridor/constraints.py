# SPDX-License-Identifier: BSD-3-Clause
"""What a route must keep to: options looked up, checked against the network and each other, and turned into a mask."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from corridor.errors import OptionError, UnknownPlaceError, nearest_valid
from corridor.lookup import SNAP_KM
from corridor.vocabulary import BYS, CORRIDOR_COUNTRIES, DEFAULT_MODES, MODES, By, LinkStatus, Mode

if TYPE_CHECKING:
    from corridor.schema import Place
    from corridor.structure import Array, Structure

__all__ = [
    "BUILDABLE",
    "LIMITS",
    "Constraints",
    "Ground",
    "Where",
    "check_also",
    "check_alternatives",
    "check_budget",
    "check_by",
    "check_constraints",
    "check_contradictions",
    "check_countries_agree",
    "check_criteria",
    "check_include",
    "check_limits",
    "check_modes",
    "check_pace",
    "check_snap",
    "limits_given",
    "miss",
    "several_places",
]

Where: TypeAlias = str | tuple[float, float]
BUILDABLE: Final[tuple[LinkStatus, ...]] = ("planned", "under-construction", "disused")
# What a Pareto front may be made of, and a matrix may show besides.
CRITERIA: Final = ("score", "km", "hours", "usd", "co2e_kg", "crossings", "transfers")
# The measure that each limit holds down.
LIMITS: Final[dict[str, str]] = {
    "max_hours": "hours",
    "max_usd": "usd",
    "max_co2e_kg": "co2e_kg",
    "max_crossings": "crossings",
    "max_transfers": "transfers",
}


class Ground(Protocol):
    """What options are looked up in: the places, links, crossings and countries of a network."""

    def place(self, what: Where, *, snap_km: float) -> Place:
        """Return the one place that is meant."""

    @property
    def link_ids(self) -> Collection[str]:
        """Ids of the links."""

    @property
    def crossing_ids(self) -> Collection[str]:
        """Ids of the crossings."""

    @property
    def country_codes(self) -> Collection[str]:
        """Countries in which there are places."""


@dataclass(frozen=True)
class Constraints:
    """What a route must keep to: ids that were looked up and checked against the network."""

    modes: tuple[Mode, ...] = DEFAULT_MODES
    include: tuple[LinkStatus, ...] = ()
    via: tuple[str, ...] = ()
    places: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    crossings: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    within: frozenset[str] | None = None
    limits: Mapping[str, float] = field(default_factory=dict, compare=False)
    # Whether what the statuses of the day shut is used all the same: the ordinary way, to compare with.
    lifted: bool = False

    @property
    def avoids(self) -> bool:
        """Whether anything is to be avoided."""
        return bool(self.places or self.links or self.crossings or self.countries)

    def usable(self, structure: Structure, in_play: Array) -> Array:
        """Return for each edge whether it may be used, of those that are in play."""
        import numpy as np

        usable = in_play.copy()
        link = structure.link
        heads = structure.place_of[structure.csr.heads]
        if self.links:
            barred = np.fromiter(map(self.links.__contains__, structure.link_ids), dtype=bool)
            usable &= ~((link >= 0) & barred[link])
        if self.crossings:
            barred = np.array([*(name in self.crossings for name in structure.crossings), False])
            usable &= ~barred[structure.crossing]
        if self.places:
            numbers = [structure.number_of_place[place] for place in self.places]
            usable &= ~np.isin(heads, numbers)
        if self.countries or self.within is not None:
            inside = np.array([*(all(map(self._inside, group)) for group in structure.country_groups), True])
            group = np.where(link >= 0, structure.countries[link], -1) if len(structure.countries) else link
            usable &= inside[group]
            usable &= np.array([*map(self._inside, structure.country_names)])[structure.country_of][heads]
        return usable

    def _inside(self, country: str) -> bool:
        return country not in self.countries and (self.within is None or country in self.within)


def check_by(by: str) -> By:
    """Return the measure asked for; refuse what is none."""
    if by not in BYS:
        msg = f"Unknown by={by!r}.{nearest_valid(str(by), BYS, kind='Choices')}"
        raise OptionError(msg)
    return by


def check_snap(snap_km: float) -> None:
    """Refuse a distance that is none."""
    number = _number(snap_km)
    if number is None or number < 0:
        msg = f"snap_km={snap_km!r}: must be a finite number of km, 0 or more."
        raise OptionError(msg)


def check_pace(option: str, hours: float) -> float:
    """Return hours from one thing to the next; refuse what is none."""
    number = _number(hours)
    if number is None or number <= 0:
        msg = f"{option}={hours!r}: must be a finite number of hours above 0."
        raise OptionError(msg)
    return number


def check_budget(**given: float | None) -> tuple[str, float]:
    """Return the one budget that was given and its measure; refuse none, several, and what is no such number."""
    named = {name: value for name, value in given.items() if value is not None}
    if len(named) != 1:
        msg = f"reach({', '.join(named) or 'no budget'}): give one budget, {' or '.join(f'{name}=' for name in given)}."
        raise OptionError(msg)
    ((name, value),) = named.items()
    number = _number(value)
    if number is None or number < 0:
        msg = f"{name}={value!r}: must be a finite number of 0 or more."
        raise OptionError(msg)
    return name, number


def check_limits(**given: float | None) -> dict[str, float]:
    """Return the limits that were given by the measure they hold down; refuse what is no such limit.

    A count of crossings or transfers is a whole number; no limit is negative.
    """
    limits = {}
    for name, value in given.items():
        if value is None:
            continue
        measure = LIMITS[name]
        number = _number(value)
        if number is None or number < 0:
            msg = f"{name}={value!r}: must be a finite number of 0 or more."
            raise OptionError(msg)
        if measure in {"crossings", "transfers"} and number != int(number):
            msg = f"{name}={value!r}: a count, so a whole number."
            raise OptionError(msg)
        limits[measure] = number
    return limits


def _number(value: object) -> float | None:
    """Return a finite number, of Python or numpy, as a float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def words_of(given: Iterable[str] | str | None, *, option: str) -> list[str]:
    """Return an option that takes one word or several as a list; None is none."""
    if given is None:
        return []
    if isinstance(given, str):
        return [given]
    several: object = given
    if not isinstance(several, Iterable):
        msg = f"{option}={given!r}: must be a text or a list of texts."
        raise OptionError(msg)
    return list(given)


def check_modes(modes: Iterable[Mode] | None) -> tuple[Mode, ...]:
    """Return the modes asked for in a fixed order, or the default ones; refuse what is no mode."""
    if modes is None:
        return DEFAULT_MODES
    asked = words_of(modes, option="modes")
    for mode in asked:
        if mode not in MODES:
            msg = f"Unknown mode {mode!r}.{nearest_valid(str(mode), MODES, kind='Modes')}"
            raise OptionError(msg)
    if not asked:
        msg = f"modes is empty: name at least one. Modes: {', '.join(MODES)}."
        raise OptionError(msg)
    return tuple(mode for mode in MODES if mode in asked)


def check_include(include: Sequence[LinkStatus] | str) -> tuple[LinkStatus, ...]:
    """Return which links beside the operating ones are used; refuse what is no such status."""
    asked = words_of(include, option="include")
    for status in asked:
        if status not in BUILDABLE:
            msg = f"include={status!r}: unknown.{nearest_valid(str(status), BUILDABLE, kind='Choices')}"
            raise OptionError(msg)
    return tuple(asked)  # type: ignore[arg-type]


def check_constraints(
    net: Ground,
    *,
    modes: Iterable[Mode] | None,
    include: Sequence[LinkStatus],
    avoid: Iterable[str] | str,
    via: Iterable[Where] | str,
    within: Iterable[str] | None,
    snap_km: float,
    limits: Mapping[str, float] | None = None,
) -> Constraints:
    """Look up and check what a route must keep to."""
    places, links, crossings, countries = _sort_avoided(net, avoid)
    passed: list[Any] = [via] if _is_point(via) else [*words_of(via, option="via")]  # type: ignore[arg-type]
    return Constraints(
        modes=check_modes(modes),
        include=check_include(include),
        via=tuple(net.place(what, snap_km=snap_km).id for what in passed),
        places=frozenset(places),
        links=frozenset(links),
        crossings=frozenset(crossings),
        countries=frozenset(countries),
        within=None if within is None else _check_countries(net, within),
        limits=limits or {},
    )


def _is_point(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(v, (int, float)) for v in value)


def _sort_avoided(net: Ground, avoid: Iterable[str] | str) -> tuple[set[str], set[str], set[str], set[str]]:
    """Tell what each word of ``avoid`` means: a country, link, crossing or place; several places may share a name."""
    words: list[object] = [*words_of(avoid, option="avoid")]
    if not words:
        return set(), set(), set(), set()
    known_countries, known_links, known_crossings = net.country_codes, net.link_ids, net.crossing_ids
    places: set[str] = set()
    links: set[str] = set()
    crossings: set[str] = set()
    countries: set[str] = set()
    by_name = _countries_by_name(known_countries)
    for word in words:
        if not isinstance(word, str):
            msg = f"avoid={word!r}: name a place, link, crossing or country in words, not {type(word).__name__}."
            raise OptionError(msg)
        exact, lower = word.strip(), word.strip().lower()
        if lower in by_name:
            countries.add(by_name[lower])
        elif exact in known_crossings or lower in known_crossings:
            crossings.add(exact if exact in known_crossings else lower)
        elif exact in known_links or lower in known_links:
            links.add(exact if exact in known_links else lower)
        else:
            try:
                places.add(net.place(word, snap_km=SNAP_KM).id)
            except UnknownPlaceError as error:
                msg = (
                    f"avoid={word!r} is no place, link, crossing or country of the network. {error} "
                    f"Crossings: {', '.join(sorted(known_crossings))}. Countries: {', '.join(sorted(known_countries))}."
                )
                raise OptionError(msg) from error
    return places, links, crossings, countries


def _check_countries(net: Ground, within: Iterable[str] | str) -> frozenset[str]:
    known = net.country_codes
    by_name = _countries_by_name(known)
    asked = set()
    for word in words_of(within, option="within"):
        code = by_name.get(str(word).strip().lower())
        if code is None:
            msg = f"within={word!r}: no such country in the network.{nearest_valid(str(word), known, kind='Countries')}"
            raise OptionError(msg)
        asked.add(code)
    if not asked:
        msg = f"within is empty: name at least one country. Countries: {', '.join(sorted(known))}."
        raise OptionError(msg)
    return frozenset(asked)


def _countries_by_name(known: Iterable[str]) -> dict[str, str]:
    """Return the code of each country of a network by its code and its name, in lower case."""
    names = {CORRIDOR_COUNTRIES[code].lower(): code for code in known if code in CORRIDOR_COUNTRIES}
    return {code.lower(): code for code in known} | names


def check_contradictions(net: Ground, start: str, goal: str, constraints: Constraints) -> None:
    """Refuse options that no route can meet, whatever the network."""
    if start == goal and not set(constraints.via) - {start}:
        msg = f"Origin and destination are the same place, {start!r}: name two places, or a place to go via."
        raise OptionError(msg)
    for role, place in (("origin", start), ("destination", goal), *(("via", place) for place in constraints.via)):
        country = net.place(place, snap_km=SNAP_KM).country
        if place in constraints.places:
            msg = f"avoid={place!r} is the {role} itself: take it out of one of the two."
        elif country in constraints.countries:
            msg = f"avoid={country!r} holds the {role} {place!r}: take it out of one of the two."
        elif constraints.within is not None and country not in constraints.within:
            named = ", ".join(sorted(constraints.within))
            msg = f"within={named} leaves out {country}, where the {role} {place!r} is: add it."
        else:
            continue
        raise OptionError(msg)
    check_countries_agree(constraints)


def check_countries_agree(constraints: Constraints) -> None:
    """Refuse a country that is to be stayed in and avoided."""
    if constraints.within is not None and (both := constraints.within & constraints.countries):
        msg = f"within and avoid both name {', '.join(sorted(both))}: take it out of one of the two."
        raise OptionError(msg)


def limits_given(
    max_hours: float | None,
    max_usd: float | None,
    max_co2e_kg: float | None,
    max_crossings: int | None,
    max_transfers: int | None,
) -> dict[str, float | None]:
    """Return the limits by the name of their option."""
    return {
        "max_hours": max_hours,
        "max_usd": max_usd,
        "max_co2e_kg": max_co2e_kg,
        "max_crossings": max_crossings,
        "max_transfers": max_transfers,
    }


def miss(measure: str, least: float, limit: float, under: str) -> str:
    """Return in words by how much the least that can be had of a measure passes its limit."""
    unit = {"hours": " h", "usd": " USD", "co2e_kg": " kg CO2e"}.get(measure, f" {measure}")
    digits = 0 if measure in {"crossings", "transfers"} else 1
    unit = unit.removesuffix("s") if digits == 0 and least == 1 else unit
    return f"the least {under} is {least:,.{digits}f}{unit}, {least - limit:,.{digits}f} more."


def check_alternatives(k: int, max_overlap: float | None, distinct: str | None) -> None:
    """Refuse a number of alternatives that is none, a share of km beyond 0 to 1, or an unknown way to differ."""
    count, share = (_number(value) for value in (k, max_overlap))
    if count is None or count < 1 or count != int(count):
        msg = f"k={k!r}: must be a whole number of 1 or more."
        raise OptionError(msg)
    if max_overlap is not None and (share is None or not 0 <= share <= 1):
        msg = f"max_overlap={max_overlap!r}: must be a share of km from 0 to 1."
        raise OptionError(msg)
    if distinct is not None and distinct not in ("crossings", "countries"):
        msg = (
            f"Unknown distinct={distinct!r}.{nearest_valid(str(distinct), ('crossings', 'countries'), kind='Choices')}"
        )
        raise OptionError(msg)


def check_criteria(criteria: Sequence[str], tolerance: float) -> tuple[str, ...]:
    """Return the criteria of a front; refuse unknown ones, too few or many, and a tolerance beyond 0 to 1."""
    names = _names("criteria", criteria)
    for name in names:
        if name not in CRITERIA:
            msg = f"Unknown criterion {name!r}.{nearest_valid(str(name), CRITERIA, kind='Criteria')}"
            raise OptionError(msg)
    if not 2 <= len(set(names)) == len(names) <= 4:
        msg = f"criteria={names!r}: name two to four different ones. Criteria: {', '.join(CRITERIA)}."
        raise OptionError(msg)
    share = _number(tolerance)
    if share is None or not 0 <= share <= 1:
        msg = f"tolerance={tolerance!r}: must be a share from 0 (the full front) to 1."
        raise OptionError(msg)
    return names


def _names(option: str, given: Sequence[str]) -> tuple[str, ...]:
    several: object = given
    if not isinstance(several, Iterable):
        msg = f"{option}={given!r}: name measures in a list. Measures: {', '.join(CRITERIA)}."
        raise OptionError(msg)
    return (given,) if isinstance(given, str) else tuple(given)


def check_also(by: str, also: Sequence[str]) -> tuple[str, ...]:
    """Return the measures of a matrix, the one minimised first; refuse unknown ones."""
    names = _names("also", also)
    for name in names:
        if name not in CRITERIA:
            msg = f"also={name!r}: unknown.{nearest_valid(str(name), CRITERIA, kind='Measures')}"
            raise OptionError(msg)
    return tuple(dict.fromkeys((by, *names)))


def several_places(places: Iterable[Where] | str, option: str) -> list[Where]:
    """Return places asked for as a list; a single name is one place."""
    if isinstance(places, str) or (isinstance(places, tuple) and len(places) == 2 and not isinstance(places[0], str)):
        return [places]  # type: ignore[list-item]
    several: object = places
    if not isinstance(several, Iterable):
        msg = f"{option}={places!r}: must be a list of places."
        raise OptionError(msg)
    found = list(places)
    if not found:
        msg = f"{option} is empty: name at least one place."
        raise OptionError(msg)
    return found
