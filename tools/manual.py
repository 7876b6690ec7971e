# SPDX-License-Identifier: BSD-3-Clause
"""Pages of the manual that are made when it is built: its contents, the reference, and files kept elsewhere.

``docs/conf.py`` calls :func:`write`; what it writes into ``docs/`` is not kept in the repository.
"""

from __future__ import annotations

import argparse
import ast
import csv
import os
import re
import shutil
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
sys.path.insert(0, str(ROOT / "src"))

import corridor as co  # noqa: E402
from corridor import cli_options, errors  # noqa: E402

MADE = ("notebooks", "project", "reference")
CONTENTS_HERE = "<!-- contents -->"


class Topic(NamedTuple):
    """A page of the reference: its title, what it is about and its public names."""

    title: str
    about: str
    names: tuple[str, ...]


# Every public name stands in exactly one topic; a pattern such as plot_* holds all names that it fits.
TOPICS = {
    "networks": Topic(
        "Networks",
        "Where a network comes from, what it holds, how it is changed and written.",
        ("load", "read_network", "network_from_frames", "write_network", "Network", "state_graph"),
    ),
    "routes": Topic(
        "Routes",
        "What is moved, what its owner weighs, and the questions that a planner asks.",
        (
            "Shipment",
            "Weights",
            "route",
            "alternatives",
            "pareto",
            "departures",
            "explain",
            "Explanation",
            "Route",
            "Routes",
        ),
    ),
    "many-places": Topic(
        "Many places, many questions",
        "From several places to several, how far one gets, which port is nearest; a network compiled once.",
        ("matrix", "nearest_port", "reach", "Router"),
    ),
    "what-if": Topic(
        "What if",
        "Named changes of a network, and networks set beside each other.",
        ("Scenario", "scenarios", "compare", "worth_of_an_hour", "criticality", "Criticality"),
    ),
    "reliability": Topic(
        "Reliability",
        "How times vary, how sure an arrival is, when to wait and when to go round.",
        ("spread", "simulate", "Simulation", "route_choice", "wait_or_divert"),
    ),
    "indicators": Topic(
        "Indicators",
        "CAREC's border and speed indicators, and UNESCAP's time and cost over distance.",
        ("indicators", "Indicators", "profile"),
    ),
    "trade": Topic(
        "Trade",
        "What is traded, shared out under the capacities of crossings, lines and ports; what is full first as it grows.",
        ("Demand", "assign", "Assignment", "growth", "Growth"),
    ),
    "pictures": Topic(
        "Pictures",
        "Each plot takes finished results and matplotlib axes, and returns the axes; a report is a page of its own.",
        ("plot_*", "report"),
    ),
    "validation": Topic(
        "Validation",
        "The library beside published journeys.",
        ("compare_with_pilot_runs",),
    ),
    "errors": Topic(
        "Errors",
        "Every error says what was asked, what is wrong, the nearest valid choice and what to do next.",
        ("errors",),
    ),
}
# Public, but with nothing to tell.
UNTOLD = ("__version__",)

# The contents: a caption and its pages in order. A page that is not there yet is left out; pages of docs/ that stand
# nowhere here come last under GUIDE.
GUIDE = "Guide"
CONTENTS = {
    "Begin": ("getting-started",),
    GUIDE: (
        "model",
        "routing",
        "explaining",
        "closures",
        "scenarios",
        "reliability",
        "criticality",
        "indicators",
        "trade",
        "pictures",
        "report",
    ),
    "Notebooks": (),
    "Reference": ("reference/index", "reference/command-line", "data-model"),
    "Data": ("project/data", "trade-data", "project/sources", "validation", "geometry"),
    "Project": ("project/changelog", "project/citing", "dependencies", "project/benchmarks", "project/results", "project/tools"),
}  # fmt: skip

# Files of the repository that are pages of the manual.
COPIED = {
    "CHANGELOG.md": "project/changelog.md",
    "data/README.md": "project/data.md",
    "benchmarks/README.md": "project/benchmarks.md",
    "benchmarks/results.md": "project/results.md",
    "tools/README.md": "project/tools.md",
    "README.md": "index.md",
}

# Files whose types stay plain text: rows and tables have the page of the data model, the others are the inner works.
PLAIN = ("corridor.prices.", "corridor.schema.", "corridor.structure.", "corridor.tables.")
# Packages whose types are named in signatures; nothing is fetched to link them.
OTHERS = (
    "bokeh",
    "collections",
    "datetime",
    "geopandas",
    "matplotlib",
    "networkx",
    "numpy",
    "pandas",
    "pathlib",
    "scipy",
    "typing",
)


def home_of(name: str) -> str:
    """Return the full path of a type that signatures write by its short name; empty where there is none."""
    home = type_homes().get(name, name)
    short = home.rpartition(".")[2]
    if home.startswith("corridor.") and short in co.__all__:
        return f"corridor.{short}"
    return home if "." in home and home.partition(".")[0] in {"corridor", *OTHERS} else ""


@cache
def type_homes() -> dict[str, str]:
    """Return the full path of every name that a file of the package imports or defines."""
    homes: dict[str, str] = {}
    for _, tree in parsed():
        for line in ast.walk(tree):
            if isinstance(line, ast.ImportFrom):
                homes |= {each.asname or each.name: f"{line.module}.{each.name}" for each in line.names}
    homes |= {path.rpartition(".")[2]: path for path in [*classes_of_package(), *aliases()]}
    short = {"pd": "pandas", "gpd": "geopandas", "nx": "networkx", "np": "numpy"}
    classes = ("DataFrame", "Series", "GeoDataFrame", "MultiDiGraph", "ndarray")
    return homes | {f"{word}.{name}": f"{package}.{name}" for word, package in short.items() for name in classes}


def parsed() -> Iterator[tuple[str, ast.Module]]:
    """Yield the files of the package: module, what it says."""
    for file in sorted((ROOT / "src" / "corridor").glob("*.py")):
        yield f"corridor.{file.stem}", ast.parse(file.read_text(encoding="utf-8"))


@cache
def classes_of_package() -> tuple[str, ...]:
    """Return the full path of every class of the package that is not private."""
    return tuple(
        f"{module}.{line.name}"
        for module, tree in parsed()
        for line in tree.body
        if isinstance(line, ast.ClassDef) and not line.name.startswith("_")
    )


@cache
def aliases() -> dict[str, str]:
    """Return the full path of every type that the package gives a name to, and what it stands for."""
    return {
        f"{module}.{line.target.id}": ast.unparse(line.value).strip("'")
        for module, tree in parsed()
        for line in tree.body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value is not None
        if ast.unparse(line.annotation) == "TypeAlias"
    }


def is_plain(path: str) -> bool:
    """Return whether a type has no place of its own here: inner works, or a short name that two files give."""
    short = path.rpartition(".")[2]
    given = [each for each in (*classes_of_package(), *aliases()) if each.endswith(f".{short}")]
    return path.startswith(PLAIN) or (short not in co.__all__ and len(given) > 1)


def reached(names: list[str], known: set[str]) -> Iterator[str]:
    """Yield the full path of each class that is not public but is taken or returned by these names."""
    waiting = [getattr(co, name) for name in names]
    while waiting:
        for word in sorted(set(re.findall(r"[\w.]+", " ".join(annotations_of(waiting.pop(0)))))):
            path = home_of(word)
            if path in known or is_plain(path) or path not in {*classes_of_package(), *aliases()}:
                continue
            known.add(path)
            module, _, name = path.rpartition(".")
            waiting.append(aliases().get(path) or getattr(import_module(module), name))
            if path not in aliases():
                yield path


def annotations_of(value: Any) -> Iterator[str]:
    """Yield the annotations of a function, or of a class, its attributes and what it offers; classes its docstring names."""
    if isinstance(value, str):
        yield value
        return
    yield from re.findall(r":class:`([\w.]+)`", value.__doc__ or "")
    if not isinstance(value, type):
        yield from map(str, getattr(value, "__annotations__", {}).values())
        return
    of_making = {"__init__"} if "Parameters\n" in (value.__doc__ or "") else set()
    for name, each in vars(value).items():
        inner = getattr(each, "fget", None) or getattr(each, "func", None) or getattr(each, "__func__", None) or each
        if callable(inner) and (name in of_making or not name.startswith("_")):
            yield from annotations_of(inner)
    for name, annotation in vars(value).get("__annotations__", {}).items():
        if not name.startswith("_"):
            yield str(annotation)


def contents() -> str:
    """Return the contents of the manual: one tree a caption."""
    there = {str(path.relative_to(DOCS).with_suffix("")) for path in DOCS.glob("*.md")} - {"index"}
    there |= {target.removesuffix(".md") for target in COPIED.values()} | {name.rsplit(".", 1)[0] for name, _ in made()}
    told = {name for names in CONTENTS.values() for name in names}
    lines: list[str] = []
    for caption, names in CONTENTS.items():
        pages = [name for name in names if name in there]
        if caption == GUIDE:
            pages += sorted(name for name in there - told if "/" not in name and name != "index")
        if caption == "Notebooks":
            pages = [f"notebooks/{path.stem}" for path in notebooks()]
        lines += ["```{toctree}", ":maxdepth: 1", f":caption: {caption}", "", *pages, "```", ""]
    return "\n".join(lines)


def notebooks() -> list[Path]:
    """Return the notebooks in order."""
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def names_of(topic: Topic) -> list[str]:
    """Return the public names of a topic, in its order; those that fit a pattern by the alphabet."""
    return [name for word in topic.names for name in sorted(co.__all__) if fnmatchcase(name, word)]


def check_topics() -> None:
    """Raise where a public name stands in no topic or in several, or a topic names what is not public."""
    told = [name for topic in TOPICS.values() for name in names_of(topic)]
    faults = [f"co.{name} stands in no topic" for name in co.__all__ if name not in {*told, *UNTOLD}]
    faults += [f"co.{name} stands in {told.count(name)} topics" for name in sorted(set(told)) if told.count(name) > 1]
    words = [word for topic in TOPICS.values() for word in topic.names]
    faults += [f"{word} is no public name" for word in words if not any(fnmatchcase(n, word) for n in co.__all__)]
    if faults:
        msg = f"tools/manual.py, TOPICS: {'; '.join(faults)}"
        raise SystemExit(msg)


def made() -> Iterator[tuple[str, str]]:
    """Yield the pages made from code and data: file under docs/, text."""
    check_topics()
    yield "reference/index.rst", reference()
    known = {f"corridor.errors.{name}" for name in told_errors()}
    for name, topic in TOPICS.items():
        yield f"reference/{name}.rst", topic_page(name, topic, known)
    yield "reference/words.rst", words(known)
    yield "reference/command-line.md", command_line()
    yield "project/sources.md", sources()
    yield "project/citing.md", citing()


def underlined(title: str, sign: str) -> list[str]:
    """Return the lines of a heading in reStructuredText."""
    return [title, sign * len(title), ""]


def summary(names: list[str], module: str = "corridor") -> list[str]:
    """Return the lines of a table of names, each with the first sentence of its docstring."""
    return [
        f".. currentmodule:: {module}",
        "",
        ".. autosummary::",
        "   :nosignatures:",
        "",
        *(f"   {n}" for n in names),
        "",
    ]


def told_errors() -> list[str]:
    """Return the public names of the module of errors."""
    return list(errors.__all__)


def reference() -> str:
    """Return the first page of the reference: every public name by topic."""
    lines = underlined("Every public name, by topic", "=")
    lines += ["All are reached as ``co.NAME`` after ``import corridor as co``.", ""]
    for name, topic in TOPICS.items():
        lines += underlined(f":doc:`{topic.title} <{name}>`", "-")
        lines += [topic.about, ""]
        lines += summary(told_errors(), "corridor.errors") if name == "errors" else summary(names_of(topic))
    lines += [".. toctree::", "   :hidden:", "", *(f"   {name}" for name in (*TOPICS, "words")), ""]
    return "\n".join(lines)


def topic_page(name: str, topic: Topic, known: set[str]) -> str:
    """Return a page of the reference: a table of its names, then each in full."""
    lines = [*underlined(topic.title, "="), topic.about, ""]
    if name == "errors":
        names, module = told_errors(), "corridor.errors"
    else:
        names, module = names_of(topic), "corridor"
    lines += summary(names, module)
    for each in names:
        lines += in_full(f"{module}.{each}", getattr(errors if name == "errors" else co, each))
    if beyond := list(reached(names if name != "errors" else [], known)):
        lines += [*underlined("Reached through these", "-")]
        for each in beyond:
            lines += in_full(each, None)
    return "\n".join(lines)


def words(known: set[str]) -> str:
    """Return the page of the types that have a name and stand in a signature: which words an option takes."""
    lines = underlined("Words that options take", "=")
    lines += ["Types that the signatures name. Each choice of words is checked: a misspelt one is an error.", ""]
    told = {path: meaning for path, meaning in aliases().items() if path in known}
    for path, meaning in sorted(told.items(), key=lambda item: item[0].rpartition(".")[2].lower()):
        lines += [f".. py:type:: {path}", f"   :canonical: {meaning}", ""]
    return "\n".join(lines)


def in_full(path: str, value: Any) -> list[str]:
    """Return the directive that documents one name."""
    if value is not None and not isinstance(value, type):
        return [f".. autofunction:: {path}", ""]
    # What a class of ours inherits from another of ours is told; of tuples and sequences it is not.
    inherited = ["   :inherited-members:"] if path.endswith(".Network") else []
    return [f".. autoclass:: {path}", "   :members:", *inherited, ""]


def command_line() -> str:
    """Return the page of the command line: every command with the help that its parser prints."""
    lines = ["# Command line", "", "Each command takes `--help`. Made from the parser itself.", ""]
    parser, _ = cli_options._parser()  # noqa: SLF001
    for title, each in commands(parser):
        lines += [f"## `{title}`", "", "```text", each.format_help().rstrip(), "```", ""]
    return "\n".join(lines)


def commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield each command of a parser, and its own commands after it."""
    yield parser.prog, parser
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for each in action.choices.values():
                yield from commands(each)


def sources() -> str:
    """Return the page of the sources: every row of the table, with its licence."""
    with (ROOT / "data" / "sources.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [
        "# Sources",
        "",
        f"The {len(rows)} sources that the figures name, from `data/sources.csv`. [The data](data.md) says how figures",
        "were chosen among them. A licence is told where the source states one; facts taken from the others are cited.",
        "",
        "| source, and its id | publisher, year | licence |",
        "|---|---|---|",
    ]
    for row in rows:
        title = f"[{cell(row['title'])}](<{row['url']}>)" if row["url"] else cell(row["title"])
        note = f" {cell(row['note'])}" if row["note"] else ""
        whom = ", ".join(filter(None, [cell(row["publisher"]), row["year"]]))
        lines.append(f"| {title}.{note} `{row['id']}` | {whom} | {cell(row['licence'])} |")
    return "\n".join([*lines, ""])


def cell(text: str) -> str:
    """Return a text as it may stand in a cell of a Markdown table."""
    return re.sub(r"([\\|<>\[\]*_`$#])", r"\\\1", " ".join(text.split()))


def citing() -> str:
    """Return the page that says how to cite the library and its data."""
    cff = (ROOT / "CITATION.cff").read_text(encoding="utf-8").rstrip()
    return f"""# Citing

Cite the library with its version, and the sources of the figures you use: `route.sources` lists those behind a route.
The machine-readable form, `CITATION.cff`:

```yaml
{cff}
```

Code: BSD-3-Clause. Data: CC BY 4.0, and ODbL 1.0 where they are derived from OpenStreetMap (© OpenStreetMap
contributors). [The data](data.md) tells which is which.
"""


def relinked(text: str, was_in: Path, now_in: Path) -> str:
    """Return a page whose links to files of the repository lead to their pages, or to the files themselves.

    Parameters
    ----------
    text
        Markdown, or a notebook as it is stored.
    was_in, now_in
        Folder for which its links were written, and folder in which it is read now.
    """

    def led(match: re.Match[str]) -> str:
        target, _, anchor = match["target"].partition("#")
        if not target or re.match(r"[a-z]+:", target):
            return match[0]
        path = (was_in / target).resolve()
        if not path.exists() or not path.is_relative_to(ROOT):
            return match[0]
        name = path.relative_to(ROOT).as_posix()
        if name in COPIED:
            path = DOCS / COPIED[name]
        elif name.startswith("notebooks/"):
            path = DOCS / name
        return f"]({os.path.relpath(path, now_in)}{'#' if anchor else ''}{anchor})"

    return re.sub(r"\]\((?P<target>[^()\s<>]+)\)", led, text)


def without_last_blank(text: str) -> str:
    """Return a page without the blank line that parts the last output of an example from the end of its block."""
    return re.sub(r"^(```python\n(?:(?!```).*\n)*?)\n```$", r"\1```", text, flags=re.MULTILINE)


def write() -> None:
    """Write every page that is made or copied into docs/, touching only those that changed; remove those left over."""
    pages = {DOCS / name: text for name, text in made()}
    kept = [(ROOT / file, DOCS / page) for file, page in COPIED.items() if file != "README.md"]
    for file, page in [*kept, *((path, DOCS / "notebooks" / path.name) for path in notebooks())]:
        pages[page] = relinked(file.read_text(encoding="utf-8"), file.parent, page.parent)
    for folder in MADE:
        for path in (DOCS / folder).glob("*"):
            if path.is_dir():
                shutil.rmtree(path)
            elif path not in pages:
                path.unlink()
    for path, text in pages.items():
        path.parent.mkdir(exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
