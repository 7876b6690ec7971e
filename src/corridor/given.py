# SPDX-License-Identifier: BSD-3-Clause
"""A network whose links bring their own figures: where its options are looked up, its prices, and its rows on demand."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple, overload

import numpy as np

from corridor.constraints import Where
from corridor.costs import Component, Figure, score_of
from corridor.errors import OffNetworkError, OptionError, UnknownPlaceError, nearest
from corridor.filling import OWN
from corridor.lookup import EARTH_RADIUS_KM
from corridor.network import Network
from corridor.prices import COLUMNS, Edge, Prices
from corridor.schema import Link, Place, Rate, Source
from corridor.shipment import Shipment, Weights
from corridor.structure import RIDES, Array, Structure
from corridor.tables import Tables, with_straight_lines
from corridor.vocabulary import CARRIAGES, MODES, Ends

__all__ = [
    "FrameGround",
    "GivenFigures",
    "GivenPrices",
    "LinkIds",
    "LinkRows",
    "PlaceRows",
    "given_prices",
    "network_of",
]

# Places up to which a misspelt one is compared with all of them.
MOST_COMPARED: Final = 50_000


class _OnDemand(Sequence[Any]):
    """Rows that are made when they are asked for."""

    size: int

    def made(self, number: int) -> Any:
        """Return one row."""
        raise NotImplementedError

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self.made(number) for number in range(*index.indices(self.size))]
        if not -self.size <= index < self.size:
            raise IndexError(index)
        return self.made(int(index) % self.size)


class PlaceRows(_OnDemand):
    """The rows of places, from arrays."""

    def __init__(
        self,
        ids: Sequence[str],
        lon: Array,
        lat: Array,
        countries: tuple[tuple[str, ...], Array],
        names: Any,
        kinds: Any,
    ) -> None:
        self.size = len(ids)
        self._of = (ids, lon, lat, countries, names, kinds)

    def made(self, number: int) -> Place:
        """Return one place."""
        ids, lon, lat, (country_names, country_of), names, kinds = self._of
        row: dict[str, Any] = {
            "id": ids[number],
            "name": ids[number] if names is None else str(names[number]),
            "lon": float(lon[number]),
            "lat": float(lat[number]),
            "country": country_names[int(country_of[number])],
            "kind": "city" if kinds is None else str(kinds[number]),
            "source": OWN,
        }
        return Place.model_construct(**row)


class LinkIds(_OnDemand):
    """The ids of links: their own, or by the number of their row."""

    def __init__(self, count: int, names: Any) -> None:
        self.size = count
        self._names = names

    def made(self, number: int) -> str:
        """Return one id."""
        return f"link-{number + 1}" if self._names is None else str(self._names[number])


class LinkRows(_OnDemand):
    """The rows of links, from arrays."""

    def __init__(
        self, ids: LinkIds, places: Sequence[str], ends: tuple[Array, ...], groups: tuple[Any, Array], length: Array
    ) -> None:
        self.size = len(ids)
        self._of = (ids, places, ends, groups, length)

    def made(self, number: int) -> Link:
        """Return one link."""
        ids, places, (tail, head, ride, oneway), (groups, group_of), length = self._of
        mode = RIDES[int(ride[number])]
        rail = mode.startswith("rail")
        row: dict[str, Any] = {
            "id": ids[number],
            "from_": places[int(tail[number])],
            "to": places[int(head[number])],
            "mode": "rail" if rail else mode,
            "gauge_mm": int(mode[4:]) if rail else None,
            "oneway": bool(oneway[number]),
            "countries": groups[int(group_of[number])],
            "length_km": float(length[number]),
            "source": OWN,
        }
        return Link.model_construct(**row)


class FrameGround:
    """Where the options are looked up: places by id, name or point; links, crossings and countries by id."""

    def __init__(self, structure: Structure, lon: Array, lat: Array, *, with_countries: bool) -> None:
        self._structure = structure
        self._lon, self._lat = lon, lat
        self._with_countries = with_countries

    def place(self, what: Where, *, snap_km: float) -> Place:
        """Return the place that an id, name or point ``(lon, lat)`` means."""
        structure = self._structure
        if not isinstance(what, str):
            row: Place = structure.place_rows[self._nearest(what, snap_km)]
            return row
        number = structure.number_of_place.get(what)
        if number is None:
            number = self._by_name.get(what.casefold())
        if number is None:
            few = len(structure.places) <= MOST_COMPARED
            close = nearest(what, structure.places) if few else ""
            hint = f" Did you mean {close!r}?" if close else ""
            msg = f"Unknown place {what!r}: no id or name of the {len(structure.places):,} places.{hint}"
            raise UnknownPlaceError(msg)
        found: Place = structure.place_rows[number]
        return found

    @cached_property
    def _by_name(self) -> dict[str, int]:
        """Places by name, where names were given; of a name that several bear the first in the order of ids."""
        names: dict[str, int] = {}
        structure = self._structure
        for place, number in sorted(structure.number_of_place.items()):
            names.setdefault(structure.place_rows[number].name.casefold(), number)
            names.setdefault(place.casefold(), number)
        return names

    def _nearest(self, point: Any, snap_km: float) -> int:
        try:
            lon, lat = (float(value) for value in point)
        except (TypeError, ValueError, OverflowError):
            msg = f"{point!r} is neither an id nor a point: give an id, a name or (lon, lat) in degrees."
            raise OffNetworkError(msg) from None
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            msg = f"({lon:g}, {lat:g}) is not on Earth: lon must lie in -180..180, lat in -90..90; order (lon, lat)."
            raise OffNetworkError(msg)
        phi, theta = np.radians(self._lat), math.radians(lat)
        half = np.sin((phi - theta) / 2) ** 2
        half += np.cos(phi) * math.cos(theta) * np.sin(np.radians(self._lon - lon) / 2) ** 2
        number = int(np.nanargmin(half))
        off = 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, float(half[number]))))
        if off > snap_km:
            msg = (
                f"The nearest place to ({lon:g}, {lat:g}) is {self._structure.places[number]!r}, {off:,.0f} km away; the "
                f"limit is {snap_km:g} km. Not snapped: name a place, or pass snap_km= to allow it."
            )
            raise OffNetworkError(msg)
        return number

    @cached_property
    def link_ids(self) -> Collection[str]:
        """Ids of the links."""
        return frozenset(self._structure.link_ids)

    @cached_property
    def crossing_ids(self) -> Collection[str]:
        """Ids of the crossings."""
        return frozenset(self._structure.crossings)

    @property
    def country_codes(self) -> Collection[str]:
        """Countries in which there are places; none where they were not given."""
        return frozenset(self._structure.country_names) if self._with_countries else frozenset()

    @cached_property
    def ports(self) -> tuple[str, ...]:
        """Ids of the places of the kind ``seaport``."""
        rows = self._structure.place_rows
        found = [rows[number] for number in range(len(rows))] if len(rows) <= MOST_COMPARED else []
        return tuple(sorted(row.id for row in found if row.kind == "seaport"))


class _AnyCargo(NamedTuple):
    """Cargo that may ride in anything."""

    id: str = "own figures"
    name: str = "any cargo"
    carriages: tuple[str, ...] = CARRIAGES
    form: str = "container"
    shelf_life_days: float | None = None


class GivenFigures:
    """Stands where the cost model stands elsewhere: the figures are those of the links."""

    def __init__(self) -> None:
        self.shipment = Shipment()
        self.cargo = _AnyCargo()
        self.tables = Tables((), (), {})
        self.value_of_time_usd_per_hour = 0.0

    def end(self, place: Place, carriage: str, *, start: bool) -> tuple[Component, ...]:  # noqa: ARG002
        """Return nothing: loading and unloading are not among the figures."""
        return ()

    def rate_rows(self, parameter: str, mode: str, country: str, way: str = "both") -> list[Rate]:  # noqa: ARG002
        """Return no rates: the links bring their own figures."""
        return []

    def cooling(self, mode: str) -> Figure:  # noqa: ARG002
        """Return nothing: cooling is not among the figures."""
        return Figure(0.0, "quoted", ())

    def value_of_time(self, weights: Weights) -> float:
        """Return the value of one hour, USD: that of the weights, else 0."""
        return weights.value_of_time_usd_per_hour or 0.0


@dataclass(frozen=True)
class GivenPrices(Prices):
    """Columns that the links bring; those that they do not bring are NaN and cannot be asked for."""

    @cached_property
    def given(self) -> tuple[str, ...]:
        """The measures that can be asked for."""
        return tuple(name for name in COLUMNS if not math.isnan(self.columns[name][0]))

    def components(self, number: int) -> tuple[Component, ...]:
        """Return what an edge costs as one part: an estimate, since nothing is known of where it comes from."""
        edge = Edge(self, number)
        if edge.kind in {"start", "end"}:
            return ()
        name = "transfer" if edge.kind == "transfer" else "haul"
        km, hours, usd, co2e = (0.0 if math.isnan(v) else v for v in (edge.km, edge.hours, edge.usd, edge.co2e_kg))
        return (Component(name, km, hours, usd, co2e, "estimate", "estimate", (OWN,)),)

    def with_shipment(self, shipment: Shipment, weights: Weights) -> Prices:  # noqa: ARG002
        """Refuse another shipment: the figures do not depend on one."""
        msg = f"{shipment!r}: the links bring their own figures, which depend on no shipment; give hours= or usd=."
        raise OptionError(msg)

    def check(self, in_play: Array) -> None:
        """Refuse nothing: the figures were checked when the frames were read."""

    def with_ends(self, ends: Ends) -> Prices:  # noqa: ARG002
        """Return the same prices: loading and unloading are not among the figures."""
        return self

    def with_weights(self, weights: Weights) -> Prices:
        """Return the same figures with the score made of other weights."""
        return given_prices(self.structure, self.costs, weights, dict(self.columns))

    def with_columns(self, own: Any) -> Prices:
        """Return the same prices with some columns replaced."""
        columns = dict(self.columns) | dict(own)
        if "score" in own:
            return GivenPrices(self.structure, self.costs, self.weights, columns, self.haul_usd, self.barred)
        return given_prices(self.structure, self.costs, self.weights, columns)

    @cached_property
    def unpriced(self) -> Array:
        """No edge: the figures were checked when the frames were read."""
        return np.zeros(len(self.structure.kind), dtype=bool)


def given_prices(structure: Structure, costs: Any, weights: Weights, columns: dict[str, Array]) -> GivenPrices:
    """Return prices whose score is made of the USD (and hours and km) that there are."""
    usd = columns["usd"]
    hours = columns["hours"] if not math.isnan(columns["hours"][0]) else np.zeros(1)
    penalised = weights != Weights()
    if penalised:
        factor = np.array([weights.mode_factor.get(mode, 1.0) for mode in MODES])[structure.mode]
        hauls = np.where(structure.link >= 0, usd, 0.0)
        columns["score"] = score_of(
            weights, costs.value_of_time(weights), factor, haul_usd=hauls, other_usd=usd - hauls, hours=hours,
            km=columns["km"], crossings=columns["crossings"], transfers=columns["transfers"],
        )  # fmt: skip
    else:
        columns["score"] = usd
    barred = np.broadcast_to(np.False_, len(structure.kind))
    return GivenPrices(structure, costs, weights, columns, usd, barred)


def network_of(prices: Prices, way: Sequence[int]) -> Network:
    """Return a network of what the edges of a way pass, so that a route can name and draw it."""
    structure = prices.structure
    edges = np.asarray(way, dtype=np.int64)
    states = np.concatenate([structure.csr.tails[edges], structure.csr.heads[edges]])
    places = tuple(structure.place_rows[number] for number in np.unique(structure.place_of[states]).tolist())
    links = structure.link[edges]
    rows = tuple(structure.links[number] for number in np.unique(links[links >= 0]).tolist())
    source = Source(id=OWN, title="The user's own data")
    return Network(with_straight_lines(Tables(places, rows, {}, sources=(source,))), name="own network")
