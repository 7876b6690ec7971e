# SPDX-License-Identifier: BSD-3-Clause
"""How full crossings, lines and ports are as trade grows, from other traffic alone to the last trade asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corridor.charts import FAINT, INK, LINES, RULE, new_axes
from corridor.errors import OptionError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from corridor.grown import Growth

__all__ = ["plot_growth"]

MILLION: Final = 1e6
TOP: Final = 6
# Those of the charts (Okabe and Ito), and two more of the same palette; each line bears its name too.
COLOURS: Final = (*LINES, "#b58900", "#555555")
GUESSED: Final = ("estimate", "recalled")
UNITS: Final = {"trucks_per_day": "trucks a day", "wagons_per_day": "wagons a day", "tonnes_per_year": "t a year"}
DASHED: Final = (0, (4.5, 2.0))
NAME_FONT: Final = 8.0
# Points from the top of a name, which has two lines, to that of the next; from the frame to the names; for the names.
NAME_POINTS, NAMES_FROM, NAMES_WIDE = 24.0, 14.0, 132.0
# The chart begins this much below the least share drawn, percent, or at 0 where that is near; above the fullest stands a name.
BELOW, NEAR_ZERO, ABOVE = 10.0, 30.0, 0.24


class _Curve(NamedTuple):
    """A capacity, and the share of it in use (percent) at each trade (million USD a year)."""

    name: str
    row: dict[str, Any]
    points: list[tuple[float, float]]
    full_at: float


def plot_growth(growth: Growth, *, ax: Axes | None = None, top: int = TOP) -> Axes:
    """Draw the share of each capacity in use, percent, as trade grows, in million USD a year.

    Parameters
    ----------
    growth
        What :func:`corridor.growth` returned.
    ax
        Axes to draw on; missing: new ones. The names stand right of them, where some 1.9 inches should be free.
    top
        How many capacities at most: first those that are full, in their order, then the fullest at the last trade.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on. A line begins at a trade of 0, with what other traffic uses; it is dashed where the capacity is
        an estimate. Diamonds mark where one is full; the first is named with its trade. To the first saturation the lines
        are exact; after it they run straight between the trades told of, ``steps=`` of :func:`corridor.growth`.

    Raises
    ------
    OptionError
        If nothing passes a capacity that is known, or ``top`` is no whole number of 1 or more.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import corridor as co
    >>> grown = co.growth(co.load(), co.Demand.bundled("pk-kz-2025"), steps=3, swing=None)
    >>> co.plot_growth(grown).get_ylabel()
    'capacity in use, other traffic included, %'
    """
    whole: object = top
    if isinstance(whole, bool) or not isinstance(whole, int) or whole < 1:
        msg = f"top={top!r}: must be a whole number of 1 or more."
        raise OptionError(msg)
    every = _curves(growth)
    if not every:
        msg = "plot_growth: nothing passes a capacity that is known, so there is nothing to draw; .volumes tells what passes."
        raise OptionError(msg)
    curves = every[:top]
    ax = new_axes("growth.volumes") if ax is None else ax
    last = growth.trades[-1] / MILLION
    shares = [share for curve in curves for _, share in curve.points]
    lowest, highest = 10 * math.floor(min(shares) / 10) - BELOW, max(100.0, *shares)
    lowest = lowest if lowest >= NEAR_ZERO else 0.0
    ax.set_xlim(0, last)
    ax.set_ylim(lowest, highest + ABOVE * (highest - lowest))
    ax.axhline(100, color=INK, linewidth=1.2, zorder=2)
    now = growth.now_usd / MILLION
    if now < last:
        ax.axvline(now, color=FAINT, linewidth=0.8, linestyle=":", zorder=1)
        ax.annotate(
            f" today, {now:,.0f}",
            (now, lowest),
            xytext=(1, 6),
            textcoords="offset points",
            fontsize=NAME_FONT,
            color=FAINT,
        )
    for number, curve in reversed([*enumerate(curves)]):
        _draw(ax, curve, COLOURS[number % len(COLOURS)], last, known=growth.terms.background)
    _mark_first(ax, growth, last)
    _dress(ax, growth, len(curves), len(every))
    _legend(ax, curves, known=growth.terms.background)
    _name(ax, curves)
    return ax


def _curves(growth: Growth) -> list[_Curve]:
    """Return what is used of each capacity in use or full: those full first, in their order, then the fullest."""
    full = {one.bound.row_name: one.usd for one in growth.saturations}
    first = growth.first
    tables = [{row["name"]: row for row in found.capacity_rows} for found in growth.assignments]
    trades = [trade / MILLION for trade in growth.trades]
    curves = []
    for name, row in tables[-1].items():
        used = [table[name]["used"] for table in tables]
        if not any(used) and name not in full:
            continue
        taken = 0.0 if math.isnan(row["background"]) else row["background"]
        points = {0.0: taken}
        points |= {trade: taken + use for trade, use in zip(trades, used, strict=True)}
        if first is not None and growth.trades[0] <= first.usd < growth.trades[-1]:
            # To there all volumes are in proportion to the trade.
            points[first.usd / MILLION] = taken + used[0] * first.usd / growth.trades[0]
        if 0 < full.get(name, 0.0) <= growth.trades[-1]:
            points[full[name] / MILLION] = row["capacity"]
        shares = [(trade, use / row["capacity"] * 100) for trade, use in sorted(points.items())]
        curves.append(_Curve(name, row, shares, full.get(name, math.inf) / MILLION))
    curves.sort(key=lambda curve: (curve.full_at, -curve.points[-1][1], curve.name))
    return curves


def _draw(ax: Axes, curve: _Curve, colour: str, last: float, *, known: bool) -> None:
    """Draw a line, how its beginning is known, and a diamond where it is full."""
    style = DASHED if curve.row["basis"] in GUESSED else "-"
    ax.plot(*zip(*curve.points, strict=True), color=colour, linewidth=2.0, linestyle=style, zorder=3)
    if known:
        ax.plot(*curve.points[0], color=colour, clip_on=False, zorder=5, **_beginning(curve.row))
    if 0 < curve.full_at <= last:
        ax.plot(curve.full_at, 100, marker="D", markersize=6, color=colour, markeredgecolor="white", linestyle="", zorder=6)  # fmt: skip


def _beginning(row: dict[str, Any]) -> dict[str, Any]:
    """Return the mark of the other traffic: full where quoted or derived, hollow where an estimate, a cross where not known."""
    if math.isnan(row["background"]):
        return {"marker": "x", "markersize": 6, "markeredgewidth": 1.6, "linestyle": ""}
    hollow = row["background_basis"] in GUESSED
    return {"marker": "o", "markersize": 6, "linestyle": "", **({"markerfacecolor": "white"} if hollow else {})}


def _mark_first(ax: Axes, growth: Growth, last: float) -> None:
    """Say what is full first, and at which trade, above the line of 100 %."""
    first = growth.first
    if first is None or first.usd / MILLION > last:
        return
    row = first.bound.row
    name = _named(row.subject, row.mode, row.direction)
    told = f"{name}: filled by other traffic" if first.usd <= 0 else f"{name}\nfull first, at {first.usd / MILLION:,.1f} million USD"  # fmt: skip
    at = max(first.usd / MILLION, 0.0)
    left = at < last * 0.5
    ax.annotate(
        told, (at, 100), xytext=(0, 9), textcoords="offset points", ha="left" if left else "right", va="bottom",
        fontsize=8.5, fontweight="bold", color=INK, zorder=7,
    )  # fmt: skip


def _dress(ax: Axes, growth: Growth, shown: int, every: int) -> None:
    ax.set_xlabel("trade, million USD a year", fontsize=10, color=INK)
    ax.set_ylabel("capacity in use, other traffic included, %" if growth.terms.background else "capacity in use, %", fontsize=10, color=INK)  # fmt: skip
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.grid(color=RULE, linewidth=0.6)
    ax.set_axisbelow(True)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        ax.spines[side].set_color(FAINT)
    ax.tick_params(labelsize=9, colors=INK)
    first = growth.first
    beyond = first is not None and first.usd > growth.trades[-1]
    more = f"the first is full beyond it, at {first.usd / MILLION:,.1f} million USD" if beyond and first is not None else f"capacities drawn: {shown} of the {every} that it uses"  # fmt: skip
    ax.set_title(
        f"Trade of {growth.now_usd / MILLION:,.0f} million USD a year grown to {growth.trades[-1] / MILLION:,.0f} million\n{more}",
        loc="left", fontsize=11, color=INK,
    )  # fmt: skip


def _legend(ax: Axes, curves: Sequence[_Curve], *, known: bool) -> None:
    """Tell solid from dashed lines and the marks at their beginning, those that are there, below the chart."""
    from matplotlib.lines import Line2D

    handles: list[Line2D] = []
    for guessed in (False, True):
        style: Any = DASHED if guessed else "-"
        words = dict.fromkeys(c.row["basis"] for c in curves if (c.row["basis"] in GUESSED) == guessed)
        if words:
            label = f"capacity: {', '.join(sorted(words))}"
            handles.append(Line2D([], [], color=FAINT, linewidth=2.0, linestyle=style, label=label))
    marks: dict[str, dict[str, Any]] = {}
    for row in (curve.row for curve in curves if known):
        unknown, guessed = math.isnan(row["background"]), row["background_basis"] in GUESSED
        label = "not known, taken as none" if unknown else "an estimate" if guessed else "quoted or derived"
        marks[f"other traffic: {label}"] = _beginning(row)
    handles += [Line2D([], [], color=FAINT, label=label, **style) for label, style in sorted(marks.items())]
    if any(0 < curve.full_at <= ax.get_xlim()[1] for curve in curves):
        handles.append(Line2D([], [], color=FAINT, marker="D", markersize=6, linestyle="", label="full"))
    ax.legend(
        handles=handles, fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(0.0, 0.0), borderaxespad=4.4, ncols=3,
        columnspacing=1.2, handlelength=2.4,
    )  # fmt: skip


def _name(ax: Axes, curves: Sequence[_Curve]) -> None:
    """Write name and capacity of each line right of its end, apart from each other, with a thin line to it."""
    from matplotlib.transforms import ScaledTranslation

    # Room is taken first, by a text as wide as the names may be: how high the axes are depends on it.
    figure = ax.figure.canvas.figure
    inches = ScaledTranslation((NAMES_FROM + NAMES_WIDE) / 72, 0, figure.dpi_scale_trans)
    ax.text(1.0, 0.5, " ", transform=ax.transAxes + inches, fontsize=NAME_FONT)
    figure.draw_without_rendering()
    box = ax.get_window_extent()
    point = figure.dpi / 72
    low, high = ax.get_ylim()
    scale = box.height / (high - low)
    # From the top: higher lines first, and of equal ones that which is full first.
    order = sorted(range(len(curves)), key=lambda number: (-curves[number].points[-1][1], number))
    ends = [(curves[number].points[-1][1] - low) * scale for number in order]
    heights = _apart(ends, NAME_POINTS * point)
    # None stands in the title.
    over = max(0.0, heights[0] + (NAME_POINTS / 2) * point - box.height)
    heights = [height - over for height in heights]
    for number, end, height in zip(order, ends, heights, strict=True):
        curve, colour = curves[number], COLOURS[number % len(COLOURS)]
        row = curve.row
        at = f", {curve.points[-1][1]:.0f} %" if math.isinf(curve.full_at) else f", full at {curve.full_at:,.0f}"
        ax.annotate(
            f"{_named(row['subject'], row['mode'], row['direction'])}\n{row['capacity']:,.0f} {UNITS[row['unit']]}{at}",
            (1.0, curve.points[-1][1]), xycoords=ax.get_yaxis_transform(),
            xytext=(NAMES_FROM, (height - end) / point), textcoords="offset points", ha="left", va="center",
            fontsize=NAME_FONT, color=INK, linespacing=1.05, annotation_clip=False, zorder=7,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 1.4, "shrinkA": 0.0, "shrinkB": 0.0, "relpos": (0.0, 0.5)},
        )  # fmt: skip


def _apart(heights: Sequence[float], gap: float) -> list[float]:
    """Return heights, given from the highest down, moved as little as may be so that each is a gap below the last."""
    groups: list[list[float]] = []
    for number, height in enumerate(heights):
        # What each would be if all were moved up by their place in the order; equal means then stand as one block.
        groups.append([height + gap * number])
        while len(groups) > 1 and _mean(groups[-1]) > _mean(groups[-2]):
            lower = groups.pop()
            groups[-1] += lower
    flat = [_mean(group) for group in groups for _ in group]
    return [height - gap * number for number, height in enumerate(flat)]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _named(subject: str, mode: str | None, direction: str) -> str:
    """Return the name of a capacity without its post, which the crossing tells too."""
    words = [word for word in (mode, "" if direction == "both" else direction) if word]
    return f"{subject} ({', '.join(words)})" if words else subject
