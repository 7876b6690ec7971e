# SPDX-License-Identifier: BSD-3-Clause
"""The command line: it parses, calls and prints. Here are ``corridor route``, ``places`` and ``check``."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import warnings
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from corridor.cli_options import keywords, network_of, parse, place_of
from corridor.cli_output import answer, check_output, other_ends, other_ends_line, say, write, write_report
from corridor.errors import CorridorError, DataError, NoRouteError, OptionError, nearest_valid
from corridor.vocabulary import BASES

if TYPE_CHECKING:
    from corridor.network import Network
    from corridor.routes import Route

__all__ = ["main"]

USER_FAULT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        Words after the command; missing: those of the process.

    Returns
    -------
    int
        0 when all went well, 2 for a user's mistake, 1 where ``check`` finds faults.
    """
    options = parse(arguments)
    warnings.showwarning = _say
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        code = _run(options)
        sys.stdout.flush()
    except NoRouteError as error:
        print(f"corridor: {error}", file=sys.stderr)  # noqa: T201
    except CorridorError as error:
        print(f"corridor: {' '.join(str(error).split())}", file=sys.stderr)  # noqa: T201
    except BrokenPipeError:
        # Whoever read has enough; what is still to be flushed at the end goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    else:
        return code
    return USER_FAULT


def _run(options: argparse.Namespace) -> int:
    """Run the command that was asked for."""
    if options.command in OWN:
        return OWN[options.command](options)
    from corridor import cli_answers, cli_criticality, cli_explain, cli_indicators, cli_simulate, cli_trade

    run = {
        "alternatives": cli_answers.run_alternatives,
        "pareto": cli_answers.run_pareto,
        "matrix": cli_answers.run_matrix,
        "reach": cli_answers.run_reach,
        "nearest-port": cli_answers.run_nearest_port,
        "criticality": cli_criticality.run_criticality,
        "explain": cli_explain.run_explain,
        "simulate": cli_simulate.run_simulate,
        "indicators": cli_indicators.run_indicators,
        "profile": cli_indicators.run_profile,
        "assign": cli_trade.run_assign,
        "growth": cli_trade.run_growth,
    }[options.command]
    return run(options, network_of(options))


def _say(message: Warning | str, *_: Any, **__: Any) -> None:
    """Print a warning as one line, without the place in the code it came from."""
    print(f"corridor: {' '.join(str(message).split())}", file=sys.stderr)  # noqa: T201


def _network(folder: str | None) -> Network:
    from corridor.reading import load, read_network

    return load() if folder is None else read_network(folder)


def _route(options: argparse.Namespace) -> int:
    from corridor.routing import route

    check_output(options)
    net = network_of(options)
    found = route(net, place_of(options.origin), place_of(options.destination), **keywords(options))
    if options.geojson:
        collection = found.to_geojson()
        write(options.geojson, json.dumps(collection, ensure_ascii=False, indent=1) + "\n", option="--geojson")
    write_report(options, found)

    def text() -> str:
        lines = [str(found), f"counted    {other_ends_line(found)}"]
        lines += [f"\n{_steps(found)}"] if options.steps else []
        lines.append(f"\nsources    {len(found.source_ids)} rows behind these figures:")
        lines += [f"  {row.id}: {row.title}{f' <{row.url}>' if row.url else ''}" for row in found.source_rows()]
        return "\n".join(lines)

    return answer(
        options,
        rows=lambda: [{"step": number} | row for number, row in enumerate(found.step_rows(), 1)],
        data=lambda: found.to_dict() | {"other_ends": other_ends(found)},
        text=text,
    )


def _steps(found: Route) -> str:
    rows = []
    for number, row in enumerate(found.step_rows(), 1):
        what = row["link"] or row.get("waits_for") or row["kind"]
        rows.append(
            f"  {number:>3}  {row['kind']:<8}  {what:<48}  {row['km']:>8,.1f} km  {row['hours']:>7,.1f} h  {row['usd']:>8,.0f} USD"
        )
    return "\n".join(rows)


def _places(options: argparse.Namespace) -> int:
    from corridor.lookup import PlaceIndex

    net = _network(options.data)
    rows = {place.id: place for place in net.tables.places}
    index = PlaceIndex(net.tables.places)
    ids = [match.place for match in index.find(options.text, limit=40)] if options.text else sorted(rows)
    for name, word in (("country", options.country), ("kind", options.kind)):
        known = {str(getattr(place, name)) for place in rows.values()}
        wanted = word.upper() if word and name == "country" else word
        if wanted and wanted not in known:
            msg = f"--{name} {word}: none such.{nearest_valid(wanted, known, kind='Choices')}"
            raise OptionError(msg)
        ids = [place for place in ids if not wanted or getattr(rows[place], name) == wanted]
    if not ids:
        msg = f"No place answers to {options.text!r}: 'corridor places' lists all {len(rows)}."
        raise OptionError(msg)
    if options.json:
        say(json.dumps([rows[place].model_dump() for place in ids], ensure_ascii=False, indent=1))
        return 0
    for place in ids:
        row = rows[place]
        also = f"  ({', '.join(row.aliases[:3])})" if row.aliases else ""
        say(
            f"{row.id:<24} {row.country}  {row.unlocode or '-':<6} {row.kind:<13} {row.lon:>9.4f} {row.lat:>8.4f}  {row.name}{also}"
        )
    return 0


def _check(options: argparse.Namespace) -> int:
    from corridor.checks import check_tables

    try:
        net = _network(options.folder)
    except DataError as error:
        if options.json:
            say(json.dumps({"faults": [str(fault) for fault in error.faults]}, ensure_ascii=False, indent=1))
            return 1
        for fault in error.faults:
            say(f"FAULT  {fault}")
        say(f"{'faults':<22} {len(error.faults)}")
        return 1
    faults = check_tables(net.tables)
    report = data_report(net)
    if options.json:
        say(json.dumps(report | {"faults": [str(fault) for fault in faults]}, ensure_ascii=False, indent=1))
        return int(bool(faults))
    for name, counts in report.items():
        shown = ", ".join(f"{key} {value}" for key, value in counts.items())
        say(f"{name:<22} {shown}")
    for fault in faults:
        say(f"FAULT  {fault}")
    say(f"{'faults':<22} {len(faults) or 'none'}")
    return int(bool(faults))


def data_report(net: Network) -> dict[str, dict[str, Any]]:
    """Return the data's own report: counts by country, kind, mode, status and basis, and the share of drawn lines."""
    tables = net.tables
    by_land = [link for link in tables.links if link.mode in {"road", "rail"} and link.status == "operating"]
    lines = Counter(link.geometry_kind for link in by_land)
    length = {kind: sum(link.length_km for link in by_land if link.geometry_kind == kind) for kind in lines}
    total = sum(length.values()) or 1.0
    figures = Counter(row.hours_basis for row in tables.crossings) + Counter(row.usd_basis for row in tables.crossings)

    def in_order(counts: Counter[Any]) -> dict[str, int]:
        return {str(basis): counts[basis] for basis in BASES if counts[basis]}

    return {
        "rows": {
            name: len(tables.rows(name))
            for name in (
                "places",
                "links",
                "crossings",
                "rates",
                "transfers",
                "statuses",
                "calendars",
                "capacities",
                "trade",
                "demand",
                "sources",
                "rival_figures",
                "indicators",
            )
        },
        "places by country": dict(sorted(Counter(place.country for place in tables.places).items())),
        "places by kind": dict(sorted(Counter(place.kind for place in tables.places).items())),
        "links by mode": dict(sorted(Counter(link.mode for link in tables.links).items())),
        "railways by gauge": dict(
            sorted(Counter(str(link.gauge_mm or "undecided") for link in tables.links if link.mode == "rail").items())
        ),
        "links by status": dict(sorted(Counter(link.status for link in tables.links).items())),
        "crossings": {"crossings": len({row.crossing for row in tables.crossings})}
        | dict(sorted(Counter(row.mode for row in tables.crossings).items())),
        "positions by basis": in_order(Counter(place.basis for place in tables.places)),
        "lengths by basis": in_order(Counter(link.basis for link in tables.links)),
        "border figures by basis": in_order(figures),
        "rates by basis": in_order(Counter(rate.basis for rate in tables.rates)),
        "transfers by basis": in_order(
            Counter(basis for row in tables.transfers for basis in (row.hours_basis, row.usd_basis))
        ),
        "road and rail lines": {kind: f"{lines[kind]} ({length[kind] / total:.1%} of km)" for kind in sorted(lines)},
    }


def _scenario(options: argparse.Namespace) -> int:
    from corridor.cli_scenario import run_scenario

    return run_scenario(options, lambda: network_of(options))


OWN = {"route": _route, "places": _places, "check": _check, "scenario": _scenario}


if __name__ == "__main__":
    sys.exit(main())
