# SPDX-License-Identifier: BSD-3-Clause
"""A crossing is shut: wait there until it opens, or go round? The threshold in days, and how likely it is passed."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

from corridor.closures import Spell, closure_history, lasting
from corridor.constraints import Where, words_of
from corridor.dated import concerns, holds_on
from corridor.errors import NoRouteError, OptionError, nearest_valid
from corridor.lookup import SNAP_KM
from corridor.network import Network
from corridor.router import Router
from corridor.routes import Route
from corridor.shipment import Shipment, Weights
from corridor.states import check_network
from corridor.vocabulary import LinkStatus, Mode

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["WaitOrDivert", "wait_or_divert"]

HOURS_A_DAY: Final = 24.0


@dataclass(frozen=True)
class WaitOrDivert:
    """What speaks for waiting at a shut crossing and what for going round, as :func:`corridor.wait_or_divert` returns it.

    Attributes
    ----------
    at
        The crossing.
    base, detour
        The best route through it as if it were open, and the best that does without it.
    extra_usd
        How much more the detour costs, as score, USD; negative where it is the better way anyhow.
    daily_usd
        What one day of waiting costs, USD; ``daily_parts`` says of what, and ``basis`` what each rests on.
    threshold_days
        From how many days more diverting is the cheaper: extra_usd / daily_usd; 0 where the detour is cheaper anyhow,
        infinite where waiting costs nothing.
    since_days
        How many days it has been shut already.
    chance_outlasts
        Chance that it stays shut for more than the threshold; missing (NaN) where the history cannot tell.
    history
        The past closures that the chance rests on, ``whose`` they are.
    """

    at: str
    base: Route
    detour: Route
    extra_usd: float
    daily_usd: float
    daily_parts: Mapping[str, float]
    basis: Mapping[str, str]
    threshold_days: float
    since_days: float
    chance_outlasts: float
    history: tuple[Spell, ...]
    whose: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row: both costs, the daily cost, the threshold and the chance.

        Returns
        -------
        pandas.DataFrame
            ``at``, ``base_crossings``, ``detour_crossings``, ``base_usd`` and ``detour_usd`` (scores), ``base_hours``,
            ``detour_hours``, ``extra_usd``, ``daily_usd``, ``threshold_days``, ``since_days``, ``chance_outlasts``,
            ``closures`` (how many past ones, of them ``censored``) and ``whose``.

        Examples
        --------
        >>> import corridor as co
        >>> co.wait_or_divert(co.load(), "Karachi", "Kabul", at="torkham").to_frame()["detour_crossings"].tolist()
        ['chaman']
        """
        import pandas as pd

        row = {
            "at": self.at, "base_crossings": ", ".join(self.base.crossings),
            "detour_crossings": ", ".join(self.detour.crossings), "base_usd": self.base.score,
            "detour_usd": self.detour.score, "base_hours": self.base.hours, "detour_hours": self.detour.hours,
            "extra_usd": self.extra_usd, "daily_usd": self.daily_usd, "threshold_days": self.threshold_days,
            "since_days": self.since_days, "chance_outlasts": self.chance_outlasts, "closures": len(self.history),
            "censored": sum(spell.known[1] for spell in self.history), "whose": self.whose,
        }  # fmt: skip
        frame = pd.DataFrame([row])
        frame.attrs["unit"] = {
            name: "USD" if name.endswith("usd") else "days" if name.endswith("days") else "h"
            for name in row
            if name.endswith(("usd", "days", "hours"))
        }
        return frame

    def history_frame(self) -> pd.DataFrame:
        """Return the past closures that the chance rests on: one row each.

        Returns
        -------
        pandas.DataFrame
            ``subject``, ``from``, ``to``, ``days`` (at least so many where ``censored``), ``basis`` and ``source``.

        Examples
        --------
        >>> import corridor as co
        >>> found = co.wait_or_divert(co.load(), "Karachi", "Kabul", at="torkham")
        >>> len(found.history_frame()) == len(found.history)
        True
        """
        import pandas as pd

        rows = [
            {"subject": spell.subject, "from": date.fromordinal(spell.begin).isoformat(),
             "to": date.fromordinal(spell.end - 1).isoformat(), "days": spell.known[0], "censored": spell.known[1],
             "reason": spell.reason, "basis": spell.basis, "source": spell.source}
            for spell in self.history
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        return (
            f"<WaitOrDivert at {self.at}: threshold {self.threshold_days:.1f} days, "
            f"chance to stay shut longer {self.chance_outlasts:.0%}>"
        )

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        return "".join(f"<p>{html.escape(line)}</p>" for line in self._lines())

    def _lines(self) -> list[str]:
        parts = ", ".join(
            f"{name} {usd:,.0f} USD ({self.basis[name]})" for name, usd in self.daily_parts.items() if usd > 0
        )
        route = self.base
        lines = [f"{route.place_name(route.origin)} → {route.place_name(route.destination)}, {self.at} shut"]
        for name, way in (("wait", self.base), ("divert", self.detour)):
            by = ", ".join(way.crossings) or "no crossing"
            lines.append(f"{name:<7} {way.score:,.0f} USD of score, {way.hours / 24:.1f} days, by {by}")
        lines.append(f"a day of waiting costs {self.daily_usd:,.0f} USD{f': {parts}' if parts else ''}")
        if self.threshold_days == 0:
            lines.append("The way round is the better one even with the crossing open.")
        else:
            lines.append(
                f"The way round costs {self.extra_usd:,.0f} USD more: divert if it stays shut for more than {self.threshold_days:,.1f} days."
            )
        lines.append(self._chance)
        return lines

    @property
    def _chance(self) -> str:
        """What the history says, as one line."""
        if not self.history:
            return "No past closure is on record: the history says nothing of how long it lasts."
        already = f"Shut for {self.since_days:g} days already, it" if self.since_days else "It"
        open_ended = sum(spell.known[1] for spell in self.history)
        past = f"{len(self.history)} past closures of {self.whose}, {open_ended} without a known end"
        if math.isnan(self.chance_outlasts):
            return f"It has been shut for longer than any of {past}: the history cannot tell."
        beyond = self.since_days + self.threshold_days > max(spell.days for spell in self.history)
        far = "; beyond the longest on record, so that the figure is an extrapolation" if beyond else ""
        return f"{already} stays shut for longer than that with a chance of {self.chance_outlasts:.0%} ({past}{far})."


def wait_or_divert(
    net: Network,
    origin: Where,
    destination: Where,
    *,
    at: str,
    detour_net: Network | None = None,
    since: float | None = None,
    waiting_usd_per_day: float | None = None,
    shipment: Shipment | None = None,
    weights: Weights | None = None,
    modes: Iterable[Mode] | None = None,
    avoid: Iterable[str] | str = (),
    within: Iterable[str] | None = None,
    include: Sequence[LinkStatus] = (),
    snap_km: float = SNAP_KM,
) -> WaitOrDivert:
    """Return from how many days of closure on the way round a crossing is cheaper than waiting, and the chance of that.

    Parameters
    ----------
    net
        The network, in normal operation or as of a day.
    origin, destination
        Places, as in :func:`corridor.route`.
    at
        Id of the crossing that is shut.
    detour_net
        Network to look for the way round in, such as ``co.load(scope="bypass", as_of=...)``; missing: ``net``.
    since
        How many days it has been shut already; missing: counted to the day of ``net`` from its status, else 0.
    waiting_usd_per_day
        What a day of waiting costs, USD for the whole shipment; missing: value of time, plus the standing cost of the
        vehicles and their cooling by the rates.
    shipment, weights
        What is moved, and what the score is made with.
    modes, avoid, within, include, snap_km
        As in :func:`corridor.route`, for both routes.

    Returns
    -------
    WaitOrDivert
        With ``threshold_days``, ``chance_outlasts``, both routes and what the figures rest on.

    Raises
    ------
    UnknownPlaceError, AmbiguousPlaceError, OffNetworkError
        If a place cannot be told.
    OptionError
        If the crossing is unknown, or a number is out of range.
    NoRouteError
        If no route passes the crossing, or none goes round it: then there is nothing to divert to.

    Notes
    -----
    threshold = (score of the detour - score of the base) / daily cost of waiting. The base is priced as if ``at`` alone
    were open. A neighbouring post that shares the closure is no way round: give ``avoid``, or a network as of the day.
    The chance is that of Kaplan and Meier of the crossing's own past closures where there are at least five, else of
    those of its border, given the days already shut; of a network as of a day, of what was known then. Were every past closure longer, the chance would be larger or the
    same. The queue after a reopening is not in it, which favours waiting.

    References
    ----------
    Kaplan and Meier (1958), Nonparametric estimation from incomplete observations, Journal of the American Statistical
    Association 53: 457-481.

    Examples
    --------
    >>> import corridor as co
    >>> found = co.wait_or_divert(co.load(), "Karachi", "Kabul", at="torkham")
    >>> found.base.crossings, found.detour.crossings, found.threshold_days > 0
    (('torkham',), ('chaman',), True)
    """
    check_network(net, "wait_or_divert")
    if detour_net is not None:
        check_network(detour_net, "wait_or_divert(detour_net=...)")
    if at not in net.crossing_ids:
        msg = f"at={at!r}: no crossing of the network.{nearest_valid(str(at), net.crossing_ids, kind='Crossings')}"
        raise OptionError(msg)
    given = {"since": since, "waiting_usd_per_day": waiting_usd_per_day}
    for name, value in given.items():
        _check(name, value)
    if waiting_usd_per_day == 0:
        msg = "waiting_usd_per_day=0: at no cost one would wait for ever; give what a day costs, USD."
        raise OptionError(msg)
    options: dict[str, Any] = {"modes": modes, "within": within, "include": include, "snap_km": snap_km}
    shunned = words_of(avoid, option="avoid")
    base = _through(_opened(net, at), origin, destination, at, shipment, weights, options | {"avoid": shunned})
    around = net if detour_net is None else detour_net
    known = around.crossing_ids
    router = Router(around, shipment=shipment, weights=weights)
    try:
        detour = router.route(origin, destination, avoid=[*shunned, *([at] if at in known else [])], **options)
    except NoRouteError as error:
        hint = "" if detour_net is not None else ", or look in a wider network: detour_net=co.load(scope='bypass')"
        msg = f"Without {at!r} there is nothing to divert to: wait{hint}.\n{error}"
        raise NoRouteError(
            msg, origin=error.origin, destination=error.destination, blocked_by=error.blocked_by
        ) from error
    parts, basis = _daily(base, at, waiting_usd_per_day)
    daily = math.fsum(parts.values())
    extra = detour.score - base.score
    threshold = 0.0 if extra <= 0 else extra / daily if daily > 0 else math.inf
    costs = base._prices.costs  # noqa: SLF001
    vehicle, form = costs.shipment.vehicle, costs.cargo.form
    days = float(since) if since is not None else _days_shut(net, at, vehicle, form)
    history = closure_history(net.tables, vehicle=vehicle, form=form, until=net.day)
    spells, whose = history.like(at)
    survival = lasting(spells)
    chance = survival.outlasts(threshold, age=days) if spells else math.nan
    return WaitOrDivert(at, base, detour, extra, daily, parts, basis, threshold, days, chance, spells, whose)


def _opened(net: Network, at: str) -> Network:
    """Return the network with one crossing open, whatever the statuses say of it."""
    if net.day is None:
        return net
    statuses = tuple(row for row in net.tables.statuses if row.subject != at or row.effect != "ban")
    return Network(replace(net.tables, statuses=statuses), name=net.name, day=net.day)


def _through(
    net: Network,
    origin: Where,
    destination: Where,
    at: str,
    shipment: Shipment | None,
    weights: Weights | None,
    options: Mapping[str, Any],
) -> Route:
    """Return the best route that passes a crossing."""
    router = Router(net, shipment=shipment, weights=weights)
    best: Route | None
    try:
        best = router.route(origin, destination, **options)
    except NoRouteError:
        best = None
    if best is not None and at in best.crossings:
        return best
    posts = {(row.post, row.facing_post) for row in net.tables.crossings if row.crossing == at}
    posts |= {(facing, post) for post, facing in posts}
    found: list[Route] = []
    for pair in sorted(posts):
        try:
            way = router.route(origin, destination, via=pair, **options)
        except (NoRouteError, OptionError):
            continue
        # A way that goes there and back is no route through it.
        if way.crossings.count(at) == 1 and len(set(way.places)) == len(way.places):
            found.append(way)
    if not found:
        start, goal = (net.place(place, snap_km=options["snap_km"]).id for place in (origin, destination))
        msg = (
            f"No route from {start!r} to {goal!r} passes {at!r} under these options, so that there is nothing to wait for "
            "there. Name a crossing on the way, or allow more modes or countries."
        )
        raise NoRouteError(msg, origin=start, destination=goal, blocked_by=(at,))
    return min(found, key=lambda way: (way.score, way.km, way.key))


def _daily(base: Route, at: str, given: float | None) -> tuple[dict[str, float], dict[str, str]]:
    """Return what a day of waiting is made of, USD, and what each part rests on."""
    if given is not None:
        return {"waiting": float(given)}, {"waiting": "given"}
    costs, weights = base._costs, base._weights  # noqa: SLF001
    mode = next(edge.mode for edge in base._edges if edge.crossing == at)  # noqa: SLF001
    standing, cooling = costs.standing(mode), costs.cooling(mode)
    own = weights.value_of_time_usd_per_hour is not None
    parts = {
        "value of time": costs.value_of_time(weights) * HOURS_A_DAY,
        f"standing by {mode}": 0.0 if standing is None else standing.value,
        "cooling": cooling.value * HOURS_A_DAY,
    }
    time_basis = "the weights" if own else f"the cargo class, {costs.cargo.time_cost_basis}"
    standing_basis = "no rate, taken as nothing" if standing is None else f"the rates, {standing.basis}"
    return parts, dict(zip(parts, (time_basis, standing_basis, f"the rates, {cooling.basis}"), strict=True))


def _days_shut(net: Network, at: str, vehicle: str, form: str) -> float:
    """Return how many days a crossing has been shut on the day of its network; 0 where it is not, or without a day."""
    day = net.day
    if day is None:
        return 0.0
    shut = [
        row.from_
        for row in net.tables.statuses
        if row.subject == at and row.effect == "ban" and holds_on(row, day) and concerns(row, vehicle, form)
    ]
    return float((day - date.fromisoformat(min(shut))).days) if shut else 0.0


def _check(name: str, value: object) -> None:
    if value is None:
        return
    given: Any = value
    if isinstance(given, bool) or not isinstance(given, Real) or not math.isfinite(given) or given < 0:
        msg = f"{name}={value!r}: must be a finite number of 0 or more."
        raise OptionError(msg)
