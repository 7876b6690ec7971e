# SPDX-License-Identifier: BSD-3-Clause
"""The time/cost-distance profile: by hand, its invariants on random networks, and the chart."""

from __future__ import annotations

import builtins
import math
from datetime import datetime
from itertools import pairwise

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.text import Text

import corridor as co
import small
from corridor.errors import MissingExtraError, NoRouteError, OptionError
from corridor.plot import MODE_COLOURS
from corridor.profile_chart import BORDER

MEASURES = ("hours", "usd", "co2e_kg")


@pytest.fixture(scope="module")
def net():
    return co.load()


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def by_road(**more):
    return co.route(small.two_countries(), "port", "city", modes=["road"], **more)


# --- by hand -----------------------------------------------------------------------------------------------------------


def test_a_truck_over_a_border_by_hand():
    points = co.profile(by_road())
    # 25 km an elapsed hour; 20 h at the post left, 8 km between the posts, 10 h at the post entered.
    assert points["km"].tolist() == [0, 100, 200, 200, 208, 208, 258]
    assert points["hours"].tolist() == pytest.approx([0, 4, 8, 28, 28.32, 38.32, 40.32])
    assert points["kind"].tolist() == ["start", "leg", "leg", "stop", "leg", "stop", "leg"]
    assert points["activity"].tolist() == ["", "haul", "haul", "border outbound", "haul", "border inbound", "haul"]
    assert points["place"].tolist() == ["port", "town", "west", "west", "east", "east", "city"]
    assert points["border"].tolist() == [False, False, False, True, False, True, False]
    assert points["country"].tolist() == ["", "", "", "PK", "", "AF", ""]
    assert points["step"].tolist() == pytest.approx([0, 4, 4, 20, 0.32, 10, 2])
    assert points.attrs["unit"] == {"km": "km", "hours": "h", "step": "h"}


def test_money_by_hand_and_per_20_t():
    points = co.profile(by_road(shipment=co.Shipment(tonnes=40)), "usd")
    # Two trucks at 2 USD a km each, 100 and 50 USD a truck at the posts.
    assert points["usd"].tolist() == pytest.approx([0, 400, 800, 1000, 1032, 1132, 1332])
    per = co.profile(by_road(shipment=co.Shipment(tonnes=40)), "usd", per="20t")
    assert per["usd"].tolist() == pytest.approx([value / 2 for value in points["usd"]])
    assert per.attrs["per"] == "20t"
    boxes = co.profile(by_road(shipment=co.Shipment(tonnes=40)), "usd", per="feu")
    assert boxes["usd"].iloc[-1] == pytest.approx(666)


def test_a_transfer_is_a_step_that_is_no_border():
    route = co.route(small.two_countries(), "port", "town", modes=["rail"])
    assert co.profile(route)["kind"].tolist() == ["start", "leg"]
    through = co.route(
        small.two_countries(), "port", "city", modes=["road", "rail"], avoid=["road-port-town", "road-east-city"]
    )
    stops = co.profile(through).query("kind == 'stop'")
    assert stops[["place", "activity", "border", "step"]].to_numpy().tolist() == [
        ["town", "transfer", False, 12],
        ["west", "border outbound", True, 20],
        ["east", "border inbound", True, 10],
        ["east", "transfer", False, 6],
    ]


def test_a_stop_without_height_is_left_out():
    net = small.two_countries()
    free = co.route(net, "port", "town", modes=["rail"], shipment=co.Shipment(ends="gate"))
    assert co.profile(free, "co2e_kg")["kind"].tolist() == ["start", "leg"]
    truck = co.profile(by_road(), "co2e_kg")
    assert (truck["kind"] == "stop").sum() == 0
    assert truck["co2e_kg"].iloc[-1] == pytest.approx(by_road().co2e_kg)


# --- invariants ----------------------------------------------------------------------------------------------------------


def check_invariants(route, y):
    points = co.profile(route, y)
    parts = pd.DataFrame([part for part in route.explain().to_dict("records") if part["part"] != "penalty"])
    links = sum(bool(row["link"]) for row in route.step_rows())
    if y == "hours":
        # Counted from the explanation of the score, which is made without the movements.
        stops = ((parts["part"] != "haul") & (parts["hours"] > 0)).sum() if len(parts) else 0
        assert len(points) == 1 + links + stops
    assert (points["kind"] == "leg").sum() == links
    assert (points.loc[points["kind"] == "stop", "step"] != 0).all()
    assert (points.loc[points["kind"] == "stop", "leg_km"] == 0).all()
    assert points["km"].is_monotonic_increasing
    assert all(b - a >= -1e-9 for a, b in pairwise(points[y]))
    assert points["km"].iloc[-1] == pytest.approx(route.km)
    assert points[y].iloc[-1] == pytest.approx(getattr(route, y))
    assert points["step"].sum() == pytest.approx(getattr(route, y))
    assert (points.iloc[0]["km"], points.iloc[0][y], points.iloc[0]["place"]) == (0, 0, route.origin)
    assert points.iloc[-1]["place"] == route.destination
    # The sloped parts alone give the speed of the hauls, rests included.
    legs = points[points["kind"] == "leg"]
    assert legs["leg_km"].sum() == pytest.approx(route.km)
    if y == "hours" and len(parts):
        assert legs["step"].sum() == pytest.approx(parts.loc[parts["part"] == "haul", "hours"].sum())
    return points


@pytest.mark.parametrize("y", MEASURES)
@pytest.mark.parametrize("ends", ["gate", "terminal"])
@pytest.mark.parametrize("pair", [("Karachi", "Minsk"), ("Gwadar", "Almaty")])
def test_the_invariants_hold_on_the_corridor(net, pair, ends, y):
    check_invariants(co.route(net, *pair, shipment=co.Shipment(ends=ends)), y)


@pytest.mark.parametrize("y", MEASURES)
def test_the_invariants_hold_by_sea_and_rail(y):
    net = co.load(scope="bypass")
    check_invariants(co.route(net, "Karachi", "Minsk", modes=["sea", "rail"]), y)


@given(small.tangled(), st.sampled_from(["general", "fruit"]), st.sampled_from(MEASURES))
def test_the_invariants_hold_on_random_networks(net, cargo, y):
    try:
        route = co.route(
            net, "p0", net.tables.places[-1].id, modes=["road", "rail", "sea", "air"], shipment=co.Shipment(cargo=cargo)
        )
    except NoRouteError:
        assume(False)
    check_invariants(route, y)


def test_a_leg_slopes_by_its_hours_over_its_km():
    points = co.profile(by_road())
    legs = points[points["kind"] == "leg"]
    assert (legs["step"] / legs["leg_km"]).to_numpy() == pytest.approx([1 / 25] * 4)


def test_waits_for_an_opening_are_steps_at_the_clock_s_time(net):
    route = co.route(net, "Kabul", "Mazar-i-Sharif", depart=datetime(2025, 5, 28, 8))
    assert route.waiting_hours > 0
    points = check_invariants(route, "hours")
    waits = points[points["activity"].str.startswith("waiting")]
    assert waits["step"].sum() == pytest.approx(route.waiting_hours)
    assert not waits["border"].any()


def test_a_wait_at_a_post_is_a_step_of_the_border():
    calendar = {
        "subject": "gate", "subject_kind": "crossing", "opens": "10:00", "closes": "12:00", "timezone": "Asia/Karachi",
        "last_confirmed": "2025-06-01", "basis": "quoted", "source": "hand",
    }  # fmt: skip
    made = small.two_countries().tables
    net = small.network(
        [row.model_dump() for row in made.places], [row.model_dump(by_alias=True) for row in made.links],
        crossings=[row.model_dump() for row in made.crossings], calendars=[calendar],
    )  # fmt: skip
    # Eight hours to the post: it comes at 20:00 and waits until 10:00.
    route = co.route(net, "port", "city", modes=["road"], depart=datetime(2025, 6, 2, 12))
    points = check_invariants(route, "hours")
    border = points[points["border"]]
    assert border[["place", "activity", "step"]].to_numpy().tolist() == [
        ["west", "waiting for opening", pytest.approx(14)],
        ["west", "border outbound", 20],
        ["east", "border inbound", 10],
    ]
    passages = co.indicators(route).to_frame("passages")
    assert passages["hours"].tolist() == pytest.approx([34, 10])
    assert passages["crossing"].tolist() == ["gate", "gate"]


def test_several_routes_are_told_apart_by_number(net):
    routes = co.alternatives(net, "Karachi", "Tashkent", k=2)
    points = co.profile(routes)
    assert points["route"].unique().tolist() == [1, 2]
    ends = points.groupby("route")["hours"].last().tolist()
    assert ends == pytest.approx([route.hours for route in routes])


def test_own_figures_make_a_profile_of_what_they_hold():
    places = pd.DataFrame({"id": ["a", "b"], "lon": [60.0, 60.5], "lat": [30.0, 30.0]})
    links = pd.DataFrame({"from": ["a"], "to": ["b"], "length_km": [60.0], "hours": [3.0]})
    route = co.Router.from_frames(places, links).route("a", "b", by="hours")
    assert co.profile(route)["hours"].tolist() == [0, 3]
    with pytest.raises(OptionError, match=r"profile: the usd of route 1 is not known; give the column usd"):
        co.profile(route, "usd")
    priced = co.Router.from_frames(places, links.assign(usd=90.0)).route("a", "b", by="usd")
    assert co.profile(priced, "usd")["usd"].tolist() == [0, 90]
    with pytest.raises(OptionError, match=r"for how many tonnes is not known; leave per= out"):
        co.profile(priced, "usd", per="20t")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"y": "hour"}, r"profile: unknown y='hour'\. Did you mean 'hours'\?"),
        ({"y": "usd", "per": "teu"}, r"profile: unknown per='teu'\. Did you mean 'feu'\?"),
        ({"per": "20t"}, r"profile: hours are of the journey, not per 20t; leave per= out"),
    ],
)
def test_wrong_options_are_told(options, message):
    with pytest.raises(OptionError, match=message):
        co.profile(by_road(), **options)


def test_no_route_is_no_profile():
    with pytest.raises(OptionError, match=r"profile: no route given"):
        co.profile([])
    with pytest.raises(OptionError, match=r"plot_profile: takes a route or several"):
        co.plot_profile([3])


# --- chart -------------------------------------------------------------------------------------------------------------


def lines_of(ax, colour, width=None):
    return [
        line for line in ax.lines
        if to_hex(line.get_color()) == colour.lower() and (width is None or line.get_linewidth() == width)
    ]  # fmt: skip


def test_the_chart_draws_the_points_of_the_profile():
    ax = co.plot_profile(by_road())
    (first, between, last) = [line.get_xydata().tolist() for line in lines_of(ax, MODE_COLOURS["road"])]
    assert first == [[0, 0], [100, 4], [200, 8]]
    assert between == [pytest.approx([200, 28]), pytest.approx([208, 28.32])]
    assert last[-1] == pytest.approx([258, 40.32])
    borders = [line.get_xydata().tolist() for line in lines_of(ax, "#222222", BORDER)]
    assert borders == [[[200, 8], [200, 28]], [pytest.approx([208, 28.32]), pytest.approx([208, 38.32])]]
    assert ax.get_xlabel() == "distance from Port, km"
    assert ax.get_ylabel() == "time since departure, hours"
    assert [axis.get_ylabel() for axis in ax.child_axes] == ["days"]
    assert "Port → City: time over distance" in ax.get_title(loc="left")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["road", "border (h)"]
    assert {text.get_text() for text in ax.texts} == {"City\n40 h, 1.7 days", "West 30"}


def test_money_has_no_days_and_says_what_it_is_of():
    ax = co.plot_profile(by_road(), "usd", per="20t")
    assert ax.get_ylabel() == "cost per 20 t, USD"
    assert ax.child_axes == []


def extents(ax):
    ax.figure.canvas.draw()
    # Of the words alone: the extent of an annotation holds its line too.
    return [Text.get_window_extent(text) for text in ax.texts], ax.get_legend().get_window_extent()


@pytest.mark.parametrize("y", MEASURES)
def test_names_lie_on_no_name_and_in_the_picture(net, y):
    bypass = co.load(scope="bypass")
    routes = [
        co.route(net, "Karachi", "Minsk"),
        co.route(bypass, "Karachi", "Minsk"),
        co.route(bypass, "Karachi", "Minsk", modes=["sea", "rail"]),
    ]
    ax = co.plot_profile(routes, y)
    texts, legend = extents(ax)
    assert len(texts) >= (3 if y == "co2e_kg" else 8)
    frame = ax.figure.bbox
    for number, box in enumerate(texts):
        assert frame.x0 <= box.x0
        assert box.x1 <= frame.x1
        assert not any(box.overlaps(other) for other in [*texts[number + 1 :], legend])
    ends = [text.get_text().split("\n")[0] for text in ax.texts if "\n" in text.get_text()]
    assert sorted(ends) == sorted("-".join(route.countries) for route in routes)


def test_the_name_at_an_end_stands_beside_its_own(net):
    routes = [co.route(net, "Karachi", "Tashkent"), co.route(net, "Karachi", "Tashkent", avoid=["torkham"])]
    _, ax = plt.subplots(figsize=(7.6, 5.2))
    co.plot_profile(routes, ax=ax, labels=["by Torkham", "by Chaman"])
    ax.figure.canvas.draw()
    ends = [ax.transData.transform((route.km, route.hours)) for route in routes]
    for number, name in enumerate(["by Torkham", "by Chaman"]):
        text = next(text for text in ax.texts if text.get_text().startswith(name))
        box = Text.get_window_extent(text)
        apart = [math.hypot(max(box.x0 - x, x - box.x1, 0), max(box.y0 - y, y - box.y1, 0)) for x, y in ends]
        assert apart[number] < 12 * ax.figure.dpi / 72
        assert apart[number] < apart[1 - number]


def test_routes_of_the_same_countries_are_named_by_what_they_cross(net):
    routes = [co.route(net, "Karachi", "Tashkent"), co.route(net, "Karachi", "Tashkent", avoid=["torkham"])]
    ax = co.plot_profile(routes)
    assert [text.get_text() for text in ax.get_legend().get_texts()][:2] == ["by Torkham", "by Chaman"]
    dashes = {line.get_linestyle() for line in lines_of(ax, MODE_COLOURS["road"])}
    assert len(dashes) == 2
    own = co.plot_profile(routes, labels=["first", "second"], title="Two ways")
    assert own.get_title(loc="left") == "Two ways"
    assert [text.get_text() for text in own.get_legend().get_texts()][:2] == ["first", "second"]
    with pytest.raises(OptionError, match=r"plot_profile: 1 labels for 2 routes; give one a route\."):
        co.plot_profile(routes, labels=["one"])


def test_the_chart_can_stand_on_axes_of_one_s_own():
    _, ax = plt.subplots()
    assert co.plot_profile(by_road(), ax=ax) is ax
    assert math.isclose(ax.get_ylim()[0], 0)


def test_names_without_room_are_counted():
    figure = plt.figure(figsize=(1.6, 1.2))
    ax = co.plot_profile(by_road(), ax=figure.add_subplot())
    told = [text.get_text() for text in ax.get_legend().get_texts()]
    assert len(ax.texts) < 2
    assert any("no room for the name" in text for text in told)


def test_without_matplotlib_the_table_form_is_told(monkeypatch):
    real = builtins.__import__

    def no_matplotlib(name, *more, **options):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *more, **options)

    monkeypatch.setattr(builtins, "__import__", no_matplotlib)
    with pytest.raises(MissingExtraError, match=r"pip install 'corridor\[plot\]'"):
        co.plot_profile(by_road())
