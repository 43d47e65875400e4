"""Figures over a period: exact counts, with a percentage for people."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from app.kit.fields import Instant, SafeString
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


class EtaAccuracyQuery(PeriodQuery):
    """A period of arrivals and how to group it."""

    by = SafeString(4, 12, r"^(lane|vehicle_type|horizon)$", load_default="horizon")


class EtaFiguresOut(Schema):
    """How good predictions were; None where none was scored. Minutes; a bias above 0: trucks came earlier than told."""

    predictions = fields.Integer(required=True)
    arrivals = fields.Integer(required=True)
    mae_minutes = fields.Float(required=True, allow_none=True)
    bias_minutes = fields.Float(required=True, allow_none=True)
    within_30_minutes = fields.Float(required=True, allow_none=True)
    coverage_p10 = fields.Float(required=True, allow_none=True)
    coverage_p80 = fields.Float(required=True, allow_none=True)
    coverage_p90 = fields.Float(required=True, allow_none=True)


class EtaGroupOut(EtaFiguresOut):
    """The figures of one lane, vehicle type or band of time ahead."""

    origin = fields.String()
    destination = fields.String()
    vehicle_type = fields.String()
    from_minutes = fields.Float()
    to_minutes = fields.Float(allow_none=True)


class EtaAccuracyOut(Schema):
    """Every prediction scored in the period against what happened."""

    since = fields.AwareDateTime(required=True, data_key="from")
    until = fields.AwareDateTime(required=True, data_key="to")
    by = fields.String(required=True)
    all = fields.Nested(EtaFiguresOut, required=True)
    groups = fields.List(fields.Nested(EtaGroupOut), required=True)
