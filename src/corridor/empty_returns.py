# SPDX-License-Identifier: BSD-3-Clause
"""Empty returns: where more is loaded one way than the other, trucks and wagons run back empty and the goods pay for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Final, NamedTuple

import numpy as np

from corridor.costs import BOXED_FORMS
from corridor.errors import OptionError
from corridor.prices import Prices
from corridor.structure import Array
from corridor.vocabulary import MODES

__all__ = ["EmptyRun", "Pools", "check_share", "pools_of"]

LAND: Final = ("road", "rail")
# Prices of the two ways that differ by less than this share are the same.
LEVEL: Final = 1e-6


class EmptyRun(NamedTuple):
    """A link on which vehicles of one kind run back empty: their kind, and the money of an empty run each way, USD."""

    pool: tuple[str, str, str]
    link: int
    forward_usd: float
    backward_usd: float
    # The user's factor on the haul money of the mode, which the score is made with.
    factor: float


@dataclass(frozen=True, eq=False)
class Pools:
    """What each shipment puts on each edge, in vehicles of its own kind, and what running them empty costs."""

    runs: tuple[EmptyRun, ...]
    # For each shipment: the run of each edge (-1: none), and signed vehicles a tonne, above 0 run forward.
    run_of: tuple[Array, ...]
    vehicles: tuple[Array, ...]


def check_share(share: Any) -> float | None:
    """Return the share of a loaded haul that an empty one costs; refuse what is no share."""
    if share is None:
        return None
    if isinstance(share, bool) or not isinstance(share, Real) or not 0 <= float(share) <= 1:
        msg = (
            f"empty_returns={share!r}: must be the share of a loaded haul's money that an empty run costs, 0 to 1 "
            "(0.9 is a fair guess), or None to leave empty returns out."
        )
        raise OptionError(msg)
    return float(share)


def pools_of(prices: Sequence[Prices], share: float) -> Pools:
    """Return the kinds of vehicle and what running each empty along each link costs.

    A kind is a mode, a form of goods (a tank returns without fruit) and, by road, a class of truck. Links whose price
    differs by direction are left out: there the market already charges the return to the dearer way.
    """
    numbers: dict[tuple[tuple[str, str, str], int], int] = {}
    costs: list[list[float]] = []
    factors = {mode: prices[0].weights.mode_factor.get(mode, 1.0) for mode in LAND} if prices else {}
    run_of, vehicles = [], []
    for priced in prices:
        runs, units = _laid_out(priced, numbers, costs, share)
        run_of.append(runs)
        vehicles.append(units)
    found = tuple(
        EmptyRun(pool, link, ahead, back, factors[pool[0]])
        for (pool, link), (ahead, back) in zip(numbers, costs, strict=True)
    )
    return Pools(found, tuple(run_of), tuple(vehicles))


def _laid_out(
    priced: Prices, numbers: dict[tuple[tuple[str, str, str], int], int], costs: list[list[float]], share: float
) -> tuple[Array, Array]:
    """Return the run and the signed vehicles a tonne of each edge, adding runs and their costs to those known."""
    structure, model = priced.structure, priced.costs
    tonnes = model.shipment.tonnes
    run_of = np.full(len(structure.kind), -1)
    vehicles = np.zeros(len(structure.kind))
    for mode in LAND:
        boxed = model.cargo.form in BOXED_FORMS
        count = model.units(mode) / tonnes if mode == "road" or boxed else 1.0
        pool = (mode, model.cargo.form, model.vehicle.id if mode == "road" else "")
        edges = np.flatnonzero((structure.link >= 0) & (structure.mode == MODES.index(mode)))
        both: dict[int, dict[bool, tuple[int, float]]] = {}
        for edge in edges.tolist():
            usd = float(priced.haul_usd[edge]) / tonnes / count
            if math.isfinite(usd):
                both.setdefault(int(structure.link[edge]), {})[bool(structure.forward[edge])] = (edge, usd)
        for link, ways in both.items():
            prices = [usd for _, usd in ways.values()]
            if len(ways) < 2 or abs(prices[0] - prices[1]) > LEVEL * max(prices):
                continue
            number = numbers.setdefault((pool, link), len(numbers))
            if number == len(costs):
                costs.append([math.inf, math.inf])
            for forward, (edge, usd) in ways.items():
                # A price of one's own for a vehicle may be shared by fewer tonnes: the least keeps every edge above 0.
                side = 0 if forward else 1
                costs[number][side] = min(costs[number][side], share * usd)
                run_of[edge] = number
                vehicles[edge] = count if forward else -count
    return run_of, vehicles
