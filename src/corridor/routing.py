# SPDX-License-Identifier: BSD-3-Clause
"""The questions that a planner asks of a network: one function each, thin over the router compiled for the shipment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from corridor.answers import Routes
from corridor.constraints import Where
from corridor.differing import Distinct
from corridor.lookup import SNAP_KM
from corridor.router import Router
from corridor.routes import Route
from corridor.shipment import Shipment, Weights
from corridor.states import check_network, kept_prices
from corridor.vocabulary import By, LinkStatus, Mode

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from corridor.network import Network

__all__ = ["alternatives", "matrix", "nearest_port", "pareto", "reach", "route"]


def _router(net: Network, shipment: Shipment | None, weights: Weights | None) -> Router:
    """Return the router of a network for a shipment; it stays with the network as long as its prices do."""
    check_network(net, "The first argument")
    prices = kept_prices(net, shipment, weights)
    kept: dict[int, Router] = net.compiled.setdefault("routers", {})
    if id(prices) not in kept:
        priced = {id(known) for known in net.compiled["prices"].values()}
        for gone in [key for key in kept if key not in priced]:
            del kept[gone]
        kept[id(prices)] = Router(net, shipment=shipment, weights=weights)
    return kept[id(prices)]


def route(
    net: Network,
    origin: Where,
    destination: Where,
    *,
    by: By = "score",
    shipment: Shipment | None = None,
    weights: Weights | None = None,
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
    """Return the best route for a shipment, by score, km, hours, USD, kg CO2e or number of crossings.

    Parameters
    ----------
    net
        The network.
    origin, destination
        Place by id, UN/LOCODE, name or alias in any script, or a point ``(lon, lat)`` near one.
    by
        What is minimised: ``score`` (generalised cost, USD), ``km``, ``hours``, ``usd``, ``co2e_kg`` or ``crossings``.
        Ties go by score, then km, then id.
    shipment
        What is moved; the default is 20 tonnes of general cargo, counted gate to gate.
    weights
        What the score is made with.
    modes
        Modes that may be used; the default is road, rail and sea. Air and pipeline only when named.
    avoid
        Places (also as a point passed), links, crossings and countries (code or English name) not to be touched. A
        word that names a crossing means the crossing, also where posts of it bear the name.
    via
        Places to be passed in this order, in any carriage, without handling.
    within
        Countries (code or English name) that the whole route must stay in; missing: all of the network.
    include
        Links to use beside the operating ones: ``planned``, ``under-construction``, ``disused``.
    max_hours, max_usd, max_co2e_kg, max_crossings, max_transfers
        Limits on the whole route: elapsed hours, USD, kg CO2e, border crossings, changes of carriage; missing: none.
    snap_km
        How far a point may lie from the place it is taken for, km.
    depart
        A ``datetime.datetime``: calendars and dated statuses are then met as they are when each link or crossing is
        entered, and waiting for an opening is a step of its own. Without a time zone it is local time at the origin
        (all of Russia keeps Moscow time). It sets the date of the statuses, so a network as of another day is refused.
        Missing: no calendar is looked at; the mean clearing times hold the usual waits.

    Returns
    -------
    Route
        With totals that are the exact sums of its steps. With ``depart`` a :class:`corridor.timed.TimedRoute`: it has
        ``depart``, ``arrive`` and ``waiting_hours``, and its steps have ``begins`` and ``waits_for``.

    Raises
    ------
    UnknownPlaceError, AmbiguousPlaceError, OffNetworkError
        If a place cannot be told.
    OptionError
        If an option is unknown, misspelt or contradicts another.
    NoRouteError
        If there is no way; the message says what blocks it and what would help, or which limit binds and by how much
        the best route misses it.
    CostError
        If a price, speed or time is missing.

    Notes
    -----
    Exact. Without limits O(edges x log states) on the state graph of :func:`corridor.state_graph`, once for each place
    of ``via`` and once more. A route that keeps to limits is searched only where the best one breaks them, by labels of
    the measure and the limited totals: exponential at worst, milliseconds on this network. With ``depart`` exact too:
    waiting is allowed, so who leaves later never arrives earlier.

    References
    ----------
    Dijkstra (1959), A note on two problems in connexion with graphs, Numerische Mathematik 1: 269-271. With limits:
    Desrochers and Soumis (1988), A generalized permanent labelling algorithm for the shortest path problem with time
    windows, INFOR 26: 191-212, led by the least of each measure to the destination. With ``depart``: Kaufman and Smith
    (1993), Fastest paths in time-dependent networks for intelligent vehicle-highway systems application, IVHS Journal 1:
    1-11, for hours; for other measures labels of (arrival, cost).

    Examples
    --------
    >>> import corridor as co
    >>> net = co.load()
    >>> r = co.route(net, "Karachi", "Tashkent", by="hours", modes=["road"])
    >>> r.countries
    ('PK', 'AF', 'UZ')
    >>> co.route(net, "Karachi", "Tashkent", modes=["road"], avoid=["torkham"]).crossings[-1]
    'hairatan'
    >>> from datetime import datetime
    >>> salang = co.route(net, "Kabul", "Mazar-i-Sharif", depart=datetime(2025, 5, 26, 16))  # one way, every other night
    >>> [(row["waits_for"], round(row["hours"])) for row in salang.step_rows() if row["kind"] == "wait"]
    [('road-charikar-salang', 22)]
    """
    return _router(net, shipment, weights).route(
        origin, destination, by=by, modes=modes, avoid=avoid, via=via, within=within, include=include, max_hours=max_hours, max_usd=max_usd,
        max_co2e_kg=max_co2e_kg, max_crossings=max_crossings, max_transfers=max_transfers, snap_km=snap_km,
        depart=depart,
    )  # fmt: skip


def alternatives(
    net: Network,
    origin: Where,
    destination: Where,
    *,
    k: int = 5,
    max_overlap: float | None = None,
    distinct: Distinct | None = None,
    by: By = "score",
    shipment: Shipment | None = None,
    weights: Weights | None = None,
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
    """Return up to ``k`` different routes, best first by score, km, hours, USD, kg CO2e or number of crossings.

    Parameters
    ----------
    net
        The network.
    origin, destination
        Places, as in :func:`corridor.route`.
    k
        How many routes at most.
    max_overlap
        Largest share of km that any two of them may have in common, of the shorter one (0 to 1); missing: any. A link
        run in either direction counts as the same.
    distinct
        ``crossings``: no two share a border crossing; ``countries``: no two share a country but those of the ends;
        missing: they may.
    by
        What they are ordered by.
    shipment, weights
        What is moved, and what the score is made with.
    modes, avoid, via, within, include, max_hours, max_usd, max_co2e_kg, max_crossings, max_transfers, snap_km
        As in :func:`corridor.route`.

    Returns
    -------
    Routes
        At least one, without a loop in the states (with ``via``: between one place of it and the next). ``method`` says
        how they were found and whether that is exact; where there are fewer than ``k``, ``note`` says why and ``cut``
        names the crossings or countries that every route must pass.

    Raises
    ------
    UnknownPlaceError, AmbiguousPlaceError, OffNetworkError
        If a place cannot be told.
    OptionError
        If an option is unknown, misspelt or contradicts another.
    NoRouteError
        If there is no way at all.

    Notes
    -----
    The k best are exact: O(k x states x (edges x log states)) at worst, a few edges looked at for each in practice,
    since exact lower bounds lead every search. With ``max_overlap`` they are taken in that order where they overlap
    little enough with those taken before: exact for this rule as far as twenty thousand routes go, then the penalty method,
    and ``method`` says so. With ``distinct`` each is the best that shares nothing with those before it: exact for this
    rule, though another first choice might leave room for more; where ``cut`` is one name, there can be no more.

    References
    ----------
    Yen (1971), Finding the K shortest loopless paths in a network, Management Science 17: 712-716. Lawler (1972), A
    procedure for computing the K best solutions, Management Science 18: 401-405. Chondrogiannis and others (2020),
    Finding k-shortest paths with limited overlap, VLDB Journal 29: 1023-1047.

    Examples
    --------
    >>> import corridor as co
    >>> routes = co.alternatives(co.load(), "Karachi", "Tashkent", k=3, distinct="crossings")
    >>> len(routes), routes.cut
    (1, ('hairatan',))
    """
    return _router(net, shipment, weights).alternatives(
        origin, destination, k=k, max_overlap=max_overlap, distinct=distinct, by=by,
        modes=modes, avoid=avoid, via=via, within=within, include=include, max_hours=max_hours, max_usd=max_usd,
        max_co2e_kg=max_co2e_kg, max_crossings=max_crossings, max_transfers=max_transfers, snap_km=snap_km,
    )  # fmt: skip


def pareto(
    net: Network,
    origin: Where,
    destination: Where,
    *,
    criteria: Sequence[str] = ("hours", "usd"),
    tolerance: float = 0.0,
    shipment: Shipment | None = None,
    weights: Weights | None = None,
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
    """Return every route that no other equals or beats in all of two to four criteria: the Pareto front.

    Parameters
    ----------
    net
        The network.
    origin, destination
        Places, as in :func:`corridor.route`.
    criteria
        Two to four of ``score`` (USD), ``km``, ``hours``, ``usd``, ``co2e_kg``, ``crossings``, ``transfers``; each is
        to be small.
    tolerance
        Thins a large front: for every route left out there is one that is worse in no criterion by more than this
        share. 0: the full front.
    shipment, weights
        What is moved, and what the score is made with.
    modes, avoid, via, within, include, max_hours, max_usd, max_co2e_kg, max_crossings, max_transfers, snap_km
        As in :func:`corridor.route`.

    Returns
    -------
    Routes
        In the order of the criteria; routes with equal totals stand once. ``plot()`` draws the front.

    Raises
    ------
    UnknownPlaceError, AmbiguousPlaceError, OffNetworkError
        If a place cannot be told.
    OptionError
        If an option is unknown, misspelt or contradicts another, or the front is too large to be searched in full.
    NoRouteError
        If there is no way, or none within the limits.

    Notes
    -----
    Exact. Whole numbers inside (1e-9 of a unit), so that no rounding decides between routes; at the end the totals as
    reported are compared once more to a millionth, so that none shown beats another. The number of labels can grow
    exponentially with the network; at five million the search is given up with an error.

    References
    ----------
    Martins (1984), On a multicriteria shortest path problem, European Journal of Operational Research 16: 236-245.
    Pulido, Mandow and Perez-de-la-Cruz (2015), Dimensionality reduction in multiobjective shortest path search,
    Computers and Operations Research 64: 60-70. For the tolerance: Warburton (1987), Approximation of Pareto optima in
    multiple-objective shortest-path problems, Operations Research 35: 70-79.

    Examples
    --------
    >>> import corridor as co
    >>> front = co.pareto(co.load(), "Karachi", "Minsk", criteria=("hours", "usd", "crossings"))
    >>> front[0].hours == co.route(co.load(), "Karachi", "Minsk", by="hours").hours
    True
    """
    return _router(net, shipment, weights).pareto(
        origin, destination, criteria=criteria, tolerance=tolerance,
        modes=modes, avoid=avoid, via=via, within=within, include=include, max_hours=max_hours, max_usd=max_usd,
        max_co2e_kg=max_co2e_kg, max_crossings=max_crossings, max_transfers=max_transfers, snap_km=snap_km,
    )  # fmt: skip


def matrix(
    net: Network,
    origins: Iterable[Where] | str,
    destinations: Iterable[Where] | str,
    *,
    by: By = "score",
    also: Sequence[str] = (),
    routes: bool = False,
    shipment: Shipment | None = None,
    weights: Weights | None = None,
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
    """Return the least score, km, hours, USD, kg CO2e or number of crossings from each origin to each destination.

    Parameters
    ----------
    net
        The network.
    origins, destinations
        Places, as in :func:`corridor.route`; ``net.ports`` are the seaports.
    by
        What is minimised for each pair.
    also
        Other measures of the same routes: ``km``, ``hours``, ``usd``, ``co2e_kg``, ``score``, ``crossings``,
        ``transfers``.
    routes
        Whether the cells hold the routes themselves (None for no way) in place of numbers.
    shipment, weights
        What is moved, and what the score is made with.
    modes, avoid, via, within, include, max_hours, max_usd, max_co2e_kg, max_crossings, max_transfers, snap_km
        As in :func:`corridor.route`.

    Returns
    -------
    pandas.DataFrame
        One row an origin, one column a destination, by id; NaN where there is no way, it breaks a limit, or both are
        the same place. With ``also`` the columns are pairs ``(measure, destination)``, so that ``frame["km"]`` is one
        such table. ``attrs["unit"]`` holds the units. A cell is the total of the route that :func:`corridor.route`
        returns with the same options.

    Raises
    ------
    UnknownPlaceError, AmbiguousPlaceError, OffNetworkError
        If a place cannot be told.
    OptionError
        If an option is unknown or misspelt.

    Notes
    -----
    Exact: one search an origin, O(origins x edges x log states); with ``via`` or limits one search a pair.

    The sea is among the modes by default: with ``scope="bypass"`` goods from a seaport may first be shipped to another
    one. For catchments by land: ``modes=["road", "rail"]``.

    References
    ----------
    Dijkstra (1959), A note on two problems in connexion with graphs, Numerische Mathematik 1: 269-271.

    Examples
    --------
    >>> import corridor as co
    >>> net = co.load()
    >>> table = co.matrix(net, net.ports, ["Tashkent", "Almaty"], by="km", also=("hours",))
    >>> table["km"].columns.tolist(), table["hours"].index.tolist()
    (['tashkent', 'almaty'], ['gwadar', 'karachi', 'port-qasim'])
    >>> wide = co.load(scope="bypass")
    >>> any_way = co.matrix(wide, "karachi", "Minsk", by="usd", routes=True).iat[0, 0]
    >>> by_land = co.matrix(wide, "karachi", "Minsk", by="usd", routes=True, modes=["road", "rail"]).iat[0, 0]
    >>> "sea" in set(any_way.steps["carriage"]), "sea" in set(by_land.steps["carriage"])
    (True, False)
    """
    return _router(net, shipment, weights).matrix(
        origins, destinations, by=by, also=also, routes=routes,
        modes=modes, avoid=avoid, via=via, within=within, include=include, max_hours=max_hours, max_usd=max_usd,
        max_co2e_kg=max_co2e_kg, max_crossings=max_crossings, max_transfers=max_transfers, snap_km=snap_km,
    )  # fmt: skip


def nearest_port(
    net: Network,
    place: Where,
    *,
    by: By = "score",
    ports: Iterable[Where] | str | None = None,
    to_sea: bool = False,
    shipment: Shipment | None = None,
    weights: Weights | None = None,
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
    """Return the best route from any port to a place, or from a place to any port, by score, km, hours or USD.

    Parameters
    ----------
    net
        The network.
    place
        The place inland, as in :func:`corridor.route`.
    by
        What is minimised, as in :func:`corridor.route`.
    ports
        Ports to choose from; missing: ``net.ports``.
    to_sea
        Whether the goods go to the port; else they come from it.
    shipment, weights
        What is moved, and what the score is made with.
    modes, avoid, via, within, include, max_hours, max_usd, max_co2e_kg, max_crossings, max_transfers, snap_km
        As in :func:`corridor.route`.

    Returns
    -------
    Route
        Its ``origin`` (or, with ``to_sea``, its ``destination``) is the nearest port.

    Raises
    ------
    UnknownPlaceError, AmbiguousPlaceError, OffNetworkError
        If a place cannot be told.
    OptionError
        If an option is unknown, or there is no port to choose from.
    NoRouteError
        If there is no way from any of them.

    Notes
    -----
    Exact: a search for each port, as :func:`corridor.matrix`. Ports that cost the same go by their order. The sea is
    among the modes by default: with ``scope="bypass"`` the goods may be shipped from the port named to another one first.
    For catchments by land: ``modes=["road", "rail"]``.

    References
    ----------
    Dijkstra (1959), A note on two problems in connexion with graphs, Numerische Mathematik 1: 269-271.

    Examples
    --------
    >>> import corridor as co
    >>> co.nearest_port(co.load(), "Tashkent", by="km").origin
    'karachi'
    >>> by_land = co.nearest_port(co.load(scope="bypass"), "Minsk", by="usd", modes=["road", "rail"])
    >>> "sea" in set(by_land.steps["carriage"])
    False
    """
    return _router(net, shipment, weights).nearest_port(
        place, by=by, ports=ports, to_sea=to_sea,
        modes=modes, avoid=avoid, via=via, within=within, include=include, max_hours=max_hours, max_usd=max_usd,
        max_co2e_kg=max_co2e_kg, max_crossings=max_crossings, max_transfers=max_transfers, snap_km=snap_km,
    )  # fmt: skip


def reach(
    net: Network,
    origin: Where,
    *,
    hours: float | None = None,
    usd: float | None = None,
    shipment: Shipment | None = None,
    weights: Weights | None = None,
    modes: Iterable[Mode] | None = None,
    avoid: Iterable[str] | str = (),
    within: Iterable[str] | None = None,
    include: Sequence[LinkStatus] = (),
    snap_km: float = SNAP_KM,
) -> gpd.GeoDataFrame:
    """Return the places and links that a shipment can reach from a place within a budget of hours or of USD.

    Parameters
    ----------
    net
        The network.
    origin
        Place, as in :func:`corridor.route`.
    hours, usd
        The budget: elapsed hours, or USD for the whole shipment. Give one of them.
    shipment, weights
        What is moved, and what the score is made with.
    modes, avoid, within, include, snap_km
        As in :func:`corridor.route`.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326. ``kind`` (``place``, a point, or ``link``, a line), ``id``, ``mode`` (of links), ``hours`` or ``usd``
        on arrival, and ``share`` of the link within the budget: a haul that the budget ends on is cut there, its line
        likewise; a crossing counts only when it is cleared. Nearest first. A place without a terminal to end at is
        passed, and listed by its links alone.

    Raises
    ------
    UnknownPlaceError, AmbiguousPlaceError, OffNetworkError
        If the place cannot be told.
    OptionError
        If an option is unknown, or not exactly one budget is given.

    Notes
    -----
    Exact: one search, O(edges x log states), that stops at the budget.

    References
    ----------
    Dijkstra (1959), A note on two problems in connexion with graphs, Numerische Mathematik 1: 269-271.

    Examples
    --------
    >>> import corridor as co
    >>> day = co.reach(co.load(), "Karachi", hours=24)
    >>> bool(day["hours"].max() <= 24)
    True
    """
    return _router(net, shipment, weights).reach(
        origin, hours=hours, usd=usd, modes=modes, avoid=avoid, within=within, include=include, snap_km=snap_km
    )
