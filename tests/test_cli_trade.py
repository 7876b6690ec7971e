# SPDX-License-Identifier: BSD-3-Clause
"""The commands assign and growth: text, JSON and CSV with the library's figures, and mistakes in one line."""

from __future__ import annotations

import csv
import io
import json
import warnings
from pathlib import Path

import pytest

import corridor as co

TABLE = "origin,destination,cargo,tonnes_per_year,usd_per_year\nKarachi,Tashkent,textiles,50000,\nAlmaty,Karachi,grain,,20e6\n"
WANTED = [
    co.Demand("Karachi", "Tashkent", "textiles", tonnes_per_year=50_000),
    co.Demand("Almaty", "Karachi", "grain", usd_per_year=20e6),
]


def good(result: tuple[int, str, str]) -> str:
    assert (result[0], result[2]) == (0, "")
    return result[1]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "demand.csv"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


def test_assign_prints_what_the_library_finds(run, file):
    found = co.assign(co.load(), WANTED)
    assert good(run("assign", file)).strip() == str(found).strip()
    told = json.loads(good(run("assign", file, "--json")))
    assert told["total_usd"] == pytest.approx(found.total_usd)
    assert len(told["flows"]) == len(found.flow_rows)
    rows = list(csv.DictReader(io.StringIO(good(run("assign", file, "--csv")))))
    assert [row["subject"] for row in rows] == [row["subject"] for row in found.flow_rows]


def test_assign_takes_the_options_of_the_library(run, file):
    asked = (
        "--capacity",
        "torkham=300",
        "--capacity",
        "hairatan/rail=160",
        "--no-background",
        "--empty-returns",
        "0.9",
    )
    told = json.loads(good(run("assign", file, *asked, "--working-days", "300", "--unserved-usd", "9000", "--json")))
    found = co.assign(
        co.load(), WANTED, capacities={"torkham": 300, ("hairatan", "rail"): 160}, background=False, empty_returns=0.9,
        working_days=300, unserved_usd_per_tonne=9000,
    )  # fmt: skip
    assert told["total_usd"] == pytest.approx(found.total_usd)
    assert {row["basis"] for row in told["capacities"] if row["subject"] == "torkham"} == {"given"}
    free = json.loads(good(run("assign", file, "--no-capacities", "--avoid", "torkham", "--json")))
    assert free["capacities"] == []
    assert "torkham" not in {row["subject"] for row in free["flows"]}


def test_growth_prints_what_the_library_finds(run):
    found = co.growth(co.load(), co.Demand.bundled("pk-kz-2025"), steps=2, levers=["customs-cooperation"], swing=None)
    asked = ("growth", "--steps", "2", "--lever", "customs-cooperation", "--swing", "0")
    assert good(run(*asked)).strip() == str(found).strip()
    told = json.loads(good(run(*asked, "--set", "pk-kz-2025", "--to-usd", "1e9", "--json")))
    assert told["first"]["usd"] == pytest.approx(found.first.usd)
    assert [row["lever"] for row in told["levers"]] == ["", "customs-cooperation"]
    rows = list(csv.DictReader(io.StringIO(good(run(*asked, "--csv")))))
    assert len(rows) == len(found.volume_rows)


def test_growth_of_a_file(run, file):
    told = json.loads(good(run("growth", file, "--steps", "2", "--from-usd", "5e8", "--swing", "0.2", "--json")))
    assert told["trades"] == [5e8, 1e9]
    assert told["swing"] == 0.2
    assert told["sensitivity"]


BAD = [
    (["assign"], "assign: name a file of demand, or a bundled set, e.g. --set pk-kz-2025."),
    (["assign", "demand.csv", "--set", "pk-kz-2025"], "'demand.csv' and --set pk-kz-2025: give a file or a bundled set, not both."),
    (["assign", "nowhere.csv"], "demand 'nowhere.csv': cannot be read (No such file or directory)."),
    (["assign", "--set", "pk-kz"], "Demand.bundled('pk-kz'): no such set."),
    (["assign", "--set", "pk-kz-2025", "--capacity", "torkham=lots"], "--capacity torkham=lots: give ID=NUMBER"),
    (["assign", "--set", "pk-kz-2025", "--capacity", "torkham=5", "--no-capacities"], "--capacity and --no-capacities: give one of the two."),
    (["assign", "--set", "pk-kz-2025", "--capacity", "torkham=5", "--capacity", "torkham=6"], "--capacity: one of them is given twice"),
    (["growth", "--to-usd", "5"], "to_usd=5: must be above the trade to begin with"),
    (["growth", "--lever", "railwai"], "railwai"),
    (["growth", "--steps", "2.5"], "steps=2.5: must be a whole number"),
    (["assign", "--set", "pk-kz-2025", "--json", "--csv"], "--json and --csv both want the output"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "told"), BAD)
def test_mistakes_are_told_in_one_line(run, words, told):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("origin,destination,tonns\nKarachi,Kabul,5\n", "unknown column 'tonns'"),
        ("origin,destination,cargo,tonnes_per_year\nKarachi,Kabul,general,many\n", "row 1: tonnes_per_year='many' is not a number"),
        ("origin,destination,cargo,tonnes_per_year\nKarachi,Kabul,general,5,6\n", "row 1 has more cells than there are columns"),
        ("origin,destination\n", "the table has no rows"),
    ],
)  # fmt: skip
def test_a_file_with_a_fault_is_told(run, text, told):
    Path("mine.csv").write_text(text, encoding="utf-8")
    code, _, err = run("assign", "mine.csv")
    assert code == 2
    assert told in err


def test_demand_without_a_route_is_told_beside_the_answer(run):
    Path("mine.csv").write_text(
        "origin,destination,cargo,tonnes_per_year\nKarachi,Kabul,general,5\nKarachi,Kabul,gas,5\n", encoding="utf-8"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        code, out, err = run("assign", "mine.csv")
    assert code == 0
    assert "no route whatever the capacities: karachi → kabul (gas)" in err
    assert "No route from" in out
