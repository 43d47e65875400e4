"""What arrivals teach: a lane soon knows its own way, a new one is told by its places, an outlier is bent back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy import travel
from services.policy.travel import NOTHING, Key, LaneSummary, Level, Way

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
WAY = Way("SG", "BJ", "box", 60.0, NOON)


class Memory:
    """What was taught, as a mapping."""

    def __init__(self, levels: dict[Key, Level] | None = None) -> None:
        self.levels = dict(levels or {})

    def __call__(self, key: Key) -> Level:
        return self.levels.get(key, NOTHING)

    def learn(self, way: Way, minutes: float) -> None:
        for key, weight, value in list(travel.lessons(way, minutes, self)):
            self.levels[key] = self(key).plus(weight, value)


def test_without_any_experience_the_stated_multiplier_is_used() -> None:
    assert travel.multiplier(WAY, Memory()) == pytest.approx(travel.FIRST_MULTIPLIER)
    assert travel.expected_minutes(WAY, Memory()) == pytest.approx(60)


def test_a_lane_that_always_takes_three_times_as_long_is_learnt_within_a_few_trips() -> None:
    memory = Memory()
    errors = []
    for _ in range(6):
        errors.append(abs(travel.expected_minutes(WAY, memory) - 180))
        memory.learn(WAY, 180)
    assert errors[0] == pytest.approx(120)
    assert errors[2] < 20
    assert errors[5] < 5


def test_another_lane_from_the_same_place_learns_a_part_of_it() -> None:
    memory = Memory()
    for _ in range(10):
        memory.learn(WAY, 180)
    other = replace(WAY, destination="TJ")
    assert 120 < travel.expected_minutes(other, memory) < 180


def test_one_outlier_teaches_no_more_than_the_clip() -> None:
    calm, wild = Memory(), Memory()
    for memory, last in ((calm, 60 * travel.FIRST_MULTIPLIER * exp(travel.CLIP)), (wild, 100_000.0)):
        memory.learn(WAY, last)
    assert travel.expected_minutes(WAY, wild) == pytest.approx(travel.expected_minutes(WAY, calm), rel=0.02)


def test_the_hour_of_departure_is_learnt_for_the_lane() -> None:
    memory = Memory()
    night = replace(WAY, departs_at=datetime(2026, 3, 2, 18, 0, tzinfo=UTC))
    for _ in range(12):
        memory.learn(WAY, 150)
        memory.learn(night, 90)
    assert travel.expected_minutes(night, memory) < 105 < 125 < travel.expected_minutes(WAY, memory)


def test_a_history_of_lanes_is_brought_along() -> None:
    known = travel.lessons_of_summaries([LaneSummary(WAY, 20, 1.5), LaneSummary(replace(WAY, destination="TJ"), 1, 4)])
    assert travel.expected_minutes(WAY, Memory(known)) == pytest.approx(90, rel=0.03)


def test_every_level_that_an_estimate_reads_or_a_lesson_writes_is_listed() -> None:
    asked: set[Key] = set()

    def memory(key: Key) -> Level:
        asked.add(key)
        return NOTHING

    taught = {lesson.key for lesson in travel.lessons(WAY, 100, memory)}
    assert asked | taught <= set(travel.keys("SG", "BJ", "box"))


@given(
    minutes=st.floats(0.1, 50_000),
    took=st.lists(st.floats(0.5, 100_000), max_size=30),
    hour=st.integers(0, 23),
)
def test_an_expectation_is_always_a_time(minutes: float, took: list[float], hour: int) -> None:
    way = replace(WAY, router_minutes=minutes, departs_at=NOON.replace(hour=hour))
    memory = Memory()
    for each in took:
        memory.learn(way, each)
    expected = travel.expected_minutes(way, memory)
    assert 0 < expected < float("inf")
    assert sum(weight for _, weight in travel._bands(way)) == pytest.approx(1)
