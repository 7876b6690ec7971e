# SPDX-License-Identifier: BSD-3-Clause
"""What the closure history tells: spells, common shocks, how long they last, and draws of days of the record."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import corridor as co
import reliable
import small
from corridor.closures import closure_history, kaplan_meier, waits_of_edges
from corridor.errors import OptionError

closed = reliable.closed


def history_of(*statuses, **options):
    return closure_history(reliable.two_corridors(statuses=list(statuses)).tables, **options)


# --- how long closures last -------------------------------------------------------------------------------------------


def test_kaplan_and_meier_on_the_remissions_that_every_textbook_works_out():
    """Weeks of remission of 21 patients on 6-mercaptopurine (Freireich and others 1963)."""
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    open_ = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    found = kaplan_meier([*ended, *open_], [False] * len(ended) + [True] * len(open_))
    assert found.days == (6, 7, 10, 13, 16, 22, 23)
    assert np.round(found.chances, 3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert (found.longest, found.spells, found.censored) == (35, 21, 12)


def test_dropping_the_open_spells_would_make_closures_look_shorter():
    with_open = kaplan_meier([5, 10, 40], [False, False, True])
    dropped = kaplan_meier([5, 10], [False, False])
    assert with_open.beyond(10) == pytest.approx(1 / 3)
    assert dropped.beyond(10) == 0


def test_beyond_the_longest_open_spell_the_chance_falls_off_exponentially():
    found = kaplan_meier([10, 20], [False, True])
    assert found.beyond(20) == 0.5
    assert found.beyond(40) == pytest.approx(0.25)
    assert found.outlasts(20, age=20) == pytest.approx(0.5)


def test_a_closure_older_than_every_ended_one_is_beyond_the_history():
    assert math.isnan(kaplan_meier([10, 20], [False, False]).outlasts(5, age=30))
    assert kaplan_meier([], []).beyond(5) == 1.0


lengths = st.lists(st.integers(1, 60), min_size=1, max_size=12)


@given(lengths, st.floats(0, 80))
def test_without_open_ends_the_chance_is_the_share_that_lasted_longer(days, at):
    found = kaplan_meier(days, [False] * len(days))
    assert found.beyond(at) == pytest.approx(sum(day > at for day in days) / len(days))


@given(st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=12), st.data())
def test_the_chance_only_falls_with_time_and_stays_between_0_and_1(spells, data):
    found = kaplan_meier(*zip(*spells, strict=True))
    first, second = sorted(data.draw(st.tuples(st.floats(0, 200), st.floats(0, 200))))
    assert 1 >= found.beyond(first) >= found.beyond(second) >= 0
    age = data.draw(st.floats(0, 100))
    if found.beyond(age) > 0:
        assert found.outlasts(0, age=age) == 1
        assert 1 >= found.outlasts(first, age=age) >= found.outlasts(second, age=age) >= 0


@given(
    st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=12),
    st.integers(0, 30),
    st.floats(0, 100),
)
def test_were_every_past_closure_longer_the_chance_would_be_no_smaller(spells, longer, at):
    days, open_ = zip(*spells, strict=True)
    assert (
        kaplan_meier([day + longer for day in days], open_).beyond(at) >= kaplan_meier(days, open_).beyond(at) - 1e-12
    )


@given(lengths, st.data())
def test_one_longer_closure_makes_the_chance_no_smaller_where_all_have_ended(days, data):
    which, at = data.draw(st.integers(0, len(days) - 1)), data.draw(st.floats(0, 80))
    longer = [day + (7 if number == which else 0) for number, day in enumerate(days)]
    ended = [False] * len(days)
    assert kaplan_meier(longer, ended).beyond(at) >= kaplan_meier(days, ended).beyond(at) - 1e-12


@given(
    st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=12),
    st.floats(0.001, 1),
    st.integers(0, 40),
)
def test_a_drawn_length_is_the_first_that_is_outlasted_with_no_more_than_its_chance(spells, chance, age):
    found = kaplan_meier(*zip(*spells, strict=True))
    if all(open_ for _, open_ in spells) or found.beyond(age) == 0:
        return
    (length,) = found.lengths(np.array([chance]), age=age).tolist()
    assert length >= age
    assert found.beyond(length) <= chance * found.beyond(age) + 1e-9
    if length - 1e-3 > age:
        assert found.beyond(length - 1e-3) >= chance * found.beyond(age) - 1e-9


def test_lengths_of_open_spells_alone_cannot_be_drawn():
    with pytest.raises(OptionError, match="No closure of the history has a known end"):
        kaplan_meier([5], [True]).lengths(np.array([0.5]))


# --- spells -----------------------------------------------------------------------------------------------------------


def test_first_and_last_day_are_both_shut():
    (spell,) = history_of(closed("gate-a", "2024-03-01", "2024-03-10")).spells
    assert (spell.days, spell.censored, spell.border) == (10, False, "AF-PK")


def test_a_spell_without_an_end_lasted_at_least_until_it_was_last_confirmed():
    (spell,) = history_of(closed("gate-a", "2024-03-01", last_confirmed="2024-03-20")).spells
    assert (spell.days, spell.censored) == (20, True)


def test_spells_that_touch_are_one_and_as_open_as_the_last():
    (spell,) = history_of(
        closed("gate-a", "2024-03-01", "2024-03-10"), closed("gate-a", "2024-03-11", last_confirmed="2024-04-01")
    ).spells
    assert (spell.days, spell.censored, len(spell.rows)) == (32, True, 2)
    (spell,) = history_of(
        closed("gate-a", "2024-03-01", "2024-03-30"), closed("gate-a", "2024-03-05", "2024-03-08")
    ).spells
    assert (spell.days, spell.censored) == (30, False)


def test_what_is_no_ban_or_concerns_others_is_no_closure():
    rows = [
        closed("gate-a", "2024-03-01", "2024-03-10", state="restricted", effect="advisory"),
        closed("gate-a", "2024-05-01", "2024-05-10", cargo="passengers"),
        closed("gate-a", "2024-07-01", "2024-07-10", vehicles="rigid"),
    ]
    assert history_of(*rows).spells == ()
    assert len(history_of(*rows, vehicle="rigid").spells) == 1


def test_closures_that_begin_together_are_one_shock():
    found = history_of(
        closed("gate-a", "2024-03-01", "2024-03-10"), closed("gate-b", "2024-03-04", "2024-03-20"),
        closed("gate-a", "2024-06-01", "2024-06-10"), closed("gate-b", "2024-06-05", "2024-06-10"),
    )  # fmt: skip
    assert [spell.shock for spell in found.spells] == ["AF-PK 2024-03-01", "", "AF-PK 2024-03-01", ""]


def test_what_was_known_on_a_day_leaves_out_what_came_later():
    rows = [closed("gate-a", "2024-03-01", "2024-03-10"), closed("gate-a", "2024-05-01", "2024-07-10")]
    found = history_of(*rows, until=date(2024, 5, 20))
    assert [(spell.days, spell.censored) for spell in found.spells] == [(10, False), (20, True)]
    assert history_of(*rows, until=date(2024, 4, 1)).spells == found.spells[:1]
    assert history_of(*rows, until=date(2023, 4, 1)).spells == ()


def test_the_record_runs_over_ten_years_at_most():
    found = history_of(closed("gate-a", "1997-01-01", "1997-02-01"), closed("gate-a", "2024-03-01", "2024-03-10"))
    assert found.window == "2014-03-12 to 2024-03-10"
    assert found.share_shut("gate-a") == pytest.approx(10 / 3652)
    assert len(found.spells) == 2


def test_a_crossing_with_few_closures_borrows_those_of_its_border():
    rows = [closed("gate-a", f"2024-0{month}-01", f"2024-0{month}-0{month}") for month in range(1, 7)]
    rows.append(closed("gate-b", "2024-08-01", "2024-08-20"))
    found = history_of(*rows)
    assert found.like("gate-a")[1] == "gate-a"
    spells, whose = found.like("gate-b")
    assert (len(spells), whose) == (7, "the AF-PK border")
    assert history_of().like("gate-a") == ((), "nothing")
    only_open = history_of(closed("gate-a", "2024-03-01", last_confirmed="2024-03-20"))
    assert only_open.like("gate-a") == ((), "nothing")


def test_the_tables_of_the_history():
    found = history_of(
        closed("gate-a", "2024-01-01", "2024-01-10"), closed("gate-b", "2024-01-01", "2024-01-20"),
        closed("gate-a", "2024-12-22", "2024-12-31"),
    )  # fmt: skip
    frame = found.to_frame()
    assert frame["days"].tolist() == [10, 10, 20]
    assert frame.loc[0, ["from", "to", "censored", "shock"]].tolist() == [
        "2024-01-01",
        "2024-01-10",
        False,
        "AF-PK 2024-01-01",
    ]
    rates = found.rates()
    assert rates.loc["gate-a", "share_shut"] == pytest.approx(20 / 366)
    assert rates.loc["gate-a", ["spells", "median_days"]].tolist() == [2, 10]
    assert rates.loc["gate-a", "common_a_year"] == pytest.approx(365.25 / 366)
    assert rates.loc["gate-b", "local_a_year"] == 0
    assert history_of().to_frame().empty


def test_the_bundled_history_has_its_common_shocks():
    found = closure_history(co.load().tables)
    shocks = {spell.shock for spell in found.spells} - {""}
    assert {"AF-PK 2017-02-16", "AF-PK 2019-09-28", "AF-PK 2024-01-13", "AF-PK 2025-10-12"} <= shocks
    assert {spell.subject for spell in found.spells if spell.shock == "AF-PK 2025-10-12"} >= {"torkham", "chaman"}
    assert all(spell.days > 0 for spell in found.spells)


# --- draws ------------------------------------------------------------------------------------------------------------


def test_the_share_of_draws_that_are_shut_is_the_share_of_days():
    found = history_of(
        closed("gate-a", "2024-01-01", "2024-01-10"), closed("gate-b", "2024-01-01", "2024-02-20"),
        closed("gate-a", "2024-05-01", "2024-05-31"), closed("gate-a", "2024-12-01", last_confirmed="2024-12-31"),
    )  # fmt: skip
    n = 200_000
    for subject, hours in found.shut_for(n, 5).items():
        share = found.share_shut(subject)
        assert (hours > 0).mean() == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / n))


def test_the_wait_is_what_was_left_of_the_closure():
    found = history_of(closed("gate-a", "2024-01-01", "2024-01-10"), closed("gate-b", "2024-12-31", "2024-12-31"))
    n = 300_000
    hours = found.shut_for(n, 5)["gate-a"]
    shut = hours[hours > 0]
    assert shut.max() <= 240
    # At any hour of ten days: five days are left on average.
    assert shut.mean() == pytest.approx(120, abs=4 * shut.std() / math.sqrt(len(shut)))


def test_an_open_ended_closure_lasts_longer_than_what_is_known_of_it():
    found = history_of(
        *(closed("gate-b", f"2023-0{month}-01", f"2023-0{month}-{20 + month}") for month in range(1, 7)),
        closed("gate-a", "2024-01-01", last_confirmed="2024-01-10"),
    )
    hours = found.shut_for(50_000, 5)["gate-a"]
    shut = hours[hours > 0]
    assert shut.min() >= (21 - 10) * 24
    assert shut.max() <= 26 * 24


def test_a_common_shock_shuts_both_in_the_same_draws():
    found = history_of(closed("gate-a", "2024-01-01", "2024-01-31"), closed("gate-b", "2024-01-01", "2024-01-31"),
                       closed("gate-a", "2024-12-31", "2024-12-31"))  # fmt: skip
    shut = found.shut_for(10_000, 5)
    both = (shut["gate-a"] > 0) & (shut["gate-b"] > 0)
    assert (shut["gate-b"] > 0).sum() == both.sum() > 500
    assert np.array_equal(shut["gate-a"][both], shut["gate-b"][both])


def test_local_closures_fall_on_different_days():
    found = history_of(closed("gate-a", "2024-01-01", "2024-01-31"), closed("gate-b", "2024-03-01", "2024-03-31"))
    shut = found.shut_for(10_000, 5)
    assert not ((shut["gate-a"] > 0) & (shut["gate-b"] > 0)).any()


def test_draws_are_fixed_by_their_seed():
    found = closure_history(co.load().tables)
    one, two, other = (found.shut_for(500, seed) for seed in (1, 1, 2))
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)
    assert any(one[name].tobytes() != other[name].tobytes() for name in one)


def test_a_closure_is_waited_for_on_the_edges_that_it_shuts():
    net = reliable.two_corridors(
        statuses=[
            closed("gate-a", "2024-01-01", "2024-01-31", direction="PK-AF"),
            closed("road-port-b", "2024-01-01", "2024-01-31", subject_kind="link"),
            closed("b-pk", "2024-02-01", "2024-02-28", subject_kind="place"),
        ]
    )
    prices = co.Router(net)._compiled.prices
    found = waits_of_edges(closure_history(net.tables), prices, 100, 1)
    ends = {(prices.edge(edge).tail[0], prices.edge(edge).head[0]): name for edge, (name, _) in found.items()}
    assert ends == {
        ("a-pk", "a-af"): "gate-a", ("port", "b-pk"): "road-port-b and b-pk", ("b-pk", "port"): "road-port-b",
        ("b-af", "b-pk"): "b-pk",
    }  # fmt: skip


def test_networks_without_a_history_are_never_shut():
    assert closure_history(small.two_countries().tables).shut_for(100, 1) == {}


# --- ends that nobody saw, shocks that end at once, spells that touch -------------------------------------------------


def test_an_end_that_was_judged_and_seen_by_no_report_is_none():
    judged = closed("gate-a", "2020-01-01", "2020-01-10", last_confirmed="2020-01-04", basis="estimate")
    (spell,) = history_of(judged).spells
    assert (spell.days, spell.censored, spell.known) == (10, False, (4, True))
    for more in ({"last_confirmed": "2020-01-11", "basis": "estimate"}, {"last_confirmed": "2020-01-04"}):
        (spell,) = history_of(closed("gate-a", "2020-01-01", "2020-01-10", **more)).spells
        assert spell.known == (10, False)


def test_a_shock_without_a_known_end_ends_for_all_its_crossings_at_once():
    past = [closed(gate, "2019-05-01", "2019-07-31") for gate in ("gate-a", "gate-b")]
    own = [closed("gate-b", f"20{year}-01-01", f"20{year}-01-02") for year in range(10, 18)]
    now = [closed("gate-a", "2020-03-01"), closed("gate-b", "2020-03-02")]
    history = history_of(*past, *own, *now)
    a, b = (history.of(gate)[-1] for gate in ("gate-a", "gate-b"))
    assert a.shock == b.shock
    assert history.still_shut(a) == history.still_shut(b)
    age, survival = history.still_shut(a)
    assert (age, survival.spells, survival.censored) == (1, 4, 2)
    waits = history.shut_for(4000, 1)
    both = (waits["gate-a"] > 24 * 100) | (waits["gate-b"] > 24 * 100)
    assert not both.any()


def test_spells_that_touch_are_one_with_both_reasons_and_the_weaker_basis():
    first = closed("gate-a", "2020-01-01", "2020-01-10", reason="winter", basis="derived")
    second = closed("gate-a", "2020-01-11", "2020-02-10", reason="fever", basis="recalled")
    (spell,) = history_of(first, second).spells
    assert (spell.reason, spell.basis, spell.days) == ("winter; fever", "recalled", 41)
