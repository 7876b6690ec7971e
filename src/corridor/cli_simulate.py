# SPDX-License-Identifier: BSD-3-Clause
"""The command that tells how sure the arrival is: simulate."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from corridor.cli_options import keywords, place_of
from corridor.cli_output import answer, check_output
from corridor.errors import OptionError

if TYPE_CHECKING:
    import pandas as pd

    from corridor.network import Network

__all__ = ["run_simulate"]

# So many causes are named of what makes the time of the best route uncertain.
SHOWN = 5


def run_simulate(options: argparse.Namespace, net: Network) -> int:
    """Show the quantiles of hours and USD of the best routes, by mean and by P95 side by side."""
    from corridor.routing import alternatives
    from corridor.simulation import simulate

    check_output(options)
    distinct = None if options.distinct == "any" else options.distinct
    routes = alternatives(
        net,
        place_of(options.origin),
        place_of(options.destination),
        k=options.k,
        distinct=distinct,
        **keywords(options),
    )
    if not len(routes):
        msg = f"simulate: no route to draw. {routes.note}"
        raise OptionError(msg)
    found = simulate(
        routes, options.draws, options.seed, deadline_hours=options.deadline_hours, closures=options.closures,
        prices=options.prices,
    )  # fmt: skip

    def rows() -> list[dict[str, Any]]:
        return _records(found.to_frame().reset_index())

    def data() -> dict[str, Any]:
        made: dict[str, Any] = {"draws": found.n, "seed": found.seed, "closures": found.closures}
        made |= {"prices": found.prices, "deadline_hours": found.deadline_hours, "note": routes.note}
        return made | {"routes": rows(), "contributions": _records(found.contributions(of="causes"))}

    def text() -> str:
        lines = [str(found), *([f"\nnote       {routes.note}"] if routes.note else [])]
        if found.deadline_hours is not None:
            chances = ", ".join(f"{row['route']}: {row['chance_by_deadline']:.0%}" for row in rows())
            lines.append(f"\nwithin {found.deadline_hours:g} h, route by route: {chances}")
        causes = [row for row in _records(found.contributions(of="causes")) if row["route"] == 1 and row["share"] > 0]
        causes.sort(key=lambda row: -row["share"])
        if causes:
            lines.append("\nshare in the variance of the hours of route 1:")
            lines += [f"  {row['share']:>6.1%}  {row['cause']}" for row in causes[:SHOWN]]
        return "\n".join(lines)

    return answer(options, rows=rows, data=data, text=text)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
