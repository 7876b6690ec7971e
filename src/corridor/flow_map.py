# SPDX-License-Identifier: BSD-3-Clause
"""A map of the flow of goods: how much runs along each link and by which mode, and what holds goods back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from corridor.errors import OptionError
from corridor.map_ground import FAINT, INK, Point, draw_ground, map_axes, map_legend, mark_ends
from corridor.plot import MODE_COLOURS

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from corridor.assignment import Assignment
    from corridor.tables import Line

__all__ = ["plot_assignment"]

# Width of the busiest line and the least one that can be seen, points.
WIDEST, NARROWEST = 9.0, 0.9
# How many bottlenecks are named, the dearest first.
NAMED: Final = 8
# A price above this share of the penalty is told to be made of it.
MOSTLY: Final = 0.5
PENALTY: Final = "1 t more: shadow price. The penalty for goods left behind is a device, not what anybody would pay"
MARK: Final[dict[str, Any]] = {
    "marker": "X",
    "markersize": 10.0,
    "color": INK,
    "markeredgecolor": "white",
    "linestyle": "",
}


def plot_assignment(assignment: Assignment, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw the flow on a map: width by tonnes a year both ways together, colour by mode, crosses where capacities bind.

    Parameters
    ----------
    assignment
        What :func:`corridor.assign` returned.
    ax
        Axes to draw on; missing: new ones, sized to the flow.
    title
        First line of the title; missing: how many tonnes are carried, of how many.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on, as of :func:`corridor.plot_routes`. Crosses are numbered as in the legend, the dearest first: up
        to eight bottlenecks with the shadow price, USD for one more tonne; one of more than half the penalty for what is
        left unserved is told to be mostly that, and not what anybody would pay.

    Raises
    ------
    OptionError
        If nothing is carried.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import corridor as co
    >>> found = co.assign(co.load(), co.Demand.bundled("pk-kz-2025"))
    >>> co.plot_assignment(found).get_xlabel()
    'longitude, °E'
    """
    flows = _flows(assignment)
    if not flows:
        msg = "plot_assignment: nothing is carried, so there is no flow to draw; .unserved says why."
        raise OptionError(msg)
    shapes = _lines(assignment)
    lines = [shapes[link] for link, _ in flows]
    short = assignment.bottleneck_rows
    marks = [_where(assignment, row, shapes) for row in short[:NAMED]]
    ends = _ends(assignment)
    ax, frame = map_axes(ax, [*(point for line in lines for point in line), *marks, *ends])
    most = max(flows.values())
    handles = [*_mode_handles(flows), *_width_handles(most)]
    # A column of what lines mean, and one of what the crosses are.
    penalty = assignment.terms.unserved_usd_per_tonne
    told = PENALTY if any(row["usd_per_extra_tonne"] > MOSTLY * penalty for row in short[:NAMED]) else ""
    map_legend(ax, [*handles, *_mark_handles(short[:NAMED], penalty)], columns=2 if short else 4, title=told)
    named = _numbers(marks)
    spots = draw_ground(ax, frame, lines, {**ends, **named}, _title(assignment, title, len(short)))
    for (link, mode), tonnes in sorted(flows.items(), key=lambda item: (-item[1], item[0])):
        along = list(zip(*shapes[link], strict=True))
        width = _width(tonnes, most)
        ax.plot(*along, color="white", linewidth=width + 1.2, solid_capstyle="round", zorder=3)
        ax.plot(*along, color=MODE_COLOURS[mode], linewidth=width, solid_capstyle="round", zorder=4)
    for point in named:
        ax.plot(*point, zorder=6, **MARK)
    mark_ends(ax, [spot for spot in spots if spot.point not in named])
    mark_ends(ax, [spot for spot in spots if spot.point in named], dots=False)
    return ax


def _flows(assignment: Assignment) -> dict[tuple[str, str], float]:
    """Return the tonnes a year on each link in use, by link and mode, all goods and both ways together."""
    parts: dict[tuple[str, str], list[float]] = {}
    for row in assignment.flow_rows:
        if row["subject_kind"] == "link":
            parts.setdefault((row["subject"], row["mode"]), []).append(row["tonnes_per_year"])
    return {key: total for key, several in parts.items() if (total := math.fsum(several)) > 0}


def _lines(assignment: Assignment) -> dict[str, Line]:
    """Return the drawn lines of the links in use and of those that bottlenecks limit, by the id of the link."""
    net = assignment.goods[0].net
    structure = net.prices.structure
    tight = {row["name"] for row in assignment.bottleneck_rows}
    edges = {edge for part in assignment.plan.ways for way, _ in part for edge in way}
    for bound in assignment.bounds:
        if bound.row_name in tight:
            edges.update(bound.edges.nonzero()[0].tolist())
    running = sorted(edge for edge in edges if structure.link.item(edge) >= 0)
    lines = net.network_of(net.prices, running).tables.lines
    return {name: lines[name] for name in (structure.link_ids[structure.link.item(edge)] for edge in running)}


def _ends(assignment: Assignment) -> dict[Point, str]:
    """Return where goods come from or go to, carried or not, with the name."""
    rows = {place.id: place for place in assignment.goods[0].net.prices.structure.place_rows}
    ids = dict.fromkeys(
        end for one in assignment.goods if one.wanted.tonnes > 0 for end in (one.wanted.origin, one.wanted.destination)
    )
    return {(rows[end].lon, rows[end].lat): rows[end].name for end in ids}


def _where(assignment: Assignment, row: dict[str, Any], shapes: dict[str, Line]) -> Point:
    """Return where a bottleneck lies: a place, or the middle of the link that it limits."""
    import shapely

    structure = assignment.goods[0].net.prices.structure
    if row["subject_kind"] == "place":
        place = structure.place_rows[structure.number_of_place[row["subject"]]]
        return place.lon, place.lat
    bound = next(bound for bound in assignment.bounds if bound.row_name == row["name"])
    link = structure.link_ids[structure.link.item(bound.edges.nonzero()[0].item(0))]
    middle = shapely.LineString(shapes[link]).interpolate(0.5, normalized=True)
    return float(middle.x), float(middle.y)


def _numbers(points: Sequence[Point]) -> dict[Point, str]:
    """Return the numbers to write at each point; of things at one point all in one text."""
    found: dict[Point, str] = {}
    for number, point in enumerate(points, 1):
        found[point] = f"{found[point]}, {number}" if point in found else str(number)
    return found


def _width(tonnes: float, most: float) -> float:
    return max(WIDEST * tonnes / most, NARROWEST)


def _mode_handles(flows: dict[tuple[str, str], float]) -> list[Artist]:
    from matplotlib.lines import Line2D

    used = {mode for _, mode in flows}
    return [
        Line2D([], [], color=colour, linewidth=3.0, label=mode) for mode, colour in MODE_COLOURS.items() if mode in used
    ]


def _width_handles(most: float) -> list[Artist]:
    """Return two widths with their tonnes: a round figure near the widest, and a quarter of it."""
    from matplotlib.lines import Line2D

    power = 10.0 ** math.floor(math.log10(most))
    round_one = max(step * power for step in (1, 2, 4, 6, 8) if step * power <= most)
    return [
        Line2D(
            [], [], color=FAINT, linewidth=_width(tonnes, most), solid_capstyle="butt", label=f"{tonnes:,.0f} t a year"
        )
        for tonnes in (round_one, round_one / 4)
    ]


def _mark_handles(rows: Sequence[dict[str, Any]], penalty: float) -> list[Artist]:
    from matplotlib.lines import Line2D

    handles: list[Artist] = []
    for number, row in enumerate(rows, 1):
        words = ", ".join(filter(None, (row["mode"], "" if row["direction"] == "both" else row["direction"])))
        name = f"{row['subject']} ({words})" if words else row["subject"]
        left = ", mostly penalty" if row["usd_per_extra_tonne"] > MOSTLY * penalty else ""
        label = f"{number}  {name}: {row['usd_per_extra_tonne']:,.0f} USD for 1 t more{left}"
        handles.append(Line2D([], [], label=label, **MARK))
    return handles


def _title(assignment: Assignment, title: str, short: int) -> str:
    """Return how much is carried, and what the capacities hold back."""
    carried, left = assignment.served_tonnes_per_year, assignment.unserved_tonnes_per_year
    first = title or f"{carried:,.0f} t a year carried, of {carried + left:,.0f}"
    if not short:
        return f"{first}\nno capacity that is known holds anything back"
    more = f", {NAMED} of them marked" if short > NAMED else ""
    binding = f"{short} bottleneck{'s' if short > 1 else ''}{more}"
    missing = (
        f"goods of {assignment.unserved_usd_per_year / 1e6:,.0f} million USD left behind"
        if left > 0
        else "nothing left behind"
    )
    return f"{first}\n{binding}; {missing}"
