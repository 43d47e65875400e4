"""Arrival notices: versions, tries and answers."""

from __future__ import annotations

from marshmallow import Schema, fields

from app.kit.fields import Instant, SafeString, WordField
from app.schemas.common import PageQuery, SiteRef, Strict
from models.vocabulary import NoticeState


class NoticeQuery(PageQuery):
    """Filters of the list."""

    state = WordField(NoticeState)
    due_before = Instant()


class AcknowledgementIn(Strict):
    """Who on the consignee's side has read it; the desk's own name when left out."""

    by = SafeString(1, 80)


class PhoneCallIn(Strict):
    """A call that reached the consignee, and what was said."""

    note = SafeString(1, 500, required=True)
    occurred_at = Instant()


class AttemptOut(Schema):
    """One try on one channel; what the channel answered is shown to staff only."""

    attempt_no = fields.Integer(required=True)
    channel = fields.String(required=True)
    state = fields.String(required=True)
    started_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    receipt = fields.String(allow_none=True)
    error = fields.String(allow_none=True)


class NoticeOut(Schema):
    """One version of what a consignee is told about one stop (R-F-10, R-F-11)."""

    id = fields.String(required=True)
    trip = fields.String(required=True)
    stop = fields.Integer(required=True)
    site = fields.Nested(SiteRef, required=True)
    consignee = fields.String(required=True)
    kind = fields.String(required=True)
    version_no = fields.Integer(required=True)
    state = fields.String(required=True)
    lead_minutes = fields.Integer(required=True)
    due_at = fields.AwareDateTime(required=True)
    eta_at = fields.AwareDateTime(required=True)
    stale = fields.Boolean(required=True)
    urgent = fields.Boolean(required=True)
    breach = fields.String(required=True, allow_none=True)
    in_time = fields.Boolean(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    sent_at = fields.AwareDateTime(required=True, allow_none=True)
    delivered_at = fields.AwareDateTime(required=True, allow_none=True)
    acknowledged_at = fields.AwareDateTime(required=True, allow_none=True)
    acknowledged_by = fields.String(required=True, allow_none=True)
    attempts = fields.List(fields.Nested(AttemptOut), required=True)


class NoticeList(Schema):
    """Every version for one consignment, oldest first."""

    items = fields.List(fields.Nested(NoticeOut), required=True)
