"""Inspections, counts with the shipper's agent, securing, seals put on, and the gate."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.kit.fields import Instant, Mapping, SafeString, StrictBool, StrictInt, WordField
from app.openapi import FindingSchema
from app.schemas.common import Strict
from app.schemas.trips import consignment_no
from models.vocabulary import CheckItem, CheckKind, ClosureKind, DefectSeverity, Gear, SealFinding, SecuringMeasure

FILE_ID = r"^[0-9a-f]{64}$"
SEAL_NO = r"^[A-Z0-9-]{1,32}$"
TRIP_CHECKS = (CheckKind.PRE_TRIP, CheckKind.REST_STOP)


def file_id(**kwargs: Any) -> SafeString:
    """Give the field of a stored file's id."""
    return SafeString(64, 64, FILE_ID, **kwargs)


def each_once(rows: list[dict[str, Any]], name: str, field: str) -> None:
    """Refuse a list in which two rows carry the same ``name``."""
    seen = [row[name] for row in rows if name in row]
    if len(seen) != len(set(seen)):
        raise ValidationError(f"Each {name} may stand only once.", field)


class FoundIn(Strict):
    """A defect found in an inspection."""

    item = WordField(CheckItem, required=True)
    severity = WordField(DefectSeverity, required=True)
    note = SafeString(1, 500)


class CardIn(Strict):
    """An inspection card: each item true when it was found in order."""

    items = Mapping(WordField(CheckItem), StrictBool(), high=30, low=1, required=True)
    defects = fields.List(fields.Nested(FoundIn), validate=validate.Length(max=50))
    note = SafeString(1, 1000)
    occurred_at = Instant()


class CheckIn(CardIn):
    """An inspection before the trip or at a stop on the way (R-F-02, R-C-07)."""

    kind = WordField(TRIP_CHECKS, required=True)


class LineCount(Strict):
    """How many pieces of a line were counted."""

    line_no = StrictInt(1, 200, required=True)
    quantity = StrictInt(0, 1_000_000, required=True)


class CountIn(Strict):
    """What was counted onto the truck, signed by the shipper's agent (R-F-12)."""

    consignment = consignment_no(required=True)
    lines = fields.List(fields.Nested(LineCount), required=True, validate=validate.Length(min=1, max=200))
    agent_name = SafeString(1, 80, required=True)
    agent_signature = file_id(required=True)
    occurred_at = Instant()

    @validates_schema
    def _lines_once(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - marshmallow's signature
        each_once(data["lines"], "line_no", "lines")


class SettlementIn(Strict):
    """How shipper and desk settled a difference."""

    consignment = consignment_no(required=True)
    line_no = StrictInt(1, 200, required=True)
    settlement = SafeString(1, 500, required=True)


class MeasureIn(Strict):
    """One of cover, protect, fix: the gear and a photo, or why it does not apply (R-F-08)."""

    measure = WordField(SecuringMeasure, required=True)
    gear = fields.List(WordField(Gear), validate=validate.Length(max=20))
    photo = file_id()
    not_applicable_reason = SafeString(1, 500)


class SecuringIn(Strict):
    """How the load was secured."""

    measures = fields.List(fields.Nested(MeasureIn), required=True, validate=validate.Length(min=1, max=3))
    occurred_at = Instant()

    @validates_schema
    def _measures_once(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - as above
        each_once(data["measures"], "measure", "measures")


class Moment(Strict):
    """When it happened; now when left out."""

    occurred_at = Instant()


class SealOnIn(Strict):
    """A company seal put on an opening (R-F-09)."""

    number = SafeString(1, 32, SEAL_NO, required=True)
    closure = WordField(ClosureKind, required=True)
    photo = file_id()
    occurred_at = Instant()


class CustomerSealIn(Strict):
    """A customer's own seal, beside ours (domain 5.4 S3)."""

    number = SafeString(1, 32, required=True)
    closure = WordField(ClosureKind, required=True)


class SealSeenIn(Strict):
    """How one opening's seal looked; no number when it is missing."""

    closure = WordField(ClosureKind, required=True)
    number = SafeString(1, 32)
    finding = WordField(SealFinding, required=True)


class VerificationIn(Strict):
    """The seals as found on arrival, before anything is unloaded (S5)."""

    seen = fields.List(fields.Nested(SealSeenIn), required=True, validate=validate.Length(max=20))
    occurred_at = Instant()

    @validates_schema
    def _closures_once(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - as above
        each_once(data["seen"], "closure", "seen")


class JointInspectionIn(Strict):
    """The driver's statement at a joint inspection (S6)."""

    driver_statement = SafeString(1, 1000, required=True)
    occurred_at = Instant()


class FoundOut(Schema):
    """A defect on a card."""

    item = fields.String(required=True)
    severity = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)


class CheckOut(Schema):
    """An inspection card; the verdict stands on a post-trip card only (R-C-10)."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    items = fields.Dict(keys=fields.String(), values=fields.Boolean(), required=True)
    defects = fields.List(fields.Nested(FoundOut), required=True)
    note = fields.String(required=True, allow_none=True)
    occurred_at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    made_by = fields.String(required=True)
    verdict_passed = fields.Boolean(required=True, allow_none=True)
    verdict_by = fields.String(required=True, allow_none=True)
    verdict_at = fields.AwareDateTime(required=True, allow_none=True)


class GateOut(Schema):
    """May the truck leave, and everything that still keeps it in."""

    trip = fields.String(required=True)
    released = fields.Boolean(required=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True)
