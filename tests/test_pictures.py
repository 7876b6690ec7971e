# SPDX-License-Identifier: BSD-3-Clause
"""Every public picture against its baseline, texts that overlap nothing, colours that colour-blind eyes tell apart."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text

import corridor as co
import drawn
import reliable
import small
from corridor.component_chart import FACES
from corridor.errors import MissingExtraError, OptionError, UnknownPlaceError
from corridor.loss_chart import CUT
from corridor.network_map import crossing_states
from corridor.plot import MODE_COLOURS
from trade_small import capacity, two_roads

# Root mean square of the differences, of 255. Measured between matplotlib 3.9.4 and 3.11.2: 0.00, but 2.9 for the matrix,
# one of whose rules falls on the next pixel. The least that a thing left out makes is in the tests below.
TOLERANCE = 0.05
MATRIX_TOLERANCE = 4.0


@pytest.fixture(scope="module")
def net():
    return co.load()


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


# --- baselines -----------------------------------------------------------------------------------------------------------


def differs(name, folder, change=lambda _: None):
    """Draw a picture again and return in what it differs from its baseline: nothing, ``shapes``, ``texts``."""
    path = folder / f"{name}.png"
    said = drawn.save(name, path, change)
    tolerance = MATRIX_TOLERANCE if name == "plot_matrix" else TOLERANCE
    found = set() if compare_images(str(drawn.BASELINE / path.name), str(path), tolerance) is None else {"shapes"}
    return found | ({"texts"} if said != drawn.texts_file(name).read_text(encoding="utf-8").splitlines() else set())


def things(ax):
    """Return what is drawn of the results and lies in view, without the ground and what only rims a line."""
    box = ax.get_window_extent()

    def in_view(artist):
        if isinstance(artist, LineCollection):
            points = [point for line in artist.get_segments() for point in line]
        elif hasattr(artist, "get_xydata"):
            points = artist.get_xydata()
        else:
            return True
        return len(points) > 0 and any(box.contains(*ax.transData.transform(point)) for point in points)

    coloured = [
        line for line in ax.lines if line.get_zorder() >= 2.5 and to_hex(line.get_color()) not in {"#ffffff", "#6b6b6b"}
    ]
    collections = [
        item for item in ax.collections
        if item.get_zorder() >= 2.5 and not (isinstance(item, LineCollection) and to_hex(item.get_colors()[0]) == "#ffffff")
    ]  # fmt: skip
    bars = [patch for patch in ax.patches if patch.get_zorder() >= 2]
    return [item for item in (*coloured, *collections, *bars, *ax.images) if in_view(item)]


@pytest.mark.parametrize("name", drawn.PICTURES)
def test_a_picture_is_as_its_baseline(name, tmp_path):
    assert differs(name, tmp_path) == set()


@pytest.mark.parametrize("name", drawn.PICTURES)
def test_a_picture_without_one_of_its_things_is_not_as_its_baseline(name, tmp_path):
    count = len(things(drawn.draw(name)))
    assert count >= 1
    for number in sorted({0, count - 1}):
        assert "shapes" in differs(name, tmp_path, lambda ax, number=number: things(ax)[number].remove()), number


def named_by(ax: Axes) -> Callable[[str], object]:
    """Return what sets the first label that a picture has: beside it, below it or above it."""
    named = {ax.get_ylabel(): ax.set_ylabel, ax.get_xlabel(): ax.set_xlabel}
    return next((put for text, put in named.items() if text), partial(ax.set_title, loc="left"))


@pytest.mark.parametrize("name", drawn.PICTURES)
def test_a_picture_without_one_of_its_labels_is_not_as_its_baseline(name, tmp_path):
    assert differs(name, tmp_path, lambda ax: named_by(ax)("")) >= {"texts"}


def test_a_line_of_another_colour_is_seen(tmp_path):
    assert "shapes" in differs("plot_reliability", tmp_path, lambda ax: ax.lines[0].set_color("#009e73"))


def test_every_public_picture_has_a_baseline_and_they_stay_small():
    public = {name for name in co.__all__ if name.startswith("plot_")}
    assert public == {name.partition("-")[0] for name in drawn.PICTURES}, (
        "add it to tests/drawn.py and run tools/make_pictures.py --baseline"
    )
    files = sorted(drawn.BASELINE.iterdir())
    assert {file.stem for file in files} == set(drawn.PICTURES)
    assert sum(file.stat().st_size for file in files) < 1_000_000


# --- legible -------------------------------------------------------------------------------------------------------------


def texts_in_view(ax):
    """Return text and box of all that is written in a figure, once drawn."""
    figure = ax.figure
    figure.canvas.draw()
    found = []
    for each in (*figure.axes, *ax.child_axes):
        written = [*each.texts, each._left_title, each.title, each.xaxis.label, each.yaxis.label]
        for axis, (low, high) in ((each.xaxis, each.get_xlim()), (each.yaxis, each.get_ylim())):
            ticks = [tick for tick in axis.get_major_ticks() if min(low, high) <= tick.get_loc() <= max(low, high)]
            written += [label for tick in ticks for label in (tick.label1, tick.label2)]
        if (legend := each.get_legend()) is not None:
            written += [legend.get_title(), *legend.get_texts()]
        found += [text for text in written if text.get_visible() and text.get_text().strip()]
    renderer = figure.canvas.get_renderer()
    return [(text.get_text(), Text.get_window_extent(text, renderer)) for text in found]


MOST_IMPORTANT = {
    "network": lambda _: co.plot_network(co.load(as_of="2026-07-01")),
    "network with the ways round": lambda _: co.plot_network(co.load(as_of="2026-07-01", scope="bypass")),
    "routes": lambda net: co.plot_routes(co.alternatives(net, "Karachi", "Minsk", k=3)),
    "route": lambda net: co.route(net, "Gwadar", "Almaty").plot(),
    "components": lambda net: co.alternatives(net, "Karachi", "Minsk", k=4).plot(kind="components"),
    "matrix": lambda net: co.plot_matrix(co.matrix(net, net.ports, ["Kabul", "Tashkent", "Almaty", "Moscow", "Minsk"])),
    "wide matrix": lambda net: co.plot_matrix(co.matrix(net, net.ports, [p.id for p in net.tables.places if p.kind == "dry-port" or p.id.startswith(("a", "k", "m"))][:22])),
    "losses of crossings": lambda net: losses(net, "crossings").plot(kind="map"),
    "losses of links": lambda net: losses(net, "links").plot(kind="map", top=12),
    "bars": lambda net: losses(net, "crossings").plot(),
    "reach": lambda net: co.plot_reach(co.reach(net, "Karachi", hours=24 * 10), labels=["Karachi"]),
    "reach by money": lambda net: co.plot_reach(co.reach(net, "Karachi", usd=4000), labels=["Karachi"]),
    "reliability": lambda net: co.plot_reliability(co.simulate(list(co.alternatives(net, "Karachi", "Tashkent", k=4)), n=300, seed=1, deadline_hours=400)),
}  # fmt: skip


def losses(net, of):
    return co.criticality(net, [("Karachi", "Tashkent"), ("Karachi", "Minsk"), ("Gwadar", "Almaty")], of=of)


@pytest.mark.parametrize("name", MOST_IMPORTANT)
def test_no_text_lies_on_another_or_outside_the_figure(net, name):
    ax = MOST_IMPORTANT[name](net)
    found = texts_in_view(ax)
    assert len(found) > 5
    figure = ax.figure.bbox
    outside = [text for text, box in found if box.x0 < -1 or box.y0 < -1 or box.x1 > figure.x1 + 1 or box.y1 > figure.y1 + 1]  # fmt: skip
    assert outside == []
    hits = [(a, b) for (a, one), (b, two) in combinations(found, 2)
            if min(one.x1, two.x1) - max(one.x0, two.x0) > 1 and min(one.y1, two.y1) - max(one.y0, two.y0) > 3]  # fmt: skip
    assert hits == []


# Of linear red, green and blue: Machado, Oliveira and Fernandes (2009), A physiologically-based model for simulation of
# color vision deficiency, IEEE TVCG 15(6): 1291-1298, at severity 1.
SEEN = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "full sight": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
}
# From linear sRGB to CIE XYZ of D65, over the white point (IEC 61966-2-1).
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour, eyes):
    """Return CIE L*a*b* of a colour as some eyes see it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    x, y, z = XYZ @ np.clip(np.array(SEEN[eyes]) @ linear, 0, 1) / XYZ.sum(axis=1)
    f = [value ** (1 / 3) if value > (6 / 29) ** 3 else value / (3 * (6 / 29) ** 2) + 4 / 29 for value in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eyes", SEEN)
def test_the_colours_of_modes_stay_apart(eyes):
    apart = {(a, b): math.dist(lab(MODE_COLOURS[a], eyes), lab(MODE_COLOURS[b], eyes)) for a, b in combinations(MODE_COLOURS, 2)}  # fmt: skip
    # About 2.3 is the least difference that is seen at all (Mahy et al. 1994).
    assert min(apart.values()) > 10, min(apart, key=apart.get)


@pytest.mark.parametrize("eyes", SEEN)
def test_parts_of_a_bar_stay_apart_by_colour_or_by_hatch(eyes):
    plain = {name: face for name, face in FACES.items() if face[1] == ""}
    assert min(math.dist(lab(a, eyes), lab(b, eyes)) for (a, _), (b, _) in combinations(plain.values(), 2)) > 10
    hatches = [hatch for _, hatch in FACES.values() if hatch]
    assert len(set(hatches)) == len(hatches)


def test_red_and_green_that_only_full_sight_tells_would_be_found():
    assert (
        math.dist(lab("#cc4444", "deuteranopia"), lab("#7a7a2a", "deuteranopia"))
        < 20
        < math.dist(lab("#cc4444", "full sight"), lab("#7a7a2a", "full sight"))
    )


# --- plot_network --------------------------------------------------------------------------------------------------------


def test_a_crossing_is_open_restricted_or_closed_by_the_facts_of_the_day():
    assert crossing_states(drawn.many_kinds()) == {"gate-east": "closed", "gate-mid": "restricted", "gate-west": "open"}
    assert set(crossing_states(drawn.many_kinds(None)).values()) == {"open"}
    assert set(crossing_states(drawn.many_kinds("2026-03-01")).values()) == {"open"}


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ([{"direction": "PK-AF"}, {"direction": "AF-PK"}], "closed"),
        ([{"modes": "rail"}], "open"),
        ([{"modes": "road"}], "closed"),
        ([{"vehicles": "rigid"}], "restricted"),
        ([{"cargo": "tank"}], "restricted"),
        ([{"cargo": "freight"}], "closed"),
        ([{"cargo": "relief"}], "open"),
        ([{"state": "restricted", "effect": "advisory"}], "restricted"),
        ([{"state": "restricted", "effect": "hours", "hours": 5}], "restricted"),
        ([{"state": "open", "effect": "advisory"}], "open"),
    ],
)
def test_what_bars_a_part_of_freight_restricts(statuses, state):
    facts = [reliable.closed("gate-a", "2026-01-01", "2026-02-01") | more for more in statuses]
    net = reliable.two_corridors(statuses=facts).as_of("2026-01-15")
    assert crossing_states(net) == {"gate-a": state, "gate-b": "open"}


def test_every_link_of_the_chosen_modes_is_drawn_once(net):
    ax = co.plot_network(net)
    lines = [item for item in ax.collections if isinstance(item, LineCollection) and to_hex(item.get_colors()[0]) != "#ffffff"]  # fmt: skip
    by_colour = {}
    for item in lines:
        colour = to_hex(item.get_colors()[0])
        by_colour[colour] = by_colour.get(colour, 0) + len(item.get_segments())
    modes = [link.mode for link in net.tables.links]
    assert by_colour == {MODE_COLOURS[mode].lower(): modes.count(mode) for mode in ("road", "rail", "sea")}
    assert ax.get_title(loc="left").endswith(f"\nnot drawn: links by other modes ({modes.count('air')} air, {modes.count('pipeline')} pipeline)")  # fmt: skip
    diamonds = [line for line in ax.lines if line.get_marker() == "D"]
    assert len(diamonds) == len(net.crossing_ids)


def test_the_legend_tells_what_is_there_and_no_more():
    ax = co.plot_network(drawn.many_kinds())
    told = [text.get_text() for text in ax.get_legend().get_texts()]
    assert told == [
        "road", "rail, 1520 mm", "rail, 1676 mm", "rail, 1435 mm", "rail, gauge not decided", "sea", "under construction",
        "planned", "disused", "crossing open", "crossing restricted", "crossing closed", "seaport", "link shut on the day",
        "disputed boundary",
    ]  # fmt: skip
    plain = co.plot_network(small.two_countries())
    assert [text.get_text() for text in plain.get_legend().get_texts()] == [
        "road", "rail, 1520 mm", "rail, 1676 mm", "border crossing", "seaport",
    ]  # fmt: skip
    dashes = {item.get_linestyle()[0][1] is None for item in ax.collections if isinstance(item, LineCollection)}
    assert dashes == {True, False}


def test_a_view_and_names_are_as_asked(net):
    ax = co.plot_network(net, view=(60, 72, 22, 38), labels=["Kabul", "Minsk"], title="Afghanistan")
    assert (*ax.get_xlim(), *ax.get_ylim()) == (60, 72, 22, 38)
    assert "Kabul" in {text.get_text() for text in ax.texts}
    assert "Minsk" not in {text.get_text() for text in ax.texts}
    assert ax.get_title(loc="left").startswith("Afghanistan\n")


def test_what_a_network_cannot_be_drawn_with_is_told(net):
    with pytest.raises(OptionError, match=r"unknown mode 'rial'\. Did you mean 'rail'\? Modes: air, pipeline"):
        co.plot_network(net, modes=["rial"])
    with pytest.raises(OptionError, match=r"no link of pipeline to draw; the network has: rail, road\."):
        co.plot_network(small.two_countries(), modes=["pipeline"])
    with pytest.raises(OptionError, match=r"view=\(80, 50, 22, 46\): must be west, east, south and north"):
        co.plot_network(net, view=(80, 50, 22, 46))
    with pytest.raises(UnknownPlaceError, match="Nowhere"):
        co.plot_network(net, labels=["Nowhere"])


# --- plot_components -----------------------------------------------------------------------------------------------------


def widths(ax):
    """Return the widths of the parts of each bar, from above."""
    bars = {}
    for patch in ax.patches:
        bars.setdefault(round(patch.get_y() + patch.get_height() / 2), []).append(patch)
    return [[(patch.get_x(), patch.get_width()) for patch in bars[place]] for place in sorted(bars)]


@pytest.mark.parametrize("y", ["score", "usd", "hours"])
@pytest.mark.parametrize("ends", ["gate", "terminal"])
def test_the_parts_of_a_bar_add_up_and_follow_on_each_other(net, y, ends):
    ship = co.Shipment(cargo="fruit", ends=ends) if "fruit" in set(net.cargo["id"]) else co.Shipment(ends=ends)
    weights = co.Weights(usd_per_crossing=100, mode_factor={"road": 3})
    routes = [
        *co.alternatives(net, "Karachi", "Minsk", k=3, shipment=ship),
        co.route(net, "Karachi", "Moscow", shipment=ship, weights=weights),
    ]
    ax = co.plot_components(routes, y=y)
    found = widths(ax)
    assert len(found) == 4
    for parts, route in zip(found, routes, strict=True):
        assert math.fsum(width for _, width in parts) == pytest.approx(getattr(route, y), abs=1e-6)
        assert all(width > 0 for _, width in parts)
        assert [x for x, _ in parts] == pytest.approx([math.fsum(w for _, w in parts[:i]) for i in range(len(parts))])
    totals = [text.get_text() for text in ax.texts if text.get_text().endswith((" USD", " h"))]
    assert totals == [f"{getattr(route, y):,.0f} {'h' if y == 'hours' else 'USD'}" for route in routes]


def told(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_the_parts_are_those_added_up_by_hand():
    road, rail = drawn.two_ways().values()
    # 258 km at 25 km an hour, and both clearings of the post left and the post entered.
    assert widths(co.plot_components([road], y="hours")) == [[(0, pytest.approx(10.32)), (pytest.approx(10.32), 30)]]
    (parts,) = widths(co.plot_components([rail], y="hours"))
    # 108 km by road, 180 km by rail, 20 + 10 h at the border, 12 + 6 h of changes.
    assert [width for _, width in parts] == pytest.approx([108 / 25, 180 / 25, 30, 18])
    assert told(co.plot_components([rail], y="hours")) == ["road haul", "rail haul", "border", "transfer"]
    assert told(co.plot_components([road])) == ["road haul", "border", "value of time"]


def test_waits_and_sailings_are_waiting(net):
    timed = co.route(net, "Kabul", "Mazar-i-Sharif", depart=datetime(2022, 5, 27, 8))
    sailing = co.route(drawn.many_kinds(None), "port", "haven")
    assert timed.waiting_hours >= 0
    ax = co.plot_components([sailing], y="hours")
    assert told(ax) == ["sea haul", "waiting"]
    assert [width for _, width in widths(ax)[0]] == pytest.approx([480 / 25, 24])
    timed_parts = widths(co.plot_components([timed], y="hours"))[0]
    assert math.fsum(width for _, width in timed_parts) == pytest.approx(timed.hours)


def test_what_components_cannot_be_drawn_of_is_told(net):
    route = co.route(net, "Karachi", "Kabul")
    with pytest.raises(OptionError, match=r"unknown y='hour'\. Did you mean 'hours'\? Choices: hours, score, usd"):
        co.plot_components([route], y="hour")
    with pytest.raises(OptionError, match="plot_components: no routes given"):
        co.plot_components([])
    with pytest.raises(OptionError, match="2 labels for 1 routes; give one a route"):
        co.plot_components([route], labels=["a", "b"])


# --- plot_matrix ---------------------------------------------------------------------------------------------------------


def test_a_cell_bears_its_figure_and_what_has_no_route_is_hatched():
    net = drawn.many_kinds(None)
    frame = co.matrix(net, ["port", "city"], ["city", "north"], by="hours")
    assert math.isnan(frame.loc["port", "north"])
    ax = co.plot_matrix(frame)
    assert {text.get_text() for text in ax.texts} == {f"{frame.loc['port', 'city']:,.0f}", "-"}
    hatched = [patch for patch in ax.patches if patch.get_hatch()]
    assert [(patch.get_x() + 0.5, patch.get_y() + 0.5) for patch in hatched] == [(1, 0), (1, 1)]
    assert told(ax) == ["no route"]
    assert ax.figure.axes[1].get_ylabel() == "time, hours"


def test_a_matrix_of_several_measures_draws_the_one_asked_for(net):
    frame = co.matrix(net, ["Karachi"], ["Kabul", "Tashkent"], by="km", also=("hours",))
    assert co.plot_matrix(frame).figure.axes[1].get_ylabel() == "distance, km"
    for given in (frame, frame["hours"]):
        ax = co.plot_matrix(given, measure="hours")
        assert [text.get_text() for text in ax.texts] == [f"{value:,.0f}" for value in frame["hours"].iloc[0]]
    with pytest.raises(OptionError, match=r"does not say its measure; pass the whole frame, or measure="):
        co.plot_matrix(frame["hours"])
    with pytest.raises(OptionError, match=r"no measure 'usd'\. It has: hours, km"):
        co.plot_matrix(frame, measure="usd")


def test_what_is_no_matrix_is_told(net):
    with pytest.raises(OptionError, match=r"plot_matrix draws what co\.matrix"):
        co.plot_matrix(co.route(net, "Karachi", "Kabul").to_frame())
    with pytest.raises(OptionError, match=r"call co\.matrix without routes=True"):
        co.plot_matrix(co.matrix(net, ["Karachi"], ["Kabul"], routes=True))


def test_a_matrix_of_no_routes_at_all_has_no_bar_of_colours():
    ax = co.plot_matrix(co.matrix(drawn.many_kinds(None), ["port"], ["north"], by="km"))
    assert len(ax.figure.axes) == 1
    assert told(ax) == ["no route"]


# --- plot_criticality ----------------------------------------------------------------------------------------------------


def test_a_map_of_losses_marks_what_cuts_off_apart_and_the_rest_by_size():
    found = drawn.losses("links")
    ax = co.plot_criticality(found, kind="map")
    assert found.losses[0].cut_off
    assert told(ax)[0] == "1  road-port-town: cuts off 2 pairs"
    wide = {tuple(line.get_xdata()): line for line in ax.lines if line.get_zorder() == 4}
    net = drawn.many_kinds(None)
    for loss in (loss for loss in found.losses if loss.adds):
        line = wide[tuple(x for x, _ in net.tables.lines[loss.lost[0]])]
        assert (to_hex(line.get_color()) == CUT) == bool(loss.cut_off)
        assert bool(loss.cut_off) == (line.get_linestyle() == "--")
    extras = [(loss.extra["km"], wide[tuple(x for x, _ in net.tables.lines[loss.lost[0]])].get_linewidth()) for loss in found.losses if loss.adds and not loss.cut_off]  # fmt: skip
    assert [width for _, width in sorted(extras)] == sorted(width for _, width in extras)
    assert len({width for _, width in extras}) > 1


def test_the_ways_of_today_are_those_of_the_pairs_and_no_others():
    net = drawn.many_kinds(None)
    found = drawn.losses()
    routes = [co.route(net, *pair, by="km", modes=["road"]) for pair in (("port", "city"), ("town", "city"), ("port", "east"))]  # fmt: skip
    wanted = {link for route in routes for link in route.links}
    assert sorted(found.way_lines()) == sorted(net.tables.lines[link] for link in wanted)
    assert set(found.shapes()) == {"gate-east", "gate-mid", "gate-west"}
    assert found.shapes()["gate-west"] == (net.tables.lines["road-west"],)


def test_places_are_points():
    found = drawn.losses("places")
    assert found.shapes()["town"] == (((67.5, 28.0),),)
    assert told(found.plot(kind="map", top=1))[0].startswith("1  town: cuts off")


def test_losses_of_several_at_once_have_no_place_on_a_map():
    net, pairs = drawn.many_kinds(None), [("port", "city")]
    joint = co.criticality(net, pairs, losses=[("gate-west", "gate-mid", "gate-east")], by="km", modes=["road"])
    with pytest.raises(OptionError, match="have no one place; use kind='bars'"):
        joint.plot(kind="map")
    both = co.criticality(net, pairs, losses=["gate-west", ("gate-west", "gate-mid")], by="km", modes=["road"])
    assert both.plot(kind="map").get_title(loc="left").endswith("\nnot drawn: 1 of several at once")
    with pytest.raises(OptionError, match=r"unknown kind='maps'\. Did you mean 'map'\? Choices: bars, map"):
        both.plot(kind="maps")
    with pytest.raises(OptionError, match="top=0: must be a whole number of 1 or more"):
        both.plot(kind="map", top=0)


# --- short cuts, other axes, nothing to draw with ------------------------------------------------------------------------


def test_routes_draw_themselves_in_three_kinds(net):
    front = co.pareto(net, "Karachi", "Kabul", criteria=("hours", "usd"))
    assert front.plot().get_xlabel() == "hours"
    assert front.plot(kind="map").get_xlabel() == "longitude, °E"
    assert front.plot(kind="components").get_xlabel() == "score, USD"
    others = co.alternatives(net, "Karachi", "Kabul", k=2)
    assert others.plot().get_xlabel() == "longitude, °E"
    with pytest.raises(OptionError, match=r"plot_front draws what co\.pareto"):
        others.plot(kind="front")
    with pytest.raises(OptionError, match=r"unknown kind='component'\. Did you mean 'components'\? Choices:"):
        others.plot(kind="component")


AXES = {
    "network": lambda ax: co.plot_network(small.two_countries(), ax=ax),
    "components": lambda ax: co.plot_components(list(drawn.two_ways().values()), ax=ax),
    "matrix": lambda ax: co.plot_matrix(co.matrix(small.two_countries(), ["port"], ["city"]), ax=ax),
    "criticality": lambda ax: co.plot_criticality(drawn.losses(), ax=ax, kind="map"),
}


@pytest.mark.parametrize("name", AXES)
def test_a_picture_is_drawn_on_the_axes_given(name):
    _, ax = plt.subplots()
    before = dict(plt.rcParams)
    assert AXES[name](ax) is ax
    assert dict(plt.rcParams) == before


@pytest.mark.parametrize("name", AXES)
def test_a_missing_matplotlib_is_told(name, monkeypatch):
    real = builtins.__import__

    def without(module, *rest, **more):
        if module.startswith("matplotlib"):
            raise ImportError(module)
        return real(module, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"need matplotlib: pip install 'corridor\[plot\]'"):
        AXES[name](None)


# --- plot_growth ---------------------------------------------------------------------------------------------------------


def lines_of(ax):
    """Return the points of the lines of capacities, by their make, in the order of the names."""
    return [(line.get_linestyle(), line.get_xydata().tolist()) for line in ax.lines if line.get_linewidth() == 2.0][
        ::-1
    ]


def test_growth_begins_with_other_traffic_and_is_full_at_the_trade_reckoned_by_hand():
    """A truck a day is 1.46 million USD a year; 6 of them pass the near gate beside 4 others, then 12 the far one."""
    truck = 20 * 365 * 200 / 1e6
    ax = drawn.growth()
    (near_style, near), (far_style, far) = lines_of(ax)
    assert (near_style, far_style) == ("-", "--")
    assert near[0] == [0, 40]
    assert [pytest.approx(6 * truck), 100] in near
    assert [pytest.approx(3 * truck), pytest.approx(70)] in near
    assert far[0] == [0, 0]
    assert [pytest.approx(6 * truck), 0] in far
    assert [pytest.approx(18 * truck, rel=1e-5), 100] in far
    # At 15 trucks 9 take the far gate.
    between = dict(far)
    assert np.interp(15 * truck, list(between), list(between.values())) == pytest.approx(75, rel=1e-5)
    assert "near (road)\nfull first, at 8.8 million USD" in [text.get_text() for text in ax.texts]
    assert told(ax) == ["capacity: quoted", "capacity: estimate", "other traffic: not known, taken as none", "other traffic: quoted or derived", "full"]  # fmt: skip


def test_what_is_full_beyond_the_last_trade_is_told_in_the_title():
    grown = co.growth(drawn.gated(), drawn.ore(1), to_usd=4e6, steps=2, swing=None)
    ax = grown.plot()
    assert ax.get_title("left").endswith("the first is full beyond it, at 8.8 million USD")
    assert not [text for text in ax.texts if "full first" in text.get_text()]


def test_what_other_traffic_fills_is_said_to_be_full_from_the_start():
    grown = co.growth(drawn.gated(traffic=11), drawn.ore(1), to_usd=40e6, steps=3, swing=None)
    ax = co.plot_growth(grown, top=1)
    assert "near (road): filled by other traffic" in [text.get_text() for text in ax.texts]
    assert lines_of(ax)[0][1][0] == [0, pytest.approx(110)]
    assert "capacities drawn: 1 of the 2 that it uses" in ax.get_title("left")


def test_growth_without_other_traffic_marks_none():
    ax = co.growth(drawn.gated(), drawn.ore(1), to_usd=40e6, steps=3, swing=None, background=False).plot()
    assert ax.get_ylabel() == "capacity in use, %"
    assert not [word for word in told(ax) if "other traffic" in word]
    assert lines_of(ax)[0][1][0] == [0, 0]


def test_the_names_of_the_lines_do_not_overlap_and_stay_below_the_title(net):
    grown = co.growth(net, co.Demand.bundled("pk-kz-2025"), steps=3, swing=None)
    ax = co.plot_growth(grown, top=8)
    ax.figure.canvas.draw()
    boxes = [
        Text.get_window_extent(text)
        for text in ax.texts
        if text.get_text().count("\n") == 1 and "full first" not in text.get_text()
    ]
    assert len(boxes) == 8
    assert not [1 for one, other in combinations(boxes, 2) if one.overlaps(other)]
    assert max(box.y1 for box in boxes) <= ax.get_window_extent().y1 + 2
    assert max(box.x1 for box in boxes) <= ax.figure.bbox.x1


def test_what_growth_cannot_be_drawn_of_is_told():
    grown = co.growth(drawn.gated(), drawn.ore(1), to_usd=40e6, steps=2, swing=None, capacities=False)
    with pytest.raises(OptionError, match="plot_growth: nothing passes a capacity that is known"):
        grown.plot()
    with pytest.raises(OptionError, match="top=0: must be a whole number of 1 or more"):
        co.plot_growth(grown, top=0)


# --- plot_assignment -----------------------------------------------------------------------------------------------------


def test_a_flow_is_as_wide_as_it_is_large_and_binding_capacities_bear_their_price():
    found = co.assign(drawn.gated(), [drawn.ore(22)])
    ax = co.plot_assignment(found)
    coloured = [line for line in ax.lines if to_hex(line.get_color()) == MODE_COLOURS["road"].lower()]
    # 12 trucks a day take the far gate and 6 the near one, along three links each.
    assert sorted(round(line.get_linewidth(), 9) for line in coloured) == [4.5] * 3 + [9.0] * 3
    prices = [row["usd_per_extra_tonne"] for row in found.bottleneck_rows]
    assert told(ax)[3:] == [
        f"1  near (road): {prices[0]:,.0f} USD for 1 t more, mostly penalty",
        f"2  far (road): {prices[1]:,.0f} USD for 1 t more, mostly penalty",
    ]
    assert (
        ax.get_title("left")
        == "131,400 t a year carried, of 160,600\n2 bottlenecks; goods of 6 million USD left behind"
    )
    assert {text.get_text() for text in ax.texts} >= {"South", "North", "1", "2"}


def test_a_flow_with_room_for_all_says_so():
    ax = co.assign(drawn.gated(), [drawn.ore(3)]).plot(title="Ore")
    assert ax.get_title("left") == "Ore\nno capacity that is known holds anything back"
    assert told(ax)[0] == "road"


def test_bottlenecks_of_one_place_share_one_mark(net):
    found = co.assign(net, [one.scaled(4) for one in co.Demand.bundled("pk-kz-2025")])
    assert {row["subject"] for row in found.bottleneck_rows[:2]} == {"hairatan"}
    words = [text.get_text() for text in found.plot().texts]
    assert "1, 2" in words
    assert "Kostanay" in words


def test_a_limit_in_a_place_is_marked_there():
    place = capacity("mine", "place", 5.0, "tonnes_per_year", mode="road")
    net = two_roads(place)
    found = co.assign(net, [co.Demand("mine", "mart", "ore", tonnes_per_year=8)])
    assert [row["subject"] for row in found.bottleneck_rows] == ["mine"]
    marks = [line.get_xydata().tolist() for line in found.plot().lines if line.get_marker() == "X"]
    assert marks == [[[66.0, 30.0]]]


def test_a_flow_of_nothing_is_told():
    net = two_roads(capacity("pass", "link", 5.0, "tonnes_per_year"))
    with pytest.raises(OptionError, match="plot_assignment: nothing is carried, so there is no flow to draw"):
        co.assign(net, [co.Demand("mine", "mart", "ore", tonnes_per_year=0)]).plot()
