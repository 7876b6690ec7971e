# SPDX-License-Identifier: BSD-3-Clause
"""Alternatives: the best ways without a loop, those of them that truly differ, and what keeps there from being more."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from corridor.search import Mask, Search, Way
from corridor.structure import Array

__all__ = ["Distinct", "Found", "alternative_ways"]

Distinct: TypeAlias = Literal["crossings", "countries"]

# Ways tried in the order of their cost before the limit on overlap is given over to the penalty method.
MOST_TRIED: Final = 20_000
# The penalty method makes what was used so much dearer, and gives up after so many tries in vain.
PENALTY: Final = 1.4
MOST_VAIN: Final = 30
EXACT: Final = "exact k shortest loopless"
NO_MORE: Final = "there are no more without a loop"
# Routes that share so much of their km with the first are told to be alike.
ALIKE: Final = 0.9


@dataclass(frozen=True)
class Found:
    """Ways found, by which method, and why there are no more of them."""

    ways: tuple[Way, ...]
    method: str
    note: str
    cut: tuple[str, ...]


@dataclass(frozen=True)
class _Ask:
    search: Search
    start: int
    goal: int
    mask: Mask
    by: str
    via: Sequence[int]
    fits: Callable[[Way], bool] | None

    def allows(self, way: Way) -> bool:
        return self.fits is None or self.fits(way)

    def best(self, usable: Array) -> Way | None:
        return self.search.best(self.start, self.goal, Mask(usable, self.search.structure), self.by, self.via)

    def loopless(self, mask: Mask, count: int) -> list[Way]:
        return self.search.loopless(self.start, self.goal, mask, self.by, count, self.via)


def alternative_ways(
    search: Search,
    start: int,
    goal: int,
    mask: Mask,
    by: str,
    *,
    via: Sequence[int],
    fits: Callable[[Way], bool] | None,
    k: int,
    max_overlap: float | None,
    distinct: Distinct | None,
) -> Found:
    """Return up to ``k`` ways from place to place, best first, that differ as asked.

    Parameters
    ----------
    fits
        Tells whether a way keeps to the limits; None where there are none.
    max_overlap
        Largest share of km that two ways may have in common, of the shorter one.
    distinct
        What no two of them may share.

    References
    ----------
    Yen (1971) and Lawler (1972) for the loopless ways in order; taking them in that order where they overlap little
    enough with those taken before is the exact baseline of Chondrogiannis and others (2020), Finding k-shortest paths
    with limited overlap, VLDB Journal 29: 1023-1047, who prove the best set as a whole to be NP-hard to find.
    """
    ask = _Ask(search, start, goal, mask, by, via, fits)
    if distinct is not None:
        return _without_shared(ask, k, max_overlap, distinct)
    taken, exact, tried = _in_order(ask, mask, [], k, max_overlap)
    method = EXACT if max_overlap is None else f"{EXACT}, taken in order where at most {max_overlap:.0%} of km overlap"
    if not exact and max_overlap is None:
        method = f"{EXACT} that keep to the limits, as far as {tried:,} routes go"
    elif not exact:
        method = (
            f"heuristic: {tried:,} routes in exact order, then the penalty method; overlap at most {max_overlap:.0%}"
        )
        taken += _by_penalty(ask, taken, k - len(taken), max_overlap or 0.0) if taken else []
        taken.sort(key=lambda way: search.sort_key(way, by))
    note = ""
    cut: tuple[str, ...] = ()
    if len(taken) < k and taken:
        cut = must_pass(ask, taken[0], "crossings")
        why = NO_MORE if exact and (max_overlap is None or max_overlap >= 1) else "no others were found"
        why = "all others found overlap more" if max_overlap is not None and max_overlap < 1 else why
        named = f" Every route passes {_listed(cut)}." if cut else ""
        note = f"{len(taken)} of {k}: {why}{_within_limits(ask)}.{named}"
    elif max_overlap is None and len(taken) > 1:
        alike = min(overlap(search, taken[0], way) for way in taken[1:])
        if alike >= ALIKE:
            note = (
                f"All share at least {alike:.0%} of their km with the first: max_overlap=0.6 finds routes that differ."
            )
    return Found(tuple(taken), method, note, cut)


def _within_limits(ask: _Ask) -> str:
    return "" if ask.fits is None else " within the limits"


def _in_order(
    ask: _Ask, mask: Mask, before: Sequence[Way], wanted: int, max_overlap: float | None
) -> tuple[list[Way], bool, int]:
    """Return the first ways in the order of cost that fit and overlap little enough, whether that is exact, and how many were tried."""
    plain = max_overlap is None and ask.fits is None and not before
    count = wanted if plain else min(MOST_TRIED, 4 * wanted + 12)
    while True:
        ways = ask.loopless(mask, count)
        taken: list[Way] = []
        for way in ways:
            others = [*before, *taken]
            if (
                ask.allows(way)
                and way not in others
                and all(max_overlap is None or overlap(ask.search, way, o) <= max_overlap for o in others)
            ):
                taken.append(way)
                if len(taken) == wanted:
                    return taken, True, len(ways)
        if len(ways) < count or plain:
            return taken, True, len(ways)
        if count >= MOST_TRIED:
            return taken, False, len(ways)
        count = min(MOST_TRIED, 4 * count)


def overlap(search: Search, way: Way, other: Way) -> float:
    """Return the share of km that two ways have in common, of the shorter one."""
    link, km = (search.prices.rows[name] for name in ("link", "km"))
    lengths, others = ({link(edge): km(edge) for edge in edges if link(edge) >= 0} for edges in (way, other))
    both = lengths.keys() & others.keys()
    shorter = min(math.fsum(lengths.values()), math.fsum(others.values()))
    # Ways of no length are alike where they share anything at all.
    return math.fsum(lengths[number] for number in both) / shorter if shorter else float(bool(both))


def _by_penalty(ask: _Ask, taken: Sequence[Way], wanted: int, max_overlap: float) -> list[Way]:
    """Return further ways that overlap little enough, found by making what was used dearer again and again."""
    search, by = ask.search, ask.by
    column = search.prices.columns[by].astype(float)
    used = list(taken)
    more: list[Way] = []
    vain = 0
    while len(more) < wanted and vain < MOST_VAIN:
        edges = np.unique(np.concatenate([np.array(way) for way in used]))
        both = np.isin(search.structure.link, search.structure.link[edges]) & (search.structure.link >= 0)
        column = np.where(both, column * PENALTY + 1e-6, column)
        dearer = Search(search.prices.with_columns({by: column}), engine=search.engine)
        way = dearer.best(ask.start, ask.goal, ask.mask, by, ask.via)
        if way is None:
            break
        used = [way]
        if ask.allows(way) and all(overlap(search, way, other) <= max_overlap for other in (*taken, *more)):
            more.append(way)
            vain = 0
        else:
            vain += 1
    return more


def _without_shared(ask: _Ask, k: int, max_overlap: float | None, distinct: Distinct) -> Found:
    """Return the best way, then each time the best that shares no crossing (or country) with those before it."""
    usable = ask.mask.usable
    taken: list[Way] = []
    exact = True
    kept_to = "" if max_overlap is None else f" and at most {max_overlap:.0%} of km"
    while len(taken) < k:
        mask = Mask(usable, ask.search.structure)
        ways, so_far, _ = _in_order(ask, mask, taken, 1, max_overlap)
        exact &= so_far
        if not ways:
            break
        taken += ways
        usable = usable & ~_touching(ask, _shared(ask, ways[0], distinct), distinct)
    method = (
        f"exact: the best route, then each time the best that shares no {_word(distinct, 1)}{kept_to} with those before"
    )
    if not exact:
        method = f"heuristic: as many as {MOST_TRIED:,} ways tried for each route that shares no {_word(distinct, 1)}{kept_to}"
    note = ""
    cut: tuple[str, ...] = ()
    if taken and len(taken) < k:
        note, cut = _why_no_more(ask, taken, k, distinct)
    return Found(tuple(taken), method, note, cut)


def _why_no_more(ask: _Ask, taken: Sequence[Way], k: int, distinct: Distinct) -> tuple[str, tuple[str, ...]]:
    """Return in words why there are no more ways that share nothing, and what every way must pass."""
    one, found = _word(distinct, 1), len(taken)
    musts = must_pass(ask, taken[0], distinct)
    if musts:
        why = f"every route passes the {_word(distinct, len(musts))} {_listed(musts)}, so any two share {'it' if len(musts) == 1 else 'them'}"
        return f"{found} of {k}: {why}{_within_limits(ask)}.", musts
    cut = _least_cut(ask, tuple(dict.fromkeys(name for way in taken for name in _shared(ask, way, distinct))), distinct)
    why = f"every further route shares a {one} with one of them"
    if not any(_shared(ask, way, distinct) for way in taken):
        why = NO_MORE
    elif cut:
        why = f"every route passes one of the {_word(distinct, len(cut))} {_listed(cut)}, which those found use up"
        why += "; another first choice might leave room for more" if len(cut) > found else ""
    return f"{found} of {k}: {why}{_within_limits(ask)}.", cut


def _word(distinct: Distinct, count: int) -> str:
    return {"crossings": "crossing", "countries": "country"}[distinct] if count == 1 else distinct


def _listed(names: Sequence[str]) -> str:
    *first, last = [repr(name) for name in names]
    return f"{', '.join(first)} and {last}" if first else last


def _shared(ask: _Ask, way: Way, distinct: Distinct) -> list[str]:
    """Return the crossings of a way, or its countries but for those of its ends."""
    structure = ask.search.structure
    edges = list(way)
    if distinct == "crossings":
        numbers = structure.crossing[edges]
        return [structure.crossings[number] for number in numbers[numbers >= 0].tolist()]
    ends = {structure.country_names[structure.country_of[place]] for place in (ask.start, ask.goal)}
    links = structure.link[edges]
    groups = structure.countries[links[links >= 0]].tolist()
    return [name for name in dict.fromkeys(c for g in groups for c in structure.country_groups[g]) if name not in ends]


def _touching(ask: _Ask, names: Sequence[str], distinct: Distinct) -> Array:
    """Return which edges are at the crossings, or run through the countries, of these names."""
    structure = ask.search.structure
    if distinct == "crossings":
        barred = np.array([*(name in set(names) for name in structure.crossings), False])
        touched: Array = barred[structure.crossing]
        return touched
    barred = np.array([*(not set(names).isdisjoint(group) for group in structure.country_groups), False])
    return barred[np.where(structure.link >= 0, structure.countries[structure.link], -1)]


def _least_cut(ask: _Ask, used: tuple[str, ...], distinct: Distinct) -> tuple[str, ...]:
    """Return a smallest part of the names used without which there is still no way: none of them can be spared."""
    cut = list(used)
    if ask.best(ask.mask.usable & ~_touching(ask, cut, distinct)) is not None:
        return ()
    for name in used:
        fewer = [other for other in cut if other != name]
        if ask.best(ask.mask.usable & ~_touching(ask, fewer, distinct)) is None:
            cut = fewer
    return tuple(cut)


def must_pass(ask: _Ask, way: Way, distinct: Distinct) -> tuple[str, ...]:
    """Return the crossings (or countries but for those of the ends) that every way must pass, in the order of one of them."""
    return tuple(
        name
        for name in dict.fromkeys(_shared(ask, way, distinct))
        if ask.best(ask.mask.usable & ~_touching(ask, [name], distinct)) is None
    )
