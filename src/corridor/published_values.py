# SPDX-License-Identifier: BSD-3-Clause
"""Computed indicators beside those that CAREC published for the same country, region or corridor, and mode."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from corridor.costs import CostModel
from corridor.errors import CostError
from corridor.schema import Indicator

__all__ = ["COMPARED", "Published", "comparison_rows", "latest", "latest_delay_share"]

# What is compared, with its unit; those of one direction for the posts passed in it.
COMPARED: Final[dict[str, str]] = {
    "tfi1_hours": "h",
    "tfi2_usd": "USD",
    "tfi3_usd_per_500km_20t": "USD per 500 km per 20 t",
    "tfi4_kmh": "km/h",
    "tfi4_without_rest_kmh": "km/h",
    "speed_without_delay_kmh": "km/h",
    "tfi1_outbound_hours": "h",
    "tfi1_inbound_hours": "h",
    "tfi2_outbound_usd": "USD",
    "tfi2_inbound_usd": "USD",
}
# A speed of ours that is no indicator stands beside the published speed with delay.
BESIDE: Final = {"tfi4_without_rest_kmh": "tfi4_kmh"}
REGION: Final = "CAREC"


class Published(NamedTuple):
    """A published figure with its year, and the same in USD of the price year where it is money; NaN where there is none."""

    value: float
    year: int | None
    at_price_year: float
    row: Indicator | None


NONE: Final = Published(math.nan, None, math.nan, None)


def latest(table: Iterable[Indicator], area: str, mode: str, name: str, costs: CostModel) -> Published:
    """Return the published figure of the latest year that has it."""
    rows = [row for row in table if (row.area, row.mode) == (area, mode) and getattr(row, name) is not None]
    if not rows:
        return NONE
    row = max(rows, key=lambda row: row.year)
    value = float(getattr(row, name))
    if "usd" not in name:
        return Published(value, row.year, value, row)
    try:
        return Published(value, row.year, value * costs.to_price_year(row.year), row)
    except CostError:
        return Published(value, row.year, math.nan, row)


def latest_delay_share(table: Iterable[Indicator], area: str, mode: str) -> float:
    """Return 1 - speed with delay / speed without of the latest year that has both; NaN where none has.

    The latest of each may be of different years, that is, of different trips.
    """
    pairs = [
        (row.year, float(row.tfi4_kmh), float(row.speed_without_delay_kmh))
        for row in table
        if (row.area, row.mode) == (area, mode) and row.tfi4_kmh is not None and row.speed_without_delay_kmh is not None
    ]
    if not pairs:
        return math.nan
    _, slow, fast = max(pairs)
    return 1 - slow / fast


def comparison_rows(
    countries: Sequence[Mapping[str, Any]],
    whole: Sequence[Mapping[str, Any]],
    table: Sequence[Indicator],
    costs: CostModel,
) -> list[dict[str, Any]]:
    """Return one row for each figure of a country and mode, then of the whole route beside region and corridors."""
    areas = sorted({row.area for row in table if row.area.startswith(REGION)})
    pairs = [(row["country"], row) for row in countries]
    pairs += [
        (area, row) for area in areas for row in whole if any((r.area, r.mode) == (area, row["mode"]) for r in table)
    ]
    found = []
    for area, row in pairs:
        for name, unit in COMPARED.items():
            computed = row[name]
            published = latest(table, area, row["mode"], BESIDE.get(name, name), costs)
            # A direction in which no post was passed has nothing to compare.
            if math.isnan(computed) and (published.row is None or "bound" in name):
                continue
            found.append(_row(area, row["mode"], name, unit, computed, published))
    return found


def _row(area: str, mode: str, name: str, unit: str, computed: float, published: Published) -> dict[str, Any]:
    row, beside = published.row, published.at_price_year
    return {
        "area": area,
        "mode": mode,
        "indicator": name,
        "unit": unit,
        "computed": computed,
        "published": published.value,
        "published_year": published.year,
        "published_at_price_year": beside,
        "difference": computed - beside,
        "ratio": computed / beside if beside else math.nan,
        "basis": row.basis if row is not None else "",
        "source": row.source if row is not None else "",
        "note": row.note if row is not None else "",
    }
