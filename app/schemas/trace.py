"""The history of a consignment."""

from __future__ import annotations

from marshmallow import Schema, fields

from app.openapi import FindingSchema
from models.vocabulary import ActorKind


class TraceActor(Schema):
    """Whose hand it was; outside the company the name is the role."""

    kind = fields.String(required=True, metadata={"enum": [kind.value for kind in ActorKind]})
    name = fields.String(required=True)


class TraceEntry(Schema):
    """One thing that happened: ``occurred_at`` is what was said, ``recorded_at`` when it was written down."""

    action = fields.String(required=True)
    subject = fields.String(required=True)
    actor = fields.Nested(TraceActor, required=True)
    occurred_at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    facts = fields.Dict(required=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True)
    ruleset_version = fields.Integer(required=True)
