# SPDX-License-Identifier: BSD-3-Clause
"""The command that tells which crossing, link or place hurts most when it falls: criticality."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from corridor.cli_options import keywords, place_of, places_of
from corridor.cli_output import HEADS, answer, check_output, fact, figure, table
from corridor.errors import OptionError

if TYPE_CHECKING:
    from corridor.critical import Criticality, Loss
    from corridor.network import Network

__all__ = ["run_criticality"]

ALSO = ("hours", "usd")
# Losses shown as text where no number is asked for, and pairs named behind each.
SHOWN, NAMED = 15, 3


def run_criticality(options: argparse.Namespace, net: Network) -> int:
    """Show what each loss does: first those that cut pairs off, then what the ways round the others cost."""
    from corridor.critical import criticality

    check_output(options)
    top = _top_of(options.top)
    pairs, flows = _pairs_of(options, net)
    losses = [tuple(part.strip() for part in word.split("+")) for word in options.lose] or None
    progress = False if options.no_progress else None
    found = criticality(
        net, pairs, flows, options.of, by=options.by, together=options.together, losses=losses, also=ALSO,
        flow_unit=options.flow_unit, progress=progress, **keywords(options),
    )  # fmt: skip

    def data() -> dict[str, Any]:
        told = found.to_dict(only_changed=not losses)
        return {**told, "losses_tried": len(found), "losses": told["losses"][:top]}

    return answer(
        options,
        rows=lambda: found.rows(only_changed=not losses)[:top],
        data=data,
        text=lambda: _text(found, options, SHOWN if top is None else top),
    )


def _top_of(given: float | None) -> int | None:
    """Return how many losses to show; refuse what is no such number."""
    if given is not None and (given < 1 or given != int(given)):
        msg = f"--top {given:g}: must be a whole number of 1 or more."
        raise OptionError(msg)
    return None if given is None else int(given)


def _pairs_of(options: argparse.Namespace, net: Network) -> tuple[list[tuple[Any, Any]], list[float]]:
    """Return the pairs and the flow of each: those named one by one, and every port to every place."""
    pairs: list[tuple[Any, Any]] = []
    flows: list[float] = []
    for words in options.pair:
        if len(words) not in (2, 3):
            msg = f"--pair {' '.join(words)}: give an origin, a destination and, where it is not 1, the flow."
            raise OptionError(msg)
        try:
            flows.append(float(words[2]) if len(words) == 3 else 1.0)
        except ValueError as error:
            msg = f"--pair {' '.join(words)}: the flow {words[2]!r} is not a number."
            raise OptionError(msg) from error
        pairs.append((place_of(words[0]), place_of(words[1])))
    for text in options.ports_to:
        goals = [net.place(place).id for place in places_of(net, text, option="--ports-to")]
        several = [(port, goal) for port in places_of(net, "ports", option="--ports-to") for goal in goals]
        pairs += [pair for pair in several if pair[0] != pair[1]]
        flows += [1.0 for pair in several if pair[0] != pair[1]]
    if not pairs:
        msg = "criticality: name what is moved, --pair ORIGIN DESTINATION [FLOW] or --ports-to PLACES, each again as needed."
        raise OptionError(msg)
    return pairs, flows


def _text(found: Criticality, options: argparse.Namespace, top: int) -> str:
    """Return the losses in two tables, with what else a reader must know below."""
    told = [loss for loss in found if loss.adds or options.lose]
    shown = told[:top]
    cutting = [loss for loss in shown if loss.cut_off]
    longer = [loss for loss in shown if not loss.cut_off and loss.detours]
    ends = [loss for loss in told if loss.ends_lost and not loss.cut_off and not loss.detours]
    idle = [loss for loss in told if not (loss.cut_off or loss.detours or loss.ends_lost)]
    measures = [*dict.fromkeys((found.by, *ALSO))]
    thing = found.of.removesuffix("s")
    lines = [f"Losses of {found.of}: {len(told) - len(idle):,} of {len(found):,} change something, the worst first"]
    if cutting:
        head = [thing, "pairs", found.flow_unit, f"{_head(found.by)} of the rest", "cuts off"]
        rows = [
            [loss.name, f"{len(loss.cut_off):,}", f"{loss.cut_off_flow:,.6g}", figure(found.by, loss.extra[found.by]), _named(loss.cut_off)]
            for loss in cutting
        ]  # fmt: skip
        lines += ["", "No way is left:", table(head, rows, texts=(thing, "cuts off"))]
    if longer:
        several = any(len(loss.lost) > 1 for loss in longer)
        head = [thing, "pairs", *map(_head, measures), *(["single ones add up to"] if several else [])]
        rows = [_longer_row(loss, measures, found.by, several=several) for loss in longer]
        lines += ["", f"The way round costs more, times {found.flow_unit}:", table(head, rows, texts=(thing,))]
    if not cutting and not longer:
        lines += ["", "No loss changes any way."]
    lines.append("")
    if idle:
        lines.append(fact("no change", f"the loss of {', '.join(loss.name for loss in idle)}"))
    if len(told) > len(shown):
        lines.append(fact("more", f"--top {len(told)} shows all {len(told):,}, and --csv writes them to a file"))
    if ends:
        lines.append(fact("ends", f"the loss of {', '.join(loss.name for loss in ends)} takes only the ends of pairs"))
    if found.unreached:
        lines.append(fact("left out", f"no way today: {_named(found.unreached)}"))
    shipment = keywords(options)["shipment"]
    counted = f"one shipment is {shipment.tonnes:,g} t ({shipment.cargo}), {shipment.ends} to {shipment.ends}; best by {found.by}"
    return "\n".join([*lines, fact("counted", counted)])


def _longer_row(loss: Loss, measures: Sequence[str], by: str, *, several: bool) -> list[str]:
    apart = [] if not several else [figure(by, loss.sum_of_single if len(loss.lost) > 1 else math.nan)]
    extras = [figure(name, loss.extra[name]) for name in measures]
    return [loss.name, f"{len(loss.detours):,}", *extras, *apart]


def _head(measure: str) -> str:
    return f"extra {HEADS[measure]}"


def _named(pairs: Sequence[tuple[str, str]]) -> str:
    named = "; ".join(f"{start} → {goal}" for start, goal in pairs[:NAMED])
    return f"{named}; +{len(pairs) - NAMED:,}" if len(pairs) > NAMED else named
