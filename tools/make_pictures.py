# SPDX-License-Identifier: BSD-3-Clause
"""Draw the pictures of README and manual from the bundled data, or the baselines of the tests with ``--baseline``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt

import corridor as co

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
# The day that dated pictures show.
DAY = "2026-07-01"
INLAND = ["Kabul", "Tashkent", "Almaty", "Astana", "Moscow", "Minsk"]


def main() -> None:
    """Draw all pictures, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="pictures to draw; missing: all")
    parser.add_argument("--baseline", action="store_true", help="draw tests/baseline, from hand-made networks")
    asked = parser.parse_args()
    if asked.baseline:
        sys.path.insert(0, str(ROOT / "tests"))
        import drawn

        drawn.BASELINE.mkdir(exist_ok=True)
        for name in _chosen(drawn.PICTURES, asked.names):
            drawn.keep(name)
        return
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name in _chosen(GALLERY, asked.names):
        ax = GALLERY[name](co.load())
        ax.figure.savefig(IMAGES / f"{name}.png", dpi=130, metadata={"Software": None})
        plt.close(ax.figure)


def _chosen(pictures: Mapping[str, object], names: list[str]) -> list[str]:
    if unknown := sorted(set(names) - set(pictures)):
        sys.exit(f"no such picture: {', '.join(unknown)}; there are: {', '.join(pictures)}")
    return names or list(pictures)


def _two_ways(net: co.Network) -> Axes:
    """Draw Karachi-Moscow by road, and by rail with trucks only where the rails end."""
    road = co.route(net, "Karachi", "Moscow", modes=["road"])
    rail = co.route(net, "Karachi", "Moscow", weights=co.Weights(mode_factor={"road": 3}))
    labels = [_label("by road", road), _label("rail first", rail)]
    return co.plot_routes([road, rail], labels=labels, title="Karachi to Moscow, 20 tonnes, gate to gate")


def _label(name: str, route: co.Route) -> str:
    return f"{name}: {route.km:,.0f} km, {route.hours / 24:.0f} days, {route.usd:,.0f} USD"


def _front(net: co.Network) -> Axes:
    return co.plot_front(co.pareto(net, "Karachi", "Minsk", criteria=("hours", "usd", "transfers")))


def _reach(net: co.Network) -> Axes:
    reach = co.reach(net, "Karachi", hours=14 * 24)
    return co.plot_reach(reach, labels=["Karachi"], title="Within 14 days of Karachi, 20 tonnes, gate to gate")


def _reach_usd(net: co.Network) -> Axes:
    reach = co.reach(net, "Karachi", usd=4000)
    return co.plot_reach(reach, labels=["Karachi"], title="For 4,000 USD from Karachi, 20 tonnes, gate to gate")


def _three_ways(net: co.Network) -> dict[str, co.Route]:
    """Return Karachi-Tashkent over two borders, and with as little road as there can be; loading and unloading included."""
    ship = co.Shipment(ends="terminal")
    return {
        "by road over Torkham": co.route(net, "Karachi", "Tashkent", shipment=ship, modes=["road"]),
        "by road over Chaman": co.route(net, "Karachi", "Tashkent", shipment=ship, modes=["road"], avoid=["torkham"]),
        "rail where there are rails": co.route(
            net, "Karachi", "Tashkent", shipment=ship, weights=co.Weights(mode_factor={"road": 3})
        ),
    }


def _components(net: co.Network, y: str) -> Axes:
    routes = _three_ways(net)
    return co.plot_components(list(routes.values()), y=y, labels=list(routes))  # type: ignore[arg-type]


def _reliability(net: co.Network) -> Axes:
    return co.plot_reliability(co.simulate(_three_ways(net), n=2000, seed=1))


def _losses(net: co.Network, of: str) -> co.Criticality:
    pairs = [(port, place) for port in ("Karachi", "Gwadar") for place in INLAND]
    return co.criticality(net, pairs, of=of, by="usd")  # type: ignore[arg-type]


def _growth() -> co.Growth:
    return co.growth(co.load(), co.Demand.bundled("pk-kz-2025"), to_usd=1e9, steps=16, swing=None)


GALLERY: dict[str, Callable[[co.Network], Axes]] = {
    "karachi-moscow": _two_ways,
    "network": lambda _: co.plot_network(co.load(as_of=DAY)),
    "network-bypass": lambda _: co.plot_network(co.load(as_of=DAY, scope="bypass"), view=(36, 96, 18, 58)),
    "front": _front,
    "components": lambda net: _components(net, "score"),
    "components-hours": lambda net: _components(net, "hours"),
    "reliability": _reliability,
    "criticality-bars": lambda net: _losses(net, "crossings").plot(),
    "criticality-map": lambda net: _losses(net, "crossings").plot(kind="map"),
    "criticality-links": lambda net: _losses(net, "links").plot(kind="map", top=12),
    "growth": lambda _: _growth().plot(),
    "assignment": lambda _: _growth().assignments[-1].plot(title="Pakistan-Kazakhstan at a billion USD a year"),
    "matrix": lambda net: co.plot_matrix(co.matrix(net, net.ports, INLAND, by="usd")),
    "reach": _reach,
    "reach-usd": _reach_usd,
}


if __name__ == "__main__":
    main()
