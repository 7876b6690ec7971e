# SPDX-License-Identifier: BSD-3-Clause
"""What every edge of a journey costs: one formula a measure, each with its unit and its source.

All measures are for the whole shipment. Prices are in USD of :data:`PRICE_YEAR`: a figure of another year is multiplied
by the ratio of the two years' United States consumer price index (rows ``price_index`` of the rates). Every cost is a sum
of :class:`Component`, which keep what they rest on, so that a route can say how much of it is quoted and how much judged.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeVar

from corridor.errors import CostError, OptionError, nearest_valid
from corridor.schema import Cargo, Crossing, Link, Place, Rate, Transfer, Vehicle
from corridor.shipment import Shipment, Weights
from corridor.tables import Tables
from corridor.vocabulary import TransferUnit, mode_of, way_of, weakest

__all__ = ["PRICE_YEAR", "Component", "CostModel", "Figure", "score_of", "sum_of"]

Class = TypeVar("Class", Cargo, Vehicle)
# A figure of one edge, or an array with one for each.
Number = Any

PRICE_YEAR: Final = 2025
# Modes that carry containers and their cooling units; air cargo is counted by the tonne.
BOXED_MODES: Final = ("road", "rail", "sea")
# Forms of cargo that ride in containers; bulk, tank and gas do not.
BOXED_FORMS: Final = ("container", "reefer")
HOURS_A_DAY: Final = 24.0
GRAMS_A_KG: Final = 1000.0


class Component(NamedTuple):
    """One part of what an edge costs, with what it rests on."""

    name: str
    km: float
    hours: float
    usd: float
    co2e_kg: float
    hours_basis: str
    usd_basis: str
    sources: tuple[str, ...]


class Figure(NamedTuple):
    """A number with what it rests on."""

    value: float
    basis: str
    sources: tuple[str, ...]


class CostModel:
    """Prices the edges of a network for one shipment.

    Parameters
    ----------
    tables
        The tables of the network.
    shipment
        What is moved.

    Raises
    ------
    OptionError
        If the cargo or vehicle class is unknown, or containers are given for cargo that rides in none.
    """

    def __init__(self, tables: Tables, shipment: Shipment) -> None:
        self.tables = tables
        self.shipment = shipment
        self.cargo: Cargo = _choose(tables.cargo, shipment.cargo, option="cargo")
        self.vehicle: Vehicle = _choose(tables.vehicles, shipment.vehicle, option="vehicle")
        if shipment.containers is not None and self.cargo.form not in BOXED_FORMS:
            msg = (
                f"Shipment(containers={shipment.containers}, cargo={shipment.cargo!r}): {self.cargo.form} cargo does not "
                "ride in containers. Give tonnes alone, or a cargo class that does."
            )
            raise OptionError(msg)
        self._rates: dict[tuple[str, str | None], list[Rate]] = {}
        # Those that hold everywhere in a country and under every regime.
        self._general: dict[tuple[str, str | None, str], list[Rate]] = {}
        for rate in tables.rates:
            self._rates.setdefault((rate.parameter, rate.mode), []).append(rate)
            if not rate.place and rate.regime is None:
                self._general.setdefault((rate.parameter, rate.mode, rate.country), []).append(rate)
        self._index = {rate.year: rate for rate in self._rates.get(("price_index", None), [])}
        self._clearing: dict[tuple[str, str, str, str], Crossing] = {
            (row.post, row.facing_post, row.mode, row.direction): row for row in tables.crossings
        }
        self._haul_rates: dict[tuple[str, str, str, str], Figure] = {}
        self._means: dict[tuple[object, ...], Figure] = {}
        self._units: dict[str, int] = {}
        self._counts: dict[str, float] = {}
        self._check_load()

    @property
    def value_of_time_usd_per_hour(self) -> float:
        """Value of one hour of the whole shipment, USD: value of the goods x loss of value per day / 24.

        References
        ----------
        Hummels and Schaur (2013), Time as a Trade Barrier, American Economic Review 103(7): the loss per day in
        transit as a share of the value of the goods.
        """
        value = self.shipment.value_usd
        if value is None:
            value = self.shipment.tonnes * self.cargo.unit_value_usd_per_t
        return value * self.cargo.time_cost_percent_per_day / 100 / HOURS_A_DAY

    def value_of_time(self, weights: Weights) -> float:
        """Return the value of one hour of the whole shipment, USD: that of the weights, else of the cargo class."""
        given = weights.value_of_time_usd_per_hour
        return self.value_of_time_usd_per_hour if given is None else given

    def units(self, mode: str) -> int:
        """Return how many vehicles, containers (FEU) or wagons the shipment fills on a mode.

        The number of containers, where the shipment states it; else tonnes over the payload, rounded up. Bulk, tank
        and gas go by rail in wagons.
        """
        if mode not in self._units:
            self._units[mode] = self._count_units(mode)
        return self._units[mode]

    def _check_load(self) -> None:
        """Refuse more tonnes than the stated number of containers, or of trucks that carry one each, can hold."""
        count, tonnes = self.shipment.containers, self.shipment.tonnes
        if count is None:
            return
        limits = {f"a truck of class {self.vehicle.id!r}": self.vehicle.payload_t}
        if ("payload_t", "rail") in self._rates:
            limits["a forty-foot container"] = self._rate("payload_t", "rail", "*").value
        carrier, limit = min(limits.items(), key=lambda item: item[1])
        if tonnes > count * limit:
            msg = (
                f"Shipment(tonnes={tonnes:g}, containers={count}): {tonnes / count:g} t each, but {carrier} holds "
                f"{limit:g} t. Give at least {math.ceil(tonnes / limit)} containers."
            )
            raise OptionError(msg)

    @cached_property
    def containers(self) -> int:
        """Number of forty-foot containers that the shipment fills, as terminals and ports count it."""
        if self.shipment.containers is not None:
            return self.shipment.containers
        return self._fill("payload_t", "rail")

    def _count_units(self, mode: str) -> int:
        boxed = self.cargo.form in BOXED_FORMS
        if boxed and mode in BOXED_MODES and self.shipment.containers is not None:
            return self.shipment.containers
        if mode == "road":
            return math.ceil(self.shipment.tonnes / self.vehicle.payload_t)
        return self._fill("payload_t" if boxed or mode != "rail" else "wagon_payload_t", mode)

    def _fill(self, parameter: str, mode: str) -> int:
        """Return how many units of a payload the tonnes fill."""
        payload = self._rate(parameter, mode, "*").value
        if payload <= 0:
            msg = f"{parameter} for {mode} is 0: nothing could be loaded."
            raise CostError(msg)
        return math.ceil(self.shipment.tonnes / payload)

    def haul(self, link: Link, *, forward: bool) -> tuple[Component, ...]:
        """Cost of running along a link, without border clearing.

        hours
            Road: km / speed x 24 / duty hours a day (a truck rests). Rail: km / commercial km a day x 24. Sea, air and
            pipeline: km / speed, after the mean wait for a departure. A link's own ``hours`` or ``speed_kmh`` stand
            before the rates.
        usd
            Road: km x USD per vehicle-km x vehicles x price factor of the vehicle class. Rail and sea: km x USD per
            FEU-km x containers; bulk and tank: km x USD per tonne-km x tonnes. Air and pipeline: per tonne-km.
            A link's own ``usd_per_vehicle`` stands before the rates.
        co2e_kg
            km x tonnes x g per tonne-km / 1000, well to wheel.

        A link through several countries takes the mean of their rates, as if each had an equal share of the km; a
        level link (neither way leads inland) takes the mean of the inland and the seaward price.

        References
        ----------
        Speeds: CAREC CPMM, speed without delay (SWOD). Emissions: GLEC Framework v3 and UK Government factors 2025, by
        tonne-km. The sources of each row are in the table of rates.
        """
        km, mode = link.length_km, link.mode
        way = way_of(link.inland, forward=forward)
        hours = self._haul_hours(link, way)
        money = self._haul_money(link, way)
        emission = self.emission(mode, link.traction, link.countries, way)
        sources = _union(_sources(link.source), hours.sources, money.sources, emission.sources)
        co2e = km * emission.value
        parts = [Component("haul", km, hours.value, money.value, co2e, hours.basis, money.basis, sources)]
        if mode in {"sea", "air"} and link.wait_hours is None:
            msg = f"Link {link.id!r} has no wait_hours: give the mean wait for a departure (0 where there is none)."
            raise CostError(msg)
        if link.wait_hours:
            wait = Component("wait", 0.0, link.wait_hours, 0.0, 0.0, "estimate", "estimate", _sources(link.source))
            parts.append(wait)
        return self._with_cooling(parts, mode)

    def cross(self, link: Link, *, forward: bool) -> tuple[Component, ...]:
        """Cost of the link between two posts: its haul, the outbound clearing left and the inbound clearing entered.

        hours
            Mean hours at each of the two posts, queue included (CAREC TFI1).
        usd
            All payments at each post per vehicle or wagon x vehicles (CAREC TFI2), in prices of the price year.
        """
        tail, head = (link.from_, link.to) if forward else (link.to, link.from_)
        parts = list(self.haul(link, forward=forward))
        for row in self.clearings(link, tail, head):
            parts += self._with_cooling([self._clear(row)], link.mode)
        return tuple(parts)

    def clearings(self, link: Link, tail: str, head: str) -> tuple[Crossing, Crossing]:
        """Return the outbound clearing at the post left and the inbound clearing at the post entered."""
        rows = []
        for post, facing, direction in ((tail, head, "outbound"), (head, tail, "inbound")):
            row = self._clearing.get((post, facing, link.mode, direction))
            if row is None:
                msg = (
                    f"No {direction} clearing at {post!r} for {link.mode} towards or from {facing!r} "
                    f"(link {link.id!r}): add a row to the crossings; a missing time is not zero."
                )
                raise CostError(msg)
            rows.append(row)
        return rows[0], rows[1]

    def clearing_usd(self, row: Crossing) -> float:
        """Return all payments of the shipment at a post, USD of the price year."""
        return row.usd * self.to_price_year(row.usd_year) * self.units(row.mode)

    def transfer(self, row: Transfer) -> tuple[Component, ...]:
        """Cost of changing carriage at a place.

        hours
            As in the transfer table, waiting for the onward vehicle included.
        usd
            Price per FEU, tonne, vehicle or shipment x the number of them, in prices of the price year.
        co2e_kg
            kg per container handled x containers.
        """
        usd, co2e = self.transfer_usd(row), row.co2e_kg_per_feu * self.containers
        part = Component("transfer", 0.0, row.hours, usd, co2e, row.hours_basis, row.usd_basis, _sources(row.source))
        return self._with_cooling([part], mode_of(row.to_carriage))

    def _count(self, unit: TransferUnit) -> float:
        """Return how many of what the price of a transfer is per the shipment fills."""
        if unit == "per FEU":
            return self.containers
        if unit == "per tonne":
            return self.shipment.tonnes
        return self.units("road") if unit == "per vehicle" else 1

    def transfer_usd(self, row: Transfer) -> float:
        """Return the price of changing carriage for the shipment, USD of the price year."""
        if row.unit not in self._counts:
            self._counts[row.unit] = self._count(row.unit)
        return row.usd * self.to_price_year(row.usd_year) * self._counts[row.unit]

    def end(self, place: Place, carriage: str, *, start: bool) -> tuple[Component, ...]:
        """Cost of the first (loading) or last (unloading) step at a place.

        Nothing with ``ends="gate"``. With ``ends="terminal"``: at a seaport its dwell and handling under the
        shipment's customs regime, elsewhere the loading or unloading of the carriage.
        """
        if self.shipment.ends == "gate":
            return ()
        mode = mode_of(carriage)
        if place.kind == "seaport":
            by_sea = mode == "sea"
            way = "inland" if start != by_sea else "seaward"
            regime = self.shipment.regime
            dwell = self._port("port_dwell_hours", place, way, regime)
            price = self._port("port_handling_usd", place, way, regime)
            usd = price.value * self.containers
            name = "port"
        else:
            dwell = self._rate("terminal_hours", mode, place.country)
            price = self._rate("terminal_usd", mode, place.country)
            usd = price.value * self.units(mode)
            name = "loading" if start else "unloading"
        sources = _union(dwell.sources, price.sources)
        return self._with_cooling(
            [Component(name, 0.0, dwell.value, usd, 0.0, dwell.basis, price.basis, sources)], mode
        )

    def allows(self, carriage: str) -> bool:
        """Tell whether the cargo class may ride in a carriage."""
        return carriage in self.cargo.carriages

    def _haul_hours(self, link: Link, way: str) -> Figure:
        km, mode = link.length_km, link.mode
        if link.hours is not None:
            return Figure(link.hours, link.hours_basis, ())
        if link.speed_kmh is not None and mode != "rail":
            rest = self.pace(mode, link.countries, way, own_speed=True)
            basis = weakest(link.basis, link.hours_basis, rest.basis)
            return Figure(km / link.speed_kmh * rest.value, basis, _union(_sources(link.source), rest.sources))
        pace = self.pace(mode, link.countries, way)
        return Figure(km * pace.value, weakest(link.basis, pace.basis), pace.sources)

    def _haul_money(self, link: Link, way: str) -> Figure:
        if link.usd_per_vehicle is not None:
            return Figure(link.usd_per_vehicle * self.units(link.mode), link.usd_basis, ())
        price = self.price(link.mode, link.countries, way)
        return Figure(price.value * link.length_km, weakest(link.basis, price.basis), price.sources)

    def pace(self, mode: str, countries: tuple[str, ...], way: str, *, own_speed: bool = False) -> Figure:
        """Return elapsed hours per km, each country taking an equal share; with its own speed, per hour moving.

        Road: 24 / (speed x duty hours). Rail: 24 / commercial km a day. Sea, air and pipeline: 1 / speed.
        """
        key = ("pace", mode, countries, way, own_speed)
        if key not in self._means:
            names = {"road": ("speed_kmh", "duty_hours_per_day"), "rail": ("daily_km",)}.get(mode, ("speed_kmh",))
            names = names[1:] if own_speed else names
            hours_a_day = HOURS_A_DAY if mode in {"road", "rail"} else 1.0
            shares, rests = [], []
            for country in countries:
                figures = [self._way_rate(name, mode, country, way) for name in names]
                for name, figure in zip(names, figures, strict=True):
                    if figure.value <= 0:
                        msg = f"{name} for {mode} in {country} is 0: nothing would arrive."
                        raise CostError(msg)
                shares.append(hours_a_day / math.prod(figure.value for figure in figures) / len(countries))
                rests += figures
            basis = weakest("quoted", *(figure.basis for figure in rests))
            self._means[key] = Figure(math.fsum(shares), basis, _union(*(figure.sources for figure in rests)))
        return self._means[key]

    def price(self, mode: str, countries: tuple[str, ...], way: str) -> Figure:
        """Return the haul money of the whole shipment, USD per km."""
        key = ("price", mode, countries, way)
        if key not in self._means:
            if mode == "road":
                name, count = "usd_per_vehicle_km", self.units("road") * self.vehicle.price_factor
            elif mode in {"rail", "sea"} and self.cargo.form in BOXED_FORMS:
                name, count = "usd_per_feu_km", self.units(mode)
            else:
                name, count = "usd_per_tonne_km", self.shipment.tonnes
            rate = self._mean_rate(name, mode, countries, way)
            self._means[key] = rate._replace(value=rate.value * count)
        return self._means[key]

    def emission(self, mode: str, traction: str, countries: tuple[str, ...], way: str) -> Figure:
        """Return the emissions of the whole shipment, kg CO2e per km."""
        key = ("emission", mode, traction, countries, way)
        if key not in self._means:
            name = f"gco2e_per_tkm_{traction or 'diesel'}" if mode == "rail" else "gco2e_per_tkm"
            rate = self._mean_rate(name, mode, countries, way)
            self._means[key] = rate._replace(value=self.shipment.tonnes * rate.value / GRAMS_A_KG)
        return self._means[key]

    def _mean_rate(self, parameter: str, mode: str, countries: tuple[str, ...], way: str) -> Figure:
        figures = [self._way_rate(parameter, mode, country, way) for country in countries]
        if len(figures) == 1:
            return figures[0]
        return Figure(
            math.fsum(figure.value for figure in figures) / len(figures),
            weakest(*(figure.basis for figure in figures)),
            _union(*(figure.sources for figure in figures)),
        )

    def _way_rate(self, parameter: str, mode: str, country: str, way: str) -> Figure:
        key = (parameter, mode, country, way)
        if key not in self._haul_rates:
            self._haul_rates[key] = self._rate(parameter, mode, country, way)
        return self._haul_rates[key]

    def rate_rows(self, parameter: str, mode: str, country: str, way: str = "both") -> list[Rate]:
        """Return the rows that a rate is the mean of: the country's own, else that of every country (``*``), else none."""
        for where in dict.fromkeys((country, "*")):
            own = self._general.get((parameter, mode, where), [])
            exact = [row for row in own if row.direction == way] or [row for row in own if row.direction == "both"]
            if exact:
                return exact[:1]
            if own and way == "both":
                return own
        return []

    def _rate(self, parameter: str, mode: str, country: str, way: str = "both") -> Figure:
        """Return a rate in prices of the price year: the country's own row, else that of every country (``*``)."""
        figures = [self._figure(row) for row in self.rate_rows(parameter, mode, country, way)]
        if len(figures) == 1:
            return figures[0]
        if figures:
            mean = math.fsum(figure.value for figure in figures) / len(figures)
            return Figure(mean, weakest(*(f.basis for f in figures)), _union(*(f.sources for f in figures)))
        have = sorted({key[2] for key in self._general if key[:2] == (parameter, mode)}) or ["none"]
        msg = (
            f"No rate {parameter!r} for {mode} in {country!r} (rows for: {', '.join(have)}). "
            "Add a row to the rates; an unknown price or speed is not zero."
        )
        raise CostError(msg)

    def end_row(self, place: Place, carriage: str, *, start: bool) -> Rate | None:
        """Return the row that the hours of the first or last step at a place rest on; None gate to gate."""
        rows, _ = self.end_rows(place, carriage, start=start)
        return rows[0] if rows else None

    def end_rows(self, place: Place, carriage: str, *, start: bool) -> tuple[list[Rate], list[Rate]]:
        """Return the rows that the hours, and that the price, of the first or last step are the mean of."""
        mode = mode_of(carriage)
        if self.shipment.ends == "gate":
            return [], []
        if place.kind == "seaport":
            way = "inland" if start != (mode == "sea") else "seaward"
            hours, price = (
                [self._port_row(name, place, way, self.shipment.regime)]
                for name in ("port_dwell_hours", "port_handling_usd")
            )
            return hours, price
        hours, price = (self.rate_rows(name, mode, place.country) for name in ("terminal_hours", "terminal_usd"))
        return hours, price

    def _port(self, parameter: str, place: Place, way: str, regime: str) -> Figure:
        return self._figure(self._port_row(parameter, place, way, regime))

    def _port_row(self, parameter: str, place: Place, way: str, regime: str) -> Rate:
        rows = [row for rates in self._rates.items() if rates[0][0] == parameter for row in rates[1]]
        here = [row for row in rows if row.place == place.id]
        fit = [row for row in here if row.direction in {way, "both"} and row.regime in {regime, None}]
        if fit:
            # The row that says most goes first: that of the regime, then that of the direction.
            return min(fit, key=lambda row: (row.regime is None, row.direction == "both"))
        have = sorted({f"{row.regime or 'any'} ({row.direction})" for row in here}) or ["none"]
        msg = (
            f"No {parameter} at {place.id!r} for the regime {regime!r}, cargo going {way}. There: {', '.join(have)}. "
            "Choose Shipment(regime=...) to fit, or ends='gate'."
        )
        raise OptionError(msg)

    def _figure(self, row: Rate) -> Figure:
        value = row.value * self.to_price_year(row.year) if "usd" in row.parameter else row.value
        return Figure(value, row.basis, _sources(row.source))

    def to_price_year(self, year: int) -> float:
        """Return the factor that brings a USD figure of a year to prices of the price year."""
        if year == PRICE_YEAR:
            return 1.0
        try:
            return self._index[PRICE_YEAR].value / self._index[year].value
        except (KeyError, ZeroDivisionError):
            msg = f"No price_index for {year} or {PRICE_YEAR}: add rows 'price_index' to the rates, or give prices of {PRICE_YEAR}."
            raise CostError(msg) from None

    def _clear(self, row: Crossing) -> Component:
        usd = self.clearing_usd(row)
        sources = _union(_sources(row.hours_source), _sources(row.usd_source))
        name = f"clearing {row.direction}"
        return Component(name, 0.0, row.hours, usd, 0.0, row.hours_basis, row.usd_basis, sources)

    def _with_cooling(self, parts: list[Component], mode: str) -> tuple[Component, ...]:
        """Add the running cost of the cooling unit, USD per vehicle-day, where the cargo needs one."""
        if self.cargo.form != "reefer" or mode not in BOXED_MODES:
            return tuple(parts)
        rate = self.cooling(mode)
        usd = math.fsum(part.hours for part in parts) * rate.value
        return (*parts, Component("cooling", 0.0, 0.0, usd, 0.0, "estimate", rate.basis, rate.sources))

    def cooling(self, mode: str) -> Figure:
        """Return the running cost of the cooling units of the shipment, USD per hour; 0 where it needs none."""
        if self.cargo.form != "reefer" or mode not in BOXED_MODES:
            return Figure(0.0, "quoted", ())
        rate = self._rate("reefer_usd_per_day", mode, "*")
        return rate._replace(value=rate.value / HOURS_A_DAY * self.units(mode))

    def standing(self, mode: str) -> Figure | None:
        """Return what the shipment's vehicles cost while they wait, USD per day, without the value of its time."""
        rows = self.rate_rows("standing_usd_per_day", mode, "*")
        if not rows:
            return None
        rate = self._figure(rows[0])
        return rate._replace(value=rate.value * self.units(mode))


def score_of(
    weights: Weights,
    value_of_time: float,
    mode_factor: Number,
    *,
    haul_usd: Number,
    other_usd: Number,
    hours: Number,
    km: Number,
    crossings: Number,
    transfers: Number,
) -> Number:
    """Generalised cost, USD, of one edge or of arrays of them.

    haul money x factor of its mode + other money + hours x value of time
    + USD per km x km + USD per crossing x crossings + USD per transfer x transfers
    """
    penalties = weights.usd_per_km * km + weights.usd_per_crossing * crossings + weights.usd_per_transfer * transfers
    return haul_usd * mode_factor + other_usd + hours * value_of_time + penalties


def sum_of(components: Iterable[Component], measure: str) -> float:
    """Return the exact sum of one measure (``km``, ``hours``, ``usd`` or ``co2e_kg``) over components."""
    return math.fsum(getattr(part, measure) for part in components)


def _choose(rows: tuple[Class, ...], wanted: str, *, option: str) -> Class:
    for row in rows:
        if row.id == wanted:
            return row
    msg = (
        f"Shipment({option}={wanted!r}): unknown.{nearest_valid(str(wanted), [row.id for row in rows], kind='Choices')}"
    )
    raise OptionError(msg)


def _sources(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _union(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for group in groups for source in group))
