# SPDX-License-Identifier: BSD-3-Clause
"""Files to validated tables and back: GeoJSON, GeoParquet and CSV, one row model per table."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from corridor.errors import DataError, Fault, MissingExtraError
from corridor.schema import (
    MODELS,
    Calendar,
    Capacity,
    Cargo,
    Crossing,
    DemandRow,
    Indicator,
    Link,
    PilotRun,
    Place,
    Rate,
    RivalFigure,
    Row,
    Source,
    Status,
    TradeFigure,
    Transfer,
    Vehicle,
    without_blanks,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = [
    "FILES",
    "Line",
    "Tables",
    "column_names",
    "data_folder",
    "read_folder",
    "rows_to_frame",
    "rows_to_geoframe",
    "validate_records",
]

Line = tuple[tuple[float, float], ...]
RowType = TypeVar("RowType", bound=Row)
Records = list[dict[str, Any]]
# What is filled in of a record from its other cells.
FILLED: Final = ("id", "name", "country", "countries", "kind", "terminals", "source")
Prepare = Callable[[Records, Records], tuple[Records, Records, list[tuple[int, Fault]]]]

# The file of each table, without its ending; places and links carry a geometry.
FILES: Final[dict[str, str]] = {
    "places": "nodes",
    "links": "links",
    "crossings": "crossings",
    "rates": "rates",
    "transfers": "transfers",
    "statuses": "statuses",
    "calendars": "calendars",
    "capacities": "capacities",
    "trade": "trade",
    "demand": "demand",
    "cargo": "cargo",
    "vehicles": "vehicles",
    "sources": "sources",
    "rival_figures": "rival_figures",
    "pilot_runs": "pilot_runs",
    "indicators": "indicators",
}
# Files that may lie in a folder of data and are no tables of a network.
BESIDE: Final = frozenset({"countries.geojson", "boundaries_disputed.geojson", "published_distances.csv"})
ENDINGS: Final = (".geojson", ".parquet", ".csv")
# Tables that price a network; where a folder lacks one, the bundled one may stand in.
PRICE_TABLES: Final = ("rates", "cargo", "vehicles", "sources")


@dataclass(frozen=True)
class Tables:
    """The tables of a network as validated rows, and the drawn line of each link by its id."""

    places: tuple[Place, ...]
    links: tuple[Link, ...]
    lines: Mapping[str, Line]
    crossings: tuple[Crossing, ...] = ()
    rates: tuple[Rate, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    statuses: tuple[Status, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    capacities: tuple[Capacity, ...] = ()
    trade: tuple[TradeFigure, ...] = ()
    demand: tuple[DemandRow, ...] = ()
    cargo: tuple[Cargo, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    sources: tuple[Source, ...] = ()
    rival_figures: tuple[RivalFigure, ...] = ()
    pilot_runs: tuple[PilotRun, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict, compare=False)

    def rows(self, table: str) -> tuple[Row, ...]:
        """Return the rows of a table by its name."""
        rows: tuple[Row, ...] = getattr(self, table)
        return rows

    @cached_property
    def joined(self) -> Sequence[tuple[Link, Place, Place]]:
        """The links with the places that they join, but for links that name a place that is not there."""
        places = {place.id: place for place in self.places}
        return [
            (link, places[link.from_], places[link.to])
            for link in self.links
            if link.from_ in places and link.to in places
        ]

    def file(self, table: str) -> str:
        """Return the file that a table was read from, for messages."""
        return self.files.get(table, FILES[table])


TABLE_NAMES: Final = tuple(f.name for f in fields(Tables) if f.name not in {"lines", "files"})
GEOGRAPHIC: Final = ("places", "links")
OTHER_TABLES: Final = tuple(name for name in TABLE_NAMES if name not in GEOGRAPHIC)


def column_names(model: type[Row]) -> dict[str, str]:
    """Return the column name of each field of a row model, by field name (``from_`` is the column ``from``)."""
    return {name: info.alias or name for name, info in model.model_fields.items()}


def data_folder() -> Path:
    """Return the folder of the bundled data: in the installed package, or at the root of a checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package / "data", package.parents[1] / "data"):
        if (folder / "links.geojson").is_file():
            return folder
    fault = Fault("data", "", "", str(package), "the bundled data are not there", "Install the package again.")
    raise DataError([fault])


def read_folder(folder: str | Path, *, prepare: Prepare | None = None) -> Tables:
    """Read the tables of a folder into validated rows.

    Parameters
    ----------
    folder
        Folder with ``nodes`` and ``links`` (``.geojson``, ``.parquet`` or ``.csv``) and, where it has them,
        ``crossings.csv``, ``rates.csv`` and the other tables.
    prepare
        Fills in what is missing of the records of places and links before they are validated, and tells what cannot
        be, each fault with the number of its record.

    Raises
    ------
    DataError
        If a file is missing or broken, or rows break the model of their table; all faults are told at once.
    """
    root = Path(folder)
    if not root.is_dir():
        remedy = "Give the folder that holds nodes.geojson and links.geojson (or .parquet, .csv)."
        raise DataError([Fault(str(root), "", "", "", "no such folder", remedy)])
    records: dict[str, Records] = {}
    lines: dict[str, Line] = {}
    files: dict[str, str] = {}
    faults = _strangers(root)
    for table in TABLE_NAMES:
        paths = _files_of(root, table)
        if len(paths) > 1:
            rule, remedy = f"several files hold the table {table}", "Keep one of them."
            faults.append(Fault(str(root), "", "", ", ".join(path.name for path in paths), rule, remedy))
            continue
        path = paths[0] if paths else None
        if path is None:
            if table in GEOGRAPHIC:
                rule, remedy = f"the table {table} is missing", f"Add {FILES[table]}.geojson, .parquet or .csv."
                faults.append(Fault(str(root), "", "", "", rule, remedy))
            continue
        files[table] = path.name
        try:
            records[table], table_lines = _read_records(path, table)
        except DataError as error:
            faults += error.faults
            continue
        lines.update(table_lines)
        if table == "places" and not records[table]:
            faults.append(Fault(path.name, "", "", "", "the table is empty", "Give at least two places."))
    if faults:
        raise DataError(faults)
    return records_to_tables(records, lines, files=files, prepare=prepare)


def records_to_tables(
    records: Mapping[str, Records],
    lines: Mapping[str, Line],
    *,
    files: Mapping[str, str],
    prepare: Prepare | None = None,
) -> Tables:
    """Return records of every table as validated rows; all faults are told at once.

    Raises
    ------
    DataError
        If rows break the model of their table.
    """
    records = dict(records)
    told: list[tuple[int, Fault]] = []
    if prepare is not None:
        given = records["links"]
        try:
            records["places"], records["links"], told = prepare(records["places"], given)
        except DataError as error:
            raise DataError(
                [replace(fault, file=files.get(fault.file, fault.file)) for fault in error.faults]
            ) from None
        lines = _with_filled_ids(lines, given, records["links"])
    rows: dict[str, Any] = {}
    faults: list[Fault] = []
    for table, table_records in records.items():
        file = files.get(table, table)
        known = [(number, replace(fault, file=file)) for number, fault in told if fault.file == table]
        faults += [fault for _, fault in known]
        rows[table], found = validate_records(table, table_records, file=file, told=known)
        faults += found
    if faults:
        raise DataError(faults)
    return with_straight_lines(Tables(**{"lines": lines, "files": files, **rows}))


def _with_filled_ids(lines: Mapping[str, Line], given: Records, filled: Records) -> Mapping[str, Line]:
    """Return drawn lines under the ids that their links were given since."""
    keys = {line_key(record, number): str(filled[number].get("id")) for number, record in enumerate(given)}
    return {keys.get(key, key): line for key, line in lines.items()}


def validate_records(
    table: str, records: Records, *, file: str, told: Sequence[tuple[int, Fault]] = ()
) -> tuple[tuple[Any, ...], list[Fault]]:
    """Return the rows that obey the model of a table, and a fault for every cell that does not.

    The model's own wording is used only for rows that fail, so that a large table is read in one pass. Cells that are
    ``told`` already, with the number of their record, and what would have been filled in from them are not told again.
    """
    model = MODELS[table]
    columns = list(column_names(model).values())
    unknown = dict.fromkeys(name for record in records for name in record if name not in columns)
    faults = []
    for name in unknown:
        close = get_close_matches(name, columns, n=1, cutoff=0.5)
        remedy = f"Did you mean {close[0]!r}? " if close else ""
        faults.append(Fault(file, "header", name, "", "unknown column", f"{remedy}Columns: {', '.join(columns)}."))
    if faults:
        return (), faults
    try:
        return tuple(TypeAdapter(list[model]).validate_python(records)), []  # type: ignore[valid-type]
    except ValidationError as error:
        passed = {(number, column) for number, fault in told for column in (*fault.column.split(", "), *FILLED)}
        called = {number: fault.row for number, fault in told}
        for detail in error.errors():
            index = int(detail["loc"][0])
            column = str(detail["loc"][1]) if len(detail["loc"]) > 1 else ""
            names = column_names(model)
            column = names.get(column, column)
            if (index, column) in passed:
                continue
            info = next((model.model_fields[name] for name, alias in names.items() if alias == column), None)
            meaning = info.description if info is not None and info.description else "see docs/data-model.md"
            value = "" if detail["type"] == "missing" else str(detail["input"])
            fault = Fault(
                file,
                called.get(index) or _row_name(records[index], index),
                column,
                value,
                _plain(detail["msg"]),
                f"{column}: {meaning}.",
            )
            faults.append(fault)
        return (), faults


def with_straight_lines(tables: Tables) -> Tables:
    """Return tables in which every link has a line: straight where none was drawn."""
    points = {place.id: (place.lon, place.lat) for place in tables.places}
    missing = {
        link.id: (points[link.from_], points[link.to])
        for link in tables.links
        if link.id not in tables.lines and link.from_ in points and link.to in points
    }
    if not missing:
        return tables
    return replace(tables, lines={**tables.lines, **missing})


def rows_to_frame(table: str, rows: Sequence[Row]) -> pd.DataFrame:
    """Return the rows of a table as a DataFrame with one column per field, in the order of the model."""
    import pandas as pd

    model = MODELS[table]
    columns = {alias: [getattr(row, name) for row in rows] for name, alias in column_names(model).items()}
    frame = pd.DataFrame(columns, columns=list(columns))
    frame.attrs["name"] = table
    return frame


def rows_to_geoframe(table: str, rows: Sequence[Row], lines: Mapping[str, Line]) -> gpd.GeoDataFrame:
    """Return places or links as a GeoDataFrame in EPSG:4326, indexed by id."""
    import geopandas as gpd
    import shapely

    frame = rows_to_frame(table, rows).set_index("id", drop=False)
    frame.index.name = None
    if table == "places":
        geometry = [shapely.Point(row.lon, row.lat) for row in rows if isinstance(row, Place)]
    else:
        geometry = [shapely.LineString(lines[row.id]) for row in rows if isinstance(row, Link)]
    return gpd.GeoDataFrame(frame, geometry=geometry, crs="EPSG:4326")


def _strangers(root: Path) -> list[Fault]:
    """Return a fault for each data file of a folder that no table is read from: a misspelt name is not passed over."""
    readable = {f"{stem}.csv" for stem in FILES.values()}
    readable |= {f"{stem}{ending}" for stem in ("nodes", "places", "links") for ending in ENDINGS}
    faults = []
    for path in sorted(root.iterdir()):
        if path.suffix in ENDINGS and path.name not in readable | BESIDE:
            close = get_close_matches(path.name, sorted(readable), n=1, cutoff=0.5)
            remedy = f"Did you mean {close[0]!r}? " if close else ""
            rule = "no table is read from a file of this name"
            faults.append(Fault(path.name, "", "", "", rule, f"{remedy}Rename it or take it out of the folder."))
    return faults


def _files_of(root: Path, table: str) -> list[Path]:
    """Return the files of a table in a folder; ``places`` and ``nodes`` both name the places."""
    stems = (FILES[table], "places") if table == "places" else (FILES[table],)
    endings = ENDINGS if table in GEOGRAPHIC else (".csv",)
    return [path for stem in stems for ending in endings if (path := root / f"{stem}{ending}").is_file()]


def _read_records(path: Path, table: str) -> tuple[Records, dict[str, Line]]:
    readers = {".geojson": _read_geojson, ".parquet": _read_parquet, ".csv": _read_csv}
    return readers[path.suffix](path, table)


def _read_csv(path: Path, _table: str) -> tuple[Records, dict[str, Line]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            records = list(reader)
            header = list(reader.fieldnames or ())
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            [Fault(path.name, "", "", "", f"not readable as CSV ({error})", "Save it as UTF-8.")]
        ) from error
    if len(header) == 1 and header[0].count(";") > 0:
        remedy = "Save it with commas, or read it yourself (pandas.read_csv(..., sep=';')) and use network_from_frames."
        raise DataError([Fault(path.name, "header", "", header[0], "the cells are parted by semicolons", remedy)])
    faults = _columns_twice(header, path.name)
    faults += [
        Fault(path.name, f"line {number + 2}", "", "", "a row longer or shorter than the header", "Quote its commas.")
        for number, record in enumerate(records)
        if None in record or None in record.values()
    ]
    if faults:
        raise DataError(faults)
    return records, {}


def _columns_twice(header: Sequence[str], file: str) -> list[Fault]:
    """Return a fault for each column that stands in a header more than once."""
    return [
        Fault(file, "header", name, "", "the column stands twice", "Keep one of them.")
        for name, count in Counter(header).items()
        if count > 1
    ]


def _read_geojson(path: Path, table: str) -> tuple[Records, dict[str, Line]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        features = [(dict(item["properties"] or {}), dict(item["geometry"] or {})) for item in content["features"]]
        crs = content.get("crs") or {}
        named = crs if isinstance(crs, str) else str(crs.get("properties", {}).get("name", ""))
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
        fault = Fault(path.name, "", "", "", f"not a GeoJSON feature collection ({error})", "Write it anew.")
        raise DataError([fault]) from error
    if named and not named.endswith(("CRS84", "4326")):
        remedy = "Reproject with .to_crs(4326): lon and lat in degrees."
        raise DataError([Fault(path.name, "", "crs", named, "not in EPSG:4326", remedy)])
    records: Records = []
    lines: dict[str, Line] = {}
    faults = []
    wanted = "Point" if table == "places" else "LineString"
    for number, (properties, geometry) in enumerate(features):
        record = without_blanks(properties)
        if geometry.get("type") != wanted:
            if table == "links" and not geometry:
                records.append(record)
                continue
            found = str(geometry.get("type"))
            rule = f"the geometry must be a {wanted}"
            faults.append(Fault(path.name, _row_name(record, number), "geometry", found, rule, "Redraw it."))
            continue
        coordinates = geometry.get("coordinates")
        points = _finite_points([coordinates] if table == "places" else coordinates)
        if len(points) < (1 if table == "places" else 2):
            faults.append(Fault(path.name, _row_name(record, number), "geometry", str(coordinates)[:80], *_NO_POINTS))
            continue
        if table == "places":
            record["lon"], record["lat"] = points[0]
        else:
            lines[line_key(record, number)] = points
        records.append(record)
    if faults:
        raise DataError(faults)
    return records, lines


def _read_parquet(path: Path, table: str) -> tuple[Records, dict[str, Line]]:
    import geopandas as gpd

    try:
        frame = gpd.read_parquet(path)
    except ImportError as error:
        raise MissingExtraError(PARQUET_MISSING) from error
    except Exception as error:
        fault = Fault(path.name, "", "", "", f"not readable as GeoParquet ({error})", "Write it anew.")
        raise DataError([fault]) from error
    return geoframe_to_records(frame, table, file=path.name)


def geoframe_to_records(frame: gpd.GeoDataFrame, table: str, *, file: str) -> tuple[Records, dict[str, Line]]:
    """Return a GeoDataFrame of places or links as plain records and lines, after a look at its CRS."""
    if frame.crs is None or not frame.crs.equals("EPSG:4326", ignore_axis_order=True):
        found = "none" if frame.crs is None else str(frame.crs.to_string())
        remedy = "Set it with .set_crs(4326) if x and y are lon and lat in degrees; else reproject with .to_crs(4326)."
        raise DataError([Fault(file, "", "crs", found, "not in EPSG:4326", remedy)])
    lines: dict[str, Line] = {}
    faults = []
    wanted = "Point" if table == "places" else "LineString"
    records = frame_to_records(frame.drop(columns=frame.geometry.name), file=file)
    for number, (record, shape, points) in enumerate(zip(records, frame.geometry, _points_of(frame), strict=True)):
        if shape is None and table == "links":
            continue
        if shape is None or shape.geom_type != wanted:
            found = "None" if shape is None else str(shape.geom_type)
            rule = f"the geometry must be a {wanted}"
            faults.append(Fault(file, _row_name(record, number), "geometry", found, rule, "Redraw it."))
        elif not points:
            faults.append(Fault(file, _row_name(record, number), "geometry", str(shape)[:80], *_NO_POINTS))
        elif table == "places":
            record["lon"], record["lat"] = points[0]
        else:
            lines[line_key(record, number)] = points
    if faults:
        raise DataError(faults)
    return records, lines


def line_key(record: Mapping[str, Any], number: int) -> str:
    """Return what a drawn line is kept under: the id of its link, or the number of its row where it has none yet."""
    return str(record.get("id") or f"row {number + 1}")


def _finite_points(coordinates: Any) -> Line:
    """Return coordinates as (lon, lat) points; none where one of them is not a pair of finite numbers."""
    try:
        points = tuple((float(x), float(y)) for x, y, *_ in coordinates)
    except (TypeError, ValueError):
        return ()
    return points if all(math.isfinite(value) for point in points for value in point) else ()


def _points_of(frame: gpd.GeoDataFrame) -> Iterator[Line]:
    """Yield the (lon, lat) points of each shape of a frame; none where one of them is not finite."""
    import numpy as np
    import shapely

    shapes = frame.geometry.to_numpy()
    coordinates = shapely.get_coordinates(shapes)
    points = zip(*coordinates.T.tolist(), strict=True)
    broken = set(np.flatnonzero(~np.isfinite(coordinates).all(axis=1)).tolist())
    ends = np.cumsum(shapely.get_num_coordinates(shapes)).tolist()
    for begin, end in zip([0, *ends], ends, strict=False):
        line = tuple(islice(points, end - begin))
        yield () if broken and not broken.isdisjoint(range(begin, end)) else line


def frame_to_records(frame: pd.DataFrame, *, file: str) -> Records:
    """Return the rows of a frame as plain records: missing cells left out, arrays as tuples, whole numbers whole."""
    names = [str(name) for name in frame.columns]
    if faults := _columns_twice(names, file):
        raise DataError(faults)
    cells = [[_plain_cell(value) for value in frame.iloc[:, place].tolist()] for place in range(len(names))]
    rows = zip(*cells, strict=True) if names else ((),) * len(frame)
    return [{name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows]


def _plain_cell(value: Any) -> Any:
    """Return a cell of a frame as a value of Python's own, None where it is empty."""
    if type(value) is str:
        return value or None
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return tuple(value)
    if _is_missing(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_missing(value: Any) -> bool:
    """Tell whether a cell of a frame is empty; the missing values of pandas compare to nothing, not even themselves."""
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    return bool(value == "") or (isinstance(value, float) and math.isnan(value))


def _row_name(record: Mapping[str, Any], index: int) -> str:
    """Name a row for a message: by its id where it has one, else by its number."""
    if record.get("id"):
        return str(record["id"])
    keys = (
        "crossing",
        "post",
        "place",
        "country",
        "mode",
        "parameter",
        "direction",
        "subject",
        "from_carriage",
        "to_carriage",
    )
    named = [str(record[key]) for key in keys if record.get(key)]
    return "/".join(named) if named else f"row {index + 1}"


def _plain(message: str) -> str:
    """Return a validator's message without its prefix, in the lower case of the other rules."""
    text = message.removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


_NO_POINTS: Final = ("the coordinates are not finite (lon, lat) points, or too few", "Redraw it in degrees.")
PARQUET_MISSING = "GeoParquet needs pyarrow: pip install pyarrow (or use format='geojson')."
