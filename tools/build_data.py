# SPDX-License-Identifier: BSD-3-Clause
"""Make the shipped places, links, sources and rival figures from the hand-edited tables.

Run from anywhere: ``python tools/build_data.py`` writes, ``python tools/build_data.py --check`` only compares.
See ``tools/README.md``.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from corridor.errors import DataError, Fault
from corridor.schema import Link, Place, RivalFigure, Row, Source
from corridor.tables import column_names, validate_records
from corridor.writing import feature
from draw_links import END_DECIMALS, KEPT_RATIO, SHORT_KM, Drawing, draw
from osm_graph import JOIN_KM, Outlines, Point, Router, geodesic_km, join_dead_ends, join_points, load_graph

ROOT: Final = Path(__file__).resolve().parents[1]
DEFAULT_CACHE: Final = Path(tempfile.gettempdir()) / "corridor-build-cache"
# A drawn line whose length differs more than this from the stated one needs a word of explanation.
EXPLAINED_RATIO: Final = (0.9, 1.1)
REPORT_COLUMNS: Final = (
    "link",
    "mode",
    "status",
    "length_km",
    "graph_km",
    "full_line_km",
    "line_km",
    "ratio",
    "points",
    "access_km",
    "kind",
    "explanation",
)

Record = dict[str, str]


@dataclass(frozen=True)
class Edited:
    """The hand-edited tables."""

    places: tuple[Place, ...]
    links: tuple[Link, ...]
    sources: tuple[Source, ...]
    rivals: tuple[RivalFigure, ...]
    way_points: Mapping[str, tuple[Point, ...]]
    joins: Mapping[str, tuple[tuple[Point, Point], ...]]
    explanations: Mapping[str, str]

    @property
    def points(self) -> dict[str, Point]:
        """Coordinates of each place by its id, as they are shipped."""
        return {place.id: (round(place.lon, END_DECIMALS), round(place.lat, END_DECIMALS)) for place in self.places}


def main(arguments: Sequence[str] | None = None) -> int:
    """Build or check the shipped files; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        edited = read_edited(options.root / "data" / "edited")
    except DataError as error:
        print("\n".join(str(fault) for fault in error.faults), file=sys.stderr)
        return 1
    drawings = draw_all(edited, options.root / "data" / "countries.geojson", options.cache)
    files = shipped_files(edited, drawings)
    complaints = unexplained(edited, drawings)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    if options.check:
        stale = [name for name, text in files.items() if not _same(options.root / name, text)]
        for name in stale:
            print(f"{name} differs from what the edited tables give: run tools/build_data.py", file=sys.stderr)
        return 1 if stale or complaints else 0
    for name, text in files.items():
        path = options.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
        print(f"{name}: {len(text.encode('utf-8')) / 1000:.0f} kB")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Make the shipped data from data/edited.")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 where a shipped file differs")
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE, help="folder for the clipped graphs")
    parser.add_argument("--root", type=Path, default=ROOT, help="checkout that holds data/ and docs/")
    return parser


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode("utf-8")


# Reading


def read_edited(folder: Path) -> Edited:
    """Read the hand-edited tables; every fault in them is told at once."""
    faults: list[Fault] = []
    places = _validated("places", [folder / "places.csv"], faults)
    links = _validated("links", [folder / "links.csv"], faults)
    sources = _merged_sources(sorted(folder.glob("sources*.csv")), faults)
    rivals = _validated("rival_figures", sorted(folder.glob("rival*.csv")), faults)
    edited = Edited(
        places=tuple(sorted(places, key=lambda row: row.id)),
        links=tuple(sorted(links, key=lambda row: row.id)),
        sources=tuple(sorted(sources, key=lambda row: row.id)),
        rivals=tuple(sorted(dict.fromkeys(rivals), key=_rival_order)),
        way_points=_read_way_points(folder / "waypoints.csv"),
        joins=_read_joins(folder / "graph_joins.csv"),
        explanations={row["link"]: row["explanation"] for row in _records(folder / "geometry_notes.csv")},
    )
    faults += _link_faults(edited)
    if faults:
        raise DataError(faults)
    return edited


def _records(path: Path) -> list[Record]:
    """Return the rows of a CSV file without their empty cells; none where there is no such file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{name: value for name, value in row.items() if value} for row in csv.DictReader(file)]


def _validated(table: str, paths: Iterable[Path], faults: list[Fault]) -> list[Any]:
    """Return the valid rows of the parts of a table; add the faults of the others."""
    rows: list[Any] = []
    for path in paths:
        if not path.is_file():
            faults.append(Fault(path.name, table, "", "", "the file is missing", "Add it to data/edited."))
        found, found_faults = validate_records(table, list(_records(path)), file=path.name)
        rows += found
        faults += found_faults
    return rows


def _merged_sources(paths: Iterable[Path], faults: list[Fault]) -> list[Source]:
    """Return one row per source id: of several with one address, that with the longest title."""
    kept: dict[str, tuple[str, Source]] = {}
    for path in paths:
        for row in _validated("sources", [path], faults):
            if row.id not in kept:
                kept[row.id] = (path.name, row)
                continue
            other_file, other = kept[row.id]
            if row.url and other.url and row.url != other.url:
                rule = f"two addresses for one id: {other.url} ({other_file}) and {row.url} ({path.name})"
                faults.append(Fault(path.name, row.id, "url", row.url, rule, "Keep one, or rename one source."))
            longer, shorter = (row, other) if len(row.title) > len(other.title) else (other, row)
            blanks = {
                name: getattr(shorter, name)
                for name in type(longer).model_fields
                if getattr(longer, name) in ("", None)
            }
            kept[row.id] = (other_file, longer.model_copy(update=blanks))
    return [row for _, row in kept.values()]


def _rival_order(row: RivalFigure) -> tuple[str, str, bool, float, str]:
    return (row.subject, row.field, not row.used, row.value, row.source)


def _read_way_points(path: Path) -> dict[str, tuple[Point, ...]]:
    """Return the way points of each link in their order."""
    rows = sorted(_records(path), key=lambda row: (row["link"], int(row["order"])))
    found: dict[str, list[Point]] = defaultdict(list)
    for row in rows:
        found[row["link"]].append((float(row["lon"]), float(row["lat"])))
    return {link: tuple(points) for link, points in found.items()}


def _read_joins(path: Path) -> dict[str, tuple[tuple[Point, Point], ...]]:
    """Return the pairs of points between which the graph of each mode is to be mended."""
    found: dict[str, list[tuple[Point, Point]]] = defaultdict(list)
    for row in _records(path):
        one, two = (float(row["lon_a"]), float(row["lat_a"])), (float(row["lon_b"]), float(row["lat_b"]))
        found[row["mode"]].append((one, two))
    return {mode: tuple(pairs) for mode, pairs in found.items()}


def _link_faults(edited: Edited) -> list[Fault]:
    """Return what is wrong between the tables: unknown and doubled ids, lengths below the great circle."""
    faults = [
        Fault("places.csv", name, "id", name, "the id is there twice", "Rename one.")
        for name, count in Counter(place.id for place in edited.places).items()
        if count > 1
    ]
    faults += [
        Fault("links.csv", name, "id", name, "the id is there twice", "Rename one.")
        for name, count in Counter(link.id for link in edited.links).items()
        if count > 1
    ]
    points = edited.points
    for link in edited.links:
        faults += _faults_of_link(link, points)
    known = {link.id for link in edited.links}
    faults += [
        Fault("waypoints.csv", name, "link", name, "no such link", "Correct the id or remove the rows.")
        for name in edited.way_points
        if name not in known
    ]
    return faults


def _faults_of_link(link: Link, points: Mapping[str, Point]) -> list[Fault]:
    unknown = [(column, name) for column, name in (("from", link.from_), ("to", link.to)) if name not in points]
    if unknown:
        return [
            Fault("links.csv", link.id, column, name, "no such place", "Add it to places.csv or correct the id.")
            for column, name in unknown
        ]
    if link.from_ == link.to:
        return [Fault("links.csv", link.id, "to", link.to, "the link ends where it starts", "Correct an end.")]
    shortest = geodesic_km([points[link.from_], points[link.to]])
    if link.length_km < shortest:
        rule = f"shorter than the great circle of {shortest:.2f} km between its ends"
        return [Fault("links.csv", link.id, "length_km", f"{link.length_km:g}", rule, "Correct the length or an end.")]
    return []


# Drawing


def draw_all(edited: Edited, outlines: Path, cache: Path) -> dict[str, Drawing]:
    """Return the drawing of each link by its id."""
    borders = Outlines(outlines, {code for link in edited.links for code in link.countries})
    routers = {mode: _router(mode, borders, edited.joins.get(mode, ()), cache) for mode in JOIN_KM}
    points = edited.points
    return {
        link.id: draw(link, (points[link.from_], points[link.to]), edited.way_points.get(link.id, ()), routers)
        for link in edited.links
    }


def _router(mode: str, borders: Outlines, joins: Sequence[tuple[Point, Point]], cache: Path) -> Router:
    graph = join_dead_ends(load_graph(mode, cache), JOIN_KM[mode])
    return Router(mode, join_points(graph, joins), borders)


# Writing


def shipped_files(edited: Edited, drawings: Mapping[str, Drawing]) -> dict[str, str]:
    """Return the text of every file made here, by its path in the checkout."""
    links = [
        link.model_copy(
            update={"geometry_kind": drawings[link.id].kind, "geometry_source": drawings[link.id].source},
        )
        for link in edited.links
    ]
    points = edited.points
    report = report_rows(edited, drawings)
    return {
        "data/nodes.geojson": _collection(
            feature(place, {"type": "Point", "coordinates": list(points[place.id])}) for place in edited.places
        ),
        "data/links.geojson": _collection(
            feature(
                link,
                {"type": "LineString", "coordinates": [list(point) for point in drawings[link.id].line]},
            )
            for link in links
        ),
        "data/sources.csv": _table(Source, edited.sources),
        "data/rival_figures.csv": _table(RivalFigure, edited.rivals),
        "docs/geometry-report.csv": _csv(REPORT_COLUMNS, [list(row.values()) for row in report]),
        "docs/geometry.md": geometry_page(edited, drawings, report),
    }


def _collection(features: Iterable[dict[str, Any]]) -> str:
    """Return a feature collection with one feature a line, so that a changed figure is a changed line."""
    body = ",\n".join(json.dumps(item, ensure_ascii=False) for item in features)
    return f'{{"type": "FeatureCollection", "features": [\n{body}\n]}}\n'


def _table(model: type[Row], rows: Iterable[Row]) -> str:
    names = column_names(model)
    return _csv(tuple(names.values()), [[_cell(getattr(row, name)) for name in names] for row in rows])


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    """Return a value as the text of a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


# Report


def ratio(link: Link, drawing: Drawing) -> float:
    """Return the length of the drawn line over the stated length."""
    return drawing.line_km / link.length_km


def needs_word(link: Link, drawing: Drawing) -> bool:
    """Tell whether the drawn line is so long or short that the reader is owed an explanation."""
    low, high = EXPLAINED_RATIO
    return not low <= ratio(link, drawing) <= high


def unexplained(edited: Edited, drawings: Mapping[str, Drawing]) -> list[str]:
    """Return a message for each difference without an explanation, and each explanation of a link that is not there."""
    messages = []
    for link in edited.links:
        if needs_word(link, drawings[link.id]) and link.id not in edited.explanations:
            found = f"{drawings[link.id].line_km:.0f} km drawn, {link.length_km:g} km stated"
            messages.append(f"geometry_notes.csv: {link.id}: {found}; explain the difference")
    gone = sorted(set(edited.explanations) - {link.id for link in edited.links})
    return messages + [f"geometry_notes.csv: {name}: no such link; remove or rename the row" for name in gone]


def report_rows(edited: Edited, drawings: Mapping[str, Drawing]) -> list[Record]:
    """Return one row per link: stated, routed and drawn length, and why they differ."""
    rows = []
    for link in edited.links:
        drawing = drawings[link.id]
        values = (
            link.id,
            link.mode,
            link.status,
            f"{link.length_km:g}",
            _one(drawing.graph_km),
            _one(drawing.full_km),
            _one(drawing.line_km),
            f"{ratio(link, drawing):.3f}",
            str(len(drawing.line)),
            _one(drawing.access_km),
            drawing.kind,
            edited.explanations.get(link.id, ""),
        )
        rows.append(dict(zip(REPORT_COLUMNS, values, strict=True)))
    return rows


def _one(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def geometry_page(edited: Edited, drawings: Mapping[str, Drawing], report: Sequence[Record]) -> str:
    """Return the manual page on the drawn lines."""
    off = [row for link, row in zip(edited.links, report, strict=True) if needs_word(link, drawings[link.id])]
    low, high = KEPT_RATIO
    outside = [row for row in off if row["graph_km"] and not low <= float(row["ratio"]) <= high]
    parts = [
        _PAGE_HEAD,
        _share_table(edited, drawings),
        _page_middle(len(off), len(report), len(outside)),
        _difference_table(off),
        _PAGE_TAIL,
    ]
    return "\n\n".join(parts) + "\n"


def _share_table(edited: Edited, drawings: Mapping[str, Drawing]) -> str:
    """Return how many links and km of each mode are routed over the graphs, led by way points, or straight."""
    kinds = ("graph", "way points", "straight")
    count: Counter[tuple[str, str]] = Counter()
    length: Counter[tuple[str, str]] = Counter()
    for link in edited.links:
        drawing = drawings[link.id]
        kind = "straight" if drawing.kind == "straight" else ("way points" if drawing.graph_km is None else "graph")
        count[(link.mode, kind)] += 1
        length[(link.mode, kind)] += round(link.length_km)
    modes = [mode for mode in ("road", "rail", "sea", "air", "pipeline") if any(count[(mode, kind)] for kind in kinds)]
    lines = [
        "| Mode | Links | Over the graph | By way points | Straight | km over the graph |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for mode in modes:
        total = sum(count[(mode, kind)] for kind in kinds)
        km = sum(length[(mode, kind)] for kind in kinds)
        share = f"{100 * length[(mode, 'graph')] / km:.0f} %"
        cells = " | ".join(str(count[(mode, kind)]) for kind in kinds)
        lines.append(f"| {mode} | {total} | {cells} | {share} |")
    return "\n".join(lines)


def _page_middle(off: int, total: int, outside: int) -> str:
    low, high = KEPT_RATIO
    return (
        "## Lines longer or shorter than stated\n\n"
        f"{off} of {total} lines differ by more than 10 % from the stated length.\n"
        f"Of those over the graph, {outside} lie outside {low:g} to {high:g}:\n"
        "nothing better was found, and they are shown as they are.\n"
        "The stated length counts for every result; the line is for maps."
    )


def _difference_table(rows: Iterable[Record]) -> str:
    lines = ["| Link | Stated km | Drawn km | Ratio | Kind | Why |", "|---|---:|---:|---:|---|---|"]
    for row in rows:
        cells = (row["link"], row["length_km"], row["line_km"], row["ratio"], row["kind"], row["explanation"])
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


_PAGE_HEAD: Final = f"""# How the links are drawn

This page and `geometry-report.csv` are made by `tools/build_data.py`; edit the tables in `data/edited` instead.

Roads and railways that exist are routed between their two places over the OpenStreetMap graphs of the package
`scgraph_data` (© OpenStreetMap contributors, ODbL 1.0), inside the countries that the link names.
The graphs know the length between two junctions, not the bends: where junctions are rare the line cuts corners, and where
there is none between the two places the line is straight, and counted as such.
Sea routes, the pipeline and some planned lines follow a few way points set by hand (`data/edited/waypoints.csv`).
Air links are great circles. Other planned lines, and links under {SHORT_KM:g} km that the graphs do not hold,
are straight."""

_PAGE_TAIL: Final = """## Borders on the maps

Country outlines are those of Natural Earth, which draws who holds the ground: Crimea lies inside Russia's outline and
Kashmir is cut by the line of control. Lines in dispute are in `boundaries_disputed.geojson`, to be drawn dashed.
No line here is a statement about any claim."""


if __name__ == "__main__":
    sys.exit(main())
