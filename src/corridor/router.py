# SPDX-License-Identifier: BSD-3-Clause
"""A network compiled once for a shipment, to be asked many times."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.answers import Routes
from corridor.compiled import Compiled, numbers_of, whole_network
from corridor.constraints import (
    Where,
    check_also,
    check_alternatives,
    check_budget,
    check_by,
    check_countries_agree,
    check_criteria,
    limits_given,
    several_places,
)
from corridor.errors import OptionError
from corridor.lookup import SNAP_KM
from corridor.routes import UNITS, Route
from corridor.search import Way, all_costs
from corridor.shipment import Shipment, Weights
from corridor.states import check_kind, check_network, kept_prices
from corridor.structure import Array
from corridor.tiers import Engine
from corridor.vocabulary import By, LinkStatus, Mode

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from corridor.differing import Distinct
    from corridor.network import Network

__all__ = ["Draws", "Router"]


class Draws(NamedTuple):
    """The best route under each of many sets of costs."""

    totals: Array
    which: Array
    routes: Routes


class Router:
    """A network compiled for one shipment: every question that the module functions answer, without building anew.

    Parameters
    ----------
    net
        The network.
    shipment
        What is moved; the default is 20 tonnes of general cargo, counted gate to gate.
    weights
        What the score is made with.
    engine
        ``auto`` (compiled where the work is worth it and numba is installed), ``plain`` or ``compiled``; the answers
        are the same to the last bit.
    landmarks
        How many landmarks to prepare for each measure asked for, 8 to 16 for a large network; 0 for none. They lead a
        search for one route; the answers are the same.

    Raises
    ------
    OptionError
        If an option is unknown or of the wrong kind.
    MissingExtraError
        If ``engine="compiled"`` and numba is not installed.

    Notes
    -----
    States and edges are made once a network, prices once a shipment. A router never changes: :meth:`repriced` returns another.

    References
    ----------
    Goldberg and Harrelson (2005), Computing the shortest path: A* search meets graph theory (landmarks).

    Examples
    --------
    >>> import corridor as co
    >>> router = co.Router(co.load(), shipment=co.Shipment(tonnes=48, cargo="machinery"))
    >>> router.route("Karachi", "Tashkent").countries
    ('PK', 'AF', 'UZ')
    """

    def __init__(
        self,
        net: Network,
        *,
        shipment: Shipment | None = None,
        weights: Weights | None = None,
        engine: Engine = "auto",
        landmarks: int = 0,
    ) -> None:
        check_network(net, "Router")
        prices = kept_prices(net, shipment, weights)
        self._compiled = Compiled(net, prices, partial(whole_network, net), engine=engine, landmarks=landmarks)

    @classmethod
    def _of(cls, compiled: Compiled) -> Router:
        router = cls.__new__(cls)
        router._compiled = compiled  # noqa: SLF001
        return router

    def __repr__(self) -> str:
        states, edges = self._compiled.search.sizes
        shipment = self._compiled.prices.costs.shipment
        return (
            f"<Router: {len(self._compiled.prices.structure.places):,} places, {states:,} states, {edges:,} edges; "
            f"{shipment.tonnes:g} t of {shipment.cargo}; engine {self._compiled.engine}, {self._compiled.landmarks} landmarks>"
        )

    @classmethod
    def from_frames(
        cls,
        places: pd.DataFrame,
        links: pd.DataFrame,
        transfers: pd.DataFrame | None = None,
        *,
        weights: Weights | None = None,
        engine: Engine = "auto",
        landmarks: int = 0,
    ) -> Router:
        """Return a router of a network of your own, however large, whose links bring their own figures.

        Parameters
        ----------
        places
            ``id``, ``lon`` and ``lat`` (degrees); where you have them ``name`` and ``country`` (ISO code).
        links
            ``from`` and ``to`` (ids of places), ``length_km``; where you have them ``hours``, ``usd`` and ``co2e_kg`` of
            the whole shipment, ``id``, ``mode``, ``gauge_mm``, ``crossing`` (id of the border crossing that it is) and
            ``oneway`` (default false: both ways).
        transfers
            ``place``, ``from_carriage``, ``to_carriage``, ``hours`` and ``usd``; missing: no change of carriage.
        weights
            What the score is made with: USD of the links, hours at the value of time given (else 0), penalties.
        engine, landmarks
            As for :class:`corridor.Router`.

        Returns
        -------
        Router
            It can be asked for the measures that the links bring, and for the score where they bring USD.

        Raises
        ------
        DataError
            If a column is missing or unknown, an id is not unique, an end is no place, or a figure is missing, negative
            or not a number; all such rows are told at once.

        Notes
        -----
        No row model and no graph is made: a million places and five million directed links compile in about two
        seconds. Places are numbered along a space-filling curve, so that neighbours lie close in memory.

        Examples
        --------
        >>> import corridor as co, pandas as pd
        >>> places = pd.DataFrame({"id": ["mine", "fork", "port"], "lon": [67.0, 67.5, 68.0], "lat": [25.0, 25.2, 25.0]})
        >>> links = pd.DataFrame({"from": ["mine", "fork"], "to": ["fork", "port"], "length_km": [60, 58], "hours": [2, 1]})
        >>> co.Router.from_frames(places, links).route("mine", "port", by="hours").hours
        3.0
        """
        from corridor.frames import prices_from_frames

        weights = Weights() if weights is None else weights
        check_kind("weights", weights, Weights, "co.Weights(usd_per_crossing=300)")
        ground, prices, network_of = prices_from_frames(places, links, transfers, weights)
        return cls._of(Compiled(ground, prices, network_of, engine=engine, landmarks=landmarks))

    # -- answers -------------------------------------------------------------------------------------------------------

    def route(
        self,
        origin: Where,
        destination: Where,
        *,
        by: By = "score",
        modes: Iterable[Mode] | None = None,
        avoid: Iterable[str] | str = (),
        via: Iterable[Where] | str = (),
        within: Iterable[str] | None = None,
        include: Sequence[LinkStatus] = (),
        max_hours: float | None = None,
        max_usd: float | None = None,
        max_co2e_kg: float | None = None,
        max_crossings: int | None = None,
        max_transfers: int | None = None,
        snap_km: float = SNAP_KM,
        depart: datetime | None = None,
    ) -> Route:
        """Return the best route; as :func:`corridor.route`, which describes the options.

        Examples
        --------
        >>> import corridor as co
        >>> router = co.Router(co.load())
        >>> router.route("Karachi", "Tashkent", by="hours", max_transfers=0).transfers
        0
        """
        net = self._compiled
        limits = limits_given(max_hours, max_usd, max_co2e_kg, max_crossings, max_transfers)
        constraints = net.constraints_of(modes, avoid, via, within, include, snap_km, limits)
        start, goal = net.pair(origin, destination, by, constraints, snap_km)
        if depart is not None:
            from corridor.departing import departing_route

            return departing_route(net, start, goal, depart, by=by, constraints=constraints)
        return net.warn(net.as_route(net.way(start, goal, by, constraints), by, constraints))

    def alternatives(
        self,
        origin: Where,
        destination: Where,
        *,
        k: int = 5,
        max_overlap: float | None = None,
        distinct: Distinct | None = None,
        by: By = "score",
        modes: Iterable[Mode] | None = None,
        avoid: Iterable[str] | str = (),
        via: Iterable[Where] | str = (),
        within: Iterable[str] | None = None,
        include: Sequence[LinkStatus] = (),
        max_hours: float | None = None,
        max_usd: float | None = None,
        max_co2e_kg: float | None = None,
        max_crossings: int | None = None,
        max_transfers: int | None = None,
        snap_km: float = SNAP_KM,
    ) -> Routes:
        """Return several routes, best first; as :func:`corridor.alternatives`, which describes the options.

        Examples
        --------
        >>> import corridor as co
        >>> co.Router(co.load()).alternatives("Karachi", "Tashkent", distinct="crossings").cut
        ('hairatan',)
        """
        from corridor.differing import alternative_ways

        net = self._compiled
        limits = limits_given(max_hours, max_usd, max_co2e_kg, max_crossings, max_transfers)
        constraints = net.constraints_of(modes, avoid, via, within, include, snap_km, limits)
        check_alternatives(k, max_overlap, distinct)
        start, goal = net.pair(origin, destination, by, constraints, snap_km)
        held = constraints.limits
        found = alternative_ways(
            net.search, net.number(start), net.number(goal), net.mask(constraints)[0], by,
            via=[net.number(place) for place in constraints.via], k=k, max_overlap=max_overlap, distinct=distinct,
            fits=(lambda way: net.fits(way, held)) if held else None,
        )  # fmt: skip
        if not found.ways:
            way = net.way(start, goal, by, constraints)
            note = f"1 of {k}: this is the best within the limits; of the routes tried in order no other keeps to them."
            return Routes(
                [net.as_route(way, by, constraints)], method=found.method, note=note if k > 1 else "", cut=found.cut
            )
        routes = [net.as_route(way, by, constraints) for way in found.ways]
        return Routes(routes, method=found.method, note=found.note, cut=found.cut)

    def pareto(
        self,
        origin: Where,
        destination: Where,
        *,
        criteria: Sequence[str] = ("hours", "usd"),
        tolerance: float = 0.0,
        modes: Iterable[Mode] | None = None,
        avoid: Iterable[str] | str = (),
        via: Iterable[Where] | str = (),
        within: Iterable[str] | None = None,
        include: Sequence[LinkStatus] = (),
        max_hours: float | None = None,
        max_usd: float | None = None,
        max_co2e_kg: float | None = None,
        max_crossings: int | None = None,
        max_transfers: int | None = None,
        snap_km: float = SNAP_KM,
    ) -> Routes:
        """Return the routes that no other beats in every criterion; as :func:`corridor.pareto`, which says more.

        Examples
        --------
        >>> import corridor as co
        >>> front = co.Router(co.load()).pareto("Karachi", "Kabul", criteria=("hours", "usd"))
        >>> [a.hours < b.hours and a.usd > b.usd for a, b in zip(front, front[1:])].count(False)
        0
        """
        net = self._compiled
        limits = limits_given(max_hours, max_usd, max_co2e_kg, max_crossings, max_transfers)
        constraints = net.constraints_of(modes, avoid, via, within, include, snap_km, limits)
        names = check_criteria(criteria, tolerance)
        for name in names:
            net.check_measure(name, f"criteria={name!r}")
        by: By = "score" if "score" in net.prices.given else names[0]  # type: ignore[assignment]
        start, goal = net.pair(origin, destination, by, constraints, snap_km)
        # The search goes by one criterion and keeps the others at each state: the fewest are kept if those are counts.
        order = sorted(names, key=lambda name: net.search.whole(name)[1] == 1.0)
        ways = net.search.front(
            net.number(start), net.number(goal), net.mask(constraints)[0], order,
            via=[net.number(place) for place in constraints.via], limits=constraints.limits, tolerance=tolerance,
        )  # fmt: skip
        ways = [way for way in ways if net.fits(way, constraints.limits)]
        if not ways:
            raise net.error(start, goal, by, constraints)
        method = "exact Pareto front" if not tolerance else f"Pareto front to within {tolerance:.2%}"
        routes = [net.as_route(way, by, constraints) for way in net.unbeaten(ways, names)]
        return Routes(routes, method=f"{method} of {', '.join(names)}", criteria=names)

    def matrix(
        self,
        origins: Iterable[Where] | str,
        destinations: Iterable[Where] | str,
        *,
        by: By = "score",
        also: Sequence[str] = (),
        routes: bool = False,
        modes: Iterable[Mode] | None = None,
        avoid: Iterable[str] | str = (),
        via: Iterable[Where] | str = (),
        within: Iterable[str] | None = None,
        include: Sequence[LinkStatus] = (),
        max_hours: float | None = None,
        max_usd: float | None = None,
        max_co2e_kg: float | None = None,
        max_crossings: int | None = None,
        max_transfers: int | None = None,
        snap_km: float = SNAP_KM,
    ) -> pd.DataFrame:
        """Return the measure from each origin to each destination; as :func:`corridor.matrix`, which says more.

        Examples
        --------
        >>> import corridor as co
        >>> co.Router(co.load()).matrix(["Karachi"], ["Tashkent", "Almaty"], by="km").shape
        (1, 2)
        """
        net = self._compiled
        import pandas as pd

        limits = limits_given(max_hours, max_usd, max_co2e_kg, max_crossings, max_transfers)
        constraints = net.constraints_of(modes, avoid, via, within, include, snap_km, limits)
        net.check_measure(check_by(by))
        names = check_also(by, also)
        if routes and also:
            msg = f"also={also!r} and routes=True: the routes carry every measure; leave one of the two out."
            raise OptionError(msg)
        for name in names[1:]:
            net.check_measure(name, f"also={name!r}")
        starts = [net.place_id(place, snap_km) for place in several_places(origins, "origins")]
        goals = [net.place_id(place, snap_km) for place in several_places(destinations, "destinations")]
        ways = net.ways_between(starts, goals, by, constraints)
        index, columns = pd.Index(starts, name="origin"), pd.Index(goals, name="destination")
        if routes:
            found = [[None if way is None else net.as_route(way, by, constraints) for way in row] for row in ways]
            frame = pd.DataFrame(found, index=index, columns=columns, dtype=object)
        else:
            tables = {
                name: pd.DataFrame(
                    [[math.nan if way is None else net.total(way, name) for way in row] for row in ways],
                    index=index,
                    columns=columns,
                )
                for name in names
            }
            frame = tables[by] if not also else pd.concat(tables, axis=1, names=["measure"])
        frame.attrs |= {"by": by, "unit": UNITS[by] if not also else {name: UNITS[name] for name in names}}
        return frame

    def nearest_port(
        self,
        place: Where,
        *,
        by: By = "score",
        ports: Iterable[Where] | str | None = None,
        to_sea: bool = False,
        modes: Iterable[Mode] | None = None,
        avoid: Iterable[str] | str = (),
        via: Iterable[Where] | str = (),
        within: Iterable[str] | None = None,
        include: Sequence[LinkStatus] = (),
        max_hours: float | None = None,
        max_usd: float | None = None,
        max_co2e_kg: float | None = None,
        max_crossings: int | None = None,
        max_transfers: int | None = None,
        snap_km: float = SNAP_KM,
    ) -> Route:
        """Return the best route from (or to) any port; as :func:`corridor.nearest_port`, which says more.

        Examples
        --------
        >>> import corridor as co
        >>> co.Router(co.load()).nearest_port("Quetta", by="km").origin
        'karachi'
        """
        net = self._compiled
        limits = limits_given(max_hours, max_usd, max_co2e_kg, max_crossings, max_transfers)
        constraints = net.constraints_of(modes, avoid, via, within, include, snap_km, limits)
        here = net.place_id(place, snap_km)
        named = getattr(net.ground, "ports", ()) if ports is None else several_places(ports, "ports")
        quays = [port for port in (net.place_id(port, snap_km) for port in named) if port != here]
        if not quays:
            msg = f"No seaport to look from for {here!r}: name some with ports=."
            raise OptionError(msg)
        quays = [port for port in quays if net.allowed(port, constraints)] or quays
        for port in quays:
            net.pair(*((here, port) if to_sea else (port, here)), by, constraints, snap_km)
        return net.as_route(net.nearest(here, quays, to_sea=to_sea, by=by, constraints=constraints), by, constraints)

    def reach(
        self,
        origin: Where,
        *,
        hours: float | None = None,
        usd: float | None = None,
        modes: Iterable[Mode] | None = None,
        avoid: Iterable[str] | str = (),
        within: Iterable[str] | None = None,
        include: Sequence[LinkStatus] = (),
        snap_km: float = SNAP_KM,
    ) -> gpd.GeoDataFrame:
        """Return the places and links within a budget of hours or USD; as :func:`corridor.reach`, which says more.

        Examples
        --------
        >>> import corridor as co
        >>> within = co.Router(co.load()).reach("Karachi", hours=24)
        >>> sorted(set(within["kind"]))
        ['link', 'place']
        """
        net = self._compiled
        from corridor.reached import reached_frame

        by, most = check_budget(hours=hours, usd=usd)
        net.check_measure(by, f"{by}={most:g}")
        constraints = net.constraints_of(modes, avoid, (), within, include, snap_km, {})
        start = net.place_id(origin, snap_km)
        check_countries_agree(constraints)
        if not net.allowed(start, constraints):
            msg = f"reach: the origin {start!r} is itself to be avoided, or outside within: take it out of one of the two."
            raise OptionError(msg)
        mask, _ = net.mask(constraints)
        costs, _ = net.search.within(net.number(start), mask, by, most)
        cap, factor = net.search.cap(by, most), net.search.whole(by)[1]
        least = np.where(costs <= cap, costs / factor, np.nan)
        return reached_frame(net.prices, net.network_of, mask.usable, least, by=by, most=most)

    # -- other prices --------------------------------------------------------------------------------------------------

    @property
    def edges(self) -> pd.DataFrame:
        """Every edge that can be searched, one row each: ``from``, ``to``, ``carriage``, ``kind``, ids and measures."""
        net = self._compiled
        import pandas as pd

        structure = net.prices.structure
        edges = [net.prices.edge(number) for number in range(len(structure.kind))]
        rows = [
            {"from": edge.tail[0], "to": edge.head[0], "from_carriage": edge.tail[1], "to_carriage": edge.head[1],
             "kind": edge.kind, **edge.attributes()}
            for edge in edges
        ]  # fmt: skip
        frame = pd.DataFrame(rows)
        frame.index.name = "edge"
        frame.attrs["unit"] = UNITS
        return frame

    def repriced(
        self,
        *,
        shipment: Shipment | None = None,
        weights: Weights | None = None,
        hours: Array | None = None,
        usd: Array | None = None,
    ) -> Router:
        """Return a router of the same states with other prices; nothing is built anew.

        Parameters
        ----------
        shipment, weights
            Another shipment, or other weights; missing: as they are.
        hours, usd
            Hours and USD of every edge in the order of :attr:`edges`, such as those of a scenario; missing: by the model.

        Returns
        -------
        Router
            The score is made anew.

        Raises
        ------
        OptionError
            If there is not one figure for each edge, or one is negative or not a number.

        Examples
        --------
        >>> import corridor as co
        >>> router = co.Router(co.load())
        >>> slow = router.repriced(hours=router.edges["hours"] * 2)
        >>> round(slow.route("Karachi", "Tashkent", by="km").hours / router.route("Karachi", "Tashkent", by="km").hours)
        2
        """
        net = self._compiled
        prices = net.prices
        if weights is not None:
            check_kind("weights", weights, Weights, "co.Weights(usd_per_crossing=300)")
        if shipment is not None:
            check_kind("shipment", shipment, Shipment, "co.Shipment(tonnes=20)")
            prices = prices.with_shipment(shipment, weights or prices.weights)
        elif weights is not None:
            prices = prices.with_weights(weights)
        own = {name: net.column(name, value) for name, value in (("hours", hours), ("usd", usd)) if value is not None}
        if own:
            prices = prices.with_columns(own)
        return Router._of(net.repriced(prices))

    def draws(
        self,
        origin: Where,
        destination: Where,
        costs: Array,
        *,
        modes: Iterable[Mode] | None = None,
        avoid: Iterable[str] | str = (),
        within: Iterable[str] | None = None,
        include: Sequence[LinkStatus] = (),
        snap_km: float = SNAP_KM,
    ) -> Draws:
        """Return the best route under each of many sets of costs: a Monte Carlo with a new choice of route in each draw.

        Parameters
        ----------
        origin, destination
            Places, as in :func:`corridor.route`.
        costs
            One row a draw, one column for each edge in the order of :attr:`edges`, in any unit.
        modes, avoid, within, include, snap_km
            As in :func:`corridor.route`.

        Returns
        -------
        Draws
            ``totals`` (the least sum in each draw, in the unit of the costs), ``which`` (the place of its route in
            ``routes``) and ``routes`` (each different route once, in the order of first use).

        Raises
        ------
        OptionError
            If there is not one cost for each edge, or one is negative or not a number.
        NoRouteError
            If there is no way.

        References
        ----------
        Bellman (1958), On a routing problem, Quarterly of Applied Mathematics 16: 87-90, for all draws at once: in
        practice two or three rounds of O(draws x edges). Of edges that lead to a state at the same cost the first is taken.

        Examples
        --------
        >>> import corridor as co, numpy as np
        >>> router = co.Router(co.load())
        >>> hours = np.random.default_rng(1).gamma(4, router.edges["hours"].to_numpy() / 4, (20, len(router.edges)))
        >>> router.draws("Karachi", "Tashkent", hours).totals.shape
        (20,)
        """
        net = self._compiled
        constraints = net.constraints_of(modes, avoid, (), within, include, snap_km, {})
        by: By = "score" if "score" in net.prices.given else "km"
        start, goal = net.pair(origin, destination, by, constraints, snap_km)
        table = numbers_of("costs", costs)
        edges = len(net.prices.structure.kind)
        if table.ndim != 2 or table.shape[1] != edges or not len(table):
            msg = f"costs: a table of {table.shape}; give one row a draw and {edges} columns, one an edge, as in router.edges."
            raise OptionError(msg)
        mask, _ = net.mask(constraints)
        if not all_costs(table) and not all_costs(table[:, mask.usable]):
            msg = "costs: a cost of an edge that may be used is negative or not a number; every one must be finite and >= 0."
            raise OptionError(msg)
        net.way(start, goal, by, constraints)
        totals, ways = net.search.draws(net.number(start), net.number(goal), mask, table)
        numbers: dict[Way, int] = {}
        which = np.array([numbers.setdefault(way, len(numbers)) for way in ways], dtype=np.int64)
        routes = Routes([net.as_route(way, by, constraints) for way in numbers], method=f"best in {len(ways):,} draws")
        return Draws(np.array(totals), which, routes)
