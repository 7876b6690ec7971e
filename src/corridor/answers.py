# SPDX-License-Identifier: BSD-3-Clause
"""Several routes as one answer: in order, with how they were found and what keeps there from being more."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, overload

from corridor.errors import OptionError, nearest_valid
from corridor.routes import Route
from corridor.tabular import table_as_html, table_as_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from corridor.interactive_map import InteractiveMap

__all__ = ["Routes"]

KINDS: Final = ("map", "front", "components")


class Routes(Sequence[Route]):
    """Several routes in order, as :func:`corridor.alternatives` and :func:`corridor.pareto` return them.

    Attributes
    ----------
    method
        How they were found, and whether that is exact.
    note
        What a reader must know: why there are fewer than asked for, or none; empty where there is nothing to say.
    cut
        Ids of the crossings (or countries) that every route must pass and that keep there from being more; where no
        single one is such, a smallest set of which every route passes one.
    criteria
        The measures that a Pareto front was made of; empty for other answers.

    Examples
    --------
    >>> import corridor as co
    >>> routes = co.alternatives(co.load(), "Karachi", "Tashkent", k=3)
    >>> len(routes), [r.crossings[0] for r in routes]
    (3, ['torkham', 'torkham', 'torkham'])
    """

    def __init__(
        self,
        routes: Sequence[Route],
        *,
        method: str = "",
        note: str = "",
        cut: Sequence[str] = (),
        criteria: Sequence[str] = (),
    ) -> None:
        self._routes = tuple(routes)
        self.method = method
        self.note = note
        self.cut = tuple(cut)
        self.criteria = tuple(criteria)

    def __len__(self) -> int:
        return len(self._routes)

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    @overload
    def __getitem__(self, index: int) -> Route: ...
    @overload
    def __getitem__(self, index: slice) -> Routes: ...
    def __getitem__(self, index: int | slice) -> Route | Routes:
        if isinstance(index, slice):
            kept = {"method": self.method, "note": self.note, "cut": self.cut, "criteria": self.criteria}
            return Routes(self._routes[index], **kept)  # type: ignore[arg-type]
        return self._routes[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Routes) and self._routes == other._routes

    def __hash__(self) -> int:
        return hash(self._routes)

    def __repr__(self) -> str:
        if not self._routes:
            return "<Routes: none>"
        first = self._routes[0]
        return f"<Routes: {len(self)} from {first.origin} to {first.destination}, {self.method}>"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a route, with the columns of :meth:`corridor.Route.to_frame`.

        Returns
        -------
        pandas.DataFrame
            Indexed from 1 in the order of the routes; ``attrs`` holds the units, the method, the note and the cut.

        Examples
        --------
        >>> import corridor as co
        >>> co.alternatives(co.load(), "Karachi", "Tashkent", k=2).to_frame()["countries"].tolist()
        ['PK-AF-UZ', 'PK-AF-UZ']
        """
        import pandas as pd

        frames = [route.to_frame() for route in self._routes]
        frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
        frame.index = pd.RangeIndex(1, len(frame) + 1, name="route")
        if frames:
            frame.attrs["unit"] = frames[0].attrs["unit"]
        frame.attrs |= {"method": self.method, "note": self.note, "cut": list(self.cut)}
        return frame

    def to_dict(self) -> dict[str, Any]:
        """Return the routes as plain data that JSON can hold.

        Returns
        -------
        dict
            ``routes`` (each as :meth:`corridor.Route.to_dict`), ``method``, ``note``, ``cut`` and ``criteria``.

        Examples
        --------
        >>> import corridor as co
        >>> co.alternatives(co.load(), "Karachi", "Kabul", k=2).to_dict()["routes"][0]["crossings"]
        ['torkham']
        """
        routes = [route.to_dict() for route in self._routes]
        about = {"method": self.method, "note": self.note, "cut": list(self.cut), "criteria": list(self.criteria)}
        return {"routes": routes, **about}

    def plot(self, ax: Axes | None = None, *, kind: Literal["map", "front", "components"] | None = None) -> Axes:
        """Draw the routes on a map, as a Pareto front, or as bars of what they are made of.

        Parameters
        ----------
        ax
            Axes to draw on; missing: new ones.
        kind
            ``map`` (:func:`corridor.plot_routes`), ``front`` (:func:`corridor.plot_front`) or ``components``
            (:func:`corridor.plot_components`); missing: the front of a Pareto front, the map of other routes.

        Returns
        -------
        matplotlib.axes.Axes
            The axes drawn on.

        Raises
        ------
        OptionError
            If the kind is unknown, or a front is asked for of routes that are none.
        MissingExtraError
            If matplotlib is not installed.

        Examples
        --------
        >>> import corridor as co
        >>> co.pareto(co.load(), "Karachi", "Kabul", criteria=("hours", "usd")).plot().get_xlabel()
        'hours'
        """
        from corridor.charts import plot_front
        from corridor.component_chart import plot_components
        from corridor.plot import plot_routes

        chosen = kind if kind is not None else "front" if self.criteria else "map"
        if chosen not in KINDS:
            msg = f"plot: unknown kind={kind!r}.{nearest_valid(str(kind), KINDS, kind='Choices')}"
            raise OptionError(msg)
        if chosen == "front":
            return plot_front(self, ax=ax)
        if chosen == "components":
            return plot_components(self, ax=ax)
        return plot_routes(self._routes, ax=ax)

    def explore(self) -> InteractiveMap:
        """Show the routes on one map to pan, zoom, hover over and click, inside a notebook; it needs no network.

        Returns
        -------
        InteractiveMap
            Shown by a notebook as its value; each weighs some 2 MB there. A click on a route or mode in the legend dims it.

        Raises
        ------
        OptionError
            If there are no routes.
        MissingExtraError
            If bokeh is not installed.

        Examples
        --------
        >>> import corridor as co
        >>> co.alternatives(co.load(), "Karachi", "Tashkent", k=2).explore().title
        'Karachi → Tashkent: 2 routes (exact k shortest loopless)'
        """
        from corridor.interactive_map import explore_routes

        return explore_routes(self._routes, title=self.title)

    def rows(self) -> list[tuple[str, ...]]:
        """Return one line a route as texts: number, score, km, hours, days, USD, kg CO2e, transfers, crossings."""
        return [
            (
                str(number),
                f"{route.score:,.0f}",
                f"{route.km:,.0f}",
                f"{route.hours:,.1f}",
                f"{route.hours / 24:.1f}",
                f"{route.usd:,.0f}",
                f"{route.co2e_kg:,.0f}",
                str(route.transfers),
                ", ".join(route.crossings) or "none",
            )
            for number, route in enumerate(self._routes, 1)
        ]

    @property
    def title(self) -> str:
        """One line: from, to, and how many."""
        if not self._routes:
            return "No routes"
        first = self._routes[0]
        names = (first.place_name(first.origin), first.place_name(first.destination))
        return f"{names[0]} → {names[1]}: {len(self)} route{'s' if len(self) != 1 else ''} ({self.method})"

    def __str__(self) -> str:
        lines = table_as_text(HEAD, self.rows(), left=len(HEAD) - 1)
        return "\n".join([self.title, "", *lines, *([f"\n{self.note}"] if self.note else [])])

    def _repr_html_(self) -> str:
        note = f"<p>{html.escape(self.note)}</p>" if self.note else ""
        return f"<p><b>{html.escape(self.title)}</b></p>{table_as_html(HEAD, self.rows())}{note}"


HEAD = ("", "score USD", "km", "hours", "days", "USD", "kg CO2e", "transfers", "crossings")
