"""The clocks watched in the background: an alarm before each ends, a record and a task when it was missed (P18)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from models.accidents import Accident, AccidentClock
from models.vocabulary import ClockKind, TaskKind
from services import clock_marks, tasks
from services.accidents import duty
from services.policy.accidents.clocks import in_time
from services.transaction import Tx

BATCH = 500
# a clock is in time to its very end, so the look at it comes just afterwards
JUST_AFTER = timedelta(seconds=1)
# these end by themselves: nothing is owed by us, somebody else may do something until then
WINDOWS = frozenset({ClockKind.REVIEW_WINDOW, ClockKind.APPEAL_WINDOW})


def watch(tx: Tx, clock_id: int) -> datetime | None:
    """Look at one clock: alarm the person on duty when it is time, record it as missed when it is over.

    Gives when to look again, None when the clock has ended.
    """
    clock = tx.session.scalar(select(AccidentClock).where(AccidentClock.id == clock_id).with_for_update())
    return None if clock is None else _look(tx, clock)


def watch_overdue(tx: Tx) -> int:
    """Look at every running clock whose time has come although its own row did not, and give how many.

    Each clock owes a look of its own; this one catches those whose row was lost or parked.
    """
    query = (
        select(AccidentClock)
        .where(
            AccidentClock.met_at.is_(None),
            AccidentClock.missed_at.is_(None),
            AccidentClock.stopped_at.is_(None),
            (AccidentClock.due_at < tx.now) | ((AccidentClock.warn_at <= tx.now) & AccidentClock.warned_at.is_(None)),
        )
        .order_by(AccidentClock.due_at, AccidentClock.id)
        .limit(BATCH)
    )
    found = list(tx.session.scalars(query.with_for_update(skip_locked=True)))
    for clock in found:
        _look(tx, clock)
    return len(found)


def _look(tx: Tx, clock: AccidentClock) -> datetime | None:
    if clock.met_at or clock.missed_at or clock.stopped_at:
        return None
    if not in_time(tx.now, clock.due_at):
        _end(tx, clock)
        return None
    if clock.warned_at is None:
        if tx.now < clock.warn_at:
            return clock.warn_at
        clock.warned_at = tx.now
        _alarm(tx, clock, "alarm")
    return clock.due_at + JUST_AFTER


def _end(tx: Tx, clock: AccidentClock) -> None:
    """Record how a clock ended that nobody met: a window is over, anything else was missed."""
    facts = {"clock": clock.kind, "due_at": clock.due_at.isoformat(), "arming": clock.arming}
    if clock.kind in WINDOWS:
        clock.stopped_at = tx.now
        tx.journal("accident.window_over", clock_marks.of_clock(clock), facts)
        clock_marks.end_tasks(tx, clock, "over")
        return
    clock.missed_at = clock.due_at
    tx.session.flush()
    tx.journal("accident.clock_missed", clock_marks.of_clock(clock), facts, clock.due_at)
    tasks.complete_by_key(tx, clock_marks.task_key(clock, "alarm"), "missed")
    _alarm(tx, clock, "missed")


def _alarm(tx: Tx, clock: AccidentClock, what: str) -> None:
    accident = tx.session.get_one(Accident, clock.accident_id)
    facts = {
        "accident": accident.number,
        "clock": clock.kind,
        "reason": clock.reason,
        "due_at": clock.due_at.isoformat(),
        "missed": what == "missed",
        **duty.whom_to_alarm(tx),
    }
    key = clock_marks.task_key(clock, what)
    tasks.raise_task(tx, TaskKind.ACCIDENT_CLOCK, key, clock.due_at, trip_id=accident.trip_id, facts=facts)
    told = {"clock": clock.kind, "due_at": facts["due_at"], "for": facts["for"]}
    if what == "alarm":
        tx.journal("accident.clock_alarm", clock_marks.of_clock(clock), told)
