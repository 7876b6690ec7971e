# SPDX-License-Identifier: BSD-3-Clause
"""What a scenario may say: a named, documented set of changes, read from TOML and validated before it is applied."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal, TypeAlias, get_args

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from corridor.errors import DataError, Fault, OptionError, nearest_valid
from corridor.schema import (
    RATE_UNITS,
    Day,
    Identifier,
    Modes,
    NumberOrNone,
    Row,
    Source,
    SourceId,
    Text,
    Texts,
    Year,
    YearOrNone,
)
from corridor.tables import column_names, data_folder
from corridor.vocabulary import (
    Basis,
    BorderRegime,
    CapacityUnit,
    Carriage,
    Direction,
    Mode,
    RateDirection,
    Regime,
    TransferUnit,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "EVERY",
    "KINDS_OF_CHANGE",
    "BorderChange",
    "BuildChange",
    "CapacityChange",
    "Change",
    "CloseChange",
    "GaugeChange",
    "HaulChange",
    "OpenChange",
    "RateChange",
    "Scenario",
    "TransferChange",
    "scenarios",
]

# All crossings at once, as a scenario names them.
EVERY: Final = "*"


def _as_text(value: Any) -> Any:
    """Read a date of TOML as the text of its day."""
    return value.isoformat() if isinstance(value, date) else value


ADay = Annotated[Day, BeforeValidator(_as_text)]
Amount = Annotated[float | None, Field(ge=0, allow_inf_nan=False)]
GaugeInMm: TypeAlias = Literal[1435, 1520, 1676]


class ChangeRow(Row):
    """What every change carries beside what it does."""

    # Groups of columns of which exactly one, or at most one, or at least one may be given.
    exactly_one: ClassVar[tuple[tuple[str, ...], ...]] = ()
    at_most_one: ClassVar[tuple[tuple[str, ...], ...]] = ()
    at_least_one: ClassVar[tuple[tuple[str, ...], ...]] = ()

    basis: Basis | None = Field(default=None, description="what the change rests on; missing: that of the scenario")
    source: SourceId = Field(default="", description="id(s) of sources, ';' between; missing: those of the scenario")
    note: Text = Field(default="", description="what a reader should know")

    @model_validator(mode="after")
    def _groups_are_kept(self) -> ChangeRow:
        """Refuse a change that does not say what it concerns, or says two things that exclude each other."""
        for groups, least, most in ((self.exactly_one, 1, 1), (self.at_most_one, 0, 1), (self.at_least_one, 1, 99)):
            for group in groups:
                given = [name for name in group if getattr(self, name) not in (None, "", ())]
                if len(given) < least:
                    msg = f"give {'one' if most == 1 else 'at least one'} of {', '.join(group)}"
                    raise ValueError(msg)
                if len(given) > most:
                    msg = f"{' and '.join(given)} exclude each other"
                    raise ValueError(msg)
        return self


class CloseChange(ChangeRow):
    """Shut crossings, links or places, whatever the date."""

    at_least_one = (("crossings", "links", "places"),)

    kind: Literal["close"]
    crossings: Texts = Field(default=(), description="ids of crossings")
    links: Texts = Field(default=(), description="ids of links")
    places: Texts = Field(default=(), description="ids of places: every link that ends there is shut")
    direction: Annotated[str, Field(pattern=r"^(|forward|backward|[A-Z]{2}-[A-Z]{2})$")] = Field(
        default="", description="one way only: PK-AF at crossings, forward or backward of links; missing: both"
    )
    modes: Modes = Field(default=(), description="these modes only; missing: every mode")

    @model_validator(mode="after")
    def _direction_fits(self) -> CloseChange:
        """Refuse a direction that its subjects do not have."""
        if self.direction and (self.places or bool(self.crossings) == bool(self.links)):
            msg = "a direction goes with crossings alone (PK-AF) or with links alone (forward, backward)"
            raise ValueError(msg)
        if self.direction and ("-" in self.direction) != bool(self.crossings):
            wanted = "two countries in order, e.g. PK-AF" if self.crossings else "forward or backward"
            msg = f"the direction {self.direction!r} does not fit: give {wanted}"
            raise ValueError(msg)
        return self


class OpenChange(ChangeRow):
    """Open links that are not in operation, and lift the dated bans of crossings, links and places."""

    at_least_one = (("crossings", "links", "places"),)

    kind: Literal["open"]
    crossings: Texts = Field(default=(), description="ids of crossings whose bans are lifted")
    links: Texts = Field(default=(), description="ids of links: put into operation, their bans lifted")
    places: Texts = Field(default=(), description="ids of places whose bans are lifted")
    day: ADay | None = Field(
        default=None, description="bans that hold on this day; missing: on as_of, without it those without an end"
    )
    gauge_mm: GaugeInMm | None = Field(default=None, description="gauge of links whose gauge is not decided, mm")
    traction: Literal["diesel", "electric"] = Field(default="diesel", description="of railways that have none yet")


class BuildChange(ChangeRow):
    """Open planned links in a year: single ones, or a whole alignment, in a chosen gauge and length."""

    exactly_one = (("links", "alignment"),)

    kind: Literal["build"]
    links: Texts = Field(default=(), description="ids of links")
    alignment: Text = Field(default="", description="name of an alignment: its links that are not yet in operation")
    year: Year = Field(description="year of opening")
    gauge_mm: GaugeInMm | None = Field(default=None, description="gauge of the railways built, mm; missing: as planned")
    traction: Literal["diesel", "electric"] = Field(default="diesel", description="of railways that have none yet")
    length_km: NumberOrNone = Field(
        default=None,
        gt=0,
        description="length of all these links together, km: each keeps its share; missing: as planned",
    )


class BorderChange(ChangeRow):
    """Change the hours or the payments of clearing at posts."""

    at_least_one = (
        ("crossings", "posts"),
        ("hours", "hours_factor", "hours_minus", "hours_plus", "usd", "usd_factor", "usd_minus", "usd_plus"),
    )
    at_most_one = (
        ("hours", "hours_factor", "hours_minus", "hours_plus"),
        ("usd", "usd_factor", "usd_minus", "usd_plus"),
    )

    kind: Literal["border"]
    crossings: Texts = Field(default=(), description="ids of crossings, or '*' for all")
    posts: Texts = Field(default=(), description="ids of posts; with crossings: only these posts of them")
    direction: Direction | None = Field(default=None, description="outbound or inbound; missing: both")
    modes: Modes = Field(default=(), description="these modes only; missing: every mode")
    regime: BorderRegime | None = Field(default=None, description="only posts of this customs regime")
    hours: Amount = Field(default=None, description="the new mean, hours")
    hours_factor: Amount = Field(default=None, description="times the old mean")
    hours_minus: Amount = Field(default=None, description="hours saved at each post, never below zero")
    hours_plus: Amount = Field(default=None, description="hours added at each post")
    usd: Amount = Field(default=None, description="the new payments per vehicle or wagon, USD of the row's year")
    usd_factor: Amount = Field(default=None, description="times the old payments")
    usd_minus: Amount = Field(default=None, description="USD saved per vehicle or wagon at each post, not below zero")
    usd_plus: Amount = Field(default=None, description="USD added per vehicle or wagon at each post")


class HaulChange(ChangeRow):
    """Change the elapsed hours of links, whatever they are by the rates."""

    exactly_one = (("hours", "hours_factor", "hours_plus"),)

    kind: Literal["haul"]
    links: Texts = Field(min_length=1, description="ids of links")
    hours: Amount = Field(default=None, description="the new elapsed hours")
    hours_factor: Amount = Field(default=None, description="times the elapsed hours")
    hours_plus: Amount = Field(default=None, description="hours added to each passage")


class RateChange(ChangeRow):
    """Change a rate, as :meth:`corridor.Network.with_rates` does."""

    exactly_one = (("value", "factor"),)

    kind: Literal["rate"]
    parameter: str = Field(description="which rate; see the column parameter of the rates")
    country: str | None = Field(default=None, description="only rows of this country (ISO code, or *)")
    mode: Mode | None = Field(default=None, description="only rows of this mode")
    direction: RateDirection | None = Field(default=None, description="only rows of this direction")
    place: str | None = Field(default=None, description="only rows of this place")
    regime: Regime | None = Field(default=None, description="only rows of this customs regime")
    value: Amount = Field(default=None, description="the new value, in the unit of the rate")
    factor: Amount = Field(default=None, description="times the old value")

    @model_validator(mode="after")
    def _rate_is_known(self) -> RateChange:
        if self.parameter not in RATE_UNITS:
            msg = f"unknown rate {self.parameter!r}.{nearest_valid(self.parameter, RATE_UNITS, kind='Rates')}"
            raise ValueError(msg)
        return self


class GaugeChange(ChangeRow):
    """Change the gauge of railways; whether a break of gauge has a transfer is for the scenario to say."""

    exactly_one = (("links", "alignment"),)

    kind: Literal["gauge"]
    links: Texts = Field(default=(), description="ids of links")
    alignment: Text = Field(default="", description="name of an alignment: all its railways")
    gauge_mm: GaugeInMm = Field(description="the new gauge, mm")


class TransferChange(ChangeRow):
    """Change what a change of carriage costs at places; where there is none, add it."""

    at_least_one = (("hours", "hours_factor", "hours_minus", "usd", "usd_factor"),)
    at_most_one = (("hours", "hours_factor", "hours_minus"), ("usd", "usd_factor"))

    kind: Literal["transfer"]
    places: Texts = Field(min_length=1, description="ids of places")
    from_: Carriage = Field(alias="from", description="carriage unloaded")
    to: Carriage = Field(description="carriage loaded")
    both_ways: bool = Field(default=False, description="true: the other way too")
    hours: Amount = Field(default=None, description="the new mean, hours")
    hours_low: Amount = Field(default=None, description="with hours: a good case")
    hours_high: Amount = Field(default=None, description="with hours: a bad case")
    hours_factor: Amount = Field(default=None, description="times the old mean")
    hours_minus: Amount = Field(default=None, description="hours saved, never below zero")
    usd: Amount = Field(default=None, description="the new price per unit, USD of usd_year")
    usd_factor: Amount = Field(default=None, description="times the old price")
    unit: TransferUnit | None = Field(default=None, description="with usd: what the price is per; needed for a new row")
    usd_year: YearOrNone = Field(default=None, description="with usd: the year of its prices; needed for a new row")

    @model_validator(mode="after")
    def _figures_go_together(self) -> TransferChange:
        for name, needs in (("hours_low", "hours"), ("hours_high", "hours"), ("unit", "usd"), ("usd_year", "usd")):
            if getattr(self, name) is not None and getattr(self, needs) is None:
                msg = f"{name} goes with {needs} only"
                raise ValueError(msg)
        if self.from_ == self.to:
            msg = "from and to are the same carriage"
            raise ValueError(msg)
        return self


class CapacityChange(ChangeRow):
    """Set or scale what crossings, links or places can pass; where nothing was known, add it."""

    at_least_one = (("crossings", "links", "places"),)
    exactly_one = (("capacity", "capacity_factor"),)

    kind: Literal["capacity"]
    crossings: Texts = Field(default=(), description="ids of crossings")
    links: Texts = Field(default=(), description="ids of links")
    places: Texts = Field(default=(), description="ids of places")
    posts: Texts = Field(default=(), description="with crossings: only the capacities of these posts")
    mode: Mode | None = Field(default=None, description="only capacities of this mode; missing: every one")
    direction: Annotated[str, Field(pattern=r"^(|both|forward|backward|[A-Z]{2}-[A-Z]{2})$")] = Field(
        default="", description="only capacities of this direction, as the column direction has it; missing: every one"
    )
    unit: CapacityUnit | None = Field(
        default=None, description="only capacities in this unit; needed where none is known yet"
    )
    capacity: NumberOrNone = Field(default=None, gt=0, description="the new capacity, in the unit of the row")
    capacity_factor: NumberOrNone = Field(default=None, gt=0, description="times the old capacity")

    @model_validator(mode="after")
    def _posts_are_of_crossings(self) -> CapacityChange:
        if self.posts and (self.links or self.places or not self.crossings):
            msg = "posts go with crossings alone"
            raise ValueError(msg)
        return self


Change: TypeAlias = (
    CloseChange
    | OpenChange
    | BuildChange
    | BorderChange
    | HaulChange
    | RateChange
    | GaugeChange
    | TransferChange
    | CapacityChange
)
KINDS_OF_CHANGE: Final[dict[str, type[ChangeRow]]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model for model in get_args(Change)
}


class Scenario(Row):
    """A named, documented set of changes to a network: what closes, opens, is built, costs more or takes less time.

    Parameters
    ----------
    **given
        ``id``, ``name``, ``description`` and ``changes``; where needed ``basis`` and ``source`` (what changes rest on
        that do not say so themselves), ``sources`` (rows of sources that the changes name), ``as_of`` (a day) and
        ``year``. ``docs/scenarios.md`` describes each kind of change.

    Raises
    ------
    DataError
        If a key is unknown, a value breaks its rule, or a change carries no basis or source; all faults are told at
        once.

    Examples
    --------
    >>> import corridor as co
    >>> shut = co.Scenario(
    ...     id="torkham-shut", name="Torkham shut", description="A week without Torkham.", basis="estimate",
    ...     source="own-assumption", changes=[{"kind": "close", "crossings": ["torkham"]}],
    ... )
    >>> co.route(co.load().apply(shut), "Peshawar", "Kabul").crossings
    ('ghulam-khan',)
    """

    id: Identifier = Field(description="unique id, lower case with hyphens")
    name: str = Field(min_length=1, description="what it is called")
    description: str = Field(min_length=1, description="what it supposes and why, in some sentences")
    as_of: ADay | None = Field(default=None, description="the day it speaks of")
    year: YearOrNone = Field(default=None, description="the year it speaks of")
    basis: Basis | None = Field(default=None, description="what its changes rest on, unless they say so themselves")
    source: SourceId = Field(default="", description="id(s) of the sources of its changes; ';' between them")
    sources: tuple[Source, ...] = Field(default=(), description="rows of sources that the network may lack")
    changes: tuple[Annotated[Change, Field(discriminator="kind")], ...] = Field(
        min_length=1, description="what it changes, in order"
    )

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise DataError(_faults_of(error, given)) from None
        if faults := [*self._unfounded()]:
            raise DataError(faults)

    def __str__(self) -> str:
        when = self.as_of or self.year
        lines = [f"{self.name} ({self.id}{f', {when}' if when else ''})", self.description.strip(), ""]
        for number, change in enumerate(self.changes, 1):
            told = f"{number:>3}  {told_change(change)}"
            lines.append(f"{told} [{self.basis_of(change)}: {self.source_of(change)}]")
            lines += [f"     {change.note}"] if change.note else []
        return "\n".join(lines)

    def basis_of(self, change: Change) -> Basis:
        """Return what a change rests on: what it says itself, else what the scenario says."""
        return change.basis or self.basis or "estimate"

    def source_of(self, change: Change) -> str:
        """Return the sources of a change: its own, else those of the scenario."""
        return change.source or self.source

    def _unfounded(self) -> list[Fault]:
        """Return a fault for each change without basis or source."""
        faults = []
        for number, change in enumerate(self.changes, 1):
            for name in ("basis", "source"):
                if not (getattr(change, name) or getattr(self, name)):
                    rule = f"neither the change nor the scenario has a {name}"
                    remedy = "An own judgement is one too: basis = 'estimate', source = 'own-assumption'."
                    faults.append(Fault(self.id, f"change {number} ({change.kind})", name, "", rule, remedy))
        return faults

    def to_dict(self) -> dict[str, Any]:
        """Return the scenario as plain data, without what was left to its default.

        Returns
        -------
        dict
            As its TOML file reads; ``Scenario(**scenario.to_dict())`` is the same scenario.

        Examples
        --------
        >>> import corridor as co
        >>> shut = co.Scenario.bundled("closures-2025-10")
        >>> co.Scenario(**shut.to_dict()) == shut
        True
        """
        data: dict[str, Any] = self.model_dump(by_alias=True, mode="json", exclude_defaults=True)
        return data

    @classmethod
    def read(cls, path: str | Path) -> Scenario:
        """Return the scenario of a TOML file.

        Parameters
        ----------
        path
            The file; ``docs/scenarios.md`` shows a whole one.

        Returns
        -------
        Scenario
            Validated; whether its ids are in a network is seen when it is applied.

        Raises
        ------
        DataError
            If the file is missing, is no TOML, or breaks a rule; all faults are told at once, with the name of the file.

        Examples
        --------
        >>> import corridor as co, tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder) / "shut.toml"
        ...     _ = path.write_text('''
        ... id = "chaman-shut"
        ... name = "Chaman shut"
        ... description = "Chaman is shut to trucks."
        ... basis = "estimate"
        ... source = "own-assumption"
        ... [[changes]]
        ... kind = "close"
        ... crossings = "chaman"
        ... modes = "road"
        ... ''', encoding="utf-8")
        ...     co.Scenario.read(path).changes[0].crossings
        ('chaman',)
        """
        file = Path(path)
        try:
            given = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        except OSError as error:
            fault = Fault(str(file), "", "", "", f"cannot be read ({error.strerror})", "Name a TOML file.")
            raise DataError([fault]) from error
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            fault = Fault(file.name, "", "", "", f"not readable as TOML ({error})", "See docs/scenarios.md.")
            raise DataError([fault]) from error
        try:
            return cls(**given)
        except DataError as error:
            faults = [
                Fault(file.name, fault.row, fault.column, fault.value, fault.rule, fault.remedy)
                for fault in error.faults
            ]
            raise DataError(faults) from None

    @classmethod
    def bundled(cls, scenario_id: str) -> Scenario:
        """Return a scenario that comes with the library.

        Parameters
        ----------
        scenario_id
            Its id; :func:`corridor.scenarios` lists them.

        Returns
        -------
        Scenario
            The scenario, to be applied with :meth:`corridor.Network.apply`.

        Raises
        ------
        OptionError
            If there is none of this id; the message names the nearest.

        Examples
        --------
        >>> import corridor as co
        >>> co.Scenario.bundled("closures-2025-10").as_of
        '2025-10-12'
        """
        known = _bundled()
        if scenario_id not in known:
            msg = f"Unknown scenario {scenario_id!r}.{nearest_valid(str(scenario_id), known, kind='Scenarios')}"
            raise OptionError(msg)
        return known[scenario_id]


def scenarios() -> pd.DataFrame:
    """Return the scenarios that come with the library.

    Returns
    -------
    pandas.DataFrame
        One row a scenario, indexed by id: ``id``, ``name``, ``description``, ``when`` (day or year, blank where it
        speaks of none) and ``changes`` (how many).

    Examples
    --------
    >>> import corridor as co
    >>> int(co.scenarios().loc["closures-2025-10", "changes"])
    1
    """
    import pandas as pd

    frame = pd.DataFrame(bundled_rows()).set_index("id", drop=False)
    return frame.rename_axis(None)


def bundled_rows() -> list[dict[str, Any]]:
    """Return a row for each scenario that comes with the library, in the order of the ids."""
    return [
        {
            "id": scenario.id,
            "name": scenario.name,
            "description": " ".join(scenario.description.split()),
            "when": str(scenario.as_of or scenario.year or ""),
            "changes": len(scenario.changes),
        }
        for scenario in _bundled().values()
    ]


@lru_cache(maxsize=1)
def _bundled() -> Mapping[str, Scenario]:
    """Read the scenarios that come with the library once a process; each file is named after its id."""
    return {path.stem: Scenario.read(path) for path in sorted((data_folder() / "scenarios").glob("*.toml"))}


def told_change(change: Change) -> str:
    """Return in one line what a change does, as its TOML says it."""
    silent = {"kind", "basis", "source", "note"}
    data = change.model_dump(by_alias=True, exclude_defaults=True, exclude=silent)
    return f"{change.kind}: {', '.join(f'{name} {_told(value)}' for name, value in data.items())}"


def _told(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _faults_of(error: ValidationError, given: Mapping[str, Any]) -> list[Fault]:
    """Return each fault that pydantic found in the words of the library."""
    name = given.get("id")
    details = error.errors()
    if len(details) > 1:
        # Changes that are at fault themselves are not missing besides.
        details = [detail for detail in details if detail["type"] != "too_short" or detail["loc"] != ("changes",)]
    return [_fault_of(detail, name if isinstance(name, str) and name else "scenario") for detail in details]


def _fault_of(detail: Any, file: str) -> Fault:
    where = list(detail["loc"])
    table = where[0] if where and where[0] in {"changes", "sources"} else ""
    model: type[Row] = Scenario
    row = "scenario"
    if table and len(where) > 1:
        row = f"{table[:-1]} {where[1] + 1}"
        where = where[2:]
        model = Source
        if table == "changes":
            kind = str(where.pop(0)) if where else ""
            model = KINDS_OF_CHANGE.get(kind, ChangeRow)
            row += f" ({kind})" if kind else ""
    column = str(where[0]) if where else ""
    column = column_names(model).get(column, column)
    value = "" if detail["type"] == "missing" or isinstance(detail["input"], (dict, list)) else str(detail["input"])
    message = re.sub(r"^Value error, ", "", detail["msg"]).rstrip(".")
    message = message[:1].lower() + message[1:]
    if detail["type"].startswith("union_tag"):
        wrong = "" if detail["type"] == "union_tag_not_found" else str(detail["ctx"]["tag"])
        rule = "the change has no kind" if not wrong else "unknown kind of change"
        return Fault(file, row, "kind", wrong, rule, nearest_valid(wrong, KINDS_OF_CHANGE, kind="Kinds").strip())
    if detail["type"] == "extra_forbidden":
        return Fault(
            file,
            row,
            column,
            "",
            "unknown key",
            nearest_valid(column, column_names(model).values(), kind="Keys").strip(),
        )
    info = next((model.model_fields[key] for key, alias in column_names(model).items() if alias == column), None)
    meaning = f"{column}: {info.description}." if info is not None and info.description else "See docs/scenarios.md."
    return Fault(file, row, column, value[:80], message, meaning)
