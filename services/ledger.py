"""The double-entry ledger in integer fen (reliability rule 4): debit positive, credit negative.

Nothing posted is ever changed: a correction is the exact opposite and, if need be, a new posting. A cause has a
``source_key`` that is unique for ever, so that it is posted once whoever repeats it. The database refuses the rest
(``migrations/ledger_guards.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select, update

from models.payroll import LedgerAccount, LedgerJournal, LedgerLine, LedgerSeal
from models.penalties import Penalty
from models.people import Employee
from models.vocabulary import JournalKind, LedgerAccountKind
from services.prepared import Prepared, inserting
from services.transaction import Tx

SEALED = 1
MEMO_LENGTH = 300
JOURNAL, LINE, ACCOUNT = inserting(LedgerJournal), inserting(LedgerLine), inserting(LedgerAccount)
ACCOUNT_ID = Prepared(select(LedgerAccount.id).where(LedgerAccount.code == bindparam("code")))
JOURNAL_ID = Prepared(select(LedgerJournal.id).where(LedgerJournal.source_key == bindparam("key")))
SEAL = Prepared(
    update(LedgerJournal).where(LedgerJournal.id == bindparam("journal")).values(sealed=bindparam("seal")),
)


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement of money: at least two lines ``(account_id, amount_fen)`` that add up to nothing."""

    source_key: str
    kind: JournalKind
    employee_id: int
    lines: tuple[tuple[int, int], ...]
    memo: str
    accident_id: int | None = None
    reverses_id: int | None = None


def lock(tx: Tx) -> None:
    """Let nobody else post until this unit of work ends; SQLite has one writer anyway.

    Whoever decides by a balance takes it before he reads. It is the last lock of a unit of work.
    """
    if tx.dialect == "postgresql":
        tx.connection.execute(select(LedgerSeal.id).with_for_update(key_share=True))


def post(tx: Tx, posting: Posting) -> int:
    """Post a balanced movement and give its journal's id; a ``source_key`` posted before gives that id instead.

    ConflictError when the database refuses it, such as LEDGER_UNBALANCED or LEDGER_REVERSAL_DIFFERS.
    """
    lock(tx)
    before = JOURNAL_ID.first(tx.connection, {"key": posting.source_key})
    if before is not None:
        return int(before[0])
    made = enter(tx, [posting])
    seal(tx, made.values())
    return made[posting.source_key]


def enter(tx: Tx, postings: Sequence[Posting]) -> dict[str, int]:
    """Write new movements unsealed and give ``{source_key: journal id}``; ``seal`` must follow in this unit of work.

    ConflictError LEDGER_POSTED_BEFORE when a cause was posted before.
    """
    lock(tx)
    JOURNAL.put_many(tx.connection, [_journal(tx, posting) for posting in postings])
    made = {posting.source_key: _id_of(tx, posting.source_key) for posting in postings}
    lines = [
        {"journal_id": made[posting.source_key], "account_id": account_id, "amount_fen": amount_fen}
        for posting in postings
        for account_id, amount_fen in posting.lines
    ]
    LINE.put_many(tx.connection, lines)
    return made


def seal(tx: Tx, journal_ids: Iterable[int]) -> None:
    """Seal entered movements; ConflictError when one is not balanced or breaks another rule of the ledger."""
    SEAL.put_many(tx.connection, [{"journal": journal_id, "seal": SEALED} for journal_id in journal_ids])


def account(tx: Tx, kind: LedgerAccountKind, employee_id: int, penalty_id: int | None = None) -> int:
    """Give the id of an account, made at its first use: ``debt:CF-20261123-0001``, ``wages:D001``.

    A debt belongs to one penalty, wages, refund and receivable to one person, the recovered loss to the company.
    """
    code = _code(tx, kind, employee_id, penalty_id)
    lock(tx)
    found = ACCOUNT_ID.first(tx.connection, {"code": code})
    if found is not None:
        return int(found[0])
    owner = None if kind is LedgerAccountKind.RECOVERED_LOSS else employee_id
    ACCOUNT.put(tx.connection, _account(tx, code, kind, owner, penalty_id))
    (made,) = ACCOUNT_ID.first(tx.connection, {"code": code}) or (0,)
    return int(made)


def accounts(tx: Tx, kind: LedgerAccountKind, employee_ids: Collection[int]) -> dict[int, int]:
    """Give ``{employee id: account id}`` of accounts that belong to persons, as ``account`` does for one of them."""
    lock(tx)
    found = _personal(tx, kind)
    absent = set(employee_ids) - found.keys()
    if absent:
        people = tx.connection.execute(select(Employee.id, Employee.staff_no).where(Employee.id.in_(absent)))
        new = [_account(tx, f"{kind}:{staff_no}", kind, employee_id, None) for employee_id, staff_no in people]
        ACCOUNT.put_many(tx.connection, new)
        found = _personal(tx, kind)
    return {employee_id: found[employee_id] for employee_id in employee_ids}


def balance(tx: Tx, account_id: int) -> int:
    """Give what stands on an account in fen: positive is owed to the company, negative by it."""
    total = select(func.coalesce(func.sum(LedgerLine.amount_fen), 0)).where(LedgerLine.account_id == account_id)
    return int(tx.connection.scalars(total).one())


def _journal(tx: Tx, posting: Posting) -> dict[str, object]:
    return {
        "source_key": posting.source_key,
        "kind": posting.kind,
        "reverses_id": posting.reverses_id,
        "employee_id": posting.employee_id,
        "accident_id": posting.accident_id,
        "memo": posting.memo[:MEMO_LENGTH],
        "posted_at": tx.now,
        "posted_by": tx.actor.name,
        "sealed": 0,
    }


def _account(
    tx: Tx, code: str, kind: LedgerAccountKind, owner: int | None, penalty_id: int | None
) -> dict[str, object]:
    return {"code": code, "kind": kind, "employee_id": owner, "penalty_id": penalty_id, "opened_at": tx.now}


def _personal(tx: Tx, kind: LedgerAccountKind) -> dict[int, int]:
    query = select(LedgerAccount.employee_id, LedgerAccount.id).where(LedgerAccount.kind == kind)
    return {int(employee_id or 0): account_id for employee_id, account_id in tx.connection.execute(query)}


def _id_of(tx: Tx, source_key: str) -> int:
    (found,) = JOURNAL_ID.first(tx.connection, {"key": source_key}) or (0,)
    return int(found)


def _code(tx: Tx, kind: LedgerAccountKind, employee_id: int, penalty_id: int | None) -> str:
    if kind is LedgerAccountKind.RECOVERED_LOSS:
        return kind.value
    if kind is LedgerAccountKind.DEBT:
        return f"debt:{tx.connection.scalars(select(Penalty.number).where(Penalty.id == penalty_id)).one()}"
    return f"{kind}:{tx.connection.scalars(select(Employee.staff_no).where(Employee.id == employee_id)).one()}"
