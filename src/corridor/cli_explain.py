# SPDX-License-Identifier: BSD-3-Clause
"""The command that tells why a route is the best, and what would make another win: explain."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from corridor.cli_options import keywords, place_of, words_of
from corridor.cli_output import answer, check_output, figure, table
from corridor.errors import OptionError

if TYPE_CHECKING:
    from corridor.explaining import Explanation
    from corridor.network import Network

__all__ = ["run_explain"]

LIMITS = ("max_hours", "max_usd", "max_co2e_kg", "max_crossings", "max_transfers")
HEAD = ("estimate", "range", "low", "high", "unit", "margin at low", "margin at high", "survives")


def run_explain(options: argparse.Namespace, net: Network) -> int:
    """Show the split of the score, the break-even of each rival, and whether the choice survives the estimates."""
    from corridor.explaining import explain
    from corridor.routing import route

    check_output(options)
    given = keywords(options)
    for name in LIMITS:
        if given.pop(name) is not None:
            option = f"--{name.replace('_', '-')}"
            msg = f"explain: {option} cannot be explained by break-evens: under a limit a route falls by another rule. Leave it out."
            raise OptionError(msg)
    top = options.top
    if top is not None and (top < 1 or top != int(top)):
        msg = f"--top {top:g}: must be a whole number of 1 or more."
        raise OptionError(msg)
    best = route(net, place_of(options.origin), place_of(options.destination), **given)
    for name in ("shipment", "weights", "by"):
        given.pop(name)
    bases = words_of(options.basis)
    found = explain(
        net, best, k=options.against, assumed_range=options.assumed_range,
        bases=("estimate",) if bases is None else bases, **given,
    )  # fmt: skip

    def rows() -> list[dict[str, Any]]:
        return [row for row in found.break_even_rows() if row["side"]]

    def text() -> str:
        return str(found) if top is None else f"{found}\n\n{_tornado(found, int(top))}"

    return answer(options, rows=rows, data=found.to_dict, text=text)


def _tornado(found: Explanation, top: int) -> str:
    """Return the estimates with the widest swing as a table."""
    rows = []
    for row in found.tornado_rows()[:top]:
        ends = [f"{row[end]:,.4g}" for end in ("low", "high")]
        margins = [figure(found.by, row[f"margin_at_{end}"]) for end in ("low", "high")]
        rows.append(
            [row["name"], row["range"], *ends, row["unit"], *margins, "yes" if row["choice_survives"] else "no"]
        )
    head = f"Estimates, the widest swing first; margin to the best rival in {found.unit}:"
    return f"{head}\n{table(HEAD, rows, texts=('estimate', 'range', 'unit', 'survives'))}"
