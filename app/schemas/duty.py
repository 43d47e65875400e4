"""Duty and times off post."""

from __future__ import annotations

from marshmallow import Schema, fields

from app.kit.fields import Instant, SafeString
from app.schemas.common import PHONE, PageQuery, Strict


class ShiftIn(Strict):
    """A time on duty, by the login of the person, and the phone on which he is reached then."""

    user = SafeString(1, 80, required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    phone = SafeString(6, 26, PHONE)


class ShiftQuery(PageQuery):
    """Filters of the list: what overlaps [from, to), and whose."""

    since = Instant(data_key="from")
    until = Instant(data_key="to")
    user = SafeString(1, 80)


class ShiftOut(Schema):
    """A shift."""

    id = fields.Integer(required=True)
    user = fields.String(required=True)
    name = fields.String(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    phone = fields.String(required=True, allow_none=True)
    cancelled_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    created_by = fields.String(required=True)


class OnDutyOut(Schema):
    """Who is on duty now; nobody: the managers are alarmed."""

    items = fields.List(fields.Nested(ShiftOut), required=True)


class OffPostIn(Strict):
    """The accident in which the driver broke a rule (R-P-04)."""

    accident = SafeString(1, 24, required=True)


class OffPostOut(Schema):
    """A time off post, 待岗."""

    id = fields.Integer(required=True)
    driver = fields.String(required=True)
    accident = fields.String(required=True, allow_none=True)
    cause = fields.String(required=True)
    began_at = fields.AwareDateTime(required=True)
    began_by = fields.String(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
