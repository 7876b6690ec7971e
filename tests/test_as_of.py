# SPDX-License-Identifier: BSD-3-Clause
"""Networks as of a day: what is shut, what takes longer, what is told of it, and what no closure may do."""

from __future__ import annotations

import copy
import json
import pickle
import warnings
from dataclasses import replace
from datetime import date, datetime

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corridor as co
import small
from corridor.dated import days_unconfirmed, edges_of
from corridor.errors import CorridorWarning, NoRouteError, OptionError

DAY = "2026-01-25"


def fact(subject="near", kind="crossing", state="closed", **more):
    row = {
        "subject": subject,
        "subject_kind": kind,
        "state": state,
        "from": "2025-10-12",
        "last_confirmed": "2026-01-20",
    }
    return row | {"reason": "fighting", "basis": "quoted", "source": "hand"} | more


def two_gates(*statuses, **tables):
    """Return port - (near: 100 km and 30 h of clearing) - city, and port - (far: 300 km, 10 h) - city."""
    places = [
        small.place("port", lon=66.0, lat=29.9, terminals="road"),
        small.place("near-pk", lon=66.4, lat=30.3, kind="border"),
        small.place("near-af", "AF", lon=66.4, lat=30.35, kind="border"),
        small.place("far-pk", lon=66.9, lat=30.5, kind="border"),
        small.place("far-af", "AF", lon=66.9, lat=30.55, kind="border"),
        small.place("city", "AF", lon=66.4, lat=30.7, terminals="road"),
    ]
    links = [
        small.link("l-port-near", "port", "near-pk", 60),
        small.link("l-near", "near-pk", "near-af", 10, countries="PK;AF"),
        small.link("l-near-city", "near-af", "city", 55, countries="AF"),
        small.link("l-port-far", "port", "far-pk", 160),
        small.link("l-far", "far-pk", "far-af", 10, countries="PK;AF"),
        small.link("l-far-city", "far-af", "city", 155, countries="AF"),
        small.link("new", "port", "city", 110, mode="rail", gauge_mm=1520, countries="PK;AF", status="planned", year=2028, traction="diesel"),
    ]  # fmt: skip
    crossings = [
        small.clearing(gate, post, facing, direction, hours, 10)
        for gate, hours in (("near", 5), ("far", 5))
        for post, facing in ((f"{gate}-pk", f"{gate}-af"), (f"{gate}-af", f"{gate}-pk"))
        for direction in ("outbound", "inbound")
    ] + [
        small.clearing("new", post, facing, direction, 1, 1, "rail")
        for post, facing in (("port", "city"), ("city", "port"))
        for direction in ("outbound", "inbound")
    ]
    return small.network(places, links, crossings=crossings, statuses=list(statuses), **tables)


def asked(*statuses, day=DAY, origin="port", goal="city", **options):
    return co.route(two_gates(*statuses).as_of(day), origin, goal, **options)


# --- days ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["2026-01-25", date(2026, 1, 25), datetime(2026, 1, 25, 23, 59)])
def test_a_day_is_a_date_or_a_text(day):
    net = two_gates().as_of(day)
    assert net.day == date(2026, 1, 25)
    assert "as of 2026-01-25" in repr(net)


@pytest.mark.parametrize("day", ["2026-02-30", "1 May", 20260101, "2026-01", ""])
def test_what_is_no_day_is_refused(day):
    with pytest.raises(OptionError, match=r"as_of=.*must be a day of the calendar, .* such as '2026-08-01'"):
        two_gates().as_of(day)


def test_a_day_of_none_is_normal_operation():
    net = two_gates(fact()).as_of(DAY)
    assert net.as_of(None).day is None
    assert co.route(net.as_of(None), "port", "city").crossings == ("near",)


def test_the_network_asked_stays_as_it_is():
    net = two_gates(fact())
    net.as_of(DAY)
    assert net.day is None
    assert co.route(net, "port", "city").crossings == ("near",)


def test_the_day_is_kept_by_copies_graphs_and_changes_of_rates():
    net = two_gates(fact()).as_of(DAY)
    kept = [
        pickle.loads(pickle.dumps(net)),  # noqa: S301
        copy.deepcopy(net),
        co.Network.from_graph(net.graph, check=False),
        net.with_rates("usd_per_vehicle_km", factor=2),
    ]
    for other in kept:
        assert other.day == net.day
        assert co.route(other, "port", "city").crossings == ("far",)


# --- bans ---------------------------------------------------------------------------------------------------------------


def test_what_is_shut_is_not_used():
    found = asked(fact())
    assert found.crossings == ("far",)
    assert found.km == 325


@pytest.mark.parametrize(
    ("day", "shut"),
    [("2025-10-11", False), ("2025-10-12", True), ("2025-11-01", True), ("2025-11-02", False)],
)
def test_the_first_and_the_last_day_are_shut(day, shut):
    assert asked(fact(to="2025-11-01"), day=day).crossings == (("far",) if shut else ("near",))


def test_a_ban_of_one_direction_leaves_the_other():
    ban = fact(direction="PK-AF")
    assert asked(ban).crossings == ("far",)
    assert asked(ban, origin="city", goal="port").crossings == ("near",)


@pytest.mark.parametrize(("direction", "shut"), [("forward", True), ("backward", False), ("both", True)])
def test_a_link_is_shut_along_or_against_its_drawn_direction(direction, shut):
    ban = fact("l-near-city", "link", direction=direction)
    assert asked(ban).crossings == (("far",) if shut else ("near",))


def test_a_place_that_is_shut_is_not_passed_begun_or_ended_at():
    ban = fact("near-af", "place")
    assert asked(ban).crossings == ("far",)
    for ends in (("near-af", "city"), ("port", "near-af")):
        with pytest.raises(NoRouteError, match="near-af: closed since 2025-10-12"):
            co.route(two_gates(ban).as_of(DAY), *ends)


def test_a_ban_of_a_vehicle_class_bars_that_class_on_the_road_alone():
    ban = fact(vehicles="trailer")
    assert asked(ban).crossings == ("far",)
    assert asked(ban, shipment=co.Shipment(vehicle="rigid")).crossings == ("near",)
    rail = fact("new", "link", vehicles="trailer")
    assert asked(rail, modes=["rail"], include=["planned"], day="2028-01-01").links == ("new",)


@pytest.mark.parametrize(
    ("cargo", "goods", "shut"),
    [("freight", "general", True), ("all", "general", True), ("container", "general", True),
     ("container", "fruit", True), ("container", "ore", False), ("bulk", "ore", True), ("bulk", "general", False),
     ("reefer", "fruit", True), ("reefer", "general", False)],
)  # fmt: skip
def test_a_ban_of_a_form_of_cargo_bars_that_form(cargo, goods, shut):
    found = asked(fact(cargo=cargo), shipment=co.Shipment(cargo=goods))
    assert found.crossings == (("far",) if shut else ("near",))


def test_a_ban_of_a_mode_bars_that_mode():
    assert asked(fact("port", "place", modes="rail")).crossings == ("near",)
    with pytest.raises(NoRouteError, match="port: closed"):
        asked(fact("port", "place", modes="road;sea"))


def test_every_question_keeps_to_the_day():
    net = two_gates(fact()).as_of(DAY)
    far = [("far",)]
    assert [r.crossings for r in co.alternatives(net, "port", "city", k=3)] == far
    assert [r.crossings for r in co.pareto(net, "port", "city")] == far
    assert co.matrix(net, ["port"], ["city"], by="km").loc["port", "city"] == 325
    router = co.Router(net)
    assert router.route("port", "city").crossings == far[0]
    assert router.repriced(weights=co.Weights(usd_per_km=1)).route("port", "city").crossings == far[0]
    assert router.repriced(shipment=co.Shipment(tonnes=5)).route("port", "city").crossings == far[0]
    costs = router.edges["km"].to_numpy()[None, :]
    assert router.draws("port", "city", costs).totals.tolist() == [325]
    states = co.state_graph(net)
    assert nx.dijkstra_path_length(states, ("port", "start"), ("city", "end"), weight="km") == 325


def test_terminal_ends_and_other_shipments_keep_the_day():
    found = asked(fact()).with_ends("terminal")
    assert found.crossings == ("far",)
    assert found.ordinary is not None
    assert found.ordinary.shipment.ends == "terminal"


# --- hours --------------------------------------------------------------------------------------------------------------

QUEUE = {"state": "restricted", "effect": "hours", "hours": 7, "hours_basis": "derived"}


def test_hours_are_added_once_a_passage_and_told():
    plain, queue = asked(), asked(fact(**QUEUE))
    assert queue.crossings == ("near",)
    assert queue.hours == pytest.approx(plain.hours + 7)
    assert queue.score == pytest.approx(plain.score + 7 * 20)  # 20 USD an hour
    parts = queue.explain()
    (row,) = parts[parts["part"] == "delay"].to_dict("records")
    assert (row["hours"], row["hours_basis"], row["sources"], row["usd"]) == (7, "derived", "hand", 0)
    assert parts["score"].sum() == pytest.approx(queue.score)
    assert [str(told).split(";")[0] for told in queue.shaped_by] == [
        "near: restricted, 7 h more since 2025-10-12 (fighting)"
    ]


def test_a_delay_at_a_place_is_met_once_by_who_comes_to_it():
    plain = asked()
    delay = fact("near-af", "place", **QUEUE)
    assert asked(delay).hours == pytest.approx(plain.hours + 7)
    net = two_gates(delay).as_of(DAY)
    assert co.route(net, "near-af", "city").hours == pytest.approx(co.route(two_gates(), "near-af", "city").hours)


def test_a_delay_cools_the_goods():
    fruit = co.Shipment(cargo="fruit")
    plain, queue = asked(shipment=fruit), asked(fact(**QUEUE), shipment=fruit)
    assert queue.crossings == plain.crossings
    assert queue.usd == pytest.approx(plain.usd + 7 * 60 / 24)
    assert queue.explain()["usd"].sum() == pytest.approx(queue.usd)


def test_a_long_queue_sends_the_goods_round():
    assert asked(fact(**(QUEUE | {"hours": 700}))).crossings == ("far",)


# --- what is told -------------------------------------------------------------------------------------------------------


def test_a_route_tells_what_shaped_it_and_what_that_costs():
    found = asked(fact())
    assert found.day == date(2026, 1, 25)
    assert found.ordinary is not None
    assert found.ordinary.crossings == ("near",)
    assert [told.subject for told in found.shaped_by] == ["near"]
    assert found.more_than_ordinary["km"] == pytest.approx(200)
    assert found.more_than_ordinary["hours"] == pytest.approx(8)
    assert "as of      2026-01-25: +200 km, +0.3 days, +400 USD, +400 kg CO2e against the ordinary way (near)" in str(
        found
    )
    assert "shaped by  near: closed since 2025-10-12 (fighting); no end found, last confirmed 2026-01-20 [hand]" in str(
        found
    )
    assert "Shaped by" in found._repr_html_()
    told = json.loads(json.dumps(found.to_dict()))
    assert told["as_of"] == "2026-01-25"
    assert told["shaped_by"][0]["subject"] == "near"
    assert told["more_than_ordinary"]["km"] == pytest.approx(200)


def test_bans_of_the_second_best_way_shaped_it_too_and_those_of_worse_ways_did_not():
    rail = {"modes": ["road", "rail"], "include": ["planned"], "day": "2028-01-25"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CorridorWarning)
        found = asked(fact(), fact("new", "link"), **rail)
        assert found.crossings == ("far",)
        assert {told.subject for told in found.shaped_by} == {"near", "new"}
        other = asked(fact(), fact("far"), **rail)
        assert other.links == ("new",)
        assert "far" not in {told.subject for told in other.shaped_by}


def test_a_route_that_nothing_shaped_says_so():
    found = asked(fact("far"))
    assert found.ordinary is None
    assert found.shaped_by == ()
    assert found.more_than_ordinary == {}
    assert "as of      2026-01-25: nothing on the best way is shut" in str(found)


def test_without_a_day_nothing_is_said_of_one():
    found = co.route(two_gates(fact()), "port", "city")
    assert found.day is None
    assert found.ordinary is None
    assert "as of" not in str(found)
    assert [told.subject for told in found.advisories] == ["near"]


def test_advisories_of_a_day_are_those_that_do_not_bar_the_shipment():
    passengers = fact(state="restricted", cargo="passengers", to="2026-01-31")
    over = fact("near", state="restricted", to="2026-01-24")
    trailers = fact(vehicles="trailer")
    found = asked(passengers, over, trailers, shipment=co.Shipment(vehicle="rigid"))
    assert [told.until for told in found.advisories] == ["2026-01-31"]


@pytest.mark.parametrize(("day", "stale"), [("2026-04-20", False), ("2026-04-21", True)])
def test_a_fact_confirmed_long_before_the_day_warns_that_the_state_is_unknown(day, stale):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = asked(fact(), day=day)
    texts = [str(warning.message) for warning in told if issubclass(warning.category, CorridorWarning)]
    known = "near (closed since 2025-10-12) last confirmed 2026-01-20."
    said = f"As of {day} the state is not known, only what was last reported: {known}"
    assert texts == ([said] if stale else [])
    assert ("91 days before the day asked: the state since is unknown" in str(found)) == stale


def test_a_fact_with_an_end_is_never_stale():
    row = two_gates(fact(to="2026-12-31")).tables.statuses[0]
    assert days_unconfirmed(row, date(2026, 12, 1)) == 0


def test_no_route_names_what_blocks_it_and_the_ordinary_way():
    both = [fact(), fact("far", reason="strike", last_confirmed="2026-01-24")]
    with pytest.raises(NoRouteError) as error:
        asked(*both, fact("l-port-near", "link", to="2025-12-01"))
    text = str(error.value)
    assert "No route from 'port' to 'city' by road, rail, sea as of 2026-01-25." in text
    assert "Shut: near: closed since 2025-10-12 (fighting); no end found, last confirmed 2026-01-20 [hand]" in text
    assert "Shut: far: closed since 2025-10-12 (strike)" in text
    assert "l-port-near" not in text
    assert "If nothing were shut: 125 km, 0.6 days, 270 USD, by near." in text
    assert {told.split(":")[0] for told in error.value.blocked_by} >= {"near", "far"}


def test_facts_alike_are_told_together_with_an_address():
    sources = [small.SOURCE | {"url": "https://example.org/shut"}]
    with pytest.raises(NoRouteError, match=r"Shut: far, near: closed since .* \[hand\] <https://example.org/shut>"):
        co.route(two_gates(fact(), fact("far"), sources=sources).as_of(DAY), "port", "city")


def test_no_route_for_another_reason_does_not_blame_the_closures():
    net = two_gates(fact("far")).as_of(DAY)
    with pytest.raises(NoRouteError) as error:
        co.route(net, "port", "city", modes=["rail"])
    assert "Shut" not in str(error.value)
    assert "not yet operating: rail1520" in str(error.value)


# --- planned links ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "there"), [(None, True), ("2027-12-31", False), ("2028-01-01", True)])
def test_planned_links_are_there_from_their_year_and_only_when_asked(day, there):
    net = two_gates().as_of(day)
    asked_for = co.matrix(net, ["port"], ["city"], by="km", modes=["rail"], include=["planned"]).loc["port", "city"]
    assert (asked_for == 110) == there
    assert ("new" in {key for *_, key in co.state_graph(net, include=["planned"]).edges(keys=True)}) == there
    assert co.route(net, "port", "city").links[0] == "l-port-near"


# --- laws ---------------------------------------------------------------------------------------------------------------


@st.composite
def dated_networks(draw):
    """Random networks with some of their links, places and crossings shut or slow on the day."""
    net = draw(small.tangled())
    subjects = [(link.id, "link") for link in net.tables.links] + [(place.id, "place") for place in net.tables.places]
    subjects += [(crossing, "crossing") for crossing in sorted(net.crossing_ids)]
    rows = []
    for subject, kind in draw(st.lists(st.sampled_from(subjects), max_size=3, unique=True)):
        more = draw(
            st.sampled_from([{}, {}, QUEUE, {"vehicles": "rigid"}, {"to": "2026-01-01"}, {"effect": "advisory"}])
        )
        way = draw(st.sampled_from(["both", "forward", "backward"])) if kind == "link" else "both"
        rows.append(fact(subject, kind, direction=way, **more))
    return co.Network(replace(net.tables, statuses=small.rows("statuses", rows)), name="random")


def totals(net, measure):
    states = co.state_graph(net)
    first, last = net.tables.places[0].id, net.tables.places[-1].id
    try:
        return nx.dijkstra_path_length(states, (first, "start"), (last, "end"), weight=measure)
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return float("inf")


def best(net, measure):
    first, last = net.tables.places[0].id, net.tables.places[-1].id
    try:
        return co.route(net, first, last, by=measure)
    except NoRouteError:
        return None


@given(net=dated_networks(), measure=st.sampled_from(["score", "hours", "usd", "km"]))
@settings(deadline=None, max_examples=60)
def test_no_closure_makes_the_best_route_better_and_the_oracle_agrees(net, measure):
    shut = net.as_of(DAY)
    found = best(shut, measure)
    assert (float("inf") if found is None else getattr(found, measure)) == pytest.approx(totals(shut, measure))
    assert totals(shut, measure) >= totals(net, measure) - 1e-9
    if found is not None and found.ordinary is not None:
        assert getattr(found, measure) >= getattr(found.ordinary, measure) - 1e-9
        assert found.shaped_by


@given(net=small.tangled(), data=st.data())
@settings(deadline=None, max_examples=40)
def test_closing_what_is_not_used_changes_nothing(net, data):
    found = best(net, "score")
    unused = sorted({link.id for link in net.tables.links} - set(found.links if found else ()))
    if not unused:
        return
    shut = small.rows("statuses", [fact(data.draw(st.sampled_from(unused)), "link")])
    again = best(co.Network(replace(net.tables, statuses=shut), name="random").as_of(DAY), "score")
    assert (again and again.key) == (found and found.key)
    assert (again and again.score) == (found and found.score)


@given(net=dated_networks())
@settings(deadline=None, max_examples=40)
def test_a_route_of_a_day_passes_nothing_that_is_shut(net):
    shut = net.as_of(DAY)
    found = best(shut, "score")
    structure = shut.structure
    for row in shut.tables.statuses:
        if row.effect == "ban" and not row.vehicles and not row.to:
            barred = {structure.links[structure.link[i]].id for i in edges_of(structure, row).nonzero()[0].tolist()}
            ways = {"forward": {True}, "backward": {False}}.get(row.direction, {True, False})
            used = {edge.key for edge in (found._edges if found else ()) if edge.link and edge.forward in ways}
            assert not barred & used


# --- the bundled data ---------------------------------------------------------------------------------------------------


def test_the_ordinary_road_of_2022():
    net = co.load(as_of="2022-06-01")
    found = co.route(net, "Karachi", "Tashkent")
    assert found.crossings[0] in {"torkham", "chaman"}
    assert found.ordinary is None
    plain = co.route(co.load(), "Karachi", "Tashkent")
    assert (found.key, found.hours, found.usd) == (plain.key, plain.hours, plain.usd)


def test_the_closure_of_october_2025_is_named_with_its_source():
    with pytest.raises(NoRouteError) as error:
        co.route(co.load(as_of="2026-08-01"), "Karachi", "Tashkent")
    text = str(error.value)
    for words in (
        "as of 2026-08-01",
        "torkham",
        "chaman",
        "since 2025-10-12",
        "https://",
        "the state since is unknown",
    ):
        assert words in text
    assert "If nothing were shut: 2,858 km" in text


def test_salang_bars_trailers_from_july_2026_and_lets_lighter_trucks_through():
    net = co.load(as_of="2026-07-15")
    assert "salang" not in co.route(net, "Kabul", "Mazar-i-Sharif").places
    rigid = co.Shipment(tonnes=10, vehicle="rigid")
    assert "salang" in co.route(net, "Kabul", "Mazar-i-Sharif", shipment=rigid).places
    assert "salang" in co.route(co.load(as_of="2026-07-09"), "Kabul", "Mazar-i-Sharif").places
