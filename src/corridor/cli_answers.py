# SPDX-License-Identifier: BSD-3-Clause
"""The commands whose answer is more than one route: alternatives, pareto, matrix, reach and nearest-port."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from corridor.cli_options import keywords, place_of, places_of, words_of
from corridor.cli_output import (
    HEADS,
    advisories_of,
    answer,
    check_output,
    fact,
    figure,
    other_ends_line,
    table,
    totals,
    write,
    write_report,
)
from corridor.errors import CorridorError, NoRouteError, OptionError
from corridor.vocabulary import CORRIDOR_COUNTRIES, DEFAULT_MODES

if TYPE_CHECKING:
    from corridor.answers import Routes
    from corridor.network import Network
    from corridor.routes import Route
    from corridor.shipment import Shipment

__all__ = ["run_alternatives", "run_matrix", "run_nearest_port", "run_pareto", "run_reach"]

# A table of pairs broader than this is turned, if that makes it narrower.
BROADEST = 100
MEASURES_SHOWN = ("km", "hours", "days", "usd", "co2e_kg", "transfers")


def run_alternatives(options: argparse.Namespace, net: Network) -> int:
    """Show several routes, best first."""
    from corridor.routing import alternatives

    check_output(options)
    asked = keywords(options)
    found = alternatives(
        net,
        place_of(options.origin),
        place_of(options.destination),
        k=options.k,
        max_overlap=options.max_overlap,
        distinct=options.distinct,
        **asked,
    )
    shown = [options.by, *MEASURES_SHOWN]
    title = (
        f"{_between(found)}: {_count(len(found), 'route')}, best by {options.by}{' first' if len(found) > 1 else ''}"
    )
    return _show_routes(options, net, found, title, shown)


def run_pareto(options: argparse.Namespace, net: Network) -> int:
    """Show every route that no other beats in all criteria."""
    from corridor.routing import pareto

    check_output(options)
    criteria = ("hours", "usd") if options.criteria is None else tuple(words_of(options.criteria) or ())
    found = pareto(
        net,
        place_of(options.origin),
        place_of(options.destination),
        criteria=criteria,
        tolerance=options.tolerance,
        **keywords(options),
    )
    shown = [*criteria, *MEASURES_SHOWN]
    title = f"{_between(found)}: {_count(len(found), 'route')}, by {', then '.join(criteria)}"
    return _show_routes(options, net, found, title, shown)


def _show_routes(options: argparse.Namespace, net: Network, found: Routes, title: str, shown: Sequence[str]) -> int:
    cut = [_cut_means(net, name, options) for name in found.cut]
    write_report(options, found)

    def text() -> str:
        lines = [title, "", _routes_table(found, shown), ""]
        lines += [fact("method", found.method)]
        lines += [fact("note", found.note)] if found.note else []
        lines += [fact("cut", meaning) for meaning in cut]
        lines += [
            fact(
                "rests on",
                f"estimates: {_estimates(found, 'hours')} of the hours, {_estimates(found, 'usd')} of the USD",
            )
        ]
        which = "" if len(found) == 1 else " route 1"
        lines += [fact("counted", f"{_goods(found[0].shipment)}, {other_ends_line(found[0], which)}")]
        return "\n".join([*lines, *_advisory_lines(found)])

    return answer(
        options,
        rows=lambda: [{"route": number} | totals(route) for number, route in enumerate(found, 1)],
        data=lambda: found.to_dict() | {"cut_means": cut},
        text=text,
    )


def _routes_table(found: Routes, shown: Sequence[str]) -> str:
    """Return one line a route; where its crossings are those of an earlier one, also how it differs from the first."""
    names = [*dict.fromkeys(shown)]
    crossings = [", ".join(route.crossings) or "none" for route in found]
    head = ["", *(HEADS[name] for name in names), "carried by", "by way of"]
    like = [text in crossings[:number] for number, text in enumerate(crossings)]
    if not found.criteria and any(like):
        head.insert(-1, "unlike route 1")
    rows = []
    for number, route in enumerate(found):
        values = [figure(name, _total(route, name)) for name in names]
        row = [str(number + 1), *values, totals(route)["carriages"]]
        if "unlike route 1" in head:
            row.append(_unlike(found[0], route) if like[number] else "")
        rows.append([*row, crossings[number]])
    return table(head, rows, texts=("carried by", "unlike route 1", "by way of"))


def _unlike(first: Route, other: Route) -> str:
    """Return which places one route passes and another does not, or the other way round, or which links."""
    for word, one, two in (
        ("by", other.places, first.places),
        ("not by", first.places, other.places),
        ("along", other.links, first.links),
    ):
        names = [name for name in one if name not in two]
        if names:
            return f"{word} {', '.join(names[:2])}{f' +{len(names) - 2}' if len(names) > 2 else ''}"
    return "by other carriages"


def _between(found: Routes) -> str:
    first = found[0]
    return f"{first.place_name(first.origin)} → {first.place_name(first.destination)}"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _goods(shipment: Shipment) -> str:
    return f"the whole shipment of {shipment.tonnes:,g} t ({shipment.cargo})"


def _estimates(found: Sequence[Route], measure: str) -> str:
    shares = [route.basis_share[measure]["estimate"] for route in found]
    low, high = f"{min(shares):.0%}", f"{max(shares):.0%}"
    return low if low == high else f"{low[:-1]} to {high}"


def _advisory_lines(found: Sequence[Route]) -> list[str]:
    """Return a line for each closure known of what routes use, and says which routes."""
    lines = []
    for advisory, numbers in advisories_of(found).items():
        every = "all" if len(numbers) == len(found) else ", ".join(map(str, numbers))
        on = "" if len(found) == 1 else f" (routes: {every})"
        lines.append(fact("advisory", f"{advisory}{on}"))
    return lines


def _cut_means(net: Network, name: str, options: argparse.Namespace) -> str:
    """Return what a crossing, country or link that every route must pass is, and whether there is another like it."""
    link = next((link for link in net.tables.links if link.id == name), None)
    if name in net.crossing_ids:
        joined = _joined(net, options)
        countries = joined.get(name, ())
        others = sorted(other for other, pair in joined.items() if pair == countries and other != name)
        both = " and ".join(CORRIDOR_COUNTRIES.get(code, code) for code in countries)
        modes = f" by {' and '.join(words_of(options.mode) or ())}" if options.mode else ""
        if not others:
            return f"{name}: the only crossing between {both}{modes} in this network"
        return f"{name}: between {both}, as {', '.join(others)}"
    if link is not None:
        return f"{name}: the {link.mode} from {link.from_} to {link.to}"
    return f"{name}: {CORRIDOR_COUNTRIES[name]}" if name in CORRIDOR_COUNTRIES else name


def _joined(net: Network, options: argparse.Namespace) -> dict[str, tuple[str, ...]]:
    """Return the countries that each crossing in play joins."""
    statuses = {"operating", *(words_of(options.include) or ())}
    modes = words_of(options.mode) or DEFAULT_MODES
    running = {
        (frozenset((link.from_, link.to)), link.mode)
        for link in net.tables.links
        if link.status in statuses and link.mode in modes
    }
    country = {place.id: place.country for place in net.tables.places}
    return {
        row.crossing: tuple(sorted({country[row.post], country[row.facing_post]}))
        for row in net.tables.crossings
        if (frozenset((row.post, row.facing_post)), row.mode) in running
    }


# --- matrix --------------------------------------------------------------------------------------------------------------


def run_matrix(options: argparse.Namespace, net: Network) -> int:
    """Show the least of a measure from each of several places to each of several others."""
    from corridor.constraints import check_also
    from corridor.routing import matrix

    check_output(options)
    also = words_of(options.also) or []
    origins = places_of(net, options.origins, option="origins")
    destinations = places_of(net, options.destinations, option="destinations")
    # The routes themselves: what they total, and which of them use something that is known to be shut.
    names = check_also(options.by, also)
    frame = matrix(net, origins, destinations, routes=True, **keywords(options))
    starts, goals = [*map(str, frame.index)], [*map(str, frame.columns)]
    cells: list[list[Route | None]] = frame.to_numpy().tolist()
    routes = [route for row in cells for route in row if route is not None]

    def pairs() -> list[dict[str, Any]]:
        return [
            {"origin": start, "destination": goal} | {name: _total(route, name) for name in names}
            for start, row in zip(starts, cells, strict=True)
            for goal, route in zip(goals, row, strict=True)
        ]

    def data() -> dict[str, Any]:
        from corridor.routes import UNITS

        closures = [advisory._asdict() for advisory in advisories_of(routes)]
        units = {name: UNITS[name] for name in names}
        about = {"by": options.by, "unit": units, "tonnes": options.tonnes, "ends": options.ends}
        return {**about, "origins": starts, "destinations": goals, "pairs": pairs(), "advisories": closures}

    def text() -> str:
        ends = f"{_count(len(starts), 'origin')} to {_count(len(goals), 'destination')}"
        lines = [f"From {ends}: the routes that are best by {options.by}"]
        lines += [f"\n{_pairs_table(name, starts, goals, cells)}" for name in names]
        shipment = keywords(options)["shipment"]
        other = "--ends terminal adds loading, unloading and port dwell and handling"
        counted = f"{shipment.ends} to {shipment.ends}{f' ({other})' if shipment.ends == 'gate' else ''}"
        lines += ["", fact("counted", f"{_goods(shipment)}, {counted}; -: no way, or the same place")]
        for advisory, used in advisories_of(routes).items():
            lines.append(fact("advisory", f"{advisory} ({len(used):,} of {_count(len(routes), 'route')})"))
        return "\n".join(lines)

    return answer(options, rows=pairs, data=data, text=text)


def _total(route: Route | None, name: str) -> float:
    if route is None:
        return math.nan
    if name == "days":
        return route.hours / 24
    return len(route.crossings) if name == "crossings" else getattr(route, name)


def _pairs_table(
    name: str, starts: Sequence[str], goals: Sequence[str], cells: Sequence[Sequence[Route | None]]
) -> str:
    values = [[figure(name, _total(route, name)) for route in row] for row in cells]

    def drawn(down: Sequence[str], across: Sequence[str], rows: Sequence[Sequence[str]], corner: str) -> str:
        return table([corner, *across], [[one, *row] for one, row in zip(down, rows, strict=True)], texts=[corner])

    straight = drawn(starts, goals, values, f"{HEADS[name]}, from")
    if len(straight.split("\n", 1)[0]) <= BROADEST:
        return straight
    turned = drawn(goals, starts, [*zip(*values, strict=True)], f"{HEADS[name]}, to")
    return min(straight, turned, key=lambda text: len(text.split("\n", 1)[0]))


# --- reach ---------------------------------------------------------------------------------------------------------------


def run_reach(options: argparse.Namespace, net: Network) -> int:
    """Show the places and links within a budget."""
    from corridor.routing import reach

    check_output(options)
    if (options.hours is None) == (options.usd is None):
        msg = "reach: give one budget, --hours H or --usd USD."
        raise OptionError(msg)
    asked = keywords(options)
    start = net.place(place_of(options.origin))
    frame = reach(net, start.id, hours=options.hours, usd=options.usd, **asked)
    by, most = ("hours", options.hours) if options.usd is None else ("usd", options.usd)
    if options.geojson:
        shapes = json.dumps(json.loads(frame.to_json(drop_id=True)), ensure_ascii=False, indent=1)
        write(options.geojson, shapes + "\n", option="--geojson")
    found: list[dict[str, Any]] = frame.drop(columns="geometry").to_dict("records")
    known = {place.id: place for place in net.tables.places}
    ends = {link.id: (link.from_, link.to) for link in net.tables.links}
    places, links = ([row for row in found if row["kind"] == kind] for kind in ("place", "link"))

    def rows() -> list[dict[str, Any]]:
        none: dict[str, Any] = dict.fromkeys(("name", "country", "lon", "lat"))
        made = []
        for row in found:
            place = known.get(row["id"]) if row["kind"] == "place" else None
            more = none if place is None else {name: getattr(place, name) for name in none}
            made.append(
                {"kind": row["kind"], "id": row["id"], **more, "mode": row["mode"], by: row[by], "share": row["share"]}
            )
        return made

    def data() -> dict[str, Any]:
        about = {"origin": start.id, "by": by, "budget": most, "tonnes": options.tonnes, "ends": options.ends}
        reached = [
            {"id": row["id"], "name": known[row["id"]].name, "country": known[row["id"]].country, by: row[by]}
            for row in places
        ]
        run = [
            {
                "id": row["id"],
                "mode": row["mode"],
                "from": ends[row["id"]][0],
                "to": ends[row["id"]][1],
                by: row[by],
                "share": row["share"],
            }
            for row in links
        ]
        return {**about, "places": reached, "links": run}

    def text() -> str:
        whole = sum(row["share"] >= 1 for row in links)
        lasting = f"{most:,g} hours ({most / 24:.1f} days)" if by == "hours" else f"{most:,g} USD"
        title = (
            f"Within {lasting} of {start.name}: {_count(len(places), 'place')}, "
            f"{_count(whole, 'link')} in full and {len(links) - whole:,} in part"
        )
        head = [*(["hours", "days"] if by == "hours" else ["USD"]), "place", "country", "kind", "name"]
        body = []
        for row in places:
            place = known[row["id"]]
            spent = [figure("hours", row[by]), figure("days", row[by] / 24)] if by == "hours" else [figure(by, row[by])]
            body.append([*spent, place.id, place.country, place.kind, place.name])
        shipment = asked["shipment"]
        counted = f"{_goods(shipment)}, {shipment.ends} to {shipment.ends}; known closures are not taken into account"
        listed = table(head, body, texts=("place", "country", "kind", "name"))
        return "\n".join([title, "", listed, "", fact("counted", counted)])

    return answer(options, rows=rows, data=data, text=text)


# --- nearest port --------------------------------------------------------------------------------------------------------


def run_nearest_port(options: argparse.Namespace, net: Network) -> int:
    """Show the ports in the order of their routes, and the route from (or to) the best."""
    check_output(options)
    here = net.place(place_of(options.place))
    ports = [net.place(port).id for port in places_of(net, options.ports, option="--ports")]
    ranked, without = _ranking(options, net, here.id, ports)
    best = ranked[0][1]
    places = {place.id: place for place in net.tables.places}

    def rows() -> list[dict[str, Any]]:
        found = [{"rank": number, "port": port} | totals(route) for number, (port, route) in enumerate(ranked, 1)]
        blank = dict.fromkeys(found[0])
        return [*found, *(blank | {"port": port} for port in without)]

    def data() -> dict[str, Any]:
        ways = [{**row, "no_way": without.get(row["port"])} for row in rows()]
        about = {"place": here.id, "by": options.by, "to_sea": options.to_sea, "port": ranked[0][0]}
        return {**about, "ports": ways, "route": best.to_dict()}

    def text() -> str:
        names = [*dict.fromkeys([options.by, *MEASURES_SHOWN])]
        head = ["", "port", *(HEADS[name] for name in names), "carried by", "by way of"]
        body = []
        for number, (port, route) in enumerate(ranked, 1):
            values = [figure(name, _total(route, name)) for name in names]
            body.append([str(number), port, *values, totals(route)["carriages"], ", ".join(route.crossings) or "none"])
        body += [["-", port, *("-" for _ in names), "-", "no way"] for port in without]
        way = "to" if options.to_sea else "from"
        title = f"{here.name} {way} the sea: {_count(len(body), 'port')}, best by {options.by} first"
        lines = [title, "", table(head, body, texts=("port", "carried by", "by way of")), ""]
        lines += [fact("no way", f"{places[port].name}: {why}") for port, why in without.items()]
        lines += [
            *([""] if without else []),
            str(best),
            fact("counted", f"{_goods(best.shipment)}, {other_ends_line(best)}"),
        ]
        return "\n".join(lines)

    return answer(options, rows=rows, data=data, text=text)


def _ranking(
    options: argparse.Namespace, net: Network, here: str, ports: Sequence[str]
) -> tuple[list[tuple[str, Route]], dict[str, str]]:
    """Return the ports with their routes, best first and ties in the order given, and why there is none to the others.

    One search a port, as :func:`corridor.nearest_port` makes, without the frame that it makes them in.
    """
    from corridor.routing import nearest_port, route

    asked = keywords(options)
    found: list[tuple[str, Route]] = []
    without: dict[str, CorridorError] = {}
    for port in dict.fromkeys(port for port in ports if port != here):
        try:
            found.append((port, route(net, *((here, port) if options.to_sea else (port, here)), **asked)))
        except CorridorError as error:
            # A port that is avoided, or without a way or a figure; what is wrong whatever the port is told below.
            without[port] = error
    if not found and without and all(isinstance(error, NoRouteError) for error in without.values()):
        lines = [
            f"No route {'from' if options.to_sea else 'to'} {here!r} {'to' if options.to_sea else 'from'} any of {', '.join(without)}."
        ]
        lines += [f"{port}: {_why(error)}" for port, error in without.items()]
        ends = f"{here} {next(iter(without))}" if options.to_sea else f"{next(iter(without))} {here}"
        lines.append(f"'corridor route {ends}' with the same options tells what would help, for each port.")
        raise NoRouteError("\n  ".join(lines), origin=here, destination=here, blocked_by=[*without])
    if not found:
        best = nearest_port(net, here, ports=ports, to_sea=options.to_sea, **asked)
        found = [(best.destination if options.to_sea else best.origin, best)]
    ranked = sorted(found, key=lambda pair: _total(pair[1], options.by))
    return ranked, {port: _why(error) for port, error in without.items()}


def _why(error: CorridorError) -> str:
    """Return the line of an error that gives the reason."""
    lines = [line.strip() for line in str(error).splitlines()]
    reason = lines[1] if isinstance(error, NoRouteError) and len(lines) > 1 else " ".join(lines)
    return reason.removeprefix("Why: ")
