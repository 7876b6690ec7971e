# SPDX-License-Identifier: BSD-3-Clause
"""What every edge costs, each formula by hand: the sum stands in the comment beside the figure.

The default shipment is 20 t of general cargo: one truck or one container, 20 x 2,400 USD x 1 % a day / 24 = 20 USD an hour.
"""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corridor as co
import small
from corridor.errors import CostError, OptionError
from corridor.vocabulary import carriage_of

PLACES = [
    small.place("a", lon=66.0, lat=30.0),
    small.place("b", lon=66.1, lat=30.0),
    small.place("c", "AF", lon=66.2, lat=30.0),
]
FREE_GATE = [
    small.clearing("gate", post, facing, direction, 0, 0, mode)
    for mode in ("road", "rail")
    for post, facing in (("a", "c"), ("c", "a"))
    for direction in ("outbound", "inbound")
]
PIPE_RATES = [
    small.rate("speed_kmh", 30, "pipeline", "km/h moving"),
    small.rate("usd_per_tonne_km", 0.05, "pipeline", "USD per tonne-km"),
    small.rate("gco2e_per_tkm", 50, "pipeline", "g CO2e per tonne-km"),
]
GRAIN = {
    **small.CARGO[1],
    "id": "grain",
    "name": "grain",
    "carriages": "road;rail1520;rail1676;sea",
}


def edge_of(net, tail, head, key, **options):
    """Return the data of the one edge of the state graph from a place to a place with a key."""
    graph = co.state_graph(net, **options)
    found = [data for u, v, k, data in graph.edges(keys=True, data=True) if (u[0], v[0], k) == (tail, head, key)]
    assert len(found) == 1
    return found[0]


def haul(
    km=100, *, mode="road", to="b", backward=False, rates=(), without=(), cargo=(), shipment=None, weights=None, **more
):
    """Return the edge along one link from a to b (or c, across the gate); rates given stand before the common ones."""
    countries = "PK" if to == "b" else "PK;AF"
    record = small.link("l", "a", to, km, mode=mode, countries=more.pop("countries", countries), **more)
    kept = [row for row in small.RATES if (row["parameter"], row["mode"]) not in without]
    tables = {"cargo": [*small.CARGO, *cargo]}
    net = small.network(PLACES, [record], rates=[*rates, *kept], crossings=FREE_GATE, **tables)
    ends = (to, "a") if backward else ("a", to)
    return edge_of(net, *ends, "l", shipment=shipment, weights=weights, modes=[mode])


def rail(km=120, **more):
    return haul(km, mode="rail", **{"gauge_mm": 1676, "traction": "diesel"} | more)


def road_rate(value, country="PK", **more):
    return small.rate("usd_per_vehicle_km", value, "road", "USD per vehicle-km", country, **more)


# Road


def test_road_by_hand():
    edge = haul(100)
    assert edge["km"] == 100
    assert edge["hours"] == pytest.approx(4)  # 100 / 50 x 24 / 12
    assert edge["usd"] == pytest.approx(200)  # 100 x 2.0 x 1 truck
    assert edge["co2e_kg"] == pytest.approx(200)  # 100 x 20 x 100 / 1000
    assert (edge["crossings"], edge["transfers"], edge["kind"], edge["crossing"]) == (0, 0, "haul", "")
    assert edge["score"] == pytest.approx(280)  # 200 + 4 x 20


@pytest.mark.parametrize(("duty", "hours"), [(24, 2.0), (12, 4.0), (8, 6.0), (9.6, 5.0)])
def test_a_truck_rests_outside_its_duty_hours(duty, hours):
    rates = [small.rate("duty_hours_per_day", duty, "road", "hours a day", "PK")]
    assert haul(100, rates=rates)["hours"] == pytest.approx(hours)  # 100 / 50 x 24 / duty


@given(
    km=st.floats(1, 5000),
    speed=st.floats(5, 110),
    duty=st.floats(1, 24),
    price=st.floats(0, 20),
    tonnes=st.floats(1, 500),
)
def test_road_for_any_numbers(km, speed, duty, price, tonnes):
    rates = [
        small.rate("speed_kmh", speed, "road", "km/h moving", "PK"),
        small.rate("duty_hours_per_day", duty, "road", "hours a day", "PK"),
        road_rate(price),
    ]
    edge = haul(km, rates=rates, shipment=co.Shipment(tonnes=tonnes))
    assert edge["hours"] == pytest.approx(km / speed / (duty / 24))
    assert edge["usd"] == pytest.approx(price * km * math.ceil(tonnes / 24))
    assert edge["co2e_kg"] == pytest.approx(km * tonnes * 0.1)


# Rail, sea, air, pipeline


def test_rail_by_hand():
    edge = rail(120)
    assert edge["km"] == 120
    assert edge["hours"] == pytest.approx(4.8)  # 120 / 600 x 24
    assert edge["usd"] == pytest.approx(60)  # 120 x 0.5 x 1 container
    assert edge["co2e_kg"] == pytest.approx(72)  # 120 x 20 x 30 / 1000
    assert edge["score"] == pytest.approx(156)  # 60 + 4.8 x 20


@pytest.mark.parametrize(("traction", "kg"), [("diesel", 72), ("electric", 24), ("", 72)])
def test_emissions_of_a_train_follow_its_traction_and_an_unknown_one_counts_as_diesel(traction, kg):
    assert rail(120, traction=traction)["co2e_kg"] == pytest.approx(kg)  # 120 x 20 x (30 or 10) / 1000


@pytest.mark.parametrize("gauge", [1520, 1676, 1435])
def test_every_gauge_is_a_carriage_of_its_own_at_the_same_rates(gauge):
    record = small.link("l", "a", "b", 120, mode="rail", gauge_mm=gauge)
    graph = co.state_graph(small.network(PLACES, [record]))
    ride = f"rail{gauge}"
    assert graph.edges[("a", ride), ("b", ride), "l"]["hours"] == pytest.approx(4.8)
    assert {node[1] for node in graph if node[0] == "a"} == {"start", ride, "end"}


def test_sea_by_hand_with_the_wait_for_a_sailing():
    edge = haul(50, mode="sea", wait_hours=24)
    assert edge["hours"] == pytest.approx(26)  # 50 / 25 + 24
    assert edge["usd"] == pytest.approx(20)  # 50 x 0.4 x 1 container
    assert edge["co2e_kg"] == pytest.approx(40)  # 50 x 20 x 40 / 1000
    assert edge["km"] == 50


def test_air_by_hand_is_priced_by_the_tonne():
    edge = haul(1500, mode="air", wait_hours=12)
    assert edge["hours"] == pytest.approx(14)  # 1500 / 750 + 12
    assert edge["usd"] == pytest.approx(30_000)  # 1500 x 1.0 x 20
    assert edge["co2e_kg"] == pytest.approx(27_000)  # 1500 x 20 x 900 / 1000


def test_no_wait_is_given_as_zero():
    assert haul(75, mode="air", wait_hours=0)["hours"] == pytest.approx(0.1)  # 75 / 750


def test_air_and_pipeline_need_no_payload_since_they_are_priced_by_the_tonne():
    assert haul(1500, mode="air", wait_hours=0, without=[("payload_t", "air")])["usd"] == pytest.approx(30_000)


def test_pipeline_by_hand():
    edge = haul(90, mode="pipeline", to="c", rates=PIPE_RATES, shipment=co.Shipment(tonnes=10, cargo="gas"))
    assert edge["hours"] == pytest.approx(3)  # 90 / 30
    assert edge["usd"] == pytest.approx(45)  # 90 x 0.05 x 10
    assert edge["co2e_kg"] == pytest.approx(45)  # 90 x 10 x 50 / 1000
    assert (edge["crossings"], edge["kind"]) == (0, "haul")


def test_a_flight_into_another_country_counts_as_one_crossing_without_clearing():
    edge = haul(1500, mode="air", wait_hours=0, to="c")
    assert (edge["crossings"], edge["kind"], edge["crossing"]) == (1, "haul", "l")
    assert edge["hours"] == pytest.approx(2)  # 1500 / 750


# Directions and countries


@pytest.mark.parametrize(
    ("inland", "forward", "backward"),
    [("forward", 300, 100), ("backward", 100, 300), ("level", 200, 200)],  # 100 km x 3, x 1, x the mean of both
)
def test_prices_differ_up_from_the_sea_and_down_to_it(inland, forward, backward):
    rates = [road_rate(3, direction="inland"), road_rate(1, direction="seaward")]
    assert haul(100, inland=inland, rates=rates)["usd"] == pytest.approx(forward)
    assert haul(100, inland=inland, rates=rates, backward=True)["usd"] == pytest.approx(backward)


def test_the_order_of_the_rows_of_a_direction_does_not_matter():
    rates = [road_rate(1, direction="seaward"), road_rate(3, direction="inland")]
    assert haul(100, inland="forward", rates=rates)["usd"] == pytest.approx(300)


def test_a_price_for_both_ways_holds_both_ways():
    for backward in (False, True):
        assert haul(100, inland="forward", rates=[road_rate(5)], backward=backward)["usd"] == pytest.approx(500)


def test_a_row_for_one_way_stands_before_that_for_both_and_leaves_level_links_to_it():
    rates = [road_rate(5), road_rate(3, direction="inland")]
    assert haul(100, inland="forward", rates=rates)["usd"] == pytest.approx(300)
    assert haul(100, inland="forward", rates=rates, backward=True)["usd"] == pytest.approx(500)
    assert haul(100, inland="level", rates=rates)["usd"] == pytest.approx(500)


def test_a_country_without_a_row_for_the_way_takes_that_of_every_country():
    rates = [road_rate(3, direction="inland")]
    assert haul(100, inland="forward", rates=rates, backward=True)["usd"] == pytest.approx(200)  # the 2.0 of '*'


def test_the_row_of_a_country_stands_before_that_of_every_country():
    assert haul(100, rates=[road_rate(3)])["usd"] == pytest.approx(300)
    assert haul(100, rates=[road_rate(3, country="AF")])["usd"] == pytest.approx(200)


def test_a_rate_bound_to_a_place_or_a_regime_is_no_rate_of_the_haul():
    assert haul(100, rates=[road_rate(9, place="a"), road_rate(9, regime="transit")])["usd"] == pytest.approx(200)


def test_each_of_two_countries_has_half_of_a_road():
    rates = [
        small.rate("speed_kmh", 25, "road", "km/h moving", "AF"),
        small.rate("duty_hours_per_day", 6, "road", "hours a day", "AF"),
        road_rate(4, country="AF"),
        small.rate("gco2e_per_tkm", 200, "road", "g CO2e per tonne-km", "AF"),
    ]
    edge = haul(100, to="c", rates=rates)
    assert edge["hours"] == pytest.approx(10)  # 50 / 50 x 24 / 12 + 50 / 25 x 24 / 6
    assert edge["usd"] == pytest.approx(300)  # 100 x (2 + 4) / 2
    assert edge["co2e_kg"] == pytest.approx(300)  # 100 x 20 x (100 + 200) / 2 / 1000


def test_each_of_two_countries_has_half_of_a_railway():
    rates = [
        small.rate("daily_km", 300, "rail", "km a day", "AF"),
        small.rate("usd_per_feu_km", 1.5, "rail", "USD per FEU-km", "AF"),
    ]
    edge = rail(60, to="c", rates=rates)
    assert edge["hours"] == pytest.approx(3.6)  # 30 / 600 x 24 + 30 / 300 x 24
    assert edge["usd"] == pytest.approx(60)  # 60 x (0.5 + 1.5) / 2


def test_a_country_that_is_entered_twice_has_two_of_three_shares():
    rates = [small.rate("speed_kmh", 25, "road", "km/h moving", "AF"), road_rate(5, country="AF")]
    edge = haul(90, countries="PK;AF;PK", rates=rates)
    assert edge["hours"] == pytest.approx(4.8)  # (30 / 50 + 30 / 25 + 30 / 50) x 24 / 12
    assert edge["usd"] == pytest.approx(270)  # 90 x (2 + 5 + 2) / 3


# A link's own figures


def test_a_links_own_hours_stand_before_the_rates():
    assert haul(100, hours=7)["hours"] == 7
    assert haul(100, hours=0)["hours"] == 0
    assert rail(100, hours=7)["hours"] == 7
    assert haul(100, mode="sea", hours=7, wait_hours=24)["hours"] == 31  # 7 + 24: the wait is not part of the haul


def test_a_links_own_price_is_per_vehicle():
    assert haul(100, usd_per_vehicle=30)["usd"] == 30
    assert haul(100, usd_per_vehicle=0)["usd"] == 0
    assert haul(100, usd_per_vehicle=30, shipment=co.Shipment(tonnes=48))["usd"] == 60  # 2 trucks
    assert rail(100, usd_per_vehicle=30, shipment=co.Shipment(tonnes=49))["usd"] == 90  # 3 containers


def test_with_its_own_hours_a_link_needs_no_speed():
    without = [("speed_kmh", "road"), ("duty_hours_per_day", "road"), ("usd_per_vehicle_km", "road")]
    edge = haul(100, hours=7, usd_per_vehicle=30, without=without)
    assert (edge["hours"], edge["usd"]) == (7, 30)


@pytest.mark.parametrize(
    ("link", "hours"),
    [
        ({"speed_kmh": 25}, 8),  # 100 / 25 x 24 / 12: the truck rests all the same
        ({"speed_kmh": 25, "to": "c"}, 8),  # in both countries
        ({"speed_kmh": 10, "mode": "sea", "wait_hours": 5}, 15),  # 100 / 10 + 5
        ({"speed_kmh": 25, "hours": 3}, 3),  # hours say more than a speed
    ],
)
def test_a_links_own_speed_stands_before_that_of_the_country(link, hours):
    assert haul(100, **link)["hours"] == pytest.approx(hours)


def test_with_its_own_speed_a_link_needs_no_rate_of_speed_but_that_of_rest():
    assert haul(100, speed_kmh=25, without=[("speed_kmh", "road")])["hours"] == pytest.approx(8)
    with pytest.raises(CostError, match="No rate 'duty_hours_per_day' for road"):
        haul(100, speed_kmh=25, without=[("duty_hours_per_day", "road")])


# Vehicles, containers and wagons


@pytest.mark.parametrize(("tonnes", "trucks"), [(0.5, 1), (24, 1), (24.1, 2), (48, 2), (49, 3), (240, 10)])
def test_trucks_are_tonnes_over_payload_rounded_up(tonnes, trucks):
    edge = haul(100, shipment=co.Shipment(tonnes=tonnes))
    assert edge["usd"] == pytest.approx(200 * trucks)
    assert edge["hours"] == pytest.approx(4)  # side by side, not one after the other


def test_a_rigid_truck_carries_less_for_less():
    edge = haul(100, shipment=co.Shipment(tonnes=20, vehicle="rigid"))
    assert edge["usd"] == pytest.approx(240)  # 100 x 2.0 x 2 trucks x 0.6
    assert rail(120, shipment=co.Shipment(tonnes=20, vehicle="rigid"))["usd"] == pytest.approx(60)  # no truck in it


def test_containers_given_stand_before_the_tonnes():
    ship = co.Shipment(tonnes=20, containers=3)
    assert haul(100, shipment=ship)["usd"] == pytest.approx(600)  # 100 x 2.0 x 3 trucks
    assert rail(120, shipment=ship)["usd"] == pytest.approx(180)  # 120 x 0.5 x 3
    assert haul(50, mode="sea", wait_hours=0, shipment=ship)["usd"] == pytest.approx(60)  # 50 x 0.4 x 3
    assert haul(50, mode="air", wait_hours=0, shipment=ship)["usd"] == pytest.approx(
        1000
    )  # 50 x 1.0 x 20 t, as without
    assert haul(100, shipment=ship)["co2e_kg"] == pytest.approx(200)  # by the tonne, as without


@pytest.mark.parametrize("cargo", ["ore", "gas"])
def test_containers_are_refused_for_cargo_that_rides_in_none(cargo):
    form = {"ore": "bulk", "gas": "gas"}[cargo]
    message = f"Shipment(containers=2, cargo='{cargo}'): {form} cargo does not ride in containers. Give tonnes alone"
    with pytest.raises(OptionError, match=re.escape(message)):
        co.state_graph(small.two_countries(), shipment=co.Shipment(containers=2, cargo=cargo))


def test_containers_given_do_not_count_in_the_air_where_cargo_is_weighed():
    rates = [
        *small.RATES,
        small.rate("terminal_hours", 8, "air", "hours per shipment"),
        small.rate("terminal_usd", 30, "air", "USD per vehicle"),
    ]
    net = small.network(PLACES, [small.link("l", "a", "b", 75, mode="air", wait_hours=0)], rates=rates)
    ship = co.Shipment(tonnes=20, containers=3, ends="terminal")
    found = co.route(net, "a", "b", modes=["air"], shipment=ship)
    assert found.usd == pytest.approx(2700)  # 75 x 1.0 x 20 t and 30 x 20 t at each end


def test_bulk_goes_by_rail_and_sea_by_the_tonne_and_by_road_in_trucks():
    ship = co.Shipment(tonnes=130, cargo="grain")
    assert rail(100, shipment=ship, cargo=[GRAIN])["usd"] == pytest.approx(260)  # 100 x 0.02 x 130
    assert haul(100, mode="sea", wait_hours=0, shipment=ship, cargo=[GRAIN])["usd"] == pytest.approx(
        130
    )  # 100 x 0.01 x 130
    assert haul(100, shipment=ship, cargo=[GRAIN])["usd"] == pytest.approx(
        1200
    )  # 100 x 2.0 x 6 trucks (130 / 24 = 5.4)


def rail_gate(shipment):
    """Return the edge of a rail crossing of 10 km that takes 2 + 3 hours and 10 + 20 USD a unit."""
    crossings = [
        small.clearing("gate", "a", "c", "outbound", 2, 10, "rail"),
        small.clearing("gate", "c", "a", "inbound", 3, 20, "rail"),
    ]
    record = small.link("l", "a", "c", 10, mode="rail", countries="PK;AF", gauge_mm=1676, oneway=True)
    return edge_of(small.network(PLACES, [record], crossings=crossings), "a", "c", "l", shipment=shipment)


@pytest.mark.parametrize(
    ("shipment", "usd"),
    [
        (co.Shipment(tonnes=20), 35),  # 10 x 0.5 x 1 + 30 x 1 container
        (co.Shipment(tonnes=130), 210),  # 10 x 0.5 x 6 + 30 x 6 containers
        (co.Shipment(tonnes=130, cargo="ore"), 86),  # 10 x 0.02 x 130 + 30 x 2 wagons (130 / 65)
        (co.Shipment(tonnes=131, cargo="ore"), 116.2),  # 10 x 0.02 x 131 + 30 x 3 wagons
    ],
)
def test_a_rail_crossing_is_paid_by_the_container_or_by_the_wagon(shipment, usd):
    assert rail_gate(shipment)["usd"] == pytest.approx(usd)


# Cooling


def test_cooling_is_paid_for_every_hour_under_way():
    edge = haul(100, shipment=co.Shipment(cargo="fruit"))
    assert edge["usd"] == pytest.approx(210)  # 200 + 4 / 24 x 60
    assert edge["score"] == pytest.approx(210 + 4 * 700 * 20 * 0.04 / 24)
    assert haul(100, shipment=co.Shipment(cargo="fruit", tonnes=48))["usd"] == pytest.approx(420)  # 2 trucks, 2 coolers


def test_cooling_is_paid_while_waiting_at_a_border_and_at_each_transfer():
    net = cold_net()
    ship = co.Shipment(cargo="fruit")
    cross = edge_of(net, "a", "c", "l", shipment=ship)
    assert cross["hours"] == pytest.approx(4.4)  # 10 / 25 + 1 + 3
    assert cross["usd"] == pytest.approx(20 + 30 + 11)  # haul, posts 10 + 20, and 4.4 / 24 x 60
    change = edge_of(net, "c", "c", "transfer", shipment=ship)
    assert change["usd"] == pytest.approx(110 + 30)  # and 12 / 24 x 60


def cold_net():
    crossings = [
        small.clearing("gate", "a", "c", "outbound", 1, 10),
        small.clearing("gate", "c", "a", "inbound", 3, 20),
    ]
    links = [
        small.link("l", "a", "c", 10, countries="PK;AF", oneway=True),
        small.link("r", "c", "d", 10, mode="rail", gauge_mm=1520, countries="AF"),
    ]
    places = [*PLACES, small.place("d", "AF", lon=66.3, lat=30)]
    return small.network(
        places, links, crossings=crossings, transfers=[small.transfer("c", "road", "rail1520", 12, 110)]
    )


def test_air_cargo_and_dry_cargo_pay_no_cooling():
    by_air = haul(1500, mode="air", wait_hours=24, shipment=co.Shipment(cargo="fruit"))
    assert by_air["usd"] == pytest.approx(30_000)
    assert haul(100, shipment=co.Shipment(cargo="general"))["usd"] == pytest.approx(200)


# Prices of other years

INDEX = [
    small.rate("price_index", 250, None, "US CPI, 1982-84 = 100", year=2020),
    small.rate("price_index", 300, None, "US CPI, 1982-84 = 100", year=2025),
]


def test_prices_of_2020_are_brought_to_2025_by_the_price_index():
    edge = haul(100, rates=[*INDEX, road_rate(2.5, year=2020)])
    assert edge["usd"] == pytest.approx(300)  # 100 x 2.5 x 300 / 250


def test_only_money_is_brought_to_the_price_year():
    old = [
        small.rate("speed_kmh", 40, "road", "km/h moving", "PK", year=2020),
        small.rate("gco2e_per_tkm", 60, "road", "g CO2e per tonne-km", "PK", year=2020),
    ]
    edge = haul(100, rates=[*INDEX, *old])
    assert edge["hours"] == pytest.approx(5)  # 100 / 40 x 2
    assert edge["co2e_kg"] == pytest.approx(120)  # 100 x 20 x 60 / 1000


def test_payments_at_posts_and_transfers_are_brought_to_the_price_year():
    crossings = [
        small.clearing("gate", "a", "c", "outbound", 1, 10, usd_year=2020),
        small.clearing("gate", "c", "a", "inbound", 1, 20),
    ]
    links = [
        small.link("l", "a", "c", 10, countries="PK;AF", oneway=True),
        small.link("r", "c", "d", 10, mode="rail", gauge_mm=1520, countries="AF"),
    ]
    places = [*PLACES, small.place("d", "AF", lon=66.3, lat=30)]
    transfers = [small.transfer("c", "road", "rail1520", 1, 50, usd_year=2020)]
    net = small.network(places, links, rates=[*INDEX, *small.RATES], crossings=crossings, transfers=transfers)
    assert edge_of(net, "a", "c", "l")["usd"] == pytest.approx(52)  # 20 + 10 x 1.2 + 20
    assert edge_of(net, "c", "c", "transfer")["usd"] == pytest.approx(60)  # 50 x 1.2


def test_a_missing_index_is_an_error_and_not_a_factor_of_one():
    told = re.escape("No price_index for 2020 or 2025: add rows 'price_index' to the rates, or give prices of 2025.")
    with pytest.raises(CostError, match=told):
        haul(100, rates=[road_rate(2.5, year=2020)])
    with pytest.raises(CostError, match=told):
        haul(100, rates=[INDEX[0], road_rate(2.5, year=2020)])
    with pytest.raises(CostError, match=told):
        haul(100, rates=[INDEX[1], road_rate(2.5, year=2020)])


def test_an_index_of_zero_is_an_error():
    zero = small.rate("price_index", 0, None, "US CPI, 1982-84 = 100", year=2020)
    with pytest.raises(CostError, match="No price_index for 2020 or 2025"):
        haul(100, rates=[zero, INDEX[1], road_rate(2.5, year=2020)])


# Transfers


@pytest.mark.parametrize(
    ("unit", "shipment", "usd"),
    [
        ("per FEU", co.Shipment(), 50),
        ("per FEU", co.Shipment(tonnes=49), 150),  # 3 containers
        ("per FEU", co.Shipment(tonnes=20, containers=4), 200),
        ("per tonne", co.Shipment(tonnes=30), 1500),
        ("per vehicle", co.Shipment(tonnes=49), 150),  # 3 trucks
        ("per vehicle", co.Shipment(tonnes=49, vehicle="rigid"), 250),  # 5 trucks
        ("per shipment", co.Shipment(tonnes=490), 50),
    ],
)
def test_transfers_are_paid_by_their_unit(unit, shipment, usd):
    edge = transfer_edge(shipment, unit=unit)
    assert edge["usd"] == pytest.approx(usd)
    assert (edge["km"], edge["hours"], edge["crossings"], edge["transfers"]) == (0, 6, 0, 1)


def transfer_edge(shipment, **more):
    links = [small.link("l", "a", "b", 10), small.link("r", "b", "c", 10, mode="rail", gauge_mm=1676)]
    places = [*PLACES[:2], small.place("c", lon=66.2, lat=30)]
    net = small.network(places, links, transfers=[small.transfer("b", "road", "rail1676", 6, 50, **more)])
    return edge_of(net, "b", "b", "transfer", shipment=shipment)


def test_a_transfer_emits_by_the_container_handled():
    assert transfer_edge(co.Shipment())["co2e_kg"] == pytest.approx(9)
    assert transfer_edge(co.Shipment(tonnes=49), co2e_kg_per_feu=5)["co2e_kg"] == pytest.approx(15)  # 3 x 5


def test_a_transfer_goes_one_way_only_and_needs_both_carriages_at_the_place():
    links = [small.link("l", "a", "b", 10), small.link("r", "b", "c", 10, mode="rail", gauge_mm=1676)]
    places = [*PLACES[:2], small.place("c", lon=66.2, lat=30)]
    transfers = [small.transfer("b", "road", "rail1676", 6, 50), small.transfer("a", "road", "rail1676", 6, 50)]
    graph = co.state_graph(small.network(places, links, transfers=transfers))
    found = [(u, v) for u, v, data in graph.edges(data=True) if data["kind"] == "transfer"]
    assert found == [(("b", "road"), ("b", "rail1676"))]


# Crossings

CLEARED = {
    # there: 8 / 25 + 20 + 10 hours, 8 x 2.0 + 100 + 50 USD; back: 8 / 25 + 15 + 40 hours, 8 x 2.0 + 30 + 70 USD
    ("west", "east"): (30.32, 166),
    ("east", "west"): (55.32, 116),
}


@pytest.mark.parametrize(("way", "costs"), CLEARED.items())
def test_the_link_between_two_posts_is_the_crossing_both_clearings_once(way, costs):
    edge = edge_of(small.two_countries(), *way, "road-west-east")
    assert (edge["hours"], edge["usd"]) == pytest.approx(costs)
    assert (edge["kind"], edge["crossing"], edge["crossings"], edge["km"]) == ("cross", "gate", 1, 8)


def test_posts_are_paid_per_truck_and_cleared_side_by_side():
    edge = edge_of(small.two_countries(), "west", "east", "road-west-east", shipment=co.Shipment(tonnes=48))
    assert edge["usd"] == pytest.approx(332)  # 2 x (16 + 150)
    assert edge["hours"] == pytest.approx(30.32)


def test_a_whole_journey_there_and_back_by_hand():
    there = co.route(small.two_countries(), "port", "city", modes=["road"])
    assert (there.km, there.hours, there.usd) == pytest.approx(
        (258, 40.32, 666)
    )  # 8 + 2 h by road, 250 km x 2 + 166 USD
    back = co.route(small.two_countries(), "city", "port", modes=["road"])
    assert (back.km, back.hours, back.usd) == pytest.approx((258, 65.32, 616))
    assert there.crossings == back.crossings == ("gate",)


@pytest.mark.parametrize(
    ("post", "facing", "direction"),
    [
        ("west", "east", "outbound"),
        ("east", "west", "inbound"),
        ("east", "west", "outbound"),
        ("west", "east", "inbound"),
    ],
)
def test_a_missing_clearing_is_an_error_and_not_free(post, facing, direction):
    tables = small.two_countries().tables
    kept = tuple(row for row in tables.crossings if (row.post, row.direction) != (post, direction))
    net = rebuilt(tables, crossings=kept)
    told = f"No {direction} clearing at '{post}' for road towards or from '{facing}' (link 'road-west-east'): add a row"
    with pytest.raises(CostError, match=re.escape(told)):
        co.route(net, "port", "city")


def rebuilt(tables, **changes):
    from dataclasses import replace

    return co.Network(replace(tables, **changes))


def test_a_clearing_of_another_mode_does_not_count():
    tables = small.two_countries().tables
    rail_rows = tuple(row.model_copy(update={"mode": "rail"}) for row in tables.crossings)
    with pytest.raises(CostError, match=re.escape("2 missing or absurd cost(s)")) as caught:
        co.state_graph(rebuilt(tables, crossings=rail_rows))
    assert str(caught.value).count("a missing time is not zero") == 2


# Ends

PORT_RATES = [
    small.rate(
        "port_dwell_hours", 100, "sea", "hours per shipment", "PK", place="a", direction="inland", regime="transit"
    ),
    small.rate(
        "port_dwell_hours", 60, "sea", "hours per shipment", "PK", place="a", direction="inland", regime="import"
    ),
    small.rate(
        "port_dwell_hours", 40, "sea", "hours per shipment", "PK", place="a", direction="seaward", regime="transit"
    ),
    small.rate(
        "port_dwell_hours", 30, "sea", "hours per shipment", "PK", place="a", direction="seaward", regime="export"
    ),
    small.rate("port_handling_usd", 150, "sea", "USD per FEU", "PK", place="a", direction="inland"),
    small.rate("port_handling_usd", 90, "sea", "USD per FEU", "PK", place="a", direction="seaward"),
]


def port_net(rates=PORT_RATES):
    places = [
        small.place("a", lon=66.0, lat=30.0, kind="seaport"),
        small.place("b", lon=66.1, lat=30.0),
        small.place("z", lon=65.9, lat=30.0, kind="seaport"),
    ]
    links = [
        small.link("l", "a", "b", 100),
        small.link("r", "a", "b", 100, mode="rail", gauge_mm=1676),
        small.link("s", "a", "z", 50, mode="sea", wait_hours=0),
    ]
    return small.network(places, links, rates=[*rates, *small.RATES])


def ends_of(route):
    first, *_, last = route.steps.itertuples()
    return (first.hours, first.usd), (last.hours, last.usd)


def test_at_the_gate_the_ends_cost_nothing():
    assert ends_of(co.route(port_net(), "a", "b")) == ((0, 0), (0, 0))


def terminal(**more):
    return co.Shipment(ends="terminal", **more)


def test_a_seaport_costs_its_dwell_and_handling_and_a_city_its_terminal():
    inland = co.route(port_net(), "a", "b", shipment=terminal(), modes=["road"])
    assert ends_of(inland) == ((100, 150), (4, 50))
    assert (inland.hours, inland.usd) == pytest.approx((108, 400))  # 100 + 4 + 4, 150 + 200 + 50
    seaward = co.route(port_net(), "b", "a", shipment=terminal(), modes=["road"])
    assert ends_of(seaward) == ((4, 50), (40, 90))
    by_rail = co.route(port_net(), "b", "a", shipment=terminal(), modes=["rail"])
    assert ends_of(by_rail) == ((24, 80), (40, 90))


def test_ends_are_paid_per_container_and_per_truck():
    found = co.route(port_net(), "a", "b", shipment=terminal(tonnes=49), modes=["road"])
    assert ends_of(found) == ((100, 450), (4, 150))  # 3 x 150, 3 x 50
    small_trucks = co.route(port_net(), "a", "b", shipment=terminal(tonnes=49, vehicle="rigid"), modes=["road"])
    assert ends_of(small_trucks) == ((100, 450), (4, 250))  # 3 containers, 5 trucks


@pytest.mark.parametrize(
    ("regime", "origin", "hours"), [("transit", "a", 100), ("import", "a", 60), ("export", "b", 30)]
)
def test_the_dwell_at_a_port_goes_by_the_regime(regime, origin, hours):
    goal = "b" if origin == "a" else "a"
    found = co.route(port_net(), origin, goal, shipment=terminal(regime=regime), modes=["road"])
    assert hours in {pair[0] for pair in ends_of(found)}


@pytest.mark.parametrize("turn", [1, -1])
def test_the_row_of_a_port_that_says_most_goes_first_whatever_the_order(turn):
    rows = [
        small.rate("port_handling_usd", 1, "sea", "USD per FEU", "PK", place="a"),
        small.rate("port_handling_usd", 2, "sea", "USD per FEU", "PK", place="a", direction="inland"),
        small.rate("port_handling_usd", 3, "sea", "USD per FEU", "PK", place="a", regime="transit"),
        small.rate("port_handling_usd", 4, "sea", "USD per FEU", "PK", place="a", direction="inland", regime="transit"),
    ]
    dwell = PORT_RATES[:4]
    for count, usd in ((1, 1), (2, 2), (3, 3), (4, 4)):
        net = port_net([*dwell, *rows[:count][::turn]])
        assert ends_of(co.route(net, "a", "b", shipment=terminal(), modes=["road"]))[0] == (100, usd)


def test_cargo_put_on_a_ship_leaves_seaward_and_cargo_taken_off_it_comes_in():
    both = [*PORT_RATES, *({**row, "place": "z"} for row in PORT_RATES)]
    out = co.route(port_net(both), "a", "z", shipment=terminal(), modes=["sea"])
    assert ends_of(out) == ((40, 90), (100, 150))


def test_a_port_without_figures_for_the_regime_is_told():
    with pytest.raises(
        OptionError, match=r"No port_dwell_hours at 'a' for the regime 'export', cargo going inland\. There: "
    ):
        co.route(port_net(), "a", "b", shipment=co.Shipment(regime="export")).with_ends("terminal")
    with pytest.raises(OptionError, match="No port_dwell_hours at 'a' for the regime 'export'"):
        co.route(port_net(), "a", "b", shipment=terminal(regime="export"))


def test_a_port_without_figures_bars_no_other_place():
    net = port_net([])
    gate_a = co.state_graph(net, shipment=terminal(), modes=["road", "rail"])
    assert ("b", "start") in gate_a
    assert gate_a.out_degree(("b", "start")) == 2
    assert gate_a.out_degree(("a", "start")) == 0


def test_prices_of_ports_and_terminals_are_brought_to_the_price_year():
    rates = [*INDEX, *({**row, "year": 2020} for row in PORT_RATES)]
    rates.append(small.rate("terminal_usd", 40, "road", "USD per vehicle", "PK", year=2020))
    found = co.route(port_net(rates), "a", "b", shipment=terminal(), modes=["road"])
    assert ends_of(found) == (pytest.approx((100, 180)), pytest.approx((4, 48)))  # x 300 / 250


def test_cooling_is_paid_at_the_ends():
    found = co.route(port_net(), "a", "b", shipment=terminal(cargo="fruit"), modes=["road"])
    assert ends_of(found) == (
        pytest.approx((100, 400)),
        pytest.approx((4, 60)),
    )  # 150 + 100 / 24 x 60, 50 + 4 / 24 x 60


def test_terminal_figures_of_a_country_stand_before_the_common_ones():
    net = port_net([*PORT_RATES, small.rate("terminal_hours", 9, "road", "hours per shipment", "PK")])
    assert ends_of(co.route(net, "a", "b", shipment=terminal(), modes=["road"]))[1] == (9, 50)


# Value of time and score


@pytest.mark.parametrize(
    ("shipment", "usd_an_hour"),
    [
        (co.Shipment(), 20),  # 20 x 2400 x 1 % / 24
        (co.Shipment(tonnes=60), 60),
        (co.Shipment(value_usd=240_000), 100),  # 240,000 x 1 % / 24
        (co.Shipment(value_usd=0), 0),
        (co.Shipment(cargo="fruit", tonnes=24), 28),  # 24 x 700 x 4 % / 24
    ],
)
def test_the_value_of_time_is_that_of_the_goods(shipment, usd_an_hour):
    edge = haul(100, shipment=shipment)
    assert edge["score"] - edge["usd"] == pytest.approx(4 * usd_an_hour)


@pytest.mark.parametrize(("vot", "score"), [(0, 200), (7.5, 230)])
def test_weights_may_set_the_value_of_time(vot, score):
    assert haul(100, weights=co.Weights(value_of_time_usd_per_hour=vot))["score"] == pytest.approx(
        score
    )  # 200 + 4 x vot


WEIGHTS = co.Weights(
    value_of_time_usd_per_hour=10,
    usd_per_km=0.5,
    usd_per_crossing=300,
    usd_per_transfer=40,
    mode_factor={"road": 0.5, "rail": 3},
)


def test_the_score_of_a_crossing_with_every_weight():
    edge = edge_of(small.two_countries(), "west", "east", "road-west-east", weights=WEIGHTS)
    # 16 x 0.5 (haul money) + 150 (posts) + 30.32 x 10 + 8 x 0.5 + 300
    assert edge["score"] == pytest.approx(765.2)
    assert edge["usd"] == pytest.approx(166)  # the factor weighs, it does not change the money


def test_the_score_of_a_transfer_with_every_weight():
    edge = edge_of_transfer("rail1520", "road")
    assert edge["score"] == pytest.approx(200)  # 5 x 20 t + 6 x 10 + 40; no haul money, no factor


def edge_of_transfer(old, new):
    graph = co.state_graph(small.two_countries(), weights=WEIGHTS)
    return graph.edges[("east", old), ("east", new), "transfer"]


def test_the_score_of_a_train_with_every_weight():
    edge = edge_of(small.two_countries(), "east", "city", "rail-east-city", weights=WEIGHTS)
    assert edge["score"] == pytest.approx(144)  # 60 x 0.5 x 3 + 60 / 25 x 10 + 60 x 0.5


@given(vot=st.floats(0, 1e3), km=st.floats(0, 10), crossing=st.floats(0, 1e4), factor=st.floats(0, 10))
def test_the_score_is_linear_in_every_weight(vot, km, crossing, factor):
    weights = co.Weights(
        value_of_time_usd_per_hour=vot, usd_per_km=km, usd_per_crossing=crossing, mode_factor={"road": factor}
    )
    edge = edge_of(small.two_countries(), "west", "east", "road-west-east", weights=weights)
    assert edge["score"] == pytest.approx(16 * factor + 150 + 30.32 * vot + 8 * km + crossing)


# What is missing or absurd is an error


@pytest.mark.parametrize(
    ("parameter", "mode", "shipment"),
    [
        ("speed_kmh", "road", None),
        ("duty_hours_per_day", "road", None),
        ("usd_per_vehicle_km", "road", None),
        ("gco2e_per_tkm", "road", None),
        ("daily_km", "rail", None),
        ("usd_per_feu_km", "rail", None),
        ("gco2e_per_tkm_diesel", "rail", None),
        ("usd_per_tonne_km", "rail", co.Shipment(cargo="ore")),
        ("speed_kmh", "sea", None),
        ("usd_per_feu_km", "sea", None),
        ("gco2e_per_tkm", "sea", None),
        ("speed_kmh", "air", None),
        ("usd_per_tonne_km", "air", None),
        ("gco2e_per_tkm", "air", None),
    ],
)
def test_a_missing_rate_is_an_error_and_not_zero(parameter, mode, shipment):
    more = {"gauge_mm": 1676, "traction": "diesel"} if mode == "rail" else {}
    if mode in {"sea", "air"}:
        more["wait_hours"] = 0
    told = (
        f"No rate {parameter!r} for {mode} in 'PK' (rows for: none). Add a row to the rates; an unknown price or speed"
    )
    with pytest.raises(CostError, match=re.escape(told)):
        haul(100, mode=mode, without=[(parameter, mode)], shipment=shipment, **more)


def test_the_missing_rate_of_electric_trains_is_not_that_of_diesel_ones():
    with pytest.raises(CostError, match="No rate 'gco2e_per_tkm_electric' for rail in 'PK'"):
        rail(100, traction="electric", without=[("gco2e_per_tkm_electric", "rail")])


def test_a_missing_rate_names_the_countries_that_have_one():
    rates = [road_rate(2, country=code) for code in ("UZ", "AF")]
    with pytest.raises(CostError, match=re.escape("'usd_per_vehicle_km' for road in 'PK' (rows for: AF, UZ)")):
        haul(100, rates=rates, without=[("usd_per_vehicle_km", "road")])


def test_missing_payloads_coolers_and_terminals_are_errors():
    with pytest.raises(CostError, match="No rate 'payload_t' for rail"):
        rail(100, without=[("payload_t", "rail")])
    with pytest.raises(CostError, match="No rate 'reefer_usd_per_day' for road"):
        haul(100, without=[("reefer_usd_per_day", "road")], shipment=co.Shipment(cargo="fruit"))
    with pytest.raises(CostError, match="No rate 'terminal_hours' for road in 'PK'"):
        haul(100, without=[("terminal_hours", "road")], shipment=terminal())
    with pytest.raises(CostError, match="No rate 'terminal_usd' for road in 'PK'"):
        haul(100, without=[("terminal_usd", "road")], shipment=terminal())


def test_bulk_over_a_rail_border_needs_the_payload_of_a_wagon():
    without = [("wagon_payload_t", "rail")]
    with pytest.raises(CostError, match="No rate 'wagon_payload_t' for rail"):
        rail(100, to="c", without=without, shipment=co.Shipment(cargo="ore"))


@pytest.mark.parametrize("mode", ["sea", "air"])
def test_a_sailing_or_flight_without_its_wait_is_an_error(mode):
    told = "Link 'l' has no wait_hours: give the mean wait for a departure (0 where there is none)."
    with pytest.raises(CostError, match=re.escape(told)):
        haul(100, mode=mode)


@pytest.mark.parametrize(
    ("parameter", "mode", "unit"),
    [
        ("speed_kmh", "road", "km/h moving"),
        ("duty_hours_per_day", "road", "hours a day"),
        ("daily_km", "rail", "km a day"),
        ("speed_kmh", "sea", "km/h moving"),
        ("speed_kmh", "air", "km/h moving"),
    ],
)
def test_a_speed_of_zero_is_an_error(parameter, mode, unit):
    more = {"gauge_mm": 1676} if mode == "rail" else {"wait_hours": 0} if mode in {"sea", "air"} else {}
    told = re.escape(f"{parameter} for {mode} in PK is 0: nothing would arrive.")
    with pytest.raises(CostError, match=told):
        haul(100, mode=mode, rates=[small.rate(parameter, 0, mode, unit, "PK")], **more)


@pytest.mark.parametrize(("parameter", "cargo"), [("payload_t", "general"), ("wagon_payload_t", "ore")])
def test_a_payload_of_zero_is_an_error(parameter, cargo):
    unit = "tonnes per vehicle" if parameter == "payload_t" else "tonnes per wagon"
    rates = [small.rate(parameter, 0, "rail", unit)]
    with pytest.raises(CostError, match=re.escape(f"{parameter} for rail is 0: nothing could be loaded.")):
        rail(100, to="c", rates=rates, shipment=co.Shipment(cargo=cargo))


def test_a_price_beyond_all_numbers_is_an_error():
    with pytest.raises(CostError, match=r"l: km 100\.0, hours 4\.0, usd inf, .* must be finite and >= 0"):
        haul(100, rates=[road_rate(1e307)])


def test_all_that_is_missing_is_told_at_once():
    links = [
        small.link("l", "a", "b", 10),
        small.link("s", "a", "b", 10, mode="sea"),
        small.link("x", "a", "c", 10, countries="PK;AF"),
        small.link("y", "c", "d", 10, countries="AF"),
    ]
    places = [*PLACES, small.place("d", "AF", lon=66.3, lat=30)]
    rates = [row for row in small.RATES if (row["parameter"], row["mode"]) != ("duty_hours_per_day", "road")]
    with pytest.raises(CostError, match=re.escape("3 missing or absurd cost(s):")) as caught:
        co.state_graph(small.network(places, links, rates=rates, crossings=FREE_GATE))
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    # once for both roads and all four ways
    assert sum("No rate 'duty_hours_per_day' for road in 'PK'" in line for line in lines) == 1
    assert sum("No rate 'duty_hours_per_day' for road in 'AF'" in line for line in lines) == 1
    assert sum("Link 's' has no wait_hours" in line for line in lines) == 1


def test_twenty_missing_costs_are_listed_and_all_are_counted():
    links = [small.link(f"s{number}", "a", "b", 10, mode="sea") for number in range(23)]
    with pytest.raises(CostError, match=re.escape("23 missing or absurd cost(s):")) as caught:
        co.state_graph(small.network(PLACES, links))
    assert len(str(caught.value).splitlines()) == 21


def test_what_is_missing_of_a_mode_not_used_does_not_matter():
    links = [small.link("l", "a", "b", 10), small.link("s", "a", "b", 10, mode="sea")]
    assert co.route(small.network(PLACES, links), "a", "b", modes=["road"]).km == 10


def test_unknown_cargo_and_vehicle_name_the_nearest():
    told = "Shipment(cargo='genral'): unknown. Did you mean 'general'? Choices: fruit, gas, general, ore."
    with pytest.raises(OptionError, match=re.escape(told)):
        haul(100, shipment=co.Shipment(cargo="genral"))
    told = "Shipment(vehicle='triler'): unknown. Did you mean 'trailer'? Choices: rigid, trailer."
    with pytest.raises(OptionError, match=re.escape(told)):
        haul(100, shipment=co.Shipment(vehicle="triler"))


def test_cargo_rides_only_in_what_may_carry_it():
    links = [small.link("l", "a", "b", 10), small.link("s", "a", "b", 10, mode="sea", wait_hours=0)]
    graph = co.state_graph(small.network(PLACES, links), shipment=co.Shipment(cargo="ore"))
    assert {key for *_, key in graph.edges(keys=True)} == {"l", "start", "end"}


# What the figures rest on


def based(**bases):
    """Return the parts of a road route whose link, speed, duty hours and price rest on the bases given."""
    record = small.link("l", "a", "b", 100, basis=bases.get("link", "quoted"), source="atlas")
    rates = [
        small.rate("speed_kmh", 50, "road", "km/h moving", basis=bases.get("speed", "quoted"), source="survey;diary"),
        small.rate("duty_hours_per_day", 12, "road", "hours a day", basis=bases.get("duty", "quoted"), source="law"),
        road_rate(2, basis=bases.get("price", "quoted"), source="survey"),
        small.rate("gco2e_per_tkm", 100, "road", "g CO2e per tonne-km", source="glec"),
    ]
    return co.route(small.network(PLACES, [record], rates=rates), "a", "b").explain().iloc[0]


@pytest.mark.parametrize(
    ("bases", "hours", "usd"),
    [
        ({}, "quoted", "quoted"),
        ({"link": "derived"}, "derived", "derived"),
        ({"speed": "recalled"}, "recalled", "quoted"),
        ({"duty": "estimate", "speed": "derived"}, "estimate", "quoted"),
        ({"price": "estimate", "link": "derived"}, "derived", "estimate"),
    ],
)
def test_a_figure_is_as_firm_as_its_weakest_factor(bases, hours, usd):
    part = based(**bases)
    assert (part["hours_basis"], part["usd_basis"]) == (hours, usd)


def test_figures_of_the_link_itself_have_bases_of_their_own():
    more = {"hours": 5, "hours_basis": "quoted", "usd_per_vehicle": 9, "usd_basis": "recalled"}
    record = small.link("l", "a", "b", 100, basis="estimate", **more)
    part = co.route(small.network(PLACES, [record]), "a", "b").explain().iloc[0]
    assert (part["hours_basis"], part["usd_basis"]) == ("quoted", "recalled")
    quick = small.link("l", "a", "b", 100, basis="quoted", speed_kmh=70, hours_basis="recalled")
    part = co.route(small.network(PLACES, [quick]), "a", "b").explain().iloc[0]
    assert part["hours_basis"] == "recalled"


def test_a_figure_names_every_source_once():
    assert based()["sources"] == "atlas; survey; diary; law; glec"


def test_the_carriage_of_a_link_is_its_mode_and_gauge():
    assert [carriage_of(*pair) for pair in (("road", None), ("rail", 1520), ("rail", None), ("air", None))] == [
        "road",
        "rail1520",
        "rail",
        "air",
    ]


def test_transfers_count_containers_not_trucks():
    # 8 tonnes are one container of 24 t, and one truck of 10 t or two of 4 t.
    net = small.network(
        [small.place("a"), small.place("b", lat=25.05)],
        [
            small.link("road", "a", "b", 10),
            small.link("rail", "a", "b", 10, mode="rail", gauge_mm=1676, traction="diesel"),
        ],
        vehicles=[{**small.VEHICLES[0], "id": "trailer", "payload_t": 4}],
        transfers=[small.transfer("b", "road", "rail1676", 1, 100)],
    )
    states = co.state_graph(net, shipment=co.Shipment(tonnes=8))
    assert states.edges[("b", "road"), ("b", "rail1676"), "transfer"]["usd"] == 100
    assert states.edges[("a", "road"), ("b", "road"), "road"]["usd"] == 10 * 2 * 2
