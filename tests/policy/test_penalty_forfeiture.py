"""The year's safety bonus: which year, who loses it, and when it comes back (R-P-03, E8, E10, E13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from models.vocabulary import ForfeitureState, Grade
from services.policy.penalties.forfeiture import bonus_year, loses_bonus, state_of
from services.policy.ruleset import DEFAULTS

RULES = DEFAULTS.penalty


def test_e10_the_year_is_that_of_the_local_day_of_the_accident() -> None:
    assert bonus_year(datetime(2025, 12, 31, 16, 30, tzinfo=UTC)) == 2026
    assert bonus_year(datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC)) == 2025


@pytest.mark.parametrize(
    ("grade", "lost"),
    [(Grade.FULL, True), (Grade.MAIN, True), (Grade.EQUAL, True), (Grade.SECONDARY, True), (Grade.NONE, False),
     (Grade.UNDETERMINED, False)],
)  # fmt: skip
def test_who_bears_any_responsibility_loses_the_bonus(grade: Grade, lost: bool) -> None:
    assert loses_bonus(grade, RULES) is lost


def test_secondary_responsibility_may_keep_it_where_the_company_says_so() -> None:
    kept = replace(RULES, secondary_loses_bonus=False)
    assert [grade for grade in Grade if loses_bonus(grade, kept)] == [Grade.FULL, Grade.MAIN, Grade.EQUAL]


def test_e13_the_bonus_is_lost_while_one_ground_stands() -> None:
    assert state_of([True, True]) is ForfeitureState.FORFEITED
    assert state_of([False, True]) is ForfeitureState.FORFEITED
    assert state_of([False, False]) is ForfeitureState.REINSTATED
