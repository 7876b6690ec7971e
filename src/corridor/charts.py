# SPDX-License-Identifier: BSD-3-Clause
"""Charts of finished results; nothing is computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from corridor.errors import MissingExtraError, OptionError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from corridor.answers import Routes
    from corridor.simulation import Simulation

__all__ = ["FAINT", "INK", "NAMES", "RULE", "WORDS", "new_axes", "plot_front", "plot_reliability"]

INK, FAINT, RULE = "#222222", "#6b6b6b", "#d8d3c8"
# From light to dark, so that a third criterion reads in print and by colour-blind eyes too (Brewer, YlGnBu).
SHADES: Final = ("#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#0c2c84")
# Told apart by colour-blind eyes (Okabe and Ito), and by their dashes in print.
LINES: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9")
DASHES: Final = ("-", "--", "-.")
MARKS: Final = ("o", "s", "^", "D", "v")
# Squares and diamonds look larger than discs of their size.
SIZES: Final = (28.0, 21.0, 30.0, 19.0, 30.0)
MOST_GROUPS: Final = len(MARKS)
# Points from a point to its number, and of the number itself.
NUMBER_OFFSET, NUMBER_FONT = 7, 9.5
NAMES: Final = {
    "score": "score, USD",
    "km": "distance, km",
    "hours": "time, hours",
    "usd": "cost of the shipment, USD",
    "co2e_kg": "emissions, kg CO2e",
    "crossings": "border crossings",
    "transfers": "changes of carriage",
    "chance": "chance of having arrived, %",
}
# The same in the running text of a title.
WORDS: Final = NAMES | {"score": "score", "km": "distance", "hours": "time", "usd": "cost", "co2e_kg": "emissions"}


def plot_front(routes: Routes, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw a Pareto front: its first two criteria as the axes, the third as shade, the fourth as shape of the points.

    Parameters
    ----------
    routes
        What :func:`corridor.pareto` returned.
    ax
        Axes to draw on; missing: new ones.
    title
        Title; missing: from where to where, how many routes, and the criteria. A third or fourth criterion in which all
        routes are equal is told there instead of drawn.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on. The routes that are best in the first and in the second criterion bear their number in
        ``routes.to_frame()``.

    Raises
    ------
    OptionError
        If the routes are no Pareto front.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import corridor as co
    >>> front = co.pareto(co.load(), "Karachi", "Kabul", criteria=("hours", "usd"))
    >>> co.plot_front(front).get_ylabel()
    'cost of the shipment, USD'
    """
    if len(getattr(routes, "criteria", ())) < 2 or len(routes) == 0:
        msg = "plot_front draws what co.pareto(...) returns; draw other routes with co.plot_routes."
        raise OptionError(msg)
    ax = new_axes("routes.to_frame()") if ax is None else ax
    across, up, *others = routes.criteria
    values = {name: [_value(route, name) for route in routes] for name in routes.criteria}
    points = list(zip(values[across], values[up], strict=True))
    if not others:
        ax.step(*zip(*points, strict=True), where="post", color=RULE, linewidth=1.5, zorder=1)
    shown = [name for name in others if len(set(values[name])) > 1]
    groups = [_groups(values[name]) for name in shown]
    shades, marks = _of_points(groups[:1], len(points)), _of_points(groups[-1:], len(points))
    for point, shade, mark in zip(points, shades, marks, strict=True):
        colour = _shade(shade, len(groups[0])) if groups else SHADES[3]
        ax.scatter(*point, s=SIZES[mark], marker=MARKS[mark], color=colour, edgecolor="white", linewidth=0.6, zorder=3)
    _number_ends(ax, points)
    _dress(ax, across, up)
    for name, labels, part in zip(shown, groups, ("both" if len(shown) == 1 else "shade", "mark"), strict=False):
        _legend(ax, NAMES[name], [label for label, _ in labels], part, right=up == "hours")
    ax.set_title(title or _title(routes, values, others, shown), loc="left", fontsize=11, color=INK)
    return ax


def new_axes(table: str, height: float = 4.6) -> Axes:
    """Return axes of a figure of their own, of so many inches; ``table`` says what to take without matplotlib."""
    try:
        from matplotlib import pyplot as plt
    except ImportError as error:
        msg = f"Charts need matplotlib: pip install 'corridor[plot]'. The table form is {table}."
        raise MissingExtraError(msg) from error
    return plt.figure(figsize=(7.6, height), layout="constrained").add_subplot()


def plot_reliability(simulation: Simulation, *, ax: Axes | None = None) -> Axes:
    """Draw how surely each simulated route has arrived after so many hours: bold from P10 to P90, a mark at P50 and P95.

    Parameters
    ----------
    simulation
        What :func:`corridor.simulate` returned.
    ax
        Axes to draw on; missing: new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import corridor as co
    >>> plot_reliability(co.simulate(co.route(co.load(), "Karachi", "Kabul"), n=100, seed=1)).get_ylabel()
    'chance of having arrived, %'
    """
    import numpy as np

    ax = new_axes("simulation.to_frame()") if ax is None else ax
    shares = np.arange(0, 99.6, 0.5) / 100
    bold = (shares >= 0.1) & (shares <= 0.9)
    for number, (label, hours) in enumerate(zip(simulation.labels, simulation.draws.T, strict=True)):
        colour, dash = LINES[number % len(LINES)], DASHES[number // len(LINES) % len(DASHES)]
        at = np.quantile(hours, shares)
        ax.plot(at, shares * 100, color=colour, linewidth=0.9, linestyle=dash, zorder=2)
        ax.plot(at[bold], shares[bold] * 100, color=colour, linewidth=2.4, linestyle=dash, zorder=3, label=label)
        middle, late = np.quantile(hours, [0.5, 0.95])
        ax.plot([middle], [50], MARKS[0], color=colour, markersize=5.5, markeredgecolor="white", zorder=4)
        ax.plot([late], [95], MARKS[3], color=colour, markersize=5, markeredgecolor="white", zorder=4)
    if simulation.deadline_hours is not None:
        told = f"deadline, {simulation.deadline_hours:,.4g} h"
        ax.axvline(simulation.deadline_hours, color=FAINT, linewidth=1, linestyle=":", zorder=1, label=told)
    _dress(ax, "hours", "chance")
    ax.set_xlabel("time, hours", fontsize=10, color=INK)
    ax.set_ylim(0, 101)
    ax.set_xlim(left=0)
    ax.legend(
        fontsize=9,
        frameon=False,
        loc="lower right",
        title="bold: P10 to P90; dot: P50; diamond: P95",
        title_fontsize=8.5,
        alignment="left",
    )
    first = simulation.routes[0]
    same = len({(route.origin, route.destination) for route in simulation.routes}) == 1
    ends = f"{first.place_name(first.origin)} → {first.place_name(first.destination)}" if same else "Arrival"
    ax.set_title(
        f"{ends}: {simulation.n:,} draws, seed {simulation.seed}\n{_with_or_without(simulation)}",
        loc="left",
        fontsize=11,
        color=INK,
    )
    return ax


def _with_or_without(simulation: Simulation) -> str:
    return "with closures as in the history" if simulation.closures == "history" else "without closures"


def _of_points(groups: list[list[tuple[str, list[int]]]], count: int) -> list[int]:
    """Return the number of the group that each point is in; 0 where there are no groups."""
    found = [0] * count
    for number, (_, members) in enumerate(groups[0] if groups else []):
        for member in members:
            found[member] = number
    return found


def _shade(number: int, groups: int) -> str:
    """Return the shade of a group: the lightest for the first, the darkest for the last."""
    return SHADES[round(number * (len(SHADES) - 1) / max(groups - 1, 1))]


def _number_ends(ax: Axes, points: list[tuple[float, float]]) -> None:
    """Number the point best in the first criterion at its left and the best in the second below, where no point can be."""
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=2.5, foreground="white")]
    left = min(range(len(points)), key=lambda i: points[i])
    low = min(range(len(points)), key=lambda i: points[i][::-1])
    for number, offset, across, up in (
        (left, (-NUMBER_OFFSET, 0), "right", "center"),
        (low, (0, -NUMBER_OFFSET), "center", "top"),
    ):
        if number == left and offset[0] == 0:
            continue
        ax.annotate(
            str(number + 1), points[number], textcoords="offset points", xytext=offset, ha=across, va=up,
            fontsize=NUMBER_FONT, fontweight="bold", color=INK, zorder=4, path_effects=halo,
        )  # fmt: skip


def _dress(ax: Axes, across: str, up: str) -> None:
    """Name and rule the axes; hours are told in days on the other side too."""
    from matplotlib.ticker import MaxNLocator

    ax.set_xlabel(NAMES[across] if across != "hours" else "hours", fontsize=10, color=INK)
    ax.set_ylabel(NAMES[up], fontsize=10, color=INK)
    ax.grid(color=RULE, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.margins(0.08, 0.1)
    for axis, name in ((ax.xaxis, across), (ax.yaxis, up)):
        axis.set_major_formatter("{x:,.0f}")
        if name in {"crossings", "transfers"}:
            axis.set_major_locator(MaxNLocator(integer=True))
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        ax.spines[side].set_color(FAINT)
    ax.tick_params(labelsize=9, colors=INK)
    if "hours" in (across, up):
        _add_days(ax, across == "hours")


def _legend(ax: Axes, name: str, labels: list[str], part: str, *, right: bool) -> None:
    """Write the legend of a criterion beside the chart: of shades above, of shapes alone below."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D(
            [], [], linestyle="", markersize=SIZES[0 if part == "shade" else number] ** 0.5, label=label,
            marker=MARKS[0 if part == "shade" else number], markeredgecolor="white",
            color=FAINT if part == "mark" else _shade(number, len(labels)),
        )
        for number, label in enumerate(labels)
    ]  # fmt: skip
    made = ax.legend(
        handles=handles, title=name, fontsize=9, title_fontsize=9, frameon=False, alignment="left", handletextpad=0.2,
        borderaxespad=0, loc="lower left" if part == "mark" else "upper left",
        bbox_to_anchor=(1.13 if right else 1.02, 0.0 if part == "mark" else 1.0),
    )  # fmt: skip
    if part == "shade":
        # A second legend takes the place of the first, which is kept as a plain artist that room is made for.
        ax.add_artist(made)
        made.set_clip_on(False)


def _title(routes: Routes, values: dict[str, list[float]], others: list[str], shown: list[str]) -> str:
    """Return two lines: from, to and how many; the criteria, with the value of one in which all are equal."""
    first = routes[0]
    ends = f"{first.place_name(first.origin)} → {first.place_name(first.destination)}"
    words = [
        WORDS[name] if name in shown or name not in others else f"{WORDS[name]} ({values[name][0]:,.0f} on every route)"
        for name in routes.criteria
    ]
    count = f"{len(routes)} route{'s' if len(routes) > 1 else ''}"
    front = routes.method.partition(" of ")[0].removeprefix("exact ") or "Pareto front"
    return f"{ends}: {count}\n{front} of {', '.join(words[:-1])} and {words[-1]}"


def _value(route: object, name: str) -> float:
    value = getattr(route, name)
    return len(value) if name == "crossings" else float(value)


def _groups(values: list[float]) -> list[tuple[str, list[int]]]:
    """Return the points in groups of like third criterion: one for each value, or bands of equal count."""
    different = sorted(set(values))
    if len(different) <= MOST_GROUPS:
        return [(f"{value:,.0f}", [i for i, v in enumerate(values) if v == value]) for value in different]
    order = sorted(range(len(values)), key=values.__getitem__)
    size = -(-len(order) // MOST_GROUPS)
    bands = [sorted(order[start : start + size]) for start in range(0, len(order), size)]
    spans = [(min(values[i] for i in band), max(values[i] for i in band)) for band in bands]
    return [(f"{low:,.0f} to {high:,.0f}", band) for (low, high), band in zip(spans, bands, strict=True)]


def _add_days(ax: Axes, across: bool) -> None:  # noqa: FBT001
    """Say the hours as days along the top, or along the right."""
    convert = (_to_days, _to_hours)
    days = ax.secondary_xaxis("top", functions=convert) if across else ax.secondary_yaxis("right", functions=convert)
    (days.set_xlabel if across else days.set_ylabel)("days", fontsize=9, color=FAINT)
    days.tick_params(labelsize=8, colors=FAINT)
    days.spines["top" if across else "right"].set_visible(False)


def _to_days(hours: Any) -> Any:
    return hours / 24


def _to_hours(days: Any) -> Any:
    return days * 24
