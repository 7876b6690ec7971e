# SPDX-License-Identifier: BSD-3-Clause
"""Fill in the tables of ``docs/indicators.md`` from the bundled corridor.

Run from anywhere: ``python tools/make_indicators.py`` writes, ``python tools/make_indicators.py --check`` only compares.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Final

import corridor as co
from corridor.published_values import latest
from corridor.routes import Route
from made_tables import fill_in

PAGE: Final = Path("docs") / "indicators.md"
# Ways through the corridor whose hours, km and USD are pooled by country: by road from the sea, by rail where trains go.
ENDS: Final = {
    "road": (("karachi",), ("kabul", "tashkent", "almaty", "astana", "moscow", "minsk")),
    "rail": (("tashkent", "almaty"), ("naibabad", "astana", "moscow", "minsk")),
}
KINDS: Final = ("hours", "haul_hours", "driving_hours", "rest_hours", "km", "usd")
SHOWN: Final = (
    ("TFI1, h", "tfi1_hours", 1), ("TFI2, USD", "tfi2_usd", 0), ("TFI3, USD", "tfi3_usd_per_500km_20t", 0),
    ("TFI4, km/h", "tfi4_kmh", 1), ("without rests, km/h", "tfi4_without_rest_kmh", 1),
    ("without delay, km/h", "speed_without_delay_kmh", 1),
)  # fmt: skip


def made() -> str:
    """Return the tables: the model beside what is published, by country and mode, then what is published, all of it."""
    net = co.load()
    lines = [
        "**The bundled model beside the published values.** Each cell: the model; in brackets the latest published value, its year and",
        "model ÷ published. TFI1 and TFI2 of the model are plain means over the rows of `crossings.csv` of that country and mode; the",
        "rest is pooled by country over the best routes, there and back. Money in USD of 2025.",
        f"By road: {_told('road')}. By rail: {_told('rail')}.",
        "",
        "| country, mode | " + " | ".join(name for name, _, _ in SHOWN) + " |",
        "|---" * (len(SHOWN) + 1) + "|",
    ]
    for mode in ENDS:
        pooled = _pooled(net, mode)
        for country in sorted(pooled):
            figures = pooled[country] | _posts(net, country, mode)
            cells = [_cell(net, country, mode, name, figures[name], digits) for _, name, digits in SHOWN]
            lines.append(f"| {country} {mode} | {' | '.join(cells)} |")
    lines += ["", "**What was published** (USD of the year; blank: not published or not read).", "", *_published(net)]
    return "\n".join(lines)


def _told(mode: str) -> str:
    starts, goals = ENDS[mode]
    return f"{' and '.join(starts)} to {', '.join(goals)}"


def _routes(net: co.Network, mode: str) -> Iterator[Route]:
    for start, goal in product(*ENDS[mode]):
        if start != goal:
            yield co.route(net, start, goal, modes=[mode])
            yield co.route(net, goal, start, modes=[mode])


def _pooled(net: co.Network, mode: str) -> dict[str, dict[str, float]]:
    """Return the indicators of each country over all routes: km, hours and USD are added up before they are divided."""
    sums: dict[str, dict[str, float]] = {}
    for row in co.indicators([*_routes(net, mode)]).rows():
        if row["mode"] == mode and row["country"] != "all":
            own = sums.setdefault(row["country"], dict.fromkeys(KINDS, 0.0))
            for name in KINDS:
                own[name] += row[name]
    return {
        country: {
            "tfi3_usd_per_500km_20t": own["usd"] * 500 / own["km"],
            "tfi4_kmh": own["km"] / own["hours"],
            "tfi4_without_rest_kmh": own["km"] / (own["hours"] - own["rest_hours"]),
            "speed_without_delay_kmh": own["km"] / own["driving_hours"],
        }
        for country, own in sums.items()
    }


def _posts(net: co.Network, country: str, mode: str) -> dict[str, float]:
    """Return means over the posts of a country: hours, and payments of a vehicle in USD of the price year."""
    costs = co.route(net, "karachi", "kabul")._costs  # noqa: SLF001
    rows = [row for row in net.tables.crossings if row.mode == mode and net.place(row.post).country == country]
    hours = [row.hours for row in rows]
    usd = [row.usd * costs.to_price_year(row.usd_year) for row in rows]
    return {"tfi1_hours": _mean(hours), "tfi2_usd": _mean(usd)}


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def _cell(net: co.Network, country: str, mode: str, name: str, value: float, digits: int) -> str:
    costs = co.route(net, "karachi", "kabul")._costs  # noqa: SLF001
    column = {"tfi4_without_rest_kmh": "tfi4_kmh"}.get(name, name)
    found = latest(net.tables.indicators, country, mode, column, costs)
    shown = "-" if math.isnan(value) else f"{value:,.{digits}f}"
    if found.year is None:
        return shown
    ratio = "" if math.isnan(value) else f", x {value / found.at_price_year:.2f}"
    return f"{shown} ({found.at_price_year:,.{digits}f}, {found.year}{ratio})"


def _published(net: co.Network) -> Iterator[str]:
    names = ("tfi1_hours", "tfi2_usd", "tfi3_usd_per_500km_20t", "tfi4_kmh", "speed_without_delay_kmh")
    yield "| area | mode | year | TFI1, h (out, in) | TFI2, USD (out, in) | TFI3, USD | TFI4, km/h | without delay, km/h | note |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for row in net.tables.indicators:
        by_way = {
            "tfi1_hours": (row.tfi1_outbound_hours, row.tfi1_inbound_hours),
            "tfi2_usd": (row.tfi2_outbound_usd, row.tfi2_inbound_usd),
        }
        cells = [_with_ways(getattr(row, name), by_way.get(name, (None, None))) for name in names]
        basis = "" if row.basis == "quoted" else f"({row.basis}) "
        yield f"| {row.area} | {row.mode} | {row.year} | {' | '.join(cells)} | {basis}{row.note} |"


def _with_ways(value: Any, ways: tuple[Any, Any]) -> str:
    shown = "" if value is None else f"{value:,g}"
    if ways == (None, None):
        return shown
    return f"{shown} ({', '.join('-' if way is None else f'{way:,g}' for way in ways)})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the page; return the exit code."""
    return fill_in(PAGE, "make_indicators.py", made, arguments)


if __name__ == "__main__":
    sys.exit(main())
