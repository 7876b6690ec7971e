# SPDX-License-Identifier: BSD-3-Clause
"""How an explanation reads: what a rival is called, a break-even as a sentence, the verdict, and the whole as text or HTML."""

from __future__ import annotations

import html
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from corridor.breaking_even import BreakEven, Flip
from corridor.levers import Lever, crossing_name
from corridor.routes import Route
from corridor.score_split import Part, by_what
from corridor.search import Way
from corridor.tabular import table_as_html, table_as_text
from corridor.tornado import ASSUMED, NONE, STATED, Swing, Worst

__all__ = [
    "RIVALS_HEAD",
    "SPLIT_HEAD",
    "as_html",
    "as_text",
    "facts_of",
    "flip_sentence",
    "head_of",
    "labels_of",
    "none_sentence",
    "rival_rows",
    "sentence",
    "split_rows",
    "verdict_of",
]

# Break-evens told of each rival, flips and estimates of the whole; the tables hold them all.
TOLD: Final = 3
NEAREST: Final = 4
MORE_TOLD: Final = 8
CROSSINGS_NAMED: Final = 3
LONGEST_LABEL: Final = 24
SPLIT_HEAD: Final = ("of", "what", "hours", "USD", "score: money", "value of time", "penalties", "total")
RIVALS_HEAD: Final = ("", "rival", "score USD", "hours", "USD", "margin")


class Told(Protocol):
    """What is told of an explanation."""

    @property
    def route(self) -> Route: ...
    @property
    def rivals(self) -> tuple[Route, ...]: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def margins(self) -> tuple[float, ...]: ...
    @property
    def split(self) -> tuple[Part, ...]: ...
    @property
    def unit(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def is_best(self) -> bool: ...
    @property
    def method(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    def break_even_rows(self) -> list[dict[str, object]]: ...
    def flip_rows(self) -> list[dict[str, object]]: ...


# -- names -------------------------------------------------------------------------------------------------------------


def labels_of(route: Route, others: Sequence[Route]) -> list[str]:
    """Return what some routes are called beside a route: the crossings, mode or place that they have and it has not."""
    names = [_label(route, other) for other in others]
    counts = Counter(names)
    # Those of one name are told apart by where they run in the new mode, and if that is the same, by number.
    names = [
        name if counts[name] == 1 else f"{name}{_where(route, other)}"
        for name, other in zip(names, others, strict=True)
    ]
    seen: Counter[str] = Counter()
    labels = []
    for name in names:
        seen[name] += 1
        labels.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return labels


def _label(route: Route, other: Route) -> str:
    """Return the first thing in which another route differs: crossings, modes, places, links, transfers."""
    new = [crossing_name(crossing) for crossing in other.crossings if crossing not in route.crossings]
    gone = [crossing_name(crossing) for crossing in route.crossings if crossing not in other.crossings]
    ours, theirs = _modes(route), _modes(other)
    modes = " and ".join(mode for mode in theirs if mode not in ours)
    lost = " and ".join(mode for mode in ours if mode not in theirs)
    if new or gone:
        return (_listed(new) or f"the way without {_listed(gone)}") + (f" by {modes}" if modes else "")
    if modes:
        return f"{modes}{_where(route, other)}"
    return f"the way without {lost}" if lost else _label_of_like(route, other)


def _where(route: Route, other: Route) -> str:
    """Return from where to where another route runs longest in a mode that the route has not; blank where it has all."""
    ours = _modes(route)
    legs = [leg for leg in other._leg_edges() if leg[0].mode not in ours]  # noqa: SLF001
    if not legs:
        return ""
    longest = max(legs, key=lambda leg: math.fsum(edge.km for edge in leg))
    return f" {other.place_name(longest[0].tail[0])} - {other.place_name(longest[-1].head[0])}"


def _label_of_like(route: Route, other: Route) -> str:
    """Return in which place or link a route by the same crossings and modes differs."""
    places = [place for place in other.places if place not in route.places]
    passed = [place for place in route.places if place not in other.places]
    if places or passed:
        names = [other.place_name(place) for place in places] or [route.place_name(place) for place in passed]
        return f"the way {'by' if places else 'past'} {names[len(names) // 2]}"
    links = [link for link in other.links if link not in route.links]
    return f"the way along {links[0]}" if links else "the same way with other transfers"


def _listed(names: Sequence[str]) -> str:
    shown = " + ".join(names[:CROSSINGS_NAMED])
    return f"{shown} + {len(names) - CROSSINGS_NAMED} more" if len(names) > CROSSINGS_NAMED else shown


def _modes(route: Route) -> list[str]:
    return [*dict.fromkeys(edge.mode for edge in route._edges if edge.link is not None)]  # noqa: SLF001


# -- sentences ---------------------------------------------------------------------------------------------------------


def figure(value: float) -> str:
    """Return a figure with as many places as tell it apart.

    >>> figure(1234.5), figure(41.04), figure(2.345), figure(0.01234)
    ('1,234', '41', '2.35', '0.0123')
    """
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:,.1f}".removesuffix(".0")
    return f"{value:.2f}".rstrip("0").rstrip(".") if size >= 1 or size == 0 else f"{value:.3g}"


def sentence(even: BreakEven, label: str, *, ahead: bool) -> str:
    """Return a break-even in words; ``ahead``: the rival is the better one today."""
    who = f"this route beats {label}" if ahead else f"{label} wins"
    return f"{who} {_once(even.lever, even.side or '', even.value or 0.0)}"


def flip_sentence(flip: Flip, label: str) -> str:
    """Return in words which route is the first to take over."""
    return f"{label} takes over {_once(flip.lever, flip.side, flip.value)}"


def none_sentence(lever: Lever, label: str, *, shared: bool, ahead: bool) -> str:
    """Return in words that no value of an input makes a rival win (or lose), and why."""
    what = f"makes this route beat {label}" if ahead else f"makes {label} win"
    why = "both routes share it" if shared else f"from {figure(lever.least)} to {figure(lever.most)} {lever.unit}"
    return f"no value of {lever.name} {what} ({why})"


def _once(lever: Lever, side: str, value: float) -> str:
    if lever.key == "penalty/transfer" and value < lever.now:
        return f"above {figure(lever.now - value)} USD saved per transfer"
    verb = "exceeds" if side == "above" else "falls below"
    return f"once {lever.name} {verb} {figure(value)} {lever.unit} (now {figure(lever.now)})"


def verdict_of(
    swings: Sequence[Swing],
    worsts: Mapping[bool, Sequence[Worst]],
    labels: Sequence[str],
    label_of: Callable[[Way], str],
    *,
    is_best: bool,
) -> str:
    """Return in a few words whether the choice survives each estimate alone, and all of them together."""
    if not is_best:
        return "The route is not the best today under the options given, so there is no choice to survive."
    if not swings:
        return "None of the figures put to the test is behind the route or its rivals."
    told = []
    for how in (STATED, ASSUMED):
        there = [swing for swing in swings if swing.range == how]
        if there:
            told.append(_alone(there, how, label_of))
    if without := sum(swing.range == NONE for swing in swings):
        told.append(
            f"{without} estimate{'s are' if without > 1 else ' is'} 0 and without a range: not put to the test."
        )
    stated = any(swing.range == STATED for swing in swings)
    wholes = [(True, "all stated ranges")] if stated else []
    if any(swing.range == ASSUMED for swing in swings):
        wholes.append((False, "all ranges, stated and assumed,"))
    told += [_together(worsts[only], how, labels, label_of) for only, how in wholes if worsts[only]]
    return " ".join(told)


def _alone(swings: Sequence[Swing], how: str, label_of: Callable[[Way], str]) -> str:
    fallen = [swing for swing in swings if not swing.survives]
    count = len(swings)
    which = f"the {how} range of each of {count} estimates" if count > 1 else f"the {how} range of one estimate"
    if not fallen:
        return f"The choice survives {which}, one at a time."
    named = []
    for swing in fallen[:TOLD]:
        end = swing.high if not swing.high.chosen else swing.low
        named.append(f"{swing.lever.name} at {figure(end.value)} {swing.lever.unit} ({label_of(end.best)})")
    more = f" and {len(fallen) - TOLD} more" if len(fallen) > TOLD else ""
    return f"Of {which}, one at a time, {len(fallen)} overturn{'s' if len(fallen) == 1 else ''} the choice: {'; '.join(named)}{more}."


def _together(worsts: Sequence[Worst], how: str, labels: Sequence[str], label_of: Callable[[Way], str]) -> str:
    fallen = [worst for worst in worsts if not worst.chosen]
    if not fallen:
        least = min(worsts, key=lambda worst: worst.margin)
        return f"With {how} at their worst for it at once it is still the best, {figure(least.margin)} ahead of {labels[least.rival]}."
    worst = min(fallen, key=lambda one: one.margin)
    by = f"{labels[worst.rival]} is ahead by {figure(-worst.margin)}" if worst.margin < 0 else ""
    other = label_of(worst.best)
    best = f"{other} is best" if other != labels[worst.rival] or not by else ""
    return f"With {how} at their worst for it at once it falls: {' and '.join(filter(None, (by, best)))}."


# -- the whole ---------------------------------------------------------------------------------------------------------


def split_rows(parts: Sequence[Part]) -> list[tuple[str, ...]]:
    """Return the parts of a score as texts, and in the last row their sums."""
    rows = [
        (part.of, part.name, f"{part.hours:,.1f}", f"{part.usd:,.2f}", *(f"{value:,.2f}" for value in part[5:]))
        for part in parts
    ]
    total = [math.fsum(getattr(part, name) for part in parts) for name in Part._fields[3:]]
    return [*rows, ("all", "", f"{total[0]:,.1f}", *(f"{value:,.2f}" for value in total[1:]))]


def rival_rows(told: Told) -> list[tuple[str, ...]]:
    """Return the rivals with their totals and margins as texts."""
    decimals = 1 if told.unit == "h" else 2
    return [
        (
            str(number),
            label,
            f"{rival.score:,.0f}",
            f"{rival.hours:,.1f}",
            f"{rival.usd:,.0f}",
            f"{margin:+,.{decimals}f}",
        )
        for number, (label, rival, margin) in enumerate(zip(told.labels, told.rivals, told.margins, strict=True), 1)
    ]


def facts_of(told: Told) -> list[tuple[str, list[str]]]:
    """Return what is told below the tables: of each rival its nearest break-evens, then who is first, then the verdict."""
    rows = told.break_even_rows()
    facts = []
    for number, label in enumerate(told.labels, 1):
        ours = [row for row in rows if row["rival"] == number]
        lines = [_with_sooner(row) for row in _nearest(ours)]
        whole = [row for row in ours if row["kind"] == "clearing" and str(row["input"]).endswith("/both")]
        none = [_brief(row) for row in whole if not row["side"]]
        apart = [line for line in none if "both routes share it" not in line]
        facts.append((f"against {label}", [*lines, *apart[:TOLD]] or ["no input of the two makes a difference"]))
    flips = [str(row["sentence"]) for row in told.flip_rows()[:MORE_TOLD]]
    if told.is_best:
        facts.append(("first of all routes", flips or ["no single input makes another route the best"]))
    facts.append(("does it survive", [told.verdict]))
    return facts


def _nearest(rows: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """Return the nearest break-even of each kind and side, nearest first, and that of a charge on every transfer."""
    near: dict[tuple[object, object], Mapping[str, object]] = {}
    for row in sorted((row for row in rows if row["side"]), key=lambda row: float(str(row["change"]))):
        near.setdefault((row["kind"], row["side"]), row)
    charge = [row for row in near.values() if row["input"] == "penalty/transfer"]
    told = [row for row in near.values() if row["input"] != "penalty/transfer"][:NEAREST]
    return [*told, *charge]


def _brief(row: Mapping[str, object]) -> str:
    """Return the sentence of a row; a long name of the rival, which stands above it, is told as ``it``."""
    text, label = str(row["sentence"]), str(row["label"])
    if len(label) <= LONGEST_LABEL:
        return text
    if text.startswith(label):
        return f"it{text.removeprefix(label)}"
    return text.replace(f"makes {label} win", "makes it win").replace(f"beats {label}", "beats it", 1)


def _with_sooner(row: Mapping[str, object]) -> str:
    text = _brief(row)
    if row["sooner"]:
        at = float(str(row["sooner_value"]))
        saved = f"{figure(-at)} USD saved" if row["input"] == "penalty/transfer" and at < 0 else figure(at)
        text += f"; but {row['sooner']} is better already at {saved}"
    return text


def head_of(told: Told) -> str:
    """Return in one line what is explained."""
    if told.is_best:
        return f"Why {told.route.headline}"
    return f"Not the best under the options given: {told.route.headline}"


def as_text(told: Told) -> str:
    """Return an explanation as lines of text."""
    parts = [*told.split]
    lines = [head_of(told), "", "What the score is made of, USD:"]
    lines += table_as_text(SPLIT_HEAD, split_rows(parts), left=1)
    shares = ", ".join(f"{part.of} {part.score / told.route.score:.0%}" for part in by_what(parts) if told.route.score)
    lines += [f"shares     {shares}", ""]
    if told.rivals:
        lines.append(f"Rivals ({told.method}), margin in {told.unit}:")
        lines += [*table_as_text(RIVALS_HEAD, rival_rows(told), left=1), ""]
    for name, facts in facts_of(told):
        lines.append(f"{name}:")
        lines += [f"  {fact}" for fact in facts]
    return "\n".join(lines)


def as_html(told: Told) -> str:
    """Return an explanation as HTML for a notebook; every text is escaped."""
    made = [f"<p><b>{html.escape(head_of(told))}</b></p>", table_as_html(SPLIT_HEAD, split_rows([*told.split]))]
    if told.rivals:
        made.append(f"<p>Rivals ({html.escape(told.method)}), margin in {html.escape(told.unit)}:</p>")
        made.append(table_as_html(RIVALS_HEAD, rival_rows(told)))
    for name, facts in facts_of(told):
        items = "".join(f"<li>{html.escape(fact)}</li>" for fact in facts)
        made.append(f"<p>{html.escape(name)}:</p><ul>{items}</ul>")
    return "".join(made)
