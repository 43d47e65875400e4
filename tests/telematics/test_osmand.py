"""OsmAnd and Traccar Client: query strings and JSON as the clients write them, and what they cannot mean."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telematics import osmand
from services.telematics.osmand import BadReportError, Report

AT = datetime(2026, 3, 2, 2, 5, 9, tzinfo=UTC)
QUERY = {"id": "4f1c2b9a7d3e6058", "lat": "36.75", "lon": "119.05", "timestamp": "2026-03-02T02:05:09Z"}
COORDS = {"latitude": 36.75, "longitude": 119.05, "speed": 15.0, "heading": 90, "accuracy": 5, "altitude": 12}


def body(**location: Any) -> dict[str, Any]:
    """A report of the newer client, with all that it sends besides."""
    held = {
        "timestamp": "2026-03-02T02:05:09.000Z", "coords": COORDS, "is_moving": True, "odometer": 12.5,
        "event": "motionchange", "battery": {"level": 0.87, "is_charging": False},
        "activity": {"type": "in_vehicle"}, "extras": {}, **location,
    }  # fmt: skip
    return {"location": held, "device_id": "658765"}


def test_the_speed_of_a_query_is_in_knots_and_that_of_json_in_metres_a_second() -> None:
    by_query = osmand.read_query({**QUERY, "speed": "40", "bearing": "7.19", "batt": "87", "ignition": "true"})
    assert by_query == Report("4f1c2b9a7d3e6058", AT, 36.75, 119.05, 74.08, 7)
    by_json = osmand.read_json(body())
    assert by_json == Report("658765", AT, 36.75, 119.05, 54.0, 90)


@pytest.mark.parametrize(
    "text",
    [
        "1772417109", "1772417109000", "2026-03-02T02:05:09Z", "2026-03-02T02:05:09.000Z", "2026-03-02 02:05:09",
        "2026-03-02T10:05:09+08:00", "2026-03-02T02:05:09.000+0000", "2026-03-02T02:05:09",
    ],
)  # fmt: skip
def test_a_time_is_read_in_every_form_that_clients_use(text: str) -> None:
    assert osmand.read_query({**QUERY, "timestamp": text}).fix_at == AT
    assert osmand.read_json(body(timestamp=text)).fix_at == AT


@pytest.mark.parametrize(
    "text", ["", "now", "0", "1", "99999999999", "2026-02-30T00:00:00Z", "2026-03-02T25:00:00Z", "1999-12-31 23:59:59"]
)
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadReportError, match="timestamp"):
        osmand.read_query({**QUERY, "timestamp": text})


def test_without_a_time_it_is_now() -> None:
    without = {name: value for name, value in QUERY.items() if name != "timestamp"}
    assert osmand.read_query(without).fix_at is None
    assert osmand.read_json(body(timestamp=None)).fix_at is None
    assert osmand.read_json(body(timestamp=1772417109000)).fix_at == AT


def test_a_speed_or_heading_that_cannot_be_is_unknown() -> None:
    unknown = osmand.read_json(body(coords={**COORDS, "speed": -1, "heading": -1}))
    assert (unknown.speed_kmh, unknown.heading) == (None, None)
    wild = osmand.read_query({**QUERY, "speed": "9e300", "bearing": "361"})
    assert (wild.speed_kmh, wild.heading) == (None, None)
    assert osmand.read_query({**QUERY, "bearing": "360"}).heading == 0


def test_a_feigned_position_says_so() -> None:
    assert osmand.read_json(body(mock=True)).mock
    assert osmand.read_query({**QUERY, "mock": "true"}).mock
    assert not osmand.read_query(QUERY).mock


@pytest.mark.parametrize("values", [{"id": ""}, {"id": "a b"}, {"id": "x" * 33}, {}])
def test_without_a_device_nothing_is_read(values: dict[str, str]) -> None:
    with pytest.raises(BadReportError, match="id"):
        osmand.read_query({"lat": "1", "lon": "1", **values})
    with pytest.raises(BadReportError, match="device_id"):
        osmand.read_json({**body(), "device_id": values.get("id")})


def test_cells_and_networks_alone_are_no_place() -> None:
    assert osmand.read_query({"id": "123456", "timestamp": "1377177267", "cell": "257,02,16,2224"}).lat is None
    assert osmand.read_query({"deviceid": "123456", "lat": "1"}).lon is None
    held = {name: value for name, value in body()["location"].items() if name != "coords"}
    assert osmand.read_json({"device_id": "1", "location": held}).lat is None


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1_0", "٣", "91", "-90.1", "1e3", "", " 1", "0x1", "1" * 99])
def test_a_place_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(BadReportError, match="lat"):
        osmand.read_query({**QUERY, "lat": value})


@pytest.mark.parametrize("value", [None, True, "36.75", 91, -181.0, float("nan"), float("inf"), [], {}, 10**40])
def test_a_place_of_json_that_is_none_is_refused(value: Any) -> None:
    with pytest.raises(BadReportError, match="latitude"):
        osmand.read_json(body(coords={**COORDS, "latitude": value}))


@pytest.mark.parametrize(
    "wrong", [{"location": None}, {"location": []}, {"location": {"coords": 1}}, {"location": {"coords": None}}]
)
def test_json_of_another_form_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadReportError, match="location"):
        osmand.read_json({**body(), **wrong})
    with pytest.raises(BadReportError, match="mock"):
        osmand.read_json(body(mock="true"))


@given(st.dictionaries(st.sampled_from([*QUERY, "speed", "bearing", "heading", "mock", "deviceid"]), st.text()))
def test_no_query_does_more_than_be_refused(values: dict[str, str]) -> None:
    assert refusal({**QUERY, **values}) in {None, "id", "lat", "lon", "timestamp", "speed", "bearing", "heading"}


def refusal(values: dict[str, str]) -> str | None:
    """Give the name of what cannot be read, None when all can."""
    try:
        osmand.read_query(values)
    except BadReportError as error:
        return error.name
    return None
