# SPDX-License-Identifier: BSD-3-Clause
"""From a question to a route: options checked, the best walk searched, and a reason given where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from corridor.costs import carriage
from corridor.errors import CorridorError, NoRouteError, OptionError, UnknownPlaceError, nearest_valid
from corridor.lookup import SNAP_KM
from corridor.routes import Route
from corridor.search import cheapest_walk, reachable
from corridor.shipment import Shipment, Weights
from corridor.states import (
    BUILDABLE,
    END,
    START,
    Edge,
    StateGraph,
    build_states,
    check_include,
    check_modes,
    words_of,
)
from corridor.vocabulary import BYS, CORRIDOR_COUNTRIES, MODES, By, LinkStatus, Mode, mode_of

if TYPE_CHECKING:
    from corridor.network import Network

__all__ = ["Constraints", "route"]

Where = str | tuple[float, float]


@dataclass(frozen=True)
class Constraints:
    """What a route must keep to: ids that were looked up and checked against the network."""

    modes: tuple[Mode, ...]
    include: tuple[LinkStatus, ...]
    via: tuple[str, ...]
    places: frozenset[str]
    links: frozenset[str]
    crossings: frozenset[str]
    countries: frozenset[str]
    within: frozenset[str] | None

    @property
    def avoids(self) -> bool:
        """Whether anything is to be avoided."""
        return bool(self.places or self.links or self.crossings or self.countries)

    def usable(self, net: Network) -> Callable[[Edge], bool]:
        """Return the test that tells whether an edge of the state graph may be used."""
        country_of = {place.id: place.country for place in net.tables.places}

        def test(edge: Edge) -> bool:
            if edge.link is not None:
                if edge.key in self.links or edge.crossing in self.crossings:
                    return False
                if self.countries and not self.countries.isdisjoint(edge.link.countries):
                    return False
                if self.within is not None and not self.within.issuperset(edge.link.countries):
                    return False
            place = edge.head[0]
            if place in self.places:
                return False
            return not (self.countries or self.within is not None) or self._inside(country_of[place])

        return test

    def _inside(self, country: str) -> bool:
        return country not in self.countries and (self.within is None or country in self.within)


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
    snap_km: float = SNAP_KM,
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
    snap_km
        How far a point may lie from the place it is taken for, km.

    Returns
    -------
    Route
        With totals that are the exact sums of its steps.

    Raises
    ------
    UnknownPlaceError, AmbiguousPlaceError, OffNetworkError
        If a place cannot be told.
    OptionError
        If an option is unknown, misspelt or contradicts another.
    NoRouteError
        If there is no way; the message says what blocks it and what would help.
    CostError
        If a price, speed or time is missing.

    References
    ----------
    Dijkstra (1959), A note on two problems in connexion with graphs, on the state graph of :func:`corridor.state_graph`.

    Examples
    --------
    >>> import corridor as co
    >>> net = co.load()
    >>> r = co.route(net, "Karachi", "Tashkent", by="hours", modes=["road"])
    >>> r.countries
    ('PK', 'AF', 'UZ')
    >>> co.route(net, "Karachi", "Tashkent", modes=["road"], avoid=["torkham"]).crossings[-1]
    'hairatan'
    """
    if by not in BYS:
        msg = f"Unknown by={by!r}.{nearest_valid(str(by), BYS, kind='Choices')}"
        raise OptionError(msg)
    start, goal = (net.place(what, snap_km=snap_km).id for what in (origin, destination))
    constraints = check_constraints(
        net, modes=modes, include=include, avoid=avoid, via=via, within=within, snap_km=snap_km
    )
    _check_contradictions(net, start, goal, constraints)
    states = build_states(net, shipment, weights=weights, modes=constraints.modes, include=constraints.include)
    _check_ports(net, states, start, goal)
    walk = search(net, states, start, goal, by=by, constraints=constraints)
    if walk is None:
        raise _no_route(net, states, start, goal, by=by, constraints=constraints)
    return Route(net, walk, costs=states.costs, weights=states.weights, by=by)


def _check_ports(net: Network, states: StateGraph, start: str, goal: str) -> None:
    """Refuse a port at an end that has no figures for the customs regime, before the search goes round by the quay."""
    for place, start_here in ((start, True), (goal, False)):
        rides = states.rides.get(place, ())
        inland = [ride for ride in rides if ride != "sea"] or rides
        errors = _port_errors(net, states, place, inland, start=start_here)
        if errors and len(errors) == len(inland):
            raise errors[0]


def _port_errors(
    net: Network, states: StateGraph, place: str, rides: Iterable[str], *, start: bool
) -> list[OptionError]:
    """Return an error for each carriage in which cargo cannot start, or end, at a place under the customs regime."""
    errors = []
    for ride in rides:
        try:
            states.costs.end(net.place(place), ride, start=start)
        except OptionError as error:
            errors.append(error)
    return errors


def search(
    net: Network, states: StateGraph, start: str, goal: str, *, by: By, constraints: Constraints
) -> tuple[Edge, ...] | None:
    """Return the best walk under the constraints, or None where there is none."""
    return cheapest_walk(states.leaving, start, goal, by=by, via=constraints.via, usable=constraints.usable(net))


def check_constraints(
    net: Network,
    *,
    modes: Iterable[Mode] | None,
    include: Sequence[LinkStatus],
    avoid: Iterable[str] | str,
    via: Iterable[Where] | str,
    within: Iterable[str] | None,
    snap_km: float,
) -> Constraints:
    """Look up and check what a route must keep to."""
    places, links, crossings, countries = _sort_avoided(net, avoid)
    passed: list[Any] = [via] if _is_point(via) else [*words_of(via, option="via")]  # type: ignore[arg-type]
    return Constraints(
        modes=check_modes(modes),
        include=check_include(include),
        via=tuple(net.place(what, snap_km=snap_km).id for what in passed),
        places=frozenset(places),
        links=frozenset(links),
        crossings=frozenset(crossings),
        countries=frozenset(countries),
        within=None if within is None else _check_countries(net, within),
    )


def _is_point(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(v, (int, float)) for v in value)


def _sort_avoided(net: Network, avoid: Iterable[str] | str) -> tuple[set[str], set[str], set[str], set[str]]:
    """Tell what each word of ``avoid`` means: a country, link, crossing or place; several places may share a name."""
    known_countries = {place.country for place in net.tables.places}
    known_links = {link.id for link in net.tables.links}
    known_crossings = {row.crossing for row in net.tables.crossings}
    places: set[str] = set()
    links: set[str] = set()
    crossings: set[str] = set()
    countries: set[str] = set()
    by_name = _countries_by_name(known_countries)
    words: list[object] = [*words_of(avoid, option="avoid")]
    for word in words:
        if not isinstance(word, str):
            msg = f"avoid={word!r}: name a place, link, crossing or country in words, not {type(word).__name__}."
            raise OptionError(msg)
        lower = word.strip().lower()
        if lower in by_name:
            countries.add(by_name[lower])
        elif lower in known_crossings:
            crossings.add(lower)
        elif lower in known_links:
            links.add(lower)
        else:
            try:
                places.add(net.place(word).id)
            except UnknownPlaceError as error:
                msg = (
                    f"avoid={word!r} is no place, link, crossing or country of the network. {error} "
                    f"Crossings: {', '.join(sorted(known_crossings))}. Countries: {', '.join(sorted(known_countries))}."
                )
                raise OptionError(msg) from error
    return places, links, crossings, countries


def _check_countries(net: Network, within: Iterable[str] | str) -> frozenset[str]:
    known = {place.country for place in net.tables.places}
    by_name = _countries_by_name(known)
    asked = set()
    for word in words_of(within, option="within"):
        code = by_name.get(str(word).strip().lower())
        if code is None:
            msg = f"within={word!r}: no such country in the network.{nearest_valid(str(word), known, kind='Countries')}"
            raise OptionError(msg)
        asked.add(code)
    if not asked:
        msg = f"within is empty: name at least one country. Countries: {', '.join(sorted(known))}."
        raise OptionError(msg)
    return frozenset(asked)


def _countries_by_name(known: Iterable[str]) -> dict[str, str]:
    """Return the code of each country of a network by its code and its name, in lower case."""
    names = {CORRIDOR_COUNTRIES[code].lower(): code for code in known if code in CORRIDOR_COUNTRIES}
    return {code.lower(): code for code in known} | names


def _check_contradictions(net: Network, start: str, goal: str, constraints: Constraints) -> None:
    """Refuse options that no route can meet, whatever the network."""
    if start == goal and not constraints.via:
        msg = f"Origin and destination are the same place, {start!r}: name two places, or a place to go via."
        raise OptionError(msg)
    for role, place in (("origin", start), ("destination", goal), *(("via", place) for place in constraints.via)):
        country = net.place(place).country
        if place in constraints.places:
            msg = f"avoid={place!r} is the {role} itself: take it out of one of the two."
        elif country in constraints.countries:
            msg = f"avoid={country!r} holds the {role} {place!r}: take it out of one of the two."
        elif constraints.within is not None and country not in constraints.within:
            named = ", ".join(sorted(constraints.within))
            msg = f"within={named} leaves out {country}, where the {role} {place!r} is: add it."
        else:
            continue
        raise OptionError(msg)
    if constraints.within is not None and (both := constraints.within & constraints.countries):
        msg = f"within and avoid both name {', '.join(sorted(both))}: take it out of one of the two."
        raise OptionError(msg)


LAND_AND_SEA: Final[tuple[Mode, ...]] = ("road", "rail", "sea")


def _no_route(
    net: Network, states: StateGraph, start: str, goal: str, *, by: By, constraints: Constraints
) -> NoRouteError:
    """Return the error that says what blocks the way and which single change would open it."""
    modes = ", ".join(constraints.modes)
    reasons = _structural_reasons(net, states, start, goal, constraints)
    helps = _what_would_help(net, states, start, goal, by=by, constraints=constraints)
    text = [f"No route from {start!r} to {goal!r} by {modes}."]
    text += [f"Why: {reason}" for reason in reasons]
    text += [f"It would work {change}" for change in helps]
    if not helps:
        text.append("No single change of modes, avoid, within, via or planned links opens a way.")
    return NoRouteError("\n  ".join(text), origin=start, destination=goal, blocked_by=(*reasons, *helps))


def _structural_reasons(net: Network, states: StateGraph, start: str, goal: str, constraints: Constraints) -> list[str]:
    """Return what the network itself lacks: a terminal at an end, a railway that goes on, a gauge in common."""
    reasons = []
    modes = ", ".join(constraints.modes)
    served = states.rides
    everything = build_carriages(net)
    for place in (start, goal):
        if place not in served:
            operating = sorted(everything[place]["operating"])
            barred = [ride for ride in operating if mode_of(ride) in constraints.modes]
            if barred:
                cargo = states.costs.cargo
                reasons.append(
                    f"{cargo.id} ({cargo.name}) may ride in {', '.join(cargo.carriages)} only; "
                    f"at {place} there is {', '.join(barred)}."
                )
                continue
            there = ", ".join(operating) or "nothing in operation"
            later = sorted(ride for ride in everything[place]["later"] if mode_of(ride) in constraints.modes)
            plan = f"; not yet operating: {', '.join(later)}" if later else ""
            name = net.place(place).name
            reasons.append(f"{name} ({place}) has no {modes} in operation; there: {there}{plan}.")
    if reasons:
        return reasons
    barred_ports = [
        str(error)
        for place, start_here in ((start, True), (goal, False))
        for error in _port_errors(net, states, place, served[place], start=start_here)
    ]
    reasons += dict.fromkeys(barred_ports)
    usable = constraints.usable(net)
    leaving = {state: [edge for edge in edges if usable(edge)] for state, edges in states.leaving.items()}
    seen = reachable(leaving, [(start, START)])
    rides = sorted({ride for place, ride in seen if ride not in {START, END}})
    at_goal = sorted(served[goal])
    if (goal, END) in seen:
        reasons.append(
            f"{goal} can be reached from {start}, but not by way of {', '.join(constraints.via)} in this order."
        )
    elif rides and not set(rides) & set(at_goal):
        reasons.append(
            f"from {start} the cargo stays in {', '.join(rides)}, {goal} is served by {', '.join(at_goal)}, and no "
            "transfer between them can be reached (a gauge is changed only where there is a terminal for it)."
        )
    elif rides:
        count = len({place for place, _ in seen}) - 1
        reasons.append(f"from {start} the links allowed reach {count} other places, and {goal} is not among them.")
    return reasons


def build_carriages(net: Network) -> dict[str, dict[str, set[str]]]:
    """Return the carriages at each place: those of operating links, and those of links not (yet) operating."""
    found: dict[str, dict[str, set[str]]] = {
        place.id: {"operating": set(), "later": set()} for place in net.tables.places
    }
    for link in net.tables.links:
        for place in (link.from_, link.to):
            found[place]["operating" if link.status == "operating" else "later"].add(carriage(link))
    for both in found.values():
        both["later"] -= both["operating"]
    return found


def _what_would_help(
    net: Network, states: StateGraph, start: str, goal: str, *, by: By, constraints: Constraints
) -> list[str]:
    """Try one change at a time and tell those that open a way, with what the way then costs."""
    none: frozenset[str] = frozenset()
    changes: list[tuple[str, Constraints]] = []
    if constraints.avoids:
        freed = replace(constraints, places=none, links=none, crossings=none, countries=none)
        named = ", ".join(
            sorted(constraints.places | constraints.links | constraints.crossings | constraints.countries)
        )
        changes.append((f"without avoid={named}", freed))
    if constraints.within is not None:
        changes.append((f"without within={', '.join(sorted(constraints.within))}", replace(constraints, within=None)))
    if missing := [mode for mode in LAND_AND_SEA if mode not in constraints.modes]:
        allied = replace(constraints, modes=(*constraints.modes, *missing))
        changes.append(("with road, rail and sea together", allied))
    if not set(constraints.include) >= set(BUILDABLE[:2]):
        planned = replace(constraints, include=tuple(dict.fromkeys((*constraints.include, *BUILDABLE[:2]))))
        changes.append(("once what is planned or under construction is built", planned))
    of_cargo = tuple(mode for mode in MODES if any(mode_of(ride) == mode for ride in states.costs.cargo.carriages))
    if not set(of_cargo) & set(constraints.modes):
        ways = replace(constraints, modes=of_cargo)
        name = ", ".join(of_cargo)
        changes.append((f"by {name}, which {states.costs.cargo.id} rides in", ways))
        changes.append((f"by {name}, once what is planned is built", replace(ways, include=BUILDABLE[:2])))
    if constraints.via:
        changes.append((f"without via={', '.join(constraints.via)}", replace(constraints, via=())))
    if "air" not in constraints.modes and set(constraints.modes) >= set(LAND_AND_SEA):
        changes.append(("with air too", replace(constraints, modes=(*constraints.modes, "air"))))
    helps = []
    for name, changed in changes:
        walk = _try(net, states, start, goal, by=by, constraints=changed)
        if walk is not None:
            found = Route(net, walk, costs=states.costs, weights=states.weights, by=by)
            helps.append(
                f"{name}: {found.km:,.0f} km, {found.hours / 24:.1f} days, {found.usd:,.0f} USD{_new_links(net, found)}."
            )
    return helps


def _new_links(net: Network, found: Route) -> str:
    """Name the links of a route that are not in operation."""
    new = [link for link in found.links if net.link(link).status != "operating"]
    more = f" and {len(new) - 6} more" if len(new) > 6 else ""
    return f", over {', '.join(new[:6])}{more}" if new else ""


def _try(
    net: Network, states: StateGraph, start: str, goal: str, *, by: By, constraints: Constraints
) -> tuple[Edge, ...] | None:
    """Search under other constraints; a network that cannot be priced that way opens no way."""
    try:
        other = build_states(
            net, states.costs.shipment, weights=states.weights, modes=constraints.modes, include=constraints.include
        )
    except CorridorError:
        return None
    return search(net, other, start, goal, by=by, constraints=constraints)
