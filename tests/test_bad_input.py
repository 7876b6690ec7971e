# SPDX-License-Identifier: BSD-3-Clause
"""Bad input to every question: an error of the library that names the option, what is wrong and what is valid."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import corridor as co
import small
from corridor.errors import CorridorError, NoRouteError, OffNetworkError, OptionError, UnknownPlaceError

NAN, INF = math.nan, math.inf
NET = small.two_countries()
ROUTER = co.Router(NET)
# Each question with good input but for the options under test.
PAIRED = {
    "route": lambda **options: co.route(NET, "port", "city", **options),
    "alternatives": lambda **options: co.alternatives(NET, "port", "city", **options),
    "pareto": lambda **options: co.pareto(NET, "port", "city", **options),
    "matrix": lambda **options: co.matrix(NET, ["port"], ["city"], **options),
    "nearest_port": lambda **options: co.nearest_port(NET, "city", **options),
}
ASKED = PAIRED | {"reach": lambda **options: co.reach(NET, "port", hours=9, **options)}
ROUTED = {
    "Router.route": lambda **options: ROUTER.route("port", "city", **options),
    "Router.draws": lambda **options: ROUTER.draws("port", "city", np.ones((1, 34)), **options),
    "Router.reach": lambda **options: ROUTER.reach("port", usd=9, **options),
}
every_question = pytest.mark.parametrize("ask", [*ASKED.values(), *ROUTED.values()], ids=[*ASKED, *ROUTED])
paired = pytest.mark.parametrize("ask", PAIRED.values(), ids=PAIRED)


# Measures


@pytest.mark.parametrize("question", ["route", "alternatives", "matrix", "nearest_port"])
@pytest.mark.parametrize("by", ["kms", "KM", "", None, 5, True, ["km"], ("km",), {}, NAN, "transfers"])
def test_a_measure_that_is_none_is_told_with_the_choices(question, by):
    with pytest.raises(OptionError, match=r"^Unknown by=.*Choices: co2e_kg, crossings, hours, km, score, usd\."):
        PAIRED[question](by=by)


def test_the_nearest_measure_is_offered():
    for question in ("route", "alternatives", "matrix", "nearest_port"):
        with pytest.raises(OptionError, match=r"Unknown by='hour'\. Did you mean 'hours'\?"):
            PAIRED[question](by="hour")
    with pytest.raises(OptionError, match=r"Unknown criterion 'uds'\. Did you mean 'usd'\? Criteria: co2e_kg, cro"):
        co.pareto(NET, "port", "city", criteria=("hours", "uds"))
    with pytest.raises(OptionError, match=r"also='kms': unknown\. Did you mean 'km'\? Measures: co2e_kg, crossings"):
        co.matrix(NET, "port", "city", also=("hours", "kms"))


@pytest.mark.parametrize(
    "criteria", ["hours", (), ("hours",), ("hours", "hours"), ("km", "hours", "usd", "score", "co2e_kg")]
)
def test_a_front_is_made_of_two_to_four_different_criteria(criteria):
    with pytest.raises(OptionError, match=r"criteria=.*: name two to four different ones\. Criteria: score, km, hours"):
        co.pareto(NET, "port", "city", criteria=criteria)


@pytest.mark.parametrize("criteria", [("hours", 5), ("hours", None), [["hours"], ["usd"]], 5, None, True])
def test_criteria_that_are_no_words_are_refused(criteria):
    with pytest.raises(OptionError, match="criteri"):
        co.pareto(NET, "port", "city", criteria=criteria)


@pytest.mark.parametrize("also", ["by", ("km", 5), [["km"]], 5, None, True])
def test_other_measures_that_are_no_words_are_refused(also):
    with pytest.raises(OptionError, match="also="):
        co.matrix(NET, "port", "city", also=also)


# Alternatives and fronts


@pytest.mark.parametrize("k", [0, -1, 2.5, True, False, "3", None, NAN, INF, [3]])
def test_a_number_of_routes_that_is_none_is_refused(k):
    with pytest.raises(OptionError, match=r"^k=.*: must be a whole number of 1 or more\.$"):
        co.alternatives(NET, "port", "city", k=k)


@pytest.mark.parametrize("share", [-0.1, 1.1, NAN, INF, True, "0.5", [0.5]])
def test_a_share_beyond_zero_to_one_is_refused(share):
    with pytest.raises(OptionError, match=r"^max_overlap=.*: must be a share of km from 0 to 1\.$"):
        co.alternatives(NET, "port", "city", max_overlap=share)
    with pytest.raises(OptionError, match=r"^tolerance=.*: must be a share from 0 \(the full front\) to 1\.$"):
        co.pareto(NET, "port", "city", tolerance=share)


@pytest.mark.parametrize("distinct", ["crossing", "Crossings", "", 5, True, ("countries",), ["crossings"], {}])
def test_an_unknown_way_to_differ_is_told(distinct):
    with pytest.raises(OptionError, match=r"^Unknown distinct=.*Choices: countries, crossings\."):
        co.alternatives(NET, "port", "city", distinct=distinct)


def test_the_nearest_way_to_differ_is_offered():
    with pytest.raises(OptionError, match=r"Unknown distinct='crossing'\. Did you mean 'crossings'\?"):
        co.alternatives(NET, "port", "city", distinct="crossing")


def test_a_front_without_tolerance_none_is_refused():
    with pytest.raises(OptionError, match="tolerance=None: must be a share from 0"):
        co.pareto(NET, "port", "city", tolerance=None)


# Limits and budgets


@paired
@pytest.mark.parametrize("limit", ["max_hours", "max_usd", "max_co2e_kg", "max_crossings", "max_transfers"])
def test_a_limit_that_is_no_number_is_refused(ask, limit):
    for value in (-1, NAN, INF, -INF, True, False, "3", [3], (3,), 1e400):
        with pytest.raises(OptionError, match=rf"^{limit}=.*: must be a finite number of 0 or more\.$"):
            ask(**{limit: value})
    for value in (2.5, np.float64(0.5)):
        if limit in {"max_crossings", "max_transfers"}:
            with pytest.raises(OptionError, match=rf"^{limit}=.*: a count, so a whole number\.$"):
                ask(**{limit: value})


def test_a_limit_beyond_all_floats_is_refused():
    for limit in ("max_usd", "max_transfers"):
        with pytest.raises(OptionError, match=rf"^{limit}=.*: must be a finite number of 0 or more"):
            co.route(NET, "port", "city", **{limit: 10**400})


@pytest.mark.parametrize(
    ("budget", "told"),
    [
        ({}, r"reach\(no budget\): give one budget, hours= or usd=\."),
        ({"hours": 5, "usd": 5}, r"reach\(hours, usd\): give one budget, hours= or usd=\."),
        ({"hours": None, "usd": None}, r"reach\(no budget\): give one budget"),
    ],
)
def test_reach_takes_exactly_one_budget(budget, told):
    for asked in (lambda **more: co.reach(NET, "port", **more), lambda **more: ROUTER.reach("port", **more)):
        with pytest.raises(OptionError, match=told):
            asked(**budget)


@pytest.mark.parametrize("name", ["hours", "usd"])
@pytest.mark.parametrize("value", [-1, NAN, INF, True, "3", [3]])
def test_a_budget_that_is_no_number_is_told_by_its_own_name(name, value):
    with pytest.raises(OptionError, match=": must be a finite number of 0 or more"):
        co.reach(NET, "port", **{name: value})
    with pytest.raises(OptionError, match=f"^(reach\\()?{name}="):
        co.reach(NET, "port", **{name: value})


# Words


@every_question
@pytest.mark.parametrize(
    ("modes", "told"),
    [
        ("rial", r"Unknown mode 'rial'\. Did you mean 'rail'\? Modes: air, pipeline, rail, road, sea\."),
        (["road", "rial"], r"Unknown mode 'rial'\. Did you mean 'rail'"),
        ([], "modes is empty: name at least one. Modes: road, rail, sea, air, pipeline"),
        (5, "modes=5: must be a text or a list of texts"),
        ([None], "Unknown mode None"),
        ([["road"]], r"Unknown mode \['road'\]"),
    ],
)
def test_modes_that_are_none_are_refused(ask, modes, told):
    with pytest.raises(OptionError, match=told):
        ask(modes=modes)


@every_question
@pytest.mark.parametrize(
    ("include", "told"),
    [
        ("planed", r"include='planed': unknown\. Did you mean 'planned'\? Choices: disused, planned, under-constr"),
        (["operating"], "include='operating': unknown"),
        (5, "include=5: must be a text or a list of texts"),
        ([5], "include=5: unknown"),
    ],
)
def test_statuses_that_are_none_are_refused(ask, include, told):
    with pytest.raises(OptionError, match=told):
        ask(include=include)


@every_question
@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"avoid": "gat"}, "avoid='gat' is no place, link, crossing or country of the network.*Crossings: gate"),
        ({"avoid": ["tonw"]}, "avoid='tonw' is no place, .*Did you mean 'town'"),
        ({"avoid": 5}, "avoid=5: must be a text or a list of texts"),
        ({"avoid": [5]}, "avoid=5: name a place, link, crossing or country in words, not int"),
        ({"avoid": [None]}, "avoid=None: name a place, link, crossing or country in words, not NoneType"),
        ({"avoid": [("port",)]}, "in words, not tuple"),
        ({"within": "XX"}, r"within='XX': no such country in the network\. Countries: AF, PK\."),
        ({"within": []}, "within is empty: name at least one country. Countries: AF, PK"),
        ({"within": 5}, "within=5: must be a text or a list of texts"),
        ({"within": [None]}, "within=None: no such country in the network"),
    ],
)
def test_what_is_avoided_and_kept_to_must_be_known(ask, options, told):
    with pytest.raises(OptionError, match=told):
        ask(**options)


@paired
def test_what_is_passed_must_be_known(ask):
    with pytest.raises(UnknownPlaceError, match=r"Unknown place 'tonw'\. Did you mean 'town' \(Town\)\? net\.find"):
        ask(via=["tonw"])
    with pytest.raises(OptionError, match="via=5: must be a text or a list of texts"):
        ask(via=5)
    with pytest.raises(OffNetworkError, match="5 is neither a name nor a point: give an id, a name or"):
        ask(via=[5])


@every_question
def test_a_misspelt_option_is_never_ignored(ask):
    with pytest.raises(TypeError, match="unexpected keyword argument 'avod'"):
        ask(avod=["AF"])


# Contradictions


CONTRARY = [
    ({"avoid": ["port"]}, "avoid='port' is the origin itself: take it out of one of the two"),
    ({"avoid": ["city"]}, "avoid='city' is the destination itself"),
    ({"avoid": ["town"], "via": ["town"]}, "avoid='town' is the via itself"),
    ({"avoid": ["Pakistan"]}, "avoid='PK' holds the origin 'port'"),
    ({"within": ["PK"]}, "within=PK leaves out AF, where the destination 'city' is: add it"),
    ({"within": ["AF", "PK"], "avoid": ["PK"]}, "avoid='PK' holds the origin 'port'"),
]


@pytest.mark.parametrize("question", ["route", "alternatives", "pareto"])
@pytest.mark.parametrize(("options", "told"), CONTRARY)
def test_options_that_contradict_the_ends_are_told(question, options, told):
    with pytest.raises(OptionError, match=told):
        PAIRED[question](**options)


@pytest.mark.parametrize("options", [options for options, _ in CONTRARY[:-1]])
def test_in_a_matrix_what_contradicts_one_pair_leaves_it_empty(options):
    assert co.matrix(NET, "port", "city", **options).isna().all(axis=None)


def test_a_country_allowed_and_avoided_is_told_by_every_question():
    for ask in (*ASKED.values(), *ROUTED.values()):
        with pytest.raises(OptionError, match="PK"):
            ask(within=["AF", "PK"], avoid=["PK"])


@pytest.mark.parametrize("options", [{"avoid": ["port"]}, {"avoid": ["PK"]}, {"within": ["AF"]}])
def test_reach_from_where_one_may_not_be_is_told(options):
    with pytest.raises(OptionError, match="reach: the origin 'port' is itself to be avoided, or outside within"):
        co.reach(NET, "port", hours=9, **options)


@pytest.mark.parametrize("question", [co.route, co.alternatives, co.pareto])
def test_the_same_origin_and_destination_is_told(question):
    told = "Origin and destination are the same place, 'port': name two places, or a place to go via"
    for there in ("port", "Port", (66.9, 29.3)):
        with pytest.raises(OptionError, match=told):
            question(NET, "port", there)
    assert co.matrix(NET, ["port", "town"], ["port"]).isna()["port"].tolist() == [True, False]


def test_a_round_trip_passes_another_place():
    assert co.route(NET, "port", "port", via=["town"], by="km").km == 200
    with pytest.raises(CorridorError, match="same place, 'port'"):
        co.route(NET, "port", "port", via=["port"])


# Places


@pytest.mark.parametrize("nowhere", [5, None, True, (1,), (1, 2, 3), ("a", "b"), ["port"], {}, b"port"])
def test_what_is_no_place_is_told(nowhere):
    asked = [
        lambda: co.route(NET, nowhere, "city"),
        lambda: co.alternatives(NET, "port", nowhere),
        lambda: co.pareto(NET, nowhere, "city"),
        lambda: co.matrix(NET, ["port", nowhere], ["city"]),
        lambda: co.nearest_port(NET, nowhere),
        lambda: co.nearest_port(NET, "city", ports=["port", nowhere]),
        lambda: co.reach(NET, nowhere, hours=5),
        lambda: ROUTER.draws(nowhere, "city", np.ones((1, 34))),
    ]
    for ask in asked:
        with pytest.raises(OffNetworkError, match=r"is neither a name nor a point: give an id, a name or \(lon, lat\)"):
            ask()


@pytest.mark.parametrize("point", [(NAN, NAN), (INF, 1), (1e308 * 10, 3), (10**400, 1)])
def test_points_without_finite_numbers_are_told(point):
    for ask in (lambda: co.route(NET, point, "city"), lambda: co.reach(NET, point, hours=5)):
        with pytest.raises(OffNetworkError, match=r"finite|lon"):
            ask()


def test_unknown_places_are_told_by_every_question():
    told = r"Unknown place 'prot'\. Did you mean 'port' \(Port\)\? net\.find\('pro'\)"
    asked = [
        lambda: co.route(NET, "prot", "city"),
        lambda: co.alternatives(NET, "prot", "city"),
        lambda: co.pareto(NET, "city", "prot"),
        lambda: co.matrix(NET, ["port"], ["city", "prot"]),
        lambda: co.nearest_port(NET, "prot"),
        lambda: co.nearest_port(NET, "city", ports="prot"),
        lambda: co.reach(NET, "prot", hours=5),
        lambda: ROUTER.draws("prot", "city", np.ones((1, 34))),
    ]
    for ask in asked:
        with pytest.raises(UnknownPlaceError, match=told):
            ask()


@pytest.mark.parametrize("none", [[], (), pd.Series([], dtype=str), iter(())])
def test_a_matrix_of_no_places_is_refused(none):
    with pytest.raises(OptionError, match="origins is empty: name at least one place"):
        co.matrix(NET, none, ["city"])
    with pytest.raises(OptionError, match="destinations is empty: name at least one place"):
        co.matrix(NET, ["port"], none)


@pytest.mark.parametrize("wrong", [5, None, True])
def test_a_matrix_of_what_is_no_list_is_refused(wrong):
    with pytest.raises(OptionError, match=f"origins={wrong}: must be a list of places"):
        co.matrix(NET, wrong, ["city"])
    with pytest.raises(OptionError, match=f"destinations={wrong}: must be a list of places"):
        co.matrix(NET, ["port"], wrong)
    if wrong is not None:
        with pytest.raises(OptionError, match=f"ports={wrong}: must be a list of places"):
            co.nearest_port(NET, "city", ports=wrong)


@pytest.mark.parametrize("snap_km", [-1, NAN, "3", None, [1], True])
def test_a_limit_on_snapping_that_is_no_number_is_refused(snap_km):
    for ask in (
        lambda: co.route(NET, (66.9, 29.3), "city", snap_km=snap_km),
        lambda: co.route(NET, "port", "city", snap_km=snap_km),
        lambda: co.matrix(NET, "port", "city", snap_km=snap_km),
        lambda: co.reach(NET, "port", hours=5, snap_km=snap_km),
    ):
        with pytest.raises(CorridorError, match="snap_km"):
            ask()


# Other objects


@pytest.mark.parametrize(
    "wrong",
    [None, 5, "corridor", NET.graph, NET.places, ROUTER, co.Router, object()],
    ids=lambda wrong: type(wrong).__name__,
)
def test_what_is_no_network_is_told(wrong):
    asked = [
        lambda: co.route(wrong, "port", "city"),
        lambda: co.alternatives(wrong, "port", "city"),
        lambda: co.pareto(wrong, "port", "city"),
        lambda: co.matrix(wrong, "port", "city"),
        lambda: co.nearest_port(wrong, "city"),
        lambda: co.reach(wrong, "port", hours=5),
        lambda: co.state_graph(wrong),
        lambda: co.Router(wrong),
    ]
    for ask in reversed(asked):
        with pytest.raises(
            OptionError, match=rf"a corridor\.Network, as co\.load\(\) .*not an? {type(wrong).__name__}"
        ):
            ask()


def test_shipments_and_weights_that_are_none_are_told():
    for asked in (*ASKED.values(), lambda **options: co.Router(NET, **options), ROUTER.repriced):
        with pytest.raises(OptionError, match=r"shipment=20: must be a corridor\.Shipment, e\.g\. co\.Shipment"):
            asked(shipment=20)
        with pytest.raises(OptionError, match=r"weights=\{\}: must be a corridor\.Weights, e\.g\. co\.Weights"):
            asked(weights={})


def test_weights_that_are_none_are_told_beside_another_shipment():
    with pytest.raises(OptionError, match=r"weights=5: must be a corridor\.Weights"):
        ROUTER.repriced(shipment=co.Shipment(tonnes=5), weights=5)


def test_no_way_is_an_error_of_every_question_but_the_matrix():
    for question in ("route", "alternatives", "pareto", "nearest_port"):
        with pytest.raises(NoRouteError, match="without avoid=gate: 258 km"):
            PAIRED[question](avoid=["gate"])
    assert co.matrix(NET, "port", "city", avoid=["gate"]).isna().all(axis=None)
