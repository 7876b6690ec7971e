# SPDX-License-Identifier: BSD-3-Clause
"""What a scenario does to capacities: known ones are set or scaled, one that was not known is added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from corridor.applied import Applied, changed_row
from corridor.scenario import CapacityChange
from corridor.schema import Capacity
from corridor.tables import Tables
from corridor.vocabulary import weakest

__all__ = ["change_capacity"]


def change_capacity(applied: Applied, change: CapacityChange) -> Tables:
    """Return the tables with the capacities of some crossings, links and places set or scaled."""
    subjects = [("crossing", name) for name in sorted(applied.crossings(change.crossings))]
    subjects += [("link", name) for name in sorted(applied.links(change.links))]
    subjects += [("place", name) for name in sorted(applied.places(change.places))]
    posts = applied.known(change.posts, (row.post for row in applied.tables.crossings), "post")
    rows = list(applied.tables.capacities)
    for kind, subject in subjects:
        meant = [
            index
            for index, row in enumerate(rows)
            if (row.subject_kind, row.subject) == (kind, subject)
            and (not posts or row.post in posts)
            and (change.mode is None or row.mode == change.mode)
            and (change.direction in {"", row.direction})
            and (change.unit is None or row.unit == change.unit)
        ]
        units = sorted({rows[index].unit for index in meant})
        if change.capacity is not None and len(units) > 1:
            msg = f"{subject} has capacities in {' and '.join(units)}: give the unit that is meant."
            raise applied.fails(msg)
        if meant:
            for index in meant:
                rows[index] = _changed(applied, change, rows[index])
        else:
            rows.append(_added(applied, change, kind, subject, posts))
    return replace(applied.tables, capacities=tuple(rows))


def _changed(applied: Applied, change: CapacityChange, row: Capacity) -> Capacity:
    """Return a capacity with its new figure; what passes already stays as it is."""
    anew = change.capacity is not None
    new = change.capacity if change.capacity is not None else row.capacity * (change.capacity_factor or 0.0)
    if new == row.capacity:
        return row
    made: Capacity = changed_row(
        row,
        capacity=new,
        capacity_basis=applied.basis if anew else weakest(row.capacity_basis, applied.basis),
        capacity_source=applied.source if anew else applied.with_source(row.capacity_source),
        capacity_year=_year(applied, row.capacity_year),
        note="; ".join(filter(None, (row.note.rstrip("."), applied.noted("capacity changed")))) + ".",
    )
    return made


def _added(applied: Applied, change: CapacityChange, kind: str, subject: str, posts: Iterable[str]) -> Capacity:
    """Return a capacity where none was known."""
    known = [row for row in applied.tables.capacities if (row.subject_kind, row.subject) == (kind, subject)]
    have = ", ".join("/".join(filter(None, (row.post, row.mode, row.direction, row.unit))) for row in known)
    told = f" Capacities there: {have}." if have else ""
    if change.capacity is None:
        msg = f"no such capacity of {subject} is known, so there is nothing to scale: give capacity and unit.{told}"
        raise applied.fails(msg)
    year = _year(applied, None)
    missing = [name for name, given in (("unit", change.unit), ("a year of the scenario", year)) if given is None]
    if missing:
        msg = f"no such capacity of {subject} is known: to add one give {' and '.join(missing)} too.{told}"
        raise applied.fails(msg)
    if len(named := sorted(posts)) > 1:
        msg = f"a capacity of {subject} can be added at one post, not at {' and '.join(named)}."
        raise applied.fails(msg)
    modes = {"trucks_per_day": "road", "wagons_per_day": "rail"}
    return Capacity.model_validate({
        "subject": subject, "subject_kind": kind, "post": named[0] if named else "",
        "mode": change.mode or modes.get(change.unit or ""), "direction": change.direction or "both",
        "capacity": change.capacity, "unit": change.unit, "capacity_basis": applied.basis, "capacity_year": year,
        "capacity_source": applied.source, "note": f"{applied.noted('added')}.",
    })  # fmt: skip


def _year(applied: Applied, known: int | None) -> int | None:
    """Return the year that a scenario speaks of, else the year known before."""
    scenario = applied.scenario
    return scenario.year or (int(scenario.as_of[:4]) if scenario.as_of else known)
