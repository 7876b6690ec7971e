# SPDX-License-Identifier: BSD-3-Clause
"""Every public picture drawn from hand-made networks, for the baselines: bundled figures may change, these do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text

import corridor as co
import reliable
import small
from trade_small import capacity, two_gates

BASELINE = Path(__file__).parent / "baseline"
DPI, SIZE = 60, (7, 7)


def many_kinds(day: str | None = "2026-01-15") -> co.Network:
    """Every mode, gauge and status; one crossing open, one restricted and one shut on the day."""
    at = {
        "port": (66.9, 25.0, "PK", "seaport"), "haven": (62.3, 25.2, "PK", "seaport"), "town": (67.5, 28.0, "PK", "city"),
        "west": (66.4, 30.9, "PK", "border"), "mid": (69.0, 31.5, "PK", "border"), "east": (71.0, 33.5, "PK", "border"),
        "west-af": (66.2, 31.2, "AF", "border"), "mid-af": (68.8, 31.8, "AF", "border"), "east-af": (70.7, 33.8, "AF", "border"),
        "city": (68.0, 34.5, "AF", "city"), "north": (67.0, 37.0, "AF", "city"), "far": (64.0, 36.5, "AF", "city"),
    }  # fmt: skip
    places = [small.place(name, country, lon=x, lat=y, kind=kind) for name, (x, y, country, kind) in at.items()]
    rail = {"mode": "rail", "traction": "diesel"}
    links = [
        small.link("road-port-town", "port", "town", 350),
        small.link("road-town-west", "town", "west", 350),
        small.link("road-town-mid", "town", "mid", 430),
        small.link("road-town-east", "town", "east", 720),
        *(small.link(f"road-{n}", n, f"{n}-af", 50, countries="PK;AF") for n in ("west", "mid", "east")),
        *(small.link(f"road-{n}-city", f"{n}-af", "city", 420, countries="AF") for n in ("west", "mid", "east")),
        small.link("rail-port-town", "port", "town", 360, gauge_mm=1676, **rail),
        small.link("rail-port-haven", "port", "haven", 500, gauge_mm=1676, status="planned", **rail),
        small.link("rail-town-mid", "town", "mid", 440, gauge_mm=1676, status="disused", **rail),
        small.link("rail-city-north", "city", "north", 320, countries="AF", gauge_mm=1520, status="under-construction", **rail),
        small.link("rail-north-far", "north", "far", 360, countries="AF", gauge_mm=1520, **rail),
        small.link("rail-city-far", "city", "far", 640, countries="AF", gauge_mm=1435, **rail),
        small.link("rail-west-city", "west-af", "city", 430, countries="AF", status="planned", **rail),
        small.link("sea-port-haven", "port", "haven", 480, mode="sea", wait_hours=24),
        small.link("air-port-city", "port", "city", 1100, mode="air", wait_hours=24, countries="PK;AF"),
    ]  # fmt: skip
    crossings = [
        small.clearing(f"gate-{n}", post, facing, direction, 10, 50)
        for n in ("west", "mid", "east")
        for post, facing in ((n, f"{n}-af"), (f"{n}-af", n))
        for direction in ("outbound", "inbound")
    ]
    statuses = [
        reliable.closed("gate-mid", "2026-01-10", "2026-01-31", direction="PK-AF"),
        reliable.closed("gate-east", "2026-01-01", "2026-01-31"),
        reliable.closed("road-town-east", "2026-01-01", "2026-01-31", subject_kind="link"),
        reliable.closed("gate-west", "2025-01-01", "2025-01-31"),
        reliable.closed("gate-west", "2026-01-01", "2026-01-31", cargo="passengers"),
    ]
    return small.network(places, links, crossings=crossings, statuses=statuses).as_of(day)


def two_ways() -> dict[str, co.Route]:
    """Return the routes of the two countries: by road, and by rail as far as it goes; terminals included."""
    net, ship = small.two_countries(), co.Shipment(ends="gate")
    rails = co.Weights(mode_factor={"road": 20})
    return {
        "road": co.route(net, "port", "city", shipment=ship, modes=["road"]),
        "rail first": co.route(net, "port", "city", shipment=ship, weights=rails),
    }


def losses(of: str = "crossings") -> co.Criticality:
    pairs = [("port", "city"), ("town", "city"), ("port", "east")]
    return co.criticality(many_kinds(None), pairs, weights=[5, 2, 4], of=of, by="km", modes=["road"])


def matrix() -> Axes:
    net = many_kinds(None)
    return co.plot_matrix(co.matrix(net, ["port", "town", "city"], ["city", "west", "north", "east"], by="hours"))


def simulated() -> co.Simulation:
    return co.simulate(reliable.both(reliable.two_corridors()), n=400, seed=1, deadline_hours=80)


def tornado() -> Axes:
    """Return the bars of a choice between two ways of two countries, some ranges stated and others assumed."""
    net = small.two_countries()
    return co.plot_tornado(co.explain(net, co.route(net, "port", "city")), top=8)


def front() -> Axes:
    found = co.pareto(small.two_countries(), "port", "city", criteria=("hours", "usd", "transfers"))
    return co.plot_front(found)


def gated(**near: object) -> co.Network:
    """Return two gates, the near one with other traffic, the far one of an estimated capacity."""
    busy = {"traffic": 4, "traffic_basis": "quoted", "traffic_year": 2024, "traffic_source": "hand", **near}
    return two_gates(
        capacity("near", "crossing", 10, **busy), capacity("far", "crossing", 12, capacity_basis="estimate")
    )


def ore(trucks: float) -> co.Demand:
    """Return so many trucks of ore a day from south to north."""
    return co.Demand("south", "north", "ore", tonnes_per_year=trucks * 20 * 365)


def growth() -> Axes:
    """Return two gates that fill up one after the other: 6 trucks a day pass the near one, then 12 the far one."""
    return co.plot_growth(co.growth(gated(), ore(3), to_usd=3 * 9 * 20 * 365 * 200.0, steps=4, swing=None))


def flow() -> Axes:
    """Return 22 trucks a day before two gates that take 18: both bind, and goods are left behind."""
    return co.plot_assignment(co.assign(gated(), [ore(22)]))


PICTURES: dict[str, Callable[[], Axes]] = {
    "plot_network": lambda: co.plot_network(many_kinds(), modes=["road", "rail", "sea", "air"]),
    "plot_routes": lambda: co.plot_routes(list(two_ways().values()), labels=list(two_ways()), title="Two ways"),
    "plot_reach": lambda: co.plot_reach(co.reach(many_kinds(None), "port", hours=40), labels=["Port"]),
    "plot_reach-usd": lambda: co.plot_reach(co.reach(many_kinds(None), "port", usd=1800), labels=["Port"]),
    "plot_front": front,
    "plot_components": lambda: co.plot_components(list(two_ways().values()), labels=list(two_ways())),
    "plot_components-hours": lambda: co.plot_components(list(two_ways().values()), y="hours", labels=list(two_ways())),
    "plot_matrix": matrix,
    "plot_profile": lambda: co.plot_profile(list(two_ways().values()), labels=list(two_ways())),
    "plot_profile-usd": lambda: co.plot_profile(list(two_ways().values()), "usd", labels=list(two_ways())),
    "plot_tornado": tornado,
    "plot_growth": growth,
    "plot_assignment": flow,
    "plot_reliability": lambda: co.plot_reliability(simulated()),
    "plot_criticality": lambda: co.plot_criticality(losses()),
    "plot_criticality-map": lambda: co.plot_criticality(losses(), kind="map"),
    "plot_criticality-links": lambda: co.plot_criticality(losses("links"), kind="map"),
}


def draw(name: str, change: Callable[[Axes], object] = lambda _: None) -> Axes:
    """Draw a picture, change it where asked, and fix its axes: how broad letters are depends on the version that draws."""
    ax = PICTURES[name]()
    change(ax)
    figure = ax.figure
    figure.set_layout_engine("none")
    figure.set_size_inches(*SIZE)
    for number, axes in enumerate(figure.axes):
        axes.set_position((0.1, 0.1, 0.75, 0.8) if number == 0 else (0.88, 0.1, 0.03, 0.8))
    figure.draw_without_rendering()
    return ax


def save(name: str, path: Path, change: Callable[[Axes], object] = lambda _: None) -> list[str]:
    """Write a picture without its texts and legends, and return these: they are compared letter by letter."""
    ax = draw(name, change)
    said = texts_of(ax)
    for artist in ax.figure.findobj(lambda item: isinstance(item, (Text, Legend))):
        artist.set_visible(False)
    ax.figure.savefig(path, dpi=DPI, metadata={"Software": None})
    plt.close(ax.figure)
    return said


def texts_of(ax: Axes) -> list[str]:
    """Return every text in view, with the look of the mark beside it in a legend."""
    said: list[str] = []
    for legend in ax.figure.findobj(Legend):
        for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True):
            said.append(f"legend: {text.get_text()} [{look(handle)}]")
    in_legends = {id(text) for legend in ax.figure.findobj(Legend) for text in legend.get_texts()}
    others = [text.get_text() for text in ax.figure.findobj(Text) if text.get_visible() and id(text) not in in_legends]
    said += [f"text: {text}".replace("\n", " / ") for text in others if text.strip()]
    return sorted(said)


def look(handle: object) -> str:
    """Return colour, make and marker of a mark in a legend."""
    if isinstance(handle, Line2D):
        marker = handle.get_marker() if handle.get_marker() not in {"None", "", None} else ""
        return " ".join(
            filter(None, (to_hex(handle.get_color()), str(handle.get_linestyle()), str(marker), handle.get_fillstyle()))
        )
    return f"{to_hex(handle.get_facecolor())} {handle.get_hatch() or ''}".strip()  # type: ignore[attr-defined]


def texts_file(name: str) -> Path:
    return BASELINE / f"{name}.txt"


def keep(name: str) -> None:
    """Write the baseline of a picture."""
    said = save(name, BASELINE / f"{name}.png")
    texts_file(name).write_text("\n".join(said) + "\n", encoding="utf-8")
