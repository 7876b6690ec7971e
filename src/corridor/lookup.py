# SPDX-License-Identifier: BSD-3-Clause
"""From what a user types to a place of the network: id, UN/LOCODE, name, alias or point."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from corridor.errors import AmbiguousPlaceError, OffNetworkError, UnknownPlaceError

if TYPE_CHECKING:
    from corridor.schema import Place

__all__ = ["SNAP_KM", "Match", "PlaceIndex", "fold", "great_circle_km"]

EARTH_RADIUS_KM = 6371.0088
SNAP_KM = 50.0


def great_circle_km(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Return the great-circle distance between two points, km, on a sphere of the Earth's mean radius."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half_phi = (phi_b - phi_a) / 2
    half_lambda = math.radians(lon_b - lon_a) / 2
    chord = math.sin(half_phi) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


def fold(text: str) -> str:
    """Return a text without case, diacritics and punctuation, so that ``Qo'ng'irot`` equals ``qongirot``."""
    return " ".join("".join(_folded(sign) for sign in unicodedata.normalize("NFKD", text.casefold())).split())


def _folded(sign: str) -> str:
    """Return a sign as a letter, a space or nothing: dashes part words; apostrophes, also written as letters (U+02BB), do not."""
    kind = unicodedata.category(sign)
    if kind in {"Zs", "Pd"} or sign in "\t\n_/.,()":
        return " "
    return sign if sign.isalnum() and kind != "Lm" else ""


class Match(NamedTuple):
    """A place that answers to a search, by what, and how well (1 is exact)."""

    place: str
    by: str
    text: str
    likeness: float


class PlaceIndex:
    """Looks places up in the order id, UN/LOCODE, exact name or alias; a prefix never matches silently."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = {place.id: place for place in places}
        self._codes = {place.unlocode: place.id for place in places if place.unlocode}
        self._names: dict[str, list[str]] = {}
        for place in places:
            for name in dict.fromkeys(fold(name) for name in (place.name, *place.aliases)):
                self._names.setdefault(name, []).append(place.id)

    def resolve(self, what: str | tuple[float, float], *, snap_km: float = SNAP_KM) -> str:
        """Return the id of the one place that is meant.

        Parameters
        ----------
        what
            Id, UN/LOCODE, name or alias in any script, or a point ``(lon, lat)``.
        snap_km
            How far a point may lie from the place it is taken for, km.

        Raises
        ------
        UnknownPlaceError
            If nothing answers to it; the message names the nearest matches.
        AmbiguousPlaceError
            If several places answer to it.
        OffNetworkError
            If a point is farther than ``snap_km`` from every place, or its lon and lat look swapped.
        """
        if not isinstance(what, str):
            return self._resolve_point(what, snap_km)
        if what in self._places:
            return what
        code = what.strip().upper().replace(" ", "")
        if code in self._codes:
            return self._codes[code]
        key = fold(what)
        slug = key.replace(" ", "-")
        if slug in self._places:
            return slug
        found = self._names.get(key, []) if key else []
        if len(found) == 1:
            return found[0]
        if found:
            listed = "; ".join(f"{place!r} ({self._describe(place)})" for place in found)
            msg = f"{what!r} is ambiguous: {listed}. Say which one by its id."
            raise AmbiguousPlaceError(msg)
        matches = self.find(what, limit=3)
        if matches:
            listed = " or ".join(f"{match.place!r} ({self._places[match.place].name})" for match in matches)
            hint = f" Did you mean {listed}?"
        else:
            hint = ""
        msg = f"Unknown place {what!r}.{hint} net.find({what[:3]!r}) or 'corridor places {what[:3]}' lists matches."
        raise UnknownPlaceError(msg)

    def find(self, text: str, *, limit: int = 20) -> list[Match]:
        """Return the places whose id, code, name or alias equals, begins with, holds or resembles a text, best first."""
        key = fold(text)
        if not key:
            return []
        best: dict[str, Match] = {}
        for place in self._places.values():
            fields = [("id", place.id), ("UN/LOCODE", place.unlocode), ("name", place.name)]
            fields += [("alias", alias) for alias in place.aliases]
            for by, value in fields:
                likeness = _likeness(key, fold(value)) if value else 0.0
                if likeness > best.get(place.id, Match("", "", "", 0.65)).likeness:
                    best[place.id] = Match(place.id, by, value, likeness)
        return sorted(best.values(), key=lambda match: (-match.likeness, match.place))[:limit]

    def _describe(self, place_id: str) -> str:
        place = self._places[place_id]
        return f"{place.name}, {place.kind}, {place.country}"

    def _nearest(self, lon: float, lat: float) -> tuple[float, str]:
        return min((great_circle_km(lon, lat, place.lon, place.lat), place.id) for place in self._places.values())

    def _resolve_point(self, point: tuple[float, float], snap_km: float) -> str:
        try:
            lon, lat = (float(value) for value in point)
        except (TypeError, ValueError):
            msg = f"{point!r} is neither a name nor a point: give an id, a name or (lon, lat) in degrees."
            raise OffNetworkError(msg) from None
        if not (math.isfinite(lon) and math.isfinite(lat)) or not self._places:
            msg = f"The point {point!r} has no finite lon and lat, or the network has no places."
            raise OffNetworkError(msg)
        valid = abs(lon) <= 180 and abs(lat) <= 90
        distance, place = self._nearest(lon, lat) if valid else (math.inf, "")
        if distance <= snap_km:
            return place
        swapped, other = self._nearest(lat, lon) if abs(lat) <= 180 and abs(lon) <= 90 else (math.inf, "")
        if swapped <= snap_km:
            msg = (
                f"({lon:g}, {lat:g}) is off the network, but ({lat:g}, {lon:g}) is {swapped:.0f} km from {other!r}. "
                "Did you swap lon and lat? The order here is (lon, lat)."
            )
            raise OffNetworkError(msg)
        if not valid:
            msg = f"({lon:g}, {lat:g}) is not on Earth: lon must lie in -180..180, lat in -90..90; order (lon, lat)."
            raise OffNetworkError(msg)
        msg = (
            f"The nearest place to ({lon:g}, {lat:g}) is {place!r}, {distance:,.0f} km away; the limit is "
            f"{snap_km:g} km. Not snapped: name a place, or pass snap_km= to allow it."
        )
        raise OffNetworkError(msg)


def _likeness(key: str, value: str) -> float:
    """Return how well a folded text fits another: 1 equal, 0.95 begins with it, 0.9 a word begins with it."""
    if value == key:
        return 1.0
    if value.startswith(key):
        return 0.95
    if f" {key}" in f" {value}":
        return 0.9
    matcher = SequenceMatcher(None, key, value, autojunk=False)
    return 0.88 * matcher.ratio() if matcher.real_quick_ratio() > 0.65 and matcher.quick_ratio() > 0.65 else 0.0
