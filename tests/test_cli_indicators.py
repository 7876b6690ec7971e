# SPDX-License-Identifier: BSD-3-Clause
"""The commands indicators and profile: text, JSON and CSV with the library's figures, and mistakes in one line."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import pytest

import corridor as co

ASKED = ["Karachi", "Tashkent", "--mode", "road"]


@pytest.fixture(scope="module")
def route():
    return co.route(co.load(), "Karachi", "Tashkent", modes=["road"])


def good(result: tuple[int, str, str]) -> str:
    assert (result[0], result[2]) == (0, "")
    return result[1]


def test_indicators_as_text_are_the_library_s(run, route):
    text = good(run("indicators", *ASKED))
    assert text == f"{route.headline}\n\n{co.indicators(route)}\n"


def test_indicators_as_json_are_the_library_s(run, route):
    data = json.loads(good(run("indicators", *ASKED, "--json")))
    assert (data["origin"], data["destination"], data["by"]) == ("karachi", "tashkent", "score")
    assert {name: data[name] for name in data if name not in {"origin", "destination", "by"}} == co.indicators(
        route
    ).to_dict()


@pytest.mark.parametrize("name", ["countries", "legs", "passages", "compared"])
def test_indicators_as_csv_are_the_table_asked_for(run, route, name):
    rows = list(csv.DictReader(io.StringIO(good(run("indicators", *ASKED, "--table", name, "--csv")))))
    frame = co.indicators(route).to_frame(name)
    assert list(rows[0]) == list(frame.columns)
    measured = "computed" if name == "compared" else "hours"
    told = [float(row[measured] or "nan") for row in rows]
    assert told == pytest.approx(frame[measured].tolist(), nan_ok=True)


def test_profile_as_text_gathers_the_legs_between_stops(run, route):
    lines = good(run("profile", *ASKED)).splitlines()
    points = co.profile(route)
    stops = points[points["kind"] == "stop"]
    assert lines[0] == route.headline
    assert lines[2] == "hours since departure, over km:"
    told = [line for line in lines if " border " in line]
    assert len(told) == len(stops)
    for line, (_, stop) in zip(told, stops.iterrows(), strict=True):
        assert f"{stop['hours']:,.1f}" in line
        assert stop["place_name"] in line
    assert sum(" road " in f" {line} " for line in lines[4:]) == len(stops) + 1


def test_profile_as_json_and_csv_has_every_point(run, route):
    data = json.loads(good(run("profile", *ASKED, "--y", "usd", "--per", "20t", "--json")))
    points = co.profile(route, "usd", per="20t")
    assert (data["y"], data["unit"], data["per"]) == ("usd", "USD", "20t")
    assert [row["usd"] for row in data["points"]] == points["usd"].tolist()
    rows = list(csv.DictReader(io.StringIO(good(run("profile", *ASKED, "--y", "usd", "--csv")))))
    assert [float(row["usd"]) for row in rows] == co.profile(route, "usd")["usd"].tolist()
    assert "USD per 20 t, over km:" in good(run("profile", *ASKED, "--y", "usd", "--per", "20t"))


def test_a_departure_puts_its_waits_in(run):
    words = ["Kabul", "Mazar-e-Sharif", "--depart", "2025-05-28T08:00"]
    route = co.route(co.load(), "Kabul", "Mazar-e-Sharif", depart=datetime(2025, 5, 28, 8))
    assert "waiting for opening" in good(run("profile", *words))
    rows = json.loads(good(run("indicators", *words, "--json")))["countries"]
    assert rows[-1]["waiting_hours"] == pytest.approx(route.waiting_hours)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["profile", *ASKED, "--y", "hour"], "profile: unknown y='hour'. Did you mean 'hours'?"),
        (["profile", *ASKED, "--per", "feu"], "profile: hours are of the journey, not per feu"),
        (["profile", *ASKED, "--y", "usd", "--per", "teu"], "profile: unknown per='teu'. Did you mean 'feu'?"),
        (["indicators", *ASKED, "--table", "leg"], "indicators has no table 'leg'. Did you mean 'legs'?"),
        (["indicators", "Karachi", "Tashknt"], "Unknown place 'Tashknt'. Did you mean 'tashkent'"),
        (["indicators", *ASKED, "--json", "--csv"], "--json and --csv both want the output"),
    ],
)
def test_mistakes_are_told_in_one_line(run, words, message):
    code, out, err = run(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
