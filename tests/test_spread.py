# SPDX-License-Identifier: BSD-3-Clause
"""How uncertain times are distributed: the rules, their parameters, and what a user may set."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import corridor as co
import reliable
import small
from corridor.errors import OptionError
from corridor.time_spread import TimeSpread, cv_of, parse_spread, price_parts, sigma_of_cv, sigma_of_range, stream

RATIO_TWO = math.sqrt(2 * math.log(2))


def table(net, **options):
    return co.spread(net, **options)


# --- the rules ---------------------------------------------------------------------------------------------------------


def test_a_range_is_read_as_p10_and_p90():
    row = table(reliable.two_corridors()).loc["clearing/b-pk/b-af/road/outbound"]
    assert row["mean_hours"] == 36
    assert row["sigma"] == pytest.approx(math.log(90 / 4) / 2.5631031310892007)
    assert row["p90_hours"] / row["p10_hours"] == pytest.approx(90 / 4)
    assert row["rule"] == "low and high read as P10 and P90"
    assert (row["basis"], row["source"], row["per"]) == ("quoted", "hand", "passage")


def test_without_a_range_the_mean_is_twice_the_median():
    row = table(small.two_countries()).loc["clearing/west/east/road/outbound"]
    assert row["p50_hours"] == pytest.approx(10)
    assert row["sigma"] == pytest.approx(RATIO_TWO)
    assert row["cv"] == pytest.approx(math.sqrt(3))
    assert (row["rule"], row["basis"], row["source"]) == ("no range known: mean / median = 2", "estimate", "")
    assert not row["usual_cv"]


@pytest.mark.parametrize(("low", "high"), [(None, 5), (5, None), (0, 5), (5, 4)])
def test_what_is_no_range_tells_no_sigma(low, high):
    assert sigma_of_range(low, high) is None


def test_a_clearing_that_takes_no_time_is_not_in_the_table():
    assert "clearing/b-af/b-pk/road/inbound" not in table(reliable.two_corridors()).index


@given(st.floats(0.1, 1000), st.floats(0, 2.5))
def test_the_mean_is_kept_whatever_the_sigma(mean, sigma):
    from corridor.time_spread import _quantiles

    found = _quantiles(mean, sigma)
    assert found["p50_hours"] * math.exp(sigma**2 / 2) == pytest.approx(mean)
    assert found["p10_hours"] <= found["p50_hours"] <= found["p90_hours"]
    assert sigma_of_cv(cv_of(sigma)) == pytest.approx(sigma)


def test_the_pace_of_a_road_is_as_wide_as_its_speed_and_hours_on_duty_together():
    rates = [
        *(row for row in small.RATES if (row["parameter"], row["mode"]) not in {("speed_kmh", "road"), ("duty_hours_per_day", "road")}),
        small.rate("speed_kmh", 50, "road", "km/h moving", low=40, high=60),
        small.rate("duty_hours_per_day", 12, "road", "hours a day", low=10, high=16),
    ]  # fmt: skip
    row = table(reliable.two_corridors(rates=rates)).loc["haul/road/PK"]
    assert row["sigma"] == pytest.approx(math.hypot(math.log(1.5), math.log(1.6)) / 2.5631031310892007)
    assert (row["per"], row["mean_hours"]) == ("100 km", pytest.approx(4.0))
    assert row["rule"] == "low and high of the rates read as P10 and P90"


def test_a_haul_whose_rates_have_no_range_is_as_wide_as_any_unknown_time():
    row = table(small.two_countries()).loc["haul/rail/AF"]
    assert (row["rule"], row["sigma"]) == ("no range known: mean / median = 2", pytest.approx(RATIO_TWO))


def test_a_link_through_two_countries_is_a_part_of_each():
    net = small.two_countries()
    r = co.route(net, "west", "east")
    parts = TimeSpread(r._prices, {}).parts(r._way[1])
    found = {what.key: hours for what, hours in parts}
    assert found["haul/road/PK"] == found["haul/road/AF"] == pytest.approx(0.16)
    assert set(found) - {"haul/road/PK", "haul/road/AF"} == {
        "clearing/west/east/road/outbound", "clearing/east/west/road/inbound",
    }  # fmt: skip


def test_waits_transfers_and_terminals_vary_too():
    places = [
        small.place("port", lon=66.9, lat=24.8, kind="city", terminals="road;sea"),
        small.place("bay", lon=62.3, lat=25.1, kind="city", terminals="road;sea"),
        small.place("town", lon=66.7, lat=25.4, terminals="road"),
    ]
    links = [
        small.link("sea-port-bay", "port", "bay", 530, mode="sea", wait_hours=48),
        small.link("road-port-town", "town", "port", 100),
    ]
    net = small.network(
        places, links, rates=reliable.STEADY,
        transfers=[small.transfer("port", "road", "sea", 30, 100, hours_low=10, hours_high=60)],
    )  # fmt: skip
    found = table(net)
    assert found.loc["wait/sea-port-bay/forward", "sigma"] == pytest.approx(RATIO_TWO)
    assert found.loc["transfer/port/road/sea", "sigma"] == pytest.approx(math.log(6) / 2.5631031310892007)
    ends = table(small.two_countries(), shipment=co.Shipment(ends="terminal"))
    assert ends.loc["terminal/city/road/end", "mean_hours"] == 4
    assert set(ends["kind"]) == {"clearing", "haul", "transfer", "terminal"}


def test_hours_that_a_status_adds_vary_as_a_delay():
    statuses = [reliable.closed("gate-a", "2026-01-01", "2026-02-01", state="restricted", effect="hours", hours=10)]
    net = reliable.two_corridors(statuses=statuses).as_of("2026-01-10")
    assert table(net).loc["delay/road-a/forward", "mean_hours"] == 10


def test_the_bundled_network_shows_where_it_lies_outside_the_usual_range():
    found = table(co.load())
    assert found.index.is_unique
    assert (found["cv"] > 0).all()
    assert (found[["p10_hours", "p50_hours", "p90_hours"]].diff(axis=1).iloc[:, 1:] > 0).all().all()
    assert found["usual_cv"].equals(found["cv"].between(0.5, 1.5))
    hauls = found[found["kind"] == "haul"]
    assert set(hauls["rule"]) == {"low and high of the rates read as P10 and P90"}
    assert found.attrs["unit"]["mean_hours"] == "h"


# --- a road cut in two ------------------------------------------------------------------------------------------------


def test_cutting_a_road_into_links_changes_no_spread():
    places = [small.place(name, lon=67 + i * 0.3) for i, name in enumerate("abc")]
    whole = small.network(places, [small.link("one", "a", "c", 200)])
    cut = small.network(places, [small.link("one", "a", "b", 120), small.link("two", "b", "c", 80)])
    first, second = (co.simulate(co.route(net, "a", "c"), n=500, seed=3).draws for net in (whole, cut))
    assert np.allclose(first, second, rtol=1e-12)


# --- what is asked for ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "sigma"),
    [(0, 0.0), (0.5, sigma_of_cv(0.5)), ({"cv": 1.2}, sigma_of_cv(1.2)), ({"sigma": 0.7}, 0.7),
     ({"mean_over_median": 2}, RATIO_TWO), ({"low": 1, "high": 10}, math.log(10) / 2.5631031310892007),
     (np.float64(0.5), sigma_of_cv(0.5))],
)  # fmt: skip
def test_a_figure_is_a_coefficient_of_variation_or_one_named_rule(figure, sigma):
    net = reliable.two_corridors()
    found = table(net, spread={"gate-b": figure})
    row = found.loc["clearing/b-pk/b-af/road/outbound"]
    assert row["sigma"] == pytest.approx(sigma)
    assert (row["rule"], row["basis"], row["source"]) == ("given with spread=", "", "")
    others = found.drop(index=[key for key in found.index if "/b-" in key])
    assert (others["rule"] != "given with spread=").all()


def test_one_number_is_for_all():
    assert np.allclose(table(small.two_countries(), spread=0.8)["cv"], 0.8)
    assert np.allclose(table(small.two_countries(), spread=0)["cv"], 0.0)


def test_the_narrower_name_goes_first():
    net = reliable.two_corridors()
    asked = {"clearing": 0.1, "gate-b": 0.2, "b-pk": 0.3, "clearing/b-pk/b-af/road/outbound": 0.4}
    for names, cv in ((4, 0.4), (3, 0.3), (2, 0.2), (1, 0.1)):
        few = dict(list(asked.items())[:names])
        assert table(net, spread=few).loc["clearing/b-pk/b-af/road/outbound", "cv"] == pytest.approx(cv)


def test_a_link_that_is_named_goes_its_own_pace():
    net = reliable.two_corridors()
    found = table(net, spread={"road-port-a": 0.6})
    assert found.loc["haul/road-port-a", "cv"] == pytest.approx(0.6)
    assert found.loc["haul/road-port-a", ["per", "mean_hours"]].tolist() == ["passage", 4.0]
    assert found.loc["haul/road/PK", "cv"] == 0


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"gate-c": 1}, "spread: 'gate-c' is no kind of time, crossing, link or place. Did you mean 'gate-"),
        ({"clearings": 1}, "Did you mean 'clearing'? Kinds: clearing, haul, transfer, wait, terminal, delay"),
        ({"gate-a": -1}, "spread['gate-a']=-1: must be a finite number of 0 or more"),
        ({"gate-a": True}, "must be a finite number of 0 or more"),
        ({"gate-a": float("nan")}, "must be a finite number of 0 or more"),
        ({"gate-a": "wide"}, "spread['gate-a']='wide': must be a finite number"),
        ({"gate-a": {"sd": 3}}, "spread['gate-a']={'sd': 3}: give a number (coefficient of variation), {'cv': 0.8}"),
        ({"gate-a": {"low": 3}}, "{'low': 3}: give a number"),
        ({"gate-a": {"low": 5, "high": 3}}, "give a number"),
        ({"gate-a": {"cv": 1, "sigma": 1}}, "give a number"),
        ({"gate-a": {"mean_over_median": 0.5}}, "give a number"),
        ({"gate-a": {"sigma": 6}}, "sigma may be 5 at most"),
        ("wide", "spread='wide': must be a finite number"),
        (-0.5, "spread=-0.5: must be a finite number of 0 or more"),
    ],
)
def test_what_is_no_spread_is_refused(given, told):
    with pytest.raises(OptionError) as caught:
        table(reliable.two_corridors(), spread=given)
    assert told in str(caught.value)


def test_a_spread_of_something_else_is_refused():
    with pytest.raises(OptionError, match=r"spread needs a corridor.Network, as co.load\(\) returns one, not a str"):
        co.spread("net")


def test_every_name_of_the_table_can_be_asked_for():
    net = small.two_countries()
    prices = co.Router(net)._compiled.prices
    for key in table(net).index:
        assert parse_spread({key: 0.5}, [prices])


# --- parts of an edge -------------------------------------------------------------------------------------------------


@given(small.tangled())
def test_what_varies_on_an_edge_is_never_more_than_its_hours(net):
    prices = co.Router(net)._compiled.prices
    of_time = TimeSpread(prices, {})
    for number in np.flatnonzero(~prices.unpriced).tolist():
        hours = prices.columns["hours"][number]
        assert math.fsum(mean for _, mean in of_time.parts(number)) == pytest.approx(hours, abs=1e-9)


def test_hours_of_ones_own_shorten_every_part_alike():
    net = reliable.two_corridors()
    router = co.Router(net)
    half = router.repriced(hours=router.edges["hours"] / 2)
    r = half.route("port", "city", avoid=["gate-b"])
    parts = [part for edge in r._way for part in TimeSpread(r._prices, {}).parts(edge)]
    assert math.fsum(hours for _, hours in parts) == pytest.approx(r.hours)
    longer = router.repriced(hours=router.edges["hours"] + 1)
    r = longer.route("port", "city", avoid=["gate-b"])
    parts = [part for edge in r._way for part in TimeSpread(r._prices, {}).parts(edge)]
    # What is not of the model does not vary: an hour on each of the five edges.
    assert math.fsum(hours for _, hours in parts) == pytest.approx(r.hours - 5)


def test_a_network_of_ones_own_varies_by_mode():
    places = pd.DataFrame({"id": ["a", "b"], "lon": [67.0, 67.5], "lat": [25.0, 25.0]})
    links = pd.DataFrame({"from": ["a"], "to": ["b"], "length_km": [60], "hours": [2]})
    r = co.Router.from_frames(places, links).route("a", "b", by="hours")
    ((what, hours),) = TimeSpread(r._prices, {}).parts(r._way[0])
    assert (what.kind, hours, what.sigma) == ("haul", 2.0, pytest.approx(RATIO_TWO))


def test_prices_vary_by_the_ranges_of_their_rates():
    rates = [
        *(row for row in reliable.STEADY if row["parameter"] != "usd_per_vehicle_km"),
        small.rate("usd_per_vehicle_km", 2.0, "road", "USD per vehicle-km", low=1.5, high=3.0),
    ]
    r = co.route(reliable.two_corridors(rates=rates), "port", "city", avoid=["gate-b"])
    parts = [part for edge in r._way for part in price_parts(r._prices, edge)]
    assert {what.key for what, _ in parts} == {"price/road/PK/both", "price/road/AF/both"}
    assert math.fsum(usd for _, usd in parts) == pytest.approx(208 * 2.0)
    assert parts[0][0].sigma == pytest.approx(math.log(2) / 2.5631031310892007)
    fixed = co.route(reliable.two_corridors(), "port", "city", avoid=["gate-b"])
    assert [part for edge in fixed._way for part in price_parts(fixed._prices, edge)] == []


def test_streams_are_of_their_seed_and_key_alone():
    first = stream(1, "x").standard_normal(5).tolist()
    assert first == stream(1, "x").standard_normal(5).tolist()
    assert first != stream(2, "x").standard_normal(5).tolist()
    assert first != stream(1, "y").standard_normal(5).tolist()
    assert first[:3] == stream(1, "x").standard_normal(3).tolist()
