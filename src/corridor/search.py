# SPDX-License-Identifier: BSD-3-Clause
"""From priced edges to the numbers of the edges that answer: whole numbers in, kernels run, ties broken.

Costs are whole numbers inside, of a unit of 1e-9 or, where sums would grow too large, the next power of ten; so sums
do not depend on their order and a tie is a true tie. The best way is the one least in the measure asked for, then in
score, km and number of steps, and then in the ids of its edges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import pairwise
from math import inf
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np

from corridor.errors import OptionError
from corridor.prices import MOST_WHOLE, WHOLE_A_UNIT, Prices
from corridor.structure import FIRST, LAST, Array, Csr, Structure
from corridor.tiers import PLAIN, Engine, Tier, tier_for

__all__ = ["ENDLESS", "Mask", "Search", "View", "Way", "all_costs"]

ENDLESS: Final = 1 << 62
# Labels that a search of several criteria may make: some 100 bytes each, compiled, and three times that in lists.
MOST_LABELS: Final = 5_000_000
TRIED_PLAIN: Final = 30_000
THREADS: Final = 2
# Landmarks that guide one search, of those prepared.
GUIDES: Final = 4
# Sets of costs that are searched at once, and how many figures that may hold.
DRAWN_TOGETHER: Final = 512
MOST_DRAWN: Final = 1 << 22
# Sets of costs whose mean gives the order in which nodes are looked at.
SOUNDED: Final = 32
# States from which it is tried which part of the network is the largest.
SOUNDINGS: Final = 3
# Graphs with copies for places to be passed that stay with a search.
KEPT: Final = 16

Way = tuple[int, ...]
Asked = TypeVar("Asked")
Found = TypeVar("Found")


class Mask:
    """Which edges may be used, as each tier takes it."""

    def __init__(self, usable: Array, structure: Structure) -> None:
        self.usable = usable
        self.without_ends = usable & (structure.kind != LAST)


class View(NamedTuple):
    """The graph that is searched: that of the states, or one copy of it for each place of ``via`` already passed."""

    csr: Csr
    # The edge of the states that each edge is a copy of; None: itself.
    copied: Array | None

    def pick(self, column: Array) -> Array:
        """Return a column of the states' edges for the edges of the view."""
        return column if self.copied is None else column[self.copied]


@dataclass(frozen=True)
class Landmarks:
    """Least costs to and from a few far-off states, by one measure."""

    nodes: tuple[int, ...]
    to_mark: Array
    from_mark: Array


class Search:
    """Answers one question at a time about priced states; keeps what it worked out on the way.

    Parameters
    ----------
    prices
        The priced states.
    engine
        ``plain``, ``compiled`` or ``auto``.
    landmarks
        How many landmarks to prepare for each measure; 0 for none.
    """

    def __init__(self, prices: Prices, *, engine: Engine = "auto", landmarks: int = 0) -> None:
        self.prices = prices
        self.structure = prices.structure
        self.engine = engine
        self.landmarks = landmarks
        self._whole: dict[str, tuple[Array, float]] = {}
        self._numbers: dict[tuple[str, str], Any] = {}
        self._views: dict[tuple[int, ...], View] = {(): View(self.structure.csr, None)}
        self._marks: dict[str, Landmarks] = {}

    # -- whole numbers -------------------------------------------------------------------------------------------------

    def whole(self, measure: str) -> tuple[Array, float]:
        """Return a measure of every edge in whole numbers, and how many of them make one of its unit."""
        if measure not in self._whole:
            column = np.nan_to_num(self.prices.columns[measure], nan=0.0, posinf=0.0)
            if np.issubdtype(column.dtype, np.integer):
                self._whole[measure] = column, 1.0
            else:
                factor = WHOLE_A_UNIT
                while column.sum() * factor > MOST_WHOLE:
                    factor /= 10
                self._whole[measure] = np.rint(column * factor).astype(np.int64), factor
        return self._whole[measure]

    def _costs(self, measure: str, view: View, tier: Tier) -> Any:
        if view.copied is not None:
            return tier.numbers(view.pick(self.whole(measure)[0]))
        key = (measure, tier.name)
        if key not in self._numbers:
            self._numbers[key] = tier.numbers(self.whole(measure)[0])
        return self._numbers[key]

    def _tier(self, kernel: str, edges: float) -> Tier:
        return tier_for(self.engine, kernel, edges)

    # -- the graph -----------------------------------------------------------------------------------------------------

    def _view(self, via: Sequence[int]) -> View:
        """Return the states once for each number of places of ``via`` passed, joined where the next one is entered."""
        key = tuple(via)
        if key not in self._views:
            csr, places = self.structure.csr, self.structure.place_of
            nodes, stages = len(csr.starts) - 1, len(key) + 1
            entered = places[csr.heads]
            starts, heads, tails = [csr.starts[:1]], [], []
            for stage in range(stages):
                passed = _passed(entered, stage, key)
                starts.append(csr.starts[1:] + stage * len(csr.heads))
                heads.append(csr.heads + passed * nodes)
                tails.append(csr.tails + stage * nodes)
            if len(self._views) > KEPT:
                self._views = {(): self._views[()]}
            copied = np.tile(np.arange(len(csr.heads)), stages)
            layered = Csr(np.concatenate(starts), np.concatenate(heads), np.concatenate(tails))
            self._views[key] = View(layered, copied)
        return self._views[key]

    def _ends(self, origin: int, goal: int, via: Sequence[int]) -> tuple[int, int]:
        """Return the nodes that a way from one place to another begins and ends at."""
        structure = self.structure
        nodes = len(structure.place_of)
        stage = int(_passed(np.array([origin]), 0, via)[0])
        return int(structure.firsts[origin]) + stage * nodes, int(structure.lasts[goal]) + len(via) * nodes

    def _usable(self, mask: Mask, goal: int, view: View, tier: Tier) -> Any:
        """Return which edges may be used towards one goal: no end but its own, since nothing passes through an end."""
        usable = view.pick(mask.without_ends)
        starts, edges = view.csr.back
        leading = edges[starts[goal] : starts[goal + 1]]
        usable = usable.copy()
        usable[leading] = view.pick(mask.usable)[leading] if view.copied is not None else mask.usable[leading]
        return tier.numbers(usable)

    # -- one way -------------------------------------------------------------------------------------------------------

    def best(self, origin: int, goal: int, mask: Mask, by: str, via: Sequence[int] = ()) -> Way | None:
        """Return the edges of the best way from place to place, or None where there is none."""
        view = self._view(via)
        tier = self._tier("guided" if self.landmarks and not via else "tree", len(view.csr.heads) / 2)
        source, target = self._ends(origin, goal, via)
        graph, usable, costs = _graph(view, tier), self._usable(mask, target, view, tier), self._costs(by, view, tier)
        if self.landmarks and view.copied is None:
            reached, came = self._guided(graph, costs, usable, source, target, by, tier)
        else:
            goals = _flags(len(view.csr.starts) - 1, [target], tier)
            ask = (source, goals, 1, 0, ENDLESS, ENDLESS)
            reached, came = tier.kernel("tree")(*graph[:2], costs, usable, *ask)
        return self._way(view, tier, source, target, came, costs, usable, reached)

    def _way(
        self, view: View, tier: Tier, source: int, target: int, came: Any, costs: Any, usable: Any, reached: Any
    ) -> Way | None:
        """Return the edges that a tree leads along, the best of them where several ways cost the same."""
        if reached[target] >= ENDLESS:
            return None
        tails, back = _graph(view, tier)[2], _back(view, tier)
        way, tied = tier.kernel("trace")(source, target, came, tails, costs, usable, reached, *back)
        way = self._best_of_ties(view, source, target, costs, usable, reached) if tied else way[::-1]
        return _copied(view, way)

    def _best_of_ties(self, view: View, source: int, target: int, costs: Any, usable: Any, reached: Any) -> list[int]:
        """Return the best of the ways that cost the same: least in score, then km, then steps, then ids."""
        tails, (starts, edges) = view.csr.tails, view.csr.back
        onward: dict[int, list[tuple[int, int]]] = {}
        seen = {target}
        stack = [target]
        while stack:
            node = stack.pop()
            for edge in edges[starts[node] : starts[node + 1]].tolist():
                tail = int(tails[edge])
                if usable[edge] and reached[tail] < ENDLESS and reached[tail] + costs[edge] == reached[node]:
                    onward.setdefault(tail, []).append((edge, node))
                    if tail not in seen:
                        seen.add(tail)
                        stack.append(tail)
        score, km = (view.pick(self.whole(name)[0]) for name in ("score", "km"))
        rank = view.pick(self.structure.rank)
        heap: list[tuple[int, int, int, tuple[int, ...], int, tuple[int, ...]]] = [(0, 0, 0, (), source, ())]
        settled: set[int] = set()
        while heap:
            scored, run, steps, ranks, node, way = heappop(heap)
            if node == target:
                return list(way)
            if node in settled:
                continue
            settled.add(node)
            for edge, head in onward.get(node, ()):
                if head not in settled:
                    further = (scored + int(score[edge]), run + int(km[edge]), steps + 1, (*ranks, int(rank[edge])))
                    heappush(heap, (*further, head, (*way, edge)))
        msg = "the ways that cost the same do not join origin and destination"
        raise AssertionError(msg)

    def sort_key(self, way: Way, by: str) -> tuple[Any, ...]:
        """Return what ways are sorted by: the measure asked for, score, km, steps, ids."""
        edges = np.array(way)
        sums = [int(self.whole(name)[0][edges].sum()) for name in (by, "score", "km")]
        return (*sums, len(edges), tuple(self.structure.rank[edges].tolist()))

    # -- landmarks -----------------------------------------------------------------------------------------------------

    def prepare(self, by: str) -> Landmarks:
        """Choose landmarks far from each other and measure the way to and from each: two trees a landmark."""
        if by in self._marks:
            return self._marks[by]
        structure = self.structure
        inner = (structure.ride_of > 0) & (structure.ride_of < structure.ride_of.max(initial=0))
        csr = structure.csr
        nodes = len(csr.starts) - 1
        candidates = np.flatnonzero(inner) if inner.any() else np.arange(nodes)
        view = self._views[()]
        tier = self._tier("tree", 2.0 * self.landmarks * len(csr.heads))
        free = tier.numbers(np.ones(len(csr.heads), dtype=bool))
        ahead, back = _graph(view, tier), _graph(View(csr.reverse, None), tier)
        costs = self.whole(by)[0]
        ways = (tier.numbers(costs), tier.numbers(costs[csr.back[1]]))
        none = _flags(nodes, [], tier)

        def tree(graph: tuple[Any, ...], way: Any, node: int) -> Array:
            return np.asarray(tier.kernel("tree")(*graph[:2], way, free, node, none, -1, 0, ENDLESS, ENDLESS)[0])

        # The first landmark is the farthest from a state of the largest part, each next one from those before it.
        marks: list[int] = []
        tried = [
            tree(ahead, ways[0], int(candidates[len(candidates) * part // SOUNDINGS])) for part in range(SOUNDINGS)
        ]
        nearest = max(tried, key=lambda reached: int((reached < ENDLESS).sum()))
        to_mark: list[Array] = []
        from_mark: list[Array] = []
        for _ in range(min(self.landmarks, len(candidates))):
            far = np.where(nearest[candidates] < ENDLESS, nearest[candidates], -1)
            mark = int(candidates[int(far.argmax())])
            if mark in marks:
                break
            marks.append(mark)
            both = ((ahead, ways[0], mark), (back, ways[1], mark))
            for found, table in zip(
                _side_by_side(lambda ask: tree(*ask), both, tier), (from_mark, to_mark), strict=True
            ):
                table.append(found)
            nearest = from_mark[0] if len(marks) == 1 else np.minimum(nearest, from_mark[-1])
        # Nothing reaches a start and nothing leaves an end: they take the loosest bound of the states beside them.
        edges = structure.kind
        for tables, kind, outer, beside in (
            (from_mark, FIRST, csr.tails, csr.heads),
            (to_mark, LAST, csr.heads, csr.tails),
        ):
            joined = edges == kind
            for column in tables:
                column[outer[joined]] = 0
                np.maximum.at(column, outer[joined], column[beside[joined]])
        self._marks[by] = Landmarks(tuple(marks), np.stack(to_mark, axis=1), np.stack(from_mark, axis=1))
        return self._marks[by]

    def _guided(
        self, graph: tuple[Any, ...], costs: Any, usable: Any, source: int, target: int, by: str, tier: Tier
    ) -> tuple[Any, Any]:
        marks = self.prepare(by)
        key = ("landmarks of " + by, tier.name)
        if key not in self._numbers:
            tables = (marks.to_mark.ravel(), marks.from_mark.ravel())
            self._numbers[key] = tuple(tier.numbers(table) for table in tables)
        # Those that bound this pair best guide its search.
        there, here = marks.to_mark[[source, target]], marks.from_mark[[source, target]]
        bound = np.maximum(
            np.where((there < ENDLESS).all(axis=0), there[0] - there[1], 0),
            np.where((here < ENDLESS).all(axis=0), here[1] - here[0], 0),
        )
        best = np.sort(np.argsort(-bound, kind="stable")[:GUIDES])
        ask = (source, target, ENDLESS, tier.numbers(best), len(marks.nodes), *self._numbers[key])
        reached, came = tier.kernel("guided")(*graph[:2], costs, usable, *ask)
        return reached, came

    def laid_out(self, origin: int, goal: int, mask: Mask, via: Sequence[int]) -> tuple[View, int, int, Any]:
        """Return the graph that a search goes over, the nodes it begins and ends at, and which edges may be used."""
        view = self._view(via)
        source, target = self._ends(origin, goal, via)
        return view, source, target, self._usable(mask, target, view, PLAIN)

    # -- many ways -----------------------------------------------------------------------------------------------------

    def ahead(self, view: View, mask: Mask, by: str, target: int, tier: Tier) -> Array:
        """Return the least of a measure from every node of a view to one of them."""
        edges = view.csr.back[1]
        graph = _graph(View(view.csr.reverse, None), tier)
        costs = tier.numbers(view.pick(self.whole(by)[0])[edges])
        usable = tier.numbers(view.pick(mask.usable)[edges])
        none = _flags(len(view.csr.starts) - 1, [], tier)
        return np.asarray(tier.kernel("tree")(*graph[:2], costs, usable, target, none, -1, 0, ENDLESS, ENDLESS)[0])

    def loopless(self, origin: int, goal: int, mask: Mask, by: str, count: int, via: Sequence[int] = ()) -> list[Way]:
        """Return the best ways without a loop, best first, as many as there are up to ``count``."""
        view = self._view(via)
        tier = self._tier("loopless", len(view.csr.heads) + 200.0 * count)
        source, target = self._ends(origin, goal, via)
        graph, usable, costs = _graph(view, tier), self._usable(mask, target, view, tier), self._costs(by, view, tier)
        ahead = tier.numbers(self.ahead(view, mask, by, target, tier))
        ways, begins, _ = tier.kernel("loopless")(*graph, costs, usable, source, target, count, ENDLESS, ahead)
        found = sorted((_copied(view, ways[a:b]) for a, b in pairwise(begins)), key=lambda way: self.sort_key(way, by))
        if found and self.sort_key(found[0], by)[0] == self.sort_key(found[-1], by)[0]:
            # All cost the same, and were cut off at `count` as they were found: the best of all is among those kept.
            first = self.best(origin, goal, mask, by, via)
            found = [first, *(way for way in found if way != first)][: len(found)] if first is not None else found
        return found

    def front(
        self,
        origin: int,
        goal: int,
        mask: Mask,
        criteria: Sequence[str],
        *,
        via: Sequence[int] = (),
        limits: Mapping[str, float] | None = None,
        only_first: bool = False,
        tolerance: float = 0.0,
    ) -> list[Way]:
        """Return the ways that no other beats in every criterion, within limits; or the least in the first one alone."""
        limits = dict(limits or {})
        names = [*criteria, *(name for name in limits if name not in criteria)]
        width = len(names)
        view = self._view(via)
        source, target = self._ends(origin, goal, via)
        caps = np.array([self.cap(name, limits[name]) if name in limits else ENDLESS - 1 for name in names])
        costs = np.stack([view.pick(self.whole(name)[0]) for name in names], axis=1).ravel()
        # How many labels there will be is not known before: where it may choose, the plain tier tries a few first.
        few, many = self._tier("labels", len(view.csr.heads)), self._tier("labels", inf)
        for tier, most in ([] if few is many else [(few, TRIED_PLAIN)]) + [(many, MOST_LABELS)]:
            least = [self.ahead(view, mask, name, target, tier) for name in names]
            numbers = tier.numbers
            ahead, usable = numbers(np.stack(least, axis=1).ravel()), self._usable(mask, target, view, tier)
            ask = (source, target, ENDLESS, ahead, numbers(caps), only_first, most, int(tolerance * 10_000))
            graph = _graph(view, tier)[:2]
            ways, begins, given_up = tier.kernel("labels")(*graph, numbers(costs), width, usable, *ask)
            if not given_up:
                return [_copied(view, ways[a:b]) for a, b in pairwise(begins)]
        msg = (
            f"More than {MOST_LABELS:,} partial ways are unbeaten in {', '.join(names)}: thin the front with "
            "tolerance=0.01 (within 1 %), or ask for fewer criteria."
        )
        raise OptionError(msg)

    def cap(self, measure: str, limit: float) -> int:
        """Return a limit in whole numbers; a total may pass it by a millionth, since each edge is rounded."""
        column, factor = self.whole(measure)
        if factor == 1.0:
            return int(limit)
        return min(int(np.floor((limit + 1e-6) * factor)), int(column.sum()))

    def trees(
        self, origins: Sequence[int], goals: Sequence[int], mask: Mask, by: str, *, before: int = 0
    ) -> list[list[Way | None]]:
        """Return the best way from each place to each of several others: one tree for each origin.

        ``before`` is how many trees were searched for the same question: who has searched so many will search more, so
        that compiled kernels come to be worth loading.
        """
        view = self._views[()]
        structure, nodes = self.structure, len(self.structure.place_of)
        tier = self._tier("tree", float(len(view.csr.heads)) * (len(origins) + before))
        graph, costs, usable = _graph(view, tier), self._costs(by, view, tier), tier.numbers(mask.usable)
        targets = structure.lasts[list(goals)].tolist()
        flags = _flags(nodes, targets, tier)
        kernel, left = tier.kernel("tree"), len(set(targets))

        def ways_from(origin: int) -> list[Way | None]:
            source = int(structure.firsts[origin])
            reached, came = kernel(*graph[:2], costs, usable, source, flags, left, 0, ENDLESS, ENDLESS)
            return [
                self._way(view, tier, source, target, came, costs, usable, reached) if target != source else None
                for target in targets
            ]

        return _side_by_side(ways_from, origins, tier)

    def within(self, origin: int, mask: Mask, by: str, most: float) -> tuple[Array, Array]:
        """Return the least of a measure from a place to every state, in whole numbers, and the edge each is reached by.

        What lies beyond ``most`` is not settled and not to be used.
        """
        view = self._views[()]
        tier = self._tier("tree", len(view.csr.heads))
        graph, costs, usable = _graph(view, tier), self._costs(by, view, tier), tier.numbers(mask.usable)
        none = _flags(len(self.structure.place_of), [], tier)
        source = int(self.structure.firsts[origin])
        ask = (source, none, -1, 0, self.cap(by, most), ENDLESS)
        reached, came = tier.kernel("tree")(*graph[:2], costs, usable, *ask)
        return np.asarray(reached), np.asarray(came)

    def draws(self, origin: int, goal: int, mask: Mask, costs: Array) -> tuple[Array, list[Way]]:
        """Return for each row of costs, one for each edge, what the best way costs and its edges."""
        view = self._views[()]
        source, target = self._ends(origin, goal, ())
        csr, nodes = view.csr, len(self.structure.place_of)
        tier = self._tier("together", len(csr.heads) / 16 * len(costs))
        mean, usable = PLAIN.numbers(costs[:SOUNDED].mean(axis=0)), self._usable(mask, target, view, PLAIN)
        none = _flags(nodes, [], PLAIN)
        ask = (source, none, -1, 0.0, inf, inf)
        near, _ = map(np.asarray, PLAIN.kernel("tree")(*_graph(view, PLAIN)[:2], mean, usable, *ask))
        ahead = self.ahead(view, mask, self.prices.given[0], target, PLAIN)
        order = np.argsort(near, kind="stable")
        order = order[np.isfinite(near[order]) & (ahead[order] < ENDLESS) & (order != source)]
        # First even where others are as near, since edges between cost nothing.
        order = np.concatenate([[source], order])
        leads = tier.numbers(np.frombuffer(usable, dtype=bool) & (ahead[csr.heads] < ENDLESS))
        starts, heads, _ = _graph(view, tier)
        kernel, sequence = tier.kernel("together"), tier.numbers(order)

        def run(rows: Array) -> tuple[Array, list[Way]]:
            columns = np.ascontiguousarray(rows.T)
            reached = np.full((nodes, len(rows)), inf)
            came = np.full((nodes, len(rows)), -1)
            reached[source] = 0.0
            kernel(starts, heads, columns, leads, sequence, target, reached, came)
            ways = _ways_back(csr, source, target, came)
            alone = [
                self._drawn(source, target, usable, row) if way is None else way
                for row, way in zip(rows, ways, strict=True)
            ]
            return reached[target], alone

        # Compiled, two threads share the draws; in plain Python each call costs, so that fewer of them are made.
        size = max(1, min(DRAWN_TOGETHER if tier.compiled else 2 * DRAWN_TOGETHER, MOST_DRAWN // nodes))
        parts = _side_by_side(run, [costs[at : at + size] for at in range(0, len(costs), size)], tier)
        return np.concatenate([totals for totals, _ in parts]), [way for _, ways in parts for way in ways]

    def _drawn(self, source: int, target: int, usable: Any, costs: Array) -> Way:
        """Return the best way under one set of costs."""
        view = self._views[()]
        ask = (source, _flags(len(view.csr.starts) - 1, [target], PLAIN), 1, 0.0, inf, inf)
        numbers = PLAIN.numbers(costs)
        reached, came = PLAIN.kernel("tree")(*_graph(view, PLAIN)[:2], numbers, usable, *ask)
        tails, back = _graph(view, PLAIN)[2], _back(view, PLAIN)
        return tuple(PLAIN.kernel("trace")(source, target, came, tails, numbers, usable, reached, *back)[0][::-1])

    @cached_property
    def sizes(self) -> tuple[int, int]:
        """How many states and edges there are."""
        return len(self.structure.place_of), len(self.structure.kind)


def all_costs(table: Array) -> bool:
    """Tell whether every number is finite and not negative."""
    return bool(table.size == 0 or (table.min() >= 0 and table.max() < inf))


def _side_by_side(work: Callable[[Asked], Found], asked: Sequence[Asked], tier: Tier) -> list[Found]:
    """Return what the work makes of each thing asked; compiled kernels run in several threads, since they hold no lock."""
    if not tier.compiled or len(asked) < 2:
        return list(map(work, asked))
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, asked))


def _ways_back(csr: Csr, source: int, target: int, came: Array) -> list[Way | None]:
    """Return the edges of each way from a source to a target, given by which edge each node is reached.

    None where edges that cost nothing lead round in a ring.
    """
    draws = np.arange(came.shape[1])
    node = np.full(len(draws), target)
    steps: list[Array] = []
    while (under_way := node != source).any() and len(steps) < len(csr.starts):
        edge = np.where(under_way, came[node, draws], -1)
        steps.append(edge)
        node = np.where(under_way, csr.tails[edge], node)
    table = np.array(steps[::-1]).T
    # A way that arrived early is filled up with -1 at its front.
    first, arrived = (table < 0).sum(axis=1).tolist(), (node == source).tolist()
    ways = zip(table.tolist(), first, arrived, strict=True)
    return [tuple(way[begin:]) if there else None for way, begin, there in ways]


def _passed(entered: Array, stage: int, via: Sequence[int]) -> Array:
    """Return how many places of ``via`` are passed once a place is entered with ``stage`` of them passed."""
    passed = np.full(len(entered), stage)
    for number in range(stage, len(via)):
        passed[(passed == number) & (entered == via[number])] += 1
    return passed


def _graph(view: View, tier: Tier) -> tuple[Any, Any, Any]:
    csr = view.csr
    kept = csr.as_numbers
    if tier.name not in kept:
        kept[tier.name] = tuple(map(tier.numbers, (csr.starts, csr.heads, csr.tails)))
    starts, heads, tails = kept[tier.name]
    return starts, heads, tails


def _back(view: View, tier: Tier) -> tuple[Any, Any]:
    kept, key = view.csr.as_numbers, f"back {tier.name}"
    if key not in kept:
        kept[key] = tuple(map(tier.numbers, view.csr.back))
    starts, edges = kept[key]
    return starts, edges


def _flags(count: int, flagged: Sequence[int], tier: Tier) -> Any:
    if not tier.compiled:
        flags = bytearray(count)
        for number in flagged:
            flags[number] = 1
        return flags
    array = np.zeros(count, dtype=bool)
    array[list(flagged)] = True
    return array


def _copied(view: View, way: Sequence[int]) -> Way:
    """Return the edges of the states that a way of a view stands for."""
    if view.copied is None:
        return tuple(way)
    return tuple(view.copied[list(way)].tolist())
