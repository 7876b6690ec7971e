# SPDX-License-Identifier: BSD-3-Clause
"""The ways round the corridor: what the scope bypass adds, and that the default scope stays as it is."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import networkx as nx
import pytest

import corridor as co
from corridor.filling import country_outlines
from corridor.lookup import great_circle_km
from corridor.vocabulary import CORRIDOR_COUNTRIES, carriage_of, mode_of

NARROW = co.load().tables
WIDE = co.load(scope="bypass").tables
PLACES = {place.id: place for place in WIDE.places}
LINKS = {link.id: link for link in WIDE.links}
ADDED_PLACES = [place for place in WIDE.places if place.scope == "bypass"]
ADDED_LINKS = [link for link in WIDE.links if link.scope == "bypass"]
PLANNED = {"planned", "under-construction"}

# Each way round: what runs on it and its stops.
DETOURS = {
    "Khunjerab, Kashgar, Torugart, Bishkek, Almaty": (
        "road", "sost-pk", "khunjerab-cn", "tashkurgan", "kashgar", "torugart-cn", "torugart-kg", "naryn", "bishkek",
        "ak-tilek-kg", "karasu-kz", "almaty",
    ),
    "Kashgar, Irkeshtam, Osh, Andijan": (
        "road", "kashgar", "irkeshtam-cn", "irkeshtam-kg", "osh", "dostuk-kg", "dustlik-uz", "andijan",
    ),
    "Kashgar, Urumqi, Khorgos": ("road", "kashgar", "urumqi", "khorgos-cn", "khorgos-kz"),
    "Kashgar to Urumqi by rail": ("rail1435", "kashgar", "urumqi", "khorgos-cn", "altynkol-kz"),
    "Urumqi, Alashankou, Dostyk": ("road", "urumqi", "alashankou-cn", "dostyk-kz"),
    "the land bridge": ("rail1435", "lianyungang", "urumqi", "alashankou-cn", "dostyk-kz"),
    "Kashgar, Kulma, Dushanbe, Uzbekistan": (
        "road", "kashgar", "kulma-cn", "kulma-tj", "murghab", "khorog", "dushanbe", "dusti-tj", "sariosiyo-uz", "denau",
    ),
    "Dushanbe by rail": ("rail1520", "dushanbe", "dusti-tj", "sariosiyo-uz", "denau"),
    "Kunduz, Panji Poyon, Dushanbe": ("road", "sher-khan-bandar-af", "panji-poyon-tj", "dushanbe"),
    "Taftan, Zahedan, Mashhad, Sarakhs": (
        "road", "taftan-pk", "mirjaveh-ir", "zahedan", "birjand", "torbat-heydarieh", "mashhad", "sarakhs-ir",
        "sarakhs-tm", "tejen", "mary", "turkmenabat", "farap-tm", "alat-uz", "bukhara",
    ),
    "Quetta's railway to Zahedan": ("rail1676", "taftan-pk", "mirjaveh-ir", "zahedan"),
    "the Iranian railway to Sarakhs": (
        "rail1435", "zahedan", "kerman", "bafq", "torbat-heydarieh", "mashhad", "sarakhs-ir",
    ),
    "the Turkmen railway from Sarakhs": (
        "rail1520", "sarakhs-ir", "sarakhs-tm", "tejen", "mary", "turkmenabat", "farap-tm", "alat-uz", "bukhara",
    ),
    "Gabd, Rimdan, Chabahar": ("road", "gabd-pk", "rimdan-ir", "chabahar", "khash", "zahedan"),
    "Bandar Abbas by sea": ("sea", "karachi", "bandar-abbas"),
    "Bandar Abbas inland by rail": ("rail1435", "bandar-abbas", "bafq", "torbat-heydarieh", "sarakhs-ir"),
    "Zaranj, Milak, Zahedan": ("road", "zaranj-af", "milak-ir", "zahedan"),
    "Herat, Islam Qala, Mashhad": ("road", "islam-qala-af", "dogharoun-ir", "mashhad"),
    "Khaf to Rozanak": ("rail1435", "torbat-heydarieh", "khaf-ir", "shamtigh-ir", "rozanak-af"),
    "Torghundi, Serhetabat, Mary": ("rail1520", "torghundi-af", "serhetabat-tm", "mary"),
    "Aqina, Imamnazar, Turkmenabat": ("rail1520", "aqina-af", "imamnazar-tm", "atamyrat", "turkmenabat"),
    "Kazakhstan, Turkmenistan, Iran": (
        "rail1520", "uzen", "bolashak-kz", "serhetyaka-tm", "bereket", "akyayla-tm", "incheh-borun-ir",
    ),
    "Gorgan to Incheh Borun": ("rail1435", "tehran", "gorgan", "incheh-borun-ir"),
    "Turkmenbashi to Baku": ("sea", "turkmenbashi", "baku-alat"),
    "Aktau to Baku": ("sea", "aktau-port", "baku-alat"),
    "Baku to Astrakhan": (
        "rail1520", "baku-alat", "baku", "yalama-az", "samur-rail-ru", "derbent", "makhachkala", "astrakhan",
    ),
    "Tehran, Rasht, Astara, Baku": (
        "road", "tehran", "rasht", "bandar-anzali", "astara-ir", "astara-az", "baku-alat",
    ),
    "the Black Sea by Suez": ("sea", "karachi", "port-said", "novorossiysk"),
    "the Baltic by Suez": ("sea", "karachi", "port-said", "st-petersburg-port"),
    "the Black Sea by the Cape": ("sea", "gwadar", "cape-of-good-hope", "novorossiysk"),
    "the Baltic by the Cape": ("sea", "karachi", "cape-of-good-hope", "st-petersburg-port"),
    "China by sea": ("sea", "karachi", "lianyungang"),
    "Saint Petersburg inland": ("rail1520", "st-petersburg-port", "st-petersburg"),
    "Novorossiysk inland": ("rail1520", "novorossiysk", "moscow"),
}  # fmt: skip
PLANS = {
    "China, Kyrgyzstan, Uzbekistan, 1435 mm": ("rail1435", "kashgar", "torugart-cn", "torugart-kg", "makmal"),
    "China, Kyrgyzstan, Uzbekistan, 1520 mm": (
        "rail1520", "makmal", "jalal-abad-kg", "bagysh-kg", "khanabad-uz", "andijan",
    ),
    "Rasht to Astara": ("rail1435", "rasht", "astara-ir"),
    "Khash to Chabahar": ("rail1435", "khash", "chabahar"),
}  # fmt: skip
BREAKS = [
    ("zahedan", "rail1676", "rail1435"),
    ("sarakhs-ir", "rail1435", "rail1520"),
    ("incheh-borun-ir", "rail1435", "rail1520"),
    ("alashankou-cn", "rail1520", "rail1435"),
    ("dostyk-kz", "rail1435", "rail1520"),
    ("khorgos-cn", "rail1520", "rail1435"),
    ("altynkol-kz", "rail1435", "rail1520"),
]


def joined(one: str, other: str, carriage: str, status: set[str]) -> bool:
    """Tell whether a link of this carriage and status lies between two places."""
    return any(
        {link.from_, link.to} == {one, other}
        and carriage_of(link.mode, link.gauge_mm) == carriage
        and link.status in status
        for link in LINKS.values()
    )


# --- the default scope -----------------------------------------------------------------------------------------------


def test_the_default_scope_is_what_it_was():
    crossings = {row.crossing for row in NARROW.crossings}
    assert (len(NARROW.places), len(NARROW.links), len(crossings)) == (291, 631, 44)


def test_the_default_scope_knows_no_country_but_the_six():
    assert {place.country for place in NARROW.places} == set(CORRIDOR_COUNTRIES)
    assert {code for link in NARROW.links for code in link.countries} == set(CORRIDOR_COUNTRIES)
    ends = {post for row in NARROW.crossings for post in (row.post, row.facing_post)}
    assert ends <= {place.id for place in NARROW.places}


def test_every_row_of_the_default_scope_is_of_the_corridor():
    assert {row.scope for row in (*NARROW.places, *NARROW.links)} == {"corridor"}


def test_the_wide_scope_holds_the_narrow_one():
    assert set(NARROW.places) <= set(WIDE.places)
    assert set(NARROW.links) <= set(WIDE.links)
    assert set(NARROW.crossings) <= set(WIDE.crossings)


# --- what it adds ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DETOURS)
def test_each_way_round_is_there_leg_by_leg(name):
    carriage, *stops = DETOURS[name]
    assert [leg for leg in pairwise(stops) if not joined(*leg, carriage, {"operating"})] == []


@pytest.mark.parametrize("name", PLANS)
def test_each_railway_to_come_is_there_as_a_plan(name):
    carriage, *stops = PLANS[name]
    assert [leg for leg in pairwise(stops) if not joined(*leg, carriage, PLANNED)] == []
    assert [leg for leg in pairwise(stops) if joined(*leg, carriage, {"operating"})] == []


@pytest.mark.parametrize("place", ["port-said", "cape-of-good-hope"])
def test_a_point_of_passage_at_sea_loads_nothing(place):
    assert PLACES[place].terminals == ()


def test_every_added_place_is_joined_to_karachi_by_what_runs_or_is_planned():
    graph = nx.Graph((link.from_, link.to) for link in LINKS.values())
    assert {place.id for place in ADDED_PLACES} <= nx.node_connected_component(graph, "karachi")


def test_added_places_not_reached_by_what_runs_wait_for_a_railway():
    graph = nx.Graph((link.from_, link.to) for link in LINKS.values() if link.status == "operating")
    reached = nx.node_connected_component(graph, "karachi")
    assert {place.id for place in ADDED_PLACES} - reached == {"makmal", "bagysh-kg", "khanabad-uz"}


def test_an_added_link_touches_an_added_place():
    bypass = {place.id for place in ADDED_PLACES}
    assert [link.id for link in ADDED_LINKS if not {link.from_, link.to} & bypass] == []


def test_no_added_link_is_below_the_great_circle():
    ends = [(link, PLACES[link.from_], PLACES[link.to]) for link in ADDED_LINKS]
    short = [link.id for link, a, b in ends if link.length_km < 0.9944 * great_circle_km(a.lon, a.lat, b.lon, b.lat)]
    assert short == []


def test_no_name_or_code_of_the_wide_scope_stands_for_two_places_by_itself():
    names = Counter(place.name for place in WIDE.places)
    assert {place.name for place in ADDED_PLACES if names[place.name] > 1} == set()
    codes = Counter(place.unlocode for place in WIDE.places if place.unlocode)
    assert max(codes.values()) == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Kashi", "kashgar"), ("Ташкурган", "tashkurgan"), ("IRBND", "bandar-abbas"), ("Мешхед", "mashhad"),
        ("Чарджоу", "turkmenabat"), ("Krasnovodsk", "turkmenbashi"), ("Баку", "baku"),
        ("Фрунзе", "bishkek"), ("Душанбе", "dushanbe"), ("AEJEA", "jebel-ali"), ("Suez Canal", "port-said"),
    ],
)  # fmt: skip
def test_added_places_answer_to_their_other_names(text, place):
    assert co.load(scope="bypass").place(text).id == place


# --- gauges, posts, ships ----------------------------------------------------------------------------------------------


def test_gauges_meet_only_where_goods_can_change_between_them():
    met: dict[str, set[str]] = {}
    for link in LINKS.values():
        if link.mode == "rail" and link.status == "operating":
            for end in (link.from_, link.to):
                met.setdefault(end, set()).add(carriage_of(link.mode, link.gauge_mm))
    breaks = {place: rides for place, rides in met.items() if len(rides) > 1}
    assert {place for place, *_ in BREAKS} == set(breaks)
    assert {place for place, rides in breaks.items() if not rides <= set(PLACES[place].terminals)} == set()


@pytest.mark.parametrize(("place", "old", "new"), BREAKS)
def test_each_break_of_gauge_has_its_transfer(place, old, new):
    known = {(row.place, row.from_carriage, row.to_carriage) for row in WIDE.transfers}
    assert (place, old, new) in known


def test_trains_out_of_china_run_on_one_gauge_and_trains_into_it_on_the_other():
    for link in ADDED_LINKS:
        if link.mode == "rail" and set(link.countries) == {"CN", "KZ"}:
            assert link.oneway, link.id
            assert (link.countries[0] == "CN") == (link.gauge_mm == 1435), link.id


def test_railways_of_the_ways_round_have_the_gauge_of_their_country():
    """The new railway keeps the gauge of China as far as Makmal."""
    gauges = {"CN": 1435, "TM": 1520, "AZ": 1520, "KG": 1520, "TJ": 1520, "RU": 1520}
    wrong = [
        link.id
        for link in ADDED_LINKS
        if link.mode == "rail" and link.to != "makmal"
        for country in {*link.countries} & {*gauges}
        if len(set(link.countries)) == 1 and link.gauge_mm != gauges[country]
    ]
    assert wrong == []


def test_a_terminal_of_an_added_place_has_a_link_of_its_carriage():
    served: dict[str, set[str]] = {}
    for link in LINKS.values():
        for end in (link.from_, link.to):
            served.setdefault(end, set()).add(carriage_of(link.mode, link.gauge_mm))
    assert [
        (place.id, ride) for place in ADDED_PLACES for ride in place.terminals if ride not in served[place.id]
    ] == []


def test_a_border_of_the_ways_round_is_crossed_from_post_to_post():
    posts = {(row.post, row.facing_post, row.mode) for row in WIDE.crossings}
    across = [link for link in ADDED_LINKS if link.mode in {"road", "rail"} and len(set(link.countries)) > 1]
    assert len(across) >= 40
    assert [link.id for link in across if (link.from_, link.to, link.mode) not in posts] == []


def test_ships_have_their_own_speed_wait_and_price():
    ships = [link for link in ADDED_LINKS if link.mode == "sea"]
    assert len(ships) >= 25
    assert [link.id for link in ships if link.wait_hours is None or link.usd_per_vehicle is None] == []
    assert [link.id for link in ships if (link.speed_kmh is None) == (link.hours is None)] == []
    assert {link.usd_basis for link in ships} == {"estimate"}


def test_a_voyage_waits_once():
    for place in ("port-said", "cape-of-good-hope"):
        legs = [link for link in ADDED_LINKS if place in {link.from_, link.to}]
        assert all((link.wait_hours == 0) == ("RU" in link.countries) for link in legs)


def test_a_ship_is_no_way_inland():
    assert {link.inland for link in ADDED_LINKS if link.mode == "sea"} == {"level"}


@pytest.mark.parametrize(
    ("link", "inland"),
    [
        ("road-sost-pk-khunjerab-cn", "forward"), ("road-tashkurgan-kashgar", "forward"),
        ("road-zahedan-birjand", "forward"), ("road-tehran-gorgan", "level"), ("rail-bafq-torbat-heydarieh", "forward"),
        ("rail-sarakhs-ir-sarakhs-tm", "level"), ("rail-turkmenabat-farap-tm", "forward"),
        ("rail-imamnazar-tm-aqina-af", "backward"),
    ],
)  # fmt: skip
def test_inland_leads_away_from_the_pakistani_sea(link, inland):
    assert LINKS[link].inland == inland


# --- figures -----------------------------------------------------------------------------------------------------------


def test_every_added_figure_has_a_source_and_no_quoted_one_rests_on_judgement():
    known = {source.id for source in WIDE.sources}
    for row in (*ADDED_PLACES, *ADDED_LINKS):
        sources = set(row.source.split(";"))
        assert sources <= known, row.id
        assert row.basis != "quoted" or sources != {"judgement"}, row.id


def test_lengths_that_sources_differ_about_stand_side_by_side():
    used = {row.subject: row.value for row in WIDE.rival_figures if row.used and row.field == "length_km"}
    ids = [subject.removeprefix("links/") for subject in used]
    rivals = [name for name in ids if name in LINKS and LINKS[name].scope == "bypass"]
    assert len(rivals) >= 15
    assert [name for name in rivals if used[f"links/{name}"] != LINKS[name].length_km] == []


@pytest.mark.parametrize(
    ("carriage", "stops", "low", "high"),
    [
        ("road", ("sost-pk", "kashgar"), 480, 500),
        ("road", ("kashgar", "bishkek"), 690, 730),
        ("road", ("kashgar", "andijan"), 520, 560),
        ("road", ("zahedan", "mashhad"), 900, 1000),
        ("rail", ("bandar-abbas", "sarakhs-ir"), 1555, 1640),
        ("rail", ("sarakhs-ir", "bukhara"), 630, 700),
        ("rail", ("uzen", "gorgan"), 900, 950),
        ("sea", ("karachi", "novorossiysk"), 7500, 7900),
        ("sea", ("karachi", "st-petersburg-port"), 13600, 14000),
    ],
)
def test_well_known_ways_have_about_their_published_length(carriage, stops, low, high):
    graph = nx.Graph()
    for link in LINKS.values():
        if link.status == "operating" and mode_of(carriage_of(link.mode, link.gauge_mm)) == carriage:
            old = graph.get_edge_data(link.from_, link.to, {"km": float("inf")})["km"]
            graph.add_edge(link.from_, link.to, km=min(link.length_km, old))
    assert low <= nx.shortest_path_length(graph, *stops, weight="km") <= high


def test_no_outline_is_torn_at_the_date_line():
    """Outlines that run over 180 degrees turn into bands across the map where their rings are read as they stand."""
    from shapely import Point

    outlines = country_outlines()
    assert outlines["RU"].contains(Point(60, 67))
    assert not any(shape.contains(Point(5, -17)) for shape in outlines.values())


# --- routes ------------------------------------------------------------------------------------------------------------

WIDE_NET = co.load(scope="bypass")


@pytest.mark.parametrize(
    ("start", "end", "avoid", "via"),
    [
        ("Karachi", "Tashkent", {"AF", "CN"}, "rimdan-ir"),
        ("Karachi", "Tashkent", {"AF", "IR"}, "khunjerab-cn"),
        ("Karachi", "Moscow", {"AF", "IR", "CN"}, "port-said"),
    ],
)
def test_where_the_corridor_is_shut_a_way_round_is_found(start, end, avoid, via):
    route = co.route(WIDE_NET, start, end, avoid=sorted(avoid))
    assert via in route.places
    assert not {PLACES[name].country for name in route.places} & avoid


def test_with_suez_shut_ships_go_by_the_cape():
    way = co.route(WIDE_NET, "Karachi", "Port of Saint Petersburg", modes=["sea"])
    longer = co.route(WIDE_NET, "Karachi", "Port of Saint Petersburg", modes=["sea"], avoid=["port-said"])
    assert "port-said" in way.places
    assert "cape-of-good-hope" in longer.places
    assert longer.hours - way.hours > 10 * 24
    assert longer.usd > way.usd


def test_the_wide_scope_is_never_dearer_than_the_narrow_one():
    for by in ("score", "hours", "usd", "km"):
        for start, end in (("Karachi", "Tashkent"), ("Gwadar", "Moscow"), ("Karachi", "Minsk")):
            narrow = getattr(co.route(co.load(), start, end, by=by), by)
            assert getattr(co.route(WIDE_NET, start, end, by=by), by) <= narrow * (1 + 1e-9)
