# SPDX-License-Identifier: BSD-3-Clause
"""Charts of finished results to hover over, in Bokeh; nothing is computed here but sums of steps."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from corridor.charts import LINES, RULE
from corridor.component_chart import FACES
from corridor.interactive_map import named
from corridor.loss_chart import CUT, DETOUR, WORDS
from corridor.map_ground import FAINT, INK

if TYPE_CHECKING:
    from corridor.critical import Criticality
    from corridor.routes import Route
    from corridor.simulation import Simulation

__all__ = ["arrivals_chart", "losses_chart", "parts_chart", "parts_of", "profile_chart"]

HEIGHT_PX, BAR_PX, AROUND_PX = 340, 30, 130
MEASURES: Final = {"hours": "hours since departure", "usd": "USD of the whole shipment"}
KINDS: Final = {"cross": "border", "transfer": "transfer", "wait": "waiting", "start": "ends", "end": "ends"}
# The colours of the printed bars, without their hatches.
PART_COLOURS: Final = {
    name: colour for name, (colour, _) in FACES.items() if name.endswith("haul") or name in set(KINDS.values())
}
# On white these bear an edge.
PALE: Final = frozenset({"transfer", "waiting"})
QUANTILES: Final = tuple(range(1, 100))
DASHES: Final = ("solid", "dashed", "dotdash")
MOST_LOSSES: Final = 15


def profile_chart(route: Route, measure: str) -> Any:
    """Return hours or USD over km along a route: steps up where it stands, slopes where it moves."""
    from bokeh.models import ColumnDataSource, HoverTool

    km, up = 0.0, 0.0
    by_part: dict[str, list[dict[str, Any]]] = {}
    for edge, row in zip(route._edges, route.step_rows(), strict=True):  # noqa: SLF001
        part = _part(row["kind"], edge.mode)
        name = route.place_name
        ends = name(row["from"]) if row["from"] == row["to"] else f"{name(row['from'])} → {name(row['to'])}"
        step = {
            "x0": km, "y0": up, "x1": km + row["km"], "y1": up + row[measure], "what": f"{part}: {ends}",
            "added": f"{row[measure]:,.1f}" if measure == "hours" else f"{row[measure]:,.0f}",
        }  # fmt: skip
        km, up = step["x1"], step["y1"]
        if row["km"] or row[measure]:
            by_part.setdefault(part, []).append(step)
    plot = _figure("km from the origin", MEASURES[measure])
    drawn = []
    for part in [part for part in PART_COLOURS if part in by_part]:
        rows = by_part[part]
        source = ColumnDataSource({column: [row[column] for row in rows] for column in rows[0]})
        if part in PALE:
            plot.segment(
                "x0",
                "y0",
                "x1",
                "y1",
                source=source,
                line_color=FAINT,
                line_width=6,
                line_cap="round",
                legend_label=part,
            )
        line = plot.segment(
            "x0", "y0", "x1", "y1", source=source, line_color=PART_COLOURS[part], line_width=4, line_cap="round",
            legend_label=part,
        )  # fmt: skip
        drawn.append(line)
    unit = "hours" if measure == "hours" else "USD"
    tips = [
        ("", "@what"),
        (f"{unit} of this step", "@added"),
        (f"{unit} so far", "@y1{0,0}"),
        ("km so far", "@x1{0,0}"),
    ]
    plot.add_tools(HoverTool(renderers=drawn, tooltips=tips, visible=False))
    plot.y_range.start = 0
    _legend(plot)
    return plot


def parts_of(route: Route, measure: str) -> dict[str, float]:
    """Return how much of a measure falls to each part of a route: hauls by mode, borders, transfers, waiting, ends."""
    found: dict[str, list[float]] = {}
    for edge in route._edges:  # noqa: SLF001
        found.setdefault(_part(edge.kind, edge.mode), []).append(getattr(edge, measure))
    return {part: math.fsum(found[part]) for part in PART_COLOURS if part in found}


def parts_chart(routes: Sequence[Route], measure: str) -> Any:
    """Return bars of hours or USD by route, split by what they are spent on."""
    from bokeh.models import ColumnDataSource, HoverTool

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
        plot.add_tools(
            HoverTool(renderers=[bar], tooltips=[("route", "@way"), (part, f"@{{{part}}}{{0,0.0}}")], visible=False)
        )
    plot.x_range.start = 0
    _legend(plot)
    return plot


def arrivals_chart(simulation: Simulation) -> Any:
    """Return how surely each simulated route has arrived after so many hours."""
    import numpy as np
    from bokeh.models import ColumnDataSource, HoverTool, Span

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
    plot.add_tools(HoverTool(renderers=drawn, tooltips=tips, visible=False))
    _legend(plot)
    return plot


def losses_chart(found: Criticality) -> Any:
    """Return bars of the worst losses by what the ways round take more, red where pairs are cut off; None: no loss."""
    from bokeh.models import ColumnDataSource, HoverTool

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
        plot.add_tools(HoverTool(renderers=[bars], tooltips=tips, visible=False))
        if cut:
            marks = plot.scatter("extra", "lost", source=source, marker="x", size=10, line_color=CUT, line_width=2)
            plot.add_tools(HoverTool(renderers=[marks], tooltips=tips, visible=False))
    plot.x_range.start = 0
    _legend(plot)
    return plot


def _part(kind: str, mode: str) -> str:
    return f"{mode} haul" if kind == "haul" else KINDS[kind]


def _cut(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _figure(across: str, up: str, names: Sequence[str] = ()) -> Any:
    """Return an empty chart; with ``names`` its vertical axis is of names, a bar each."""
    from bokeh.models import FactorRange, NumeralTickFormatter
    from bokeh.plotting import figure

    more: dict[str, Any] = {"y_range": FactorRange(*dict.fromkeys(names))} if names else {}
    plot = figure(
        height=AROUND_PX + BAR_PX * len(names) if names else HEIGHT_PX, sizing_mode="stretch_width",
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
            location="bottom_left", padding=4, margin=2, spacing=8,
        )  # fmt: skip
        if any(len(item.label.value) > 24 for item in legend.items):
            legend.ncols = 1
        plot.add_layout(legend, "below")
    for glyph in itertools.chain(plot.renderers):
        glyph.muted_glyph.update(
            **{name: 0.15 for name in ("line_alpha", "fill_alpha") if hasattr(glyph.muted_glyph, name)}
        )
