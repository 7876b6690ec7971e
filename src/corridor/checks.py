# SPDX-License-Identifier: BSD-3-Clause
"""The rules of the data: one small function a rule, run together, every fault with its remedy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from corridor.errors import Fault
from corridor.lookup import ROUNDING_KM, great_circle_km, great_circles_km
from corridor.schema import (
    RATE_UNITS,
    SPEED_LIMIT_KMH,
    Calendar,
    Crossing,
    Indicator,
    Link,
    Place,
    Rate,
    Status,
    Transfer,
)
from corridor.tables import Tables
from corridor.trade_checks import capacities_fit_their_subject, demand_can_be_asked, subject_faults, trade_sources
from corridor.vocabulary import GAUGES_MM, CargoForm, carriage_of

if TYPE_CHECKING:
    from shapely import Geometry

__all__ = ["PRICE_LIMIT", "RULES", "check_tables", "rates_are_plausible"]

# A sphere and the ellipsoid differ by at most 0.56 %; a link may fall that little below the great circle.
SPHERE_TOLERANCE: Final = 0.0056
# Posts and coasts may lie this far outside the outline of their country (the outlines are generalised).
COUNTRY_GRACE_DEGREES: Final = 0.06
# Points whose lon and lat differ by less than this are at most 0.8 km apart.
NEAR_DEGREES: Final = 0.005
DETOUR_LIMIT: Final = {"road": 4.0, "rail": 4.0, "sea": 6.0, "air": 1.3, "pipeline": 3.0}
SHORT_LINK_KM: Final = 25.0
QUARTER_TURN: Final = 90.0
SHORT_REMEDY: Final = "Correct the length (km) or the position of an end; is lon or lat swapped?"
# A link's own price may hold a fee that does not grow with its km.
OWN_PRICE_LIMIT: Final = 10.0
OWN_PRICE_FLOOR: Final = 2000.0
PRICE_LIMIT: Final = {
    "usd_per_vehicle_km": (0.1, 10.0),
    "usd_per_feu_km": (0.01, 10.0),
    "usd_per_tonne_km": (0.001, 10.0),
}

# Whose passage a ban or added hours may concern: the rest is no class of shipment.
FELT: Final = frozenset({"all", "freight", *get_args(CargoForm)})


def check_tables(tables: Tables) -> list[Fault]:
    """Return every breach of the rules of the data, in the order of the rules; none where the tables are sound."""
    return [fault for rule in RULES for fault in rule(tables)]


def ids_are_unique(tables: Tables) -> Iterator[Fault]:
    """An id names one row."""
    for table in ("places", "links", "sources", "cargo", "vehicles", "pilot_runs"):
        counts = Counter(row.id for row in tables.rows(table))  # type: ignore[attr-defined]
        for name, count in counts.items():
            if count > 1:
                rule = f"the id stands {count} times"
                yield Fault(tables.file(table), name, "id", name, rule, "Give each row an id of its own.")
    codes = Counter(place.unlocode for place in tables.places if place.unlocode)
    for place in tables.places:
        if codes[place.unlocode] > 1:
            rule = "the UN/LOCODE belongs to another place too"
            yield Fault(tables.file("places"), place.id, "unlocode", place.unlocode, rule, "Keep it at one of them.")
    pairs = Counter((row.place, row.from_carriage, row.to_carriage) for row in tables.transfers)
    for (where, old, new), count in pairs.items():
        if count > 1:
            rule = f"the transfer stands {count} times"
            yield Fault(tables.file("transfers"), where, "", f"{old} to {new}", rule, "Keep one row for each pair.")


def ends_exist(tables: Tables) -> Iterator[Fault]:
    """A link joins two different places that exist."""
    places = {place.id for place in tables.places}
    file = tables.file("links")
    for link in tables.links:
        for column, end in (("from", link.from_), ("to", link.to)):
            if end not in places:
                yield Fault(file, link.id, column, end, "no such place", "Add the place or correct the id.")
        if link.from_ == link.to:
            yield Fault(file, link.id, "to", link.to, "the link ends where it begins", "Name two places.")


def places_are_joined(tables: Tables) -> Iterator[Fault]:
    """No place stands alone once planned links are counted."""
    ends = {end for link in tables.links for end in (link.from_, link.to)}
    for place in tables.places:
        if place.id not in ends:
            rule = "no link leads to it"
            yield Fault(tables.file("places"), place.id, "", "", rule, "Add a link or drop the place.")


def gauges_are_given(tables: Tables) -> Iterator[Fault]:
    """A railway in operation has a gauge, and nothing else has one; traction likewise."""
    for link in tables.links:
        file = tables.file("links")
        if link.mode == "rail":
            if link.gauge_mm is None and link.status in {"operating", "disused"}:
                yield Fault(file, link.id, "gauge_mm", "", "a railway in operation has no gauge", "Give it in mm.")
            if link.gauge_mm is not None and link.gauge_mm not in GAUGES_MM:
                remedy = f"Gauges known: {', '.join(map(str, GAUGES_MM))} mm."
                yield Fault(file, link.id, "gauge_mm", str(link.gauge_mm), "unknown gauge", remedy)
            if not link.traction and link.status == "operating":
                rule = "a railway in operation has no traction"
                yield Fault(file, link.id, "traction", "", rule, "Give diesel or electric: emissions need it.")
        elif link.gauge_mm is not None or link.traction:
            rule = f"the {link.mode} link has a gauge or traction"
            yield Fault(file, link.id, "gauge_mm", str(link.gauge_mm or link.traction), rule, "Leave both blank.")


def departures_have_a_wait(tables: Tables) -> Iterator[Fault]:
    """Ships and aircraft leave by schedule: the mean wait is given, and only for them."""
    for link in tables.links:
        timed = link.mode in {"sea", "air"}
        if timed and link.wait_hours is None:
            rule = f"the {link.mode} link has no wait for a departure"
            yield Fault(tables.file("links"), link.id, "wait_hours", "", rule, "Give the mean wait, hours (0 if none).")
        if link.mode == "rail" and link.speed_kmh is not None:
            rule = "a rail link has a moving speed"
            remedy = "A train runs the commercial km of its day: leave it blank, or give hours."
            yield Fault(tables.file("links"), link.id, "speed_kmh", f"{link.speed_kmh:g}", rule, remedy)
        if not timed and link.wait_hours is not None:
            rule = f"the {link.mode} link has a wait for a departure"
            yield Fault(tables.file("links"), link.id, "wait_hours", str(link.wait_hours), rule, "Leave it blank.")


def lengths_are_possible(tables: Tables) -> Iterator[Fault]:
    """A link is no shorter than the great circle between its ends, and no absurd detour."""
    for link, tail, head in _doubtful_lengths(tables):
        straight = great_circle_km(tail.lon, tail.lat, head.lon, head.lat)
        if link.length_km < straight * (1 - SPHERE_TOLERANCE):
            rule = f"shorter than the great circle, {straight:.1f} km"
            remedy = _exchanged(link, tail, head) or SHORT_REMEDY
            yield Fault(tables.file("links"), link.id, "length_km", f"{link.length_km:g}", rule, remedy)
        elif link.length_km > max(SHORT_LINK_KM, straight * DETOUR_LIMIT[link.mode]):
            rule = f"more than {DETOUR_LIMIT[link.mode]:g} times the great circle, {straight:.1f} km"
            in_metres = straight * (1 - SPHERE_TOLERANCE) <= link.length_km / 1000 <= straight * DETOUR_LIMIT[link.mode]
            other = "Is it in miles, or an end misplaced? Give km by that mode, or correct the end."
            metres = f"Is it in metres? Then give {link.length_km / 1000:g}." if in_metres else ""
            remedy = metres or _exchanged(link, tail, head) or other
            yield Fault(tables.file("links"), link.id, "length_km", f"{link.length_km:g}", rule, remedy)


def own_speeds_are_possible(tables: Tables) -> Iterator[Fault]:
    """A link's own speed, given or implied by its hours, is none that its mode never reaches."""
    for link in tables.links:
        limit = SPEED_LIMIT_KMH[link.mode]
        if link.speed_kmh is not None and link.speed_kmh > limit:
            rule = f"faster than {limit:g} km/h"
            yield Fault(
                tables.file("links"), link.id, "speed_kmh", f"{link.speed_kmh:g}", rule, "Check figure and unit."
            )
        if link.hours is not None and link.length_km > limit * link.hours:
            rule = f"{link.length_km:g} km in this time is faster than {limit:g} km/h"
            yield Fault(tables.file("links"), link.id, "hours", f"{link.hours:g}", rule, "Check figure and unit.")


def own_prices_are_plausible(tables: Tables) -> Iterator[Fault]:
    """A link's own price is of a believable size for its length."""
    for link in tables.links:
        price = link.usd_per_vehicle
        if price is not None and price > link.length_km * OWN_PRICE_LIMIT + OWN_PRICE_FLOOR:
            rule = f"more than {OWN_PRICE_LIMIT:g} USD per km and {OWN_PRICE_FLOOR:g} USD besides"
            yield Fault(
                tables.file("links"), link.id, "usd_per_vehicle", f"{price:g}", rule, "Check figure and currency."
            )


def drawn_lines_meet_their_ends(tables: Tables) -> Iterator[Fault]:
    """The drawn line of a link begins and ends at its places."""
    for link, tail, head in tables.joined:
        line = tables.lines.get(link.id)
        if line is None:
            continue
        for point, place in ((line[0], tail), (line[-1], head)):
            if abs(point[0] - place.lon) < NEAR_DEGREES and abs(point[1] - place.lat) < NEAR_DEGREES:
                continue
            off = great_circle_km(*point, place.lon, place.lat)
            if off > 1.0:
                rule = f"the line ends {off:.1f} km from {place.id}"
                remedy = "Draw it from 'from' to 'to' in (lon, lat)."
                yield Fault(tables.file("links"), link.id, "geometry", f"{point}", rule, remedy)


def borders_are_crossed_at_posts(tables: Tables) -> Iterator[Fault]:
    """A road or rail link changes country only between the two posts of a crossing."""
    known = {(row.post, row.facing_post, row.mode) for row in tables.crossings}
    for link, tail, head in tables.joined:
        by_land = link.mode in {"road", "rail"}
        if by_land and tail.country != head.country and (link.from_, link.to, link.mode) not in known:
            rule = f"runs from {tail.country} to {head.country}, and no crossing joins its ends"
            remedy = "Put a post on each side, join them by one link, and give the posts four rows in the crossings."
            yield Fault(tables.file("links"), link.id, "", f"{link.from_} - {link.to}", rule, remedy)


def countries_are_named(tables: Tables) -> Iterator[Fault]:
    """A link names the countries of its ends; by road and rail it names none beside them."""
    for link, tail, head in tables.joined:
        ends = (tail.country, head.country)
        named = ";".join(link.countries)
        if link.countries[0] != ends[0] or link.countries[-1] != ends[1]:
            rule = f"the ends lie in {ends[0]} and {ends[1]}"
            remedy = "Name the countries in order from 'from' to 'to'."
            yield Fault(tables.file("links"), link.id, "countries", named, rule, remedy)
        elif link.mode in {"road", "rail"} and set(link.countries) - set(ends):
            rule = "passes a third country without posts"
            yield Fault(tables.file("links"), link.id, "countries", named, rule, "Split it at the posts.")


def crossings_are_complete(tables: Tables) -> Iterator[Fault]:
    """Each crossing has, by mode, two posts in two countries and both directions at each; and a link between them."""
    places = {place.id: place for place in tables.places}
    file = tables.file("crossings")
    posts_known = {row.post for row in tables.crossings}
    pairs = {
        frozenset((link.from_, link.to)) | {link.mode}
        for link in tables.links
        if link.from_ in posts_known and link.to in posts_known
    }
    groups: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for row in tables.crossings:
        groups.setdefault((row.crossing, row.mode), []).append((row.post, row.facing_post, row.direction))
        for column, post in (("post", row.post), ("facing_post", row.facing_post)):
            if post not in places:
                yield Fault(file, f"{row.crossing}/{row.mode}", column, post, "no such place", "Add the post.")
    for (crossing, mode), rows in groups.items():
        name = f"{crossing}/{mode}"
        counts = Counter(rows)
        for (post, _, direction), count in counts.items():
            if count > 1:
                rule = f"{post} {direction} stands {count} times"
                yield Fault(file, name, "", "", rule, "Keep one; rivals go to rival_figures.csv.")
        posts = sorted({post for post, _, _ in rows})
        have = {(post, direction) for post, _, direction in rows}
        want = {(post, direction) for post in posts for direction in ("outbound", "inbound")}
        if len(posts) != 2 or any({a, b} != set(posts) for a, b, _ in rows):
            yield Fault(
                file, name, "post", ", ".join(posts), "a crossing has two posts facing each other", "Correct it."
            )
            continue
        for post, direction in sorted(want - have):
            rule = f"no {direction} clearing at {post}"
            yield Fault(file, name, "direction", "", rule, "Add the row; a missing time is not zero.")
        if all(post in places for post in posts):
            if places[posts[0]].country == places[posts[1]].country:
                yield Fault(file, name, "post", ", ".join(posts), "both posts are in one country", "Correct it.")
            if frozenset(posts) | {mode} not in pairs:
                rule = f"no {mode} link joins the two posts"
                yield Fault(file, name, "", ", ".join(posts), rule, "Add the link between the posts.")


def ranges_hold_the_mean(tables: Tables) -> Iterator[Fault]:
    """Low is not above high, and the mean lies between them."""
    for row in tables.crossings:
        name = _crossing_name(row)
        yield from _range(tables.file("crossings"), name, "hours", row.hours, row.hours_low, row.hours_high)
    for move in tables.transfers:
        name = _transfer_name(move)
        yield from _range(tables.file("transfers"), name, "hours", move.hours, move.hours_low, move.hours_high)
    for rate in tables.rates:
        yield from _range(tables.file("rates"), _rate_name(rate), "value", rate.value, rate.low, rate.high)


def transfers_are_at_terminals(tables: Tables) -> Iterator[Fault]:
    """A transfer names a place that exists, two carriages, and terminals that the place has or will have."""
    places = {place.id: place for place in tables.places}
    later: dict[str, set[str]] = {}
    for link in tables.links:
        if link.status != "operating":
            for end in (link.from_, link.to):
                later.setdefault(end, set()).add(carriage_of(link.mode, link.gauge_mm))
    file = tables.file("transfers")
    for row in tables.transfers:
        name = _transfer_name(row)
        if row.place not in places:
            yield Fault(file, name, "place", row.place, "no such place", "Add the place or correct the id.")
            continue
        if row.from_carriage == row.to_carriage:
            yield Fault(file, name, "to_carriage", row.to_carriage, "from and to are the same", "Drop the row.")
        for ride in (row.from_carriage, row.to_carriage):
            undecided = ride.startswith("rail") and "rail" in later.get(row.place, set())
            if ride not in places[row.place].terminals and ride not in later.get(row.place, set()) and not undecided:
                rule = f"{row.place} has no terminal for {ride}, and no planned link brings one"
                yield Fault(file, name, "place", row.place, rule, "Add it to the place's terminals or drop the row.")


def points_lie_in_their_country(tables: Tables) -> Iterator[Fault]:
    """A place lies inside its country, with about 5 km of grace at coasts and borders."""
    import shapely

    from corridor.filling import country_outlines

    shapes = country_outlines()
    for place in _outside(tables.places, shapes):
        shape = shapes[place.country]
        point = shapely.Point(place.lon, place.lat)
        if shapely.distance(shape, point) > COUNTRY_GRACE_DEGREES:
            rule = f"lies outside {place.country}"
            swapped = shapely.Point(place.lat, place.lon)
            fits = shapely.distance(shape, swapped) <= COUNTRY_GRACE_DEGREES
            hint = f"Swapped, it would lie in {place.country}: were lon and lat exchanged? " if fits else ""
            remedy = f"{hint}Correct lon, lat or country."
            yield Fault(tables.file("places"), place.id, "lon, lat", f"{place.lon:g}, {place.lat:g}", rule, remedy)


def rates_are_plausible(tables: Tables) -> Iterator[Fault]:
    """A rate is known, in its unit, once, and of a believable size; speeds are not zero."""
    file = tables.file("rates")
    places = {place.id for place in tables.places}
    keys = Counter(
        (r.country, r.mode, r.parameter, r.direction, r.place, r.regime, _index_year(r)) for r in tables.rates
    )
    for rate in tables.rates:
        name = _rate_name(rate)
        if rate.parameter not in RATE_UNITS:
            remedy = f"Rates: {', '.join(RATE_UNITS)}."
            yield Fault(file, name, "parameter", rate.parameter, "unknown rate", remedy)
            continue
        if rate.unit != RATE_UNITS[rate.parameter]:
            remedy = f"Give it in {RATE_UNITS[rate.parameter]}."
            yield Fault(file, name, "unit", rate.unit, "not the unit of this rate", remedy)
        if rate.place and rate.place not in places:
            yield Fault(file, name, "place", rate.place, "no such place", "Add the place or correct the id.")
        if (
            keys[(rate.country, rate.mode, rate.parameter, rate.direction, rate.place, rate.regime, _index_year(rate))]
            > 1
        ):
            yield Fault(
                file, name, "", "", "the rate stands more than once", "Keep one; rivals go to rival_figures.csv."
            )
        if rate.parameter in {"speed_kmh", "daily_km", "duty_hours_per_day", "payload_t", "wagon_payload_t"}:
            if rate.value <= 0:
                yield Fault(file, name, "value", f"{rate.value:g}", "must be above 0", "Nothing would ever arrive.")
            limit = SPEED_LIMIT_KMH.get(rate.mode or "", 1000.0)
            speed = rate.value / 24 if rate.parameter == "daily_km" else rate.value
            if rate.parameter in {"speed_kmh", "daily_km"} and speed > limit:
                rule = f"faster than {limit:g} km/h"
                yield Fault(file, name, "value", f"{rate.value:g}", rule, "Check figure and unit.")
        if rate.parameter == "duty_hours_per_day" and rate.value > 24:
            yield Fault(file, name, "value", f"{rate.value:g}", "a day has 24 hours", "Check figure and unit.")
        low, high = PRICE_LIMIT.get(rate.parameter, (0.0, float("inf")))
        if not low <= rate.value <= high:
            rule = f"outside {low:g} to {high:g} {rate.unit}"
            yield Fault(file, name, "value", f"{rate.value:g}", rule, "Check figure and unit.")


def figures_have_sources(tables: Tables) -> Iterator[Fault]:
    """Every figure names at least one source that stands in the table of sources."""
    known = {source.id for source in tables.sources}
    for table, name, column, cell in _source_cells(tables):
        ids = [part.strip() for part in cell.split(";") if part.strip()]
        if not ids:
            remedy = "Name a row of sources.csv; an own judgement is a source too (judgement)."
            yield Fault(tables.file(table), name, column, "", "no source", remedy)
        for source in ids:
            if known and source not in known:
                yield Fault(tables.file(table), name, column, source, "unknown source", "Add it to sources.csv.")


def statuses_are_in_order(tables: Tables) -> Iterator[Fault]:
    """A status names something that exists, its dates are in order, and its effect is one that freight can feel."""
    file = tables.file("statuses")
    for row in tables.statuses:
        name = f"{row.subject}/{row.from_}"
        yield from _dated_faults(tables, row, file, name)
        if (row.hours is not None) != (row.effect == "hours"):
            rule = f"hours {'without' if row.hours is None else 'beside'} the effect {row.effect!r}"
            yield Fault(file, name, "hours", f"{row.hours or ''}", rule, "Give hours with the effect 'hours', only.")
        if row.effect != "advisory" and row.cargo not in FELT:
            rule = f"the effect {row.effect!r} concerns {row.cargo}, which no shipment is known to be"
            yield Fault(file, name, "cargo", row.cargo, rule, "Make it an advisory.")
        if row.effect != "advisory" and row.state == "open":
            yield Fault(file, name, "effect", row.effect, "what is open has an effect", "Make it an advisory.")


def calendars_are_in_order(tables: Tables) -> Iterator[Fault]:
    """A calendar names something that exists and a known time zone, its dates are in order, a cycle has a first day."""
    file = tables.file("calendars")
    for row in tables.calendars:
        name = f"{row.subject}/{row.direction}/{row.from_ or 'always'}"
        yield from _dated_faults(tables, row, file, name)
        if row.every_days > 1 and not row.from_:
            rule = "a cycle of days has no first day"
            yield Fault(file, name, "from", "", rule, "Give the first day on which it opens.")
        try:
            ZoneInfo(row.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            remedy = "Give an IANA name such as Asia/Kabul; on Windows, install the package tzdata."
            yield Fault(file, name, "timezone", row.timezone, "unknown time zone", remedy)


def _dated_faults(tables: Tables, row: Status | Calendar, file: str, name: str) -> Iterator[Fault]:
    """Yield what is wrong with the subject, the dates, the direction and the vehicles of a dated fact."""
    yield from subject_faults(tables, row, file, name)
    if row.to and row.to < row.from_:
        yield Fault(file, name, "to", row.to, "before its first day", "Put the dates in order.")
    known = {vehicle.id for vehicle in tables.vehicles}
    for vehicle in row.vehicles:
        if known and vehicle not in known:
            remedy = f"Vehicles: {', '.join(sorted(known))}."
            yield Fault(file, name, "vehicles", vehicle, "unknown vehicle class", remedy)


def rivals_name_the_one_used(tables: Tables) -> Iterator[Fault]:
    """Of several conflicting figures exactly one is used."""
    groups: dict[tuple[str, str], list[bool]] = {}
    for row in tables.rival_figures:
        groups.setdefault((row.subject, row.field), []).append(row.used)
    for (subject, field), used in groups.items():
        if sum(used) > 1 or len(used) < 2:
            rule = f"{sum(used)} of {len(used)} figures are marked as used"
            remedy = "Give at least two figures and mark at most one."
            yield Fault(tables.file("rival_figures"), subject, field, "", rule, remedy)


def indicators_are_in_order(tables: Tables) -> Iterator[Fault]:
    """Of an area, mode and year a published indicator stands once, and stops never make a vehicle faster."""
    file = tables.file("indicators")
    counts = Counter((row.area, row.mode, row.year, name) for row in tables.indicators for name in _published(row))
    for (area, mode, year, name), count in counts.items():
        if count > 1:
            rule = f"the figure stands {count} times"
            yield Fault(file, f"{area}/{mode}/{year}", name, "", rule, "Keep one; rivals go to rival_figures.csv.")
    for row in tables.indicators:
        name = _indicator_name(row)
        if not _published(row):
            yield Fault(file, name, "", "", "the row has no figure", "Give one or drop the row.")
        slow, fast = row.tfi4_kmh, row.speed_without_delay_kmh
        if slow is not None and fast is not None and slow > fast:
            rule = f"above the speed without delay, {fast:g} km/h"
            yield Fault(file, name, "tfi4_kmh", f"{slow:g}", rule, "Are the two speeds interchanged?")


RULES: Final[tuple[Callable[[Tables], Iterable[Fault]], ...]] = (
    ids_are_unique,
    ends_exist,
    places_are_joined,
    gauges_are_given,
    departures_have_a_wait,
    lengths_are_possible,
    own_speeds_are_possible,
    own_prices_are_plausible,
    drawn_lines_meet_their_ends,
    borders_are_crossed_at_posts,
    countries_are_named,
    crossings_are_complete,
    ranges_hold_the_mean,
    transfers_are_at_terminals,
    points_lie_in_their_country,
    rates_are_plausible,
    figures_have_sources,
    statuses_are_in_order,
    calendars_are_in_order,
    capacities_fit_their_subject,
    demand_can_be_asked,
    rivals_name_the_one_used,
    indicators_are_in_order,
)


def _range(file: str, name: str, column: str, mean: float, low: float | None, high: float | None) -> Iterator[Fault]:
    if (low is not None and low > mean) or (high is not None and high < mean):
        rule = f"not between its low ({low}) and high ({high})"
        yield Fault(file, name, column, f"{mean:g}", rule, "Put low, mean and high in order.")


def _exchanged(link: Link, tail: Place, head: Place) -> str:
    """Return the question whether lon and lat of one end were exchanged, where the length would then be possible."""
    for end, other in ((tail, head), (head, tail)):
        if abs(end.lon) <= QUARTER_TURN:
            straight = great_circle_km(end.lat, end.lon, other.lon, other.lat)
            if straight * (1 - SPHERE_TOLERANCE) <= link.length_km <= straight * DETOUR_LIMIT[link.mode]:
                return (
                    f"With lon and lat of {end.id} exchanged it would be {straight:.1f} km: were they? "
                    "Else correct the length (km) or the position of an end."
                )
    return ""


def _doubtful_lengths(tables: Tables) -> Iterator[tuple[Link, Place, Place]]:
    """Yield the links whose length may be impossible, and their ends: reckoned for all at once, and generously."""
    rows = [
        (tail.lon, tail.lat, head.lon, head.lat, link.length_km, DETOUR_LIMIT[link.mode])
        for link, tail, head in tables.joined
    ]
    *ends, km, detour = np.array(rows, dtype=float).reshape(-1, 6).T
    straight = great_circles_km(*ends)
    short = km < (straight + ROUNDING_KM) * (1 - SPHERE_TOLERANCE)
    long = km > np.maximum(SHORT_LINK_KM, (straight - ROUNDING_KM) * detour)
    return (tables.joined[index] for index in np.flatnonzero(short | long).tolist())


def _outside(places: Sequence[Place], shapes: Mapping[str, Geometry]) -> Iterator[Place]:
    """Yield the places that do not lie inside the outline of their country, where it has one."""
    import shapely

    country = np.array([place.country for place in places])
    points = shapely.points([place.lon for place in places], [place.lat for place in places])
    outside = np.isin(country, list(shapes))
    for code, shape in shapes.items():
        shapely.prepare(shape)
        own = np.flatnonzero(country == code)
        outside[own] = ~shapely.intersects(shape, points[own])
    return (places[index] for index in np.flatnonzero(outside).tolist())


def _crossing_name(row: Crossing) -> str:
    return f"{row.crossing}/{row.post}/{row.mode}/{row.direction}"


def _transfer_name(row: Transfer) -> str:
    return f"{row.place}/{row.from_carriage}/{row.to_carriage}"


def _rate_name(rate: Rate) -> str:
    parts = (rate.country, rate.mode, rate.parameter, rate.direction, rate.place, rate.regime)
    return "/".join(str(part) for part in parts if part) + (f"/{rate.year}" if rate.parameter == "price_index" else "")


def _indicator_name(row: Indicator) -> str:
    return f"{row.area}/{row.mode}/{row.year}"


def _published(row: Indicator) -> list[str]:
    """Return the names of the figures that a row of published indicators has."""
    return [
        name for name in type(row).model_fields if name.startswith(("tfi", "speed")) and getattr(row, name) is not None
    ]


def _index_year(rate: Rate) -> int:
    return rate.year if rate.parameter == "price_index" else 0


def _source_cells(tables: Tables) -> Iterator[tuple[str, str, str, str]]:
    """Yield table, row, column and cell of every figure's source."""
    for place in tables.places:
        yield "places", place.id, "source", place.source
    for link in tables.links:
        yield "links", link.id, "source", link.source
        if link.geometry_kind == "routed":
            yield "links", link.id, "geometry_source", link.geometry_source
    for post in tables.crossings:
        name = _crossing_name(post)
        yield "crossings", name, "hours_source", post.hours_source
        yield "crossings", name, "usd_source", post.usd_source
    for rate in tables.rates:
        yield "rates", _rate_name(rate), "source", rate.source
    for move in tables.transfers:
        yield "transfers", _transfer_name(move), "source", move.source
    for table in ("statuses", "calendars"):
        for fact in tables.rows(table):
            yield table, f"{fact.subject}/{fact.from_}", "source", fact.source  # type: ignore[attr-defined]
    yield from trade_sources(tables)
    for table in ("cargo", "vehicles", "pilot_runs"):
        for row in tables.rows(table):
            yield table, row.id, "source", row.source  # type: ignore[attr-defined]
    named = [("indicators", _indicator_name(row), row.source) for row in tables.indicators]
    named += [("rival_figures", f"{row.subject}/{row.field}", row.source) for row in tables.rival_figures]
    for table, name, cell in named:
        yield table, name, "source", cell
