"""The payroll by HTTP: money as strings only, lists, batches that can be checked by their hash, statements."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from werkzeug.test import TestResponse

from models.vocabulary import Role
from tests.support import journey
from tests.support.journey import get, send
from tests.support.payroll import employ, owing
from tests.support.world import World

MONTH = "2026-03"
WAGE = {"staff_no": "D1", "gross_wage": "6000.00"}


def put_wages(world: World, *wages: dict[str, Any], month: str = MONTH) -> TestResponse:
    body = {"month": month, "wages": list(wages or (WAGE,))}
    return send(world, Role.FINANCE, "PUT", "/payroll/wages", body)


def run(world: World) -> TestResponse:
    return send(world, Role.FINANCE, "POST", "/payroll-runs", {"month": MONTH})


def export(world: World, **more: Any) -> TestResponse:
    return send(world, Role.FINANCE, "POST", "/payroll-exports", {"month": MONTH, **more})


@pytest.fixture
def paid(lite_world: World) -> World:
    """D1 owes 8,000.00, and March took 1,200.00 of it."""
    owing(lite_world, "D1", 800_000)
    assert put_wages(lite_world).json == {"month": MONTH, "recorded": 1, "amended": 0, "unchanged": 0}
    answer = run(lite_world)
    assert answer.json == {"month": MONTH, "runs": 1, "people": 1, "taken": "1200.00", "left": []}
    return lite_world


def test_wages_runs_and_deductions_are_listed_with_money_as_strings(paid: World) -> None:
    (wage,) = get(paid, f"/payroll/wages?month={MONTH}", Role.HR)["items"]
    assert (wage["staff_no"], wage["gross_wage"], wage["minimum_wage"], wage["taken"]) == (
        "D1", "6000.00", "2200.00", "1200.00",
    )  # fmt: skip
    (made,) = get(paid, f"/payroll-runs?month={MONTH}", Role.HR)["items"]
    assert (made["seq"], made["people"], made["taken"], made["ran_by"]) == (1, 1, "1200.00", "finance")
    (deduction,) = get(paid, f"/payroll/deductions?month={MONTH}&staff_no=D1", Role.FINANCE)["items"]
    assert (deduction["owed"], deduction["taken"]) == ("8000.00", "1200.00")
    assert [part["taken"] for part in deduction["parts"]] == ["1200.00"]
    for path in ("wages", "deductions"):
        assert get(paid, f"/payroll/{path}?month=2026-02", Role.FINANCE)["items"] == []
        assert get(paid, f"/payroll/{path}?staff_no=D2", Role.FINANCE)["items"] == []
    assert get(paid, "/payroll-runs?month=2026-02", Role.FINANCE)["items"] == []


@pytest.mark.parametrize(
    "wage",
    [
        {**WAGE, "gross_wage": "6000.001"}, {**WAGE, "gross_wage": "-1.00"}, {**WAGE, "bonus": "1.00"},
        {"staff_no": "D1"}, {"gross_wage": "1.00"}, "D1",
    ],
)  # fmt: skip
def test_money_that_is_not_a_string_of_yuan_is_422(lite_world: World, wage: Any) -> None:
    employ(lite_world, "D1")
    assert put_wages(lite_world, wage).status_code == 422


@pytest.mark.parametrize("month", ["2026-13", "2026-3", "03-2026", 202603, "2026-03-01", None, "1999-12"])
def test_a_month_that_is_none_is_422(lite_world: World, month: Any) -> None:
    assert put_wages(lite_world, month=month).status_code == 422
    assert send(lite_world, Role.FINANCE, "POST", "/payroll-runs", {"month": month}).status_code == 422
    assert export(lite_world, month=month).status_code == 422


def test_a_wage_below_no_minimum_or_of_nobody_is_refused_with_every_reason(lite_world: World) -> None:
    employ(lite_world, "D1")
    refused = put_wages(lite_world, {**WAGE, "minimum_wage": "0.00"}, {**WAGE, "staff_no": "D77"})
    assert journey.codes(refused) == ["WAGE_MINIMUM_TOO_LOW", "EMPLOYEE_UNKNOWN"]
    assert get(lite_world, "/payroll/wages", Role.FINANCE)["items"] == []


def test_what_a_run_leaves_is_told_in_the_callers_language(lite_world: World) -> None:
    owing(lite_world, "D1", 800_000)
    employ(lite_world, "D1", deduction_clause=False)
    put_wages(lite_world)
    (left,) = run(lite_world).json["left"]
    assert left["code"] == "PAYROLL_NO_CLAUSE"
    assert "劳动合同" in left["message"]
    answer = send(lite_world, Role.FINANCE, "POST", "/payroll-runs?lang=en", {"month": MONTH})
    assert "labour contract" in answer.json["left"][0]["message"]


def test_a_run_sent_again_with_its_key_is_the_same_answer(paid: World) -> None:
    key = {"Idempotency-Key": "run-march"}
    first, again = (send(paid, Role.FINANCE, "POST", "/payroll-runs", {"month": MONTH}, key) for _ in range(2))
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"


def test_what_was_taken_too_much_is_given_back_with_the_next_batch(paid: World) -> None:
    body = {"staff_no": "D1", "month": MONTH, "amount": "200.00", "reason": "工资录错"}
    for wrong in ("0.00", "-1.00"):
        assert send(paid, Role.FINANCE, "POST", "/payroll/refunds", {**body, "amount": wrong}).status_code == 422
    answer = send(paid, Role.FINANCE, "POST", "/payroll/refunds", body)
    assert answer.json == {"staff_no": "D1", "month": MONTH, "amount": "200.00"}
    assert get(paid, "/employees/D1/statement", Role.DRIVER)["refund_owed"] == "200.00"
    assert export(paid).json["refunded"] == "200.00"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_batch_is_read_byte_for_byte_with_its_hash(paid: World, form: str) -> None:
    made = export(paid, form=form)
    assert made.status_code == 201, made.text
    assert (made.json["deducted"], made.json["refunded"], made.json["rows"], made.json["seq"]) == (
        "1200.00", "0.00", 1, 1,
    )  # fmt: skip
    content = send(paid, Role.HR, "GET", made.headers["Location"].removeprefix(journey.API))
    assert content.headers["X-Content-SHA256"] == made.json["sha256"] == hashlib.sha256(content.data).hexdigest()
    assert content.headers["Content-Disposition"] == f'attachment; filename="{made.json["number"]}.{form}"'
    (listed,) = get(paid, f"/payroll-exports?month={MONTH}", Role.FINANCE)["items"]
    assert listed == made.json
    assert get(paid, "/payroll-exports?month=2026-02", Role.FINANCE)["items"] == []
    assert send(paid, Role.FINANCE, "GET", "/payroll-exports/KK-20260101-0001/content").status_code == 404


def test_a_batch_has_the_payroll_offices_own_columns(paid: World) -> None:
    columns = [
        {"field": "staff_no", "header": "人员编码"},
        {"field": "deduction"},
        {"field": "refund", "header": "=退"},
    ]
    made = export(paid, form="csv", columns=columns)
    assert [(one["field"], one["header"]) for one in made.json["columns"]] == [
        ("staff_no", "人员编码"), ("deduction", "赔偿扣款"), ("refund", "=退"),
    ]  # fmt: skip
    content = send(paid, Role.FINANCE, "GET", f"/payroll-exports/{made.json['number']}/content")
    assert content.data.decode("utf-8-sig").splitlines() == ["人员编码,赔偿扣款,'=退", "D1,1200.00,0.00"]
    refused = export(paid, columns=[{"field": "staff_no"}, {"field": "staff_no"}])
    assert journey.codes(refused) == ["EXPORT_COLUMN_TWICE"] * 2 + ["EXPORT_COLUMN_MISSING"] * 2


def test_a_batch_in_english_has_english_headers(paid: World) -> None:
    made = send(paid, Role.FINANCE, "POST", "/payroll-exports?lang=en", {"month": MONTH})
    assert made.json["columns"][0] == {"field": "staff_no", "header": "staff_no"}


def test_a_wage_file_is_the_body_and_its_faults_are_named_by_row(lite_world: World) -> None:
    employ(lite_world, "D1", "D2")

    def sent(content: bytes, **more: Any) -> TestResponse:
        return journey.client_of(lite_world).post(
            f"{journey.API}/payroll/wage-files?month={MONTH}", data=content,
            headers={**lite_world.signed(Role.FINANCE), "Content-Type": "text/csv"}, **more,
        )  # fmt: skip

    assert sent("工号,应发工资\nD1,6000\nD2,5000.50\n".encode()).json["recorded"] == 2
    refused = sent("工号,应发工资\nD1,6000\nD2,多\n".encode())
    assert journey.codes(refused) == ["WAGE_FILE_ROW"]
    assert refused.json["findings"][0]["facts"] == {"row": 3, "column": "gross_wage", "value": "多"}
    assert sent(b"").status_code == 422
    assert sent(b"x" * (10 * 1024 * 1024 + 1)).status_code == 413


def test_a_driver_reads_his_own_statement_and_a_foreign_one_looks_absent(paid: World) -> None:
    owing(paid, "D2", 100)
    mine = get(paid, "/employees/D1/statement", Role.DRIVER)
    assert (mine["owed"], mine["deductions"][0]["taken"], mine["debts"][0]["entries"][1]["amount"]) == (
        "6800.00", "1200.00", "-1200.00",
    )  # fmt: skip
    assert get(paid, "/employees/D2/statement", Role.HR)["owed"] == "1.00"
    foreign, absent = (send(paid, Role.DRIVER, "GET", f"/employees/{number}/statement") for number in ("D2", "D77"))
    assert foreign.status_code == absent.status_code == 404
    assert foreign.json["title"] == absent.json["title"]
    assert send(paid, Role.DISPATCHER, "GET", "/employees/D1/statement").status_code == 404


def test_a_shipper_learns_nothing_of_anybodys_wages(paid: World) -> None:
    for path in ("/payroll/wages", "/payroll-runs", "/payroll/deductions", "/payroll-exports"):
        assert send(paid, Role.SHIPPER, "GET", path).status_code == 403
    assert send(paid, Role.SHIPPER, "GET", "/employees/D1/statement").status_code == 403
