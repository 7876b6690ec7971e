# SPDX-License-Identifier: BSD-3-Clause
"""Which states there are and which edges join them, as arrays: every link whatever its mode and status, no prices.

A state is a place and the carriage that the cargo is in there. Edges: *haul* and *cross* along links, *transfer* from
carriage to carriage at a place, *start* and *end*. Whatever costs is an edge; passing through costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, Final, TypeAlias

import numpy as np

from corridor.schema import Link, Place, Transfer
from corridor.tables import Tables
from corridor.vocabulary import CARRIAGES, MODES, LinkStatus, StepKind, carriage_of, mode_of, way_of

__all__ = [
    "END",
    "KINDS",
    "MODE_OF_RIDE",
    "START",
    "Array",
    "Csr",
    "State",
    "Structure",
    "build_structure",
    "haul_classes",
    "join_states",
    "numbered",
    "starts_of",
]

START: Final = "start"
END: Final = "end"
State: TypeAlias = tuple[str, str]
Array: TypeAlias = np.ndarray[Any, Any]

# A wait is no edge of the network: only the steps of a route that departs at a moment hold any.
KINDS: Final[tuple[StepKind, ...]] = ("haul", "cross", "transfer", "start", "end", "wait")
HAUL, CROSS, TRANSFER, FIRST, LAST, WAIT = range(len(KINDS))
WAYS: Final = ("both", "inland", "seaward")
STATUSES: Final[tuple[LinkStatus, ...]] = ("operating", "under-construction", "planned", "disused")
# What the cargo is in at a place, in the order of the states there: start, the carriages by name, end.
RIDES: Final[tuple[str, ...]] = (START, *sorted(CARRIAGES), END)
MODE_OF_RIDE: Final = np.array([MODES.index(mode_of(ride)) if ride in CARRIAGES else -1 for ride in RIDES])


@dataclass(frozen=True)
class Csr:
    """A graph of numbered nodes: the edges that leave a node lie side by side."""

    starts: Array
    heads: Array
    tails: Array

    @cached_property
    def back(self) -> tuple[Array, Array]:
        """Where the edges that lead to each node begin in the list beside it, and that list."""
        edges = np.argsort(self.heads, kind="stable")
        return starts_of(self.heads, len(self.starts) - 1), edges

    @cached_property
    def reverse(self) -> Csr:
        """The graph with every edge turned: its edge ``i`` is edge ``back[1][i]`` of this one."""
        starts, edges = self.back
        return Csr(starts, self.tails[edges], self.heads[edges])

    @cached_property
    def as_numbers(self) -> dict[str, tuple[Any, ...]]:
        """The graph as each tier takes it, kept from one search to the next."""
        return {}


@dataclass(frozen=True)
class Structure:
    """States and edges of a network as arrays; edge ``e`` is the same in each of them."""

    places: tuple[str, ...]
    # Of the states.
    place_of: Array
    ride_of: Array
    # The states of each place at which a way may begin, and end.
    firsts: Array
    lasts: Array
    # Of the edges.
    csr: Csr
    kind: Array
    mode: Array
    link: Array
    forward: Array
    transfer: Array
    rank: Array
    crossing: Array
    # Of the links.
    links: Sequence[Link]
    link_ids: Sequence[str]
    status: Array
    countries: Array
    # What the numbers of crossings and of groups of countries mean.
    crossings: tuple[str, ...]
    country_groups: tuple[tuple[str, ...], ...]
    country_names: tuple[str, ...]
    country_of: Array
    transfers: tuple[Transfer, ...]
    place_rows: Sequence[Place]

    @cached_property
    def states(self) -> tuple[State, ...]:
        """The states as pairs of place and carriage (or ``start``, ``end``)."""
        return tuple(
            (self.places[place], RIDES[ride])
            for place, ride in zip(self.place_of.tolist(), self.ride_of.tolist(), strict=True)
        )

    def state(self, number: int) -> State:
        """Return one state as a pair of place and carriage (or ``start``, ``end``)."""
        return self.places[self.place_of.item(number)], RIDES[self.ride_of.item(number)]

    @cached_property
    def number_of_place(self) -> dict[str, int]:
        """The number of each place by its id."""
        return {place: number for number, place in enumerate(self.places)}

    @cached_property
    def link_figures(self) -> dict[str, Array]:
        """The figures of each link by column; NaN where a link has none of its own."""
        names = ("length_km", "hours", "speed_kmh", "usd_per_vehicle", "wait_hours")
        return {name: np.array(list(map(attrgetter(name), self.links)), dtype=float) for name in names}

    @cached_property
    def opening_year(self) -> Array:
        """The year of opening of each link; beyond every year where none is known."""
        return np.array([link.year if link.year is not None else 9999 for link in self.links], dtype=np.int64)

    def in_play(
        self, modes: Sequence[str], statuses: Sequence[str], rides: Sequence[str], year: int | None = None
    ) -> Array:
        """Return for each edge whether it is there with these modes, statuses of links and carriages allowed.

        A carriage that no such link serves at a place is not there either, nor are the transfers to and from it. With a
        year, what is planned or being built is there once its own year has come.
        """
        wanted = np.isin(np.arange(len(MODES)), [MODES.index(mode) for mode in modes])
        allowed = np.array([ride in rides for ride in RIDES])
        built = np.isin(self.status, [STATUSES.index(status) for status in statuses])
        if year is not None:
            coming = np.isin(self.status, [STATUSES.index("planned"), STATUSES.index("under-construction")])
            built &= ~coming | (self.opening_year <= year)
        tails, heads = self.csr.tails, self.csr.heads
        by_link = self.link >= 0
        on = by_link & wanted[self.mode] & allowed[self.ride_of[tails]]
        on[by_link] &= built[self.link[by_link]]
        served = np.zeros(len(self.place_of), dtype=bool)
        served[tails[on]] = True
        served[heads[on]] = True
        free = (self.ride_of == 0) | (self.ride_of == len(RIDES) - 1)
        there = served | free
        in_play: Array = on | (~by_link & there[tails] & there[heads])
        return in_play


def build_structure(tables: Tables) -> Structure:
    """Return the states and edges of every link, transfer and end of the tables.

    Links without a decided gauge are left out: nothing can ride on them yet.
    """
    places = tuple(place.id for place in tables.places)
    number = {place: index for index, place in enumerate(places)}
    ride_number = {ride: index for index, ride in enumerate(RIDES)}
    links = tuple(link for link in tables.links if carriage_of(link.mode, link.gauge_mm) in ride_number)
    rows = tuple(row for row in tables.transfers if row.place in number)
    tail = _of(links, lambda link: number[link.from_])
    head = _of(links, lambda link: number[link.to])
    ride = _of(links, lambda link: ride_number[carriage_of(link.mode, link.gauge_mm)])
    crossing, crossings, by_land = _crossings(tables, links, tail, head, MODE_OF_RIDE[ride])
    groups, countries = numbered(link.countries for link in links)
    country_names, country_of = numbered(place.country for place in tables.places)
    at = _of(rows, lambda row: number[row.place])
    old = _of(rows, lambda row: ride_number[row.from_carriage])
    new = _of(rows, lambda row: ride_number[row.to_carriage])
    edges = join_states(
        len(places), tail, head, ride, _of(links, lambda link: link.oneway, bool), crossing, by_land, (at, old, new)
    )
    return Structure(
        **edges,
        places=places,
        links=links,
        link_ids=tuple(link.id for link in links),
        status=_of(links, lambda link: STATUSES.index(link.status)),
        countries=countries,
        crossings=crossings,
        country_groups=groups,
        country_names=country_names,
        country_of=country_of,
        transfers=rows,
        place_rows=tables.places,
    )


def join_states(
    places: int,
    tail: Array,
    head: Array,
    ride: Array,
    oneway: Array,
    crossing: Array,
    by_land: Array,
    transfers: tuple[Array, Array, Array],
) -> dict[str, Any]:
    """Return the states and edges, as fields of a :class:`Structure`, of links and transfers given as arrays.

    Parameters
    ----------
    places
        How many places there are.
    tail, head, ride, oneway, crossing, by_land
        Of each link: the numbers of its places and carriage, whether it runs one way, the number of its crossing (-1:
        none) and whether that is cleared by land.
    transfers
        The place of each change of carriage, the carriage left and that entered.
    """
    two_way = np.flatnonzero(~oneway)
    both = np.concatenate([np.arange(len(tail)), two_way])
    forward = np.arange(len(both)) < len(tail)
    width = len(RIDES)
    run_tail = np.where(forward, tail[both], head[both]) * width + ride[both]
    run_head = np.where(forward, head[both], tail[both]) * width + ride[both]
    ends = np.arange(places) * width
    there = np.zeros(places * width, dtype=bool)
    for states in (ends, ends + width - 1, run_tail, run_head):
        there[states] = True
    states = np.flatnonzero(there)
    at, old, new = (np.asarray(column) for column in transfers)
    old, new = at * width + old, at * width + new
    kept = np.flatnonzero(there[old] & there[new])
    rides = states[(states % width > 0) & (states % width < width - 1)]

    tails = np.concatenate([run_tail, old[kept], rides // width * width, rides])
    heads = np.concatenate([run_head, new[kept], rides, rides // width * width + width - 1])
    counts = (len(both), len(kept), len(rides), len(rides))
    nothing = np.full(sum(counts[1:]), -1)
    kind = np.repeat(np.array([HAUL, TRANSFER, FIRST, LAST], dtype=np.int8), counts)
    kind[: len(both)][by_land[both]] = CROSS
    mode = MODE_OF_RIDE[ride]
    columns = {
        "kind": kind,
        "mode": np.concatenate([mode[both], MODE_OF_RIDE[new[kept] % width], *[MODE_OF_RIDE[rides % width]] * 2]),
        "link": np.concatenate([both, nothing]),
        "forward": np.concatenate([forward, np.ones(len(nothing), dtype=bool)]),
        "transfer": np.concatenate([np.full(len(both), -1), kept, np.full(2 * len(rides), -1)]),
        "crossing": np.concatenate([crossing[both], nothing]),
        # Edges are told apart by id of link, forward before backward; then come transfers, starts and ends.
        "rank": np.concatenate([2 * both + ~forward, 2 * len(tail) + np.arange(len(nothing))]),
    }
    order = np.argsort(tails, kind="stable")
    number = np.cumsum(there) - 1
    tails, heads = number[tails[order]], number[heads[order]]
    return {
        "place_of": states // width,
        "ride_of": states % width,
        "firsts": number[ends],
        "lasts": number[ends + width - 1],
        "csr": Csr(starts_of(tails, len(states)), heads, tails),
        **{name: column[order] for name, column in columns.items()},
    }


def _crossings(
    tables: Tables, links: Sequence[Link], tail: Array, head: Array, mode: Array
) -> tuple[Array, tuple[str, ...], Array]:
    """Return for each link the number of its crossing (-1: none), the ids of the crossings, and which are by land."""
    country = np.array([place.country for place in tables.places])
    abroad = country[tail] != country[head] if len(links) else np.zeros(0, dtype=bool)
    abroad &= mode != MODES.index("pipeline")
    by_land = np.isin(mode, [MODES.index("road"), MODES.index("rail")])
    known = {(row.post, row.facing_post, row.mode): row.crossing for row in tables.crossings}
    names: dict[str, int] = {}
    crossing = np.full(len(links), -1)
    for index in np.flatnonzero(abroad).tolist():
        link = links[index]
        # A flight or a sailing into another country is a crossing of its own.
        name = known.get((link.from_, link.to, link.mode), link.id) if by_land[index] else link.id
        crossing[index] = names.setdefault(name, len(names))
    return crossing, tuple(names), abroad & by_land


def _of(rows: Sequence[Any], column: Callable[[Any], Any], dtype: Any = np.int64) -> Array:
    """Return one number for each row."""
    return np.fromiter(map(column, rows), dtype=dtype, count=len(rows))


def numbered(values: Any) -> tuple[tuple[Any, ...], Array]:
    """Return the different values in the order of first use, and the number of each."""
    numbers: dict[Any, int] = {}
    found = np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)
    return tuple(numbers), found


def starts_of(tails: Array, nodes: int) -> Array:
    """Return where the edges of each node begin, once they are in the order of their nodes."""
    return np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=nodes))]).astype(np.int64)


def haul_classes(structure: Structure) -> tuple[list[tuple[str, str, tuple[str, ...], str]], Array]:
    """Return the kinds of haul that share their rates - mode, traction, countries, way - and that of each edge (-1)."""
    names: dict[tuple[str, str, tuple[str, ...]], int] = {}
    links = structure.links
    base = np.array(
        [names.setdefault((link.mode, link.traction, link.countries), len(names)) for link in links], dtype=np.int64
    )
    inlands, inland = numbered(link.inland for link in links)
    ways = np.array([[WAYS.index(way_of(name, forward=forward)) for forward in (False, True)] for name in inlands])
    of_edge = np.full(len(structure.kind), -1)
    run = structure.link >= 0
    if run.any():
        link, forward = structure.link[run], structure.forward[run].astype(np.int64)
        of_edge[run] = base[link] * len(WAYS) + ways[inland[link], forward]
    used, inverse = np.unique(of_edge[run], return_inverse=True)
    of_edge[run] = inverse
    keys = list(names)
    return [(*keys[code // len(WAYS)], WAYS[code % len(WAYS)]) for code in used.tolist()], of_edge
