# SPDX-License-Identifier: BSD-3-Clause
"""The tables of a network as frames: one property a table, made on first use and handed out as copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corridor.tables import Tables, rows_to_frame, rows_to_geoframe

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["NetworkFrames"]


class NetworkFrames:
    """The part of a :class:`corridor.Network` that shows its tables."""

    _tables: Tables
    _frames: dict[str, Any]

    @property
    def places(self) -> gpd.GeoDataFrame:
        """Places as a GeoDataFrame of points (EPSG:4326), indexed by id."""
        return self._geoframe("places")

    @property
    def links(self) -> gpd.GeoDataFrame:
        """Links as a GeoDataFrame of lines (EPSG:4326), indexed by id; ``length_km`` in km."""
        return self._geoframe("links")

    @property
    def crossings(self) -> pd.DataFrame:
        """Clearing at each post by mode and direction: ``hours`` in hours, ``usd`` per vehicle or wagon."""
        return self._frame("crossings")

    @property
    def rates(self) -> pd.DataFrame:
        """Prices, speeds, handling and emission factors by country and mode; ``unit`` tells the unit."""
        return self._frame("rates")

    @property
    def transfers(self) -> pd.DataFrame:
        """Where cargo may change from one carriage to another: hours, and USD per ``unit``."""
        return self._frame("transfers")

    @property
    def statuses(self) -> pd.DataFrame:
        """Dated facts about crossings, links and places: closures and restrictions."""
        return self._frame("statuses")

    @property
    def calendars(self) -> pd.DataFrame:
        """When crossings, links and places can be passed: hours, days of the week, months, alternate days."""
        return self._frame("calendars")

    @property
    def capacities(self) -> pd.DataFrame:
        """What crossings, links and places can pass, and their other traffic; ``unit`` tells the unit."""
        return self._frame("capacities")

    @property
    def trade(self) -> pd.DataFrame:
        """Published trade between partners: USD and tonnes a year."""
        return self._frame("trade")

    @property
    def demand(self) -> pd.DataFrame:
        """Goods to be carried between places, in USD a year; ``set`` names the sets that come with the data."""
        return self._frame("demand")

    @property
    def indicators(self) -> pd.DataFrame:
        """Published figures to hold routes against, such as the hours and USD of a border; ``unit`` tells the unit."""
        return self._frame("indicators")

    @property
    def pilot_runs(self) -> pd.DataFrame:
        """Journeys that were made and reported, with what they took."""
        return self._frame("pilot_runs")

    @property
    def cargo(self) -> pd.DataFrame:
        """Classes of goods: unit value in USD per tonne, loss of value in % per day, carriages allowed."""
        return self._frame("cargo")

    @property
    def vehicles(self) -> pd.DataFrame:
        """Classes of road vehicle: payload in tonnes, price factor."""
        return self._frame("vehicles")

    @property
    def sources(self) -> pd.DataFrame:
        """Where the figures come from, indexed by id."""
        return self._frame("sources").set_index("id", drop=False).rename_axis(None)

    @property
    def rival_figures(self) -> pd.DataFrame:
        """Conflicting figures side by side, with the one used marked and why."""
        return self._frame("rival_figures")

    def _frame(self, table: str) -> pd.DataFrame:
        """Return a copy of the frame of a table: what a user does to it does not reach the network."""
        if table not in self._frames:
            self._frames[table] = rows_to_frame(table, self._tables.rows(table))
        frame: pd.DataFrame = self._frames[table].copy()
        return frame

    def _geoframe(self, table: str) -> gpd.GeoDataFrame:
        """Return a copy of the frame of places or links, with its geometry."""
        if table not in self._frames:
            self._frames[table] = rows_to_geoframe(table, self._tables.rows(table), self._tables.lines)
        return self._frames[table].copy()
