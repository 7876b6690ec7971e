# SPDX-License-Identifier: BSD-3-Clause
"""Share out the trade of a year among the ways of a network, at least cost and under its capacities."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

from corridor.assignment import Assignment, Terms
from corridor.capacities import DAYS_A_YEAR, Bound, CapacitiesGiven, bounds_of, load_of
from corridor.compiled import Compiled
from corridor.constraints import Constraints
from corridor.demand import Demands, Wanted, demands_of, wanted_of
from corridor.empty_returns import check_share, pools_of
from corridor.errors import CorridorWarning, OptionError
from corridor.least_cost import Goods, Plan, Programme
from corridor.lookup import SNAP_KM
from corridor.router import Router
from corridor.shipment import Shipment, Weights
from corridor.states import check_network
from corridor.vocabulary import DEFAULT_MODES, LinkStatus, Mode, mode_of

if TYPE_CHECKING:
    from corridor.network import Network

__all__ = ["WAGONS_A_TRAIN", "Prepared", "assign", "kept", "prepared"]

# The penalty for a tonne unserved over the cost of a tonne on the dearest best route.
PENALTY_FACTOR: Final = 10.0
WAGONS_A_TRAIN: Final = 50.0


def assign(
    net: Network,
    demand: Demands,
    *,
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
) -> Assignment:
    """Return the least-cost flow of several goods under the capacities of crossings, lines and ports.

    Parameters
    ----------
    net
        The network.
    demand
        What is wanted: :class:`corridor.Demand`, a list of them, or a frame with a row each, whose columns are the fields
        of a demand. Demands between the same places, of the same goods in like shipments, add up.
    weights
        What the score is made with.
    modes, avoid, within, include, snap_km
        As in :func:`corridor.route`. Goods that can ride in none of the default modes (gas, say) take their own.
    capacities
        True: those of the network (``net.tables.capacities``). False: none. A mapping: those of the network with your own
        figures in their place: ``{"torkham": 600}``, ``{("hairatan", "rail"): 400}``, ``{"chaman": None}`` for no limit,
        ``{"islam-qala": (300, "trucks_per_day")}`` where the network has none. Trucks and wagons are counted as their row
        says: ``loaded`` ones, or ``all``, and then whoever goes comes back: of 10 a day both ways 5 go loaded and 5 return,
        with goods if there are any. Write ``(300, "trucks_per_day", "loaded")`` for loaded ones.
    background
        Whether what passes already from other trade is taken off the capacities first. Where it fills them, nothing is
        left. Where it is not known it is taken as none, and the result says so.
    unserved_usd_per_tonne
        The penalty for a tonne left unserved. Missing: ten times the dearest best route of all the goods, so that without
        capacities everything that has a route is served; it does not depend on the capacities.
    empty_returns
        What running empty costs, as a share of a loaded haul's money: where more trucks or wagons of a kind run loaded one
        way than the other, the rest return empty and the goods pay. 0.9 is our judgement for trucks. Missing: left out.
    working_days
        Days a year on which trucks and wagons move.
    wagons_per_train
        Wagons of a train, to count trains by.

    Returns
    -------
    Assignment
        Flows, routes, bottlenecks with their shadow prices, and what is unserved with the reason.

    Raises
    ------
    OptionError
        If an option, a demand or a capacity is unknown, misspelt, negative or no number.
    NoRouteError
        If none of the demands has a route.
    MissingExtraError
        If scipy is not installed.

    Warns
    -----
    CorridorWarning
        If some of the demands have no route whatever the capacities.

    Notes
    -----
    Minimise the sum over goods k and ways p of x(k,p) c(k,p) + M s(k), where x is tonnes a year, c the score of a shipment
    over its tonnes, s what is left unserved and M the penalty; each demand is carried or unserved, and the tonnes that pass
    a crossing, line or port, in its own unit, are at most what other traffic leaves of it. The optimum is exact to the
    solver's tolerance, and proved: see :attr:`corridor.Assignment.certificate`. Goods may be split over several ways; a
    shadow price is the fall of the total for one more unit as long as the bottlenecks stay the same ones.

    References
    ----------
    Ahuja, Magnanti and Orlin (1993), Network Flows, ch. 17 (multicommodity flows, column generation). Huangfu and Hall
    (2018), Parallelizing the dual revised simplex method, Mathematical Programming Computation 10: 119-142 (HiGHS).

    Examples
    --------
    >>> import corridor as co
    >>> found = co.assign(co.load(), co.Demand.bundled("pk-kz-2025"))
    >>> found.unserved_tonnes_per_year >= 0, found.gap_usd < 1e-6 * found.total_usd
    (True, True)
    """
    ready = prepared(
        net, demand, weights=weights, modes=modes, avoid=avoid, within=within, include=include, snap_km=snap_km,
        capacities=capacities, background=background, unserved_usd_per_tonne=unserved_usd_per_tonne,
        empty_returns=empty_returns, working_days=working_days, wagons_per_train=wagons_per_train, asker="assign",
    )  # fmt: skip
    ready.warn("assign", stacklevel=3)
    return ready.assigned()


@dataclass(frozen=True, eq=False)
class Prepared:
    """A question that was checked: goods with their best ways, capacities, and the programme that answers it at any scale."""

    goods: tuple[Goods, ...]
    bounds: tuple[Bound, ...]
    programme: Programme
    terms: Terms
    # Why there is no route, for each of the goods; blank where there is one.
    no_route: tuple[str, ...]

    def warn(self, asker: str, *, stacklevel: int) -> None:
        """Warn of goods that have no route whatever the capacities."""
        lost = [one.wanted.name for one, why in zip(self.goods, self.no_route, strict=True) if why]
        if lost:
            text = (
                f"{asker}: no route whatever the capacities: {'; '.join(lost)}. They are left unserved, see .unserved."
            )
            warnings.warn(text, CorridorWarning, stacklevel=stacklevel + 1)

    def assigned(self, factor: float = 1.0) -> Assignment:
        """Return the best flow of so many times the demand."""
        plan = self.programme.solve(factor)
        goods = self.goods
        if factor != 1.0:
            goods = tuple(one._replace(wanted=scaled(one.wanted, factor)) for one in goods)
        reasons = [self._reason(number, plan) for number in range(len(goods))]
        return Assignment(goods, plan, self.bounds, self.terms, reasons)

    def unlimited(self, goods: Sequence[Goods] | None = None) -> Plan:
        """Return the flow of the demand, or of other goods on the same kinds of vehicle, if no capacity held any back.

        All take their best ways; where empty returns are paid for, those that are best for all together.
        """
        goods = self.goods if goods is None else goods
        if self.programme.pools is not None:
            return Programme(goods, (), self.programme.pools, self.programme.penalty).solve()
        ways = tuple(
            ((one.best, one.wanted.tonnes),) if one.best is not None and one.wanted.tonnes > 0 else () for one in goods
        )
        nothing = (0.0,) * len(goods)
        return Plan(ways, nothing, nothing, (), (), (), 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0)

    def _reason(self, number: int, plan: Plan) -> str:
        """Return why some of a demand is not carried; blank where all of it is."""
        if plan.unserved[number] <= 0:
            return ""
        if self.no_route[number]:
            return self.no_route[number]
        short = plan.short[number]
        if not short:
            return "The cheapest way costs more than the penalty for leaving it: raise unserved_usd_per_tonne."
        names = []
        for at in short:
            bound = self.bounds[at]
            full = bound.left <= 0
            names.append(f"{bound.name}{' (filled by other traffic)' if full else ''}")
        return f"No capacity is left on any way worth its cost; those that bind: {', '.join(names)}."


def scaled(wanted: Wanted, factor: float) -> Wanted:
    """Return so many times as much of the same."""
    return Wanted(
        wanted.origin, wanted.destination, wanted.shipment, wanted.tonnes * factor, wanted.usd * factor, wanted.basis,
        wanted.source,
    )  # fmt: skip


def prepared(
    net: Network,
    demand: Demands,
    *,
    weights: Weights | None,
    modes: Iterable[Mode] | None,
    avoid: Iterable[str] | str,
    within: Iterable[str] | None,
    include: Sequence[LinkStatus],
    snap_km: float,
    capacities: CapacitiesGiven,
    background: bool,
    unserved_usd_per_tonne: float | None,
    empty_returns: float | None,
    working_days: float,
    wagons_per_train: float,
    asker: str,
) -> Prepared:
    """Return the question checked and compiled; every option as in :func:`assign`."""
    check_network(net, asker)
    switch: object = background
    if not isinstance(switch, bool):
        msg = f"background={background!r}: must be True (other traffic is taken off the capacities) or False."
        raise OptionError(msg)
    share = check_share(empty_returns)
    wagons = _above_zero("wagons_per_train", wagons_per_train)
    wanted = wanted_of(net, demands_of(demand), snap_km=snap_km)
    options: dict[str, Any] = {"avoid": kept(avoid), "within": kept(within), "include": include, "snap_km": snap_km}
    own_modes = kept(modes)
    compiled: dict[Shipment, tuple[int, Compiled, Constraints]] = {}
    goods: list[Goods] = []
    for one in wanted:
        if one.shipment not in compiled:
            router = Router(net, shipment=one.shipment, weights=weights)._compiled  # noqa: SLF001
            chosen = own_modes if own_modes is not None else _modes_of(router)
            constraints = router.constraints_of(
                chosen, options["avoid"], (), options["within"], options["include"], options["snap_km"], {}
            )
            compiled[one.shipment] = (len(compiled), router, constraints)
        kind, router, constraints = compiled[one.shipment]
        router.pair(one.origin, one.destination, "score", constraints, snap_km)
        way = router.best(one.origin, one.destination, "score", constraints)
        goods.append(Goods(one, kind, router, constraints, load_of(router.prices.costs), way))
    lost = [one for one in goods if one.best is None]
    no_route = tuple("" if one.best is not None else _why(one) for one in goods)
    if len(lost) == len(goods):
        first = lost[0]
        raise first.net.error(first.wanted.origin, first.wanted.destination, "score", first.constraints)
    bounds = bounds_of(net, goods[0].net.prices.structure, capacities, background=background, working_days=working_days)
    dearest = max(
        one.net.total(one.best, "score") / one.wanted.shipment.tonnes for one in goods if one.best is not None
    )
    given = unserved_usd_per_tonne is not None
    penalty = (
        _above_zero("unserved_usd_per_tonne", unserved_usd_per_tonne) if given else PENALTY_FACTOR * dearest or 1.0
    )
    pools = None
    if share is not None:
        by_kind = {one.kind: one.net.prices for one in goods}
        pools = pools_of([by_kind[kind] for kind in sorted(by_kind)], share)
    terms = Terms(
        unserved_usd_per_tonne=penalty, penalty_given=given, working_days=float(working_days), wagons_per_train=wagons,
        empty_returns=share, capacities=capacities is not False, background=background,
    )  # fmt: skip
    return Prepared(tuple(goods), bounds, Programme(goods, bounds, pools, penalty), terms, no_route)


def _modes_of(compiled: Compiled) -> tuple[Mode, ...] | None:
    """Return the modes of goods that can ride in none of the default ones; None for all others."""
    own = {mode_of(carriage) for carriage in compiled.prices.costs.cargo.carriages}
    return None if own & {*DEFAULT_MODES} else tuple(sorted(own))  # type: ignore[arg-type]


def _why(one: Goods) -> str:
    """Return why there is no route, in the words of the search, in one line."""
    error = one.net.error(one.wanted.origin, one.wanted.destination, "score", one.constraints)
    return " ".join(line.strip() for line in str(error).splitlines())


def kept(words: Any) -> Any:
    """Return an option that is used up by the first to read it as one that is not."""
    return words if words is None or isinstance(words, str) or not isinstance(words, Iterable) else tuple(words)


def _above_zero(name: str, value: Any) -> float:
    plain = isinstance(value, Real) and not isinstance(value, bool)
    if not plain or not math.isfinite(value) or value <= 0:
        msg = f"{name}={value!r}: must be a finite number above 0."
        raise OptionError(msg)
    return float(value)
