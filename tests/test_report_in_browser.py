# SPDX-License-Identifier: BSD-3-Clause
"""The report page and the map of a notebook in a real browser: drawn, hovered over, clicked, zoomed, and never calling out."""

from __future__ import annotations

import json
import os

import nbformat
import pytest
from nbclient import NotebookClient
from selenium.webdriver.common.keys import Keys

import corridor as co
from chromium import Browser, programs
from corridor.component_chart import parts_of
from corridor.distance_profile import profile_rows
from test_report import HOSTILE, hostile_results, hostile_trade

DRAWN = 8  # map, two profiles; map, two bars; curves; bars of losses
POINT = """
const lines = plots()[arguments[0]].model.renderers.filter((one) => one.data_source && one.data_source.data.details && one.glyph.line_color.value !== "white");
const data = lines[arguments[1]].data_source.data, xs = data.xs[arguments[2]], ys = data.ys[arguments[2]];
const middle = Math.floor(xs.length / 2);
return [(xs[middle] + xs[middle - 1]) / 2, (ys[middle] + ys[middle - 1]) / 2];
"""
RANGES = (
    "const m = plots()[arguments[0]].model; return [m.x_range.start, m.x_range.end, m.y_range.start, m.y_range.end];"
)
FRAME = "const f = plots()[arguments[0]].frame.bbox; return [f.width, f.height];"
PANEL = "return document.querySelectorAll('.panel')[arguments[0]].textContent;"


@pytest.fixture(scope="module")
def browser():
    """Return a browser; a machine without one skips these tests, but for the one that vouches for a release."""
    found = programs()
    if found is None:
        reason = "chromium and chromedriver are not installed (apt-get install chromium chromium-driver)"
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(reason)
        pytest.skip(reason)
    opened = Browser(*found)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def route():
    return co.route(co.load(), "Karachi", "Minsk")


@pytest.fixture(scope="module")
def made(route, tmp_path_factory):
    net = co.load()
    routes = co.alternatives(net, "Karachi", "Minsk", k=3, max_overlap=0.8)
    results = {
        "Best": route,
        "Several": routes,
        "How sure": co.simulate(routes, n=300, seed=2),
        "What hurts": co.criticality(net, [("Karachi", "Tashkent"), ("Karachi", "Minsk")]),
        "Pairs": co.matrix(net, origins=net.ports, destinations=["Tashkent", "Minsk"], by="usd"),
    }
    return co.report(results, tmp_path_factory.mktemp("page") / "report.html")


@pytest.fixture
def opened(browser, made):
    browser.open(made)
    browser.wait_until_drawn()
    return browser


def test_every_figure_is_drawn_and_nothing_is_asked_of_the_network(opened, made):
    colours = opened.colours()
    assert len(colours) == DRAWN
    assert min(colours) > 5
    assert opened.ask("return document.querySelectorAll('.figure').length") == DRAWN
    assert {address for address in opened.requests() if not address.startswith("data:")} == {made.as_uri()}
    assert opened.complaints() == []


def test_the_browser_itself_would_refuse_a_request(opened):
    asked = """
        const done = arguments[arguments.length - 1];
        fetch("https://example.org/").then(() => done("allowed"), () => done("refused"));
    """
    assert opened.driver.execute_async_script(asked) == "refused"
    assert any("Content Security Policy" in text for text in opened.complaints())
    assert not any(address.startswith("http") for address in opened.requests())


def test_a_stretch_hovered_over_tells_its_figures(opened, route):
    x, y = opened.pixel(0, *opened.ask(POINT, 0, 0, 0))
    assert opened.tooltip() == ""
    opened.move(x, y)
    told = opened.wait(opened.tooltip)
    stage = route.stages[0]
    assert "road PK: Karachi → Torkham (Pakistan)" in told
    assert all(figure in told for figure in (f"{stage.km:,.0f}", f"{stage.hours:,.1f}", f"{stage.usd:,.0f}", "and "))
    assert opened.complaints() == []


def test_a_border_hovered_over_tells_its_hours(opened, route):
    x, y = opened.pixel(0, *opened.ask("const d = plots()[0].model.renderers.find((one) => one.glyph.marker?.value === 'diamond').data_source.data; return [d.x[0], d.y[0]];"))  # fmt: skip
    opened.move(x, y)
    told = opened.wait(opened.tooltip)
    border = next(stage for stage in route.stages if stage.kind == "cross")
    assert f"border torkham: {border.from_place} → {border.to_place}" in told
    assert f"{border.hours:,.1f}" in told


def test_a_stretch_clicked_fills_the_panel(opened, route):
    assert opened.ask(PANEL, 0).startswith("Click a leg")
    x, y = opened.pixel(0, *opened.ask(POINT, 0, 0, 0))
    opened.click(x, y)
    assert opened.wait(lambda: not opened.ask(PANEL, 0).startswith("Click a leg"))
    told = opened.ask(PANEL, 0)
    assert told.startswith("road PK: Karachi → Torkham (Pakistan)")
    first = next(row for row in route.step_rows() if row["kind"] == "haul")
    assert (
        f"{route.place_name(first['from'])} → {route.place_name(first['to'])}{first['km']:,.0f}{first['hours']:,.1f}"
        in told
    )
    sources = opened.ask("return document.querySelector('.panel .faint').textContent")
    assert set(sources.removeprefix("Sources: ").split(", ")) <= set(route.source_ids)
    assert opened.ask(PANEL, 1).startswith("Click a leg")
    assert opened.complaints() == []


def test_a_profile_and_a_bar_hovered_over_tell_their_figures(opened, route):
    step = next(point for point in profile_rows(route, "hours") if point["border"])
    opened.move(*opened.pixel(1, step["km"], step["hours"] - step["step"] / 2))
    told = opened.wait(opened.tooltip)
    assert f"border outbound: {step['place_name']}" in told
    assert f"{step['step']:,.1f}" in told
    usd = parts_of(route, "usd")["road haul"]
    y = opened.ask("return plots()[5].model.y_range.synthetic('route 1');")
    opened.move(*opened.pixel(5, usd / 2, y))
    told = opened.wait(lambda: "road haul" in opened.tooltip() and opened.tooltip())
    assert f"{usd:,.1f}" in told
    assert "1: torkham" in told
    assert opened.complaints() == []


def test_the_wheel_zooms_dragging_moves_and_the_map_keeps_its_shape(opened):
    def shape() -> tuple[float, float]:
        (west, east, south, north), (width, height) = opened.ask(RANGES, 0), opened.ask(FRAME, 0)
        return (east - west) / width, (north - south) / height

    before, (across, up) = opened.ask(RANGES, 0), shape()
    assert across == pytest.approx(up, rel=1e-6)
    x, y = opened.pixel(0, *opened.ask(POINT, 0, 0, 2))
    opened.wheel(x, y, -200, key=Keys.CONTROL)
    assert opened.wait(lambda: shape()[0] < across * 0.95)
    assert shape()[0] == pytest.approx(shape()[1], rel=1e-6)
    zoomed = opened.ask(RANGES, 0)
    opened.drag((x, y), (x - 60, y + 40))
    assert opened.wait(lambda: opened.ask(RANGES, 0)[0] > zoomed[0] + 30 * shape()[0])
    opened.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 700, "height": 900, "deviceScaleFactor": 1, "mobile": False})  # fmt: skip
    opened.wait(lambda: shape()[0] == pytest.approx(shape()[1], rel=1e-6) and opened.ask(FRAME, 0)[0] < 650)
    assert shape()[0] == pytest.approx(shape()[1], rel=1e-6)
    opened.ask("plots()[0].reset();")
    assert opened.wait(lambda: opened.ask(RANGES, 0)[2] <= before[2])
    assert shape()[0] == pytest.approx(shape()[1], rel=1e-6)
    assert opened.complaints() == []


def test_the_wheel_alone_scrolls_the_page_and_leaves_the_map(opened):
    x, y = opened.pixel(0, *opened.ask(POINT, 0, 0, 2))
    before, top = opened.ask(RANGES, 0), opened.ask("return window.scrollY")
    opened.wheel(x, y, 150)
    assert opened.wait(lambda: opened.ask("return window.scrollY") > top)
    assert opened.ask(RANGES, 0) == before
    assert opened.complaints() == []


def test_a_finger_scrolls_the_page_over_a_map_until_dragging_is_chosen(browser, made):
    browser.touchscreen(on=True)
    try:
        browser.open(made, width=400, height=800)
        browser.wait_until_drawn()
        dragging = (
            "return plots().map((one) => one.model.toolbar.tools.find((tool) => tool.type === 'PanTool').active);"
        )
        assert browser.wait(lambda: not any(browser.ask(dragging)))
        x, y = browser.pixel(0, *browser.ask(POINT, 0, 0, 2))
        before, top = browser.ask(RANGES, 0), browser.ask("return window.scrollY")
        browser.swipe(x, y, 200)
        assert browser.wait(lambda: browser.ask("return window.scrollY") > top + 50)
        browser.wait_until_still()
        assert browser.ask(RANGES, 0) == before
        browser.ask("plots()[0].model.toolbar.tools.find((tool) => tool.type === 'PanTool').active = true;")
        x, y = browser.pixel(0, *browser.ask(POINT, 0, 0, 2))
        top = browser.ask("return window.scrollY")
        browser.swipe(x, y, 200)
        assert browser.wait(lambda: browser.ask(RANGES, 0) != before)
        browser.wait_until_still()
        assert browser.ask("return window.scrollY") == top
        assert browser.complaints() == []
    finally:
        browser.touchscreen(on=False)


def test_a_click_in_the_legend_mutes_a_mode(opened):
    muted = "return plots()[3].model.renderers.filter((one) => one.muted).length;"
    assert opened.ask(muted) == 0
    opened.pixel(3, 0, 0)
    x, y = opened.ask("""
        const view = plots()[3], legend = view.model.below.find((one) => one.type === "Legend");
        const box = view.el.getBoundingClientRect(), place = (view.views?.find_one(legend) ?? view.renderer_view(legend)).bbox;
        return [box.left + place.left + 20, box.top + place.top + place.height / 2].map(Math.round);
    """)
    opened.click(x, y)
    assert opened.wait(lambda: opened.ask(muted) > 0)


def test_a_narrow_screen_is_not_scrolled_sideways(browser, made):
    browser.open(made, width=400, height=800)
    browser.wait_until_drawn()
    assert browser.ask("return document.documentElement.scrollWidth") <= 400
    assert min(browser.colours()) > 5
    assert browser.complaints() == []


def test_a_tooltip_on_a_narrow_screen_is_within_it(browser, made):
    browser.open(made, width=400, height=800)
    browser.wait_until_drawn()
    for x, y in zip(*browser.ask("const d = plots()[0].model.renderers.find((one) => one.glyph.marker?.value === 'diamond').data_source.data; return [d.x, d.y];"), strict=True):  # fmt: skip
        browser.move(*browser.pixel(0, x, y))
        assert "border" in browser.wait(browser.tooltip)
        boxes = browser.ask("return deep(document, '.bk-Tooltip').map((one) => one.getBoundingClientRect()).filter((one) => one.width > 0).map((one) => [one.left, one.right, one.bottom]);")  # fmt: skip
        assert boxes
        assert all(left >= 0 and right <= 400 and bottom <= 800 for left, right, bottom in boxes)


# --- why, and trade ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def decided():
    net = co.load()
    grown = co.growth(net, co.Demand.bundled("pk-kz-2025"), steps=3, swing=None)
    why = co.explain(net, co.route(net, "Karachi", "Tashkent"))
    return {"Why": why, "Measured": co.indicators(why.route), "Carried": grown.assignments[-1], "Growing": grown}


@pytest.fixture(scope="module")
def decided_page(decided, tmp_path_factory):
    return co.report(decided, tmp_path_factory.mktemp("decided") / "decided.html")


def test_the_figures_of_a_decision_are_drawn_at_any_width(browser, decided_page):
    for width in (1280, 400):
        browser.open(decided_page, width=width)
        browser.wait_until_drawn()
        colours = browser.colours()
        assert len(colours) == 5  # map and tornado; map of flow; shares and map of flow
        assert min(colours) > 5
        assert browser.ask("return document.documentElement.scrollWidth") <= width
        assert {address for address in browser.requests() if not address.startswith("data:")} == {decided_page.as_uri()}
        assert browser.complaints() == []


def test_a_bar_of_the_tornado_hovered_over_tells_the_estimate(browser, decided_page, decided):
    browser.open(decided_page)
    browser.wait_until_drawn()
    row = decided["Why"].tornado_rows()[0]
    y = browser.ask("const f = plots()[1].model.y_range; return f.synthetic(f.factors[f.factors.length - 1]);")
    today = min(decided["Why"].margins)
    browser.move(*browser.pixel(1, (today + row["margin_at_low"]) / 2, y))
    told = browser.wait(browser.tooltip)
    assert row["name"] in told
    assert f"{row['low']:,.4g} {row['unit']} (low end, {row['range']} range)" in told
    assert row["best_at_low"] in told
    assert browser.complaints() == []


def test_a_link_of_the_flow_tells_its_goods_and_a_crossing_how_full_it_is(browser, decided_page, decided):
    browser.open(decided_page)
    browser.wait_until_drawn()
    most = browser.ask("""
        const rows = plots()[2].model.renderers.filter((one) => one.data_source && one.data_source.data.details);
        const data = rows[0].data_source.data, at = data.width.indexOf(Math.max(...data.width));
        const xs = data.xs[at], ys = data.ys[at], middle = Math.floor(xs.length / 2);
        return [(xs[middle] + xs[middle - 1]) / 2, (ys[middle] + ys[middle - 1]) / 2, data.details[at]];
    """)
    browser.click(*browser.pixel(2, *most[:2]))
    assert browser.wait(lambda: not browser.ask(PANEL, 1).startswith("A line"))
    told, leg = browser.ask(PANEL, 1), json.loads(most[2])
    assert told.startswith(leg["title"])
    assert all("".join(row) in told for row in leg["rows"])
    x, y, title = browser.ask("const d = plots()[2].model.renderers.find((one) => one.glyph.marker?.value === 'diamond' && one.data_source.data.title.some((t) => t === 'border torkham')).data_source.data; const i = d.title.indexOf('border torkham'); return [d.x[i], d.y[i], d.title[i]];")  # fmt: skip
    browser.move(*browser.pixel(2, x, y))
    share = max(row["share_used"] for row in decided["Carried"].flow_rows if row["subject"] == "torkham")
    assert browser.wait(lambda: title in browser.tooltip() and f"{share:.0%}" in browser.tooltip())
    assert browser.complaints() == []


def test_a_point_of_growing_trade_tells_the_share_of_the_capacity(browser, decided_page, decided):
    browser.open(decided_page)
    browser.wait_until_drawn()
    row = next(row for row in decided["Growing"].volume_rows if row["crossing"] == "ghulam-khan")
    browser.move(*browser.pixel(3, row["trade_usd"] / 1e6, row["share_used"] * 100))
    told = browser.wait(browser.tooltip)
    assert "ghulam-khan (road)" in told
    assert f"{row['share_used']:.1%}".removesuffix("%") in told
    assert browser.complaints() == []


# --- hostile text ----------------------------------------------------------------------------------------------------


def test_hostile_text_is_shown_and_not_run(browser, tmp_path):
    page = co.report(hostile_results(), tmp_path / "hostile.html", title="".join(HOSTILE))
    browser.open(page)
    browser.wait_until_drawn()
    assert browser.ask("return document.title") == "".join(HOSTILE)
    assert browser.ask("return [...document.querySelectorAll('h2')].map((one) => one.textContent)")[:4] == [*HOSTILE]
    assert "".join(HOSTILE[:1]) in browser.ask("return document.querySelector('table').textContent")
    x, y = browser.pixel(0, *browser.ask(POINT, 0, 0, 2))
    browser.move(x, y)
    assert f"{HOSTILE[2]} → {HOSTILE[3]}" in browser.wait(browser.tooltip)
    browser.click(x, y)
    assert browser.wait(lambda: HOSTILE[3] in browser.ask(PANEL, 0))
    assert f"{HOSTILE[2]} → {HOSTILE[3]}" in browser.ask(PANEL, 0)
    x, y = browser.pixel(0, *browser.ask("const d = plots()[0].model.renderers.find((one) => one.glyph.marker?.value === 'circle').data_source.data; return [d.x[0], d.y[0]];"))  # fmt: skip
    browser.move(x, y)
    assert browser.wait(lambda: HOSTILE[0] in browser.tooltip())
    # A dialog would have stopped every question above; an image that fails to load would have been asked for.
    assert browser.ask("return deep(document, 'img, script[src]').length") == 0
    assert {address for address in browser.requests() if not address.startswith("data:")} == {page.as_uri()}
    assert browser.complaints() == []


def test_hostile_text_of_trade_is_shown_and_not_run(browser, tmp_path):
    page = co.report(hostile_trade(), tmp_path / "trade.html", title=HOSTILE[0])
    browser.open(page)
    browser.wait_until_drawn()
    assert browser.ask("return document.title") == HOSTILE[0]
    x, y = browser.pixel(0, *browser.ask("const d = plots()[0].model.renderers.find((one) => one.glyph.marker?.value === 'circle').data_source.data; return [d.x[0], d.y[0]];"))  # fmt: skip
    browser.move(x, y)
    assert browser.wait(lambda: HOSTILE[0] in browser.tooltip())
    x, y = browser.pixel(0, *browser.ask(POINT, 0, 0, 0))
    browser.click(x, y)
    assert browser.wait(lambda: not browser.ask(PANEL, 0).startswith("A line"))
    assert any(word in browser.ask(PANEL, 0) for word in HOSTILE)
    assert browser.ask("return deep(document, 'img, script[src]').length") == 0
    assert {address for address in browser.requests() if not address.startswith("data:")} == {page.as_uri()}
    assert browser.complaints() == []


def test_a_script_that_slipped_through_would_not_run(browser, made, tmp_path):
    page = tmp_path / "slipped.html"
    slipped = "<script>document.title = 'run'</script><img src='data:,' onerror=\"document.title = 'run'\">"
    page.write_text(made.read_text(encoding="utf-8").replace("<main>", f"<main>{slipped}"), encoding="utf-8")
    browser.open(page)
    browser.wait_until_drawn()
    assert browser.ask("return document.title") == "Freight corridor report"
    assert any("Content Security Policy" in text for text in browser.complaints())


# --- in a notebook ---------------------------------------------------------------------------------------------------


def test_a_notebook_shows_the_map_without_a_network(browser, tmp_path):
    cell = 'import corridor as co\nco.route(co.load(), "Karachi", "Kabul").explore()'
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    NotebookClient(book, timeout=120, kernel_name="python3").execute()
    shown = book.cells[0].outputs[0]["data"]["text/html"]
    assert len(shown) < 3e6
    page = tmp_path / "notebook.html"
    page.write_text(f"<!DOCTYPE html><html lang='en'><title>n</title><body>{shown}</body></html>", encoding="utf-8")
    browser.open(page)
    browser.driver.switch_to.frame(browser.driver.find_element("tag name", "iframe"))
    browser.wait_until_drawn()
    assert browser.colours()[0] > 5
    assert browser.ask("return document.documentElement.scrollHeight - window.innerHeight") <= 0
    browser.driver.switch_to.default_content()
    addresses = {address for address in browser.requests() if not address.startswith("data:")}
    assert addresses <= {page.as_uri(), "about:srcdoc"}
    assert browser.complaints() == []


def test_several_routes_share_one_map(browser, tmp_path):
    routes = co.alternatives(co.load(), "Karachi", "Tashkent", k=4, max_overlap=0.8)
    page = tmp_path / "routes.html"
    page.write_text(routes.explore().html, encoding="utf-8")
    browser.open(page)
    browser.wait_until_drawn()
    assert browser.ask("return plots().length") == 1
    x, y = browser.pixel(0, *browser.ask(POINT, 0, 0, 2))
    browser.click(x, y)
    assert browser.wait(lambda: browser.ask(PANEL, 0).startswith("routes 1, 4; road AF: Torkham"))
    # What several routes have in common is told once.
    titles = browser.ask("return [...document.querySelectorAll('.panel h3')].map((one) => one.textContent)")
    assert len(set(titles)) == len(titles)
    assert browser.complaints() == []
