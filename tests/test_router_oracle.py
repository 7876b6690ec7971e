# SPDX-License-Identifier: BSD-3-Clause
"""Every question to a router on random networks, on both tiers, beside plain networkx and the list of all simple ways."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import corridor as co
import random_graphs as rg
from corridor.errors import NoRouteError, OptionError
from corridor.vocabulary import BYS, MODES
from random_graphs import COUNTS, LIMITS, MEASURES

CASES = rg.cases()
BY = st.sampled_from(BYS)
LAW = settings(max_examples=40)


def best(paths, by):
    return min(path.totals[by] for path in paths)


def agrees(case, route, least, by):
    """Tell whether a route (or an error) and the least sum (or none) say the same."""
    if isinstance(route, NoRouteError) or least is None:
        return isinstance(route, NoRouteError) and least is None
    return case.path(route).totals[by] == pytest.approx(least, abs=1e-6)


def joined(case, data, fewest=1):
    """Return two places and all simple ways between them; at least so many."""
    origin, goal = case.pair(data)
    paths = case.paths(origin, goal)
    assume(len(paths) >= fewest)
    return origin, goal, paths


# One route


@LAW
@given(case=CASES, data=st.data())
def test_a_route_is_as_good_as_dijkstra_by_every_measure(case, data):
    origin, goal = case.pair(data)
    for by in BYS:
        least = rg.dijkstra(case.graph, (origin, "start"), (goal, "end"), by)
        assert agrees(case, case.ask("route", origin, goal, by=by), least, by)


@LAW
@given(case=CASES, data=st.data(), by=BY)
def test_places_of_via_are_passed_in_their_order_at_the_least_cost(case, data, by):
    origin, goal = (data.draw(st.sampled_from(case.places)) for _ in range(2))
    via = data.draw(st.lists(st.sampled_from(case.places), min_size=1, max_size=3), label="via")
    assume(origin != goal or set(via) != {origin})
    staged, *ends = rg.in_stages(case.graph, origin, goal, via)
    route = case.ask("route", origin, goal, by=by, via=via)
    assert agrees(case, route, rg.dijkstra(staged, *ends, by), by)


@LAW
@given(case=CASES, data=st.data())
def test_a_way_from_a_place_by_way_of_itself_to_itself_is_no_journey(case, data):
    place = data.draw(st.sampled_from(case.places))
    for question in ("route", "alternatives", "pareto"):
        with pytest.raises(OptionError, match="same place"):
            case.ask(question, place, place, via=[place])
    assert math.isnan(case.ask("matrix", [place], [place], via=[place]).iloc[0, 0])


@LAW
@given(case=CASES, data=st.data(), by=BY)
def test_what_is_avoided_or_outside_is_as_if_it_were_not_there(case, data, by):
    origin, goal = case.pair(data)
    others = [place for place in case.places if place not in {origin, goal}]
    ends = {case.country[origin], case.country[goal]}
    crossings = sorted({row["crossing"] for *_, row in case.graph.edges(data=True)} - {""})
    kinds = {
        "places": others,
        "links": sorted(case.through),
        "crossings": crossings,
        "countries": sorted(set(case.country.values()) - ends),
    }
    out = {
        kind: data.draw(st.lists(st.sampled_from(names), max_size=2, unique=True), label=kind)
        for kind, names in kinds.items()
        if names
    }
    # A word that names a crossing as well as a link means the crossing.
    out["crossings"] = [*out.get("crossings", ()), *(set(out["links"]) & set(crossings))]
    out["links"] = [name for name in out["links"] if name not in crossings]
    countries = sorted(set(case.country.values()) - set(out.get("countries", ())))
    more = data.draw(st.lists(st.sampled_from(countries), unique=True), label="within")
    within = data.draw(st.sampled_from([None, sorted({*ends, *more})]))
    avoid = [name for names in out.values() for name in names]
    graph = case.pruned(**out, within=within)
    least = rg.dijkstra(graph, (origin, "start"), (goal, "end"), by)
    route = case.ask("route", origin, goal, by=by, avoid=avoid, within=within)
    assert agrees(case, route, least, by)
    if isinstance(route, co.Route):
        assert all(graph.has_edge(*edge) for edge in rg.run(route.edges))


@LAW
@given(case=CASES, data=st.data(), by=BY)
def test_modes_leave_their_own_states_alone(case, data, by):
    origin, goal = case.pair(data)
    modes = sorted(data.draw(st.sets(st.sampled_from(MODES), min_size=1), label="modes"))
    case = replace(case, graph=rg.by_modes(rg.all_modes_graph(case), modes))
    least = rg.dijkstra(case.graph, (origin, "start"), (goal, "end"), by)
    assert agrees(case, case.ask("route", origin, goal, by=by, modes=modes), least, by)


@LAW
@given(case=CASES, data=st.data())
def test_of_all_simple_ways_the_route_is_the_least_in_measure_score_km_and_steps(case, data):
    origin, goal, paths = joined(case, data)
    for by in BYS:
        path = case.path(case.ask("route", origin, goal, by=by))
        assert path.rank(by) == min(other.rank(by) for other in paths)


@LAW
@given(case=CASES, data=st.data(), by=BY)
def test_the_steps_add_up_to_the_totals_and_the_parts_to_the_score(case, data, by):
    origin, goal, _ = joined(case, data)
    route = case.ask("route", origin, goal, by=by)
    steps = route.steps
    for name in MEASURES:
        own = len(route.crossings) if name == "crossings" else getattr(route, name)
        assert own == pytest.approx(case.path(route).totals[name], abs=1e-9)
        assert pd.Series(steps[name]).sum() == pytest.approx(own, abs=1e-6)
    assert route.explain()["score"].sum() == pytest.approx(route.score, abs=1e-6)


# Limits


def drawn_limits(data, paths):
    """Return limits on one to three measures near the totals of some way: exactly them, or a little beside them."""
    names = data.draw(st.lists(st.sampled_from(sorted(LIMITS)), min_size=1, max_size=3, unique=True), label="limited")
    limits = {}
    for name in names:
        total = data.draw(st.sampled_from(paths)).totals[name]
        step = 1 if name in COUNTS else 0.5
        limits[name] = max(0, total + data.draw(st.sampled_from([0, 0, -step, step])))
    return limits


def as_options(limits):
    return {LIMITS[name]: most for name, most in limits.items()}


def named_least(line):
    return float(re.search(r"the least .*? is ([\d.,]+) ", line)[1].replace(",", ""))


@settings(max_examples=60)
@given(case=CASES, data=st.data(), by=BY)
def test_the_best_way_within_limits_is_found_or_each_limit_that_binds_is_told(case, data, by):
    origin, goal, paths = joined(case, data)
    limits = drawn_limits(data, paths)
    fitting = [path for path in paths if path.fits(limits)]
    found = case.ask("route", origin, goal, by=by, **as_options(limits))
    if fitting:
        path = case.path(found)
        assert path.fits(limits)
        assert path.totals[by] == pytest.approx(best(fitting, by), abs=1e-6)
        return
    assert isinstance(found, NoRouteError)
    leasts = {n: best(paths, n) for n, most in limits.items() if best(paths, n) > most + 1e-6}
    under = "at all"
    if not leasts:
        under = "within the other limits"
        for name in limits:
            others = [path for path in paths if path.fits({n: m for n, m in limits.items() if n != name})]
            if others:
                leasts[name] = best(others, name)
    assert len(found.blocked_by) == len(leasts)
    for name, least in leasts.items():
        (line,) = (line for line in found.blocked_by if line.startswith(f"{LIMITS[name]}="))
        assert under in line
        assert line in str(found)
        assert named_least(line) == pytest.approx(least, abs=0.051)


@LAW
@given(case=CASES, data=st.data(), by=BY)
def test_limits_equal_to_the_totals_of_the_route_keep_it(case, data, by):
    origin, goal, _ = joined(case, data)
    free = case.ask("route", origin, goal, by=by)
    totals = case.path(free).totals
    for name in LIMITS:
        assert case.ask("route", origin, goal, by=by, **as_options({name: totals[name]})) == free
    assert case.ask("route", origin, goal, by=by, **as_options({name: totals[name] for name in LIMITS})) == free
    loose = {name: totals[name] + 1000 for name in LIMITS}
    assert case.ask("route", origin, goal, by=by, **as_options(loose)) == free


@LAW
@given(case=CASES, data=st.data())
def test_of_ways_with_as_few_crossings_within_limits_the_one_of_least_score_is_taken(case, data):
    origin, goal, paths = joined(case, data)
    limits = drawn_limits(data, paths)
    fitting = [path for path in paths if path.fits(limits)]
    assume(fitting)
    path = case.path(case.ask("route", origin, goal, by="crossings", **as_options(limits)))
    assert path.rank("crossings")[:2] == min(other.rank("crossings")[:2] for other in fitting)


@LAW
@given(case=CASES, data=st.data(), by=BY)
def test_limits_hold_on_the_way_by_places_of_via_too(case, data, by):
    origin, goal = case.pair(data)
    via = data.draw(st.lists(st.sampled_from(case.places), min_size=1, max_size=2), label="via")
    paths = rg.paths_between(*rg.in_stages(case.graph, origin, goal, via))
    assume(paths)
    limits = drawn_limits(data, paths)
    fitting = [path for path in paths if path.fits(limits)]
    found = case.ask("route", origin, goal, by=by, via=via, **as_options(limits))
    assert agrees(case, found, best(fitting, by) if fitting else None, by)


# Alternatives


def checked(case, routes, by):
    """Return alternatives as paths, once they are seen to differ, to enter no state twice and to stand in order."""
    paths = [case.path(route) for route in routes]
    assert len({path.edges for path in paths}) == len(paths)
    for path in paths:
        states = [path.edges[0][0], *(head for _, head, _ in path.edges)]
        assert len(set(states)) == len(states)
    assert [path.whole[by] for path in paths] == sorted(path.whole[by] for path in paths)
    return paths


@LAW
@given(case=CASES, data=st.data(), by=BY, k=st.integers(1, 12))
def test_the_alternatives_cost_what_the_k_cheapest_simple_ways_cost(case, data, by, k):
    origin, goal, paths = joined(case, data)
    routes = case.ask("alternatives", origin, goal, k=k, by=by)
    found = checked(case, routes, by)
    assert [path.whole[by] for path in found] == sorted(path.whole[by] for path in paths)[:k]
    assert routes.note.startswith(f"{len(paths)} of {k}: ") == (len(paths) < k)
    assert bool(routes.cut) <= (len(paths) < k)


@LAW
@given(case=CASES, data=st.data(), by=BY)
def test_more_alternatives_than_there_are_is_all_of_them_in_full_order_with_a_note(case, data, by):
    origin, goal, paths = joined(case, data)
    assume(len(paths) < 60)
    routes = case.ask("alternatives", origin, goal, k=len(paths) + 1, by=by)
    found = checked(case, routes, by)
    assert {path.edges for path in found} == {path.edges for path in paths}
    assert [path.rank(by) for path in found] == sorted(path.rank(by) for path in paths)
    assert routes.note.startswith(f"{len(paths)} of {len(paths) + 1}: there are no more")
    assert set(routes.cut) == set.intersection(*(set(path.crossings) for path in found))


@LAW
@given(case=CASES, data=st.data(), by=BY, k=st.integers(1, 6))
def test_alternatives_by_way_of_places_are_the_cheapest_of_those_ways(case, data, by, k):
    origin, goal = case.pair(data)
    via = data.draw(st.lists(st.sampled_from(case.places), min_size=1, max_size=2), label="via")
    paths = rg.paths_between(*rg.in_stages(case.graph, origin, goal, via))
    assume(paths)
    routes = case.ask("alternatives", origin, goal, k=k, by=by, via=via)
    found = [case.path(route) for route in routes]
    assert [path.whole[by] for path in found] == sorted(path.whole[by] for path in paths)[:k]


@LAW
@given(case=CASES, data=st.data(), by=BY, k=st.integers(1, 6))
def test_alternatives_within_limits_are_the_cheapest_that_keep_to_them(case, data, by, k):
    origin, goal, paths = joined(case, data)
    limits = drawn_limits(data, paths)
    fitting = sorted(path.whole[by] for path in paths if path.fits(limits))
    routes = case.ask("alternatives", origin, goal, k=k, by=by, **as_options(limits))
    if not fitting:
        assert isinstance(routes, NoRouteError)
        return
    found = checked(case, routes, by)
    assert all(path.fits(limits) for path in found)
    assert [path.whole[by] for path in found] == fitting[:k]


@LAW
@given(case=CASES, data=st.data(), by=BY, most=st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0]), k=st.integers(1, 5))
def test_alternatives_that_overlap_little_are_taken_in_the_order_of_their_cost(case, data, by, most, k):
    origin, goal, paths = joined(case, data, 2)
    routes = case.ask("alternatives", origin, goal, k=k, by=by, max_overlap=most)
    found = checked(case, routes, by)
    assert found[0].whole[by] == min(path.whole[by] for path in paths)
    for number, path in enumerate(found):
        assert all(rg.overlap(case, path, other) <= most + 1e-12 for other in found[:number])
    last = found[-1].whole[by] if len(found) == k else math.inf
    chosen = {path.edges for path in found}
    # What was passed over overlaps too much with one taken that costs no more.
    for path in paths:
        if path.whole[by] < last and path.edges not in chosen:
            assert any(o.whole[by] <= path.whole[by] and rg.overlap(case, path, o) > most for o in found)
    assert routes.method.startswith("exact")


def shared(case, path, distinct, ends):
    """Return the crossings of a way, or its countries but for those of its ends."""
    if distinct == "crossings":
        return set(path.crossings)
    return {name for link in path.links for name in case.through[link]} - ends


@settings(max_examples=60)
@given(case=CASES, data=st.data(), by=BY, k=st.integers(2, 5), distinct=st.sampled_from(["crossings", "countries"]))
def test_distinct_alternatives_are_each_the_best_without_what_those_before_used(case, data, by, k, distinct):
    origin, goal, paths = joined(case, data)
    routes = case.ask("alternatives", origin, goal, k=k, by=by, distinct=distinct)
    ends = {case.country[origin], case.country[goal]}
    used = set()
    left = paths
    for route in routes:
        path = case.path(route)
        own = shared(case, path, distinct, ends)
        assert used.isdisjoint(own)
        assert path.whole[by] == min(other.whole[by] for other in left)
        used |= own
        left = [o for o in left if o.edges != path.edges and used.isdisjoint(shared(case, o, distinct, ends))]
    assert len(routes) == k or not left
    joined_still = [
        nx.has_path(case.without([name], distinct), (origin, "start"), (goal, "end")) for name in routes.cut
    ]
    if any(joined_still):
        # No name alone is a must: together they bar the way, and none of them can be spared.
        assert all(joined_still)
        assert not case.paths(origin, goal, case.without(routes.cut, distinct))
        for name in routes.cut:
            assert case.paths(origin, goal, case.without(set(routes.cut) - {name}, distinct))
    elif routes.cut:
        must = set.intersection(*(shared(case, path, distinct, ends) for path in paths))
        assert set(routes.cut) == must
    elif len(routes) < k:
        assert case.paths(origin, goal, case.without(used, distinct))
    assert bool(routes.note) == (len(routes) < k)


@LAW
@given(case=CASES, data=st.data(), by=BY)
def test_parallel_links_make_alternatives_of_their_own(case, data, by):
    pairs = {}
    for tail, head, key, row in case.graph.edges(keys=True, data=True):
        if row["link"]:
            pairs.setdefault((tail, head), set()).add(key)
    parallel = sorted(ends for ends, keys in pairs.items() if len(keys) > 1)
    assume(parallel)
    (origin, ride), (goal, _) = ends = data.draw(st.sampled_from(parallel))
    paths = case.paths(origin, goal)
    assume(len(paths) < 60)
    routes = case.ask("alternatives", origin, goal, k=len(paths), by=by, modes=["road", "rail", "sea"])
    direct = {path.links[0] for path in map(case.path, routes) if len(path.edges) == 1 and path.edges[0][0][1] == ride}
    assert direct == pairs[ends]


# Fronts


CRITERIA = st.lists(st.sampled_from(MEASURES), min_size=2, max_size=4, unique=True)


@settings(max_examples=60)
@given(case=CASES, data=st.data(), names=CRITERIA)
def test_the_front_is_that_of_all_simple_ways(case, data, names):
    origin, goal, paths = joined(case, data)
    routes = case.ask("pareto", origin, goal, criteria=names)
    vectors = [tuple(round(case.path(route).totals[name], 6) for name in names) for route in routes]
    assert len(set(vectors)) == len(vectors)
    assert set(vectors) == rg.front(paths, names)


@LAW
@given(case=CASES, data=st.data(), names=CRITERIA)
def test_the_front_within_limits_is_that_of_the_ways_that_keep_to_them(case, data, names):
    origin, goal, paths = joined(case, data)
    limits = drawn_limits(data, paths)
    fitting = [path for path in paths if path.fits(limits)]
    routes = case.ask("pareto", origin, goal, criteria=names, **as_options(limits))
    if not fitting:
        assert isinstance(routes, NoRouteError)
        return
    vectors = [tuple(round(case.path(route).totals[name], 6) for name in names) for route in routes]
    assert len(set(vectors)) == len(vectors)
    assert set(vectors) == rg.front(fitting, names)


@LAW
@given(case=CASES, data=st.data(), names=CRITERIA, tolerance=st.sampled_from([0.01, 0.1, 0.3, 1.0]))
def test_a_thinned_front_has_a_member_near_every_one_of_the_full_front(case, data, names, tolerance):
    origin, goal, paths = joined(case, data)
    routes = case.ask("pareto", origin, goal, criteria=names, tolerance=tolerance)
    vectors = [tuple(case.path(route).totals[name] for name in names) for route in routes]
    for full in rg.front(paths, names):
        assert any(
            all(own <= wanted * (1 + tolerance) + 1e-6 for own, wanted in zip(vector, full, strict=True))
            for vector in vectors
        )
    for vector in vectors:
        assert not any(other != vector and np.less_equal(other, vector).all() for other in vectors)


# Many places


@LAW
@given(case=CASES, data=st.data(), by=BY)
def test_a_cell_of_a_matrix_is_the_total_of_its_route(case, data, by):
    also = data.draw(st.lists(st.sampled_from([m for m in MEASURES if m != by]), max_size=3, unique=True))
    options = data.draw(st.sampled_from([{}, {}, {"max_hours": 5}, {"max_transfers": 1}, {"via": [case.places[-1]]}]))
    frame = case.ask("matrix", case.places, case.places, by=by, also=also, **options)
    cells = case.ask("matrix", case.places, case.places, by=by, routes=True, **options)
    for origin in case.places:
        for goal in case.places:
            own = {name: (frame[name] if also else frame).loc[origin, goal] for name in (by, *also)}
            if origin == goal and options.get("via") == [goal]:
                continue
            same = origin == goal and "via" not in options
            route = None if same else case.ask("route", origin, goal, by=by, **options)
            if same or isinstance(route, NoRouteError):
                assert all(map(math.isnan, own.values()))
                assert cells.loc[origin, goal] is None
                continue
            assert cells.loc[origin, goal].edges == route.edges
            for name, value in own.items():
                assert value == (len(route.crossings) if name == "crossings" else getattr(route, name))


@LAW
@given(case=CASES, data=st.data(), by=st.sampled_from(["hours", "usd"]))
def test_what_is_reached_is_what_dijkstra_reaches_within_the_budget(case, data, by):
    origin, _ = case.pair(data)
    least = {place: rg.dijkstra(case.graph, (origin, "start"), (place, "end"), by) for place in case.places}
    least = {place: cost for place, cost in least.items() if cost is not None and place != origin}
    budgets = [0, 1.5, 12, *least.values()]
    most = data.draw(st.sampled_from(budgets), label="budget")
    frame = case.ask("reach", origin, **{by: most})
    places = frame[frame["kind"] == "place"].set_index("id")[by]
    assert places.get(origin, 0) == 0
    within = {place: cost for place, cost in least.items() if cost <= most + 1e-6}
    assert set(places.index) - {origin} == set(within)
    for place, cost in within.items():
        assert places[place] == pytest.approx(cost, abs=1e-6)


@pytest.mark.parametrize("engine", ["plain", "compiled"])
@pytest.mark.parametrize(("links", "rows"), [([("b", "c")], {0, 1}), ([("a", "b"), ("b", "c")], {1})])
def test_an_origin_that_no_link_leads_to_reaches_at_most_itself(links, rows, engine):
    places = pd.DataFrame({"id": ["a", "b", "c"], "lon": [60.0, 60.1, 60.2], "lat": 30.0})
    table = pd.DataFrame(links, columns=["from", "to"]).assign(length_km=1, hours=1, oneway=True)
    frame = co.Router.from_frames(places, table, engine=engine).reach("a", hours=0)
    assert len(frame) in rows
    assert frame["id"].isin(["a"]).all()


# Routers made otherwise


def again(case, **options):
    """Return a case with routers made anew with other options."""
    weights = case.plain._compiled.prices.weights
    made = [
        co.Router.from_frames(**case.frames, weights=weights, engine=engine, **options)
        if case.net is None
        else co.Router(case.net, weights=weights, engine=engine, **options)
        for engine in ("plain", "compiled")
    ]
    return replace(case, plain=made[0], compiled=made[1])


@settings(max_examples=25)
@given(case=CASES, data=st.data(), marks=st.sampled_from([1, 4, 8]))
def test_landmarks_change_no_route(case, data, marks):
    led = again(case, landmarks=marks)
    avoid = data.draw(st.sampled_from([[], [], sorted(case.through)[:1]]))
    for by in BYS:
        for _ in range(2):
            ask = case.pair(data)
            assert rg.told(led.ask("route", *ask, by=by, avoid=avoid)) == rg.told(
                case.ask("route", *ask, by=by, avoid=avoid)
            )


@LAW
@given(case=CASES, data=st.data(), seed=st.integers(0, 1000), whole=st.booleans())
def test_each_draw_is_dijkstra_with_its_own_costs(case, data, seed, whole):
    origin, goal = case.pair(data)
    edges = case.plain.edges
    random = np.random.default_rng(seed)
    shape = (4, len(edges))
    costs = random.integers(0, 4, shape).astype(float) if whole else random.gamma(2, 3, shape)
    costs[:, edges["kind"].isin(["start", "end"]).to_numpy()] = 0
    found = case.ask("draws", origin, goal, costs)
    keys = [
        ((row["from"], row["from_carriage"]), (row["to"], row["to_carriage"]), row["link"] or row["kind"])
        for row in edges.to_dict("records")
    ]
    number = {key: place for place, key in enumerate(keys)}
    for draw, row in enumerate(costs):
        graph = case.graph.copy()
        for tail, head, key, own in graph.edges(keys=True, data=True):
            own["own"] = row[number[tail, head, key]] if own["kind"] not in {"start", "end"} else 0.0
        least = rg.dijkstra(graph, (origin, "start"), (goal, "end"), "own")
        if least is None:
            assert isinstance(found, NoRouteError)
            return
        assert found.totals[draw] == pytest.approx(least, abs=1e-9)
        path = case.path(found.routes[int(found.which[draw])])
        assert sum(row[number[edge]] for edge in path.edges) == pytest.approx(least, abs=1e-9)
    assert sorted(set(found.which.tolist())) == list(range(len(found.routes)))


def same_answers(case, one, two, data):
    """Check that two routers give the same routes, on both tiers, and price every edge alike."""
    for ours, theirs in zip(one, two, strict=True):
        pd.testing.assert_frame_equal(ours.edges, theirs.edges, check_exact=False, rtol=0, atol=1e-9)
        for by in BYS:
            origin, goal = case.pair(data)
            pair = [rg.answer(router, "route", origin, goal, by=by) for router in (ours, theirs)]
            assert rg.told(pair[0]) == rg.told(pair[1])


def both(case):
    return case.plain, case.compiled


@LAW
@given(case=CASES, data=st.data(), weights=rg.WEIGHTS.filter(bool))
def test_other_weights_make_the_router_that_is_built_with_them(case, data, weights):
    own = [router.repriced(weights=weights) for router in both(case)]
    anew = rg.case_of(case.net, weights) if case.net is not None else rg.frames_case(case.frames, weights)
    same_answers(case, own, both(anew), data)


@LAW
@given(
    case=rg.model_cases(),
    data=st.data(),
    tonnes=st.sampled_from([5, 49]),
    vehicle=st.sampled_from(["rigid", "trailer"]),
)
def test_another_shipment_makes_the_router_that_is_built_with_it(case, data, tonnes, vehicle):
    shipment = co.Shipment(tonnes=tonnes, vehicle=vehicle)
    weights = case.plain._compiled.prices.weights
    own = [router.repriced(shipment=shipment) for router in both(case)]
    anew = [co.Router(case.net, shipment=shipment, weights=weights, engine=e) for e in ("plain", "compiled")]
    same_answers(case, own, anew, data)


@LAW
@given(case=rg.own_cases(), data=st.data(), hours=st.sampled_from([0, 0.5, 3]), usd=st.sampled_from([0, 2]))
def test_other_hours_and_money_make_the_router_of_frames_that_bring_them(case, data, hours, usd):
    columns = case.plain.edges
    own = [router.repriced(hours=columns["hours"] * hours, usd=columns["usd"] * usd) for router in both(case)]
    frames = {
        name: None
        if part is None or name == "places"
        else part.assign(hours=part["hours"] * hours, usd=part["usd"] * usd)
        for name, part in case.frames.items()
    }
    weights = case.plain._compiled.prices.weights
    same_answers(case, own, both(rg.frames_case({**frames, "places": case.frames["places"]}, weights)), data)


@LAW
@given(case=CASES, data=st.data(), seed=st.integers(0, 1000))
def test_hours_of_ones_own_on_every_edge_are_what_is_searched_and_added_up(case, data, seed):
    origin, goal, _ = joined(case, data)
    edges = case.plain.edges
    hours = np.random.default_rng(seed).integers(0, 9, len(edges)) / 4.0
    slow = replace(case, **{name: getattr(case, name).repriced(hours=hours) for name in ("plain", "compiled")})
    route = slow.ask("route", origin, goal, by="hours")
    graph = nx.MultiDiGraph()
    there = {(edge[0], edge[1], edge[2]) for edge in case.graph.edges(keys=True)}
    for row, own in zip(edges.to_dict("records"), hours.tolist(), strict=True):
        tail, head = (row["from"], row["from_carriage"]), (row["to"], row["to_carriage"])
        if (tail, head, row["link"] or row["kind"]) in there:
            graph.add_edge(tail, head, key=row["link"] or row["kind"], hours=own)
    ends = (route.edges[0][0], route.edges[-1][1])
    assert route.hours == pytest.approx(rg.dijkstra(graph, *ends, "hours"), abs=1e-6)
    assert route.steps["hours"].sum() == pytest.approx(route.hours, abs=1e-6)
    assert route.explain()["score"].sum() == pytest.approx(route.score, abs=1e-6)
    assert route.score == pytest.approx(route.explain()[["money_score", "time_score"]].to_numpy().sum(), abs=1e-6)
