# SPDX-License-Identifier: BSD-3-Clause
"""When the first capacity is full as trade grows, and how much that rests on figures that nobody stated."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from corridor.assigning import Prepared
from corridor.capacities import Bound, load_of
from corridor.demand import Demand, Wanted, wanted_of
from corridor.flow_rows import used_of
from corridor.least_cost import Goods, Plan
from corridor.prices import build_prices
from corridor.shipment import Shipment

if TYPE_CHECKING:
    from corridor.network import Network

__all__ = ["SWING_COLUMNS", "Filling", "fillings_of", "first_full", "swing_rows", "value_of"]

SWING_COLUMNS = (
    "figure", "subject", "kind", "basis", "value", "unit", "low", "first_at_low", "usd_at_low", "high", "first_at_high",
    "usd_at_high",
)  # fmt: skip
# Derived figures too: a week of traffic read as every week is stated by nobody.
GUESSED = ("derived", "estimate", "recalled", "given")


class Filling(NamedTuple):
    """The trade at which a capacity is full while none holds anything back: its number, and USD a year."""

    bound: int
    usd: float


def value_of(goods: Iterable[Goods]) -> float:
    """Return the value of all goods, USD a year."""
    return math.fsum(one.wanted.usd for one in goods)


def fillings_of(
    goods: Sequence[Goods], free: Plan, bounds: Sequence[Bound], left: Sequence[float] | None = None
) -> list[Filling]:
    """Return the trade at which each capacity in use is full, the first one first, by the flow that none holds back.

    That flow grows in proportion to the trade, so that a capacity is full at (capacity - other traffic) / use now x trade
    now: exact for the first.
    """
    used = [use for use, _ in used_of(goods, free, bounds)]
    total = value_of(goods)
    room = [bound.left for bound in bounds] if left is None else left
    found = [Filling(number, room[number] / use * total) for number, use in enumerate(used) if use > 0]
    return sorted(found, key=lambda filling: (filling.usd, -used[filling.bound]))


def first_full(
    goods: Sequence[Goods], free: Plan, bounds: Sequence[Bound], left: Sequence[float] | None = None
) -> tuple[str, float]:
    """Return what is full first and at which trade, USD a year; nothing and NaN where no capacity is in use."""
    fillings = fillings_of(goods, free, bounds, left)
    return (bounds[fillings[0].bound].name, fillings[0].usd) if fillings else ("", math.nan)


def swing_rows(
    net: Network, demands: Sequence[Demand], ready: Prepared, free: Plan, share: float, snap_km: float
) -> list[dict[str, Any]]:
    """Return a row for each figure that is not quoted: what is full first with the figure so much lower and higher.

    The flow that no capacity holds back is given, for it is known already.

    Figures are moved one at a time: each capacity in use and each figure of other traffic there, and each unit value of
    goods, which moves the tonnes, the value of time and so the best ways too. Then all of a kind at once.
    """
    goods, bounds = ready.goods, ready.bounds
    touched = [filling.bound for filling in fillings_of(goods, free, bounds)]
    rows: list[dict[str, Any]] = []
    sides = (1.0 - share, 1.0 + share)

    def moved(figure: str, subject: str, kind: str, basis: str, value: float, unit: str, ends: Sequence[tuple[str, float]]) -> None:  # fmt: skip
        (first_low, usd_low), (first_high, usd_high) = ends
        rows.append(
            dict(
                zip(
                    SWING_COLUMNS,
                    (figure, subject, kind, basis, value, unit, value * sides[0], first_low, usd_low, value * sides[1],
                     first_high, usd_high),
                    strict=True,
                )
            )
        )  # fmt: skip

    def with_room(changed: Mapping[int, tuple[float, float]]) -> tuple[str, float]:
        """Return what is full first with capacity and other traffic of some bounds multiplied."""
        left = [
            max(
                0.0,
                bound.capacity * changed.get(number, (1.0, 1.0))[0]
                - bound.background * changed.get(number, (1.0, 1.0))[1],
            )
            for number, bound in enumerate(bounds)
        ]
        return first_full(goods, free, bounds, left)

    def with_values(factors: Mapping[str, float]) -> tuple[str, float]:
        """Return what is full first with the unit values of some classes multiplied."""
        other = _revalued(net, demands, ready, factors, snap_km)
        return first_full(other, ready.unlimited(other), bounds)

    # Bounds of one row of the capacities move together.
    parts = {
        bounds[at].number: [n for n, other in enumerate(bounds) if other.number == bounds[at].number] for at in touched
    }
    guessed = [several for several in parts.values() if bounds[several[0]].basis in GUESSED]
    busy = [
        several
        for several in parts.values()
        if bounds[several[0]].background > 0 and (bounds[several[0]].row.traffic_basis or "") in GUESSED
    ]
    for several in guessed:
        bound = bounds[several[0]]
        ends = [with_room(dict.fromkeys(several, (side, 1.0))) for side in sides]
        moved("capacity", bound.row_name, "capacity", bound.basis, bound.capacity, bound.row.unit, ends)
    for several in busy:
        bound = bounds[several[0]]
        ends = [with_room(dict.fromkeys(several, (1.0, side))) for side in sides]
        basis = str(bound.row.traffic_basis)
        moved("other traffic", bound.row_name, "background", basis, bound.background, bound.row.unit, ends)
    if len(guessed) > 1:
        ends = [with_room({number: (side, 1.0) for several in guessed for number in several}) for side in sides]
        moved("capacity", "all capacities not quoted", "all", "estimate", math.nan, "", ends)
    if len(busy) > 1:
        ends = [with_room({number: (1.0, side) for several in busy for number in several}) for side in sides]
        moved("other traffic", "all other traffic not quoted", "all", "estimate", math.nan, "", ends)
    known = {row.id: row for row in net.tables.cargo}
    cargoes = [
        name for name in dict.fromkeys(one.wanted.cargo for one in goods) if known[name].unit_value_basis in GUESSED
    ]
    for name in cargoes:
        ends = [with_values({name: side}) for side in sides]
        row = known[name]
        moved("unit value", name, "cargo", row.unit_value_basis, row.unit_value_usd_per_t, "USD per tonne", ends)
    if len(cargoes) > 1:
        ends = [with_values(dict.fromkeys(cargoes, side)) for side in sides]
        moved("unit value", "all unit values not quoted", "all", "estimate", math.nan, "USD per tonne", ends)
    return rows


def _revalued(
    net: Network, demands: Sequence[Demand], ready: Prepared, factors: Mapping[str, float], snap_km: float
) -> list[Goods]:
    """Return the goods with the unit values of some classes multiplied, on the ways that are then the best."""
    cargo = tuple(
        row.model_copy(update={"unit_value_usd_per_t": row.unit_value_usd_per_t * factors[row.id]})
        if row.id in factors
        else row
        for row in net.tables.cargo
    )
    tables = replace(net.tables, cargo=cargo)
    wanted: dict[tuple[str, str, Shipment], Wanted] = {
        (one.origin, one.destination, one.shipment): one
        for one in wanted_of(net, demands, snap_km=snap_km, cargo=cargo)
    }
    compiled: dict[int, Any] = {}
    found = []
    for one in ready.goods:
        now = wanted[(one.wanted.origin, one.wanted.destination, one.wanted.shipment)]
        if one.wanted.cargo not in factors:
            found.append(one._replace(wanted=now))
            continue
        if one.kind not in compiled:
            old = one.net.prices
            prices = build_prices(old.structure, tables, now.shipment, old.weights, net.day)
            compiled[one.kind] = one.net.repriced(prices)
        other = compiled[one.kind]
        way = other.best(now.origin, now.destination, "score", one.constraints)
        found.append(one._replace(wanted=now, net=other, best=way, load=load_of(other.prices.costs)))
    return found
