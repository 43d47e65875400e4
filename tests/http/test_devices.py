"""Devices by HTTP: registered with a code shown once, amended under If-Match, mounted for a time, shut out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.telematics import Device
from models.vocabulary import Role
from services.tokens import hashed
from services.transaction import WORKER
from tests.support import journey
from tests.support.world import World

PHONE = "13800138000"


def register(world: World, **changes: Any) -> Any:
    body = {"terminal": PHONE, "protocol": "jt808", **changes}
    return journey.send(world, Role.DISPATCHER, "POST", "/devices", body)


def act(world: World, action: str, body: Any = None) -> Any:
    return journey.send(world, Role.DISPATCHER, "POST", f"/devices/{PHONE}/{action}", body or {})


def at(world: World, **amount: float) -> str:
    return (world.clock.now() + timedelta(**amount)).isoformat()


def test_a_device_is_registered_and_its_code_is_shown_this_once(world: World) -> None:
    made = register(world, terminal="013800138000", datum="gcj02", lenient=True, label="前挡")
    assert (made.status_code, made.headers["Location"]) == (201, f"/api/v1/devices/{PHONE}")
    assert (made.json["terminal"], made.json["datum"], made.json["lenient"]) == (PHONE, "gcj02", True)
    code = made.json["code"]
    assert len(code) == 16
    seen = journey.send(world, Role.GATE, "GET", f"/devices/{PHONE}")
    assert (seen.json["has_code"], seen.json["registered_itself"], seen.json["mounts"]) == (True, False, [])
    assert code not in seen.text
    with world.runtime.read(WORKER) as tx:
        assert tx.session.scalars(select(Device.code_hash)).one() == hashed(code)
    assert journey.codes(register(world)) == ["DEVICE_EXISTS"]


def test_a_device_without_a_name_is_given_one_that_is_hard_to_guess(lite_world: World) -> None:
    body = {"protocol": "osmand", "with_code": False}
    made = journey.post(lite_world, Role.ADMIN, "/devices", body)
    assert (len(made["terminal"]), made["code"], made["has_code"]) == (16, None, False)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"terminal": "G1"}, "DEVICE_NOT_DIGITS"),
        ({"protocol": "osmand", "with_code": False}, "DEVICE_GUESSABLE"),
        ({"protocol": "traccar", "with_code": True}, "DEVICE_TAKES_NO_CODE"),
    ],
)
def test_a_name_or_code_that_does_not_fit_is_refused(lite_world: World, changes: dict[str, Any], code: str) -> None:
    assert journey.codes(register(lite_world, **changes)) == [code]


def test_it_is_amended_under_if_match_and_listed_newest_first(lite_world: World) -> None:
    register(lite_world)
    register(lite_world, terminal="861001000719969", protocol="traccar")
    path = f"/devices/{PHONE}"
    changed = journey.send(lite_world, Role.ADMIN, "PATCH", path, {"datum": "gcj02"}, {"If-Match": '"v1"'})
    assert (changed.status_code, changed.json["datum"], changed.headers["ETag"]) == (200, "gcj02", '"v2"')
    stale = journey.send(lite_world, Role.ADMIN, "PATCH", path, {"lenient": True}, {"If-Match": '"v1"'})
    assert stale.status_code == 412
    act(lite_world, "mounts", {"vehicle": journey.PLATE})
    listed = journey.get(lite_world, "/devices")["items"]
    assert [(one["terminal"], one["vehicle"]) for one in listed] == [("861001000719969", None), (PHONE, "鲁G10001")]
    for query in ("vehicle=鲁G10001", "protocol=jt808"):
        assert [one["terminal"] for one in journey.get(lite_world, f"/devices?{query}")["items"]] == [PHONE]


def test_it_rides_on_one_vehicle_at_a_time_and_the_history_is_kept(world: World) -> None:
    register(world)
    body = {"vehicle": "鲁G10002", "since_at": at(world, days=-3), "until_at": at(world, days=-2)}
    assert act(world, "mounts", body).status_code == 201
    mounted = act(world, "mounts", {"vehicle": journey.PLATE, "since_at": at(world, days=-1)})
    assert mounted.json["vehicle"] == journey.PLATE
    second = act(world, "mounts", {"vehicle": "鲁G10003"})
    assert journey.codes(second) == ["DEVICE_MOUNTED"]
    assert second.json["findings"][0]["facts"]["vehicle"] == journey.PLATE
    early = {"vehicle": "鲁G10003", "since_at": at(world, days=-2.5), "until_at": at(world, days=-1.5)}
    assert journey.codes(act(world, "mounts", early)) == ["DEVICE_MOUNTED"]
    assert journey.codes(act(world, "unmounting", {"until_at": at(world, days=-1)})) == ["MOUNT_ENDS_FIRST"]
    off = act(world, "unmounting")
    assert (off.json["vehicle"], [one["vehicle"] for one in off.json["mounts"]]) == (None, ["鲁G10001", "鲁G10002"])
    assert all(one["until_at"] for one in off.json["mounts"])
    assert journey.codes(act(world, "unmounting")) == ["DEVICE_NOT_MOUNTED"]
    assert act(world, "mounts", {"vehicle": "鲁G10003"}).status_code == 201


def test_a_vehicle_must_be_known_and_a_time_not_ahead(lite_world: World) -> None:
    register(lite_world)
    wrong = act(lite_world, "mounts", {"vehicle": "鲁G99999", "since_at": at(lite_world, hours=1)})
    assert journey.codes(wrong) == ["REFERENCE_UNKNOWN", "TIME_IN_THE_FUTURE"]
    assert act(lite_world, "mounts", {"vehicle": journey.PLATE}).status_code == 201
    assert journey.codes(act(lite_world, "unmounting", {"until_at": at(lite_world, hours=1)})) == ["TIME_IN_THE_FUTURE"]


def test_a_new_code_ends_the_old_one_and_only_where_there_is_one(lite_world: World) -> None:
    first = register(lite_world).json["code"]
    second = act(lite_world, "code").json["code"]
    assert first != second
    register(lite_world, terminal="box-1", protocol="traccar")
    refused = journey.send(lite_world, Role.ADMIN, "POST", "/devices/box-1/code")
    assert journey.codes(refused) == ["DEVICE_TAKES_NO_CODE"]
    assert refused.json["findings"][0]["message"].startswith("“Traccar转发”")


def test_every_step_stands_in_the_journal(lite_world: World) -> None:
    register(lite_world)
    act(lite_world, "mounts", {"vehicle": journey.PLATE})
    lite_world.clock.advance(minutes=1)
    for action, body in (
        ("unmounting", {}),
        ("disabling", {"reason": "x"}),
        ("enabling", {"reason": "y"}),
        ("code", {}),
    ):
        assert act(lite_world, action, body).status_code == 200, action
    from models.records import JournalEntry

    with lite_world.runtime.read(WORKER) as tx:
        query = select(JournalEntry.action).where(JournalEntry.subject_kind == "device").order_by(JournalEntry.seq)
        assert tx.session.scalars(query).all() == [
            "device.registered", "device.mounted", "device.unmounted", "device.disabled", "device.enabled",
            "device.code_renewed",
        ]  # fmt: skip
