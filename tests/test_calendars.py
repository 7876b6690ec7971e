# SPDX-License-Identifier: BSD-3-Clause
"""When a subject is open, against the rule of the schema read minute by minute; and what a gate lets through."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corridor as co
import small
from corridor.calendars import (
    TICKS_AN_HOUR,
    ZONES,
    Gate,
    Openings,
    Span,
    departure,
    gates_of,
    moment_of,
    ticks_of,
    zone_of,
)
from corridor.errors import CorridorWarning, OptionError
from corridor.schema import Calendar, Status
from corridor.vocabulary import CORRIDOR_COUNTRIES, WEEKDAYS
from opening_rule import by_the_rule

KABUL, KARACHI, CAIRO, WARSAW = map(ZoneInfo, ("Asia/Kabul", "Asia/Karachi", "Africa/Cairo", "Europe/Warsaw"))


def calendar(**given) -> Calendar:
    row = {"subject": "gate", "subject_kind": "crossing", "timezone": "Asia/Karachi", "last_confirmed": "2025-01-01"}
    return Calendar.model_validate({**row, "basis": "quoted", "source": "hand", **given})


def status(**given) -> Status:
    row = {"subject": "gate", "subject_kind": "crossing", "state": "closed", "from": "2025-01-02"}
    return Status.model_validate({**row, "last_confirmed": "2025-01-02", "basis": "quoted", "source": "hand", **given})


def at(text: str, zone: ZoneInfo = KARACHI) -> int:
    return ticks_of(datetime.fromisoformat(text).replace(tzinfo=zone))


def local(ticks: int, zone: ZoneInfo = KARACHI) -> str:
    # A tick is 3.6 microseconds.
    return (moment_of(ticks) + timedelta(milliseconds=1)).astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def opens(text: str, *rows: Calendar, zone: ZoneInfo = KARACHI) -> str:
    found = Openings.of(rows).next_open(at(text, zone))
    return "never" if found is None else local(found[0], zone)


# --- moments -----------------------------------------------------------------------------------------------------------


@given(st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)), st.sampled_from(sorted(set(ZONES.values()))))
def test_a_moment_survives_as_a_whole_number_to_two_microseconds(moment, zone):
    aware = moment.replace(tzinfo=ZoneInfo(zone))
    assert abs(moment_of(ticks_of(aware)) - aware.astimezone(UTC)) <= timedelta(microseconds=2)


def test_an_hour_is_a_billion_ticks():
    assert at("2025-05-28T09:00") - at("2025-05-28T08:00") == TICKS_AN_HOUR
    assert at("2025-05-28T08:30") == at("2025-05-28T08:00", KABUL)


def test_every_country_of_the_corridor_has_a_zone():
    assert {zone_of(country) is None for country in CORRIDOR_COUNTRIES} == {False}
    assert zone_of("RU") == ZoneInfo("Europe/Moscow")
    assert zone_of("XX") is None
    assert {place.country for place in co.load(scope="bypass").tables.places} <= set(ZONES)


# --- what is a departure -----------------------------------------------------------------------------------------------


def test_a_departure_without_a_zone_is_local_time_at_the_origin():
    assert departure(datetime(2025, 5, 28, 8), "AF", "kabul").isoformat() == "2025-05-28T08:00:00+04:30"


def test_a_departure_with_a_zone_is_shown_in_local_time():
    found = departure(datetime(2025, 5, 28, 8, tzinfo=UTC), "AF", "kabul")
    assert found.isoformat() == "2025-05-28T12:30:00+04:30"
    assert departure(datetime(2025, 5, 28, 8, tzinfo=UTC), "XX", "far").isoformat() == "2025-05-28T08:00:00+00:00"


def test_a_moment_of_pandas_is_a_departure():
    assert departure(pd.Timestamp("2025-05-28 08:00"), "PK", "karachi") == datetime(2025, 5, 28, 8, tzinfo=KARACHI)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            date(2025, 5, 28),
            r"depart=datetime\.date\(2025, 5, 28\): a date has no time of day; give a datetime such as",
        ),
        (
            "2025-05-28T08:00",
            r"depart='2025-05-28T08:00': it is no datetime; give a datetime such as datetime\(2025, 5",
        ),
        (np.datetime64("2025-05-28T08:00"), r"it is no datetime; give a datetime such as"),
        (pd.NaT, r"depart=NaT: must be a moment from 1950 to 2100"),
        (datetime(9999, 5, 28), r"must be a moment from 1950 to 2100"),
    ],
)
def test_what_is_no_moment_is_refused(given, told):
    with pytest.raises(OptionError, match=told):
        departure(given, "PK", "karachi")


def test_a_country_without_a_known_zone_asks_for_one():
    told = (
        r"no time zone is known for 'XX', where 'far' is; give a datetime with tzinfo\. Countries with a known one: AE,"
    )
    with pytest.raises(OptionError, match=told):
        departure(datetime(2025, 5, 28, 8), "XX", "far")


# --- openings by hand --------------------------------------------------------------------------------------------------

DAY = calendar(opens="08:00", closes="17:00")


@pytest.mark.parametrize(
    ("come", "enter"),
    [
        ("2025-05-28T07:59", "2025-05-28T08:00"),
        ("2025-05-28T08:00", "2025-05-28T08:00"),
        ("2025-05-28T16:59", "2025-05-28T16:59"),
        ("2025-05-28T17:00", "2025-05-29T08:00"),
    ],
)
def test_a_window_of_the_day(come, enter):
    assert opens(come, DAY) == enter


def test_a_window_past_midnight_belongs_to_the_day_on_which_it_opens():
    # 2025-05-28 is a Wednesday.
    night = calendar(opens="22:00", closes="04:00", days="wed")
    assert opens("2025-05-29T03:59", night) == "2025-05-29T03:59"
    assert opens("2025-05-29T04:00", night) == "2025-06-04T22:00"
    assert opens("2025-05-28T01:00", night) == "2025-05-28T22:00"


def test_hours_that_close_as_they_open_are_a_whole_day():
    assert opens("2025-05-29T05:59", calendar(opens="06:00", closes="06:00", days="wed")) == "2025-05-29T05:59"
    assert opens("2025-05-29T06:00", calendar(opens="06:00", closes="06:00", days="wed")) == "2025-06-04T06:00"


def test_without_hours_a_row_opens_whole_days():
    weekdays = calendar(days="mon;tue;wed;thu;fri")
    assert opens("2025-05-30T23:59", weekdays) == "2025-05-30T23:59"
    assert opens("2025-05-31T00:00", weekdays) == "2025-06-02T00:00"


def test_several_rows_add_up():
    lunch = (calendar(opens="08:00", closes="12:00"), calendar(opens="14:00", closes="17:00"))
    assert opens("2025-05-28T12:30", *lunch) == "2025-05-28T14:00"
    assert opens("2025-05-28T11:30", *lunch) == "2025-05-28T11:30"


def test_a_season():
    pass_ = calendar(months="5;6;7;8;9;10")
    assert opens("2025-12-24T10:00", pass_) == "2026-05-01T00:00"
    assert opens("2025-10-31T23:00", pass_) == "2025-10-31T23:00"


def test_every_other_night():
    salang = calendar(opens="18:00", closes="06:00", every_days=2, to="2025-06-08", **{"from": "2025-05-24"})
    assert opens("2025-05-24T12:00", salang) == "2025-05-24T18:00"
    assert opens("2025-05-25T06:00", salang) == "2025-05-26T18:00"
    # Out of its dates nothing is known against it: open.
    assert opens("2025-05-23T12:00", salang) == "2025-05-23T12:00"
    assert opens("2025-06-08T12:00", salang) == "2025-06-09T00:00"


def test_a_row_that_begins_after_another_has_ended():
    rows = (
        calendar(opens="08:00", closes="10:00", to="2025-05-27"),
        calendar(opens="20:00", closes="22:00", **{"from": "2025-05-28"}),
    )
    assert opens("2025-05-27T11:00", *rows) == "2025-05-28T20:00"


def test_a_calendar_that_never_opens():
    assert opens("2025-05-28T11:00", calendar(every_days=7, days="tue", **{"from": "2025-05-26"})) == "never"


def test_local_time_follows_the_clocks():
    # In Warsaw clocks went on by an hour on 30 March 2025, at 2 in the morning.
    morning = calendar(opens="08:00", closes="17:00", timezone="Europe/Warsaw")
    before, after = at("2025-03-29T17:00", WARSAW), at("2025-03-30T08:00", WARSAW)
    found = Openings.of([morning]).next_open(before)
    assert found is not None
    assert found[0] == after == before + 14 * TICKS_AN_HOUR
    assert opens("2025-04-25T03:00", calendar(opens="08:00", closes="17:00", timezone="Africa/Cairo"), zone=CAIRO) == (
        "2025-04-25T08:00"
    )


# --- openings against the rule -----------------------------------------------------------------------------------------

DAYS = [(date(2025, 3, 24) + timedelta(days=number)).isoformat() for number in range(14)]
clock = st.sampled_from(["00:00", "01:30", "02:30", "06:00", "12:00", "18:00", "23:30"])


@st.composite
def rows_of(draw, zone=None):
    first, last = sorted(draw(st.lists(st.sampled_from(DAYS), min_size=2, max_size=2)))
    cycle = draw(st.sampled_from([1, 1, 2, 3]))
    return calendar(
        **{"from": first if cycle > 1 or draw(st.booleans()) else ""},
        to=last if draw(st.booleans()) else "",
        months=draw(st.sampled_from(["", "", "3", "4"])),
        days=";".join(draw(st.sampled_from([(), (), ("mon", "thu"), ("sun",), WEEKDAYS[:5]]))),
        every_days=cycle,
        opens=draw(clock),
        closes=draw(st.one_of(clock, st.just("24:00"))),
        timezone=zone or draw(st.sampled_from(["Asia/Karachi", "Asia/Kabul", "Europe/Warsaw"])),
    )


@given(st.lists(rows_of(), min_size=1, max_size=3), st.integers(0, 14 * 48 - 1))
@settings(max_examples=150)
def test_openings_are_those_of_the_rule_at_every_half_hour(rows, start):
    begin = datetime(2025, 3, 24, tzinfo=UTC) + timedelta(minutes=30 * start)
    grid = [begin + timedelta(minutes=30 * step) for step in range(10 * 48)]
    first = next((moment for moment in grid if by_the_rule(rows, moment)), None)
    found = Openings.of(rows).next_open(ticks_of(begin))
    if first is None:
        assert found is None or moment_of(found[0]) > grid[-1]
    else:
        assert found is not None
        assert found[0] == ticks_of(first)
        assert (found[1] is None) == (first == begin)


@given(st.lists(rows_of(), min_size=1, max_size=3), st.integers(0, 14 * 24 * 60))
def test_the_next_opening_is_open_and_no_earlier(rows, minute):
    openings = Openings.of(rows)
    ticks = ticks_of(datetime(2025, 3, 24, tzinfo=UTC) + timedelta(minutes=minute))
    found = openings.next_open(ticks)
    if found is not None:
        assert found[0] >= ticks
        assert openings.is_open(found[0])


# --- gates -------------------------------------------------------------------------------------------------------------


def span(first: str, end: str | None, **given) -> Span:
    return Span(at(first), None if end is None else at(end), status(**given))


def test_a_ban_with_an_end_is_waited_for():
    gate = Gate(bans=(span("2025-01-02T00:00", "2025-01-05T00:00"),))
    passage = gate.passage(at("2025-01-04T18:00"))
    assert passage is not None
    assert (passage.entry, passage.extra, passage.free) == (at("2025-01-05T00:00"), 0, False)
    assert [(pause.row.effect, pause.ticks) for pause in passage.pauses] == [("ban", 6 * TICKS_AN_HOUR)]
    assert gate.passage(at("2025-01-05T00:00")).free
    assert gate.blocked(at("2025-01-04T18:00")) == ()


def test_a_ban_without_an_end_is_for_ever():
    gate = Gate(bans=(span("2025-01-02T00:00", None),))
    assert gate.passage(at("2025-01-01T23:59")).free
    assert gate.passage(at("2025-01-02T00:00")) is None
    assert gate.blocked(at("2025-01-02T00:00")) == (gate.bans[0].row,)


def test_a_wait_for_a_reopening_and_then_for_the_morning():
    gate = Gate((Openings.of([DAY]),), (span("2025-01-02T00:00", "2025-01-05T00:00"),))
    passage = gate.passage(at("2025-01-04T18:00"))
    assert passage.entry == at("2025-01-05T08:00")
    assert [type(pause.row).__name__ for pause in passage.pauses] == ["Status", "Calendar"]
    assert sum(pause.ticks for pause in passage.pauses) == 14 * TICKS_AN_HOUR


def test_calendars_that_never_meet_are_never_passed():
    gate = Gate((Openings.of([calendar(days="mon")]), Openings.of([calendar(days="tue")])))
    assert gate.passage(at("2025-05-28T08:00")) is None
    assert len(gate.blocked(at("2025-05-28T08:00"))) == 2


def test_waiting_for_the_end_of_a_delay_where_that_is_sooner():
    gate = Gate(delays=(span("2025-01-02T00:00", "2025-01-05T00:00", state="restricted", effect="hours", hours=10),))
    patient, hasty = gate.passage(at("2025-01-04T20:00")), gate.passage(at("2025-01-04T10:00"))
    assert (patient.entry, patient.extra) == (at("2025-01-05T00:00"), 0)
    assert [pause.row.effect for pause in patient.pauses] == ["hours"]
    assert (hasty.entry, hasty.extra, hasty.pauses) == (at("2025-01-04T10:00"), 10 * TICKS_AN_HOUR, ())
    assert [row.hours for row in hasty.delays] == [10]
    # As early either way: it does not wait.
    assert gate.passage(at("2025-01-04T14:00")).pauses == ()


def test_delays_that_end_one_after_the_other():
    gate = Gate(
        (Openings.of([DAY]),),
        delays=(
            span("2025-01-02T00:00", "2025-01-05T00:00", state="restricted", effect="hours", hours=50),
            span("2025-01-02T00:00", "2025-01-06T00:00", state="restricted", effect="hours", hours=30),
        ),
    )
    passage = gate.passage(at("2025-01-04T16:00"))
    assert (passage.entry, passage.extra) == (at("2025-01-06T08:00"), 0)
    assert sum(pause.ticks for pause in passage.pauses) == 40 * TICKS_AN_HOUR


@st.composite
def gates(draw):
    def spans(**given):
        found = []
        for _ in range(draw(st.integers(0, 2))):
            first, last = sorted(draw(st.lists(st.sampled_from(DAYS), min_size=2, max_size=2)))
            endless = draw(st.integers(0, 5)) == 0
            hours = {"hours": draw(st.sampled_from([1, 7, 30, 100]))} if given else {}
            found.append(span(f"{first}T00:00", None if endless else f"{last}T12:00", **given, **hours))
        return tuple(found)

    openings = draw(st.lists(st.lists(rows_of("Asia/Karachi"), min_size=1, max_size=2), max_size=2))
    return Gate(tuple(map(Openings.of, openings)), spans(), spans(state="restricted", effect="hours"))


@given(gates(), st.lists(st.integers(0, 20 * 24 * 60), min_size=2, max_size=2))
@settings(max_examples=200)
def test_who_comes_later_never_leaves_earlier(gate, minutes):
    first, second = (ticks_of(datetime(2025, 3, 22, tzinfo=UTC) + timedelta(minutes=m)) for m in sorted(minutes))
    early, late = gate.passage(first), gate.passage(second)
    if early is None:
        assert late is None
    for come, passage in ((first, early), (second, late)):
        if passage is None:
            assert gate.blocked(come)
        else:
            assert passage.entry == come + sum(pause.ticks for pause in passage.pauses)
            assert all(pause.ticks > 0 for pause in passage.pauses)
            assert (passage.entry, passage.extra) == gate.entry(come)
    if early is not None and late is not None:
        assert early.entry + early.extra <= late.entry + late.extra


# --- which edges have a gate -------------------------------------------------------------------------------------------


def gated(net, **tables) -> dict[tuple[str, str, str], Gate]:
    structure = net.structure
    made = gates_of(structure, tables.get("calendars", ()), tables.get("statuses", ()), "trailer", "container")
    states, csr = structure.states, structure.csr
    return {
        (states[csr.tails[e]][0], states[csr.heads[e]][0], structure.link_ids[structure.link[e]]): gate
        for e, gate in made.items()
    }


def test_a_calendar_of_a_crossing_holds_in_its_direction():
    found = gated(small.two_countries(), calendars=[calendar(direction="PK-AF")])
    assert set(found) == {("west", "east", "road-west-east")}


def test_a_calendar_of_a_link_holds_in_its_direction():
    row = calendar(subject="road-east-city", subject_kind="link", direction="backward")
    assert set(gated(small.two_countries(), calendars=[row])) == {("city", "east", "road-east-city")}


def test_a_calendar_of_a_place_holds_for_the_links_that_end_there_and_its_modes():
    row = calendar(subject="east", subject_kind="place", modes="rail")
    assert {link for _, _, link in gated(small.two_countries(), calendars=[row])} == {"rail-east-city"}
    assert len(gated(small.two_countries(), calendars=[calendar(subject="east", subject_kind="place")])) == 6


def test_rows_for_other_vehicles_do_not_count():
    assert gated(small.two_countries(), calendars=[calendar(vehicles="rigid")]) == {}
    assert gated(small.two_countries(), statuses=[status(vehicles="rigid")]) == {}
    assert len(gated(small.two_countries(), statuses=[status(vehicles="trailer")])) == 2


def test_an_advisory_shuts_nothing():
    assert gated(small.two_countries(), statuses=[status(effect="advisory")]) == {}


def test_the_days_of_a_status_are_those_of_the_place_left():
    found = gated(small.two_countries(), statuses=[status(to="2025-01-03")])
    west, east = found["west", "east", "road-west-east"].bans[0], found["east", "west", "road-west-east"].bans[0]
    assert (west.start, west.end) == (at("2025-01-02T00:00"), at("2025-01-04T00:00"))
    assert (east.start, east.end) == (at("2025-01-02T00:00", KABUL), at("2025-01-04T00:00", KABUL))


def test_hours_at_a_place_are_added_on_the_way_in():
    row = status(subject="east", subject_kind="place", state="restricted", effect="hours", hours=5)
    assert {head for _, head, _ in gated(small.two_countries(), statuses=[row])} == {"east"}


def test_a_country_without_a_zone_is_counted_in_utc_with_a_warning():
    net = small.network(
        [small.place("a", "XX"), small.place("b", "XX", lon=67.1)], [small.link("l", "a", "b", 30, countries="XX")]
    )
    row = status(subject="l", subject_kind="link", to="9999-12-31")
    with pytest.warns(
        CorridorWarning, match="No time zone is known for 'XX': the days of its statuses are counted in UTC"
    ):
        found = gated(net, statuses=[row])
    assert found["a", "b", "l"].bans[0].start == at("2025-01-02T05:00")
