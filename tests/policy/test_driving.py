"""Driving hours: the cases T1 to T8 of the domain rules, their boundary pairs, and what must hold of every plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.driving import Driven, DriverHours, DrivingPlan, SegmentKind, object_to_driving, simulate
from services.policy.ruleset import DEFAULTS, DrivingRules, Ruleset

SHANGHAI = ZoneInfo("Asia/Shanghai")
LI, WANG = DriverHours("li"), DriverHours("wang")
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def local(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=SHANGHAI)


SIX = local(2, 6)


def ruled(**changes: int) -> Ruleset:
    return replace(DEFAULTS, driving=replace(DrivingRules(), **changes))


def turns(plan: DrivingPlan) -> list[tuple[str | None, float]]:
    return [(s.driver_key, s.seconds / 3600) for s in plan.segments if s.kind is SegmentKind.DRIVE]


def test_T1_two_drivers_over_1200_km_swap_with_a_full_stop():  # noqa: N802
    plan = simulate(SIX, 1200, 75, (LI, WANG), DEFAULTS)
    assert (plan.arrival, plan.stops) == (local(2, 23), 3)
    assert (plan.driven_seconds("li"), plan.driven_seconds("wang")) == (8 * 3600, 8 * 3600)
    assert turns(plan) == [("li", 4), ("wang", 4), ("li", 4), ("wang", 4)]


def test_T1b_a_short_swap_stop_saves_half_an_hour():  # noqa: N802
    plan = simulate(SIX, 1200, 75, (LI, WANG), ruled(swap_minutes=10))
    assert (plan.arrival, plan.stops) == (local(2, 22, 30), 3)
    assert [s.seconds for s in plan.segments if s.kind is SegmentKind.SWAP] == [600, 600, 600]


def test_T2_one_driver_over_1200_km_arrives_the_next_day():  # noqa: N802
    plan = simulate(SIX, 1200, 75, (LI,), DEFAULTS)
    assert plan.arrival == local(3, 14, 20)
    assert [s.kind for s in plan.segments if s.driver_key is None] == ["rest", "out_of_hours", "rest"]


def test_T3_the_night_factor_slows_the_night_hours_only():  # noqa: N802
    plan = simulate(local(2, 18), 600, 75, (LI, WANG), ruled(night_factor_percent=80))
    assert plan.arrival == local(3, 3, 40)
    assert (plan.driven_seconds("li"), plan.driven_seconds("wang")) == (5 * 3600, 4 * 3600)


def test_T3_without_the_night_factor():  # noqa: N802
    assert simulate(local(2, 18), 600, 75, (LI, WANG), DEFAULTS).arrival == local(3, 2, 20)


def test_the_night_ends_at_six_to_the_second():
    rules = ruled(night_factor_percent=80)
    assert simulate(local(3, 5), Fraction(60), 75, (LI,), rules).arrival == local(3, 6)
    assert simulate(local(3, 5), Fraction(60) + Fraction(75, 3600), 75, (LI,), rules).arrival == local(3, 6, 0, 1)


def test_a_night_of_no_hours_slows_nothing():
    rules = ruled(night_factor_percent=80, night_from_hour=22, night_to_hour=22)
    assert simulate(local(2, 22), 75, 75, (LI,), rules).arrival == local(2, 23)


def test_T4_exactly_four_hours_need_no_stop():  # noqa: N802
    plan = simulate(SIX, 300, 75, (LI,), DEFAULTS)
    assert (plan.arrival, plan.stops) == (local(2, 10), 0)


def test_one_second_over_four_hours_needs_the_stop():
    plan = simulate(SIX, Fraction(300) + Fraction(75, 3600), 75, (LI,), DEFAULTS)
    assert (plan.arrival, plan.stops) == (local(2, 10, 20, 1), 1)


def test_T5_one_minute_over_four_hours():  # noqa: N802
    assert simulate(SIX, 301.25, 75, (LI,), DEFAULTS).arrival == local(2, 10, 21)
    assert simulate(SIX, 301.25, 75, (LI, WANG), DEFAULTS).arrival == local(2, 10, 21)


def test_T6_both_out_of_hours_resume_when_yesterdays_drive_leaves_the_window():  # noqa: N802
    plan = simulate(SIX, 2000, 75, (LI, WANG), DEFAULTS)
    assert plan.arrival == local(3, 17, 20)
    (night,) = [s for s in plan.segments if s.kind is SegmentKind.OUT_OF_HOURS]
    assert (night.begin, night.end) == (local(2, 23), local(3, 6))


def test_T7_hours_driven_before_joining_count():  # noqa: N802
    tired = DriverHours("li", continuous_minutes=180)
    plan = simulate(SIX, 600, 75, (tired, WANG), DEFAULTS)
    first, swap, second = plan.segments[:3]
    assert (first.driver_key, first.end) == ("li", local(2, 7))
    assert (swap.kind, swap.end) == ("swap", local(2, 7, 20))
    assert (second.driver_key, second.seconds) == ("wang", 4 * 3600)


def test_T8_a_stop_of_19_minutes_does_not_reset():  # noqa: N802
    log = [Driven("li", SIX, local(2, 10)), Driven("li", local(2, 10, 19), local(2, 11))]
    (finding,) = object_to_driving(log, DEFAULTS)
    assert finding.code == "DRIVING_CONTINUOUS_OVER"
    assert datetime.fromisoformat(finding.facts["at"]) == local(2, 10)
    assert (finding.facts["driver"], finding.facts["minutes"], finding.facts["limit_minutes"]) == ("li", 281, 240)


def test_a_stop_of_20_minutes_resets_and_one_second_less_does_not():
    before = Driven("li", SIX, local(2, 9))
    assert not list(object_to_driving([before, Driven("li", local(2, 9, 20), local(2, 11))], DEFAULTS))
    (finding,) = object_to_driving([before, Driven("li", local(2, 9, 19, 59), local(2, 11))], DEFAULTS)
    assert datetime.fromisoformat(finding.facts["at"]) == local(2, 10, 19, 59)


def test_four_hours_are_legal_and_a_second_more_is_not():
    assert not list(object_to_driving([Driven("li", SIX, local(2, 10))], DEFAULTS))
    assert [f.code for f in object_to_driving([Driven("li", SIX, local(2, 10, 0, 1))], DEFAULTS)] == [
        "DRIVING_CONTINUOUS_OVER"
    ]


def test_riding_along_is_not_a_stop():
    log = [
        Driven("li", SIX, SIX + 3 * HOUR),
        Driven("wang", SIX + 3 * HOUR, SIX + 4 * HOUR),
        Driven("li", SIX + 4 * HOUR, SIX + 6 * HOUR),
    ]
    (finding,) = object_to_driving(log, DEFAULTS)
    assert (finding.facts["driver"], finding.facts["minutes"]) == ("li", 300)
    assert datetime.fromisoformat(finding.facts["at"]) == SIX + 5 * HOUR


def test_an_allowed_short_swap_ends_the_block_of_who_gets_up_only_when_it_was_made():
    def log(stop: timedelta) -> list[Driven]:
        second, third = SIX + 4 * HOUR + stop, SIX + 5 * HOUR + 2 * stop
        return [
            Driven("li", SIX, SIX + 4 * HOUR),
            Driven("wang", second, second + HOUR),
            Driven("li", third, third + HOUR),
        ]

    assert not list(object_to_driving(log(10 * MINUTE), ruled(swap_minutes=10)))
    assert [f.facts["driver"] for f in object_to_driving(log(10 * MINUTE - SECOND), ruled(swap_minutes=10))] == ["li"]


def test_two_blocks_too_long_are_two_violations():
    log = [Driven("li", SIX, SIX + 5 * HOUR), Driven("wang", SIX + 6 * HOUR, SIX + 11 * HOUR)]
    assert [f.facts["driver"] for f in object_to_driving(log, DEFAULTS)] == ["li", "wang"]


def test_eight_hours_in_a_rolling_day_are_legal_and_a_second_more_is_not():
    day = [Driven("li", SIX, SIX + 4 * HOUR), Driven("li", SIX + 5 * HOUR, SIX + 9 * HOUR)]
    on_time = Driven("li", SIX + 24 * HOUR, SIX + 25 * HOUR)
    assert not list(object_to_driving([*day, on_time], DEFAULTS))
    early = Driven("li", SIX + 24 * HOUR - SECOND, SIX + 25 * HOUR)
    (finding,) = object_to_driving([*day, early], DEFAULTS)
    assert finding.code == "DRIVING_DAILY_OVER"
    assert datetime.fromisoformat(finding.facts["at"]) == early.begin


def test_a_daily_excess_is_said_once_a_day():
    blocks = [Driven("li", SIX + n * 5 * HOUR, SIX + n * 5 * HOUR + 4 * HOUR) for n in range(4)]
    assert [f.code for f in object_to_driving(blocks, DEFAULTS)] == ["DRIVING_DAILY_OVER"]


def test_a_driver_without_hours_lets_the_other_begin():
    spent = DriverHours("li", driven=((SIX - 9 * HOUR, SIX - HOUR),))
    plan = simulate(SIX, 75, 75, (spent, WANG), DEFAULTS)
    assert (plan.arrival, turns(plan)) == (local(2, 7), [("wang", 1)])


def test_a_driver_over_his_day_waits_until_there_is_room_again():
    over = DriverHours("li", driven=((SIX - 9 * HOUR, SIX),))
    plan = simulate(SIX, 75, 75, (over,), DEFAULTS)
    assert plan.segments[0].end == SIX + 16 * HOUR
    assert plan.arrival == SIX + 17 * HOUR


def test_drives_told_twice_count_once():
    twice = DriverHours("li", driven=((SIX - 5 * HOUR, SIX - HOUR), (SIX - 5 * HOUR, SIX - HOUR)))
    assert simulate(SIX, 300, 75, (twice,), DEFAULTS).stops == 0


def test_a_stop_already_begun_is_not_stood_again():
    tired = DriverHours("li", continuous_minutes=240, standing_since=SIX - 15 * MINUTE)
    assert simulate(SIX, 75, 75, (tired,), DEFAULTS).arrival == local(2, 7, 5)
    assert simulate(SIX, 75, 75, (replace(tired, standing_since=None),), DEFAULTS).arrival == local(2, 7, 20)


def test_a_second_driver_with_little_left_does_not_cost_a_stop():
    spent = DriverHours("wang", driven=((SIX - 8 * HOUR, SIX - MINUTE),))
    alone = simulate(SIX, 600, 75, (LI,), DEFAULTS)
    assert simulate(SIX, 600, 75, (LI, spent), DEFAULTS).arrival == alone.arrival == local(2, 14, 20)


def test_a_short_wait_for_hours_beats_a_swap_stop():
    yesterday = SIX - 24 * HOUR
    drives = (
        (yesterday + 20 * MINUTE, yesterday + 260 * MINUTE),
        (SIX - 260 * MINUTE, SIX - 90 * MINUTE),
        (SIX - 60 * MINUTE, SIX),
    )
    short = DriverHours("li", continuous_minutes=60, driven=drives)
    for crew in ((short,), (short, WANG)):
        assert simulate(SIX, 37.5, 75, crew, DEFAULTS).arrival == local(2, 6, 40)


def test_no_way_left_is_an_arrival_now():
    plan = simulate(SIX, 0, 75, (LI,), DEFAULTS)
    assert (plan.arrival, plan.segments, plan.stops) == (SIX, (), 0)


@pytest.mark.parametrize(("crew", "speed"), [((), 75), ((LI,), 0)])
def test_a_drive_without_driver_or_speed_is_an_error(crew: tuple[DriverHours, ...], speed: int):
    with pytest.raises(ValueError, match="driver"):
        simulate(SIX, 100, speed, crew, DEFAULTS)


def past(begin_hours_ago: int, minutes: int) -> tuple[datetime, datetime]:
    begin = SIX - begin_hours_ago * HOUR
    return begin, min(SIX, begin + minutes * MINUTE)


hours = st.builds(
    DriverHours,
    driver_key=st.just("x"),
    continuous_minutes=st.integers(0, 240),
    driven=st.lists(st.builds(past, st.integers(1, 24), st.integers(1, 180)), max_size=3).map(tuple),
)
crews = st.lists(hours, min_size=1, max_size=3).map(
    lambda crew: tuple(replace(driver, driver_key=f"d{n}") for n, driver in enumerate(crew))
)
distances = st.integers(0, 4000)
night = st.sampled_from([100, 80])


@settings(max_examples=60, deadline=None)
@given(crews, distances, distances, night)
def test_a_longer_way_never_arrives_sooner(crew, one: int, other: int, factor: int):
    rules = ruled(night_factor_percent=factor)
    near, far = sorted((one, other))
    assert simulate(SIX, near, 75, crew, rules).arrival <= simulate(SIX, far, 75, crew, rules).arrival


@settings(max_examples=60, deadline=None)
@given(crews, distances)
def test_another_driver_never_makes_it_later(crew, distance: int):
    arrivals = [simulate(SIX, distance, 75, crew[:size], DEFAULTS).arrival for size in range(1, len(crew) + 1)]
    assert arrivals == sorted(arrivals, reverse=True)


@settings(max_examples=60, deadline=None)
@given(crews, distances, night)
def test_no_driver_drives_more_than_4_h_on_end_or_8_h_in_a_day(crew, distance: int, factor: int):
    plan = simulate(SIX, distance, 75, crew, ruled(night_factor_percent=factor))
    on_end = Counter({driver.driver_key: driver.continuous_minutes * 60 for driver in crew})
    for segment in plan.segments:
        assert segment.seconds > 0
        if segment.driver_key:
            on_end[segment.driver_key] += segment.seconds
            assert on_end[segment.driver_key] <= 4 * 3600
        elif segment.seconds >= 20 * 60:
            on_end.clear()
    for driver in crew:
        planned = [(s.begin, s.end) for s in plan.segments if s.driver_key == driver.driver_key]
        worst = max((driven_before(end, driver.driven, planned) for _, end in planned), default=0)
        assert worst <= 8 * 3600


def driven_before(end: datetime, before, planned) -> int:
    seconds = set()
    for begin, stop in (*before, *planned):
        first, last = (int((t - end).total_seconds()) for t in (begin, stop))
        seconds.update(range(max(first, -86_400), min(last, 0)))
    return len(seconds)


@settings(max_examples=40, deadline=None)
@given(crews, distances)
def test_a_plan_has_no_holes_and_drives_the_whole_way(crew, distance: int):
    plan = simulate(SIX, distance, 75, crew, DEFAULTS)
    assert all(one.end == other.begin for one, other in pairwise(plan.segments))
    assert plan.seconds_of(SegmentKind.DRIVE) == distance * 48
    assert plan.arrival == (plan.segments[-1].end if plan.segments else SIX)


def test_a_plan_is_given_in_whole_seconds_of_utc():
    plan = simulate(SIX + timedelta(microseconds=1), 75, 75, (LI,), DEFAULTS)
    assert plan.arrival == local(2, 7, 0, 1)
    assert plan.arrival.tzinfo is UTC
