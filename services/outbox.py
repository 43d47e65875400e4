"""Rows fallen due: hinted to the broker, claimed under a lease, done, tried again or parked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, delete, func, select, update

from models.records import OutboxRow
from services.prepared import Prepared
from services.transaction import Tx, new_token

HINT = timedelta(seconds=30)
LEASE = timedelta(seconds=120)
MAX_ATTEMPTS = 8
DONE_KEPT_FOR = timedelta(days=30)
TABLE = cast(Table, OutboxRow.__table__)
INSTANT = TABLE.c.due_at.type
PENDING = TABLE.c.done_at.is_(None) & TABLE.c.parked_at.is_(None)
# every job runs these
CLAIM = Prepared(
    update(TABLE)
    .where(TABLE.c.id == bindparam("row_id"), PENDING, TABLE.c.due_at <= bindparam("now"))
    .where(TABLE.c.leased_until.is_(None) | (TABLE.c.leased_until < bindparam("now")))
    .values(token=bindparam("new_token"), leased_until=bindparam("until"), attempts=TABLE.c.attempts + 1)
    .returning(TABLE.c.id, TABLE.c.job, TABLE.c.args, TABLE.c.attempts, TABLE.c.due_at)
)
# a row that was owed again while it ran (its due time moved) stays open, so that the new request is not lost
FINISH = Prepared(
    update(TABLE)
    .where(TABLE.c.id == bindparam("row_id"), TABLE.c.token == bindparam("held_token"), PENDING)
    .values(
        done_at=case((TABLE.c.due_at == bindparam("claimed_due_at", type_=INSTANT), bindparam("now", type_=INSTANT))),
        leased_until=None,
        hinted_until=None,
    )
    .returning(TABLE.c.id)
)
# rows that another relay looks at this moment are left to it, on PostgreSQL
DUE = (
    select(TABLE.c.id)
    .where(PENDING, TABLE.c.due_at <= bindparam("now"))
    .where(TABLE.c.hinted_until.is_(None) | (TABLE.c.hinted_until < bindparam("now")))
    .where(TABLE.c.leased_until.is_(None) | (TABLE.c.leased_until < bindparam("now")))
    .order_by(TABLE.c.due_at, TABLE.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
HINT_DUE = Prepared(
    update(TABLE)
    .where(TABLE.c.id.in_(select(DUE.c.id)))
    .values(hinted_until=bindparam("until"))
    .returning(TABLE.c.id, TABLE.c.due_at)
)
NEXT_DUE = Prepared(select(TABLE.c.due_at).where(PENDING).order_by(TABLE.c.due_at).limit(1))


@dataclass(frozen=True, slots=True)
class Claim:
    """One row held by one worker until ``token`` is finished or the lease runs out."""

    id: int
    job: str
    args: Mapping[str, Any]
    token: str
    attempts: int
    due_at: datetime


def hint_due(tx: Tx, limit: int = 500) -> list[int]:
    """Stamp due rows that carry no live hint and give their ids, oldest due first.

    The stamp expires after 30 s, so a wiped broker heals itself.
    """
    found = HINT_DUE.rows(tx.connection, {"now": tx.now, "until": tx.now + HINT, "most": limit})
    return [row_id for _, row_id in sorted((due_at, row_id) for row_id, due_at in found)]


def claim(tx: Tx, outbox_id: int) -> Claim | None:
    """Take one due row under a lease, counting the attempt; None when it is done, parked, held or not due."""
    token = new_token()
    held = {"row_id": outbox_id, "now": tx.now, "new_token": token, "until": tx.now + LEASE}
    row = CLAIM.first(tx.connection, held)
    if row is None:
        return None
    row_id, job, args, attempts, due_at = row
    return Claim(row_id, job, args, token, attempts, due_at)


def finish(tx: Tx, held: Claim) -> bool:
    """Mark a held row done; False when the lease was lost to another worker (its outcome counts)."""
    settled = {"row_id": held.id, "held_token": held.token, "now": tx.now, "claimed_due_at": held.due_at}
    return FINISH.first(tx.connection, settled) is not None


def postpone(tx: Tx, held: Claim, due_at: datetime) -> bool:
    """Give a held row back, due again at ``due_at``, without counting a failure."""
    return _settle(tx, held, due_at=due_at, leased_until=None, hinted_until=None, attempts=0)


def fail(tx: Tx, held: Claim, reason: str) -> bool:
    """Record a failed try: due again after a growing pause, parked with its reason after the last attempt."""
    if held.attempts >= MAX_ATTEMPTS:
        return _settle(tx, held, parked_at=tx.now, parked_reason=reason[:500], leased_until=None)
    pause = timedelta(seconds=min(2**held.attempts * 5, 1800))
    return _settle(tx, held, due_at=tx.now + pause, leased_until=None, hinted_until=None, parked_reason=reason[:500])


def park(tx: Tx, held: Claim, reason: str) -> bool:
    """Set a row aside at once: no further try can help."""
    return _settle(tx, held, parked_at=tx.now, parked_reason=reason[:500], leased_until=None)


def next_due_at(tx: Tx) -> datetime | None:
    """Give when the next open row falls due."""
    (due_at,) = NEXT_DUE.first(tx.connection, {}) or (None,)
    return due_at


def forget_done(tx: Tx) -> None:
    """Drop rows that were done more than thirty days ago; parked ones stay until a person has seen to them."""
    tx.session.execute(delete(OutboxRow).where(OutboxRow.done_at < tx.now - DONE_KEPT_FOR))


def replay_parked(tx: Tx, outbox_id: int) -> bool:
    """Put a parked row back to work with its attempts counted anew."""
    changed = tx.session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == outbox_id, OutboxRow.parked_at.is_not(None))
        .values(parked_at=None, due_at=tx.now, attempts=0, hinted_until=None)
        .returning(OutboxRow.id)
    )
    return changed.first() is not None


def parked(tx: Tx, limit: int) -> Sequence[OutboxRow]:
    """Give the rows set aside, the longest parked first."""
    rows = select(OutboxRow).where(OutboxRow.parked_at.is_not(None)).order_by(OutboxRow.parked_at, OutboxRow.id)
    return tx.session.scalars(rows.limit(limit)).all()


def depth(tx: Tx) -> tuple[int, int, datetime | None]:
    """Count rows due and parked, and give the due time of the oldest row that waits."""
    waiting, oldest = tx.session.execute(
        select(func.count(), func.min(OutboxRow.due_at)).where(PENDING, OutboxRow.due_at <= tx.now)
    ).one()
    parked = tx.session.scalar(select(func.count()).where(OutboxRow.parked_at.is_not(None))) or 0
    return waiting, parked, oldest


def _settle(tx: Tx, held: Claim, **values: Any) -> bool:
    changed = tx.session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == held.id, OutboxRow.token == held.token, PENDING)
        .values(**values)
        .returning(OutboxRow.id)
    )
    return changed.first() is not None
