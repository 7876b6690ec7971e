# SPDX-License-Identifier: BSD-3-Clause
"""Small networks with capacities, and the programme over arcs that checks the one over ways."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

import corridor as co
from small import clearing, link, network, place


def capacity(subject: str, kind: str, most: float, unit: str = "trucks_per_day", **more: Any) -> dict[str, Any]:
    mode = {"trucks_per_day": "road", "wagons_per_day": "rail"}.get(unit)
    row = {"subject": subject, "subject_kind": kind, "capacity": most, "unit": unit, "capacity_basis": "quoted"}
    row["mode"] = mode
    return {**row, "capacity_year": 2024, "capacity_source": "hand", "counts": "loaded", **more}


def two_roads(*capacities: dict[str, Any], rates: Any = None) -> co.Network:
    """Mine to mart by a short road over the pass, 100 km, or a long one along the river, 200 km.

    A truck costs 2 USD a km and makes 25 km an hour; an hour of 20 t of ore is worth 20 x 200 x 0.05 % / 24 USD.
    """
    places = [place("mine", lon=66.0, lat=30.0), place("mart", lon=66.9, lat=30.0)]
    links = [link("pass", "mine", "mart", 100), link("river", "mine", "mart", 200)]
    more = {} if rates is None else {"rates": rates}
    return network(places, links, capacities=capacities, **more)


def two_gates(*capacities: dict[str, Any]) -> co.Network:
    """South to north through the near gate, 100 km each side, or the far one, 200 km each side; both clear in 4 h."""
    places = [
        place("south", lon=66.0, lat=30.0), place("north", "AF", lon=66.0, lat=32.0),
        place("near-pk", lon=66.0, lat=30.9, kind="border"), place("near-af", "AF", lon=66.0, lat=31.0, kind="border"),
        place("far-pk", lon=67.0, lat=30.9, kind="border"), place("far-af", "AF", lon=67.0, lat=31.0, kind="border"),
    ]  # fmt: skip
    links, crossings = [], []
    for gate, km in (("near", 110), ("far", 200)):
        links += [
            link(f"{gate}-up", "south", f"{gate}-pk", km),
            link(f"{gate}-gate", f"{gate}-pk", f"{gate}-af", 12, countries="PK;AF"),
            link(f"{gate}-down", f"{gate}-af", "north", km, countries="AF"),
        ]
        for post, facing in ((f"{gate}-pk", f"{gate}-af"), (f"{gate}-af", f"{gate}-pk")):
            crossings += [clearing(gate, post, facing, way, 4, 40) for way in ("outbound", "inbound")]
    return network(places, links, crossings=crossings, capacities=capacities)


def by_arcs(net: co.Network, demands: list[co.Demand], penalty: float, modes: Any = None) -> float:
    """Return the least cost by a programme over the arcs of the state graph, made without the library's search.

    One flow for each demand on each arc; it is conserved at each state. Crossings and links with a capacity in trucks
    a day of 20 t, or tonnes a year, are limited; both directions share.
    """
    values: list[float] = []
    rows: list[int] = []
    columns: list[int] = []
    entries: list[float] = []
    balance: list[float] = []
    cost: list[float] = []
    limits = {(row.subject_kind, row.subject): row for row in net.tables.capacities}
    used: dict[tuple[str, str], list[tuple[int, float]]] = {key: [] for key in limits}
    unit_values = {row.id: row.unit_value_usd_per_t for row in net.tables.cargo}
    biggest = 1.0
    for demand in demands:
        graph = co.state_graph(net, shipment=demand.shipment, modes=modes)
        start, goal = (net.place(demand.origin).id, "start"), (net.place(demand.destination).id, "end")
        nodes = {node: number for number, node in enumerate(graph.nodes)}
        first = len(balance)
        tonnes = (
            demand.tonnes_per_year
            if demand.tonnes_per_year is not None
            else demand.usd_per_year / unit_values[demand.cargo]
        )
        biggest = max(biggest, tonnes)
        wanted = [0.0] * len(nodes)
        missing = start not in nodes or goal not in nodes
        if not missing:
            wanted[nodes[start]], wanted[nodes[goal]] = -tonnes, tonnes
        balance += wanted
        for tail, head, data in graph.edges(data=True):
            if (head[1] == "end" and head != goal) or (tail[1] == "start" and tail != start):
                continue
            at = len(cost)
            cost.append(data["score"] / demand.shipment_tonnes)
            rows += [first + nodes[tail], first + nodes[head]]
            columns += [at, at]
            entries += [-1.0, 1.0]
            for key in (("crossing", data["crossing"]), ("link", data["link"])):
                against = (
                    key in limits and limits[key].direction == "forward" and tail[0] != net.link(data["link"]).from_
                )
                if key in limits and not against and (limits[key].unit != "trucks_per_day" or data["mode"] == "road"):
                    per_tonne = 1.0 if limits[key].unit == "tonnes_per_year" else 1.0 / 20 / 365
                    used[key].append((at, per_tonne))
        at = len(cost)
        cost.append(penalty)
        if missing:
            values.append(penalty * tonnes)
        else:
            rows += [first + nodes[start], first + nodes[goal]]
            columns += [at, at]
            entries += [-1.0, 1.0]
    # In thousandths of the largest demand, since the tolerances of the solver are absolute.
    unit = biggest / 1000
    table = sparse.csr_array((entries, (rows, columns)), shape=(len(balance), len(cost)))
    upper, room = sparse.lil_array((max(1, len(limits)), len(cost))), np.ones(max(1, len(limits)))
    for number, (key, row) in enumerate(limits.items()):
        left = max(0.0, row.capacity - (row.traffic or 0.0))
        scale = 1.0 if row.unit == "tonnes_per_year" else 1.0 / 20 / 365
        room[number] = left / scale / unit
        for at, per_tonne in used[key]:
            upper[number, at] += per_tonne / scale
    found = linprog(cost, A_eq=table, b_eq=np.array(balance) / unit, A_ub=upper.tocsr(), b_ub=room, method="highs-ipm")
    assert found.status == 0, found.message
    return found.fun * unit + sum(values)
