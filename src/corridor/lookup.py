# SPDX-License-Identifier: BSD-3-Clause
"""From what a user types to a place of the network: id, UN/LOCODE, name, alias or point."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from corridor.errors import AmbiguousPlaceError, OffNetworkError, UnknownPlaceError

if TYPE_CHECKING:
    from corridor.schema import Place

    Array = np.ndarray[Any, Any]

__all__ = ["ROUNDING_KM", "SNAP_KM", "Match", "PlaceIndex", "fold", "great_circle_km", "great_circles_km"]

EARTH_RADIUS_KM = 6371.0088
SNAP_KM = 50.0
# Distances as arrays and one by one differ by far less than this, even between opposite points of the Earth.
ROUNDING_KM: Final = 0.01
# A search leaves out what resembles the text no more than this.
LEAST_LIKENESS: Final = 0.65


def great_circle_km(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Return the great-circle distance between two points, km, on a sphere of the Earth's mean radius."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half_phi = (phi_b - phi_a) / 2
    half_lambda = math.radians(lon_b - lon_a) / 2
    chord = math.sin(half_phi) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


def great_circles_km(lon_a: Any, lat_a: Any, lon_b: Any, lat_b: Any) -> Array:
    """Return the great-circle distances between points given as arrays, km: :func:`great_circle_km` but for rounding."""
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half_phi = (phi_b - phi_a) / 2
    half_lambda = np.radians(lon_b - lon_a) / 2
    chord = np.sin(half_phi) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(half_lambda) ** 2
    distance: Array = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(chord)))
    return distance


def fold(text: str) -> str:
    """Return a text without case, diacritics and punctuation, so that ``Qo'ng'irot`` equals ``qongirot``."""
    return " ".join(unicodedata.normalize("NFKD", text.casefold()).translate(_FOLDED).split())


class _Folded(dict[int, str]):
    """A sign as a letter, a space or nothing: dashes part words; apostrophes, also written as letters (U+02BB), do not."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        kind = unicodedata.category(sign)
        if kind in {"Zs", "Pd"} or sign in "\t\n_/.,()":
            self[code] = " "
        else:
            self[code] = sign if sign.isalnum() and kind != "Lm" else ""
        return self[code]


_FOLDED = _Folded()


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
        # The rest is made on first use: whoever asks by id needs none of it.
        self._listed = places

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        """The places that bear each folded name or alias."""
        names: dict[str, list[str]] = {}
        for place in self._listed:
            for name in dict.fromkeys(fold(name) for name in (place.name, *place.aliases)):
                names.setdefault(name, []).append(place.id)
        return names

    @cached_property
    def _points(self) -> tuple[list[Place], Array, Array]:
        """The places, and the lon and lat of each."""
        places = list(self._places.values())
        return places, np.array([place.lon for place in places]), np.array([place.lat for place in places])

    @cached_property
    def _texts(self) -> _Texts:
        """Every id, code, name and alias, made ready for searches."""
        return _Texts(self._places.values())

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
        near = [match.place for match in self.find(what, limit=3)]
        # A place may be meant by more words than its name: Karachi harbour, city of Minsk.
        near += [place for part in key.split() for place in self._names.get(part, [])][:2]
        if near:
            listed = " or ".join(f"{place!r} ({self._places[place].name})" for place in dict.fromkeys(near))
            hint = f" Did you mean {listed}?"
        else:
            hint = ""
        msg = f"Unknown place {what!r}.{hint} net.find({what[:3]!r}) or 'corridor places {what[:3]}' lists matches."
        raise UnknownPlaceError(msg)

    def find(self, text: str, *, limit: int = 20) -> list[Match]:
        """Return the places whose id, code, name or alias equals, begins with, holds or resembles a text, best first."""
        key = fold(text)
        return self._texts.like(key, limit) if key else []

    def _describe(self, place_id: str) -> str:
        place = self._places[place_id]
        return f"{place.name}, {place.kind}, {place.country}"

    def _nearest(self, lon: float, lat: float) -> tuple[float, str]:
        places, lons, lats = self._points
        distances = great_circles_km(lon, lat, lons, lats)
        close = np.flatnonzero(distances <= distances.min() + ROUNDING_KM).tolist()
        return min((great_circle_km(lon, lat, place.lon, place.lat), place.id) for place in (places[i] for i in close))

    def _resolve_point(self, point: tuple[float, float], snap_km: float) -> str:
        try:
            lon, lat = (float(value) for value in point)
        except (TypeError, ValueError, OverflowError):
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


class _Texts:
    """The ids, codes, names and aliases of places, with the letters of each counted.

    How many letters two texts share bounds their likeness from above, and costs next to nothing to count. So a search
    compares only what may come out among the best.
    """

    # Letters are counted by the remainder of their code: letters that share one make the bound higher, never lower.
    KINDS: Final = 64

    def __init__(self, places: Iterable[Place]) -> None:
        self._fields = [
            (place.id, by, value)
            for place in places
            for by, value in (
                ("id", place.id),
                ("UN/LOCODE", place.unlocode),
                ("name", place.name),
                *(("alias", alias) for alias in place.aliases),
            )
            if value
        ]
        self._folded = [fold(value) for _, _, value in self._fields]
        self._lengths = np.array([len(value) for value in self._folded], dtype=np.int64)
        letters = _letters("".join(self._folded)) % self.KINDS
        number = np.repeat(np.arange(len(self._folded)), self._lengths)
        counts = np.bincount(letters * len(self._folded) + number, minlength=self.KINDS * len(self._folded))
        self._counts = counts.astype(np.uint32).reshape(self.KINDS, -1)

    def _bounds(self, key: str) -> Array:
        """Return the most that the likeness of each text to a folded text can be."""
        kinds, wanted = np.unique(_letters(key) % self.KINDS, return_counts=True)
        shared = np.zeros(len(self._folded))
        for kind, count in zip(kinds.tolist(), wanted.tolist(), strict=True):
            shared += np.minimum(self._counts[kind], count)
        bounds: Array = np.where(shared == len(key), 1.0, 0.88 * (2 * shared / (self._lengths + len(key))))
        return bounds

    def like(self, key: str, limit: int) -> list[Match]:
        """Return the best match of each place that resembles a folded text, at most so many, best first."""
        bounds = self._bounds(key)
        within = np.flatnonzero(bounds > LEAST_LIKENESS)
        within = within[np.argsort(-bounds[within], kind="stable")]
        best: dict[str, tuple[float, int]] = {}
        done = 0
        while done < len(within):
            if 0 < limit <= len(best) and sorted(best.values())[-limit][0] > bounds[within[done]]:
                break
            end = 2 * done + 100
            for number in within[done:end].tolist():
                likeness = _likeness(key, self._folded[number])
                if likeness > LEAST_LIKENESS:
                    place = self._fields[number][0]
                    # Of texts that are equally alike the first is told.
                    best[place] = max(best.get(place, (0.0, 0)), (likeness, -number))
            done = end
        found = [Match(*self._fields[-number], likeness) for likeness, number in best.values()]
        return sorted(found, key=lambda match: (-match.likeness, match.place))[:limit]


def _letters(text: str) -> Array:
    """Return the numbers of the letters of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)


def _likeness(key: str, value: str) -> float:
    """Return how well a folded text fits another: 1 equal, 0.95 begins with it, 0.9 a word begins with it."""
    if value == key:
        return 1.0
    if value.startswith(key):
        return 0.95
    if f" {key}" in f" {value}":
        return 0.9
    if 0.88 * 2 * min(len(key), len(value)) <= LEAST_LIKENESS * (len(key) + len(value)):
        return 0.0
    return 0.88 * SequenceMatcher(None, key, value, autojunk=False).ratio()
