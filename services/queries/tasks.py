"""Tasks of the desk as answers and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from models.consignments import Consignment
from models.notices import Task
from models.trips import Trip
from services.queries.paging import AnySelect, Page, newest_first, paged
from services.transaction import Tx

TASK = (
    Task.id, Task.kind, Task.facts, Task.created_at, Task.due_at, Task.done_at, Task.done_by, Task.outcome,
)  # fmt: skip


def task_view(tx: Tx, task_id: int) -> dict[str, Any]:
    """Give one task."""
    return _task(tx.session.execute(_tasks().where(Task.id == task_id)).one())


def task_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of tasks, newest first; filters: open, kind."""
    query = _tasks()
    if "open" in filters:
        query = query.where(Task.done_at.is_(None) if filters["open"] else Task.done_at.is_not(None))
    if "kind" in filters:
        query = query.where(Task.kind == filters["kind"])
    return paged(tx.session, newest_first(query, Task.id, page), page, _task)


def _tasks() -> AnySelect:
    query = select(*TASK, Trip.number.label("trip"), Consignment.number.label("consignment"))
    query = query.outerjoin(Trip, Trip.id == Task.trip_id)
    return query.outerjoin(Consignment, Consignment.id == Task.consignment_id)


def _task(row: Any) -> dict[str, Any]:
    shown = {column.key: getattr(row, column.key) for column in TASK}
    return {**shown, "trip": row.trip, "consignment": row.consignment}
