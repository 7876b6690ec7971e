# SPDX-License-Identifier: BSD-3-Clause
"""What the best ways of many pairs become when something is lost: only those that pass it are searched again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from corridor.compiled import SAME
from corridor.search import Mask, Way

if TYPE_CHECKING:
    from corridor.compiled import Compiled
    from corridor.constraints import Constraints
    from corridor.structure import Array
    from corridor.vocabulary import By

__all__ = ["KINDS_LOST", "Best", "Kind", "Losing", "Lost", "extra_of"]

Kind: TypeAlias = Literal["crossings", "links", "places"]
KINDS_LOST: Final[tuple[Kind, ...]] = ("crossings", "links", "places")
# Ways without several things at once that are kept, to be built on by larger losses.
MOST_KEPT: Final = 20_000

Numbers: TypeAlias = frozenset[int]
NOTHING: Final[Numbers] = frozenset()


@dataclass(frozen=True, eq=False)
class Best:
    """The best way of a pair, its exact totals by measure, and which things of the kind asked about it passes."""

    way: Way
    totals: dict[str, float]
    passes: Numbers


@dataclass(frozen=True)
class Lost:
    """What a loss does: by the number of the pair, its way round (None: cut off); and the pairs whose end is lost."""

    things: tuple[int, ...]
    after: dict[int, Best | None]
    ends: tuple[int, ...]


def extra_of(before: Best, after: Best, measure: str) -> float:
    """Return by how much a total has grown; what differs by no more than a millionth is the same."""
    extra = after.totals[measure] - before.totals[measure]
    return 0.0 if abs(extra) <= SAME else extra


class Losing:
    """Best ways of pairs, today and without some crossings, links or places.

    Parameters
    ----------
    net
        The compiled network.
    pairs
        Ids of origin and destination.
    of
        What is lost: ``crossings``, ``links`` or ``places``.
    by
        What is minimised.
    measures
        Which totals to work out.
    constraints
        What every way must keep to, without limits and places to go via.
    """

    def __init__(
        self,
        net: Compiled,
        pairs: Sequence[tuple[str, str]],
        *,
        of: Kind,
        by: By,
        measures: Sequence[str],
        constraints: Constraints,
    ) -> None:
        self.net = net
        self.constraints = constraints
        self.of = of
        self.by = by
        self.measures = tuple(measures)
        self.pairs = [(net.number(start), net.number(goal)) for start, goal in pairs]
        self.usable = net.mask(constraints)[0].usable
        # Searches made, one tree each.
        self.trees = 0
        self._kept: dict[Numbers, dict[int, Best | None]] = {}
        everything = range(len(pairs))
        today = self._searched(NOTHING, everything)
        self.today: list[Best | None] = [today[pair] for pair in everything]

    # -- what can be lost ----------------------------------------------------------------------------------------------

    @cached_property
    def ids(self) -> Sequence[str]:
        """The ids of all things of the kind, in the order of their numbers."""
        structure = self.net.prices.structure
        return {"crossings": structure.crossings, "links": structure.link_ids, "places": structure.places}[self.of]

    @cached_property
    def _thing(self) -> Array:
        """The number of the thing that each edge leads along or to; -1 for none."""
        structure = self.net.prices.structure
        if self.of == "places":
            return structure.place_of[structure.csr.heads]
        return structure.crossing if self.of == "crossings" else structure.link

    @cached_property
    def in_use(self) -> list[int]:
        """The numbers of the things that some way may pass, under the options."""
        found: list[int] = np.unique(self._thing[self.usable & (self._thing >= 0)]).tolist()
        return found

    @cached_property
    def users(self) -> dict[int, list[int]]:
        """The pairs whose best way of today passes each thing."""
        users: dict[int, list[int]] = {}
        for pair, best in enumerate(self.today):
            for thing in () if best is None else sorted(best.passes):
                users.setdefault(thing, []).append(pair)
        return users

    def telling(self, things: Iterable[int]) -> list[tuple[int, int]]:
        """Return every two things that may do more together than apart: one is on a way of today, the other on it too or on a way round it.

        Of any other two, the loss of both is the loss of the one, or nothing.
        """
        among = sorted(set(things))
        used = [thing for thing in among if thing in self.users]
        found = set(combinations(used, 2))
        for thing in used:
            ways = self.without((thing,)).after.values()
            round_it = {other for best in ways if best is not None for other in best.passes}
            found |= {(min(thing, other), max(thing, other)) for other in round_it.intersection(among)}
        return sorted(found)

    # -- losses --------------------------------------------------------------------------------------------------------

    def without(self, things: Sequence[int]) -> Lost:
        """Return what becomes of the pairs whose best way of today passes any of these things.

        A pair whose way passes none of them keeps it. The others are asked step by step: a way that is best without
        some of the lost things, and passes none of the rest, is best without all of them; so a search is made only
        where no smaller loss has answered it already.
        """
        lost = frozenset(things)
        ends: dict[int, None] = {}
        waiting: dict[int, Best | None] = {}
        for pair in (pair for thing in sorted(lost) for pair in self.users.get(thing, ())):
            if self.of == "places" and not lost.isdisjoint(self.pairs[pair]):
                ends[pair] = None
            else:
                waiting[pair] = self.today[pair]
        gone = dict.fromkeys(waiting, NOTHING)
        after: dict[int, Best | None] = {}
        while waiting:
            asked: dict[Numbers, list[int]] = {}
            for pair, best in waiting.items():
                hit = NOTHING if best is None else best.passes & lost
                if hit:
                    gone[pair] |= {min(hit)}
                    asked.setdefault(gone[pair], []).append(pair)
                else:
                    after[pair] = best
            waiting = {pair: best for less, pairs in asked.items() for pair, best in self._best(less, pairs).items()}
        return Lost(tuple(things), after, tuple(sorted(ends)))

    def _best(self, lost: Numbers, pairs: Sequence[int]) -> dict[int, Best | None]:
        """Return the best ways of pairs without some things; those found before are taken from memory."""
        if lost not in self._kept:
            several = [key for key in self._kept if len(key) > 1] if len(self._kept) >= MOST_KEPT else []
            for key in several:
                del self._kept[key]
            self._kept[lost] = {}
        known = self._kept[lost]
        missing = [pair for pair in pairs if pair not in known]
        if missing:
            known |= self._searched(lost, missing)
        return {pair: known[pair] for pair in pairs}

    def _searched(self, lost: Numbers, pairs: Iterable[int]) -> dict[int, Best | None]:
        """Search the best ways of pairs without some things: one tree for each origin."""
        structure, usable = self.net.prices.structure, self.usable
        if lost:
            usable = usable & ~np.isin(self._thing, list(lost))
        mask = Mask(usable, structure)
        by_origin: dict[int, list[int]] = {}
        for pair in pairs:
            by_origin.setdefault(self.pairs[pair][0], []).append(pair)
        found: dict[int, Best | None] = {}
        for origin, several in by_origin.items():
            goals = [self.pairs[pair][1] for pair in several]
            (ways,) = self.net.search.trees([origin], goals, mask, self.by, before=self.trees)
            self.trees += 1
            found |= {pair: self._measured(way) for pair, way in zip(several, ways, strict=True)}
        return found

    def _measured(self, way: Way | None) -> Best | None:
        if way is None:
            return None
        totals = {name: self.net.total(way, name) for name in self.measures}
        things = {self._numbers[edge] for edge in way} - {-1}
        if self.of == "places":
            things.add(self.net.prices.structure.place_of.item(self.net.prices.structure.csr.tails[way[0]]))
        return Best(way, totals, frozenset(things))

    @cached_property
    def _numbers(self) -> list[int]:
        numbers: list[int] = self._thing.tolist()
        return numbers
