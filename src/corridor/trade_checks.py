# SPDX-License-Identifier: BSD-3-Clause
"""The rules of the tables of trade: capacities are of something that exists, demand can be asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from corridor.errors import Fault
from corridor.schema import Calendar, Capacity, DemandRow, Status
from corridor.tables import Tables

__all__ = ["capacities_fit_their_subject", "demand_can_be_asked", "subject_faults", "trade_sources"]

# The mode whose vehicles a unit of capacity counts.
VEHICLES_OF: Final = {"trucks_per_day": "road", "wagons_per_day": "rail"}


def subject_faults(tables: Tables, row: Status | Calendar | Capacity, file: str, name: str) -> Iterator[Fault]:
    """Yield what is wrong with the subject and the direction of a row that speaks of a crossing, link or place."""
    subjects = {
        "crossing": {post.crossing for post in tables.crossings},
        "link": {link.id for link in tables.links},
        "place": {place.id for place in tables.places},
    }
    if row.subject not in subjects[row.subject_kind]:
        yield Fault(file, name, "subject", row.subject, f"no such {row.subject_kind}", "Correct the id.")
    kinds = {"both": ("crossing", "link", "place"), "forward": ("link",), "backward": ("link",)}
    if row.subject_kind not in kinds.get(row.direction, ("crossing", "place")):
        rule = f"a {row.subject_kind} has no such direction"
        yield Fault(file, name, "direction", row.direction, rule, "Crossings: PK-AF; links: forward or backward.")


def capacities_fit_their_subject(tables: Tables) -> Iterator[Fault]:
    """A capacity is of something that exists, in a unit of its mode, once; traffic says what it rests on."""
    file = tables.file("capacities")
    modes: dict[tuple[str, str], set[str]] = {}
    posts: dict[str, set[str]] = {}
    for post in tables.crossings:
        modes.setdefault(("crossing", post.crossing), set()).add(post.mode)
        posts.setdefault(post.crossing, set()).update((post.post, post.facing_post))
    for link in tables.links:
        modes[("link", link.id)] = {link.mode}
        for end in (link.from_, link.to):
            modes.setdefault(("place", end), set()).add(link.mode)
    seen = Counter((row.subject, row.post, row.mode, row.direction, row.unit) for row in tables.capacities)
    for row in tables.capacities:
        name = _capacity_name(row)
        yield from subject_faults(tables, row, file, name)
        there = modes.get((row.subject_kind, row.subject), set())
        if row.mode is not None and there and row.mode not in there:
            remedy = f"There: {', '.join(sorted(there))}."
            yield Fault(file, name, "mode", row.mode, f"the {row.subject_kind} has no such mode", remedy)
        if row.unit in VEHICLES_OF and row.mode != VEHICLES_OF[row.unit]:
            rule = f"the unit counts {VEHICLES_OF[row.unit]} vehicles, and the mode is {row.mode or 'blank'}"
            yield Fault(
                file, name, "unit", row.unit, rule, f"Give the mode {VEHICLES_OF[row.unit]}, or tonnes_per_year."
            )
        if row.post and row.post not in posts.get(row.subject, set()):
            remedy = f"Posts: {', '.join(sorted(posts.get(row.subject, {'none'})))}."
            yield Fault(file, name, "post", row.post, "no such post at the crossing", remedy)
        for column in ("traffic_basis", "traffic_year"):
            if (getattr(row, column) is None) != (row.traffic is None):
                rule = f"{'no' if row.traffic is not None else 'a'} {column} {'beside' if row.traffic is not None else 'without'} traffic"
                yield Fault(
                    file, name, column, "", rule, "Give traffic with its basis, year and source, or none of them."
                )
        if seen[(row.subject, row.post, row.mode, row.direction, row.unit)] > 1:
            yield Fault(
                file, name, "", "", "the capacity stands more than once", "Keep one; rivals go to rival_figures.csv."
            )


def demand_can_be_asked(tables: Tables) -> Iterator[Fault]:
    """Demand is between two different places that exist, of a class of goods that is known, each once in its set."""
    file = tables.file("demand")
    places = {place.id for place in tables.places}
    goods = {row.id for row in tables.cargo}
    seen = Counter((row.set, row.origin, row.destination, row.cargo) for row in tables.demand)
    for row in tables.demand:
        name = _demand_name(row)
        for column in ("origin", "destination"):
            if getattr(row, column) not in places:
                yield Fault(
                    file, name, column, getattr(row, column), "no such place", "Add the place or correct the id."
                )
        if row.origin == row.destination:
            yield Fault(file, name, "destination", row.destination, "the goods stay where they are", "Name two places.")
        if goods and row.cargo not in goods:
            yield Fault(
                file, name, "cargo", row.cargo, "unknown class of goods", f"Classes: {', '.join(sorted(goods))}."
            )
        if seen[(row.set, row.origin, row.destination, row.cargo)] > 1:
            yield Fault(file, name, "", "", "the demand stands more than once in its set", "Add the rows up to one.")


def trade_sources(tables: Tables) -> Iterator[tuple[str, str, str, str]]:
    """Yield table, row, column and cell of the sources of capacities, trade and demand."""
    for room in tables.capacities:
        yield "capacities", _capacity_name(room), "capacity_source", room.capacity_source
        if room.traffic is not None:
            yield "capacities", _capacity_name(room), "traffic_source", room.traffic_source
    for figure in tables.trade:
        yield "trade", f"{figure.partner_a}/{figure.partner_b}/{figure.year}", "source", figure.source
    for wish in tables.demand:
        yield "demand", _demand_name(wish), "source", wish.source


def _capacity_name(row: Capacity) -> str:
    return "/".join(filter(None, (row.subject, row.post, row.mode, row.direction)))


def _demand_name(row: DemandRow) -> str:
    return f"{row.set}/{row.origin}/{row.destination}/{row.cargo}"
