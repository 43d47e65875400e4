"""The goods of a truck in an accident: damage, what is done with them, and how they go on with another truck."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.kit.fields import Instant, Number, SafeString, StrictInt, WordField
from app.schemas.common import CODE, Strict
from app.schemas.deliveries import MAX_PIECES
from app.schemas.loading import SEAL_NO, each_once, file_id
from app.schemas.sites import REGION
from app.schemas.trips import PLATE, STAFF_NO, consignment_no
from models.vocabulary import CargoAction, ClosureKind, ConsentMeans, SealFinding

CHOICES = (CargoAction.STAYS, CargoAction.HELD, CargoAction.NO_CARGO)
MAX_CONSENTS = 50


class LineDamageIn(Strict):
    """How one line came through; 0 says that it was looked at and is sound."""

    line_no = StrictInt(1, 200, required=True)
    damaged_quantity = StrictInt(0, MAX_PIECES, required=True)
    note = SafeString(1, 500)
    photos = fields.List(file_id(), validate=validate.Length(max=20))


class CargoDamageIn(Strict):
    """The damaged pieces of one consignment, line by line (R-A-08)."""

    consignment = consignment_no(required=True)
    lines = fields.List(fields.Nested(LineDamageIn), required=True, validate=validate.Length(min=1, max=200))

    @validates_schema
    def _lines_once(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - marshmallow's signature
        each_once(data["lines"], "line_no", "lines")


class CargoActionIn(Strict):
    """What is done with the goods: they stay on the truck and go on, are held where they are, or there are none."""

    action = WordField(CHOICES, required=True)


class TranshipmentPlaceIn(Strict):
    """Where the goods change trucks: a site, or a point and its address; what is left out is the accident's."""

    site = SafeString(2, 32, CODE)
    lat = Number(-90, 90)
    lon = Number(-180, 180)
    address = SafeString(1, 300)
    region_code = SafeString(6, 6, REGION)

    CONDITIONS: ClassVar = {"dependentRequired": {"lat": ["lon"], "lon": ["lat"]}}

    @validates_schema
    def _both_or_none(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - as above
        if ("lat" in data) != ("lon" in data):
            raise ValidationError("Give both or neither of lat and lon.", "lat" if "lon" in data else "lon")


class SealTakenOffIn(Strict):
    """A seal as it was found when it was taken off."""

    closure = WordField(ClosureKind, required=True)
    number = SafeString(1, 32, SEAL_NO)
    finding = WordField(SealFinding, required=True)


class ConsentIn(Strict):
    """A shipper's consent: who gave it for him, when and how (R-S-11)."""

    shipper = SafeString(2, 32, CODE, required=True)
    who = SafeString(1, 80, required=True)
    means = WordField(ConsentMeans, required=True)
    at = Instant(required=True)


class TranshipmentIn(Strict):
    """The other truck and crew, the seals as they were taken off, the consents; ``occurred_at`` is when that was."""

    vehicle = SafeString(*PLATE, required=True)
    trailer = SafeString(*PLATE)
    planned_departure_at = Instant(required=True)
    planned_arrival_at = Instant()
    permit_number = SafeString(1, 40)
    permit_limit_kmh = StrictInt(5, 100)
    escort_plan = SafeString(1, 200)
    drivers = fields.List(SafeString(1, 20, STAFF_NO), required=True, validate=validate.Length(min=1, max=6))
    escort = SafeString(1, 20, STAFF_NO)
    seals = fields.List(fields.Nested(SealTakenOffIn), required=True, validate=validate.Length(max=20))
    photo = file_id()
    consents = fields.List(fields.Nested(ConsentIn), required=True, validate=validate.Length(max=MAX_CONSENTS))
    place = fields.Nested(TranshipmentPlaceIn)
    occurred_at = Instant()

    @validates_schema
    def _each_once(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - as above
        each_once(data["seals"], "closure", "seals")
        each_once(data["consents"], "shipper", "consents")


class CareLineOut(Schema):
    """One line: what is damaged and what is sound, both empty before anybody looked."""

    line_no = fields.Integer(required=True)
    name = fields.String(required=True)
    specification = fields.String(required=True, allow_none=True)
    quantity = fields.Integer(required=True)
    unit = fields.String(required=True)
    damaged_quantity = fields.Integer(required=True, allow_none=True)
    sound_quantity = fields.Integer(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    photos = fields.List(fields.String(), required=True)
    recorded_at = fields.AwareDateTime(required=True, allow_none=True)
    recorded_by = fields.String(required=True, allow_none=True)


class CareConsignmentOut(Schema):
    """One consignment that was on the truck."""

    consignment = fields.String(required=True)
    shipper = fields.String(required=True)
    state = fields.String(required=True)
    lines = fields.List(fields.Nested(CareLineOut), required=True)


class TranshipmentOut(Schema):
    """How the goods went on: where, with which trip, which seals came off, who had consented."""

    from_trip = fields.String(required=True)
    to_trip = fields.String(required=True)
    place = fields.String(required=True)
    skipped = fields.List(fields.Integer(), required=True)
    lost = fields.List(fields.String(), required=True)
    seals = fields.List(fields.Dict(), required=True)
    photo = fields.String(required=True, allow_none=True)
    consents = fields.List(fields.Dict(), required=True)
    made_at = fields.AwareDateTime(required=True)
    made_by = fields.String(required=True)


class CargoCareOut(Schema):
    """What became of the goods of an accident."""

    accident = fields.String(required=True)
    trip = fields.String(required=True, allow_none=True)
    held = fields.Boolean(required=True)
    cargo_action = fields.String(required=True, allow_none=True)
    consignments = fields.List(fields.Nested(CareConsignmentOut), required=True)
    transhipment = fields.Nested(TranshipmentOut, required=True, allow_none=True)
