# SPDX-License-Identifier: BSD-3-Clause
"""What is moved, and how its owner weighs money, time, distance and borders."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Number
from types import MappingProxyType
from typing import Any

from corridor.errors import OptionError, nearest_valid
from corridor.vocabulary import ENDS, MODES, REGIMES, Ends, Mode, Regime

__all__ = ["Shipment", "Weights"]


# More than the yearly traffic of the whole corridor: a larger figure is a slip of the unit.
MOST_TONNES = 1e8


def _plain(value: Any) -> Any:
    """Return a number of numpy or pandas as Python's own, and anything else as it is."""
    return value.item() if isinstance(value, Number) and hasattr(value, "item") else value


def _check_number(owner: str, name: str, value: Any, *, above_zero: bool = False) -> None:
    """Refuse what is not a finite number of the right sign."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not number or value < 0 or (above_zero and value == 0):
        msg = f"{owner}({name}={value!r}): must be a finite number {'above 0' if above_zero else 'of 0 or more'}."
        raise OptionError(msg)


@dataclass(frozen=True, slots=True)
class Shipment:
    """What is moved: one consignment, priced and timed as a whole.

    Parameters
    ----------
    tonnes
        Net weight of the goods, tonnes.
    cargo
        Class of goods, an id of the network's cargo table; it carries the value per tonne, the value of time and
        which carriages may carry it.
    containers
        Number of forty-foot containers (FEU), trucks likewise. Missing: the tonnes over the payload, rounded up.
    value_usd
        Value of the goods, USD. Missing: tonnes times the unit value of the cargo class.
    vehicle
        Class of road vehicle, an id of the network's vehicle table.
    regime
        Customs regime at a seaport: ``transit``, ``import`` or ``export``.
    ends
        What the first and the last step cost. ``gate``: nothing, the vehicle stands loaded and ready, as published
        truck runs are counted. ``terminal``: loading and unloading and, at a seaport, the port's handling and dwell.

    Raises
    ------
    OptionError
        If a number is not finite or has the wrong sign, or a word is not in the list.

    Examples
    --------
    >>> import corridor as co
    >>> co.Shipment(tonnes=48, cargo="machinery").tonnes
    48
    >>> co.Shipment(tonnes=-1)
    Traceback (most recent call last):
    ...
    corridor.errors.OptionError: Shipment(tonnes=-1): must be a finite number above 0.
    """

    tonnes: float = 20.0
    cargo: str = "general"
    containers: int | None = None
    value_usd: float | None = None
    vehicle: str = "trailer"
    regime: Regime = "transit"
    ends: Ends = "gate"

    def __post_init__(self) -> None:
        for name in ("tonnes", "containers", "value_usd"):
            object.__setattr__(self, name, _plain(getattr(self, name)))
        _check_number("Shipment", "tonnes", self.tonnes, above_zero=True)
        if self.tonnes > MOST_TONNES:
            msg = f"Shipment(tonnes={self.tonnes!r}): more than {MOST_TONNES:,.0f} tonnes; is it in kilograms?"
            raise OptionError(msg)
        for name in ("cargo", "vehicle"):
            if not isinstance(getattr(self, name), str):
                msg = f"Shipment({name}={getattr(self, name)!r}): must be the id of a class, a text."
                raise OptionError(msg)
        if self.value_usd is not None:
            _check_number("Shipment", "value_usd", self.value_usd)
        containers: Any = self.containers
        whole = isinstance(containers, int) and not isinstance(containers, bool) and containers >= 1
        if containers is not None and not whole:
            msg = f"Shipment(containers={self.containers!r}): must be a whole number of 1 or more, or None."
            raise OptionError(msg)
        for name, value, valid in (("regime", self.regime, REGIMES), ("ends", self.ends, ENDS)):
            if value not in valid:
                msg = f"Shipment({name}={value!r}): unknown.{nearest_valid(str(value), valid, kind='Choices')}"
                raise OptionError(msg)


@dataclass(frozen=True, slots=True)
class Weights:
    """How the score (generalised cost, USD) weighs what a route costs.

    score = haul money x factor of its mode + other money + hours x value of time
    + USD per km x km + USD per crossing x crossings + USD per transfer x transfers

    Parameters
    ----------
    value_of_time_usd_per_hour
        USD that one hour of the whole shipment is worth. Missing: that of the cargo class (share of the goods' value
        lost per day).
    usd_per_km, usd_per_crossing, usd_per_transfer
        Penalties on top of the real costs, USD.
    mode_factor
        Factor on the haul money of a mode, e.g. ``{"rail": 0.8}``; modes not named count 1.

    Raises
    ------
    OptionError
        If a number is negative or not finite, or a mode is unknown.

    Examples
    --------
    >>> import corridor as co
    >>> co.Weights(usd_per_crossing=500, mode_factor={"rail": 0.8}).mode_factor["rail"]
    0.8
    """

    value_of_time_usd_per_hour: float | None = None
    usd_per_km: float = 0.0
    usd_per_crossing: float = 0.0
    usd_per_transfer: float = 0.0
    mode_factor: Mapping[Mode, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("value_of_time_usd_per_hour", "usd_per_km", "usd_per_crossing", "usd_per_transfer"):
            object.__setattr__(self, name, _plain(getattr(self, name)))
            if name != "value_of_time_usd_per_hour" or self.value_of_time_usd_per_hour is not None:
                _check_number("Weights", name, getattr(self, name))
        given: object = self.mode_factor
        if not isinstance(given, Mapping):
            msg = f"Weights(mode_factor={self.mode_factor!r}): must map modes to factors, e.g. {{'rail': 0.8}}."
            raise OptionError(msg)
        factors = {mode: _plain(factor) for mode, factor in self.mode_factor.items()}
        for mode, factor in factors.items():
            if mode not in MODES:
                msg = f"Weights(mode_factor=...): unknown mode {mode!r}.{nearest_valid(str(mode), MODES, kind='Modes')}"
                raise OptionError(msg)
            _check_number("Weights", f"mode_factor[{mode!r}]", factor)
        object.__setattr__(self, "mode_factor", MappingProxyType(dict(sorted(factors.items()))))

    def __reduce__(self) -> tuple[type[Weights], tuple[Any, ...]]:
        penalties = (self.usd_per_km, self.usd_per_crossing, self.usd_per_transfer)
        return Weights, (self.value_of_time_usd_per_hour, *penalties, dict(self.mode_factor))

    def __hash__(self) -> int:
        penalties = (self.usd_per_km, self.usd_per_crossing, self.usd_per_transfer)
        return hash((self.value_of_time_usd_per_hour, *penalties, tuple(self.mode_factor.items())))
