# SPDX-License-Identifier: BSD-3-Clause
"""What can be filled in of a user's two spreadsheets, and the list of what was."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from corridor.errors import DataError, Fault, OptionError, UnknownPlaceError, nearest
from corridor.lookup import PlaceIndex, fold, great_circle_km
from corridor.schema import MODELS, Source, without_blanks
from corridor.tables import Records, Tables, column_names, data_folder, validate_records
from corridor.vocabulary import CARRIAGES, carriage_of

if TYPE_CHECKING:
    from shapely import Geometry

__all__ = [
    "OWN",
    "check_headers",
    "countries_at",
    "country_at",
    "country_outlines",
    "fill_links",
    "fill_places",
    "slug",
    "swapped_hint",
    "with_own_source",
]

# Other names that spreadsheets give to the position.
ALSO = {"longitude": "lon", "latitude": "lat", "lng": "lon", "long": "lon"}
OWN = "own-data"
# A point on a coast may lie this far outside the outline of its country.
COAST_DEGREES = 0.2
# Stands for the country of a place that has none that can be read, so that its links are not blamed for it.
UNREAD: Final = "XX"
AT: Final = ("lon", "lat")
EMPTY: Final = "the table is empty"
LINK_COLUMNS: Final = "Give the columns from, to, mode and length_km (or km)."
HALF_TURN: Final = 180.0
QUARTER_TURN: Final = 90.0
# Half the girth of the Earth is 20,015 km; the longest link that a table takes.
LONGEST_KM: Final = 21000.0
# A length in metres is told from other slips by this: as km it is between the great circle and so many times as much.
METRES_LIMIT: Final = 4.0
ROUND_EARTH: Final = 1 - 0.0056


def check_headers(places: Records, links: Records) -> None:
    """Refuse tables whose headings are unknown or lack what cannot be filled in; those of both are told at once.

    Raises
    ------
    DataError
        If a column is missing or unknown, or a table is empty.
    """
    needed = {
        "places": (places, ("lon", "lat"), "Give lon and lat in decimal degrees, or a geometry in EPSG:4326.", ALSO),
        "links": (links, ("from", "to", "mode"), LINK_COLUMNS, {"km": ""}),
    }
    faults = []
    for table, (records, columns, remedy, also) in needed.items():
        if not records:
            if table == "places":
                faults.append(Fault(table, "", "", "", EMPTY, remedy))
            continue
        known = list(column_names(MODELS[table]).values())
        given = {ALSO.get(name.lower(), name) if also is ALSO else name: name for name in _headings(records)}
        unknown = [name for heading, name in given.items() if heading not in {*known, *also}]
        meant = {column: nearest(column, unknown) for column in columns if column not in given}
        for column, heading in meant.items():
            hint = f"Did you mean the column {heading!r}? " if heading else ""
            faults.append(Fault(table, "header", column, "", "the column is missing", f"{hint}{remedy}"))
        for name in unknown:
            close = next((column for column, heading in meant.items() if heading == name), "") or nearest(name, known)
            hint = f"Did you mean {close!r}? " if close else ""
            rest = f"Columns: {', '.join(known)}."
            faults.append(Fault(table, "header", name, "", "unknown column", f"{hint}{rest}"))
    if faults:
        raise DataError(faults)


def _headings(records: Records) -> dict[str, None]:
    """Return the columns of any record, in the order of their first one."""
    return dict.fromkeys(name for record in records for name in record)


def fill_places(
    places: Records, links: Sequence[dict[str, Any]], filled: list[str]
) -> tuple[Records, list[tuple[int, Fault]]]:
    """Return place records with id, country, kind, terminals and source filled in where they are missing.

    Parameters
    ----------
    places, links
        Records of the two tables as given.
    filled
        Gets a line for each column that was filled in.

    Returns
    -------
    tuple
        A record for each given, and the faults met, each with the number of its record.
    """
    if not ALSO.keys().isdisjoint(name.lower() for name in set().union(*places)):
        places = [_with_usual_names(record) for record in places]
    absent = _absent(places, ("source", "terminals"))
    faults = _unread_points(places)
    unread = {number for number, _ in faults}
    lost = [number for number, record in enumerate(places) if not record.get("country") and number not in unread]
    on_map = dict(
        zip(lost, countries_at([(places[number]["lon"], places[number]["lat"]) for number in lost]), strict=True)
    )
    out = []
    for number, record in enumerate(places):
        row = _with_text_ids(record, ("id", "name"))
        out.append(row)
        if not row.get("id") and not row.get("name"):
            fault = Fault("places", f"row {number + 1}", "name", "", "neither id nor name", "Give one of the two.")
            faults.append((number, fault))
            continue
        if not row.get("id"):
            _fill(row, "id", slug(row["name"]) or f"place-{number + 1}", "places.id from the name", filled)
        _fill(row, "name", str(row["id"]), "places.name from the id", filled)
        if country := on_map.get(number):
            _fill(row, "country", country, "places.country from the map", filled)
        elif number in on_map:
            told = _off_the_map(float(row["lon"]), float(row["lat"]))
            faults.append((number, Fault("places", row["id"], "country", "", *told)))
        _fill(row, "kind", "city", "places.kind as city", filled)
        if "source" in absent:
            _fill(row, "source", OWN, f"places.source as {OWN}", filled)
    faults += _twice("places", out)
    if "terminals" in absent:
        _fill_terminals([row for row in out if row.get("id")], links, filled)
    return out, faults


def fill_links(links: Records, places: Records, filled: list[str]) -> tuple[Records, list[tuple[int, Fault]]]:
    """Return link records with ids of the ends, id, length_km, countries and source filled in where they are missing.

    Returns
    -------
    tuple
        A record for each given, and the faults met, each with the number of its record.
    """
    if not links:
        return [], [(0, Fault("links", "", "", "", EMPTY, LINK_COLUMNS))]
    meant = _meanings(places)
    by_id = {record["id"]: record for record in places if record.get("id")}
    absent = _absent(links, ("source",))

    seen: dict[str, int] = {}
    out = []
    faults = []
    for number, record in enumerate(links):
        row = _with_text_ids(record, ("id",))
        out.append(row)
        named = str(row.get("id") or f"row {number + 1}")
        missing = [column for column in ("from", "to", "mode") if column not in row]
        if isinstance(row.get("mode"), str):
            row["mode"] = row["mode"].strip().lower()
        found = [Fault("links", named, column, "", "the cell is empty", "Fill it in.") for column in missing]
        if "km" in row and "length_km" in row:
            rule, remedy = "the length is given twice", "Keep km or length_km."
            found.append(Fault("links", named, "km", str(row["km"]), rule, remedy))
        ends = []
        for end in ("from", "to"):
            if end not in missing:
                place, rule = meant(str(row[end]))
                found += (
                    [Fault("links", named, end, str(row[end]), rule, "Name a place of the places.")] if rule else []
                )
                row[end] = place or slug(str(row[end])) or UNREAD.lower()
                ends.append(by_id.get(place, {}))
        if "km" in row:
            row.setdefault("length_km", row["km"])
            del row["km"]
        if not found:
            made = f"{_plain(str(row['mode']))}-{row['from']}-{row['to']}"
            seen[made] = seen.get(made, 0) + 1
            name = made if seen[made] == 1 else f"{made}-{seen[made]}"
            _fill(row, "id", name, "links.id from mode, from and to", filled)
            _fill(row, "countries", _countries(ends), "links.countries from the ends", filled)
            named = str(row["id"])
        found += _too_long(row, named, ends)
        if "source" in absent:
            _fill(row, "source", OWN, f"links.source as {OWN}", filled)
        faults += [(number, fault) for fault in found]
    return out, faults + _twice("links", out)


def _meanings(places: Records) -> Callable[[str], tuple[str, str]]:
    """Return what gives the id of the place that a name means, or why it means none."""
    index, unread = _index_of(places)
    nameless = any(not record.get("id") for record in places)

    @cache
    def meant(name: str) -> tuple[str, str]:
        if fold(name) in unread:
            return "", ""
        try:
            return index.resolve(name), ""
        except UnknownPlaceError as error:
            # It may be the name of a place that has lost its own.
            return "", "" if nameless else str(error).split(" net.find")[0].rstrip(".")
        except LookupError as error:
            return "", str(error).rstrip(".")

    return meant


def _plain(mode: str) -> str:
    """Return a mode as the first part of an id; one that is none is told by its own rule."""
    return mode if mode.isascii() and mode.isalpha() else slug(mode)


def _index_of(places: Records) -> tuple[PlaceIndex, set[str]]:
    """Return where names are looked up, and the folded names of the places whose own names cannot be read."""
    # Where a place lies does not matter for its name, and an id that stands twice is told elsewhere.
    records = {
        record["id"]: {**_known(record), "kind": "city", "country": _code(record), "lon": 0.0, "lat": 0.0}
        for record in reversed(places)
        if record.get("id")
    }
    rows, faults = validate_records("places", list(records.values())[::-1], file="places")
    if not faults:
        return PlaceIndex(rows), set()
    bad = {fault.row for fault in faults}
    sound = [record for name, record in records.items() if name not in bad][::-1]
    named = {fold(str(records[name][column])) for name in bad & records.keys() for column in ("id", "name")}
    return PlaceIndex(validate_records("places", sound, file="places")[0]), named


def _countries(ends: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return the countries of the ends; that of an end whose country cannot be read is told at the place."""
    return tuple(dict.fromkeys(_code(end) for end in ends))


def _code(place: dict[str, Any]) -> str:
    code = str(place.get("country", ""))
    return code if re.fullmatch("[A-Z]{2}", code) else UNREAD


def _too_long(row: dict[str, Any], named: str, ends: Sequence[dict[str, Any]]) -> list[Fault]:
    """Tell a length beyond any way on Earth, and what it would be if it were in metres."""
    km, *where = (_number(value) for value in (row.get("length_km"), *(end.get(c) for end in ends for c in AT)))
    if not (math.isfinite(km) and km > LONGEST_KM):
        return []
    remedy = "Is it in metres? Then divide it by 1,000; else give the length in km."
    if len(where) == 2 * len(AT) and all(map(math.isfinite, where)):
        straight = great_circle_km(*where)
        if straight * ROUND_EARTH <= km / 1000 <= METRES_LIMIT * straight:
            remedy = (
                f"Is it in metres? Then give {km / 1000:g}: the great circle between its ends is {straight:.1f} km."
            )
        else:
            remedy = f"Give the length in km: the great circle between its ends is {straight:.1f} km."
    rule = f"longer than any way on Earth ({LONGEST_KM:,.0f} km)"
    return [Fault("links", named, "length_km", str(row["length_km"]), rule, remedy)]


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _twice(table: str, rows: Records) -> list[tuple[int, Fault]]:
    """Tell each id that several rows bear, once."""
    first: dict[str, int] = {}
    counts = Counter(str(row["id"]) for row in rows if row.get("id"))
    for number, row in enumerate(rows):
        if row.get("id"):
            first.setdefault(str(row["id"]), number)
    remedy = "Give each row an id of its own."
    return [
        (first[name], Fault(table, name, "id", name, f"the id stands {count} times", remedy))
        for name, count in counts.items()
        if count > 1
    ]


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
        rule, remedy = _off_the_map(float(lon), float(lat))
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


def swapped_hint(lon: float, lat: float) -> str:
    """Return the question whether lon and lat of a point were exchanged, where it would then lie in a country."""
    fits = abs(lat) <= HALF_TURN and abs(lon) <= QUARTER_TURN
    code = countries_at([(lat, lon)])[0] if fits else ""
    return f"Swapped, it would lie in {code}: were lon and lat exchanged? " if code else ""


def _off_the_map(lon: float, lat: float) -> tuple[str, str]:
    """Return what is wrong with a point in no country, and what to do."""
    rule = f"({lon:g}, {lat:g}) lies in no country of the map"
    return rule, f"{swapped_hint(lon, lat)}Give the column 'country' (ISO code), or check lon and lat."


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


def _unread_points(places: Records) -> list[tuple[int, Fault]]:
    """Tell places without a lon and lat that are numbers and lie on the Earth."""
    faults = []
    for number, record in enumerate(places):
        name = str(record.get("id") or record.get("name") or f"row {number + 1}")
        point = [_number(record.get(column)) for column in AT]
        for column, value in zip(AT, point, strict=True):
            if not math.isfinite(value):
                cell = str(record.get(column, ""))
                fault = Fault("places", name, column, cell, "not a finite number", "Give decimal degrees.")
                faults.append((number, fault))
        lon, lat = point
        if math.isfinite(lon + lat) and (abs(lon) > HALF_TURN or abs(lat) > QUARTER_TURN):
            rule = "off the Earth: lon is -180 to 180, lat -90 to 90"
            remedy = f"{swapped_hint(lon, lat)}Give decimal degrees."
            faults.append((number, Fault("places", name, "lon, lat", f"{lon:g}, {lat:g}", rule, remedy)))
    return faults


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
