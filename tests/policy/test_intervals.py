"""Intervals that keep themselves honest: their shares come true whatever the errors look like."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy import intervals
from services.policy.intervals import PRIOR, Spread


def test_without_history_the_interval_is_the_stated_wide_prior() -> None:
    made = intervals.interval(100, PRIOR)
    assert made.seen == 0
    assert made.p10 < 55 < 100 == made.p50
    assert 160 < made.p80 < made.p90
    assert made.p90 > 200


@pytest.mark.parametrize("scale", [0.05, 0.3, 1.0])
@pytest.mark.parametrize("shift", [-0.2, 0.0, 0.4])
def test_the_shares_come_true_for_errors_of_any_width_and_bias(scale: float, shift: float) -> None:
    chance = random.Random(7)  # noqa: S311 - errors to learn from, no secret
    spread = PRIOR
    held = {"p10": 0, "p80": 0, "p90": 0}
    for number in range(4000):
        actual = 100 * 2.718281828 ** (shift + chance.gauss(0, scale))
        made = intervals.interval(100, spread)
        if number >= 1000:
            for name in held:
                held[name] += actual <= getattr(made, name)
        spread = intervals.learned(spread, 100, actual)
    assert held["p10"] / 3000 == pytest.approx(0.10, abs=0.015)
    assert held["p80"] / 3000 == pytest.approx(0.80, abs=0.015)
    assert held["p90"] / 3000 == pytest.approx(0.90, abs=0.015)


@pytest.mark.parametrize(("minutes", "band"), [(0, 0), (44.9, 0), (45, 1), (719, 4), (720, 5), (1440, 6), (9999, 6)])
def test_a_time_ahead_belongs_to_one_band(minutes: float, band: int) -> None:
    assert intervals.band_of(minutes) == band


@given(st.lists(st.floats(1, 100_000), max_size=40), st.floats(1, 50_000))
def test_the_quantiles_are_in_order_whatever_was_seen(took: list[float], expected: float) -> None:
    spread: Spread = PRIOR
    for each in took:
        spread = intervals.learned(spread, expected, each)
    made = intervals.interval(expected, spread)
    assert 0 < made.p10 <= made.p50 <= made.p80 <= made.p90
    assert made.seen == len(took)


@pytest.mark.parametrize(
    ("minutes", "before", "new"),
    [(44, [], True), (44, [0], False), (45, [0], True), (30, [1, 3], True), (100, [1, 3], True), (100, [2], False)],
)
def test_one_prediction_of_each_band_is_kept_near_or_far(minutes: float, before: list[int], new: bool) -> None:
    bands = sum(1 << band for band in before) if before else None
    assert intervals.in_new_band(minutes, bands) is new
