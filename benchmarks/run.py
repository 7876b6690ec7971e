# SPDX-License-Identifier: BSD-3-Clause
"""Time this library beside its peers: ``python benchmarks/run.py [--only TASK ...] [--large]``; README.md says how.

A complete run writes results.md; one with ``--only`` prints its rows alone.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import graphs
import numpy as np
from peers import PEERS, Igraph, Martins, Networkx, Peer, Scipy
from racing import Race, Row, as_table, race, shown

import corridor as co

OURS, GUIDED, PLAIN, RENUMBERED = "corridor", "corridor, 16 landmarks", "corridor, plain", "scipy, renumbered"
NAMES = [peer.name for peer in PEERS]
LANDMARKS = 16
HERE = Path(__file__).resolve()
DRAWN = 1_000


def process_seconds(*commands: Sequence[str], times: int) -> list[float]:
    """Return the median time of each command as a process of its own, run in turn."""
    taken: list[list[float]] = [[] for _ in commands]
    for _ in range(times):
        for command, seconds in zip(commands, taken, strict=True):
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            seconds.append(time.perf_counter() - start)
    return [statistics.median(seconds) for seconds in taken]


def startup(_: argparse.Namespace) -> list[Row]:
    """Time imports and the command line, each as a process of its own."""
    modules = ("corridor", "networkx", "scipy.sparse.csgraph", "rustworkx", "igraph", "scgraph")
    bare, *imports = process_seconds(
        *([sys.executable, "-c", line] for line in ("pass", *(f"import {module}" for module in modules))), times=11
    )
    net = [seconds - bare for seconds in imports]
    cells = {name.split(".")[0]: shown(seconds) for name, seconds in zip(modules[1:], net[1:], strict=True)}
    command = str(Path(sys.prefix) / "bin" / "corridor")
    (route,) = process_seconds([command, "route", "Karachi", "Minsk"], times=7)
    code = "import sys; from corridor.cli import main; main(['route', 'Karachi', 'Minsk']); sys.exit('numba' in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode
    note = "Whole processes, medians of 11 (imports, less those of a bare interpreter) and 7 (command)."
    return [
        Row("`import corridor`, beyond the interpreter", "<= 60 ms", shown(net[0]), net[0] <= 0.06, cells, note),
        Row(
            "`corridor route Karachi Minsk`, whole process", "<= 0.8 s, no numba",
            f"{shown(route)}, numba {'loaded' if loaded else 'not loaded'}", route <= 0.8 and not loaded, {}, note,
        ),
    ]  # fmt: skip


def bundled(_: argparse.Namespace) -> list[Row]:
    """Time compiling the bundled corridor, and one route on it."""
    co.Router(co.load())
    graph = graphs.bundled()
    fast, plain = (co.Router(co.load(), engine=engine) for engine in ("compiled", "plain"))
    contestants = {OURS: ours_by("hours", fast, graph), PLAIN: ours_by("hours", plain, graph)} | paths_of(graph, PEERS)
    found = race(contestants, graph.pairs, rounds=50, budget=5)
    compiled = statistics.median(timed(lambda: co.Router(co.load())) for _ in range(25))
    note = (
        "`Router.route` of 4 pairs by hours, 50 rounds, between the turns of the peers, whose work empties the caches; ours includes "
        'looking the names up and the Route, the peers the edges of the path. `engine="auto"` is the plain tier until kernels are loaded.'
    )
    rows = [
        Row(
            "bundled corridor: compile (`Router(load())`)", "<= 10 ms", shown(compiled), compiled <= 0.010,
            note="A network each time, whose tables (read once a process) are kept; median of 25.",
        )
    ]  # fmt: skip
    for name, tier in ((PLAIN, "plain"), (OURS, "compiled")):
        median = found.median(name)
        title = f"bundled corridor: one route ({graph.nodes:,} states), {tier}"
        rows.append(Row(title, "<= 0.5 ms", shown(median), median <= 0.5e-3, found.cells(name, NAMES), note))
    return rows


def timed(task: Callable[[], object]) -> float:
    """Return how long a task takes, seconds."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def ours_by(measure: str, router: co.Router, graph: graphs.Graph) -> Callable[[tuple[int, int]], float]:
    """Return what asks a router for the route of a pair, Route object included."""
    return lambda pair: getattr(router.route(graph.asked(pair[0]), graph.asked(pair[1]), by=measure), measure)


def paths_of(graph: graphs.Graph, peers: Sequence[type[Peer]]) -> dict[str, Callable[[tuple[int, int]], float]]:
    """Return what asks each peer for the edges of the best path of a pair; the answer is the sum of their weights."""
    weights = graph.columns["hours"].tolist()

    def asks(peer: Peer) -> Callable[[tuple[int, int]], float]:
        def path(pair: tuple[int, int]) -> float:
            edges = peer.path(*pair)
            if graph.tails[edges[0]] != pair[0] or graph.heads[edges[-1]] != pair[1]:
                msg = f"{peer.name}: edges {edges} do not join {pair}."
                raise SystemExit(msg)
            return math.fsum(map(weights.__getitem__, edges))

        return path

    return {peer.name: asks(peer(graph.nodes, graph.tails, graph.heads, graph.columns["hours"])) for peer in peers}


def check_edges(router: co.Router, graph: graphs.Graph) -> None:
    """Check that the links of a route are edges of the graph that join on, whose hours add up to those of the route."""
    for pair in graph.pairs[:5]:
        route = router.route(graph.asked(pair[0]), graph.asked(pair[1]), by="hours")
        edges = [int(link.removeprefix("link-")) - 1 for link in route.links]
        chain = [*graph.tails[edges].tolist(), graph.heads[edges[-1]]]
        joined = chain[0] == pair[0] and chain[-1] == pair[1] and chain[1:] == graph.heads[edges].tolist()
        if not joined or not math.isclose(graph.columns["hours"][edges].sum(), route.hours, rel_tol=1e-9):
            msg = f"the links of {route!r} are not the edges of its path"
            raise SystemExit(msg)


def one_path(graph: graphs.Graph, peers: Sequence[type[Peer]], *, rounds: int, budget: float, check: bool) -> list[Row]:
    """Time one path with its edges, without and with landmarks."""
    plain = graph.router(engine="compiled")
    if check:
        check_edges(plain, graph)
    guided = graph.router(engine="compiled", landmarks=LANDMARKS)
    # The first route prepares; what any router needs for its first route is taken off.
    pair = tuple(map(graph.asked, graph.pairs[0]))
    first = timed(lambda: guided.route(*pair, by="hours"))
    fresh = graph.router(engine="compiled")
    prepared = first - timed(lambda: fresh.route(*pair, by="hours"))
    curved = graph.along_a_curve()
    contestants: dict[str, Any] = {OURS: ours_by("hours", plain, graph), GUIDED: ours_by("hours", guided, graph)}
    contestants |= paths_of(graph, peers)
    along = dict(zip(graph.pairs, curved.pairs, strict=True))
    (renumbered,) = paths_of(curved, (Scipy,)).values()
    contestants[RENUMBERED] = lambda pair: renumbered(along[pair])
    found = race(contestants, graph.pairs[:10], rounds=rounds, budget=budget)
    fair = f"scipy given our order of nodes: {shown(found.median(RENUMBERED))} ({found.ratio(RENUMBERED, OURS):.2g}x; {found.ratio(RENUMBERED, GUIDED):.2g}x with landmarks)"
    note = (
        f'`Router.route(engine="compiled")` with its Route, by hours, 10 pairs, {rounds} rounds (a slow peer fewer); peers: the path '
        f"and its edges. {len(graph.places):,} places, {graph.nodes:,} nodes and {len(graph.tails):,} edges as the peers see it."
    )
    title = f"{graph.name}: one path with its edges"
    best, ratio = found.best_ratio(OURS, NAMES)
    led, led_ratio = found.best_ratio(GUIDED, NAMES)
    return [
        Row(title, ">= 1.3x the best peer", f"{shown(found.median(OURS))}: {ratio:.2f}x {best}; {fair}", ratio >= 1.3, found.cells(OURS, NAMES), note),
        Row(f"{title}, {LANDMARKS} landmarks", ">= 8x the best peer", f"{shown(found.median(GUIDED))}: {led_ratio:.1f}x {led}", led_ratio >= 8, found.cells(GUIDED, NAMES), note),
        Row(f"{graph.name}: preparing {LANDMARKS} landmarks", "<= 1 s" if graph.nodes < 200_000 else "", shown(prepared), prepared <= 1 if graph.nodes < 200_000 else None, {}, "First route of a new router with landmarks, less that of one without; once."),
    ]  # fmt: skip


@cache
def geometric(size: str, seed: int) -> graphs.Graph:
    """Return a random geometric graph, made or read once."""
    return graphs.geometric(size, seed)


def path_100k(options: argparse.Namespace) -> list[Row]:
    """Time one path among 100,000 places."""
    return one_path(geometric("100k", options.seed), PEERS, rounds=5, budget=8, check=True)


def path_1m(options: argparse.Namespace) -> list[Row]:
    """Time one path among a million places."""
    peers = PEERS if options.large else PEERS[1:]
    return one_path(geometric("1M", options.seed), peers, rounds=3, budget=20, check=True)


def path_world(_: argparse.Namespace) -> list[Row]:
    """Time one path on the world's highways and railways."""
    return one_path(graphs.world(), PEERS, rounds=3, budget=10, check=False)


def build(options: argparse.Namespace) -> list[Row]:
    """Time building from arrays or frames and the memory it takes, each in a process of its own."""
    rows = []
    for size in ("100k", "1M", "world"):
        peers = NAMES if options.large or size != "1M" else NAMES[1:]
        taken: dict[str, list[tuple[float, float]]] = {}
        for turn in range(3):
            for name in (OURS, f"{OURS}, text", *peers):
                if (name == "networkx" and turn) or (name.endswith("text") and size == "world"):
                    continue
                command = [sys.executable, str(HERE), "--build", name, size, "--seed", str(options.seed)]
                told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
                taken.setdefault(name, []).append((told["seconds"], told["mb"]))
        median = {name: tuple(map(statistics.median, zip(*values, strict=True))) for name, values in taken.items()}
        seconds, mb = median[OURS]
        cells = {
            name: f"{shown(median[name][0])} ({median[name][0] / seconds:.2g}x), {median[name][1]:,.0f} MB"
            for name in peers
        }
        text = ""
        if f"{OURS}, text" in median:
            slow, much = median[f"{OURS}, text"]
            text = f"; with ids as text, modes and crossings {shown(slow)}, {much:,.0f} MB"
        goal = size == "1M"
        rows.append(
            Row(
                f"{size}: build", "<= 2 s, <= 1 GB" if goal else "", f"{shown(seconds)}, {mb:,.0f} MB{text}",
                (seconds <= 2 and mb <= 1024) if goal else None, cells,
                '`Router.from_frames` with `engine="auto"` of frames of numbers (id, lon, lat; from, to, length_km, hours, usd, oneway), '
                "peers of arrays and one weight; a process each, medians of 3 (networkx once); memory: growth of the resident set at its peak.",
            )
        )  # fmt: skip
    return rows


def build_child(name: str, size: str, seed: int) -> None:
    """Build once and print seconds and memory: what a process of its own does for the task ``build``."""
    graph = graphs.world() if size == "world" else geometric(size, seed)
    if name.endswith("text"):
        for frame, columns in ((graph.places, ["id"]), (graph.links, ["from", "to"])):
            frame[columns] = frame[columns].astype(str)
        graph.links["crossing"] = np.where(np.arange(len(graph.links)) % 1_000 == 0, "border", None)
        graph.links["id"] = [f"l{number}" for number in range(len(graph.links))]
        graph.links["mode"] = "road"
    if not name.startswith(OURS):
        (peer,) = (peer for peer in PEERS if peer.name == name)
        tiny = np.array([0, 1]), np.array([1, 0]), np.ones(2)
        peer(2, *tiny)
    else:
        graphs.small().router()
    told: dict[str, Any] = {}
    before = _resident("VmRSS", reset=True)
    start = time.perf_counter()
    if name.startswith(OURS):
        told["kept"] = graph.router()
    else:
        told["kept"] = peer(graph.nodes, graph.tails, graph.heads, graph.columns["hours"])
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "mb": _resident("VmHWM") - before}))


def _resident(what: str, *, reset: bool = False) -> float:
    """Return the resident memory of this process, MB (Linux); ``reset`` begins to count its peak anew."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


def alternatives(options: argparse.Namespace) -> list[Row]:
    """Time the ten best loopless paths."""
    rows = []
    cases = [
        (graphs.small(options.seed), 5, (Scipy, Networkx, Igraph), 5, 10),
        (geometric("5k", options.seed).simple("hours"), 50, (Scipy, Networkx, Igraph), 3, 15),
        (geometric("100k", options.seed).simple("hours"), 200, (Scipy, Igraph), 1, 30),
        (graphs.world(), None, (Scipy,) if options.large else (), 1, 60),
    ]
    for graph, goal, peers, rounds, budget in cases:
        router = graph.router(engine="compiled")

        def ours(pair: tuple[int, int], router: co.Router = router, graph: graphs.Graph = graph) -> list[float]:
            found = router.alternatives(graph.asked(pair[0]), graph.asked(pair[1]), k=10, by="hours")
            return [route.hours for route in found]

        ours(graph.pairs[0])
        contestants: dict[str, Any] = {OURS: ours}
        for peer in peers:
            made = peer(graph.nodes, graph.tails, graph.heads, graph.columns["hours"])
            contestants[peer.name] = lambda pair, made=made: made.k_shortest(*pair, 10)
        found = race(contestants, graph.pairs[:6], rounds=rounds, budget=budget, warm=graph.nodes < 10_000)
        ratio = found.ratio("scipy", OURS) if "scipy" in found.seconds else math.nan
        rows.append(
            Row(
                f"{graph.name}: k = 10 loopless", f">= {goal}x scipy" if goal else "", shown(found.median(OURS)) + (f": {ratio:,.1f}x scipy" if peers else ""),
                ratio >= goal if goal else None, found.cells(OURS, NAMES),
                "`Router.alternatives(k=10, engine=\"compiled\")` with its ten Routes, 6 pairs; peers by Yen's method, on the same graph without "
                "parallel edges (which scipy and networkx refuse); at 100k each peer takes 2 turns; on the world scipy (109 s a pair) with `--large` alone.",
            )
        )  # fmt: skip
    return rows


def draws(options: argparse.Namespace) -> list[Row]:
    """Time a thousand paths, each under other costs, on the states of the small graph."""
    graph = graphs.small(options.seed)
    base = graph.columns["hours"]
    rows = base * np.random.default_rng(options.seed).gamma(4, 0.25, (DRAWN, len(base)))
    fast, plain = (graph.router(engine=engine) for engine in ("compiled", "plain"))

    def ours(router: co.Router) -> Callable[[tuple[int, int]], Any]:
        return lambda pair: router.draws(graph.asked(pair[0]), graph.asked(pair[1]), rows).totals

    contestants: dict[str, Any] = {OURS: ours(fast), PLAIN: ours(plain)}
    for peer in PEERS:
        made = peer(graph.nodes, graph.tails, graph.heads, base)
        contestants[peer.name] = lambda pair, made=made: made.reweighted(*pair, rows)
    found = race(contestants, graph.pairs[:5], rounds=3, budget=10)
    best, ratio = found.best_ratio(OURS, NAMES)
    over = found.ratio("networkx", PLAIN)
    title = f"small: {DRAWN:,} re-priced paths ({graph.nodes} states)"
    note = "`Router.draws` with the Routes of the different ways, 5 pairs, 3 rounds; compiled in 2 threads, peers in one; peers: cost and edges of each path."
    return [
        Row(f"{title}, compiled", ">= 6x the best peer", f"{shown(found.median(OURS))}: {ratio:.1f}x {best}", ratio >= 6, found.cells(OURS, NAMES), note),
        Row(f"{title}, plain", ">= 4x networkx", f"{shown(found.median(PLAIN))}: {over:.1f}x networkx", over >= 4, found.cells(PLAIN, NAMES), note),
    ]  # fmt: skip


def pareto(options: argparse.Namespace) -> list[Row]:
    """Time the whole front of hours, USD and crossings."""
    rows = []
    martins = "Martins"
    note = (
        "`Router.pareto` with its Routes; the reference is Martins' label setting as in the textbook, in plain Python on the same states; "
        "fronts are equal. No peer has such a search."
    )
    for graph in (graphs.bundled(), graphs.small(options.seed)):
        routers = {OURS: _router(graph, "compiled"), PLAIN: _router(graph, "plain")}
        reference = Martins(graph.nodes, graph.tails, graph.heads, [graph.columns[name] for name in graphs.CRITERIA])
        contestants: dict[str, Any] = {
            name: lambda pair, router=router, graph=graph: front_of(router, graph, pair)
            for name, router in routers.items()
        }
        contestants[martins] = lambda pair, reference=reference: sorted_front(
            [[value / 1e9 for value in vector] for vector in reference.front(*pair)]
        )
        found = race(contestants, graph.pairs[:5], rounds=5, budget=20)
        fast, ratio = found.median(OURS), found.ratio(martins, PLAIN)
        sizes = [len(contestants[OURS](pair)) for pair in graph.pairs[:5]]
        told = f"{shown(fast)} (worst pair {shown(_worst(found, OURS))}; {min(sizes)} to {max(sizes)} routes)"
        rows += [
            Row(f"{graph.name}: Pareto front, compiled", "<= 5 ms", told, fast <= 5e-3, {}, note),
            Row(
                f"{graph.name}: Pareto front, plain", ">= 10x Martins", f"{shown(found.median(PLAIN))}: {ratio:.1f}x Martins ({shown(found.median(martins))})",
                ratio >= 10, {}, note,
            ),
        ]  # fmt: skip
    graph = geometric("5k", options.seed)
    router = graph.router(engine="compiled")
    found = race({OURS: lambda pair: front_of(router, graph, pair)}, graph.pairs[:12], rounds=2, budget=30)
    sizes = [len(front_of(router, graph, pair)) for pair in graph.pairs[:12]]
    told = f"{shown(found.median(OURS))} ({min(sizes):,} to {max(sizes):,} routes, 12 pairs)"
    worst = _worst(found, OURS)
    return [
        *rows,
        Row("5k: Pareto front, compiled", "<= 0.5 s", told, found.median(OURS) <= 0.5, {}, note),
        Row("5k: Pareto front, compiled, worst pair of 12", "<= 0.5 s", shown(worst), worst <= 0.5, {}, note),
    ]


def _worst(found: Race, name: str) -> float:
    cases: dict[Any, list[float]] = {}
    for (_, case), seconds in found.seconds[name].items():  # type: ignore[misc]
        cases.setdefault(case, []).append(seconds)
    return max(map(statistics.median, cases.values()))


def _router(graph: graphs.Graph, engine: Any) -> co.Router:
    return co.Router(co.load(), engine=engine) if graph.links is None else graph.router(engine=engine)


def front_of(router: co.Router, graph: graphs.Graph, pair: tuple[int, int]) -> np.ndarray[Any, Any]:
    """Return the totals of the front of a pair, sorted."""
    found = router.pareto(graph.asked(pair[0]), graph.asked(pair[1]), criteria=graphs.CRITERIA)
    return sorted_front([[route.hours, route.usd, len(route.crossings)] for route in found])


def sorted_front(vectors: list[list[float]]) -> np.ndarray[Any, Any]:
    """Return vectors as rows in their order."""
    return np.array(sorted([round(value, 6) for value in vector] for vector in vectors))


def matrix(options: argparse.Namespace) -> list[Row]:
    """Time a matrix of 8 origins and 100 destinations."""
    rows = []
    for graph in (geometric("100k", options.seed), graphs.world()):
        router = graph.router(engine="compiled")
        rng = np.random.default_rng(options.seed + 2)
        single = _road_only(graph) if graph.transfers is not None else np.arange(graph.nodes)
        cases = [
            (rng.choice(single, 8, replace=False).tolist(), rng.choice(single, 100, replace=False).tolist())
            for _ in range(3)
        ]

        def ours(case: Any, router: co.Router = router, graph: graphs.Graph = graph) -> Any:
            origins, goals = ([graph.asked(node) for node in nodes] for nodes in case)
            return router.matrix(origins, goals, by="hours").fillna(0.0).to_numpy()

        contestants: dict[str, Any] = {OURS: ours}
        for peer in PEERS if options.large or graph.transfers is None else PEERS[1:]:
            made = peer(graph.nodes, graph.tails, graph.heads, graph.columns["hours"])
            contestants[peer.name] = lambda case, made=made: made.matrix(*case)
        found = race(contestants, cases, rounds=5, budget=15)
        best, ratio = found.best_ratio(OURS, NAMES)
        rows.append(
            Row(
                f"{graph.name}: 8 x 100 matrix", "faster than every peer", f"{shown(found.median(OURS))}: {ratio:.2f}x {best}", ratio > 1,
                found.cells(OURS, NAMES),
                '`Router.matrix(engine="compiled")` to its DataFrame, by hours, in 2 threads; peers to an array, in one; 3 sets, 5 rounds.',
            )
        )  # fmt: skip
    return rows


def _road_only(graph: graphs.Graph) -> np.ndarray[Any, Any]:
    """Return the nodes of places that have one state alone, by road."""
    stations = set(graph.transfers["place"].tolist())
    by_road = graph.links.loc[graph.links["mode"] == "road", "from"].unique()
    return np.array([place for place in by_road.tolist() if place not in stations])


TASKS: dict[str, Callable[[argparse.Namespace], list[Row]]] = {
    "startup": startup, "bundled": bundled, "path-100k": path_100k, "path-1M": path_1m, "path-world": path_world,
    "build": build, "alternatives": alternatives, "draws": draws, "pareto": pareto, "matrix": matrix,
}  # fmt: skip


def machine() -> str:
    """Return what the run was made with and on."""
    packages = ("networkx", "scipy", "rustworkx", "igraph", "scgraph", "scgraph_data", "numba", "numpy", "pandas")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    cores = os.cpu_count()
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(tz=UTC):%d %B %Y %H:%M} UTC, corridor {version('corridor')}, Python {platform.python_version()}, {versions}; "
        f"{platform.system()} {platform.machine()}, {cores} cores, load {load:.1f} at the end."
    )


def main() -> None:
    """Run the tasks asked for and print their table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=TASKS, help="tasks to run; missing: all, and results.md is written"
    )
    parser.add_argument("--large", action="store_true", help="networkx at a million places too (half a minute, 4 GB)")
    parser.add_argument("--seed", type=int, default=graphs.SEED, help="of the random graphs")
    parser.add_argument("--build", nargs=2, metavar=("ENGINE", "GRAPH"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        build_child(*options.build, options.seed)
        return
    rows: list[Row] = []
    for name in options.only or TASKS:
        start = time.perf_counter()
        added = TASKS[name](options)
        rows += added
        print(f"\n{name}: {time.perf_counter() - start:,.0f} s\n{as_table(added)}", file=sys.stderr, flush=True)
    text = f"Run of {machine()} Seed {options.seed}.\n\n{as_table(rows)}\n"
    print(text)
    if options.only is None:
        HERE.with_name("results.md").write_text(f"# Results\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
