# SPDX-License-Identifier: BSD-3-Clause
"""Wait at a shut crossing or go round: thresholds by hand, chances from the history, and laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corridor as co
import reliable
import small
from corridor.errors import NoRouteError, OptionError

closed = reliable.closed
STANDING = small.rate("standing_usd_per_day", 120, "road", "USD per vehicle-day")
# Six closures of 1, 2, 3, 4, 5 and 6 days.
PAST = [closed("gate-b", f"2023-0{days}-01", f"2023-0{days}-0{days}") for days in range(1, 7)]


def ask(net=None, **options):
    return co.wait_or_divert(
        net or reliable.two_corridors(statuses=PAST, rates=[*reliable.STEADY, STANDING]), "port", "city",
        **{"at": "gate-b", **options},
    )  # fmt: skip


def test_the_threshold_by_hand():
    found = ask()
    assert (found.base.crossings, found.detour.crossings) == (("gate-b",), ("gate-a",))
    # Four hours longer by the other post, at 20 USD an hour; a day is worth 480 USD, the truck 120 more.
    assert found.extra_usd == pytest.approx(4 * 20)
    assert found.daily_parts == pytest.approx({"value of time": 480, "standing by road": 120, "cooling": 0})
    assert found.daily_usd == pytest.approx(600)
    assert found.threshold_days == pytest.approx(80 / 600)
    assert found.chance_outlasts == 1.0
    assert (found.whose, len(found.history), found.since_days) == ("gate-b", 6, 0)
    assert found.basis["standing by road"] == "the rates, quoted"


def test_the_daily_cost_can_be_given():
    found = ask(waiting_usd_per_day=25)
    assert found.threshold_days == pytest.approx(80 / 25)
    # Three of the six lasted longer than 3.2 days.
    assert found.chance_outlasts == pytest.approx(0.5)
    assert found.basis == {"waiting": "given"}


def test_days_already_shut_count():
    found = ask(waiting_usd_per_day=40, since=3)
    # Of those that lasted more than 3 days, 4, 5 and 6, one lasted more than 5.
    assert found.threshold_days == pytest.approx(2)
    assert found.chance_outlasts == pytest.approx(1 / 3)
    assert "Shut for 3 days already, it stays shut for longer than that with a chance of 33%" in str(found)


def test_a_closure_older_than_all_past_ones_has_no_chance_told():
    found = ask(since=30)
    assert math.isnan(found.chance_outlasts)
    assert "It has been shut for longer than any of 6 past closures of gate-b" in str(found)


def test_open_ended_closures_lengthen_the_chance_and_beyond_them_it_is_told():
    net = reliable.two_corridors(statuses=[*PAST, closed("gate-b", "2024-01-01", last_confirmed="2024-01-10")])
    found = ask(net, waiting_usd_per_day=5)
    assert found.threshold_days == pytest.approx(16)
    assert found.chance_outlasts == pytest.approx((1 / 7) ** 1.6)
    assert "7 past closures of gate-b, 1 without a known end; beyond the longest on record" in str(found)


def test_a_detour_that_is_cheaper_anyhow_is_taken_at_once():
    found = ask(at="gate-a")
    assert found.extra_usd < 0
    assert found.threshold_days == 0
    assert "The way round is the better one even with the crossing open." in str(found)
    assert found.base.crossings == ("gate-a",)


def test_without_a_standing_rate_it_is_said():
    found = ask(reliable.two_corridors(statuses=PAST))
    assert found.daily_usd == pytest.approx(480)
    assert found.basis["standing by road"] == "no rate, taken as nothing"


def test_cooling_goes_on_while_waiting():
    found = ask(shipment=co.Shipment(cargo="fruit"))
    assert found.daily_parts["cooling"] == pytest.approx(60)
    assert found.daily_parts["value of time"] == pytest.approx(20 * 700 * 0.04)


def test_where_waiting_costs_nothing_one_waits_for_ever():
    net = reliable.two_corridors(statuses=PAST, narrow=(40, 36, 44))
    found = ask(net, weights=co.Weights(value_of_time_usd_per_hour=0, usd_per_crossing=0), avoid=())
    # Without a value of time both ways cost the same.
    assert found.threshold_days == 0
    dear = ask(net, at="gate-b", weights=co.Weights(value_of_time_usd_per_hour=0), detour_net=_dearer())
    assert dear.threshold_days == math.inf
    assert dear.chance_outlasts == 0


def _dearer():
    rates = [row for row in reliable.STEADY if row["parameter"] != "usd_per_vehicle_km"]
    return reliable.two_corridors(rates=[*rates, small.rate("usd_per_vehicle_km", 3.0, "road", "USD per vehicle-km")])


def test_as_of_a_day_the_crossing_alone_is_opened_and_its_days_are_counted():
    statuses = [*PAST, closed("gate-b", "2024-03-01", "2024-06-30")]
    net = reliable.two_corridors(statuses=statuses, rates=[*reliable.STEADY, STANDING]).as_of("2024-03-11")
    found = ask(net)
    assert found.base.crossings == ("gate-b",)
    assert found.detour.crossings == ("gate-a",)
    assert found.since_days == 10
    # What came later is not known on that day: it has lasted eleven days, end unknown.
    assert [(spell.days, spell.censored) for spell in found.history][-1] == (11, True)


def test_a_shared_closure_leaves_nothing_to_divert_to():
    statuses = [closed(f"gate-{name}", "2024-03-01", "2024-06-30") for name in "ab"]
    net = reliable.two_corridors(statuses=statuses).as_of("2024-03-11")
    with pytest.raises(
        NoRouteError, match="Without 'gate-b' there is nothing to divert to: wait, or look in a wider network"
    ):
        ask(net)
    found = ask(net, detour_net=reliable.two_corridors())
    assert found.detour.crossings == ("gate-a",)


def test_a_crossing_that_is_not_on_the_way():
    with pytest.raises(NoRouteError, match="No route from 'port' to 'a-pk' passes 'gate-b' under these options"):
        co.wait_or_divert(reliable.two_corridors(), "port", "a-pk", at="gate-b", avoid=["gate-a"])


def test_without_a_history_the_threshold_stands_alone():
    found = ask(reliable.two_corridors())
    assert found.threshold_days > 0
    assert math.isnan(found.chance_outlasts)
    assert "No past closure is on record" in str(found)
    assert found.history_frame().empty


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"at": "gate-c"}, "at='gate-c': no crossing of the network. Did you mean 'gate-"),
        ({"since": -1}, "since=-1: must be a finite number of 0 or more"),
        ({"since": "2024-01-01"}, "since='2024-01-01': must be a finite number"),
        ({"waiting_usd_per_day": 0}, "waiting_usd_per_day=0: at no cost one would wait for ever"),
        ({"waiting_usd_per_day": float("nan")}, "waiting_usd_per_day=nan: must be a finite number"),
        ({"detour_net": "bypass"}, "needs a corridor.Network"),
    ],
)
def test_options_out_of_range_are_refused(options, told):
    with pytest.raises(OptionError) as caught:
        ask(**options)
    assert told in str(caught.value)


def test_the_faces():
    found = ask()
    row = found.to_frame().iloc[0]
    assert row["threshold_days"] == found.threshold_days
    assert (row["closures"], row["censored"], row["whose"]) == (6, 0, "gate-b")
    assert found.to_frame().attrs["unit"]["base_hours"] == "h"
    assert found.history_frame()["days"].tolist() == [1, 2, 3, 4, 5, 6]
    assert repr(found) == "<WaitOrDivert at gate-b: threshold 0.1 days, chance to stay shut longer 100%>"
    assert "divert if it stays shut for more than 0.1 days" in found._repr_html_()
    with pytest.raises(AttributeError):
        found.threshold_days = 3


@given(st.floats(1, 500), st.floats(1, 500), st.integers(0, 5))
def test_the_dearer_the_wait_the_lower_the_threshold_and_the_higher_the_chance(one, two, since):
    cheap, dear = sorted((one, two))
    first, second = (ask(waiting_usd_per_day=usd, since=since) for usd in (cheap, dear))
    assert first.threshold_days >= second.threshold_days
    assert first.chance_outlasts <= second.chance_outlasts


@given(st.integers(0, 20), st.floats(2, 200))
def test_longer_past_closures_only_raise_the_case_for_diverting(longer, usd):
    stretched = [closed("gate-b", f"2023-0{days}-01", f"2023-0{days}-{days + longer:02d}") for days in range(1, 7)]
    short, long = (
        ask(reliable.two_corridors(statuses=statuses), waiting_usd_per_day=usd) for statuses in (PAST, stretched)
    )
    assert long.threshold_days == short.threshold_days
    assert long.chance_outlasts >= short.chance_outlasts


def test_the_bundled_crossings():
    found = co.wait_or_divert(co.load(), "Karachi", "Kabul", at="torkham", since=5)
    assert found.base.crossings == ("torkham",)
    assert found.whose == "torkham"
    assert 0 < found.chance_outlasts <= 1
    assert "standing by road 120 USD (the rates, estimate)" in str(found)
