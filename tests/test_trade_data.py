# SPDX-License-Identifier: BSD-3-Clause
"""The bundled tables of trade: capacities and traffic kept apart, demand that adds up, goods that ride what they may."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import corridor as co
import small
from corridor.errors import DataError, NoRouteError
from corridor.schema import Cargo
from corridor.tables import data_folder, read_folder
from corridor.vocabulary import BASES, mode_of

ROOT = Path(__file__).resolve().parents[1]
TABLES = read_folder(data_folder())
MAIN = (
    "torkham",
    "chaman",
    "hairatan",
    "saryagash-keles",
    "konysbayev-yallama",
    "zhaisan-sagarchin",
    "syrym-mashtakovo",
)


def capacity(subject: str, mode: str = "road", direction: str = "both"):
    (row,) = [row for row in TABLES.capacities if (row.subject, row.mode, row.direction) == (subject, mode, direction)]
    return row


# --- capacities ----------------------------------------------------------------------------------------------------------


def test_the_main_corridor_and_its_ports_have_capacities():
    subjects = {row.subject for row in TABLES.capacities}
    assert set(MAIN) | {"karachi", "port-qasim", "gwadar", "aktau-port", "salang"} <= subjects


def test_traffic_is_not_passed_off_as_capacity():
    # Where a source speaks of what passes, that is the traffic, and the capacity is an estimate above it.
    for subject, mode, direction in (
        ("chaman", "road", "both"), ("kharlachi", "road", "both"), ("hairatan", "road", "both"),
        ("hairatan", "rail", "UZ-AF"), ("aqina", "rail", "TM-AF"), ("torghundi", "rail", "TM-AF"),
        ("islam-qala", "road", "both"), ("ghulam-khan", "road", "both"), ("salang", "road", "both"),
    ):  # fmt: skip
        row = capacity(subject, mode, direction)
        assert row.capacity_basis == "estimate"
        assert row.traffic is not None
        assert row.traffic < row.capacity
        assert "judgement" in row.capacity_source
        assert "Estimate" in row.note
    assert (capacity("torkham").capacity, capacity("torkham").traffic) == (1200, 1000)
    assert capacity("chaman").capacity == 1.5 * capacity("chaman").traffic


def test_every_estimate_of_a_capacity_says_so_and_no_quoted_one_is_judged():
    for row in TABLES.capacities:
        judged = "judgement" in row.capacity_source.split(";")
        assert judged == (row.capacity_basis == "estimate"), row
        assert row.note


def test_the_trains_at_saryagash_are_those_of_the_sources():
    row = capacity("saryagash-keles", "rail")
    assert (row.capacity, row.traffic) == (36 * 2 * 57, 30 * 2 * 57)


def test_rivals_hold_the_figure_in_use_once():
    rows = [row for row in TABLES.rival_figures if row.subject.startswith("capacities/")]
    used = {row.subject: row.value for row in rows if row.used}
    assert len(used) == len({row.subject for row in rows})
    named = {
        "capacities/" + "/".join(filter(None, (row.subject, row.post, row.mode, row.direction))): row.capacity
        for row in TABLES.capacities
    }
    assert {subject: named[subject] for subject in used} == used


def test_planned_railways_have_a_capacity_and_no_traffic():
    planned = {link.id for link in TABLES.links if link.alignment.startswith("UAP 2025")}
    rows = [row for row in TABLES.capacities if row.subject in planned]
    assert {row.subject for row in rows} == planned
    assert {(row.capacity, row.unit, row.traffic) for row in rows} == {(3e6, "tonnes_per_year", 0)}


def test_a_scope_keeps_the_capacities_of_what_it_holds():
    inside = co.load().capacities
    assert {"torkham", "karachi", "hairatan"} <= set(inside["subject"])
    assert not {"dostyk", "islam-qala", "aqina"} & set(inside["subject"])
    assert len(co.load(scope="bypass").capacities) == len(TABLES.capacities) > len(inside)
    # No ship leaves Aktau within the six countries.
    assert "aktau-port" not in set(inside["subject"])


# --- demand --------------------------------------------------------------------------------------------------------------


def test_demand_adds_up_to_what_was_quoted():
    totals: Counter[str] = Counter()
    for row in TABLES.demand:
        totals[row.set] += row.usd_per_year
    assert totals == {"pk-kz-2025": 250e6, "pk-uz-2024": 404e6}
    for name, partner in (("pk-kz-2025", "KZ"), ("pk-uz-2024", "UZ")):
        quoted = [
            row.usd for row in TABLES.trade if (row.partner_a, row.partner_b, row.flow) == ("PK", partner, "both")
        ]
        assert totals[name] in quoted


def test_demand_keeps_the_published_directions():
    country = {place.id: place.country for place in TABLES.places}
    for name, south, north in (("pk-kz-2025", 97.96, 129.63), ("pk-uz-2024", 89, 231)):
        rows = [row for row in TABLES.demand if row.set == name]
        total = sum(row.usd_per_year for row in rows)
        up = sum(row.usd_per_year for row in rows if country[row.origin] == "PK")
        assert up / total == pytest.approx(south / (south + north), abs=1e-4)


def test_no_row_of_demand_is_presented_as_known():
    assert {row.basis for row in TABLES.demand} == {"estimate"}
    assert all("judgement" in row.source and "is judged" in row.note for row in TABLES.demand)


def test_demand_is_what_the_tool_makes():
    tool = [sys.executable, str(ROOT / "tools" / "make_demand.py"), "--check"]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "data/demand.csv is up to date")


def test_every_row_of_demand_can_be_carried():
    net = co.load()
    for origin, destination, cargo in {(row.origin, row.destination, row.cargo) for row in net.tables.demand}:
        assert co.route(net, origin, destination, shipment=co.Shipment(cargo=cargo)).hours > 0


# --- cargo ---------------------------------------------------------------------------------------------------------------


def test_every_class_of_goods_says_what_it_needs():
    for row in TABLES.cargo:
        assert row.vehicle
        assert row.decay_percent_per_day is not None
        assert row.decay_percent_per_day <= row.time_cost_percent_per_day
        assert row.decay_basis in BASES
        assert (row.form == "reefer") == bool(row.temperature)
    named = {row.id for row in TABLES.cargo}
    assert {"fruit-and-vegetables", "meat-frozen", "grain", "flour", "medicines", "ore", "steel", "fuel", "gas", "cement",
            "textiles", "machinery", "general", "pulses"} <= named  # fmt: skip


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"decay_percent_per_day": 2, "decay_basis": "estimate"}, "cannot exceed it"),
        ({"decay_percent_per_day": 0.5}, "decay_percent_per_day and decay_basis go together"),
        ({"shelf_life_basis": "estimate"}, "shelf_life_days and shelf_life_basis go together"),
    ],
)
def test_cargo_that_contradicts_itself_is_refused(more, said):
    with pytest.raises(ValueError, match=said):
        Cargo.model_validate(small.CARGO[0] | more)


def test_the_same_pair_has_different_ways_by_class():
    net = co.load()

    def modes(cargo: str, origin: str = "Karachi", destination: str = "Tashkent") -> set[str]:
        route = co.route(net, origin, destination, shipment=co.Shipment(cargo=cargo))
        return {mode_of(carriage) for carriage in route.legs["carriage"]}

    assert modes("fruit-and-vegetables") == modes("meat-frozen") == modes("medicines") == {"road"}
    assert "rail" in modes("ore") & modes("grain") & modes("steel") & modes("fuel")
    assert modes("ore", "Almaty", "Moscow") == {"rail"}
    assert modes("textiles", "Almaty", "Moscow") == {"road"}


def test_gas_is_never_on_a_truck_and_gold_never_on_land():
    net = co.load()
    with pytest.raises(NoRouteError):
        co.route(net, "Karachi", "Tashkent", shipment=co.Shipment(cargo="gas"))
    gas, gold = (next(row for row in TABLES.cargo if row.id == name) for name in ("gas", "precious"))
    assert gas.carriages == ("pipeline",)
    assert gold.carriages == ("air",)


def test_goods_longer_under_way_than_they_keep_are_told():
    def net(days: float) -> co.Network:
        tables = small.two_countries().tables
        cargo = small.rows("cargo", [small.CARGO[0] | {"shelf_life_days": days, "shelf_life_basis": "estimate"}])
        return co.Network(replace(tables, cargo=(*cargo, *tables.cargo[1:])))

    route = co.route(net(1), "port", "city")
    assert route.hours > 24
    (told,) = route.advisories
    assert (told.subject, told.state, told.effect) == ("general", "spoiled", "shelf-life")
    assert str(told) == f"general: spoiled: {route.hours / 24:.1f} days under way, saleable for 1 [estimate] [hand]"
    assert "spoiled" in str(route)
    # As many days as it takes are enough.
    assert co.route(net(route.hours / 24), "port", "city").advisories == ()
    assert co.route(small.two_countries(), "port", "city").advisories == ()


def test_fruit_that_waits_three_weeks_at_a_border_is_lost():
    wait = co.Scenario(
        id="queue", name="Queue", description="Three weeks at Torkham and Chaman.", basis="estimate", source="own-assumption",
        changes=[{"kind": "border", "crossings": ["torkham"], "posts": ["torkham-pk"], "hours_plus": 504}],
    )  # fmt: skip
    net = co.load().apply(wait)
    fruit = co.Shipment(cargo="fruit-and-vegetables")
    lost = co.route(
        net, "Peshawar", "Jalalabad", shipment=fruit, avoid=["chaman", "ghulam-khan", "kharlachi", "angoor-adda"]
    )
    assert [row.subject for row in lost.advisories if row.effect == "shelf-life"] == ["fruit-and-vegetables"]
    steel = co.route(
        net,
        "Peshawar",
        "Jalalabad",
        shipment=co.Shipment(cargo="steel"),
        avoid=["chaman", "ghulam-khan", "kharlachi", "angoor-adda"],
    )
    assert [row for row in steel.advisories if row.effect == "shelf-life"] == []


def test_broken_cargo_is_told_with_its_row(tmp_path):
    folder = Path(tmp_path)
    co.write_network(small.two_countries(), folder, format="csv")
    text = (folder / "cargo.csv").read_text(encoding="utf-8").splitlines()
    header = text[0].split(",")
    cells = text[1].split(",")
    cells[header.index("shelf_life_days")] = "3"
    (folder / "cargo.csv").write_text("\n".join([text[0], ",".join(cells), *text[2:]]) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="shelf_life_days and shelf_life_basis go together"):
        co.read_network(folder)


def test_the_page_of_trade_tells_the_load_of_a_wagon_that_the_model_takes():
    rate = next(row for row in co.load().tables.rates if row.parameter == "wagon_payload_t" and row.country == "*")
    page = (ROOT / "docs" / "trade.md").read_text(encoding="utf-8")
    words = f"fill wagons to their payload ({rate.value:.0f} t, the rate `wagon_payload_t`, an {rate.basis} of {rate.low:.0f} to {rate.high:.0f})"
    assert words in page
    heavy = co.load().with_rates("wagon_payload_t", value=65.0)
    lighter, heavier = (
        co.growth(net, co.Demand.bundled("pk-kz-2025"), steps=2, swing=None).first for net in (co.load(), heavy)
    )
    # The goods that ride in wagons there are all in bulk.
    assert heavier.name == lighter.name
    assert heavier.usd == pytest.approx(lighter.usd * 65 / rate.value)
