# SPDX-License-Identifier: BSD-3-Clause
"""A heat map from origins to destinations: the figures in its cells, what has no route hatched."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from corridor.charts import FAINT, INK, NAMES, new_axes
from corridor.errors import OptionError, nearest_valid

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["plot_matrix"]

COLOURS: Final = "YlGnBu"
# How dark a cell must be for white figures, as luma (Rec. 709).
DARK_BELOW: Final = 0.5
CELL_FONT, LEAST_FONT, TICK_FONT = 9.0, 5.5, 9.0
# Names of so many columns are slanted, of more upright.
MOST_SLANTED: Final = 8
# Inches of a row, and for the names of the columns, title and legend.
ROW_INCHES, AROUND_INCHES = 0.36, 1.7
# How broad a figure is, in sizes of its letters.
LETTER_WIDTH: Final = 0.62
NO_ROUTE: Final = "no route"


def plot_matrix(frame: pd.DataFrame, *, ax: Axes | None = None, measure: str | None = None, title: str = "") -> Axes:
    """Draw the table of an origin-destination matrix as a heat map, with its figures and their unit.

    Parameters
    ----------
    frame
        What :func:`corridor.matrix` returned.
    ax
        Axes to draw on; missing: new ones, sized to the rows.
    measure
        Of a frame with several measures, which to draw; missing: the one that was minimised.
    title
        Title; missing: what is drawn.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on: one row an origin, one column a destination. Cells without a route are hatched and told
        apart in a legend; where origin and destination are the same place stands a dash.

    Raises
    ------
    OptionError
        If the frame is none of a matrix, holds routes, or does not have the measure.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import corridor as co
    >>> net = co.load()
    >>> ax = co.plot_matrix(co.matrix(net, net.ports, ["Tashkent", "Almaty"], by="hours"))
    >>> [text.get_text() for text in ax.get_xticklabels()]
    ['tashkent', 'almaty']
    """
    name, table = _table(frame, measure)
    new = ax is None
    ax = new_axes("the frame itself", AROUND_INCHES + ROW_INCHES * len(table)) if ax is None else ax
    values = table.to_numpy(dtype=float)
    colours = _draw_cells(ax, values, NAMES[name])
    columns, rows = [str(item) for item in table.columns], [str(item) for item in table.index]
    turned = 35 if len(columns) <= MOST_SLANTED else 90
    ax.set_xticks(
        range(len(columns)),
        columns,
        fontsize=TICK_FONT,
        rotation=turned,
        ha="right",
        rotation_mode="anchor",
        va="center" if turned == 90 else "baseline",
    )
    ax.set_yticks(range(len(rows)), rows, fontsize=TICK_FONT)
    ax.tick_params(length=0, labelcolor=INK)
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_title(title or f"{NAMES[name]}, from row to column", loc="left", fontsize=11, color=INK)
    same = [(i, j) for i, row in enumerate(rows) for j, column in enumerate(columns) if row == column]
    if missing := [(i, j) for i, j in _missing(values) if (i, j) not in same]:
        _hatch(ax, missing)
    if new:
        # The layout decides how broad the cells are.
        ax.figure.canvas.figure.draw_without_rendering()
    _write(ax, values, colours, same)
    return ax


def _table(frame: Any, measure: str | None) -> tuple[str, pd.DataFrame]:
    """Return the measure to draw and its table; refuse a frame that is none of a matrix."""
    about = getattr(frame, "attrs", {})
    if not hasattr(frame, "columns") or not {"by", "unit"} <= {*about} or frame.index.name != "origin":
        msg = "plot_matrix draws what co.matrix(net, origins, destinations) returns; this is no such frame."
        raise OptionError(msg)
    if frame.empty:
        msg = "plot_matrix: the frame is empty; ask co.matrix for at least one origin and one destination."
        raise OptionError(msg)
    several = list(about["unit"]) if isinstance(about["unit"], Mapping) else [about["by"]]
    chosen = about["by"] if measure is None else measure
    if chosen not in several:
        msg = f"plot_matrix: the frame has no measure {measure!r}.{nearest_valid(str(measure), several, kind='It has')}"
        raise OptionError(msg)
    if frame.columns.nlevels > 1:
        frame = frame[chosen]
    elif len(several) > 1 and measure is None:
        msg = f"plot_matrix: one table of several does not say its measure; pass the whole frame, or measure=, one of {', '.join(several)}."
        raise OptionError(msg)
    if not all(kind.kind in "fiu" for kind in frame.dtypes):
        msg = "plot_matrix: the cells hold no numbers; call co.matrix without routes=True."
        raise OptionError(msg)
    return chosen, frame


def _missing(values: Any) -> list[tuple[int, int]]:
    return [(i, j) for i, row in enumerate(values.tolist()) for j, value in enumerate(row) if math.isnan(value)]


def _draw_cells(ax: Axes, values: Any, unit: str) -> Any:
    """Draw the coloured cells and the bar that tells the unit; return what turns a value into its colour."""
    import numpy as np
    from matplotlib.colors import Normalize

    known = values[~np.isnan(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    # One value alone lies in the middle of the colours.
    low, high = (low, high) if high > low else (low - 1.0, high + 1.0)
    image = ax.imshow(np.ma.masked_invalid(values), cmap=COLOURS, norm=Normalize(low, high), aspect="auto", zorder=1)
    for edge in range(1, values.shape[0]):
        ax.axhline(edge - 0.5, color="white", linewidth=1.5, zorder=2)
    for edge in range(1, values.shape[1]):
        ax.axvline(edge - 0.5, color="white", linewidth=1.5, zorder=2)
    if len(known):
        bar = ax.figure.colorbar(image, ax=ax, fraction=0.05, pad=0.02, format="{x:,.0f}")
        bar.set_label(unit, fontsize=9, color=INK)
        bar.ax.tick_params(labelsize=8, labelcolor=INK, color=FAINT)
        bar.outline.set_visible(False)
    return lambda value: image.cmap(image.norm(value))


def _hatch(ax: Axes, cells: list[tuple[int, int]]) -> None:
    """Hatch the cells without a route, and say so below."""
    from matplotlib.patches import Rectangle

    for number, (i, j) in enumerate(cells):
        patch = Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor="white", edgecolor=FAINT, hatch="////", linewidth=0, zorder=1,
                          label=NO_ROUTE if number == 0 else None)  # fmt: skip
        ax.add_patch(patch)
    ax.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), fontsize=8.5, frameon=False, borderaxespad=0.2)


def _write(ax: Axes, values: Any, colour_of: Any, same: list[tuple[int, int]]) -> None:
    """Write the figures into their cells: small, and upright where the cells are narrow."""
    texts = {(i, j): f"{v:,.0f}" for i, row in enumerate(values.tolist()) for j, v in enumerate(row) if not math.isnan(v)}  # fmt: skip
    box = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
    wide, high = box.width * 72 / values.shape[1], box.height * 72 / values.shape[0]
    letters = max(map(len, texts.values()), default=1)
    flat = min(CELL_FONT, (wide - 3) / (LETTER_WIDTH * letters), (high - 2) / 1.2)
    upright = min(CELL_FONT, (high - 3) / (LETTER_WIDTH * letters), (wide - 2) / 1.2)
    font, turned = (flat, 0) if flat >= min(LEAST_FONT, upright) else (upright, 90)
    font = max(font, 1.0)
    for (i, j), text in texts.items():
        red, green, blue = colour_of(values[i, j])[:3]
        colour = "white" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < DARK_BELOW else INK
        ax.text(j, i, text, ha="center", va="center", fontsize=font, rotation=turned, color=colour, zorder=3)
    for i, j in same:
        ax.text(j, i, "-", ha="center", va="center", fontsize=font, color=FAINT, zorder=3)
