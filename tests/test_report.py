# SPDX-License-Identifier: BSD-3-Clause
"""The report page: what it refuses, what it holds, and that hostile text in own data stays text."""

from __future__ import annotations

import html
import json
import math
import re
import sys
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

import corridor as co
import small
from corridor.errors import MissingExtraError, OptionError
from corridor.interactive_charts import parts_of
from corridor.report_sections import frame_table
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
    assert f"{route.score:,.0f}" in told
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
    assert "waiting: " in text


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
    assert parts_of(route, "hours") == {
        "road haul": pytest.approx(10.0),
        "border": pytest.approx(8 / 25 + 30),
        "ends": 0.0,
    }
    assert parts_of(route, "usd") == {"road haul": pytest.approx(500.0), "border": pytest.approx(166.0), "ends": 0.0}


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
        (5, r"report: cannot hold a int; give a Route, Routes, a Simulation, .*, a list of these, or a mapping"),
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
