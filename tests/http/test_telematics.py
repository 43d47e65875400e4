"""The doors of phones and forwarding servers: strangers stay out, what is known is stored once and said so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.limits import limiter
from models.vocabulary import DeviceProtocol, Role
from tests.support import journey
from tests.support.terminals import last, stored, taken_in
from tests.support.world import World

PHONE, BOX = "4f1c2b9a7d3e6058", "861001000719969"


def phone(world: World, *, with_code: bool = False) -> str:
    since = world.clock.now() - timedelta(days=1)
    return taken_in(world, PHONE, since=since, protocol=DeviceProtocol.OSMAND, with_code=with_code)


def query(world: World, **values: Any) -> Any:
    given = {"id": PHONE, "lat": "36.8", "lon": "118.7", "timestamp": f"{world.clock.now().timestamp():.0f}", **values}
    asked = {name: value for name, value in given.items() if value is not None}
    return journey.client_of(world).get("/api/v1/telematics/osmand", query_string=asked)


def body(world: World, **location: Any) -> dict[str, Any]:
    coords = {"latitude": 36.8, "longitude": 118.7, "speed": 15, "heading": -1, "accuracy": 5}
    held = {"timestamp": world.clock.now().isoformat(), "coords": coords, "odometer": 0, "extras": {}, **location}
    return {"location": held, "device_id": PHONE}


def post(world: World, sent: Any, **values: str) -> Any:
    return journey.client_of(world).post("/api/v1/telematics/osmand", json=sent, query_string=values)


def forwarded(world: World, **position: Any) -> dict[str, Any]:
    at = world.clock.now().strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    held = {"id": 0, "fixTime": at, "latitude": 36.8, "longitude": 118.7, "speed": 40, "course": 90, "valid": True,
            "outdated": False, "attributes": {}, **position}  # fmt: skip
    return {"position": held, "device": {"id": 1, "uniqueId": BOX, "name": "鲁G10001"}}


def test_a_phone_reports_by_query_and_by_json_and_both_speeds_are_understood(world: World) -> None:
    phone(world)
    assert query(world, speed="40", batt="87").json == {
        "stored": 1, "duplicates": 0, "refused": [], "doubted": [], "no_position": False,
    }  # fmt: skip
    assert query(world, speed="40").json["duplicates"] == 1
    world.clock.advance(minutes=1)
    assert post(world, body(world)).json["stored"] == 1
    assert [(row.speed_kmh, row.heading, row.source) for row in stored(world.runtime)] == [
        (74.08, None, "osmand"),
        (54.0, None, "osmand"),
    ]


def test_a_post_without_a_body_reports_by_its_query(lite_world: World) -> None:
    phone(lite_world)
    values = {"id": PHONE, "lat": "36.8", "lon": "118.7"}
    answer = journey.client_of(lite_world).post("/api/v1/telematics/osmand", query_string=values)
    assert (answer.status_code, answer.json["stored"]) == (200, 1)
    assert stored(lite_world.runtime)[0].fix_at == lite_world.clock.now()


def test_a_stranger_and_a_phone_without_its_key_get_the_same_answer(world: World) -> None:
    code = phone(world, with_code=True)
    answers = [query(world), query(world, key="x" * 16), query(world, id="nobody"), post(world, body(world))]
    assert {answer.status_code for answer in answers} == {404}
    assert stored(world.runtime) == []
    assert query(world, key=code).json["stored"] == 1
    world.clock.advance(minutes=1)
    assert post(world, body(world), key=code).json["stored"] == 1
    journey.post(world, Role.ADMIN, f"/devices/{PHONE}/disabling", {"reason": "丢失"})
    assert query(world, key=code).status_code == 404


@pytest.mark.parametrize("values", [{"id": None}, {"id": "a b"}, {"lat": "nan"}, {"lon": "181"}, {"timestamp": "soon"}])
def test_a_report_that_cannot_be_read_names_its_fault(lite_world: World, values: dict[str, Any]) -> None:
    phone(lite_world)
    answer = query(lite_world, **values)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"/{next(iter(values))}")


@pytest.mark.parametrize(
    ("data", "status"),
    [("{}", 422), ("[]", 422), ("5", 422), ('{"device_id": NaN}', 400), ('{"device_id":"a","device_id":"b"}', 400),
     ('{"device_id": "' + PHONE + '", "location": {"coords": {"latitude": 1e400, "longitude": 1}}}', 400)],
)  # fmt: skip
def test_json_that_is_none_is_refused(lite_world: World, data: str, status: int) -> None:
    phone(lite_world)
    client = journey.client_of(lite_world)
    answer = client.post("/api/v1/telematics/osmand", data=data, content_type="application/json")
    assert answer.status_code == status
    assert client.post("/api/v1/telematics/osmand", data=data, content_type="text/plain").status_code == 415


def test_a_report_of_cells_alone_is_acknowledged_and_stores_nothing(lite_world: World) -> None:
    phone(lite_world)
    answer = query(lite_world, lat=None, lon=None, cell="257,02,16,2224")
    assert (answer.status_code, answer.json["stored"], answer.json["no_position"]) == (200, 0, True)
    assert journey.get(lite_world, f"/devices/{PHONE}")["heard_at"] is not None
    assert stored(lite_world.runtime) == []


def test_a_feigned_or_impossible_fix_is_said_to_be_one(lite_world: World) -> None:
    phone(lite_world)
    assert [one["code"] for one in post(lite_world, body(lite_world, mock=True)).json["doubted"]] == ["FIX_MOCK"]
    assert last(lite_world.runtime) is None
    ahead = f"{(lite_world.clock.now() + timedelta(hours=1)).timestamp():.0f}"
    refused = query(lite_world, timestamp=ahead)
    assert (refused.status_code, [one["code"] for one in refused.json["refused"]]) == (200, ["FIX_IN_THE_FUTURE"])
    assert [one["code"] for one in query(lite_world, lat="0", lon="0.0").json["refused"]] == ["FIX_AT_ZERO"]


def test_traccar_forwards_positions_and_events_under_a_users_key(world: World) -> None:
    taken_in(world, BOX, since=world.clock.now() - timedelta(days=1), protocol=DeviceProtocol.TRACCAR)
    assert journey.send(world, Role.DISPATCHER, "POST", "/telematics/traccar", forwarded(world)).json["stored"] == 1
    event = {"event": {"type": "deviceOnline"}, "device": {"uniqueId": BOX}}
    told = journey.send(world, Role.ADMIN, "POST", "/telematics/traccar", event)
    assert (told.status_code, told.json["no_position"]) == (200, True)
    for changes in ({"valid": False}, {"outdated": True}):
        told = journey.send(world, Role.ADMIN, "POST", "/telematics/traccar", forwarded(world, **changes))
        assert told.json["no_position"]
    (row,) = stored(world.runtime)
    assert (row.speed_kmh, row.heading, row.source) == (74.08, 90, "traccar")


def test_a_device_that_nobody_took_in_or_that_speaks_otherwise_is_refused_to_traccar(lite_world: World) -> None:
    sent = forwarded(lite_world)
    refused = journey.send(lite_world, Role.ADMIN, "POST", "/telematics/traccar", sent)
    assert (journey.codes(refused), refused.json["findings"][0]["facts"]["value"]) == (["REFERENCE_UNKNOWN"], BOX)
    phone(lite_world)
    sent["device"]["uniqueId"] = PHONE
    refused = journey.send(lite_world, Role.ADMIN, "POST", "/telematics/traccar", sent)
    assert journey.codes(refused) == ["REFERENCE_UNKNOWN"]
    wrong = journey.send(lite_world, Role.ADMIN, "POST", "/telematics/traccar", forwarded(lite_world, latitude="1"))
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "/position/latitude")
    assert journey.client_of(lite_world).post("/api/v1/telematics/traccar", json=sent).status_code == 401


def test_one_address_may_not_try_names_without_end(lite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    try:
        statuses = [query(lite_world, id=f"guess-{number}").status_code for number in range(602)]
    finally:
        limiter.reset()
    assert (statuses[0], statuses[599], statuses[600:]) == (404, 404, [429, 429])
