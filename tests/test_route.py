# SPDX-License-Identifier: BSD-3-Clause
"""What a route says of itself: exact totals, what they rest on, and every form in which it is shown."""

from __future__ import annotations

import json
import math

import geopandas as gpd
import matplotlib.pyplot as plt
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import corridor as co
import small
from corridor.errors import NoRouteError, OptionError

MEASURES = ["km", "hours", "usd", "co2e_kg", "score", "transfers"]
WEIGHTS = co.Weights(usd_per_km=0.3, usd_per_crossing=70, usd_per_transfer=11, mode_factor={"road": 0.7, "rail": 1.3})


@pytest.fixture
def mixed():
    """Port to city by road, then by rail from the border: 100 + 100 + 8 km by road, 60 km by rail."""
    return co.route(
        small.two_countries(), "port", "city", by="co2e_kg", modes=["road", "rail"], avoid=["rail-port-town"]
    )


@pytest.fixture(autouse=True)
def _no_figures_left_open():
    yield
    plt.close("all")


def routable(net):
    """Return the routes between all pairs of a network, by the score and with penalties."""
    found = []
    names = [place.id for place in net.tables.places]
    for origin in names:
        for goal in names:
            if origin != goal:
                try:
                    found.append(co.route(net, origin, goal, weights=WEIGHTS))
                except NoRouteError:
                    continue
    return found


# Totals


def test_totals_by_hand(mixed):
    assert mixed.km == 268  # 100 + 100 + 8 + 60
    assert mixed.hours == pytest.approx(46.72)  # 4 + 4 + (0.32 + 20 + 10) + 6 + 2.4
    assert mixed.usd == pytest.approx(696)  # 200 + 200 + (16 + 100 + 50) + 5 x 20 + 30
    assert mixed.co2e_kg == pytest.approx(437)  # 208 x 20 x 0.1 + 9 + 60 x 20 x 0.01
    assert mixed.score == pytest.approx(1630.4)  # 696 + 46.72 x 20
    assert (mixed.transfers, mixed.crossings, mixed.countries) == (1, ("gate",), ("PK", "AF"))
    assert mixed.places == ("port", "town", "west", "east", "city")
    assert mixed.links == ("road-port-town", "road-town-west", "road-west-east", "rail-east-city")


@given(net=small.tangled())
def test_totals_are_the_sums_of_the_steps(net):
    for route in routable(net):
        sums = route.steps[MEASURES].sum()
        for name in MEASURES:
            assert getattr(route, name) == pytest.approx(sums[name], abs=1e-9)
        assert route.steps["crossings"].sum() == len(route.crossings)


@given(net=small.tangled())
def test_totals_are_the_sums_of_legs_transfers_and_ends(net):
    for route in routable(net):
        rest = route.steps[route.steps["link"] == ""]
        for name in ("km", "hours", "usd", "co2e_kg"):
            assert route.legs[name].sum() + rest[name].sum() == pytest.approx(getattr(route, name), abs=1e-9)


@given(net=small.tangled())
def test_totals_are_the_sums_of_the_stages_that_are_printed(net):
    for route in routable(net):
        for name in ("km", "hours", "usd"):
            assert math.fsum(getattr(stage, name) for stage in route.stages) == pytest.approx(
                getattr(route, name), abs=1e-9
            )


@given(net=small.tangled())
def test_the_parts_explained_sum_to_the_score_and_the_totals(net):
    for route in routable(net):
        parts = route.explain()
        assert parts["score"].sum() == pytest.approx(route.score, abs=1e-6)
        assert (parts["money_score"] + parts["time_score"]).sum() == pytest.approx(route.score, abs=1e-6)
        for name in ("km", "hours", "usd"):
            assert parts[name].sum() == pytest.approx(getattr(route, name), abs=1e-9)


@given(net=small.tangled())
def test_shares_of_the_bases_sum_to_one(net):
    for route in routable(net):
        for measure, shares in route.basis_share.items():
            assert list(shares) == ["quoted", "derived", "recalled", "estimate"]
            assert sum(shares.values()) == pytest.approx(1 if getattr(route, measure) > 0 else 0)


@given(net=small.tangled())
def test_steps_join_and_a_journey_starts_and_ends_once(net):
    for route in routable(net):
        steps = route.steps
        assert steps["from"].tolist()[1:] == steps["to"].tolist()[:-1]
        kinds = steps["kind"].tolist()
        assert (kinds[0], kinds[-1]) == ("start", "end")
        assert set(kinds[1:-1]) <= {"haul", "cross", "transfer"}
        assert (route.origin, route.destination) == (steps["from"].iloc[0], steps["to"].iloc[-1])
        carriages = steps["carriage"].tolist()
        for kind, before, after in zip(kinds[1:], carriages, carriages[1:], strict=False):
            assert (before != after) == (kind == "transfer")


# Steps and legs


def test_steps_by_hand(mixed):
    steps = mixed.steps
    assert steps.index.tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert steps.index.name == "step"
    assert steps["kind"].tolist() == ["start", "haul", "haul", "cross", "transfer", "haul", "end"]
    assert steps["from"].tolist() == ["port", "port", "town", "west", "east", "east", "city"]
    assert steps["to"].tolist() == ["port", "town", "west", "east", "east", "city", "city"]
    assert steps["carriage"].tolist() == ["road"] * 4 + ["rail1520"] * 3
    assert steps["link"].tolist() == [
        "",
        "road-port-town",
        "road-town-west",
        "road-west-east",
        "",
        "rail-east-city",
        "",
    ]
    assert steps["crossing"].tolist() == ["", "", "", "gate", "", "", ""]
    assert steps["km"].tolist() == [0, 100, 100, 8, 0, 60, 0]
    assert steps["transfers"].tolist() == [0, 0, 0, 0, 1, 0, 0]
    assert steps.attrs["unit"]["co2e_kg"] == "kg CO2e"
    assert steps.to_dict("records") == mixed.step_rows()


def test_legs_by_hand(mixed):
    legs = mixed.legs
    assert isinstance(legs, gpd.GeoDataFrame)
    assert legs.crs.to_epsg() == 4326
    assert legs["carriage"].tolist() == ["road", "rail1520"]
    assert legs["mode"].tolist() == ["road", "rail"]
    assert list(zip(legs["from"], legs["to"], strict=True)) == [("port", "east"), ("east", "city")]
    assert legs["km"].tolist() == [208, 60]
    assert legs["hours"].tolist() == pytest.approx([38.32, 2.4])
    assert legs["usd"].tolist() == pytest.approx([566, 30])
    assert legs["countries"].tolist() == [["PK", "AF"], ["AF"]]
    assert legs["crossings"].tolist() == [["gate"], []]
    assert legs["links"].tolist() == [["road-port-town", "road-town-west", "road-west-east"], ["rail-east-city"]]


def test_the_line_of_a_leg_runs_the_way_it_is_travelled(mixed):
    assert list(mixed.legs.geometry[0].coords) == [(66.9, 29.3), (66.7, 30.1), (66.44, 30.9), (66.42, 30.97)]
    back = co.route(small.two_countries(), "city", "port", modes=["road"])
    assert list(back.legs.geometry[0].coords) == [
        (66.35, 31.38), (66.42, 30.97), (66.44, 30.9), (66.7, 30.1), (66.9, 29.3)
    ]  # fmt: skip


def test_a_line_between_its_ends_is_turned_with_the_link():
    from dataclasses import replace

    tables = small.two_countries().tables
    bent = {**tables.lines, "road-port-town": ((66.9, 29.3), (67.0, 29.9), (66.7, 30.1))}
    net = co.Network(replace(tables, lines=bent))
    there = co.route(net, "port", "town", modes=["road"]).legs.geometry[0]
    back = co.route(net, "town", "port", modes=["road"]).legs.geometry[0]
    assert list(there.coords) == list(back.coords)[::-1] == list(bent["road-port-town"])


def test_a_transfer_parts_two_legs_of_one_mode():
    links = [
        small.link("south", "a", "b", 10, mode="rail", gauge_mm=1676),
        small.link("north", "b", "c", 10, mode="rail", gauge_mm=1520),
    ]
    places = [small.place(name, lon=66 + i / 10, lat=30) for i, name in enumerate("abc")]
    net = small.network(places, links, transfers=[small.transfer("b", "rail1676", "rail1520", 12, 110)])
    found = co.route(net, "a", "c")
    assert found.legs["carriage"].tolist() == ["rail1676", "rail1520"]
    assert found.legs["hours"].sum() == pytest.approx(found.hours - 12)


# Countries and crossings


def loop():
    """Return the network of a railway from p to q through b, that leaves the country and enters it again."""
    places = [
        small.place("p", "KZ", lon=50.0, lat=50.0),
        small.place("pk", "KZ", lon=50.1, lat=50.0),
        small.place("ru1", "RU", lon=50.2, lat=50.0),
        small.place("ru2", "RU", lon=50.3, lat=50.0),
        small.place("qk", "KZ", lon=50.4, lat=50.0),
        small.place("q", "KZ", lon=50.5, lat=50.0),
    ]
    links = [
        small.link("l1", "p", "pk", 10, countries="KZ"),
        small.link("l2", "pk", "ru1", 10, countries="KZ;RU"),
        small.link("l3", "ru1", "ru2", 10, countries="RU"),
        small.link("l4", "qk", "ru2", 10, countries="KZ;RU"),
        small.link("l5", "qk", "q", 10, countries="KZ"),
    ]
    crossings = [
        small.clearing(name, *pair, direction, 1, 0)
        for name, posts in (("one", ("pk", "ru1")), ("two", ("qk", "ru2")))
        for pair in (posts, posts[::-1])
        for direction in ("outbound", "inbound")
    ]
    return small.network(places, links, crossings=crossings)


def test_a_country_left_and_entered_again_stands_twice():
    there = co.route(loop(), "p", "q")
    assert there.countries == ("KZ", "RU", "KZ")
    assert there.crossings == ("one", "two")
    back = co.route(loop(), "q", "p")
    assert back.countries == ("KZ", "RU", "KZ")
    assert back.crossings == ("two", "one")
    assert co.route(loop(), "p", "ru2").countries == ("KZ", "RU")
    assert co.route(loop(), "ru2", "p").countries == ("RU", "KZ")


def test_a_link_that_passes_a_country_between_places_of_one_country_names_it():
    places = [small.place("p", "KZ", lon=50, lat=50), small.place("q", "KZ", lon=50.5, lat=50)]
    net = small.network(places, [small.link("l", "p", "q", 50, countries="KZ;RU;KZ")])
    found = co.route(net, "p", "q")
    assert (found.countries, found.crossings) == (("KZ", "RU", "KZ"), ())


def test_a_sailing_abroad_is_a_crossing_named_by_its_link():
    places = [small.place("p", lon=66, lat=24), small.place("q", "AF", lon=66.5, lat=24)]
    net = small.network(places, [small.link("ship", "p", "q", 50, mode="sea", countries="PK;AF", wait_hours=0)])
    found = co.route(net, "p", "q")
    assert (found.crossings, found.countries) == (("ship",), ("PK", "AF"))
    assert found.crossing_points() == []


def test_points_to_mark_on_a_map(mixed):
    assert mixed.crossing_points() == [(66.44, 30.9)]  # the post left
    assert mixed.transfer_points() == [(66.42, 30.97)]
    assert mixed.point("port") == (66.9, 29.3)
    assert mixed.place_name("port") == "Port"


# What it rests on


def test_shares_of_the_bases_by_hand():
    links = [
        small.link("l1", "a", "b", 100, basis="quoted"),  # 4 h quoted; 200 USD quoted
        small.link("l2", "b", "c", 50, basis="derived"),  # 2 h derived; 100 USD derived
        small.link("t", "c", "d", 60, mode="rail", gauge_mm=1520, basis="recalled"),  # 2.4 h, 30 USD recalled
    ]
    places = [small.place(name, lon=66 + i / 10, lat=30) for i, name in enumerate("abcd")]
    transfers = [small.transfer("c", "road", "rail1520", 1.6, 70)]  # estimates
    found = co.route(small.network(places, links, transfers=transfers), "a", "d")
    assert found.basis_share["hours"] == pytest.approx(
        {"quoted": 0.4, "derived": 0.2, "recalled": 0.24, "estimate": 0.16}
    )
    assert found.basis_share["usd"] == pytest.approx(
        {"quoted": 0.5, "derived": 0.25, "recalled": 0.075, "estimate": 0.175}
    )


def test_a_border_counts_its_hours_and_its_dollars_by_their_own_bases():
    found = co.route(small.two_countries(), "west", "east")
    # hours: 30 quoted (posts), 0.32 estimate (haul); USD: 150 derived (posts), 16 estimate
    assert found.basis_share["hours"] == pytest.approx(
        {"quoted": 30 / 30.32, "derived": 0, "recalled": 0, "estimate": 0.32 / 30.32}
    )
    assert found.basis_share["usd"]["derived"] == pytest.approx(150 / 166)


def test_a_route_that_costs_nothing_has_no_shares_and_no_division_by_zero():
    places = [small.place(name, lon=66 + i / 10, lat=30) for i, name in enumerate("ab")]
    found = co.route(small.network(places, [small.link("l", "a", "b", 1, hours=0, usd_per_vehicle=0)]), "a", "b")
    assert found.basis_share["usd"] == {"quoted": 0, "derived": 0, "recalled": 0, "estimate": 0}
    assert "0 USD" in str(found)


def sourced(statuses=(), **more):
    places = [small.place("a", lon=66, lat=30), small.place("b", "AF", lon=66.1, lat=30)]
    links = [small.link("l", "a", "b", 10, countries="PK;AF", source="atlas; survey")]
    crossings = [
        small.clearing("gate", post, facing, direction, 1, 1, hours_source="customs", usd_source="survey;forwarder")
        for post, facing in (("a", "b"), ("b", "a"))
        for direction in ("outbound", "inbound")
    ]
    sources = [
        {"id": name, "title": f"the {name}", "url": f"https://example.org/{name}"}
        for name in ("hand", "atlas", "survey", "customs", "forwarder", "unused")
    ]
    return small.network(places, links, crossings=crossings, sources=sources, statuses=list(statuses), **more)


def test_sources_are_those_used_once_each_in_order_of_first_use():
    found = co.route(sourced(), "a", "b")
    assert found.source_ids == ("atlas", "survey", "hand", "customs", "forwarder")
    assert found.sources.index.tolist() == list(found.source_ids)
    assert found.sources.loc["customs", "title"] == "the customs"
    assert next(row.url for row in found.source_rows()) == "https://example.org/atlas"
    assert "unused" not in found.sources.index


def test_explain_names_each_part_with_its_bases_and_sources():
    parts = co.route(sourced(), "a", "b", weights=co.Weights(usd_per_crossing=25, usd_per_km=2)).explain()
    assert parts["part"].tolist() == ["haul", "clearing outbound", "clearing inbound", "penalty"]
    assert parts["sources"].tolist() == ["atlas; survey; hand", *["customs; survey; forwarder"] * 2, "weights"]
    assert parts["hours_basis"].tolist() == ["estimate", "quoted", "quoted", ""]
    assert parts["usd_basis"].tolist() == ["estimate", "derived", "derived", ""]
    assert parts["step"].tolist() == [2, 2, 2, 2]
    assert parts["time_score"].tolist() == pytest.approx([8, 20, 20, 0])  # hours x 20 USD
    assert parts["money_score"].tolist() == pytest.approx([20, 1, 1, 45])  # and 25 + 10 x 2
    assert parts.attrs["unit"]["time_score"] == "USD"


def test_explain_without_penalties_has_no_row_of_them(mixed):
    parts = mixed.explain()
    assert set(parts["part"]) == {"haul", "clearing outbound", "clearing inbound", "transfer"}
    assert parts.groupby("step")["score"].sum().tolist() == pytest.approx(
        mixed.steps["score"][lambda s: s > 0].tolist()
    )


def test_explain_weighs_only_the_haul_money_by_the_mode(mixed):
    parts = co.route(small.two_countries(), "west", "east", weights=co.Weights(mode_factor={"road": 0.5})).explain()
    assert parts["usd"].tolist() == [16, 100, 50]
    assert parts["money_score"].tolist() == [8, 100, 50]
    assert set(mixed.explain()["money_score"] - mixed.explain()["usd"]) == {0}


def test_explain_names_waits_ends_and_cooling():
    places = [small.place("a", lon=66, lat=30), small.place("b", lon=66.1, lat=30)]
    cargo = [{**small.CARGO[2], "carriages": "sea"}]
    rates = [
        *small.RATES,
        small.rate("reefer_usd_per_day", 60, "sea", "USD per vehicle-day"),
        small.rate("terminal_hours", 24, "sea", "hours per shipment"),
        small.rate("terminal_usd", 70, "sea", "USD per vehicle"),
    ]
    net = small.network(places, [small.link("l", "a", "b", 50, mode="sea", wait_hours=10)], rates=rates, cargo=cargo)
    parts = co.route(net, "a", "b", shipment=co.Shipment(cargo="fruit", ends="terminal")).explain()
    assert parts["part"].tolist() == ["loading", "cooling", "haul", "wait", "cooling", "unloading", "cooling"]
    assert parts["usd"].tolist() == pytest.approx([70, 60, 20, 0, 30, 70, 60])  # 24, 2 + 10 and 24 h x 60 / 24


# Advisories


def status(subject, kind="crossing", state="closed", **more):
    row = {
        "subject": subject,
        "subject_kind": kind,
        "state": state,
        "from": "2025-10-12",
        "last_confirmed": "2026-01-20",
    }
    return row | {"reason": "fighting", "basis": "quoted", "source": "survey"} | more


def subjects(statuses, origin="a", goal="b"):
    return [advisory.subject for advisory in co.route(sourced(statuses), origin, goal).advisories]


def test_a_closed_crossing_on_the_way_is_told_with_date_and_source():
    (advisory,) = co.route(sourced([status("gate")]), "a", "b").advisories
    assert str(advisory) == (
        "gate: closed since 2025-10-12 (fighting); no end found, last confirmed 2026-01-20 [survey]"
    )
    assert co.route(sourced([status("gate", reason="")]), "a", "b").advisories[0].reason == ""


@pytest.mark.parametrize(
    ("direction", "there", "back"), [("both", True, True), ("PK-AF", True, False), ("AF-PK", False, True)]
)
def test_a_closure_of_one_direction_concerns_that_direction(direction, there, back):
    closed = [status("gate", direction=direction)]
    assert (subjects(closed) == ["gate"]) is there
    assert (subjects(closed, "b", "a") == ["gate"]) is back


def test_direction_goes_by_the_way_travelled_and_not_by_how_the_link_is_drawn():
    closed = [status("two", direction="RU-KZ")]  # the link of crossing two is drawn from KZ to RU
    tables = loop().tables
    from dataclasses import replace

    net = co.Network(replace(tables, statuses=small.rows("statuses", closed)))
    assert [a.subject for a in co.route(net, "p", "q").advisories] == ["two"]
    assert co.route(net, "q", "p").advisories == ()


def test_links_and_places_have_advisories_too_and_restrictions_count():
    found = subjects([status("l", "link", "restricted"), status("b", "place")])
    assert sorted(found) == ["b", "l"]


def test_exceptions_from_a_closure_are_not_told_beside_it():
    closed, exception = status("gate"), status("gate", state="restricted", direction="PK-AF", reason="relief cargo")
    found = co.route(sourced([exception, closed]), "a", "b").advisories
    assert [(row.subject, row.state) for row in found] == [("gate", "closed")]
    # a closure of the other direction takes nothing away from the restriction of this one
    other = status("gate", direction="AF-PK")
    found = co.route(sourced([exception, other]), "a", "b").advisories
    assert [(row.subject, row.state) for row in found] == [("gate", "restricted")]
    # nor does that of another subject
    found = co.route(sourced([exception, status("l", "link")]), "a", "b").advisories
    assert sorted((row.subject, row.state) for row in found) == [("gate", "restricted"), ("l", "closed")]


def test_what_is_open_has_ended_or_is_not_used_is_not_told():
    assert subjects([status("gate", state="open"), status("gate", to="2025-11-01"), status("elsewhere")]) == []


# Other ends


def test_the_same_walk_with_other_ends():
    gate = co.route(small.two_countries(), "town", "city", modes=["road"])
    terminal = gate.with_ends("terminal")
    assert terminal.links == gate.links
    assert terminal.hours == pytest.approx(gate.hours + 8)  # 4 at each end
    assert terminal.usd == pytest.approx(gate.usd + 100)  # 50 at each end
    assert terminal.score == pytest.approx(gate.score + 100 + 8 * 20)
    assert (terminal.km, terminal.by, terminal.shipment.ends, gate.shipment.ends) == (
        gate.km,
        "score",
        "terminal",
        "gate",
    )
    assert terminal.steps["usd"].tolist()[0] == 50
    assert terminal.steps["usd"].tolist()[-1] == 50
    assert terminal.with_ends("gate") == gate
    assert terminal.with_ends("gate").hours == gate.hours


def test_other_ends_equal_those_of_a_route_asked_for_with_them():
    net = small.two_countries()
    asked = co.route(
        net, "town", "city", modes=["road"], weights=WEIGHTS, shipment=co.Shipment(ends="terminal", tonnes=50)
    )
    turned = co.route(net, "town", "city", modes=["road"], weights=WEIGHTS, shipment=co.Shipment(tonnes=50)).with_ends(
        "terminal"
    )
    assert turned == asked
    assert turned.step_rows() == asked.step_rows()


def test_unknown_ends_are_told(mixed):
    with pytest.raises(OptionError, match=r"Unknown ends 'gates'\. Did you mean 'gate'\? Choices: gate, terminal\."):
        mixed.with_ends("gates")


# Text and HTML


def test_the_headline_has_every_total_with_its_unit(mixed):
    assert mixed.headline == (
        "Port → City (best by co2e_kg): 268 km, 47 h (1.9 days), 696 USD, 437 kg CO2e, 1 crossing, 1 transfer"
    )
    assert repr(mixed) == f"<Route {mixed.headline}>"
    assert "2 crossings, 0 transfers" in co.route(loop(), "p", "q").headline


def test_the_text_reads_line_by_line(mixed):
    lines = str(mixed).splitlines()
    assert lines[0] == mixed.headline
    cells = [line.split() for line in lines[4:8]]
    assert cells == [
        ["road", "PK", "Port", "West", "200", "8.0", "400"],
        ["border", "gate", "West", "East", "8", "30.3", "166"],
        ["road", "→", "rail1520", "East", "East", "0", "6.0", "100"],
        ["rail1520", "AF", "East", "City", "60", "2.4", "30"],
    ]
    # hours: 30 of 46.72 quoted; USD: 150 of 696 derived
    assert lines[-1] == "rests on   hours: quoted 64%, estimate 36%;  usd: derived 22%, estimate 78%"


def test_the_text_ends_with_the_advisories():
    found = co.route(sourced([status("gate")]), "a", "b")
    assert str(found).splitlines()[-1] == f"advisory   {found.advisories[0]}"


def test_hauls_are_joined_into_a_stage_until_the_next_one_begins_in_another_country():
    places = [
        small.place(name, code, lon=66 + i / 10, lat=24)
        for i, (name, code) in enumerate(zip("abcd", PK_TO_AF, strict=True))
    ]
    voyages = [("s1", "a", "b", "PK"), ("s2", "b", "c", "PK;AF"), ("s3", "c", "d", "AF")]
    links = [small.link(*ends, 25, mode="sea", countries=code, wait_hours=0) for *ends, code in voyages]
    found = co.route(small.network(places, links), "a", "d")
    told = [(stage.kind, stage.label, stage.from_place, stage.to_place, stage.km) for stage in found.stages]
    assert told == [("haul", "sea PK-AF", "A", "C", 50), ("haul", "sea AF", "C", "D", 25)]


PK_TO_AF = ("PK", "PK", "AF", "AF")


def test_loading_and_unloading_are_lines_of_their_own():
    text = str(co.route(small.two_countries(), "town", "city", modes=["road"], shipment=co.Shipment(ends="terminal")))
    assert [line.split()[0] for line in text.splitlines()[4:9]] == ["loading", "road", "border", "road", "unloading"]


def test_html_holds_the_same_and_no_markup_of_its_data():
    places = [
        small.place("a", lon=66, lat=30) | {"name": '<script>alert("x")</script>'},
        small.place("b", lon=66.1, lat=30) | {"name": "B & <b>Sons</b>"},
    ]
    statuses = [status("l", "link", reason="<img src=x onerror=alert(1)>")]
    net = small.network(places, [small.link("l", "a", "b", 10)], statuses=statuses)
    page = co.route(net, "a", "b")._repr_html_()
    for hostile in ("<script", "<b>Sons", "<img"):
        assert hostile not in page
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;" in page
    assert "B &amp; &lt;b&gt;Sons&lt;/b&gt;" in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_html_is_a_table_of_the_stages(mixed):
    assert html_rows(mixed) == [
        ["", "from", "to", "km", "hours", "USD"],
        ["road PK", "Port", "West", "200", "8.0", "400"],
        ["border gate", "West", "East", "8", "30.3", "166"],
        ["road → rail1520", "East", "East", "0", "6.0", "100"],
        ["rail1520 AF", "East", "City", "60", "2.4", "30"],
    ]
    assert "Advisories" not in mixed._repr_html_()


def html_rows(route):
    from xml.etree import ElementTree as ET

    page = ET.fromstring(f"<page>{route._repr_html_()}</page>")  # noqa: S314
    return [[cell.text or "" for cell in row] for row in page.iter("tr")]


# Data out


def test_to_frame_is_one_row(mixed):
    frame = mixed.to_frame()
    assert frame.to_dict("records") == [
        {
            "origin": "port",
            "destination": "city",
            "by": "co2e_kg",
            "km": 268,
            "hours": mixed.hours,
            "days": mixed.hours / 24,
            "usd": mixed.usd,
            "co2e_kg": mixed.co2e_kg,
            "score": mixed.score,
            "crossings": "gate",
            "transfers": 1,
            "countries": "PK-AF",
            "carriages": "road+rail1520",
            "estimated_share_usd": mixed.basis_share["usd"]["estimate"],
        }
    ]
    assert frame.attrs["unit"]["days"] == "days"


@given(net=small.tangled())
def test_to_dict_is_plain_data_that_json_keeps(net):
    for route in routable(net)[:3]:
        kept = json.loads(json.dumps(route.to_dict(), allow_nan=False))
        assert kept == route.to_dict()
        assert math.fsum(step["usd"] for step in kept["steps"]) == kept["usd"] == route.usd


def test_to_dict_names_sources_and_advisories():
    kept = co.route(sourced([status("gate")]), "a", "b").to_dict()
    assert kept["sources"][0] == {"id": "atlas", "title": "the atlas", "url": "https://example.org/atlas"}
    assert kept["advisories"][0]["since"] == "2025-10-12"
    assert (kept["ends"], kept["tonnes"], kept["cargo"]) == ("gate", 20, "general")


def test_to_geojson_has_a_line_a_leg_and_the_totals(mixed, tmp_path):
    made = mixed.to_geojson(tmp_path / "route.geojson")
    assert json.loads((tmp_path / "route.geojson").read_text(encoding="utf-8")) == made
    assert [feature["properties"]["carriage"] for feature in made["features"]] == ["road", "rail1520"]
    assert made["properties"]["usd"] == mixed.usd
    frame = gpd.read_file(tmp_path / "route.geojson")
    assert frame.crs.to_epsg() == 4326
    for drawn, leg in zip(frame.geometry, mixed.legs.geometry, strict=True):
        assert shapely.equals(drawn, leg)
    assert frame["km"].tolist() == [208, 60]


def test_to_geojson_without_a_path_writes_nothing(mixed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert mixed.to_geojson()["type"] == "FeatureCollection"
    assert list(tmp_path.iterdir()) == []


def test_to_geojson_keeps_names_in_other_scripts(tmp_path):
    net = small.two_countries()
    co.route(net, "port", "Город").to_geojson(tmp_path / "r.geojson")
    assert json.loads((tmp_path / "r.geojson").read_text(encoding="utf-8"))["properties"]["destination"] == "city"


# Identity


def test_equal_routes_are_equal_and_hash_alike():
    net = small.two_countries()
    first, second = co.route(net, "port", "city"), co.route(net, "port", "city", by="km")
    assert first == second  # the same way, however it was found
    assert len({first, second}) == 1
    other_way = co.route(net, "port", "city", by="co2e_kg")
    other_load = co.route(net, "port", "city", shipment=co.Shipment(tonnes=21))
    assert len({first, other_way, other_load}) == 3
    assert first.key == other_load.key
    assert first != other_load
    assert first != other_way
    assert first != "port → city"


def test_a_parallel_link_makes_another_route():
    places = [small.place(name, lon=66 + i / 10, lat=30) for i, name in enumerate("ab")]
    net = small.network(places, [small.link("l1", "a", "b", 10), small.link("l2", "a", "b", 20)])
    short, long = co.route(net, "a", "b"), co.route(net, "a", "b", avoid=["l1"])
    assert short.places == long.places
    assert short != long


def test_edges_are_named_as_in_the_state_graph(mixed):
    graph = co.state_graph(small.two_countries())
    assert all(graph.has_edge(*edge) for edge in mixed.edges)
    assert mixed.key == tuple(("/".join(tail), "/".join(head), key) for tail, head, key in mixed.edges)


# Pictures


def texts(ax):
    return {text.get_text() for text in ax.texts}


def test_plot_returns_labelled_axes_with_every_part_of_the_route(mixed):
    ax = mixed.plot()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("longitude, °E", "latitude, °N")
    assert {"Port", "City"} <= texts(ax)
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend[:4] == ["road", "rail", "border crossing", "transfer"]
    drawn = [tuple(zip(*line.get_data(), strict=True)) for line in ax.lines]
    for leg in mixed.leg_rows():
        assert leg["line"] in drawn
    assert ((66.44, 30.9),) in drawn
    west, east = ax.get_xlim()
    south, north = ax.get_ylim()
    assert west < 66.35
    assert east > 66.9
    assert south < 29.3
    assert north > 31.38


def test_plot_draws_on_the_axes_given(mixed):
    _, ax = plt.subplots()
    assert mixed.plot(ax=ax) is ax
    assert len(plt.get_fignums()) == 1


def test_several_routes_share_a_map_with_a_style_and_a_label_each(mixed):
    road = co.route(small.two_countries(), "port", "city")
    ax = co.plot_routes([mixed, road], labels=["by both", "by road"], title="Two ways")
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert {"by both", "by road"} <= set(legend)
    assert ax.get_title(loc="left") == "Two ways"
    handles = {handle.get_label(): handle.get_linestyle() for handle in ax.get_legend().legend_handles}
    assert handles["by both"] != handles["by road"]


def test_labels_default_to_the_ends():
    net = small.two_countries()
    ax = co.plot_routes([co.route(net, "port", "city"), co.route(net, "town", "east")])
    assert {"Port → City", "Town → East"} <= {text.get_text() for text in ax.get_legend().get_texts()}
    assert {"Port", "City", "Town", "East"} <= texts(ax)


def test_no_routes_and_too_few_labels_are_told(mixed):
    with pytest.raises(OptionError, match="plot_routes: no routes given"):
        co.plot_routes([])
    with pytest.raises(OptionError, match="plot_routes: 1 labels for 2 routes; give one a route"):
        co.plot_routes([mixed, mixed], labels=["one"])


@given(tonnes=st.floats(0.1, 1000), ends=st.sampled_from(["gate", "terminal"]))
def test_a_heavier_load_is_never_cheaper_nor_faster(tonnes, ends):
    net = small.two_countries()
    light = co.route(net, "town", "city", shipment=co.Shipment(tonnes=tonnes, ends=ends), modes=["road"])
    heavy = co.route(net, "town", "city", shipment=co.Shipment(tonnes=tonnes * 1.5, ends=ends), modes=["road"])
    assert heavy.usd >= light.usd
    assert heavy.hours == light.hours
    assert heavy.co2e_kg == pytest.approx(light.co2e_kg * 1.5)


def test_a_route_does_not_change():
    found = co.route(small.two_countries(), "port", "city")
    with pytest.raises(AttributeError, match="A Route does not change: 'km' cannot be set"):
        found.km = 5
    frame = found.steps
    frame["usd"] = 0
    assert found.steps["usd"].sum() == pytest.approx(found.usd)


def test_routes_of_other_weights_or_prices_are_not_equal():
    net = small.two_countries()
    plain = co.route(net, "port", "city")
    weighed = co.route(net, "port", "city", weights=co.Weights(usd_per_crossing=500))
    dearer = co.route(net.with_rates("usd_per_vehicle_km", factor=1.5), "port", "city")
    assert plain.key == weighed.key == dearer.key
    assert len({plain, weighed, dearer, co.route(net, "port", "city")}) == 3


def test_a_restriction_of_trailers_is_told_to_trailers_alone_and_says_so():
    net = co.load()
    told = {
        vehicle: [
            a
            for a in co.route(
                net, "Kabul", "Mazar-e-Sharif", shipment=co.Shipment(tonnes=5, vehicle=vehicle)
            ).advisories
            if a.subject == "salang"
        ]
        for vehicle in ("trailer", "rigid")
    }
    assert [bool(told["trailer"]), bool(told["rigid"])] == [True, False]
    assert "closed (trailer" in str(told["trailer"][0])


def test_a_restriction_with_a_last_day_still_to_come_is_told():
    found = co.route(co.load(), "Uralsk", "Samara", modes=["road"])
    assert [(a.subject, a.until) for a in found.advisories if a.until] == [("syrym-mashtakovo", "2026-12-31")]
    assert "until 2026-12-31" in str(found.advisories[0])


@pytest.mark.parametrize("width", [4.5, 5.6, 7.6])
def test_names_on_a_map_stay_clear_of_each_other_and_of_the_routes(width):
    import shapely

    net = co.load()
    routes = [co.route(net, "Karachi", place) for place in ("Minsk", "Moscow", "Astana", "Almaty", "Tashkent")]
    figure, ax = plt.subplots(figsize=(width, width), layout="constrained")
    co.plot_routes(routes, ax=ax)
    figure.canvas.draw()
    lines = shapely.MultiLineString([leg["line"] for route in routes for leg in route.leg_rows()])
    ends = {"Karachi", "Minsk", "Moscow", "Astana", "Almaty", "Tashkent"}
    boxes = {}
    for text in ax.texts:
        corners = ax.transData.inverted().transform(text.get_window_extent())
        boxes[text.get_text()] = shapely.box(*corners[0], *corners[1])
    assert ends < set(boxes)
    assert {"Russia", "Kazakhstan"} < set(boxes)
    for name, box in boxes.items():
        assert not [other for other in boxes if other != name and shapely.intersects(box, boxes[other])], name
        assert name in ends or not shapely.intersects(box, lines), name
