# SPDX-License-Identifier: BSD-3-Clause
"""What a report says of why a route was chosen, and of its trade facilitation indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from corridor.explaining_texts import RIVALS_HEAD, SPLIT_HEAD, facts_of, head_of, rival_rows, split_rows
from corridor.interactive_charts import tornado_bars
from corridor.interactive_map import map_of, named
from corridor.report_tables import list_of, rows_table, text_table
from corridor.web_page import Figures, escaped

if TYPE_CHECKING:
    from corridor.explaining import Explanation
    from corridor.facilitation import Indicators
    from corridor.network import Network

__all__ = ["explanation_section", "explanation_sources", "indicators_section", "indicators_sources"]

ESTIMATES: Final = (
    ("estimate", "name", ""), ("unit", "unit", ""), ("basis", "basis", ""), ("range", "range", ""), ("now", "now", ",.4g"),
    ("low", "low", ",.4g"), ("high", "high", ",.4g"), ("margin at low", "margin_at_low", ",.1f"), ("margin at high", "margin_at_high", ",.1f"),
    ("best at low", "best_at_low", ""), ("best at high", "best_at_high", ""), ("choice survives", "choice_survives", ""),
    ("source", "source", ""),
)  # fmt: skip


def explanation_section(found: Explanation, figures: Figures) -> str:
    """Return verdict, map beside the rivals, split of the score, break-evens in words, and the tornado."""
    *facts, (_, verdict) = facts_of(found)
    *split, total = split_rows(found.split)
    rivals = (
        f"<h3>Rivals</h3><p class='faint'>{escaped(found.method)}; margin: how much more a rival takes, {escaped(found.unit)}.</p>"
        f"{text_table(RIVALS_HEAD, rival_rows(found), heads=2)}"
    )
    told = "".join(f"<h4>{escaped(name[:1].upper() + name[1:])}</h4>{list_of(lines)}" for name, lines in facts)
    return "".join([
        f"<p class='headline'>{escaped(head_of(found))}</p>",
        f"<h3>Does the choice survive what is not known?</h3><p>{escaped(' '.join(verdict))}</p>",
        map_of([found.route, *found.rivals], figures),
        "<p class='faint'>Route 1 of the map is the one explained; route 2 is rival 1, and so on.</p>" if found.rivals else "",
        "<h3>What the score is made of, USD</h3>",
        text_table(SPLIT_HEAD, split, foot=total, heads=2),
        rivals if found.rivals else "<p>No rival was found.</p>",
        "<h3>What would have to change</h3>" if facts else "",
        told,
        _tornado(found, figures),
    ])  # fmt: skip


def explanation_sources(found: Explanation) -> tuple[Network, list[str]]:
    """Return the network, and what the estimates put to the test name as sources."""
    return found.route._net, [row["source"] for row in found.tornado_rows()]  # noqa: SLF001


def _tornado(found: Explanation, figures: Figures) -> str:
    rows = found.tornado_rows()
    if not rows:
        return ""
    chart = tornado_bars(found)
    drawn = (
        f"{figures.place(chart, 'Bars of how far each estimate moves the margin to the best rival: the table holds the figures')}"
        "<p class='faint'>From today (the black line) to the margin at either end of the range of the estimate; left of the dashed "
        "line another route is the best.</p>"
        if chart is not None
        else "<p>No estimate moves the margin to a rival.</p>"
    )
    return (
        f"<h3>How much the guesses matter</h3>{drawn}"
        f"<details><summary>All {len(rows)} estimates, margins in {escaped(found.unit)}</summary>{rows_table(rows, ESTIMATES)}</details>"
    )


def indicators_section(found: Indicators) -> str:
    """Return the tables of each route, hours, indicators and posts, beside the published values, and the notes."""
    parts = []
    names = named(found.routes)
    for name, (title, blocks) in zip(names, found._shown(), strict=True):  # noqa: SLF001
        which = f"Route {name}. " if len(names) > 1 else ""
        parts.append(f"<p class='headline'>{escaped(which + title)}</p>")
        parts += [f"<h3>{escaped(name)}</h3>{text_table(head, rows)}" for name, head, rows in blocks]
    return "".join([*parts, "<h3>Notes</h3>", list_of(found.notes)])


def indicators_sources(found: Indicators) -> tuple[Network, list[str]]:
    """Return the network, and where the published values are from."""
    return found.routes[0]._net, [row["source"] for row in found.rows("compared")]  # noqa: SLF001
