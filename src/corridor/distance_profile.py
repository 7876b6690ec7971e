# SPDX-License-Identifier: BSD-3-Clause
"""The time/cost-distance profile of a route (UNESCAP): cumulative hours, USD or kg CO2e over km, a step at each stop."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from corridor.errors import OptionError, nearest_valid
from corridor.movements import Movement, has_prices, movements_of, routes_of
from corridor.routes import Route

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PER_WORDS", "PROFILE_UNITS", "Measured", "Per", "profile", "profile_rows"]

Measured: TypeAlias = Literal["hours", "usd", "co2e_kg"]
Per: TypeAlias = Literal["shipment", "20t", "feu"]
PROFILE_UNITS: Final[dict[str, str]] = {"hours": "h", "usd": "USD", "co2e_kg": "kg CO2e"}
PER_WORDS: Final[dict[str, str]] = {
    "shipment": "of the whole shipment",
    "20t": "per 20 t",
    "feu": "per forty-foot container",
}


def profile(routes: Route | Iterable[Route], y: Measured = "hours", *, per: Per = "shipment") -> pd.DataFrame:
    """Return the time/cost-distance profile of a route or several: cumulative hours, USD or kg CO2e over km.

    Parameters
    ----------
    routes
        A route, or several: a list, or what :func:`corridor.alternatives` and :func:`corridor.pareto` return.
    y
        ``hours``, ``usd`` or ``co2e_kg``.
    per
        What money and emissions are of: ``shipment`` (all of it), ``20t`` (x 20 / tonnes) or ``feu`` (/ forty-foot containers).
        Hours are of the journey and take none but ``shipment``.

    Returns
    -------
    pandas.DataFrame
        One row a point, in order: ``route`` (from 1), ``km`` from the origin, the cumulative measure under its own name,
        ``step`` (its rise since the point before), ``leg_km``, ``kind`` (start, leg, stop), ``activity`` (haul, border outbound,
        border inbound, transfer, wait, waiting for opening, loading, unloading, port ...), ``border`` (a stop at a post),
        ``place`` and ``place_name`` (where the point lies), ``country`` of a stop, ``mode``, ``carriage``, ``link`` and
        ``crossing``. Stops without height are left out. ``attrs`` holds the units and what the measure is of.

    Raises
    ------
    OptionError
        If there is no route, something in it is no route, an option is unknown, or the measure of a route is not known.

    Notes
    -----
    A leg rises by its hours (USD) over its km, so that a steeper line is slower (dearer); a stop rises at once. A border is the
    step at the post left, the link between the posts, and the step at the post entered. Each route has 1 + legs + stops with
    a height points, neither km nor measure ever falls, and the last point is the totals of the route.

    References
    ----------
    UNESCAP, Time/Cost-Distance Methodology, https://www.unescap.org/resources/timecost-distance-methodology; after Beresford
    and Dubey (1990) and Banomyong (2000).

    Examples
    --------
    >>> import corridor as co
    >>> r = co.route(co.load(), "Karachi", "Kabul")
    >>> points = co.profile(r)
    >>> points[points["border"]][["place", "activity"]].values.tolist()
    [['torkham-pk', 'border outbound'], ['torkham-af', 'border inbound']]
    >>> abs(float(points["hours"].iloc[-1]) - r.hours) < 1e-6
    True
    """
    import pandas as pd

    frame = pd.DataFrame(profile_rows(routes, y, per=per))
    frame.attrs |= {"unit": {"km": "km", y: PROFILE_UNITS[y], "step": PROFILE_UNITS[y]}, "y": y, "per": per}
    return frame


def profile_rows(routes: Route | Iterable[Route], y: Measured, *, per: Per = "shipment") -> list[dict[str, Any]]:
    """Return the points of :func:`profile` as plain dictionaries, for use without pandas.

    Raises
    ------
    OptionError
        As :func:`profile`.
    """
    if y not in PROFILE_UNITS:
        msg = f"profile: unknown y={y!r}.{nearest_valid(str(y), PROFILE_UNITS, kind='Measures')}"
        raise OptionError(msg)
    if per not in PER_WORDS:
        msg = f"profile: unknown per={per!r}.{nearest_valid(str(per), PER_WORDS, kind='Choices')}"
        raise OptionError(msg)
    if y == "hours" and per != "shipment":
        msg = f"profile: hours are of the journey, not per {per}; leave per= out, or ask for y='usd' or y='co2e_kg'."
        raise OptionError(msg)
    rows = []
    for number, route in enumerate(routes_of(routes, asked="profile"), 1):
        if math.isnan(getattr(route, y)):
            msg = f"profile: the {y} of route {number} is not known; give the column {y} to Router.from_frames."
            raise OptionError(msg)
        if per != "shipment" and not has_prices(route):
            msg = f"profile: the links of route {number} bring their own figures, and for how many tonnes is not known; leave per= out."
            raise OptionError(msg)
        rows += [{"route": number} | row for row in _points(route, y, _scale(route, per))]
    return rows


def _scale(route: Route, per: Per) -> float:
    """Return what the measure of the whole shipment is multiplied by."""
    if per == "20t":
        return 20 / route.shipment.tonnes
    return 1 / route._costs.containers if per == "feu" else 1.0  # noqa: SLF001


def _points(route: Route, y: Measured, scale: float) -> Iterator[dict[str, Any]]:
    """Yield the points of a route: each sum is made of all heights so far, so that the last is the total exactly."""
    movements = [part for part in movements_of(route) if part.kind == "leg" or getattr(part, y) != 0]
    km: list[float] = []
    heights: list[float] = []
    first = {"kind": "start", "activity": "", "border": False, "place": route.origin}
    carriage = movements[0].from_carriage if movements else ""
    rest = {
        "country": "",
        "mode": movements[0].mode if movements else "",
        "carriage": carriage,
        "link": "",
        "crossing": "",
    }
    yield (
        {"km": 0.0, y: 0.0, "step": 0.0, "leg_km": 0.0} | first | {"place_name": route.place_name(route.origin)} | rest
    )
    for part in movements:
        km.append(part.km)
        heights.append(getattr(part, y) * scale)
        yield {"km": math.fsum(km), y: math.fsum(heights), "step": heights[-1], "leg_km": part.km} | _about(route, part)


def _about(route: Route, part: Movement) -> dict[str, Any]:
    return {
        "kind": part.kind,
        "activity": part.activity,
        "border": part.border,
        "place": part.place,
        "place_name": route.place_name(part.place),
        "country": part.shares[0].country if part.kind == "stop" else "",
        "mode": part.mode,
        "carriage": part.carriage,
        "link": part.link,
        "crossing": part.crossing,
    }
