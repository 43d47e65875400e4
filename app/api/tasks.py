"""What the desk must do."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Shape, endpoint
from app.schemas.common import page_of
from app.schemas.desk import OutcomeIn, TaskOut, TaskQuery
from services import tasks
from services.queries.paging import Page
from services.queries.tasks import task_page
from services.transaction import STAFF, Tx

blp = Resource("tasks", "Tasks of the desk (待办)")
DESK = tuple(sorted(STAFF))


@endpoint(blp, "GET", "/tasks", Shape(roles=DESK, query=TaskQuery, answer=page_of(TaskOut), writes=False))
def list_tasks(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List tasks, newest first."""
    return task_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "POST", "/tasks/<int:task_id>/completion", Shape(roles=DESK, body=OutcomeIn, answer=TaskOut))
def complete(tx: Tx, body: dict[str, Any], task_id: int) -> dict[str, Any]:
    """Write down how a task ended."""
    return tasks.complete(tx, task_id, body["outcome"])
