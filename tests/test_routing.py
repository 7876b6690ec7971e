# SPDX-License-Identifier: BSD-3-Clause
"""Which way is chosen and which options hold, on networks small enough to see the answer; and why there is none."""

from __future__ import annotations

import re

import pytest

import corridor as co
import small
from corridor.errors import AmbiguousPlaceError, NoRouteError, OffNetworkError, OptionError, UnknownPlaceError


def net_of(links, places=None, **tables):
    """Return a network of links given as records; its places lie in Pakistan unless given."""
    names = sorted({end for record in links for end in (record["from"], record["to"])})
    own = {record["id"]: record for record in places or []}
    made = [own.get(name, small.place(name, lon=66 + i / 10, lat=30.0)) for i, name in enumerate(names)]
    made += [record for name, record in own.items() if name not in names]
    return small.network(made, links, **tables)


def road(name, tail, head, km=10, **more):
    return small.link(name, tail, head, km, **more)


def rail(name, tail, head, km=10, gauge=1676, **more):
    return small.link(name, tail, head, km, mode="rail", **{"gauge_mm": gauge, "traction": "electric"} | more)


def way(net, *ask, **options):
    return co.route(net, *ask, **options).links


# What is minimised

PARALLEL = [
    road("short", "a", "b", 10, hours=9, usd_per_vehicle=90),  # score 90 + 9 x 20 = 270; 20 kg
    road("fast", "a", "b", 30, hours=1, usd_per_vehicle=80),  # score 80 + 20 = 100; 60 kg
    road("cheap", "a", "b", 20, hours=8, usd_per_vehicle=5),  # score 5 + 160 = 165; 40 kg
    rail("green", "a", "b", 40, hours=20, usd_per_vehicle=60),  # score 60 + 400 = 460; 40 x 20 x 10 g = 8 kg
]


@pytest.mark.parametrize(
    ("by", "link"), [("km", "short"), ("hours", "fast"), ("usd", "cheap"), ("co2e_kg", "green"), ("score", "fast")]
)
def test_each_measure_picks_its_own_of_four_parallel_links(by, link):
    assert way(net_of(PARALLEL), "a", "b", by=by) == (link,)
    assert way(net_of(PARALLEL), "b", "a", by=by) == (link,)


def test_parallel_links_keep_their_identity_and_their_figures():
    found = co.route(net_of(PARALLEL), "a", "b", by="usd")
    assert found.edges[1] == (("a", "road"), ("b", "road"), "cheap")
    assert (found.km, found.hours, found.usd, found.score) == (20, 8, 5, 165)


def test_weights_move_the_choice():
    net = net_of(PARALLEL)
    assert way(net, "a", "b", weights=co.Weights(value_of_time_usd_per_hour=0)) == ("cheap",)
    assert way(net, "a", "b", weights=co.Weights(value_of_time_usd_per_hour=1e4)) == ("fast",)
    assert way(net, "a", "b", weights=co.Weights(usd_per_km=1000)) == ("short",)
    cheap_rail = co.Weights(value_of_time_usd_per_hour=0, mode_factor={"rail": 0})
    assert way(net, "a", "b", weights=cheap_rail) == ("green",)


def test_the_value_of_the_goods_moves_the_choice():
    assert way(net_of(PARALLEL), "a", "b", shipment=co.Shipment(value_usd=1)) == ("cheap",)


def bordered():
    """Return a to b: 20 km through another country (two crossings), or 90 km inside."""
    places = [small.place(name, "AF" if name == "x" else "PK", lon=66 + i / 10, lat=30) for i, name in enumerate("abx")]
    links = [
        road("out", "a", "x", 10, countries="PK;AF"),
        road("back", "x", "b", 10, countries="AF;PK"),
        road("round", "a", "b", 90),
    ]
    crossings = [
        small.clearing(f"gate-{post}", *pair, direction, 0, 0)
        for post in "ab"
        for pair in ((post, "x"), ("x", post))
        for direction in ("outbound", "inbound")
    ]
    return small.network(places, links, crossings=crossings)


def test_fewest_crossings_is_not_fewest_km():
    assert way(bordered(), "a", "b", by="km") == ("out", "back")
    fewest = co.route(bordered(), "a", "b", by="crossings")
    assert (fewest.links, fewest.crossings, fewest.km) == (("round",), (), 90)
    # 40 USD and 0.8 h by the border, 180 USD and 3.6 h inside: 56 against 252; 98 USD a crossing turn it
    assert way(bordered(), "a", "b", weights=co.Weights(usd_per_crossing=97)) == ("out", "back")
    assert way(bordered(), "a", "b", weights=co.Weights(usd_per_crossing=99)) == ("round",)


# Ties


def same(name, tail, head, km=10, hours=1, usd=10):
    return road(name, tail, head, km, hours=hours, usd_per_vehicle=usd)


def test_a_tie_goes_by_score():
    net = net_of([same("a-slow", "a", "b", hours=2), same("b-quick", "a", "b")])
    assert way(net, "a", "b", by="usd") == ("b-quick",)
    assert way(net, "a", "b", by="crossings") == ("b-quick",)


def test_a_tie_of_scores_goes_by_km():
    net = net_of([same("a-long", "a", "b", km=12), same("b-short", "a", "b", km=10)])
    assert way(net, "a", "b", by="score") == ("b-short",)
    assert way(net, "a", "b", by="usd") == ("b-short",)


def test_a_tie_of_km_goes_by_the_number_of_steps_and_then_by_id():
    twice = [same("a1", "a", "m", 5, 0.5, 5), same("a2", "m", "b", 5, 0.5, 5)]
    net = net_of([*twice, same("z1", "a", "b"), same("z2", "a", "b")])
    assert way(net, "a", "b", by="km") == ("z1",)
    assert way(net, "a", "b", by="score") == ("z1",)


@pytest.mark.parametrize("names", [("l1", "l2", "l3"), ("l3", "l1", "l2"), ("l2", "l3", "l1")])
def test_a_full_tie_goes_by_id_whatever_the_order_of_the_rows(names):
    net = net_of([same(name, "a", "b") for name in names])
    assert way(net, "a", "b") == way(net, "b", "a") == ("l1",)


def test_a_full_tie_over_several_steps_goes_by_the_ids_in_the_order_travelled():
    # z, a by way of m and y, b by way of n cost the same: y stands before z, though m stands before n
    links = [same("z", "a", "m"), same("a", "m", "x"), same("y", "a", "n"), same("b", "n", "x")]
    assert way(net_of(links), "a", "x") == ("y", "b")
    # the other way a stands before b
    assert way(net_of(links), "x", "a") == ("a", "z")


def test_a_tie_is_a_true_tie_though_decimal_fractions_add_up_inexactly():
    # 0.1 + 0.2 km against 0.3 km: in floating point the sum is the larger by 4e-17
    net = net_of(
        [same("x1", "a", "m", 0.1, 0, 1), same("x2", "m", "b", 0.2, 0, 1), same("direct", "a", "b", 0.3, 0, 9)]
    )
    assert way(net, "a", "b", by="km") == ("x1", "x2")


# One way


def test_a_one_way_link_is_used_one_way_only():
    net = net_of([road("down", "a", "b", oneway=True), road("up1", "b", "m", 50), road("up2", "m", "a", 50)])
    assert way(net, "a", "b") == ("down",)
    assert way(net, "b", "a") == ("up1", "up2")


def test_nothing_comes_back_over_one_way_links_alone():
    with pytest.raises(NoRouteError, match="from b the links allowed reach 0 other places, and a is not among them"):
        co.route(net_of([road("down", "a", "b", oneway=True)]), "b", "a")


# Via

RING = [road("ab", "a", "b"), road("bc", "b", "c"), road("cd", "c", "d"), road("da", "d", "a")]


def test_places_via_are_passed_in_the_order_given():
    net = net_of(RING)
    assert co.route(net, "a", "d").places == ("a", "d")
    assert co.route(net, "a", "d", via=["b", "c"]).places == ("a", "b", "c", "d")
    # the other order takes 50 km in four ways; the first by ids is ab, bc, bc, ab, da
    there = co.route(net, "a", "d", via=["c", "b"])
    assert there.km == 50
    assert there.places == ("a", "b", "c", "b", "a", "d")


def test_a_place_via_is_passed_and_returned_from_over_the_same_link():
    net = net_of([road("ab", "a", "b", 10), road("spur", "b", "x", 7)])
    found = co.route(net, "a", "b", via=["x"])
    assert found.links == ("ab", "spur", "spur")
    assert found.places == ("a", "b", "x", "b")
    assert found.km == 24  # 10 + 7 + 7
    assert found.transfers == 0


def test_a_round_trip_needs_a_place_to_go_via():
    net = net_of(RING)
    found = co.route(net, "a", "a", via=["c"])
    assert (found.origin, found.destination, found.km) == ("a", "a", 40)
    with pytest.raises(
        OptionError, match="Origin and destination are the same place, 'a': name two places, or a place"
    ):
        co.route(net, "a", "A")


def test_a_destination_may_be_passed_before_the_last_place_via():
    net = net_of([road("ab", "a", "b", 10), road("bc", "b", "c", 10)])
    assert co.route(net, "a", "b", via=["c"]).places == ("a", "b", "c", "b")


def test_the_ends_themselves_may_be_named_via():
    net = net_of(RING)
    assert co.route(net, "a", "c", via=["a", "b", "c"]).places == ("a", "b", "c")


def test_a_place_via_is_passed_in_any_carriage_and_without_handling():
    links = [road("r1", "a", "b", 10), road("r2", "b", "c", 10), rail("t1", "a", "b", 30), rail("t2", "b", "c", 30)]
    net = net_of(links)
    for modes, carriage in ((["road"], "road"), (["rail"], "rail1676")):
        found = co.route(net, "a", "c", via=["b"], modes=modes)
        assert [edge[0][1] for edge in found.edges[1:]] == [carriage] * 3
        assert found.steps["kind"].tolist() == ["start", "haul", "haul", "end"]


def test_via_takes_names_codes_and_points_and_a_single_word():
    net = small.two_countries()
    for via in ("Town", ["town"], [(66.7, 30.1)], (66.7, 30.1)):
        assert "town" in co.route(net, "port", "city", via=via).places
    assert co.route(net, "port", "east", via=["AFCTY"]).places[-2:] == ("city", "east")


def test_a_place_via_that_cannot_be_reached_is_told_and_the_way_without_it():
    net = net_of([road("ab", "a", "b"), road("cd", "c", "d")])
    with pytest.raises(NoRouteError) as caught:
        co.route(net, "a", "b", via=["c"])
    assert str(caught.value).splitlines() == [
        "No route from 'a' to 'b' by road, rail, sea.",
        "  Why: b can be reached from a, but not by way of c in this order.",
        "  It would work without via=c: 10 km, 0.0 days, 20 USD.",
    ]


# Avoid


def test_avoid_takes_a_place_that_would_only_be_passed():
    net = net_of(RING)
    assert co.route(net, "a", "c", avoid=["b"]).places == ("a", "d", "c")
    assert co.route(net, "a", "c", avoid=["d"]).places == ("a", "b", "c")
    with pytest.raises(NoRouteError):
        co.route(net, "a", "c", avoid=["b", "d"])


def test_avoid_takes_a_link():
    links = [road("l1", "a", "b", 10), road("l2", "a", "b", 20), road("l3", "a", "b", 30)]
    assert way(net_of(links), "a", "b", avoid=["l1"]) == ("l2",)
    assert way(net_of(links), "b", "a", avoid=["l1", "l2"]) == ("l3",)


def test_avoid_takes_a_crossing():
    assert way(bordered(), "a", "b", by="km", avoid=["gate-a"]) == ("round",)
    assert way(bordered(), "a", "b", by="km", avoid="GATE-B") == ("round",)


def test_avoid_takes_a_country_in_any_case():
    for word in ("AF", "af", " Af "):
        assert way(bordered(), "a", "b", by="km", avoid=word) == ("round",)


def test_a_country_is_avoided_though_no_place_on_the_way_lies_in_it():
    links = [road("through", "a", "b", 10, countries="PK;AF;PK"), road("round", "a", "b", 90)]
    places = [small.place("x", "AF", lon=66.5, lat=30.5)]
    net = net_of(links, places)
    assert way(net, "a", "b") == ("through",)
    assert way(net, "a", "b", avoid=["AF"]) == ("round",)
    assert way(net, "a", "b", within=["PK"]) == ("round",)


def test_avoid_takes_a_name_a_code_and_a_single_word():
    net = small.two_countries()
    for word in ("Town", "town", ["TOWN"]):
        with pytest.raises(NoRouteError, match="without avoid=town"):
            co.route(net, "port", "city", avoid=word)
    with pytest.raises(OptionError, match="avoid='city' is the destination itself"):
        co.route(net, "port", "city", avoid=["AFCTY"])


def test_a_misspelt_word_of_avoid_is_never_ignored():
    told = (
        "avoid='towm' is no place, link, crossing or country of the network. Unknown place 'towm'. "
        "Did you mean 'town' (Town)? net.find('tow') or 'corridor places tow' lists matches. "
        "Crossings: gate. Countries: AF, PK."
    )
    with pytest.raises(OptionError, match=re.escape(told)):
        co.route(small.two_countries(), "port", "city", avoid=["towm"])


@pytest.mark.parametrize("what", [(66.7, 30.1), 5, None])
def test_avoid_takes_words_only(what):
    with pytest.raises(
        OptionError, match=re.escape(f"avoid={what!r}: name a place, link, crossing or country in words")
    ):
        co.route(small.two_countries(), "port", "city", avoid=[what])


def test_an_ambiguous_name_in_avoid_is_told():
    places = [small.place(f"gate-{code}", lon=66.5, lat=30) | {"name": "Gate"} for code in ("pk", "af")]
    with pytest.raises(AmbiguousPlaceError, match=r"'Gate' is ambiguous: 'gate-af' .* 'gate-pk'"):
        co.route(net_of(RING, places), "a", "c", avoid=["Gate"])


# Within


def test_within_keeps_the_whole_route_inside():
    assert way(bordered(), "a", "b", by="km", within=["PK", "AF"]) == ("out", "back")
    for within in (["PK"], "pk", ("PK",)):
        assert way(bordered(), "a", "b", by="km", within=within) == ("round",)


def test_unknown_countries_of_within_are_told():
    with pytest.raises(
        OptionError, match=re.escape("within='PKK': no such country in the network. Did you mean 'PK'?")
    ):
        co.route(bordered(), "a", "b", within=["PKK"])
    with pytest.raises(OptionError, match=r"within='CN': no such country in the network\. Countries: AF, PK\."):
        co.route(bordered(), "a", "b", within=["CN"])


def test_an_empty_within_is_no_way_to_say_everywhere():
    with pytest.raises(OptionError, match=r"within is empty: name at least one country\. Countries: AF, PK\."):
        co.route(bordered(), "a", "b", within=[])


# Modes


def test_air_is_used_only_when_named():
    links = [small.link("flight", "a", "b", 10, mode="air", wait_hours=0), road("slow", "a", "b", 500)]
    assert way(net_of(links), "a", "b", by="hours") == ("slow",)
    assert way(net_of(links), "a", "b", by="hours", modes=["road", "air"]) == ("flight",)
    assert way(net_of(links), "a", "b", by="hours", modes="air") == ("flight",)


def test_modes_keep_to_what_is_named():
    links = [road("r", "a", "b", 10), rail("t", "a", "b", 20), small.link("s", "a", "b", 30, mode="sea", wait_hours=0)]
    found = [way(net_of(links), "a", "b", by="km", modes=modes) for modes in (["road"], ["rail"], ["sea"], None)]
    assert found == [("r",), ("t",), ("s",), ("r",)]


def test_unknown_and_empty_modes_are_told():
    told = "Unknown mode 'rial'. Did you mean 'rail'? Modes: air, pipeline, rail, road, sea."
    for modes in ("rial", ["road", "rial"]):
        with pytest.raises(OptionError, match=re.escape(told)):
            co.route(small.two_countries(), "port", "city", modes=modes)
    with pytest.raises(OptionError, match="modes is empty: name at least one"):
        co.route(small.two_countries(), "port", "city", modes=[])


# What is not in operation

UNBUILT = ["planned", "under-construction", "disused"]


@pytest.mark.parametrize("status", UNBUILT)
def test_only_operating_links_are_used_unless_asked_for(status):
    links = [road("old", "a", "b", 50), road("new", "a", "b", 10, status=status)]
    net = net_of(links)
    assert way(net, "a", "b") == ("old",)
    assert way(net, "a", "b", include=[status]) == ("new",)
    assert way(net, "a", "b", include=status) == ("new",)
    for other in set(UNBUILT) - {status}:
        assert way(net, "a", "b", include=[other]) == ("old",)


def test_unknown_statuses_are_told():
    told = "include='planed': unknown. Did you mean 'planned'? Choices: disused, planned, under-construction."
    with pytest.raises(OptionError, match=re.escape(told)):
        co.route(small.two_countries(), "port", "city", include=["planed"])


def test_a_planned_railway_of_unknown_gauge_is_not_ridden():
    with pytest.raises(NoRouteError):
        co.route(net_of([rail("t", "a", "b", gauge=None, status="planned")]), "a", "b", include=["planned"])


# Carriages


def test_gauge_is_never_changed_without_a_transfer():
    links = [rail("south", "a", "b", 60, gauge=1676), rail("north", "b", "c", 60, gauge=1520)]
    with pytest.raises(NoRouteError) as caught:
        co.route(net_of(links), "a", "c")
    assert (
        "Why: from a the cargo stays in rail1676, c is served by rail1520, and no transfer between them can be reached"
    ) in str(caught.value)
    wrong_way = [small.transfer("b", "rail1520", "rail1676", 12, 110)]
    with pytest.raises(NoRouteError):
        co.route(net_of(links, transfers=wrong_way), "a", "c")
    elsewhere = [small.transfer("c", "rail1676", "rail1520", 12, 110)]
    with pytest.raises(NoRouteError):
        co.route(net_of(links, transfers=elsewhere), "a", "c")


LIFT = "the carriages meet, but there is no lift between them. "


def test_where_carriages_meet_the_transfer_that_would_open_the_way_is_named():
    links = [rail("south", "a", "b", 60, gauge=1676), rail("north", "b", "c", 60, gauge=1520)]
    told = "A row of the transfers (place, from_carriage, to_carriage) would open the way: b from rail1676 to rail1520."
    with pytest.raises(NoRouteError, match=re.escape(f"Why: {LIFT}{told}")) as caught:
        co.route(net_of(links), "a", "c")
    assert caught.value.blocked_by[-1] == f"{LIFT}{told}"
    # What it says is so.
    assert co.route(net_of(links, transfers=[small.transfer("b", "rail1676", "rail1520", 12, 110)]), "a", "c").km == 120


def test_the_fewest_lifts_are_named_in_their_order_also_between_equal_gauges():
    links = [
        rail("one", "a", "b", 60, gauge=1676),
        rail("two", "b", "c", 60, gauge=1520),
        rail("three", "c", "d", 60, gauge=1676),
    ]
    with pytest.raises(NoRouteError, match="b from rail1676 to rail1520; c from rail1520 to rail1676"):
        co.route(net_of(links), "a", "d")
    transfers = [small.transfer("b", "rail1676", "rail1520", 12, 110)]
    with pytest.raises(NoRouteError, match="way: c from rail1520 to rail1676"):
        co.route(net_of(links, transfers=transfers), "a", "d")


def test_no_lift_is_named_where_none_would_help():
    links = [rail("south", "a", "b", 60, gauge=1676), rail("north", "c", "d", 60, gauge=1520)]
    with pytest.raises(NoRouteError) as caught:
        co.route(net_of(links), "a", "d")
    assert LIFT not in str(caught.value)


def test_a_gauge_break_is_a_transfer_with_its_own_hours_and_price():
    links = [rail("south", "a", "b", 60, gauge=1676), rail("north", "b", "c", 60, gauge=1520)]
    found = co.route(net_of(links, transfers=[small.transfer("b", "rail1676", "rail1520", 12, 110)]), "a", "c")
    assert found.steps["kind"].tolist() == ["start", "haul", "transfer", "haul", "end"]
    assert (found.transfers, found.hours, found.usd) == (1, pytest.approx(16.8), pytest.approx(170))
    # hours: 60 / 600 x 24 = 2.4 twice, and 12; USD: 60 x 0.5 = 30 twice, and 110


def test_nothing_is_unloaded_and_loaded_for_free_at_a_place_where_routes_may_start_and_end():
    links = [road("r", "a", "b"), rail("t", "b", "c")]
    assert co.route(net_of(links), "a", "b").km == 10
    assert co.route(net_of(links), "b", "c").km == 10
    with pytest.raises(NoRouteError, match="from a the cargo stays in road, c is served by rail1676"):
        co.route(net_of(links), "a", "c")
    with pytest.raises(NoRouteError):
        co.route(net_of(links), "a", "c", via=["b"])
    found = co.route(net_of(links, transfers=[small.transfer("b", "road", "rail1676", 5, 40)]), "a", "c", via=["b"])
    assert found.transfers == 1


def test_a_transfer_between_modes_is_used_only_where_both_modes_may_be():
    net = net_of([road("r", "a", "b"), rail("t", "b", "c")], transfers=[small.transfer("b", "road", "rail1676", 5, 40)])
    with pytest.raises(NoRouteError, match="It would work with road, rail and sea together"):
        co.route(net, "a", "c", modes=["road"])


# Requests that contradict themselves


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"avoid": ["port"]}, "avoid='port' is the origin itself: take it out of one of the two."),
        ({"avoid": ["city"]}, "avoid='city' is the destination itself: take it out of one of the two."),
        ({"avoid": ["town"], "via": ["town"]}, "avoid='town' is the via itself: take it out of one of the two."),
        ({"avoid": ["PK"]}, "avoid='PK' holds the origin 'port': take it out of one of the two."),
        ({"avoid": ["AF"]}, "avoid='AF' holds the destination 'city': take it out of one of the two."),
        ({"within": ["PK"]}, "within=PK leaves out AF, where the destination 'city' is: add it."),
        ({"within": ["AF"]}, "within=AF leaves out PK, where the origin 'port' is: add it."),
    ],
)
def test_contradictions_are_told_before_any_search(options, told):
    with pytest.raises(OptionError, match=re.escape(told)):
        co.route(small.two_countries(), "port", "city", **options)


def test_a_place_via_outside_the_countries_allowed_is_told():
    with pytest.raises(OptionError, match="within=PK leaves out AF, where the via 'east' is: add it"):
        co.route(small.two_countries(), "port", "town", via=["east"], within=["PK"])


def test_a_country_cannot_be_allowed_and_avoided():
    with pytest.raises(OptionError, match="within and avoid both name AF: take it out of one of the two"):
        co.route(bordered(), "a", "b", within=["PK", "AF"], avoid=["AF"])


# No route


def told_by(net, *ask, **options):
    with pytest.raises(NoRouteError) as caught:
        co.route(net, *ask, **options)
    return caught.value


def test_a_place_without_the_mode_says_what_it_has_and_what_is_planned():
    links = [road("r", "a", "b"), rail("t", "a", "b", status="planned"), rail("u", "b", "c")]
    error = told_by(net_of(links), "a", "c", modes=["rail"])
    assert "Why: A (a) has no rail in operation; there: road; not yet operating: rail1676." in str(error)
    assert "It would work once what is planned or under construction is built: 20 km, 0.0 days, 10 USD, over t." in str(
        error
    )


def test_the_error_carries_what_was_asked_and_what_blocks():
    error = told_by(net_of([road("ab", "a", "b"), road("cd", "c", "d")]), "a", "d", by="km")
    assert (error.origin, error.destination) == ("a", "d")
    assert error.blocked_by == ("from a the links allowed reach 1 other places, and d is not among them.",)
    assert "No single change of modes, avoid, within, via or planned links opens a way." in str(error)


def test_a_place_without_any_link_is_told():
    net = net_of([road("ab", "a", "b")], [small.place("alone", lon=66.9, lat=30)])
    error = told_by(net, "a", "alone")
    assert "Alone (alone) has no road, rail, sea in operation; there: nothing in operation." in str(error)


def test_each_option_that_blocks_is_named_with_the_way_it_would_open():
    error = told_by(bordered(), "a", "b", avoid=["round"], within=["PK"])
    assert error.blocked_by[1:] == (
        "without avoid=round: 90 km, 0.1 days, 180 USD.",
        "without within=PK: 20 km, 0.0 days, 40 USD.",
    )


def test_all_that_is_avoided_is_named_together():
    error = told_by(net_of(RING), "a", "c", avoid=["bc", "d"])
    assert error.blocked_by[-1] == "without avoid=bc, d: 20 km, 0.0 days, 40 USD."


def test_what_modes_would_help_is_told():
    flight = small.link("flight", "a", "b", 750, mode="air", wait_hours=23)
    net = net_of([flight, road("r", "b", "c"), road("q", "a", "d")])
    assert told_by(net, "a", "b").blocked_by[-1] == "with air too: 750 km, 1.0 days, 15,000 USD."
    assert told_by(net, "b", "c", modes=["air"]).blocked_by[-1] == (
        "with road, rail and sea together: 10 km, 0.0 days, 20 USD."
    )
    assert told_by(net, "b", "c", modes=["rail"]).blocked_by[-1] == (
        "with road, rail and sea together: 10 km, 0.0 days, 20 USD."
    )


def test_what_would_help_keeps_the_disused_links_that_were_asked_for():
    links = [road("r", "a", "b", status="disused"), road("s", "b", "c", status="planned")]
    error = told_by(net_of(links), "a", "c", include=["disused"])
    assert error.blocked_by[-1] == (
        "once what is planned or under construction is built: 20 km, 0.0 days, 40 USD, over r, s."
    )


def test_six_links_that_are_not_built_are_named_and_more_are_hinted_at():
    links = [road(f"l{number}", f"p{number}", f"p{number + 1}", status="planned") for number in range(8)]
    net = net_of([*links, road("r", "p0", "x"), road("s", "p8", "y")])
    assert told_by(net, "p0", "p8").blocked_by[-1].endswith("over l0, l1, l2, l3, l4, l5 and 2 more.")
    assert told_by(net, "p0", "p6").blocked_by[-1].endswith("over l0, l1, l2, l3, l4, l5.")


def test_what_would_help_is_measured_by_the_measure_asked_for():
    links = [road("z", "a", "b", 10, hours=9), road("y", "a", "b", 30, hours=1)]
    for by, km in (("km", 10), ("hours", 30)):
        error = told_by(net_of(links), "a", "b", by=by, avoid=["z", "y"])
        assert error.blocked_by[-1].startswith(f"without avoid=y, z: {km} km")


def test_cargo_that_may_not_ride_there_is_the_reason_told():
    error = told_by(small.two_countries(), "port", "city", shipment=co.Shipment(cargo="gas"))
    assert "Why: gas (natural gas) may ride in pipeline only; at port there is rail1676, road." in str(error)
    assert "at city there is rail1520, road." in str(error)


def test_no_route_is_an_error_and_never_a_number():
    error = told_by(net_of([road("ab", "a", "b"), road("cd", "c", "d")]), "a", "d")
    assert isinstance(error, LookupError)
    assert str(error).startswith("No route from 'a' to 'd' by road, rail, sea.")


# Places and other options


def test_ends_may_be_ids_names_aliases_codes_and_points():
    net = small.two_countries()
    key = co.route(net, "port", "city").key
    for origin in ("Port", "PORT", (66.9, 29.3), (66.91, 29.31), [66.9, 29.3]):
        assert co.route(net, origin, "city").key == key
    for goal in ("City", "Stadt", "город", "AFCTY", "AF CTY", (66.35, 31.38)):
        assert co.route(net, "port", goal).key == key


def test_a_point_far_away_is_not_snapped_unless_allowed():
    net = small.two_countries()
    with pytest.raises(OffNetworkError, match="the limit is 50 km"):
        co.route(net, (66.9, 28.0), "city")
    assert co.route(net, (66.9, 28.0), "city", snap_km=200).origin == "port"
    with pytest.raises(OffNetworkError, match="the limit is 1 km"):
        co.route(net, (66.91, 29.33), "city", snap_km=1)


def test_swapped_lon_and_lat_are_told():
    with pytest.raises(OffNetworkError, match="Did you swap lon and lat"):
        co.route(small.two_countries(), (29.3, 66.9), "city")


def test_unknown_and_misspelt_places_are_told_with_the_nearest():
    with pytest.raises(UnknownPlaceError, match=r"Unknown place 'cty'\. Did you mean 'city'"):
        co.route(small.two_countries(), "port", "cty")
    with pytest.raises(UnknownPlaceError, match="Unknown place 'por'"):
        co.route(small.two_countries(), "por", "city")


def test_unknown_measures_are_told():
    told = "Unknown by='kms'. Did you mean 'km'? Choices: co2e_kg, crossings, hours, km, score, usd."
    with pytest.raises(OptionError, match=re.escape(told)):
        co.route(small.two_countries(), "port", "city", by="kms")


def test_a_misspelt_option_is_never_ignored():
    with pytest.raises(TypeError, match="avod"):
        co.route(small.two_countries(), "port", "city", avod=["AF"])
    with pytest.raises(TypeError, match="positional"):
        co.route(small.two_countries(), "port", "city", "km")


def test_state_graph_refuses_the_same_bad_options():
    with pytest.raises(OptionError, match="Unknown mode 'rial'"):
        co.state_graph(small.two_countries(), modes=["rial"])
    with pytest.raises(OptionError, match="include='planed': unknown"):
        co.state_graph(small.two_countries(), include=["planed"])


def test_what_is_asked_does_not_change_the_network():
    net = small.two_countries()
    before = net.tables
    co.route(net, "port", "city", avoid=["rail-port-town"], shipment=co.Shipment(ends="gate", tonnes=90))
    assert net.tables is before
    assert net.tables == small.two_countries().tables


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shipment": 20}, "shipment=20: must be a corridor.Shipment, e.g. co.Shipment(tonnes=20)."),
        ({"weights": {"rail": 1}}, "weights={'rail': 1}: must be a corridor.Weights"),
        ({"modes": 5}, "modes=5: must be a text or a list of texts."),
        ({"avoid": 5}, "avoid=5: must be a text or a list of texts."),
        ({"via": 5}, "via=5: must be a text or a list of texts."),
        ({"within": 5}, "within=5: must be a text or a list of texts."),
        ({"include": 5}, "include=5: must be a text or a list of texts."),
    ],
)
def test_what_is_no_option_value_is_refused(options, message):
    with pytest.raises(OptionError, match=re.escape(message)):
        co.route(small.two_countries(), "port", "city", **options)


def test_none_is_no_constraint():
    net = small.two_countries()
    assert co.route(net, "port", "city", avoid=None, via=None, include=None, modes=None) == co.route(
        net, "port", "city"
    )


def test_countries_are_named_by_code_or_name():
    net = co.load()
    named = co.route(net, "Karachi", "Kabul", within=["Pakistan", "afghanistan"])
    assert named == co.route(net, "Karachi", "Kabul", within=["PK", "AF"])
    with pytest.raises(OptionError, match="avoid='AF' holds the destination 'kabul'"):
        co.route(net, "Karachi", "Kabul", avoid=["Afghanistan"])


def test_more_tonnes_than_the_containers_hold_are_refused():
    message = (
        "Shipment(tonnes=200, containers=1): 200 t each, but a truck of class 'trailer' holds 24 t. Give at least 9"
    )
    with pytest.raises(OptionError, match=re.escape(message)):
        co.route(co.load(), "Karachi", "Lahore", shipment=co.Shipment(tonnes=200, containers=1))
    with pytest.raises(OptionError, match=re.escape("a truck of class 'light' holds 4 t. Give at least 5 containers.")):
        co.route(co.load(), "Karachi", "Lahore", shipment=co.Shipment(tonnes=20, containers=1, vehicle="light"))


def test_a_port_without_figures_for_the_regime_is_told_instead_of_going_round_by_the_quay():
    with pytest.raises(
        OptionError, match="No port_dwell_hours at 'gwadar' for the regime 'import', cargo going seaward"
    ):
        co.route(co.load(), "Tashkent", "Gwadar", shipment=co.Shipment(regime="import", ends="terminal"))


def test_cargo_of_another_mode_is_helped_by_that_mode():
    with pytest.raises(co.errors.NoRouteError, match="by pipeline, once what is planned is built: "):
        co.route(co.load(), "Herat", "Quetta", shipment=co.Shipment(tonnes=1000, cargo="gas"))
