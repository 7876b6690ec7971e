# SPDX-License-Identifier: BSD-3-Clause
"""One row model per table: the type, unit, bounds, default and meaning of every column.

The checks of :mod:`corridor.checks`, the readers of :mod:`corridor.tables` and the manual page ``docs/data-model.md``
are made from these models, so that a column is described once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from corridor.vocabulary import (
    Basis,
    BorderRegime,
    CapacityUnit,
    CargoForm,
    Carriage,
    Concerned,
    Counted,
    Direction,
    GeometryKind,
    Inland,
    LinkStatus,
    Mode,
    PlaceKind,
    RateDirection,
    Regime,
    RunScope,
    Scope,
    StatusEffect,
    StatusState,
    Traction,
    TradeFlow,
    TradeKind,
    TransferUnit,
    Weekday,
)


def _split(value: Any) -> Any:
    """Read a semicolon-separated cell as a tuple."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    if not isinstance(value, Iterable):
        msg = "must be a list, or a text with ';' between its parts"
        raise ValueError(msg)  # noqa: TRY004
    return tuple(value)


def _a_day(text: str) -> str:
    """Refuse what is not a day of the calendar, written YYYY-MM-DD."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        msg = "is not a day of the calendar, written YYYY-MM-DD"
        raise ValueError(msg)
    return text


def _a_day_or_blank(text: str) -> str:
    return _a_day(text) if text else text


Day = Annotated[str, AfterValidator(_a_day)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Text = str
Number = Annotated[float, Field(allow_inf_nan=False)]
NumberOrNone = Annotated[float | None, Field(allow_inf_nan=False)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_split)]
Countries = Annotated[tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...], BeforeValidator(_split)]
Carriages = Annotated[tuple[Carriage, ...], BeforeValidator(_split)]
Modes = Annotated[tuple[Mode, ...], BeforeValidator(_split)]
Weekdays = Annotated[tuple[Weekday, ...], BeforeValidator(_split)]
Months = Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...], BeforeValidator(_split)]
ClockTime = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
AnyCountry = Annotated[str, Field(pattern=r"^([A-Z]{2}|\*)$")]
Year = Annotated[int, Field(ge=1850, le=2100)]
YearOrNone = Annotated[int | None, Field(ge=1850, le=2100)]
Gauge = Annotated[int | None, Field(ge=600, le=1676)]
# A country, the whole CAREC region, or one of its corridors.
Area = Annotated[str, Field(pattern=r"^([A-Z]{2}|CAREC(-C[1-6])?)$")]
SourceId = str


def without_blanks(record: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return a record without its empty cells: empty text, None and NaN."""
    return {
        name: value
        for name, value in record.items()
        if value is not None and value != "" and not (isinstance(value, float) and math.isnan(value))
    }


class Row(BaseModel):
    """A row of a table: unknown columns are refused, values do not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_blanks_out(cls, data: Any) -> Any:
        """Read an empty cell, None or NaN as missing, so that the default of its column holds."""
        return without_blanks(data) if isinstance(data, Mapping) else data


class Place(Row):
    """A named point: seaport, city, border post, dry port, rail terminal or airport."""

    id: Identifier = Field(description="unique id, lower case with hyphens; a border post ends in its country's code")
    name: str = Field(min_length=1, description="usual English name, without brackets unless they tell two apart")
    aliases: Texts = Field(default=(), description="other, older and local names, Latin and Cyrillic; ';' between them")
    country: CountryCode = Field(description="ISO 3166-1 alpha-2 code")
    kind: PlaceKind = Field(description="what the place is for freight")
    lon: Number = Field(ge=-180, le=180, description="longitude, decimal degrees, WGS84")
    lat: Number = Field(ge=-90, le=90, description="latitude, decimal degrees, WGS84")
    position_error_km: Number = Field(default=1.0, ge=0, le=50, description="how far off the point may be, km")
    unlocode: Annotated[str, Field(pattern=r"^([A-Z]{2}[A-Z2-9]{3})?$")] = Field(
        default="", description="UN/LOCODE, blank where there is none"
    )
    terminals: Carriages = Field(default=(), description="carriages that are loaded and unloaded here")
    scope: Scope = Field(
        default="corridor", description="corridor: the six countries; bypass: the ways round them, joined when asked"
    )
    basis: Basis = Field(default="estimate", description="how the position is known")
    source: SourceId = Field(default="", description="row(s) of sources.csv; ';' between them")
    note: Text = Field(default="", description="what a user should know")


class Link(Row):
    """One physical connection of one mode between two places."""

    id: Identifier = Field(description="unique id: mode, from, to (and variant)")
    from_: Identifier = Field(alias="from", description="id of the place where the line is drawn from")
    to: Identifier = Field(description="id of the place where the line is drawn to")
    mode: Mode = Field(description="road, rail, sea, air or pipeline")
    gauge_mm: Gauge = Field(default=None, description="track gauge, mm; rail only; blank where not yet decided")
    length_km: Number = Field(gt=0, le=21000, description="length by that mode, km; never below the great circle")
    status: LinkStatus = Field(default="operating", description="structural state; closures are in statuses.csv")
    year: YearOrNone = Field(default=None, description="year of opening, past or announced")
    oneway: bool = Field(default=False, description="true where only from -> to can be used")
    inland: Inland = Field(
        default="level", description="which way leads away from the sea: forward (from -> to), backward or level"
    )
    countries: Countries = Field(min_length=1, description="countries run through, in order from -> to; ';' between")
    traction: Traction = Field(default="", description="rail only: diesel or electric")
    wait_hours: NumberOrNone = Field(
        default=None, ge=0, le=2000, description="mean wait for a departure, hours; sea and air only"
    )
    hours: NumberOrNone = Field(
        default=None, ge=0, le=10000, description="elapsed hours of the haul, where known; else from the rates"
    )
    speed_kmh: NumberOrNone = Field(
        default=None, gt=0, le=1000, description="moving speed where it differs from the country's, km/h; not for rail"
    )
    hours_basis: Basis = Field(default="estimate", description="how hours or speed_kmh are known, where they are given")
    usd_per_vehicle: NumberOrNone = Field(
        default=None, ge=0, le=1e6, description="price of the haul per vehicle or FEU, USD; else from the rates"
    )
    usd_basis: Basis = Field(default="estimate", description="how usd_per_vehicle is known, where it is given")
    scope: Scope = Field(
        default="corridor", description="corridor: the six countries; bypass: the ways round them, joined when asked"
    )
    alignment: Text = Field(default="", description="planned links: name of the rival alignment it belongs to")
    basis: Basis = Field(default="estimate", description="how the length is known")
    source: SourceId = Field(default="", description="row(s) of sources.csv; ';' between them")
    note: Text = Field(default="", description="what a user should know")
    geometry_kind: GeometryKind = Field(default="straight", description="routed over open geodata, or a straight line")
    geometry_source: SourceId = Field(default="", description="row of sources.csv that the line was drawn from")


class Crossing(Row):
    """The clearing of one post of a border crossing, by mode and direction."""

    crossing: Identifier = Field(description="id of the crossing; the two posts of a crossing share it")
    post: Identifier = Field(description="id of the place where this clearing happens")
    facing_post: Identifier = Field(description="id of the post on the other side")
    mode: Mode = Field(description="road or rail")
    direction: Direction = Field(description="outbound: leaving the post's country; inbound: entering it")
    hours: Number = Field(ge=0, le=1000, description="mean clearing time at this post, queue included, hours")
    hours_low: NumberOrNone = Field(default=None, ge=0, description="a good passage (read as P10), hours")
    hours_high: NumberOrNone = Field(default=None, ge=0, description="a bad passage (read as P90), hours")
    hours_year: Year = Field(description="year of the hours")
    hours_basis: Basis = Field(description="how the hours are known")
    hours_source: SourceId = Field(description="row(s) of sources.csv for the hours")
    usd: Number = Field(ge=0, le=10000, description="all payments at this post per vehicle or wagon, without duty, USD")
    usd_year: Year = Field(description="year whose prices usd is in")
    usd_basis: Basis = Field(description="how the payments are known")
    usd_source: SourceId = Field(description="row(s) of sources.csv for the payments")
    regime: BorderRegime = Field(description="customs border, inside the EAEU, or inside the Union State BY-RU")
    opening: Text = Field(default="", description="opening hours as stated, e.g. 24/7 or 07:00-17:00")
    note: Text = Field(default="", description="what a user should know")


# What each rate is and the unit it must be given in.
# No mode is ever faster.
SPEED_LIMIT_KMH: Final = {"road": 110.0, "rail": 120.0, "sea": 60.0, "air": 1000.0, "pipeline": 80.0}
RATE_UNITS: Final[dict[str, str]] = {
    "speed_kmh": "km/h moving",
    "duty_hours_per_day": "hours a day",
    "daily_km": "km a day",
    "usd_per_vehicle_km": "USD per vehicle-km",
    "usd_per_feu_km": "USD per FEU-km",
    "usd_per_tonne_km": "USD per tonne-km",
    "gco2e_per_tkm": "g CO2e per tonne-km",
    "gco2e_per_tkm_electric": "g CO2e per tonne-km",
    "gco2e_per_tkm_diesel": "g CO2e per tonne-km",
    "payload_t": "tonnes per vehicle",
    "wagon_payload_t": "tonnes per wagon",
    "terminal_hours": "hours per shipment",
    "terminal_usd": "USD per vehicle",
    "port_dwell_hours": "hours per shipment",
    "port_handling_usd": "USD per FEU",
    "reefer_usd_per_day": "USD per vehicle-day",
    "standing_usd_per_day": "USD per vehicle-day",
    "price_index": "US CPI, 1982-84 = 100",
}


class Rate(Row):
    """A price, speed, payload, handling time or emission factor, by country and mode."""

    country: AnyCountry = Field(description="ISO code, or * for every country without a row of its own")
    mode: Mode | None = Field(default=None, description="mode; blank where the figure belongs to no mode (price_index)")
    parameter: str = Field(description="what the figure is; see the list of rates")
    direction: RateDirection = Field(default="both", description="inland (up from the sea), seaward or both")
    place: Text = Field(default="", description="id of the one place it holds at; blank: everywhere")
    regime: Regime | None = Field(default=None, description="transit, import or export: port figures only")
    value: Number = Field(ge=0, description="the figure used")
    low: NumberOrNone = Field(default=None, ge=0, description="low end of the range")
    high: NumberOrNone = Field(default=None, ge=0, description="high end of the range")
    unit: str = Field(description="unit of the figure")
    year: Year = Field(description="year of the figure; prices are brought to the price year with price_index")
    basis: Basis = Field(description="how the figure is known")
    source: SourceId = Field(description="row(s) of sources.csv; ';' between them")
    note: Text = Field(default="", description="what a user should know")


class Transfer(Row):
    """Unloading from one carriage and loading to another at a place with the terminal for it."""

    place: Identifier = Field(description="id of the place")
    from_carriage: Carriage = Field(description="carriage unloaded")
    to_carriage: Carriage = Field(description="carriage loaded")
    hours: Number = Field(ge=0, le=2000, description="mean time, waiting for the onward vehicle included, hours")
    hours_low: NumberOrNone = Field(default=None, ge=0, description="a good case (read as P10), hours")
    hours_high: NumberOrNone = Field(default=None, ge=0, description="a bad case (read as P90), hours")
    hours_basis: Basis = Field(description="how the hours are known")
    usd: Number = Field(ge=0, le=10000, description="price per unit, USD")
    unit: TransferUnit = Field(description="what the price is per")
    usd_year: Year = Field(description="year whose prices usd is in")
    usd_basis: Basis = Field(description="how the price is known")
    co2e_kg_per_feu: Number = Field(default=9.0, ge=0, le=500, description="emissions per container handled, kg CO2e")
    source: SourceId = Field(description="row(s) of sources.csv; ';' between them")
    note: Text = Field(default="", description="what a user should know")


class Status(Row):
    """A dated fact about a crossing, link or place: open, closed or restricted, and what that does to freight."""

    subject: Identifier = Field(description="id of the crossing, link or place")
    subject_kind: Annotated[str, Field(pattern=r"^(crossing|link|place)$")] = Field(description="what the subject is")
    state: StatusState = Field(description="open, closed or restricted")
    effect: StatusEffect = Field(
        description="ban, hours (added to each passage) or advisory; missing: ban where closed, else advisory"
    )
    hours: NumberOrNone = Field(default=None, gt=0, le=2000, description="effect hours only: hours added, mean")
    hours_basis: Basis = Field(default="estimate", description="how the hours are known, where they are given")
    from_: Day = Field(alias="from", description="first day")
    to: Annotated[str, AfterValidator(_a_day_or_blank)] = Field(default="", description="last day; blank: no end found")
    direction: Annotated[str, Field(pattern=r"^(both|forward|backward|[A-Z]{2}-[A-Z]{2})$")] = Field(
        default="both",
        description="both; at a crossing the two country codes in order, e.g. PK-AF; of a link forward or backward",
    )
    modes: Modes = Field(default=(), description="modes concerned; ';' between them; blank: every mode")
    vehicles: Texts = Field(default=(), description="road vehicles concerned, ids; ';' between them; blank: every one")
    cargo: Concerned = Field(default="all", description="whose passage it concerns; no effect on freight but for forms")
    whom: str = Field(default="", description="whom it concerns, as the source says; blank: everybody")
    last_confirmed: Day = Field(description="date of the latest report that confirms it")
    reason: Text = Field(default="", description="why")
    basis: Basis = Field(description="how the dates are known")
    source: SourceId = Field(description="row(s) of sources.csv; ';' between them")
    note: Text = Field(default="", description="what a user should know")

    @model_validator(mode="before")
    @classmethod
    def _effect_by_state(cls, data: Any) -> Any:
        """Read a missing effect as a ban of what is closed, and as an advisory otherwise."""
        if not isinstance(data, Mapping) or without_blanks(data).get("effect"):
            return data
        return {**data, "effect": "ban" if data.get("state") == "closed" else "advisory"}


class Calendar(Row):
    """When a crossing, link or place can be passed: a window of the day on some days; several rows add up.

    A subject without a row that holds on a day is open all that day.
    """

    subject: Identifier = Field(description="id of the crossing, link or place")
    subject_kind: Annotated[str, Field(pattern=r"^(crossing|link|place)$")] = Field(description="what the subject is")
    direction: Annotated[str, Field(pattern=r"^(both|forward|backward|[A-Z]{2}-[A-Z]{2})$")] = Field(
        default="both",
        description="both; at a crossing the two country codes in order, e.g. PK-AF; of a link forward or backward",
    )
    modes: Modes = Field(default=(), description="modes concerned; ';' between them; blank: every mode")
    vehicles: Texts = Field(default=(), description="road vehicles concerned, ids; ';' between them; blank: every one")
    from_: Annotated[str, AfterValidator(_a_day_or_blank)] = Field(
        alias="from", default="", description="first day on which the row holds; blank: always"
    )
    to: Annotated[str, AfterValidator(_a_day_or_blank)] = Field(
        default="", description="last day on which the row holds; blank: no end found"
    )
    months: Months = Field(default=(), description="months in which it is open, 1 to 12; ';' between; blank: all")
    days: Weekdays = Field(default=(), description="days of the week on which it opens; ';' between; blank: all")
    every_days: Annotated[int, Field(ge=1, le=60)] = Field(
        default=1, description="opens once in so many days, counted from the column from: 2 is every other day"
    )
    opens: ClockTime = Field(default="00:00", description="hour of the day at which it opens, local time")
    closes: ClockTime = Field(
        default="24:00", description="hour at which it shuts, local time; at or before opens: on the next day"
    )
    timezone: str = Field(min_length=1, description="zone of the local time, IANA name such as Asia/Kabul")
    last_confirmed: Day = Field(description="date of the latest report that confirms it")
    reason: Text = Field(default="", description="why")
    basis: Basis = Field(description="how the times are known")
    source: SourceId = Field(description="row(s) of sources.csv; ';' between them")
    note: Text = Field(default="", description="what a user should know")


class Capacity(Row):
    """What a crossing, link or place can pass, and what already passes it from trade that is not asked about.

    What has no row is not known to be limited: that is not the same as being without a limit.
    """

    subject: Identifier = Field(description="id of the crossing, link or place")
    subject_kind: Annotated[str, Field(pattern=r"^(crossing|link|place)$")] = Field(description="what the subject is")
    post: Annotated[str, Field(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$")] = Field(
        default="", description="crossings: id of the post that limits; blank: the crossing as a whole"
    )
    mode: Mode | None = Field(default=None, description="mode concerned; blank: all modes together")
    direction: Annotated[str, Field(pattern=r"^(both|forward|backward|[A-Z]{2}-[A-Z]{2})$")] = Field(
        default="both",
        description="both: the two directions share it; at a crossing the two country codes in order, e.g. PK-AF; "
        "of a link forward or backward",
    )
    capacity: Number = Field(gt=0, description="the most that can pass, in the unit of the row")
    unit: CapacityUnit = Field(description="trucks or wagons a day, or tonnes a year")
    counts: Counted = Field(
        default="all", description="vehicles counted: all (empty ones too) or loaded; tonnes have no empties"
    )
    traffic: NumberOrNone = Field(
        default=None, ge=0, description="what passes already, same unit; blank: not known, which is not none"
    )
    capacity_basis: Basis = Field(description="how the capacity is known")
    capacity_year: Year = Field(description="year of the capacity")
    capacity_source: SourceId = Field(description="row(s) of sources.csv for the capacity; ';' between them")
    traffic_basis: Basis | None = Field(default=None, description="how the traffic is known")
    traffic_year: YearOrNone = Field(default=None, description="year of the traffic")
    traffic_source: SourceId = Field(default="", description="row(s) of sources.csv for the traffic; ';' between them")
    note: Text = Field(default="", description="what a user should know")


class TradeFigure(Row):
    """A published figure of the trade between two partners in a year, or of what passes a corridor or port."""

    partner_a: str = Field(min_length=1, description="ISO code of a country, or the name of a corridor or port")
    partner_b: str = Field(min_length=1, description="ISO code of a country, the name of a flow, or * for all")
    year: Year = Field(description="year of the figure; of a fiscal year that in which it ends")
    flow: TradeFlow = Field(default="both", description="both directions together, or goods from one to the other")
    usd: NumberOrNone = Field(default=None, gt=0, description="value of goods a year, USD")
    tonnes: NumberOrNone = Field(default=None, gt=0, description="weight of goods a year, tonnes")
    what: Text = Field(default="", description="goods or part of the trade that it speaks of")
    kind: TradeKind = Field(description="observed, target (a wish of governments) or forecast")
    basis: Basis = Field(description="how the figure is known")
    source: SourceId = Field(description="row(s) of sources.csv; ';' between them")
    note: Text = Field(default="", description="what a user should know")


class DemandRow(Row):
    """Goods to be carried from one place to another in a year."""

    set: Identifier = Field(default="own", description="which set of demand the row belongs to, e.g. pk-kz-2025")
    origin: Identifier = Field(description="id of the place where the goods are loaded")
    destination: Identifier = Field(description="id of the place where the goods are wanted")
    cargo: Identifier = Field(description="class of goods, id of the table cargo")
    usd_per_year: Number = Field(gt=0, description="value of the goods a year, USD")
    basis: Basis = Field(description="how the value is known")
    source: SourceId = Field(description="row(s) of sources.csv; ';' between them")
    note: Text = Field(default="", description="what a user should know")


class Cargo(Row):
    """A class of goods: its value, what an hour costs it, and what may carry it."""

    id: Identifier = Field(description="unique id, as given to Shipment(cargo=...)")
    name: str = Field(min_length=1, description="what the class holds")
    form: CargoForm = Field(description="how it travels: container, reefer, bulk, tank or gas")
    unit_value_usd_per_t: Number = Field(gt=0, description="value of the goods, USD per tonne")
    unit_value_basis: Basis = Field(description="how the value is known")
    time_cost_percent_per_day: Number = Field(
        ge=0, le=100, description="loss of value per day under way, % of the value"
    )
    time_cost_basis: Basis = Field(description="how the loss is known")
    carriages: Carriages = Field(min_length=1, description="carriages allowed; ';' between them")
    vehicle: Text = Field(default="", description="kind of vehicle and wagon it needs; blank: not known")
    temperature: Text = Field(
        default="", description="temperature it must be kept at, e.g. 0 to 8 C; blank: none asked for"
    )
    decay_percent_per_day: NumberOrNone = Field(
        default=None,
        ge=0,
        le=100,
        description="part of time_cost_percent_per_day that is spoiling; the rest is interest and market; blank: not known",
    )
    decay_basis: Basis | None = Field(default=None, description="how the decay is known, where it is given")
    shelf_life_days: NumberOrNone = Field(
        default=None, gt=0, description="days under way after which it cannot be sold any more; blank: it keeps"
    )
    shelf_life_basis: Basis | None = Field(default=None, description="how the shelf life is known, where it is given")
    source: SourceId = Field(description="row(s) of sources.csv; ';' between them")
    note: Text = Field(default="", description="what a user should know")

    @model_validator(mode="after")
    def _decay_is_part_of_the_loss(self) -> Cargo:
        """Refuse more spoiling than loss, and a figure without its basis."""
        if self.decay_percent_per_day is not None and self.decay_percent_per_day > self.time_cost_percent_per_day:
            msg = "decay_percent_per_day is part of time_cost_percent_per_day and cannot exceed it"
            raise ValueError(msg)
        for figure, basis in (("decay_percent_per_day", "decay_basis"), ("shelf_life_days", "shelf_life_basis")):
            if (getattr(self, figure) is None) != (getattr(self, basis) is None):
                msg = f"{figure} and {basis} go together"
                raise ValueError(msg)
        return self


class Vehicle(Row):
    """A class of road vehicle: its payload and price beside the articulated truck."""

    id: Identifier = Field(description="unique id, as given to Shipment(vehicle=...)")
    name: str = Field(min_length=1, description="what it is")
    payload_t: Number = Field(gt=0, le=100, description="tonnes carried")
    price_factor: Number = Field(gt=0, le=10, description="price per vehicle-km over that of the articulated truck")
    basis: Basis = Field(description="how payload and factor are known")
    source: SourceId = Field(description="row(s) of sources.csv; ';' between them")
    note: Text = Field(default="", description="what a user should know")


class Source(Row):
    """Where figures come from."""

    id: Identifier = Field(description="unique id that other tables name")
    title: str = Field(min_length=1, description="what it is and what was taken from it")
    publisher: Text = Field(default="", description="who published it")
    year: YearOrNone = Field(default=None, description="year it speaks of or was published")
    url: Text = Field(default="", description="address read, blank where none was recorded")
    licence: Text = Field(default="", description="licence, where data were taken over")
    note: Text = Field(default="", description="what a user should know")


class RivalFigure(Row):
    """One of several conflicting figures for the same thing, with the one used marked and why."""

    subject: str = Field(min_length=1, description="table and row it concerns, e.g. crossings/torkham/torkham-pk")
    field: str = Field(min_length=1, description="column it is a value of")
    value: Number = Field(description="the figure")
    unit: str = Field(description="unit of the figure")
    year: YearOrNone = Field(default=None, description="year of the figure")
    used: bool = Field(description="true for the one figure in use")
    why: str = Field(min_length=1, description="why it is used or not")
    basis: Basis = Field(description="how the figure is known")
    source: SourceId = Field(description="row(s) of sources.csv; ';' between them")


class PilotRun(Row):
    """A published journey: what was reported of its distance, days and money."""

    id: Identifier = Field(description="unique id: origin, destination and year")
    date: Day = Field(description="day of departure or of the report")
    origin: Identifier = Field(description="id of the place, in the network or beyond it")
    destination: Identifier = Field(description="id of the place, in the network or beyond it")
    via: Texts = Field(default=(), description="ids of places that the report names on the way; ';' between them")
    modes: Texts = Field(min_length=1, description="modes used; ';' between them")
    tonnes: Number = Field(gt=0, description="weight carried, tonnes; 20 where the report names none")
    cargo: str = Field(min_length=1, description="what was carried")
    km: NumberOrNone = Field(default=None, gt=0, description="distance reported, km")
    days_low: NumberOrNone = Field(default=None, gt=0, description="days reported, low end")
    days_high: NumberOrNone = Field(default=None, gt=0, description="days reported, high end")
    usd_low: NumberOrNone = Field(default=None, gt=0, description="money reported, low end, USD")
    usd_high: NumberOrNone = Field(default=None, gt=0, description="money reported, high end, USD")
    scope: RunScope = Field(
        default="", description="scope of the data that holds its way: corridor or bypass; blank: cannot be compared"
    )
    basis: Basis = Field(description="how the figures are known")
    source: SourceId = Field(description="row(s) of sources.csv; ';' between them")
    note: Text = Field(default="", description="what a user should know")


class Indicator(Row):
    """Published trade facilitation indicators (CAREC, CPMM) of a country, the region or a corridor, by mode and year."""

    area: Area = Field(description="country (ISO code), CAREC for the whole region, or CAREC-C1 to CAREC-C6")
    mode: Annotated[str, Field(pattern=r"^(road|rail)$")] = Field(description="road or rail; no other mode is measured")
    year: Year = Field(description="year of the sample; money is in prices of that year")
    tfi1_hours: NumberOrNone = Field(
        default=None, ge=0, le=1000, description="TFI1: mean hours at a border post, both directions pooled"
    )
    tfi1_outbound_hours: NumberOrNone = Field(default=None, ge=0, le=1000, description="TFI1 of those leaving, hours")
    tfi1_inbound_hours: NumberOrNone = Field(default=None, ge=0, le=1000, description="TFI1 of those entering, hours")
    tfi2_usd: NumberOrNone = Field(
        default=None, ge=0, le=10000, description="TFI2: mean payments at a border post, both directions pooled, USD"
    )
    tfi2_outbound_usd: NumberOrNone = Field(default=None, ge=0, le=10000, description="TFI2 of those leaving, USD")
    tfi2_inbound_usd: NumberOrNone = Field(default=None, ge=0, le=10000, description="TFI2 of those entering, USD")
    tfi3_usd_per_500km_20t: NumberOrNone = Field(
        default=None, ge=0, le=100000, description="TFI3: cost of a section, USD per 500 km per 20 t"
    )
    tfi4_kmh: NumberOrNone = Field(
        default=None, gt=0, le=120, description="TFI4: speed with delay, all stops counted, km/h"
    )
    speed_without_delay_kmh: NumberOrNone = Field(
        default=None, gt=0, le=120, description="speed without delay, in motion only, km/h"
    )
    basis: Basis = Field(description="how the figures are known")
    source: SourceId = Field(description="row(s) of sources.csv; ';' between them")
    note: Text = Field(default="", description="what a user should know")


MODELS: Final[dict[str, type[Row]]] = {
    "places": Place,
    "links": Link,
    "crossings": Crossing,
    "rates": Rate,
    "transfers": Transfer,
    "statuses": Status,
    "calendars": Calendar,
    "capacities": Capacity,
    "trade": TradeFigure,
    "demand": DemandRow,
    "cargo": Cargo,
    "vehicles": Vehicle,
    "sources": Source,
    "rival_figures": RivalFigure,
    "pilot_runs": PilotRun,
    "indicators": Indicator,
}
