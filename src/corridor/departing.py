# SPDX-License-Identifier: BSD-3-Clause
"""The best route for a departure at a moment: calendars and dated statuses are met as they are when each edge is entered.

An edge may be entered only while it is open, and waiting is allowed; so whoever comes to an edge later never leaves it
earlier (first in, first out), and the earliest arrival at each state is all that a search for hours needs to keep. For
other measures a label keeps the arrival and the costs that do not hang on the time; one that is no better in any of them
than another at the same state is dropped.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from heapq import heappop, heappush
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from corridor.calendars import TICKS_AN_HOUR, Gate, departure, ticks_of
from corridor.compiled import Compiled
from corridor.constraints import LIMITS, Constraints, miss
from corridor.dated import Dated
from corridor.errors import CorridorWarning, NoRouteError, OptionError
from corridor.network import Network
from corridor.prices import Prices
from corridor.schema import Calendar, Status
from corridor.search import ENDLESS, Way
from corridor.states import kept_prices
from corridor.structure import Array
from corridor.tiers import PLAIN
from corridor.timed import TimedRoute, Timing, gates_for, timed_route, walked
from corridor.vocabulary import MODES, By

__all__ = ["departing_route"]

# How labels are compared where an hour of waiting costs more in one mode than in another: at the same moment only; as
# if it cost the least and the most; or each hour is counted at the least, which no route can undercut.
Uneven: TypeAlias = Literal["exact", "both", "least"]

# Labels that one search may make before it is given up.
MOST_LABELS: Final = 1_000_000
# And where labels can be compared at the same moment only, before it is tried otherwise.
MOST_TRIED: Final = 50_000
# A total may pass a limit by so much: every edge is rounded.
SAME: Final = 1e-6


def departing_route(
    compiled: Compiled, start: str, goal: str, depart: datetime, *, by: By, constraints: Constraints
) -> TimedRoute:
    """Return the best route for a departure at a moment.

    Parameters
    ----------
    compiled
        Priced states; those of a network as of a day are asked in normal operation, since each status counts at its time.
    start, goal
        Ids of the two places.
    depart
        The moment; without a time zone it is local time at the origin.
    by
        What is minimised.
    constraints
        What the route must keep to.

    Raises
    ------
    OptionError
        If it is no moment, its day is not that of the network, or the router has no network to look calendars up in.
    NoRouteError
        If there is no way, or what is shut on every way has no end, or none keeps to the limits.
    """
    net = compiled.ground
    if not isinstance(net, Network):
        msg = (
            f"depart={depart!r}: a router made from frames has no calendars and statuses. Make a network of the frames, "
            "co.network_from_frames(...), and ask co.route."
        )
        raise OptionError(msg)
    moment = departure(depart, net.place(start).country, start)
    ask = Departing(_on_its_day(compiled, net, moment), net, moment, constraints)
    return ask.route(start, goal, by)


def _on_its_day(compiled: Compiled, net: Network, moment: datetime) -> Compiled:
    """Return the same with prices of normal operation, and the day of departure for planned links and advisories."""
    prices = compiled.prices
    if net.day is not None:
        if net.day != moment.date():
            msg = (
                f"depart={moment.isoformat(' ', 'minutes')} contradicts as_of={net.day}: the departure sets the date of "
                "the statuses. Drop one of the two."
            )
            raise OptionError(msg)
        shipment, weights = prices.costs.shipment, prices.weights
        if kept_prices(net, shipment, weights) is not prices:
            msg = f"depart=...: this router has prices of its own for {net.day}; make it from net.as_of(None)."
            raise OptionError(msg)
        prices = kept_prices(net.as_of(None), shipment, weights)
    edges = len(prices.structure.kind)
    quiet = Dated(moment.date(), np.zeros(edges, dtype=bool), np.zeros(edges), {})
    return compiled.repriced(replace(prices, dated=quiet))


@dataclass(frozen=True)
class Measure:
    """One measure in whole numbers: of each edge, at least to the goal, and of an hour of waiting."""

    name: str
    costs: Sequence[int]
    ahead: Sequence[int]
    # Of one tick of waiting or delay before an edge, by the mode of the edge.
    rates: Sequence[float]
    # What each tick of the journey is taken to cost before totals are compared, and whether that is what each does cost.
    common: tuple[float, ...]
    even: bool
    most: float


@dataclass(frozen=True)
class Departing:
    """A question about a departure."""

    compiled: Compiled
    net: Network
    moment: datetime
    constraints: Constraints

    @cached_property
    def prices(self) -> Prices:
        """The prices of normal operation."""
        return self.compiled.prices

    @cached_property
    def gates(self) -> Mapping[int, Gate]:
        """What keeps edges from being entered at once."""
        return gates_for(self.net, self.prices)

    @cached_property
    def departs(self) -> int:
        """The moment as a whole number."""
        return ticks_of(self.moment)

    def route(self, start: str, goal: str, by: By) -> TimedRoute:
        """Return the best route between two places.

        The best way in normal operation is the best of all where it meets no wait and no delay: nothing is cheaper.
        """
        ordinary = self.compiled.way(start, goal, by, self.constraints)
        walk = walked(self.prices, self.gates, ordinary, self.departs)
        way = ordinary
        if not walk.free:
            way = self.best(start, goal, by)
        found = walked(self.prices, self.gates, way, self.departs)
        met = [row for passage in found.passages for row in (*(pause.row for pause in passage.pauses), *passage.delays)]
        shut = self._shut_on(ordinary)
        facts = tuple(dict.fromkeys(row for row in (*shut, *met) if isinstance(row, Status)))
        usual = ordinary if shut else None
        timing = Timing(self.net, self.prices, way, self.moment, facts, usual)
        made = timed_route(self.compiled.network_of, timing, found, by=by)
        self.compiled.warn(made)
        return made

    def _shut_on(self, way: Way) -> tuple[Status, ...]:
        """Return the bans that a way meets if it is walked from the departure on; those without end are stepped over."""
        met: list[Calendar | Status] = []
        at = self.departs
        for edge in way:
            gate = self.gates.get(edge)
            passage = gate.passage(at) if gate is not None else None
            if gate is not None and passage is None:
                met += gate.blocked(at)
            elif passage is not None:
                met += [pause.row for pause in passage.pauses]
                at = passage.entry + passage.extra
            at += round(self.prices.rows["hours"](edge) * TICKS_AN_HOUR)
        return tuple(row for row in met if isinstance(row, Status) and row.effect == "ban")

    # -- the search ----------------------------------------------------------------------------------------------------

    def best(self, start: str, goal: str, by: By) -> Way:
        """Return the best way: least in the measure asked for, then in score, then in km.

        Raises
        ------
        NoRouteError
            If there is none.
        """
        stuck: dict[int, int] = {}
        if self._search(start, goal, "hours", {}, stuck) is None:
            raise self._shut_for_good(start, goal, by, stuck)
        limits = dict(self.constraints.limits)
        try:
            found = self._search(start, goal, by, limits)
        except TooManyLabelsError as error:
            if error.even:
                raise
            return self._nearly_best(start, goal, by, error)
        if found is None:
            raise self._beyond_limits(start, goal)
        way, least = found
        if by != "score" and "score" in self.prices.given:
            tied = self._search(start, goal, "score", limits, most={by: least})
            way = way if tied is None else tied[0]
        return way

    def _nearly_best(self, start: str, goal: str, by: By, given_up: OptionError) -> Way:
        """Return a way that is the best or close to it, and warn by how much at most another may be better."""
        limits = self.constraints.limits
        least = self._search(start, goal, by, limits, uneven="least")
        if least is None:
            raise self._beyond_limits(start, goal)
        found = self._search(start, goal, by, limits, uneven="both")
        if found is None:
            raise given_up
        short = self._figure(by, found[1]) - self._figure(by, least[1])
        if short > SAME:
            msg = (
                f"Cooling costs more in one mode than in another, so not every wait could be tried: by {by} another route "
                f"may be better than this one by at most {short:,.2f}{' USD' if by in {'score', 'usd'} else ''}."
            )
            warnings.warn(msg, CorridorWarning, stacklevel=2)
        return found[0]

    def _search(
        self,
        start: str,
        goal: str,
        by: str,
        limits: Mapping[str, float],
        stuck: dict[int, int] | None = None,
        most: Mapping[str, int] | None = None,
        uneven: Uneven = "exact",
    ) -> tuple[Way, int] | None:
        """Return the best way by a measure within limits, and its total in whole numbers; None where there is none."""
        compiled, structure = self.compiled, self.prices.structure
        mask, _ = compiled.mask(self.constraints)
        via = [compiled.number(place) for place in self.constraints.via]
        view, source, target, usable = compiled.search.laid_out(
            compiled.number(start), compiled.number(goal), mask, via
        )
        caps = {name: self._cap(name, limit) for name, limit in limits.items()} | dict(most or {})
        names = [by, *(name for name in caps if name != by)]
        measures = [self._measure(name, view, mask, target, caps.get(name, math.inf), uneven) for name in names]
        copied = range(len(structure.kind)) if view.copied is None else view.copied.tolist()
        ticks = self._whole("hours").tolist()
        km = compiled.search.whole("km")[0].tolist()
        graph = (view.csr.starts.tolist(), view.csr.heads.tolist(), usable, copied)
        modes = structure.mode.tolist()
        return _labels(graph, source, target, self.gates, modes, ticks, km, measures, self.departs, stuck)

    def _whole(self, name: str) -> Array:
        """Return a measure of every edge in whole numbers: hours in ticks, others as every search takes them."""
        column, factor = self.compiled.search.whole(name)
        return column * round(TICKS_AN_HOUR / factor) if name == "hours" else column

    def _cap(self, name: str, limit: float) -> int:
        factor = TICKS_AN_HOUR if name == "hours" else self.compiled.search.whole(name)[1]
        return int(limit) if factor == 1.0 else math.floor((limit + SAME) * factor)

    def _measure(self, name: str, view: Any, mask: Any, target: int, most: float, uneven: Uneven) -> Measure:
        search, costs = self.compiled.search, self.prices.costs
        factor = search.whole(name)[1]
        ahead = search.ahead(view, mask, name, target, PLAIN)
        if name == "hours":
            scale = round(TICKS_AN_HOUR / factor)
            ahead = np.where(ahead >= ENDLESS, ENDLESS, ahead * scale)
            rates = [1.0] * len(MODES)
        elif name in {"score", "usd"}:
            time = costs.value_of_time(self.prices.weights) if name == "score" else 0.0
            # A mode that nothing can shut has no wait, and perhaps no price of cooling either.
            shut = self._modes_shut(mask)
            hourly = [costs.cooling(mode).value + time if mode in shut else 0.0 for mode in MODES]
            rates = [usd * factor / TICKS_AN_HOUR for usd in hourly]
        else:
            rates = [0.0] * len(MODES)
        used = sorted({rates[MODES.index(mode)] for mode in self._modes_shut(mask)}) or rates[:1]
        if uneven == "least":
            rates = [used[0]] * len(MODES)
            used = used[:1]
        even = len(used) == 1 or uneven == "both"
        common = (used[0], used[-1]) if len(used) > 1 else (used[0],)
        return Measure(name, self._whole(name).tolist(), ahead.tolist(), rates, common, even, most)

    def _modes_shut(self, mask: Any) -> list[str]:
        """Return the modes of the edges that may be used and can be shut or delayed."""
        usable, mode = mask.usable, self.prices.structure.mode
        numbers = {int(mode[edge]) for edge in self.gates if usable[edge]}
        return [name for number, name in enumerate(MODES) if number in numbers]

    # -- no way --------------------------------------------------------------------------------------------------------

    def _shut_for_good(self, start: str, goal: str, by: By, stuck: Mapping[int, int]) -> NoRouteError:
        """Return the error that names what bars every way for good, as of the day on which it is come to."""
        prices = self.prices
        edges = len(prices.structure.kind)
        shut = np.zeros(edges, dtype=bool)
        shut[list(stuck)] = True
        facts = {edge: tuple(map(_as_ban, self.gates[edge].blocked(at))) for edge, at in stuck.items()}
        dated = Dated(self.moment.date(), shut, np.zeros(edges), facts)
        error = self.compiled.repriced(replace(prices, dated=dated)).error(start, goal, by, self.constraints)
        told = str(error).replace(f" as of {dated.day}.", f", departing {self.moment.isoformat(' ', 'minutes')}.", 1)
        return NoRouteError(told, origin=start, destination=goal, blocked_by=error.blocked_by)

    def _beyond_limits(self, start: str, goal: str) -> NoRouteError:
        """Return the error that says which limit binds, and by how much the best route at that time misses it."""
        names = {measure: name for name, measure in LIMITS.items()}
        limits = self.constraints.limits
        told = []
        for measure, limit in limits.items():
            found = self._search(start, goal, measure, {})
            if found is not None and found[1] > self._cap(measure, limit):
                told.append(
                    f"{names[measure]}={limit:g}: {miss(measure, self._figure(measure, found[1]), limit, 'at all')}"
                )
        if not told:
            for measure, limit in limits.items():
                others = {name: value for name, value in limits.items() if name != measure}
                found = self._search(start, goal, measure, others)
                if found is not None:
                    least = self._figure(measure, found[1])
                    told.append(f"{names[measure]}={limit:g}: {miss(measure, least, limit, 'within the other limits')}")
        asked = ", ".join(f"{names[measure]}={limit:g}" for measure, limit in limits.items())
        first = (
            f"No route from {start!r} to {goal!r} departing {self.moment.isoformat(' ', 'minutes')} keeps to {asked}."
        )
        text = "\n  ".join([first, *told, "Raise one of these limits, or depart at another time."])
        return NoRouteError(text, origin=start, destination=goal, blocked_by=told)

    def _figure(self, measure: str, whole: int) -> float:
        return whole / (TICKS_AN_HOUR if measure == "hours" else self.compiled.search.whole(measure)[1])


class TooManyLabelsError(OptionError):
    """More partial ways are unbeaten than can be looked at."""

    def __init__(self, measure: str, room: int, *, even: bool) -> None:
        self.even = even
        super().__init__(
            f"depart=...: more than {room:,} partial ways are unbeaten in {measure}; ask by='hours', or with fewer limits."
        )


def _as_ban(row: Calendar | Status) -> Status:
    """Return what bars an edge for good as a status; a calendar that never opens is told as a closure."""
    if isinstance(row, Status):
        return row
    return Status.model_validate(
        {
            "subject": row.subject, "subject_kind": row.subject_kind, "state": "closed", "effect": "ban",
            "from": row.from_ or row.last_confirmed, "last_confirmed": row.last_confirmed, "basis": row.basis,
            "reason": f"its calendar never opens{f': {row.reason}' if row.reason else ''}", "source": row.source,
        }
    )  # fmt: skip


def _labels(
    graph: tuple[Sequence[int], Sequence[int], Any, Sequence[int]],
    source: int,
    target: int,
    gates: Mapping[int, Gate],
    modes: Sequence[int],
    ticks: Sequence[int],
    km: Sequence[int],
    measures: Sequence[Measure],
    departs: int,
    stuck: dict[int, int] | None,
) -> tuple[Way, int] | None:
    """Return the edges of the best way by the first measure, within the most of each, and its total.

    A label holds the moment of arrival and the total of each measure. What time costs is taken off before two labels are
    compared, since the one that comes earlier may wait for the other: so (arrival, rest) are no worse at every later
    state if they are no worse here. Where waiting costs differ by mode that does not hold, and only labels of the same
    moment are compared. Labels are taken up in the order of their total and the least that is still ahead.

    Raises
    ------
    TooManyLabelsError
        If more are unbeaten than can be looked at.
    """
    starts, heads, usable, copied = graph
    even = all(measure.even for measure in measures)
    room = MOST_LABELS if even else MOST_TRIED
    lead = measures[0].ahead
    if lead[source] >= ENDLESS:
        return None
    zero = (0,) * len(measures)
    # Total and what is ahead, km, steps, number; then node, moment, totals, label before, edge.
    heap: list[tuple[int, int, int, int]] = [(lead[source], 0, 0, 0)]
    kept: list[tuple[int, int, tuple[int, ...], int, int]] = [(source, departs, zero, -1, -1)]
    settled: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
    while heap:
        _, run, steps, number = heappop(heap)
        node, at, totals, _, _ = kept[number]
        if node == target:
            return _way_to(kept, number, copied), totals[0]
        rest = tuple(
            total - round(rate * (at - departs))
            for total, measure in zip(totals, measures, strict=True)
            for rate in measure.common
        )
        known = settled.setdefault(node, [])
        if _beaten(known, at, rest, even=even):
            continue
        known.append((at, rest))
        for edge in range(starts[node], starts[node + 1]):
            head = heads[edge]
            if not usable[edge] or lead[head] >= ENDLESS:
                continue
            base = copied[edge]
            gate, more = gates.get(base), 0
            if gate is not None:
                entry = gate.entry(at)
                if entry is None:
                    if stuck is not None:
                        stuck.setdefault(base, at)
                    continue
                more = entry[0] + entry[1] - at
            there = [
                total + measure.costs[base] + (round(measure.rates[modes[base]] * more) if more else 0)
                for total, measure in zip(totals, measures, strict=True)
            ]
            if any(total + m.ahead[head] > m.most for total, m in zip(there, measures, strict=True)):
                continue
            if len(kept) >= room:
                raise TooManyLabelsError(measures[0].name, room, even=even)
            heappush(heap, (there[0] + lead[head], run + km[base], steps + 1, len(kept)))
            kept.append((head, at + more + ticks[base], tuple(there), number, edge))
    return None


def _beaten(known: Sequence[tuple[int, tuple[int, ...]]], at: int, rest: tuple[int, ...], *, even: bool) -> bool:
    """Tell whether a label is no better than one of those known at its state."""
    for moment, other in known:
        if (moment <= at if even else moment == at) and all(
            mine <= yours for mine, yours in zip(other, rest, strict=True)
        ):
            return True
    return False


def _way_to(kept: Sequence[tuple[int, int, tuple[int, ...], int, int]], number: int, copied: Sequence[int]) -> Way:
    edges: list[int] = []
    while number >= 0:
        _, _, _, number, edge = kept[number]
        if edge >= 0:
            edges.append(copied[edge])
    return tuple(reversed(edges))
