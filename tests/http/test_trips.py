"""Candidates, planning, crew, reading and calling off trips by HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from models.vocabulary import Role
from services import accounts
from services.transaction import WORKER
from tests.support import journey
from tests.support.world import World


def vehicle(world: World, plate: str = journey.PLATE) -> Any:
    return journey.get(world, f"/vehicles/{plate}")


def test_candidates_come_best_first_with_reasons_and_all_others_with_every_objection(lite_world: World) -> None:
    number = journey.book(lite_world)
    path = f"/consignments/{number}/vehicle-candidates"
    answer = journey.send(lite_world, Role.MANAGER, "GET", path, headers={"Accept-Language": "en"}).json
    assert [one["plate"] for one in answer["candidates"]] == ["鲁G10001", "鲁G10002", "鲁G10003", "鲁G10004"]
    assert answer["candidates"][0]["reasons"][0]["message"].startswith("11% of the rated load")
    assert answer["candidates"][2]["conditions"] == ["tarp"]
    assert [finding["code"] for finding in answer["rejected"][0]["findings"]] == [
        "OVER_RATED_LOAD",
        "VOLUME_TOO_SMALL",
    ]


def test_candidates_ask_for_a_window_that_ends_after_it_begins(lite_world: World) -> None:
    number, at = journey.book(lite_world), "2026-03-03T08:00:00%2B08:00"
    path = f"/consignments/{number}/vehicle-candidates?departure_at={at}&arrival_at={at}"
    assert journey.codes(journey.send(lite_world, Role.DISPATCHER, "GET", path)) == ["ARRIVAL_BEFORE_DEPARTURE"]


def test_a_vehicle_that_is_taken_is_no_candidate_for_that_time(lite_world: World) -> None:
    walk = journey.planned(lite_world)
    departure = (lite_world.clock.now() + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
    path = f"/consignments/{journey.book(lite_world)}/vehicle-candidates?departure_at={departure}"
    rejected = {one["plate"]: one["findings"] for one in journey.get(lite_world, path)["rejected"]}
    assert rejected[journey.PLATE][0]["facts"]["trip"] == walk.trip


def test_a_planned_trip_has_its_stops_its_goods_its_version_and_its_address(lite_world: World) -> None:
    number = journey.book(lite_world)
    body = journey.plan_body(lite_world, number)
    answer = journey.send(lite_world, Role.DISPATCHER, "POST", "/trips", body, {"Idempotency-Key": "plan-1"})
    assert answer.status_code == 201
    trip = answer.json
    assert answer.headers["Location"].endswith(f"/api/v1/trips/{trip['number']}")
    assert answer.headers["ETag"] == f'"v{trip["version"]}"'
    assert [(stop["kind"], stop["site"]["code"]) for stop in trip["stops"]] == [("pickup", "SG-A"), ("drop", "BJ-B")]
    assert [(leg["consignment"], leg["kind"], leg["pickup_stop"], leg["drop_stop"]) for leg in trip["legs"]] == [
        (number, "line_haul", 1, 2)
    ]
    assert (trip["state"], trip["required_closures"]) == ("planned", ["rear_door"])
    again = journey.send(lite_world, Role.DISPATCHER, "POST", "/trips", body, {"Idempotency-Key": "plan-1"})
    assert again.data == answer.data
    assert len(journey.get(lite_world, "/trips")["items"]) == 1


def test_goods_and_vehicle_are_given_once(lite_world: World) -> None:
    walk = journey.planned(lite_world)
    again = journey.plan_body(lite_world, walk.consignment, vehicle="鲁G10002")
    answer = journey.send(lite_world, Role.DISPATCHER, "POST", "/trips", again)
    assert journey.codes(answer) == ["CONSIGNMENT_NOT_FREE"]
    other = journey.plan_body(lite_world, journey.book(lite_world))
    taken = journey.send(lite_world, Role.DISPATCHER, "POST", "/trips", other)
    assert journey.codes(taken) == ["RESOURCE_TAKEN"]
    assert taken.json["findings"][0]["facts"] == {"resource": f"vehicle:{journey.PLATE}", "held_by": walk.trip}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vehicle": "鲁G99999"}, "REFERENCE_UNKNOWN"),
        ({"planned_departure_at": "2026-03-01T08:00:00+08:00"}, "DEPARTURE_IN_THE_PAST"),
        ({"planned_arrival_at": "2026-03-02T08:00:00+08:00"}, "ARRIVAL_BEFORE_DEPARTURE"),
        ({"stops": ["SG-A", "JN-H"]}, "STOPS_INCOMPLETE"),
        ({"stops": ["BJ-B", "SG-A"]}, "DROP_BEFORE_PICKUP"),
        ({"trailer": "鲁G10002"}, "NOT_A_TRAIN"),
        ({"vehicle": "鲁G10005"}, "OVER_RATED_LOAD"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_changes_nothing(
    lite_world: World, changes: dict[str, Any], code: str
) -> None:
    number = journey.book(lite_world)
    answer = journey.send(
        lite_world, Role.DISPATCHER, "POST", "/trips", journey.plan_body(lite_world, number, **changes)
    )
    assert code in journey.codes(answer)
    assert journey.get(lite_world, f"/consignments/{number}")["state"] == "booked"
    assert journey.get(lite_world, "/trips")["items"] == []


def test_a_plan_of_the_wrong_form_is_invalid_with_pointers(lite_world: World) -> None:
    body = {"consignments": ["4711"], "vehicle": journey.PLATE, "planned_departure_at": "tomorrow", "colour": "red"}
    answer = journey.send(lite_world, Role.DISPATCHER, "POST", "/trips", body)
    assert answer.status_code == 422
    assert sorted(error["pointer"] for error in answer.json["errors"]) == [
        "/colour",
        "/consignments/0",
        "/planned_departure_at",
    ]


def test_a_crew_needs_the_version_that_was_read_and_another_crew_is_another_version(lite_world: World) -> None:
    trip = journey.planned(lite_world).trip
    path, body = f"/trips/{trip}/crew", {"drivers": ["D1", "D2"]}
    assert journey.send(lite_world, Role.DISPATCHER, "PUT", path, body).status_code == 428
    first = journey.put_crew(lite_world, trip, "D1", "D2")
    assert (first.status_code, first.json["state"]) == (200, "crewed")
    second = journey.put_crew(lite_world, trip, "D1", "D3", escort="D5")
    assert [(one["staff_no"], one["role"]) for one in second.json["crew"]] == [
        ("D1", "driver"),
        ("D3", "driver"),
        ("D5", "escort"),
    ]
    stale = journey.send(lite_world, Role.DISPATCHER, "PUT", path, body, {"If-Match": first.headers["ETag"]})
    assert stale.status_code == 412


def test_a_crew_that_may_not_drive_is_refused_with_every_reason(lite_world: World) -> None:
    trip = journey.planned(lite_world).trip
    assert journey.codes(journey.put_crew(lite_world, trip, "D1")) == ["TOO_FEW_DRIVERS"]
    assert "SAME_PERSON_TWICE" in journey.codes(journey.put_crew(lite_world, trip, "D1", "D1"))
    assert journey.codes(journey.put_crew(lite_world, trip, "D1", "D9")) == ["REFERENCE_UNKNOWN"]


def test_a_driver_of_another_trip_is_taken_and_the_answer_names_it(lite_world: World) -> None:
    first = journey.planned(lite_world).trip
    journey.crew(lite_world, first)
    second = journey.plan(lite_world, journey.book(lite_world), vehicle="鲁G10002")
    answer = journey.put_crew(lite_world, second, "D2", "D3")
    assert journey.codes(answer) == ["RESOURCE_TAKEN"]
    assert answer.json["findings"][0]["facts"] == {"resource": "person:D2", "held_by": first}


def test_one_driver_goes_with_the_leave_of_another_person_than_the_one_who_asked(lite_world: World) -> None:
    trip = journey.planned(lite_world).trip
    asked = journey.post(lite_world, Role.DISPATCHER, f"/trips/{trip}/crew-waiver", {"reason": "短途"})
    assert asked["state"] == "requested"
    assert journey.codes(journey.put_crew(lite_world, trip, "D1")) == ["TOO_FEW_DRIVERS"]
    decision = {"approve": True, "reason": "同意"}
    decided = journey.post(lite_world, Role.MANAGER, f"/trips/{trip}/crew-waiver/decision", decision)
    assert (decided["state"], decided["decided_by"]) == ("approved", "manager")
    journey.crew(lite_world, trip, "D1")
    assert journey.get(lite_world, f"/trips/{trip}")["waiver"]["reason"] == "短途"


def test_nobody_grants_his_own_request(lite_world: World) -> None:
    with lite_world.runtime.begin(WORKER) as tx:
        both = accounts.NewUser(login="both", name="两职", roles=(Role.DISPATCHER, Role.MANAGER))
        secret = accounts.issue_key(tx, accounts.create_user(tx, both), "test", (), None).secret
    trip, headers = journey.planned(lite_world).trip, {"Authorization": f"Bearer {secret}"}
    client, path = journey.client_of(lite_world), f"/api/v1/trips/{trip}/crew-waiver"
    assert client.post(path, json={"reason": "短途"}, headers=headers).status_code == 201
    answer = client.post(f"{path}/decision", json={"approve": True, "reason": "同意"}, headers=headers)
    assert journey.codes(answer) == ["WAIVER_SAME_PERSON"]


def test_a_late_check_in_is_on_record_and_one_after_the_gate_is_refused(lite_world: World) -> None:
    walk = journey.planned(lite_world)
    journey.crew(lite_world, walk.trip)
    journey.pass_hours(lite_world, 7)
    lite_world.clock.advance(minutes=1)
    journey.check_in(lite_world, walk.trip, "D1")
    assert journey.get(lite_world, f"/trips/{walk.trip}")["crew"][0]["late_check_in"] is True
    body = {"driver": "D9", "alcohol_mg_100ml": 0, "fit": True}
    strange = journey.send(lite_world, Role.GATE, "POST", f"/trips/{walk.trip}/check-ins", body)
    assert journey.codes(strange) == ["NOT_IN_CREW"]
    journey.post(lite_world, Role.DISPATCHER, f"/trips/{walk.trip}/cancellation", {"reason": "客户取消"})
    late = journey.send(lite_world, Role.GATE, "POST", f"/trips/{walk.trip}/check-ins", {**body, "driver": "D1"})
    assert journey.codes(late) == ["CHECK_IN_CLOSED"]


def test_a_trip_called_off_gives_everything_back(lite_world: World) -> None:
    walk = journey.planned(lite_world)
    journey.crew(lite_world, walk.trip)
    cancelled = journey.post(lite_world, Role.DISPATCHER, f"/trips/{walk.trip}/cancellation", {"reason": "车辆故障"})
    assert (cancelled["state"], cancelled["cancel_reason"], cancelled["legs"]) == ("cancelled", "车辆故障", [])
    assert journey.get(lite_world, f"/consignments/{walk.consignment}")["state"] == "booked"
    assert [notice["state"] for notice in journey.get(lite_world, "/notices")["items"]] == ["cancelled"]
    again = journey.plan(lite_world, walk.consignment)
    journey.crew(lite_world, again)


def test_a_loaded_trip_is_not_called_off(lite_world: World) -> None:
    walk = journey.loaded(lite_world)
    answer = journey.send(lite_world, Role.MANAGER, "POST", f"/trips/{walk.trip}/cancellation", {"reason": "x"})
    assert journey.codes(answer) == ["MOVE_NOT_ALLOWED"]


def test_a_cancelled_consignment_leaves_its_trip_and_its_consignee_is_told_nothing(lite_world: World) -> None:
    walk = journey.planned(lite_world)
    other = journey.book(lite_world, consignee="CN-2", destination="TJ-D")
    second = journey.plan(lite_world, other, vehicle="鲁G10002")
    reason = {"reason": "客户取消"}
    journey.post(lite_world, Role.SHIPPER, f"/consignments/{walk.consignment}/cancellation", reason)
    assert journey.get(lite_world, f"/trips/{walk.trip}")["legs"] == []
    journey.pass_hours(lite_world, 7)
    assert {one["trip"]: one["state"] for one in journey.get(lite_world, "/notices")["items"]} == {
        walk.trip: "cancelled",
        second: "sent",
    }
    assert all("dock2@" in mail.to for mail in lite_world.mailer.sent)


def test_a_foreign_and_an_absent_trip_answer_a_driver_alike(lite_world: World) -> None:
    walk = journey.planned(lite_world)
    journey.crew(lite_world, walk.trip, "D2", "D3")
    for method, step, body in (
        ("GET", "", None),
        ("GET", "/log", None),
        ("POST", "/arrivals", {}),
        ("GET", "/eta", None),
    ):
        foreign = journey.send(lite_world, Role.DRIVER, method, f"/trips/{walk.trip}{step}", body)
        absent = journey.send(lite_world, Role.DRIVER, method, f"/trips/CC-20260101-0009{step}", body)
        assert (foreign.status_code, absent.status_code) == (404, 404)
        assert {**foreign.json, "instance": "", "request_id": ""} == {**absent.json, "instance": "", "request_id": ""}
    assert journey.get(lite_world, "/trips", Role.DRIVER)["items"] == []
    journey.put_crew(lite_world, walk.trip, "D1", "D2")
    assert [one["number"] for one in journey.get(lite_world, "/trips", Role.DRIVER)["items"]] == [walk.trip]


def test_a_shipper_reads_no_trip_and_no_log(lite_world: World) -> None:
    walk = journey.planned(lite_world)
    for path in ("/trips", f"/trips/{walk.trip}", f"/trips/{walk.trip}/log", f"/trips/{walk.trip}/gate"):
        assert journey.send(lite_world, Role.SHIPPER, "GET", path).status_code == 403


def test_lists_filter_by_state_and_plate_and_go_on_behind_the_cursor(lite_world: World) -> None:
    first = journey.planned(lite_world).trip
    second = journey.plan(lite_world, journey.book(lite_world), vehicle="鲁G10002")
    journey.crew(lite_world, second)

    def numbers(query: str) -> list[str]:
        return [one["number"] for one in journey.get(lite_world, f"/trips?{query}")["items"]]

    assert numbers("state=crewed") == [second]
    assert numbers("vehicle=鲁G10001") == [first]
    page = journey.get(lite_world, "/trips?limit=1")
    assert [one["number"] for one in page["items"]] == [second]
    assert numbers(f"limit=1&cursor={page['next_cursor']}") == [first]


def test_planned_promised_and_estimated_arrival_are_three_facts_with_reasons(lite_world: World) -> None:
    walk = journey.planned(lite_world)
    journey.run_due(lite_world)
    path = f"/trips/{walk.trip}/eta"
    eta = journey.send(lite_world, Role.SHIPPER, "GET", path, headers={"Accept-Language": "en"}).json
    assert [stop["seq"] for stop in eta["stops"]] == [2]
    stop = eta["stops"][0]
    booked = journey.get(lite_world, f"/consignments/{walk.consignment}")
    assert stop["promised_arrival_at"] == booked["promised_arrival_at"]
    assert (stop["planned_arrival_at"], stop["stale"]) == (booked["planned_arrival_at"], False)
    assert stop["estimated_arrival_at"] == eta["history"]["items"][0]["arrival_at"]
    assert stop["reasons"][0]["message"] == "496.2 km still to go (from: plan)"
    assert "ETA_CREW_ASSUMED" in [reason["code"] for reason in stop["reasons"]]


def test_every_estimate_is_kept_and_paged_newest_first(world: World) -> None:
    walk = journey.under_way(world)
    world.clock.advance(hours=3)
    journey.report_position(world, *journey.HALFWAY)
    world.clock.advance(minutes=1)
    journey.run_due(world)
    first = journey.get(world, f"/trips/{walk.trip}/eta?limit=1")["history"]
    rest = journey.get(world, f"/trips/{walk.trip}/eta?cursor={first['next_cursor']}")["history"]
    made = [datetime.fromisoformat(one["made_at"]) for one in [*first["items"], *rest["items"]]]
    assert made == sorted(made, reverse=True)
    assert (first["items"][0]["cause"], rest["items"][-1]["cause"]) == ("position", "plan")


def test_a_whole_journey_gives_vehicle_crew_and_seals_back(world: World) -> None:
    walk = journey.delivered(world)
    assert journey.get(world, f"/trips/{walk.trip}")["state"] == "unloaded"
    journey.post_trip_card(world, walk.trip)
    assert vehicle(world)["state"] == "awaiting_inspection"
    journey.verdict(world, walk.trip)
    closed = journey.close(world, walk.trip)
    assert (closed["state"], closed["seals"]) == ("closed", [])
    assert closed["closed_at"] is not None
    assert vehicle(world)["state"] == "available"
    assert journey.get(world, "/drivers/D1")["status"] == "active"
    assert journey.get(world, f"/consignments/{walk.consignment}")["state"] == "accepted"
