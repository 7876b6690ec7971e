# SPDX-License-Identifier: BSD-3-Clause
"""The network: places and links, with the tables that price them. Built once, never changed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from corridor.checks import PRICE_LIMIT, check_tables, rates_are_plausible
from corridor.dated import as_day
from corridor.errors import DataError, OptionError, nearest_valid
from corridor.filling import OWN, with_named_sources, with_own_source
from corridor.graph_rows import attributes, graph_records, known_columns
from corridor.lookup import SNAP_KM, PlaceIndex
from corridor.network_frames import NetworkFrames
from corridor.schema import RATE_UNITS, Link, Place, Rate
from corridor.scopes import without_lost_places
from corridor.structure import Structure, build_structure
from corridor.tables import Tables
from corridor.vocabulary import BASES, Basis, Mode, RateDirection, Regime, Scope, carriage_of

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx
    import pandas as pd

    from corridor.scenario import Scenario

__all__ = ["Network"]

_TABLES_KEY: Final = "corridor_tables"
_DAY_KEY: Final = "corridor_day"


class Network(NetworkFrames):
    """Places, links and the tables that price them: the physical network that routes are searched on.

    Parameters
    ----------
    tables
        Validated tables, as :func:`corridor.load` and :func:`corridor.read_network` make them.
    name
        What to call it, in its ``repr``.
    day
        The day whose dated statuses hold; missing: normal operation. :meth:`as_of` sets it.
    bundled
        Which scope of the bundled data it is as loaded; blank for every other network.

    Notes
    -----
    A network is never changed: every operation returns a new one. Places and links are kept in the order of their ids. Frames and the graph are made on first use.

    Examples
    --------
    >>> import corridor as co
    >>> net = co.load()
    >>> net.ports
    ('gwadar', 'karachi', 'port-qasim')
    >>> net.place("PKKHI").name
    'Karachi'
    """

    def __init__(
        self, tables: Tables, *, name: str = "network", day: date | None = None, bundled: Scope | Literal[""] = ""
    ) -> None:
        places = tuple(sorted(tables.places, key=lambda place: place.id))
        links = tuple(sorted(tables.links, key=lambda link: link.id))
        self._tables = replace(tables, places=places, links=links)
        self._name = name
        self._day = day
        self._bundled = bundled
        # What routers compiled of this network, kept by corridor.router; a network never changes, so it stays true.
        self.compiled: dict[Any, Any] = {}
        self._frames: dict[str, Any] = {}

    def __repr__(self) -> str:
        modes = Counter(link.mode for link in self._tables.links if link.status == "operating")
        by_mode = ", ".join(f"{count} {mode}" for mode, count in sorted(modes.items()))
        crossings = len({row.crossing for row in self._tables.crossings})
        others = len(self._tables.links) - modes.total()
        return (
            f"<Network {self._name}{f' as of {self._day}' if self._day else ''}: {len(self._tables.places)} places; operating links: {by_mode or 'none'}; "
            f"{others} not operating; {crossings} crossings>"
        )

    @property
    def tables(self) -> Tables:
        """The validated rows that the network is made of."""
        return self._tables

    @property
    def name(self) -> str:
        """What the network is called."""
        return self._name

    @property
    def day(self) -> date | None:
        """The day whose dated statuses hold; None in normal operation."""
        return self._day

    @property
    def bundled(self) -> Scope | Literal[""]:
        """Which scope of the bundled data this is as loaded; blank for every other network."""
        return self._bundled

    def as_of(self, day: date | str | None) -> Network:
        """Return the network as it was, or as far as is known will be, on a day.

        Parameters
        ----------
        day
            A ``datetime.date``, or a text such as ``2026-08-01``; None: normal operation, no dated status holds.

        Returns
        -------
        Network
            The same places and links. What a status shuts on that day is not used by any question; hours that a status
            adds are added; a planned link that is asked for (``include=("planned",)``) is there once its year has come.
            A status without an end holds on: routes say when it was last confirmed and warn where that is long before.

        Raises
        ------
        OptionError
            If it is no day of the calendar.

        Examples
        --------
        >>> import corridor as co
        >>> net = co.load()
        >>> co.route(net.as_of("2022-06-01"), "Karachi", "Tashkent").crossings
        ('torkham', 'hairatan')
        >>> co.route(net.as_of("2025-11-15"), "Karachi", "Tashkent")
        Traceback (most recent call last):
        ...
        corridor.errors.NoRouteError: No route from 'karachi' to 'tashkent' by road, rail, sea as of 2025-11-15...
        """
        asked = None if day is None else as_day(day, option="as_of")
        net = Network(self._tables, name=self._name, day=asked, bundled=self._bundled)
        # The states are those of the tables, whatever the day.
        net.__dict__["structure"] = self.structure
        return net

    @cached_property
    def graph(self) -> nx.MultiDiGraph:
        """The physical network as a ``networkx.MultiDiGraph``.

        Nodes are place ids with the columns of the place; edges are ``(from, to, link id)`` with the columns of the
        link, its carriage and ``forward`` (true along the drawn direction). A link that is not one-way is two edges.
        The other tables ride in ``graph.graph``; :meth:`from_graph` is the inverse. It is frozen, since a network does
        not change: work on ``net.graph.copy()``.
        """
        import networkx as nx

        graph = nx.MultiDiGraph(name=self._name, **({_DAY_KEY: self._day} if self._day else {}))
        graph.graph[_TABLES_KEY] = replace(self._tables, places=(), links=(), lines={})
        for place in self._tables.places:
            graph.add_node(place.id, **attributes(place))
        for link in self._tables.links:
            columns = {**attributes(link), "carriage": carriage_of(link.mode, link.gauge_mm)}
            line = self._tables.lines[link.id]
            graph.add_edge(link.from_, link.to, key=link.id, **columns, forward=True, line=line)
            if not link.oneway:
                graph.add_edge(link.to, link.from_, key=link.id, **columns, forward=False, line=line)
        return nx.freeze(graph)

    @classmethod
    def from_graph(cls, graph: nx.MultiDiGraph, *, check: bool = True) -> Network:
        """Return the network of a graph made by :attr:`graph`, perhaps changed since with any networkx function.

        Parameters
        ----------
        graph
            Nodes with the columns of a place, edges with the columns of a link; both edges of a link must agree, and
            a link left with its drawn direction alone becomes one-way.
        check
            Whether rows of other tables that speak of what is no longer there are left out, and the rules of the data
            run on the result. Without it the tables are taken as they are.

        Returns
        -------
        Network
            With the places and links of the graph and the other tables that ride in it.

        Raises
        ------
        OptionError
            If it is no ``networkx.MultiDiGraph``: parallel links need their keys.
        DataError
            If a node or edge lacks a column or breaks its rule, its columns name other places than it joins, the two
            edges of a link differ, or a rule of the data is broken; all faults are told at once.

        Examples
        --------
        >>> import corridor as co
        >>> graph = co.load().graph.copy()
        >>> graph.remove_edges_from([edge for edge in graph.edges(keys=True) if edge[2] == "road-jalalabad-kabul"])
        >>> net = co.Network.from_graph(graph)
        >>> "road-jalalabad-kabul" in {link.id for link in net.tables.links}
        False
        """
        from corridor.tables import validate_records, with_straight_lines

        if not (graph.is_multigraph() and graph.is_directed()):
            msg = f"from_graph needs a networkx.MultiDiGraph, as net.graph is one, not a {type(graph).__name__}."
            raise OptionError(msg)
        nodes, records, lines, faults = graph_records(graph)
        for record in (*nodes, *records):
            record.setdefault("source", OWN)
        places, place_faults = validate_records("places", known_columns(nodes, "places"), file="graph")
        links, link_faults = validate_records("links", known_columns(records, "links"), file="graph")
        if faults := faults + place_faults + link_faults:
            raise DataError(faults)
        rest = graph.graph.get(_TABLES_KEY, Tables((), (), {}))
        tables = with_own_source(with_straight_lines(replace(rest, places=places, links=links, lines=lines)))
        if check:
            tables = without_lost_places(tables)
            if faults := check_tables(tables):
                raise DataError(faults)
        return cls(tables, name=str(graph.name or "network"), day=graph.graph.get(_DAY_KEY))

    @cached_property
    def _index(self) -> PlaceIndex:
        return PlaceIndex(self._tables.places)

    @cached_property
    def _place_rows(self) -> dict[str, Place]:
        return {place.id: place for place in self._tables.places}

    @cached_property
    def _link_rows(self) -> dict[str, Link]:
        return {link.id: link for link in self._tables.links}

    @cached_property
    def structure(self) -> Structure:
        """The states and edges of the network as arrays, without prices; made on first use."""
        return build_structure(self._tables)

    @property
    def link_ids(self) -> Collection[str]:
        """Ids of the links."""
        return self._link_rows.keys()

    @cached_property
    def crossing_ids(self) -> Collection[str]:
        """Ids of the border crossings."""
        return frozenset(row.crossing for row in self._tables.crossings)

    @cached_property
    def country_codes(self) -> Collection[str]:
        """Codes of the countries in which there are places."""
        return frozenset(place.country for place in self._tables.places)

    @cached_property
    def ports(self) -> tuple[str, ...]:
        """Ids of the seaports of the corridor's sea end (Pakistan), or of every seaport of other networks."""
        seaports = sorted(place.id for place in self._tables.places if place.kind == "seaport")
        ocean = tuple(port for port in seaports if self._place_rows[port].country == "PK")
        return ocean or tuple(seaports)

    def place(self, what: str | tuple[float, float], *, snap_km: float = SNAP_KM) -> Place:
        """Return the one place that an id, UN/LOCODE, name, alias or point ``(lon, lat)`` means.

        Parameters
        ----------
        what
            Id, UN/LOCODE, name or alias in any script, or a point ``(lon, lat)`` in degrees.
        snap_km
            How far a point may lie from the place it is taken for, km.

        Returns
        -------
        Place
            The row of the place.

        Raises
        ------
        UnknownPlaceError, AmbiguousPlaceError, OffNetworkError
            If no place, several places, or no place near enough answers to it.

        Examples
        --------
        >>> import corridor as co
        >>> co.load().place("Алматы").id
        'almaty'
        """
        return self._place_rows[self._index.resolve(what, snap_km=snap_km)]

    def link(self, link_id: str) -> Link:
        """Return a link by its id.

        Parameters
        ----------
        link_id
            Id of the link, e.g. ``road-jalalabad-kabul``.

        Returns
        -------
        Link
            The row, its length in ``length_km``.

        Raises
        ------
        OptionError
            If there is no such link; the message names the nearest.

        Examples
        --------
        >>> import corridor as co
        >>> co.load().link("road-jalalabad-kabul").length_km
        152.0
        """
        if link_id not in self._link_rows:
            msg = f"Unknown link {link_id!r}.{nearest_valid(link_id, self._link_rows, kind='Links')}"
            raise OptionError(msg)
        return self._link_rows[link_id]

    def find(self, text: str, *, limit: int = 20) -> pd.DataFrame:
        """Return the places that answer to a text, best first.

        Parameters
        ----------
        text
            Part of an id, name, alias or UN/LOCODE, in any script.
        limit
            Rows at most.

        Returns
        -------
        pandas.DataFrame
            ``id``, ``name``, ``country``, ``kind``, ``unlocode``, ``lon``, ``lat``, the field and text that matched
            and ``likeness`` (1 is exact). Empty where nothing matches.

        Examples
        --------
        >>> import corridor as co
        >>> co.load().find("torkham")["id"].tolist()
        ['torkham-af', 'torkham-pk']
        """
        import pandas as pd

        columns = ["id", "name", "country", "kind", "unlocode", "lon", "lat", "matched", "text", "likeness"]
        rows = []
        for match in self._index.find(text, limit=limit):
            place = self._place_rows[match.place]
            where = (place.id, place.name, place.country, place.kind, place.unlocode, place.lon, place.lat)
            rows.append((*where, match.by, match.text, round(match.likeness, 3)))
        return pd.DataFrame(rows, columns=columns)

    def with_rates(
        self,
        parameter: str,
        *,
        value: float | None = None,
        factor: float | None = None,
        country: str | None = None,
        mode: Mode | None = None,
        direction: RateDirection | None = None,
        place: str | None = None,
        regime: Regime | None = None,
        basis: Basis = "estimate",
        source: str = "own-assumption",
    ) -> Network:
        """Return a network in which the rates that match have a new value.

        Parameters
        ----------
        parameter
            Which rate, e.g. ``usd_per_vehicle_km``; see the column ``parameter`` of :attr:`rates`.
        value, factor
            The new value in the unit of the rate, or a factor on the old one. One of the two.
        country, mode, direction, place, regime
            Which rows; what is not given is not looked at.
        basis, source
            What the new figures rest on; routes report it.

        Returns
        -------
        Network
            A new network; this one stays as it is.

        Raises
        ------
        OptionError
            If the parameter is unknown, no row matches, a number is negative or none, or both or neither of value and factor are given.

        Examples
        --------
        >>> import corridor as co
        >>> net = co.load()
        >>> dearer = net.with_rates("usd_per_vehicle_km", factor=1.2, country="AF", mode="road")
        >>> co.route(dearer, "Kabul", "Kandahar").usd > co.route(net, "Kabul", "Kandahar").usd
        True
        """
        if parameter not in RATE_UNITS:
            msg = f"Unknown rate {parameter!r}.{nearest_valid(parameter, RATE_UNITS, kind='Rates')}"
            raise OptionError(msg)
        if (value is None) == (factor is None):
            msg = "with_rates: give either value= (the new figure) or factor= (times the old one), not both."
            raise OptionError(msg)
        for name, number in (("value", value), ("factor", factor)):
            plain = isinstance(number, (int, float)) and not isinstance(number, bool)
            if number is not None and not (plain and math.isfinite(number) and number >= 0):
                msg = f"with_rates({name}={number!r}): must be a finite number of 0 or more."
                raise OptionError(msg)
        if basis not in BASES:
            msg = f"with_rates(basis={basis!r}): unknown.{nearest_valid(str(basis), BASES, kind='Choices')}"
            raise OptionError(msg)
        wanted = {"country": country, "mode": mode, "direction": direction, "place": place, "regime": regime}
        wanted = {name: word for name, word in wanted.items() if word is not None}

        def matches(row: Rate) -> bool:
            return row.parameter == parameter and all(getattr(row, name) == word for name, word in wanted.items())

        def changed(row: Rate) -> Rate:
            figure = value if value is not None else row.value * (factor or 0.0)
            update = {"value": figure, "low": None, "high": None, "basis": basis, "source": source, "note": "changed"}
            return Rate.model_validate({**row.model_dump(), **update})

        if not any(matches(row) for row in self._tables.rates):
            given = ", ".join(f"{name}={word!r}" for name, word in wanted.items())
            rows = [row for row in self._tables.rates if row.parameter == parameter]
            have = "; ".join(f"{row.country}/{row.mode}/{row.direction}" for row in rows) or "none"
            msg = f"with_rates({parameter!r}, {given}) changes nothing: no such row. Rows: {have}."
            raise OptionError(msg)
        rates = tuple(changed(row) if matches(row) else row for row in self._tables.rates)
        tables = replace(self._tables, rates=rates, sources=with_named_sources(self._tables.sources, source))
        # A price of nothing is a fair question; a speed beyond its mode is a slip of the unit.
        if parameter not in PRICE_LIMIT and (faults := list(rates_are_plausible(tables))):
            raise DataError(faults)
        return Network(tables, name=self._name, day=self._day)

    def apply(self, scenario: Scenario | str) -> Network:
        """Return a network with the changes of a scenario made, in their order.

        Parameters
        ----------
        scenario
            A :class:`corridor.Scenario`, or the id of a bundled one (:func:`corridor.scenarios`).

        Returns
        -------
        Network
            A new network, named after both; this one stays as it is.

        Raises
        ------
        OptionError
            If there is no such scenario, an id that it names is not in the network, or a change changes nothing.
        DataError
            If the result breaks a rule of the data; all faults are told at once.

        Examples
        --------
        >>> import corridor as co
        >>> net = co.load()
        >>> shut = net.apply("closures-2025-10")
        >>> co.route(shut, "Peshawar", "Kabul")
        Traceback (most recent call last):
        ...
        corridor.errors.NoRouteError: No route from 'peshawar' to 'kabul' by road, rail, sea...
        """
        from corridor.applying import apply_scenario

        tables, name = apply_scenario(self._tables, scenario)
        return Network(tables, name=f"{self._name} + {name}", day=self._day)

    def write(self, folder: str | Path, *, format: Literal["geojson", "parquet", "csv"] = "geojson") -> list[Path]:  # noqa: A002
        """Write the network to a folder that :func:`corridor.read_network` reads back equal.

        Parameters
        ----------
        folder
            Folder to write to; made where it is missing.
        format
            Of places and links: ``geojson``, ``parquet`` (GeoParquet, needs pyarrow) or ``csv``, which drops the
            drawn lines.

        Returns
        -------
        list of pathlib.Path
            The files written.

        Raises
        ------
        OptionError
            If the format is unknown.
        MissingExtraError
            If GeoParquet is asked for and pyarrow is not installed.

        Examples
        --------
        >>> import corridor as co, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     sorted(path.name for path in co.load().write(folder, format="csv"))[:2]
        ['calendars.csv', 'capacities.csv']
        """
        if format not in {"geojson", "parquet", "csv"}:
            msg = (
                f"Unknown format {format!r}.{nearest_valid(str(format), ('geojson', 'parquet', 'csv'), kind='Formats')}"
            )
            raise OptionError(msg)
        from corridor.writing import write_folder

        return write_folder(self._tables, folder, format=format)

    def __getstate__(self) -> dict[str, Any]:
        """Leave what can be built again out of a pickle."""
        kept = {"_tables": self._tables, "_name": self._name, "_day": self._day, "_bundled": self._bundled}
        return kept | {"compiled": {}, "_frames": {}}
