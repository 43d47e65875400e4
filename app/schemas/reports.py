"""Figures over a period: exact counts, with a percentage for people."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from app.kit.fields import Instant
from app.schemas.common import Strict
from models.vocabulary import NoticeBreach


class PeriodQuery(Strict):
    """A period of arrivals, [from, to)."""

    since = Instant(required=True, data_key="from")
    until = Instant(required=True, data_key="to")

    @validates_schema
    def _in_order(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - marshmallow's signature
        if data["since"] >= data["until"]:
            raise ValidationError("The period ends before it begins.", "to")


class RateOut(Schema):
    """A share as its exact counts, and a percentage for people that is cut off, never rounded up."""

    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True)
    percent = fields.String(required=True)


# one count per cause, so that a new cause cannot be forgotten here
BreachesOut = Schema.from_dict(
    {breach.value: fields.Integer(required=True) for breach in NoticeBreach}, name="BreachesOut"
)


class NoticeReportOut(Schema):
    """Duties to tell a consignee about a stop, of the stops reached in the period."""

    since = fields.AwareDateTime(required=True, data_key="from")
    until = fields.AwareDateTime(required=True, data_key="to")
    due = fields.Integer(required=True)
    sent = fields.Integer(required=True)
    in_time = fields.Integer(required=True)
    on_time = fields.Nested(RateOut, required=True)
    breaches = fields.Nested(BreachesOut, required=True)
