"""Batches of positions by HTTP, the hand-made check beside its documented form, and the way read back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from app import intake
from app.kit import jsonio
from app.kit.jsonio import BadJsonError
from app.kit.problems import InvalidInputError
from app.schemas.positions import PositionsIn
from models.vocabulary import Role
from services.geo import distance_km, wgs84_to_gcj02
from tests.support import journey
from tests.support.world import World

AT = "2026-03-02T14:30:00+08:00"
GOOD: dict[str, Any] = {"plate": "鲁G10001", "fix_at": AT, "lat": 38.3, "lon": 117.5}
VALUES = [
    None, True, 0, -1, 1.5, 90, 91.0, 181, 401, "", "x", "wgs84", "trunk", AT, "2026-03-02T14:30:00", [], {},
    "1999-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "a\x00b", "鲁G123456789012",
]  # fmt: skip


def batch(world: World, *fixes: dict[str, Any], role: Role = Role.DISPATCHER) -> Any:
    return journey.send(world, role, "POST", "/positions", {"positions": list(fixes)})


def fix(world: World, minutes: float = 0, **changes: Any) -> dict[str, Any]:
    at = world.clock.now() + timedelta(minutes=minutes)
    return {**GOOD, "fix_at": at.isoformat(), **changes}


def test_each_fix_is_stored_once_and_a_bad_one_refuses_itself_only(world: World) -> None:
    good, old = fix(world, speed_kmh=72.5, heading=330), fix(world, minutes=-31 * 24 * 60)
    strange, ahead, zero = fix(world, plate="鲁G99999"), fix(world, minutes=11), fix(world, lat=0, lon=0)
    answer = batch(world, good, good, old, strange, ahead, zero)
    assert (answer.status_code, answer.json["stored"], answer.json["duplicates"]) == (200, 1, 1)
    assert [(one["index"], one["code"]) for one in answer.json["refused"]] == [
        (2, "FIX_TOO_OLD"),
        (3, "PLATE_UNKNOWN"),
        (4, "FIX_IN_THE_FUTURE"),
        (5, "FIX_AT_ZERO"),
    ]
    assert answer.json["refused"][1]["message"] == "车牌 鲁G99999 不存在或不归您上报"
    assert batch(world, good).json == {"stored": 0, "duplicates": 1, "refused": [], "doubted": []}


def test_every_fault_of_the_form_is_named_with_its_pointer(lite_world: World) -> None:
    wrong = {**GOOD, "lat": "38", "fix_at": "2026-03-02T14:30:00", "colour": "red", "speed_kmh": -1}
    answer = batch(lite_world, GOOD, wrong, {"plate": "鲁G10001"})
    assert answer.status_code == 422
    assert sorted(error["pointer"] for error in answer.json["errors"]) == [
        "/positions/1/colour",
        "/positions/1/fix_at",
        "/positions/1/lat",
        "/positions/1/speed_kmh",
        "/positions/2/fix_at",
        "/positions/2/lat",
        "/positions/2/lon",
    ]


@pytest.mark.parametrize("count", [0, 501])
def test_a_batch_holds_one_to_five_hundred(lite_world: World, count: int) -> None:
    answer = batch(lite_world, *[GOOD] * count)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/positions")


def test_a_full_batch_is_taken(lite_world: World) -> None:
    fixes = [fix(lite_world, minutes=-number, lat=38 + number / 1000) for number in range(500)]
    assert batch(lite_world, *fixes).json == {"stored": 500, "duplicates": 0, "refused": [], "doubted": []}


def test_a_body_that_is_not_json_or_names_a_thing_twice_cannot_be_read(lite_world: World) -> None:
    client, headers = journey.client_of(lite_world), lite_world.signed(Role.DISPATCHER)
    twice = client.post(
        "/api/v1/positions", data='{"positions":[],"positions":[]}', headers=headers, content_type="application/json"
    )
    text = client.post("/api/v1/positions", data="lat=1", headers=headers, content_type="text/plain")
    assert (twice.status_code, text.status_code) == (400, 415)


def test_who_sends_no_key_learns_nothing_of_his_faults(lite_world: World) -> None:
    answer = journey.client_of(lite_world).post("/api/v1/positions", json={"positions": [{}]})
    assert answer.status_code == 401
    assert journey.send(lite_world, Role.SHIPPER, "POST", "/positions", {"positions": [{}]}).status_code == 403


def test_a_point_on_the_chinese_datum_is_stored_on_the_worlds(lite_world: World) -> None:
    walk = journey.under_way(lite_world)
    lat, lon = wgs84_to_gcj02(38.3, 117.5)
    batch(lite_world, fix(lite_world, lat=lat, lon=lon, coord_system="gcj02"))
    stored = journey.get(lite_world, f"/trips/{walk.trip}/track")["items"][0]
    assert distance_km(stored["lat"], stored["lon"], 38.3, 117.5) < 0.001


def test_a_driver_reports_for_the_truck_of_his_running_trip_only(lite_world: World) -> None:
    assert batch(lite_world, fix(lite_world), role=Role.DRIVER).json["refused"][0]["code"] == "PLATE_UNKNOWN"
    journey.under_way(lite_world)
    answer = batch(lite_world, fix(lite_world), fix(lite_world, plate="鲁G10002"), role=Role.DRIVER).json
    assert (answer["stored"], [one["index"] for one in answer["refused"]]) == (1, [1])


def test_the_way_is_read_in_the_order_it_was_driven_page_by_page_and_since_an_instant(world: World) -> None:
    walk = journey.under_way(world)
    world.clock.advance(minutes=5)
    batch(world, *[fix(world, minutes=-late, lat=38 + late / 100) for late in (1, 3, 2, 0)])
    path = f"/trips/{walk.trip}/track"
    first = journey.get(world, f"{path}?limit=3", Role.SHIPPER)
    rest = journey.get(world, f"{path}?limit=3&cursor={first['next_cursor']}", Role.SHIPPER)
    assert [one["lat"] for one in [*first["items"], *rest["items"]]] == [38.03, 38.02, 38.01, 38.0]
    assert rest["next_cursor"] is None
    since = (world.clock.now() - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [one["lat"] for one in journey.get(world, f"{path}?since={since}")["items"]] == [38.01, 38.0]
    assert "driver" not in str(first)


def test_a_cursor_of_another_trip_is_invalid(lite_world: World) -> None:
    walk = journey.under_way(lite_world)
    other = journey.get(lite_world, "/seals?limit=1")["next_cursor"]
    answer = journey.send(lite_world, Role.DISPATCHER, "GET", f"/trips/{walk.trip}/track?cursor={other}")
    assert answer.status_code == 422


def test_another_shipper_sees_no_track_and_the_own_ends_with_the_goods(lite_world: World) -> None:
    walk = journey.delivered(lite_world)
    path = f"/trips/{walk.trip}/track"
    seen = journey.get(lite_world, path, Role.SHIPPER)["items"]
    assert len(seen) == len(journey.get(lite_world, path)["items"])
    foreign = {"Authorization": f"Bearer {lite_world.other_key}"}
    assert journey.client_of(lite_world).get(f"/api/v1{path}", headers=foreign).status_code == 404


def test_driving_too_fast_for_half_a_minute_stands_once_in_the_trip_log(world: World) -> None:
    walk = journey.under_way(world)
    world.clock.advance(minutes=10)
    fixes = [fix(world, minutes=-5 + step / 4, lat=38 + step / 1000, speed_kmh=110) for step in range(4)]
    batch(world, *fixes)
    batch(world, *fixes)
    log = journey.get(world, f"/trips/{walk.trip}/log?kind=over_speed")["items"]
    assert [(event["facts"]["max_kmh"], event["facts"]["limit_kmh"]) for event in log] == [(110, 90)]


def parsed(parse: Any, data: bytes) -> Any:
    """Give what a parser makes of a body, or that it refuses it."""
    try:
        return parse(data)
    except BadJsonError:
        return "refused"


TEXTS = [
    '{"positions": [{"lat": 1, "lat": 2}]}',
    '{"positions": [{"lat": 1, "lat": 2, "lon" :3}]}',
    '{"positions":[{"a":"\\":"}]}',
    '{"positions":[{"a":"\\":","b":1,"b":2}]}',
    '{"positions":[{"a":1,"b"\n:2,"a":3}],"positions":[]}',
    '{"positions":[NaN]}',
    '{"positions":[{"lat":1e400}]}',
    '{"positions":[{"lat":Infinity}]}',
    '{"positions":[{"\\ud800":1}]}',
    "[1]",
    '{"positions":5}',
    '{"positions":[{"a":{"b":1,"b":2}}]}',
    '{"positions":[{"a":{"b":1,"c":2}}]}',
    "\ufeff{}",
    "",
    "{",
    '{"positions":[' + "[" * 2000,
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_fast_way_of_reading_a_batch_refuses_what_the_strict_one_refuses(text: str) -> None:
    data = text.encode()
    assert parsed(intake.parse, data) == parsed(jsonio.loads, data)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(["lat", "lon", "a:b", '":']), st.sampled_from(["1", '"\\":"', '"x"']))),
        max_size=3,
    ),
    st.sampled_from([":", " :", ": ", "\n:"]),
)
def test_no_name_that_stands_twice_gets_by(batch: list[list[tuple[str, str]]], colon: str) -> None:
    items = ["{" + ",".join(f"{json.dumps(name)}{colon}{value}" for name, value in item) + "}" for item in batch]
    data = f'{{"positions"{colon}[{",".join(items)}]}}'.encode()
    assert parsed(intake.parse, data) == parsed(jsonio.loads, data)


def documented(positions: Any) -> bool:
    """Tell whether the published schema would take a body."""
    try:
        Schema.load(PositionsIn(), {"positions": positions})
    except ValidationError:
        return False
    return True


def taken(positions: Any) -> bool:
    try:
        intake.fixes({"positions": positions})
    except InvalidInputError:
        return False
    return True


@pytest.mark.parametrize("name", [*intake.CHECKS, "colour"])
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_the_hand_made_check_takes_what_the_documented_form_takes(name: str, value: Any) -> None:
    assert taken([{**GOOD, name: value}]) == documented([{**GOOD, name: value}])


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*intake.CHECKS, "colour"]),
        st.one_of(st.sampled_from(VALUES), st.floats(-200, 200), st.integers(-200, 500), st.text(max_size=14)),
        max_size=4,
    )
)
def test_no_position_is_taken_that_the_documented_form_refuses(changes: dict[str, Any]) -> None:
    if taken([{**GOOD, **changes}]):
        assert documented([{**GOOD, **changes}])
