# SPDX-License-Identifier: BSD-3-Clause
"""Where a network comes from: the bundled data, a folder of files, or two frames of one's own."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.checks import check_tables
from corridor.errors import CorridorWarning, DataError, Fault, OptionError, nearest_valid
from corridor.filling import check_headers, fill_links, fill_places, with_own_source
from corridor.network import Network
from corridor.scopes import within_scope
from corridor.tables import (
    OTHER_TABLES,
    PRICE_TABLES,
    Records,
    Tables,
    data_folder,
    frame_to_records,
    geoframe_to_records,
    read_folder,
    records_to_tables,
)
from corridor.vocabulary import SCOPES, Scope

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["load", "network_from_frames", "read_network", "write_network"]


def load(*, scope: Scope = "corridor", as_of: date | str | None = None) -> Network:
    """Return the bundled corridor: Belarus, Russia, Kazakhstan, Uzbekistan, Afghanistan and Pakistan to the sea.

    Parameters
    ----------
    scope
        ``corridor``: the six countries. ``bypass``: with the ways round them, through China and Kyrgyzstan, Iran and
        Turkmenistan, over the Caspian and all the way by sea.
    as_of
        Day whose dated closures and restrictions hold, a ``datetime.date`` or a text such as ``2026-08-01``; missing:
        normal operation. See :meth:`corridor.Network.as_of`.

    Returns
    -------
    Network
        The corridor in normal operation. Planned links and links under construction are in the tables and never used
        unless asked for; a route over something known to be shut says so in its ``advisories``. With ``as_of`` what is
        shut on that day is not used.

    Raises
    ------
    OptionError
        If the scope is unknown, or ``as_of`` is no day of the calendar.

    Examples
    --------
    >>> import corridor as co
    >>> net = co.load()
    >>> sorted(set(place.country for place in net.tables.places))
    ['AF', 'BY', 'KZ', 'PK', 'RU', 'UZ']
    """
    if scope not in SCOPES:
        msg = f"Unknown scope {scope!r}.{nearest_valid(str(scope), SCOPES, kind='Scopes')}"
        raise OptionError(msg)
    net = Network(_tables_of(scope), name=scope, bundled=scope)
    return net if as_of is None else net.as_of(as_of)


@lru_cache(maxsize=len(SCOPES))
def _tables_of(scope: Scope) -> Tables:
    """Return the bundled tables of a scope, made once a process: rows cannot be changed, so that networks share them."""
    return within_scope(_bundled_tables(), scope)


@lru_cache(maxsize=1)
def _bundled_tables() -> Tables:
    """Read the bundled data once a process."""
    return read_folder(data_folder())


def read_network(folder: str | Path) -> Network:
    """Return the network of a folder of files, checked against every rule of the data.

    Parameters
    ----------
    folder
        Folder with ``nodes`` (or ``places``) and ``links`` as ``.geojson``, ``.parquet`` or ``.csv``, and, where it has
        them, ``crossings.csv``, ``transfers.csv``, ``rates.csv`` and the other tables of the bundled data. Columns of
        places and links that can be filled in may be missing, as in :func:`network_from_frames`. Where the rates,
        cargo, vehicles or sources are missing the bundled ones stand in. A warning says so of either.

    Returns
    -------
    Network
        Named after the folder.

    Raises
    ------
    DataError
        If a file is broken or a rule is; all faults are told at once, with file, row, column, value, rule and remedy.

    Warns
    -----
    CorridorWarning
        Which columns were filled in, and which bundled tables stand in for missing ones.

    Examples
    --------
    >>> import corridor as co, tempfile
    >>> net = co.load()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = co.write_network(net, folder)
    ...     co.read_network(folder).tables == net.tables
    True
    """
    filling = Filling()
    with _rows_unsearched():
        tables = read_folder(folder, prepare=filling)
        filling.warn(stacklevel=3)
        tables = with_own_source(_with_bundled_prices(tables, where=str(folder)))
        _raise_faults(tables)
        return Network(tables, name=Path(folder).name or "network")


def write_network(net: Network, folder: str | Path, *, format: str = "geojson") -> list[Path]:  # noqa: A002
    """Write a network to a folder that :func:`read_network` reads back equal.

    Parameters
    ----------
    net
        The network.
    folder
        Folder to write to; made where it is missing.
    format
        Of places and links: ``geojson``, ``parquet`` (GeoParquet, needs pyarrow) or ``csv``, which drops the lines.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    OptionError
        If the format is unknown.

    Examples
    --------
    >>> import corridor as co, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(path.name for path in co.write_network(co.load(), folder))[:3]
    ['calendars.csv', 'capacities.csv', 'cargo.csv']
    """
    return net.write(folder, format=format)  # type: ignore[arg-type]


def network_from_frames(
    places: pd.DataFrame | gpd.GeoDataFrame,
    links: pd.DataFrame | gpd.GeoDataFrame,
    **tables: pd.DataFrame,
) -> Network:
    """Return a network of one's own spreadsheets: places with lon and lat, links with from, to, mode and km.

    Parameters
    ----------
    places
        Columns ``id`` or ``name``, ``lon``, ``lat`` (or a geometry in EPSG:4326), and any other column of a place.
        Missing: the id is made of the name, the country is looked up on the map, the kind is ``city`` and the terminals
        are the carriages of its links.
    links
        Columns ``from``, ``to`` (ids or names), ``mode``, ``length_km`` (or ``km``), for rail ``gauge_mm``, and any
        other column of a link. Missing: the id is made of mode, from and to; the countries are those of the ends.
    **tables
        Other tables by name (``crossings``, ``transfers``, ``rates`` ...); where rates, cargo, vehicles or sources are
        missing the bundled ones stand in.

    Returns
    -------
    Network
        Checked against every rule of the data.

    Raises
    ------
    DataError
        If a column that cannot be filled is missing or a rule is broken; all faults are told at once.

    Warns
    -----
    CorridorWarning
        Which columns and tables were filled in.

    Examples
    --------
    >>> import corridor as co, pandas as pd, warnings
    >>> places = pd.DataFrame({"name": ["Mine", "Smelter"], "lon": [73.0, 73.5], "lat": [49.8, 50.4]})
    >>> links = pd.DataFrame({"from": ["Mine"], "to": ["Smelter"], "mode": ["road"], "km": [90]})
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", co.errors.CorridorWarning)
    ...     net = co.network_from_frames(places, links)
    >>> co.route(net, "Mine", "Smelter").km
    90.0
    """
    unknown = [name for name in tables if name not in OTHER_TABLES]
    if unknown:
        msg = f"Unknown table {unknown[0]!r}.{nearest_valid(unknown[0], OTHER_TABLES, kind='Tables')}"
        raise OptionError(msg)
    with _rows_unsearched():
        place_records, _ = _records(places, "places")
        link_records, lines = _records(links, "links")
        records = {name: _records(frame, name)[0] for name, frame in tables.items()}
        records |= {"places": place_records, "links": link_records}
        filling = Filling()
        own = records_to_tables(records, lines, files={name: name for name in records}, prepare=filling)
        filling.warn(stacklevel=3)
        merged = with_own_source(_with_bundled_prices(own, where="the frames given"))
        _raise_faults(merged)
        return Network(merged, name="own network")


class Filling:
    """Fills in what is missing of places and links, and keeps the list of what it filled in."""

    def __init__(self) -> None:
        self.filled: list[str] = []

    def __call__(self, places: Records, links: Records) -> tuple[Records, Records, list[tuple[int, Fault]]]:
        check_headers(places, links)
        places, faults = fill_places(places, links, self.filled)
        links, more = fill_links(links, places, self.filled)
        return places, links, faults + more

    def warn(self, *, stacklevel: int) -> None:
        """Warn of what was filled in, if anything was."""
        if self.filled:
            warnings.warn(f"Filled in: {'; '.join(self.filled)}.", CorridorWarning, stacklevel=stacklevel)


def _records(frame: pd.DataFrame | gpd.GeoDataFrame, table: str) -> tuple[Records, dict[str, Any]]:
    if not hasattr(frame, "to_dict") or not hasattr(frame, "columns"):
        msg = (
            f"{table} must be a pandas DataFrame or a GeoDataFrame, not {type(frame).__name__}: pd.read_csv makes one."
        )
        raise OptionError(msg)
    if frame.index.name == "id" and "id" not in frame.columns:
        frame = frame.reset_index()
    if hasattr(frame, "crs") and getattr(frame, "geometry", None) is not None:
        return geoframe_to_records(frame, table, file=table)
    return frame_to_records(frame, file=table), {}


def _with_bundled_prices(tables: Tables, *, where: str) -> Tables:
    """Let the bundled rates, cargo, vehicles and sources stand in where a network brings none of its own."""
    missing = [name for name in PRICE_TABLES if not tables.rows(name)]
    if not missing:
        return tables
    bundled = load().tables
    message = f"{where}: no {', '.join(missing)}; the bundled ones stand in."
    warnings.warn(message, CorridorWarning, stacklevel=3)
    places = {place.id for place in tables.places}
    stand_in: dict[str, Any] = {name: bundled.rows(name) for name in missing}
    if "rates" in stand_in:
        stand_in["rates"] = tuple(rate for rate in bundled.rates if not rate.place or rate.place in places)
    own = {source.id for source in tables.sources}
    stand_in["sources"] = (*tables.sources, *(source for source in bundled.sources if source.id not in own))
    return replace(tables, **stand_in)


@contextmanager
def _rows_unsearched() -> Iterator[None]:
    """Keep Python from searching the rows for reference cycles while they are made: there are none, and many rows.

    The search goes through all rows again and again as their number grows, a third of the time of a large network.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def _raise_faults(tables: Tables) -> None:
    faults = check_tables(tables)
    if faults:
        raise DataError(faults)
