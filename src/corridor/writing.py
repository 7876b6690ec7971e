# SPDX-License-Identifier: BSD-3-Clause
"""Validated tables to files: GeoJSON, GeoParquet and CSV, so that they read back equal."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from corridor.errors import MissingExtraError
from corridor.schema import MODELS, Link, Place, Row
from corridor.tables import FILES, GEOGRAPHIC, PARQUET_MISSING, TABLE_NAMES, Tables, column_names, rows_to_geoframe

__all__ = ["feature", "write_folder"]


def write_folder(tables: Tables, folder: str | Path, *, format: str = "geojson") -> list[Path]:  # noqa: A002
    """Write the tables to a folder so that :func:`read_folder` reads them back equal.

    Parameters
    ----------
    tables
        What to write.
    folder
        Folder to write to; made where it is missing.
    format
        Of places and links: ``geojson``, ``parquet`` (GeoParquet, needs pyarrow) or ``csv`` (drops the drawn lines).

    Returns
    -------
    list of Path
        The files written.
    """
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    writers: dict[str, Callable[[Tables, str, Path], None]] = {
        "geojson": _write_geojson,
        "parquet": _write_parquet,
        "csv": _write_csv,
    }
    written = []
    for table in TABLE_NAMES:
        ending = format if table in GEOGRAPHIC else "csv"
        if not tables.rows(table) and table not in GEOGRAPHIC:
            continue
        path = root / f"{FILES[table]}.{ending}"
        writers[ending](tables, table, path)
        written.append(path)
    return written


def feature(row: Row, geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as a GeoJSON feature: its columns as properties, lists as lists, lon and lat as the geometry."""
    properties = {
        alias: list(value) if isinstance(value := getattr(row, name), tuple) else value
        for name, alias in column_names(type(row)).items()
        if alias not in {"lon", "lat"}
    }
    return {"type": "Feature", "properties": properties, "geometry": dict(geometry)}


def _write_geojson(tables: Tables, table: str, path: Path) -> None:
    """Write places or links with one feature a line, so that a changed figure is a changed line."""
    features = []
    for row in tables.rows(table):
        if isinstance(row, Place):
            geometry: dict[str, Any] = {"type": "Point", "coordinates": [row.lon, row.lat]}
        else:
            assert isinstance(row, Link)  # noqa: S101
            geometry = {"type": "LineString", "coordinates": [list(point) for point in tables.lines[row.id]]}
        features.append(json.dumps(feature(row, geometry), ensure_ascii=False))
    body = ",\n".join(features)
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{body}\n]}}\n', encoding="utf-8")


def _write_parquet(tables: Tables, table: str, path: Path) -> None:
    frame = rows_to_geoframe(table, tables.rows(table), tables.lines)
    if table == "places":
        frame = frame.drop(columns=["lon", "lat"])
    try:
        frame.to_parquet(path, index=False)
    except ImportError as error:
        raise MissingExtraError(PARQUET_MISSING) from error


def _write_csv(tables: Tables, table: str, path: Path) -> None:
    names = column_names(MODELS[table])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names.values())
        writer.writerows([_cell(getattr(row, name)) for name in names] for row in tables.rows(table))


def _cell(value: Any) -> str:
    """Return a value as the text of a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
