"""Stored files and the tasks of the desk."""

from __future__ import annotations

from marshmallow import Schema, fields

from app.kit.fields import SafeString, WordField
from app.schemas.common import PageQuery, Strict
from models.vocabulary import TaskKind


class FileOut(Schema):
    """A stored file; its id is the SHA-256 of the content."""

    id = fields.String(required=True)
    media_type = fields.String(required=True)
    size_bytes = fields.Integer(required=True)


class TaskQuery(PageQuery):
    """Filters of the list."""

    is_open = fields.Boolean(truthy={"true"}, falsy={"false"}, data_key="open", attribute="open")
    kind = WordField(TaskKind)


class OutcomeIn(Strict):
    """How the task ended."""

    outcome = SafeString(1, 500, required=True)


class TaskOut(Schema):
    """A task; trip and consignment by their numbers."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    trip = fields.String(required=True, allow_none=True)
    consignment = fields.String(required=True, allow_none=True)
    facts = fields.Dict(required=True)
    created_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)
    done_by = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
