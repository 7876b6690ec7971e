# SPDX-License-Identifier: BSD-3-Clause
"""Pairs, their flows and what they are to lose: what a user gives, looked up and checked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from corridor.constraints import Where
from corridor.errors import OptionError, nearest_valid
from corridor.lookup import SNAP_KM
from corridor.losing import KINDS_LOST, Losing
from corridor.shipment import Weights

if TYPE_CHECKING:
    from corridor.compiled import Compiled

__all__ = ["FlowUnit", "Flows", "Pair", "check_choices", "check_once", "flows_of", "lost_of", "pairs_of", "pairs_text"]

FlowUnit: TypeAlias = Literal["shipments", "tonnes"]
FLOW_UNITS: Final[tuple[FlowUnit, ...]] = ("shipments", "tonnes")
Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Flows:
    """The pairs by the ids of their ends, the flow of each as given, and the shipments that it is."""

    pairs: tuple[Pair, ...]
    given: tuple[float, ...]
    shipments: tuple[float, ...]
    unit: FlowUnit


def pairs_text(pairs: Iterable[Pair]) -> str:
    """Return pairs in words."""
    return "; ".join(f"{start} → {goal}" for start, goal in pairs)


def check_choices(of: object, together: object, losses: object, flow_unit: object) -> None:
    """Refuse unknown words, and losses named beside a number of things to lose together."""
    for option, word, choices in (("of", of, KINDS_LOST), ("flow_unit", flow_unit, FLOW_UNITS)):
        if word not in choices:
            msg = f"Unknown {option}={word!r}.{nearest_valid(str(word), choices, kind='Choices')}"
            raise OptionError(msg)
    if isinstance(together, bool) or together not in (1, 2):
        msg = f"together={together!r}: must be 1 (each alone) or 2 (every two too); name larger losses with losses=[(...)]."
        raise OptionError(msg)
    if losses is not None and together != 1:
        msg = "together=2 and losses=...: losses already says what falls together; leave one of the two out."
        raise OptionError(msg)


def pairs_of(pairs: Iterable[Any]) -> list[tuple[Where, Where]]:
    """Return the pairs as a list; refuse what is none, such as a single pair or a list of places."""
    example = "e.g. pairs=[('Karachi', 'Tashkent'), ('Gwadar', 'Almaty')]"
    several: object = pairs
    if isinstance(pairs, str) or not isinstance(several, Iterable):
        msg = f"pairs={pairs!r}: must be a list of (origin, destination), {example}."
        raise OptionError(msg)
    found = []
    for number, pair in enumerate(pairs, 1):
        point = isinstance(pair, (tuple, list)) and any(isinstance(end, (int, float)) for end in pair)
        if not isinstance(pair, (tuple, list)) or len(pair) != 2 or point:
            msg = f"pairs: number {number} is {pair!r}, not (origin, destination), {example}."
            raise OptionError(msg)
        found.append((pair[0], pair[1]))
    if not found:
        msg = f"pairs is empty: name at least one, {example}."
        raise OptionError(msg)
    return found


def check_once(ids: Sequence[Pair], asked: Sequence[tuple[Where, Where]]) -> None:
    """Refuse a pair that is given twice."""
    seen: dict[Pair, int] = {}
    for number, pair in enumerate(ids):
        if pair in seen:
            msg = f"pairs: {asked[number]!r} is the same as {asked[seen[pair]]!r}: give it once, with the sum of the flows."
            raise OptionError(msg)
        seen[pair] = number


def flows_of(
    weights: Any,
    asked: Sequence[tuple[Where, Where]],
    ids: Sequence[Pair],
    net: Compiled,
    unit: FlowUnit,
    snap_km: float,
) -> Flows:
    """Return the flow of each pair; refuse flows that do not fit the pairs, are negative or no numbers."""
    given: object = weights
    if isinstance(given, Weights):
        msg = "weights= takes the flow of each pair here; pass co.Weights(...) as score_weights=."
        raise OptionError(msg)
    if given is None:
        listed: list[Any] = [1.0] * len(ids)
    elif isinstance(given, Mapping):
        listed = _by_pair(given, asked, ids, net, snap_km)
    elif isinstance(given, str) or not isinstance(given, Iterable):
        msg = f"weights={given!r}: must be one flow a pair, or a mapping from each pair to its flow."
        raise OptionError(msg)
    else:
        listed = list(given)
        if len(listed) != len(ids):
            msg = f"weights: {len(listed)} flows for {len(ids)} pairs; give one a pair, in their order."
            raise OptionError(msg)
    flows = [_flow(flow, pair) for flow, pair in zip(listed, ids, strict=True)]
    tonnes = net.prices.costs.shipment.tonnes if unit == "tonnes" else 1.0
    return Flows(tuple(ids), tuple(flows), tuple(flow / tonnes for flow in flows), unit)


def _by_pair(
    given: Mapping[Any, Any], asked: Sequence[tuple[Where, Where]], ids: Sequence[Pair], net: Compiled, snap_km: float
) -> list[Any]:
    """Return the flows of a mapping in the order of the pairs, whose keys may name the places in any way."""
    known = dict(zip(asked, ids, strict=True))
    by_ids: dict[Pair, Any] = {}
    for key, flow in given.items():
        if key in known:
            pair = known[key]
        elif isinstance(key, tuple) and len(key) == 2:
            pair = net.place_id(key[0], snap_km), net.place_id(key[1], snap_km)
        else:
            msg = f"weights: the key {key!r} is no pair (origin, destination)."
            raise OptionError(msg)
        if pair not in set(ids):
            msg = f"weights: {key!r} is none of the pairs; add it to pairs or take it out."
            raise OptionError(msg)
        if pair in by_ids:
            msg = f"weights: {key!r} stands twice, under different names."
            raise OptionError(msg)
        by_ids[pair] = flow
    without = [pair for pair in ids if pair not in by_ids]
    if without:
        msg = f"weights: no flow for {pairs_text(without)}; give 0 where there is none."
        raise OptionError(msg)
    return [by_ids[pair] for pair in ids]


def _flow(flow: Any, pair: Pair) -> float:
    try:
        number = math.nan if isinstance(flow, (bool, str)) else float(flow)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        msg = f"weights: the flow of {pairs_text([pair])} is {flow!r}: must be a finite number of 0 or more."
        raise OptionError(msg)
    return number


def lost_of(losses: Iterable[str | Iterable[str]], losing: Losing) -> list[tuple[int, ...]]:
    """Return the numbers of the things that are named to be lost; refuse unknown ids and empty losses."""
    several: object = losses
    if not isinstance(several, Iterable):
        msg = f"losses={losses!r}: must be a list of ids, and of tuples of ids that fall at once."
        raise OptionError(msg)
    numbers = {name: number for number, name in enumerate(losing.ids)}

    def number_of(name: object) -> int:
        if name in numbers:
            return numbers[str(name)]
        if losing.of == "places" and isinstance(name, str):
            return losing.net.number(losing.net.place_id(name, SNAP_KM))
        end = nearest_valid(str(name), numbers, kind=losing.of.capitalize())
        msg = f"losses: {name!r} is none of the {losing.of} of the network.{end}"
        raise OptionError(msg)

    found: dict[tuple[int, ...], None] = {}
    for loss in [losses] if isinstance(losses, str) else losses:
        if not isinstance(loss, (str, tuple, list, set, frozenset)):
            msg = f"losses: {loss!r} is neither an id nor a tuple of ids."
            raise OptionError(msg)
        names = (
            [loss] if isinstance(loss, str) else sorted(loss, key=str) if isinstance(loss, (set, frozenset)) else loss
        )
        found[tuple(dict.fromkeys(map(number_of, names)))] = None
    if not found or () in found:
        msg = "losses: name at least one thing to lose, and at least one in each tuple."
        raise OptionError(msg)
    return list(found)
