# SPDX-License-Identifier: BSD-3-Clause
"""The library beside published journeys and distances: the comparison, and the page made from it."""

from __future__ import annotations

import csv
import importlib
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import corridor as co
import small
from corridor.errors import CorridorWarning, DataError, OptionError
from corridor.network import Network
from corridor.validation import place_in_range

ROOT = Path(__file__).parents[1]
RUN = {
    "id": "port-city-2022", "date": "2022-06-01", "origin": "port", "destination": "city", "modes": "road",
    "tonnes": 20, "cargo": "sugar", "scope": "corridor", "basis": "quoted", "source": "hand",
}  # fmt: skip


def with_runs(*runs: dict[str, Any]) -> Network:
    net = small.two_countries()
    return Network(replace(net.tables, pilot_runs=small.rows("pilot_runs", runs)))


def test_a_run_is_compared_with_the_fastest_way_and_the_nearer_end_of_the_range():
    # Port to city by road: 258 km, (100 + 100 + 8 + 50) / 25 km an elapsed hour + 30 h of clearing = 40.32 h.
    table = co.compare_with_pilot_runs(
        with_runs({**RUN, "km": 300, "days_low": 1, "days_high": 1.5, "usd_low": 600, "usd_high": 700})
    )
    row = table.loc["port-city-2022"]
    assert (row["km_computed"], row["km_difference"]) == (258, pytest.approx(258 / 300 - 1))
    assert row["days_computed"] == pytest.approx(40.32 / 24)
    assert row["days_difference"] == pytest.approx(40.32 / 24 / 1.5 - 1)
    assert row["usd_difference"] == 0
    assert row["crossings"] == "gate"


def test_what_was_not_published_is_missing_and_not_zero():
    row = co.compare_with_pilot_runs(with_runs(RUN)).loc["port-city-2022"]
    assert math.isnan(row["km_difference"] if row["km_difference"] is not None else math.nan)


def test_every_run_has_a_row_and_those_not_compared_say_why():
    net = with_runs(
        RUN,
        {**RUN, "id": "far", "destination": "baku", "scope": "", "note": "No end is named.", "km": 900, "days_low": 3,
         "days_high": 4},
        {**RUN, "id": "round", "via": "baku", "scope": "bypass"},
    )  # fmt: skip
    table = co.compare_with_pilot_runs(net)
    assert list(table.index) == ["port-city-2022", "far", "round"]
    assert list(table["not_compared"]) == [
        "",
        "No end is named.",
        "beyond the network, which lacks baku; co.load(scope='bypass') has the ways round",
    ]
    assert table.loc["far", "days_published_high"] == 4
    nothing = ["km_computed", "days_computed", "usd_computed", "km_difference", "days_p10", "days_p90"]
    assert table.loc[["far", "round"], nothing].isna().all(axis=None)
    assert list(table["days_within"]) == ["", "", ""]


def test_a_lost_place_within_the_six_countries_is_told():
    net = with_runs(RUN, {**RUN, "id": "lost", "via": "baku"})
    with pytest.warns(CorridorWarning, match="lost: the network lacks baku; not compared"):
        table = co.compare_with_pilot_runs(net)
    assert table.loc["lost", "not_compared"] == "the network lacks baku"


def test_a_way_that_is_not_there_is_told():
    net = with_runs({**RUN, "modes": "air", "days_low": 1, "days_high": 1})
    with pytest.warns(CorridorWarning, match="port-city-2022: the network has no such way in these modes"):
        table = co.compare_with_pilot_runs(net)
    assert math.isnan(table.loc["port-city-2022", "days_computed"])
    assert table.loc["port-city-2022", "days_within"] == ""


# --- days beside the range drawn -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (5, 5, "below"),
        (6, 6, "within P10-P90"),
        (2, 6, "within P10-P90"),
        (7, 8, "within P10-P90"),
        (2, 30, "within P10-P90"),
        (10, 10, "within P10-P90"),
        (10, 12, "within P10-P90"),
        (10.1, 12, "above"),
        (None, 7, ""),
        (7, None, ""),
    ],
)
def test_a_published_range_lies_within_where_it_has_a_day_in_common(low, high, expected):
    assert place_in_range(low, high, 6, 10) == expected


def test_nothing_drawn_has_no_place():
    assert place_in_range(5, 5, math.nan, math.nan) == ""


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(1, 1.6, "below"), (1.6, 1.7, "within P10-P90"), (2, 3, "above")]
)
def test_without_any_spread_the_range_is_the_computed_time(low, high, expected):
    table = co.compare_with_pilot_runs(with_runs({**RUN, "days_low": low, "days_high": high}), spread=0, n=10)
    row = table.loc["port-city-2022"]
    assert [row[f"days_{name}"] for name in ("p10", "p50", "p90")] == pytest.approx([40.32 / 24] * 3)
    assert row["days_within"] == expected


def test_the_range_is_that_of_the_simulated_route():
    net = with_runs({**RUN, "days_low": 1, "days_high": 1})
    row = co.compare_with_pilot_runs(net, n=500, seed=4).loc["port-city-2022"]
    found = co.route(net, "port", "city", by="hours", modes=("road",), shipment=co.Shipment(tonnes=20))
    drawn = co.simulate(found, n=500, seed=4).to_frame().iloc[0]
    for name in ("p10", "p50", "p90"):
        assert row[f"days_{name}"] == drawn[f"hours_{name}"] / 24


def test_the_draws_are_fixed_and_told():
    net = with_runs(RUN)
    table = co.compare_with_pilot_runs(net)
    assert table.equals(co.compare_with_pilot_runs(net))
    assert (table.attrs["n"], table.attrs["seed"], table.attrs["closures"]) == (10_000, 1, "none")
    assert not table.equals(co.compare_with_pilot_runs(net, seed=2))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 3}, "n=3: must be a whole number of draws"),
        ({"seed": -1}, "seed=-1: must be a whole number of 0 or more"),
        ({"spread": {"nowhere": 1}}, "nowhere"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(OptionError, match=message):
        co.compare_with_pilot_runs(with_runs(RUN), **options)


# --- the bundled journeys ------------------------------------------------------------------------------------------------


def test_every_bundled_journey_with_a_scope_is_compared_in_it():
    table = co.compare_with_pilot_runs(co.load(scope="bypass"), n=10)
    assert (table["not_compared"] == "").equals(table["scope"] != "")
    told = table["days_published_low"].notna() & (table["scope"] != "")
    assert (table.loc[told, "days_within"] != "").all()


def test_the_ways_round_leave_the_journeys_of_the_six_countries_as_they_are():
    whole = co.compare_with_pilot_runs(co.load(scope="bypass"), n=1000)
    within = co.compare_with_pilot_runs(co.load(), n=1000)
    chosen = within["scope"] == "corridor"
    assert (within["not_compared"] == "").equals(chosen)
    columns = ["km_computed", "days_computed", "usd_computed", "days_p10", "days_p90", "crossings"]
    assert within.loc[chosen, columns].equals(whole.loc[chosen, columns])


def test_a_journey_whose_source_is_used_in_the_data_says_whether_it_is_independent():
    tables = co.load(scope="bypass").tables
    used = {
        name
        for rows in (tables.links, tables.rates, tables.crossings, tables.transfers)
        for row in rows
        for column, cell in row
        if column.endswith("source")
        for name in str(cell).split(";")
    }
    silent = [
        run.id
        for run in tables.pilot_runs
        if run.days_low and {*run.source.split(";")} & used and "ndependent" not in run.note
    ]
    assert silent == []


def test_the_best_published_run_of_the_corridor_is_within_a_third():
    row = co.compare_with_pilot_runs(co.load()).loc["karachi-tashkent-2022"]
    assert abs(row["km_difference"]) < 0.05
    assert abs(row["days_difference"]) < 1 / 3


def test_the_page_is_the_one_that_the_data_make():
    tool = ROOT / "tools" / "make_validation.py"
    done = subprocess.run([sys.executable, str(tool), "--check"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_miss_without_a_cause_is_refused(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    tool = importlib.import_module("make_validation")
    monkeypatch.setattr(tool, "DAYS_CAUSES", {})
    whole = co.load(scope="bypass")
    with pytest.raises(DataError, match="a miss without a cause"):
        tool.page(co.load(), whole, [])


def test_every_cause_is_that_of_a_miss(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    tool = importlib.import_module("make_validation")
    table = co.compare_with_pilot_runs(co.load(scope="bypass"))
    missed = table.index[table["days_within"].isin(["below", "above"])]
    assert set(tool.DAYS_CAUSES) == set(missed)
    assert set(tool.PARTS) <= set(missed)


def test_published_distances_of_known_stretches_are_met_or_their_miss_has_a_note():
    net = co.load()
    with (ROOT / "data" / "published_distances.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    within = 0
    for row in rows:
        via = [place for place in row["via"].split(";") if place]
        found = co.route(net, row["origin"], row["destination"], by="km", modes=row["modes"].split(";"), via=via)
        low, high = float(row["km_low"]), float(row["km_high"])
        near = low * 0.95 <= found.km <= high * 1.05
        within += near
        assert near or row["note"], f"{row['id']}: {found.km:.0f} km against {low:.0f}-{high:.0f} without a word"
    assert within / len(rows) > 0.75
