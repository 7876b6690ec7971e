# SPDX-License-Identifier: BSD-3-Clause
"""The time/cost-distance chart: profiles of routes drawn over one another; nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corridor.charts import FAINT, INK, RULE
from corridor.distance_profile import Measured, Per, profile_rows
from corridor.errors import MissingExtraError, OptionError
from corridor.movements import routes_of
from corridor.plot import MODE_COLOURS, ROUTE_STYLES
from corridor.routes import Route

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

__all__ = ["plot_profile"]

MARKS: Final = ("o", "s", "^", "D", "v")
NAMES: Final = {"hours": "time since departure, hours", "usd": "cost, USD", "co2e_kg": "emissions, kg CO2e"}
WORDS: Final = {"hours": "time", "usd": "cost", "co2e_kg": "emissions"}
SHORT: Final = {"hours": "h", "usd": "USD", "co2e_kg": "kg"}
PER: Final = {"shipment": "of the shipment", "20t": "per 20 t", "feu": "per forty-foot container"}
LABEL_FONT, END_FONT = 8.0, 9.0
# Width of the lines, points: legs, stops, borders.
LEG, STOP, BORDER = 1.8, 2.2, 4.2
# Borders and other stops that rise less than these shares of the highest curve bear no name.
LEAST_BORDER, LEAST_STOP = 0.01, 0.02
# Where a name may stand from what it names: points across and up, nearest first.
REACH: Final = (6, 14, 24, 36, 50, 66, 84, 104, 128)
# Points between two looks along a curve for a name that lies on it, and around a name kept free.
STRIDE, MARGIN = 3.0, 1.5
# Points beside a name at an end, and the most of the width that the axes give to such names.
END_ROOM, MOST_ROOM = 10.0, 0.4

Point = tuple[float, float]
Box = tuple[float, float, float, float]


class Label(NamedTuple):
    """A name to be written: where it points, what it says, its size, and whether it must be written."""

    at: Point
    text: str
    size: float
    bold: bool


def plot_profile(
    routes: Route | Iterable[Route],
    y: Measured = "hours",
    *,
    per: Per = "shipment",
    ax: Axes | None = None,
    labels: Sequence[str] | None = None,
    title: str = "",
) -> Axes:
    """Draw the time/cost-distance profile of a route, or of several over one another.

    Parameters
    ----------
    routes
        A route, or several; each has its own dash and mark.
    y, per
        As for :func:`corridor.profile`.
    ax
        Axes to draw on; missing: new ones.
    labels
        Name of each route; missing: the countries between its ends, or its first crossings where these are the same.
    title
        Title; missing: from where to where, and what is drawn.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on: km across, hours (days at the right), USD or kg CO2e up. Legs have the colour of their mode; bold steps
        are borders, grey ones other stops. Low steps (under 1 or 2 % of the top) bear no name; the legend says how many others found
        no room.

    Raises
    ------
    OptionError
        As :func:`corridor.profile`, or if there is not one label a route.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import corridor as co
    >>> co.plot_profile(co.route(co.load(), "Karachi", "Tashkent")).get_xlabel()
    'distance from Karachi, km'
    """
    given = routes_of(routes, asked="plot_profile")
    rows = profile_rows(given, y, per=per)
    names = _labels_of(given, labels)
    ax = _new_axes() if ax is None else ax
    curves = [[row for row in rows if row["route"] == number] for number in range(1, len(given) + 1)]
    for number, curve in enumerate(curves):
        _draw(ax, curve, y, number)
    _dress(ax, given, y, per)
    ax.set_title(title or _title(given, y), loc="left", fontsize=11, color=INK)
    handles = _handles(rows, names, y)
    # The room of the axes is known only once everything around them is there.
    _legend(ax, handles, len(names))
    ends = list(_end_labels(curves, names, y))
    _make_room(ax, ends)
    wanted = [*ends, *_stop_labels(curves, y)]
    left_out = _write(ax, wanted, [[(row["km"], row[y]) for row in curve] for curve in curves])
    if left_out:
        _legend(
            ax,
            [*handles, _words(f"{left_out} more stop{'s' if left_out > 1 else ''}, no room for the name")],
            len(names),
        )
    return ax


def _new_axes() -> Axes:
    """Return axes of a figure of their own."""
    try:
        from matplotlib import pyplot as plt
    except ImportError as error:
        msg = "Charts need matplotlib: pip install 'corridor[plot]'. The table form is co.profile(...)."
        raise MissingExtraError(msg) from error
    return plt.figure(figsize=(7.6, 5.2), layout="constrained").add_subplot()


def _labels_of(routes: Sequence[Route], labels: Sequence[str] | None) -> list[str]:
    """Return the names of the routes: those given, else the countries between the ends, else the crossings."""
    if labels is not None:
        if len(labels) != len(routes):
            msg = f"plot_profile: {len(labels)} labels for {len(routes)} routes; give one a route."
            raise OptionError(msg)
        return list(labels)
    ends = {(route.origin, route.destination) for route in routes}
    if len(ends) > 1:
        return [f"{route.place_name(route.origin)} → {route.place_name(route.destination)}" for route in routes]
    countries = ["-".join(route.countries) for route in routes]
    if len(set(countries)) == len(routes):
        return countries
    shared = set.intersection(*({*route.crossings} for route in routes))
    own = [", ".join(_post_names(route, shared)[:2]) for route in routes]
    if len(set(own)) == len(routes):
        return [f"by {name}" if name else "the other way" for name in own]
    return [f"route {number}" for number in range(1, len(routes) + 1)]


def _post_names(route: Route, shared: set[str]) -> list[str]:
    """Return the names of the posts left at the crossings of a route that not all routes have."""
    rows = [row for row in route.step_rows() if row["crossing"] and row["crossing"] not in shared]
    return [_short(route.place_name(row["from"])) for row in rows]


def _short(name: str) -> str:
    """Return the name of a place without the country in brackets."""
    return name.partition(" (")[0]


def _draw(ax: Axes, curve: Sequence[dict[str, Any]], y: Measured, number: int) -> None:
    """Draw one profile: legs in runs of one mode, stops as vertical lines."""
    style = ROUTE_STYLES[number % len(ROUTE_STYLES)]
    run: list[Point] = [(curve[0]["km"], curve[0][y])]
    mode = ""
    for before, row in pairwise(curve):
        start, end = (before["km"], before[y]), (row["km"], row[y])
        if row["kind"] == "leg" and row["mode"] == mode:
            run.append(end)
            continue
        _draw_run(ax, run, mode, style)
        run, mode = ([start, end], row["mode"]) if row["kind"] == "leg" else ([end], "")
        if row["kind"] == "stop":
            colour, width = (INK, BORDER) if row["border"] else (FAINT, STOP)
            ax.plot(*zip(start, end, strict=True), color=colour, linewidth=width, solid_capstyle="butt", zorder=4)
    _draw_run(ax, run, mode, style)
    last = curve[-1]
    ax.plot(
        [last["km"]], [last[y]], MARKS[number % len(MARKS)], color=INK, markersize=6, markeredgecolor="white", zorder=5
    )


def _draw_run(ax: Axes, run: Sequence[Point], mode: str, style: Any) -> None:
    if len(run) < 2:
        return
    xs, ys = zip(*run, strict=True)
    ax.plot(xs, ys, color="white", linewidth=LEG + 1.4, zorder=2)
    ax.plot(xs, ys, color=MODE_COLOURS[mode], linewidth=LEG, linestyle=style, zorder=3)


def _dress(ax: Axes, routes: Sequence[Route], y: Measured, per: Per) -> None:
    """Name and rule the axes; hours are told in days at the right too."""
    starts = {route.place_name(route.origin) for route in routes}
    ax.set_xlabel(f"distance from {starts.pop() if len(starts) == 1 else 'the origin'}, km", fontsize=10, color=INK)
    what, unit = NAMES[y].rsplit(", ", 1)
    ax.set_ylabel(NAMES[y] if y == "hours" else f"{what} {PER[per]}, {unit}", fontsize=10, color=INK)
    ax.grid(color=RULE, linewidth=0.6)
    ax.set_axisbelow(True)
    # A step at the origin must not lie under the axis.
    ax.set_xlim(-0.012 * ax.dataLim.x1, ax.dataLim.x1 * 1.22 or 1.0)
    ax.set_ylim(0, ax.dataLim.y1 * 1.12 or 1.0)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter("{x:,.0f}")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        ax.spines[side].set_color(FAINT)
    ax.tick_params(labelsize=9, colors=INK)
    if y == "hours":
        from matplotlib.ticker import MaxNLocator

        days = ax.secondary_yaxis("right", functions=(_to_days, _to_hours))
        days.yaxis.set_major_locator(MaxNLocator(7, integer=True))
        days.set_ylabel("days", fontsize=9, color=FAINT)
        days.tick_params(labelsize=8, colors=FAINT)
        days.spines["right"].set_visible(False)


def _to_days(hours: Any) -> Any:
    return hours / 24


def _to_hours(days: Any) -> Any:
    return days * 24


def _title(routes: Sequence[Route], y: Measured) -> str:
    ends = {(route.place_name(route.origin), route.place_name(route.destination)) for route in routes}
    told = " → ".join(ends.pop()) if len(ends) == 1 else f"{len(routes)} routes"
    steep = {"hours": "slower", "usd": "dearer", "co2e_kg": "dirtier"}[y]
    return f"{told}: {WORDS[y]} over distance\na steeper line is {steep}; a step is a stop"


def _handles(rows: Sequence[dict[str, Any]], names: Sequence[str], y: Measured) -> list[Artist]:
    from matplotlib.lines import Line2D

    handles: list[Artist] = []
    if len(names) > 1:
        handles += [
            Line2D(
                [], [], color=FAINT, linewidth=LEG, linestyle=ROUTE_STYLES[i % len(ROUTE_STYLES)], label=name,
                marker=MARKS[i % len(MARKS)], markersize=5, markerfacecolor=INK, markeredgecolor="white",
            )
            for i, name in enumerate(names)
        ]  # fmt: skip
    modes = dict.fromkeys(row["mode"] for row in rows if row["kind"] == "leg")
    handles += [Line2D([], [], color=MODE_COLOURS[mode], linewidth=LEG + 0.6, label=mode) for mode in modes]
    stops = [row for row in rows if row["kind"] == "stop"]
    if any(row["border"] for row in stops):
        handles.append(Line2D([], [], color=INK, linewidth=BORDER, label=f"border ({SHORT[y]})"))
    if not all(row["border"] for row in stops):
        handles.append(Line2D([], [], color=FAINT, linewidth=STOP, label=f"other stop ({SHORT[y]})"))
    return handles


def _words(text: str) -> Artist:
    from matplotlib.lines import Line2D

    return Line2D([], [], linestyle="", label=text)


def _legend(ax: Axes, handles: list[Artist], routes: int) -> None:
    """Write the legend below the chart."""
    ax.legend(
        handles=handles, ncols=3 if routes > 1 else 4, fontsize=8.5, frameon=False, loc="upper left",
        bbox_to_anchor=(0.0, -0.13), borderaxespad=0.0, alignment="left", handlelength=3.2,
    )  # fmt: skip


# --- names -----------------------------------------------------------------------------------------------------------


def _end_labels(curves: Sequence[Sequence[dict[str, Any]]], names: Sequence[str], y: Measured) -> Iterator[Label]:
    for curve, name in zip(curves, names, strict=True):
        last = curve[-1]
        total = f"{last[y]:,.0f} {SHORT[y]}" + (f", {last[y] / 24:.1f} days" if y == "hours" else "")
        text = f"{name}\n{total}" if len(curves) > 1 else f"{last['place_name']}\n{total}"
        yield Label((last["km"], last[y]), text, END_FONT, bold=True)


def _stop_labels(curves: Sequence[Sequence[dict[str, Any]]], y: Measured) -> list[Label]:
    """Return the names of the stops, the highest first; the two posts of a crossing are one name, as is a stop shared."""
    found: dict[tuple[str, int, int], tuple[float, Label]] = {}
    top = max(curve[-1][y] for curve in curves) or 1.0
    for curve in curves:
        for group in _stops_of(curve):
            rise = sum(row["step"] for row in group)
            border = any(row["border"] for row in group)
            if rise < top * (LEAST_BORDER if border else LEAST_STOP):
                continue
            last = group[-1]
            middle = last[y] - (last[y] - group[0][y] + group[0]["step"]) / 2
            name = _short(str(group[0]["place_name"]))
            if not border:
                name = f"{name}, {last['activity']}"
            label = Label((last["km"], middle), f"{name} {rise:,.0f}", LABEL_FONT, bold=border)
            found.setdefault((name, round(last["km"]), round(last[y])), (rise, label))
    return [label for _, label in sorted(found.values(), key=lambda pair: -pair[0])]


def _stops_of(curve: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the stops of a profile: those of one crossing together, those at one place together."""
    run: list[dict[str, Any]] = []
    for row in curve:
        if row["kind"] != "stop":
            continue
        same = run and (
            (row["border"] and row["crossing"] == run[-1]["crossing"])
            or (row["border"] == run[-1]["border"] and row["place"] == run[-1]["place"] and not row["border"])
        )
        if run and not same:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _make_room(ax: Axes, ends: Sequence[Label]) -> None:
    """Widen the axes until the names at the ends fit to the right of them: elsewhere they may seem another route's."""
    figure = ax.get_figure(root=True)
    assert figure is not None  # noqa: S101
    figure.draw_without_rendering()
    low, high = ax.get_xlim()
    across = ax.get_window_extent().width
    for label in ends:
        part = (_size(ax, label)[0] + END_ROOM * figure.dpi / 72) / across
        if part < MOST_ROOM:
            high = max(high, low + (label.at[0] - low) / (1 - part))
    ax.set_xlim(low, high)


def _write(ax: Axes, labels: Sequence[Label], curves: Sequence[Sequence[Point]]) -> int:
    """Write the names where nothing else is; return how many found no room."""
    figure = ax.get_figure(root=True)
    assert figure is not None  # noqa: S101
    figure.draw_without_rendering()
    scale = figure.dpi / 72
    inside = ax.get_window_extent()
    frame = (inside.x0, inside.y0, inside.x1 + 4 * scale, inside.y1)
    taken: list[Box] = []
    dots = list(_dots(ax, curves, STRIDE * scale))
    left_out = 0
    for label in labels:
        x, y = ax.transData.transform(label.at)
        width, height = _size(ax, label)
        for across, up, ha, va in _spots():
            low = x + across * scale - (width if ha == "right" else 0.0)
            base = y + up * scale - {"top": height, "center": height / 2, "bottom": 0.0}[va]
            pad = MARGIN * scale
            box = (low - pad, base - pad, low + width + pad, base + height + pad)
            if _free(box, frame, taken, dots):
                taken.append(box)
                _annotate(ax, label, (across, up), ha, va)
                break
        else:
            left_out += 1
    return left_out


def _spots() -> Iterator[tuple[float, float, str, str]]:
    """Yield where a name may stand: beside the step, then away from a rising curve, up to the left or down to the right."""
    yield 8, 0, "left", "center"
    yield -8, 0, "right", "center"
    for reach in REACH:
        for across, up in ((0.7, 0.7), (1.0, 0.3), (0.35, 1.0), (1.4, 0.0), (0.1, 1.2)):
            yield -reach * across, reach * up, "right", "bottom"
            yield reach * across, -reach * up, "left", "top"


def _free(box: Box, frame: Box, taken: Sequence[Box], dots: Sequence[Point]) -> bool:
    """Tell whether a box lies in the frame, on no other name and on no curve."""
    x0, y0, x1, y1 = box
    if x0 < frame[0] or y0 < frame[1] or x1 > frame[2] or y1 > frame[3]:
        return False
    if any(x0 < b[2] and b[0] < x1 and y0 < b[3] and b[1] < y1 for b in taken):
        return False
    return not any(x0 < x < x1 and y0 < y < y1 for x, y in dots)


def _dots(ax: Axes, curves: Sequence[Sequence[Point]], stride: float) -> Iterator[Point]:
    """Yield points along the curves, in pixels, no further apart than a stride."""
    for curve in curves:
        pixels = [tuple(point) for point in ax.transData.transform(list(curve)).tolist()]
        for (x0, y0), (x1, y1) in pairwise(pixels):
            count = max(1, int(max(abs(x1 - x0), abs(y1 - y0)) / stride))
            yield from ((x0 + (x1 - x0) * i / count, y0 + (y1 - y0) * i / count) for i in range(count + 1))


def _size(ax: Axes, label: Label) -> tuple[float, float]:
    """Return width and height of a name in pixels."""
    weight = "bold" if label.bold else "normal"
    text = ax.text(0, 0, label.text, fontsize=label.size, fontweight=weight)
    extent = text.get_window_extent()
    text.remove()
    return extent.width, extent.height


def _annotate(ax: Axes, label: Label, offset: tuple[float, float], ha: str, va: str) -> None:
    far = max(abs(offset[0]), abs(offset[1])) > 12
    arrow = {"arrowstyle": "-", "color": FAINT, "linewidth": 0.6, "shrinkA": 1, "shrinkB": 1} if far else None
    ax.annotate(
        label.text, label.at, xytext=offset, textcoords="offset points", ha=ha, va=va, fontsize=label.size,
        fontweight="bold" if label.bold else "normal", color=INK, zorder=6, arrowprops=arrow,
    )  # fmt: skip
