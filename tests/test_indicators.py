# SPDX-License-Identifier: BSD-3-Clause
"""Trade facilitation indicators: small networks by hand, the identities of the method, the published values beside."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import corridor as co
import small
from corridor.errors import NoRouteError, OptionError
from corridor.movements import movements_of, sum_over

LAND = ["road", "rail"]
HOURS = ["haul_hours", "border_hours", "transfer_hours", "waiting_hours", "other_hours"]
USD = ["haul_usd", "border_usd", "transfer_usd", "waiting_usd", "other_usd"]
PUBLISHED = [
    {"area": "PK", "mode": "road", "year": 2022, "tfi1_hours": 30, "tfi2_usd": 80, "tfi4_kmh": 8, "speed_without_delay_kmh": 40,
     "tfi1_outbound_hours": 25, "basis": "quoted", "source": "hand", "note": "Only those leaving."},
    {"area": "PK", "mode": "road", "year": 2023, "tfi1_hours": 24, "basis": "quoted", "source": "hand"},
    {"area": "PK", "mode": "rail", "year": 2023, "tfi1_hours": 1, "basis": "quoted", "source": "hand"},
    {"area": "CAREC-C6", "mode": "road", "year": 2020, "tfi1_hours": 13.5, "basis": "quoted", "source": "hand"},
]  # fmt: skip


@pytest.fixture(scope="module")
def net():
    return co.load()


@pytest.fixture(scope="module")
def bypass():
    return co.load(scope="bypass")


def by_road(**more):
    """Port, 200 km to the post, 8 km between the posts, 50 km to the city: half the 8 km counts for each country."""
    return co.route(small.two_countries(), "port", "city", modes=["road"], **more)


def table(found, name="countries"):
    frame = found.to_frame(name)
    return frame.set_index(["country", "mode"]) if name == "countries" else frame


def with_published(rows, extra_rates=()):
    made = small.two_countries().tables
    return small.network(
        [row.model_dump() for row in made.places],
        [row.model_dump(by_alias=True) for row in made.links],
        [*small.RATES, *extra_rates],
        crossings=[row.model_dump() for row in made.crossings],
        transfers=[row.model_dump() for row in made.transfers],
        indicators=rows,
    )


# --- by hand -----------------------------------------------------------------------------------------------------------


def test_a_truck_through_two_countries_by_hand():
    frame = table(co.indicators(by_road()))
    assert list(frame.index) == [("PK", "road"), ("AF", "road"), ("all", "road"), ("all", "all")]
    # 25 km an elapsed hour, half of it in motion at 50 km/h; 2 USD a km; 20 h and 100 USD leaving, 10 h and 50 USD entering.
    pk, af, whole = (frame.loc[key] for key in (("PK", "road"), ("AF", "road"), ("all", "all")))
    assert [
        pk[name] for name in ("km", "haul_hours", "driving_hours", "rest_hours", "border_hours", "hours")
    ] == pytest.approx([204, 8.16, 4.08, 4.08, 20, 28.16])
    assert [
        af[name] for name in ("km", "haul_hours", "driving_hours", "rest_hours", "border_hours", "hours")
    ] == pytest.approx([54, 2.16, 1.08, 1.08, 10, 12.16])
    assert [pk["usd"], pk["haul_usd"], pk["border_usd"]] == pytest.approx([508, 408, 100])
    assert [af["usd"], af["haul_usd"], af["border_usd"]] == pytest.approx([158, 108, 50])
    assert [row["tfi1_hours"] for row in (pk, af, whole)] == pytest.approx([20, 10, 15])
    assert [row["tfi2_usd"] for row in (pk, af, whole)] == pytest.approx([100, 50, 75])
    assert [row["tfi3_usd_per_500km_20t"] for row in (pk, af, whole)] == pytest.approx(
        [508 * 500 / 204, 158 * 500 / 54, 666 * 500 / 258]
    )
    assert [row["tfi4_kmh"] for row in (pk, af, whole)] == pytest.approx([204 / 28.16, 54 / 12.16, 258 / 40.32])
    assert [row["tfi4_without_rest_kmh"] for row in (pk, whole)] == pytest.approx([204 / 24.08, 258 / 35.16])
    assert [row["speed_without_delay_kmh"] for row in (pk, af, whole)] == pytest.approx([50, 50, 50])
    assert whole["delay_share"] == pytest.approx(1 - 258 / 40.32 / 50)
    assert whole["stop_hours_per_100km"] == pytest.approx(100 * (40.32 - 5.16) / 258)
    assert [row["passages"] for row in (pk, af, whole)] == [1, 1, 2]


def test_the_posts_passed_are_those_of_the_two_sides():
    frame = table(co.indicators(by_road()), "passages")
    assert frame[["post", "country", "direction", "hours", "usd_per_vehicle"]].to_numpy().tolist() == [
        ["west", "PK", "outbound", 20, 100],
        ["east", "AF", "inbound", 10, 50],
    ]
    back = table(co.indicators(co.route(small.two_countries(), "city", "port", modes=["road"])), "passages")
    assert back[["post", "direction", "hours"]].to_numpy().tolist() == [
        ["east", "outbound", 15],
        ["west", "inbound", 40],
    ]


def test_tfi2_is_of_one_vehicle_and_tfi3_of_20_tonnes_whatever_is_moved():
    one, three = (table(co.indicators(by_road(shipment=co.Shipment(tonnes=t)))).loc[("all", "all")] for t in (20, 60))
    assert three["border_usd"] == pytest.approx(3 * one["border_usd"])
    assert three["tfi2_usd"] == pytest.approx(one["tfi2_usd"])
    assert three["tfi3_usd_per_500km_20t"] == pytest.approx(one["tfi3_usd_per_500km_20t"])
    half = table(co.indicators(by_road(shipment=co.Shipment(tonnes=10)))).loc[("all", "all")]
    assert half["tfi3_usd_per_500km_20t"] == pytest.approx(2 * one["tfi3_usd_per_500km_20t"])


def test_rest_and_border_alone_make_the_speed_that_the_method_says():
    """SWD = D / (D / SWOD + TFI1) where a truck never rests and one post is passed."""
    never = small.two_countries().with_rates("duty_hours_per_day", value=24)
    route = co.route(never, "town", "city", modes=["road"])
    row = table(co.indicators(route)).loc[("all", "all")]
    assert row["rest_hours"] == pytest.approx(0)
    assert row["tfi4_kmh"] == pytest.approx(158 / (158 / 50 + 2 * row["tfi1_hours"]))
    assert row["tfi4_without_rest_kmh"] == pytest.approx(row["tfi4_kmh"])


def test_what_is_done_at_a_terminal_stands_apart_from_trucks_and_trains():
    route = co.route(small.two_countries(), "port", "city", modes=LAND, avoid=["road-port-town", "road-east-city"])
    frame = table(co.indicators(route))
    # Rail 120 km, transfer of 12 h at town; road to east; transfer of 6 h there; rail 60 km: all trains at 25 km/h.
    assert route.transfers == 2
    assert frame.loc[("PK", "rail"), "tfi4_kmh"] == pytest.approx(25)
    assert frame.loc[("PK", "terminals"), "transfer_hours"] == pytest.approx(12)
    assert frame.loc[("AF", "terminals"), "transfer_hours"] == pytest.approx(6)
    for name in ("driving_hours", "speed_without_delay_kmh", "delay_share", "stop_hours_per_100km"):
        assert math.isnan(frame.loc[("AF", "rail"), name])
        assert math.isnan(frame.loc[("all", "all"), name])
    assert frame.loc[("all", "road"), "speed_without_delay_kmh"] == pytest.approx(50)
    assert frame.loc[("all", "terminals"), ["tfi3_usd_per_500km_20t", "tfi4_kmh"]].isna().all()
    assert frame.loc[("all", "all"), "tfi4_kmh"] == pytest.approx(route.km / route.hours)
    legs = table(co.indicators(route), "legs")
    assert legs["activity"].tolist() == ["leg", "transfer", "leg", "transfer", "leg"]
    assert any("Rail: " in note for note in co.indicators(route).notes)
    assert any("Terminals: " in note for note in co.indicators(route).notes)


def test_the_port_is_no_part_of_the_truck_s_speed(net):
    gate, terminal = (
        table(co.indicators(co.route(net, "Karachi", "Kabul", shipment=co.Shipment(ends=ends))))
        for ends in ("gate", "terminal")
    )
    assert terminal.loc[("all", "road"), "tfi4_kmh"] == pytest.approx(gate.loc[("all", "road"), "tfi4_kmh"])
    assert terminal.loc[("PK", "terminals"), "other_hours"] > 100
    assert terminal.loc[("all", "all"), "tfi4_kmh"] < gate.loc[("all", "all"), "tfi4_kmh"]


def test_at_sea_there_is_no_country_and_no_indicator(bypass):
    route = co.route(bypass, "Karachi", "Minsk", modes=["sea", "rail"])
    found = co.indicators(route)
    frame = table(found)
    assert ("", "sea") in frame.index
    sea = frame.loc[("", "sea")]
    assert sea[["tfi1_hours", "tfi3_usd_per_500km_20t", "tfi4_kmh", "speed_without_delay_kmh"]].isna().all()
    assert sea["waiting_hours"] > 0
    whole = frame.loc[("all", "all")]
    assert whole[["tfi3_usd_per_500km_20t", "tfi4_kmh"]].isna().all()
    assert whole["km"] == pytest.approx(route.km)
    assert frame.loc[("all", "rail"), "tfi4_kmh"] > 0
    assert any(note.startswith("Not part of CPMM and without indicators: sea") for note in found.notes)


def test_a_queue_before_an_opening_is_part_of_the_post(net):
    route = co.route(net, "Karachi", "Kabul", depart=datetime(2025, 5, 20, 1))
    found = co.indicators(route)
    waits = [part for part in movements_of(route) if part.activity.startswith("waiting")]
    passages = table(found, "passages")
    frame = table(found)
    assert passages["hours"].sum() == pytest.approx(frame.loc[("all", "all"), "border_hours"])
    assert frame.loc[("all", "all"), "hours"] == pytest.approx(route.hours)
    assert frame.loc[("all", "all"), [*HOURS]].sum() == pytest.approx(route.hours)
    at_posts = math.fsum(part.hours for part in waits if part.border)
    plain = table(co.indicators(co.route(net, "Karachi", "Kabul")), "passages")
    if route.crossings == ("torkham",):
        assert passages["hours"].sum() == pytest.approx(plain["hours"].sum() + at_posts)


def test_hours_of_a_dated_status_are_counted_at_the_post_left():
    status = {
        "subject": "gate", "subject_kind": "crossing", "state": "restricted", "effect": "hours", "hours": 30,
        "from": "2025-01-01", "to": "2025-12-31", "last_confirmed": "2025-06-01", "basis": "quoted", "source": "hand",
    }  # fmt: skip
    made = small.two_countries().tables
    net = small.network(
        [row.model_dump() for row in made.places], [row.model_dump(by_alias=True) for row in made.links],
        crossings=[row.model_dump() for row in made.crossings], statuses=[status],
    )  # fmt: skip
    route = co.route(net.as_of("2025-03-01"), "port", "city", modes=["road"])
    frame = table(co.indicators(route), "passages")
    assert frame[["post", "hours"]].to_numpy().tolist() == [["west", 50], ["east", 10]]
    assert table(co.indicators(route)).loc[("PK", "road"), "tfi1_hours"] == pytest.approx(50)


def test_figures_of_one_s_own_are_not_split_into_haul_and_posts():
    places = pd.DataFrame({"id": ["a", "b"], "lon": [60.0, 60.5], "lat": [30.0, 30.0]})
    links = pd.DataFrame({"from": ["a"], "to": ["b"], "length_km": [60.0], "hours": [3.0], "usd": [90.0]})
    own = co.Router.from_frames(places, links).route("a", "b", by="hours")
    row = table(co.indicators(own)).loc[("all", "all")]
    assert [row["km"], row["hours"], row["tfi4_kmh"], row["usd"]] == pytest.approx([60, 3, 20, 90])
    assert math.isnan(row["speed_without_delay_kmh"])
    assert math.isnan(row["tfi3_usd_per_500km_20t"])
    assert "The links bring their own figures" in "".join(co.indicators(own).notes)
    assert " 20 t" not in str(co.indicators(own)).split("\n")[0]


def test_a_crossing_with_hours_of_its_own_is_haul_as_a_whole():
    places = pd.DataFrame({"id": ["a", "b"], "lon": [60.0, 60.5], "lat": [30.0, 30.0], "country": ["PK", "AF"]})
    links = pd.DataFrame(
        {"from": ["a"], "to": ["b"], "length_km": [60.0], "hours": [30.0], "usd": [90.0], "crossing": ["gate"]}
    )
    found = co.indicators(co.Router.from_frames(places, links).route("a", "b", by="hours"))
    assert table(found).loc[("all", "all"), "passages"] == 0
    assert "Own figures cannot be split into haul and posts: all of gate counts as haul." in found.notes


def test_without_prices_the_cost_is_not_known_and_without_hours_nothing_is():
    places = pd.DataFrame({"id": ["a", "b"], "lon": [60.0, 60.5], "lat": [30.0, 30.0]})
    links = pd.DataFrame({"from": ["a"], "to": ["b"], "length_km": [60.0], "hours": [3.0]})
    row = table(co.indicators(co.Router.from_frames(places, links).route("a", "b", by="hours"))).loc[("all", "all")]
    assert row[["usd", "tfi3_usd_per_500km_20t"]].isna().all()
    only_km = co.Router.from_frames(places, links.drop(columns="hours")).route("a", "b", by="km")
    with pytest.raises(OptionError, match=r"indicators: the hours of route 1 are not known; give the column hours"):
        co.indicators(only_km)


# --- laws --------------------------------------------------------------------------------------------------------------


def check_laws(route):
    frame = co.indicators(route).to_frame()
    whole = frame[frame["country"] == "all"].set_index("mode")
    parts = frame[frame["country"] != "all"]
    for name in ("km", "hours", "usd"):
        assert whole.loc["all", name] == pytest.approx(getattr(route, name))
    for name in ("km", "hours", "usd", *HOURS, *USD, "passages"):
        assert parts[name].sum() == pytest.approx(whole.loc["all", name])
        assert parts.groupby("mode")[name].sum().to_dict() == pytest.approx(whole.drop("all")[name].to_dict())
    assert frame[HOURS].sum(axis=1).to_numpy() == pytest.approx(frame["hours"].to_numpy())
    assert frame[USD].sum(axis=1).to_numpy() == pytest.approx(frame["usd"].to_numpy())
    known = frame.dropna(subset=["speed_without_delay_kmh"])
    assert (known["driving_hours"] + known["rest_hours"]).to_numpy() == pytest.approx(known["haul_hours"].to_numpy())
    assert (known["tfi4_kmh"] <= known["speed_without_delay_kmh"] * (1 + 1e-9)).all()
    assert (known["tfi4_kmh"] <= known["tfi4_without_rest_kmh"] * (1 + 1e-9)).all()
    ratio = known["tfi4_kmh"] / known["speed_without_delay_kmh"]
    assert known["delay_share"].to_numpy() == pytest.approx(1 - ratio.to_numpy())
    inverse = 100 * (1 / known["tfi4_kmh"] - 1 / known["speed_without_delay_kmh"])
    assert known["stop_hours_per_100km"].to_numpy() == pytest.approx(inverse.to_numpy())
    # A speed of several parts is harmonic: km over hours, never the mean of speeds.
    for mode in {*parts["mode"]} & {*LAND}:
        own = parts[parts["mode"] == mode]
        if own["hours"].sum() > 0 and own["km"].sum() > 0:
            assert whole.loc[mode, "tfi4_kmh"] == pytest.approx(own["km"].sum() / own["hours"].sum())
    legs = co.indicators(route).to_frame("legs")
    for name in ("km", "hours", "usd", *HOURS, *USD):
        assert legs[name].sum() == pytest.approx(getattr(route, name, whole.loc["all", name]))
    assert (legs["activity"] == "leg").sum() == len(route.leg_rows())


@pytest.mark.parametrize("ends", ["gate", "terminal"])
@pytest.mark.parametrize("cargo", ["general", "fruit-vegetables"])
@pytest.mark.parametrize("pair", [("Karachi", "Minsk"), ("Gwadar", "Almaty"), ("Tashkent", "Karachi")])
def test_the_laws_hold_on_the_corridor(net, pair, cargo, ends):
    known = {row.id for row in net.tables.cargo}
    cargo = cargo if cargo in known else next(row.id for row in net.tables.cargo if row.form == "reefer")
    check_laws(co.route(net, *pair, shipment=co.Shipment(cargo=cargo, ends=ends)))


def test_the_laws_hold_by_rail_and_by_sea_and_in_the_air(bypass):
    for modes in (["rail", "sea"], ["road", "rail", "sea"], ["road", "air"]):
        check_laws(co.route(bypass, "Karachi", "Minsk", modes=modes))


@given(small.tangled(), st.sampled_from(["general", "fruit"]), st.sampled_from(["gate", "terminal"]))
def test_the_laws_hold_on_random_networks(net, cargo, ends):
    # Terminals of ships and aircraft have no price in the small networks.
    modes = ["road", "rail", *(["sea", "air"] if ends == "gate" else [])]
    try:
        route = co.route(net, "p0", net.tables.places[-1].id, modes=modes, shipment=co.Shipment(cargo=cargo, ends=ends))
    except (NoRouteError, OptionError):
        assume(False)
    check_laws(route)
    parts = movements_of(route)
    for name in ("km", "hours", "usd", "co2e_kg"):
        assert sum_over(parts, name) == pytest.approx(getattr(route, name))


@pytest.mark.parametrize(
    ("slow", "fast", "share", "stops"),
    [(11.4, 24.8, 0.54, 4.74), (29.6, 45.6, 0.35, 1.19), (10.4, 57.9, 0.82, None)],
)
def test_the_identities_of_the_published_speeds(net, slow, fast, share, stops):
    """Pakistan 2023, Uzbekistan by road 2022, Kazakhstan by rail 2022: as worked out from the published pairs."""
    assert any((row.tfi4_kmh, row.speed_without_delay_kmh) == (slow, fast) for row in net.tables.indicators)
    assert 1 - slow / fast == pytest.approx(share, abs=0.005)
    assert stops is None or 100 * (1 / slow - 1 / fast) == pytest.approx(stops, abs=0.005)


# --- beside the published ------------------------------------------------------------------------------------------------


def test_the_latest_year_that_has_a_figure_stands_beside():
    index = [
        small.rate("price_index", value, None, "US CPI, 1982-84 = 100", year=year)
        for year, value in ((2022, 80), (2025, 100))
    ]
    net = with_published(PUBLISHED, index)
    found = co.indicators(co.route(net, "port", "city", modes=["road"]))
    frame = found.to_frame("compared").set_index(["area", "indicator"])
    row = frame.loc[("PK", "tfi1_hours")]
    assert (row["published"], row["published_year"], row["difference"]) == (24, 2023, pytest.approx(-4))
    money = frame.loc[("PK", "tfi2_usd")]
    # 80 USD of 2022 are 100 USD of 2025.
    assert (money["published"], money["published_at_price_year"], money["ratio"]) == (
        80,
        pytest.approx(100),
        pytest.approx(1),
    )
    assert frame.loc[("PK", "tfi1_outbound_hours"), "published"] == 25
    assert ("PK", "tfi1_inbound_hours") not in frame.index
    assert frame.loc[("CAREC-C6", "tfi1_hours"), ["computed", "published"]].tolist() == [15, 13.5]
    assert frame.loc[("PK", "tfi4_without_rest_kmh"), "published"] == 8
    assert math.isnan(frame.loc[("AF", "tfi1_hours"), "published"])
    assert any("No published figures in the data: AF road" in note for note in found.notes)
    assert "PK road 2022: Only those leaving." in found.notes
    assert table(found, "passages")["published_hours"].iloc[0] == 25


def test_money_without_a_price_index_is_not_compared():
    frame = co.indicators(co.route(with_published(PUBLISHED), "port", "city", modes=["road"])).to_frame("compared")
    row = frame[frame["indicator"] == "tfi2_usd"].iloc[0]
    assert row["published"] == 80
    assert math.isnan(row["difference"])


def test_a_network_without_the_table_says_so():
    found = co.indicators(by_road())
    assert found.to_frame("compared")["published"].isna().all()
    assert "The network has no table of published indicators (indicators.csv): nothing to compare with." in found.notes
    assert "(-)" not in str(found)


def test_less_delay_than_rest_alone_is_told(net):
    notes = co.indicators(co.route(net, "Karachi", "Almaty", modes=["road"])).notes
    told = [note for note in notes if "less delay in all than the rests" in note]
    assert len(told) == 1
    assert "UZ road" in told[0]
    assert "PK road" not in told[0]


def test_the_published_delay_share_is_of_one_year():
    """Of 2022 0.8, more than the half that is rest; 22 of 2023 beside 40 of 2022 would make less, 0.45."""
    later = {"area": "PK", "mode": "road", "year": 2023, "tfi4_kmh": 22, "basis": "quoted", "source": "hand"}
    told = {"area": "PK", "mode": "road", "year": 2024, "tfi4_kmh": 22, "speed_without_delay_kmh": 40}
    told |= {"basis": "quoted", "source": "hand"}
    for rows, expected in (([PUBLISHED[0], later], False), ([PUBLISHED[0], told], True), ([later], False)):
        notes = co.indicators(co.route(with_published(rows), "port", "city", modes=["road"])).notes
        assert any("less delay in all than the rests" in note for note in notes) is expected


# --- how it reads --------------------------------------------------------------------------------------------------------


def test_several_routes_stand_in_one_result(net):
    routes = co.alternatives(net, "Karachi", "Tashkent", k=2)
    found = co.indicators(routes)
    frame = found.to_frame()
    assert frame["route"].unique().tolist() == [1, 2]
    for number, route in enumerate(routes, 1):
        own = frame[(frame["route"] == number) & (frame["mode"] == "all")]
        assert own["hours"].iloc[0] == pytest.approx(route.hours)
    assert repr(found).startswith("<Indicators of 2 routes: Karachi → Tashkent")
    assert str(found).count("Karachi → Tashkent") == 2


def test_text_and_html_tell_the_figures_and_escape_names(net):
    found = co.indicators(co.route(net, "Karachi", "Almaty", modes=["road"]))
    text = str(found)
    for words in ("TFI1 h", "Torkham (Pakistan)", "28.4 (33.1, 2023)", "whole route", "delay share"):
        assert words in text
    assert "nan" not in text
    assert "<table>" in found._repr_html_()
    places = [small.place("a") | {"name": "<b>A</b>"}, small.place("b", lat=25.5)]
    hostile = small.network(places, [small.link("l", "a", "b", 60)])
    shown = co.indicators(co.route(hostile, "a", "b"))._repr_html_()
    assert "&lt;b&gt;A&lt;/b&gt;" in shown
    assert "<b>A" not in shown


def test_the_frames_know_their_units_and_the_dictionary_is_json(net):
    found = co.indicators(co.route(net, "Karachi", "Kabul"))
    for name in ("countries", "legs", "passages", "compared"):
        frame = found.to_frame(name)
        assert frame.attrs["unit"]["tfi4_kmh"] == "km/h"
        assert frame.attrs["price_year"] == 2025
        assert frame.attrs["notes"] == list(found.notes)
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["countries"][0]["tfi1_hours"] == pytest.approx(28.4)
    assert data["passages"][1]["published_hours"] is None
    assert np.isclose(sum(row["km"] for row in data["legs"]), found.routes[0].km)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], r"indicators: no route given; pass what co.route\(...\) returns."),
        (7, r"indicators: takes a route or several, .* not int\."),
        (["Karachi"], r"indicators: takes a route or several, .* not str\."),
    ],
)
def test_what_is_no_route_is_refused(given, message):
    with pytest.raises(OptionError, match=message):
        co.indicators(given)


def test_an_unknown_table_is_refused(net):
    with pytest.raises(OptionError, match=r"indicators has no table 'leg'\. Did you mean 'legs'\?"):
        co.indicators(co.route(net, "Karachi", "Kabul")).to_frame("leg")


# --- the data and the page -----------------------------------------------------------------------------------------------


def test_the_published_rows_are_those_of_the_reports(net):
    rows = {(row.area, row.mode, row.year, row.basis): row for row in net.tables.indicators}
    assert len(rows) == len(net.tables.indicators)
    pk = rows["PK", "road", 2023, "quoted"]
    assert (pk.tfi1_hours, pk.tfi2_usd, pk.tfi3_usd_per_500km_20t, pk.tfi4_kmh, pk.speed_without_delay_kmh) == (
        33.1, 238, 569, 11.4, 24.8,
    )  # fmt: skip
    assert pk.tfi1_inbound_hours is None
    uz = rows["UZ", "rail", 2022, "quoted"]
    assert (uz.tfi4_kmh, uz.speed_without_delay_kmh) == (11.8, 13.1)
    uz = rows["UZ", "road", 2023, "quoted"]
    assert (uz.tfi2_usd, uz.tfi2_outbound_usd, uz.tfi2_inbound_usd, uz.tfi3_usd_per_500km_20t, uz.tfi4_kmh) == (
        50, 49, 53, 568, 33.2,
    )  # fmt: skip
    assert (uz.tfi1_hours, uz.speed_without_delay_kmh) == (None, None)
    uz = rows["UZ", "rail", 2023, "quoted"]
    assert (uz.tfi1_inbound_hours, uz.tfi2_inbound_usd, uz.tfi3_usd_per_500km_20t, uz.tfi1_hours) == (
        6.7,
        132,
        626,
        None,
    )
    assert rows["KZ", "road", 2023, "derived"].tfi3_usd_per_500km_20t == 1030
    assert rows["PK", "road", 2019, "quoted"].tfi4_kmh < rows["PK", "road", 2019, "quoted"].speed_without_delay_kmh
    assert {row.area for row in net.tables.indicators} == {
        "PK", "AF", "UZ", "KZ", "TM", "CAREC", "CAREC-C1", "CAREC-C5", "CAREC-C6",
    }  # fmt: skip


def test_a_pooled_mean_lies_between_its_two_directions_but_where_it_is_told(net):
    """Pakistan 2020 and 2021 hold only a few trucks entering; where one direction alone was sampled it is the mean."""
    for row in net.tables.indicators:
        for pooled, ways in (
            (row.tfi1_hours, (row.tfi1_outbound_hours, row.tfi1_inbound_hours)),
            (row.tfi2_usd, (row.tfi2_outbound_usd, row.tfi2_inbound_usd)),
        ):
            both = [way for way in ways if way is not None]
            if len(both) == 2:
                assert min(both) <= pooled <= max(both)
            elif both and row.year == 2022:
                assert pooled == both[0]


def test_pandemic_years_are_told(net):
    for row in net.tables.indicators:
        assert ("andemic" in row.note) == (row.year in {2020, 2021})


def test_the_tables_of_the_page_are_what_the_data_give():
    tool = Path(__file__).resolve().parents[1] / "tools" / "make_indicators.py"
    env = {"PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, str(tool), "--check"], capture_output=True, check=False, env=env, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_misses_told_on_the_page_are_those_of_its_table():
    text = (Path(__file__).resolve().parents[1] / "docs" / "indicators.md").read_text(encoding="utf-8")
    table, misses = text.split("## The misses")
    for told in ("22.1 (31.2", "19.2 (33.2", "38.2 (24.8", "10.9 (11.4", "50.0 (33.1", "26.9 (19.5"):
        computed, published = told.split(" (")
        assert told in table
        assert computed in misses
        assert published in misses
    for ratio in ("0.84", "0.92", "0.52", "0.58", "0.20", "0.08", "0.28", "0.07"):
        assert f"x {ratio})" in table
        assert ratio in misses
