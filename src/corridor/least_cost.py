# SPDX-License-Identifier: BSD-3-Clause
"""The least-cost flow of several goods under capacities: a linear programme over ways, found by column generation.

The master programme shares the demand out among the ways known so far; its dual values raise the cost of every edge whose
capacity is short, and a search over these costs looks for a way that would lower the total. When there is none left, the
flow is the best of all ways, not only of those known: that is the certificate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

import numpy as np

from corridor.capacities import Bound, Load
from corridor.compiled import Compiled
from corridor.constraints import Constraints
from corridor.demand import Wanted
from corridor.empty_returns import Pools
from corridor.errors import CorridorError, MissingExtraError
from corridor.search import Way
from corridor.structure import Array

__all__ = ["Goods", "Plan", "Programme"]

# Flows in the programme are at most so large, so that its tolerances are the same whatever the unit.
SCALE: Final = 1000.0
# A way is worth adding if it lowers the cost of a tonne by more than this share of it.
WORTH: Final = 1e-9
# What is less than this share of the largest flow is nothing.
NOTHING: Final = 1e-9
# So many times the largest flow is more than all goods together can use of a capacity.
FAR: Final = 1e15
# So much more of a capacity, as a share of it, tells what more of it would carry.
LITTLE: Final = 1e-3
MOST_ROUNDS: Final = 500


class Goods(NamedTuple):
    """What is wanted, the network compiled for its shipments, and what its routes must keep to."""

    wanted: Wanted
    # The number of its kind of shipment: goods of one kind share prices.
    kind: int
    net: Compiled
    constraints: Constraints
    load: Load
    best: Way | None


@dataclass(frozen=True)
class Column:
    """A way of one of the goods: cost of a tonne, and what a tonne uses of capacities and runs."""

    goods: int
    way: Way
    usd: float
    uses: tuple[tuple[int, float], ...]
    runs: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Plan:
    """The best flow found, the price of each capacity, and the proof."""

    ways: tuple[tuple[tuple[Way, float], ...], ...]
    tonnes: tuple[float, ...]
    unserved: tuple[float, ...]
    # USD a year that one more unit of each capacity saves.
    prices: tuple[float, ...]
    # Capacities that stand in the way of more of each of the goods.
    short: tuple[tuple[int, ...], ...]
    # Vehicles a year that run empty along each run, forward and backward.
    empty: tuple[tuple[float, float], ...]
    score_usd: float
    empty_usd: float
    penalty_usd: float
    # The least that any flow can cost, by the dual prices.
    bound_usd: float
    # By how much the best way left out would be dearer than what is in use, USD a tonne; below 0: cheaper.
    least_reduced_cost: float
    rounds: int
    columns: int
    # What empty runs cost in money, without the user's factors of the modes.
    empty_money_usd: float = 0.0
    master: _Master | None = field(default=None, compare=False, repr=False)

    def leaves_unserved(self, number: int) -> bool:
        """Tell whether a little more of a capacity would leave less behind, directly or by what gives way to it."""
        return self.prices[number] > 0 and self.master is not None and self.master.would_carry_more(number)

    @property
    def total_usd(self) -> float:
        """Generalised cost of what is carried, of empty returns, and the penalty for what is not."""
        return math.fsum([self.score_usd, self.empty_usd, self.penalty_usd])


@dataclass
class Programme:
    """Goods, capacities and the ways known so far: asked for the best flow at any scale of the demand.

    Parameters
    ----------
    goods
        What is wanted; those without a way are unserved whatever the capacities.
    bounds
        The capacities.
    pools
        Vehicles that run back empty; None: left out.
    penalty
        USD for each tonne unserved.
    """

    goods: Sequence[Goods]
    bounds: Sequence[Bound]
    pools: Pools | None
    penalty: float
    _columns: list[Column] = field(default_factory=list)
    _known: set[tuple[int, Way]] = field(default_factory=set)

    def __post_init__(self) -> None:
        kinds = {goods.kind: goods for goods in self.goods}
        self._kinds = kinds
        # What a tonne uses of each capacity at each edge, by kind of shipment.
        self._uses = {kind: [bound.used_per_tonne(one.load) for bound in self.bounds] for kind, one in kinds.items()}
        edges = len(next(iter(kinds.values())).net.prices.structure.kind)
        at_edge: list[list[int]] = [[] for _ in range(edges)]
        for number, bound in enumerate(self.bounds):
            for edge in np.flatnonzero(bound.edges).tolist():
                at_edge[edge].append(number)
        self._at_edge = at_edge
        for number, one in enumerate(self.goods):
            if one.best is not None:
                self._add(number, one.best)

    def _add(self, number: int, way: Way) -> bool:
        """Add a way of one of the goods; tell whether it is new."""
        if (number, way) in self._known:
            return False
        one = self.goods[number]
        per_tonne = self._uses[one.kind]
        uses: dict[int, float] = {}
        runs: dict[int, float] = {}
        for edge in way:
            for bound in self._at_edge[edge]:
                uses[bound] = uses.get(bound, 0.0) + per_tonne[bound]
            if self.pools is not None and (run := int(self.pools.run_of[one.kind][edge])) >= 0:
                runs[run] = runs.get(run, 0.0) + float(self.pools.vehicles[one.kind][edge])
        usd = one.net.total(way, "score") / one.wanted.shipment.tonnes
        self._known.add((number, way))
        self._columns.append(Column(number, way, usd, tuple(uses.items()), tuple(runs.items())))
        return True

    def solve(self, factor: float = 1.0) -> Plan:
        """Return the best flow of so many times the demand."""
        tonnes = [factor * one.wanted.tonnes for one in self.goods]
        room = [bound.left for bound in self.bounds]
        for rounds in range(1, MOST_ROUNDS + 1):
            master = _Master(self, tonnes, room)
            added, least, cheapest = self._priced(master)
            if not added:
                return master.plan(least, cheapest, rounds)
        msg = f"assign: no proof of the best flow after {MOST_ROUNDS} rounds: please report this network."
        raise CorridorError(msg)

    def _priced(self, master: _Master) -> tuple[bool, float, dict[int, tuple[Way, float]]]:
        """Add the ways that would lower the cost; return whether there were any, the least reduced cost and the best ways."""
        added, least = False, 0.0
        cheapest: dict[int, tuple[Way, float]] = {}
        for kind in self._kinds:
            numbers = [n for n, one in enumerate(self.goods) if one.kind == kind and one.best is not None]
            extra = self._extra(kind, master)
            for number, way in self._best_ways(numbers, extra):
                one = self.goods[number]
                path = np.array(way)
                usd = (one.net.total(way, "score") + math.fsum(extra[path].tolist())) / one.wanted.shipment.tonnes
                cheapest[number] = (way, usd)
                reduced = usd - master.worth[number]
                if reduced < -WORTH * max(1.0, abs(master.worth[number])) and self._add(number, way):
                    added = True
                least = min(least, reduced)
        return added, least, cheapest

    def _extra(self, kind: int, master: _Master) -> Array:
        """Return what the capacities and empty returns add to the cost of each edge, USD for a shipment."""
        one = self._kinds[kind]
        extra = np.zeros(len(self._at_edge))
        for bound, price, use in zip(self.bounds, master.prices, self._uses[kind], strict=True):
            if price > 0:
                extra[bound.edges] += price * use
        if self.pools is not None:
            run = self.pools.run_of[kind]
            extra -= np.append(master.run_prices, 0.0)[run] * self.pools.vehicles[kind]
        return extra * one.wanted.shipment.tonnes

    def _best_ways(self, numbers: Sequence[int], extra: Array) -> list[tuple[int, Way]]:
        """Return the best way of each of the goods of one kind with costs raised: one search for all from one origin."""
        if not numbers:
            return []
        first = self.goods[numbers[0]]
        if not extra.any():
            return [(number, best) for number in numbers if (best := self.goods[number].best) is not None]
        prices = first.net.prices
        columns = {**prices.columns, "score": np.maximum(prices.columns["score"] + extra, 0.0)}
        raised = first.net.repriced(replace(prices, columns=columns))
        by_origin: dict[str, list[int]] = {}
        for number in numbers:
            by_origin.setdefault(self.goods[number].wanted.origin, []).append(number)
        found = []
        for origin, several in by_origin.items():
            goals = [*dict.fromkeys(self.goods[number].wanted.destination for number in several)]
            ways = dict(zip(goals, raised.ways_between([origin], goals, "score", first.constraints)[0], strict=True))
            for number in several:
                way = ways[self.goods[number].wanted.destination]
                if way is not None:
                    found.append((number, way))
        return found


class _Master:
    """The programme over the ways known so far, solved."""

    def __init__(self, programme: Programme, tonnes: Sequence[float], room: Sequence[float]) -> None:
        self.programme = programme
        self.tonnes = tonnes
        self.room = room
        goods = programme.goods
        self.routed = [number for number, one in enumerate(goods) if one.best is not None]
        self.unit = max([tonnes[number] for number in self.routed] or [1.0]) / SCALE or 1.0
        self.columns = tuple(programme._columns)  # noqa: SLF001
        solved = self._solved(self.room)
        self.flow = [value * self.unit for value in solved.flow]
        self.prices: list[float] = solved.prices
        self.run_prices: Array = solved.run_prices
        self.empty = solved.empty
        self.worth: dict[int, float] = dict(zip(self.routed, solved.worth, strict=True))

    def _solved(self, room: Sequence[float]) -> _Solved:
        """Solve the programme: ways and unserved first, then the empty runs each way."""
        linprog, sparse = _solver()
        columns = self.columns
        bounds, pools = self.programme.bounds, self.programme.pools
        runs = () if pools is None else pools.runs
        used_runs = sorted({run for column in columns for run, _ in column.runs})
        row_of_run = {run: len(self.routed) + row for row, run in enumerate(used_runs)}
        row_of_goods = {number: row for row, number in enumerate(self.routed)}
        ways, goods, empties = len(columns), len(self.routed), len(used_runs)
        width = ways + goods + 2 * empties
        cost = np.concatenate(
            [
                [column.usd for column in columns], np.full(goods, self.programme.penalty),
                [runs[run].factor * runs[run].forward_usd for run in used_runs],
                [runs[run].factor * runs[run].backward_usd for run in used_runs],
            ]
        )  # fmt: skip
        equal: list[tuple[int, int, float]] = []
        at_most: list[tuple[int, int, float]] = []
        # A capacity is counted in units of what a tonne takes of it at most, so that all rows are of like size.
        size = np.array(
            [max([use[number] for use in self._per_tonne()] or [1.0]) or 1.0 for number in range(len(bounds))]
        )
        for at, column in enumerate(columns):
            equal.append((row_of_goods[column.goods], at, 1.0))
            equal += [(row_of_run[run], at, vehicles) for run, vehicles in column.runs]
            at_most += [(bound, at, use / size[bound]) for bound, use in column.uses]
        equal += [(row, ways + row, 1.0) for row in range(goods)]
        for row in range(empties):
            equal += [(goods + row, ways + goods + row, 1.0), (goods + row, ways + goods + empties + row, -1.0)]
        wanted = np.concatenate([[self.tonnes[number] / self.unit for number in self.routed], np.zeros(empties)])
        # A limit far beyond all flows is none; the solver takes no numbers without end.
        with np.errstate(over="ignore"):
            limit = np.minimum(np.array(room, dtype=float) / size / self.unit, FAR)
        table = _table(sparse, equal, (goods + empties, width))
        limits = _table(sparse, at_most, (len(bounds), width)) if len(bounds) else None
        if not width:
            return _Solved([], [], [0.0] * len(bounds), np.zeros(len(runs)), [])
        found = linprog(
            cost, A_eq=table, b_eq=wanted, A_ub=limits, b_ub=limit if limits is not None else None, method="highs-ds"
        )
        if found.status != 0:
            msg = f"assign: the solver found no flow ({found.message})."
            raise CorridorError(msg)
        prices = np.maximum(-found.ineqlin.marginals, 0.0) / size if limits is not None else np.zeros(0)
        run_prices = np.zeros(len(runs))
        run_prices[used_runs] = found.eqlin.marginals[goods:]
        empty = [(0.0, 0.0)] * len(runs)
        for row, run in enumerate(used_runs):
            both = found.x[ways + goods + row], found.x[ways + goods + empties + row]
            empty[run] = (float(both[0]) * self.unit, float(both[1]) * self.unit)
        flow = [float(value) for value in found.x[:ways]]
        return _Solved(flow, found.eqlin.marginals[:goods].tolist(), prices.tolist(), run_prices, empty)

    def _per_tonne(self) -> list[list[float]]:
        return list(self.programme._uses.values())  # noqa: SLF001

    def would_carry_more(self, number: int) -> bool:
        """Tell whether a little more of one capacity lets more tonnes through on the ways known."""
        most = max(use[number] for use in self._per_tonne())
        largest = most * self.unit * SCALE
        step = LITTLE * min(self.programme.bounds[number].capacity or largest, largest)
        room = [*self.room]
        room[number] += step
        more = math.fsum(value * self.unit for value in self._solved(room).flow) - math.fsum(self.flow)
        return more > LITTLE * step / most

    def plan(self, least: float, cheapest: Mapping[int, tuple[Way, float]], rounds: int) -> Plan:
        """Return the flow as a plan, with its proof."""
        programme = self.programme
        columns, goods = self.columns, programme.goods
        nothing = NOTHING * max(self.tonnes, default=0.0)
        shares: list[list[tuple[Column, float]]] = [[] for _ in goods]
        for column, tonnes in zip(columns, self.flow, strict=True):
            if tonnes > nothing:
                shares[column.goods].append((column, tonnes))
        unserved = []
        first = {column.goods: column for column in reversed(columns)}
        for number, part in enumerate(shares):
            wanted = self.tonnes[number]
            if 0 < wanted <= nothing and number in first:
                # So little that the solver cannot tell it from nothing takes its best way.
                part[:] = [(first[number], wanted)]
            missing = wanted - math.fsum(tonnes for _, tonnes in part)
            if missing <= nothing and part:
                # What rounding has left over goes with the largest flow, so that all of the demand is told of.
                part.sort(key=lambda share: -share[1])
                rest = math.fsum(tonnes for _, tonnes in part[1:])
                part[0] = (part[0][0], wanted - rest)
                missing = 0.0
            unserved.append(max(0.0, missing))
            part.sort(key=lambda share: (share[0].usd, share[0].way))
        runs = () if programme.pools is None else programme.pools.runs
        money = [
            (ahead * run.forward_usd + back * run.backward_usd, run.factor)
            for run, (ahead, back) in zip(runs, self.empty, strict=True)
        ]
        dual = [self.tonnes[n] * min(cheapest[n][1], programme.penalty) for n in self.routed if n in cheapest]
        dual += [-price * room for price, room in zip(self.prices, self.room, strict=True) if price > 0]
        penalties = [programme.penalty * tonnes for tonnes in unserved]
        dual += [programme.penalty * self.tonnes[n] for n, one in enumerate(goods) if one.best is None]
        return Plan(
            ways=tuple(tuple((column.way, tonnes) for column, tonnes in part) for part in shares),
            tonnes=tuple(self.tonnes),
            unserved=tuple(unserved),
            prices=tuple(self.prices),
            short=tuple(self._short(number, cheapest) for number in range(len(goods))),
            empty=tuple(self.empty),
            score_usd=math.fsum(tonnes * column.usd for part in shares for column, tonnes in part),
            empty_usd=math.fsum(usd * factor for usd, factor in money),
            empty_money_usd=math.fsum(usd for usd, _ in money),
            penalty_usd=math.fsum(penalties),
            bound_usd=math.fsum(dual),
            least_reduced_cost=least,
            rounds=rounds,
            columns=len(columns),
            master=self,
        )

    def _short(self, number: int, cheapest: Mapping[int, tuple[Way, float]]) -> tuple[int, ...]:
        """Return the capacities with a price on the way that the next tonne would take."""
        if number not in cheapest:
            return ()
        at_edge = self.programme._at_edge  # noqa: SLF001
        found = {bound for edge in cheapest[number][0] for bound in at_edge[edge] if self.prices[bound] > 0}
        return tuple(sorted(found, key=lambda bound: -self.prices[bound]))


class _Solved(NamedTuple):
    flow: list[float]
    worth: list[float]
    prices: list[float]
    run_prices: Array
    empty: list[tuple[float, float]]


def _solver() -> tuple[Any, Any]:
    """Return the solver and the sparse tables it takes."""
    try:
        from scipy import sparse
        from scipy.optimize import linprog
    except ImportError as error:
        msg = "assign and growth need scipy: pip install 'corridor[trade]'."
        raise MissingExtraError(msg) from error
    return linprog, sparse


def _table(sparse: Any, entries: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> Any:
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    return sparse.csr_array((values, (rows, columns)), shape=shape, dtype=float)
