# SPDX-License-Identifier: BSD-3-Clause
"""Routes that depart at a moment: by hand on a small network, against every walk on random ones, and their laws."""

from __future__ import annotations

import json
import math
import pickle
import re
import warnings
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import corridor as co
import small
from corridor import departing
from corridor.errors import CorridorWarning, NoRouteError, OptionError
from corridor.network import Network
from corridor.schema import Calendar, Status
from opening_rule import by_the_rule
from random_graphs import simple_walks

KARACHI = ZoneInfo("Asia/Karachi")
ENDS = {"start", "end"}


def with_tables(net: Network, *, calendars=(), statuses=()) -> Network:
    common = {"last_confirmed": "2025-01-01", "basis": "quoted", "source": "hand"}
    times = tuple(Calendar.model_validate({**common, "timezone": "Asia/Karachi", **row}) for row in calendars)
    facts = tuple(Status.model_validate({**common, "basis": "derived", **row}) for row in statuses)
    return Network(replace(net.tables, calendars=times, statuses=facts), name=net.name)


GATE = {"subject": "gate", "subject_kind": "crossing"}
BY_DAY = GATE | {"opens": "08:00", "closes": "17:00"}
SHUT = GATE | {"state": "closed", "from": "2025-03-03"}
SLOW = GATE | {"state": "restricted", "effect": "hours", "hours": 30, "from": "2025-03-03"}


def gated(*, calendars=(), statuses=()) -> Network:
    return with_tables(small.two_countries(), calendars=calendars, statuses=statuses)


def ask(net: Network, depart: datetime | None, origin="port", goal="city", **options) -> co.Route:
    return co.route(net, origin, goal, depart=depart, **{"modes": ["road"], "by": "hours", **options})


def kinds(route: co.Route) -> list[tuple[str, float]]:
    return [(row["kind"], round(row["hours"], 6)) for row in route.step_rows() if row["kind"] not in ENDS]


# --- by hand: 4 + 4 h to the gate, 30.32 h over it, 2 h to the city -----------------------------------------------------


def test_nothing_is_shut():
    net = gated()
    found, plain = ask(net, datetime(2025, 3, 2, 8)), ask(net, None)
    assert [row | {"begins": 0, "waits_for": ""} for row in plain.step_rows()] == [
        row | {"begins": 0} for row in found.step_rows()
    ]
    assert (found.key, found.hours, found.usd, found.score) == (plain.key, plain.hours, plain.usd, plain.score)
    assert (plain.depart, plain.arrive) == (None, None)
    assert found.depart == datetime(2025, 3, 2, 8, tzinfo=KARACHI)
    assert found.waiting_hours == 0


def test_a_night_at_the_gate_is_a_step_of_its_own():
    found = ask(gated(calendars=[BY_DAY]), datetime(2025, 3, 2, 10))
    assert kinds(found) == [("haul", 4), ("haul", 4), ("wait", 14), ("cross", 30.32), ("haul", 2)]
    assert found.waiting_hours == pytest.approx(14)
    wait = found.step_rows()[3]
    assert (wait["from"], wait["to"], wait["waits_for"], wait["begins"]) == (
        "west",
        "west",
        "gate",
        "2025-03-02T18:00:00+05:00",
    )
    assert (wait["km"], wait["usd"], wait["crossings"]) == (0, 0, 0)
    assert wait["score"] == pytest.approx(14 * 20)
    assert found.step_rows()[4]["begins"] == "2025-03-03T08:00:00+05:00"


def test_the_totals_are_the_sums_of_the_steps_and_lead_to_the_arrival():
    found = ask(gated(calendars=[BY_DAY]), datetime(2025, 3, 2, 10))
    for name in ("km", "hours", "usd", "co2e_kg", "score"):
        assert getattr(found, name) == pytest.approx(math.fsum(row[name] for row in found.step_rows()), abs=1e-9)
        if name != "co2e_kg":
            assert getattr(found, name) == pytest.approx(found.explain()[name].sum(), abs=1e-6)
    assert (found.arrive - found.depart).total_seconds() / 3600 == pytest.approx(found.hours, abs=1e-9)
    assert found.arrive.tzinfo == ZoneInfo("Asia/Kabul")


def test_what_a_wait_rests_on():
    found = ask(gated(calendars=[BY_DAY | {"basis": "estimate"}]), datetime(2025, 3, 2, 10))
    (row,) = [row for row in found.explain().to_dict("records") if row["kind"] == "wait"]
    assert (row["part"], row["hours_basis"], row["sources"]) == ("waiting for opening", "estimate", "hand")
    assert sum(found.basis_share["hours"].values()) == pytest.approx(1)


def test_a_wait_reads_as_a_line_and_leaves_the_legs_alone():
    found, plain = ask(gated(calendars=[BY_DAY]), datetime(2025, 3, 2, 10)), ask(gated(), None)
    text = str(found)
    assert "wait for gate" in text
    assert "departs    2025-03-02 10:00+05:00" in text
    assert "14.0 h of the way spent waiting" in text
    assert "wait for gate" in found._repr_html_()
    assert "departs 2025-03-02 10:00+05:00; arrives 2025-03-04 15:49+04:30" in found._repr_html_()
    assert found.leg_rows() == plain.leg_rows()
    assert (found.places, found.crossings, found.countries, found.links) == (
        plain.places, plain.crossings, plain.countries, plain.links,
    )  # fmt: skip
    assert found.to_geojson()["features"] == plain.to_geojson()["features"]
    assert list(found.steps["waits_for"]) == ["", "", "", "gate", "", "", ""]


def test_plain_data_and_pickles():
    net = gated(calendars=[BY_DAY])
    found = ask(net, datetime(2025, 3, 2, 10))
    data = json.loads(json.dumps(found.to_dict()))
    assert data["depart"] == "2025-03-02T10:00:00+05:00"
    assert data["arrive"] == "2025-03-04T15:49:12+04:30"
    assert data["waiting_hours"] == pytest.approx(14)
    copy = pickle.loads(pickle.dumps(found))  # noqa: S301
    assert copy == found
    assert copy.with_ends("gate") == found
    assert hash(found) == hash(ask(net, datetime(2025, 3, 2, 5, tzinfo=UTC)))
    assert found == ask(net, datetime(2025, 3, 2, 5, tzinfo=UTC))
    assert found != ask(net, datetime(2025, 3, 2, 11))


def test_other_ends_come_to_the_gate_at_another_hour():
    found = ask(gated(calendars=[BY_DAY]), datetime(2025, 3, 2, 6), origin="town")
    assert found.waiting_hours == 0
    other = found.with_ends("terminal")
    # Loading takes 4 h: it comes at 14:00 instead of 10:00, and 9 h later than that it would be night.
    assert (other.waiting_hours, other.hours - found.hours) == (0, pytest.approx(8))
    late = ask(gated(calendars=[BY_DAY]), datetime(2025, 3, 2, 11), origin="town").with_ends("terminal")
    assert late.waiting_hours == pytest.approx(13)
    assert late.hours == pytest.approx(found.hours + 13 + 8)
    asked = ask(
        gated(calendars=[BY_DAY]), datetime(2025, 3, 2, 11), origin="town", shipment=co.Shipment(ends="terminal")
    )
    assert asked.key == late.key
    assert asked.hours == pytest.approx(late.hours)


def test_other_ends_may_come_too_late():
    net = gated(statuses=[SHUT])
    found = ask(net, datetime(2025, 3, 2, 18), origin="town")
    told = "With ends='terminal' the same way comes to gate when it is shut for good; ask for another with Shipment"
    with pytest.raises(NoRouteError, match=told):
        found.with_ends("terminal")
    with pytest.raises(OptionError, match="Unknown ends 'dock'"):
        found.with_ends("dock")


def test_a_reopening_is_waited_for():
    found = ask(gated(statuses=[SHUT | {"to": "2025-03-04"}]), datetime(2025, 3, 3, 10))
    assert kinds(found)[2] == ("wait", 30)
    (row,) = [row for row in found.explain().to_dict("records") if row["kind"] == "wait"]
    assert (row["part"], row["hours_basis"]) == ("waiting for reopening", "derived")
    assert [fact.subject for fact in found.shaped_by] == ["gate"]
    assert found.ordinary.hours == pytest.approx(found.hours - 30)
    assert found.more_than_ordinary["hours"] == pytest.approx(30)
    assert "shaped by  gate: closed since 2025-03-03; until 2025-03-04" in str(found)


def test_an_end_that_comes_before_the_arrival_does_not_matter():
    assert ask(gated(statuses=[SHUT | {"to": "2025-03-04"}]), datetime(2025, 3, 4, 16)).waiting_hours == 0
    assert ask(gated(statuses=[SHUT]), datetime(2025, 3, 2, 15)).waiting_hours == 0


def test_hours_are_added_or_the_end_is_waited_for():
    slow = ask(gated(statuses=[SLOW | {"to": "2025-03-04"}]), datetime(2025, 3, 3, 0))
    assert kinds(slow) == [("haul", 4), ("haul", 4), ("cross", 60.32), ("haul", 2)]
    parts = [(row["part"], row["hours"]) for row in slow.explain().to_dict("records") if row["kind"] == "cross"]
    assert ("delay", 30) in parts
    assert [fact.hours for fact in slow.shaped_by] == [30]
    patient = ask(gated(statuses=[SLOW | {"to": "2025-03-04"}]), datetime(2025, 3, 4, 0))
    assert kinds(patient) == [("haul", 4), ("haul", 4), ("wait", 16), ("cross", 30.32), ("haul", 2)]
    assert patient.hours == pytest.approx(math.fsum(row["hours"] for row in patient.explain().to_dict("records")))


def test_a_shut_gate_is_gone_round():
    rail = ask(
        gated(calendars=[{"subject": "road-port-town", "subject_kind": "link", "days": "mon"}]),
        datetime(2025, 3, 4, 8),
        modes=None,
    )
    # Tuesday: the railway and a transfer take 4.8 + 12 h more than nothing, Monday is six days off.
    assert rail.links[0] == "rail-port-town"
    assert rail.waiting_hours == 0


def test_waiting_costs_the_cooling_of_what_must_be_kept_cold():
    fruit = co.Shipment(cargo="fruit")
    shut, free = (ask(gated(calendars=rows), datetime(2025, 3, 2, 10), shipment=fruit) for rows in ([BY_DAY], []))
    assert shut.usd - free.usd == pytest.approx(14 * 60 / 24)
    wait = [row for row in shut.explain().to_dict("records") if row["kind"] == "wait"]
    assert [(row["part"], row["usd"]) for row in wait] == [("waiting for opening", 0), ("cooling", pytest.approx(35))]
    slow = ask(gated(statuses=[SLOW]), datetime(2025, 3, 3, 0), shipment=fruit)
    assert slow.usd - free.usd == pytest.approx(30 * 60 / 24)
    assert slow.usd == pytest.approx(slow.explain()["usd"].sum())


def test_a_place_passed_twice_is_met_at_two_times():
    # To the gate's post and back by way of it: the road between is open from 8 to 10 only.
    net = gated(calendars=[{"subject": "road-town-west", "subject_kind": "link", "opens": "08:00", "closes": "10:00"}])
    found = ask(net, datetime(2025, 3, 2, 6), origin="town", goal="port", via=["west"])
    assert kinds(found) == [("wait", 2), ("haul", 4), ("wait", 20), ("haul", 4), ("haul", 4)]
    assert found.links == ("road-town-west", "road-town-west", "road-port-town")


def test_limits_hold_for_the_waits_too():
    net = gated(calendars=[BY_DAY])
    assert ask(net, datetime(2025, 3, 2, 10), max_hours=55).hours < 55
    told = r"departing 2025-03-02 10:00\+05:00 keeps to max_hours=50\.\n  max_hours=50: the least at all is 54\.3 h, 4\.3 more"
    with pytest.raises(NoRouteError, match=told):
        ask(net, datetime(2025, 3, 2, 10), max_hours=50)
    with pytest.raises(NoRouteError, match=r"(?s)keeps to max_hours=40.*least at all is 40\.3 h"):
        ask(net, datetime(2025, 3, 2, 0), max_hours=40)


def test_planned_links_are_there_once_their_year_has_come():
    base = small.two_countries().tables
    new = small.rows("links", [small.link("road-new", "port", "west", 150, status="planned", year=2026)])
    net = Network(replace(base, links=(*base.links, *new)))
    before, after = (ask(net, datetime(year, 5, 1), by="km", include=["planned"]) for year in (2025, 2026))
    assert ("road-new" in before.links, "road-new" in after.links) == (False, True)


# --- no way, and bad input ---------------------------------------------------------------------------------------------


def test_what_is_shut_for_good_is_named():
    with pytest.raises(NoRouteError) as told:
        ask(gated(statuses=[SHUT | {"reason": "clashes"}]), datetime(2025, 3, 3, 8))
    text = str(told.value)
    assert text.startswith("No route from 'port' to 'city' by road, departing 2025-03-03 08:00+05:00.")
    assert "Shut: gate: closed since 2025-03-03 (clashes); no end found, last confirmed 2025-01-01 [hand]" in text
    assert "If nothing were shut: 258 km" in text
    assert any("gate" in reason for reason in told.value.blocked_by)


def test_a_calendar_that_never_opens_is_named():
    row = GATE | {"from": "2025-01-06", "every_days": 7, "days": "tue", "reason": "works"}
    with pytest.raises(NoRouteError, match=r"Shut: gate: closed since 2025-01-06 \(its calendar never opens: works\)"):
        ask(gated(calendars=[row]), datetime(2025, 3, 3, 8))


def test_no_way_at_any_time_is_told_as_without_a_departure():
    with pytest.raises(NoRouteError, match="No route from 'port' to 'city' by rail"):
        ask(gated(), datetime(2025, 3, 3, 8), modes=["rail"])


def test_a_departure_contradicts_another_day_of_the_network():
    net = gated(statuses=[SHUT | {"to": "2025-03-04"}])
    told = r"depart=2025-03-04 08:00\+05:00 contradicts as_of=2025-03-03: .*Drop one of the two"
    with pytest.raises(OptionError, match=told):
        ask(net.as_of("2025-03-03"), datetime(2025, 3, 4, 8))
    same = ask(net.as_of("2025-03-03"), datetime(2025, 3, 3, 8))
    assert same == ask(net, datetime(2025, 3, 3, 8))
    # It is the day at the origin that counts.
    assert ask(net.as_of("2025-03-03"), datetime(2025, 3, 2, 20, tzinfo=UTC)).waiting_hours > 0


def test_prices_of_ones_own_for_a_day_are_refused():
    router = co.Router(gated().as_of("2025-03-03"))
    own = router.repriced(hours=router.edges["hours"] * 2)
    with pytest.raises(
        OptionError, match=r"this router has prices of its own for 2025-03-03; make it from net\.as_of\(None\)"
    ):
        own.route("port", "city", depart=datetime(2025, 3, 3, 8))


def test_prices_of_ones_own_count():
    router = co.Router(gated(calendars=[BY_DAY]))
    slow = router.repriced(hours=router.edges["hours"] * 2)
    found = slow.route("port", "city", depart=datetime(2025, 3, 2, 6), modes=["road"])
    assert kinds(found)[:3] == [("haul", 8), ("haul", 8), ("wait", 10)]


def test_a_router_of_frames_has_no_calendars():
    places = pd.DataFrame({"id": ["mine", "port"], "lon": [67.0, 68.0], "lat": [25.0, 25.0]})
    router = co.Router.from_frames(
        places, pd.DataFrame({"from": ["mine"], "to": ["port"], "length_km": [120], "hours": [2]})
    )
    with pytest.raises(OptionError, match="a router made from frames has no calendars and statuses"):
        router.route("mine", "port", by="hours", depart=datetime(2025, 3, 3, 8))


@pytest.mark.parametrize("depart", [date(2025, 3, 3), "2025-03-03T08:00", 5])
def test_what_is_no_moment_is_refused(depart):
    with pytest.raises(OptionError, match=r"depart=.*give a datetime such as datetime\(2025, 5, 28, 8, 0\)"):
        ask(gated(), depart)


# --- a sweep -----------------------------------------------------------------------------------------------------------


def test_a_sweep_of_departures():
    net = gated(calendars=[BY_DAY], statuses=[SHUT | {"from": "2025-03-04"}])
    table = co.departures(net, "port", "city", datetime(2025, 3, 2, 0), datetime(2025, 3, 3, 12), 12, modes=["road"])
    assert table.columns.tolist() == [
        "depart", "arrive", "found", "hours", "waiting_hours", "km", "usd", "score", "crossings",
    ]  # fmt: skip
    assert table["found"].tolist() == ["route", "route", "route", "no route"]
    assert table["waiting_hours"].round(6).tolist()[:3] == [0, 12, 0]
    assert table["hours"].isna().tolist() == table["arrive"].isna().tolist() == [False, False, False, True]
    assert table["crossings"].tolist() == ["gate", "gate", "gate", ""]
    assert [str(table[name].dt.tz) for name in ("depart", "arrive")] == ["Asia/Karachi"] * 2
    first = ask(net, datetime(2025, 3, 2, 0), by="score")
    assert table["hours"][0] == first.hours
    assert abs(table["arrive"][0] - first.arrive) < timedelta(milliseconds=1)


def test_a_sweep_without_a_route():
    table = co.departures(
        gated(statuses=[SHUT]), "port", "city", datetime(2025, 3, 4), datetime(2025, 3, 5), modes=["road"]
    )
    assert table["found"].tolist() == ["no route"] * 2
    assert table["usd"].isna().all()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"end": datetime(2025, 3, 1)}, r"end=.* lies before start="),
        ({"start": date(2025, 3, 2)}, r"start=datetime\.date\(2025, 3, 2\): a date has no time of day"),
        ({"end": "2025"}, r"end='2025': it is no datetime"),
        ({"every_hours": 0}, r"every_hours=0: must be a finite number of hours above 0"),
        ({"every_hours": True}, r"every_hours=True: must be a finite number of hours above 0"),
        ({"every_hours": 1e-6}, r"departures, more than 50,000; ask for fewer"),
        ({"mode": ["road"]}, r"departures\(mode=\.\.\.\): unknown option\. Did you mean 'modes'\?"),
        (
            {"depart": datetime(2025, 3, 1)},
            r"departures\(depart=\.\.\.\): the departures are set by start, end and every",
        ),
    ],
)
def test_a_sweep_refuses_what_makes_no_sense(change, told):
    asked = {"start": datetime(2025, 3, 2), "end": datetime(2025, 3, 3)} | change
    with pytest.raises(OptionError, match=told):
        co.departures(gated(), "port", "city", **asked)


# --- random networks against every walk --------------------------------------------------------------------------------

BEGIN = datetime(2025, 3, 1, tzinfo=UTC)
OFFSETS = {"PK": 5.0, "AF": 4.5, "UZ": 5.0}
ZONE = {"PK": "Asia/Karachi", "AF": "Asia/Kabul", "UZ": "Asia/Tashkent"}
HALVES = 2 * 24 * 45
MOST_WALKS = 250


def days(draw) -> dict[str, str]:
    first = draw(st.integers(1, 6))
    last = draw(st.one_of(st.none(), st.integers(first, first + 4)))
    return {"from": f"2025-03-{first:02}", "to": "" if last is None else f"2025-03-{last:02}"}


@st.composite
def timed_networks(draw, net=None):
    net = draw(small.tangled(most_links=10)) if net is None else net
    subjects = [("link", link.id) for link in net.tables.links]
    subjects += [("crossing", name) for name in sorted({row.crossing for row in net.tables.crossings})]
    subjects += [("place", place.id) for place in net.tables.places]
    clock = st.sampled_from(["00:00", "04:30", "08:00", "12:00", "20:00"])
    calendars, statuses = [], []
    for _ in range(draw(st.integers(1, 4))):
        kind, subject = draw(st.sampled_from(subjects))
        way = draw(st.sampled_from(["both", "both", "forward", "backward"])) if kind == "link" else "both"
        cycle = draw(st.sampled_from([1, 1, 2]))
        row = {"subject": subject, "subject_kind": kind, "direction": way, "opens": draw(clock), "closes": draw(clock)}
        row |= {"every_days": cycle, "modes": draw(st.sampled_from(["", "", "road"]))}
        row |= {
            "timezone": ZONE[draw(st.sampled_from(["PK", "AF"]))],
            "days": draw(st.sampled_from(["", "", "mon;thu"])),
        }
        calendars.append(row | (days(draw) if cycle > 1 or draw(st.booleans()) else {}))
    for _ in range(draw(st.integers(0, 4))):
        kind, subject = draw(st.sampled_from(subjects))
        row = {"subject": subject, "subject_kind": kind, "modes": draw(st.sampled_from(["", "", "rail"])), **days(draw)}
        effect = draw(st.sampled_from(["ban", "hours"]))
        row |= {"state": "closed" if effect == "ban" else "restricted", "effect": effect}
        statuses.append(row | ({"hours": draw(st.sampled_from([3, 20, 60]))} if effect == "hours" else {}))
    return with_tables(net, calendars=calendars, statuses=statuses)


class Grid:
    """When each edge of the state graph may be entered, at every half hour, straight from the words of the schema."""

    def __init__(self, net: Network, graph) -> None:
        self.country = {place.id: place.country for place in net.tables.places}
        self.graph = graph
        self.links = {link.id: link for link in net.tables.links}
        self.tables = net.tables
        self._open: dict = {}

    def concerns(self, row, edge) -> bool:
        tail, head, key = edge
        data = self.graph.edges[edge]
        if not data["link"] or (row.modes and data["mode"] not in row.modes):
            return False
        names = {"link": {key}, "crossing": {data["crossing"]}, "place": {tail[0], head[0]}}[row.subject_kind]
        if row.subject not in names:
            return False
        return row.direction == "both" or (row.direction == "forward") == (self.links[key].from_ == tail[0])

    def of(self, edge) -> tuple[list[bool], list[float]]:
        if edge not in self._open:
            subjects: dict[tuple[str, str], list[Calendar]] = {}
            for row in self.tables.calendars:
                if self.concerns(row, edge):
                    subjects.setdefault((row.subject_kind, row.subject), []).append(row)
            facts = [row for row in self.tables.statuses if self.concerns(row, edge)]
            cells = [self._cell(edge, BEGIN + timedelta(hours=half / 2), subjects, facts) for half in range(HALVES)]
            self._open[edge] = [cell[0] for cell in cells], [cell[1] for cell in cells]
        return self._open[edge]

    def _cell(self, edge, moment: datetime, subjects, facts) -> tuple[bool, float]:
        is_open = all(by_the_rule(rows, moment) for rows in subjects.values())
        added = 0.0
        for row in facts:
            where = row.subject if row.subject_kind == "place" else edge[0][0]
            day = (moment + timedelta(hours=OFFSETS[self.country[where]])).date().isoformat()
            if not (row.from_ <= day and (not row.to or day <= row.to)):
                continue
            if row.effect == "ban":
                is_open = False
            elif row.subject_kind != "place" or row.subject == edge[1][0]:
                added += row.hours
        return is_open, added

    def leave(self, edge, hours: float) -> float | None:
        """Return the earliest time of having entered, with what is added, of whoever comes after so many hours."""
        is_open, added = self.of(edge)
        first = math.floor(hours * 2 + 1e-7)
        times = [(max(hours, half / 2), half) for half in range(first, HALVES)]
        return min((time + added[half] for time, half in times if is_open[half]), default=None)


def walks_timed(net: Network, origin: str, goal: str, start: float, shipment=None) -> list[dict[str, float]]:
    """Return the totals of every walk without a loop, each edge entered as it gets through earliest."""
    graph = co.state_graph(net, shipment=shipment)
    source, target = (origin, "start"), (goal, "end")
    if source not in graph or target not in graph:
        return []
    walks = list(islice(simple_walks(graph, source, target), MOST_WALKS + 1))
    assume(len(walks) <= MOST_WALKS)
    grid = Grid(net, graph)
    vot = co.Router(net, shipment=shipment)._compiled.prices.costs
    hourly = vot.value_of_time(co.Weights())
    found = []
    for walk in walks:
        at: float | None = start
        totals = dict.fromkeys(("km", "hours", "usd", "co2e_kg", "crossings", "score", "transfers"), 0.0)
        for edge in walk:
            data = graph.edges[edge]
            entered = grid.leave(edge, at) if data["link"] else at
            if entered is None:
                break
            lost = entered - at
            for name in totals:
                totals[name] += data[name]
            cooling = vot.cooling(data["mode"]).value if data["link"] else 0.0
            totals["hours"] += lost
            totals["usd"] += lost * cooling
            totals["score"] += lost * (cooling + hourly)
            at = entered + data["hours"]
        else:
            found.append(totals)
    return found


def pair(net: Network, data) -> tuple[str, str]:
    names = [place.id for place in net.tables.places]
    origin = data.draw(st.sampled_from(names), label="origin")
    return origin, data.draw(st.sampled_from([name for name in names if name != origin]), label="goal")


def asked(net, origin, goal, hours: float, **options) -> co.Route | None:
    try:
        return co.route(net, origin, goal, depart=BEGIN + timedelta(hours=hours), **options)
    except NoRouteError:
        return None


def total(route: co.Route, by: str) -> float:
    return len(route.crossings) if by == "crossings" else getattr(route, by)


BYS = ("hours", "score", "usd", "km", "crossings", "co2e_kg")
starts = st.sampled_from([0, 0.5, 7, 13.25, 30, 48, 60.75, 100])


@given(timed_networks(), starts, st.data())
@settings(max_examples=60)
def test_the_best_of_every_walk_is_found(net, hours, data):
    origin, goal = pair(net, data)
    walks = walks_timed(net, origin, goal, hours)
    for by in BYS:
        found = asked(net, origin, goal, hours, by=by)
        if not walks:
            assert found is None
            continue
        least = min(walk[by] for walk in walks)
        assert total(found, by) == pytest.approx(least, abs=1e-6)
        # Of those that are as good, the one with the least score.
        tied = min(walk["score"] for walk in walks if walk[by] <= least + 1e-6)
        assert found.score == pytest.approx(tied, abs=1e-5)
        assert (found.arrive - found.depart).total_seconds() / 3600 == pytest.approx(found.hours, abs=1e-6)


@given(timed_networks(), starts, st.sampled_from(["hours", "usd", "score"]), st.data())
@settings(max_examples=40)
def test_cold_goods_whose_cooling_differs_by_mode(net, hours, by, data):
    # Two rigid trucks and one wagon: an hour of waiting costs twice as much on the road as on rails.
    shipment = co.Shipment(tonnes=18, cargo="fruit", vehicle="rigid")
    origin, goal = pair(net, data)
    walks = walks_timed(net, origin, goal, hours, shipment)
    found = asked(net, origin, goal, hours, by=by, shipment=shipment)
    if walks:
        assert getattr(found, by) == pytest.approx(min(walk[by] for walk in walks), abs=1e-6)
    else:
        assert found is None


@given(timed_networks(), starts, st.sampled_from(["usd", "score"]), st.data())
@settings(max_examples=40)
def test_where_not_every_wait_can_be_tried_it_says_by_how_much_it_may_miss(net, hours, by, data):
    shipment = co.Shipment(tonnes=18, cargo="fruit", vehicle="rigid")
    origin, goal = pair(net, data)
    walks = walks_timed(net, origin, goal, hours, shipment)
    assume(walks)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(record=True) as told:
        patch.setattr(departing, "MOST_TRIED", 0)
        warnings.simplefilter("always")
        found = asked(net, origin, goal, hours, by=by, shipment=shipment)
    may_miss = sum(float(re.search(r"at most ([\d,.]+) USD", str(w.message))[1].replace(",", "")) for w in told)
    least = min(walk[by] for walk in walks)
    assert least - 1e-6 <= getattr(found, by) <= least + may_miss + 0.01


@given(timed_networks(), starts, st.data())
@settings(max_examples=50)
def test_limits_keep_to_every_walk(net, hours, data):
    origin, goal = pair(net, data)
    walks = walks_timed(net, origin, goal, hours)
    assume(walks)
    by, held = (
        data.draw(st.permutations(["hours", "usd", "score"])),
        data.draw(st.sampled_from(["hours", "usd", "co2e_kg"])),
    )
    limit = data.draw(st.sampled_from(sorted(walk[held] for walk in walks)))
    found = asked(net, origin, goal, hours, by=by[0], **{f"max_{held}": limit})
    inside = [walk for walk in walks if walk[held] <= limit + 1e-6]
    assert getattr(found, by[0]) == pytest.approx(min(walk[by[0]] for walk in inside), abs=1e-6)
    assert getattr(found, held) <= limit + 1e-5


@given(timed_networks(), st.lists(starts, min_size=2, max_size=2), st.data())
def test_leaving_later_never_arrives_earlier(net, hours, data):
    origin, goal = pair(net, data)
    early, late = (asked(net, origin, goal, moment, by="hours") for moment in sorted(hours))
    if early is None:
        assert late is None
    elif late is not None:
        assert early.arrive <= late.arrive + timedelta(milliseconds=1)


@given(timed_networks(), starts, st.sampled_from(BYS), st.data())
def test_a_departure_is_never_better_than_normal_operation(net, hours, by, data):
    origin, goal = pair(net, data)
    found = asked(net, origin, goal, hours, by=by)
    if found is not None:
        plain = co.route(net, origin, goal, by=by)
        assert total(found, by) >= total(plain, by) - 1e-6
        if found.waiting_hours == 0 and found.links == plain.links:
            assert found.hours >= plain.hours - 1e-9


@given(small.tangled(), starts, st.sampled_from(BYS), st.data())
def test_without_calendars_and_statuses_it_is_the_same_route(net, hours, by, data):
    origin, goal = pair(net, data)
    found = asked(net, origin, goal, hours, by=by)
    if found is None:
        with pytest.raises(NoRouteError):
            co.route(net, origin, goal, by=by)
    else:
        plain = co.route(net, origin, goal, by=by)
        assert found.key == plain.key
        assert [getattr(found, name) for name in ("km", "hours", "usd", "co2e_kg", "score")] == [
            getattr(plain, name) for name in ("km", "hours", "usd", "co2e_kg", "score")
        ]


@given(timed_networks(), starts, st.sampled_from(["hours", "score"]), st.data())
@settings(max_examples=50)
def test_a_way_by_a_place_is_two_departures(net, hours, by, data):
    origin, goal = pair(net, data)
    place = data.draw(st.sampled_from([p.id for p in net.tables.places if p.id not in {origin, goal}]), label="via")
    found = asked(net, origin, goal, hours, by="hours", via=[place])
    if found is not None:
        assert place in found.places
        free = asked(net, origin, goal, hours, by="hours")
        assert free.hours <= found.hours + 1e-9
        again = asked(net, origin, goal, hours, by=by, via=[place])
        assert again.hours >= found.hours - 1e-9


@given(timed_networks(), starts, st.sampled_from(BYS), st.data())
@settings(max_examples=40)
def test_the_steps_of_a_route_are_entered_when_the_words_allow(net, hours, by, data):
    origin, goal = pair(net, data)
    found = asked(net, origin, goal, hours, by=by)
    assume(found is not None)
    graph = co.state_graph(net)
    grid, at, lost = Grid(net, graph), hours, 0.0
    for edge, row in zip(found.edges, found.step_rows(), strict=True):
        if row["kind"] == "wait":
            assert row["waits_for"]
            lost = row["hours"]
            continue
        usual = graph.edges[edge]["hours"]
        left = grid.leave(edge, at) if row["link"] else at
        assert left == pytest.approx(at + lost + row["hours"] - usual, abs=1e-6)
        at, lost = left + usual, 0.0
    assert at - hours == pytest.approx(found.hours, abs=1e-6)


# --- the corridor ------------------------------------------------------------------------------------------------------


def test_the_salang_by_alternate_nights():
    net = co.load()
    table = co.departures(net, "Kabul", "Mazar-i-Sharif", datetime(2025, 5, 24, 16), datetime(2025, 6, 8, 16))
    assert [round(hours) for hours in table["waiting_hours"][:6]] == [0, 0, 22, 0, 22, 0]
    assert set(table["found"]) == {"route"}


def test_bans_of_the_corridor_at_their_time():
    net = co.load()
    before = co.route(net, "Karachi", "Kabul", depart=datetime(2025, 10, 5, 8))
    assert before.crossings == ("torkham",)
    with pytest.raises(
        NoRouteError, match=r"(?s)departing 2025-10-10 08:00.*Shut: .*torkham.*since 2025-10-12"
    ) as told:
        co.route(net, "Karachi", "Kabul", depart=datetime(2025, 10, 10, 8))
    assert "torkham" in " ".join(told.value.blocked_by)


# --- what a label must not forget --------------------------------------------------------------------------------------


def two_ways(mode: str, **more) -> Network:
    """A dear quick way and a cheap slow one to a gate that opens the next morning."""
    gauge = {"gauge_mm": 1520, "traction": "diesel"} if mode == "rail" else {}
    links = [
        small.link("quick", "a", "b", 10, mode=mode, hours=1, usd_per_vehicle=115, **gauge),
        small.link("slow", "a", "b", 10, mode=mode, hours=5, usd_per_vehicle=more.pop("slow_usd"), **gauge),
        small.link("gate", "b", "c", 10, hours=1, usd_per_vehicle=10),
    ]
    places = [small.place(name, lon=67 + number / 10) for number, name in enumerate("abc")]
    net = small.network(places, links, **more)
    always = {"subject": "quick", "subject_kind": "link"}
    return with_tables(
        net, calendars=[always, {"subject": "gate", "subject_kind": "link", "opens": "00:00", "closes": "01:00"}]
    )


def test_who_comes_first_and_waits_does_not_beat_who_pays_less():
    # At the gate the quick one has the lower score, 115 + 20 against 100 + 100 USD; past it both have spent a day.
    net = two_ways("road", slow_usd=100)
    found = co.route(net, "a", "c", depart=datetime(2025, 3, 2, 1))
    assert found.links == ("slow", "gate")
    assert found.score == pytest.approx(110 + 24 * 20)
    assert co.route(net, "a", "c", depart=datetime(2025, 3, 2, 1), by="hours").links == ("slow", "gate")
    assert co.route(net, "a", "c").links == ("quick", "gate")


def test_waiting_that_costs_more_on_the_road_than_on_rails_is_counted_where_it_happens():
    # Two trucks are cooled for 5 USD an hour, one wagon for 2.50: 4 h less of waiting for the gate save 20 for 10 USD.
    net = two_ways("rail", slow_usd=115, transfers=[small.transfer("b", "rail1520", "road", 0, 0)])
    shipment = co.Shipment(tonnes=18, cargo="fruit", vehicle="rigid")
    found = co.route(net, "a", "c", depart=datetime(2025, 3, 2, 1), by="usd", shipment=shipment)
    assert found.links == ("slow", "gate")
    assert co.route(net, "a", "c", by="usd", shipment=shipment).links == ("quick", "gate")


def test_more_labels_than_can_be_looked_at_are_told(monkeypatch):
    monkeypatch.setattr(departing, "MOST_LABELS", 3)
    with pytest.raises(
        OptionError, match=r"more than 3 partial ways are unbeaten in hours; ask by='hours', or with fewer"
    ):
        co.route(two_ways("road", slow_usd=100), "a", "c", depart=datetime(2025, 3, 2, 1))


def test_a_warning_of_what_may_be_missed(monkeypatch):
    monkeypatch.setattr(departing, "MOST_TRIED", 0)
    net = two_ways("rail", slow_usd=115, transfers=[small.transfer("b", "rail1520", "road", 0, 0)])
    shipment = co.Shipment(tonnes=18, cargo="fruit", vehicle="rigid")
    with pytest.warns(
        CorridorWarning, match=r"by usd another route may be better than this one by at most [\d.]+ USD\."
    ):
        co.route(net, "a", "c", depart=datetime(2025, 3, 2, 1), by="usd", shipment=shipment)
