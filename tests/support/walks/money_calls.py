"""Calls about the money of an accident, the decisions on it, and the end of the case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.penalties import InsuranceClaim, LossItem, Recovery
from models.responsibility import CorrectiveMeasure
from models.vocabulary import AccidentGate, AppealOutcome, LossKind, PenaltyState, RecoveryKind, ReopeningGround, Role
from tests.support.walks.calls import PEOPLE, Call, Case, Dice, Make
from tests.support.world import SIGNATURE

R = Role
KEEPERS = (R.SAFETY, R.FINANCE)


def loss(case: Case, dice: Dice) -> Call:
    amount = dice.mostly("25000.00", "15000.00", "0.01", "333.33")
    body = {
        "kind": dice.mostly("own_vehicle", *(one.value for one in LossKind)),
        "amount": amount,
        "description": "定损单",
    }
    return Call("POST", f"{case.path}/losses", body, (R.FINANCE, R.SAFETY))


def strike_loss(case: Case, dice: Dice) -> Call:
    return _struck(case, "losses", dice.one(case.ids(LossItem)))


def recovery(case: Case, dice: Dice) -> Call:
    amount = dice.one(("20000.00", "10000.00", "0.01", "99999999.99"))
    body = {"kind": dice.one(tuple(one.value for one in RecoveryKind)), "amount": amount}
    return Call("POST", f"{case.path}/recoveries", {**body, "received_on": case.day(dice.mostly(0, 1))}, (R.FINANCE,))


def strike_recovery(case: Case, dice: Dice) -> Call:
    return _struck(case, "recoveries", dice.one(case.ids(Recovery)))


def _struck(case: Case, what: str, row: int) -> Call:
    return Call("POST", f"{case.path}/{what}/{row}/striking", {"reason": "重复录入"}, (R.FINANCE, R.SAFETY))


def settlement(case: Case, dice: Dice) -> Call:
    paid = dice.one(("0.00", "18000.00", "61234.56"))
    body = {"paid": paid, "document": "调解书", "settled_on": case.day(dice.mostly(0, 1))}
    return Call("POST", f"{case.path}/settlement", body, (R.FINANCE, R.SAFETY))


def claim(case: Case, dice: Dice) -> Call:
    body = {"kind": dice.mostly("commercial", "compulsory"), "insurer": dice.mostly("示例财险", "另一财险")}
    body |= {} if dice.rarely() else {"claim_no": "C-1"}
    return Call("POST", f"{case.path}/claims", body, (R.SAFETY, R.FINANCE))


def _of_claim(step: str, roles: tuple[Role, ...], **body: str) -> Make:
    def made(case: Case, dice: Dice) -> Call:
        day = {"received_on": case.day()} if step == "settlement" else {}
        path = f"{case.path}/claims/{dice.one(case.ids(InsuranceClaim))}/{step}"
        return Call("POST", path, {**body, **day}, roles)

    return made


def proposal(case: Case, dice: Dice) -> Call:
    body: dict[str, Any] = {"opinion": "按制度处理", **({"profile": "prudent"} if dice.rarely() else {})}
    if dice.rarely():
        body["fines"] = [{"employee": dice.one(PEOPLE), "amount": "100.00"}]
    return Call("POST", f"{case.path}/penalty-proposal", body, (R.MANAGER, R.MANAGER, R.SAFETY, R.PRODUCTION))


def approval(case: Case, dice: Dice) -> Call:
    path = f"{case.path}/penalty-proposal/approvals"
    return Call("POST", path, {}, (R.MANAGER, R.PRODUCTION, R.GENERAL_MANAGER))


def rejection(case: Case, dice: Dice) -> Call:
    roles = (R.MANAGER, R.PRODUCTION, R.GENERAL_MANAGER)
    return Call("POST", f"{case.path}/penalty-proposal/rejection", {"reason": "重新计算"}, roles)


def _penalty(case: Case, dice: Dice, state: PenaltyState) -> str:
    usual = case.penalties(state)
    return dice.one(usual if usual and not dice.rarely() else case.penalties() or ["CF-20260302-9999"])


def service(case: Case, dice: Dice) -> Call:
    signed: dict[str, Any] = {"mode": "signed", "receipt": SIGNATURE}
    refused = {"mode": "witnessed_refusal", "witness": dice.one(("王见证", "驾驶员D1", "人事"))}
    early = {"occurred_at": case.at(days=3)} if dice.rarely() else {}
    body = {**dice.mostly(signed, refused, {"mode": "signed"}), **early}
    return Call("POST", f"/penalties/{_penalty(case, dice, PenaltyState.APPROVED)}/service", body, (R.HR,))


def appeal(case: Case, dice: Dice) -> Call:
    number = _penalty(case, dice, PenaltyState.SERVED)
    return Call("POST", f"/penalties/{number}/appeal", {"appeal": "雨天路滑"}, (R.DRIVER, R.HR))


def appeal_decision(case: Case, dice: Dice) -> Call:
    body = {"outcome": dice.one(tuple(one.value for one in AppealOutcome)), "answer": "监控显示车距不足"}
    number = _penalty(case, dice, PenaltyState.APPEALED)
    roles = (R.HR, R.HR, R.MANAGER, R.PRODUCTION, R.GENERAL_MANAGER)
    return Call("POST", f"/penalties/{number}/appeal-decision", body, roles)


def education(case: Case, dice: Dice, employee: str | None = None) -> Call:
    body = {"employee": employee or dice.one(PEOPLE), "held_on": case.day(dice.mostly(0, 1, -90)), "trainer": "教员"}
    lesson = {"minutes": 480, "topic": "车距", "passed": not dice.rarely()}
    return Call("POST", f"{case.path}/education", {**body, **lesson}, (R.HR, R.SAFETY, R.MANAGER))


def measure(case: Case, dice: Dice) -> Call:
    body = {
        "measure": "车距预警",
        "owner": dice.mostly("dispatcher", "nobody"),
        "due_on": case.day(dice.mostly(30, -1)),
    }
    return Call("POST", f"{case.path}/measures", body, (R.SAFETY, R.MANAGER, R.PRODUCTION))


def completion(case: Case, dice: Dice) -> Call:
    path = f"{case.path}/measures/{dice.one(case.ids(CorrectiveMeasure))}/completion"
    return Call("POST", path, {"note": "已装"}, (R.DISPATCHER, R.SAFETY))


def verification(case: Case, dice: Dice) -> Call:
    path = f"{case.path}/measures/{dice.one(case.ids(CorrectiveMeasure))}/verification"
    return Call("POST", path, {"note": "抽查", "effective": not dice.rarely()}, (R.MANAGER, R.PRODUCTION))


def gate(case: Case, dice: Dice, which: str | None = None) -> Call:
    body = {"gate": which or dice.one(tuple(one.value for one in AccidentGate)), "evidence": dice.mostly("见卷宗", " ")}
    return Call("POST", f"{case.path}/gates", body, (R.SAFETY, R.MANAGER, R.PRODUCTION))


def closing(case: Case, dice: Dice) -> Call:
    return Call("POST", f"{case.path}/closing")


def reopening(case: Case, dice: Dice) -> Call:
    body = {"ground": dice.one(tuple(one.value for one in ReopeningGround)), "reason": "新证据"}
    return Call("POST", f"{case.path}/reopening", body, (R.SAFETY, R.MANAGER, R.GENERAL_MANAGER))


def sheet(case: Case, dice: Dice) -> Call:
    """Read something of the case."""
    parts = ("", "/clocks", "/gates", "/people", "/determinations", "/penalty-proposal", "/losses", "/claims", "/harm",
             "/reports", "/papers", "/measures", "/education", "/meetings")  # fmt: skip
    lists = ("/penalties", "/accidents", "/employees/D1/statement", "/drivers/D1/off-posts", "/accident-register",
             "/tasks", "/payroll-runs", "/payroll/deductions")  # fmt: skip
    pages = [f"/document-pages/{kind}/{case.number}" for kind in ("accident_form", "quick_report", "follow_up_report")]
    decisions = [f"/document-pages/penalty_decision/{one}" for one in case.penalties()]
    path = dice.one((*(case.path + part for part in parts), *lists, *pages, *decisions))
    return Call("GET", path, {}, (R.SAFETY, R.MANAGER, R.HR, R.FINANCE, R.DRIVER))


MONEY: Mapping[str, Make] = {
    "loss": loss, "strike_loss": strike_loss, "recovery": recovery, "strike_recovery": strike_recovery,
    "settlement": settlement, "claim": claim, "assessment": _of_claim("assessment", KEEPERS, assessed="20000.00"),
    "filing": _of_claim("filing", KEEPERS), "payment": _of_claim("settlement", KEEPERS, paid="10000.00"),
    "waiver": _of_claim("waiver", (R.MANAGER, R.GENERAL_MANAGER), reason="免赔额以内"),
}  # fmt: skip
DECISION: Mapping[str, Make] = {
    "proposal": proposal, "approval": approval, "rejection": rejection, "service": service, "appeal": appeal,
    "appeal_decision": appeal_decision,
}  # fmt: skip
ENDING: Mapping[str, Make] = {
    "education": education, "measure": measure, "completion": completion, "verification": verification, "gate": gate,
    "closing": closing, "reopening": reopening, "sheet": sheet,
}  # fmt: skip
