# SPDX-License-Identifier: BSD-3-Clause
"""Charts of finished results to hover over, in Bokeh; nothing is computed here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final, Literal

from corridor.charts import LINES, RULE
from corridor.component_chart import FACES, parts_of
from corridor.distance_profile import profile_rows
from corridor.interactive_ground import columns_of, hover
from corridor.interactive_map import named
from corridor.loss_chart import CUT, DETOUR, WORDS
from corridor.map_ground import FAINT, INK
from corridor.tornado import STATED
from corridor.tornado_chart import HIGH, LOW, PALE, widest

if TYPE_CHECKING:
    from corridor.critical import Criticality
    from corridor.explaining import Explanation
    from corridor.grown import Growth
    from corridor.routes import Route
    from corridor.simulation import Simulation

__all__ = ["arrivals_chart", "losses_chart", "parts_chart", "profile_chart", "shares_chart", "tornado_bars"]

HEIGHT_PX, BAR_PX, AROUND_PX, LEGEND_LINE_PX = 340, 30, 130, 20
MEASURES: Final = {"hours": "hours since departure", "usd": "USD of the whole shipment"}
# What a stop is drawn as that is no clearing at a border; loading, unloading and ports are the ends.
STOPS: Final = {
    "transfer": "transfer", "wait": "waiting", "delay": "waiting", "waiting for opening": "waiting", "waiting for reopening": "waiting",
}  # fmt: skip
# The colours of the printed bars, without their hatches.
PART_COLOURS: Final = {name: colour for name, (colour, _) in FACES.items()}
# On white these bear an edge.
EDGED: Final = frozenset({"transfer", "waiting", "cooling"})
QUANTILES: Final = tuple(range(1, 100))
DASHES: Final = ("solid", "dashed", "dotdash")
MOST_LOSSES, MOST_ESTIMATES, MOST_CROSSINGS = 15, 15, 8
# The name of an estimate is set in lines of so many letters, each so high.
LETTERS, LINE_PX = 26, 14
MILLION: Final = 1e6


def profile_chart(route: Route, measure: Literal["hours", "usd"]) -> Any:
    """Return hours or USD over km along a route: steps up where it stands, slopes where it moves."""
    by_part: dict[str, list[dict[str, Any]]] = {}
    for before, point in pairwise(profile_rows(route, measure)):
        moves = point["kind"] == "leg"
        where = f"{before['place_name']} → {point['place_name']}" if moves else point["place_name"]
        stop = STOPS.get(point["activity"], "border" if point["border"] else "ends")
        part = f"{point['mode']} haul" if moves else stop
        by_part.setdefault(part, []).append({
            "x0": before["km"], "y0": before[measure], "x1": point["km"], "y1": point[measure],
            "what": f"{part if moves else point['activity']}: {where}",
            "added": f"{point['step']:,.1f}" if measure == "hours" else f"{point['step']:,.0f}",
        })  # fmt: skip
    plot = _figure("km from the origin", MEASURES[measure])
    drawn = []
    ends = {"x0": "x0", "y0": "y0", "x1": "x1", "y1": "y1"}
    for part in [part for part in PART_COLOURS if part in by_part]:
        source = columns_of(by_part[part])
        if part in EDGED:
            plot.segment(**ends, source=source, line_color=FAINT, line_width=6, line_cap="round", legend_label=part)
        line = plot.segment(**ends, source=source, line_color=PART_COLOURS[part], line_width=4, line_cap="round", legend_label=part)  # fmt: skip
        drawn.append(line)
    unit = "hours" if measure == "hours" else "USD"
    tips = [
        ("", "@what"),
        (f"{unit} of this step", "@added"),
        (f"{unit} so far", "@y1{0,0}"),
        ("km so far", "@x1{0,0}"),
    ]
    plot.add_tools(hover(drawn, tips))
    plot.y_range.start = 0
    _legend(plot)
    return plot


def parts_chart(routes: Sequence[Route], measure: Literal["hours", "usd"]) -> Any:
    """Return bars of hours or USD by route, split by what they are spent on."""
    from bokeh.models import ColumnDataSource

    names = [f"route {number}" for number in range(1, len(routes) + 1)]
    shares = [parts_of(route, measure) for route in routes]
    parts = [part for part in PART_COLOURS if any(share.get(part) for share in shares)]
    plot = _figure("hours" if measure == "hours" else "USD of the whole shipment", "", names=names[::-1])
    source = ColumnDataSource(
        {"route": names, "way": named(routes)} | {part: [share.get(part, 0.0) for share in shares] for part in parts}
    )
    colours = [PART_COLOURS[part] for part in parts]
    bars = plot.hbar_stack(
        parts, y="route", height=0.6, color=colours, source=source, legend_label=parts, line_color="white"
    )
    for part, bar in zip(parts, bars, strict=True):
        plot.add_tools(hover([bar], [("route", "@way"), (part, f"@{{{part}}}{{0,0.0}}")]))
    plot.x_range.start = 0
    _legend(plot)
    return plot


def arrivals_chart(simulation: Simulation) -> Any:
    """Return how surely each simulated route has arrived after so many hours."""
    import numpy as np
    from bokeh.models import ColumnDataSource, Span

    plot = _figure("hours", "chance of having arrived, %")
    drawn = []
    for number, (label, hours) in enumerate(zip(simulation.labels, simulation.draws.T, strict=True)):
        at = np.quantile(hours, [share / 100 for share in QUANTILES])
        columns = {"x": at.tolist(), "y": list(QUANTILES), "label": [label] * len(QUANTILES)}
        colour, dash = LINES[number % len(LINES)], DASHES[number // len(LINES) % len(DASHES)]
        source = ColumnDataSource(columns)
        line = plot.line(
            "x",
            "y",
            source=source,
            line_color=colour,
            line_dash=dash,
            line_width=3,
            legend_label=f"{number + 1}: {_cut(label)}",
        )
        drawn.append(line)
        middle = ColumnDataSource(
            {name: [values[place - 1] for place in (10, 50, 90, 95)] for name, values in columns.items()}
        )
        plot.scatter("x", "y", source=middle, size=7, fill_color=colour, line_color="white")
    if simulation.deadline_hours is not None:
        plot.add_layout(
            Span(location=simulation.deadline_hours, dimension="height", line_dash="dotted", line_color=FAINT)
        )
    tips = [("route", "@label"), ("hours", "@x{0,0.0}"), ("chance of having arrived, %", "@y")]
    plot.add_tools(hover(drawn, tips))
    _legend(plot)
    return plot


def losses_chart(found: Criticality) -> Any:
    """Return bars of the worst losses by what the ways round take more, red where pairs are cut off; None: no loss."""
    from bokeh.models import ColumnDataSource

    losses = [loss for loss in found.losses if loss.adds and (loss.cut_off or loss.detours)][:MOST_LOSSES]
    if not losses:
        return None
    plot = _figure(
        f"{WORDS[found.by]} of the ways round x flow in {found.flow_unit}",
        "",
        names=[loss.name for loss in losses][::-1],
    )
    for cut, colour, label in (
        (False, DETOUR, "a longer way is left"),
        (True, CUT, "cuts pairs off; bar: pairs still joined"),
    ):
        some = [loss for loss in losses if bool(loss.cut_off) == cut]
        if not some:
            continue
        source = ColumnDataSource({
            "lost": [loss.name for loss in some], "extra": [loss.extra[found.by] for loss in some],
            "pairs": [len(loss.cut_off) for loss in some], "flow": [loss.cut_off_flow for loss in some],
        })  # fmt: skip
        bars = plot.hbar(y="lost", right="extra", height=0.6, source=source, color=colour, legend_label=label)
        tips = [
            ("lost", "@lost"),
            ("extra x flow", "@extra{0,0}"),
            ("pairs cut off", "@pairs"),
            ("their flow", "@flow{0,0.[0]}"),
        ]
        plot.add_tools(hover([bars], tips))
        if cut:
            marks = plot.scatter("extra", "lost", source=source, marker="x", size=10, line_color=CUT, line_width=2)
            plot.add_tools(hover([marks], tips))
    plot.x_range.start = 0
    _legend(plot)
    return plot


def tornado_bars(explanation: Explanation) -> Any:
    """Return bars of how far each estimate moves the margin to the best rival; None where none moves it."""
    from bokeh.models import BoxAnnotation, Span

    rows = widest(explanation, MOST_ESTIMATES)
    if not rows:
        return None
    today = min(explanation.margins)
    names = ["\n".join(wrap(f"{row['name']}, {row['unit']}", LETTERS)) for row in rows]
    # Two estimates of one name in one unit are two bars.
    names = [name if name not in names[:place] else f"{name} ({place + 1})" for place, name in enumerate(names)]
    plot = _figure(
        f"margin to the best rival, {'hours' if explanation.unit == 'h' else explanation.unit}",
        "",
        names=names[::-1],
        bar=LINE_PX * (2 + max(name.count("\n") for name in names)),
    )
    bars: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for name, row in zip(names, rows, strict=True):
        same_side = (row["margin_at_low"] - today) * (row["margin_at_high"] - today) > 0
        for end, up in (("low", 0.17), ("high", -0.17)):
            bars.setdefault((end, row["range"]), []).append({
                "at": (name, up if same_side else 0.0), "margin": row[f"margin_at_{end}"], "height": 0.3 if same_side else 0.62,
                "name": row["name"], "now": f"{row['now']:,.4g} {row['unit']}", "then": f"{row[end]:,.4g} {row['unit']} ({end} end, {row['range']} range)",
                "best": row[f"best_at_{end}"], "basis": row["basis"],
            })  # fmt: skip
    plot.add_layout(BoxAnnotation(right=0, fill_color="#f3efe6", fill_alpha=1.0, line_color=None, level="underlay"))
    plot.add_layout(Span(location=0, dimension="height", line_dash="dashed", line_color=FAINT))
    drawn = []
    for (end, how), some in sorted(bars.items(), reverse=True):
        colour, assumed = LOW if end == "low" else HIGH, how != STATED
        bar = plot.hbar(
            y="at", left=today, right="margin", height="height", source=columns_of(some), fill_color=colour, line_color=colour,
            fill_alpha=PALE if assumed else 1.0, hatch_pattern="/" if assumed else " ", hatch_color="white", hatch_weight=1.5,
            legend_label=f"{end} end{', range assumed, not data' if assumed else ''}",
        )  # fmt: skip
        drawn.append(bar)
    plot.add_layout(Span(location=today, dimension="height", line_color=INK))
    tips = [
        ("", "@name"),
        ("now", "@now"),
        ("then", "@then"),
        ("margin then", "@margin{0,0.[0]}"),
        ("best then", "@best"),
        ("basis", "@basis"),
    ]
    plot.add_tools(hover(drawn, tips))
    _legend(plot)
    return plot


def shares_chart(grown: Growth) -> Any:
    """Return the share of the capacity of each crossing that is used as trade grows; None where none is known."""
    from bokeh.models import Span

    series: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in grown.volume_rows:
        if not math.isnan(row["share_used"]):
            name = f"{row['crossing']} ({row['mode']})"
            point = {
                "x": row["trade_usd"] / MILLION,
                "y": row["share_used"] * 100,
                "name": name,
                "tonnes": row["tonnes_per_year"],
            }
            series.setdefault((row["crossing"], row["mode"]), []).append(point)
    if not series:
        return None
    plot = _figure("trade, million USD a year", "capacity used, %")
    drawn = []
    fullest = sorted(series.values(), key=lambda points: -max(point["y"] for point in points))[:MOST_CROSSINGS]
    for number, points in enumerate(fullest):
        colour, dash = LINES[number % len(LINES)], DASHES[number // len(LINES) % len(DASHES)]
        source, label = columns_of(points), points[0]["name"]
        plot.line("x", "y", source=source, line_color=colour, line_dash=dash, line_width=2.5, legend_label=label)
        drawn.append(
            plot.scatter("x", "y", source=source, size=9, fill_color=colour, line_color="white", legend_label=label)
        )
    plot.add_layout(Span(location=100, dimension="width", line_dash="dotted", line_color=FAINT))
    tips = [
        ("crossing", "@name"),
        ("trade, million USD", "@x{0,0}"),
        ("capacity used, %", "@y{0,0.0}"),
        ("tonnes a year", "@tonnes{0,0}"),
    ]
    plot.add_tools(hover(drawn, tips))
    full = [
        {"x": row["usd"] / MILLION, "y": 100.0, "name": row["name"], "how": row["how"], "basis": row["basis"]}
        for row in grown.saturation_rows if grown.trades[0] <= row["usd"] <= grown.trades[-1]
    ]  # fmt: skip
    if full:
        marks = plot.scatter(
            "x", "y", source=columns_of(full), marker="x", size=12, line_color=CUT, line_width=3, legend_label="full"
        )
        tips = [("full", "@name"), ("at million USD", "@x{0,0.0}"), ("found on", "@how"), ("capacity", "@basis")]
        plot.add_tools(hover([marks], tips))
    plot.y_range.start = 0
    _legend(plot)
    return plot


def _cut(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _figure(across: str, up: str, names: Sequence[str] = (), bar: int = BAR_PX) -> Any:
    """Return an empty chart; with ``names`` its vertical axis is of names, a bar each."""
    from bokeh.models import FactorRange, NumeralTickFormatter
    from bokeh.plotting import figure

    more: dict[str, Any] = {"y_range": FactorRange(*dict.fromkeys(names))} if names else {}
    plot = figure(
        height=AROUND_PX + bar * len(names) if names else HEIGHT_PX, sizing_mode="stretch_width",
        tools="pan,box_zoom,reset,save", toolbar_location="above", x_axis_label=across, y_axis_label=up, min_border_right=16, **more,
    )  # fmt: skip
    plot.toolbar.logo = None
    plot.outline_line_color = None
    plot.grid.grid_line_color = RULE
    plot.axis.axis_line_color = plot.axis.major_tick_line_color = FAINT
    plot.axis.minor_tick_line_color = None
    plot.axis.axis_label_text_font_style = "normal"
    plot.axis.axis_label_text_color = plot.axis.major_label_text_color = INK
    plot.xaxis.formatter = NumeralTickFormatter(format="0,0")
    plot.xaxis.ticker.desired_num_ticks = 5
    if names:
        plot.ygrid.grid_line_color = None
    else:
        plot.yaxis.formatter = NumeralTickFormatter(format="0,0")
    return plot


def _legend(plot: Any) -> None:
    """Put the legend below the chart, in columns, where it covers nothing; a click mutes what it names."""
    for legend in list(plot.legend):
        plot.center.remove(legend)
        legend.update(
            orientation="vertical", ncols=2, click_policy="mute", border_line_color=None, label_text_font_size="12px",
            location="bottom_left", padding=4, margin=2, spacing=4, glyph_height=16,
            label_height=16,
        )  # fmt: skip
        if any(len(item.label.value) > 24 for item in legend.items):
            legend.ncols = 1
        # The legend takes its room from the chart: what it needs beyond two lines is given to the whole.
        plot.height += LEGEND_LINE_PX * max(0, math.ceil(len(legend.items) / legend.ncols) - 2)
        plot.add_layout(legend, "below")
    for glyph in plot.renderers:
        glyph.muted_glyph.update(
            **{name: 0.15 for name in ("line_alpha", "fill_alpha") if hasattr(glyph.muted_glyph, name)}
        )
