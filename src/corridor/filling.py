# SPDX-License-Identifier: BSD-3-Clause
"""What can be filled in of a user's two spreadsheets, and the list of what was."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from corridor.errors import DataError, Fault, OptionError
from corridor.lookup import PlaceIndex, fold
from corridor.schema import Source, without_blanks
from corridor.tables import Records, Tables, data_folder, validate_records
from corridor.vocabulary import CARRIAGES, carriage_of

if TYPE_CHECKING:
    from shapely import Geometry

__all__ = [
    "OWN",
    "countries_at",
    "country_at",
    "country_outlines",
    "fill_links",
    "fill_places",
    "slug",
    "with_own_source",
]

# Other names that spreadsheets give to the position.
ALSO = {"longitude": "lon", "latitude": "lat", "lng": "lon", "long": "lon"}
OWN = "own-data"
# A point on a coast may lie this far outside the outline of its country.
COAST_DEGREES = 0.2


def fill_places(places: Records, links: Sequence[dict[str, Any]], filled: list[str]) -> Records:
    """Return place records with id, country, kind, terminals and source filled in where they are missing.

    Parameters
    ----------
    places, links
        Records of the two tables as given.
    filled
        Gets a line for each column that was filled in.
    """
    if not ALSO.keys().isdisjoint(name.lower() for name in set().union(*places)):
        places = [_with_usual_names(record) for record in places]
    _need(places, ("lon", "lat"), "places", "Give lon and lat in decimal degrees, or a geometry in EPSG:4326.")
    _need_points(places)
    absent = _absent(places, ("source", "terminals"))
    lost = [number for number, record in enumerate(places) if not record.get("country")]
    on_map = dict(
        zip(lost, countries_at([(places[number]["lon"], places[number]["lat"]) for number in lost]), strict=True)
    )
    out = []
    faults = []
    for number, record in enumerate(places):
        row = _with_text_ids(record, ("id", "name"))
        if not row.get("id") and not row.get("name"):
            faults.append(
                Fault("places", f"row {number + 1}", "name", "", "neither id nor name", "Give one of the two.")
            )
            continue
        if not row.get("id"):
            _fill(row, "id", slug(row["name"]) or f"place-{number + 1}", "places.id from the name", filled)
        _fill(row, "name", str(row["id"]), "places.name from the id", filled)
        if country := on_map.get(number):
            _fill(row, "country", country, "places.country from the map", filled)
        elif number in on_map:
            faults.append(Fault("places", row["id"], "country", "", *_off_the_map(row["lon"], row["lat"])))
        _fill(row, "kind", "city", "places.kind as city", filled)
        if "source" in absent:
            _fill(row, "source", OWN, f"places.source as {OWN}", filled)
        out.append(row)
    if faults:
        raise DataError(faults)
    if "terminals" in absent:
        _fill_terminals(out, links, filled)
    return out


def fill_links(links: Records, places: Records, filled: list[str]) -> Records:
    """Return link records with ids of the ends, id, length_km, countries and source filled in where they are missing."""
    _need(links, ("from", "to", "mode"), "links", "Give the columns from, to, mode and length_km (or km).")
    rows, place_faults = validate_records("places", [{"kind": "city"} | _known(row) for row in places], file="places")
    if place_faults:
        raise DataError(place_faults)
    index = PlaceIndex(rows)
    country = {record["id"]: record["country"] for record in places}
    absent = _absent(links, ("source",))

    @cache
    def meant(name: str) -> tuple[str, str]:
        """Return the id of the place that a name means, or why it means none."""
        try:
            return index.resolve(name), ""
        except LookupError as error:
            return "", str(error).split(" net.find")[0].rstrip(".")

    seen: dict[str, int] = {}
    out = []
    faults = []
    for number, record in enumerate(links):
        row = _with_text_ids(record, ("id",))
        named = str(row.get("id") or f"row {number + 1}")
        missing = [column for column in ("from", "to", "mode") if column not in row]
        if isinstance(row.get("mode"), str):
            row["mode"] = row["mode"].strip().lower()
        faults += [Fault("links", named, column, "", "the cell is empty", "Fill it in.") for column in missing]
        if "km" in row and "length_km" in row:
            rule, remedy = "the length is given twice", "Keep km or length_km."
            faults.append(Fault("links", named, "km", str(row["km"]), rule, remedy))
        for end in ("from", "to"):
            if end in missing:
                continue
            place, rule = meant(str(row[end]))
            if rule:
                faults.append(Fault("links", named, end, str(row[end]), rule, "Name a place of the places."))
            row[end] = place
        if "km" in row:
            row["length_km"] = row.pop("km")
        if faults:
            continue
        made = f"{row['mode']}-{row['from']}-{row['to']}"
        seen[made] = seen.get(made, 0) + 1
        name = made if seen[made] == 1 else f"{made}-{seen[made]}"
        _fill(row, "id", name, "links.id from mode, from and to", filled)
        leaves, enters = country[row["from"]], country[row["to"]]
        ends = (leaves,) if leaves == enters else (leaves, enters)
        _fill(row, "countries", ends, "links.countries from the ends", filled)
        if "source" in absent:
            _fill(row, "source", OWN, f"links.source as {OWN}", filled)
        out.append(row)
    if faults:
        raise DataError(faults)
    return out


def with_own_source(tables: Tables) -> Tables:
    """Add the row of the sources that a user's own places and links name, so that it can be followed and read back."""
    own = any(row.source == OWN for rows in (tables.places, tables.links) for row in rows)
    if not own or not tables.sources or any(source.id == OWN for source in tables.sources):
        return tables
    return replace(tables, sources=(*tables.sources, Source(id=OWN, title="The user's own data")))


def with_named_sources(known: tuple[Source, ...], cell: str) -> tuple[Source, ...]:
    """Return a table of sources with a row for each id of a cell that it lacks, so that routes can name it."""
    ids = {row.id for row in known}
    added = [name for part in cell.split(";") if (name := part.strip()) and name not in ids]
    records = [{"id": name, "title": "figures changed with with_rates"} for name in dict.fromkeys(added)]
    try:
        return (*known, *(Source.model_validate(record) for record in records))
    except ValueError as error:
        msg = f"with_rates(source={cell!r}): an id of lower-case letters and digits with hyphens, ';' between several."
        raise OptionError(msg) from error


def slug(name: str) -> str:
    """Return a name as an id: lower-case Latin letters and digits with hyphens; empty where it has none of these."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


def country_at(lon: float, lat: float) -> str:
    """Return the ISO code of the country that a point lies in or is nearest to (within about 20 km)."""
    code = countries_at([(lon, lat)])[0]
    if not code:
        rule, remedy = _off_the_map(lon, lat)
        msg = f"{rule}: {remedy[:1].lower()}{remedy[1:]}"
        raise OptionError(msg)
    return code


def countries_at(points: Sequence[tuple[float, float]]) -> list[str]:
    """Return for each point the country as :func:`country_at` finds it; blank where it lies in none."""
    import numpy as np
    import shapely

    if not points:
        return []
    shapes = country_outlines()
    where = np.array(points, dtype=float)
    codes = np.full(len(where), "", dtype=object)
    for code, shape in reversed(shapes.items()):
        shapely.prepare(shape)
        codes[shapely.intersects_xy(shape, where[:, 0], where[:, 1])] = code
    outside = np.flatnonzero(codes == "")
    if len(outside):
        distances = np.array([shapely.distance(shape, shapely.points(where[outside])) for shape in shapes.values()])
        near = distances.min(axis=0) <= COAST_DEGREES
        codes[outside[near]] = np.array(list(shapes), dtype=object)[distances.argmin(axis=0)[near]]
    return list(codes)


def _off_the_map(lon: float, lat: float) -> tuple[str, str]:
    """Return what is wrong with a point in no country, and what to do."""
    rule = f"({float(lon):g}, {float(lat):g}) lies in no country of the map"
    return rule, "Give the column 'country' (ISO code), or check lon and lat."


@lru_cache(maxsize=1)
def country_outlines() -> dict[str, Geometry]:
    """Return the outline of each country of the bundled map by its ISO code."""
    import shapely
    from shapely.geometry import shape

    content = json.loads((data_folder() / "countries.geojson").read_text(encoding="utf-8"))
    shapes: dict[str, list[Geometry]] = {}
    for feature in content["features"]:
        if code := feature["properties"].get("iso_a2"):
            shapes.setdefault(code, []).append(shape(feature["geometry"]))
    return {code: shapely.union_all(parts) for code, parts in shapes.items()}


def _fill_terminals(places: Records, links: Sequence[dict[str, Any]], filled: list[str]) -> None:
    """Give each place without terminals those of the links that name it."""
    ids = {row["id"] for row in places}
    by_name: dict[str, str] = {}
    if any(str(link.get(end)) not in ids for link in links for end in ("from", "to")):
        for column in ("id", "name", "unlocode", "aliases"):
            for row in places:
                names = row.get(column) or ()
                for name in names.split(";") if isinstance(names, str) else names:
                    by_name.setdefault(fold(name), row["id"])
    served: dict[str, dict[str, None]] = {}
    rides = ((link.get("mode"), link.get("gauge_mm"), link.get(end)) for link in links for end in ("from", "to"))
    for mode, gauge_mm, end in dict.fromkeys((str(mode), str(gauge), str(end)) for mode, gauge, end in rides):
        gauge = gauge_mm.removesuffix(".0")
        ride = carriage_of(mode, int(gauge) if gauge.isdecimal() else None)
        if ride not in CARRIAGES:
            continue
        key = "" if end in ids else fold(end)
        place = end if end in ids else by_name.get(key) or by_name.get(key.replace(" ", ""))
        if place:
            served.setdefault(place, {})[ride] = None
    for row in places:
        _fill(row, "terminals", tuple(served.get(row["id"], ())), "places.terminals from the links", filled)


def _with_usual_names(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with longitude and latitude under the names of the columns, where those are not there."""
    return {
        ALSO[name.lower()] if name.lower() in ALSO and ALSO[name.lower()] not in record else name: value
        for name, value in record.items()
    }


def _absent(records: Records, columns: Sequence[str]) -> set[str]:
    """Return the columns that no record has: what is blank in some rows only was left blank on purpose."""
    return {column for column in columns if all(record.get(column) in (None, "") for record in records)}


def _fill(row: dict[str, Any], column: str, value: Any, note: str, filled: list[str]) -> None:
    if row.get(column) in (None, "", ()):
        row[column] = value
        if note not in filled:
            filled.append(note)


def _need(records: Records, columns: Sequence[str], table: str, remedy: str) -> None:
    faults = [
        Fault(table, "header", column, "", "the column is missing", remedy)
        for column in columns
        if not any(column in record for record in records)
    ]
    if not records:
        faults = [Fault(table, "", "", "", "the table is empty", remedy)]
    if faults:
        raise DataError(faults)


def _need_points(places: Records) -> None:
    """Refuse places without a lon and lat that are numbers: neither map nor network can hold them."""
    faults = []
    for number, record in enumerate(places):
        for column in ("lon", "lat"):
            try:
                finite = math.isfinite(float(record[column]))
            except (KeyError, TypeError, ValueError):
                finite = False
            if not finite:
                name = str(record.get("id") or record.get("name") or f"row {number + 1}")
                value = str(record.get(column, ""))
                faults.append(Fault("places", name, column, value, "not a finite number", "Give decimal degrees."))
    if faults:
        raise DataError(faults)


def _with_text_ids(record: dict[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    """Return a copy of a record without its blank cells, in which numbers that serve as ids or names are texts."""
    row = without_blanks(record)
    for name in columns:
        if isinstance(row.get(name), (int, float)):
            row[name] = str(row[name])
    return row


def _known(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in record.items()
        if name in {"id", "name", "aliases", "country", "lon", "lat", "unlocode"}
    }
