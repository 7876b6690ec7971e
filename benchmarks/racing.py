# SPDX-License-Identifier: BSD-3-Clause
"""Timing side by side, checking that all answers agree, and the table of results."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["Race", "Row", "as_table", "race", "shown"]

# Costs agree to this, relative.
AGREE = 1e-6
PEER_COLUMNS = ("networkx", "scipy", "rustworkx", "igraph", "scgraph")


@dataclass
class Row:
    """One line of the table: what was measured against which goal, and how the peers did in the same run."""

    task: str
    goal: str
    measured: str
    met: bool | None
    peers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass
class Race:
    """Seconds of each contestant by turn (round and case)."""

    seconds: dict[str, dict[Hashable, float]]

    def median(self, name: str) -> float:
        """Return the median over all turns of a contestant, seconds."""
        return statistics.median(self.seconds[name].values())

    def ratio(self, peer: str, ours: str) -> float:
        """Return how many times as long as ours a peer takes: of the medians over the turns that both took."""
        turns = self.seconds[peer].keys() & self.seconds[ours].keys()
        return statistics.median(self.seconds[peer][turn] for turn in turns) / statistics.median(
            self.seconds[ours][turn] for turn in turns
        )

    def best_ratio(self, ours: str, peers: Sequence[str]) -> tuple[str, float]:
        """Return the fastest of some peers, and its ratio to ours."""
        name = min((peer for peer in peers if peer in self.seconds), key=lambda peer: self.ratio(peer, ours))
        return name, self.ratio(name, ours)

    def cells(self, ours: str, names: Sequence[str]) -> dict[str, str]:
        """Return time and ratio of each contestant, as the table shows them."""
        return {
            name: f"{shown(self.median(name))} ({self.ratio(name, ours):.3g}x)"
            for name in names
            if name in self.seconds
        }


def race(
    contestants: Mapping[str, Callable[[Any], Any]],
    cases: Sequence[Any],
    *,
    rounds: int = 5,
    budget: float = 10.0,
    warm: bool = True,
) -> Race:
    """Time contestants in turn on the same cases; every answer must agree with the first contestant's.

    Parameters
    ----------
    contestants
        What each does with a case; the answer is a cost or an array of costs. The first one gives the reference.
    cases
        What is asked, such as pairs of places.
    rounds
        How often all cases are asked.
    budget
        Seconds after which a contestant takes no further turn; its ratios are of the turns it took.
    warm
        Whether each contestant first answers the first case without being timed.
    """
    expected: dict[int, Any] = {}
    names = list(contestants)

    def agree(number: int, name: str, answer: Any) -> None:
        if number not in expected:
            expected[number] = answer
        if not np.allclose(answer, expected[number], rtol=AGREE, atol=1e-9):
            msg = f"{name} answers {answer} to {cases[number]}, {names[0]} {expected[number]}: not timed."
            raise SystemExit(msg)

    if warm:
        for name in names:
            agree(0, name, contestants[name](cases[0]))
    seconds: dict[str, dict[Hashable, float]] = {name: {} for name in names}
    gc.collect()
    # As timeit does: else the heap of one contestant slows the others down.
    gc.disable()
    try:
        for round_ in range(rounds):
            for number, case in enumerate(cases):
                for name in names:
                    if sum(seconds[name].values()) > budget:
                        continue
                    start = time.perf_counter()
                    answer = contestants[name](case)
                    seconds[name][round_, number] = time.perf_counter() - start
                    agree(number, name, answer)
            gc.collect()
    finally:
        gc.enable()
    return Race(seconds)


def shown(seconds: float) -> str:
    """Return a time with the unit that suits it."""
    for limit, factor, unit in ((1e-3, 1e6, "us"), (1.0, 1e3, "ms")):
        if seconds < limit:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds:.3g} s"


def as_table(rows: Sequence[Row]) -> str:
    """Return the rows as a table in Markdown, with the notes below it."""
    lines = [
        f"| task | goal | measured | met | {' | '.join(PEER_COLUMNS)} |",
        f"|---|---|---|---|{'---|' * len(PEER_COLUMNS)}",
    ]
    notes: dict[str, int] = {}
    for row in rows:
        mark = f" [{notes.setdefault(row.note, len(notes) + 1)}]" if row.note else ""
        met = {True: "yes", False: "**no**", None: ""}[row.met]
        cells = " | ".join(row.peers.get(name, "") for name in PEER_COLUMNS)
        lines.append(f"| {row.task}{mark} | {row.goal} | {row.measured} | {met} | {cells} |")
    return "\n".join([*lines, "", *(f"{number}. {note}" for note, number in notes.items())])
