# SPDX-License-Identifier: BSD-3-Clause
"""One change of a scenario on the tables as they stand: what it rests on, what it names, and how it fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from corridor.errors import OptionError, nearest_valid
from corridor.scenario import Change, Scenario, told_change
from corridor.schema import Link
from corridor.tables import Tables, column_names
from corridor.vocabulary import Basis

__all__ = ["Applied", "changed_row"]


class Applied:
    """One change on the tables as they stand, with what it rests on."""

    def __init__(self, tables: Tables, scenario: Scenario, change: Change) -> None:
        self.tables = tables
        self.scenario = scenario
        self.basis: Basis = scenario.basis_of(change)
        self.source = scenario.source_of(change)
        self.where = f"{scenario.id}, {told_change(change)}"

    def fails(self, why: str) -> OptionError:
        """Return the error that says which change of which scenario cannot be made."""
        return OptionError(f"Scenario {self.where}: {why}")

    def known(self, given: Sequence[str], known: Iterable[str], kind: str) -> set[str]:
        """Return ids that are in the network; an unknown one is an error that names the nearest."""
        choices = set(known)
        for name in given:
            if name not in choices:
                msg = f"no {kind} {name!r} in the network.{nearest_valid(name, choices, kind=f'{kind}s'.capitalize())}"
                raise self.fails(msg)
        return set(given)

    def crossings(self, given: Sequence[str]) -> set[str]:
        """Return crossings that are in the network."""
        return self.known(given, (row.crossing for row in self.tables.crossings), "crossing")

    def links(self, given: Sequence[str]) -> set[str]:
        """Return links that are in the network."""
        return self.known(given, (row.id for row in self.tables.links), "link")

    def places(self, given: Sequence[str]) -> set[str]:
        """Return places that are in the network."""
        return self.known(given, (row.id for row in self.tables.places), "place")

    def of_alignment(self, links: Sequence[str], alignment: str) -> set[str]:
        """Return the links named, or those of an alignment."""
        if not alignment:
            return self.links(links)
        self.known([alignment], (row.alignment for row in self.tables.links if row.alignment), "alignment")
        return {row.id for row in self.tables.links if row.alignment == alignment}

    def noted(self, text: str) -> str:
        """Return a note that names the scenario."""
        return f"{text} in the scenario {self.scenario.id}"

    def with_source(self, cell: str) -> str:
        """Return a cell of sources with those of the change added."""
        ids = [part.strip() for part in f"{cell};{self.source}".split(";")]
        return ";".join(dict.fromkeys(part for part in ids if part))

    def with_links(self, changed: Mapping[str, Link], **more: Any) -> Tables:
        """Return the tables with some links changed."""
        links = tuple(changed.get(link.id, link) for link in self.tables.links)
        return replace(self.tables, links=links, **more)


def changed_row(row: Any, **update: Any) -> Any:
    """Return a row with some cells changed, validated by the model of its table."""
    names = column_names(type(row))
    data = {names[name]: getattr(row, name) for name in type(row).model_fields}
    return type(row).model_validate(data | {names[name]: value for name, value in update.items()})
