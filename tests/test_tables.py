# SPDX-License-Identifier: BSD-3-Clause
"""Tables to files and back in three formats, and what broken files are told."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import small
from corridor.errors import DataError
from corridor.schema import MODELS, Place
from corridor.tables import (
    FILES,
    TABLE_NAMES,
    Tables,
    column_names,
    read_folder,
    rows_to_frame,
    rows_to_geoframe,
    validate_records,
    with_straight_lines,
)
from corridor.writing import write_folder

FORMATS = ("geojson", "parquet", "csv")


def written(tables: Tables, folder: Path, form: str = "geojson") -> Path:
    write_folder(tables, folder, format=form)
    return folder


def rules(folder: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        read_folder(folder)
    return [str(fault) for fault in caught.value.faults]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the small network of two countries as GeoJSON."""
    return written(small.two_countries().tables, tmp_path)


@pytest.fixture
def spreadsheets(tmp_path: Path) -> Path:
    """Return a folder with the small network of two countries as CSV."""
    return written(small.two_countries().tables, tmp_path, "csv")


def edit(path: Path, change: Any) -> None:
    """Change the features of a GeoJSON file in place."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content["features"])
    path.write_text(json.dumps(content), encoding="utf-8")


def swap(path: Path, old: str, new: str) -> None:
    """Replace a text that stands in a file exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


# --- there and back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@given(net=small.networks())
def test_what_is_written_is_read_back_equal(form, net):
    with tempfile.TemporaryDirectory() as place:
        assert read_folder(written(net.tables, Path(place), form)) == net.tables


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12)
TEXTS = NAMES.filter(lambda text: text == text.strip() and ";" not in text and text)


@pytest.mark.parametrize("form", FORMATS)
@given(
    name=TEXTS,
    aliases=st.lists(TEXTS, max_size=3),
    note=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
    km=st.floats(1e-6, 21000),
    more=st.fixed_dictionaries(
        {},
        optional={
            "hours": st.floats(0, 10000),
            "usd_per_vehicle": st.floats(0, 1e6),
            "year": st.integers(1850, 2100),
            "gauge_mm": st.sampled_from([1435, 1520, 1676]),
            "oneway": st.booleans(),
            "wait_hours": st.floats(0, 2000),
        },
    ),
)
def test_any_value_of_a_column_survives(form, name, aliases, note, lon, lat, km, more):
    place = small.place("a", lon=lon, lat=lat) | {"name": name, "aliases": aliases, "note": note}
    tables = Tables(
        places=small.rows("places", [place, small.place("b")]),
        links=small.rows("links", [small.link("l", "a", "b", km, note=note, **more)]),
        lines={},
    )
    tables = with_straight_lines(tables)
    with tempfile.TemporaryDirectory() as where:
        assert read_folder(written(tables, Path(where), form)) == tables


FULL = {
    "statuses": {"subject": "gate", "subject_kind": "crossing", "state": "closed", "from": "2025-10-12", "to": "",
                 "last_confirmed": "2026-01-20", "basis": "quoted", "source": "hand", "direction": "PK-AF",
                 "modes": "road;rail", "vehicles": "trailer;rigid", "cargo": "freight", "whom": "trucks, but not buses"},
    "calendars": {"subject": "gate", "subject_kind": "crossing", "direction": "PK-AF", "modes": "road",
                  "vehicles": "trailer", "from": "2025-05-24", "months": "4;5", "days": "mon;wed", "every_days": 2,
                  "opens": "18:00", "closes": "06:00", "timezone": "Asia/Kabul", "last_confirmed": "2025-06-01",
                  "reason": "nights, by turns", "basis": "quoted", "source": "hand"},
    "capacities": {"subject": "gate", "subject_kind": "crossing", "post": "west", "mode": "road", "direction": "PK-AF",
                   "capacity": 500, "unit": "trucks_per_day", "counts": "loaded", "traffic": 120.5, "capacity_basis": "quoted",
                   "capacity_year": 2024, "capacity_source": "hand", "traffic_basis": "estimate", "traffic_year": 2025,
                   "traffic_source": "hand", "note": "by day"},
    "trade": {"partner_a": "PK", "partner_b": "KZ", "year": 2025, "flow": "a-to-b", "usd": 2.5e8, "tonnes": 1000.5, "what": "all",
              "kind": "observed", "basis": "quoted", "source": "hand"},
    "demand": {"set": "a-2025", "origin": "port", "destination": "city", "cargo": "general", "usd_per_year": 1e6,
               "basis": "estimate", "source": "hand"},
    "rival_figures": {"subject": "links/x", "field": "length_km", "value": 7.25, "unit": "km", "used": False,
                      "why": 'older, "rounded"', "basis": "recalled", "source": "hand"},
    "pilot_runs": {"id": "r", "date": "2022-05-01", "origin": "port", "destination": "city", "modes": "road;rail",
                   "via": "town", "tonnes": 20, "cargo": "general", "scope": "corridor", "basis": "quoted", "source": "hand"},
}  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_every_table_is_written_and_read_back(form, tmp_path):
    tables = replace(small.two_countries().tables, **{name: small.rows(name, [row]) for name, row in FULL.items()})
    assert all(tables.rows(name) for name in TABLE_NAMES)
    paths = write_folder(tables, tmp_path, format=form)
    assert sorted(path.name for path in paths) == sorted(
        f"{FILES[name]}.{form if name in ('places', 'links') else 'csv'}" for name in TABLE_NAMES
    )
    back = read_folder(tmp_path)
    assert back == tables
    assert back.file("places") == f"nodes.{form}"
    assert back.file("crossings") == "crossings.csv"


def test_drawn_lines_are_kept_by_geojson_and_parquet_and_dropped_by_csv(tmp_path):
    tables = small.two_countries().tables
    drawn = ((66.9, 29.3), (66.8, 29.75), (66.7, 30.1))
    tables = replace(tables, lines={**tables.lines, "road-port-town": drawn})
    for form in ("geojson", "parquet"):
        assert read_folder(written(tables, tmp_path / form, form)).lines["road-port-town"] == drawn
    back = read_folder(written(tables, tmp_path / "csv", "csv"))
    assert back.lines["road-port-town"] == ((66.9, 29.3), (66.7, 30.1))


def test_geojson_has_one_feature_a_line_in_lon_lat_that_other_programs_read(folder):
    lines = (folder / "nodes.geojson").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2 + 5
    assert all(json.loads(line.rstrip(","))["type"] == "Feature" for line in lines[1:-1])
    frame = gpd.read_file(folder / "nodes.geojson").set_index("id")
    assert frame.crs.to_epsg() == 4326
    assert (frame.loc["port"].geometry.x, frame.loc["port"].geometry.y) == (66.9, 29.3)
    assert "lon" not in frame.columns
    assert gpd.read_file(folder / "links.geojson").set_index("id").loc["rail-port-town", "length_km"] == 120


def test_an_empty_table_is_not_written(tmp_path):
    net = small.network([small.place("a"), small.place("b")], [small.link("l", "a", "b", 5)])
    names = {path.name for path in write_folder(net.tables, tmp_path)}
    assert names == {"nodes.geojson", "links.geojson", "rates.csv", "cargo.csv", "vehicles.csv", "sources.csv"}


def test_places_may_stand_in_a_file_called_places(folder):
    (folder / "nodes.geojson").rename(folder / "places.geojson")
    assert read_folder(folder) == small.two_countries().tables


def test_a_file_with_a_byte_order_mark_is_read(spreadsheets):
    for name in ("nodes.csv", "links.csv", "crossings.csv"):
        path = spreadsheets / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_folder(spreadsheets) == small.two_countries().tables


def test_geojson_with_a_byte_order_mark_is_read(folder):
    (folder / "nodes.geojson").write_bytes(b"\xef\xbb\xbf" + (folder / "nodes.geojson").read_bytes())
    assert read_folder(folder) == small.two_countries().tables


# --- broken files ----------------------------------------------------------------------------------------------------


def test_a_missing_folder(tmp_path):
    with pytest.raises(DataError, match=r"nowhere: : no such folder\. Give the folder that holds nodes\.geojson"):
        read_folder(tmp_path / "nowhere")


def test_a_file_in_place_of_the_folder(folder):
    with pytest.raises(DataError, match="no such folder"):
        read_folder(folder / "nodes.geojson")


@pytest.mark.parametrize(("table", "file"), [("places", "nodes"), ("links", "links")])
def test_a_missing_file_is_named_with_what_to_add(folder, table, file):
    (folder / f"{file}.geojson").unlink()
    assert rules(folder) == [f"{folder}: : the table {table} is missing. Add {file}.geojson, .parquet or .csv."]


def test_both_missing_files_are_told_at_once(tmp_path):
    assert [text.split(". ")[0] for text in rules(tmp_path)] == [
        f"{tmp_path}: : the table places is missing",
        f"{tmp_path}: : the table links is missing",
    ]


def test_two_files_of_one_table_are_refused(folder):
    write_folder(small.two_countries().tables, folder, format="parquet")
    assert rules(folder) == [
        f"{folder}:  = 'nodes.geojson, nodes.parquet': several files hold the table places. Keep one of them.",
        f"{folder}:  = 'links.geojson, links.parquet': several files hold the table links. Keep one of them.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "5", "null", "{}", '{"features": null}', '{"features": 5}', '{"features": [5]}',
        '{"features": [null]}', '{"features": [{}]}', '{"features": [{"properties": [1], "geometry": null}]}',
        '{"features": [{"properties": {}, "geometry": "POINT"}]}', '{"type": "Feature"}', "id,name\na,b\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("file", ["nodes", "links"])
def test_what_is_not_a_feature_collection(folder, file, text):
    (folder / f"{file}.geojson").write_text(text, encoding="utf-8")
    (told,) = rules(folder)
    assert told.startswith(f"{file}.geojson: : not a GeoJSON feature collection (")
    assert told.endswith(". Write it anew.")


def test_geojson_in_another_encoding(folder):
    path = folder / "nodes.geojson"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1251", errors="replace"))
    assert rules(folder)[0].startswith("nodes.geojson: : not a GeoJSON feature collection ('utf-8' codec can't decode")


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32642"}},
        {"type": "name", "properties": {"name": "EPSG:3857"}},
        "EPSG:32642",
    ],
)
def test_geojson_in_another_crs(folder, crs):
    path = folder / "links.geojson"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, "crs": crs}), encoding="utf-8")
    name = crs if isinstance(crs, str) else crs["properties"]["name"]
    assert rules(folder) == [
        f"links.geojson: , crs = '{name}': not in EPSG:4326. Reproject with .to_crs(4326): lon and lat in degrees."
    ]


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"])
def test_geojson_that_says_it_is_in_degrees(folder, name):
    path = folder / "links.geojson"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, "crs": {"type": "name", "properties": {"name": name}}}), encoding="utf-8")
    assert read_folder(folder) == small.two_countries().tables


@pytest.mark.parametrize("kind", ["Polygon", "MultiPoint", "LineString"])
def test_a_place_that_is_no_point(folder, kind):
    def change(features):
        features[0]["geometry"] = {"type": kind, "coordinates": [[1, 2], [3, 4]]}

    edit(folder / "nodes.geojson", change)
    assert rules(folder) == [f"nodes.geojson: city, geometry = '{kind}': the geometry must be a Point. Redraw it."]


def test_a_place_without_geometry(folder):
    def change(features):
        features[0]["geometry"] = None

    edit(folder / "nodes.geojson", change)
    assert rules(folder) == ["nodes.geojson: city, geometry = 'None': the geometry must be a Point. Redraw it."]


@pytest.mark.parametrize("kind", ["Point", "MultiLineString", "GeometryCollection"])
def test_a_link_that_is_no_line(folder, kind):
    def change(features):
        features[0]["geometry"] = {"type": kind, "coordinates": [[[1, 2], [3, 4]]]}

    edit(folder / "links.geojson", change)
    told = f"links.geojson: rail-east-city, geometry = '{kind}': the geometry must be a LineString. Redraw it."
    assert rules(folder) == [told]


def test_a_link_without_geometry_is_drawn_straight(folder):
    def change(features):
        features[0]["geometry"] = None

    edit(folder / "links.geojson", change)
    assert read_folder(folder).lines["rail-east-city"] == ((66.42, 30.97), (66.35, 31.38))


NO_POINTS = "the coordinates are not finite (lon, lat) points, or too few. Redraw it in degrees."


@pytest.mark.parametrize("coordinates", [[], None, [1], ["a", "b"], [float("nan"), 2.0], [1.0, float("inf")], {}, "ab"])
def test_a_point_that_is_none(folder, coordinates):
    edit(folder / "nodes.geojson", lambda features: features[1]["geometry"].update(coordinates=coordinates))
    (told,) = rules(folder)
    assert told.startswith("nodes.geojson: east, geometry")
    assert told.endswith(NO_POINTS)


@pytest.mark.parametrize(
    "coordinates",
    [[], None, [[1, 2]], [1, 2], [["a", "b"], [1, 2]], [[1, 2], [3, float("nan")]], [[1, 2], [float("inf"), 3]]],
)
def test_a_line_that_is_none(folder, coordinates):
    edit(folder / "links.geojson", lambda features: features[0]["geometry"].update(coordinates=coordinates))
    (told,) = rules(folder)
    assert told.startswith("links.geojson: rail-east-city, geometry")
    assert told.endswith(NO_POINTS)


def test_heights_are_left_out(folder):
    def change(features):
        features[0]["geometry"]["coordinates"].append(812.5)

    edit(folder / "nodes.geojson", change)
    assert read_folder(folder) == small.two_countries().tables


DEGREES = "decimal degrees, WGS84."


def test_points_beyond_the_earth(folder):
    edit(folder / "nodes.geojson", lambda features: features[0]["geometry"].update(coordinates=[190, -91]))
    assert rules(folder) == [
        f"nodes.geojson: city, lon = '190.0': input should be less than or equal to 180. lon: longitude, {DEGREES}",
        f"nodes.geojson: city, lat = '-91.0': input should be greater than or equal to -90. lat: latitude, {DEGREES}",
    ]


def frames(folder: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    return gpd.read_parquet(folder / "nodes.parquet"), gpd.read_parquet(folder / "links.parquet")


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    """Return a folder with the small network of two countries as GeoParquet."""
    return written(small.two_countries().tables, tmp_path, "parquet")


@pytest.mark.parametrize("crs", ["EPSG:32642", "EPSG:3857"])
def test_parquet_in_another_crs(parquet, crs):
    frames(parquet)[1].to_crs(crs).to_parquet(parquet / "links.parquet")
    (told,) = rules(parquet)
    assert told.startswith(f"links.parquet: , crs = '{crs}': not in EPSG:4326. Set it with .set_crs(4326) if x and y")


def test_parquet_without_crs(parquet):
    frames(parquet)[0].set_crs(None, allow_override=True).to_parquet(parquet / "nodes.parquet")
    assert rules(parquet)[0].startswith("nodes.parquet: , crs = 'none': not in EPSG:4326.")


def test_parquet_in_degrees_by_its_other_name(parquet):
    nodes, _ = frames(parquet)
    nodes.set_crs("OGC:CRS84", allow_override=True).to_parquet(parquet / "nodes.parquet")
    assert read_folder(parquet) == small.two_countries().tables


def test_parquet_with_the_wrong_geometry(parquet):
    nodes, links = frames(parquet)
    squares = [shapely.box(point.x, point.y, point.x + 1, point.y + 1) for point in nodes.geometry]
    nodes.set_geometry(squares, crs=4326).to_parquet(parquet / "nodes.parquet")
    links.set_geometry([shapely.MultiLineString([line]) for line in links.geometry], crs=4326).to_parquet(
        parquet / "links.parquet"
    )
    told = rules(parquet)
    assert len(told) == 5 + 6
    assert told[0] == "nodes.parquet: city, geometry = 'Polygon': the geometry must be a Point. Redraw it."
    assert told[5] == (
        "links.parquet: rail-east-city, geometry = 'MultiLineString': the geometry must be a LineString. Redraw it."
    )


def test_parquet_with_empty_and_missing_geometry(parquet):
    nodes, links = frames(parquet)
    nodes.set_geometry([shapely.Point(), *nodes.geometry[1:]], crs=4326).to_parquet(parquet / "nodes.parquet")
    links.set_geometry([None, *links.geometry[1:]], crs=4326).to_parquet(parquet / "links.parquet")
    (told,) = rules(parquet)
    assert told.startswith("nodes.parquet: city, geometry")
    assert told.endswith(NO_POINTS)


def test_parquet_that_is_none(parquet):
    (parquet / "links.parquet").write_bytes(b"PAR1 and nothing else")
    (told,) = rules(parquet)
    assert told.startswith("links.parquet: : not readable as GeoParquet (")


# --- broken spreadsheets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), [("gate,east,west", "gate,east,west,more"), (",customs,", ",")])
def test_a_ragged_row_is_named_by_its_line(spreadsheets, old, new):
    path = spreadsheets / "crossings.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].replace(old, new, 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert rules(spreadsheets) == ["crossings.csv: line 3: a row longer or shorter than the header. Quote its commas."]


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16"])
def test_a_spreadsheet_in_another_encoding(spreadsheets, encoding):
    path = spreadsheets / "nodes.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    (told,) = rules(spreadsheets)
    assert told.startswith("nodes.csv: : not readable as CSV ('utf-8' codec can't decode")
    assert told.endswith(" Save it as UTF-8.")


def test_a_quote_that_is_never_closed(spreadsheets):
    path = spreadsheets / "nodes.csv"
    path.write_text(path.read_text(encoding="utf-8") + '"open,', encoding="utf-8")
    assert rules(spreadsheets)[0].startswith("nodes.csv: : not readable as CSV (unexpected end of data)")


def test_a_column_that_stands_twice(spreadsheets):
    swap(spreadsheets / "links.csv", "length_km,status", "length_km,length_km")
    assert rules(spreadsheets) == ["links.csv: header, length_km: the column stands twice. Keep one of them."]


@pytest.mark.parametrize("text", ["", "id,name,country,kind,lon,lat\n"])
def test_places_that_are_none(spreadsheets, text):
    (spreadsheets / "nodes.csv").write_text(text, encoding="utf-8")
    assert rules(spreadsheets) == ["nodes.csv: : the table is empty. Give at least two places."]


def test_an_unknown_column_is_refused_with_the_nearest(spreadsheets):
    swap(spreadsheets / "links.csv", "length_km", "lenght_km")
    told = rules(spreadsheets)
    assert len(told) == 1
    assert told[0].startswith(
        "links.csv: header, lenght_km: unknown column. Did you mean 'length_km'? Columns: id, from,"
    )


def test_an_unknown_column_of_a_feature_is_refused(folder):
    edit(folder / "links.geojson", lambda features: features[3]["properties"].update(xyz=60))
    (told,) = rules(folder)
    assert told.startswith("links.geojson: header, xyz: unknown column. Columns: id, from, to, mode,")


KM = "length_km: length by that mode, km; never below the great circle."


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("ninety", "'ninety': input should be a valid number, unable to parse string as a number"),
        ("1,5", "'1,5': input should be a valid number, unable to parse string as a number"),
        ("-60", "'-60': input should be greater than 0"),
        ("0", "'0': input should be greater than 0"),
        ("inf", "'inf': input should be a finite number"),
        ("-inf", "'-inf': input should be a finite number"),
        ("nan", "'nan': input should be a finite number"),
        ("60000", "'60000': input should be less than or equal to 21000"),
    ],
)
def test_a_length_that_is_none(spreadsheets, cell, told):
    quoted = f'"{cell}"' if "," in cell else cell
    swap(
        spreadsheets / "links.csv",
        "rail-east-city,east,city,rail,1520,60,",
        f"rail-east-city,east,city,rail,1520,{quoted},",
    )
    (found,) = rules(spreadsheets)
    assert found.startswith(f"links.csv: rail-east-city, length_km = {told}")
    assert found.endswith(f". {KM}")


def test_an_empty_cell_of_a_needed_column(spreadsheets):
    swap(spreadsheets / "links.csv", "rail-east-city,east,city,rail,1520,60,", "rail-east-city,east,city,rail,1520,,")
    assert rules(spreadsheets) == [f"links.csv: rail-east-city, length_km: field required. {KM}"]


@pytest.mark.parametrize("cell", ["inf", "nan", "-1"])
def test_an_infinite_or_negative_clearing_time(spreadsheets, cell):
    swap(spreadsheets / "crossings.csv", "gate,west,east,road,outbound,20,", f"gate,west,east,road,outbound,{cell},")
    (told,) = rules(spreadsheets)
    assert told.startswith(f"crossings.csv: gate/west/road/outbound, hours = '{cell}': ")
    assert told.endswith("hours: mean clearing time at this post, queue included, hours.")


@pytest.mark.parametrize("cell", ["inf", "nan"])
def test_an_infinite_optional_number(spreadsheets, cell):
    """No bound above: only the rule that numbers are finite can catch it."""
    swap(
        spreadsheets / "crossings.csv", "gate,west,east,road,outbound,20,,", f"gate,west,east,road,outbound,20,,{cell}"
    )
    told = rules(spreadsheets)
    assert told[0].startswith(f"crossings.csv: gate/west/road/outbound, hours_high = '{cell}': ")


@pytest.mark.parametrize("name", ["Road-East", "east city", "-east", "east_city", "Восток", "east--city"])
def test_an_id_that_is_none(spreadsheets, name):
    swap(spreadsheets / "links.csv", "rail-east-city,east", f"{name},east")
    rule = "string should match pattern '^[a-z0-9]+(-[a-z0-9]+)*$'"
    assert rules(spreadsheets) == [
        f"links.csv: {name}, id = '{name}': {rule}. id: unique id: mode, from, to (and variant)."
    ]


@pytest.mark.parametrize(
    ("old", "new", "column", "rule"),
    [
        (",rail,1520,60,", ",rial,1520,60,", "mode", "input should be 'road', 'rail', 'sea', 'air' or 'pipeline'"),
        (",60,operating,", ",60,open,", "status", "input should be 'operating', "),
        (",60,operating,,false,", ",60,operating,,perhaps,", "oneway", "input should be a valid boolean"),
        (",60,operating,,", ",60,operating,1.5,", "year", "input should be a valid integer"),
        (",60,operating,,", ",60,operating,3000,", "year", "input should be less than or equal to 2100"),
        (",rail,1520,60,", ",rail,1668.5,60,", "gauge_mm", "input should be a valid integer"),
    ],
)
def test_a_word_or_number_that_the_column_does_not_take(spreadsheets, old, new, column, rule):
    swap(spreadsheets / "links.csv", old, new)
    (told,) = rules(spreadsheets)
    assert told.startswith(f"links.csv: rail-east-city, {column} = ")
    assert f": {rule}" in told


def test_all_faults_of_all_tables_are_told_at_once(spreadsheets):
    swap(spreadsheets / "links.csv", ",rail,1520,60,", ",rial,1520,-60,")
    swap(spreadsheets / "nodes.csv", "port,Port", "Port,Port")
    swap(spreadsheets / "crossings.csv", "gate,west,east,road,outbound,20,", "gate,west,east,road,outbound,many,")
    swap(spreadsheets / "rates.csv", "*,road,speed_kmh,both,,,50,", "*,road,speed_kmh,up,,,-50,")
    where = [re.match(r"(\S+): (\S+), (\w+) = ", told).groups() for told in rules(spreadsheets)]
    assert where == [
        ("nodes.csv", "Port", "id"),
        ("links.csv", "rail-east-city", "mode"),
        ("links.csv", "rail-east-city", "length_km"),
        ("crossings.csv", "gate/west/road/outbound", "hours"),
        ("rates.csv", "*/road/speed_kmh/up", "direction"),
        ("rates.csv", "*/road/speed_kmh/up", "value"),
    ]


def test_all_broken_files_are_told_at_once(spreadsheets):
    (spreadsheets / "links.csv").write_bytes(b"\xff\xfe\xfa")
    (spreadsheets / "rates.csv").write_text("country,mode\nPK\n", encoding="utf-8")
    (spreadsheets / "nodes.csv").unlink()
    assert [told.split(": ")[0] for told in rules(spreadsheets)] == [str(spreadsheets), "links.csv", "rates.csv"]


# --- frames and lines ------------------------------------------------------------------------------------------------


def test_links_without_a_line_get_a_straight_one_and_drawn_ones_are_kept():
    tables = small.two_countries().tables
    drawn = ((66.9, 29.3), (66.0, 29.5), (66.7, 30.1))
    bare = with_straight_lines(replace(tables, lines={"road-port-town": drawn}))
    assert set(bare.lines) == {link.id for link in tables.links}
    assert bare.lines["road-port-town"] == drawn
    assert bare.lines["rail-port-town"] == ((66.9, 29.3), (66.7, 30.1))


def test_tables_with_all_lines_are_left_as_they_are():
    tables = small.two_countries().tables
    assert with_straight_lines(tables) is tables


def test_a_link_to_an_unknown_place_gets_no_line():
    tables = Tables(small.rows("places", [small.place("a")]), small.rows("links", [small.link("l", "a", "b", 5)]), {})
    assert with_straight_lines(tables).lines == {}


@pytest.mark.parametrize("table", MODELS)
def test_frames_have_the_columns_of_the_model_in_its_order(table):
    frame = rows_to_frame(table, ())
    assert frame.columns.tolist() == list(column_names(MODELS[table]).values())
    assert frame.attrs["name"] == table
    assert len(frame) == 0


def test_the_frames_of_a_network_have_the_columns_crs_and_index_that_are_promised():
    net = small.two_countries()
    for name, frame in (("places", net.places), ("links", net.links)):
        assert isinstance(frame, gpd.GeoDataFrame)
        assert frame.columns.tolist() == [*column_names(MODELS[name]).values(), "geometry"]
        assert frame.crs.to_epsg() == 4326
        assert frame.index.tolist() == sorted(frame["id"]) == frame["id"].tolist()
    for name in ("crossings", "rates", "transfers", "statuses", "capacities", "trade", "demand", "cargo",
                 "vehicles", "sources", "rival_figures"):  # fmt: skip
        assert getattr(net, name).columns.tolist() == list(column_names(MODELS[name]).values())
    assert net.sources.index.tolist() == ["hand"]
    assert set(net.places.geom_type) == {"Point"}
    assert set(net.links.geom_type) == {"LineString"}
    assert net.places.loc["city", "aliases"] == ("Stadt", "Город")
    assert net.links.loc["road-west-east", "from"] == "west"
    assert net.crossings["hours"].sum() == 20 + 10 + 15 + 40


@pytest.mark.parametrize("table", ["places", "links"])
def test_geoframes_of_nothing_have_columns_and_crs_too(table):
    frame = rows_to_geoframe(table, (), {})
    assert frame.columns.tolist() == [*column_names(MODELS[table]).values(), "geometry"]
    assert frame.crs.to_epsg() == 4326
    assert len(frame) == 0


def test_records_of_no_table_at_all_are_sound():
    assert validate_records("places", [], file="x") == ((), [])


def test_a_row_without_id_is_named_by_what_it_has_or_its_number():
    _, faults = validate_records("places", [small.place("a"), {"name": "B"}], file="mine.csv")
    assert {fault.row for fault in faults} == {"row 2"}
    assert [fault.column for fault in faults] == ["id", "country", "kind", "lon", "lat"]
    _, faults = validate_records("transfers", [{"place": "town", "from_carriage": "road"}], file="t.csv")
    assert {fault.row for fault in faults} == {"town/road"}


def test_a_list_with_a_bad_entry_is_told_by_its_column():
    _, faults = validate_records("places", [small.place("a", terminals="road;rial")], file="mine.csv")
    assert [(fault.row, fault.column, fault.value) for fault in faults] == [("a", "terminals", "rial")]


def test_rows_cannot_be_changed_once_read():
    row = small.rows("places", [small.place("a")])[0]
    assert isinstance(row, Place)
    with pytest.raises(ValueError, match="frozen"):
        row.name = "other"
