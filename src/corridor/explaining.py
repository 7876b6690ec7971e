# SPDX-License-Identifier: BSD-3-Clause
"""Why this route: its score split, at which value of each input a rival wins, and whether the choice survives the guesses."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from corridor.answers import Routes
from corridor.breaking_even import Asked, BreakEven, Flip, Side, break_evens, first_flips
from corridor.compiled import SAME, Compiled, whole_network
from corridor.constraints import Where
from corridor.errors import OptionError
from corridor.explaining_texts import (
    as_html,
    as_text,
    flip_sentence,
    labels_of,
    none_sentence,
    sentence,
    verdict_of,
)
from corridor.held_against import check_measure, check_rival, check_untimed, check_usable, rivals_of, way_in
from corridor.levers import Lever, levers_of
from corridor.lookup import SNAP_KM
from corridor.network import Network
from corridor.routes import UNITS, Route
from corridor.score_split import Part, by_what, split_of
from corridor.search import Way
from corridor.states import check_network, kept_prices
from corridor.tornado import Swing, Worst, parse_assumed, parse_bases, swings_of, worst_of
from corridor.vocabulary import LinkStatus, Mode

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Explanation", "explain"]


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why a route is the best, as :func:`corridor.explain` returns it.

    Attributes
    ----------
    route, rivals
        The route, and those it is held against, the best first.
    by
        What they are compared by: ``score``, ``usd`` (both USD) or ``hours``.
    labels
        What each rival is called: that in which it differs from the route.
    is_best
        Whether no route at all is better under the options given.
    split
        The parts of the score of the route, in the order of the way.
    method
        How the rivals were found.
    """

    route: Route
    rivals: tuple[Route, ...]
    by: str
    labels: tuple[str, ...]
    is_best: bool
    split: tuple[Part, ...]
    method: str
    _net: Network
    _asked: Asked
    _way: Way
    _ways: tuple[Way, ...]
    _levers: tuple[Lever, ...]
    _bases: tuple[str, ...]
    _assumed: Mapping[str, float]

    # -- figures -------------------------------------------------------------------------------------------------------

    @property
    def unit(self) -> str:
        """Unit of the measure that the routes are compared by."""
        return UNITS[self.by]

    @cached_property
    def margins(self) -> tuple[float, ...]:
        """How much more each rival takes than the route, in :attr:`unit`."""
        ours = self._asked.total(self._way)
        return tuple(self._asked.total(way) - ours for way in self._ways)

    @cached_property
    def _evens(self) -> tuple[BreakEven, ...]:
        return tuple(break_evens(self._asked, self._way, self._ways, self._levers))

    @cached_property
    def _flips(self) -> tuple[Flip, ...]:
        if not self.is_best:
            return ()
        flips = first_flips(self._asked, self._way, self._levers)
        return tuple(sorted(flips, key=lambda flip: (flip.change, flip.lever.key, flip.side)))

    @cached_property
    def _swings(self) -> tuple[Swing, ...]:
        asked = (self._asked, self._way, self._ways, self._levers)
        return tuple(swings_of(*asked, bases=self._bases, assumed=self._assumed))

    @cached_property
    def _worsts(self) -> dict[bool, tuple[Worst, ...]]:
        """The worst of all together: with the stated ranges alone (True), and with those assumed (False)."""
        asked = (self._net, self._asked, self._way, self._ways, self._swings)
        return {only: tuple(worst_of(*asked, only_stated=only)) for only in (True, False)}

    def label_of(self, way: Way) -> str:
        """Return what a way is called beside the route."""
        if way in self._ways:
            return self.labels[self._ways.index(way)]
        label = labels_of(self.route, [self._as_route(way)])[0]
        return f"{label}, another way" if label in self.labels else label

    def _as_route(self, way: Way) -> Route:
        return self._asked.compiled.as_route(way, self.by, self._asked.constraints)  # type: ignore[arg-type]

    # -- tables --------------------------------------------------------------------------------------------------------

    @property
    def break_evens(self) -> pd.DataFrame:
        """One row a rival and an input: the value at which the two draw level, and who is best of all by then.

        ``rival`` (from 1), ``label``, ``margin``, ``input`` (key), ``kind``, ``name``, ``unit``, ``now``, ``value``
        (missing: none within ``least`` and ``most``, or both share the input), ``side`` (``above`` or ``below``),
        ``change`` (share of now), ``basis``, ``low``, ``high`` (stated range), ``within_range`` (of these), ``first``
        (no other route is better sooner), ``sooner_value`` and ``sooner`` (where and which one is, else missing),
        ``sentence``.
        """
        return _frame(self.break_even_rows(), {"margin": self.unit})

    @property
    def flips(self) -> pd.DataFrame:
        """One row an input and a side: the first value at which the route is no longer the best of all routes.

        ``input`` (key), ``kind``, ``name``, ``unit``, ``now``, ``side``, ``value``, ``change`` (share of now),
        ``taken_over_by``, ``crossings`` of that route, ``sentence``. What is not listed changes nothing within the
        values looked at. Empty where the route is not the best today.
        """
        return _frame(self.flip_rows(), {})

    @property
    def tornado(self) -> pd.DataFrame:
        """One row an estimate: the route and its margin at both ends of its range, the widest swing first.

        ``input`` (key), ``kind``, ``name``, ``unit``, ``basis``, ``range`` (``stated`` in the data, ``assumed``, or
        ``none``: an estimate of 0 without one),
        ``now``, ``low``, ``high``, then for each end ``route_at_low`` (measure of the route), ``margin_at_low`` (the
        best rival less the route; below 0 the choice falls) and ``best_at_low``, the same at high, ``swing`` (of the
        margin), ``route_swing``, ``choice_survives``, ``order_survives`` (of route and rivals) and ``source``.
        """
        names = ("route_at_low", "margin_at_low", "route_at_high", "margin_at_high", "swing", "route_swing")
        return _frame(self.tornado_rows(), dict.fromkeys(names, self.unit))

    @property
    def parts(self) -> pd.DataFrame:
        """The score of the route split, one row a part: ``of`` (leg, crossing, transfer, waiting, ends, penalties).

        ``name``, ``km``, ``hours``, ``usd``, and the score in USD: ``money_score`` (with the factors of the modes),
        ``time_score`` (hours x value of time), ``penalty_score`` and ``score``, which sums to that of the route.
        """
        units = UNITS | dict.fromkeys(("money_score", "time_score", "penalty_score"), "USD")
        return _frame([part._asdict() for part in self.split], units)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a break-even, nearest first: those that exist, of every rival.

        Returns
        -------
        pandas.DataFrame
            The rows of :attr:`break_evens` that have a value, sorted by rival and then by ``change``.

        Examples
        --------
        >>> import corridor as co
        >>> net = co.load()
        >>> frame = co.explain(net, co.route(net, "Karachi", "Kabul")).to_frame()
        >>> bool((frame["change"] >= 0).all())
        True
        """
        frame = self.break_evens
        kept = frame[frame["value"].notna()].sort_values(["rival", "change"], kind="stable").reset_index(drop=True)
        kept.attrs = frame.attrs
        return kept

    def break_even_rows(self) -> list[dict[str, Any]]:
        """Return the rows of :attr:`break_evens` as plain dictionaries, for use without pandas.

        Returns
        -------
        list of dict
            One a rival and an input.

        Examples
        --------
        >>> import corridor as co
        >>> net = co.load()
        >>> rows = co.explain(net, co.route(net, "Karachi", "Kabul")).break_even_rows()
        >>> sorted({row["side"] for row in rows if row["side"]})
        ['above', 'below']
        """
        first: dict[tuple[str, Side | None], Flip] = {(flip.lever.key, flip.side): flip for flip in self._flips}
        return [self._even_row(even, first.get((even.lever.key, even.side))) for even in self._evens]

    def _even_row(self, even: BreakEven, flip: Flip | None) -> dict[str, Any]:
        lever, label = even.lever, self.labels[even.rival]
        value = math.nan if even.value is None else even.value
        sooner = flip is not None and even.value is not None and self._sooner(flip, even)
        within = even.value is not None and lever.low is not None and lever.high is not None
        if even.value is None:
            text = none_sentence(lever, label, shared=even.apart == 0, ahead=self.margins[even.rival] < -SAME)
        else:
            text = sentence(even, label, ahead=self.margins[even.rival] < -SAME)
        return {
            "rival": even.rival + 1, "label": label, "margin": self.margins[even.rival], **_about(lever),
            "value": value, "side": even.side or "", "change": even.change, "basis": lever.basis,
            "low": _or_nan(lever.low), "high": _or_nan(lever.high),
            "within_range": bool(within and lever.low <= value <= lever.high),  # type: ignore[operator]
            "first": even.value is not None and self.is_best and not sooner,
            "sooner_value": flip.value if sooner and flip is not None else math.nan,
            "sooner": self.label_of(flip.way) if sooner and flip is not None else "",
            "sentence": text,
        }  # fmt: skip

    def _sooner(self, flip: Flip, even: BreakEven) -> bool:
        """Tell whether some other route takes over before a rival does."""
        if even.value is None:
            return False
        near, far = (abs(even.lever.moved(value)) for value in (flip.value, even.value))
        return near < far * (1 - 1e-9) and flip.way != self._ways[even.rival]

    def flip_rows(self) -> list[dict[str, Any]]:
        """Return the rows of :attr:`flips` as plain dictionaries, the nearest first.

        Returns
        -------
        list of dict
            One an input and a side.

        Examples
        --------
        >>> import corridor as co
        >>> net = co.load()
        >>> rows = co.explain(net, co.route(net, "Karachi", "Kabul")).flip_rows()
        >>> rows == sorted(rows, key=lambda row: row["change"])
        True
        """
        return [
            {
                **_about(flip.lever), "side": flip.side, "value": flip.value, "change": flip.change,
                "taken_over_by": self.label_of(flip.way), "crossings": ", ".join(self._as_route(flip.way).crossings),
                "sentence": flip_sentence(flip, self.label_of(flip.way)),
            }
            for flip in self._flips
        ]  # fmt: skip

    def tornado_rows(self) -> list[dict[str, Any]]:
        """Return the rows of :attr:`tornado` as plain dictionaries, the widest swing first.

        Returns
        -------
        list of dict
            One an estimate.

        Examples
        --------
        >>> import corridor as co
        >>> net = co.load()
        >>> rows = co.explain(net, co.route(net, "Karachi", "Kabul")).tornado_rows()
        >>> {row["range"] for row in rows} == {"stated", "assumed"}
        True
        """
        rows = []
        for swing in self._swings:
            ends: dict[str, Any] = {}
            for name, end in (("low", swing.low), ("high", swing.high)):
                best = "this route" if end.chosen else self.label_of(end.best)
                ends |= {f"route_at_{name}": end.route, f"margin_at_{name}": end.margin, f"best_at_{name}": best}
            same = swing.low.same_order and swing.high.same_order
            about = {key: value for key, value in _about(swing.lever).items() if key not in {"least", "most"}}
            rows.append(
                {
                    **about, "basis": swing.lever.basis, "range": swing.range, "low": swing.low.value,
                    "high": swing.high.value, **ends, "swing": swing.swing, "route_swing": swing.route_swing,
                    "choice_survives": swing.survives, "order_survives": same, "source": swing.lever.source,
                }
            )  # fmt: skip
        return rows

    @cached_property
    def verdict(self) -> str:
        """Whether the choice survives the range of every estimate alone, and of all together at their worst for it."""
        return verdict_of(self._swings, self._worsts, self.labels, self.label_of, is_best=self.is_best)

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain data that JSON can hold.

        Returns
        -------
        dict
            ``by``, ``unit``, the ``route`` and ``rivals`` with their totals and margins, ``split`` and its sums,
            ``break_evens`` (those that exist), ``flips``, ``tornado`` and ``verdict``.

        Examples
        --------
        >>> import corridor as co
        >>> net = co.load()
        >>> co.explain(net, co.route(net, "Karachi", "Kabul")).to_dict()["route"]["crossings"]
        ['torkham']
        """
        return {
            "by": self.by,
            "unit": self.unit,
            "is_best": self.is_best,
            "method": self.method,
            "route": _totals(self.route),
            "rivals": [
                {"label": label, "margin": margin, **_totals(rival)}
                for label, margin, rival in zip(self.labels, self.margins, self.rivals, strict=True)
            ],
            "split": [part._asdict() for part in self.split],
            "split_sums": [part._asdict() for part in by_what(self.split)],
            "break_evens": [_plain(row) for row in self.break_even_rows() if not math.isnan(row["value"])],
            "flips": [_plain(row) for row in self.flip_rows()],
            "tornado": [_plain(row) for row in self.tornado_rows()],
            "verdict": self.verdict,
        }

    def plot(self, ax: Axes | None = None, *, top: int = 15) -> Axes:
        """Draw the tornado; see :func:`corridor.plot_tornado`.

        Parameters
        ----------
        ax
            Axes to draw on; missing: new ones.
        top
            How many estimates at most.

        Returns
        -------
        matplotlib.axes.Axes
            The axes drawn on.

        Raises
        ------
        OptionError
            If there is nothing to draw, or ``top`` is no whole number of 1 or more.
        MissingExtraError
            If matplotlib is not installed.

        Examples
        --------
        >>> import corridor as co
        >>> net = co.load()
        >>> co.explain(net, co.route(net, "Karachi", "Kabul")).plot().get_xlabel()
        'margin to the best rival, USD'
        """
        from corridor.tornado_chart import plot_tornado

        return plot_tornado(self, ax=ax, top=top)

    def __repr__(self) -> str:
        best = "" if self.is_best else ", not the best"
        return f"<Explanation of {self.route.headline}{best}; {len(self.rivals)} rivals, {len(self._levers)} inputs>"

    def __str__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def explain(
    net: Network,
    route: Route,
    against: Routes | Iterable[Route] | Route | None = None,
    *,
    k: int = 5,
    assumed_range: float | Mapping[str, float] = 0.3,
    bases: Iterable[str] | str = ("estimate",),
    modes: Iterable[Mode] | None = None,
    avoid: Iterable[str] | str = (),
    via: Iterable[Where] | str = (),
    within: Iterable[str] | None = None,
    include: Sequence[LinkStatus] = (),
) -> Explanation:
    """Return why a route is the best: its score split, its break-evens, and whether it survives the guesses.

    Parameters
    ----------
    net
        The network that the route was asked of.
    route
        What :func:`corridor.route` returned, best by ``score``, ``usd`` or ``hours``. Its shipment and weights are taken.
    against
        Routes to hold it against, with the same ends, shipment and weights. Missing: up to ``k`` rivals, the best of
        :func:`corridor.alternatives` that share no crossing, of the best routes without each crossing of the route, and
        of those without each of its modes in each country.
    k
        How many rivals at most, where none are given.
    assumed_range
        Share that is assumed either side of an estimate without a stated range; one for all, or by kind of input
        (``clearing``, ``payment``, ``transfer``, ``price``, ``pace``, ``wait``, ``delay``, ``terminal``, ``value``;
        those not named take 0.3). Lengths, which are measured on maps, take 0.1 unless ``length`` is named.
    bases
        Whose figures the tornado puts to the test: ``estimate``, and if asked ``recalled``, ``derived``, ``quoted``.
    modes, avoid, via, within, include
        What the route was asked with, as in :func:`corridor.route`; every route is searched anew under them.

    Returns
    -------
    Explanation
        ``parts``, ``break_evens``, ``flips``, ``tornado`` (frames), ``verdict`` (a text), ``plot()``; USD or hours.

    Raises
    ------
    OptionError
        If the route is best by another measure, departs at a moment, was priced on another network or uses what the
        options do not allow; if a rival has other ends, another shipment or other weights; if an option is unknown.

    Notes
    -----
    Exact: every measure is linear in each input (in the inverse of a speed), so where two routes draw level is one
    division; inputs that both share cancel. Which route is first to beat the choice is found by a parametric search:
    the best at the end of the range is the first rival; where it draws level the best is looked for anew, until there
    is none better. Limits such as ``max_hours`` are not looked at: under them a route may fall by another rule.

    References
    ----------
    Megiddo (1979), Combinatorial optimization with rational objective functions, Mathematics of Operations Research 4:
    414-424, and Newton's method for it (Dinkelbach 1967, On nonlinear fractional programming, Management Science 13:
    492-498), for the parametric search. Eschenbach (1992), Spiderplots versus tornado diagrams for sensitivity analysis,
    Interfaces 22: 40-46, for the tornado.

    Examples
    --------
    >>> import corridor as co
    >>> net = co.load()
    >>> why = co.explain(net, co.route(net, "Karachi", "Tashkent"))
    >>> round(sum(part.score for part in why.split) - why.route.score, 2)
    0.0
    """
    check_network(net, "explain")
    check_untimed(route, "route")
    check_measure(route, "route")
    assumed, tried = parse_assumed(assumed_range), parse_bases(bases)
    whole: object = k
    if isinstance(whole, bool) or not isinstance(whole, int) or k < 1:
        msg = f"k={k!r}: must be a whole number of 1 or more."
        raise OptionError(msg)
    prices = kept_prices(net, route.shipment, route._weights)  # noqa: SLF001
    compiled = Compiled(net, prices, partial(whole_network, net), engine="auto", landmarks=0)
    constraints = compiled.constraints_of(modes, avoid, via, within, include, SNAP_KM, {})
    numbers: dict[Any, int] = {}
    way = way_in(compiled, route, "route", numbers)
    start, goal = compiled.pair(route.origin, route.destination, route.by, constraints, SNAP_KM)
    asked = Asked(compiled, route.by, start, goal, constraints)
    check_usable(asked, way, "route")
    best = compiled.way(start, goal, route.by, constraints)
    is_best = asked.total(best) >= asked.total(way) - SAME
    if against is None:
        ways, method = rivals_of(asked, way, k)
    else:
        given = [against] if isinstance(against, Route) else list(against)
        for number, other in enumerate(given, 1):
            check_untimed(other, f"against: route {number}")
            check_rival(route, other, f"against: route {number}")
        ways = [way_in(compiled, other, f"against: route {n}", numbers) for n, other in enumerate(given, 1)]
        for number, other_way in enumerate(ways, 1):
            check_usable(asked, other_way, f"against: route {number}")
        ways = [other for other in dict.fromkeys(ways) if other != way]
        method = "given"
    if not is_best and best not in ways and best != way:
        ways = [best, *ways]
    ways.sort(key=asked.total)
    rivals = tuple(compiled.as_route(other, route.by, constraints) for other in ways)
    levers = levers_of(net, prices, route.by, [way, *ways], asked.usable)
    return Explanation(
        route, rivals, route.by, tuple(labels_of(route, rivals)), is_best, tuple(split_of(route)), method, net, asked,
        way, tuple(ways), tuple(levers), tried, assumed,
    )  # fmt: skip


def _about(lever: Lever) -> dict[str, Any]:
    return {
        "input": lever.key, "kind": lever.kind, "name": lever.name, "unit": lever.unit, "now": lever.now,
        "least": lever.least, "most": lever.most,
    }  # fmt: skip


def _totals(route: Route) -> dict[str, Any]:
    return {name: getattr(route, name) for name in ("score", "usd", "hours", "km")} | {
        "crossings": list(route.crossings), "transfers": route.transfers,
    }  # fmt: skip


def _frame(rows: list[dict[str, Any]], units: Mapping[str, str]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(rows)
    frame.attrs["unit"] = {name: unit for name, unit in units.items() if name in frame}
    return frame


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with None for what is not there: JSON knows neither NaN nor infinity."""
    return {name: None if isinstance(v, float) and not math.isfinite(v) else v for name, v in row.items()}


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
