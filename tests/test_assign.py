# SPDX-License-Identifier: BSD-3-Clause
"""Goods shared out among ways under capacities: by hand, against a programme over arcs, and by law."""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import corridor as co
import small
from corridor.tables import Tables
from trade_small import by_arcs, capacity, two_gates, two_roads

ORE_HOUR = 20 * 200 * 0.05 / 100 / 24
TRUCK_YEAR = 20 * 365.0
# 100 km at 2 USD and 4 h; 200 km at 2 USD and 8 h; over 20 t.
PASS, RIVER = (200 + 4 * ORE_HOUR) / 20, (400 + 8 * ORE_HOUR) / 20


def ore(tonnes, start="mine", goal="mart"):
    return co.Demand(start, goal, "ore", tonnes_per_year=tonnes)


def limited(net: co.Network, rows) -> co.Network:
    tables: Tables = replace(net.tables, capacities=small.rows("capacities", rows))
    return co.Network(tables, name="limited")


# --- by hand ---------------------------------------------------------------------------------------------------------------


def test_two_roads_by_hand():
    """The pass takes 10 trucks a day of 20 t: 73,000 t of 100,000; the rest goes along the river."""
    found = co.assign(two_roads(capacity("pass", "link", 10)), [ore(100_000)])
    assert [(share.route.links, share.tonnes_per_year) for share in found.paths] == [
        (("pass",), pytest.approx(10 * TRUCK_YEAR)),
        (("river",), pytest.approx(100_000 - 10 * TRUCK_YEAR)),
    ]
    assert found.total_usd == pytest.approx(73_000 * PASS + 27_000 * RIVER)
    assert found.usd == pytest.approx(73_000 * 10 + 27_000 * 20)
    assert found.hours == pytest.approx((73_000 * 4 + 27_000 * 8) / 100_000)
    (bottleneck,) = found.bottleneck_rows
    assert bottleneck["usd_per_extra_tonne"] == pytest.approx(RIVER - PASS)
    assert bottleneck["usd_per_extra_unit"] == pytest.approx((RIVER - PASS) * TRUCK_YEAR)
    assert (bottleneck["subject"], bottleneck["basis"], bottleneck["share_used"]) == (
        "pass",
        "quoted",
        pytest.approx(1),
    )
    assert found.gap_usd == pytest.approx(0, abs=1e-6 * found.total_usd)
    assert "No way left out would lower the cost" in found.certificate


def test_other_traffic_comes_off_first_and_its_absence_is_told():
    net = two_roads(
        capacity("pass", "link", 10, traffic=4, traffic_basis="estimate", traffic_year=2024, traffic_source="hand")
    )
    found = co.assign(net, ore(100_000))
    assert found.paths[0].tonnes_per_year == pytest.approx(6 * TRUCK_YEAR)
    assert found.capacity_rows[0]["background"] == 4
    without = co.assign(net, ore(100_000), background=False)
    assert without.paths[0].tonnes_per_year == pytest.approx(10 * TRUCK_YEAR)
    assert "Other traffic is not taken off the capacities, as asked for." in str(without)
    unknown = co.assign(two_roads(capacity("pass", "link", 10)), ore(100_000))
    assert unknown.background_unknown == ("pass (road)",)
    assert "Other traffic not known, taken as none: pass (road)." in str(unknown)


def test_a_capacity_that_other_traffic_fills_has_nothing_left():
    full = capacity("pass", "link", 10, traffic=12, traffic_basis="quoted", traffic_year=2024, traffic_source="hand")
    net = two_roads(full, capacity("river", "link", 1))
    found = co.assign(net, ore(100_000))
    assert [share.route.links for share in found.paths] == [("river",)]
    assert found.unserved_tonnes_per_year == pytest.approx(100_000 - TRUCK_YEAR)
    (row,) = found.unserved.to_dict("records")
    assert row["reason"].startswith("No capacity is left on any way worth its cost; those that bind: ")
    assert "pass (road) (filled by other traffic)" in row["reason"]
    assert found.terms.unserved_usd_per_tonne == pytest.approx(10 * PASS)
    assert found.penalty_usd == pytest.approx(10 * PASS * (100_000 - TRUCK_YEAR))


def test_tonnes_a_year_and_days_of_work():
    by_tonnes = co.assign(two_roads(capacity("pass", "link", 5000, "tonnes_per_year")), ore(20_000))
    assert by_tonnes.paths[0].tonnes_per_year == pytest.approx(5000)
    (row,) = by_tonnes.bottleneck_rows
    assert row["usd_per_extra_unit"] == pytest.approx(row["usd_per_extra_tonne"])
    fewer = co.assign(two_roads(capacity("pass", "link", 10)), ore(100_000), working_days=250)
    assert fewer.paths[0].tonnes_per_year == pytest.approx(10 * 20 * 250)
    assert "on 250 days a year" in str(fewer)


def test_directions_share_a_capacity_or_have_their_own():
    there, back = ore(50_000), ore(50_000, "mart", "mine")
    shared = co.assign(two_roads(capacity("pass", "link", 10)), [there, back])
    on_pass = sum(share.tonnes_per_year for share in shared.paths if share.route.links == ("pass",))
    assert on_pass == pytest.approx(10 * TRUCK_YEAR)
    own = co.assign(two_roads(capacity("pass", "link", 5, direction="backward")), [there, back])
    ways = {(share.origin, share.route.links): share.tonnes_per_year for share in own.paths}
    assert ways == {("mine", ("pass",)): 50_000, ("mart", ("pass",)): pytest.approx(5 * TRUCK_YEAR), ("mart", ("river",)): pytest.approx(50_000 - 5 * TRUCK_YEAR)}  # fmt: skip


def test_a_crossing_is_limited_by_direction_and_post():
    there, back = ore(50_000, "south", "north"), ore(50_000, "north", "south")
    found = co.assign(two_gates(capacity("near", "crossing", 5, direction="PK-AF")), [there, back])
    ways = {(share.origin, share.route.crossings): share.tonnes_per_year for share in found.paths}
    assert ways[("north", ("near",))] == 50_000
    assert ways[("south", ("near",))] == pytest.approx(5 * TRUCK_YEAR)
    post = co.assign(two_gates(capacity("near", "crossing", 5, post="near-af")), [there, back])
    assert sum(share.tonnes_per_year for share in post.paths if share.route.crossings == ("near",)) == pytest.approx(
        5 * TRUCK_YEAR
    )
    assert post.bottleneck_rows[0]["post"] == "near-af"


def test_a_place_is_limited_in_what_passes_it_each_passage_once():
    net = small.two_countries()
    general = co.Demand("port", "city", tonnes_per_year=10_000)
    through = co.assign(limited(net, [capacity("town", "place", 400, "tonnes_per_year")]), general)
    assert through.served_tonnes_per_year == pytest.approx(400)
    by_truck = co.assign(limited(net, [capacity("town", "place", 1)]), general, modes=["road"])
    assert by_truck.served_tonnes_per_year == pytest.approx(TRUCK_YEAR)
    # Of a port of the sea what is counted comes or goes by sea: these goods leave it by land.
    by_sea = co.assign(limited(net, [capacity("port", "place", 400, "tonnes_per_year", mode="sea")]), general)
    assert by_sea.unserved_tonnes_per_year == 0
    handled = by_sea.flows[by_sea.flows["subject_kind"] == "place"]
    assert handled.loc[handled["subject"] == "port", "tonnes_per_year"].item() == pytest.approx(10_000)


def test_a_port_is_limited_in_what_comes_by_sea_each_tonne_once():
    """A ship and then a truck: what comes by sea is counted once, whether it goes on or stays."""
    places = [
        small.place("abroad", lon=66.0, lat=25.0, kind="seaport"), small.place("port", lon=67.0, lat=25.0, kind="seaport"),
        small.place("inland", lon=67.0, lat=26.0),
    ]  # fmt: skip
    links = [
        small.link("ship", "abroad", "port", 100, mode="sea", wait_hours=0),
        small.link("road", "port", "inland", 100),
    ]
    rows = small.rows("capacities", [capacity("port", "place", 500, "tonnes_per_year", mode="sea")])
    net = small.network(places, links, transfers=[small.transfer("port", "sea", "road", 10, 50)])
    net = co.Network(replace(net.tables, capacities=rows))
    wanted = [co.Demand("abroad", "inland", tonnes_per_year=200), co.Demand("abroad", "port", tonnes_per_year=200), co.Demand("port", "inland", tonnes_per_year=900)]  # fmt: skip
    found = co.assign(net, wanted)
    assert found.unserved_tonnes_per_year == 0
    assert found.capacity_rows[0]["used"] == 400


def test_where_empty_trucks_count_too_whoever_goes_comes_back():
    """10 trucks a day both ways, empty or not, are 5 there and 5 back; what rides back rides in the same trucks."""
    net = two_roads(capacity("pass", "link", 10, counts="all"))
    found = co.assign(net, ore(100_000))
    assert found.paths[0].tonnes_per_year == pytest.approx(5 * TRUCK_YEAR)
    (row,) = found.bottleneck_rows
    assert row["used"] == pytest.approx(10)
    assert row["usd_per_extra_tonne"] == pytest.approx(2 * (RIVER - PASS) / 2)
    assert row["usd_per_extra_unit"] == pytest.approx((RIVER - PASS) * TRUCK_YEAR / 2)
    both = co.assign(net, [ore(100_000), ore(100_000, "mart", "mine")])
    assert sum(s.tonnes_per_year for s in both.paths if s.route.links == ("pass",)) == pytest.approx(10 * TRUCK_YEAR)
    assert len(both.capacity_rows) == 1
    one_way = co.assign(
        two_gates(capacity("near", "crossing", 5, counts="all", direction="PK-AF")), ore(100_000, "north", "south")
    )
    assert [s.tonnes_per_year for s in one_way.paths if s.route.crossings == ("near",)] == [
        pytest.approx(5 * TRUCK_YEAR)
    ]


def test_the_cargo_worth_most_by_the_hour_keeps_the_short_way():
    """Both want the pass; general cargo loses more by the river, so ore is moved there."""
    net = two_roads(capacity("pass", "link", 10))
    found = co.assign(net, [ore(73_000), co.Demand("mine", "mart", "general", tonnes_per_year=73_000)])
    assert {(share.cargo, share.route.links) for share in found.paths} == {("ore", ("river",)), ("general", ("pass",))}


def test_wagons_of_bulk_are_full_and_containers_ride_one_a_wagon():
    net = small.two_countries()
    found = co.assign(net, [co.Demand("port", "town", "ore", tonnes_per_year=65 * 365), co.Demand("port", "town", "general", tonnes_per_year=20 * 365)], modes=["rail"])  # fmt: skip
    flows = found.flows[found.flows["subject"] == "rail-port-town"].set_index("cargo")
    assert flows.loc["ore", "wagons_per_day"] == pytest.approx(1)
    assert flows.loc["ore", "containers_per_day"] == 0
    assert flows.loc["general", "wagons_per_day"] == pytest.approx(1)
    assert flows.loc["general", "containers_per_day"] == pytest.approx(1)
    assert flows.loc["ore", "trains_per_day"] == pytest.approx(1 / 50)
    assert math.isnan(flows.loc["ore", "trucks_per_day"])


# --- what must hold ----------------------------------------------------------------------------------------------------------


def test_crossings_without_a_known_capacity_are_listed():
    found = co.assign(two_gates(capacity("near", "crossing", 5)), ore(100_000, "south", "north"))
    assert found.without_capacity["crossing"].tolist() == ["far"]
    assert found.without_capacity["trucks_per_day"].item() == pytest.approx(100_000 / TRUCK_YEAR - 5)
    assert "In use without a known capacity, so not limited here: far (road, PK-AF)." in str(found)
    assert found.to_dict()["without_capacity"][0]["crossing"] == "far"


def test_without_capacities_it_is_all_or_nothing_on_best_routes_to_the_last_digit():
    net = co.load()
    wanted = [
        co.Demand("Karachi", "Tashkent", "textiles", usd_per_year=30e6),
        co.Demand("Karachi", "Almaty", "fruit-and-vegetables", usd_per_year=20e6),
        co.Demand("Almaty", "Karachi", "grain", tonnes_per_year=123_457),
        co.Demand("Minsk", "Karachi", "machinery", usd_per_year=11e6),
    ]
    found = co.assign(net, wanted, capacities=False)
    total = []
    for demand, share in zip(wanted, found.paths, strict=True):
        best = co.route(net, demand.origin, demand.destination, shipment=demand.shipment)
        assert share.route.links == best.links
        assert share.route.score == best.score
        value = {row.id: row.unit_value_usd_per_t for row in net.tables.cargo}[demand.cargo]
        tonnes = demand.tonnes_per_year if demand.tonnes_per_year is not None else demand.usd_per_year / value
        assert share.tonnes_per_year == tonnes
        total.append(tonnes * (best.score / 20))
    assert found.total_usd == math.fsum(total)
    assert found.unserved_tonnes_per_year == 0


def conserved(net: co.Network, found: co.Assignment) -> None:
    """At each place what comes in, of each cargo, goes out, but for what begins and ends there."""
    flows = found.flows[found.flows["subject_kind"] == "link"]
    for cargo in {one.wanted.cargo for one in found.goods}:
        balance = dict.fromkeys((row.id for row in net.tables.places), 0.0)
        for row in flows[flows["cargo"] == cargo].itertuples():
            balance[row[3]] -= row.tonnes_per_year
            balance[row[4]] += row.tonnes_per_year
        for one in found.demand_rows:
            if one["cargo"] == cargo:
                balance[one["origin"]] += one["served_tonnes_per_year"]
                balance[one["destination"]] -= one["served_tonnes_per_year"]
        most = max([1.0, *flows["tonnes_per_year"]])
        assert all(abs(rest) <= 1e-9 * most for rest in balance.values()), balance


@st.composite
def cases(draw):
    net = draw(small.tangled())
    names = [row.id for row in net.tables.places]
    pairs = draw(
        st.lists(st.permutations(names).map(lambda order: tuple(order[:2])), min_size=1, max_size=4, unique=True)
    )
    demands = [
        co.Demand(
            *pair,
            draw(st.sampled_from(["general", "ore", "fruit"])),
            tonnes_per_year=draw(st.sampled_from([500, 7300, 40_000])),
        )
        for pair in pairs
    ]
    rows = []
    for one in draw(st.lists(st.sampled_from(net.tables.links), max_size=4, unique_by=lambda row: row.id)):
        if one.mode == "road" and draw(st.booleans()):
            rows.append(capacity(one.id, "link", draw(st.sampled_from([0.1, 1, 3]))))
        else:
            rows.append(capacity(one.id, "link", draw(st.sampled_from([100, 7300, 20_000])), "tonnes_per_year"))
    gates = sorted({row.crossing for row in net.tables.crossings})[: draw(st.integers(0, 2))]
    rows += [capacity(name, "crossing", draw(st.sampled_from([0.2, 2]))) for name in gates]
    return limited(net, rows), demands


@st.composite
def roads(draw):
    """Roads that cross and part, with little room on most of them: goods give way to each other and are split."""
    count = draw(st.integers(3, 6))
    names = [f"p{number}" for number in range(count)]
    places = [small.place(name, lon=60 + step * 0.01, lat=30 + (step % 3) * 0.01) for step, name in enumerate(names)]
    pairs = [(step, step + 1) for step in range(count - 1)]
    pairs += draw(
        st.lists(
            st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda two: two[0] != two[1]),
            min_size=3,
            max_size=9,
        )
    )
    links = [
        small.link(
            f"l{number}",
            names[a],
            names[b],
            draw(st.sampled_from([3, 7, 10, 25, 40])),
            oneway=number >= count and draw(st.booleans()),
        )
        for number, (a, b) in enumerate(pairs)
    ]
    rows = [
        capacity(
            f"l{number}",
            "link",
            draw(st.sampled_from([1, 2.5, 4])),
            direction=draw(st.sampled_from(["both", "forward"])),
        )
        for number in range(len(pairs))
        if draw(st.integers(0, 3))
    ]
    ends = st.permutations(names).map(lambda order: tuple(order[:2]))
    wanted = draw(
        st.lists(
            st.tuples(ends, st.sampled_from(["general", "ore", "fruit"]), st.sampled_from([1, 2, 3.5])),
            min_size=2,
            max_size=5,
        )
    )
    demands = [co.Demand(*pair, cargo, tonnes_per_year=trucks * TRUCK_YEAR) for pair, cargo, trucks in wanted]
    return limited(small.network(places, links), rows), demands


def asked(net, demands, **options):
    """Return the answer, or None where no demand has a route."""
    try:
        with pytest.warns(co.errors.CorridorWarning) if _some_lost(net, demands) else nullcontext():
            return co.assign(net, demands, **options)
    except co.errors.NoRouteError:
        return None


def _some_lost(net, demands):
    found = []
    for demand in demands:
        try:
            co.route(net, demand.origin, demand.destination, shipment=demand.shipment)
            found.append(True)
        except co.errors.NoRouteError:
            found.append(False)
    return any(found) and not all(found)


@given(cases() | roads())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_it_costs_what_a_programme_over_arcs_costs_and_flow_conserves(case):
    net, demands = case
    found = asked(net, demands)
    if found is None:
        return
    other = by_arcs(net, demands, found.terms.unserved_usd_per_tonne)
    assert found.total_usd == pytest.approx(other, rel=1e-6, abs=1e-4)
    assert found.gap_usd <= 1e-6 * max(1.0, found.total_usd)
    conserved(net, found)
    for row in found.capacity_rows:
        assert row["used"] <= row["left"] * (1 + 1e-7) + 1e-9
    assert found.served_tonnes_per_year + found.unserved_tonnes_per_year == pytest.approx(
        sum(d.tonnes_per_year for d in demands)
    )


@given(cases() | roads(), st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_loosening_a_capacity_never_raises_the_total_and_its_price_bounds_the_fall(case, data):
    net, demands = case
    tight = asked(net, demands)
    if tight is None or not tight.capacity_rows:
        return
    number = data.draw(st.integers(0, len(tight.capacity_rows) - 1))
    more = data.draw(st.sampled_from([0.01, 0.5, 10, 1000]))
    rows = [row.model_dump(by_alias=True) for row in net.tables.capacities]
    rows[number]["capacity"] += more
    loose = asked(limited(net, rows), demands)
    slack = 1e-6 * max(1.0, tight.total_usd)
    assert loose.total_usd <= tight.total_usd + slack
    # The total is convex in a capacity: its fall is at most the price times the room given.
    fall = tight.total_usd - loose.total_usd
    assert fall <= tight.capacity_rows[number]["usd_per_extra_unit"] * more + slack


def test_the_shadow_price_predicts_the_gain_of_one_more_truck_a_day():
    before = co.assign(two_gates(capacity("near", "crossing", 5)), ore(100_000, "south", "north"))
    after = co.assign(two_gates(capacity("near", "crossing", 6)), ore(100_000, "south", "north"))
    (row,) = before.bottleneck_rows
    assert before.total_usd - after.total_usd == pytest.approx(row["usd_per_extra_unit"], rel=1e-9)


def test_a_capacity_leaves_goods_behind_where_those_that_give_way_to_it_take_the_last_room_of_others():
    """Ore spills from the full pass to the river; there it takes the room of what can go no other way, which stays."""
    places = [small.place(name, lon=66.0 + at / 10) for at, name in enumerate(("mine", "east", "west", "mart", "far"))]
    links = [
        small.link("pass", "mine", "mart", 100), small.link("up", "mine", "east", 100),
        small.link("river", "east", "west", 100), small.link("down", "west", "mart", 100), small.link("long", "far", "east", 900),
    ]  # fmt: skip
    spilt = [ore(8 * TRUCK_YEAR), ore(10 * TRUCK_YEAR, "far", "west")]

    def flags(river: float, wanted: list[co.Demand]) -> dict[str, bool]:
        rows = [capacity("pass", "link", 5), capacity("river", "link", river)]
        found = co.assign(limited(small.network(places, links), rows), wanted)
        return {row["subject"]: row["leaves_unserved"] for row in found.bottleneck_rows}

    assert flags(10, spilt) == {"pass": True, "river": True}
    # With room in the river the pass only costs the way round.
    assert flags(1000, spilt) == {"pass": False}
    net = limited(small.network(places, links), [capacity("pass", "link", 5), capacity("river", "link", 10)])
    looser = limited(small.network(places, links), [capacity("pass", "link", 6), capacity("river", "link", 10)])
    before, after = co.assign(net, spilt), co.assign(looser, spilt)
    assert [row["unserved_tonnes_per_year"] for row in before.demand_rows] == [0, pytest.approx(3 * TRUCK_YEAR)]
    assert before.unserved_tonnes_per_year - after.unserved_tonnes_per_year == pytest.approx(TRUCK_YEAR)


@pytest.mark.parametrize("empty_returns", [None, 0.9])
def test_on_the_bundled_network_what_leaves_goods_is_what_carries_more_with_more(empty_returns):
    net = co.load()

    def a_billion(network: co.Network) -> co.Assignment:
        demand = co.Demand.bundled("pk-kz-2025")
        return co.growth(network, demand, steps=[1e9], swing=None, empty_returns=empty_returns).assignments[-1]

    found = a_billion(net)
    assert found.unserved_tonnes_per_year > 0
    for row in found.bottleneck_rows:
        which = ("subject", "post", "mode", "direction", "unit")
        rows = tuple(
            one.model_copy(update={"capacity": one.capacity * 1.002})
            if [getattr(one, name) or "" for name in which] == [row[name] for name in which]
            else one
            for one in net.tables.capacities
        )
        looser = a_billion(co.Network(replace(net.tables, capacities=rows)))
        less = found.unserved_tonnes_per_year - looser.unserved_tonnes_per_year
        assert row["leaves_unserved"] == (less > 1e-6 * found.unserved_tonnes_per_year), row["name"]
    assert any(row["leaves_unserved"] for row in found.bottleneck_rows)


def test_it_agrees_with_a_programme_over_arcs_on_the_bundled_network():
    net = co.load()
    wanted = [
        co.Demand("Karachi", "Tashkent", "textiles", tonnes_per_year=400_000),
        co.Demand("Karachi", "Almaty", "fruit-and-vegetables", tonnes_per_year=300_000),
        co.Demand("Almaty", "Karachi", "general", tonnes_per_year=300_000),
    ]
    net = limited(net, [capacity("torkham", "crossing", 60), capacity("ghulam-khan", "crossing", 20), capacity("hairatan", "crossing", 500_000, "tonnes_per_year")])  # fmt: skip
    found = co.assign(net, wanted)
    assert found.bottleneck_rows
    assert found.total_usd == pytest.approx(by_arcs(net, wanted, found.terms.unserved_usd_per_tonne), rel=1e-7)
    conserved(net, found)


# --- goods -----------------------------------------------------------------------------------------------------------------------


def test_gas_never_rides_on_a_truck():
    places = [small.place("well", lon=66.0), small.place("town", lon=66.9)]
    road = small.link("road", "well", "town", 100)
    pipe = small.link("pipe", "well", "town", 120, mode="pipeline")
    rates = [
        *small.RATES, small.rate("speed_kmh", 40, "pipeline", "km/h moving"), small.rate("usd_per_tonne_km", 0.03, "pipeline", "USD per tonne-km"),
        small.rate("gco2e_per_tkm", 10, "pipeline", "g CO2e per tonne-km"), small.rate("payload_t", 1, "pipeline", "tonnes per vehicle"),
    ]  # fmt: skip
    gas = co.Demand("well", "town", "gas", tonnes_per_year=1000)
    found = co.assign(small.network(places, [road, pipe], rates), [gas, ore(1000, "well", "town")])
    assert {(share.cargo, share.route.links) for share in found.paths} == {("gas", ("pipe",)), ("ore", ("road",))}
    assert found.flows[found.flows["cargo"] == "gas"]["trucks_per_day"].isna().all()
    with pytest.warns(
        co.errors.CorridorWarning,
        match=r"assign: no route whatever the capacities: well → town \(gas\)\. They are left",
    ):
        left = co.assign(small.network(places, [road], rates), [gas, ore(1000, "well", "town")])
    (row,) = left.unserved.to_dict("records")
    assert (row["cargo"], row["unserved_tonnes_per_year"]) == ("gas", 1000)
    assert row["reason"].startswith("No route from")
    with pytest.raises(co.errors.NoRouteError, match="No route from"):
        co.assign(small.network(places, [road], rates), gas)


def test_the_same_pair_takes_different_ways_by_class():
    net = co.load()
    ways = {}
    for cargo in ("grain", "textiles"):
        found = co.assign(net, co.Demand("Almaty", "Karachi", cargo, tonnes_per_year=1000), capacities=False)
        ways[cargo] = found.paths[0].route.links
    assert ways["grain"] != ways["textiles"]


def test_very_little_beside_very_much_is_carried_too():
    found = co.assign(
        two_roads(capacity("pass", "link", 10)), [ore(1e6), ore(1e-5, "mart", "mine"), ore(0, "mart", "mine")]
    )
    assert [row["served_tonnes_per_year"] for row in found.demand_rows] == [pytest.approx(1e6), pytest.approx(1e-5)]
    assert found.unserved_tonnes_per_year == pytest.approx(0, abs=1e-9)


def test_next_to_nothing_is_carried_too():
    net = two_gates(capacity("near", "crossing", 5))
    found = co.assign(net, co.Demand("south", "north", "ore", tonnes_per_year=1e-300))
    assert found.served_tonnes_per_year == 1e-300
    assert found.unserved_tonnes_per_year == 0


def test_demands_that_are_alike_add_up_and_a_value_is_turned_into_tonnes():
    net = two_roads()
    found = co.assign(net, [ore(1000), ore(500), co.Demand("mine", "mart", "ore", usd_per_year=200_000)])
    (row,) = found.demand_rows
    assert row["tonnes_per_year"] == 1000 + 500 + 200_000 / 200
    assert row["usd_per_year"] == 1500 * 200 + 200_000
    frame = pd.DataFrame({"origin": ["mine"] * 2, "destination": ["mart"] * 2, "cargo": ["ore"] * 2, "tonnes_per_year": [1500, None], "usd_per_year": [None, 200_000]})  # fmt: skip
    assert co.assign(net, frame).total_usd == found.total_usd


# --- empty returns -----------------------------------------------------------------------------------------------------------------


def test_one_way_flow_pays_nearly_double_and_balanced_flow_nothing():
    net = two_roads()
    plain = co.assign(net, ore(7300))
    one_way = co.assign(net, ore(7300), empty_returns=0.9)
    assert one_way.usd == pytest.approx(plain.usd * 1.9)
    assert one_way.empty_usd == pytest.approx(7300 / 20 * 200 * 0.9)
    both = co.assign(net, [ore(7300), ore(7300, "mart", "mine")], empty_returns=0.9)
    assert both.empty_usd == pytest.approx(0, abs=1e-6)
    assert both.usd == pytest.approx(2 * plain.usd)
    half = co.assign(net, [ore(7300), ore(3650, "mart", "mine")], empty_returns=0.9)
    assert half.empty_usd == pytest.approx(3650 / 20 * 200 * 0.9)


def test_a_factor_of_the_user_weighs_on_empty_runs_in_the_score_and_not_in_the_money():
    net = two_roads()
    plain = co.assign(net, ore(7300), empty_returns=0.9)
    dear = co.assign(net, ore(7300), empty_returns=0.9, weights=co.Weights(mode_factor={"road": 3.0}))
    assert dear.empty_usd == pytest.approx(3 * plain.empty_usd)
    assert dear.usd == pytest.approx(plain.usd)
    assert dear.total_usd == pytest.approx(dear.score + dear.empty_usd)


def test_a_tank_does_not_return_with_general_cargo_and_a_price_by_direction_is_the_market_s_own_surcharge():
    net = two_roads()
    apart = co.assign(net, [ore(7300), co.Demand("mart", "mine", "general", tonnes_per_year=7300)], empty_returns=0.9)
    assert apart.empty_usd == pytest.approx(2 * 7300 / 20 * 200 * 0.9)
    dearer = [row for row in small.RATES if row["parameter"] != "usd_per_vehicle_km"]
    dearer += [
        small.rate("usd_per_vehicle_km", usd, "road", "USD per vehicle-km", direction=way)
        for way, usd in (("inland", 3.0), ("seaward", 1.0))
    ]
    places = [small.place("mine", lon=66.0), small.place("mart", lon=66.9)]
    sloping = small.network(places, [small.link("pass", "mine", "mart", 100, inland="forward")], dearer)
    assert co.assign(sloping, ore(7300), empty_returns=0.9).empty_usd == 0


def test_empty_returns_can_turn_goods_to_the_way_that_others_come_back_on():
    """Ore comes down the river only; what goes up finds empty trucks there and takes the river though it is longer."""
    places = [small.place("mine", lon=66.0, lat=30.0), small.place("mart", lon=66.9, lat=30.0)]
    links = [small.link("pass", "mine", "mart", 100, oneway=True), small.link("river", "mine", "mart", 140)]
    rates = small.RATES
    net = small.network(places, links, rates)
    down, up = ore(7300, "mart", "mine"), ore(7300)
    assert {share.route.links for share in co.assign(net, [down, up]).paths} == {("river",), ("pass",)}
    found = co.assign(net, [down, up], empty_returns=0.9)
    assert {share.route.links for share in found.paths} == {("river",)}
    assert found.empty_usd == pytest.approx(0, abs=1e-6)
    assert found.gap_usd == pytest.approx(0, abs=1e-6 * found.total_usd)


# --- own capacities ------------------------------------------------------------------------------------------------------------------


def test_own_capacities_stand_in_the_place_of_those_of_the_network():
    net = two_gates(
        capacity("near", "crossing", 5, traffic=1, traffic_basis="quoted", traffic_year=2024, traffic_source="hand")
    )
    wanted = ore(100_000, "south", "north")

    def through(**options):
        found = co.assign(net, wanted, **options)
        return sum(share.tonnes_per_year for share in found.paths if share.route.crossings == ("near",)) / TRUCK_YEAR

    assert through() == pytest.approx(4)
    assert through(capacities={"near": 8}) == pytest.approx(7)
    assert through(capacities={"near": (2, "trucks_per_day")}) == pytest.approx(1)
    assert through(capacities={"near": None}) == pytest.approx(100_000 / TRUCK_YEAR)
    assert through(capacities=False) == pytest.approx(100_000 / TRUCK_YEAR)
    limited_far = co.assign(net, wanted, capacities={"far": (3, "trucks_per_day")})
    assert limited_far.unserved_tonnes_per_year == pytest.approx(100_000 - 5.5 * TRUCK_YEAR)
    loaded = co.assign(net, wanted, capacities={"far": (3, "trucks_per_day", "loaded")})
    assert loaded.unserved_tonnes_per_year == pytest.approx(100_000 - 7 * TRUCK_YEAR)
    assert {row["basis"] for row in limited_far.capacity_rows} == {"quoted", "given"}


BAD_CAPACITIES = [
    ({"nere": 5}, r"capacities: 'nere' is no crossing, link or place\. Did you mean 'near'\?"),
    (
        {"far": 5},
        r"capacities: 'far' has no row in the network: say the unit, e\.g\. \(300, 'trucks_per_day'\)\. Units: trucks_per_day",
    ),
    ({"far": None}, r"'far' has no capacity in the network: there is no limit to lift"),
    ({"near": -5}, r"capacities: 'near' is -5: must be a finite number above 0, or None"),
    ({"near": (5, "wagons_per_day")}, r"'near' is in trucks_per_day, not 'wagons_per_day'"),
    (
        {"near": (5, "trucks_per_day", "all")},
        r"'near' counts 'loaded' vehicles, not 'all': give a figure that counts",
    ),
    ({"near": (5, "trucks_per_day", "every")}, r"'near' counts 'loaded' vehicles, not 'every'"),
    (
        {"near": (5, "trucks_per_day", "all", 2)},
        r"'near' is \(5, .*\): must be a figure, \(figure, unit\) or \(figure, unit,",
    ),
    ({"near": ()}, r"'near' is \(\): must be a figure"),
    ({"near": 5, ("near", "road"): 3}, r"'near' and \('near', 'road'\) stand for the same row: give one figure"),
    ({("far", "road", "PKAF"): (5, "trucks_per_day")}, r"unknown direction 'PKAF'\..*Directions: AF-PK, PK-AF, both"),
    ({("far", "road", "KZ-RU"): (5, "trucks_per_day")}, r"unknown direction 'KZ-RU'"),
    ({("south", "road", "north"): (5, "trucks_per_day")}, r"unknown direction 'north'\..*Directions: both"),
    ({("far", "rail"): (5, "wagons_per_day")}, r"nothing runs at far \(rail\) that 5 wagons a day could limit"),
    ({("near", "rode"): 5}, r"unknown mode 'rode'\. Did you mean 'road'\?"),
    ({3: 5}, r"the key 3 must be an id, \(id, mode\) or \(id, mode, direction\)"),
    ("all", r"capacities='all': must be True \(those of the network\), False \(none\) or a mapping"),
]


@pytest.mark.parametrize(("given_", "words"), BAD_CAPACITIES)
def test_bad_capacities_are_refused(given_, words):
    net = two_gates(capacity("near", "crossing", 5))
    with pytest.raises(co.errors.OptionError, match=words):
        co.assign(net, ore(10, "south", "north"), capacities=given_)


def test_a_capacity_with_several_rows_must_be_named_in_full():
    net = two_gates(
        capacity("near", "crossing", 5, direction="PK-AF"), capacity("near", "crossing", 6, direction="AF-PK")
    )
    with pytest.raises(co.errors.OptionError, match=r"'near' stands for 2 rows \(road AF-PK; road PK-AF\): name one"):
        co.assign(net, ore(10, "south", "north"), capacities={"near": 9})
    with pytest.raises(co.errors.DataError, match=r"a crossing is passed from country to country\. Give the two codes"):
        co.assign(two_gates(capacity("near", "crossing", 5, direction="forward")), ore(10, "south", "north"))
    with pytest.raises(co.errors.DataError, match=r"wagons a day do not go by road"):
        co.assign(two_gates(capacity("near", "crossing", 5, "wagons_per_day", mode="road")), ore(10, "south", "north"))


# --- bad input -------------------------------------------------------------------------------------------------------------------------


BAD_OPTIONS = [
    ({"background": "yes"}, r"background='yes': must be True"),
    ({"empty_returns": 1.4}, r"empty_returns=1\.4: must be the share of a loaded haul's money"),
    ({"empty_returns": True}, r"empty_returns=True: must be the share"),
    ({"unserved_usd_per_tonne": 0}, r"unserved_usd_per_tonne=0: must be a finite number above 0"),
    ({"wagons_per_train": -1}, r"wagons_per_train=-1: must be a finite number above 0"),
    ({"working_days": 400}, r"working_days=400: must be a number of days a year, above 0 and up to 366"),
    ({"modes": ["rode"]}, r"Unknown mode 'rode'\. Did you mean 'road'\?"),
    ({"weights": 5}, r"weights=5: must be a corridor\.Weights"),
]


@pytest.mark.parametrize(("options", "words"), BAD_OPTIONS)
def test_bad_options_are_refused(options, words):
    with pytest.raises(co.errors.OptionError, match=words):
        co.assign(two_roads(), ore(10), **options)


BAD_DEMANDS = [
    (lambda: co.Demand("mine", "mart"), r"Demand\('mine', 'mart'\): give tonnes_per_year or usd_per_year; neither is given\."),
    (lambda: co.Demand("mine", "mart", tonnes_per_year=1, usd_per_year=1), r"give tonnes_per_year or usd_per_year; both are given\."),
    (lambda: co.Demand("mine", "mart", tonnes_per_year=-1), r"Demand\(tonnes_per_year=-1\): must be a finite number of 0 or more"),
    (lambda: co.Demand("mine", "mart", usd_per_year=float("nan")), r"Demand\(usd_per_year=nan\)"),
    (lambda: co.Demand("mine", "mart", 7, tonnes_per_year=1), r"Demand\(cargo=7\): must be a text"),
    (lambda: co.Demand("mine", "mart", tonnes_per_year=1, shipment_tonnes=0), r"Shipment\(tonnes=0\): must be a finite number above 0"),
    (lambda: co.assign(two_roads(), co.Demand("mine", "mart", "oar", tonnes_per_year=1)), r"Demand\(cargo='oar'\): unknown\. Did you mean 'ore'\?"),
    (lambda: co.assign(two_roads(), co.Demand("mine", "mart", tonnes_per_year=1, vehicle="cart")), r"Demand\(vehicle='cart'\): unknown\."),
    (lambda: co.assign(two_roads(), co.Demand("mine", "mine", tonnes_per_year=1)), r"both are 'mine'; name two places"),
    (lambda: co.assign(two_roads(), []), r"demand is empty: name at least one"),
    (lambda: co.assign(two_roads(), "mine"), r"demand='mine': must be a list of corridor\.Demand or a frame"),
    (lambda: co.assign(two_roads(), [("mine", "mart")]), r"demand: number 1 is \('mine', 'mart'\), not a corridor\.Demand"),
    (lambda: co.assign(two_roads(), pd.DataFrame({"origin": ["mine"], "destination": ["mart"], "tonns_per_year": [1]})), r"unknown column 'tonns_per_year'\. Did you mean 'tonnes_per_year'\?"),
    (lambda: co.assign(two_roads(), pd.DataFrame({"origin": ["mine"], "tonnes_per_year": [1]})), r"there is no column 'destination'"),
    (lambda: co.assign(two_roads(), pd.DataFrame({"origin": ["mine"], "destination": ["mart"], "tonnes_per_year": ["many"]})), r"row 1: tonnes_per_year='many' is not a number"),
    (lambda: co.assign(two_roads(), pd.DataFrame({"origin": ["mine", ""], "destination": ["mart"] * 2, "tonnes_per_year": [1, 1]})), r"row 2: origin is blank"),
    (lambda: co.assign(two_roads(), pd.DataFrame({"origin": [], "destination": []})), r"the table has no rows"),
    (lambda: co.Demand.bundled("pk-kz"), r"Demand\.bundled\('pk-kz'\): no such set"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "words"), BAD_DEMANDS)
def test_bad_demand_is_refused(make, words):
    with pytest.raises(co.errors.OptionError, match=words):
        make()


def test_an_unknown_place_is_told():
    with pytest.raises(co.errors.UnknownPlaceError, match="mein"):
        co.assign(two_roads(), ore(10, "mein"))
    with pytest.raises(co.errors.OptionError, match=r"assign needs a corridor\.Network"):
        co.assign("net", ore(10))


def test_without_scipy_it_says_what_to_install(monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *more):
        if name.startswith("scipy"):
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(
        co.errors.MissingExtraError, match=r"assign and growth need scipy: pip install 'corridor\[trade\]'\."
    ):
        co.assign(two_roads(), ore(10))


# --- as shown ----------------------------------------------------------------------------------------------------------------------------


def test_it_shows_itself_in_text_and_html():
    net = two_gates(capacity("near", "crossing", 5))
    found = co.assign(net, ore(100_000, "south", "north"))
    assert repr(found) == "<Assignment: 1 demands, 100,000 t a year carried, 0 t not; 1 bottlenecks>"
    assert "near" in str(found)
    assert "5 trucks a day" in str(found)
    html = found._repr_html_()
    assert "<table>" in html
    assert "<script" not in html
    assert found.to_frame().equals(found.flows)
    assert found.flows.attrs["unit"]["trucks_per_day"] == "trucks a day"
    empty = co.assign(two_roads(), ore(0))
    assert "No capacity holds anything back." in str(empty)
    assert math.isnan(empty.hours)
    assert empty.flows.empty
