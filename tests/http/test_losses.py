"""Losses, recoveries and claims over the API: money is a string, what is struck out stays to be read."""

from __future__ import annotations

from typing import Any

import pytest

from models.vocabulary import AccidentState, Grade, LossKind, Role
from tests.support.accidents import accident_in
from tests.support.journey import codes, get, post, send
from tests.support.penalties import enforced
from tests.support.world import PHOTO, World

LOSS = {"kind": "cargo", "amount": "10000.01", "description": "电缆 3 盘", "evidence": [PHOTO]}
CLAIM = {"kind": "commercial", "insurer": "示例财险", "policy_no": "P-1"}


def test_what_was_lost_and_what_came_back(world: World) -> None:
    number = accident_in(world, AccidentState.DETERMINED, grade=Grade.EQUAL)
    case = f"/accidents/{number}"
    made = post(world, Role.SAFETY, f"{case}/losses", LOSS)
    assert (made["amount"], made["evidence"], made["struck_at"]) == ("10000.01", [PHOTO], None)
    back = {"kind": "counterparty", "amount": "100.00", "received_on": "2026-03-01"}
    post(world, Role.FINANCE, f"{case}/recoveries", back)
    view = get(world, f"{case}/losses", Role.FINANCE)
    assert (view["figures"]["burden"], view["figures"]["net"]) == ("5000.01", "4900.01")
    paid = {"paid": "0.00", "document": "调解书", "settled_on": "2026-03-02"}
    assert post(world, Role.FINANCE, f"{case}/settlement", paid)["paid"] == "0.00"
    struck = post(world, Role.SAFETY, f"{case}/losses/{made['id']}/striking", {"reason": "重复"})
    assert (struck["struck_by"], struck["struck_reason"]) == ("safety", "重复")
    again = send(world, Role.SAFETY, "POST", f"{case}/losses/{made['id']}/striking", {"reason": "重复"})
    assert codes(again) == ["STRUCK_ALREADY"]
    (recovery,) = view["recoveries"]
    post(world, Role.FINANCE, f"{case}/recoveries/{recovery['id']}/striking", {"reason": "退回"})
    view = get(world, f"{case}/losses", Role.HR)
    assert view["figures"] == {
        "grade": "equal", "gross": "0.00", "burden": "0.00", "basis": "actual", "recovered": "0.00", "net": "0.00",
        "spill_fines": "0.00",
    }  # fmt: skip


def test_a_claim_from_the_call_to_the_payment(world: World) -> None:
    number = accident_in(world, losses=[(LossKind.OWN_VEHICLE, 3_000_000)])
    claims = f"/accidents/{number}/claims"
    answer = send(world, Role.SAFETY, "POST", claims, CLAIM)
    assert (answer.status_code, answer.headers["ETag"], answer.json["state"]) == (201, '"v1"', "notified")
    one = f"{claims}/{answer.json['id']}"
    assert post(world, Role.SAFETY, f"{one}/assessment", {"assessed": "25000.00"})["assessed"] == "25000.00"
    assert codes(send(world, Role.SAFETY, "POST", f"{one}/filing", {})) == ["CLAIM_NO_MISSING"]
    assert post(world, Role.SAFETY, f"{one}/filing", {"claim_no": "PA-1"})["claim_no"] == "PA-1"
    paid = {"paid": "22000.00", "received_on": "2026-03-02"}
    assert post(world, Role.FINANCE, f"{one}/settlement", paid)["state"] == "settled"
    assert codes(send(world, Role.MANAGER, "POST", f"{one}/waiver", {"reason": "x"})) == ["MOVE_NOT_ALLOWED"]
    assert [each["state"] for each in get(world, claims, Role.FINANCE)["items"]] == ["settled"]
    (recovery,) = get(world, f"/accidents/{number}/losses", Role.FINANCE)["recoveries"]
    assert (recovery["amount"], recovery["claim_id"]) == ("22000.00", answer.json["id"])


def test_a_claim_is_waived_by_a_manager(world: World) -> None:
    number = accident_in(world)
    claim = post(world, Role.SAFETY, f"/accidents/{number}/claims", CLAIM)
    path = f"/accidents/{number}/claims/{claim['id']}/waiver"
    assert send(world, Role.SAFETY, "POST", path, {"reason": "x"}).status_code == 403
    assert post(world, Role.MANAGER, path, {"reason": "低于免赔额"})["end_reason"] == "低于免赔额"


def test_money_after_enforcement_takes_the_case_up_again(world: World) -> None:
    number = accident_in(world, losses=[(LossKind.OWN_VEHICLE, 100_000)])
    enforced(world, number)
    back = {"kind": "commercial", "amount": "300.00", "received_on": "2026-03-02"}
    post(world, Role.FINANCE, f"/accidents/{number}/recoveries", back)
    opinion = {"opinion": "保险赔付后重新计算"}
    made = post(world, Role.SAFETY, f"/accidents/{number}/penalty-proposal", opinion)
    assert [one["amount"] for one in made["penalties"]] == ["700.00", "3000.00"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("losses", {**LOSS, "amount": "0.00"}),
        ("losses", {**LOSS, "amount": "-1.00"}),
        ("losses", {**LOSS, "amount": "1.0"}),
        ("losses", {**LOSS, "kind": "fine"}),
        ("losses", {**LOSS, "grade": "full"}),
        ("recoveries", {"kind": "commercial", "amount": "5.00", "received_on": "2026-02-30"}),
        ("claims", {**CLAIM, "kind": "counterparty"}),
        ("claims/1/settlement", {"paid": "0.00", "received_on": "2026-03-02"}),
    ],
)
def test_money_and_words_have_one_form(lite_world: World, path: str, body: dict[str, Any]) -> None:
    number = accident_in(lite_world)
    answer = send(lite_world, Role.FINANCE, "POST", f"/accidents/{number}/{path}", body)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("path", ["losses/9/striking", "recoveries/9/striking", "losses/99999999999999999999/striking"])
def test_what_is_absent_is_not_found(lite_world: World, path: str) -> None:
    number = accident_in(lite_world)
    assert send(lite_world, Role.FINANCE, "POST", f"/accidents/{number}/{path}", {"reason": "x"}).status_code == 404
    absent = send(lite_world, Role.FINANCE, "POST", f"/accidents/SG-20990101-0001/{path}", {"reason": "x"})
    assert absent.status_code == 404


def test_a_claim_in_a_body_is_one_of_this_accident(lite_world: World) -> None:
    number = accident_in(lite_world)
    back = {"kind": "commercial", "amount": "1.00", "received_on": "2026-03-02", "claim": 9}
    answer = send(lite_world, Role.FINANCE, "POST", f"/accidents/{number}/recoveries", back)
    assert codes(answer) == ["REFERENCE_UNKNOWN"]
