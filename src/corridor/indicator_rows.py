# SPDX-License-Identifier: BSD-3-Clause
"""The trade facilitation indicators of one route as rows: by country and mode, by leg, and by border post."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final, TypeAlias

from corridor.movements import Movement, Share, has_prices, movements_of
from corridor.published_values import comparison_rows, latest, latest_delay_share
from corridor.routes import Route
from corridor.vocabulary import mode_of

__all__ = ["ALL", "MEASURED", "PARTS", "TERMINALS", "RowsOfRoute"]

# CPMM follows trucks and trains; what is done at a terminal between two modes or at an end is no part of either.
MEASURED: Final = ("road", "rail")
TERMINALS: Final = "terminals"
ALL: Final = "all"
PARTS: Final = ("border", "transfer", "waiting", "other")

Row: TypeAlias = dict[str, Any]
Piece: TypeAlias = tuple[Movement, Share]


class RowsOfRoute:
    """The rows of the tables of one route."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self._costs = route._costs  # noqa: SLF001
        self.published = route._net.tables.indicators  # noqa: SLF001
        self._movements = movements_of(route)
        self._pieces = [(part, share) for part in self._movements for share in part.shares]
        self.passages = [self._passage(run) for run in _passages(self._movements)]
        modes = dict.fromkeys(_mode(part) for part in self._movements)
        self._order = sorted(modes, key=lambda mode: (mode not in MEASURED, mode == TERMINALS))
        self.of_countries = [
            self._row(country, mode) for country in dict.fromkeys(share.country for _, share in self._pieces) for mode in self._order
            if any(_belongs(piece, country, mode) for piece in self._pieces)
        ]  # fmt: skip
        self.of_modes = [self._row(ALL, mode) for mode in self._order]
        self.countries = [*self.of_countries, *self.of_modes, self._row(ALL, ALL)]
        measured = [row for row in self.of_countries if row["mode"] in MEASURED]
        whole = [row for row in self.of_modes if row["mode"] in MEASURED]
        self.compared = comparison_rows(measured, whole, self.published, self._costs)

    @property
    def legs(self) -> list[Row]:
        """One row a leg, and one a stop between legs."""
        rows = []
        for moving, run in groupby(_segments(self._movements), lambda pair: pair[0]):
            parts = [part for _, part in run]
            legs = [part for part in parts if part.kind == "leg"]
            where = {
                "activity": "leg" if moving[1] else parts[0].activity,
                "carriage": parts[0].carriage,
                "from": legs[0].from_place if legs else parts[0].place,
                "to": legs[-1].place if legs else parts[0].place,
                "countries": "-".join(
                    dict.fromkeys(share.country for part in legs for share in part.shares if share.country)
                ),
            }
            pieces = [(part, share) for part in parts for share in part.shares]
            mode = _mode(parts[0])
            passed = [self._passage(found) for found in _passages(parts)]
            rows.append(where | self._figures(pieces, passed, measured=mode in MEASURED and bool(legs)))
        return rows

    def _row(self, country: str, mode: str) -> Row:
        pieces = [piece for piece in self._pieces if _belongs(piece, country, mode)]
        passed = [row for row in self.passages if country in {ALL, row["country"]} and mode in {ALL, row["mode"]}]
        apart = any(_mode(part) not in {*MEASURED, TERMINALS} for part, _ in pieces)
        return {"country": country, "mode": mode} | self._figures(
            pieces, passed, measured=mode in MEASURED or (mode == ALL and not apart)
        )

    def _figures(self, pieces: Sequence[Piece], passed: Sequence[Row], *, measured: bool) -> Row:
        """Return km, hours and USD by kind, and the indicators, of some parts of the route."""
        km = math.fsum(share.km for _, share in pieces)
        legs = [share for part, share in pieces if part.kind == "leg"]
        haul, driving = math.fsum(share.hours for share in legs), math.fsum(share.driving_hours for share in legs)
        hours = {name: math.fsum(s.hours for part, s in pieces if _kind(part) == name) for name in PARTS}
        usd = {name: math.fsum(s.usd - s.running_usd for part, s in pieces if _kind(part) == name) for name in PARTS}
        money = math.nan if math.isnan(self.route.usd) else 1.0
        spent = math.fsum(share.hours for _, share in pieces)
        row: Row = {
            "km": km,
            "hours": spent,
            "haul_hours": haul,
            "driving_hours": driving,
            "rest_hours": haul - driving,
        }
        row |= {f"{name}_hours": value for name, value in hours.items()}
        row |= {
            "usd": money * math.fsum(s.usd for _, s in pieces),
            "haul_usd": money * math.fsum(s.running_usd for _, s in pieces),
        }
        row |= {f"{name}_usd": money * value for name, value in usd.items()}
        row["passages"] = len(passed)
        row |= _of_passages(passed)
        rated = measured and km > 0
        # Links that bring their own figures do not say for how many tonnes.
        scale = 500 / km * 20 / self.route.shipment.tonnes if rated and has_prices(self.route) else math.nan
        swd = km / spent if rated and spent > 0 else math.nan
        awake = spent - (haul - driving)
        moving = km / driving if rated and driving > 0 else math.nan
        return row | {
            "tfi3_usd_per_500km_20t": row["usd"] * scale,
            "tfi4_kmh": swd,
            # Beside the definition: what a fleet makes whose drivers take turns, or whose nights are not counted.
            "tfi4_without_rest_kmh": km / awake if rated and awake > 0 else math.nan,
            "speed_without_delay_kmh": moving,
            "delay_share": 1 - swd / moving,
            "stop_hours_per_100km": 100 * (spent - driving) / km if rated else math.nan,
        }

    def _passage(self, run: Sequence[Movement]) -> Row:
        """Return the row of a border post passed: waits and delays before the post and the clearing at it."""
        last = run[-1]
        direction = "inbound" if last.activity == "border inbound" else "outbound"
        usd = math.fsum(part.usd - part.running_usd for part in run) / self._costs.units(last.mode)
        country = last.shares[0].country
        hours = latest(self.published, country, last.mode, f"tfi1_{direction}_hours", self._costs)
        paid = latest(self.published, country, last.mode, f"tfi2_{direction}_usd", self._costs)
        return {
            "crossing": last.crossing,
            "post": last.place,
            "post_name": self.route.place_name(last.place),
            "country": country,
            "mode": last.mode,
            "direction": direction,
            "hours": math.fsum(part.hours for part in run),
            "usd_per_vehicle": usd if not math.isnan(self.route.usd) else math.nan,
            "published_hours": hours.value,
            "published_hours_year": hours.year,
            "published_usd_at_price_year": paid.at_price_year,
            "published_usd_year": paid.year,
        }

    @property
    def less_delay_than_rest(self) -> list[str]:
        """Countries by road whose published delay share is below the share that rest has in the hours of the haul here."""
        found = []
        for row in self.of_countries:
            if row["mode"] != "road" or not row["haul_hours"]:
                continue
            if latest_delay_share(self.published, row["country"], "road") < row["rest_hours"] / row["haul_hours"]:
                found.append(f"{row['country']} road")
        return found

    @property
    def unsplit(self) -> list[str]:
        """Crossings by land whose posts are no stops of their own, because a figure of the user's stands for the whole."""
        posts = {part.step for part in self._movements if part.border}
        return [
            part.crossing
            for part in self._movements
            if part.kind == "leg" and part.crossing and part.mode in MEASURED and part.step not in posts
        ]


def _segments(movements: Sequence[Movement]) -> Iterator[tuple[tuple[int, bool], Movement]]:
    """Yield each movement with the number of its leg, or of its stop between legs, and whether it is of a leg."""
    number, before = 0, None
    for part in movements:
        moving = part.step_kind in {"haul", "cross"}
        here = moving or part.step
        if here != before:
            number, before = number + 1, here
        yield (number, moving), part


def _passages(movements: Sequence[Movement]) -> Iterator[list[Movement]]:
    """Yield the stops at each border post passed: waits, clearing and delays; an inbound clearing ends a passage."""
    run: list[Movement] = []
    for part in movements:
        if run and (not part.border or run[-1].activity == "border inbound"):
            yield run
            run = []
        if part.border:
            run.append(part)
    if run:
        yield run


def _mode(part: Movement) -> str:
    """Return the mode that a part counts for: terminals for what is done between modes and at the ends."""
    if part.step_kind in {"start", "end"}:
        return TERMINALS
    if part.step_kind == "transfer" and mode_of(part.from_carriage) != mode_of(part.carriage):
        return TERMINALS
    return part.mode


def _kind(part: Movement) -> str:
    """Return which hours a stop counts for; blank for a leg."""
    if part.kind == "leg":
        return ""
    if part.border:
        return "border"
    if part.activity == "transfer":
        return "transfer"
    return "waiting" if part.activity.startswith(("wait", "delay")) else "other"


def _belongs(piece: Piece, country: str, mode: str) -> bool:
    part, share = piece
    return country in {ALL, share.country} and mode in {ALL, _mode(part)}


def _of_passages(passed: Sequence[Row]) -> Row:
    """Return TFI1 and TFI2 as means over passages: of both directions and of each."""
    row: Row = {}
    for direction in ("", "outbound", "inbound"):
        some = [passage for passage in passed if direction in {"", passage["direction"]}]
        end = f"_{direction}" if direction else ""
        row[f"tfi1{end}_hours"] = _mean([passage["hours"] for passage in some])
        row[f"tfi2{end}_usd"] = _mean([passage["usd_per_vehicle"] for passage in some])
    return row


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan
