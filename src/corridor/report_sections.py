# SPDX-License-Identifier: BSD-3-Clause
"""What a report says of each kind of result: text, charts and tables in HTML, every text escaped."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from corridor.answers import Routes
from corridor.critical import Criticality
from corridor.errors import OptionError
from corridor.interactive_charts import arrivals_chart, losses_chart, parts_chart, profile_chart
from corridor.interactive_map import map_of
from corridor.route_texts import against_ordinary, score_parts
from corridor.routes import Route
from corridor.simulation import Simulation
from corridor.vocabulary import BASES
from corridor.web_page import ABSENT, Figures, escaped, table

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

__all__ = ["ACCEPTED", "heading_of", "is_accepted", "moment", "routes_of", "section_of"]

ACCEPTED: Final = "a Route, Routes, a Simulation, a Criticality, a DataFrame, or any result with to_frame()"
# A page with more rows than this is no report; the rest is counted, and to_frame().to_csv() has it.
MOST_ROWS: Final = 500
STAGE_HEAD: Final = ("step", "from", "to", "km", "hours", "USD")
PART_HEAD: Final = ("part", "hours", "USD", "money in the score, USD", "time in the score, USD", "score, USD")
SIMULATION_HEAD: Final = (
    "", "route", "mean, h", "P10, h", "P50, h", "P90, h", "P95, h", "± P95, h", "P50, USD", "P95, USD", "rank by mean",
    "rank by P95",
)  # fmt: skip
BASIS_HEAD: Final = ("figures", *BASES)


def is_accepted(result: object) -> bool:
    """Tell whether a report can hold a result."""
    if isinstance(result, type):
        return False
    return _is_frame(result) or callable(getattr(result, "to_frame", None))


def heading_of(result: Any) -> str:
    """Return the heading of a result that was given none."""
    if isinstance(result, Route):
        return f"{result.place_name(result.origin)} → {result.place_name(result.destination)}"
    if isinstance(result, Routes):
        return result.title.partition(" (")[0]
    if isinstance(result, Simulation):
        return f"How sure the arrival is: {' or '.join(dict.fromkeys(map(heading_of, result.routes)))}"
    if isinstance(result, Criticality):
        return f"Loss of {result.of}"
    return "Table" if _is_frame(result) else type(result).__name__


def routes_of(result: Any) -> tuple[Route, ...]:
    """Return the routes that a result is made of, as far as it holds them."""
    if isinstance(result, Route):
        return (result,)
    if isinstance(result, Routes):
        return tuple(result)
    return tuple(route for route in getattr(result, "routes", ()) if isinstance(route, Route))


def moment(when: datetime) -> str:
    """Return a moment to the minute, with its distance from UTC where it has one."""
    return escaped(when.isoformat(sep=" ", timespec="minutes"))


def section_of(result: Any, figures: Figures) -> str:
    """Return what a report says of one result, below its heading."""
    if isinstance(result, Route):
        return _route(result, figures)
    if isinstance(result, Routes):
        return _routes(result, figures)
    if isinstance(result, Simulation):
        return _simulation(result, figures)
    if isinstance(result, Criticality):
        return _criticality(result, figures)
    frame = result if _is_frame(result) else result.to_frame()
    if not _is_frame(frame):
        msg = f"report: to_frame() of {type(result).__name__} returned a {type(frame).__name__}, not a DataFrame."
        raise OptionError(msg)
    told = "" if _is_frame(result) else f"<p>{escaped(repr(result))}</p>"
    return f"{told}{frame_table(frame)}"


# --- routes ------------------------------------------------------------------------------------------------------------


def _route(route: Route, figures: Figures) -> str:
    """Return headline, map, profiles, steps, parts of the score, bases and dated facts of one route."""
    shipment = route.shipment
    facts = [
        f"<p class='headline'>{escaped(route.headline)}</p>",
        f"<p>{escaped(f'{shipment.tonnes:,g} t ({shipment.cargo}), {shipment.ends} to {shipment.ends}; all figures are of the whole shipment.')}</p>",
    ]
    if route.depart is not None and route.arrive is not None:
        facts.append(f"<p>Leaves {moment(route.depart)}, arrives {moment(route.arrive)}.</p>")
    elif route.day is not None:
        facts.append(f"<p>As of {route.day}: {escaped(against_ordinary(route))}.</p>")
    way = heading_of(route)
    charts = "".join(
        figures.place(
            profile_chart(route, measure), f"{word} along the way, {way}: the table of steps holds the figures"
        )
        for measure, word in (("hours", "Hours"), ("usd", "USD"))
    )
    stages = [stage.cells for stage in route.stages]
    total = ("total", "", "", f"{route.km:,.0f}", f"{route.hours:,.1f}", f"{route.usd:,.0f}")
    return "".join([
        *facts,
        map_of([route], figures),
        _advisories([route]),
        f"<h3>Time and cost along the way</h3><p class='faint'>A vertical step: it stands, and pays.</p><div class='pair'>{charts}</div>",
        "<h3>Legs, borders and transfers</h3>",
        table(STAGE_HEAD, stages, numbers=[False] * 3 + [True] * 3, foot=total),
        "<h3>What the score is made of</h3>",
        _parts(route),
        "<h3>What the figures rest on</h3>",
        _bases({"": route}),
    ])  # fmt: skip


def _parts(route: Route) -> str:
    """Return the parts of the score as a table that adds up to it."""
    sums: dict[str, list[list[float]]] = {}
    for row in score_parts(route._edges, route._costs, route._weights):  # noqa: SLF001
        name = f"{row['part']} ({row['kind']})" if row["part"] == "penalty" else row["part"]
        sums.setdefault(name, []).append([row[k] for k in ("hours", "usd", "money_score", "time_score", "score")])
    columns = {name: [math.fsum(column) for column in zip(*rows, strict=True)] for name, rows in sums.items()}
    whole = [math.fsum(column) for column in zip(*columns.values(), strict=True)] if columns else [0.0] * 5

    def cells(name: str, values: Sequence[float]) -> list[str]:
        return [name, f"{values[0]:,.1f}", *(f"{value:,.0f}" for value in values[1:])]

    rows = [cells(name, values) for name, values in columns.items()]
    return table(PART_HEAD, rows, numbers=[False] + [True] * 5, foot=cells("total", whole))


def _bases(routes: Mapping[str, Route]) -> str:
    """Return which share of the hours and of the USD is quoted, derived, recalled and estimated."""
    rows = [
        [
            f"{label}{': ' if label else ''}{'USD' if measure == 'usd' else measure}",
            *(f"{shares[basis]:.0%}" for basis in BASES),
        ]
        for label, route in routes.items()
        for measure, shares in route.basis_share.items()
    ]
    return table(BASIS_HEAD, rows, numbers=[False] + [True] * len(BASES))


def _advisories(routes: Sequence[Route]) -> str:
    """Return the dated facts that routes meet or were shaped by."""
    lists = []
    for name, facts in (
        ("Shaped by these dated facts", [fact for route in routes for fact in route.shaped_by]),
        (
            "Advisories: known closures and restrictions on the way",
            [fact for route in routes for fact in route.advisories],
        ),
    ):
        if facts:
            items = "".join(f"<li>{escaped(fact)}</li>" for fact in dict.fromkeys(facts))
            lists.append(f"<h3>{name}</h3><ul>{items}</ul>")
    return "".join(lists)


def _routes(routes: Routes, figures: Figures) -> str:
    """Return the map of all, the table that compares them, and the parts of each."""
    note = f"<p>{escaped(routes.note)}</p>" if routes.note else ""
    told = f"<p class='headline'>{escaped(routes.title)}</p>{note}"
    if not routes:
        return told
    several = [*routes]
    charts = "".join(
        figures.place(parts_chart(several, measure), f"{word} of each route by part: the table holds the totals")
        for measure, word in (("hours", "Hours"), ("usd", "USD"))
    )
    head = ("route", "score, USD", "km", "hours", "days", "USD", "kg CO2e", "transfers", "by way of")
    return "".join([
        told,
        map_of(several, figures),
        "<h3>Side by side</h3>",
        table(head, routes.rows(), numbers=[False] + [True] * 7 + [False]),
        f"<h3>What hours and USD are spent on</h3><div class='pair'>{charts}</div>",
        _advisories(several),
        "<h3>What the figures rest on</h3>",
        _bases({f"route {number}": route for number, route in enumerate(several, 1)}),
    ])  # fmt: skip


def _simulation(found: Simulation, figures: Figures) -> str:
    drawn = figures.place(arrivals_chart(found), "Chance of having arrived by hours: the table holds the quantiles")
    dots = "Dots: P10, P50, P90 and P95." + (" Dotted: the deadline." if found.deadline_hours is not None else "")
    rows = found.rows()
    head: tuple[str, ...] = SIMULATION_HEAD
    if found.deadline_hours is not None:
        frame = found.to_frame()
        late = zip(frame["chance_by_deadline"].tolist(), frame["lateness_hours"].tolist(), strict=True)
        rows = [(*row, f"{chance:.0%}", f"{hours:,.1f}") for row, (chance, hours) in zip(rows, late, strict=True)]
        head = (*head, f"arrived within {found.deadline_hours:,g} h", "mean lateness, h")
    quantiles = table(head, rows, numbers=[False, False, *[True] * (len(head) - 2)], heads=2)
    note = "± P95 is the standard error of P95 as drawn."
    bases = _bases({f"route {number}": route for number, route in enumerate(found.routes, 1)})
    return (
        f"<p>{escaped(found.made_with)}.</p>{drawn}<p class='faint'>{dots}</p>{quantiles}<p class='faint'>{note}</p>"
        f"<h3>What the figures rest on</h3>{bases}"
    )


def _criticality(found: Criticality, figures: Figures) -> str:
    chart = losses_chart(found)
    drawn = figures.place(chart, "Bars of the worst losses: the table holds the figures") if chart is not None else ""
    unreached = ", ".join(f"{origin} → {goal}" for origin, goal in found.unreached)
    left_out = (
        f"<p>No way joins these today, before any loss; no figure holds them: {escaped(unreached)}.</p>"
        if unreached
        else ""
    )
    told = repr(found).strip("<>")
    return f"<p>{escaped(told)}.</p>{left_out}{drawn}{frame_table(found.to_frame(only_changed=True))}"


# --- frames ------------------------------------------------------------------------------------------------------------


def _is_frame(result: object) -> bool:
    return hasattr(result, "columns") and hasattr(result, "itertuples")


def frame_table(frame: pd.DataFrame) -> str:
    """Return a frame as a table: its index as heads of the rows, units in the heads of the columns, figures alike."""
    from pandas import RangeIndex

    if hasattr(frame, "geom_type"):
        frame = frame.drop(columns=frame.geometry.name)
    plain = isinstance(frame.index, RangeIndex) and frame.index.name is None
    units = frame.attrs.get("unit", {})
    levels = [] if plain else [frame.index.get_level_values(level).tolist() for level in range(frame.index.nlevels)]
    columns = [frame.iloc[:, place].tolist() for place in range(frame.shape[1])]
    names = [] if plain else [str(name or "") for name in frame.index.names]
    head = names + [_head(name, units) for name in frame.columns]
    shown = [_cells(column[:MOST_ROWS]) for column in [*levels, *columns]]
    rows = [*zip(*(texts for texts, _ in shown), strict=True)]
    if not rows:
        return "<p>No rows.</p>"
    told = f"<p class='faint'>Unit: {escaped(units)}.</p>" if isinstance(units, str) and units else ""
    if any(ABSENT in row for row in rows):
        told += f"<p class='faint'>{ABSENT}: no figure, such as where there is no route.</p>"
    if len(frame) > MOST_ROWS:
        told += f"<p><b>The first {MOST_ROWS:,} of {len(frame):,} rows</b>; the frame itself holds all.</p>"
    return told + table(head, rows, numbers=[is_number for _, is_number in shown], heads=max(len(levels), 1))


def _head(name: object, units: Any) -> str:
    text = " ".join(map(str, name)) if isinstance(name, tuple) else str(name)
    unit = str(units.get(name, "")) if isinstance(units, Mapping) else ""
    words = text.replace("_", " ")
    return words if not unit or unit.lower() in words.lower().split() else f"{words}, {unit}"


def _cells(column: Sequence[Any]) -> tuple[list[str], bool]:
    """Return the values of a column as texts with the same decimals, and whether they are numbers."""
    known = [value for value in column if not _is_absent(value)]
    if not known or not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in known):
        return [ABSENT if _is_absent(value) else _text(value) for value in column], False
    decimals = _decimals([abs(float(value)) for value in known])
    # "z": what is rounded to nothing bears no sign.
    return [ABSENT if _is_absent(value) else f"{float(value):z,.{decimals}f}" for value in column], True


def _decimals(sizes: Sequence[float]) -> int:
    """Return how many decimals a column needs: none where it runs to thousands, but a small figure is never shown as 0."""
    least, most = min((size for size in sizes if size > 0), default=1.0), max(sizes)
    if all(size == int(size) for size in sizes if math.isfinite(size)):
        return 0
    wanted = 0 if most >= 1000 else 1 if most >= 10 else 2 if most >= 1 else 3
    return wanted if least >= 0.5 * 10**-wanted else min(wanted + 1, 4)


def _is_absent(value: Any) -> bool:
    if value is None or type(value).__name__ in {"NaTType", "NAType"}:
        return True
    return isinstance(value, float) and math.isnan(value)


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(map(str, value))
    return str(value)
