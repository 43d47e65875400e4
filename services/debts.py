"""What a person owes for a penalty that took effect: opened, taken back, carried over and refunded (domain 4.4)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from models.payroll import LedgerAccount, LedgerJournal, LedgerLine
from models.penalties import Penalty
from models.vocabulary import JournalKind, LedgerAccountKind
from services import ledger, tasks
from services.ledger import Posting
from services.transaction import Tx

K, J = LedgerAccountKind, JournalKind


def open_debt(tx: Tx, penalty: Penalty) -> int | None:
    """Let the person owe the penalty's amount and give the journal's id; once, and nothing for no money."""
    if penalty.amount_fen == 0:
        return None
    owed = _debt(tx, penalty)
    company = ledger.account(tx, K.RECOVERED_LOSS, penalty.employee_id)
    lines = ((owed, penalty.amount_fen), (company, -penalty.amount_fen))
    return ledger.post(tx, _posting(penalty, f"debt:{penalty.id}", J.DEBT, lines, penalty.number))


def reverse_debt(tx: Tx, penalty: Penalty, memo: str) -> int | None:
    """Take a debt back by its exact opposite and give that journal's id; once, and nothing where none was opened.

    What a leaver was charged with outside the payroll is taken back first, for it was a part of this debt. What was
    taken from wages stays on the account as a negative balance: ``carry_over`` and ``refund_excess`` deal with it.
    """
    ledger.lock(tx)
    opened = _journal_of(tx.connection, f"debt:{penalty.id}")
    if opened is None:
        return None
    moved = _journal_of(tx.connection, leaver_key(penalty))
    if moved is not None:
        _oppose(tx, penalty, moved, f"reversal:leaver:{penalty.id}", memo)
        tasks.complete_by_key(tx, receivable_key(penalty), memo)
    return _oppose(tx, penalty, opened, reversal_key(penalty), memo)


def carry_over(tx: Tx, from_penalty: Penalty, to_penalty: Penalty) -> int:
    """Count what was taken for a reversed debt towards the debt that follows it; gives the fen moved.

    At most what the new one still asks for. ValueError when the two penalties are not the same person's.
    """
    if from_penalty.employee_id != to_penalty.employee_id:
        raise ValueError("money of one person never pays the debt of another")
    ledger.lock(tx)
    old, new = _debt(tx, from_penalty), _debt(tx, to_penalty)
    moved = min(-ledger.balance(tx, old), ledger.balance(tx, new))
    if moved <= 0:
        return 0
    key, memo = f"transfer:{from_penalty.id}:{to_penalty.id}", f"{from_penalty.number} → {to_penalty.number}"
    ledger.post(tx, _posting(to_penalty, key, J.TRANSFER, ((old, moved), (new, -moved)), memo))
    return moved


def refund_excess(tx: Tx, penalty: Penalty) -> int:
    """Owe the person what is left of the money taken for a reversed debt; gives the fen, 0 when there is none.

    It is paid with the next payroll batch, outside the cap of deductions (domain 4.4 rule 6).
    """
    ledger.lock(tx)
    debt = _debt(tx, penalty)
    excess = -ledger.balance(tx, debt)
    if excess <= 0:
        return 0
    credit = ledger.account(tx, K.REFUND, penalty.employee_id)
    lines = ((debt, excess), (credit, -excess))
    ledger.post(tx, _posting(penalty, f"refund:{penalty.id}", J.REFUND, lines, penalty.number))
    return excess


def outstanding(tx: Tx, employee_id: int) -> list[tuple[int, int]]:
    """List ``(penalty id, fen still owed)`` of a person, the earliest approved first."""
    owed = func.sum(LedgerLine.amount_fen)
    query = (
        select(Penalty.id, owed)
        .join(LedgerAccount, LedgerAccount.penalty_id == Penalty.id)
        .join(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
        .where(LedgerAccount.employee_id == employee_id, LedgerAccount.kind == K.DEBT)
        .group_by(Penalty.id, Penalty.approved_at)
        .having(owed > 0)
        .order_by(Penalty.approved_at, Penalty.id)
    )
    return [(penalty_id, int(fen)) for penalty_id, fen in tx.connection.execute(query)]


def leaver_key(penalty: Penalty) -> str:
    """Name the journal that takes a leaver's rest off his debt."""
    return f"leaver:{penalty.id}"


def reversal_key(penalty: Penalty) -> str:
    """Name the journal that takes a debt back."""
    return f"reversal:debt:{penalty.id}"


def receivable_key(penalty: Penalty) -> str:
    """Name the task of collecting that rest."""
    return f"receivable:{penalty.id}"


def _debt(tx: Tx, penalty: Penalty) -> int:
    return ledger.account(tx, K.DEBT, penalty.employee_id, penalty.id)


def _posting(penalty: Penalty, key: str, kind: JournalKind, lines: tuple[tuple[int, int], ...], memo: str) -> Posting:
    return Posting(key, kind, penalty.employee_id, lines, memo, penalty.accident_id)


def _journal_of(connection: Connection, source_key: str) -> int | None:
    return connection.scalar(select(LedgerJournal.id).where(LedgerJournal.source_key == source_key))


def _oppose(tx: Tx, penalty: Penalty, journal_id: int, source_key: str, memo: str) -> int:
    lines = tuple(_opposite(tx.connection, journal_id))
    kept = Posting(source_key, J.REVERSAL, penalty.employee_id, lines, memo, penalty.accident_id, journal_id)
    return ledger.post(tx, kept)


def _opposite(connection: Connection, journal_id: int) -> Iterator[tuple[int, int]]:
    query = select(LedgerLine.account_id, LedgerLine.amount_fen).where(LedgerLine.journal_id == journal_id)
    for account_id, amount_fen in connection.execute(query.order_by(LedgerLine.id)):
        yield account_id, -amount_fen
