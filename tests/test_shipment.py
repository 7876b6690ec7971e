# SPDX-License-Identifier: BSD-3-Clause
"""Shipment and Weights: what they hold, and every value that they refuse."""

from __future__ import annotations

import dataclasses
import math
import re

import numpy as np
import pytest

from corridor import Shipment, Weights
from corridor.errors import OptionError

NOT_NUMBERS = [math.nan, math.inf, -math.inf, "20", True, [20]]


def test_the_default_shipment_is_twenty_tonnes_of_general_cargo_gate_to_gate_in_transit():
    assert Shipment() == Shipment(
        tonnes=20.0,
        cargo="general",
        containers=None,
        value_usd=None,
        vehicle="trailer",
        regime="transit",
        ends="gate",
    )


def test_the_default_weights_add_nothing_to_money_and_time():
    weights = Weights()
    assert weights.value_of_time_usd_per_hour is None
    assert (weights.usd_per_km, weights.usd_per_crossing, weights.usd_per_transfer) == (0, 0, 0)
    assert dict(weights.mode_factor) == {}


@pytest.mark.parametrize("tonnes", [0, -1, -0.0, *NOT_NUMBERS])
def test_tonnes_must_be_a_finite_number_above_zero(tonnes):
    told = re.escape(f"Shipment(tonnes={tonnes!r}): must be a finite number above 0.")
    with pytest.raises(OptionError, match=told):
        Shipment(tonnes=tonnes)


@pytest.mark.parametrize("value", [-0.01, *NOT_NUMBERS])
def test_the_value_must_be_a_finite_number_of_zero_or_more(value):
    told = re.escape(f"Shipment(value_usd={value!r}): must be a finite number of 0 or more.")
    with pytest.raises(OptionError, match=told):
        Shipment(value_usd=value)


def test_goods_without_value_and_a_single_container_are_allowed():
    assert Shipment(value_usd=0).value_usd == 0
    assert Shipment(containers=1).containers == 1


@pytest.mark.parametrize("containers", [0, -1, 1.0, 1.5, math.nan, True, "2"])
def test_containers_must_be_a_whole_number_of_one_or_more(containers):
    told = re.escape(f"Shipment(containers={containers!r}): must be a whole number of 1 or more, or None.")
    with pytest.raises(OptionError, match=told):
        Shipment(containers=containers)


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ({"regime": "tranzit"}, "Shipment(regime='tranzit'): unknown. Did you mean 'transit'? Choices: export, "),
        ({"regime": None}, "Shipment(regime=None): unknown. Choices: export, import, transit."),
        ({"ends": "gates"}, "Shipment(ends='gates'): unknown. Did you mean 'gate'? Choices: gate, terminal."),
        ({"ends": ""}, "Shipment(ends=''): unknown. Choices: gate, terminal."),
    ],
)
def test_words_outside_the_list_are_refused_with_the_nearest(option, told):
    with pytest.raises(OptionError, match=re.escape(told)):
        Shipment(**option)


@pytest.mark.parametrize("name", ["value_of_time_usd_per_hour", "usd_per_km", "usd_per_crossing", "usd_per_transfer"])
@pytest.mark.parametrize("value", [-1, *NOT_NUMBERS])
def test_weights_must_be_finite_numbers_of_zero_or_more(name, value):
    told = re.escape(f"Weights({name}={value!r}): must be a finite number of 0 or more.")
    with pytest.raises(OptionError, match=told):
        Weights(**{name: value})


def test_a_factor_for_what_is_no_mode_is_refused():
    told = "Weights(mode_factor=...): unknown mode 'rial'. Did you mean 'rail'? Modes: air, pipeline, rail, road, sea."
    with pytest.raises(OptionError, match=re.escape(told)):
        Weights(mode_factor={"rial": 1.0})


@pytest.mark.parametrize("factor", [-0.1, *NOT_NUMBERS])
def test_factors_must_be_finite_numbers_of_zero_or_more(factor):
    told = re.escape(f"Weights(mode_factor['rail']={factor!r}): must be a finite number of 0 or more.")
    with pytest.raises(OptionError, match=told):
        Weights(mode_factor={"rail": factor})


def test_a_factor_of_nothing_at_all_is_refused():
    with pytest.raises(OptionError, match=re.escape("Weights(mode_factor['rail']=None): must be a finite number")):
        Weights(mode_factor={"rail": None})


def test_missing_tonnes_and_missing_penalties_are_refused():
    with pytest.raises(OptionError, match=re.escape("Shipment(tonnes=None): must be a finite number above 0.")):
        Shipment(tonnes=None)
    with pytest.raises(OptionError, match=re.escape("Weights(usd_per_km=None): must be a finite number of 0 or more.")):
        Weights(usd_per_km=None)


def test_numbers_of_a_frame_are_taken_and_kept_as_plain_numbers():
    shipment = Shipment(tonnes=np.int64(48), containers=np.int64(2), value_usd=np.float32(0.5))
    assert shipment == Shipment(tonnes=48, containers=2, value_usd=0.5)
    assert [type(value) for value in (shipment.tonnes, shipment.containers, shipment.value_usd)] == [int, int, float]
    weights = Weights(usd_per_crossing=np.int64(5), mode_factor={"rail": np.float64(0.5)})
    assert type(weights.usd_per_crossing) is int
    assert type(weights.mode_factor["rail"]) is float


def test_a_misspelt_option_is_never_ignored():
    with pytest.raises(TypeError, match="tons"):
        Shipment(tons=20)
    with pytest.raises(TypeError, match="usd_per_border"):
        Weights(usd_per_border=1)


def test_neither_can_be_changed_once_made():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Shipment().tonnes = 5
    with pytest.raises(dataclasses.FrozenInstanceError):
        Weights().usd_per_km = 5
    with pytest.raises(TypeError):
        Weights(mode_factor={"rail": 0.5}).mode_factor["rail"] = 2


def test_weights_do_not_change_with_the_mapping_they_were_made_of():
    factors = {"rail": 0.5}
    weights = Weights(mode_factor=factors)
    factors["rail"] = 9
    assert weights.mode_factor["rail"] == 0.5


def test_equal_shipments_are_equal_and_hash_alike():
    assert Shipment(tonnes=5) == Shipment(tonnes=5)
    assert len({Shipment(tonnes=5), Shipment(tonnes=5), Shipment(tonnes=6)}) == 2
    assert Weights(mode_factor={"rail": 0.5}) == Weights(mode_factor={"rail": 0.5})
    assert Weights(mode_factor={"rail": 0.5}) != Weights(mode_factor={"rail": 0.6})
