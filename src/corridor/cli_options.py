# SPDX-License-Identifier: BSD-3-Clause
"""The words of the command line: every command with its options, those shared declared once, and what they mean."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NoReturn

from corridor import __version__
from corridor.errors import OptionError
from corridor.vocabulary import BASES, BYS, DEFAULT_MODES, ENDS, MODES, REGIMES

if TYPE_CHECKING:
    from corridor.network import Network

__all__ = ["add_network", "keywords", "network_of", "parse", "place_of", "places_of", "words_of"]

PLACE = "id, UN/LOCODE, name in any script, or lon,lat"
PLACES = "places with commas (points lon,lat with semicolons), or 'ports' for the seaports of the sea end"
SCENARIO = "id of a bundled scenario, or a TOML file"
OWN_DATA = "a network of your own (the bundled corridor)"
# Room for the longest name of a command, so that its help stands beside it.
LONGEST_COMMAND = 16
FIRST_OF_ALL = "what is minimised: {} (score)"


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the command and its options; a word that does not belong there ends the program with code 2."""
    parser, commands = _parser()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        command = getattr(options, "parser", None) or commands[options.command]
        flags = [word.split("=")[0] for word in unknown if word.startswith("-")]
        if flags:
            known = [flag for action in command._actions for flag in action.option_strings]  # noqa: SLF001
            close = get_close_matches(flags[0], known, n=1, cutoff=0.75)
            command.error(f"there is no option {flags[0]}{f'; did you mean {close[0]}?' if close else ''}")
        hint = "; name several places with commas" if options.command == "matrix" else ""
        command.error(f"too many words: {' '.join(unknown)}{hint}")
    return options


class _Parser(argparse.ArgumentParser):
    """A parser that takes no shortened options and tells a mistake in one line."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given, allow_abbrev=False, formatter_class=_broad)

    def error(self, message: str) -> NoReturn:
        """End the program with code 2."""
        self.exit(2, f"corridor: {' '.join(message.split())} ('{self.prog} --help' lists what it takes)\n")


def _broad(prog: str) -> argparse.HelpFormatter:
    formatter = argparse.HelpFormatter(prog, max_help_position=30)
    formatter._action_max_length = LONGEST_COMMAND  # noqa: SLF001
    return formatter


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        msg = f"{text!r} is not a number"
        raise argparse.ArgumentTypeError(msg) from error


def _moment(text: str) -> datetime:
    """Return a day with a time of day; a day alone would be its first minute, which nobody means."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or len(text) <= len("2025-05-28"):
        msg = f"{text!r} is not a day and time, such as 2025-05-28T08:00 or 2025-05-28T08:00+05:00"
        raise argparse.ArgumentTypeError(msg)
    return moment


def _count(text: str) -> float:
    """Return a whole number as such; another one is refused where it is used."""
    try:
        return int(text)
    except ValueError:
        return _number(text)


def _parser() -> tuple[_Parser, dict[str, _Parser]]:
    parser = _Parser(
        prog="corridor",
        description="Freight routes on the Belarus-Russia-Kazakhstan-Uzbekistan-Afghanistan-Pakistan corridor.",
        epilog="'corridor COMMAND --help' lists the options of a command.",
    )
    parser.add_argument("--version", action="version", version=f"corridor {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command", dest="command")

    route = commands.add_parser("route", help="best route between two places")
    _add_ends(route)
    _add_by(route)
    _add_shared(route, "steps")
    _add_depart(route)
    route.add_argument("--steps", action="store_true", help="show every step")
    route.add_argument("--geojson", metavar="FILE", help="write the legs as GeoJSON")

    alternatives = commands.add_parser("alternatives", help="several routes, best first, that differ as asked")
    _add_ends(alternatives)
    alternatives.add_argument("-k", type=_count, default=5, metavar="NUMBER", help="how many routes at most (5)")
    alternatives.add_argument(
        "--max-overlap", type=_number, metavar="SHARE", help="share of km that two may have in common, 0 to 1 (any)"
    )
    alternatives.add_argument(
        "--distinct", metavar="WHAT", help="no two share a border crossing, or a country between: crossings, countries"
    )
    _add_by(alternatives)
    _add_shared(alternatives, "one row a route")

    pareto = commands.add_parser("pareto", help="every sensible trade-off between hours, USD, crossings ...")
    _add_ends(pareto)
    pareto.add_argument(
        "--criteria",
        action="append",
        metavar="MEASURE",
        help=f"two to four with commas: {', '.join((*BYS, 'transfers'))} (hours,usd)",
    )
    pareto.add_argument(
        "--tolerance",
        type=_number,
        default=0.0,
        metavar="SHARE",
        help="thin the front to within this share, 0 to 1 (0)",
    )
    _add_shared(pareto, "one row a route")
    for command in (route, alternatives, pareto):
        _add_report(command)

    matrix = commands.add_parser("matrix", help="least USD, hours, km ... from several places to several")
    matrix.add_argument("origins", help=PLACES)
    matrix.add_argument("destinations", help="likewise")
    _add_by(matrix)
    matrix.add_argument(
        "--also",
        action="append",
        metavar="MEASURE",
        help="show these of the same routes too, again or with commas; also transfers",
    )
    _add_shared(matrix, "one row a pair")

    reach = commands.add_parser("reach", help="places and links within a budget of hours or USD")
    reach.add_argument("origin", help=PLACE)
    budget = reach.add_argument_group("budget, one of them")
    budget.add_argument("--hours", type=_number, metavar="H", help="elapsed hours")
    budget.add_argument("--usd", type=_number, metavar="USD", help="USD for the whole shipment")
    _add_shared(reach, "one row a place or link", routes=False)
    reach.add_argument("--geojson", metavar="FILE", help="write points and lines as GeoJSON, cut where the budget ends")

    _add_nearest(commands.add_parser("nearest-port", help="ports ranked for a place, and the route from the best"))
    _add_measured(commands)
    _add_criticality(commands.add_parser("criticality", help="which crossing, link or place hurts most when it falls"))

    _add_explain(commands.add_parser("explain", help="why this route: its score split, what would make a rival win"))
    _add_simulate(commands.add_parser("simulate", help="how sure the arrival is: quantiles of hours and USD"))
    _add_assign(
        commands.add_parser("assign", help="trade of a year shared out under the capacities of crossings and lines")
    )
    _add_growth(commands.add_parser("growth", help="what growing trade needs, what is full first, what levers add"))
    _add_places(commands.add_parser("places", help="places that a text means, or all of them"))
    _add_scenario(commands.add_parser("scenario", help="what-ifs: list them, show one, compare their best routes"))

    _add_check(commands.add_parser("check", help="the data's own report: counts, basis, geometry, faults"))
    return parser, commands.choices


def _add_nearest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("place", help=PLACE)
    _add_by(parser)
    parser.add_argument("--to-sea", action="store_true", help="the goods go to the port (they come from it)")
    parser.add_argument("--ports", default="ports", metavar="PLACES", help="ports to choose from, with commas (all)")
    _add_shared(parser, "one row a port")


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", help=OWN_DATA)
    parser.add_argument("--json", action="store_true", help="print JSON")


def _add_places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="?", default="", help="part of an id, name, alias or UN/LOCODE, in any script")
    parser.add_argument("--country", metavar="CODE", help="only this country")
    parser.add_argument(
        "--kind", metavar="KIND", help="only this kind: seaport, city, border, dry-port, rail-terminal, airport"
    )
    parser.add_argument("--data", metavar="FOLDER", help=OWN_DATA)
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_network(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which network is asked: its scope, its day, or one of the user's own."""
    asked = parser.add_argument_group("which network is asked")
    asked.add_argument(
        "--as-of", metavar="DAY", help="day whose dated closures hold, YYYY-MM-DD (normal operation, with advisories)"
    )
    asked.add_argument(
        "--scope",
        default="corridor",
        metavar="SCOPE",
        help="corridor: the six countries; bypass: with the ways round them (corridor)",
    )
    asked.add_argument("--data", metavar="FOLDER", help=OWN_DATA)


def network_of(options: argparse.Namespace) -> Network:
    """Return the network that the options ask for."""
    from corridor.reading import load, read_network

    if options.data is None:
        return load(scope=options.scope, as_of=options.as_of)
    if options.scope != "corridor":
        msg = f"--scope {options.scope}: --data names a network of your own, which has one scope. Give one of the two."
        raise OptionError(msg)
    net = read_network(options.data)
    return net if options.as_of is None else net.as_of(options.as_of)


def _add_scenario(parser: argparse.ArgumentParser) -> None:
    """Add what can be done with scenarios: each action has options of its own."""
    actions = parser.add_subparsers(required=True, metavar="action", dest="action")
    listed = actions.add_parser("list", help="the scenarios that come with the program")
    listed.add_argument("--json", action="store_true", help="print JSON")
    shown = actions.add_parser("show", help="what a scenario supposes, changes and rests on")
    shown.add_argument("scenario", help=SCENARIO)
    shown.add_argument("--json", action="store_true", help="print JSON")
    compared = actions.add_parser("compare", help="the best routes of today beside those of scenarios")
    compared.add_argument("scenarios", nargs="+", help=f"{SCENARIO}; each is applied alone")
    compared.add_argument(
        "--pair", nargs=2, action="append", required=True, metavar=("FROM", "TO"), help="two places; again for more"
    )
    _add_by(compared)
    _add_shared(compared, "one row a pair and network")
    for action in (listed, shown, compared):
        action.set_defaults(parser=action)


def _add_criticality(parser: argparse.ArgumentParser) -> None:
    moved = "origin, destination and flow (1), e.g. --pair Karachi Tashkent 500; again for the next pair"
    parser.add_argument("--pair", nargs="+", action="append", default=[], metavar="WORD", help=moved)
    parser.add_argument(
        "--ports-to", action="append", default=[], metavar="PLACES", help="every port to each of these, with commas"
    )
    parser.add_argument("--flow-unit", default="shipments", metavar="UNIT", help="shipments or tonnes (shipments)")
    parser.add_argument("--of", default="crossings", metavar="WHAT", help="crossings, links or places (crossings)")
    parser.add_argument("--together", type=_count, default=1, metavar="NUMBER", help="2: also every two at once (1)")
    parser.add_argument(
        "--lose", action="append", default=[], metavar="IDS", help="only this, or with + these at once: torkham+chaman"
    )
    parser.add_argument("--top", type=_count, metavar="NUMBER", help="show so many losses (text: 15, else all)")
    parser.add_argument("--no-progress", action="store_true", help="no bar, however long it takes")
    _add_by(parser)
    _add_shared(parser, "one row a loss", routes=False)


def _add_explain(parser: argparse.ArgumentParser) -> None:
    _add_ends(parser)
    held = parser.add_argument_group("what it is held against")
    held.add_argument("--against", type=_count, default=5, metavar="NUMBER", help="how many rivals at most (5)")
    held.add_argument(
        "--assumed-range",
        type=_number,
        default=0.3,
        metavar="SHARE",
        help="assumed either side of an estimate without a stated range, 0 to 0.95 (0.3)",
    )
    held.add_argument(
        "--basis",
        action="append",
        metavar="BASIS",
        help=f"whose figures are put to the test, again or with commas: {', '.join(BASES)} (estimate)",
    )
    held.add_argument("--top", type=_count, metavar="NUMBER", help="also list so many estimates of the tornado")
    _add_by(parser)
    _add_shared(parser, "one row a break-even")


def _add_simulate(parser: argparse.ArgumentParser) -> None:
    _add_ends(parser)
    drawn = parser.add_argument_group("what is drawn")
    drawn.add_argument("-k", type=_count, default=3, metavar="NUMBER", help="how many routes at most (3)")
    drawn.add_argument(
        "--distinct",
        default="crossings",
        metavar="WHAT",
        help="no two share a border crossing, or a country between: crossings, countries, any (crossings)",
    )
    drawn.add_argument("--draws", type=_count, default=10_000, metavar="NUMBER", help="how many draws (10000)")
    drawn.add_argument("--seed", type=_count, metavar="NUMBER", help="fixes the draws (one is chosen and told)")
    drawn.add_argument("--deadline-hours", type=_number, metavar="H", help="chance of arriving by then")
    drawn.add_argument(
        "--closures", default="none", metavar="WHICH", help="none, or history: closures as they have been (none)"
    )
    drawn.add_argument(
        "--prices", default="fixed", metavar="WHICH", help="fixed, or ranges: haul prices vary as the rates do (fixed)"
    )
    _add_by(parser)
    _add_shared(parser, "one row a route")


def _add_measured(commands: Any) -> None:
    """Add the commands that measure the best route as CAREC and UNESCAP do."""
    measured = commands.add_parser("indicators", help="CAREC's TFI1 to TFI4 of a route, beside the published ones")
    _add_ends(measured)
    tables = "countries, legs, passages or compared (countries)"
    measured.add_argument("--table", default="countries", metavar="WHICH", help=f"table that --csv gives: {tables}")
    drawn = commands.add_parser("profile", help="time or cost over distance, a step at each stop (UNESCAP)")
    _add_ends(drawn)
    drawn.add_argument("--y", default="hours", metavar="MEASURE", help="hours, usd or co2e_kg (hours)")
    drawn.add_argument(
        "--per", default="shipment", metavar="WHAT", help="of USD and CO2e: shipment, 20t, feu (shipment)"
    )
    for parser, rows in ((measured, "the rows of a table"), (drawn, "one row a point")):
        _add_by(parser)
        _add_shared(parser, rows)
        _add_depart(parser)


def _add_depart(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--depart",
        type=_moment,
        metavar="MOMENT",
        help="2025-05-28T08:00, local time at the origin: keep to opening hours and dated closures, wait where it must",
    )


def _add_report(parser: argparse.ArgumentParser) -> None:
    told = "write one web page with map, charts and tables (.html; needs corridor[report])"
    parser.add_argument("--report", metavar="FILE", help=told)


def _add_assign(parser: argparse.ArgumentParser) -> None:
    _add_demand(parser)
    _add_trade(parser, "one row a flow")


def _add_growth(parser: argparse.ArgumentParser) -> None:
    _add_demand(parser)
    grown = parser.add_argument_group("how it grows")
    grown.add_argument("--to-usd", type=_number, default=1e9, metavar="USD", help="trade to grow to, USD a year (1e9)")
    grown.add_argument("--from-usd", type=_number, metavar="USD", help="trade to begin with (that of the demand)")
    grown.add_argument("--steps", type=_count, default=7, metavar="NUMBER", help="how many trades to tell of (7)")
    grown.add_argument("--lever", action="append", metavar="ID", help=f"{SCENARIO}; again or with commas; a+b: both")
    grown.add_argument(
        "--swing", type=_number, default=0.3, metavar="SHARE", help="move estimates by this share, 0: leave out (0.3)"
    )
    _add_trade(parser, "one row a trade, crossing and mode")


def _add_demand(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "demand", nargs="?", metavar="FILE", help="CSV: origin, destination, cargo, tonnes_per_year or usd_per_year"
    )
    parser.add_argument("--set", metavar="SET", help="a set of the bundled demand in the place of a file (pk-kz-2025)")


def _add_trade(parser: argparse.ArgumentParser, rows: str) -> None:
    """Add the options of questions about trade: every demand brings its own goods and shipments."""
    ways = parser.add_argument_group("what may be used")
    modes = f"modes, again or with commas: {', '.join(MODES)} ({', '.join(DEFAULT_MODES)})"
    ways.add_argument("--mode", action="append", metavar="MODE", help=modes)
    avoided = "place, link, crossing or country, again or with commas"
    ways.add_argument("--avoid", action="append", default=[], metavar="ID", help=avoided)
    ways.add_argument("--within", action="append", metavar="COUNTRY", help="countries to stay in, again or with commas")
    planned = "use planned, under-construction or disused links too"
    ways.add_argument("--include", action="append", default=[], metavar="STATUS", help=planned)
    room = parser.add_argument_group("what can pass")
    room.add_argument("--no-capacities", action="store_true", help="leave capacities out")
    room.add_argument("--no-background", action="store_true", help="do not take other traffic off the capacities")
    room.add_argument(
        "--capacity",
        action="append",
        default=[],
        metavar="ID=NUMBER",
        help="a capacity of your own, in the unit of its row",
    )
    room.add_argument(
        "--unserved-usd", type=_number, metavar="USD", help="penalty for a tonne left (10 x dearest route)"
    )
    room.add_argument(
        "--empty-returns", type=_number, metavar="SHARE", help="an empty run costs this share of a loaded one"
    )
    room.add_argument("--working-days", type=_number, default=365.0, metavar="DAYS", help="days a year (365)")
    add_network(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--csv", nargs="?", const="-", metavar="FILE", help=f"print CSV ({rows}), or write it to a file beside the text"
    )


def _add_ends(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("origin", help=PLACE)
    parser.add_argument("destination", help=PLACE)


def _add_by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", default="score", metavar="MEASURE", help=FIRST_OF_ALL.format(", ".join(BYS)))


def _add_shared(parser: argparse.ArgumentParser, rows: str, *, routes: bool = True) -> None:
    """Add the options that all questions share; those of whole routes (via, limits, weights) only where asked."""
    ways = parser.add_argument_group("what may be used")
    ways.add_argument(
        "--mode",
        action="append",
        metavar="MODE",
        help=f"modes, again or with commas: {', '.join(MODES)} ({', '.join(DEFAULT_MODES)})",
    )
    ways.add_argument(
        "--avoid",
        action="append",
        default=[],
        metavar="ID",
        help="place, link, crossing or country, again or with commas",
    )
    if routes:
        ways.add_argument(
            "--via",
            action="append",
            default=[],
            metavar="PLACE",
            help="place to be passed; give the option again for the next one",
        )
    ways.add_argument("--within", action="append", metavar="COUNTRY", help="countries to stay in, again or with commas")
    ways.add_argument(
        "--include",
        action="append",
        default=[],
        metavar="STATUS",
        help="use planned, under-construction or disused links too",
    )
    moved = parser.add_argument_group("what is moved")
    moved.add_argument("--tonnes", type=_number, default=20.0, metavar="T", help="weight of the goods, tonnes (20)")
    moved.add_argument("--cargo", default="general", metavar="CLASS", help="class of goods (general)")
    moved.add_argument(
        "--containers", type=_count, metavar="NUMBER", help="forty-foot containers (tonnes over payload)"
    )
    moved.add_argument("--vehicle", default="trailer", metavar="CLASS", help="class of road vehicle (trailer)")
    moved.add_argument("--ends", default="gate", metavar="ENDS", help=f"what the ends cost: {', '.join(ENDS)} (gate)")
    moved.add_argument(
        "--regime",
        default="transit",
        metavar="REGIME",
        help=f"customs regime at a seaport: {', '.join(REGIMES)} (transit)",
    )
    if routes:
        limits = parser.add_argument_group("limits on the whole route")
        limits.add_argument("--max-hours", type=_number, metavar="H", help="elapsed hours")
        limits.add_argument("--max-usd", type=_number, metavar="USD", help="USD for the whole shipment")
        limits.add_argument("--max-co2e-kg", type=_number, metavar="KG", help="kg CO2e")
        limits.add_argument("--max-crossings", type=_count, metavar="NUMBER", help="border crossings")
        limits.add_argument("--max-transfers", type=_count, metavar="NUMBER", help="changes of carriage")
        score = parser.add_argument_group("what the score is made with")
        score.add_argument(
            "--value-of-time",
            type=_number,
            metavar="USD",
            help="USD an hour of the whole shipment (that of its goods)",
        )
        for per in ("km", "crossing", "transfer"):
            score.add_argument(
                f"--usd-per-{per}", type=_number, default=0.0, metavar="USD", help=f"penalty, USD per {per} (0)"
            )
    add_network(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--csv", nargs="?", const="-", metavar="FILE", help=f"print CSV ({rows}), or write it to a file beside the text"
    )


# --- what the words mean -----------------------------------------------------------------------------------------------


def place_of(text: str) -> str | tuple[float, float]:
    """Read ``66.97,24.84`` as a point and anything else as a name."""
    parts = text.strip().strip("()[]").replace(",", " ").split()
    if len(parts) == 2:
        try:
            return float(parts[0]), float(parts[1])
        except ValueError:
            return text
    return text


def places_of(net: Network, text: str, *, option: str) -> list[str | tuple[float, float]]:
    """Read several places: with commas, or with semicolons where there are points; ``ports`` are those of the network."""
    point = place_of(text)
    words = [text] if isinstance(point, tuple) else text.split(";" if ";" in text else ",")
    found: list[str | tuple[float, float]] = []
    for word in (word.strip() for word in words):
        if word.lower() == "ports":
            if not net.ports:
                msg = f"{option} 'ports': this network has no seaport; name the places."
                raise OptionError(msg)
            found += net.ports
        elif word:
            found.append(place_of(word))
    if not found:
        msg = f"{option} {text!r}: name at least one place."
        raise OptionError(msg)
    return found


def words_of(values: Sequence[str] | None) -> list[str] | None:
    """Return the words of an option given again or with commas; None where it was not given."""
    if values is None:
        return None
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def keywords(options: argparse.Namespace) -> dict[str, Any]:
    """Return the shared options as the keywords that the questions take."""
    from corridor.shipment import Shipment, Weights

    shipment = Shipment(
        tonnes=options.tonnes,
        cargo=options.cargo,
        containers=options.containers,
        vehicle=options.vehicle,
        ends=options.ends,
        regime=options.regime,
    )
    given: dict[str, Any] = {
        "shipment": shipment,
        "modes": words_of(options.mode),
        "avoid": words_of(options.avoid) or (),
        "within": words_of(options.within),
        "include": words_of(options.include) or (),
    }
    if not hasattr(options, "via"):
        return given
    weights = Weights(
        value_of_time_usd_per_hour=options.value_of_time,
        usd_per_km=options.usd_per_km,
        usd_per_crossing=options.usd_per_crossing,
        usd_per_transfer=options.usd_per_transfer,
    )
    limits = ("max_hours", "max_usd", "max_co2e_kg", "max_crossings", "max_transfers")
    given |= {"weights": weights, "via": [place_of(place) for place in options.via]}
    given |= {name: getattr(options, name) for name in limits}
    if hasattr(options, "depart"):
        given["depart"] = options.depart
    return given | ({"by": options.by} if hasattr(options, "by") else {})
