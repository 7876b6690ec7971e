# SPDX-License-Identifier: BSD-3-Clause
"""The state graph that is searched: a node is a place and the carriage the cargo is in there.

Edges: *haul* and *cross* along links, *transfer* from carriage to carriage at a place, *start* and *end*. Whatever costs
is an edge; passing through a place in the same carriage costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from corridor.costs import Component, CostModel, carriage, sum_of
from corridor.errors import CostError, OptionError, nearest_valid
from corridor.schema import Link
from corridor.shipment import Shipment, Weights
from corridor.vocabulary import DEFAULT_MODES, MODES, LinkStatus, Mode, StepKind, mode_of

if TYPE_CHECKING:
    import networkx as nx

    from corridor.network import Network

__all__ = [
    "END",
    "START",
    "Edge",
    "State",
    "StateGraph",
    "build_states",
    "check_include",
    "check_modes",
    "state_graph",
    "words_of",
]

START: Final = "start"
END: Final = "end"
BUILDABLE: Final[tuple[LinkStatus, ...]] = ("planned", "under-construction", "disused")

# So many state graphs stay with a network, since a notebook asks many routes of few shipments.
KEPT: Final = 8

State = tuple[str, str]


class Edge(NamedTuple):
    """One edge of the state graph with all its measures, for the whole shipment."""

    tail: State
    head: State
    key: str
    kind: StepKind
    mode: str
    link: Link | None
    crossing: str
    components: tuple[Component, ...]
    km: float
    hours: float
    usd: float
    co2e_kg: float
    crossings: int
    transfers: int
    score: float

    @property
    def forward(self) -> bool:
        """Whether a link is run from its ``from`` to its ``to``; without a link there is no direction to turn."""
        return self.link is None or self.link.from_ == self.tail[0]

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries of the link in the order run through; none without a link."""
        if self.link is None:
            return ()
        return self.link.countries if self.forward else self.link.countries[::-1]

    def attributes(self) -> dict[str, str | float]:
        """Return ids and measures by name, as steps of a route and edges of the networkx graph show them."""
        names = ("km", "hours", "usd", "co2e_kg", "crossings", "transfers", "score")
        ids = {"link": self.link.id if self.link is not None else "", "crossing": self.crossing}
        return ids | {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class StateGraph:
    """States and edges in a fixed order, with the model that priced them."""

    states: tuple[State, ...]
    edges: tuple[Edge, ...]
    costs: CostModel
    weights: Weights

    @cached_property
    def leaving(self) -> dict[State, tuple[Edge, ...]]:
        """The edges that leave each state."""
        out: dict[State, list[Edge]] = {state: [] for state in self.states}
        for edge in self.edges:
            out[edge.tail].append(edge)
        return {state: tuple(edges) for state, edges in out.items()}

    @cached_property
    def rides(self) -> dict[str, tuple[str, ...]]:
        """The carriages that cargo may be in at each place; a place without any is not among them."""
        out: dict[str, list[str]] = {}
        for place, ride in self.states:
            if ride not in {START, END}:
                out.setdefault(place, []).append(ride)
        return {place: tuple(rides) for place, rides in out.items()}


def words_of(given: Iterable[str] | str | None, *, option: str) -> list[str]:
    """Return an option that takes one word or several as a list; None is none."""
    if given is None:
        return []
    if isinstance(given, str):
        return [given]
    several: object = given
    if not isinstance(several, Iterable):
        msg = f"{option}={given!r}: must be a text or a list of texts."
        raise OptionError(msg)
    return list(given)


def check_modes(modes: Iterable[Mode] | None) -> tuple[Mode, ...]:
    """Return the modes asked for in a fixed order, or the default ones; refuse what is no mode."""
    if modes is None:
        return DEFAULT_MODES
    asked = words_of(modes, option="modes")
    for mode in asked:
        if mode not in MODES:
            msg = f"Unknown mode {mode!r}.{nearest_valid(str(mode), MODES, kind='Modes')}"
            raise OptionError(msg)
    if not asked:
        msg = f"modes is empty: name at least one. Modes: {', '.join(MODES)}."
        raise OptionError(msg)
    return tuple(mode for mode in MODES if mode in asked)


def check_include(include: Sequence[LinkStatus] | str) -> tuple[LinkStatus, ...]:
    """Return which links beside the operating ones are used; refuse what is no such status."""
    asked = words_of(include, option="include")
    for status in asked:
        if status not in BUILDABLE:
            msg = f"include={status!r}: unknown.{nearest_valid(str(status), BUILDABLE, kind='Choices')}"
            raise OptionError(msg)
    return tuple(asked)  # type: ignore[arg-type]


def _check_kind(option: str, value: object, kind: type, example: str) -> None:
    if not isinstance(value, kind):
        msg = f"{option}={value!r}: must be a corridor.{kind.__name__}, e.g. {example}."
        raise OptionError(msg)


def build_states(
    net: Network,
    shipment: Shipment | None = None,
    *,
    weights: Weights | None = None,
    modes: Iterable[Mode] | None = None,
    include: Sequence[LinkStatus] = (),
) -> StateGraph:
    """Build the states and priced edges of a network for a shipment; the last few are kept with the network.

    Raises
    ------
    CostError
        If a price, speed or time is missing, negative or not a number; all such edges are told at once.
    OptionError
        If a mode, status, cargo or vehicle is unknown.
    """
    shipment = Shipment() if shipment is None else shipment
    weights = Weights() if weights is None else weights
    _check_kind("shipment", shipment, Shipment, "co.Shipment(tonnes=20)")
    _check_kind("weights", weights, Weights, "co.Weights(usd_per_crossing=300)")
    asked = (shipment, weights, check_modes(modes), check_include(include))
    if asked not in net.built_states:
        if len(net.built_states) >= KEPT:
            net.built_states.pop(next(iter(net.built_states)))
        net.built_states[asked] = _build(net, *asked)
    built: StateGraph = net.built_states[asked]
    return built


def _build(
    net: Network, shipment: Shipment, weights: Weights, wanted: tuple[Mode, ...], include: tuple[LinkStatus, ...]
) -> StateGraph:
    statuses = ("operating", *include)
    costs = CostModel(net.tables, shipment)
    links = [
        link
        for link in net.tables.links
        if link.mode in wanted and link.status in statuses and costs.allows(carriage(link)) and carriage(link) != "rail"
    ]
    builder = _Builder(net, costs, weights)
    for link in links:
        builder.add_link(link)
    builder.add_transfers(wanted)
    builder.add_ends()
    return builder.finish()


def state_graph(
    net: Network,
    *,
    shipment: Shipment | None = None,
    weights: Weights | None = None,
    modes: Iterable[Mode] | None = None,
    include: Sequence[LinkStatus] = (),
) -> nx.MultiDiGraph:
    """Return the state graph as a ``networkx.MultiDiGraph``: the independent check of the router.

    Parameters
    ----------
    net
        The network.
    shipment
        What is moved; the default is 20 tonnes of general cargo.
    weights
        What the score is made with.
    modes
        Modes to use; the default is road, rail and sea.
    include
        Links to use beside the operating ones: ``planned``, ``under-construction``, ``disused``.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes ``(place id, carriage)``, and ``(place id, "start")`` and ``(place id, "end")`` for each place. Edges are
        keyed by link id (or ``transfer``, ``start``, ``end``) and carry ``km``, ``hours``, ``usd``, ``co2e_kg``,
        ``crossings``, ``transfers``, ``score`` (USD), ``kind``, ``mode``, ``link`` and ``crossing``.

    Raises
    ------
    CostError
        If a price, speed or time is missing.
    OptionError
        If an option is unknown.

    Examples
    --------
    >>> import corridor as co
    >>> import networkx as nx
    >>> states = co.state_graph(co.load())
    >>> hours = nx.dijkstra_path_length(states, ("karachi", "start"), ("tashkent", "end"), weight="hours")
    >>> abs(hours - co.route(co.load(), "Karachi", "Tashkent", by="hours").hours) < 1e-6
    True
    """
    import networkx as nx

    built = build_states(net, shipment, weights=weights, modes=modes, include=include)
    graph = nx.MultiDiGraph(name=f"states of {net.name}")
    for state in built.states:
        graph.add_node(state, place=state[0], carriage=state[1])
    for edge in built.edges:
        graph.add_edge(edge.tail, edge.head, key=edge.key, kind=edge.kind, mode=edge.mode, **edge.attributes())
    return graph


class _Builder:
    """Collects the edges of a state graph, and every cost that is missing."""

    def __init__(self, net: Network, costs: CostModel, weights: Weights) -> None:
        self._net = net
        self._costs = costs
        self._weights = weights
        self._places = {place.id: place for place in net.tables.places}
        self._edges: list[Edge] = []
        self._served: dict[str, dict[str, None]] = {place: {} for place in self._places}
        self._missing: dict[str, None] = {}

    def add_link(self, link: Link) -> None:
        ride = carriage(link)
        abroad = self._places[link.from_].country != self._places[link.to].country
        crosses = abroad and link.mode != "pipeline"
        by_land = link.mode in {"road", "rail"}
        for forward in (True,) if link.oneway else (True, False):
            tail, head = (link.from_, link.to) if forward else (link.to, link.from_)
            price = self._costs.cross if crosses and by_land else self._costs.haul
            try:
                components = price(link, forward=forward)
            except CostError as error:
                self._missing[str(error)] = None
                continue
            crossing = (self._costs.crossing_of(link) if by_land else link.id) if crosses else ""
            kind: StepKind = "cross" if crosses and by_land else "haul"
            self._add((tail, ride), (head, ride), link.id, kind, link.mode, link, crossing, components)
        for place in (link.from_, link.to):
            self._served[place][ride] = None

    def add_transfers(self, modes: Sequence[Mode]) -> None:
        for row in self._net.tables.transfers:
            pair = (row.from_carriage, row.to_carriage)
            if row.place not in self._places or any(mode_of(c) not in modes or not self._costs.allows(c) for c in pair):
                continue
            if any(ride not in self._served[row.place] for ride in pair):
                continue
            try:
                components = self._costs.transfer(row)
            except CostError as error:
                self._missing[str(error)] = None
                continue
            tail, head = ((row.place, ride) for ride in pair)
            self._add(tail, head, "transfer", "transfer", mode_of(row.to_carriage), None, "", components)

    def add_ends(self) -> None:
        for place in self._places.values():
            for ride in sorted(self._served[place.id]):
                for start in (True, False):
                    try:
                        components = self._costs.end(place, ride, start=start)
                    except CostError as error:
                        self._missing[str(error)] = None
                        continue
                    except OptionError:
                        # A regime that has no figure at this port bars the port, not the whole network.
                        continue
                    state = (place.id, ride)
                    if start:
                        self._add((place.id, START), state, START, "start", mode_of(ride), None, "", components)
                    else:
                        self._add(state, (place.id, END), END, "end", mode_of(ride), None, "", components)

    def finish(self) -> StateGraph:
        if self._missing:
            listed = "\n  ".join(list(self._missing)[:20])
            msg = f"{len(self._missing)} missing or absurd cost(s):\n  {listed}"
            raise CostError(msg)
        states = [(place, ride) for place in self._places for ride in (START, *sorted(self._served[place]), END)]
        return StateGraph(tuple(states), tuple(self._edges), self._costs, self._weights)

    def _add(
        self,
        tail: State,
        head: State,
        key: str,
        kind: StepKind,
        mode: str,
        link: Link | None,
        crossing: str,
        components: tuple[Component, ...],
    ) -> None:
        km, hours, usd, co2e = (sum_of(components, name) for name in ("km", "hours", "usd", "co2e_kg"))
        if not all(math.isfinite(value) and value >= 0 for value in (km, hours, usd, co2e)):
            where = link.id if link is not None else f"{kind} at {tail[0]}"
            self._missing[f"{where}: km {km}, hours {hours}, usd {usd}, co2e_kg {co2e}: must be finite and >= 0."] = (
                None
            )
            return
        crossings, transfers = int(bool(crossing)), int(kind == "transfer")
        score = self._costs.score(self._weights, mode, components, crossings, transfers)
        self._edges.append(
            Edge(
                tail,
                head,
                key,
                kind,
                mode,
                link,
                crossing,
                components,
                km,
                hours,
                usd,
                co2e,
                crossings,
                transfers,
                score,
            )
        )
