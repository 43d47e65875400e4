"""Goods that change trucks after an accident: several shippers, total losses, hubs, places, and what follows (S8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.parties import Site
from models.vocabulary import AccidentState, Role, SiteKind
from services.transaction import WORKER
from tests.support import journey
from tests.support.crashes import (
    RELIEF,
    a_plan,
    actions,
    another_driver,
    crash,
    damage,
    notices_of,
    on_the_road,
    open_tasks,
    seen_by_link,
    several_on_the_road,
    tranship,
)
from tests.support.journey import Walk, codes, get, post, run_due, send
from tests.support.world import PHOTO, World


def consents(world: World, *shippers: str) -> list[dict[str, Any]]:
    at = world.clock.now().isoformat()
    return [{"shipper": one, "who": "经理", "means": "written", "at": at} for one in shippers]


def of_the_other_shipper(world: World, **changes: Any) -> str:
    theirs = {"shipper": "SH-2", "consignee": "CN-3", "origin": "SG-C", "destination": "BJ-F"}
    wanted = world.booking(**{**theirs, **changes})
    return str(post(world, Role.DISPATCHER, "/consignments", wanted)["number"])


def test_each_shipper_consents_to_the_transhipment_of_his_own_goods(world: World) -> None:
    ours, theirs = journey.book(world, origin="JN-H"), of_the_other_shipper(world, origin="JN-H")
    trip = several_on_the_road(world, ours, theirs)
    accident = crash(world, Walk(trip, ours))
    refused = tranship(world, accident, consents=consents(world, "SH-1"))
    assert codes(refused) == ["CONSENT_MISSING"]
    assert refused.json["findings"][0]["facts"] == {"shipper": "SH-2"}
    long_ago = (world.clock.now() - timedelta(days=1)).isoformat()
    early = [{"shipper": one, "who": "经理", "means": "email", "at": long_ago} for one in ("SH-1", "SH-2")]
    assert codes(tranship(world, accident, consents=early)) == ["CONSENT_TIME_WRONG", "CONSENT_TIME_WRONG"]
    assert tranship(world, accident, consents=consents(world, "SH-1", "SH-2")).status_code == 201
    legs = {leg["consignment"]: leg for leg in get(world, f"/trips/{trip}")["legs"]}
    assert set(legs) == {ours, theirs}
    assert all(leg["unloaded_at"] is not None for leg in legs.values())


def test_goods_of_which_nothing_is_left_end_with_a_claim_and_do_not_travel_on(world: World) -> None:
    lost, sound = journey.book(world), journey.book(world, consignee="CN-2", destination="TJ-D")
    trip = several_on_the_road(world, lost, sound)
    accident = crash(world, Walk(trip, lost))
    assert damage(world, accident, lost, (1, 200)).status_code == 200
    answer = tranship(world, accident)
    assert answer.status_code == 201, answer.text
    made = answer.json["transhipment"]
    assert made["lost"] == [lost]
    assert [leg["consignment"] for leg in get(world, f"/trips/{made['to_trip']}")["legs"]] == [sound]
    shown = get(world, f"/consignments/{lost}")
    assert (shown["state"], shown["held"]) == ("closed", False)
    assert [task["consignment"] for task in open_tasks(world, "claim_draft")] == [lost]
    assert lost in [task["consignment"] for task in open_tasks(world, "call_consignee")]
    assert codes(damage(world, accident, sound, (1, 1))) == ["DAMAGE_RECORD_CLOSED"]
    assert seen_by_link(world, lost)["arrival"]["window"] is None


def test_a_truck_with_nothing_sound_left_is_not_unloaded_onto_another(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    accident = crash(lite_world, walk)
    damage(lite_world, accident, walk.consignment, (1, 200), (2, 50))
    assert codes(tranship(lite_world, accident)) == ["NOTHING_TO_TRANSHIP"]


def test_the_order_of_the_stops_ahead_is_kept_and_what_was_not_loaded_yet_is_given_back(world: World) -> None:
    near = journey.book(world, consignee="CN-2", destination="TJ-D")
    far = journey.book(world)
    waiting = of_the_other_shipper(world)
    trip = several_on_the_road(world, far, near, waiting, stops=["SG-A", "SG-C", "TJ-D", "BJ-B", "BJ-F"])
    accident = crash(world, Walk(trip, far))
    answer = tranship(world, accident)
    assert answer.status_code == 201, answer.text
    relief = get(world, f"/trips/{answer.json['transhipment']['to_trip']}")
    assert [stop["site"]["code"] for stop in relief["stops"][1:]] == ["TJ-D", "BJ-B"]
    given_back = get(world, f"/consignments/{waiting}")
    assert (given_back["state"], given_back["trip"]) == ("booked", None)
    assert answer.json["transhipment"]["skipped"] == [2, 3, 4, 5]
    assert get(world, f"/trips/{trip}")["state"] == "unloaded"


def test_goods_for_a_hub_go_on_to_the_hub(world: World) -> None:
    goods = journey.book(world)
    trip = several_on_the_road(world, goods, drops={goods: "JN-H"})
    accident = crash(world, Walk(trip, goods))
    answer = tranship(world, accident)
    assert answer.status_code == 201, answer.text
    relief = get(world, f"/trips/{answer.json['transhipment']['to_trip']}")
    assert [stop["site"]["code"] for stop in relief["stops"][1:]] == ["JN-H"]


def test_goods_towed_to_a_hub_change_trucks_there(world: World) -> None:
    walk = on_the_road(world)
    accident = crash(world, walk)
    unknown = tranship(world, accident, place={"site": "XX-1"})
    assert codes(unknown) == ["REFERENCE_UNKNOWN"]
    answer = tranship(world, accident, place={"site": "JN-H"})
    assert (answer.status_code, answer.json["transhipment"]["place"]) == (201, "JN-H")
    relief = get(world, f"/trips/{answer.json['transhipment']['to_trip']}")
    assert (relief["stops"][0]["kind"], relief["stops"][0]["site"]["code"]) == ("transhipment", "JN-H")


def test_the_place_of_an_accident_is_a_site_for_the_carrier_and_nobody_else(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    accident = crash(lite_world, walk)
    code = tranship(lite_world, accident).json["transhipment"]["place"]
    site = get(lite_world, f"/sites/{code}")
    assert (site["kind"], site["region_code"], site["lat"], site["radius_m"]) == ("temporary", "120110", 38.3, 300)
    assert send(lite_world, Role.SHIPPER, "GET", f"/sites/{code}").status_code == 404
    assert code not in [one["code"] for one in get(lite_world, "/sites", Role.SHIPPER)["items"]]


def test_a_place_may_be_said_by_its_point_and_region(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    accident = crash(lite_world, walk)
    place = {"lat": 38.5, "lon": 117.2, "address": "沧州服务区", "region_code": "130900"}
    code = tranship(lite_world, accident, place=place).json["transhipment"]["place"]
    site = get(lite_world, f"/sites/{code}")
    assert (site["address"], site["region_code"], site["lon"]) == ("沧州服务区", "130900", 117.2)


def test_without_a_point_the_trucks_last_position_is_the_place(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    nowhere = {"lat_e6": None, "lon_e6": None}
    accident = crash(lite_world, walk, **nowhere)
    code = tranship(lite_world, accident).json["transhipment"]["place"]
    assert get(lite_world, f"/sites/{code}")["lon"] == 117.5


def test_a_place_that_nobody_knows_has_to_be_said(lite_world: World) -> None:
    walk = journey.under_way(lite_world)
    accident = crash(lite_world, walk, lat_e6=None, lon_e6=None)
    assert codes(tranship(lite_world, accident)) == ["PLACE_UNKNOWN"]
    with lite_world.runtime.begin(WORKER) as tx:
        assert tx.session.scalar(select(Site).where(Site.kind == SiteKind.TEMPORARY)) is None


def test_a_seal_found_broken_is_an_exception_with_a_claim(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    accident = crash(lite_world, walk)
    broken = [{"closure": "rear_door", "number": "YA000001", "finding": "broken"}]
    assert tranship(lite_world, accident, seals=broken).status_code == 201
    assert get(lite_world, "/seals/YA000001")["events"][-1]["finding"] == "broken"
    assert [task["trip"] for task in open_tasks(lite_world, "seal_exception")] == [walk.trip]
    assert get(lite_world, f"/trips/{walk.trip}")["stops"][-1]["seal_exception"] is True


def test_a_relief_trip_that_is_called_off_leaves_the_goods_where_they_lie(world: World) -> None:
    walk = on_the_road(world)
    accident = crash(world, walk)
    relief = tranship(world, accident).json["transhipment"]["to_trip"]
    post(world, Role.DISPATCHER, f"/trips/{relief}/cancellation", {"reason": "车坏了"})
    lying = get(world, f"/consignments/{walk.consignment}")
    assert (lying["state"], lying["trip"]) == ("at_terminal", None)
    closing = send(world, Role.DISPATCHER, "POST", f"/consignments/{walk.consignment}/closing", {"reason": "x"})
    assert codes(closing) == ["NOT_YET_ANSWERED"]
    again = journey.plan(world, walk.consignment, vehicle=RELIEF)
    journey.crew(world, again, "D3", "D4")
    assert get(world, f"/trips/{again}")["stops"][0]["kind"] == "transhipment"
    another_driver(world, "D3")
    journey.pass_hours(world, 7)
    journey.check_in(world, again, "D3", "D4")
    journey.pre_trip_check(world, again)
    journey.count(world, again, walk.consignment)
    journey.secure(world, again)
    journey.complete_loading(world, again)
    journey.seal(world, again, "YA000003", "rear_door")
    journey.seal(world, again, "YA000004", "side_door")
    assert get(world, "/seals/YA000003")["chain"] == ["YA000001", "YA000003"]
    journey.pass_hours(world, 1)
    journey.gate_out(world, again)


def test_a_consignee_who_was_told_by_the_first_truck_is_owed_no_second_lead(world: World) -> None:
    walk = on_the_road(world)
    accident = crash(world, walk)
    before = notices_of(world, walk.consignment)
    relief = tranship(world, accident).json["transhipment"]["to_trip"]
    world.clock.advance(minutes=61)
    run_due(world)
    after = notices_of(world, walk.consignment)
    assert [one["id"] for one in after[: len(before)]] == [one["id"] for one in before]
    assert [one["version_no"] for one in after] == list(range(1, len(after) + 1))
    assert {one["trip"] for one in after} == {relief}
    assert after[-1]["kind"] == "update"
    assert "notice.carried_over" in actions(world, walk.consignment)


def test_goods_at_a_door_are_answered_for_there(lite_world: World) -> None:
    walk = journey.at_stop(lite_world)
    accident = crash(lite_world, walk)
    found = codes(tranship(lite_world, accident))
    assert {"TRIP_NOT_UNDER_WAY", "GOODS_AT_A_STOP"} <= set(found)


@pytest.mark.parametrize("state", [AccidentState.VOID, AccidentState.CLOSED])
def test_goods_of_a_case_that_is_over_are_left_alone(lite_world: World, state: AccidentState) -> None:
    walk = on_the_road(lite_world)
    accident = crash(lite_world, walk, state)
    assert codes(tranship(lite_world, accident)) == ["CARGO_CARE_OVER"]
    assert codes(damage(lite_world, accident, walk.consignment, (1, 1))) == ["CARGO_CARE_OVER"]


def test_damage_is_recorded_of_goods_that_were_on_the_truck_and_with_a_photo(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    accident = crash(lite_world, walk)
    stranger = journey.book(lite_world)
    assert codes(damage(lite_world, accident, stranger, (1, 1))) == ["NOT_ABOARD_AT_ACCIDENT"]
    assert codes(damage(lite_world, accident, walk.consignment, (9, 1))) == ["LINE_UNKNOWN"]
    path, line = f"/accidents/{accident}/cargo-damage", {"line_no": 1, "damaged_quantity": 1}
    body = {"consignment": walk.consignment, "lines": [line]}
    assert codes(send(lite_world, Role.DISPATCHER, "POST", path, body)) == ["DAMAGE_PHOTO_MISSING"]
    body["lines"] = [{**line, "photos": ["c" * 64]}]
    assert codes(send(lite_world, Role.DISPATCHER, "POST", path, body)) == ["FILE_UNKNOWN"]
    body["lines"] = [line, line]
    assert send(lite_world, Role.DISPATCHER, "POST", path, body).status_code == 422


def test_damage_that_was_no_damage_takes_the_claim_back(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    accident = crash(lite_world, walk)
    damage(lite_world, accident, walk.consignment, (1, 5))
    assert len(open_tasks(lite_world, "claim_draft")) == 1
    damage(lite_world, accident, walk.consignment, (1, 0))
    assert open_tasks(lite_world, "claim_draft") == []


def test_the_call_is_answered_once_however_often_it_is_sent(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    accident = crash(lite_world, walk)
    body, once = a_plan(lite_world), {"Idempotency-Key": "ship-on"}
    first = send(lite_world, Role.SAFETY, "POST", f"/accidents/{accident}/transhipment", body, once)
    again = send(lite_world, Role.SAFETY, "POST", f"/accidents/{accident}/transhipment", body, once)
    assert (first.status_code, first.data) == (201, again.data)
    assert first.json["transhipment"]["photo"] == PHOTO


def test_shippers_and_drivers_do_not_decide_about_goods_after_an_accident(lite_world: World) -> None:
    walk = on_the_road(lite_world)
    accident = crash(lite_world, walk)
    for role in (Role.SHIPPER, Role.DRIVER, Role.GATE):
        assert tranship(lite_world, accident, role).status_code == 403
        assert send(lite_world, role, "GET", f"/accidents/{accident}/cargo-damage").status_code == 403
    assert send(lite_world, Role.SAFETY, "GET", "/accidents/SG-20990101-0001/cargo-damage").status_code == 404
