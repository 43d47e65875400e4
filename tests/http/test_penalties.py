"""Penalties over the API: computed proposals, approval, service, appeal, and who sees what."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from models.vocabulary import FaultBasis, InvolvedRole, LossKind, Role
from tests.support.accidents import Named, accident_in
from tests.support.journey import codes, get, post, send
from tests.support.penalties import enforced, served
from tests.support.world import SIGNATURE, World

LOSS = [(LossKind.OWN_VEHICLE, 3_000_000)]
PEOPLE = (Named(share=80), Named(staff_no="L1", role=InvolvedRole.LOADER, share=20))
OPINION = {"opinion": "按制度处理。\n责任人已检查。"}


def case(world: World, **changes: Any) -> str:
    return accident_in(world, **{"losses": LOSS, "recovered_fen": 2_200_000, **changes})


def proposed(world: World, number: str, role: Role = Role.SAFETY, **body: Any) -> TestResponse:
    return send(world, role, "POST", f"/accidents/{number}/penalty-proposal", {**OPINION, **body})


def numbers(world: World, number: str) -> list[str]:
    return [one["number"] for one in get(world, f"/accidents/{number}/penalty-proposal", Role.HR)["penalties"]]


def serve(world: World, penalty: str, **changes: Any) -> TestResponse:
    return send(
        world, Role.HR, "POST", f"/penalties/{penalty}/service", {"mode": "signed", "receipt": SIGNATURE, **changes}
    )


def test_e01_from_the_proposal_to_the_signed_decision(world: World) -> None:
    number = case(world)
    made = proposed(world, number)
    assert made.status_code == 201, made.text
    view = made.json
    assert (view["gross"], view["burden"], view["basis"], view["recovered"], view["net"]) == (
        "30000.00", "30000.00", "estimate", "22000.00", "8000.00",
    )  # fmt: skip
    assert (view["opinion"], view["proposed_by"], view["approvals_missing"]) == (
        OPINION["opinion"], "safety", ["manager"],
    )  # fmt: skip
    loss, bonus = view["penalties"]
    assert (loss["kind"], loss["amount"], loss["employee"]["staff_no"]) == ("loss_share", "8000.00", "D1")
    assert (bonus["kind"], bonus["amount"], bonus["bonus_year"]) == ("bonus_forfeiture", "3000.00", 2026)
    approved = post(world, Role.MANAGER, f"/accidents/{number}/penalty-proposal/approvals")
    assert (approved["state"], approved["approvals"][0]["by"]) == ("approved", "manager")
    answer = serve(world, loss["number"])
    assert (answer.status_code, answer.json["state"], answer.headers["ETag"]) == (200, "served", '"v3"')
    assert answer.json["appeal_until"] == "2026-03-07T16:00:00Z"
    assert answer.json["reason"].endswith("应承担8000.00元。")


def test_an_appeal_by_the_driver_and_its_answer(world: World) -> None:
    number = case(world)
    loss, _bonus = served(world, number)
    appealed = post(world, Role.DRIVER, f"/penalties/{loss}/appeal", {"appeal": "比例过高"})
    assert (appealed["state"], appealed["appeal"]) == ("appealed", "比例过高")
    decision = {"outcome": "upheld", "answer": "维持"}
    made = post(world, Role.GENERAL_MANAGER, f"/penalties/{loss}/appeal-decision", decision)
    assert (made["appeal_outcome"], made["appeal_answer"], made["state"]) == ("upheld", "维持", "appealed")


def test_e15_a_warning_is_said_in_the_callers_language(world: World) -> None:
    number = case(world, people=(Named(fault_basis=FaultBasis.ORDINARY),))
    view = proposed(world, number).json
    assert [one["code"] for one in view["warnings"]] == ["RECOURSE_NEEDS_GROSS_NEGLIGENCE"]
    assert "民法典第1191条" in view["penalties"][0]["warnings"][0]["message"]
    assert view["approvals_missing"] == ["manager", "second_approver"]
    english = send(
        world, Role.HR, "GET", f"/accidents/{number}/penalty-proposal", headers={"Accept-Language": "en"}
    ).json
    assert "Civil Code 1191" in english["warnings"][0]["message"]


def test_a_proposal_is_sent_back_with_a_reason(world: World) -> None:
    number = case(world)
    proposed(world, number)
    made = post(world, Role.MANAGER, f"/accidents/{number}/penalty-proposal/rejection", {"reason": "证据不足"})
    assert (made["state"], made["end_reason"]) == ("rejected", "证据不足")
    assert proposed(world, number).json["seq"] == 2


def test_the_same_key_proposes_once(world: World) -> None:
    number = case(world)
    key = {"Idempotency-Key": "p-1"}
    answers = [
        send(world, Role.SAFETY, "POST", f"/accidents/{number}/penalty-proposal", OPINION, key) for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].text == answers[1].text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"opinion": ""},
        {"opinion": "x", "amount": "1.00"},
        {"opinion": "x", "grade": "full"},
        {"opinion": "x", "fines": [{"employee": "D1", "amount": "0.00"}]},
        {"opinion": "x", "fines": [{"employee": "D1", "amount": "1.00"}] * 2},
    ],
)
def test_nobody_types_in_an_amount_or_a_grade(lite_world: World, body: dict[str, Any]) -> None:
    number = case(lite_world)
    answer = send(lite_world, Role.SAFETY, "POST", f"/accidents/{number}/penalty-proposal", body)
    assert answer.status_code == 422, answer.text


def test_each_refusal_has_its_own_code(world: World) -> None:
    number = case(world)
    proposed(world, number, Role.MANAGER)
    path = f"/accidents/{number}/penalty-proposal"
    assert codes(send(world, Role.PRODUCTION, "POST", f"{path}/approvals")) == ["APPROVER_LACKS_CAPACITY"]
    post(world, Role.GENERAL_MANAGER, f"{path}/approvals")
    loss, _bonus = numbers(world, number)
    assert codes(serve(world, loss, receipt="c" * 64)) == ["FILE_UNKNOWN"]
    assert codes(serve(world, loss, mode="witnessed_refusal")) == ["WITNESS_MISSING"]
    decision = {"outcome": "upheld", "answer": "x"}
    answer = send(world, Role.PRODUCTION, "POST", f"/penalties/{loss}/appeal-decision", decision)
    assert codes(answer) == ["NO_APPEAL_OPEN"]


def test_finance_sees_what_is_approved_and_nothing_before(world: World) -> None:
    number = case(world)
    proposed(world, number)
    loss, _bonus = numbers(world, number)
    assert send(world, Role.FINANCE, "GET", f"/penalties/{loss}").status_code == 404
    assert get(world, "/penalties", Role.FINANCE)["items"] == []
    post(world, Role.MANAGER, f"/accidents/{number}/penalty-proposal/approvals")
    assert get(world, f"/penalties/{loss}", Role.FINANCE)["amount"] == "8000.00"
    assert len(get(world, "/penalties", Role.FINANCE)["items"]) == 2


def test_a_driver_sees_his_own_once_it_was_served(world: World) -> None:
    number = case(world, people=PEOPLE)
    proposed(world, number)
    post(world, Role.MANAGER, f"/accidents/{number}/penalty-proposal/approvals")
    mine, _bonus, his, _other = numbers(world, number)
    assert send(world, Role.DRIVER, "GET", f"/penalties/{mine}").status_code == 404
    serve(world, mine)
    serve(world, his)
    assert [one["number"] for one in get(world, "/penalties", Role.DRIVER)["items"]] == [mine]
    assert send(world, Role.DRIVER, "GET", f"/penalties/{his}").status_code == 404
    assert get(world, "/penalties", Role.DISPATCHER)["items"] == []


def test_penalties_are_listed_newest_first_and_filtered(world: World) -> None:
    first, second = case(world, people=PEOPLE), case(world)
    enforced(world, first)
    proposed(world, second)
    everything = get(world, "/penalties", Role.HR)["items"]
    assert [one["accident"] for one in everything] == [second] * 2 + [first] * 4
    kept = {
        f"accident={first}": 4, "state=proposed": 2, "kind=loss_share": 3, "employee=L1": 2,
        f"accident={first}&kind=bonus_forfeiture&employee=D1": 1,
    }  # fmt: skip
    found = {query: len(get(world, f"/penalties?{query}", Role.HR)["items"]) for query in kept}
    assert found == kept
    page = get(world, "/penalties?limit=4", Role.HR)
    rest = get(world, f"/penalties?limit=4&cursor={page['next_cursor']}", Role.HR)
    assert [one["number"] for one in page["items"] + rest["items"]] == [one["number"] for one in everything]


def test_what_is_absent_is_not_found(lite_world: World) -> None:
    number = case(lite_world)
    assert send(lite_world, Role.HR, "GET", f"/accidents/{number}/penalty-proposal").status_code == 404
    assert send(lite_world, Role.HR, "GET", "/penalties/CF-20990101-0001").status_code == 404
    assert proposed(lite_world, "SG-20990101-0001").status_code == 404
