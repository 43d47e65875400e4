"""Over-speed: runs of fixes beyond the limit, however they were sent (R-F-03)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.over_speed import OverSpeed, SpeedFix, over_speed, runs_of
from services.policy.ruleset import DEFAULTS
from tests.support.cargo_builders import local

NOON = local(2, 12)


def events(track: Iterable[SpeedFix]) -> tuple[OverSpeed, ...]:
    """Give the events of a whole track, the run that goes on at its end among them."""
    ended, open_run = runs_of(track, DEFAULTS)
    runs = [*ended, *([open_run] if open_run else [])]
    return tuple(event for run in runs if (event := over_speed(run, DEFAULTS)))


def fixes(*seconds_and_speeds, limit_kmh=80):
    return [SpeedFix(NOON + timedelta(seconds=at), speed, limit_kmh) for at, speed in seconds_and_speeds]


def test_thirty_seconds_beyond_the_tolerance_are_over_speed():
    (event,) = events(fixes((0, 80), (10, 86), (40, 90), (50, 80)))
    assert (event.began_at, event.ended_at) == (NOON + timedelta(seconds=10), NOON + timedelta(seconds=40))
    assert (event.max_kmh, event.limit_kmh, event.band) == (90, 80, "under_20")


def test_twenty_nine_seconds_or_the_tolerance_itself_are_not():
    assert events(fixes((0, 86), (29, 86))) == ()
    assert events(fixes((0, 85), (60, 85))) == ()
    assert events(fixes((0, 120))) == ()
    assert events([]) == ()


def test_a_slow_fix_between_two_fast_ones_makes_two_runs():
    assert events(fixes((0, 90), (20, 90), (25, 80), (30, 90), (50, 90))) == ()
    found = events(fixes((0, 90), (30, 90), (35, 80), (40, 90), (70, 90)))
    assert len(found) == 2


def test_a_silence_of_more_than_three_minutes_ends_a_run():
    assert len(events(fixes((0, 90), (180, 90)))) == 1
    assert events(fixes((0, 90), (181, 90))) == ()


@pytest.mark.parametrize(
    ("speed", "band"), [(95.9, "under_20"), (96, "20_to_50"), (119.9, "20_to_50"), (120, "over_50")]
)
def test_the_bands_begin_at_twenty_and_at_fifty_percent(speed, band):
    (event,) = events(fixes((0, speed), (30, speed)))
    assert event.band == band


def test_an_event_names_the_fix_that_is_worst_for_its_limit():
    run = [*fixes((0, 100), limit_kmh=80), *fixes((30, 70), limit_kmh=40)]
    (event,) = events(run)
    assert (event.max_kmh, event.limit_kmh, event.band) == (70, 40, "over_50")


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 120), st.integers(0, 160)), max_size=20))
def test_every_event_lasts_long_enough_exceeds_its_limit_and_follows_the_one_before(steps):
    clock, track = NOON, []
    for gap, speed in steps:
        clock += timedelta(seconds=gap)
        track.append(SpeedFix(clock, speed, 80))
    found = events(track)
    for event in found:
        assert event.ended_at - event.began_at >= timedelta(seconds=30)
        assert event.max_kmh > event.limit_kmh + 5
    assert all(earlier.ended_at < later.began_at for earlier, later in pairwise(found))


@given(st.lists(st.tuples(st.integers(1, 200), st.integers(60, 160)), max_size=20), st.integers(0, 20))
def test_it_does_not_matter_how_the_fixes_were_batched(steps, cut):
    clock, track = NOON, []
    for gap, speed in steps:
        clock += timedelta(seconds=gap)
        track.append(SpeedFix(clock, speed, 80))
    ended, open_run = runs_of(track, DEFAULTS)
    first, going_on = runs_of(track[:cut], DEFAULTS)
    second, last = runs_of(track[cut:], DEFAULTS, going_on)
    assert ((*first, *second), last) == (ended, open_run)


def test_a_fix_sent_twice_does_not_make_a_run_longer_or_end_it():
    track = [SpeedFix(NOON + timedelta(seconds=second), 100, 80) for second in (0, 20)]
    _, going_on = runs_of(track, DEFAULTS)
    assert runs_of([track[0]._replace(speed_kmh=50), track[1]], DEFAULTS, going_on) == ((), going_on)
