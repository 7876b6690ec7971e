# SPDX-License-Identifier: BSD-3-Clause
"""The dated facts that travel with the package: who is shut out when, for how many days, and when a post opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import get_args

import pytest

from corridor.checks import FELT
from corridor.schema import Calendar, Status
from corridor.tables import data_folder, read_folder
from corridor.vocabulary import BASES, CargoForm

TABLES = read_folder(data_folder())
STATUSES = TABLES.statuses
CALENDARS = TABLES.calendars
COUNTRY = {place.id: place.country for place in TABLES.places}
VEHICLES = frozenset(vehicle.id for vehicle in TABLES.vehicles)
FORMS = frozenset(get_args(CargoForm))
LAST = "9999-12-31"
# The zones a clock on each side may follow; China has one time, that of Beijing.
ZONES = {
    "AF": {"Asia/Kabul"},
    "AZ": {"Asia/Baku"},
    "BY": {"Europe/Minsk"},
    "CN": {"Asia/Shanghai"},
    "IR": {"Asia/Tehran"},
    "KG": {"Asia/Bishkek"},
    "KZ": {"Asia/Almaty", "Asia/Aqtau", "Asia/Aqtobe", "Asia/Oral", "Asia/Qyzylorda"},
    "PK": {"Asia/Karachi"},
    "RU": {"Europe/Moscow", "Europe/Samara", "Europe/Saratov", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Barnaul"},
    "TJ": {"Asia/Dushanbe"},
    "TM": {"Asia/Ashgabat"},
    "UZ": {"Asia/Tashkent", "Asia/Samarkand"},
}
FIVE = ("torkham", "chaman", "ghulam-khan", "kharlachi", "angoor-adda")


def on(day: str, subject: str = "") -> list[Status]:
    """Return what holds on a day, of a subject or of all."""
    return [row for row in STATUSES if row.from_ <= day <= (row.to or LAST) and subject in ("", row.subject)]


def bans(subject: str) -> list[Status]:
    """Return the bans of a subject in their order."""
    return sorted(
        (row for row in STATUSES if row.subject == subject and row.effect == "ban"), key=lambda row: row.from_
    )


def days(row: Status) -> int:
    """Return how many days a status lasts, its first and its last day counted."""
    return (date.fromisoformat(row.to) - date.fromisoformat(row.from_)).days + 1


def vehicles(row: Status | Calendar) -> frozenset[str]:
    """Return the road vehicles a row concerns."""
    return frozenset(row.vehicles) or VEHICLES


def forms(row: Status) -> frozenset[str]:
    """Return the forms of cargo a row concerns; none where no shipment is known to be it."""
    if row.cargo in ("all", "freight"):
        return FORMS
    # Cooled containers go where containers go.
    return FORMS & ({"container", "reefer"} if row.cargo == "container" else {row.cargo})


def meet(one: Status | Calendar, other: Status | Calendar) -> bool:
    """Tell whether two rows of a subject share a day, a direction, a mode and a vehicle."""
    return (
        one.from_ <= (other.to or LAST)
        and other.from_ <= (one.to or LAST)
        and ("both" in (one.direction, other.direction) or one.direction == other.direction)
        and (not one.modes or not other.modes or bool(set(one.modes) & set(other.modes)))
        and bool(vehicles(one) & vehicles(other))
    )


def pairs(rows: Iterable[Status]) -> Iterator[tuple[Status, Status]]:
    """Yield the pairs of rows that speak of one subject and meet."""
    for one, other in combinations(rows, 2):
        if one.subject == other.subject and meet(one, other):
            yield one, other


# --- what is shut -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("crossing", FIVE)
def test_the_closure_of_october_2025_bars_all_freight_both_ways_and_has_no_end(crossing):
    (row,) = [row for row in bans(crossing) if row.from_ == "2025-10-12"]
    assert (row.state, row.to, row.direction, row.vehicles) == ("closed", "", "both", ())
    assert forms(row) == FORMS
    assert "road" in row.modes or not row.modes
    assert row.last_confirmed >= "2026-02-01"


@pytest.mark.parametrize("crossing", FIVE)
def test_what_passed_through_the_closure_of_october_2025_opens_it_to_nobody_else(crossing):
    through = [row for row in STATUSES if row.subject == crossing and row.from_ > "2025-10-12"]
    assert {row.effect for row in through} <= {"advisory"}
    assert not [row for row in through if row.state == "open"]
    assert {row.cargo for row in through} <= {"relief", "passengers", "afghan-transit"}


def test_salang_bars_trailers_alone_since_july_2026():
    (row,) = [row for row in on("2026-08-01", "salang") if row.effect == "ban"]
    assert (row.vehicles, row.modes, row.from_, row.to) == (("trailer",), ("road",), "2026-07-10", "")
    assert not [row for row in on("2026-07-09", "salang") if row.effect == "ban"]


@pytest.mark.parametrize(
    ("day", "barred"),
    [("2025-08-01", {"trailer", "rigid"}), ("2024-09-15", VEHICLES), ("2023-10-01", VEHICLES), ("2022-06-01", set())],
)
def test_the_vehicles_that_the_salang_bars_on_a_day(day, barred):
    found = [vehicles(row) for row in on(day, "salang") if row.effect == "ban"]
    assert frozenset().union(*found) == barred


@pytest.mark.parametrize("subject", ["torkham", "chaman", "hairatan", "salang"])
def test_in_june_2022_the_ordinary_road_was_open(subject):
    assert not [row for row in on("2022-06-01", subject) if row.effect != "advisory"]


@pytest.mark.parametrize(
    ("day", "shut"),
    [
        ("2017-03-01", {"torkham", "chaman", "kharlachi", "ghulam-khan"}),
        ("2019-09-28", {"torkham", "chaman"}),
        ("2020-04-01", {"torkham", "chaman", "ghulam-khan"}),
        ("2024-01-15", set(FIVE)),
        ("2026-01-15", set(FIVE)),
    ],
)
def test_common_shocks_fall_on_all_crossings_at_once(day, shut):
    assert {row.subject for row in on(day) if row.effect == "ban" and row.subject in FIVE} == shut


@pytest.mark.parametrize(
    ("crossing", "first", "published"),
    [
        # Lengths as the press counted them; a day's difference in counting is allowed, no more.
        ("torkham", "2016-06-12", 6),
        ("torkham", "2017-02-16", 32),
        ("chaman", "2017-02-16", 32),
        ("torkham", "2019-09-28", 2),
        ("chaman", "2020-03-02", 40),
        ("torkham", "2023-02-19", 6),
        ("torkham", "2024-01-13", 10),
        ("torkham", "2024-08-12", 3),
        ("torkham", "2025-02-21", 26),
        ("chaman", "2016-08-18", 13),
        ("chaman", "2017-05-05", 22),
        ("chaman", "2021-10-05", 28),
        ("chaman", "2022-11-13", 8),
        ("kharlachi", "2024-05-18", 6),
        ("kharlachi", "2024-09-21", 9),
        ("ghulam-khan", "2020-03-25", 89),
        ("khunjerab", "2025-07-21", 68),
        ("zaranj-milak", "2021-08-05", 5),
        ("astara", "2026-03-05", 4),
    ],
)
def test_a_closure_lasts_as_long_as_was_published(crossing, first, published):
    (row,) = [row for row in bans(crossing) if row.from_ == first]
    assert abs(days(row) - published) <= 1


def test_restricted_working_in_2020_ends_the_72_days_of_closure_counted_at_chaman():
    (part,) = on("2020-05-01", "chaman")
    (before,) = [row for row in bans("chaman") if row.from_ == "2020-03-02"]
    assert date.fromisoformat(part.from_) == date.fromisoformat(before.to) + timedelta(1)
    # 72 days were counted to the order of 16 May; the first weeks of March are in the count of 75 from the 2nd.
    assert 72 <= days(before) + days(part) <= 75


@pytest.mark.parametrize(
    ("day", "shut"),
    [("2026-02-27", False), ("2026-02-28", True), ("2026-06-18", True), ("2026-06-19", False), ("2026-08-01", False)],
)
@pytest.mark.parametrize("link", ["sea-karachi-bandar-abbas", "sea-karachi-jebel-ali", "sea-gwadar-bandar-abbas"])
def test_hormuz_is_shut_from_the_war_to_the_memorandum(link, day, shut):
    assert any(row.effect == "ban" for row in on(day, link)) == shut


def test_the_sea_outside_hormuz_is_shut_at_the_ports_of_iran_alone():
    assert not [row for row in on("2026-05-01") if row.subject in {"sea-karachi-chabahar", "sea-gwadar-chabahar"}]
    blocked = {row.subject for row in on("2026-05-01") if row.subject_kind == "place" and row.effect == "ban"}
    assert blocked == {"bandar-abbas", "chabahar"}
    assert all(row.modes == ("sea",) for row in STATUSES if row.subject in blocked and row.effect == "ban")


@pytest.mark.parametrize(
    ("day", "barred"),
    [
        ("2022-06-01", set()),
        ("2024-06-01", {"container", "reefer"}),
        ("2026-02-10", set()),
        ("2026-08-01", {"container", "reefer"}),
    ],
)
def test_in_the_red_sea_boxes_go_round_the_cape_and_bulk_does_not_have_to(day, barred):
    found = [forms(row) for row in on(day, "sea-karachi-port-said") if row.effect == "ban"]
    assert frozenset().union(*found) == barred
    assert not [row for row in on(day) if "cape" in row.subject and row.effect == "ban"]


# --- what is known of it ----------------------------------------------------------------------------------------------


def test_no_two_rows_of_a_subject_contradict_each_other_on_a_day():
    told = [
        (one.subject, one.from_, other.from_)
        for one, other in pairs(row for row in STATUSES if row.effect == "ban" or row.state == "open")
        if {one.state, other.state} & {"open"} and forms(one) & forms(other)
    ]
    assert told == []


def test_the_spells_of_a_subject_do_not_overlap():
    told = [
        (one.subject, one.from_, other.from_)
        for one, other in pairs(row for row in STATUSES if row.effect == "ban")
        if forms(one) & forms(other)
    ]
    assert told == []


def test_hours_are_not_added_twice_nor_to_what_is_shut():
    told = [
        (one.subject, one.from_, other.from_)
        for one, other in pairs(row for row in STATUSES if row.effect != "advisory")
        if "hours" in (one.effect, other.effect) and forms(one) & forms(other)
    ]
    assert told == []


def test_hours_added_say_how_they_were_reckoned():
    rows = [row for row in STATUSES if row.effect == "hours"]
    assert len(rows) >= 8
    for row in rows:
        assert row.hours_basis in BASES, row.subject
        assert "Hours: " in row.note, row.subject
        assert "less the normal" in row.note, row.subject
        # Days of queue, not the clearing itself: more than a day, at most the week of the worst report.
        assert 24 <= row.hours <= 7 * 24, row.subject


@pytest.mark.parametrize("row", [row for row in STATUSES if row.effect == "hours"], ids=lambda row: row.subject)
def test_hours_added_come_on_top_of_the_normal_clearing(row):
    out, into = row.direction.split("-")
    posts = [one for one in TABLES.crossings if one.crossing == row.subject and one.mode in row.modes]
    leaving = [one.hours for one in posts if one.direction == "outbound" and COUNTRY[one.post] == out]
    entering = [one.hours for one in posts if one.direction == "inbound" and COUNTRY[one.post] == into]
    stated = {f"({hours} h)": hours for hours in (48, 72, 96, 132, 148)}
    (queue,) = [hours for text, hours in stated.items() if text in row.note]
    (less,) = leaving if "into" not in row.note else [leaving[0] + entering[0]]
    assert row.hours == pytest.approx(queue - less, abs=0.5)


def test_a_judged_end_is_owned_up_to():
    # Where no report has seen the end, last_confirmed is not after it, and the note or the basis says so.
    for row in STATUSES:
        if row.effect != "advisory" and row.to and row.last_confirmed <= row.to:
            frank = ("judged", "announced", "from the season", "looked up")
            assert any(word in row.note.lower() for word in frank), (row.subject, row.from_, row.note)


def test_what_no_shipment_is_known_to_be_is_an_advisory_and_what_is_open_bars_nobody():
    for row in STATUSES:
        assert row.effect == "advisory" or (row.cargo in FELT and row.state != "open"), row.subject


def test_a_status_of_a_place_names_its_modes():
    assert [
        row.subject for row in STATUSES if row.subject_kind == "place" and row.effect == "ban" and not row.modes
    ] == []


def test_modes_are_those_of_the_subject():
    crossings: dict[str, set[str]] = {}
    for post in TABLES.crossings:
        crossings.setdefault(post.crossing, set()).add(post.mode)
    links = {link.id: {link.mode} for link in TABLES.links}
    for row in (*STATUSES, *CALENDARS):
        have = {"crossing": crossings, "link": links}.get(row.subject_kind, {}).get(row.subject)
        assert have is None or set(row.modes) <= have, row.subject


# --- when a post opens ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", CALENDARS, ids=lambda row: f"{row.subject}-{row.from_}-{row.direction}")
def test_the_clock_of_a_calendar_is_that_of_its_country(row):
    countries = {
        "crossing": {COUNTRY[post.post] for post in TABLES.crossings if post.crossing == row.subject},
        "link": {country for link in TABLES.links if link.id == row.subject for country in link.countries},
        "place": {COUNTRY.get(row.subject, "")},
    }[row.subject_kind]
    assert row.timezone in set().union(*(ZONES[country] for country in countries))


def test_each_calendar_says_what_is_judged_and_an_estimate_is_no_quotation():
    for row in CALENDARS:
        assert row.note, row.subject
        judged = "judge" in row.note or "estimate" in row.note
        assert judged or row.basis in ("quoted", "derived"), row.subject
        if "judgement" in row.source.split(";"):
            assert row.basis == "estimate", row.subject


def test_the_windows_of_one_subject_follow_each_other():
    told = [
        (one.subject, one.from_, other.from_)
        for one, other in combinations(CALENDARS, 2)
        if one.subject == other.subject and meet(one, other)
    ]
    # The special openings of Khunjerab stand beside the season of summer, which the same months do not hold.
    assert {subject for subject, _, _ in told} <= {"khunjerab"}
    for subject, first, second in told:
        rows = [row for row in CALENDARS if row.subject == subject and row.from_ in (first, second)]
        assert min(len(row.months) for row in rows) == 0
        assert max(len(row.months) for row in rows) == 8


def open_on(day: str, subject: str, direction: str, vehicle: str = "trailer") -> set[tuple[str, str]] | None:
    """Return the hours at which a subject opens on a day; None where no row holds, so that it is open all day."""
    when = date.fromisoformat(day)
    held = [
        row
        for row in CALENDARS
        if row.subject == subject
        and row.from_ <= day <= (row.to or LAST)
        and row.direction in ("both", direction)
        and vehicle in vehicles(row)
    ]
    if not held:
        return None
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return {
        (row.opens, row.closes)
        for row in held
        if (not row.months or when.month in row.months)
        and (not row.days or names[when.weekday()] in row.days)
        and (row.every_days == 1 or (when - date.fromisoformat(row.from_)).days % row.every_days == 0)
    }


@pytest.mark.parametrize(
    ("subject", "day", "hours"),
    [
        ("torkham", "2017-06-01", {("07:00", "20:00")}),
        ("torkham", "2020-04-13", {("00:00", "24:00")}),  # a Monday
        ("torkham", "2020-04-14", set()),
        ("torkham", "2020-05-16", set()),  # a Saturday, kept for persons
        ("torkham", "2020-05-17", {("00:00", "24:00")}),
        ("torkham", "2022-06-01", None),
        ("chaman", "2020-04-12", set()),
        ("chaman", "2022-06-01", {("07:00", "17:00")}),
        ("chaman", "2022-06-04", set()),
        ("hairatan", "2022-06-01", None),
        ("khunjerab", "2018-01-15", set()),
        ("khunjerab", "2018-06-15", {("09:00", "17:00")}),
        ("khunjerab", "2018-06-16", set()),
        ("khunjerab", "2023-02-05", {("09:00", "17:00")}),
        ("khunjerab", "2024-01-10", {("09:00", "17:00")}),
        ("khunjerab", "2024-01-17", set()),
        ("khunjerab", "2026-01-15", {("09:00", "17:00")}),
        ("khunjerab", "2026-01-17", set()),
        ("torugart", "2025-05-10", set()),
        ("torugart", "2025-10-04", {("08:00", "18:00")}),
        ("irkeshtam", "2026-05-01", None),
        ("taftan", "2026-05-01", None),
    ],
)
def test_a_post_opens_at_its_hours(subject, day, hours):
    assert open_on(day, subject, "both") == hours


def test_at_the_salang_each_direction_had_every_other_night():
    south, north = ("road-charikar-salang", "forward"), ("road-salang-pul-e-khumri", "backward")
    night = {("18:00", "06:00")}
    assert open_on("2023-08-20", *south) == open_on("2023-08-20", *north) == night
    for shift, vehicle in ((0, "trailer"), (30, "light")):
        for step in range(10):
            day = str(date(2025, 5, 25) + timedelta(shift + step))
            assert [open_on(day, *way, vehicle) or set() for way in (south, north)] in ([night, set()], [set(), night])
    # One gate a direction: a vehicle let in at one end is not stopped again at the tunnel.
    assert open_on("2025-05-30", south[0], "backward") is open_on("2025-05-30", north[0], "forward") is None


def test_the_nights_change_hands_without_a_break():
    for vehicle, first, last in (("trailer", date(2025, 5, 24), 16), ("light", date(2025, 5, 24), 150)):
        turns = []
        for step in range(last):
            day = str(first + timedelta(step))
            turns.append("south" if open_on(day, "road-charikar-salang", "forward", vehicle) else "north")
        assert all(one != other for one, other in pairwise(turns))


def test_a_season_out_of_the_calendar_is_a_ban_among_the_statuses():
    # Without an hour of departure calendars are not asked: the closed winters have to stand among the statuses too.
    for day in ("2018-01-15", "2019-02-01", "2023-12-15", "2024-02-15"):
        assert [row.effect for row in on(day, "khunjerab") if row.effect == "ban"] == ["ban"]
    assert not [row for row in on("2025-01-15", "khunjerab") if row.effect == "ban"]
