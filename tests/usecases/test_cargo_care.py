"""Goods of a sealed truck in a crash: held, looked through, moved to another truck, delivered in part (R-A-08, S8)."""

from __future__ import annotations

from sqlalchemy import select

from models.trips import WheelPeriod
from models.vocabulary import Role
from services.transaction import WORKER
from tests.support import journey
from tests.support.crashes import (
    RELIEF,
    actions,
    another_driver,
    crash,
    damage,
    notices_of,
    on_the_road,
    open_tasks,
    seen_by_link,
    tranship,
)
from tests.support.journey import Walk, codes, get, post, run_due, send
from tests.support.world import World


def test_undamaged_goods_of_a_crashed_truck_go_on_sealed_and_are_delivered_in_part(world: World) -> None:
    walk = on_the_road(world)
    number = walk.consignment
    accident = crash(world, walk)
    _everybody_sees_that_the_goods_are_held(world, walk)
    _damaged_pieces_become_a_claim_draft(world, accident, number)
    relief = _the_goods_go_on_with_another_truck(world, accident, walk)
    _the_relief_truck_is_loaded_and_sealed_like_any_other(world, relief, walk)
    _the_consignee_is_told_before_it_leaves(world, relief, number)
    _the_rest_is_delivered_and_signed_for(world, relief, accident, number)
    _the_first_truck_waits_for_the_technician(world, walk)
    _the_history_tells_it_all(world, number)


def _everybody_sees_that_the_goods_are_held(world: World, walk: Walk) -> None:
    number = walk.consignment
    trip = get(world, f"/trips/{walk.trip}")
    assert trip["frozen_at"] is not None
    assert (trip["estimated_arrival_at"], trip["stops"][-1]["estimated_arrival_at"]) == (None, None)
    shown = get(world, f"/consignments/{number}", Role.SHIPPER)
    assert (shown["held"], shown["estimated_arrival_at"], shown["state"]) == (True, None, "in_transit")
    seen = seen_by_link(world, number)
    assert (seen["held"], seen["arrival"]["window"]) == (True, None)
    assert seen["history"][0]["what"] == "notice_sent"
    assert "held" in [line["what"] for line in seen["history"]]
    *before, told = notices_of(world, number)
    assert (told["kind"], told["version_no"], told["state"]) == ("held", len(before) + 1, "sent")
    assert "不能保证" in world.mailer.sent[-1].body
    refused = send(world, Role.DRIVER, "POST", f"/trips/{walk.trip}/arrivals", {})
    assert codes(refused) == ["TRIP_FROZEN"]
    with world.runtime.begin(WORKER) as tx:
        open_periods = select(WheelPeriod).where(WheelPeriod.ended_at.is_(None))
        assert tx.session.scalars(open_periods).all() == []


def _damaged_pieces_become_a_claim_draft(world: World, accident: str, number: str) -> None:
    assert codes(damage(world, accident, number, (1, 201))) == ["DAMAGE_OVER_QUANTITY"]
    damage(world, accident, number, (1, 12))
    answer = damage(world, accident, number, (1, 10), (2, 0))
    (goods,) = answer.json["consignments"]
    left = [(line["damaged_quantity"], line["sound_quantity"]) for line in goods["lines"]]
    assert left == [(10, 190), (0, 50)]
    (claim,) = open_tasks(world, "claim_draft")
    assert claim["consignment"] == number
    assert [(line["line_no"], line["damaged"]) for line in claim["facts"]["lines"]] == [(1, 10)]


def _the_goods_go_on_with_another_truck(world: World, accident: str, walk: Walk) -> str:
    world.clock.advance(hours=1)
    sloppy = tranship(world, accident, seals=[], consents=[])
    assert codes(sloppy) == ["SEAL_REMOVAL_MISSING", "CONSENT_MISSING"]
    assert codes(tranship(world, accident, drivers=["D3"])) == ["TOO_FEW_DRIVERS"]
    same = tranship(world, accident, vehicle=journey.PLATE)
    assert (same.status_code, same.json["findings"][0]["code"]) == (409, "RESOURCE_TAKEN")
    answer = tranship(world, accident)
    assert answer.status_code == 201, answer.text
    made = answer.json["transhipment"]
    assert (made["from_trip"], answer.json["cargo_action"], made["skipped"]) == (walk.trip, "transhipped", [2])
    assert made["consents"][0]["who"] == "王经理"
    assert codes(tranship(world, accident))[0] == "TRANSHIPPED_ALREADY"
    before = get(world, f"/trips/{walk.trip}")
    assert (before["state"], before["frozen_at"], before["seals"]) == ("unloaded", None, [])
    assert before["stops"][-1]["kind"] == "transhipment"
    assert before["legs"][0]["hub_count"] == {"1": 190, "2": 50}
    old = get(world, "/seals/YA000001")
    assert (old["state"], old["events"][-1]["finding"]) == ("removed", "intact")
    assert old["events"][-1]["facts"]["accident"] == accident
    return str(made["to_trip"])


def _the_relief_truck_is_loaded_and_sealed_like_any_other(world: World, relief: str, walk: Walk) -> None:
    number = walk.consignment
    shown = get(world, f"/consignments/{number}")
    assert (shown["state"], shown["trip"], shown["held"]) == ("assigned", relief, False)
    assert get(world, f"/trips/{relief}")["stops"][0]["kind"] == "transhipment"
    another_driver(world, "D3")
    missing = [finding["code"] for finding in get(world, f"/trips/{relief}/gate")["findings"]]
    assert {"CHECK_IN_MISSING", "CHECK_MISSING", "PICKUP_NOT_COUNTED", "REAR_DOOR_UNSEALED"} <= set(missing)
    world.clock.advance(minutes=50)
    journey.check_in(world, relief, "D3", "D4")
    journey.pre_trip_check(world, relief)
    counted = [{"line_no": 1, "quantity": 190}, {"line_no": 2, "quantity": 50}]
    body = {"consignment": number, "lines": counted, "agent_name": "押货员", "agent_signature": "b" * 64}
    post(world, Role.DRIVER, f"/trips/{relief}/pickup-counts", body)
    journey.secure(world, relief)
    world.clock.advance(minutes=20)
    journey.complete_loading(world, relief)
    journey.seal(world, relief, "YA000003", "rear_door")
    assert codes(send(world, Role.GATE, "POST", f"/trips/{relief}/gate-out", {})) == ["SIDE_DOOR_UNSEALED"]
    journey.seal(world, relief, "YA000004", "side_door")
    live = {seal["number"]: seal["chain"] for seal in get(world, f"/trips/{relief}")["seals"]}
    assert live == {"YA000003": ["YA000001", "YA000003"], "YA000004": ["YA000004"]}
    assert get(world, "/seals/YA000001")["chain"] == ["YA000001", "YA000003"]
    shown_seals = {seal["number"]: seal for seal in seen_by_link(world, number)["seals"]}
    assert {no: seal["state"] for no, seal in shown_seals.items()} == {
        "YA000001": "opened", "YA000003": "applied", "YA000004": "applied",
    }  # fmt: skip
    assert shown_seals["YA000001"]["replaced_by"] == "YA000003"


def _the_consignee_is_told_before_it_leaves(world: World, relief: str, number: str) -> None:
    world.clock.advance(minutes=50)
    run_due(world)
    journey.gate_out(world, relief)
    *before, held, update = notices_of(world, number)
    assert (held["kind"], held["version_no"], update["version_no"]) == ("held", len(before) + 1, len(before) + 2)
    assert (update["kind"], update["state"], update["trip"]) == ("update", "sent", relief)
    assert RELIEF in world.mailer.sent[-1].body
    seen = seen_by_link(world, number)
    assert (seen["held"], seen["vehicle"]["plate"]) == (False, RELIEF)
    assert seen["arrival"]["change"]["minutes"] > 60
    assert "transhipped" in [line["what"] for line in seen["history"]]


def _the_rest_is_delivered_and_signed_for(world: World, relief: str, accident: str, number: str) -> None:
    world.clock.advance(hours=3)
    run_due(world)
    assert get(world, f"/consignments/{number}")["estimated_arrival_at"] is not None
    journey.arrive(world, relief)
    journey.verify_seals(world, relief)
    signed = journey.accept(world, number)
    assert (signed["verdict"], signed["clean"]) == ("partially_accepted", False)
    first, second = signed["lines"]
    assert (first["received_quantity"], first["accepted_quantity"], first["refused_quantity"]) == (190, 190, 10)
    assert (first["refusal_reason"], first["photo"]) == ("damaged", None)
    assert (second["accepted_quantity"], second["refused_quantity"]) == (50, 0)
    assert signed["accident_damage"] == [{"line_no": 1, "damaged_quantity": 10, "accident": accident}]
    (told,) = [one for one in notices_of(world, number) if one["version_no"] == 1]
    assert (told["in_time"], told["breach"]) == (True, None)
    (replacement,) = open_tasks(world, "replacement")
    assert replacement["facts"]["lines"] == [{"line_no": 1, "quantity": 10, "reason": "damaged"}]
    assert get(world, f"/trips/{relief}")["state"] == "unloaded"


def _the_first_truck_waits_for_the_technician(world: World, walk: Walk) -> None:
    assert get(world, f"/vehicles/{journey.PLATE}")["state"] == "awaiting_inspection"
    post(world, Role.DISPATCHER, f"/trips/{walk.trip}/post-trip-card",
         {**journey.card(journey.CheckKind.POST_TRIP), "note": "车头受损"})  # fmt: skip
    journey.verdict(world, walk.trip, fit=False)
    journey.close(world, walk.trip)
    assert get(world, f"/vehicles/{journey.PLATE}")["state"] == "out_of_service"
    assert [task["trip"] for task in open_tasks(world, "work_order")] == [walk.trip]


def _the_history_tells_it_all(world: World, number: str) -> None:
    told = [
        "consignment.in_transit", "consignment.held", "consignment.damaged", "consignment.at_terminal",
        "consignment.assigned", "seal.replaced", "consignment.arrived", "consignment.partially_accepted",
    ]  # fmt: skip
    for role in (Role.DISPATCHER, Role.SHIPPER):
        found = actions(world, number, role)
        last = len(found) - 1 - found[::-1].index("consignment.assigned")
        assert [one for one in dict.fromkeys(found[found.index("consignment.in_transit") :]) if one in told] == told
        assert found.index("consignment.held") < found.index("consignment.at_terminal") < last
