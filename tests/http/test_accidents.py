"""The case of an accident by HTTP: reported in one call, answered, counted, reported on, voided; duty and off post."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.vocabulary import EmergencyStep, FirstResponse, Role
from tests.support import journey
from tests.support.journey import codes, get, post, send
from tests.support.world import World

SEVEN = ("scene", "outline", "loss", "cause", "measures", "contact", "other")
BLOCKS = dict.fromkeys(SEVEN, "已填写")


def told(**changes: Any) -> dict[str, Any]:
    """Give the body of a full report by the office of a slight accident outside any trip; None takes a name out."""
    body = {
        "vehicle": "鲁G10001", "driver": "D1", "place": "京沪高速 K120", "outline": "追尾前车,车头受损",
        "harm": {"slightly_hurt": 1, "property": "30000.00"}, **changes,
    }  # fmt: skip
    return {name: value for name, value in body.items() if value is not None}


def reported(world: World, role: Role = Role.DISPATCHER, **changes: Any) -> str:
    return str(post(world, role, "/accidents", told(**changes))["number"])


def step(world: World, number: str, name: str, body: Any = None, role: Role = Role.SAFETY) -> Any:
    return send(world, role, "POST", f"/accidents/{number}/{name}", body or {})


def clocks(world: World, number: str) -> dict[str, str]:
    return {one["kind"]: one["state"] for one in get(world, f"/accidents/{number}/clocks")["items"]}


def test_a_driver_sends_an_alarm_with_an_empty_hand(world: World) -> None:
    walk = journey.under_way(world)
    answer = send(world, Role.DRIVER, "POST", "/accidents", {"sos": True}, {"Idempotency-Key": "sos-1"})
    assert answer.status_code == 201, answer.text
    case = answer.json
    assert answer.headers["Location"] == f"/api/v1/accidents/{case['number']}"
    assert (case["state"], case["reported_via"], case["trip"]) == ("reported", "sos", walk.trip)
    assert (case["driver"], case["vehicle"]) == ({"staff_no": "D1", "name": "驾驶员D1"}, journey.PLATE)
    again = send(world, Role.DRIVER, "POST", "/accidents", {"sos": True}, {"Idempotency-Key": "sos-1"})
    assert (again.json, again.headers["Idempotent-Replayed"]) == (case, "true")
    assert codes(send(world, Role.DRIVER, "POST", "/accidents", {"sos": True})) == ["ACCIDENT_KNOWN"]
    assert codes(send(world, Role.DRIVER, "POST", f"/trips/{walk.trip}/arrivals", {})) == ["TRIP_FROZEN"]


def test_a_position_may_be_of_a_device_that_shifts_it(lite_world: World) -> None:
    place = {"lat": 37.0, "lon": 118.0}
    plain = get(lite_world, f"/accidents/{reported(lite_world, **place)}")
    assert (plain["lat"], plain["lon"]) == (37.0, 118.0)
    moved = told(vehicle="鲁G10002", driver="D2", coord_system="gcj02", **place)
    case = post(lite_world, Role.DISPATCHER, "/accidents", moved)
    assert case["lat"] != 37.0
    assert abs(case["lat"] - 37.0) < 0.01
    half = send(lite_world, Role.DISPATCHER, "POST", "/accidents", told(lat=37.0))
    assert (half.status_code, half.json["errors"][0]["pointer"]) == (422, "/lon")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"harm": {"slightly_hurt": 1, "property": 30000}}, "/harm/property"),
        ({"harm": {"slightly_hurt": -1, "property": "1.00"}}, "/harm/slightly_hurt"),
        ({"harm": {"slightly_hurt": 1}}, "/harm/property"),
        ({"grade": "full"}, "/grade"),
        ({"outline": "\u0000"}, "/outline"),
        ({"occurred_at": "2026-03-02T06:00:00"}, "/occurred_at"),
    ],
)
def test_a_report_of_the_wrong_form_is_told_where(lite_world: World, changes: dict[str, Any], pointer: str) -> None:
    answer = send(lite_world, Role.DISPATCHER, "POST", "/accidents", told(**changes))
    assert (answer.status_code, [one["pointer"] for one in answer.json["errors"]]) == (422, [pointer])


def test_what_is_missing_is_named_in_the_callers_language(lite_world: World) -> None:
    answer = send(lite_world, Role.DISPATCHER, "POST", "/accidents", {"vehicle": "鲁G10001"})
    (finding,) = answer.json["findings"]
    assert finding["facts"]["missing"] == ["place", "driver", "outline", "harm"]
    assert finding["message"] == "事故报告缺少:地点、当班驾驶员、简要经过、伤亡和损失"
    english = send(
        lite_world, Role.DISPATCHER, "POST", "/accidents", {"vehicle": "鲁G10001"}, {"Accept-Language": "en"}
    )
    assert english.json["findings"][0]["message"].endswith("place, driver, outline, harm")


def test_a_case_goes_its_way_from_report_to_the_police(world: World) -> None:
    number = reported(world, harm={"dead": 1, "property": "0.00"})
    case = get(world, f"/accidents/{number}")
    assert (case["mps_class"], case["report_tier"], case["sc493_grade"]) == ("major", 2, "ordinary")
    answered = step(world, number, "response", {"responder": "张安全", "cargo_action": "no_cargo"}).json
    assert (answered["state"], answered["responder"]) == ("responding", "张安全")
    assert step(world, number, "case-record", {"record": "现场勘查记录"}).json["state"] == "investigating"
    oral = {"kind": "oral", "recipients": ["superior_authority"], "contact": "值班电话"}
    sent = step(world, number, "reports", oral)
    assert (sent.status_code, [one["recipient"] for one in sent.json["items"]]) == (201, ["superior_authority"])
    post(world, Role.SAFETY, f"/accidents/{number}/reports", {"kind": "police", "recipients": ["police"]})
    form = {"kind": "quick_form", "recipients": ["superior_authority"], "blocks": BLOCKS}
    post(world, Role.SAFETY, f"/accidents/{number}/reports", form)
    filed = step(world, number, "record", {"account": "事故经过", "opinion": "处理意见"})
    assert (filed.status_code, filed.json["items"][0]["blocks"]["grade"]) == (201, "待认定")
    scene = {"investigated_at": world.clock.now().isoformat()}
    assert step(world, number, "investigation", scene).json["state"] == "awaiting_determination"
    states = clocks(world, number)
    assert {kind for kind, state in states.items() if state == "met"} == {
        "police_and_safety_told", "responder_sent", "one_hour_report", "quick_form", "five_day_record",
    }  # fmt: skip
    assert {kind for kind, state in states.items() if state == "running"} == {
        "insurer_told", "written_report", "determination_expected",
    }  # fmt: skip
    listed = get(world, f"/accidents/{number}/reports?kind=quick_form", Role.SAFETY)["items"]
    assert [one["blocks"] for one in listed] == [BLOCKS]
    confirmed = step(world, number, f"reports/{listed[0]['number']}/acknowledgement")
    assert confirmed.json["acknowledged_at"] == world.clock.now().isoformat().replace("+00:00", "Z")


def test_a_report_without_its_contents_or_to_the_wrong_office_is_refused(lite_world: World) -> None:
    number = reported(lite_world)
    wrong = {"kind": "written", "recipients": ["police"], "blocks": {"scene": "现场"}}
    answer = step(lite_world, number, "reports", wrong)
    assert codes(answer) == ["REPORT_RECIPIENT_WRONG", "REPORT_BLOCKS_MISSING"]
    assert answer.json["findings"][1]["message"].startswith("“书面报告”缺少内容:简要经过、初步损失")
    record = {"kind": "five_day_record", "recipients": ["company"]}
    assert step(lite_world, number, "reports", record).status_code == 422
    twice = {"kind": "oral", "recipients": ["company", "company"]}
    assert step(lite_world, number, "reports", twice).status_code == 422


def test_the_count_of_the_harm_is_kept_and_its_change_followed_up(world: World) -> None:
    number = reported(world, harm={"seriously_hurt": 1, "property": "5000.00"})
    world.clock.advance(hours=2)
    change = {"harm": {"dead": 1, "property": "5000.00"}, "reason": "伤者死亡"}
    case = step(world, number, "harm", change, Role.DISPATCHER).json
    assert (case["report_tier"], case["harm"]["dead"], case["harm"]["property"]) == (2, 1, "5000.00")
    counts = get(world, f"/accidents/{number}/harm")["items"]
    assert [(one["seq"], one["report_tier"], one["reason"]) for one in counts] == [
        (1, 1, "first report"),
        (2, 2, "伤者死亡"),
    ]
    assert clocks(world, number)["follow_up"] == "running"
    assert codes(step(world, number, "harm", change, Role.DISPATCHER)) == ["HARM_UNCHANGED"]
    follow = {"kind": "follow_up", "recipients": ["superior_authority"], "blocks": {"what_changed": "1人死亡"}}
    (made,) = step(world, number, "reports", follow).json["items"]
    assert (made["blocks"]["dead"], made["base"]) == ("1", None)
    assert clocks(world, number)["follow_up"] == "met"
    assert clocks(world, number)["one_hour_report"] == "met"


def test_checklists_are_ticked_item_by_item(world: World) -> None:
    number = reported(world, harm={"dead": 3, "property": "0.00"})
    items = [{"item": "vehicle_stopped"}, {"item": "police_called", "note": "122"}]
    case = step(world, number, "first-response", {"items": items}, Role.DRIVER).json
    ticked = {one["item"]: one["done"] for one in case["first_response"]}
    assert set(ticked) == {word.value for word in FirstResponse}
    assert [item for item, done in ticked.items() if done] == ["vehicle_stopped", "police_called", "safety_called"]
    assert case["police_told_at"] is not None
    untold = {"items": [{"item": "scene_protected", "done": False}]}
    assert codes(step(world, number, "first-response", untold)) == ["CHECKLIST_REASON_MISSING"]
    twice = {"items": [{"item": "vehicle_stopped"}] * 2}
    assert step(world, number, "first-response", twice).status_code == 422
    plan = {"items": [{"item": step.value} for step in EmergencyStep]}
    done = step(world, number, "emergency-plan", plan, Role.GENERAL_MANAGER).json["emergency"]
    assert all(one["done"] for one in done)
    assert get(world, "/tasks?kind=emergency_plan&open=true")["items"] == []


def test_details_are_added_against_the_version_that_was_read(lite_world: World) -> None:
    number = reported(lite_world)
    seen = send(lite_world, Role.SAFETY, "GET", f"/accidents/{number}")
    body = {"form": {"weather": "雨", "road_class": "高速公路", "speed_kmh": 70}, "hit_and_run": True}
    path, tag = f"/accidents/{number}", {"If-Match": seen.headers["ETag"]}
    assert send(lite_world, Role.SAFETY, "PATCH", path, body).status_code == 428
    changed = send(lite_world, Role.SAFETY, "PATCH", path, body, tag)
    assert (changed.status_code, changed.json["form"], changed.json["hit_and_run"]) == (200, body["form"], True)
    assert send(lite_world, Role.SAFETY, "PATCH", path, body, tag).status_code == 412
    grade = {"form": {"grade": "full"}}
    tag = {"If-Match": changed.headers["ETag"]}
    assert send(lite_world, Role.SAFETY, "PATCH", path, grade, tag).status_code == 422


def test_a_false_alarm_is_voided_by_another_hand(lite_world: World) -> None:
    number = reported(lite_world)
    asked = step(lite_world, number, "void", {"reason": "误触"}).json
    assert (asked["state"], asked["void_reason"], asked["void_asked_by"]) == ("reported", "误触", "安全员")
    decision = {"approve": True, "reason": "核实为误触"}
    assert step(lite_world, number, "void/decision", decision, Role.SAFETY).status_code == 403
    assert step(lite_world, number, "void/decision", decision, Role.MANAGER).json["state"] == "void"
    assert codes(step(lite_world, number, "harm", {"harm": {"dead": 1, "property": "0.00"}, "reason": "x"})) == [
        "CASE_STATE_FORBIDS"
    ]


def test_the_list_is_filtered_and_paged(lite_world: World) -> None:
    first = reported(lite_world)
    lite_world.clock.advance(hours=3)
    second = reported(lite_world, vehicle="鲁G10002", driver="D2")
    step(lite_world, second, "response", {"responder": "张安全", "cargo_action": "no_cargo"})

    def numbers(query: str) -> list[str]:
        return [one["number"] for one in get(lite_world, f"/accidents?{query}", Role.SAFETY)["items"]]

    assert numbers("") == [second, first]
    assert numbers("state=reported") == numbers("vehicle=鲁G10001") == numbers("driver=D1") == [first]
    noon = (lite_world.clock.now() - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert (numbers(f"from={noon}"), numbers(f"to={noon}")) == ([second], [first])
    page = get(lite_world, "/accidents?limit=1", Role.SAFETY)
    rest = get(lite_world, f"/accidents?limit=1&cursor={page['next_cursor']}", Role.SAFETY)
    assert [one["number"] for one in rest["items"]] == [first]
    mine = get(lite_world, "/accidents", Role.DRIVER)["items"]
    assert [one["number"] for one in mine] == [first]


def test_a_driver_sees_the_cases_of_his_trips_and_no_others(lite_world: World) -> None:
    foreign = reported(lite_world, vehicle="鲁G10002", driver="D2")
    for path in (foreign, f"{foreign}/clocks", f"{foreign}/harm", "SG-20990101-0001"):
        assert send(lite_world, Role.DRIVER, "GET", f"/accidents/{path}").status_code == 404
    journey.under_way(lite_world)
    lite_world.clock.advance(hours=3)
    shared = reported(lite_world, driver="D2")
    assert get(lite_world, f"/accidents/{shared}", Role.DRIVER)["driver"]["staff_no"] == "D2"
    assert send(lite_world, Role.SHIPPER, "GET", f"/accidents/{shared}").status_code == 403


def test_shippers_hear_of_an_accident_and_of_its_end(world: World) -> None:
    seen = send(world, Role.DISPATCHER, "GET", "/parties/SH-1")
    channel = {"kind": "webhook", "address": "https://example.com/hook", "events": ["accident.reported"]}
    tag = {"If-Match": seen.headers["ETag"]}
    assert (
        send(world, Role.DISPATCHER, "PUT", "/parties/SH-1/channels", {"channels": [channel]}, tag).status_code == 200
    )
    walk = journey.under_way(world)
    number = post(world, Role.DRIVER, "/accidents", {"sos": True})["number"]
    journey.run_due(world)
    (delivery,) = get(world, "/webhook-deliveries")["items"]
    assert delivery["event"] == "accident.reported"
    body = world.caller.posted[-1].body.decode()
    assert f'"accident":"{number}"' in body
    assert walk.consignment in body
    assert "驾驶员" not in body


def test_duty_is_planned_and_read(world: World) -> None:
    now = world.clock.now()
    body = {"user": "safety", "starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=8)).isoformat()}
    made = post(world, Role.MANAGER, "/duty-shifts", {**body, "phone": "13905361111"})
    assert (made["name"], made["phone"], made["cancelled_at"]) == ("安全员", "+8613905361111", None)
    assert get(world, "/duty-shifts/current")["items"] == [made]
    assert codes(send(world, Role.SAFETY, "POST", "/duty-shifts", body)) == ["SHIFT_PLANNED_ALREADY"]
    day = (now + timedelta(hours=8)).isoformat().replace("+00:00", "Z")
    assert get(world, f"/duty-shifts?from={day}")["items"] == []
    assert [one["id"] for one in get(world, f"/duty-shifts?to={day}&user=safety")["items"]] == [made["id"]]
    off = post(world, Role.SAFETY, f"/duty-shifts/{made['id']}/cancellation", {"reason": "换班"})
    assert off["cancelled_at"] is not None
    assert get(world, "/duty-shifts/current")["items"] == []


def test_off_post_and_the_way_back(world: World) -> None:
    number = reported(world)
    off = post(world, Role.SAFETY, "/drivers/D1/off-post", {"accident": number})
    assert off["status"] == "standby_pending"
    (row,) = get(world, "/drivers/D1/off-posts")["items"]
    assert (row["accident"], row["cause"], row["ended_at"]) == (number, "accident_by_violation", None)
    back = send(world, Role.SAFETY, "POST", "/drivers/D1/reinstatement", {"reason": "教育合格"})
    assert codes(back) == ["CASE_NOT_DETERMINED", "EDUCATION_NOT_DONE"]
    step(world, number, "void", {"reason": "误报"})
    step(world, number, "void/decision", {"approve": True, "reason": "属实为误报"}, Role.MANAGER)
    assert get(world, "/drivers/D1")["status"] == "active"
    (row,) = get(world, "/drivers/D1/off-posts")["items"]
    assert (row["ended_by"], row["end_reason"]) == ("manager", "void")
    again = send(world, Role.SAFETY, "POST", "/drivers/D1/reinstatement", {"reason": "再次"})
    assert codes(again) == ["NOT_OFF_POST"]
