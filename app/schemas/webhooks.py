"""Deliveries of webhooks to shippers' endpoints."""

from __future__ import annotations

from marshmallow import Schema, fields

from app.kit.fields import SafeString, WordField
from app.schemas.common import PageQuery
from models.vocabulary import AttemptState


class DeliveryQuery(PageQuery):
    """Filters of the list."""

    state = WordField(AttemptState)
    event = SafeString(1, 48, r"^[a-z_]{1,24}\.[a-z_]{1,24}$")
    channel = SafeString(1, 32, r"^[a-z0-9_]{1,32}$")


class DeliveryOut(Schema):
    """One event owed to one endpoint; ``id`` is its webhook-id on every try."""

    id = fields.String(required=True)
    channel = fields.String(required=True)
    endpoint = fields.String(required=True)
    event = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in AttemptState]})
    attempts = fields.Integer(required=True)
    payload = fields.Dict(required=True)
    created_at = fields.AwareDateTime(required=True)
    last_attempt_at = fields.AwareDateTime(required=True, allow_none=True)
    last_error = fields.String(required=True, allow_none=True)
    delivered_at = fields.AwareDateTime(required=True, allow_none=True)
