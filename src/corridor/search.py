# SPDX-License-Identifier: BSD-3-Clause
"""The cheapest walk through a state graph: integers in, edges out; ties broken by score, then km, then id.

Costs are whole numbers of :data:`UNIT` inside, so that sums do not depend on their order and a tie is a true tie.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from heapq import heappop, heappush
from typing import Final

from corridor.states import END, START, Edge, State
from corridor.vocabulary import By

__all__ = ["cheapest_walk", "reachable"]

UNIT: Final = 1e-9

Label = tuple[int, int, int, int, tuple[str, ...]]


def cheapest_walk(
    leaving: Mapping[State, Sequence[Edge]],
    origin: str,
    destination: str,
    *,
    by: By,
    via: Sequence[str] = (),
    usable: Callable[[Edge], bool] | None = None,
) -> tuple[Edge, ...] | None:
    """Return the edges of the best walk from the origin's start to the destination's end, or None where there is none.

    Parameters
    ----------
    leaving
        Edges that leave each state.
    origin, destination
        Place ids.
    by
        Measure that is minimised; ties go by score, then km, then number of steps, then the ids of the edges.
    via
        Places to be passed in this order, in any carriage.
    usable
        Tells whether an edge may be used; missing: all may.

    References
    ----------
    Dijkstra (1959), A note on two problems in connexion with graphs, Numerische Mathematik 1: 269-271, on the states
    times the number of places of ``via`` already passed.
    """
    goal = ((destination, END), len(via))
    source = ((origin, START), _passed(origin, 0, via))
    heap: list[tuple[Label, tuple[State, int]]] = [((0, 0, 0, 0, ()), source)]
    came: dict[tuple[State, int], tuple[tuple[State, int], Edge] | None] = {source: None}
    best: dict[tuple[State, int], Label] = {source: (0, 0, 0, 0, ())}
    done: set[tuple[State, int]] = set()
    while heap:
        label, node = heappop(heap)
        if node in done:
            continue
        done.add(node)
        if node == goal:
            return _walk_back(came, node)
        state, stage = node
        for edge in leaving[state]:
            if usable is not None and not usable(edge):
                continue
            following = (edge.head, _passed(edge.head[0], stage, via))
            if following in done:
                continue
            new = _extend(label, edge, by)
            old = best.get(following)
            if old is None or new < old:
                best[following] = new
                came[following] = (node, edge)
                heappush(heap, (new, following))
    return None


def reachable(leaving: Mapping[State, Sequence[Edge]], sources: Collection[State]) -> set[State]:
    """Return every state that can be reached from the sources."""
    seen = set(sources)
    stack = list(sources)
    while stack:
        for edge in leaving.get(stack.pop(), ()):
            if edge.head not in seen:
                seen.add(edge.head)
                stack.append(edge.head)
    return seen


def _extend(label: Label, edge: Edge, by: By) -> Label:
    first = edge.crossings if by == "crossings" else _whole(getattr(edge, by))
    return (
        label[0] + first,
        label[1] + _whole(edge.score),
        label[2] + _whole(edge.km),
        label[3] + 1,
        (*label[4], edge.key),
    )


def _whole(value: float) -> int:
    return round(value / UNIT)


def _passed(place: str, stage: int, via: Sequence[str]) -> int:
    """Return how many places of ``via`` are passed once the walk stands at a place."""
    while stage < len(via) and via[stage] == place:
        stage += 1
    return stage


def _walk_back(
    came: Mapping[tuple[State, int], tuple[tuple[State, int], Edge] | None], node: tuple[State, int]
) -> tuple[Edge, ...]:
    edges = []
    while (step := came[node]) is not None:
        node, edge = step
        edges.append(edge)
    return tuple(reversed(edges))
