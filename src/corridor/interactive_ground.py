# SPDX-License-Identifier: BSD-3-Clause
"""The ground of an interactive map: an empty map true to scale, country outlines, and the panel that tells what is clicked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from corridor.map_ground import FAINT, INK, LAND, SHORE, WATER, country_outlines, disputed_lines
from corridor.web_page import ABSENT, Figures, escaped

__all__ = [
    "columns_of",
    "draw_ground",
    "empty_map",
    "figure_text",
    "hover",
    "metres",
    "name_ends",
    "place_map",
    "projected",
]

EARTH_RADIUS_M: Final = 6_378_137.0
MARGIN_DEGREES: Final = 2.0
# A country is named that holds a circle of this share of the height of the map.
LEAST_ROOM: Final = 0.028
# Makes a degree of longitude as long as it is on the ground: the frame is fitted to the shape that the page gives it.
FIT: Final = """
const width = plot.inner_width, height = plot.inner_height;
if (!(width > 0 && height > 0)) return;
const untouched = x.start === x.reset_start && x.end === x.reset_end && y.start === y.reset_start && y.end === y.reset_end;
if (untouched || cb_obj.event_name === "reset") {
  const unit = Math.max((home[1] - home[0]) / width, (home[3] - home[2]) / height);
  const across = (home[0] + home[1]) / 2, up = (home[2] + home[3]) / 2;
  const fitted = [across - unit * width / 2, across + unit * width / 2, up - unit * height / 2, up + unit * height / 2];
  x.setv({start: fitted[0], end: fitted[1], reset_start: fitted[0], reset_end: fitted[1]});
  y.setv({start: fitted[2], end: fitted[3], reset_start: fitted[2], reset_end: fitted[3]});
} else {
  const middle = (x.start + x.end) / 2, half = (y.end - y.start) / height * width / 2;
  x.setv({start: middle - half, end: middle + half});
}
"""
# Tells the legs clicked in the panel beside the map; every text is set as text, never read as HTML.
TELL: Final = """
const panel = document.getElementById(name);
if (panel === null) return;
const make = (tag, text, parent) => {
  const element = document.createElement(tag);
  element.textContent = text;
  parent.appendChild(element);
  return element;
};
panel.replaceChildren();
const told = new Set();
for (const source of sources) {
  for (const index of source.selected.indices) {
    if (told.has(source.data.details[index])) continue;
    told.add(source.data.details[index]);
    const leg = JSON.parse(source.data.details[index]);
    make("h3", leg.title, panel);
    const facts = make("dl", "", panel);
    for (const [fact, value] of leg.facts) { make("dt", fact, facts); make("dd", value, facts); }
    const table = make("table", "", panel);
    const head = make("tr", "", make("thead", "", table));
    leg.head.forEach((text, column) => {
      const cell = make("th", text, head);
      cell.scope = "col";
      if (column > 0) cell.className = "number";
    });
    const body = make("tbody", "", table);
    for (const row of leg.rows) {
      const line = make("tr", "", body);
      row.forEach((text, column) => { if (column > 0) make("td", text, line).className = "number"; else make("td", text, line); });
    }
    make("p", leg.sources, panel).className = "faint";
  }
}
"""


def metres(lon: float, lat: float) -> tuple[int, int]:
    """Return a point in Mercator's projection (EPSG:3857), metres."""
    up = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
    return round(EARTH_RADIUS_M * math.radians(lon)), round(EARTH_RADIUS_M * up)


def projected(points: Iterable[tuple[float, float]]) -> tuple[list[int], list[int]]:
    """Return points (lon, lat) in Mercator's projection, as xs and ys."""
    xs, ys = zip(*(metres(lon, lat) for lon, lat in points), strict=True)
    return list(xs), list(ys)


def empty_map(points: Sequence[tuple[float, float]], height: int) -> Any:
    """Return an empty map that holds some points (lon, lat), degrees."""
    from bokeh.models import CustomJS, Range1d
    from bokeh.plotting import figure

    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    west, south = metres(min(lons) - MARGIN_DEGREES, min(lats) - MARGIN_DEGREES)
    east, north = metres(max(lons) + MARGIN_DEGREES, max(lats) + MARGIN_DEGREES)
    across = Range1d(west, east, reset_start=west, reset_end=east)
    up = Range1d(south, north, reset_start=south, reset_end=north)
    plot = figure(
        x_range=across, y_range=up, x_axis_type="mercator", y_axis_type="mercator", height=height,
        sizing_mode="stretch_width", tools="", toolbar_location="above", background_fill_color=WATER, min_border_right=12,
    )  # fmt: skip
    plot.toolbar.logo = None
    plot.grid.visible = False
    plot.outline_line_color = SHORE
    plot.xaxis.axis_label, plot.yaxis.axis_label = "longitude, °E", "latitude, °N"
    plot.axis.axis_label_text_font_style = "normal"
    plot.axis.axis_label_text_color = plot.axis.major_label_text_color = FAINT
    fit = CustomJS(args={"plot": plot, "x": across, "y": up, "home": [west, east, south, north]}, code=FIT)
    plot.js_on_change("inner_width", fit)
    plot.js_on_change("inner_height", fit)
    plot.js_on_event("reset", fit)
    return plot


def draw_ground(plot: Any, figures: Figures) -> None:
    """Draw land and disputed boundaries, from one source for all maps of the page, and the names of larger countries."""
    from bokeh.models import ColumnDataSource

    land, disputed, spots = _ground(figures)
    height = plot.y_range.end - plot.y_range.start
    shown = [(name, x, y) for name, x, y, room in spots if room > height * LEAST_ROOM]
    names = ColumnDataSource(
        {"name": [spot[0] for spot in shown], "x": [spot[1] for spot in shown], "y": [spot[2] for spot in shown]}
    )
    plot.patches("xs", "ys", source=land, fill_color=LAND, line_color=SHORE, line_width=0.8)
    plot.multi_line("xs", "ys", source=disputed, line_color=FAINT, line_width=1.1, line_dash="dashed")
    plot.text(
        "x", "y", "name", source=names, text_font_size="11px", text_color="#847c6b", text_align="center",
        text_baseline="middle",
    )  # fmt: skip


def _ground(figures: Figures) -> tuple[Any, Any, Any]:
    import shapely
    from bokeh.models import ColumnDataSource

    if "ground" not in figures.shared:
        rings, names = [], []
        for name, parts in country_outlines():
            shapes = [list(zip(*part, strict=True)) for part in parts]
            rings += [projected(shape) for shape in shapes]
            largest = max((shapely.make_valid(shapely.Polygon(shape)) for shape in shapes), key=lambda one: one.area)
            radius = shapely.maximum_inscribed_circle(largest, tolerance=0.1)
            names.append((name, *metres(*radius.coords[0]), math.radians(radius.length) * EARTH_RADIUS_M))
        lines = [projected(zip(*line, strict=True)) for line in disputed_lines()]
        figures.shared["ground"] = (
            ColumnDataSource({"xs": [xs for xs, _ in rings], "ys": [ys for _, ys in rings]}),
            ColumnDataSource({"xs": [xs for xs, _ in lines], "ys": [ys for _, ys in lines]}),
            names,
        )
    return figures.shared["ground"]  # type: ignore[no-any-return]


# --- what is told of it ------------------------------------------------------------------------------------------------


def figure_text(value: float, decimals: int = 0) -> str:
    """Return a figure with thousands; a dash where there is none."""
    return ABSENT if math.isnan(value) else f"{value:,.{decimals}f}"


def columns_of(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return rows that all have the same fields as a source of columns."""
    from bokeh.models import ColumnDataSource

    return ColumnDataSource({name: [row[name] for row in rows] for name in rows[0]})


def name_ends(plot: Any, source: Any) -> None:
    """Write the titles of some points beside them: towards the middle of the map, where there is room."""
    middle = (plot.x_range.start + plot.x_range.end) / 2
    source.data["align"] = ["right" if x > middle else "left" for x in source.data["x"]]
    source.data["aside"] = [-9 if x > middle else 9 for x in source.data["x"]]
    plot.text(
        "x", "y", "title", source=source, x_offset="aside", y_offset=-7, text_align="align", text_font_size="13px", text_color=INK,
        text_font_style="bold", background_fill_color="white", background_fill_alpha=0.75, padding=2,
    )  # fmt: skip


def hover(renderers: Iterable[Any], tips: Sequence[tuple[str, str]], **more: Any) -> Any:
    """Return what tells of the things drawn when the mouse is over them."""
    from bokeh.models import HoverTool

    return HoverTool(renderers=[*renderers], tooltips=[*tips], visible=False, **more)


def place_map(
    plot: Any, figures: Figures, lines: Sequence[Any], hovers: Sequence[Any], *, label: str, click: str
) -> str:
    """Return the HTML of a map and of the panel beside it, which tells what is clicked; the map joins the figures of the page."""
    from bokeh.models import (
        BoxZoomTool,
        CustomJS,
        PanTool,
        ResetTool,
        SaveTool,
        TapTool,
        WheelZoomTool,
        ZoomInTool,
        ZoomOutTool,
    )

    panel = figures.name("panel")
    tell = CustomJS(args={"name": panel, "sources": [line.data_source for line in lines]}, code=TELL)
    # The wheel alone scrolls the page, which a map as tall as a window would otherwise hold fast.
    wheel = WheelZoomTool(modifiers={"ctrl": True})
    plot.add_tools(
        PanTool(), wheel, ZoomInTool(), ZoomOutTool(), BoxZoomTool(match_aspect=True), ResetTool(), SaveTool(filename="corridor-map"), *hovers,
        TapTool(renderers=[*lines], callback=tell, visible=False),
    )  # fmt: skip
    plot.toolbar.active_scroll = wheel
    return (
        f'<div class="map">{figures.place(plot, label)}<aside class="panel" id="{panel}" aria-live="polite">'
        f"<p>{escaped(click)} Ctrl and wheel, or the magnifying glasses: zoom. Drag: move. On a touchscreen: "
        "pinch to zoom, and tap the crossed arrows before you drag. "
        "A name in the legend dims what it names.</p></aside></div>"
        '<p class="faint">Outlines: Natural Earth (public domain), as controlled on the ground; disputed boundaries are '
        "dashed. Mercator projection.</p>"
    )
