"""Responsibility by HTTP: shapes, roles, what each caller may see, and a case from the paper to the closing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from models.vocabulary import AccidentState, Grade, Role
from services.clock import local
from services.transaction import WORKER
from tests.support import journey
from tests.support import responsibility as walk
from tests.support.accidents import Named, accident_in, an_employee
from tests.support.journey import codes, get, post, send
from tests.support.world import PHOTO, SIGNATURE, World

S, R = AccidentState, Role
TEXTS = ("account", "self_criticism", "prevention")


def paper(world: World, grade: str = "main", **changes: Any) -> dict[str, Any]:
    """Give the body of a complete determination of today."""
    now = world.clock.now()
    body = {
        "basis": "determination", "document_no": "第20260001号", "authority": "示例交警大队", "scan": PHOTO,
        "document_date": local(now).date().isoformat(), "served_at": now.isoformat(), "grade": grade,
        "parties": [{"party": "鲁G10001", "grade": grade}, {"party": "鲁B20002", "grade": "secondary"}],
    }  # fmt: skip
    return {**body, **changes}


def put_paper(world: World, number: str, body: dict[str, Any], role: Role = R.SAFETY) -> TestResponse:
    return send(world, role, "PUT", f"/accidents/{number}/determination", body)


def pointers(answer: TestResponse) -> list[str]:
    assert answer.status_code == 422, (answer.status_code, answer.text)
    return sorted(error["pointer"] for error in answer.json["errors"])


def test_the_grade_of_a_person_is_nobodys_to_write(lite_world: World) -> None:
    number = accident_in(lite_world, S.INVESTIGATING)
    named = send(lite_world, R.SAFETY, "PATCH", f"/accidents/{number}/people/D1", {"grade": "none"})
    assert pointers(named) == ["/grade"]
    with lite_world.runtime.begin(WORKER) as tx:
        an_employee(tx, "L1")
    body = {"employee": "L1", "role": "loader", "grade": "none"}
    assert pointers(send(lite_world, R.SAFETY, "POST", f"/accidents/{number}/people", body)) == ["/grade"]


def test_a_complete_paper_comes_back_with_its_window(world: World) -> None:
    number = walk.waiting(world)
    answer = put_paper(world, number, paper(world))
    assert answer.status_code == 200, answer.text
    assert (answer.json["grade"], answer.json["seq"], answer.json["final_at"]) == ("main", 1, None)
    assert answer.json["review_until"] == "2026-03-05T16:00:00Z"
    assert get(world, f"/accidents/{number}/determinations", R.MANAGER)["items"] == [answer.json]
    assert get(world, f"/accidents/{number}/determinations", R.DRIVER)["items"] == [answer.json]


@pytest.mark.parametrize("share", [40, 40.5, True, "40%", "-1", "1000", "33.3333333", "١٠", ""])
def test_a_share_is_a_decimal_string(lite_world: World, share: Any) -> None:
    number = accident_in(lite_world, S.INVESTIGATING)
    answer = send(lite_world, R.SAFETY, "PATCH", f"/accidents/{number}/people/D1", {"share_percent": share})
    assert pointers(answer) == ["/share_percent"]


def test_a_person_is_named_with_what_is_known(world: World) -> None:
    number = walk.waiting(world, ())
    with world.runtime.begin(WORKER) as tx:
        an_employee(tx, "D1")
    body = {
        "employee": "D1", "role": "driver", "responsible": True, "share_percent": "80.5", "violation": True,
        "fault_basis": "gross", "cause_category": "rule_broken_work", "note": "超速",
    }  # fmt: skip
    made = post(world, R.SAFETY, f"/accidents/{number}/people", body)
    assert made == get(world, f"/accidents/{number}/people", R.MANAGER)["items"][0]
    assert {name: made[name] for name in body} == body
    assert walk.driver_status(world) == "standby_pending"


def test_a_driver_reads_his_own_texts_only(world: World) -> None:
    number = accident_in(world, S.INVESTIGATING, people=[Named(), Named(staff_no="L1")])
    own = post(world, R.DRIVER, f"/accidents/{number}/papers", {"kind": "account", "body": "第一段\n第二段"})
    theirs = {"kind": "account", "body": "他的", "employee": "L1", "signature": SIGNATURE}
    post(world, R.SAFETY, f"/accidents/{number}/papers", theirs)
    post(world, R.MANAGER, f"/accidents/{number}/papers", {"kind": "opinion", "body": "处理意见"})
    assert (own["employee"], own["body"]) == ("D1", "第一段\n第二段")
    assert get(world, f"/accidents/{number}/papers", R.DRIVER)["items"] == [own]
    assert len(get(world, f"/accidents/{number}/papers", R.MANAGER)["items"]) == 3


def test_a_driver_has_no_way_into_a_case_of_others(lite_world: World) -> None:
    with lite_world.runtime.begin(WORKER) as tx:
        other = an_employee(tx, "D2").driver_id
    number = accident_in(lite_world, S.DETERMINED, people=[Named(staff_no="D2")], driver_id=other)
    calls = (
        ("GET", "determinations", None), ("GET", "papers", None),
        ("POST", "papers", {"kind": "account", "body": "x"}), ("POST", "measures/1/completion", {"note": "x"}),
    )  # fmt: skip
    for method, path, body in calls:
        assert send(lite_world, R.DRIVER, method, f"/accidents/{number}/{path}", body).status_code == 404, path


@pytest.mark.parametrize("text", ["\x00", "a\tb", "a\rb", "\x85"])
def test_a_text_has_lines_and_no_other_control_characters(lite_world: World, text: str) -> None:
    number = accident_in(lite_world, S.INVESTIGATING)
    answer = send(lite_world, R.DRIVER, "POST", f"/accidents/{number}/papers", {"kind": "account", "body": text})
    assert pointers(answer) == ["/body"]


def test_the_gates_say_what_they_need_in_the_callers_language(lite_world: World) -> None:
    number = walk.enforced(lite_world)
    gates = get(lite_world, f"/accidents/{number}/gates?lang=en", R.PRODUCTION)["gates"]
    assert [(one["gate"], one["met"]) for one in gates] == [
        ("g1_cause", True), ("g2_educated", False), ("g3_measures", False), ("g4_accountable", True),
    ]  # fmt: skip
    assert gates[2]["unmet"][0]["message"] == "There is no corrective measure"
    refusal = send(lite_world, R.SAFETY, "POST", f"/accidents/{number}/closing", {})
    assert "GATE_NOT_SIGNED" in codes(refusal)


def test_a_case_by_http_from_the_paper_to_the_closing(world: World) -> None:
    number = walk.waiting(world)
    put_paper(world, number, paper(world))
    walk.pass_days(world, 4)
    case = f"/accidents/{number}"
    attendees = [{"role": "line_manager", "name": "主管"}, {"role": "responsible_person", "employee": "D1"}]
    minutes = {"kind": "ordinary", "chair_name": "队长", "chair_role": "department_head", "attendees": attendees}
    meeting = post(world, R.MANAGER, f"{case}/meetings", {**minutes, "conclusion": "未保持车距\n疲劳"})
    assert meeting["attendees"][1] == {"name": "员工D1", "role": "responsible_person", "employee": "D1"}
    for kind in TEXTS:
        post(world, R.DRIVER, f"{case}/papers", {"kind": kind, "body": "本人……"})
    assert post(world, R.MANAGER, f"{case}/analysis")["state"] == "analysed"
    walk.decide(world, number)
    walk.pass_days(world, walk.APPEAL_DAYS)
    lesson = {
        "employee": "D1",
        "held_on": "2026-03-10",
        "trainer": "教员",
        "minutes": 480,
        "topic": "车距",
        "passed": True,
    }
    assert post(world, R.HR, f"{case}/education", lesson)["employee"] == "D1"
    planned = {"measure": "车距预警", "owner": "dispatcher", "due_on": "2026-04-01"}
    measure = post(world, R.SAFETY, f"{case}/measures", planned)
    path = f"{case}/measures/{measure['id']}"
    assert post(world, R.DISPATCHER, f"{path}/completion", {"note": "已装"})["done_by"] == "dispatcher"
    verified = post(world, R.MANAGER, f"{path}/verification", {"note": "抽查"})
    assert get(world, f"{case}/measures", R.SAFETY)["items"] == [verified]
    walk.report_five_days(world, number)
    walk.claim(world, number)
    for gate in ("g1_cause", "g2_educated", "g3_measures", "g4_accountable"):
        signed = post(world, R.SAFETY, f"{case}/gates", {"gate": gate, "evidence": "见卷宗"})
    assert [one["signed_by"] for one in signed["gates"]] == ["安全员"] * 4
    closed = post(world, R.SAFETY, f"{case}/closing")
    assert (closed["state"], closed["closed_by"]) == ("closed", "safety")
    reopened = post(world, R.MANAGER, f"{case}/reopening", {"ground": "insurer_recovery", "reason": "保险补赔"})
    assert (reopened["state"], reopened["round"]) == ("analysed", 2)


def test_a_review_and_its_result_by_http(world: World) -> None:
    number = walk.waiting(world)
    put_paper(world, number, paper(world))
    early = (world.clock.now() - timedelta(hours=1)).isoformat()
    filed = send(world, R.SAFETY, "POST", f"/accidents/{number}/review", {"reason": "对方不服", "filed_at": early})
    assert codes(filed) == ["REVIEW_BEFORE_SERVICE"]
    asked = post(world, R.SAFETY, f"/accidents/{number}/review", {"reason": "对方不服"})
    assert asked["state"] == "under_review"
    result = paper(world, "secondary", document_no="复字1号", parties=[
        {"party": "鲁G10001", "grade": "secondary"}, {"party": "鲁B20002", "grade": "main"},
    ])  # fmt: skip
    del result["basis"]
    answer = post(world, R.SAFETY, f"/accidents/{number}/review-result", result)
    assert (answer["basis"], answer["grade"]) == ("review_result", "secondary")
    assert answer["final_at"] is not None
    first = get(world, f"/accidents/{number}/determinations", R.SAFETY)["items"][1]
    assert (first["review_reason"], first["review_filed_by"]) == ("对方不服", "safety")


def test_nobody_responsible_is_signed_by_name(lite_world: World) -> None:
    number = accident_in(
        lite_world, S.DETERMINATION_FINAL, grade=Grade.NONE, people=[Named(responsible=False, violation=False)]
    )
    signed = post(lite_world, R.MANAGER, f"/accidents/{number}/none-responsible", {"reason": "对方全责"})
    assert (signed["none_responsible_by"], signed["none_responsible_reason"]) == ("manager", "对方全责")


def test_the_same_key_gives_the_same_answer_and_one_row(lite_world: World) -> None:
    number = accident_in(lite_world, S.INVESTIGATING)
    planned = {"measure": "车距预警", "owner": "dispatcher", "due_on": "2026-04-01"}
    path, key = f"/accidents/{number}/measures", {"Idempotency-Key": "m-1"}
    first = send(lite_world, R.SAFETY, "POST", path, planned, key)
    again = send(lite_world, R.SAFETY, "POST", path, planned, key)
    assert (first.status_code, again.text) == (201, first.text)
    assert len(journey.get(lite_world, path, R.SAFETY)["items"]) == 1
