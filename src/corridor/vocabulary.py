# SPDX-License-Identifier: BSD-3-Clause
"""The closed lists of words that data and options are written in."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

Mode: TypeAlias = Literal["road", "rail", "sea", "air", "pipeline"]
Carriage: TypeAlias = Literal["road", "rail1520", "rail1676", "rail1435", "sea", "air", "pipeline"]
PlaceKind: TypeAlias = Literal["seaport", "city", "border", "dry-port", "rail-terminal", "airport"]
LinkStatus: TypeAlias = Literal["operating", "under-construction", "planned", "disused"]
Inland: TypeAlias = Literal["forward", "backward", "level"]
Traction: TypeAlias = Literal["", "diesel", "electric"]
Direction: TypeAlias = Literal["outbound", "inbound"]
RateDirection: TypeAlias = Literal["both", "inland", "seaward"]
Regime: TypeAlias = Literal["transit", "import", "export"]
BorderRegime: TypeAlias = Literal["customs", "eaeu-internal", "union-state"]
Basis: TypeAlias = Literal["quoted", "derived", "recalled", "estimate"]
TransferUnit: TypeAlias = Literal["per FEU", "per tonne", "per vehicle", "per shipment"]
CapacityUnit: TypeAlias = Literal["trucks_per_day", "wagons_per_day", "tonnes_per_year"]
Counted: TypeAlias = Literal["all", "loaded"]
TradeFlow: TypeAlias = Literal["both", "a-to-b", "b-to-a"]
TradeKind: TypeAlias = Literal["observed", "target", "forecast"]
CargoForm: TypeAlias = Literal["container", "reefer", "bulk", "tank", "gas"]
StatusState: TypeAlias = Literal["open", "closed", "restricted"]
StatusEffect: TypeAlias = Literal["ban", "hours", "advisory"]
# Whose cargo a dated fact concerns: everything, freight of a form, or a narrow kind that no shipment is known to be.
Concerned: TypeAlias = Literal[
    "all",
    "freight",
    "container",
    "reefer",
    "bulk",
    "tank",
    "passengers",
    "relief",
    "afghan-transit",
    "chinese-goods",
    "other",
]
Scope: TypeAlias = Literal["corridor", "bypass"]
RunScope: TypeAlias = Literal["corridor", "bypass", ""]
Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
GeometryKind: TypeAlias = Literal["routed", "straight"]
Measure: TypeAlias = Literal["km", "hours", "usd", "co2e_kg", "crossings", "transfers"]
By: TypeAlias = Literal["score", "km", "hours", "usd", "co2e_kg", "crossings"]
Ends: TypeAlias = Literal["gate", "terminal"]
StepKind: TypeAlias = Literal["start", "haul", "cross", "transfer", "end", "wait"]

MODES: Final[tuple[Mode, ...]] = get_args(Mode)
CARRIAGES: Final[tuple[Carriage, ...]] = get_args(Carriage)
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
BYS: Final[tuple[By, ...]] = get_args(By)
ENDS: Final[tuple[Ends, ...]] = get_args(Ends)
REGIMES: Final[tuple[Regime, ...]] = get_args(Regime)
# From the firmest to the weakest: a product of figures is only as firm as its weakest factor.
BASES: Final[tuple[Basis, ...]] = get_args(Basis)
CAPACITY_UNITS: Final[tuple[CapacityUnit, ...]] = get_args(CapacityUnit)
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)

GAUGES_MM: Final[tuple[int, ...]] = (1435, 1520, 1676)
DEFAULT_MODES: Final[tuple[Mode, ...]] = ("road", "rail", "sea")
CORRIDOR_COUNTRIES: Final[dict[str, str]] = {
    "BY": "Belarus",
    "RU": "Russia",
    "KZ": "Kazakhstan",
    "UZ": "Uzbekistan",
    "AF": "Afghanistan",
    "PK": "Pakistan",
}


def carriage_of(mode: str, gauge_mm: int | None) -> str:
    """Return what cargo rides in on a link of this mode (and gauge): ``rail`` + 1520 is ``rail1520``."""
    return f"rail{gauge_mm}" if mode == "rail" and gauge_mm is not None else mode


def mode_of(carriage: str) -> str:
    """Return the mode that a carriage belongs to: ``rail1676`` is ``rail``."""
    return "rail" if carriage.startswith("rail") else carriage


def way_of(inland: str, *, forward: bool) -> RateDirection:
    """Return which way a link is run: ``inland`` (up from the sea), ``seaward``, or ``both`` where it is level."""
    if inland == "level":
        return "both"
    return "inland" if (inland == "forward") == forward else "seaward"


def weakest(*bases: str) -> str:
    """Return the weakest of several bases: a figure computed from others is as firm as its weakest factor.

    >>> weakest("quoted", "estimate", "derived")
    'estimate'
    """
    return max(bases, key=BASES.index)
