"""Four hours at the wheel without twenty minutes' stop, by driver (domain 5.2, T4, T8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from services.policy.driving import Driven, object_to_driving
from services.policy.fatigue import AtWheel, Stretch, Tired, drive_on
from services.policy.localtime import local_text
from services.policy.ruleset import DEFAULTS, DrivingRules

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
A, B = "driver-a", "driver-b"


def live(*parts: tuple[float, str | None], rules: DrivingRules = DEFAULTS.driving) -> list[Tired]:
    """Drive through parts of (minutes, driver), None a stand; gives who became tired or rested, and when."""
    known, at, told = AtWheel(), START, []
    for minutes, driver in parts:
        end = at + timedelta(minutes=minutes)
        known, tired = drive_on(known, Stretch(at, end, driver is not None, driver), rules)
        told += tired
        at = end
    return told


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def test_t4_exactly_four_hours_are_lawful():
    assert live((240, A)) == []


def test_the_moment_the_time_was_full_is_told_once():
    assert live((200, A), (41, A), (60, A)) == [Tired(A, after(240), ended=False)]


def test_t8_a_stop_of_19_minutes_does_not_reset():
    assert live((239, A), (19, None), (2, A)) == [Tired(A, after(259), ended=False)]


def test_a_stop_of_20_minutes_does():
    assert live((240, A), (20, None), (240, A)) == []


def test_the_rest_ends_the_event_at_the_minute_it_was_enough():
    assert live((250, A), (45, None))[1] == Tired(A, after(270), ended=True)


def test_stands_add_up_only_while_nothing_moves_between():
    assert live((230, A), (10, None), (1, A), (10, None), (10, A)) == [Tired(A, after(260), ended=False)]


def test_riding_along_is_no_rest():
    assert live((239, A), (60, B), (2, A)) == [Tired(A, after(300), ended=False)]


def test_a_hand_over_with_the_stop_it_takes_ends_the_block_of_who_gets_up():
    assert live((250, A), (20, None), (10, B)) == [Tired(A, after(240), ended=False), Tired(A, after(270), ended=True)]


def test_whose_time_was_full_when_he_stopped_broke_the_rule_at_that_moment_by_driving_on():
    full = Tired(A, after(240), ended=False)
    assert live((240, A), (19, None), (1, A)) == live((240, A), (5, B), (1, A)) == [full]
    assert live((240, A), (19, None), (1, B), (20, None), (240, A)) == []
    handed_over = ((240, A), (10, None), (1, B), (241, A))
    assert live(*handed_over) == [full]
    quick = replace(DEFAULTS.driving, swap_minutes=10)
    assert live(*handed_over, rules=quick) == [Tired(A, after(491), ended=False)]


def test_nobody_is_accused_where_nobody_knows_who_drove():
    assert live((100, A), (300, None), (100, A)) == []


drives = st.lists(st.tuples(st.integers(1, 300), st.sampled_from([A, B, None])), max_size=12)


@given(drives)
@example([(240, B), (1, A), (1, B)])
def test_it_says_what_the_account_after_the_trip_says(parts):
    """The log of the same drives, judged after the trip, objects at the same moments."""
    log, at = [], START
    for minutes, driver in parts:
        end = at + timedelta(minutes=minutes)
        if driver is not None:
            log.append(Driven(driver, at, end))
        at = end
    objected = [
        (one.facts["driver"], one.facts["at"])
        for one in object_to_driving(log, DEFAULTS)
        if one.code == "DRIVING_CONTINUOUS_OVER"
    ]
    found = [(one.driver, local_text(one.at)) for one in live(*parts) if not one.ended]
    assert sorted(found) == sorted(objected)
