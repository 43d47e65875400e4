"""Losses, settlements, recoveries and insurance claims of an accident; money is a string in CNY."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from app.kit.fields import Amount, Instant, Money, SafeString, StrictInt, WordField
from app.schemas.common import Reason, Strict
from app.schemas.loading import file_id
from app.schemas.papers import Day
from models.vocabulary import LossKind, RecoveryKind

MAX_ID = 2**53
# money from the counterparty is a recovery, not a claim with an insurer
INSURED = (RecoveryKind.COMPULSORY, RecoveryKind.COMMERCIAL, RecoveryKind.CARGO_INSURANCE)


class LossIn(Strict):
    """One loss of either side, or a fine on the company for spilling."""

    kind = WordField(LossKind, required=True)
    amount = Amount(required=True, attribute="amount_fen")
    description = SafeString(1, 300, required=True)
    evidence = fields.List(file_id(), validate=validate.Length(max=20))


class CaseSettlementIn(Strict):
    """What our side paid in all; it replaces the estimate and a settlement recorded before."""

    paid = Money(required=True, attribute="paid_fen")
    document = SafeString(1, 200, required=True)
    settled_on = Day(required=True)
    scan = file_id()


class RecoveryIn(Strict):
    """Money that came back; ``claim`` is the id of a claim of this accident."""

    kind = WordField(RecoveryKind, required=True)
    amount = Amount(required=True, attribute="amount_fen")
    received_on = Day(required=True)
    claim = StrictInt(1, MAX_ID, attribute="claim_id")
    note = SafeString(1, 300)


class ClaimIn(Strict):
    """An insurer who was told; now when ``occurred_at`` is left out."""

    kind = WordField(INSURED, required=True)
    insurer = SafeString(1, 120, required=True)
    policy_no = SafeString(1, 80)
    claim_no = SafeString(1, 80)
    occurred_at = Instant()


class AssessmentIn(Strict):
    """What the insurer assessed."""

    assessed = Money(required=True, attribute="assessed_fen")
    claim_no = SafeString(1, 80)


class FilingIn(Strict):
    """The claim was handed in; its number when it is not known yet."""

    claim_no = SafeString(1, 80)


class PaymentIn(Strict):
    """What the insurer paid."""

    paid = Amount(required=True, attribute="paid_fen")
    received_on = Day(required=True)


class StrikeIn(Reason):
    """Why it is struck out."""

    reason = SafeString(1, 300, required=True)


class _Struck(Schema):
    """Something that may be struck out and is never changed."""

    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.String(required=True)
    struck_at = fields.AwareDateTime(required=True, allow_none=True)
    struck_by = fields.String(required=True, allow_none=True)
    struck_reason = fields.String(required=True, allow_none=True)


class LossOut(_Struck):
    """A loss."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    amount = fields.String(required=True)
    description = fields.String(required=True)
    evidence = fields.List(fields.String(), required=True)


class RecoveryOut(_Struck):
    """A recovery."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    amount = fields.String(required=True)
    claim_id = fields.Integer(required=True, allow_none=True)
    received_on = fields.Date(required=True)
    note = fields.String(required=True, allow_none=True)


class SettlementOut(Schema):
    """A settlement; the last one counts."""

    paid = fields.String(required=True)
    document = fields.String(required=True)
    scan = fields.String(required=True, allow_none=True)
    settled_on = fields.Date(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.String(required=True)


class LossFiguresOut(Schema):
    """From gross to net; ``basis`` tells whether the burden is an estimate by the grade or what was really paid."""

    grade = fields.String(required=True)
    gross = fields.String(required=True)
    burden = fields.String(required=True)
    basis = fields.String(required=True, validate=validate.OneOf(["estimate", "actual"]))
    recovered = fields.String(required=True)
    net = fields.String(required=True)
    spill_fines = fields.String(required=True)


class LossesOut(Schema):
    """The money of an accident; no figures before a determination gives a grade."""

    accident = fields.String(required=True)
    losses = fields.List(fields.Nested(LossOut), required=True)
    recoveries = fields.List(fields.Nested(RecoveryOut), required=True)
    settlements = fields.List(fields.Nested(SettlementOut), required=True)
    figures = fields.Nested(LossFiguresOut, required=True, allow_none=True)


class ClaimOut(Schema):
    """An insurance claim (索赔)."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    insurer = fields.String(required=True)
    policy_no = fields.String(required=True, allow_none=True)
    claim_no = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    notified_at = fields.AwareDateTime(required=True)
    assessed = fields.String(required=True, allow_none=True)
    assessed_at = fields.AwareDateTime(required=True, allow_none=True)
    filed_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
    recorded_by = fields.String(required=True)
    version = fields.Integer(required=True)


class ClaimList(Schema):
    """The claims of one accident, in their order."""

    items = fields.List(fields.Nested(ClaimOut), required=True)
