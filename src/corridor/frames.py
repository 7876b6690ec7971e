# SPDX-License-Identifier: BSD-3-Clause
"""A network of one's own from two frames whose links bring their own figures: arrays at once, rows only on demand."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, overload

import numpy as np

from corridor.constraints import Where
from corridor.costs import Component, score_of
from corridor.errors import DataError, Fault, OffNetworkError, OptionError, UnknownPlaceError
from corridor.filling import OWN
from corridor.lookup import EARTH_RADIUS_KM
from corridor.network import Network
from corridor.prices import COLUMNS, Edge, Prices
from corridor.schema import Link, Place, Source
from corridor.shipment import Shipment, Weights
from corridor.structure import (
    HAUL,
    MODE_OF_RIDE,
    RIDES,
    TRANSFER,
    Array,
    Csr,
    Structure,
    join_states,
    numbered,
    starts_of,
)
from corridor.tables import Tables, with_straight_lines
from corridor.vocabulary import CARRIAGES, MODES, Ends, carriage_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FrameGround", "prices_from_frames"]

PLACE_COLUMNS: Final = ("id", "lon", "lat", "name", "country", "kind", "geometry")
LINK_COLUMNS: Final = (
    "from", "to", "length_km", "hours", "usd", "co2e_kg", "id", "mode", "gauge_mm", "crossing", "oneway", "geometry",
)  # fmt: skip
TRANSFER_COLUMNS: Final = ("place", "from_carriage", "to_carriage", "hours", "usd", "co2e_kg")
MEASURED: Final = {"km": "length_km", "hours": "hours", "usd": "usd", "co2e_kg": "co2e_kg"}
UNKNOWN_COUNTRY: Final = "XX"
# Rows named for each rule that is broken, and places up to which a misspelt one is compared with all of them.
NAMED: Final = 5
MOST_COMPARED: Final = 50_000
ROAD: Final = RIDES.index("road")


class OnDemand(Sequence[Any]):
    """Rows that are made when they are asked for."""

    def __init__(self, count: int, make: Callable[[int], Any]) -> None:
        self._count = count
        self._make = make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self._make(number) for number in range(*index.indices(self._count))]
        if not -self._count <= index < self._count:
            raise IndexError(index)
        return self._make(int(index) % self._count)


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
            close = get_close_matches(what, structure.places, n=1, cutoff=0.6) if few else []
            hint = f" Did you mean {close[0]!r}?" if close else ""
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
        except (TypeError, ValueError):
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
        return _given_prices(self.structure, self.costs, weights, dict(self.columns))

    def with_columns(self, own: Any) -> Prices:
        """Return the same prices with some columns replaced."""
        columns = dict(self.columns) | dict(own)
        if "score" in own:
            return GivenPrices(self.structure, self.costs, self.weights, columns, self.haul_usd, self.barred)
        return _given_prices(self.structure, self.costs, self.weights, columns)

    @cached_property
    def unpriced(self) -> Array:
        """No edge: the figures were checked when the frames were read."""
        return np.zeros(len(self.structure.kind), dtype=bool)


def prices_from_frames(
    places: pd.DataFrame, links: pd.DataFrame, transfers: pd.DataFrame | None, weights: Weights
) -> tuple[FrameGround, GivenPrices, Callable[[Prices, Sequence[int]], Network]]:
    """Return the priced states of two frames, where their options are looked up, and what makes a network of a way.

    Raises
    ------
    DataError
        If a column is missing or unknown or a cell breaks its rule; all are told at once.
    """
    places = places.reset_index() if places.index.name == "id" and "id" not in places.columns else places
    faults = [*_header(places, "places", PLACE_COLUMNS, ("id", "lon", "lat"))]
    faults += _header(links, "links", LINK_COLUMNS, ("from", "to", "length_km"))
    if transfers is not None:
        faults += _header(transfers, "transfers", TRANSFER_COLUMNS, ("place", "from_carriage", "to_carriage"))
    if faults:
        raise DataError(faults)
    lon, lat = (_numbers(places, name, "places", faults, low, -low) for name, low in (("lon", -180.0), ("lat", -90.0)))
    order = np.argsort(_along_a_curve(lon, lat), kind="stable")
    places, lon, lat = places.iloc[order], lon[order], lat[order]
    tail, head = _ends(places, links, faults)
    figures = {name: _figures(links, column, "links", faults) for name, column in MEASURED.items()}
    ride = _rides(links, faults)
    oneway = links["oneway"].to_numpy(dtype=bool) if "oneway" in links else np.zeros(len(links), dtype=bool)
    changes = _changes(places, transfers, faults)
    if faults:
        raise DataError(faults)
    structure = _structure(places, links, lon, lat, (tail, head, ride, oneway), changes)
    columns = _columns(structure, figures, transfers)
    costs: Any = GivenFigures()
    prices = _given_prices(structure, costs, weights, columns)
    ground = FrameGround(structure, lon, lat, with_countries="country" in places)
    return ground, prices, _network_of


def _given_prices(structure: Structure, costs: Any, weights: Weights, columns: dict[str, Array]) -> GivenPrices:
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


def _structure(
    places: pd.DataFrame,
    links: pd.DataFrame,
    lon: Array,
    lat: Array,
    ends: tuple[Array, ...],
    changes: tuple[Array, ...],
) -> Structure:
    """Return the states: those of the places alone where there is one carriage, else of places and carriages."""
    tail, head, ride, oneway = ends
    ids = tuple(map(str, places["id"].tolist()))
    names = places["name"].astype(str).to_numpy() if "name" in places else None
    kinds = places["kind"].to_numpy() if "kind" in places else None
    country = places["country"].astype(str).to_numpy() if "country" in places else None
    link_names = links["id"].astype(str).to_numpy() if "id" in links else None
    if country is None:
        country_names, country_of = (UNKNOWN_COUNTRY,), np.broadcast_to(np.int64(0), len(ids))
        groups: tuple[tuple[str, ...], ...] = ((UNKNOWN_COUNTRY,),)
        group_of = np.broadcast_to(np.int64(0), len(links))
    else:
        country_names, country_of = numbered(country.tolist())
        pairs, group_of = np.unique(country_of[tail] * len(country_names) + country_of[head], return_inverse=True)
        both = ((code // len(country_names), code % len(country_names)) for code in pairs.tolist())
        groups = tuple(tuple(dict.fromkeys(country_names[number] for number in pair)) for pair in both)
    crossing, crossings = _crossings(links, group_of, groups, link_names)
    length = links["length_km"].to_numpy()

    def link_id(number: int) -> str:
        return str(link_names[number]) if link_names is not None else f"link-{number + 1}"

    def place_row(number: int) -> Place:
        row: dict[str, Any] = dict(  # noqa: C408
            id=ids[number], name=ids[number] if names is None else str(names[number]), lon=float(lon[number]),
            lat=float(lat[number]), country=country_names[int(country_of[number])], source=OWN,
            kind="city" if kinds is None else str(kinds[number]),
        )  # fmt: skip
        return Place.model_construct(**row)

    def link_row(number: int) -> Link:
        mode = RIDES[int(ride[number])]
        row: dict[str, Any] = dict(  # noqa: C408
            id=link_id(number), from_=ids[int(tail[number])], to=ids[int(head[number])], source=OWN,
            mode="rail" if mode.startswith("rail") else mode, oneway=bool(oneway[number]),
            gauge_mm=int(mode[4:]) if mode.startswith("rail") else None, countries=groups[int(group_of[number])],
            length_km=float(length[number]),
        )  # fmt: skip
        return Link.model_construct(**row)

    by_land = (crossing >= 0) & np.isin(ride, np.flatnonzero(MODES.index("rail") >= MODE_OF_RIDE))
    if len(changes[0]) == 0 and (ride == ride[:1]).all():
        edges = _join_places(len(ids), tail, head, oneway, crossing, by_land, int(ride[0]))
    else:
        edges = join_states(len(ids), tail, head, ride, oneway, crossing, by_land, changes)  # type: ignore[arg-type]
    return Structure(
        **edges,
        places=ids,
        links=OnDemand(len(links), link_row),
        link_ids=OnDemand(len(links), link_id),
        status=np.broadcast_to(np.int64(0), len(links)),
        countries=group_of,
        crossings=crossings,
        country_groups=groups,
        country_names=country_names,
        country_of=country_of,
        transfers=(),
        place_rows=OnDemand(len(ids), place_row),
    )


def _join_places(
    places: int, tail: Array, head: Array, oneway: Array, crossing: Array, by_land: Array, ride: int
) -> dict[str, Any]:
    """Return the edges of a network with one carriage, whose states are its places: no starts, ends or transfers."""
    two_way = np.flatnonzero(~oneway)
    if len(two_way):
        both = np.concatenate([np.arange(len(tail)), two_way])
        forward = np.arange(len(both)) < len(tail)
        tails, heads = np.concatenate([tail, head[two_way]]), np.concatenate([head, tail[two_way]])
    else:
        both, forward, tails, heads = np.arange(len(tail)), np.broadcast_to(np.True_, len(tail)), tail, head
    order = np.argsort(tails, kind="stable")
    tails, heads, link = tails[order], heads[order], both[order]
    count = len(link)
    crosses = crossing.strides != (0,)
    return {
        "place_of": np.arange(places),
        "ride_of": np.broadcast_to(np.int64(ride), places),
        "firsts": np.arange(places),
        "lasts": np.arange(places),
        "csr": Csr(starts_of(tails, places), heads, tails),
        "kind": np.where(by_land[link], 1, HAUL).astype(np.int8) if crosses else np.broadcast_to(np.int8(HAUL), count),
        "mode": np.broadcast_to(np.int64(MODE_OF_RIDE[ride]), count),
        "link": link,
        "forward": forward[order] if len(two_way) else forward,
        "transfer": np.broadcast_to(np.int64(-1), count),
        "crossing": crossing[link] if crosses else np.broadcast_to(np.int64(-1), count),
        "rank": 2 * link + ~forward[order] if len(two_way) else link,
    }


def _columns(
    structure: Structure, figures: dict[str, Array | None], transfers: pd.DataFrame | None
) -> dict[str, Array]:
    """Return the measures of every edge: of its link, or of its transfer; NaN throughout where links bring none."""
    count = len(structure.kind)
    link, run = structure.link, structure.link >= 0
    columns: dict[str, Array] = {}
    for name, figure in figures.items():
        if figure is None:
            columns[name] = np.broadcast_to(np.nan, count)
        elif run.all():
            columns[name] = figure[link]
        else:
            columns[name] = np.where(run, figure[np.where(run, link, 0)], 0.0)
            if transfers is not None and name in transfers:
                change = structure.kind == TRANSFER
                columns[name][change] = transfers[name].to_numpy(dtype=float)[structure.transfer[change]]
    crosses = structure.crossing.strides != (0,)
    columns["crossings"] = (
        (structure.crossing >= 0).astype(np.int64) if crosses else np.broadcast_to(np.int64(0), count)
    )
    simple = structure.transfer.strides == (0,)
    columns["transfers"] = (
        np.broadcast_to(np.int64(0), count) if simple else (structure.kind == TRANSFER).astype(np.int64)
    )
    return columns


def _crossings(
    links: pd.DataFrame, group_of: Array, groups: Sequence[tuple[str, ...]], link_names: Array | None
) -> tuple[Array, tuple[str, ...]]:
    """Return the number of the crossing that each link is (-1: none) and the ids; a border without one is its own."""
    names: dict[str, int] = {}
    abroad = np.array([len(group) > 1 for group in groups])
    if "crossing" not in links and not abroad.any():
        return np.broadcast_to(np.int64(-1), len(links)), ()
    given = links["crossing"].fillna("").astype(str).to_numpy() if "crossing" in links else np.full(len(links), "")
    crossing = np.full(len(links), -1)
    for number in np.flatnonzero((given != "") | abroad[group_of]).tolist():
        own = link_names[number] if link_names is not None else f"link-{number + 1}"
        crossing[number] = names.setdefault(str(given[number] or own), len(names))
    return crossing, tuple(names)


def _header(frame: Any, table: str, known: Sequence[str], needed: Sequence[str]) -> list[Fault]:
    if not hasattr(frame, "columns") or not hasattr(frame, "iloc"):
        msg = f"{table} must be a pandas DataFrame or a GeoDataFrame, not {type(frame).__name__}."
        raise OptionError(msg)
    listed = f"Columns: {', '.join(known[:-1])}."
    faults = [Fault(table, "header", name, "", "the column is missing", listed) for name in needed if name not in frame]
    for name in frame.columns:
        if name not in known:
            close = get_close_matches(str(name), known, n=1, cutoff=0.5)
            remedy = f"Did you mean {close[0]!r}? {listed}" if close else listed
            faults.append(Fault(table, "header", str(name), "", "unknown column", remedy))
    if not faults and len(frame) == 0:
        faults.append(Fault(table, "", "", "", "the table is empty", "Give at least one row."))
    return faults


def _numbers(
    frame: pd.DataFrame, column: str, table: str, faults: list[Fault], low: float = 0.0, high: float = math.inf
) -> Array:
    """Return a column of numbers within bounds; what is none is told."""
    import pandas as pd

    values = np.asarray(pd.to_numeric(frame[column], errors="coerce"), dtype=float)
    wrong = np.flatnonzero(~((values >= low) & (values <= high) & np.isfinite(values)))
    rule = f"not a finite number from {low:g} to {high:g}" if math.isfinite(high) else f"not a finite number >= {low:g}"
    faults += _told(frame, table, column, wrong, rule, "Give a figure; an unknown one is not zero.")
    return values


def _figures(frame: pd.DataFrame, column: str, table: str, faults: list[Fault]) -> Array | None:
    return _numbers(frame, column, table, faults) if column in frame else None


def _told(frame: pd.DataFrame, table: str, column: str, wrong: Array, rule: str, remedy: str) -> list[Fault]:
    """Return a fault for each of the first rows that break a rule, and the count of the others."""
    faults = [
        Fault(table, _row_name(frame, number), column, str(frame[column].iloc[number]), rule, remedy)
        for number in wrong[:NAMED].tolist()
    ]
    if len(wrong) > NAMED:
        faults.append(Fault(table, f"and {len(wrong) - NAMED:,} more rows", column, "", rule, remedy))
    return faults


def _row_name(frame: pd.DataFrame, number: int) -> str:
    return str(frame["id"].iloc[number]) if "id" in frame else f"row {number + 1}"


def _ends(places: pd.DataFrame, links: pd.DataFrame, faults: list[Fault]) -> tuple[Array, Array]:
    """Return the number of the places that each link joins; what is no place, and ids that stand twice, are told."""
    import pandas as pd

    index = pd.Index(places["id"])
    twice = np.flatnonzero(index.duplicated())
    faults += _told(places, "places", "id", twice, "the id stands twice", "Give each place an id of its own.")
    if "id" in links:
        again = np.flatnonzero(links["id"].duplicated())
        faults += _told(links, "links", "id", again, "the id stands twice", "Give each link an id of its own.")
    if len(twice):
        return np.zeros(len(links), dtype=np.int64), np.zeros(len(links), dtype=np.int64)
    tail, head = (index.get_indexer(links[end]) for end in ("from", "to"))
    for end, numbers in (("from", tail), ("to", head)):
        faults += _told(
            links, "links", end, np.flatnonzero(numbers < 0), "no such place", "Add the place or correct it."
        )
    same = np.flatnonzero((tail == head) & (tail >= 0))
    faults += _told(links, "links", "to", same, "the link ends where it begins", "Name two places.")
    return tail.astype(np.int64), head.astype(np.int64)


def _rides(links: pd.DataFrame, faults: list[Fault]) -> Array:
    """Return the number of the carriage of each link: of its mode, and for rail its gauge."""
    if "mode" not in links:
        return np.broadcast_to(np.int64(ROAD), len(links))
    import pandas as pd

    gauges = links["gauge_mm"] if "gauge_mm" in links else pd.Series(np.nan, index=links.index)
    codes, pairs = pd.MultiIndex.from_arrays([links["mode"], gauges]).factorize()
    rides = np.full(len(pairs), -1)
    for number, (mode, gauge) in enumerate(pairs):
        ride = carriage_of(str(mode), None if pd.isna(gauge) else int(gauge))
        rides[number] = RIDES.index(ride) if ride in CARRIAGES else -1
    found: Array = rides[codes]
    remedy = f"Modes: {', '.join(MODES)}; rail with gauge_mm 1435, 1520 or 1676."
    faults += _told(
        links, "links", "mode", np.flatnonzero(found < 0), "no such mode, or rail without its gauge", remedy
    )
    return found


def _changes(places: pd.DataFrame, transfers: pd.DataFrame | None, faults: list[Fault]) -> tuple[Array, Array, Array]:
    """Return the place of each transfer, the carriage left and that entered."""
    none = np.zeros(0, dtype=np.int64)
    if transfers is None:
        return none, none, none
    import pandas as pd

    at = pd.Index(places["id"]).get_indexer(transfers["place"]) if places["id"].is_unique else np.zeros(len(transfers))
    faults += _told(transfers, "transfers", "place", np.flatnonzero(at < 0), "no such place", "Add it or correct it.")
    sides = []
    for column in ("from_carriage", "to_carriage"):
        side = np.array([RIDES.index(ride) if ride in CARRIAGES else -1 for ride in transfers[column].astype(str)])
        rule, remedy = "no such carriage", f"Carriages: {', '.join(CARRIAGES)}."
        faults += _told(transfers, "transfers", column, np.flatnonzero(side < 0), rule, remedy)
        sides.append(side)
    for column in ("hours", "usd", "co2e_kg"):
        _figures(transfers, column, "transfers", faults)
    return at.astype(np.int64), sides[0], sides[1]


def _along_a_curve(lon: Array, lat: Array) -> Array:
    """Return where each point lies on a space-filling curve, so that neighbours come to lie close together.

    Morton (1966), A computer oriented geodetic data base and a new technique in file sequencing.
    """

    def spread(values: Array) -> Array:
        low, high = np.nanmin(values), np.nanmax(values)
        bits = ((values - low) / (high - low + 1e-12) * 65535).astype(np.uint64) if len(values) else values
        for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
            bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
        return bits

    clean = [np.where(np.isfinite(values), values, 0.0) for values in (lon, lat)]
    along: Array = spread(clean[0]) | (spread(clean[1]) << np.uint64(1))
    return along


def _network_of(prices: Prices, way: Sequence[int]) -> Network:
    """Return a network of what the edges of a way pass, so that a route can name and draw it."""
    structure = prices.structure
    edges = np.asarray(way, dtype=np.int64)
    states = np.concatenate([structure.csr.tails[edges], structure.csr.heads[edges]])
    places = tuple(structure.place_rows[number] for number in np.unique(structure.place_of[states]).tolist())
    links = structure.link[edges]
    rows = tuple(structure.links[number] for number in np.unique(links[links >= 0]).tolist())
    source = Source(id=OWN, title="The user's own data")
    return Network(with_straight_lines(Tables(places, rows, {}, sources=(source,))), name="own network")
