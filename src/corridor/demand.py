# SPDX-License-Identifier: BSD-3-Clause
"""Demand: goods to be carried from place to place in a year, as a user gives it, checked and turned into tonnes."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, fields, replace
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from corridor.constraints import Where
from corridor.errors import OptionError, nearest_valid
from corridor.reading import load
from corridor.shipment import Shipment

if TYPE_CHECKING:
    import pandas as pd

    from corridor.network import Network
    from corridor.schema import Cargo

__all__ = ["Demand", "Demands", "Wanted", "demands_of", "read_demand", "wanted_of"]

EXAMPLE: Final = 'co.Demand("Karachi", "Almaty", "textiles", usd_per_year=20e6)'


@dataclass(frozen=True, slots=True)
class Demand:
    """Goods to be carried from one place to another in a year.

    Parameters
    ----------
    origin, destination
        Places, as in :func:`corridor.route`.
    cargo
        Class of goods, an id of the network's cargo table.
    tonnes_per_year, usd_per_year
        How much a year: net weight in tonnes, or value in USD, one of the two. A value is turned into tonnes by the unit
        value of the cargo class in the network.
    shipment_tonnes
        The shipments that it is cut into, tonnes: what one truck or container holds. The goods are priced, and trucks and
        containers counted, by these.
    vehicle
        Class of road vehicle, an id of the network's vehicle table.
    set, basis, source, note
        Where the figure comes from, for those who read the result.

    Raises
    ------
    OptionError
        If both or neither of tonnes and USD are given, a figure is negative or not a number, or a word is no text.

    Examples
    --------
    >>> import corridor as co
    >>> co.Demand("Karachi", "Almaty", "textiles", usd_per_year=20e6).usd_per_year
    20000000.0
    >>> co.Demand("Karachi", "Almaty", tonnes_per_year=-5)
    Traceback (most recent call last):
    ...
    corridor.errors.OptionError: Demand(tonnes_per_year=-5): must be a finite number of 0 or more.
    """

    origin: Where
    destination: Where
    cargo: str = "general"
    _: KW_ONLY
    tonnes_per_year: float | None = None
    usd_per_year: float | None = None
    shipment_tonnes: float = 20.0
    vehicle: str = "trailer"
    set: str = "own"
    basis: str = "given"
    source: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        given = [name for name in ("tonnes_per_year", "usd_per_year") if getattr(self, name) is not None]
        if len(given) != 1:
            both = "both are given" if given else "neither is given"
            msg = f"Demand({self.origin!r}, {self.destination!r}): give tonnes_per_year or usd_per_year; {both}. E.g. {EXAMPLE}."
            raise OptionError(msg)
        object.__setattr__(self, given[0], _amount(given[0], getattr(self, given[0])))
        for name in ("cargo", "vehicle", "set", "basis", "source", "note"):
            if not isinstance(getattr(self, name), str):
                msg = f"Demand({name}={getattr(self, name)!r}): must be a text."
                raise OptionError(msg)
        object.__setattr__(self, "shipment_tonnes", float(self.shipment.tonnes))

    @property
    def shipment(self) -> Shipment:
        """One of the shipments that the demand is cut into."""
        return Shipment(tonnes=self.shipment_tonnes, cargo=self.cargo, vehicle=self.vehicle)

    def scaled(self, factor: float) -> Demand:
        """Return as many times as much of the same."""
        name = "tonnes_per_year" if self.tonnes_per_year is not None else "usd_per_year"
        return replace(self, **{name: getattr(self, name) * _amount("factor", factor)})

    @classmethod
    def bundled(cls, name: str) -> tuple[Demand, ...]:
        """Return a set of demand of the bundled data, such as ``pk-kz-2025``.

        Parameters
        ----------
        name
            Which set.

        Returns
        -------
        tuple of Demand
            One for each row of ``data/demand.csv``, with its basis and source.

        Raises
        ------
        OptionError
            If there is no such set.

        Examples
        --------
        >>> import corridor as co
        >>> {demand.set for demand in co.Demand.bundled("pk-kz-2025")}
        {'pk-kz-2025'}
        """
        rows = load(scope="bypass").tables.demand
        found = tuple(
            cls(row.origin, row.destination, row.cargo, usd_per_year=row.usd_per_year, set=row.set, basis=row.basis,
                source=row.source, note=row.note)
            for row in rows
            if row.set == name
        )  # fmt: skip
        if not found:
            msg = f"Demand.bundled({name!r}): no such set.{nearest_valid(str(name), {row.set for row in rows}, kind='Sets')}"
            raise OptionError(msg)
        return found


Demands: TypeAlias = "Iterable[Demand] | Demand | pd.DataFrame"
COLUMNS: Final = tuple(field.name for field in fields(Demand))
NUMBERS: Final = ("tonnes_per_year", "usd_per_year", "shipment_tonnes")


@dataclass(frozen=True)
class Wanted:
    """What is wanted between two places that were looked up, in shipments of one kind: demands that are alike added up."""

    origin: str
    destination: str
    shipment: Shipment
    tonnes: float
    usd: float
    basis: str
    source: str

    @property
    def cargo(self) -> str:
        """Class of goods."""
        return self.shipment.cargo

    @property
    def name(self) -> str:
        """What is wanted in words."""
        return f"{self.origin} → {self.destination} ({self.cargo})"


def demands_of(given: Demands) -> tuple[Demand, ...]:
    """Return demand, however it was given, as a tuple; refuse what is none."""
    if isinstance(given, Demand):
        return (given,)
    several: object = given
    if hasattr(several, "columns") and hasattr(several, "to_dict"):
        return _of_records(several.to_dict("records"), [str(name) for name in several.columns])
    if isinstance(several, (str, Mapping)) or not isinstance(several, Iterable):
        msg = f"demand={several!r}: must be a list of corridor.Demand or a frame with a row each, e.g. [{EXAMPLE}]."
        raise OptionError(msg)
    found: list[Any] = list(several)
    for number, demand in enumerate(found, 1):
        if not isinstance(demand, Demand):
            msg = f"demand: number {number} is {demand!r}, not a corridor.Demand, e.g. {EXAMPLE}."
            raise OptionError(msg)
    if not found:
        msg = f"demand is empty: name at least one, e.g. {EXAMPLE}."
        raise OptionError(msg)
    return tuple(found)


def read_demand(path: str | Path) -> tuple[Demand, ...]:
    """Return the demand of a CSV file, a row each, whose columns are the fields of a demand.

    Raises
    ------
    OptionError
        If the file cannot be read, or a column or cell is wrong.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restkey="more cells than columns")
            rows = list(reader)
            columns = [*(reader.fieldnames or ())]
    except (OSError, UnicodeDecodeError) as error:
        msg = f"demand {str(path)!r}: cannot be read ({getattr(error, 'strerror', None) or error})."
        raise OptionError(msg) from error
    for number, row in enumerate(rows, 1):
        if "more cells than columns" in row:
            msg = f"demand {str(path)!r}: row {number} has more cells than there are columns; set commas in quotes."
            raise OptionError(msg)
    return _of_records(rows, columns)


def _of_records(rows: Sequence[Mapping[Any, Any]], columns: Sequence[str]) -> tuple[Demand, ...]:
    """Return the demand of a table; an empty cell is as if its column were not there."""
    for name in columns:
        if name not in COLUMNS:
            msg = f"demand: unknown column {name!r}.{nearest_valid(name, COLUMNS, kind='Columns')}"
            raise OptionError(msg)
    for name in ("origin", "destination"):
        if name not in columns:
            msg = f"demand: there is no column {name!r}. Columns: {', '.join(COLUMNS)}."
            raise OptionError(msg)
    if not rows:
        msg = "demand: the table has no rows."
        raise OptionError(msg)
    found = []
    for number, row in enumerate(rows, 1):
        cells = {str(name): value for name, value in row.items() if not _blank(value)}
        if missing := [name for name in ("origin", "destination") if name not in cells]:
            msg = f"demand: row {number}: {missing[0]} is blank."
            raise OptionError(msg)
        try:
            found.append(Demand(**{name: _cell(name, value) for name, value in cells.items()}))
        except OptionError as error:
            msg = f"demand: row {number}: {error}"
            raise OptionError(msg) from error
    return tuple(found)


def _blank(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, Real) and math.isnan(value))


def _cell(name: str, value: Any) -> Any:
    """Return a cell as its field takes it: numbers may come as text from a file."""
    if not isinstance(value, str):
        return value
    if name not in NUMBERS:
        return value.strip()
    try:
        return float(value)
    except ValueError as error:
        msg = f"{name}={value!r} is not a number."
        raise OptionError(msg) from error


def wanted_of(
    net: Network, demands: Sequence[Demand], *, snap_km: float, cargo: Sequence[Cargo] | None = None
) -> tuple[Wanted, ...]:
    """Return what is wanted by the ids of its ends, in tonnes; demands between the same places in like shipments add up.

    ``cargo`` are classes of goods to take in the place of those of the network.

    Raises
    ------
    OptionError
        If a cargo or vehicle class is unknown, or a demand ends where it begins.
    """
    vehicles = [row.id for row in net.tables.vehicles]
    values = {row.id: row.unit_value_usd_per_t for row in (net.tables.cargo if cargo is None else cargo)}
    parts: dict[tuple[str, str, Shipment], list[tuple[float, float, Demand]]] = {}
    for demand in demands:
        if demand.cargo not in values:
            msg = f"Demand(cargo={demand.cargo!r}): unknown.{nearest_valid(demand.cargo, values, kind='Choices')}"
            raise OptionError(msg)
        value = values[demand.cargo]
        if demand.vehicle not in vehicles:
            msg = (
                f"Demand(vehicle={demand.vehicle!r}): unknown.{nearest_valid(demand.vehicle, vehicles, kind='Choices')}"
            )
            raise OptionError(msg)
        start, goal = (net.place(end, snap_km=snap_km).id for end in (demand.origin, demand.destination))
        if start == goal:
            msg = f"Demand({demand.origin!r}, {demand.destination!r}): both are {start!r}; name two places."
            raise OptionError(msg)
        tonnes, usd = demand.tonnes_per_year, demand.usd_per_year
        if tonnes is None:
            usd = usd or 0.0
            tonnes = usd / value
        parts.setdefault((start, goal, demand.shipment), []).append(
            (tonnes, tonnes * value if usd is None else usd, demand)
        )
    return tuple(
        Wanted(
            start, goal, shipment, math.fsum(part[0] for part in found), math.fsum(part[1] for part in found),
            "; ".join(dict.fromkeys(part[2].basis for part in found)),
            ";".join(dict.fromkeys(part[2].source for part in found if part[2].source)),
        )
        for (start, goal, shipment), found in parts.items()
    )  # fmt: skip


def _amount(name: str, value: Any) -> float:
    plain = isinstance(value, Real) and not isinstance(value, bool)
    if not plain or not math.isfinite(value) or value < 0:
        msg = f"Demand({name}={value!r}): must be a finite number of 0 or more."
        raise OptionError(msg)
    return float(value)
