# SPDX-License-Identifier: BSD-3-Clause
"""The peers, one adapter each: built from the same arrays, asked by their documented calls, edges of each path kept."""

from __future__ import annotations

import math
from collections.abc import Iterable
from heapq import heappop, heappush
from importlib.metadata import version
from itertools import islice, pairwise
from operator import add
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    from graphs import Array

__all__ = ["PEERS", "Igraph", "Martins", "Networkx", "Peer", "Rustworkx", "Scgraph", "Scipy"]

# Edges in the order they are run along, by number in the arrays that the peer was built from.
Path = list[int]


class Peer:
    """What is asked of each peer; ``None`` where it has no such function.

    Parameters
    ----------
    nodes, tails, heads, weights
        The graph, as arrays; building is what this constructor does.
    """

    name: ClassVar[str]
    has_k_shortest: ClassVar[bool] = False

    def __init__(self, nodes: int, tails: Array, heads: Array, weights: Array) -> None:
        raise NotImplementedError

    @classmethod
    def version(cls) -> str:
        """Return name and version."""
        return f"{cls.name} {version(cls.name)}"

    def path(self, origin: int, goal: int) -> Path:
        """Return the edges of the best path."""
        raise NotImplementedError

    def matrix(self, origins: list[int], goals: list[int]) -> Array:
        """Return the least cost from each origin to each goal."""
        raise NotImplementedError

    def k_shortest(self, origin: int, goal: int, k: int) -> list[float]:
        """Return the costs of the ``k`` best loopless paths, whose nodes or edges are found as well."""
        raise NotImplementedError

    def reweighted(self, origin: int, goal: int, rows: Array) -> list[float]:
        """Return the cost of the best path, and find its edges, under each row of weights."""
        raise NotImplementedError


class Networkx(Peer):
    """networkx: a MultiDiGraph whose keys are the numbers of edges, one attribute an edge; bidirectional Dijkstra."""

    name = "networkx"
    has_k_shortest = True

    def __init__(self, nodes: int, tails: Array, heads: Array, weights: Array) -> None:
        import networkx as nx

        self.nx = nx
        self.graph = nx.MultiDiGraph()
        self.graph.add_nodes_from(range(nodes))
        rows = zip(tails.tolist(), heads.tolist(), range(len(tails)), weights.tolist(), strict=True)
        self.graph.add_edges_from((tail, head, edge, {"w": weight}) for tail, head, edge, weight in rows)
        self._simple: Any = None

    def path(self, origin: int, goal: int) -> Path:
        """Return the edges of the best path."""
        _, nodes = self.nx.bidirectional_dijkstra(self.graph, origin, goal, weight="w")
        edges = [self.graph[a][b] for a, b in pairwise(nodes)]
        return [min(several, key=lambda edge: several[edge]["w"]) for several in edges]

    def matrix(self, origins: list[int], goals: list[int]) -> Array:
        """Return the least costs: one tree for each origin."""
        trees = (self.nx.single_source_dijkstra_path_length(self.graph, origin, weight="w") for origin in origins)
        return np.array([[tree.get(goal, math.inf) for goal in goals] for tree in trees])

    def k_shortest(self, origin: int, goal: int, k: int) -> list[float]:
        """Return the costs by Yen's method, which refuses a multigraph: on a simple copy, made once."""
        if self._simple is None:
            self._simple = self.nx.DiGraph()
            self._simple.add_edges_from((a, b, data) for a, b, data in self.graph.edges(data=True))
        paths = islice(self.nx.shortest_simple_paths(self._simple, origin, goal, weight="w"), k)
        return [math.fsum(self._simple[a][b]["w"] for a, b in pairwise(path)) for path in paths]

    def reweighted(self, origin: int, goal: int, rows: Array) -> list[float]:
        """Return the costs: a weight function that looks each edge up in the row."""
        costs = []
        for weights in rows:
            row = weights.tolist()
            # The defaults bind the row of this turn.
            cost, nodes = self.nx.bidirectional_dijkstra(
                self.graph, origin, goal, weight=lambda _a, _b, several, row=row: min(row[edge] for edge in several)
            )
            _ = [min(self.graph[a][b], key=row.__getitem__) for a, b in pairwise(nodes)]
            costs.append(cost)
        return costs


class Scipy(Peer):
    """scipy.sparse.csgraph: the least of parallel edges in a sparse matrix; no search from one to one, so whole trees."""

    name = "scipy"
    has_k_shortest = True

    def __init__(self, nodes: int, tails: Array, heads: Array, weights: Array) -> None:
        from scipy.sparse import csgraph, csr_matrix

        self.csgraph = csgraph
        self.order = np.lexsort((weights, heads, tails))
        tails, heads = tails[self.order], heads[self.order]
        self.first = np.flatnonzero(np.r_[True, (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])])
        starts = np.searchsorted(tails[self.first], np.arange(nodes + 1)).astype(np.int32)
        data = weights[self.order[self.first]].astype(float)
        self.graph = csr_matrix((data, heads[self.first].astype(np.int32), starts), (nodes, nodes))

    def _places(self, nodes: list[int]) -> list[int]:
        starts, heads = self.graph.indptr, self.graph.indices
        return [int(starts[a]) + int(np.searchsorted(heads[starts[a] : starts[a + 1]], b)) for a, b in pairwise(nodes)]

    def _nodes(self, before: Array, origin: int, goal: int) -> list[int]:
        nodes = [goal]
        while nodes[-1] != origin:
            nodes.append(int(before[nodes[-1]]))
        return nodes[::-1]

    def path(self, origin: int, goal: int) -> Path:
        """Return the edges of the best path, out of a whole tree."""
        _, before = self.csgraph.dijkstra(self.graph, indices=origin, return_predecessors=True)
        return [int(self.order[self.first[place]]) for place in self._places(self._nodes(before, origin, goal))]

    def matrix(self, origins: list[int], goals: list[int]) -> Array:
        """Return the least costs: all trees in one call."""
        return self.csgraph.dijkstra(self.graph, indices=origins)[:, goals]

    def k_shortest(self, origin: int, goal: int, k: int) -> list[float]:
        """Return the costs by Yen's method."""
        costs, _ = self.csgraph.yen(self.graph, origin, goal, k, return_predecessors=True)
        return costs.tolist()

    def reweighted(self, origin: int, goal: int, rows: Array) -> list[float]:
        """Return the costs: the data of the matrix swapped for the least of each group of parallel edges."""
        costs = []
        for weights in rows:
            row = weights[self.order]
            self.graph.data[:] = np.minimum.reduceat(row, self.first)
            cost, before = self.csgraph.dijkstra(self.graph, indices=origin, return_predecessors=True)
            for place in self._places(self._nodes(before, origin, goal)):
                low = int(self.first[place])
                high = int(self.first[place + 1]) if place + 1 < len(self.first) else len(row)
                _ = int(self.order[low + (int(row[low:high].argmin()) if high > low + 1 else 0)])
            costs.append(float(cost[goal]))
        return costs


class Rustworkx(Peer):
    """rustworkx: a PyDiGraph whose edges hold their number, weighed by a callback for each edge, as its functions ask."""

    name = "rustworkx"

    def __init__(self, nodes: int, tails: Array, heads: Array, weights: Array) -> None:
        import rustworkx

        self.rustworkx = rustworkx
        self.graph = rustworkx.PyDiGraph(multigraph=True)
        self.graph.add_nodes_from(range(nodes))
        self.graph.add_edges_from(list(zip(tails.tolist(), heads.tolist(), range(len(tails)), strict=True)))
        self.weights = weights.tolist()

    def _path(self, origin: int, goal: int, weight: Any) -> Path:
        found = self.rustworkx.dijkstra_shortest_paths(self.graph, origin, target=goal, weight_fn=weight)
        return [min(self.graph.get_all_edge_data(a, b), key=weight) for a, b in pairwise(found[goal])]

    def path(self, origin: int, goal: int) -> Path:
        """Return the edges of the best path."""
        return self._path(origin, goal, self.weights.__getitem__)

    def matrix(self, origins: list[int], goals: list[int]) -> Array:
        """Return the least costs: one tree for each origin."""
        weight = self.weights.__getitem__
        trees = (self.rustworkx.dijkstra_shortest_path_lengths(self.graph, origin, weight) for origin in origins)
        return np.array(
            [
                [tree[goal] if goal != origin else 0.0 for goal in goals]
                for origin, tree in zip(origins, trees, strict=True)
            ]
        )

    def reweighted(self, origin: int, goal: int, rows: Array) -> list[float]:
        """Return the costs: another list behind the callback."""
        costs = []
        for weights in rows:
            row = weights.tolist()
            costs.append(math.fsum(map(row.__getitem__, self._path(origin, goal, row.__getitem__))))
        return costs


class Igraph(Peer):
    """python-igraph: paths as edges; weights as an attribute, or as a list for each call."""

    name = "igraph"
    has_k_shortest = True

    def __init__(self, nodes: int, tails: Array, heads: Array, weights: Array) -> None:
        import igraph

        self.graph = igraph.Graph(nodes, np.c_[tails, heads], directed=True)
        self.graph.es["w"] = weights.tolist()

    def path(self, origin: int, goal: int) -> Path:
        """Return the edges of the best path."""
        return self.graph.get_shortest_path(origin, to=goal, weights="w", output="epath")

    def matrix(self, origins: list[int], goals: list[int]) -> Array:
        """Return the least costs."""
        return np.array(self.graph.distances(origins, goals, weights="w"))

    def k_shortest(self, origin: int, goal: int, k: int) -> list[float]:
        """Return the costs by Yen's method."""
        weights = self.graph.es["w"]
        paths = self.graph.get_k_shortest_paths(origin, to=goal, k=k, weights="w", output="epath")
        return [math.fsum(weights[edge] for edge in path) for path in paths]

    def reweighted(self, origin: int, goal: int, rows: Array) -> list[float]:
        """Return the costs: the weights as a list for each call."""
        costs = []
        for weights in rows:
            row = weights.tolist()
            path = self.graph.get_shortest_path(origin, to=goal, weights=row, output="epath")
            costs.append(math.fsum(map(row.__getitem__, path)))
        return costs


class Scgraph(Peer):
    """scgraph, in C++: a list of dicts with the least of parallel edges; bidirectional Dijkstra, the quicker of its two."""

    name = "scgraph"

    def __init__(self, nodes: int, tails: Array, heads: Array, weights: Array) -> None:
        from scgraph import Graph

        self._make = Graph
        self.nodes = nodes
        self.ends = tails * nodes + heads
        self.graph = self._weighed(weights)

    def _weighed(self, weights: Array) -> Any:
        self.order = np.lexsort((weights, self.ends))
        sorted_ends = self.ends[self.order]
        self.first = self.order[np.flatnonzero(np.r_[True, sorted_ends[1:] != sorted_ends[:-1]])]
        self.keys = self.ends[self.first]
        graph: list[dict[int, float]] = [{} for _ in range(self.nodes)]
        tails, heads = np.divmod(self.keys, self.nodes)
        for tail, head, weight in zip(tails.tolist(), heads.tolist(), weights[self.first].tolist(), strict=True):
            graph[tail][head] = weight
        return self._make(graph=graph)

    def _edges(self, nodes: list[int]) -> Path:
        return self.first[np.searchsorted(self.keys, [a * self.nodes + b for a, b in pairwise(nodes)])].tolist()

    def path(self, origin: int, goal: int) -> Path:
        """Return the edges of the best path."""
        found = self.graph.bidirectional_dijkstra(origin, goal)
        return self._edges(found["path"])

    def matrix(self, origins: list[int], goals: list[int]) -> Array:
        """Return the least costs: one tree for each origin."""
        trees = (self.graph.get_shortest_path_tree(origin)["distance_matrix"] for origin in origins)
        return np.array([[tree[goal] for goal in goals] for tree in trees])

    def reweighted(self, origin: int, goal: int, rows: Array) -> list[float]:
        """Return the costs: weights live in the graph, so it is made anew for each row; only dijkstra needs no more."""
        costs = []
        for weights in rows:
            found = self._weighed(weights).dijkstra(origin, goal)
            self._edges(found["path"])
            costs.append(found["length"])
        return costs


PEERS: tuple[type[Peer], ...] = (Networkx, Scipy, Rustworkx, Igraph, Scgraph)


class Martins:
    """The Pareto front in billionths: the textbook's label-setting, in plain Python.

    Martins (1984), On a multicriteria shortest path problem: labels leave a heap in lexicographic order, are compared in
    every criterion with those kept at their node, and lead on; no bounds, and nothing stops before the heap is empty.
    """

    def __init__(self, nodes: int, tails: Array, heads: Array, columns: Iterable[Array]) -> None:
        whole = [np.rint(np.asarray(column, dtype=float) * 1e9).astype(np.int64).tolist() for column in columns]
        self.none = (0,) * len(whole)
        self.onward: list[list[tuple[int, tuple[int, ...]]]] = [[] for _ in range(nodes)]
        for tail, head, *cost in zip(tails.tolist(), heads.tolist(), *whole, strict=True):
            self.onward[tail].append((head, tuple(cost)))

    def front(self, origin: int, goal: int) -> list[tuple[int, ...]]:
        """Return the unbeaten vectors, each with a chain of labels that leads back to the origin."""
        kept: list[list[tuple[int, ...]]] = [[] for _ in self.onward]
        heap: list[tuple[Any, ...]] = [(self.none, 0, origin, None)]
        made = 0
        while heap:
            entry = heappop(heap)
            label, _, node, _ = entry
            if _beaten(kept[node], label):
                continue
            kept[node].append(label)
            for head, cost in self.onward[node]:
                further = tuple(map(add, label, cost))
                if not _beaten(kept[head], further):
                    made += 1
                    heappush(heap, (further, made, head, entry))
        return kept[goal]


def _beaten(others: list[tuple[int, ...]], label: tuple[int, ...]) -> bool:
    """Tell whether a label is equalled or beaten in every criterion by another one."""
    for other in others:
        for here, there in zip(other, label, strict=False):
            if here > there:
                break
        else:
            return True
    return False
