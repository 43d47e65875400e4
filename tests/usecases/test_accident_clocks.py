"""Accident clocks in the background: alarmed before the end, recorded when missed, never silent (P18, R-A-22)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select

from models.records import JournalEntry, OutboxRow
from models.vocabulary import ClockKind, ReportKind, ReportRecipient, Role, TaskKind
from services.accident_cases import find_accident
from services.accidents import clocks, duty, harm, reports, watching
from services.accidents.duty import NewShift
from services.accidents.reports import Sending
from services.policy.accidents.classification import Harm
from services.policy.findings import RuleBrokenError
from services.transaction import WORKER
from tests.support import case
from tests.support.world import World
from workers import inline, sweep

K = ClockKind
R = ReportRecipient
BOTH = (R.SUPERIOR_AUTHORITY, R.GOVERNMENT)


def send(world: World, number: str, kind: ReportKind, *to: ReportRecipient, at: datetime | None = None) -> None:
    blocks = dict.fromkeys(("scene", "outline", "loss", "cause", "measures", "contact", "other", "what_changed"), "x")
    sending = Sending(kind=kind, recipients=to, sent_at=at or world.clock.now(), blocks=blocks)
    case.do(world, lambda tx: reports.send(tx, number, sending))


def learn(world: World, number: str, known: Harm, at: datetime | None = None) -> None:
    learned = at or world.clock.now()
    case.do(world, lambda tx: harm.update(tx, number, known, learned, "医院通知"))


def actions(world: World, action: str) -> list[dict[str, object]]:
    query = select(JournalEntry.facts).where(JournalEntry.action == action).order_by(JournalEntry.id)
    return case.look(world, lambda tx: list(tx.session.scalars(query)))


def alarms(world: World, kind: ClockKind) -> list[tuple[bool, str]]:
    return [(one["missed"], one["for"]) for one in case.tasks(world, TaskKind.ACCIDENT_CLOCK) if one["clock"] == kind]


def test_the_person_on_duty_is_alarmed_before_the_hour_is_over_and_a_missed_hour_is_recorded(world: World) -> None:
    shift = NewShift(
        user="safety", starts_at=world.clock.now(), ends_at=world.clock.now() + timedelta(hours=8), phone="13905361111"
    )
    case.do(world, lambda tx: duty.plan(tx, shift))
    number = case.reported(world, harm=case.ONE_DEAD)
    case.pass_time(world, minutes=29, seconds=59)
    assert alarms(world, K.ONE_HOUR_REPORT) == []
    case.pass_time(world, seconds=1)
    assert alarms(world, K.ONE_HOUR_REPORT) == [(False, "on_duty")]
    (task,) = [one for one in case.tasks(world, TaskKind.ACCIDENT_CLOCK) if one["clock"] == K.ONE_HOUR_REPORT]
    assert task["people"] == [{"name": "安全员", "phone": "+8613905361111"}]
    clock = case.clock(world, number, K.ONE_HOUR_REPORT)
    assert clock.warned_at is not None
    assert clock.warned_at < clock.due_at
    case.pass_time(world, minutes=30)
    assert case.clock(world, number, K.ONE_HOUR_REPORT).missed_at is None
    case.pass_time(world, seconds=1)
    clock = case.clock(world, number, K.ONE_HOUR_REPORT)
    assert (clock.missed_at, clock.met_at) == (clock.due_at, None)
    assert alarms(world, K.ONE_HOUR_REPORT) == [(True, "on_duty")]
    missed = [one for one in actions(world, "accident.clock_missed") if one["clock"] == K.ONE_HOUR_REPORT]
    assert len(missed) == 1


@pytest.mark.parametrize(("late_s", "in_time"), [(0, True), (1, False)])
def test_e19_a_report_on_the_last_second_is_in_time_and_one_second_later_is_not(
    lite_world: World, late_s: int, in_time: bool
) -> None:
    number = case.reported(lite_world, harm=case.ONE_DEAD)
    lite_world.clock.advance(hours=1, seconds=late_s)
    send(lite_world, number, ReportKind.ORAL, R.SUPERIOR_AUTHORITY)
    clock = case.clock(lite_world, number, K.ONE_HOUR_REPORT)
    assert (clock.met_at, clock.missed_at is None) == (lite_world.clock.now(), in_time)
    case.pass_time(lite_world, minutes=5)
    assert alarms(lite_world, K.ONE_HOUR_REPORT) == []


def test_a_clock_that_is_met_alarms_nobody_and_one_that_was_missed_stays_missed(world: World) -> None:
    first = case.reported(world, harm=case.ONE_DEAD)
    second = case.reported(world, plate="鲁G10002", driver="D2", harm=case.ONE_DEAD)
    send(world, first, ReportKind.ORAL, R.SUPERIOR_AUTHORITY)
    case.pass_time(world, minutes=61)
    assert [
        one["accident"] for one in case.tasks(world, TaskKind.ACCIDENT_CLOCK) if one["clock"] == "one_hour_report"
    ] == [second]
    send(world, second, ReportKind.ORAL, R.SUPERIOR_AUTHORITY)
    clock = case.clock(world, second, K.ONE_HOUR_REPORT)
    assert (clock.missed_at, clock.met_at) == (clock.due_at, world.clock.now())
    assert alarms(world, K.ONE_HOUR_REPORT) == []


def test_when_nobody_is_on_duty_the_managers_are_alarmed(lite_world: World) -> None:
    case.reported(lite_world)
    case.pass_time(lite_world, minutes=8)
    (task,) = [one for one in case.tasks(lite_world, TaskKind.ACCIDENT_CLOCK) if one["clock"] == K.RESPONDER_SENT]
    assert (task["for"], task["people"]) == ("manager", [{"name": "经理", "phone": None}])


def test_a_clock_whose_own_row_was_lost_is_found_by_the_sweep(world: World) -> None:
    number = case.reported(world, harm=case.ONE_DEAD)
    with world.runtime.begin(WORKER) as tx:
        tx.session.execute(delete(OutboxRow).where(OutboxRow.job == "accident_clock"))
    case.pass_time(world, minutes=31)
    assert alarms(world, K.ONE_HOUR_REPORT) == [], "the broken twin: without its row the clock is silent"
    inline.tick(world.runtime)
    assert alarms(world, K.ONE_HOUR_REPORT) == [(False, "manager")]
    world.clock.advance(minutes=30)
    inline.tick(world.runtime)
    assert case.clock(world, number, K.ONE_HOUR_REPORT).missed_at is not None
    assert alarms(world, K.ONE_HOUR_REPORT) == [(True, "manager")]
    assert sweep.RECURRING["watch_clocks"] <= timedelta(minutes=1)


def test_looking_twice_raises_one_alarm(lite_world: World) -> None:
    number = case.reported(lite_world, harm=case.ONE_DEAD)
    lite_world.clock.advance(minutes=61)
    clock_id = case.clock(lite_world, number, K.ONE_HOUR_REPORT).id
    for _ in range(2):
        with lite_world.runtime.begin(WORKER) as tx:
            assert watching.watch(tx, clock_id) is None
            watching.watch_overdue(tx)
    assert alarms(lite_world, K.ONE_HOUR_REPORT) == [(True, "manager")]
    assert watching_absent(lite_world) is None


def watching_absent(world: World) -> datetime | None:
    with world.runtime.begin(WORKER) as tx:
        return watching.watch(tx, 999_999)


def test_the_third_tier_needs_both_the_government_and_the_superior(world: World) -> None:
    number = case.reported(world, harm=case.THREE_DEAD)
    world.clock.advance(minutes=10)
    send(world, number, ReportKind.ORAL, R.SUPERIOR_AUTHORITY)
    assert case.clock(world, number, K.ONE_HOUR_REPORT).met_at is None
    world.clock.advance(minutes=10)
    send(world, number, ReportKind.ORAL, R.GOVERNMENT)
    assert case.clock(world, number, K.ONE_HOUR_REPORT).met_at == world.clock.now()


def test_a_death_in_hospital_on_day_six_starts_another_hour_and_leaves_the_first_result(world: World) -> None:
    number = case.reported(world, harm=Harm(seriously_hurt=3))
    case.pass_time(world, minutes=61)
    case.pass_time(world, days=6)
    learn(world, number, Harm(dead=3))
    first, second = case.clocks(world, number, K.ONE_HOUR_REPORT)
    assert (first.arming, first.missed_at, first.reason) == (1, first.due_at, "tier_2")
    assert (second.arming, second.started_at, second.reason) == (2, world.clock.now(), "tier_3")
    assert second.due_at == world.clock.now() + timedelta(minutes=60)
    follow_up = case.clock(world, number, K.FOLLOW_UP)
    assert (follow_up.reason, follow_up.due_at) == ("tier_rose", world.clock.now() + timedelta(minutes=60))
    assert len(case.clocks(world, number, K.QUICK_FORM)) == 1
    (plan,) = case.tasks(world, TaskKind.EMERGENCY_PLAN)
    assert plan["accident"] == number


def test_a_change_that_raises_no_tier_asks_for_a_follow_up_in_a_day(world: World) -> None:
    number = case.reported(world, harm=case.ONE_DEAD)
    case.pass_time(world, hours=2)
    learn(world, number, replace(case.ONE_DEAD, slightly_hurt=1))
    clock = case.clock(world, number, K.FOLLOW_UP)
    assert clock.due_at - clock.started_at == timedelta(hours=24)
    (task,) = case.tasks(world, TaskKind.FOLLOW_UP_REPORT)
    assert (task["accident"], task["reason"]) == (number, "harm_changed")
    send(world, number, ReportKind.FOLLOW_UP, R.SUPERIOR_AUTHORITY)
    assert case.clock(world, number, K.FOLLOW_UP).met_at == world.clock.now()
    assert case.tasks(world, TaskKind.FOLLOW_UP_REPORT) == []


def test_changes_are_followed_up_for_seven_days(lite_world: World) -> None:
    number = case.reported(lite_world)
    case.pass_time(lite_world, days=7)
    learn(lite_world, number, Harm(slightly_hurt=2))
    case.pass_time(lite_world, seconds=1)
    learn(lite_world, number, Harm(slightly_hurt=3))
    assert len(case.clocks(lite_world, number, K.FOLLOW_UP)) == 1


def test_harm_that_turned_out_smaller_stops_what_is_not_due_any_more(lite_world: World) -> None:
    number = case.reported(lite_world, harm=Harm(missing=1))
    assert case.case(lite_world, number).report_tier == 2
    learn(lite_world, number, Harm(slightly_hurt=1))
    assert case.clock(lite_world, number, K.ONE_HOUR_REPORT).stopped_at is not None
    learn(lite_world, number, Harm(dead=1))
    assert [one.arming for one in case.clocks(lite_world, number, K.ONE_HOUR_REPORT)] == [1, 2]


def test_a_count_is_a_change_and_comes_after_the_one_before(lite_world: World) -> None:
    number = case.reported(lite_world)
    now = lite_world.clock.now()
    for known, at, code in (
        (case.MINOR, now, "HARM_UNCHANGED"),
        (case.ONE_DEAD, now - timedelta(seconds=1), "TIME_BEFORE_LAST"),
        (case.ONE_DEAD, now + timedelta(minutes=10, seconds=1), "TIME_IN_THE_FUTURE"),
    ):
        with pytest.raises(RuleBrokenError) as caught:
            learn(lite_world, number, known, at)
        assert [one.code for one in caught.value.findings] == [code]


def test_an_oral_report_is_followed_in_writing_within_a_day(world: World) -> None:
    number = case.reported(world, harm=case.THREE_DEAD)
    send(world, number, ReportKind.ORAL, *BOTH)
    clock = case.clock(world, number, K.WRITTEN_REPORT)
    assert clock.due_at == world.clock.now() + timedelta(hours=24)
    world.clock.advance(hours=2)
    send(world, number, ReportKind.WRITTEN, R.SUPERIOR_AUTHORITY)
    assert case.clock(world, number, K.WRITTEN_REPORT).met_at is None
    send(world, number, ReportKind.WRITTEN, R.GOVERNMENT)
    assert case.clock(world, number, K.WRITTEN_REPORT).met_at == world.clock.now()


def test_the_calls_to_police_and_insurer_meet_their_clocks(lite_world: World) -> None:
    number = case.reported(lite_world, police_told_at=None)
    lite_world.clock.advance(minutes=3)
    send(lite_world, number, ReportKind.POLICE, R.POLICE)
    send(lite_world, number, ReportKind.INSURER, R.INSURER)
    accident = case.case(lite_world, number)
    assert accident.police_told_at == lite_world.clock.now()
    for kind in (K.POLICE_AND_SAFETY_TOLD, K.INSURER_TOLD):
        assert case.clock(lite_world, number, kind).met_at == lite_world.clock.now()


def test_a_window_that_ends_is_over_and_not_missed(lite_world: World) -> None:
    number = case.reported(lite_world)
    now = lite_world.clock.now()
    case.do(
        lite_world, lambda tx: clocks.arm(tx, find_accident(tx, number), K.REVIEW_WINDOW, now, "第1号"), Role.SAFETY
    )
    due = case.clock(lite_world, number, K.REVIEW_WINDOW).due_at
    lite_world.clock.move_to(due)
    inline.drain(lite_world.runtime)
    assert case.clock(lite_world, number, K.REVIEW_WINDOW).warned_at is not None
    case.pass_time(lite_world, seconds=1)
    clock = case.clock(lite_world, number, K.REVIEW_WINDOW)
    assert (clock.missed_at, clock.stopped_at) == (None, lite_world.clock.now())
    assert alarms(lite_world, K.REVIEW_WINDOW) == []


def test_no_clock_of_a_case_is_ever_without_its_look(lite_world: World) -> None:
    number = case.reported(lite_world, harm=case.THREE_DEAD)
    learn(lite_world, number, Harm(dead=4))
    ids = [one.id for kind in ClockKind for one in case.clocks(lite_world, number, kind) if one.met_at is None]
    keys = case.look(lite_world, lambda tx: set(tx.session.scalars(select(OutboxRow.key))))
    assert len(ids) == 6
    assert {f"accident-clock-{one}" for one in ids} <= keys
