# SPDX-License-Identifier: BSD-3-Clause
"""What every edge costs: the columns agree with the parts they are told by, and a missing figure is told where it counts."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

import corridor as co
import small
from corridor.errors import CostError, OptionError
from corridor.prices import build_prices
from corridor.vocabulary import MODES

MEASURES = ("km", "hours", "usd", "co2e_kg")
COLUMNS = (*MEASURES, "crossings", "transfers", "score")
WEIGHTS = co.Weights(
    value_of_time_usd_per_hour=7, usd_per_km=0.3, usd_per_crossing=70, usd_per_transfer=11,
    mode_factor={"road": 0.7, "rail": 1.3, "sea": 0},
)  # fmt: skip
SHIPMENTS = {
    "default": co.Shipment(),
    "terminal in transit": co.Shipment(ends="terminal"),
    "terminal import": co.Shipment(ends="terminal", regime="import"),
    "terminal export": co.Shipment(ends="terminal", regime="export"),
    "reefer": co.Shipment(cargo="fruit-and-vegetables"),
    "reefer at terminals": co.Shipment(tonnes=30, cargo="medicines", ends="terminal"),
    "bulk": co.Shipment(tonnes=1000, cargo="grain", ends="terminal"),
    "tank": co.Shipment(tonnes=70, cargo="fuel"),
    "tank without road": co.Shipment(tonnes=500, cargo="crude-oil", ends="terminal"),
    "machinery": co.Shipment(tonnes=48, cargo="machinery"),
    "containers given": co.Shipment(tonnes=40, containers=3, ends="terminal"),
    "rigid truck": co.Shipment(vehicle="rigid"),
    "light truck": co.Shipment(tonnes=9, vehicle="light", ends="terminal"),
    "value given": co.Shipment(value_usd=1e6),
    "gas": co.Shipment(tonnes=1000, cargo="gas"),
}


@pytest.fixture(scope="module")
def bundled():
    return co.load()


def priced(net, shipment=None, weights=None):
    return build_prices(net.structure, net.tables, shipment or co.Shipment(), weights or co.Weights())


def score_by_hand(prices, edge, parts):
    """Return the generalised cost of an edge from its parts: the formula of corridor.Weights, written anew."""
    weights = prices.weights
    haul = math.fsum(part.usd for part in parts if part.name == "haul")
    other = math.fsum(part.usd for part in parts if part.name != "haul")
    hours = math.fsum(part.hours for part in parts)
    penalties = (
        weights.usd_per_km * math.fsum(part.km for part in parts)
        + weights.usd_per_crossing * bool(edge.crossing)
        + weights.usd_per_transfer * (edge.kind == "transfer")
    )
    return (
        haul * weights.mode_factor.get(edge.mode, 1) + other + hours * prices.costs.value_of_time(weights) + penalties
    )


def assert_columns_are_the_parts(prices):
    """Compare every edge's columns with its parts; return how many edges were compared."""
    compared = 0
    for number in range(len(prices.structure.kind)):
        if prices.barred[number] or prices.unpriced[number]:
            continue
        edge = prices.edge(number)
        parts = edge.components
        assert "own figure" not in {part.name for part in parts}, f"edge {number} differs from the model"
        where = f"{edge.tail} to {edge.head} by {edge.key}"
        for name in MEASURES:
            expected = math.fsum(getattr(part, name) for part in parts)
            assert math.isclose(getattr(edge, name), expected, rel_tol=1e-9, abs_tol=1e-12), f"{name} of {where}"
        assert math.isclose(edge.score, score_by_hand(prices, edge, parts), rel_tol=1e-9, abs_tol=1e-9), where
        assert edge.crossings == bool(edge.crossing)
        assert edge.transfers == (edge.kind == "transfer")
        compared += 1
    return compared


def same_prices(one, other):
    assert one.weights == other.weights
    assert one.costs.shipment == other.costs.shipment
    assert (one.barred == other.barred).all()
    for name in COLUMNS:
        np.testing.assert_array_equal(one.columns[name], other.columns[name], err_msg=name)


# Columns are the sums of their parts


@pytest.mark.parametrize("name", SHIPMENTS)
def test_every_edge_of_the_corridor_is_the_sum_of_its_parts(bundled, name):
    prices = priced(bundled, SHIPMENTS[name])
    assert assert_columns_are_the_parts(prices) == len(prices.structure.kind) - prices.barred.sum()


@pytest.mark.parametrize("name", ["default", "reefer at terminals", "bulk"])
def test_every_score_of_the_corridor_is_made_with_the_weights(bundled, name):
    assert assert_columns_are_the_parts(priced(bundled, SHIPMENTS[name], WEIGHTS)) > 2000


def test_every_cargo_and_vehicle_class_is_priced(bundled):
    for row in bundled.tables.cargo:
        prices = priced(bundled, co.Shipment(cargo=row.id, ends="terminal"))
        assert not prices.unpriced.any(), row.id
    for row in bundled.tables.vehicles:
        assert not priced(bundled, co.Shipment(tonnes=99, vehicle=row.id)).unpriced.any(), row.id


@pytest.mark.parametrize("ends", ["gate", "terminal"])
@pytest.mark.parametrize("cargo", ["general", "ore", "fruit"])
def test_every_edge_of_a_small_network_is_the_sum_of_its_parts(cargo, ends):
    rates = [
        *small.RATES,
        small.rate("port_dwell_hours", 72, None, "hours per shipment", place="port", country="PK"),
        small.rate("port_handling_usd", 90, None, "USD per FEU", place="port", country="PK"),
    ]
    net = small.two_countries()
    net = co.Network(replace(net.tables, rates=small.rows("rates", rates)), name="small")
    prices = priced(net, co.Shipment(tonnes=55, cargo=cargo, ends=ends), WEIGHTS)
    assert assert_columns_are_the_parts(prices) == len(prices.structure.kind) == 34


@given(net=small.networks())
def test_every_edge_of_any_network_is_the_sum_of_its_parts(net):
    prices = priced(net, co.Shipment(tonnes=30, cargo="fruit"), WEIGHTS)
    assert assert_columns_are_the_parts(prices) == len(prices.structure.kind) - prices.unpriced.sum()


def test_by_hand_an_edge_of_each_kind():
    router = co.Router(small.two_countries())
    edges = router.edges.set_index(["from", "to", "from_carriage", "to_carriage"])
    haul = edges.loc[("port", "town", "road", "road")]
    assert haul[list(MEASURES)].tolist() == [100, 4, 200, 200]  # 25 km/h, 2 USD a km, 20 t x 100 g
    cross = edges.loc[("west", "east", "road", "road")]
    assert cross["hours"] == pytest.approx(0.32 + 20 + 10)
    assert (cross["usd"], cross["crossings"], cross["crossing"]) == (16 + 100 + 50, 1, "gate")
    back = edges.loc[("east", "west", "road", "road")]
    assert back["hours"] == pytest.approx(0.32 + 15 + 40)
    assert back["usd"] == 16 + 30 + 70
    change = edges.loc[("east", "east", "road", "rail1520")]
    assert change[["hours", "usd", "transfers", "link"]].tolist() == [6, 100, 1, ""]
    assert change["score"] == pytest.approx(100 + 6 * 20)  # 48,000 USD lose 1 % a day: 20 USD an hour
    assert edges.loc[("port", "port", "start", "road"), list(COLUMNS)].tolist() == [0] * 7


# What the customs regime bars


@pytest.mark.parametrize("regime", ["import", "export"])
def test_ends_barred_by_the_regime_are_those_that_have_no_figures(bundled, regime):
    prices = priced(bundled, co.Shipment(ends="terminal", regime=regime))
    barred = np.flatnonzero(prices.barred).tolist()
    assert barred
    for number in barred:
        edge = prices.edge(number)
        assert edge.kind in {"start", "end"}
        assert bundled.place(edge.tail[0]).kind == "seaport"
        with pytest.raises(OptionError, match=f"for the regime '{regime}', cargo going"):
            prices.components(number)


def test_nothing_is_barred_at_the_gate(bundled):
    for regime in ("transit", "import", "export"):
        assert not priced(bundled, co.Shipment(regime=regime)).barred.any()


# Missing figures


def without(*parameters, mode=None):
    return [
        row for row in small.RATES if not (row["parameter"] in parameters and (mode is None or row["mode"] == mode))
    ]


def net_of(links, rates=small.RATES, **tables):
    names = sorted({end for record in links for end in (record["from"], record["to"])})
    places = [small.place(name, lon=66 + i / 10, lat=30.0) for i, name in enumerate(names)]
    return small.network(places, links, rates, **tables)


ROAD = small.link("ab", "a", "b", 10)
SEA = small.link("ferry", "a", "c", 50, mode="sea", wait_hours=5)
FLIGHT = small.link("flight", "a", "c", 50, mode="air", wait_hours=5)
RAIL = small.link("train", "a", "b", 12, mode="rail", gauge_mm=1676, traction="diesel")


@pytest.mark.parametrize(
    ("links", "rates", "options", "told"),
    [
        ([ROAD], without("speed_kmh", mode="road"), {}, "No rate 'speed_kmh' for road in 'PK'"),
        ([ROAD], without("duty_hours_per_day"), {}, "No rate 'duty_hours_per_day' for road in 'PK'"),
        ([ROAD], without("usd_per_vehicle_km"), {}, "No rate 'usd_per_vehicle_km' for road in 'PK'"),
        ([ROAD], without("gco2e_per_tkm", mode="road"), {}, "No rate 'gco2e_per_tkm' for road in 'PK'"),
        ([ROAD, RAIL], without("daily_km"), {}, "No rate 'daily_km' for rail in 'PK'"),
        ([ROAD, RAIL], without("payload_t", mode="rail"), {}, "No rate 'payload_t' for rail"),
        ([ROAD, RAIL], without("gco2e_per_tkm_diesel"), {}, "No rate 'gco2e_per_tkm_diesel' for rail"),
        ([ROAD, SEA], without("usd_per_feu_km", mode="sea"), {}, "No rate 'usd_per_feu_km' for sea"),
        ([ROAD, FLIGHT], without("speed_kmh", mode="air"), {"modes": ["air", "road"]}, "No rate 'speed_kmh' for air"),
        ([ROAD, SEA | {"wait_hours": None}], small.RATES, {}, "'ferry' has no wait_hours: give the mean wait"),
    ],
)
def test_a_missing_figure_of_an_edge_in_play_is_told(links, rates, options, told):
    with pytest.raises(CostError, match=told):
        co.route(net_of(links, rates), "a", "b", **options)


@pytest.mark.parametrize(
    ("links", "rates", "options"),
    [
        ([ROAD, small.link("pipe", "a", "b", 10, mode="pipeline")], small.RATES, {}),
        ([ROAD, FLIGHT], without("speed_kmh", mode="air"), {}),
        ([ROAD, RAIL], without("daily_km"), {"modes": ["road"]}),
        ([ROAD, RAIL | {"status": "planned"}], without("daily_km"), {}),
        ([ROAD, SEA | {"wait_hours": None, "status": "disused"}], small.RATES, {"include": ["planned"]}),
        ([ROAD, SEA | {"wait_hours": None}], small.RATES, {"modes": ["road", "rail"]}),
        ([ROAD | {"hours": 1}], without("speed_kmh", "duty_hours_per_day", mode="road"), {}),
        ([ROAD | {"usd_per_vehicle": 9}], without("usd_per_vehicle_km"), {}),
        ([ROAD], without("terminal_hours", "terminal_usd", "reefer_usd_per_day"), {}),
    ],
)
def test_a_missing_figure_of_an_edge_not_in_play_is_no_error(links, rates, options):
    assert co.route(net_of(links, rates), "a", "b", **options).links == ("ab",)


def test_a_missing_figure_of_the_first_and_last_step_is_told_at_terminals_only():
    net = net_of([ROAD], without("terminal_hours"))
    assert co.route(net, "a", "b").km == 10
    with pytest.raises(CostError, match="No rate 'terminal_hours' for road in 'PK'"):
        co.route(net, "a", "b", shipment=co.Shipment(ends="terminal"))


def test_a_missing_rate_of_the_cooling_unit_is_told_for_cooled_cargo_only():
    net = net_of([ROAD], without("reefer_usd_per_day"))
    assert co.route(net, "a", "b").km == 10
    with pytest.raises(CostError, match="No rate 'reefer_usd_per_day' for road"):
        co.route(net, "a", "b", shipment=co.Shipment(cargo="fruit"))


def test_planned_links_without_figures_are_told_once_they_are_included():
    net = net_of([ROAD, SEA | {"wait_hours": None, "status": "planned"}])
    assert co.route(net, "a", "b").links == ("ab",)
    with pytest.raises(CostError, match="'ferry' has no wait_hours"):
        co.route(net, "a", "b", include=["planned"])


def test_pipelines_without_rates_are_told_once_they_are_asked_for():
    net = net_of([ROAD, small.link("pipe", "a", "b", 10, mode="pipeline")])
    gas = co.Shipment(cargo="gas")
    with pytest.raises(CostError, match=r"No rate '.*' for pipeline in 'PK'"):
        co.route(net, "a", "b", modes=["pipeline"], shipment=gas)


def test_a_crossing_without_clearing_is_told_unless_it_is_out_of_play():
    net = small.two_countries()
    tables = replace(net.tables, crossings=net.tables.crossings[:3])
    net = co.Network(tables, name="one clearing short")
    told = "No inbound clearing at 'west' for road towards or from 'east'"
    with pytest.raises(CostError, match=told):
        co.route(net, "port", "town")
    assert co.route(net, "port", "town", modes=["rail"]).km == 120


def test_every_question_tells_the_missing_figure():
    net = net_of([ROAD, RAIL], without("daily_km"))
    asked = [
        lambda: co.route(net, "a", "b"),
        lambda: co.alternatives(net, "a", "b"),
        lambda: co.pareto(net, "a", "b"),
        lambda: co.matrix(net, "a", "b"),
        lambda: co.nearest_port(net, "a", ports="b"),
        lambda: co.reach(net, "a", hours=5),
        lambda: co.state_graph(net),
        lambda: co.Router(net).route("a", "b"),
    ]
    for ask in asked:
        with pytest.raises(CostError, match="No rate 'daily_km' for rail in 'PK'"):
            ask()


# Absurd figures, past the checks of the tables


def changed(net, link_id, **figures):
    links = tuple(row.model_copy(update=figures) if row.id == link_id else row for row in net.tables.links)
    return co.Network(replace(net.tables, links=links), name="changed")


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({"hours": -5.0}, r"ab: .*hours -5\.0"),
        ({"hours": math.inf}, r"ab: .*hours inf"),
        ({"usd_per_vehicle": -1.0}, r"ab: .*usd -1\.0"),
        ({"length_km": -10.0}, r"ab: km -10\.0"),
        ({"length_km": math.nan}, r"ab: km nan"),
        ({"length_km": 1e308}, r"ab: km 1e\+308"),
    ],
)
def test_absurd_figures_are_told_with_the_link_and_the_rule(figures, told):
    net = changed(net_of([ROAD, RAIL]), "ab", **figures)
    with pytest.raises(CostError, match=told + r".*: must be finite and >= 0\."):
        co.route(net, "a", "b")
    assert co.route(net, "a", "b", modes=["rail"]).links == ("train",)


def test_twenty_rows_are_listed_and_all_are_counted():
    links = [small.link(f"f{n}", f"p{n}", f"p{n + 1}", 9, mode="sea") for n in range(30)]
    with pytest.raises(CostError, match=r"^30 missing or absurd cost\(s\)") as caught:
        co.route(net_of(links), "p0", "p9")
    assert len(str(caught.value).splitlines()) == 21


# Other prices of the same states


@pytest.mark.parametrize("name", SHIPMENTS)
def test_prices_for_another_shipment_are_those_built_afresh(bundled, name):
    repriced = co.Router(bundled).repriced(shipment=SHIPMENTS[name], weights=WEIGHTS)
    same_prices(repriced._compiled.prices, priced(bundled, SHIPMENTS[name], WEIGHTS))


def test_prices_with_other_weights_are_those_built_afresh(bundled):
    for shipment in (co.Shipment(), co.Shipment(cargo="medicines", ends="terminal")):
        same_prices(priced(bundled, shipment).with_weights(WEIGHTS), priced(bundled, shipment, WEIGHTS))
    same_prices(priced(bundled, weights=WEIGHTS).with_weights(co.Weights()), priced(bundled))
    repriced = co.Router(bundled).repriced(weights=WEIGHTS)
    same_prices(repriced._compiled.prices, priced(bundled, weights=WEIGHTS))


def test_a_repriced_router_keeps_the_weights_and_leaves_the_first_one_as_it_was(bundled):
    router = co.Router(bundled, weights=WEIGHTS)
    before = router.route("Karachi", "Minsk")
    heavy = router.repriced(shipment=co.Shipment(tonnes=48, cargo="machinery"))
    expected = co.route(
        bundled, "Karachi", "Minsk", shipment=co.Shipment(tonnes=48, cargo="machinery"), weights=WEIGHTS
    )
    assert heavy.route("Karachi", "Minsk") == expected
    assert router.route("Karachi", "Minsk") == before
    assert router.repriced().route("Karachi", "Minsk") == before


@pytest.mark.parametrize("name", ["default", "reefer", "bulk", "containers given"])
def test_prices_with_other_ends_are_those_built_afresh(bundled, name):
    shipment = SHIPMENTS[name]
    gate, terminal = (replace(shipment, ends=ends) for ends in ("gate", "terminal"))
    same_prices(priced(bundled, gate, WEIGHTS).with_ends("terminal"), priced(bundled, terminal, WEIGHTS))
    same_prices(priced(bundled, terminal, WEIGHTS).with_ends("gate"), priced(bundled, gate, WEIGHTS))


def test_own_hours_are_told_as_a_part_of_their_own_and_move_the_score():
    router = co.Router(small.two_countries())
    hours = router.edges["hours"].to_numpy() + 1
    slow = router.repriced(hours=hours)
    before, after = router.route("port", "city", by="km"), slow.route("port", "city", by="km")
    assert after.links == before.links
    assert after.hours == pytest.approx(before.hours + len(after.edges))
    assert after.score == pytest.approx(before.score + 20 * len(after.edges))
    assert after.usd == before.usd
    explained = after.explain()
    assert explained["score"].sum() == pytest.approx(after.score)
    own = explained[explained["part"] == "own figure"]
    assert own["hours"].tolist() == pytest.approx([1] * len(after.edges))
    assert set(own["hours_basis"]) == {"estimate"}


def test_own_usd_move_the_money_alone():
    router = co.Router(small.two_countries(), weights=WEIGHTS)
    dear = router.repriced(usd=router.edges["usd"] * 2)
    before, after = router.route("port", "city", by="km"), dear.route("port", "city", by="km")
    assert (after.usd, after.hours) == (pytest.approx(2 * before.usd), before.hours)
    assert after.explain()["score"].sum() == pytest.approx(after.score)


def test_own_figures_outlive_other_weights_and_other_ends():
    router = co.Router(small.two_countries())
    slow = router.repriced(hours=router.edges["hours"] * 3)
    weighted = slow.repriced(weights=WEIGHTS).route("port", "city", by="km")
    assert weighted.hours == pytest.approx(3 * router.route("port", "city", by="km").hours)
    town = slow.route("town", "city", by="km")
    assert town.with_ends("terminal").hours == pytest.approx(town.hours + 4 + 4)


def test_own_usd_below_the_haul_never_make_a_negative_score():
    """With a factor on a mode the score is of what was given: nothing to pay is a score of the hours alone."""
    for factor in (0, 0.5, 2):
        router = co.Router(small.two_countries(), weights=co.Weights(mode_factor={"road": factor}))
        free = router.repriced(usd=np.zeros(len(router.edges)))
        found = free.route("port", "city", modes=["road"])
        assert found.score == pytest.approx(found.hours * 20)


@pytest.mark.parametrize("mode", MODES)
def test_the_factor_of_a_mode_touches_the_haul_money_of_that_mode_alone(bundled, mode):
    plain, halved = priced(bundled), priced(bundled, weights=co.Weights(mode_factor={mode: 0.5}))
    saved = plain.columns["score"] - halved.columns["score"]
    hauls = (plain.structure.link >= 0) & (plain.structure.mode == MODES.index(mode))
    np.testing.assert_allclose(saved, np.where(hauls, plain.haul_usd / 2, 0), rtol=1e-9, atol=1e-6)
