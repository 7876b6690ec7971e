# SPDX-License-Identifier: BSD-3-Clause
"""The library beside published journeys: what was reported, what is computed, and whether it lies in what is drawn."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any, Final

from corridor.errors import CorridorWarning, NoRouteError
from corridor.routing import route
from corridor.schema import PilotRun
from corridor.shipment import Shipment
from corridor.simulation import check_count, simulate
from corridor.time_spread import Spread, check_seed

if TYPE_CHECKING:
    import pandas as pd

    from corridor.network import Network
    from corridor.routes import Route

__all__ = ["compare_with_pilot_runs", "difference_from_range", "place_in_range"]

MEASURES: Final = ("km", "days", "usd")
DRAWN: Final = ("p10", "p50", "p90")
WITHIN: Final = "within P10-P90"


def compare_with_pilot_runs(net: Network, *, spread: Spread = None, n: int = 10_000, seed: int = 1) -> pd.DataFrame:
    """Return published journeys beside the computed ones and the range of days drawn for them, misses shown.

    Parameters
    ----------
    net
        The network; its ``pilot_runs`` table holds the journeys. ``co.load()`` holds the ways of the six countries,
        ``co.load(scope="bypass")`` those of all that can be compared.
    spread
        Other spreads than those of :func:`corridor.spread`, which describes them.
    n, seed
        How many draws, and what fixes them. Closures are left out of them.

    Returns
    -------
    pandas.DataFrame
        One row a journey, counted gate to gate, fastest way in the modes and by the places reported: ``km``, ``days`` and
        ``usd`` as ``_published_low``, ``_published_high``, ``_computed``, and ``_difference`` (computed over the nearer end
        of the published range, minus 1; 0 inside the range; missing where nothing was published); ``days_p10``,
        ``days_p50``, ``days_p90`` of the draws; ``days_within``: see the notes; the crossings, the source and a note;
        ``scope``, the data that hold its way; ``not_compared``, why a journey was not computed, blank where it was. Such a
        journey has nothing computed. ``attrs`` holds the units, ``n``, ``seed`` and ``closures``.

    Raises
    ------
    OptionError
        If ``spread``, ``n`` or ``seed`` is wrong.

    Warns
    -----
    CorridorWarning
        If a journey within the six countries names a place that the network lacks.

    Notes
    -----
    ``days_within`` says where the published days lie: ``within P10-P90`` where the published range, or the single figure,
    has a day in common with the range from P10 to P90, ends included; ``below`` where all of it lies under P10 (it went
    faster), ``above`` where all of it lies over P90; blank where no days were published or nothing was computed. One
    journey is one draw: by the model itself one in five lies outside.

    Examples
    --------
    >>> import corridor as co
    >>> table = co.compare_with_pilot_runs(co.load())
    >>> bool(abs(table.loc["karachi-tashkent-2022", "km_difference"]) < 0.1)
    True
    >>> table.loc["karachi-tashkent-2022", "days_within"]
    'within P10-P90'
    >>> table.loc["karachi-baku-2021", "not_compared"]
    "beyond the network, which lacks baku; co.load(scope='bypass') has the ways round"
    """
    import pandas as pd

    count, number = check_count(n), check_seed(seed)
    places = {place.id for place in net.tables.places}
    rows = {}
    for run in net.tables.pilot_runs:
        found, why = _computed(net, run, places)
        if why and run.scope == "corridor":
            warnings.warn(f"{run.id}: {why}; not compared.", CorridorWarning, stacklevel=2)
        drawn = dict.fromkeys(DRAWN, math.nan) if found is None else _drawn(found, count, number, spread)
        rows[run.id] = _row(run, found, drawn, why)
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.attrs |= {"unit": {"km": "km", "days": "days", "usd": "USD", "difference": "fraction"}}
    frame.attrs |= {"n": count, "seed": number, "closures": "none"}
    return frame


def _computed(net: Network, run: PilotRun, places: set[str]) -> tuple[Route | None, str]:
    """Return the fastest way as reported, or why there is none to compare with."""
    if not run.scope:
        return None, run.note or "not comparable"
    missing = [place for place in (run.origin, *run.via, run.destination) if place not in places]
    if missing and run.scope == "bypass":
        return None, f"beyond the network, which lacks {', '.join(missing)}; co.load(scope='bypass') has the ways round"
    if missing:
        return None, f"the network lacks {', '.join(missing)}"
    try:
        found = route(
            net,
            run.origin,
            run.destination,
            by="hours",
            via=run.via,
            modes=run.modes,  # type: ignore[arg-type]
            shipment=Shipment(tonnes=run.tonnes),
        )
    except NoRouteError:
        return None, "the network has no such way in these modes"
    return found, ""


def _drawn(found: Route, n: int, seed: int, spread: Spread) -> dict[str, float]:
    """Return quantiles of the days drawn."""
    row = simulate(found, n=n, seed=seed, spread=spread, closures="none").to_frame().iloc[0]
    return {name: float(row[f"hours_{name}"]) / 24 for name in DRAWN}


def _row(run: PilotRun, found: Route | None, drawn: dict[str, float], why: str) -> dict[str, Any]:
    row: dict[str, Any] = {"date": run.date, "origin": run.origin, "destination": run.destination, "basis": run.basis}
    published = ((run.km, run.km), (run.days_low, run.days_high), (run.usd_low, run.usd_high))
    nothing = (math.nan, math.nan, math.nan)
    computed = nothing if found is None else (found.km, found.hours / 24, found.usd)
    for name, (low, high), value in zip(MEASURES, published, computed, strict=True):
        row |= {
            f"{name}_published_low": low,
            f"{name}_published_high": high,
            f"{name}_computed": value,
            f"{name}_difference": difference_from_range(low, high, value),
        }
    row |= {f"days_{name}": value for name, value in drawn.items()}
    row["days_within"] = place_in_range(run.days_low, run.days_high, drawn["p10"], drawn["p90"])
    crossings = "" if found is None else ", ".join(found.crossings)
    return row | {
        "crossings": crossings,
        "note": run.note,
        "source": run.source,
        "scope": run.scope,
        "not_compared": why,
    }


def difference_from_range(low: float | None, high: float | None, computed: float) -> float | None:
    """Return how far a figure lies outside a published range, as a fraction of the nearer end; 0 inside."""
    if low is None or high is None or math.isnan(computed):
        return None
    if low <= computed <= high:
        return 0.0
    return computed / (low if computed < low else high) - 1


def place_in_range(low: float | None, high: float | None, p10: float, p90: float) -> str:
    """Return where a published range lies beside P10 to P90: within (anything in common), below, above; else blank."""
    if low is None or high is None or math.isnan(p10) or math.isnan(p90):
        return ""
    if high < p10:
        return "below"
    return "above" if low > p90 else WITHIN
