"""The live pace enters only as far as it helped before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy import pace
from services.policy.travel import NOTHING, Level


def taught(times: int, *, pace_minutes: float, actual_minutes: float) -> Level:
    level = NOTHING
    for _ in range(times):
        _, weight, value = pace.lesson(2, 100, pace_minutes, actual_minutes)
        level = level.plus(weight, value)
    return level


@pytest.mark.parametrize(("share", "minutes"), [(0.5, 60), (0.25, 180), (0.0999, None), (0.1, 540), (1.0, 0), (1.2, 0)])
def test_the_rest_at_the_pace_so_far(share: float, minutes: float | None) -> None:
    found = pace.minutes_at_pace(60, share)
    assert found == (None if minutes is None else pytest.approx(minutes, abs=1e-6))


def test_without_history_the_pace_says_nothing() -> None:
    assert pace.adjusted(100, 200, NOTHING) == pytest.approx(100)
    assert pace.adjusted(100, None, taught(50, pace_minutes=200, actual_minutes=200)) == pytest.approx(100)


def test_a_pace_that_came_true_is_believed_more_and_more() -> None:
    few, many = (taught(n, pace_minutes=200, actual_minutes=200) for n in (3, 300))
    assert 100 < pace.adjusted(100, 200, few) < pace.adjusted(100, 200, many) < 200
    assert pace.adjusted(100, 200, many) > 190


def test_a_pace_that_misled_is_not_believed() -> None:
    assert pace.adjusted(100, 200, taught(30, pace_minutes=200, actual_minutes=100)) == pytest.approx(100)
    assert pace.adjusted(100, 200, taught(30, pace_minutes=200, actual_minutes=60)) == pytest.approx(100)


@given(st.floats(1, 10_000), st.floats(0, 100_000), st.floats(0, 100), st.floats(-100, 100))
def test_an_adjusted_time_lies_between_the_two(expected: float, at_pace: float, weight: float, total: float) -> None:
    made = pace.adjusted(expected, at_pace, Level(weight, total))
    low, high = sorted((expected, max(at_pace, 1.0)))
    assert low * 0.999 <= made <= high * 1.001
