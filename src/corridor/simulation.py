# SPDX-License-Identifier: BSD-3-Clause
"""How sure the arrival is: many draws of the times of given routes, what they take, and which steps make them unsure."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from corridor.closures import Closures, History, check_closures, closure_history, waits_of_edges
from corridor.errors import OptionError, nearest_valid
from corridor.prices import Prices
from corridor.routes import Route
from corridor.structure import Array
from corridor.tabular import table_as_html, table_as_text
from corridor.time_spread import Part, Spread, TimeSpread, check_seed, cv_of, parse_spread, price_parts, stream
from corridor.vocabulary import MODES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Simulation", "check_count", "simulate"]

PriceSpread: TypeAlias = Literal["fixed", "ranges"]
PRICE_SPREADS: Final[tuple[PriceSpread, ...]] = ("fixed", "ranges")
LEAST_DRAWS, MOST_DRAWS = 10, 10_000_000
QUANTILES: Final = (0.1, 0.5, 0.9, 0.95)
HEAD: Final = ("", "route", "mean h", "P10", "P50", "P90", "P95", "± P95", "USD P50", "USD P95", "by mean", "by P95")


class _Varying(NamedTuple):
    """What varies in one route: for each thing its mean hours and USD at each step, and its sigma."""

    sigma: float
    hours: dict[int, float]
    usd: dict[int, float]


@dataclass(frozen=True)
class Simulation:
    """Draws of the time and cost of given routes, as :func:`corridor.simulate` returns them.

    Attributes
    ----------
    routes
        The routes, in the order given.
    labels
        What each is called.
    draws
        Hours, one row a draw and one column a route. A draw is one state of the world: what routes share takes the same
        time in all of them.
    usd
        USD likewise.
    seed, n, deadline_hours, closures, prices
        What the draws were made with.
    history
        The closures drawn from; None with ``closures="none"``.
    """

    routes: tuple[Route, ...]
    labels: tuple[str, ...]
    draws: Array
    usd: Array
    seed: int
    n: int
    deadline_hours: float | None
    closures: Closures
    prices: PriceSpread
    history: History | None
    _varying: tuple[Mapping[str, _Varying], ...] = field(repr=False)
    _waits: tuple[Mapping[int, Array], ...] = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a route: mean and quantiles of hours and USD, and the rank by mean and by P95.

        Returns
        -------
        pandas.DataFrame
            Indexed from 1: ``label``, ``crossings``, ``hours_mean``, ``hours_p10``, ``hours_p50``, ``hours_p90``,
            ``hours_p95``, ``hours_p95_error`` (standard error of P95 as drawn), ``usd_mean`` and its quantiles,
            ``chance_by_deadline`` (0 to 1) and ``lateness_hours`` (mean hours beyond the deadline, 0 where in time; both
            missing without a deadline), ``rank_by_mean``, ``rank_by_p95`` (1 is the fastest; ties share a rank).
            ``attrs`` holds the units, ``n``, ``seed``, ``closures`` and ``prices``.

        References
        ----------
        Woodruff (1952), Confidence intervals for medians and other position measures, Journal of the American
        Statistical Association 47: 635-646, for the error of P95: half the distance of the draws that lie one
        binomial standard deviation either side of it.

        Examples
        --------
        >>> import corridor as co
        >>> routes = co.alternatives(co.load(), "Karachi", "Kabul", k=2)
        >>> co.simulate(routes, n=1000, seed=1).to_frame()["rank_by_mean"].tolist()
        [1, 2]
        """
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for number, (route, label) in enumerate(zip(self.routes, self.labels, strict=True)):
            hours = np.sort(self.draws[:, number])
            row: dict[str, Any] = {"label": label, "crossings": ", ".join(route.crossings)}
            row |= _summary("hours", hours) | {"hours_p95_error": _error(hours, 0.95)}
            row |= _summary("usd", np.sort(self.usd[:, number]))
            late = math.nan if self.deadline_hours is None else self.deadline_hours
            row["chance_by_deadline"] = math.nan if math.isnan(late) else float((hours <= late).mean())
            row["lateness_hours"] = math.nan if math.isnan(late) else float(np.maximum(hours - late, 0.0).mean())
            rows.append(row)
        frame = pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="route"))
        for name in ("mean", "p95"):
            # To a millionth of an hour, so that rounding parts no equals.
            frame[f"rank_by_{name}"] = frame[f"hours_{name}"].round(6).rank(method="min").astype(int)
        names = [str(name) for name in frame.columns]
        frame.attrs["unit"] = {
            name: "h" if "hours" in name else "USD" for name in names if "hours" in name or "usd" in name
        }
        frame.attrs |= {"n": self.n, "seed": self.seed, "closures": self.closures, "prices": self.prices}
        return frame

    def contributions(self, *, of: Literal["steps", "causes"] = "steps") -> pd.DataFrame:
        """Return the share of each step, or of each cause, in the variance of the time of each route.

        Parameters
        ----------
        of
            ``steps``: by step of the route; ``causes``: by what varies as one thing, such as the pace of trucks in a
            country or the clearing of a post.

        Returns
        -------
        pandas.DataFrame
            ``route`` (its number, from 1), ``step`` with ``kind``, ``from``, ``to``, ``crossing`` (or ``cause``),
            ``hours`` (mean), ``sd_hours`` and ``share``; the shares of a route sum to 1, and are missing where nothing varies.

        Raises
        ------
        OptionError
            If ``of`` is unknown.

        Notes
        -----
        The share of a part is its covariance with the whole over the variance of the whole. It follows from the spreads
        themselves, free of the noise of the draws; that of closures is that of the draws.

        Examples
        --------
        >>> import corridor as co
        >>> s = co.simulate(co.route(co.load(), "Karachi", "Kabul"), n=1000, seed=1)
        >>> round(float(s.contributions()["share"].sum()), 9)
        1.0
        """
        import pandas as pd

        if of not in ("steps", "causes"):
            msg = f"Unknown of={of!r}.{nearest_valid(str(of), ('steps', 'causes'), kind='Choices')}"
            raise OptionError(msg)
        rows = []
        for number, route in enumerate(self.routes):
            rows += self._by_step(number, route) if of == "steps" else self._by_cause(number)
        frame = pd.DataFrame(rows)
        frame.attrs["unit"] = {"hours": "h", "sd_hours": "h"}
        return frame

    def _by_step(self, number: int, route: Route) -> list[dict[str, Any]]:
        """Return one row a step: its own spread, and its covariance with the whole."""
        varying, waits = self._varying[number], self._waits[number]
        whole = sum(waits.values(), np.zeros(self.n))
        steps = route.step_rows()
        own, shared, hours = np.zeros(len(steps)), np.zeros(len(steps)), np.array([step["hours"] for step in steps])
        for what in varying.values():
            total, square = math.fsum(what.hours.values()), cv_of(what.sigma) ** 2
            for step, mean in what.hours.items():
                own[step] += square * mean**2
                shared[step] += square * mean * total
        for step, wait in waits.items():
            own[step] += float(np.var(wait))
            shared[step] += float(np.mean((wait - wait.mean()) * (whole - whole.mean())))
            hours[step] += float(wait.mean())
        total = float(shared.sum())
        return [
            {"route": number + 1, "step": step + 1, "kind": row["kind"], "from": row["from"], "to": row["to"],
             "crossing": row["crossing"], "hours": float(hours[step]), "sd_hours": math.sqrt(own[step]),
             "share": float(shared[step]) / total if total > 0 else math.nan}
            for step, row in enumerate(steps)
        ]  # fmt: skip

    def _by_cause(self, number: int) -> list[dict[str, Any]]:
        """Return one row for each thing that varies, closures together as one; the largest first."""
        causes = {
            key: (math.fsum(what.hours.values()), cv_of(what.sigma) * math.fsum(what.hours.values()))
            for key, what in self._varying[number].items()
            if what.hours
        }
        if self._waits[number]:
            whole = sum(self._waits[number].values(), np.zeros(self.n))
            causes["closures"] = (float(whole.mean()), float(whole.std()))
        total = math.fsum(deviation**2 for _, deviation in causes.values())
        rows = [
            {"route": number + 1, "cause": key, "hours": hours, "sd_hours": deviation,
             "share": deviation**2 / total if total > 0 else math.nan}
            for key, (hours, deviation) in causes.items()
        ]  # fmt: skip
        return sorted(rows, key=lambda row: (-row["sd_hours"], row["cause"]))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw how surely each route has arrived after so many hours, the stretch from P10 to P90 marked.

        Parameters
        ----------
        ax
            Axes to draw on; missing: new ones.

        Returns
        -------
        matplotlib.axes.Axes
            The axes drawn on.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.

        Examples
        --------
        >>> import corridor as co
        >>> co.simulate(co.route(co.load(), "Karachi", "Kabul"), n=1000, seed=1).plot().get_xlabel()
        'time, hours'
        """
        from corridor.charts import plot_reliability

        return plot_reliability(self, ax=ax)

    @property
    def made_with(self) -> str:
        """One line: how many draws, the seed, and what was drawn."""
        window = f" of {self.history.window}" if self.history is not None and self.history.spells else ""
        drawn = f"closures drawn from the history{window}" if self.closures == "history" else "closures left out"
        money = "prices fixed" if self.prices == "fixed" else "prices drawn from the ranges of the rates"
        return f"{self.n:,} draws, seed {self.seed}; {drawn}; {money}"

    def rows(self) -> list[tuple[str, ...]]:
        """Return one line a route as texts: label, hours, their quantiles, the error of P95, USD and the ranks."""
        found = []
        for number, row in enumerate(self.to_frame().to_dict("records"), 1):
            hours = [f"{row[f'hours_{name}']:,.0f}" for name in ("mean", "p10", "p50", "p90", "p95")]
            money = [f"{row[f'usd_{name}']:,.0f}" for name in ("p50", "p95")]
            ranks = [str(row[f"rank_by_{name}"]) for name in ("mean", "p95")]
            found.append((str(number), row["label"], *hours, f"{row['hours_p95_error']:,.1f}", *money, *ranks))
        return found

    def __repr__(self) -> str:
        errors = ", ".join(f"{_error(np.sort(hours), 0.95):.2g}" for hours in self.draws.T)
        return f"<Simulation: {len(self.routes)} routes, {self.made_with}; standard error of P95 {errors} h>"

    def __str__(self) -> str:
        lines = table_as_text(HEAD, self.rows(), left=1)
        return "\n".join([f"Hours door to door: {self.made_with}", "", *lines])

    def _repr_html_(self) -> str:
        note = "± P95 is the standard error of P95 as drawn, hours."
        table = table_as_html(HEAD, self.rows())
        return f"<p><b>Hours door to door</b></p>{table}<p>{html.escape(self.made_with)}. {note}</p>"


def simulate(
    routes: Route | Iterable[Route] | Mapping[str, Route],
    n: int = 10_000,
    seed: int | None = None,
    *,
    deadline_hours: float | None = None,
    spread: Spread = None,
    closures: Closures = "none",
    prices: PriceSpread = "fixed",
) -> Simulation:
    """Return many draws of the time, in hours, and the cost, in USD, of given routes.

    Parameters
    ----------
    routes
        A route, several (as :func:`corridor.alternatives` and :func:`corridor.pareto` return them), or a mapping from
        labels to routes; also of different networks and shipments.
    n
        How many draws.
    seed
        Fixes the draws; missing: one is chosen, and told in the result.
    deadline_hours
        Hours after departure by which the shipment must be there; missing: none.
    spread
        Other spreads than those of :func:`corridor.spread`, which describes them; 0 is none.
    closures
        ``none``: posts are open; ``history``: closures as the dated statuses have them, see the notes.
    prices
        ``fixed``: USD change only with the hours of cooling; ``ranges``: haul prices vary too, by mode and country,
        their low and high in the rates read as P10 and P90, the mean kept.

    Returns
    -------
    Simulation
        With ``to_frame()``, ``draws``, ``contributions()`` and ``plot()``.

    Raises
    ------
    OptionError
        If there is no route, a number is out of range, or a word is unknown.

    Notes
    -----
    Each thing that varies has random numbers of its own, made from the seed and its id: routes with a post in common have
    the same delay there, and the draws of a route do not depend on which others are asked for. The same seed gives the
    same draws to the last byte with the same version of numpy. Without any spread every draw is ``route.hours``.

    With ``closures="history"`` each draw is a day of the history: what was shut then is shut when the truck arrives there,
    and it waits until it opens, at each post on its way; closures without a known end last as those that lasted as long
    did (Kaplan and Meier). The queue after a reopening is not in it.

    At the same mean more spread makes expected lateness beyond a deadline larger or leaves it; P95 itself may fall, where
    the spread is so wide that the rare bad passage lies beyond it.

    Examples
    --------
    >>> import corridor as co
    >>> routes = co.alternatives(co.load(), "Karachi", "Tashkent", k=3)
    >>> s = co.simulate(routes, n=2000, seed=7, deadline_hours=24 * 21)
    >>> s.draws.shape
    (2000, 3)
    >>> bool(co.simulate(routes[0], n=10, seed=7, spread=0).draws[0, 0] == routes[0].hours)
    True
    """
    given, labels = _routes(routes)
    count = check_count(n)
    number = check_seed(seed)
    if deadline_hours is not None:
        _check_deadline(deadline_hours)
    check_closures(closures)
    if prices not in PRICE_SPREADS:
        msg = f"Unknown prices={prices!r}.{nearest_valid(str(prices), PRICE_SPREADS, kind='Choices')}"
        raise OptionError(msg)
    several = {id(route._prices): route._prices for route in given}  # noqa: SLF001
    asked = parse_spread(spread, several.values())
    varying = [_varying_of(route, asked, prices) for route in given]
    draws, usd = _drawn(given, varying, count, number)
    waits, history = [dict[int, Array]() for _ in given], None
    if closures == "history":
        waits, history = _closed(given, several, count, number)
        for column, (route, shut) in enumerate(zip(given, waits, strict=True)):
            for step, hours in shut.items():
                draws[:, column] += hours
                usd[:, column] += hours * _cooling(route, step)
    return Simulation(
        given,
        labels,
        draws,
        usd,
        number,
        count,
        deadline_hours,
        closures,
        prices,
        history,
        tuple(varying),
        tuple(waits),
    )


def _varying_of(route: Route, asked: Mapping[str, float], prices: PriceSpread) -> dict[str, _Varying]:
    """Return what varies in a route by its key, in the order of keys, with what it takes at each step."""
    of_time = TimeSpread(route._prices, asked)  # noqa: SLF001
    found: dict[str, _Varying] = {}

    def add(parts: Iterable[Part], step: int, *, money: bool) -> None:
        for what, mean in parts:
            if what.sigma > 0 and mean > 0:
                one = found.setdefault(what.key, _Varying(what.sigma, {}, {}))
                figures = one.usd if money else one.hours
                figures[step] = figures.get(step, 0.0) + mean

    for step, edge in enumerate(route._way):  # noqa: SLF001
        add(of_time.parts(edge), step, money=False)
        if prices == "ranges":
            add(price_parts(route._prices, edge), step, money=True)  # noqa: SLF001
    return dict(sorted(found.items()))


def _drawn(
    routes: Sequence[Route], varying: Sequence[Mapping[str, _Varying]], n: int, seed: int
) -> tuple[Array, Array]:
    """Return hours and USD by draw and route: one thing that varies after the other, for every route that has it."""
    draws, usd = np.empty((len(routes), n)), np.empty((len(routes), n))
    for row, (route, things) in enumerate(zip(routes, varying, strict=True)):
        draws[row], usd[row] = route.hours, route.usd
        for thing in things.values():
            # Where nothing varies the figure stays what it is, to the last bit.
            draws[row] -= math.fsum(thing.hours.values())
            usd[row] -= _usd_of(route, thing)
    scratch, factor = np.empty(n), np.empty(n)
    for key in sorted({key for things in varying for key in things}):
        normal = stream(seed, key).standard_normal(n)
        known = math.nan
        for row, things in enumerate(varying):
            if key not in things:
                continue
            sigma = things[key].sigma
            if sigma != known:
                _lognormal(normal, sigma, factor)
                known = sigma
            np.multiply(factor, math.fsum(things[key].hours.values()), out=scratch)
            draws[row] += scratch
            if money := _usd_of(routes[row], things[key]):
                usd[row] += np.multiply(factor, money, out=scratch)
    return draws.T, usd.T


def _lognormal(normal: Array, sigma: float, out: Array) -> None:
    """Fill an array with lognormal factors of mean 1."""
    np.multiply(normal, sigma, out=out)
    out -= sigma**2 / 2
    np.exp(out, out=out)


def _usd_of(route: Route, thing: _Varying) -> float:
    """Return the mean USD that go with a thing that varies: prices, and the cooling of its hours."""
    cooled = math.fsum(mean * _cooling(route, step) for step, mean in thing.hours.items())
    return cooled + math.fsum(thing.usd.values())


def _cooling(route: Route, step: int) -> float:
    """Return what cooling costs at a step, USD an hour."""
    prices = route._prices  # noqa: SLF001
    return prices.costs.cooling(MODES[int(prices.structure.mode[route._way[step]])]).value  # noqa: SLF001


def _closed(
    routes: Sequence[Route], several: Mapping[int, Prices], n: int, seed: int
) -> tuple[list[dict[int, Array]], History | None]:
    """Return the hours that each step waits for an opening in each draw, and the history drawn from."""
    by_prices: dict[int, tuple[History, Callable[[int], Any]]] = {}
    for key, prices in several.items():
        costs = prices.costs
        form = getattr(costs.cargo, "form", "container")
        day = prices.dated.day if prices.dated is not None else None
        history = closure_history(costs.tables, vehicle=costs.shipment.vehicle, form=form, until=day)
        by_prices[key] = history, waits_of_edges(history, prices, n, seed).get
    waits = []
    for route in routes:
        _, wait_of = by_prices[id(route._prices)]  # noqa: SLF001
        found = ((step, wait_of(edge)) for step, edge in enumerate(route._way))  # noqa: SLF001
        waits.append({step: wait[1] for step, wait in found if wait is not None})
    return waits, next(iter(by_prices.values()))[0]


def _routes(given: object) -> tuple[tuple[Route, ...], tuple[str, ...]]:
    """Return the routes and what each is called: as labelled, else by its crossings."""
    named = given if isinstance(given, Mapping) else None
    several: list[Any]
    if named is not None:
        several = list(named.values())
    else:
        several = [given] if isinstance(given, Route) or not isinstance(given, Iterable) else list(given)
    for route in several:
        if not isinstance(route, Route):
            msg = f"simulate needs routes, as co.route(...) and co.alternatives(...) return them, not a {type(route).__name__}."
            raise OptionError(msg)
    if not several:
        msg = "simulate: no routes; give at least one, as co.route(...) returns it."
        raise OptionError(msg)
    if named is not None:
        return tuple(several), tuple(map(str, named))
    names = [", ".join(route.crossings) or "no crossing" for route in several]
    twice = {name for name in names if names.count(name) > 1}
    labels = [f"{name} ({number})" if name in twice else name for number, name in enumerate(names, 1)]
    return tuple(several), tuple(labels)


def check_count(n: int) -> int:
    """Return how many draws; refuse what is no such whole number."""
    given: Any = n
    whole = isinstance(given, (int, np.integer)) and not isinstance(given, bool)
    if not whole or not LEAST_DRAWS <= given <= MOST_DRAWS:
        msg = f"n={n!r}: must be a whole number of draws from {LEAST_DRAWS} to {MOST_DRAWS:,}; 10,000 serve well."
        raise OptionError(msg)
    return int(given)


def _check_deadline(hours: float) -> None:
    given: Any = hours
    if isinstance(given, bool) or not isinstance(given, Real) or not math.isfinite(given) or given <= 0:
        msg = f"deadline_hours={hours!r}: must be a finite number of hours above 0."
        raise OptionError(msg)


def _summary(name: str, ordered: Array) -> dict[str, float]:
    quantiles = np.quantile(ordered, QUANTILES)
    found = {f"{name}_mean": float(ordered.mean())}
    return found | {
        f"{name}_p{round(share * 100)}": float(value) for share, value in zip(QUANTILES, quantiles, strict=True)
    }


def _error(ordered: Array, share: float) -> float:
    """Return the standard error of a quantile of draws in order, by Woodruff."""
    n = len(ordered)
    off = math.sqrt(n * share * (1 - share))
    low, high = max(math.floor(n * share - off), 0), min(math.ceil(n * share + off), n - 1)
    return float(ordered[high] - ordered[low]) / 2
