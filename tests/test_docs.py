# SPDX-License-Identifier: BSD-3-Clause
"""Pages made by code are the ones that the code makes, and what the manual page says is what the models do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import corridor as co
import manual
from corridor.cli import main
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


def test_every_page_stands_in_the_contents_once():
    told = [line for line in manual.contents().splitlines() if line and line[0] not in "`:"]
    kept = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}
    made = {name.rsplit(".", 1)[0] for name, _ in manual.made()}
    topics = {f"reference/{name}" for name in (*manual.TOPICS, "words")}
    copied = {page.removesuffix(".md") for page in manual.COPIED.values()} - {"index"}
    notebooks = {f"notebooks/{path.stem}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert len(notebooks) >= 4
    assert sorted(told) == sorted(kept | (made - topics) | copied | notebooks)


def test_the_contents_leave_out_what_is_not_there_and_hold_what_nobody_named(monkeypatch, tmp_path):
    for name in ("index", "routing", "model", "a-new-page"):
        (tmp_path / f"{name}.md").write_text("# x", encoding="utf-8")
    monkeypatch.setattr(manual, "DOCS", tmp_path)
    guide = manual.contents().split(":caption: Guide")[1].split("```")[0].split()
    assert guide == ["model", "routing", "a-new-page"]


def test_every_public_name_stands_in_one_topic():
    told = [name for topic in manual.TOPICS.values() for name in manual.names_of(topic)]
    assert sorted([*told, *manual.UNTOLD]) == sorted(co.__all__)


@pytest.mark.parametrize(
    ("public", "message"),
    [
        ([*co.__all__, "sail"], "co.sail stands in no topic"),
        ([*co.__all__, "plot_sail"], ""),
        ([name for name in co.__all__ if name != "reach"], "reach is no public name"),
    ],
)
def test_a_name_without_a_topic_is_told(monkeypatch, public, message):
    monkeypatch.setattr(co, "__all__", public)
    if message:
        with pytest.raises(SystemExit, match=f"tools/manual.py, TOPICS: {message}$"):
            manual.check_topics()
    else:
        manual.check_topics()


def test_a_name_in_two_topics_is_told(monkeypatch):
    twice = manual.Topic("Twice", "", ("route",))
    monkeypatch.setattr(manual, "TOPICS", manual.TOPICS | {"twice": twice})
    with pytest.raises(SystemExit, match=r"co\.route stands in 2 topics$"):
        manual.check_topics()


def test_every_public_name_and_what_it_returns_is_documented_in_full():
    pages = dict(manual.made())
    told = re.findall(r"^\.\. auto\w+:: ([\w.]+)$", "\n".join(pages.values()), flags=re.MULTILINE)
    names = [name for name in co.__all__ if name not in {"errors", *manual.UNTOLD}]
    assert {f"corridor.{name}" for name in names} <= set(told)
    assert {f"corridor.errors.{name}" for name in co.errors.__all__} <= set(told)
    assert {"corridor.timed.TimedRoute", "corridor.waiting.WaitOrDivert", "corridor.scenario.CloseChange"} <= set(told)
    assert len(told) == len(set(told))
    assert ".. py:type:: corridor.vocabulary.By\n   :canonical: Literal['score', 'km'" in pages["reference/words.rst"]


def test_the_page_of_the_command_line_has_the_help_of_every_command(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "100")
    page = manual.command_line()
    titles = re.findall(r"^## `corridor ?(.*)`$", page, flags=re.MULTILINE)
    assert {"route", "matrix", "check", "scenario compare"} <= set(titles)
    for title in titles:
        with pytest.raises(SystemExit) as ended:
            main([*title.split(), "--help"])
        assert ended.value.code == 0
        assert f"```text\n{capsys.readouterr().out.rstrip()}\n```" in page


def test_the_page_of_sources_has_every_row():
    page = manual.sources()
    found = co.load().sources
    assert page.count("\n| ") == len(found) + 1
    for row in found.itertuples():
        assert f"`{row.id}`" in page
    (line,) = [line for line in page.splitlines() if "`airportsdata`" in line]
    assert line.endswith("| MIT |")


def test_text_of_a_source_stays_text():
    assert manual.cell("a|b <script> [x](y) *z*") == r"a\|b \<script\> \[x\](y) \*z\*"


@pytest.mark.parametrize(
    ("was", "link", "now"),
    [
        ("docs", "../data/README.md#basis-and-source", "project/data.md#basis-and-source"),
        ("docs", "routing.md#departures", "routing.md#departures"),
        ("docs", "../notebooks/04-reliability.ipynb", "notebooks/04-reliability.ipynb"),
        ("docs", "#one-engine", "#one-engine"),
        ("docs", "https://a.org/b.md", "https://a.org/b.md"),
        ("docs", "no-such-page.md", "no-such-page.md"),
        ("docs", "../pyproject.toml", "../pyproject.toml"),
    ],
)
def test_links_lead_to_the_pages_of_the_manual(was, link, now):
    assert manual.relinked(f"see [this]({link}).", ROOT / was, ROOT / "docs") == f"see [this]({now})."


def test_links_of_a_file_that_is_copied_lead_from_where_it_stands_now():
    text = manual.relinked("[a](../docs/geometry.md), [b](rates.csv)", ROOT / "data", ROOT / "docs" / "project")
    assert text == "[a](../geometry.md), [b](../../data/rates.csv)"


def test_the_blank_line_at_the_end_of_an_example_is_left_out():
    page = "```python\n>>> 1\n1\n\n>>> 2\n2\n\n```\n\n```\nplain\n```\n"
    assert manual.without_last_blank(page) == page.replace("2\n\n```", "2\n```")


def test_pages_are_written_only_where_they_changed_and_old_ones_go(monkeypatch, tmp_path):
    monkeypatch.setattr(manual, "DOCS", tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00-gone.ipynb").write_text("{}", encoding="utf-8")
    manual.write()
    assert not (tmp_path / "notebooks" / "00-gone.ipynb").exists()
    written = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*/*")}
    assert {path.parent.name for path in written} == set(manual.MADE)
    manual.write()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("*/*")} == written


@pytest.mark.parametrize(
    ("short", "home"),
    [
        ("Network", "corridor.Network"),
        ("TimedRoute", "corridor.timed.TimedRoute"),
        ("By", "corridor.vocabulary.By"),
        ("pd.DataFrame", "pandas.DataFrame"),
        ("Axes", "matplotlib.axes.Axes"),
        ("Sail", ""),
        ("sail.Sail", ""),
    ],
)
def test_a_type_is_known_by_its_short_name_and_no_other_is(short, home):
    assert manual.home_of(short) == home
