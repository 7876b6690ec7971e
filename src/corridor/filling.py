# SPDX-License-Identifier: BSD-3-Clause
"""What can be filled in of a user's two spreadsheets, and the list of what was."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from corridor.errors import DataError, Fault, OptionError
from corridor.lookup import PlaceIndex, fold
from corridor.schema import Place
from corridor.tables import Records, data_folder
from corridor.vocabulary import carriage_of

if TYPE_CHECKING:
    from shapely import Geometry

__all__ = ["country_at", "fill_links", "fill_places"]

OWN = "own-data"


def fill_places(places: Records, links: Sequence[dict[str, Any]], filled: list[str]) -> Records:
    """Return place records with id, country, kind, terminals and source filled in where they are missing.

    Parameters
    ----------
    places, links
        Records of the two tables as given.
    filled
        Gets a line for each column that was filled in.
    """
    _need(places, ("lon", "lat"), "places", "Give lon and lat in decimal degrees, or a geometry in EPSG:4326.")
    absent = _absent(places, ("source", "terminals"))
    out = []
    for number, record in enumerate(places):
        row = dict(record)
        if not row.get("id") and not row.get("name"):
            fault = Fault("places", f"row {number + 1}", "name", "", "neither id nor name", "Give one of the two.")
            raise DataError([fault])
        _fill(row, "id", lambda row=row: slug(str(row["name"])), "places.id from the name", filled)
        _fill(row, "name", lambda row=row: str(row["id"]), "places.name from the id", filled)
        _fill(row, "country", lambda row=row: country_at(row["lon"], row["lat"]), "places.country from the map", filled)
        _fill(row, "kind", lambda: "city", "places.kind as city", filled)
        if "source" in absent:
            _fill(row, "source", lambda: OWN, f"places.source as {OWN}", filled)
        out.append(row)
    if "terminals" in absent:
        _fill_terminals(out, links, filled)
    return out


def fill_links(links: Records, places: Records, filled: list[str]) -> Records:
    """Return link records with ids of the ends, id, length_km, countries and source filled in where they are missing."""
    _need(links, ("from", "to", "mode"), "links", "Give the columns from, to, mode and length_km (or km).")
    index = PlaceIndex([Place.model_validate({"kind": "city"} | _known(record)) for record in places])
    country = {record["id"]: record["country"] for record in places}
    absent = _absent(links, ("source",))
    out = []
    faults = []
    for number, record in enumerate(links):
        row = dict(record)
        for end in ("from", "to"):
            try:
                row[end] = index.resolve(str(row[end]))
            except LookupError as error:
                rule = str(error).split(" net.find")[0]
                faults.append(
                    Fault("links", f"row {number + 1}", end, str(row[end]), rule, "Name a place of the places.")
                )
        if "km" in row:
            row["length_km"] = row.pop("km")
        if faults:
            continue
        name = f"{row['mode']}-{row['from']}-{row['to']}"
        _fill(row, "id", lambda name=name: name, "links.id from mode, from and to", filled)
        ends = tuple(dict.fromkeys((country[row["from"]], country[row["to"]])))
        _fill(row, "countries", lambda ends=ends: ends, "links.countries from the ends", filled)
        if "source" in absent:
            _fill(row, "source", lambda: OWN, f"links.source as {OWN}", filled)
        out.append(row)
    if faults:
        raise DataError(faults)
    return out


def slug(name: str) -> str:
    """Return a name as an id: lower-case Latin letters and digits with hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or "place"


def country_at(lon: float, lat: float) -> str:
    """Return the ISO code of the country that a point lies in or is nearest to (within about 20 km)."""
    import shapely

    point = shapely.Point(float(lon), float(lat))
    shapes = country_outlines()
    code = min(shapes, key=lambda iso: shapely.distance(shapes[iso], point))
    if shapely.distance(shapes[code], point) > 0.2:
        msg = f"({lon:g}, {lat:g}) lies in no country of the map: give the column 'country' (ISO code), or check lon and lat."
        raise OptionError(msg)
    return code


@lru_cache(maxsize=1)
def country_outlines() -> dict[str, Geometry]:
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
    by_name = {fold(str(row[key])): row["id"] for row in places for key in ("id", "name")}
    served: dict[str, dict[str, None]] = {}
    for link in links:
        gauge = link.get("gauge_mm")
        ride = carriage_of(str(link.get("mode")), int(gauge) if gauge else None)
        for end in ("from", "to"):
            if place := by_name.get(fold(str(link.get(end)))):
                served.setdefault(place, {})[ride] = None
    for row in places:
        rides = tuple(served.get(row["id"], ()))
        _fill(row, "terminals", lambda rides=rides: rides, "places.terminals from the links", filled)


def _absent(records: Records, columns: Sequence[str]) -> set[str]:
    """Return the columns that no record has: what is blank in some rows only was left blank on purpose."""
    return {column for column in columns if not any(column in record for record in records)}


def _fill(row: dict[str, Any], column: str, make: Any, note: str, filled: list[str]) -> None:
    if row.get(column) in (None, "", ()):
        row[column] = make()
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


def _known(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in record.items()
        if name in {"id", "name", "aliases", "country", "lon", "lat", "unlocode"}
    }
