"""Vehicles, their defects, and papers that run out."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.kit.fields import Instant, Number, QueryInt, SafeString, StrictBool, StrictInt, WordField
from app.schemas.common import CODE, Change, PageQuery, Reason, Strict
from app.schemas.papers import Day, papers_in, papers_out
from models.vocabulary import (
    Body,
    CheckItem,
    DefectSeverity,
    Gear,
    UnitKind,
    VehicleDocument,
    VehicleState,
)
from services.policy.expiry import Urgency

GA_CODE = r"^[A-Z][0-9][0-9A-Z]$"
HAZMAT = r"^[1-9](\.[1-6])?$"
PLATE_LENGTH = (7, 12)


class _Litres:
    """Volume comes in m3 and is kept in dm3."""

    @post_load
    def _in_litres(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:  # noqa: ARG002
        if "volume_m3" in data:
            data["volume_dm3"] = round(data.pop("volume_m3") * 1000)
        return data


class VehicleIn(_Litres, Strict):
    """A new vehicle or trailer; documents by kind, masses in kg, lengths in mm, temperatures in °C."""

    plate = SafeString(*PLATE_LENGTH, required=True)
    unit_kind = WordField(UnitKind, required=True)
    body = WordField(Body)
    ga_code = SafeString(3, 3, GA_CODE)
    axles = StrictInt(1, 20, required=True)
    single_drive_axle = StrictBool()
    tare_kg = StrictInt(100, 200_000, required=True)
    rated_load_kg = StrictInt(0, 500_000, required=True)
    volume_m3 = Number(0, 500, required=True)
    inner_length_mm = StrictInt(500, 60_000)
    inner_width_mm = StrictInt(500, 10_000)
    inner_height_mm = StrictInt(300, 10_000)
    bed_height_mm = StrictInt(100, 3_000)
    side_door = StrictBool()
    temp_min_c = StrictInt(-80, 80)
    temp_max_c = StrictInt(-80, 80)
    limit_kmh = StrictInt(5, 150)
    hazmat_classes = fields.List(SafeString(1, 4, HAZMAT), validate=validate.Length(max=20))
    gear = fields.List(WordField(Gear), validate=validate.Length(max=30))
    has_lock = StrictBool()
    container_closed = StrictBool()
    container_reefer = StrictBool()
    clean = StrictBool()
    last_cargo_dirty = StrictBool()
    documents = fields.Nested(papers_in(VehicleDocument, "VehiclePapersIn"))
    first_registered_on = Day(required=True)
    last_inspection_on = Day()
    home_site = SafeString(2, 32, CODE)
    coupled_trailer = SafeString(*PLATE_LENGTH)


class VehicleChange(_Litres, Change):
    """The fields to change; null empties one that may be empty, and takes a document away."""

    body = WordField(Body, allow_none=True)
    ga_code = SafeString(3, 3, GA_CODE, allow_none=True)
    axles = StrictInt(1, 20)
    single_drive_axle = StrictBool()
    tare_kg = StrictInt(100, 200_000)
    rated_load_kg = StrictInt(0, 500_000)
    volume_m3 = Number(0, 500)
    inner_length_mm = StrictInt(500, 60_000, allow_none=True)
    inner_width_mm = StrictInt(500, 10_000, allow_none=True)
    inner_height_mm = StrictInt(300, 10_000, allow_none=True)
    bed_height_mm = StrictInt(100, 3_000, allow_none=True)
    side_door = StrictBool()
    temp_min_c = StrictInt(-80, 80, allow_none=True)
    temp_max_c = StrictInt(-80, 80, allow_none=True)
    limit_kmh = StrictInt(5, 150, allow_none=True)
    hazmat_classes = fields.List(SafeString(1, 4, HAZMAT), validate=validate.Length(max=20))
    gear = fields.List(WordField(Gear), validate=validate.Length(max=30))
    has_lock = StrictBool()
    container_closed = StrictBool()
    container_reefer = StrictBool()
    clean = StrictBool()
    last_cargo_dirty = StrictBool()
    documents = fields.Nested(papers_in(VehicleDocument, "VehiclePapersChange"))
    first_registered_on = Day()
    last_inspection_on = Day(allow_none=True)
    home_site = SafeString(2, 32, CODE, allow_none=True)
    coupled_trailer = SafeString(*PLATE_LENGTH, allow_none=True)


class VehicleQuery(PageQuery):
    """Filters of the list."""

    body = WordField(Body)
    state = WordField(VehicleState)
    unit_kind = WordField(UnitKind)


class WashingIn(Strict):
    """When the vehicle was washed; now when left out."""

    occurred_at = Instant()


class DefectIn(Strict):
    """A fault: what part, how bad, and what was seen."""

    item = WordField(CheckItem, required=True)
    severity = WordField(DefectSeverity, required=True)
    note = SafeString(1, 500)


class RepairIn(Reason):
    """What was done to repair it."""


class DefectQuery(PageQuery):
    """Filter of the list."""

    is_open = fields.Boolean(truthy={"true"}, falsy={"false"}, data_key="open", attribute="open")


class ExpiryQuery(Strict):
    """How many days ahead to look; the ruleset's watch when left out."""

    within_days = QueryInt(0, 365)


class DefectOut(Schema):
    """A defect."""

    id = fields.Integer(required=True)
    item = fields.String(required=True)
    severity = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
    reported_at = fields.AwareDateTime(required=True)
    reported_by = fields.String(required=True)
    fixed_at = fields.AwareDateTime(required=True, allow_none=True)
    fixed_by = fields.String(required=True, allow_none=True)


class VehicleSummary(Schema):
    """A vehicle in a list."""

    plate = fields.String(required=True)
    unit_kind = fields.String(required=True)
    body = fields.String(required=True, allow_none=True)
    ga_code = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    state_reason = fields.String(required=True, allow_none=True)
    axles = fields.Integer(required=True)
    single_drive_axle = fields.Boolean(required=True)
    tare_kg = fields.Integer(required=True)
    rated_load_kg = fields.Integer(required=True)
    volume_m3 = fields.Float(required=True)
    inner_length_mm = fields.Integer(required=True, allow_none=True)
    inner_width_mm = fields.Integer(required=True, allow_none=True)
    inner_height_mm = fields.Integer(required=True, allow_none=True)
    bed_height_mm = fields.Integer(required=True, allow_none=True)
    side_door = fields.Boolean(required=True)
    temp_min_c = fields.Integer(required=True, allow_none=True)
    temp_max_c = fields.Integer(required=True, allow_none=True)
    limit_kmh = fields.Integer(required=True, allow_none=True)
    hazmat_classes = fields.List(fields.String(), required=True)
    gear = fields.List(fields.String(), required=True)
    has_lock = fields.Boolean(required=True)
    container_closed = fields.Boolean(required=True)
    container_reefer = fields.Boolean(required=True)
    clean = fields.Boolean(required=True)
    last_cargo_dirty = fields.Boolean(required=True)
    washed_at = fields.AwareDateTime(required=True, allow_none=True)
    documents = fields.Nested(papers_out(VehicleDocument, "VehiclePapersOut"), required=True)
    first_registered_on = fields.Date(required=True)
    last_inspection_on = fields.Date(required=True, allow_none=True)
    home_site = fields.String(required=True, allow_none=True)
    coupled_trailer = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)


class VehicleOut(VehicleSummary):
    """A vehicle with its open defects."""

    open_defects = fields.List(fields.Nested(DefectOut), required=True)


class ExpiryOut(Schema):
    """A paper that ran out or soon will; ``holder`` is a plate or a staff number."""

    holder_kind = fields.String(required=True)
    holder = fields.String(required=True)
    name = fields.String(required=True)
    document = fields.String(required=True)
    valid_until = fields.Date(required=True)
    days_left = fields.Integer(required=True)
    urgency = fields.String(required=True, validate=validate.OneOf([step.value for step in Urgency]))


class ExpiryList(Schema):
    """The papers, soonest first."""

    items = fields.List(fields.Nested(ExpiryOut), required=True)
