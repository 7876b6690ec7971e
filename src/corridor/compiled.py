# SPDX-License-Identifier: BSD-3-Clause
"""A compiled network: options turned into masks, masks into ways, and limits kept to or told."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from corridor.advisories import warn_if_stale
from corridor.constraints import (
    LIMITS,
    Constraints,
    Ground,
    Where,
    check_by,
    check_constraints,
    check_contradictions,
    check_countries_agree,
    check_limits,
    check_snap,
    miss,
)
from corridor.errors import NoRouteError, OptionError
from corridor.lookup import SNAP_KM
from corridor.prices import Prices
from corridor.reading import load
from corridor.routes import NetworkOf, Route
from corridor.search import Mask, Search, Way
from corridor.states import kept_prices
from corridor.structure import Array
from corridor.tiers import Engine, check_engine
from corridor.vocabulary import By, LinkStatus, Mode

if TYPE_CHECKING:
    from corridor.network import Network
    from corridor.no_route import Asked
    from corridor.schema import Status

__all__ = ["SAME", "Compiled", "numbers_of", "whole_network"]

# Masks of so many different constraints stay with a compiled network.
KEPT: Final = 32
# Totals that differ by no more than this, in any unit, are the same.
SAME: Final = 1e-6
DEFAULT: Final = Constraints()
# Figures that are picked one by one rather than as an array.
MOST_PICKED: Final = 100


class Compiled:
    """Priced states and what is asked of them, whatever they were made from.

    Parameters
    ----------
    ground
        Where places, links, crossings and countries are looked up.
    prices
        The priced states.
    network_of
        Gives a network that holds the places and links of a way.
    engine, landmarks
        As for :class:`corridor.Router`.

    Raises
    ------
    OptionError
        If an option is unknown or of the wrong kind.
    MissingExtraError
        If ``engine="compiled"`` and numba is not installed.
    """

    def __init__(
        self, ground: Ground, prices: Prices, network_of: NetworkOf, *, engine: Engine, landmarks: int
    ) -> None:
        whole: object = landmarks
        if isinstance(whole, bool) or not isinstance(whole, int) or not 0 <= landmarks <= 64:
            msg = f"landmarks={landmarks!r}: must be a whole number from 0 to 64; 8 to 16 serve a large network."
            raise OptionError(msg)
        self.ground = ground
        self.prices = prices
        self.network_of = network_of
        self.engine = check_engine(engine)
        self.landmarks = landmarks
        self.search = Search(prices, engine=self.engine, landmarks=landmarks)
        self._masks: dict[Constraints, tuple[Mask, Array]] = {}

    def repriced(self, prices: Prices) -> Compiled:
        """Return the same with other prices of the same states."""
        return Compiled(self.ground, prices, self.network_of, engine=self.engine, landmarks=self.landmarks)

    def constraints_of(
        self,
        modes: Iterable[Mode] | None,
        avoid: Iterable[str] | str,
        via: Iterable[Where] | str,
        within: Iterable[str] | None,
        include: Sequence[LinkStatus],
        snap_km: float,
        limits: Mapping[str, float | None],
    ) -> Constraints:
        """Return the options looked up and checked."""
        unlimited = all(limit is None for limit in limits.values())
        if (
            snap_km is SNAP_KM
            and unlimited
            and modes is None
            and within is None
            and avoid == ()
            and via == ()
            and include == ()
        ):
            return DEFAULT
        check_snap(snap_km)
        checked = check_limits(**limits)
        for measure, limit in checked.items():
            self.check_measure(measure, f"max_{measure}={limit:g}")
        return check_constraints(
            self.ground, modes=modes, include=include, avoid=avoid, via=via, within=within, snap_km=snap_km,
            limits=checked,
        )  # fmt: skip

    def check_measure(self, measure: str, option: str = "") -> None:
        """Refuse a measure that the links of a network of one's own do not bring; the option is named."""
        if measure not in self.prices.given:
            asked = option or f"by={measure!r}"
            msg = f"{asked}: the links bring no {measure}; they bring {', '.join(self.prices.given)}."
            raise OptionError(msg)

    def place_id(self, what: Where, snap_km: float) -> str:
        """Return the id of the one place that is meant."""
        return self.ground.place(what, snap_km=snap_km).id

    def number(self, place: str) -> int:
        """Return the number of a place by its id."""
        return self.prices.structure.number_of_place[place]

    def mask(self, constraints: Constraints) -> tuple[Mask, Array]:
        """Return which edges the constraints leave, and which are there with the modes asked for."""
        if constraints not in self._masks:
            structure = self.prices.structure
            statuses = ("operating", *constraints.include)
            carriages = self.prices.costs.cargo.carriages
            in_play = structure.in_play(constraints.modes, statuses, carriages, self.prices.year)
            self.prices.check(in_play)
            in_play &= ~self.prices.barred
            if len(self._masks) >= KEPT:
                self._masks.pop(next(iter(self._masks)))
            usable = constraints.usable(structure, in_play)
            if self.prices.dated is not None and not constraints.lifted:
                usable &= ~self.prices.dated.shut
            self._masks[constraints] = Mask(usable, structure), in_play
        return self._masks[constraints]

    def asked(self, start: str, goal: str, by: By, constraints: Constraints) -> Asked:
        """Return the question in the form that tells why it has no answer."""
        from corridor.no_route import Asked

        mask, in_play = self.mask(constraints)

        def again(other: Constraints) -> Route | None:
            way = self.best(start, goal, by, other)
            return None if way is None else self.as_route(way, by, other)

        def around(other: Constraints) -> Route | None:
            wide = self.wider()
            return None if wide is None else wide.asked(start, goal, by, other).again(other)

        return Asked(self.ground, self.prices, in_play, mask.usable, again, around)

    def wider(self) -> Compiled | None:
        """Return the same with the ways round the six countries, where the ground is the bundled corridor as loaded."""
        if getattr(self.ground, "bundled", "") != "corridor" or self.prices.dated is None:
            return None
        net = load(scope="bypass", as_of=self.prices.dated.day)
        prices = kept_prices(net, self.prices.costs.shipment, self.prices.weights)
        return Compiled(net, prices, partial(whole_network, net), engine=self.engine, landmarks=0)

    def best(self, start: str, goal: str, by: str, constraints: Constraints) -> Way | None:
        """Return the best way whatever the limits, or None where there is none."""
        mask, _ = self.mask(constraints)
        via = [self.number(place) for place in constraints.via]
        return self.search.best(self.number(start), self.number(goal), mask, by, via)

    def as_route(self, way: Way, by: By, constraints: Constraints) -> Route:
        """Return the route of a way, which can tell the ordinary one: the best if nothing were shut on its day."""
        if self.prices.dated is None or constraints.lifted:
            return Route(self.network_of, self.prices, way, by=by)
        asked = (way, by, constraints)
        ordinary, bans = partial(self.ordinary, *asked), partial(self.bans_in_the_way, *asked)
        return Route(self.network_of, self.prices, way, by=by, ordinary=ordinary, bans=bans)

    def ordinary(self, way: Way, by: By, constraints: Constraints) -> Route | None:
        """Return the best route between the ends of a way if nothing were shut; None where that meets nothing shut."""
        dated = self.prices.dated
        start, goal = self.ends_of(way)
        lifted = replace(constraints, lifted=True)
        best = self.within_limits(start, goal, by, lifted, constraints.limits)
        if dated is None or best is None or not dated.bans(best):
            return None
        return self.as_route(best, by, lifted)

    def ends_of(self, way: Way) -> tuple[str, str]:
        """Return the ids of the places at which a way begins and ends."""
        structure = self.prices.structure
        states = structure.csr.tails[way[0]], structure.csr.heads[way[-1]]
        start, goal = (structure.state(int(state))[0] for state in states)
        return start, goal

    def bans_in_the_way(self, way: Way, by: By, constraints: Constraints) -> tuple[Status, ...]:
        """Return the bans but for which a way would not be the best: those of the best way, then of the next best ...

        Whatever the best way meets is taken to hold, the best way that is left is looked for, and so on, until it is open.
        """
        dated = self.prices.dated
        if dated is None:
            return ()
        start, goal = map(self.number, self.ends_of(way))
        via = [self.number(place) for place in constraints.via]
        usable = self.mask(replace(constraints, lifted=True))[0].usable
        found: dict[Status, None] = {}
        while True:
            left = usable & ~dated.shut_by(found)
            best = self.search.best(start, goal, Mask(left, self.prices.structure), by, via)
            bans = dated.bans(best or ())
            if not bans:
                return tuple(found)
            found |= dict.fromkeys(bans)

    def warn(self, route: Route) -> Route:
        """Return a route of a day, having warned of what is not known of that day."""
        if self.prices.dated is not None:
            warn_if_stale(route.shaped_by, self.prices.dated.day)
        return route

    def pair(
        self, origin: Where, destination: Where, by: By, constraints: Constraints, snap_km: float
    ) -> tuple[str, str]:
        """Return the ids of both ends; refuse options that no route between them can meet."""
        self.check_measure(check_by(by))
        start, goal = self.place_id(origin, snap_km), self.place_id(destination, snap_km)
        check_contradictions(self.ground, start, goal, constraints)
        if self.prices.barred.any():
            from corridor.no_route import check_ports

            check_ports(self.asked(start, goal, by, constraints), start, goal)
        return start, goal

    def total(self, way: Way, measure: str) -> float:
        """Return the exact sum of a measure along a way."""
        if len(way) > MOST_PICKED:
            return math.fsum(self.prices.columns[measure][np.array(way)].tolist())
        return math.fsum(map(self.prices.rows[measure], way))

    def fits(self, way: Way, limits: Mapping[str, float]) -> bool:
        """Tell whether a way keeps to limits."""
        return all(self.total(way, measure) <= limit + SAME for measure, limit in limits.items())

    def within_limits(
        self, start: str, goal: str, by: str, constraints: Constraints, limits: Mapping[str, float]
    ) -> Way | None:
        """Return the best way that keeps to the limits, or None where there is none."""
        way = self.best(start, goal, by, constraints)
        if way is None or self.fits(way, limits):
            return way
        ends = (self.number(start), self.number(goal), self.mask(constraints)[0])
        via = [self.number(place) for place in constraints.via]
        ways = self.search.front(*ends, (by,), via=via, limits=limits, only_first=True)
        if ways and by == "crossings":
            # Ties are the rule here: of the ways with as few crossings, the one with the least score.
            fewest = {**limits, "crossings": self.total(ways[0], "crossings")}
            ways = self.search.front(*ends, ("score",), via=via, limits=fewest, only_first=True)
        return ways[0] if ways else None

    def way(self, start: str, goal: str, by: By, constraints: Constraints) -> Way:
        """Return the best way that keeps to the constraints and limits.

        Raises
        ------
        NoRouteError
            If there is none.
        """
        way = self.within_limits(start, goal, by, constraints, constraints.limits)
        if way is None:
            raise self.error(start, goal, by, constraints)
        return way

    def error(self, start: str, goal: str, by: By, constraints: Constraints) -> NoRouteError:
        """Return the error that says what blocks the way, or which limit does."""
        from corridor.no_route import no_route

        if self.best(start, goal, by, constraints) is None:
            return no_route(self.asked(start, goal, by, constraints), start, goal, constraints)
        return self.limits_error(start, goal, constraints)

    def allowed(self, place: str, constraints: Constraints) -> bool:
        """Tell whether a route may begin at a place: the mask of the edges speaks of the places that they lead to."""
        country = self.ground.place(place, snap_km=SNAP_KM).country
        inside = country not in constraints.countries and (constraints.within is None or country in constraints.within)
        return inside and place not in constraints.places

    def limits_error(self, start: str, goal: str, constraints: Constraints) -> NoRouteError:
        """Return the error that says which limit binds and by how much the best route misses it."""
        names = {measure: name for name, measure in LIMITS.items()}
        limits = constraints.limits
        told = []
        for measure, limit in limits.items():
            least = self.best(start, goal, measure, constraints)
            if least is not None and not self.fits(least, {measure: limit}):
                told.append(f"{names[measure]}={limit:g}: {miss(measure, self.total(least, measure), limit, 'at all')}")
        if not told:
            for measure, limit in limits.items():
                others = {name: value for name, value in limits.items() if name != measure}
                least = self.within_limits(start, goal, measure, constraints, others)
                if least is not None:
                    most = self.total(least, measure)
                    told.append(f"{names[measure]}={limit:g}: {miss(measure, most, limit, 'within the other limits')}")
        asked = ", ".join(f"{names[measure]}={limit:g}" for measure, limit in limits.items())
        lines = [f"No route from {start!r} to {goal!r} keeps to {asked}.", *told, "Raise one of these limits."]
        return NoRouteError("\n  ".join(lines), origin=start, destination=goal, blocked_by=told)

    def unbeaten(self, ways: Sequence[Way], names: Sequence[str]) -> list[Way]:
        """Return the ways that none other equals or beats in every total as reported, in the order of the criteria."""
        totals = np.round([[self.total(way, name) for name in names] for way in ways], 6)
        table = np.lexsort(totals.T[::-1])
        kept: list[int] = []
        rivals = np.empty((0, len(names)))
        # In this order a way can be beaten only by those before it; of like ones the first in the order of ids is kept.
        for _, like in groupby(table.tolist(), key=lambda number: tuple(totals[number])):
            alike = list(like)
            if not (rivals <= totals[alike[0]]).all(axis=1).any():
                kept.append(min(alike, key=lambda number: self.search.sort_key(ways[number], names[0])))
                if len(kept) > len(rivals):
                    rivals = np.concatenate([rivals, np.full((len(rivals) + 16, len(names)), np.inf)])
                rivals[len(kept) - 1] = totals[alike[0]]
        return [ways[number] for number in kept]

    def ways_between(
        self, starts: Sequence[str], goals: Sequence[str], by: By, constraints: Constraints
    ) -> list[list[Way | None]]:
        """Return the best way for each pair; None where there is none, or the place is the same or not allowed."""
        check_countries_agree(constraints)
        mask, _ = self.mask(constraints)
        if not constraints.limits and not constraints.via:
            origins, destinations = ([*map(self.number, places)] for places in (starts, goals))
            ways = self.search.trees(origins, destinations, mask, by)
            allowed = [self.allowed(start, constraints) for start in starts]
            return [
                [way if start != goal and begins else None for goal, way in zip(goals, row, strict=True)]
                for start, row, begins in zip(starts, ways, allowed, strict=True)
            ]
        return [
            [
                self.within_limits(start, goal, by, constraints, constraints.limits)
                if (start != goal or set(constraints.via) - {start}) and self.allowed(start, constraints)
                else None
                for goal in goals
            ]
            for start in starts
        ]

    def column(self, name: str, given: Any) -> Array:
        """Return a figure for each edge; refuse what is not finite, negative, or of another length."""
        column = numbers_of(name, given)
        if column.shape != (len(self.prices.structure.kind),):
            msg = f"{name}: {column.shape} figures for {len(self.prices.structure.kind)} edges; give one an edge, as in router.edges."
            raise OptionError(msg)
        known = ~self.prices.unpriced
        if not (np.isfinite(column[known]) & (column[known] >= 0)).all():
            first = int(np.flatnonzero(known & ~(np.isfinite(column) & (column >= 0)))[0])
            edge = self.prices.edge(first)
            msg = f"{name}: edge {first} ({edge.key}, {edge.tail[0]} to {edge.head[0]}) has {column[first]}: must be finite and >= 0."
            raise OptionError(msg)
        return column

    def nearest(self, here: str, ports: Sequence[str], *, to_sea: bool, by: By, constraints: Constraints) -> Way:
        """Return the best way from any port to a place, or to any port from it; of like ones that of the first port.

        Raises
        ------
        NoRouteError
            If there is none; what blocks the way from each port is told.
        """
        pairs = [(here, port) if to_sea else (port, here) for port in ports]
        ways = [self.within_limits(*pair, by, constraints, constraints.limits) for pair in pairs]
        found = [way for way in ways if way is not None]
        if found:
            return min(found, key=lambda way: self.total(way, by))
        if len(ports) == 1:
            raise self.error(*pairs[0], by, constraints)
        told = []
        for port, pair in zip(ports, pairs, strict=True):
            reasons = self.error(*pair, by, constraints).blocked_by
            told.append(f"{port}: {reasons[0] if reasons else 'no way'}")
        text = f"No route {'from' if to_sea else 'to'} {here!r} {'to' if to_sea else 'from'} any of {', '.join(ports)}."
        start, goal = pairs[0]
        raise NoRouteError("\n  ".join([text, *told]), origin=start, destination=goal, blocked_by=told)


def whole_network(net: Network, _prices: Prices, _way: Sequence[int]) -> Network:
    """Return the network itself: it holds whatever a way passes."""
    return net


def numbers_of(option: str, given: Any) -> Array:
    """Return an option as an array of floats; refuse what is none."""
    try:
        return np.asarray(given, dtype=float, order="C")
    except (TypeError, ValueError) as error:
        msg = f"{option}: must be an array of numbers ({error})."
        raise OptionError(msg) from error
