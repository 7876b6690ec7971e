# SPDX-License-Identifier: BSD-3-Clause
"""Time draws of given routes and of routes chosen anew: ``python benchmarks/reliability.py [--scope bypass] [--rounds 5]``.

The peers are given the drawn hours of every edge, made beforehand and not timed; ours makes them too. All totals must agree.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from typing import Any

import numpy as np
from peers import Igraph, Networkx
from racing import Row, as_table, race, shown

import corridor as co
from corridor.lookup import SNAP_KM
from corridor.time_spread import TimeSpread, stream

OURS, COMPILED = "corridor", "corridor, compiled"
NAMES = ["networkx", "igraph"]
DRAWS, REROUTED, ROUTES, SEED = 10_000, 1_000, 5, 20261124
PAIR = ("karachi", "tashkent")
Array = np.ndarray[Any, Any]


def drawn_hours(router: co.Router, edges: Array, n: int) -> Array:
    """Return the hours of some edges in each draw, by the rule that the documentation states."""
    prices = router._compiled.prices  # noqa: SLF001
    of_time = TimeSpread(prices, {})
    factors: dict[str, Array] = {}
    hours = np.repeat(prices.columns["hours"][edges][:, None], n, axis=1)
    for row, edge in enumerate(edges.tolist()):
        for what, mean in of_time.parts(edge):
            if what.key not in factors:
                normal = stream(SEED, what.key).standard_normal(n)
                factors[what.key] = np.exp(normal * what.sigma - what.sigma**2 / 2) - 1.0
            hours[row] += mean * factors[what.key]
    return np.maximum(hours, 0.0).T


def given_routes(router: co.Router, options: argparse.Namespace) -> list[Row]:
    """Time ten thousand draws of five given routes."""
    routes = router.alternatives(*PAIR, k=ROUTES, by="hours")
    ways = [route._way for route in routes]  # noqa: SLF001
    edges = np.unique([edge for way in ways for edge in way])
    place = {edge: number for number, edge in enumerate(edges.tolist())}
    walks = [[place[edge] for edge in way] for way in ways]
    rows = drawn_hours(router, edges, DRAWS)
    structure = router._compiled.prices.structure  # noqa: SLF001
    graph = (len(structure.place_of), structure.csr.tails[edges], structure.csr.heads[edges], rows[0])
    theirs, igraph = Networkx(*graph), Igraph(*graph)
    keys = [theirs.graph.edges[tail, head, number] for number, (tail, head) in enumerate(zip(*graph[1:3], strict=True))]

    def by_networkx(_: Any) -> Array:
        totals = []
        for row in rows.tolist():
            for data, hours in zip(keys, row, strict=True):
                data["w"] = hours
            totals.append([sum(keys[edge]["w"] for edge in walk) for walk in walks])
        return np.array(totals)

    def by_igraph(_: Any) -> Array:
        totals = []
        for row in rows.tolist():
            igraph.graph.es["w"] = row
            totals.append([sum(igraph.graph.es[walk]["w"]) for walk in walks])
        return np.array(totals)

    contestants = {
        OURS: lambda _: co.simulate(routes, n=DRAWS, seed=SEED).draws,
        "networkx": by_networkx,
        "igraph": by_igraph,
    }
    found = race(contestants, [None], rounds=options.rounds, budget=60)
    best, ratio = found.best_ratio(OURS, NAMES)
    seconds = found.median(OURS)
    note = (
        "`co.simulate` with its own draws; peers: drawn hours put on the edges of the routes, and added up along each."
    )
    title = f"{options.scope}: {DRAWS:,} draws of {ROUTES} given routes"
    return [
        Row(title, "< 0.1 s", f"{shown(seconds)}: {ratio:.0f}x {best}", seconds < 0.1, found.cells(OURS, NAMES), note)
    ]


def chosen_routes(router: co.Router, options: argparse.Namespace) -> list[Row]:
    """Time a thousand draws in each of which the route is searched anew."""
    compiled = router._compiled  # noqa: SLF001
    constraints = compiled.constraints_of(None, (), (), None, (), SNAP_KM, {})
    usable = np.flatnonzero(compiled.mask(constraints)[0].usable)
    structure = compiled.prices.structure
    rows = drawn_hours(router, usable, REROUTED)
    graph = (len(structure.place_of), structure.csr.tails[usable], structure.csr.heads[usable], rows[0])
    origin, goal = (compiled.number(place) for place in PAIR)
    ends = int(structure.firsts[origin]), int(structure.lasts[goal])
    contestants: dict[str, Any] = {}
    for name, engine in ((OURS, "plain"), (COMPILED, "compiled")):
        made = co.Router(options.net, engine=engine)
        contestants[name] = lambda _, made=made: co.route_choice(made, *PAIR, n=REROUTED, seed=SEED).totals
    for peer in (Networkx, Igraph):
        built = peer(*graph)
        contestants[peer.name] = lambda _, built=built: built.reweighted(*ends, rows)
    found = race(contestants, [None], rounds=options.rounds, budget=60)
    note = "`co.route_choice` with its own draws and Routes; peers: the best path, its cost and edges, under each row of hours drawn beforehand."
    title = f"{options.scope}: {REROUTED:,} draws, the route chosen anew ({len(graph[1]):,} edges)"
    answers = []
    for name in (OURS, COMPILED):
        best, ratio = found.best_ratio(name, NAMES)
        seconds = found.median(name)
        tier = "plain" if name == OURS else "compiled"
        told = f"{shown(seconds)}: {ratio:.0f}x {best}"
        answers.append(Row(f"{title}, {tier}", "< 0.1 s", told, seconds < 0.1, found.cells(name, NAMES), note))
    return answers


def main() -> None:
    """Run both tasks and print their table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scope", choices=("corridor", "bypass"), default="bypass", help="of the bundled network")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contestant")
    options = parser.parse_args()
    warnings.simplefilter("ignore", co.errors.CorridorWarning)
    options.net = co.load(scope=options.scope)
    router = co.Router(options.net)
    rows = given_routes(router, options) + chosen_routes(router, options)
    print(as_table(rows))
    print(f"\n{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.", file=sys.stderr)


if __name__ == "__main__":
    main()
