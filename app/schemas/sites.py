"""Sites and road distances."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.kit.fields import Number, SafeString, StrictInt, WordField
from app.schemas.common import CODE, Change, PageQuery, Ref, Strict
from models.vocabulary import CoordSystem, SiteKind

# GB/T 2260: two digits of a province that exists, then prefecture and county
REGION = r"^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])[0-9]{4}$"
MAX_RADIUS_M = 50_000


def _polygon() -> Any:
    point = fields.List(Number(-180, 180), validate=validate.Length(equal=2))
    return fields.List(point, validate=validate.Length(min=4, max=500))


class SiteIn(Strict):
    """A new site, fenced by a radius round its point or by a polygon of [lon, lat] whose last point is its first."""

    code = SafeString(2, 32, CODE)
    kind = WordField(SiteKind, required=True)
    name = SafeString(1, 200, required=True)
    party = SafeString(2, 32, CODE)
    address = SafeString(1, 300, required=True)
    region_code = SafeString(6, 6, REGION, required=True)
    lat = Number(-90, 90, required=True)
    lon = Number(-180, 180, required=True)
    coord_system = WordField(CoordSystem)
    radius_m = StrictInt(10, MAX_RADIUS_M)
    polygon = _polygon()

    CONDITIONS: ClassVar = {"oneOf": [{"required": ["radius_m"]}, {"required": ["polygon"]}]}

    @validates_schema(skip_on_field_errors=True)
    def _one_fence(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - marshmallow's signature
        if ("radius_m" in data) == ("polygon" in data):
            raise ValidationError("Give either radius_m or polygon.", "polygon")


class SiteChange(Change):
    """The fields to change; lat and lon go together, and a new fence takes the place of the old one."""

    name = SafeString(1, 200)
    party = SafeString(2, 32, CODE)
    address = SafeString(1, 300)
    region_code = SafeString(6, 6, REGION)
    lat = Number(-90, 90)
    lon = Number(-180, 180)
    coord_system = WordField(CoordSystem)
    radius_m = StrictInt(10, MAX_RADIUS_M)
    polygon = _polygon()

    CONDITIONS: ClassVar = {
        "minProperties": 1,
        "dependentRequired": {"lat": ["lon"], "lon": ["lat"]},
        "not": {"required": ["radius_m", "polygon"]},
        "if": {"required": ["coord_system"]},
        "then": {"anyOf": [{"required": ["lat"]}, {"required": ["polygon"]}]},
    }

    @validates_schema(skip_on_field_errors=True)
    def _together(self, data: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG002 - marshmallow's signature
        if ("lat" in data) != ("lon" in data):
            raise ValidationError("Give lat and lon together.", "lat")
        if "radius_m" in data and "polygon" in data:
            raise ValidationError("Give either radius_m or polygon.", "polygon")
        if "coord_system" in data and not {"lat", "polygon"} & data.keys():
            raise ValidationError("Give the coordinates it is about.", "coord_system")


class SiteQuery(PageQuery):
    """Filters of the list."""

    kind = WordField(SiteKind)
    party = SafeString(2, 32, CODE)
    region_code = SafeString(6, 6, REGION)


class SiteOut(Schema):
    """A site; coordinates are WGS-84."""

    code = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    party = fields.Nested(Ref, required=True, allow_none=True)
    address = fields.String(required=True)
    region_code = fields.String(required=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    radius_m = fields.Integer(required=True, allow_none=True)
    polygon = fields.List(fields.List(fields.Float()), required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)


class DistanceIn(Strict):
    """The road distance from one region to another, in km."""

    from_region = SafeString(6, 6, REGION, required=True)
    to_region = SafeString(6, 6, REGION, required=True)
    distance_km = Number(0.1, 10_000, required=True)


class DistanceOut(Schema):
    """A known road distance in km."""

    from_region = fields.String(required=True)
    to_region = fields.String(required=True)
    distance_km = fields.Float(required=True)
