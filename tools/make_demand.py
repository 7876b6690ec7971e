# SPDX-License-Identifier: BSD-3-Clause
"""Make data/demand.csv: a quoted total of trade, split by published directions and by judged shares of goods and places.

Usage: ``python tools/make_demand.py`` writes the table; ``--check`` exits with 1 where the table in data/ is another one.
The shares are in ``data/edited/demand_shares.csv``, the totals and directions in ``data/trade.csv``;
``docs/trade-data.md`` says what they rest on.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
STEP_USD: Final = 1000
COLUMNS: Final = ("set", "origin", "destination", "cargo", "usd_per_year", "basis", "source", "note")


@dataclass(frozen=True)
class Start:
    """Where a set starts: partners and year of its total, and the source whose two directions split it."""

    partner_a: str
    partner_b: str
    year: int
    total_source: str
    split_source: str
    split: str


STARTS: Final[Mapping[str, Start]] = {
    "pk-kz-2025": Start(
        "PK",
        "KZ",
        2025,
        "thetruthinternational-com-p-174215",
        "pakistantoday-profit-206854-central-asia-fy25",
        "State Bank of Pakistan, 2024-25",
    ),
    "pk-uz-2024": Start(
        "PK",
        "UZ",
        2024,
        "profit-pakistantoday-com-pk-2025-03-02-pak-uzbekistan-agrees",
        "worldnewsam-71967-uzbekistan-pakistan",
        "Uzbek count, January to July 2025",
    ),
}


def table(root: Path = ROOT) -> str:
    """Return the text of the table of demand."""
    trade = _records(root / "data" / "trade.csv")
    shares = _records(root / "data" / "edited" / "demand_shares.csv")
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name, start in STARTS.items():
        rows = [row for row in shares if row["set"] == name]
        writer.writerows(_set_rows(name, start, rows, trade))
    return text.getvalue()


def _set_rows(
    name: str, start: Start, rows: Sequence[Mapping[str, str]], trade: Sequence[Mapping[str, str]]
) -> list[list[str]]:
    """Return the rows of a set: whole thousands of USD that add up to its total."""
    total = _figure(trade, start, "both", start.total_source)
    ways = {flow: _figure(trade, start, flow, start.split_source) for flow in ("a-to-b", "b-to-a")}
    exact = [total * ways[row["flow"]] / sum(ways.values()) * float(row["share"]) for row in rows]
    for flow in ways:
        parts = sum(float(row["share"]) for row in rows if row["flow"] == flow)
        if abs(parts - 1) > 1e-9:
            msg = f"demand_shares.csv: the shares of {name}, {flow}, add up to {parts:g}, not 1"
            raise SystemExit(msg)
    made = []
    for row, usd in zip(rows, _rounded(exact, total), strict=True):
        sources = dict.fromkeys([*row["source"].split(";"), start.total_source, start.split_source])
        goods = f"{row['note'][:1].upper()}{row['note'][1:]}. " if row["note"] else ""
        note = (
            f"{goods}Estimate: {float(row['share']):.0%} of the goods in this direction is judged, as are the places; "
            f"the total of {total / 1e6:g} million USD is quoted, directions as by the {start.split}."
        )
        made.append(
            [name, row["origin"], row["destination"], row["cargo"], str(usd), "estimate", ";".join(sources), note]
        )
    return made


def _figure(trade: Sequence[Mapping[str, str]], start: Start, flow: str, source: str) -> float:
    """Return the one published figure that a set starts from."""
    found = [
        float(row["usd"])
        for row in trade
        if (row["partner_a"], row["partner_b"], row["flow"], row["source"])
        == (start.partner_a, start.partner_b, flow, source)
        and row["usd"]
    ]
    if len(found) != 1:
        msg = f"trade.csv: {len(found)} figures for {start.partner_a}-{start.partner_b}, {flow}, {source}; need one"
        raise SystemExit(msg)
    return found[0]


def _rounded(exact: Sequence[float], total: float) -> list[int]:
    """Return whole steps that add up to the total: the largest remainders are rounded up."""
    steps = [int(usd // STEP_USD) for usd in exact]
    missing = round(total / STEP_USD) - sum(steps)
    by_remainder = sorted(range(len(exact)), key=lambda index: steps[index] * STEP_USD - exact[index])
    for index in by_remainder[:missing]:
        steps[index] += 1
    return [step * STEP_USD for step in steps]


def _records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table, or tell whether it is up to date."""
    parser = argparse.ArgumentParser(description="Make data/demand.csv.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 where the table is out of date"
    )
    options = parser.parse_args(arguments)
    path, made = ROOT / "data" / "demand.csv", table()
    if not options.check:
        path.write_text(made, encoding="utf-8", newline="")
        print(f"wrote {path.relative_to(ROOT)}")
        return 0
    same = path.is_file() and path.read_bytes() == made.encode("utf-8")
    print(f"data/demand.csv {'is up to date' if same else 'is out of date: run python tools/make_demand.py'}")
    return int(not same)


if __name__ == "__main__":
    sys.exit(main())
