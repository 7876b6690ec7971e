# SPDX-License-Identifier: BSD-3-Clause
"""A route as movements and stops, one after the other: what indicators and time/cost-distance profiles are made of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from corridor.costs import Component, CostModel
from corridor.errors import CostError, OptionError
from corridor.prices import Edge
from corridor.routes import Route
from corridor.schema import Link
from corridor.vocabulary import way_of

__all__ = ["Movement", "Share", "has_prices", "movements_of", "routes_of", "sum_over"]

# Parts that run with what stands before them: money of the cooling unit, no stop of its own.
RUNS_ALONG: Final = "cooling"
OWN: Final = "own figure"
CLEARINGS: Final = {"clearing outbound": "border outbound", "clearing inbound": "border inbound"}
# Two sums of hours that differ by less are the same.
FINE: Final = 1e-6


class Share(NamedTuple):
    """What of a movement belongs to one country."""

    country: str
    km: float
    hours: float
    # Hours in motion; NaN where the data cannot tell them from rests and stops on the line.
    driving_hours: float
    usd: float
    running_usd: float


@dataclass(frozen=True)
class Movement:
    """One movement along a link (kind ``leg``) or one stop (kind ``stop``), for the whole shipment.

    Attributes
    ----------
    activity
        ``haul`` of a leg; of a stop ``border outbound``, ``border inbound``, ``transfer``, ``wait``, ``waiting for
        opening``, ``waiting for reopening``, ``delay``, ``loading``, ``unloading`` or ``port``.
    place
        Id of the place of the stop, or that the leg leads to.
    border
        Whether it is a stop at a border post; the queue before the post is part of it.
    usd
        All its money; ``running_usd`` is the part of it that a stop pays for cooling, not to the post or terminal.
    """

    kind: str
    activity: str
    step: int
    # haul, cross, transfer, start or end; of a wait that of the step waited for.
    step_kind: str
    place: str
    from_place: str
    mode: str
    from_carriage: str
    carriage: str
    link: str
    crossing: str
    border: bool
    km: float
    hours: float
    usd: float
    running_usd: float
    co2e_kg: float
    shares: tuple[Share, ...]


def movements_of(route: Route) -> list[Movement]:
    """Return the movements and stops of a route in order; their km, hours, USD and kg CO2e sum to its totals.

    A border crossing is the stop at the post left, the link between the posts, and the stop at the post entered.
    """
    edges = route._edges  # noqa: SLF001
    costs = route._costs if has_prices(route) else None  # noqa: SLF001
    country = _Countries(route)
    found: list[Movement] = []
    for step, edge in enumerate(edges, 1):
        following = edges[step] if edge.kind == "wait" and step < len(edges) else edge
        found += _movements_of_edge(edge, following, step, costs, country)
    return found


def has_prices(route: Route) -> bool:
    """Tell whether the figures of a route are made of rates for a known shipment, and not brought by the links alone."""
    return isinstance(route._costs, CostModel)  # noqa: SLF001


def routes_of(given: Any, *, asked: str) -> list[Route]:
    """Return one route, or several, as a list.

    Raises
    ------
    OptionError
        If there is none, or something in it is no route.
    """
    routes = [given] if isinstance(given, Route) else list(given) if hasattr(given, "__iter__") else None
    strange = next((type(item).__name__ for item in routes or () if not isinstance(item, Route)), "")
    if routes is None or strange:
        msg = f"{asked}: takes a route or several, as co.route(...) and co.alternatives(...) return them, not {strange or type(given).__name__}."
        raise OptionError(msg)
    if not routes:
        note = getattr(given, "note", "") or "pass what co.route(...) returns."
        msg = f"{asked}: no route given; {note}"
        raise OptionError(msg)
    return routes


def sum_over(movements: Sequence[Movement], measure: str) -> float:
    """Return the exact sum of one measure (``km``, ``hours``, ``usd`` or ``co2e_kg``) over movements."""
    return math.fsum(getattr(part, measure) for part in movements)


class _Countries:
    """Looks up the country of a place of a route."""

    def __init__(self, route: Route) -> None:
        self._place = route._net.place  # noqa: SLF001

    def __call__(self, place: str) -> str:
        return self._place(place).country


class _About(NamedTuple):
    """The edge that a movement is part of; of a wait also the edge that is waited for."""

    edge: Edge
    following: Edge
    step: int


def _movements_of_edge(
    edge: Edge, following: Edge, step: int, costs: CostModel | None, country: _Countries
) -> Iterator[Movement]:
    groups = _groups(edge.components)
    leg = [group for group in groups if group[0].name == "haul"]
    before = [group for group in groups if group[0].name not in {"haul", "clearing inbound"}]
    after = [group for group in groups if group[0].name == "clearing inbound"]
    if any(group[0].name == OWN for group in groups) or (edge.link is not None and not leg):
        # A figure of the user's own stands for the whole edge: it cannot be split into leg and stops.
        before, leg, after = (
            ([], [list(edge.components)], []) if edge.link is not None else ([list(edge.components)], [], [])
        )
    about = _About(edge, following, step)
    border = following.kind == "cross" and following.mode in {"road", "rail"}
    for group in before:
        # A ship that is waited for is part of the voyage, which belongs to no country.
        where = "" if group[0].name == "wait" else country(edge.tail[0])
        yield _stop(about, group, edge.tail[0], where, border=border)
    for group in leg:
        yield _movement("leg", "haul", about, group, edge.head[0], _shares(edge, costs, group), border=False)
    for group in after:
        yield _stop(about, group, edge.head[0], country(edge.head[0]), border=True)


def _groups(parts: Sequence[Component]) -> list[list[Component]]:
    """Return the parts of an edge, each with the cooling that runs along with it."""
    groups: list[list[Component]] = []
    for part in parts:
        if part.name == RUNS_ALONG and groups:
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def _stop(about: _About, group: Sequence[Component], place: str, country: str, *, border: bool) -> Movement:
    hours, usd = math.fsum(part.hours for part in group), math.fsum(part.usd for part in group)
    name = group[0].name if group[0].name != OWN else about.edge.kind
    share = Share(country, 0.0, hours, 0.0, usd, _running(group))
    return _movement("stop", CLEARINGS.get(name, name), about, group, place, (share,), border=border)


def _running(group: Sequence[Component]) -> float:
    """Return the USD of a stop that are paid for cooling; hours added by a dated status cost nothing else."""
    return math.fsum(part.usd for part in group if part.name in {RUNS_ALONG, "delay"})


def _movement(
    kind: str, activity: str, about: _About, group: Sequence[Component], place: str, shares: tuple[Share, ...], *,
    border: bool,
) -> Movement:  # fmt: skip
    edge = about.edge
    sums = {name: math.fsum(getattr(part, name) for part in group) for name in ("km", "hours", "usd", "co2e_kg")}
    rides = [ride for ride in (edge.tail[1], edge.head[1]) if ride not in {"start", "end"}]
    return Movement(
        kind=kind, activity=activity, step=about.step, step_kind=about.following.kind, place=place,
        from_place=edge.tail[0], mode=edge.mode, from_carriage=rides[0], carriage=rides[-1],
        link=edge.key if edge.link is not None else "", crossing=about.following.crossing, border=border,
        running_usd=_running(group) if kind == "stop" else sums["usd"], shares=shares, **sums,
    )  # fmt: skip


def _shares(edge: Edge, costs: CostModel | None, group: Sequence[Component]) -> tuple[Share, ...]:
    """Return what of a leg belongs to each country that its link runs through, in order; at sea and in the air to none."""
    link = edge.link
    assert link is not None  # noqa: S101
    hours, usd = math.fsum(part.hours for part in group), math.fsum(part.usd for part in group)
    km = math.fsum(part.km for part in group)
    if link.mode in {"sea", "air"}:
        return (Share("", km, hours, math.nan, usd, usd),)
    way = way_of(link.inland, forward=edge.forward)
    count = len(edge.countries)
    paces = [_pace(costs, link, country, way) for country in edge.countries]
    known = abs(math.fsum(elapsed for elapsed, _ in paces) / count - hours) <= FINE * max(1.0, hours)
    time = _parts([elapsed for elapsed, _ in paces], hours) if known else [hours / count] * count
    money = _parts([_price(costs, link, country, way) for country in edge.countries], usd)
    return tuple(
        Share(country, km / count, part, driving / count if known else math.nan, cost, cost)
        for country, part, (_, driving), cost in zip(edge.countries, time, paces, money, strict=True)
    )


def _parts(weights: Sequence[float], whole: float) -> list[float]:
    """Return a whole shared out by weights; evenly where they say nothing."""
    total = math.fsum(weights)
    if not (math.isfinite(total) and total > 0):
        return [whole / len(weights)] * len(weights)
    return [whole * weight / total for weight in weights]


def _pace(costs: CostModel | None, link: Link, country: str, way: str) -> tuple[float, float]:
    """Return the elapsed hours of a link and its hours in motion were all of it in one country; NaN where not known."""
    km, mode = link.length_km, link.mode
    if costs is None:
        return math.nan, math.nan
    try:
        if link.hours is not None:
            return link.hours, math.nan
        if mode != "road":
            return km * costs.pace(mode, (country,), way).value, math.nan
        # Elapsed hours for each hour in motion: a day over the hours of duty.
        with_rest = costs.pace(mode, (country,), way, own_speed=True).value
        if link.speed_kmh is not None:
            return km / link.speed_kmh * with_rest, km / link.speed_kmh
        elapsed = km * costs.pace(mode, (country,), way).value
    except CostError:
        return math.nan, math.nan
    return elapsed, elapsed / with_rest


def _price(costs: CostModel | None, link: Link, country: str, way: str) -> float:
    """Return the USD per km of a link in one country; NaN where it has a price of its own or none is known."""
    try:
        return (
            math.nan
            if link.usd_per_vehicle is not None or costs is None
            else costs.price(link.mode, (country,), way).value
        )
    except CostError:
        return math.nan
