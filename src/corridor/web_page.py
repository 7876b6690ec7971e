# SPDX-License-Identifier: BSD-3-Clause
"""One self-contained web page: texts escaped, tables, and Bokeh figures with all their code inside the page."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from corridor.errors import MissingExtraError

__all__ = ["ABSENT", "Figures", "escaped", "link_to", "need_bokeh", "page", "table"]

ABSENT: Final = "-"
STYLE: Final = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1rem; color: #222; background: #fff; line-height: 1.45;
  font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", Arial, sans-serif; font-size: 16px; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .4rem 0; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; padding-top: .6rem; border-top: 2px solid #d8d3c8; }
h3 { font-size: 1rem; margin: 1.3rem 0 .4rem; }
h1, h2, h3, p, li, td, th, dd { overflow-wrap: anywhere; }
a { color: #0a5a9c; }
.faint { color: #595959; font-size: .875rem; }
.headline { font-size: 1.05rem; font-weight: 600; }
nav ol { margin: .2rem 0; padding-left: 1.4rem; }
.wide { overflow-x: auto; margin: .4rem 0; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .2rem 0; }
th, td { padding: .25rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid #e6e1d6; }
thead th { border-bottom: 2px solid #8f8878; vertical-align: bottom; }
tbody th { font-weight: 600; }
tfoot td, tfoot th { font-weight: 600; border-top: 2px solid #8f8878; }
.number { text-align: right; } td.number { white-space: nowrap; }
td, th { overflow-wrap: normal; }
.middling { min-width: 8rem; } .long { min-width: 14rem; } .middling, .long { overflow-wrap: anywhere; }
.map { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 1rem; align-items: start; }
.panel { border: 1px solid #d8d3c8; border-radius: 4px; padding: .2rem .8rem .6rem; font-size: .875rem;
  max-height: 37rem; overflow: auto; }
.panel table { font-size: .8rem; } .panel th, .panel td { padding: .15rem .35rem; } .panel dl { margin: .2rem 0; }
.panel dt { float: left; clear: left; width: 6rem; color: #595959; } .panel dd { margin: 0 0 0 6rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; }
.figure { min-width: 0; break-inside: avoid; }
.bk-Tooltip { max-width: 26rem; }
details { margin: .6rem 0; } summary { cursor: pointer; }
@media (max-width: 52rem) { body { padding: .6rem; } th, td { padding: .2rem .35rem; } .map { grid-template-columns: minmax(0, 1fr); }
  .panel { max-height: none; }
  /* There is no room beside a finger: what is touched is told at the foot of the screen. */
  .bk-Tooltip { left: .4rem !important; right: .4rem !important; top: auto !important; bottom: .4rem !important; width: auto;
    max-width: none; opacity: 1; --tooltip-arrow-color: transparent; --tooltip-arrow-inner-color: transparent; } }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } nav { break-after: avoid; }
  .wide { overflow: visible; } .panel { display: none; } .figure { zoom: .66; } .map { display: block; }
  .map .figure { zoom: .94; } .pair { grid-template-columns: 1fr 1fr; } .faint { break-after: avoid; }
  h2, h3, thead { break-after: avoid; } tr { break-inside: avoid; } details:not([open]) { display: none; } }
"""
# Draws every figure into its place; the figures themselves are data, not code. Where a finger is the pointer, it scrolls the page
# until dragging is chosen in the toolbar, and a pinch zooms without a key.
LOADER: Final = """
(function () {
  const given = JSON.parse(document.getElementById("figures").textContent);
  Bokeh.embed.embed_items(given.documents, given.items).then(() => {
    if (!window.matchMedia("(pointer: coarse)").matches) return;
    for (const figure of Bokeh.documents.flatMap((one) => one.roots())) {
      for (const tool of figure.toolbar.tools) {
        if (tool.type === "WheelZoomTool") tool.modifiers = {};
        if (tool.type === "PanTool") tool.active = false;
      }
    }
  });
})();
"""


def escaped(text: object) -> str:
    """Return a text that HTML shows as it is."""
    return html.escape(str(text), quote=True)


def link_to(address: str, text: str) -> str:
    """Return a link to a web address; any other address stays text."""
    address = address.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = None
    if parts is not None and parts.scheme.lower() in {"http", "https"} and parts.netloc:
        return f'<a href="{escaped(address)}" rel="noopener noreferrer" target="_blank">{escaped(text)}</a>'
    return escaped(f"{text} ({address})" if address and address != text else text)


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: Sequence[bool],
    foot: Sequence[str] = (),
    heads: int = 1,
    caption: str = "",
) -> str:
    """Return a table in HTML with every text escaped; its first ``heads`` columns are the heads of the rows."""
    longest = [max((len(row[column]) for row in rows), default=0) for column in range(len(head))]

    def cell(column: int, text: str, *, scope: str) -> str:
        size = longest[column]
        name = "number" if numbers[column] else "long" if size > 60 else "middling" if size > 20 else ""
        kind = f' class="{name}"' if name else ""
        return f'<th scope="{scope}"{kind}>{escaped(text)}</th>' if scope else f"<td{kind}>{escaped(text)}</td>"

    def line(row: Sequence[str]) -> str:
        cells = (cell(column, text, scope="row" if column < heads else "") for column, text in enumerate(row))
        return f"<tr>{''.join(cells)}</tr>"

    top = "".join(cell(column, text, scope="col") for column, text in enumerate(head))
    told = f"<caption>{escaped(caption)}</caption>" if caption else ""
    end = f"<tfoot>{line(foot)}</tfoot>" if foot else ""
    body = "".join(map(line, rows))
    return f'<div class="wide"><table>{told}<thead><tr>{top}</tr></thead><tbody>{body}</tbody>{end}</table></div>'


def need_bokeh(what: str) -> None:
    """Refuse where Bokeh is not installed."""
    try:
        import bokeh  # noqa: F401
    except ImportError as error:
        msg = f"{what} needs bokeh: pip install 'corridor[report]'."
        raise MissingExtraError(msg) from error


class Figures:
    """The interactive figures of one page, in one Bokeh document, so that maps share their ground."""

    def __init__(self) -> None:
        from bokeh.document import Document

        self.shared: dict[str, Any] = {}
        self._document = Document()
        self._roots: dict[str, str] = {}

    def name(self, kind: str) -> str:
        """Return an id for an element that no other of the page has."""
        self.shared["count"] = self.shared.get("count", 0) + 1
        return f"{kind}-{self.shared['count']}"

    def place(self, figure: Any, label: str) -> str:
        """Return the element in which a figure is drawn; ``label`` says what it shows to those who cannot see it."""
        name = self.name("figure")
        self._document.add_root(figure)
        self._roots[figure.id] = name
        return f'<div class="figure" id="{name}" role="img" aria-label="{escaped(label)}"></div>'

    def __len__(self) -> int:
        return len(self._roots)

    def as_json(self) -> str:
        """Return all figures as JSON that can stand in a page: no text in it ends the script or begins a comment."""
        from bokeh.core.json_encoder import serialize_json

        # Bokeh numbers its models through the whole session; the same results are to give the same page.
        numbers: dict[str, str] = {}
        document = _renumbered(self._document.to_json(deferred=False), numbers)
        roots = {numbers[figure]: element for figure, element in self._roots.items()}
        items = [{"docid": "page", "roots": roots, "root_ids": list(roots)}]
        content = {"documents": {"page": document}, "items": items}
        text = str(serialize_json(content, pretty=False))
        for sign in "<>&\u2028\u2029":
            text = text.replace(sign, f"\\u{ord(sign):04x}")
        return text


def _renumbered(content: Any, numbers: dict[str, str]) -> Any:
    """Return a document with the ids of its models numbered in order of appearance."""
    if isinstance(content, dict):
        return {
            name: numbers.setdefault(value, f"m{len(numbers) + 1}") if name == "id" else _renumbered(value, numbers)
            for name, value in content.items()
        }
    return [_renumbered(value, numbers) for value in content] if isinstance(content, (list, tuple)) else content


def page(title: str, body: str, figures: Figures) -> str:
    """Return a whole page that works from a file, without a network: the browser is told to ask for nothing."""
    scripts = [_bokeh(), LOADER] if len(figures) else []
    # Only these scripts may run: should a text ever slip through unescaped, the browser still refuses to run it.
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    policy = (
        f"default-src 'none'; script-src {hashes or repr('none')}{' ' + repr('unsafe-eval') if scripts else ''}; "
        "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    data = f'<script type="application/json" id="figures">{figures.as_json()}</script>' if scripts else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escaped(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n{data}\n"
        f"{''.join(f'<script>{script}</script>' for script in scripts)}\n</body>\n</html>\n"
    )


@lru_cache(maxsize=1)
def _bokeh() -> str:
    """Return the code of Bokeh's core; what draws tables, widgets and formulas is left out."""
    from bokeh.resources import Resources

    code = "\n".join(Resources(mode="inline", components=["bokeh"], minified=True, log_level="warn").js_raw)
    # A browser reads every end of line as \n before it checks the hash.
    return code.replace("</script", "<\\/script").replace("\r\n", "\n").replace("\r", "\n")
