# SPDX-License-Identifier: BSD-3-Clause
"""A map of a network: modes, gauges, what is built and what is planned, and which crossings are open on its day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from corridor.dated import FORMS, holds_on
from corridor.errors import OptionError, nearest_valid
from corridor.map_ground import INK, Point, draw_ground, map_axes, map_legend, mark_ends
from corridor.plot import MODE_COLOURS
from corridor.vocabulary import DEFAULT_MODES, MODES, Mode, carriage_of

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from corridor.network import Network
    from corridor.schema import Link, Status
    from corridor.tables import Line

__all__ = ["crossing_states", "plot_network"]

State: TypeAlias = Literal["open", "restricted", "closed"]
# How each structural state is dashed; what is gone is fainter too.
STATUS_DASHES: Final[dict[str, Any]] = {
    "operating": "-",
    "under-construction": (0, (5, 1.5)),
    "planned": (0, (2.2, 1.8)),
    "disused": (0, (0.8, 1.8)),
}
FAINTER: Final = 0.45
# Width of a line, points, and the white within it by which a gauge is told from the broad one of the north.
WIDTHS: Final = {"road": 0.8, "rail1520": 1.5, "rail1676": 2.6, "rail1435": 2.6, "rail": 0.8, "sea": 1.0}
OTHER_WIDTH: Final = 0.8
CORES: Final[dict[str, tuple[float, Any]]] = {"rail1676": (1.1, "-"), "rail1435": (1.4, (0, (1.6, 1.6)))}
CARRIAGE_ORDER: Final = ("road", "rail1520", "rail1676", "rail1435", "rail", "sea", "air", "pipeline")
CARRIAGE_WORDS: Final = {
    "rail1520": "rail, 1520 mm",
    "rail1676": "rail, 1676 mm",
    "rail1435": "rail, 1435 mm",
    "rail": "rail, gauge not decided",
}
STATE_FILLS: Final[dict[State, str]] = {"open": "none", "restricted": "left", "closed": "full"}
CROSSING_SIZE, PORT_SIZE, SHUT_SIZE = 4.2, 6.5, 4.5
# Facts about freight as a whole; of one form of cargo they restrict, of travellers, relief and the like they do nothing.
WHOLE_FREIGHT: Final = frozenset({"all", "freight"})
FREIGHT_FORMS: Final = frozenset({"bulk", "tank", *FORMS, *(form for forms in FORMS.values() for form in forms)})


def plot_network(
    net: Network,
    *,
    ax: Axes | None = None,
    modes: Iterable[Mode] | None = None,
    labels: Sequence[str] | None = None,
    view: tuple[float, float, float, float] | None = None,
    title: str = "",
) -> Axes:
    """Draw a network on a map of the countries around: modes by colour, gauges by the make of the line, status by its dashes.

    Parameters
    ----------
    net
        The network; of one as of a day the crossings show what they are on that day.
    ax
        Axes to draw on; missing: new ones, sized to what is drawn.
    modes
        Modes to draw; missing: road, rail and sea, as routes use them. What is left out is told in the title.
    labels
        Places whose names are written, as in :meth:`corridor.Network.place`; missing: ``net.ports``.
    view
        West, east, south and north edge of the map in degrees; missing: all that is drawn.
    title
        First line of the title; missing: name and size of the network, and its day.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on, as of :func:`corridor.plot_routes`. A crossing is a diamond: white where it is open, or the
        network is in normal operation; half filled where a fact of the day restricts freight, or shuts one way, one mode
        or one kind of it; black where freight is shut out whichever way it goes.

    Raises
    ------
    OptionError
        If a mode is unknown, nothing is left to draw, or the view is none.
    UnknownPlaceError, AmbiguousPlaceError
        If a place whose name is to be written cannot be told.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import corridor as co
    >>> ax = co.plot_network(co.load(as_of="2026-07-01"))
    >>> [text.get_text() for text in ax.get_legend().get_texts()][:3]
    ['road', 'rail, 1520 mm', 'rail, 1676 mm']
    """
    chosen = _chosen_modes(modes)
    links = [link for link in net.tables.links if link.mode in chosen]
    if not links:
        have = ", ".join(sorted({link.mode for link in net.tables.links})) or "none"
        msg = f"plot_network: no link of {', '.join(chosen)} to draw; the network has: {have}."
        raise OptionError(msg)
    lines = [net.tables.lines[link.id] for link in links]
    named = [net.place(what) for what in (net.ports if labels is None else labels)]
    if view is None:
        ax, frame = map_axes(ax, [point for line in lines for point in line])
    else:
        west, east, south, north = _checked_view(view)
        ax, frame = map_axes(ax, [(west, south), (east, north)], margin=0.0)
    states = crossing_states(net)
    spots_of = {crossing: _middle(net, crossing, chosen) for crossing in states}
    crossings = {crossing: spot for crossing, spot in spots_of.items() if spot is not None}
    shut = [link for link in links if net.day is not None and _state(net, link.id, "link", {link.mode}) == "closed"]
    used = {end for link in links for end in (link.from_, link.to)}
    ports = [place for place in net.tables.places if place.kind == "seaport" and place.id in used]
    handles = _handles(links, {states[crossing] for crossing in crossings}, dated=net.day is not None)
    handles += [_mark("o", PORT_SIZE, INK, "seaport")] if ports else []
    handles += [_mark("x", SHUT_SIZE, INK, "link shut on the day")] if shut else []
    map_legend(ax, handles, columns=3)
    inside = [place for place in named if frame[0] <= place.lon <= frame[1] and frame[2] <= place.lat <= frame[3]]
    ends = {(place.lon, place.lat): place.name for place in inside}
    spots = draw_ground(ax, frame, lines, ends, _title(net, chosen, title))
    _draw_links(ax, links, lines)
    for link in shut:
        line = net.tables.lines[link.id]
        ax.plot(*line[len(line) // 2], "x", color=INK, markersize=SHUT_SIZE, zorder=5)
    for crossing, spot in crossings.items():
        ax.plot(*spot, linestyle="", zorder=5, **_diamond(states[crossing]))
    ax.plot([p.lon for p in ports], [p.lat for p in ports], "o", color=INK, markersize=PORT_SIZE, markeredgecolor="white", zorder=6)  # fmt: skip
    mark_ends(ax, spots)
    return ax


def crossing_states(net: Network) -> dict[str, State]:
    """Return what each crossing is for freight on the day of the network: open, restricted or closed.

    Closed is what a ban on all freight shuts in every mode and both ways. A ban on one way, mode, vehicle or form of
    cargo restricts, and so does an advisory or an added time. In normal operation every crossing is open.
    """
    modes: dict[str, set[str]] = {}
    for row in net.tables.crossings:
        modes.setdefault(row.crossing, set()).add(row.mode)
    return {crossing: _state(net, crossing, "crossing", modes[crossing]) for crossing in sorted(modes)}


def _state(net: Network, subject: str, kind: str, modes: set[str]) -> State:
    """Return what a crossing or link that has these modes is for freight on the day of the network."""
    if net.day is None:
        return "open"
    facts = [
        row
        for row in net.tables.statuses
        if (row.subject, row.subject_kind) == (subject, kind) and row.state != "open" and holds_on(row, net.day)
    ]
    bans = [row for row in facts if row.effect == "ban" and row.cargo in WHOLE_FREIGHT and not row.vehicles]
    if all(_shut_both_ways([row for row in bans if not row.modes or mode in row.modes]) for mode in modes):
        return "closed"
    restricting = [row for row in facts if row.cargo in WHOLE_FREIGHT | FREIGHT_FORMS]
    return "restricted" if any(not row.modes or modes & {*row.modes} for row in restricting) else "open"


def _shut_both_ways(bans: Sequence[Status]) -> bool:
    """Tell whether some bans shut both ways: one that speaks of both, or two that each speak of one."""
    ways = {row.direction for row in bans}
    return "both" in ways or len(ways) > 1


def _middle(net: Network, crossing: str, modes: Sequence[str]) -> Point | None:
    """Return the middle of the posts of a crossing that have a mode that is drawn; None without one."""
    rows = [row for row in net.tables.crossings if row.crossing == crossing and row.mode in modes]
    posts = [net.place(post) for post in sorted({row.post for row in rows})]
    if not posts:
        return None
    return sum(post.lon for post in posts) / len(posts), sum(post.lat for post in posts) / len(posts)


def _chosen_modes(modes: Iterable[Mode] | None) -> tuple[str, ...]:
    chosen = tuple(DEFAULT_MODES if modes is None else [modes] if isinstance(modes, str) else modes)
    for mode in chosen:
        if mode not in MODES:
            msg = f"plot_network: unknown mode {mode!r}.{nearest_valid(str(mode), MODES, kind='Modes')}"
            raise OptionError(msg)
    return tuple(mode for mode in MODES if mode in chosen)


def _checked_view(view: Sequence[float]) -> tuple[float, float, float, float]:
    if len(view) != 4 or not (-180 <= view[0] < view[1] <= 180 and -90 <= view[2] < view[3] <= 90):
        msg = f"view={view!r}: must be west, east, south and north in degrees, such as (50, 80, 22, 46)."
        raise OptionError(msg)
    return view[0], view[1], view[2], view[3]


def _title(net: Network, chosen: Sequence[str], title: str) -> str:
    """Return the title, with what is left out in a second line."""
    links = net.tables.links
    crossings = len({row.crossing for row in net.tables.crossings})
    day = f" as of {net.day}" if net.day is not None else ""
    first = title or f"{net.name}{day}: {len(net.tables.places)} places, {len(links)} links, {crossings} crossings"
    left_out = Counter(link.mode for link in links if link.mode not in chosen)
    told = ", ".join(f"{count} {mode}" for mode, count in sorted(left_out.items()))
    return f"{first}\nnot drawn: links by other modes ({told})" if told else first


def _draw_links(ax: Axes, links: Sequence[Link], lines: Sequence[Line]) -> None:
    """Draw the links, a collection for each carriage and status, rails over roads."""
    from matplotlib.collections import LineCollection

    groups: dict[tuple[str, str], list[Line]] = {}
    for link, line in zip(links, lines, strict=True):
        groups.setdefault((carriage_of(link.mode, link.gauge_mm), link.status), []).append(line)
    for (carriage, status), several in sorted(groups.items()):
        style = _line_style(carriage, status)
        height = 4.0 if carriage.startswith("rail") else 3.0
        ax.add_collection(LineCollection(several, zorder=height, **style), autolim=False)
        if carriage in CORES:
            width, dashes = CORES[carriage]
            core = {"colors": "white", "linewidths": width, "linestyles": [dashes]}
            ax.add_collection(LineCollection(several, zorder=height + 0.1, **core), autolim=False)


def _line_style(carriage: str, status: str) -> dict[str, Any]:
    mode = "rail" if carriage.startswith("rail") else carriage
    return {
        "colors": MODE_COLOURS[mode],
        "linewidths": WIDTHS.get(carriage, OTHER_WIDTH),
        "linestyles": [STATUS_DASHES[status]],
        "alpha": FAINTER if status == "disused" else 1.0,
    }


def _diamond(state: State) -> dict[str, Any]:
    fill = STATE_FILLS[state]
    return {
        "marker": "D",
        "markersize": CROSSING_SIZE,
        "fillstyle": "full" if fill == "none" else fill,
        "color": "white" if state == "open" else INK,
        "markerfacecoloralt": "white",
        "markeredgecolor": INK,
        "markeredgewidth": 0.8,
    }


def _mark(marker: str, size: float, colour: str, label: str) -> Artist:
    from matplotlib.lines import Line2D

    return Line2D([], [], linestyle="", marker=marker, markersize=size, color=colour, label=label)


def _handles(links: Sequence[Link], states: set[State], *, dated: bool) -> list[Artist]:
    from matplotlib.lines import Line2D
    from matplotlib.patheffects import Normal, Stroke

    handles: list[Artist] = []
    present = {carriage_of(link.mode, link.gauge_mm) for link in links}
    for carriage in (name for name in CARRIAGE_ORDER if name in present):
        style = _line_style(carriage, "operating")
        line = Line2D([], [], color=style["colors"], linewidth=style["linewidths"], label=CARRIAGE_WORDS.get(carriage, carriage))  # fmt: skip
        if carriage in CORES:
            width, dashes = CORES[carriage]
            # The white within the line: drawn over it, so that the legend shows the gauge as the map does.
            line.set_path_effects(
                [Normal(), Stroke(linewidth=width, foreground="white", dashes=_as_dashes(dashes, width))]
            )
        handles.append(line)
    for status in STATUS_DASHES:
        if status != "operating" and any(link.status == status for link in links):
            alpha = FAINTER if status == "disused" else 1.0
            word = status.replace("-", " ")
            handles.append(Line2D([], [], color=INK, linewidth=1.3, linestyle=STATUS_DASHES[status], alpha=alpha, label=word))  # fmt: skip
    for state in STATE_FILLS:
        if state in states:
            word = f"crossing {state}" if dated else "border crossing"
            handles.append(Line2D([], [], linestyle="", label=word, **_diamond(state)))
    return handles


def _as_dashes(dashes: Any, width: float) -> dict[str, Any]:
    """Return dashes, stated in widths of the line, in points."""
    return {"dash_offset": 0, "dash_list": None if dashes == "-" else [width * part for part in dashes[1]]}
