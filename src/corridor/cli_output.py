# SPDX-License-Identifier: BSD-3-Clause
"""How the command line shows an answer: aligned text, JSON or CSV, on the terminal or in a file."""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.errors import CorridorError, OptionError

if TYPE_CHECKING:
    from corridor.advisories import Advisory
    from corridor.answers import Routes
    from corridor.routes import Route

__all__ = [
    "advisories_of",
    "answer",
    "as_json",
    "check_output",
    "fact",
    "figure",
    "other_ends",
    "other_ends_line",
    "say",
    "table",
    "totals",
    "write",
    "write_report",
]

Row = dict[str, Any]
# The heads of the columns of figures, with their units, and the decimals shown.
HEADS = {
    "score": "score USD",
    "km": "km",
    "hours": "hours",
    "days": "days",
    "usd": "USD",
    "co2e_kg": "kg CO2e",
    "crossings": "crossings",
    "transfers": "transfers",
}
DECIMALS = {"hours": 1, "days": 1}
NARROWEST = 24


def say(text: str) -> None:
    """Print a text."""
    print(text)  # noqa: T201


def check_output(options: argparse.Namespace) -> None:
    """Refuse two forms that both want the output."""
    if options.json and options.csv == "-":
        msg = "--json and --csv both want the output: name a file, --csv FILE."
        raise OptionError(msg)


def answer(
    options: argparse.Namespace,
    *,
    rows: Callable[[], Sequence[Row]],
    data: Callable[[], dict[str, Any]],
    text: Callable[[], str],
) -> int:
    """Print an answer in the form asked for, and write the file asked for; return the code of success."""
    if options.csv and options.csv != "-":
        write(options.csv, as_csv(rows()), option="--csv")
    if options.csv == "-":
        sys.stdout.write(as_csv(rows()))
    elif options.json:
        say(as_json(data()))
    else:
        say(text())
    return 0


def write(path: str, text: str, *, option: str) -> None:
    """Write a file; where it cannot be written, say which option named it."""
    try:
        Path(path).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        msg = f"{option} {path}: cannot be written ({error.strerror})."
        raise OptionError(msg) from error


def write_report(options: argparse.Namespace, found: Route | Routes) -> None:
    """Write the web page asked for, over an older one as the other files are."""
    if options.report is not None:
        from corridor.html_report import report

        report(found, options.report, overwrite=True)


def as_json(data: Any) -> str:
    """Return plain data as JSON, with null for what is not a number."""
    return json.dumps(_plain(data), ensure_ascii=False, indent=1, allow_nan=False)


def as_csv(rows: Sequence[Row]) -> str:
    """Return rows as CSV with raw numbers; a figure that is missing is blank."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(_plain([*rows]))
    return out.getvalue()


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _plain(value) for name, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_plain(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


# --- text --------------------------------------------------------------------------------------------------------------


def figure(measure: str, value: float | None) -> str:
    """Return a figure as text with thousands separators; a dash for none."""
    if value is None or math.isnan(value):
        return "-"
    return f"{value:,.{DECIMALS.get(measure, 0)}f}"


def _terminal() -> int | None:
    """Return the width of the terminal; None where the output is a file or a pipe."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, texts: Iterable[str] = ()) -> str:
    """Return an aligned table: figures to the right, the columns of ``texts`` to the left.

    The last column is broken into lines where the terminal is too narrow for it, and stands below where it has no room.
    """
    cells = [[*head], *([*row] for row in rows)]
    left = {column for column, name in enumerate(head) if name in set(texts)}
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    before, terminal = sum(widths[:-1]) + 2 * (len(head) - 1), _terminal() or 10**6
    below = terminal - before < min(NARROWEST, widths[-1])
    indent = widths[0] + 2 if below else before
    lines = []
    for row in cells:
        parts = textwrap.wrap(row[-1], max(terminal - indent, NARROWEST), break_on_hyphens=False) or [""]
        if below:
            parts = ["", *filter(None, parts)]
        shown = [
            cell.ljust(widths[column]) if column in left else cell.rjust(widths[column])
            for column, cell in enumerate([*row[:-1], parts[0]])
        ]
        lines += ["  ".join(shown).rstrip(), *(" " * indent + part for part in parts[1:])]
    return "\n".join(lines)


def fact(name: str, text: str) -> str:
    """Return a line that begins with what it is about; broken to the width of a terminal."""
    width = _terminal()
    line = f"{name:<10} {text}"
    if width is None or width < 2 * NARROWEST:
        return line
    return textwrap.fill(line, width, subsequent_indent=" " * 11, break_long_words=False, break_on_hyphens=False)


# --- what routes are shown by ---------------------------------------------------------------------------------------------


def totals(route: Route) -> Row:
    """Return the totals of a route and its way as one row, as :meth:`corridor.Route.to_frame` does."""
    carriages = dict.fromkeys(step["carriage"] for step in route.step_rows() if step["link"])
    return {
        "origin": route.origin,
        "destination": route.destination,
        "by": route.by,
        "km": route.km,
        "hours": route.hours,
        "days": route.hours / 24,
        "usd": route.usd,
        "co2e_kg": route.co2e_kg,
        "score": route.score,
        "crossings": ", ".join(route.crossings),
        "transfers": route.transfers,
        "countries": "-".join(route.countries),
        "carriages": "+".join(carriages),
        "estimated_share_usd": route.basis_share["usd"]["estimate"],
    }


def advisories_of(routes: Sequence[Route]) -> dict[Advisory, list[int]]:
    """Return the closures and restrictions known of what the routes use, each with the places of those routes."""
    found: dict[Advisory, list[int]] = {}
    for number, route in enumerate(routes, 1):
        for advisory in route.advisories:
            found.setdefault(advisory, []).append(number)
    return found


def other_ends(found: Route) -> dict[str, Any]:
    """Return the totals with the ends counted the other way, or why they cannot be."""
    other = "terminal" if found.shipment.ends == "gate" else "gate"
    try:
        same = found.with_ends(other)  # type: ignore[arg-type]
    except CorridorError as error:
        return {"ends": other, "error": str(error)}
    return {"ends": other, "hours": same.hours, "usd": same.usd}


def other_ends_line(found: Route, which: str = "") -> str:
    """Return the line that says how the ends are counted, and what the other way would give."""
    other = other_ends(found)
    counted = f"{found.shipment.ends} to {found.shipment.ends};{which}"
    if "error" in other:
        return f"{counted} {other['ends']} to {other['ends']}: {other['error']}"
    meaning = (
        "with loading, unloading and port dwell and handling"
        if other["ends"] == "terminal"
        else "vehicle loaded and ready"
    )
    return f"{counted} {other['ends']} to {other['ends']} ({meaning}): {other['hours']:,.0f} h ({other['hours'] / 24:.1f} days), {other['usd']:,.0f} USD"
