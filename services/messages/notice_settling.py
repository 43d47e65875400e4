"""What became of a stop's notices when the truck is there: told in time or not and why, and who must be told now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from models.notices import Notice, NoticeAttempt
from models.trips import TripStop
from models.vocabulary import NoticeKind, NoticeState
from services.messages import notices
from services.messages.notice_board import load
from services.policy.notice_outcome import (
    Acknowledged,
    ArrivalFacts,
    breach_on_arrival,
    owed_on_arrival,
    told_in_time,
)
from services.transaction import Tx


def settle_stop(tx: Tx, stop: TripStop, arrived_at: datetime) -> None:
    """Record for each consignee of an arrived stop whether he was told early enough, and why not.

    Who was told nothing yet is told now that the truck is there, or his notice fails visibly with a task (P3).
    Everything else that has not gone out is called off.
    """
    board = load(tx, [stop])
    owed: list[int] = []
    for consignee_id, goods in board.goods.get(stop.id, {}).items():
        rows = board.rows[stop.id, consignee_id]
        if rows:
            owed += _settle(tx, rows, arrived_at, consignments=len(goods))
    notices.cancel(tx, (Notice.stop_id == stop.id) & Notice.id.not_in(owed))


def _settle(tx: Tx, rows: Sequence[Notice], arrived_at: datetime, *, consignments: int) -> list[int]:
    """Write the outcome on the first notice of one consignee and give the ids of those still owed to him."""
    first = rows[0]
    if first.state is NoticeState.SCHEDULED:
        tx.session.refresh(first, with_for_update=True)  # a worker may be telling him at this very moment
    tried = tx.session.scalar(select(NoticeAttempt.id).where(NoticeAttempt.notice_id == first.id).limit(1)) is not None
    facts = _arrival_facts(rows, arrived_at, attempted=tried or first.state is NoticeState.FAILED)
    first.breach = breach_on_arrival(facts, tx.ruleset)
    first.in_time = told_in_time(arrived_at, facts.first_delivered_at, facts.lead)
    outcome = {"in_time": first.in_time, "breach": first.breach, "consignments": consignments}
    tx.journal("notice.settled", notices.of_notice(first), outcome, arrived_at)
    told = facts.first_delivered_at is not None
    owed = [row for row in rows if row.state is NoticeState.SCHEDULED and owed_on_arrival(row.kind, told=told)]
    for notice in owed:
        _tell_of_arrival(tx, notice, arrived_at, tried=tried)
    return [notice.id for notice in owed]


def _arrival_facts(rows: Sequence[Notice], arrived_at: datetime, *, attempted: bool) -> ArrivalFacts:
    first = rows[0]
    told = [row for row in rows if row.delivered_at is not None]
    return ArrivalFacts(
        arrived_at=arrived_at,
        lead=timedelta(minutes=first.lead_minutes),
        first_delivered_at=min((row.delivered_at for row in told if row.delivered_at), default=None),
        first_told_eta=told[0].eta_at if told else None,
        acknowledged=tuple(
            Acknowledged(row.version_no, row.eta_at)
            for row in rows
            if row.acknowledged_at and row.kind is not NoticeKind.HELD
        ),
        recorded=first.breach,
        attempted=attempted,
        due_at=first.due_at,
    )


def _tell_of_arrival(tx: Tx, notice: Notice, arrived_at: datetime, *, tried: bool) -> None:
    """Let the first notice say that the truck is there, at once; one being retried keeps its pause."""
    notice.eta_at = arrived_at
    notice.stale = False
    notice.urgent = True
    if not tried:
        notice.due_at = tx.now
        notices.owe_sending(tx, notice)
