# SPDX-License-Identifier: BSD-3-Clause
"""What a plan puts on each link, crossing and place, and on each capacity, as plain rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from corridor.capacities import Bound, Load
from corridor.least_cost import Goods, Plan
from corridor.structure import FIRST, LAST, MODE_OF_RIDE, TRANSFER, Structure
from corridor.vocabulary import MODES

__all__ = ["FLOW_COLUMNS", "FULL", "Passage", "bound_rows", "flow_rows", "passages_of", "uncounted", "used_of"]

VEHICLES: Final = ("trucks_per_day", "wagons_per_day", "trains_per_day", "containers_per_day")
FLOW_COLUMNS: Final = (
    "subject_kind", "subject", "from", "to", "mode", "cargo", "tonnes_per_year", "usd_per_year", *VEHICLES, "capacity",
    "unit", "background", "share_used",
)  # fmt: skip
# What is left over of a capacity, as a share of it, is nothing below this.
FULL: Final = 1e-7


class Passage(NamedTuple):
    """Goods at one edge: tonnes a year of one of them on one of its ways."""

    edge: int
    goods: int
    tonnes: float


def passages_of(plan: Plan) -> Iterator[Passage]:
    """Yield what passes each edge."""
    for number, part in enumerate(plan.ways):
        for way, tonnes in part:
            for edge in way:
                yield Passage(edge, number, tonnes)


def flow_rows(
    structure: Structure, goods: Sequence[Goods], plan: Plan, bounds: Sequence[Bound], *, days: float, wagons: float
) -> list[dict[str, Any]]:
    """Return a row for each link, crossing and place, direction, mode and class of goods; vehicles a day beside tonnes.

    A place has a row for what is handled there: loaded, unloaded or changed from one carriage to another.
    """
    sums: dict[tuple[str, str, str, str, str, str], list[tuple[int, float]]] = {}
    edges_of: dict[tuple[str, str, str, str, str], set[int]] = {}
    for edge, number, tonnes in passages_of(plan):
        for passed in _subjects(structure, edge):
            sums.setdefault((*passed, goods[number].wanted.cargo), []).append((number, tonnes))
            edges_of.setdefault(passed, set()).add(edge)
    share = shares_of(goods, plan, bounds)
    rows = []
    for key in sorted(sums):
        kind, subject, start, goal, mode, cargo = key
        passing = sums[key]
        counts = _counts(passing, goods, mode, days=days, wagons=wagons)
        edges = edges_of[key[:5]]
        tightest = max(
            (number for number, bound in enumerate(bounds) if bound.row.subject == subject and any(bound.edges[edge] for edge in edges)),
            key=lambda number: share[number],
            default=None,
        )  # fmt: skip
        row = {
            "subject_kind": kind, "subject": subject, "from": start, "to": goal, "mode": mode, "cargo": cargo,
            "tonnes_per_year": math.fsum(tonnes for _, tonnes in passing),
            "usd_per_year": math.fsum(tonnes * unit_usd(goods[number]) for number, tonnes in passing), **counts,
            "capacity": math.nan, "unit": "", "background": math.nan, "share_used": math.nan,
        }  # fmt: skip
        if tightest is not None:
            bound = bounds[tightest]
            row |= {"capacity": bound.capacity, "unit": bound.row.unit, "share_used": share[tightest]}
            row["background"] = bound.background if bound.background_known else math.nan
        rows.append(row)
    return rows


def unit_usd(goods: Goods) -> float:
    """Return the value of a tonne, USD."""
    costs = goods.net.prices.costs
    return costs.cargo.unit_value_usd_per_t


def _subjects(structure: Structure, edge: int) -> list[tuple[str, str, str, str, str]]:
    """Return kind, id, from, to and mode of what an edge is a passage of."""
    tail, head = structure.csr.tails[edge], structure.csr.heads[edge]
    start, goal = (structure.places[structure.place_of[state]] for state in (tail, head))
    kind, link = int(structure.kind[edge]), int(structure.link[edge])
    found = []
    if link >= 0:
        mode = MODES[structure.mode[edge]]
        found.append(("link", structure.link_ids[link], start, goal, mode))
        if structure.crossing[edge] >= 0:
            country = {
                place.id: place.country for place in (structure.place_rows[structure.place_of[s]] for s in (tail, head))
            }
            found.append(
                ("crossing", structure.crossings[structure.crossing[edge]], country[start], country[goal], mode)
            )
    elif kind in (FIRST, LAST, TRANSFER):
        modes = [int(MODE_OF_RIDE[structure.ride_of[state]]) for state in (tail, head)]
        named = dict.fromkeys(MODES[mode] for mode in modes if mode >= 0)
        found.append(("place", start, "", "", ";".join(named)))
    return found


def _counts(
    passing: Sequence[tuple[int, float]], goods: Sequence[Goods], mode: str, *, days: float, wagons: float
) -> dict[str, float]:
    """Return vehicles a day of each kind; those of other modes are not there."""

    def a_day(what: str) -> float:
        return math.fsum(tonnes * getattr(goods[number].load, what) for number, tonnes in passing) / days

    modes = mode.split(";")
    counts = dict.fromkeys(VEHICLES, math.nan)
    if "road" in modes:
        counts["trucks_per_day"] = a_day("trucks")
    if "rail" in modes:
        counts["wagons_per_day"] = a_day("wagons")
        counts["trains_per_day"] = counts["wagons_per_day"] / wagons
    counts["containers_per_day"] = a_day("containers")
    return counts


def used_of(goods: Sequence[Goods], plan: Plan, bounds: Sequence[Bound]) -> list[tuple[float, float]]:
    """Return what is used of each capacity, in its unit, and the tonnes a year that use it."""
    parts: list[list[tuple[float, float]]] = [[] for _ in bounds]
    loads: list[Load] = [one.load for one in goods]
    per_tonne = [[bound.used_per_tonne(load) for bound in bounds] for load in loads]
    masks = [bound.edges for bound in bounds]
    for edge, number, tonnes in passages_of(plan):
        for at, mask in enumerate(masks):
            if mask[edge]:
                parts[at].append((tonnes * per_tonne[number][at], tonnes))
    return [(math.fsum(use for use, _ in part), math.fsum(tonnes for _, tonnes in part)) for part in parts]


def shares_of(goods: Sequence[Goods], plan: Plan, bounds: Sequence[Bound]) -> list[float]:
    """Return the share of each capacity that is in use, other traffic included."""
    used = used_of(goods, plan, bounds)
    return [(use + bound.background) / bound.capacity for (use, _), bound in zip(used, bounds, strict=True)]


def bound_rows(goods: Sequence[Goods], plan: Plan, bounds: Sequence[Bound]) -> list[dict[str, Any]]:
    """Return a row for each capacity: what it is, what uses it, and what one more unit and one more tonne are worth."""
    used = used_of(goods, plan, bounds)
    rows = []
    for parts in _by_row(bounds).values():
        bound = bounds[parts[0]]
        row = bound.row
        use = max(used[number][0] for number in parts)
        tonnes = math.fsum(used[number][1] for number in parts)
        price = math.fsum(plan.prices[number] for number in parts)
        full = use >= bound.left - FULL * bound.capacity and (tonnes > 0 or price > 0)
        rows.append(
            {
                "name": bound.row_name, "subject_kind": row.subject_kind, "subject": row.subject, "post": row.post, "mode": row.mode or "",
                "direction": row.direction, "capacity": bound.capacity, "unit": row.unit, "counts": row.counts,
                "background": bound.background if bound.background_known else math.nan, "left": bound.left, "used": use,
                "share_used": (use + bound.background) / bound.capacity, "full": full, "tonnes_per_year": tonnes,
                "leaves_unserved": any(plan.leaves_unserved(number) for number in parts),
                "usd_per_extra_unit": price,
                "usd_per_extra_tonne": max(plan.prices[number] * _a_tonne(number, goods, plan, bounds, used) for number in parts),
                "basis": bound.basis, "year": row.capacity_year, "source": "" if bound.given else row.capacity_source,
                "background_basis": row.traffic_basis or "", "note": row.note,
            }
        )  # fmt: skip
    return rows


def _by_row(bounds: Sequence[Bound]) -> dict[int, list[int]]:
    """Return the bounds of each row of the capacities."""
    found: dict[int, list[int]] = {}
    for number, bound in enumerate(bounds):
        found.setdefault(bound.number, []).append(number)
    return found


def _a_tonne(
    number: int, goods: Sequence[Goods], plan: Plan, bounds: Sequence[Bound], used: Sequence[tuple[float, float]]
) -> float:
    """Return what a tonne takes of a capacity: the mean of what passes, else of what it keeps from passing."""
    use, tonnes = used[number]
    if tonnes > 0:
        return use / tonnes
    waiting = [one.load for one, short in zip(goods, plan.short, strict=True) if number in short]
    return bounds[number].used_per_tonne(waiting[0] if waiting else goods[0].load)


def uncounted(
    structure: Structure, goods: Sequence[Goods], plan: Plan, bounds: Sequence[Bound], *, days: float
) -> list[dict[str, Any]]:
    """Return the crossings by land in use whose capacity is not known, with what passes them, by way and mode."""
    sums: dict[tuple[str, str, str, str], list[tuple[int, float]]] = {}
    for edge, number, tonnes in passages_of(plan):
        at = int(structure.crossing[edge])
        mode = MODES[structure.mode[edge]]
        if at >= 0 and mode in {"road", "rail"} and not any(bound.edges[edge] for bound in bounds):
            start, goal = (
                structure.place_rows[structure.place_of[state]].country
                for state in (structure.csr.tails[edge], structure.csr.heads[edge])
            )
            sums.setdefault((structure.crossings[at], start, goal, mode), []).append((number, tonnes))
    return [
        {
            "crossing": crossing, "from": start, "to": goal, "mode": mode, "tonnes_per_year": math.fsum(tonnes for _, tonnes in passing),
            **{name: value for name, value in _counts(passing, goods, mode, days=days, wagons=1.0).items() if name in VEHICLES[:2]},
        }
        for (crossing, start, goal, mode), passing in sorted(sums.items())
    ]  # fmt: skip
