# SPDX-License-Identifier: BSD-3-Clause
"""Which crossing, link or place hurts most when it falls: the flows it cuts off, and what the ways round it cost."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from corridor.compiled import SAME
from corridor.constraints import Where, check_also, check_by
from corridor.errors import CorridorWarning
from corridor.flows import Flows, FlowUnit, Pair, check_choices, check_once, flows_of, lost_of, pairs_of, pairs_text
from corridor.lookup import SNAP_KM
from corridor.losing import Best, Kind, Losing, Lost, extra_of
from corridor.progress import check_progress, watched
from corridor.router import Router
from corridor.routes import UNITS
from corridor.shipment import Shipment, Weights
from corridor.vocabulary import By, LinkStatus, Mode

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from corridor.network import Network
    from corridor.tables import Line

__all__ = ["Criticality", "Loss", "criticality"]

JOINT: Final = " + "
SHOWN: Final = 15


@dataclass(frozen=True)
class Loss:
    """What is lost, and what that does to the flows.

    Attributes
    ----------
    lost
        Ids of what is lost together.
    cut_off
        Pairs that no way joins any more.
    cut_off_flow
        Their flow, in the unit of the flows.
    ends_lost
        Pairs whose own origin or destination is lost; they are counted nowhere else.
    ends_lost_flow
        Their flow.
    detours
        Pairs that need another way and have one.
    extra
        Flow x what the way round takes more, by measure, over these pairs.
    sum_of_single
        What the single losses add up to in the measure asked, for several things lost together; NaN where one of them
        alone already cuts a pair off. For a single thing it is the extra itself.
    adds
        Whether it does anything; for several things at once, anything but what the single losses add up to, or one of them does.
    """

    lost: tuple[str, ...]
    cut_off: tuple[Pair, ...]
    cut_off_flow: float
    ends_lost: tuple[Pair, ...]
    ends_lost_flow: float
    detours: tuple[Pair, ...]
    extra: Mapping[str, float]
    sum_of_single: float
    adds: bool

    @property
    def name(self) -> str:
        """The ids in one text."""
        return JOINT.join(self.lost)


class Criticality:
    """What each loss does, the worst first, as :func:`corridor.criticality` returns it.

    Losses that cut pairs off come first, by the flow cut off; then the others by flow x extra in the measure asked.

    Attributes
    ----------
    losses
        One :class:`Loss` each, in this order.
    of, by, flow_unit
        What is lost, the measure that ways are best in, and the unit of the flows.
    unreached
        Pairs that no way joins today, before any loss; no figure holds them.
    searches
        How many trees were searched for all losses and for today.

    Examples
    --------
    >>> import corridor as co
    >>> found = co.criticality(co.load(), [("Karachi", "Tashkent"), ("Karachi", "Minsk")])
    >>> found.losses[0].lost, len(found.losses[0].cut_off)
    (('hairatan',), 2)
    """

    def __init__(
        self, losses: Sequence[Loss], lost: Sequence[Lost], losing: Losing, flows: Flows, unreached: Sequence[Pair]
    ) -> None:
        self.losses = tuple(losses)
        self.of = losing.of
        self.by = losing.by
        self.flow_unit = flows.unit
        self.unreached = tuple(unreached)
        self.searches = losing.trees
        self._lost = tuple(lost)
        self._losing = losing
        self._flows = flows

    def __len__(self) -> int:
        return len(self.losses)

    def __iter__(self) -> Iterator[Loss]:
        return iter(self.losses)

    def __repr__(self) -> str:
        cutting = sum(bool(loss.cut_off) for loss in self.losses)
        pairs = len(self._flows.pairs)
        return (
            f"<Criticality of {self.of}: {len(self):,} losses for {pairs:,} pair{'s' if pairs != 1 else ''} by {self.by}; "
            f"{cutting:,} cut pairs off, {sum(bool(loss.detours) and not loss.cut_off for loss in self.losses):,} more make ways longer>"
        )

    def rows(self, *, only_changed: bool = False) -> list[dict[str, Any]]:
        """Return what :meth:`to_frame` shows as plain rows.

        Parameters
        ----------
        only_changed
            As in :meth:`to_frame`.

        Returns
        -------
        list of dict
            One a loss, the worst first.
        """
        several = any(len(loss.lost) > 1 for loss in self.losses)
        rows = []
        for loss in self.losses:
            if only_changed and not loss.adds:
                continue
            row = {
                "lost": loss.name,
                "kind": self.of.removesuffix("s"),
                "cut_off_pairs": len(loss.cut_off),
                "cut_off_flow": loss.cut_off_flow,
                "cut_off": pairs_text(loss.cut_off),
                "ends_lost_pairs": len(loss.ends_lost),
                "ends_lost_flow": loss.ends_lost_flow,
                "pairs_changed": len(loss.detours),
                **{f"extra_{name}": value for name, value in loss.extra.items()},
            }
            rows.append(row | ({"sum_of_single": loss.sum_of_single} if several else {}))
        return rows

    def to_frame(self, *, only_changed: bool = False) -> pd.DataFrame:
        """Return one row a loss, the worst first: what it cuts off, and what the ways round it cost.

        Parameters
        ----------
        only_changed
            Whether losses are left out that touch no pair (they have 0 in every figure), and losses of several things
            that do to each pair only what one of them does alone, or what all of them alone add up to.

        Returns
        -------
        pandas.DataFrame
            ``lost`` (ids, with ' + ' between several), ``kind``; ``cut_off_pairs``, ``cut_off_flow`` and ``cut_off``
            (the pairs in words) for pairs that no way joins any more; ``ends_lost_pairs`` and ``ends_lost_flow`` for
            pairs whose own end is lost; ``pairs_changed`` for those with a way round; ``extra_score`` (flow x USD) and
            ``extra_`` each other measure asked for, over the pairs still joined. Where several things are lost
            together also ``sum_of_single``, what the single losses add up to in the measure asked: NaN where one of
            them alone cuts a pair off. ``attrs["unit"]`` holds the units.

        Examples
        --------
        >>> import corridor as co
        >>> found = co.criticality(co.load(), [("Karachi", "Kabul")], by="hours")
        >>> found.to_frame(only_changed=True)[["lost", "cut_off_pairs", "pairs_changed"]].values.tolist()
        [['torkham', 0, 1]]
        """
        import pandas as pd

        names = ["lost", "kind", "cut_off_pairs", "cut_off_flow", "cut_off", "ends_lost_pairs", "ends_lost_flow"]
        names += ["pairs_changed", *(f"extra_{name}" for name in self._losing.measures)]
        rows = self.rows(only_changed=only_changed)
        frame = pd.DataFrame(rows, columns=list(rows[0]) if rows else names)
        units = {f"extra_{name}": f"{UNITS[name]} x {self.flow_unit}" for name in self._losing.measures}
        units |= {"cut_off_flow": self.flow_unit, "ends_lost_flow": self.flow_unit}
        if "sum_of_single" in frame:
            units["sum_of_single"] = units[f"extra_{self.by}"]
        if self.flow_unit == "tonnes":
            # Figures of a route are of the whole shipment; so a flow of tonnes counts as that many shipments.
            units |= {f"extra_{name}": f"{UNITS[name]} x shipments" for name in self._losing.measures}
        frame.attrs |= {"of": self.of, "by": self.by, "unit": units, "unreached": [list(p) for p in self.unreached]}
        return frame

    def pairs_frame(self) -> pd.DataFrame:
        """Return one row for each loss and pair that it touches, with the ways before and after.

        Returns
        -------
        pandas.DataFrame
            ``lost``, ``origin``, ``destination``, ``flow``, ``effect`` (``detour``, ``cut off`` or ``end lost``);
            ``before``, ``after`` and ``extra`` in the measure asked, for one shipment (NaN without a way);
            ``crossings_before``, ``crossings_after``, ``countries_after`` (empty without a way). In the order of
            :meth:`to_frame`, within a loss pairs cut off first. ``attrs["unit"]`` holds the unit.

        Examples
        --------
        >>> import corridor as co
        >>> pairs = co.criticality(co.load(), [("Karachi", "Kabul")], by="hours").pairs_frame()
        >>> pairs["effect"].tolist(), pairs["crossings_before"].tolist()
        (['detour'], ['torkham'])
        """
        import pandas as pd

        columns = ("lost", "origin", "destination", "flow", "effect", "before", "after", "extra")
        names = (*columns, "crossings_before", "crossings_after", "countries_after")
        rows = [row for loss, lost in zip(self.losses, self._lost, strict=True) for row in self._pair_rows(loss, lost)]
        frame = pd.DataFrame(rows, columns=names)
        unit = UNITS[self.by]
        frame.attrs |= {"by": self.by, "unit": {"flow": self.flow_unit, "before": unit, "after": unit, "extra": unit}}
        return frame

    def _pair_rows(self, loss: Loss, lost: Lost) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of one loss: cut off, end lost, detours by flow x extra."""
        losing, flows = self._losing, self._flows

        def worst_first(pair: int) -> tuple[bool, float, int]:
            before, after = losing.today[pair], lost.after[pair]
            extra = 0.0 if before is None or after is None else extra_of(before, after, self.by)
            return after is not None, -flows.shipments[pair] * extra, pair

        for pair in chain(sorted(lost.after, key=worst_first), lost.ends):
            before, after = losing.today[pair], lost.after.get(pair)
            assert before is not None, "a pair without a way is touched by no loss"  # noqa: S101
            effect = "end lost" if pair in lost.ends else "cut off" if after is None else "detour"
            crossings, _ = self._passed(before)
            now, countries = ("", "") if after is None else self._passed(after)
            figures = (
                (math.nan, math.nan) if after is None else (after.totals[self.by], extra_of(before, after, self.by))
            )
            yield (
                loss.name, *flows.pairs[pair], flows.given[pair], effect, before.totals[self.by], *figures,
                crossings, now, countries,
            )  # fmt: skip

    def _passed(self, best: Best) -> tuple[str, str]:
        route = self._losing.net.as_route(best.way, self.by, self._losing.constraints)
        return ", ".join(route.crossings), "-".join(route.countries)

    def to_dict(self, *, only_changed: bool = False) -> dict[str, Any]:
        """Return the losses as plain data that JSON can hold.

        Parameters
        ----------
        only_changed
            As in :meth:`to_frame`.

        Returns
        -------
        dict
            ``of``, ``by``, ``flow_unit``, ``unreached`` and ``losses``, each with its pairs as lists.
        """
        kept = [loss for loss in self.losses if loss.adds or not only_changed]
        losses = [
            {
                "lost": list(loss.lost),
                "cut_off": [list(pair) for pair in loss.cut_off],
                "cut_off_flow": loss.cut_off_flow,
                "ends_lost": [list(pair) for pair in loss.ends_lost],
                "ends_lost_flow": loss.ends_lost_flow,
                "detours": [list(pair) for pair in loss.detours],
                "extra": dict(loss.extra),
                "sum_of_single": None if math.isnan(loss.sum_of_single) else loss.sum_of_single,
            }
            for loss in kept
        ]
        about = {"of": self.of, "by": self.by, "flow_unit": self.flow_unit}
        return {**about, "unreached": [list(pair) for pair in self.unreached], "losses": losses}

    def shapes(self) -> dict[str, tuple[Line, ...]]:
        """Return where each thing that was lost lies, by its id.

        Returns
        -------
        dict
            The drawn lines of its links as (lon, lat) points in degrees; of a place its one point.
        """
        things = {number: self._losing.ids[number] for lost in self._lost for number in lost.things}
        structure = self._losing.net.prices.structure
        if self.of == "places":
            rows = structure.place_rows
            return {name: (((rows[number].lon, rows[number].lat),),) for number, name in things.items()}
        links: dict[int, dict[str, int]] = {number: {} for number in things}
        thing = structure.crossing if self.of == "crossings" else structure.link
        for edge in np.flatnonzero(np.isin(thing, list(things))).tolist():
            links[thing.item(edge)].setdefault(structure.link_ids[structure.link.item(edge)], edge)
        lines = self._lines([edge for edges in links.values() for edge in edges.values()])
        return {name: tuple(lines[link] for link in links[number]) for number, name in things.items()}

    def way_lines(self) -> list[Line]:
        """Return the drawn lines of the links that the best ways of today run along, each once.

        Returns
        -------
        list
            (lon, lat) points in degrees.
        """
        structure = self._losing.net.prices.structure
        edges = {edge for best in self._losing.today if best is not None for edge in best.way}
        return list(self._lines(sorted(edge for edge in edges if structure.link.item(edge) >= 0)).values())

    def _lines(self, edges: Sequence[int]) -> dict[str, Line]:
        """Return the drawn lines of the links of some edges, by the id of the link."""
        net = self._losing.net
        lines, structure = net.network_of(net.prices, edges).tables.lines, net.prices.structure
        return {name: lines[name] for name in (structure.link_ids[structure.link.item(edge)] for edge in edges)}

    def plot(self, ax: Axes | None = None, *, kind: Literal["bars", "map"] = "bars", top: int = SHOWN) -> Axes:
        """Draw the worst losses as bars or on a map; see :func:`corridor.plot_criticality`.

        Those that cut pairs off come first, by the flow cut off; then the others by flow x extra.

        Parameters
        ----------
        ax
            Axes to draw on; missing: new ones.
        kind
            ``bars`` or ``map``.
        top
            How many losses at most.

        Returns
        -------
        matplotlib.axes.Axes
            The axes drawn on.

        Raises
        ------
        OptionError
            If the kind is unknown, no loss touches any pair, or ``top`` is no whole number of 1 or more.
        MissingExtraError
            If matplotlib is not installed.

        Examples
        --------
        >>> import corridor as co
        >>> co.criticality(co.load(), [("Karachi", "Kabul")], by="hours").plot().get_xlabel()
        'extra hours of the ways round x flow in shipments'
        """
        from corridor.loss_map import plot_criticality

        return plot_criticality(self, ax=ax, kind=kind, top=top)


# --- the question ------------------------------------------------------------------------------------------------------


def criticality(
    net: Network,
    pairs: Iterable[tuple[Where, Where]],
    weights: Sequence[float] | Mapping[tuple[Where, Where], float] | None = None,
    of: Kind = "crossings",
    *,
    by: By = "score",
    together: int = 1,
    losses: Iterable[str | Iterable[str]] | None = None,
    also: Sequence[str] = (),
    flow_unit: FlowUnit = "shipments",
    shipment: Shipment | None = None,
    score_weights: Weights | None = None,
    modes: Iterable[Mode] | None = None,
    avoid: Iterable[str] | str = (),
    within: Iterable[str] | None = None,
    include: Sequence[LinkStatus] = (),
    snap_km: float = SNAP_KM,
    progress: bool | None = None,
) -> Criticality:
    """Return what the fall of each crossing, link or place does to flows: pairs cut off, and flow x extra USD of the rest.

    Parameters
    ----------
    net
        The network.
    pairs
        Origin and destination of each flow, as in :func:`corridor.route`; each pair once.
    weights
        The flow of each pair: as many numbers as pairs, or a mapping from each pair to its own; missing: 1 each. Shipments
        (or tonnes, see ``flow_unit``) in any time you choose, such as a year: the result is in USD per that time. What
        the score is made with is ``score_weights``.
    of
        What falls: ``crossings``, ``links`` or ``places``.
    by
        What ways are best in, and losses compared in: ``score`` (USD), ``km``, ``hours``, ``usd``, ``co2e_kg`` or
        ``crossings``.
    together
        1: each alone; 2: also every two at once. Of crossings that is every two; of links and places every two of which one
        is on a best way and the other too, or on a way round the first: any other two do what the one alone does.
    losses
        What falls instead: ids, and tuples of ids that fall at once, such as ``["torkham", ("torkham", "chaman")]``.
    also
        Other measures to tell the extra of, of the same ways: ``hours``, ``usd``, ``km``, ``co2e_kg``, ``crossings``,
        ``transfers``. It may be below 0: a way round that scores worse may be shorter.
    flow_unit
        ``shipments``, or ``tonnes``, which are divided by the tonnes of the shipment.
    shipment, score_weights
        What is moved, and what the score is made with.
    modes, avoid, within, include, snap_km
        As in :func:`corridor.route`. What only links of other modes use, or what is avoided, cannot fall.
    progress
        True: a bar that moves on with each loss (needs tqdm); False: none; None: one where the work lasts longer than
        two seconds and somebody watches.

    Returns
    -------
    Criticality
        Losses that cut pairs off first, by the flow cut off: it is never mixed into the extra cost. A loss that touches
        no best way has an extra of exactly 0. A pair whose own end falls is told apart from both. Pairs that no way
        joins today are left out of all figures and listed in ``unreached``.

    Warns
    -----
    CorridorWarning
        If some pairs have no way today.

    Raises
    ------
    UnknownPlaceError, AmbiguousPlaceError, OffNetworkError
        If a place cannot be told.
    OptionError
        If an option is unknown or misspelt, or flows and pairs do not fit each other.
    NoRouteError
        If no pair has a way today.
    MissingExtraError
        If ``progress=True`` and tqdm is not installed.

    Notes
    -----
    Exact: each figure is that of a search in the whole network without what is lost. A pair is searched again only if its
    best way passes something lost; for several losses at once, only if the way without some of them passes another.
    One tree answers all pairs from one origin: O(losses on best ways x origins x edges x log states).

    References
    ----------
    Jenelius, Petersen and Mattsson (2006), Importance and exposure in road network vulnerability analysis, Transportation
    Research Part A 40: 537-560, which also keeps unsatisfied demand apart from the rise in cost.

    Examples
    --------
    >>> import corridor as co
    >>> net = co.load()
    >>> pairs = [("Karachi", "Tashkent"), ("Karachi", "Kabul")]
    >>> found = co.criticality(net, pairs, weights=[500, 2000], losses=["torkham", "chaman", ("torkham", "chaman")])
    >>> both = next(loss for loss in found if len(loss.lost) == 2)
    >>> both.extra["score"] > both.sum_of_single
    True
    """
    check_progress(progress)
    check_choices(of, together, losses, flow_unit)
    measures = tuple(dict.fromkeys(("score", check_by(by), *check_also(by, also))))
    compiled = Router(net, shipment=shipment, weights=score_weights)._compiled  # noqa: SLF001
    constraints = compiled.constraints_of(modes, avoid, (), within, include, snap_km, {})
    asked = pairs_of(pairs)
    ids = [compiled.pair(start, goal, by, constraints, snap_km) for start, goal in asked]
    check_once(ids, asked)
    flows = flows_of(weights, asked, ids, compiled, flow_unit, snap_km)
    losing = Losing(compiled, ids, of=of, by=by, measures=measures, constraints=constraints)
    unreached = [pair for pair, best in zip(ids, losing.today, strict=True) if best is None]
    if len(unreached) == len(ids):
        raise compiled.error(*ids[0], by, constraints)
    if unreached:
        text = f"criticality: no way today from {pairs_text(unreached)}: left out of all figures, see .unreached."
        warnings.warn(text, CorridorWarning, stacklevel=2)
    things = losing.in_use if losses is None else []
    wanted = [(thing,) for thing in things] if losses is None else lost_of(losses, losing)
    return _measured(losing, wanted, flows, unreached, together=together, progress=progress)


def _measured(
    losing: Losing,
    wanted: Sequence[tuple[int, ...]],
    flows: Flows,
    unreached: Sequence[Pair],
    *,
    together: int,
    progress: bool | None,
) -> Criticality:
    """Return what each loss does, the worst first."""
    singles: dict[int, tuple[Loss, Lost]] = {}

    def single(thing: int) -> tuple[Loss, Lost]:
        if thing not in singles:
            alone = losing.without((thing,))
            singles[thing] = _loss_of(alone, losing, flows), alone
        return singles[thing]

    def worked_out(lost: tuple[int, ...]) -> tuple[Loss, Lost]:
        if len(lost) == 1:
            return single(lost[0])
        found = losing.without(lost)
        return _loss_of(found, losing, flows, [single(thing) for thing in lost]), found

    found: list[tuple[Loss, Lost]] = []
    words = f"losing {losing.of}"
    found += map(worked_out, watched(wanted, total=len(wanted), words=words, progress=progress))
    if together == 2:
        things = losing.in_use
        numbers = combinations(things, 2) if losing.of == "crossings" else losing.telling(things)
        both = [tuple(sorted(two, key=losing.ids.__getitem__)) for two in numbers]
        found += map(worked_out, watched(both, total=len(both), words=f"{words} two by two", progress=progress))
    found.sort(key=lambda entry: _worst_first(entry[0], losing.by))
    return Criticality([loss for loss, _ in found], [lost for _, lost in found], losing, flows, unreached)


def _worst_first(loss: Loss, by: str) -> tuple[Any, ...]:
    return (
        not loss.cut_off, -loss.cut_off_flow, -len(loss.cut_off), -loss.extra[by], -loss.ends_lost_flow,
        -len(loss.ends_lost), len(loss.lost), loss.lost,
    )  # fmt: skip


def _adds(lost: Lost, parts: Sequence[Lost], losing: Losing) -> bool:
    """Tell whether a loss does anything but what one of its parts does, or what all of them add up to for each pair."""
    if not parts:
        return bool(lost.after or lost.ends)
    if any((part.after, part.ends) == (lost.after, lost.ends) for part in parts):
        return False

    def extra(pair: int, found: Lost) -> float:
        before, after = losing.today[pair], found.after.get(pair, losing.today[pair])
        return math.inf if before is None or after is None else extra_of(before, after, losing.by)

    return any(
        abs(extra(pair, lost) - math.fsum(apart)) > SAME
        for pair in lost.after
        if math.inf not in (apart := [extra(pair, part) for part in parts])
    )


def _loss_of(lost: Lost, losing: Losing, flows: Flows, singles: Sequence[tuple[Loss, Lost]] = ()) -> Loss:
    """Return the figures of one loss; for several things at once, beside those of the single losses."""
    detours: list[int] = []
    cut_off: list[int] = []
    for pair in sorted(lost.after):
        (cut_off if lost.after[pair] is None else detours).append(pair)

    def extra(measure: str) -> float:
        terms = []
        for pair in detours:
            before, after = losing.today[pair], lost.after[pair]
            if before is not None and after is not None:
                terms.append(flows.shipments[pair] * extra_of(before, after, measure))
        return math.fsum(terms)

    extras = {name: extra(name) for name in losing.measures}
    apart = math.fsum(one.extra[losing.by] for one, _ in singles) if singles else extras[losing.by]
    if any(one.cut_off for one, _ in singles):
        apart = math.nan
    return Loss(
        lost=tuple(losing.ids[thing] for thing in lost.things),
        cut_off=tuple(flows.pairs[pair] for pair in cut_off),
        cut_off_flow=math.fsum(flows.given[pair] for pair in cut_off),
        ends_lost=tuple(flows.pairs[pair] for pair in lost.ends),
        ends_lost_flow=math.fsum(flows.given[pair] for pair in lost.ends),
        detours=tuple(flows.pairs[pair] for pair in detours),
        extra=extras,
        sum_of_single=apart,
        adds=_adds(lost, [part for _, part in singles], losing),
    )
