"""Batches for the payroll office, refunds that are paid with them, and each person's statement."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from models.payroll import PayrollExport
from models.penalties import Penalty
from models.people import Employee
from models.vocabulary import AccidentState, ActorKind, ExportColumn, ExportFormat, JournalKind, Role
from services import debts
from services.errors import NotFoundError
from services.payroll import exports, sheets, statements
from services.policy.findings import RuleBrokenError
from services.policy.payroll.columns import column_objections
from services.transaction import WORKER, Actor, Tx
from tests.support.payroll import balances, employ, export, owing, pay, penalty_of, run
from tests.support.world import World

MARCH, APRIL = "2026-03", "2026-04"
C = ExportColumn


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def refund(world: World, staff_no: str = "D1") -> int:
    """Take 1,200.00 from a wage of March and let the debt fall away."""
    number = owing(world, staff_no, 800_000)
    pay(world, MARCH, **{staff_no: "6000.00"})

    def fallen(tx: Tx) -> int:
        debts.reverse_debt(tx, penalty_of(tx, number), "复核结论")
        return debts.refund_excess(tx, penalty_of(tx, number))

    return world.runtime.write(WORKER, fallen)


def statement(world: World, staff_no: str, actor: Actor) -> dict[str, Any]:
    with world.runtime.read(actor) as tx:
        return statements.statement(tx, staff_no)


def test_a_batch_is_the_whole_month_with_its_hash(world: World) -> None:
    owing(world, "D1", 800_000)
    owing(world, "D2", 30_000)
    pay(world, MARCH, D1="6000.00", D2="6000.00")
    made, content = export(world, MARCH)
    assert [(row["staff_no"], row["deduction"], row["refund"], row["gross_wage"]) for row in rows(content)] == [
        ("D1", "1200.00", "0.00", "6000.00"), ("D2", "300.00", "0.00", "6000.00"),
    ]  # fmt: skip
    assert all(row["cases"].startswith("SG-") and row["month"] == MARCH for row in rows(content))
    assert (made.seq, made.rows, made.total_fen, made.refunds_fen) == (1, 2, 150_000, 0)
    assert made.sha256 == hashlib.sha256(content).hexdigest()
    with world.runtime.read(WORKER) as tx:
        assert exports.content_of(tx, made.number)[1] == content


def test_the_same_month_again_is_the_next_batch_and_the_first_stays(world: World) -> None:
    owing(world, "D1", 800_000)
    pay(world, MARCH, D1="6000.00")
    first, content = export(world, MARCH)
    owing(world, "D2", 30_000)
    pay(world, MARCH, D2="6000.00")
    second, more = export(world, MARCH)
    assert (first.seq, second.seq) == (1, 2)
    assert [row["staff_no"] for row in rows(more)] == ["D1", "D2"]
    with world.runtime.read(WORKER) as tx:
        assert exports.content_of(tx, first.number)[1] == content


def test_a_refund_is_paid_by_the_next_batch_without_any_cap_and_once(world: World) -> None:
    assert refund(world) == 120_000
    made, content = export(world, MARCH)
    assert [(row["deduction"], row["refund"]) for row in rows(content)] == [("1200.00", "1200.00")]
    assert (made.total_fen, made.refunds_fen) == (120_000, 120_000)
    assert balances(world) == {}
    again, same = export(world, MARCH)
    assert rows(same) == rows(content)
    assert again.refunds_fen == 120_000
    assert balances(world) == {}


def test_a_refund_of_a_later_month_stands_in_that_months_batch_alone(world: World) -> None:
    refund(world)
    owing(world, "D2", 30_000)
    pay(world, APRIL, D2="6000.00")
    _, content = export(world, APRIL)
    assert {row["staff_no"]: (row["deduction"], row["refund"]) for row in rows(content)} == {
        "D1": ("0.00", "1200.00"), "D2": ("300.00", "0.00"),
    }  # fmt: skip
    assert [row["refund"] for row in rows(export(world, MARCH)[1])] == ["0.00"]


def test_an_older_month_made_again_pays_no_new_refund(world: World) -> None:
    owing(world, "D2", 30_000)
    pay(world, MARCH, D2="6000.00")
    export(world, MARCH)
    owing(world, "D2", 30_000)
    pay(world, APRIL, D2="6000.00")
    export(world, APRIL)

    def late(tx: Tx) -> int:
        penalty = tx.session.query(Penalty).first()
        debts.reverse_debt(tx, penalty, "复核结论")
        return debts.refund_excess(tx, penalty)

    assert world.runtime.write(WORKER, late) == 30_000
    assert export(world, MARCH)[0].refunds_fen == 0
    assert export(world, APRIL)[0].refunds_fen == 30_000


def test_a_month_with_nothing_in_it_and_one_that_has_not_come_have_no_batch(lite_world: World) -> None:
    employ(lite_world, "D1")
    pay(lite_world, MARCH, D1="6000.00")
    for month, code in ((MARCH, "PAYROLL_NOTHING_TO_EXPORT"), ("2027-01", "MONTH_IN_FUTURE")):
        with pytest.raises(RuleBrokenError, match=code):
            export(lite_world, month)
    with lite_world.runtime.read(WORKER) as tx:
        assert tx.session.query(PayrollExport).count() == 0


EVIL = ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1"]


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_of_a_batch_is_a_formula(lite_world: World, text: str) -> None:
    owing(lite_world, "D1", 800_000)
    with lite_world.runtime.begin(WORKER) as tx:
        tx.session.query(Employee).filter_by(staff_no="D1").one().name = text
    pay(lite_world, MARCH, D1="6000.00")
    _, content = export(lite_world, MARCH)
    assert rows(content)[0]["name"] == f"'{text}"
    book = CalamineWorkbook.from_filelike(io.BytesIO(export(lite_world, MARCH, ExportFormat.XLSX)[1]))
    assert str(book.get_sheet_by_index(0).to_python()[1][1]).startswith("'")


def test_a_header_is_the_payroll_offices_own_and_no_formula_either() -> None:
    content = sheets.written(ExportFormat.CSV, ["=工号", "扣款"], [["D1", 120_000]], None)  # type: ignore[arg-type]
    assert content.decode("utf-8-sig").splitlines() == ["'=工号,扣款", "D1,1200.00"]


def test_a_workbook_holds_money_as_numbers_and_is_the_same_bytes_again(lite_world: World) -> None:
    owing(lite_world, "D1", 800_000)
    pay(lite_world, MARCH, D1="6000.00")
    first, again = (export(lite_world, MARCH, ExportFormat.XLSX) for _ in range(2))
    assert first[1] == again[1]
    cells = CalamineWorkbook.from_filelike(io.BytesIO(first[1])).get_sheet_by_index(0).to_python()
    named = dict(zip(cells[0], cells[1], strict=True))
    assert (named["staff_no"], named["deduction"], named["refund"]) == ("D1", 1200.0, 0.0)


@pytest.mark.parametrize(
    ("columns", "codes"),
    [
        ([(C.STAFF_NO, "a"), (C.DEDUCTION, "b"), (C.REFUND, "c")], []),
        ([(C.STAFF_NO, "a"), (C.DEDUCTION, "b")], ["EXPORT_COLUMN_MISSING"]),
        ([(C.STAFF_NO, "a"), (C.DEDUCTION, "b"), (C.REFUND, "b")], ["EXPORT_COLUMN_TWICE"]),
        ([(C.STAFF_NO, "a"), (C.STAFF_NO, "d"), (C.DEDUCTION, "b"), (C.REFUND, "c")], ["EXPORT_COLUMN_TWICE"]),
        ([], ["EXPORT_COLUMN_MISSING"] * 3),
    ],
)
def test_a_batch_has_each_column_once_and_none_missing_that_is_needed(
    columns: list[tuple[ExportColumn, str]], codes: list[str]
) -> None:
    assert [finding.code for finding in column_objections(columns)] == codes


def test_a_statement_tells_every_movement_of_a_debt_and_what_each_month_took(world: World) -> None:
    number = owing(world, "D1", 800_000)
    pay(world, MARCH, D1="6000.00")
    told = statement(world, "D1", world.actor(Role.FINANCE))
    (debt,) = told["debts"]
    assert (debt["penalty"], debt["amount"], debt["owed"], debt["suspended"]) == (number, "8000.00", "6800.00", False)
    assert [(entry["kind"], entry["amount"]) for entry in debt["entries"]] == [
        (JournalKind.DEBT, "8000.00"), (JournalKind.DEDUCTION, "-1200.00"),
    ]  # fmt: skip
    (month,) = told["deductions"]
    assert (month["month"], month["gross_wage"], month["owed"], month["taken"]) == (
        MARCH,
        "6000.00",
        "8000.00",
        "1200.00",
    )
    assert month["parts"] == [{"penalty": number, "accident": debt["accident"], "taken": "1200.00"}]
    assert (told["owed"], told["receivable"], told["refund_owed"], told["refunds"]) == ("6800.00", "0.00", "0.00", [])


def test_a_statement_tells_what_was_refunded_and_when(world: World) -> None:
    refund(world)
    told = statement(world, "D1", world.actor(Role.HR))
    assert (told["owed"], told["refund_owed"]) == ("0.00", "1200.00")
    assert [(entry["paid"], entry["amount"]) for entry in told["refunds"]] == [(False, "1200.00")]
    export(world, MARCH)
    told = statement(world, "D1", world.actor(Role.HR))
    assert told["refund_owed"] == "0.00"
    assert [(entry["paid"], entry["amount"]) for entry in told["refunds"]] == [(False, "1200.00"), (True, "-1200.00")]


def test_a_person_reads_his_own_statement_and_nobody_elses(world: World) -> None:
    owing(world, "D1", 800_000)
    owing(world, "D2", 800_000)
    mine = world.actor(Role.DRIVER)
    assert statement(world, "D1", mine)["owed"] == "8000.00"
    for staff_no, actor in (("D2", mine), ("D1", world.actor(Role.DISPATCHER)), ("D77", mine),
                            ("D1", Actor(ActorKind.CONSIGNEE, "link"))):  # fmt: skip
        with pytest.raises(NotFoundError):
            statement(world, staff_no, actor)


def test_a_statement_says_that_collection_waits_while_a_case_is_handled_anew(lite_world: World) -> None:
    owing(lite_world, "D1", 800_000, state=AccidentState.REOPENED)
    assert statement(lite_world, "D1", lite_world.actor(Role.MANAGER))["debts"][0]["suspended"]


def test_a_run_without_debts_leaves_an_empty_statement(lite_world: World) -> None:
    employ(lite_world, "D1")
    pay(lite_world, MARCH, D1="6000.00")
    assert run(lite_world, MARCH)["people"] == 0
    told = statement(lite_world, "D1", lite_world.actor(Role.FINANCE))
    assert (told["debts"], told["deductions"], told["refunds"]) == ([], [], [])
