"""Positions in batches. The fields document the form; the checks themselves stand in ``app/intake.py``."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app import intake
from app.kit.fields import Instant, Number, SafeString, StrictInt, WordField
from app.schemas.common import Strict
from models.vocabulary import CoordSystem, RoadClass
from services.positions.tracking import Fix


class PositionIn(Strict):
    """One fix of a vehicle, or of a device, which counts for the vehicle that it rode on then.

    What is GCJ-02 is converted; a device that says nothing is taken to give what it was registered with.
    """

    # what the specification says besides the fields
    CONDITIONS: ClassVar[dict[str, Any]] = {"oneOf": [{"required": ["plate"]}, {"required": ["device"]}]}

    plate = SafeString(1, 12)
    device = SafeString(1, 32, intake.TERMINAL_FORM)
    fix_at = Instant(required=True)
    lat = Number(-90, 90, required=True)
    lon = Number(-180, 180, required=True)
    speed_kmh = Number(0, intake.MAX_KMH)
    heading = StrictInt(0, intake.FULL_CIRCLE)
    road = WordField(RoadClass)
    signed_limit_kmh = StrictInt(5, intake.MAX_LIMIT_KMH)
    visibility_m = StrictInt(0, intake.MAX_VISIBILITY_M)
    coord_system = WordField(CoordSystem)

    @validates_schema
    def _one_of(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - marshmallow's signature
        if ("plate" in data) == ("device" in data):
            raise ValidationError(intake.ONE_OF, "plate")


class PositionsIn(Strict):
    """A batch of fixes, of any vehicles and in any order."""

    positions = fields.List(
        fields.Nested(PositionIn), required=True, validate=validate.Length(min=1, max=intake.MAX_BATCH)
    )

    parse = staticmethod(intake.parse)

    def load(self, data: Any, **kwargs: Any) -> list[Fix]:  # noqa: ARG002 - marshmallow's signature
        """Check a parsed body by hand instead of field by field; four times as fast for a full batch."""
        return intake.fixes(data)


class ToldOut(Schema):
    """A position that was not stored, or was stored and counts for nothing: its place in the batch and why."""

    index = fields.Integer(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class TakenOut(Schema):
    """What became of a batch."""

    stored = fields.Integer(required=True)
    duplicates = fields.Integer(required=True)
    refused = fields.List(fields.Nested(ToldOut), required=True)
    doubted = fields.List(fields.Nested(ToldOut), required=True)
