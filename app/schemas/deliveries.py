"""At the consignee's door: what is signed for, what is refused, and what replaces it."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from app.kit.fields import Instant, Mapping, SafeString, StrictInt, WordField
from app.schemas.common import Strict
from app.schemas.loading import file_id
from models.vocabulary import CargoDocument, LineVerdict, OpenBoxAnswer, OpenBoxItem, RefusalReason

MAX_PIECES = 1_000_000


class ReceiptLineIn(Strict):
    """What was received of one line and what the consignee says; left out means as on the list (R-D-07 to R-D-10)."""

    line_no = StrictInt(1, 200, required=True)
    verdict = WordField(LineVerdict, required=True)
    received_name = SafeString(1, 120)
    received_specification = SafeString(1, 120)
    received_quantity = StrictInt(0, MAX_PIECES)
    accepted_quantity = StrictInt(0, MAX_PIECES)
    refused_quantity = StrictInt(0, MAX_PIECES)
    refusal_reason = WordField(RefusalReason)
    photo = file_id()
    note = SafeString(1, 500)
    open_box = Mapping(WordField(OpenBoxItem), WordField(OpenBoxAnswer), high=10)
    documents_missing = fields.List(WordField(CargoDocument), validate=validate.Length(max=20))


class AcceptanceIn(Strict):
    """The consignee's answer, line by line, with both signatures."""

    lines = fields.List(fields.Nested(ReceiptLineIn), required=True, validate=validate.Length(min=1, max=400))
    consignee_name = SafeString(1, 80, required=True)
    consignee_signature = file_id()
    driver_name = SafeString(1, 80, required=True)
    driver_signature = file_id()
    note = SafeString(1, 1000)
    occurred_at = Instant()


class ReplacementIn(Strict):
    """By when the refused pieces are needed (R-D-11)."""

    needed_by = Instant(required=True)
    notes = SafeString(1, 1000)


class ReceiptLineOut(Schema):
    """One line as received and answered."""

    line_no = fields.Integer(required=True)
    verdict = fields.String(required=True)
    received_name = fields.String(required=True)
    received_specification = fields.String(required=True, allow_none=True)
    received_quantity = fields.Integer(required=True)
    accepted_quantity = fields.Integer(required=True)
    refused_quantity = fields.Integer(required=True)
    refusal_reason = fields.String(required=True, allow_none=True)
    photo = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    open_box = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    documents_missing = fields.List(fields.String(), required=True)


class AccidentDamageOut(Schema):
    """Pieces of a line that were damaged in an accident on the way and did not come."""

    line_no = fields.Integer(required=True)
    damaged_quantity = fields.Integer(required=True)
    accident = fields.String(required=True)


class AcceptanceOut(Schema):
    """The signed outcome, the proof of delivery; ``clean`` means without any note."""

    consignment = fields.String(required=True)
    trip = fields.String(required=True)
    verdict = fields.String(required=True)
    clean = fields.Boolean(required=True)
    consignee_name = fields.String(required=True)
    consignee_signature = fields.String(required=True)
    driver_name = fields.String(required=True)
    driver_signature = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
    occurred_at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    made_by = fields.String(required=True)
    lines = fields.List(fields.Nested(ReceiptLineOut), required=True)
    accident_damage = fields.List(fields.Nested(AccidentDamageOut), required=True)
