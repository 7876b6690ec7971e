# SPDX-License-Identifier: BSD-3-Clause
"""How often each route is the best when every time is uncertain at once: the route is chosen anew in each draw."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from corridor.answers import Routes
from corridor.closures import Closures, History, check_closures, closure_history, waits_of_edges
from corridor.constraints import Where
from corridor.errors import OptionError, nearest_valid
from corridor.lookup import SNAP_KM
from corridor.prices import Prices
from corridor.router import Router
from corridor.routes import UNITS, Route
from corridor.shipment import Shipment, Weights
from corridor.simulation import check_count
from corridor.states import check_network
from corridor.structure import Array
from corridor.tabular import table_as_html, table_as_text
from corridor.time_spread import Spread, TimeSpread, Uncertain, check_seed, parse_spread, stream
from corridor.vocabulary import MODES, LinkStatus, Mode

if TYPE_CHECKING:
    import pandas as pd

    from corridor.network import Network

__all__ = ["RouteChoice", "route_choice"]

# The measures in which hours count.
BYS: Final = ("hours", "score", "usd")
GROUPS: Final = ("routes", "crossings", "countries")
# Draws times edges that are held at once: a quarter of a gigabyte.
MOST_FIGURES: Final = 2**25
# Routes shown as text: the rest are the best in few draws each.
SHOWN: Final = 12
HEAD: Final = ("", "share", "±", "hours", "USD", "rank by mean", "crossings")


@dataclass(frozen=True)
class RouteChoice:
    """How often each route is the best, as :func:`corridor.route_choice` returns it.

    Attributes
    ----------
    routes
        Each route that was the best in some draw, the most frequent first; the best by mean is always among them.
    shares
        Share of the draws in which each was the best; they sum to 1.
    which
        The place in ``routes`` of the best route of each draw.
    totals
        What it took in each draw, in the unit of ``by``.
    by, seed, n, closures
        What the draws were made with.
    history
        The closures drawn from; None with ``closures="none"``.
    """

    routes: Routes
    shares: tuple[float, ...]
    which: Array
    totals: Array
    by: str
    seed: int
    n: int
    closures: Closures
    history: History | None

    def to_frame(self, *, of: Literal["routes", "crossings", "countries"] = "routes") -> pd.DataFrame:
        """Return how often each route is the best.

        Parameters
        ----------
        of
            ``routes``: each alone; ``crossings`` or ``countries``: those that pass the same ones together.

        Returns
        -------
        pandas.DataFrame
            Indexed from 1, the most frequent first: ``crossings``, ``countries``, ``share`` (they sum to 1),
            ``share_error`` (its standard error as drawn), ``hours`` and ``usd`` (the means of the route), ``best_mean``
            (mean of ``by`` over the draws in which it is the best; missing where there are none), ``rank_by_mean`` (1: the
            best without uncertainty). Of several together the figures are of that with the best rank.

        Raises
        ------
        OptionError
            If ``of`` is unknown.

        Examples
        --------
        >>> import corridor as co
        >>> choice = co.route_choice(co.load(), "Karachi", "Tashkent", n=200, seed=1)
        >>> choice.to_frame(of="countries")["share"].tolist()
        [1.0]
        """
        import pandas as pd

        if of not in GROUPS:
            msg = f"Unknown of={of!r}.{nearest_valid(str(of), GROUPS, kind='Choices')}"
            raise OptionError(msg)
        means = [float(getattr(route, self.by)) for route in self.routes]
        ranks = [1 + sum(other < mean - 1e-6 for other in means) for mean in means]
        groups: dict[Any, list[int]] = {}
        for number, route in enumerate(self.routes):
            key = number if of == "routes" else getattr(route, of)
            groups.setdefault(key, []).append(number)
        rows: list[dict[str, Any]] = []
        for members in groups.values():
            first = self.routes[min(members, key=lambda number: ranks[number])]
            share = math.fsum(self.shares[number] for number in members)
            won = self.totals[np.isin(self.which, members)]
            rows.append(
                {"crossings": ", ".join(first.crossings), "countries": "-".join(first.countries), "routes": len(members),
                 "share": share, "share_error": math.sqrt(share * max(1 - share, 0.0) / self.n), "hours": first.hours,
                 "usd": first.usd, "best_mean": float(won.mean()) if len(won) else math.nan,
                 "rank_by_mean": min(ranks[number] for number in members)}
            )  # fmt: skip
        rows.sort(key=lambda row: (-row["share"], row["rank_by_mean"]))
        frame = pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="route"))
        frame.attrs |= {"unit": {"hours": "h", "usd": "USD", "best_mean": UNITS[self.by]}, "by": self.by}
        frame.attrs |= {"n": self.n, "seed": self.seed, "closures": self.closures}
        return frame

    @property
    def made_with(self) -> str:
        """One line: how many draws, the seed, and what was drawn."""
        window = f" of {self.history.window}" if self.history is not None and self.history.spells else ""
        drawn = f"closures drawn from the history{window}" if self.closures == "history" else "closures left out"
        return f"best by {self.by} in {self.n:,} draws, seed {self.seed}; {drawn}"

    def rows(self) -> list[tuple[str, ...]]:
        """Return one line a route as texts: share, its error, hours, USD, rank by mean and crossings."""
        return [
            (
                str(number), f"{row['share']:.1%}", f"{row['share_error']:.1%}", f"{row['hours']:,.0f}",
                f"{row['usd']:,.0f}", str(row["rank_by_mean"]), row["crossings"] or "none",
            )
            for number, row in enumerate(self.to_frame().to_dict("records"), 1)
        ]  # fmt: skip

    def __repr__(self) -> str:
        return f"<RouteChoice: {len(self.routes)} routes, {self.made_with}>"

    def __str__(self) -> str:
        lines = table_as_text(HEAD, self.rows()[:SHOWN], left=len(HEAD) - 1)
        return "\n".join([self.made_with.capitalize(), "", *lines, *self._rest()])

    def _rest(self) -> list[str]:
        """Say how many routes are left out of a table, and how often one of them is the best."""
        rest = self.to_frame()["share"].to_numpy()[SHOWN:]
        return [f"{len(rest)} more, together {rest.sum():.1%}: to_frame() has them all"] if len(rest) else []

    def _repr_html_(self) -> str:
        told = "; ".join([self.made_with, *self._rest()])
        return f"{table_as_html(HEAD, self.rows()[:SHOWN])}<p>{html.escape(told)}</p>"


def route_choice(
    net: Network | Router,
    origin: Where,
    destination: Where,
    n: int = 1_000,
    seed: int | None = None,
    *,
    by: Literal["hours", "score", "usd"] = "hours",
    spread: Spread = None,
    closures: Closures = "none",
    shipment: Shipment | None = None,
    weights: Weights | None = None,
    modes: Iterable[Mode] | None = None,
    avoid: Iterable[str] | str = (),
    within: Iterable[str] | None = None,
    include: Sequence[LinkStatus] = (),
    snap_km: float = SNAP_KM,
) -> RouteChoice:
    """Return how often each route is the best, by hours, score or USD, when every time is uncertain at once.

    Parameters
    ----------
    net
        The network, or a router of one, which is compiled already.
    origin, destination
        Places, as in :func:`corridor.route`.
    n
        How many draws; in each the best route is searched anew.
    seed
        Fixes the draws; missing: one is chosen, and told in the result.
    by
        What is minimised: ``hours``, ``score`` (hours count by the value of time and of cooling) or ``usd`` (by cooling).
    spread, closures
        As in :func:`corridor.simulate`.
    shipment, weights
        What is moved, and what the score is made with; of a router they are its own.
    modes, avoid, within, include, snap_km
        As in :func:`corridor.route`.

    Returns
    -------
    RouteChoice
        With ``to_frame()``, ``routes`` and ``shares``.

    Raises
    ------
    UnknownPlaceError, AmbiguousPlaceError, OffNetworkError
        If a place cannot be told.
    OptionError
        If an option is unknown or out of range.
    NoRouteError
        If there is no way.

    Notes
    -----
    Whoever chooses knows the state of the world of the draw: the shares say how often a route would have been the best,
    not how often a planner with means alone would take it. Draws share their random numbers with
    :func:`corridor.simulate` of the same seed. Without any spread the one route is that of :func:`corridor.route`.

    References
    ----------
    Bellman (1958), as :meth:`corridor.Router.draws`, which searches all draws at once.

    Examples
    --------
    >>> import corridor as co
    >>> choice = co.route_choice(co.load(), "Karachi", "Kabul", n=500, seed=3)
    >>> round(sum(choice.shares), 9)
    1.0
    """
    count, number = check_count(n), check_seed(seed)
    if by not in BYS:
        msg = f"by={by!r}: time is drawn, so that it must count.{nearest_valid(str(by), BYS, kind='Choices')}"
        raise OptionError(msg)
    check_closures(closures)
    if isinstance(net, Router):
        if shipment is not None or weights is not None:
            msg = "route_choice of a router: it has its shipment and weights; use router.repriced(shipment=..., weights=...)."
            raise OptionError(msg)
        router = net
    else:
        check_network(net, "route_choice")
        router = Router(net, shipment=shipment, weights=weights)
    compiled = router._compiled  # noqa: SLF001
    compiled.check_measure(by)
    prices = compiled.prices
    history = None
    waits: Mapping[int, tuple[str, Array]] = {}
    if closures == "history":
        form = getattr(prices.costs.cargo, "form", "container")
        day = prices.dated.day if prices.dated is not None else None
        vehicle = prices.costs.shipment.vehicle
        history = closure_history(prices.costs.tables, vehicle=vehicle, form=form, until=day)
        waits = waits_of_edges(history, prices, count, number)
    constraints = compiled.constraints_of(modes, avoid, (), within, include, snap_km, {})
    usable = compiled.mask(constraints)[0].usable
    varying = _varying(prices, parse_spread(spread, [prices]), usable)
    waits = {edge: wait for edge, wait in waits.items() if usable[edge]}
    options: dict[str, Any] = {"modes": modes, "avoid": avoid, "within": within, "include": include, "snap_km": snap_km}
    best = router.route(origin, destination, by=by, **options)
    if not varying and not any(wait.any() for _, wait in waits.values()):
        total = float(getattr(best, by))
        everyone = np.zeros(count, dtype=np.int64)
        found = ([best], everyone, np.full(count, total))
    else:
        found = _chosen(router, varying, waits, by, (count, number), (origin, destination), options, usable)
    routes, which, totals = found
    if best not in routes:
        routes = [*routes, best]
    shares = np.bincount(which, minlength=len(routes)) / count
    order = sorted(range(len(routes)), key=lambda place: -shares[place])
    place_of = np.empty(len(order), dtype=np.int64)
    place_of[order] = np.arange(len(order))
    ordered = Routes([routes[place] for place in order], method=f"best by {by} in {count:,} draws")
    share = tuple(float(shares[place]) for place in order)
    return RouteChoice(ordered, share, place_of[which], totals, by, number, count, closures, history)


def _varying(prices: Prices, asked: Mapping[str, float], usable: Array) -> list[tuple[Uncertain, Array, Array]]:
    """Return what varies on the usable edges, in the order of keys: the edges each is on, and its mean hours there."""
    kept: dict[Any, Any] = prices.kept.setdefault("varying", {})
    key = (tuple(sorted(asked.items())), usable.tobytes())
    if key in kept:
        found: list[tuple[Uncertain, Array, Array]] = kept[key]
        return found
    of_time = TimeSpread(prices, asked)
    things: dict[tuple[str, float], tuple[Uncertain, list[int], list[float]]] = {}
    for edge in np.flatnonzero(usable).tolist():
        for what, hours in of_time.parts(edge):
            if what.sigma > 0 and hours > 0:
                _, edges, means = things.setdefault((what.key, what.sigma), (what, [], []))
                edges.append(edge)
                means.append(hours)
    # Only the last is kept: another spread is another question.
    kept.clear()
    kept[key] = [(what, np.array(edges), np.array(means)) for _, (what, edges, means) in sorted(things.items())]
    return list(kept[key])


def _chosen(
    router: Router,
    varying: Sequence[tuple[Uncertain, Array, Array]],
    waits: Mapping[int, tuple[str, Array]],
    by: str,
    draws: tuple[int, int],
    ends: tuple[Where, Where],
    options: Mapping[str, Any],
    usable: Array,
) -> tuple[list[Route], Array, Array]:
    """Return the different best routes, which of them each draw takes, and what it takes there."""
    count, seed = draws
    prices = router._compiled.prices  # noqa: SLF001
    column = np.asarray(prices.columns[by], dtype=float)
    an_hour = _usd_an_hour(prices, by)
    factors = [_factors(seed, what, count) for what, _, _ in varying]
    numbers: dict[Route, int] = {}
    which, totals = [], []
    size = max(1, MOST_FIGURES // max(len(column), 1))
    for first in range(0, count, size):
        rows = slice(first, min(first + size, count))
        # What may not be used costs nothing here: it is never asked for.
        costs = np.zeros((len(column), rows.stop - first))
        costs[usable] = column[usable][:, None]
        for (_, edges, means), factor in zip(varying, factors, strict=True):
            costs[edges] += (means * an_hour[edges])[:, None] * factor[rows]
        for edge, (_, hours) in waits.items():
            costs[edge] += hours[rows] * an_hour[edge]
        # A time that all but vanishes may round to less than nothing.
        np.maximum(costs, 0.0, out=costs)
        found = router.draws(*ends, costs.T, **options)
        places = np.array([numbers.setdefault(route, len(numbers)) for route in found.routes], dtype=np.int64)
        which.append(places[found.which])
        totals.append(found.totals)
    return list(numbers), np.concatenate(which), np.concatenate(totals)


def _factors(seed: int, what: Uncertain, count: int) -> Array:
    """Return by how much more than its mean something takes in each draw, as a share of the mean."""
    drawn: Array = stream(seed, what.key).standard_normal(count)
    drawn *= what.sigma
    drawn -= what.sigma**2 / 2
    np.exp(drawn, out=drawn)
    drawn -= 1.0
    return drawn


def _usd_an_hour(prices: Prices, by: str) -> Array:
    """Return what one hour more on each edge adds to the measure."""
    if by == "hours":
        return np.ones(len(prices.structure.kind))
    cooling = np.array([prices.costs.cooling(mode).value for mode in MODES])[prices.structure.mode]
    return cooling + (prices.costs.value_of_time(prices.weights) if by == "score" else 0.0)
