# SPDX-License-Identifier: BSD-3-Clause
"""Networks set side by side, and the worth of an hour: figures by hand, laws, and mistakes."""

from __future__ import annotations

import math
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corridor as co
import small
from corridor.errors import CorridorWarning, NoRouteError, OptionError, UnknownPlaceError

FIGURES = ("km", "hours", "days", "usd", "co2e_kg", "score")


@pytest.fixture(scope="module")
def net() -> co.Network:
    return co.load()


@pytest.fixture(scope="module")
def two() -> co.Network:
    return small.two_countries()


def scenario(*changes: dict, name: str = "what-if") -> co.Scenario:
    about = {"id": name, "name": "What if", "description": "A trial."}
    return co.Scenario(**about, basis="estimate", source="own-assumption", changes=list(changes))


# --- compare -----------------------------------------------------------------------------------------------------------


def test_figures_and_differences_are_those_of_the_routes(two):
    eased = two.apply(scenario({"kind": "border", "crossings": "gate", "hours_factor": 0.5, "usd_minus": 60}))
    table = co.compare({"today": two, "eased": eased}, [("port", "city"), ("city", "port")], modes=["road"])
    assert table[["origin", "destination", "network"]].to_numpy().tolist() == [
        ["port", "city", "today"], ["port", "city", "eased"], ["city", "port", "today"], ["city", "port", "eased"],
    ]  # fmt: skip
    # 258 km at 25 km/h and 2 USD; clearing 20 + 10 h and 100 + 50 USD there, 15 + 40 h and 30 + 70 USD back.
    assert table["hours"].tolist() == pytest.approx([258 / 25 + each for each in (30, 15, 55, 27.5)])
    assert table["usd"].tolist() == pytest.approx([516 + each for each in (150, 40, 100, 10)])
    assert table["hours_more"].tolist() == pytest.approx([0, -15, 0, -27.5])
    assert table["days_more"].tolist() == pytest.approx([0, -15 / 24, 0, -27.5 / 24])
    assert table["usd_percent"].tolist() == pytest.approx([0, -100 * 110 / 666, 0, -100 * 90 / 616])
    assert table["km_more"].tolist() == [0, 0, 0, 0]
    assert table["route_changed"].tolist() == [False] * 4
    assert set(table["found"]) == {"route"}
    assert set(table["why"]) == {""}
    assert table["crossings"].tolist() == ["gate"] * 4
    assert table["countries"].tolist() == ["PK-AF", "PK-AF", "AF-PK", "AF-PK"]
    assert (table.attrs["by"], table.attrs["base"]) == ("score", "today")


@pytest.mark.parametrize("by", ["score", "km", "hours", "usd", "co2e_kg", "crossings"])
def test_each_row_is_what_route_says(net, by):
    nets = {"today": net, "winter": net.apply("salang-winter"), "railway": net.apply("trans-afghan-railway-573-1520")}
    ship, weights = co.Shipment(tonnes=40, cargo="general"), co.Weights(usd_per_crossing=50)
    pairs = [("Karachi", "Tashkent"), ("Kabul", "Almaty")]
    table = co.compare(nets, pairs, by=by, shipment=ship, weights=weights)
    for (_, row), (pair, name) in zip(table.iterrows(), [(p, n) for p in pairs for n in nets], strict=True):
        one, base = (co.route(nets[each], *pair, by=by, shipment=ship, weights=weights) for each in (name, "today"))
        assert [row[figure] for figure in FIGURES if figure != "days"] == [
            getattr(one, figure) for figure in FIGURES if figure != "days"
        ]
        assert row["score_more"] == pytest.approx(one.score - base.score, abs=1e-9)
        assert row["route_changed"] == (one.links != base.links)


def test_no_route_is_a_word_and_never_a_number(net):
    shut = net.apply("closures-2025-10")
    table = co.compare({"today": net, "shut": shut}, [("Karachi", "Tashkent"), ("Kabul", "Tashkent")])
    lost = table.iloc[1]
    assert (lost["found"], lost["route_changed"], lost["crossings"]) == ("no route", True, "")
    assert all(math.isnan(lost[f"{name}{more}"]) for name in FIGURES for more in ("", "_more", "_percent"))
    assert "tashkent is not among them" in lost["why"]
    assert "It would work with air too" in lost["why"]
    assert table["found"].tolist() == ["route", "no route", "route", "route"]
    turned = co.compare({"shut": shut, "today": net, "still": shut}, [("Karachi", "Tashkent")])
    assert turned["found"].tolist() == ["no route", "route", "no route"]
    assert turned["route_changed"].tolist() == [False, True, False]
    assert turned["km_more"].isna().all()


def test_options_are_those_of_route_and_hold_for_all_networks(two):
    other = two.apply(scenario({"kind": "haul", "links": "road-town-west", "hours_plus": 5}))
    modes = iter(["road", "rail"])
    table = co.compare({"a": two, "b": other}, [("port", "city")], modes=modes, via=["town"], max_hours=60)
    assert table["hours_more"].tolist() == pytest.approx([0, 5])
    over = co.compare({"a": two, "b": other}, [("port", "city")], modes=["road"], max_hours=258 / 25 + 31)
    assert over["found"].tolist() == ["route", "no route"]
    assert "max_hours" in over["why"].iloc[1]
    with pytest.raises(OptionError, match="is no place, link, crossing or country"):
        co.compare({"a": two, "b": other}, [("port", "city")], avoid=["gat"])


def test_nothing_of_nothing_has_no_percent(two):
    near = co.compare({"a": two, "b": two}, [("port", "town")], modes=["rail"], by="crossings")
    assert near["transfers"].tolist() == [0, 0]
    free = two.with_rates("gco2e_per_tkm", value=0, mode="road")
    table = co.compare({"free": free, "today": two}, [("port", "town")], modes=["road"])
    assert math.isnan(table["co2e_kg_percent"].iloc[1])
    assert table["co2e_kg_more"].iloc[1] > 0


@pytest.mark.parametrize(
    ("networks", "message"),
    [
        ({}, "compare needs at least two networks by name"),
        ({"today": None}, "compare needs at least two networks by name"),
        (["a", "b"], "compare needs at least two networks by name"),
        ({"today": 1, "other": 2}, "compare needs a corridor.Network, as co.load"),
    ],
)
def test_networks_that_are_none_are_refused(networks, message):
    with pytest.raises(OptionError, match=message):
        co.compare(networks, [("a", "b")])


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([], "pairs is empty"),
        ("port", "must be a list of"),
        (3, "must be a list of"),
        (("port", "city"), "'port' is no pair; give"),
        ([("port", "town", "city")], "is no pair; give"),
        ([(66.9, 29.3)], "is no pair; give"),
    ],
)
def test_pairs_that_are_none_are_refused(two, pairs, message):
    for ask in (lambda: co.compare({"a": two, "b": two}, pairs), lambda: co.worth_of_an_hour(two, pairs, 1)):
        with pytest.raises(OptionError, match=message):
            ask()


def test_points_are_places_too_and_unknown_places_are_told(two):
    table = co.compare({"a": two, "b": two}, [((66.9, 29.3), "Stadt")])
    assert table[["origin", "destination"]].iloc[0].tolist() == ["port", "city"]
    with pytest.raises(UnknownPlaceError, match="toun"):
        co.compare({"a": two, "b": two}, [("port", "city"), ("toun", "city")])


def test_a_misspelt_measure_is_told(two):
    with pytest.raises(OptionError, match="Did you mean 'hours'"):
        co.compare({"a": two, "b": two}, [("port", "city")], by="hour")


# --- the worth of an hour ----------------------------------------------------------------------------------------------


def test_an_hour_is_worth_the_value_of_time_of_what_passes(two):
    # 20 t at 2400 USD lose 1 % a day: 20 USD an hour. 60,000 t are 3,000 shipments.
    worth = co.worth_of_an_hour(two, [("port", "city"), ("port", "town")], [60_000, 9_000])
    assert worth.to_dict("records") == [
        {
            "crossing": "gate", "usd_per_year": pytest.approx(60_000), "shipments_per_year_before": 3000.0,
            "shipments_per_year_after": 3000.0, "pairs_that_change": 0,
        }
    ]  # fmt: skip
    five = co.worth_of_an_hour(
        two, [("port", "city")], 60_000, hours=5, weights=co.Weights(value_of_time_usd_per_hour=7)
    )
    assert five["usd_per_year"].tolist() == pytest.approx([3000 * 5 * 7])
    # The clearing there takes 30 hours: no more can be saved.
    most = co.worth_of_an_hour(two, [("port", "city")], 60_000, hours=500)
    assert most["usd_per_year"].tolist() == pytest.approx([3000 * 30 * 20])
    assert co.worth_of_an_hour(two, [("port", "city")], 60_000, hours=0)["usd_per_year"].tolist() == [0.0]


def test_goods_that_are_cooled_save_the_cooling_too(two):
    ship = co.Shipment(tonnes=20, cargo="fruit")
    before = co.route(two, "port", "city", shipment=ship, modes=["road"])
    eased = two.apply(scenario({"kind": "border", "posts": "west", "direction": "outbound", "hours_minus": 1}))
    after = co.route(eased, "port", "city", shipment=ship, modes=["road"])
    worth = co.worth_of_an_hour(two, [("port", "city")], 20, shipment=ship, modes=["road"])
    assert worth["usd_per_year"].tolist() == pytest.approx([before.score - after.score])
    assert before.usd - after.usd == pytest.approx(60 / 24)


def test_an_hour_may_draw_flow_from_another_crossing(net):
    worth = co.worth_of_an_hour(net, [("Karachi", "Tashkent")], 20_000, hours=24).set_index("crossing")
    assert worth.loc["torkham", "shipments_per_year_before"] == 1000
    assert worth.loc["chaman", "shipments_per_year_before"] == 0
    drawn = worth[(worth["pairs_that_change"] == 1)]
    assert "chaman" in drawn.index
    assert worth.loc["chaman", "shipments_per_year_after"] == 1000
    value = co.route(net, "Karachi", "Tashkent")
    an_hour = co.compare({"a": net, "b": net}, [("Karachi", "Tashkent")])["score"].iloc[0] - value.usd
    assert worth.loc["torkham", "usd_per_year"] == pytest.approx(1000 * 24 * an_hour / value.hours)
    assert 0 < worth.loc["chaman", "usd_per_year"] < worth.loc["torkham", "usd_per_year"]
    assert (worth["usd_per_year"] >= 0).all()
    assert worth["usd_per_year"].is_monotonic_decreasing


def test_a_pair_without_a_way_is_told_and_left_out(net):
    shut = net.apply("closures-2025-10")
    with pytest.warns(CorridorWarning, match="no route from karachi to tashkent; their flows are left out"):
        worth = co.worth_of_an_hour(shut, [("Karachi", "Tashkent"), ("Kabul", "Tashkent")], [20, 40])
    assert worth.iloc[0]["crossing"] == "hairatan"
    assert worth.iloc[0]["shipments_per_year_before"] == 2
    assert not {"torkham", "chaman"} & set(worth["crossing"])


def test_the_options_of_the_worth_hold(two):
    assert co.worth_of_an_hour(two, [("port", "city")], 20, modes=["road"]).shape == (1, 5)
    with pytest.warns(CorridorWarning, match="no route"):
        assert co.worth_of_an_hour(two, [("port", "city")], 20, avoid=["gate"]).empty
    with pytest.warns(CorridorWarning, match="no route"):
        assert co.worth_of_an_hour(two, [("port", "city")], 20, modes=["rail"]).empty


@pytest.mark.parametrize(
    ("flows", "message"),
    [
        ([1], "1 figures for 2 pairs"),
        (-1, "flows=-1: must be a finite number of 0 or more"),
        ([1, math.nan], "flows=nan: must be a finite number"),
        ("many", "give tonnes a year of each pair in order"),
        ({("port", "city"): 1}, "give tonnes a year of each pair in order"),
        (True, "flows=True: must be a finite number"),
        (None, "flows=None: give tonnes"),
    ],
)
def test_flows_that_do_not_fit_are_refused(two, flows, message):
    with pytest.raises(OptionError, match=message):
        co.worth_of_an_hour(two, [("port", "city"), ("city", "port")], flows)


@pytest.mark.parametrize("hours", [-1, math.inf, "one", None, True])
def test_hours_that_are_none_are_refused(two, hours):
    with pytest.raises(OptionError, match=r"hours=.*: must be a finite number of 0 or more"):
        co.worth_of_an_hour(two, [("port", "city")], 1, hours=hours)


@settings(max_examples=50, deadline=None)
@given(st.one_of(small.networks(), small.tangled()), st.data())
def test_the_worth_is_the_fall_of_the_score_when_the_hours_are_off(net, data):
    """The oracle: the hours of every edge of a crossing made shorter, and the question asked anew."""
    names = [place.id for place in net.tables.places]
    ends = data.draw(st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True))
    hours = data.draw(st.sampled_from([1.0, 5.0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CorridorWarning)
        worth = co.worth_of_an_hour(net, [tuple(ends)], 20, hours=hours)
    assert (worth["usd_per_year"] >= 0).all()
    try:
        before = co.route(net, *ends)
    except NoRouteError:
        assert not worth["usd_per_year"].any()
        return
    for row in worth.to_dict("records"):
        assert (row["shipments_per_year_before"] == 1) == (row["crossing"] in by_land(before))
        edges = co.Router(net).edges
        at = (edges["crossing"] == row["crossing"]) & (edges["kind"] == "cross")
        fewer = [min(hours, clearing(net, *edge)) for edge in edges.loc[at, ["from", "to", "link"]].to_numpy().tolist()]
        eased = edges["hours"].to_numpy().copy()
        eased[at.to_numpy()] = [max(0.0, h - less) for h, less in zip(eased[at.to_numpy()], fewer, strict=True)]
        after = co.Router(net).repriced(hours=eased).route(*ends)
        assert row["usd_per_year"] == pytest.approx(before.score - after.score, abs=1e-6)


def by_land(route: co.Route) -> set[str]:
    return {step["crossing"] for step in route.step_rows() if step["kind"] == "cross"}


def clearing(net: co.Network, tail: str, head: str, link: str) -> float:
    mode = net.link(link).mode
    rows = {(row.post, row.facing_post, row.mode, row.direction): row.hours for row in net.tables.crossings}
    return rows[tail, head, mode, "outbound"] + rows[head, tail, mode, "inbound"]
