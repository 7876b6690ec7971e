# SPDX-License-Identifier: BSD-3-Clause
"""The graphs that the benchmarks run on: the bundled corridor, seeded ones of 150 to a million places, and a real one.

Nothing here is made to suit this library: places are numbered in a random order, as they were drawn.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
import types
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

import corridor as co

# Changed whenever a graph is made in another way, so that none of an older kind is read from the cache.
VERSION = 2
SEED = 20261124
CACHE = Path(tempfile.gettempdir()) / "corridor-benchmarks"
SIZES = {"5k": 5_000, "100k": 100_000, "1M": 1_000_000}
CRITERIA = ("hours", "usd", "crossings")

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Graph:
    """Directed edges as arrays, for the peers, and the frames or router of the same graph, for this library.

    ``tails`` and ``heads`` number the nodes of the graph that the peers search; ``columns`` hold a figure for each edge.
    ``pairs`` are nodes to route between, ``asked`` what this library calls them.
    """

    name: str
    nodes: int
    tails: Array
    heads: Array
    columns: dict[str, Array]
    pairs: list[tuple[int, int]]
    lon: Array
    lat: Array
    places: pd.DataFrame | None = None
    links: pd.DataFrame | None = None
    transfers: pd.DataFrame | None = None
    names: dict[int, str] = field(default_factory=dict)

    def asked(self, node: int) -> str:
        """Return the id of the place that a node is (of the place that it is the start or end of)."""
        return self.names.get(node) or str(node)

    def router(self, **options: Any) -> co.Router:
        """Return this library's router of the graph."""
        return co.Router.from_frames(self.places, self.links, self.transfers, **options)

    @cached_property
    def curve_order(self) -> Array:
        """The number of each node along a space-filling curve, as ``from_frames`` numbers them."""
        number = np.empty(self.nodes, dtype=np.int64)
        number[np.argsort(_morton(self.lon, self.lat), kind="stable")] = np.arange(self.nodes)
        return number

    def along_a_curve(self) -> Graph:
        """Return the peers' side of the graph with its nodes renumbered along a space-filling curve."""
        new = self.curve_order
        tails, heads = new[self.tails], new[self.heads]
        order = np.argsort(tails, kind="stable")
        columns = {name: column[order] for name, column in self.columns.items()}
        pairs = [(int(new[a]), int(new[b])) for a, b in self.pairs]
        return Graph(
            f"{self.name}, renumbered", self.nodes, tails[order], heads[order], columns, pairs, self.lon, self.lat
        )

    def simple(self, weight: str) -> Graph:
        """Return the graph with the cheapest of parallel edges alone: Yen's method is said of such graphs in every peer."""
        order = np.lexsort((self.columns[weight], self.heads, self.tails))
        tails, heads = self.tails[order], self.heads[order]
        first = np.r_[True, (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])]
        kept = np.sort(order[first])
        columns = {name: column[kept] for name, column in self.columns.items()}
        links = None if self.links is None else self.links.iloc[kept].reset_index(drop=True)
        return Graph(
            f"{self.name}, simple", self.nodes, self.tails[kept], self.heads[kept], columns, self.pairs, self.lon,
            self.lat, self.places, links, None, self.names,
        )  # fmt: skip


def geometric(name: str, seed: int = SEED) -> Graph:
    """Return a random geometric graph: each place joined to its 3 or 4 nearest both ways, 15 % of links doubled by rail."""
    stored = _stored(f"geometric-{name}-{seed}", lambda: _draw_geometric(SIZES[name], seed))
    count = len(stored["lon"])
    links = pd.DataFrame({"from": stored["tails"], "to": stored["heads"], "length_km": stored["km"]})
    links["hours"], links["usd"], links["oneway"] = stored["hours"], stored["usd"], True
    crossing = stored["crossing"]
    if count <= SIZES["5k"]:
        named = np.array([f"border-{number}" for number in range(crossing.max() + 1)], dtype=object)
        links["crossing"] = np.where(crossing >= 0, named[crossing], None)
    rng = np.random.default_rng(seed + 1)
    pairs = [(int(a), int(b)) for a, b in rng.integers(count, size=(20, 2)) if a != b]
    places = pd.DataFrame({"id": np.arange(count), "lon": stored["lon"], "lat": stored["lat"]})
    columns = {"hours": stored["hours"], "usd": stored["usd"], "crossings": (crossing >= 0).astype(np.int64)}
    return Graph(
        name, count, stored["tails"], stored["heads"], columns, pairs, stored["lon"], stored["lat"], places, links
    )


def _draw_geometric(count: int, seed: int) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(20, 120, count), rng.uniform(20, 60, count)
    near = cKDTree(np.c_[lon, lat]).query(np.c_[lon, lat], k=5)[1][:, 1:]
    # The fourth nearest counts for every other place: about five directed links a place in the end.
    taken = np.c_[np.ones((count, 3), dtype=bool), rng.random(count) < 0.5]
    a, b = np.repeat(np.arange(count), 4)[taken.ravel()], near[taken]
    both = np.unique(np.minimum(a, b) * count + np.maximum(a, b))
    a, b = both // count, both % count
    a, b, kept = _giant(count, a, b)
    lon, lat = lon[kept], lat[kept]
    twin = rng.random(len(a)) < 0.15
    km = great_circle_km(lon[a], lat[a], lon[b], lat[b]) * rng.uniform(1.1, 1.5, len(a))
    # Road one way, road back, and rail both ways where there is a railway beside the road.
    tails, heads = np.r_[a, b, a[twin], b[twin]], np.r_[b, a, b[twin], a[twin]]
    rail = np.arange(len(tails)) >= 2 * len(a)
    km = np.r_[km, km, km[twin] * 1.1, km[twin] * 1.1]
    hours = km / np.where(rail, rng.uniform(15, 60, len(km)), rng.uniform(25, 80, len(km)))
    usd = km * np.where(rail, rng.uniform(0.5, 1.2, len(km)), rng.uniform(0.9, 2.2, len(km)))
    # Countries are the cells of a grid; a link that leaves one is a border crossing, the same both ways and by rail.
    country = (lon // 12.5).astype(np.int64) * 100 + (lat // 10).astype(np.int64)
    abroad = country[tails] != country[heads]
    ends = np.minimum(tails, heads) * len(lon) + np.maximum(tails, heads)
    crossing = np.full(len(tails), -1)
    crossing[abroad] = np.unique(ends[abroad], return_inverse=True)[1]
    mixed = rng.permutation(len(tails))
    drawn = {"tails": tails, "heads": heads, "km": km, "hours": hours, "usd": usd, "crossing": crossing}
    return {"lon": lon, "lat": lat} | {key: column[mixed] for key, column in drawn.items()}


def small(seed: int = SEED) -> Graph:
    """Return 150 places with some 900 directed links by road and rail, some abroad, and transfers where both meet.

    What the peers search is the graph of states (place and carriage, start, end) that ``Router.edges`` lists.
    """
    rng = np.random.default_rng(seed)
    count = 150
    lon, lat = rng.uniform(40, 75, count), rng.uniform(25, 55, count)
    near = cKDTree(np.c_[lon, lat]).query(np.c_[lon, lat], k=5)[1][:, 1:]
    graph = nx.Graph([(a, int(b)) for a in range(count) for b in near[a]])
    parts = [sorted(part) for part in nx.connected_components(graph)]
    graph.add_edges_from((a[-1], b[0]) for a, b in pairwise(parts))
    a, b = np.array(sorted(tuple(sorted(edge)) for edge in graph.edges)).T
    rail = rng.random(len(a)) < 0.25
    tails, heads = np.r_[a, b, a[rail], b[rail]], np.r_[b, a, b[rail], a[rail]]
    by_rail = np.arange(len(tails)) >= 2 * len(a)
    km = great_circle_km(lon[tails], lat[tails], lon[heads], lat[heads]) * rng.uniform(1.1, 1.5, len(tails))
    country = (lon // 12).astype(int) * 10 + (lat // 10).astype(int)
    abroad = country[tails] != country[heads]
    names = [f"border-{min(t, h)}-{max(t, h)}" for t, h in zip(tails, heads, strict=True)]
    links = pd.DataFrame(
        {
            "id": [f"l{number}" for number in range(len(tails))],
            "from": [f"p{number}" for number in tails],
            "to": [f"p{number}" for number in heads],
            "mode": np.where(by_rail, "rail", "road"),
            "gauge_mm": np.where(by_rail, 1520.0, np.nan),
            "length_km": km,
            "hours": km / np.where(by_rail, rng.uniform(15, 60, len(km)), rng.uniform(25, 80, len(km)))
            + abroad * rng.uniform(4, 40, len(km)),
            "usd": km * np.where(by_rail, rng.uniform(0.5, 1.2, len(km)), rng.uniform(0.9, 2.2, len(km)))
            + abroad * rng.uniform(50, 400, len(km)),
            "crossing": np.where(abroad, np.array(names, dtype=object), None),
            "oneway": True,
        }
    )
    stations = [f"p{number}" for number in np.unique(tails[by_rail])]
    places = pd.DataFrame({"id": [f"p{number}" for number in range(count)], "lon": lon, "lat": lat})
    ways = [("road", "rail1520"), ("rail1520", "road")]
    transfers = pd.DataFrame(
        [(place, old, new, rng.uniform(4, 24), rng.uniform(100, 400)) for place in stations for old, new in ways],
        columns=["place", "from_carriage", "to_carriage", "hours", "usd"],
    )
    ends = [(int(a), int(b)) for a, b in rng.integers(count, size=(12, 2)) if a != b]
    edges = co.Router.from_frames(places, links, transfers).edges
    asked = [(f"p{a}", f"p{b}") for a, b in ends]
    return _of_edges("small", edges, asked, places, links, transfers)


def bundled() -> Graph:
    """Return the states of the bundled corridor, as ``co.state_graph`` gives them to networkx."""
    states = co.state_graph(co.load())
    rows = [
        {"from": tail[0], "from_carriage": tail[1], "to": head[0], "to_carriage": head[1], **data}
        for tail, head, data in states.edges(data=True)
    ]
    asked = [("karachi", "minsk"), ("gwadar", "almaty"), ("moscow", "port-qasim"), ("tashkent", "karachi")]
    return _of_edges("bundled corridor", pd.DataFrame(rows), asked)


def _of_edges(name: str, edges: pd.DataFrame, asked: list[tuple[str, str]], *frames: pd.DataFrame) -> Graph:
    numbers: dict[tuple[str, str], int] = {}
    ends = [
        np.array([numbers.setdefault(pair, len(numbers)) for pair in zip(edges[end], edges[f"{end}_carriage"], strict=True)])
        for end in ("from", "to")
    ]  # fmt: skip
    pairs = [(numbers[a, "start"], numbers[b, "end"]) for a, b in asked]
    names = {number: place for (place, _), number in numbers.items()}
    columns = {criterion: edges[criterion].to_numpy() for criterion in CRITERIA}
    none = np.zeros(len(numbers))
    return Graph(name, len(numbers), *ends, columns, pairs, none, none, *(frames or (None,) * 3), names=names)


def world() -> Graph:
    """Return the highways and railways of the world that the PyPI package ``scgraph_data`` ships, as one network.

    A railway node within 1 km of a highway node is the same place, where cargo may change carriage. Lengths are as
    shipped; a road is run at 60 km/h and 1.2 USD/km, a railway at 35 km/h and 0.7 USD/km. The peers search its states;
    the pairs are places with a road alone, which have one state. The largest strongly connected part is kept.
    """
    stored = _stored("world", _read_world)
    place, lon, lat = stored["place"], stored["lon"], stored["lat"]
    tails, heads = stored["tails"], stored["heads"]
    rail, moves = stored["rail"], stored["moves"]
    run = tails[~moves], heads[~moves]
    links = pd.DataFrame({"from": place[run[0]], "to": place[run[1]], "length_km": stored["km"][~moves]})
    links["hours"], links["usd"] = stored["hours"][~moves], stored["usd"][~moves]
    links["mode"] = np.where(rail[run[0]], "rail", "road")
    links["gauge_mm"], links["oneway"] = np.where(rail[run[0]], 1435.0, np.nan), True
    carriage = np.where(rail, "rail1435", "road")
    change = tails[moves], heads[moves]
    transfers = pd.DataFrame(
        {"place": place[change[0]], "from_carriage": carriage[change[0]], "to_carriage": carriage[change[1]]}
    ).assign(hours=stored["hours"][moves], usd=stored["usd"][moves])
    ids, first = np.unique(place, return_index=True)
    places = pd.DataFrame({"id": ids, "lon": lon[first], "lat": lat[first]})
    alone = np.flatnonzero((np.bincount(place)[place] == 1) & ~rail)
    ends = np.random.default_rng(SEED).choice(alone, size=(20, 2))
    pairs = [(int(a), int(b)) for a, b in ends if a != b]
    columns = {"hours": stored["hours"], "usd": stored["usd"], "crossings": np.zeros(len(tails), dtype=np.int64)}
    # Places bear the number of their state by road.
    return Graph("world", len(place), tails, heads, columns, pairs, lon, lat, places, links, transfers)


def _read_world() -> dict[str, Array]:
    (road_at, *road), (rail_at, *rail) = (_shipped(f"world_{kind}") for kind in ("highways", "railways"))
    roads, count = len(road_at), len(road_at) + len(rail_at)
    off, nearest = cKDTree(_on_globe(road_at)).query(_on_globe(rail_at), distance_upper_bound=1.0)
    by_distance = np.argsort(off, kind="stable")
    close = by_distance[np.isfinite(off[by_distance])]
    # Each place has one railway node at most: the nearest one.
    station = close[np.unique(nearest[close], return_index=True)[1]]
    place = np.arange(count)
    place[roads + station] = nearest[station]
    there, here = roads + station, nearest[station]
    tails = np.r_[road[0], rail[0] + roads, here, there]
    heads = np.r_[road[1], rail[1] + roads, there, here]
    km = np.r_[road[2], rail[2], np.zeros(2 * len(station))]
    moves = np.arange(len(tails)) >= len(tails) - 2 * len(station)
    on_rail = tails >= roads
    hours = np.where(moves, 8.0, km / np.where(on_rail, 35, 60))
    usd = np.where(moves, 250.0, km * np.where(on_rail, 0.7, 1.2))
    labels = connected_components(
        coo_matrix((np.ones(len(tails)), (tails, heads)), (count, count)), connection="strong"
    )[1]
    kept = labels == np.bincount(labels).argmax()
    number = np.cumsum(kept) - 1
    on = kept[tails] & kept[heads]
    at = np.r_[road_at, rail_at][kept]
    return {
        "place": number[place[kept]], "rail": (np.arange(count) >= roads)[kept], "lat": at[:, 0], "lon": at[:, 1],
        "tails": number[tails[on]], "heads": number[heads[on]], "km": km[on], "hours": hours[on], "usd": usd[on],
        "moves": moves[on],
    }  # fmt: skip


def _shipped(module: str) -> tuple[Array, Array, Array, Array]:
    """Return coordinates (lat, lon) and edges of a module of ``scgraph_data``, which imports beside scgraph 2 alone."""

    class Kept:
        def __init__(self, graph: list[dict[int, float]], nodes: list[list[float]]) -> None:
            self.graph, self.nodes = graph, nodes

    stand_in: Any = types.ModuleType("scgraph.core")
    stand_in.GeoGraph = Kept
    importlib.import_module("scgraph")
    sys.modules["scgraph.core"] = stand_in
    try:
        read = getattr(importlib.import_module(f"scgraph_data.{module}"), f"{module}_geograph")
    finally:
        del sys.modules["scgraph.core"]
    edges = [(tail, head, km) for tail, row in enumerate(read.graph) for head, km in row.items() if head != tail]
    tails, heads, km = (np.array(column) for column in zip(*edges, strict=True))
    return np.array(read.nodes), tails, heads, km


def _stored(name: str, make: Any) -> dict[str, Array]:
    """Return arrays from the cache folder, made where they are not there."""
    path = CACHE / f"{name}-{VERSION}.npz"
    if not path.is_file():
        CACHE.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial.npz")
        np.savez(partial, **make())
        partial.replace(path)
    with np.load(path) as arrays:
        return dict(arrays)


def _giant(count: int, a: Array, b: Array) -> tuple[Array, Array, Array]:
    """Return the edges of the largest connected part, its nodes numbered anew, and which nodes those are."""
    labels = connected_components(coo_matrix((np.ones(len(a)), (a, b)), (count, count)), directed=False)[1]
    kept = labels == np.bincount(labels).argmax()
    number = np.cumsum(kept) - 1
    on = kept[a]
    return number[a[on]], number[b[on]], np.flatnonzero(kept)


def _on_globe(latlon: Array) -> Array:
    """Return points of the Earth in kilometres from its middle."""
    lat, lon = np.radians(latlon).T
    return 6371.0088 * np.c_[np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]


def _morton(lon: Array, lat: Array) -> Array:
    """Return where points lie on a curve that interleaves the bits of both coordinates."""
    along = np.zeros(len(lon), dtype=np.int64)
    for shift, values in enumerate((lon, lat)):
        whole = ((values - values.min()) / (np.ptp(values) or 1.0) * 65535).astype(np.int64)
        for bit in range(16):
            along |= (whole >> bit & 1) << (2 * bit + shift)
    return along


def great_circle_km(lon1: Array, lat1: Array, lon2: Array, lat2: Array) -> Array:
    """Return the distance of points on the Earth, km."""
    lon1, lat1, lon2, lat2 = map(np.radians, (lon1, lat1, lon2, lat2))
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0088 * np.arcsin(np.sqrt(half))
