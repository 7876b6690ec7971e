# SPDX-License-Identifier: BSD-3-Clause
"""Fill in the tables of ``docs/criticality.md`` from the bundled corridor.

Run from anywhere: ``python tools/make_criticality.py`` writes, ``python tools/make_criticality.py --check`` only compares.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Final

import corridor as co
from corridor.critical import Loss

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = Path("docs") / "criticality.md"
BEGIN, END = "<!-- made by tools/make_criticality.py -->", "<!-- end of what is made -->"
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
    parser = argparse.ArgumentParser(description="Fill in the tables of docs/criticality.md from the bundled corridor.")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 where the page differs")
    options = parser.parse_args(arguments)
    path = ROOT / PAGE
    old = path.read_text(encoding="utf-8")
    before, rest = old.split(BEGIN)
    text = f"{before}{BEGIN}\n\n{made()}\n\n{END}{rest.split(END)[1]}"
    if options.check:
        if text != old:
            print(f"{PAGE.as_posix()} differs from what the data give: run tools/make_criticality.py", file=sys.stderr)
        return int(text != old)
    path.write_text(text, encoding="utf-8")
    print(f"{PAGE.as_posix()}: {len(text.splitlines())} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
