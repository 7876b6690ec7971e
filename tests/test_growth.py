# SPDX-License-Identifier: BSD-3-Clause
"""Growing trade: the first saturation by hand, the order of the next, levers, and what rests on estimates."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

import corridor as co
import small
from trade_small import capacity, two_gates, two_roads

# Ore is worth 200 USD a tonne; a truck a day carries 20 t on 365 days.
TRUCK_USD = 20 * 365 * 200.0


def ore(usd, start="south", goal="north"):
    return co.Demand(start, goal, "ore", usd_per_year=usd)


def gates(near=10.0, far=30.0, **more):
    return two_gates(
        capacity("near", "crossing", near, **more), capacity("far", "crossing", far, capacity_basis="estimate")
    )


def grow(net, demand, **options):
    return co.growth(net, demand, **{"steps": 3, "swing": None, **options})


# --- the first saturation ----------------------------------------------------------------------------------------------------


def test_the_first_saturation_by_hand():
    """A truck a day is 1.46 million USD; the near gate takes 10 of them."""
    grown = grow(gates(), ore(TRUCK_USD), to_usd=60 * TRUCK_USD)
    assert grown.first.bound.row.subject == "near"
    assert grown.first.usd == pytest.approx(10 * TRUCK_USD, rel=1e-12)
    assert grown.first.how == "best routes"
    assert "First to be full: near (road), at 14.6 million USD a year; capacity 10 trucks a day (quoted)." in str(grown)


def test_other_traffic_brings_the_first_saturation_forward():
    busy = {"traffic": 4, "traffic_basis": "quoted", "traffic_year": 2024, "traffic_source": "hand"}
    assert grow(gates(**busy), ore(TRUCK_USD), to_usd=60 * TRUCK_USD).first.usd == pytest.approx(6 * TRUCK_USD)
    assert grow(gates(**busy), ore(TRUCK_USD), to_usd=60 * TRUCK_USD, background=False).first.usd == pytest.approx(
        10 * TRUCK_USD
    )
    full = grow(gates(**{**busy, "traffic": 11}), ore(TRUCK_USD), to_usd=60 * TRUCK_USD)
    assert full.first.usd == 0
    assert "near (road) is already filled by other traffic: its capacity is 10 trucks a day (quoted)." in str(full)


def test_the_trade_is_that_of_all_goods_in_their_proportion():
    """Half of the trade goes by another way: what is full at 10 trucks is full at twice the trade."""
    aside = co.Demand("near-af", "north", "ore", usd_per_year=TRUCK_USD)
    grown = grow(gates(), [ore(TRUCK_USD), aside], to_usd=60 * TRUCK_USD)
    assert grown.now_usd == 2 * TRUCK_USD
    assert grown.first.usd == pytest.approx(20 * TRUCK_USD)


def test_doubling_unit_values_halves_the_trucks_and_doubles_the_trade_at_which_it_is_full():
    net = gates()
    cargo = tuple(
        row.model_copy(update={"unit_value_usd_per_t": row.unit_value_usd_per_t * 2}) for row in net.tables.cargo
    )
    dear = co.Network(replace(net.tables, cargo=cargo))
    one, two = (grow(each, ore(TRUCK_USD), to_usd=60 * TRUCK_USD) for each in (net, dear))
    assert two.first.usd == pytest.approx(2 * one.first.usd)
    trucks = [grown.volumes.set_index(["trade_usd", "crossing"])["trucks_per_day"] for grown in (one, two)]
    assert trucks[0][(TRUCK_USD, "near")] == pytest.approx(1)
    assert trucks[1][(TRUCK_USD, "near")] == pytest.approx(0.5)


def test_where_no_capacity_is_known_nothing_is_said_to_be_full():
    grown = grow(two_gates(), ore(TRUCK_USD), to_usd=60 * TRUCK_USD)
    assert grown.first is None
    assert grown.saturated.empty
    assert "No capacity that is known lies on any best route" in str(grown)
    assert "nothing known to be full" in repr(grown)


def test_where_empty_returns_are_paid_for_the_first_saturation_is_that_of_the_way_on_which_others_come_back():
    """Ore for the mart takes the pass; with empty returns it takes the longer river, down which other ore comes back."""
    places = [small.place("mine", lon=66.0), small.place("dock", lon=66.5), small.place("mart", lon=66.9)]
    links = [small.link("pass", "mine", "mart", 100), small.link("upper", "mine", "dock", 75), small.link("lower", "dock", "mart", 75)]  # fmt: skip
    rows = small.rows("capacities", [capacity("pass", "link", 10), capacity("lower", "link", 40)])
    net = small.network(places, links)
    net = co.Network(replace(net.tables, capacities=rows))
    wanted = [ore(TRUCK_USD, "mine", "mart"), ore(TRUCK_USD, "mart", "dock"), ore(TRUCK_USD, "dock", "mine")]
    plain = grow(net, wanted, to_usd=90 * TRUCK_USD)
    assert (plain.first.bound.row.subject, plain.first.how) == ("pass", "best routes")
    assert plain.first.usd == pytest.approx(30 * TRUCK_USD)
    paid = grow(net, wanted, to_usd=90 * TRUCK_USD, empty_returns=0.9)
    assert (paid.first.bound.row.subject, paid.first.how) == ("lower", "best flow with empty returns")
    assert paid.first.usd == paid.levers[0].first_usd == pytest.approx(60 * TRUCK_USD)


@pytest.mark.parametrize("scope", ["corridor", "bypass"])
@pytest.mark.parametrize("empty_returns", [None, 0.9])
def test_the_first_saturation_of_the_bundled_trade_is_where_the_flow_fills_it(scope, empty_returns):
    net, demand = co.load(scope=scope), co.Demand.bundled("pk-kz-2025")
    options = {"swing": None, "empty_returns": empty_returns}
    first = co.growth(net, demand, steps=[1e9], **options).first
    below, beyond = co.growth(net, demand, steps=[first.usd * 0.999, first.usd * 1.001], **options).assignments
    assert [row["name"] for row in below.capacity_rows if row["full"]] == []
    share = next(row["share_used"] for row in below.capacity_rows if row["name"] == first.bound.row_name)
    assert 1 - share == pytest.approx(0.001 * first.bound.left / first.bound.capacity, rel=1e-6)
    assert [row["name"] for row in beyond.capacity_rows if row["full"]] == [first.bound.row_name]
    assert [row["name"] for row in beyond.bottleneck_rows] == [first.bound.row_name]


def test_the_swings_begin_at_the_same_saturation_where_empty_returns_are_paid_for():
    grown = co.growth(co.load(), co.Demand.bundled("pk-kz-2025"), steps=2, swing=1e-9, empty_returns=0.9)
    assert len(grown.swings) > 10
    for row in grown.swings:
        for end in ("low", "high"):
            assert (row[f"first_at_{end}"], row[f"usd_at_{end}"]) == (
                grown.first.name,
                pytest.approx(grown.first.usd, rel=1e-6),
            )


# --- beyond it --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [2, 3, 7])
def test_the_next_saturations_by_hand(steps):
    """The near gate is full at 10 trucks, then the far one at 10 + 30; what comes after is left."""
    grown = grow(gates(), ore(TRUCK_USD), to_usd=60 * TRUCK_USD, steps=steps)
    told = [(one.name, one.how) for one in grown.saturations]
    assert told == [("near (road)", "best routes"), ("far (road)", "least-cost flow")]
    assert grown.saturations[1].usd == pytest.approx(40 * TRUCK_USD, rel=3e-6)
    last = grown.total_rows[-1]
    assert last["unserved_usd_per_year"] == pytest.approx(20 * TRUCK_USD)
    volumes = grown.volumes[grown.volumes["trade_usd"] == 60 * TRUCK_USD].set_index("crossing")
    assert volumes.loc["near", "trucks_per_day"] == pytest.approx(10)
    assert volumes.loc["near", "wanted_trucks_per_day"] == pytest.approx(60)
    assert volumes.loc["far", "trucks_per_day"] == pytest.approx(30)
    assert volumes.loc["far", "share_used"] == pytest.approx(1)


def test_a_capacity_that_other_traffic_fills_is_told_when_goods_want_it():
    """The far gate is filled by others; goods want it once the near one is full."""
    net = two_gates(
        capacity("near", "crossing", 10),
        capacity("far", "crossing", 5, traffic=5, traffic_basis="quoted", traffic_year=2024, traffic_source="hand"),
    )
    grown = grow(net, ore(TRUCK_USD), to_usd=60 * TRUCK_USD)
    assert [one.bound.row.subject for one in grown.saturations] == ["near", "far"]
    assert grown.saturations[1].usd == pytest.approx(10 * TRUCK_USD, rel=1e-5)


def test_trades_are_even_steps_or_those_named():
    grown = grow(gates(), ore(TRUCK_USD), to_usd=5 * TRUCK_USD)
    assert grown.trades == (TRUCK_USD, 3 * TRUCK_USD, 5 * TRUCK_USD)
    later = grow(gates(), ore(TRUCK_USD), from_usd=3 * TRUCK_USD, to_usd=5 * TRUCK_USD, steps=2)
    assert later.trades == (3 * TRUCK_USD, 5 * TRUCK_USD)
    named = grow(gates(), ore(TRUCK_USD), steps=[TRUCK_USD, 2 * TRUCK_USD])
    assert named.trades == (TRUCK_USD, 2 * TRUCK_USD)
    assert named.volumes["trucks_per_day"].tolist() == [pytest.approx(1), pytest.approx(2)]
    assert len(named.totals) == 2


# --- levers and swings --------------------------------------------------------------------------------------------------------------


def test_what_a_lever_adds():
    """Faster clearing at the far gate does not move the first saturation; closing it leaves goods behind."""
    given = {
        "id": "shut-far",
        "name": "The far gate is shut",
        "description": "For a test.",
        "basis": "estimate",
        "source": "hand",
    }
    shut = co.Scenario(**given, changes=[{"kind": "close", "crossings": ["far"]}])
    grown = grow(gates(), ore(TRUCK_USD), to_usd=30 * TRUCK_USD, levers=[shut])
    none, lever = grown.levers_table.to_dict("records")
    assert (none["lever"], lever["lever"]) == ("", "shut-far")
    assert lever["first_usd"] == pytest.approx(none["first_usd"])
    assert none["unserved_usd"] == 0
    assert lever["unserved_usd"] == pytest.approx(20 * TRUCK_USD)
    assert lever["unserved_usd_less"] == pytest.approx(-20 * TRUCK_USD)
    assert lever["total_usd_less"] < 0
    near = co.Scenario(**{**given, "id": "shut-near"}, changes=[{"kind": "close", "crossings": ["near"]}])
    only_near = grow(gates(), ore(TRUCK_USD), to_usd=30 * TRUCK_USD, levers=[(near,), near])
    assert [row["lever"] for row in only_near.lever_rows] == ["", "shut-near", "shut-near"]
    both = grow(gates(far=5), ore(TRUCK_USD), to_usd=30 * TRUCK_USD, levers=[(_wider(near=12), _wider(far=9))])
    assert both.lever_rows[1]["lever"] == "wider-near+wider-far"
    assert both.lever_rows[1]["unserved_usd"] == pytest.approx((30 - 12 - 9) * TRUCK_USD)
    assert "shut-far" in str(grown)


def _wider(**gate):
    ((name, trucks),) = gate.items()
    return co.Scenario(
        id=f"wider-{name}", name=f"The {name} gate is wider", description="For a test.", basis="estimate", source="hand",
        changes=[{"kind": "capacity", "crossings": [name], "capacity": trucks}],
    )  # fmt: skip


def test_a_lever_under_which_nothing_has_a_route_leaves_all_of_it_and_says_so():
    with pytest.warns(
        co.errors.CorridorWarning, match=r"growth with closures-2025-10: nothing has a route any more\. No route"
    ):
        grown = co.growth(
            co.load(), co.Demand.bundled("pk-kz-2025"), steps=2, swing=None,
            levers=["closures-2025-10", "hairatan-250-wagons"],
        )  # fmt: skip
    none, shut, wagons = grown.lever_rows
    assert math.isnan(shut["first_usd"])
    assert shut["unserved_usd"] == pytest.approx(1e9)
    assert shut["unserved_tonnes"] == pytest.approx(grown.total_rows[-1]["tonnes_per_year"])
    assert shut["total_usd"] > none["total_usd"] > wagons["total_usd"]
    assert shut["total_usd"] == pytest.approx(grown.terms.unserved_usd_per_tonne * shut["unserved_tonnes"])


def test_goods_that_lose_their_route_by_a_lever_are_told():
    net = two_gates()
    aside = co.Demand("near-af", "north", "ore", usd_per_year=TRUCK_USD)
    shut = co.Scenario(
        id="near-shut", name="Near shut", description="A trial.", basis="estimate", source="hand",
        changes=[{"kind": "close", "crossings": ["near"]}, {"kind": "close", "links": [row.id for row in net.tables.links if "near-af" in (row.from_, row.to)]}],
    )  # fmt: skip
    with pytest.warns(
        co.errors.CorridorWarning, match=r"growth with near-shut: no route whatever the capacities: near-af"
    ):
        grow(net, [ore(TRUCK_USD), aside], to_usd=10 * TRUCK_USD, levers=shut)


def test_how_much_rests_on_an_estimate():
    """The near capacity is quoted; made an estimate, 30 % more of it is 30 % more trade."""
    grown = grow(
        two_gates(capacity("near", "crossing", 10, capacity_basis="estimate")),
        ore(TRUCK_USD),
        to_usd=60 * TRUCK_USD,
        swing=0.3,
    )
    rows = {(row["figure"], row["subject"]): row for row in grown.swings}
    near = rows[("capacity", "near (road)")]
    assert (near["usd_at_low"], near["usd_at_high"]) == (pytest.approx(7 * TRUCK_USD), pytest.approx(13 * TRUCK_USD))
    assert (near["low"], near["high"]) == (pytest.approx(7), pytest.approx(13))
    value = rows[("unit value", "ore")]
    assert (value["usd_at_low"], value["usd_at_high"]) == (pytest.approx(7 * TRUCK_USD), pytest.approx(13 * TRUCK_USD))
    quoted = grow(gates(), ore(TRUCK_USD), to_usd=60 * TRUCK_USD, swing=0.3)
    assert "capacity" not in set(quoted.sensitivity["kind"])
    busy = {"traffic": 4, "traffic_basis": "estimate", "traffic_year": 2024, "traffic_source": "hand"}
    taken = {row["figure"]: row for row in grow(gates(**busy), ore(TRUCK_USD), to_usd=60 * TRUCK_USD, swing=0.5).swings}
    assert taken["other traffic"]["usd_at_low"] == pytest.approx(8 * TRUCK_USD)
    assert taken["other traffic"]["usd_at_high"] == pytest.approx(4 * TRUCK_USD)


def test_all_estimates_of_a_kind_move_at_once_beside_each_alone():
    """Both roads of a chain are estimates: the looser one alone does not matter until it is the tighter."""
    places = [small.place(name, lon=66 + step * 0.5) for step, name in enumerate(("a", "b", "c"))]
    links = [small.link("one", "a", "b", 50), small.link("two", "b", "c", 50)]
    rows = [
        capacity("one", "link", 10, capacity_basis="estimate"),
        capacity("two", "link", 11, capacity_basis="estimate"),
    ]
    net = small.network(places, links, capacities=rows)
    grown = grow(net, ore(TRUCK_USD, "a", "c"), to_usd=60 * TRUCK_USD, swing=0.3)
    ends = {
        row["subject"]: (row["first_at_high"], round(row["usd_at_high"] / TRUCK_USD, 6))
        for row in grown.swings
        if row["figure"] == "capacity"
    }
    assert ends == {
        "one (road)": ("two (road)", 11),
        "two (road)": ("one (road)", 10),
        "all capacities not quoted": ("one (road)", 13),
    }


# --- on the bundled data --------------------------------------------------------------------------------------------------------------


def test_the_bundled_demand_grows_and_each_capacity_is_kept():
    net = co.load()
    grown = co.growth(net, co.Demand.bundled("pk-kz-2025"), steps=3)
    assert grown.trades[0] == pytest.approx(250e6, rel=1e-3)
    assert [one.usd for one in grown.saturations] == sorted(one.usd for one in grown.saturations)
    for found in grown.assignments:
        assert all(row["used"] <= row["left"] * (1 + 1e-6) + 1e-9 for row in found.capacity_rows)
    first = grown.first
    at_first = co.growth(net, co.Demand.bundled("pk-kz-2025"), steps=[first.usd * 0.999, first.usd * 1.001], swing=None)
    shares = [{row["name"]: row["share_used"] for row in found.capacity_rows} for found in at_first.assignments]
    assert shares[0][first.bound.row_name] < 1
    assert shares[1][first.bound.row_name] == pytest.approx(1, abs=1e-4)
    assert {*grown.sensitivity["kind"]} <= {"capacity", "background", "cargo", "all"}
    told = grown.to_dict()
    assert told["first"]["usd"] == first.usd
    assert len(told["volumes"]) == len(grown.volumes)


def test_it_shows_itself_in_text_and_html():
    grown = grow(gates(), ore(TRUCK_USD), to_usd=60 * TRUCK_USD, swing=0.3)
    assert repr(grown).startswith("<Growth: 1,460,000 to 87,600,000 USD a year; first full near (road) at ")
    assert "Full, in this order" in str(grown)
    assert "30% lower or higher" in str(grown)
    assert "<table>" in grown._repr_html_()
    assert grown.to_frame().equals(grown.volumes)
    assert grown.volumes.attrs["unit"]["trucks_per_day"] == "loaded trucks a day"
    nothing = [row for row in grown.volume_rows if math.isnan(row["trucks_per_day"])]
    assert nothing == []


def test_what_the_first_saturation_rests_on_is_told_up_front():
    """Near takes 10 trucks a day, 4 of them others: full at 6 trucks; 7 or 13 of capacity leave 3 or 9."""
    busy = {"traffic": 4, "traffic_basis": "derived", "traffic_year": 2024, "traffic_source": "hand"}
    net = two_gates(capacity("near", "crossing", 10, capacity_basis="estimate", **busy))
    grown = grow(net, ore(TRUCK_USD), to_usd=20 * TRUCK_USD, swing=0.3)
    told = str(grown).splitlines()
    assert (
        told[0] == "First to be full: near (road), at 8.8 million USD a year; capacity 10 trucks a day (an estimate)."
    )
    assert told[1] == "Other traffic takes 4 of it (derived), which leaves 6 trucks a day."
    # Were today's truck one of the four, three others would leave room for seven.
    assert told[2] == "If today's trade is counted in that traffic, this capacity is full at 10.2 million."
    assert told[3] == (
        "With this capacity 30% lower: near (road) first, at 4.4 million; 30% higher: near (road) first, at 13.1 million."
    )
    assert grown.saturated["note"].tolist() == [""]
    assert "In use at the last trade without a known capacity, so never full here: far (road, PK-AF)." in told
    assert grown.to_dict()["without_capacity"] == ["far (road, PK-AF)"]
    # A trade larger than the other traffic is not in it.
    larger = grow(net, ore(5 * TRUCK_USD), to_usd=20 * TRUCK_USD)
    assert "counted in that traffic" not in str(larger)
    unknown = grow(two_gates(capacity("near", "crossing", 10)), ore(TRUCK_USD), to_usd=5 * TRUCK_USD)
    assert "Other traffic there is not known and taken as none: it is full sooner." in str(unknown)
    assert "Other traffic not known, taken as none: near (road)." in str(unknown)
    assert "not known" not in str(grow(net, ore(TRUCK_USD), to_usd=5 * TRUCK_USD, capacities=False)).splitlines()[0]


def test_what_is_not_carried_is_sent_round_the_six_countries():
    grown = co.growth(co.load(), co.Demand.bundled("pk-kz-2025"), steps=2, swing=None)
    assert grown.assignments[-1].unserved_tonnes_per_year > 0
    assert f"The data on it: {grown.first.bound.row.note}" in str(grown)
    assert "lower bound" in str(grown)
    assert "What is not carried may still go round the six countries: ask load(scope='bypass')." in str(grown)
    wide = co.growth(co.load(scope="bypass"), co.Demand.bundled("pk-kz-2025"), steps=2, swing=None)
    assert wide.assignments[-1].unserved_tonnes_per_year == 0
    assert "six countries" not in str(wide)


# --- bad input -------------------------------------------------------------------------------------------------------------------------


BAD = [
    ({"to_usd": -1}, r"to_usd=-1: must be a finite number of USD a year above 0"),
    ({"to_usd": 1000}, r"to_usd=1,000: must be above the trade to begin with, 1,460,000 USD"),
    ({"from_usd": "much"}, r"from_usd='much': must be a finite number"),
    ({"steps": 1}, r"steps=1: must be a whole number from 2 to 200, or a list of trades"),
    ({"steps": "many"}, r"steps='many': must be a whole number"),
    ({"steps": [3.0, 2.0]}, r"steps=\[3\.0, 2\.0\]: the trades must be numbers above 0 that rise"),
    (
        {"steps": [2e6, 3e6], "from_usd": 1e6},
        r"from_usd=1000000\.0: the trades are those of steps=\[2000000\.0, .*give one",
    ),
    ({"swing": 1.5}, r"swing=1\.5: must be a share between 0 and 1"),
    ({"levers": 5}, r"levers=5: must be ids of bundled scenarios"),
    ({"levers": [5]}, r"levers: 5 is neither the id of a bundled scenario nor a corridor\.Scenario"),
    ({"levers": ["railwai"]}, r"railwai"),
]


@pytest.mark.parametrize(("options", "words"), BAD)
def test_bad_options_are_refused(options, words):
    with pytest.raises(co.errors.OptionError, match=words):
        grow(gates(), ore(TRUCK_USD), **options)


def test_a_demand_of_nothing_cannot_grow():
    with pytest.raises(co.errors.OptionError, match="the demand is worth nothing"):
        grow(two_roads(), co.Demand("mine", "mart", "ore", tonnes_per_year=0))
