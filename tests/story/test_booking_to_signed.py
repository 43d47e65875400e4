"""The whole way, told in order with the clock moved by hand: booked, chosen, crewed, sealed, told, signed.

Friday's controllers for Beijing: finished goods for out of town that no hand can unload. Everything goes through
the HTTP API and the background workers, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from models.vocabulary import Role
from tests.support import journey
from tests.support.journey import codes, get, post, run_due, send
from tests.support.world import PHOTO, World

TRUCK = "鲁G10002"  # a box truck with a rear and a side door
LINE = {
    "finished_goods": True, "manual_handling_ok": False,
    "documents": ["packing_list", "factory_certificate"],
}  # fmt: skip


def test_from_booking_to_signed_delivery(world: World) -> None:
    number = _the_shipper_books(world)
    _the_product_picks_the_truck(world, number)
    trip = _the_dispatcher_plans_and_crews(world, number)
    _the_consignee_is_told_a_day_ahead_and_confirms(world, number)
    _the_yard_loads_and_the_gate_refuses_until_all_is_sealed(world, trip, number)
    _the_police_open_a_seal_on_the_way(world, trip, number)
    _the_crew_changes_and_the_estimate_follows(world, trip, number)
    _the_consignee_signs_for_what_is_sound(world, trip, number)
    _the_truck_comes_home(world, trip)
    _the_replacement_closes_the_order(world, number)
    _the_history_is_told_in_one_call(world, number)


def _the_shipper_books(world: World) -> str:
    body = world.booking(line=LINE, customer_ref="PO-7731")
    first = send(world, Role.SHIPPER, "POST", "/consignments", body, {"Idempotency-Key": "po-7731"})
    again = send(world, Role.SHIPPER, "POST", "/consignments", body, {"Idempotency-Key": "po-7731"})
    assert (first.status_code, first.data) == (201, again.data)
    booked = first.json or {}
    assert (booked["state"], booked["out_of_town"], booked["hard_to_handle"]) == ("booked", True, True)
    return str(booked["number"])


def _the_product_picks_the_truck(world: World, number: str) -> None:
    ranking = get(world, f"/consignments/{number}/vehicle-candidates")
    rejected = {one["plate"]: [finding["code"] for finding in one["findings"]] for one in ranking["rejected"]}
    assert TRUCK in [one["plate"] for one in ranking["candidates"]]
    assert "OUT_OF_TOWN_NEEDS_ENCLOSED" in rejected["鲁G10003"]
    assert "OVER_RATED_LOAD" in rejected["鲁G10005"]


def _the_dispatcher_plans_and_crews(world: World, number: str) -> str:
    leaves = world.clock.now() + timedelta(hours=30)
    trip = journey.plan(world, number, vehicle=TRUCK, planned_departure_at=leaves.isoformat())
    alone = journey.put_crew(world, trip, "D1")
    assert codes(alone) == ["TOO_FEW_DRIVERS", "ESCORT_MISSING"]
    assert codes(journey.put_crew(world, trip, "D1", "D1", escort="D5")) == ["SAME_PERSON_TWICE", "TOO_FEW_DRIVERS"]
    journey.crew(world, trip, "D1", "D2", escort="D5")
    return trip


def _the_consignee_is_told_a_day_ahead_and_confirms(world: World, number: str) -> None:
    run_due(world)
    (notice,) = get(world, f"/consignments/{number}/notices")["items"]
    eta, due = _instant(notice["eta_at"]), _instant(notice["due_at"])
    assert (notice["state"], notice["lead_minutes"]) == ("scheduled", 1440)
    assert eta - due >= timedelta(hours=24)
    world.clock.move_to(due - timedelta(seconds=1))
    run_due(world)
    assert world.mailer.sent == []
    world.clock.move_to(due)
    run_due(world)
    (mail,) = world.mailer.sent
    assert mail.to == "dock1@example.com"
    assert "不便人工装卸" in mail.body
    path = get(world, f"/consignments/{number}", Role.SHIPPER)["tracking_url"].partition("/t/")[2]
    confirmed = world.client().post(f"/t/{path}/acknowledgement")
    assert confirmed.status_code == 303
    assert get(world, f"/consignments/{number}/notices")["items"][0]["state"] == "acknowledged"


def _the_yard_loads_and_the_gate_refuses_until_all_is_sealed(world: World, trip: str, number: str) -> None:
    leaves = _instant(get(world, f"/trips/{trip}")["planned_departure_at"])
    world.clock.move_to(leaves - timedelta(minutes=60))
    missing = [finding["code"] for finding in get(world, f"/trips/{trip}/gate", Role.GATE)["findings"]]
    assert {"CHECK_IN_MISSING", "CHECK_MISSING", "PICKUP_NOT_COUNTED", "REAR_DOOR_UNSEALED"} <= set(missing)
    journey.check_in(world, trip, "D1")
    world.clock.advance(minutes=1)
    journey.check_in(world, trip, "D2", "D5")
    assert [one["late_check_in"] for one in get(world, f"/trips/{trip}")["crew"]] == [False, True, True]
    journey.pre_trip_check(world, trip)
    journey.count(world, trip, number)
    journey.secure(world, trip, "straps", "foam", "sponge")
    early = send(world, Role.DRIVER, "POST", f"/trips/{trip}/seals", {"number": "YA000001", "closure": "rear_door"})
    assert codes(early) == ["SEAL_BEFORE_LOADING_COMPLETED"]
    world.clock.advance(minutes=40)
    journey.complete_loading(world, trip)
    journey.seal(world, trip, "YA000001", "rear_door")
    world.clock.move_to(leaves)
    run_due(world)
    refused = send(world, Role.GATE, "POST", f"/trips/{trip}/gate-out", {})
    assert (refused.status_code, codes(refused)) == (409, ["SIDE_DOOR_UNSEALED"])
    journey.seal(world, trip, "YA000002", "side_door")
    journey.gate_out(world, trip)
    assert get(world, f"/consignments/{number}", Role.SHIPPER)["state"] == "in_transit"


def _the_police_open_a_seal_on_the_way(world: World, trip: str, number: str) -> None:
    world.clock.advance(minutes=90)
    opened = {"reason": "检查站抽查", "who": "交警支队", "by_police": True, "photo": PHOTO}
    assert codes(send(world, Role.DRIVER, "POST", "/seals/YA000001/break", opened)) == ["AUTHORITY_DOCUMENT_MISSING"]
    post(world, Role.DRIVER, "/seals/YA000001/break", {**opened, "authority_document": "检字 118 号"})
    world.clock.advance(minutes=10)
    post(world, Role.DRIVER, "/seals/YA000001/replacement", {"number": "YA000003", "photo": PHOTO})
    live = {one["closure"]: one["number"] for one in get(world, f"/trips/{trip}")["seals"]}
    assert live == {"rear_door": "YA000003", "side_door": "YA000002"}
    used = send(world, Role.DRIVER, "POST", f"/trips/{trip}/seals", {"number": "YA000001", "closure": "rear_door"})
    assert used.status_code == 409
    assert number in world_numbers(world)


def _the_crew_changes_and_the_estimate_follows(world: World, trip: str, number: str) -> None:
    world.clock.advance(minutes=80)
    journey.report_position(world, 38.3, 117.5, plate=TRUCK, speed_kmh=78.0)
    journey.rest(world, trip, driver="D2", minutes=20)
    run_due(world)
    estimate = get(world, f"/trips/{trip}/eta")["stops"][-1]
    assert estimate["estimated_arrival_at"] != estimate["planned_arrival_at"]
    shown = get(world, f"/consignments/{number}", Role.SHIPPER)
    assert shown["estimated_arrival_at"] == estimate["estimated_arrival_at"]
    told = _instant(get(world, f"/consignments/{number}/notices")["items"][-1]["eta_at"])
    world.clock.move_to(max(told, _instant(estimate["estimated_arrival_at"])) + timedelta(minutes=20))
    run_due(world)


def _the_consignee_signs_for_what_is_sound(world: World, trip: str, number: str) -> None:
    journey.arrive(world, trip)
    body = journey.receipt(world, number)
    unchecked = send(world, Role.DRIVER, "POST", f"/consignments/{number}/acceptance", body)
    assert codes(unchecked) == ["SEALS_NOT_VERIFIED"]
    journey.verify_seals(world, trip)
    damaged = {"accepted_quantity": 190, "refused_quantity": 10, "refusal_reason": "damaged"}
    unproven = journey.receipt(world, number, **damaged)
    answer = send(world, Role.DRIVER, "POST", f"/consignments/{number}/acceptance", unproven)
    assert codes(answer) == ["REFUSAL_PHOTO_MISSING"]
    signed = journey.accept(world, number, **damaged, photo=PHOTO)
    assert (signed["verdict"], signed["clean"]) == ("partially_accepted", False)
    (first,) = [n for n in get(world, f"/consignments/{number}/notices")["items"] if n["version_no"] == 1]
    assert (first["version_no"], first["in_time"], first["breach"]) == (1, True, None)


def _the_truck_comes_home(world: World, trip: str) -> None:
    early = send(world, Role.DISPATCHER, "POST", f"/trips/{trip}/closing", {})
    assert codes(early) == ["POST_TRIP_CARD_MISSING"]
    journey.post_trip_card(world, trip)
    assert get(world, f"/vehicles/{TRUCK}")["state"] == "awaiting_inspection"
    journey.verdict(world, trip)
    journey.close(world, trip)
    assert get(world, f"/vehicles/{TRUCK}")["state"] == "available"
    record = get(world, f"/trips/{trip}/driving-record")
    assert record["findings"] == []
    assert {one["driver"] for one in record["drivers"]} == {"D1", "D2"}


def _the_replacement_closes_the_order(world: World, number: str) -> None:
    needed_by = (world.clock.now() + timedelta(days=4)).isoformat()
    replacement = post(world, Role.SHIPPER, f"/consignments/{number}/replacement", {"needed_by": needed_by})
    assert (replacement["replaces"], replacement["lines"][0]["quantity"]) == (number, 10)
    world.clock.advance(hours=12)
    leaves = world.clock.now() + timedelta(hours=30)
    again = journey.plan(world, replacement["number"], vehicle=TRUCK, planned_departure_at=leaves.isoformat())
    journey.crew(world, again, "D1", "D2", escort="D5")
    journey.pass_hours(world, 28)
    journey.check_in(world, again, "D1", "D2", "D5")
    journey.pre_trip_check(world, again)
    journey.count(world, again, replacement["number"])
    journey.secure(world, again, "straps", "foam", "sponge")
    world.clock.advance(minutes=30)
    journey.complete_loading(world, again)
    journey.seal(world, again, "YA000004", "rear_door")
    journey.seal(world, again, "YA000005", "side_door")
    world.clock.move_to(leaves)
    run_due(world)
    journey.gate_out(world, again)
    world.clock.advance(hours=7)
    journey.arrive(world, again)
    journey.verify_seals(world, again)
    assert journey.accept(world, replacement["number"])["clean"] is True
    assert get(world, f"/consignments/{number}", Role.SHIPPER)["state"] == "closed"


def _the_history_is_told_in_one_call(world: World, number: str) -> None:
    trace = get(world, f"/consignments/{number}/trace?limit=200")["items"]
    actions = [entry["action"] for entry in trace]
    told = [
        "consignment.booked", "consignment.assigned", "notice.sent", "notice.acknowledged", "consignment.counted",
        "consignment.loaded", "consignment.sealed", "consignment.in_transit", "seal.broken", "seal.replaced",
        "consignment.arrived", "consignment.partially_accepted", "consignment.closed",
    ]  # fmt: skip
    assert [action for action in dict.fromkeys(actions) if action in told] == told
    assert all(entry["recorded_at"] and entry["ruleset_version"] == 0 for entry in trace)
    report = get(world, "/reports/notices?from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z", Role.MANAGER)
    assert (report["due"], report["in_time"]) == (2, 2)


def world_numbers(world: World) -> list[str]:
    """Give the numbers of every consignment the shipper sees."""
    return [item["number"] for item in get(world, "/consignments", Role.SHIPPER)["items"]]


def _instant(text: Any) -> datetime:
    return datetime.fromisoformat(str(text))
