# SPDX-License-Identifier: BSD-3-Clause
"""Does a choice survive the ranges of what it rests on: each estimate alone at both ends, and all at their worst together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from numbers import Real
from typing import Any, Final, NamedTuple

import numpy as np

from corridor.breaking_even import Asked, apart
from corridor.compiled import SAME, Compiled, whole_network
from corridor.errors import OptionError, nearest_valid
from corridor.levers import KINDS, Lever, with_values
from corridor.network import Network
from corridor.search import Way
from corridor.states import kept_prices
from corridor.vocabulary import BASES

__all__ = [
    "ASSUMED",
    "NONE",
    "STATED",
    "End",
    "Swing",
    "Worst",
    "parse_assumed",
    "parse_bases",
    "swings_of",
    "worst_of",
]

STATED: Final = "stated"
ASSUMED: Final = "assumed"
# Of an estimate of 0 no share can be taken.
NONE: Final = "none"
# A speed, a price or a length of nothing is none; an assumed share stays below the whole.
MOST_ASSUMED: Final = 0.95
ASSUMED_SHARE: Final = 0.3
# Lengths are measured on maps: nobody misjudges a road by a third.
LENGTH_SHARE: Final = 0.1


class End(NamedTuple):
    """What holds at one end of a range, in the unit of the measure."""

    value: float
    route: float
    # Best of the rivals, or of all routes where another than the route is the best, less the route.
    margin: float
    # The best of all routes.
    best: Way
    chosen: bool
    # Whether route and rivals are in the same order as today.
    same_order: bool


@dataclass(frozen=True)
class Swing:
    """One estimate at both ends of its range."""

    lever: Lever
    range: str
    low: End
    high: End

    @property
    def swing(self) -> float:
        """How far the margin moves from one end to the other."""
        return abs(self.high.margin - self.low.margin)

    @property
    def route_swing(self) -> float:
        """How far the measure of the route itself moves."""
        return abs(self.high.route - self.low.route)

    @property
    def survives(self) -> bool:
        """Whether the route is the best of all at both ends."""
        return self.low.chosen and self.high.chosen


@dataclass(frozen=True)
class Worst:
    """The route against one rival with every estimate at the end that is worse for it; the network is priced anew."""

    rival: int
    route: float
    margin: float
    best: Way
    chosen: bool


def parse_assumed(given: object) -> dict[str, float]:
    """Return the share assumed either side of an estimate without a range, by kind of input.

    Raises
    ------
    OptionError
        If a kind is unknown, or a share is not from 0 to 0.95.
    """
    shares: dict[Any, Any] = dict(given) if isinstance(given, Mapping) else dict.fromkeys(KINDS, given)
    for kind, share in shares.items():
        if kind not in KINDS:
            msg = f"assumed_range: unknown kind {kind!r}.{nearest_valid(str(kind), KINDS, kind='Kinds')}"
            raise OptionError(msg)
        plain = isinstance(share, Real) and not isinstance(share, bool)
        if not plain or not 0 <= float(share) <= MOST_ASSUMED:
            option = f"assumed_range[{kind!r}]" if isinstance(given, Mapping) else "assumed_range"
            msg = f"{option}={share!r}: must be a share from 0 to {MOST_ASSUMED:g}, such as 0.3 for 30 % either side."
            raise OptionError(msg)
    usual = ASSUMED_SHARE if isinstance(given, Mapping) else float(shares["price"])
    lengths = given["length"] if isinstance(given, Mapping) and "length" in given else LENGTH_SHARE
    return {kind: float(shares.get(kind, usual)) for kind in KINDS} | {"length": float(lengths)}


def parse_bases(given: Iterable[str] | str) -> tuple[str, ...]:
    """Return the bases that are put to the test; refuse what is none."""
    names = (given,) if isinstance(given, str) else tuple(given)
    for name in names:
        if name not in BASES:
            msg = f"bases: {name!r} is no basis.{nearest_valid(str(name), BASES, kind='Choices')}"
            raise OptionError(msg)
    if not names:
        msg = f"bases: name at least one of {', '.join(BASES)}."
        raise OptionError(msg)
    return names


def swings_of(
    asked: Asked,
    way: Way,
    rivals: Sequence[Way],
    levers: Sequence[Lever],
    *,
    bases: Sequence[str],
    assumed: Mapping[str, float],
) -> list[Swing]:
    """Return each estimate at both ends of its range, every route searched anew there; the widest swing first."""
    tried = [
        (lever, *_range_of(lever, assumed[lever.kind])) for lever in levers if lever.figures and lever.basis in bases
    ]
    if not tried:
        return []
    costs = asked.costs
    rows = [
        np.maximum(costs + lever.moved(value) * lever.slope, 0.0)
        for lever, _, low, high in tried
        for value in (low, high)
    ]
    found = asked.best(np.stack(rows))
    totals = [asked.total(one) for one in (way, *rivals)]
    today = _order(totals)
    swings = []
    for number, (lever, how, low, high) in enumerate(tried):
        ends = []
        for value, best in zip((low, high), found[2 * number : 2 * number + 2], strict=True):
            moved = lever.moved(value)
            now = [total + moved * lever.along(one) for total, one in zip(totals, (way, *rivals), strict=True)]
            least = asked.total(best) + moved * lever.along(best)
            ends.append(_end(value, now, least, best, today))
        swings.append(Swing(lever, how, *ends))
    return sorted(swings, key=lambda swing: (-round(swing.swing, 6), -round(swing.route_swing, 6), swing.lever.key))


def _end(value: float, now: Sequence[float], least: float, best: Way, today: Sequence[int]) -> End:
    ours, *theirs = now
    chosen = least >= ours - max(SAME, 1e-9 * abs(ours))
    margin = min((*theirs, *([] if chosen else [least])), default=math.nan) - ours
    return End(value, ours, margin, best, chosen, _order(now) == today)


def _order(totals: Sequence[float]) -> list[int]:
    """Return the places of some totals from the least to the greatest; those that are the same in the order given."""
    return sorted(range(len(totals)), key=lambda place: (round(totals[place], 6), place))


def _range_of(lever: Lever, share: float) -> tuple[str, float, float]:
    """Return whether the range is stated in the data or assumed, and its ends."""
    low, high = lever.low, lever.high
    if low is not None and high is not None and (low > 0 or not lever.inverse):
        return STATED, low, high
    return ASSUMED if lever.now else NONE, lever.now * (1 - share), lever.now * (1 + share)


def worst_of(
    net: Network,
    asked: Asked,
    way: Way,
    rivals: Sequence[Way],
    swings: Sequence[Swing],
    *,
    only_stated: bool,
) -> list[Worst]:
    """Return for each rival what becomes of the route with all estimates together at the end that favours the rival.

    The data are changed and the network is priced and searched anew, so that what multiplies each other does so. First
    hours and money are set, each by the sign of its own effect on the margin; then the value of time, by the sign of
    the difference in hours that is left.
    """
    chosen = [swing for swing in swings if not only_stated or swing.range == STATED]
    found = []
    for number, rival in enumerate(rivals):
        values = {s.lever: _worse(s, apart(s.lever, way, rival)) for s in chosen if s.lever.kind != "value"}
        there = _asked_with(net, asked, values)
        hours = there.compiled.total(way, "hours") - there.compiled.total(rival, "hours")
        values |= {s.lever: _worse(s, hours) for s in chosen if s.lever.kind == "value"}
        there = _asked_with(net, asked, values)
        ours = there.total(way)
        best = there.compiled.best(asked.start, asked.goal, asked.by, asked.constraints) or way
        stays = there.total(best) >= ours - max(SAME, 1e-9 * abs(ours))
        found.append(Worst(number, ours, there.total(rival) - ours, best, stays))
    return found


def _worse(swing: Swing, more: float) -> float:
    """Return the end of a range that is worse for the route, given what a unit adds to it beyond the rival."""
    ends = (swing.low.value, swing.high.value)
    pick: Callable[..., Any] = max if (more > 0) != swing.lever.inverse else min
    return swing.lever.now if more == 0 else float(pick(ends))


def _asked_with(net: Network, asked: Asked, values: Mapping[Lever, float]) -> Asked:
    """Return the same question of a network whose figures are others; its edges have the same numbers."""
    other = Network(with_values(net.tables, values), name=net.name, day=net.day)
    before = asked.compiled.prices
    prices = kept_prices(other, before.costs.shipment, before.weights)
    compiled = Compiled(other, prices, partial(whole_network, other), engine=asked.compiled.engine, landmarks=0)
    return asked._replace(compiled=compiled)
