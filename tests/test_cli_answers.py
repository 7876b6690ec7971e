# SPDX-License-Identifier: BSD-3-Clause
"""The commands with more than one route as their answer: text, JSON and CSV, mistakes, and that figures are the library's."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys

import geopandas as gpd
import pytest

import corridor as co
import small
from corridor.cli import main
from corridor.cli_output import as_json, fact, table

MEASURES = ("km", "hours", "usd", "co2e_kg", "score", "transfers")


@pytest.fixture(scope="module")
def net() -> co.Network:
    return co.load()


def good(result: tuple[int, str, str]) -> str:
    assert (result[0], result[2]) == (0, "")
    return result[1]


def refused(result: tuple[int, str, str], message: str) -> None:
    code, out, err = result
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("corridor: ")
    assert message in err


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def facts(text: str) -> dict[str, str]:
    """Return the lines below a table by what they are about."""
    return dict(re.findall(r"^(method|note|cut|rests on|counted|no way) +(.*)$", text, re.MULTILINE))


def body(text: str) -> list[list[str]]:
    """Return the cells of the first table, its head first."""
    lines = text.split("\n\n")[1].splitlines()
    return [re.split(r" {2,}", line.strip()) for line in lines]


def same_routes(shown: list[dict], routes: co.Routes) -> None:
    """Assert that routes shown as JSON are those of the library to the last digit."""
    assert [[row[name] for name in MEASURES] for row in shown] == [[getattr(r, n) for n in MEASURES] for r in routes]
    assert [row["crossings"] for row in shown] == [[*route.crossings] for route in routes]


# --- alternatives ------------------------------------------------------------------------------------------------------


def test_alternatives_are_a_table_best_first(run, net):
    text = good(run("alternatives", "Karachi", "Minsk"))
    routes = co.alternatives(net, "Karachi", "Minsk")
    assert text.splitlines()[0] == "Karachi → Minsk: 5 routes, best by score first"
    head, *rows = body(text)
    assert head[:7] == ["score USD", "km", "hours", "days", "USD", "kg CO2e", "transfers"]
    assert [row[0] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row[2] for row in rows] == [f"{route.km:,.0f}" for route in routes]
    assert [row[5] for row in rows] == [f"{route.usd:,.0f}" for route in routes]
    assert [row[-1] for row in rows] == [", ".join(route.crossings) for route in routes]
    # The figures of a column end below each other.
    lines = text.split("\n\n")[1].splitlines()
    for name in head[:7]:
        end = lines[0].index(name) + len(name)
        assert {line[end - 1].isdigit() and line[end] == " " for line in lines[1:]} == {True}


def test_routes_by_the_same_crossings_say_how_they_differ(run, net):
    routes = co.alternatives(net, "Karachi", "Minsk", k=2)
    (more,) = set(routes[1].places) - set(routes[0].places)
    head, _, second = body(good(run("alternatives", "Karachi", "Minsk", "-k", "2")))
    assert "unlike route 1" in head
    assert f"by {more}" in second


def test_every_route_passes_hairatan_and_the_text_says_why(run):
    text = good(run("alternatives", "Karachi", "Moscow", "--distinct", "crossings"))
    told = facts(text)
    assert "every route passes the crossing 'hairatan'" in told["note"]
    assert told["cut"] == "hairatan: the only crossing between Afghanistan and Uzbekistan in this network"
    assert text.count("exact: the best route, then each time the best that shares no crossing") == 1
    data = json.loads(good(run("alternatives", "Karachi", "Moscow", "--distinct", "crossings", "--json")))
    assert (data["cut"], data["cut_means"]) == (["hairatan"], [told["cut"]])


def test_countries_that_every_route_passes_are_named(run, net):
    found = co.alternatives(net, "Karachi", "Moscow", distinct="countries")
    text = good(run("alternatives", "Karachi", "Moscow", "--distinct", "countries"))
    names = {"KZ": "Kazakhstan", "UZ": "Uzbekistan", "AF": "Afghanistan"}
    assert re.findall(r"^cut +(.*)$", text, re.MULTILINE) == [f"{code}: {names[code]}" for code in found.cut]


def test_a_crossing_beside_others_names_them(run):
    words = ("--mode", "road", "--avoid", "ghulam-khan,kharlachi,angoor-adda,torkham", "--distinct", "crossings")
    told = re.findall(r"^cut +(.*)$", good(run("alternatives", "Quetta", "Kandahar", *words)), re.MULTILINE)
    assert told == ["chaman: between Afghanistan and Pakistan, as angoor-adda, ghulam-khan, kharlachi, torkham"]


def test_advisories_are_told_once_with_their_routes(run):
    text = good(run("alternatives", "Karachi", "Moscow", "--max-overlap", "0.7", "-k", "3"))
    lines = [line for line in text.splitlines() if line.startswith("advisory")]
    assert len({line.split(":")[0] for line in lines}) == len(lines) > 0
    assert all(re.search(r"\(routes: (all|\d(, \d)*)\)$", line) for line in lines)


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], {}),
        (["-k", "3", "--by", "usd", "--max-overlap", "0.8"], {"k": 3, "by": "usd", "max_overlap": 0.8}),
        (["--distinct", "crossings", "--mode", "road,rail"], {"distinct": "crossings", "modes": ["road", "rail"]}),
        (["--avoid", "torkham,chaman", "--via", "Samarkand"], {"avoid": ["torkham", "chaman"], "via": ["Samarkand"]}),
        (["--max-transfers", "0", "--max-usd", "9000"], {"max_transfers": 0, "max_usd": 9000}),
        (["--tonnes", "48", "--cargo", "machinery"], {"shipment": co.Shipment(tonnes=48, cargo="machinery")}),
        (
            ["--value-of-time", "5", "--usd-per-km", "0.1", "--usd-per-crossing", "300", "--usd-per-transfer", "50"],
            {"weights": co.Weights(5, 0.1, 300, 50)},
        ),
    ],
)
def test_alternatives_are_those_of_the_library(run, net, words, options):
    routes = co.alternatives(net, "Karachi", "Almaty", **options)
    data = json.loads(good(run("alternatives", "Karachi", "Almaty", *words, "--json")))
    same_routes(data["routes"], routes)
    assert (data["method"], data["note"], data["cut"]) == (routes.method, routes.note, [*routes.cut])


def test_csv_of_routes_is_the_frame_of_the_library(run, net):
    routes = co.alternatives(net, "Karachi", "Minsk", by="usd", k=3)
    rows = rows_of(good(run("alternatives", "Karachi", "Minsk", "--by", "usd", "-k", "3", "--csv")))
    frame = routes.to_frame()
    assert list(rows[0]) == ["route", *frame.columns]
    for row, (number, known) in zip(rows, frame.iterrows(), strict=True):
        assert row == {"route": str(number)} | {name: str(value) for name, value in known.items()}


# --- pareto ------------------------------------------------------------------------------------------------------------


def test_a_front_shows_its_criteria_first(run, net):
    front = co.pareto(net, "Karachi", "Minsk", criteria=("hours", "usd", "crossings"))
    text = good(run("pareto", "Karachi", "Minsk", "--criteria", "hours,usd,crossings"))
    assert text.splitlines()[0] == f"Karachi → Minsk: {len(front)} routes, by hours, then usd, then crossings"
    head, *rows = body(text)
    assert head[:4] == ["hours", "USD", "crossings", "km"]
    shown = [(row[1], row[2], row[3]) for row in rows]
    assert shown == [(f"{r.hours:,.1f}", f"{r.usd:,.0f}", str(len(r.crossings))) for r in front]
    assert facts(text)["method"] == front.method


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], {}),
        (["--criteria", "hours", "--criteria", "co2e_kg"], {"criteria": ("hours", "co2e_kg")}),
        (["--criteria", "score,transfers", "--tolerance", "0.1"], {"criteria": ("score", "transfers"), "tolerance": 0.1}),
        (["--within", "PK,AF,UZ,KZ", "--max-hours", "400"], {"within": ["PK", "AF", "UZ", "KZ"], "max_hours": 400}),
    ],
)  # fmt: skip
def test_a_front_is_that_of_the_library(run, net, words, options):
    front = co.pareto(net, "Karachi", "Almaty", **options)
    data = json.loads(good(run("pareto", "Karachi", "Almaty", *words, "--json")))
    same_routes(data["routes"], front)
    assert data["criteria"] == [*front.criteria]
    rows = rows_of(good(run("pareto", "Karachi", "Almaty", *words, "--csv")))
    assert [float(row["usd"]) for row in rows] == [route.usd for route in front]


# --- matrix ------------------------------------------------------------------------------------------------------------

CITIES = ["tashkent", "almaty", "moscow", "minsk", "kabul", "karachi"]


def test_a_matrix_is_one_table_a_measure(run, net):
    frame = co.matrix(net, net.ports, CITIES, by="usd", also=("hours", "crossings"))
    text = good(run("matrix", "ports", ",".join(CITIES), "--by", "usd", "--also", "hours,crossings"))
    assert text.splitlines()[0] == "From 3 origins to 6 destinations: the routes that are best by usd"
    tables = [part.splitlines() for part in text.split("\n\n")[1:4]]
    for lines, measure, label, digits in zip(
        tables, ("usd", "hours", "crossings"), ("USD", "hours", "crossings"), (0, 1, 0), strict=True
    ):
        assert re.split(r" {2,}", lines[0]) == [f"{label}, from", *CITIES]
        for line, port in zip(lines[1:], net.ports, strict=True):
            known = ["-" if value != value else f"{value:,.{digits}f}" for value in frame[measure].loc[port]]  # noqa: PLR0124
            assert line.split() == [port, *known]
        assert len({len(line) for line in lines}) == 1
    assert tables[0][2].split()[-1] == "-"


def test_a_matrix_in_json_and_csv_has_raw_numbers_and_nothing_for_no_way(run, net):
    words = ("matrix", "karachi,gwadar", "minsk,karachi", "--by", "usd", "--also", "km")
    frame = co.matrix(net, ["karachi", "gwadar"], ["minsk", "karachi"], by="usd", also=("km",))
    data = json.loads(good(run(*words, "--json")))
    assert (data["by"], data["unit"]) == ("usd", {"usd": "USD", "km": "km"})
    cells = {(cell["origin"], cell["destination"]): (cell["usd"], cell["km"]) for cell in data["pairs"]}
    assert cells.pop(("karachi", "karachi")) == (None, None)
    assert cells == {(a, b): (frame["usd"].loc[a, b], frame["km"].loc[a, b]) for a, b in cells}
    assert "torkham" in {row["subject"] for row in data["advisories"]}
    rows = rows_of(good(run(*words, "--csv")))
    assert list(rows[0]) == ["origin", "destination", "usd", "km"]
    assert rows[1] == {"origin": "karachi", "destination": "karachi", "usd": "", "km": ""}
    assert float(rows[0]["usd"]) == frame["usd"].loc["karachi", "minsk"]


@pytest.mark.parametrize("by", ["score", "km", "hours", "co2e_kg", "crossings"])
def test_a_matrix_is_that_of_the_library_for_every_measure(run, net, by):
    words = ("matrix", "ports", "Ташкент,Almaty", "--by", by, "--max-transfers", "1", "--json")
    frame = co.matrix(net, net.ports, ["tashkent", "almaty"], by=by, max_transfers=1)
    assert [cell[by] for cell in json.loads(good(run(*words)))["pairs"]] == frame.to_numpy().ravel().tolist()


def test_points_stand_between_semicolons(run):
    origins = "66.977,24.838; gwadar"
    assert json.loads(good(run("matrix", origins, "kabul", "--json")))["origins"] == ["karachi", "gwadar"]
    assert json.loads(good(run("matrix", "66.977,24.838", "kabul", "--json")))["origins"] == ["karachi"]


def test_a_broad_matrix_is_turned(run, net):
    cities = sorted(place.id for place in net.tables.places if place.kind == "city")[:30]
    lines = good(run("matrix", "ports", ",".join(cities))).split("\n\n")[1].splitlines()
    assert re.split(r" {2,}", lines[0]) == ["score USD, to", *net.ports]
    assert [line.split()[0] for line in lines[1:]] == cities


# --- reach -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "budget"), [("hours", 20), ("usd", 300)])
def test_reach_is_that_of_the_library(run, net, by, budget):
    frame = co.reach(net, "Karachi", **{by: budget})
    words = ("reach", "Karachi", f"--{by}", str(budget))
    data = json.loads(good(run(*words, "--json")))
    places, links = frame[frame["kind"] == "place"], frame[frame["kind"] == "link"]
    assert [(row["id"], row[by]) for row in data["places"]] == [*zip(places["id"], places[by], strict=True)]
    assert [(r["id"], r[by], r["share"]) for r in data["links"]] == [*zip(links["id"], links[by], links["share"], strict=True)]  # fmt: skip
    rows = rows_of(good(run(*words, "--csv")))
    assert list(rows[0]) == ["kind", "id", "name", "country", "lon", "lat", "mode", by, "share"]
    assert [(row["kind"], row["id"], float(row[by])) for row in rows] == [*zip(frame["kind"], frame["id"], frame[by], strict=True)]  # fmt: skip
    text = good(run(*words))
    whole = int((links["share"] >= 1).sum())
    assert f"of Karachi: {len(places)} places, {whole} links in full and {len(links) - whole} in part" in text
    assert len(body(text)) == len(places) + 1


def test_reach_is_written_as_geojson(run, net, tmp_path):
    good(run("reach", "Karachi", "--hours", "24", "--geojson", "reach.geojson"))
    read, frame = gpd.read_file(tmp_path / "reach.geojson"), co.reach(net, "Karachi", hours=24)
    assert read["id"].tolist() == frame["id"].tolist()
    assert read.geometry.geom_equals_exact(frame.geometry, 1e-9).all()


# --- nearest port ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["score", "km", "hours", "usd", "co2e_kg", "crossings"])
@pytest.mark.parametrize("words", [[], ["--to-sea"], ["--avoid", "karachi"], ["--max-transfers", "0"]])
def test_the_nearest_port_is_that_of_the_library(run, net, by, words):
    options = {"--to-sea": {"to_sea": True}, "--avoid": {"avoid": ["karachi"]}, "--max-transfers": {"max_transfers": 0}}
    best = co.nearest_port(net, "Tashkent", by=by, **(options[words[0]] if words else {}))
    data = json.loads(good(run("nearest-port", "Tashkent", "--by", by, *words, "--json")))
    assert data["port"] == (best.destination if "--to-sea" in words else best.origin)
    assert data["route"] == json.loads(as_json(best.to_dict()))
    values = [len(row[by].split(",")) if by == "crossings" else row[by] for row in data["ports"] if row["rank"]]
    assert values == sorted(values)


def test_the_ports_are_ranked_and_the_best_route_is_shown(run, net):
    best = co.nearest_port(net, "Tashkent", by="usd")
    text = good(run("nearest-port", "Tashkent", "--by", "usd"))
    assert text.splitlines()[0] == "Tashkent from the sea: 3 ports, best by usd first"
    head, *rows = body(text)
    assert head[:2] == ["port", "USD"]
    assert sorted(row[1] for row in rows) == sorted(net.ports)
    assert rows[0][1:3] == [best.origin, f"{best.usd:,.0f}"]
    assert f"\n\n{best}\ncounted " in text


def test_a_port_without_a_way_is_ranked_last_with_the_reason(run):
    text = good(run("nearest-port", "Lahore", "--mode", "rail"))
    assert body(text)[-1][:2] == ["-", "gwadar"]
    assert facts(text)["no way"].startswith("Gwadar: Gwadar (gwadar) has no rail in operation")
    rows = rows_of(good(run("nearest-port", "Lahore", "--mode", "rail", "--csv")))
    assert (rows[-1]["rank"], rows[-1]["port"], rows[-1]["usd"]) == ("", "gwadar", "")
    assert json.loads(good(run("nearest-port", "Lahore", "--mode", "rail", "--json")))["ports"][-1]["usd"] is None


def test_ports_can_be_chosen_and_the_place_itself_is_none(run):
    assert [row[1] for row in body(good(run("nearest-port", "Kabul", "--ports", "gwadar,port-qasim")))[1:]] == ["port-qasim", "gwadar"]  # fmt: skip
    assert "karachi" not in {row[1] for row in body(good(run("nearest-port", "Karachi")))[1:]}


def test_no_way_from_any_port_says_why_for_each(run):
    code, out, err = run("nearest-port", "Minsk", "--mode", "rail")
    assert (code, out) == (2, "")
    lines = err.splitlines()
    assert lines[0] == "corridor: No route to 'minsk' from any of gwadar, karachi, port-qasim."
    assert lines[1].startswith("  gwadar: Gwadar (gwadar) has no rail in operation")
    assert lines[2].startswith("  karachi: from karachi the cargo stays in rail1676")


# --- mistakes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["alternatives", "karaci", "minsk"], "Unknown place 'karaci'. Did you mean 'karachi'"),
        (["alternatives", "karachi", "minsk", "-k", "0"], "k=0: must be a whole number of 1 or more."),
        (["alternatives", "karachi", "minsk", "-k", "1.5"], "k=1.5: must be a whole number of 1 or more."),
        (["alternatives", "karachi", "minsk", "--distinct", "crosings"], "Unknown distinct='crosings'. Did you mean 'crossings'?"),
        (["alternatives", "karachi", "minsk", "--max-overlap", "80"], "max_overlap=80.0: must be a share of km from 0 to 1."),
        (["alternatives", "karachi", "minsk", "--by", "hour"], "Unknown by='hour'. Did you mean 'hours'?"),
        (["alternatives", "karachi", "minsk", "--json", "--csv"], "--json and --csv both want the output: name a file, --csv FILE."),
        (["pareto", "karachi", "minsk", "--criteria", "hours,usdd"], "Unknown criterion 'usdd'. Did you mean 'usd'?"),
        (["pareto", "karachi", "minsk", "--criteria", "hours"], "name two to four different ones."),
        (["pareto", "karachi", "minsk", "--criteria", ""], "name two to four different ones."),
        (["pareto", "karachi", "minsk", "--tolerance", "2"], "tolerance=2.0: must be a share from 0"),
        (["matrix", "ports", "tashknt,minsk"], "Unknown place 'tashknt'. Did you mean 'tashkent'"),
        (["matrix", ",", "minsk"], "origins ',': name at least one place."),
        (["matrix", "ports", "minsk", "--also", "kms"], "also='kms': unknown. Did you mean 'km'?"),
        (["reach", "karachi"], "reach: give one budget, --hours H or --usd USD."),
        (["reach", "karachi", "--hours", "5", "--usd", "5"], "reach: give one budget, --hours H or --usd USD."),
        (["reach", "karachi", "--hours", "-5"], "hours=-5.0: must be a finite number of 0 or more."),
        (["reach", "karachi", "--hours", "5", "--mode", "rial"], "Unknown mode 'rial'. Did you mean 'rail'?"),
        (["nearest-port", "tashknt"], "Unknown place 'tashknt'. Did you mean 'tashkent'"),
        (["nearest-port", "tashkent", "--by", "hour"], "Unknown by='hour'. Did you mean 'hours'?"),
        (["nearest-port", "karachi", "--ports", "karachi"], "No seaport to look from for 'karachi'"),
        (["route", "karachi", "minsk", "--max-crossings", "1.5"], "max_crossings=1.5: a count, so a whole number."),
        (["route", "karachi", "minsk", "--usd-per-km", "-1"], "Weights(usd_per_km=-1.0): must be a finite number of 0 or more."),
    ],
)  # fmt: skip
def test_a_users_mistake_is_one_line_and_code_two(run, words, message):
    refused(run(*words), message)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["reach", "karachi", "--hours", "5", "--via", "quetta"], "there is no option --via ("),
        (["reach", "karachi", "--hours", "5", "--max-hours", "5"], "there is no option --max-hours; did you mean --hours?"),
        (["reach", "karachi", "--hours", "5", "--usd-per-km", "5"], "there is no option --usd-per-km"),
        (["pareto", "karachi", "minsk", "--by", "usd"], "there is no option --by ("),
        (["alternatives", "karachi", "minsk", "--max-cross", "2"], "did you mean --max-crossings?"),
        (["matrix", "karachi", "gwadar", "minsk"], "too many words: minsk; name several places with commas"),
        (["matrix", "karachi"], "the following arguments are required: destinations"),
        (["alternatives", "karachi", "minsk", "-k", "many"], "argument -k: 'many' is not a number"),
        (["alternative", "karachi", "minsk"], "invalid choice: 'alternative'"),
    ],
)  # fmt: skip
def test_words_that_do_not_apply_are_one_line_and_code_two(words, message, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    printed = capsys.readouterr()
    refused((int(ended.value.code), printed.out, printed.err), message)


@pytest.mark.parametrize("command", ["alternatives", "pareto"])
def test_no_way_is_told_in_its_lines(run, command):
    code, out, err = run(command, "Gwadar", "Moscow", "--mode", "rail")
    assert (code, out) == (2, "")
    assert err.startswith("corridor: No route from 'gwadar' to 'moscow' by rail.\n  Why: Gwadar (gwadar) has no rail")


def test_a_limit_that_no_route_keeps_to_is_told(run):
    code, out, err = run("route", "Karachi", "Minsk", "--max-hours", "100", "--max-transfers", "0")
    assert (code, out) == (2, "")
    assert "max_hours=100: the least at all is " in err


def test_a_route_keeps_to_its_limits(run, net):
    known = co.route(net, "Karachi", "Minsk", by="usd", max_hours=450, max_crossings=5)
    words = ("--by", "usd", "--max-hours", "450", "--max-crossings", "5", "--json")
    assert json.loads(good(run("route", "Karachi", "Minsk", *words)))["usd"] == known.usd


# --- files, folders and pipes --------------------------------------------------------------------------------------------


def test_csv_of_a_route_is_its_steps(run, net):
    known = co.route(net, "Karachi", "Kabul").step_rows()
    rows = rows_of(good(run("route", "Karachi", "Kabul", "--csv")))
    assert list(rows[0]) == ["step", *known[0]]
    assert [float(row["usd"]) for row in rows] == [step["usd"] for step in known]


ASKED = {
    "route": ["Karachi", "Kabul"],
    "alternatives": ["Karachi", "Kabul"],
    "pareto": ["Karachi", "Kabul"],
    "matrix": ["ports", "kabul"],
    "reach": ["Karachi", "--hours", "12"],
    "nearest-port": ["Kabul"],
}


@pytest.mark.parametrize("command", ASKED)
def test_csv_in_a_file_stands_beside_the_text(run, tmp_path, command):
    text = good(run(command, *ASKED[command]))
    assert good(run(command, *ASKED[command], "--csv", "out.csv")) == text
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == good(run(command, *ASKED[command], "--csv"))
    assert json.loads(good(run(command, *ASKED[command], "--json", "--csv", "out.csv")))
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    refused(run(command, *ASKED[command], "--csv", "no/out.csv"), "--csv no/out.csv: cannot be written (No such file")


@pytest.mark.parametrize("command", ASKED)
def test_a_network_of_ones_own_can_be_asked(run, tmp_path_factory, command):
    folder = tmp_path_factory.mktemp("own")
    co.write_network(small.two_countries(), folder)
    words = {"matrix": ["port,town", "city"], "reach": ["port", "--hours", "6"], "nearest-port": ["city"]}
    text = good(run(command, *words.get(command, ["port", "city"]), "--mode", "road", "--data", str(folder)))
    # By road 258 km, 40.32 hours, 666 USD, and 40.32 hours at 20 USD (a hundredth of 48,000 USD a day) make a score of
    # 1,472 USD; in 6 of 8 hours up to the middle of the second link.
    told = {"matrix": "port             1,472", "reach": "2 places, 1 link in full and 1 in part"}
    assert told.get(command, "258") in text


@pytest.mark.parametrize("command", ASKED)
def test_a_closed_pipe_is_no_error(command):
    reader, writer = os.pipe()
    os.close(reader)
    paths = {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    call = [sys.executable, "-m", "corridor.cli", command, *ASKED[command]]
    done = subprocess.run(call, stdout=writer, stderr=subprocess.PIPE, check=False, env=paths, text=True)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


# --- the parts -----------------------------------------------------------------------------------------------------------


def test_what_is_no_number_is_null():
    assert json.loads(as_json({"a": [float("nan"), (1.5, float("inf"))]})) == {"a": [None, [1.5, None]]}


HEAD, ROWS = ("", "km", "by way of"), [("1", "1,000", "one-place, two-place, three-place, four-place"), ("2", "7", "")]


def test_a_table_is_aligned():
    assert table(HEAD, ROWS, texts=["by way of"]).splitlines() == [
        "      km  by way of",
        "1  1,000  one-place, two-place, three-place, four-place",
        "2      7",
    ]


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (40, ["      km  by way of", "1  1,000  one-place, two-place,", "          three-place, four-place", "2      7"]),
        (30, ["      km", "   by way of", "1  1,000", "   one-place, two-place,", "   three-place, four-place", "2      7"]),
    ],
)  # fmt: skip
def test_a_table_keeps_to_the_terminal(monkeypatch, columns, lines):
    monkeypatch.setattr("corridor.cli_output._terminal", lambda: columns)
    assert table(HEAD, ROWS, texts=["by way of"]).splitlines() == lines


def test_a_fact_keeps_to_the_terminal(monkeypatch):
    monkeypatch.setattr("corridor.cli_output._terminal", lambda: 50)
    assert fact("note", "word " * 12).splitlines() == [
        "note       word word word word word word word word",
        "           word word word word",
    ]
