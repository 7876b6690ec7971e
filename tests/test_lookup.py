# SPDX-License-Identifier: BSD-3-Clause
"""From what a user types to a place: ids, codes, names in any script, points, and the search for matches."""

from __future__ import annotations

import math
import re
import unicodedata
from difflib import SequenceMatcher

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

import corridor as co
import small
from corridor.errors import AmbiguousPlaceError, OffNetworkError, UnknownPlaceError
from corridor.lookup import (
    EARTH_RADIUS_KM,
    ROUNDING_KM,
    SNAP_KM,
    PlaceIndex,
    fold,
    great_circle_km,
    great_circles_km,
)


def named(place_id, name, country="PK", **more):
    return small.place(place_id, country, **more) | {"name": name}


PLACES = [
    small.place("karachi", lon=66.97, lat=24.84, kind="seaport", unlocode="PKKHI", aliases="Karachi Port;کراچی;Карачи"),
    named("port-qasim", "Port Qasim", lon=67.35, lat=24.78, kind="seaport", unlocode="PKBQM"),
    named("torkham-pk", "Torkham", lon=71.09, lat=34.11, kind="border", aliases="Torkham gate"),
    named("torkham-af", "Torkham", "AF", lon=71.08, lat=34.13, kind="border", aliases="Турхам"),
    named("almaty", "Almaty", "KZ", lon=76.95, lat=43.26, unlocode="KZALA", aliases="Alma-Ata;Алматы"),
    named("kungrad", "Qo'ng'irot", "UZ", lon=58.85, lat=43.05, aliases="Kungrad;Қўнғирот;Кунград"),
    named("orsha", "Orša", "BY", lon=30.42, lat=54.51, aliases="Орша"),
    named("ekibastuz", "Ekibastuz", "KZ", lon=75.32, lat=51.72, aliases="Екібастұз;Экибастуз"),
    named("korolyov", "Korolyov", "RU", lon=37.85, lat=55.92, aliases="Королёв"),
    named("mary-al", "Yoshkar-Ola", "RU", lon=47.89, lat=56.63, aliases="almaty road"),
]
INDEX = PlaceIndex(small.rows("places", PLACES))


@pytest.mark.parametrize("record", PLACES, ids=lambda record: record["id"])
def test_every_place_answers_to_its_id(record):
    assert INDEX.resolve(record["id"]) == record["id"]


@pytest.mark.parametrize("text", ["PKKHI", "PK KHI", "pkkhi", " pk khi "])
def test_unlocode_with_and_without_space_and_in_any_case(text):
    assert INDEX.resolve(text) == "karachi"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Karachi", "karachi"),
        ("KARACHI", "karachi"),
        ("  karachi  ", "karachi"),
        ("karachi port", "karachi"),
        ("کراچی", "karachi"),
        ("карачи", "karachi"),
        ("Port Qasim", "port-qasim"),
        ("port_qasim", "port-qasim"),
        ("Port-Qasim", "port-qasim"),
        ("port   qasim", "port-qasim"),
        ("Alma-Ata", "almaty"),
        ("alma ata", "almaty"),
        ("АЛМАТЫ", "almaty"),
        ("Qo'ng'irot", "kungrad"),
        ("Qo\u02bbng\u02bbirot", "kungrad"),
        ("Qo\u2018ng\u2018irot", "kungrad"),
        ("Qo\u2019ng\u2019irot", "kungrad"),
        ("Qongirot", "kungrad"),
        ("Қўнғирот", "kungrad"),
        ("Orša", "orsha"),
        ("Orsa", "orsha"),
        ("ОРША", "orsha"),
        ("Екібастұз", "ekibastuz"),
        ("Королев", "korolyov"),
        ("Королёв", "korolyov"),
        ("Короле\u0308в", "korolyov"),
        ("Турхам", "torkham-af"),
        ("Torkham gate", "torkham-pk"),
    ],
)
def test_names_and_aliases_in_any_script_case_and_spelling_of_apostrophes(text, place):
    assert INDEX.resolve(text) == place


def test_spaces_hyphens_and_dashes_are_the_same():
    index = PlaceIndex(small.rows("places", [named("a", "Spin Boldak"), named("b", "Chaman")]))
    for text in (
        "Spin-Boldak",
        "spin boldak",
        "Spin\u2013Boldak",
        "Spin\u2014Boldak",
        "Spin\u2010Boldak",
        "spin/boldak",
    ):
        assert index.resolve(text) == "a"


def test_an_id_goes_before_a_name_and_a_code_before_a_name():
    records = [
        small.place("mine", lon=67.0),
        named("other", "Mine", lon=68.0),
        named("third", "PKKHI", lon=69.0),
        small.place("port", lon=70.0, unlocode="PKKHI"),
    ]
    index = PlaceIndex(small.rows("places", records))
    assert index.resolve("mine") == "mine"
    assert index.resolve("Mine") == "mine"
    assert index.resolve("pkkhi") == "port"


def test_an_alias_that_repeats_the_name_of_its_own_place_is_not_ambiguous():
    index = PlaceIndex(small.rows("places", [named("a", "Mine", aliases="mine;MINE;Míne")]))
    assert index.resolve("MINE") == "a"


def test_an_ambiguous_name_lists_every_place_that_bears_it_and_asks_which():
    told = (
        "'Torkham' is ambiguous: 'torkham-pk' (Torkham, border, PK); 'torkham-af' (Torkham, border, AF). "
        "Say which one by its id."
    )
    with pytest.raises(AmbiguousPlaceError, match=f"^{re.escape(told)}$"):
        INDEX.resolve("Torkham")


def test_an_unknown_name_suggests_the_nearest_and_what_to_call():
    told = "Unknown place 'karaci'. Did you mean 'karachi' (Karachi)? net.find('kar') or 'corridor places kar' lists"
    with pytest.raises(UnknownPlaceError, match=re.escape(told)):
        INDEX.resolve("karaci")


def test_several_near_names_are_suggested_in_the_order_of_the_search():
    with pytest.raises(UnknownPlaceError, match=r"Did you mean 'torkham-af' \(Torkham\) or 'torkham-pk' \(Torkham\)\?"):
        INDEX.resolve("Torkam")


def test_nothing_like_it_gives_no_suggestion():
    with pytest.raises(UnknownPlaceError, match=r"^Unknown place 'Valparaíso'\. net\.find\('Val'\)"):
        INDEX.resolve("Valparaíso")


@pytest.mark.parametrize("text", ["", " ", "-", "'", "..."])
def test_a_text_without_letters_is_unknown(text):
    with pytest.raises(UnknownPlaceError, match=f"^{re.escape(f'Unknown place {text!r}.')}"):
        INDEX.resolve(text)


@given(st.sampled_from(PLACES), st.data())
def test_a_true_prefix_never_resolves(record, data):
    names = [record["id"], record.get("name", ""), *str(record.get("aliases", "")).split(";")]
    whole = {
        fold(name)
        for other in PLACES
        for name in (other["id"], other["name"], *str(other.get("aliases", "")).split(";"))
    }
    name = fold(data.draw(st.sampled_from([name for name in names if name])))
    prefix = name[: data.draw(st.integers(1, max(1, len(name) - 1)))]
    if fold(prefix) in whole:
        return
    with pytest.raises(UnknownPlaceError, match=r"^Unknown place"):
        INDEX.resolve(prefix)


# --- points -------------------------------------------------------------------------------------------------------


def test_a_point_near_a_place_is_taken_for_the_nearest():
    assert INDEX.resolve((66.97, 24.84)) == "karachi"
    assert INDEX.resolve((67.2, 24.80)) == "port-qasim"
    assert INDEX.resolve([67.0, 24.9]) == "karachi"


def test_the_reach_of_a_point_is_fifty_km_and_can_be_set():
    # One degree of latitude is 6371.0088 x pi / 180 = 111.195 km: 0.449 degrees are 49.93 km, 0.451 are 50.15 km.
    assert SNAP_KM == 50
    assert INDEX.resolve((66.97, 24.84 - 0.449)) == "karachi"
    with pytest.raises(OffNetworkError, match=r"'karachi', 50 km away; the limit is 50 km. Not snapped"):
        INDEX.resolve((66.97, 24.84 - 0.451))
    assert INDEX.resolve((66.97, 24.84 - 0.451), snap_km=50.2) == "karachi"
    with pytest.raises(OffNetworkError, match="the limit is 0 km"):
        INDEX.resolve((66.98, 24.84), snap_km=0)


def test_a_point_just_within_reach_is_taken():
    reach = great_circle_km(66.97, 24.5, 66.97, 24.84)
    assert INDEX.resolve((66.97, 24.5), snap_km=reach) == "karachi"
    with pytest.raises(OffNetworkError, match="Did you swap"):
        INDEX.resolve((24.5, 66.97), snap_km=reach)


@pytest.mark.parametrize("point", [(180, 0), (-180, 0), (0, 90), (0, -90)])
def test_the_ends_of_the_earth_are_on_it(point):
    with pytest.raises(OffNetworkError, match=r"^The nearest place to \("):
        INDEX.resolve(point)


def test_a_point_too_far_names_the_nearest_place_the_distance_and_the_way_out():
    # From (60, 24.84) to Karachi (66.97, 24.84): 6.97 x 111.195 x cos 24.84 = 703 km.
    told = (
        "The nearest place to (60, 24.84) is 'karachi', 703 km away; the limit is 50 km. "
        "Not snapped: name a place, or pass snap_km= to allow it."
    )
    with pytest.raises(OffNetworkError, match=f"^{re.escape(told)}$"):
        INDEX.resolve((60.0, 24.84))


@pytest.mark.parametrize("point", [(24.84, 66.97), (43.26, 76.95)])
def test_swapped_lon_and_lat_are_told(point):
    told = f"({point[0]:g}, {point[1]:g}) is off the network, but ({point[1]:g}, {point[0]:g}) is 0 km from"
    with pytest.raises(
        OffNetworkError, match=re.escape(told) + r".* Did you swap lon and lat\? The order here is \(lon"
    ):
        INDEX.resolve(point)


def test_swapped_lon_and_lat_are_told_where_the_swapped_point_is_not_on_earth():
    index = PlaceIndex(small.rows("places", [small.place("vladivostok", "RU", lon=131.89, lat=43.11)]))
    with pytest.raises(OffNetworkError, match=r"\(131\.89, 43\.11\) is 0 km from 'vladivostok'\. Did you swap"):
        index.resolve((43.11, 131.89))


@pytest.mark.parametrize("point", [(200.0, 95.0), (181.0, 10.0), (10.0, -91.0), (-200.0, 0.0)])
def test_a_point_that_is_not_on_earth(point):
    told = f"({point[0]:g}, {point[1]:g}) is not on Earth: lon must lie in -180..180, lat in -90..90; order (lon, lat)."
    with pytest.raises(OffNetworkError, match=re.escape(told)):
        INDEX.resolve(point)


@pytest.mark.parametrize("point", [(math.nan, 25.0), (67.0, math.nan), (math.inf, 25.0), (67.0, -math.inf)])
def test_a_point_that_is_not_finite(point):
    with pytest.raises(OffNetworkError, match="has no finite lon and lat"):
        INDEX.resolve(point)


@pytest.mark.parametrize("what", [(67.0,), (67.0, 25.0, 0.0), (), ("a", "b"), None, 5, (None, 1)])
def test_what_is_neither_a_name_nor_a_point(what):
    with pytest.raises(OffNetworkError, match=re.escape(f"{what!r} is neither a name nor a point: give an id, a name")):
        INDEX.resolve(what)


def test_a_network_without_places_answers_to_nothing():
    empty = PlaceIndex([])
    with pytest.raises(OffNetworkError, match="or the network has no places"):
        empty.resolve((67.0, 25.0))
    with pytest.raises(UnknownPlaceError, match="Unknown place 'karachi'"):
        empty.resolve("karachi")
    assert empty.find("kar") == []


def test_equally_near_places_are_told_apart_by_their_ids():
    # Both lie 0.1 degrees from the point, one west, one east, at one latitude.
    places = small.rows("places", [small.place("zeta", lon=66.9), small.place("alpha", lon=67.1)])
    assert PlaceIndex(places).resolve((67.0, 25.0)) == "alpha"


# --- search -------------------------------------------------------------------------------------------------------


def found(text: str, **options: int) -> list[str]:
    return [match.place for match in INDEX.find(text, **options)]


def test_exact_goes_before_begins_with_before_a_word_of_it_before_alike():
    matches = {match.place: match for match in INDEX.find("almaty")}
    assert found("almaty")[0] == "almaty"
    assert matches["almaty"].likeness == 1.0
    assert (matches["mary-al"].by, matches["mary-al"].text, matches["mary-al"].likeness) == (
        "alias",
        "almaty road",
        0.95,
    )
    ranked = [(match.place, match.likeness) for match in INDEX.find("port")]
    assert ranked[:2] == [("port-qasim", 0.95), ("karachi", 0.9)]
    alike = INDEX.find("karaci")[0]
    assert alike.place == "karachi"
    # "karaci" and "karachi" share 6 of 6 + 7 letters, in order: 2 x 6 / 13 = 0.923, times 0.88 = 0.812.
    assert alike.likeness == pytest.approx(0.88 * 12 / 13)


def test_matches_of_one_rank_come_in_the_order_of_their_ids():
    assert found("torkham") == ["torkham-af", "torkham-pk"]


@pytest.mark.parametrize(
    ("text", "by", "value"),
    [("PKKHI", "UN/LOCODE", "PKKHI"), ("port-qasim", "id", "port-qasim"), ("алма", "alias", "Алматы")],
)
def test_a_match_tells_by_what(text, by, value):
    match = INDEX.find(text)[0]
    assert (match.by, match.text) == (by, value)


def test_a_place_stands_once_with_its_best_match():
    assert found("karachi").count("karachi") == 1
    assert INDEX.find("Карачи")[0].likeness == 1.0


def test_the_limit_cuts_the_worst():
    assert found("torkham", limit=1) == ["torkham-af"]
    assert found("torkham", limit=0) == []


@pytest.mark.parametrize("text", ["", " ", "zzzzzz", "..."])
def test_nothing_is_found_for_nothing(text):
    assert found(text) == []


@given(st.text(max_size=12))
def test_the_search_takes_any_text_and_ranks_without_ties_in_doubt(text):
    matches = INDEX.find(text)
    assert len({match.place for match in matches}) == len(matches)
    assert [(-m.likeness, m.place) for m in matches] == sorted((-m.likeness, m.place) for m in matches)
    assert all(0.65 < match.likeness <= 1 for match in matches)


@given(st.text(max_size=12))
def test_any_text_resolves_to_a_place_or_to_one_of_the_two_errors(text):
    try:
        place = INDEX.resolve(text)
    except (UnknownPlaceError, AmbiguousPlaceError) as error:
        assert repr(text) in str(error)  # noqa: PT017
    else:
        assert place in {record["id"] for record in PLACES}


def test_the_network_finds_in_a_frame_with_units_and_reason():
    frame = small.two_countries().find("город")
    assert frame.columns.tolist() == [
        "id", "name", "country", "kind", "unlocode", "lon", "lat", "matched", "text", "likeness",
    ]  # fmt: skip
    assert frame.iloc[0].tolist() == ["city", "City", "AF", "city", "AFCTY", 66.35, 31.38, "alias", "Город", 1.0]
    assert small.two_countries().find("zzzz").empty


def test_the_network_looks_up_places_and_links():
    net = small.two_countries()
    assert net.place("AF CTY").id == "city"
    assert net.place((66.9, 29.3)).id == "port"
    assert net.place((66.9, 28.5), snap_km=100).id == "port"
    assert net.link("road-port-town").length_km == 100


# --- great circle -------------------------------------------------------------------------------------------------


def test_the_great_circle_by_hand():
    # A quarter of the equator, a quarter of a meridian, and half a circle from pole to pole.
    quarter = EARTH_RADIUS_KM * math.pi / 2
    assert great_circle_km(0, 0, 90, 0) == pytest.approx(quarter)
    assert great_circle_km(10, 0, 10, 90) == pytest.approx(quarter)
    assert great_circle_km(0, 90, 0, -90) == pytest.approx(2 * quarter)
    assert great_circle_km(179.5, 0, -179.5, 0) == pytest.approx(quarter / 90)


LON, LAT = st.floats(-180, 180), st.floats(-90, 90)


@given(LON, LAT, LON, LAT)
def test_the_great_circle_is_symmetric_and_within_half_the_earth(lon_a, lat_a, lon_b, lat_b):
    there = great_circle_km(lon_a, lat_a, lon_b, lat_b)
    assert there == pytest.approx(great_circle_km(lon_b, lat_b, lon_a, lat_a), abs=1e-6)
    assert 0 <= there <= EARTH_RADIUS_KM * math.pi + 1e-9
    assert great_circle_km(lon_a, lat_a, lon_a, lat_a) == 0


@given(st.floats(20, 90), st.floats(20, 60), st.floats(20, 90), st.floats(20, 60))
def test_the_sphere_is_within_the_tolerance_of_the_ellipsoid(lon_a, lat_a, lon_b, lat_b):
    ellipsoid = pyproj.Geod(ellps="WGS84").inv(lon_a, lat_a, lon_b, lat_b)[2] / 1000
    assert great_circle_km(lon_a, lat_a, lon_b, lat_b) == pytest.approx(ellipsoid, rel=0.0056, abs=1e-6)


# --- many places: what is reckoned for all at once is what is reckoned one by one ----------------------------------------

LONS = st.floats(-180, 180) | st.sampled_from([-180.0, 0.0, 66.97, 180.0])
LATS = st.floats(-90, 90) | st.sampled_from([-90.0, 0.0, 24.84, 90.0])


def one_by_one(lon, lat, places):
    return min((great_circle_km(lon, lat, place.lon, place.lat), place.id) for place in places)


@given(st.lists(st.tuples(LONS, LATS), min_size=1, max_size=30), LONS, LATS)
def test_the_nearest_of_many_is_the_nearest_one_by_one(points, lon, lat):
    records = [small.place(f"p{number}", lon=x, lat=y) for number, (x, y) in enumerate(points)]
    places = small.rows("places", records)
    index = PlaceIndex(places)
    assert index._nearest(lon, lat) == one_by_one(lon, lat, places)
    assert index.resolve((lon, lat), snap_km=30_000) == one_by_one(lon, lat, places)[1]


@given(LONS, LATS, LONS, LATS)
def test_distances_at_once_differ_from_single_ones_by_rounding_alone(lon_a, lat_a, lon_b, lat_b):
    at_once = great_circles_km(*(np.array([value]) for value in (lon_a, lat_a, lon_b, lat_b)))
    assert at_once[0] == pytest.approx(great_circle_km(lon_a, lat_a, lon_b, lat_b), abs=ROUNDING_KM / 10)


@given(st.text() | st.text(alphabet="Ёžß'ʻ-–_.()ﬁ\u0301 Aa\t\x0b\ud800"))  # noqa: RUF001
def test_a_text_is_folded_sign_by_sign(text):
    def folded(sign):
        kind = unicodedata.category(sign)
        if kind in {"Zs", "Pd"} or sign in "\t\n_/.,()":
            return " "
        return sign if sign.isalnum() and kind != "Lm" else ""

    signs = unicodedata.normalize("NFKD", text.casefold())
    assert fold(text) == " ".join("".join(folded(sign) for sign in signs).split())


def found_one_by_one(places, text, limit):
    """Compare a text with every id, code, name and alias, without any shortcut."""
    key = fold(text)
    best = {}
    for place in places:
        fields = [("id", place.id), ("UN/LOCODE", place.unlocode), ("name", place.name)]
        for by, value in [*fields, *(("alias", alias) for alias in place.aliases)]:
            word = fold(value)
            likeness = 0.88 * SequenceMatcher(None, key, word, autojunk=False).ratio()
            likeness = 0.9 if f" {key}" in f" {word}" else likeness
            likeness = 0.95 if word.startswith(key) else likeness
            likeness = 1.0 if word == key else likeness
            if value and key and likeness > best.get(place.id, (0.65,))[0]:
                best[place.id] = (likeness, by, value)
    found = [(place, by, value, likeness) for place, (likeness, by, value) in best.items()]
    return sorted(found, key=lambda match: (-match[3], match[0]))[:limit]


# Texts of few letters resemble one another in many ways; numbers lie as close together as ids do.
WORDS = st.text("abя 1", min_size=1, max_size=9).filter(str.strip)
SLUGS = st.text("ab1", min_size=1, max_size=9)


@given(
    st.lists(st.tuples(SLUGS, WORDS, st.lists(WORDS, max_size=2)), max_size=40, unique_by=lambda row: row[0]),
    WORDS,
    st.sampled_from([1, 2, 3, 20]),
)
def test_a_search_with_shortcuts_finds_what_one_without_finds(named_places, text, limit):
    records = [
        small.place(place_id) | {"name": name, "aliases": tuple(aliases)} for place_id, name, aliases in named_places
    ]
    places = small.rows("places", records)
    assert PlaceIndex(places).find(text, limit=limit) == found_one_by_one(places, text, limit)


@pytest.mark.parametrize("text", ["k0123", "k00123x", "settlement 77", "setlement 077", "7", "s", "nowhere at all"])
@pytest.mark.parametrize("limit", [3, 1000])
def test_a_search_among_many_places_finds_what_one_without_shortcuts_finds(text, limit):
    records = [named(f"k{number:05d}", f"Settlement {number}") for number in range(500)]
    places = small.rows("places", records)
    assert PlaceIndex(places).find(text, limit=limit) == found_one_by_one(places, text, limit)


@pytest.mark.parametrize(("words", "meant"), [("Karachi harbour", "karachi"), ("the city of Minsk", "minsk")])
def test_a_name_among_other_words_is_offered(words, meant):
    with pytest.raises(UnknownPlaceError, match=rf"Unknown place '{words}'\. Did you mean .*'{meant}' "):
        co.load().place(words)


def test_words_of_which_none_is_a_name_are_offered_nothing():
    with pytest.raises(UnknownPlaceError, match=r"Unknown place 'the old yard'\. net\.find"):
        co.load().place("the old yard")
