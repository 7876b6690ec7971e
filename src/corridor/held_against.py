# SPDX-License-Identifier: BSD-3-Clause
"""What a route is held against: the checks of routes given, and the rivals that are found where none are."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from corridor.breaking_even import Asked
from corridor.compiled import SAME, Compiled
from corridor.differing import alternative_ways
from corridor.errors import OptionError
from corridor.routes import Route
from corridor.search import Mask, Way
from corridor.structure import CROSS
from corridor.timed import TimedRoute

__all__ = ["MEASURES", "check_measure", "check_rival", "check_untimed", "check_usable", "rivals_of", "way_in"]

# What is linear in every input.
MEASURES: Final = ("score", "usd", "hours")


def check_untimed(route: object, option: str) -> None:
    """Refuse what is no route, and a route that departs at a moment."""
    if not isinstance(route, Route):
        msg = f"{option}: must be a corridor.Route, as co.route(...) returns one, not a {type(route).__name__}."
        raise OptionError(msg)
    if isinstance(route, TimedRoute):
        msg = (
            f"{option}: it departs at a moment, and what it waits for changes with every hour earlier or later. "
            "Ask for the route without depart=; route.explain() splits the score of this one."
        )
        raise OptionError(msg)


def check_measure(route: Route, option: str) -> None:
    """Refuse a route that is best by a measure that no single input moves."""
    if route.by not in MEASURES:
        msg = (
            f"{option}: it is best by {route.by!r}, which no clearing time, price or speed moves. "
            f"Ask for one that is best by {', '.join(MEASURES)}."
        )
        raise OptionError(msg)


def check_rival(route: Route, other: Route, option: str) -> None:
    """Refuse a rival that was asked something else, and say what differs."""
    for name, ours, theirs in (
        ("origin", route.origin, other.origin),
        ("destination", route.destination, other.destination),
        ("shipment", route.shipment, other.shipment),
        ("weights", route._weights, other._weights),  # noqa: SLF001
        ("day", route.day, other.day),
    ):
        if ours != theirs:
            msg = f"{option}: its {name} is {theirs}, that of the route {ours}. Ask for both with the same."
            raise OptionError(msg)


def way_in(compiled: Compiled, route: Route, option: str, numbers: dict[Any, int]) -> Way:
    """Return the edges of a route in a network; refuse a route that is not in it, or costs something else there."""
    prices = compiled.prices
    if route._prices.structure is prices.structure:  # noqa: SLF001
        way = route._way  # noqa: SLF001
    else:
        if not numbers:
            edges = map(prices.edge, range(len(prices.structure.kind)))
            numbers |= {("/".join(edge.tail), "/".join(edge.head), edge.key): edge.number for edge in edges}
        missing = [key for key in route.key if key not in numbers]
        if missing:
            msg = f"{option}: {missing[0][2]!r} from {missing[0][0]} to {missing[0][1]} is not in the network given; give that of the route."
            raise OptionError(msg)
        way = tuple(numbers[key] for key in route.key)
    for measure in ("score", "hours", "usd"):
        here, there = compiled.total(way, measure), getattr(route, measure)
        if abs(here - there) > SAME:
            msg = (
                f"{option}: its {measure} is {there:,.2f}, but {here:,.2f} in the network given "
                f"({compiled.ground!r}). Give the network that the route was asked of."
            )
            raise OptionError(msg)
    return way


def check_usable(asked: Asked, way: Way, option: str) -> None:
    """Refuse a route that the options given do not allow: what is best among the others tells nothing of it."""
    for number in way:
        if not asked.usable[number]:
            edge = asked.compiled.prices.edge(number)
            what = f"{edge.key!r} ({edge.link.status})" if edge.link is not None else f"{edge.key} at {edge.tail[0]}"
            msg = (
                f"{option}: it uses {what}, which the options given to explain, or the day of the network, do not allow. "
                "Give the modes, avoid, within and include that it was asked with."
            )
            raise OptionError(msg)


def rivals_of(asked: Asked, way: Way, k: int) -> tuple[list[Way], str]:
    """Return up to k other ways, best first: without shared crossings, and each without a thing that the route uses."""
    compiled, structure = asked.compiled, asked.compiled.prices.structure
    usable = asked.usable
    ends = compiled.number(asked.start), compiled.number(asked.goal)
    mask, via = compiled.mask(asked.constraints)[0], [compiled.number(place) for place in asked.constraints.via]
    found = alternative_ways(
        compiled.search, *ends, mask, asked.by, via=via, k=k + 1, max_overlap=None, distinct="crossings", fits=None
    ).ways
    edges = list(way)
    shut = [(structure.crossing == number) for number in np.unique(structure.crossing[edges]) if number >= 0]
    hauled = [edge for edge in edges if structure.link[edge] >= 0 and structure.kind[edge] != CROSS]
    for mode, group in dict.fromkeys(
        (int(structure.mode[e]), int(structure.countries[structure.link[e]])) for e in hauled
    ):
        along = structure.link >= 0
        on = np.zeros(len(along), dtype=bool)
        on[along] = structure.countries[structure.link[along]] == group
        shut.append(on & (structure.mode == mode) & (structure.kind != CROSS))
    ways = list(found)
    for closed in shut:
        other = compiled.search.best(*ends, Mask(usable & ~closed, structure), asked.by, via)
        if other is not None:
            ways.append(other)
    others = sorted((w for w in dict.fromkeys(ways) if w != way), key=asked.total)
    return others[:k], "best without a shared crossing, without each crossing, and without each mode in each country"
