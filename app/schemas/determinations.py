"""The police's paper on responsibility, its review, and where a case stands after a step."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from app.kit.fields import Instant, SafeString, WordField
from app.schemas.common import Reason, Strict
from app.schemas.loading import file_id
from app.schemas.papers import Day
from models.vocabulary import DeterminationBasis, Grade, ReopeningGround


class PartyGrade(Strict):
    """A party that the paper names, ours among them, with its grade."""

    party = SafeString(1, 120, required=True)
    grade = WordField(Grade, required=True)


class DeterminationIn(Strict):
    """A determination as its document says it; ``grade`` is our side's.

    A grade without its document is refused with 409 and the names of what is missing. ``mitigation`` tells why a driver
    of ours who fled is not fully responsible all the same.
    """

    basis = WordField(DeterminationBasis)
    document_no = SafeString(1, 80)
    authority = SafeString(1, 120)
    document_date = Day()
    served_at = Instant()
    scan = file_id()
    grade = WordField(Grade, required=True)
    parties = fields.List(fields.Nested(PartyGrade), validate=validate.Length(max=20))
    mitigation = SafeString(1, 500)


class DeterminationOut(Schema):
    """A determination; the newest counts. ``review_until`` is inclusive."""

    id = fields.Integer(required=True)
    seq = fields.Integer(required=True)
    basis = fields.String(required=True)
    document_no = fields.String(required=True)
    authority = fields.String(required=True)
    document_date = fields.Date(required=True)
    served_at = fields.AwareDateTime(required=True)
    scan = fields.String(required=True)
    grade = fields.String(required=True)
    parties = fields.List(fields.Dict(), required=True)
    mitigation = fields.String(required=True, allow_none=True)
    review_until = fields.AwareDateTime(required=True)
    review_filed_at = fields.AwareDateTime(required=True, allow_none=True)
    review_filed_by = fields.String(required=True, allow_none=True)
    review_reason = fields.String(required=True, allow_none=True)
    final_at = fields.AwareDateTime(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.String(required=True)


class ReviewIn(Reason):
    """Why a party asked for a review, and when it was filed."""

    filed_at = Instant()


class ReopeningIn(Reason):
    """On what ground the case is taken up again, and why."""

    ground = WordField(ReopeningGround, required=True)


class CaseOut(Schema):
    """Where a case stands after a step."""

    number = fields.String(required=True)
    state = fields.String(required=True)
    round = fields.Integer(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_by = fields.String(required=True, allow_none=True)
    none_responsible_by = fields.String(required=True, allow_none=True)
    none_responsible_reason = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
