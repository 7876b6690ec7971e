# SPDX-License-Identifier: BSD-3-Clause
"""A route: a tuple of edges with exact totals, what they rest on, and how to show it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cached_property, partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from corridor.advisories import Advisory, advisories_of
from corridor.costs import CostModel
from corridor.errors import OptionError, nearest_valid
from corridor.itinerary import Stage, countries_of, line_of, stages_of, without_repeats
from corridor.prices import Edge, Prices
from corridor.route_texts import as_html, as_text, or_none, score_parts
from corridor.shipment import Shipment, Weights
from corridor.vocabulary import BASES, ENDS, By, Ends

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

    from corridor.network import Network
    from corridor.schema import Source, Status

__all__ = ["UNITS", "NetworkOf", "Route", "Stage"]


# Gives a network that holds the places and links of some edges.
NetworkOf: TypeAlias = "Callable[[Prices, Sequence[int]], Network]"


def _total(measure: str, doc: str) -> cached_property[float]:
    """Return the property that holds the exact sum of a measure over the steps, worked out when it is first asked for."""

    def total(route: Route) -> float:
        return math.fsum(map(route._prices.rows[measure], route._way))  # noqa: SLF001

    total.__doc__ = doc
    return cached_property(total)


class Route:
    """A journey through the network: its edges in order, with totals that are the exact sums of its steps.

    Made by :func:`corridor.route`; not by hand.

    Examples
    --------
    >>> import corridor as co
    >>> r = co.route(co.load(), "Karachi", "Kabul")
    >>> r.crossings, r.countries
    (('torkham',), ('PK', 'AF'))
    >>> abs(r.km - float(r.steps["km"].sum())) < 1e-6
    True
    """

    def __init__(
        self,
        network_of: NetworkOf,
        prices: Prices,
        way: Sequence[int],
        *,
        by: By,
        ordinary: Callable[[], Route | None] | None = None,
        bans: Callable[[], tuple[Status, ...]] | None = None,
    ) -> None:
        self._network_of = network_of
        self._prices = prices
        self._way = tuple(way)
        self.by = by
        self._ordinary = ordinary
        self._bans = bans
        self._sealed = True

    km = _total("km", "Length, km.")
    hours = _total("hours", "Elapsed time, hours.")
    usd = _total("usd", "Cost of the whole shipment, USD.")
    co2e_kg = _total("co2e_kg", "Emissions of the whole shipment, kg CO2e.")
    score = _total("score", "Generalised cost of the whole shipment, USD.")

    @cached_property
    def transfers(self) -> int:
        """Number of changes of carriage."""
        return sum(edge.transfers for edge in self._edges)

    @cached_property
    def origin(self) -> str:
        """Id of the place where it begins."""
        return self._prices.structure.state(self._prices.rows["tail"](self._way[0]))[0]

    @cached_property
    def destination(self) -> str:
        """Id of the place where it ends."""
        return self._prices.structure.state(self._prices.rows["head"](self._way[-1]))[0]

    @cached_property
    def _net(self) -> Network:
        """A network that holds what the route passes."""
        return self._network_of(self._prices, self._way)

    @cached_property
    def _edges(self) -> tuple[Edge, ...]:
        return tuple(map(self._prices.edge, self._way))

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Ids of the places passed, in order."""
        edges = self._edges
        return tuple(without_repeats([edges[0].tail[0], *(edge.head[0] for edge in edges)]))

    @cached_property
    def crossings(self) -> tuple[str, ...]:
        """Ids of the border crossings, in order."""
        return tuple(edge.crossing for edge in self._edges if edge.crossing)

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """Codes of the countries, in order; one that is left and entered again stands twice."""
        first, last = (self._net.place(place).country for place in (self.origin, self.destination))
        return tuple(without_repeats([first, *countries_of(self._edges), last]))

    @cached_property
    def links(self) -> tuple[str, ...]:
        """Ids of the links run along, in order."""
        return tuple(edge.link.id for edge in self._edges if edge.link is not None)

    @property
    def not_operating(self) -> tuple[str, ...]:
        """Ids of the links run along that are planned, under construction or disused."""
        return tuple(edge.link.id for edge in self._edges if edge.link is not None and edge.link.status != "operating")

    @property
    def day(self) -> date | None:
        """The day whose dated statuses it keeps to; None in normal operation."""
        return None if self._prices.dated is None else self._prices.dated.day

    @property
    def depart(self) -> datetime | None:
        """The moment of departure; None where none was asked for."""
        return None

    @property
    def arrive(self) -> datetime | None:
        """The moment of arrival; None where no departure was asked for."""
        return None

    @cached_property
    def ordinary(self) -> Route | None:
        """The route that would be best if nothing were shut on its day; None where none of it is shut."""
        return None if self._ordinary is None else self._ordinary()

    @cached_property
    def shaped_by(self) -> tuple[Advisory, ...]:
        """The dated facts that made it what it is: what is shut on better ways, and what adds hours to this one."""
        if (dated := self._prices.dated) is None:
            return ()
        bans = () if self._bans is None else self._bans()
        return tuple(Advisory.of(row, dated.day) for row in (*bans, *dated.delays(self._way)))

    @property
    def _costs(self) -> CostModel:
        return self._prices.costs

    @property
    def _weights(self) -> Weights:
        return self._prices.weights

    def __setattr__(self, name: str, value: object) -> None:
        if self.__dict__.get("_sealed", False):
            msg = f"A Route does not change: {name!r} cannot be set. Ask for another route."
            raise AttributeError(msg)
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        return f"<Route {self.headline}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Route) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[object, ...]:
        """What two routes must share to be equal: the way, what is moved, and every total."""
        totals = (self.km, self.hours, self.usd, self.co2e_kg, self.score)
        return self.key, self.shipment, totals

    @property
    def key(self) -> tuple[tuple[str, str, str], ...]:
        """The route as ``(from state, to state, key)`` of each edge: what makes it this route and no other."""
        return tuple(("/".join(edge.tail), "/".join(edge.head), edge.key) for edge in self._edges)

    @property
    def edges(self) -> tuple[tuple[tuple[str, str], tuple[str, str], str], ...]:
        """The edges in the state graph, as networkx names them: ``(from state, to state, key)``."""
        return tuple((edge.tail, edge.head, edge.key) for edge in self._edges)

    @property
    def shipment(self) -> Shipment:
        """What is moved."""
        return self._costs.shipment

    @property
    def headline(self) -> str:
        """One line: from, to, and the totals with their units."""
        name = self.place_name
        crossings, transfers = len(self.crossings), self.transfers
        parts = [
            *(f"{self.km:,.0f} km", f"{self.hours:,.0f} h ({self.hours / 24:.1f} days)", f"{self.usd:,.0f} USD"),
            *(f"{self.co2e_kg:,.0f} kg CO2e", f"{crossings} crossing{'s' if crossings != 1 else ''}"),
            f"{transfers} transfer{'s' if transfers != 1 else ''}",
        ]
        known = ", ".join(part for part in parts if not part.startswith("nan "))
        return f"{name(self.origin)} → {name(self.destination)} (best by {self.by}): {known}"

    @property
    def steps(self) -> pd.DataFrame:
        """One row a step, in order; the sums of its columns are the totals.

        Columns: ``kind`` (start, haul, cross, transfer, end), ``from``, ``to`` (place ids), ``carriage`` ridden after
        the step, ``link`` and ``crossing`` ids (blank where none), ``km``, ``hours``, ``usd``, ``co2e_kg``,
        ``crossings``, ``transfers`` and ``score`` (USD).
        """
        import pandas as pd

        frame = pd.DataFrame(self.step_rows())
        frame.index = pd.RangeIndex(1, len(frame) + 1, name="step")
        frame.attrs["unit"] = UNITS
        return frame

    def step_rows(self) -> list[dict[str, Any]]:
        """Return the steps as plain dictionaries, for use without pandas.

        Returns
        -------
        list of dict
            One a step, with the columns of :attr:`steps`.

        Examples
        --------
        >>> import corridor as co
        >>> [row["kind"] for row in co.route(co.load(), "torkham-pk", "jalalabad").step_rows()]
        ['start', 'cross', 'haul', 'end']
        """
        return [
            {
                "kind": edge.kind,
                "from": edge.tail[0],
                "to": edge.head[0],
                "carriage": edge.head[1] if edge.kind != "end" else edge.tail[1],
                **edge.attributes(),
            }
            for edge in self._edges
        ]

    @property
    def legs(self) -> gpd.GeoDataFrame:
        """One row a leg (the steps along links in one carriage), with its drawn line in EPSG:4326.

        Columns: ``carriage``, ``mode``, ``from``, ``to``, ``countries``, ``crossings``, ``links``, ``km``, ``hours``,
        ``usd``, ``co2e_kg``. Transfers and ends are steps of their own, not part of a leg.
        """
        import geopandas as gpd
        import shapely

        rows = self.leg_rows()
        geometry = [shapely.LineString(row.pop("line")) for row in rows]
        frame = gpd.GeoDataFrame(rows, geometry=geometry, crs="EPSG:4326")
        frame.attrs["unit"] = UNITS
        return frame

    def leg_rows(self) -> list[dict[str, Any]]:
        """Return the legs as plain dictionaries, for use without geopandas.

        Returns
        -------
        list of dict
            One a leg, with the columns of :attr:`legs` and its ``line`` as (lon, lat) points in degrees.

        Examples
        --------
        >>> import corridor as co
        >>> [leg["carriage"] for leg in co.route(co.load(), "Karachi", "Lahore", modes=["rail"]).leg_rows()]
        ['rail1676']
        """
        return [
            {
                "carriage": leg[0].tail[1],
                "mode": leg[0].mode,
                "from": leg[0].tail[0],
                "to": leg[-1].head[0],
                "countries": list(without_repeats(countries_of(leg))),
                "crossings": [edge.crossing for edge in leg if edge.crossing],
                "links": [edge.key for edge in leg],
                "km": math.fsum(edge.km for edge in leg),
                "hours": math.fsum(edge.hours for edge in leg),
                "usd": math.fsum(edge.usd for edge in leg),
                "co2e_kg": math.fsum(edge.co2e_kg for edge in leg),
                "line": line_of(leg, self._net.tables.lines),
            }
            for leg in self._leg_edges()
        ]

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The route to be read: hauls within a country, crossings, transfers and ends, each one line."""
        return stages_of(self._edges, self.place_name)

    @cached_property
    def basis_share(self) -> dict[str, dict[str, float]]:
        """Share of the hours and of the USD that rests on quoted, derived, recalled and estimated figures; sums to 1."""
        sums = {"hours": dict.fromkeys(BASES, 0.0), "usd": dict.fromkeys(BASES, 0.0)}
        for edge in self._edges:
            for part in edge.components:
                sums["hours"][part.hours_basis] += part.hours  # type: ignore[index]
                sums["usd"][part.usd_basis] += part.usd  # type: ignore[index]
        totals = {name: math.fsum(by_basis.values()) or 1.0 for name, by_basis in sums.items()}
        return {
            name: {str(basis): value / totals[name] for basis, value in by_basis.items()}
            for name, by_basis in sums.items()
        }

    @cached_property
    def source_ids(self) -> tuple[str, ...]:
        """Ids of every source that the route's figures, and then its advisories, rest on, in order of first use."""
        parts = (part for edge in self._edges for part in edge.components)
        of_figures = [source for part in parts for source in part.sources]
        of_advisories = [source for advisory in self.advisories for source in advisory.source.split(";")]
        return tuple(dict.fromkeys([*of_figures, *of_advisories]))

    @property
    def sources(self) -> pd.DataFrame:
        """The sources that the route's figures and advisories rest on: one row a source, in order of first use."""
        table = self._net.sources
        return table.loc[[source for source in self.source_ids if source in table.index]]

    def source_rows(self) -> list[Source]:
        """Return the rows of the sources of :attr:`sources`, for use without pandas.

        Returns
        -------
        list of Source
            In order of first use.

        Examples
        --------
        >>> import corridor as co
        >>> [row.publisher for row in co.route(co.load(), "Kabul", "Jalalabad").source_rows()][:1]
        ['Wikipedia']
        """
        rows = {row.id: row for row in self._net.tables.sources}
        return [rows[source] for source in self.source_ids if source in rows]

    @cached_property
    def advisories(self) -> tuple[Advisory, ...]:
        """Known closures and restrictions of what the route uses.

        In normal operation those that had not ended when the data were last confirmed; of a network as of a day those
        of that day that do not bar the shipment. Where the cargo is longer under way than it keeps, that too.
        """
        return advisories_of(self._net.tables.statuses, self._edges, self._costs, self.day, hours=self.hours)

    def explain(self) -> pd.DataFrame:
        """Return what the score is made of: one row for each part of each step, summing to the score.

        Returns
        -------
        pandas.DataFrame
            ``step``, ``kind``, ``from``, ``to``, ``part`` (haul, wait, clearing outbound or inbound, transfer, loading,
            unloading, port, cooling, penalty), ``km``, ``hours``, ``usd``, ``money_score`` (USD), ``time_score``
            (hours x value of time, USD), ``score`` (USD), the basis of hours and USD, and the source ids.

        Examples
        --------
        >>> import corridor as co
        >>> r = co.route(co.load(), "Karachi", "Tashkent")
        >>> abs(float(r.explain()["score"].sum()) - r.score) < 1e-6
        True
        """
        import pandas as pd

        frame = pd.DataFrame(score_parts(self._edges, self._costs, self._weights))
        frame.attrs["unit"] = UNITS | {"money_score": "USD", "time_score": "USD"}
        return frame

    def with_ends(self, ends: Ends) -> Route:
        """Return the same walk with its first and last step priced as ``gate`` or ``terminal``.

        Parameters
        ----------
        ends
            ``gate`` or ``terminal``, as in :class:`corridor.Shipment`.

        Raises
        ------
        OptionError
            If the word is unknown, or the port has no figures for the shipment's regime.

        Returns
        -------
        Route
            The same steps between, other ends.

        Examples
        --------
        >>> import corridor as co
        >>> r = co.route(co.load(), "Karachi", "Kabul")
        >>> round(r.with_ends("terminal").hours - r.hours)  # dwell at the port and unloading
        220
        """
        if ends not in ENDS:
            msg = f"Unknown ends {ends!r}.{nearest_valid(str(ends), ENDS, kind='Choices')}"
            raise OptionError(msg)
        prices = self._prices.with_ends(ends)
        for number in (self._way[0], self._way[-1]):
            prices.components(number)
        other = None if self.ordinary is None else partial(self.ordinary.with_ends, ends)
        return Route(self._network_of, prices, self._way, by=self.by, ordinary=other, bans=self._bans)

    def to_frame(self) -> pd.DataFrame:
        """Return the route as a frame of one row: ids, totals with their units in the names, and the way.

        Returns
        -------
        pandas.DataFrame
            ``origin``, ``destination``, ``by``, ``km``, ``hours``, ``days``, ``usd``, ``co2e_kg``, ``score``,
            ``crossings``, ``transfers``, ``countries``, ``carriages`` and ``estimated_share_usd``.

        Examples
        --------
        >>> import corridor as co
        >>> co.route(co.load(), "Karachi", "Kabul").to_frame()["countries"].tolist()
        ['PK-AF']
        """
        import pandas as pd

        row = {
            "origin": self.origin,
            "destination": self.destination,
            "by": self.by,
            "km": self.km,
            "hours": self.hours,
            "days": self.hours / 24,
            "usd": self.usd,
            "co2e_kg": self.co2e_kg,
            "score": self.score,
            "crossings": ", ".join(self.crossings),
            "transfers": self.transfers,
            "countries": "-".join(self.countries),
            "carriages": "+".join(without_repeats([leg[0].tail[1] for leg in self._leg_edges()])),
            "estimated_share_usd": self.basis_share["usd"]["estimate"],
        }
        frame = pd.DataFrame([row])
        frame.attrs["unit"] = UNITS
        return frame

    def to_dict(self) -> dict[str, Any]:
        """Return the route as plain data that JSON can hold.

        Returns
        -------
        dict
            Ids, totals (km, hours, USD, kg CO2e), ``steps``, ``basis_share``, ``advisories`` and ``sources``.

        Examples
        --------
        >>> import corridor as co
        >>> co.route(co.load(), "Karachi", "Kabul").to_dict()["crossings"]
        ['torkham']
        """
        known = {
            "origin": self.origin,
            "destination": self.destination,
            "by": self.by,
            "ends": self.shipment.ends,
            "tonnes": self.shipment.tonnes,
            "cargo": self.shipment.cargo,
            "km": self.km,
            "hours": self.hours,
            "usd": self.usd,
            "co2e_kg": self.co2e_kg,
            "score": self.score,
            "transfers": self.transfers,
            "crossings": list(self.crossings),
            "countries": list(self.countries),
            "places": list(self.places),
            "steps": [{name: or_none(value) for name, value in row.items()} for row in self.step_rows()],
            "basis_share": self.basis_share,
            "as_of": None if self.day is None else self.day.isoformat(),
            "shaped_by": [advisory._asdict() for advisory in self.shaped_by],
            "more_than_ordinary": {name: or_none(value) for name, value in self.more_than_ordinary.items()},
            "advisories": [advisory._asdict() for advisory in self.advisories],
            "sources": [{"id": row.id, "title": row.title, "url": row.url} for row in self.source_rows()],
        }
        return {name: or_none(value) for name, value in known.items()}

    def to_geojson(self, path: str | Path | None = None) -> dict[str, Any]:
        """Return the route as a GeoJSON feature collection, one LineString a leg (lon, lat), and write it where asked.

        Parameters
        ----------
        path
            File to write; missing: none is written.

        Returns
        -------
        dict
            The feature collection; the totals stand beside ``features`` as ``properties``.

        Examples
        --------
        >>> import corridor as co
        >>> collection = co.route(co.load(), "Karachi", "Kabul").to_geojson()
        >>> [feature["geometry"]["type"] for feature in collection["features"]]
        ['LineString']
        """
        features = []
        for leg in self.leg_rows():
            row = {name: or_none(value) for name, value in leg.items()}
            line = row.pop("line")
            geometry = {"type": "LineString", "coordinates": [list(point) for point in line]}
            features.append({"type": "Feature", "properties": row, "geometry": geometry})
        totals = {name: value for name, value in self.to_dict().items() if name not in {"steps", "sources"}}
        collection = {"type": "FeatureCollection", "properties": totals, "features": features}
        if path is not None:
            Path(path).write_text(json.dumps(collection, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return collection

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the route on a map of the countries around; see :func:`corridor.plot_routes`.

        Parameters
        ----------
        ax
            Axes to draw on; missing: new ones.

        Returns
        -------
        matplotlib.axes.Axes
            The axes drawn on.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.

        Examples
        --------
        >>> import corridor as co
        >>> co.route(co.load(), "Karachi", "Kabul").plot().get_ylabel()
        'latitude, °N'
        """
        from corridor.plot import plot_routes

        return plot_routes([self], ax=ax)

    def place_name(self, place: str) -> str:
        """Return the name of a place of the route by its id."""
        return self._net.place(place).name

    def point(self, place: str) -> tuple[float, float]:
        """Return (lon, lat) of a place of the route by its id, degrees."""
        return (row := self._net.place(place)).lon, row.lat

    def crossing_points(self) -> list[tuple[float, float]]:
        """Return (lon, lat) of the post left at each crossing, degrees."""
        return [self.point(edge.tail[0]) for edge in self._edges if edge.kind == "cross"]

    def transfer_points(self) -> list[tuple[float, float]]:
        """Return (lon, lat) of each place where the cargo changes carriage, degrees."""
        return [self.point(edge.tail[0]) for edge in self._edges if edge.kind == "transfer"]

    def __str__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)

    @property
    def more_than_ordinary(self) -> dict[str, float]:
        """How much more it takes than the ordinary way that is shut on its day: km, hours, USD, kg CO2e; else empty."""
        names = ("km", "hours", "usd", "co2e_kg") if self.ordinary is not None else ()
        return {name: getattr(self, name) - getattr(self.ordinary, name) for name in names}

    def _leg_edges(self) -> list[list[Edge]]:
        """Return the runs of edges along links: what has no link, such as a transfer, parts them."""
        moving = (edge for edge in self._edges if edge.kind != "wait")
        return [list(run) for by_link, run in groupby(moving, lambda edge: edge.link is not None) if by_link]


UNITS = {"km": "km", "hours": "h", "usd": "USD", "co2e_kg": "kg CO2e", "score": "USD", "days": "days"}
UNITS |= {"crossings": "crossings", "transfers": "transfers"}
