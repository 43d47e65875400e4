"""OsmAnd and Traccar Client by their texts: a query string, or the JSON of the newer clients.

What both mean is told apart here: ``speed`` of the query is in knots, ``coords.speed`` of the JSON in metres a second;
a time is given in seconds, milliseconds, as ISO 8601 or as ``YYYY-MM-DD HH:MM:SS`` in UTC. Values that only describe
the fix (speed, heading) and cannot be, such as the −1 that stands for "unknown", are left out; a time or place that
cannot be is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

KNOT_KMH = 1.852
METRES_A_SECOND_KMH = 3.6
MAX_KMH = 400
DECIMAL = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
DIGITS = re.compile(r"[0-9]{9,13}", re.ASCII)
ISO = re.compile(
    r"20[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?"
    r"(Z|[+-][0-2][0-9]:?[0-5][0-9])?",
    re.ASCII,
)
TERMINAL = re.compile(r"[A-Za-z0-9._-]{1,32}", re.ASCII)
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
# from here on a number counts milliseconds: as seconds it would be a time in the sixth millennium
MILLISECONDS_FROM = 10**11


class BadReportError(ValueError):
    """A report that cannot be read: the name of the value and what is wrong with it."""

    def __init__(self, name: str, why: str) -> None:
        """Keep both."""
        self.name, self.why = name, why
        super().__init__(f"{name}: {why}")


@dataclass(frozen=True, slots=True)
class Report:
    """What a device reported: itself and, when it had a fix, time and place in its own datum.

    ``fix_at`` None is "now". ``lat`` and ``lon`` are None in a report of cells or networks alone.
    """

    device: str
    fix_at: datetime | None = None
    lat: float | None = None
    lon: float | None = None
    speed_kmh: float | None = None
    heading: int | None = None
    mock: bool = False

    @property
    def located(self) -> bool:
        """Tell whether there is a place in it."""
        return self.lat is not None and self.lon is not None


def read_query(values: Mapping[str, str]) -> Report:
    """Read the values of a query string; names that mean nothing here are passed over. Raises BadReportError."""
    device = _device(values.get("id", values.get("deviceid")), "id")
    check_query(values)
    if "lat" not in values or "lon" not in values:
        return Report(device)
    speed = _decimal(values, "speed")
    return Report(
        device=device,
        fix_at=_text_time(values["timestamp"]) if "timestamp" in values else None,
        lat=_within(_decimal(values, "lat"), 90, "lat"),
        lon=_within(_decimal(values, "lon"), 180, "lon"),
        speed_kmh=_plausible(speed, KNOT_KMH),
        heading=_heading(_decimal(values, "bearing" if "bearing" in values else "heading")),
        mock=values.get("mock", "").lower() in {"true", "1"},
    )


def check_query(values: Mapping[str, str]) -> None:
    """Refuse numbers that are none, also where the query says too little for a place. Raises BadReportError."""
    for name, most in (("lat", 90), ("lon", 180)):
        if name in values:
            _within(_decimal(values, name), most, name)
    for name in ("speed", "bearing"):
        _decimal(values, name)


def read_json(body: Mapping[str, Any]) -> Report:
    """Read the JSON of a client: ``device_id`` and ``location``. Raises BadReportError."""
    device = _device(body.get("device_id"), "device_id")
    location = _object(body, "location")
    if "coords" not in location:
        return Report(device)
    coords = _object(location, "coords")
    mock = location.get("mock", False)
    if type(mock) is not bool:
        raise BadReportError("location/mock", "Not true or false.")
    return Report(
        device=device,
        fix_at=_any_time(location.get("timestamp")),
        lat=_within(_number(coords, "latitude"), 90, "location/coords/latitude"),
        lon=_within(_number(coords, "longitude"), 180, "location/coords/longitude"),
        speed_kmh=_plausible(_number(coords, "speed"), METRES_A_SECOND_KMH),
        heading=_heading(_number(coords, "heading")),
        mock=mock,
    )


def moment(text: str) -> datetime | None:
    """Read a time as ISO 8601, in UTC where it says nothing else; None for one that is none, or not of this century."""
    if not ISO.fullmatch(text):
        return None
    try:
        at = datetime.fromisoformat(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except ValueError:
        return None
    return at if FIRST <= at < LAST else None


def _device(value: Any, name: str) -> str:
    if not isinstance(value, str) or not TERMINAL.fullmatch(value):
        raise BadReportError(name, "Not the name of a device: 1 to 32 letters, digits, dots and dashes.")
    return value


def _object(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = holder.get(name)
    if not isinstance(value, dict):
        raise BadReportError(name if name == "location" else f"location/{name}", "Not an object.")
    return value


def _decimal(values: Mapping[str, str], name: str) -> float | None:
    if name not in values:
        return None
    if not DECIMAL.fullmatch(values[name]):
        raise BadReportError(name, "Not a number.")
    return float(values[name])


def _number(coords: Mapping[str, Any], name: str) -> float | None:
    value = coords.get(name)
    if value is None:
        return None
    if type(value) not in {int, float}:
        raise BadReportError(f"location/coords/{name}", "Not a number.")
    return float(value)


def _within(value: float | None, limit: float, name: str) -> float:
    if value is None or not -limit <= value <= limit:
        raise BadReportError(name, f"Not a number from {-limit} to {limit}.")
    return value


def _plausible(speed: float | None, factor: float) -> float | None:
    return round(speed * factor, 2) if speed is not None and 0 <= speed * factor <= MAX_KMH else None


def _heading(degrees: float | None) -> int | None:
    return round(degrees) % 360 if degrees is not None and 0 <= degrees <= 360 else None


def _any_time(value: Any) -> datetime | None:
    if value is None:
        return None
    return _text_time(str(value) if type(value) is int else value)


def _text_time(value: Any) -> datetime:
    text = value if isinstance(value, str) else ""
    at = _counted(int(text)) if DIGITS.fullmatch(text) else moment(text)
    if at is None:
        raise BadReportError("timestamp", "Not a time in seconds, milliseconds or ISO 8601, from 2000 to 2099.")
    return at


def _counted(number: int) -> datetime | None:
    seconds = number / 1000 if number >= MILLISECONDS_FROM else number
    at = datetime.fromtimestamp(seconds, tz=UTC)
    return at if FIRST <= at < LAST else None
