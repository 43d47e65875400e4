"""What Traccar forwards: a ``position`` with its ``device``, or an ``event`` that may bring a position.

Speed is in knots, times have the form ``2020-05-07T09:48:15.000+0000``, and the device is known by ``uniqueId``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.telematics.osmand import KNOT_KMH, MAX_KMH, TERMINAL, BadReportError, Report, moment


def read(body: Mapping[str, Any]) -> Report:
    """Read one forwarded message; one whose position is not valid, or is an old one again, has no place.

    Raises BadReportError for a message without a device and for a position that cannot be.
    """
    if "position" not in body and "event" not in body:
        raise BadReportError("position", "Neither a position nor an event.")
    device = _part(body, "device").get("uniqueId")
    if not isinstance(device, str) or not TERMINAL.fullmatch(device):
        raise BadReportError("device/uniqueId", "Not the name of a device: 1 to 32 letters, digits, dots and dashes.")
    if "event" in body:
        _part(body, "event")
    if body.get("position") is None:
        return Report(device)
    position = _part(body, "position")
    if not _flag(position, "valid", otherwise=True) or _flag(position, "outdated", otherwise=False):
        return Report(device)
    return _placed(device, position)


def _placed(device: str, position: Mapping[str, Any]) -> Report:
    at = position.get("fixTime")
    fix_at = moment(at) if isinstance(at, str) else None
    if fix_at is None:
        raise BadReportError("position/fixTime", "Not a time such as 2020-05-07T09:48:15.000+0000.")
    attributes = _part(position, "attributes") if position.get("attributes") is not None else {}
    knots, course = _number(position, "speed"), _number(position, "course")
    plausible = knots is not None and 0 <= knots * KNOT_KMH <= MAX_KMH
    return Report(
        device=device,
        fix_at=fix_at,
        lat=_coordinate(position, "latitude", 90),
        lon=_coordinate(position, "longitude", 180),
        speed_kmh=round(knots * KNOT_KMH, 2) if knots is not None and plausible else None,
        heading=round(course) % 360 if course is not None and 0 <= course <= 360 else None,
        mock=attributes.get("mock") is True,
    )


def _part(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = holder.get(name)
    if not isinstance(value, dict):
        raise BadReportError(name, "Not an object.")
    return value


def _flag(position: Mapping[str, Any], name: str, *, otherwise: bool) -> bool:
    value = position.get(name, otherwise)
    if type(value) is not bool:
        raise BadReportError(f"position/{name}", "Not true or false.")
    return value


def _number(position: Mapping[str, Any], name: str) -> float | None:
    value = position.get(name)
    if value is None:
        return None
    if type(value) not in {int, float}:
        raise BadReportError(f"position/{name}", "Not a number.")
    return float(value)


def _coordinate(position: Mapping[str, Any], name: str, limit: float) -> float:
    value = _number(position, name)
    if value is None or not -limit <= value <= limit:
        raise BadReportError(f"position/{name}", f"Not a number from {-limit} to {limit}.")
    return value
