"""How 待岗 ends (R-P-04, domain 4.7) and which shifts on duty are planned (R-A-22)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.vocabulary import AccidentState, DriverStatus
from services.policy.accidents.off_post import (
    PENDING,
    PendingCase,
    ReinstatementFacts,
    Shift,
    object_to_reinstatement,
    object_to_shift,
)
from services.policy.ruleset import DEFAULTS

S = AccidentState
CASE = PendingCase(number="SG-1", state=S.DETERMINATION_FINAL, cleared=False, educated=True)
READY = ReinstatementFacts(
    driver="D1", status=DriverStatus.STANDBY_PENDING, withheld=False, licence_valid=True, by_safety=True, cases=(CASE,)
)
NOW = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def codes(facts: ReinstatementFacts) -> list[str]:
    return [one.code for one in object_to_reinstatement(facts)]


def shift_codes(shift: Shift, *others: Shift) -> list[str]:
    return [one.code for one in object_to_shift(shift, others, NOW, DEFAULTS.clock)]


def test_a_driver_comes_back_when_his_case_is_final_and_he_was_educated() -> None:
    assert codes(READY) == []
    assert codes(replace(READY, cases=())) == []


@pytest.mark.parametrize("state", list(AccidentState))
def test_only_a_case_that_is_determined_for_good_lets_him_back(state: AccidentState) -> None:
    found = codes(replace(READY, cases=(replace(CASE, state=state),)))
    assert found == (["CASE_NOT_DETERMINED"] if state in PENDING else [])


def test_education_comes_first() -> None:
    assert codes(replace(READY, cases=(replace(CASE, educated=False),))) == ["EDUCATION_NOT_DONE"]


def test_e7_who_is_not_responsible_comes_back_the_same_day_without_education() -> None:
    cleared = PendingCase(number="SG-1", state=S.DETERMINED, cleared=True, educated=False)
    assert codes(replace(READY, cases=(cleared,))) == []


def test_a_false_alarm_holds_nobody() -> None:
    assert codes(replace(READY, cases=(replace(CASE, state=S.VOID, educated=False),))) == []


def test_a_licence_in_the_hands_of_the_police_knows_no_override() -> None:
    assert codes(replace(READY, withheld=True, licence_valid=False)) == ["REINSTATED_WHILE_WITHHELD"]
    assert codes(replace(READY, licence_valid=False)) == ["LICENCE_NOT_VALID"]


def test_everything_that_is_missing_is_told_at_once() -> None:
    pending = replace(CASE, state=S.REPORTED, educated=False)
    wrong = replace(READY, status=DriverStatus.ACTIVE, by_safety=False, withheld=True, cases=(pending, CASE))
    assert codes(wrong) == [
        "NOT_OFF_POST",
        "REINSTATEMENT_BY_SAFETY",
        "REINSTATED_WHILE_WITHHELD",
        "CASE_NOT_DETERMINED",
        "EDUCATION_NOT_DONE",
    ]


def test_shifts_may_adjoin_and_not_overlap() -> None:
    shift = Shift(NOW, NOW + 12 * HOUR)
    assert shift_codes(shift, Shift(NOW - 12 * HOUR, NOW), Shift(NOW + 12 * HOUR, NOW + 24 * HOUR)) == []
    assert shift_codes(shift, Shift(NOW + 11 * HOUR, NOW + 24 * HOUR)) == ["SHIFT_PLANNED_ALREADY"]


def test_a_shift_is_a_time_to_come_that_somebody_can_stay_awake_for() -> None:
    assert shift_codes(Shift(NOW, NOW)) == ["SHIFT_ENDS_FIRST"]
    assert shift_codes(Shift(NOW - HOUR, NOW)) == ["SHIFT_IS_OVER"]
    assert shift_codes(Shift(NOW - HOUR, NOW + HOUR)) == []
    assert shift_codes(Shift(NOW, NOW + 72 * HOUR)) == []
    assert shift_codes(Shift(NOW, NOW + 72 * HOUR + timedelta(seconds=1))) == ["SHIFT_TOO_LONG"]
