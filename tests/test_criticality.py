# SPDX-License-Identifier: BSD-3-Clause
"""Losses of crossings, links and places: by hand, beside plain networkx, as laws, and every mistake with its message."""

from __future__ import annotations

import builtins
import io
import math
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import corridor as co
import corridor.progress
import corridor.tiers
import small
from corridor.errors import CorridorWarning, MissingExtraError, NoRouteError, OptionError, UnknownPlaceError

# Hours count 10 USD each, so that a score can be added up by hand.
TEN = co.Weights(value_of_time_usd_per_hour=10)
TO_BOTH = [("port", "city"), ("port", "town")]


def gates(*, third: bool = False, lacking: str = "", island: bool = False) -> co.Network:
    """Two ways over a border, by gate-a (slow, short) and gate-b (fast, long), and a third one where asked.

    ::

        port --100-- a1 |gate-a 10| a2 --50-- city    town --30-- a2
          +----150-- b1 |gate-b 10| b2 --100----+
          +----300-- c1 |gate-c 10| c2 --190----+
    """
    places = [small.place("port", kind="seaport"), small.place("city", "AF", 67.5), small.place("town", "AF", 67.6)]
    links = [small.link("town-a2", "town", "a2", 30, countries="AF")]
    crossings = []
    ways = {"a": (100, 50, 30, 150), "b": (150, 100, 10, 40), "c": (300, 190, 0, 0)}
    for number, name in enumerate("abc" if third else "ab"):
        before, behind, hours, usd = ways[name]
        here, there = f"{name}1", f"{name}2"
        places += [small.place(here, lon=67.1, lat=25 + number), small.place(there, "AF", 67.2, 25 + number)]
        links += [
            small.link(f"port-{here}", "port", here, before),
            small.link(f"over-{name}", here, there, 10, countries="PK;AF"),
            small.link(f"{there}-city", there, "city", behind, countries="AF"),
        ]
        crossings += [
            small.clearing(f"gate-{name}", post, facing, direction, hours / 2, usd / 2)
            for post, facing in ((here, there), (there, here))
            for direction in ("outbound", "inbound")
        ]
    places += [small.place("island", "AF", 68.0)] if island else []
    return small.network(places, [row for row in links if row["id"] != lacking], crossings=crossings)


def asked(net: co.Network, pairs=TO_BOTH, weights=None, of="crossings", **more):
    return co.criticality(net, pairs, weights, of, **({"score_weights": TEN} | more))


def by_name(found: co.Criticality) -> dict[str, object]:
    return {loss.name: loss for loss in found}


# --- by hand -----------------------------------------------------------------------------------------------------------


def test_each_gate_alone_by_hand():
    # Port to city: by gate-a 470 USD + 36.4 h = 834, by gate-b 560 USD + 20.4 h = 764. To town: 786 by a, 956 by b.
    found = by_name(asked(gates(), weights=[100, 10]))
    assert found["gate-a"].extra["score"] == pytest.approx(10 * (956 - 786))
    assert found["gate-b"].extra["score"] == pytest.approx(100 * (834 - 764))
    assert found["gate-a"].detours == (("port", "town"),)
    assert found["gate-b"].detours == (("port", "city"),)
    assert not found["gate-a"].cut_off
    assert not found["gate-b"].cut_off
    assert found["gate-a"].sum_of_single == found["gate-a"].extra["score"]


def test_both_gates_cut_off_what_neither_does_alone():
    found = asked(gates(), weights=[100, 10], together=2)
    first, *rest = found.losses
    assert first.name == "gate-a + gate-b"
    assert first.cut_off == tuple(TO_BOTH)
    assert first.cut_off_flow == 110
    assert (first.extra, first.detours) == ({"score": 0.0}, ())
    assert first.sum_of_single == pytest.approx(8700)
    assert [loss.name for loss in rest] == ["gate-b", "gate-a"]


def test_two_gates_together_are_not_the_sum():
    # Without both the way is by gate-c: 1200 to the city, 1392 to the town.
    both = by_name(asked(gates(third=True), together=2))["gate-a + gate-b"]
    assert both.extra["score"] == pytest.approx((1200 - 764) + (1392 - 786))
    assert both.sum_of_single == pytest.approx((956 - 786) + (834 - 764))
    assert not both.cut_off
    assert both.adds


def test_an_unused_crossing_is_there_with_exactly_nothing():
    found = by_name(asked(gates(third=True), together=2))
    unused = found["gate-c"]
    assert (unused.extra, unused.cut_off, unused.detours, unused.adds) == ({"score": 0.0}, (), (), False)
    with_used = found["gate-a + gate-c"]
    assert with_used.extra == found["gate-a"].extra
    assert not with_used.adds


def test_named_losses_are_those_and_no_others():
    found = asked(gates(third=True), losses=["gate-c", ("gate-a", "gate-b"), ("gate-a", "gate-b", "gate-c")])
    assert [loss.name for loss in found] == ["gate-a + gate-b + gate-c", "gate-a + gate-b", "gate-c"]
    assert found.losses[0].cut_off_flow == 2
    assert [loss.name for loss in asked(gates(), losses="gate-a")] == ["gate-a"]
    assert [loss.name for loss in asked(gates(), losses=[{"gate-b", "gate-a"}])] == ["gate-a + gate-b"]


def test_where_a_single_loss_cuts_off_there_is_no_sum_of_the_single_ones():
    found = by_name(asked(gates(lacking="port-b1"), together=2))
    assert found["gate-a"].cut_off == tuple(TO_BOTH)
    both = found["gate-a + gate-b"]
    assert math.isnan(both.sum_of_single)
    assert not both.adds


def test_links_and_places_by_hand():
    links = by_name(asked(gates(), of="links"))
    assert links["town-a2"].cut_off == (("port", "town"),)
    assert links["port-a1"].extra["score"] == pytest.approx(170)
    assert links["a2-city"].extra == {"score": 0.0}
    places = by_name(asked(gates(), of="places"))
    assert places["port"].ends_lost == tuple(TO_BOTH)
    assert (places["port"].cut_off, places["port"].detours, places["port"].extra) == ((), (), {"score": 0.0})
    assert places["town"].ends_lost == (("port", "town"),)
    assert places["a2"].cut_off == (("port", "town"),)
    assert places["b1"].extra["score"] == pytest.approx(70)
    assert by_name(asked(gates(), of="places", losses=["A1", ("b1", "Town")])).keys() == {"a1", "b1 + town"}


def test_an_end_that_is_lost_with_the_way_round_it_is_told_as_lost_alone():
    loss = by_name(asked(gates(), of="places", losses=[("a1", "town", "b2")]))["a1 + town + b2"]
    assert loss.ends_lost == (("port", "town"),)
    assert loss.cut_off == (("port", "city"),)


def test_other_measures_are_of_the_same_ways():
    loss = by_name(asked(gates(), also=("hours", "usd", "km")))["gate-b"]
    assert loss.extra["hours"] == pytest.approx(36.4 - 20.4)
    assert loss.extra["usd"] == pytest.approx(470 - 560)
    assert loss.extra["km"] == pytest.approx(-100)
    by_usd = by_name(asked(gates(), by="usd"))["gate-a"]
    assert by_usd.extra["usd"] == pytest.approx((560 - 470) + (720 - 430))
    assert set(by_usd.extra) == {"score", "usd"}


def test_a_pair_against_the_way_of_another_is_its_own():
    found = by_name(asked(gates(), [("port", "city"), ("city", "port")], [1, 5]))
    assert found["gate-b"].extra["score"] == pytest.approx(6 * 70)


# --- flows -------------------------------------------------------------------------------------------------------------


def test_flows_by_position_by_pair_and_by_any_name_are_the_same():
    expected = [loss.extra for loss in asked(gates(), weights=[100, 10])]
    for weights in (
        (100.0, 10.0), pd.Series([100, 10]), {("port", "city"): 100, ("port", "town"): 10},
        {("Port", "City"): 100, ("port", "Town"): 10},
    ):  # fmt: skip
        assert [loss.extra for loss in asked(gates(), weights=weights)] == expected
    by_given_name = asked(gates(), [("Port", "City"), ("Port", "Town")], {("Port", "City"): 100, ("Port", "Town"): 10})
    assert [loss.extra for loss in by_given_name] == expected


def test_tonnes_are_so_many_shipments():
    tonnes = asked(gates(), weights=[200, 0], flow_unit="tonnes", shipment=co.Shipment(tonnes=20))
    assert by_name(tonnes)["gate-b"].extra["score"] == pytest.approx(10 * 70)
    assert tonnes.to_frame().attrs["unit"]["extra_score"] == "USD x shipments"
    cut = by_name(asked(gates(), weights=[200, 0], flow_unit="tonnes", losses=[("gate-a", "gate-b")]))
    assert cut["gate-a + gate-b"].cut_off_flow == 200


def test_flows_of_nothing_change_nothing():
    found = by_name(asked(gates(), weights=[0, 0], together=2))
    assert found["gate-b"].extra["score"] == 0
    assert found["gate-b"].detours == (("port", "city"),)
    assert found["gate-a + gate-b"].cut_off_flow == 0


# --- frames, pictures, words -----------------------------------------------------------------------------------------------


def test_the_frame_has_cut_off_pairs_first_and_units():
    frame = asked(gates(), weights=[100, 10], together=2, also=["hours"]).to_frame()
    assert frame.columns.tolist() == [
        "lost", "kind", "cut_off_pairs", "cut_off_flow", "cut_off", "ends_lost_pairs", "ends_lost_flow",
        "pairs_changed", "extra_score", "extra_hours", "sum_of_single",
    ]  # fmt: skip
    assert frame["lost"].tolist() == ["gate-a + gate-b", "gate-b", "gate-a"]
    assert frame["cut_off"].tolist() == ["port → city; port → town", "", ""]
    assert frame["pairs_changed"].tolist() == [0, 1, 1]
    assert frame["kind"].unique().tolist() == ["crossing"]
    assert frame.attrs["unit"]["extra_hours"] == "h x shipments"
    assert frame.attrs["unit"]["sum_of_single"] == "USD x shipments"
    assert "sum_of_single" not in asked(gates()).to_frame()


def test_losses_that_add_nothing_can_be_left_out():
    found = asked(gates(third=True), together=2)
    assert len(found.to_frame()) == 6
    assert found.to_frame(only_changed=True)["lost"].tolist() == ["gate-a + gate-b", "gate-a", "gate-b"]
    none = co.criticality(gates(third=True), [("port", "a1")], losses=["gate-c"])
    assert none.to_frame(only_changed=True).columns.tolist() == asked(gates()).to_frame().columns.tolist()
    assert len(none.to_frame(only_changed=True)) == 0


def test_the_frame_of_pairs_tells_the_ways_before_and_after():
    frame = asked(gates(), weights=[100, 10], losses=[("gate-a", "gate-b"), "gate-b"]).pairs_frame()
    assert frame["effect"].tolist() == ["cut off", "cut off", "detour"]
    last = frame.iloc[-1]
    assert (last["origin"], last["destination"], last["flow"]) == ("port", "city", 100)
    assert last["before"] == pytest.approx(764)
    assert last["after"] == pytest.approx(834)
    assert last["extra"] == pytest.approx(70)
    assert (last["crossings_before"], last["crossings_after"], last["countries_after"]) == ("gate-b", "gate-a", "PK-AF")
    assert frame["after"].isna().tolist() == [True, True, False]
    ends = asked(gates(), of="places", losses=["town"]).pairs_frame()
    assert ends["effect"].tolist() == ["end lost"]
    assert ends["crossings_after"].tolist() == [""]


def test_plain_data_and_words():
    found = asked(gates(), together=2)
    data = found.to_dict()
    assert data["losses"][0]["cut_off"] == [["port", "city"], ["port", "town"]]
    assert [loss["lost"] for loss in found.to_dict(only_changed=True)["losses"]][1:] == [["gate-a"], ["gate-b"]]
    assert (
        repr(found)
        == "<Criticality of crossings: 3 losses for 2 pairs by score; 1 cut pairs off, 2 more make ways longer>"
    )
    assert len(found) == 3


def test_the_picture_has_a_bar_a_loss_and_marks_those_that_cut_off():
    ax = asked(gates(), weights=[100, 10], together=2).plot()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["gate-a + gate-b", "gate-b", "gate-a"]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([0, 7000, 1700])
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["cuts off 2 pairs (110 shipments)", "7,000", "1,700"]
    assert ax.get_xlabel() == "extra score (USD) of the ways round x flow in shipments"
    assert len(asked(gates(), together=2).plot(top=1).patches) == 1
    assert asked(gates()).plot(ax=ax) is ax


def test_the_picture_refuses_what_it_cannot_draw():
    with pytest.raises(OptionError, match=r"top=0: must be a whole number of 1 or more\."):
        asked(gates()).plot(top=0)
    with pytest.raises(OptionError, match=r"plot: no loss of crossings changes any way, so there is nothing to draw"):
        asked(gates(), [("port", "a1")]).plot()


# --- beside plain networkx ---------------------------------------------------------------------------------------------------


def least(graph: nx.MultiDiGraph, pair: tuple[str, str], by: str) -> float:
    try:
        return nx.dijkstra_path_length(graph, (pair[0], "start"), (pair[1], "end"), weight=by)
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return math.inf


def without(graph: nx.MultiDiGraph, of: str, lost: tuple[str, ...]) -> nx.MultiDiGraph:
    left = graph.copy()
    if of == "places":
        left.remove_nodes_from([node for node in graph if node[0] in lost])
    else:
        name = of.removesuffix("s")
        left.remove_edges_from([edge[:3] for edge in graph.edges(keys=True, data=True) if edge[3][name] in lost])
    return left


def in_use(graph: nx.MultiDiGraph, of: str) -> set[str]:
    if of == "places":
        return {node[0] for node in graph if node[1] not in {"start", "end"}}
    return {data[of.removesuffix("s")] for *_, data in graph.edges(data=True)} - {""}


def reached_pairs(graph: nx.MultiDiGraph, most: int = 12) -> list[tuple[str, str]]:
    places = sorted({node[0] for node in graph})
    pairs = [(a, b) for a in places for b in places if a != b and least(graph, (a, b), "km") < math.inf]
    return pairs[:: max(1, len(pairs) // most)][:most]


def check_beside(found: co.Criticality, graph: nx.MultiDiGraph, pairs, flows, of: str, by: str) -> None:
    """Check every loss against a full search without it."""
    today = {pair: least(graph, pair, by) for pair in pairs}
    for loss in found:
        left = without(graph, of, loss.lost)
        extra, cut = 0.0, []
        ends = [pair for pair in pairs if of == "places" and set(pair) & set(loss.lost)]
        for pair, flow in zip(pairs, flows, strict=True):
            if pair in ends:
                continue
            after = least(left, pair, by)
            if after == math.inf:
                cut.append(pair)
            else:
                extra += flow * (after - today[pair])
        assert list(loss.cut_off) == cut, loss
        assert list(loss.ends_lost) == ends, loss
        assert loss.extra[by] == pytest.approx(extra, abs=1e-5), loss
        assert loss.extra[by] >= 0


KINDS = st.sampled_from(["crossings", "links", "places"])
BY = st.sampled_from(["score", "km", "hours", "usd", "co2e_kg", "crossings"])


@settings(max_examples=60)
@given(small.tangled(), KINDS, BY, st.integers(0, 3))
def test_each_loss_equals_a_full_search_without_it(net, of, by, heavier):
    graph = co.state_graph(net)
    pairs = reached_pairs(graph)
    assume(pairs)
    flows = [1 + heavier * number for number in range(len(pairs))]
    found = co.criticality(net, pairs, flows, of, by=by)
    assert {loss.name for loss in found} == in_use(graph, of)
    check_beside(found, graph, pairs, flows, of, by)


@settings(max_examples=40)
@given(small.tangled(), KINDS, BY)
def test_every_two_losses_equal_a_full_search_without_both(net, of, by):
    graph = co.state_graph(net)
    pairs = reached_pairs(graph, 6)
    assume(pairs)
    flows = [1.0] * len(pairs)
    found = co.criticality(net, pairs, flows, of, by=by, together=2)
    check_beside(found, graph, pairs, flows, of, by)
    listed = {loss.lost for loss in found}
    # What is not listed does no more than one of the two alone.
    single = {loss.lost[0]: loss for loss in found if len(loss.lost) == 1}
    others = [two for two in combinations(sorted(single), 2) if tuple(two) not in listed]
    for two in others[:20]:
        apart = co.criticality(net, pairs, flows, of, by=by, losses=[two]).losses[0]
        alone = [(single[name].cut_off, single[name].ends_lost, single[name].extra) for name in two]
        assert (apart.cut_off, apart.ends_lost, apart.extra) in alone
        assert not apart.adds


@settings(max_examples=40)
@given(small.tangled(), KINDS, st.data())
def test_larger_losses_equal_a_full_search_without_all(net, of, data):
    graph = co.state_graph(net)
    pairs = reached_pairs(graph, 6)
    things = sorted(in_use(graph, of))
    assume(pairs and len(things) >= 3)
    sets = st.lists(st.sampled_from(things), min_size=1, max_size=4, unique=True).map(tuple)
    losses = data.draw(st.lists(sets, min_size=1, max_size=4))
    found = co.criticality(net, pairs, None, of, losses=losses)
    assert {frozenset(loss.lost) for loss in found} == {frozenset(loss) for loss in losses}
    check_beside(found, graph, pairs, [1.0] * len(pairs), of, "score")


# --- laws ------------------------------------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(small.tangled(), KINDS, BY)
def test_laws_of_losses(net, of, by):
    graph = co.state_graph(net)
    pairs = reached_pairs(graph, 8)
    assume(pairs)
    routes = [co.route(net, *pair, by=by) for pair in pairs]
    used = {name for route in routes for name in getattr(route, of)}
    found = co.criticality(net, pairs, None, of, by=by, together=2)
    losses = {loss.lost: loss for loss in found}
    touching = [name for loss in found for name in loss.lost if len(loss.lost) == 1 and loss.adds]
    assert set(touching) == used & set(touching)
    for (name, *more), loss in losses.items():
        assert loss.extra[by] >= 0
        if not more and name not in used:
            assert (loss.extra[by], loss.cut_off, loss.detours, loss.ends_lost) == (0.0, (), (), ())
        elif not more:
            assert loss.adds
    for two in (lost for lost in losses if len(lost) == 2):
        both, singles = losses[two], [losses[(name,)] for name in two]
        for one in singles:
            assert {*one.cut_off} <= {*both.cut_off, *both.ends_lost}
            if not both.cut_off and not both.ends_lost:
                assert both.extra[by] >= one.extra[by] - 1e-6


@settings(max_examples=25)
@given(small.tangled(), KINDS, st.sampled_from([0.5, 3, 1000]))
def test_extra_is_in_proportion_to_the_flows(net, of, factor):
    pairs = reached_pairs(co.state_graph(net), 8)
    assume(pairs)
    flows = [1.0 + number for number in range(len(pairs))]
    once = by_name(co.criticality(net, pairs, flows, of))
    more = by_name(co.criticality(net, pairs, [factor * flow for flow in flows], of))
    for name, loss in once.items():
        assert more[name].extra["score"] == pytest.approx(factor * loss.extra["score"])
        assert more[name].cut_off_flow == pytest.approx(factor * loss.cut_off_flow)
        assert more[name].cut_off == loss.cut_off


def test_the_bundled_corridor_beside_networkx():
    net = co.load()
    pairs = [(port, town) for port in ("karachi", "gwadar") for town in ("kabul", "tashkent", "minsk", "moscow")]
    graph = co.state_graph(net)
    for of in ("crossings", "links"):
        found = co.criticality(net, pairs, range(1, 9), of)
        worst = [loss for loss in found if loss.adds]
        assert len(worst) > 5
        kept = co.criticality(net, pairs, range(1, 9), of, losses=[loss.lost for loss in worst[:8]])
        check_beside(kept, graph, pairs, range(1, 9), of, "score")


def test_the_same_answers_with_options_as_a_route_with_them():
    net = co.load()
    more = {"modes": ["road"], "avoid": ["torkham"], "by": "hours", "shipment": co.Shipment(cargo="textiles")}
    found = by_name(co.criticality(net, [("Karachi", "Kabul")], **more))
    assert "torkham" not in found
    before = co.route(net, "Karachi", "Kabul", **more)
    after = co.route(net, "Karachi", "Kabul", **(more | {"avoid": ["torkham", before.crossings[0]]}))
    assert found[before.crossings[0]].extra["hours"] == pytest.approx(after.hours - before.hours, abs=1e-6)


def test_only_what_a_loss_can_change_is_searched():
    net = co.load()
    found = co.criticality(net, [("karachi", "kabul"), ("karachi", "tashkent")])
    used = {name for town in ("kabul", "tashkent") for name in co.route(net, "karachi", town).crossings}
    assert found.searches == 1 + len(used)
    # The way without the one does not pass the other: both together need no search of their own.
    assert asked(gates(third=True), [("port", "city")], losses=[("gate-b", "gate-c")]).searches == 2


# --- no way ----------------------------------------------------------------------------------------------------------------


def test_a_pair_without_a_way_today_is_left_out_and_told():
    text = r"criticality: no way today from port → island: left out of all figures, see \.unreached\."
    with pytest.warns(CorridorWarning, match=text):
        found = asked(gates(island=True), [("port", "city"), ("port", "island")], [2, 1000])
    assert found.unreached == (("port", "island"),)
    assert all(loss.cut_off_flow == 0 for loss in found)
    assert found.to_frame().attrs["unreached"] == [["port", "island"]]
    assert found.to_dict()["unreached"] == [["port", "island"]]


def test_no_pair_with_a_way_is_an_error():
    with pytest.raises(NoRouteError, match=r"No route from 'port' to 'island'"):
        asked(gates(island=True), [("port", "island")])


# --- mistakes --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"of": "crossing"}, r"Unknown of='crossing'\. Did you mean 'crossings'\? Choices: crossings, links, places\."),
        ({"by": "days"}, r"Unknown by='days'\."),
        ({"also": ["day"]}, r"also='day': unknown\."),
        ({"flow_unit": "tons"}, r"Unknown flow_unit='tons'\. .*Choices: shipments, tonnes\."),
        ({"together": 3}, r"together=3: must be 1 \(each alone\) or 2 \(every two too\); name larger losses with losses="),
        ({"together": True}, r"together=True: must be 1"),
        ({"together": 2, "losses": ["gate-a"]}, r"together=2 and losses=\.\.\.: losses already says what falls together"),
        ({"losses": ["gate-d"]}, r"losses: 'gate-d' is none of the crossings of the network\. Did you mean 'gate-[ab]'\?"),
        ({"losses": [("gate-a", "x")]}, r"losses: 'x' is none of the crossings of the network\."),
        ({"losses": ["port-a"], "of": "links"}, r"losses: 'port-a' is none of the links of the network\. Did you mean 'port-a1'"),
        ({"losses": [3]}, r"losses: 3 is neither an id nor a tuple of ids\."),
        ({"losses": 3}, r"losses=3: must be a list of ids, and of tuples of ids that fall at once\."),
        ({"losses": []}, r"losses: name at least one thing to lose, and at least one in each tuple\."),
        ({"losses": [()]}, r"losses: name at least one thing to lose, and at least one in each tuple\."),
        ({"losses": [("gate-a", 3)]}, r"losses: 3 is none of the crossings"),
        ({"pairs": []}, r"pairs is empty: name at least one, e\.g\. pairs=\["),
        ({"pairs": "port"}, r"pairs='port': must be a list of \(origin, destination\)"),
        ({"pairs": 7}, r"pairs=7: must be a list of \(origin, destination\)"),
        ({"pairs": ("port", "city")}, r"pairs: number 1 is 'port', not \(origin, destination\)"),
        ({"pairs": [("port", "city", "town")]}, r"pairs: number 1 is \('port', 'city', 'town'\), not"),
        ({"pairs": [TO_BOTH[0], (67.0, 25.0)]}, r"pairs: number 2 is \(67\.0, 25\.0\), not \(origin, destination\)"),
        ({"pairs": [("port", "city"), ("Port", "City")]}, r"pairs: \('Port', 'City'\) is the same as \('port', 'city'\): give it once"),
        ({"pairs": [("port", "port")]}, r"Origin and destination are the same place, 'port'"),
        ({"avoid": ["city"]}, r"avoid='city' is the destination itself"),
        ({"within": ["PK"]}, r"within=PK leaves out AF, where the destination 'city' is"),
        ({"weights": [1]}, r"weights: 1 flows for 2 pairs; give one a pair, in their order\."),
        ({"weights": 5}, r"weights=5: must be one flow a pair, or a mapping from each pair to its flow\."),
        ({"weights": [1, -2]}, r"weights: the flow of port → town is -2: must be a finite number of 0 or more\."),
        ({"weights": [math.nan, 2]}, r"weights: the flow of port → city is nan: must be a finite number"),
        ({"weights": [math.inf, 2]}, r"weights: the flow of port → city is inf: must be a finite number"),
        ({"weights": ["3", 2]}, r"weights: the flow of port → city is '3': must be a finite number"),
        ({"weights": [None, 2]}, r"weights: the flow of port → city is None: must be a finite number"),
        ({"weights": [True, 2]}, r"weights: the flow of port → city is True: must be a finite number"),
        ({"weights": {("port", "city"): 2}}, r"weights: no flow for port → town; give 0 where there is none\."),
        ({"weights": {("port", "city"): 2, ("city", "port"): 1}}, r"weights: \('city', 'port'\) is none of the pairs"),
        ({"weights": {"port": 2}}, r"weights: the key 'port' is no pair \(origin, destination\)\."),
        ({"weights": {("port", "city"): 2, ("Port", "City"): 1}}, r"weights: \('Port', 'City'\) stands twice"),
        ({"weights": co.Weights()}, r"weights= takes the flow of each pair here; pass co\.Weights\(\.\.\.\) as score_weights=\."),
        ({"progress": "yes"}, r"progress='yes': must be True \(a bar\), False \(none\) or None"),
    ],
)  # fmt: skip
def test_mistakes_are_told(more, message):
    with pytest.raises(OptionError, match=message):
        asked(gates(), **more)


def test_unknown_places_are_told():
    with pytest.raises(UnknownPlaceError, match=r"Unknown place 'citty'\. Did you mean 'city'"):
        asked(gates(), [("port", "citty")])
    with pytest.raises(UnknownPlaceError, match=r"Unknown place 'citty'"):
        asked(gates(), of="places", losses=["citty"])
    with pytest.raises(OptionError, match=r"needs a corridor\.Network"):
        co.criticality("net", TO_BOTH)


# --- progress --------------------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def watch(monkeypatch):
    """Return a function that makes standard error a terminal: in the test itself, since pytest sets it before."""
    pytest.importorskip("tqdm")

    def made(*, long: bool = False) -> Terminal:
        if long:
            monkeypatch.setattr(corridor.progress, "SHORT_SECONDS", 0)
        stream = Terminal()
        monkeypatch.setattr(sys, "stderr", stream)
        return stream

    return made


def test_a_bar_is_shown_where_it_is_asked_for(watch):
    terminal = watch()
    asked(gates(), progress=True, together=2)
    assert "losing crossings: 100%" in terminal.getvalue()
    assert "losing crossings two by two: 100%" in terminal.getvalue()
    assert "2/2" in terminal.getvalue()


def test_short_work_shows_no_bar_even_on_a_terminal(watch):
    terminal = watch()
    asked(gates())
    assert terminal.getvalue() == ""


def test_long_work_shows_a_bar_on_a_terminal_alone(watch, monkeypatch):
    terminal = watch(long=True)
    asked(gates())
    assert "losing crossings" in terminal.getvalue()
    quiet = io.StringIO()
    monkeypatch.setattr(sys, "stderr", quiet)
    asked(gates())
    assert quiet.getvalue() == ""
    monkeypatch.setattr(sys, "stderr", None)
    asked(gates())


def test_no_bar_where_none_is_wanted(watch):
    terminal = watch(long=True)
    asked(gates(), progress=False)
    assert terminal.getvalue() == ""


def test_answers_are_the_same_with_a_bar(watch):
    terminal = watch()
    assert asked(gates(), progress=True).losses == asked(gates(), progress=False).losses
    assert terminal.getvalue()


def test_without_tqdm_a_bar_asked_for_is_an_error_and_else_there_is_silence(monkeypatch):
    monkeypatch.setattr(corridor.progress, "find_spec", lambda _: None)
    text = (
        r"progress=True needs tqdm: pip install 'corridor\[progress\]'\. progress=None works without it, in silence\."
    )
    with pytest.raises(MissingExtraError, match=text):
        asked(gates(), progress=True)
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(corridor.progress, "SHORT_SECONDS", 0)
    asked(gates())
    assert stream.getvalue() == ""


def test_without_matplotlib_a_picture_is_an_error(monkeypatch):
    real = builtins.__import__

    def without_matplotlib(name, *more):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *more)

    found = asked(gates())
    monkeypatch.setattr(builtins, "__import__", without_matplotlib)
    with pytest.raises(MissingExtraError, match=r"Charts need matplotlib: pip install 'corridor\[plot\]'"):
        found.plot()


def test_the_tables_of_the_page_are_what_the_data_give():
    tool = Path(__file__).resolve().parents[1] / "tools" / "make_criticality.py"
    env = {"PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, str(tool), "--check"], capture_output=True, check=False, env=env, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_both_tiers_lose_alike(monkeypatch):
    plain = co.criticality(co.load(), [("karachi", "minsk"), ("gwadar", "moscow")], of="links")
    monkeypatch.setattr(corridor.tiers, "WORTH_LOADING", 1)
    pytest.importorskip("numba")
    compiled = co.criticality(co.load(), [("karachi", "minsk"), ("gwadar", "moscow")], of="links")
    assert compiled.losses == plain.losses
    assert compiled.pairs_frame().equals(plain.pairs_frame())
