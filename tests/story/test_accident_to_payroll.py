"""The crash of a sealed truck on a line-haul, told in order: from the driver's call to the last fen of the refund.

Everything goes through the HTTP API and the background workers, on SQLite and on PostgreSQL; the clock is moved by
hand. The police say 主要 (70 %): gross loss 40,000, recovered 20,000, so the driver owes 8,000. He appeals and loses,
two wages pay 2,400, the case is closed; then a review says 次要 (30 %) with 10,000 recovered: he owes 2,000, and 400
come back (domain 4.5, E11b).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from models.vocabulary import Role
from services.clock import local
from tests.support import journey
from tests.support.crashes import another_driver, damage, notices_of, on_the_road, tranship
from tests.support.journey import Walk, codes, get, post, run_due, send
from tests.support.world import PHOTO, SIGNATURE, World

R = Role
OURS = "鲁G10001"


def test_from_the_crash_to_the_refund(world: World) -> None:
    walk = on_the_road(world)
    phone = world.keys[R.DRIVER], world.logins[R.DRIVER]
    case = _the_driver_reports_in_one_call(world, walk)
    _safety_sends_help_and_the_goods_go_on(world, case, walk)
    world.keys[R.DRIVER], world.logins[R.DRIVER] = phone
    _the_first_truck_comes_home(world, walk)
    _the_reports_leave_in_time(world, case)
    _the_police_say_who_was_at_fault(world, case, "main", "第20260101号")
    _the_department_analyses(world, case)
    _the_penalty_is_proposed_approved_and_served(world, case, "8000.00")
    _the_appeal_is_lost_and_the_decision_takes_effect(world, case)
    _two_wages_pay_two_thousand_four_hundred(world)
    _four_gates_and_the_case_is_closed(world, case)
    _a_review_lowers_the_grade(world, case)
    _four_hundred_come_back(world)
    _the_books_and_the_history_hold(world, case)


def _the_driver_reports_in_one_call(world: World, walk: Walk) -> str:
    now = world.clock.now().isoformat()
    body = {
        "place": "长深高速 K1021+300", "lat": 38.3, "lon": 117.5, "outline": "追尾前车，货箱侧板变形",
        "harm": {"slightly_hurt": 1, "property": "20000.00"}, "occurred_at": now, "police_told_at": now,
        "safety_told_at": now,
    }  # fmt: skip
    made = post(world, R.DRIVER, "/accidents", body)
    assert (made["state"], made["trip"], made["mps_class"], made["report_tier"]) == (
        "reported", walk.trip, "ordinary", 1,
    )  # fmt: skip
    assert get(world, f"/trips/{walk.trip}")["frozen_at"] is not None
    assert get(world, f"/consignments/{walk.consignment}")["held"] is True
    clocks = {one["kind"]: one for one in get(world, f"/accidents/{made['number']}/clocks", R.SAFETY)["items"]}
    assert {"police_and_safety_told", "responder_sent", "insurer_told", "five_day_record"} <= set(clocks)
    assert clocks["police_and_safety_told"]["met_at"] is not None
    return f"/accidents/{made['number']}"


def _safety_sends_help_and_the_goods_go_on(world: World, case: str, walk: Walk) -> None:
    number = case.rpartition("/")[2]
    world.clock.advance(minutes=10)
    run_due(world)
    answer = {"responder": "安全科张工", "cargo_action": "held", "record": "前车急停，我车制动不及"}
    assert post(world, R.SAFETY, f"{case}/response", answer)["state"] == "investigating"
    assert damage(world, number, walk.consignment, (1, 10), (2, 0)).status_code == 200
    made = tranship(world, number)
    assert made.status_code == 201, made.text
    relief = made.json["transhipment"]["to_trip"]
    another_driver(world, "D3")
    world.clock.advance(minutes=50)
    journey.check_in(world, relief, "D3", "D4")
    journey.pre_trip_check(world, relief)
    counted = [{"line_no": 1, "quantity": 190}, {"line_no": 2, "quantity": 50}]
    body = {"consignment": walk.consignment, "lines": counted, "agent_name": "押货员", "agent_signature": SIGNATURE}
    post(world, R.DRIVER, f"/trips/{relief}/pickup-counts", body)
    journey.secure(world, relief)
    world.clock.advance(minutes=20)
    journey.complete_loading(world, relief)
    journey.seal(world, relief, "YA000003", "rear_door")
    journey.seal(world, relief, "YA000004", "side_door")
    assert get(world, "/seals/YA000001")["chain"] == ["YA000001", "YA000003"]
    world.clock.advance(minutes=50)
    run_due(world)
    journey.gate_out(world, relief)
    run_due(world)
    kinds = [notice["kind"] for notice in notices_of(world, walk.consignment)]
    assert kinds[0] == "pre_arrival"
    assert "held" in kinds
    assert kinds[-1] in {"update", "final_hour", "pre_arrival"}


def _the_first_truck_comes_home(world: World, walk: Walk) -> None:
    journey.post_trip_card(world, walk.trip)
    journey.verdict(world, walk.trip)
    assert journey.close(world, walk.trip)["state"] == "closed"


def _the_reports_leave_in_time(world: World, case: str) -> None:
    claim = {"kind": "commercial", "insurer": "示例财险", "policy_no": "P-1", "claim_no": "C-1"}
    made = post(world, R.SAFETY, f"{case}/claims", claim)
    post(world, R.FINANCE, f"{case}/claims/{made['id']}/assessment", {"assessed": "20000.00"})
    post(world, R.FINANCE, f"{case}/claims/{made['id']}/filing", {})
    record = {"account": "当日 14 时追尾", "opinion": "待责任认定后处理"}
    post(world, R.SAFETY, f"{case}/record", record)
    clocks = {one["kind"]: one for one in get(world, f"{case}/clocks", R.SAFETY)["items"]}
    for kind in ("five_day_record", "insurer_told", "responder_sent"):
        assert clocks[kind]["met_at"] is not None, kind
        assert clocks[kind]["missed_at"] is None, kind
    assert get(world, f"{case}/determinations", R.SAFETY)["items"] == []
    looked = {"investigated_at": world.clock.now().isoformat()}
    assert post(world, R.SAFETY, f"{case}/investigation", looked)["state"] == "awaiting_determination"


def _the_police_say_who_was_at_fault(world: World, case: str, grade: str, document: str) -> None:
    assert codes(send(world, R.SAFETY, "PUT", f"{case}/determination", {"grade": grade})) == ["GRADE_NEEDS_DOCUMENT"]
    answer = send(world, R.SAFETY, "PUT", f"{case}/determination", _paper(world, grade, document))
    assert answer.status_code == 200, answer.text
    _pass_days(world, 4)
    assert get(world, case, R.SAFETY)["state"] == "determination_final"


def _the_department_analyses(world: World, case: str) -> None:
    person = {"staff_no": "D1", "driver": "D1", "name": "驾驶员D1", "department": "一车队", "post": "驾驶员",
              "deduction_clause": True}  # fmt: skip
    post(world, R.HR, "/employees", person)
    named = {"employee": "D1", "role": "driver", "responsible": True, "share_percent": "100", "violation": True,
             "fault_basis": "gross", "cause_category": "rule_broken_work"}  # fmt: skip
    post(world, R.SAFETY, f"{case}/people", named)
    assert get(world, "/drivers/D1", R.SAFETY)["status"] == "standby_pending"
    _meet_and_write(world, case)
    cause = {"cause": "跟车过近，疲劳", "category": "rule_broken_work", "evidence": [PHOTO]}
    answer = send(world, R.SAFETY, "PUT", f"{case}/cause", cause)
    assert answer.status_code == 200, answer.text
    assert post(world, R.MANAGER, f"{case}/analysis")["state"] == "analysed"


def _the_penalty_is_proposed_approved_and_served(world: World, case: str, amount: str) -> None:
    for kind, fen in (("own_vehicle", "25000.00"), ("other_party", "15000.00")):
        post(world, R.FINANCE, f"{case}/losses", {"kind": kind, "amount": fen, "description": "定损单"})
    back = {"kind": "commercial", "amount": "20000.00", "received_on": local(world.clock.now()).date().isoformat()}
    post(world, R.FINANCE, f"{case}/recoveries", back)
    number = {"kind": "other_party", "amount": 1.5, "description": "x"}
    assert send(world, R.FINANCE, "POST", f"{case}/losses", number).status_code == 422
    _decide(world, case, amount)


def _decide(world: World, case: str, amount: str) -> None:
    proposal = post(world, R.MANAGER, f"{case}/penalty-proposal", {"opinion": "按制度处理"})
    share = next(one for one in proposal["penalties"] if one["kind"] == "loss_share")
    assert share["amount"] == amount
    own = send(world, R.MANAGER, "POST", f"{case}/penalty-proposal/approvals", {"capacity": "manager"})
    assert codes(own) == ["CHECKER_IS_MAKER"]
    approved = post(world, R.GENERAL_MANAGER, f"{case}/penalty-proposal/approvals", {"capacity": "manager"})
    assert approved["state"] == "approved"
    for one in approved["penalties"]:
        post(world, R.HR, f"/penalties/{one['number']}/service", {"mode": "signed", "receipt": SIGNATURE})
    assert get(world, case, R.SAFETY)["state"] == "served"


def _the_appeal_is_lost_and_the_decision_takes_effect(world: World, case: str) -> None:
    share = _live_share(world)
    appeal = post(world, R.DRIVER, f"/penalties/{share['number']}/appeal", {"appeal": "雨天路滑"})
    assert appeal["state"] == "appealed"
    assert get(world, case, R.SAFETY)["state"] == "appealed"
    answer = {"outcome": "upheld", "answer": "监控显示车距不足"}
    post(world, R.HR, f"/penalties/{share['number']}/appeal-decision", answer)
    _pass_days(world, 6)
    assert get(world, case, R.SAFETY)["state"] == "enforcing"
    statement = get(world, "/employees/D1/statement", R.FINANCE)
    assert statement["owed"] == "8000.00"


def _two_wages_pay_two_thousand_four_hundred(world: World) -> None:
    for month in ("2026-03", "2026-04"):
        _pay(world, month, taken="1200.00")
        _pay(world, month, taken="1200.00")  # the same run again: one posting
    assert get(world, "/employees/D1/statement", R.FINANCE)["owed"] == "5600.00"


def _four_gates_and_the_case_is_closed(world: World, case: str) -> None:
    assert "GATE_NOT_SIGNED" in codes(send(world, R.SAFETY, "POST", f"{case}/closing", {}))
    today = local(world.clock.now()).date()
    lesson = {"employee": "D1", "held_on": today.isoformat(), "trainer": "教员", "minutes": 480, "topic": "车距",
              "passed": True}  # fmt: skip
    post(world, R.HR, f"{case}/education", lesson)
    later = (today + timedelta(days=30)).isoformat()
    measure = post(world, R.SAFETY, f"{case}/measures", {"measure": "车距预警", "owner": "dispatcher", "due_on": later})
    path = f"{case}/measures/{measure['id']}"
    post(world, R.DISPATCHER, f"{path}/completion", {"note": "已装"})
    assert send(world, R.DISPATCHER, "POST", f"{path}/verification", {"note": "x"}).status_code == 403
    post(world, R.MANAGER, f"{path}/verification", {"note": "抽查"})
    _sign_gates(world, case)
    assert post(world, R.SAFETY, f"{case}/closing")["state"] == "closed"
    back = post(world, R.SAFETY, "/drivers/D1/reinstatement", {"reason": "教育合格"})
    assert back["status"] == "active"


def _a_review_lowers_the_grade(world: World, case: str) -> None:
    reopening = {"ground": "reversed_determination", "reason": "法院改判次要责任"}
    assert post(world, R.MANAGER, f"{case}/reopening", reopening)["state"] == "reopened"
    answer = send(world, R.SAFETY, "PUT", f"{case}/determination", _paper(world, "secondary", "复字20260201号"))
    assert answer.status_code == 200, answer.text
    _pass_days(world, 4)
    assert get(world, case, R.SAFETY)["state"] == "determination_final"
    (old,) = [one for one in get(world, f"{case}/losses", R.FINANCE)["recoveries"] if not one["struck_at"]]
    post(world, R.FINANCE, f"{case}/recoveries/{old['id']}/striking", {"reason": "保险公司追回一半"})
    less = {"kind": "commercial", "amount": "10000.00", "received_on": local(world.clock.now()).date().isoformat()}
    post(world, R.FINANCE, f"{case}/recoveries", less)
    _meet_and_write(world, case)
    assert post(world, R.MANAGER, f"{case}/analysis")["state"] == "analysed"
    _pay(world, "2026-05", taken="0.00")
    _decide(world, case, "2000.00")
    _pass_days(world, 6)
    assert get(world, case, R.SAFETY)["state"] == "enforcing"


def _four_hundred_come_back(world: World) -> None:
    statement = get(world, "/employees/D1/statement", R.DRIVER)
    assert (statement["owed"], statement["refund_owed"]) == ("0.00", "400.00")
    _pay(world, "2026-06", taken="0.00")
    batch = post(world, R.FINANCE, "/payroll-exports", {"month": "2026-06", "form": "csv"})
    assert len(batch["sha256"]) == 64
    content = send(world, R.FINANCE, "GET", f"/payroll-exports/{batch['number']}/content").data.decode("utf-8-sig")
    assert "400.00" in content


def _the_books_and_the_history_hold(world: World, case: str) -> None:
    penalties = get(world, "/penalties", R.HR)["items"]
    standing = sorted((one["kind"], one["amount"]) for one in penalties if one["state"] == "final")
    assert standing == [("bonus_forfeiture", "3000.00"), ("loss_share", "2000.00")]
    _sign_gates(world, case)
    assert post(world, R.SAFETY, f"{case}/closing")["state"] == "closed"
    register = get(world, "/accident-register", R.SAFETY)["items"]
    assert [one["grade"] for one in register] == ["secondary"]


def _paper(world: World, grade: str, document: str) -> dict[str, Any]:
    now = world.clock.now()
    other = {"main": "secondary", "secondary": "main"}[grade]
    return {
        "basis": "determination", "document_no": document, "authority": "示例交警大队", "scan": PHOTO,
        "document_date": local(now).date().isoformat(), "served_at": now.isoformat(), "grade": grade,
        "parties": [{"party": OURS, "grade": grade}, {"party": "鲁B20002", "grade": other}],
    }  # fmt: skip


def _meet_and_write(world: World, case: str) -> None:
    attendees = [{"role": "line_manager", "name": "主管"}, {"role": "responsible_person", "employee": "D1"}]
    minutes = {"kind": "ordinary", "chair_name": "队长", "chair_role": "department_head", "attendees": attendees}
    post(world, R.MANAGER, f"{case}/meetings", {**minutes, "conclusion": "未保持车距"})
    for kind in ("account", "self_criticism", "prevention"):
        post(world, R.DRIVER, f"{case}/papers", {"kind": kind, "body": "本人……"})


def _live_share(world: World) -> dict[str, Any]:
    items = get(world, "/penalties", R.DRIVER)["items"]
    found: dict[str, Any] = next(one for one in items if one["kind"] == "loss_share" and one["state"] == "served")
    return found


def _pay(world: World, month: str, *, taken: str) -> None:
    payday = datetime.fromisoformat(f"{month}-28T02:00:00+00:00")
    world.clock.move_to(max(payday, world.clock.now()))
    run_due(world)
    wages = {"month": month, "wages": [{"staff_no": "D1", "gross_wage": "6000.00", "minimum_wage": "2200.00"}]}
    answer = send(world, R.FINANCE, "PUT", "/payroll/wages", wages)
    assert answer.status_code == 200, answer.text
    assert post(world, R.FINANCE, "/payroll-runs", {"month": month})["taken"] == taken


def _sign_gates(world: World, case: str) -> None:
    for gate in ("g1_cause", "g2_educated", "g3_measures", "g4_accountable"):
        post(world, R.SAFETY, f"{case}/gates", {"gate": gate, "evidence": "见卷宗"})


def _pass_days(world: World, days: int) -> None:
    for _ in range(days):
        world.clock.advance(days=1)
        run_due(world)
