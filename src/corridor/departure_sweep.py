# SPDX-License-Identifier: BSD-3-Clause
"""Which day to depart on: the best route for one departure after another."""

from __future__ import annotations

import inspect
import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from corridor.calendars import departure, zone_of
from corridor.constraints import Where, check_pace
from corridor.errors import NoRouteError, OptionError, nearest_valid
from corridor.lookup import SNAP_KM
from corridor.routes import UNITS
from corridor.routing import route
from corridor.states import check_network

if TYPE_CHECKING:
    import pandas as pd

    from corridor.network import Network

__all__ = ["departures"]

# A longer table is a slip of the unit: five years hour by hour.
MOST_DEPARTURES: Final = 50_000
FIGURES: Final = ("hours", "waiting_hours", "km", "usd", "score")


def departures(
    net: Network,
    origin: Where,
    destination: Where,
    start: datetime,
    end: datetime,
    every_hours: float = 24,
    **options: Any,
) -> pd.DataFrame:
    """Return hours, waiting hours and USD of the best route for one departure after another.

    Parameters
    ----------
    net
        The network.
    origin, destination
        Places, as in :func:`corridor.route`.
    start, end
        The first departure and the moment after which there is none; without a time zone local time at the origin.
    every_hours
        Hours from one departure to the next.
    options
        Any other option of :func:`corridor.route` but ``depart``: ``by``, ``shipment``, ``avoid``, ``max_hours`` ...

    Returns
    -------
    pandas.DataFrame
        One row a departure: ``depart`` and ``arrive`` (local time at the origin), ``found`` (``route`` or ``no route``),
        ``hours``, ``waiting_hours``, ``km``, ``usd``, ``score`` (USD) and ``crossings`` (ids with commas). Without a
        route the figures are NaN, the arrival is missing and the crossings are blank.

    Raises
    ------
    UnknownPlaceError, AmbiguousPlaceError, OffNetworkError
        If a place cannot be told.
    OptionError
        If a moment is none, the end lies before the start, or an option is unknown.

    Examples
    --------
    >>> import corridor as co
    >>> from datetime import datetime
    >>> first, last = datetime(2025, 5, 24, 16), datetime(2025, 5, 29, 16)
    >>> table = co.departures(co.load(), "Kabul", "Mazar-i-Sharif", first, last)
    >>> [round(hours) for hours in table["waiting_hours"]]
    [0, 0, 22, 0, 22, 0]
    """
    import pandas as pd

    check_network(net, "departures")
    _check_options(options)
    place = net.place(origin, snap_km=options.get("snap_km", SNAP_KM))
    first = _moment("start", start, place.country, place.id)
    last = _moment("end", end, place.country, place.id)
    if last < first:
        msg = f"end={end!r} lies before start={start!r}: change them over."
        raise OptionError(msg)
    pace = check_pace("every_hours", every_hours)
    count = int((last.astimezone(UTC) - first.astimezone(UTC)) / timedelta(hours=1) / pace) + 1
    if count > MOST_DEPARTURES:
        msg = f"every_hours={every_hours!r}: {count:,} departures, more than {MOST_DEPARTURES:,}; ask for fewer."
        raise OptionError(msg)
    zone = zone_of(place.country) or first.tzinfo
    rows = []
    for step in range(count):
        # Hours are counted on an even clock, whatever the local one does.
        depart = (first.astimezone(UTC) + timedelta(hours=step * pace)).astimezone(zone)
        rows.append(_row(net, origin, destination, depart, options))
    frame = pd.DataFrame(rows)
    for name in ("depart", "arrive"):
        frame[name] = pd.to_datetime(frame[name], utc=True).dt.tz_convert(zone)
    frame.attrs["unit"] = {name: UNITS[name] for name in FIGURES if name in UNITS} | {"waiting_hours": "h"}
    return frame


def _row(net: Network, origin: Where, destination: Where, depart: datetime, options: dict[str, Any]) -> dict[str, Any]:
    try:
        found = route(net, origin, destination, depart=depart, **options)
    except NoRouteError:
        nothing = dict.fromkeys(FIGURES, math.nan)
        return {"depart": depart, "arrive": None, "found": "no route", **nothing, "crossings": ""}
    figures = {name: getattr(found, name) for name in FIGURES}
    return {
        "depart": depart,
        "arrive": found.arrive,
        "found": "route",
        **figures,
        "crossings": ", ".join(found.crossings),
    }


def _moment(option: str, given: datetime, country: str, place: str) -> datetime:
    """Return a moment; one that is none is told by the name of its option."""
    try:
        return departure(given, country, place)
    except OptionError as error:
        raise OptionError(str(error).replace("depart=", f"{option}=", 1)) from None


def _check_options(options: dict[str, Any]) -> None:
    """Refuse an option that a route does not take, and the one that is set here."""
    known = [name for name, given in inspect.signature(route).parameters.items() if given.kind is given.KEYWORD_ONLY]
    known.remove("depart")
    for name in options:
        if name not in known:
            why = "the departures are set by start, end and every_hours." if name == "depart" else "unknown option."
            msg = f"departures({name}=...): {why}{nearest_valid(name, known, kind='Options')}"
            raise OptionError(msg)
