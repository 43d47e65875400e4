"""Acceptance, refusal, replacement and hubs by HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.vocabulary import Role
from tests.support import journey
from tests.support.journey import Walk
from tests.support.world import PHOTO, World


def replacement(world: World, consignment: str, role: Role = Role.SHIPPER) -> Any:
    body = {"needed_by": (world.clock.now() + timedelta(days=5)).isoformat()}
    return journey.send(world, role, "POST", f"/consignments/{consignment}/replacement", body)


def finished(world: World, walk: Walk) -> None:
    """Give the truck and its crew back."""
    journey.post_trip_card(world, walk.trip)
    journey.verdict(world, walk.trip)
    journey.close(world, walk.trip)


def test_goods_are_signed_for_line_by_line_once_the_seals_are_checked(lite_world: World) -> None:
    walk = journey.at_stop(lite_world)
    path, body = f"/consignments/{walk.consignment}/acceptance", journey.receipt(lite_world, walk.consignment)
    early = journey.send(lite_world, Role.DRIVER, "POST", path, body)
    assert journey.codes(early) == ["SEALS_NOT_VERIFIED"]
    assert journey.send(lite_world, Role.DRIVER, "GET", path).status_code == 404
    journey.verify_seals(lite_world, walk.trip)
    made = journey.send(lite_world, Role.DRIVER, "POST", path, body)
    assert (made.status_code, made.json["verdict"], made.json["clean"]) == (201, "accepted", True)
    assert journey.get(lite_world, path, Role.SHIPPER) == made.json
    again = journey.send(lite_world, Role.DRIVER, "POST", path, body)
    assert journey.codes(again) == ["NOT_ARRIVED"]


def test_nothing_is_signed_for_before_the_truck_is_there(lite_world: World) -> None:
    walk = journey.under_way(lite_world)
    body = journey.receipt(lite_world, walk.consignment)
    answer = journey.send(lite_world, Role.DRIVER, "POST", f"/consignments/{walk.consignment}/acceptance", body)
    assert journey.codes(answer) == ["NOT_ARRIVED"]


def test_what_differs_is_refused_with_reason_and_photo_or_not_at_all(lite_world: World) -> None:
    walk = journey.at_door(lite_world)
    path = f"/consignments/{walk.consignment}/acceptance"
    short = journey.receipt(lite_world, walk.consignment, received_quantity=190)
    short["consignee_signature"] = None
    assert journey.send(lite_world, Role.DRIVER, "POST", path, short).status_code == 422
    del short["consignee_signature"]
    refused = journey.send(lite_world, Role.DRIVER, "POST", path, short)
    assert journey.codes(refused) == ["DISCREPANCY_ACCEPTED", "SIGNATURE_MISSING"]
    bare = journey.receipt(lite_world, walk.consignment, received_quantity=190, refused_quantity=10)
    assert journey.codes(journey.send(lite_world, Role.DRIVER, "POST", path, bare)) == [
        "REFUSAL_REASON_MISSING",
        "REFUSAL_PHOTO_MISSING",
    ]
    nothing = {**bare, "lines": [{"line_no": 9, "verdict": "accepted"}]}
    assert {"LINE_NOT_ANSWERED", "LINE_UNKNOWN"} <= set(
        journey.codes(journey.send(lite_world, Role.DRIVER, "POST", path, nothing))
    )


def test_a_part_refused_is_replaced_and_the_original_closes_with_the_replacement(world: World) -> None:
    walk = journey.at_door(world)
    part = {"received_quantity": 190, "refused_quantity": 10, "refusal_reason": "short", "photo": PHOTO}
    made = journey.accept(world, walk.consignment, **part)
    assert (made["verdict"], made["lines"][0]["accepted_quantity"], made["clean"]) == ("partially_accepted", 190, False)
    assert len(journey.get(world, "/tasks?open=true&kind=replacement")["items"]) == 1
    booked = replacement(world, walk.consignment)
    assert booked.status_code == 201
    assert (booked.json["replaces"], booked.json["lines"][0]["quantity"], booked.json["total_mass_kg"]) == (
        walk.consignment,
        10,
        100,
    )
    assert journey.codes(replacement(world, walk.consignment)) == ["REPLACEMENT_OPEN"]
    closing = {"reason": "不再补货"}
    path = f"/consignments/{walk.consignment}/closing"
    assert journey.codes(journey.send(world, Role.MANAGER, "POST", path, closing)) == ["REPLACEMENT_OPEN"]
    finished(world, walk)
    world.clock.advance(hours=12)
    second = journey.plan(world, booked.json["number"])
    again = _deliver(world, second, booked.json["number"])
    assert again["verdict"] == "accepted"
    assert journey.get(world, f"/consignments/{walk.consignment}")["state"] == "closed"


def _deliver(world: World, trip: str, number: str) -> Any:
    """Walk a planned trip to the door and sign, with the next seal."""
    journey.crew(world, trip)
    journey.pass_hours(world, 7)
    journey.check_in(world, trip)
    journey.pre_trip_check(world, trip)
    journey.count(world, trip, number)
    journey.secure(world, trip)
    journey.complete_loading(world, trip)
    journey.seal(world, trip, "YA000011")
    journey.pass_hours(world, 1)
    journey.gate_out(world, trip)
    world.clock.advance(hours=7)
    journey.arrive(world, trip)
    journey.verify_seals(world, trip)
    return journey.accept(world, number)


def test_goods_refused_whole_are_closed_with_a_reason_when_nothing_is_to_be_replaced(lite_world: World) -> None:
    walk = journey.at_door(lite_world)
    assert journey.refuse(lite_world, walk.consignment)["verdict"] == "refused"
    path, body = f"/consignments/{walk.consignment}/closing", {"reason": "客户不再需要"}
    assert journey.send(lite_world, Role.SHIPPER, "POST", path, body).status_code == 403
    assert journey.post(lite_world, Role.DISPATCHER, path, body)["state"] == "closed"
    assert journey.get(lite_world, "/tasks?open=true&kind=replacement")["items"] == []


def test_nothing_is_replaced_of_goods_that_were_accepted_or_are_another_shippers(lite_world: World) -> None:
    walk = journey.delivered(lite_world)
    assert journey.codes(replacement(lite_world, walk.consignment)) == ["NOTHING_TO_REPLACE"]
    foreign = {"Authorization": f"Bearer {lite_world.other_key}"}
    client, path = journey.client_of(lite_world), f"/api/v1/consignments/{walk.consignment}"
    body = {"needed_by": "2026-04-01T00:00:00Z"}
    assert client.post(f"{path}/replacement", json=body, headers=foreign).status_code == 404
    assert client.get(f"{path}/acceptance", headers=foreign).status_code == 404


def test_the_crew_of_an_earlier_leg_sees_the_goods_and_does_not_hand_them_over(world: World) -> None:
    number = journey.book(world)
    first = journey.plan(world, number, drops={number: "JN-H"})
    journey.crew(world, first)
    journey.pass_hours(world, 7)
    journey.check_in(world, first)
    journey.pre_trip_check(world, first)
    journey.count(world, first, number)
    journey.secure(world, first)
    journey.complete_loading(world, first)
    journey.seal(world, first)
    journey.pass_hours(world, 1)
    journey.gate_out(world, first)
    world.clock.advance(hours=3)
    journey.arrive(world, first)
    count = {"consignments": [{"consignment": number, "lines": [{"line_no": 1, "quantity": 199}]}]}
    path = f"/trips/{first}/hub-handover"
    early = journey.send(world, Role.DRIVER, "POST", path, count)
    assert journey.codes(early) == ["SEALS_NOT_VERIFIED"]
    journey.verify_seals(world, first)
    trip = journey.post(world, Role.DRIVER, path, count)
    assert (trip["state"], trip["legs"][0]["hub_count"]) == ("unloaded", {"1": 199})
    assert journey.get(world, f"/consignments/{number}")["state"] == "at_terminal"
    assert len(journey.get(world, "/tasks?kind=claim_draft")["items"]) == 1
    second = journey.plan(world, number, vehicle="鲁G10002")
    legs = journey.get(world, f"/trips/{second}")["legs"]
    assert [(leg["seq"], leg["pickup_stop"], leg["drop_stop"]) for leg in legs] == [(2, 1, 2)]
    assert journey.get(world, f"/consignments/{number}", Role.DRIVER)["trip"] == second
    journey.put_crew(world, second, "D3", "D4")
    body = journey.receipt(world, number)
    door = f"/consignments/{number}/acceptance"
    answer = journey.send(world, Role.DRIVER, "POST", door, body)
    assert journey.codes(answer) == ["NOT_ARRIVED"]
