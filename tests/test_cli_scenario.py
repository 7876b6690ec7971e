# SPDX-License-Identifier: BSD-3-Clause
"""``corridor scenario``: list, show and compare, as text, JSON and CSV, and mistakes."""

from __future__ import annotations

import csv
import io
import json

import pytest

import corridor as co
import small
from corridor.cli import main

TRIAL = """
id = "trial"
name = "A trial"
description = "The gate is eased."
basis = "estimate"
source = "own-assumption"
[[changes]]
kind = "border"
crossings = "gate"
hours_factor = 0.5
"""


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Return a function that runs the command line from an empty folder: code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str, str]:
        try:
            code = main(["scenario", *words])
        except SystemExit as ended:
            code = int(ended.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def good(result: tuple[int, str, str]) -> str:
    assert (result[0], result[2]) == (0, "")
    return result[1]


@pytest.fixture
def own(tmp_path):
    """Return the words that name a network and a scenario of one's own."""
    co.write_network(small.two_countries(), tmp_path / "net")
    (tmp_path / "trial.toml").write_text(TRIAL, encoding="utf-8")
    return ["compare", "trial.toml", "--data", str(tmp_path / "net")]


def test_the_list_names_every_bundled_scenario(run):
    text = good(run("list"))
    assert [name for name in co.scenarios().index if f"\n{name} " not in text] == []
    rows = json.loads(good(run("list", "--json")))
    assert [row["id"] for row in rows] == list(co.scenarios().index)
    assert set(rows[0]) == {"id", "name", "description", "when", "changes"}


def test_one_is_shown_as_its_text_and_as_data(run):
    one = co.Scenario.bundled("salang-winter")
    assert good(run("show", "salang-winter")) == f"{one}\n"
    assert co.Scenario(**json.loads(good(run("show", "salang-winter", "--json")))) == one


def test_a_file_is_shown_too(run, tmp_path):
    (tmp_path / "trial.toml").write_text(TRIAL, encoding="utf-8")
    assert good(run("show", "trial.toml")).startswith("A trial (trial)\nThe gate is eased.\n")


def test_routes_of_today_stand_beside_those_of_scenarios(run):
    text = good(run("compare", "closures-2025-10", "salang-winter", "--pair", "Karachi", "Tashkent"))
    lines = text.splitlines()
    assert lines[0] == "karachi → tashkent, best by score"
    assert lines[2].split()[:4] == ["network", "score", "USD", "+"]
    assert lines[3].startswith("today ")
    assert "no route" in lines[4]
    assert "same" in lines[5]
    assert "+1.2" in lines[5]
    assert lines[6].startswith("no route   closures-2025-10: from karachi")
    assert "scenario   salang-winter: Winter on the Salang" in lines


def test_json_and_csv_hold_the_figures_of_the_library(run):
    net = co.load()
    pairs = [("Karachi", "Tashkent"), ("Kabul", "Minsk")]
    words = [word for pair in pairs for word in ("--pair", *pair)]
    nets = {"today": net, "salang-winter": net.apply("salang-winter")}
    table = co.compare(nets, pairs, by="hours", shipment=co.Shipment(tonnes=48), modes=["road"])
    more = ["--by", "hours", "--tonnes", "48", "--mode", "road"]
    data = json.loads(good(run("compare", *words, "salang-winter", *more, "--json")))
    assert {name: data[name] for name in ("by", "base", "tonnes", "ends")} == {
        "by": "hours", "base": "today", "tonnes": 48.0, "ends": "gate",
    }  # fmt: skip
    assert data["scenarios"] == [{"id": "salang-winter", "name": "Winter on the Salang", "when": None}]
    assert data["rows"] == table.to_dict("records")
    rows = list(csv.DictReader(io.StringIO(good(run("compare", *words, "salang-winter", *more, "--csv")))))
    assert [float(row["hours_more"]) for row in rows] == table["hours_more"].tolist()
    assert list(rows[0]) == list(table.columns)


def test_a_way_that_is_not_there_is_null_and_blank(run):
    words = ["compare", "closures-2025-10", "--pair", "Karachi", "Kabul"]
    lost = json.loads(good(run(*words, "--json")))["rows"][1]
    assert (lost["found"], lost["km"], lost["usd_more"]) == ("no route", None, None)
    rows = list(csv.DictReader(io.StringIO(good(run(*words, "--csv")))))
    assert (rows[1]["found"], rows[1]["km"], rows[1]["usd_more"]) == ("no route", "", "")


def test_a_network_and_scenario_of_ones_own(run, own):
    rows = json.loads(good(run(*own, "--pair", "port", "city", "--mode", "road", "--json")))["rows"]
    assert [row["network"] for row in rows] == ["today", "trial"]
    assert rows[1]["hours_more"] == pytest.approx(-15)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "the following arguments are required: action"),
        (["lst"], "invalid choice: 'lst'"),
        (["show"], "the following arguments are required: scenario"),
        (["show", "salang-wintr"], "Unknown scenario 'salang-wintr'. Did you mean 'salang-winter'?"),
        (["show", "none.toml"], "none.toml: : cannot be read"),
        (["list", "--jsn"], "there is no option --jsn; did you mean --json?"),
        (["compare", "salang-winter"], "the following arguments are required: --pair"),
        (["compare", "--pair", "Karachi", "Kabul"], "the following arguments are required: scenarios"),
        (["compare", "salang-winter", "--pair", "Karachi"], "argument --pair: expected 2 arguments"),
        (["compare", "salang-winter", "--pair", "Karachi", "Kabool"], "Did you mean"),
        (["compare", "salang-winter", "--pair", "Karachi", "Kabul", "--by", "hour"], "Did you mean 'hours'?"),
        (["compare", "salang-winter", "--pair", "Karachi", "Kabul", "--tons", "3"], "did you mean --tonnes?"),
        (["compare", "salang-winter", "salang-winter", "--pair", "Karachi", "Kabul"], "'salang-winter' is named twice"),
        (["compare", "salang-winter", "--pair", "Karachi", "Kabul", "--json", "--csv"], "both want the output"),
    ],
)
def test_mistakes_are_told_in_one_line(run, words, message):
    code, out, err = run(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("corridor: ")
    assert message in err


def test_a_scenario_that_does_not_fit_the_network_is_told(run, own):
    code, _, err = run("compare", "salang-winter", *own[2:], "--pair", "port", "city")
    assert code == 2
    assert "Scenario salang-winter" in err
