# SPDX-License-Identifier: BSD-3-Clause
"""Make ``docs/validation.md``: the library beside published journeys and published distances, misses shown.

Run from anywhere: ``python tools/make_validation.py`` writes, ``python tools/make_validation.py --check`` only compares.
"""

from __future__ import annotations

import argparse
import csv
import math
import statistics
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import corridor as co
from corridor.errors import CorridorError, DataError, Fault
from corridor.schema import PilotRun, Source
from corridor.validation import difference_from_range
from corridor.vocabulary import BASES, Basis, Mode

if TYPE_CHECKING:
    from corridor.network import Network

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = Path("docs") / "validation.md"
DISTANCES: Final = Path("data") / "published_distances.csv"
COLUMNS: Final = (
    "id",
    "origin",
    "destination",
    "modes",
    "via",
    "km_low",
    "km_high",
    "basis",
    "source",
    "independent",
    "note",
)
# A distance counts as met where it lies at most this far outside the published range, and days where this far.
KM_TOLERANCE: Final = 0.05
DAYS_TOLERANCE: Final = 0.3
DASH: Final = "\N{EN DASH}"
MINUS: Final = "\N{MINUS SIGN}"
# Figures that differ by less than this are the same.
SAME: Final = 1e-9

# Published totals of money that can be set beside computed ones.
TOTALS: Final = ("karachi-kabul-2025", "karachi-kabul-2023")

# The list price of July 2025 in rival_figures.csv, 96,000 PKR at 284.5 PKR to the dollar.
LAHORE_PESHAWAR_USD: Final = 96_000 / 284.5

# Why a computed journey lies outside what was published; shown only where it does.
JOURNEY_CAUSES: Final[Mapping[str, str]] = {
    "karachi-tashkent-2022": (
        "The border hours here are means over all trucks, bad days included; how the drivers shared the wheel was not "
        "reported."
    ),
    "karachi-kabul-2025": (
        "Here the mean waits at the two posts of Torkham make more than two days; traders tell the usual case, perhaps "
        "without them. 2,000 USD is close to what a forwarder listed for a twenty-foot container (2,100 USD)."
    ),
    "karachi-kabul-2023": "Gate to gate leaves out the port and the return of the empty, which the list price covers.",
    "minsk-karachi-planning": (
        "Not the same way: the planner thought of a train to Termez and a truck beyond, while the fastest way in these "
        "modes is a truck all along, quicker and dearer. Agreement would prove nothing either."
    ),
    "tashkent-karachi-2022": "A driver's pay beside the price of a haul: that they are close means nothing.",
    "kashgar-karachi-2025": (
        "Speeds in the mountains and the posts at the Khunjerab pass are judged or means of few years; an announced time "
        "may have a reserve in it."
    ),
    "karachi-baku-2021": "The speeds in Iran and Azerbaijan are estimates; a convoy under TIR may be let through faster.",
    "rahim-yar-khan-dushanbe-2024": "The speed in Tajikistan is an estimate.",
    "lahore-astrakhan-2025": (
        "The lines by the places named add up to far less than 8,000 km. The km a day in Iran and Turkmenistan are "
        "estimates after one slow train; a plan may leave waits out."
    ),
    "bandar-abbas-tashkent-2024": "A first train stands more than the train that was aimed at, from which the km a day follow.",
    "karachi-st-petersburg-2023": (
        "Here half a week is waited for the ship, which the sailing time leaves out. Nothing is known of how sailings "
        "vary, so the range drawn is very wide and could hardly be missed."
    ),
    "chabahar-kabul-2025": (
        "Gate to gate leaves out the port of Chabahar, where days and handling may be inside the traders' figures; road "
        "price and speed in Iran are estimates."
    ),
}

# Why the days of a journey lie outside P10 to P90: every miss must have a word here; {parts} are those of PARTS.
DAYS_CAUSES: Final[Mapping[str, str]] = {
    "karachi-tashkent-2021": "The posts let an escorted truck pass; the library draws the waits of ordinary trucks.",
    "pavlodar-karachi-2024": (
        "Stuffing near Almaty took an unknown part of the 20 days, and gate to gate leaves it out. The way in Pakistan is "
        "not reported: the fastest, by Chaman, is taken, and by Torkham it would be {parts}. Southbound, the queue into "
        "Pakistan can move the total by days, and its mean there is a judgement."
    ),
    "uzbekistan-torkham-2022": "Snow: weather is not modelled. The run says what can happen, not what is usual.",
    "minsk-karachi-planning": (
        "A truck all along is computed; the planner thought of a train to Termez, which makes {parts} without the change "
        "from train to truck. What is beyond may be that change, loading, and the reserve of a plan."
    ),
    "kashgar-hairatan-2022": (
        "The library takes a truck all along; the containers changed to a train at Osh, which makes {parts} without the "
        "change. What is beyond are probably waits for the change, for wagons and for a full train, which the data do not "
        "have. Two weeks were expected, not measured."
    ),
    "pavlodar-jebel-ali-2024": (
        "About 15 days were waited at Karachi, mainly for the feeder. The library has the mean wait for a weekly ship, 3.5 "
        "days, and gate to gate no dwell in the port. The rest is the miss of Pavlodar to Karachi."
    ),
}
# The way that was used, where the fastest is another: from, by, to and the modes of each part.
PARTS: Final[Mapping[str, Sequence[tuple[str, Sequence[str], str, Mode]]]] = {
    "pavlodar-karachi-2024": (("pavlodar", ("zhetygen", "hairatan-af", "torkham-pk"), "karachi", "road"),),
    "minsk-karachi-planning": (("minsk", (), "termez", "rail"), ("termez", ("hairatan-af",), "karachi", "road")),
    "kashgar-hairatan-2022": (("kashgar", (), "osh", "road"), ("osh", ("andijan",), "hairatan-af", "rail")),
}


@dataclass(frozen=True)
class Distance:
    """A published distance between two places of the network, and the way it is to be measured."""

    id: str
    origin: str
    destination: str
    modes: tuple[Mode, ...]
    via: tuple[str, ...]
    km_low: float
    km_high: float
    basis: Basis
    sources: tuple[str, ...]
    independent: bool
    note: str


@dataclass(frozen=True)
class Comparison:
    """A published distance beside the computed one; ``km`` is missing where the network has no way."""

    distance: Distance
    km: float | None

    @property
    def difference(self) -> float:
        """How far the computed km lie outside the published range, as a fraction of its nearer end; 0 inside."""
        if self.km is None:
            return math.inf
        return difference_from_range(self.distance.km_low, self.distance.km_high, self.km) or 0.0

    @property
    def met(self) -> bool:
        """Whether the computed distance is near enough."""
        return abs(self.difference) <= KM_TOLERANCE + SAME


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the page; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        net = co.load()
        text = page(net, co.load(scope="bypass"), read_distances(options.root / DISTANCES, net))
    except DataError as error:
        print("\n".join(str(fault) for fault in error.faults), file=sys.stderr)
        return 1
    path = options.root / PAGE
    if options.check:
        same = path.is_file() and path.read_bytes() == text.encode("utf-8")
        if not same:
            print(f"{PAGE.as_posix()} differs from what the data give: run tools/make_validation.py", file=sys.stderr)
        return 0 if same else 1
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    print(f"{PAGE.as_posix()}: {len(text.splitlines())} lines")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Make docs/validation.md from the bundled corridor.")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 where the page differs")
    parser.add_argument("--root", type=Path, default=ROOT, help="checkout that holds data/ and docs/")
    return parser


# Reading


def read_distances(path: Path, net: Network) -> tuple[Distance, ...]:
    """Read the published distances; every fault in them is told at once.

    Raises
    ------
    DataError
        If the file is missing or a row is wrong or names a place or source that the network lacks.
    """
    if not path.is_file():
        raise DataError([Fault(path.name, "published_distances", "", "", "the file is missing", "Restore it.")])
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        records = list(reader)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            found = ",".join(reader.fieldnames or ())
            raise DataError([Fault(path.name, "header", "", found, "wrong columns", f"Write {','.join(COLUMNS)}.")])
    known = {
        "place": {place.id for place in net.tables.places},
        "source": {source.id for source in net.tables.sources},
    }
    faults: list[Fault] = []
    rows: list[Distance] = []
    for record in records:
        found_faults = [Fault(path.name, record["id"], *fault) for fault in _row_faults(record, known)]
        faults += found_faults
        if not found_faults:
            rows.append(_distance(record))
    for name in sorted({row.id for row in rows if sum(row.id == other.id for other in rows) > 1}):
        faults.append(Fault(path.name, name, "id", name, "the id is there twice", "Rename one."))
    if faults:
        raise DataError(faults)
    return tuple(rows)


def _row_faults(record: Mapping[str, str], known: Mapping[str, set[str]]) -> list[tuple[str, str, str, str]]:
    """Return column, value, rule and remedy of each fault of a row."""
    places = [record["origin"], record["destination"], *_words(record["via"])]
    faults = [("origin", name, "no such place", "Correct the id.") for name in places if name not in known["place"]]
    faults += [
        ("source", name, "unknown source", "Add it to data/edited and run tools/build_data.py.")
        for name in _words(record["source"]) or [""]
        if name not in known["source"]
    ]
    faults += [
        ("modes", name, "unknown mode", f"Write one of {', '.join(get_args(Mode))}.")
        for name in _words(record["modes"]) or [""]
        if name not in get_args(Mode)
    ]
    if record["basis"] not in BASES:
        faults.append(("basis", record["basis"], "unknown basis", f"Write one of {', '.join(BASES)}."))
    if record["independent"] not in {"true", "false"}:
        faults.append(("independent", record["independent"], "neither true nor false", "Write true or false."))
    try:
        low, high = float(record["km_low"]), float(record["km_high"])
    except ValueError:
        faults.append(("km_low", f"{record['km_low']} {record['km_high']}", "not two numbers", "Write km."))
    else:
        if not 0 < low <= high < math.inf:
            faults.append(("km_low", f"{low:g} {high:g}", "not a range above 0", "Write the lower figure first."))
    return faults


def _distance(record: Mapping[str, str]) -> Distance:
    return Distance(
        id=record["id"],
        origin=record["origin"],
        destination=record["destination"],
        modes=tuple(_words(record["modes"])),  # type: ignore[arg-type]
        via=tuple(_words(record["via"])),
        km_low=float(record["km_low"]),
        km_high=float(record["km_high"]),
        basis=record["basis"],  # type: ignore[arg-type]
        sources=tuple(_words(record["source"])),
        independent=record["independent"] == "true",
        note=record["note"],
    )


def _words(cell: str) -> list[str]:
    return [word for word in cell.split(";") if word]


def compare(net: Network, distance: Distance) -> Comparison:
    """Return a published distance beside the shortest way in the same modes by the same places."""
    try:
        found = co.route(net, distance.origin, distance.destination, by="km", modes=distance.modes, via=distance.via)
    except CorridorError:
        return Comparison(distance, None)
    return Comparison(distance, found.km)


# Writing


def page(net: Network, whole: Network, distances: Iterable[Distance]) -> str:
    """Return the text of the page: distances within the six countries, journeys also on the ways round them."""
    comparisons = [compare(net, distance) for distance in distances]
    table = co.compare_with_pilot_runs(whole)
    journeys: list[Mapping[str, Any]] = [
        {"id": str(name), **{str(key): value for key, value in row.items()}}
        for name, row in table.to_dict("index").items()
    ]
    compared = [row for row in journeys if not row["not_compared"]]
    parts = [
        _HEAD,
        *_journey_parts(whole, compared),
        *_days_parts(whole, compared, table.attrs),
        *_not_compared_parts(whole, [row for row in journeys if row["not_compared"]]),
        *_distance_parts(net, comparisons),
        *_reading(whole, net, compared, comparisons),
    ]
    return "\n\n".join(parts) + "\n"


def _journey_parts(net: Network, journeys: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the section on journeys: those computed, and why they differ."""
    head = (
        "Journey",
        "km published",
        "computed",
        "",
        "Days published",
        "computed",
        "",
        "USD published",
        "computed",
        "",
    )
    rows = [
        (_journey_name(net, row), *_cells(row, "km"), *_cells(row, "days"), *_cells(row, "usd")) for row in journeys
    ]
    sources = {source.id: source for source in net.tables.sources}
    remarks = [f"- **{_journey_name(net, row)}**: {_remark(row)} [{_link(sources, row['source'])}]" for row in journeys]
    return [
        "## Published journeys",
        (
            "All are counted gate to gate: no loading at the origin, no dwell in a port. The way is the fastest one in "
            "the reported\nmodes by the reported places, in normal operation, in `co.load(scope='bypass')`, which has the ways beyond "
            "the six\ncountries too. A difference is counted from the nearer end of the published range and is 0 inside it; "
            "a dash means that\nnothing was published."
        ),
        _table(head, rows, left=1),
        "\n".join(remarks),
    ]


def _days_parts(net: Network, journeys: Sequence[Mapping[str, Any]], made: Mapping[Any, Any]) -> list[str]:
    """Return the section on days beside the range drawn: the table, and the misses with their causes."""
    told = [row for row in journeys if _number(row["days_published_low"]) is not None]
    faults = [
        Fault("pilot_runs.csv", row["id"], "days_low", _days(row), "a miss without a cause", "Give it in DAYS_CAUSES.")
        for row in told
        if _missed(row) and row["id"] not in DAYS_CAUSES
    ]
    if faults:
        raise DataError(faults)
    rows = [
        (
            _journey_name(net, row),
            _days(row),
            f"{row['days_computed']:.1f}",
            f"{row['days_p50']:.1f}",
            f"{row['days_p10']:.1f}{DASH}{row['days_p90']:.1f}",
            row["days_within"].replace("P10-P90", f"P10{DASH}P90"),
            "yes" if _independent(row) else "no",
            "six countries" if row["scope"] == "corridor" else "ways round",
        )
        for row in told
    ]
    head = ("Journey", "Days published", "mean", "P50", f"P10{DASH}P90", "Published lies", "Independent", "Network")
    misses = [
        f"- **{_journey_name(net, row)}** ({_days(row)} days, {row['days_within']} {row['days_p10']:.1f}{DASH}"
        f"{row['days_p90']:.1f}): {_cause_of_days(net, row)}"
        for row in told
        if _missed(row)
    ]
    return [
        f"### Days: do they fall in P10{DASH}P90?",
        (
            f"{made['n']:,} draws a journey, seed {made['seed']}, closures left out. Each post, each mode's pace in a "
            "country, each transfer and each\nwait for a ship varies, as `co.spread` tells. Within: the published range "
            f"has a day in common with P10{DASH}P90; below: it was\nfaster than P10; above: slower than P90. Not "
            "independent: a figure of the data follows from the journey, or the journey\nis part of another one."
        ),
        _table(head, rows, left=1, text_from=5),
        f"### Days outside P10{DASH}P90, and the likely cause",
        "\n".join(misses) or "None.",
    ]


def _missed(row: Mapping[str, Any]) -> bool:
    return row["days_within"] in {"below", "above"}


def _independent(row: Mapping[str, Any]) -> bool:
    return "Not independent" not in row["note"]


def _days(row: Mapping[str, Any]) -> str:
    return _span(float(row["days_published_low"]), float(row["days_published_high"]))


def _cause_of_days(net: Network, row: Mapping[str, Any]) -> str:
    """Return the cause of a miss; where another way was used, with the days that the library computes for it."""
    shipment = co.Shipment(tonnes={run.id: run.tonnes for run in net.tables.pilot_runs}[row["id"]])
    days = [
        co.route(net, start, end, by="hours", via=via, modes=(mode,), shipment=shipment).hours / 24
        for start, via, end, mode in PARTS.get(row["id"], ())
    ]
    total = f"{sum(days):.1f} days"
    several = len(days) > 1
    return DAYS_CAUSES[row["id"]].format(
        parts=f"{' + '.join(f'{part:.1f}' for part in days)} = {total}" if several else total
    )


def _not_compared_parts(net: Network, journeys: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the section on journeys that cannot be compared, with the reason."""
    if not journeys:
        return []
    sources = {source.id: source for source in net.tables.sources}
    runs = {run.id: run for run in net.tables.pilot_runs}
    lines = [_waiting(net, runs[row["id"]], row["not_compared"], sources) for row in journeys]
    return ["### Not compared", "\n".join(lines)]


def _journey_name(net: Network, row: Mapping[str, Any]) -> str:
    return f"{_place_name(net, row['origin'])}{DASH}{_place_name(net, row['destination'])}, {row['date'][:4]}"


def _place_name(net: Network, place: str) -> str:
    """Return the name of a place, made from its id where it lies outside the network."""
    names = {row.id: row.name for row in net.tables.places}
    return names.get(place, place.replace("-", " ").title())


def _cells(row: Mapping[str, Any], name: str) -> tuple[str, str, str]:
    """Return a measure as published, as computed, and the difference."""
    low, high = _number(row[f"{name}_published_low"]), _number(row[f"{name}_published_high"])
    decimals = 1 if name == "days" else 0
    computed = f"{row[f'{name}_computed']:,.{decimals}f}"
    if low is None or high is None:
        return (DASH, computed, DASH)
    return (_span(low, high), computed, _percent(_number(row[f"{name}_difference"]) or 0.0))


def _number(value: Any) -> float | None:
    """Return a cell of a frame as a number; missing cells are None or not a number."""
    return None if value is None or math.isnan(float(value)) else float(value)


def _span(low: float, high: float) -> str:
    return f"{low:,.0f}" if math.isclose(low, high) else f"{low:,.0f}{DASH}{high:,.0f}"


def _percent(difference: float) -> str:
    if math.isinf(difference):
        return "no way"
    rounded = round(100 * difference)
    return "0 %" if rounded == 0 else f"{'+' if rounded > 0 else MINUS}{abs(rounded)} %"


def _remark(row: Mapping[str, Any]) -> str:
    """Return what a reader should know of a journey, and why it was missed where it was."""
    misses = [_number(row[f"{name}_difference"]) or 0.0 for name in ("km", "days", "usd")]
    cause = JOURNEY_CAUSES.get(row["id"], "") if any(abs(miss) > SAME for miss in misses) else ""
    basis = "" if row["basis"] == "quoted" else f"Basis: {row['basis']}."
    return " ".join(part for part in (row["note"], cause, f"Crossings: {row['crossings'] or 'none'}.", basis) if part)


def _waiting(net: Network, run: PilotRun, why: str, sources: Mapping[str, Source]) -> str:
    told = [
        f"{run.km:,.0f} km" if run.km else "",
        f"{_span(run.days_low, run.days_high)} days" if run.days_low and run.days_high else "",
        f"{_span(run.usd_low, run.usd_high)} USD" if run.usd_low and run.usd_high else "",
    ]
    name = _journey_name(net, {"origin": run.origin, "destination": run.destination, "date": run.date})
    figures = ", ".join(part for part in told if part)
    return f"- **{name}** ({figures}): {why} [{_link(sources, run.source)}]"


def _link(sources: Mapping[str, Source], ids: str | Iterable[str]) -> str:
    """Return links to sources, named by their publisher or title."""
    found = [sources[name] for name in (_words(ids) if isinstance(ids, str) else ids) if name in sources]
    named = [(source.publisher or source.title.split(":")[0], source.url) for source in found]
    return "; ".join(dict.fromkeys(f"[{name}](<{url}>)" if url else name for name, url in named))


def _distance_parts(net: Network, comparisons: Sequence[Comparison]) -> list[str]:
    """Return the section on distances: the table, how many are met, and the misses with their causes."""
    sources = {source.id: source for source in net.tables.sources}
    rows = [
        (
            _distance_name(net, item.distance),
            item.distance.modes[0],
            _span(item.distance.km_low, item.distance.km_high),
            DASH if item.km is None else f"{item.km:,.0f}",
            _percent(item.difference),
            "yes" if item.distance.independent else "no",
            item.distance.basis,
            _link(sources, item.distance.sources),
        )
        for item in comparisons
    ]
    head = ("Distance", "Mode", "km published", "computed", "", "Independent", "Basis", "Source")
    order = sorted(range(len(rows)), key=lambda place: (comparisons[place].distance.modes, rows[place][0]))
    misses = sorted((item for item in comparisons if not item.met), key=lambda item: -abs(item.difference))
    return [
        "## Published distances",
        (
            "Independent means that no link between the two places was given its length from the figure or its source; "
            "the others\nonly show that the links were added up rightly. Where sources disagree the range is shown. "
            "The figures and what each\nwas measured by are in `data/published_distances.csv`."
        ),
        _counts(comparisons),
        _table(head, [rows[place] for place in order], left=2, text_from=5),
        "### Misses, and what causes them",
        "\n".join(_miss(net, item) for item in misses) or "None.",
    ]


def _distance_name(net: Network, distance: Distance) -> str:
    ends = f"{_place_name(net, distance.origin)}{DASH}{_place_name(net, distance.destination)}"
    by = ", ".join(_place_name(net, place) for place in distance.via)
    return f"{ends} by {by}" if by else ends


def _counts(comparisons: Sequence[Comparison]) -> str:
    """Return how many distances are met, all and independent, by mode."""
    head = ("", "Distances", f"within {100 * KM_TOLERANCE:.0f} %", "Independent", f"within {100 * KM_TOLERANCE:.0f} %")
    rows = []
    for label, chosen in (
        ("road", [item for item in comparisons if item.distance.modes == ("road",)]),
        ("rail", [item for item in comparisons if item.distance.modes == ("rail",)]),
        ("all", list(comparisons)),
    ):
        independent = [item for item in chosen if item.distance.independent]
        rows.append((label, str(len(chosen)), _met(chosen), str(len(independent)), _met(independent)))
    return _table(head, rows, left=1)


def _met(items: Sequence[Comparison]) -> str:
    met = sum(item.met for item in items)
    return f"{met} ({100 * met / len(items):.0f} %)" if items else "0"


def _miss(net: Network, item: Comparison) -> str:
    distance = item.distance
    computed = "no way" if item.km is None else f"{item.km:,.0f} km, {_percent(item.difference)}"
    figures = f"{_span(distance.km_low, distance.km_high)} km published, {computed}"
    independent = "" if distance.independent else "; not independent"
    return f"- **{_distance_name(net, distance)}** ({distance.modes[0]}; {figures}{independent}): {distance.note}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, left: int, text_from: int | None = None) -> str:
    """Return a table; the first ``left`` columns and those from ``text_from`` on are text, the others figures."""
    last = len(head) if text_from is None else text_from
    rule = ["---" if place < left or place >= last else "---:" for place in range(len(head))]
    lines = [f"| {' | '.join(row)} |" for row in (head, *rows)]
    return "\n".join([lines[0], f"|{'|'.join(rule)}|", *lines[1:]])


def _reading(
    whole: Network, net: Network, journeys: Sequence[Mapping[str, Any]], comparisons: Sequence[Comparison]
) -> list[str]:
    """Return the plain reading of both sections."""
    days = [
        (_journey_name(whole, row), value)
        for row in journeys
        if row["basis"] != "estimate" and (value := _number(row["days_difference"])) is not None
    ]
    outside = [f"{name} ({_exact(value)})" for name, value in days if abs(value) > DAYS_TOLERANCE + SAME]
    others = f"Outside: {'; '.join(outside)}. " if outside else ""
    spread = (
        f"{_percent(min(value for _, value in days))} to {_percent(max(value for _, value in days))}" if days else ""
    )
    independent = [item for item in comparisons if item.distance.independent]
    within = sum(item.met for item in independent)
    middle = statistics.median(abs(item.difference) for item in independent) if independent else 0.0
    bullets = (
        (
            "**Distance is the part that can be trusted.** "
            f"{within} of {len(independent)} independent figures are met within {100 * KM_TOLERANCE:.0f} %; half of all "
            f"lie within {100 * middle:.1f} %. Of the misses some are round or loose statements, some measure another way, "
            "and some show a gap of the network: a road without a usable link, or a length that is wrong. The list above "
            "says which."
        ),
        (
            f"**Days: ±{100 * DAYS_TOLERANCE:.0f} % is the least to allow for.** Only {len(days) - len(outside)} of {len(days)} "
            f"reported durations come that near; the differences run from {spread}. {others}They are taken from press reports "
            "and are one number each, not samples: one truck was escorted, one stood in snow, one figure is what traders reckon "
            "with, not a run. So the margin is no confidence interval; for an ordinary run it is a lower bound."
        ),
        _ranges(journeys),
        (
            f"**The days rest on judgements**, above all: {_judged(net)}. The speed in Pakistan was judged with the run "
            "Karachi-Tashkent of 2022 in sight (the mean of the statistics would make it longer still), so that run is no "
            "test of it. Border hours are means over the trucks that were sampled; a single truck can take half or three "
            "times as long. No train has run the whole corridor, so days by rail are untested."
        ),
        _BULLETS[0],
        *_money(net),
        *_BULLETS[1:],
    )
    return ["## How to read this", "\n".join(_bullet(text) for text in bullets)]


def _ranges(journeys: Sequence[Mapping[str, Any]]) -> str:
    """Return how many published durations lie in the range drawn, and what that is worth."""
    told = [row for row in journeys if row["days_within"]]
    own = [row for row in told if _independent(row) and row["basis"] != "estimate"]
    within, own_within = (sum(not _missed(row) for row in rows) for rows in (told, own))
    above = sum(row["days_within"] == "above" for row in told)
    return (
        f"**P10{DASH}P90 is a range of ordinary operation, too narrow for a bad case.** {within} of {len(told)} published "
        f"durations fall in it, {own_within} of {len(own)} of those that are independent and quoted; were the "
        f"ranges right and all the journeys ordinary it would be four in five. Of the {len(told) - within} outside {above} took "
        "longer: the library leaves out stuffing, waits for a full train or a feeder, weather and closures. Some of the "
        "published durations are announced or expected ones, and where a range is very wide, as at sea, to lie in it says "
        "little. No spread was set to make a journey fall in; means that follow from a journey are marked."
    )


def _exact(difference: float) -> str:
    """Return a difference in whole per cent, or to a tenth where rounding would hide which side of the margin it is on."""
    if round(100 * abs(difference)) != round(100 * DAYS_TOLERANCE):
        return _percent(difference)
    return f"{'+' if difference > 0 else MINUS}{100 * abs(difference):.1f} %"


def _money(net: Network) -> list[str]:
    """Return what the published totals of money say of the computed ones, at the gate and with the terminals."""
    runs = {run.id: run for run in net.tables.pilot_runs}
    if not all(name in runs and runs[name].usd_low for name in TOTALS):
        return []
    low, high = (runs[name] for name in TOTALS)
    index = {row.year: row.value for row in net.tables.rates if row.parameter == "price_index"}
    of_2025 = (high.usd_low or 0.0) * index[2025] / index[int(high.date[:4])]
    shipment = co.Shipment(tonnes=high.tonnes)
    gate = co.route(net, high.origin, high.destination, modes=("road",), by="hours", shipment=shipment)
    back = co.route(net, high.destination, high.origin, modes=("road",), by="hours", shipment=shipment)
    leg = co.route(net, "lahore", "peshawar", modes=("road",), by="hours", shipment=shipment)
    terminal = gate.with_ends("terminal")
    over, under = gate.usd / (low.usd_low or math.nan) - 1, terminal.usd / (high.usd_low or math.nan) - 1
    apart = (high.usd_low or 0.0) / (low.usd_low or math.nan) - 1
    return [
        (
            f"**USD: two totals, and they lie {100 * apart:.0f} % apart.** For a container {_place_name(net, high.origin)}{DASH}"
            f"{_place_name(net, high.destination)} traders reckoned with {low.usd_low:,.0f} USD in {low.date[:4]}, and a forwarder "
            f"listed {high.usd_low:,.0f} USD all in in {high.date[:4]} (port fees, clearance, Afghan formalities, return of the "
            f"empty; about {of_2025:,.0f} USD at prices of 2025). Computed, at prices of 2025: {gate.usd:,.0f} USD at the gate, "
            f"{_percent(over)} to the first, and {terminal.usd:,.0f} USD with the port and the unloading, {_percent(under)} to "
            f"the second. The other way it is {back.usd:,.0f} USD at the gate and {back.hours / 24:.1f} days; the traders make no "
            "difference. So the order of size agrees, and no more can be said. Nor are the two quite independent: both were known "
            "when the rates of Pakistan and Afghanistan were judged, and the low end of the Afghan rate follows from the first."
        ),
        (
            "**USD inside Pakistan: one leg, and it is missed.** The transporters whose list gave the prices up from Karachi "
            f"also list Lahore{DASH}Peshawar: 96,000 PKR, {LAHORE_PESHAWAR_USD:,.0f} USD, in July 2025. Computed: {leg.usd:,.0f} "
            f"USD at the gate ({_percent(leg.usd / LAHORE_PESHAWAR_USD - 1)}). The price up from the sea is a price from the "
            "ports; on hauls inside the country read it as a high end."
        ),
        (
            "**Other totals prove nothing.** Those published for this corridor are built from the same statistics of haul rates "
            "and border payments as the prices here, or they pay for something else, such as a driver. Compare routes and "
            "modes with each other; do not quote a total as a market price."
        ),
    ]


def _bullet(text: str) -> str:
    return textwrap.fill(
        text, 118, initial_indent="- ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _judged(net: Network) -> str:
    """Return the judgements that the days rest on most, with the values in use."""
    rates = {(row.parameter, row.country): row for row in net.tables.rates if row.mode == "road"}
    told = []
    if speed := rates.get(("speed_kmh", "PK")):
        low = f" (statistics: {speed.low:g}, kept for mountain roads)" if speed.low else ""
        told.append(f"{speed.value:g} km/h on the plains of Pakistan{low}")
    if duty := rates.get(("duty_hours_per_day", "*")):
        told.append(f"{duty.value:g} hours a day at the wheel")
    queues = {
        f"{row.hours:g}"
        for row in net.tables.crossings
        if (row.post, row.mode, row.direction) == ("torkham-pk", "road", "inbound")
    }
    if queues:
        told.append(f"{' or '.join(sorted(queues))} hours into Pakistan at Torkham")
    return ", ".join(told) or "speeds and hours at the wheel"


_HEAD: Final = """# Against what was published

This page is made by `tools/make_validation.py` from the bundled data. It sets the library beside figures that others
published, says where it misses, and why."""

_BULLETS: Final = (
    (
        "**Days cannot tell speed from rest.** A truck's day is its speed times the hours at the wheel: a fast truck with "
        "one driver and a slow one with two arrive together. An earlier trial on five reported truck journeys, some beyond "
        "the six countries, set 480 combinations of speed, hours at the wheel, border times and the queue into Pakistan: "
        "none brought all five within 25 %, and quite different ones did equally well. So the best fit was not taken; "
        "each figure comes from a source or is a declared judgement."
    ),
    (
        "**Closures are left out.** All is computed for normal operation. The crossings between Pakistan and Afghanistan "
        "have been shut to trade since October 2025; a route says so in its `advisories`."
    ),
)


if __name__ == "__main__":
    sys.exit(main())
