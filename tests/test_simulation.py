# SPDX-License-Identifier: BSD-3-Clause
"""Draws of given routes: laws of the numbers, what is shared, what they add up to, and how they are shown."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import corridor as co
import reliable
import small
from corridor.errors import CorridorError, OptionError
from corridor.time_spread import cv_of, sigma_of_range, stream

N = 4000
CDF = NormalDist().cdf


def some_route(net, data):
    names = [place.id for place in net.tables.places]
    origin = data.draw(st.sampled_from(names))
    goal = data.draw(st.sampled_from([name for name in names if name != origin]))
    try:
        return co.route(net, origin, goal, by="hours")
    except CorridorError:
        assume(False)


# --- laws -------------------------------------------------------------------------------------------------------------


@given(small.tangled(), st.data())
def test_without_spread_every_draw_is_the_deterministic_answer_to_the_last_bit(net, data):
    r = some_route(net, data)
    s = co.simulate(r, n=10, seed=data.draw(st.integers(0, 99)), spread=0)
    assert (s.draws == r.hours).all()
    assert (s.usd == r.usd).all()
    row = s.to_frame().iloc[0]
    assert row["hours_p10"] == row["hours_p95"] == r.hours
    assert row["hours_p95_error"] == 0


@given(small.tangled(), st.data())
@settings(deadline=None)
def test_quantiles_are_ordered_times_positive_and_the_mean_kept(net, data):
    r = some_route(net, data)
    s = co.simulate(r, n=N, seed=1, spread=data.draw(st.sampled_from([0.2, 0.5, 1.0])))
    row = s.to_frame().iloc[0]
    assert row["hours_p10"] <= row["hours_p50"] <= row["hours_p90"] <= row["hours_p95"]
    assert row["usd_p10"] <= row["usd_p50"] <= row["usd_p90"] <= row["usd_p95"]
    assert (s.draws >= -1e-9).all()
    # The spread of the whole is at most that of its parts moving as one.
    assert row["hours_mean"] == pytest.approx(r.hours, abs=6 * r.hours / math.sqrt(N) + 1e-9)


@given(small.tangled(), st.data())
@settings(deadline=None)
def test_the_seed_fixes_the_draw_to_the_last_byte_whoever_else_is_drawn(net, data):
    one, two = some_route(net, data), some_route(net, data)
    together = co.simulate([one, two], n=50, seed=7)
    again = co.simulate([two, one], n=50, seed=7)
    alone = co.simulate(two, n=50, seed=7)
    assert together.draws[:, 1].tobytes() == again.draws[:, 0].tobytes() == alone.draws[:, 0].tobytes()
    assert together.to_frame().equals(co.simulate([one, two], n=50, seed=7).to_frame())
    longer = co.simulate(two, n=80, seed=7)
    assert longer.draws[:50, 0].tobytes() == alone.draws[:, 0].tobytes()


def lateness(mean, sigma, deadline):
    """Return E[max(0, T - deadline)] of a lognormal of this mean: the formula of Black and Scholes (1973)."""
    if deadline <= 0:
        return mean - deadline
    if mean == 0 or sigma == 0:
        return max(0.0, mean - deadline)
    d = (math.log(mean / deadline) + sigma**2 / 2) / sigma
    return mean * CDF(d) - deadline * CDF(d - sigma)


@given(st.floats(0.1, 200), st.floats(0, 3), st.floats(0, 3), st.floats(-50, 400))
def test_more_spread_at_the_same_mean_never_lowers_the_lateness_expected_of_one_post(mean, one, two, deadline):
    less, more = sorted((one, two))
    assert lateness(mean, more, deadline) >= lateness(mean, less, deadline) - 1e-9 * mean


@given(st.data())
@settings(deadline=None, max_examples=30)
def test_more_spread_at_a_post_never_lowers_the_expected_lateness_of_a_route_through_it(data):
    """Whatever else varies: given the rest, the lateness is that of the post alone with what is left of the deadline."""
    net = reliable.two_corridors(rates=small.RATES)
    r = reliable.both(net)["b"]
    deadline = data.draw(st.floats(5, 200))
    less, more = sorted(data.draw(st.tuples(st.floats(0, 2), st.floats(0, 2))))
    key = "clearing/b-pk/b-af/road/outbound"
    rest = co.simulate(r, n=500, seed=3, spread={key: 0}).draws[:, 0] - 36
    late = [np.mean([lateness(36, sigma, deadline - other) for other in rest]) for sigma in (less, more)]
    assert late[1] >= late[0] - 1e-9
    # And the draws are of that law: within what so many can tell.
    s = co.simulate(r, n=20_000, seed=3, spread={key: {"sigma": more}}, deadline_hours=deadline)
    hours = np.maximum(s.draws[:, 0] - deadline, 0)
    rest = co.simulate(r, n=20_000, seed=3, spread={key: 0}).draws[:, 0] - 36
    expected = np.mean([lateness(36, more, deadline - other) for other in rest])
    assert s.to_frame().loc[1, "lateness_hours"] == pytest.approx(hours.mean())
    assert hours.mean() == pytest.approx(expected, abs=6 * hours.std() / math.sqrt(20_000) + 0.05 * expected + 1e-6)


# --- against the formulas ---------------------------------------------------------------------------------------------


def test_one_post_is_the_lognormal_of_its_range():
    r = reliable.both(reliable.two_corridors())["b"]
    s = co.simulate(r, n=100_000, seed=2, deadline_hours=60)
    sigma = sigma_of_range(4, 90)
    drive = 208 / 25
    row = s.to_frame().iloc[0]
    for share, name in ((0.1, "hours_p10"), (0.5, "hours_p50"), (0.9, "hours_p90"), (0.95, "hours_p95")):
        exact = drive + 36 * math.exp(sigma * NormalDist().inv_cdf(share) - sigma**2 / 2)
        assert row[name] == pytest.approx(exact, rel=0.03)
    assert row["hours_mean"] == pytest.approx(r.hours, rel=0.03)
    exact = CDF((math.log((60 - drive) / 36) + sigma**2 / 2) / sigma)
    assert row["chance_by_deadline"] == pytest.approx(exact, abs=0.01)


def test_the_error_of_p95_is_that_of_repeated_draws():
    r = reliable.both(reliable.two_corridors())["b"]
    several = [co.simulate(r, n=2000, seed=seed).to_frame().iloc[0] for seed in range(300)]
    p95 = np.array([row["hours_p95"] for row in several])
    told = np.mean([row["hours_p95_error"] for row in several])
    assert told == pytest.approx(p95.std(), rel=0.2)


def test_draws_are_made_as_documented():
    r = reliable.both(reliable.two_corridors())["b"]
    s = co.simulate(r, n=100, seed=9)
    sigma = sigma_of_range(4, 90)
    normal = stream(9, "clearing/b-pk/b-af/road/outbound").standard_normal(100)
    assert np.allclose(s.draws[:, 0], 208 / 25 + 36 * np.exp(sigma * normal - sigma**2 / 2))


# --- what is shared ---------------------------------------------------------------------------------------------------


def test_delays_at_one_post_are_shared_by_all_routes_through_it():
    net = small.two_countries()
    long, short = co.route(net, "port", "city"), co.route(net, "west", "city")
    s = co.simulate([long, short], n=200, seed=4, spread={"haul": 0, "transfer": 0})
    apart = s.draws[:, 0] - s.draws[:, 1]
    assert np.allclose(apart, long.hours - short.hours)
    assert s.draws[:, 0].std() > 1


def test_directions_and_modes_of_a_post_are_apart():
    net = small.two_countries()
    there, back = co.route(net, "west", "east"), co.route(net, "east", "west")
    s = co.simulate([there, back], n=2000, seed=4, spread={"haul": 0})
    assert abs(np.corrcoef(s.draws.T)[0, 1]) < 0.1


def test_routes_of_different_networks_and_shipments_share_what_has_the_same_id():
    one, two = reliable.two_corridors(), reliable.two_corridors(narrow=(40, 36, 44), wide=(72, 4, 90))
    s = co.simulate({"as is": reliable.both(one)["b"], "twice": reliable.both(two)["b"]}, n=100, seed=4)
    drive = 208 / 25
    assert np.allclose(2 * (s.draws[:, 0] - drive), s.draws[:, 1] - drive)
    assert s.labels == ("as is", "twice")


# --- the mean gives the wrong winner ----------------------------------------------------------------------------------


def test_two_corridors_that_change_places_between_mean_and_p95():
    routes = reliable.both(reliable.two_corridors())
    assert routes["b"].hours < routes["a"].hours
    s = co.simulate(routes, n=10_000, seed=1)
    frame = s.to_frame().set_index("label")
    assert frame.loc["b", ["rank_by_mean", "rank_by_p95"]].tolist() == [1, 2]
    assert frame.loc["a", ["rank_by_mean", "rank_by_p95"]].tolist() == [2, 1]
    certain = co.simulate(routes, n=100, seed=1, spread=0).to_frame().set_index("label")
    assert certain["rank_by_mean"].tolist() == certain["rank_by_p95"].tolist() == [2, 1]


# --- contributions ----------------------------------------------------------------------------------------------------


@given(small.tangled(), st.data())
@settings(deadline=None)
def test_the_shares_of_a_route_sum_to_one(net, data):
    r = some_route(net, data)
    s = co.simulate(r, n=20, seed=1)
    for of in ("steps", "causes"):
        shares = s.contributions(of=of)["share"] if r.hours > 0 else pd.Series([1.0])
        assert shares.sum() == pytest.approx(1.0)
        assert (shares >= 0).all()


def test_the_share_of_a_step_is_its_covariance_with_the_whole():
    net = small.two_countries()
    r = co.route(net, "port", "city", modes=["road"])
    s = co.simulate(r, n=200_000, seed=1, spread=0.3)
    found = s.contributions()
    assert found["step"].tolist() == [1, 2, 3, 4, 5, 6]
    assert found["kind"].tolist() == ["start", "haul", "haul", "cross", "haul", "end"]
    # By hand: cv 0.3; 8.16 h at the pace of PK, 2.16 h at that of AF, two clearings of 20 and 10 h.
    exact = 0.09 * (8.16**2 + 2.16**2 + 20**2 + 10**2)
    assert s.draws.var() == pytest.approx(exact, rel=0.03)
    assert found.loc[1, "share"] == pytest.approx(0.09 * 4 * 8.16 / exact)
    cross = 0.09 * (20**2 + 10**2 + 0.16 * 8.16 + 0.16 * 2.16)
    assert found.loc[3, "share"] == pytest.approx(cross / exact)
    assert found.loc[3, "crossing"] == "gate"
    causes = s.contributions(of="causes")
    assert causes["cause"].iloc[0] == "clearing/west/east/road/outbound"
    assert causes["sd_hours"].iloc[0] == pytest.approx(0.3 * 20)


def test_where_nothing_varies_there_is_no_share():
    r = reliable.both(reliable.two_corridors())["a"]
    assert co.simulate(r, n=10, seed=1, spread=0).contributions()["share"].isna().all()


def test_an_unknown_kind_of_contribution_is_refused():
    r = reliable.both(reliable.two_corridors())["a"]
    with pytest.raises(OptionError, match=r"Unknown of='step'\. Did you mean 'steps'\?"):
        co.simulate(r, n=10, seed=1).contributions(of="step")


# --- money ------------------------------------------------------------------------------------------------------------


def test_money_stands_still_but_for_the_cooling_of_each_hour():
    net = small.two_countries()
    fixed = co.simulate(co.route(net, "port", "city"), n=50, seed=1)
    assert (fixed.usd == fixed.routes[0].usd).all()
    cold = co.route(net, "port", "city", shipment=co.Shipment(cargo="fruit"), modes=["road"])
    s = co.simulate(cold, n=50, seed=1)
    assert np.allclose(s.usd[:, 0] - cold.usd, (s.draws[:, 0] - cold.hours) * 60 / 24)


def test_prices_vary_when_asked():
    rates = [
        *(row for row in reliable.STEADY if row["parameter"] != "usd_per_vehicle_km"),
        small.rate("usd_per_vehicle_km", 2.0, "road", "USD per vehicle-km", low=1.5, high=3.0),
    ]
    r = reliable.both(reliable.two_corridors(rates=rates))["a"]
    s = co.simulate(r, n=100_000, seed=1, prices="ranges")
    assert s.usd.mean() == pytest.approx(r.usd, rel=0.01)
    sigma = math.log(2) / 2.5631031310892007
    # 104 km at the price of either country, which vary apart.
    assert s.usd.std() == pytest.approx(math.sqrt(2) * 208 * cv_of(sigma), rel=0.02)
    assert s.draws.tobytes() == co.simulate(r, n=100_000, seed=1).draws.tobytes()


# --- closures ---------------------------------------------------------------------------------------------------------


def shut_sometimes():
    return reliable.two_corridors(
        statuses=[
            reliable.closed("gate-b", "2024-01-01", "2024-01-31"), reliable.closed("gate-a", "2024-01-01", "2024-01-01"),
            reliable.closed("gate-b", "2024-12-31", "2024-12-31"),
        ]
    )  # fmt: skip


def test_closures_are_left_out_unless_asked_for_and_the_result_says_so():
    r = reliable.both(shut_sometimes())["b"]
    without, with_ = (co.simulate(r, n=20_000, seed=1, closures=closures) for closures in ("none", "history"))
    assert "closures left out" in repr(without)
    assert "closures drawn from the history of 2024-01-01 to 2024-12-31" in repr(with_)
    assert without.history is None
    waited = with_.draws[:, 0] - without.draws[:, 0]
    assert (waited > 0).mean() == pytest.approx(32 / 366, abs=0.01)
    assert waited.max() <= 31 * 24
    assert with_.contributions()["share"].sum() == pytest.approx(1)
    assert with_.contributions(of="causes")["cause"].iloc[0] == "closures"
    assert with_.contributions(of="causes")["share"].sum() == pytest.approx(1)


def test_a_common_shock_delays_both_ways_in_the_same_draw():
    routes = reliable.both(shut_sometimes())
    s = co.simulate(routes, n=5000, seed=1, closures="history", spread=0)
    waited = s.draws - [routes["a"].hours, routes["b"].hours]
    assert (waited[waited[:, 0] > 0, 1] > 0).all()
    assert (waited[:, 0] > 0).any()


def test_without_spread_and_closures_on_record_history_changes_nothing():
    r = reliable.both(reliable.two_corridors())["b"]
    assert (co.simulate(r, n=20, seed=1, closures="history", spread=0).draws == r.hours).all()


# --- options and faces ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"n": 5}, "n=5: must be a whole number of draws from 10 to 10,000,000"),
        ({"n": 1e4}, "n=10000.0: must be a whole number of draws"),
        ({"n": True}, "n=True: must be a whole number of draws"),
        ({"seed": -1}, "seed=-1: must be a whole number of 0 or more, or None"),
        ({"seed": 1.5}, "seed=1.5: must be a whole number"),
        ({"seed": "one"}, "seed='one': must be a whole number"),
        ({"deadline_hours": 0}, "deadline_hours=0: must be a finite number of hours above 0"),
        ({"deadline_hours": float("inf")}, "deadline_hours=inf: must be a finite number"),
        ({"closures": "histori"}, "Unknown closures='histori'. Did you mean 'history'?"),
        ({"prices": "free"}, "Unknown prices='free'."),
        ({"spread": {"torkham": 1}}, "spread: 'torkham' is no kind of time, crossing, link or place."),
    ],
)
def test_options_out_of_range_are_refused(options, told):
    r = reliable.both(reliable.two_corridors())["a"]
    with pytest.raises(OptionError) as caught:
        co.simulate(r, **options)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("routes", "told"),
    [([], "simulate: no routes; give at least one"), ("route", "simulate needs routes, as co.route(...)"),
     (3, "not a int"), ([None], "not a NoneType")],
)  # fmt: skip
def test_what_is_no_route_is_refused(routes, told):
    with pytest.raises(OptionError) as caught:
        co.simulate(routes)
    assert told in str(caught.value)


def test_a_seed_is_chosen_and_told_where_none_is_given():
    r = reliable.both(reliable.two_corridors())["b"]
    s = co.simulate(r, n=20)
    assert f"seed {s.seed}" in repr(s)
    assert co.simulate(r, n=20, seed=s.seed).draws.tobytes() == s.draws.tobytes()
    assert co.simulate(r, n=20, seed=np.int64(5)).seed == 5


def test_the_table_and_its_faces():
    routes = co.alternatives(reliable.two_corridors(), "port", "city", k=2)
    s = co.simulate(routes, n=100, seed=1, deadline_hours=48)
    frame = s.to_frame()
    assert frame.columns.tolist() == [
        "label", "crossings", "hours_mean", "hours_p10", "hours_p50", "hours_p90", "hours_p95", "hours_p95_error",
        "usd_mean", "usd_p10", "usd_p50", "usd_p90", "usd_p95", "chance_by_deadline", "lateness_hours",
        "rank_by_mean", "rank_by_p95",
    ]  # fmt: skip
    assert frame.attrs["unit"]["hours_p95"] == "h"
    assert (frame.attrs["n"], frame.attrs["seed"], frame.attrs["closures"]) == (100, 1, "none")
    assert sorted(frame["label"]) == ["gate-a", "gate-b"]
    assert "standard error of P95" in repr(s)
    assert str(s).splitlines()[0] == "Hours door to door: 100 draws, seed 1; closures left out; prices fixed"
    assert "<td>gate-b</td>" in s._repr_html_()
    assert "seed 1" in s._repr_html_()


def test_routes_with_the_same_crossings_are_told_apart():
    r = reliable.both(reliable.two_corridors())["a"]
    assert co.simulate([r, r], n=10, seed=1).labels == ("gate-a (1)", "gate-a (2)")
    inland = co.route(reliable.two_corridors(), "port", "a-pk")
    assert co.simulate(inland, n=10, seed=1).labels == ("no crossing",)


def test_the_picture_says_what_it_shows():
    from matplotlib import pyplot as plt

    s = co.simulate(reliable.both(shut_sometimes()), n=200, seed=1, deadline_hours=60, closures="history")
    ax = s.plot()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time, hours", "chance of having arrived, %")
    assert ax.get_title(loc="left") == "Port → City: 200 draws, seed 1\nwith closures as in the history"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b", "deadline, 60 h"]
    given = plt.figure().add_subplot()
    assert s.plot(given) is given
    plt.close("all")


def test_a_network_of_ones_own_can_be_simulated():
    places = pd.DataFrame({"id": ["a", "b", "c"], "lon": [67.0, 67.5, 68.0], "lat": [25.0, 25.0, 25.0]})
    links = pd.DataFrame({"from": ["a", "b"], "to": ["b", "c"], "length_km": [60, 60], "hours": [2, 3], "usd": [5, 5]})
    r = co.Router.from_frames(places, links).route("a", "c", by="hours")
    s = co.simulate(r, n=20_000, seed=1, spread={"haul": 0.3}, closures="history")
    assert s.draws.mean() == pytest.approx(5, rel=0.02)
    assert s.draws.std() == pytest.approx(1.5, rel=0.05)


def test_the_bundled_network_takes_its_ranges():
    net = co.load()
    routes = co.alternatives(net, "Karachi", "Tashkent", k=3)
    s = co.simulate(routes, n=5000, seed=1)
    frame = s.to_frame()
    assert (frame["hours_p10"] < frame["hours_p50"]).all()
    assert frame["hours_mean"].tolist() == pytest.approx([r.hours for r in routes], rel=0.05)
