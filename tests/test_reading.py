# SPDX-License-Identifier: BSD-3-Clause
"""Where networks come from: the bundled data, a folder, two spreadsheets, a graph; and networks with other rates."""

from __future__ import annotations

import gc
import pickle
import re
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import corridor as co
import small
from corridor.errors import CorridorWarning, DataError, OptionError
from corridor.filling import countries_at, country_at, country_outlines, slug
from corridor.lookup import great_circle_km
from corridor.network import Network
from corridor.tables import OTHER_TABLES
from corridor.vocabulary import CORRIDOR_COUNTRIES

# --- the bundled corridor --------------------------------------------------------------------------------------------


def test_the_bundled_corridor_lies_in_the_six_countries():
    net = co.load()
    assert net.name == "corridor"
    assert {place.country for place in net.tables.places} == set(CORRIDOR_COUNTRIES)
    assert {country for link in net.tables.links for country in link.countries} == set(CORRIDOR_COUNTRIES)
    assert net.ports == ("gwadar", "karachi", "port-qasim")


def test_the_bundled_corridor_is_read_once_and_what_is_done_to_one_network_does_not_reach_the_next():
    first, second = co.load(), co.load(scope="corridor")
    assert first.tables.rates is second.tables.rates
    frame = first.places
    frame.loc["karachi", "lon"] = 0
    assert first.places.loc["karachi", "lon"] == second.places.loc["karachi", "lon"] == first.place("karachi").lon
    with pytest.raises(nx.NetworkXError, match="Frozen graph can't be modified"):
        first.graph.remove_node("karachi")
    assert "karachi" in second.graph


@pytest.mark.parametrize(("scope", "hint"), [("coridor", "Did you mean 'corridor'? "), ("world", ""), (None, "")])
def test_an_unknown_scope_is_refused(scope, hint):
    with pytest.raises(OptionError, match=re.escape(f"Unknown scope {scope!r}. {hint}Scopes: bypass, corridor.")):
        co.load(scope=scope)


@pytest.mark.parametrize("form", ["geojson", "parquet"])
def test_the_bundled_corridor_is_written_and_read_back_equal(form, tmp_path):
    net = co.load()
    paths = co.write_network(net, tmp_path / "deep" / "folder", format=form)
    assert {path.name for path in paths} >= {f"nodes.{form}", f"links.{form}", "crossings.csv", "rates.csv"}
    back = co.read_network(tmp_path / "deep" / "folder")
    assert back.tables == net.tables
    assert back.name == "folder"


def test_the_bundled_corridor_as_csv_loses_its_drawn_lines_alone(tmp_path):
    net = co.load()
    co.write_network(net, tmp_path, format="csv")
    back = co.read_network(tmp_path).tables
    assert (back.places, back.links, back.crossings, back.rates) == (
        net.tables.places,
        net.tables.links,
        net.tables.crossings,
        net.tables.rates,
    )
    assert {len(line) for line in back.lines.values()} == {2}


# --- a folder of one's own -------------------------------------------------------------------------------------------


def test_a_network_of_ones_own_is_written_and_read_back_equal(tmp_path):
    net = small.two_countries()
    co.write_network(net, tmp_path)
    assert co.read_network(tmp_path).tables == net.tables


def test_an_unknown_format_is_refused_and_nothing_is_written(tmp_path):
    told = "Unknown format 'geojsn'. Did you mean 'geojson'? Formats: csv, geojson, parquet."
    with pytest.raises(OptionError, match=re.escape(told)):
        co.write_network(small.two_countries(), tmp_path / "new", format="geojsn")
    assert not (tmp_path / "new").exists()


def test_bundled_prices_stand_in_with_a_warning(tmp_path):
    co.write_network(small.two_countries(), tmp_path)
    for name in ("rates", "cargo"):
        (tmp_path / f"{name}.csv").unlink()
    with pytest.warns(CorridorWarning, match=r": no rates, cargo; the bundled ones stand in\.") as caught:
        net = co.read_network(tmp_path)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    bundled = co.load().tables
    assert net.tables.cargo == bundled.cargo
    assert net.tables.vehicles == small.two_countries().tables.vehicles
    # Rates of a place hold for a network that has the place, and for no other.
    assert net.tables.rates == tuple(rate for rate in bundled.rates if not rate.place)
    assert {source.id for source in net.tables.sources} == {"hand", *(source.id for source in bundled.sources)}


def test_standing_in_can_be_made_an_error(tmp_path):
    co.write_network(small.two_countries(), tmp_path)
    (tmp_path / "vehicles.csv").unlink()
    with warnings.catch_warnings():
        warnings.simplefilter("error", CorridorWarning)
        with pytest.raises(CorridorWarning, match="no vehicles; the bundled ones stand in"):
            co.read_network(tmp_path)


def test_a_broken_rule_of_a_folder_is_told_with_its_file(tmp_path):
    co.write_network(small.two_countries(), tmp_path, format="csv")
    path = tmp_path / "links.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",town,100,", ",town,90,"), encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace("road,,100,", "road,,80,", 1), encoding="utf-8")
    with pytest.raises(DataError, match=r"links\.csv: road-port-town, length_km = '80': shorter than the great circle"):
        co.read_network(tmp_path)


def test_two_spreadsheets_in_a_folder_are_enough(tmp_path):
    (tmp_path / "places.csv").write_text("name,lon,lat\nMine,73,49.8\nSmelter,73.5,50.4\n", encoding="utf-8")
    (tmp_path / "links.csv").write_text("from,to,mode,km\nMine,Smelter,road,90\n", encoding="utf-8")
    with pytest.warns(CorridorWarning) as caught:
        net = co.read_network(tmp_path)
    told = [str(warning.message) for warning in caught]
    assert told[0].startswith("Filled in: places.id from the name; places.country from the map; ")
    assert told[1] == f"{tmp_path}: no rates, cargo, vehicles, sources; the bundled ones stand in."
    assert {warning.filename for warning in caught} == {__file__}
    assert co.route(net, "mine", "smelter").km == 90


@pytest.mark.parametrize(
    ("places", "links", "told"),
    [
        ("id,name\na,A\n", "from,to,mode\n", "places.csv: header, lon: the column is missing."),
        ("name,lon,lat\nA,east,50\nB,,50\n", "from,to,mode\n", "places.csv: A, lon = 'east': not a finite number."),
        ("name,lon,lat,country\nA,73,50,Kazakhstan\nB,74,50,KZ\n", "from,to,mode,km\nA,B,road,90\n",
         "places.csv: a, country = 'Kazakhstan': string should match"),
        ("name,lon,lat\nA,73,50\nB,74,50\n", "from,to,mode,km\nA,,road,90\n", "links.csv: row 1, to: the cell is empty."),
        ("name,lon,lat\nA,73,50\nB,74,50\n", "from,to,mode,km\nA,C,road,90\n", "links.csv: row 1, to = 'C': Unknown place"),
    ],
)  # fmt: skip
def test_broken_spreadsheets_of_a_folder_are_told_with_their_files(tmp_path, places, links, told):
    (tmp_path / "places.csv").write_text(places, encoding="utf-8")
    (tmp_path / "links.csv").write_text(links, encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(told)):
        co.read_network(tmp_path)


def test_a_blank_column_beside_km_is_no_second_length(tmp_path):
    (tmp_path / "places.csv").write_text("name,lon,lat\nMine,73,49.8\nSmelter,73.5,50.4\n", encoding="utf-8")
    (tmp_path / "links.csv").write_text("from,to,mode,km,length_km\nMine,Smelter,road,90,\n", encoding="utf-8")
    with pytest.warns(CorridorWarning):
        assert co.read_network(tmp_path).tables.links[0].length_km == 90


# --- many places -----------------------------------------------------------------------------------------------------


def many(count: int = 2000) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return frames of so many places in Kazakhstan and Uzbekistan, each joined by road to a few of its country."""
    chance = np.random.default_rng(11)
    box = np.round(chance.uniform((55, 38), (80, 54), (8 * count, 2)), 6)
    country = np.full(len(box), "  ")
    for code in ("KZ", "UZ"):
        country[shapely.contains_xy(country_outlines()[code], *box.T)] = code
    kept = np.flatnonzero(country != "  ")[:count]
    kept = kept[np.lexsort((box[kept, 0], country[kept]))]
    points, country = box[kept], country[kept]
    ids = np.array([f"k{number:04d}" for number in range(count)])
    blank = np.where(np.arange(count) % 3 == 0, None, "a village")
    places = gpd.GeoDataFrame(
        {"id": ids, "name": [f"Settlement {number}" for number in range(count)], "country": country, "note": blank},
        geometry=shapely.points(points),
        crs="EPSG:4326",
    )
    pairs = [(i, i + step) for i in range(count) for step in (1, 2, 9) if i + step < count]
    tail, head = np.array([pair for pair in pairs if country[pair[0]] == country[pair[1]]]).T
    ends = np.stack([points[tail], points[head]], axis=1)
    line = np.stack([ends[:, 0], ends.mean(axis=1), ends[:, 1]], axis=1)
    km = [round(1.2 * great_circle_km(*a, *b) + 0.1, 1) for a, b in ends.tolist()]
    links = gpd.GeoDataFrame(
        {"id": [f"r{number}" for number in range(len(km))], "from": ids[tail], "to": ids[head], "mode": "road",
         "length_km": km, "year": np.where(np.arange(len(km)) % 5 == 0, 1990.0, np.nan)},
        geometry=shapely.linestrings(line), crs="EPSG:4326",
    )  # fmt: skip
    links["oneway"] = np.arange(len(km)) % 7 == 0
    return places, links


def without_geometry(places: gpd.GeoDataFrame, links: gpd.GeoDataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the frames as spreadsheets: the places with lon and lat, the links without their lines."""
    positions = {"lon": places.geometry.x, "lat": places.geometry.y}
    return pd.DataFrame(places.drop(columns="geometry")).assign(**positions), pd.DataFrame(
        links.drop(columns="geometry")
    )


def write_parquet(frame: gpd.GeoDataFrame, path: Path) -> None:
    frame.to_parquet(path.with_suffix(".parquet"))


def write_geojson(frame: gpd.GeoDataFrame, path: Path) -> None:
    path.with_suffix(".geojson").write_text(frame.to_json(drop_id=True), encoding="utf-8")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path.with_suffix(".csv"), index=False)


@pytest.mark.filterwarnings("ignore::corridor.errors.CorridorWarning")
@pytest.mark.parametrize("bare", [False, True], ids=["full", "bare"])
@pytest.mark.parametrize("write", [write_parquet, write_geojson, write_csv])
def test_thousands_of_places_are_the_same_from_files_and_from_frames(tmp_path, write, bare):
    places, links = many()
    if bare:
        names = dict(zip(places["id"], places["name"], strict=True))
        links = links.drop(columns="id").assign(to=links["to"].map(names))
        places = places.drop(columns=["id", "country"])
        links["from"] = links["from"].map(names)
    if write is write_csv:
        places, links = without_geometry(places, links)
    write(places, tmp_path / "nodes")
    write(links, tmp_path / "links")
    net = co.read_network(tmp_path)
    assert net.tables == co.network_from_frames(places, links).tables
    assert len(net.tables.places) == 2000
    assert len(net.tables.links) == len(net.tables.lines) == len(links)
    assert {place.country for place in net.tables.places} == {"KZ", "UZ"}
    assert {place.terminals for place in net.tables.places} == {("road",)}
    drawn = {len(drawn_line) for drawn_line in net.tables.lines.values()}
    assert drawn == ({2} if write is write_csv else {3})
    assert net.tables.links[0].year in {1990, None}
    assert sum(link.oneway for link in net.tables.links) == links["oneway"].sum()


@pytest.mark.filterwarnings("ignore::corridor.errors.CorridorWarning")
def test_many_faults_among_thousands_of_rows_are_told_row_by_row_in_their_order():
    places, links = many()
    links.loc[[7, 70, 700], "length_km"] = [0.1, 20000, 0.2]
    links.loc[[8, 80], "oneway"] = True
    with pytest.raises(DataError) as caught:
        co.network_from_frames(places, links)
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [
        ("r7", "length_km"),
        ("r70", "length_km"),
        ("r700", "length_km"),
    ]
    links.loc[[7, 70], "to"] = ["k99", "Setlement 77"]
    with pytest.raises(DataError) as caught:
        co.network_from_frames(places, links)
    first, second = map(str, caught.value.faults)
    assert first.startswith("links: r7, to = 'k99': Unknown place 'k99'. Did you mean 'k0099' (Settlement 99) or ")
    assert "Did you mean 'k0077' (Settlement 77) or " in second


@pytest.mark.filterwarnings("ignore::corridor.errors.CorridorWarning")
@pytest.mark.parametrize("searching", [True, False])
def test_reading_leaves_the_search_for_reference_cycles_as_it_was(searching):
    was = gc.isenabled()
    try:
        (gc.enable if searching else gc.disable)()
        build()
        assert gc.isenabled() is searching
        told(links=LINKS.assign(km=-1))
        assert gc.isenabled() is searching
    finally:
        (gc.enable if was else gc.disable)()


@given(st.lists(st.tuples(st.floats(15, 185), st.floats(20, 85)), max_size=20))
def test_countries_of_many_points_are_those_of_the_nearest_outlines(points):
    shapes = country_outlines()
    expected = []
    for lon, lat in points:
        distances = {code: shapely.distance(shape, shapely.Point(lon, lat)) for code, shape in shapes.items()}
        nearest = min(distances, key=distances.__getitem__)
        expected.append(nearest if distances[nearest] <= 0.2 else "")
    assert countries_at(points) == expected


# --- two frames ------------------------------------------------------------------------------------------------------

PLACES = pd.DataFrame({"name": ["Mine", "Smelter"], "lon": [73.0, 73.5], "lat": [49.8, 50.4]})
LINKS = pd.DataFrame({"from": ["Mine"], "to": ["Smelter"], "mode": ["road"], "km": [90]})
PRICES = {
    "rates": pd.DataFrame(small.RATES),
    "cargo": pd.DataFrame(small.CARGO),
    "vehicles": pd.DataFrame(small.VEHICLES),
    "sources": pd.DataFrame([small.SOURCE]),
}
FULL_PLACES = PLACES.assign(
    id=["mine", "smelter"], country="KZ", kind="city", terminals=["road", "road;sea"], source="hand"
)
FULL_LINKS = LINKS.rename(columns={"km": "length_km"}).assign(id="l", countries="KZ", source="hand")


def build(places: Any = PLACES, links: Any = LINKS, **tables: pd.DataFrame) -> Network:
    """Build a network with prices made by hand, and without a word about what was filled in."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CorridorWarning)
        return co.network_from_frames(places, links, **(PRICES | tables))


def told(places: Any = PLACES, links: Any = LINKS, **tables: pd.DataFrame) -> list[str]:
    with pytest.raises(DataError) as caught:
        build(places, links, **tables)
    return [str(fault) for fault in caught.value.faults]


def test_two_spreadsheets_make_a_network_and_the_warnings_name_all_that_was_filled_in():
    with pytest.warns(CorridorWarning) as caught:
        net = co.network_from_frames(PLACES, LINKS)
    assert [str(warning.message) for warning in caught] == [
        (
            "Filled in: places.id from the name; places.country from the map; places.kind as city; "
            "places.source as own-data; places.terminals from the links; links.id from mode, from and to; "
            "links.countries from the ends; links.source as own-data."
        ),
        "the frames given: no rates, cargo, vehicles, sources; the bundled ones stand in.",
    ]
    assert {warning.filename for warning in caught} == {__file__}
    mine, smelter = net.tables.places
    assert (mine.id, mine.name, mine.country, mine.kind, mine.terminals) == ("mine", "Mine", "KZ", "city", ("road",))
    assert smelter.source == "own-data"
    (link,) = net.tables.links
    assert (link.id, link.from_, link.to, link.length_km) == ("road-mine-smelter", "mine", "smelter", 90)
    assert link.countries == ("KZ",)
    assert co.route(net, "Mine", "Smelter").km == 90


def test_what_is_given_in_full_is_taken_without_a_word():
    net = co.network_from_frames(FULL_PLACES, FULL_LINKS, **PRICES)
    assert net.tables.places[1].terminals == ("road", "sea")
    # 90 km at 50 km/h for 12 of 24 hours: 90 / 25 = 3.6 hours; at 2 USD a km: 180 USD.
    found = co.route(net, "mine", "smelter")
    assert (found.hours, found.usd) == pytest.approx((3.6, 180))


def test_a_network_of_frames_is_written_and_read_back_equal(tmp_path):
    for number, net in enumerate((build(), build(FULL_PLACES, FULL_LINKS))):
        co.write_network(net, tmp_path / str(number))
        assert co.read_network(tmp_path / str(number)).tables == net.tables


def test_the_source_of_what_is_ones_own_stands_in_the_sources():
    assert build().sources.loc["own-data", "title"] == "The user's own data"
    assert "own-data" in co.route(build(), "mine", "smelter").sources.index
    assert "own-data" not in build(FULL_PLACES, FULL_LINKS).sources.index


def test_the_frames_given_are_not_changed():
    places, links = PLACES.copy(), LINKS.copy()
    build(places, links)
    pd.testing.assert_frame_equal(places, PLACES)
    pd.testing.assert_frame_equal(links, LINKS)


@pytest.mark.parametrize(
    ("lon", "lat", "country"),
    [(66.97, 24.84, "PK"), (69.24, 41.31, "UZ"), (37.62, 55.75, "RU"), (69.18, 34.53, "AF"), (27.56, 53.9, "BY"),
     (71.43, 51.13, "KZ"), (66.9, 24.7, "PK")],
)  # fmt: skip
def test_the_country_is_looked_up_on_the_map(lon, lat, country):
    assert country_at(lon, lat) == country


def test_a_country_given_in_some_rows_is_looked_up_in_the_others():
    net = build(PLACES.assign(country=["KZ", None]))
    assert [place.country for place in net.tables.places] == ["KZ", "KZ"]


@pytest.mark.parametrize(
    ("lon", "lat", "hint"),
    [
        (-150.0, 0.0, ""),
        (0.0, 0.0, ""),
        (49.8, 73.0, "Swapped, it would lie in KZ: were lon and lat exchanged? "),
        (62.0, 20.0, ""),
    ],
)
def test_a_point_in_the_sea_is_in_no_country(lon, lat, hint):
    message = (
        f"smelter, country: ({lon:g}, {lat:g}) lies in no country of the map. "
        f"{hint}Give the column 'country' (ISO code), or check lon and lat."
    )
    with pytest.raises(DataError, match=re.escape(message)):
        build(PLACES.assign(lon=[73.0, lon], lat=[49.8, lat]))


def test_every_point_in_the_sea_is_told_at_once():
    with pytest.raises(DataError, match="2 faults in the data") as caught:
        build(PLACES.assign(lon=[0.0, 62.0], lat=[0.0, 20.0]))
    assert [fault.row for fault in caught.value.faults] == ["mine", "smelter"]


@pytest.mark.parametrize(
    ("tail", "head"), [("mine", "smelter"), ("MINE", "Smelter"), ("Рудник", "KZ SMT"), ("kzsmt", "рудник")]
)
def test_ends_are_ids_names_aliases_or_codes_and_give_the_terminals(tail, head):
    places = PLACES.assign(aliases=["Рудник;Pit", ""], unlocode=["", "KZSMT"])
    net = build(places, LINKS.assign(**{"from": tail, "to": head}))
    assert {net.tables.links[0].from_, net.tables.links[0].to} == {"mine", "smelter"}
    assert [place.terminals for place in net.tables.places] == [("road",), ("road",)]


def test_terminals_are_the_carriages_of_the_links_with_their_gauge():
    rail = pd.DataFrame({"from": ["Mine"], "to": ["Smelter"], "mode": ["rail"], "km": [95], "gauge_mm": [1520.0]})
    links = pd.concat([LINKS, rail.assign(traction="diesel")])
    assert build(links=links).tables.places[0].terminals == ("road", "rail1520")


def test_numbers_serve_as_ids():
    net = build(PLACES.assign(id=[101, 102]), LINKS.assign(**{"from": 101, "to": 102}))
    assert [place.id for place in net.tables.places] == ["101", "102"]
    assert net.tables.links[0].id == "road-101-102"


def test_names_without_a_latin_letter_get_ids_by_their_row():
    net = build(PLACES.assign(name=["Рудник", "Завод"]), LINKS.assign(**{"from": "рудник", "to": "Завод"}))
    assert [(place.id, place.name) for place in net.tables.places] == [("place-1", "Рудник"), ("place-2", "Завод")]


@pytest.mark.parametrize(
    ("name", "made"),
    [("Qo'ng'irot", "qongirot"), ("  Spin  Boldak ", "spin-boldak"), ("No. 5/7", "no-5-7"), ("Рудник", "")],
)
def test_an_id_is_made_of_the_letters_and_digits_of_a_name(name, made):
    assert slug(name) == made


def test_ids_without_names_serve_as_names():
    net = build(PLACES.drop(columns="name").assign(id=["mine", "smelter"]))
    assert [place.name for place in net.tables.places] == ["mine", "smelter"]


def test_missing_values_of_every_kind_are_blank_cells():
    places = FULL_PLACES.assign(
        note=["x", None], unlocode=[None, float("nan")], position_error_km=pd.array([2, None], "Int64")
    )
    links = FULL_LINKS.assign(year=pd.array([None], "Int64"), gauge_mm=float("nan"), note=pd.NA, alignment=pd.NaT)
    net = build(places, links)
    assert [place.position_error_km for place in net.tables.places] == [2, 1]
    assert [place.note for place in net.tables.places] == ["x", ""]
    assert (net.tables.links[0].year, net.tables.links[0].gauge_mm, net.tables.links[0].note) == (None, None, "")


def test_columns_of_an_own_table_are_checked_too():
    assert told(transfers=pd.DataFrame([small.transfer("mine", "road", "sea", -1, 5)])) == [
        (
            "transfers: mine/road/sea, hours = '-1': input should be greater than or equal to 0. "
            "hours: mean time, waiting for the onward vehicle included, hours."
        )
    ]


def test_own_crossings_transfers_and_rates_are_used():
    net = small.two_countries()
    tables = {name: getattr(net, name) for name in ("crossings", "transfers", "rates", "cargo", "vehicles", "sources")}
    mine = co.network_from_frames(net.places.drop(columns=["lon", "lat"]), net.links, **tables)
    assert mine.tables == net.tables
    # 100 + 100 + 8 + 50 km by road; 258 / 25 hours and 20 + 10 hours of clearing; 258 x 2 USD and 100 + 50 USD.
    found = co.route(mine, "port", "city", modes=["road"])
    assert (found.km, found.usd) == pytest.approx((258, 666))
    assert found.hours == pytest.approx(258 / 25 + 30)


@pytest.mark.parametrize("column", ["lon", "lat"])
def test_a_missing_column_of_the_places_is_named(column):
    assert told(PLACES.drop(columns=column)) == [
        (
            f"places: header, {column}: the column is missing. "
            "Give lon and lat in decimal degrees, or a geometry in EPSG:4326."
        )
    ]


@pytest.mark.parametrize("column", ["from", "to", "mode"])
def test_a_missing_column_of_the_links_is_named(column):
    assert told(links=LINKS.drop(columns=column)) == [
        f"links: header, {column}: the column is missing. Give the columns from, to, mode and length_km (or km)."
    ]


def test_all_missing_columns_are_named_at_once():
    assert len(told(links=LINKS[["km"]])) == 3
    assert len(told(PLACES[["name"]])) == 2


def test_a_missing_length_is_named():
    assert told(links=LINKS.drop(columns="km")) == [
        (
            "links: road-mine-smelter, length_km: field required. "
            "length_km: length by that mode, km; never below the great circle."
        )
    ]


def test_a_column_of_a_frame_that_stands_twice_is_refused():
    links = pd.concat([LINKS, LINKS[["km"]] * 2], axis=1)
    assert told(links=links) == ["links: header, km: the column stands twice. Keep one of them."]
    places = gpd.GeoDataFrame(PLACES, geometry=gpd.points_from_xy(PLACES["lon"], PLACES["lat"]), crs=4326)
    places.columns = ["name", "name", "lat", "geometry"]
    assert told(places=places) == ["places: header, name: the column stands twice. Keep one of them."]


def test_two_lengths_are_refused():
    assert told(links=LINKS.assign(length_km=95)) == [
        "links: row 1, km = '90': the length is given twice. Keep km or length_km."
    ]


def test_a_place_without_id_and_name():
    assert told(PLACES.assign(name=["Mine", None])) == [
        "places: row 2, name: neither id nor name. Give one of the two."
    ]


def test_points_that_are_none_are_told_at_once():
    assert told(PLACES.assign(lon=[73.0, None], lat=["north", float("inf")])) == [
        "places: Mine, lat = 'north': not a finite number. Give decimal degrees.",
        "places: Smelter, lon: not a finite number. Give decimal degrees.",
        "places: Smelter, lat = 'inf': not a finite number. Give decimal degrees.",
    ]


def test_empty_cells_of_links_are_told_at_once():
    rows = pd.DataFrame(
        {"from": ["Mine", None, "Mine"], "to": ["Smelter", "Mine", None], "mode": ["road", "road", None]}
    )
    assert told(links=rows.assign(km=90)) == [
        "links: row 2, from: the cell is empty. Fill it in.",
        "links: row 3, to: the cell is empty. Fill it in.",
        "links: row 3, mode: the cell is empty. Fill it in.",
    ]


@pytest.mark.parametrize("empty", ["places", "links"])
def test_empty_frames_are_refused(empty):
    frames = {"places": PLACES, "links": LINKS}
    frames[empty] = frames[empty].iloc[:0]
    assert told(**frames)[0].startswith(f"{empty}: : the table is empty.")


def test_an_unknown_end_is_told_with_the_nearest():
    rows = pd.DataFrame({"from": ["Mine", "Nowhere"], "to": ["Smleter", "Mine"], "mode": "road", "km": 90})
    assert told(links=rows) == [
        (
            "links: row 1, to = 'Smleter': Unknown place 'Smleter'. Did you mean 'smelter' (Smelter)? "
            "Name a place of the places."
        ),
        "links: row 2, from = 'Nowhere': Unknown place 'Nowhere'. Name a place of the places.",
    ]


def test_an_ambiguous_end_is_told():
    places = PLACES.assign(id=["a", "b"], name="Mine")
    (fault,) = told(places, LINKS.assign(to="b"))
    assert fault.startswith(
        "links: row 1, from = 'Mine': 'Mine' is ambiguous: 'a' (Mine, city, KZ); 'b' (Mine, city, KZ)."
    )


def test_a_bad_country_or_id_is_told_as_a_fault_of_the_places():
    assert [fault.split(":")[1] for fault in told(PLACES.assign(country=["KZ", "Kazakhstan"]))] == [
        " smelter, country = 'Kazakhstan'"
    ]
    assert told(PLACES.assign(id=["mine", "The Smelter"]))[0].startswith(
        "places: The Smelter, id = 'The Smelter': string should match pattern"
    )


def test_two_links_of_one_mode_between_two_places_get_numbered_ids():
    net = build(links=pd.concat([LINKS, LINKS]))
    assert [link.id for link in net.tables.links] == ["road-mine-smelter", "road-mine-smelter-2"]


@pytest.mark.parametrize("mode", ["truck", 5])
def test_an_unknown_mode_is_a_fault_of_the_links_alone(mode):
    faults = told(links=LINKS.assign(mode=mode))
    assert {fault.split(":")[0] for fault in faults} == {"links"}
    assert any(
        f"mode = '{mode}': input should be 'road', 'rail', 'sea', 'air' or 'pipeline'" in fault for fault in faults
    )


def test_rules_of_the_data_hold_for_frames():
    # From (73, 49.8) to (73.5, 50.4): 0.6 degrees north, 66.72 km, and 0.5 x cos 50.1, 35.66 km: together 75.7 km.
    assert told(links=LINKS.assign(km=70)) == [
        (
            "links: road-mine-smelter, length_km = '70': shorter than the great circle, 75.7 km. "
            "Correct the length (km) or the position of an end; is lon or lat swapped?"
        )
    ]


@pytest.mark.parametrize(("name", "hint"), [("crosings", "Did you mean 'crossings'? "), ("nodes", "")])
def test_an_unknown_table_is_refused(name, hint):
    with pytest.raises(
        OptionError, match=re.escape(f"Unknown table {name!r}. {hint}Tables: calendars, capacities, cargo, crossings, ")
    ):
        co.network_from_frames(PLACES, LINKS, **{name: PLACES})


def test_an_unknown_column_is_refused():
    assert told(PLACES.assign(lons=1))[0].startswith("places: header, lons: unknown column. Did you mean 'lon'? ")
    assert told(links=LINKS.assign(distance=1))[0].startswith("links: header, distance: unknown column.")


# --- frames with geometry --------------------------------------------------------------------------------------------

DRAWN = ((73.0, 49.8), (73.1, 50.2), (73.5, 50.4))


def geo(frame: pd.DataFrame, shapes: Any, crs: Any = 4326) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=crs)


POINTS = geo(PLACES[["name"]], shapely.points(PLACES[["lon", "lat"]].to_numpy()))
LINES = geo(LINKS, [shapely.LineString(DRAWN)])


def test_geometries_serve_as_positions_and_lines():
    net = build(POINTS, LINES)
    assert [(place.lon, place.lat) for place in net.tables.places] == [(73.0, 49.8), (73.5, 50.4)]
    assert net.tables.lines == {"road-mine-smelter": DRAWN}


def test_lines_of_links_with_ids_of_their_own_are_kept_too():
    assert build(POINTS, LINES.assign(id="mine")).tables.lines == {"mine": DRAWN}


def test_lines_follow_their_links_where_some_have_no_line():
    rail = geo(LINKS.assign(mode="rail", gauge_mm=1520, traction="diesel"), [None])
    net = build(POINTS, pd.concat([rail, LINES]))
    assert net.tables.lines == {"rail-mine-smelter": (DRAWN[0], DRAWN[2]), "road-mine-smelter": DRAWN}


def test_a_line_drawn_backwards_is_told():
    assert told(POINTS, geo(LINKS, [shapely.LineString(DRAWN[::-1])]))[0].endswith(
        "the line ends 75.7 km from mine. Draw it from 'from' to 'to' in (lon, lat)."
    )


@pytest.mark.parametrize("crs", ["EPSG:32643", "EPSG:3857"])
def test_frames_in_metres_are_refused(crs):
    remedy = "Set it with .set_crs(4326) if x and y are lon and lat in degrees; else reproject with .to_crs(4326)."
    assert told(POINTS.to_crs(crs)) == [f"places: , crs = '{crs}': not in EPSG:4326. {remedy}"]
    assert told(POINTS, LINES.to_crs(crs)) == [f"links: , crs = '{crs}': not in EPSG:4326. {remedy}"]
    assert told(geo(PLACES[["name"]], POINTS.geometry.array, None).set_crs(None, allow_override=True)) == [
        f"places: , crs = 'none': not in EPSG:4326. {remedy}"
    ]


def test_frames_in_degrees_by_another_name_are_taken():
    assert build(POINTS.set_crs("OGC:CRS84", allow_override=True)).tables.places[0].lon == 73.0


@pytest.mark.parametrize(
    ("shape", "kind"),
    [(shapely.box(73, 49, 74, 50), "Polygon"), (None, "None"), (shapely.LineString(DRAWN), "LineString")],
)
def test_a_place_that_is_no_point(shape, kind):
    assert told(geo(PLACES[["name"]], [shapely.Point(73, 49.8), shape]))[0] == (
        f"places: row 2, geometry = '{kind}': the geometry must be a Point. Redraw it."
    )


def test_a_link_of_several_lines_is_refused():
    (fault,) = told(POINTS, geo(LINKS, [shapely.MultiLineString([DRAWN])]))
    assert fault.endswith("geometry = 'MultiLineString': the geometry must be a LineString. Redraw it.")


def test_usual_names_of_the_position_and_capitals_of_modes_are_understood():
    places = PLACES.rename(columns={"lon": "Longitude", "lat": "latitude"})
    net = build(places, LINKS.assign(mode=" Road "))
    assert [(place.lon, place.lat) for place in net.tables.places] == [(73.0, 49.8), (73.5, 50.4)]
    assert net.tables.links[0].mode == "road"


def test_ids_in_the_index_are_the_ids():
    places = PLACES.assign(id=["pit", "works"]).set_index("id")
    links = LINKS.assign(**{"from": "pit", "to": "works"})
    assert [place.id for place in build(places, links).tables.places] == ["pit", "works"]


@pytest.mark.parametrize("given", ["places.csv", None, {"lon": [1]}])
def test_what_is_no_frame_is_refused(given):
    with pytest.raises(OptionError, match="places must be a pandas DataFrame or a GeoDataFrame, not "):
        co.network_from_frames(given, LINKS)


# --- graphs ----------------------------------------------------------------------------------------------------------


@given(small.networks())
def test_a_graph_and_its_network_are_inverse(net):
    back = Network.from_graph(net.graph, check=False)
    assert back.tables == net.tables
    assert back.name == net.name
    assert nx.utils.graphs_equal(back.graph, net.graph)


def test_the_bundled_graph_and_its_network_are_inverse():
    net = co.load()
    assert Network.from_graph(net.graph).tables == net.tables
    assert net.graph.number_of_nodes() == len(net.tables.places)
    assert len({key for *_, key in net.graph.edges(keys=True)}) == len(net.tables.links)


def test_the_graph_has_an_edge_each_way_with_the_columns_of_the_link():
    graph = small.two_countries().graph
    assert isinstance(graph, nx.MultiDiGraph)
    assert set(graph) == {"port", "town", "west", "east", "city"}
    assert graph.number_of_edges() == 12
    there, back = graph.edges["port", "town", "rail-port-town"], graph.edges["town", "port", "rail-port-town"]
    assert (there["forward"], back["forward"]) == (True, False)
    assert (there["carriage"], there["length_km"], there["from"], there["to"]) == ("rail1676", 120, "port", "town")
    assert {name: value for name, value in there.items() if name != "forward"} == {
        name: value for name, value in back.items() if name != "forward"
    }
    assert graph.nodes["city"]["country"] == "AF"
    assert nx.shortest_path_length(graph, "port", "city", weight="length_km") == 258


def test_a_one_way_link_is_one_edge():
    net = small.network([small.place("a"), small.place("b")], [small.link("l", "a", "b", 5, oneway=True)])
    assert list(net.graph.edges(keys=True)) == [("a", "b", "l")]


def graph() -> nx.MultiDiGraph:
    return small.two_countries().graph.copy()


def broken(changed: nx.Graph) -> list[str]:
    with pytest.raises(DataError) as caught:
        Network.from_graph(changed)
    return [str(fault) for fault in caught.value.faults]


def test_a_change_of_both_edges_changes_the_link():
    changed = graph()
    for ends in (("port", "town"), ("town", "port")):
        changed.edges[(*ends, "road-port-town")]["length_km"] = 111
    net = Network.from_graph(changed)
    assert net.link("road-port-town").length_km == 111
    assert small.two_countries().link("road-port-town").length_km == 100


def test_a_change_of_one_edge_alone_is_refused():
    changed = graph()
    changed.edges["town", "port", "road-port-town"]["length_km"] = 111
    assert broken(changed) == [
        "graph: road-port-town: the two edges of the link differ. Change both edges (u, v, key) and (v, u, key) alike."
    ]


def test_removing_the_way_back_makes_a_link_one_way():
    changed = graph()
    changed.remove_edge("town", "port", "road-port-town")
    net = Network.from_graph(changed)
    assert net.link("road-port-town").oneway
    assert not net.link("rail-port-town").oneway
    assert ("town", "port", "road-port-town") not in net.graph.edges


def test_removing_the_drawn_way_alone_is_refused():
    changed = graph()
    changed.remove_edge("port", "town", "road-port-town")
    assert broken(changed) == [
        (
            "graph: road-port-town: only the edge against the drawn direction is left. "
            "Swap 'from' and 'to' and set forward=True."
        )
    ]


def test_removing_both_ways_removes_the_link():
    changed = graph()
    changed.remove_edges_from([("town", "port", "road-port-town"), ("port", "town", "road-port-town")])
    net = Network.from_graph(changed)
    assert len(net.tables.links) == 5
    assert "road-port-town" not in net.tables.lines


def test_removing_a_place_removes_its_links():
    changed = graph()
    changed.remove_node("city")
    net = Network.from_graph(changed)
    assert len(net.tables.places) == 4
    assert {link.id for link in net.tables.links} == {
        "road-port-town", "road-town-west", "road-west-east", "rail-port-town",
    }  # fmt: skip


def test_a_subgraph_is_a_network():
    net = Network.from_graph(graph().subgraph(["port", "town"]))
    assert [link.id for link in net.tables.links] == ["rail-port-town", "road-port-town"]
    assert co.route(net, "port", "town", modes=["road"]).km == 100


def test_a_link_can_be_added_with_the_columns_it_needs():
    changed = graph()
    changed.add_edge("port", "west", key="short-cut", mode="road", length_km=190, countries=("PK",), source="hand")
    net = Network.from_graph(changed)
    link = net.link("short-cut")
    assert (link.from_, link.to, link.oneway) == ("port", "west", True)
    assert net.tables.lines["short-cut"] == ((66.9, 29.3), (66.44, 30.9))
    assert net.graph.edges["port", "west", "short-cut"]["carriage"] == "road"
    assert co.route(net, "port", "west", by="km").km == 190


def test_an_edge_without_its_columns_is_told():
    changed = graph()
    changed.add_edge("port", "west", key="short-cut")
    assert [fault.split(". ")[0] for fault in broken(changed)] == [
        f"graph: short-cut, {column}: field required" for column in ("mode", "length_km", "countries")
    ]


def test_a_node_without_its_columns_is_told():
    changed = graph()
    changed.add_node("new")
    assert [fault.split(". ")[0] for fault in broken(changed)] == [
        f"graph: new, {column}: field required" for column in ("name", "country", "kind", "lon", "lat")
    ]


def test_an_edge_that_joins_other_places_than_its_columns_say_is_refused():
    changed = graph()
    changed.add_edge("port", "west", key="new", **(changed.edges["port", "town", "road-port-town"] | {"id": "new"}))
    assert broken(changed) == ["graph: new, to = 'town': the edge (port, west, new) says otherwise. Change both alike."]


def test_renamed_nodes_must_be_renamed_in_their_columns():
    changed = nx.relabel_nodes(graph(), {"city": "town-two"})
    assert "graph: city: the node 'town-two' says otherwise" not in broken(changed)
    assert "graph: town-two, id = 'city': the node 'town-two' says otherwise. Change both alike." in broken(changed)


def test_one_key_for_two_links_is_refused():
    changed = graph()
    changed.add_edge("port", "west", key="road-port-town", mode="road", length_km=190, countries=("PK",), source="hand")
    assert "graph: road-port-town: two edges bear the key. Give each link its own." in broken(changed)


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph])
def test_a_graph_without_keys_or_directions_is_refused(kind):
    with pytest.raises(OptionError, match=rf"from_graph needs a networkx\.MultiDiGraph, .* not a {kind.__name__}\."):
        Network.from_graph(kind(graph()))


def test_a_graph_from_elsewhere_needs_no_other_tables():
    made = nx.MultiDiGraph()
    for record in (small.place("a"), small.place("b")):
        made.add_node(record["id"], **record)
    made.add_edge("a", "b", key="l", mode="road", length_km=5, countries="PK")
    net = Network.from_graph(made)
    assert (net.name, len(net.tables.rates), net.tables.links[0].length_km) == ("network", 0, 5)


# --- other rates -----------------------------------------------------------------------------------------------------


def values(net: Network, parameter: str) -> dict[tuple[str, str | None, str], float]:
    return {(r.country, r.mode, r.direction): r.value for r in net.tables.rates if r.parameter == parameter}


def priced() -> Network:
    rates = [
        *small.RATES,
        small.rate("usd_per_vehicle_km", 3.0, "road", "USD per vehicle-km", country="AF"),
        small.rate(
            "usd_per_vehicle_km", 1.5, "road", "USD per vehicle-km", country="PK", direction="inland", low=1, high=2
        ),
        small.rate("port_dwell_hours", 48, "sea", "hours per shipment", place="port", regime="transit"),
        small.rate("port_dwell_hours", 96, "sea", "hours per shipment", place="port", regime="import"),
    ]
    net = small.two_countries()
    tables = net.tables
    return Network(type(tables)(**{**vars(tables), "rates": small.rows("rates", rates)}))


EVERYWHERE, AFGHAN, INLAND = ("*", "road", "both"), ("AF", "road", "both"), ("PK", "road", "inland")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"value": 5.0}, {EVERYWHERE: 5.0, AFGHAN: 5.0, INLAND: 5.0}),
        ({"factor": 2}, {EVERYWHERE: 4.0, AFGHAN: 6.0, INLAND: 3.0}),
        ({"value": 0}, {EVERYWHERE: 0.0, AFGHAN: 0.0, INLAND: 0.0}),
        ({"factor": 0}, {EVERYWHERE: 0.0, AFGHAN: 0.0, INLAND: 0.0}),
        ({"factor": 1}, {EVERYWHERE: 2.0, AFGHAN: 3.0, INLAND: 1.5}),
        ({"value": 5, "country": "AF"}, {EVERYWHERE: 2.0, AFGHAN: 5.0, INLAND: 1.5}),
        ({"value": 5, "country": "*"}, {EVERYWHERE: 5.0, AFGHAN: 3.0, INLAND: 1.5}),
        ({"factor": 2, "direction": "inland"}, {EVERYWHERE: 2.0, AFGHAN: 3.0, INLAND: 3.0}),
        ({"factor": 2, "mode": "road", "country": "PK"}, {EVERYWHERE: 2.0, AFGHAN: 3.0, INLAND: 3.0}),
    ],
)
def test_the_rates_that_match_are_changed_and_no_others(options, expected):
    net = priced()
    changed = net.with_rates("usd_per_vehicle_km", **options)
    assert values(changed, "usd_per_vehicle_km") == expected
    assert values(net, "usd_per_vehicle_km") == {EVERYWHERE: 2.0, AFGHAN: 3.0, INLAND: 1.5}
    others = [rate for rate in changed.tables.rates if rate.parameter != "usd_per_vehicle_km"]
    assert others == [rate for rate in net.tables.rates if rate.parameter != "usd_per_vehicle_km"]


def test_a_rate_is_chosen_by_place_and_regime():
    changed = priced().with_rates("port_dwell_hours", value=12, place="port", regime="import")
    assert [(r.regime, r.value) for r in changed.tables.rates if r.parameter == "port_dwell_hours"] == [
        ("transit", 48),
        ("import", 12),
    ]


def test_a_changed_rate_is_an_estimate_of_ones_own_without_the_old_range():
    rate = next(r for r in priced().with_rates("usd_per_vehicle_km", factor=2).tables.rates if r.country == "PK")
    assert (rate.basis, rate.source, rate.low, rate.high) == ("estimate", "own-assumption", None, None)
    quoted = priced().with_rates("usd_per_vehicle_km", value=9, basis="quoted", source="hand")
    assert {(r.basis, r.source) for r in quoted.tables.rates if r.value == 9} == {("quoted", "hand")}


def test_a_network_with_other_rates_is_written_and_read_back_equal_and_names_the_source(tmp_path):
    changed = small.two_countries().with_rates("usd_per_vehicle_km", factor=2, source="tender-2026; hand")
    co.write_network(changed, tmp_path)
    assert co.read_network(tmp_path).tables == changed.tables
    assert [source.id for source in changed.tables.sources] == ["hand", "tender-2026"]
    assert "tender-2026" in co.route(changed, "port", "town", modes=["road"]).source_ids


def test_the_same_change_can_be_made_twice():
    once = priced().with_rates("usd_per_vehicle_km", value=5)
    assert once.with_rates("usd_per_vehicle_km", value=5).tables == once.tables


def test_a_dearer_road_makes_a_dearer_route():
    net = small.two_countries()
    # 100 km by road at 2 USD, and at 2.5 USD.
    assert co.route(net, "port", "town", modes=["road"]).usd == pytest.approx(200)
    assert co.route(
        net.with_rates("usd_per_vehicle_km", value=2.5), "port", "town", modes=["road"]
    ).usd == pytest.approx(250)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "with_rates: give either value= (the new figure) or factor= (times the old one), not both."),
        ({"value": 1, "factor": 1}, "with_rates: give either value= (the new figure) or factor="),
        ({"value": -1}, "with_rates(value=-1): must be a finite number of 0 or more."),
        ({"value": float("nan")}, "with_rates(value=nan): must be a finite number of 0 or more."),
        ({"factor": float("inf")}, "with_rates(factor=inf): must be a finite number of 0 or more."),
        ({"factor": -0.5}, "with_rates(factor=-0.5): must be a finite number of 0 or more."),
        ({"value": 1, "basis": "guess"}, "with_rates(basis='guess'): unknown. Choices: derived, estimate, quoted, recalled."),
        ({"value": 1, "source": "My source"}, "with_rates(source='My source'): an id of lower-case letters and digits"),
        ({"factor": 1, "country": "XX"}, "with_rates('speed_kmh', country='XX') changes nothing: no such row. Rows: */road/both;"),
        ({"factor": 2, "country": "af"}, "with_rates('speed_kmh', country='af') changes nothing: no such row."),
        ({"value": 2, "mode": "rail"}, "with_rates('speed_kmh', mode='rail') changes nothing: no such row."),
        ({"value": 2, "direction": "up"}, "with_rates('speed_kmh', direction='up') changes nothing: no such row."),
        ({"value": 2, "place": "port"}, "with_rates('speed_kmh', place='port') changes nothing: no such row."),
        ({"value": 2, "regime": "import"}, "with_rates('speed_kmh', regime='import') changes nothing: no such row."),
    ],
)  # fmt: skip
def test_what_changes_nothing_or_makes_no_sense_is_refused(options, message):
    with pytest.raises(OptionError, match=re.escape(message)):
        priced().with_rates("speed_kmh", **options)


def test_an_unknown_rate_is_refused():
    with pytest.raises(
        OptionError, match=re.escape("Unknown rate 'speed'. Did you mean 'speed_kmh'? Rates: daily_km, ")
    ):
        priced().with_rates("speed", value=5)


def test_a_misspelt_filter_is_never_ignored():
    with pytest.raises(TypeError, match="countries"):
        priced().with_rates("speed_kmh", value=5, countries="AF")


# --- the network itself ----------------------------------------------------------------------------------------------


def test_an_unknown_link_is_refused_with_the_nearest():
    with pytest.raises(
        OptionError, match=re.escape("Unknown link 'road-port-twn'. Did you mean 'road-port-town'? Links: rail-")
    ):
        small.two_countries().link("road-port-twn")


def test_ports_are_those_of_the_sea_end_or_all_there_are():
    assert small.two_countries().ports == ("port",)
    places = [
        small.place("aktau", "KZ", kind="seaport"),
        small.place("baku", "AZ", kind="seaport"),
        small.place("c", "KZ"),
    ]
    assert small.network(places, []).ports == ("aktau", "baku")
    assert small.network(places[2:], []).ports == ()


def test_a_network_says_what_it_is():
    assert repr(small.two_countries()) == (
        "<Network small: 5 places; operating links: 2 rail, 4 road; 0 not operating; 1 crossings>"
    )
    assert "operating links: none; 1 not operating; 0 crossings" in repr(
        small.network([small.place("a"), small.place("b")], [small.link("l", "a", "b", 5, status="planned")])
    )


@given(small.networks(), st.randoms())
def test_the_order_of_the_rows_given_does_not_matter(net, random):
    places, links = list(net.tables.places), list(net.tables.links)
    random.shuffle(places)
    random.shuffle(links)
    shuffled = Network(type(net.tables)(**{**vars(net.tables), "places": tuple(places), "links": tuple(links)}))
    assert shuffled.tables == net.tables


def test_the_folder_of_a_network_gives_it_its_name(tmp_path):
    folder = Path(tmp_path) / "my-network"
    co.write_network(small.two_countries(), folder)
    assert co.read_network(folder).name == "my-network"


# --- from_graph and the rules of the data -----------------------------------------------------------------------------


def changed_graph(link: str, **columns: Any) -> nx.MultiDiGraph:
    made = co.load().graph.copy()
    for tail, head, key in made.edges(keys=True):
        if key == link:
            made.edges[tail, head, key].update(columns)
    return made


@pytest.mark.parametrize(
    ("link", "columns", "message"),
    [
        ("road-karachi-hyderabad", {"length_km": 1}, "shorter than the great circle"),
        ("road-islamabad-gilgit", {"speed_kmh": 900}, "faster than 110 km/h"),
        ("rail-kotri-hyderabad", {"gauge_mm": None}, "a railway in operation has no gauge"),
    ],
)
def test_a_changed_graph_keeps_the_rules_of_the_data(link, columns, message):
    with pytest.raises(DataError, match=message):
        Network.from_graph(changed_graph(link, **columns))


def test_a_part_of_the_graph_is_a_network_without_what_is_gone():
    made = co.load().graph.copy()
    made.remove_nodes_from([node for node, country in made.nodes(data="country") if country != "PK"])
    made.remove_nodes_from([node for node, degree in dict(made.degree()).items() if not degree])
    net = Network.from_graph(made)
    assert net.tables.crossings == ()
    assert {place.country for place in net.tables.places} == {"PK"}
    assert co.route(net, "Karachi", "Lahore", modes=["rail"]).countries == ("PK",)


def test_what_networkx_set_on_nodes_is_left_out_with_a_warning():
    made = co.load().graph.copy()
    nx.set_node_attributes(made, 0.5, "betweenness")
    with pytest.warns(CorridorWarning, match="from_graph: betweenness of the places is no column and is left out"):
        net = Network.from_graph(made)
    assert net.tables.places == co.load().tables.places


def test_a_speed_that_no_truck_reaches_is_refused_and_a_price_of_nothing_is_not():
    net = co.load()
    with pytest.raises(DataError, match="faster than 110 km/h"):
        net.with_rates("speed_kmh", value=1e6, country="PK", mode="road")
    with pytest.raises(DataError, match="a day has 24 hours"):
        net.with_rates("duty_hours_per_day", value=30)
    assert co.route(net.with_rates("usd_per_vehicle_km", value=0), "Kabul", "Kandahar", modes=["road"]).usd == 0


def test_networks_routes_and_weights_can_be_pickled():
    net = co.load()
    found = co.route(net, "Karachi", "Kabul", weights=co.Weights(mode_factor={"road": 2}))
    again = pickle.loads(pickle.dumps((net, found.shipment, co.Weights(mode_factor={"road": 2}))))  # noqa: S301
    assert again[0].tables == net.tables
    assert co.route(again[0], "Karachi", "Kabul", weights=again[2]) == found


def test_a_file_that_no_table_is_read_from_is_told(tmp_path):
    co.write_network(co.load(), tmp_path)
    (tmp_path / "crossings.csv").rename(tmp_path / "crossing.csv")
    with pytest.raises(
        DataError, match=r"crossing\.csv: : no table is read from a file of this name\. Did you mean 'crossings\.csv'\?"
    ):
        co.read_network(tmp_path)


def test_semicolons_between_cells_are_told(tmp_path):
    (tmp_path / "nodes.csv").write_text("id;lon;lat\na;67;30\n", encoding="utf-8")
    (tmp_path / "links.csv").write_text("from,to,mode,km\na,b,road,5\n", encoding="utf-8")
    with pytest.raises(
        DataError, match=r"the cells are parted by semicolons\. Save it with commas, or read it yourself"
    ):
        co.read_network(tmp_path)


def test_a_link_added_to_the_graph_without_a_source_is_the_users_own():
    graph = co.load().graph.copy()
    columns = {"mode": "road", "length_km": 200.0, "countries": ("AF",)}
    graph.add_edge("kabul", "jalalabad", key="road-own", **columns)
    sources = co.Network.from_graph(graph).sources
    assert sources.loc["own-data", "title"] == "The user's own data"


def test_a_point_off_the_earth_is_asked_whether_its_degrees_were_exchanged():
    assert told(PLACES.assign(lon=[73.0, 43.2], lat=[49.8, 95.0])) == [
        (
            "places: Smelter, lon, lat = '43.2, 95': off the Earth: lon is -180 to 180, lat -90 to 90. "
            "Swapped, it would lie in CN: were lon and lat exchanged? Give decimal degrees."
        )
    ]
    (fault,) = told(PLACES.assign(lon=[73.0, 190.0]))
    assert fault.endswith("off the Earth: lon is -180 to 180, lat -90 to 90. Give decimal degrees.")


def test_a_misspelt_heading_is_offered_for_the_column_that_is_missing():
    found = told(PLACES.rename(columns={"lat": "lattitude"}).assign(remark="x"), LINKS.rename(columns={"to": "til"}))
    assert [fault.split(" Columns:")[0] for fault in found] == [
        (
            "places: header, lat: the column is missing. Did you mean the column 'lattitude'? "
            "Give lon and lat in decimal degrees, or a geometry in EPSG:4326."
        ),
        "places: header, lattitude: unknown column. Did you mean 'lat'?",
        "places: header, remark: unknown column.",
        "links: header, to: the column is missing. Give the columns from, to, mode and length_km (or km).",
        "links: header, til: unknown column.",
    ]


def test_cells_ids_ends_and_points_are_told_in_one_report_without_what_follows_from_them():
    places = pd.DataFrame(
        {
            "name": ["Mine", "Smelter", "Smelter", "Quay"],
            "lon": [73.0, 73.5, 73.6, 49.8],
            "lat": [49.8, 50.4, 50.5, 73.0],
        }
    )
    links = pd.DataFrame(
        {
            "from": ["Mine", "Mine", "Quay"],
            "to": ["Smleter", "Smelter", "Mine"],
            "mode": ["rode", "rode", "road"],
            "km": [90, 90000, "far"],
        }
    )
    found = [fault.split(". ")[0] for fault in told(places, links)]
    assert found == [
        "places: quay, country: (49.8, 73) lies in no country of the map",
        "places: smelter, id = 'smelter': the id stands 2 times",
        "links: row 1, to = 'Smleter': Unknown place 'Smleter'",
        "links: rode-mine-smelter, length_km = '90000': longer than any way on Earth (21,000 km)",
        "links: row 1, mode = 'rode': input should be 'road', 'rail', 'sea', 'air' or 'pipeline'",
        "links: rode-mine-smelter, mode = 'rode': input should be 'road', 'rail', 'sea', 'air' or 'pipeline'",
        "links: road-quay-mine, length_km = 'far': input should be a valid number, unable to parse string as a number",
    ]


def test_places_whose_country_or_point_cannot_be_read_are_not_told_again_at_their_links():
    for places in (PLACES.assign(country=["Kazakhstan", "KZ"]), PLACES.assign(lat=["north", 50.4])):
        (fault,) = told(places)
        assert fault.startswith("places: ")


def test_a_place_whose_id_cannot_be_read_is_not_told_again_as_an_unknown_end():
    (fault,) = told(PLACES.assign(id=["The Mine!", "smelter"]))
    assert fault.startswith("places: The Mine!, id = 'The Mine!'")


@pytest.mark.parametrize(
    ("cell", "remedy"),
    [
        # The great circle between the two is 75.7 km.
        (90000, "Is it in metres? Then give 90: the great circle between its ends is 75.7 km."),
        (9000000, "Give the length in km: the great circle between its ends is 75.7 km."),
    ],
)
def test_a_length_beyond_the_earth_is_asked_whether_it_is_in_metres(cell, remedy):
    rule = "longer than any way on Earth (21,000 km)"
    assert told(links=LINKS.assign(km=cell)) == [f"links: road-mine-smelter, length_km = '{cell}': {rule}. {remedy}"]


def test_a_length_in_metres_between_near_places_is_asked_whether_it_is():
    near = PLACES.assign(lon=[73.0, 73.1], lat=[49.8, 49.8])
    (fault,) = told(near, LINKS.assign(km=9000))
    assert fault.endswith("more than 4 times the great circle, 7.2 km. Is it in metres? Then give 9.")


def test_every_table_of_a_network_is_a_frame_with_its_rows():
    net = co.load()
    for table in (*OTHER_TABLES, "places", "links"):
        frame = getattr(net, table)
        assert len(frame) == len(net.tables.rows(table)) > 0, table
        frame["mark"] = 1
        assert "mark" not in getattr(net, table), table


def test_a_length_beyond_the_earth_at_an_unknown_end_is_asked_about_too():
    found = told(links=LINKS.assign(to="Nowhere", km=90000))
    assert found[1].endswith("Is it in metres? Then divide it by 1,000; else give the length in km.")
    assert len(found) == 2


def test_a_swapped_point_that_falls_on_land_is_asked_about_by_the_length_of_its_link():
    # 55 E 60 N is in Russia; exchanged, 60 E 55 N is 63.8 km from 61 E 55 N.
    places = PLACES.assign(lon=[55.0, 61.0], lat=[60.0, 55.0])
    (fault,) = told(places, LINKS.assign(km=70))
    assert "length_km = '70': shorter than the great circle, " in fault
    assert fault.endswith(
        "With lon and lat of mine exchanged it would be 63.8 km: were they? "
        "Else correct the length (km) or the position of an end."
    )
