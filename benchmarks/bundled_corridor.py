# SPDX-License-Identifier: BSD-3-Clause
"""How long a user waits on the bundled corridor: ``python benchmarks/bundled_corridor.py``. Medians, answers checked first."""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import networkx as nx

import corridor as co

PAIRS = [("karachi", "minsk"), ("gwadar", "almaty"), ("moscow", "port-qasim"), ("tashkent", "karachi")]


def median_seconds(task: Callable[[], object], times: int) -> float:
    """Return the median time of a task, seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        task()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def process(*words: str) -> Callable[[], object]:
    """Return a task that runs a command as a process of its own."""
    return lambda: subprocess.run(words, check=True, capture_output=True)


def main() -> None:
    """Print the table of benchmarks/README.md."""
    net = co.load()
    states = co.state_graph(net)
    for tail, head in PAIRS:
        expected = nx.dijkstra_path_length(states, (tail, "start"), (head, "end"), weight="usd")
        found = co.route(net, tail, head, by="usd").usd
        if abs(found - expected) > 1e-6 * expected:
            msg = f"{tail}-{head}: {found} USD here, {expected} USD by networkx"
            raise SystemExit(msg)
    bare = median_seconds(process(sys.executable, "-c", "pass"), 7)
    rows = {
        "`import corridor`, beyond the interpreter": median_seconds(process(sys.executable, "-c", "import corridor"), 7)
        - bare,
        "`corridor route Karachi Minsk`, whole process": median_seconds(
            process(sys.executable, "-m", "corridor.cli", "route", "Karachi", "Minsk"), 5
        ),
        "first route of a shipment (prices the state graph)": median_seconds(
            lambda: co.route(co.Network(net.tables), "karachi", "minsk"), 7
        ),
        "next route of that shipment": median_seconds(lambda: [co.route(net, *pair) for pair in PAIRS], 25)
        / len(PAIRS),
        "networkx Dijkstra on the same state graph": median_seconds(
            lambda: [nx.dijkstra_path(states, (a, "start"), (b, "end"), weight="score") for a, b in PAIRS], 25
        )
        / len(PAIRS),
    }
    print(f"Python {platform.python_version()}, networkx {nx.__version__}, {platform.machine()}\n")
    for name, seconds in rows.items():
        print(f"| {name} | {seconds * 1e3:,.1f} ms |")


if __name__ == "__main__":
    main()
