# SPDX-License-Identifier: BSD-3-Clause
"""The tree of errors, the fault report and the hint at the nearest valid choice."""

from __future__ import annotations

import pickle
import re

import pytest

import corridor as co
from corridor import errors
from corridor.errors import CorridorError, DataError, Fault, NoRouteError, nearest, nearest_valid

TREE = {
    "DataError": ValueError,
    "CostError": ValueError,
    "OptionError": ValueError,
    "UnknownPlaceError": LookupError,
    "AmbiguousPlaceError": LookupError,
    "OffNetworkError": ValueError,
    "NoRouteError": LookupError,
    "MissingExtraError": ImportError,
}


def fault(number: int) -> Fault:
    return Fault("links.geojson", f"l{number}", "length_km", "-1", "must be above 0", "Give km.")


@pytest.mark.parametrize(("name", "builtin"), TREE.items())
def test_each_error_is_a_corridor_error_and_the_builtin_one_that_a_caller_would_catch(name, builtin):
    error = getattr(errors, name)
    assert issubclass(error, CorridorError)
    assert issubclass(error, builtin)


def test_the_tree_has_no_other_errors():
    found = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert found == {*TREE, "CorridorError", "CorridorWarning"}
    assert issubclass(errors.CorridorWarning, UserWarning)
    assert not issubclass(errors.CorridorWarning, CorridorError)


def test_all_names_what_the_module_defines():
    assert set(errors.__all__) == {*TREE, "CorridorError", "CorridorWarning", "Fault", "nearest", "nearest_valid"}
    assert list(errors.__all__) == sorted(errors.__all__)
    assert co.errors is errors


def test_a_fault_says_where_what_which_rule_and_what_to_do():
    assert str(fault(1)) == "links.geojson: l1, length_km = '-1': must be above 0. Give km."


def test_a_fault_without_column_and_value_leaves_them_out():
    assert str(Fault("nodes.csv", "alone", "", "", "no link leads to it", "Add a link.")) == (
        "nodes.csv: alone: no link leads to it. Add a link."
    )


def test_a_rule_that_ends_in_a_question_gets_no_full_stop():
    told = str(Fault("links", "l", "to", "wst", "Unknown place 'wst'. Did you mean 'west'?", "Name a place."))
    assert told == "links: l, to = 'wst': Unknown place 'wst'. Did you mean 'west'? Name a place."


def test_one_fault_is_told_in_the_singular():
    assert str(DataError([fault(1)])) == f"1 fault in the data:\n  {fault(1)}"


def test_twenty_faults_are_shown_and_the_rest_is_counted():
    error = DataError([fault(number) for number in range(23)])
    lines = str(error).splitlines()
    assert lines[0] == "23 faults in the data:"
    assert lines[1:21] == [f"  {fault(number)}" for number in range(20)]
    assert lines[21:] == ["  ... and 3 more: see .faults"]
    assert [one.row for one in error.faults] == [f"l{number}" for number in range(23)]


def test_exactly_twenty_faults_leave_nothing_to_count():
    assert "more: see .faults" not in str(DataError([fault(number) for number in range(20)]))


def test_no_route_carries_what_was_asked_and_what_blocks_it():
    error = NoRouteError("No route.", origin="a", destination="b", blocked_by=["avoid=AF"])
    assert (error.origin, error.destination, error.blocked_by, str(error)) == ("a", "b", ("avoid=AF",), "No route.")


def test_a_fault_cannot_be_changed_and_can_be_sent_to_another_process():
    assert pickle.loads(pickle.dumps(fault(1))) == fault(1)  # noqa: S301
    with pytest.raises(AttributeError):
        fault(1).rule = "other"


@pytest.mark.parametrize(
    ("word", "valid", "told"),
    [
        ("rial", ("road", "rail", "sea"), " Did you mean 'rail'? Modes: rail, road, sea."),
        ("RAIL", ("road", "rail", "sea"), " Did you mean 'rail'? Modes: rail, road, sea."),
        ("pkk", ("PK", "AF"), " Did you mean 'PK'? Modes: AF, PK."),
        ("zzz", ("road", "rail"), " Modes: rail, road."),
    ],
)
def test_the_nearest_choice_is_named_and_all_are_listed(word, valid, told):
    assert nearest_valid(word, valid, kind="Modes") == told


def test_a_long_list_of_choices_is_cut_at_forty():
    valid = [f"link-{number:03d}" for number in range(45)]
    told = nearest_valid("link-044x", valid, kind="Links")
    assert told.startswith(" Did you mean 'link-044'? Links: link-000, ")
    assert len(re.findall(r"link-\d{3}", told)) == 41
    assert told.endswith("link-039 ....")


CARGO = ["cement", "coal", "copper-concentrate", "cotton", "fertiliser", "fruit-and-vegetables", "gas", "meat-frozen"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("fruits", "fruit-and-vegetables"),
        ("Vegetable", "fruit-and-vegetables"),
        ("meat", "meat-frozen"),  # letter by letter it is as near to cement
        ("frozen meat", "meat-frozen"),
        ("copper", "copper-concentrate"),
        ("cottn", "cotton"),
        ("fertilizers", "fertiliser"),
        ("petrol", ""),
        ("g", ""),
        ("", ""),
        ("--", ""),
    ],
)
def test_a_word_of_a_choice_or_its_beginning_is_near(word, meant):
    assert nearest(word, CARGO) == meant


def test_a_word_among_several_names_goes_to_the_one_with_the_fewest_others():
    assert nearest("kabul", ["kabul-airport-north", "kabul-airport", "kunduz"]) == "kabul-airport"


def test_the_hint_at_a_cargo_names_it():
    with pytest.raises(errors.OptionError, match=r"cargo='fruits'\): unknown\. Did you mean 'fruit-and-vegetables'\?"):
        co.route(co.load(), "Karachi", "Quetta", shipment=co.Shipment(cargo="fruits"))


def test_the_hint_at_a_vehicle_names_it():
    with pytest.raises(errors.OptionError, match=r"vehicle='light-lorry'\): unknown\. Did you mean 'light'\?"):
        co.route(co.load(), "Karachi", "Quetta", shipment=co.Shipment(vehicle="light-lorry"))
