# SPDX-License-Identifier: BSD-3-Clause
"""What scenarios may say, and what they do: each kind by hand, the bundled ones by their text, laws on random networks."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corridor as co
import small
from corridor.applying import turned
from corridor.errors import DataError, NoRouteError, OptionError
from corridor.scenario import KINDS_OF_CHANGE, told_change
from corridor.tables import column_names

OWN = {"basis": "estimate", "source": "own-assumption"}


def scenario(*changes: dict[str, Any], **more: Any) -> co.Scenario:
    about = {"id": "what-if", "name": "What if", "description": "A trial.", **OWN}
    return co.Scenario(**{**about, **more}, changes=list(changes))


def applied(net: co.Network, *changes: dict[str, Any], **more: Any) -> co.Network:
    return net.apply(scenario(*changes, **more))


@pytest.fixture(scope="module")
def two() -> co.Network:
    return small.two_countries()


@pytest.fixture(scope="module")
def net() -> co.Network:
    return co.load()


def planned() -> co.Network:
    """Return the two countries with a planned railway of undecided gauge over the border, and one bridge under way."""
    tables = small.two_countries().tables
    links = [
        small.link("rail-town-west", "town", "west", 110, mode="rail", gauge_mm=1676, status="planned", alignment="A"),
        small.link(
            "rail-west-east", "west", "east", 9, mode="rail", countries="PK;AF", status="planned", alignment="A"
        ),
        small.link("road-port-west", "port", "west", 190, status="under-construction", inland="forward"),
    ]
    clearings = [
        small.clearing("gate", *posts, direction, 5, 10, mode="rail")
        for posts in (("west", "east"), ("east", "west"))
        for direction in ("outbound", "inbound")
    ]
    breaks = [
        small.transfer("east", "rail1676", "rail1520", 8, 100),
        small.transfer("east", "rail1435", "rail1520", 9, 100),
        small.transfer("west", "rail1676", "road", 3, 40),
    ]
    places = [row.model_dump() for row in tables.places]
    given = {name: [row.model_dump(by_alias=True) for row in tables.rows(name)] for name in ("crossings", "transfers")}
    return small.network(
        places,
        [*(row.model_dump(by_alias=True) for row in tables.links), *links],
        crossings=[*given["crossings"], *clearings],
        transfers=[*given["transfers"], *breaks],
    )


# --- what a scenario may say -------------------------------------------------------------------------------------------


EXAMPLE = """
id = "trial"
name = "A trial"
description = "Every kind of change."
as_of = 2026-01-15
basis = "estimate"
source = "survey"

[[sources]]
id = "survey"
title = "A survey"
year = 2026

[[changes]]
kind = "close"
crossings = ["torkham", "chaman"]
direction = "PK-AF"
modes = "road"
note = "One way."

[[changes]]
kind = "open"
crossings = "gate"
day = 2026-01-16

[[changes]]
kind = "build"
alignment = "A"
year = 2030
gauge_mm = 1520
length_km = 700

[[changes]]
kind = "border"
crossings = "*"
regime = "customs"
hours_minus = 2
usd_factor = 0.5

[[changes]]
kind = "haul"
links = "road-a-b"
hours_plus = 12

[[changes]]
kind = "rate"
parameter = "usd_per_vehicle_km"
country = "AF"
factor = 1.2

[[changes]]
kind = "gauge"
links = ["rail-a-b"]
gauge_mm = 1435

[[changes]]
kind = "transfer"
places = "a"
from = "road"
to = "rail1520"
both_ways = true
hours = 6

[[changes]]
kind = "capacity"
crossings = "gate"
posts = "west"
mode = "road"
capacity_factor = 1.5
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "trial.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read_with_every_kind_of_change(tmp_path):
    read = co.Scenario.read(written(tmp_path, EXAMPLE))
    assert [change.kind for change in read.changes] == [
        "close", "open", "build", "border", "haul", "rate", "gauge", "transfer",
        "capacity",
    ]  # fmt: skip
    assert {change.kind for change in read.changes} == set(KINDS_OF_CHANGE)
    assert read.as_of == "2026-01-15"
    assert read.changes[0].crossings == ("torkham", "chaman")
    assert read.changes[0].modes == ("road",)
    assert read.changes[1].day == "2026-01-16"
    assert read.sources[0].title == "A survey"
    assert {read.basis_of(change) for change in read.changes} == {"estimate"}
    assert {read.source_of(change) for change in read.changes} == {"survey"}


def test_a_scenario_goes_to_plain_data_and_back(tmp_path):
    read = co.Scenario.read(written(tmp_path, EXAMPLE))
    assert co.Scenario(**read.to_dict()) == read
    assert read.to_dict()["changes"][7] == {
        "kind": "transfer", "places": ["a"], "from": "road", "to": "rail1520", "both_ways": True, "hours": 6.0,
    }  # fmt: skip


def test_it_reads_well():
    text = str(scenario({"kind": "close", "links": "l", "note": "Snow."}, as_of="2026-01-01"))
    assert text.splitlines() == [
        "What if (what-if, 2026-01-01)",
        "A trial.",
        "",
        "  1  close: links l [estimate: own-assumption]",
        "     Snow.",
    ]


def test_a_scenario_is_not_changed():
    with pytest.raises(ValueError, match="frozen"):
        scenario({"kind": "close", "links": "l"}).name = "other"


WRONG = [
    ({"kind": "clos", "links": "l"}, "change 1, kind = 'clos': unknown kind of change. Did you mean 'close'?"),
    ({"links": "l"}, "change 1, kind: the change has no kind. Kinds: border, build, capacity"),
    ({"kind": "close", "link": "l"}, "change 1 (close), link: unknown key. Did you mean 'links'?"),
    ({"kind": "close"}, "change 1 (close): give at least one of crossings, links, places."),
    ({"kind": "close", "links": "l", "modes": "train"}, "change 1 (close), modes = 'train': input should be 'road'"),
    ({"kind": "close", "links": "l", "direction": "PK-AF"}, "direction 'PK-AF' does not fit: give forward or backward"),
    ({"kind": "close", "crossings": "c", "direction": "forward"}, "does not fit: give two countries in order, e.g. PK-AF"),
    ({"kind": "close", "places": "p", "direction": "forward"}, "a direction goes with crossings alone (PK-AF) or with"),
    ({"kind": "close", "links": "l", "direction": "up"}, "change 1 (close), direction = 'up': string should match"),
    ({"kind": "open", "links": "l", "day": "soon"}, "change 1 (open), day = 'soon': is not a day of the calendar"),
    ({"kind": "open", "links": "l", "gauge_mm": 1000}, "change 1 (open), gauge_mm = '1000': input should be 1435, 1520"),
    ({"kind": "build", "links": "l"}, "change 1 (build), year: field required. year: year of opening."),
    ({"kind": "build", "year": 2030}, "change 1 (build): give one of links, alignment."),
    ({"kind": "build", "year": 2030, "links": "l", "alignment": "A"}, "links and alignment exclude each other"),
    ({"kind": "build", "year": 2030, "links": "l", "length_km": 0}, "length_km = '0': input should be greater than 0"),
    ({"kind": "border", "crossings": "c"}, "give at least one of hours, hours_factor, hours_minus, hours_plus, usd"),
    ({"kind": "border", "hours": 3}, "give at least one of crossings, posts"),
    ({"kind": "border", "crossings": "c", "hours": 3, "hours_plus": 1}, "hours and hours_plus exclude each other"),
    ({"kind": "border", "crossings": "c", "hours": -3}, "hours = '-3': input should be greater than or equal to 0"),
    ({"kind": "border", "crossings": "c", "hours": float("inf")}, "hours = 'inf': input should be a finite number"),
    ({"kind": "border", "crossings": "c", "hours": "long"}, "hours = 'long': input should be a valid number"),
    ({"kind": "border", "crossings": "c", "usd": 3, "direction": "PK-AF"}, "direction = 'PK-AF': input should be 'outb"),
    ({"kind": "haul", "links": "l"}, "change 1 (haul): give one of hours, hours_factor, hours_plus"),
    ({"kind": "haul", "hours": 3}, "change 1 (haul), links: field required"),
    ({"kind": "rate", "parameter": "speed", "value": 3}, "unknown rate 'speed'. Did you mean 'speed_kmh'?"),
    ({"kind": "rate", "parameter": "speed_kmh"}, "change 1 (rate): give one of value, factor"),
    ({"kind": "gauge", "links": "l"}, "change 1 (gauge), gauge_mm: field required"),
    ({"kind": "transfer", "places": "p", "from": "road", "to": "road", "hours": 1}, "from and to are the same carriage"),
    ({"kind": "transfer", "places": "p", "from": "road", "to": "rail1520"}, "give at least one of hours, hours_factor"),
    (
        {"kind": "transfer", "places": "p", "from": "road", "to": "rail1520", "hours": 1, "unit": "per FEU"},
        "unit goes with usd only",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_a_change_that_breaks_a_rule_is_told(change, message):
    with pytest.raises(DataError) as told:
        scenario(change)
    assert len(told.value.faults) == 1, told.value
    assert message in str(told.value)
    assert str(told.value.faults[0]).startswith("what-if: change 1")


def test_all_faults_are_told_at_once_with_the_file(tmp_path):
    text = 'id = "Bad Id"\nname = "x"\nwhen = 2026\nas_of = "2026-02-30"\n[[changes]]\nkind = "haul"\n'
    with pytest.raises(DataError) as told:
        co.Scenario.read(written(tmp_path, text))
    faults = [(fault.file, fault.row, fault.column) for fault in told.value.faults]
    assert faults == [
        ("trial.toml", "scenario", "id"),
        ("trial.toml", "scenario", "description"),
        ("trial.toml", "scenario", "as_of"),
        ("trial.toml", "change 1 (haul)", "links"),
        ("trial.toml", "scenario", "when"),
    ]
    assert "unknown key" in str(told.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id = ", "trial.toml: : not readable as TOML (Invalid value"),
        ("", "trial.toml: scenario, id: field required"),
        ('id = "x"\nname = "x"\ndescription = "x"\nchanges = []', "changes: tuple should have at least 1 item"),
        (
            'id = "x"\nname = "x"\ndescription = "x"\nchanges = "close"',
            "changes = 'close': input should be a valid tuple",
        ),
        (
            'id = "x"\nname = "x"\ndescription = "x"\n[[changes]]\nkind = "close"\nlinks = "l"\nsource = "s"',
            "trial.toml: change 1 (close), basis: neither the change nor the scenario has a basis. An own judgement",
        ),
        (
            'id = "x"\nname = "x"\ndescription = "x"\nbasis = "estimate"\n[[changes]]\nkind = "close"\nlinks = "l"',
            "trial.toml: change 1 (close), source: neither the change nor the scenario has a source.",
        ),
        ('id = "x"\nbasis = "guess"', "scenario, basis = 'guess': input should be 'quoted', 'derived'"),
        ('id = "x"\n[[sources]]\nid = "s"', "trial.toml: source 1, title: field required. title: what it is"),
        ('id = "x"\n[[sources]]\nid = "s"\ntitle = "t"\npage = 3', "source 1, page: unknown key"),
    ],
)
def test_a_broken_file_is_told(tmp_path, text, message):
    with pytest.raises(DataError) as told:
        co.Scenario.read(written(tmp_path, text))
    assert message in str(told.value)


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path):
    with pytest.raises(
        DataError, match=r"none\.toml: : cannot be read \(No such file or directory\)\. Name a TOML file\."
    ):
        co.Scenario.read(tmp_path / "none.toml")
    path = tmp_path / "trial.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="not readable as TOML"):
        co.Scenario.read(path)


PAGE = Path(__file__).resolve().parents[1] / "docs" / "scenarios.md"


def test_the_example_of_the_manual_page_is_read_and_applied(tmp_path, net):
    text = PAGE.read_text(encoding="utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    eased = net.apply(co.Scenario.read(written(tmp_path, example)))
    with pytest.raises(NoRouteError):
        co.route(eased, "Peshawar", "Jalalabad", avoid=["chaman", "ghulam-khan", "kharlachi", "angoor-adda"])
    assert hours_of_all(eased)["torkham-pk", "torkham-af", "road", "inbound"] == pytest.approx(0.6 * 60)


def test_the_manual_page_names_every_key_of_every_kind_and_every_bundled_scenario():
    rows = [line.split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    told = {row[1].strip(" `"): row[3] for row in rows}
    for kind, model in KINDS_OF_CHANGE.items():
        keys = set(column_names(model).values()) - {"kind", "basis", "source", "note"}
        assert [key for key in keys if f"`{key}`" not in told[kind]] == []
    named = " ".join(row[1] for row in rows)
    for name in BUNDLED:
        assert f"`{name}`" in named or f"`{name.replace('-1435', '-1520')}`, `-1435`" in named


# --- close and open ----------------------------------------------------------------------------------------------------


def test_a_crossing_that_is_closed_is_passed_by_nobody(two):
    shut = applied(two, {"kind": "close", "crossings": "gate"})
    assert shut.link("road-west-east").status == "disused"
    assert shut.link("road-west-east").note == "shut in the scenario what-if."
    assert shut.link("road-west-east").source == "hand;own-assumption"
    assert shut.name == "small + what-if"
    with pytest.raises(NoRouteError, match="'port' to 'city'"):
        co.route(shut, "port", "city")
    assert two.link("road-west-east").status == "operating"


def test_closing_holds_whatever_is_planned_too():
    net = planned()
    shut = applied(
        net,
        {"kind": "build", "links": "rail-west-east", "year": 2030, "gauge_mm": 1520},
        {"kind": "close", "crossings": "gate"},
    )
    with pytest.raises(NoRouteError):
        co.route(shut, "port", "city", include=("planned", "under-construction"))
    # A planned railway of undecided gauge is ridden by nothing: it may stay.
    shut = applied(net, {"kind": "close", "crossings": "gate"})
    assert shut.link("rail-west-east").status == "planned"


def test_one_mode_alone_may_be_closed():
    both = applied(planned(), {"kind": "build", "links": "rail-west-east", "year": 2030, "gauge_mm": 1520})
    shut = applied(both, {"kind": "close", "crossings": "gate", "modes": "road"})
    assert (shut.link("road-west-east").status, shut.link("rail-west-east").status) == ("disused", "operating")


@pytest.mark.parametrize(("direction", "there", "back"), [("PK-AF", False, True), ("AF-PK", True, False)])
def test_one_direction_of_a_crossing_may_be_closed(two, direction, there, back):
    shut = applied(two, {"kind": "close", "crossings": "gate", "direction": direction})
    for (origin, goal), open_ in {("port", "city"): there, ("city", "port"): back}.items():
        if open_:
            assert co.route(shut, origin, goal).hours == co.route(two, origin, goal).hours
            assert co.route(shut, origin, goal).usd == co.route(two, origin, goal).usd
        else:
            with pytest.raises(NoRouteError):
                co.route(shut, origin, goal)
    again = {"kind": "close", "crossings": "gate", "direction": direction}
    with pytest.raises(OptionError, match="changes nothing"):
        shut.apply(scenario(again))
    other = {"kind": "close", "crossings": "gate", "direction": "PK-AF" if direction == "AF-PK" else "AF-PK"}
    assert shut.apply(scenario(other)).link("road-west-east").status == "disused"


def test_a_link_that_is_turned_keeps_its_line_and_its_way_to_the_sea(two):
    shut = applied(two, {"kind": "close", "links": "road-port-town", "direction": "forward"})
    row = shut.link("road-port-town")
    assert (row.from_, row.to, row.inland, row.oneway) == ("town", "port", "backward", True)
    assert shut.tables.lines["road-port-town"] == two.tables.lines["road-port-town"][::-1]
    assert turned(turned(row)) == row
    back = co.route(shut, "town", "port", modes=["road"])
    assert back.usd == co.route(two, "town", "port", modes=["road"]).usd


def test_a_place_that_is_closed_is_left_out_with_all_its_links(two):
    shut = applied(two, {"kind": "close", "places": "town"})
    statuses = {link.id: link.status for link in shut.tables.links}
    gone = {name for name, status in statuses.items() if status == "disused"}
    assert gone == {"road-port-town", "road-town-west", "rail-port-town"}
    shut = applied(two, {"kind": "close", "places": "town", "modes": "rail"})
    assert {link.id for link in shut.tables.links if link.status == "disused"} == {"rail-port-town"}


def test_a_link_in_plan_is_opened_and_keeps_its_figures():
    net = planned()
    opened = applied(net, {"kind": "open", "links": "road-port-west"})
    assert co.route(opened, "port", "city").km == 190 + 8 + 50
    assert co.route(net, "port", "city").km == 258
    with pytest.raises(OptionError, match="the gauge of rail-west-east is not decided: give gauge_mm"):
        applied(net, {"kind": "open", "links": "rail-west-east"})


def with_bans(**more: str) -> co.Network:
    two = small.two_countries()
    fact = {
        "subject": "gate", "subject_kind": "crossing", "state": "closed", "last_confirmed": "2025-11-01",
        "basis": "quoted", "source": "hand",
    }  # fmt: skip
    rows = [
        fact | {"from": "2024-01-01", "to": "2024-02-01"},
        fact | {"from": "2025-10-12"} | more,
        fact | {"from": "2025-10-12", "state": "restricted"},
    ]
    given = {
        name: [row.model_dump(by_alias=True) for row in two.tables.rows(name)]
        for name in ("places", "links", "crossings", "transfers")
    }
    return small.network(**given, statuses=rows)


@pytest.mark.parametrize(
    ("change", "left"),
    [({}, [0, 2]), ({"day": "2025-12-01"}, [0, 2]), ({"day": "2024-01-15"}, [1, 2])],
)
def test_opening_a_crossing_lifts_its_bans_of_the_day_or_those_without_an_end(change, left):
    net = with_bans()
    opened = applied(net, {"kind": "open", "crossings": "gate", **change})
    assert list(opened.tables.statuses) == [net.tables.statuses[number] for number in left]
    if change:
        as_of = applied(net, {"kind": "open", "crossings": "gate"}, as_of=change["day"])
        assert as_of.tables.statuses == opened.tables.statuses


def test_opening_what_is_not_banned_changes_nothing():
    with pytest.raises(OptionError, match=r"no ban on 2023-01-01 to be lifted.* Name links"):
        applied(with_bans(), {"kind": "open", "crossings": "gate", "day": "2023-01-01"})
    with pytest.raises(OptionError, match="no ban without an end to be lifted"):
        applied(small.two_countries(), {"kind": "open", "places": "town"})


# --- build, gauge, transfers -------------------------------------------------------------------------------------------


def test_an_alignment_is_built_in_a_gauge_and_length_of_choice():
    net = planned()
    built = applied(net, {"kind": "build", "alignment": "A", "year": 2031, "gauge_mm": 1676, "length_km": 238})
    km = {name: built.link(name).length_km for name in ("rail-town-west", "rail-west-east")}
    assert km == {"rail-town-west": 220.0, "rail-west-east": 18.0}
    rows = [built.link(name) for name in km]
    assert {(row.status, row.year, row.gauge_mm, row.traction) for row in rows} == {("operating", 2031, 1676, "diesel")}
    # port-town 120, 220, 18, the break of gauge at east (8 h), 60: 418 km at 25 km/h, and two clearings of 5 h.
    route = co.route(built, "port", "city", modes=["rail"])
    assert (route.km, route.hours) == (418.0, pytest.approx(418 / 25 + 10 + 8))
    # What nothing rides on at the ends any more is gone, and the terminals are there.
    pairs = {(row.place, row.from_carriage, row.to_carriage) for row in built.tables.transfers}
    assert ("east", "rail1435", "rail1520") not in pairs
    assert ("east", "rail1676", "rail1520") in pairs
    assert "rail1676" in built.place("east").terminals


def test_a_gauge_may_be_changed_and_its_break_be_given():
    net = applied(planned(), {"kind": "build", "alignment": "A", "year": 2031, "gauge_mm": 1676})
    other = applied(net, {"kind": "gauge", "links": "rail-west-east", "gauge_mm": 1520})
    with pytest.raises(NoRouteError):
        co.route(other, "port", "city", modes=["rail"])
    change = {"kind": "transfer", "places": "west", "from": "rail1676", "to": "rail1520", "hours": 7, "usd": 90}
    joined = other.apply(scenario(change | {"unit": "per FEU", "usd_year": 2025, "both_ways": True}, id="break"))
    route = co.route(joined, "port", "city", modes=["rail"])
    # 120 + 110 + 9 + 60 km, 5 + 5 h at the border, 7 h at the break.
    assert route.hours == pytest.approx(299 / 25 + 10 + 7)
    assert co.route(joined, "city", "port", modes=["rail"]).hours == route.hours
    assert joined.name == "small + what-if + what-if + break"


@pytest.mark.parametrize(
    ("figures", "hours", "usd"),
    [
        ({"hours": 6}, 6.0, 110.0),
        ({"hours_factor": 0.5, "usd_factor": 2}, 6.0, 220.0),
        ({"hours_minus": 20}, 0.0, 110.0),
        ({"usd": 30, "unit": "per shipment"}, 12.0, 30.0),
    ],
)
def test_a_transfer_gets_other_figures(two, figures, hours, usd):
    change = {"kind": "transfer", "places": "town", "from": "rail1676", "to": "road", **figures}
    row = next(
        row for row in applied(two, change).tables.transfers if row.place == "town" and row.to_carriage == "road"
    )
    assert (row.hours, row.usd) == (hours, usd)
    other = next(row for row in applied(two, change).tables.transfers if row.from_carriage == "road")
    assert (other.hours, other.usd) == (12.0, 110.0)


# --- figures -----------------------------------------------------------------------------------------------------------


def hours_of(net: co.Network) -> dict[str, float]:
    return {f"{row.post} {row.direction}": row.hours for row in net.tables.crossings}


@pytest.mark.parametrize(
    ("change", "hours"),
    [
        ({"crossings": "gate", "hours_factor": 0.5}, [10, 5, 7.5, 20]),
        ({"crossings": "*", "hours_minus": 12}, [8, 0, 3, 28]),
        ({"posts": "west", "hours": 4}, [4, 10, 15, 4]),
        ({"posts": "west", "direction": "inbound", "hours_plus": 2}, [20, 10, 15, 42]),
        ({"crossings": "gate", "posts": "east", "hours_factor": 0}, [20, 0, 0, 40]),
    ],
)
def test_the_hours_at_posts_are_changed_as_said(two, change, hours):
    changed = applied(two, {"kind": "border", **change})
    assert list(hours_of(changed).values()) == hours
    assert list(hours_of(two).values()) == [20, 10, 15, 40]


def test_payments_are_changed_and_what_they_rest_on_is_said(two):
    changed = applied(two, {"kind": "border", "crossings": "gate", "usd_minus": 60, "modes": ["road", "rail"]})
    assert [row.usd for row in changed.tables.crossings] == [40, 0, 0, 10]
    assert {(row.usd_basis, row.usd_source) for row in changed.tables.crossings} == {
        ("estimate", "hand;own-assumption")
    }
    assert {(row.hours_basis, row.hours_source) for row in changed.tables.crossings} == {("quoted", "hand")}
    new = applied(two, {"kind": "border", "crossings": "gate", "usd": 7, "basis": "quoted", "source": "hand"})
    assert {(row.usd, row.usd_basis, row.usd_source) for row in new.tables.crossings} == {(7, "quoted", "hand")}
    route = co.route(new, "port", "city", modes=["road"])
    assert route.usd == pytest.approx(258 * 2 + 14)


def test_low_and_high_go_with_the_mean(net):
    row = next(row for row in net.tables.crossings if row.hours_low and row.hours_high and row.hours)
    change = {"kind": "border", "posts": row.post, "modes": row.mode, "direction": row.direction, "hours_factor": 0.25}
    changed = applied(net, change)
    index = net.tables.crossings.index(row)
    new = changed.tables.crossings[index]
    assert (new.hours, new.hours_low, new.hours_high) == (row.hours / 4, row.hours_low / 4, row.hours_high / 4)


def test_a_link_gets_hours_of_its_own(two):
    base = 100 / 25
    for change, hours in (
        ({"hours_factor": 1.5}, base * 1.5),
        ({"hours_plus": 24}, base + 24),
        ({"hours": 9}, 9),
    ):
        changed = applied(two, {"kind": "haul", "links": "road-town-west", **change})
        assert changed.link("road-town-west").hours == pytest.approx(hours)
        one = co.route(changed, "town", "west").hours
        assert one == pytest.approx(hours)
        assert co.route(changed, "west", "town").hours == one
    twice = applied(
        two,
        {"kind": "haul", "links": "road-town-west", "hours_factor": 1.5},
        {"kind": "haul", "links": "road-town-west", "hours_plus": 24},
    )
    assert twice.link("road-town-west").hours == pytest.approx(base * 1.5 + 24)


def test_hours_that_differ_by_direction_are_not_guessed():
    rates = [
        *(row for row in small.RATES if (row["parameter"], row["mode"]) != ("speed_kmh", "road")),
        small.rate("speed_kmh", 50, "road", "km/h moving", direction="seaward"),
        small.rate("speed_kmh", 40, "road", "km/h moving", direction="inland"),
    ]
    places = [small.place("a"), small.place("b", lon=67.1)]
    net = small.network(places, [small.link("l", "a", "b", 20, inland="forward")], rates)
    with pytest.raises(OptionError, match="the hours of l differ by direction: give hours"):
        applied(net, {"kind": "haul", "links": "l", "hours_plus": 2})
    assert applied(net, {"kind": "haul", "links": "l", "hours": 2}).link("l").hours == 2


def test_a_rate_is_changed_as_with_rates_does(two):
    change = {"kind": "rate", "parameter": "usd_per_vehicle_km", "mode": "road", "factor": 1.5}
    assert (
        applied(two, change).tables.rates == two.with_rates("usd_per_vehicle_km", mode="road", factor=1.5).tables.rates
    )


# --- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "close", "crossings": "torkam"}, "no crossing 'torkam' in the network. Did you mean 'torkham'?"),
        ({"kind": "close", "links": "road-kabul"}, "no link 'road-kabul' in the network. Did you mean"),
        ({"kind": "close", "places": "kabool"}, "no place 'kabool' in the network. Did you mean 'kabul'?"),
        ({"kind": "close", "crossings": "torkham", "direction": "PK-UZ"}, "no way 'PK-UZ' on "),
        ({"kind": "open", "crossings": "torkam"}, "no crossing 'torkam'"),
        ({"kind": "open", "links": "road-jalalabad-kabul"}, "no link named that is not in operation"),
        ({"kind": "build", "alignment": "UAP", "year": 2030}, "no alignment 'UAP' in the network"),
        ({"kind": "build", "links": "road-jalalabad-kabul", "year": 2030}, "in operation already: road-jalalabad-kabul"),
        ({"kind": "build", "links": "rail-herat-kandahar", "year": 2030}, "the gauge of rail-herat-kandahar is not dec"),
        ({"kind": "build", "alignment": "M-6 motorway", "year": 2030, "gauge_mm": 1520}, "none of these links is a rail"),
        ({"kind": "border", "posts": "torkham", "hours": 1}, "no post 'torkham' in the network. Did you mean 'torkham-"),
        ({"kind": "border", "crossings": "torkham", "regime": "union-state", "hours": 1}, "no clearing fits"),
        ({"kind": "border", "crossings": ["*", "torkham"], "hours": 1}, "'*' stands for all; leave the others out"),
        ({"kind": "border", "crossings": "torkham", "hours_factor": 1}, "changes nothing: the network is so already"),
        ({"kind": "haul", "links": "road-jalalabad-kabul", "hours_plus": 0}, "changes nothing"),
        ({"kind": "rate", "parameter": "speed_kmh", "country": "XX", "value": 3}, "no country 'XX' in the network."),
        ({"kind": "rate", "parameter": "speed_kmh", "place": "karachy", "value": 3}, "no place 'karachy'"),
        ({"kind": "rate", "parameter": "speed_kmh", "mode": "rail", "value": 3}, "changes nothing: no such row."),
        ({"kind": "rate", "parameter": "speed_kmh", "mode": "road", "factor": 1}, "changes nothing"),
        ({"kind": "gauge", "links": "road-jalalabad-kabul", "gauge_mm": 1520}, "no railway: road-jalalabad-kabul."),
        ({"kind": "gauge", "links": "rail-kabul-jalalabad", "gauge_mm": 1520}, "changes nothing"),
        ({"kind": "transfer", "places": "kabul", "from": "sea", "to": "road", "hours": 1}, "kabul has no sea, by termin"),
        ({"kind": "transfer", "places": "karachi", "from": "rail1676", "to": "rail1520", "hours": 1}, "has no rail1520"),
        ({"kind": "close", "crossings": "torkham", "source": "nowhere"}, "unknown source 'nowhere'; add it under"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_network_is_refused(net, change, message):
    with pytest.raises(OptionError) as told:
        applied(net, change)
    assert message in str(told.value)
    assert str(told.value).startswith("Scenario what-if, ")


def test_a_new_transfer_needs_all_its_figures():
    net = applied(planned(), {"kind": "build", "alignment": "A", "year": 2031, "gauge_mm": 1676})
    change = {"kind": "transfer", "places": "town", "from": "road", "to": "rail1676", "hours": 1}
    assert applied(net, change).name.endswith("what-if")
    change = {"kind": "transfer", "places": "west", "from": "road", "to": "rail1676", "hours": 1}
    with pytest.raises(OptionError, match=r"no transfer road to rail1676: to add it give usd, unit, usd_year too\."):
        applied(net, change)


def test_a_result_that_breaks_a_rule_is_refused_whole(net):
    change = {"kind": "build", "alignment": "M-6 motorway", "year": 2030, "length_km": 20}
    with pytest.raises(DataError, match=r"road-hyderabad-sukkur-m6, length_km = '20': shorter than the great circle"):
        applied(net, {"kind": "close", "crossings": "torkham"}, change)
    assert net.link("road-hyderabad-sukkur-m6").status == "planned"


def test_a_source_that_the_network_has_otherwise_is_refused(two):
    own = [{"id": "hand", "title": "another hand"}]
    with pytest.raises(OptionError, match="the source 'hand' is another one in the network"):
        applied(two, {"kind": "close", "crossings": "gate"}, sources=own)


def test_sources_that_a_scenario_brings_can_be_named_by_routes(two):
    own = [{"id": "survey", "title": "a survey"}]
    change = {"kind": "border", "crossings": "gate", "hours": 1, "source": "survey"}
    route = co.route(applied(two, change, sources=own), "port", "city")
    assert "survey" in route.source_ids
    assert any(row.title == "a survey" for row in route.source_rows())


@pytest.mark.parametrize("given_", [None, 3, {"id": "x"}])
def test_only_scenarios_are_applied(two, given_):
    with pytest.raises(OptionError, match=r"apply needs a corridor\.Scenario or the id of a bundled one, not a"):
        two.apply(given_)


def test_an_unknown_bundled_scenario_is_told(two):
    with pytest.raises(OptionError, match=r"Unknown scenario 'salang'\. Did you mean 'salang-winter'\?"):
        two.apply("salang")


# --- capacities --------------------------------------------------------------------------------------------------------


def with_capacities(*changed: dict[str, object]) -> co.Network:
    """Return the two countries with a capacity at the gate and those given."""
    gate = {
        "subject": "gate", "subject_kind": "crossing", "post": "west", "mode": "road", "capacity": 300,
        "unit": "trucks_per_day", "traffic": 100, "capacity_basis": "quoted", "capacity_year": 2020,
        "capacity_source": "hand", "traffic_basis": "quoted", "traffic_year": 2021, "traffic_source": "hand", "note": "by day",
    }  # fmt: skip
    tables = small.two_countries().tables
    return co.Network(replace(tables, capacities=small.rows("capacities", [gate, *(gate | row for row in changed)])))


def test_a_capacity_is_set_and_its_traffic_kept():
    net = with_capacities()
    (row,) = applied(net, {"kind": "capacity", "crossings": "gate", "capacity": 500}, year=2030).tables.capacities
    assert (row.capacity, row.capacity_basis, row.capacity_source, row.capacity_year) == (
        500, "estimate", "own-assumption", 2030,
    )  # fmt: skip
    assert (row.traffic, row.traffic_basis, row.traffic_year, row.traffic_source) == (100, "quoted", 2021, "hand")
    assert row.note == "by day; capacity changed in the scenario what-if."
    assert net.tables.capacities[0].capacity == 300


def test_a_capacity_is_scaled_and_is_as_firm_as_the_weaker():
    change = {"kind": "capacity", "crossings": "gate", "capacity_factor": 1.5, "basis": "derived"}
    (row,) = applied(with_capacities(), change).tables.capacities
    assert (row.capacity, row.capacity_basis, row.capacity_source) == (450, "derived", "hand;own-assumption")
    assert row.capacity_year == 2020


@pytest.mark.parametrize(
    ("more", "capacities"),
    [
        ({"direction": "PK-AF"}, [300, 900, 300]),
        ({"direction": "both"}, [900, 300, 900]),
        ({"posts": "west", "direction": "both"}, [900, 300, 300]),
        ({"posts": "east"}, [300, 300, 900]),
        ({}, [900, 900, 900]),
    ],
)
def test_only_the_rows_that_fit_are_changed(more, capacities):
    net = with_capacities({"direction": "PK-AF"}, {"post": "east"})
    changed = applied(net, {"kind": "capacity", "crossings": "gate", "capacity_factor": 3, **more})
    assert [row.capacity for row in changed.tables.capacities] == capacities


def test_a_capacity_that_was_not_known_is_added():
    change = {"kind": "capacity", "links": "road-port-town", "unit": "trucks_per_day", "capacity": 40}
    row = applied(with_capacities(), change, year=2030).tables.capacities[-1]
    assert (row.subject, row.subject_kind, row.mode, row.direction, row.capacity) == (
        "road-port-town", "link", "road", "both", 40,
    )  # fmt: skip
    assert (row.traffic, row.capacity_basis, row.capacity_source, row.capacity_year) == (
        None, "estimate", "own-assumption", 2030,
    )  # fmt: skip
    day = applied(with_capacities(), change | {"links": (), "places": "town"}, as_of="2027-05-01").tables.capacities[-1]
    assert (day.subject, day.subject_kind, day.capacity_year) == ("town", "place", 2027)


@pytest.mark.parametrize(
    ("change", "more", "said"),
    [
        ({"crossings": "gate", "capacity": 300}, {}, "it changes nothing: the network is so already."),
        ({"crossings": "gte", "capacity": 300}, {}, "no crossing 'gte' in the network. Did you mean 'gate'?"),
        ({"crossings": "gate", "posts": "wset", "capacity": 3}, {}, "no post 'wset' in the network. Did you mean 'west'?"),
        ({"places": "town", "capacity_factor": 2}, {},
         "no such capacity of town is known, so there is nothing to scale: give capacity and unit."),
        ({"crossings": "gate", "direction": "PK-AF", "capacity_factor": 2}, {},
         "give capacity and unit. Capacities there: west/road/both/trucks_per_day."),
        ({"places": "town", "capacity": 2}, {"year": 2030}, "no such capacity of town is known: to add one give unit too."),
        ({"places": "town", "capacity": 2}, {}, "to add one give unit and a year of the scenario too."),
        ({"crossings": "gate", "posts": ["east", "west"], "direction": "PK-AF", "unit": "trucks_per_day", "capacity": 2},
         {"year": 2030}, "a capacity of gate can be added at one post, not at east and west."),
    ],
)  # fmt: skip
def test_a_change_of_capacity_that_cannot_be_made_is_told(change, more, said):
    with pytest.raises(OptionError, match=re.escape(said)):
        applied(with_capacities(), {"kind": "capacity", **change}, **more)


def test_two_units_need_a_word_which_is_meant():
    net = with_capacities({"unit": "tonnes_per_year", "capacity": 1e6})
    with pytest.raises(
        OptionError, match="gate has capacities in tonnes_per_year and trucks_per_day: give the unit that is"
    ):
        applied(net, {"kind": "capacity", "crossings": "gate", "capacity": 5})
    changed = applied(net, {"kind": "capacity", "crossings": "gate", "capacity": 5, "unit": "tonnes_per_year"})
    assert [row.capacity for row in changed.tables.capacities] == [300, 5]


def test_a_capacity_added_in_a_unit_of_another_mode_breaks_the_rules():
    change = {"kind": "capacity", "crossings": "gate", "mode": "road", "unit": "wagons_per_day", "capacity": 5}
    with pytest.raises(DataError, match="the unit counts rail vehicles, and the mode is road"):
        applied(with_capacities(), change, year=2030)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"crossings": "gate"}, "give one of capacity, capacity_factor"),
        ({"crossings": "gate", "capacity": 1, "capacity_factor": 2}, "capacity and capacity_factor exclude each other"),
        ({"capacity": 1}, "give at least one of crossings, links, places"),
        ({"crossings": "gate", "capacity": 0}, "greater than 0"),
        ({"links": "road-port-town", "posts": "west", "capacity": 1}, "posts go with crossings alone"),
        ({"crossings": "gate", "unit": "trucks", "capacity": 1}, "trucks_per_day"),
    ],
)
def test_a_change_of_capacity_that_says_too_little_or_too_much_is_refused(change, said):
    with pytest.raises(DataError, match=said):
        applied(with_capacities(), {"kind": "capacity", **change})


def test_the_new_terminals_and_lines_pass_more(net):
    def of(network: co.Network, subject: str) -> list[float]:
        return [row.capacity for row in network.tables.capacities if row.subject == subject]

    terminals = net.apply("border-terminals")
    assert of(net, "torkham") < of(terminals, "torkham") == of(terminals, "chaman") == [2400]
    assert of(net.apply("ml-1-upgrade"), "rail-hyderabad-rohri") == [5 * of(net, "rail-hyderabad-rohri")[0]]
    assert of(net.apply("saryagash-40-pairs"), "saryagash-keles") == [40 * 57 * 2]
    assert 250 in of(net.apply("hairatan-250-wagons"), "hairatan")
    later = net.apply("trans-afghan-railway-647-1520").apply("trans-afghan-15-million")
    assert of(later, "rail-pul-e-alam-kharlachi-af") == [15e6]


def test_a_capacity_of_links_that_nobody_has_opened_is_warned_of(net):
    with pytest.warns(co.errors.CorridorWarning) as told:
        alone = net.apply("trans-afghan-15-million")
    (warning,) = told
    assert str(warning.message) == (
        "Scenario trans-afghan-15-million: it sets the capacity of links that are not in operation "
        "(rail-naibabad-pul-e-khumri, rail-pul-e-khumri-maidan-shahr, rail-maidan-shahr-pul-e-alam and 3 more), which "
        "changes nothing by itself. Apply a scenario that opens them too, before or after this one."
    )
    assert warning.filename == __file__
    opened = alone.apply("trans-afghan-railway-647-1520")
    assert {row.capacity for row in opened.tables.capacities if row.subject == "rail-pul-e-alam-kharlachi-af"} == {15e6}


# --- the bundled scenarios ---------------------------------------------------------------------------------------------


BUNDLED = list(co.scenarios().index)


def test_the_list_of_bundled_scenarios():
    frame = co.scenarios()
    assert list(frame.columns) == ["id", "name", "description", "when", "changes"]
    assert frame.index.is_unique
    assert frame.loc["trans-afghan-railway-647-1520", "when"] == "2031"
    assert {"closures-2025-10", "customs-cooperation", "gwadar-railway", "port-access", "salang-winter"} <= set(BUNDLED)
    lengths = {f"trans-afghan-railway-{km}-{gauge}" for km in (573, 647, 760, 783) for gauge in (1520, 1435)}
    assert lengths | {"kandahar-line-1520", "kandahar-line-1435"} <= set(BUNDLED)


@pytest.mark.parametrize("gauge", [1520, 1435])
def test_the_kandahar_line_leads_to_tashkent_by_rail_with_the_ways_round_alone_and_says_so(gauge):
    name = f"kandahar-line-{gauge}"
    with pytest.raises(co.errors.NoRouteError):
        co.route(co.load().apply(name), "Karachi", "Tashkent", modes=["rail"])
    through = co.route(co.load(scope="bypass").apply(name), "Karachi", "Tashkent", modes=["rail"])
    assert "chaman" in through.crossings
    assert 'load(scope="bypass")' in co.scenarios().loc[name, "description"]


@pytest.mark.parametrize("name", BUNDLED)
@pytest.mark.parametrize("scope", ["corridor", "bypass"])
def test_each_applies_to_the_bundled_network_and_breaks_no_rule(name, scope):
    from corridor.checks import check_tables

    before = co.load(scope=scope)
    if name == "trans-afghan-15-million":
        before = before.apply("trans-afghan-railway-647-1520")
    after = before.apply(name)
    assert after.name == f"{before.name} + {name}"
    assert check_tables(after.tables) == []
    assert co.Scenario.bundled(name).id == name
    assert all(told_change(change) in str(co.Scenario.bundled(name)) for change in co.Scenario.bundled(name).changes)


@pytest.mark.parametrize("name", BUNDLED)
def test_each_says_what_it_rests_on_and_calls_estimates_so(net, name):
    known = {row.id for row in net.tables.sources}
    one = co.Scenario.bundled(name)
    for change in one.changes:
        sources = one.source_of(change).split(";")
        assert set(sources) <= known | {row.id for row in one.sources}
        if sources == ["judgement"] or "judgement" in sources:
            assert one.basis_of(change) in {"estimate", "derived"}


def test_the_closures_leave_no_way_from_pakistan_to_afghanistan(net):
    shut = net.apply("closures-2025-10")
    gates = {"torkham", "chaman", "ghulam-khan", "kharlachi", "angoor-adda"}
    pairs = {frozenset((row.post, row.facing_post)) for row in net.tables.crossings if row.crossing in gates}
    there = [link for link in shut.tables.links if frozenset((link.from_, link.to)) in pairs and link.mode == "road"]
    assert len(there) == 5
    assert {link.status for link in there} == {"disused"}
    for origin, goal in (("Karachi", "Kabul"), ("Kandahar", "Quetta")):
        with pytest.raises(NoRouteError):
            co.route(shut, origin, goal)
    same = co.route(shut, "Kabul", "Tashkent")
    assert (same.km, same.usd) == (co.route(net, "Kabul", "Tashkent").km, co.route(net, "Kabul", "Tashkent").usd)


@pytest.mark.parametrize(
    ("km", "new", "whole"),
    [
        (573, {"mazar-e-sharif-rail-kabul": 355, "kabul-jalalabad": 140, "jalalabad-torkham-af": 78}, 573),
        (760, {}, 617),
        (783, {}, 640),
        (647, {"naibabad-pul-e-khumri": 208, "pul-e-alam-kharlachi-af": 124}, 647),
    ],
)
@pytest.mark.parametrize("gauge", [1520, 1435])
def test_the_trans_afghan_railway_has_its_length_and_gauge(net, km, new, whole, gauge):
    built = net.apply(f"trans-afghan-railway-{km}-{gauge}")
    opened = [
        link
        for link in built.tables.links
        if link.status == "operating" and net.link(link.id).status != "operating" and link.countries == ("AF",)
    ]
    assert sum(link.length_km for link in opened) == pytest.approx(whole)
    assert {(link.gauge_mm, link.year, link.traction) for link in opened} == {(gauge, 2031, "diesel")}
    assert {name: built.link(f"rail-{name}").length_km for name in new} == new
    route = co.route(built, "Karachi", "Tashkent", modes=["rail"])
    changes = {
        step["place"] if "place" in step else step["from"] for step in route.step_rows() if step["kind"] == "transfer"
    }
    assert len(changes) == (1 if gauge == 1520 else 2)
    # 450 km a day: an hour for each 18.75 km.
    of_rail = [step for step in route.step_rows() if step["link"] in {link.id for link in opened}]
    assert sum(step["hours"] for step in of_rail) == pytest.approx(whole / 18.75)
    assert sum(step["usd"] for step in of_rail) == pytest.approx(0.45 * whole)


@pytest.mark.parametrize("gauge", [1520, 1435])
def test_the_kandahar_line_goes_through_from_herat_to_chaman(net, gauge):
    built = net.apply(f"kandahar-line-{gauge}")
    route = co.route(built, "Herat", "Chaman", modes=["rail"])
    assert route.km == pytest.approx(737.5 + 102 + 11)
    assert route.transfers == 1


def test_the_gwadar_railway_has_its_length(net):
    built = net.apply("gwadar-railway")
    assert co.route(built, "Gwadar", "Quetta", modes=["rail"]).km == pytest.approx(1010)
    by_east = 155 + 110 + 137 + 247 + 105 + 195
    assert co.route(built, "Gwadar", "Jacobabad", modes=["rail"]).km == pytest.approx(by_east)


def test_customs_cooperation_takes_its_hours_off(net):
    before, after = (hours_of_all(each) for each in (net, net.apply("customs-cooperation")))
    for key in (("torkham-pk", "torkham-af", "road", "inbound"), ("chaman-pk", "spin-boldak-af", "road", "outbound")):
        assert after[key] == pytest.approx(before[key] * 0.5714 - 2)
    key = ("termez-uz", "hairatan-af", "road", "outbound")
    assert after[key] == max(0.0, before[key] * 0.5714 - 2) == 0.0
    key = ("gisht-kuprik-uz", "zhibek-zholy-kz", "road", "inbound")
    assert (before[key], after[key]) == (5.5, 3.5)
    same = {key for key in before if before[key] == after[key]}
    regimes = {(row.post, row.facing_post, row.mode, row.direction): row.regime for row in net.tables.crossings}
    assert same == {key for key in before if key[2] == "rail" or regimes[key] != "customs" or before[key] == 0}


def hours_of_all(net: co.Network) -> dict[tuple[str, str, str, str], float]:
    return {(row.post, row.facing_post, row.mode, row.direction): row.hours for row in net.tables.crossings}


@pytest.mark.parametrize(("regime", "today", "then"), [("import", 168, 48), ("transit", 216, 96)])
def test_port_access_shortens_the_dwell_and_cheapens_the_handling(net, regime, today, then):
    ship = co.Shipment(regime=regime, ends="terminal")
    before, after = (
        co.route(each, "Karachi", "Lahore", shipment=ship, modes=["road"]) for each in (net, net.apply("port-access"))
    )
    assert before.hours - after.hours == pytest.approx(today - then)
    assert before.usd - after.usd == pytest.approx(160 - 104)


def test_winter_on_the_salang_slows_its_ramps(net):
    after = net.apply("salang-winter")
    summer = {name: co.route(net, *ends).hours for name, ends in RAMPS.items()}
    winter = {name: co.route(after, *ends, via=()).hours for name, ends in RAMPS.items()}
    assert winter["south"] == pytest.approx(1.5 * summer["south"])
    assert after.link("road-salang-pul-e-khumri").hours == pytest.approx(1.5 * summer["north"] + 24)


RAMPS = {"south": ("charikar", "salang"), "north": ("salang", "pul-e-khumri")}


# --- laws --------------------------------------------------------------------------------------------------------------


def best(net: co.Network, origin: str, goal: str, by: str) -> float:
    """Return the least of a measure, infinite where there is no way."""
    try:
        return float(getattr(co.route(net, origin, goal, by=by), by))
    except NoRouteError:
        return float("inf")


def pair(data: st.DataObject, net: co.Network) -> tuple[str, str]:
    names = [place.id for place in net.tables.places]
    origin, goal = data.draw(st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True))
    return origin, goal


def either(net: co.Network, change: dict[str, Any]) -> co.Network:
    """Return the network with a change, or as it is where the change would change nothing."""
    try:
        return applied(net, change)
    except OptionError as error:
        if "changes nothing" not in str(error):
            raise
        return net


NETWORKS = st.one_of(small.networks(), small.tangled())


@settings(max_examples=60, deadline=None)
@given(NETWORKS, st.data())
def test_easing_never_makes_an_optimum_worse(net, data):
    origin, goal = pair(data, net)
    crossings = sorted(net.crossing_ids)
    waiting = [link.id for link in net.tables.links if link.status == "planned"]
    changes = [{"kind": "build", "links": waiting, "year": 2030}] if waiting else []
    for name in crossings[:2]:
        saved = data.draw(
            st.sampled_from([{"hours_minus": 3}, {"hours_factor": 0.5}, {"usd_minus": 30}, {"usd_factor": 0.1}])
        )
        changes.append({"kind": "border", "crossings": name, **saved})
    eased = net
    for change in changes:
        eased = either(eased, change)
    for by in ("score", "hours", "usd"):
        assert best(eased, origin, goal, by) <= best(net, origin, goal, by) + 1e-6


@settings(max_examples=60, deadline=None)
@given(NETWORKS, st.data())
def test_closing_never_makes_the_best_route_cheaper_and_of_an_unused_link_changes_nothing(net, data):
    origin, goal = pair(data, net)
    link = data.draw(st.sampled_from([row.id for row in net.tables.links]))
    direction = data.draw(st.sampled_from([{}, {"direction": "forward"}, {"direction": "backward"}]))
    shut = either(net, {"kind": "close", "links": link, **direction})
    for by in ("score", "km", "usd"):
        try:
            before = co.route(net, origin, goal, by=by)
        except NoRouteError:
            assert best(shut, origin, goal, by) == float("inf")
            continue
        after = best(shut, origin, goal, by)
        assert after >= getattr(before, by) - 1e-6
        if link not in before.links:
            assert after == pytest.approx(getattr(before, by), abs=1e-6)
        elif not direction:
            assert after == pytest.approx(avoided(net, origin, goal, by, link), abs=1e-6)


def avoided(net: co.Network, origin: str, goal: str, by: str, link: str) -> float:
    try:
        return float(getattr(co.route(net, origin, goal, by=by, avoid=[link]), by))
    except NoRouteError:
        return float("inf")


@settings(max_examples=40, deadline=None)
@given(NETWORKS, st.data())
def test_a_crossing_or_place_that_is_closed_is_as_one_that_is_avoided(net, data):
    origin, goal = pair(data, net)
    crossings = sorted(net.crossing_ids)
    others = [row.id for row in net.tables.places if row.id not in {origin, goal}]
    choices = [("crossings", name) for name in crossings] + [("places", name) for name in others]
    if not choices:
        return
    kind, name = data.draw(st.sampled_from(choices))
    shut = either(net, {"kind": "close", kind: name})
    for by in ("score", "hours"):
        assert best(shut, origin, goal, by) == pytest.approx(avoided(net, origin, goal, by, name), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(NETWORKS, st.sampled_from([0.0, 0.25, 0.5, 2.0]), st.sampled_from([0.5, 4.0]))
def test_two_factors_are_their_product(net, one, two):
    crossings = sorted(net.crossing_ids)
    if not crossings:
        return
    change = {"kind": "border", "crossings": crossings[0]}
    twice = either(either(net, {**change, "hours_factor": one}), {**change, "hours_factor": two})
    once = either(net, {**change, "hours_factor": one * two})
    assert hours_of_all(twice) == pytest.approx(hours_of_all(once))


@settings(max_examples=40, deadline=None)
@given(NETWORKS)
def test_a_network_is_never_changed(net):
    before = net.tables
    copy = (before.links, before.crossings, before.transfers, dict(before.lines), before.places)
    either(net, {"kind": "close", "links": before.links[0].id, "direction": "forward"})
    assert net.tables is before
    assert copy == (before.links, before.crossings, before.transfers, dict(before.lines), before.places)
