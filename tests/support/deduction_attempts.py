"""Attempts to take too much of a wage, twice, for another, or to change what was written down about it afterwards."""

from __future__ import annotations

from tests.support.ledger_attempts import FREE, SEALING, Case, J, dropped, on
from tests.support.raw_ledger import AT, MONTH, Books


def deduction_without_its_row(books: Books) -> None:
    books.post("hand:1", "deduction", wages__D1=120_000, debt__1=-120_000)


def deduction_of_another_amount(books: Books) -> None:
    journal = books.journal("hand:1", "deduction")
    books.lines(journal, wages__D1=120_000, debt__1=-120_000)
    books.deduction(journal, 119_999)
    books.seal(journal)


def deduction_for_another_person(books: Books) -> None:
    journal = books.journal("hand:1", "deduction")
    books.lines(journal, wages__D2=120_000, debt__1=-120_000)
    books.deduction(journal, 120_000)
    books.seal(journal)


def deduction_into_another_account(books: Books) -> None:
    journal = books.journal("hand:1", "deduction")
    books.lines(journal, wages__D1=120_000, debt__1=-100_000, refund__D1=-20_000)
    books.deduction(journal, 120_000)
    books.seal(journal)


def wage_taken_by_another_kind(books: Books) -> None:
    books.post("hand:1", "transfer", wages__D1=120_000, debt__1=-120_000)


def deduction_on_a_journal_of_another_kind(books: Books) -> None:
    journal = books.journal("hand:1", "transfer")
    books.lines(journal, receivable__D1=500_000, debt__1=-500_000)
    books.deduction(journal, 120_000)
    books.seal(journal)


def deduction_on_a_sealed_journal(books: Books) -> None:
    books.deduction(books.ids["opened"], 120_000)


def more_than_was_owed(books: Books) -> None:
    journal = books.journal("hand:1", "deduction")
    books.lines(journal, wages__D1=120_000, debt__1=-120_000)
    books.deduction(journal, 120_000, owed_fen=119_999)
    books.seal(journal)


def almost_paid(books: Books) -> None:
    """Leave 1,000.00 of the debt."""
    books.post("hand:0", "leaver", receivable__D1=700_000, debt__1=-700_000)


def debt_overdrawn(books: Books) -> None:
    almost_paid(books)
    books.deduct(120_000)


def leaver_overdrawn(books: Books) -> None:
    books.post("hand:1", "leaver", receivable__D1=800_001, debt__1=-800_001)


def transfer_overdrawn(books: Books) -> None:
    books.post("hand:1", "transfer", refund__D1=800_001, debt__1=-800_001)


def refund_overpaid(books: Books) -> None:
    books.post("hand:1", "refund_paid", refund__D1=1, wages__D1=-1)


def refund_of_another_person(books: Books) -> None:
    books.post("hand:0", "refund", debt__1=500, refund__D1=-500)
    books.post("hand:1", "refund_paid", refund__D1=500, wages__D2=-500)


def over_a_fifth(books: Books) -> None:
    books.deduct(120_001)


def below_the_minimum(books: Books) -> None:
    books.wage("D1", "2026-01", gross_fen=250_000)
    books.deduct(30_001, month="2026-01", wage_fen=250_000)


def without_a_wage(books: Books) -> None:
    books.deduct(120_000, month="2026-01")


def from_a_higher_wage(books: Books) -> None:
    books.deduct(120_000, wage_fen=900_000)


def from_a_lower_minimum(books: Books) -> None:
    books.deduct(120_000, minimum_fen=0)


def wage_changed_after(books: Books) -> None:
    books.deduct(120_000)
    assert books.run("UPDATE wages SET gross_fen = 900000 WHERE id = :id", id=books.ids[f"wage:D1:{MONTH}"]) == 1


def wage_deleted_after(books: Books) -> None:
    books.deduct(120_000)
    assert books.run("DELETE FROM wages WHERE id = :id", id=books.ids[f"wage:D1:{MONTH}"]) == 1


def second_in_the_month(books: Books) -> None:
    books.deduct(100_000)
    journal = books.journal("hand:1", "deduction")
    books.lines(journal, wages__D1=100, debt__1=-100)
    books.deduction(journal, 100)
    books.seal(journal)


def second_journal_of_a_cause(books: Books) -> None:
    books.post("debt:1", "debt", debt__1=1, recovered_loss=-1)


def second_reversal(books: Books) -> None:
    for key in ("hand:1", "hand:2"):
        books.post(key, "reversal", reverses=books.ids["opened"], debt__1=-800_000, recovered_loss=800_000)


def forfeited_twice(books: Books) -> None:
    for _ in range(2):
        books.put("bonus_forfeitures", employee_id=books.ids["D1"], year=2026, state="forfeited", decided_at=AT)


def run_edited(books: Books) -> None:
    assert books.run("UPDATE payroll_runs SET taken_fen = 0") == 1


def deduction_edited(books: Books) -> None:
    books.deduct(120_000)
    assert books.run("UPDATE deductions SET taken_fen = 1") == 1


def deduction_deleted(books: Books) -> None:
    books.deduct(120_000)
    assert books.run("DELETE FROM deductions") == 1


def a_batch(books: Books, verb: str = "INSERT", **more: object) -> int:
    return books.put(
        "payroll_exports", verb, **{
            "number": "GZ-1", "month": MONTH, "seq": 1, "form": "csv", "columns": "{}", "rows": 1, "total_fen": 1,
            "refunds_fen": 0, "sha256": "0" * 64, "content": b"1", "made_at": AT, "made_by": "hand", **more,
        },
    )  # fmt: skip


def batch_edited(books: Books) -> None:
    a_batch(books)
    assert books.run("UPDATE payroll_exports SET content = :other", other=b"2") == 1


def batch_deleted(books: Books) -> None:
    a_batch(books)
    assert books.run("DELETE FROM payroll_exports") == 1


IGNORE = ("PRAGMA ignore_check_constraints=ON",)
DIFFERS = dropped("ledger_seal_deduction_differs")
UPDATED, DELETED = "{0}_append_only_update", "{0}_append_only_delete"
TAKEN = [
    *(
        Case(attempt.__name__, "deduction_differs", attempt, DIFFERS, SEALING)
        for attempt in (deduction_without_its_row, deduction_of_another_amount, deduction_for_another_person,
                        deduction_into_another_account, wage_taken_by_another_kind)
    ),
    *(
        Case(attempt.__name__, "deduction_differs", attempt, dropped("deductions_insert_deduction_differs"),
             on("deductions", "deductions_insert"))
        for attempt in (deduction_on_a_journal_of_another_kind, deduction_on_a_sealed_journal, more_than_was_owed)
    ),
    Case("debt overdrawn", "debt_overdrawn", debt_overdrawn, dropped("ledger_seal_debt_overdrawn"), SEALING),
    Case("leaver overdrawn", "debt_overdrawn", leaver_overdrawn, dropped("ledger_seal_debt_overdrawn"), SEALING),
    Case("transfer overdrawn", "debt_overdrawn", transfer_overdrawn, dropped("ledger_seal_debt_overdrawn"), SEALING),
    Case("refund overpaid", "refund_overpaid", refund_overpaid, dropped("ledger_seal_refund_overpaid"), SEALING),
    Case("refund of another person", "refund_overpaid", refund_of_another_person,
         dropped("ledger_seal_refund_overpaid"), SEALING),
    Case("over a fifth", "ck_deductions_fifth", over_a_fifth, IGNORE,
         (FREE.format(table="deductions", name="ck_deductions_fifth"),)),
    Case("below the minimum wage", "ck_deductions_minimum", below_the_minimum, IGNORE,
         (FREE.format(table="deductions", name="ck_deductions_minimum"),)),
    *(
        Case(attempt.__name__, "deduction_without_wage", attempt, dropped("deductions_insert_deduction_without_wage"),
             on("deductions", "deductions_insert"))
        for attempt in (without_a_wage, from_a_higher_wage, from_a_lower_minimum)
    ),
    Case("wage changed after", "deduction_without_wage", wage_changed_after, dropped("wages_update"),
         on("wages", "wages_change")),
    Case("wage deleted after", "deduction_without_wage", wage_deleted_after, dropped("wages_delete"),
         on("wages", "wages_change")),
    Case("run edited", "append_only", run_edited, dropped(UPDATED.format("payroll_runs")),
         on("payroll_runs", "payroll_runs_append_only")),
    Case("deduction edited", "append_only", deduction_edited, dropped(UPDATED.format("deductions")),
         on("deductions", "deductions_append_only")),
    Case("deduction deleted", "append_only", deduction_deleted, dropped(DELETED.format("deductions")),
         on("deductions", "deductions_append_only")),
    Case("batch edited", "append_only", batch_edited, dropped(UPDATED.format("payroll_exports")),
         on("payroll_exports", "payroll_exports_append_only")),
    Case("batch deleted", "append_only", batch_deleted, dropped(DELETED.format("payroll_exports")),
         on("payroll_exports", "payroll_exports_append_only")),
]  # fmt: skip
# what a unique constraint refuses; SQLite's cannot be dropped, so its broken twin replaces the row instead (below)
ONCE = [
    Case("second in the month", "deduction_repeated", second_in_the_month, (),
         (FREE.format(table="deductions", name="uq_deductions_person_month"),)),
    Case("second journal of a cause", "ledger_posted_before", second_journal_of_a_cause, (),
         (FREE.format(table=J, name="uq_ledger_journals_source_key"),)),
    Case("second reversal", "ledger_reversed_before", second_reversal, (),
         (FREE.format(table=J, name="uq_ledger_journals_reverses_id"),)),
    Case("bonus forfeited twice", "uq_bonus_forfeitures_person_year", forfeited_twice, (),
         (FREE.format(table="bonus_forfeitures", name="uq_bonus_forfeitures_person_year"),)),
]  # fmt: skip
