# SPDX-License-Identifier: BSD-3-Clause
"""Draw the pictures of the README and the manual from the bundled data: ``python tools/make_pictures.py``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

mpl.use("Agg")

import corridor as co

if TYPE_CHECKING:
    from matplotlib.axes import Axes

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"


def main() -> None:
    """Draw each picture of the README and the manual."""
    net = co.load()
    IMAGES.mkdir(parents=True, exist_ok=True)
    _save(_two_ways(net), "karachi-moscow")
    _save(co.plot_front(co.pareto(net, "Karachi", "Minsk", criteria=("hours", "usd", "transfers"))), "front")
    reach = co.reach(net, "Karachi", hours=14 * 24)
    _save(co.plot_reach(reach, labels=["Karachi"], title="Within 14 days of Karachi, 20 tonnes, gate to gate"), "reach")


def _two_ways(net: co.Network) -> Axes:
    """Draw Karachi-Moscow by road, and by rail with trucks only where the rails end."""
    road = co.route(net, "Karachi", "Moscow", modes=["road"])
    rail = co.route(net, "Karachi", "Moscow", weights=co.Weights(mode_factor={"road": 3}))
    labels = [_label("by road", road), _label("rail first", rail)]
    return co.plot_routes([road, rail], labels=labels, title="Karachi to Moscow, 20 tonnes, gate to gate")


def _save(ax: Axes, name: str) -> None:
    ax.figure.savefig(IMAGES / f"{name}.png", dpi=130, metadata={"Software": None})


def _label(name: str, route: co.Route) -> str:
    return f"{name}: {route.km:,.0f} km, {route.hours / 24:.0f} days, {route.usd:,.0f} USD"


if __name__ == "__main__":
    main()
