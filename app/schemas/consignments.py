"""Bookings in, consignments out."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.kit.fields import Instant, Money, Number, SafeString, StrictBool, StrictInt, WordField
from app.schemas.common import CODE, PHONE, Change, PageQuery, Ref, SiteRef, Strict
from models.vocabulary import (
    CargoClass,
    CargoDocument,
    ConsignmentState,
    Mark,
    Packaging,
    PackagingVerdict,
    ShipmentMode,
)

MAX_KG = 300_000


class CargoLineIn(Strict):
    """One kind of goods; mass and volume are of the whole line, dimensions and piece mass of one piece."""

    name = SafeString(1, 120, required=True)
    specification = SafeString(1, 120)
    quantity = StrictInt(1, 1_000_000, required=True)
    unit = SafeString(1, 16)
    cargo_class = WordField(CargoClass, required=True)
    mot_code = SafeString(4, 4, r"^[0-9]{4}$")
    packaging = WordField(Packaging, required=True)
    packaging_verdict = WordField(PackagingVerdict)
    mass_kg = StrictInt(1, MAX_KG, required=True)
    volume_m3 = Number(0, 1000)
    piece_mass_kg = StrictInt(1, MAX_KG)
    length_mm = StrictInt(1, 60_000)
    width_mm = StrictInt(1, 10_000)
    height_mm = StrictInt(1, 10_000)
    manual_handling_ok = StrictBool()
    finished_goods = StrictBool()
    moisture_sensitive = StrictBool()
    theft_prone = StrictBool()
    stackable = StrictBool()
    odour = StrictBool()
    food_grade = StrictBool()
    divisible = StrictBool()
    temp_min_c = StrictInt(-80, 80)
    temp_max_c = StrictInt(-80, 80)
    hazmat_class = SafeString(1, 4, r"^[1-9](\.[1-6])?$")
    un_number = SafeString(4, 4, r"^[0-9]{4}$")
    declared_value = Money(attribute="declared_value_fen")
    marks = fields.List(WordField(Mark), validate=validate.Length(max=20))
    documents = fields.List(WordField(CargoDocument), validate=validate.Length(max=20))

    @post_load
    def _in_litres(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:  # noqa: ARG002
        if "volume_m3" in data:
            data["volume_dm3"] = round(data.pop("volume_m3") * 1000)
        return data


class ConsignmentFields(Strict):
    """What a shipper says of one consignment besides its lines."""

    customer_ref = SafeString(1, 64)
    shipment_mode = WordField(ShipmentMode, required=True)
    consignee = SafeString(2, 32, CODE, required=True)
    origin = SafeString(2, 32, CODE, required=True)
    destination = SafeString(2, 32, CODE, required=True)
    promised_arrival_at = Instant(required=True)
    open_box_required = StrictBool()
    contact_name = SafeString(1, 80)
    contact_phone = SafeString(6, 26, PHONE)
    notes = SafeString(1, 1000)
    declared_value = Money(attribute="declared_value_fen")
    lines = fields.List(fields.Nested(CargoLineIn), required=True, validate=validate.Length(min=1, max=200))


class BookingIn(ConsignmentFields):
    """One consignment; a dispatcher names the shipper, a shipper's own key books for itself."""

    shipper = SafeString(2, 32, CODE)


class OrderIn(Strict):
    """One transport order with several consignments, each with one shipper and one consignee."""

    shipper = SafeString(2, 32, CODE)
    consignments = fields.List(fields.Nested(ConsignmentFields), required=True, validate=validate.Length(min=1, max=50))


class AmendmentIn(Change):
    """The fields to change; what is open depends on the consignment's state."""

    customer_ref = SafeString(1, 64)
    shipment_mode = WordField(ShipmentMode)
    consignee = SafeString(2, 32, CODE)
    origin = SafeString(2, 32, CODE)
    destination = SafeString(2, 32, CODE)
    promised_arrival_at = Instant()
    open_box_required = StrictBool()
    contact_name = SafeString(1, 80)
    contact_phone = SafeString(6, 26, PHONE)
    notes = SafeString(1, 1000)
    declared_value = Money(attribute="declared_value_fen")
    lines = fields.List(fields.Nested(CargoLineIn), validate=validate.Length(min=1, max=200))


class ConsignmentQuery(PageQuery):
    """Filters of the list."""

    state = WordField(ConsignmentState)
    customer_ref = SafeString(1, 64)
    consignee = SafeString(2, 32, CODE)
    hard_to_handle = fields.Boolean(truthy={"true"}, falsy={"false"})


class CargoLineOut(Schema):
    """One cargo line as stored."""

    line_no = fields.Integer(required=True)
    name = fields.String(required=True)
    specification = fields.String(allow_none=True)
    quantity = fields.Integer(required=True)
    unit = fields.String(required=True)
    cargo_class = fields.String(required=True)
    mot_code = fields.String(allow_none=True)
    packaging = fields.String(required=True)
    packaging_verdict = fields.String(required=True)
    mass_kg = fields.Integer(required=True)
    volume_m3 = fields.Float(required=True)
    piece_mass_kg = fields.Integer(allow_none=True)
    length_mm = fields.Integer(allow_none=True)
    width_mm = fields.Integer(allow_none=True)
    height_mm = fields.Integer(allow_none=True)
    manual_handling_ok = fields.Boolean(required=True)
    finished_goods = fields.Boolean(required=True)
    moisture_sensitive = fields.Boolean(required=True)
    theft_prone = fields.Boolean(required=True)
    stackable = fields.Boolean(required=True)
    odour = fields.Boolean(required=True)
    food_grade = fields.Boolean(required=True)
    divisible = fields.Boolean(required=True)
    temp_min_c = fields.Integer(allow_none=True)
    temp_max_c = fields.Integer(allow_none=True)
    hazmat_class = fields.String(allow_none=True)
    un_number = fields.String(allow_none=True)
    declared_value = fields.String(allow_none=True)
    marks = fields.List(fields.String(), required=True)
    documents = fields.List(fields.String(), required=True)


class ConsignmentSummary(Schema):
    """A consignment in a list; planned, promised and estimated arrival are three facts."""

    number = fields.String(required=True)
    customer_ref = fields.String(allow_none=True)
    shipment_mode = fields.String(required=True)
    state = fields.String(required=True)
    out_of_town = fields.Boolean(required=True)
    hard_to_handle = fields.Boolean(required=True)
    open_box_required = fields.Boolean(required=True)
    total_mass_kg = fields.Integer(required=True)
    promised_arrival_at = fields.AwareDateTime(required=True)
    planned_arrival_at = fields.AwareDateTime(allow_none=True)
    estimated_arrival_at = fields.AwareDateTime(allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)
    shipper = fields.Nested(Ref, required=True)
    consignee = fields.Nested(Ref, required=True)
    origin = fields.Nested(SiteRef, required=True)
    destination = fields.Nested(SiteRef, required=True)


class ConsignmentOut(ConsignmentSummary):
    """A consignment in full; ``held`` while its truck stands still after an accident."""

    order = fields.String(required=True)
    trip = fields.String(allow_none=True)
    held = fields.Boolean(required=True)
    replaces = fields.String(allow_none=True)
    total_volume_m3 = fields.Float(required=True)
    declared_value = fields.String(allow_none=True)
    contact_name = fields.String(allow_none=True)
    contact_phone = fields.String(allow_none=True)
    notes = fields.String(allow_none=True)
    tracking_url = fields.String(required=True)
    lines = fields.List(fields.Nested(CargoLineOut), required=True)


class OrderOut(Schema):
    """A transport order with its consignments."""

    number = fields.String(required=True)
    state = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    consignments = fields.List(fields.Nested(ConsignmentOut), required=True)
