# SPDX-License-Identifier: BSD-3-Clause
"""Draw the pictures of the README from the bundled data: ``python tools/make_pictures.py``."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import corridor as co

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"


def main() -> None:
    """Draw Karachi-Moscow by road, and by rail with trucks only where the rails end."""
    net = co.load()
    road = co.route(net, "Karachi", "Moscow", modes=["road"])
    rail = co.route(net, "Karachi", "Moscow", weights=co.Weights(mode_factor={"road": 3}))
    labels = [_label("by road", road), _label("rail first", rail)]
    ax = co.plot_routes([road, rail], labels=labels, title="Karachi to Moscow, 20 tonnes, gate to gate")
    IMAGES.mkdir(parents=True, exist_ok=True)
    ax.figure.savefig(IMAGES / "karachi-moscow.png", dpi=130, metadata={"Software": None})


def _label(name: str, route: co.Route) -> str:
    return f"{name}: {route.km:,.0f} km, {route.hours / 24:.0f} days, {route.usd:,.0f} USD"


if __name__ == "__main__":
    main()
