# SPDX-License-Identifier: BSD-3-Clause
"""Small networks with ranges and closures, for the tests of reliability."""

from __future__ import annotations

from typing import Any

import corridor as co
import small

# A speed that is the same every day: hauls do not vary.
STEADY = [
    {**row, "low": row["value"], "high": row["value"]} if row["parameter"] in {"speed_kmh", "duty_hours_per_day", "daily_km"} else row
    for row in small.RATES
]  # fmt: skip


def closed(subject: str, first: str, last: str = "", **more: Any) -> dict[str, Any]:
    return {
        "subject": subject, "subject_kind": "crossing", "state": "closed", "effect": "ban", "from": first, "to": last,
        "last_confirmed": last or first, "basis": "quoted", "source": "hand", **more,
    }  # fmt: skip


def clearings(
    gate: str, left: str, entered: str, hours: float, low: float | None, high: float | None
) -> list[dict[str, Any]]:
    """Return both directions of a crossing; what is cleared on the way in takes no time, so that one post varies."""
    rows = []
    for post, facing in ((left, entered), (entered, left)):
        rows.append(small.clearing(gate, post, facing, "outbound", hours, 100, hours_low=low, hours_high=high))
        rows.append(small.clearing(gate, post, facing, "inbound", 0, 0))
    return rows


def two_corridors(
    *,
    narrow: tuple[float, float, float] = (40, 36, 44),
    wide: tuple[float, float, float] = (36, 4, 90),
    statuses: list[dict[str, Any]] | None = None,
    rates: list[dict[str, Any]] | None = None,
) -> co.Network:
    """Port - two ways over two crossings - city: 100 km to either post, 100 km on; a truck makes 25 km an hour.

    By ``a`` it takes 8.32 h and the narrow clearing, by ``b`` 8.32 h and the wide one (mean, P10, P90 in hours).
    """
    places = [small.place("port", lon=66.9, lat=29.3, terminals="road")]
    links, crossings = [], []
    for name, shift, (hours, low, high) in (("a", 0.0, narrow), ("b", 0.3, wide)):
        left, entered = f"{name}-pk", f"{name}-af"
        places.append(small.place(left, lon=66.44 + shift, lat=30.1, kind="border", terminals="road"))
        places.append(small.place(entered, "AF", lon=66.44 + shift, lat=30.12, kind="border", terminals="road"))
        links.append(small.link(f"road-port-{name}", "port", left, 100, inland="forward"))
        links.append(small.link(f"road-{name}", left, entered, 8, countries="PK;AF"))
        links.append(small.link(f"road-{name}-city", entered, "city", 100, countries="AF"))
        crossings += clearings(f"gate-{name}", left, entered, hours, low, high)
    places.append(small.place("city", "AF", lon=66.35, lat=31.0, terminals="road"))
    return small.network(places, links, rates=rates or STEADY, crossings=crossings, statuses=statuses or [])


def both(net: co.Network, **options: Any) -> dict[str, co.Route]:
    """Return the routes over both crossings."""
    return {
        name: co.route(net, "port", "city", avoid=[f"gate-{other}"], **options)
        for name, other in (("a", "b"), ("b", "a"))
    }
