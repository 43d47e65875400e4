"""Inspections, counts and securing by HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from models.vocabulary import CheckKind, Role
from tests.support import journey
from tests.support.world import PHOTO, SIGNATURE, World


def tasks(world: World, kind: str) -> list[Any]:
    return list(journey.get(world, f"/tasks?open=true&kind={kind}")["items"])


def test_an_inspection_answers_every_item_of_its_list(lite_world: World) -> None:
    walk = journey.crewed(lite_world)
    items = journey.card(CheckKind.PRE_TRIP)["items"]
    del items["warm_up"], items["tyres"]
    body = {"kind": "pre_trip", "items": items}
    answer = journey.send(lite_world, Role.DRIVER, "POST", f"/trips/{walk.trip}/checks", body)
    assert journey.codes(answer) == ["CHECK_ITEM_MISSING", "CHECK_ITEM_MISSING"]
    assert journey.get(lite_world, f"/trips/{walk.trip}/checks")["items"] == []


def test_a_defect_on_the_card_is_open_on_the_vehicle_and_a_critical_one_keeps_it_in(lite_world: World) -> None:
    walk = journey.crewed(lite_world)
    defect = {"item": "lights", "severity": "critical", "note": "右前灯不亮"}
    body = {"kind": "pre_trip", **journey.card(CheckKind.PRE_TRIP, lights=False), "defects": [defect]}
    made = journey.post(lite_world, Role.DRIVER, f"/trips/{walk.trip}/checks", body)
    assert (made["items"]["lights"], made["defects"]) == (False, [defect])
    assert journey.get(lite_world, f"/vehicles/{journey.PLATE}")["open_defects"][0]["note"] == "右前灯不亮"
    findings = journey.get(lite_world, f"/trips/{walk.trip}/gate")["findings"]
    assert {"CHECK_FAILED", "CRITICAL_DEFECT_OPEN"} <= {finding["code"] for finding in findings}


def test_a_post_trip_card_does_not_come_in_through_the_door_of_the_others(lite_world: World) -> None:
    walk = journey.crewed(lite_world)
    body = {"kind": "post_trip", **journey.card(CheckKind.POST_TRIP)}
    answer = journey.send(lite_world, Role.DRIVER, "POST", f"/trips/{walk.trip}/checks", body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/kind")


def test_the_first_count_begins_loading_and_a_difference_keeps_the_truck_in_until_it_is_settled(
    lite_world: World,
) -> None:
    walk = journey.crewed(lite_world)
    journey.pre_trip_check(lite_world, walk.trip)
    journey.count(lite_world, walk.trip, walk.consignment, quantity=198)
    assert journey.get(lite_world, f"/trips/{walk.trip}")["state"] == "loading"
    assert tasks(lite_world, "pickup_difference")[0]["facts"] == {"line": 1, "listed": 200, "counted": 198}
    journey.secure(lite_world, walk.trip)
    path = f"/trips/{walk.trip}/loading-completion"
    refused = journey.send(lite_world, Role.DRIVER, "POST", path, {})
    assert journey.codes(refused) == ["PICKUP_DIFFERENCE_OPEN"]
    settlement = {"consignment": walk.consignment, "line_no": 1, "settlement": "托运人确认少装2件"}
    journey.post(lite_world, Role.DISPATCHER, f"/trips/{walk.trip}/pickup-counts/settlement", settlement)
    assert tasks(lite_world, "pickup_difference") == []
    journey.complete_loading(lite_world, walk.trip)
    assert journey.get(lite_world, f"/consignments/{walk.consignment}")["state"] == "loaded"


def test_a_driver_does_not_settle_his_own_difference(lite_world: World) -> None:
    walk = journey.crewed(lite_world)
    settlement = {"consignment": walk.consignment, "line_no": 1, "settlement": "没问题"}
    path = f"/trips/{walk.trip}/pickup-counts/settlement"
    assert journey.send(lite_world, Role.DRIVER, "POST", path, settlement).status_code == 403
    unknown = journey.send(lite_world, Role.DISPATCHER, "POST", path, settlement)
    assert journey.codes(unknown) == ["PICKUP_NOT_COUNTED"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"lines": [{"line_no": 7, "quantity": 1}]}, ["LINE_UNKNOWN"]),
        ({"agent_signature": "c" * 64}, ["FILE_UNKNOWN"]),
    ],
)
def test_a_count_names_known_lines_and_a_stored_signature(
    lite_world: World, changes: dict[str, Any], codes: list[str]
) -> None:
    walk = journey.crewed(lite_world)
    body = {
        "consignment": walk.consignment, "lines": [{"line_no": 1, "quantity": 200}], "agent_name": "仓管",
        "agent_signature": SIGNATURE, **changes,
    }  # fmt: skip
    answer = journey.send(lite_world, Role.DRIVER, "POST", f"/trips/{walk.trip}/pickup-counts", body)
    assert journey.codes(answer) == codes


def test_one_line_is_counted_once_in_one_count(lite_world: World) -> None:
    walk = journey.crewed(lite_world)
    lines = [{"line_no": 1, "quantity": 100}, {"line_no": 1, "quantity": 100}]
    body = {"consignment": walk.consignment, "lines": lines, "agent_name": "仓管", "agent_signature": SIGNATURE}
    answer = journey.send(lite_world, Role.DRIVER, "POST", f"/trips/{walk.trip}/pickup-counts", body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/lines")


def test_goods_of_another_trip_are_not_counted_onto_this_one(lite_world: World) -> None:
    walk = journey.crewed(lite_world)
    other = journey.book(lite_world)
    body = {
        "consignment": other, "lines": [{"line_no": 1, "quantity": 200}], "agent_name": "仓管",
        "agent_signature": SIGNATURE,
    }  # fmt: skip
    answer = journey.send(lite_world, Role.DISPATCHER, "POST", f"/trips/{walk.trip}/pickup-counts", body)
    assert journey.codes(answer) == ["NOT_TO_BE_LOADED"]


def test_loading_is_not_completed_before_everything_is_counted_and_secured(lite_world: World) -> None:
    walk = journey.crewed(lite_world)
    journey.pre_trip_check(lite_world, walk.trip)
    path = f"/trips/{walk.trip}/loading-completion"
    early = journey.codes(journey.send(lite_world, Role.DRIVER, "POST", path, {}))
    assert early == ["TRIP_NOT_LOADING", "PICKUP_NOT_COUNTED", *["MEASURE_NOT_RECORDED"] * 3]
    journey.count(lite_world, walk.trip, walk.consignment)
    measures = [
        {"measure": "cover", "not_applicable_reason": "厢式车"},
        {"measure": "protect", "not_applicable_reason": "纸箱"},
        {"measure": "fix", "gear": ["straps"]},
    ]
    answer = journey.send(lite_world, Role.DRIVER, "PUT", f"/trips/{walk.trip}/securing", {"measures": measures})
    assert answer.status_code == 200
    refused = journey.send(lite_world, Role.DRIVER, "POST", path, {})
    assert journey.codes(refused) == ["MEASURE_WITHOUT_PHOTO"]
    measures[2]["photo"] = PHOTO
    journey.send(lite_world, Role.DRIVER, "PUT", f"/trips/{walk.trip}/securing", {"measures": measures})
    journey.complete_loading(lite_world, walk.trip)


def test_an_open_bed_is_sealed_at_both_ends_of_its_tarp_rope(lite_world: World) -> None:
    changes = {"line": {"finished_goods": False}, "destination": "SG-E", "consignee": "CN-2"}
    trip = journey.plan(lite_world, journey.book(lite_world, **changes), vehicle="鲁G10003")
    assert journey.get(lite_world, f"/trips/{trip}")["required_closures"] == ["tarp_rope_1", "tarp_rope_2"]


def test_an_exemption_is_given_by_a_supervisor_with_a_reason(lite_world: World) -> None:
    walk = journey.planned(lite_world)
    path = f"/trips/{walk.trip}/seal-exemption"
    assert journey.send(lite_world, Role.DISPATCHER, "POST", path, {"reason": "x"}).status_code == 403
    trip = journey.post(lite_world, Role.SAFETY, path, {"reason": "平板车无门"})
    assert (trip["seal_exemption_reason"], trip["seal_exemption_by"]) == ("平板车无门", "safety")
