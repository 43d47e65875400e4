"""The gate by HTTP: everything that is missing at once, and no way round it."""

from __future__ import annotations

from typing import Any

import pytest

from models.vocabulary import Role
from tests.support import journey
from tests.support.world import PHOTO, World


def missing(world: World, trip: str) -> list[str]:
    return [finding["code"] for finding in journey.get(world, f"/trips/{trip}/gate", Role.GATE)["findings"]]


def test_a_dry_look_names_everything_that_is_missing_and_changes_nothing(world: World) -> None:
    walk = journey.planned(world)
    seen = missing(world, walk.trip)
    assert {
        "TOO_FEW_DRIVERS",
        "CHECK_MISSING",
        "MEASURE_NOT_RECORDED",
        "PICKUP_NOT_COUNTED",
        "LOADING_NOT_COMPLETED",
        "REAR_DOOR_UNSEALED",
        "MOVE_NOT_ALLOWED",
    } <= set(seen)
    refused = journey.send(world, Role.GATE, "POST", f"/trips/{walk.trip}/gate-out", {})
    assert journey.codes(refused) == seen
    assert journey.get(world, f"/trips/{walk.trip}")["state"] == "planned"


def test_findings_are_told_in_the_language_of_the_caller(lite_world: World) -> None:
    walk = journey.loaded(lite_world)
    path = f"/trips/{walk.trip}/gate"
    told = journey.send(lite_world, Role.GATE, "GET", path, headers={"Accept-Language": "en"}).json
    assert [finding["message"] for finding in told["findings"]] == ["No company seal on: rear_door"]
    assert journey.get(lite_world, path)["findings"][0]["message"] == "后门未加封"


def test_a_truck_that_is_ready_is_released_and_goods_crew_and_vehicle_are_out(world: World) -> None:
    walk = journey.to_gate(world)
    look = journey.get(world, f"/trips/{walk.trip}/gate", Role.GATE)
    assert look == {"trip": walk.trip, "released": True, "findings": []}
    trip = journey.post(world, Role.GATE, f"/trips/{walk.trip}/gate-out")
    assert (trip["state"], trip["departed_at"]) == ("under_way", trip["stops"][0]["departed_at"])
    assert journey.get(world, f"/consignments/{walk.consignment}")["state"] == "in_transit"
    assert journey.get(world, f"/vehicles/{journey.PLATE}")["state"] == "on_trip"
    assert journey.get(world, "/drivers/D2")["status"] == "on_trip"
    again = journey.send(world, Role.GATE, "POST", f"/trips/{walk.trip}/gate-out", {})
    assert "MOVE_NOT_ALLOWED" in journey.codes(again)


def test_the_same_key_lets_a_truck_out_once_and_answers_the_same(lite_world: World) -> None:
    walk, key = journey.to_gate(lite_world), {"Idempotency-Key": "out-1"}
    first = journey.send(lite_world, Role.GATE, "POST", f"/trips/{walk.trip}/gate-out", {}, key)
    again = journey.send(lite_world, Role.GATE, "POST", f"/trips/{walk.trip}/gate-out", {}, key)
    assert (first.status_code, again.data) == (200, first.data)


def test_the_yard_is_left_through_the_gate_only(lite_world: World) -> None:
    walk = journey.to_gate(lite_world)
    for step in ("stop-departures", "arrivals", "rests"):
        body: dict[str, Any] = {"place": "roadside"} if step == "rests" else {}
        answer = journey.send(lite_world, Role.DRIVER, "POST", f"/trips/{walk.trip}/{step}", body)
        assert journey.codes(answer) == ["TRIP_NOT_UNDER_WAY"]
    assert journey.get(lite_world, f"/consignments/{walk.consignment}")["state"] == "sealed"


def test_only_the_gate_and_the_manager_let_a_truck_out(lite_world: World) -> None:
    walk = journey.to_gate(lite_world)
    for role in (Role.DRIVER, Role.DISPATCHER, Role.SAFETY, Role.SHIPPER):
        answer = journey.send(lite_world, role, "POST", f"/trips/{walk.trip}/gate-out", {})
        assert answer.status_code == 403
    assert journey.send(lite_world, Role.MANAGER, "POST", f"/trips/{walk.trip}/gate-out", {}).status_code == 200


def test_the_time_of_leaving_lies_after_loading_and_not_ahead_of_the_clock(lite_world: World) -> None:
    walk = journey.to_gate(lite_world)
    for at, code in (
        ("2026-03-02T14:10:01+08:00", "TIME_IN_THE_FUTURE"),
        ("2026-03-02T12:59:59+08:00", "TIME_BEFORE_LAST"),
    ):
        body = {"occurred_at": at}
        answer = journey.send(lite_world, Role.GATE, "POST", f"/trips/{walk.trip}/gate-out", body)
        assert journey.codes(answer) == [code]
    body = {"occurred_at": "2026-03-02T14:10:00+08:00"}
    assert journey.send(lite_world, Role.GATE, "POST", f"/trips/{walk.trip}/gate-out", body).status_code == 200


def test_a_driver_who_drank_and_a_failed_brake_keep_the_truck_in(lite_world: World) -> None:
    walk = journey.to_gate(lite_world)
    journey.check_in(lite_world, walk.trip, "D2", alcohol_mg_100ml=20)
    journey.pre_trip_check(lite_world, walk.trip, brakes=False)
    assert sorted(missing(lite_world, walk.trip)) == ["ALCOHOL_FOUND", "CHECK_FAILED"]


def test_a_notice_that_is_due_and_not_sent_keeps_the_truck_in(lite_world: World) -> None:
    walk = journey.planned(lite_world)
    journey.crew(lite_world, walk.trip)
    lite_world.clock.advance(hours=7)
    assert "NOTICE_NOT_SENT" in missing(lite_world, walk.trip)
    journey.run_due(lite_world)
    assert "NOTICE_NOT_SENT" not in missing(lite_world, walk.trip)


def test_a_seal_opened_in_the_yard_takes_the_trip_back_until_it_is_replaced(lite_world: World) -> None:
    walk = journey.to_gate(lite_world)
    record = {"reason": "抽查", "who": "门卫", "by_police": False, "photo": PHOTO}
    journey.post(lite_world, Role.GATE, "/seals/YA000001/break", record)
    assert missing(lite_world, walk.trip) == ["REAR_DOOR_UNSEALED"]
    journey.post(lite_world, Role.DISPATCHER, "/seals/YA000001/replacement", {"number": "YA000002"})
    assert missing(lite_world, walk.trip) == []
    assert journey.get(lite_world, f"/trips/{walk.trip}")["seals"][0]["chain"] == ["YA000001", "YA000002"]


@pytest.mark.parametrize("role", [Role.SHIPPER])
def test_the_gate_shows_nothing_to_outsiders(lite_world: World, role: Role) -> None:
    walk = journey.planned(lite_world)
    assert journey.send(lite_world, role, "GET", f"/trips/{walk.trip}/gate").status_code == 403
