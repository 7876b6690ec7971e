# SPDX-License-Identifier: BSD-3-Clause
"""Pictures: fronts that can be read, and reaches on a map."""

from __future__ import annotations

import builtins

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex

import corridor as co
from corridor.answers import Routes
from corridor.charts import SHADES
from corridor.errors import MissingExtraError, OptionError


@pytest.fixture(scope="module")
def net():
    return co.load()


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def front(net, *criteria, **options):
    return co.pareto(net, "Karachi", "Minsk", criteria=criteria, **options)


def points(ax):
    return [item for item in ax.collections if isinstance(item, PathCollection)]


def boxes(ax):
    """Draw the figure and return where its legends, texts and points are, in pixels."""
    ax.figure.canvas.draw()
    legends = [item.get_window_extent() for item in ax.get_children() if type(item).__name__ == "Legend"]
    texts = [text.get_window_extent() for text in ax.texts]
    dots = [ax.transData.transform(item.get_offsets()[0]) for item in points(ax)]
    return legends, texts, dots


# --- plot_front --------------------------------------------------------------------------------------------------------


def test_a_front_of_two_is_a_staircase_of_its_points_with_the_hours_also_in_days(net):
    found = front(net, "hours", "usd")
    ax = co.plot_front(found)
    assert [tuple(item.get_offsets()[0]) for item in points(ax)] == [(r.hours, r.usd) for r in found]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("hours", "cost of the shipment, USD")
    assert [(axis.get_xlabel()) for axis in ax.child_axes] == ["days"]
    assert ax.get_legend() is None
    assert ax.get_title(loc="left") == f"Karachi → Minsk: {len(found)} routes\nPareto front of time and cost"
    stairs = ax.lines[0]
    assert stairs.get_drawstyle() == "steps-post"
    assert list(stairs.get_xdata()) == [r.hours for r in found]


def test_hours_upwards_are_in_days_on_the_right(net):
    ax = co.plot_front(front(net, "usd", "hours"))
    assert [axis.get_ylabel() for axis in ax.child_axes] == ["days"]


def test_a_criterion_in_which_all_are_equal_is_told_in_the_title(net):
    found = front(net, "hours", "usd", "crossings")
    assert {len(r.crossings) for r in found} == {5}
    ax = co.plot_front(found)
    assert ax.get_legend() is None
    assert ax.get_title(loc="left").endswith("Pareto front of time, cost and border crossings (5 on every route)")


def test_a_third_criterion_is_shade_and_shape(net):
    found = front(net, "hours", "usd", "transfers")
    ax = co.plot_front(found)
    legend = ax.get_legend()
    assert legend.get_title().get_text() == "changes of carriage"
    assert [text.get_text() for text in legend.get_texts()] == ["0", "1", "2"]
    colours = {r.transfers: to_hex(item.get_facecolor()[0]) for r, item in zip(found, points(ax), strict=True)}
    assert colours == {0: SHADES[0], 1: SHADES[2], 2: SHADES[4]}
    shapes = {r.transfers: item.get_paths()[0].vertices.shape for r, item in zip(found, points(ax), strict=True)}
    assert len(set(shapes.values())) == 3


def test_of_four_criteria_the_third_is_shade_in_bands_and_the_fourth_shape(net):
    ax = co.plot_front(front(net, "usd", "co2e_kg", "hours", "transfers"))
    legends = [item for item in ax.get_children() if type(item).__name__ == "Legend"]
    assert {legend.get_title().get_text(): len(legend.get_texts()) for legend in legends} == {
        "time, hours": 5,
        "changes of carriage": 3,
    }


@pytest.mark.parametrize(
    "criteria",
    [
        ("hours", "usd"),
        ("hours", "usd", "transfers"),
        ("usd", "co2e_kg", "hours", "transfers"),
        ("usd", "hours", "co2e_kg"),
    ],
)
@pytest.mark.parametrize("size", [(7.6, 4.6), (5.5, 3.6)])
def test_legends_and_numbers_lie_on_no_point_and_inside_the_figure(net, criteria, size):
    figure = plt.figure(figsize=size, layout="constrained")
    ax = co.plot_front(front(net, *criteria), ax=figure.add_subplot())
    legends, texts, dots = boxes(ax)
    for box in (*legends, *texts):
        assert not [dot for dot in dots if box.contains(*dot)]
        assert figure.bbox.contains(box.x0, box.y0)
        assert figure.bbox.contains(box.x1, box.y1)
    assert not [1 for i, box in enumerate(legends) if any(box.overlaps(other) for other in legends[:i])]


@pytest.mark.parametrize("criteria", [("hours", "usd"), ("usd", "co2e_kg", "hours", "transfers")])
def test_the_best_in_each_of_the_first_two_criteria_are_numbered_as_in_the_frame(net, criteria):
    found = front(net, *criteria)
    frame = found.to_frame()
    ax = co.plot_front(found)
    assert {text.get_text() for text in ax.texts} == {str(frame[name].idxmin()) for name in criteria[:2]}


def test_a_front_of_one_point_has_one_number(net):
    found = front(net, "usd", "crossings")
    assert len(found) == 1
    ax = co.plot_front(found, title="One")
    assert [text.get_text() for text in ax.texts] == ["1"]
    assert ax.get_title(loc="left") == "One"


def test_a_thinned_front_says_so(net):
    assert "Pareto front to within 5.00% of time" in co.plot_front(
        front(net, "hours", "usd", tolerance=0.05)
    ).get_title(loc="left")


def test_a_front_is_drawn_on_the_axes_given(net):
    _, ax = plt.subplots()
    assert front(net, "hours", "usd").plot(ax=ax) is ax


def test_what_is_no_front_is_told(net):
    with pytest.raises(OptionError, match=r"plot_front draws what co\.pareto"):
        co.plot_front(co.alternatives(net, "Karachi", "Kabul", k=2))
    with pytest.raises(OptionError, match=r"plot_front draws what co\.pareto"):
        co.plot_front(Routes([], criteria=("hours", "usd")))


# --- plot_reach --------------------------------------------------------------------------------------------------------


def lines_of(ax):
    """Return colour and lines of each band, without the white below them."""
    bands = [item for item in ax.collections if isinstance(item, LineCollection)]
    bands = [(to_hex(item.get_colors()[0]), item.get_segments()) for item in bands if len(item.get_colors())]
    return [(colour, lines) for colour, lines in bands if colour != "#ffffff"]


def labels_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_every_link_lies_in_the_band_of_its_arrival(net):
    reach = co.reach(net, "Karachi", hours=24 * 7)
    ax = co.plot_reach(reach, labels=["Karachi"], title="A week")
    links = reach[reach["kind"] == "link"]
    assert labels_of(ax)[:7] == [f"{day} to {day + 1}" for day in range(7)]
    assert [len(lines) for _, lines in lines_of(ax)] == [
        int(links["hours"].between(24 * day, 24 * (day + 1), inclusive="right").sum()) for day in range(7)
    ]
    assert ax.get_title(loc="left") == "A week"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("longitude, °E", "latitude, °N")
    assert ax.get_legend().get_title().get_text() == "days from Karachi"
    assert "Karachi" in {text.get_text() for text in ax.texts}
    (dots,) = points(ax)
    assert len(dots.get_offsets()) == (reach["kind"] == "place").sum()


def test_bands_go_from_dark_to_light(net):
    ax = co.plot_reach(co.reach(net, "Karachi", hours=24 * 14))
    colours = [tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5)) for colour, _ in lines_of(ax)]
    light = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in colours]
    assert light == sorted(light)
    assert len(set(light)) == 7


@pytest.mark.parametrize(
    ("budget", "unit", "bands"),
    [
        ({"hours": 24}, "hours", ["0 to 4", "4 to 8", "8 to 12", "12 to 16", "16 to 20", "20 to 24"]),
        ({"hours": 24 * 10}, "days", ["0 to 2", "2 to 4", "4 to 6", "6 to 8", "8 to 10"]),
        ({"hours": 24 * 5.5}, "days", ["0 to 1", "1 to 2", "2 to 3", "3 to 4", "4 to 5", "5 to 5.5"]),
        ({"usd": 2000}, "USD", ["0 to 500", "500 to 1,000", "1,000 to 1,500", "1,500 to 2,000"]),
    ],
)
def test_bands_are_round_and_end_at_the_budget(net, budget, unit, bands):
    ax = co.plot_reach(co.reach(net, "Karachi", **budget))
    assert labels_of(ax)[: len(bands)] == bands
    assert ax.get_legend().get_title().get_text() == f"{unit} from karachi"


def test_of_several_ports_the_one_reached_from_first_decides(net):
    reaches = [co.reach(net, port, hours=48) for port in ("Karachi", "Gwadar")]
    ax = co.plot_reach(reaches, labels=["Karachi", "Gwadar"])
    assert {"Karachi", "Gwadar"} <= {text.get_text() for text in ax.texts}
    assert ax.get_legend().get_title().get_text() == "hours from Karachi or Gwadar"
    assert sum(len(lines) for _, lines in lines_of(ax)) == sum((reach["kind"] == "link").sum() for reach in reaches)
    heights = [item.get_zorder() for item in ax.collections if isinstance(item, LineCollection)][1::2]
    assert heights == sorted(heights, reverse=True)


def test_a_reach_with_terminal_ends_starts_where_the_port_is(net):
    reach = co.reach(net, "Karachi", hours=400, shipment=co.Shipment(ends="terminal"))
    assert co.plot_reach(reach).get_legend().get_title().get_text() == "days from karachi"


def test_a_budget_that_reaches_no_link_is_drawn_too(net):
    ax = co.plot_reach(co.reach(net, "Karachi", hours=0))
    assert "karachi" in {text.get_text() for text in ax.texts}


def test_what_cannot_be_drawn_as_a_reach_is_told(net):
    hours, usd = co.reach(net, "Karachi", hours=24), co.reach(net, "Karachi", usd=500)
    with pytest.raises(OptionError, match="plot_reach: no frames given"):
        co.plot_reach([])
    with pytest.raises(OptionError, match="some frames are in hours, others in USD"):
        co.plot_reach([hours, usd])
    with pytest.raises(OptionError, match="plot_reach: 2 labels for 1 frames; give one a frame"):
        co.plot_reach(hours, labels=["a", "b"])
    with pytest.raises(OptionError, match=r"frame 2 is not what co.reach\(...\) returns"):
        co.plot_reach([hours, pd.DataFrame({"kind": ["link"]})])
    with pytest.raises(OptionError, match="frame 2 is empty"):
        co.plot_reach([hours, hours.iloc[:0]])


@pytest.mark.parametrize("draw", ["front", "reach"])
def test_a_missing_matplotlib_is_told(net, monkeypatch, draw):
    found = front(net, "hours", "usd") if draw == "front" else co.reach(net, "Karachi", hours=24)
    drawing = co.plot_front if draw == "front" else co.plot_reach
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"need matplotlib: pip install 'corridor\[plot\]'"):
        drawing(found)
