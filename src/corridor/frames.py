# SPDX-License-Identifier: BSD-3-Clause
"""A network of one's own from two frames whose links bring their own figures: arrays at once, rows only on demand."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from corridor.errors import DataError, Fault, OptionError, nearest
from corridor.given import (
    FrameGround,
    GivenFigures,
    GivenPrices,
    LinkIds,
    LinkRows,
    PlaceRows,
    given_prices,
    network_of,
)
from corridor.prices import Prices
from corridor.shipment import Weights
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
from corridor.vocabulary import CARRIAGES, GAUGES_MM, MODES, carriage_of

if TYPE_CHECKING:
    import pandas as pd

    from corridor.network import Network

__all__ = ["prices_from_frames"]

PLACE_COLUMNS: Final = ("id", "lon", "lat", "name", "country", "kind", "geometry")
LINK_COLUMNS: Final = (
    "from", "to", "length_km", "hours", "usd", "co2e_kg", "id", "mode", "gauge_mm", "crossing", "oneway", "geometry",
)  # fmt: skip
TRANSFER_COLUMNS: Final = ("place", "from_carriage", "to_carriage", "hours", "usd", "co2e_kg")
MEASURED: Final = {"km": "length_km", "hours": "hours", "usd": "usd", "co2e_kg": "co2e_kg"}
UNKNOWN_COUNTRY: Final = "XX"
# Rows named for each rule that is broken.
NAMED: Final = 5
# How many times as wide as their count a range of whole-number ids may be, to be looked up in a table.
COMPACT: Final = 4
ROAD: Final = RIDES.index("road")
GAUGES: Final = {given: gauge for gauge in GAUGES_MM for given in (gauge, str(gauge))}


def prices_from_frames(
    places: pd.DataFrame, links: pd.DataFrame, transfers: pd.DataFrame | None, weights: Weights
) -> tuple[FrameGround, GivenPrices, Callable[[Prices, Sequence[int]], Network]]:
    """Return the priced states of two frames, where their options are looked up, and what makes a network of a way.

    Raises
    ------
    DataError
        If a column is missing or unknown or a cell breaks its rule; all are told at once.
    """
    for table, frame in (("places", places), ("links", links), ("transfers", transfers)):
        if frame is not None and not (hasattr(frame, "columns") and hasattr(frame, "iloc")):
            msg = f"{table} must be a pandas DataFrame or a GeoDataFrame, not {type(frame).__name__}."
            raise OptionError(msg)
    places = places.reset_index() if places.index.name == "id" and "id" not in places.columns else places
    faults = [*_header(places, "places", PLACE_COLUMNS, ("id", "lon", "lat"))]
    faults += _header(links, "links", LINK_COLUMNS, ("from", "to", "length_km"))
    if transfers is not None:
        # What the links bring the transfers must bring too: an unknown figure is not zero.
        brought = [name for name in ("hours", "usd", "co2e_kg") if name in links]
        needed = ("place", "from_carriage", "to_carriage", *brought)
        faults += _header(transfers, "transfers", TRANSFER_COLUMNS, needed)
    if faults:
        raise DataError(faults)
    lon, lat = (_numbers(places, name, "places", faults, low, -low) for name, low in (("lon", -180.0), ("lat", -90.0)))
    order = np.argsort(_along_a_curve(lon, lat), kind="stable")
    places, lon, lat = places.iloc[order], lon[order], lat[order]
    tail, head = _ends(places, links, faults)
    figures = {name: _figures(links, column, "links", faults) for name, column in MEASURED.items()}
    ride = _rides(links, faults)
    oneway = _oneway(links, faults)
    _check_countries(places, faults)
    changes = _changes(places, transfers, faults)
    if faults:
        raise DataError(faults)
    structure = _structure(places, links, lon, lat, (tail, head, ride, oneway), changes)
    columns = _columns(structure, figures, transfers)
    costs: Any = GivenFigures()
    prices = given_prices(structure, costs, weights, columns)
    ground = FrameGround(structure, lon, lat, with_countries="country" in places)
    return ground, prices, network_of


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
    link_ids = LinkIds(len(links), link_names)

    by_land = (crossing >= 0) & np.isin(ride, np.flatnonzero(MODES.index("rail") >= MODE_OF_RIDE))
    if len(changes[0]) == 0 and (ride == ride[:1]).all():
        edges = _join_places(len(ids), tail, head, oneway, crossing, by_land, int(ride[0]))
    else:
        edges = join_states(len(ids), tail, head, ride, oneway, crossing, by_land, changes)  # type: ignore[arg-type]
    return Structure(
        **edges,
        places=ids,
        links=LinkRows(link_ids, ids, ends, (groups, group_of), links["length_km"].to_numpy(dtype=float)),
        link_ids=link_ids,
        status=np.broadcast_to(np.int64(0), len(links)),
        countries=group_of,
        crossings=crossings,
        country_groups=groups,
        country_names=country_names,
        country_of=country_of,
        transfers=(),
        place_rows=PlaceRows(ids, lon, lat, (country_names, country_of), names, kinds),
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
    listed = f"Columns: {', '.join(name for name in known if name != 'geometry')}."
    unknown = [str(name) for name in frame.columns if name not in known]
    meant = {name: nearest(name, unknown) for name in needed if name not in frame}
    faults = []
    for name, heading in meant.items():
        hint = f"Did you mean the column {heading!r}? " if heading else ""
        faults.append(Fault(table, "header", name, "", "the column is missing", f"{hint}{listed}"))
    for name in unknown:
        close = next((column for column, heading in meant.items() if heading == name), "") or nearest(name, known)
        hint = f"Did you mean {close!r}? " if close else ""
        faults.append(Fault(table, "header", name, "", "unknown column", f"{hint}{listed}"))
    again = dict.fromkeys(map(str, frame.columns[frame.columns.duplicated()]))
    faults += [Fault(table, "header", name, "", "the column stands twice", "Keep one of them.") for name in again]
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


def _keys(frame: pd.DataFrame, column: str, table: str, faults: list[Fault]) -> pd.Index:
    """Return a column of ids as whole numbers where it holds nothing else, else as texts; blank ones are told."""
    import pandas as pd

    values = frame[column]
    if pd.api.types.is_integer_dtype(values.dtype) and not values.isna().any():
        numbers: pd.Index = pd.Index(values)
        return numbers
    blank = values.isna().to_numpy() | (values == "").to_numpy()
    faults += _told(frame, table, column, np.flatnonzero(blank), "the cell is empty", "Fill it in.")
    texts: pd.Index = pd.Index(values.astype(str))
    return texts


def _ends(places: pd.DataFrame, links: pd.DataFrame, faults: list[Fault]) -> tuple[Array, Array]:
    """Return the number of the places that each link joins; what is no place, and ids that stand twice, are told."""
    index = _keys(places, "id", "places", faults)
    twice = np.flatnonzero(index.duplicated())
    faults += _told(places, "places", "id", twice, "the id stands twice", "Give each place an id of its own.")
    if "id" in links:
        again = np.flatnonzero(_keys(links, "id", "links", faults).duplicated())
        faults += _told(links, "links", "id", again, "the id stands twice", "Give each link an id of its own.")
    # The ends are told all the same: an id that stands twice is a place, whichever row is kept.
    index = index.unique() if len(twice) else index
    numbers = []
    for end in ("from", "to"):
        keys = _keys(links, end, "links", faults)
        number = _places_of(index, keys)
        faults += _told(
            links, "links", end, np.flatnonzero(number < 0), "no such place", "Add the place or correct it."
        )
        numbers.append(number.astype(np.int64))
    same = np.flatnonzero((numbers[0] == numbers[1]) & (numbers[0] >= 0))
    faults += _told(links, "links", "to", same, "the link ends where it begins", "Name two places.")
    return numbers[0], numbers[1]


def _places_of(index: pd.Index, keys: pd.Index) -> Array:
    """Return where each key stands in an index without doubles, -1 where it does not."""
    if index.dtype != keys.dtype:
        index, keys = index.astype(str), keys.astype(str)
    if index.dtype.kind not in "iu" or int(index.max()) - int(index.min()) > COMPACT * len(index):
        numbers: Array = index.get_indexer(keys)
        return numbers
    # Whole numbers that lie close together are looked up in a table, which takes a fifth of the time.
    low, ids = int(index.min()), keys.to_numpy()
    table = np.full(int(index.max()) - low + 1, -1)
    table[index.to_numpy() - low] = np.arange(len(index))
    within = (ids >= low) & (ids < low + len(table))
    return np.where(within, table[np.where(within, ids - low, 0)], -1)


def _oneway(links: pd.DataFrame, faults: list[Fault]) -> Array:
    """Return which links run one way only; what is neither true nor false is told."""
    if "oneway" not in links:
        return np.zeros(len(links), dtype=bool)
    values = links["oneway"].to_numpy()
    if values.dtype != bool:
        plain = np.array([value is not None and value in {True, False} for value in values.tolist()], dtype=bool)
        faults += _told(
            links, "links", "oneway", np.flatnonzero(~plain), "neither true nor false", "Give True or False."
        )
        values = np.where(plain, values, False)
    return values.astype(bool)


def _check_countries(places: pd.DataFrame, faults: list[Fault]) -> None:
    """Tell countries that are no code of two capital letters."""
    if "country" in places:
        codes, names = places["country"].factorize(use_na_sentinel=True)
        plain = np.array([*(bool(re.fullmatch("[A-Z]{2}", str(name))) for name in names), False])
        rule, remedy = "no ISO code of two capital letters", "Give each place its country, or leave the column out."
        faults += _told(places, "places", "country", np.flatnonzero(~plain[codes]), rule, remedy)


def _rides(links: pd.DataFrame, faults: list[Fault]) -> Array:
    """Return the number of the carriage of each link: of its mode, and for rail its gauge."""
    if "mode" not in links:
        return np.broadcast_to(np.int64(ROAD), len(links))
    import pandas as pd

    gauges = links["gauge_mm"] if "gauge_mm" in links else pd.Series(np.nan, index=links.index)
    codes, pairs = pd.MultiIndex.from_arrays([links["mode"], gauges]).factorize()
    rides = np.full(len(pairs), -1)
    for number, (mode, gauge) in enumerate(pairs):
        ride = carriage_of(str(mode), GAUGES.get(gauge))
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

    index = pd.Index(places["id"].astype(str))
    at = index.get_indexer(pd.Index(transfers["place"].astype(str))) if index.is_unique else np.zeros(len(transfers))
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
