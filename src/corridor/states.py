# SPDX-License-Identifier: BSD-3-Clause
"""The state graph that is searched, priced for a shipment: kept with its network, and shown as a networkx graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from corridor.constraints import check_include, check_modes
from corridor.errors import OptionError
from corridor.network import Network
from corridor.prices import Prices, build_prices
from corridor.shipment import Shipment, Weights
from corridor.structure import RIDES, Array
from corridor.vocabulary import LinkStatus, Mode

if TYPE_CHECKING:
    import networkx as nx


__all__ = ["check_kind", "check_network", "kept_prices", "priced_states", "state_graph"]

# So many priced graphs stay with a network, since a notebook asks many routes of few shipments.
KEPT: Final = 8


def kept_prices(net: Network, shipment: Shipment | None, weights: Weights | None) -> Prices:
    """Return what every edge of a network costs a shipment; the last few are kept with the network.

    Raises
    ------
    OptionError
        If a cargo or vehicle class is unknown, or the shipment or the weights are something else.
    """
    shipment = Shipment() if shipment is None else shipment
    weights = Weights() if weights is None else weights
    check_kind("shipment", shipment, Shipment, "co.Shipment(tonnes=20)")
    check_kind("weights", weights, Weights, "co.Weights(usd_per_crossing=300)")
    kept: dict[tuple[Shipment, Weights], Prices] = net.compiled.setdefault("prices", {})
    key = (shipment, weights)
    if key not in kept:
        if len(kept) >= KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = build_prices(net.structure, net.tables, shipment, weights, net.day)
    return kept[key]


def priced_states(
    net: Network,
    shipment: Shipment | None,
    weights: Weights | None,
    *,
    modes: Sequence[Mode],
    include: Sequence[LinkStatus],
) -> tuple[Prices, Array]:
    """Return the prices of a network for a shipment, and which edges are there with these modes and kinds of links.

    Raises
    ------
    CostError
        If a price, speed or time is missing, negative or not a number; all such edges are told at once.
    OptionError
        If a cargo or vehicle class is unknown.
    """
    prices = kept_prices(net, shipment, weights)
    statuses = ("operating", *include)
    in_play = prices.structure.in_play(modes, statuses, prices.costs.cargo.carriages, prices.year)
    prices.check(in_play)
    return prices, in_play


def check_network(net: object, asker: str) -> None:
    """Refuse what is no network."""
    if not isinstance(net, Network):
        article = "an" if type(net).__name__[:1].lower() in "aeiou" else "a"
        msg = f"{asker} needs a corridor.Network, as co.load() returns one, not {article} {type(net).__name__}."
        raise OptionError(msg)


def check_kind(option: str, value: object, kind: type, example: str) -> None:
    """Refuse an option that is not of its kind."""
    if not isinstance(value, kind):
        msg = f"{option}={value!r}: must be a corridor.{kind.__name__}, e.g. {example}."
        raise OptionError(msg)


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

    check_network(net, "state_graph")
    prices, in_play = priced_states(net, shipment, weights, modes=check_modes(modes), include=check_include(include))
    structure = prices.structure
    graph = nx.MultiDiGraph(name=f"states of {net.name}")
    there = np.isin(structure.ride_of, [0, len(RIDES) - 1])
    for ends in (structure.csr.tails, structure.csr.heads):
        there[ends[in_play & (structure.link >= 0)]] = True
    for state in np.flatnonzero(there).tolist():
        place, ride = structure.states[state]
        graph.add_node((place, ride), place=place, carriage=ride)
    shut = prices.barred if prices.dated is None else prices.barred | prices.dated.shut
    for number in np.flatnonzero(in_play & ~shut).tolist():
        edge = prices.edge(number)
        graph.add_edge(edge.tail, edge.head, key=edge.key, kind=edge.kind, mode=edge.mode, **edge.attributes())
    return graph
