# SPDX-License-Identifier: BSD-3-Clause
"""The route chosen anew in each draw: shares, the deterministic answer, and every draw against plain enumeration."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import corridor as co
import reliable
import small
from corridor.choosing import _usd_an_hour
from corridor.errors import CorridorError, NoRouteError, OptionError
from corridor.time_spread import TimeSpread, stream


def a_pair(net, data):
    names = [place.id for place in net.tables.places]
    origin = data.draw(st.sampled_from(names))
    return origin, data.draw(st.sampled_from([name for name in names if name != origin]))


@given(small.tangled(), st.data())
@settings(deadline=None)
def test_without_spread_the_one_route_is_the_deterministic_best(net, data):
    pair = a_pair(net, data)
    by = data.draw(st.sampled_from(["hours", "score", "usd"]))
    try:
        best = co.route(net, *pair, by=by)
    except CorridorError:
        with pytest.raises(CorridorError):
            co.route_choice(net, *pair, n=10, seed=1, by=by, spread=0)
        return
    found = co.route_choice(net, *pair, n=10, seed=1, by=by, spread=0)
    assert list(found.routes) == [best]
    assert found.shares == (1.0,)
    assert (found.totals == getattr(best, by)).all()


@given(small.tangled(most_links=10), st.data())
@settings(deadline=None)
def test_every_draw_takes_the_best_of_all_the_ways_by_networkx(net, data):
    pair, by = a_pair(net, data), data.draw(st.sampled_from(["hours", "score"]))
    shipment = co.Shipment(cargo=data.draw(st.sampled_from(["general", "fruit"])))
    try:
        found = co.route_choice(net, *pair, n=12, seed=5, by=by, shipment=shipment)
    except CorridorError:
        assume(False)
    assert sum(found.shares) == pytest.approx(1)
    router = co.Router(net, shipment=shipment)
    prices = router._compiled.prices
    of_time, an_hour = TimeSpread(prices, {}), _usd_an_hour(prices, by)
    graph = co.state_graph(net, shipment=shipment)
    numbers = {
        (edge.tail, edge.head, edge.key): edge.number for edge in map(prices.edge, range(len(prices.structure.kind)))
    }
    for draw in range(12):
        for tail, head, key, attributes in graph.edges(keys=True, data=True):
            number = numbers[tail, head, key]
            extra = 0.0
            for what, mean in of_time.parts(number):
                normal = stream(5, what.key).standard_normal(12)[draw]
                extra += mean * np.expm1(what.sigma * normal - what.sigma**2 / 2)
            attributes["drawn"] = max(0.0, attributes[by] + extra * an_hour[number])
        exact = nx.dijkstra_path_length(graph, (pair[0], "start"), (pair[1], "end"), weight="drawn")
        assert found.totals[draw] == pytest.approx(exact, rel=1e-9, abs=1e-9)
        taken = found.routes[int(found.which[draw])]
        along = sum(graph.edges[edge]["drawn"] for edge in taken.edges)
        assert along == pytest.approx(exact, rel=1e-9, abs=1e-9)


def test_the_totals_are_the_least_of_simulated_routes_of_the_same_seed():
    net = reliable.two_corridors()
    found = co.route_choice(net, "port", "city", n=500, seed=3)
    drawn = co.simulate(reliable.both(net), n=500, seed=3).draws
    assert np.allclose(found.totals, drawn.min(axis=1))
    share = dict(zip((r.crossings[0] for r in found.routes), found.shares, strict=True))
    assert share["gate-b"] == pytest.approx((drawn[:, 1] < drawn[:, 0]).mean())
    assert 0.5 < share["gate-b"] < 1


def test_closures_send_the_route_round():
    shut = [
        reliable.closed("gate-b", "2024-01-01", "2024-06-30"),
        reliable.closed("gate-b", "2024-12-31", "2024-12-31"),
    ]
    net = reliable.two_corridors(statuses=shut)
    open_, closed = (
        co.route_choice(net, "port", "city", n=2000, seed=3, spread=0, closures=c) for c in ("none", "history")
    )
    assert open_.to_frame()["crossings"].tolist() == ["gate-b"]
    frame = closed.to_frame().set_index("crossings")
    # A short rest of the closure is waited for: four hours at most.
    assert frame.loc["gate-a", "share"] == pytest.approx(183 / 366, abs=0.04)
    assert "history of 2024-01-01 to 2024-12-31" in repr(closed)
    drawn = co.simulate(reliable.both(net), n=2000, seed=3, spread=0, closures="history").draws
    assert np.allclose(closed.totals, drawn.min(axis=1))


def test_the_table_and_its_faces():
    found = co.route_choice(reliable.two_corridors(), "port", "city", n=400, seed=3)
    frame = found.to_frame()
    assert frame["crossings"].tolist() == ["gate-b", "gate-a"]
    assert frame["rank_by_mean"].tolist() == [1, 2]
    assert frame["share"].sum() == pytest.approx(1)
    share = frame.loc[1, "share"]
    assert frame.loc[1, "share_error"] == pytest.approx((share * (1 - share) / 400) ** 0.5)
    assert frame.loc[1, ["hours", "usd"]].tolist() == [found.routes[0].hours, found.routes[0].usd]
    assert frame.loc[1, "best_mean"] == pytest.approx(found.totals[found.which == 0].mean())
    assert frame.attrs["unit"]["best_mean"] == "h"
    together = found.to_frame(of="countries")
    assert together[["countries", "routes", "share"]].to_numpy().tolist() == [["PK-AF", 2, 1.0]]
    assert repr(found) == "<RouteChoice: 2 routes, best by hours in 400 draws, seed 3; closures left out>"
    assert "gate-a" in str(found)
    assert "<td>gate-a</td>" in found._repr_html_()


def test_the_best_by_mean_is_listed_even_where_it_never_wins():
    # Nearly always the wide post lets pass at once, though its mean is above the narrow one's.
    net = reliable.two_corridors(narrow=(40, 39.9, 40.1), wide=(40.5, 1, 30))
    found = co.route_choice(net, "port", "city", n=10, seed=4, spread={"gate-b": {"sigma": 4}})
    frame = found.to_frame().set_index("crossings")
    assert found.shares == (1.0, 0.0)
    assert frame.loc["gate-a", "rank_by_mean"] == 1
    assert np.isnan(frame.loc["gate-a", "best_mean"])


def test_draws_are_fixed_by_their_seed_and_the_seed_is_told():
    net = co.load()
    one, two = (co.route_choice(net, "Karachi", "Kabul", n=200, seed=11) for _ in range(2))
    assert one.totals.tobytes() == two.totals.tobytes()
    assert one.to_frame().equals(two.to_frame())
    chosen = co.route_choice(net, "Karachi", "Kabul", n=20)
    assert f"seed {chosen.seed}" in repr(chosen)


def test_a_router_is_asked_as_its_network_and_many_draws_in_parts(monkeypatch):
    net = reliable.two_corridors()
    whole = co.route_choice(net, "port", "city", n=300, seed=3)
    monkeypatch.setattr("corridor.choosing.MOST_FIGURES", 1000)
    parts = co.route_choice(co.Router(net), "port", "city", n=300, seed=3)
    assert parts.totals.tobytes() == whole.totals.tobytes()
    assert parts.to_frame().equals(whole.to_frame())


def test_options_of_a_route_hold():
    found = co.route_choice(reliable.two_corridors(), "port", "city", n=50, seed=1, avoid=["gate-b"])
    assert found.to_frame()["crossings"].tolist() == ["gate-a"]
    with pytest.raises(NoRouteError):
        co.route_choice(reliable.two_corridors(), "port", "city", n=50, avoid=["gate-a", "gate-b"])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"by": "km"}, "by='km': time is drawn, so that it must count. Choices: hours, score, usd."),
        ({"n": 3}, "n=3: must be a whole number of draws"),
        ({"seed": -3}, "seed=-3: must be a whole number"),
        ({"closures": "all"}, "Unknown closures='all'."),
        ({"spread": {"gate-c": 1}}, "spread: 'gate-c' is no kind of time"),
        ({"modes": ["raod"]}, "Unknown mode 'raod'. Did you mean 'road'?"),
    ],
)
def test_options_out_of_range_are_refused(options, told):
    with pytest.raises(OptionError) as caught:
        co.route_choice(reliable.two_corridors(), "port", "city", **options)
    assert told in str(caught.value)


def test_a_router_has_its_shipment_already_and_a_text_is_no_network():
    net = reliable.two_corridors()
    with pytest.raises(OptionError, match=r"route_choice of a router: it has its shipment and weights"):
        co.route_choice(co.Router(net), "port", "city", shipment=co.Shipment(tonnes=5))
    with pytest.raises(OptionError, match=r"route_choice needs a corridor\.Network"):
        co.route_choice("net", "port", "city")
    with pytest.raises(OptionError, match="Unknown of='route'"):
        co.route_choice(net, "port", "city", n=10, seed=1).to_frame(of="route")
