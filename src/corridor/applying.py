# SPDX-License-Identifier: BSD-3-Clause
"""What a scenario does to a network: each kind of change made on the tables, and the rules run on the result."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from corridor import checks
from corridor.applied import Applied, changed_row
from corridor.capacity_change import change_capacity
from corridor.costs import CostModel
from corridor.errors import CorridorWarning, DataError, Fault, OptionError, nearest_valid
from corridor.network import Network
from corridor.scenario import (
    EVERY,
    BorderChange,
    BuildChange,
    CapacityChange,
    CloseChange,
    GaugeChange,
    HaulChange,
    OpenChange,
    RateChange,
    Scenario,
    TransferChange,
)
from corridor.schema import Crossing, Link, Row, Source, Status, Transfer
from corridor.shipment import Shipment
from corridor.tables import Tables
from corridor.trade_checks import capacities_fit_their_subject
from corridor.vocabulary import GAUGES_MM, carriage_of, weakest

__all__ = ["apply_scenario"]

# The rules that a change can break: those of places, drawn lines and outlines look at what no scenario moves.
TOUCHED: Final[tuple[Callable[[Tables], Iterable[Fault]], ...]] = (
    checks.ids_are_unique,
    checks.gauges_are_given,
    checks.lengths_are_possible,
    checks.own_speeds_are_possible,
    checks.crossings_are_complete,
    checks.ranges_hold_the_mean,
    checks.transfers_are_at_terminals,
    checks.figures_have_sources,
    capacities_fit_their_subject,
)
OWN_ASSUMPTION: Final = Source(id="own-assumption", title="The user's own assumption")


def apply_scenario(before: Tables, scenario: Scenario | str) -> tuple[Tables, str]:
    """Return tables with the changes of a scenario made in their order, and its id; as :meth:`corridor.Network.apply`."""
    if isinstance(scenario, str):
        scenario = Scenario.bundled(scenario)
    given: object = scenario
    if not isinstance(given, Scenario):
        msg = f"apply needs a corridor.Scenario or the id of a bundled one, not a {type(given).__name__}."
        raise OptionError(msg)
    tables = replace(before, sources=_with_sources(before.sources, scenario))
    for change in scenario.changes:
        applied = Applied(tables, scenario, change)
        changed = MAKE[change.kind](applied, change)
        if _same(changed, tables):
            msg = "it changes nothing: the network is so already."
            raise applied.fails(msg)
        tables = changed
    tables = _with_terminals(tables, before)
    _warn_of_idle(tables, scenario)
    faults = [fault for rule in TOUCHED for fault in rule(tables)]
    if faults:
        # What was wrong before is not of the scenario's making.
        known = {fault for rule in TOUCHED for fault in rule(before)}
        if faults := [fault for fault in faults if fault not in known]:
            raise DataError(faults)
    return tables, scenario.id


def _warn_of_idle(tables: Tables, scenario: Scenario) -> None:
    """Warn of a capacity set on links none of which is in operation: it changes nothing until something opens them."""
    status = {link.id: link.status for link in tables.links}
    for change in scenario.changes:
        named = change.links if isinstance(change, CapacityChange) else ()
        if named and not any(status[link] == "operating" for link in named):
            told = f"{', '.join(named[:3])}{f' and {len(named) - 3} more' if len(named) > 3 else ''}"
            msg = (
                f"Scenario {scenario.id}: it sets the capacity of links that are not in operation ({told}), which changes "
                "nothing by itself. Apply a scenario that opens them too, before or after this one."
            )
            warnings.warn(msg, CorridorWarning, stacklevel=4)


def _with_sources(known: tuple[Source, ...], scenario: Scenario) -> tuple[Source, ...]:
    """Return the sources with those that a scenario brings; every id that its changes name must be among them."""
    rows = {row.id: row for row in known}
    for row in scenario.sources:
        if rows.setdefault(row.id, row) != row:
            msg = f"Scenario {scenario.id}: the source {row.id!r} is another one in the network; give it an id of its own."
            raise OptionError(msg)
    for change in scenario.changes:
        for part in scenario.source_of(change).split(";"):
            name = part.strip()
            if name == OWN_ASSUMPTION.id:
                rows.setdefault(name, OWN_ASSUMPTION)
            elif name and name not in rows:
                hint = nearest_valid(name, rows, kind="Sources of the network and the scenario")
                msg = f"Scenario {scenario.id}, {change.kind}: unknown source {name!r}; add it under [[sources]].{hint}"
                raise OptionError(msg)
    return tuple(rows.values())


def _same(one: Tables, other: Tables) -> bool:
    """Tell whether tables have the same figures; what they rest on and what is noted are not looked at."""
    silent = {"basis", "source", "note", "hours_basis", "usd_basis", "hours_source", "usd_source",
        "capacity_basis", "capacity_source", "capacity_year",
    }  # fmt: skip

    def plain(row: Row) -> Row:
        return row.model_copy(update=dict.fromkeys(silent & type(row).model_fields.keys()))

    for table in ("links", "crossings", "rates", "transfers", "statuses", "capacities"):
        pair = one.rows(table), other.rows(table)
        if len(pair[0]) != len(pair[1]):
            return False
        if any(a is not b and plain(a) != plain(b) for a, b in zip(*pair, strict=True)):
            return False
    return True


# --- close and open ---------------------------------------------------------------------------------------------------


def _close(applied: Applied, change: CloseChange) -> Tables:
    """Shut links for good: they stay in the tables as disused, or become one-way, whatever the date."""
    tables = applied.tables
    crossings, named = applied.crossings(change.crossings), applied.links(change.links)
    places = applied.places(change.places)
    pairs = {
        (frozenset((row.post, row.facing_post)), row.mode): row.crossing
        for row in tables.crossings
        if row.crossing in crossings
    }
    changed: dict[str, Link] = {}
    lines = dict(tables.lines)
    for link in tables.links:
        at = pairs.get((frozenset((link.from_, link.to)), link.mode))
        if at is None and link.id not in named and places.isdisjoint((link.from_, link.to)):
            continue
        if (change.modes and link.mode not in change.modes) or link.status == "disused":
            continue
        if link.mode == "rail" and link.gauge_mm is None:
            # Nothing can ride on it before its gauge is decided.
            continue
        note = "; ".join(filter(None, (link.note.rstrip("."), applied.noted("shut")))) + "."
        about = {"note": note, "source": applied.with_source(link.source)}
        forward = _shut_forward(applied, link, change.direction)
        if forward is None or (link.oneway and forward):
            changed[link.id] = changed_row(link, status="disused", **about)
        elif not link.oneway:
            changed[link.id] = changed_row(link if not forward else turned(link), oneway=True, **about)
            if forward:
                lines[link.id] = lines[link.id][::-1]
    if not changed:
        msg = "it changes nothing: no link in operation or planned is left to shut there."
        raise applied.fails(msg)
    return applied.with_links(changed, lines=lines)


def _shut_forward(applied: Applied, link: Link, direction: str) -> bool | None:
    """Return which way of a link is shut: True forward, False backward, None both."""
    if not direction:
        return None
    if direction in {"forward", "backward"}:
        return direction == "forward"
    ways = {f"{link.countries[0]}-{link.countries[-1]}": True, f"{link.countries[-1]}-{link.countries[0]}": False}
    if direction not in ways:
        msg = f"no way {direction!r} on {link.id}: it has {' and '.join(sorted(ways))}."
        raise applied.fails(msg)
    return ways[direction]


def turned(link: Link) -> Link:
    """Return a link drawn the other way."""
    inland = {"forward": "backward", "backward": "forward"}.get(link.inland, link.inland)
    turned_link: Link = changed_row(link, from_=link.to, to=link.from_, inland=inland, countries=link.countries[::-1])
    return turned_link


def _open(applied: Applied, change: OpenChange) -> Tables:
    """Put links into operation, and drop the dated bans of what is opened."""
    tables = applied.tables
    crossings, links = applied.crossings(change.crossings), applied.links(change.links)
    subjects = {("crossing", name) for name in crossings} | {("link", name) for name in links}
    subjects |= {("place", name) for name in applied.places(change.places)}
    day = change.day or applied.scenario.as_of

    def lifted(row: Status) -> bool:
        shut = row.effect == "ban" or row.state == "closed"
        holds = not row.to if day is None else row.from_ <= day and (not row.to or day <= row.to)
        return shut and holds and (row.subject_kind, row.subject) in subjects

    statuses = tuple(row for row in tables.statuses if not lifted(row))
    waiting = [link for link in tables.links if link.id in links and link.status != "operating"]
    opened = {link.id: _in_operation(applied, link, change.gauge_mm, change.traction) for link in waiting}
    if not opened and len(statuses) == len(tables.statuses):
        when = f"on {day}" if day else "without an end"
        hint = "" if links else " Name links (links = [...]) to put them into operation."
        msg = f"it changes nothing: no ban {when} to be lifted, and no link named that is not in operation.{hint}"
        raise applied.fails(msg)
    return applied.with_links(opened, statuses=statuses)


def _in_operation(applied: Applied, link: Link, gauge_mm: int | None, traction: str, **more: Any) -> Link:
    """Return a link in operation; a railway gets the gauge and the traction that it has not yet."""
    update: dict[str, Any] = {"status": "operating", "source": applied.with_source(link.source), **more}
    if link.mode == "rail":
        gauge = gauge_mm or link.gauge_mm
        if gauge is None:
            msg = f"the gauge of {link.id} is not decided: give gauge_mm ({', '.join(map(str, GAUGES_MM))})."
            raise applied.fails(msg)
        update |= {"gauge_mm": gauge, "traction": link.traction or traction}
    opened: Link = changed_row(link, **update)
    return opened


def _build(applied: Applied, change: BuildChange) -> Tables:
    """Put planned links into operation, in a gauge and length of choice."""
    ids = applied.of_alignment(change.links, change.alignment)
    rows = [link for link in applied.tables.links if link.id in ids and link.status != "operating"]
    if change.links and len(rows) < len(ids):
        names = ", ".join(sorted(ids - {link.id for link in rows}))
        msg = f"in operation already: {names}. Change their gauge with kind = 'gauge'."
        raise applied.fails(msg)
    if not rows:
        msg = "it changes nothing: every link of the alignment is in operation already."
        raise applied.fails(msg)
    if change.gauge_mm and not any(link.mode == "rail" for link in rows):
        msg = "gauge_mm: none of these links is a railway."
        raise applied.fails(msg)
    planned_km = sum(link.length_km for link in rows)
    share = 1.0 if change.length_km is None else change.length_km / planned_km
    changed = {}
    for link in rows:
        more: dict[str, Any] = {"year": change.year}
        if change.length_km is not None:
            more |= {"length_km": link.length_km * share, "basis": applied.basis}
        changed[link.id] = _in_operation(applied, link, change.gauge_mm, change.traction, **more)
    return _unserved_dropped(applied.with_links(changed), changed.values())


def _gauge(applied: Applied, change: GaugeChange) -> Tables:
    """Give railways another gauge."""
    ids = applied.of_alignment(change.links, change.alignment)
    rows = [link for link in applied.tables.links if link.id in ids]
    others = [link.id for link in rows if link.mode != "rail"]
    if others and change.links:
        msg = f"no railway: {', '.join(others)}."
        raise applied.fails(msg)
    changed = {
        link.id: changed_row(link, gauge_mm=change.gauge_mm, source=applied.with_source(link.source))
        for link in rows
        if link.mode == "rail"
    }
    return _unserved_dropped(applied.with_links(changed), changed.values())


def _unserved_dropped(tables: Tables, changed: Iterable[Link]) -> Tables:
    """Leave out the transfers at the ends of changed links whose carriage no link serves there any more."""
    ends = {end for link in changed for end in (link.from_, link.to)}
    served = _served(tables, ends)
    transfers = tuple(
        row
        for row in tables.transfers
        if row.place not in ends or {row.from_carriage, row.to_carriage} <= served[row.place]
    )
    return replace(tables, transfers=transfers)


def _served(tables: Tables, places: set[str]) -> dict[str, set[str]]:
    """Return the carriages of some places: of their terminals and of the links that end there, whatever their status."""
    served: dict[str, set[str]] = {row.id: {*row.terminals} for row in tables.places if row.id in places}
    for link in tables.links:
        for end in places & {link.from_, link.to}:
            gauges = GAUGES_MM if link.mode == "rail" and link.gauge_mm is None else (link.gauge_mm,)
            served[end] |= {carriage_of(link.mode, gauge) for gauge in gauges}
    return served


def _with_terminals(tables: Tables, before: Tables) -> Tables:
    """Give places the terminals that links put into operation bring, where a row of the transfers wants them."""
    if tables.links == before.links and tables.transfers == before.transfers:
        return tables
    wanted: dict[str, set[str]] = {}
    for row in tables.transfers:
        wanted.setdefault(row.place, set()).update((row.from_carriage, row.to_carriage))
    running: dict[str, set[str]] = {}
    for link in tables.links:
        if link.status == "operating":
            for end in (link.from_, link.to):
                running.setdefault(end, set()).add(carriage_of(link.mode, link.gauge_mm))
    places = []
    for place in tables.places:
        new = (wanted.get(place.id, set()) & running.get(place.id, set())) - set(place.terminals)
        places.append(changed_row(place, terminals=(*place.terminals, *sorted(new))) if new else place)
    return replace(tables, places=tuple(places))


# --- figures ----------------------------------------------------------------------------------------------------------


def _border(applied: Applied, change: BorderChange) -> Tables:
    """Change hours and payments at posts; low and high go with their mean."""
    every = EVERY in change.crossings
    if every and len(change.crossings) > 1:
        msg = f"crossings: {EVERY!r} stands for all; leave the others out."
        raise applied.fails(msg)
    crossings = set() if every else applied.crossings(change.crossings)
    posts = applied.known(change.posts, (row.post for row in applied.tables.crossings), "post")

    def meant(row: Crossing) -> bool:
        return (
            (every or not crossings or row.crossing in crossings)
            and (not posts or row.post in posts)
            and (change.direction is None or row.direction == change.direction)
            and (not change.modes or row.mode in change.modes)
            and (change.regime is None or row.regime == change.regime)
        )

    if not any(map(meant, applied.tables.crossings)):
        msg = "it changes nothing: no clearing fits. Look at net.crossings for the posts, modes and regimes there are."
        raise applied.fails(msg)
    rows = tuple(_cleared(applied, change, row) if meant(row) else row for row in applied.tables.crossings)
    return replace(applied.tables, crossings=rows)


def _cleared(applied: Applied, change: BorderChange, row: Crossing) -> Crossing:
    update: dict[str, Any] = {}
    for name in ("hours", "usd"):
        old = getattr(row, name)
        new = _new_figure(change, name, old)
        if new is None or new == old:
            continue
        anew = getattr(change, name) is not None
        update[name] = new
        old_basis = applied.basis if anew else getattr(row, f"{name}_basis")
        update[f"{name}_basis"] = weakest(old_basis, applied.basis)
        source = f"{name}_source"
        update[source] = applied.source if anew else applied.with_source(getattr(row, source))
        if name == "hours":
            update |= _range_along(row, old, new)
    made: Crossing = changed_row(row, **update) if update else row
    return made


def _new_figure(change: Any, name: str, old: float) -> float | None:
    """Return the new figure of a column by what a change says of it; None where it says nothing."""
    new, factor = getattr(change, name), getattr(change, f"{name}_factor", None)
    minus, plus = getattr(change, f"{name}_minus", None), getattr(change, f"{name}_plus", None)
    if new is not None:
        return float(new)
    if factor is not None:
        return float(old * factor)
    if minus is not None:
        return float(max(0.0, old - minus))
    return None if plus is None else float(old + plus)


def _range_along(row: Crossing | Transfer, old: float, new: float) -> dict[str, float | None]:
    """Return low and high scaled with their mean; from a mean of zero there is nothing to scale by."""
    ends = {"hours_low": row.hours_low, "hours_high": row.hours_high}
    if old == 0:
        return dict.fromkeys(ends)
    scaled = {name: None if end is None else end * new / old for name, end in ends.items()}
    # Rounding must not put the mean outside its range.
    low, high = scaled["hours_low"], scaled["hours_high"]
    return {
        "hours_low": None if low is None else min(low, new),
        "hours_high": None if high is None else max(high, new),
    }


def _haul(applied: Applied, change: HaulChange) -> Tables:
    """Give links hours of their own."""
    ids = applied.links(change.links)
    changed = {}
    for link in applied.tables.links:
        if link.id not in ids:
            continue
        anew = change.hours is not None
        old, basis = (link.hours, applied.basis) if anew else _hours_of(applied, link)
        new = _new_figure(change, "hours", old or 0.0)
        if new != old:
            about = {"hours_basis": weakest(applied.basis, basis), "source": applied.with_source(link.source)}
            changed[link.id] = changed_row(link, hours=new, **about)
    return applied.with_links(changed)


def _hours_of(applied: Applied, link: Link) -> tuple[float, str]:
    """Return the elapsed hours of a link as they stand, and what they rest on; by the rates where it has none."""
    if link.hours is not None:
        return link.hours, link.hours_basis
    tables = applied.tables
    cargo = next((row.id for row in tables.cargo), "general")
    vehicle = next((row.id for row in tables.vehicles), "trailer")
    model = CostModel(tables, Shipment(cargo=cargo, vehicle=vehicle))
    ways = [model.haul(link, forward=forward)[0] for forward in ((True,) if link.oneway else (True, False))]
    if ways[0].hours != ways[-1].hours:
        msg = f"the hours of {link.id} differ by direction: give hours, not hours_factor or hours_plus."
        raise applied.fails(msg)
    return ways[0].hours, ways[0].hours_basis


def _rate(applied: Applied, change: RateChange) -> Tables:
    """Change rates as :meth:`corridor.Network.with_rates` does."""
    if change.place is not None:
        applied.places([change.place])
    if change.country is not None:
        known = {row.country for row in applied.tables.rates} | {row.country for row in applied.tables.places}
        applied.known([change.country], known, "country")
    try:
        tables = (
            Network(applied.tables)
            .with_rates(
                change.parameter, value=change.value, factor=change.factor, country=change.country, mode=change.mode,
                direction=change.direction, place=change.place, regime=change.regime, basis=applied.basis,
                source=applied.source,
            )
            .tables
        )  # fmt: skip
    except OptionError as error:
        raise applied.fails(str(error)) from error
    # A rate that is set to what it was loses its range, and is no other rate.
    same = all(new.value == old.value for new, old in zip(tables.rates, applied.tables.rates, strict=True))
    return applied.tables if same else tables


def _transfer(applied: Applied, change: TransferChange) -> Tables:
    """Change what a change of carriage costs, or add one."""
    places = applied.places(change.places)
    ways = [(change.from_, change.to), *([(change.to, change.from_)] if change.both_ways else [])]
    wanted = {(place, old, new): False for place in sorted(places) for old, new in ways}
    rows = []
    for row in applied.tables.transfers:
        key = (row.place, row.from_carriage, row.to_carriage)
        if key in wanted:
            wanted[key] = True
            rows.append(_moved(applied, change, row))
        else:
            rows.append(row)
    served = _served(applied.tables, places)
    for (place, old, new), there in wanted.items():
        if not there:
            lacks = {old, new} - served[place]
            if lacks:
                msg = f"{place} has no {', '.join(sorted(lacks))}, by terminal or link; there: {', '.join(sorted(served[place]))}."
                raise applied.fails(msg)
            rows.append(_new_transfer(applied, change, place, old, new))
    return replace(applied.tables, transfers=tuple(rows))


def _moved(applied: Applied, change: TransferChange, row: Transfer) -> Transfer:
    update: dict[str, Any] = {"source": applied.with_source(row.source)}
    for name in ("hours", "usd"):
        old = getattr(row, name)
        new = _new_figure(change, name, old)
        if new is None:
            continue
        anew = getattr(change, name) is not None
        update[name] = new
        update[f"{name}_basis"] = applied.basis if anew else weakest(getattr(row, f"{name}_basis"), applied.basis)
        if name == "hours":
            update |= _range_along(row, old, new)
    for name in ("hours_low", "hours_high", "unit", "usd_year"):
        if getattr(change, name) is not None:
            update[name] = getattr(change, name)
    made: Transfer = changed_row(row, **update)
    return made


def _new_transfer(applied: Applied, change: TransferChange, place: str, old: str, new: str) -> Transfer:
    missing = [name for name in ("hours", "usd", "unit", "usd_year") if getattr(change, name) is None]
    if missing:
        msg = f"{place} has no transfer {old} to {new}: to add it give {', '.join(missing)} too."
        raise applied.fails(msg)
    return Transfer.model_validate({
        "place": place, "from_carriage": old, "to_carriage": new, "hours": change.hours, "hours_low": change.hours_low,
        "hours_high": change.hours_high, "hours_basis": applied.basis, "usd": change.usd, "unit": change.unit,
        "usd_year": change.usd_year, "usd_basis": applied.basis, "source": applied.source,
        "note": f"{applied.noted('added')}.",
    })  # fmt: skip


MAKE: Final[dict[str, Callable[[Applied, Any], Tables]]] = {
    "close": _close,
    "open": _open,
    "build": _build,
    "border": _border,
    "haul": _haul,
    "rate": _rate,
    "gauge": _gauge,
    "transfer": _transfer,
    "capacity": change_capacity,
}
