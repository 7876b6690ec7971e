# SPDX-License-Identifier: BSD-3-Clause
"""Charts of finished results; nothing is computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from corridor.errors import MissingExtraError, OptionError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from corridor.answers import Routes

__all__ = ["plot_front"]

INK, FAINT, RULE = "#222222", "#6b6b6b", "#d8d3c8"
# From light to dark, so that a third criterion reads in print and by colour-blind eyes too (Brewer, YlGnBu).
SHADES: Final = ("#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#0c2c84")
MARKS: Final = ("o", "s", "^", "D", "v")
MOST_GROUPS: Final = len(MARKS)
NAMES: Final = {
    "score": "score, USD",
    "km": "distance, km",
    "hours": "time, hours",
    "usd": "cost of the shipment, USD",
    "co2e_kg": "emissions, kg CO2e",
    "crossings": "border crossings",
    "transfers": "changes of carriage",
}


def plot_front(routes: Routes, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw a Pareto front: its first two criteria as the axes, the third as the shade and shape of the points.

    Parameters
    ----------
    routes
        What :func:`corridor.pareto` returned.
    ax
        Axes to draw on; missing: new ones.
    title
        Title; missing: from where to where, and how many routes.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on; the ends of the front are numbered as in ``routes.to_frame()``.

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
    if len(routes) == 0 or len(routes.criteria) < 2:
        msg = "plot_front draws what co.pareto(...) returns; draw other routes with co.plot_routes."
        raise OptionError(msg)
    if ax is None:
        try:
            from matplotlib import pyplot as plt
        except ImportError as error:
            msg = "Charts need matplotlib: pip install 'corridor[plot]'. The table form is routes.to_frame()."
            raise MissingExtraError(msg) from error
        ax = plt.figure(figsize=(7.6, 4.6), layout="constrained").add_subplot()
    values = {name: [_value(route, name) for route in routes] for name in routes.criteria}
    across, up, *others = routes.criteria
    points = list(zip(values[across], values[up], strict=True))
    if not others:
        xs, ys = zip(*points, strict=True)
        ax.step(xs, ys, where="post", color=RULE, linewidth=1.5, zorder=1)
    groups = _groups(values[others[0]]) if others else [("", list(range(len(points))))]
    for number, (label, members) in enumerate(groups):
        shade = SHADES[number] if others else SHADES[3]
        xs, ys = zip(*(points[member] for member in members), strict=True)
        ax.scatter(
            xs, ys, s=34, marker=MARKS[number], color=shade, edgecolor="white", linewidth=0.6, label=label, zorder=3
        )
    for number in dict.fromkeys((0, len(points) - 1)):
        right = number > 0
        ax.annotate(
            str(number + 1), points[number], textcoords="offset points", xytext=(7 if not right else -7, 5),
            ha="left" if not right else "right", fontsize=9, color=INK,
        )  # fmt: skip
    ax.set_xlabel(NAMES[across] if across != "hours" else "hours", fontsize=10, color=INK)
    ax.set_ylabel(NAMES[up], fontsize=10, color=INK)
    ax.grid(color=RULE, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.margins(0.06)
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.yaxis.set_major_formatter("{x:,.0f}")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    if across == "hours":
        _add_days(ax)
    if others:
        ax.legend(title=NAMES[others[0]], fontsize=9, title_fontsize=9, frameon=False, loc="upper right")
    ax.set_title(title or routes.title, loc="left", fontsize=11, color=INK)
    return ax


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


def _add_days(ax: Axes) -> None:
    """Say the hours as days along the top."""
    days = ax.secondary_xaxis("top", functions=(_to_days, _to_hours))
    days.set_xlabel("days", fontsize=9, color=FAINT)
    days.tick_params(labelsize=8, colors=FAINT)
    days.spines["top"].set_visible(False)


def _to_days(hours: Any) -> Any:
    return hours / 24


def _to_hours(days: Any) -> Any:
    return days * 24
