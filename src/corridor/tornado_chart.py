# SPDX-License-Identifier: BSD-3-Clause
"""The tornado of an explanation: how far each estimate moves the margin to the best rival; nothing is computed here."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

from corridor.errors import MissingExtraError, OptionError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from corridor.explaining import Explanation

__all__ = ["HIGH", "LOW", "PALE", "plot_tornado", "widest"]

INK, FAINT, RULE = "#222222", "#6b6b6b", "#d8d3c8"
# Told apart by colour-blind eyes (Okabe and Ito); what is assumed is pale and hatched.
LOW, HIGH = "#0072b2", "#d55e00"
PALE: Final = 0.45
# Inches for each bar, and for the title, the axis and the legend.
BAR_INCHES, AROUND_INCHES = 0.42, 1.9
WIDE_INCHES: Final = 7.6
# A bar of less than this share of the longest cannot be seen; a swing below the second is rounding.
UNSEEN, ROUNDING = 0.005, 1e-6
# Letters in a line of the name of an estimate.
LETTERS: Final = 38


def plot_tornado(explanation: Explanation, *, ax: Axes | None = None, top: int = 15) -> Axes:
    """Draw how far each estimate moves the margin to the best rival, from the low to the high end of its range.

    Parameters
    ----------
    explanation
        What :func:`corridor.explain` returned.
    ax
        Axes to draw on; missing: new ones.
    top
        How many estimates at most, those with the widest swing; a bar too short to be seen is left out.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on. Solid bars have a range stated in the data, hatched pale ones an assumed one. Left of the line
        at 0 another route is the best. At the ends of the bars stand the values that the estimate has there.

    Raises
    ------
    OptionError
        If no estimate moves the margin, or ``top`` is no whole number of 1 or more.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import corridor as co
    >>> net = co.load()
    >>> co.plot_tornado(co.explain(net, co.route(net, "Karachi", "Kabul")), top=3).get_xlabel()
    'margin to the best rival, USD'
    """
    rows = widest(explanation, top)
    if not rows:
        msg = "plot_tornado: no estimate moves the margin to a rival, so there is nothing to draw; .tornado lists them."
        raise OptionError(msg)
    if ax is None:
        try:
            from matplotlib import pyplot as plt
        except ImportError as error:
            msg = "Charts need matplotlib: pip install 'corridor[plot]'. The table form is explanation.tornado."
            raise MissingExtraError(msg) from error
        height = AROUND_INCHES + BAR_INCHES * len(rows)
        ax = plt.figure(figsize=(WIDE_INCHES, height), layout="constrained").add_subplot()
    today = min(explanation.margins)
    for place, row in enumerate(rows):
        _draw(ax, place, row, today)
    ax.axvline(today, color=INK, linewidth=1.0, zorder=3)
    margins = [row[f"margin_at_{end}"] for row in rows for end in ("low", "high")]
    reach = [*margins, today, 0.0]
    # Room for the values written beyond the ends of the bars.
    room = 0.16 * (max(reach) - min(reach) or 1.0)
    ax.set_xlim(min(reach) - room, max(reach) + room)
    ax.axvspan(min(reach) - room, 0, color="#f3efe6", zorder=0)
    ax.axvline(0, color=FAINT, linewidth=1.0, linestyle="--", zorder=1)
    _dress(ax, rows, explanation)
    return ax


def widest(explanation: Explanation, top: int) -> list[dict[str, Any]]:
    """Return the estimates whose bars can be seen, those with the widest swing.

    Raises
    ------
    OptionError
        If ``top`` is no whole number of 1 or more.
    """
    whole: object = top
    if isinstance(whole, bool) or not isinstance(whole, int) or whole < 1:
        msg = f"top={top!r}: must be a whole number of 1 or more."
        raise OptionError(msg)
    every = explanation.tornado_rows()
    least = max(UNSEEN * max((row["swing"] for row in every), default=0.0), ROUNDING)
    return [row for row in every if row["swing"] > least][:top]


def _draw(ax: Axes, place: int, row: dict[str, Any], today: float) -> None:
    """Draw the two bars of an estimate, from today's margin to that at either end, with the values at the ends."""
    import matplotlib as mpl
    from matplotlib.colors import to_rgba
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=2.2, foreground="white")]
    assumed = row["range"] == "assumed"
    ends = [(row["margin_at_low"], row["low"], LOW), (row["margin_at_high"], row["high"], HIGH)]
    same_side = (ends[0][0] - today) * (ends[1][0] - today) > 0
    for number, (margin, value, colour) in enumerate(ends):
        # Two ends on one side would hide each other: each then takes half of the height.
        height, shift = (0.31, (-0.155, 0.155)[number]) if same_side else (0.62, 0.0)
        with mpl.rc_context({"hatch.linewidth": 0.6}):
            ax.barh(
                place + shift, margin - today, left=today, height=height, zorder=2,
                facecolor=to_rgba(colour, PALE if assumed else 1.0), edgecolor=colour if not assumed else "white",
                hatch="////" if assumed else None, linewidth=0.0 if not assumed else 0.4,
            )  # fmt: skip
        right = margin > today or (margin == today and number == 1)
        if abs(margin - today) > 0:
            ax.annotate(
                f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}", (margin, place + shift),
                xytext=(3 if right else -3, 0), textcoords="offset points", va="center",
                ha="left" if right else "right", fontsize=7.5 if same_side else 8, color=INK, zorder=4,
                path_effects=halo,
            )  # fmt: skip


def _dress(ax: Axes, rows: list[dict[str, Any]], explanation: Explanation) -> None:
    from matplotlib.patches import Patch

    names = ["\n".join(textwrap.wrap(f"{row['name']}, {row['unit']} (now {row['now']:,.4g})", LETTERS)) for row in rows]
    ax.set_yticks(range(len(rows)), names, fontsize=7.5, color=INK)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    measure = {"score": "USD", "usd": "USD", "hours": "hours"}[explanation.by]
    ax.set_xlabel(f"margin to the best rival, {measure}", fontsize=10, color=INK)
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.grid(axis="x", color=RULE, linewidth=0.6)
    ax.set_axisbelow(True)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(FAINT)
    ax.tick_params(axis="x", labelsize=9, colors=INK)
    ax.tick_params(axis="y", length=0)
    handles = [Patch(facecolor=LOW, label="low end"), Patch(facecolor=HIGH, label="high end")]
    if any(row["range"] == "assumed" for row in rows):
        handles.append(Patch(facecolor="#bbbbbb", edgecolor="white", hatch="////", label="range assumed, not data"))
    ax.legend(
        handles=handles, fontsize=8.5, frameon=False, loc="lower center", bbox_to_anchor=(0.35, 1.0), ncols=3,
        borderaxespad=0.2, handlelength=1.4, columnspacing=1.2,
    )  # fmt: skip
    route = explanation.route
    ends = f"{route.place_name(route.origin)} → {route.place_name(route.destination)}"
    best = explanation.labels[min(range(len(explanation.margins)), key=explanation.margins.__getitem__)]
    ax.set_title(
        f"{ends}: the {len(rows)} estimates that move the choice most\n"
        f"black line: today, {textwrap.shorten(f'ahead of {best}', 44, placeholder=' ...')}; shaded: another route wins",
        loc="right", fontsize=10, color=INK, pad=22,
    )  # fmt: skip
