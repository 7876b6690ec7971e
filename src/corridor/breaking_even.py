# SPDX-License-Identifier: BSD-3-Clause
"""At which value of an input another route becomes the better one: against one rival, and against every route there is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

import numpy as np

from corridor.compiled import SAME, Compiled
from corridor.constraints import Constraints
from corridor.levers import Lever
from corridor.search import Way
from corridor.structure import Array

__all__ = ["Asked", "BreakEven", "Flip", "Side", "apart", "break_evens", "first_flips"]

Side = Literal["above", "below"]
# What two routes share cancels; sums of the rest that differ by less than this share are rounding.
ROUNDING: Final = 1e-9
# Sets of costs that are searched at once.
TOGETHER: Final = 256


class Asked(NamedTuple):
    """What was asked: from where to where, by what, under which options."""

    compiled: Compiled
    by: str
    start: str
    goal: str
    constraints: Constraints

    @property
    def costs(self) -> Array:
        """The measure of every edge, 0 where it is not known: such an edge is never used."""
        return np.nan_to_num(self.compiled.prices.columns[self.by], nan=0.0, posinf=0.0)

    @property
    def usable(self) -> Array:
        """Which edges may be used."""
        usable: Array = self.compiled.mask(self.constraints)[0].usable
        return usable

    def total(self, way: Way) -> float:
        """Return the measure of a way."""
        return self.compiled.total(way, self.by)

    def best(self, costs: Array) -> list[Way]:
        """Return the best way under each set of costs, one row of them for each."""
        mask, _ = self.compiled.mask(self.constraints)
        ends = self.compiled.number(self.start), self.compiled.number(self.goal)
        if self.constraints.via:
            # Places to be passed need a search of their own; many sets of costs at once do not know them.
            return [self._best_via(row) for row in costs]
        found: list[Way] = []
        for begin in range(0, len(costs), TOGETHER):
            found += self.compiled.search.draws(*ends, mask, costs[begin : begin + TOGETHER])[1]
        return found

    def _best_via(self, costs: Array) -> Way:
        prices = self.compiled.prices
        other = self.compiled.repriced(replace(prices, columns=dict(prices.columns) | {self.by: costs}))
        way = other.best(self.start, self.goal, self.by, self.constraints)
        # There was one before, and prices close no edge.
        return () if way is None else way


@dataclass(frozen=True)
class BreakEven:
    """Where a rival and the route cost the same, by one input; ``value`` is missing where there is no such value."""

    lever: Lever
    rival: int
    value: float | None
    side: Side | None
    # What one unit adds to the route beyond what it adds to the rival; 0: the two share all of it.
    apart: float

    @property
    def change(self) -> float:
        """Distance from today's value as a share of it; infinite from 0, missing where there is no break-even."""
        return math.nan if self.value is None else _share(self.lever.now, self.value)


@dataclass(frozen=True)
class Flip:
    """The first value of an input, going up or down from today's, at which the route is no longer the best of all."""

    lever: Lever
    side: Side
    value: float
    way: Way

    @property
    def change(self) -> float:
        """Distance from today's value as a share of it; infinite from 0."""
        return _share(self.lever.now, self.value)


def break_evens(asked: Asked, way: Way, rivals: Sequence[Way], levers: Sequence[Lever]) -> list[BreakEven]:
    """Return for each rival and lever where the two routes cost the same.

    With ``m`` the margin (rival less route) and ``a`` and ``b`` what a unit adds to route and rival, they are level
    where the input has moved by ``m / (a - b)``.
    """
    found = []
    ours = asked.total(way)
    for number, rival in enumerate(rivals):
        margin = asked.total(rival) - ours
        for lever in levers:
            if lever.kind == "length":
                continue
            more = apart(lever, way, rival)
            value = None if more == 0 else _level(lever, margin / more)
            side: Side | None = None
            if value is not None:
                # The better one stays so up to there; which way that is tells the sign of what they do not share.
                up = (margin / more > 0) if abs(margin) > SAME else more > 0
                side = "above" if up != lever.inverse else "below"
            found.append(BreakEven(lever, number, value, side, more))
    return found


def first_flips(asked: Asked, way: Way, levers: Sequence[Lever]) -> list[Flip]:
    """Return for each lever the first value up, and the first down, at which some other route is better than all.

    Exact: what is best at the end of the range is the first rival; at the value at which it draws level the best is
    looked for anew, and if that is better still it becomes the rival, at a nearer value. This ends, for every round
    brings a route with a nearer value, and there are only so many.
    """
    costs, ours = asked.costs, asked.total(way)
    open_: list[tuple[Lever, Side, float, Way | None]] = []
    for lever in levers:
        if lever.kind == "length":
            continue
        for side, end in (("above", lever.most), ("below", lever.least)):
            if math.isfinite(end) and end != lever.now:
                open_.append((lever, side, end, None))  # type: ignore[arg-type]
    flips: list[Flip] = []
    while open_:
        rows = [np.maximum(costs + lever.moved(value) * lever.slope, 0.0) for lever, _, value, _ in open_]
        left: list[tuple[Lever, Side, float, Way | None]] = []
        for (lever, side, value, rival), best in zip(open_, asked.best(np.stack(rows)), strict=True):
            moved = lever.moved(value)
            more, ahead = apart(lever, way, best), asked.total(best) - ours
            gain = moved * more - ahead
            nearer = None if more == 0 or gain <= _slack(ours) else _level(lever, ahead / more)
            if nearer is not None and (rival is None or abs(nearer - lever.now) < abs(value - lever.now)):
                left.append((lever, side, nearer, best))
            elif rival is not None:
                flips.append(Flip(lever, side, value, rival))
        open_ = left
    return flips


def apart(lever: Lever, way: Way, rival: Way) -> float:
    """Return what one unit adds to a way beyond what it adds to a rival: what they share cancels."""
    ours, theirs = Counter(way), Counter(rival)
    a, b = lever.along((ours - theirs).elements()), lever.along((theirs - ours).elements())
    return a - b if abs(a - b) > ROUNDING * max(abs(a), abs(b)) else 0.0


def _level(lever: Lever, moved: float) -> float | None:
    """Return the value that has moved so far, None beyond what is looked at."""
    value = lever.value_at(moved)
    return value if lever.least <= value <= lever.most else None


def _slack(total: float) -> float:
    """Return what two sums of the same size may differ by for their rounding alone."""
    return max(SAME, ROUNDING * abs(total))


def _share(now: float, value: float) -> float:
    return abs(value - now) / abs(now) if now else (0.0 if value == now else math.inf)
