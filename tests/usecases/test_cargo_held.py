"""A truck held after an accident, and its goods, estimates and notices with it; then it goes on (R-A-08)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from models.accidents import Accident
from models.experience import Prediction
from models.trips import Trip, TripEvent, WheelPeriod
from models.vocabulary import AccidentState, CargoAction, RestPlace, Role
from services import cargo_care
from services.transaction import WORKER
from tests.support import journey
from tests.support.accidents import accident_in
from tests.support.crashes import actions, crash, notices_of, on_the_road, seen_by_link
from tests.support.journey import Walk, codes, get, post, run_due, send
from tests.support.shipment import Shipment, a_hook
from tests.support.world import World


def choose(world: World, accident: str, action: str) -> list[str]:
    """Choose what is done with the goods and give the codes of a refusal."""
    answer = send(world, Role.DISPATCHER, "POST", f"/accidents/{accident}/cargo-action", {"action": action})
    return [] if answer.status_code == 200 else codes(answer)


def test_a_truck_that_goes_on_is_estimated_and_announced_anew(world: World) -> None:
    walk = on_the_road(world)
    accident = crash(world, walk)
    world.clock.advance(minutes=61)
    journey.report_position(world, 38.3, 117.5)
    assert choose(world, accident, "stays") == []
    run_due(world)
    shown = get(world, f"/consignments/{walk.consignment}")
    assert shown["held"] is False
    assert shown["estimated_arrival_at"] is not None
    *_, held, update = notices_of(world, walk.consignment)
    assert (held["kind"], update["kind"], update["state"]) == ("held", "update", "sent")
    assert update["eta_at"] == shown["estimated_arrival_at"]
    assert {"consignment.held", "consignment.released"} <= set(actions(world, walk.consignment, Role.SHIPPER))
    seen = seen_by_link(world, walk.consignment)
    assert (seen["held"], seen["arrival"]["window"] is not None) == (False, True)
    assert "released" in [line["what"] for line in seen["history"]]


def test_who_was_told_that_the_arrival_is_unknown_hears_the_new_one_though_it_moved_little(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    told = notices_of(lite_world, walk.consignment)[-1]["eta_at"]
    accident = crash(lite_world, walk)
    lite_world.clock.advance(minutes=10)
    assert choose(lite_world, accident, "stays") == []
    for _ in range(3):
        lite_world.clock.advance(minutes=20)
        journey.report_position(lite_world, 38.35, 117.4)
        run_due(lite_world)
    last = notices_of(lite_world, walk.consignment)[-1]
    assert last["kind"] == "update"
    assert abs(datetime.fromisoformat(last["eta_at"]) - datetime.fromisoformat(told)) < timedelta(minutes=60)


def test_the_drive_ends_at_the_accident_and_the_crew_says_when_it_goes_on(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    crashed_at = lite_world.clock.now() - timedelta(minutes=30)
    accident = crash(lite_world, walk, occurred_at=crashed_at)
    with lite_world.runtime.begin(WORKER) as tx:
        period = tx.session.scalars(select(WheelPeriod)).one()
        stop = tx.session.scalars(select(TripEvent).where(TripEvent.kind == "stop_begun")).one()
        assert (period.ended_at, stop.occurred_at, stop.place) == (crashed_at, crashed_at, RestPlace.ROADSIDE)
    lite_world.clock.advance(minutes=40)
    driving_on = {"driver": "D2"}
    early = send(lite_world, Role.DRIVER, "POST", f"/trips/{walk.trip}/rests/end", driving_on)
    assert codes(early) == ["TRIP_FROZEN"]
    assert choose(lite_world, accident, "stays") == []
    post(lite_world, Role.DRIVER, f"/trips/{walk.trip}/rests/end", driving_on)
    record = get(lite_world, f"/trips/{walk.trip}/driving-record")
    assert [drive["driver"] for drive in record["drives"]] == ["D1"]
    lite_world.clock.advance(hours=4)
    run_due(lite_world)
    journey.arrive(lite_world, walk.trip)


def test_a_consignee_who_was_not_told_yet_gets_his_first_notice_when_the_arrival_is_known(world: World) -> None:
    shipment = Shipment(world).planned()
    accident = crash(world, Walk(shipment.trip, shipment.number))
    world.clock.advance(hours=26)  # past the time at which he was to be told
    run_due(world)
    assert world.mailer.sent == []
    assert [one["state"] for one in notices_of(world, shipment.number)] == ["superseded"]
    assert choose(world, accident, "stays") == []
    world.clock.advance(minutes=1)
    run_due(world)
    _, first = notices_of(world, shipment.number)
    assert (first["kind"], first["version_no"], first["state"]) == ("pre_arrival", 2, "sent")
    shipment.loaded().departed()
    assert get(world, f"/trips/{shipment.trip}")["state"] == "under_way"


def test_an_action_needs_an_open_case_of_a_trip_and_one_that_nobody_else_holds(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    accident = crash(lite_world, walk)
    other = crash(lite_world, walk)
    assert choose(lite_world, accident, "stays") == ["TRIP_HELD_BY_OTHER"]
    assert choose(lite_world, other, "held") == []
    assert choose(lite_world, accident, "stays") == ["TRIP_HELD_BY_OTHER"]
    with lite_world.runtime.begin(WORKER) as tx:
        tx.session.scalars(select(Accident).where(Accident.number == other)).one().state = AccidentState.VOID
    assert choose(lite_world, accident, "no_cargo") == ["GOODS_ABOARD"]
    assert choose(lite_world, accident, "stays") == []
    assert choose(lite_world, other, "held") == ["CARGO_CARE_OVER"]
    yard = accident_in(lite_world, AccidentState.RESPONDING, people=())
    assert choose(lite_world, yard, "held") == ["ACCIDENT_WITHOUT_TRIP"]
    assert choose(lite_world, yard, "no_cargo") == []


def test_a_truck_that_went_on_may_be_held_again_from_now_on(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    accident = crash(lite_world, walk)
    assert choose(lite_world, accident, "stays") == []
    lite_world.clock.advance(minutes=30)
    post(lite_world, Role.DRIVER, f"/trips/{walk.trip}/rests/end", {"driver": "D1"})
    lite_world.clock.advance(minutes=30)
    assert choose(lite_world, accident, "held") == []
    drives = get(lite_world, f"/trips/{walk.trip}/driving-record")["drives"]
    assert drives[-1]["ended_at"] == lite_world.clock.now().isoformat().replace("+00:00", "Z")
    view = get(lite_world, f"/accidents/{accident}/cargo-damage")
    assert (view["held"], view["cargo_action"], view["transhipment"]) == (True, "held", None)


def test_an_accident_teaches_nothing_about_the_road(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    accident = crash(lite_world, walk)
    with lite_world.runtime.begin(WORKER) as tx:
        assert tx.session.scalars(select(Prediction)).all() == []
    lite_world.clock.advance(hours=10)
    assert choose(lite_world, accident, "stays") == []
    journey.report_position(lite_world, 38.3, 117.5)
    run_due(lite_world)
    with lite_world.runtime.begin(WORKER) as tx:
        (after,) = tx.session.scalars(select(Prediction))
        assert after.made_at == tx.now


def test_holding_twice_and_letting_go_twice_changes_nothing(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    crash(lite_world, walk)
    before = actions(lite_world, walk.consignment)
    with lite_world.runtime.begin(WORKER) as tx:
        trip = tx.session.scalars(select(Trip).where(Trip.number == walk.trip)).one()
        cargo_care.freeze(tx, trip, tx.session.scalars(select(Accident)).one())
    assert actions(lite_world, walk.consignment) == before
    with lite_world.runtime.begin(WORKER) as tx:
        trip = tx.session.scalars(select(Trip).where(Trip.number == walk.trip)).one()
        cargo_care.unfreeze(tx, trip)
        cargo_care.unfreeze(tx, trip)
    assert actions(lite_world, walk.consignment).count("consignment.released") == 1


def test_shippers_hear_by_webhook_that_goods_are_held_and_go_on(lite_world: World) -> None:
    a_hook(lite_world, events=("consignment.held", "consignment.released"))
    walk = on_the_road(lite_world)
    accident = crash(lite_world, walk)
    choose(lite_world, accident, "stays")
    run_due(lite_world)
    events = [row["event"] for row in get(lite_world, "/webhook-deliveries")["items"]]
    assert sorted(events) == ["consignment.held", "consignment.released"]


def test_a_frozen_truck_in_the_yard_leaves_after_all_with_its_first_notice(lite_world: World) -> None:
    walk = journey.to_gate(lite_world)
    sent = len(notices_of(lite_world, walk.consignment))
    accident = crash(lite_world, walk, cargo_action=CargoAction.HELD)
    blocked = send(lite_world, Role.GATE, "POST", f"/trips/{walk.trip}/gate-out", {})
    assert "TRIP_FROZEN" in codes(blocked)
    assert choose(lite_world, accident, "stays") == []
    lite_world.clock.advance(minutes=61)
    run_due(lite_world)
    assert len(notices_of(lite_world, walk.consignment)) > sent
    journey.gate_out(lite_world, walk.trip)
