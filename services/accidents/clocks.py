"""The clocks of a case as its use cases know them (domain 4.2); the rows themselves are kept by ``clock_marks``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from models.accidents import Accident, AccidentClock, AccidentReport
from models.vocabulary import ClockKind, TaskKind
from services import clock_marks, tasks
from services.accidents import duty
from services.policy.accidents import reports as policy
from services.policy.accidents.clocks import Start
from services.policy.accidents.reports import Running, Told
from services.transaction import Tx

UNDUE = frozenset({ClockKind.ONE_HOUR_REPORT, ClockKind.QUICK_FORM})


def arm(tx: Tx, accident: Accident, kind: ClockKind, started_at: datetime, reason: str) -> None:
    """Start a clock of a case, once more when its kind ran before; what came of the one before stays."""
    arm_all(tx, accident, [Start(kind, started_at, reason)])


def arm_all(tx: Tx, accident: Accident, starts: Iterable[Start]) -> None:
    """Start several clocks; a follow-up is a task for the person on duty at once (R-A-17)."""
    for start in starts:
        clock = clock_marks.arm(tx, accident.id, start)
        if clock.kind is ClockKind.FOLLOW_UP:
            facts = {"accident": accident.number, "reason": clock.reason, **duty.whom_to_alarm(tx)}
            key = clock_marks.task_key(clock, "follow_up")
            tasks.raise_task(tx, TaskKind.FOLLOW_UP_REPORT, key, clock.due_at, trip_id=accident.trip_id, facts=facts)


def meet(tx: Tx, accident: Accident, kind: ClockKind, at: datetime) -> None:
    """Write down that what the unmet clocks of a kind ask for happened at ``at``, in time or late."""
    clock_marks.meet(tx, accident.id, kind, at)


def stop(tx: Tx, accident: Accident, kind: ClockKind, reason: str = "over") -> None:
    """Stop the running clocks of a kind because they no longer apply; a result stays."""
    clock_marks.stop(tx, accident.id, kind, reason)


def stop_all(tx: Tx, accident: Accident, reason: str) -> None:
    """Stop every running clock of a case."""
    clock_marks.stop(tx, accident.id, None, reason)


def stop_undue(tx: Tx, accident: Accident) -> None:
    """Stop the running hour and quick form of a case whose harm turned out to be less than that asks for."""
    if accident.report_tier == 1:
        for kind in sorted(UNDUE):
            clock_marks.stop(tx, accident.id, kind, "tier_1")


def weigh(tx: Tx, accident: Accident) -> None:
    """Mark every clock that the reports and calls of the case have met by now."""
    told = [
        Told(row.kind, row.recipient, row.sent_at)
        for row in tx.session.execute(
            select(AccidentReport.kind, AccidentReport.recipient, AccidentReport.sent_at).where(
                AccidentReport.accident_id == accident.id
            )
        )
    ]
    for clock in clock_marks.unmet(tx, accident.id):
        at = _met_at(accident, clock, told)
        if at is not None:
            clock_marks.mark(tx, clock, at)


def ran(tx: Tx, accident: Accident, kind: ClockKind) -> bool:
    """Tell whether a clock of a kind was ever started and not stopped."""
    query = select(AccidentClock.id).where(AccidentClock.accident_id == accident.id, AccidentClock.kind == kind)
    return tx.session.scalar(query.where(AccidentClock.stopped_at.is_(None)).limit(1)) is not None


def _met_at(accident: Accident, clock: AccidentClock, told: list[Told]) -> datetime | None:
    if clock.kind is not ClockKind.POLICE_AND_SAFETY_TOLD:
        return policy.met_at(Running(clock.kind, clock.started_at, clock.reason), told, accident.report_tier)
    if accident.police_told_at is None or accident.safety_told_at is None:
        return None
    return max(accident.police_told_at, accident.safety_told_at)
