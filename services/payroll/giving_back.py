"""A deduction that should not have been made, say from a wage recorded too high, is given back in part or whole.

The deduction itself stays as it was made. The debt is owed again, and the money is a refund in the next batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from models.payroll import Deduction, LedgerAccount, LedgerJournal, LedgerLine
from models.penalties import Penalty
from models.people import Employee
from models.vocabulary import JournalKind, LedgerAccountKind
from services import debts, ledger
from services.accident_cases import named_employee
from services.ledger import Posting
from services.payroll.months import of_month
from services.policy.fen import yuan
from services.policy.findings import Finding, require
from services.policy.payroll.deduction import allotment
from services.transaction import Tx


def give_back(tx: Tx, staff_no: str, month: str, amount_fen: int, reason: str) -> dict[str, Any]:
    """Owe a person ``amount_fen`` of what a month's deduction took; once per deduction.

    The debt that was paid last is owed again first. RuleBrokenError without such a deduction, beyond what it took, a
    second time, or when its debt was settled otherwise meanwhile: taken back, or moved to the receivables.
    """
    ledger.lock(tx)
    person = named_employee(tx, staff_no, "staff_no")
    of_person = (Deduction.employee_id == person.id, Deduction.month == month)
    made = tx.session.scalar(select(Deduction).where(*of_person))
    parts = _parts(tx, made.journal_id) if made is not None and made.journal_id is not None else []
    require(_objections(tx, person, month, amount_fen, made, parts))
    owed_again = allotment(amount_fen, [(account_id, fen) for _, account_id, fen in reversed(parts)])
    refund = ledger.account(tx, LedgerAccountKind.REFUND, person.id)
    lines = (*owed_again, (refund, -amount_fen))
    posting = Posting(_key(person, month), JournalKind.REFUND, person.id, lines, f"{month} {reason}")
    ledger.post(tx, posting)
    facts = {"staff_no": staff_no, "month": month, "amount_fen": amount_fen, "reason": reason}
    tx.journal("payroll.given_back", of_month(month), facts)
    return {"staff_no": staff_no, "month": month, "amount": yuan(amount_fen)}


def _objections(
    tx: Tx,
    person: Employee,
    month: str,
    amount_fen: int,
    made: Deduction | None,
    parts: Sequence[tuple[Penalty, int, int]],
) -> Iterator[Finding]:
    facts: Mapping[str, Any] = {"staff_no": person.staff_no, "month": month}
    if made is None or made.taken_fen == 0:
        yield Finding("DEDUCTION_ABSENT", facts)
        return
    if amount_fen > made.taken_fen:
        yield Finding("REFUND_OVER_DEDUCTION", {**facts, "taken": yuan(made.taken_fen)})
    if _posted(tx, _key(person, month)):
        yield Finding("DEDUCTION_GIVEN_BACK", facts)
    for penalty, _, _ in parts:
        if _posted(tx, debts.reversal_key(penalty)) or _posted(tx, debts.leaver_key(penalty)):
            yield Finding("REFUND_DEBT_SETTLED", {**facts, "penalty": penalty.number})


def _parts(tx: Tx, journal_id: int) -> list[tuple[Penalty, int, int]]:
    """Give ``(penalty, account id, fen)`` of what a deduction paid, in the order it was paid."""
    query = (
        select(Penalty, LedgerAccount.id, -LedgerLine.amount_fen)
        .join(LedgerAccount, LedgerAccount.penalty_id == Penalty.id)
        .join(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
        .where(LedgerLine.journal_id == journal_id)
        .order_by(LedgerLine.id)
    )
    return [(penalty, account_id, fen) for penalty, account_id, fen in tx.session.execute(query)]


def _posted(tx: Tx, source_key: str) -> bool:
    query = select(LedgerJournal.id).where(LedgerJournal.source_key == source_key)
    return tx.session.scalar(query) is not None


def _key(person: Employee, month: str) -> str:
    return f"given-back:{month}:{person.id}"
