"""INSERT OR REPLACE deletes the old row without a word where recursive triggers are off: no row of money goes so."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from services.runtime import Runtime
from tests.support.deduction_attempts import a_batch
from tests.support.ledger_attempts import Case, J, attempted, dropped, refused, two_lines
from tests.support.raw_ledger import MONTH, Books


def line_replaced(books: Books) -> None:
    held = books.value("SELECT min(id) FROM ledger_lines")
    journal = books.journal("hand:1", "transfer")
    for fen, more in ((100, {"id": held}), (-100, {})):
        books.put(
            "ledger_lines", REPLACE, journal_id=journal, account_id=books.ids["refund:D1"], amount_fen=fen, **more
        )
    books.seal(journal)


def journal_replaced_by_id(books: Books) -> None:
    replaced(books, J, "id", books.ids["opened"], source_key="hand:1", memo="another", sealed=0)
    books.seal(books.ids["opened"])


def journal_replaced_by_cause(books: Books) -> None:
    first = books.journal("hand:1", "transfer")
    replaced(books, J, "id", first, id=None, memo="another")
    two_lines(books, books.value("SELECT max(id) FROM ledger_journals"), 100, -100)
    books.seal(books.value("SELECT max(id) FROM ledger_journals"))


def reversal_replaced(books: Books) -> None:
    first = books.journal("hand:1", "reversal", reverses=books.ids["opened"])
    replaced(books, J, "id", first, id=None, source_key="hand:2")
    second = books.value("SELECT max(id) FROM ledger_journals")
    books.lines(second, debt__1=-800_000, recovered_loss=800_000)
    books.seal(second)


def replaced(books: Books, table: str, key: str, value: int, **changes: object) -> None:
    """Put a changed copy of a row over it."""
    row = books.connection.execute(text(f"SELECT * FROM {table} WHERE {key} = :value"), {"value": value})  # noqa: S608
    books.put(table, REPLACE, **{**row.mappings().one(), **changes})


def deduction_replaced(books: Books) -> None:
    books.deduct(120_000)
    row = books.value("SELECT id FROM deductions")
    replaced(books, "deductions", "id", row, month="2026-02", taken_fen=0, journal_id=None)


def deduction_replaced_by_month(books: Books) -> None:
    books.deduct(120_000)
    row = books.value("SELECT id FROM deductions")
    replaced(books, "deductions", "id", row, id=None, taken_fen=0, journal_id=None)


def wage_replaced(books: Books) -> None:
    books.deduct(120_000)
    books.wage("D1", MONTH, 900_000, REPLACE)


def wage_replaced_by_id(books: Books) -> None:
    books.deduct(120_000)
    books.wage("D2", "2026-01", 900_000, REPLACE, id=books.ids[f"wage:D1:{MONTH}"])


def wage_moved_over(books: Books) -> None:
    books.deduct(120_000)
    change = "UPDATE OR REPLACE wages SET employee_id = :d1, gross_fen = 900000 WHERE id = :other"
    books.run(change, d1=books.ids["D1"], other=books.ids[f"wage:D2:{MONTH}"])


def run_replaced(books: Books) -> None:
    replaced(books, "payroll_runs", "id", books.ids["run"], id=None, taken_fen=0)


def batch_replaced(books: Books) -> None:
    first = a_batch(books)
    a_batch(books, REPLACE, id=first, content=b"2", number="GZ-2", seq=2)


def batch_replaced_by_number(books: Books) -> None:
    a_batch(books)
    a_batch(books, REPLACE, content=b"2", seq=2)


def batch_replaced_by_month(books: Books) -> None:
    a_batch(books)
    a_batch(books, REPLACE, content=b"2", number="GZ-2")


def account_replaced(books: Books) -> None:
    replaced(books, "ledger_accounts", "id", books.ids["refund:D2"], employee_id=books.ids["D1"])


def account_replaced_by_code(books: Books) -> None:
    replaced(books, "ledger_accounts", "id", books.ids["refund:D2"], id=None, employee_id=books.ids["D1"])


REPLACE = "INSERT OR REPLACE"
REPLACED = [
    Case("line", "append_only", line_replaced, dropped("ledger_lines_replaced_id"), ()),
    Case("journal by id", "ledger_immutable", journal_replaced_by_id, dropped("ledger_journals_replaced_id"), ()),
    Case("journal by cause", "ledger_posted_before", journal_replaced_by_cause,
         dropped("ledger_journals_replaced_source_key"), ()),
    Case("reversal", "ledger_reversed_before", reversal_replaced, dropped("ledger_journals_replaced_reverses_id"), ()),
    Case("deduction", "append_only", deduction_replaced,
         dropped("deductions_replaced_id"), ()),
    Case("deduction by month", "deduction_repeated", deduction_replaced_by_month,
         dropped("deductions_replaced_employee_id_month"), ()),
    Case("wage", "deduction_without_wage", wage_replaced, dropped("wages_insert"), ()),
    Case("wage by id", "deduction_without_wage", wage_replaced_by_id, dropped("wages_insert"), ()),
    Case("wage moved over", "deduction_without_wage", wage_moved_over, dropped("wages_update"), ()),
    Case("run", "append_only", run_replaced, dropped("payroll_runs_replaced_month_seq"), ()),
    Case("batch", "append_only", batch_replaced, dropped("payroll_exports_replaced_id"), ()),
    Case("batch by number", "append_only", batch_replaced_by_number, dropped("payroll_exports_replaced_number"), ()),
    Case("batch by month", "append_only", batch_replaced_by_month, dropped("payroll_exports_replaced_month_seq"), ()),
    Case("account", "ledger_immutable", account_replaced,
         dropped("ledger_accounts_replaced_id", "ledger_accounts_replaced_code"), ()),
    Case("account by code", "ledger_immutable", account_replaced_by_code, dropped("ledger_accounts_replaced_code"), ()),
]  # fmt: skip
# with recursive triggers on, the delete guard would speak as well: the twin needs both gone
OFF, ON = "PRAGMA recursive_triggers=OFF", "PRAGMA recursive_triggers=ON"


@pytest.mark.parametrize("case", REPLACED, ids=lambda case: case.name)
def test_sqlite_replaces_no_row_of_money_whatever_its_triggers_are_told(lite: Runtime, case: Case) -> None:
    engine = lite.database.engine
    for pragma in (ON, OFF):
        refused(engine, case, pragma)
    attempted(engine, case, OFF, *case.sqlite)
