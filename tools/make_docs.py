# SPDX-License-Identifier: BSD-3-Clause
"""Make docs/data-model.md from the row models: one section a table, one row a column.

Usage: ``python tools/make_docs.py`` writes the page; ``python tools/make_docs.py --check`` exits with 1 where the page
in docs/ is not the one that the models make.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "data-model.md"
sys.path.insert(0, str(ROOT / "src"))

from corridor.schema import MODELS, RATE_UNITS  # noqa: E402
from corridor.tables import FILES, GEOGRAPHIC  # noqa: E402

HEAD = """# The tables and their columns

Made by `tools/make_docs.py` from the row models in `src/corridor/schema.py`: do not edit by hand.

Places and links are read from `.geojson`, `.parquet` (GeoParquet) or `.csv`, the other tables from `.csv`. A blank cell
takes the default of its column; a column without default must be filled in. Unknown columns are refused. Lists are
separated by `;` in CSV. In GeoJSON and GeoParquet the geometry of a place stands for `lon` and `lat`, and a link has its
drawn line; coordinates are (lon, lat) in EPSG:4326.
"""
BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
PLAIN = {str: "text", float: "number", int: "whole number", bool: "true or false"}


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *(line for table in MODELS for line in section(table)), *rates()])


def section(table: str) -> Iterator[str]:
    """Yield the lines of a table's section."""
    model = MODELS[table]
    endings = ".geojson, .parquet or .csv" if table in GEOGRAPHIC else ".csv"
    yield f"## {table}: `{FILES[table]}` ({endings})\n"
    yield f"{(model.__doc__ or '').strip()}\n"
    yield "| column | type | bounds | default | meaning |"
    yield "|---|---|---|---|---|"
    for name, info in model.model_fields.items():
        cells = (f"`{info.alias or name}`", kind(info), ", ".join(bounds(info)), default(info), info.description or "")
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def kind(info: FieldInfo) -> str:
    """Return the type of a column in plain words: text, number, a choice of words, a list."""
    return words_of(info.annotation)


def words_of(annotation: Any) -> str:
    """Return a type in plain words."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return words_of(inner[0])
    if origin is Literal:
        return "one of " + ", ".join(f"`{word}`" for word in inner if word)
    if origin is tuple:
        return f"list: {words_of(inner[0])}"
    if origin in {Union, UnionType}:
        return " or ".join(words_of(part) for part in inner if part is not NoneType)
    return PLAIN[annotation]


def bounds(info: FieldInfo) -> Iterator[str]:
    """Yield the bounds of a column: numbers, patterns and least lengths."""
    for rule in rules(info.annotation, info.metadata):
        for name, sign in BOUNDS.items():
            if (value := getattr(rule, name, None)) is not None:
                yield (
                    f"{sign} {value:,.0f}"
                    if float(value).is_integer() and abs(value) >= 10_000
                    else f"{sign} {value:g}"
                )
        if (pattern := getattr(rule, "pattern", None)) is not None:
            yield f"`{pattern}`"
        if (least := getattr(rule, "min_length", None)) is not None:
            yield f"at least {least} {'entry' if get_origin(info.annotation) is tuple else 'letter'}"


def rules(annotation: Any, metadata: Sequence[Any]) -> Iterator[Any]:
    """Yield every rule of a column, those of the entries of its list too."""
    for rule in metadata:
        yield from rule.metadata if isinstance(rule, FieldInfo) else [rule]
    inner = get_args(annotation)
    if get_origin(annotation) is Annotated:
        yield from rules(inner[0], inner[1:])
    elif get_origin(annotation) in {tuple, Union, UnionType}:
        for part in inner:
            yield from rules(part, ())


def default(info: FieldInfo) -> str:
    """Return the default of a column, or that there is none."""
    if info.is_required():
        return "**required**"
    value = info.default
    if value in (None, "", ()):
        return "blank"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def rates() -> Iterator[str]:
    """Yield the lines that list the rates and their units."""
    yield "## Rates: the words of `parameter`, each with its unit\n"
    yield "| parameter | unit |"
    yield "|---|---|"
    for parameter, unit in RATE_UNITS.items():
        yield f"| `{parameter}` | {unit} |"
    yield ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or tell whether it is up to date."""
    parser = argparse.ArgumentParser(description="Make docs/data-model.md from the row models.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where the page is out of date")
    options = parser.parse_args(arguments)
    made = page()
    if not options.check:
        PAGE.write_text(made, encoding="utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)}")
        return 0
    same = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == made
    print(f"{PAGE.relative_to(ROOT)} {'is up to date' if same else 'is out of date: run python tools/make_docs.py'}")
    return int(not same)


if __name__ == "__main__":
    sys.exit(main())
