# SPDX-License-Identifier: BSD-3-Clause
"""The command line: what it prints, what it writes, and with which code it ends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import geopandas as gpd
import pytest

import corridor as co
import small
from corridor.cli import main

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> str:
    """Return a folder with the small network of two countries."""
    where = tmp_path_factory.mktemp("network")
    co.write_network(small.two_countries(), where)
    return str(where)


@pytest.fixture
def run(capsys, folder):
    """Return a function that runs the command line on the small network: code, output, errors."""

    def call(*words: str, data: str | None = folder) -> tuple[int, str, str]:
        given = [*words] if data is None else [*words, "--data", data]
        code = main(given)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def refused(result: tuple[int, str, str], message: str) -> None:
    """Assert that a user's mistake ends with code 2, nothing on the output and one line of errors."""
    code, out, err = result
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("corridor: ")
    assert message in err


# --- route -----------------------------------------------------------------------------------------------------------

# By road from port to city: 100 + 100 + 8 + 50 = 258 km, at 25 km an hour 10.32 hours, and 20 + 10 hours of clearing;
# 258 x 2 = 516 USD, and 100 + 50 USD of payments; 258 km x 20 t x 100 g = 516 kg.
HEADLINE = "Port → City (best by score): 258 km, 40 h (1.7 days), 666 USD, 516 kg CO2e, 1 crossing, 0 transfers"


def test_a_route_is_a_table_of_legs_and_crossings_with_totals_and_sources(run):
    code, out, err = run("route", "port", "city", "--mode", "road")
    assert (code, err) == (0, "")
    lines = [re.sub(r"\s{2,}", "|", line.strip()) for line in out.splitlines()]
    assert lines[0] == HEADLINE
    assert "from|to|km|hours|USD" in lines
    assert "road PK|Port|West|200|8.0|400" in lines
    assert "border gate|West|East|8|30.3|166" in lines
    assert "road AF|East|City|50|2.0|100" in lines
    # Clearing hours are quoted: 30 of 40.32; payments are derived: 150 of 666.
    assert "rests on|hours: quoted 74%, estimate 26%;|usd: derived 23%, estimate 77%" in lines
    assert lines[-1] == "hand: made by hand for a test"


def test_every_step_is_shown_when_asked(run):
    _, out, _ = run("route", "port", "city", "--mode", "road", "--steps")
    steps = re.findall(r"^ +(\d) +(\w+) +(\S+) +([\d.]+) km +([\d.]+) h +(\d+) USD$", out, re.MULTILINE)
    assert steps == [
        ("1", "start", "start", "0.0", "0.0", "0"),
        ("2", "haul", "road-port-town", "100.0", "4.0", "200"),
        ("3", "haul", "road-town-west", "100.0", "4.0", "200"),
        ("4", "cross", "road-west-east", "8.0", "30.3", "166"),
        ("5", "haul", "road-east-city", "50.0", "2.0", "100"),
        ("6", "end", "end", "0.0", "0.0", "0"),
    ]


def test_json_is_the_route_as_plain_data(run):
    code, out, err = run("route", "port", "city", "--mode", "road", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["km"], found["usd"], found["crossings"], found["countries"]) == (258, 666, ["gate"], ["PK", "AF"])
    assert found["hours"] == pytest.approx(40.32)
    for measure in ("km", "hours", "usd", "co2e_kg", "score"):
        assert sum(step[measure] for step in found["steps"]) == pytest.approx(found[measure])
    assert found["sources"] == [{"id": "hand", "title": "made by hand for a test", "url": ""}]


def test_json_keeps_letters_of_every_script(run):
    _, out, _ = run("places", "город", "--json")
    assert "Город" in out
    assert json.loads(out)[0]["id"] == "city"


def test_geojson_is_written_and_other_programs_read_it(run, tmp_path):
    path = tmp_path / "route.geojson"
    code, out, _ = run("route", "port", "city", "--mode", "road,rail", "--by", "usd", "--geojson", str(path))
    assert code == 0
    assert out.startswith("Port → City (best by usd)")
    frame = gpd.read_file(path)
    # Rail by 120 km and 60 USD, a transfer of 110 USD, and road: 170 against 200 USD by road; then 5 USD a tonne at the
    # post are 100 USD and rail to the city 30 USD, against 100 USD by road: the second transfer does not pay.
    assert frame["carriage"].tolist() == ["rail1676", "road"]
    assert frame["km"].tolist() == [120, 158]
    line = frame.geometry.iloc[1]
    assert (line.coords[0], line.coords[-1]) == ((66.7, 30.1), (66.35, 31.38))
    assert json.loads(path.read_text(encoding="utf-8"))["properties"]["km"] == 278


@pytest.mark.parametrize(
    ("by", "km", "transfers"),
    # Kilometres and hours are least by road; money by rail to the town: 60 + 110 USD against 200 USD.
    [("km", 258, 0), ("hours", 258, 0), ("usd", 278, 1), ("crossings", 258, 0)],
)
def test_what_is_minimised_can_be_chosen(run, by, km, transfers):
    found = json.loads(run("route", "port", "city", "--by", by, "--json")[1])
    assert (found["by"], found["km"], found["transfers"]) == (by, km, transfers)


def test_modes_are_given_again_or_with_commas(run):
    with_comma = run("route", "port", "city", "--by", "usd", "--mode", "road,rail", "--json")
    again = run("route", "port", "city", "--by", "usd", "--mode", "road", "--mode", "rail", "--json")
    assert with_comma == again
    assert json.loads(again[1])["transfers"] == 1
    assert json.loads(run("route", "port", "city", "--by", "usd", "--mode", "road", "--json")[1])["transfers"] == 0


def test_what_is_avoided_is_not_used(run):
    found = json.loads(run("route", "port", "city", "--avoid", "road-port-town", "--json")[1])
    assert next(step["link"] for step in found["steps"] if step["link"]) == "rail-port-town"
    code, _, err = run("route", "port", "city", "--avoid", "road-port-town,rail-port-town")
    assert code == 2
    assert "It would work without avoid=rail-port-town, road-port-town: 258 km, 1.7 days, 666 USD." in err


def test_a_place_can_be_passed_on_the_way(run):
    found = json.loads(run("route", "port", "town", "--mode", "road", "--via", "west", "--json")[1])
    assert found["places"] == ["port", "town", "west", "town"]
    assert found["km"] == 300


def test_a_route_can_be_kept_within_countries(run):
    found = json.loads(run("route", "port", "west", "--within", "pk", "--json")[1])
    assert found["countries"] == ["PK"]
    assert json.loads(run("route", "port", "city", "--within", "PK,AF", "--json")[1])["km"] == 258


def test_both_ways_of_counting_the_ends_are_printed(run):
    # From town to city by road: 100 + 8 + 50 = 158 km, 6.32 + 30 hours, 316 + 150 USD; loading and unloading take
    # 4 hours and 50 USD each.
    _, gate, _ = run("route", "town", "city", "--mode", "road")
    _, terminal, _ = run("route", "town", "city", "--mode", "road", "--ends", "terminal")
    assert ": 158 km, 36 h (1.5 days), 466 USD," in gate
    assert "counted    gate to gate; terminal to terminal (with loading, unloading and port dwell" in gate
    assert "handling): 44 h (1.8 days), 566 USD" in gate
    assert ": 158 km, 44 h (1.8 days), 566 USD," in terminal
    assert (
        "counted    terminal to terminal; gate to gate (vehicle loaded and ready): 36 h (1.5 days), 466 USD" in terminal
    )
    other = json.loads(run("route", "town", "city", "--mode", "road", "--json")[1])["other_ends"]
    assert other == {"ends": "terminal", "hours": pytest.approx(44.32), "usd": pytest.approx(566)}


def test_ends_that_cannot_be_counted_the_other_way_say_why(run):
    code, out, _ = run("route", "port", "city", "--mode", "road", "--json")
    assert code == 0
    assert json.loads(out)["other_ends"]["error"].startswith("No port_dwell_hours at 'port' for the regime 'transit'")
    told = "\ncounted    gate to gate; terminal to terminal: No port_dwell_hours at 'port' for the regime 'transit'"
    assert told in run("route", "port", "city", "--mode", "road")[1]


def test_tonnes_and_cargo_are_those_of_the_shipment(run):
    # 40 tonnes of ore fill two trucks of 24 tonnes: 100 km x 2 USD x 2.
    found = json.loads(run("route", "port", "town", "--mode", "road", "--tonnes", "40", "--cargo", "ore", "--json")[1])
    assert (found["tonnes"], found["cargo"], found["usd"]) == (40, "ore", 400)


def test_places_are_given_by_point_code_or_alias(run):
    for origin, destination in (("66.9,29.3", "66.35,31.38"), ("66.9, 29.3", "AF CTY"), ("PORT", "Город")):
        found = json.loads(run("route", origin, destination, "--mode", "road", "--json")[1])
        assert (found["origin"], found["destination"]) == ("port", "city")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["prt", "city"], "Unknown place 'prt'. Did you mean 'port' (Port)? net.find('prt') or 'corridor places prt' lists"),
        (["port", "nowhere"], "Unknown place 'nowhere'."),
        (["29.3,66.9", "city"], "(66.9, 29.3) is 0 km from 'port'. Did you swap lon and lat? The order here is (lon, lat)."),
        (["66.9,20", "city"], "The nearest place to (66.9, 20) is 'port', 1,034 km away; the limit is 50 km."),
        (["200,95", "city"], "(200, 95) is not on Earth"),
        (["nan,nan", "city"], "has no finite lon and lat"),
        (["port", "port"], "Origin and destination are the same place, 'port'"),
        (["port", "city", "--mode", "rial"], "Unknown mode 'rial'. Did you mean 'rail'? Modes: air, pipeline, rail, road, sea."),
        (["port", "city", "--mode", ""], "modes is empty: name at least one."),
        (["port", "city", "--by", "hour"], "Unknown by='hour'. Did you mean 'hours'? Choices: co2e_kg, crossings, hours,"),
        (["port", "city", "--cargo", "generl"], "Shipment(cargo='generl'): unknown. Did you mean 'general'? Choices: fruit,"),
        (["port", "city", "--regime", "imprt"], "Shipment(regime='imprt'): unknown. Did you mean 'import'?"),
        (["port", "city", "--ends", "door"], "Shipment(ends='door'): unknown. Choices: gate, terminal."),
        (["port", "city", "--tonnes", "-1"], "Shipment(tonnes=-1.0): must be a finite number above 0."),
        (["port", "city", "--tonnes", "nan"], "Shipment(tonnes=nan): must be a finite number above 0."),
        (["port", "city", "--include", "plannd"], "include='plannd': unknown. Did you mean 'planned'?"),
        (["port", "city", "--avoid", "torkam"], "avoid='torkam' is no place, link, crossing or country of the network."),
        (["port", "city", "--avoid", "AF"], "avoid='AF' holds the destination 'city'"),
        (["port", "city", "--via", "nowhere"], "Unknown place 'nowhere'."),
        (["port", "city", "--within", "PK"], "within=PK leaves out AF, where the destination 'city' is: add it."),
        (["port", "city", "--within", "PKK,AF"], "within='PKK': no such country in the network. Did you mean 'PK'? Countries: AF, PK."),
    ],
)  # fmt: skip
def test_a_users_mistake_is_one_line_and_code_two(run, words, message):
    refused(run("route", *words), message)


def test_an_ambiguous_name_is_one_line_that_asks_which(capsys, tmp_path):
    places = [small.place("a"), small.place("b", lon=67.02), small.place("c", lon=67.04)]
    twins = [place | {"name": "Twin"} for place in places[:2]]
    net = small.network([*twins, places[2]], [small.link("l", "a", "c", 10), small.link("m", "b", "c", 10)])
    co.write_network(net, tmp_path)
    code = main(["route", "twin", "c", "--data", str(tmp_path)])
    printed = capsys.readouterr()
    message = "'twin' is ambiguous: 'a' (Twin, city, PK); 'b' (Twin, city, PK). Say which one by its id."
    refused((code, printed.out, printed.err), message)


def test_a_file_that_cannot_be_written_is_one_line(run, tmp_path):
    path = tmp_path / "missing" / "route.geojson"
    refused(run("route", "port", "city", "--geojson", str(path)), f"--geojson {path}: cannot be written (No such file")
    refused(
        run("route", "port", "city", "--geojson", str(tmp_path)), f"--geojson {tmp_path}: cannot be written (Is a dir"
    )


def test_no_way_says_why_and_what_would_help_and_ends_with_code_two(run):
    code, out, err = run("route", "port", "city", "--mode", "rail")
    assert (code, out) == (2, "")
    assert err.splitlines()[0] == "corridor: No route from 'port' to 'city' by rail."
    assert "from port the cargo stays in rail1676, city is served by rail1520, and no transfer between them" in err
    assert "It would work with road, rail and sea together: 258 km, 1.7 days, 666 USD." in err


def test_broken_data_are_one_line_and_code_two(run, tmp_path):
    refused(run("route", "port", "city", data=str(tmp_path / "nowhere")), "no such folder")


@pytest.mark.parametrize("words", [[], ["rout"], ["route"], ["route", "a"], ["route", "a", "b", "--tonnes", "many"],
                                   ["route", "a", "b", "--avoids", "x"], ["route", "a", "b", "c"]])  # fmt: skip
def test_words_that_the_parser_does_not_know_end_with_code_two(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    printed = capsys.readouterr()
    refused((int(ended.value.code), printed.out, printed.err), "--help' lists what it takes)")


# --- places ----------------------------------------------------------------------------------------------------------


def test_all_places_are_listed_with_country_code_kind_position_and_aliases(run):
    code, out, _ = run("places")
    assert code == 0
    lines = out.splitlines()
    assert [line.split()[0] for line in lines] == ["city", "east", "port", "town", "west"]
    assert lines[0].split() == ["city", "AF", "AFCTY", "city", "66.3500", "31.3800", "City", "(Stadt,", "Город)"]
    assert lines[1].split() == ["east", "AF", "-", "border", "66.4200", "30.9700", "East"]


def test_places_that_answer_to_a_text_come_best_first(run):
    assert [line.split()[0] for line in run("places", "ГОР")[1].splitlines()] == ["city"]
    assert [line.split()[0] for line in run("places", "est")[1].splitlines()][:2] == ["east", "west"]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["--country", "AF"], ["city", "east"]),
        (["--country", "pk"], ["port", "town", "west"]),
        (["--kind", "border"], ["east", "west"]),
        (["--kind", "border", "--country", "PK"], ["west"]),
        (["we", "--country", "PK"], ["west"]),
    ],
)
def test_places_can_be_filtered(run, words, ids):
    code, out, _ = run("places", *words)
    assert (code, [line.split()[0] for line in out.splitlines()]) == (0, ids)
    assert [place["id"] for place in json.loads(run("places", *words, "--json")[1])] == ids


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["zzzz"], "No place answers to 'zzzz': 'corridor places' lists all 5."),
        (["--country", "XX"], "--country XX: none such. Choices: AF, PK."),
        (["--kind", "citty"], "--kind citty: none such. Did you mean 'city'? Choices: border, city, seaport."),
        (["port", "--country", "AF"], "No place answers to 'port'"),
    ],
)
def test_no_places_are_a_users_mistake(run, words, message):
    refused(run("places", *words), message)


# --- check -----------------------------------------------------------------------------------------------------------


def test_a_sound_folder_is_reported_with_its_counts(run, folder):
    code, out, _ = run("check", folder, data=None)
    assert code == 0
    report = dict(re.split(r"\s{2,}|(?<=basis) ", line, maxsplit=1) for line in out.splitlines())
    assert report["places by country"] == "AF 2, PK 3"
    assert report["places by kind"] == "border 2, city 2, seaport 1"
    assert report["links by mode"] == "rail 2, road 4"
    assert report["railways by gauge"] == "1520 1, 1676 1"
    assert report["crossings"] == "crossings 1, road 4"
    assert report["border figures by basis"] == "quoted 4, derived 4"
    assert report["road and rail lines"] == "straight 6 (100.0% of km)"
    assert report["faults"] == "none"


def test_the_report_as_json(run, folder):
    code, out, _ = run("check", folder, "--json", data=None)
    assert code == 0
    assert json.loads(out)["rows"] == {
        "places": 5, "links": 6, "crossings": 4, "rates": len(small.RATES), "transfers": 4, "statuses": 0, "calendars": 0, "capacities": 0,
        "trade": 0, "demand": 0, "sources": 1,
        "rival_figures": 0,
    }  # fmt: skip
    assert json.loads(out)["faults"] == []


def broken_folder(tmp_path: Path) -> str:
    co.write_network(small.two_countries(), tmp_path, format="csv")
    links = tmp_path / "links.csv"
    text = links.read_text(encoding="utf-8")
    assert "road-town-west,town,west,road,,100," in text
    links.write_text(text.replace("road-town-west,town,west,road,,100,", "road-town-west,town,wst,road,,5,"), "utf-8")
    return str(tmp_path)


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_a_broken_folder_is_told_fault_by_fault_with_code_one(run, tmp_path, words):
    code, out, _ = run("check", broken_folder(tmp_path), *words, data=None)
    assert code == 1
    assert "links.csv: road-town-west, to = 'wst': Unknown place 'wst'. Did you mean 'west' (West)" in out
    if words:
        assert len(json.loads(out)["faults"]) == 1
    else:
        assert out.splitlines()[-1].split() == ["faults", "1"]


def test_every_fault_of_a_folder_is_told(run, tmp_path):
    net = small.network(
        [small.place("a"), small.place("b", lon=67.1), small.place("c", "AF", lon=67.2)],
        [small.link("l", "a", "b", 5), small.link("m", "b", "c", 15, countries="PK;AF")],
    )
    co.write_network(net, tmp_path)
    code, out, _ = run("check", str(tmp_path), data=None)
    assert code == 1
    # 0.1 degrees of longitude at 25 degrees north: 11.1195 x cos 25 = 10.1 km.
    assert "links.geojson: l, length_km = '5': shorter than the great circle, 10.1 km." in out
    assert "links.geojson: m = 'b - c': runs from PK to AF, and no crossing joins its ends." in out
    assert "nodes.geojson: c, lon, lat = '67.2, 25': lies outside AF." in out
    assert out.splitlines()[-1].split() == ["faults", "3"]


def test_a_missing_folder_is_a_fault(run, tmp_path):
    code, out, _ = run("check", str(tmp_path / "nowhere"), data=None)
    assert code == 1
    assert "no such folder" in out


# --- the bundled corridor ----------------------------------------------------------------------------------------------


def test_the_bundled_data_have_no_faults(run):
    code, out, _ = run("check", data=None)
    assert code == 0
    assert out.splitlines()[-1].split() == ["faults", "none"]


def test_a_first_journey(run):
    code, out, _ = run("route", "Karachi", "Minsk", data=None)
    assert code == 0
    assert re.match(r"Karachi → Minsk \(best by score\): [\d,]+ km, [\d,]+ h \([\d.]+ days\), [\d,]+ USD, ", out)
    assert re.search(r"^sources    \d+ rows behind these figures:$", out, re.MULTILINE)


def test_no_railway_to_gwadar_is_said(run):
    code, out, err = run("route", "Gwadar", "Moscow", "--mode", "rail", data=None)
    assert (code, out) == (2, "")
    assert "Gwadar (gwadar) has no rail in operation" in err
    assert "It would work " in err


def test_a_misspelt_city_is_suggested(run):
    refused(run("route", "karaci", "tashkent", data=None), "Unknown place 'karaci'. Did you mean 'karachi'")


def test_which_side_of_a_crossing_is_asked(run):
    refused(run("route", "Torkham", "Kabul", data=None), "'Torkham' is ambiguous: 'torkham-af' (Torkham")


# --- the command itself ----------------------------------------------------------------------------------------------


def test_the_version_is_that_of_the_project(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"corridor {version}\n"
    assert co.__version__ == version


def test_the_module_runs_as_a_program_in_any_encoding_of_the_terminal(folder):
    command = [sys.executable, "-m", "corridor.cli", "route", "port", "Город", "--mode", "road", "--data", folder]
    paths = {"PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, check=False, env=paths, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Port ? City (best by score): 258 km")
