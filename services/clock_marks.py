"""The clocks of an accident: started, met, stopped, for every use case that does what a clock asks for (domain 4.2).

Each is a row with its start, its end and its alarm, and owes one background look: ``services/accidents/watching``.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from models.accidents import AccidentClock
from models.vocabulary import ClockKind
from services import tasks
from services.policy.accidents import clocks as policy
from services.policy.accidents.clocks import Start
from services.transaction import Subject, Tx


def arm(tx: Tx, accident_id: int, start: Start) -> AccidentClock:
    """Start a clock, once more when its kind ran before, and owe its alarm; what came of the one before stays."""
    rules = tx.ruleset.clock
    due = policy.due_at(start, rules)
    before = select(func.max(AccidentClock.arming)).where(
        AccidentClock.accident_id == accident_id, AccidentClock.kind == start.kind
    )
    clock = AccidentClock(
        accident_id=accident_id,
        kind=start.kind,
        arming=(tx.session.scalar(before) or 0) + 1,
        reason=start.reason,
        started_at=start.started_at,
        warn_at=policy.warn_at(start.started_at, due, rules),
        due_at=due,
    )
    tx.session.add(clock)
    tx.session.flush()
    facts = {"clock": start.kind, "reason": start.reason, "started_at": start.started_at.isoformat()}
    told = {**facts, "due_at": due.isoformat(), "arming": clock.arming}
    doubts = policy.doubt_about_holidays(start, rules)
    tx.journal("accident.clock_started", of_clock(clock), told, findings=doubts)
    tx.defer("accident_clock", key=f"accident-clock-{clock.id}", due_at=clock.warn_at, clock_id=clock.id)
    return clock


def mark(tx: Tx, clock: AccidentClock, at: datetime) -> None:
    """Write down that what a clock asks for happened at ``at``.

    A clock that was missed stays missed and keeps both times; one met late and not yet noticed is missed too (P18).
    """
    clock.met_at = at
    if clock.missed_at is None and not policy.in_time(at, clock.due_at):
        clock.missed_at = clock.due_at
    tx.session.flush()
    facts = {"clock": clock.kind, "due_at": clock.due_at.isoformat(), "in_time": clock.missed_at is None}
    tx.journal("accident.clock_met", of_clock(clock), facts, at)
    end_tasks(tx, clock, "done")


def meet(tx: Tx, accident_id: int, kind: ClockKind, at: datetime) -> None:
    """Write down that what every unmet clock of a kind asks for happened at ``at``; none running is fine."""
    for clock in unmet(tx, accident_id):
        if clock.kind is kind:
            mark(tx, clock, at)


def stop(tx: Tx, accident_id: int, kind: ClockKind | None, reason: str) -> None:
    """Stop the running clocks of a kind, or all of them, because they no longer apply; a result stays."""
    for clock in unmet(tx, accident_id):
        if clock.missed_at is None and kind in {None, clock.kind}:
            clock.stopped_at = tx.now
            tx.journal("accident.clock_stopped", of_clock(clock), {"clock": clock.kind, "reason": reason})
            end_tasks(tx, clock, reason)
    tx.session.flush()


def unmet(tx: Tx, accident_id: int) -> list[AccidentClock]:
    """Give the clocks of a case that nobody has met and nothing has stopped, missed ones too, and lock them."""
    query = (
        select(AccidentClock)
        .where(AccidentClock.accident_id == accident_id)
        .where(AccidentClock.met_at.is_(None), AccidentClock.stopped_at.is_(None))
        .order_by(AccidentClock.id)
    )
    return list(tx.session.scalars(query.with_for_update()))


def of_clock(clock: AccidentClock) -> Subject:
    """Name the case of a clock in the journal; it stands in no trip's history, which customers read."""
    return Subject("accident", clock.accident_id)


def task_key(clock: AccidentClock, what: str) -> str:
    """Give the key of the task that a clock raises: ``alarm``, ``missed`` or ``follow_up``."""
    return f"accident-clock-{clock.id}-{what}"


def end_tasks(tx: Tx, clock: AccidentClock, outcome: str) -> None:
    """Complete the open tasks of a clock."""
    for what in ("alarm", "missed", "follow_up"):
        tasks.complete_by_key(tx, task_key(clock, what), outcome)
