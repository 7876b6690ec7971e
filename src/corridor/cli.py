# SPDX-License-Identifier: BSD-3-Clause
"""The command line: ``corridor route``, ``corridor places`` and ``corridor check``. It parses, calls and prints."""

from __future__ import annotations

import argparse
import io
import json
import sys
import warnings
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from corridor import __version__
from corridor.errors import CorridorError, DataError, NoRouteError, OptionError, nearest_valid
from corridor.vocabulary import BASES, BYS, DEFAULT_MODES, ENDS, MODES

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
    options = _parser().parse_args(arguments)
    warnings.showwarning = _say
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        return int(options.run(options))
    except NoRouteError as error:
        print(f"corridor: {error}", file=sys.stderr)  # noqa: T201
    except CorridorError as error:
        print(f"corridor: {' '.join(str(error).split())}", file=sys.stderr)  # noqa: T201
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    return USER_FAULT


def _say(message: Warning | str, *_: Any, **__: Any) -> None:
    """Print a warning as one line, without the place in the code it came from."""
    print(f"corridor: {' '.join(str(message).split())}", file=sys.stderr)  # noqa: T201


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="corridor",
        description="Freight routes on the Belarus-Russia-Kazakhstan-Uzbekistan-Afghanistan-Pakistan corridor.",
    )
    parser.add_argument("--version", action="version", version=f"corridor {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")

    route = commands.add_parser("route", help="best route between two places")
    route.set_defaults(run=_route)
    route.add_argument("origin", help="id, UN/LOCODE, name in any script, or lon,lat")
    route.add_argument("destination", help="id, UN/LOCODE, name in any script, or lon,lat")
    route.add_argument("--by", default="score", metavar="MEASURE", help=f"what is minimised: {', '.join(BYS)} (score)")
    route.add_argument(
        "--mode",
        action="append",
        metavar="MODE",
        help=f"modes to use, again or with commas: {', '.join(MODES)} ({', '.join(DEFAULT_MODES)})",
    )
    route.add_argument(
        "--avoid",
        action="append",
        default=[],
        metavar="ID",
        help="place, link, crossing or country; may be given again",
    )
    route.add_argument(
        "--via",
        action="append",
        default=[],
        metavar="PLACE",
        help="place to be passed; give the option again for the next one",
    )
    route.add_argument(
        "--within", action="append", metavar="COUNTRY", help="countries to stay in, again or with commas"
    )
    route.add_argument(
        "--include",
        action="append",
        default=[],
        metavar="STATUS",
        help="use planned, under-construction or disused links too",
    )
    route.add_argument("--tonnes", type=float, default=20.0, help="weight of the goods, tonnes (20)")
    route.add_argument("--cargo", default="general", metavar="CLASS", help="class of goods (general)")
    route.add_argument("--containers", type=int, metavar="NUMBER", help="forty-foot containers (tonnes over payload)")
    route.add_argument("--vehicle", default="trailer", metavar="CLASS", help="class of road vehicle (trailer)")
    route.add_argument("--ends", default="gate", metavar="ENDS", help=f"what the ends cost: {', '.join(ENDS)} (gate)")
    route.add_argument(
        "--regime", default="transit", help="customs regime at a seaport: transit, import, export (transit)"
    )
    route.add_argument("--steps", action="store_true", help="show every step")
    route.add_argument("--data", metavar="FOLDER", help="a network of your own (the bundled corridor)")
    route.add_argument("--json", action="store_true", help="print the route as JSON")
    route.add_argument("--geojson", metavar="FILE", help="write the legs as GeoJSON")

    places = commands.add_parser("places", help="places that a text means, or all of them")
    places.set_defaults(run=_places)
    places.add_argument("text", nargs="?", default="", help="part of an id, name, alias or UN/LOCODE, in any script")
    places.add_argument("--country", metavar="CODE", help="only this country")
    places.add_argument(
        "--kind", metavar="KIND", help="only this kind: seaport, city, border, dry-port, rail-terminal, airport"
    )
    places.add_argument("--data", metavar="FOLDER", help="a network of your own (the bundled corridor)")
    places.add_argument("--json", action="store_true", help="print as JSON")

    check = commands.add_parser("check", help="the data's own report: counts, basis, geometry, faults")
    check.set_defaults(run=_check)
    check.add_argument("folder", nargs="?", help="a network of your own (the bundled corridor)")
    check.add_argument("--json", action="store_true", help="print as JSON")
    return parser


def _network(folder: str | None) -> Network:
    from corridor.reading import load, read_network

    return load() if folder is None else read_network(folder)


def _where(text: str) -> str | tuple[float, float]:
    """Read ``66.97,24.84`` as a point and anything else as a name."""
    parts = text.strip().strip("()[]").replace(",", " ").split()
    if len(parts) == 2:
        try:
            return float(parts[0]), float(parts[1])
        except ValueError:
            return text
    return text


def _words(values: Sequence[str] | None) -> list[str] | None:
    if values is None:
        return None
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def _route(options: argparse.Namespace) -> int:
    from corridor.routing import route
    from corridor.shipment import Shipment

    net = _network(options.data)
    shipment = Shipment(
        tonnes=options.tonnes,
        cargo=options.cargo,
        containers=options.containers,
        vehicle=options.vehicle,
        ends=options.ends,
        regime=options.regime,
    )
    found = route(
        net,
        _where(options.origin),
        _where(options.destination),
        by=options.by,
        shipment=shipment,
        modes=_words(options.mode),  # type: ignore[arg-type]
        avoid=_words(options.avoid) or (),
        via=[_where(place) for place in options.via],
        within=_words(options.within),
        include=_words(options.include) or (),  # type: ignore[arg-type]
    )
    if options.geojson:
        try:
            found.to_geojson(options.geojson)
        except OSError as error:
            msg = f"--geojson {options.geojson}: cannot be written ({error.strerror})."
            raise OptionError(msg) from error
    if options.json:
        _print(json.dumps(found.to_dict() | {"other_ends": _other_ends(found)}, ensure_ascii=False, indent=1))
        return 0
    _print(str(found))
    _print(_other_ends_line(found))
    if options.steps:
        _print("\n" + _steps(found))
    _print(f"\nsources    {len(found.source_ids)} rows behind these figures:")
    for row in found.source_rows():
        _print(f"  {row.id}: {row.title}{f' <{row.url}>' if row.url else ''}")
    return 0


def _other_ends(found: Route) -> dict[str, Any]:
    """Return the totals with the ends counted the other way, or why they cannot be."""
    other = "terminal" if found.shipment.ends == "gate" else "gate"
    try:
        same = found.with_ends(other)  # type: ignore[arg-type]
    except CorridorError as error:
        return {"ends": other, "error": str(error)}
    return {"ends": other, "hours": same.hours, "usd": same.usd}


def _other_ends_line(found: Route) -> str:
    other = _other_ends(found)
    counted = f"counted    {found.shipment.ends} to {found.shipment.ends}"
    if "error" in other:
        return f"{counted}; {other['ends']} to {other['ends']}: {other['error']}"
    meaning = (
        "with loading, unloading and port dwell and handling"
        if other["ends"] == "terminal"
        else "vehicle loaded and ready"
    )
    return f"{counted}; {other['ends']} to {other['ends']} ({meaning}): {other['hours']:,.0f} h ({other['hours'] / 24:.1f} days), {other['usd']:,.0f} USD"


def _steps(found: Route) -> str:
    rows = []
    for number, row in enumerate(found.step_rows(), 1):
        what = row["link"] or row["kind"]
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
        _print(json.dumps([rows[place].model_dump() for place in ids], ensure_ascii=False, indent=1))
        return 0
    for place in ids:
        row = rows[place]
        also = f"  ({', '.join(row.aliases[:3])})" if row.aliases else ""
        _print(
            f"{row.id:<24} {row.country}  {row.unlocode or '-':<6} {row.kind:<13} {row.lon:>9.4f} {row.lat:>8.4f}  {row.name}{also}"
        )
    return 0


def _check(options: argparse.Namespace) -> int:
    from corridor.checks import check_tables

    try:
        net = _network(options.folder)
    except DataError as error:
        if options.json:
            _print(json.dumps({"faults": [str(fault) for fault in error.faults]}, ensure_ascii=False, indent=1))
            return 1
        for fault in error.faults:
            _print(f"FAULT  {fault}")
        _print(f"{'faults':<22} {len(error.faults)}")
        return 1
    faults = check_tables(net.tables)
    report = data_report(net)
    if options.json:
        _print(json.dumps(report | {"faults": [str(fault) for fault in faults]}, ensure_ascii=False, indent=1))
        return int(bool(faults))
    for name, counts in report.items():
        shown = ", ".join(f"{key} {value}" for key, value in counts.items())
        _print(f"{name:<22} {shown}")
    for fault in faults:
        _print(f"FAULT  {fault}")
    _print(f"{'faults':<22} {len(faults) or 'none'}")
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
            for name in ("places", "links", "crossings", "rates", "transfers", "statuses", "sources", "rival_figures")
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


def _print(text: str) -> None:
    print(text)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
