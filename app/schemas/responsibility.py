"""Responsibility in an accident: our people, meetings, texts, measures, education, gates."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from app.kit.fields import Instant, LongText, SafeString, Share, StrictBool, StrictInt, WordField
from app.openapi import FindingSchema
from app.schemas.common import Change, Strict
from app.schemas.drivers import STAFF_NO
from app.schemas.loading import file_id
from app.schemas.papers import Day
from models.vocabulary import (
    AccidentGate,
    AccidentPaper,
    CauseCategory,
    FaultBasis,
    InvolvedRole,
    MeetingKind,
    MeetingRole,
)


def staff_no(**kwargs: object) -> SafeString:
    """Give the field of an employee's staff number."""
    return SafeString(1, 20, STAFF_NO, **kwargs)


class CauseIn(Strict):
    """Why it happened, and the files that show it (R-A-01)."""

    cause = LongText(1, 2000, required=True)
    category = WordField(CauseCategory, required=True)
    evidence = fields.List(file_id(), required=True, validate=validate.Length(min=1, max=50))


class CauseOut(Schema):
    """The cause as it stands."""

    accident = fields.String(required=True)
    cause = fields.String(required=True)
    category = fields.String(required=True)
    evidence = fields.List(fields.String(), required=True)


class PersonIn(Strict):
    """A person of ours in the case; ``share_percent`` is his part of our side's loss."""

    employee = staff_no(required=True)
    role = WordField(InvolvedRole, required=True)
    responsible = StrictBool()
    share = Share(data_key="share_percent", attribute="share")
    violation = StrictBool()
    fault_basis = WordField(FaultBasis)
    cause_category = WordField(CauseCategory)
    note = SafeString(1, 500)


class PersonChange(Change):
    """The fields to change; the grade is never among them, it comes from the determination."""

    role = WordField(InvolvedRole)
    responsible = StrictBool()
    share = Share(data_key="share_percent", attribute="share")
    violation = StrictBool(allow_none=True)
    fault_basis = WordField(FaultBasis, allow_none=True)
    cause_category = WordField(CauseCategory, allow_none=True)
    note = SafeString(1, 500, allow_none=True)


class PersonOut(Schema):
    """A person of ours in the case."""

    id = fields.Integer(required=True)
    employee = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    responsible = fields.Boolean(required=True)
    grade = fields.String(required=True, allow_none=True)
    share_percent = fields.String(required=True)
    violation = fields.Boolean(required=True, allow_none=True)
    fault_basis = fields.String(required=True, allow_none=True)
    cause_category = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.String(required=True)


class AttendeeIn(Strict):
    """Somebody in the meeting: one of ours by staff number, or anybody by name."""

    role = WordField(MeetingRole, required=True)
    employee = staff_no()
    name = SafeString(1, 80)


class MeetingIn(Strict):
    """The minutes of an analysis meeting."""

    kind = WordField(MeetingKind, required=True)
    held_at = Instant()
    chair_name = SafeString(1, 80, required=True)
    chair_role = WordField(MeetingRole, required=True)
    attendees = fields.List(fields.Nested(AttendeeIn), required=True, validate=validate.Length(min=1, max=50))
    conclusion = LongText(1, 4000, required=True)


class MeetingOut(Schema):
    """An analysis meeting; it counts for the round of the case in which it was held."""

    id = fields.Integer(required=True)
    round = fields.Integer(required=True)
    kind = fields.String(required=True)
    held_at = fields.AwareDateTime(required=True)
    chair_name = fields.String(required=True)
    chair_role = fields.String(required=True)
    attendees = fields.List(fields.Dict(), required=True)
    conclusion = fields.String(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.String(required=True)


class CasePaperIn(Strict):
    """A text; an own one is signed by signing in, or by ``signature``, the stored file of the signed sheet."""

    kind = WordField(AccidentPaper, required=True)
    body = LongText(1, 8000, required=True)
    employee = staff_no()
    signature = file_id()


class CasePaperOut(Schema):
    """A filed text."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    employee = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    body = fields.String(required=True)
    signature = fields.String(required=True, allow_none=True)
    signed_at = fields.AwareDateTime(required=True)
    filed_by = fields.String(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class CorrectiveMeasureIn(Strict):
    """What will be done, by whom (a login), until which local day."""

    measure = SafeString(1, 1000, required=True)
    owner = SafeString(1, 80, required=True)
    due_on = Day(required=True)


class MeasureDoneIn(Strict):
    """How the measure was carried out."""

    note = SafeString(1, 500, required=True)


class MeasureVerificationIn(MeasureDoneIn):
    """What was found on the spot; a measure that is not effective is open again."""

    effective = StrictBool(load_default=True)


class CorrectiveMeasureOut(Schema):
    """A corrective measure."""

    id = fields.Integer(required=True)
    measure = fields.String(required=True)
    owner = fields.String(required=True)
    due_on = fields.Date(required=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)
    done_by = fields.String(required=True, allow_none=True)
    done_note = fields.String(required=True, allow_none=True)
    verified_at = fields.AwareDateTime(required=True, allow_none=True)
    verified_by = fields.String(required=True, allow_none=True)
    verification = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    created_by = fields.String(required=True)


class LessonIn(Strict):
    """One education of one person."""

    employee = staff_no(required=True)
    held_on = Day(required=True)
    trainer = SafeString(1, 80, required=True)
    minutes = StrictInt(1, 10_000, required=True)
    topic = SafeString(1, 200, required=True)
    passed = StrictBool(required=True)


class LessonOut(Schema):
    """One education of one person."""

    id = fields.Integer(required=True)
    employee = fields.String(required=True)
    name = fields.String(required=True)
    held_on = fields.Date(required=True)
    trainer = fields.String(required=True)
    minutes = fields.Integer(required=True)
    topic = fields.String(required=True)
    passed = fields.Boolean(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.String(required=True)


class SignatureIn(Strict):
    """A gate signed as met, and what that rests on."""

    gate = WordField(AccidentGate, required=True)
    evidence = SafeString(1, 1000, required=True)


class AccidentGateOut(Schema):
    """One of the four no-let-gos: whether it is met now, what is missing, and its signature."""

    gate = fields.String(required=True)
    met = fields.Boolean(required=True)
    unmet = fields.List(fields.Nested(FindingSchema), required=True)
    evidence = fields.String(required=True, allow_none=True)
    signed_by = fields.String(required=True, allow_none=True)
    signed_at = fields.AwareDateTime(required=True, allow_none=True)


class AccidentGatesOut(Schema):
    """The four gates of a case in its present round."""

    accident = fields.String(required=True)
    round = fields.Integer(required=True)
    none_responsible_by = fields.String(required=True, allow_none=True)
    none_responsible_reason = fields.String(required=True, allow_none=True)
    gates = fields.List(fields.Nested(AccidentGateOut), required=True)


def list_of(item: type[Schema]) -> type[Schema]:
    """Give the schema of a whole list, of which a case has few rows."""
    members = {"items": fields.List(fields.Nested(item), required=True)}
    return type(f"{item.__name__.removesuffix('Out')}List", (Schema,), members)
