# SPDX-License-Identifier: BSD-3-Clause
"""A router is compiled once and asked many times: draws, edges, what is kept with the network, and nothing changed."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest

import corridor as co
import small
from corridor.errors import NoRouteError, OptionError
from corridor.states import KEPT

MEASURES = ["km", "hours", "usd", "co2e_kg", "crossings", "transfers", "score"]


@pytest.fixture
def net():
    return small.two_countries()


@pytest.fixture(scope="module")
def bundled():
    return co.load()


def answers(asked):
    """Return every answer that a network or a router gives, in a form that can be compared."""
    table = asked.matrix(["port", "town"], ["city", "east"], by="usd", also=MEASURES[:4])
    return (
        asked.route("port", "city", by="usd"),
        asked.route("port", "city", by="co2e_kg", max_transfers=1),
        asked.alternatives("port", "city", k=3),
        asked.alternatives("port", "city", max_overlap=0.5),
        asked.pareto("port", "city", criteria=("hours", "usd", "co2e_kg")),
        asked.nearest_port("city", by="km"),
        table.to_csv(),
        asked.reach("port", hours=39).to_csv(),
    )


class ByFunctions:
    """The module functions with the methods of a router."""

    def __init__(self, net, **options):
        self.net, self.options = net, options

    def __getattr__(self, name):
        return lambda *ask, **more: getattr(co, name)(self.net, *ask, **self.options, **more)


# The same answers


def test_a_router_answers_as_the_functions_do(net):
    ship, weights = co.Shipment(tonnes=48), co.Weights(usd_per_transfer=33, mode_factor={"rail": 0.5})
    for options in ({}, {"shipment": ship}, {"weights": weights}, {"shipment": ship, "weights": weights}):
        assert answers(co.Router(net, **options)) == answers(ByFunctions(net, **options))


def test_two_runs_give_the_same_answers_whatever_was_asked_before(net):
    router = co.Router(net)
    first = answers(router)
    assert answers(router) == first
    assert answers(co.Router(small.two_countries())) == first
    assert answers(ByFunctions(net)) == first


def test_two_processes_give_the_same_answers():
    code = (
        "import corridor as co; net = co.load()\n"
        "print([r.key for r in co.alternatives(net, 'Karachi', 'Minsk', k=12)])\n"
        "print([r.key for r in co.pareto(net, 'Karachi', 'Kabul', criteria=('hours', 'usd', 'crossings'))])\n"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
            encoding="utf-8",
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_the_network_is_not_changed_by_what_is_asked(net):
    tables, before = net.tables, pickle.dumps(net.tables)
    answers(ByFunctions(net))
    answers(co.Router(net))
    assert net.tables is tables
    assert pickle.dumps(net.tables) == before == pickle.dumps(small.two_countries().tables)


def test_arrays_given_to_a_router_are_not_changed(net):
    router = co.Router(net)
    hours = router.edges["hours"].to_numpy(copy=True)
    costs = np.stack([hours, hours * 2])
    before = costs.copy()
    router.repriced(hours=hours).route("port", "city")
    router.draws("port", "city", costs)
    np.testing.assert_array_equal(costs, before)


def test_figures_changed_after_they_were_given_do_not_change_the_router(net):
    hours = co.Router(net).edges["hours"].to_numpy(copy=True)
    router = co.Router(net).repriced(hours=hours)
    first = router.route("port", "city", by="km").hours
    hours += 100
    assert router.route("port", "city", by="km").hours == first


# Draws


def test_draws_choose_anew_in_each_set_of_costs(net):
    router = co.Router(net)
    edges = router.edges
    drawn = router.draws("port", "city", edges[["hours", "usd", "co2e_kg", "hours", "km"]].to_numpy().T)
    assert drawn.totals.tolist() == pytest.approx([40.32, 636, 318, 40.32, 258])
    assert drawn.which.tolist() == [0, 1, 2, 0, 0]
    assert [route.hours for route in drawn.routes] == pytest.approx([40.32, 53.12, 59.52])
    assert drawn.routes[0] == router.route("port", "city", by="hours")
    assert drawn.routes.method == "best in 5 draws"


def test_draws_keep_to_the_options(net):
    router = co.Router(net)
    costs = router.edges[["co2e_kg"]].to_numpy().T
    assert router.draws("port", "city", costs, modes=["road"]).totals.tolist() == pytest.approx([516])
    assert router.draws("port", "city", costs, avoid=["rail-east-city"]).totals.tolist() == pytest.approx([397])
    with pytest.raises(NoRouteError, match="without avoid=gate"):
        router.draws("port", "city", costs, avoid=["gate"])
    with pytest.raises(OptionError, match="within=PK leaves out AF, where the destination 'city' is: add it"):
        router.draws("port", "city", costs, within=["PK"])


def test_draws_of_the_corridor_cost_what_their_routes_cost(bundled):
    router = co.Router(bundled)
    hours = router.edges["hours"].to_numpy()
    costs = np.random.default_rng(1).gamma(4, hours / 4, (40, len(hours)))
    drawn = router.draws("Karachi", "Minsk", costs)
    assert sorted(set(drawn.which.tolist())) == list(range(len(drawn.routes)))
    for number, (total, which) in enumerate(zip(drawn.totals, drawn.which, strict=True)):
        scenario = router.repriced(hours=costs[number])
        assert scenario.route("Karachi", "Minsk", by="hours").hours == pytest.approx(total)
        assert drawn.routes[which].key == scenario.route("Karachi", "Minsk", by="hours").key


def test_no_draws_are_refused(net):
    with pytest.raises(OptionError, match=r"costs: a table of \(0, 34\); give one row a draw"):
        co.Router(net).draws("port", "city", np.zeros((0, 34)))


def test_costs_of_edges_out_of_play_may_be_anything(net):
    router = co.Router(net)
    costs = router.edges["hours"].to_numpy(copy=True)[None]
    costs[:, (router.edges["from_carriage"] == "rail1676").to_numpy()] = np.nan
    assert router.draws("port", "city", costs, modes=["road"]).totals.tolist() == pytest.approx([40.32])
    with pytest.raises(OptionError, match="a cost of an edge that may be used is negative or not a number"):
        router.draws("port", "city", costs)


@pytest.mark.parametrize(
    ("costs", "told"),
    [
        (np.zeros((2, 3)), r"costs: a table of \(2, 3\); give one row a draw and 34 columns, one an edge"),
        (np.zeros(34), r"costs: a table of \(34,\)"),
        (5, "costs: a table of "),
        (None, "costs: "),
        ("costs.csv", "costs: "),
        ([["a"] * 34], "costs: "),
        ([[1] * 34, [2]], "costs: "),
        (np.full((2, 34), -1.0), "every one must be finite and >= 0"),
        (np.full((2, 34), np.inf), "every one must be finite and >= 0"),
    ],
)
def test_costs_that_are_none_are_refused(net, costs, told):
    with pytest.raises(OptionError, match=told):
        co.Router(net).draws("port", "city", costs)


# Own figures


@pytest.mark.parametrize("name", ["hours", "usd"])
@pytest.mark.parametrize(
    ("figures", "told"),
    [
        (np.zeros(3), r": \(3,\) figures for 34 edges; give one an edge, as in router.edges"),
        (5, r": \(\) figures for 34 edges"),
        (np.zeros((1, 34)), r": \(1, 34\) figures for 34 edges"),
        ("slow", ": "),
        (["a"] * 34, ": "),
        ([*[1.0] * 20, -3.0, *[1.0] * 13], r": edge 20 \(.*\) has -3\.0: must be finite and >= 0"),
        ([np.nan] * 34, r": edge 0 \(start, city to city\) has nan: must be finite and >= 0"),
        ([np.inf] * 34, r": edge 0 .* has inf: must be finite and >= 0"),
    ],
)
def test_own_figures_that_are_none_are_refused(net, name, figures, told):
    with pytest.raises(OptionError, match=name + told):
        co.Router(net).repriced(**{name: figures})


# Edges and repr


def test_edges_are_one_row_each_and_routes_are_made_of_them(net):
    router = co.Router(net)
    edges = router.edges
    ids = ["from", "to", "from_carriage", "to_carriage", "kind", "link", "crossing"]
    assert edges.columns.tolist() == [*ids, *MEASURES]
    assert edges.index.name == "edge"
    assert edges["kind"].value_counts().to_dict() == {"haul": 10, "cross": 2, "transfer": 4, "start": 9, "end": 9}
    assert (edges.attrs["unit"]["hours"], edges.attrs["unit"]["score"]) == ("h", "USD")
    states = co.state_graph(net)
    assert len(edges) == states.number_of_edges()
    for row in edges.itertuples():
        pair = ((row[1], row.from_carriage), (row.to, row.to_carriage))
        assert states.edges[(*pair, row.link or row.kind)]["score"] == row.score


def test_edges_of_links_not_in_play_are_there_too(bundled):
    edges = co.Router(bundled).edges
    assert set(edges["link"]) - {""} == {
        row.id for row in bundled.tables.links if row.mode != "rail" or row.gauge_mm is not None
    }


def test_the_repr_tells_size_shipment_and_engine(net):
    told = "<Router: 5 places, 19 states, 34 edges; 20 t of general; engine auto, 0 landmarks>"
    assert repr(co.Router(net)) == told
    router = co.Router(net, shipment=co.Shipment(tonnes=48, cargo="ore"), engine="plain", landmarks=2)
    assert repr(router).endswith("34 edges; 48 t of ore; engine plain, 2 landmarks>")
    assert repr(router.repriced(shipment=co.Shipment(tonnes=9))).endswith("9 t of general; engine plain, 2 landmarks>")


# Kept with the network


def test_the_second_question_finds_the_router_and_its_prices(net):
    first = co.route(net, "port", "city")
    second = co.route(net, "port", "town", modes=["road"])
    third = co.alternatives(net, "port", "city")[0]
    assert first._prices is second._prices is third._prices
    assert co.route(net, "port", "city", shipment=co.Shipment(), weights=co.Weights())._prices is first._prices
    assert co.Router(net).route("port", "city")._prices is first._prices
    assert co.route(net, "port", "city", shipment=co.Shipment(tonnes=5))._prices is not first._prices
    assert first.edges == third.edges
    assert len(net.compiled["routers"]) == 2


def test_the_last_eight_shipments_are_kept_and_no_more(net):
    priced = [co.route(net, "port", "city", shipment=co.Shipment(tonnes=1 + n))._prices for n in range(KEPT + 4)]
    assert KEPT == len(net.compiled["prices"]) == len(net.compiled["routers"]) == 8
    again = co.route(net, "port", "city", shipment=co.Shipment(tonnes=KEPT + 4))
    assert again._prices is priced[-1]
    first = co.route(net, "port", "city", shipment=co.Shipment(tonnes=1))
    assert first._prices is not priced[0]
    assert first == co.route(small.two_countries(), "port", "city", shipment=co.Shipment(tonnes=1))


def test_routes_outlive_what_is_kept(net):
    first = co.route(net, "port", "city", shipment=co.Shipment(tonnes=100))
    for tonnes in range(1, 12):
        co.route(net, "port", "city", shipment=co.Shipment(tonnes=tonnes))
    assert first.explain()["score"].sum() == pytest.approx(first.score)
    assert first == co.route(net, "port", "city", shipment=co.Shipment(tonnes=100))


def test_a_network_with_other_rates_keeps_nothing_of_the_first(net):
    before = co.route(net, "port", "city", modes=["road"])
    dear = net.with_rates("usd_per_vehicle_km", factor=2, mode="road")
    assert co.route(dear, "port", "city", modes=["road"]).usd == pytest.approx(666 + 258 * 2)
    assert co.route(net, "port", "city", modes=["road"]) == before


# Pickled


def test_routes_and_networks_can_be_pickled(net):
    route = co.route(net, "port", "city")
    routes = co.pareto(net, "port", "city")
    for value in (route, routes, co.alternatives(net, "port", "city")):
        copy = pickle.loads(pickle.dumps(value))  # noqa: S301
        assert copy == value
        assert str(copy) == str(value)
        assert copy.to_dict() == value.to_dict()
    assert pickle.loads(pickle.dumps(routes)).criteria == ("hours", "usd")  # noqa: S301
    assert pickle.loads(pickle.dumps(route)).with_ends("gate") == route  # noqa: S301


def test_a_network_that_was_asked_can_be_pickled_without_what_it_worked_out(bundled):
    fresh = len(pickle.dumps(co.load()))
    co.alternatives(bundled, "Karachi", "Minsk")
    kept = pickle.dumps(bundled)
    assert len(kept) < 1.5 * fresh
    copy = pickle.loads(kept)  # noqa: S301
    assert co.route(copy, "Karachi", "Minsk") == co.route(bundled, "Karachi", "Minsk")


@pytest.mark.parametrize("engine", ["plain", "compiled"])
def test_a_router_can_be_pickled(net, engine):
    if engine == "compiled":
        pytest.importorskip("numba")
    router = co.Router(net, engine=engine)
    first = router.route("port", "city")
    copy = pickle.loads(pickle.dumps(router))  # noqa: S301
    assert copy.route("port", "city") == first
    assert pickle.loads(pickle.dumps(first)) == first  # noqa: S301


@pytest.mark.parametrize("engine", ["plain", "compiled"])
def test_draws_begin_at_the_origin_where_links_cost_nothing(engine):
    places = [small.place(name, lon=67.0 + number / 100) for number, name in enumerate(("a", "b", "c"))]
    links = [small.link("free", "a", "b", 10, hours=0, usd_per_vehicle=0), small.link("road", "b", "c", 10)]
    router = co.Router(small.network(places, links), engine=engine)
    hours = np.tile(router.edges["hours"].to_numpy(), (3, 1))
    for pair in (("a", "b"), ("b", "a"), ("b", "c"), ("c", "a")):
        assert router.draws(*pair, hours).totals.tolist() == [router.route(*pair, by="hours").hours] * 3
