# SPDX-License-Identifier: BSD-3-Clause
"""How rows of texts are set as a table: in plain text, and in HTML for a notebook."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

__all__ = ["table_as_html", "table_as_text"]


def table_as_text(head: Sequence[str], rows: Iterable[Sequence[str]], *, left: int) -> list[str]:
    """Return the lines of a table, columns padded to their widest cell; one column stands to the left, the rest right."""
    every = [head, *rows]
    widths = [max(len(row[column]) for row in every) for column in range(len(head))]
    return [
        "  ".join(
            cell.ljust(width) if column == left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in every
    ]


def table_as_html(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in HTML; every text is escaped."""

    def line(cells: Sequence[str], tag: str) -> str:
        return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"
