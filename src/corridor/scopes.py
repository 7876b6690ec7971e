# SPDX-License-Identifier: BSD-3-Clause
"""Which part of the tables belongs to a scope, and what is left of the other tables once places or links are gone."""

from __future__ import annotations

from dataclasses import replace

from corridor.tables import Tables
from corridor.vocabulary import GAUGES_MM, Scope, carriage_of

__all__ = ["within_scope", "without_lost_places"]


def without_lost_places(tables: Tables) -> Tables:
    """Leave out the rows of the other tables that speak of places or links not (any more) there."""
    places = {place.id for place in tables.places}
    pairs = {(frozenset((link.from_, link.to)), link.mode) for link in tables.links}
    crossings = tuple(row for row in tables.crossings if (frozenset((row.post, row.facing_post)), row.mode) in pairs)
    rides: dict[str, set[str]] = {place.id: set(place.terminals) for place in tables.places}
    for link in tables.links:
        for end in (link.from_, link.to):
            undecided = link.mode == "rail" and link.gauge_mm is None
            own = {f"rail{gauge}" for gauge in GAUGES_MM} if undecided else {carriage_of(link.mode, link.gauge_mm)}
            rides.setdefault(end, set()).update(own)
    modes = {(row.crossing, row.mode) for row in crossings} | {(link.id, link.mode) for link in tables.links}
    modes |= {(end, link.mode) for link in tables.links for end in (link.from_, link.to)}
    known = places | {link.id for link in tables.links} | {row.crossing for row in crossings}
    return replace(
        tables,
        crossings=crossings,
        transfers=tuple(
            row for row in tables.transfers if {row.from_carriage, row.to_carriage} <= rides.get(row.place, set())
        ),
        rates=tuple(row for row in tables.rates if not row.place or row.place in places),
        statuses=tuple(row for row in tables.statuses if row.subject in known),
        calendars=tuple(row for row in tables.calendars if row.subject in known),
        capacities=tuple(
            row
            for row in tables.capacities
            if row.subject in known and (row.mode is None or (row.subject, row.mode) in modes)
        ),
        demand=tuple(row for row in tables.demand if {row.origin, row.destination} <= places),
    )


def within_scope(tables: Tables, scope: Scope) -> Tables:
    """Return the part of the tables that belongs to a scope: ``bypass`` is all, ``corridor`` the six countries."""
    if scope == "bypass":
        return tables
    places = tuple(place for place in tables.places if place.scope == scope)
    links = tuple(link for link in tables.links if link.scope == scope)
    lines = {link.id: tables.lines[link.id] for link in links}
    return without_lost_places(replace(tables, places=places, links=links, lines=lines))
