# SPDX-License-Identifier: BSD-3-Clause
"""The tables of a report: frames, rows and shares of each basis in HTML, every text escaped."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from corridor.vocabulary import BASES
from corridor.web_page import ABSENT, escaped, table

if TYPE_CHECKING:
    import pandas as pd

    from corridor.routes import Route

__all__ = ["bases_table", "frame_table", "is_frame", "list_of", "rows_table", "text_table"]

# A page with more rows than this is no report; the rest is counted, and to_frame().to_csv() has it.
MOST_ROWS: Final = 500
BASIS_HEAD: Final = ("figures", *BASES)


def is_frame(result: object) -> bool:
    """Tell whether a result is a table of pandas."""
    return hasattr(result, "columns") and hasattr(result, "itertuples")


def frame_table(frame: pd.DataFrame) -> str:
    """Return a frame as a table: its index as heads of the rows, units in the heads of the columns, figures alike."""
    from pandas import RangeIndex

    if hasattr(frame, "geom_type"):
        frame = frame.drop(columns=frame.geometry.name)
    plain = isinstance(frame.index, RangeIndex) and frame.index.name is None
    units = frame.attrs.get("unit", {})
    levels = [] if plain else [frame.index.get_level_values(level).tolist() for level in range(frame.index.nlevels)]
    columns = [frame.iloc[:, place].tolist() for place in range(frame.shape[1])]
    names = [] if plain else [str(name or "") for name in frame.index.names]
    head = names + [_head(name, units) for name in frame.columns]
    shown = [_cells(column[:MOST_ROWS]) for column in [*levels, *columns]]
    rows = [*zip(*(texts for texts, _ in shown), strict=True)]
    if not rows:
        return "<p>No rows.</p>"
    told = f"<p class='faint'>Unit: {escaped(units)}.</p>" if isinstance(units, str) and units else ""
    if any(ABSENT in row for row in rows):
        told += f"<p class='faint'>{ABSENT}: no figure, such as where there is no route.</p>"
    if len(frame) > MOST_ROWS:
        told += f"<p><b>The first {MOST_ROWS:,} of {len(frame):,} rows</b>; the frame itself holds all.</p>"
    return told + table(head, rows, numbers=[is_number for _, is_number in shown], heads=max(len(levels), 1))


def _head(name: object, units: Any) -> str:
    text = " ".join(map(str, name)) if isinstance(name, tuple) else str(name)
    unit = str(units.get(name, "")) if isinstance(units, Mapping) else ""
    words = text.replace("_", " ")
    return words if not unit or unit.lower() in words.lower().split() else f"{words}, {unit}"


def _cells(column: Sequence[Any]) -> tuple[list[str], bool]:
    """Return the values of a column as texts with the same decimals, and whether they are numbers."""
    known = [value for value in column if not _is_absent(value)]
    if not known or not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in known):
        return [ABSENT if _is_absent(value) else _text(value) for value in column], False
    decimals = _decimals([abs(float(value)) for value in known])
    # "z": what is rounded to nothing bears no sign.
    return [ABSENT if _is_absent(value) else f"{float(value):z,.{decimals}f}" for value in column], True


def _decimals(sizes: Sequence[float]) -> int:
    """Return how many decimals a column needs: none where it runs to thousands, but a small figure is never shown as 0."""
    least, most = min((size for size in sizes if size > 0), default=1.0), max(sizes)
    if all(size == int(size) for size in sizes if math.isfinite(size)):
        return 0
    wanted = 0 if most >= 1000 else 1 if most >= 10 else 2 if most >= 1 else 3
    return wanted if least >= 0.5 * 10**-wanted else min(wanted + 1, 4)


def _is_absent(value: Any) -> bool:
    if value is None or type(value).__name__ in {"NaTType", "NAType"}:
        return True
    return isinstance(value, float) and math.isnan(value)


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(map(str, value))
    return str(value)


def rows_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[tuple[str, str, str]]) -> str:
    """Return plain rows as a table; a column is its head, its field, and how its figures are written ("": as a text)."""
    told = [[_written(row[name], form) for _, name, form in columns] for row in rows]
    return table([head for head, _, _ in columns], told, numbers=[bool(form) for _, _, form in columns])


def _written(value: Any, form: str) -> str:
    if _is_absent(value) or value == "":
        return ABSENT
    if isinstance(value, bool):
        return "yes" if value else "no"
    return format(value, form) if form else _text(value)


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, foot: Sequence[str] = (), heads: int = 1) -> str:
    """Return texts as a table; the columns behind the heads of the rows that hold figures stand to the right."""
    numbers = [column >= heads and all(_is_figure(row[column]) for row in rows) for column in range(len(head))]
    return table(head, rows, numbers=numbers, foot=foot, heads=heads)


def _is_figure(text: str) -> bool:
    """Tell whether a text is a figure, one with its year behind it, or a dash."""
    return text in {"", ABSENT} or text.lstrip("+-").replace(",", "")[:1].isdigit()


def list_of(texts: Iterable[str]) -> str:
    """Return texts as a list of points."""
    items = "".join(f"<li>{escaped(text)}</li>" for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def bases_table(routes: Mapping[str, Route]) -> str:
    """Return which share of the hours and of the USD is quoted, derived, recalled and estimated."""
    rows = [
        [
            f"{label}{': ' if label else ''}{'USD' if measure == 'usd' else measure}",
            *(f"{shares[basis]:.0%}" for basis in BASES),
        ]
        for label, route in routes.items()
        for measure, shares in route.basis_share.items()
    ]
    return table(BASIS_HEAD, rows, numbers=[False] + [True] * len(BASES))
