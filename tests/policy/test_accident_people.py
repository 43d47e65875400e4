"""Shares among our people, and who reports a measure done and verifies it (domain 4.4, R-A-03)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.policy.accidents.measures import MeasureState, object_to_completion, object_to_verification
from services.policy.accidents.people import WHOLE, object_to_education, object_to_shares, percent_text

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
OCCURRED = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
OPEN = MeasureState(done=False, verified=False, owner_id=1, done_by_id=None)
DONE = MeasureState(done=True, verified=False, owner_id=1, done_by_id=2)


@pytest.mark.parametrize("shares", [[], [WHOLE], [33_333_333, 33_333_333, 33_333_334], [80_000_000, 20_000_000]])
def test_shares_up_to_the_whole_are_taken(shares: list[int]) -> None:
    assert list(object_to_shares(shares)) == []


@pytest.mark.parametrize("shares", [[WHOLE + 1], [60_000_000, 40_000_001]])
def test_a_millionth_of_a_percent_over_the_whole_is_refused(shares: list[int]) -> None:
    (found,) = object_to_shares(shares)
    assert (found.code, found.facts["percent"]) == ("SHARES_OVER_WHOLE", "100.000001")


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0"), (WHOLE, "100"), (33_333_333, "33.333333"), (80_500_000, "80.5"), (1, "0.000001")]
)
def test_a_share_is_written_in_percent_without_idle_noughts(share: int, text: str) -> None:
    assert percent_text(share) == text


def test_a_measure_is_reported_done_once_by_its_owner_or_by_safety() -> None:
    assert list(object_to_completion(OPEN, 1, by_safety=False)) == []
    assert list(object_to_completion(OPEN, 2, by_safety=True)) == []
    assert [one.code for one in object_to_completion(OPEN, 2, by_safety=False)] == ["MEASURE_OF_ANOTHER"]
    assert [one.code for one in object_to_completion(DONE, 1, by_safety=False)] == ["MEASURE_DONE_ALREADY"]


def test_a_measure_is_verified_by_somebody_who_neither_owned_nor_reported_it() -> None:
    assert list(object_to_verification(DONE, 3)) == []
    for verifier in (1, 2):
        assert [one.code for one in object_to_verification(DONE, verifier)] == ["VERIFIER_IS_OWNER"]


def test_only_what_is_done_and_open_is_verified() -> None:
    assert [one.code for one in object_to_verification(OPEN, 3)] == ["MEASURE_NOT_DONE"]
    verified = MeasureState(done=True, verified=True, owner_id=1, done_by_id=1)
    assert [one.code for one in object_to_verification(verified, 3)] == ["MEASURE_VERIFIED_ALREADY"]


def test_education_lies_between_the_accident_and_today() -> None:
    assert list(object_to_education(date(2026, 3, 2), OCCURRED, NOW)) == []
    assert list(object_to_education(date(2026, 3, 10), OCCURRED, NOW)) == []
    early, late = date(2026, 3, 1), date(2026, 3, 11)
    assert [one.code for one in object_to_education(early, OCCURRED, NOW)] == ["BEFORE_THE_ACCIDENT"]
    assert [one.code for one in object_to_education(late, OCCURRED, NOW)] == ["DAY_IN_THE_FUTURE"]
    assert list(object_to_education(late, OCCURRED, NOW + timedelta(hours=14))) == []
