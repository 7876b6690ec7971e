# SPDX-License-Identifier: BSD-3-Clause
"""The commands that measure a route as CAREC and UNESCAP do: indicators and profile."""

from __future__ import annotations

import argparse
from itertools import groupby
from typing import TYPE_CHECKING, Any

from corridor.cli_options import keywords, place_of
from corridor.cli_output import HEADS, answer, check_output, fact, figure, other_ends_line, table

if TYPE_CHECKING:
    from corridor.network import Network
    from corridor.routes import Route

__all__ = ["run_indicators", "run_profile"]


def run_indicators(options: argparse.Namespace, net: Network) -> int:
    """Show the trade facilitation indicators of the best route beside the published ones."""
    from corridor.facilitation import indicators

    found = _route_of(options, net)
    measured = indicators(found)
    # A table that does not exist is a mistake even where none is written.
    rows = measured.rows(options.table)
    return answer(
        options,
        rows=lambda: rows,
        data=lambda: {"origin": found.origin, "destination": found.destination, "by": found.by} | measured.to_dict(),
        text=lambda: f"{found.headline}\n\n{measured}",
    )


def run_profile(options: argparse.Namespace, net: Network) -> int:
    """Show the time/cost-distance profile of the best route: legs gathered between its stops."""
    from corridor.distance_profile import PER_WORDS, PROFILE_UNITS, profile_rows

    found = _route_of(options, net)
    rows = profile_rows(found, options.y, per=options.per)
    about = {"origin": found.origin, "destination": found.destination, "by": found.by}
    told = {"y": options.y, "unit": PROFILE_UNITS[options.y], "per": options.per}

    def text() -> str:
        of = "since departure" if options.y == "hours" else PER_WORDS[options.per]
        head = ["km", HEADS[options.y], f"+ {HEADS[options.y]}", "what", "where"]
        shown = table(head, _gathered(rows, options.y), texts=("what", "where"))
        lines = [found.headline, "", f"{HEADS[options.y]} {of}, over km:", shown, ""]
        return "\n".join([*lines, fact("counted", other_ends_line(found))])

    return answer(options, rows=lambda: rows, data=lambda: about | told | {"points": rows}, text=text)


def _route_of(options: argparse.Namespace, net: Network) -> Route:
    from corridor.routing import route

    check_output(options)
    return route(net, place_of(options.origin), place_of(options.destination), **keywords(options))


def _gathered(rows: list[dict[str, Any]], y: str) -> list[list[str]]:
    """Return one line a stop, and one for the legs of one mode between two stops."""
    lines: list[list[str]] = []
    for (kind, mode, _), run in groupby(enumerate(rows), lambda pair: _key(*pair)):
        points = [row for _, row in run]
        last = points[-1]
        what = {"leg": mode, "start": "start"}.get(kind, last["activity"])
        where = last["place_name"] if kind != "leg" else f"to {last['place_name']}"
        rise = sum(row["step"] for row in points)
        lines.append([figure("km", last["km"]), figure(y, last[y]), figure(y, rise), what, where])
    return lines


def _key(number: int, row: dict[str, Any]) -> tuple[str, str, int]:
    """Return what the points of one line share: legs their mode, every other point nothing."""
    return row["kind"], row["mode"], -1 if row["kind"] == "leg" else number
