"""The ruleset: bounds, changes, old stored versions, and the round trip through its stored form."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.ruleset import DEFAULTS, GROUPS, Ruleset, as_mapping, changed, describe, object_to_change

ENTRIES = {(entry["group"], entry["name"]): entry for entry in describe()}
NUMBERS = {key: entry for key, entry in ENTRIES.items() if "low" in entry}


def codes(change: dict[str, dict[str, Any]]) -> list[str]:
    return [finding.code for finding in object_to_change(change)]


def test_every_default_lies_within_its_own_bounds():
    assert list(object_to_change(as_mapping(DEFAULTS))) == []


@pytest.mark.parametrize("key", NUMBERS)
def test_bounds_are_inclusive_and_hold(key):
    (group, name), entry = key, NUMBERS[key]
    assert codes({group: {name: entry["low"]}}) == []
    assert codes({group: {name: entry["high"]}}) == []
    assert codes({group: {name: entry["low"] - 1}}) == ["RULE_OUT_OF_BOUNDS"]
    assert codes({group: {name: entry["high"] + 1}}) == ["RULE_OUT_OF_BOUNDS"]


def test_a_value_out_of_bounds_is_told_its_bounds():
    (finding,) = object_to_change({"crew": {"min_drivers": 5}})
    assert finding.facts == {"name": "crew.min_drivers", "low": 1, "high": 4}


@pytest.mark.parametrize(
    "change", [{"crew": {"min_pilots": 2}}, {"pilots": {"min_drivers": 2}}, {"version": {"version": 2}}]
)
def test_an_unknown_name_is_refused(change):
    assert codes(change) == ["RULE_UNKNOWN"]


@pytest.mark.parametrize("value", ["2", 2.0, None, True, [2]])
def test_a_number_must_be_a_whole_number(value):
    assert codes({"crew": {"min_drivers": value}}) == ["RULE_WRONG_TYPE"]


@pytest.mark.parametrize("value", [0, 1, "yes", None])
def test_a_switch_must_be_yes_or_no(value):
    assert codes({"notice": {"block_gate_without_notice": value}}) == ["RULE_WRONG_TYPE"]
    assert codes({"notice": {"block_gate_without_notice": False}}) == []


def test_all_objections_to_a_change_come_at_once():
    change = {"crew": {"min_drivers": 9, "min_pilots": 2}, "speed": {"yard_kmh": "fast"}}
    assert codes(change) == ["RULE_OUT_OF_BOUNDS", "RULE_UNKNOWN", "RULE_WRONG_TYPE"]


def test_a_change_touches_only_what_it_names():
    ruleset = changed(DEFAULTS, {"speed": {"yard_kmh": 10}}, 3)
    before, after = as_mapping(DEFAULTS), as_mapping(ruleset)
    assert (ruleset.version, ruleset.speed.yard_kmh) == (3, 10)
    before["speed"]["yard_kmh"] = 10
    assert after == before


def test_an_old_stored_version_with_names_that_are_gone_still_loads():
    stored = {"crew": {"min_drivers": 3, "min_pilots": 2}, "pilots": {"wings": 2}}
    assert changed(DEFAULTS, stored, 1).crew.min_drivers == 3


def test_the_stored_form_rebuilds_the_ruleset():
    ruleset = changed(DEFAULTS, {"crew": {"min_drivers": 1}, "notice": {"block_gate_without_notice": False}}, 7)
    assert changed(Ruleset(), as_mapping(ruleset), 7) == ruleset


def test_every_rule_is_described_with_unit_and_source():
    assert {group for group, _ in ENTRIES} == set(GROUPS)
    assert all(entry["unit"] and entry["source"] for entry in ENTRIES.values())


changes = st.fixed_dictionaries(
    {}, optional={key: st.integers(entry["low"], entry["high"]) for key, entry in NUMBERS.items()}
)


@settings(max_examples=30)
@given(changes)
def test_any_change_within_bounds_is_accepted_and_survives_storage(values):
    change: dict[str, dict[str, int]] = {}
    for (group, name), value in values.items():
        change.setdefault(group, {})[name] = value
    assert list(object_to_change(change)) == []
    ruleset = changed(DEFAULTS, change, 1)
    assert changed(Ruleset(), as_mapping(ruleset), 1) == ruleset
