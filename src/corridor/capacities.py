# SPDX-License-Identifier: BSD-3-Clause
"""What a tonne of goods uses of a capacity: trucks, wagons or tonnes on the edges that the capacity holds for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np

from corridor.costs import BOXED_FORMS, CostModel
from corridor.errors import CostError, DataError, Fault, OptionError, nearest_valid
from corridor.schema import Capacity
from corridor.structure import MODE_OF_RIDE, Array, Structure
from corridor.vocabulary import MODES, way_of

if TYPE_CHECKING:
    from corridor.network import Network

__all__ = ["DAYS_A_YEAR", "FEU_A_WAGON", "UNITS_SHOWN", "Bound", "CapacitiesGiven", "Load", "bounds_of", "load_of"]

DAYS_A_YEAR: Final = 365.0
# A platform wagon of the usual length takes one forty-foot container.
FEU_A_WAGON: Final = 1.0
MODE_OF_UNIT: Final = {"trucks_per_day": "road", "wagons_per_day": "rail"}
UNITS_SHOWN: Final = {
    "trucks_per_day": "trucks a day",
    "wagons_per_day": "wagons a day",
    "tonnes_per_year": "tonnes a year",
}
# A figure of one's own is (figure, unit, which vehicles are counted) at most.
MOST_PARTS: Final = 3
CapacitiesGiven: TypeAlias = "bool | Mapping[Any, Any]"


class Load(NamedTuple):
    """What a tonne of a shipment fills: trucks on a road, wagons on a railway, and forty-foot containers."""

    trucks: float
    wagons: float
    containers: float


def load_of(costs: CostModel) -> Load:
    """Return what a tonne of a shipment fills.

    Trucks: the trucks of the shipment, as it is priced, over its tonnes. Wagons: one for each forty-foot container; bulk
    and tank goods, full wagons of their payload, since what flows all year is loaded by the wagon whatever a shipment is.
    """
    tonnes = costs.shipment.tonnes
    boxed = costs.cargo.form in BOXED_FORMS
    containers = costs.containers / tonnes if boxed else 0.0
    wagons = containers / FEU_A_WAGON
    if not boxed:
        rows = costs.rate_rows("wagon_payload_t", "rail", "*")
        wagons = 1.0 / rows[0].value if rows and rows[0].value > 0 else math.nan
    return Load(costs.units("road") / tonnes, wagons, containers)


@dataclass(frozen=True, eq=False)
class Bound:
    """A capacity, the edges that share it, and what other traffic leaves of it.

    Where empty vehicles count too, whoever goes comes back: so many vehicles pass both ways together as twice the loaded
    ones of the heavier way, whose return loads ride for nothing. That is two bounds of one row, one for each way.
    """

    # The number of the row: bounds of one row have it in common.
    number: int
    row: Capacity
    capacity: float
    background: float
    background_known: bool
    given: bool
    edges: Array
    days: float
    # Which way the loaded vehicles run, where empty ones count too; blank: both ways, loaded ones alone.
    way: str = ""
    vehicles_a_load: float = 1.0

    @property
    def left(self) -> float:
        """What other traffic leaves, in the unit of the row; 0 where it fills all of it."""
        return max(0.0, self.capacity - self.background)

    @property
    def basis(self) -> str:
        """How the capacity is known: ``given`` where the user named it."""
        return "given" if self.given else self.row.capacity_basis

    @property
    def name(self) -> str:
        """What is limited, in words that tell it from every other capacity."""
        return _named(self.row, self.way or self.row.direction)

    @property
    def row_name(self) -> str:
        """What the row of the capacity is of, whichever way the loaded vehicles run."""
        return _named(self.row, self.row.direction)

    def used_per_tonne(self, load: Load) -> float:
        """Return what a tonne a year takes of the capacity at each passage, in the unit of the row."""
        if self.row.unit == "trucks_per_day":
            return self.vehicles_a_load * load.trucks / self.days
        if self.row.unit == "wagons_per_day":
            if math.isnan(load.wagons):
                msg = f"{self.name}: wagons a day, but no wagon_payload_t in the rates: add a row for rail in '*'."
                raise CostError(msg)
            return self.vehicles_a_load * load.wagons / self.days
        return 1.0


def _named(row: Capacity, way: str) -> str:
    more = ", ".join(filter(None, (row.post, row.mode, "" if way == "both" else way)))
    return f"{row.subject} ({more})" if more else row.subject


def bounds_of(
    net: Network, structure: Structure, given: CapacitiesGiven, *, background: bool, working_days: float
) -> tuple[Bound, ...]:
    """Return the capacities that hold, with what other traffic leaves of each.

    Parameters
    ----------
    net, structure
        The network and its states.
    given
        True: those of the network; False: none; a mapping: those of the network, with its own figures in their place. A
        key is the id of a crossing, link or place, or (id, mode), or (id, mode, direction); a value is the capacity in
        the unit of the row, or (capacity, unit) or (capacity, unit, "loaded") where there is no row, or None for no limit.
    background
        Whether other traffic is taken off.
    working_days
        Days a year on which trucks and wagons move.
    """
    days = _days(working_days)
    if given is False:
        return ()
    figures_given: object = given
    if given is not True and not isinstance(figures_given, Mapping):
        msg = (
            f"capacities={given!r}: must be True (those of the network), False (none) or a mapping of your own figures."
        )
        raise OptionError(msg)
    own = {} if given is True else dict(given)
    rows = net.tables.capacities
    figures: dict[int, float | None] = {}
    named: dict[int, Any] = {}
    added: list[tuple[Capacity, float]] = []
    for key, value in own.items():
        matched, row, capacity = _own(net, rows, key, value)
        if twice := [number for number in matched if number in named]:
            msg = f"capacities: {named[twice[0]]!r} and {key!r} stand for the same row: give one figure."
            raise OptionError(msg)
        named |= dict.fromkeys(matched, key)
        figures |= dict.fromkeys(matched, capacity)
        if row is not None and capacity is not None:
            added.append((row, capacity))
    found = []
    for number, row in enumerate(rows):
        capacity = figures.get(number, row.capacity)
        if capacity is not None:
            traffic = row.traffic if background and row.traffic is not None else 0.0
            known = row.traffic is not None
            for edges, way, vehicles in _sides(structure, row):
                part = Bound(number, row, capacity, traffic, known, number in figures, edges, days, way, vehicles)
                found.append(part)
    for number, (row, capacity) in enumerate(added, len(rows)):
        sides = _sides(structure, row)
        if not any(edges.any() for edges, _, _ in sides):
            msg = f"capacities: nothing runs at {_named(row, row.direction)} that {capacity:g} {UNITS_SHOWN[row.unit]} could limit."
            raise OptionError(msg)
        for edges, way, vehicles in sides:
            found.append(Bound(number, row, capacity, 0.0, False, True, edges, days, way, vehicles))
    return tuple(found)


def _sides(structure: Structure, row: Capacity) -> list[tuple[Array, str, float]]:
    """Return which edges share a capacity, which way loaded vehicles run along them, and vehicles a load."""
    edges = _edges(structure, row)
    if row.unit == "tonnes_per_year" or row.counts == "loaded":
        return [(edges, "", 1.0)]
    vehicles = 2.0 if row.direction == "both" else 1.0
    every = edges if row.direction == "both" else _edges(structure, row.model_copy(update={"direction": "both"}))
    return [(every & side, way, vehicles) for way, side in _ways(structure, row, every).items() if (every & side).any()]


def _ways(structure: Structure, row: Capacity, edges: Array) -> dict[str, Array]:
    """Return the two ways of a crossing, link or place, and the edges that run each; at a place inland and seaward."""
    if row.subject_kind == "link":
        return {"forward": structure.forward, "backward": ~structure.forward}
    csr = structure.csr
    if row.subject_kind == "crossing":
        country = np.array([place.country for place in structure.place_rows])
        tails, heads = (country[structure.place_of[ends]] for ends in (csr.tails, csr.heads))
        pairs = dict.fromkeys(f"{tails[edge]}-{heads[edge]}" for edge in np.flatnonzero(edges).tolist())
        return {pair: (tails == pair[:2]) & (heads == pair[3:]) for pair in pairs}
    way = [
        "both" if link < 0 else way_of(structure.links[link].inland, forward=bool(forward))
        for link, forward in zip(structure.link.tolist(), structure.forward.tolist(), strict=True)
    ]
    # What begins there or comes by a level link may be either.
    return {name: np.array([one in {name, "both"} for one in way]) for name in ("inland", "seaward")}


def _days(working_days: Any) -> float:
    if isinstance(working_days, bool) or not isinstance(working_days, Real) or not 0 < float(working_days) <= 366:
        msg = f"working_days={working_days!r}: must be a number of days a year, above 0 and up to 366."
        raise OptionError(msg)
    return float(working_days)


def _own(
    net: Network, rows: Sequence[Capacity], key: Any, value: Any
) -> tuple[list[int], Capacity | None, float | None]:
    """Return which rows a figure of the user's own stands for, a new row where there is none, and the capacity."""
    parts = key if isinstance(key, tuple) else (key,)
    if not 1 <= len(parts) <= 3 or not all(isinstance(part, str) for part in parts):
        msg = f"capacities: the key {key!r} must be an id, (id, mode) or (id, mode, direction)."
        raise OptionError(msg)
    subject = parts[0]
    mode = parts[1] if len(parts) > 1 else None
    if mode is not None and mode not in MODES:
        msg = f"capacities: {key!r}: unknown mode {mode!r}.{nearest_valid(mode, MODES, kind='Modes')}"
        raise OptionError(msg)
    matched = [
        number
        for number, row in enumerate(rows)
        if row.subject == subject
        and (mode is None or row.mode == mode)
        and (len(parts) < 3 or row.direction == parts[2])
    ]
    if isinstance(value, tuple) and not 1 <= len(value) <= MOST_PARTS:
        msg = (
            f"capacities: {key!r} is {value!r}: must be a figure, (figure, unit) or (figure, unit, 'all' or 'loaded')."
        )
        raise OptionError(msg)
    capacity, unit, counts = (*value, None, None)[:3] if isinstance(value, tuple) else (value, None, None)
    if capacity is not None:
        capacity = _capacity(key, capacity)
    if matched:
        several = {(rows[number].mode, rows[number].direction, rows[number].post) for number in matched}
        if capacity is not None and len(several) > 1:
            named = "; ".join(f"{mode or 'all modes'} {way}" for mode, way, _ in sorted(several, key=str))
            msg = f"capacities: {key!r} stands for {len(matched)} rows ({named}): name one with (id, mode, direction)."
            raise OptionError(msg)
        if unit is not None and unit != rows[matched[0]].unit:
            msg = f"capacities: {key!r} is in {rows[matched[0]].unit}, not {unit!r}: give a figure in that unit."
            raise OptionError(msg)
        if counts is not None and counts != rows[matched[0]].counts:
            msg = (
                f"capacities: {key!r} counts {rows[matched[0]].counts!r} vehicles, not {counts!r}: give a figure that counts "
                "those, or change net.tables.capacities."
            )
            raise OptionError(msg)
        return matched, None, capacity
    return [], _new_row(net, key, parts, capacity, unit, counts or "all"), capacity


def _new_row(net: Network, key: Any, parts: Sequence[str], capacity: float | None, unit: Any, counts: Any) -> Capacity:
    """Return the row of a capacity that the network has none for."""
    subject = parts[0]
    kinds = {"crossing": net.crossing_ids, "link": net.link_ids, "place": {row.id for row in net.tables.places}}
    kind = next((kind for kind, ids in kinds.items() if subject in ids), None)
    if kind is None:
        known = {row.subject for row in net.tables.capacities} | set(net.crossing_ids)
        msg = (
            f"capacities: {subject!r} is no crossing, link or place.{nearest_valid(subject, known, kind='Among them')}"
        )
        raise OptionError(msg)
    if capacity is None:
        msg = f"capacities: {key!r} has no capacity in the network: there is no limit to lift; leave it out."
        raise OptionError(msg)
    if unit not in UNITS_SHOWN:
        msg = (
            f"capacities: {key!r} has no row in the network: say the unit, e.g. (300, 'trucks_per_day'). "
            f"Units: {', '.join(UNITS_SHOWN)}."
        )
        raise OptionError(msg)
    if counts not in {"all", "loaded"}:
        msg = f"capacities: {key!r}: unknown count {counts!r}: all (empty vehicles too) or loaded."
        raise OptionError(msg)
    if len(parts) > 2 and parts[2] not in (ways := _directions(net, kind, subject)):
        msg = f"capacities: {key!r}: unknown direction {parts[2]!r}.{nearest_valid(parts[2], ways, kind='Directions')}"
        raise OptionError(msg)
    return Capacity.model_validate(
        {
            "subject": subject, "subject_kind": kind, "mode": parts[1] if len(parts) > 1 else MODE_OF_UNIT.get(unit),
            "direction": parts[2] if len(parts) > 2 else "both", "capacity": capacity, "unit": unit, "counts": counts,
            "capacity_basis": "estimate", "capacity_year": 2025, "capacity_source": "given", "note": "given by the user",
        }
    )  # fmt: skip


def _directions(net: Network, kind: str, subject: str) -> list[str]:
    """Return the directions that a capacity of a crossing, link or place may have."""
    if kind != "crossing":
        return ["both", "forward", "backward"] if kind == "link" else ["both"]
    country = {row.id: row.country for row in net.tables.places}
    ends = [(country[row.post], country[row.facing_post]) for row in net.tables.crossings if row.crossing == subject]
    return ["both", *dict.fromkeys(f"{one}-{other}" for pair in ends for one, other in (pair, pair[::-1]))]


def _capacity(key: Any, value: Any) -> float:
    plain = isinstance(value, Real) and not isinstance(value, bool)
    if not plain or not math.isfinite(value) or value <= 0:
        msg = f"capacities: {key!r} is {value!r}: must be a finite number above 0, or None for no limit."
        raise OptionError(msg)
    return float(value)


def _edges(structure: Structure, row: Capacity) -> Array:
    """Return which edges share a capacity.

    Of a crossing and a link: those that run along it. Of a place: those by which goods come to be there in a carriage of
    the mode, so that what passes through counts once, and at a port of the sea only what comes or goes by sea.
    """
    csr = structure.csr
    tails, heads = structure.place_of[csr.tails], structure.place_of[csr.heads]
    mode = MODE_OF_UNIT.get(row.unit, row.mode)
    if row.mode is not None and mode != row.mode:
        raise _fault(row, f"{UNITS_SHOWN[row.unit]} do not go by {row.mode}", "Give the capacity in another unit.")
    before, after = (MODE_OF_RIDE[structure.ride_of[ends]] for ends in (csr.tails, csr.heads))
    riding = after >= 0 if mode is None else after == MODES.index(mode)
    if row.subject_kind == "place":
        if row.direction != "both":
            raise _fault(row, "the capacity of a place has no direction", "Leave it at both.")
        place = structure.number_of_place.get(row.subject, -1)
        was_there = (tails == place) & (before >= 0 if mode is None else before == after)
        return np.asarray((heads == place) & riding & ~was_there)
    if row.subject_kind == "link":
        number = structure.link_ids.index(row.subject) if row.subject in structure.link_ids else -2
        edges = structure.link == number
        if row.direction in {"forward", "backward"}:
            edges &= structure.forward == (row.direction == "forward")
        elif row.direction != "both":
            raise _fault(row, "a link runs forward or backward", "Give forward, backward or both.")
    else:
        number = structure.crossings.index(row.subject) if row.subject in structure.crossings else -2
        edges = structure.crossing == number
        if row.post:
            post = structure.number_of_place.get(row.post, -1)
            edges &= (tails == post) | (heads == post)
        if row.direction in {"forward", "backward"}:
            raise _fault(
                row, "a crossing is passed from country to country", "Give the two codes, e.g. PK-AF, or both."
            )
        if row.direction != "both":
            country = np.array([place.country for place in structure.place_rows])
            start, goal = row.direction.split("-")
            edges &= (country[tails] == start) & (country[heads] == goal)
    return np.asarray(edges & riding)


def _fault(row: Capacity, rule: str, remedy: str) -> DataError:
    return DataError(
        [Fault("capacities", f"{row.subject} {row.mode or ''}".strip(), "direction", row.direction, rule, remedy)]
    )
