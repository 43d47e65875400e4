"""Positions in batches. The fields document the form; the checks themselves stand in ``app/intake.py``."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from app import intake
from app.kit.fields import Instant, Number, SafeString, StrictInt, WordField
from app.schemas.common import Strict
from models.vocabulary import CoordSystem, RoadClass
from services.tracking import Fix


class PositionIn(Strict):
    """One fix of a vehicle; a device that gives GCJ-02 says so and is converted."""

    plate = SafeString(1, 12, required=True)
    fix_at = Instant(required=True)
    lat = Number(-90, 90, required=True)
    lon = Number(-180, 180, required=True)
    speed_kmh = Number(0, intake.MAX_KMH)
    heading = StrictInt(0, intake.FULL_CIRCLE)
    road = WordField(RoadClass)
    signed_limit_kmh = StrictInt(5, intake.MAX_LIMIT_KMH)
    visibility_m = StrictInt(0, intake.MAX_VISIBILITY_M)
    coord_system = WordField(CoordSystem)


class PositionsIn(Strict):
    """A batch of fixes, of any vehicles and in any order."""

    positions = fields.List(
        fields.Nested(PositionIn), required=True, validate=validate.Length(min=1, max=intake.MAX_BATCH)
    )

    def load(self, data: Any, **kwargs: Any) -> list[Fix]:  # noqa: ARG002 - marshmallow's signature
        """Check a parsed body by hand instead of field by field; four times as fast for a full batch."""
        return intake.fixes(data)


class RefusedOut(Schema):
    """A position that was not stored: its place in the batch and why."""

    index = fields.Integer(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class TakenOut(Schema):
    """What became of a batch."""

    stored = fields.Integer(required=True)
    duplicates = fields.Integer(required=True)
    refused = fields.List(fields.Nested(RefusedOut), required=True)
