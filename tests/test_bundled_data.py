# SPDX-License-Identifier: BSD-3-Clause
"""The data that travel with the package: sound, whole, joined, sourced, drawn, and near what is published."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pyproj
import pytest

import corridor as co
from corridor.checks import check_tables
from corridor.lookup import great_circle_km
from corridor.tables import FILES, TABLE_NAMES, Line, data_folder, read_folder
from corridor.vocabulary import BASES, CORRIDOR_COUNTRIES, carriage_of

ROOT = Path(__file__).resolve().parents[1]
TABLES = co.load().tables
PLACES = {place.id: place for place in TABLES.places}
GEOD = pyproj.Geod(ellps="WGS84")


def drawn_km(line: Line) -> float:
    """Return the length of a drawn line on the WGS84 ellipsoid, km."""
    return GEOD.line_length([lon for lon, _ in line], [lat for _, lat in line]) / 1000


def operating(*modes: str) -> nx.Graph:
    """Return the places joined by operating links of these modes, with the shortest length of each pair."""
    graph = nx.Graph()
    for link in TABLES.links:
        if link.status == "operating" and link.mode in modes:
            old = graph.get_edge_data(link.from_, link.to, {"km": float("inf")})["km"]
            graph.add_edge(link.from_, link.to, km=min(link.length_km, old))
    return graph


# --- sound and whole -------------------------------------------------------------------------------------------------


def test_the_shipped_files_break_no_rule():
    assert [str(fault) for fault in check_tables(read_folder(data_folder()))] == []


def test_every_table_is_shipped():
    assert [name for name in TABLE_NAMES if not TABLES.rows(name)] == []


def test_the_wheel_carries_every_table_and_every_file_named_is_there():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    included = build["wheel"]["force-include"]
    assert [path for path in included if not (ROOT / path).is_file()] == ["data/scenarios"]
    assert [*(ROOT / "data" / "scenarios").iterdir()] == [*(ROOT / "data" / "scenarios").glob("*.toml")]
    assert {path: f"corridor/{path}" for path in included} == included
    endings = {name: "geojson" if name in {"places", "links"} else "csv" for name in TABLE_NAMES}
    assert {f"data/{FILES[name]}.{ending}" for name, ending in endings.items()} <= set(included)
    assert {"data/countries.geojson", "data/boundaries_disputed.geojson", "data/README.md"} <= set(included)


def test_corridor_and_bypass_are_all_there_is_in_the_files():
    whole = read_folder(data_folder())
    both = co.load(scope="bypass").tables
    assert (len(whole.places), len(whole.links)) == (len(both.places), len(both.links))
    assert {place.id for place in whole.places if place.scope == "corridor"} == set(PLACES)


def test_there_are_more_than_two_hundred_places_of_every_kind():
    assert len(PLACES) >= 200
    kinds = Counter(place.kind for place in TABLES.places)
    assert set(kinds) == {"seaport", "city", "border", "dry-port", "rail-terminal", "airport"}
    assert kinds["border"] >= 60
    assert min(Counter(place.country for place in TABLES.places)[code] for code in CORRIDOR_COUNTRIES) >= 15


@pytest.mark.parametrize(
    ("capital", "code"),
    [("minsk", "BY"), ("moscow", "RU"), ("astana", "KZ"), ("tashkent", "UZ"), ("kabul", "AF"), ("islamabad", "PK")],
)
def test_every_country_has_its_capital(capital, code):
    assert PLACES[capital].country == code
    assert capital in operating("road")


@pytest.mark.parametrize("port", ["karachi", "port-qasim", "gwadar"])
def test_the_three_ports_are_seaports_with_a_road_and_a_terminal(port):
    assert PLACES[port].kind == "seaport"
    assert {"road", "sea"} <= set(PLACES[port].terminals)
    assert port in operating("road")
    assert port in operating("sea")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Карачи", "karachi"), ("PK KHI", "karachi"), ("PKGWD", "gwadar"), ("Алма-Ата", "almaty"), ("Алматы", "almaty"),
        ("Ташкент", "tashkent"), ("Toshkent", "tashkent"), ("Москва", "moscow"), ("Минск", "minsk"), ("Кабул", "kabul"),
        ("Целиноград", "astana"), ("Nur Sultan", "astana"), ("Хайратон", "hairatan-af"), ("Термез", "termez"), ("Мазари-Шариф", "mazar-e-sharif"),
    ],
)  # fmt: skip
def test_places_answer_to_their_local_and_older_names(text, place):
    assert co.load().place(text).id == place


def test_codes_begin_with_the_country_and_ids_of_posts_end_in_it():
    assert [place.id for place in TABLES.places if place.unlocode and place.unlocode[:2] != place.country] == []
    posts = {row.post for row in TABLES.crossings}
    assert [post for post in posts if not post.endswith(f"-{PLACES[post].country.lower()}")] == []


def test_all_places_in_operation_are_in_one_part():
    everything = operating("road", "rail", "sea", "air")
    assert nx.number_connected_components(everything) == 1
    unused = set(PLACES) - set(everything)
    planned = {end for link in TABLES.links if link.status != "operating" for end in (link.from_, link.to)}
    assert unused <= planned


def test_roads_join_all_capitals_and_ports_without_any_other_mode():
    part = nx.node_connected_component(operating("road"), "karachi")
    assert {"minsk", "moscow", "astana", "tashkent", "kabul", "islamabad", "port-qasim", "gwadar"} <= part


def test_a_terminal_has_a_link_of_its_carriage():
    """Those of the Caspian Sea and of the 1435 mm railways serve links that leave the six countries."""
    served: dict[str, set[str]] = {}
    for link in TABLES.links:
        for end in (link.from_, link.to):
            served.setdefault(end, set()).add(carriage_of(link.mode, link.gauge_mm))
    idle = [(place.id, ride) for place in TABLES.places for ride in place.terminals if ride not in served[place.id]]
    undecided = {name for name, rides in served.items() if "rail" in rides}
    idle = [pair for pair in idle if not (pair[1].startswith("rail") and pair[0] in undecided)]
    assert [pair for pair in idle if pair[1] in {"road", "rail1520", "rail1676", "air"}] == []


# --- links -------------------------------------------------------------------------------------------------------------


def test_no_link_is_shorter_than_the_geodesic_between_its_ends():
    short = []
    for link in TABLES.links:
        ends = [(PLACES[end].lon, PLACES[end].lat) for end in (link.from_, link.to)]
        if link.length_km < drawn_km(tuple(ends)) - 1e-6:
            short.append(link.id)
    assert short == []


def test_railways_have_the_gauge_of_their_country():
    wrong = [
        link.id
        for link in TABLES.links
        if link.mode == "rail" and link.status == "operating"
        for country in link.countries
        if (country == "PK" and link.gauge_mm != 1676)
        or (country in {"BY", "RU", "KZ", "UZ"} and link.gauge_mm != 1520)
    ]
    assert wrong == []


def test_planned_links_carry_no_traffic():
    planned = {link.id for link in TABLES.links if link.status != "operating"}
    assert planned
    every_mode = ["road", "rail", "sea", "air"]
    used = {data["link"] for *_, data in co.state_graph(co.load(), modes=every_mode).edges(data=True)}
    assert used.isdisjoint(planned)
    assert used - {""} <= {link.id for link in TABLES.links if link.status == "operating"}


def test_the_great_plans_are_in_the_data_as_plans():
    planned = [link for link in TABLES.links if link.status in {"planned", "under-construction"}]
    ends = {frozenset((link.from_, link.to)) for link in planned if link.mode == "rail"}
    rails = nx.Graph()
    rails.add_edges_from(tuple(pair) for pair in ends)
    assert nx.has_path(rails, "herat", "kandahar")
    assert any("gwadar" in pair for pair in ends)
    assert len({link.alignment for link in planned if link.alignment}) >= 2
    assert any(link.mode == "pipeline" for link in planned)
    assert not [link.id for link in TABLES.links if link.mode == "rail" and "gwadar" in (link.from_, link.to)
                and link.status == "operating"]  # fmt: skip


def road_km(*stops: str) -> float:
    graph = operating("road")
    return sum(nx.shortest_path_length(graph, a, b, weight="km") for a, b in pairwise(stops))


def rail_km(*stops: str) -> float:
    graph = operating("rail")
    return sum(nx.shortest_path_length(graph, a, b, weight="km") for a, b in pairwise(stops))


@pytest.mark.parametrize(
    ("km", "stops", "low", "high"),
    [
        (road_km, ("karachi", "peshawar"), 1380, 1420),
        (road_km, ("peshawar", "kabul"), 280, 290),
        (road_km, ("kabul", "mazar-e-sharif"), 425, 425),
        (road_km, ("kabul", "kandahar"), 483, 483),
        (road_km, ("kandahar", "herat"), 557, 557),
        (road_km, ("karachi", "quetta", "chaman-pk"), 813, 813),
        (road_km, ("termez", "tashkent"), 700, 700),
        (road_km, ("tashkent", "almaty"), 800, 800),
        (road_km, ("almaty", "astana"), 1220, 1264),
        (road_km, ("aktobe", "shymkent"), 1510, 1510),
        (road_km, ("moscow", "samara"), 1050, 1050),
        (road_km, ("moscow", "minsk"), 715, 715),
        (rail_km, ("karachi", "lahore"), 1214, 1225),
        (rail_km, ("karachi", "multan", "lahore", "peshawar"), 1687, 1764),
        (rail_km, ("moscow", "tashkent"), 3300, 3379),
    ],
)
def test_well_known_stretches_are_within_five_per_cent_of_published_lengths(km, stops, low, high):
    assert 0.95 * low <= km(*stops) <= 1.05 * high


# --- borders -----------------------------------------------------------------------------------------------------------


def test_the_posts_of_a_crossing_face_each_other_across_a_border_within_eighty_km():
    """By rail within a hundred: trains from Zhaisan are cleared at Iletsk, the junction inside Russia."""
    for row in TABLES.crossings:
        here, there = PLACES[row.post], PLACES[row.facing_post]
        assert here.country != there.country
        limit = 100 if row.mode == "rail" else 80
        assert great_circle_km(here.lon, here.lat, there.lon, there.lat) <= limit, row.crossing


def test_each_crossing_has_both_posts_and_both_directions_by_each_mode():
    sides = Counter((row.crossing, row.mode) for row in TABLES.crossings)
    assert set(sides.values()) == {4}
    assert len({crossing for crossing, _ in sides}) >= 30


@pytest.mark.parametrize("crossing", ["torkham", "chaman", "hairatan"])
def test_the_great_crossings_are_there(crossing):
    rows = [row for row in TABLES.crossings if row.crossing == crossing and row.mode == "road"]
    assert len(rows) == 4
    assert all(row.hours > 0 and row.usd > 0 for row in rows)


def test_inside_the_economic_union_less_time_is_lost_than_at_customs_borders():
    hours: dict[str, list[float]] = {}
    for row in TABLES.crossings:
        hours.setdefault(row.regime, []).append(row.hours)
    assert set(hours) == {"customs", "eaeu-internal", "union-state"}
    mean = {regime: sum(values) / len(values) for regime, values in hours.items()}
    assert mean["union-state"] <= mean["eaeu-internal"] < mean["customs"]
    eaeu = {"BY", "RU", "KZ"}
    for row in TABLES.crossings:
        both = {PLACES[row.post].country, PLACES[row.facing_post].country}
        assert (row.regime == "customs") == (not both <= eaeu), row.crossing


@pytest.mark.parametrize("subject", ["torkham", "chaman"])
def test_the_shut_crossings_carry_a_dated_closure_without_end(subject):
    facts = [row for row in TABLES.statuses if row.subject == subject and row.state == "closed" and not row.to]
    assert facts
    assert all(row.from_.startswith("2025-10") and row.last_confirmed > row.from_ for row in facts)


def test_salang_is_barred_to_trailers():
    facts = [row for row in TABLES.statuses if row.subject == "salang" and not row.to]
    assert [(row.effect, row.vehicles, row.from_) for row in facts] == [("ban", ("trailer",), "2026-07-10")]


def test_statuses_have_days_of_the_calendar_and_a_direction_that_exists():
    for row in TABLES.statuses:
        days = [date.fromisoformat(text) for text in (row.from_, row.last_confirmed, *([row.to] if row.to else []))]
        assert days[0] <= days[1], row.subject
        ways = r"both|forward|backward" if row.subject_kind == "link" else r"both|[A-Z]{2}-[A-Z]{2}"
        assert re.fullmatch(ways, row.direction), row.subject
        if row.direction != "both" and row.subject_kind == "crossing":
            posts = {PLACES[one.post].country for one in TABLES.crossings if one.crossing == row.subject}
            assert set(row.direction.split("-")) == posts


# --- figures and sources -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("places", "basis"),
        ("links", "basis"),
        ("crossings", "hours_basis"),
        ("crossings", "usd_basis"),
        ("rates", "basis"),
    ],
)
def test_figures_rest_on_more_than_judgement(table, column):
    counts = Counter(getattr(row, column) for row in TABLES.rows(table))
    assert set(counts) <= set(BASES)
    assert counts["quoted"] + counts["derived"] > 0
    assert counts.total() == len(TABLES.rows(table))


def test_quoted_and_derived_figures_do_not_rest_on_judgement_alone():
    cells = [(row.basis, row.source, row.id) for row in (*TABLES.places, *TABLES.links)]
    cells += [(row.basis, row.source, f"{row.country}/{row.mode}/{row.parameter}") for row in TABLES.rates]
    cells += [(row.hours_basis, row.hours_source, row.crossing) for row in TABLES.crossings]
    cells += [(row.usd_basis, row.usd_source, row.crossing) for row in TABLES.crossings]
    assert [cell for cell in cells if cell[0] == "quoted" and cell[1].strip() == "judgement"] == []


def test_every_source_is_named_somewhere():
    whole = read_folder(data_folder())
    text = " ".join(
        str(value)
        for name in TABLE_NAMES
        if name != "sources"
        for row in whole.rows(name)
        for column, value in row.model_dump().items()
        if column.endswith("source")
    )
    named = {part.strip() for part in re.split(r"[;\s]+", text)}
    published = (ROOT / "data" / "published_distances.csv").read_text(encoding="utf-8")
    idle = [source.id for source in whole.sources if source.id not in named and source.id not in published]
    assert [name for name in idle if not name.startswith(("natural-earth", "osm"))] == []


def test_of_rival_figures_at_most_one_is_used():
    groups: dict[tuple[str, str], list[bool]] = {}
    for row in TABLES.rival_figures:
        groups.setdefault((row.subject, row.field), []).append(row.used)
    assert groups
    assert {key: used for key, used in groups.items() if sum(used) > 1 or len(used) < 2} == {}


def test_the_rival_figure_marked_as_used_is_the_one_in_the_table():
    links = {link.id: link for link in TABLES.links}
    wrong = []
    for row in TABLES.rival_figures:
        table, _, name = row.subject.partition("/")
        if row.used and table == "links" and name in links and row.field == "length_km":
            stated = links[name].length_km
            if abs(stated - row.value) > 0.5:
                wrong.append((row.subject, stated, row.value))
        if row.used and table == "indicators":
            found = [
                getattr(other, row.field)
                for other in TABLES.indicators
                if name == f"{other.area}/{other.mode}/{other.year}"
            ]
            if row.value not in found:
                wrong.append((row.subject, found, row.value))
    assert wrong == []


def test_prices_of_every_year_can_be_brought_to_the_price_year():
    index = {row.year for row in TABLES.rates if row.parameter == "price_index"}
    money = {row.year for row in TABLES.rates if "usd" in row.parameter}
    years = money | {row.usd_year for row in TABLES.crossings} | {row.usd_year for row in TABLES.transfers}
    assert years <= index
    assert 2025 in index


def test_going_up_from_the_sea_is_dearer_in_pakistan():
    price = {
        row.direction: row.value
        for row in TABLES.rates
        if (row.country, row.mode, row.parameter) == ("PK", "road", "usd_per_vehicle_km")
    }
    assert price["inland"] > price["seaward"]


def test_the_classes_of_goods_are_as_many_as_their_forms_and_general_is_one():
    assert "general" in {row.id for row in TABLES.cargo}
    assert {row.form for row in TABLES.cargo} == {"container", "reefer", "bulk", "tank", "gas"}
    assert "trailer" in {row.id for row in TABLES.vehicles}


# --- drawn lines -------------------------------------------------------------------------------------------------------


def test_lines_begin_and_end_exactly_at_their_places():
    wrong = [
        link.id
        for link in TABLES.links
        for point, end in ((TABLES.lines[link.id][0], link.from_), (TABLES.lines[link.id][-1], link.to))
        if max(abs(point[0] - PLACES[end].lon), abs(point[1] - PLACES[end].lat)) > 1e-4
    ]
    assert wrong == []


def test_a_line_is_straight_where_it_is_marked_so_and_nowhere_else():
    for link in TABLES.links:
        line = TABLES.lines[link.id]
        if link.geometry_kind == "routed":
            assert len(line) > 2, link.id
        elif link.mode == "air":
            assert drawn_km(line) == pytest.approx(drawn_km((line[0], line[-1])), rel=0.001), link.id
        else:
            assert len(line) == 2, link.id


def test_most_km_of_road_and_rail_in_operation_have_a_real_line():
    for mode in ("road", "rail"):
        links = [link for link in TABLES.links if link.mode == mode and link.status == "operating"]
        routed = sum(link.length_km for link in links if link.geometry_kind == "routed")
        assert routed / sum(link.length_km for link in links) > 0.9


def test_every_difference_above_ten_per_cent_between_stated_and_drawn_length_is_explained():
    page = (ROOT / "docs" / "geometry.md").read_text(encoding="utf-8")
    explained = {
        cells[1].strip(): cells[6].strip()
        for line in page.splitlines()
        if len(cells := line.split("|")) == 8 and cells[1].strip() in {link.id for link in TABLES.links}
    }
    off = {link.id for link in TABLES.links if not 0.9 <= drawn_km(TABLES.lines[link.id]) / link.length_km <= 1.1}
    assert {name for name in off if len(explained.get(name, "")) < 15} == set()


def test_lines_stay_in_the_frame_of_the_corridor():
    points = [point for line in TABLES.lines.values() for point in line]
    assert all(20 <= lon <= 95 and 20 <= lat <= 62 for lon, lat in points)


def test_the_outlines_hold_the_country_of_every_place():
    from corridor.filling import country_outlines

    assert set(country_outlines()) == {place.country for place in co.load(scope="bypass").tables.places}
    assert set(CORRIDOR_COUNTRIES) < set(country_outlines())
