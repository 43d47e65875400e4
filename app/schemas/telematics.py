"""What phones and forwarding servers send, as their own programs write it; read by ``services/telematics``.

The fields document the form. Names that mean nothing here are passed over: every client sends some of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from marshmallow import INCLUDE, Schema, fields

from app.intake import TERMINAL_FORM
from app.kit import jsonio
from app.kit.fields import SafeString
from app.kit.problems import InvalidInputError
from app.schemas.positions import TakenOut
from services.telematics import osmand, traccar
from services.telematics.osmand import BadReportError, Report

TIME = "Seconds or milliseconds since 1970, ISO 8601, or YYYY-MM-DD HH:MM:SS in UTC; now when left out"
Read = TypeVar("Read")
KEY_FORM = r"^[A-Za-z0-9_-]{1,64}$"


@dataclass(frozen=True, slots=True)
class Asked:
    """The query of a request: the device's own key, and its report when the query holds one."""

    key: str | None
    report: Report | None


def parse(data: bytes) -> Any:
    """Parse a body as strictly as any other, but for numbers without end: they may stand under names passed over."""
    return jsonio.loads(data, lambda text: int(text) if len(text) <= jsonio.MAX_DIGITS else float(text))


class Loose(Schema):
    """A schema that passes over names it does not know."""

    parse = staticmethod(parse)

    class Meta:
        """marshmallow's settings."""

        unknown = INCLUDE


class OsmandQuery(Loose):
    """A report in a query string; ``speed`` is in knots. One without ``lat`` and ``lon`` stores nothing."""

    id = fields.String(required=True, metadata={"pattern": TERMINAL_FORM, "minLength": 1, "maxLength": 32})
    key = SafeString(1, 64, KEY_FORM)
    lat = fields.String(metadata={"type": "number", "minimum": -90, "maximum": 90})
    lon = fields.String(metadata={"type": "number", "minimum": -180, "maximum": 180})
    timestamp = fields.String(metadata={"format": "date-time", "description": TIME})
    speed = fields.String(metadata={"type": "number", "description": "In knots"})
    bearing = fields.String(metadata={"type": "number"})
    mock = fields.String(metadata={"enum": ["true", "false"]})

    def load(self, data: Any, **kwargs: Any) -> Asked:  # noqa: ARG002 - marshmallow's signature
        """Read the query as the clients write it."""
        return _asked(data, _read(osmand.read_query, data))


class OsmandPostQuery(OsmandQuery):
    """The same beside a body of JSON, which then holds the report."""

    id = fields.String(metadata={"pattern": TERMINAL_FORM, "minLength": 1, "maxLength": 32})

    def load(self, data: Any, **kwargs: Any) -> Asked:  # noqa: ARG002 - marshmallow's signature
        """Read the query; one that names no device leaves the report to the body."""
        names_device = "id" in data or "deviceid" in data
        _read(osmand.check_query, data)
        return _asked(data, _read(osmand.read_query, data) if names_device else None)


class CoordsIn(Loose):
    """Where and how fast; ``speed`` is in metres a second, −1 stands for unknown."""

    latitude = fields.Float(required=True, metadata={"minimum": -90, "maximum": 90})
    longitude = fields.Float(required=True, metadata={"minimum": -180, "maximum": 180})
    speed = fields.Float(allow_none=True)
    heading = fields.Float(allow_none=True)


class LocationIn(Loose):
    """A fix; one without ``coords`` stores nothing."""

    timestamp = fields.String(allow_none=True, metadata={"format": "date-time", "description": TIME})
    coords = fields.Nested(CoordsIn)
    mock = fields.Boolean()


class OsmandIn(Loose):
    """A report of the newer clients; nothing at all when the query holds it."""

    device_id = fields.String(required=True, metadata={"pattern": TERMINAL_FORM, "minLength": 1, "maxLength": 32})
    location = fields.Nested(LocationIn, required=True)

    def load(self, data: Any, **kwargs: Any) -> Report | None:  # noqa: ARG002 - marshmallow's signature
        """Read the body as the clients write it."""
        if data == {}:
            return None
        return _read(osmand.read_json, _object(data))


class TraccarDeviceIn(Loose):
    """The device as Traccar knows it."""

    uniqueId = fields.String(  # noqa: N815 - Traccar's own name
        required=True, metadata={"pattern": TERMINAL_FORM, "minLength": 1, "maxLength": 32}
    )


class TraccarPositionIn(Loose):
    """A position as Traccar knows it; ``speed`` is in knots. One that is not valid, or outdated, stores nothing."""

    fixTime = fields.String(required=True, metadata={"format": "date-time"})  # noqa: N815 - Traccar's own name
    latitude = fields.Float(required=True, metadata={"minimum": -90, "maximum": 90})
    longitude = fields.Float(required=True, metadata={"minimum": -180, "maximum": 180})
    speed = fields.Float(allow_none=True)
    course = fields.Float(allow_none=True)
    valid = fields.Boolean()
    outdated = fields.Boolean()
    attributes = fields.Dict(allow_none=True)


class TraccarIn(Loose):
    """What Traccar forwards: a position or an event, with its device."""

    CONDITIONS: Mapping[str, Any] = {"anyOf": [{"required": ["position"]}, {"required": ["event"]}]}

    device = fields.Nested(TraccarDeviceIn, required=True)
    position = fields.Nested(TraccarPositionIn)
    event = fields.Dict()

    def load(self, data: Any, **kwargs: Any) -> Report:  # noqa: ARG002 - marshmallow's signature
        """Read the body as Traccar writes it."""
        return _read(traccar.read, _object(data))


class ReportOut(TakenOut):
    """What became of a report; ``no_position`` tells that there was none in it, so nothing was stored."""

    no_position = fields.Boolean(required=True)


def _asked(data: Any, report: Report | None) -> Asked:
    return Asked(data.get("key"), report)


def _object(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise InvalidInputError([{"pointer": "", "code": "invalid", "message": "Not an object."}])
    return data


def _read(read: Callable[[Any], Read], data: Any) -> Read:
    try:
        return read(data)
    except BadReportError as error:
        raise InvalidInputError([{"pointer": f"/{error.name}", "code": "invalid", "message": error.why}]) from error
