"""What Traccar forwards: positions in knots with its own form of times, and events that may bring none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.telematics import traccar
from services.telematics.osmand import BadReportError, Report

DEVICE = {"id": 1, "attributes": {}, "name": "鲁G10001", "uniqueId": "861001000719969", "status": "online"}
POSITION = {
    "id": 0, "attributes": {"batteryLevel": 53, "motion": True}, "deviceId": 1, "type": None, "protocol": "h02",
    "serverTime": "2026-03-02T02:05:12.770+0000", "deviceTime": "2026-03-02T02:05:09.000+0000",
    "fixTime": "2026-03-02T02:05:09.000+0000", "outdated": False, "valid": True, "latitude": 36.75,
    "longitude": 119.05, "altitude": 0, "speed": 40, "course": 90.4, "address": None, "accuracy": 12, "network": None,
}  # fmt: skip
AT = datetime(2026, 3, 2, 2, 5, 9, tzinfo=UTC)


def forwarded(**changes: Any) -> dict[str, Any]:
    return {"position": {**POSITION, **changes}, "device": DEVICE}


def test_a_position_is_in_knots_and_known_by_the_unique_id() -> None:
    assert traccar.read(forwarded()) == Report("861001000719969", AT, 36.75, 119.05, 74.08, 90)
    assert traccar.read(forwarded(attributes={"mock": True})).mock


@pytest.mark.parametrize("changes", [{"valid": False}, {"outdated": True}])
def test_a_position_that_is_not_of_now_has_no_place(changes: dict[str, Any]) -> None:
    assert traccar.read(forwarded(**changes)).lat is None


def test_an_event_brings_its_position_or_none() -> None:
    event = {"id": 5, "type": "deviceOverspeed", "eventTime": "2026-03-02T02:05:10.000+0000", "deviceId": 1}
    assert traccar.read({"event": event, "device": DEVICE}).lat is None
    assert traccar.read({"event": event, "device": DEVICE, "position": None}).lat is None
    assert traccar.read({"event": event, **forwarded()}).lat == 36.75


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("latitude", 91), ("latitude", None), ("latitude", "1"), ("longitude", True), ("longitude", float("nan")),
        ("fixTime", None), ("fixTime", 1772417109), ("fixTime", "yesterday"), ("speed", "40"), ("course", [])
        , ("valid", "true"), ("outdated", 0), ("attributes", []),
    ],
)  # fmt: skip
def test_a_position_that_cannot_be_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(BadReportError, match=name):
        traccar.read(forwarded(**{name: value}))


@pytest.mark.parametrize(
    "body",
    [
        {}, {"device": DEVICE}, {"position": POSITION}, {"position": POSITION, "device": {}},
        {"event": [], "device": DEVICE}, {"position": [], "device": DEVICE},
        {"position": POSITION, "device": {"uniqueId": 5}},
    ],
)  # fmt: skip
def test_a_message_without_a_device_or_without_any_matter_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(BadReportError):
        traccar.read(body)


def test_a_speed_or_course_that_cannot_be_is_unknown() -> None:
    wild = traccar.read(forwarded(speed=-1, course=400))
    assert (wild.speed_kmh, wild.heading) == (None, None)
    assert traccar.read(forwarded(speed=10_000)).speed_kmh is None
