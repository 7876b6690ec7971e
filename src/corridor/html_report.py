# SPDX-License-Identifier: BSD-3-Clause
"""Finished results as one self-contained web page, for a reader without Python, a server or a network."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor import __version__
from corridor.errors import OptionError
from corridor.report_sections import ACCEPTED, heading_of, is_accepted, moment, routes_of, section_of, sources_of
from corridor.web_page import Figures, escaped, link_to, need_bokeh, page

if TYPE_CHECKING:
    from corridor.routes import Route

__all__ = ["report"]


def report(results: Any, path: str | Path, *, title: str | None = None, overwrite: bool = False) -> Path:
    """Write finished results as one web page that works from a file, on a computer without any network.

    Parameters
    ----------
    results
        One result, a list of them, or a mapping from headings to results: a :class:`corridor.Route` (map, profiles of
        hours and USD, tables of its steps, score and bases), :class:`corridor.Routes` (map of all, side by side), an
        :class:`corridor.Explanation` (verdict, split, break-evens in words, tornado), :class:`corridor.Indicators` (beside the
        published values), :class:`corridor.Simulation` (how sure the arrival is), :class:`corridor.Criticality` (bars and
        table), an :class:`corridor.Assignment` (map of the flow, capacities, bottlenecks, what is not carried and why), a
        :class:`corridor.Growth` (share of capacities over trade, volumes, levers), a DataFrame, or any other result with
        ``to_frame()`` (a table).
    path
        File to write; its name ends in ``.html``, its folder is there.
    title
        Title of the page; missing: the heading of the only result, or "Freight corridor report".
    overwrite
        Whether a file of that name is replaced.

    Returns
    -------
    pathlib.Path
        The file written, some 2 MB: the code that draws, the outlines of the countries and all figures are in it.
        It is whole or not there: it is written beside and then put in its place.

    Raises
    ------
    OptionError
        If there is no result, one is of a kind that a report cannot hold, the file is there already, its folder is not, or
        its name does not end in ``.html``.
    MissingExtraError
        If bokeh is not installed.

    Notes
    -----
    Every name, note and title is shown as text, whatever it holds. The page asks for nothing when it opens, and tells the
    browser so (Content-Security-Policy); the addresses of sources are links that only a click follows.

    Examples
    --------
    >>> import tempfile
    >>> import corridor as co
    >>> net = co.load()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = co.report({"To Kabul": co.route(net, "Karachi", "Kabul")}, f"{folder}/kabul.html")
    ...     made.name, "<h2 id=" in made.read_text(encoding="utf-8")
    ('kabul.html', True)
    """
    named = _named(results)
    target = _target(path, overwrite=overwrite)
    need_bokeh("report()")
    if title is None:
        title = next(iter(named))[0] if len(named) == 1 else "Freight corridor report"
    figures = Figures()
    sections = [
        f'<section><h2 id="section-{number}">{escaped(heading)}</h2>{section_of(result, figures)}</section>'
        for number, (heading, result) in enumerate(named, 1)
    ]
    listed = "".join(
        f'<li><a href="#section-{n}">{escaped(heading)}</a></li>' for n, (heading, _) in enumerate(named, 1)
    )
    contents = f'<nav aria-label="Contents"><ol>{listed}<li><a href="#sources">Sources and dates</a></li></ol></nav>'
    body = (
        f"<header><h1>{escaped(title)}</h1></header>{contents}<main>{''.join(sections)}</main>"
        f"<footer>{_sources([result for _, result in named])}</footer>"
    )
    _write(target, page(title, body, figures))
    return target


def _named(results: Any) -> list[tuple[str, Any]]:
    """Return the results with their headings; refuse what a report cannot hold."""
    if is_accepted(results):
        given = [(heading_of(results), results)]
    elif isinstance(results, Mapping):
        given = [(str(heading), result) for heading, result in results.items()]
    elif isinstance(results, (list, tuple)):
        given = [(heading_of(result), result) for result in results]
    else:
        msg = f"report: cannot hold a {type(results).__name__}; give {ACCEPTED}, a list of these, or a mapping from headings to them."
        raise OptionError(msg)
    if not given:
        msg = f"report: no results; give at least one: {ACCEPTED}."
        raise OptionError(msg)
    for number, (heading, result) in enumerate(given, 1):
        if not is_accepted(result):
            where = f"{heading!r}" if isinstance(results, Mapping) else f"result {number}"
            msg = f"report: {where} is a {type(result).__name__}; a report holds {ACCEPTED}."
            raise OptionError(msg)
    return given


def _target(path: str | Path, *, overwrite: bool) -> Path:
    """Return the file to write; refuse a name or folder that will not do."""
    given: Any = path
    if not isinstance(given, (str, os.PathLike)):
        msg = f"report: path={path!r} is no file name; give one such as 'report.html'."
        raise OptionError(msg)
    target = Path(path)
    if target.suffix.lower() not in {".html", ".htm"}:
        msg = f"report: {str(target)!r} must end in .html, such as '{target.stem or 'report'}.html'."
        raise OptionError(msg)
    if not target.parent.is_dir():
        msg = f"report: the folder {str(target.parent)!r} is not there; make it first, or name another."
        raise OptionError(msg)
    if target.is_dir():
        msg = f"report: {str(target)!r} is a folder; name a file in it."
        raise OptionError(msg)
    if target.exists() and not overwrite:
        msg = f"report: {str(target)!r} is there already; pass overwrite=True to replace it, or name another."
        raise OptionError(msg)
    return target


def _write(target: Path, text: str) -> None:
    """Write the file beside, then put it in its place, so that it is never half there."""
    beside: str | None = None
    try:
        handle, beside = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=".part", dir=target.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        # A temporary file is private; a page is as readable as any other file that the user makes.
        mask = os.umask(0)
        os.umask(mask)
        Path(beside).chmod(0o666 & ~mask)
        Path(beside).replace(target)
    except OSError as error:
        if beside is not None:
            with suppress(OSError):
                Path(beside).unlink()
        msg = f"report: {str(target)!r} cannot be written ({error.strerror})."
        raise OptionError(msg) from error


# --- where it all comes from ----------------------------------------------------------------------------------------------


def _sources(results: Sequence[Any]) -> str:
    """Return sources with links, the dates of the data, and the version that made the page."""
    routes = [route for result in results for route in routes_of(result)]
    found: dict[str, tuple[str, str]] = {}
    for result in results:
        for key, title, address in _source_rows(result):
            found.setdefault(key, (title, address))
    items = "".join(
        f"<li><b>{escaped(key)}</b>: {escaped(title)}{f'. {link_to(address, address)}' if address else ''}</li>"
        for key, (title, address) in found.items()
    )
    listed = f"<ol>{items}</ol>" if items else "<p>These results name no sources of their own.</p>"
    return f'<h2 id="sources">Sources and dates</h2><p>{escaped(_dates(routes))}</p>{listed}'


def _dates(routes: Sequence[Route]) -> str:
    """Return as of when the results hold, and what made them."""
    told = sorted({_when(route) for route in routes})
    known = max((row.last_confirmed for route in routes for row in route._net.tables.statuses), default="")  # noqa: SLF001
    parts = [f"Routes: {', '.join(told)}."] if told else []
    parts += [f"Closures and restrictions last confirmed {known}."] if known else []
    return " ".join([*parts, f"Made with corridor {__version__}."])


def _when(route: Route) -> str:
    """Return the state of the world that a route holds in."""
    if route.depart is not None:
        return f"leaving {moment(route.depart)}"
    return "normal operation" if route.day is None else f"as of {route.day.isoformat()}"


def _source_rows(result: Any) -> list[tuple[str, str, str]]:
    """Return id, title and address of the sources that a result names."""
    if known := sources_of(result):
        return known
    given = getattr(result, "sources", None)
    if given is None or callable(given):
        return []
    if hasattr(given, "reset_index"):
        frame = given if "id" in given.columns else given.reset_index()
        records = frame.to_dict("records")
        return [(str(r.get("id", n)), str(r.get("title", "")), str(r.get("url", ""))) for n, r in enumerate(records, 1)]
    rows = [row for row in given if hasattr(row, "id") and hasattr(row, "title")]
    return [(row.id, row.title, getattr(row, "url", "")) for row in rows] or [(str(row), "", "") for row in given]
