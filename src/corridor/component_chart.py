# SPDX-License-Identifier: BSD-3-Clause
"""Bars of what routes are made of, side by side: hauls by mode, borders, transfers, waits, ends, the worth of the time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from corridor.charts import FAINT, INK, NAMES, RULE, WORDS, new_axes
from corridor.errors import OptionError, nearest_valid
from corridor.plot import MODE_COLOURS
from corridor.vocabulary import mode_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from corridor.routes import Route

__all__ = ["FACES", "KIND_OF", "parts_of", "plot_components"]

Across: TypeAlias = Literal["score", "usd", "hours"]
ACROSS: Final = ("score", "usd", "hours")
UNITS: Final = {"score": "USD", "usd": "USD", "hours": "h"}
# Colour and hatch of each part, in the order drawn: hauls plain, the rest told by hatches too, so that grey print reads.
FACES: Final[dict[str, tuple[str, str]]] = {
    **{f"{mode} haul": (colour, "") for mode, colour in MODE_COLOURS.items()},
    "border": ("#333333", ""),
    "transfer": ("#F0E442", "\\\\\\"),
    "waiting": ("#c9c9c9", "..."),
    "ends": ("#56B4E9", "---"),
    "cooling": ("#e4eef7", "xx"),
    "penalties": ("#ead9f2", "+++"),
    "value of time": ("#ffffff", "///"),
}
# Which part of the picture a part of the cost is, where it is not the haul itself.
PART_OF: Final = {
    "clearing outbound": "border",
    "clearing inbound": "border",
    "transfer": "transfer",
    "wait": "waiting",
    "delay": "waiting",
    "cooling": "cooling",
    "penalty": "penalties",
}
KIND_OF: Final = {"cross": "border", "transfer": "transfer", "wait": "waiting", "start": "ends", "end": "ends"}
BAR_HEIGHT, BAR_INCHES, AROUND_INCHES = 0.6, 0.48, 1.7
LABEL_LETTERS: Final = 26
# How broad a letter of a figure is in points, and how light a face must be for dark figures.
LETTER_POINTS, LIGHT = 4.7, 0.45


def plot_components(
    routes: Sequence[Route],
    *,
    ax: Axes | None = None,
    y: Across = "score",
    labels: Sequence[str] | None = None,
    title: str = "",
) -> Axes:
    """Draw one bar a route, split by what its score (USD), money (USD) or time (hours) is made of.

    Parameters
    ----------
    routes
        Finished routes: a list, or what :func:`corridor.alternatives` returned.
    ax
        Axes to draw on; missing: new ones, sized to the number of routes.
    y
        ``score``, ``usd`` or ``hours``. The score holds the worth of the time as a part of its own.
    labels
        Name of each route; missing: its number and its crossings, or its ends where the routes have different ones.
    title
        Title; missing: from where to where.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on. The widths of a bar add up to ``route.score``, ``route.usd`` or ``route.hours``, which is
        written at its end; a part that is broad enough bears its figure.

    Raises
    ------
    OptionError
        If there is no route, ``y`` is unknown or known of no route, or there is not one label a route.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import corridor as co
    >>> ax = co.plot_components([co.route(co.load(), "Karachi", "Tashkent")], y="hours")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['road haul', 'border']
    """
    if y not in ACROSS:
        msg = f"plot_components: unknown y={y!r}.{nearest_valid(str(y), ACROSS, kind='Choices')}"
        raise OptionError(msg)
    given: Any = routes
    routes = [given] if hasattr(given, "leg_rows") else list(given)
    if not routes:
        msg = "plot_components: no routes given; pass a list of routes, e.g. [co.route(net, 'Karachi', 'Minsk')]."
        raise OptionError(msg)
    for number, route in enumerate(routes, 1):
        if math.isnan(getattr(route, y)):
            msg = f"plot_components: route {number} has no {y}: its links bring no such figure. Choose another y."
            raise OptionError(msg)
    names = _names(routes, labels)
    parts = [parts_of(route, y) for route in routes]
    ax = new_axes("route.explain()", AROUND_INCHES + BAR_INCHES * len(routes)) if ax is None else ax
    longest = max(math.fsum(part.values()) for part in parts) or 1.0
    for place, part in enumerate(parts):
        _draw_bar(ax, place, part)
        total = math.fsum(part.values())
        ax.annotate(f"{total:,.0f} {UNITS[y]}", (total, place), xytext=(5, 0), textcoords="offset points", va="center",
                    fontsize=9, fontweight="bold", color=INK)  # fmt: skip
    ax.set_yticks(range(len(routes)), names, fontsize=9, color=INK)
    ax.set_ylim(len(routes) - 0.45, -0.55)
    # Room at the right for the total.
    ax.set_xlim(0, longest * 1.2)
    _dress(ax, y, [name for name in FACES if any(name in part for part in parts)])
    ax.set_title(title or _title(routes, y), loc="left", fontsize=11, color=INK)
    _tell(ax, parts, longest * 1.2)
    return ax


def parts_of(route: Route, y: Across) -> dict[str, float]:
    """Return how much of the measure each part of the picture is, in the order drawn, without those that are 0."""
    carriages = [row["carriage"] for row in route.step_rows()]
    terms: dict[str, list[float]] = {name: [] for name in FACES}
    for row in route.explain().to_dict("records"):
        mode = mode_of(carriages[row["step"] - 1])
        other = "ends" if row["kind"] in {"start", "end"} else KIND_OF.get(row["kind"], f"{mode} haul")
        haul = f"{mode} haul" if row["part"] == "haul" else other
        name = PART_OF.get(row["part"], haul)
        terms[name].append(row["money_score"] if y == "score" else row[y])
        if y == "score":
            terms["value of time"].append(row["time_score"])
    return {name: total for name, values in terms.items() if abs(total := math.fsum(values)) > 1e-9}


def _draw_bar(ax: Axes, place: int, parts: dict[str, float]) -> None:
    """Draw the parts of one bar, one behind the other."""
    left: list[float] = []
    for name, width in parts.items():
        colour, hatch = FACES[name]
        start = math.fsum(left)
        ax.barh(place, width, left=start, height=BAR_HEIGHT, color=colour, hatch=hatch, edgecolor=_edge(colour), linewidth=0.6, zorder=2)  # fmt: skip
        left.append(width)


def _tell(ax: Axes, bars: Sequence[dict[str, float]], span: float) -> None:
    """Write the figure of each part that is broad enough for it, once the figure is laid out."""
    ax.figure.canvas.figure.draw_without_rendering()
    inches = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted()).width
    unit = span / (inches * 72)
    for place, parts in enumerate(bars):
        left: list[float] = []
        for name, width in parts.items():
            colour, hatch = FACES[name]
            text = f"{width:,.0f}"
            if width > unit * (LETTER_POINTS * len(text) + 4):
                # A figure on a hatched face has a plain ground of its own.
                box = {"facecolor": colour, "edgecolor": "none", "pad": 1.2} if hatch else None
                ax.text(math.fsum(left) + width / 2, place, text, ha="center", va="center", fontsize=8,
                        color="white" if _lightness(colour) < LIGHT else INK, zorder=3, bbox=box)  # fmt: skip
            left.append(width)


def _edge(colour: str) -> str:
    """Return the colour of rim and hatch: white on dark faces, grey on light ones."""
    return "white" if _lightness(colour) < LIGHT else FAINT


def _lightness(colour: str) -> float:
    """Return how light a colour is, 0 to 1: the luma of Rec. 709."""
    from matplotlib.colors import to_rgb

    red, green, blue = to_rgb(colour)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def _names(routes: Sequence[Route], labels: Sequence[str] | None) -> list[str]:
    if labels is not None:
        if len(labels) != len(routes):
            msg = f"plot_components: {len(labels)} labels for {len(routes)} routes; give one a route."
            raise OptionError(msg)
        return [fill(label, LABEL_LETTERS) for label in labels]
    names = []
    for number, route in enumerate(routes, 1):
        ends = f"{route.place_name(route.origin)} → {route.place_name(route.destination)}"
        own = ", ".join(route.crossings) or "no crossing"
        names.append(fill(f"{number}  {own if _same_ends(routes) else ends}", LABEL_LETTERS, max_lines=3, placeholder=" ..."))  # fmt: skip
    return names


def _same_ends(routes: Sequence[Route]) -> bool:
    return len({(route.origin, route.destination) for route in routes}) == 1


def _title(routes: Sequence[Route], y: Across) -> str:
    first = routes[0]
    ends = f"{first.place_name(first.origin)} → {first.place_name(first.destination)}: " if _same_ends(routes) else ""
    title = f"{ends}what the {WORDS[y]} is made of"
    return title[:1].upper() + title[1:]


def _dress(ax: Axes, y: Across, names: Sequence[str]) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(facecolor=FACES[name][0], hatch=FACES[name][1], edgecolor=_edge(FACES[name][0]), label=name) for name in names]  # fmt: skip
    ax.legend(handles=handles, ncols=4, fontsize=8.5, frameon=False, loc="upper left", bbox_to_anchor=(0.0, 0.0),
              borderaxespad=4.2, alignment="left")  # fmt: skip
    ax.set_xlabel(NAMES[y], fontsize=10, color=INK)
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.grid(axis="x", color=RULE, linewidth=0.6)
    ax.set_axisbelow(True)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(FAINT)
    ax.tick_params(axis="x", labelsize=9, colors=INK)
    ax.tick_params(axis="y", length=0)
