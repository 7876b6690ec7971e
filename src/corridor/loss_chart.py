# SPDX-License-Identifier: BSD-3-Clause
"""A chart of the worst losses; nothing is computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from corridor.errors import MissingExtraError, OptionError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from corridor.critical import Criticality, Loss

__all__ = ["CUT", "SHOWN", "WORDS", "check_top", "drawn_losses", "plot_losses"]

SHOWN: Final = 15

INK, FAINT, RULE = "#222222", "#6b6b6b", "#d8d3c8"
DETOUR, CUT = "#225ea8", "#b2182b"
WORDS: Final = {
    "score": "extra score (USD)",
    "km": "extra km",
    "hours": "extra hours",
    "usd": "extra USD",
    "co2e_kg": "extra kg CO2e",
    "crossings": "extra crossings",
}
# Inches for each bar, and for the title and the axis.
BAR_INCHES, AROUND_INCHES = 0.3, 1.5


def plot_losses(found: Criticality, *, ax: Axes | None, top: int) -> Axes:
    """Draw the worst losses as horizontal bars; :meth:`corridor.Criticality.plot` says more."""
    check_top(top)
    losses = drawn_losses(found)[:top]
    if ax is None:
        try:
            from matplotlib import pyplot as plt
        except ImportError as error:
            msg = "Charts need matplotlib: pip install 'corridor[plot]'. The table form is to_frame()."
            raise MissingExtraError(msg) from error
        height = AROUND_INCHES + BAR_INCHES * len(losses)
        ax = plt.figure(figsize=(8.2, height), layout="constrained").add_subplot()
    places = range(len(losses))
    extras = [loss.extra[found.by] for loss in losses]
    ax.barh(places, extras, height=0.62, color=[CUT if loss.cut_off else DETOUR for loss in losses], zorder=2)
    for place, loss in zip(places, losses, strict=True):
        cut = len(loss.cut_off)
        flow = f"{loss.cut_off_flow:,.4g} {found.flow_unit}"
        shown = f"cuts off {cut:,} pair{'s' if cut > 1 else ''} ({flow})" if cut else f"{loss.extra[found.by]:,.0f}"
        ax.annotate(
            shown, (loss.extra[found.by], place), textcoords="offset points", xytext=(5, 0), va="center", fontsize=8.5,
            color=CUT if cut else INK,
        )  # fmt: skip
    ax.set_yticks(list(places), [loss.name for loss in losses], fontsize=9, color=INK)
    ax.set_ylim(len(losses) - 0.4, -0.6)
    # Room at the right for what is written behind the longest bar.
    ax.set_xlim(0, (max(extras) or 1.0) * (1.6 if any(loss.cut_off and loss.detours for loss in losses) else 1.25))
    ax.set_xlabel(f"{WORDS[found.by]} of the ways round x flow in {found.flow_unit}", fontsize=10, color=INK)
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.grid(axis="x", color=RULE, linewidth=0.6)
    ax.set_axisbelow(True)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(FAINT)
    ax.tick_params(axis="x", labelsize=9, colors=INK)
    ax.tick_params(axis="y", length=0)
    more = (
        "\nred: cuts pairs off; a bar there is of the pairs still joined"
        if any(loss.cut_off for loss in losses)
        else ""
    )
    ax.set_title(f"Loss of {found.of}: the worst {len(losses)}{more}", loc="left", fontsize=10, color=INK)
    return ax


def check_top(top: int) -> None:
    """Refuse a number of losses that is none."""
    whole: object = top
    if isinstance(whole, bool) or not isinstance(whole, int) or whole < 1:
        msg = f"top={top!r}: must be a whole number of 1 or more."
        raise OptionError(msg)


def drawn_losses(found: Criticality) -> list[Loss]:
    """Return the losses that there is something to draw of, the worst first; refuse none at all."""
    losses = [loss for loss in found.losses if loss.adds and (loss.cut_off or loss.detours)]
    if not losses:
        msg = f"plot: no loss of {found.of} changes any way, so there is nothing to draw; to_frame() lists them all."
        raise OptionError(msg)
    return losses
