# SPDX-License-Identifier: BSD-3-Clause
"""The OpenStreetMap road and rail graphs of ``scgraph_data``: reading, clipping, mending, and shortest paths on them.

The graphs hold junctions as points and the length of the way between two junctions, not its shape: a drawn path is
straight between junctions. They know neither borders nor gauges; :class:`Outlines` keeps a path in its countries.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import itertools
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree
from shapely.geometry import shape

Point = tuple[float, float]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

GEOD: Final = pyproj.Geod(ellps="WGS84")
FRAME: Final = (20.0, 20.0, 95.0, 62.0)
MODULES: Final = {"road": "world_highways", "rail": "world_railways"}
REACH_KM: Final = {"road": 15.0, "rail": 12.0}
JOIN_KM: Final = {"road": 1.0, "rail": 3.0}
EARTH_KM: Final = 6371.0
KM_PER_DEGREE: Final = 111.195
SHORTEST_KM: Final = 1e-3
# A dead end is joined to a neighbour only where the way round by the graph is at least this long.
DETOUR_KM: Final = 20.0
# Route choice: each km of access, of a joined gap and of ways just over the border weighs more than its length.
ACCESS_WEIGHT: Final = 1.5
JOIN_WEIGHT: Final = 1.5
BORDER_WEIGHT: Final = 8.0
NEAR_KM: Final = 2.0
FAR_KM: Final = 10.0
NEAREST_EDGES: Final = 14
MAIN_EDGES: Final = 6
# A place can lie on an edge where the way over it is no longer than the edge, but for this share and km.
SLACK: Final = 0.01
SLACK_KM: Final = 1.0
# The chord of a winding edge may pass a place on that edge at up to this distance.
FARTHEST_KM: Final = 60.0


def geodesic_km(points: Sequence[Point]) -> float:
    """Return the length of a line over the WGS84 ellipsoid, km."""
    lons, lats = zip(*points, strict=True)
    return float(GEOD.line_length(lons, lats)) / 1000


@dataclass(frozen=True)
class Graph:
    """An undirected graph: node coordinates (lon, lat), the two nodes of each edge and its length."""

    nodes: Floats
    a: Integers
    b: Integers
    km: Floats
    joined: Flags

    def matrix(self) -> csr_matrix:
        """Return the graph as a sparse matrix of lengths."""
        size = len(self.nodes)
        return csr_matrix((self.km, (self.a, self.b)), shape=(size, size))

    def with_joins(self, a: Integers, b: Integers, km: Floats) -> Graph:
        """Return the graph with more edges, marked as joined."""
        joined = np.concatenate([self.joined, np.ones(len(a), dtype=bool)])
        first, second = np.minimum(a, b), np.maximum(a, b)
        return Graph(
            self.nodes,
            np.concatenate([self.a, first]),
            np.concatenate([self.b, second]),
            np.concatenate([self.km, km]),
            joined,
        )


def load_graph(mode: str, cache: Path) -> Graph:
    """Return the clipped graph of a mode, from the cache folder where it is already there."""
    version = importlib.metadata.version("scgraph_data")
    frame = "_".join(f"{value:g}" for value in FRAME)
    path = cache / f"{MODULES[mode]}-{version}-{frame}.npz"
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        nodes, a, b, km = _clip(*_read_package(MODULES[mode]))
        partial = path.with_suffix(".partial.npz")
        np.savez_compressed(partial, nodes=nodes, a=a, b=b, km=km)
        partial.replace(path)
    with np.load(path) as stored:
        km = stored["km"]
        return Graph(stored["nodes"], stored["a"], stored["b"], km, np.zeros(len(km), dtype=bool))


def _read_package(module: str) -> tuple[list[dict[str, float]], list[list[float]]]:
    """Read the two literals of a module of scgraph_data as data, without running it.

    The module is two long lines, ``graph=[{...}, ...]`` and ``nodes=[[lat, lon], ...]``; to import it would need a
    fitting release of scgraph and much memory.
    """
    spec = importlib.util.find_spec(f"scgraph_data.{module}")
    if spec is None or spec.origin is None:
        msg = f"scgraph_data.{module} is not installed: pip install 'scgraph_data==2.0.0'"
        raise ModuleNotFoundError(msg)
    values: dict[str, Any] = {}
    with Path(spec.origin).open(encoding="utf-8") as file:
        for line in file:
            name, _, text = line.partition("=")
            if name.strip() in {"graph", "nodes"}:
                values[name.strip()] = json.loads(re.sub(r"(\d+):", r'"\1":', text))
    return values["graph"], values["nodes"]


def _clip(graph: list[dict[str, float]], latlon: list[list[float]]) -> tuple[Floats, Integers, Integers, Floats]:
    """Return nodes, ends and lengths of the part of the graph inside the frame, every edge once."""
    nodes = np.asarray(latlon, dtype=float)[:, ::-1]
    west, south, east, north = FRAME
    inside = (nodes[:, 0] >= west) & (nodes[:, 0] <= east) & (nodes[:, 1] >= south) & (nodes[:, 1] <= north)
    edges = [
        (i, j, km)
        for i, neighbours in enumerate(graph)
        if inside[i]
        for j, km in ((int(key), value) for key, value in neighbours.items())
        if i < j and inside[j]
    ]
    number = np.cumsum(inside) - 1
    ends = np.asarray([edge[:2] for edge in edges], dtype=np.int64)
    km = np.maximum(np.asarray([edge[2] for edge in edges], dtype=float), SHORTEST_KM)
    return nodes[inside], number[ends[:, 0]], number[ends[:, 1]], km


def join_dead_ends(graph: Graph, reach_km: float) -> Graph:
    """Return the graph with small breaks joined.

    A node with one neighbour is joined to the nearest other dead end, or to the nearest node of another component,
    within the reach, where the way round by the graph is long or there is none.
    """
    if reach_km <= 0:
        return graph
    matrix = graph.matrix()
    degree = np.bincount(np.concatenate([graph.a, graph.b]), minlength=len(graph.nodes))
    _, component = connected_components(matrix, directed=False)
    ends = np.flatnonzero(degree == 1)
    tree = cKDTree(_on_sphere(graph.nodes))
    pairs: dict[tuple[int, int], float] = {}
    for batch in np.array_split(ends, max(1, len(ends) // 200)):
        near = dijkstra(matrix, directed=False, indices=batch, limit=DETOUR_KM)
        for row, node in zip(near, batch, strict=True):
            found = tree.query_ball_point(_on_sphere(graph.nodes[[node]])[0], reach_km)
            options = [
                (geodesic_km([tuple(graph.nodes[node]), tuple(graph.nodes[other])]), int(other))
                for other in found
                if np.isinf(row[other]) and (degree[other] == 1 or component[other] != component[node])
            ]
            if options:
                km, other = min(options)
                pairs[(min(int(node), other), max(int(node), other))] = max(km, SHORTEST_KM)
    ordered = sorted(pairs)
    first = np.asarray([pair[0] for pair in ordered], dtype=np.int64)
    second = np.asarray([pair[1] for pair in ordered], dtype=np.int64)
    return graph.with_joins(first, second, np.asarray([pairs[pair] for pair in ordered], dtype=float))


def join_points(graph: Graph, joins: Iterable[tuple[Point, Point]]) -> Graph:
    """Return the graph with an edge between the nodes nearest to each given pair of points."""
    pairs = list(joins)
    if not pairs:
        return graph
    tree = cKDTree(_on_sphere(graph.nodes))
    first = np.asarray([tree.query(_on_sphere(np.asarray([one]))[0])[1] for one, _ in pairs], dtype=np.int64)
    second = np.asarray([tree.query(_on_sphere(np.asarray([two]))[0])[1] for _, two in pairs], dtype=np.int64)
    km = [geodesic_km([tuple(graph.nodes[i]), tuple(graph.nodes[j])]) for i, j in zip(first, second, strict=True)]
    return graph.with_joins(first, second, np.maximum(np.asarray(km, dtype=float), SHORTEST_KM))


def _on_sphere(lonlat: Floats) -> Floats:
    """Return points of a sphere in km, so that straight distances stand for short distances on the ground."""
    lon, lat = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    return EARTH_KM * np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


class Outlines:
    """Country outlines with two margins: near (small errors of the outline) and far (not that country any more)."""

    def __init__(self, path: Path, countries: Iterable[str]) -> None:
        wanted = set(countries)
        plane = "+proj=aea +lat_1=30 +lat_2=56 +lat_0=44 +lon_0=58 +ellps=WGS84 +units=km"
        self._to_plane = pyproj.Transformer.from_crs("EPSG:4326", plane, always_xy=True)
        self._margins: dict[tuple[str, float], Any] = {}
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        for item in features:
            code = item["properties"]["iso_a2"]
            if code in wanted:
                polygon = shapely.transform(shape(item["geometry"]), self._project)
                for margin in (NEAR_KM, FAR_KM):
                    grown = shapely.simplify(shapely.buffer(polygon, margin, quad_segs=4), 0.1)
                    shapely.prepare(grown)
                    self._margins[(code, margin)] = grown

    def _project(self, lonlat: Floats) -> Floats:
        x, y = self._to_plane.transform(lonlat[:, 0], lonlat[:, 1])
        return np.column_stack([x, y])

    def within(self, lonlat: Floats, country: str, margin: float) -> Flags:
        """Tell which points lie in a country grown by a margin."""
        plane = self._project(lonlat)
        return np.asarray(shapely.contains_xy(self._margins[(country, margin)], plane[:, 0], plane[:, 1]), dtype=bool)


@dataclass(frozen=True)
class Anchor:
    """One way for a place to join the graph: by an edge, at a share of its length, over a straight access piece."""

    edge: int
    share: float
    access_km: float
    foot: Point | None


@dataclass(frozen=True)
class Way:
    """A path over the graph: its points from place to place, its length with access, and the edges used."""

    points: tuple[Point, ...]
    km: float
    access_km: float
    edges: tuple[int, ...]


@dataclass
class Router:
    """Shortest paths between places over the graph of one mode, kept in the countries of each link."""

    mode: str
    graph: Graph
    outlines: Outlines
    _component: Integers = field(init=False)
    _main: int = field(init=False)
    _inside: dict[tuple[str, str, float], Flags] = field(init=False, default_factory=dict)
    _anchors: dict[Point, list[Anchor]] = field(init=False, default_factory=dict)
    _costs: dict[tuple[str, ...], Floats] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._component = connected_components(self.graph.matrix(), directed=False)[1]
        self._main = int(np.bincount(self._component).argmax())

    def paths(self, start: Point, end: Point, countries: Sequence[str], *, most: int = 1) -> list[Way]:
        """Return up to ``most`` paths from place to place, each found with the ways of the former ones made dearer."""
        cost = self._edge_costs(countries).copy()
        found: list[Way] = []
        for _ in range(most):
            path = self._shortest(start, end, cost, countries)
            if path is None:
                break
            if all(path.edges != other.edges for other in found):
                found.append(path)
            cost[list(path.edges)] *= 1.5
        return found

    def _points_inside(self, what: str, country: str, margin: float) -> Flags:
        """Tell which nodes, or midpoints of edges, lie in a country grown by a margin (kept for later calls)."""
        key = (what, country, margin)
        if key not in self._inside:
            nodes = self.graph.nodes
            points = nodes if what == "nodes" else (nodes[self.graph.a] + nodes[self.graph.b]) / 2
            self._inside[key] = self.outlines.within(points, country, margin)
        return self._inside[key]

    def _allowed_nodes(self, countries: Sequence[str]) -> Flags:
        inside: Flags = np.any([self._points_inside("nodes", code, FAR_KM) for code in countries], axis=0)
        return inside

    def _edge_costs(self, countries: Sequence[str]) -> Floats:
        """Return what each edge costs a path of these countries; infinite where it leaves them."""
        key = tuple(sorted(countries))
        if key not in self._costs:
            graph = self.graph
            nodes = self._allowed_nodes(key)
            middle_far = np.any([self._points_inside("middles", code, FAR_KM) for code in key], axis=0)
            middle_near = np.any([self._points_inside("middles", code, NEAR_KM) for code in key], axis=0)
            cost = graph.km * np.where(graph.joined, JOIN_WEIGHT, 1.0) * np.where(middle_near, 1.0, BORDER_WEIGHT)
            cost[~(nodes[graph.a] & nodes[graph.b] & middle_far)] = np.inf
            self._costs[key] = cost
        return self._costs[key]

    def _anchors_of(self, place: Point) -> list[Anchor]:
        """Return the nearest edges that a place may join, by access distance."""
        if place not in self._anchors:
            self._anchors[place] = self._find_anchors(place)
        return self._anchors[place]

    def _find_anchors(self, place: Point) -> list[Anchor]:
        graph = self.graph
        scale = np.asarray([KM_PER_DEGREE * math.cos(math.radians(place[1])), KM_PER_DEGREE])
        first = (graph.nodes[graph.a] - place) * scale
        along = (graph.nodes[graph.b] - place) * scale - first
        square = np.maximum((along**2).sum(axis=1), 1e-12)
        share = np.clip(-(first * along).sum(axis=1) / square, 0.0, 1.0)
        access = np.hypot(*(first + share[:, None] * along).T)
        order = np.argsort(access, kind="stable")
        order = order[(access <= FARTHEST_KM)[order] & ~graph.joined[order]]
        on_edge, on_share = self._on_edge(place, order)
        share[order] = np.where(on_edge, on_share, share[order])
        bends = np.zeros(len(access), dtype=bool)
        bends[order] = on_edge
        order = order[(access[order] <= REACH_KM[self.mode]) | on_edge]
        main = order[self._component[graph.a[order]] == self._main]
        chosen = dict.fromkeys([*order[:NEAREST_EDGES].tolist(), *main[:MAIN_EDGES].tolist()])
        return [self._anchor(edge, float(share[edge]), float(access[edge]), bends=bool(bends[edge])) for edge in chosen]

    def _on_edge(self, place: Point, edges: Integers) -> tuple[Flags, Floats]:
        """Tell on which edges a place may lie by their length, and at which share of it."""
        graph = self.graph
        ends = []
        for nodes in (graph.nodes[graph.a[edges]], graph.nodes[graph.b[edges]]):
            lon, lat = np.full(len(edges), place[0]), np.full(len(edges), place[1])
            ends.append(np.asarray(GEOD.inv(lon, lat, nodes[:, 0], nodes[:, 1])[2], dtype=float) / 1000)
        over = ends[0] + ends[1]
        return over <= (1 + SLACK) * graph.km[edges] + SLACK_KM, ends[0] / np.maximum(over, SHORTEST_KM)

    def _anchor(self, edge: int, share: float, access: float, *, bends: bool) -> Anchor:
        """Return how a place joins an edge: the way bends through it where it can, else over an access piece."""
        if bends:
            return Anchor(edge, share, access, None)
        one, two = self.graph.nodes[self.graph.a[edge]], self.graph.nodes[self.graph.b[edge]]
        foot = one + share * (two - one)
        return Anchor(edge, share, access, (float(foot[0]), float(foot[1])))

    def _ways_in(self, place: Point, allowed: Flags) -> dict[int, tuple[float, float, Anchor]]:
        """Return for each node that a place leads to: cost, length and the anchor used."""
        ways: dict[int, tuple[float, float, Anchor]] = {}
        for anchor in self._anchors_of(place):
            km = float(self.graph.km[anchor.edge])
            ends = ((int(self.graph.a[anchor.edge]), anchor.share), (int(self.graph.b[anchor.edge]), 1 - anchor.share))
            for node, share in ends:
                if not allowed[node]:
                    continue
                if anchor.foot is None:
                    length = max(share * km, geodesic_km([place, tuple(self.graph.nodes[node])]))
                else:
                    length = anchor.access_km + share * km
                cost = length + (ACCESS_WEIGHT - 1) * anchor.access_km
                if node not in ways or cost < ways[node][0]:
                    ways[node] = (cost, length, anchor)
        return ways

    def _shortest(self, start: Point, end: Point, cost: Floats, countries: Sequence[str]) -> Way | None:
        """Return the cheapest path, or None; a path along a single edge counts too."""
        allowed = self._allowed_nodes(countries)
        ways_out, ways_in = self._ways_in(start, allowed), self._ways_in(end, allowed)
        direct = self._along_one_edge(start, end)
        if not ways_out or not ways_in:
            return direct[1] if direct else None
        matrix, edge_of, source, sink = self._matrix(start, end, cost, ways_out, ways_in)
        distances, before = dijkstra(matrix, directed=True, indices=source, return_predecessors=True)
        if direct and direct[0] <= distances[sink]:
            return direct[1]
        if not np.isfinite(distances[sink]):
            return None
        nodes = []
        node = int(before[sink])
        while node != source:
            nodes.append(node)
            node = int(before[node])
        nodes.reverse()
        return self._assemble(start, end, nodes, edge_of, (ways_out[nodes[0]], ways_in[nodes[-1]]))

    def _matrix(
        self,
        start: Point,
        end: Point,
        cost: Floats,
        ways_out: dict[int, tuple[float, float, Anchor]],
        ways_in: dict[int, tuple[float, float, Anchor]],
    ) -> tuple[csr_matrix, dict[tuple[int, int], int], int, int]:
        """Return the graph around two places with both added as nodes, and the cheapest edge of each pair of nodes."""
        graph = self.graph
        usable = np.flatnonzero(np.isfinite(cost) & self._around(start, end))
        order = usable[np.lexsort((cost[usable], graph.b[usable], graph.a[usable]))]
        a, b = graph.a[order], graph.b[order]
        fresh = np.ones(len(order), dtype=bool)
        fresh[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1])
        order, a, b = order[fresh], a[fresh], b[fresh]
        edge_of = {(int(i), int(j)): int(e) for i, j, e in zip(a, b, order, strict=True)}
        size = len(graph.nodes)
        source, sink = size, size + 1
        out_nodes, in_nodes = list(ways_out), list(ways_in)
        rows = np.concatenate([a, b, np.full(len(out_nodes), source), in_nodes])
        columns = np.concatenate([b, a, out_nodes, np.full(len(in_nodes), sink)])
        out_costs = [max(ways_out[node][0], SHORTEST_KM) for node in out_nodes]
        in_costs = [max(ways_in[node][0], SHORTEST_KM) for node in in_nodes]
        values = np.concatenate([cost[order], cost[order], out_costs, in_costs])
        return csr_matrix((values, (rows, columns)), shape=(size + 2, size + 2)), edge_of, source, sink

    def _around(self, start: Point, end: Point) -> Flags:
        """Tell which edges touch the box around two places, with a wide margin for detours."""
        margin = max(1.5, 0.4 * math.hypot(start[0] - end[0], start[1] - end[1]))
        wide = np.asarray([margin * 1.4, margin])
        low, high = np.minimum(start, end) - wide, np.maximum(start, end) + wide
        inside = ((self.graph.nodes >= low) & (self.graph.nodes <= high)).all(axis=1)
        return np.asarray(inside[self.graph.a] | inside[self.graph.b], dtype=bool)

    def _along_one_edge(self, start: Point, end: Point) -> tuple[float, Way] | None:
        """Return cost and path where both places join the same edge, or None."""
        others = {anchor.edge: anchor for anchor in self._anchors_of(end)}
        best: tuple[float, Way] | None = None
        for one in self._anchors_of(start):
            two = others.get(one.edge)
            if two is None:
                continue
            feet = [anchor.foot for anchor in (one, two) if anchor.foot is not None]
            points = (start, *feet, end)
            access = sum(anchor.access_km for anchor in (one, two) if anchor.foot is not None)
            km = max(abs(one.share - two.share) * float(self.graph.km[one.edge]) + access, geodesic_km(points))
            cost = km + (ACCESS_WEIGHT - 1) * (one.access_km + two.access_km)
            if best is None or cost < best[0]:
                best = (cost, Way(points, km, one.access_km + two.access_km, (one.edge,)))
        return best

    def _assemble(
        self,
        start: Point,
        end: Point,
        nodes: list[int],
        edge_of: dict[tuple[int, int], int],
        ways: tuple[tuple[float, float, Anchor], tuple[float, float, Anchor]],
    ) -> Way:
        """Return a path from its nodes and the two anchors."""
        (_, out_km, out), (_, in_km, into) = ways
        pairs = itertools.pairwise(nodes)
        edges = tuple(edge_of[(min(pair), max(pair))] for pair in pairs)
        points = [start]
        if out.foot is not None:
            points.append(out.foot)
        points += [(float(lon), float(lat)) for lon, lat in self.graph.nodes[nodes]]
        if into.foot is not None:
            points.append(into.foot)
        points.append(end)
        km = out_km + float(self.graph.km[list(edges)].sum()) + in_km
        return Way(tuple(points), km, out.access_km + into.access_km, edges)
