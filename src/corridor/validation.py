# SPDX-License-Identifier: BSD-3-Clause
"""The library beside published journeys: what was reported, what is computed, and the difference."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from corridor.errors import CorridorWarning
from corridor.routing import route
from corridor.schema import PilotRun
from corridor.shipment import Shipment

if TYPE_CHECKING:
    import pandas as pd

    from corridor.network import Network

__all__ = ["compare_with_pilot_runs", "difference_from_range"]


def compare_with_pilot_runs(net: Network) -> pd.DataFrame:
    """Return published journeys beside the computed ones, misses shown.

    Parameters
    ----------
    net
        The network; its ``pilot_runs`` table holds the journeys.

    Returns
    -------
    pandas.DataFrame
        One row a journey that can be routed in the network, counted gate to gate, fastest way in the modes and by the
        places reported: ``km``, ``days`` and ``usd`` as ``_published_low``, ``_published_high``, ``_computed``, and
        ``_difference`` (computed over the nearer end of the published range, minus 1; 0 inside the range; missing where
        nothing was published), the crossings, the source and a note.

    Warns
    -----
    CorridorWarning
        If a journey marked as routable names a place that the network lacks.

    Examples
    --------
    >>> import corridor as co
    >>> table = co.compare_with_pilot_runs(co.load())
    >>> bool(abs(table.loc["karachi-tashkent-2022", "km_difference"]) < 0.1)
    True
    """
    import pandas as pd

    places = {place.id for place in net.tables.places}
    rows = {}
    for run in net.tables.pilot_runs:
        if not run.routable:
            continue
        missing = [place for place in (run.origin, run.destination, *run.via) if place not in places]
        if missing:
            message = f"{run.id}: the network lacks {', '.join(missing)}; not compared."
            warnings.warn(message, CorridorWarning, stacklevel=2)
            continue
        rows[run.id] = _compare(net, run)
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.attrs["unit"] = {"km": "km", "days": "days", "usd": "USD", "difference": "fraction"}
    return frame


def _compare(net: Network, run: PilotRun) -> dict[str, Any]:
    found = route(
        net,
        run.origin,
        run.destination,
        by="hours",
        via=run.via,
        modes=run.modes,  # type: ignore[arg-type]
        shipment=Shipment(tonnes=run.tonnes),
    )
    row: dict[str, Any] = {"date": run.date, "origin": run.origin, "destination": run.destination, "basis": run.basis}
    for name, low, high, computed in (
        ("km", run.km, run.km, found.km),
        ("days", run.days_low, run.days_high, found.hours / 24),
        ("usd", run.usd_low, run.usd_high, found.usd),
    ):
        row |= {
            f"{name}_published_low": low,
            f"{name}_published_high": high,
            f"{name}_computed": computed,
            f"{name}_difference": difference_from_range(low, high, computed),
        }
    return row | {"crossings": ", ".join(found.crossings), "note": run.note, "source": run.source}


def difference_from_range(low: float | None, high: float | None, computed: float) -> float | None:
    """Return how far a figure lies outside a published range, as a fraction of the nearer end; 0 inside."""
    if low is None or high is None:
        return None
    if low <= computed <= high:
        return 0.0
    return computed / (low if computed < low else high) - 1
