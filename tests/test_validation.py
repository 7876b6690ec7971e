# SPDX-License-Identifier: BSD-3-Clause
"""The library beside published journeys and distances: the comparison, and the page made from it."""

from __future__ import annotations

import csv
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import corridor as co
import small
from corridor.errors import CorridorWarning
from corridor.network import Network

ROOT = Path(__file__).parents[1]
RUN = {
    "id": "port-city-2022", "date": "2022-06-01", "origin": "port", "destination": "city", "modes": "road",
    "tonnes": 20, "cargo": "sugar", "routable": True, "basis": "quoted", "source": "hand",
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


def test_runs_beyond_the_network_are_left_out_and_a_lost_place_is_told():
    net = with_runs(
        RUN, {**RUN, "id": "far", "destination": "baku", "routable": False}, {**RUN, "id": "lost", "via": "baku"}
    )
    with pytest.warns(CorridorWarning, match="lost: the network lacks baku; not compared"):
        table = co.compare_with_pilot_runs(net)
    assert list(table.index) == ["port-city-2022"]


def test_the_best_published_run_of_the_corridor_is_within_a_third():
    row = co.compare_with_pilot_runs(co.load()).loc["karachi-tashkent-2022"]
    assert abs(row["km_difference"]) < 0.05
    assert abs(row["days_difference"]) < 1 / 3


def test_the_page_is_the_one_that_the_data_make():
    tool = ROOT / "tools" / "make_validation.py"
    done = subprocess.run([sys.executable, str(tool), "--check"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


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
