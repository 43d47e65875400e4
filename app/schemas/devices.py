"""Devices that report positions, and the vehicles they ride on."""

from __future__ import annotations

from marshmallow import Schema, fields

from app.intake import TERMINAL_FORM
from app.kit.fields import Instant, SafeString, StrictBool, WordField
from app.schemas.common import Change, PageQuery, Strict
from models.vocabulary import CoordSystem, DeviceProtocol


class DeviceIn(Strict):
    """A new device: the name it gives itself (made up when left out), how it speaks and what its degrees mean.

    ``lenient`` takes a JT/T 808 terminal that gets checksum or length wrong. ``with_code``: left out, a device that
    comes in without a user's key has a code of its own.
    """

    terminal = SafeString(1, 32, TERMINAL_FORM)
    protocol = WordField(DeviceProtocol, required=True)
    datum = WordField(CoordSystem)
    lenient = StrictBool()
    label = SafeString(1, 80)
    with_code = StrictBool()


class DeviceChange(Change):
    """The fields to change; null empties the label."""

    datum = WordField(CoordSystem)
    lenient = StrictBool()
    label = SafeString(1, 80, allow_none=True)


class MountIn(Strict):
    """The vehicle, and from when to when: from now when left out, and until it is taken off."""

    vehicle = SafeString(1, 12, required=True)
    since_at = Instant()
    until_at = Instant()


class UnmountIn(Strict):
    """When the device was taken off; now when left out."""

    until_at = Instant()


class DeviceQuery(PageQuery):
    """Filters of the list: how a device speaks, and the vehicle it rides on now."""

    protocol = WordField(DeviceProtocol)
    vehicle = SafeString(1, 12)


class MountOut(Schema):
    """A time on a vehicle, open while it has no end."""

    vehicle = fields.String(required=True)
    since_at = fields.AwareDateTime(required=True)
    until_at = fields.AwareDateTime(required=True, allow_none=True)


class DeviceSummary(Schema):
    """A device in a list; ``heard_at`` is right to a minute."""

    terminal = fields.String(required=True)
    protocol = fields.String(required=True)
    datum = fields.String(required=True)
    lenient = fields.Boolean(required=True)
    label = fields.String(required=True, allow_none=True)
    has_code = fields.Boolean(required=True)
    registered_itself = fields.Boolean(required=True)
    vehicle = fields.String(required=True, allow_none=True)
    heard_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    created_by = fields.String(required=True)
    disabled_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class DeviceOut(DeviceSummary):
    """A device with everything it rode on, newest first."""

    mounts = fields.List(fields.Nested(MountOut), required=True)


class NewDeviceOut(DeviceOut):
    """A device with its code, which is shown this once."""

    code = fields.String(required=True, allow_none=True)
