# SPDX-License-Identifier: BSD-3-Clause
"""A route that departs at a moment: the same walk with its waits as steps of their own, and when each step begins."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from corridor.advisories import Advisory
from corridor.calendars import TICKS_AN_HOUR, Gate, Passage, Pause, gates_of, ticks_of, zone_of
from corridor.costs import Component
from corridor.dated import Dated
from corridor.errors import NoRouteError
from corridor.prices import Prices, Wait
from corridor.routes import NetworkOf, Route
from corridor.schema import Calendar, Status
from corridor.structure import WAIT, Csr
from corridor.vocabulary import MODES, By, Ends

if TYPE_CHECKING:
    from corridor.network import Network

__all__ = ["TimedRoute", "Timing", "Walked", "gates_for", "timed_route", "walked"]


class Walked(NamedTuple):
    """A walk of edges from a moment on: how each edge is entered, and the number of the first that never can be."""

    passages: tuple[Passage, ...]
    stuck: int | None

    @property
    def free(self) -> bool:
        """Whether it meets no wait and no delay."""
        return self.stuck is None and all(passage.free for passage in self.passages)


@dataclass(frozen=True)
class Timing:
    """What a route that departs at a moment was made from, so that it can be made again with other ends."""

    net: Network
    prices: Prices
    way: tuple[int, ...]
    depart: datetime
    # Dated facts that shaped it.
    met: tuple[Status, ...]
    # The way in normal operation, where it meets something that is shut.
    ordinary: tuple[int, ...] | None


def gates_for(net: Network, prices: Prices) -> Mapping[int, Gate]:
    """Return the gates of the edges of a network for a shipment; they stay with the network."""
    key = ("gates", prices.costs.shipment.vehicle, prices.costs.cargo.form)
    if key not in net.compiled:
        tables = net.tables
        net.compiled[key] = gates_of(prices.structure, tables.calendars, tables.statuses, *key[1:])
    gates: Mapping[int, Gate] = net.compiled[key]
    return gates


def walked(prices: Prices, gates: Mapping[int, Gate], way: Sequence[int], ticks: int) -> Walked:
    """Return how the edges of a way are entered one after the other, from a moment on."""
    passages: list[Passage] = []
    hours = prices.rows["hours"]
    for place, edge in enumerate(way):
        passage = gates[edge].passage(ticks) if edge in gates else Passage(ticks, 0, (), ())
        if passage is None:
            return Walked(tuple(passages), place)
        passages.append(passage)
        ticks = passage.entry + passage.extra + round(hours(edge) * TICKS_AN_HOUR)
    return Walked(tuple(passages), None)


class TimedRoute(Route):
    """A route that departs at a moment: waits for openings are steps of their own, and every step has its time.

    Made by :func:`corridor.route` with ``depart``; not by hand.
    """

    def __init__(self, network_of: NetworkOf, prices: Prices, *, by: By, timing: Timing) -> None:
        self._timing = timing
        ordinary = None
        if timing.ordinary is not None:
            ordinary = partial(Route, network_of, timing.prices, timing.ordinary, by=by)
        super().__init__(network_of, prices, range(len(prices.structure.kind)), by=by, ordinary=ordinary)

    @property
    def depart(self) -> datetime:
        """The moment of departure, in the local time of the origin."""
        return self._timing.depart

    @cached_property
    def arrive(self) -> datetime:
        """The moment of arrival, in the local time of the destination."""
        return self._at(self.hours, self.destination)

    @cached_property
    def waiting_hours(self) -> float:
        """Hours spent waiting for something to open; part of the hours."""
        return math.fsum(edge.hours for edge in self._edges if edge.kind == "wait")

    @cached_property
    def shaped_by(self) -> tuple[Advisory, ...]:
        """The dated facts that made it what it is: bans met or gone round, and delays."""
        return tuple(Advisory.of(row, self.day) for row in self._timing.met)

    @property
    def _identity(self) -> tuple[object, ...]:
        return (*super()._identity, self.depart)

    def _at(self, hours: float, place: str) -> datetime:
        """Return the moment so many hours after the departure, in the local time of a place."""
        zone = zone_of(self._net.place(place).country) or self.depart.tzinfo
        return (self.depart.astimezone(UTC) + timedelta(hours=hours)).astimezone(zone)

    def step_rows(self) -> list[dict[str, Any]]:
        """Return the steps as plain dictionaries, with ``begins`` (local time, ISO 8601) and ``waits_for`` (ids).

        Returns
        -------
        list of dict
            One a step, with the columns of :attr:`corridor.Route.steps` besides.

        Examples
        --------
        >>> import corridor as co
        >>> from datetime import datetime
        >>> r = co.route(co.load(), "Kabul", "Mazar-i-Sharif", depart=datetime(2022, 5, 27, 8))
        >>> r.step_rows()[1]["begins"]
        '2022-05-27T08:00:00+04:30'
        """
        rows = super().step_rows()
        spent: list[float] = []
        for row, edge in zip(rows, self._edges, strict=True):
            row["begins"] = _to_second(self._at(math.fsum(spent), edge.tail[0])).isoformat()
            row["waits_for"] = edge.waits_for
            spent.append(edge.hours)
        return rows

    def with_ends(self, ends: Ends) -> TimedRoute:
        """Return the same walk with its first and last step priced as ``gate`` or ``terminal``, and its waits made anew.

        Parameters
        ----------
        ends
            ``gate`` or ``terminal``, as in :class:`corridor.Shipment`.

        Raises
        ------
        OptionError
            If the word is unknown, or the port has no figures for the shipment's regime.
        NoRouteError
            If the later start comes to something that is shut for good.

        Returns
        -------
        TimedRoute
            The same departure; loading at the start may make it come to an opening hour later.

        Examples
        --------
        >>> import corridor as co
        >>> from datetime import datetime
        >>> r = co.route(co.load(), "Kabul", "Mazar-i-Sharif", depart=datetime(2022, 5, 27, 8))
        >>> r.with_ends("terminal").hours > r.hours
        True
        """
        timing = self._timing
        super().with_ends(ends)
        prices = replace(timing.prices.with_ends(ends), dated=timing.prices.dated)
        walk = walked(prices, gates_for(timing.net, prices), timing.way, ticks_of(timing.depart))
        if walk.stuck is not None:
            edge = prices.edge(timing.way[walk.stuck])
            msg = (
                f"With ends={ends!r} the same way comes to {edge.crossing or edge.key} when it is shut for good; "
                f"ask for another with Shipment(ends={ends!r})."
            )
            raise NoRouteError(msg, origin=self.origin, destination=self.destination)
        return timed_route(self._network_of, replace(timing, prices=prices), walk, by=self.by)

    def to_dict(self) -> dict[str, Any]:
        """Return the route as plain data that JSON can hold.

        Returns
        -------
        dict
            As :meth:`corridor.Route.to_dict`, with ``depart``, ``arrive`` (local times, ISO 8601) and ``waiting_hours``.

        Examples
        --------
        >>> import corridor as co
        >>> from datetime import datetime
        >>> r = co.route(co.load(), "Kabul", "Mazar-i-Sharif", depart=datetime(2022, 5, 27, 8))
        >>> r.to_dict()["depart"]
        '2022-05-27T08:00:00+04:30'
        """
        times = {"depart": self.depart.isoformat(), "arrive": _to_second(self.arrive).isoformat()}
        return super().to_dict() | times | {"waiting_hours": self.waiting_hours}

    @property
    def _times(self) -> tuple[str, str]:
        arrives = _to_second(self.arrive).isoformat(" ", "minutes")
        waits = f", {self.waiting_hours:,.1f} h of the way spent waiting" if self.waiting_hours else ""
        return f"departs    {self.depart.isoformat(' ', 'minutes')}", f"arrives    {arrives}{waits}"

    def __str__(self) -> str:
        headline, *rest = super().__str__().split("\n")
        return "\n".join([headline, *self._times, *rest])

    def _repr_html_(self) -> str:
        times = html.escape("; ".join(" ".join(line.split()) for line in self._times))
        return f"{super()._repr_html_()}<p>{times}.</p>"


def _to_second(moment: datetime) -> datetime:
    """Return a moment to the nearest second, as it is shown."""
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


def timed_route(network_of: NetworkOf, timing: Timing, walk: Walked, *, by: By) -> TimedRoute:
    """Return the route of a way that was walked from a moment on."""
    return TimedRoute(network_of, _steps(timing, walk), by=by, timing=timing)


def _steps(timing: Timing, walk: Walked) -> Prices:
    """Return prices whose edges are the steps of a route in order: waits put in, delays added to the edges they concern."""
    prices = timing.prices
    structure, costs = prices.structure, prices.costs
    edges: list[int] = []
    waits: dict[int, Wait] = {}
    delays: dict[int, tuple[Status, ...]] = {}
    more: dict[int, float] = {}
    for edge, passage in zip(timing.way, walk.passages, strict=True):
        cooling = costs.cooling(MODES[structure.mode[edge]])
        if passage.pauses:
            waits[len(edges)] = _wait(passage.pauses, cooling)
            more[len(edges)] = sum(pause.ticks for pause in passage.pauses) / TICKS_AN_HOUR
            edges.append(edge)
        if passage.delays:
            delays[len(edges)] = passage.delays
            more[len(edges)] = passage.extra / TICKS_AN_HOUR
        edges.append(edge)
    taken, still = np.array(edges), np.zeros(len(edges), dtype=bool)
    still[list(waits)] = True
    tails = structure.csr.tails[taken]
    steps = replace(
        structure,
        csr=Csr(structure.csr.starts, np.where(still, tails, structure.csr.heads[taken]), tails),
        kind=np.where(still, WAIT, structure.kind[taken]),
        mode=structure.mode[taken],
        forward=structure.forward[taken],
        rank=structure.rank[taken],
        link=np.where(still, -1, structure.link[taken]),
        transfer=np.where(still, -1, structure.transfer[taken]),
        crossing=np.where(still, -1, structure.crossing[taken]),
    )
    columns = {name: np.where(still, 0, column[taken]) for name, column in prices.columns.items()}
    longer = np.zeros(len(edges))
    longer[list(more)] = list(more.values())
    dearer = longer * np.array([costs.cooling(MODES[mode]).value for mode in steps.mode])
    columns["hours"] = columns["hours"] + longer
    columns["usd"] = columns["usd"] + dearer
    columns["score"] = columns["score"] + dearer + longer * costs.value_of_time(prices.weights)
    day = timing.depart.date()
    dated = Dated(day, np.zeros(len(edges), dtype=bool), longer, delays)
    haul_usd = np.where(still, 0.0, prices.haul_usd[taken])
    return replace(
        prices,
        structure=steps,
        columns=columns,
        haul_usd=haul_usd,
        barred=prices.barred[taken],
        dated=dated,
        waits=waits,
    )


def _wait(pauses: Sequence[Pause], cooling: Any) -> Wait:
    """Return what a wait is for and what it costs: hours, and the cooling of what must be kept cold."""
    parts = []
    for row, ticks in pauses:
        name = "waiting for opening" if isinstance(row, Calendar) else "waiting for reopening"
        hours = ticks / TICKS_AN_HOUR
        sources = tuple(part.strip() for part in row.source.split(";") if part.strip())
        parts.append(Component(name, 0.0, hours, 0.0, 0.0, row.basis, row.basis, sources))
    if cooling.value:
        usd = math.fsum(part.hours for part in parts) * cooling.value
        parts.append(Component("cooling", 0.0, 0.0, usd, 0.0, "estimate", cooling.basis, cooling.sources))
    return Wait(", ".join(dict.fromkeys(pause.row.subject for pause in pauses)), tuple(parts))
