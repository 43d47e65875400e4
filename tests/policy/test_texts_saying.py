"""Facts are said in the reader's language: terms in Chinese, the API's codes in English, and never as Python."""

from __future__ import annotations

import re

import pytest

from models.vocabulary import Body, CargoClass, ClosureKind, LicenceClass, TripState
from services.policy.findings import Finding
from services.policy.lifecycle import object_to_move
from services.texts import finding_message
from services.texts.saying import said, span


def test_a_refused_move_names_its_states_as_terms_or_codes() -> None:
    (finding,) = object_to_move("trip", TripState.PLANNED, TripState.CLOSED)
    assert finding_message(finding, "zh-CN") == "车次不能从“已计划”变为“已收车”，可变为：已取消、已配班"
    assert finding_message(finding, "en") == "A trip cannot go from planned to closed; it may go to: cancelled, crewed"


def test_a_move_from_an_end_names_no_other_state() -> None:
    (finding,) = object_to_move("trip", TripState.CLOSED, TripState.PLANNED)
    assert finding_message(finding, "zh-CN").endswith("可变为：–")
    assert finding_message(finding, "en").endswith("it may go to: –")


def test_facts_that_came_back_from_the_database_are_said_alike() -> None:
    live = Finding("BODY_FORBIDDEN", {"plate": "鲁G10001", "body": Body.BOX, "cargo_class": CargoClass.FROZEN})
    stored = Finding("BODY_FORBIDDEN", {"plate": "鲁G10001", "body": "box", "cargo_class": "frozen"})
    for language in ("zh-CN", "en"):
        assert finding_message(live, language) == finding_message(stored, language)
    assert finding_message(live, "zh-CN") == "鲁G10001（厢式）不得装运冷冻货物"
    assert finding_message(live, "en") == "鲁G10001 (box) must not carry frozen goods"


def test_what_somebody_wrote_is_not_taken_for_a_code() -> None:
    assert said("name", "frozen", "zh-CN") == "frozen"
    assert said("cargo_class", "frozen", "zh-CN") == "冷冻"


def test_a_licence_class_is_said_by_its_code_in_both_languages() -> None:
    assert said("needed", [LicenceClass.A2, LicenceClass.B2], "zh-CN") == "A2、B2"
    assert said("needed", [LicenceClass.A2, LicenceClass.B2], "en") == "A2, B2"


def test_numbers_stay_numbers_and_sets_have_one_order() -> None:
    assert said("limit_kg", 1200, "zh-CN") == 1200
    closures = frozenset({ClosureKind.SIDE_DOOR, ClosureKind.REAR_DOOR})
    assert said("known", closures, "zh-CN") == "后门、侧门"


@pytest.mark.parametrize(
    ("low", "high", "chinese", "english"),
    [
        (None, None, "无记录", "nothing recorded"),
        (None, -18, "不高于-18℃", "-18 °C or below"),
        (2, None, "不低于2℃", "2 °C or above"),
        (2, 8, "2至8℃", "2 to 8 °C"),
    ],
)
def test_an_open_end_of_a_range_is_said_as_open(low: int | None, high: int | None, chinese: str, english: str) -> None:
    assert span(low, high, "zh-CN") == chinese
    assert span(low, high, "en") == english


def test_a_truck_without_a_record_of_temperatures_is_not_said_to_hold_none() -> None:
    facts = {"plate": "鲁G10001", "held_min_c": None, "held_max_c": None, "temp_min_c": 2, "temp_max_c": 8}
    for language in ("zh-CN", "en"):
        assert not re.search("None", finding_message(Finding("TEMPERATURE_NOT_HELD", facts), language))
