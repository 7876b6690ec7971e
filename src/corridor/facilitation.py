# SPDX-License-Identifier: BSD-3-Clause
"""CAREC's trade facilitation indicators (TFI1 to TFI4) of a route, beside the published ones."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from corridor.costs import PRICE_YEAR
from corridor.errors import OptionError, nearest_valid
from corridor.indicator_rows import ALL, MEASURED, PARTS, TERMINALS, RowsOfRoute
from corridor.movements import has_prices, routes_of
from corridor.routes import Route
from corridor.tabular import table_as_html, table_as_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Indicators", "indicators"]

Table: TypeAlias = Literal["countries", "legs", "passages", "compared"]
TABLES: Final = ("countries", "legs", "passages", "compared")
UNITS: Final = {
    "km": "km", "hours": "h", "usd": "USD", "tfi1_hours": "h", "tfi2_usd": "USD per vehicle",
    "tfi3_usd_per_500km_20t": "USD per 500 km per 20 t", "tfi4_without_rest_kmh": "km/h", "tfi4_kmh": "km/h", "speed_without_delay_kmh": "km/h",
    "delay_share": "fraction", "stop_hours_per_100km": "h per 100 km",
}  # fmt: skip

Row: TypeAlias = dict[str, Any]
Block: TypeAlias = tuple[str, Sequence[str], list[tuple[str, ...]]]


def indicators(routes: Route | Iterable[Route]) -> Indicators:
    """Return the trade facilitation indicators of CAREC's CPMM of a route or several: hours, USD and km/h.

    Parameters
    ----------
    routes
        A route, or several: a list, or what :func:`corridor.alternatives` and :func:`corridor.pareto` return.

    Returns
    -------
    Indicators
        Per leg, per country and mode, and for the whole route, with the published values of the same country, region and
        corridors. What the data cannot tell, and what was not published, is NaN, and the notes say so.

    Raises
    ------
    OptionError
        If there is no route, something in it is no route, or its hours are not known.

    Notes
    -----
    TFI1 = hours at a border post, queue included, mean over the posts passed (two at a crossing). TFI2 = payments at a post
    per vehicle, USD. TFI3 = all costs, border payments among them once, x 500 / km x 20 / tonnes. TFI4 = km / all hours.
    Speed without delay = km / hours in motion; ``tfi4_without_rest_kmh`` = km / (all hours - rest), no indicator of CPMM. Delay share = 1 - TFI4 / speed without delay. Stop hours per 100 km =
    100 x (all hours - hours in motion) / km. Of several parts km, hours and USD are added up before they are divided.

    The rest of drivers is part of the elapsed hours of a road haul and counts as delay. A train's commercial km a day hold its
    stops in yards: its hours in motion are not known. Sea, air and pipelines are not part of CPMM and stand apart.

    References
    ----------
    CAREC Institute and ADB, Corridor Performance Measurement and Monitoring, https://cpmm.carecprogram.org; see
    ``docs/indicators.md``.

    Examples
    --------
    >>> import corridor as co
    >>> found = co.indicators(co.route(co.load(), "Karachi", "Tashkent"))
    >>> frame = found.to_frame()
    >>> frame[["country", "mode"]].agg(" ".join, axis=1).tolist()
    ['PK road', 'AF road', 'UZ road', 'all road', 'all all']
    >>> bool((frame["tfi4_kmh"] <= frame["speed_without_delay_kmh"]).all())
    True
    """
    return Indicators(routes_of(routes, asked="indicators"))


class Indicators:
    """Trade facilitation indicators of routes, as :func:`corridor.indicators` returns them.

    Examples
    --------
    >>> import corridor as co
    >>> found = co.indicators(co.route(co.load(), "Karachi", "Kabul"))
    >>> found.to_frame("passages")[["post", "direction"]].values.tolist()
    [['torkham-pk', 'outbound'], ['torkham-af', 'inbound']]
    """

    def __init__(self, routes: Sequence[Route]) -> None:
        for number, route in enumerate(routes, 1):
            if math.isnan(route.hours):
                msg = f"indicators: the hours of route {number} are not known; give the column hours to Router.from_frames."
                raise OptionError(msg)
        self.routes = tuple(routes)

    @cached_property
    def _each(self) -> tuple[RowsOfRoute, ...]:
        return tuple(RowsOfRoute(route) for route in self.routes)

    def rows(self, table: Table = "countries") -> list[Row]:
        """Return a table as plain dictionaries, for use without pandas.

        Parameters
        ----------
        table
            As for :meth:`to_frame`.

        Returns
        -------
        list of dict
            The rows of :meth:`to_frame`.

        Raises
        ------
        OptionError
            If there is no such table.

        Examples
        --------
        >>> import corridor as co
        >>> found = co.indicators(co.route(co.load(), "Karachi", "Kabul"))
        >>> [row["activity"] for row in found.rows("legs")]
        ['leg']
        """
        if table not in TABLES:
            msg = f"indicators has no table {table!r}.{nearest_valid(str(table), TABLES, kind='Tables')}"
            raise OptionError(msg)
        return [{"route": number} | row for number, each in enumerate(self._each, 1) for row in getattr(each, table)]

    def to_frame(self, table: Table = "countries") -> pd.DataFrame:
        """Return one of the tables.

        Parameters
        ----------
        table
            ``countries``: one row a country and mode, then (country ``all``) one a mode and one for everything. The mode
            ``terminals`` holds transfers between modes, loading, unloading and ports. ``legs``: one row a leg and one a
            stop between legs. ``passages``: one row a border post passed. ``compared``: computed beside published.

        Returns
        -------
        pandas.DataFrame
            ``route`` (from 1); of ``countries`` and ``legs`` ``km``; ``hours``, the sum of ``haul_hours`` (= ``driving_hours`` +
            ``rest_hours``), ``border_hours``, ``transfer_hours``, ``waiting_hours`` (for an opening or a ship) and ``other_hours``
            (loading, unloading, port); ``usd``, the sum of ``haul_usd`` (cooling included), ``border_usd``, ``transfer_usd``,
            ``waiting_usd`` and ``other_usd``, of the whole shipment; ``passages`` of posts, and the indicators. Money is in USD of the price year. Of
            ``compared`` the published figure is given as printed, with its year, and as ``published_at_price_year``; ``difference``
            and ``ratio`` are taken from the latter. Not known, or not published: NaN. ``attrs`` holds units, price year and notes.

        Raises
        ------
        OptionError
            If there is no such table.

        Examples
        --------
        >>> import corridor as co
        >>> frame = co.indicators(co.route(co.load(), "Karachi", "Kabul")).to_frame("compared")
        >>> pk = frame[(frame["area"] == "PK") & (frame["indicator"] == "tfi1_hours")].iloc[0]
        >>> float(pk["published"]), int(pk["published_year"])
        (33.1, 2023)
        """
        import pandas as pd

        rows = self.rows(table)
        frame = pd.DataFrame(rows)
        if "published_year" in frame:
            frame["published_year"] = frame["published_year"].astype("Int64")
        frame.attrs |= {"unit": dict(UNITS), "price_year": PRICE_YEAR, "notes": list(self.notes)}
        return frame

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know: what could not be told apart, and how the published values were sampled."""
        return tuple(dict.fromkeys(note for each in self._each for note in _notes(each)))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data that JSON can hold, None for what is not known.

        Returns
        -------
        dict
            The four tables as lists of rows, ``price_year``, ``unit`` and ``notes``.

        Examples
        --------
        >>> import corridor as co
        >>> sorted(co.indicators(co.route(co.load(), "Karachi", "Kabul")).to_dict())
        ['compared', 'countries', 'legs', 'notes', 'passages', 'price_year', 'unit']
        """
        tables: dict[str, Any] = {
            name: [{key: _or_none(value) for key, value in row.items()} for row in self.rows(name)] for name in TABLES
        }
        return tables | {"price_year": PRICE_YEAR, "unit": dict(UNITS), "notes": list(self.notes)}

    def _shown(self) -> Iterator[tuple[str, list[Block]]]:
        """Yield the title of each route, and its tables as texts."""
        for each in self._each:
            yield _title(each), [*_blocks(each)]

    def __repr__(self) -> str:
        return (
            f"<Indicators of {len(self.routes)} route{'s' if len(self.routes) != 1 else ''}: {_title(self._each[0])}>"
        )

    def __str__(self) -> str:
        lines: list[str] = []
        for name, blocks in self._shown():
            lines += [name]
            for title, head, rows in blocks:
                lines += ["", title, *table_as_text(head, rows, left=0)]
            lines.append("")
        return "\n".join([*lines, *(f"note  {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        parts: list[str] = []
        for name, blocks in self._shown():
            parts.append(f"<p><b>{html.escape(name)}</b></p>")
            parts += [f"<p>{html.escape(title)}</p>{table_as_html(head, rows)}" for title, head, rows in blocks]
        return "".join([*parts, "<ul>", *(f"<li>{html.escape(note)}</li>" for note in self.notes), "</ul>"])


# --- how it reads ---------------------------------------------------------------------------------------------------


# Heads of the indicators in text, their columns, and the decimals shown.
SHOWN: Final[tuple[tuple[str, str, int], ...]] = (
    ("TFI1 h", "tfi1_hours", 1),
    ("TFI2 USD", "tfi2_usd", 0),
    ("TFI3 USD", "tfi3_usd_per_500km_20t", 0),
    ("TFI4 km/h", "tfi4_kmh", 1),
    ("without rests", "tfi4_without_rest_kmh", 1),
    ("without delay", "speed_without_delay_kmh", 1),
)


def _title(each: RowsOfRoute) -> str:
    """Return one line: from, to, what is moved, how the ends are counted."""
    route, ship = each.route, each.route.shipment
    ends = f"{route.place_name(route.origin)} → {route.place_name(route.destination)}"
    counted = f"{ship.tonnes:g} t, {ship.ends} to {ship.ends}, USD of {PRICE_YEAR}"
    if not has_prices(route):
        counted = "what the links' own figures are for"
    return f"{ends}: trade facilitation indicators (CAREC CPMM) of {counted}"


def _blocks(each: RowsOfRoute) -> Iterator[Block]:
    """Yield title, head and rows of each table that is shown, as texts."""
    several = len(each.of_modes) > 1
    shown = each.countries if several else [*each.of_countries, each.countries[-1]]
    yield "Hours: the kinds add up to all hours", *_hours_table(shown)
    head = ("", "posts", *(name for name, _, _ in SHOWN), "delay share", "stop h/100 km")
    yield "Indicators (speeds in km/h)", head, [_indicator_cells(row) for row in shown if row["mode"] != TERMINALS]
    if each.passages:
        head = ("post", "", "hours", "published", "USD", "published")
        title = "Posts passed, beside the latest published mean of that direction in that country"
        yield title, head, [_passage_cells(row) for row in each.passages]
    if compared := list(_compared_cells(each)):
        head = ("", *(name for name, _, _ in SHOWN))
        yield f"Computed, and in brackets published with its year (USD of {PRICE_YEAR})", head, compared


def _hours_table(shown: Sequence[Row]) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    kinds = [name for name in PARTS if name == "border" or any(row[f"{name}_hours"] for row in shown)]
    known = [not math.isnan(row["driving_hours"]) for row in shown]
    parts = {"driving": "driving_hours", "rest": "rest_hours"} if any(known) else {}
    if not all(known):
        # Where driving is not known somewhere, the hours of the haul carry the sum and driving and rest stand beside.
        parts = {"haul": "haul_hours"} | {f"of it {name}": column for name, column in parts.items()}
    names = (*parts.values(), *(f"{kind}_hours" for kind in kinds))
    rows = [
        (_label(row), _figure(row["km"], 0), _figure(row["hours"], 1), *(_figure(row[name], 1) for name in names))
        for row in shown
    ]
    return ("", "km", "all hours", *parts, *kinds), rows


def _indicator_cells(row: Row) -> tuple[str, ...]:
    share = row["delay_share"]
    told = (_figure(row[name], digits) for _, name, digits in SHOWN)
    stops = "-" if math.isnan(share) else f"{share:.0%}"
    return _label(row), str(row["passages"]), *told, stops, _figure(row["stop_hours_per_100km"], 2)


def _passage_cells(row: Row) -> tuple[str, ...]:
    return (
        str(row["post_name"]),
        f"{row['country']} {row['mode']} {row['direction']}",
        _figure(row["hours"], 1),
        _dated(row["published_hours"], row["published_hours_year"], 1),
        _figure(row["usd_per_vehicle"], 0),
        _dated(row["published_usd_at_price_year"], row["published_usd_year"], 0),
    )


def _compared_cells(each: RowsOfRoute) -> Iterator[tuple[str, ...]]:
    for (area, mode), found in groupby(each.compared, lambda row: (row["area"], row["mode"])):
        rows = {row["indicator"]: row for row in found}
        if any(row["published_year"] is not None for row in rows.values()):
            yield (f"{area} {mode}", *(_compared_cell(rows.get(name), digits) for _, name, digits in SHOWN))


def _compared_cell(row: Row | None, digits: int) -> str:
    if row is None:
        return "-"
    computed = _figure(row["computed"], digits)
    if row["published_year"] is None:
        return computed
    return f"{computed} ({_dated(row['published_at_price_year'], row['published_year'], digits)})"


def _notes(each: RowsOfRoute) -> Iterator[str]:
    """Yield what a reader must know."""
    modes = {row["mode"] for row in each.of_modes}
    if "road" in modes:
        yield "TFI4 counts the rest of drivers as a stop, as its definition says; the speed without rests is no indicator of CPMM."
    if less := each.less_delay_than_rest:
        yield (
            f"Published for {', '.join(less)}: less delay in all than the rests alone make here. CPMM's trips there cannot hold such "
            "rests, so compare their speed with delay with the speed without rests."
        )
    if "rail" in modes:
        yield (
            "Rail: commercial km a day hold the stops in yards, so that hours in motion, speed without delay and delay share are "
            "not known (-). Where gauges change, CPMM counts the hours at the border post; here they are a transfer."
        )
    if apart := sorted(modes - {*MEASURED, TERMINALS}):
        yield f"Not part of CPMM and without indicators: {', '.join(apart)}; so is the whole route, of which they are a part."
    if TERMINALS in modes:
        yield "Terminals: transfers between modes, loading, unloading and ports, which are no part of a truck's or train's trip."
    if not has_prices(each.route):
        yield "The links bring their own figures: for how many tonnes, and in motion or not, is not known (-)."
    if each.unsplit:
        yield f"Own figures cannot be split into haul and posts: all of {', '.join(each.unsplit)} counts as haul."
    if not each.published:
        yield "The network has no table of published indicators (indicators.csv): nothing to compare with."
        return
    have = {(row.area, row.mode) for row in each.published}
    pairs = dict.fromkeys((row["country"], row["mode"]) for row in each.of_countries if row["mode"] in MEASURED)
    if lacking := [f"{country} {mode}" for country, mode in pairs if (country, mode) not in have]:
        yield f"No published figures in the data: {', '.join(lacking)} (Belarus, Russia and Iran are not in CAREC)."
    yield (
        "Published TFI1 and TFI2 pool both directions and all posts sampled: they follow the mix of a sample that is not random "
        "and whose size is not known here. Of the whole corridor they are means of all posts in all countries."
    )
    told = {(row["area"], row["mode"], row["published_year"]): row["note"] for row in each.compared if row["note"]}
    for (area, mode, year), note in told.items():
        yield f"{area} {mode} {year}: {note}"


def _label(row: Row) -> str:
    if row["mode"] == ALL:
        return "whole route"
    return f"{row['country'] or 'no country'} {row['mode']}"


def _figure(value: float, digits: int) -> str:
    return "-" if math.isnan(value) else f"{value:,.{digits}f}"


def _dated(value: float, year: int | None, digits: int) -> str:
    """Return a published figure with its year; a dash where none is known."""
    return "-" if year is None else f"{_figure(value, digits)}, {year}"


def _or_none(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
