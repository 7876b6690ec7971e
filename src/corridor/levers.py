# SPDX-License-Identifier: BSD-3-Clause
"""Which inputs move a choice of route: each with what one unit of it adds to every edge of the network.

Every measure of an edge is linear in each single input: in a clearing time, a payment, a price, the value of an hour, and
in the inverse of a speed. So one number an edge tells all that a change of that input does, without pricing anything anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from corridor.costs import BOXED_FORMS, BOXED_MODES, HOURS_A_DAY, PRICE_YEAR
from corridor.errors import CostError
from corridor.network import Network
from corridor.prices import Prices
from corridor.schema import MODELS, RATE_UNITS, SPEED_LIMIT_KMH, Link, Rate, Row
from corridor.structure import CROSS, FIRST, LAST, TRANSFER, Array, haul_classes
from corridor.tables import Tables
from corridor.vocabulary import CORRIDOR_COUNTRIES, MODES, mode_of, weakest

__all__ = ["KINDS", "Lever", "levers_of", "with_values"]

# What kinds of input there are, in the order in which they are told.
KINDS: Final = (
    "clearing", "payment", "transfer", "price", "pace", "wait", "delay", "terminal", "length", "value", "penalty",
)  # fmt: skip
# A rate that no rule of the data bounds is looked at from a hundredth to a hundred times its value.
WIDE: Final = 100.0
# No penalty beyond this is looked at, USD.
MOST_PENALTY: Final = 10_000.0
PER_CENT: Final = 100.0
ENDS_WORDS: Final = {
    ("hours", True): "the dwell",
    ("usd", True): "the handling",
    ("hours", False): "loading or unloading",
    ("usd", False): "the price of loading or unloading",
}


@dataclass(frozen=True, eq=False)
class Lever:
    """One input of the score, what it is now, and what a change of it does to every edge.

    Attributes
    ----------
    key, kind, name, unit
        What it is.
    now, least, most
        Its value, and the least and the most that are looked at: the bounds of the data where there are any.
    inverse
        Whether measures are linear in 1 / value (a speed) and not in the value.
    slope
        What one unit (of 1 / value, where inverse) adds to the measure of each edge.
    figures
        The figures of the tables behind it as (table, row, column); none for weights.
    low, high
        The range that the data state, if any; ``basis`` and ``source`` of the figure.
    alone
        Whether it is a figure of its own; others are sums of several, or weights.
    """

    key: str
    kind: str
    name: str
    unit: str
    now: float
    least: float
    most: float
    slope: Array
    inverse: bool = False
    figures: tuple[tuple[str, Row, str], ...] = ()
    low: float | None = None
    high: float | None = None
    basis: str = ""
    source: str = ""
    alone: bool = True

    def moved(self, value: float) -> float:
        """Return by how much a value moves what the measures are linear in."""
        return 1 / value - 1 / self.now if self.inverse else value - self.now

    def value_at(self, moved: float) -> float:
        """Return the value at which what the measures are linear in has moved so far; infinite where there is none."""
        if not self.inverse:
            return self.now + moved
        turned = 1 / self.now + moved
        return 1 / turned if turned > 0 else math.inf

    def along(self, way: Iterable[int]) -> float:
        """Return what one unit adds to the measure of a way."""
        return math.fsum(self.slope[list(way)].tolist())


def with_values(tables: Tables, values: Mapping[Lever, float]) -> Tables:
    """Return tables in which the figures behind some levers have other values."""
    new: dict[int, dict[str, float]] = {}
    for lever, value in values.items():
        for _, row, column in lever.figures:
            old = getattr(row, column)
            # Several figures behind one lever keep their shares in it; of nothing each has the same.
            several = len(lever.figures)
            figure = value / several if several == 1 or not lever.now else old * value / lever.now
            new.setdefault(id(row), {})[column] = figure
    touched = {table for lever in values for table, _, _ in lever.figures}
    changed: dict[str, Any] = {
        name: tuple(row.model_copy(update=new[id(row)]) if id(row) in new else row for row in tables.rows(name))
        for name in touched
    }
    return replace(tables, **changed)


def levers_of(net: Network, prices: Prices, by: str, ways: Iterable[Sequence[int]], usable: Array) -> list[Lever]:
    """Return the inputs that some ways rest on, by a measure (``score``, ``usd`` or ``hours``).

    In the order of their kinds and keys; what concerns all hauls, hours or transfers at once is there in any case.
    """
    edges = sorted({edge for way in ways for edge in way})
    found = {}
    for lever in _Finder(net, prices, by, edges, usable).all():
        if bool((lever.slope[edges] != 0).any()) or (not lever.alone and bool((lever.slope[usable] != 0).any())):
            found[lever.key] = lever
    return sorted(found.values(), key=lambda lever: (KINDS.index(lever.kind), lever.key))


def bound_of(table: str, column: str) -> float:
    """Return the most that a column of the data may be; infinite where it has no bound."""
    field = MODELS[table].model_fields[column]
    found = [bound for rule in field.metadata if (bound := getattr(rule, "le", None)) is not None]
    return float(found[0]) if found else math.inf


class _Finder:
    """Finds the levers of some edges."""

    def __init__(self, net: Network, prices: Prices, by: str, edges: list[int], usable: Array) -> None:
        self.net = net
        self.prices = prices
        self.by = by
        self.edges = edges
        self.usable = usable
        self.structure = prices.structure
        self.costs = prices.costs
        self.count = len(self.structure.kind)
        self.value_of_time = prices.costs.value_of_time(prices.weights)
        self.factor = np.array([prices.weights.mode_factor.get(mode, 1.0) for mode in MODES])[self.structure.mode]
        cooling = [_or_zero(lambda mode=mode: self.costs.cooling(mode).value) for mode in MODES]  # type: ignore[misc]
        self.cooling = np.array(cooling)[self.structure.mode]

    def all(self) -> Iterator[Lever]:
        yield from self._clearings()
        yield from self._transfers()
        yield from self._rates()
        yield from self._links()
        yield from self._delays()
        yield from self._ends()
        yield from self._values()
        yield from self._whole()

    # -- what a change does --------------------------------------------------------------------------------------------

    def slope(self, where: Any, *, hours: Any = 0.0, haul_usd: Any = 0.0, other_usd: Any = 0.0, km: Any = 0.0) -> Array:
        """Return what a unit adds to the measure of each edge, from what it adds to hours and money of some edges."""
        slope = np.zeros(self.count)
        more = np.asarray(hours, dtype=float)
        if self.by == "hours":
            slope[where] = more
            return slope
        other = np.asarray(other_usd, dtype=float) + more * self.cooling[where]
        if self.by == "usd":
            slope[where] = other + haul_usd
            return slope
        weights = self.prices.weights
        slope[where] = haul_usd * self.factor[where] + other + more * self.value_of_time + weights.usd_per_km * km
        return slope

    def name(self, place: str) -> str:
        return self.net.place(place).name

    # -- crossings and transfers ---------------------------------------------------------------------------------------

    @cached_property
    def posts(self) -> dict[tuple[str, str, str], list[int]]:
        """The edges between two posts by mode, whatever the link."""
        found: dict[tuple[str, str, str], list[int]] = {}
        for number in np.flatnonzero(self.structure.kind == CROSS).tolist():
            edge = self.prices.edge(number)
            found.setdefault((edge.tail[0], edge.head[0], edge.mode), []).append(number)
        return found

    def _clearings(self) -> Iterator[Lever]:
        crossed = [self.prices.edge(number) for number in self.edges if self.structure.kind[number] == CROSS]
        for edge in crossed:
            tail, head, mode = edge.tail[0], edge.head[0], edge.mode
            if edge.link is None:
                continue
            where = self.posts[tail, head, mode]
            rows = self.costs.clearings(edge.link, tail, head)
            for row in rows:
                key = f"clearing/{row.post}/{row.facing_post}/{mode}/{row.direction}"
                what = f"{row.direction} by {mode} at {self.name(row.post)}"
                yield Lever(
                    key, "clearing", f"the clearing {what}", "h", row.hours, 0.0, bound_of("crossings", "hours"),
                    self.slope(where, hours=1.0), figures=(("crossings", row, "hours"),), low=row.hours_low,
                    high=row.hours_high, basis=row.hours_basis, source=row.hours_source,
                )  # fmt: skip
                per_unit = self.costs.clearing_usd(row.model_copy(update={"usd": 1.0}))
                yield Lever(
                    f"payment/{key[9:]}", "payment", f"the payment {what}", _of_year("USD per vehicle", row.usd_year),
                    row.usd, 0.0, bound_of("crossings", "usd"), self.slope(where, other_usd=per_unit),
                    figures=(("crossings", row, "usd"),), basis=row.usd_basis, source=row.usd_source,
                )  # fmt: skip
            both = math.fsum(row.hours for row in rows)
            codes = "-".join(self.net.place(place).country for place in (tail, head))
            yield Lever(
                f"clearing/{edge.crossing}/{tail}/{head}/{mode}/both", "clearing",
                f"the clearing by {mode} at {crossing_name(edge.crossing)} ({codes}), both posts together", "h", both, 0.0,
                2 * bound_of("crossings", "hours"), self.slope(where, hours=1.0),
                figures=tuple(("crossings", row, "hours") for row in rows), alone=False,
            )  # fmt: skip

    def _transfers(self) -> Iterator[Lever]:
        for number in self.edges:
            if self.structure.kind[number] != TRANSFER:
                continue
            row = self.structure.transfers[self.structure.transfer[number]]
            key = f"{row.place}/{row.from_carriage}/{row.to_carriage}"
            what = f"{row.from_carriage} to {row.to_carriage} at {self.name(row.place)}"
            yield Lever(
                f"transfer/{key}/hours", "transfer", f"the transfer {what}", "h", row.hours, 0.0,
                bound_of("transfers", "hours"), self.slope([number], hours=1.0),
                figures=(("transfers", row, "hours"),), low=row.hours_low, high=row.hours_high,
                basis=row.hours_basis, source=row.source,
            )  # fmt: skip
            per_unit = self.costs.transfer_usd(row.model_copy(update={"usd": 1.0}))
            yield Lever(
                f"transfer/{key}/usd", "transfer", f"the price of the transfer {what}",
                _of_year(f"USD {row.unit}", row.usd_year), row.usd, 0.0, bound_of("transfers", "usd"),
                self.slope([number], other_usd=per_unit), figures=(("transfers", row, "usd"),), basis=row.usd_basis,
                source=row.source,
            )  # fmt: skip

    # -- rates of hauls ------------------------------------------------------------------------------------------------

    @cached_property
    def _terms(
        self,
    ) -> tuple[dict[int, tuple[Rate, Array]], dict[tuple[str, str, str], tuple[list[Rate], Array, Array]]]:
        """What each price and each pace adds to a km of each class of haul."""
        classes, _ = self._classes
        money: dict[int, tuple[Rate, Array]] = {}
        pace: dict[tuple[str, str, str], tuple[list[Rate], Array, Array]] = {}
        for number, (mode, _, countries, way) in enumerate(classes):
            name, count = self._priced_by(mode)
            for country in countries:
                rows = self.costs.rate_rows(name, mode, country, way)
                for row in rows:
                    _, terms = money.setdefault(id(row), (row, np.zeros(len(classes))))
                    year = self.costs.to_price_year(row.year)
                    terms[number] += count * year / len(rows) / len(countries)
                self._add_pace(pace, len(classes), number, mode, country, way, 1 / len(countries))
        return money, pace

    def _add_pace(
        self,
        pace: dict[tuple[str, str, str], tuple[list[Rate], Array, Array]],
        width: int,
        number: int,
        mode: str,
        country: str,
        way: str,
        share: float,
    ) -> None:
        """Add the hours of a km that a class of haul runs in a country to each rate that they are made of."""
        names = {"road": ("speed_kmh", "duty_hours_per_day"), "rail": ("daily_km",)}.get(mode, ("speed_kmh",))
        groups = [self.costs.rate_rows(name, mode, country, way) for name in names]
        if not all(groups):
            return
        means = [math.fsum(row.value for row in rows) / len(rows) for rows in groups]
        if not all(mean > 0 for mean in means):
            return
        hours_a_day = HOURS_A_DAY if mode in {"road", "rail"} else 1.0
        for place, (name, rows) in enumerate(zip(names, groups, strict=True)):
            key = (name, mode, rows[0].country)
            known, full, own = pace.setdefault(key, ([], np.zeros(width), np.zeros(width)))
            known += [row for row in rows if all(row is not other for other in known)]
            full[number] += hours_a_day / math.prod(means) * share
            if place:
                own[number] += hours_a_day / math.prod(means[1:]) * share

    @cached_property
    def _classes(self) -> tuple[list[tuple[str, str, tuple[str, ...], str]], Array]:
        return haul_classes(self.structure)

    def _priced_by(self, mode: str) -> tuple[str, float]:
        """Return the rate that the haul money of a mode is made with, and what it is multiplied by."""
        if mode == "road":
            return "usd_per_vehicle_km", _or_zero(lambda: self.costs.units("road")) * self.costs.vehicle.price_factor
        if mode in {"rail", "sea"} and self.costs.cargo.form in BOXED_FORMS:
            return "usd_per_feu_km", _or_zero(lambda: self.costs.units(mode))
        return "usd_per_tonne_km", self.costs.shipment.tonnes

    @cached_property
    def _run(self) -> dict[str, Array]:
        """The edges along links, the class of each, and their own figures."""
        structure = self.structure
        run = np.flatnonzero(structure.link >= 0)
        own = {name: column[structure.link[run]] for name, column in structure.link_figures.items()}
        return {"edges": run, "class": self._classes[1][run], **own}

    def _rates(self) -> Iterator[Lever]:
        run, (money, pace) = self._run, self._terms
        ours = np.isin(run["edges"], self.edges)
        km, kind = run["length_km"], run["class"]
        for row, terms in money.values():
            usd = np.where(np.isnan(run["usd_per_vehicle"]), km * terms[kind], 0.0)
            if (usd[ours] != 0).any():
                way = "" if row.direction == "both" else f", {row.direction}"
                yield self._rate(
                    row, "price", f"the price of haul by {row.mode} {_in(row.country)}{way}",
                    self.slope(run["edges"], haul_usd=usd),
                )  # fmt: skip
        for (name, mode, country), (rows, full, own) in pace.items():
            by_own = km / run["speed_kmh"]
            hours = np.where(np.isnan(run["speed_kmh"]), km * full[kind], np.nan_to_num(by_own) * own[kind])
            hours = np.where(np.isnan(run["hours"]), hours, 0.0)
            if not (hours[ours] != 0).any():
                continue
            words = {
                "speed_kmh": "the speed",
                "duty_hours_per_day": "the time on duty",
                "daily_km": "the daily distance",
            }
            what = f"{words[name]} by {mode} {_in(country)}"
            # Hours are so many times the inverse of the rate; of several rates their common change is looked at.
            now = rows[0].value if len(rows) == 1 else PER_CENT
            slope = self.slope(run["edges"], hours=hours * now)
            yield self._pace(f"pace/{name}/{mode}/{country}", what, rows, now, slope)

    def _rate(self, row: Rate, kind: str, what: str, slope: Array) -> Lever:
        key = "/".join(filter(None, (kind, row.parameter, row.mode, row.country, row.place, row.regime, row.direction)))
        unit = _of_year(RATE_UNITS[row.parameter], row.year) if "usd" in row.parameter else RATE_UNITS[row.parameter]
        most = row.value * WIDE if row.value else MOST_PENALTY
        return Lever(
            key, kind, what, unit, row.value, 0.0, most, slope, figures=(("rates", row, "value"),), low=row.low,
            high=row.high, basis=row.basis, source=row.source,
        )  # fmt: skip

    def _pace(self, key: str, what: str, rows: list[Rate], now: float, slope: Array) -> Lever:
        scale = [now / row.value for row in rows]
        lows = [row.low * per for row, per in zip(rows, scale, strict=True) if row.low]
        highs = [row.high * per for row, per in zip(rows, scale, strict=True) if row.high]
        stated = len(lows) == len(highs) == len(rows)
        # No more than the rules of the data let any of the rows be.
        limit = SPEED_LIMIT_KMH.get(rows[0].mode or "", math.inf)
        limit = {"duty_hours_per_day": HOURS_A_DAY, "daily_km": HOURS_A_DAY * limit}.get(rows[0].parameter, limit)
        most = max(now, min(now * WIDE, now * limit / max(row.value for row in rows)))
        return Lever(
            key, "pace", what, RATE_UNITS[rows[0].parameter] if len(rows) == 1 else "% of today's", now, now / WIDE,
            most, slope, inverse=True, figures=tuple(("rates", row, "value") for row in rows),
            low=min(lows) if stated else None, high=max(highs) if stated else None,
            basis=weakest(*(row.basis for row in rows)), source=rows[0].source, alone=True,
        )  # fmt: skip

    # -- figures of links, statuses and ends ---------------------------------------------------------------------------

    def _links(self) -> Iterator[Lever]:
        links = dict.fromkeys(int(self.structure.link[number]) for number in self.edges)
        for number in links:
            if number >= 0:
                yield from self._link(self.structure.links[number], np.flatnonzero(self.structure.link == number))

    def _link(self, link: Link, where: Array) -> Iterator[Lever]:
        named = f"{link.mode} {self.name(link.from_)} - {self.name(link.to)}"

        def lever(column: str, kind: str, what: str, unit: str, basis: str, **more: Any) -> Lever:
            now = float(getattr(link, column))
            return Lever(
                f"link/{link.id}/{column}", kind, f"{what} of {named}", unit, now, more.pop("least", 0.0),
                more.pop("most", bound_of("links", column)), basis=basis, figures=(("links", link, column),), source=link.source, **more,
            )  # fmt: skip

        if link.hours is not None:
            yield lever("hours", "pace", "the hours", "h", link.hours_basis, slope=self.slope(where, hours=1.0))
        elif link.speed_kmh is not None and link.mode != "rail":
            wait = link.wait_hours or 0.0
            clearing = self._clearing_hours(where)
            hours = (self.prices.columns["hours"][where] - self._delayed(where) - wait - clearing) * link.speed_kmh
            yield lever(
                "speed_kmh", "pace", "the speed", "km/h moving", link.hours_basis, inverse=True,
                least=link.speed_kmh / WIDE, most=max(link.speed_kmh, SPEED_LIMIT_KMH[link.mode]), slope=self.slope(where, hours=hours),
            )  # fmt: skip
        if link.wait_hours:
            yield lever(
                "wait_hours", "wait", "the wait for a departure", "h", "estimate", slope=self.slope(where, hours=1.0)
            )
        if link.usd_per_vehicle is not None:
            units = _or_zero(lambda: self.costs.units(link.mode))
            yield lever(
                "usd_per_vehicle", "price", "the price", "USD per vehicle or FEU", link.usd_basis,
                slope=self.slope(where, haul_usd=units),
            )  # fmt: skip
        yield self._length(link, where, lever)

    def _length(self, link: Link, where: Array, lever: Callable[..., Lever]) -> Lever:
        """Return the length of a link: what it rests on tells how far hours and money go with it."""
        fixed = self._clearing_hours(where) + self._delayed(where) + (link.wait_hours or 0.0)
        hours = 0.0 if link.hours is not None else (self.prices.columns["hours"][where] - fixed) / link.length_km
        usd = 0.0 if link.usd_per_vehicle is not None else self.prices.haul_usd[where] / link.length_km
        slope = self.slope(where, hours=hours, haul_usd=usd, km=1.0)
        return lever("length_km", "length", "the length", "km", link.basis, slope=slope, alone=False)

    def _clearing_hours(self, where: Array) -> Array:
        hours = np.zeros(len(where))
        for place, number in enumerate(where.tolist()):
            edge = self.prices.edge(number)
            if edge.kind == "cross" and edge.link is not None:
                rows = self.costs.clearings(edge.link, edge.tail[0], edge.head[0])
                hours[place] = math.fsum(row.hours for row in rows)
        return hours

    def _delayed(self, where: Array) -> Array:
        dated = self.prices.dated
        return np.zeros(len(where)) if dated is None else dated.hours[where]

    def _delays(self) -> Iterator[Lever]:
        dated = self.prices.dated
        if dated is None:
            return
        for row in dated.delays(self.edges):
            where = [edge for edge, rows in dated.facts.items() if any(row is other for other in rows)]
            yield Lever(
                f"delay/{row.subject}/{row.from_}", "delay", f"the delay at {row.subject}", "h", row.hours or 0.0, 0.0,
                bound_of("statuses", "hours"), self.slope(where, hours=1.0), figures=(("statuses", row, "hours"),),
                basis=row.hours_basis, source=row.source,
            )  # fmt: skip

    def _ends(self) -> Iterator[Lever]:
        structure = self.structure
        if self.costs.shipment.ends == "gate":
            return
        ours = {int(structure.csr.tails[number]) for number in self.edges if structure.kind[number] == FIRST}
        ours |= {int(structure.csr.heads[number]) for number in self.edges if structure.kind[number] == LAST}
        found: dict[int, tuple[str, Rate, Array]] = {}
        for number in np.flatnonzero(np.isin(structure.kind, [FIRST, LAST]) & ~self.prices.barred).tolist():
            start = structure.kind[number] == FIRST
            outer = structure.csr.tails[number] if start else structure.csr.heads[number]
            if int(outer) not in ours:
                continue
            inner = self.prices.edge(number).head if start else self.prices.edge(number).tail
            place, mode = self.net.place(inner[0]), mode_of(inner[1])
            for unit, rows in zip(("hours", "usd"), self.costs.end_rows(place, inner[1], start=start), strict=True):
                for row in rows:
                    count = 1.0
                    if unit == "usd":
                        boxes = place.kind == "seaport"
                        count = self.costs.containers if boxes else self.costs.units(mode)
                        count *= self.costs.to_price_year(row.year)
                    slope = self.slope([number], **{"hours" if unit == "hours" else "other_usd": count / len(rows)})
                    port = place.kind == "seaport"
                    what = f"{ENDS_WORDS[unit, port]} {f'at {place.name}' if port else f'by {mode} {_in(row.country)}'}"
                    _, _, before = found.setdefault(id(row), (what, row, np.zeros(self.count)))
                    before += slope
        for what, row, slope in found.values():
            yield self._rate(row, "terminal", what, slope)

    # -- values and weights --------------------------------------------------------------------------------------------

    def _values(self) -> Iterator[Lever]:
        cargo, shipment, prices = self.costs.cargo, self.costs.shipment, self.prices
        hours = np.nan_to_num(prices.columns["hours"])
        if self.by == "score" and prices.weights.value_of_time_usd_per_hour is None:
            rows = [("time_cost_percent_per_day", "the loss of value", "% a day", cargo.time_cost_basis)]
            if shipment.value_usd is None:
                rows.append(("unit_value_usd_per_t", "the value", "USD per tonne", cargo.unit_value_basis))
            for column, what, unit, basis in rows:
                now = float(getattr(cargo, column))
                if now:
                    yield Lever(
                        f"value/{cargo.id}/{column}", "value", f"{what} of {cargo.name}", unit, now, 0.0, now * WIDE,
                        hours * self.value_of_time / now, figures=(("cargo", cargo, column),), basis=basis,
                        source=cargo.source,
                    )  # fmt: skip
        if cargo.form == "reefer":
            for mode in BOXED_MODES:
                for row in self.costs.rate_rows("reefer_usd_per_day", mode, "*"):
                    units = _or_zero(lambda mode=mode: self.costs.units(mode))  # type: ignore[misc]
                    on = np.flatnonzero(self.structure.mode == MODES.index(mode))
                    usd = hours[on] / HOURS_A_DAY * units * self.costs.to_price_year(row.year)
                    yield self._rate(row, "price", f"cooling by {mode}", self.slope(on, other_usd=usd))
        vehicle = self.costs.vehicle
        if vehicle.price_factor not in {0.0, 1.0}:
            # The class whose factor is 1 is the one that prices are quoted for.
            road = self.structure.mode == MODES.index("road")
            run = self._run
            rated = run["edges"][np.isnan(run["usd_per_vehicle"])]
            where = rated[road[rated]]
            slope = self.slope(where, haul_usd=np.nan_to_num(prices.haul_usd[where]) / vehicle.price_factor)
            yield Lever(
                f"price/vehicle/{vehicle.id}", "price", f"the price factor of a {vehicle.name}", "times",
                vehicle.price_factor, 0.0, bound_of("vehicles", "price_factor"), slope,
                figures=(("vehicles", vehicle, "price_factor"),), basis=vehicle.basis, source=vehicle.source,
            )  # fmt: skip

    def _whole(self) -> Iterator[Lever]:
        """Return what concerns all hauls, hours, crossings or transfers at once."""
        prices, weights = self.prices, self.prices.weights
        money = np.nan_to_num(prices.haul_usd)
        for mode in dict.fromkeys(
            prices.edge(number).mode for number in self.edges if self.structure.link[number] >= 0
        ):
            on = np.flatnonzero((self.structure.mode == MODES.index(mode)) & (self.structure.link >= 0))
            yield Lever(
                f"price/every/{mode}", "price", f"all haul money by {mode}", "% of today's", PER_CENT, 0.0,
                PER_CENT * WIDE, self.slope(on, haul_usd=money[on] / PER_CENT), alone=False,
            )  # fmt: skip
        least = self._least_transfer()
        if self.by != "hours":
            changes = (self.structure.kind == TRANSFER).astype(float)
            now = weights.usd_per_transfer if self.by == "score" else 0.0
            yield Lever(
                "penalty/transfer", "penalty", "a charge on every transfer", "USD", now, now - least, MOST_PENALTY,
                changes, alone=False,
            )  # fmt: skip
        if self.by != "score":
            return
        hours = np.nan_to_num(prices.columns["hours"])
        vot = self.value_of_time
        yield Lever(
            "value/time", "value", "the value of time", "USD an hour", vot, 0.0, max(vot * WIDE, MOST_PENALTY), hours,
            alone=False,
        )  # fmt: skip
        yield Lever(
            "penalty/crossing", "penalty", "a charge on every crossing", "USD", weights.usd_per_crossing, 0.0,
            MOST_PENALTY, (self.structure.crossing >= 0).astype(float), alone=False,
        )  # fmt: skip

    def _least_transfer(self) -> float:
        """Return what the cheapest transfer costs: no more can be saved on every one of them."""
        on = (self.structure.kind == TRANSFER) & self.usable
        return float(self.prices.columns[self.by][on].min()) if on.any() else 0.0


def crossing_name(crossing: str) -> str:
    """Return the id of a crossing as a name is written.

    >>> crossing_name("sher-khan-bandar")
    'Sher Khan Bandar'
    """
    return crossing.replace("-", " ").title()


def _in(country: str) -> str:
    return (
        "in countries without a figure of their own"
        if country == "*"
        else f"in {CORRIDOR_COUNTRIES.get(country, country)}"
    )


def _of_year(unit: str, year: int) -> str:
    """Return a unit of money with the year of its prices, where that is not the price year."""
    return unit if year == PRICE_YEAR else f"{unit} of {year}"


def _or_zero(figure: Callable[[], float]) -> float:
    """Return a figure, 0 where it is missing: then nothing of its kind can be used."""
    try:
        return figure()
    except CostError:
        return 0.0
