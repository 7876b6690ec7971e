# SPDX-License-Identifier: BSD-3-Clause
"""The router beside independent checks on random networks: the state graph priced anew, plain Dijkstra, every simple walk."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import corridor as co
import small
from corridor.errors import NoRouteError
from corridor.vocabulary import BYS, MODES

NETWORKS = st.one_of(small.tangled(), small.networks())
MEASURES = ("km", "hours", "usd", "co2e_kg", "crossings", "transfers", "score")
WEIGHTS = st.sampled_from(
    [
        None,
        co.Weights(usd_per_km=0.5, usd_per_crossing=60, usd_per_transfer=25, mode_factor={"road": 0.5, "rail": 2}),
        co.Weights(value_of_time_usd_per_hour=0),
    ]
)


def pair_of(data, net):
    names = [place.id for place in net.tables.places]
    origin = data.draw(st.sampled_from(names), label="origin")
    return origin, data.draw(st.sampled_from([name for name in names if name != origin]), label="destination")


def try_route(net, *ask, **options):
    try:
        return co.route(net, *ask, **options)
    except NoRouteError:
        return None


def value(route, by):
    return len(route.crossings) if by == "crossings" else getattr(route, by)


def dijkstra(graph, origin, goal, by):
    """Return the least sum of a measure from a start to an end by plain networkx, or None where there is no way."""
    ends = ((origin, "start"), (goal, "end"))
    if not all(end in graph for end in ends):
        return None
    try:
        return nx.dijkstra_path_length(graph, *ends, weight=by)
    except nx.NetworkXNoPath:
        return None


def agrees(route, best, by):
    """Tell whether a route (or none) and the oracle's sum (or none) say the same."""
    if route is None or best is None:
        return route is None and best is None
    return value(route, by) == pytest.approx(best, abs=1e-6)


def add_up(graph, route):
    """Check that the route is a walk of the graph with its keys, and that its totals are those edges added up again."""
    for (_, head, _), (tail, _, _) in zip(route.edges, route.edges[1:], strict=False):
        assert head == tail
    assert route.edges[0][0] == (route.origin, "start")
    assert route.edges[-1][1] == (route.destination, "end")
    for measure in MEASURES:
        total = math.fsum(graph.edges[edge][measure] for edge in route.edges)
        own = len(route.crossings) if measure == "crossings" else getattr(route, measure)
        assert own == pytest.approx(total, abs=1e-9)


# The state graph, priced anew from the tables with the figures of tests/small.py

KM_AN_HOUR = {"road": 25, "rail": 25, "sea": 25, "air": 750}
USD_A_KM = {"road": 2.0, "rail": 0.5, "sea": 0.4, "air": 20.0}  # one truck, one container; air 20 t x 1 USD
KG_A_KM = {"road": 2.0, "sea": 0.8, "air": 18.0, "diesel": 0.6, "electric": 0.2, "": 0.6}  # 20 t


def counted(net):
    """Return the edges of the state graph as the tables say, each as (tail, head, key, km, hours, usd, kg, ...)."""
    tables = net.tables
    country = {place.id: place.country for place in tables.places}
    clearing = {(row.post, row.facing_post, row.mode, row.direction): row for row in tables.crossings}
    served = {place.id: set() for place in tables.places}
    edges = []
    for link in tables.links:
        if link.status != "operating":
            continue
        ride = f"rail{link.gauge_mm}" if link.mode == "rail" else link.mode
        for tail, head in ((link.from_, link.to), (link.to, link.from_))[: 1 if link.oneway else 2]:
            hours = link.length_km / KM_AN_HOUR[link.mode] if link.hours is None else link.hours
            hours += link.wait_hours or 0
            usd = link.length_km * USD_A_KM[link.mode]
            if link.usd_per_vehicle is not None:
                usd = link.usd_per_vehicle * (20 if link.mode == "air" else 1)
            abroad = country[tail] != country[head]
            if abroad and link.mode in {"road", "rail"}:
                posts = clearing[tail, head, link.mode, "outbound"], clearing[head, tail, link.mode, "inbound"]
                hours += sum(post.hours for post in posts)
                usd += sum(post.usd for post in posts)
            kg = link.length_km * KG_A_KM[link.traction if link.mode == "rail" else link.mode]
            edges.append(((tail, ride), (head, ride), link.id, link.length_km, hours, usd, kg, int(abroad), 0))
        served[link.from_].add(ride)
        served[link.to].add(ride)
    for row in tables.transfers:
        if {row.from_carriage, row.to_carriage} <= served[row.place]:
            tail, head = (row.place, row.from_carriage), (row.place, row.to_carriage)
            edges.append((tail, head, "transfer", 0, row.hours, row.usd, 9, 0, 1))
    for place, rides in served.items():
        for ride in rides:
            edges.append(((place, "start"), (place, ride), "start", 0, 0, 0, 0, 0, 0))
            edges.append(((place, ride), (place, "end"), "end", 0, 0, 0, 0, 0, 0))
    return edges


def rounded(edge):
    return (*edge[:3], *(round(number, 6) for number in edge[3:]))


@settings(max_examples=300)
@given(net=NETWORKS)
def test_the_state_graph_is_what_the_tables_say(net):
    graph = co.state_graph(net, modes=MODES)
    columns = ("km", "hours", "usd", "co2e_kg", "crossings", "transfers")
    made = [(*edge[:3], *(edge[3][name] for name in columns)) for edge in graph.edges(keys=True, data=True)]
    assert Counter(map(rounded, made)) == Counter(map(rounded, counted(net)))
    for *_, data in graph.edges(keys=True, data=True):
        assert data["score"] == pytest.approx(data["usd"] + 20 * data["hours"])


@given(net=NETWORKS)
def test_no_walk_passes_through_a_start_or_an_end(net):
    graph = co.state_graph(net, modes=MODES)
    for state in graph:
        if state[1] == "start":
            assert graph.in_degree(state) == 0
        if state[1] == "end":
            assert graph.out_degree(state) == 0


@given(net=NETWORKS)
def test_the_carriage_changes_at_transfers_only(net):
    for (_, old), (_, new), data in co.state_graph(net, modes=MODES).edges(data=True):
        assert (old != new) == (data["kind"] in {"transfer", "start", "end"})


# Route against Dijkstra


@settings(max_examples=300)
@given(net=NETWORKS, data=st.data(), weights=WEIGHTS)
def test_every_route_is_as_good_as_dijkstra_on_the_state_graph(net, data, weights):
    graph = co.state_graph(net, weights=weights)
    origin, goal = pair_of(data, net)
    for by in BYS:
        route = try_route(net, origin, goal, by=by, weights=weights)
        assert agrees(route, dijkstra(graph, origin, goal, by), by)
        if route is not None:
            add_up(graph, route)


@given(net=NETWORKS, data=st.data(), by=st.sampled_from(BYS))
def test_modes_are_those_whose_states_are_left_in_the_graph(net, data, by):
    modes = data.draw(st.sets(st.sampled_from(MODES), min_size=1), label="modes")
    graph = co.state_graph(net, modes=MODES)
    graph.remove_nodes_from(
        [state for state in graph if state[1] not in {"start", "end"} and state[1].rstrip("0123456789") not in modes]
    )
    origin, goal = pair_of(data, net)
    route = try_route(net, origin, goal, by=by, modes=modes)
    assert agrees(route, dijkstra(graph, origin, goal, by), by)
    if route is not None:
        add_up(graph, route)


@given(net=NETWORKS, data=st.data(), by=st.sampled_from(BYS))
def test_planned_links_are_used_when_included_and_only_then(net, data, by):
    origin, goal = pair_of(data, net)
    planned = {link.id for link in net.tables.links if link.status == "planned"}
    graph = co.state_graph(net, include=["planned"])
    route = try_route(net, origin, goal, by=by, include=["planned"])
    assert agrees(route, dijkstra(graph, origin, goal, by), by)
    graph.remove_edges_from([edge[:3] for edge in graph.edges(keys=True) if edge[2] in planned])
    without = try_route(net, origin, goal, by=by)
    assert agrees(without, dijkstra(graph, origin, goal, by), by)
    assert without is None or planned.isdisjoint(without.links)


def pruned(net, *, places=(), links=(), crossings=(), countries=(), within=None):
    """Return the state graph without what is avoided and what lies outside, found anew in the tables."""
    graph = co.state_graph(net)
    country = {place.id: place.country for place in net.tables.places}
    through = {link.id: set(link.countries) for link in net.tables.links}
    allowed = set(country.values()) if within is None else set(within)
    allowed -= set(countries)
    graph.remove_nodes_from([state for state in graph if state[0] in places or country[state[0]] not in allowed])
    gone = [
        (tail, head, key)
        for tail, head, key, data in graph.edges(keys=True, data=True)
        if key in links or data["crossing"] in crossings or not through.get(key, set()) <= allowed
    ]
    graph.remove_edges_from(gone)
    return graph


@settings(max_examples=300)
@given(net=NETWORKS, data=st.data(), by=st.sampled_from(BYS))
def test_avoid_and_within_are_as_if_the_edges_were_taken_out(net, data, by):
    origin, goal = pair_of(data, net)
    country = {place.id: place.country for place in net.tables.places}
    kept = {country[origin], country[goal]}
    draw = {
        "places": [name for name in country if name not in {origin, goal}],
        "links": [link.id for link in net.tables.links],
        "crossings": sorted({row.crossing for row in net.tables.crossings}),
        "countries": sorted(set(country.values()) - kept),
    }
    out = {
        name: data.draw(st.sets(st.sampled_from(words), max_size=2), label=name) if words else set()
        for name, words in draw.items()
    }
    others = sorted(set(country.values()) - kept - out["countries"])
    within = data.draw(st.none() | st.just(kept) | st.just(kept | set(others[:1])), label="within")
    avoid = sorted(word for words in out.values() for word in words)
    graph = pruned(net, **out, within=within)
    route = try_route(net, origin, goal, by=by, avoid=avoid, within=within)
    assert agrees(route, dijkstra(graph, origin, goal, by), by)
    if route is not None:
        add_up(graph, route)


@settings(max_examples=300)
@given(net=NETWORKS, data=st.data(), by=st.sampled_from(BYS))
def test_a_route_by_way_of_places_is_the_best_of_its_stretches_joined(net, data, by):
    graph = co.state_graph(net)
    origin, goal = pair_of(data, net)
    names = [place.id for place in net.tables.places]
    via = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3), label="via")
    # cost of being at each state once the places so far are passed; stretches join in the same carriage
    costs = {(origin, "start"): 0.0}
    for place in [*via, goal]:
        following: dict = {}
        for state, spent in costs.items():
            found = nx.single_source_dijkstra_path_length(graph, state, weight=by) if state in graph else {}
            for reached, length in found.items():
                wanted = reached[0] == place and (reached[1] != "end" or place == goal)
                if wanted:
                    following[reached] = min(spent + length, following.get(reached, math.inf))
        costs = following
    best = costs.get((goal, "end"))
    route = try_route(net, origin, goal, by=by, via=via)
    assert agrees(route, best, by)
    if route is not None:
        add_up(graph, route)
        passed = iter(route.places)
        assert all(place in passed for place, before in zip(via, [None, *via], strict=False) if place != before)


# Ties: the best of all simple walks, one by one


def simple_walks(graph, state, goal, seen, edges):
    if state == goal:
        yield tuple(edges)
        return
    for tail, head, key in graph.edges(state, keys=True):
        if head not in seen:
            yield from simple_walks(graph, head, goal, seen | {head}, [*edges, (tail, head, key)])


def rank(graph, walk, by):
    """Return what the rule of ties orders walks by, in whole billionths."""
    sums = [sum(round(graph.edges[edge][name] * 1e9) for edge in walk) for name in (by, "score", "km")]
    return (*sums, len(walk), tuple(key for *_, key in walk))


@settings(max_examples=300)
@given(net=small.tangled(most_links=8), data=st.data())
def test_the_route_is_the_first_of_all_simple_walks_by_measure_score_km_steps_and_ids(net, data):
    graph = co.state_graph(net)
    origin, goal = pair_of(data, net)
    start, end = (origin, "start"), (goal, "end")
    walks = list(simple_walks(graph, start, end, {start}, [])) if start in graph else []
    for by in BYS:
        route = try_route(net, origin, goal, by=by)
        if not walks:
            assert route is None
            continue
        best = min(walks, key=lambda walk: rank(graph, walk, by))
        assert rank(graph, route.edges, by) == rank(graph, best, by)


@st.composite
def alike(draw):
    """Networks of equal roads and a flat score, so that nearly every way is a tie; only the ids tell links apart."""
    count = draw(st.integers(3, 6))
    pairs = [(a, b) for a in range(count) for b in range(count) if a != b]
    ends = draw(st.lists(st.sampled_from(pairs), min_size=count, max_size=9))
    names = draw(st.permutations([f"l{number}" for number in range(len(ends))]))
    places = [small.place(f"p{number}", lon=60 + number / 100, lat=30) for number in range(count)]
    zero = draw(st.booleans())
    more = {"hours": 0, "usd_per_vehicle": 0} if zero else {"hours": 1, "usd_per_vehicle": 10}
    links = [small.link(name, f"p{a}", f"p{b}", 10, **more) for name, (a, b) in zip(names, ends, strict=True)]
    return small.network(places, links)


@settings(max_examples=300)
@given(net=alike(), data=st.data())
def test_among_ways_that_cost_the_same_the_ids_decide(net, data):
    graph = co.state_graph(net)
    origin, goal = pair_of(data, net)
    start, end = (origin, "start"), (goal, "end")
    walks = list(simple_walks(graph, start, end, {start}, [])) if start in graph else []
    assume(walks)
    for by in ("usd", "crossings"):
        best = min(walks, key=lambda walk: rank(graph, walk, by))
        assert co.route(net, origin, goal, by=by).edges == best


# Laws


@given(net=small.tangled(), data=st.data(), by=st.sampled_from(BYS))
def test_taking_out_a_link_that_is_not_used_changes_nothing(net, data, by):
    origin, goal = pair_of(data, net)
    route = try_route(net, origin, goal, by=by)
    unused = [link for link in net.tables.links if route is None or link.id not in route.links]
    assume(unused)
    out = data.draw(st.sampled_from(unused))
    less = without_link(net, out.id)
    if route is None:
        assert try_route(less, origin, goal, by=by) is None
        return
    # a place may be where two transfers meet in the carriage of a link that is not itself used
    ride = f"rail{out.gauge_mm}" if out.mode == "rail" else out.mode
    states = {tail for tail, _, _ in route.edges}
    assume(not states & {(out.from_, ride), (out.to, ride)} or serves(less, states))
    assert co.route(less, origin, goal, by=by).key == route.key


def serves(net, states):
    graph = co.state_graph(net)
    return all(state in graph for state in states)


def without_link(net, name):
    tables = net.tables
    lines = {key: line for key, line in tables.lines.items() if key != name}
    return co.Network(replace(tables, links=tuple(link for link in tables.links if link.id != name), lines=lines))


@given(net=small.tangled(), data=st.data(), by=st.sampled_from(BYS))
def test_no_closure_makes_the_best_way_better(net, data, by):
    origin, goal = pair_of(data, net)
    route = try_route(net, origin, goal, by=by)
    assume(route is not None)
    closed = data.draw(st.sampled_from(sorted(route.links)))
    for worse in (
        try_route(without_link(net, closed), origin, goal, by=by),
        try_route(net, origin, goal, by=by, avoid=[closed]),
    ):
        assert worse is None or value(worse, by) >= value(route, by) - 1e-6


@given(net=small.tangled(), data=st.data(), by=st.sampled_from(BYS))
def test_a_new_link_never_makes_the_best_way_worse(net, data, by):
    origin, goal = pair_of(data, net)
    before = try_route(net, origin, goal, by=by)
    countries = {place.id: place.country for place in net.tables.places}
    ends = data.draw(st.sampled_from([(a, b) for a in countries for b in countries if a != b]))
    km = data.draw(st.sampled_from([2, 10, 40]))
    through = ";".join(dict.fromkeys(countries[end] for end in ends))
    record = small.link("new", *ends, km, mode="sea", countries=through, wait_hours=0)
    tables = net.tables
    (link,) = small.rows("links", [record])
    after = try_route(
        co.Network(replace(tables, links=(*tables.links, link), lines={**tables.lines, "new": ((60, 30), (61, 30))})),
        origin,
        goal,
        by=by,
    )
    if before is not None:
        assert value(after, by) <= value(before, by) + 1e-6
    elif after is not None:
        assert "new" in after.links


@given(net=small.tangled(), data=st.data(), by=st.sampled_from(BYS))
def test_a_detour_by_way_of_a_place_is_never_better_than_the_way_without(net, data, by):
    origin, goal = pair_of(data, net)
    via = data.draw(st.sampled_from([place.id for place in net.tables.places]))
    free, bound = try_route(net, origin, goal, by=by), try_route(net, origin, goal, by=by, via=[via])
    assert bound is None or value(bound, by) >= value(free, by) - 1e-6
    if free is not None and via in free.places:
        assert value(bound, by) == pytest.approx(value(free, by), abs=1e-6)


@given(net=small.tangled(), data=st.data(), factor=st.sampled_from([0.5, 2, 3]))
def test_dearer_trucks_never_make_the_cheapest_way_cheaper(net, data, factor):
    origin, goal = pair_of(data, net)
    before = try_route(net, origin, goal, by="usd")
    assume(before is not None)
    after = co.route(net.with_rates("usd_per_vehicle_km", factor=factor, mode="road"), origin, goal, by="usd")
    assert (after.usd - before.usd) * (factor - 1) >= -1e-6


@given(net=small.tangled(), data=st.data())
def test_with_time_worth_nothing_and_no_penalties_the_score_is_the_money(net, data):
    origin, goal = pair_of(data, net)
    free = co.Weights(value_of_time_usd_per_hour=0)
    route = try_route(net, origin, goal, weights=free)
    assume(route is not None)
    assert route.score == pytest.approx(route.usd)
    assert route.usd == pytest.approx(co.route(net, origin, goal, by="usd").usd)


# Determinism


@given(net=NETWORKS, data=st.data(), by=st.sampled_from(BYS))
def test_the_same_question_twice_has_the_same_answer(net, data, by):
    origin, goal = pair_of(data, net)
    first, second = (try_route(net, origin, goal, by=by) for _ in range(2))
    assert (first and first.key) == (second and second.key)


@given(net=NETWORKS, data=st.data(), by=st.sampled_from(BYS))
def test_the_order_of_the_rows_does_not_matter(net, data, by):
    tables = net.tables
    names = ("places", "links", "crossings", "rates", "transfers", "cargo", "vehicles", "sources")
    shuffled = {name: tuple(data.draw(st.permutations(tables.rows(name)), label=name)) for name in names}
    other = co.Network(replace(tables, **shuffled))
    origin, goal = pair_of(data, net)
    one, two = try_route(net, origin, goal, by=by), try_route(other, origin, goal, by=by)
    assert (one and one.key) == (two and two.key)
    if one is not None:
        assert two.step_rows() == one.step_rows()


@given(net=small.tangled(), data=st.data())
def test_the_graph_of_a_network_and_back_gives_the_same_routes(net, data):
    origin, goal = pair_of(data, net)
    again = co.Network.from_graph(net.graph, check=False)
    one, two = try_route(net, origin, goal), try_route(again, origin, goal)
    assert (one and one.step_rows()) == (two and two.step_rows())


OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "shipment": st.sampled_from([co.Shipment(tonnes=49), co.Shipment(vehicle="rigid"), co.Shipment(value_usd=9e6)]),
        "weights": st.sampled_from([co.Weights(usd_per_km=9), co.Weights(mode_factor={"rail": 9})]),
        "modes": st.sampled_from([["road"], ["road", "rail", "sea", "air"], ["rail", "sea"]]),
        "include": st.sampled_from([["planned"], ["disused"]]),
        "avoid": st.sampled_from([["l0"], ["l1"]]),
        "by": st.sampled_from(BYS),
    },
)


@given(net=small.tangled(), data=st.data())
def test_what_was_asked_before_never_changes_an_answer(net, data):
    origin, goal = pair_of(data, net)
    asked = data.draw(st.lists(OPTIONS, min_size=2, max_size=12), label="asked")
    for options in [*asked, *asked]:
        fresh = co.Network(net.tables)
        one, two = try_route(net, origin, goal, **options), try_route(fresh, origin, goal, **options)
        assert (one and one.step_rows()) == (two and two.step_rows())
