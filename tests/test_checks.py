# SPDX-License-Identifier: BSD-3-Clause
"""Every rule of the data: a sound network has no faults; one thing broken breaks the one rule, with its remedy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import small
from corridor.checks import (
    DETOUR_LIMIT,
    RULES,
    SPHERE_TOLERANCE,
    check_tables,
    drawn_lines_meet_their_ends,
    lengths_are_possible,
    points_lie_in_their_country,
)
from corridor.filling import country_outlines
from corridor.lookup import great_circle_km
from corridor.tables import Tables, with_straight_lines
from corridor.vocabulary import MODES


def sound() -> Tables:
    return small.two_countries().tables


def add(tables: Tables, table: str, *records: dict[str, Any]) -> Tables:
    more = small.rows(table, records)
    return with_straight_lines(replace(tables, **{table: (*tables.rows(table), *more)}))


def change(tables: Tables, table: str, where: dict[str, Any], **columns: Any) -> Tables:
    """Change columns of the rows that match, and of those alone; at least one must."""
    rows = []
    hit = False
    for row in tables.rows(table):
        matches = all(getattr(row, name) == value for name, value in where.items())
        hit = hit or matches
        record = row.model_dump(by_alias=True) | columns
        rows.append(type(row).model_validate(record) if matches else row)
    assert hit
    return replace(tables, **{table: tuple(rows)})


def drop(tables: Tables, table: str, **where: Any) -> Tables:
    kept = tuple(
        row for row in tables.rows(table) if not all(getattr(row, name) == value for name, value in where.items())
    )
    assert len(kept) == len(tables.rows(table)) - 1
    return replace(tables, **{table: kept})


def twice(tables: Tables, table: str) -> Tables:
    rows = tables.rows(table)
    return replace(tables, **{table: (*rows, rows[0])})


def gate(crossing: str, first: str, second: str, mode: str = "road") -> list[dict[str, Any]]:
    return [
        small.clearing(crossing, post, facing, direction, 5, 10, mode)
        for post, facing in ((first, second), (second, first))
        for direction in ("outbound", "inbound")
    ]


def road(km: float, tail: str = "port", head: str = "town", **more: Any) -> dict[str, Any]:
    return small.link("extra", tail, head, km, **more)


STATUS = {
    "subject": "gate", "subject_kind": "crossing", "state": "closed", "from": "2025-10-12",
    "last_confirmed": "2026-01-20", "basis": "quoted", "source": "hand",
}  # fmt: skip
CALENDAR = {
    "subject": "gate", "subject_kind": "crossing", "from": "2025-05-24", "opens": "08:00", "closes": "18:00",
    "timezone": "Asia/Karachi", "last_confirmed": "2025-06-01", "basis": "quoted", "source": "hand",
}  # fmt: skip
CAPACITY = {
    "subject": "gate", "subject_kind": "crossing", "post": "west", "mode": "road", "capacity": 300,
    "unit": "trucks_per_day", "traffic": 100, "capacity_basis": "quoted", "capacity_year": 2025, "capacity_source": "hand",
    "traffic_basis": "quoted", "traffic_year": 2025, "traffic_source": "hand",
}  # fmt: skip
TRADE = {
    "partner_a": "PK", "partner_b": "AF", "year": 2025, "usd": 1e9, "kind": "observed", "basis": "quoted", "source": "hand",
}  # fmt: skip
DEMAND = {
    "origin": "port", "destination": "city", "cargo": "general", "usd_per_year": 1e6, "basis": "estimate", "source": "hand",
}  # fmt: skip
RIVAL = {
    "subject": "links/road-port-town", "field": "length_km", "value": 100, "unit": "km", "used": True,
    "why": "surveyed", "basis": "quoted", "source": "hand",
}  # fmt: skip
RUN = {
    "id": "port-city-2022", "date": "2022-05-01", "origin": "port", "destination": "city", "modes": "road",
    "tonnes": 20, "cargo": "general", "scope": "corridor", "basis": "quoted", "source": "hand",
}  # fmt: skip
PUBLISHED = {
    "area": "PK", "mode": "road", "year": 2022, "tfi1_hours": 28.2, "tfi4_kmh": 13.3, "speed_without_delay_kmh": 25.2,
    "basis": "quoted", "source": "hand",
}  # fmt: skip
LONE = small.place("harbour", lon=66.9, lat=29.2, kind="seaport")


def full() -> Tables:
    """Return a sound network in which every table has a row."""
    tables = add(add(sound(), "statuses", STATUS), "calendars", CALENDAR)
    tables = add(add(add(tables, "capacities", CAPACITY), "trade", TRADE), "demand", DEMAND)
    tables = add(tables, "rival_figures", RIVAL, RIVAL | {"value": 104, "used": False, "why": "older"})
    return add(add(tables, "pilot_runs", RUN), "indicators", PUBLISHED)


def foreign(country: str, lon: float, lat: float) -> Tables:
    """Return two places near a point, said to be in a country, with a road of 12 km between them."""
    places = [small.place("a", country, lon, lat), small.place("b", country, lon, lat + 0.1)]
    return small.network(places, [small.link("l", "a", "b", 12, countries=country)]).tables


def test_a_sound_network_has_no_faults():
    assert check_tables(sound()) == []


def test_a_sound_network_with_every_table_has_no_faults():
    tables = full()
    assert all(
        tables.rows(name)
        for name in ("statuses", "rival_figures", "pilot_runs", "indicators", "crossings", "transfers")
    )
    assert check_tables(tables) == []


@dataclass(frozen=True)
class Case:
    """One thing broken: the rule that must see it, and the words it must say."""

    name: str
    rule: str
    tables: Callable[[], Tables]
    said: str
    remedy: str
    column: str = ""
    row: str = ""


POST_REMEDY = "Put a post on each side, join them by one link, and give the posts four rows in the crossings."
SHORT_REMEDY = "Correct the length (km) or the position of an end; is lon or lat swapped?"
LONG_REMEDY = "Is it in miles, or an end misplaced? Give km by that mode, or correct the end."
RANGE_REMEDY = "Put low, mean and high in order."
SPEEDS = ("speed_kmh", "daily_km", "duty_hours_per_day", "payload_t", "wagon_payload_t")
UNITS = {
    "speed_kmh": "km/h moving", "daily_km": "km a day", "duty_hours_per_day": "hours a day",
    "payload_t": "tonnes per vehicle", "wagon_payload_t": "tonnes per wagon",
}  # fmt: skip


def with_rate(parameter: str, value: float, mode: str | None, unit: str, **more: Any) -> Tables:
    return add(sound(), "rates", small.rate(parameter, value, mode, unit, country="PK", **more))


# Great circles by hand, R x pi / 180 = 111.195 km a degree: from port (66.9, 29.3) to town (66.7, 30.1) it is 0.8 degrees
# north, 88.96 km, and 0.2 x cos 29.7 = 0.1737 degrees west, 19.32 km: together 91.0 km.
CASES = [
    *(
        Case(f"{table} id twice", "ids_are_unique", lambda table=table: twice(full(), table),
             "the id stands 2 times", "Give each row an id of its own.", "id")
        for table in ("links", "sources", "cargo", "vehicles", "pilot_runs")
    ),
    Case("place id twice", "ids_are_unique", lambda: add(sound(), "places", small.place("town", lon=66.7, lat=30.1, terminals="road;rail1676")),
         "the id stands 2 times", "Give each row an id of its own.", "id", "town"),
    Case("code twice", "ids_are_unique", lambda: change(sound(), "places", {"id": "town"}, unlocode="AFCTY"),
         "the UN/LOCODE belongs to another place too", "Keep it at one of them.", "unlocode", "town"),
    Case("transfer twice", "ids_are_unique", lambda: twice(sound(), "transfers"),
         "the transfer stands 2 times", "Keep one row for each pair.", "", "town"),
    Case("from nowhere", "ends_exist", lambda: add(sound(), "links", road(50, "nowhere", "town")),
         "no such place", "Add the place or correct the id.", "from", "extra"),
    Case("to nowhere", "ends_exist", lambda: add(sound(), "links", road(50, "town", "nowhere")),
         "no such place", "Add the place or correct the id.", "to", "extra"),
    Case("to itself", "ends_exist", lambda: add(sound(), "links", road(5, "town", "town")),
         "the link ends where it begins", "Name two places.", "to", "extra"),
    Case("place alone", "places_are_joined", lambda: add(sound(), "places", LONE),
         "no link leads to it", "Add a link or drop the place.", "", "harbour"),
    Case("railway without gauge", "gauges_are_given",
         lambda: change(sound(), "links", {"id": "rail-port-town"}, gauge_mm=None),
         "a railway in operation has no gauge", "Give it in mm.", "gauge_mm", "rail-port-town"),
    Case("disused railway without gauge", "gauges_are_given",
         lambda: change(sound(), "links", {"id": "rail-port-town"}, gauge_mm=None, status="disused", traction=""),
         "a railway in operation has no gauge", "Give it in mm.", "gauge_mm", "rail-port-town"),
    Case("odd gauge", "gauges_are_given", lambda: change(sound(), "links", {"id": "rail-port-town"}, gauge_mm=1067),
         "unknown gauge", "Gauges known: 1435, 1520, 1676 mm.", "gauge_mm", "rail-port-town"),
    Case("railway without traction", "gauges_are_given",
         lambda: change(sound(), "links", {"id": "rail-port-town"}, traction=""),
         "a railway in operation has no traction", "Give diesel or electric: emissions need it.", "traction"),
    Case("road with gauge", "gauges_are_given", lambda: add(sound(), "links", road(100, gauge_mm=1520)),
         "the road link has a gauge or traction", "Leave both blank.", "gauge_mm", "extra"),
    Case("road with traction", "gauges_are_given", lambda: add(sound(), "links", road(100, traction="diesel")),
         "the road link has a gauge or traction", "Leave both blank.", "gauge_mm", "extra"),
    Case("railway with a moving speed", "departures_have_a_wait",
         lambda: change(sound(), "links", {"id": "rail-port-town"}, speed_kmh=40),
         "a rail link has a moving speed",
         "A train runs the commercial km of its day: leave it blank, or give hours.", "speed_kmh", "rail-port-town"),
    Case("road faster than any truck", "own_speeds_are_possible", lambda: add(sound(), "links", road(100, speed_kmh=110.1)),
         "faster than 110 km/h", "Check figure and unit.", "speed_kmh", "extra"),
    Case("road in no time", "own_speeds_are_possible", lambda: add(sound(), "links", road(100, hours=0)),
         "100 km in this time is faster than 110 km/h", "Check figure and unit.", "hours", "extra"),
    # 100 km in 0.9 hours are 111.1 km/h.
    Case("road in too little time", "own_speeds_are_possible", lambda: add(sound(), "links", road(100, hours=0.9)),
         "100 km in this time is faster than 110 km/h", "Check figure and unit.", "hours", "extra"),
    Case("train in too little time", "own_speeds_are_possible",
         lambda: change(sound(), "links", {"id": "rail-port-town"}, hours=0.99),
         "120 km in this time is faster than 120 km/h", "Check figure and unit.", "hours", "rail-port-town"),
    # 100 km at 10 USD and 2,000 USD besides are 3,000 USD.
    Case("price in another currency", "own_prices_are_plausible",
         lambda: add(sound(), "links", road(100, usd_per_vehicle=3001)),
         "more than 10 USD per km and 2000 USD besides", "Check figure and currency.", "usd_per_vehicle", "extra"),
    Case("sailing without wait", "departures_have_a_wait", lambda: add(sound(), "links", road(100, mode="sea")),
         "the sea link has no wait for a departure", "Give the mean wait, hours (0 if none).", "wait_hours", "extra"),
    Case("flight without wait", "departures_have_a_wait", lambda: add(sound(), "links", road(92, mode="air")),
         "the air link has no wait for a departure", "Give the mean wait, hours (0 if none).", "wait_hours", "extra"),
    Case("road with wait", "departures_have_a_wait", lambda: add(sound(), "links", road(100, wait_hours=0)),
         "the road link has a wait for a departure", "Leave it blank.", "wait_hours", "extra"),
    Case("below the great circle", "lengths_are_possible", lambda: add(sound(), "links", road(90)),
         "shorter than the great circle, 91.0 km", SHORT_REMEDY, "length_km", "extra"),
    Case("road in metres", "lengths_are_possible", lambda: add(sound(), "links", road(400)),
         "more than 4 times the great circle, 91.0 km", LONG_REMEDY, "length_km", "extra"),
    Case("rail detour", "lengths_are_possible",
         lambda: change(sound(), "links", {"id": "rail-port-town"}, length_km=366),
         "more than 4 times the great circle, 91.0 km", LONG_REMEDY, "length_km", "rail-port-town"),
    Case("sea detour", "lengths_are_possible", lambda: add(sound(), "links", road(550, mode="sea", wait_hours=0)),
         "more than 6 times the great circle, 91.0 km", LONG_REMEDY, "length_km", "extra"),
    Case("air detour", "lengths_are_possible", lambda: add(sound(), "links", road(120, mode="air", wait_hours=0)),
         "more than 1.3 times the great circle, 91.0 km", LONG_REMEDY, "length_km", "extra"),
    Case("pipeline detour", "lengths_are_possible", lambda: add(sound(), "links", road(275, mode="pipeline")),
         "more than 3 times the great circle, 91.0 km", LONG_REMEDY, "length_km", "extra"),
    Case("line begins elsewhere", "drawn_lines_meet_their_ends",
         # 0.1 degrees of latitude is 11.1 km.
         lambda: replace(sound(), lines={**sound().lines, "road-port-town": ((66.9, 29.4), (66.7, 30.1))}),
         "the line ends 11.1 km from port", "Draw it from 'from' to 'to' in (lon, lat).", "geometry"),
    Case("line ends elsewhere", "drawn_lines_meet_their_ends",
         lambda: replace(sound(), lines={**sound().lines, "road-port-town": ((66.9, 29.3), (66.7, 30.0))}),
         "the line ends 11.1 km from town", "Draw it from 'from' to 'to' in (lon, lat).", "geometry"),
    Case("line drawn backwards", "drawn_lines_meet_their_ends",
         lambda: replace(sound(), lines={**sound().lines, "road-port-town": ((66.7, 30.1), (66.9, 29.3))}),
         "the line ends 91.0 km from port", "Draw it from 'from' to 'to' in (lon, lat).", "geometry"),
    Case("road over the border", "borders_are_crossed_at_posts",
         lambda: add(sound(), "links", road(150, "town", "city", countries="PK;AF")),
         "runs from PK to AF, and no crossing joins its ends", POST_REMEDY, "", "extra"),
    Case("rail over the road's crossing", "borders_are_crossed_at_posts",
         lambda: add(sound(), "links", road(9, "west", "east", mode="rail", countries="PK;AF", gauge_mm=1520, traction="diesel")),
         "runs from PK to AF, and no crossing joins its ends", POST_REMEDY, "", "extra"),
    Case("planned rail over the border", "borders_are_crossed_at_posts",
         lambda: add(sound(), "links", road(150, "town", "city", mode="rail", countries="PK;AF", status="planned")),
         "runs from PK to AF, and no crossing joins its ends", POST_REMEDY, "", "extra"),
    Case("country of another", "countries_are_named", lambda: add(sound(), "links", road(100, countries="AF")),
         "the ends lie in PK and PK", "Name the countries in order from 'from' to 'to'.", "countries", "extra"),
    Case("countries in the wrong order", "countries_are_named",
         lambda: change(sound(), "links", {"id": "road-west-east"}, countries="AF;PK"),
         "the ends lie in PK and AF", "Name the countries in order from 'from' to 'to'.", "countries"),
    Case("first country of another", "countries_are_named", lambda: add(sound(), "links", road(100, countries="AF;PK")),
         "the ends lie in PK and PK", "Name the countries in order from 'from' to 'to'.", "countries", "extra"),
    Case("last country of another", "countries_are_named", lambda: add(sound(), "links", road(100, countries="PK;AF")),
         "the ends lie in PK and PK", "Name the countries in order from 'from' to 'to'.", "countries", "extra"),
    Case("third country", "countries_are_named", lambda: add(sound(), "links", road(100, countries="PK;IR;PK")),
         "passes a third country without posts", "Split it at the posts.", "countries", "extra"),
    Case("clearing twice", "crossings_are_complete", lambda: twice(sound(), "crossings"),
         "west outbound stands 2 times", "Keep one; rivals go to rival_figures.csv.", "", "gate/road"),
    Case("clearing missing", "crossings_are_complete",
         lambda: drop(sound(), "crossings", post="west", direction="outbound"),
         "no outbound clearing at west", "Add the row; a missing time is not zero.", "direction", "gate/road"),
    Case("inbound clearing missing", "crossings_are_complete",
         lambda: drop(sound(), "crossings", post="east", direction="inbound"),
         "no inbound clearing at east", "Add the row; a missing time is not zero.", "direction", "gate/road"),
    Case("three posts", "crossings_are_complete",
         lambda: add(sound(), "crossings", small.clearing("gate", "town", "east", "outbound", 1, 1)),
         "a crossing has two posts facing each other", "Correct it.", "post", "gate/road"),
    Case("post facing itself", "crossings_are_complete",
         lambda: add(sound(), "crossings", small.clearing("gate", "west", "west", "outbound", 1, 1)),
         "a crossing has two posts facing each other", "Correct it.", "post", "gate/road"),
    Case("a single post", "crossings_are_complete",
         lambda: add(sound(), "crossings", small.clearing("odd", "west", "west", "outbound", 1, 1)),
         "a crossing has two posts facing each other", "Correct it.", "post", "odd/road"),
    Case("unknown post", "crossings_are_complete",
         lambda: add(sound(), "crossings", *gate("other", "nowhere", "east")),
         "no such place", "Add the post.", "post", "other/road"),
    Case("unknown facing post", "crossings_are_complete",
         lambda: add(sound(), "crossings", *gate("other", "nowhere", "east")),
         "no such place", "Add the post.", "facing_post", "other/road"),
    Case("posts in one country", "crossings_are_complete",
         lambda: add(sound(), "crossings", *gate("inner", "port", "town")),
         "both posts are in one country", "Correct it.", "post", "inner/road"),
    Case("no link between the posts", "crossings_are_complete",
         lambda: add(sound(), "crossings", *gate("gate", "west", "east", "rail")),
         "no rail link joins the two posts", "Add the link between the posts.", "", "gate/rail"),
    Case("good passage above the mean", "ranges_hold_the_mean",
         lambda: change(sound(), "crossings", {"post": "west", "direction": "outbound"}, hours_low=21),
         "not between its low (21.0) and high (None)", RANGE_REMEDY, "hours", "gate/west/road/outbound"),
    Case("bad passage below the mean", "ranges_hold_the_mean",
         lambda: change(sound(), "crossings", {"post": "west", "direction": "outbound"}, hours_high=19),
         "not between its low (None) and high (19.0)", RANGE_REMEDY, "hours", "gate/west/road/outbound"),
    Case("transfer out of its range", "ranges_hold_the_mean",
         lambda: change(sound(), "transfers", {"place": "town", "from_carriage": "road"}, hours_low=1, hours_high=11),
         "not between its low (1.0) and high (11.0)", RANGE_REMEDY, "hours", "town/road/rail1676"),
    Case("rate out of its range", "ranges_hold_the_mean",
         lambda: with_rate("speed_kmh", 50, "road", "km/h moving", low=51, high=60),
         "not between its low (51.0) and high (60.0)", RANGE_REMEDY, "value", "PK/road/speed_kmh/both"),
    Case("transfer nowhere", "transfers_are_at_terminals",
         lambda: add(sound(), "transfers", small.transfer("nowhere", "road", "rail1520", 1, 1)),
         "no such place", "Add the place or correct the id.", "place", "nowhere/road/rail1520"),
    Case("transfer into the same", "transfers_are_at_terminals",
         lambda: add(sound(), "transfers", small.transfer("town", "road", "road", 1, 1)),
         "from and to are the same", "Drop the row.", "to_carriage", "town/road/road"),
    Case("transfer without terminal", "transfers_are_at_terminals",
         lambda: add(sound(), "transfers", small.transfer("port", "road", "rail1520", 1, 1)),
         "port has no terminal for rail1520, and no planned link brings one",
         "Add it to the place's terminals or drop the row.", "place", "port/road/rail1520"),
    Case("transfer to a railway that passes without terminal", "transfers_are_at_terminals",
         lambda: change(sound(), "places", {"id": "town"}, terminals="road"),
         "town has no terminal for rail1676, and no planned link brings one",
         "Add it to the place's terminals or drop the row.", "place", "town/road/rail1676"),
    Case("place in another country", "points_lie_in_their_country", lambda: foreign("UZ", 66.9, 29.3),
         "lies outside UZ", "Correct lon, lat or country.", "lon, lat", "a"),
    Case("place in the sea", "points_lie_in_their_country", lambda: foreign("PK", 64.0, 22.0),
         "lies outside PK", "Correct lon, lat or country.", "lon, lat", "a"),
    Case("lon and lat swapped", "points_lie_in_their_country", lambda: foreign("PK", 29.3, 66.9),
         "lies outside PK", "Swapped, it would lie in PK: were lon and lat exchanged? Correct lon, lat or country.", "lon, lat", "a"),
    Case("rate nobody knows", "rates_are_plausible", lambda: with_rate("speed", 50, "road", "km/h moving"),
         "unknown rate",
         "Rates: speed_kmh, duty_hours_per_day, daily_km, usd_per_vehicle_km, usd_per_feu_km, usd_per_tonne_km, "
         "gco2e_per_tkm, gco2e_per_tkm_electric, gco2e_per_tkm_diesel, payload_t, wagon_payload_t, terminal_hours, "
         "terminal_usd, port_dwell_hours, port_handling_usd, reefer_usd_per_day, standing_usd_per_day, price_index.",
         "parameter", "PK/road/speed/both"),
    Case("rate in another unit", "rates_are_plausible", lambda: with_rate("speed_kmh", 50, "road", "mph"),
         "not the unit of this rate", "Give it in km/h moving.", "unit", "PK/road/speed_kmh/both"),
    Case("rate at no place", "rates_are_plausible",
         lambda: with_rate("terminal_hours", 5, "road", "hours per shipment", place="nowhere"),
         "no such place", "Add the place or correct the id.", "place", "PK/road/terminal_hours/both/nowhere"),
    Case("rate twice", "rates_are_plausible", lambda: twice(sound(), "rates"),
         "the rate stands more than once", "Keep one; rivals go to rival_figures.csv.", "", "*/road/speed_kmh/both"),
    Case("price index of a year twice", "rates_are_plausible",
         lambda: twice(replace(with_rate("price_index", 300, None, "US CPI, 1982-84 = 100"), rates=small.rows(
             "rates", [small.rate("price_index", 300, None, "US CPI, 1982-84 = 100")])), "rates"),
         "the rate stands more than once", "Keep one; rivals go to rival_figures.csv.", "", "*/price_index/both/2025"),
    *(
        Case(f"{name} of zero", "rates_are_plausible", lambda name=name: with_rate(name, 0, "rail", UNITS[name]),
             "must be above 0", "Nothing would ever arrive.", "value", f"PK/rail/{name}/both")
        for name in SPEEDS
    ),
    *(
        # A speed in km/h just above the limit of its mode; a day's km just above 24 times the limit.
        Case(f"{mode} {name} too fast", "rates_are_plausible",
             lambda mode=mode, name=name, value=value: with_rate(name, value, mode, UNITS[name]),
             f"faster than {limit} km/h", "Check figure and unit.", "value", f"PK/{mode}/{name}/both")
        for mode, name, value, limit in (
            ("road", "speed_kmh", 110.1, 110), ("rail", "speed_kmh", 120.1, 120), ("sea", "speed_kmh", 60.1, 60),
            ("air", "speed_kmh", 1000.1, 1000), ("pipeline", "speed_kmh", 80.1, 80),
            ("rail", "daily_km", 2880.1, 120), ("road", "daily_km", 2640.1, 110),
        )
    ),
    *(
        Case(f"{mode} {name} of {value}", "rates_are_plausible",
             lambda mode=mode, name=name, value=value, unit=unit: with_rate(name, value, mode, unit),
             f"outside {low} to 10 {unit}", "Check figure and unit.", "value", f"PK/{mode}/{name}/both")
        for mode, name, unit, low in (
            ("road", "usd_per_vehicle_km", "USD per vehicle-km", 0.1), ("rail", "usd_per_feu_km", "USD per FEU-km", 0.01),
            ("rail", "usd_per_tonne_km", "USD per tonne-km", 0.001),
        )
        for value in (low / 2, 10.1)
    ),
    *(
        Case(f"{table} {column}: {told}", "figures_have_sources",
             lambda table=table, where=where, column=column, cell=cell, more=more:
                 change(full(), table, where, **more, **{column: cell}),
             told, remedy, column)
        for table, where, column, more in (
            ("places", {"id": "town"}, "source", {}),
            ("links", {"id": "road-port-town"}, "source", {}),
            ("links", {"id": "road-port-town"}, "geometry_source", {"geometry_kind": "routed"}),
            ("crossings", {"post": "west", "direction": "outbound"}, "hours_source", {}),
            ("crossings", {"post": "west", "direction": "outbound"}, "usd_source", {}),
            ("capacities", {"subject": "gate"}, "traffic_source", {}),
            ("rates", {"parameter": "daily_km"}, "source", {}),
            ("transfers", {"place": "town", "from_carriage": "road"}, "source", {}),
            ("capacities", {"subject": "gate"}, "capacity_source", {}),
            ("trade", {"partner_b": "AF"}, "source", {}),
            ("demand", {"cargo": "general"}, "source", {}),
            ("statuses", {"subject": "gate"}, "source", {}),
            ("calendars", {"subject": "gate"}, "source", {}),
            ("cargo", {"id": "general"}, "source", {}),
            ("vehicles", {"id": "trailer"}, "source", {}),
            ("pilot_runs", {"id": "port-city-2022"}, "source", {}),
            ("rival_figures", {"used": True}, "source", {}),
            ("indicators", {"area": "PK"}, "source", {}),
        )
        for cell, told, remedy in (
            (" ; ", "no source", "Name a row of sources.csv; an own judgement is a source too (judgement)."),
            ("hand; hearsay", "unknown source", "Add it to sources.csv."),
        )
    ),
    *(
        Case(f"status of no {kind}", "statuses_are_in_order",
             lambda kind=kind: add(sound(), "statuses", STATUS | {"subject": "nowhere", "subject_kind": kind}),
             f"no such {kind}", "Correct the id.", "subject", "nowhere/2025-10-12")
        for kind in ("crossing", "link", "place")
    ),
    *(
        Case(f"{table} {column} blank", "figures_have_sources",
             lambda table=table, where=where, column=column, more=more: change(full(), table, where, **more, **{column: ""}),
             "no source", "Name a row of sources.csv; an own judgement is a source too (judgement).", column)
        for table, where, column, more in (
            ("places", {"id": "town"}, "source", {}),
            ("links", {"id": "road-port-town"}, "source", {}),
            ("links", {"id": "road-port-town"}, "geometry_source", {"geometry_kind": "routed"}),
            ("capacities", {"subject": "gate"}, "traffic_source", {}),
        )
    ),
    Case("speeds interchanged", "indicators_are_in_order",
         lambda: add(sound(), "indicators", PUBLISHED | {"tfi4_kmh": 28.2, "speed_without_delay_kmh": 10.6}),
         "above the speed without delay, 10.6 km/h", "Are the two speeds interchanged?", "tfi4_kmh", "PK/road/2022"),
    Case("published twice", "indicators_are_in_order",
         lambda: add(sound(), "indicators", PUBLISHED, {**PUBLISHED, "tfi4_kmh": None, "speed_without_delay_kmh": None}),
         "the figure stands 2 times", "Keep one; rivals go to rival_figures.csv.", "tfi1_hours", "PK/road/2022"),
    Case("nothing published", "indicators_are_in_order",
         lambda: add(sound(), "indicators", {"area": "CAREC-C5", "mode": "rail", "year": 2020, "basis": "quoted", "source": "hand"}),
         "the row has no figure", "Give one or drop the row.", "", "CAREC-C5/rail/2020"),
    Case("capacity of no crossing", "capacities_fit_their_subject",
         lambda: add(sound(), "capacities", CAPACITY | {"subject": "nowhere", "post": ""}),
         "no such crossing", "Correct the id.", "subject", "nowhere/road/both"),
    Case("capacity of a link by countries", "capacities_fit_their_subject",
         lambda: add(sound(), "capacities", CAPACITY | {"subject": "road-port-town", "subject_kind": "link", "post": "",
                                                        "direction": "PK-AF"}),
         "a link has no such direction", "Crossings: PK-AF; links: forward or backward.", "direction"),
    Case("capacity of a mode that is not there", "capacities_fit_their_subject",
         lambda: add(sound(), "capacities", CAPACITY | {"mode": "rail", "unit": "tonnes_per_year"}),
         "the crossing has no such mode", "There: road.", "mode", "gate/west/rail/both"),
    Case("wagons on a road", "capacities_fit_their_subject",
         lambda: add(sound(), "capacities", CAPACITY | {"unit": "wagons_per_day"}),
         "the unit counts rail vehicles, and the mode is road", "Give the mode rail, or tonnes_per_year.", "unit"),
    Case("trucks of all modes", "capacities_fit_their_subject",
         lambda: add(sound(), "capacities", CAPACITY | {"mode": ""}),
         "the unit counts road vehicles, and the mode is blank", "Give the mode road, or tonnes_per_year.", "unit"),
    Case("capacity at a post elsewhere", "capacities_fit_their_subject",
         lambda: add(sound(), "capacities", CAPACITY | {"post": "town"}),
         "no such post at the crossing", "Posts: east, west.", "post"),
    Case("post of a link", "capacities_fit_their_subject",
         lambda: add(sound(), "capacities", CAPACITY | {"subject": "road-port-town", "subject_kind": "link"}),
         "no such post at the crossing", "Posts: none.", "post"),
    Case("traffic without a year", "capacities_fit_their_subject",
         lambda: add(sound(), "capacities", CAPACITY | {"traffic_year": ""}),
         "no traffic_year beside traffic", "Give traffic with its basis, year and source, or none of them.", "traffic_year"),
    Case("basis of no traffic", "capacities_fit_their_subject",
         lambda: add(sound(), "capacities", CAPACITY | {"traffic": "", "traffic_year": ""}),
         "a traffic_basis without traffic", "Give traffic with its basis, year and source, or none of them.", "traffic_basis"),
    Case("capacity twice", "capacities_fit_their_subject",
         lambda: add(sound(), "capacities", CAPACITY, CAPACITY | {"capacity": 400}),
         "the capacity stands more than once", "Keep one; rivals go to rival_figures.csv.", "", "gate/west/road/both"),
    *(
        Case(f"demand {column} nowhere", "demand_can_be_asked",
             lambda column=column: add(sound(), "demand", DEMAND | {column: "nowhere"}),
             "no such place", "Add the place or correct the id.", column)
        for column in ("origin", "destination")
    ),
    Case("demand that stays", "demand_can_be_asked", lambda: add(sound(), "demand", DEMAND | {"destination": "port"}),
         "the goods stay where they are", "Name two places.", "destination", "own/port/port/general"),
    Case("demand of unknown goods", "demand_can_be_asked", lambda: add(sound(), "demand", DEMAND | {"cargo": "hay"}),
         "unknown class of goods", "Classes: fruit, gas, general, ore.", "cargo"),
    Case("demand twice", "demand_can_be_asked", lambda: add(sound(), "demand", DEMAND, DEMAND),
         "the demand stands more than once in its set", "Add the rows up to one.", "", "own/port/city/general"),
    Case("status ends before it begins", "statuses_are_in_order",
         lambda: add(sound(), "statuses", STATUS | {"to": "2025-10-11"}),
         "before its first day", "Put the dates in order.", "to", "gate/2025-10-12"),
    *(
        Case(f"{table} of a {kind} {direction}", f"{table}_are_in_order",
             lambda table=table, row=row, kind=kind, subject=subject, direction=direction: add(
                 sound(), table, row | {"subject": subject, "subject_kind": kind, "direction": direction}),
             f"a {kind} has no such direction", "Crossings: PK-AF; links: forward or backward.", "direction")
        for table, row in (("statuses", STATUS), ("calendars", CALENDAR))
        for kind, subject, direction in (
            ("crossing", "gate", "forward"), ("place", "town", "backward"), ("link", "road-port-town", "PK-AF"),
        )
    ),
    *(
        Case(f"{table} of a cart", f"{table}_are_in_order",
             lambda table=table, row=row: add(sound(), table, row | {"vehicles": "trailer;cart"}),
             "unknown vehicle class", "Vehicles: rigid, trailer.", "vehicles")
        for table, row in (("statuses", STATUS), ("calendars", CALENDAR))
    ),
    Case("hours added without hours", "statuses_are_in_order",
         lambda: add(sound(), "statuses", STATUS | {"state": "restricted", "effect": "hours"}),
         "hours without the effect 'hours'", "Give hours with the effect 'hours', only.", "hours", "gate/2025-10-12"),
    *(
        Case(f"hours beside {state} {effect}", "statuses_are_in_order",
             lambda state=state, effect=effect: add(
                 sound(), "statuses", STATUS | {"state": state, "effect": effect, "hours": 24}),
             f"hours beside the effect {effect!r}", "Give hours with the effect 'hours', only.", "hours")
        for state, effect in (("closed", "ban"), ("restricted", "advisory"))
    ),
    *(
        Case(f"{effect} of {cargo}", "statuses_are_in_order",
             lambda effect=effect, hours=hours, cargo=cargo: add(
                 sound(), "statuses", STATUS | {"effect": effect, "hours": hours, "cargo": cargo}),
             f"the effect {effect!r} concerns {cargo}, which no shipment is known to be", "Make it an advisory.", "cargo")
        for effect, hours in (("ban", None), ("hours", 24))
        for cargo in ("passengers", "relief", "afghan-transit", "chinese-goods", "other")
    ),
    *(
        Case(f"open with {effect}", "statuses_are_in_order",
             lambda effect=effect, hours=hours: add(
                 sound(), "statuses", STATUS | {"state": "open", "effect": effect, "hours": hours}),
             "what is open has an effect", "Make it an advisory.", "effect")
        for effect, hours in (("ban", None), ("hours", 24))
    ),
    *(
        Case(f"calendar of no {kind}", "calendars_are_in_order",
             lambda kind=kind: add(sound(), "calendars", CALENDAR | {"subject": "nowhere", "subject_kind": kind}),
             f"no such {kind}", "Correct the id.", "subject", "nowhere/both/2025-05-24")
        for kind in ("crossing", "link", "place")
    ),
    Case("calendar ends before it begins", "calendars_are_in_order",
         lambda: add(sound(), "calendars", CALENDAR | {"to": "2025-05-23"}),
         "before its first day", "Put the dates in order.", "to"),
    Case("every other night, counted from no day", "calendars_are_in_order",
         lambda: add(sound(), "calendars", CALENDAR | {"from": "", "every_days": 2}),
         "a cycle of days has no first day", "Give the first day on which it opens.", "from", "gate/both/always"),
    Case("calendar in no time zone", "calendars_are_in_order",
         lambda: add(sound(), "calendars", CALENDAR | {"timezone": "Asia/Torkham"}),
         "unknown time zone", "Give an IANA name such as Asia/Kabul; on Windows, install the package tzdata.", "timezone"),
    Case("one rival alone", "rivals_name_the_one_used", lambda: add(sound(), "rival_figures", RIVAL),
         "1 of 1 figures are marked as used", "Give at least two figures and mark at most one.", "length_km"),
    Case("two rivals used", "rivals_name_the_one_used", lambda: add(sound(), "rival_figures", RIVAL, RIVAL | {"value": 99}),
         "2 of 2 figures are marked as used", "Give at least two figures and mark at most one.", "length_km"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_one_thing_broken_breaks_its_rule_and_no_other(case):
    tables = case.tables()
    broken = {rule.__name__: list(rule(tables)) for rule in RULES if list(rule(tables))}
    assert set(broken) == {case.rule}
    faults = [
        fault
        for fault in broken[case.rule]
        if (fault.rule, fault.remedy, fault.column) == (case.said, case.remedy, case.column)
        and case.row in ("", fault.row)
    ]
    assert faults, [str(fault) for fault in broken[case.rule]]
    assert check_tables(tables) == broken[case.rule]


def test_every_rule_has_a_case():
    assert {case.rule for case in CASES} == {rule.__name__ for rule in RULES}
    assert len({case.name for case in CASES}) == len(CASES)


def test_faults_name_the_file_that_the_table_was_read_from():
    tables = replace(add(sound(), "places", LONE), files={"places": "places.parquet"})
    assert [str(fault) for fault in check_tables(tables)] == [
        "places.parquet: harbour: no link leads to it. Add a link or drop the place."
    ]


def test_all_faults_are_told_at_once_in_the_order_of_the_rules():
    tables = add(sound(), "places", LONE)
    tables = add(tables, "links", road(90))
    tables = add(tables, "statuses", STATUS | {"subject": "nowhere"})
    assert [fault.rule for fault in check_tables(tables)] == [
        "no link leads to it",
        "shorter than the great circle, 91.0 km",
        "no such crossing",
    ]


# --- what stands at the edge of a rule and is sound ------------------------------------------------------------------

ALLOWED = {
    "a place joined by a planned link alone": lambda: add(
        add(sound(), "places", LONE), "links", road(12, "harbour", "port", status="planned")
    ),
    # 0.56 % below 91.03 km is 90.52 km.
    "a length within the tolerance of the sphere": lambda: add(sound(), "links", road(90.6)),
    "a short link that winds": lambda: add(
        # 0.01 degrees of latitude is 1.1 km: 22 times the great circle, and below 25 km.
        add(sound(), "places", small.place("hill", lon=66.7, lat=30.11)), "links", road(24.9, "town", "hill")
    ),
    "a line that ends half a km off": lambda: replace(
        sound(), lines={**sound().lines, "road-port-town": ((66.9, 29.3045), (66.7, 30.1))}
    ),
    "a flight over the border without posts": lambda: add(
        sound(), "links", road(150, "town", "city", mode="air", countries="PK;AF", wait_hours=0)
    ),
    "a flight over a third country": lambda: add(
        sound(), "links", road(92, mode="air", countries="PK;IR;PK", wait_hours=0)
    ),
    "a pipeline over the border without posts": lambda: add(
        sound(), "links", road(150, "town", "city", mode="pipeline", countries="PK;AF")
    ),
    "a planned railway without gauge and traction": lambda: add(
        sound(), "links", road(100, mode="rail", status="planned")
    ),
    "a transfer to a railway that is planned": lambda: add(
        add(sound(), "links", road(100, mode="rail", status="planned", gauge_mm=1520)),
        "transfers", small.transfer("port", "road", "rail1520", 1, 1),
    ),
    "a transfer to a railway whose gauge is open": lambda: add(
        add(sound(), "links", road(100, mode="rail", status="planned")),
        "transfers", small.transfer("port", "road", "rail1435", 1, 1),
    ),
    "a mean at the end of its range": lambda: change(
        sound(), "crossings", {"post": "west", "direction": "outbound"}, hours_low=20, hours_high=20
    ),
    "links at the limits of their speed": lambda: change(
        add(sound(), "links", road(110, speed_kmh=110, hours=1)), "links", {"id": "rail-port-town"}, hours=1
    ),
    "speeds at their limits": lambda: add(
        sound(), "rates",
        small.rate("speed_kmh", 110, "road", "km/h moving", country="PK"),
        small.rate("daily_km", 2880, "rail", "km a day", country="PK"),
    ),
    "a rate by country, direction, place and regime": lambda: add(
        sound(), "rates",
        small.rate("usd_per_vehicle_km", 2, "road", "USD per vehicle-km", direction="inland"),
        small.rate("usd_per_vehicle_km", 2, "road", "USD per vehicle-km", country="PK"),
        small.rate("port_dwell_hours", 72, "sea", "hours per shipment", place="port", regime="transit"),
        small.rate("port_dwell_hours", 72, "sea", "hours per shipment", place="port", regime="import"),
    ),
    "prices at their limits": lambda: add(
        sound(), "rates",
        small.rate("usd_per_vehicle_km", 0.1, "road", "USD per vehicle-km", country="PK"),
        small.rate("usd_per_vehicle_km", 10, "road", "USD per vehicle-km", country="AF"),
    ),
    "price indices of two years": lambda: add(
        sound(), "rates",
        small.rate("price_index", 258.8, None, "US CPI, 1982-84 = 100") | {"year": 2020},
        small.rate("price_index", 320.0, None, "US CPI, 1982-84 = 100"),
    ),
    "a status of one day": lambda: add(sound(), "statuses", STATUS | {"to": "2025-10-12"}),
    "rivals of which none is used": lambda: add(
        sound(), "rival_figures", RIVAL | {"used": False}, RIVAL | {"value": 99, "used": False}
    ),
    "several known sources": lambda: change(
        add(sound(), "sources", {"id": "other", "title": "another"}), "links", {"id": "road-port-town"}, source="hand; other"
    ),
    "a straight line without source": lambda: change(sound(), "links", {"id": "road-port-town"}, geometry_source=""),
    # Karachi's coast: 0.03 degrees, 3 km, off Manora into the sea.
    "a place a little off the coast": lambda: foreign("PK", 66.97, 24.78),
    "a country that the map has not": lambda: foreign("US", -100.0, 40.0),
}  # fmt: skip


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_at_the_edge_of_a_rule_is_sound(name):
    assert [str(fault) for fault in check_tables(ALLOWED[name]())] == []


@pytest.mark.parametrize(("more", "value"), [({"gauge_mm": 1520}, "1520"), ({"traction": "diesel"}, "diesel")])
def test_the_fault_of_a_road_with_a_gauge_or_traction_shows_which(more, value):
    assert [fault.value for fault in check_tables(add(sound(), "links", road(100, **more)))] == [value]


def test_a_drawn_link_to_an_unknown_place_is_a_fault_of_its_end_alone():
    tables = add(sound(), "links", road(100, "port", "nowhere"))
    tables = replace(tables, lines={**tables.lines, "extra": ((66.9, 29.3), (67.0, 30.0))})
    assert [(fault.rule, fault.column) for fault in check_tables(tables)] == [("no such place", "to")]


def test_a_crossing_of_three_posts_is_one_fault():
    tables = add(sound(), "crossings", small.clearing("gate", "town", "east", "outbound", 1, 1))
    assert [fault.value for fault in check_tables(tables)] == ["east, town, west"]


def test_without_any_sources_only_blank_cells_are_faults():
    tables = replace(change(sound(), "links", {"id": "road-port-town"}, source=""), sources=())
    assert [(fault.row, fault.rule) for fault in check_tables(tables)] == [("road-port-town", "no source")]


def test_the_checks_take_tables_of_every_kind_of_brokenness_at_once():
    tables = full()
    for case in CASES:
        broken = case.tables()
        tables = replace(
            tables,
            **{
                name: (*tables.rows(name), *broken.rows(name)) for name in ("places", "links", "crossings", "transfers")
            },
            rates=(*tables.rates, *broken.rates),
            statuses=(*tables.statuses, *broken.statuses),
            calendars=(*tables.calendars, *broken.calendars),
            indicators=(*tables.indicators, *broken.indicators),
            capacities=(*tables.capacities, *broken.capacities),
            demand=(*tables.demand, *broken.demand),
        )
    found = {rule.__name__ for rule in RULES if list(rule(tables))}
    assert found >= {case.rule for case in CASES} - {
        "figures_have_sources",
        "drawn_lines_meet_their_ends",
        "rivals_name_the_one_used",
    }


# --- what is reckoned for all rows at once is what is reckoned row by row -------------------------------------------------


def lengths_one_by_one(tables: Tables) -> list[tuple[str, str]]:
    places = {place.id: place for place in tables.places}
    found = []
    for row in tables.links:
        if row.from_ not in places or row.to not in places:
            continue
        tail, head = places[row.from_], places[row.to]
        straight = great_circle_km(tail.lon, tail.lat, head.lon, head.lat)
        limit = DETOUR_LIMIT[row.mode]
        if row.length_km < straight * (1 - SPHERE_TOLERANCE):
            found.append((row.id, f"shorter than the great circle, {straight:.1f} km"))
        elif row.length_km > max(25.0, straight * limit):
            found.append((row.id, f"more than {limit:g} times the great circle, {straight:.1f} km"))
    return found


def line_ends_one_by_one(tables: Tables) -> list[tuple[str, str]]:
    places = {place.id: place for place in tables.places}
    found = []
    for row in tables.links:
        line = tables.lines.get(row.id)
        if line is None or row.from_ not in places or row.to not in places:
            continue
        for point, end in ((line[0], places[row.from_]), (line[-1], places[row.to])):
            off = great_circle_km(*point, end.lon, end.lat)
            if off > 1.0:
                found.append((row.id, f"the line ends {off:.1f} km from {end.id}"))
    return found


def countries_one_by_one(tables: Tables) -> list[tuple[str, str]]:
    found = []
    for row in tables.places:
        shape = country_outlines().get(row.country)
        if shape is not None and shapely.distance(shape, shapely.Point(row.lon, row.lat)) > 0.06:
            found.append((row.id, f"lies outside {row.country}"))
    return found


# From far apart to a few metres; some on either side of a border, some the same.
POINTS = st.tuples(st.floats(-180, 180), st.floats(-90, 90)) | st.tuples(st.floats(60, 75), st.floats(24, 50))
NEAR = st.floats(-0.02, 0.02) | st.sampled_from([0.0, 0.005, -0.005, 0.0049999])
# The lengths at which a rule begins to hold, as factors on the great circle, and a hair to either side.
FACTORS = st.sampled_from([1 - SPHERE_TOLERANCE, 1.0, 1.3, 3.0, 4.0, 6.0])
HAIRS = st.sampled_from([0.9, 1 - 1e-9, 1.0, 1 + 1e-9, 1.1])


@st.composite
def tables_of_any_lengths(draw: Any) -> Tables:
    points = draw(st.lists(POINTS, max_size=6))
    if points:
        lon, lat = points[0]
        points.append((min(180.0, lon + draw(st.floats(0, 0.3))), min(90.0, lat + draw(st.floats(0, 0.3)))))
    country = st.sampled_from(["AF", "BY", "KZ", "PK", "RU", "UZ", "CN"])
    places = [small.place(f"p{number}", draw(country), lon, lat) for number, (lon, lat) in enumerate(points)]
    links, lines = [], {}
    for number in range(draw(st.integers(0, 8))):
        tail, head = draw(st.integers(0, 7)), draw(st.integers(0, 7))
        inside = tail < len(points) and head < len(points)
        straight = great_circle_km(*points[tail], *points[head]) if inside else 10.0
        km = min(21000.0, max(1e-6, straight * draw(FACTORS) * draw(HAIRS)))
        links.append(small.link(f"l{number}", f"p{tail}", f"p{head}", km, draw(st.sampled_from(MODES))))
        if inside and draw(st.booleans()):
            ends = [(x + draw(NEAR), y + draw(NEAR)) for x, y in (points[tail], points[head])]
            lines[f"l{number}"] = tuple(ends if draw(st.booleans()) else ends[::-1])
    return Tables(small.rows("places", places), small.rows("links", links), lines)


@given(tables_of_any_lengths())
def test_rules_reckoned_for_all_rows_at_once_find_what_they_find_row_by_row(tables):
    for rule, one_by_one in (
        (lengths_are_possible, lengths_one_by_one),
        (drawn_lines_meet_their_ends, line_ends_one_by_one),
        (points_lie_in_their_country, countries_one_by_one),
    ):
        assert [(fault.row, fault.rule) for fault in rule(tables)] == one_by_one(tables)
