# SPDX-License-Identifier: BSD-3-Clause
"""Every error and warning of the library, in one tree.

::

    CorridorError
    ├── DataError            (ValueError)    tables that break their rules; carries .faults
    ├── CostError            (ValueError)    a price, speed or time that is missing or absurd
    ├── OptionError          (ValueError)    an option that is unknown, misspelt or contradicts another
    ├── UnknownPlaceError    (LookupError)   a place that is not in the network
    ├── AmbiguousPlaceError  (LookupError)   a name that several places answer to
    ├── OffNetworkError      (ValueError)    a point too far from every place, or with lon and lat swapped
    ├── NoRouteError         (LookupError)   no way under the options given; carries .blocked_by
    └── MissingExtraError    (ImportError)   a feature whose optional package is not installed

    CorridorWarning          (UserWarning)   something was filled in; turn it into an error with warnings.simplefilter
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import takewhile
from typing import Final

__all__ = [
    "AmbiguousPlaceError",
    "CorridorError",
    "CorridorWarning",
    "CostError",
    "DataError",
    "Fault",
    "MissingExtraError",
    "NoRouteError",
    "OffNetworkError",
    "OptionError",
    "UnknownPlaceError",
    "nearest",
    "nearest_valid",
]

# How alike a slip of the keys is at least to the word meant, and what is still told where nothing is nearer.
SLIP: Final = 0.8
LIKE: Final = 0.6
# Words are compared from so many letters on, alike in this part of the shorter, with so many left over as an ending.
SHORTEST: Final = 3
STEM: Final = 0.8
ENDING: Final = 3


class CorridorError(Exception):
    """Base of every error that the library raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One breach of a rule of the data: where it is, what was found, which rule, what to do."""

    file: str
    row: str
    column: str
    value: str
    rule: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.row}" + (f", {self.column}" if self.column else "")
        found = f" = {self.value!r}" if self.value else ""
        return f"{where}{found}: {self.rule}{'' if self.rule.endswith('?') else '.'} {self.remedy}"


class DataError(CorridorError, ValueError):
    """Tables that break their rules; all faults are collected and told at once."""

    def __init__(self, faults: Sequence[Fault], *, shown: int = 20) -> None:
        self.faults = tuple(faults)
        lines = [f"{len(self.faults)} fault{'s' if len(self.faults) != 1 else ''} in the data:"]
        lines += [f"  {fault}" for fault in self.faults[:shown]]
        if len(self.faults) > shown:
            lines.append(f"  ... and {len(self.faults) - shown} more: see .faults")
        super().__init__("\n".join(lines))


class CostError(CorridorError, ValueError):
    """A price, speed or time that is missing or absurd."""


class OptionError(CorridorError, ValueError):
    """An option that is unknown, misspelt, does not apply or contradicts another."""


class UnknownPlaceError(CorridorError, LookupError):
    """A place that is not in the network."""


class AmbiguousPlaceError(CorridorError, LookupError):
    """A name that several places answer to."""


class OffNetworkError(CorridorError, ValueError):
    """A point too far from every place, or with lon and lat swapped."""


class NoRouteError(CorridorError, LookupError):
    """No way from origin to destination under the options given."""

    def __init__(self, message: str, *, origin: str, destination: str, blocked_by: Sequence[str] = ()) -> None:
        self.origin = origin
        self.destination = destination
        self.blocked_by = tuple(blocked_by)
        super().__init__(message)


class MissingExtraError(CorridorError, ImportError):
    """A feature whose optional package is not installed."""


class CorridorWarning(UserWarning):
    """Something was filled in or may be stale; the message says what."""


def nearest_valid(word: str, valid: Iterable[str], *, kind: str) -> str:
    """Return the end of an error message: the nearest valid choice, and all of them where they are few."""
    choices = sorted(valid)
    close = nearest(word, choices)
    hint = f" Did you mean {close!r}?" if close else ""
    listed = ", ".join(choices) if len(choices) <= 40 else f"{', '.join(choices[:40])} ..."
    return f"{hint} {kind}: {listed}."


def nearest(word: str, valid: Iterable[str]) -> str:
    """Return the choice that a word was most likely meant for; blank where none is near.

    A slip of the keys is looked for first, then a choice one of whose words begins as it does (``fruits`` for
    ``fruit-and-vegetables``), then a looser likeness.
    """
    folded = {choice.casefold(): choice for choice in sorted(valid)}
    asked = word.casefold()
    found = (
        get_close_matches(asked, folded, n=1, cutoff=SLIP)
        or _by_words(asked, folded)
        or get_close_matches(asked, folded, n=1, cutoff=LIKE)
    )
    return folded[found[0]] if found else ""


def _by_words(asked: str, choices: Iterable[str]) -> list[str]:
    """Return the choice whose words begin most like those asked for; of equals the one with fewest other words."""
    wanted = [part for part in re.split(r"[\W_]+", asked) if len(part) >= SHORTEST]
    ranked = []
    for choice in choices:
        parts = [part for part in re.split(r"[\W_]+", choice) if part]
        fits = [max((_shared(part, other) for other in parts), default=0.0) for part in wanted]
        if best := sum(fit for fit in fits if fit >= STEM):
            ranked.append((-best, len(parts), choice))
    return [choice for _, _, choice in sorted(ranked)[:1]]


def _shared(one: str, other: str) -> float:
    """Return the part of the shorter word that both begin with; 0 where that is short or the longer goes on long."""
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    short, long = sorted((len(one), len(other)))
    # What is typed of a longer word counts as its beginning; a short word inside a long one typed does not.
    if common < SHORTEST or (len(one) > len(other) and long - short > ENDING):
        return 0.0
    return common / short
