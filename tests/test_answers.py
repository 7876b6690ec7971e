# SPDX-License-Identifier: BSD-3-Clause
"""Several routes as one answer, and the other questions: on networks whose answers can be worked out by hand."""

from __future__ import annotations

import json

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import shapely

import corridor as co
import small
from corridor.charts import plot_front
from corridor.errors import NoRouteError, OptionError, UnknownPlaceError

EXACT = "exact k shortest loopless"
# The four ways from port to city, best first: each stage by road or by rail.
BY_ROAD = ("road-port-town", "road-town-west", "road-west-east", "road-east-city")
THEN_RAIL = (*BY_ROAD[:3], "rail-east-city")
FROM_RAIL = ("rail-port-town", *BY_ROAD[1:])
BOTH_RAIL = ("rail-port-town", *BY_ROAD[1:3], "rail-east-city")


@pytest.fixture(autouse=True)
def _no_figures_left_open():
    yield
    plt.close("all")


@pytest.fixture
def net():
    return small.two_countries()


@pytest.fixture(scope="module")
def bundled():
    return co.load()


def road(name, tail, head, km=10, **more):
    return small.link(name, tail, head, km, **more)


def net_of(links, **countries):
    names = sorted({end for record in links for end in (record["from"], record["to"])})
    places = [
        small.place(name, countries.get(name, "PK"), lon=66 + i / 10, lat=30.0, kind="seaport" if name[0] == "q" else "city")
        for i, name in enumerate(names)
    ]  # fmt: skip
    abroad = [row for row in links if ";" in row["countries"]]
    crossings = [
        small.clearing(f"gate-{row['id']}", *pair, direction, 0, 0)
        for row in abroad
        for pair in ((row["from"], row["to"]), (row["to"], row["from"]))
        for direction in ("outbound", "inbound")
    ]
    return small.network(places, links, crossings=crossings)


def ways(routes):
    return [route.links for route in routes]


# Three ways from a to d: 20 km over b, 30 km over c, and 24 km that share 8 km with the first.
THREE = [road("ab", "a", "b", 8), road("bd", "b", "d", 12), road("ac", "a", "c", 10), road("cd", "c", "d", 20), road("be", "b", "e", 6), road("ed", "e", "d", 10)]  # fmt: skip
# Abroad, a to d by two crossings of x, or of y, or of both.
LENT = [
    road("in-x", "a", "x", 10, countries="PK;AF"), road("out-x", "x", "d", 10, countries="AF;PK"),
    road("in-y", "a", "y", 15, countries="PK;UZ"), road("out-y", "y", "d", 15, countries="UZ;PK"),
    road("to-z", "x", "z", 1, countries="AF"), road("out-z", "z", "d", 12, countries="AF;PK"),
]  # fmt: skip


# Alternatives


def test_all_ways_best_first(net):
    routes = co.alternatives(net, "port", "city")
    assert ways(routes) == [BY_ROAD, THEN_RAIL, FROM_RAIL, BOTH_RAIL]
    assert [r.usd for r in routes] == pytest.approx([666, 696, 636, 666])
    assert [r.hours for r in routes] == pytest.approx([40.32, 46.72, 53.12, 59.52])
    assert routes.method == EXACT
    assert routes.note == "4 of 5: there are no more without a loop. Every route passes 'gate'."
    assert routes.cut == ("gate",)
    assert [r.by for r in routes] == ["score"] * 4


def test_as_many_as_asked_for_need_no_note(net):
    routes = co.alternatives(net, "port", "city", k=4)
    assert (len(routes), routes.note, routes.cut) == (4, "", ())
    assert ways(co.alternatives(net, "port", "city", k=1)) == [BY_ROAD]
    assert ways(co.alternatives(net, "port", "city", k=2, by="co2e_kg")) == [BOTH_RAIL, FROM_RAIL]


def test_alternatives_keep_to_the_options(net):
    assert ways(co.alternatives(net, "port", "city", avoid=["rail-port-town"])) == [BY_ROAD, THEN_RAIL]
    assert ways(co.alternatives(net, "port", "city", modes=["road"])) == [BY_ROAD]
    assert ways(co.alternatives(net, "port", "city", max_transfers=1, k=2)) == [BY_ROAD, THEN_RAIL]
    cheap = co.alternatives(net, "port", "city", max_usd=666, max_hours=55)
    assert ways(cheap) == [BY_ROAD, FROM_RAIL]
    assert cheap.note == "2 of 5: there are no more without a loop within the limits. Every route passes 'gate'."
    with pytest.raises(NoRouteError, match=r"max_hours=1: the least at all is 40\.3 h, 39\.3 more\."):
        co.alternatives(net, "port", "city", max_hours=1)
    with pytest.raises(NoRouteError, match="without avoid=gate"):
        co.alternatives(net, "port", "city", avoid=["gate"])


def test_ways_that_overlap_little_enough():
    net = net_of(THREE)
    assert ways(co.alternatives(net, "a", "d", by="km")) == [("ab", "bd"), ("ab", "be", "ed"), ("ac", "cd")]
    # The first two share 8 of 20 km.
    assert len(co.alternatives(net, "a", "d", by="km", max_overlap=0.4)) == 3
    apart = co.alternatives(net, "a", "d", by="km", max_overlap=0.39)
    assert ways(apart) == [("ab", "bd"), ("ac", "cd")]
    assert apart.method == f"{EXACT}, taken in order where at most 39% of km overlap"
    assert apart.note == "2 of 5: all others found overlap more."


def test_an_overlap_that_allows_all_does_not_blame_the_overlap(net):
    assert co.alternatives(net, "port", "city", max_overlap=1).note.startswith("4 of 5: there are no more without")


def test_the_same_links_the_other_way_overlap_too(net):
    routes = co.alternatives(net, "city", "port", max_overlap=0.5)
    assert all(len(set(routes[0].links) & set(route.links)) <= 2 for route in routes[1:])


def test_ways_that_share_no_crossing():
    routes = co.alternatives(net_of(LENT, x="AF", z="AF", y="UZ"), "a", "d", by="km", distinct="crossings")
    assert ways(routes) == [("in-x", "out-x"), ("in-y", "out-y")]
    assert routes.method == ("exact: the best route, then each time the best that shares no crossing with those before")
    assert routes.note.startswith("2 of 5: every route passes one of the crossings 'gate-")
    assert len(routes.cut) == 2
    assert (
        co.alternatives(net_of(LENT, x="AF", z="AF", y="UZ"), "a", "d", by="km", distinct="crossings", k=2).note == ""
    )


def test_ways_that_share_no_country_but_those_of_the_ends():
    net = net_of([*LENT, road("home", "a", "d", 90)], x="AF", z="AF", y="UZ")
    routes = co.alternatives(net, "a", "d", by="km", distinct="countries", k=3)
    assert ways(routes) == [("in-x", "out-x"), ("in-y", "out-y"), ("home",)]
    assert routes.note == ""
    assert "shares no country with those before" in routes.method


def test_one_crossing_that_all_pass_is_the_cut(net, bundled):
    for found in (co.alternatives(net, "port", "city", distinct="crossings"),):
        assert (len(found), found.cut) == (1, ("gate",))
        assert found.note == "1 of 5: every route passes the crossing 'gate', so any two share it."
    found = co.alternatives(bundled, "Karachi", "Moscow", distinct="crossings")
    assert (len(found), found.cut) == (1, ("hairatan",))
    assert found.note == "1 of 5: every route passes the crossing 'hairatan', so any two share it."
    assert found[0] == co.route(bundled, "Karachi", "Moscow")


def test_countries_that_all_pass_are_the_cut(bundled):
    found = co.alternatives(bundled, "Karachi", "Moscow", distinct="countries", k=3)
    assert (len(found), found.cut) == (1, ("AF", "UZ", "KZ"))
    assert found.note.startswith("1 of 3: every route passes the countries 'AF', 'UZ' and 'KZ'")


def test_crossings_side_by_side_give_as_many_ways(bundled):
    found = co.alternatives(bundled, "Karachi", "Kabul", distinct="crossings")
    assert len({crossing for route in found for crossing in route.crossings}) == len(found) == 5
    assert found.note == ""


def test_within_one_country_nothing_is_shared_and_the_note_says_so(net):
    for distinct in ("crossings", "countries"):
        found = co.alternatives(net, "port", "town", distinct=distinct)
        assert len(found) == len(co.alternatives(net, "port", "town")) == 4
        assert found.cut == ()
        assert found.note == "4 of 5: there are no more without a loop."


def test_alternatives_of_the_corridor_differ_and_rise(bundled):
    routes = co.alternatives(bundled, "Karachi", "Moscow", k=10, by="hours")
    assert [r.hours for r in routes] == sorted(r.hours for r in routes)
    assert len({r.key for r in routes}) == 10
    assert routes[0] == co.route(bundled, "Karachi", "Moscow", by="hours")


@pytest.mark.parametrize("options", [{}, {"distinct": "crossings"}, {"max_overlap": 0.5}])
def test_a_tight_limit_still_gives_what_keeps_to_it_and_a_note(bundled, options):
    """The best of all keeps to the limit, but twenty thousand quicker ones come before it."""
    most = co.route(bundled, "Karachi", "Minsk", by="usd").usd + 1
    routes = co.alternatives(bundled, "Karachi", "Minsk", by="hours", max_usd=most, **options)
    assert routes[0] == co.route(bundled, "Karachi", "Minsk", by="hours", max_usd=most)
    assert max(route.usd for route in routes) <= most
    assert len(routes) == 5 or routes.note.startswith(f"{len(routes)} of 5: ")


def test_past_the_bound_the_method_says_that_it_is_a_heuristic(monkeypatch):
    monkeypatch.setattr("corridor.differing.MOST_TRIED", 1)
    routes = co.alternatives(net_of(THREE), "a", "d", k=2, by="km", max_overlap=0.39)
    assert ways(routes) == [("ab", "bd"), ("ac", "cd")]
    assert routes.method == "heuristic: 1 routes in exact order, then the penalty method; overlap at most 39%"


# Pareto fronts

PRICED = [
    road("slow", "a", "b", 50, hours=10, usd_per_vehicle=10),
    road("fast", "a", "b", 40, hours=2, usd_per_vehicle=100),
    road("beaten", "a", "b", 60, hours=11, usd_per_vehicle=100),
    road("near", "a", "b", 41, hours=2.02, usd_per_vehicle=99),
]


def test_a_front_has_all_that_no_other_beats_in_the_order_of_the_criteria():
    net = net_of(PRICED)
    front = co.pareto(net, "a", "b")
    assert ways(front) == [("fast",), ("near",), ("slow",)]
    assert (front.criteria, front.method) == (("hours", "usd"), "exact Pareto front of hours, usd")
    turned = co.pareto(net, "a", "b", criteria=("usd", "hours"))
    assert ways(turned) == [("slow",), ("near",), ("fast",)]
    assert ways(co.pareto(net, "a", "b", criteria=("km", "hours"))) == [("fast",)]


@pytest.mark.parametrize(("tolerance", "kept"), [(0, 3), (0.005, 3), (0.0102, 2), (0.5, 2)])
def test_a_tolerance_leaves_out_what_is_hardly_better(tolerance, kept):
    front = co.pareto(net_of(PRICED), "a", "b", tolerance=tolerance)  # "near" saves 1 of 99 USD
    assert len(front) == kept
    assert ways(front)[0] == ("fast",)
    assert ways(front)[-1] == ("slow",)


def test_the_front_of_the_small_network(net):
    assert ways(co.pareto(net, "port", "city")) == [BY_ROAD, FROM_RAIL]
    assert ways(co.pareto(net, "port", "city", criteria=("hours", "co2e_kg"))) == [
        BY_ROAD,
        THEN_RAIL,
        FROM_RAIL,
        BOTH_RAIL,
    ]
    assert ways(co.pareto(net, "port", "city", max_usd=650)) == [FROM_RAIL]
    assert ways(co.pareto(net, "port", "city", criteria=("km", "transfers"))) == [BY_ROAD]
    with pytest.raises(NoRouteError, match=r"max_usd=600: the least at all is 636\.0 USD, 36\.0 more"):
        co.pareto(net, "port", "city", max_usd=600)


def test_no_route_of_a_front_beats_another_and_its_ends_are_the_best(bundled):
    front = co.pareto(bundled, "Karachi", "Minsk")
    pairs = [(route.hours, route.usd) for route in front]
    assert pairs == sorted(pairs)
    assert [usd for _, usd in pairs] == sorted((usd for _, usd in pairs), reverse=True)
    assert len(set(pairs)) == len(pairs)
    assert pairs[0][0] == co.route(bundled, "Karachi", "Minsk", by="hours").hours
    assert pairs[-1][1] == pytest.approx(co.route(bundled, "Karachi", "Minsk", by="usd").usd, abs=1e-6)


# Matrix


def test_a_matrix_is_wide_by_id_with_units(net):
    table = co.matrix(net, ["port", "Stadt"], ["city", "town"], by="km")
    assert table.index.tolist() == ["port", "city"]
    assert table.columns.tolist() == ["city", "town"]
    assert (table.index.name, table.columns.name) == ("origin", "destination")
    np.testing.assert_array_equal(table.to_numpy(), [[258, 100], [np.nan, 158]])
    assert table.attrs == {"by": "km", "unit": "km"}


def test_a_matrix_may_show_other_measures_of_the_same_routes(net):
    table = co.matrix(net, "port", ["city", "town"], by="co2e_kg", also=("hours", "transfers", "hours"))
    assert table.columns.names == ["measure", "destination"]
    assert table["co2e_kg"].loc["port"].tolist() == pytest.approx([318, 72])
    assert table["hours"].loc["port"].tolist() == pytest.approx([59.52, 4.8])
    assert table["transfers"].loc["port"].tolist() == [2, 0]
    assert list(dict.fromkeys(table.columns.get_level_values(0))) == ["co2e_kg", "hours", "transfers"]
    assert table.attrs["unit"] == {"co2e_kg": "kg CO2e", "hours": "h", "transfers": "transfers"}


def test_a_matrix_without_a_way_is_nan(net):
    assert co.matrix(net, "port", "city", max_hours=1).isna().all(axis=None)
    assert co.matrix(net, ["port", "town"], "city", avoid=["port"])["city"].isna().tolist() == [True, False]
    assert co.matrix(net, "port", ["town", "city"], within=["PK"]).isna().to_numpy().tolist() == [[False, True]]
    assert co.matrix(net, "port", "port", via="town", by="km").to_numpy().tolist() == [[200]]


def test_origins_may_be_names_points_and_stand_twice(net):
    table = co.matrix(net, [(66.9, 29.3), "Port", "port"], (66.35, 31.38), by="km")
    assert table.index.tolist() == ["port"] * 3
    assert table["city"].tolist() == [258] * 3
    assert co.matrix(net, pd.Series(["port"]), {"city"}, by="crossings").to_numpy().tolist() == [[1]]


def test_a_matrix_of_routes_holds_the_routes_of_single_questions(net, bundled):
    table = co.matrix(net, ["port", "city"], ["city", "town"], routes=True)
    assert table.loc["port", "city"] == co.route(net, "port", "city")
    assert table.loc["city", "city"] is None
    cells = co.matrix(bundled, bundled.ports, ["Tashkent", "Minsk"], by="usd", via="Kabul", max_crossings=5)
    for port in bundled.ports:
        asked = co.route(bundled, port, "Tashkent", by="usd", via="Kabul", max_crossings=5)
        assert cells.loc[port, "tashkent"] == asked.usd


def test_other_measures_are_not_dropped_where_routes_are_asked_for(net):
    with pytest.raises(OptionError, match="also"):
        co.matrix(net, "port", "city", also=("km",), routes=True)


# The nearest port

QUAYS = [road("q1-a", "q1", "a", 10), road("q2-a", "q2", "a", 7, oneway=True), road("b-c", "b", "c", 5)]


def test_the_nearest_port_and_the_way_to_it():
    net = net_of(QUAYS)
    assert net.ports == ("q1", "q2")
    assert co.nearest_port(net, "a", by="km").origin == "q2"
    out = co.nearest_port(net, "a", by="km", to_sea=True)
    assert (out.origin, out.destination) == ("a", "q1")
    assert co.nearest_port(net, "a", by="km", avoid=["q2-a"]).origin == "q1"
    assert co.nearest_port(net, "a", by="km", ports="q1").origin == "q1"
    assert co.nearest_port(net, "q1", by="km", ports=["a", "q1"]).origin == "a"
    assert co.nearest_port(net, "c", by="km", ports=["b", "q1"], to_sea=True).destination == "b"


def test_no_port_is_told():
    net = net_of(QUAYS)
    with pytest.raises(NoRouteError, match=r"(?s)No route to 'c' from any of q1, q2.*q1: from q1"):
        co.nearest_port(net, "c")
    with pytest.raises(OptionError, match=r"No seaport to look from for 'a': name some with ports=\."):
        co.nearest_port(net_of([road("ab", "a", "b")]), "a")
    with pytest.raises(OptionError, match="ports is empty: name at least one place"):
        co.nearest_port(net, "a", ports=[])
    with pytest.raises(UnknownPlaceError, match=r"Unknown place 'q9'"):
        co.nearest_port(net, "a", ports=["q9"])


def test_the_nearest_port_is_the_least_of_the_matrix(bundled):
    for by in ("km", "usd", "crossings"):
        table = co.matrix(bundled, bundled.ports, "Tashkent", by=by)["tashkent"]
        assert table[co.nearest_port(bundled, "Tashkent", by=by).origin] == table.min()


# What can be reached


def reached(net, **budget):
    frame = co.reach(net, "port", **budget)
    return {row.id: (row[next(iter(budget))], row.share) for _, row in frame.iterrows()}


def test_what_six_hours_reach(net):
    frame = co.reach(net, "port", hours=6)
    assert frame["kind"].tolist() == ["place", "place", "link", "link", "link"]
    assert frame["id"].tolist() == ["port", "town", "road-port-town", "rail-port-town", "road-town-west"]
    assert frame["hours"].tolist() == pytest.approx([0, 4, 4, 4.8, 6])
    assert frame["share"].tolist() == pytest.approx([1, 1, 1, 1, 0.5])
    assert frame["mode"].tolist() == ["", "", "road", "rail", "road"]
    assert frame.crs.to_epsg() == 4326
    assert (frame.attrs["budget"], frame.attrs["unit"]["hours"]) == (6, "h")


def test_a_link_that_the_budget_ends_on_is_cut_there(net):
    cut = co.reach(net, "port", hours=6).set_index("id").geometry["road-town-west"]
    assert shapely.get_coordinates(cut).tolist() == pytest.approx(np.array([[66.7, 30.1], [66.57, 30.5]]))
    back = co.reach(net, "west", hours=1, avoid=["road-west-east"]).set_index("id").geometry["road-town-west"]
    assert shapely.get_coordinates(back)[0].tolist() == [66.44, 30.9]
    whole = shapely.LineString(net.tables.lines["road-town-west"]).length
    assert back.length == pytest.approx(whole / 4)


def test_a_crossing_counts_only_once_it_is_cleared(net):
    for hours in (8, 20, 38.3):
        assert "road-west-east" not in reached(net, hours=hours)
        assert reached(net, hours=hours)["west"] == pytest.approx((8, 1))
    found = reached(net, hours=39.32)
    assert found["road-west-east"] == pytest.approx((38.32, 1))
    assert found["east"] == pytest.approx((38.32, 1))
    assert found["road-east-city"] == pytest.approx((39.32, 0.5))
    assert "city" not in found


@pytest.mark.parametrize("hours", [4, 8, 12, 38.32, 40.32])
def test_nothing_that_is_reached_costs_more_than_the_budget(net, hours):
    frame = co.reach(net, "port", hours=hours)
    assert frame["hours"].max() <= hours


def test_a_budget_just_enough_reaches_the_place_with_all_links_of_its_way(bundled):
    posts = sorted({row.facing_post for row in bundled.tables.crossings if row.post in {"torkham-pk", "chaman"}})
    for goal in [*posts, "kabul", "kandahar", "tashkent"]:
        found = co.route(bundled, "Karachi", goal, by="hours")
        frame = co.reach(bundled, "Karachi", hours=found.hours).set_index("id")
        assert goal in frame.index
        assert set(found.links) <= set(frame.index), goal
        assert frame["share"][list(found.links)].tolist() == pytest.approx([1] * len(found.links))


def test_money_reaches_otherwise_than_time(net):
    found = reached(net, usd=90)
    assert found["town"] == pytest.approx((60, 1))
    assert found["rail-port-town"] == pytest.approx((60, 1))
    assert found["road-port-town"] == pytest.approx((90, 0.45))
    assert set(reached(net, usd=0)) == {"port"}


def test_reach_keeps_to_the_options(net):
    assert set(reached(net, hours=6)) - {row["id"] for _, row in co.reach(net, "port", hours=6, modes=["road"]).iterrows()} == {"rail-port-town"}  # fmt: skip
    assert set(co.reach(net, "port", hours=99, within=["PK"])["id"]) >= {"west"}
    assert "east" not in set(co.reach(net, "port", hours=99, within=["PK"])["id"])


def test_every_place_reached_costs_what_its_route_costs(bundled):
    frame = co.reach(bundled, "Karachi", hours=60)
    places = frame[frame["kind"] == "place"].set_index("id")["hours"].drop("karachi")
    cells = co.matrix(bundled, "Karachi", list(places.index), by="hours").loc["karachi"]
    np.testing.assert_allclose(cells[places.index], places, atol=1e-6)
    assert places.is_monotonic_increasing
    assert frame["share"].between(0, 1, inclusive="right").all()


# Limits on one route


@pytest.mark.parametrize(
    ("limits", "links"),
    [
        ({"max_hours": 40.32}, BY_ROAD),
        ({"max_usd": 636}, FROM_RAIL),
        ({"max_co2e_kg": 318}, BOTH_RAIL),
        ({"max_co2e_kg": 450}, THEN_RAIL),
        ({"max_transfers": 0}, BY_ROAD),
        ({"max_transfers": 1, "max_co2e_kg": 400}, FROM_RAIL),
        ({"max_crossings": 1}, BY_ROAD),
        ({"max_hours": 1e9, "max_usd": np.int64(10**6), "max_transfers": 2.0}, BY_ROAD),
    ],
)
def test_limits_choose_the_best_route_that_keeps_to_them(net, limits, links):
    assert co.route(net, "port", "city", **limits).links == links


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"max_hours": 40}, ["max_hours=40: the least at all is 40.3 h, 0.3 more."]),
        ({"max_usd": 600}, ["max_usd=600: the least at all is 636.0 USD, 36.0 more."]),
        ({"max_co2e_kg": 300}, ["max_co2e_kg=300: the least at all is 318.0 kg CO2e, 18.0 more."]),
        (
            {"max_transfers": 0, "max_usd": 640},
            [
                "max_usd=640: the least within the other limits is 666.0 USD, 26.0 more.",
                "max_transfers=0: the least within the other limits is 1 transfer, 1 more.",
            ],
        ),
        (
            {"max_hours": 50, "max_usd": 1e6, "max_co2e_kg": 400},
            [
                "max_hours=50: the least within the other limits is 53.1 h, 3.1 more.",
                "max_co2e_kg=400: the least within the other limits is 437.0 kg CO2e, 37.0 more.",
            ],
        ),
    ],
)
def test_the_limit_that_binds_is_told_with_the_miss(net, limits, told):
    with pytest.raises(NoRouteError) as caught:
        co.route(net, "port", "city", **limits)
    assert list(caught.value.blocked_by) == told
    text = str(caught.value)
    asked = ", ".join(f"{name}={limits[name]:g}" for name in ("max_hours", "max_usd", "max_co2e_kg", "max_transfers") if name in limits)  # fmt: skip
    assert text.startswith(f"No route from 'port' to 'city' keeps to {asked}.\n")
    assert text.endswith("\n  Raise one of these limits.")


# Routes as a sequence


def test_routes_are_a_sequence(net):
    routes = co.alternatives(net, "port", "city")
    assert isinstance(routes, co.Routes)
    assert list(routes) == [routes[i] for i in range(4)]
    assert routes[-1] == routes[3] in routes
    assert [routes.index(route) for route in reversed(routes)] == [3, 2, 1, 0]
    part = routes[1:3]
    assert isinstance(part, co.Routes)
    assert (list(part), part.method, part.note, part.cut) == (
        [routes[1], routes[2]],
        routes.method,
        routes.note,
        ("gate",),
    )
    assert co.pareto(net, "port", "city")[:1].criteria == ("hours", "usd")
    with pytest.raises(IndexError, match="out of range"):
        routes[4]


def test_routes_are_equal_by_their_routes(net):
    one, other = co.alternatives(net, "port", "city"), co.alternatives(small.two_countries(), "port", "city")
    assert one == other
    assert hash(one) == hash(other)
    assert one != one[:2]
    assert one != list(one)
    assert len({one, other, one[:2]}) == 2


def test_routes_as_text_frame_and_data(net):
    routes = co.alternatives(net, "port", "city")
    lines = str(routes).splitlines()
    assert lines[0] == f"Port → City: 4 routes ({EXACT})"
    assert lines[2].split() == ["score", "USD", "km", "hours", "days", "USD", "kg", "CO2e", "transfers", "crossings"]
    assert lines[3].split() == ["1", f"{routes[0].score:,.0f}", "258", "40.3", "1.7", "666", "516", "0", "gate"]
    assert lines[-1] == routes.note
    assert repr(routes) == f"<Routes: 4 from port to city, {EXACT}>"
    frame = routes.to_frame()
    assert (frame.index.tolist(), frame.index.name) == ([1, 2, 3, 4], "route")
    assert frame["usd"].tolist() == pytest.approx([666, 696, 636, 666])
    assert frame.attrs["unit"]["usd"] == "USD"
    assert frame.attrs["cut"] == ["gate"]
    assert (frame.attrs["method"], frame.attrs["note"]) == (routes.method, routes.note)
    plain = json.loads(json.dumps(routes.to_dict(), allow_nan=False))
    assert [route["transfers"] for route in plain["routes"]] == [0, 1, 1, 2]
    assert (plain["cut"], plain["criteria"], plain["note"]) == (["gate"], [], routes.note)


def test_no_routes_are_told_as_none():
    none = co.Routes([])
    assert (len(none), list(none), repr(none), none.title) == (0, [], "<Routes: none>", "No routes")
    assert len(none.to_frame()) == 0
    assert none.to_dict()["routes"] == []
    assert "No routes" in str(none)
    assert "No routes" in none._repr_html_()
    with pytest.raises(OptionError, match="no routes given"):
        none.plot()


def test_names_are_escaped_in_html():
    places = [
        small.place("a", lon=66) | {"name": "<script>a</script>"},
        small.place("b", lon=66.1) | {"name": 'B & "b"'},
    ]
    routes = co.alternatives(small.network(places, [road("ab", "a", "b")]), "a", "b")
    page = routes._repr_html_()
    assert "&lt;script&gt;a&lt;/script&gt; → B &amp; &quot;b&quot;: 1 route (" in page
    assert "<script>" not in page
    assert "<p>1 of 5: there are no more without a loop.</p>" in page


# Pictures


def test_a_front_is_drawn_with_its_units(bundled):
    front = co.pareto(bundled, "Karachi", "Kabul", criteria=("hours", "usd", "transfers"), tolerance=0.01)
    assert len({route.transfers for route in front}) > 1
    axes = front.plot()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("hours", "cost of the shipment, USD")
    assert axes.get_legend().get_title().get_text() == "changes of carriage"
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == [str(count) for count in sorted({route.transfers for route in front})]
    assert "days" in [child.get_xlabel() for child in axes.child_axes]
    assert axes.get_title(loc="left").startswith(f"Karachi → Kabul: {len(front)} routes")
    assert axes.texts[0].get_text() == "1"


def test_a_front_is_drawn_on_axes_given_under_a_title_given(net):
    front = co.pareto(net, "port", "city", criteria=("usd", "hours"))
    _, axes = plt.subplots()
    assert plot_front(front, ax=axes, title="Money against time") is axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("cost of the shipment, USD", "time, hours")
    assert axes.get_title(loc="left") == "Money against time"
    assert axes.get_legend() is None


@pytest.mark.parametrize("wrong", ["alternatives", "none", 5, None, "routes"])
def test_what_is_no_front_is_not_drawn(net, wrong):
    routes = {"alternatives": co.alternatives(net, "port", "city"), "none": co.Routes([]), "routes": [co.route(net, "port", "city")]}  # fmt: skip
    with pytest.raises(OptionError, match=r"plot_front draws what co.pareto\(...\) returns"):
        plot_front(routes.get(wrong, wrong))
