# SPDX-License-Identifier: BSD-3-Clause
"""The command line as of a day, in a scope, at a moment, and with draws: the library's figures, mistakes in one line."""

from __future__ import annotations

import csv
import io
import json

import pytest

import corridor as co

# The program prints its warnings; none is an error here.
pytestmark = pytest.mark.filterwarnings("always")


def test_what_is_shut_is_explained_with_the_way_round(run):
    code, out, err = run("route", "Karachi", "Tashkent", "--as-of", "2026-08-01")
    assert (code, out) == (2, "")
    for words in (
        "as of 2026-08-01", "torkham", "chaman", "closed since 2025-10-12", "last confirmed 2026-02-11", "https://",
        "the state since is unknown", "If nothing were shut: 2,858 km", "with the ways round, scope='bypass': ", "days, +",
    ):  # fmt: skip
        assert words in err


def test_the_bypass_gives_the_detour_with_its_extra(run):
    code, out, err = run("route", "Karachi", "Tashkent", "--as-of", "2026-08-01", "--scope", "bypass")
    assert code == 0
    assert "as of      2026-08-01: +" in out
    assert "against the ordinary way (torkham, hairatan), which is shut" in out
    assert "shaped by  torkham: closed since 2025-10-12" in out
    assert err.startswith("corridor: As of 2026-08-01 the state is not known")


def test_the_ordinary_road_of_2022(run):
    code, out, _ = run("route", "Karachi", "Tashkent", "--as-of", "2022-06-01", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["as_of"] == "2022-06-01"
    assert told["crossings"][0] in {"torkham", "chaman"}
    assert told["shaped_by"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["route", "Karachi", "Kabul", "--as-of", "yesterday"], "as_of='yesterday': must be a day of the calendar"),
        (["route", "Karachi", "Kabul", "--scope", "bypas"], "Unknown scope 'bypas'. Did you mean 'bypass'?"),
        (["route", "Karachi", "Kabul", "--scope", "bypass", "--data", "."], "--data names a network of your own"),
        (["simulate", "Karachi", "Kabul", "--draws", "0"], "n=0"),
        (["simulate", "Karachi", "Kabul", "--seed", "1.5"], "seed=1.5"),
        (["simulate", "Karachi", "Kabul", "--closures", "histry"], "Did you mean 'history'?"),
        (["simulate", "Karachi", "Kabul", "--deadline-hours", "-4"], "deadline_hours=-4"),
        (["simulate", "Karachi", "Kabul", "--distinct", "crossing"], "Did you mean 'crossings'?"),
        (["simulate", "Karachi", "Tashkent", "--as-of", "2025-11-15"], "No route from 'karachi' to 'tashkent'"),
    ],
)
def test_a_mistake_is_told(run, words, said):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert said in err


def test_a_matrix_of_a_day_leaves_out_what_is_cut_off(run):
    rows = list(
        csv.DictReader(io.StringIO(run("matrix", "Karachi", "Kabul,Lahore", "--as-of", "2025-11-15", "--csv")[1]))
    )
    assert {row["destination"]: bool(row["score"]) for row in rows} == {"kabul": False, "lahore": True}


def test_simulate_has_the_library_s_figures(run):
    words = ["simulate", "Karachi", "Tashkent", "--seed", "3", "--draws", "500", "--deadline-hours", "300", "--json"]
    code, out, _ = run(*words)
    told = json.loads(out)
    routes = co.alternatives(co.load(), "Karachi", "Tashkent", k=3, distinct="crossings")
    found = co.simulate(routes, 500, 3, deadline_hours=300)
    assert code == 0
    assert (told["seed"], told["draws"], told["closures"]) == (3, 500, "none")
    frame = found.to_frame()
    assert [row["hours_p95"] for row in told["routes"]] == pytest.approx(frame["hours_p95"].tolist())
    assert [row["chance_by_deadline"] for row in told["routes"]] == pytest.approx(frame["chance_by_deadline"].tolist())
    assert sum(row["share"] for row in told["contributions"] if row["route"] == 1) == pytest.approx(1)
    assert run(*words)[1] == out


def test_simulate_reads_well(run):
    code, out, err = run("simulate", "Karachi", "Tashkent", "--seed", "3", "--draws", "500", "--closures", "history")
    assert (code, err) == (0, "")
    assert "500 draws, seed 3; closures drawn from the history" in out
    assert "share in the variance of the hours of route 1:" in out
    assert "by P95" in out


def test_a_scenario_compares_on_a_day_and_in_a_scope(run):
    words = ["scenario", "compare", "closures-2025-10", "--pair", "Karachi", "Tashkent", "--scope", "bypass", "--json"]
    code, out, _ = run(*words)
    assert code == 0
    rows = json.loads(out)
    text = json.dumps(rows)
    assert "gabd-rimdan" in text or "khunjerab" in text


def test_a_departure_by_the_clock_waits_on_the_salang(run):
    code, out, _ = run("route", "Kabul", "Mazar-i-Sharif", "--depart", "2025-05-28T08:00")
    assert code == 0
    assert "wait" in out
