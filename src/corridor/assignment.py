# SPDX-License-Identifier: BSD-3-Clause
"""The flow of goods under capacities as a result: flows, ways, bottlenecks, what is left unserved and why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corridor.capacities import UNITS_SHOWN, Bound
from corridor.flow_rows import FLOW_COLUMNS, bound_rows, flow_rows, uncounted
from corridor.least_cost import Goods, Plan
from corridor.routes import Route
from corridor.tabular import table_as_html, table_as_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Assignment", "Share", "Terms", "plain"]

SHOWN: Final = 10
DEMAND_COLUMNS: Final = (
    "origin", "destination", "cargo", "tonnes_per_year", "usd_per_year", "served_tonnes_per_year",
    "unserved_tonnes_per_year", "ways", "score_usd_per_tonne", "usd_per_tonne", "hours", "basis", "reason",
)  # fmt: skip
UNITS: Final = {
    "tonnes_per_year": "tonnes a year", "usd_per_year": "USD a year, value of the goods", "trucks_per_day": "trucks a day",
    "wagons_per_day": "wagons a day", "trains_per_day": "trains a day", "containers_per_day": "forty-foot containers a day",
    "usd_per_extra_unit": "USD a year for one more of the unit", "usd_per_extra_tonne": "USD for one more tonne",
    "score_usd_per_tonne": "USD a tonne, time included", "usd_per_tonne": "USD a tonne, money alone", "hours": "hours",
    "share_used": "share of the capacity, other traffic included",
}  # fmt: skip


class Share(NamedTuple):
    """Goods that take one route: where from, where to, what, how much a year and how."""

    origin: str
    destination: str
    cargo: str
    tonnes_per_year: float
    route: Route


@dataclass(frozen=True)
class Terms:
    """What was assumed."""

    unserved_usd_per_tonne: float
    penalty_given: bool
    working_days: float
    wagons_per_train: float
    empty_returns: float | None
    capacities: bool
    background: bool

    @property
    def words(self) -> tuple[str, ...]:
        """The assumptions, a sentence each."""
        how = "given" if self.penalty_given else "ten times the dearest best route"
        told = [
            f"A tonne left unserved counts {self.unserved_usd_per_tonne:,.0f} USD ({how}).",
            f"Trucks and wagons move on {self.working_days:g} days a year; a train has {self.wagons_per_train:g} wagons.",
        ]
        if not self.capacities:
            told.append("Capacities are left out, as asked for.")
        elif not self.background:
            told.append("Other traffic is not taken off the capacities, as asked for.")
        if self.empty_returns is not None:
            told.append(
                f"An empty run costs {self.empty_returns:.0%} of a loaded one, on links whose price is the same both ways."
            )
        return tuple(told)


@dataclass(frozen=True, eq=False, repr=False)
class Assignment:
    """The least-cost flow of goods under the capacities of crossings, lines and ports.

    Made by :func:`corridor.assign`; not by hand.

    Examples
    --------
    >>> import corridor as co
    >>> found = co.assign(co.load(), [co.Demand("Karachi", "Almaty", tonnes_per_year=5000)], capacities=False)
    >>> [(share.route.countries, share.tonnes_per_year) for share in found.paths]
    [(('PK', 'AF', 'UZ', 'KZ'), 5000.0)]
    """

    goods: Sequence[Goods]
    plan: Plan
    bounds: Sequence[Bound]
    terms: Terms
    reasons: Sequence[str]

    # -- totals ----------------------------------------------------------------------------------------------------------

    @cached_property
    def paths(self) -> tuple[Share, ...]:
        """The routes in use with the tonnes a year on each; each route is of one shipment."""
        return tuple(
            Share(one.wanted.origin, one.wanted.destination, one.wanted.cargo, tonnes, one.net.as_route(way, "score", one.constraints))
            for one, part in zip(self.goods, self.plan.ways, strict=True)
            for way, tonnes in part
        )  # fmt: skip

    def _sum(self, measure: str) -> float:
        return math.fsum(
            tonnes / one.wanted.shipment.tonnes * one.net.total(way, measure)
            for one, part in zip(self.goods, self.plan.ways, strict=True)
            for way, tonnes in part
        )

    @property
    def total_usd(self) -> float:
        """What is minimised, USD a year: generalised cost of what is carried, empty returns, penalty for what is not."""
        return self.plan.total_usd

    @property
    def score(self) -> float:
        """Generalised cost of what is carried, USD a year, without empty returns."""
        return self.plan.score_usd

    @property
    def empty_usd(self) -> float:
        """What empty returns add to the total, USD a year, with the user's factors of the modes; 0 where left out."""
        return self.plan.empty_usd

    @property
    def penalty_usd(self) -> float:
        """The penalty for what is left unserved, USD a year: a device of the method, not a cost that anybody pays."""
        return self.plan.penalty_usd

    @cached_property
    def usd(self) -> float:
        """Freight money of what is carried, USD a year, empty returns included."""
        return self._sum("usd") + self.plan.empty_money_usd

    @cached_property
    def hours(self) -> float:
        """Mean hours of a tonne carried; missing (NaN) where nothing is carried."""
        carried = self.served_tonnes_per_year
        tonne_hours = math.fsum(
            tonnes * one.net.total(way, "hours")
            for one, part in zip(self.goods, self.plan.ways, strict=True)
            for way, tonnes in part
        )
        return tonne_hours / carried if carried > 0 else math.nan

    @cached_property
    def co2e_kg(self) -> float:
        """Emissions of what is carried, kg CO2e a year, without empty returns."""
        return self._sum("co2e_kg")

    @property
    def served_tonnes_per_year(self) -> float:
        """Tonnes a year that are carried."""
        return math.fsum(tonnes for part in self.plan.ways for _, tonnes in part)

    @property
    def unserved_tonnes_per_year(self) -> float:
        """Tonnes a year that are not carried."""
        return math.fsum(self.plan.unserved)

    @property
    def unserved_usd_per_year(self) -> float:
        """Value of the goods that are not carried, USD a year."""
        return math.fsum(
            missing * one.wanted.usd / one.wanted.tonnes
            for one, missing in zip(self.goods, self.plan.unserved, strict=True)
            if missing > 0
        )

    @property
    def gap_usd(self) -> float:
        """By how much the total may miss the best of all flows, USD a year: by the dual bound."""
        return max(0.0, self.plan.total_usd - self.plan.bound_usd)

    @property
    def certificate(self) -> str:
        """Why this is the best flow of all, in words."""
        plan = self.plan
        return (
            f"No way left out would lower the cost: the largest fall is {max(0.0, -plan.least_reduced_cost):.2g} USD a tonne, "
            f"and the total is within {self.gap_usd:.2g} USD a year of the dual bound ({plan.rounds} rounds, "
            f"{plan.columns} ways)."
        )

    # -- rows ------------------------------------------------------------------------------------------------------------

    @cached_property
    def flow_rows(self) -> list[dict[str, Any]]:
        """The rows of :attr:`flows` as plain dictionaries."""
        terms = self.terms
        return flow_rows(
            self._structure, self.goods, self.plan, self.bounds, days=terms.working_days, wagons=terms.wagons_per_train
        )

    @cached_property
    def capacity_rows(self) -> list[dict[str, Any]]:
        """The rows of :attr:`capacities` as plain dictionaries."""
        return bound_rows(self.goods, self.plan, self.bounds)

    @cached_property
    def bottleneck_rows(self) -> list[dict[str, Any]]:
        """The rows of :attr:`bottlenecks` as plain dictionaries."""
        short = [row for row in self.capacity_rows if row["usd_per_extra_unit"] > 0]
        return sorted(short, key=lambda row: (-row["usd_per_extra_tonne"], row["subject"]))

    @cached_property
    def uncounted_rows(self) -> list[dict[str, Any]]:
        """The rows of :attr:`without_capacity` as plain dictionaries."""
        return uncounted(self._structure, self.goods, self.plan, self.bounds, days=self.terms.working_days)

    @property
    def uncounted_names(self) -> tuple[str, ...]:
        """Crossings in use whose capacity is not known, with their mode and the way in which it is not."""
        return tuple(f"{row['crossing']} ({row['mode']}, {row['from']}-{row['to']})" for row in self.uncounted_rows)

    @cached_property
    def demand_rows(self) -> list[dict[str, Any]]:
        """The rows of :attr:`demand` as plain dictionaries."""
        rows = []
        for one, part, missing, reason in zip(
            self.goods, self.plan.ways, self.plan.unserved, self.reasons, strict=True
        ):
            carried = math.fsum(tonnes for _, tonnes in part)
            shipment = one.wanted.shipment.tonnes

            def mean(measure: str, per: float, one: Goods = one, part: Any = part, carried: float = carried) -> float:
                total = math.fsum(tonnes * one.net.total(way, measure) / per for way, tonnes in part)
                return total / carried if carried > 0 else math.nan

            rows.append(
                {
                    "origin": one.wanted.origin, "destination": one.wanted.destination, "cargo": one.wanted.cargo,
                    "tonnes_per_year": one.wanted.tonnes, "usd_per_year": one.wanted.usd,
                    "served_tonnes_per_year": carried, "unserved_tonnes_per_year": missing, "ways": len(part),
                    "score_usd_per_tonne": mean("score", shipment), "usd_per_tonne": mean("usd", shipment),
                    "hours": mean("hours", 1.0), "basis": one.wanted.basis, "reason": reason,
                }
            )  # fmt: skip
        return rows

    @property
    def _structure(self) -> Any:
        return self.goods[0].net.prices.structure

    @cached_property
    def background_unknown(self) -> tuple[str, ...]:
        """Capacities in use of which it is not known what other traffic takes: it was taken as none."""
        rows = [row for row in self.capacity_rows if row["used"] > 0 and math.isnan(row["background"])]
        return tuple(row["name"] for row in rows)

    # -- frames ----------------------------------------------------------------------------------------------------------

    def _frame(self, rows: Sequence[dict[str, Any]], columns: Sequence[str] | None = None) -> pd.DataFrame:
        import pandas as pd

        frame = pd.DataFrame(rows, columns=None if columns is None else [*columns])
        frame.attrs["unit"] = {name: unit for name, unit in UNITS.items() if name in frame.columns}
        return frame

    @property
    def flows(self) -> pd.DataFrame:
        """Flows, one row a link, crossing or place, direction, mode and class of goods.

        ``from`` and ``to`` are places of a link and countries of a crossing; a place has rows for what is loaded, unloaded
        or changed there. ``capacity``, ``unit``, ``background`` and ``share_used`` are those of the capacity that is used
        most, all goods and both directions together where they share it; missing where none is known.
        """
        return self._frame(self.flow_rows, FLOW_COLUMNS)

    @property
    def capacities(self) -> pd.DataFrame:
        """Capacities, one row each, with what uses them and their shadow prices."""
        return self._frame(self.capacity_rows, None if self.capacity_rows else ["subject"])

    @property
    def bottlenecks(self) -> pd.DataFrame:
        """Capacities that hold goods back, the dearest first: USD that one more tonne (or unit) would save.

        ``usd_per_extra_unit`` is USD a year for one more truck or wagon a day (or tonne a year), ``usd_per_extra_tonne``
        the same for a tonne of what passes there; ``basis`` tells a quoted capacity from an estimate. Where
        ``leaves_unserved``, a little more of it would carry goods that are now left, so that the price is mostly the
        penalty; elsewhere it is what the way round costs more.
        """
        return self._frame(self.bottleneck_rows, None if self.bottleneck_rows else ["subject"])

    @property
    def without_capacity(self) -> pd.DataFrame:
        """Border crossings in use whose capacity is not known that way: what is said to pass them may be more than can."""
        columns = ["crossing", "from", "to", "mode", "tonnes_per_year", "trucks_per_day", "wagons_per_day"]
        return self._frame(self.uncounted_rows, columns)

    @property
    def demand(self) -> pd.DataFrame:
        """What was wanted and how much of it is carried, one row each; cost and hours are means of what is carried."""
        return self._frame(self.demand_rows, DEMAND_COLUMNS)

    @property
    def unserved(self) -> pd.DataFrame:
        """What is not carried, with the reason: no route at all, or the capacities that hold it back."""
        return self._frame([row for row in self.demand_rows if row["unserved_tonnes_per_year"] > 0], DEMAND_COLUMNS)

    def to_frame(self) -> pd.DataFrame:
        """Return the flows; see :attr:`flows`."""
        return self.flows

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values, for JSON; what is missing is None."""
        totals = ("total_usd", "score", "usd", "empty_usd", "penalty_usd", "hours", "co2e_kg", "served_tonnes_per_year",
                  "unserved_tonnes_per_year", "unserved_usd_per_year", "gap_usd")  # fmt: skip
        tables = {
            "demand": self.demand_rows, "bottlenecks": self.bottleneck_rows, "capacities": self.capacity_rows,
            "without_capacity": self.uncounted_rows, "flows": self.flow_rows,
        }  # fmt: skip
        return {
            **{name: plain(getattr(self, name)) for name in totals},
            **{
                name: [{key: plain(value) for key, value in row.items()} for row in rows]
                for name, rows in tables.items()
            },
            "background_unknown": [*self.background_unknown],
            "assumptions": [*self.terms.words],
            "certificate": self.certificate,
        }

    def plot(self, ax: Axes | None = None, *, title: str = "") -> Axes:
        """Draw the flow on a map; see :func:`corridor.plot_assignment`.

        Parameters
        ----------
        ax
            Axes to draw on; missing: new ones.
        title
            First line of the title; missing: how many tonnes are carried.

        Returns
        -------
        matplotlib.axes.Axes
            The axes drawn on.

        Raises
        ------
        OptionError
            If nothing is carried.
        MissingExtraError
            If matplotlib is not installed.

        Examples
        --------
        >>> import corridor as co
        >>> found = co.assign(co.load(), co.Demand("Karachi", "Kabul", "rice", tonnes_per_year=5000))
        >>> found.plot(title="Rice to Kabul").get_title("left").splitlines()[0]
        'Rice to Kabul'
        """
        from corridor.flow_map import plot_assignment

        return plot_assignment(self, ax=ax, title=title)

    # -- texts -----------------------------------------------------------------------------------------------------------

    def _facts(self) -> list[str]:
        wanted = math.fsum(one.wanted.tonnes for one in self.goods)
        value = math.fsum(one.wanted.usd for one in self.goods)
        carried = self.served_tonnes_per_year
        share = carried / wanted if wanted > 0 else 1.0
        lines = [
            f"{len(self.goods)} demands, {wanted:,.0f} t a year worth {value:,.0f} USD: {share:.1%} of the tonnes carried",
            f"{self.usd:,.0f} USD a year for freight, {self.score:,.0f} USD with the value of time",
        ]
        if carried > 0:
            lines.append(f"A tonne takes {self.hours:,.0f} h on average.")
        if self.terms.empty_returns is not None:
            lines.append(f"Empty returns cost {self.empty_usd:,.0f} USD a year of it.")
        return lines

    def _short_table(self) -> tuple[list[str], list[list[str]]]:
        head = [
            "bottleneck",
            "USD per extra tonne",
            "USD a year per extra unit",
            "leaves goods",
            "capacity",
            "other traffic",
            "basis",
        ]
        rows = [
            [
                row["name"],
                f"{row['usd_per_extra_tonne']:,.1f}", f"{row['usd_per_extra_unit']:,.0f}",
                "yes" if row["leaves_unserved"] else "no",
                f"{row['capacity']:,.0f} {UNITS_SHOWN[row['unit']]}",
                "not known" if math.isnan(row["background"]) else f"{row['background']:,.0f}", row["basis"],
            ]
            for row in self.bottleneck_rows[:SHOWN]
        ]  # fmt: skip
        return head, rows

    def _notes(self) -> list[str]:
        notes = [
            f"{row['origin']} → {row['destination']} ({row['cargo']}): {row['unserved_tonnes_per_year']:,.0f} t a year unserved. {row['reason']}"
            for row in self.demand_rows
            if row["unserved_tonnes_per_year"] > 0
        ]
        if self.terms.capacities and self.uncounted_rows:
            notes.append(f"In use without a known capacity, so not limited here: {', '.join(self.uncounted_names)}.")
        if self.terms.capacities and self.terms.background and self.background_unknown:
            notes.append(f"Other traffic not known, taken as none: {', '.join(self.background_unknown)}.")
        if any(row["leaves_unserved"] for row in self.bottleneck_rows):
            notes.append(
                "Where a bottleneck leaves goods behind, its price is mostly the penalty: it says that they wait, not what "
                "their owners would pay."
            )
        return [*notes, *self.terms.words, self.certificate]

    def __repr__(self) -> str:
        return (
            f"<Assignment: {len(self.goods)} demands, {self.served_tonnes_per_year:,.0f} t a year carried, "
            f"{self.unserved_tonnes_per_year:,.0f} t not; {len(self.bottleneck_rows)} bottlenecks>"
        )

    def __str__(self) -> str:
        lines = self._facts()
        head, rows = self._short_table()
        lines += ["", *(table_as_text(head, rows, left=0) if rows else ["No capacity holds anything back."]), ""]
        return "\n".join([*lines, *self._notes()])

    def _repr_html_(self) -> str:
        from html import escape

        head, rows = self._short_table()
        facts = "".join(f"<p>{escape(line)}</p>" for line in self._facts())
        table = table_as_html(head, rows) if rows else "<p>No capacity holds anything back.</p>"
        notes = "".join(f"<li>{escape(note)}</li>" for note in self._notes())
        return f"<div>{facts}{table}<ul>{notes}</ul></div>"


def plain(value: Any) -> Any:
    """Return a value as JSON takes it: what is missing is None."""
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
