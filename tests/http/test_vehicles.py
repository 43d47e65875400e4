"""Vehicles, their service, washing and defects, and papers that run out, by HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from models.fleet import Vehicle
from models.loading import Check
from models.records import JournalEntry
from models.trips import Trip
from models.vocabulary import CheckKind, Role, TripState, VehicleState
from services.transaction import WORKER
from tests.support.world import World

URL = "/api/v1/vehicles"
TRUCK = "鲁G10001"
PAPER = {"number": "鲁交 1234", "valid_until": "2027-05-31"}


@pytest.fixture
def client(lite_world: World) -> FlaskClient:
    return lite_world.client()


def at(plate: str, *more: str) -> str:
    return "/".join([f"{URL}/{quote(plate)}", *more])


def a_truck(**changes: Any) -> dict[str, Any]:
    body = {
        "plate": "鲁G·20001", "unit_kind": "rigid", "body": "reefer", "ga_code": "H12", "axles": 4,
        "single_drive_axle": True, "tare_kg": 12_000, "rated_load_kg": 18_000, "volume_m3": 48.5,
        "inner_length_mm": 9_600, "inner_width_mm": 2_400, "inner_height_mm": 2_500, "bed_height_mm": 1_150,
        "side_door": True, "temp_min_c": -20, "temp_max_c": 12, "limit_kmh": 89, "hazmat_classes": ["9", "3"],
        "gear": ["rope", "tarp"], "has_lock": True, "container_closed": False, "container_reefer": False,
        "clean": True, "last_cargo_dirty": False, "documents": {"inspection": PAPER, "registration": PAPER},
        "first_registered_on": "2022-05-01", "last_inspection_on": "2025-12-01", "home_site": "SG-Y",
    }  # fmt: skip
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def a_unit(plate: str, kind: str, **changes: Any) -> dict[str, Any]:
    load = {"body": None if kind == "tractor" else "flat", "temp_min_c": None, "temp_max_c": None}
    return a_truck(plate=plate, unit_kind=kind, **{**load, **changes})


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 409, answer.json
    return [finding["code"] for finding in answer.json["findings"]]


def pointers(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.json
    return sorted(error["pointer"] for error in answer.json["errors"])


def a_past_trip(world: World, *, verdict: bool) -> None:
    """Let the first truck come back from a trip, with or without a signed post-trip card."""
    with world.runtime.begin(WORKER) as tx:
        vehicle_id = tx.session.scalars(select(Vehicle.id).where(Vehicle.plate == TRUCK)).one()
        left = tx.now - timedelta(hours=9)
        trip = Trip(
            number="CC-1", vehicle_id=vehicle_id, state=TripState.CLOSED, planned_departure_at=left, departed_at=left,
            planned_arrival_at=tx.now, distance_km=500, created_at=left, created_by="test",
        )  # fmt: skip
        tx.session.add(trip)
        tx.session.flush()
        tx.session.add(
            Check(
                trip_id=trip.id, vehicle_id=vehicle_id, kind=CheckKind.POST_TRIP, items={}, defects=[], made_by="D1",
                occurred_at=tx.now, recorded_at=tx.now, verdict_at=tx.now if verdict else None,
            )
        )  # fmt: skip


def set_state(world: World, state: VehicleState) -> None:
    with world.runtime.begin(WORKER) as tx:
        tx.session.execute(update(Vehicle).where(Vehicle.plate == TRUCK).values(state=state))


def test_a_vehicle_comes_back_as_it_was_kept_under_its_chinese_plate(world: World) -> None:
    client, headers, body = world.client(), world.signed(Role.DISPATCHER), a_truck()
    made = client.post(URL, json=body, headers=headers)
    assert made.status_code == 201, made.json
    assert made.headers["Location"] == at("鲁G20001")
    kept = client.get(made.headers["Location"], headers=headers)
    assert kept.json == made.json
    told = {**body, "plate": "鲁G20001", "hazmat_classes": ["3", "9"]}
    assert {name: kept.json[name] for name in body} == told
    assert (kept.json["state"], kept.json["open_defects"], kept.headers["ETag"]) == ("available", [], '"v1"')


def test_a_trailer_is_coupled_to_one_tractor(lite_world: World, client: FlaskClient) -> None:
    headers = lite_world.signed(Role.DISPATCHER)
    assert client.post(URL, json=a_unit("鲁G1234挂", "trailer"), headers=headers).status_code == 201
    tractor = client.post(URL, json=a_unit("鲁G30001", "tractor", coupled_trailer="鲁G1234挂"), headers=headers)
    assert (tractor.status_code, tractor.json["coupled_trailer"]) == (201, "鲁G1234挂")
    second = client.post(URL, json=a_unit("鲁G30002", "tractor", coupled_trailer="鲁G1234挂"), headers=headers)
    assert codes(second) == ["TRAILER_COUPLED_ELSEWHERE"]
    odd = client.post(URL, json=a_truck(plate="鲁G30003", coupled_trailer=TRUCK), headers=headers)
    assert codes(odd) == ["NOT_A_TRACTOR", "NOT_A_TRAILER"]
    freed = client.patch(
        at("鲁G30001"), json={"coupled_trailer": None}, headers={**headers, "If-Match": tractor.headers["ETag"]}
    )
    assert freed.json["coupled_trailer"] is None


def test_everything_wrong_with_a_card_is_told_at_once(lite_world: World, client: FlaskClient) -> None:
    body = a_truck(
        plate="鲁I12345", unit_kind="trailer", temp_max_c=-21, first_registered_on="2026-03-03", home_site="XX-1",
        coupled_trailer="鲁G9999挂", body=None,
    )  # fmt: skip
    answer = client.post(URL, json=body, headers=lite_world.signed(Role.SAFETY))
    assert codes(answer) == [
        "REFERENCE_UNKNOWN", "REFERENCE_UNKNOWN", "PLATE_INVALID", "PLATE_OF_ANOTHER_KIND", "BODY_DOES_NOT_FIT",
        "TEMPERATURE_RANGE_INVALID", "DAY_IN_THE_FUTURE",
    ]  # fmt: skip


def test_a_plate_stands_once(lite_world: World, client: FlaskClient) -> None:
    answer = client.post(URL, json=a_truck(plate="鲁g 10001"), headers=lite_world.signed(Role.DISPATCHER))
    assert codes(answer) == ["PLATE_EXISTS"]


def test_faults_of_the_body_are_pointed_at(lite_world: World, client: FlaskClient) -> None:
    papers = {"inspection": {"number": "1", "valid_until": "2026-02-30"}, "diary": PAPER}
    body = a_truck(documents=papers, axles=2.5, gear=["parrot"], first_registered_on="20220501", tare_kg=True)
    answer = client.post(URL, json=body, headers=lite_world.signed(Role.DISPATCHER))
    assert pointers(answer) == [
        "/axles", "/documents/diary", "/documents/inspection/valid_until", "/first_registered_on", "/gear/0",
        "/tare_kg",
    ]  # fmt: skip


def test_shippers_and_drivers_have_no_part_in_vehicles_and_the_gate_only_reads(
    lite_world: World, client: FlaskClient
) -> None:
    for role in (Role.SHIPPER, Role.DRIVER):
        assert client.get(URL, headers=lite_world.signed(role)).status_code == 403
    gate = lite_world.signed(Role.GATE)
    assert client.get(at(TRUCK), headers=gate).status_code == 200
    assert client.post(URL, json=a_truck(), headers=gate).status_code == 403


def test_an_absent_vehicle_is_not_found_on_any_way(lite_world: World, client: FlaskClient) -> None:
    headers = lite_world.signed(Role.DISPATCHER, **{"If-Match": '"v1"'})
    reason = {"reason": "x"}
    answers = [
        client.get(at("京A00000"), headers=headers),
        client.patch(at("京A00000"), json={"axles": 3}, headers=headers),
        client.post(at("京A00000", "out-of-service"), json=reason, headers=headers),
        client.post(at("京A00000", "return-to-service"), json=reason, headers=headers),
        client.post(at("京A00000", "washing"), json={}, headers=headers),
        client.get(at("京A00000", "defects"), headers=headers),
        client.post(at(TRUCK, "defects", "1", "repair"), json=reason, headers=headers),
        client.post(at(TRUCK, "defects", "9" * 30, "repair"), json=reason, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)


def test_a_change_needs_the_version_and_lays_papers_over_the_stored_ones(
    lite_world: World, client: FlaskClient
) -> None:
    headers = lite_world.signed(Role.DISPATCHER)
    read = client.get(at(TRUCK), headers=headers)
    body = {"gear": ["mesh", "tarp", "mesh"], "documents": {"inspection": PAPER, "commercial_insurance": None}}
    assert client.patch(at(TRUCK), json=body, headers=headers).status_code == 428
    tagged = {**headers, "If-Match": read.headers["ETag"]}
    changed = client.patch(at(TRUCK), json=body, headers=tagged)
    assert (changed.status_code, changed.json["gear"]) == (200, ["mesh", "tarp"])
    papers = changed.json["documents"]
    assert papers["inspection"] == PAPER
    assert papers.keys() == read.json["documents"].keys() - {"commercial_insurance"}
    assert client.patch(at(TRUCK), json=body, headers=tagged).status_code == 412


def test_a_change_that_leaves_a_senseless_card_is_refused(lite_world: World, client: FlaskClient) -> None:
    headers = lite_world.signed(Role.DISPATCHER, **{"If-Match": '"v1"'})
    answer = client.patch(at(TRUCK), json={"body": None, "temp_min_c": 3}, headers=headers)
    assert codes(answer) == ["BODY_DOES_NOT_FIT", "TEMPERATURE_RANGE_INVALID"]


def test_a_vehicle_goes_out_of_service_with_a_reason_and_returns(lite_world: World, client: FlaskClient) -> None:
    headers = lite_world.signed(Role.SAFETY)
    out = client.post(at(TRUCK, "out-of-service"), json={"reason": "大修"}, headers=headers)
    assert (out.status_code, out.json["state"], out.json["state_reason"]) == (200, "out_of_service", "大修")
    assert codes(client.post(at(TRUCK, "out-of-service"), json={"reason": "x"}, headers=headers)) == [
        "MOVE_NOT_ALLOWED"
    ]
    back = client.post(at(TRUCK, "return-to-service"), json={"reason": "修复"}, headers=headers)
    assert (back.status_code, back.json["state"]) == (200, "available")
    again = client.post(at(TRUCK, "return-to-service"), json={"reason": "x"}, headers=headers)
    assert codes(again) == ["MOVE_NOT_ALLOWED"]
    with lite_world.runtime.read(WORKER) as tx:
        written = tx.session.scalars(select(JournalEntry.action).where(JournalEntry.subject_kind == "vehicle")).all()
    assert written == ["vehicle.out_of_service", "vehicle.available"]


def test_a_vehicle_under_way_is_not_taken_out_of_service(lite_world: World, client: FlaskClient) -> None:
    set_state(lite_world, VehicleState.ON_TRIP)
    answer = client.post(at(TRUCK, "out-of-service"), json={"reason": "x"}, headers=lite_world.signed(Role.SAFETY))
    assert codes(answer) == ["MOVE_NOT_ALLOWED"]


def test_an_open_critical_defect_keeps_a_vehicle_out_until_it_is_repaired(
    lite_world: World, client: FlaskClient
) -> None:
    headers = lite_world.signed(Role.SAFETY)
    fault = {"item": "brakes", "severity": "critical", "note": "制动跑偏"}
    critical = client.post(at(TRUCK, "defects"), json=fault, headers=lite_world.signed(Role.GATE))
    minor = client.post(at(TRUCK, "defects"), json={"item": "lights", "severity": "minor"}, headers=headers)
    assert (critical.status_code, minor.status_code) == (201, 201)
    assert client.get(at(TRUCK), headers=headers).json["open_defects"] == [critical.json, minor.json]
    client.post(at(TRUCK, "out-of-service"), json={"reason": "x"}, headers=headers)
    refused = client.post(at(TRUCK, "return-to-service"), json={"reason": "x"}, headers=headers)
    assert codes(refused) == ["CRITICAL_DEFECT_OPEN"]
    repair = at(TRUCK, "defects", str(critical.json["id"]), "repair")
    assert client.post(repair, json={"reason": "换片"}, headers=lite_world.signed(Role.GATE)).status_code == 403
    repaired = client.post(repair, json={"reason": "换片"}, headers=headers)
    assert (repaired.status_code, repaired.json["fixed_by"]) == (200, "safety")
    assert codes(client.post(repair, json={"reason": "x"}, headers=headers)) == ["DEFECT_REPAIRED_ALREADY"]
    assert client.post(at(TRUCK, "return-to-service"), json={"reason": "x"}, headers=headers).status_code == 200


def test_a_defect_belongs_to_its_own_vehicle(lite_world: World, client: FlaskClient) -> None:
    headers = lite_world.signed(Role.SAFETY)
    fault = client.post(at(TRUCK, "defects"), json={"item": "tyres", "severity": "major"}, headers=headers).json
    foreign = client.post(at("鲁G10002", "defects", str(fault["id"]), "repair"), json={"reason": "x"}, headers=headers)
    assert foreign.status_code == 404


def test_defects_are_listed_open_or_repaired(lite_world: World, client: FlaskClient) -> None:
    headers = lite_world.signed(Role.SAFETY)
    made = [
        client.post(at(TRUCK, "defects"), json={"item": item, "severity": "minor"}, headers=headers).json["id"]
        for item in ("tyres", "lights", "doors_shut")
    ]
    client.post(at(TRUCK, "defects", str(made[0]), "repair"), json={"reason": "x"}, headers=headers)
    page = client.get(at(TRUCK, "defects") + "?open=true&limit=1", headers=headers).json
    rest = client.get(at(TRUCK, "defects") + f"?open=true&cursor={page['next_cursor']}", headers=headers).json
    assert [defect["id"] for defect in page["items"] + rest["items"]] == [made[2], made[1]]
    repaired = client.get(at(TRUCK, "defects") + "?open=false", headers=headers).json["items"]
    assert [defect["id"] for defect in repaired] == [made[0]]


def test_a_vehicle_waiting_for_its_card_does_not_return_by_hand(lite_world: World, client: FlaskClient) -> None:
    set_state(lite_world, VehicleState.AWAITING_INSPECTION)
    answer = client.post(at(TRUCK, "return-to-service"), json={"reason": "x"}, headers=lite_world.signed(Role.SAFETY))
    assert codes(answer) == ["POST_TRIP_CARD_MISSING"]


@pytest.mark.parametrize(("verdict", "status"), [(False, 409), (True, 200)])
def test_going_out_of_service_is_no_way_round_the_card(
    lite_world: World, client: FlaskClient, verdict: bool, status: int
) -> None:
    a_past_trip(lite_world, verdict=verdict)
    set_state(lite_world, VehicleState.AWAITING_INSPECTION)
    headers = lite_world.signed(Role.SAFETY)
    assert client.post(at(TRUCK, "out-of-service"), json={"reason": "x"}, headers=headers).status_code == 200
    answer = client.post(at(TRUCK, "return-to-service"), json={"reason": "x"}, headers=headers)
    assert answer.status_code == status


def test_a_washing_counts_until_the_next_dirty_load(lite_world: World, client: FlaskClient) -> None:
    headers, now = lite_world.signed(Role.DISPATCHER), lite_world.clock.now()
    tag = {"If-Match": '"v1"'}
    dirty = client.patch(at(TRUCK), json={"last_cargo_dirty": True, "clean": False}, headers={**headers, **tag})
    assert (dirty.json["clean"], dirty.json["washed_at"]) == (False, None)
    washed = client.post(at(TRUCK, "washing"), json={}, headers=headers).json
    assert (washed["clean"], washed["washed_at"]) == (True, "2026-03-01T22:00:00Z")
    later = {"occurred_at": (now + timedelta(seconds=1)).isoformat()}
    assert codes(client.post(at(TRUCK, "washing"), json=later, headers=headers)) == ["WASHED_IN_THE_FUTURE"]
    at_once = client.post(at(TRUCK, "washing"), json={"occurred_at": now.isoformat()}, headers=headers)
    assert at_once.status_code == 200


def test_pages_follow_the_cursor_and_filters(lite_world: World, client: FlaskClient) -> None:
    headers = lite_world.signed(Role.DISPATCHER)
    first = client.get(f"{URL}?limit=2&body=box", headers=headers).json
    assert [vehicle["plate"] for vehicle in first["items"]] == ["鲁G10002", "鲁G10001"]
    assert first["next_cursor"] is None
    page = client.get(f"{URL}?limit=4&state=available&unit_kind=rigid", headers=headers).json
    rest = client.get(f"{URL}?limit=4&cursor={page['next_cursor']}", headers=headers).json
    assert [vehicle["plate"] for vehicle in rest["items"]] == ["鲁G10001"]
    assert client.get(f"{URL}?state=on_trip", headers=headers).json["items"] == []
