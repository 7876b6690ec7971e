# SPDX-License-Identifier: BSD-3-Clause
"""Why there is no route: what blocks the way, and which single change of the options would open one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from corridor.advisories import Advisory
from corridor.constraints import BUILDABLE, Constraints, Ground
from corridor.errors import CorridorError, NoRouteError, OptionError
from corridor.lookup import SNAP_KM
from corridor.prices import Prices
from corridor.structure import END, RIDES, START, Array, Csr
from corridor.vocabulary import MODES, Mode, mode_of

if TYPE_CHECKING:
    from corridor.routes import Route

__all__ = ["Asked", "check_ports", "no_route"]

LAND_AND_SEA: Final[tuple[Mode, ...]] = ("road", "rail", "sea")
SHOWN: Final = 6


@dataclass(frozen=True)
class Asked:
    """A question without an answer, and how to ask it again under other constraints."""

    ground: Ground
    prices: Prices
    # Edges that are there with the modes asked for, and those of them that the constraints leave.
    in_play: Array
    usable: Array
    # The route under other constraints, or None; an error where the network cannot be priced that way.
    again: Callable[[Constraints], Route | None]
    # The same with the ways round the corridor's countries; None where there are none to look at.
    around: Callable[[Constraints], Route | None]

    def rides(self, place: str, edges: Array | None = None) -> list[str]:
        """Return the carriages that some links serve a place in: those in play, or others named."""
        structure = self.prices.structure
        run = (structure.link >= 0) & (self.in_play if edges is None else edges)
        number = structure.number_of_place[place]
        states = np.concatenate([structure.csr.tails[run], structure.csr.heads[run]])
        here = states[structure.place_of[states] == number]
        return [RIDES[ride] for ride in np.unique(structure.ride_of[here]).tolist()]

    def name(self, place: str) -> str:
        """Return the name of a place."""
        return self.ground.place(place, snap_km=SNAP_KM).name


def check_ports(asked: Asked, start: str, goal: str) -> None:
    """Refuse a port at an end that has no figures for the customs regime, before the search goes round by the quay."""
    if not asked.prices.barred.any():
        return
    for place, first in ((start, True), (goal, False)):
        rides = asked.rides(place)
        inland = [ride for ride in rides if ride != "sea"] or rides
        errors = _port_errors(asked, place, inland, first=first)
        if errors and len(errors) == len(inland):
            raise errors[0]


def no_route(asked: Asked, start: str, goal: str, constraints: Constraints) -> NoRouteError:
    """Return the error that says what blocks the way and which single change would open it."""
    modes = ", ".join(constraints.modes)
    dated = asked.prices.dated
    ordinary = None if dated is None else _tried(asked.again, replace(constraints, lifted=True))
    blocking = () if ordinary is None else _blocking(asked, start, goal, constraints)
    text = [f"No route from {start!r} to {goal!r} by {modes}{f' as of {dated.day}' if dated else ''}."]
    text += [f"Shut: {told}" for told in _grouped(asked, blocking)]
    if ordinary is not None:
        text.append(
            f"If nothing were shut: {_totals(ordinary)}, by {', '.join(ordinary.crossings) or 'road and rail'}."
        )
    reasons = [] if blocking else _structural_reasons(asked, start, goal, constraints)
    reasons += [str(fact) for fact in blocking]
    text += [f"Why: {reason}" for reason in reasons if not blocking]
    around = None if dated is None else _tried(asked.around, constraints)
    helps = [] if around is None else [_detour(around, ordinary)]
    helps += _what_would_help(asked, constraints)
    text += [f"It would work {change}" for change in helps]
    if not helps:
        text.append("No single change of modes, avoid, within, via or planned links opens a way.")
    return NoRouteError("\n  ".join(text), origin=start, destination=goal, blocked_by=(*reasons, *helps))


def _blocking(asked: Asked, start: str, goal: str, constraints: Constraints) -> tuple[Advisory, ...]:
    """Return the facts that stand between what can be reached from the start and from where the goal can be reached."""
    structure, dated = asked.prices.structure, asked.prices.dated
    if dated is None:
        return ()
    open_else = replace(constraints, lifted=True).usable(structure, asked.in_play)
    reached = np.zeros(len(structure.place_of), dtype=bool)
    reached[_reachable(structure.csr, asked.usable, int(structure.firsts[structure.number_of_place[start]]))] = True
    ahead = np.zeros(len(structure.place_of), dtype=bool)
    back, edges = structure.csr.reverse, structure.csr.back[1]
    ahead[_reachable(back, open_else[edges], int(structure.lasts[structure.number_of_place[goal]]))] = True
    shut = dated.shut & open_else & reached[structure.csr.tails] & ahead[structure.csr.heads]
    return tuple(Advisory.of(row, dated.day) for row in dated.bans(np.flatnonzero(shut).tolist()))


def _grouped(asked: Asked, facts: Iterable[Advisory]) -> list[str]:
    """Return facts as texts, those that differ in their subject alone as one, with the address of the first source."""
    urls = {row.id: row.url for row in asked.prices.costs.tables.sources}
    groups: dict[Advisory, list[str]] = {}
    for fact in facts:
        # The first source is named; further ones may differ from post to post.
        groups.setdefault(fact._replace(subject="", source=fact.source.split(";")[0]), []).append(fact.subject)
    told = []
    for fact, subjects in groups.items():
        url = urls.get(fact.source, "")
        told.append(f"{fact._replace(subject=', '.join(subjects))}{f' <{url}>' if url else ''}")
    return told


def _detour(around: Route, ordinary: Route | None) -> str:
    """Say what the best way round costs, and how much more that is than the ordinary way."""
    more = ""
    if ordinary is not None:
        hours, usd, km = around.hours - ordinary.hours, around.usd - ordinary.usd, around.km - ordinary.km
        more = f" ({km:+,.0f} km, {hours / 24:+,.1f} days, {usd:+,.0f} USD)"
    return f"with the ways round, scope='bypass': {_totals(around)}{more}, by {', '.join(around.countries)}."


def _totals(route: Route) -> str:
    return f"{route.km:,.0f} km, {route.hours / 24:.1f} days, {route.usd:,.0f} USD"


def _tried(ask: Callable[[Constraints], Route | None], constraints: Constraints) -> Route | None:
    """Return the route, or None where there is none or the network cannot be priced that way."""
    try:
        return ask(constraints)
    except CorridorError:
        return None


def _port_errors(asked: Asked, place: str, rides: Iterable[str], *, first: bool) -> list[OptionError]:
    """Return an error for each carriage in which cargo cannot start, or end, at a place under the customs regime."""
    errors = []
    for ride in rides:
        try:
            asked.prices.costs.end(asked.ground.place(place, snap_km=SNAP_KM), ride, start=first)
        except OptionError as error:
            errors.append(error)
    return errors


def _structural_reasons(asked: Asked, start: str, goal: str, constraints: Constraints) -> list[str]:
    """Return what the network itself lacks: a terminal at an end, a railway that goes on, a gauge in common."""
    reasons = []
    modes = ", ".join(constraints.modes)
    structure = asked.prices.structure
    running = np.concatenate([structure.status == 0, [False]])[structure.link]
    for place in (start, goal):
        if not asked.rides(place):
            operating = asked.rides(place, running)
            barred = [ride for ride in operating if mode_of(ride) in constraints.modes]
            if barred:
                cargo = asked.prices.costs.cargo
                reasons.append(
                    f"{cargo.id} ({cargo.name}) may ride in {', '.join(cargo.carriages)} only; "
                    f"at {place} there is {', '.join(barred)}."
                )
                continue
            there = ", ".join(operating) or "nothing in operation"
            others = [ride for ride in asked.rides(place, ~running) if ride not in operating]
            later = [ride for ride in others if mode_of(ride) in constraints.modes]
            plan = f"; not yet operating: {', '.join(later)}" if later else ""
            reasons.append(f"{asked.name(place)} ({place}) has no {modes} in operation; there: {there}{plan}.")
    if reasons:
        return reasons
    barred_ports = [
        str(error)
        for place, first in ((start, True), (goal, False))
        for error in _port_errors(asked, place, asked.rides(place), first=first)
    ]
    reasons += dict.fromkeys(barred_ports)
    first = int(structure.firsts[structure.number_of_place[start]])
    seen = [structure.state(state) for state in _reachable(structure.csr, asked.usable, first)]
    rides = sorted({ride for _, ride in seen if ride not in {START, END}})
    at_goal = asked.rides(goal)
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
    lifts = [] if constraints.via or (goal, END) in seen else _missing_lifts(asked, start, goal)
    if lifts:
        rows = "; ".join(f"{place} from {old} to {new}" for place, old, new in lifts)
        one = len(lifts) == 1
        reasons.append(
            f"the carriages meet, but there is no lift between them. {'A row' if one else 'Rows'} of the transfers "
            f"(place, from_carriage, to_carriage) would open the way: {rows}."
        )
    return reasons


def _missing_lifts(asked: Asked, start: str, goal: str) -> list[tuple[str, str, str]]:
    """Return the fewest transfers that would open a way: place, carriage left and carriage entered; none where none do."""
    structure, usable = asked.prices.structure, asked.usable
    graph = structure.csr
    served = np.zeros(len(structure.place_of), dtype=bool)
    run = usable & (structure.link >= 0)
    served[graph.tails[run]] = served[graph.heads[run]] = True
    beside: dict[int, list[int]] = {}
    for state in np.flatnonzero(served).tolist():
        beside.setdefault(int(structure.place_of[state]), []).append(state)
    first, last = (
        int(ends[structure.number_of_place[place]])
        for ends, place in ((structure.firsts, start), (structure.lasts, goal))
    )
    # States by the fewest lifts to them: what links reach is looked at before a further lift is made.
    came: dict[int, tuple[int, bool]] = {first: (first, False)}
    layer = [first]
    while layer and last not in came:
        for node in layer:
            edges = slice(graph.starts[node], graph.starts[node + 1])
            for head in graph.heads[edges][usable[edges]].tolist():
                if head not in came:
                    came[head] = (node, False)
                    layer.append(head)
        lifted = []
        for node in layer:
            for other in beside.get(int(structure.place_of[node]), ()) if served[node] else ():
                if other not in came:
                    came[other] = (node, True)
                    lifted.append(other)
        layer = lifted
    if last not in came:
        return []
    lifts = []
    node = last
    while node != first:
        before, lift = came[node]
        if lift:
            (place, old), (_, new) = structure.state(before), structure.state(node)
            lifts.append((place, old, new))
        node = before
    return lifts[::-1]


def _reachable(graph: Csr, usable: Array, first: int) -> list[int]:
    """Return every state that can be reached from one, itself with them."""
    starts, heads = graph.starts, graph.heads
    seen = {first}
    stack = [first]
    while stack:
        node = stack.pop()
        edges = slice(starts[node], starts[node + 1])
        for head in heads[edges][usable[edges]].tolist():
            if head not in seen:
                seen.add(head)
                stack.append(head)
    return sorted(seen)


def _what_would_help(asked: Asked, constraints: Constraints) -> list[str]:
    """Try one change at a time and tell those that open a way, with what the way then costs."""
    cargo = asked.prices.costs.cargo
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
    if "disused" not in constraints.include:
        # A scenario shuts a link by making it disused.
        again = replace(constraints, include=(*constraints.include, "disused"))
        changes.append(("with disused links, as those that a scenario shuts are (include=['disused'])", again))
    of_cargo = tuple(mode for mode in MODES if any(mode_of(ride) == mode for ride in cargo.carriages))
    if not set(of_cargo) & set(constraints.modes):
        ways = replace(constraints, modes=of_cargo)
        name = ", ".join(of_cargo)
        changes.append((f"by {name}, which {cargo.id} rides in", ways))
        changes.append((f"by {name}, once what is planned is built", replace(ways, include=BUILDABLE[:2])))
    if constraints.via:
        changes.append((f"without via={', '.join(constraints.via)}", replace(constraints, via=())))
    if "air" not in constraints.modes and set(constraints.modes) >= set(LAND_AND_SEA):
        changes.append(("with air too", replace(constraints, modes=(*constraints.modes, "air"))))
    helps = []
    for name, changed in changes:
        found = _tried(asked.again, changed)
        if found is not None:
            helps.append(f"{name}: {_totals(found)}{_new_links(found)}.")
    return helps


def _new_links(found: Route) -> str:
    """Name the links of a route that are not in operation."""
    new = found.not_operating
    more = f" and {len(new) - SHOWN} more" if len(new) > SHOWN else ""
    return f", over {', '.join(new[:SHOWN])}{more}" if new else ""
