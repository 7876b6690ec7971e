# SPDX-License-Identifier: BSD-3-Clause
"""The command explain: text, JSON and CSV with the library's figures, and mistakes in one line."""

from __future__ import annotations

import csv
import io
import json

import pytest

import corridor as co

ASKED = ["explain", "Karachi", "Tashkent"]


def good(result: tuple[int, str, str]) -> str:
    assert (result[0], result[2]) == (0, "")
    return result[1]


@pytest.fixture(scope="module")
def why() -> co.Explanation:
    net = co.load()
    return co.explain(net, co.route(net, "Karachi", "Tashkent"))


def test_text_is_that_of_the_library(run, why):
    assert good(run(*ASKED)) == f"{why}\n"


def test_json_is_that_of_the_library(run, why):
    assert json.loads(good(run(*ASKED, "--json"))) == json.loads(json.dumps(why.to_dict()))


def test_csv_has_one_row_a_break_even(run, why):
    rows = list(csv.DictReader(io.StringIO(good(run(*ASKED, "--csv")))))
    told = [row for row in why.break_even_rows() if row["side"]]
    assert [row["input"] for row in rows] == [row["input"] for row in told]
    assert [float(row["value"]) for row in rows] == pytest.approx([row["value"] for row in told])


def test_shared_options_reach_the_route_and_the_search(run):
    words = ["--mode", "road", "--avoid", "torkham", "--by", "hours", "--against", "2", "--value-of-time", "5"]
    data = json.loads(good(run(*ASKED, *words, "--json")))
    net = co.load()
    given = {"modes": ["road"], "avoid": ["torkham"]}
    r = co.route(net, "Karachi", "Tashkent", by="hours", weights=co.Weights(value_of_time_usd_per_hour=5), **given)
    assert data["route"]["hours"] == pytest.approx(r.hours)
    assert (data["by"], data["unit"], data["is_best"]) == ("hours", "h", True)
    assert data == json.loads(json.dumps(co.explain(net, r, k=2, **given).to_dict()))


def test_the_tornado_is_listed_where_asked_for(run):
    text = good(run(*ASKED, "--top", "3", "--assumed-range", "0.2", "--basis", "estimate,recalled"))
    table = text.split("Estimates, the widest swing first; margin to the best rival in USD:\n")[1]
    assert len(table.strip().splitlines()) == 4
    assert "km/h moving" in table


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--max-hours", "300"], "explain: --max-hours cannot be explained by break-evens"),
        (["--by", "km"], "best by 'km'"),
        (["--against", "0"], "k=0: must be a whole number of 1 or more"),
        (["--top", "0"], "--top 0: must be a whole number of 1 or more"),
        (["--assumed-range", "2"], "assumed_range=2.0: must be a share from 0 to 0.95"),
        (["--basis", "guess"], "bases: 'guess' is no basis"),
        (["--json", "--csv"], "--json and --csv both want the output"),
    ],
)
def test_mistakes_are_told_in_one_line(run, words, message):
    code, out, err = run(*ASKED, *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


def test_a_departure_is_no_option_of_it(run):
    with pytest.raises(SystemExit) as ended:
        run(*ASKED, "--depart", "2025-05-28T08:00")
    assert ended.value.code == 2
