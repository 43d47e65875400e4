"""Calls from the report of an accident to its analysis, most of them lawful, with a plausible body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.vocabulary import AccidentPaper, CauseCategory, FaultBasis, Grade, Role
from tests.support.walks.calls import PEOPLE, Call, Case, Dice, Make
from tests.support.world import PHOTO, SIGNATURE

R = Role
PLATES = ("鲁G10002", "鲁G10003")
OURS, THEIRS = "鲁G10001", "鲁B20002"
COUNTERPART = {"full": "none", "none": "full", "main": "secondary", "secondary": "main"}
GRADES = tuple(one.value for one in Grade)
SEVEN = ("scene", "outline", "loss", "cause", "measures", "contact", "other")
HARMS: tuple[dict[str, Any], ...] = (
    {"slightly_hurt": 1, "property": "20000.00"}, {"property": "800.00"}, {"seriously_hurt": 2, "property": "0.00"},
    {"dead": 1, "property": "120000.00"}, {"dead": 3, "missing": 1, "property": "60000.00"},
)  # fmt: skip
BASES = ("determination", "determination", "summary_procedure", "agreement", "certificate", "review_result")


def told_harm(dice: Dice) -> dict[str, Any]:
    """Give some harm, most often slight."""
    return dict(dice.mostly(HARMS[0], *HARMS[1:]))


def report(case: Case, dice: Dice) -> Call:
    """Report another accident: the driver on the road by one touch, or the desk of a truck outside any trip."""
    if dice.one((True, False)):
        return Call("POST", "/accidents", {"sos": True, "occurred_at": case.at()}, (R.DRIVER,))
    body = {
        "vehicle": dice.one(PLATES), "driver": dice.one(("D1", "D2")), "place": "京沪高速 K120", "outline": "追尾前车",
        "harm": told_harm(dice), "hit_and_run": dice.rarely(), "occurred_at": case.at(), "police_told_at": case.at(),
    }  # fmt: skip
    return Call("POST", "/accidents", body, (R.DISPATCHER, R.SAFETY, R.MANAGER))


def response(case: Case, dice: Dice) -> Call:
    body = {"responder": "安全员", "cargo_action": dice.one(("stays", "held", "no_cargo"))}
    return Call("POST", f"{case.path}/response", body if dice.rarely() else {**body, "record": "现场勘查记录"})


def case_record(case: Case, dice: Dice) -> Call:
    return Call("POST", f"{case.path}/case-record", {"record": dice.mostly("现场勘查记录", "　")})


def first_response(case: Case, dice: Dice) -> Call:
    items = [{"item": dice.one(("vehicle_stopped", "injured_rescued", "police_called")), "done": not dice.rarely()}]
    return Call("POST", f"{case.path}/first-response", {"items": items}, (R.DRIVER, R.SAFETY))


def emergency_plan(case: Case, dice: Dice) -> Call:
    items = [{"item": dice.one(("general_manager_told", "plan_started", "families_told"))}]
    return Call("POST", f"{case.path}/emergency-plan", {"items": items}, (R.SAFETY, R.PRODUCTION, R.GENERAL_MANAGER))


def harm(case: Case, dice: Dice) -> Call:
    body = {"harm": dict(dice.one(HARMS)), "reason": "医院续报", "learned_at": case.at(hours=dice.mostly(0, 1, -2))}
    return Call("POST", f"{case.path}/harm", body, (R.DISPATCHER, R.SAFETY))


def sent(case: Case, dice: Dice, kind: str | None = None) -> Call:
    kind = kind or dice.one(("police", "insurer", "oral", "quick_form", "written", "follow_up"))
    usual = {"police": ["police"], "insurer": ["insurer"]}.get(kind, ["superior_authority", "government"])
    blocks = {"follow_up": {"what_changed": "一人转院"}, "oral": {}, "police": {}, "insurer": {}}
    told = blocks.get(kind, dict.fromkeys(SEVEN, "见卷宗"))
    body = {"kind": kind, "recipients": dice.mostly(usual, ["company"]), "blocks": told}
    return Call("POST", f"{case.path}/reports", body, (R.SAFETY, R.MANAGER))


def five_day_record(case: Case, dice: Dice) -> Call:
    body = {"account": "当日 14 时追尾", "opinion": dice.mostly("待责任认定后处理", " ")}
    return Call("POST", f"{case.path}/record", body, (R.SAFETY, R.MANAGER))


def investigation(case: Case, dice: Dice) -> Call:
    body = {"investigated_at": case.at(days=dice.mostly(0, 30, -1))}
    procedure = dice.mostly("determination", "summary_procedure", "agreement")
    return Call("POST", f"{case.path}/investigation", {**body, "procedure": procedure})


def void(case: Case, dice: Dice) -> Call:
    return Call("POST", f"{case.path}/void", {"reason": "误报"})


def void_decision(case: Case, dice: Dice) -> Call:
    body = {"approve": dice.one((True, False)), "reason": "已核实"}
    return Call("POST", f"{case.path}/void/decision", body, (R.MANAGER, R.GENERAL_MANAGER))


def paper(case: Case, dice: Dice, basis: str) -> dict[str, Any]:
    """Give the card of a paper on responsibility, now and then one that no police would issue."""
    grade = "undetermined" if basis == "certificate" else dice.one(("main", "main", "secondary", *GRADES))
    ours, theirs = grade, COUNTERPART.get(grade, grade)
    made = {
        "basis": basis, "document_no": f"第{dice.one(range(100_000))}号", "authority": "示例交警大队", "scan": PHOTO,
        "document_date": case.day(), "served_at": case.at(days=dice.mostly(0, 2, -1)), "grade": grade,
        "parties": [{"party": OURS, "grade": ours}, {"party": THEIRS, "grade": dice.mostly(theirs, "full")}],
        "mitigation": "已主动返回现场",
    }  # fmt: skip
    lacking = dice.mostly("", "scan", "document_no", "authority", "served_at")
    return {name: value for name, value in made.items() if name != lacking}


def determination(case: Case, dice: Dice) -> Call:
    return Call("PUT", f"{case.path}/determination", paper(case, dice, dice.one(BASES)))


def review(case: Case, dice: Dice) -> Call:
    return Call("POST", f"{case.path}/review", {"reason": "对方变道", "filed_at": case.at(days=dice.mostly(0, 1, 9))})


def review_result(case: Case, dice: Dice) -> Call:
    basis = dice.mostly("review_result", "determination")
    return Call("POST", f"{case.path}/review-result", paper(case, dice, basis))


def cause(case: Case, dice: Dice) -> Call:
    category = dice.mostly("rule_broken_work", *(one.value for one in CauseCategory))
    body = {"cause": "跟车过近", "category": category, "evidence": [PHOTO]}
    return Call("PUT", f"{case.path}/cause", body, (R.SAFETY, R.MANAGER, R.PRODUCTION))


def assessment(dice: Dice) -> dict[str, Any]:
    """Give what is found of a person of ours."""
    return {
        "responsible": not dice.rarely(), "share_percent": dice.mostly("60", "100", "40", "12.345678", "0"),
        "violation": not dice.rarely(), "fault_basis": dice.mostly("gross", *(one.value for one in FaultBasis)),
        "cause_category": "rule_broken_work",
    }  # fmt: skip


def person(case: Case, dice: Dice) -> Call:
    body = {"employee": dice.mostly("D1", *PEOPLE, "D9"), "role": dice.mostly("driver", "co_driver", "other")}
    known = {} if dice.rarely() else assessment(dice)
    return Call("POST", f"{case.path}/people", {**body, **known}, (R.SAFETY, R.MANAGER))


def person_change(case: Case, dice: Dice, staff_no: str | None = None) -> Call:
    who = staff_no or dice.one(PEOPLE)
    return Call("PATCH", f"{case.path}/people/{who}", assessment(dice), (R.SAFETY, R.MANAGER))


def meeting(case: Case, dice: Dice) -> Call:
    major = dice.one((True, False))
    heads = [{"role": "line_manager", "name": "主管"}, {"role": "department_head", "name": "队长"}]
    there = [{"role": "responsible_person", "employee": one} for one in PEOPLE]
    body = {
        "kind": "major" if major else "ordinary", "chair_name": "主持人", "conclusion": "未保持安全距离",
        "chair_role": "production" if major else "department_head",
        "attendees": [*heads, *there][dice.mostly(0, 1) : dice.mostly(9, 3)],
    }  # fmt: skip
    return Call("POST", f"{case.path}/meetings", body, (R.MANAGER, R.PRODUCTION, R.SAFETY))


def text(case: Case, dice: Dice, kind: str | None = None, employee: str | None = None) -> Call:
    kind = kind or dice.one(tuple(one.value for one in AccidentPaper))
    if kind in {"written_report", "report_form", "opinion"}:
        return Call("POST", f"{case.path}/papers", {"kind": kind, "body": "内容"}, (R.SAFETY, R.MANAGER))
    if employee in {None, "D1"} and dice.one((True, False)):
        return Call("POST", f"{case.path}/papers", {"kind": kind, "body": "本人……"}, (R.DRIVER,))
    signed = {} if dice.rarely() else {"signature": SIGNATURE}
    body = {"kind": kind, "body": "本人……", "employee": employee or dice.one(PEOPLE), **signed}
    return Call("POST", f"{case.path}/papers", body, (R.SAFETY, R.MANAGER))


def analysis(case: Case, dice: Dice) -> Call:
    return Call("POST", f"{case.path}/analysis", {}, (R.MANAGER, R.PRODUCTION))


def none_responsible(case: Case, dice: Dice) -> Call:
    return Call("POST", f"{case.path}/none-responsible", {"reason": "对方全责"}, (R.SAFETY, R.MANAGER))


def off_post(case: Case, dice: Dice) -> Call:
    return Call("POST", f"/drivers/{dice.one(('D1', 'D2'))}/off-post", {"accident": case.number}, (R.SAFETY, R.MANAGER))


def reinstatement(case: Case, dice: Dice) -> Call:
    return Call("POST", f"/drivers/{dice.one(('D1', 'D2'))}/reinstatement", {"reason": "教育合格"})


def details(case: Case, dice: Dice) -> Call:
    tag = f'"v{case.version() + dice.mostly(0, -1)}"'
    body = {"outline": "追尾前车，货箱变形", "hit_and_run": dice.rarely(), "form": {"weather": "雨"}}
    return Call("PATCH", case.path, body, (R.SAFETY, R.DISPATCHER, R.MANAGER), {"If-Match": tag})


def cargo_action(case: Case, dice: Dice) -> Call:
    body = {"action": dice.one(("stays", "held", "no_cargo"))}
    return Call("POST", f"{case.path}/cargo-action", body, (R.DISPATCHER, R.SAFETY))


SCENE: Mapping[str, Make] = {
    "report": report, "response": response, "case_record": case_record, "first_response": first_response,
    "emergency_plan": emergency_plan, "harm": harm, "sent": sent, "five_day_record": five_day_record,
    "investigation": investigation, "void": void, "void_decision": void_decision,
    "cargo_action": cargo_action,
    "details": details,
}  # fmt: skip
RESPONSIBILITY: Mapping[str, Make] = {
    "determination": determination, "review": review, "review_result": review_result, "cause": cause,
    "person": person, "person_change": person_change, "meeting": meeting, "text": text, "analysis": analysis,
    "none_responsible": none_responsible, "off_post": off_post, "reinstatement": reinstatement,
}  # fmt: skip
