"""Money taken for a debt that fell away is paid back with the wage, outside the cap (domain 4.4 rule 6)."""

from __future__ import annotations

from sqlalchemy import func, select

from models.payroll import LedgerAccount, LedgerJournal, LedgerLine
from models.vocabulary import JournalKind, LedgerAccountKind
from services import ledger
from services.ledger import Posting
from services.transaction import Tx


def pay(tx: Tx, month: str, batch: str) -> None:
    """Pay every refund that is owed with a batch of the month; what was paid before is not owed any more."""
    ledger.lock(tx)
    owed = _owed(tx)
    if not owed:
        return
    wages = ledger.accounts(tx, LedgerAccountKind.WAGES, owed.keys())
    postings = [
        Posting(
            source_key=f"{_prefix(month)}{employee_id}:{batch}",
            kind=JournalKind.REFUND_PAID,
            employee_id=employee_id,
            lines=((account_id, owed_fen), (wages[employee_id], -owed_fen)),
            memo=batch,
        )
        for employee_id, (account_id, owed_fen) in owed.items()
    ]
    ledger.seal(tx, ledger.enter(tx, postings).values())


def paid_in(tx: Tx, month: str) -> dict[int, int]:
    """Give ``{employee id: fen}`` of what the batches of a month paid back."""
    query = (
        select(LedgerJournal.employee_id, func.sum(LedgerLine.amount_fen))
        .join(LedgerLine, LedgerLine.journal_id == LedgerJournal.id)
        .where(LedgerJournal.kind == JournalKind.REFUND_PAID, LedgerLine.amount_fen > 0)
        .where(LedgerJournal.source_key.startswith(_prefix(month), autoescape=True))
        .group_by(LedgerJournal.employee_id)
    )
    return {employee_id: int(paid_fen) for employee_id, paid_fen in tx.connection.execute(query)}


def _owed(tx: Tx) -> dict[int, tuple[int, int]]:
    """Give ``{employee id: (account id, fen)}`` of everybody the company owes a refund."""
    total = func.sum(LedgerLine.amount_fen)
    query = (
        select(LedgerAccount.employee_id, LedgerAccount.id, total)
        .join(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
        .where(LedgerAccount.kind == LedgerAccountKind.REFUND)
        .group_by(LedgerAccount.employee_id, LedgerAccount.id)
        .having(total < 0)
        .order_by(LedgerAccount.id)
    )
    rows = tx.connection.execute(query)
    return {int(employee_id or 0): (account_id, -int(fen)) for employee_id, account_id, fen in rows}


def _prefix(month: str) -> str:
    return f"refund-paid:{month}:"
