# SPDX-License-Identifier: BSD-3-Clause
"""Growing trade as a result: volumes by crossing, what is full and when, what levers add, what rests on estimates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corridor.assignment import Assignment, Terms, plain
from corridor.capacities import UNITS_SHOWN, Bound
from corridor.swings import SWING_COLUMNS
from corridor.tabular import table_as_html, table_as_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Growth", "Lever", "Saturation"]

COUNTED: Final = ("tonnes_per_year", "trucks_per_day", "wagons_per_day", "trains_per_day", "containers_per_day")
MILLION: Final = 1e6
SHOWN: Final = 12
UNITS: Final = {
    "trade_usd": "USD a year, value of all goods", "usd": "USD a year, value of all goods", "tonnes_per_year": "tonnes a year",
    "trucks_per_day": "loaded trucks a day", "wagons_per_day": "loaded wagons a day", "trains_per_day": "trains a day",
    "containers_per_day": "forty-foot containers a day", "total_usd": "USD a year", "first_usd": "USD a year, value of all goods",
}  # fmt: skip


class Saturation(NamedTuple):
    """A capacity that is full, the trade at which it is (USD a year), and how that was found."""

    name: str
    usd: float
    how: str
    bound: Bound

    def row(self, order: int) -> dict[str, Any]:
        """Return it as a plain row."""
        bound, row = self.bound, self.bound.row
        return {
            "order": order, "subject": row.subject, "name": self.name, "subject_kind": row.subject_kind, "mode": row.mode or "",
            "usd": self.usd, "how": self.how, "capacity": bound.capacity, "unit": row.unit, "counts": row.counts,
            "background": bound.background if bound.background_known else math.nan, "left": bound.left,
            "basis": bound.basis, "background_basis": row.traffic_basis or "", "note": row.note,
        }  # fmt: skip


@dataclass(frozen=True)
class Lever:
    """What is full first with a lever, and cost and unserved at the last trade; the lever without an id is none."""

    lever: str
    name: str
    first: str
    first_usd: float
    total_usd: float
    score_usd: float
    unserved_usd: float
    unserved_tonnes: float
    base: Lever | None = None

    def row(self) -> dict[str, Any]:
        """Return it as a plain row, with the differences from none."""
        base = self.base or self
        return {
            "lever": self.lever, "name": self.name, "first": self.first, "first_usd": self.first_usd,
            "first_usd_more": self.first_usd - base.first_usd, "total_usd": self.total_usd,
            "total_usd_less": base.total_usd - self.total_usd, "score_usd": self.score_usd,
            "unserved_usd": self.unserved_usd, "unserved_usd_less": base.unserved_usd - self.unserved_usd,
            "unserved_tonnes": self.unserved_tonnes,
        }  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Growth:
    """What growing trade needs.

    Made by :func:`corridor.growth`; not by hand.

    Examples
    --------
    >>> import corridor as co
    >>> grown = co.growth(co.load(), co.Demand.bundled("pk-kz-2025"), steps=2, swing=None)
    >>> list(grown.volumes.columns)[:5]
    ['trade_usd', 'crossing', 'mode', 'tonnes_per_year', 'trucks_per_day']
    """

    trades: tuple[float, ...]
    now_usd: float
    # The flow at each trade, and the flows wanted if no capacity held any back.
    assignments: tuple[Assignment, ...]
    wanted: tuple[list[dict[str, Any]], ...]
    saturations: tuple[Saturation, ...]
    levers: tuple[Lever, ...]
    swings: tuple[dict[str, Any], ...]
    swing: float | None
    terms: Terms

    @property
    def first(self) -> Saturation | None:
        """What is full first while trade grows, exact; None where nothing of known capacity is in use.

        It may lie below the trade begun with, or above the last: all of it grows in proportion.
        """
        return self.saturations[0] if self.saturations else None

    # -- rows ------------------------------------------------------------------------------------------------------------

    @cached_property
    def volume_rows(self) -> list[dict[str, Any]]:
        """The rows of :attr:`volumes` as plain dictionaries."""
        rows = []
        for trade, found, wished in zip(self.trades, self.assignments, self.wanted, strict=True):
            carried, wanted = _by_crossing(found.flow_rows), _by_crossing(wished)
            shares = _shares(found)
            for key in sorted({*carried, *wanted}):
                there, wish = (
                    carried.get(key, dict.fromkeys(COUNTED, 0.0)),
                    wanted.get(key, dict.fromkeys(COUNTED, 0.0)),
                )
                share = shares.get(key, math.nan)
                rows.append(
                    {"trade_usd": trade, "crossing": key[0], "mode": key[1], **there, "share_used": share,
                     **{f"wanted_{name}": wish[name] for name in COUNTED}}
                )  # fmt: skip
        return rows

    @cached_property
    def saturation_rows(self) -> list[dict[str, Any]]:
        """The rows of :attr:`saturated` as plain dictionaries."""
        return [one.row(order) for order, one in enumerate(self.saturations, 1)]

    @cached_property
    def total_rows(self) -> list[dict[str, Any]]:
        """The rows of :attr:`totals` as plain dictionaries."""
        return [
            {
                "trade_usd": trade, "tonnes_per_year": found.served_tonnes_per_year + found.unserved_tonnes_per_year,
                "served_tonnes_per_year": found.served_tonnes_per_year, "unserved_usd_per_year": found.unserved_usd_per_year,
                "usd": found.usd, "score": found.score, "total_usd": found.total_usd, "hours": found.hours,
                "co2e_kg": found.co2e_kg,
            }
            for trade, found in zip(self.trades, self.assignments, strict=True)
        ]  # fmt: skip

    @property
    def lever_rows(self) -> list[dict[str, Any]]:
        """The rows of :attr:`levers_table` as plain dictionaries."""
        return [lever.row() for lever in self.levers]

    # -- frames ----------------------------------------------------------------------------------------------------------

    def _frame(self, rows: Sequence[dict[str, Any]], columns: Sequence[str] | None = None) -> pd.DataFrame:
        import pandas as pd

        frame = pd.DataFrame(rows, columns=None if columns is None or rows else [*columns])
        frame.attrs["unit"] = {name: unit for name, unit in UNITS.items() if name in frame.columns}
        return frame

    @property
    def volumes(self) -> pd.DataFrame:
        """Loaded trucks, wagons, trains and containers a day by trade, crossing and mode, both directions together.

        As carried under the capacities; ``wanted_...`` as it would be if no capacity held any back.
        ``share_used`` is that of the crossing's capacity, other traffic included; missing where none is known.
        """
        return self._frame(self.volume_rows, ["trade_usd", "crossing", "mode", *COUNTED])

    @property
    def saturated(self) -> pd.DataFrame:
        """Capacities in the order in which they are full, with the trade (``usd``) at which each is."""
        return self._frame(self.saturation_rows, ["order", "subject", "usd", "how"])

    @property
    def totals(self) -> pd.DataFrame:
        """Tonnes, money, time and what is unserved at each trade, one row a trade."""
        return self._frame(self.total_rows)

    @property
    def levers_table(self) -> pd.DataFrame:
        """What each lever does: first saturation, total cost and unserved at the last trade, with and without."""
        return self._frame(self.lever_rows)

    @property
    def sensitivity(self) -> pd.DataFrame:
        """What is full first, and at which trade, with each figure that is not quoted lower and higher by the share assumed."""
        return self._frame(self.swings, SWING_COLUMNS)

    def to_frame(self) -> pd.DataFrame:
        """Return the volumes; see :attr:`volumes`."""
        return self.volumes

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values, for JSON; what is missing is None."""
        tables = {
            "totals": self.total_rows, "saturations": self.saturation_rows, "levers": self.lever_rows,
            "sensitivity": self.swings, "volumes": self.volume_rows,
        }  # fmt: skip
        first, last = self.first, self.assignments[-1]
        return {
            "now_usd": self.now_usd, "trades": [*self.trades],
            "first": None if first is None else {key: plain(value) for key, value in first.row(1).items()},
            **{name: [{key: plain(value) for key, value in row.items()} for row in rows] for name, rows in tables.items()},
            "without_capacity": [*last.uncounted_names], "background_unknown": [*last.background_unknown],
            "swing": self.swing, "assumptions": [*self.terms.words],
        }  # fmt: skip

    def plot(self, ax: Axes | None = None, *, top: int = 6) -> Axes:
        """Draw how full capacities are as trade grows; see :func:`corridor.plot_growth`.

        Parameters
        ----------
        ax
            Axes to draw on; missing: new ones.
        top
            How many capacities at most.

        Returns
        -------
        matplotlib.axes.Axes
            The axes drawn on.

        Raises
        ------
        OptionError
            If nothing passes a capacity that is known, or ``top`` is no whole number of 1 or more.
        MissingExtraError
            If matplotlib is not installed.

        Examples
        --------
        >>> import corridor as co
        >>> grown = co.growth(co.load(), co.Demand.bundled("pk-kz-2025"), steps=2, swing=None)
        >>> grown.plot().get_xlabel()
        'trade, million USD a year'
        """
        from corridor.growth_chart import plot_growth

        return plot_growth(self, ax=ax, top=top)

    # -- texts -----------------------------------------------------------------------------------------------------------

    def _first_words(self) -> list[str]:
        """Return what is full first, and how much that rests on estimates, a sentence each."""
        first = self.first
        if first is None:
            return ["No capacity that is known lies on any best route: nothing is said to be full."]
        guessed = " (an estimate)" if first.bound.basis == "estimate" else f" ({first.bound.basis})"
        what = f"{first.bound.capacity:,.0f} {UNITS_SHOWN[first.bound.row.unit]}{guessed}"
        if first.bound.left <= 0:
            told = f"{first.name} is already filled by other traffic: its capacity is {what}."
            return [told, *self._rests_on(first)]
        beyond = "" if first.usd <= self.trades[-1] else ", beyond the last trade asked for"
        told = f"First to be full: {first.name}, at {first.usd / MILLION:,.1f} million USD a year{beyond}; capacity {what}."
        return [told, *self._rests_on(first)]

    def _rests_on(self, first: Saturation) -> list[str]:
        """Return what the first saturation rests on: the room left, how far estimates move it, and the note of the data."""
        note = first.bound.row.note
        noted = [f"The data on it: {note}"] if note and not first.bound.given else []
        return [*self._room_words(first), *self._swing_words(first), *noted]

    def _room_words(self, first: Saturation) -> list[str]:
        """Return what other traffic leaves of the first capacity, and what holds if today's trade is counted in it."""
        bound, row = first.bound, first.bound.row
        if not bound.background_known:
            return (
                ["Other traffic there is not known and taken as none: it is full sooner."]
                if self.terms.background
                else []
            )
        if bound.background <= 0:
            return []
        unit = UNITS_SHOWN[row.unit]
        told = [
            f"Other traffic takes {bound.background:,.0f} of it ({row.traffic_basis}), which leaves {bound.left:,.0f} {unit}."
        ]
        # Until then what passes is in proportion to the trade, so that today's own use is its share of what is left.
        if first.usd > 0 and bound.left * self.now_usd / first.usd <= bound.background:
            told.append(
                f"If today's trade is counted in that traffic, this capacity is full at {(first.usd + self.now_usd) / MILLION:,.1f} million."
            )
        return told

    def _swing_words(self, first: Saturation) -> list[str]:
        """Return how far the answer moves with the first capacity, and with all that are not quoted, lower and higher."""
        told = []
        for kind, subject, what in (
            ("capacity", first.bound.row_name, "With this capacity"),
            ("all", "all capacities not quoted", "With all capacities that are not quoted"),
        ):
            for row in self.swings:
                if row["kind"] == kind and row["subject"] == subject:
                    ends = [_moved(row[f"first_at_{end}"], row[f"usd_at_{end}"]) for end in ("low", "high")]
                    told.append(f"{what} {self.swing:.0%} lower: {ends[0]}; {self.swing:.0%} higher: {ends[1]}.")
        return told

    @cached_property
    def _notes(self) -> list[str]:
        """What limits the answer: what is not known and taken as no limit, and what the network leaves out."""
        last = self.assignments[-1]
        notes = []
        if self.terms.capacities and last.uncounted_rows:
            notes.append(
                f"In use at the last trade without a known capacity, so never full here: {', '.join(last.uncounted_names)}."
            )
        if self.terms.capacities and self.terms.background and last.background_unknown:
            notes.append(f"Other traffic not known, taken as none: {', '.join(last.background_unknown)}.")
        if last.unserved_tonnes_per_year > 0 and getattr(last.goods[0].net.ground, "bundled", "") == "corridor":
            notes.append("What is not carried may still go round the six countries: ask load(scope='bypass').")
        return notes

    def _tables(self) -> list[tuple[str, list[str], list[list[str]]]]:
        """Return the tables that are shown: a title, the head and the rows."""
        totals = [
            [f"{row['trade_usd'] / MILLION:,.0f}", f"{row['tonnes_per_year']:,.0f}",
             f"{row['unserved_usd_per_year'] / MILLION:,.1f}", f"{row['usd'] / MILLION:,.1f}", _number(row["hours"], 0)]
            for row in self.total_rows
        ]  # fmt: skip
        tables = [
            (
                "Trade",
                ["million USD", "tonnes", "not carried, million USD", "freight, million USD", "mean hours"],
                totals,
            )
        ]
        last = [row for row in self.volume_rows if row["trade_usd"] == self.trades[-1]]
        volumes = [
            [f"{row['crossing']} ({row['mode']})", _number(row["trucks_per_day"], 1), _number(row["wagons_per_day"], 1),
             _number(row["trains_per_day"], 2), _number(row["containers_per_day"], 1), _share(row["share_used"])]
            for row in sorted(last, key=lambda row: -row["tonnes_per_year"])[:SHOWN]
        ]  # fmt: skip
        title = f"A day at {self.trades[-1] / MILLION:,.0f} million USD, loaded, both ways"
        tables.append((title, ["crossing", "trucks", "wagons", "trains", "containers", "capacity used"], volumes))
        full = [
            [one.name, f"{one.usd / MILLION:,.1f}", one.how, f"{one.bound.capacity:,.0f} {UNITS_SHOWN[one.bound.row.unit]}",
             "not known" if not one.bound.background_known else f"{one.bound.background:,.0f}", one.bound.basis]
            for one in self.saturations
        ]  # fmt: skip
        if full:
            tables.append(
                (
                    "Full, in this order",
                    ["what", "at million USD", "found on", "capacity", "other traffic", "basis"],
                    full,
                )
            )
        if len(self.levers) > 1:
            levers = [
                [row["lever"] or "none", row["first"], _number(row["first_usd"] / MILLION, 1), f"{row['total_usd'] / MILLION:,.1f}",
                 f"{row['unserved_usd'] / MILLION:,.1f}"]
                for row in self.lever_rows
            ]  # fmt: skip
            tables.append(
                (
                    "Levers",
                    [
                        "lever",
                        "first full",
                        "at million USD",
                        "cost with penalty, million USD",
                        "not carried, million USD",
                    ],
                    levers,
                )
            )
        if self.swings:
            swings = [
                [f"{row['figure']}: {row['subject']}", row["basis"], _number(row["usd_at_low"] / MILLION, 1),
                 _number(row["usd_at_high"] / MILLION, 1)]
                for row in sorted(self.swings, key=_reach, reverse=True)[:SHOWN]
            ]  # fmt: skip
            tables.append(
                (
                    f"First full, with a figure that is not quoted {self.swing:.0%} lower or higher",
                    ["figure", "basis", "lower: million USD", "higher: million USD"],
                    swings,
                )
            )
        return tables

    def __repr__(self) -> str:
        first = self.first
        told = "nothing known to be full" if first is None else f"first full {first.name} at {first.usd:,.0f} USD"
        return f"<Growth: {self.trades[0]:,.0f} to {self.trades[-1]:,.0f} USD a year; {told}>"

    def __str__(self) -> str:
        lines = self._first_words()
        for title, head, rows in self._tables():
            lines += ["", title, *table_as_text(head, rows, left=0)]
        return "\n".join([*lines, "", *self._notes, *self.terms.words])

    def _repr_html_(self) -> str:
        from html import escape

        parts = [f"<p>{escape(' '.join(self._first_words()))}</p>"]
        parts += [f"<p><b>{escape(title)}</b></p>{table_as_html(head, rows)}" for title, head, rows in self._tables()]
        words = "".join(f"<li>{escape(word)}</li>" for word in [*self._notes, *self.terms.words])
        return f"<div>{''.join(parts)}<ul>{words}</ul></div>"


def _by_crossing(rows: Sequence[dict[str, Any]]) -> dict[tuple[str, str], dict[str, float]]:
    """Return what passes each crossing by mode, all goods and both directions together."""
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    for row in rows:
        if row["subject_kind"] == "crossing":
            sums = found.setdefault((row["subject"], row["mode"]), {name: [] for name in COUNTED})
            for name in COUNTED:
                sums[name].append(row[name])
    return {key: {name: math.fsum(parts) for name, parts in sums.items()} for key, sums in found.items()}


def _shares(found: Assignment) -> dict[tuple[str, str], float]:
    """Return the share in use of the tightest capacity of each crossing and mode."""
    shares: dict[tuple[str, str], float] = {}
    for row in found.flow_rows:
        if row["subject_kind"] == "crossing" and not math.isnan(row["share_used"]):
            key = (row["subject"], row["mode"])
            shares[key] = max(shares.get(key, 0.0), row["share_used"])
    return shares


def _reach(row: dict[str, Any]) -> float:
    """Return how far apart a swing leaves the answer."""
    apart = abs(row["usd_at_high"] - row["usd_at_low"])
    return -1.0 if math.isnan(apart) else float(apart)


def _moved(first: str, usd: float) -> str:
    """Return what is full first at one end of a swing."""
    if not first:
        return "nothing known is full"
    return f"{first} is filled by other traffic" if usd <= 0 else f"{first} first, at {usd / MILLION:,.1f} million"


def _number(value: float, digits: int) -> str:
    return "" if math.isnan(value) else f"{value:,.{digits}f}"


def _share(value: float) -> str:
    return "not known" if math.isnan(value) else f"{value:.0%}"
