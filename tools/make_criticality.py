# SPDX-License-Identifier: BSD-3-Clause
"""Fill in the tables of ``docs/criticality.md`` from the bundled corridor.

Run from anywhere: ``python tools/make_criticality.py`` writes, ``python tools/make_criticality.py --check`` only compares.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Final

import corridor as co
from corridor.critical import Loss
from made_tables import fill_in

PAGE: Final = Path("docs") / "criticality.md"
CITIES: Final = (
    "kandahar", "kabul", "mazar-e-sharif", "tashkent", "samarkand", "almaty", "astana", "moscow", "novosibirsk", "minsk",
)  # fmt: skip
MOST: Final = 8


def made() -> str:
    """Return the tables: single losses of crossings and links, and crossings that do more together than apart."""
    net = co.load()
    pairs = list(product(net.ports, CITIES))
    lines = [f"From {', '.join(net.ports)} to {', '.join(CITIES)}: one shipment of 20 t on each of {len(pairs)} pairs."]
    for of in ("crossings", "links"):
        found = co.criticality(net, pairs, of=of, also=("hours", "usd"), progress=False)
        told = [loss for loss in found if loss.adds][:MOST]
        lines += ["", f"**Each of {len(found)} {of} alone**, the worst {len(told)}:", "", *_table(told, f"{of} lost")]
    both = co.criticality(net, pairs, also=("hours", "usd"), together=2, progress=False)
    told = [loss for loss in both if loss.adds and len(loss.lost) == 2][:MOST]
    lines += ["", f"**Two crossings at once** that are not the sum of the two, the worst {len(told)}:", ""]
    lines += _table(told, "crossings lost", apart=True)
    return "\n".join(lines)


def _table(losses: Sequence[Loss], first: str, *, apart: bool = False) -> list[str]:
    """Return a table in Markdown, one row a loss."""
    head = [first, "pairs cut off", "pairs that go round", "extra score, USD", "extra hours", "extra USD"]
    rows = [
        [loss.name, len(loss.cut_off) or "none", len(loss.detours), *(f"{loss.extra[name]:,.0f}" for name in loss.extra)]
        + ([f"{loss.sum_of_single:,.0f}" if not math.isnan(loss.sum_of_single) else "-"] if apart else [])
        for loss in losses
    ]  # fmt: skip
    head += ["the single ones add up to"] if apart else []
    rule = ["---", *["---:"] * (len(head) - 1)]
    return [f"| {' | '.join(map(str, row))} |" for row in (head, rule, *rows)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the page; return the exit code."""
    return fill_in(PAGE, "make_criticality.py", made, arguments)


if __name__ == "__main__":
    sys.exit(main())
