# SPDX-License-Identifier: BSD-3-Clause
"""The score of a route split: by leg, crossing, transfer, waiting, ends and penalties; money against the value of time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corridor.prices import Edge
from corridor.route_texts import score_parts

if TYPE_CHECKING:
    from corridor.routes import Route

__all__ = ["Part", "by_what", "split_of"]

WAITS: Final = ("wait", "delay", "waiting for opening", "waiting for reopening")
ORDER: Final = ("leg", "crossing", "transfer", "waiting", "ends", "penalties")
FIGURES: Final = ("km", "hours", "usd", "money_score", "time_score", "penalty_score", "score")


class Part(NamedTuple):
    """One part of a score: of what, and how much of it is money, value of time and penalty, USD."""

    of: str
    name: str
    km: float
    hours: float
    usd: float
    money_score: float
    time_score: float
    penalty_score: float
    score: float


def split_of(route: Route) -> list[Part]:
    """Return the parts of the score of a route in the order of the way, penalties last; they add up to the score."""
    edges = route._edges  # noqa: SLF001
    rows = score_parts(edges, route._costs, route._weights)  # noqa: SLF001
    names = _legs(edges, route)
    sums: dict[tuple[str, str], list[dict[str, Any]]] = {}
    since: list[dict[str, Any]] = []
    step = 0
    for row in rows:
        edge = edges[row["step"] - 1]
        if row["step"] != step:
            since, step = [], row["step"]
        if row["part"] == "cooling" and since:
            # The cooling of a step runs as long as its parts before do.
            for part, share in zip(since, _shares([part["hours"] for part in since]), strict=True):
                scaled = {
                    name: row[name] * share for name in ("km", "hours", "usd", "money_score", "time_score", "score")
                }
                sums[_of(part, edge, names, route)].append(row | scaled)
            since = []
            continue
        if row["part"] != "penalty":
            since.append(row)
        sums.setdefault(_of(row, edge, names, route), []).append(row)
    order = sorted(sums, key=lambda key: key[0] == "penalties")
    return [_added(of, name, sums[of, name]) for of, name in order]


def by_what(parts: Sequence[Part]) -> list[Part]:
    """Return the sums of the parts of a split by what they are of."""
    return [_sum(of, "", [part for part in parts if part.of == of]) for of in ORDER if any(p.of == of for p in parts)]


def _legs(edges: Sequence[Edge], route: Route) -> dict[int, str]:
    """Return the name of the leg that each edge along a link is part of, by the place of the edge in the way."""
    names: dict[int, str] = {}
    run: list[int] = []
    for place, edge in enumerate([*edges, None]):
        if edge is not None and edge.kind == "wait":
            continue
        if edge is not None and edge.link is not None:
            run.append(place)
        elif run:
            ends = route.place_name(edges[run[0]].tail[0]), route.place_name(edges[run[-1]].head[0])
            names |= dict.fromkeys(run, f"{edges[run[0]].mode} {ends[0]} → {ends[1]}")
            run = []
    return names


def _of(row: dict[str, Any], edge: Edge, legs: dict[int, str], route: Route) -> tuple[str, str]:
    """Return what a row of the score is of, and its name."""
    part = row["part"]
    if part == "penalty":
        return "penalties", "penalties of the weights"
    if part in WAITS:
        return "waiting", edge.waits_for or edge.crossing or edge.key
    if part.startswith("clearing"):
        return "crossing", edge.crossing
    if edge.kind == "transfer":
        return "transfer", f"{edge.tail[1]} to {edge.head[1]} at {route.place_name(edge.tail[0])}"
    if edge.kind in {"start", "end"}:
        place = edge.head[0] if edge.kind == "start" else edge.tail[0]
        return "ends", f"{part} at {route.place_name(place)}"
    return "leg", legs[row["step"] - 1]


def _shares(hours: Sequence[float]) -> list[float]:
    total = math.fsum(hours)
    return [part / total for part in hours] if total else [1 / len(hours)] * len(hours)


def _added(of: str, name: str, rows: Sequence[dict[str, Any]]) -> Part:
    figures = {key: math.fsum(row[key] for row in rows) for key in ("km", "hours", "usd", "time_score", "score")}
    penalty = figures["score"] if of == "penalties" else 0.0
    money = 0.0 if of == "penalties" else math.fsum(row["money_score"] for row in rows)
    return Part(of, name, money_score=money, penalty_score=penalty, **figures)


def _sum(of: str, name: str, parts: Sequence[Part]) -> Part:
    return Part(of, name, *(math.fsum(getattr(part, figure) for part in parts) for figure in FIGURES))
