"""Rests, problems, stops on the way, the post-trip card and closing by HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.vocabulary import CheckKind, Role
from tests.support import journey
from tests.support.journey import Walk
from tests.support.world import World


def step(world: World, trip: str, name: str, body: Any = None, role: Role = Role.DRIVER) -> Any:
    return journey.send(world, role, "POST", f"/trips/{trip}/{name}", {} if body is None else body)


def log_of(world: World, trip: str, kind: str) -> list[Any]:
    return list(journey.get(world, f"/trips/{trip}/log?kind={kind}")["items"])


def two_stops(world: World) -> tuple[Walk, str]:
    """Walk to the road with goods for Tianjin on top of those for Beijing; give the other consignment too."""
    far, near = journey.book(world), journey.book(world, consignee="CN-2", destination="TJ-D")
    trip = journey.plan(world, far, near, stops=["SG-A", "TJ-D", "BJ-B"])
    journey.crew(world, trip)
    journey.pass_hours(world, 7)
    journey.check_in(world, trip)
    journey.pre_trip_check(world, trip)
    for number in (far, near):
        journey.count(world, trip, number)
    journey.secure(world, trip)
    journey.complete_loading(world, trip)
    journey.seal(world, trip)
    journey.pass_hours(world, 1)
    journey.gate_out(world, trip)
    return Walk(trip, far), near


def test_a_rest_begins_once_and_ends_with_the_driver_who_takes_the_wheel(lite_world: World) -> None:
    walk = journey.under_way(lite_world)
    assert journey.codes(step(lite_world, walk.trip, "rests/end")) == ["NOT_STOPPED"]
    lite_world.clock.advance(hours=3)
    journey.post(lite_world, Role.DRIVER, f"/trips/{walk.trip}/rests", {"place": "roadside"})
    assert journey.codes(step(lite_world, walk.trip, "rests", {"place": "roadside"})) == ["ALREADY_STOPPED"]
    begun = lite_world.clock.now()
    early = {"occurred_at": (begun - timedelta(seconds=1)).isoformat()}
    assert journey.codes(step(lite_world, walk.trip, "rests/end", early)) == ["TIME_BEFORE_LAST"]
    lite_world.clock.advance(minutes=20)
    assert step(lite_world, walk.trip, "rests/end", {"driver": "D2"}).status_code == 200
    assert log_of(lite_world, walk.trip, "hand_over")[0]["facts"] == {"giver": "D1", "receiver": "D2"}
    record = journey.get(lite_world, f"/trips/{walk.trip}/driving-record", Role.DRIVER)
    assert [(drive["driver"], drive["ended_at"][-9:]) for drive in record["drives"][:1]] == [("D1", "09:00:00Z")]
    assert record["findings"] == []


def test_driving_on_without_a_stop_is_a_finding_of_the_driving_record(lite_world: World) -> None:
    walk = journey.under_way(lite_world)
    lite_world.clock.advance(hours=4, seconds=1)
    headers = {"Accept-Language": "en"}
    record = journey.send(lite_world, Role.SAFETY, "GET", f"/trips/{walk.trip}/driving-record", headers=headers).json
    assert [finding["code"] for finding in record["findings"]] == ["DRIVING_CONTINUOUS_OVER"]
    assert record["findings"][0]["message"].startswith("Driver D1 drove 241 min")


def test_a_rest_at_a_service_area_without_a_walk_round_goes_to_the_desk(lite_world: World) -> None:
    walk = journey.under_way(lite_world)
    journey.post(lite_world, Role.DRIVER, f"/trips/{walk.trip}/rests", {"place": "service_area"})
    lite_world.clock.advance(minutes=31)
    journey.run_due(lite_world)
    kinds = [task["kind"] for task in journey.get(lite_world, "/tasks?open=true")["items"]]
    assert "rest_check_overdue" in kinds


def test_rests_kept_offline_are_handed_in_together(lite_world: World) -> None:
    walk = journey.under_way(lite_world)
    left = lite_world.clock.now()
    lite_world.clock.advance(hours=5)
    one = {
        "place": "service_area", "began_at": (left + timedelta(hours=3)).isoformat(),
        "ended_at": (left + timedelta(hours=3, minutes=20)).isoformat(), "driver": "D2",
        "walk_round": {"tyres": True, "brakes": True},
    }  # fmt: skip
    assert step(lite_world, walk.trip, "rest-records", {"rests": [one]}).status_code == 200
    drives = journey.get(lite_world, f"/trips/{walk.trip}/driving-record")["drivers"]
    assert [(one["driver"], one["driven_minutes"]) for one in drives] == [("D1", 180), ("D2", 100)]
    assert journey.get(lite_world, f"/trips/{walk.trip}/checks")["items"][0]["kind"] == "rest_stop"
    again = step(lite_world, walk.trip, "rest-records", {"rests": [one]})
    assert journey.codes(again) == ["TIME_BEFORE_LAST"]


def test_the_wheel_is_handed_over_by_the_one_who_holds_it(lite_world: World) -> None:
    walk = journey.under_way(lite_world)
    wrong = step(lite_world, walk.trip, "hand-overs", {"giver": "D2", "receiver": "D1"})
    assert journey.codes(wrong) == ["NOT_AT_WHEEL"]
    assert step(lite_world, walk.trip, "hand-overs", {"giver": "D1", "receiver": "D2"}).status_code == 200
    assert log_of(lite_world, walk.trip, "hand_over")[0]["driver"] == "D2"


def test_a_problem_opens_a_case_at_the_desk_and_a_special_one_at_once(lite_world: World) -> None:
    walk = journey.under_way(lite_world)
    body = {"text": "高速封路", "severity": "special", "lat": 38.0, "lon": 117.6}
    assert step(lite_world, walk.trip, "problems", body).status_code == 200
    task = journey.get(lite_world, "/tasks?kind=problem")["items"][0]
    assert (task["facts"]["text"], task["due_at"]) == ("高速封路", task["created_at"])
    half = step(lite_world, walk.trip, "problems", {"text": "x", "lat": 38.0})
    assert (half.status_code, half.json["errors"][0]["pointer"]) == (422, "/lon")


def test_a_stop_on_the_way_is_left_sealed_and_before_the_next_is_reached(lite_world: World) -> None:
    walk, near = two_stops(lite_world)
    lite_world.clock.advance(hours=3)
    journey.arrive(lite_world, walk.trip)
    assert journey.codes(step(lite_world, walk.trip, "arrivals")) == ["AT_A_STOP"]
    assert journey.codes(step(lite_world, walk.trip, "rests", {"place": "site"})) == ["AT_A_STOP"]
    assert journey.codes(step(lite_world, walk.trip, "stop-departures")) == ["WORK_NOT_COMPLETED"]
    journey.verify_seals(lite_world, walk.trip)
    journey.accept(lite_world, near)
    assert journey.codes(step(lite_world, walk.trip, "stop-departures")) == ["REAR_DOOR_UNSEALED"]
    journey.seal(lite_world, walk.trip, "YA000002")
    assert step(lite_world, walk.trip, "stop-departures").status_code == 200
    trip = journey.get(lite_world, f"/trips/{walk.trip}")
    assert [stop["departed_at"] is not None for stop in trip["stops"]] == [True, True, False]
    lite_world.clock.advance(hours=2)
    journey.arrive(lite_world, walk.trip)
    journey.verify_seals(lite_world, walk.trip)
    journey.accept(lite_world, walk.consignment)
    assert journey.get(lite_world, f"/trips/{walk.trip}")["state"] == "unloaded"


def test_a_shipper_sees_of_a_shared_trip_only_where_his_own_goods_go(lite_world: World) -> None:
    headers = {"Authorization": f"Bearer {lite_world.other_key}"}
    client = journey.client_of(lite_world)
    body = lite_world.booking(consignee="CN-3", origin="SG-C", destination="BJ-F")
    foreign = client.post("/api/v1/consignments", json=body, headers=headers).json["number"]
    trip = journey.plan(lite_world, journey.book(lite_world), foreign)
    mine = journey.get(lite_world, f"/trips/{trip}/eta", Role.SHIPPER)
    theirs = client.get(f"/api/v1/trips/{trip}/eta", headers=headers).json
    assert [stop["site"]["code"] for stop in mine["stops"]] == ["BJ-B"]
    assert [stop["site"]["code"] for stop in theirs["stops"]] == ["BJ-F"]


def test_a_rest_that_nobody_ended_ends_with_the_arrival(lite_world: World) -> None:
    walk = journey.under_way(lite_world)
    journey.post(lite_world, Role.DRIVER, f"/trips/{walk.trip}/rests", {"place": "roadside"})
    lite_world.clock.advance(hours=7)
    journey.arrive(lite_world, walk.trip)
    stopped = log_of(lite_world, walk.trip, "stop_begun")[0]
    trip = journey.get(lite_world, f"/trips/{walk.trip}")
    assert stopped["ended_at"] == trip["arrived_at"] == trip["estimated_arrival_at"]
    assert journey.codes(step(lite_world, walk.trip, "arrivals")) == ["TRIP_NOT_UNDER_WAY"]


def test_the_card_waits_for_the_goods_and_its_verdict_for_another_person(lite_world: World) -> None:
    walk = journey.at_door(lite_world)
    early = step(lite_world, walk.trip, "post-trip-card", journey.card(CheckKind.POST_TRIP))
    assert journey.codes(early) == ["TRIP_NOT_UNLOADED"]
    assert journey.codes(step(lite_world, walk.trip, "closing", role=Role.DISPATCHER)) == [
        "TRIP_NOT_UNLOADED",
        "POST_TRIP_CARD_MISSING",
    ]
    journey.accept(lite_world, walk.consignment)
    absent = step(lite_world, walk.trip, "post-trip-card/verdict", {"fit": True}, Role.SAFETY)
    assert absent.status_code == 404
    step(lite_world, walk.trip, "post-trip-card", journey.card(CheckKind.POST_TRIP), Role.DISPATCHER)
    own = step(lite_world, walk.trip, "post-trip-card/verdict", {"fit": True}, Role.DISPATCHER)
    assert journey.codes(own) == ["TECHNICIAN_IS_DRIVER"]


def test_an_unfit_vehicle_stays_in_with_a_work_order_and_the_verdict_is_given_once(lite_world: World) -> None:
    walk = journey.delivered(lite_world)
    journey.post_trip_card(lite_world, walk.trip)
    made = journey.verdict(lite_world, walk.trip, fit=False)
    assert (made["verdict_passed"], made["verdict_by"]) == (False, "safety")
    assert journey.get(lite_world, f"/vehicles/{journey.PLATE}")["state"] == "out_of_service"
    assert len(journey.get(lite_world, "/tasks?kind=work_order")["items"]) == 1
    again = step(lite_world, walk.trip, "post-trip-card/verdict", {"fit": True}, Role.MANAGER)
    assert journey.codes(again) == ["VERDICT_GIVEN_ALREADY"]
