# SPDX-License-Identifier: BSD-3-Clause
"""What can be reached within a budget, as places and lines: links that the budget ends on are cut there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.prices import Prices
from corridor.routes import UNITS, NetworkOf
from corridor.structure import HAUL, Array

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["reached_frame"]

# What a sum of many steps may miss its budget by.
SLACK = 1e-6


def reached_frame(
    prices: Prices,
    network_of: NetworkOf,
    usable: Array,
    least: Array,
    *,
    by: str,
    most: float,
) -> gpd.GeoDataFrame:
    """Return the places and links within a budget.

    Parameters
    ----------
    network_of
        Gives a network that holds the places and links of some edges.
    usable
        Which edges may be used.
    least
        The least of the measure to each state; NaN beyond the budget.
    by, most
        The measure and the budget.
    """
    import geopandas as gpd
    import pandas as pd
    import shapely
    from shapely.ops import substring

    structure, column = prices.structure, prices.columns[by]
    tails = structure.csr.tails
    run = np.flatnonzero(usable & (structure.link >= 0) & ~np.isnan(least[tails]))
    after = least[tails[run]] + column[run]
    # Only a haul is spent evenly along its way; a crossing is passed when it is cleared.
    hauls = (structure.kind[run] == HAUL) & (column[run] > 0)
    shares = np.where(
        after <= most + SLACK, 1.0, np.where(hauls, (most - least[tails[run]]) / np.where(hauls, column[run], 1), 0)
    )
    best: dict[int, tuple[float, float, int]] = {}
    for edge, share, cost in zip(run.tolist(), shares.tolist(), np.minimum(after, most).tolist(), strict=True):
        link = int(structure.link[edge])
        if share > 0 and (link not in best or (-share, cost) < (-best[link][0], best[link][1])):
            best[link] = (share, cost, edge)
    ends = structure.lasts
    arrived = np.flatnonzero(~np.isnan(least[ends]))
    lines = network_of(prices, [edge for _, _, edge in best.values()]).tables.lines if best else {}
    rows: list[dict[str, Any]] = []
    for place in arrived.tolist():
        row = structure.place_rows[place]
        reached = {"kind": "place", "id": row.id, "mode": "", by: float(least[ends[place]]), "share": 1.0}
        rows.append(reached | {"geometry": shapely.Point(row.lon, row.lat)})
    for link, (share, cost, edge) in best.items():
        made = structure.links[link]
        line = shapely.LineString(lines[made.id])
        line = line if structure.forward[edge] else line.reverse()
        line = line if share >= 1 else substring(line, 0, share, normalized=True)
        rows.append({"kind": "link", "id": made.id, "mode": made.mode, by: cost, "share": share, "geometry": line})
    frame = gpd.GeoDataFrame(
        rows, columns=["kind", "id", "mode", by, "share", "geometry"], geometry="geometry", crs="EPSG:4326"
    )
    order = pd.Series(frame["kind"] != "place")
    frame = frame.assign(_last=order).sort_values(["_last", by, "id"], ignore_index=True).drop(columns="_last")
    frame.attrs |= {"unit": {by: UNITS[by], "share": "of the link"}, "budget": most}
    return frame
