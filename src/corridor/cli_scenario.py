# SPDX-License-Identifier: BSD-3-Clause
"""The command ``corridor scenario``: list what-ifs, show one, compare their best routes with those of today."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from corridor.cli_options import keywords, place_of
from corridor.cli_output import HEADS, answer, as_json, check_output, fact, figure, say, table
from corridor.errors import OptionError

if TYPE_CHECKING:
    from corridor.network import Network
    from corridor.scenario import Scenario

__all__ = ["run_scenario"]

BASE = "today"
NetworkGiver = Callable[[], "Network"]


def run_scenario(options: argparse.Namespace, network: NetworkGiver) -> int:
    """Run the action that was asked for."""
    if options.action == "list":
        return _list(options)
    return _show(options) if options.action == "show" else _compare(options, network)


def _list(options: argparse.Namespace) -> int:
    from corridor.scenario import bundled_rows

    rows = bundled_rows()
    if options.json:
        say(as_json(rows))
        return 0
    say(table(["id", "when", "name"], [[row["id"], row["when"], row["name"]] for row in rows], texts=("id", "name")))
    say("\n'corridor scenario show ID' tells what one supposes; 'compare ID --pair FROM TO' what it does to routes.")
    return 0


def _show(options: argparse.Namespace) -> int:
    scenario = _scenario(options.scenario)
    say(as_json(scenario.to_dict()) if options.json else str(scenario))
    return 0


def _scenario(word: str) -> Scenario:
    """Return a bundled scenario by its id, or one of a file."""
    from corridor.scenario import Scenario

    return Scenario.read(word) if word.lower().endswith(".toml") else Scenario.bundled(word)


def _compare(options: argparse.Namespace, network: NetworkGiver) -> int:
    from corridor.comparing import FIGURES, compared_rows

    check_output(options)
    chosen = [_scenario(word) for word in options.scenarios]
    twice = [one.id for number, one in enumerate(chosen) if one.id in {other.id for other in chosen[:number]}]
    if twice or BASE in {one.id for one in chosen}:
        msg = f"scenario compare: {(twice or [BASE])[0]!r} is named twice; give each scenario an id of its own, once."
        raise OptionError(msg)
    net = network()
    networks = {BASE: net} | {one.id: net.apply(one) for one in chosen}
    pairs = [(place_of(start), place_of(goal)) for start, goal in options.pair]
    asked = keywords(options)
    rows = compared_rows(networks, pairs, **asked)

    def data() -> dict[str, Any]:
        about = {"by": options.by, "base": BASE, "tonnes": options.tonnes, "ends": options.ends}
        told = [{"id": one.id, "name": one.name, "when": one.as_of or one.year} for one in chosen]
        return {**about, "scenarios": told, "rows": rows}

    def text() -> str:
        parts = []
        for number in range(0, len(rows), len(networks)):
            parts += [_pair(rows[number : number + len(networks)], options.by, FIGURES), ""]
        shipment = asked["shipment"]
        counted = (
            f"{shipment.ends} to {shipment.ends}; +: more than {BASE}; known closures hold where a scenario says so"
        )
        parts.append(fact("counted", f"the whole shipment of {shipment.tonnes:,g} t ({shipment.cargo}), {counted}"))
        parts += [fact("scenario", f"{one.id}: {one.name}") for one in chosen]
        return "\n".join(parts)

    return answer(options, rows=lambda: rows, data=data, text=text)


def _pair(rows: Sequence[dict[str, Any]], by: str, figures: Sequence[str]) -> str:
    """Return the table of one pair: a line a network, its figures and what they are more than those of the base."""
    names = [*dict.fromkeys([by if by in figures else "score", "days", "usd", "km", "co2e_kg"])]
    head = ["network", *(part for name in names for part in (HEADS[name], "+")), "route", "by way of"]
    body = []
    for row in rows:
        cells = [part for name in names for part in (figure(name, row[name]), _more(name, row[f"{name}_more"]))]
        changed = "changed" if row["route_changed"] else "same"
        route = row["found"] if row["found"] != "route" else "" if row is rows[0] else changed
        body.append([row["network"], *cells, route, row["crossings"] or ("none" if row["found"] == "route" else "-")])
    lines = [f"{rows[0]['origin']} → {rows[0]['destination']}, best by {by}", ""]
    lines.append(table(head, body, texts=("network", "route", "by way of")))
    lines += [fact("no route", f"{row['network']}: {row['why']}") for row in rows if row["why"]]
    return "\n".join(lines)


def _more(name: str, value: float) -> str:
    """Return a difference with its sign; blank for the base and where there is nothing to compare."""
    if math.isnan(value):
        return ""
    text = figure(name, abs(value))
    if not float(text.replace(",", "")):
        return ""
    return f"{'+' if value > 0 else '-'}{text}"
