# SPDX-License-Identifier: BSD-3-Clause
"""The rows of places and links as what a networkx graph carries, and a graph read back as rows."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from corridor.errors import CorridorWarning, Fault
from corridor.schema import MODELS, Row
from corridor.tables import Line, column_names

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["attributes", "graph_records", "known_columns"]


def attributes(row: Row) -> dict[str, Any]:
    """Return the columns of a row by their names, as the graph carries them."""
    return {info.alias or name: getattr(row, name) for name, info in type(row).model_fields.items()}


def graph_records(
    graph: nx.MultiDiGraph,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Line], list[Fault]]:
    """Return the nodes and links of a graph as records, the drawn lines, and what contradicts itself."""
    edges: dict[str, dict[bool, dict[str, Any]]] = {}
    faults = []
    for tail, head, key, data in graph.edges(keys=True, data=True):
        seen = edges.setdefault(str(key), {})
        plain = {name: value for name, value in data.items() if name not in {"forward", "carriage", "oneway"}}
        forward = bool(data.get("forward", True))
        named = {"from": tail, "to": head, "id": key} if forward else {"from": head, "to": tail, "id": key}
        for column, value in named.items():
            if plain.get(column, value) != value:
                rule = f"the edge ({tail}, {head}, {key}) says otherwise"
                faults.append(Fault("graph", str(key), column, str(plain[column]), rule, "Change both alike."))
        if forward in seen:
            faults.append(Fault("graph", str(key), "", "", "two edges bear the key", "Give each link its own."))
        seen[forward] = named | plain
    records = []
    lines: dict[str, Line] = {}
    for key, both in edges.items():
        if len({_comparable(record) for record in both.values()}) > 1:
            rule = "the two edges of the link differ"
            faults.append(Fault("graph", key, "", "", rule, "Change both edges (u, v, key) and (v, u, key) alike."))
            continue
        drawn = both.get(True)
        if drawn is None:
            rule = "only the edge against the drawn direction is left"
            faults.append(Fault("graph", key, "", "", rule, "Swap 'from' and 'to' and set forward=True."))
            continue
        record = {name: value for name, value in drawn.items() if name != "line"}
        if drawn.get("line"):
            lines[key] = tuple(tuple(point) for point in drawn["line"])
        records.append(record | {"oneway": len(both) == 1})
    nodes = [{"id": node, **data} for node, data in graph.nodes(data=True)]
    for node, record in zip(graph.nodes, nodes, strict=True):
        if record["id"] != node:
            rule = f"the node {node!r} says otherwise"
            faults.append(Fault("graph", str(node), "id", str(record["id"]), rule, "Change both alike."))
    return nodes, records, lines, faults


def known_columns(records: list[dict[str, Any]], table: str) -> list[dict[str, Any]]:
    """Leave out what is no column of the table, such as a centrality that networkx set, and warn of it."""
    known = set(column_names(MODELS[table]).values())
    strange = sorted({str(name) for record in records for name in record if name not in known})
    if strange:
        message = f"from_graph: {', '.join(strange)} of the {table} is no column and is left out."
        warnings.warn(message, CorridorWarning, stacklevel=3)
    return [{name: value for name, value in record.items() if name in known} for record in records]


def _comparable(record: Mapping[str, Any]) -> str:
    return repr(sorted(record.items()))
