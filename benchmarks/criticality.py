# SPDX-License-Identifier: BSD-3-Clause
"""Time the loss of every crossing, link and place beside networkx and igraph: ``python benchmarks/criticality.py``.

Three ports to thirty destinations on the bundled corridor. The peers search the same states anew for every loss, as one
does with them; ``used alone`` spares them the losses of what no best path of today passes, as ours does by itself. All
answers are checked to be equal: flow x extra score and pairs cut off of every loss.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from collections.abc import Callable
from itertools import product
from typing import Any

import igraph
import networkx as nx
import numpy as np
from racing import Row, as_table, race, shown

import corridor as co

Array = np.ndarray[Any, Any]
OURS = "corridor"
GOAL_SECONDS = 2.0
DESTINATIONS = 30


def asked(net: co.Network) -> tuple[list[tuple[str, str]], list[float]]:
    """Return three ports x thirty cities beyond the border, evenly out of all by name, and a flow for each pair."""
    cities = sorted(place.id for place in net.tables.places if place.kind == "city" and place.country != "PK")
    chosen = cities[:: len(cities) // DESTINATIONS][:DESTINATIONS]
    pairs = list(product(net.ports, chosen))
    return pairs, [1.0 + number % 7 for number in range(len(pairs))]


class Peer:
    """The states as a peer holds them, with the score of each edge and what it leads along or to."""

    def __init__(self, net: co.Network, pairs: list[tuple[str, str]], flows: list[float]) -> None:
        states = co.state_graph(net)
        self.numbers = {node: number for number, node in enumerate(states)}
        self.edges = [(self.numbers[tail], self.numbers[head], data) for tail, head, data in states.edges(data=True)]
        self.places = [node[0] for node in states]
        self.origins = list(dict.fromkeys(start for start, _ in pairs))
        self.goals = list(dict.fromkeys(goal for _, goal in pairs))
        self.flows = np.array(flows).reshape(len(self.origins), len(self.goals))
        self.sources = [self.numbers[place, "start"] for place in self.origins]
        self.targets = [self.numbers[place, "end"] for place in self.goals]

    def edges_of(self, of: str, name: str) -> list[int]:
        """Return the numbers of the edges that a loss takes."""
        if of == "places":
            ends = [(number, (tail, head)) for number, (tail, head, _) in enumerate(self.edges)]
            return [number for number, pair in ends if name in (self.places[pair[0]], self.places[pair[1]])]
        word = of.removesuffix("s")
        return [number for number, (_, _, data) in enumerate(self.edges) if data[word] == name]

    def figures(self, today: Array, of: str, name: str, after: Array) -> tuple[float, int]:
        """Return flow x extra of the pairs still joined, and how many are cut off; pairs whose end is lost are neither."""
        inner = np.ones_like(today, dtype=bool)
        if of == "places":
            inner = ~np.logical_or.outer(
                [place == name for place in self.origins], [place == name for place in self.goals]
            )
        joined = inner & np.isfinite(after)
        return float((self.flows * (after - today))[joined].sum()), int((inner & ~np.isfinite(after)).sum())


class Networkx(Peer):
    """networkx: the edges are taken out and put back."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.graph = nx.MultiDiGraph()
        self.graph.add_edges_from(
            (tail, head, number, {"score": data["score"]}) for number, (tail, head, data) in enumerate(self.edges)
        )

    def distances(self, lost: list[int]) -> Array:
        """Return the least score of every pair without some edges."""
        taken = [(*self.edges[number][:2], number, {"score": self.edges[number][2]["score"]}) for number in lost]
        self.graph.remove_edges_from([edge[:3] for edge in taken])
        trees = [nx.single_source_dijkstra_path_length(self.graph, source, weight="score") for source in self.sources]
        self.graph.add_edges_from(taken)
        return np.array([[tree.get(target, math.inf) for target in self.targets] for tree in trees])


class Igraph(Peer):
    """igraph: the weights of the edges lost are infinite."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.graph = igraph.Graph(len(self.places), [edge[:2] for edge in self.edges], directed=True)
        self.weights = [data["score"] for *_, data in self.edges]

    def distances(self, lost: list[int]) -> Array:
        """Return the least score of every pair without some edges."""
        weights = self.weights.copy()
        for number in lost:
            weights[number] = math.inf
        return np.array(self.graph.distances(self.sources, self.targets, weights=weights))


def main() -> None:
    """Time all single losses of each kind, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contestant (5)")
    options = parser.parse_args()
    net = co.load(scope="bypass")
    pairs, flows = asked(net)
    peers: dict[str, Peer] = {"networkx": Networkx(net, pairs, flows), "igraph": Igraph(net, pairs, flows)}
    rows = []
    for of in ("crossings", "links", "places"):
        found = co.criticality(net, pairs, flows, of, progress=False)
        names = [loss.name for loss in found]
        used = {loss.name for loss in found if loss.adds}

        def ours(_: int, of: Any = of, names: list[str] = names) -> Array:
            losses = {loss.name: loss for loss in co.criticality(net, pairs, flows, of, progress=False)}
            return np.array([(losses[name].extra["score"], len(losses[name].cut_off)) for name in names])

        def theirs(peer: Peer, among: set[str], of: str = of, names: list[str] = names) -> Callable[[int], Array]:
            # Which edges each loss takes is looked up once, untimed.
            lost = {name: peer.edges_of(of, name) for name in among}

            def answer(_: int) -> Array:
                today = peer.distances([])  # type: ignore[attr-defined]
                figures = {
                    name: peer.figures(today, of, name, peer.distances(lost[name]))  # type: ignore[attr-defined]
                    for name in among
                }
                return np.array([figures.get(name, (0.0, 0)) for name in names])

            return answer

        contestants: dict[str, Any] = {OURS: ours}
        for name, peer in peers.items():
            contestants[name] = theirs(peer, set(names))
            contestants[f"{name}, used alone"] = theirs(peer, used)
        taken = race(contestants, [0], rounds=options.rounds, budget=20)
        median = taken.median(OURS)
        alone = "; ".join(
            f"{name} {shown(taken.median(f'{name}, used alone'))} ({taken.ratio(f'{name}, used alone', OURS):.3g}x)"
            for name in peers
        )
        rows.append(
            Row(
                f"all single {of}, 3 ports x {DESTINATIONS} destinations", "< 2 s" if of == "crossings" else "",
                f"{shown(median)}; {len(names)} losses, {len(used)} on best ways, {found.searches} trees; of these alone: {alone}",
                median < GOAL_SECONDS if of == "crossings" else None, taken.cells(OURS, list(peers)),
            )
        )  # fmt: skip
    start = time.perf_counter()
    both = co.criticality(net, pairs, flows, together=2, progress=False)
    seconds = time.perf_counter() - start
    rows.append(
        Row("every two crossings at once too", "", f"{shown(seconds)}; {len(both)} losses, {both.searches} trees", None)
    )
    print(as_table(rows))
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
