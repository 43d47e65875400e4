"""Events of vehicles."""

from __future__ import annotations

from marshmallow import Schema, fields

from app.kit.fields import SafeString, WordField
from app.schemas.common import PageQuery
from models.vocabulary import VehicleEventKind


class VehicleEventQuery(PageQuery):
    """Filters of the list: a vehicle's plate, a trip's number, the kind, and whether it still lasts."""

    vehicle = SafeString(1, 12)
    trip = SafeString(1, 32)
    kind = WordField(VehicleEventKind)
    is_open = fields.Boolean(truthy={"true"}, falsy={"false"}, data_key="open", attribute="open")


class VehicleEventOut(Schema):
    """An event; ``subject`` is the site's code, the driver's number or the trip's, empty where there is none."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    vehicle = fields.String(required=True)
    trip = fields.String(required=True, allow_none=True)
    subject = fields.String(required=True)
    began_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    told_at = fields.AwareDateTime(required=True, allow_none=True)
    facts = fields.Dict(required=True)
