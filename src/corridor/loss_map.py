# SPDX-License-Identifier: BSD-3-Clause
"""A map of the worst losses: where they lie, how much they cost, and which of them cut pairs off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from corridor.errors import OptionError, nearest_valid
from corridor.loss_chart import CUT, SHOWN, WORDS, check_top, drawn_losses, plot_losses
from corridor.map_ground import INK, Point, draw_ground, map_axes, map_legend, mark_ends

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from corridor.critical import Criticality, Loss
    from corridor.tables import Line

__all__ = ["plot_criticality"]

Kind: TypeAlias = Literal["bars", "map"]
KINDS: Final = ("bars", "map")
# From light to dark by extra cost, so that grey print reads; the lightest would be lost on the land.
COLOURS, LIGHTEST, DARKEST = "YlGnBu", 0.45, 1.0
# Least and greatest size of a mark and width of a line, points.
MARK_SIZES, LINE_WIDTHS = (6.0, 13.0), (2.2, 5.5)
WAY: Final = "#8f8878"
LETTERS: Final = 34
# Degrees around the losses: the best ways of today go on beyond.
LOSS_MARGIN: Final = 4.0


def plot_criticality(found: Criticality, *, ax: Axes | None = None, kind: Kind = "bars", top: int = SHOWN) -> Axes:
    """Draw the worst losses, as bars or where they lie: by flow x extra in the measure asked, what cuts pairs off apart.

    Parameters
    ----------
    found
        What :func:`corridor.criticality` returned.
    ax
        Axes to draw on; missing: new ones.
    kind
        ``bars``, or ``map``: each loss of one thing at its place, numbered as in the legend, the darker and larger
        the more the ways round cost; red crosses and dashes cut pairs off. The best ways of today are grey,
        and run on beyond the map, which holds the losses drawn.
    top
        How many losses at most, the worst first.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on; a map is as of :func:`corridor.plot_routes`.

    Raises
    ------
    OptionError
        If the kind is unknown, no loss touches any pair, ``top`` is no whole number of 1 or more, or all losses are of
        several things at once, which have no one place on a map.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import corridor as co
    >>> found = co.criticality(co.load(), [("Karachi", "Tashkent"), ("Karachi", "Kabul")])
    >>> ax = co.plot_criticality(found, kind="map")
    >>> ax.get_legend().get_title().get_text()
    'extra score (USD) of the ways round x flow in shipments'
    """
    if kind not in KINDS:
        msg = f"plot_criticality: unknown kind={kind!r}.{nearest_valid(str(kind), KINDS, kind='Choices')}"
        raise OptionError(msg)
    if kind == "bars":
        return plot_losses(found, ax=ax, top=top)
    check_top(top)
    single = [loss for loss in drawn_losses(found) if len(loss.lost) == 1]
    losses = single[:top]
    if not losses:
        msg = "plot: every loss that does anything is of several things at once, which have no one place; use kind='bars'."
        raise OptionError(msg)
    shapes = found.shapes()
    ways = found.way_lines()
    shown = [shapes[loss.lost[0]] for loss in losses]
    ax, frame = map_axes(ax, [point for lines in shown for line in lines for point in line], margin=LOSS_MARGIN)
    shares = _shares(losses, found.by)
    handles = [_handle(number, loss, found, share) for number, (loss, share) in enumerate(zip(losses, shares, strict=True), 1)]  # fmt: skip
    map_legend(ax, [*handles, _way_handle()], columns=2, title=f"{WORDS[found.by]} of the ways round x flow in {found.flow_unit}")  # fmt: skip
    middles = [_middle(lines) for lines in shown]
    drawn = [*ways, *(line for lines in shown for line in lines)]
    numbers = _numbers(middles)
    spots = draw_ground(ax, frame, drawn, numbers, _title(found, losses, len(single)))
    for line in ways:
        ax.plot(*zip(*line, strict=True), color=WAY, linewidth=1.2, zorder=3)
    for loss, lines, middle, share in reversed(list(zip(losses, shown, middles, shares, strict=True))):
        if found.of == "links":
            for line in lines:
                ax.plot(*zip(*line, strict=True), zorder=4, solid_capstyle="round", **_line_style(loss, share))
        else:
            ax.plot(*middle, zorder=5, **_mark_style(loss, share))
    mark_ends(ax, spots, dots=False)
    return ax


def _shares(losses: Sequence[Loss], by: str) -> list[float]:
    """Return the extra of each loss as a share of the greatest; 0 where none costs anything."""
    most = max(loss.extra[by] for loss in losses)
    return [max(loss.extra[by], 0.0) / most if most > 0 else 0.0 for loss in losses]


def _middle(lines: Sequence[Line]) -> Point:
    """Return the mean of the middle points of some lines, degrees."""
    import shapely

    points = [shapely.Point(line[0]) if len(line) == 1 else shapely.LineString(line).interpolate(0.5, normalized=True) for line in lines]  # fmt: skip
    return sum(point.x for point in points) / len(points), sum(point.y for point in points) / len(points)


def _numbers(middles: Sequence[Point]) -> dict[Point, str]:
    """Return the numbers to write at each point; of things at one point all in one text."""
    found: dict[Point, str] = {}
    for number, middle in enumerate(middles, 1):
        found[middle] = f"{found[middle]}, {number}" if middle in found else str(number)
    return found


def _colour(share: float) -> Any:
    from matplotlib import colormaps

    return colormaps[COLOURS](LIGHTEST + (DARKEST - LIGHTEST) * share)


def _between(ends: tuple[float, float], share: float) -> float:
    return float(ends[0] + (ends[1] - ends[0]) * share**0.5)


def _mark_style(loss: Loss, share: float) -> dict[str, Any]:
    """Return how a crossing or place is marked: a disc by its extra, or a red cross of the largest size."""
    if loss.cut_off:
        return {"marker": "X", "markersize": 11.0, "color": CUT, "markeredgecolor": "white", "linestyle": ""}
    return {"marker": "o", "markersize": _between(MARK_SIZES, share), "color": _colour(share), "markeredgecolor": INK,
            "markeredgewidth": 0.7, "linestyle": ""}  # fmt: skip


def _line_style(loss: Loss, share: float) -> dict[str, Any]:
    """Return how a link is drawn: by its extra, or red and dashed."""
    if loss.cut_off:
        return {"color": CUT, "linewidth": LINE_WIDTHS[1], "linestyle": (0, (1.2, 0.5))}
    return {"color": _colour(share), "linewidth": _between(LINE_WIDTHS, share), "linestyle": "-"}


def _handle(number: int, loss: Loss, found: Criticality, share: float) -> Artist:
    from matplotlib.lines import Line2D

    name = loss.name if len(loss.name) <= LETTERS else f"{loss.name[: LETTERS - 3]}..."
    cut = len(loss.cut_off)
    told = f"cuts off {cut:,} pair{'s' if cut > 1 else ''}" if cut else f"{loss.extra[found.by]:,.0f}"
    style = _line_style(loss, share) if found.of == "links" else _mark_style(loss, share)
    return Line2D([], [], label=f"{number}  {name}: {told}", **style)


def _way_handle() -> Artist:
    from matplotlib.lines import Line2D

    return Line2D([], [], color=WAY, linewidth=1.2, label="best ways of today")


def _title(found: Criticality, losses: Sequence[Loss], single: int) -> str:
    """Return what is drawn, and in a second line what is not."""
    first = f"Loss of {found.of}: the worst {len(losses)} of {single} that do anything"
    joint = len(drawn_losses(found)) - single
    return f"{first}\nnot drawn: {joint:,} of several at once" if joint else first
