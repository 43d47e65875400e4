"""Penalty proposals, penalties, service and appeals; money is a string in CNY."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate, validates_schema

from app.kit.fields import Amount, Instant, LongText, SafeString, WordField
from app.openapi import FindingSchema
from app.schemas.common import PageQuery, Reason, Strict
from app.schemas.drivers import STAFF_NO
from app.schemas.loading import each_once, file_id
from models.vocabulary import AppealOutcome, PenaltyKind, PenaltyState, PolicyProfile, ServiceMode

NUMBER = r"^[A-Z0-9-]{1,24}$"


class FineIn(Strict):
    """A disciplinary fine that is asked for; refused where the company has not allowed them."""

    employee = SafeString(1, 20, STAFF_NO, required=True)
    amount = Amount(required=True, attribute="amount_fen")


class ProposalIn(Strict):
    """The department's opinion. Every other amount follows from the facts and is not given."""

    opinion = LongText(1, 2000, required=True)
    profile = WordField(PolicyProfile)
    fines = fields.List(fields.Nested(FineIn), validate=validate.Length(max=20))

    @validates_schema
    def _once(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - marshmallow's signature
        each_once(data.get("fines", []), "employee", "fines")


class RejectionIn(Reason):
    """Why the proposal is sent back."""


class ServiceIn(Strict):
    """How a decision was handed over: signed for with a receipt, or refused before a witness."""

    mode = WordField(ServiceMode, required=True)
    receipt = file_id()
    witness = SafeString(1, 80)
    occurred_at = Instant()


class AppealIn(Strict):
    """What the person objects to."""

    appeal = LongText(1, 2000, required=True)


class AppealDecisionIn(Strict):
    """How an appeal ends, and the answer in writing."""

    outcome = WordField(AppealOutcome, required=True)
    answer = LongText(1, 1000, required=True)


class PenaltyQuery(PageQuery):
    """Filters of the list."""

    state = WordField(PenaltyState)
    kind = WordField(PenaltyKind)
    accident = SafeString(1, 24, NUMBER)
    employee = SafeString(1, 20, STAFF_NO)


class EmployeeRef(Schema):
    """The person a penalty is laid on."""

    staff_no = fields.String(required=True)
    name = fields.String(required=True)
    department = fields.String(required=True)


class PenaltyOut(Schema):
    """One penalty; ``amount`` is what this decision adds, none for a bonus that another accident took already."""

    number = fields.String(required=True)
    accident = fields.String(required=True)
    employee = fields.Nested(EmployeeRef, required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    amount = fields.String(required=True)
    bonus_year = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True)
    warnings = fields.List(fields.Nested(FindingSchema), required=True)
    approved_at = fields.AwareDateTime(required=True, allow_none=True)
    served_at = fields.AwareDateTime(required=True, allow_none=True)
    service_mode = fields.String(required=True, allow_none=True)
    served_by = fields.String(required=True, allow_none=True)
    witness = fields.String(required=True, allow_none=True)
    receipt = fields.String(required=True, allow_none=True)
    appeal_until = fields.AwareDateTime(required=True, allow_none=True)
    appealed_at = fields.AwareDateTime(required=True, allow_none=True)
    appeal = fields.String(required=True, allow_none=True)
    appeal_outcome = fields.String(required=True, allow_none=True)
    appeal_decided_at = fields.AwareDateTime(required=True, allow_none=True)
    appeal_answer = fields.String(required=True, allow_none=True)
    final_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class ApprovalOut(Schema):
    """One approval."""

    capacity = fields.String(required=True)
    by = fields.String(required=True)
    approved_at = fields.AwareDateTime(required=True)


class ProposalOut(Schema):
    """A proposal with its arithmetic, its approvals and its penalties."""

    accident = fields.String(required=True)
    seq = fields.Integer(required=True)
    state = fields.String(required=True)
    profile = fields.String(required=True)
    grade = fields.String(required=True)
    gross = fields.String(required=True)
    burden = fields.String(required=True)
    basis = fields.String(required=True, validate=validate.OneOf(["estimate", "actual"]))
    recovered = fields.String(required=True)
    net = fields.String(required=True)
    opinion = fields.String(required=True)
    warnings = fields.List(fields.Nested(FindingSchema), required=True)
    proposed_by = fields.String(required=True)
    proposed_at = fields.AwareDateTime(required=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
    approvals = fields.List(fields.Nested(ApprovalOut), required=True)
    approvals_missing = fields.List(fields.String(), required=True)
    penalties = fields.List(fields.Nested(PenaltyOut), required=True)
    version = fields.Integer(required=True)
