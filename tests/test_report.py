# SPDX-License-Identifier: BSD-3-Clause
"""The report page: what it refuses, what it holds, and that hostile text in own data stays text."""

from __future__ import annotations

import html
import json
import math
import re
import sys
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

import corridor as co
import small
import trade_small
from corridor.component_chart import parts_of
from corridor.errors import MissingExtraError, OptionError
from corridor.interactive_charts import profile_chart, shares_chart, tornado_bars
from corridor.report_tables import frame_table, rows_table
from corridor.web_page import Figures, link_to, page, table

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Outline(HTMLParser):
    """The elements of a page, their text by kind, and whether all that is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        for tag in set(self.open):
            self.texts[tag][-1] += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def tables(self):
        return self.texts.get("table", [])


@pytest.fixture(scope="module")
def net():
    return co.load()


@pytest.fixture(scope="module")
def results(net):
    """One result of each kind."""
    routes = co.alternatives(net, "Karachi", "Tashkent", k=3, distinct=None, max_overlap=0.8)
    return {
        "One route": co.route(net, "Karachi", "Minsk"),
        "Several": routes,
        "How sure": co.simulate(routes, n=500, seed=4, deadline_hours=300),
        "What hurts": co.criticality(net, [("Karachi", "Tashkent"), ("Karachi", "Kabul")]),
        "Pairs": co.matrix(net, origins=net.ports, destinations=["Tashkent", "Minsk"], by="usd"),
        "Hours saved": co.compare({"today": net, "later": net}, [("Karachi", "Kabul")]),
    }


@pytest.fixture(scope="module")
def made(results, tmp_path_factory):
    return co.report(results, tmp_path_factory.mktemp("report") / "all.html", title="Of every kind")


# --- what a page holds -----------------------------------------------------------------------------------------------


def test_a_page_is_whole_html_with_a_language_a_title_and_contents(made, results):
    outline = Outline(made.read_text(encoding="utf-8"))
    assert outline.all("html") == [{"lang": "en"}]
    assert outline.texts["title"] == outline.texts["h1"] == ["Of every kind"]
    assert outline.texts["h2"] == [*results, "Sources and dates"]
    anchors = [a["href"] for a in outline.all("a") if a["href"].startswith("#")]
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert [anchor[1:] for anchor in anchors] == [attributes["id"] for attributes in outline.all("h2")]
    assert len(set(ids)) == len(ids)
    assert all(cell.get("scope") in {"col", "row"} for cell in outline.all("th"))


def test_a_page_carries_all_it_needs_and_forbids_the_rest(made):
    text = made.read_text(encoding="utf-8")
    outline = Outline(text)
    assert made.stat().st_size < 6e6
    assert not [a for tag, a in outline.elements if tag in {"link", "img", "iframe", "base", "object", "embed"}]
    assert not [a for a in outline.all("script") if "src" in a]
    assert {a["href"].split(":")[0] for a in outline.all("a") if not a["href"].startswith("#")} <= {"http", "https"}
    policy = next(a["content"] for a in outline.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert not re.search(r"https?:", policy)
    assert "url(" not in "".join(outline.texts["style"])
    assert "@media print" in text


def test_the_tables_hold_the_figures_of_the_results(made, results):
    outline = Outline(made.read_text(encoding="utf-8"))
    told = " ".join(outline.tables)
    route = results["One route"]
    assert f"total{route.km:,.0f}{route.hours:,.1f}{route.usd:,.0f}" in told
    assert f"{route.score:,.2f}" in told
    for each in results["Several"]:
        assert f"{each.score:,.0f}{each.km:,.0f}{each.hours:,.1f}{each.hours / 24:.1f}{each.usd:,.0f}" in told
    for row in results["How sure"].rows():
        assert "".join(row[1:]) in told
    assert f"{results['Pairs'].iloc[0, 0]:,.0f}" in told
    shares = route.basis_share["usd"]
    assert "USD" + "".join(f"{shares[basis]:.0%}" for basis in ("quoted", "derived", "recalled", "estimate")) in told


def test_the_page_ends_with_every_source_its_address_the_dates_and_the_version(made, results):
    text = made.read_text(encoding="utf-8")
    end = html.unescape(text[text.index('<h2 id="sources">') : text.index("</footer>")])
    rows = [*results["One route"].source_rows(), *(row for each in results["Several"] for row in each.source_rows())]
    for row in rows:
        assert f"<b>{row.id}</b>: {row.title}" in end
        assert not row.url or f'href="{row.url}"' in end
    assert end.count("<li>") == len({row.id for row in rows})
    assert f"Made with corridor {co.__version__}." in end
    confirmed = max(row.last_confirmed for row in co.load().tables.statuses)
    assert f"Routes: normal operation. Closures and restrictions last confirmed {confirmed}." in end


def test_a_route_as_of_a_day_says_so(tmp_path):
    route = co.route(co.load(as_of="2025-11-20", scope="bypass"), "Karachi", "Tashkent")
    text = html.unescape(co.report(route, tmp_path / "r.html").read_text(encoding="utf-8"))
    assert "Routes: as of 2025-11-20." in text
    assert "<p>As of 2025-11-20: " in text
    assert "<h3>Shaped by these dated facts</h3>" in text
    assert all(f"<li>{fact}</li>" in text for fact in route.shaped_by)


def test_a_route_that_leaves_at_a_moment_says_when_it_leaves_and_arrives(tmp_path):
    leaving = datetime(2025, 5, 28, 8)
    route = co.route(co.load(), "Karachi", "Tashkent", depart=leaving)
    text = html.unescape(co.report(route, tmp_path / "r.html").read_text(encoding="utf-8"))
    assert f"<p>Leaves {route.depart:%Y-%m-%d %H:%M}" in text
    assert f", arrives {route.arrive:%Y-%m-%d %H:%M}" in text
    assert f"Routes: leaving {route.depart:%Y-%m-%d %H:%M}" in text
    assert "normal operation" not in text
    assert "waiting for opening: Charikar" in text


def test_a_sailing_is_one_stretch_that_is_no_border_post():
    shown = co.route(co.load(scope="bypass"), "Karachi", "Bandar Abbas", modes=["sea"]).explore()
    text = shown.html.replace("\\u2192", "→")
    assert "sea PK-IR: Karachi → Bandar Abbas" in text
    assert "border sea" not in text


def test_the_advisories_stand_once(made, results):
    text = html.unescape(made.read_text(encoding="utf-8"))
    section = text[: text.index('id="section-2"')]
    assert results["One route"].advisories
    assert all(section.count(f"<li>{fact}</li>") == 1 for fact in results["One route"].advisories)


def test_one_result_gives_its_name_to_the_page_and_a_list_numbers_none(results, tmp_path):
    route = results["One route"]
    alone = Outline(co.report(route, tmp_path / "a.html").read_text(encoding="utf-8"))
    assert alone.texts["title"] == ["Karachi → Minsk"]
    listed = Outline(co.report([route, results["Pairs"]], tmp_path / "b.HTM").read_text(encoding="utf-8"))
    assert listed.texts["title"] == ["Freight corridor report"]
    assert listed.texts["h2"][:2] == ["Karachi → Minsk", "Table"]


def test_a_page_of_tables_alone_has_no_script(tmp_path):
    text = co.report(pd.DataFrame({"km": [1.0]}), tmp_path / "t.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "script-src 'none'" in text
    assert len(text) < 10_000


def test_no_routes_is_said(tmp_path):
    none = co.Routes([], method="exact", note="nothing joins them")
    assert "nothing joins them" in co.report(none, tmp_path / "n.html").read_text(encoding="utf-8")
    with pytest.raises(OptionError, match=r"explore: there are no routes to draw; .note says why"):
        none.explore()


def test_any_result_with_a_frame_is_a_table_with_its_sources(tmp_path):
    class Found:
        sources = pd.DataFrame(
            {"title": ["A & B"], "url": ["https://example.org/?a=1&b=2"]}, index=pd.Index(["ab"], name="id")
        )

        def to_frame(self):
            frame = pd.DataFrame({"place": ["x"], "usd_per_tonne": [1234.5]})
            frame.attrs["unit"] = {"usd_per_tonne": "USD/t"}
            return frame

        def __repr__(self):
            return "<Found: & more>"

    outline = Outline(co.report(Found(), tmp_path / "f.html").read_text(encoding="utf-8"))
    assert outline.tables == ["placeusd per tonne, USD/tx1,234"]
    assert "<Found: & more>" in outline.texts["p"]
    assert outline.texts["h2"][0] == "Found"
    assert outline.all("a")[-1]["href"] == "https://example.org/?a=1&b=2"


def test_the_parts_of_a_route_add_up_to_its_totals(results):
    for route in results["Several"]:
        for measure in ("hours", "usd"):
            assert math.isclose(sum(parts_of(route, measure).values()), getattr(route, measure), rel_tol=1e-9)
    route = co.route(small.two_countries(), "port", "city", modes=["road"])
    # 250 km + 8 km of the crossing at 25 km an hour; 20 + 10 h of clearing; 258 km at 2 USD, 100 + 50 USD at the border.
    assert parts_of(route, "hours") == {"road haul": pytest.approx(258 / 25), "border": pytest.approx(30.0)}
    assert parts_of(route, "usd") == {"road haul": pytest.approx(516.0), "border": pytest.approx(150.0)}


def drawn(chart, **wanted) -> list[dict[str, object]]:
    """Return the rows of all glyphs of a chart that have the columns wanted."""
    rows = []
    for renderer in chart.renderers:
        data = renderer.data_source.data
        rows += [dict(zip(data, values, strict=True)) for values in zip(*data.values(), strict=True)]
    return [row for row in rows if all(row.get(name) == value for name, value in wanted.items())]


def test_the_profile_has_a_border_as_two_steps_at_their_posts_and_ends_at_the_totals():
    route = co.route(small.two_countries(), "port", "city", modes=["road"])
    for measure, heights in (("hours", [20.0, 10.0]), ("usd", [100.0, 50.0])):
        rows = drawn(profile_chart(route, measure))
        steps = [row for row in rows if row["x0"] == row["x1"]]
        assert [row["what"] for row in steps] == ["border outbound: West", "border inbound: East"]
        assert [row["y1"] - row["y0"] for row in steps] == pytest.approx(heights)
        assert max(row["y1"] for row in rows) == pytest.approx(getattr(route, measure))
        assert max(row["x1"] for row in rows) == pytest.approx(route.km)


def test_a_route_whose_usd_are_not_known_has_no_chart_of_them(tmp_path):
    places = pd.DataFrame({"id": ["a", "b"], "lon": [60.0, 61.0], "lat": [30.0, 30.0], "country": ["PK", "PK"]})
    links = pd.DataFrame({"from": ["a"], "to": ["b"], "length_km": [100.0], "mode": ["road"], "hours": [4.0]})
    route = co.Router.from_frames(places, links).route("a", "b", by="hours")
    assert math.isnan(route.usd)
    text = co.report(route, tmp_path / "r.html").read_text(encoding="utf-8")
    assert 'aria-label="Hours along the way' in text
    assert 'aria-label="USD along the way' not in text
    assert "What the score is made of" not in text


# --- why, indicators, trade ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def decided(net):
    """One result of each kind that explains or assigns."""
    demand = co.Demand.bundled("pk-kz-2025")
    grown = co.growth(net, demand, steps=3, levers=["hairatan-250-wagons"], swing=0.3)
    return {
        "Why": co.explain(net, co.route(net, "Karachi", "Tashkent")),
        "Measured": co.indicators(co.alternatives(net, "Karachi", "Tashkent", k=2, max_overlap=0.8)),
        "Carried": grown.assignments[-1],
        "Growing": grown,
    }


@pytest.fixture(scope="module")
def told(decided, tmp_path_factory):
    path = co.report(decided, tmp_path_factory.mktemp("decided") / "decided.html")
    text = html.unescape(path.read_text(encoding="utf-8"))
    starts = [text.index(f'id="section-{number}"') for number in range(1, 5)]
    ends = [*starts[1:], text.index('id="sources"')]
    parts = {name: text[start:end] for name, start, end in zip(decided, starts, ends, strict=True)}
    return parts | {"Sources": text[ends[-1] : text.index("</footer>")]}


def bare(text: str) -> str:
    return re.sub(r"<[^>]*>", "|", text)


def test_an_explanation_is_told_with_verdict_split_break_evens_flips_and_tornado(decided, told):
    found, text = decided["Why"], told["Why"]
    assert found.verdict in text
    for part in found.split:
        assert f"{part.name}|" in bare(text)
        assert f"{part.score:,.2f}" in text
    assert f"{found.route.score:,.2f}" in text
    rows = [row for row in found.break_even_rows() if row["side"]]
    assert min(rows, key=lambda row: row["change"])["sentence"] in text
    assert all(f"<li>{row['sentence']}</li>" in text for row in found.flip_rows()[:8])
    assert all(f"{margin:+,.2f}" in text for margin in found.margins)
    for row in found.tornado_rows():
        assert f"|{row['name']}|" in bare(text)
    assert "Bars of how far each estimate moves the margin" in text


def test_the_bars_of_the_tornado_are_those_of_its_rows(decided):
    found = decided["Why"]
    bars = drawn(tornado_bars(found))
    rows = [row for row in found.tornado_rows() if any(bar["name"] == row["name"] for bar in bars)]
    assert len(bars) == 2 * len(rows)
    for row in rows:
        ends = [bar for bar in bars if bar["name"] == row["name"] and row["unit"] in bar["now"]]
        assert {round(bar["margin"], 6) for bar in ends} >= {
            round(row[f"margin_at_{end}"], 6) for end in ("low", "high")
        }
        assert {bar["best"] for bar in ends} >= {row["best_at_low"], row["best_at_high"]}


def test_indicators_are_told_by_route_beside_the_published_values_with_notes(decided, told):
    found, text = decided["Measured"], told["Measured"]
    for number, route in enumerate(found.routes, 1):
        assert (
            f"Route {number}: {', '.join(route.crossings)}. Karachi → Tashkent: trade facilitation indicators" in text
        )
    for row in found.rows("countries"):
        assert math.isnan(row["tfi4_kmh"]) or f"|{row['tfi4_kmh']:,.1f}|" in bare(text)
    printed = next(row for row in found.rows("compared") if row["area"] == "PK" and row["indicator"] == "tfi1_hours")
    assert f"{printed['computed']:,.1f} ({printed['published']:,.1f}, {printed['published_year']})" in text
    assert all(f"<li>{note}</li>" in text for note in found.notes)


def test_an_assignment_is_told_with_capacities_bottlenecks_unserved_and_reasons(decided, told, net):
    found, text = decided["Carried"], told["Carried"]
    assert found.unserved_tonnes_per_year > 0
    for row in found.capacity_rows:
        if row["tonnes_per_year"] > 0:
            assert f"|{row['basis']}||{row['year']}|" in bare(text)
            assert f"{row['used']:,.1f}||{row['share_used']:.0%}" in bare(text).replace("|||", "||")
    for row in found.bottleneck_rows:
        assert f"|{row['name']}||{row['usd_per_extra_tonne']:,.1f}|" in bare(text)
    for row in found.demand_rows:
        if row["unserved_tonnes_per_year"] > 0:
            assert f"{row['unserved_tonnes_per_year']:,.0f}||{row['reason']}|" in bare(text)
        assert f"|{net.place(row['origin']).name}||{net.place(row['destination']).name}||{row['cargo']}|" in bare(text)
    assert all(f"|{row['crossing']}||{row['mode']}|" in bare(text) for row in found.uncounted_rows)
    assert found.certificate in text
    assert 'aria-label="Map of what passes each link in a year' in text


def test_growth_is_told_with_what_is_full_levers_sensitivity_and_its_chart(decided, told):
    found, text = decided["Growing"], told["Growing"]
    assert str(found).splitlines()[0] in text
    for row in found.saturation_rows:
        assert f"|{row['name']}||{row['usd'] / 1e6:,.1f}|" in bare(text)
    assert "|hairatan-250-wagons|" in bare(text)
    widest = max(found.swings, key=lambda row: abs(row["usd_at_high"] - row["usd_at_low"]))
    assert f"|{widest['figure']}: {widest['subject']}|" in bare(text)
    points = drawn(shares_chart(found))
    for row in found.volume_rows:
        if not math.isnan(row["share_used"]):
            at = (row["trade_usd"] / 1e6, row["share_used"] * 100, f"{row['crossing']} ({row['mode']})")
            assert at in [(point["x"], point["y"], point["name"]) for point in points]


def test_the_sources_of_estimates_published_values_demand_and_capacities_stand_at_the_end(decided, told, net):
    named = {row["source"] for row in decided["Why"].tornado_rows()}
    named |= {row["source"] for row in decided["Measured"].rows("compared")}
    named |= {row["source"] for row in decided["Carried"].capacity_rows if row["tonnes_per_year"] > 0}
    named |= {one.wanted.source for one in decided["Carried"].goods}
    named |= {one.bound.row.traffic_source for one in decided["Growing"].saturations}
    ids = {source.strip() for text in named for source in text.split(";")} - {""}
    titles = {row.id: row.title for row in net.tables.sources}
    assert len(ids) > 10
    for source in ids:
        assert told["Sources"].count(f"<b>{source}</b>: {titles[source]}") == 1


def test_goods_that_nothing_carries_have_no_map_but_a_reason(tmp_path):
    net = trade_small.two_roads(trade_small.capacity("pass", "link", 10))
    found = co.assign(net, [co.Demand("mine", "mart", "ore", tonnes_per_year=5000)], unserved_usd_per_tonne=0.01)
    text = co.report(found, tmp_path / "n.html").read_text(encoding="utf-8")
    assert "Nothing is carried, so there is no map." in text
    assert f"5,000||{found.demand_rows[0]['reason']}|" in bare(html.unescape(text))
    assert "<script" not in text


def test_an_amount_of_no_figure_is_a_dash_and_yes_and_no_are_words():
    text = rows_table(
        [{"n": math.nan, "full": True, "why": ""}], [("n", "n", ",.1f"), ("full", "full", ""), ("why", "why", "")]
    )
    assert re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", text)[3:] == ["-", "yes", "-"]


# --- frames ----------------------------------------------------------------------------------------------------------


def cells(frame: pd.DataFrame) -> list[list[str]]:
    text = frame_table(frame)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", text)]


def test_numbers_are_to_the_right_with_thousands_and_like_decimals():
    frame = pd.DataFrame({"name": ["a", "b"], "km": [1234567.8, 3.0], "share": [0.25, 0.5], "n": [1, 2000]})
    assert cells(frame) == [
        ["name", "km", "share", "n"],
        ["a", "1,234,568", "0.250", "1"],
        ["b", "3", "0.500", "2,000"],
    ]
    assert frame_table(frame).count('class="number"') == 9


def test_a_small_figure_among_large_ones_is_not_shown_as_nothing():
    assert cells(pd.DataFrame({"usd": [5000.5, 0.2]}))[1:] == [["5,000.5"], ["0.2"]]


def test_what_is_rounded_to_nothing_bears_no_sign():
    assert cells(pd.DataFrame({"usd": [-5000.0, -0.001, 2000.5]}))[1:] == [["-5,000.0"], ["0.0"], ["2,000.5"]]


def test_no_figure_is_a_dash_that_is_explained_and_never_a_number():
    frame = pd.DataFrame({"usd": [math.nan, 5.0], "when": [pd.NaT, pd.Timestamp("2025-01-02")], "why": [None, "x"]})
    assert cells(frame)[1] == ["-", "-", "-"]
    assert "-: no figure, such as where there is no route." in frame_table(frame)
    assert "no figure" not in frame_table(frame.iloc[1:])


def test_indexes_are_heads_of_rows_and_units_stand_in_the_heads():
    index = pd.MultiIndex.from_tuples([("a", "b")], names=["from", "to"])
    frame = pd.DataFrame({"best": [1.5], "usd": [2.5]}, index=index)
    frame.attrs["unit"] = {"best": "h", "usd": "USD"}
    assert cells(frame) == [["from", "to", "best, h", "usd"], ["a", "b", "1.50", "2.50"]]
    assert frame_table(frame).count('scope="row"') == 2


def test_rows_that_are_not_shown_are_counted():
    text = frame_table(pd.DataFrame({"n": range(1200)}))
    assert "The first 500 of 1,200 rows" in text
    assert text.count("<tr>") == 501
    assert frame_table(pd.DataFrame()) == "<p>No rows.</p>"


def test_lines_on_a_map_are_left_out_of_a_table(results):
    legs = results["One route"].legs
    assert "geometry" not in frame_table(legs)
    assert "LINESTRING" not in frame_table(legs)


# --- hostile text ----------------------------------------------------------------------------------------------------

SCRIPT, IMAGE, END, FIELD = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "</script><script>alert(3)//",
    "@{usd}{safe} <!--",
)
HOSTILE = (SCRIPT, IMAGE, END, FIELD)


def hostile_network() -> co.Network:
    """Two countries whose names, notes and sources hold what a careless page would run."""
    places = [
        small.place("port", lon=66.9, lat=29.3, terminals="road;rail1676") | {"name": SCRIPT},
        small.place("west", lon=66.44, lat=30.9, kind="border", terminals="road") | {"name": IMAGE},
        small.place("east", "AF", lon=66.42, lat=30.97, kind="border", terminals="road") | {"name": END},
        small.place("city", "AF", lon=66.35, lat=31.98, terminals="road") | {"name": FIELD},
    ]
    links = [
        small.link("a", "port", "west", 200),
        small.link("b", "west", "east", 8, countries="PK;AF"),
        small.link("c", "east", "city", 120, countries="AF"),
    ]
    crossings = [
        small.clearing("gate", post, facing, direction, 5, 10)
        for post, facing in (("west", "east"), ("east", "west"))
        for direction in ("outbound", "inbound")
    ]
    closed = {
        "subject": "gate",
        "subject_kind": "crossing",
        "basis": "recalled",
        "direction": "both",
        "state": "restricted",
        "effect": "advisory",
        "from": "2025-01-01",
    }
    closed |= {"last_confirmed": "2025-02-01", "reason": IMAGE, "source": "hand"}
    source = {"id": "hand", "title": END, "url": "javascript:alert(4)", "note": SCRIPT}
    return small.network(places, links, crossings=crossings, statuses=[closed], sources=[source])


def hostile_trade() -> dict[str, object]:
    """A flow, its growth and a comparison whose places, notes, sources and levers hold what a careless page would run."""
    given = [trade_small.capacity("near", "crossing", 10, note=IMAGE), trade_small.capacity("far", "crossing", 30)]
    tables = trade_small.two_gates(*given).tables
    names = {"south": SCRIPT, "north": IMAGE, "near-pk": END, "far-pk": FIELD}
    places = tuple(row.model_copy(update={"name": names.get(row.id, row.name)}) for row in tables.places)
    net = co.Network(replace(tables, places=places), name="hostile")
    demand = co.Demand("south", "north", "ore", usd_per_year=1.5e8, set=SCRIPT, source=f"{END};{FIELD}", note=IMAGE)
    lever = co.Scenario(
        id="wider", name=SCRIPT + END, description=IMAGE, basis="estimate", source="hand",
        changes=[{"kind": "capacity", "crossings": ["near"], "capacity": 20.0}],
    )  # fmt: skip
    grown = co.growth(net, demand, to_usd=4e8, steps=2, swing=0.3, levers=[lever])
    compared = co.compare({SCRIPT: net, IMAGE: net.apply(lever)}, [("south", "north")])
    why = co.explain(net, co.route(net, "south", "north"))
    measured = co.indicators(why.route)
    return {SCRIPT: co.assign(net, demand), IMAGE: grown, END: compared, FIELD: why, SCRIPT + IMAGE: measured}


def hostile_results() -> dict[str, object]:
    route = co.route(hostile_network(), "port", "city")
    routes = co.Routes([route, route], method=IMAGE, note=END)
    simulated = co.simulate({SCRIPT: route, FIELD: route}, n=50, seed=1)
    frame = pd.DataFrame({IMAGE: [SCRIPT], "n": [1]}, index=pd.Index([END], name=FIELD))
    frame.attrs["unit"] = {"n": SCRIPT}
    return {SCRIPT: route, IMAGE: routes, END: simulated, FIELD: frame}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    return co.report(hostile_results(), tmp_path_factory.mktemp("hostile") / "hostile.html", title=SCRIPT + END)


def test_hostile_text_stays_text(hostile):
    text = hostile.read_text(encoding="utf-8")
    outline = Outline(text)
    assert len(outline.all("script")) == 3
    assert outline.all("img") == []
    assert outline.texts["title"] == [SCRIPT + END]
    assert outline.texts["h2"][:4] == [*HOSTILE]
    assert not [name for _, attributes in outline.elements for name in attributes if name.startswith("on")]
    # Its only address is no web address: told as text, not as a link.
    assert {a["href"][:1] for a in outline.all("a")} == {"#"}
    assert "javascript:alert(4)" in outline.texts["footer"][0]


def test_hostile_text_in_trade_and_explanations_stays_text(tmp_path):
    given = hostile_trade()
    text = co.report(given, tmp_path / "h.html", title=FIELD).read_text(encoding="utf-8")
    outline = Outline(text)
    assert len(outline.all("script")) == 3
    assert outline.all("img") == []
    assert outline.texts["h2"][:5] == [*given]
    assert not [name for _, attributes in outline.elements for name in attributes if name.startswith("on")]
    assert {a["href"][:1] for a in outline.all("a")} == {"#"}
    tables = " ".join(outline.tables)
    assert f"{SCRIPT}{IMAGE}ore" in tables
    # Sources of demand that the network has no row for are told all the same.
    assert all(f"{source}: no row in the table of sources" in outline.texts["footer"][0] for source in (END, FIELD))
    data = text[text.index('id="figures">') + len('id="figures">') :]
    data = data[: data.index("</script>")]
    assert not set("<>&\u2028\u2029") & set(data)
    assert all(
        json.dumps(word)[1:-1] in json.dumps(json.loads(data), ensure_ascii=False) for word in (SCRIPT, IMAGE, END)
    )


def test_hostile_text_does_not_leave_the_data_of_the_figures(hostile):
    text = hostile.read_text(encoding="utf-8")
    data = text[text.index('id="figures">') + len('id="figures">') :]
    data = data[: data.index("</script>")]
    assert not set("<>&\u2028\u2029") & set(data)
    told = json.dumps(json.loads(data), ensure_ascii=False)
    assert all(json.dumps(word)[1:-1] in told for word in (SCRIPT, IMAGE, END))


def test_the_map_in_a_notebook_is_one_escaped_frame():
    shown = co.route(hostile_network(), "port", "city").explore()
    outline = Outline(shown._repr_html_())
    assert [tag for tag, _ in outline.elements] == ["iframe"]
    frame = outline.all("iframe")[0]
    assert frame["srcdoc"] == shown.html
    assert frame["sandbox"] == "allow-scripts allow-popups allow-downloads"
    assert len(Outline(shown.html).all("script")) == 3
    assert repr(shown).startswith("<InteractiveMap: <script>alert(1)</script> → @{usd}{safe} <!-- (best by score)")


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://example.org/a?b=1&c=2", True),
        ("HTTP://EXAMPLE.ORG", True),
        (" https://example.org ", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("//example.org", False),
        ("https:", False),
        ("http://[::1", False),
        ("file:///etc/passwd", False),
        ('https://example.org/" onclick="alert(1)', True),
    ],
)
def test_only_web_addresses_become_links(address, link):
    outline = Outline(link_to(address, address))
    assert bool(outline.all("a")) is link
    assert not [a for a in outline.all("a") if set(a) != {"href", "rel", "target"}]


def test_a_table_escapes_heads_cells_and_foot():
    made = Outline(table([SCRIPT], [[IMAGE]], numbers=[False], foot=[END], caption=FIELD))
    assert {tag for tag, _ in made.elements} <= {"div", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
    assert made.tables == [FIELD + SCRIPT + IMAGE + END]


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            5,
            r"report: cannot hold a int; give a Route, Routes, an Explanation, .* an Assignment, a Growth, .*, a list of these, or a mapping",
        ),
        ([], r"report: no results; give at least one"),
        ({}, r"report: no results; give at least one"),
        ({"Far": 3}, r"report: 'Far' is a int; a report holds a Route"),
        ([pd.DataFrame({"n": [1]}), "text"], r"report: result 2 is a str; a report holds a Route"),
        ("text", r"report: cannot hold a str"),
        (pd.DataFrame, r"report: cannot hold a type"),
        ({"Two": [pd.DataFrame({"n": [1]})]}, r"report: 'Two' is a list"),
    ],
)
def test_what_no_page_can_hold_is_told(given, message, tmp_path):
    with pytest.raises(OptionError, match=message):
        co.report(given, tmp_path / "r.html")
    assert list(tmp_path.iterdir()) == []


def test_a_result_whose_frame_is_none_is_told(tmp_path):
    class Odd:
        def to_frame(self):
            return [1]

    with pytest.raises(OptionError, match=r"report: to_frame\(\) of Odd returned a list, not a DataFrame"):
        co.report(Odd(), tmp_path / "r.html")


def test_where_a_page_cannot_go_is_told(tmp_path):
    frame = pd.DataFrame({"n": [1]})
    (tmp_path / "there.html").write_text("kept", encoding="utf-8")
    (tmp_path / "folder.html").mkdir()
    for path, message in (
        ("r.pdf", r"'.*r\.pdf' must end in \.html, such as 'r\.html'\."),
        ("report", r"must end in \.html, such as 'report\.html'\."),
        ("no/r.html", r"the folder '.*no' is not there; make it first, or name another\."),
        ("folder.html", r"'.*folder\.html' is a folder; name a file in it\."),
        ("there.html", r"'.*there\.html' is there already; pass overwrite=True to replace it, or name another\."),
    ):
        with pytest.raises(OptionError, match=message):
            co.report(frame, tmp_path / path)
    with pytest.raises(OptionError, match=r"report: path=5 is no file name; give one such as 'report\.html'"):
        co.report(frame, 5)
    assert (tmp_path / "there.html").read_text(encoding="utf-8") == "kept"
    made = co.report(frame, str(tmp_path / "there.html"), overwrite=True)
    assert made == tmp_path / "there.html"
    assert made.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_page_is_never_half_there(tmp_path, monkeypatch):
    frame = pd.DataFrame({"n": [1]})
    target = tmp_path / "r.html"
    target.write_text("kept", encoding="utf-8")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OptionError, match=r"r\.html' cannot be written \(No space left on device\)"):
        co.report(frame, target, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]
    assert target.read_text(encoding="utf-8") == "kept"


def test_without_bokeh_the_extra_is_named(tmp_path, monkeypatch):
    route = co.route(small.two_countries(), "port", "city")
    monkeypatch.setitem(sys.modules, "bokeh", None)
    with pytest.raises(MissingExtraError, match=r"report\(\) needs bokeh: pip install 'corridor\[report\]'"):
        co.report(route, tmp_path / "r.html")
    with pytest.raises(MissingExtraError, match=r"explore\(\) needs bokeh: pip install 'corridor\[report\]'"):
        route.explore()
    assert list(tmp_path.iterdir()) == []


def test_a_page_of_figures_holds_the_core_of_bokeh_alone():
    figures = Figures()
    assert len(figures) == 0
    assert len(page("t", "", figures)) < 10_000
    shown = co.route(small.two_countries(), "port", "city").explore()
    assert 1e6 < len(shown.html) < 2.5e6


# --- command line ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [["route", "Karachi", "Kabul"], ["alternatives", "Karachi", "Kabul", "-k", "2"], ["pareto", "Karachi", "Kabul"]],
)
def test_the_command_line_writes_the_page_beside_its_answer(run, words):
    plain = run(*words)
    assert run(*words, "--report", "r.html") == plain
    text = Path("r.html").read_text(encoding="utf-8")
    assert "Karachi → Kabul" in text
    Path("r.html").write_text("old", encoding="utf-8")
    assert run(*words, "--report", "r.html", "--json")[0] == 0
    assert Path("r.html").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("path", "message"),
    [("r.pdf", "report: 'r.pdf' must end in .html, such as 'r.html'."), ("no/r.html", "the folder 'no' is not there")],
)
def test_the_command_line_tells_a_page_that_cannot_be_written_in_one_line(run, path, message):
    code, out, err = run("route", "Karachi", "Kabul", "--report", path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
