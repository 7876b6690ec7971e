# SPDX-License-Identifier: BSD-3-Clause
"""The commands about trade: assign, which shares it out under capacities, and growth."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.cli_options import words_of
from corridor.cli_output import answer, check_output
from corridor.errors import OptionError

if TYPE_CHECKING:
    from corridor.demand import Demand
    from corridor.network import Network
    from corridor.scenario import Scenario

__all__ = ["run_assign", "run_growth"]

BUNDLED = "pk-kz-2025"


def run_assign(options: argparse.Namespace, net: Network) -> int:
    """Show what is carried and what is not, the bottlenecks and what is assumed."""
    from corridor.assigning import assign

    check_output(options)
    if options.demand is None and options.set is None:
        msg = f"assign: name a file of demand, or a bundled set, e.g. --set {BUNDLED}."
        raise OptionError(msg)
    found = assign(net, _demand_of(options), **_keywords(options))
    return answer(options, rows=lambda: found.flow_rows, data=found.to_dict, text=lambda: str(found))


def run_growth(options: argparse.Namespace, net: Network) -> int:
    """Show what growing trade needs, what is full first, what levers add, and what rests on estimates."""
    from corridor.growing import growth

    check_output(options)
    found = growth(
        net, _demand_of(options), to_usd=options.to_usd, from_usd=options.from_usd, steps=options.steps,
        levers=[tuple(map(_lever, word.split("+"))) for word in words_of(options.lever) or ()], swing=options.swing or None, **_keywords(options),
    )  # fmt: skip
    return answer(options, rows=lambda: found.volume_rows, data=found.to_dict, text=lambda: str(found))


def _demand_of(options: argparse.Namespace) -> tuple[Demand, ...]:
    """Return the demand of the file or of the bundled set."""
    from corridor.demand import Demand, read_demand

    if options.demand is not None and options.set is not None:
        msg = f"{options.demand!r} and --set {options.set}: give a file or a bundled set, not both."
        raise OptionError(msg)
    return read_demand(options.demand) if options.demand is not None else Demand.bundled(options.set or BUNDLED)


def _lever(word: str) -> Scenario:
    word = word.strip()
    from corridor.scenario import Scenario

    return Scenario.read(word) if Path(word).suffix == ".toml" else Scenario.bundled(word)


def _keywords(options: argparse.Namespace) -> dict[str, Any]:
    """Return the shared options as the keywords that the questions take."""
    given = [*map(_capacity, options.capacity)]
    own = dict(given)
    if len(own) < len(given):
        msg = "--capacity: one of them is given twice; give one figure each."
        raise OptionError(msg)
    if own and options.no_capacities:
        msg = "--capacity and --no-capacities: give one of the two."
        raise OptionError(msg)
    return {
        "modes": words_of(options.mode),
        "avoid": words_of(options.avoid) or (),
        "within": words_of(options.within),
        "include": words_of(options.include) or (),
        "capacities": own or not options.no_capacities,
        "background": not options.no_background,
        "unserved_usd_per_tonne": options.unserved_usd,
        "empty_returns": options.empty_returns,
        "working_days": options.working_days,
    }


def _capacity(word: str) -> tuple[Any, Any]:
    """Read ``torkham=600``, ``hairatan/rail=400`` or ``far=300/trucks_per_day``."""
    name, _, text = word.partition("=")
    key = tuple(part.strip() for part in name.split("/"))
    figure, *more = (part.strip() for part in text.split("/"))
    try:
        number = None if figure == "none" else float(figure)
    except ValueError as error:
        msg = f"--capacity {word}: give ID=NUMBER, e.g. torkham=600, hairatan/rail=400, far=300/trucks_per_day, or =none for no limit."
        raise OptionError(msg) from error
    return (key if len(key) > 1 else key[0]), ((number, *more) if more else number)
