# SPDX-License-Identifier: BSD-3-Clause
"""Let trade grow: what passes each crossing, which capacities are full and at which trade, and what each lever adds."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

from corridor.assigning import WAGONS_A_TRAIN, Prepared, kept, prepared
from corridor.assignment import Assignment
from corridor.capacities import DAYS_A_YEAR, CapacitiesGiven
from corridor.demand import Demands, demands_of
from corridor.errors import CorridorWarning, NoRouteError, OptionError
from corridor.flow_rows import FULL, flow_rows, used_of
from corridor.grown import Growth, Lever, Saturation
from corridor.least_cost import Plan
from corridor.lookup import SNAP_KM
from corridor.scenario import Scenario
from corridor.shipment import Weights
from corridor.swings import Filling, fillings_of, swing_rows, value_of
from corridor.vocabulary import LinkStatus, Mode

if TYPE_CHECKING:
    from corridor.network import Network

__all__ = ["growth"]

# A trade at which a capacity is full is found to this share of it.
EXACT: Final = 1e-6
# So far ahead the slope of a straight piece is read.
STRIDE: Final = 1e-4
MOST_TRIED: Final = 60
SWING: Final = 0.3
STEPS: Final = 7


def growth(
    net: Network,
    demand: Demands,
    *,
    to_usd: float = 1e9,
    from_usd: float | None = None,
    steps: int | Sequence[float] = STEPS,
    levers: Iterable[Scenario | str | Sequence[Scenario | str]] | Scenario | str | None = None,
    swing: float | None = SWING,
    weights: Weights | None = None,
    modes: Iterable[Mode] | None = None,
    avoid: Iterable[str] | str = (),
    within: Iterable[str] | None = None,
    include: Sequence[LinkStatus] = (),
    snap_km: float = SNAP_KM,
    capacities: CapacitiesGiven = True,
    background: bool = True,
    unserved_usd_per_tonne: float | None = None,
    empty_returns: float | None = None,
    working_days: float = DAYS_A_YEAR,
    wagons_per_train: float = WAGONS_A_TRAIN,
) -> Growth:
    """Return what growing trade needs: vehicles a day by crossing, what is full first and when, and what levers add.

    Parameters
    ----------
    net
        The network.
    demand
        Trade as it is now, as in :func:`corridor.assign`; all of it grows in proportion.
    to_usd
        Trade to grow to, value of the goods in USD a year.
    from_usd
        Trade to begin with; missing: the value of the demand.
    steps
        How many trades to tell of, evenly from the first to the last; or these trades themselves, USD a year, which then
        stand in the place of ``from_usd`` and ``to_usd``.
    levers
        Scenarios whose worth is asked: ids of bundled ones, or :class:`corridor.Scenario` objects; several in a tuple are
        applied together, one after another.
    swing
        By what share figures that are not quoted are moved, down and up, to see how much the answer rests on them: an
        assumption, for most of them have no stated range. None: left out.
    weights, modes, avoid, within, include, snap_km, capacities, background, unserved_usd_per_tonne, empty_returns, working_days, wagons_per_train
        As in :func:`corridor.assign`. The penalty for what is left unserved is the same with every lever.

    Returns
    -------
    Growth
        The tables ``volumes``, ``saturations``, ``levers`` and ``sensitivity``, and the first saturation.

    Raises
    ------
    OptionError
        If an option is unknown, or the trades are no rising numbers above 0.
    NoRouteError
        If none of the demands has a route.
    MissingExtraError
        If scipy is not installed.

    Warns
    -----
    CorridorWarning
        If some of the demands have no route whatever the capacities, as they are or with a lever.

    Notes
    -----
    Until a capacity is full all goods take their best ways (with ``empty_returns`` those that are best for all together)
    and every volume is in proportion to the trade, so that the first saturation is at (capacity - other traffic) / use now
    x trade now: exact. Beyond it goods give way to each other; the trade at which each further capacity is full under
    :func:`corridor.assign` is found to a millionth of it, between the steps told of. Where goods may be shared out in
    several ways at the same cost, it is that of the flow found.

    Examples
    --------
    >>> import corridor as co
    >>> grown = co.growth(co.load(), co.Demand.bundled("pk-kz-2025"), to_usd=1e9, steps=2, swing=None)
    >>> grown.first.usd > 0, grown.trades
    (True, (250000000.0, 1000000000.0))
    """
    demands = demands_of(demand)
    options: dict[str, Any] = {
        "weights": weights, "modes": kept(modes), "avoid": kept(avoid), "within": kept(within), "include": include,
        "snap_km": snap_km, "capacities": capacities, "background": background,
        "unserved_usd_per_tonne": unserved_usd_per_tonne, "empty_returns": empty_returns, "working_days": working_days,
        "wagons_per_train": wagons_per_train,
    }  # fmt: skip
    share = _swing(swing)
    ready = prepared(net, demands, asker="growth", **options)
    ready.warn("growth", stacklevel=3)
    now = value_of(ready.goods)
    if now <= 0:
        msg = "growth: the demand is worth nothing; give tonnes or USD above 0."
        raise OptionError(msg)
    if from_usd is not None and not isinstance(steps, (int, str)) and isinstance(steps, Iterable):
        msg = f"from_usd={from_usd!r}: the trades are those of steps={steps!r}; give one of the two."
        raise OptionError(msg)
    trades = _trades(now if from_usd is None else from_usd, to_usd, steps)
    scenarios = [_together(one) for one in _several(levers)]
    run = _Run(ready, now)
    base = _lever(run, "", "as it is", trades[-1])
    options["unserved_usd_per_tonne"] = ready.terms.unserved_usd_per_tonne
    told = [base]
    for several in scenarios:
        changed = net
        for scenario in several:
            changed = changed.apply(scenario)
        names = ("+".join(scenario.id for scenario in several), "; ".join(scenario.name for scenario in several))
        asker = f"growth with {names[0]}"
        try:
            other = prepared(changed, demands, asker=asker, **options)
        except NoRouteError as error:
            why = str(error).partition("\n")[0]
            warnings.warn(f"{asker}: nothing has a route any more. {why}", CorridorWarning, stacklevel=2)
            told.append(_lost(ready, *names, trades[-1] / now, base))
            continue
        other.warn(asker, stacklevel=3)
        told.append(_lever(_Run(other, value_of(other.goods)), *names, trades[-1], base))
    return Growth(
        trades=trades,
        now_usd=now,
        assignments=tuple(run.at(trade) for trade in trades),
        wanted=tuple(run.wanted(trade) for trade in trades),
        saturations=tuple(_saturations(run, trades)),
        levers=tuple(told),
        swings=() if share is None else tuple(swing_rows(net, demands, ready, run.free, share, snap_km)),
        swing=share,
        terms=ready.terms,
    )


@dataclass
class _Run:
    """A prepared question asked at many trades; each answer is kept."""

    ready: Prepared
    now: float
    kept: dict[float, Assignment] = field(default_factory=dict)

    def at(self, trade: float) -> Assignment:
        if trade not in self.kept:
            self.kept[trade] = self.ready.assigned(trade / self.now)
        return self.kept[trade]

    def used(self, trade: float) -> list[float]:
        """Return what is used of each capacity."""
        found = self.at(trade)
        return [use for use, _ in used_of(found.goods, found.plan, self.ready.bounds)]

    def full(self, trade: float) -> set[int]:
        """Return the capacities in use, or wanted, that are full."""
        plan = self.at(trade).plan
        return {
            number
            for number, (bound, use) in enumerate(zip(self.ready.bounds, self.used(trade), strict=True))
            if use >= bound.left - FULL * bound.capacity and (use > 0 or plan.prices[number] > 0)
        }

    @cached_property
    def free(self) -> Plan:
        """The flow of the trade as it is now, if no capacity held any of it back."""
        return self.ready.unlimited()

    @cached_property
    def fillings(self) -> list[Filling]:
        """The trade at which each capacity in use would be full if none held anything back."""
        return fillings_of(self.ready.goods, self.free, self.ready.bounds)

    def wanted(self, trade: float) -> list[dict[str, Any]]:
        """Return the flows if no capacity held anything back."""
        factor = trade / self.now
        ways = tuple(tuple((way, tonnes * factor) for way, tonnes in part) for part in self.free.ways)
        goods, terms = self.ready.goods, self.ready.terms
        structure = goods[0].net.prices.structure
        plan = replace(self.free, ways=ways)
        return flow_rows(structure, goods, plan, (), days=terms.working_days, wagons=terms.wagons_per_train)


def _saturations(run: _Run, trades: Sequence[float]) -> list[Saturation]:
    """Return the capacities in the order in which they are full, up to the last trade.

    The first is exact, from the flow that nothing holds back; each later one is looked for between two trades told of.
    """
    bounds = run.ready.bounds
    if not run.fillings:
        return []
    first = run.fillings[0]
    how = "best routes" if run.ready.programme.pools is None else "best flow with empty returns"
    found: dict[int, tuple[float, str]] = {first.bound: (first.usd, how)}
    for other in run.fillings[1:]:
        # Those that are full at the same trade, and those that other traffic fills.
        if other.usd <= first.usd * (1 + EXACT):
            found[other.bound] = (other.usd, how)
    last = trades[-1]
    marks = sorted({trade for trade in trades if trade > first.usd} | ({first.usd} if 0 < first.usd < last else set()))
    low = marks[0] if marks and marks[0] == first.usd else 0.0
    for high in marks:
        if high <= low:
            continue
        for number in sorted(run.full(high) - set(found)):
            found[number] = (_full_at(run, number, low, high), "least-cost flow")
        low = high
    rows: dict[int, Saturation] = {}
    for number, (usd, how) in sorted(found.items(), key=lambda entry: (entry[1][0], entry[0])):
        bound = bounds[number]
        if bound.number not in rows:
            rows[bound.number] = Saturation(bound.name, usd, how, bound)
    return list(rows.values())


def _full_at(run: _Run, number: int, low: float, high: float) -> float:
    """Return the least trade found between two at which a capacity is full: by secants, held between both ends."""
    bound = run.ready.bounds[number]

    def room(trade: float) -> float:
        return bound.left - run.used(trade)[number] if trade > 0 else bound.left

    slack = FULL * bound.capacity
    if bound.left <= slack:
        return _wanted_at(run, number, low, high)
    for attempt in range(MOST_TRIED):
        if high - low <= EXACT * high:
            break
        near = low + (high - low) / 2
        if attempt % 2 == 0 and low > 0:
            # The room falls along straight pieces: where the piece that begins at the low end meets the full line.
            further = min(low * (1 + STRIDE), high)
            left, fall = room(low), room(low) - room(further)
            meets = low + (further - low) * left / fall if fall > 0 else high
            if low < meets < high:
                above, below = min(meets * (1 + EXACT / 4), high), max(meets * (1 - EXACT / 2), low)
                low = below if room(below) > slack else low
                high = above if room(above) <= slack else high
                continue
        if room(near) <= slack:
            high = near
        else:
            low = near
    return high


def _wanted_at(run: _Run, number: int, low: float, high: float) -> float:
    """Return the least trade found at which goods want a capacity that other traffic fills."""
    while high - low > EXACT * high:
        near = low + (high - low) / 2
        if run.at(near).plan.prices[number] > 0:
            high = near
        else:
            low = near
    return high


def _lever(run: _Run, lever: str, name: str, trade: float, base: Lever | None = None) -> Lever:
    """Return what a lever does: what is full first and when, and cost and unserved at the last trade."""
    bounds = run.ready.bounds
    first = run.fillings[0] if run.fillings else Filling(-1, math.nan)
    at_last = run.at(trade)
    return Lever(
        lever=lever,
        name=name,
        first=bounds[first.bound].name if run.fillings else "",
        first_usd=first.usd,
        total_usd=at_last.total_usd,
        score_usd=at_last.score + at_last.empty_usd,
        unserved_usd=at_last.unserved_usd_per_year,
        unserved_tonnes=at_last.unserved_tonnes_per_year,
        base=base,
    )


def _lost(ready: Prepared, lever: str, name: str, factor: float, base: Lever) -> Lever:
    """Return a lever under which nothing has a route: all is left unserved."""
    tonnes = factor * math.fsum(one.wanted.tonnes for one in ready.goods)
    return Lever(
        lever=lever,
        name=name,
        first="",
        first_usd=math.nan,
        total_usd=ready.terms.unserved_usd_per_tonne * tonnes,
        score_usd=0.0,
        unserved_usd=factor * value_of(ready.goods),
        unserved_tonnes=tonnes,
        base=base,
    )


def _trades(first: Any, last: Any, steps: Any) -> tuple[float, ...]:
    """Return the trades to tell of, USD a year; refuse what does not rise."""
    for name, value in (("from_usd", first), ("to_usd", last)):
        if not _above_zero(value):
            msg = f"{name}={value!r}: must be a finite number of USD a year above 0."
            raise OptionError(msg)
    if isinstance(steps, int) and not isinstance(steps, bool):
        if not 2 <= steps <= 200:
            msg = f"steps={steps!r}: must be a whole number from 2 to 200, or a list of trades."
            raise OptionError(msg)
        if not first < last:
            msg = f"to_usd={last:,.0f}: must be above the trade to begin with, {first:,.0f} USD (from_usd=, else the demand)."
            raise OptionError(msg)
        rise = (float(last) - float(first)) / (steps - 1)
        return (*(float(first) + rise * step for step in range(steps - 1)), float(last))
    if isinstance(steps, (str, bool)) or not isinstance(steps, Iterable):
        msg = f"steps={steps!r}: must be a whole number from 2 to 200, or a list of trades."
        raise OptionError(msg)
    found: tuple[Any, ...] = tuple(steps)
    rising = all(one < other for one, other in pairwise(found)) if all(map(_above_zero, found)) else False
    if not found or not rising:
        msg = f"steps={steps!r}: the trades must be numbers above 0 that rise, USD a year."
        raise OptionError(msg)
    return tuple(map(float, found))


def _above_zero(value: Any) -> bool:
    plain = isinstance(value, Real) and not isinstance(value, bool)
    return plain and math.isfinite(value) and value > 0


def _swing(swing: Any) -> float | None:
    if swing is None:
        return None
    if isinstance(swing, bool) or not isinstance(swing, Real) or not 0 < float(swing) < 1:
        msg = f"swing={swing!r}: must be a share between 0 and 1, such as 0.3, or None."
        raise OptionError(msg)
    return float(swing)


def _several(levers: Any) -> list[Any]:
    if levers is None:
        return []
    if isinstance(levers, (str, Scenario)):
        return [levers]
    if not isinstance(levers, Iterable):
        msg = f"levers={levers!r}: must be ids of bundled scenarios, or corridor.Scenario objects."
        raise OptionError(msg)
    return list(levers)


def _together(lever: Any) -> list[Scenario]:
    """Return the scenarios of a lever: one, or several that are applied one after another."""
    several = list(lever) if isinstance(lever, (tuple, list)) and lever else [lever]
    found = []
    for one in several:
        if not isinstance(one, (str, Scenario)):
            msg = f"levers: {one!r} is neither the id of a bundled scenario nor a corridor.Scenario."
            raise OptionError(msg)
        found.append(Scenario.bundled(one) if isinstance(one, str) else one)
    return found
