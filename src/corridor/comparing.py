# SPDX-License-Identifier: BSD-3-Clause
"""How networks differ: the same questions asked of each, and what an hour saved at a crossing is worth."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from corridor.compiled import Compiled
from corridor.constraints import Constraints, Where, limits_given
from corridor.errors import CorridorWarning, NoRouteError, OptionError
from corridor.lookup import SNAP_KM
from corridor.prices import Prices
from corridor.router import Router
from corridor.routes import UNITS, Route
from corridor.search import Way
from corridor.shipment import Shipment, Weights
from corridor.states import check_network
from corridor.structure import CROSS, Array
from corridor.vocabulary import By, LinkStatus, Mode

if TYPE_CHECKING:
    import pandas as pd

    from corridor.network import Network

__all__ = ["FIGURES", "compare", "compared_rows", "worth_of_an_hour"]

Pair: TypeAlias = tuple[Where, Where]

# The figures that are set side by side, in the order of the columns.
FIGURES: Final = ("km", "hours", "days", "usd", "co2e_kg", "score")
FOUND: Final = "route"
NOT_FOUND: Final = "no route"
NETWORKS_AT_LEAST: Final = 2
# Totals that differ by no more than this, in any unit, are the same.
SAME: Final = 1e-6
HOURS_A_DAY: Final = 24.0


def compare(
    networks: Mapping[str, Network],
    pairs: Sequence[Pair],
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
) -> pd.DataFrame:
    """Return how the best routes of several networks differ, pair by pair.

    Parameters
    ----------
    networks
        Networks by the name to show; the first is the base that the others are set against.
    pairs
        Origins and destinations: ``[("Karachi", "Minsk"), ...]``.
    by
        What is minimised in each of them.
    shipment, weights, modes, avoid, via, within, include, max_hours, max_usd, max_co2e_kg, max_crossings, max_transfers, snap_km
        As in :func:`corridor.route`, alike for all networks.

    Returns
    -------
    pandas.DataFrame
        One row a pair and network: ``origin``, ``destination``, ``network``; ``found`` (``route`` or ``no route``);
        ``km``, ``hours``, ``days``, ``usd``, ``co2e_kg`` and ``score`` (USD) of the whole shipment; ``crossings``,
        ``countries`` and ``transfers``; each figure's difference from the base (``km_more`` ...) and the same in percent
        of the base (``km_percent`` ...); ``route_changed`` (whether other links are used than in the base); ``why`` (what
        blocks the way, where there is none). Figures of what is not there are missing, never numbers.

    Raises
    ------
    OptionError
        If there are fewer than two networks, no pairs, a pair is not two places, or an option is unknown.
    UnknownPlaceError
        If a network lacks a place.

    Examples
    --------
    >>> import corridor as co
    >>> net = co.load()
    >>> eased = net.apply("customs-cooperation")
    >>> table = co.compare({"today": net, "eased": eased}, [("Karachi", "Tashkent")])
    >>> bool(table.loc[1, "hours_more"] < 0), table["found"].tolist()
    (True, ['route', 'route'])
    """
    import pandas as pd

    options: dict[str, Any] = {
        "modes": modes, "avoid": avoid, "via": via, "within": within, "include": include, "max_hours": max_hours,
        "max_usd": max_usd, "max_co2e_kg": max_co2e_kg, "max_crossings": max_crossings,
        "max_transfers": max_transfers, "snap_km": snap_km,
    }  # fmt: skip
    rows = compared_rows(networks, pairs, by=by, shipment=shipment, weights=weights, **options)
    frame = pd.DataFrame(rows)
    units = {"days": "days", "score": UNITS["score"], **{name: UNITS[name] for name in FIGURES if name in UNITS}}
    frame.attrs |= {"by": by, "base": str(next(iter(networks))), "unit": units}
    return frame


def compared_rows(
    networks: Mapping[str, Network],
    pairs: Sequence[Pair],
    *,
    by: By = "score",
    shipment: Shipment | None = None,
    weights: Weights | None = None,
    **options: Any,
) -> list[dict[str, Any]]:
    """Return the rows of :func:`compare` as plain dictionaries, for use without pandas."""
    _check_networks(networks)
    # Options that are used up by the first to read them are kept for the others.
    options = {name: [*value] if isinstance(value, Iterable) and not isinstance(value, str) else value
               for name, value in options.items()}  # fmt: skip
    routers = {name: Router(net, shipment=shipment, weights=weights) for name, net in networks.items()}
    rows = []
    for origin, destination in _pairs(pairs):
        base: dict[str, Any] = {}
        first: Route | None = None
        for name, router in routers.items():
            ends, route, why = _asked(router, origin, destination, by, options)
            row = {"origin": ends[0], "destination": ends[1], "network": str(name), **_figures(route)}
            if not base:
                base, first = row, route
            row |= {f"{figure}_more": _more(row, base, figure) for figure in FIGURES}
            row |= {f"{figure}_percent": _percent(row, base, figure) for figure in FIGURES}
            row |= {"route_changed": _links(route) != _links(first), "why": why}
            rows.append(row)
    return rows


def _asked(
    router: Router, origin: Where, destination: Where, by: By, options: Mapping[str, Any]
) -> tuple[tuple[str, str], Route | None, str]:
    """Return the ids of both ends, the route or None, and why there is none."""
    try:
        route = router.route(origin, destination, by=by, **options)
    except NoRouteError as error:
        return (error.origin, error.destination), None, _why(error)
    return (route.origin, route.destination), route, ""


def _check_networks(networks: object) -> None:
    if not isinstance(networks, Mapping) or len(networks) < NETWORKS_AT_LEAST:
        msg = "compare needs at least two networks by name, e.g. {'today': net, 'railway': net.apply('...')}."
        raise OptionError(msg)
    for net in networks.values():
        check_network(net, "compare")


def _pairs(pairs: object) -> list[Pair]:
    """Return pairs of places; refuse what is none, since a name too can be taken apart."""
    if isinstance(pairs, str) or not isinstance(pairs, Iterable):
        msg = f"pairs={pairs!r}: must be a list of (origin, destination)."
        raise OptionError(msg)
    found = list(pairs)
    for pair in found:
        numbers = isinstance(pair, (tuple, list)) and any(isinstance(end, Real) for end in pair)
        if not isinstance(pair, (tuple, list)) or len(pair) != 2 or numbers:
            msg = f"pairs: {pair!r} is no pair; give (origin, destination), e.g. [('Karachi', 'Minsk')]."
            raise OptionError(msg)
    if not found:
        msg = "pairs is empty: give at least one (origin, destination)."
        raise OptionError(msg)
    return [(pair[0], pair[1]) for pair in found]


def _figures(route: Route | None) -> dict[str, Any]:
    if route is None:
        lost = dict.fromkeys(FIGURES, math.nan)
        return {"found": NOT_FOUND, **lost, "crossings": "", "countries": "", "transfers": math.nan}
    figures = {name: route.hours / HOURS_A_DAY if name == "days" else getattr(route, name) for name in FIGURES}
    ways = {"crossings": ", ".join(route.crossings), "countries": "-".join(route.countries)}
    return {"found": FOUND, **figures, **ways, "transfers": route.transfers}


def _links(route: Route | None) -> tuple[str, ...] | None:
    return None if route is None else route.links


def _more(row: Mapping[str, Any], base: Mapping[str, Any], name: str) -> float:
    """Return how much more a figure is than that of the base; NaN where either is missing."""
    return float(row[name] - base[name])


def _percent(row: Mapping[str, Any], base: Mapping[str, Any], name: str) -> float:
    """Return the same in percent of the base; NaN where the base has none or zero of it."""
    if not base[name]:
        return math.nan
    return 100.0 * _more(row, base, name) / float(base[name])


def _why(error: NoRouteError) -> str:
    """Return what blocks a way and what would help, in one line."""
    lines = [line.strip().removeprefix("Why: ") for line in str(error).splitlines()]
    return " ".join(lines[1:] or lines)


# --- the worth of an hour ---------------------------------------------------------------------------------------------


def worth_of_an_hour(
    net: Network,
    pairs: Sequence[Pair],
    flows: float | Sequence[float],
    *,
    hours: float = 1.0,
    shipment: Shipment | None = None,
    weights: Weights | None = None,
    modes: Iterable[Mode] | None = None,
    avoid: Iterable[str] | str = (),
    within: Iterable[str] | None = None,
    include: Sequence[LinkStatus] = (),
    snap_km: float = SNAP_KM,
) -> pd.DataFrame:
    """Return what an hour saved at each crossing by land is worth, USD a year, for given flows.

    Parameters
    ----------
    net
        The network.
    pairs
        Origins and destinations of the flows.
    flows
        Tonnes a year of each pair, in their order, or one figure for each of them.
    hours
        How many hours are saved, of the clearing at both posts together, at each passage in either direction; of a
        shorter clearing all of it.
    shipment, weights, modes, avoid, within, include, snap_km
        As in :func:`corridor.route`. The flow is cut into shipments of the tonnes of ``shipment``.

    Returns
    -------
    pandas.DataFrame
        One row a crossing in use or not, the most worth first: ``crossing``; ``usd_per_year`` (the fall of the score
        when every shipment takes its best way, times the shipments a year); ``shipments_per_year_before`` and
        ``shipments_per_year_after`` through it; ``pairs_that_change`` (pairs that take another way).

    Raises
    ------
    OptionError
        If the flows do not fit the pairs, or a figure is negative or not a number.

    Warns
    -----
    CorridorWarning
        Which pairs have no way and are left out.

    Notes
    -----
    Easing one crossing leaves the others as they are: the worths of two crossings do not add up where they compete for
    the same flow. Queues do not grow with the flow drawn in, so the worth of a crowded post is an upper bound.

    Examples
    --------
    >>> import corridor as co
    >>> worth = co.worth_of_an_hour(co.load(), [("Karachi", "Tashkent"), ("Karachi", "Almaty")], 50_000)
    >>> worth["crossing"].tolist()[:2]
    ['hairatan', 'torkham']
    """
    import pandas as pd

    check_network(net, "worth_of_an_hour")
    saved = _amount("hours", hours)
    asked = _pairs(pairs)
    tonnes = _tonnes(flows, len(asked))
    compiled = Router(net, shipment=shipment, weights=weights)._compiled  # noqa: SLF001
    constraints = compiled.constraints_of(modes, avoid, (), within, include, snap_km, limits_given(*[None] * 5))
    ends = [compiled.pair(*pair, "score", constraints, snap_km) for pair in asked]
    shipments = np.array(tonnes) / compiled.prices.costs.shipment.tonnes
    before = _ways(compiled, ends, constraints)
    _warn_of_lost(ends, before)
    structure = compiled.prices.structure
    usable = compiled.mask(constraints)[0].usable
    rows: list[dict[str, Any]] = []
    for number, crossing in enumerate(structure.crossings):
        edges = np.flatnonzero((structure.crossing == number) & (structure.kind == CROSS) & usable)
        if len(edges):
            eased = compiled.repriced(_eased(compiled.prices, edges, saved))
            after = _ways(eased, ends, constraints)
            rows.append({"crossing": crossing, **_worth(compiled, eased, before, after, shipments, edges)})
    rows.sort(key=lambda row: (-row["usd_per_year"], row["crossing"]))
    frame = pd.DataFrame(rows, columns=["crossing", *_WORTH])
    frame.attrs["unit"] = {"usd_per_year": f"USD a year for {saved:g} h saved at each passage"}
    return frame


_WORTH: Final = ("usd_per_year", "shipments_per_year_before", "shipments_per_year_after", "pairs_that_change")


def _worth(
    compiled: Compiled,
    eased: Compiled,
    before: Sequence[Way | None],
    after: Sequence[Way | None],
    shipments: Array,
    edges: Array,
) -> dict[str, float]:
    through = {*edges.tolist()}
    worth: list[float] = []
    passing = ([0.0], [0.0])
    changed = 0
    for old, new, count in zip(before, after, shipments.tolist(), strict=True):
        if old is None or new is None:
            continue
        fall = compiled.total(old, "score") - eased.total(new, "score")
        # What two sums in another order differ by is no worth.
        worth.append(count * (fall if abs(fall) > SAME else 0.0))
        changed += old != new
        for way, counts in zip((old, new), passing, strict=True):
            if not through.isdisjoint(way):
                counts.append(count)
    figures = (math.fsum(worth), math.fsum(passing[0]), math.fsum(passing[1]), changed)
    return dict(zip(_WORTH, figures, strict=True))


def _eased(prices: Prices, edges: Array, saved: float) -> Prices:
    """Return prices with hours taken off the clearing of some crossing edges, and what these hours cost."""
    structure, costs = prices.structure, prices.costs
    columns = {name: column.copy() for name, column in prices.columns.items()}
    value = costs.value_of_time(prices.weights)
    for edge in edges.tolist():
        link = structure.links[structure.link[edge]]
        tail, head = (link.from_, link.to) if structure.forward[edge] else (link.to, link.from_)
        clearing = math.fsum(row.hours for row in costs.clearings(link, tail, head))
        fewer = min(saved, clearing)
        cooling = fewer * costs.cooling(link.mode).value
        columns["hours"][edge] -= fewer
        columns["usd"][edge] -= cooling
        columns["score"][edge] -= fewer * value + cooling
    for name in ("hours", "usd", "score"):
        # Of a clearing that is all of the edge, rounding may leave less than nothing.
        columns[name][edges] = np.maximum(columns[name][edges], 0.0)
    return replace(prices, columns=columns)


def _ways(compiled: Compiled, ends: Sequence[tuple[str, str]], constraints: Constraints) -> list[Way | None]:
    """Return the best way of each pair: one search for all that share an origin."""
    goals: dict[str, list[str]] = {}
    for start, goal in ends:
        goals.setdefault(start, []).append(goal)
    found: dict[tuple[str, str], Way | None] = {}
    for start, reached in goals.items():
        there = [*dict.fromkeys(reached)]
        ways = compiled.ways_between([start], there, "score", constraints)[0]
        found |= {(start, goal): way for goal, way in zip(there, ways, strict=True)}
    return [found[pair] for pair in ends]


def _warn_of_lost(ends: Sequence[tuple[str, str]], ways: Sequence[Way | None]) -> None:
    lost = [f"{start} to {goal}" for (start, goal), way in zip(ends, ways, strict=True) if way is None]
    if lost:
        message = f"worth_of_an_hour: no route from {', '.join(lost)}; their flows are left out."
        warnings.warn(message, CorridorWarning, stacklevel=3)


def _amount(name: str, value: Any) -> float:
    plain = isinstance(value, Real) and not isinstance(value, bool)
    if not plain or not math.isfinite(value) or value < 0:
        msg = f"{name}={value!r}: must be a finite number of 0 or more."
        raise OptionError(msg)
    return float(value)


def _tonnes(flows: Any, count: int) -> list[float]:
    """Return the tonnes a year of each pair."""
    if isinstance(flows, Real):
        return [_amount("flows", flows)] * count
    if isinstance(flows, (str, Mapping)) or not isinstance(flows, Iterable):
        msg = f"flows={flows!r}: give tonnes a year of each pair in order, or one number for each of them."
        raise OptionError(msg)
    found = [_amount("flows", flow) for flow in flows]
    if len(found) != count:
        msg = f"flows: {len(found)} figures for {count} pairs; give the tonnes a year of each pair in order."
        raise OptionError(msg)
    return found
