# SPDX-License-Identifier: BSD-3-Clause
"""Why this route: the split to the cent, break-evens by hand and by changed data, first flips, the tornado, mistakes."""

from __future__ import annotations

import json
import math
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


@pytest.mark.parametrize("by", ["score", "usd", "hours"])
@pytest.mark.parametrize(("scope", "start", "goal", "given_"), CASES)
def test_each_input_moves_every_edge_as_the_data_changed_do(nets, scope, start, goal, given_, by):
    net = nets[scope]
    r = co.route(net, start, goal, **given_ | {"by": by})
    why = co.explain(net, r)
    _check_slopes(net, r, why)


def test_delays_of_a_day_are_inputs_too():
    days = [row for row in co.load(scope="bypass").tables.statuses if row.effect == "hours"]
    assert days
    tried = 0
    for row in days[:6]:
        net = co.load(scope="bypass", as_of=row.from_)
        try:
            with pytest.warns(Warning):
                r = co.route(net, "Karachi", "Minsk")
        except (NoRouteError, pytest.fail.Exception):
            continue
        why = co.explain(net, r)
        _check_slopes(net, r, why)
        tried += any(lever.kind == "delay" for lever in why._levers)
    assert tried or len(days) < 6


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
    assert len(tried) > 10
    for lever in tried:
        for factor in (0.8, 1.25):
            value = lever.now * factor or 5.0
            other = Network(with_values(net.tables, {lever: value}), day=net.day)
            priced = kept_prices(other, r.shipment, r._weights).columns[why.by]
            foretold = why._asked.costs + lever.moved(value) * lever.slope
            assert priced[compared] == pytest.approx(foretold[compared], abs=1e-6), (lever.key, factor)


# --- break-evens by hand --------------------------------------------------------------------------------------------------


def forked(**more) -> co.Network:
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
        small.clearing("south", "sb", "sa", "inbound", 5, 20, **more),
    ]
    back = [
        small.clearing("north", "nb", "na", "outbound", 6, 100), small.clearing("north", "na", "nb", "inbound", 4, 50),
        small.clearing("south", "sb", "sa", "outbound", 5, 40), small.clearing("south", "sa", "sb", "inbound", 5, 20),
    ]  # fmt: skip
    return small.network(places, links, crossings=crossings + back)


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
    assert len(why._flips) > 20
    tried = 0
    for flip in why._flips:
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
    assert tried > 15


def _again(other: co.Route, r: co.Route, by: str) -> float:
    """Return the measure of a route at the prices of another."""
    numbers = dict(zip(r.key, r._way, strict=True))
    return math.fsum(getattr(other._prices.edge(number), by) for number in numbers.values())


@pytest.mark.parametrize(("scope", "start", "goal", "by"), FLIPPED[:1] + FLIPPED[3:5])
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
            for share in (0.3, 0.7, 0.98 if (lever.key, side) in flips else 1.0):
                value = lever.now + (far - lever.now) * share
                best = routed_anew(net, r, lever, value, by)
                assert getattr(best, by) == pytest.approx(_again(best, r, by), abs=1e-6), (lever.key, side, value)


@settings(max_examples=60)
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
