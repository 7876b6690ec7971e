# SPDX-License-Identifier: BSD-3-Clause
"""How a route reads: its edges gathered into stages, each one line, as plain text or HTML."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corridor.prices import Edge
from corridor.tables import Line

__all__ = ["Stage", "countries_of", "line_of", "stages_as_html", "stages_as_text", "stages_of", "without_repeats"]

HEAD = ("", "from", "to", "km", "hours", "USD")
NUMBERS = {3, 4, 5}


@dataclass(frozen=True)
class Stage:
    """A stretch of a route to be read as one line: a haul within a country, a crossing, a transfer, an end."""

    kind: str
    label: str
    mode: str
    from_place: str
    to_place: str
    km: float
    hours: float
    usd: float

    @property
    def cells(self) -> tuple[str, ...]:
        """The stage as texts, in the order of the table's head."""
        return (
            self.label,
            self.from_place,
            self.to_place,
            f"{self.km:,.0f}",
            f"{self.hours:,.1f}",
            f"{self.usd:,.0f}",
        )


def stages_of(edges: Sequence[Edge], name: Callable[[str], str]) -> tuple[Stage, ...]:
    """Return the stages of a walk; ``name`` turns the id of a place into its name."""
    stages: list[Stage] = []
    run: list[Edge] = []
    for edge in edges:
        country = edge.link.countries[0] if edge.link is not None else ""
        same = (
            bool(run) and edge.tail[1] == run[0].tail[1] and (run[0].link is None or country in run[0].link.countries)
        )
        if edge.kind == "haul" and (not run or same):
            run.append(edge)
            continue
        stages += _haul(run, name)
        run = []
        if edge.kind == "haul":
            run = [edge]
        elif edge.kind not in {"start", "end"} or edge.components:
            stages.append(_single(edge, name))
    stages += _haul(run, name)
    return tuple(stages)


def stages_as_text(stages: Sequence[Stage]) -> list[str]:
    """Return the lines of a table in plain text, columns padded to their widest cell."""
    rows = [stage.cells for stage in stages]
    widths = [max(len(row[i]) for row in (HEAD, *rows)) for i in range(len(HEAD))]

    def line(row: Sequence[str]) -> str:
        cells = (
            cell.rjust(width) if i in NUMBERS else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    return [line(HEAD), "  ".join("-" * width for width in widths), *(line(row) for row in rows)]


def stages_as_html(stages: Sequence[Stage]) -> str:
    """Return an HTML table; every text is escaped."""

    def row(values: Sequence[str], tag: str) -> str:
        cells = (
            f'<{tag} style="text-align:{"right" if i in NUMBERS else "left"}">{html.escape(value)}</{tag}>'
            for i, value in enumerate(values)
        )
        return f"<tr>{''.join(cells)}</tr>"

    body = "".join(row(stage.cells, "td") for stage in stages)
    return f"<table><thead>{row(HEAD, 'th')}</thead><tbody>{body}</tbody></table>"


def countries_of(edges: Iterable[Edge]) -> list[str]:
    """Return the countries of the links of a walk in the order run through."""
    return [country for edge in edges for country in edge.countries]


def line_of(edges: Iterable[Edge], lines: Mapping[str, Line]) -> Line:
    """Return the drawn line of a walk as (lon, lat) points in degrees, of the lines of its links."""
    points: list[tuple[float, float]] = []
    for edge in edges:
        if edge.link is not None:
            line = lines[edge.link.id]
            line = line if edge.forward else line[::-1]
            points += line[1:] if points else line
    return tuple(points)


def without_repeats(items: Iterable[str]) -> Iterator[str]:
    """Yield the items without one that only repeats the item before it."""
    last = None
    for item in items:
        if item != last:
            yield item
        last = item


def _haul(run: Sequence[Edge], name: Callable[[str], str]) -> list[Stage]:
    if not run:
        return []
    through = "-".join(without_repeats(countries_of(run)))
    sums = (math.fsum(getattr(edge, measure) for edge in run) for measure in ("km", "hours", "usd"))
    return [
        Stage("haul", f"{run[0].tail[1]} {through}", run[0].mode, name(run[0].tail[0]), name(run[-1].head[0]), *sums)
    ]


def _single(edge: Edge, name: Callable[[str], str]) -> Stage:
    if edge.kind == "cross":
        label = f"border {edge.crossing}"
    elif edge.kind == "transfer":
        label = f"{edge.tail[1]} → {edge.head[1]}"
    elif edge.kind == "wait":
        label = f"wait for {edge.waits_for}"
    else:
        label = " and ".join(dict.fromkeys(part.name for part in edge.components if part.name != "cooling"))
    return Stage(edge.kind, label, edge.mode, name(edge.tail[0]), name(edge.head[0]), edge.km, edge.hours, edge.usd)
