"""Arrival notices: the cases N1 to N14 of the domain rules, boundary pairs, and what must always hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import ChannelKind, NoticeBreach, NoticeKind
from services.policy.eta import EstimateFacts, estimate
from services.policy.notices import (
    Acknowledged,
    Action,
    ArrivalFacts,
    Decision,
    Exhausted,
    NoticeFacts,
    QuietHours,
    Retry,
    StopNotice,
    Told,
    alarm_at,
    breach_on_arrival,
    call_task_at,
    due_at,
    lead,
    may_send_now,
    next_attempt,
    object_to_departure_notice,
    owed_on_arrival,
    quiet_hours,
    schedule,
    terminal_due_at,
    told_in_time,
)
from services.policy.ruleset import DEFAULTS, NoticeRules, Ruleset
from services.texts.findings_timing import FINDINGS_TIMING
from services.texts.notice_arrived import ARRIVED
from services.texts.notice_templates import TEMPLATES

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
QUIET = quiet_hours(DEFAULTS)
ORDINARY = lead([True], DEFAULTS)
HARD = lead([False], DEFAULTS)


def local(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=SHANGHAI)


ETA = local(3, 20, 30)


def due(eta: datetime, ahead: timedelta, quiet: QuietHours | None = QUIET) -> datetime:
    return due_at(eta, ahead, quiet=quiet, ruleset=DEFAULTS)


def decide(**changes: object) -> Decision:
    facts = NoticeFacts(now=local(2, 12), eta=ETA, lead=ORDINARY, assigned_at=local(2, 12), quiet=QUIET)
    return schedule(replace(facts, **changes), DEFAULTS)  # type: ignore[arg-type]


def decide_after_told(now: datetime, eta: datetime, **changes: object) -> Decision:
    return decide(**{"now": now, "eta": eta, "told": Told(ETA, 1, local(3, 8, 30)), **changes})


# N1 to N6: when it is due


def test_N1_ordinary_goods_are_told_half_a_day_ahead():  # noqa: N802
    assert due(ETA, ORDINARY) == local(3, 8, 30)


def test_N2_a_due_time_in_the_night_moves_to_the_evening_before():  # noqa: N802
    assert due(local(3, 18), ORDINARY) == local(2, 20, 30)


def test_N3_goods_not_for_hand_unloading_are_told_a_day_ahead():  # noqa: N802
    assert due(local(3, 18), HARD) == local(2, 18)


def test_N4_an_early_morning_due_time_moves_to_the_evening_before():  # noqa: N802
    assert due(local(3, 7, 30), HARD) == local(1, 20, 30)


def test_N5_nine_in_the_evening_is_already_quiet():  # noqa: N802
    assert due(local(3, 9), ORDINARY) == local(2, 20, 30)


def test_N6_a_mixed_stop_takes_the_longer_lead():  # noqa: N802
    assert lead([True, False], DEFAULTS) == HARD == timedelta(hours=24)
    assert lead([True, True], DEFAULTS) == ORDINARY == timedelta(hours=12)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (local(2, 20, 59, 59), local(2, 20, 59, 59)),
        (local(2, 21), local(2, 20, 30)),
        (local(3, 7, 59, 59), local(2, 20, 30)),
        (local(3, 8), local(3, 8)),
    ],
)
def test_quiet_hours_begin_and_end_on_the_second(raw: datetime, expected: datetime):
    assert due(raw + ORDINARY, ORDINARY) == expected


def test_without_quiet_hours_the_lead_is_taken_as_it_is():
    assert due(local(3, 18), ORDINARY, None) == local(3, 6)
    assert due(local(3, 18), ORDINARY, QuietHours(480, 480)) == local(3, 6)


def test_a_partys_own_quiet_hours_may_lie_within_one_day():
    assert due(local(3, 13), timedelta(0), QuietHours(720, 840)) == local(3, 11, 30)
    assert due(local(3, 14), timedelta(0), QuietHours(720, 840)) == local(3, 14)


@pytest.mark.parametrize("channel", list(ChannelKind))
@pytest.mark.parametrize(("now", "quiet_now"), [(local(2, 20, 59, 59), False), (local(2, 21), True)])
def test_only_the_phone_is_silent_in_quiet_hours(channel: ChannelKind, now: datetime, quiet_now: bool):
    silent = quiet_now and channel is ChannelKind.PHONE
    assert may_send_now(channel, now, QUIET, urgent=False) is not silent
    assert may_send_now(channel, now, QUIET, urgent=True)
    assert may_send_now(channel, now, None, urgent=False)


# N7 to N13: what to do now


def test_N7_a_notice_may_be_due_before_departure_and_holds_the_truck_at_the_gate():  # noqa: N802
    assigned = local(2, 9)
    decision = decide(now=assigned, assigned_at=assigned, eta=local(3, 15), lead=HARD)
    assert decision == Decision(Action.SCHEDULE, at=local(2, 15))
    stop = StopNotice("A", local(2, 15))
    (finding,) = object_to_departure_notice([stop], local(3, 10), DEFAULTS)
    assert (finding.code, finding.facts["stop"]) == ("NOTICE_NOT_SENT", "A")
    assert all(text.format(**finding.facts) for text in FINDINGS_TIMING[finding.code])
    assert not list(object_to_departure_notice([replace(stop, sent_at=local(2, 15))], local(3, 10), DEFAULTS))


def test_the_gate_holds_from_the_due_second_on():
    stop = StopNotice("A", local(3, 10))
    assert list(object_to_departure_notice([stop], local(3, 10), DEFAULTS))
    assert not list(object_to_departure_notice([stop], local(3, 9, 59, 59), DEFAULTS))


def test_every_stop_not_told_is_named_and_the_gate_rule_may_be_off():
    stops = [StopNotice("A", local(3, 9)), StopNotice("B", local(3, 9)), StopNotice("C", local(3, 11))]
    found = object_to_departure_notice(stops, local(3, 10), DEFAULTS)
    assert [finding.facts["stop"] for finding in found] == ["A", "B"]
    off = Ruleset(notice=NoticeRules(block_gate_without_notice=False))
    assert not list(object_to_departure_notice(stops, local(3, 10), off))


def test_N8_a_late_booking_is_sent_at_once_and_does_not_hold_the_truck():  # noqa: N802
    now = local(3, 8)
    decision = decide(now=now, assigned_at=now, eta=local(3, 15), lead=HARD)
    assert (decision.action, decision.at, decision.breach) == (Action.SEND_NOW, now, NoticeBreach.LATE_BOOKING)
    sent = StopNotice("A", local(2, 15), sent_at=now)
    assert not list(object_to_departure_notice([sent], local(3, 10), DEFAULTS))


def test_a_booking_on_the_last_second_is_not_late_and_one_second_after_is():
    on_time = local(2, 15)
    assert decide(now=on_time, assigned_at=on_time, eta=local(3, 15), lead=HARD).breach is None
    late = on_time + SECOND
    assert decide(now=late, assigned_at=late, eta=local(3, 15), lead=HARD).breach is NoticeBreach.LATE_BOOKING


def test_a_booking_in_the_quiet_hours_that_keeps_the_lead_is_no_breach():
    now = local(2, 22)
    decision = decide(now=now, assigned_at=now, eta=local(3, 18))
    assert decision == Decision(Action.SEND_NOW, at=now, urgent=True)


def test_N9_an_arrival_45_minutes_later_changes_nothing_and_70_minutes_is_an_update():  # noqa: N802
    assert decide_after_told(local(3, 12), local(3, 21, 15)) == Decision(Action.NOTHING, local(3, 20, 15))
    update = decide_after_told(local(3, 12), local(3, 21, 40))
    assert (update.action, update.version, update.kind, update.breach) == (Action.UPDATE, 2, NoticeKind.UPDATE, None)


@pytest.mark.parametrize(
    ("eta", "action"),
    [
        (ETA + 60 * MINUTE - SECOND, Action.NOTHING),
        (ETA + 60 * MINUTE, Action.UPDATE),
        (ETA - 30 * MINUTE + SECOND, Action.NOTHING),
        (ETA - 30 * MINUTE, Action.UPDATE),
    ],
)
def test_an_update_begins_at_an_hour_later_or_half_an_hour_earlier(eta: datetime, action: Action):
    assert decide_after_told(local(3, 12), eta).action is action


@pytest.mark.parametrize(("now", "action"), [(local(3, 9, 29, 59), Action.SCHEDULE), (local(3, 9, 30), Action.UPDATE)])
def test_updates_lie_an_hour_apart(now: datetime, action: Action):
    decision = decide_after_told(now, ETA + 2 * HOUR)
    assert (decision.action, decision.at, decision.version) == (action, local(3, 9, 30), 2)


@pytest.mark.parametrize("eta", [ETA, ETA + 59 * MINUTE, ETA - 29 * MINUTE])
def test_who_was_told_that_the_arrival_is_unknown_is_told_any_new_one(eta: datetime):
    told = Told(ETA, 2, local(3, 12), withdrawn=True)
    update = decide(now=local(3, 13), eta=eta, told=told)
    assert (update.action, update.version, update.kind, update.breach) == (Action.UPDATE, 3, NoticeKind.UPDATE, None)
    early = decide(now=local(3, 12, 59, 59), eta=eta, told=told)
    assert (early.action, early.at) == (Action.SCHEDULE, local(3, 13))


@pytest.mark.parametrize(("now", "action"), [(local(3, 19, 29, 59), Action.NOTHING), (local(3, 19, 30), Action.FINAL)])
def test_a_final_notice_goes_out_within_the_last_hour(now: datetime, action: Action):
    decision = decide_after_told(now, ETA)
    assert (decision.action, decision.at) == (action, local(3, 19, 30))


def test_the_final_notice_does_not_wait_for_the_gap_and_is_said_once():
    told = Told(ETA, 2, local(3, 19, 20))
    decision = decide(now=local(3, 19, 30), eta=ETA, told=told)
    assert (decision.action, decision.version, decision.kind) == (Action.FINAL, 3, NoticeKind.FINAL_HOUR)
    again = decide(now=local(3, 19, 31), eta=ETA, told=replace(told, at=local(3, 19, 30)), final_sent=True)
    assert again == Decision(Action.NOTHING, None, 2)
    ten_later = decide(
        now=local(3, 19, 45), eta=local(3, 20, 40), told=replace(told, at=local(3, 19, 30)), final_sent=True
    )
    assert ten_later == Decision(Action.NOTHING, None, 2)


def test_who_was_told_within_the_last_hour_is_not_told_again_unless_it_moved():
    told = Told(ETA, 1, local(3, 19, 45))
    assert decide(now=local(3, 19, 50), eta=ETA, told=told) == Decision(Action.NOTHING, None, 1)
    assert decide(now=local(3, 19, 50), eta=ETA - 30 * MINUTE, told=told).action is Action.FINAL


def test_N10_an_arrival_40_minutes_earlier_is_an_update_and_a_breach_unless_he_agreed():  # noqa: N802
    assert decide_after_told(local(3, 12), local(3, 19, 50)).action is Action.UPDATE
    arrival = ArrivalFacts(local(3, 19, 50), ORDINARY, local(3, 8, 30), first_told_eta=ETA, attempted=True)
    assert breach_on_arrival(arrival, DEFAULTS) is NoticeBreach.EARLY_ARRIVAL
    agreed = replace(arrival, acknowledged=(Acknowledged(2, local(3, 19, 50)),))
    assert breach_on_arrival(agreed, DEFAULTS) is None
    first_only = replace(arrival, arrived_at=local(3, 20, 10), acknowledged=(Acknowledged(1, ETA),))
    assert breach_on_arrival(first_only, DEFAULTS) is NoticeBreach.EARLY_ARRIVAL


def test_agreeing_to_an_earlier_arrival_does_not_cover_one_earlier_still():
    agreed = (Acknowledged(2, local(3, 19, 50)),)
    arrival = ArrivalFacts(local(3, 19, 20, 1), ORDINARY, local(3, 8, 30), ETA, agreed)
    assert breach_on_arrival(arrival, DEFAULTS) is None
    earlier = replace(arrival, arrived_at=local(3, 19, 20))
    assert breach_on_arrival(earlier, DEFAULTS) is NoticeBreach.EARLY_ARRIVAL


def test_N11_an_arrival_that_moves_forward_before_the_notice_is_sent_at_once():  # noqa: N802
    decision = decide(now=local(3, 6, 30), eta=local(3, 17), planned_eta=ETA)
    expected = Decision(Action.SEND_NOW, local(3, 6, 30), breach=NoticeBreach.ETA_MOVED, urgent=True)
    assert decision == expected


def test_an_arrival_that_moved_before_its_new_due_time_is_not_the_cause():
    facts = {"now": local(3, 6, 30), "eta": local(3, 17), "planned_eta": ETA}
    assert decide(**facts, eta_moved_at=local(3, 5)).breach is NoticeBreach.NOT_SENT
    assert decide(**facts, eta_moved_at=local(3, 5, 0, 1)).breach is NoticeBreach.ETA_MOVED


def test_a_missed_notice_is_not_sent_or_not_delivered():
    assert decide(now=local(3, 9)).breach is NoticeBreach.NOT_SENT
    assert decide(now=local(3, 9), attempted=True).breach is NoticeBreach.DELIVERY_FAILED
    assert decide(now=local(3, 9), eta=local(3, 20), planned_eta=ETA).breach is NoticeBreach.NOT_SENT


def test_a_notice_on_the_due_second_is_sent_without_breach():
    assert decide(now=local(3, 8, 30)) == Decision(Action.SEND_NOW, local(3, 8, 30))
    assert decide(now=local(3, 8, 29, 59)) == Decision(Action.SCHEDULE, local(3, 8, 30))


def test_N12_a_slip_to_the_next_day_is_an_update_and_no_second_lead():  # noqa: N802
    decision = decide_after_told(local(3, 12), local(4, 14))
    assert (decision.action, decision.breach) == (Action.UPDATE, None)
    arrival = ArrivalFacts(local(4, 14), ORDINARY, local(3, 8, 30), first_told_eta=ETA)
    assert breach_on_arrival(arrival, DEFAULTS) is None


def test_N13_a_stale_estimate_does_not_stop_the_notice():  # noqa: N802
    now = local(3, 8, 30)
    silent = EstimateFacts(now, 850, 75, last_position_at=now - HOUR)
    result = estimate(silent, DEFAULTS)
    assert result.stale
    assert decide(now=now, eta=result.arrival).action is Action.SEND_NOW


def test_N14_goods_at_a_terminal_are_told_within_a_day():  # noqa: N802
    assert terminal_due_at(local(3, 10), DEFAULTS) == local(4, 10)


def test_an_update_in_the_night_rings_only_when_the_truck_comes_before_the_morning():
    told = Told(local(3, 6), 1, local(2, 12))
    assert decide(now=local(3, 0), eta=local(3, 3), told=told).urgent
    assert decide(now=local(3, 0), eta=local(3, 8), told=told).urgent
    assert not decide(now=local(3, 0), eta=local(3, 8, 0, 1), told=told).urgent
    assert not decide(now=local(2, 20), eta=local(3, 3), told=told).urgent


# afterwards


@pytest.mark.parametrize(
    ("delivered", "in_time"), [(local(3, 8, 30), True), (local(3, 8, 30, 1), False), (None, False)]
)
def test_told_in_time_is_at_least_the_lead_before_arrival(delivered: datetime | None, in_time: bool):
    assert told_in_time(ETA, delivered, ORDINARY) is in_time


@pytest.mark.parametrize(
    ("facts", "breach"),
    [
        (ArrivalFacts(ETA, ORDINARY), NoticeBreach.NOT_SENT),
        (ArrivalFacts(ETA, ORDINARY, attempted=True), NoticeBreach.DELIVERY_FAILED),
        (ArrivalFacts(ETA, ORDINARY, due_at=ETA + SECOND), NoticeBreach.EARLY_ARRIVAL),
        (ArrivalFacts(ETA, ORDINARY, due_at=ETA), NoticeBreach.NOT_SENT),
        (ArrivalFacts(ETA, ORDINARY, due_at=ETA + SECOND, attempted=True), NoticeBreach.DELIVERY_FAILED),
        (ArrivalFacts(ETA, ORDINARY, local(3, 9), ETA), NoticeBreach.DELIVERY_FAILED),
        (ArrivalFacts(ETA, ORDINARY, local(3, 9), ETA, recorded=NoticeBreach.ETA_MOVED), NoticeBreach.ETA_MOVED),
        (ArrivalFacts(ETA, ORDINARY, local(3, 8), ETA, recorded=NoticeBreach.LATE_BOOKING), None),
    ],
)
def test_the_breach_on_arrival_has_its_cause(facts: ArrivalFacts, breach: NoticeBreach | None):
    assert breach_on_arrival(facts, DEFAULTS) is breach


@pytest.mark.parametrize(
    ("kind", "told", "owed"),
    [
        (NoticeKind.PRE_ARRIVAL, False, True),
        (NoticeKind.PRE_ARRIVAL, True, False),
        (NoticeKind.UPDATE, False, False),
        (NoticeKind.FINAL_HOUR, True, False),
    ],
)
def test_with_the_truck_at_the_door_only_a_first_notice_that_told_nobody_is_owed(
    kind: NoticeKind, told: bool, owed: bool
):
    assert owed_on_arrival(kind, told=told) is owed


def test_a_call_follows_half_the_lead_without_an_answer():
    assert call_task_at(local(3, 8, 30), ORDINARY) == local(3, 14, 30)
    assert call_task_at(local(3, 8, 30), ORDINARY, ETA) == local(3, 14, 30)


def test_a_late_notice_is_followed_by_a_call_before_the_truck():
    assert call_task_at(local(3, 8), HARD, local(3, 15)) == local(3, 11, 30)
    assert call_task_at(local(3, 8), HARD, local(3, 7)) == local(3, 8)


def test_the_alarm_rings_before_the_notice_is_due():
    assert alarm_at(local(3, 8, 30), DEFAULTS) == local(3, 8)


def test_failures_go_through_a_channels_attempts_then_the_next_then_a_person():
    now = local(3, 8)
    channels = ("webhook", "email")
    assert next_attempt({}, channels, now, DEFAULTS) == Retry("webhook", now)
    two = {"webhook": [now - 20 * MINUTE, now - MINUTE]}
    assert next_attempt(two, channels, now, DEFAULTS) == Retry("webhook", now + 9 * MINUTE)
    three = {"webhook": [now] * 3}
    assert next_attempt(three, channels, now, DEFAULTS) == Retry("email", now)
    assert next_attempt({**three, "email": [now] * 3}, channels, now, DEFAULTS) == Exhausted(now)


def test_a_channel_gone_for_good_is_not_tried_again():
    now = local(3, 8)
    assert next_attempt({"webhook": [now]}, ("webhook", "email"), now, DEFAULTS, {"webhook"}) == Retry("email", now)
    assert next_attempt({}, (), now, DEFAULTS) == Exhausted(now)


def test_the_word_at_the_door_is_said_in_every_language_of_the_notices_with_facts_they_know():
    assert set(ARRIVED) == set(TEMPLATES)
    for language, (subject, body) in ARRIVED.items():
        known = "".join(text for kind in NoticeKind for text in TEMPLATES[language][kind])
        fields = {name for _, name, _, _ in Formatter().parse(subject + body) if name}
        assert fields <= {name for _, name, _, _ in Formatter().parse(known) if name}


def test_every_breach_has_a_text():
    assert {breach.value for breach in NoticeBreach} <= set(FINDINGS_TIMING)


# what must always hold

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(SHANGHAI))  # noqa: DTZ001
quiets = st.builds(QuietHours, st.integers(0, 1439), st.integers(0, 1439))
leads = st.sampled_from([ORDINARY, HARD])


@settings(max_examples=200, deadline=None)
@given(moments, leads, quiets)
def test_a_notice_is_never_due_after_the_lead_nor_in_quiet_hours(eta: datetime, ahead: timedelta, quiet: QuietHours):
    at = due(eta, ahead, quiet)
    assert eta - ahead - 24 * HOUR - 30 * MINUTE < at <= eta - ahead
    assert may_send_now(ChannelKind.PHONE, at, quiet, urgent=False)


@settings(max_examples=200, deadline=None)
@given(moments, st.integers(-2880, 2880), leads, quiets)
def test_a_first_notice_without_breach_keeps_the_lead(
    now: datetime, ahead_minutes: int, ahead: timedelta, quiet: QuietHours
):
    eta = now + ahead_minutes * MINUTE
    decision = decide(now=now, eta=eta, assigned_at=now - HOUR, lead=ahead, quiet=quiet)
    assert decision.at is not None
    assert decision.at >= now
    assert (decision.breach is None) is (decision.at <= eta - ahead)


@settings(max_examples=200, deadline=None)
@given(moments, st.lists(st.integers(-180, 180), min_size=1, max_size=30))
def test_updates_never_come_closer_than_an_hour(start: datetime, moves: list[int]):
    eta = start + 30 * HOUR
    told = Told(eta, 1, start)
    for step, move in enumerate(moves, 1):
        now = start + step * 15 * MINUTE
        eta = max(eta + move * MINUTE, now + 2 * HOUR)
        decision = schedule(NoticeFacts(now, eta, ORDINARY, start, told=told, quiet=QUIET), DEFAULTS)
        assert decision.action is not Action.SEND_NOW
        if decision.action is Action.UPDATE:
            assert now - told.at >= HOUR
            told = Told(eta, decision.version, now)
