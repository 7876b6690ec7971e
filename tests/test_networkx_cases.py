# SPDX-License-Identifier: BSD-3-Clause
"""The cases of networkx's own tests of shortest and simple paths, asked of a router of frames on both tiers.

Told anew as tables from ``shortest_paths/tests/test_weighted.py``, ``test_generic.py``, ``test_astar.py`` and the part
of ``tests/test_simple_paths.py`` on ``shortest_simple_paths`` (networkx, BSD-3-Clause). A weight is ``length_km`` (1
where the case has none), a node the text of its name, an undirected edge a link both ways.

Not told, since they have no counterpart here:

- negative weights and cycles (Bellman-Ford, Goldberg-Radzik, ``neg_weights``): a negative figure is refused;
- weights as functions and by name: the ones that come to fixed figures are told with those figures, those that hide an
  edge by ``avoid``;
- heuristics, of which the inadmissible ones change the answer: a router takes none;
- the cutoff of A* in the weight itself: told with hours of the same figures, which a limit holds down;
- nodes that cannot be ordered, self-loops (refused), graphs without nodes, bad methods, predecessor dictionaries,
  several sources, averages: other questions than ``route`` and ``alternatives``;
- the path of one node: origin and destination the same is refused, as a test here says.
"""

from __future__ import annotations

import random
from itertools import pairwise
from typing import NamedTuple

import networkx as nx
import pandas as pd
import pytest

import corridor as co
from corridor.errors import DataError, NoRouteError, OptionError, UnknownPlaceError

ENGINES = ("plain", "compiled")


class Case(NamedTuple):
    """Edges (from, to, weight), whether they run one way, what is asked, and what networkx answers."""

    name: str
    edges: list[tuple[object, object, float]]
    oneway: bool
    source: object
    target: object
    cost: float
    # Any of these is right; empty: only the cost is told.
    paths: list[str]


def chain(*nodes, weight=1):
    return [(a, b, weight) for a, b in pairwise(nodes)]


def ring(count, weight=1):
    return chain(*range(count), 0, weight=weight)


def grid(rows=4, columns=4):
    nodes = {(r, c): r * columns + c + 1 for r in range(rows) for c in range(columns)}
    steps = [((r, c), (r + down, c + 1 - down)) for r, c in nodes for down in (0, 1)]
    return [(nodes[a], nodes[b], 1) for a, b in steps if b in nodes]


def edges_of(text):
    """Return the edges of a text like ``s-u:10 s-x:5``; the weight is 1 where none is given."""
    found = []
    for word in text.split():
        ends, _, weight = word.partition(":")
        tail, head = ends.split("-")
        found.append((tail, head, float(weight or 1)))
    return found


def reweighted(edges, **weights):
    """Return edges with other weights for those named like ``n1n2``."""
    return [(a, b, weights.get(f"n{a}n{b}", weight)) for a, b, weight in edges]


CORMEN = edges_of("s-u:10 s-x:5 u-v:1 u-x:2 v-y:1 x-u:3 x-v:5 x-y:2 y-s:7 y-v:6")
CORMEN_UNWEIGHTED = [(a, b, 1) for a, b, _ in CORMEN]
CORMEN_UNDIRECTED = edges_of("s-u:10 s-x:5 u-v:1 u-x:2 v-y:1 x-v:5 x-y:2 y-s:7")
FIRST_IS_LONG = edges_of("1-4:1 4-5:1 5-6:1 6-3:1 1-3:50 1-2:100 2-3:100")
HEXAGON = edges_of("0-1:2 1-2:12 2-3:1 3-4:5 4-5:1 5-0:10")
OCTAGON = edges_of("0-1:2 1-2:2 2-3:1 3-4:1 4-5:1 5-6:1 6-7:1 7-0:1")
TRIANGLE = edges_of("0-2:10 0-1:1 1-2:1")
BERNSTEIN = edges_of("N4-N1:10 N4-N0:7 N0-N1:10 N3-N0:10 N2-N3:12 N1-N2:15")
TWO_WAYS = [*chain(0, 1, 2, 3), *chain(0, 10, 20, 3)]

ROUTES = [
    Case("dijkstra on the digraph of Cormen", CORMEN, True, "s", "v", 9, ["s x u v"]),
    Case("a dearer parallel edge changes nothing", [*CORMEN, ("s", "u", 15)], True, "s", "v", 9, ["s x u v"]),
    Case("every edge doubled at a thousand", [*CORMEN, *((a, b, 1000) for a, b, _ in CORMEN)], True, "s", "v", 9, ["s x u v"]),
    Case("the same undirected", CORMEN_UNDIRECTED, False, "s", "v", 8, ["s x u v", "s y v"]),
    Case("the same undirected, y-v at 2", reweighted(CORMEN_UNDIRECTED, nvny=2), False, "s", "v", 8, ["s x u v"]),
    Case("the same without weights", CORMEN_UNWEIGHTED, True, "s", "v", 2, ["s u v", "s x v"]),
    Case("one edge of the digraph", CORMEN, True, "x", "u", 3, ["x u"]),
    Case("ten more on every edge: one", [(a, b, w + 10) for a, b, w in CORMEN], True, "x", "u", 13, ["x u"]),
    Case("ten more on every edge: two", [(a, b, w + 10) for a, b, w in CORMEN], True, "s", "v", 30, ["s x v"]),
    Case("an edge hidden by its weight: one", [e for e in CORMEN if e[:2] != ("x", "u")], True, "x", "u", 19, ["x y s u"]),
    Case("an edge hidden by its weight: two", [e for e in CORMEN if e[:2] != ("x", "u")], True, "s", "v", 10, ["s x v"]),
    Case("the edge found first is long", FIRST_IS_LONG, True, 1, 3, 4, ["1 4 5 6 3"]),
    Case("a hexagon", HEXAGON, False, 0, 3, 15, ["0 1 2 3"]),
    Case("an octagon", OCTAGON, False, 0, 2, 4, ["0 1 2"]),
    Case("an octagon with a parallel edge", [*OCTAGON, (0, 1, 3)], False, 0, 2, 4, ["0 1 2"]),
    Case("two parallel edges", [("a", "b", 10), ("a", "b", 100)], False, "a", "b", 10, ["a b"]),
    Case("two parallel edges, the short one first", [("a", "b", 100), ("a", "b", 110)], False, "a", "b", 100, ["a b"]),
    Case("a ring, near side", ring(7), False, 0, 3, 3, ["0 1 2 3"]),
    Case("a ring, far side", ring(7), False, 0, 4, 3, ["0 6 5 4"]),
    Case("a ring with a dear edge", reweighted(ring(7), n1n2=10), False, 0, 3, 4, ["0 6 5 4 3"]),
    Case("a ring with a dear edge, before it", reweighted(ring(7), n1n2=10), False, 0, 2, 5, ["0 6 5 4 3 2"]),
    Case("a ring one way", ring(7), True, 0, 3, 3, ["0 1 2 3"]),
    Case("a ring one way, all but round", ring(7), True, 0, 4, 4, ["0 1 2 3 4"]),
    Case("a ring of four", ring(4), False, 0, 2, 2, ["0 1 2", "0 3 2"]),
    Case("a path", chain(0, 1, 2, 3), False, 0, 3, 3, ["0 1 2 3"]),
    Case("a path of three backwards", chain(0, 1, 2), False, 2, 1, 1, ["2 1"]),
    Case("a grid", grid(), False, 1, 12, 5, []),
    Case("a grid from corner to corner", grid(), False, 1, 16, 6, []),
    Case("a grid, six ways alike", grid(), False, 1, 11, 4, ["1 2 3 7 11", "1 2 6 7 11", "1 2 6 10 11", "1 5 6 7 11", "1 5 6 10 11", "1 5 9 10 11"]),
    Case("two ways alike", TWO_WAYS, False, 0, 3, 3, ["0 1 2 3", "0 10 20 3"]),
    Case("a free edge on one of two ways", edges_of("0-1:1 1-3:1 1-2:0 2-3:1"), False, 0, 3, 2, ["0 1 3", "0 1 2 3"]),
    Case("a free edge, backwards", edges_of("0-1:1 1-3:1 1-2:0 2-3:1"), False, 3, 0, 2, ["3 1 0", "3 2 1 0"]),
    Case("a triangle", TRIANGLE, False, 0, 2, 2, ["0 1 2"]),
    Case("a triangle of inverse weights", edges_of("0-2:0.1 0-1:1 1-2:1"), False, 0, 2, 0.1, ["0 2"]),
    Case("free edges to a node behind the nearest target", edges_of("A-B B-C C-D D-E C-t:0 D-t:0 E-t:0"), False, "A", "t", 2, ["A B C t"]),
    Case("several best ways in hundredths", edges_of("a-b:0.18 a-c:0.68 b-c:0.50 c-d:0.67"), False, "a", "d", 1.35, ["a c d", "a b c d"]),
    Case("the best way is not expanded first", edges_of("n5-n1:11 n5-n2:9 n2-n1:1 n1-n0:32"), True, "n5", "n0", 42, ["n5 n2 n1 n0"]),
    Case("a parent is not overridden", edges_of("a-b:1 a-c:1 b-d:2 c-d:1 d-e:1"), True, "a", "e", 3, ["a c d e"]),
    Case("the shortest by steps", edges_of("s-u s-x u-v u-x v-y x-u x-w w-v x-y y-s y-v"), True, "s", "v", 2, ["s u v"]),
    Case("a ring weighted by the square of the head", [(a, b, 1 + b**2) for a, b in [*pairwise([6, *range(5)]), (6, 5), (5, 4)]], True, 6, 4, 35, ["6 0 1 2 3 4"]),
    Case("a ring weighted by powers of two", [(a, b, 2 ** (a * b)) for a, b in [*pairwise([6, *range(5)]), (6, 5), (5, 4)]], True, 6, 4, 1 + 1 + 4 + 64 + 4096, ["6 0 1 2 3 4"]),
    Case("the network of Bernstein", BERNSTEIN, False, "N1", "N3", 20, ["N1 N0 N3"]),
]  # fmt: skip

# What networkx leaves out by ignore_nodes and ignore_edges: case, what is avoided, the cost (None: no way), the paths.
RESTRICTED = [
    ("Cormen without u", CORMEN, True, "s", "v", ["u"], 10, ["s x v"]),
    ("Cormen without s-x", CORMEN, True, "s", "v", ["l2"], 11, ["s u v"]),
    ("Cormen without u and s-x", CORMEN, True, "s", "v", ["u", "l2"], None, []),
    ("hexagon without 1", HEXAGON, False, 0, 3, ["1"], 16, ["0 5 4 3"]),
    ("hexagon without 2-3", HEXAGON, False, 0, 3, ["l3"], 16, ["0 5 4 3"]),
    ("hexagon without 1 and 4-5", HEXAGON, False, 0, 3, ["1", "l5"], None, []),
    ("ring without 1", ring(7), False, 0, 3, ["1"], 4, ["0 6 5 4 3"]),
    ("ring one way without 1", ring(7), True, 0, 3, ["1"], None, []),
    ("ring one way without 1-2", ring(7), True, 0, 3, ["l2"], None, []),
    ("wheel", [*chain(1, 2, 3, 4, 5, 1), *((0, n, 1) for n in range(1, 6))], False, 1, 3, [], 2, ["1 0 3", "1 2 3"]),
    ("wheel without the hub", [*chain(1, 2, 3, 4, 5, 1), *((0, n, 1) for n in range(1, 6))], False, 1, 3, ["0"], 2, ["1 2 3"]),
    ("wheel without hub and 2", [*chain(1, 2, 3, 4, 5, 1), *((0, n, 1) for n in range(1, 6))], False, 1, 3, ["0", "2"], 3, ["1 5 4 3"]),
    ("wheel without three edges", [*chain(1, 2, 3, 4, 5, 1), *((0, n, 1) for n in range(1, 6))], False, 1, 3, ["l6", "l10", "l2"], 3, ["1 2 0 3", "1 5 4 3"]),
]  # fmt: skip

NO_WAY = [
    ("two parts", [*chain(1, 2, 3), *chain(4, 5, 6)], False, 1, 6),
    ("two parts, neighbours by number", [*chain(0, 1, 2), *chain(3, 4, 5)], False, 0, 3),
    ("has_path", [*chain(0, 1, 2), *chain(3, 4)], False, 0, 4),
    ("against a link of one way", [(0, 1, 1)], True, 1, 0),
]

# All loopless ways in order: (name, edges, oneway, source, target, paths, costs).
SIMPLE = [
    ("ring one way", ring(7), True, 0, 3, ["0 1 2 3"], [3]),
    ("ring with a dear edge", reweighted(ring(7), n1n2=7), False, 0, 3, ["0 6 5 4 3", "0 1 2 3"], [4, 9]),
    ("edges of a complete graph that are on its rim", edges_of("0-1 1-2 2-3 3-4 4-0"), False, 0, 2, ["0 1 2", "0 4 3 2"], [2, 3]),
    ("Bernstein", BERNSTEIN, False, "N1", "N3", ["N1 N0 N3", "N1 N2 N3", "N1 N4 N0 N3"], [20, 27, 27]),
    ("a dead end, undirected (2427)", edges_of("IN-OUT:2 IN-A:1 IN-B:2 B-OUT:2"), False, "IN", "OUT", ["IN OUT", "IN B OUT"], [2, 4]),
    ("a dear first edge, undirected (2427)", edges_of("IN-OUT:10 IN-A:1 IN-B:1 B-OUT:1"), False, "IN", "OUT", ["IN B OUT", "IN OUT"], [2, 10]),
    ("a dead end, one way (2427)", edges_of("IN-OUT:2 IN-A:1 IN-B:2 B-OUT:2"), True, "IN", "OUT", ["IN OUT", "IN B OUT"], [2, 4]),
    ("a dear first edge, one way (2427)", edges_of("IN-OUT:10 IN-A:1 IN-B:1 B-OUT:1"), True, "IN", "OUT", ["IN B OUT", "IN OUT"], [2, 10]),
    ("parallel edges, which networkx does not take", [("a", "b", 10), ("a", "b", 100)], True, "a", "b", ["a b", "a b"], [10, 100]),
]  # fmt: skip


def router_of(edges, oneway, engine, nodes=(), **columns):
    names = list(dict.fromkeys(str(node) for edge in edges for node in edge[:2])) + list(map(str, nodes))
    places = pd.DataFrame({"id": names, "lon": [60 + i / 100 for i in range(len(names))], "lat": 30.0})
    links = pd.DataFrame(
        [{"id": f"l{i}", "from": str(a), "to": str(b), "length_km": w} for i, (a, b, w) in enumerate(edges, 1)]
    )
    return co.Router.from_frames(places, links.assign(oneway=oneway, **columns), engine=engine)


def named(routes):
    return [" ".join(route.places) for route in routes]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", ROUTES, ids=[case.name for case in ROUTES])
def test_the_route_is_the_shortest_path_of_networkx(case, engine):
    route = router_of(case.edges, case.oneway, engine).route(str(case.source), str(case.target), by="km")
    assert route.km == pytest.approx(case.cost, abs=1e-9)
    assert not case.paths or " ".join(route.places) in case.paths
    weights = {(str(a), str(b)): w for a, b, w in sorted(case.edges, key=lambda edge: -edge[2])}
    both = weights if case.oneway else {(b, a): w for (a, b), w in weights.items()} | weights
    assert sum(both[pair] for pair in pairwise(route.places)) == pytest.approx(route.km, abs=1e-9)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", ROUTES, ids=[case.name for case in ROUTES])
def test_the_first_alternative_costs_what_the_route_costs(case, engine):
    routes = router_of(case.edges, case.oneway, engine).alternatives(str(case.source), str(case.target), by="km", k=3)
    assert routes[0].km == pytest.approx(case.cost, abs=1e-9)
    assert not case.paths or named(routes)[0] in case.paths


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", RESTRICTED, ids=[case[0] for case in RESTRICTED])
def test_what_networkx_ignores_is_what_the_route_avoids(case, engine):
    _, edges, oneway, source, target, avoid, cost, paths = case
    router = router_of(edges, oneway, engine)
    if cost is None:
        with pytest.raises(NoRouteError, match="avoid"):
            router.route(str(source), str(target), by="km", avoid=avoid)
        return
    route = router.route(str(source), str(target), by="km", avoid=avoid)
    assert route.km == cost
    assert " ".join(route.places) in paths


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("question", ["route", "alternatives"])
@pytest.mark.parametrize("case", NO_WAY, ids=[case[0] for case in NO_WAY])
def test_no_path_is_an_error_that_names_both_ends(case, question, engine):
    _, edges, oneway, source, target = case
    with pytest.raises(NoRouteError, match=f"No route from '{source}' to '{target}'"):
        getattr(router_of(edges, oneway, engine), question)(str(source), str(target), by="km")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_place_without_links_has_no_path(engine):
    with pytest.raises(NoRouteError, match="'0' to '4'"):
        router_of(chain(0, 1, 2, 3), False, engine, nodes=[4]).route("0", "4", by="km")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("source", "target"), [("3", "0"), ("0", "3"), ("3", "3")])
def test_an_absent_node_is_an_unknown_place(source, target, engine):
    with pytest.raises(UnknownPlaceError, match="'3'"):
        router_of([(0, 1, 1)], False, engine).route(source, target, by="km")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_path_of_one_node_is_refused(engine):
    with pytest.raises(OptionError, match="same place"):
        router_of(ring(7), False, engine).route("0", "0", by="km")


@pytest.mark.parametrize(("edge", "told"), [((2, 3, -7), "-7"), ((2, 2, 1), "ends where it begins")])
def test_negative_weights_and_self_loops_are_refused(edge, told):
    with pytest.raises(DataError, match=told):
        router_of([(0, 1, 1), (1, 2, 1), (2, 3, 1), edge], True, "plain")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cutoff_below_the_least_is_an_error_and_one_at_it_is_none(engine):
    router = router_of(CORMEN, True, engine, hours=[weight for *_, weight in CORMEN])
    for cutoff in (9, 10, 12):
        route = router.route("s", "v", by="hours", max_hours=cutoff)
        assert (route.hours, route.places) == (9, ("s", "x", "u", "v"))
    with pytest.raises(NoRouteError, match="max_hours=8"):
        router.route("s", "v", by="hours", max_hours=8)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", SIMPLE, ids=[case[0] for case in SIMPLE])
def test_the_alternatives_are_the_shortest_simple_paths(case, engine):
    _, edges, oneway, source, target, paths, costs = case
    routes = router_of(edges, oneway, engine).alternatives(str(source), str(target), by="km", k=len(paths) + 3)
    assert [route.km for route in routes] == costs
    assert sorted(zip(costs, named(routes), strict=True)) == sorted(zip(costs, paths, strict=True))
    assert routes.note.startswith(f"{len(paths)} of {len(paths) + 3}")


@pytest.mark.parametrize("engine", ENGINES)
def test_all_simple_paths_of_a_grid_come_in_the_order_of_their_length(engine):
    graph = nx.Graph([(str(a), str(b)) for a, b, _ in grid()])
    every = sorted(len(path) - 1 for path in nx.all_simple_paths(graph, "1", "12"))
    routes = router_of(grid(), False, engine).alternatives("1", "12", by="km", k=len(every) + 1)
    assert [route.km for route in routes] == every
    assert len(set(named(routes))) == len(every)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("oneway", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_all_simple_paths_of_a_complete_graph_come_in_the_order_of_random_weights(seed, oneway, engine):
    dice = random.Random(seed)  # noqa: S311
    pairs = [(a, b) for a in range(5) for b in range(5) if (a != b if oneway else a < b)]
    edges = [(a, b, dice.randint(1, 100)) for a, b in pairs]
    graph = (nx.DiGraph if oneway else nx.Graph)()
    graph.add_weighted_edges_from((str(a), str(b), w) for a, b, w in edges)
    paths = list(nx.shortest_simple_paths(graph, "0", "3", weight="weight"))
    routes = router_of(edges, oneway, engine).alternatives("0", "3", by="km", k=100)
    assert len(routes) == len(paths) == 16
    assert [route.km for route in routes] == [nx.path_weight(graph, path, "weight") for path in paths]
    assert {tuple(path) for path in paths} == {route.places for route in routes}
