# SPDX-License-Identifier: BSD-3-Clause
"""Pages made by code are the ones that the code makes, and what the manual page says is what the models do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from corridor.schema import MODELS, RATE_UNITS
from corridor.tables import FILES, column_names

ROOT = Path(__file__).resolve().parents[1]
TOOL = ROOT / "tools" / "make_docs.py"
PAGE = ROOT / "docs" / "data-model.md"


def sections() -> dict[str, list[str]]:
    """Return the lines of the page by the title of their section."""
    out: dict[str, list[str]] = {}
    title = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            title = line.removeprefix("## ")
        out.setdefault(title, []).append(line)
    return out


def rows(lines: list[str]) -> list[list[str]]:
    return [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines
        if line.startswith("| `")
    ]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    env = {"PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"}
    return subprocess.run([sys.executable, *words], capture_output=True, check=False, env=env, text=True)


def test_the_page_of_the_data_model_is_the_one_that_the_models_make():
    done = run(str(TOOL), "--check")
    assert (done.returncode, done.stdout) == (0, "docs/data-model.md is up to date\n"), done.stderr


def test_a_page_that_is_out_of_date_is_told(tmp_path):
    """The tool looks at the checkout it lies in: a copy of it without its page has none."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "docs").mkdir()
    copy = tmp_path / "tools" / "make_docs.py"
    copy.write_text(TOOL.read_text(encoding="utf-8"), encoding="utf-8")
    told = "docs/data-model.md is out of date: run python tools/make_docs.py\n"
    assert run(str(copy), "--check").stdout == told
    (tmp_path / "docs" / "data-model.md").write_text("old", encoding="utf-8")
    done = run(str(copy), "--check")
    assert (done.returncode, done.stdout) == (1, told)
    assert run(str(copy)).stdout == "wrote docs/data-model.md\n"
    assert (tmp_path / "docs" / "data-model.md").read_bytes() == PAGE.read_bytes()
    assert run(str(copy), "--check").returncode == 0


@pytest.mark.parametrize("table", MODELS)
def test_each_table_has_a_section_with_each_of_its_columns(table):
    (title,) = [title for title in sections() if title.startswith(f"{table}: ")]
    assert f"`{FILES[table]}`" in title
    found = rows(sections()[title])
    model = MODELS[table]
    assert [row[0].strip("`") for row in found] == list(column_names(model).values())
    for row, info in zip(found, model.model_fields.values(), strict=True):
        _, kind, _, default, meaning = row
        assert kind
        assert (default == "**required**") == info.is_required()
        assert meaning == info.description


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("places", ["`lon`", "number", "≥ -180, ≤ 180", "**required**", "longitude, decimal degrees, WGS84"]),
        ("links", ["`length_km`", "number", "> 0, ≤ 21,000", "**required**",
                   "length by that mode, km; never below the great circle"]),
        ("links", ["`oneway`", "true or false", "", "`false`", "true where only from -> to can be used"]),
        ("links", ["`gauge_mm`", "whole number", "≥ 600, ≤ 1676", "blank",
                   "track gauge, mm; rail only; blank where not yet decided"]),
        ("crossings", ["`direction`", "one of `outbound`, `inbound`", "", "**required**",
                       "outbound: leaving the post's country; inbound: entering it"]),
        ("cargo", ["`carriages`",
                   "list: one of `road`, `rail1520`, `rail1676`, `rail1435`, `sea`, `air`, `pipeline`",
                   "at least 1 entry", "**required**", "carriages allowed; ';' between them"]),
        ("rates", ["`country`", "text", r"`^([A-Z]{2}|\*)$`", "**required**",
                   "ISO code, or * for every country without a row of its own"]),
    ],
)  # fmt: skip
def test_type_bounds_and_default_are_those_of_the_model(table, row):
    (title,) = [title for title in sections() if title.startswith(f"{table}: ")]
    assert row in rows(sections()[title])


def test_every_rate_stands_with_its_unit():
    (title,) = [title for title in sections() if title.startswith("Rates")]
    assert [(row[0].strip("`"), row[1]) for row in rows(sections()[title])] == list(RATE_UNITS.items())


def test_every_column_says_what_it_means():
    assert [
        (table, name)
        for table, model in MODELS.items()
        for name, info in model.model_fields.items()
        if not info.description
    ] == []
