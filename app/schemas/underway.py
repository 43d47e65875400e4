"""On the road and after: rests, problems, stops, hubs, the post-trip card, the trip log."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.kit.fields import Instant, Mapping, Number, SafeString, StrictBool, WordField
from app.openapi import FindingSchema
from app.schemas.common import PageQuery, Strict
from app.schemas.loading import LineCount, each_once
from app.schemas.trips import STAFF_NO, consignment_no
from models.vocabulary import CheckItem, ProblemSeverity, RestPlace, TripEventKind


class RestIn(Strict):
    """Where the truck stopped (R-C-07)."""

    place = WordField(RestPlace, required=True)
    occurred_at = Instant()


class DriveOnIn(Strict):
    """The truck drives on; ``driver`` takes the wheel, the one before when left out."""

    driver = SafeString(1, 20, STAFF_NO)
    occurred_at = Instant()


class RestRecordIn(Strict):
    """One rest kept by a device that was offline; ``walk_round`` are the items looked at (R-C-07)."""

    place = WordField(RestPlace, required=True)
    began_at = Instant(required=True)
    ended_at = Instant(required=True)
    driver = SafeString(1, 20, STAFF_NO)
    walk_round = Mapping(WordField(CheckItem), StrictBool(), high=30)


class RestRecordsIn(Strict):
    """Rests handed in later, in their order."""

    rests = fields.List(fields.Nested(RestRecordIn), required=True, validate=validate.Length(min=1, max=100))


class ProblemIn(Strict):
    """A problem on the road; a special one is the manager's at once (R-F-16, R-F-17)."""

    text = SafeString(1, 1000, required=True)
    severity = WordField(ProblemSeverity, load_default=ProblemSeverity.ORDINARY)
    lat = Number(-90, 90)
    lon = Number(-180, 180)
    occurred_at = Instant()

    CONDITIONS: ClassVar = {"dependentRequired": {"lat": ["lon"], "lon": ["lat"]}}

    @validates_schema
    def _both_or_none(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - marshmallow's signature
        if ("lat" in data) != ("lon" in data):
            raise ValidationError("Give both or neither of lat and lon.", "lat" if "lon" in data else "lon")


class HubCountIn(Strict):
    """What the hub counted of one consignment."""

    consignment = consignment_no(required=True)
    lines = fields.List(fields.Nested(LineCount), required=True, validate=validate.Length(min=1, max=200))

    @validates_schema
    def _lines_once(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - as above
        each_once(data["lines"], "line_no", "lines")


class HubIn(Strict):
    """Goods handed to a hub with a count per line (R-F-19)."""

    consignments = fields.List(fields.Nested(HubCountIn), required=True, validate=validate.Length(min=1, max=50))
    occurred_at = Instant()

    @validates_schema
    def _consignments_once(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - as above
        each_once(data["consignments"], "consignment", "consignments")


class VerdictIn(Strict):
    """The technician's verdict on the vehicle (R-C-10)."""

    fit = StrictBool(required=True)
    note = SafeString(1, 200)


class LogQuery(PageQuery):
    """Filter of the trip log."""

    kind = WordField(TripEventKind)


class EventOut(Schema):
    """A line of the trip log (行车日志)."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    driver = fields.String(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    occurred_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    facts = fields.Dict(required=True)


class DriveOut(Schema):
    """One drive: who and from when to when."""

    driver = fields.String(required=True)
    began_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True)


class DriverTotalsOut(Schema):
    """One driver's minutes at the wheel and between."""

    driver = fields.String(required=True)
    driven_minutes = fields.Integer(required=True)
    longest_drive_minutes = fields.Integer(required=True)
    rest_minutes = fields.List(fields.Integer(), required=True)


class DrivingRecordOut(Schema):
    """Proof that the crew rested, and every excess."""

    trip = fields.String(required=True)
    drives = fields.List(fields.Nested(DriveOut), required=True)
    drivers = fields.List(fields.Nested(DriverTotalsOut), required=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True)
