"""The clocks of domain 4.2: when each falls due, when it warns, and what starts one again; E10, E17, E18, E19."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import ClockKind
from services.policy.accidents.clocks import (
    CHANGED,
    DUE,
    TIER_ROSE,
    Begun,
    Change,
    Start,
    doubt_about_holidays,
    due_at,
    in_time,
    outline_known_at,
    starts_of_change,
    starts_of_report,
    warn_at,
)
from services.policy.accidents.holidays import is_working_day, next_working_day, not_published
from services.policy.localtime import SHANGHAI
from services.policy.ruleset import DEFAULTS

K = ClockKind
RULES = DEFAULTS.clock
HOLIDAY_MODE = replace(RULES, record_skips_holidays=True)
RECEIVED = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
BEGUN = Begun(occurred_at=RECEIVED, received_at=RECEIVED, outline_known_at=RECEIVED, tier=1, major=False)
CHANGE = Change(
    occurred_at=RECEIVED, learned_at=RECEIVED + timedelta(hours=3), tier_before=1, tier=1, major=False,
    quick_form_armed=False,
)  # fmt: skip


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[arg-type, misc] # year to second


def record_due(occurred: datetime, rules: object = RULES) -> datetime:
    return due_at(Start(K.FIVE_DAY_RECORD, occurred, ""), rules)  # type: ignore[arg-type] # ClockRules


def after(kind: ClockKind, reason: str = "") -> timedelta:
    return due_at(Start(kind, RECEIVED, reason), RULES) - RECEIVED


def kinds(change: Change) -> list[tuple[ClockKind, str]]:
    return [(start.kind, start.reason) for start in starts_of_change(change, RULES)]


def test_e10_an_accident_after_midnight_in_china_counts_from_its_local_day() -> None:
    assert record_due(datetime(2025, 12, 31, 16, 30, tzinfo=UTC)) == local(2026, 1, 7)


@pytest.mark.parametrize("at", [(0, 0), (10, 0), (23, 59)])
def test_e17_the_hour_of_the_day_does_not_move_the_five_day_record(at: tuple[int, int]) -> None:
    due = record_due(local(2026, 3, 2, *at))
    assert due == local(2026, 3, 8)
    assert in_time(local(2026, 3, 7, 23, 59, 59), due)
    assert not in_time(local(2026, 3, 8, 0, 0, 1), due)


def test_e18_a_last_day_off_moves_the_record_only_where_the_company_chose_so() -> None:
    occurred = local(2025, 9, 28, 23, 50)
    assert record_due(occurred) == local(2025, 10, 4)
    assert record_due(occurred, HOLIDAY_MODE) == local(2025, 10, 10)


def test_e19_the_hour_is_inclusive() -> None:
    received = local(2026, 3, 2, 10)
    due = due_at(Start(K.ONE_HOUR_REPORT, received, "tier_2"), RULES)
    assert in_time(local(2026, 3, 2, 11), due)
    assert not in_time(local(2026, 3, 2, 11, 0, 1), due)


@pytest.mark.parametrize(
    ("kind", "span"),
    [
        (K.POLICE_AND_SAFETY_TOLD, timedelta(minutes=10)),
        (K.RESPONDER_SENT, timedelta(minutes=15)),
        (K.INSURER_TOLD, timedelta(hours=48)),
        (K.ONE_HOUR_REPORT, timedelta(minutes=60)),
        (K.QUICK_FORM, timedelta(minutes=60)),
        (K.WRITTEN_REPORT, timedelta(hours=24)),
    ],
)
def test_a_clock_of_hours_runs_from_its_very_start(kind: ClockKind, span: timedelta) -> None:
    assert after(kind) == span


def test_a_follow_up_is_due_in_an_hour_when_the_tier_rises_and_in_a_day_otherwise() -> None:
    assert after(K.FOLLOW_UP, TIER_ROSE) == timedelta(minutes=60)
    assert after(K.FOLLOW_UP, CHANGED) == timedelta(hours=24)


def test_windows_of_law_end_with_a_local_day() -> None:
    started = local(2026, 3, 2, 10)
    ends = {kind: due_at(Start(kind, started, ""), RULES) for kind in (K.REVIEW_WINDOW, K.APPEAL_WINDOW)}
    assert ends == {K.REVIEW_WINDOW: local(2026, 3, 6), K.APPEAL_WINDOW: local(2026, 3, 8)}
    assert due_at(Start(K.DETERMINATION_EXPECTED, started, ""), RULES) == local(2026, 3, 16)


def test_every_kind_of_clock_has_a_due_time_after_its_start_and_warns_before_it() -> None:
    assert set(DUE) == set(ClockKind)
    for kind in ClockKind:
        due = due_at(Start(kind, RECEIVED, ""), RULES)
        assert RECEIVED <= warn_at(RECEIVED, due, RULES) < due


@pytest.mark.parametrize(
    ("minutes", "warned_after"),
    [(15, 7.5), (60, 30), (10, 5), (8, 3), (5, 0), (2, 0)],
)
def test_the_alarm_comes_at_half_time_and_five_minutes_before_the_end_at_the_latest(
    minutes: int, warned_after: float
) -> None:
    due = RECEIVED + timedelta(minutes=minutes)
    assert warn_at(RECEIVED, due, RULES) == RECEIVED + timedelta(minutes=warned_after)


@settings(max_examples=100)
@given(st.integers(1, 30 * 86_400), st.integers(5, 95), st.integers(1, 60))
def test_an_alarm_always_comes_before_its_clock_ends(seconds: int, share: int, at_least: int) -> None:
    due = RECEIVED + timedelta(seconds=seconds)
    rules = replace(RULES, warn_share_percent=share, warn_at_least_minutes=at_least)
    assert RECEIVED <= warn_at(RECEIVED, due, rules) < due


@pytest.mark.parametrize(
    ("tier", "major", "more"),
    [
        (1, False, []),
        (2, True, [(K.ONE_HOUR_REPORT, "tier_2"), (K.QUICK_FORM, "major_by_casualties")]),
        (3, True, [(K.ONE_HOUR_REPORT, "tier_3"), (K.QUICK_FORM, "major_by_casualties")]),
    ],
)
def test_a_report_starts_its_clocks_and_the_hour_from_the_second_tier_on(
    tier: int, major: bool, more: list[tuple[ClockKind, str]]
) -> None:
    started = [(one.kind, one.reason) for one in starts_of_report(replace(BEGUN, tier=tier, major=major))]
    always = [K.POLICE_AND_SAFETY_TOLD, K.RESPONDER_SENT, K.INSURER_TOLD, K.FIVE_DAY_RECORD]
    assert started == [*((kind, "reported") for kind in always), *more]


def test_the_hour_runs_from_receipt_and_the_call_to_the_police_from_the_accident() -> None:
    late = replace(BEGUN, received_at=RECEIVED + timedelta(hours=2), tier=2)
    started = {one.kind: one.started_at for one in starts_of_report(late)}
    assert started[K.ONE_HOUR_REPORT] == started[K.RESPONDER_SENT] == late.received_at
    assert started[K.POLICE_AND_SAFETY_TOLD] == started[K.FIVE_DAY_RECORD] == RECEIVED


@pytest.mark.parametrize(
    ("before", "tier", "started"),
    [
        (1, 1, [(K.FOLLOW_UP, CHANGED)]),
        (1, 2, [(K.ONE_HOUR_REPORT, "tier_2"), (K.FOLLOW_UP, TIER_ROSE)]),
        (2, 3, [(K.ONE_HOUR_REPORT, "tier_3"), (K.FOLLOW_UP, TIER_ROSE)]),
        (2, 2, [(K.FOLLOW_UP, CHANGED)]),
        (3, 2, [(K.FOLLOW_UP, CHANGED)]),
    ],
)
def test_only_a_higher_tier_asks_for_another_hour(before: int, tier: int, started: list[tuple[ClockKind, str]]) -> None:
    assert kinds(replace(CHANGE, tier_before=before, tier=tier)) == started


def test_the_quick_form_is_asked_for_once() -> None:
    major = replace(CHANGE, tier_before=2, tier=2, major=True)
    assert (K.QUICK_FORM, "major_by_casualties") in kinds(major)
    assert kinds(replace(major, quick_form_armed=True)) == [(K.FOLLOW_UP, CHANGED)]


def test_follow_ups_end_seven_days_after_the_accident_and_another_hour_does_not() -> None:
    last = replace(CHANGE, learned_at=RECEIVED + timedelta(days=7))
    assert kinds(last) == [(K.FOLLOW_UP, CHANGED)]
    later = replace(CHANGE, learned_at=RECEIVED + timedelta(days=7, seconds=1))
    assert kinds(later) == []
    assert kinds(replace(later, tier=2)) == [(K.ONE_HOUR_REPORT, "tier_2")]


def test_the_outline_counts_as_known_a_day_after_receipt_at_the_latest() -> None:
    day = RECEIVED + timedelta(hours=24)
    assert outline_known_at(RECEIVED, None, RULES) == day
    assert outline_known_at(RECEIVED, day + timedelta(seconds=1), RULES) == day
    assert outline_known_at(RECEIVED, day - timedelta(seconds=1), RULES) == day - timedelta(seconds=1)
    assert outline_known_at(RECEIVED, RECEIVED - timedelta(hours=1), RULES) == RECEIVED


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 10, 8), False),
        (date(2025, 10, 9), True),
        (date(2025, 9, 28), True),  # a Sunday that is worked
        (date(2025, 10, 11), True),  # a Saturday that is worked
        (date(2025, 10, 12), False),
        (date(2026, 2, 14), True),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 6, 19), False),
        (date(2027, 2, 10), False),
        (date(2027, 2, 11), True),
        (date(2028, 10, 2), True),  # no table: weekends only
        (date(2028, 10, 1), False),
    ],
)
def test_days_off_and_weekends_worked_are_known_by_the_day(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_the_days_off_of_a_published_year_are_as_many_as_the_statute_and_the_weekends_make() -> None:
    # every published year gives 13 days by statute in exchange for weekends: 365 days less 104 weekend days less 13
    for year, working in ((2025, 248), (2026, 248)):
        days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
        assert sum(map(is_working_day, days)) == working, year


def test_the_next_working_day_is_the_day_itself_when_it_is_worked() -> None:
    assert next_working_day(date(2026, 9, 30)) == date(2026, 9, 30)
    assert next_working_day(date(2026, 10, 1)) == date(2026, 10, 8)


def test_a_year_that_is_not_published_is_told_where_the_due_time_rests_on_it() -> None:
    assert not_published([date(2026, 12, 31), date(2027, 1, 1)]) == [2027]
    start = Start(K.FIVE_DAY_RECORD, local(2026, 12, 28, 9), "")
    (doubt,) = doubt_about_holidays(start, HOLIDAY_MODE)
    assert (doubt.code, doubt.facts) == ("HOLIDAYS_NOT_PUBLISHED", {"year": 2027})
    assert list(doubt_about_holidays(start, RULES)) == []
    assert list(doubt_about_holidays(Start(K.INSURER_TOLD, local(2027, 1, 1), ""), HOLIDAY_MODE)) == []
    assert list(doubt_about_holidays(Start(K.FIVE_DAY_RECORD, local(2026, 3, 2), ""), HOLIDAY_MODE)) == []
