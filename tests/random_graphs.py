# SPDX-License-Identifier: BSD-3-Clause
"""Random small networks with a router of each tier, and what plain enumeration and networkx say of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

import networkx as nx
import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

import corridor as co
import small
from corridor.errors import NoRouteError
from corridor.vocabulary import MODES

MEASURES = ("km", "hours", "usd", "co2e_kg", "crossings", "transfers", "score")
COUNTS = ("crossings", "transfers")
LIMITS = {
    "hours": "max_hours",
    "usd": "max_usd",
    "co2e_kg": "max_co2e_kg",
    "crossings": "max_crossings",
    "transfers": "max_transfers",
}
DEFAULT_MODES = ("road", "rail", "sea")
# Networks with more simple ways than this between the two places are passed over: enumeration must stay cheap.
MOST_PATHS = 800
# Totals are compared in whole billionths, and as numbers to a millionth.
FINE, COARSE = 1e9, 1e-6

State = tuple[str, str]
Key = tuple[State, State, str]


class Path(NamedTuple):
    """A way without a loop: its edges but for start and end, its sums in whole billionths, and as numbers."""

    edges: tuple[Key, ...]
    whole: dict[str, int]
    totals: dict[str, float]
    crossings: tuple[str, ...]
    links: tuple[str, ...]

    def rank(self, by: str) -> tuple[int, ...]:
        """Return what the rule of ties orders ways by, but for the ids."""
        return (self.whole[by], self.whole["score"], self.whole["km"], len(self.edges))

    def fits(self, limits: dict[str, float]) -> bool:
        return all(self.totals[name] <= most + COARSE for name, most in limits.items())


@dataclass(frozen=True)
class Case:
    """One network as both tiers have it, and as a graph of states made without them."""

    plain: co.Router
    compiled: co.Router
    graph: nx.MultiDiGraph
    country: dict[str, str]
    through: dict[str, frozenset[str]]
    net: co.Network | None = None
    frames: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        links = [] if self.net is None else [(x.id, x.from_, x.to, x.mode, x.oneway) for x in self.net.tables.links]
        told = {name: part.to_dict("records") for name, part in self.frames.items() if part is not None}
        return f"<Case {self.country} {links or told}>"

    @property
    def places(self) -> list[str]:
        return list(self.country)

    def pair(self, data: st.DataObject) -> tuple[str, str]:
        origin = data.draw(st.sampled_from(self.places), label="origin")
        others = [place for place in self.places if place != origin]
        return origin, data.draw(st.sampled_from(others), label="goal")

    def ask(self, question: str, *ask: Any, **options: Any) -> Any:
        """Return the answer of both tiers, or their NoRouteError; they must be the same to the last bit."""
        one, two = (answer(router, question, *ask, **options) for router in (self.plain, self.compiled))
        assert told(one) == told(two)
        return one

    def paths(self, origin: str, goal: str, graph: nx.MultiDiGraph | None = None) -> list[Path]:
        """Return every way without a loop; a network with too many of them is passed over."""
        graph = self.graph if graph is None else graph
        return paths_between(graph, (origin, "start"), (goal, "end"))

    def path(self, route: co.Route) -> Path:
        """Return a route as its edges are in the graph; an edge that is not there is an error."""
        return as_path(self.graph, run(route.edges))

    def pruned(
        self,
        *,
        places: Iterable[str] = (),
        links: Iterable[str] = (),
        crossings: Iterable[str] = (),
        countries: Iterable[str] = (),
        within: Iterable[str] | None = None,
    ) -> nx.MultiDiGraph:
        """Return the graph without what is avoided and what lies outside."""
        places, links, crossings = set(places), set(links), set(crossings)
        allowed = set(self.country.values()) if within is None else set(within)
        allowed -= set(countries)
        graph = self.graph.copy()
        graph.remove_nodes_from([s for s in graph if s[0] in places or self.country[s[0]] not in allowed])
        gone = [
            (tail, head, key)
            for tail, head, key, data in graph.edges(keys=True, data=True)
            if key in links or data["crossing"] in crossings or not self.through.get(key, frozenset()) <= allowed
        ]
        graph.remove_edges_from(gone)
        return graph

    def without(self, names: Iterable[str], what: str) -> nx.MultiDiGraph:
        """Return the graph without crossings of these names, or without links through countries of these names."""
        if what == "crossings":
            return self.pruned(crossings=names)
        barred = set(names)
        graph = self.graph.copy()
        links = [edge for edge in graph.edges(keys=True) if not barred.isdisjoint(self.through.get(edge[2], ()))]
        graph.remove_edges_from(links)
        return graph


def answer(router: co.Router, question: str, *ask: Any, **options: Any) -> Any:
    try:
        return getattr(router, question)(*ask, **options)
    except NoRouteError as error:
        return error


def told(answer: Any) -> Any:
    """Return an answer in a form whose equality is that of every edge and every bit."""
    if isinstance(answer, co.Route):
        return answer.edges, *(getattr(answer, name).hex() for name in ("km", "hours", "usd", "co2e_kg", "score"))
    if isinstance(answer, NoRouteError):
        return str(answer), answer.blocked_by
    if isinstance(answer, pd.DataFrame):
        cells = [
            told(cell) if isinstance(cell, co.Route) else repr(cell) for cell in answer.to_numpy().ravel().tolist()
        ]
        return list(answer.columns), list(answer.index), cells
    if hasattr(answer, "totals"):
        return answer.totals.tolist(), answer.which.tolist(), told(answer.routes)
    return [told(route) for route in answer], answer.method, answer.note, answer.cut


def run(edges: Iterable[Key]) -> tuple[Key, ...]:
    """Return the edges of a way but for its start and end, which a network of one carriage does not have."""
    return tuple(edge for edge in edges if edge[2] not in {"start", "end"})


def as_path(graph: nx.MultiDiGraph, edges: Sequence[Key]) -> Path:
    data = [graph.edges[edge] for edge in edges]
    whole, totals = {}, {}
    for name in MEASURES:
        column = [row[name] for row in data]
        whole[name] = sum(column) if name in COUNTS else sum(round(number * FINE) for number in column)
        totals[name] = math.fsum(column)
    crossings = tuple(row["crossing"] for row in data if row["crossing"])
    return Path(tuple(edges), whole, totals, crossings, tuple(row["link"] for row in data if row["link"]))


def simple_walks(graph: nx.MultiDiGraph, source: Any, target: Any) -> Iterator[tuple[Any, ...]]:
    """Yield every way that enters no state twice, parallel edges apart, never leaving the part that leads to the target."""
    leads = nx.ancestors(graph, target) | {target}
    stack = [iter(graph.edges(source, keys=True))] if source in leads else []
    edges: list[Any] = []
    seen = [source]
    while stack:
        edge = next(stack[-1], None)
        if edge is None:
            stack.pop()
            seen.pop()
            if edges:
                edges.pop()
        elif edge[1] == target:
            yield (*edges, edge)
        elif edge[1] in leads and edge[1] not in seen:
            edges.append(edge)
            seen.append(edge[1])
            stack.append(iter(graph.edges(edge[1], keys=True)))


def paths_between(graph: nx.MultiDiGraph, source: Any, target: Any) -> list[Path]:
    if source not in graph or target not in graph:
        return []
    walks = list(islice(simple_walks(graph, source, target), MOST_PATHS + 1))
    assume(len(walks) <= MOST_PATHS)
    return [
        as_path(graph, tuple(edge for edge in walk if graph.edges[edge]["kind"] not in {"start", "end"}))
        for walk in walks
    ]


def dijkstra(graph: nx.MultiDiGraph, source: Any, target: Any, by: str) -> float | None:
    """Return the least sum of a measure by plain networkx, or None where there is no way."""
    if source not in graph or target not in graph:
        return None
    try:
        return nx.dijkstra_path_length(graph, source, target, weight=by)
    except nx.NetworkXNoPath:
        return None


def in_stages(graph: nx.MultiDiGraph, origin: str, goal: str, via: Sequence[str]) -> tuple[nx.MultiDiGraph, Any, Any]:
    """Return one copy of the graph for each number of places passed, joined where the next is entered, and its ends."""

    def passed(place: str, stage: int) -> int:
        while stage < len(via) and via[stage] == place:
            stage += 1
        return stage

    staged = nx.MultiDiGraph()
    for tail, head, key, data in graph.edges(keys=True, data=True):
        for stage in range(len(via) + 1):
            staged.add_edge((tail, stage), (head, passed(head[0], stage)), key=key, **data)
    return staged, ((origin, "start"), passed(origin, 0)), ((goal, "end"), len(via))


def by_modes(graph: nx.MultiDiGraph, modes: Iterable[str]) -> nx.MultiDiGraph:
    """Return the graph without the states of other modes."""
    kept = {"start", "end", *modes}
    return graph.subgraph([state for state in graph if state[1].rstrip("0123456789") in kept]).copy()


def front(paths: Iterable[Path], names: Sequence[str]) -> set[tuple[float, ...]]:
    """Return the totals, to a millionth, that no other way equals or beats in every one of these measures."""
    vectors = {tuple(round(path.totals[name], 6) for name in names) for path in paths}
    return {v for v in vectors if not any(w != v and all(a <= b for a, b in zip(w, v, strict=True)) for w in vectors)}


def overlap(case: Case, path: Path, other: Path) -> float:
    """Return the share of km of links that two ways have in common, of the shorter one."""
    km = {edge[2]: data["km"] for *edge, data in case.graph.edges(keys=True, data=True)}
    ours, theirs = set(path.links), set(other.links)
    shorter = min(sum(km[link] for link in ours), sum(km[link] for link in theirs))
    return sum(km[link] for link in ours & theirs) / shorter if shorter else float(bool(ours & theirs))


# Networks by the model


def case_of(net: co.Network, weights: co.Weights | None = None) -> Case:
    plain, compiled = (co.Router(net, weights=weights, engine=engine) for engine in ("plain", "compiled"))
    return Case(
        plain,
        compiled,
        co.state_graph(net, weights=weights),
        {place.id: place.country for place in net.tables.places},
        {link.id: frozenset(link.countries) for link in net.tables.links},
        net=net,
    )


WEIGHTS = st.sampled_from(
    [
        None,
        co.Weights(usd_per_km=0.5, usd_per_crossing=60, usd_per_transfer=25, mode_factor={"road": 0.5, "rail": 2}),
        co.Weights(value_of_time_usd_per_hour=3),
    ]
)


@st.composite
def model_cases(draw: st.DrawFn) -> Case:
    """Networks of tests/small.py, joined for the most part, priced by the model."""
    net = draw(st.one_of(small.tangled(most_links=9), small.tangled(most_links=11), small.networks()))
    return case_of(net, draw(WEIGHTS))


# Networks of one's own


RIDES = [("road", None), ("rail", 1520), ("rail", 1676), ("rail", 1435), ("sea", None), ("air", None)]
# Tenths add up to a tie in whole billionths only: 0.1 + 0.2 is more than 0.3 as a float.
KM, HOURS = [0, 0.1, 0.2, 0.3, 2, 10, 10, 25], [0, 0.1, 0.2, 0.3, 1, 5]
USD, KG = [0, 10, 10, 25], [0, 1, 3]


@st.composite
def frames(draw: st.DrawFn, *, most_links: int = 10, several: bool = True) -> dict[str, pd.DataFrame | None]:
    """Frames for ``Router.from_frames``: parallel, one-way and free links, ties, parts apart, one carriage or several."""
    count = draw(st.integers(2, 7))
    countries = [draw(st.sampled_from(["PK", "PK", "AF", "UZ"])) for _ in range(count)]
    names = [f"p{number}" for number in range(count)]
    chain = [(i, i + 1) for i in range(count - 1)] if draw(st.integers(0, 3)) else []
    pairs = st.sampled_from([(a, b) for a in range(count) for b in range(count) if a != b])
    extra = draw(st.lists(pairs, min_size=0 if chain else 1, max_size=most_links - len(chain)))
    rides = draw(st.sampled_from([RIDES[:4], RIDES, RIDES[:3]])) if several else RIDES[:1]
    rows = []
    for number, (a, b) in enumerate([*chain, *extra]):
        mode, gauge = draw(st.sampled_from(rides))
        abroad = countries[a] != countries[b]
        rows.append(
            {
                "id": f"l{number}", "from": names[a], "to": names[b], "mode": mode, "gauge_mm": gauge,
                "length_km": draw(st.sampled_from(KM)), "hours": draw(st.sampled_from(HOURS)),
                "usd": draw(st.sampled_from(USD)), "co2e_kg": draw(st.sampled_from(KG)),
                "oneway": number >= len(chain) and draw(st.booleans()),
                "crossing": draw(st.sampled_from(["", "g1", "g2", "g3"])) if abroad else "",
            }
        )  # fmt: skip
    served: dict[str, dict[str, None]] = {name: {} for name in names}
    for row in rows:
        for end in ("from", "to"):
            served[row[end]][ride_of(row)] = None
    changes = [
        {
            "place": place, "from_carriage": old, "to_carriage": new, "hours": draw(st.sampled_from([0, 2, 12])),
            "usd": draw(st.sampled_from([0, 50])), "co2e_kg": draw(st.sampled_from([0, 9])),
        }
        for place, here in served.items()
        for old in here
        for new in here
        if old != new and draw(st.integers(0, 3))
    ]  # fmt: skip
    places = [
        {"id": name, "lon": 60 + i * 0.01, "lat": 30 + (i % 3) * 0.01, "country": countries[i]}
        for i, name in enumerate(names)
    ]
    return {
        "places": pd.DataFrame(places),
        "links": pd.DataFrame(rows),
        "transfers": pd.DataFrame(changes) if changes else None,
    }


def ride_of(row: dict[str, Any]) -> str:
    return f"rail{int(row['gauge_mm'])}" if row["mode"] == "rail" else row["mode"]


def graph_of(frames: dict[str, Any], weights: co.Weights | None = None) -> nx.MultiDiGraph:
    """Return the states of frames as the manual describes them, made without the library."""
    weights = weights or co.Weights()
    graph = nx.MultiDiGraph()
    country = dict(zip(frames["places"]["id"], frames["places"]["country"], strict=True))

    def join(tail: State, head: State, key: str, mode: str, link: str = "", crossing: str = "", **own: float) -> None:
        figures = dict.fromkeys(("km", "hours", "usd", "co2e_kg"), 0.0) | own
        counts = {"crossings": int(crossing != ""), "transfers": int(key == "transfer")}
        factor = weights.mode_factor.get(mode, 1.0) if link else 1.0
        score = figures["usd"] * factor + figures["hours"] * (weights.value_of_time_usd_per_hour or 0)
        score += figures["km"] * weights.usd_per_km + counts["crossings"] * weights.usd_per_crossing
        score += counts["transfers"] * weights.usd_per_transfer
        kind = "haul" if link else key
        graph.add_edge(tail, head, key=key, kind=kind, link=link, crossing=crossing, **figures, **counts, score=score)

    for row in frames["links"].to_dict("records"):
        a, b, ride = row["from"], row["to"], ride_of(row)
        crossing = row["crossing"] or (row["id"] if country[a] != country[b] else "")
        for tail, head in ((a, b), (b, a))[: 1 if row["oneway"] else 2]:
            join(
                (tail, ride), (head, ride), row["id"], row["mode"], row["id"], crossing, km=row["length_km"],
                hours=row["hours"], usd=row["usd"], co2e_kg=row["co2e_kg"],
            )  # fmt: skip
        for place in (a, b):
            graph.add_nodes_from([(place, ride)])
    for place, ride in [state for state in graph if state[1] not in {"start", "end"}]:
        for tail, head, key in (((place, "start"), (place, ride), "start"), ((place, ride), (place, "end"), "end")):
            join(tail, head, key, "")
    if frames["transfers"] is not None:
        for row in frames["transfers"].to_dict("records"):
            ends = [(row["place"], row[side]) for side in ("from_carriage", "to_carriage")]
            own = {name: row[name] for name in ("hours", "usd", "co2e_kg")}
            join(*ends, "transfer", "", **own)
    return graph


def frames_case(given: dict[str, Any], weights: co.Weights | None = None) -> Case:
    plain, compiled = (co.Router.from_frames(**given, weights=weights, engine=e) for e in ("plain", "compiled"))
    country = dict(zip(given["places"]["id"], given["places"]["country"], strict=True))
    through = {
        row["id"]: frozenset((country[row["from"]], country[row["to"]])) for row in given["links"].to_dict("records")
    }
    return Case(
        plain, compiled, by_modes(graph_of(given, weights), DEFAULT_MODES), country, through, frames=given
    )  # fmt: skip


@st.composite
def frame_cases(draw: st.DrawFn, *, several: bool) -> Case:
    """Networks of one's own from two or three frames, with several carriages or with one."""
    return frames_case(draw(frames(several=several)), draw(WEIGHTS))


def cases() -> st.SearchStrategy[Case]:
    """Networks of both kinds."""
    return st.one_of(model_cases(), frame_cases(several=True), frame_cases(several=False))


def own_cases() -> st.SearchStrategy[Case]:
    """Networks of one's own, whose states are those of places and carriages or of places alone."""
    return st.one_of(frame_cases(several=True), frame_cases(several=False))


def all_modes_graph(case: Case) -> nx.MultiDiGraph:
    """Return the states of every mode."""
    weights = case.plain._compiled.prices.weights
    if case.net is None:
        return graph_of(case.frames, weights)
    return co.state_graph(case.net, weights=weights, modes=MODES)
