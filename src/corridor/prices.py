# SPDX-License-Identifier: BSD-3-Clause
"""What every edge of the states costs one shipment: a column for each measure, and what an edge's figures rest on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from typing import Any, Final, NamedTuple

import numpy as np

from corridor.costs import Component, CostModel, Figure, score_of
from corridor.dated import Dated, effects_on
from corridor.errors import CostError, OptionError
from corridor.schema import Link
from corridor.shipment import Shipment, Weights
from corridor.structure import CROSS, FIRST, KINDS, LAST, RIDES, TRANSFER, WAIT, Array, State, Structure, haul_classes
from corridor.tables import Tables
from corridor.vocabulary import MODES, Ends, StepKind, weakest

__all__ = ["COLUMNS", "Edge", "Prices", "Wait", "build_prices"]

# The measures of an edge, in the order in which they are shown.
COLUMNS: Final = ("km", "hours", "usd", "co2e_kg", "crossings", "transfers", "score")
# A path adds up at most this; whole numbers of that size leave room for sums of several criteria in 64 bits.
MOST_WHOLE: Final = 2.0**58
WHOLE_A_UNIT: Final = 1e9
NAMED: Final = 20
MOST_LISTED: Final = 100_000


class Edge:
    """One edge of the state graph with all its measures, for the whole shipment."""

    __slots__ = (
        "_prices", "co2e_kg", "crossing", "crossings", "head", "hours", "key", "kind", "km", "link", "mode", "number",
        "score", "tail", "transfers", "usd",
    )  # fmt: skip

    number: int
    tail: State
    head: State
    key: str
    kind: StepKind
    mode: str
    link: Link | None
    crossing: str
    km: float
    hours: float
    usd: float
    co2e_kg: float
    crossings: int
    transfers: int
    score: float

    def __init__(self, prices: Prices, number: int) -> None:
        structure, row = prices.structure, prices.rows
        self._prices = prices
        self.number = number
        self.tail = structure.state(row["tail"](number))
        self.head = structure.state(row["head"](number))
        link, crossing = row["link"](number), row["crossing"](number)
        self.kind = KINDS[row["kind"](number)]
        self.link = structure.links[link] if link >= 0 else None
        self.key = self.kind if self.link is None else self.link.id
        self.mode = MODES[row["mode"](number)]
        self.crossing = structure.crossings[crossing] if crossing >= 0 else ""
        for name in COLUMNS:
            setattr(self, name, row[name](number))

    @property
    def components(self) -> tuple[Component, ...]:
        """The parts of what the edge costs, with what each rests on; they add up to its measures."""
        return self._prices.components(self.number)

    @property
    def waits_for(self) -> str:
        """Ids of the crossings, links and places that a wait is for; blank for every other step."""
        return self._prices.waits[self.number].waits_for if self.kind == "wait" else ""

    @property
    def forward(self) -> bool:
        """Whether a link is run from its ``from`` to its ``to``; without a link there is no direction to turn."""
        return self.link is None or self.link.from_ == self.tail[0]

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries of the link in the order run through; none without a link."""
        if self.link is None:
            return ()
        return self.link.countries if self.forward else self.link.countries[::-1]

    def attributes(self) -> dict[str, str | float]:
        """Return ids and measures by name, as steps of a route and edges of the networkx graph show them."""
        ids = {"link": self.link.id if self.link is not None else "", "crossing": self.crossing}
        return ids | {name: getattr(self, name) for name in COLUMNS}


class Wait(NamedTuple):
    """What a step of waiting is for, and the parts of what it costs."""

    waits_for: str
    parts: tuple[Component, ...]


@dataclass(frozen=True)
class Prices:
    """The columns of a structure for one shipment, and the model that made them."""

    structure: Structure
    costs: CostModel
    weights: Weights
    columns: Mapping[str, Array]
    haul_usd: Array
    # Edges that cannot be used under the shipment's customs regime.
    barred: Array
    # What the statuses of a day do to the edges; None in normal operation.
    dated: Dated | None = None
    # What is waited for, by number: only a route that departs at a moment has such steps.
    waits: Mapping[int, Wait] = field(default_factory=dict)

    @property
    def year(self) -> int | None:
        """The year that planned links must have opened by; None where no day was asked for."""
        return None if self.dated is None else self.dated.day.year

    @cached_property
    def rows(self) -> dict[str, Callable[[int], Any]]:
        """What gives the figure of one edge, by column: as Python's own numbers."""
        structure = self.structure
        columns = dict(self.columns) | {name: getattr(structure, name) for name in ("kind", "mode", "link", "crossing")}
        columns |= {"tail": structure.csr.tails, "head": structure.csr.heads}
        # Lists are faster to read, but a large network's would fill the memory.
        large = len(structure.kind) > MOST_LISTED
        return {name: column.item if large else column.tolist().__getitem__ for name, column in columns.items()}

    @property
    def given(self) -> tuple[str, ...]:
        """The measures that can be asked for."""
        return COLUMNS

    def with_shipment(self, shipment: Shipment, weights: Weights) -> Prices:
        """Return the prices of the same states for another shipment."""
        return build_prices(self.structure, self.costs.tables, shipment, weights, self._day)

    @property
    def _day(self) -> date | None:
        return None if self.dated is None else self.dated.day

    @cached_property
    def _edges(self) -> dict[int, Edge]:
        return {}

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What others worked out of these prices, which do not change."""
        return {}

    def edge(self, number: int) -> Edge:
        """Return an edge by its number; the same object each time."""
        if number not in self._edges:
            self._edges[number] = Edge(self, number)
        return self._edges[number]

    def components(self, number: int) -> tuple[Component, ...]:
        """Return the parts of what an edge costs, adding up to its columns."""
        parts = (*self._model_parts(number), *self._delays(number))
        rest = {
            name: float(self.columns[name][number]) - math.fsum(getattr(part, name) for part in parts)
            for name in ("hours", "usd", "co2e_kg")
        }
        if all(abs(value) <= 1e-6 for value in rest.values()):
            return parts
        # A column was set by the user: what it adds to the model's figure is told as a part of its own.
        own = Component(
            "own figure", 0.0, rest["hours"], rest["usd"], rest["co2e_kg"], "estimate", "estimate", ("own figures",)
        )
        return (*parts, own)

    def _delays(self, number: int) -> list[Component]:
        """Return the hours that the statuses of the day add to an edge, as parts."""
        rows = self.dated.delays((number,)) if self.dated is not None else ()
        parts = []
        for row in rows:
            cooling = self.costs.cooling(MODES[self.structure.mode[number]])
            hours = row.hours or 0.0
            rests = (row.hours_basis, weakest(row.hours_basis, cooling.basis), tuple(row.source.split(";")))
            parts.append(Component("delay", 0.0, hours, hours * cooling.value, 0.0, *rests))
        return parts

    def _model_parts(self, number: int) -> tuple[Component, ...]:
        structure, kind = self.structure, int(self.structure.kind[number])
        if kind == WAIT:
            return self.waits[number].parts
        if kind == TRANSFER:
            return self.costs.transfer(structure.transfers[structure.transfer[number]])
        if kind in {FIRST, LAST}:
            state = structure.csr.tails[number] if kind == LAST else structure.csr.heads[number]
            place, ride = structure.place_of[state], RIDES[structure.ride_of[state]]
            return self.costs.end(structure.place_rows[place], ride, start=kind == FIRST)
        link, forward = structure.links[structure.link[number]], bool(structure.forward[number])
        price = self.costs.cross if kind == CROSS else self.costs.haul
        return price(link, forward=forward)

    @cached_property
    def unpriced(self) -> Array:
        """Which edges lack a price, speed or time, or have an absurd one."""
        wrong = np.zeros(len(self.structure.kind), dtype=bool)
        for name in COLUMNS:
            column = self.columns[name]
            wrong |= ~(np.isfinite(column) & (column >= 0))
        return wrong & ~self.barred

    def check(self, in_play: Array) -> None:
        """Refuse prices that lack a figure for an edge that is in play; all such edges are told at once.

        Raises
        ------
        CostError
            If a price, speed or time is missing, negative or not a number.
        """
        wrong = np.flatnonzero(in_play & self.unpriced)
        if not len(wrong):
            return
        told = dict.fromkeys(self._what_is_wrong(int(number)) for number in wrong[: 50 * NAMED])
        listed = "\n  ".join(list(told)[:NAMED])
        msg = f"{len(told)} missing or absurd cost(s):\n  {listed}"
        raise CostError(msg)

    def _what_is_wrong(self, number: int) -> str:
        structure = self.structure
        try:
            self._model_parts(number)
        except CostError as error:
            return str(error)
        link = structure.link[number]
        state = structure.state(int(structure.csr.tails[number]))
        where = structure.links[link].id if link >= 0 else f"{KINDS[structure.kind[number]]} at {state[0]}"
        values = ", ".join(f"{name} {self.columns[name][number]}" for name in ("km", "hours", "usd", "co2e_kg"))
        return f"{where}: {values}: must be finite and >= 0."

    def with_weights(self, weights: Weights) -> Prices:
        """Return the same prices with the score made of other weights."""
        columns = dict(self.columns)
        columns["score"] = _score(self.structure, self.costs, weights, columns, self.haul_usd)
        return replace(self, weights=weights, columns=columns)

    def with_ends(self, ends: Ends) -> Prices:
        """Return the same prices with the first and last steps counted as ``gate`` or ``terminal``."""
        shipment = replace(self.costs.shipment, ends=ends)
        priced = build_prices(self.structure, self.costs.tables, shipment, self.weights, self._day)
        ends_only = np.isin(self.structure.kind, [FIRST, LAST])
        columns = {name: np.where(ends_only, priced.columns[name], column) for name, column in self.columns.items()}
        return replace(priced, columns=columns)

    def with_columns(self, own: Mapping[str, Array]) -> Prices:
        """Return the same prices with some columns replaced, and the score made anew unless it is among them."""
        columns = dict(self.columns) | dict(own)
        haul_usd = self.haul_usd
        if "usd" in own:
            # As much of the new money is for the haul as was of the old.
            with np.errstate(divide="ignore", invalid="ignore"):
                share = np.where(self.columns["usd"] > 0, haul_usd / self.columns["usd"], self.structure.link >= 0)
            haul_usd = np.asarray(own["usd"]) * share
        if "score" not in own:
            columns["score"] = _score(self.structure, self.costs, self.weights, columns, haul_usd)
        return replace(self, columns=columns, haul_usd=haul_usd)


def build_prices(
    structure: Structure, tables: Tables, shipment: Shipment, weights: Weights, day: date | None = None
) -> Prices:
    """Return what every edge costs a shipment; a figure that is missing is NaN until an edge with it is in play.

    With a day the dated statuses hold: the hours that they add are in the columns, what they shut is told beside.

    Raises
    ------
    OptionError
        If the cargo or vehicle class is unknown.
    """
    costs = CostModel(tables, shipment)
    # A price beyond all numbers is told as absurd where it is in play.
    with np.errstate(over="ignore", invalid="ignore"):
        dated = None
        if day is not None:
            dated = effects_on(structure, tables.statuses, day, shipment.vehicle, costs.cargo.form)
        return _priced(structure, costs, weights, dated)


def _priced(structure: Structure, costs: CostModel, weights: Weights, dated: Dated | None) -> Prices:
    count = len(structure.kind)
    columns = {name: np.zeros(count) for name in ("km", "hours", "usd", "co2e_kg")}
    haul_usd = np.zeros(count)
    run = structure.link >= 0
    _price_hauls(structure, costs, columns, haul_usd, run)
    _price_crossings(structure, costs, columns)
    _price_transfers(structure, costs, columns)
    barred = _price_ends(structure, costs, columns)
    if dated is not None:
        columns["hours"] += dated.hours
    cooling = np.array([_value(partial(costs.cooling, mode)) for mode in MODES])
    columns["usd"] += columns["hours"] * cooling[structure.mode]
    columns["crossings"] = (structure.crossing >= 0).astype(np.int64)
    columns["transfers"] = (structure.kind == TRANSFER).astype(np.int64)
    columns["score"] = _score(structure, costs, weights, columns, haul_usd)
    return Prices(structure, costs, weights, columns, haul_usd, barred, dated)


def _score(
    structure: Structure, costs: CostModel, weights: Weights, columns: Mapping[str, Array], haul_usd: Array
) -> Array:
    factor = np.array([weights.mode_factor.get(mode, 1.0) for mode in MODES])[structure.mode]
    score: Array = score_of(
        weights,
        costs.value_of_time(weights),
        factor,
        haul_usd=haul_usd,
        other_usd=columns["usd"] - haul_usd,
        hours=columns["hours"],
        km=columns["km"],
        crossings=columns["crossings"],
        transfers=columns["transfers"],
    )
    return score


def _price_hauls(
    structure: Structure, costs: CostModel, columns: Mapping[str, Array], haul_usd: Array, run: Array
) -> None:
    """Fill in what running along links costs, by the rates of each class of haul and the links' own figures."""
    classes, class_of = haul_classes(structure)
    pace, moving, price, emission = (np.full(len(classes), math.nan) for _ in range(4))
    for number, (mode, traction, countries, way) in enumerate(classes):
        pace[number] = _value(partial(costs.pace, mode, countries, way))
        moving[number] = _value(partial(costs.pace, mode, countries, way, own_speed=True))
        price[number] = _value(partial(costs.price, mode, countries, way))
        emission[number] = _value(partial(costs.emission, mode, traction, countries, way))
    units = np.array([_count(costs, mode) for mode in MODES])
    link, kind, mode_ = structure.link[run], class_of[run], structure.mode[run]
    own = {name: figures[link] for name, figures in structure.link_figures.items()}
    km = own["length_km"]
    hours = np.where(np.isnan(own["speed_kmh"]), km * pace[kind], km / own["speed_kmh"] * moving[kind])
    hours = np.where(np.isnan(own["hours"]), hours, own["hours"])
    # Ships and aircraft leave by schedule: without a wait they are not priced.
    timed = np.isin(mode_, [MODES.index("sea"), MODES.index("air")])
    wait = np.where(np.isnan(own["wait_hours"]) & ~timed, 0.0, own["wait_hours"])
    usd = np.where(np.isnan(own["usd_per_vehicle"]), price[kind] * km, own["usd_per_vehicle"] * units[mode_])
    columns["km"][run] = km
    columns["hours"][run] = hours + wait
    columns["usd"][run] = haul_usd[run] = usd
    columns["co2e_kg"][run] = km * emission[kind]


def _price_crossings(structure: Structure, costs: CostModel, columns: Mapping[str, Array]) -> None:
    """Add the two clearings of each crossing by land."""
    states, ends = structure.places, structure.csr
    for number in np.flatnonzero(structure.kind == CROSS).tolist():
        link = structure.links[structure.link[number]]
        tail, head = (states[structure.place_of[end[number]]] for end in (ends.tails, ends.heads))
        try:
            rows = costs.clearings(link, tail, head)
            usd = math.fsum(costs.clearing_usd(row) for row in rows)
        except CostError:
            columns["hours"][number] = columns["usd"][number] = math.nan
            continue
        columns["hours"][number] += math.fsum(row.hours for row in rows)
        columns["usd"][number] += usd


def _price_transfers(structure: Structure, costs: CostModel, columns: Mapping[str, Array]) -> None:
    """Fill in what changing carriage costs."""
    for number in np.flatnonzero(structure.kind == TRANSFER).tolist():
        row = structure.transfers[structure.transfer[number]]
        columns["hours"][number] = row.hours
        try:
            columns["usd"][number] = costs.transfer_usd(row)
            columns["co2e_kg"][number] = row.co2e_kg_per_feu * costs.containers
        except CostError:
            columns["usd"][number] = math.nan


def _price_ends(structure: Structure, costs: CostModel, columns: Mapping[str, Array]) -> Array:
    """Fill in what the first and last steps cost, and return the edges that the customs regime bars."""
    barred = np.zeros(len(structure.kind), dtype=bool)
    if costs.shipment.ends == "gate":
        return barred
    known: dict[tuple[str, str, bool], tuple[float, float]] = {}
    for start in (True, False):
        states = structure.csr.heads if start else structure.csr.tails
        for number in np.flatnonzero(structure.kind == (FIRST if start else LAST)).tolist():
            state = states[number]
            place, ride = structure.place_rows[structure.place_of[state]], RIDES[structure.ride_of[state]]
            key = (place.id if place.kind == "seaport" else place.country, ride, start)
            try:
                if key not in known:
                    parts = [part for part in costs.end(place, ride, start=start) if part.name != "cooling"]
                    known[key] = (math.fsum(part.hours for part in parts), math.fsum(part.usd for part in parts))
                columns["hours"][number], columns["usd"][number] = known[key]
            except CostError:
                columns["hours"][number] = math.nan
            except OptionError:
                # A regime that has no figure at this port bars the port, not the whole network.
                barred[number] = True
    return barred


def _value(figure: Callable[[], Figure]) -> float:
    """Return the value of a figure, NaN where it is missing."""
    try:
        return figure().value
    except CostError:
        return math.nan


def _count(costs: CostModel, mode: str) -> float:
    """Return how many vehicles of a mode the shipment fills, NaN where their payload is not known."""
    try:
        return costs.units(mode)
    except CostError:
        return math.nan
