# SPDX-License-Identifier: BSD-3-Clause
"""Why this route: the split to the cent, break-evens by hand and by changed data, first flips, the tornado, mistakes."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corridor as co
import small
from corridor.errors import NoRouteError, OptionError
from corridor.levers import KINDS, Lever, with_values
from corridor.network import Network
from corridor.score_split import by_what
from corridor.states import kept_prices
from corridor.structure import FIRST, LAST

FRUIT = co.Shipment(tonnes=50, cargo="fruit-and-vegetables", ends="terminal", vehicle="light")
HEAVY = co.Weights(usd_per_km=0.1, usd_per_crossing=50, usd_per_transfer=20, mode_factor={"road": 1.2, "rail": 0.7})
CASES = [
    ("corridor", "Karachi", "Tashkent", {}),
    ("corridor", "Karachi", "Almaty", {"weights": co.Weights(value_of_time_usd_per_hour=3)}),
    ("corridor", "Karachi", "Minsk", {"shipment": FRUIT}),
    ("bypass", "Karachi", "Minsk", {"weights": HEAVY}),
    ("bypass", "Gwadar", "Almaty", {"shipment": co.Shipment(cargo="ore", ends="terminal"), "by": "usd"}),
    ("bypass", "Karachi", "Tashkent", {"by": "hours"}),
]


@pytest.fixture(scope="module")
def nets() -> dict[str, co.Network]:
    return {scope: co.load(scope=scope) for scope in ("corridor", "bypass")}


def scenario(**change) -> co.Scenario:
    about = {"id": "what-if", "name": "What if", "description": "A trial."}
    return co.Scenario(**about, basis="estimate", source="own-assumption", changes=[change])


# --- the split -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scope", "start", "goal", "given_"), CASES)
def test_the_split_adds_up_to_the_cent_and_each_part_is_what_it_says(nets, scope, start, goal, given_):
    r = co.route(nets[scope], start, goal, **given_)
    parts = co.explain(nets[scope], r).split
    assert math.fsum(part.score for part in parts) == pytest.approx(r.score, abs=0.005)
    assert math.fsum(part.hours for part in parts) == pytest.approx(r.hours, abs=1e-6)
    assert math.fsum(part.usd for part in parts) == pytest.approx(r.usd, abs=0.005)
    assert math.fsum(part.km for part in parts) == pytest.approx(r.km, abs=1e-6)
    for part in parts:
        assert part.score == pytest.approx(part.money_score + part.time_score + part.penalty_score, abs=1e-6)
    # The penalties are those of the weights and nothing else has slipped among them.
    weights = given_.get("weights", co.Weights())
    due = (
        weights.usd_per_km * r.km + weights.usd_per_crossing * len(r.crossings) + weights.usd_per_transfer * r.transfers
    )
    assert math.fsum(part.penalty_score for part in parts) == pytest.approx(due, abs=1e-6)
    value = r._costs.value_of_time(r._weights)
    assert math.fsum(part.time_score for part in parts) == pytest.approx(r.hours * value, abs=0.005)
    assert {part.name for part in parts if part.of == "crossing"} <= set(r.crossings)
    assert sum(part.of == "leg" for part in parts) == len(r.leg_rows())
    assert sum(part.of == "transfer" for part in parts) == r.transfers
    assert ("ends" in {part.of for part in parts}) == (r.shipment.ends == "terminal")
    assert math.fsum(part.score for part in by_what(parts)) == pytest.approx(r.score, abs=0.005)


@pytest.mark.parametrize(("scope", "start", "goal", "given_"), CASES)
def test_route_explain_has_every_part_and_no_rest(nets, scope, start, goal, given_):
    r = co.route(nets[scope], start, goal, **given_)
    frame = r.explain()
    assert math.fsum(frame["score"]) == pytest.approx(r.score, abs=0.005)
    rows = frame[frame["part"] != "penalty"]
    assert math.fsum(rows["hours"]) == pytest.approx(r.hours, abs=1e-6)
    assert math.fsum(rows["usd"]) == pytest.approx(r.usd, abs=0.005)
    crossed = frame[frame["part"].str.startswith("clearing")]
    assert (crossed["kind"] == "cross").all()


def test_a_route_that_departs_at_a_moment_tells_its_waiting_too(nets):
    r = co.route(nets["corridor"], "Kabul", "Mazar-i-Sharif", depart=datetime(2025, 5, 26, 16))
    frame = r.explain()
    assert math.fsum(frame["score"]) == pytest.approx(r.score, abs=0.005)
    waits = frame[frame["part"].str.startswith("waiting")]
    assert math.fsum(waits["hours"]) == pytest.approx(r.waiting_hours)
    with pytest.raises(OptionError, match=r"route: it departs at a moment.*without depart="):
        co.explain(nets["corridor"], r)


def test_cooling_goes_to_what_it_runs_for():
    net = small.two_countries()
    r = co.route(net, "port", "city", modes=["road"], shipment=co.Shipment(cargo="fruit"))
    parts = {(part.of, part.name): part for part in co.explain(net, r, modes=["road"]).split}
    # 258 km at 25 km/h and 2 USD, 30 h at the gate with 150 USD; the cooling unit takes 60 USD a day.
    assert parts["crossing", "gate"].usd == pytest.approx(150 + 30 * 60 / 24)
    assert parts["leg", "road Port → City"].usd == pytest.approx(516 + 258 / 25 * 60 / 24)
    assert set(parts) == {("crossing", "gate"), ("leg", "road Port → City")}


# --- what one unit does ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "start", "goal", "given_"),
    [*CASES, *(("corridor", "Karachi", "Minsk", {"shipment": FRUIT, "by": by}) for by in ("usd", "hours"))],
)
def test_each_input_moves_every_edge_as_the_data_changed_do(nets, scope, start, goal, given_):
    net = nets[scope]
    r = co.route(net, start, goal, **given_)
    why = co.explain(net, r)
    _check_slopes(net, r, why)


def test_delays_of_a_day_are_inputs_too():
    queue = {
        "subject": "north", "subject_kind": "crossing", "state": "restricted", "effect": "hours", "hours": 3,
        "from": "2026-01-01", "to": "2026-02-01", "last_confirmed": "2026-01-02", "basis": "quoted", "source": "hand",
    }  # fmt: skip
    net = forked(statuses=[queue]).as_of("2026-01-15")
    r = co.route(net, "port", "city")
    assert (r.crossings, r.score) == (("north",), pytest.approx(910 + 3 * 20))
    why = co.explain(net, r)
    _check_slopes(net, r, why)
    row = evens(why)["delay/north/2026-01-01"]
    # 78 USD ahead in normal operation, 18 with the queue: nine tenths of an hour.
    assert (row["now"], row["value"], row["side"]) == (3, pytest.approx(3.9), "above")
    waiting = next(part for part in why.split if part.of == "waiting")
    assert (waiting.name, waiting.hours, waiting.money_score, waiting.time_score) == ("north", 3, 0, pytest.approx(60))
    assert {row["input"] for row in why.tornado_rows()} >= {"delay/north/2026-01-01"}


def _check_slopes(net: co.Network, r: co.Route, why: co.Explanation) -> None:
    structure = kept_prices(net, r.shipment, r._weights).structure
    own = np.zeros(len(structure.kind), dtype=bool)
    own[[why._way[0], why._way[-1]]] = True
    tails, heads = structure.csr.tails, structure.csr.heads
    own |= (structure.kind == FIRST) & (tails == tails[why._way[0]])
    own |= (structure.kind == LAST) & (heads == heads[why._way[-1]])
    # Ends at other places than those of the route are on no way between them.
    compared = why._asked.usable & (own | ~np.isin(structure.kind, [FIRST, LAST]))
    tried = [lever for lever in why._levers if lever.figures]
    assert len(tried) > 5
    for number, lever in enumerate(tried):
        value = lever.now * (0.8, 1.25)[number % 2] or 5.0
        other = Network(with_values(net.tables, {lever: value}), day=net.day)
        priced = kept_prices(other, r.shipment, r._weights).columns[why.by]
        foretold = why._asked.costs + lever.moved(value) * lever.slope
        assert np.allclose(priced[compared], foretold[compared], rtol=1e-9, atol=1e-6), (lever.key, value)


# --- break-evens by hand --------------------------------------------------------------------------------------------------


def forked(**tables) -> co.Network:
    """Two roads over a border and a railway: north 200 km by gate a, south 260 km by gate b, rail with one transfer.

    ::

        port --100-- na == nb --100-- city      gate a: 20 h and 100 USD out, 10 h and 50 USD in
          |--130-- sa == sb --130-- |           gate b:  5 h and  40 USD out,  5 h and 20 USD in
    """
    places = [
        small.place("port", lon=66.0, lat=29.0, kind="seaport"),
        small.place("na", lon=66.5, lat=29.6, kind="border"),
        small.place("nb", "AF", lon=66.51, lat=29.61, kind="border"),
        small.place("sa", lon=66.8, lat=29.3, kind="border"),
        small.place("sb", "AF", lon=66.81, lat=29.31, kind="border"),
        small.place("city", "AF", lon=67.0, lat=30.0),
    ]
    links = [
        small.link("port-na", "port", "na", 100),
        small.link("na-nb", "na", "nb", 2, countries="PK;AF", usd_per_vehicle=0, hours=0),
        small.link("nb-city", "nb", "city", 100, countries="AF"),
        small.link("port-sa", "port", "sa", 130),
        small.link("sa-sb", "sa", "sb", 2, countries="PK;AF", usd_per_vehicle=0, hours=0),
        small.link("sb-city", "sb", "city", 130, countries="AF"),
    ]
    crossings = [
        small.clearing("north", "na", "nb", "outbound", 6, 100, hours_basis="estimate", hours_low=3, hours_high=30),
        small.clearing("north", "nb", "na", "inbound", 4, 50),
        small.clearing("south", "sa", "sb", "outbound", 5, 40),
        small.clearing("south", "sb", "sa", "inbound", 5, 20),
    ]
    back = [
        small.clearing("north", "nb", "na", "outbound", 6, 100), small.clearing("north", "na", "nb", "inbound", 4, 50),
        small.clearing("south", "sb", "sa", "outbound", 5, 40), small.clearing("south", "sa", "sb", "inbound", 5, 20),
    ]  # fmt: skip
    return small.network(places, links, crossings=crossings + back, **tables)


# 20 t at 2,400 USD lose 1 % a day: 20 USD an hour. North: 200 km are 8 h and 400 USD, 10 h and 150 USD at the gate:
# 550 + 18 x 20 = 910. South: 260 km are 10.4 h and 520 USD, 10 h and 60 USD at the gate: 580 + 20.4 x 20 = 988.
def evens(why: co.Explanation) -> dict[str, dict]:
    return {row["input"]: row for row in why.break_even_rows()}


def test_break_evens_are_those_worked_out_by_hand():
    net = forked()
    r = co.route(net, "port", "city")
    assert (r.crossings, r.score) == (("north",), pytest.approx(910))
    why = co.explain(net, r)
    assert (why.labels, why.is_best) == (("South",), True)
    assert why.margins == pytest.approx((78,))
    rows = evens(why)
    # 78 USD are 3.9 h of 20 USD.
    out = rows["clearing/na/nb/road/outbound"]
    assert (out["value"], out["side"]) == (pytest.approx(9.9), "above")
    assert out["sentence"] == "South wins once the clearing outbound by road at Na exceeds 9.9 h (now 6)"
    assert out["within_range"] is True
    assert rows["clearing/north/na/nb/road/both"]["value"] == pytest.approx(13.9)
    assert rows["clearing/sb/sa/road/inbound"]["value"] == pytest.approx(1.1)
    assert rows["clearing/sb/sa/road/inbound"]["side"] == "below"
    assert rows["payment/na/nb/road/outbound"]["value"] == pytest.approx(178)
    # No payment at south is above 78 USD, so none that falls can make good for it.
    assert math.isnan(rows["payment/sa/sb/road/outbound"]["value"])
    assert "no value of the payment outbound by road at Sa makes South win (from 0 to 10,000 USD" in rows["payment/sa/sb/road/outbound"]["sentence"]  # fmt: skip
    # South is 60 km longer, one truck at 2 USD a km, 2.4 h longer.
    price = rows["price/usd_per_vehicle_km/road/*/both"]
    assert (price["value"], price["side"]) == (pytest.approx(2 - 78 / 60), "below")
    assert rows["price/every/road"]["value"] == pytest.approx(100 * (2 - 78 / 60) / 2)
    # 2.4 h x 20 USD = 48 USD at most are saved by speed, less than 78.
    assert math.isnan(rows["pace/speed_kmh/road/*"]["value"])
    # 910 - 78... : north has 30 USD less money; per hour it is 2.4 h faster: no value of time makes south win.
    assert math.isnan(rows["value/time"]["value"])
    # Both cross once: a charge on crossings cancels.
    assert "(both routes share it)" in rows["penalty/crossing"]["sentence"]


def test_by_hours_and_by_usd_only_what_counts_is_an_input():
    net = forked()
    why = co.explain(net, co.route(net, "port", "city", by="hours"))
    assert why.unit == "h"
    assert why.margins == pytest.approx((2.4,))
    assert evens(why)["clearing/na/nb/road/outbound"]["value"] == pytest.approx(8.4)
    assert {row["kind"] for row in why.break_even_rows()} == {"clearing", "pace"}
    why = co.explain(net, co.route(net, "port", "city", by="usd"))
    assert why.margins == pytest.approx((30,))
    assert evens(why)["payment/nb/na/road/inbound"]["value"] == pytest.approx(80)
    assert {row["kind"] for row in why.break_even_rows()} == {"payment", "price"}


@pytest.mark.parametrize("post", ["na", "nb"])
@pytest.mark.parametrize(("more", "crossing"), [(3.9 + 0.001, "south"), (3.9 - 0.001, "north")])
def test_a_border_beyond_its_break_even_flips_the_choice_and_one_below_does_not(post, more, crossing):
    net = forked()
    worse = net.apply(scenario(kind="border", posts=post, hours_plus=more))
    assert co.route(worse, "port", "city").crossings == (crossing,)


def test_a_rate_beyond_its_break_even_flips_the_choice():
    net = forked()
    assert co.route(net.with_rates("usd_per_vehicle_km", value=0.7001), "port", "city").crossings == ("north",)
    assert co.route(net.with_rates("usd_per_vehicle_km", value=0.6999), "port", "city").crossings == ("south",)


def test_the_route_that_is_not_the_best_is_told_what_would_make_it_so():
    net = forked()
    south = co.route(net, "port", "city", avoid=["north"])
    why = co.explain(net, south)
    assert not why.is_best
    assert why.flip_rows() == []
    assert why.labels == ("North",)
    row = evens(why)["clearing/na/nb/road/outbound"]
    assert (row["value"], row["side"]) == (pytest.approx(9.9), "above")
    assert row["sentence"].startswith("this route beats North once the clearing outbound by road at Na exceeds 9.9 h")
    assert "Not the best under the options given" in str(why)
    assert "no choice to survive" in why.verdict
    # With the option it was asked with it is the best of what is left.
    assert co.explain(net, south, avoid=["north"]).is_best


# --- who is first ---------------------------------------------------------------------------------------------------------


def routed_anew(net: co.Network, r: co.Route, lever: Lever, value: float, by: str) -> co.Route:
    """Return the best route with an input at a value: by the data, or by the weights where it is one of them."""
    weights = {
        "value_of_time_usd_per_hour": r._weights.value_of_time_usd_per_hour,
        "usd_per_km": r._weights.usd_per_km,
        "usd_per_crossing": r._weights.usd_per_crossing,
        "usd_per_transfer": r._weights.usd_per_transfer,
        "mode_factor": dict(r._weights.mode_factor),
    }
    if lever.figures:
        net = Network(with_values(net.tables, {lever: value}), day=net.day)
    elif lever.key == "value/time":
        weights["value_of_time_usd_per_hour"] = value
    elif lever.key.startswith("penalty/"):
        weights[f"usd_per_{lever.key[8:]}"] = value
    else:
        mode = lever.key.rpartition("/")[2]
        weights["mode_factor"][mode] = weights["mode_factor"].get(mode, 1.0) * value / 100
    return co.route(net, r.origin, r.destination, by=by, shipment=r.shipment, weights=co.Weights(**weights))


FLIPPED = [
    ("corridor", "Karachi", "Tashkent", "score"),
    ("corridor", "Karachi", "Almaty", "score"),
    ("corridor", "Karachi", "Minsk", "score"),
    ("corridor", "Karachi", "Tashkent", "hours"),
    ("bypass", "Karachi", "Minsk", "score"),
    ("bypass", "Karachi", "Tashkent", "usd"),
]


@pytest.mark.parametrize(("scope", "start", "goal", "by"), FLIPPED)
def test_just_beyond_each_first_flip_another_route_is_best_and_just_before_it_is_not(nets, scope, start, goal, by):
    net = nets[scope]
    r = co.route(net, start, goal, by=by)
    why = co.explain(net, r)
    assert len(why._flips) > 15
    tried = 0
    # Every flip of the corridor; of the larger network every other one.
    for flip in why._flips[:: 2 if scope == "bypass" else 1]:
        lever = flip.lever
        if lever.key == "penalty/transfer" and (flip.value < 0 or by != "score"):
            continue
        if lever.key.startswith("price/every/") and by != "score":
            continue
        # A thousandth of the way beyond, and before, the value; at least what a millionth of a dollar needs.
        step = max(abs(flip.value - lever.now) * 1e-3, abs(flip.value) * 1e-6, 1e-5)
        away = step if flip.side == "above" else -step
        if not lever.least <= flip.value + away <= lever.most:
            continue
        tried += 1
        beyond = routed_anew(net, r, lever, flip.value + away, by)
        before = routed_anew(net, r, lever, flip.value - away, by)
        assert beyond.key != r.key, (lever.key, flip.side, flip.value)
        same = math.fsum(getattr(edge, by) for edge in before._edges)
        assert before.key == r.key or same == pytest.approx(_again(before, r, by), abs=1e-6), (lever.key, flip.value)
    assert tried > 7


def _again(other: co.Route, r: co.Route, by: str) -> float:
    """Return the measure of a route at the prices of another."""
    numbers = dict(zip(r.key, r._way, strict=True))
    return math.fsum(getattr(other._prices.edge(number), by) for number in numbers.values())


@pytest.mark.parametrize(("scope", "start", "goal", "by"), FLIPPED[:1] + FLIPPED[3:4])
def test_what_has_no_flip_has_none_anywhere_it_was_looked_for(nets, scope, start, goal, by):
    net = nets[scope]
    r = co.route(net, start, goal, by=by)
    why = co.explain(net, r)
    flips = {(flip.lever.key, flip.side): flip.value for flip in why._flips}
    for lever in why._levers:
        for side, end in (("above", lever.most), ("below", lever.least)):
            if lever.kind == "length" or not math.isfinite(end) or lever.key.startswith(("penalty", "price/every")):
                continue
            far = flips.get((lever.key, side), end)
            # Nowhere between now and there is another route better.
            for share in (0.5, 0.98 if (lever.key, side) in flips else 1.0):
                value = lever.now + (far - lever.now) * share
                best = routed_anew(net, r, lever, value, by)
                assert getattr(best, by) == pytest.approx(_again(best, r, by), abs=1e-6), (lever.key, side, value)


@settings(max_examples=40)
@given(small.tangled(), st.sampled_from(["score", "usd", "hours"]))
def test_flips_of_random_networks_hold_against_the_router(net, by):
    try:
        r = co.route(net, "p0", net.tables.places[-1].id, by=by)
    except NoRouteError:
        return
    why = co.explain(net, r)
    for flip in why._flips:
        lever = flip.lever
        if not lever.figures:
            continue
        for share, better in ((0.5, False), (0.999, False), (1.001, True)):
            value = lever.now + (flip.value - lever.now) * share
            if not lever.least <= value <= lever.most or abs(flip.value - lever.now) < 1e-3:
                continue
            best = routed_anew(net, r, lever, value, by)
            gain = _again(best, r, by) - getattr(best, by)
            assert gain > 1e-9 if better else gain < 1e-5, (lever.key, flip, share)


def test_a_third_route_that_is_sooner_is_named(nets):
    why = co.explain(nets["corridor"], co.route(nets["corridor"], "Karachi", "Tashkent"))
    rows = [row for row in why.break_even_rows() if row["sooner"]]
    assert rows
    for row in rows:
        near, far = (abs(row[name] - row["now"]) for name in ("sooner_value", "value"))
        assert near < far
        assert not row["first"]
    firsts = [row for row in why.break_even_rows() if row["first"]]
    flips = {(row["input"], row["side"]): row for row in why.flip_rows()}
    for row in firsts:
        assert flips[row["input"], row["side"]]["value"] == pytest.approx(row["value"])


def test_chaman_wins_once_torkham_takes_longer_and_the_data_agree(nets):
    net = nets["corridor"]
    r = co.route(net, "Karachi", "Tashkent")
    assert r.crossings == ("torkham", "hairatan")
    row = next(
        row
        for row in co.explain(net, r).flip_rows()
        if row["input"] == "clearing/torkham-pk/torkham-af/road/outbound" and row["side"] == "above"
    )
    assert row["taken_over_by"] == "Chaman"
    for more, crossing in ((0.01, "chaman"), (-0.01, "torkham")):
        hours = row["value"] + more
        changed = net.apply(
            scenario(
                kind="border", crossings="torkham", posts="torkham-pk", direction="outbound", modes="road", hours=hours
            )
        )
        assert co.route(changed, "Karachi", "Tashkent").crossings[0] == crossing


def test_a_speed_beyond_its_break_even_flips_the_choice_of_the_bundled_corridor(nets):
    net = nets["corridor"]
    flips = co.explain(net, co.route(net, "Karachi", "Tashkent")).flips.set_index(["input", "side"])
    at = float(flips.loc[("pace/speed_kmh/road/PK", "below"), "value"])
    for factor, crossing in ((0.999, "chaman"), (1.001, "torkham")):
        slower = net.with_rates("speed_kmh", value=at * factor, country="PK", mode="road")
        assert co.route(slower, "Karachi", "Tashkent").crossings[0] == crossing


def test_rail_wins_above_so_much_saved_per_transfer(nets):
    net = nets["bypass"]
    why = co.explain(net, co.route(net, "Karachi", "Minsk"))
    row = next(row for row in why.break_even_rows() if row["input"] == "penalty/transfer" and row["rival"] == 2)
    saved = row["now"] - row["value"]
    rival = why.rivals[1]
    # All that the rival lacks, shared among its transfers.
    assert saved == pytest.approx((rival.score - why.route.score) / rival.transfers)
    assert row["sentence"].endswith(f"wins above {saved:,.0f} USD saved per transfer")


# --- the tornado ----------------------------------------------------------------------------------------------------------


def test_the_tornado_of_the_small_network_is_that_worked_out_by_hand():
    why = co.explain(forked(), co.route(forked(), "port", "city"))
    rows = {row["input"]: row for row in why.tornado_rows()}
    # Quoted and derived figures are not put to the test; the lengths are estimates, as rows are by default.
    # Quoted and derived figures are not put to the test; lengths and own figures of links are estimates by default.
    assert {name for name in rows if not name.startswith("link/")} == {
        "clearing/na/nb/road/outbound", "value/general/time_cost_percent_per_day", "value/general/unit_value_usd_per_t",
    }  # fmt: skip
    bridges = {f"link/{name}/{column}" for name in ("na-nb", "sa-sb") for column in ("hours", "usd_per_vehicle")}
    roads = {f"link/{name}/length_km" for name in ("port-na", "nb-city", "port-sa", "sb-city")}
    # The length of a bridge with its own hours and price moves nothing.
    assert {name for name in rows if name.startswith("link/")} == bridges | roads
    assert {rows[name]["range"] for name in bridges} == {"none"}
    assert "4 estimates are 0 and without a range: not put to the test." in why.verdict
    out = rows["clearing/na/nb/road/outbound"]
    assert (out["range"], out["low"], out["high"]) == ("stated", 3, 30)
    assert (out["route_at_low"], out["route_at_high"]) == (pytest.approx(910 - 60), pytest.approx(910 + 480))
    assert (out["margin_at_low"], out["margin_at_high"]) == (pytest.approx(78 + 60), pytest.approx(78 - 480))
    assert (out["best_at_low"], out["best_at_high"]) == ("this route", "South")
    assert (out["choice_survives"], out["order_survives"]) == (False, False)
    assert (out["swing"], out["route_swing"]) == (pytest.approx(540), pytest.approx(540))
    value = rows["value/general/unit_value_usd_per_t"]
    assert (value["range"], value["low"], value["high"]) == ("assumed", pytest.approx(1680), pytest.approx(3120))
    # 18 h and 20.4 h at 14 and at 26 USD.
    assert (value["margin_at_low"], value["margin_at_high"]) == (
        pytest.approx(30 + 2.4 * 14),
        pytest.approx(30 + 2.4 * 26),
    )
    assert value["choice_survives"] is True
    swings = [row["swing"] for row in why.tornado_rows()]
    assert swings == sorted(swings, reverse=True)
    assert why.verdict.startswith(
        "Of the stated range of one estimate, one at a time, 1 overturns the choice: the clearing outbound by road at Na at 30 h (South)."
    )
    assert "The choice survives the assumed range of each of 6 estimates, one at a time." in why.verdict


@pytest.mark.parametrize(("scope", "start", "goal", "by"), FLIPPED[:2] + FLIPPED[3:5])
def test_both_ends_of_each_estimate_are_those_of_the_data_routed_anew(nets, scope, start, goal, by):
    net = nets[scope]
    r = co.route(net, start, goal, by=by)
    why = co.explain(net, r)
    for swing in why._swings[:12]:
        for end in (swing.low, swing.high):
            best = routed_anew(net, r, swing.lever, end.value, by)
            assert _again(best, r, by) == pytest.approx(end.route, abs=1e-6)
            least = getattr(best, by)
            assert end.chosen == (least >= end.route - 1e-5)
            others = [_again(best, rival, by) for rival in why.rivals]
            assert end.margin == pytest.approx(min([*others, *([] if end.chosen else [least])]) - end.route, abs=1e-5)


def test_all_at_their_worst_is_worse_than_any_other_corner():
    net = forked()
    r = co.route(net, "port", "city")
    why = co.explain(net, r)
    worst = why._worsts[False][0]
    rng = np.random.default_rng(3)
    for _ in range(200):
        values = {s.lever: (s.low.value, s.high.value)[int(rng.integers(2))] for s in why._swings}
        other = kept_prices(Network(with_values(net.tables, values)), r.shipment, r._weights).columns["score"]
        margin = math.fsum(other[list(why._ways[0])]) - math.fsum(other[list(why._way)])
        assert worst.margin <= margin + 1e-6
    assert why._worsts[True][0].margin == pytest.approx(78 - 480)
    assert worst.margin < 78 - 480


def test_the_bundled_worst_is_worse_than_random_corners(nets):
    net = nets["corridor"]
    r = co.route(net, "Karachi", "Tashkent")
    why = co.explain(net, r)
    rng = np.random.default_rng(5)
    for _ in range(25):
        values = {s.lever: (s.low.value, s.high.value)[int(rng.integers(2))] for s in why._swings}
        other = kept_prices(Network(with_values(net.tables, values)), r.shipment, r._weights).columns["score"]
        for worst, way in zip(why._worsts[False], why._ways, strict=True):
            assert worst.margin <= math.fsum(other[list(way)]) - math.fsum(other[list(why._way)]) + 1e-6


def test_assumed_ranges_are_marked_and_follow_the_option(nets):
    net = nets["corridor"]
    r = co.route(net, "Karachi", "Tashkent")
    usual, narrow = co.explain(net, r).tornado, co.explain(net, r, assumed_range=0.1).tornado
    assert set(usual["range"]) == {"stated", "assumed"}
    for frame, share in ((usual, 0.3), (narrow, 0.1)):
        assumed = frame[(frame["range"] == "assumed") & (frame["kind"] != "length")]
        assert (assumed["high"] / assumed["now"]).to_numpy() == pytest.approx(1 + share)
        lengths = frame[frame["kind"] == "length"]
        assert (lengths["low"] / lengths["now"]).to_numpy() == pytest.approx(0.9)
    own = co.explain(net, r, assumed_range={"length": 0.02, "value": 0.5}).tornado.set_index("kind")
    assert (own.loc["length", "low"] / own.loc["length", "now"]).to_numpy() == pytest.approx(0.98)
    assert (own.loc["value", "low"] / own.loc["value", "now"]).to_numpy() == pytest.approx(0.5)
    stated = usual[usual["range"] == "stated"]
    rates = {(row.parameter, row.mode, row.country, row.value): row for row in net.tables.rates}
    for row in stated[stated["kind"] == "pace"].to_dict("records"):
        _, parameter, mode, country = row["input"].split("/")
        rate = rates[parameter, mode, country, row["now"]]
        assert (row["low"], row["high"], rate.basis) == (rate.low, rate.high, "estimate")


def test_bases_asked_for_are_put_to_the_test(nets):
    net = nets["corridor"]
    r = co.route(net, "Karachi", "Tashkent")
    assert set(co.explain(net, r).tornado["basis"]) == {"estimate"}
    all_of_them = co.explain(net, r, bases=["estimate", "recalled", "derived", "quoted"]).tornado
    assert {"quoted", "estimate"} <= set(all_of_them["basis"])
    assert set(co.explain(net, r, bases="quoted").tornado["basis"]) == {"quoted"}


# --- forms ----------------------------------------------------------------------------------------------------------------


def test_the_forms_agree_and_json_holds_them(nets):
    net = nets["corridor"]
    why = co.explain(net, co.route(net, "Karachi", "Tashkent"))
    data = json.loads(json.dumps(why.to_dict(), allow_nan=False))
    assert data["route"]["score"] == pytest.approx(why.route.score)
    assert len(data["break_evens"]) == len(why.to_frame())
    assert sum(part["score"] for part in data["split"]) == pytest.approx(why.route.score)
    assert data["verdict"] == why.verdict
    text = str(why)
    for word in ("Why Karachi → Tashkent", "against Chaman:", "first of all routes:", "does it survive:", why.verdict):
        assert word in text
    assert repr(why).startswith("<Explanation of Karachi → Tashkent (best by score)")
    frame = why.to_frame()
    assert frame.attrs["unit"] == {"margin": "USD"}
    assert all(a <= b for rival in set(frame["rival"]) for a, b in pairwise(frame[frame["rival"] == rival]["change"]))
    assert why.parts["score"].sum() == pytest.approx(why.route.score)
    assert set(why.break_evens["kind"]) <= set(KINDS)


def test_hostile_names_stay_text():
    evil = small.place("port", lon=66.0, lat=29.0, kind="seaport") | {"name": "<script>alert(1)</script>"}
    tables = forked().tables
    places = tuple(small.rows("places", [evil])[0] if row.id == "port" else row for row in tables.places)
    net = Network(replace(tables, places=places))
    page = co.explain(net, co.route(net, "port", "city"))._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_picture_tells_low_high_and_assumed_apart(nets):
    net = nets["corridor"]
    why = co.explain(net, co.route(net, "Karachi", "Tashkent"))
    ax = why.plot(top=6)
    rows = [row for row in why.tornado_rows() if row["swing"] > 0][:6]
    assert len(ax.get_yticks()) == 6
    assert ax.get_xlabel() == "margin to the best rival, USD"
    bars = list(ax.patches)
    hatched = [bar for bar in bars if bar.get_hatch()]
    assert len(hatched) == 2 * sum(row["range"] == "assumed" for row in rows)
    lengths = [bar.get_width() for bar in bars if hasattr(bar, "get_width")]
    assert max(map(abs, lengths)) == pytest.approx(
        max(abs(row[f"margin_at_{end}"] - min(why.margins)) for row in rows for end in ("low", "high")), abs=1e-6
    ) or len(lengths) > 12  # fmt: skip
    assert {text.get_text() for text in ax.get_legend().get_texts()} >= {"low end", "high end"}
    _, given_ax = plt.subplots()
    assert co.plot_tornado(why, ax=given_ax, top=2) is given_ax
    plt.close("all")


def test_nothing_to_draw_is_told():
    net = small.two_countries()
    why = co.explain(net, co.route(net, "port", "city", modes=["road"]), modes=["road"])
    assert (why.rivals, why.is_best) == ((), True)
    with pytest.raises(OptionError, match="no estimate moves the margin"):
        why.plot()
    with pytest.raises(OptionError, match=r"top=0: must be a whole number of 1 or more"):
        why.plot(top=0)
    assert "does it survive" in str(why)
    assert why.break_evens.empty


# --- mistakes -------------------------------------------------------------------------------------------------------------


def test_options_passed_on_bind_the_search(nets):
    net = nets["corridor"]
    r = co.route(net, "Karachi", "Tashkent", modes=["road"], via=["Quetta"])
    assert co.explain(net, r).is_best is False
    why = co.explain(net, r, modes=["road"], via=["Quetta"])
    assert why.is_best
    assert all("quetta" in route.places for route in why.rivals)
    assert len(why.flip_rows()) > 5
    assert not {step["carriage"] for step in r.step_rows()} - {"road", "start", "end"}


def test_routes_given_are_held_against_it_and_checked(nets):
    net = nets["corridor"]
    r = co.route(net, "Karachi", "Tashkent")
    chaman = co.route(net, "Karachi", "Tashkent", avoid=["torkham"])
    assert co.explain(net, r, chaman).labels == ("Chaman",)
    assert co.explain(net, r, [r, chaman, chaman]).labels == ("Chaman",)
    assert co.explain(net, r, co.alternatives(net, "Karachi", "Tashkent", k=3)).method == "given"
    for other, what in (
        (co.route(net, "Karachi", "Almaty"), "its destination is almaty, that of the route tashkent"),
        (co.route(net, "Gwadar", "Tashkent"), "its origin is gwadar"),
        (co.route(net, "Karachi", "Tashkent", shipment=co.Shipment(tonnes=5)), r"its shipment is Shipment\(tonnes=5"),
        (co.route(net, "Karachi", "Tashkent", weights=HEAVY), "its weights is Weights"),
    ):
        with pytest.raises(OptionError, match=f"against: route 1: {what}"):
            co.explain(net, r, other)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"assumed_range": 1.5}, "assumed_range=1.5: must be a share from 0 to 0.95"),
        ({"assumed_range": True}, "assumed_range=True: must be a share"),
        ({"assumed_range": {"clearings": 0.1}}, "unknown kind 'clearings'. Did you mean 'clearing'?"),
        ({"assumed_range": {"clearing": -1}}, r"assumed_range\['clearing'\]=-1"),
        ({"bases": ["estimated"]}, "bases: 'estimated' is no basis. Did you mean 'estimate'?"),
        ({"bases": []}, "bases: name at least one"),
        ({"k": 0}, "k=0: must be a whole number of 1 or more"),
        ({"k": 2.0}, "k=2.0: must be a whole number"),
        ({"avoid": ["torkam"]}, "avoid='torkam' is no place"),
        ({"against": [3]}, "against: route 1: must be a corridor.Route"),
    ],
)
def test_mistakes_are_told(nets, options, message):
    net = nets["corridor"]
    with pytest.raises(OptionError, match=message):
        co.explain(net, co.route(net, "Karachi", "Tashkent"), **options)


def test_other_measures_and_other_networks_are_refused(nets):
    net = nets["corridor"]
    for by in ("km", "co2e_kg", "crossings"):
        with pytest.raises(OptionError, match=f"best by '{by}'.*score, usd, hours"):
            co.explain(net, co.route(net, "Karachi", "Tashkent", by=by))
    r = co.route(net, "Karachi", "Tashkent")
    dearer = net.with_rates("usd_per_vehicle_km", factor=1.1)
    with pytest.raises(OptionError, match=r"its score is 8,120\.79, but .* in the network given"):
        co.explain(dearer, r)
    with pytest.raises(OptionError, match="is not in the network given"):
        co.explain(small.two_countries(), r)
    with pytest.raises(OptionError, match=r"explain needs a corridor\.Network"):
        co.explain(r, net)
    with pytest.raises(OptionError, match=r"route: must be a corridor\.Route"):
        co.explain(net, "Karachi")


def test_a_route_that_the_options_do_not_allow_is_refused(nets):
    net = nets["corridor"]
    planned = co.route(net, "Karachi", "Tashkent", include=["planned"], modes=["rail"])
    with pytest.raises(OptionError, match=r"route: it uses 'rail-[a-z-]+' \(planned\), which the options given"):
        co.explain(net, planned)
    assert co.explain(net, planned, include=["planned"], modes=["rail"]).is_best
    r = co.route(net, "Karachi", "Tashkent")
    with pytest.raises(OptionError, match=r"against: route 1: it uses"):
        co.explain(net, r, planned)


def test_a_day_with_closures_is_explained_as_it_was():
    net = co.load(as_of="2022-06-01")
    r = co.route(net, "Karachi", "Tashkent")
    why = co.explain(net, r)
    assert (why.is_best, why.route.day) == (True, r.day)
    with pytest.raises(OptionError, match="its day is None, that of the route 2022-06-01"):
        co.explain(net, r, co.route(co.load(), "Karachi", "Tashkent", avoid=["torkham"]))


def test_a_route_of_the_same_network_loaded_again_is_explained(nets):
    r = co.route(co.load(), "Karachi", "Tashkent")
    other = Network(co.load(scope="bypass").tables)
    same = co.explain(Network(nets["corridor"].tables), r)
    assert same.is_best
    # With the ways round there may be more rivals, and the same route keeps its figures.
    assert co.explain(other, r).route.score == r.score


def test_no_break_even_is_a_speed_that_the_rules_of_the_data_refuse(nets):
    net = nets["bypass"]
    found = co.explain(net, co.route(net, "Karachi", "Minsk", by="hours"))
    limits = {"km/h moving": {"road": 110, "sea": 60}, "km a day": {"rail": 24 * 120}}
    fast = [
        row for row in found.flip_rows() if row["kind"] == "pace" and row["unit"] in limits and row["side"] == "above"
    ]
    assert fast
    for row in fast:
        assert row["value"] <= max(limits[row["unit"]].values())


def test_no_driver_is_on_duty_for_more_hours_than_a_day_has(nets):
    net = nets["corridor"]
    found = co.explain(net, co.route(net, "Karachi", "Tashkent"))
    levers = [lever for lever in found._levers if "duty_hours_per_day" in lever.key]
    assert levers
    for lever in levers:
        hours = [row.value for _, row, _ in lever.figures]
        assert lever.most / lever.now * max(hours) <= 24 + 1e-9
    rows = [row for row in found.flip_rows() if "duty_hours_per_day" in row["input"] and row["unit"] == "hours a day"]
    assert all(row["value"] <= 24 for row in rows)
