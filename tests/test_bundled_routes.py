# SPDX-License-Identifier: BSD-3-Clause
"""Routes on the bundled corridor: everything is reached, the router equals Dijkstra, distances are the published ones."""

from __future__ import annotations

import math
import random
import re

import networkx as nx
import pytest

import corridor as co
from corridor.errors import AmbiguousPlaceError, NoRouteError, UnknownPlaceError
from corridor.lookup import great_circle_km

CAPITALS = ("minsk", "moscow", "astana", "tashkent", "kabul", "islamabad")
PORTS = ("karachi", "port-qasim", "gwadar")
MEASURES = ("km", "hours", "usd", "co2e_kg", "crossings", "transfers", "score")
ORACLE_MEASURES = ("score", "hours", "usd")


@pytest.fixture(scope="module")
def net():
    return co.load()


@pytest.fixture(scope="module")
def graph(net):
    return co.state_graph(net)


@pytest.fixture(scope="module")
def pairs(net):
    """Sixty pairs of places that operating roads, railways or ships serve; the seed is fixed."""
    served = sorted(
        {
            end
            for link in net.tables.links
            if link.status == "operating" and link.mode in {"road", "rail", "sea"}
            for end in (link.from_, link.to)
        }
    )
    chance = random.Random(20251124)  # noqa: S311
    return [tuple(chance.sample(served, 2)) for _ in range(60)]


@pytest.fixture(scope="module")
def sample(net, pairs):
    """The best ways between the pairs, by score: one for each."""
    return [co.route(net, *pair) for pair in pairs]


# Everything is reached


def test_the_ports_and_the_capitals_are_there(net):
    assert set(net.ports) == set(PORTS)
    assert {net.place(capital).country for capital in CAPITALS} == {"BY", "RU", "KZ", "UZ", "AF", "PK"}


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("capital", CAPITALS)
def test_every_capital_reaches_every_port_and_back_by_road(net, capital, port):
    out = co.route(net, capital, port, modes=["road"])
    back = co.route(net, port, capital, modes=["road"])
    for found, ends in ((out, (capital, port)), (back, (port, capital))):
        assert (found.origin, found.destination) == ends
        assert set(found.steps["carriage"]) == {"road"}
        assert found.transfers == 0
        assert found.countries[0] == net.place(ends[0]).country
        assert found.countries[-1] == net.place(ends[1]).country
    # prices differ by direction, lengths do not
    lengths = [co.route(net, *ends, modes=["road"], by="km").km for ends in ((capital, port), (port, capital))]
    assert lengths[0] == pytest.approx(lengths[1])
    assert max(lengths) <= min(out.km, back.km) + 1e-6


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("capital", CAPITALS)
def test_every_capital_reaches_every_port_and_back_by_the_default_modes_at_no_higher_score(net, capital, port):
    for ends in ((capital, port), (port, capital)):
        free, by_road = co.route(net, *ends), co.route(net, *ends, modes=["road"])
        assert free.score <= by_road.score + 1e-6
        assert "air" not in set(free.legs["mode"])


def test_every_place_that_is_served_reaches_every_other(graph):
    """Land and sea hold together: one strongly connected part but for starts and ends."""
    inner = graph.subgraph([state for state in graph if state[1] not in {"start", "end"}])
    places = {state[0] for state in inner}
    largest = {state[0] for state in max(nx.strongly_connected_components(inner), key=len)}
    assert places == largest


# Independent check


@pytest.mark.parametrize("by", ORACLE_MEASURES)
def test_routes_of_sixty_pairs_equal_dijkstra_on_the_state_graph(net, graph, pairs, by):
    for origin, goal in pairs:
        best = nx.dijkstra_path_length(graph, (origin, "start"), (goal, "end"), weight=by)
        found = co.route(net, origin, goal, by=by)
        assert getattr(found, by) == pytest.approx(best, rel=1e-9, abs=1e-6)
        for measure in MEASURES:
            total = math.fsum(graph.edges[edge][measure] for edge in found.edges)
            own = len(found.crossings) if measure == "crossings" else getattr(found, measure)
            assert own == pytest.approx(total, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("by", ["km", "crossings", "co2e_kg"])
def test_the_other_measures_equal_dijkstra_from_the_ports(net, graph, by):
    for port in PORTS:
        best = nx.single_source_dijkstra_path_length(graph, (port, "start"), weight=by)
        for capital in CAPITALS:
            found = co.route(net, port, capital, by=by)
            own = len(found.crossings) if by == "crossings" else getattr(found, by)
            assert own == pytest.approx(best[capital, "end"], rel=1e-9)


def test_air_and_refrigerated_cargo_equal_dijkstra_too(net, pairs):
    ship = co.Shipment(tonnes=30, cargo="fruit-and-vegetables", ends="terminal")
    modes = ["road", "rail", "air"]
    graph = co.state_graph(net, shipment=ship, modes=modes)
    for origin, goal in pairs[:20]:
        try:
            best = nx.dijkstra_path_length(graph, (origin, "start"), (goal, "end"), weight="score")
        except nx.NetworkXNoPath:
            with pytest.raises(NoRouteError):
                co.route(net, origin, goal, shipment=ship, modes=modes)
            continue
        assert co.route(net, origin, goal, shipment=ship, modes=modes).score == pytest.approx(best, rel=1e-9)


# What never happens


def test_no_carriage_is_changed_without_a_row_of_the_transfers(net, sample):
    rows = {(row.place, row.from_carriage, row.to_carriage) for row in net.tables.transfers}
    rides = {link.id: f"rail{link.gauge_mm}" if link.mode == "rail" else link.mode for link in net.tables.links}
    changes = 0
    for found in sample:
        carriage = found.edges[0][1][1]
        for tail, head, key in found.edges[1:-1]:
            if key == "transfer":
                assert (tail[0], carriage, head[1]) in rows
                carriage = head[1]
                changes += 1
            else:
                assert rides[key] == carriage
        assert found.transfers == sum(key == "transfer" for _, _, key in found.edges)
    assert changes > 0


def test_by_rail_alone_no_route_leaves_its_gauge_without_a_transfer(net):
    graph = co.state_graph(net, modes=["rail"])
    for (place, old), (_, new), key in graph.edges(keys=True):
        assert old == new or key in {"transfer", "start", "end"}, place


def test_planned_links_are_never_used_unless_asked_for(net, sample):
    for found in sample:
        assert {net.link(link).status for link in found.links} == {"operating"}
    asked = co.route(net, "karachi", "tashkent", modes=["rail"], include=["planned", "under-construction"])
    assert "planned" in {net.link(link).status for link in asked.links}


def test_no_way_is_shorter_than_the_great_circle(sample):
    for found in sample:
        ends = (*found.point(found.origin), *found.point(found.destination))
        assert found.km >= great_circle_km(*ends) * 0.995  # the Earth is no sphere


def test_a_day_of_travel_and_a_kilometre_are_plausible(sample):
    for found in sample:
        hauls = found.steps[found.steps["kind"] == "haul"]
        if hauls.empty:
            # From post to post there is no haul beside the crossing.
            assert found.crossings
            continue
        assert 3 <= hauls["km"].sum() / hauls["hours"].sum() <= 60
        assert 0.05 <= hauls["usd"].sum() / hauls["km"].sum() <= 6


def test_every_border_on_the_way_is_a_crossing_of_the_table(net, sample):
    known = set(net.crossings["crossing"])
    for found in sample:
        crosses = found.steps[found.steps["kind"] == "cross"]
        assert set(crosses["crossing"]) <= known
        for step in found.step_rows():
            if step["link"] and net.link(step["link"]).mode != "sea":
                abroad = net.place(step["from"]).country != net.place(step["to"]).country
                assert abroad == (step["kind"] == "cross")


def test_every_figure_shown_can_be_followed_to_its_source(net, sample):
    known = set(net.sources.index)
    for found in sample:
        assert found.source_ids
        assert set(found.source_ids) <= known
        assert len(found.sources) == len(found.source_ids)
        parts = found.explain()
        assert (parts["sources"] != "").all()
        assert parts["score"].sum() == pytest.approx(found.score, rel=1e-9)
        for shares in found.basis_share.values():
            assert sum(shares.values()) == pytest.approx(1)


# What users know


def test_torkham_asks_which_side(net):
    with pytest.raises(
        AmbiguousPlaceError, match=r"'Torkham' is ambiguous: 'torkham-af' .*; 'torkham-pk' .* Say which"
    ):
        co.route(net, "Torkham", "Kabul")
    assert co.route(net, "torkham-pk", "Kabul").crossings == ("torkham",)
    assert co.route(net, "torkham-af", "Kabul").crossings == ()


def test_a_misspelt_port_is_suggested_and_never_taken(net):
    with pytest.raises(UnknownPlaceError, match=r"Unknown place 'karaci'\. Did you mean 'karachi' \(Karachi\)"):
        co.route(net, "karaci", "tashkent")


def test_gwadar_has_no_railway_and_the_error_says_what_would_help(net):
    with pytest.raises(NoRouteError) as caught:
        co.route(net, "Gwadar", "Moscow", modes=["rail"])
    text = str(caught.value)
    assert "No route from 'gwadar' to 'moscow' by rail." in text
    assert re.search(
        r"Why: Gwadar \(gwadar\) has no rail in operation; there: .*road.*not yet operating: rail1676\.", text
    )
    assert re.search(r"It would work with road, rail and sea together: [\d,]+ km", text)
    assert re.search(r"It would work once what is planned or under construction is built: .* over rail-gwadar-", text)
    assert (caught.value.origin, caught.value.destination) == ("gwadar", "moscow")


def test_no_railway_joins_the_ports_to_the_north_today(net):
    with pytest.raises(NoRouteError, match="from karachi the cargo stays in rail1676, tashkent is served by rail1520"):
        co.route(net, "karachi", "tashkent", modes=["rail"])


def test_rail_is_used_where_it_exists(net):
    assert set(co.route(net, "karachi", "peshawar", modes=["rail"]).legs["carriage"]) == {"rail1676"}
    for goal in ("moscow", "minsk", "almaty"):
        found = co.route(net, "tashkent", goal, modes=["rail"])
        assert set(found.legs["carriage"]) == {"rail1520"}
        assert found.transfers == 0
    mixed = co.route(net, "karachi", "tashkent", by="co2e_kg")
    assert set(mixed.legs["mode"]) >= {"road", "rail"}
    assert mixed.transfers >= 2


def test_the_railway_from_uralsk_to_aktobe_passes_russia(net):
    assert co.route(net, "uralsk", "aktobe", modes=["rail"]).countries == ("KZ", "RU", "KZ")
    with pytest.raises(NoRouteError, match="without within=KZ"):
        co.route(net, "uralsk", "aktobe", modes=["rail"], within=["KZ"])


def test_up_from_the_sea_is_dearer_than_down_to_it(net):
    up, down = (co.route(net, *ends, modes=["road"]) for ends in (("karachi", "lahore"), ("lahore", "karachi")))
    assert up.usd > down.usd
    assert up.km == pytest.approx(down.km)


def test_terminals_at_both_ends_cost_time_and_money(net):
    gate = co.route(net, "karachi", "kabul")
    terminal = gate.with_ends("terminal")
    assert terminal.hours > gate.hours + 24
    assert terminal.usd > gate.usd
    assert terminal.links == gate.links


def test_known_closures_are_told(net):
    found = co.route(net, "karachi", "tashkent", via=["torkham-pk", "salang"])
    closed = [row for row in found.advisories if row.subject == "torkham" and row.state == "closed"]
    assert [row.since for row in closed] == ["2025-10-12"]
    assert set(closed[0].source.split(";")) <= set(net.sources.index)
    assert [row.since for row in found.advisories if row.subject == "salang"] == ["2026-07-10"]
    assert co.route(net, "moscow", "minsk").advisories == ()


# Published distances, km, within 5 %: low, high. The way is that by the places named, or the shortest.

PUBLISHED = [
    ("karachi", "peshawar", "road", (), 1380, 1420),  # by motorway
    ("peshawar", "kabul", "road", (), 280, 290),
    ("kabul", "mazar-e-sharif", "road", (), 425, 425),
    ("kabul", "kandahar", "road", (), 483, 483),
    ("kandahar", "herat", "road", (), 557, 557),
    ("karachi", "chaman-pk", "road", ("quetta",), 813, 813),  # N-25
    ("termez", "tashkent", "road", (), 700, 700),
    ("tashkent", "almaty", "road", (), 800, 800),
    ("almaty", "astana", "road", (), 1220, 1220),
    ("aktobe", "shymkent", "road", (), 1510, 1510),
    ("moscow", "minsk", "road", (), 715, 715),
    ("moscow", "samara", "road", (), 1050, 1050),
    ("moscow", "tashkent", "rail", (), 3300, 3300),
    ("karachi", "lahore", "rail", (), 1215, 1215),
    ("karachi", "peshawar", "rail", ("multan", "lahore"), 1687, 1726),  # ML-1
]


@pytest.mark.parametrize(("origin", "goal", "mode", "via", "low", "high"), PUBLISHED)
def test_distances_of_well_known_stretches_are_the_published_ones(net, origin, goal, mode, via, low, high):
    for ends, places in (((origin, goal), via), ((goal, origin), via[::-1])):
        km = co.route(net, *ends, by="km", modes=[mode], via=places).km
        assert 0.95 * low <= km <= 1.05 * high
