"""The stock of seals and their life on a truck by HTTP."""

from __future__ import annotations

from typing import Any

from models.vocabulary import Role
from services import accounts
from tests.support import journey
from tests.support.world import PHOTO, World


def apply(world: World, trip: str, number: str, closure: str = "rear_door", **more: Any) -> Any:
    body = {"number": number, "closure": closure, **more}
    return journey.send(world, Role.DRIVER, "POST", f"/trips/{trip}/seals", body)


def opened(**changes: Any) -> dict[str, Any]:
    return {"reason": "路检", "who": "交警", "by_police": False, "photo": PHOTO, **changes}


def test_a_lot_comes_into_stock_once_and_is_issued_to_a_person(world: World) -> None:
    lot = {"prefix": "YB", "first": 8, "count": 3, "width": 4}
    made = journey.post(world, Role.DISPATCHER, "/seals", lot)
    assert made["numbers"] == ["YB0008", "YB0009", "YB0010"]
    again = journey.send(world, Role.DISPATCHER, "POST", "/seals", {**lot, "first": 10})
    assert journey.codes(again) == ["SEAL_NUMBER_EXISTS"]
    issue = {"numbers": ["YB0008", "YB0009"], "to": "D2"}
    issued = journey.post(world, Role.DISPATCHER, "/seals/issues", issue)["items"]
    assert [(seal["number"], seal["state"], seal["issued_to"]) for seal in issued] == [
        ("YB0008", "issued", "D2"),
        ("YB0009", "issued", "D2"),
    ]
    twice = journey.send(world, Role.DISPATCHER, "POST", "/seals/issues", {"numbers": ["YB0009", "YX1"], "to": "D2"})
    assert journey.codes(twice) == ["SEAL_NOT_IN_STOCK"]
    events = journey.get(world, "/seals/YB0008")["events"]
    assert [event["kind"] for event in events] == ["received", "issued"]


def test_a_lot_of_more_than_two_thousand_is_invalid(lite_world: World) -> None:
    lot = {"prefix": "YB", "first": 1, "count": 2001}
    assert journey.send(lite_world, Role.DISPATCHER, "POST", "/seals", lot).status_code == 422


def test_a_seal_goes_on_after_loading_only_and_on_an_opening_that_is_there(lite_world: World) -> None:
    walk = journey.crewed(lite_world)
    assert journey.codes(apply(lite_world, walk.trip, "YA000001")) == ["SEAL_BEFORE_LOADING_COMPLETED"]
    assert "CLOSURE_UNKNOWN" in journey.codes(apply(lite_world, walk.trip, "YA000001", "manhole"))


def test_a_seal_that_is_unknown_not_issued_or_used_is_refused(lite_world: World) -> None:
    walk = journey.loaded(lite_world)
    assert journey.codes(apply(lite_world, walk.trip, "XX000001")) == ["SEAL_NOT_IN_STOCK"]
    assert journey.codes(apply(lite_world, walk.trip, "YA000021")) == ["SEAL_NOT_ISSUED"]
    assert apply(lite_world, walk.trip, "YA000001").json["state"] == "sealed"
    assert journey.codes(apply(lite_world, walk.trip, "YA000001")) == ["SEAL_REUSED", "CLOSURE_ALREADY_SEALED"]
    assert journey.get(lite_world, f"/consignments/{walk.consignment}")["state"] == "sealed"


def test_a_customers_seal_stands_beside_ours_and_not_instead(lite_world: World) -> None:
    walk = journey.loaded(lite_world)
    body = {"number": "KH-77", "closure": "rear_door"}
    trip = journey.post(lite_world, Role.DRIVER, f"/trips/{walk.trip}/customer-seals", body)
    assert [seal["number"] for seal in trip["customer_seals"]] == ["KH-77"]
    findings = journey.get(lite_world, f"/trips/{walk.trip}/gate")["findings"]
    assert [finding["code"] for finding in findings] == ["COMPANY_SEAL_NEEDED"]


def test_opening_on_the_road_needs_its_record_and_keeps_the_chain(world: World) -> None:
    walk = journey.under_way(world)
    bare = {name: value for name, value in opened(by_police=True).items() if name != "photo"}
    refused = journey.send(world, Role.DRIVER, "POST", "/seals/YA000001/break", bare)
    assert journey.codes(refused) == ["AUTHORITY_DOCUMENT_MISSING", "BREAK_PHOTO_MISSING"]
    seal = journey.post(world, Role.DRIVER, "/seals/YA000001/break", opened())
    assert (seal["state"], seal["events"][-1]["facts"]["who"]) == ("removed", "交警")
    new = journey.post(world, Role.DRIVER, "/seals/YA000001/replacement", {"number": "YA000002"})
    assert (new["number"], new["state"], new["chain"]) == ("YA000002", "applied", ["YA000001", "YA000002"])
    assert journey.get(world, "/seals/YA000001")["chain"] == ["YA000001", "YA000002"]
    assert journey.get(world, f"/trips/{walk.trip}")["state"] == "under_way"


def test_a_driver_opens_no_seal_of_another_trip(lite_world: World) -> None:
    walk = journey.loaded(lite_world)
    journey.seal(lite_world, walk.trip)
    with lite_world.runtime.begin(lite_world.actor(Role.ADMIN)) as tx:
        new = accounts.NewUser(login="d3", name="D3", roles=(Role.DRIVER,), staff_no="D3")
        user = accounts.create_user(tx, new)
        secret = accounts.issue_key(tx, user, "test", (), None).secret
    client, headers = journey.client_of(lite_world), {"Authorization": f"Bearer {secret}"}
    for path, body in (("break", opened()), ("replacement", {"number": "YA000002"})):
        assert client.post(f"/api/v1/seals/YA000001/{path}", json=body, headers=headers).status_code == 404
    assert client.get("/api/v1/seals/YA000001", headers=headers).status_code == 404
    assert client.get("/api/v1/seals", headers=headers).json["items"] == []


def test_a_misprint_is_voided_and_a_used_seal_is_not(lite_world: World) -> None:
    voided = journey.post(lite_world, Role.DISPATCHER, "/seals/YA000021/voiding", {"reason": "印错"})
    assert voided["state"] == "void"
    walk = journey.loaded(lite_world)
    journey.seal(lite_world, walk.trip)
    used = journey.send(lite_world, Role.DISPATCHER, "POST", "/seals/YA000001/voiding", {"reason": "印错"})
    assert journey.codes(used) == ["SEAL_NOT_VOIDABLE"]


def test_seals_are_listed_by_state_and_trip(world: World) -> None:
    walk = journey.loaded(world)
    journey.seal(world, walk.trip)
    on_trip = journey.get(world, f"/seals?trip={walk.trip}", Role.DRIVER)["items"]
    assert [(seal["number"], seal["trip"], seal["closure"]) for seal in on_trip] == [
        ("YA000001", walk.trip, "rear_door")
    ]
    page = journey.get(world, "/seals?state=in_stock&limit=19")
    rest = journey.get(world, f"/seals?state=in_stock&cursor={page['next_cursor']}")
    assert (len(page["items"]), len(rest["items"])) == (19, 1)
    assert journey.send(world, Role.SHIPPER, "GET", "/seals").status_code == 403


def test_seals_are_verified_on_arrival_and_not_in_the_yard(lite_world: World) -> None:
    walk = journey.to_gate(lite_world)
    seen = {"seen": [{"closure": "rear_door", "number": "YA000001", "finding": "intact"}]}
    early = journey.send(lite_world, Role.DRIVER, "POST", f"/trips/{walk.trip}/seal-verification", seen)
    assert journey.codes(early) == ["TRIP_NOT_UNDER_WAY"]
    assert journey.get(lite_world, "/seals/YA000001")["state"] == "applied"


def test_a_foreign_number_on_arrival_asks_for_a_joint_inspection_and_stays_an_exception(lite_world: World) -> None:
    walk = journey.at_stop(lite_world)
    trip = journey.verify_seals(lite_world, walk.trip, rear_door="XX000009")
    assert trip["stops"][1]["seal_exception"] is True
    kinds = {task["kind"] for task in journey.get(lite_world, "/tasks?open=true")["items"]}
    assert {"seal_exception", "claim_draft"} <= kinds
    empty = journey.send(lite_world, Role.DRIVER, "POST", f"/trips/{walk.trip}/seal-verification", {"seen": []})
    assert journey.codes(empty) == ["SEALS_ALREADY_VERIFIED"]
    body = journey.receipt(lite_world, walk.consignment)
    door = f"/consignments/{walk.consignment}/acceptance"
    refused = journey.send(lite_world, Role.DRIVER, "POST", door, body)
    assert journey.codes(refused) == ["JOINT_INSPECTION_NEEDED", "DRIVER_STATEMENT_MISSING"]
    statement = {"driver_statement": "服务区停车时未发现异常"}
    journey.post(lite_world, Role.DRIVER, f"/trips/{walk.trip}/joint-inspection", statement)
    assert journey.post(lite_world, Role.DRIVER, door, body)["clean"] is False


def test_a_joint_inspection_without_an_exception_is_refused(lite_world: World) -> None:
    walk = journey.at_door(lite_world)
    body = {"driver_statement": "无"}
    answer = journey.send(lite_world, Role.DRIVER, "POST", f"/trips/{walk.trip}/joint-inspection", body)
    assert journey.codes(answer) == ["NO_SEAL_EXCEPTION"]
