"""What a person at the desk must do: raised once per cause, completed with an outcome."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.notices import Task
from models.vocabulary import TaskKind
from services.clock import local
from services.errors import NotFoundError
from services.policy.findings import Finding, require
from services.queries.tasks import task_view
from services.transaction import Subject, Tx

MAX_ID = 2**63 - 1
NO_FACTS: Mapping[str, Any] = {}
# what cannot wait for somebody to look at the list: whoever is on duty is written to as well (R-A-22)
CALLS = frozenset({
    TaskKind.ACCIDENT_CLOCK, TaskKind.SEND_RESPONDER, TaskKind.EMERGENCY_PLAN, TaskKind.NOTICE_AT_RISK,
    TaskKind.LEFT_UNRELEASED,
})  # fmt: skip


def raise_task(
    tx: Tx,
    kind: TaskKind,
    key: str,
    due_at: datetime,
    trip_id: int | None = None,
    consignment_id: int | None = None,
    facts: Mapping[str, Any] = NO_FACTS,
) -> bool:
    """Ask the desk to do something; the same key again, open or done, changes nothing. Tells whether it is new."""
    put = tx.upsert(Task).values(
        key=key,
        kind=kind,
        trip_id=trip_id,
        consignment_id=consignment_id,
        facts=dict(facts),
        created_at=tx.now,
        due_at=due_at,
    )
    put = put.on_conflict_do_nothing(index_elements=["key"])
    task_id = tx.session.execute(put.returning(Task.id)).scalar()
    if task_id is None:
        return False
    if kind in CALLS:
        tx.defer("call_on_duty", key=f"call-{task_id}", task_id=task_id)
    subject = Subject("task", task_id, consignment_id=consignment_id, trip_id=trip_id, new=True)
    tx.journal("task.raised", subject, {"kind": kind, "key": key, "due_at": due_at.isoformat()})
    return True


def facts_of(tx: Tx, key: str) -> Mapping[str, Any] | None:
    """Give the facts of the open task of one cause; None without one."""
    return tx.session.scalar(select(Task.facts).where(Task.key == key, Task.done_at.is_(None)))


def revise(tx: Tx, key: str, facts: Mapping[str, Any]) -> None:
    """Bring the facts of the open task of one cause up to date; none is fine."""
    task = tx.session.scalar(select(Task).where(Task.key == key, Task.done_at.is_(None)))
    if task is not None and task.facts != facts:
        task.facts = dict(facts)
        subject = Subject("task", task.id, consignment_id=task.consignment_id, trip_id=task.trip_id)
        tx.journal("task.revised", subject, {"key": key})


def complete(tx: Tx, task_id: int, outcome: str) -> dict[str, Any]:
    """Write down how a task ended; RuleBrokenError when somebody completed it before."""
    query = select(Task).where(Task.id == task_id).with_for_update()
    task = tx.session.scalar(query) if task_id <= MAX_ID else None
    if task is None:
        raise NotFoundError
    if task.done_at is not None:
        require([Finding("TASK_DONE_ALREADY", {"by": task.done_by, "at": local(task.done_at).isoformat()})])
    task.done_at, task.done_by, task.outcome = tx.now, tx.actor.name, outcome
    tx.session.flush()
    subject = Subject("task", task.id, consignment_id=task.consignment_id, trip_id=task.trip_id)
    tx.journal("task.completed", subject, {"outcome": outcome})
    return task_view(tx, task_id)


def complete_by_key(tx: Tx, key: str, outcome: str) -> bool:
    """Complete the open task of one cause, because what it asked for has happened; tells whether there was one."""
    task = tx.session.scalar(select(Task).where(Task.key == key, Task.done_at.is_(None)))
    if task is None:
        return False
    task.done_at, task.done_by, task.outcome = tx.now, tx.actor.name, outcome[:500]
    tx.session.flush()
    subject = Subject("task", task.id, consignment_id=task.consignment_id, trip_id=task.trip_id)
    tx.journal("task.completed", subject, {"key": key, "outcome": task.outcome})
    return True
