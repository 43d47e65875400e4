"""A person's statement: what he owes and why, what each month took, what the company owes him. From the ledger."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from models.accidents import Accident
from models.payroll import Deduction, LedgerAccount, LedgerJournal, LedgerLine
from models.penalties import Penalty
from models.people import Employee
from models.vocabulary import ActorKind, JournalKind, LedgerAccountKind, Role
from services.accident_cases import is_self
from services.errors import NotFoundError
from services.payroll.owed import ENFORCED
from services.policy.fen import yuan
from services.queries.payroll import deduction_view, parts_of
from services.transaction import Tx

K = LedgerAccountKind
READERS = (Role.FINANCE, Role.HR, Role.MANAGER, Role.GENERAL_MANAGER)
# who prints statements without anybody's roles
PROCESSES = frozenset({ActorKind.WORKER, ActorKind.CLI})
PENALTY = (Penalty.number, Penalty.kind, Penalty.amount_fen, Penalty.approved_at, Penalty.served_at)


def statement(tx: Tx, staff_no: str) -> dict[str, Any]:
    """Give the statement of one person, to himself and to who runs the payroll; NotFoundError for anybody else's.

    Our own processes read any. Only what took effect stands in it: a proposal, and a decision that may still be
    appealed against, do not.
    """
    person = tx.session.scalar(select(Employee).where(Employee.staff_no == staff_no))
    process = tx.actor.kind in PROCESSES
    if person is None or not (process or tx.actor.has(*READERS) or is_self(tx.actor, person)):
        raise NotFoundError
    debts = _debts(tx, person.id)
    return {
        "staff_no": person.staff_no,
        "name": person.name,
        "department": person.department,
        "deduction_clause": person.deduction_clause,
        "left_on": person.left_on,
        "debts": debts,
        "deductions": _deductions(tx, person.id),
        "refunds": _refunds(tx, person.id),
        "owed": yuan(sum(_standing(tx, person.id, K.DEBT, above=0).values())),
        "receivable": yuan(sum(_standing(tx, person.id, K.RECEIVABLE).values())),
        "refund_owed": yuan(-sum(_standing(tx, person.id, K.REFUND).values())),
    }


def _debts(tx: Tx, employee_id: int) -> list[dict[str, Any]]:
    """Give each debt with every movement on it, the earliest approved first."""
    query = (
        select(LedgerAccount.id, *PENALTY, Accident.number.label("accident"), Accident.state)
        .join(Penalty, Penalty.id == LedgerAccount.penalty_id)
        .join(Accident, Accident.id == Penalty.accident_id)
        .where(LedgerAccount.employee_id == employee_id, LedgerAccount.kind == K.DEBT)
        .order_by(Penalty.approved_at, Penalty.id)
    )
    entries = _entries(tx, employee_id, K.DEBT)
    return [
        {
            "penalty": row.number,
            "accident": row.accident,
            "kind": row.kind,
            "amount": yuan(row.amount_fen),
            "approved_at": row.approved_at,
            "served_at": row.served_at,
            "suspended": row.state not in ENFORCED,
            "owed": yuan(sum(entry["fen"] for entry in entries[row.id])),
            "entries": [_said(entry) for entry in entries[row.id]],
        }
        for row in tx.session.execute(query)
    ]


def _deductions(tx: Tx, employee_id: int) -> list[dict[str, Any]]:
    query = select(Deduction).where(Deduction.employee_id == employee_id).order_by(Deduction.month)
    rows = tx.session.scalars(query).all()
    parts = parts_of(tx, [row.journal_id for row in rows])
    return [deduction_view(row, parts) for row in rows]


def _refunds(tx: Tx, employee_id: int) -> list[dict[str, Any]]:
    """Give what became owed to the person, and what was paid of it, in their order."""
    entries = [entry for theirs in _entries(tx, employee_id, K.REFUND).values() for entry in theirs]
    return [{**_said({**entry, "fen": -entry["fen"]}), "paid": entry["kind"] is JournalKind.REFUND_PAID}
            for entry in entries]  # fmt: skip


def _entries(tx: Tx, employee_id: int, kind: LedgerAccountKind) -> dict[int, list[dict[str, Any]]]:
    """Give every line on the person's accounts of a kind, by account, in the order of posting."""
    query = (
        select(LedgerLine.account_id, LedgerLine.amount_fen, LedgerJournal.kind, LedgerJournal.memo,
               LedgerJournal.posted_at)
        .join(LedgerJournal, LedgerJournal.id == LedgerLine.journal_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(LedgerAccount.employee_id == employee_id, LedgerAccount.kind == kind)
        .order_by(LedgerLine.id)
    )  # fmt: skip
    found: dict[int, list[dict[str, Any]]] = {}
    for row in tx.session.execute(query):
        entry = {"kind": row.kind, "memo": row.memo, "at": row.posted_at, "fen": row.amount_fen}
        found.setdefault(row.account_id, []).append(entry)
    return found


def _said(entry: dict[str, Any]) -> dict[str, Any]:
    return {"kind": entry["kind"], "memo": entry["memo"], "at": entry["at"], "amount": yuan(entry["fen"])}


def _standing(tx: Tx, employee_id: int, kind: LedgerAccountKind, above: int | None = None) -> dict[int, int]:
    """Give what stands on the person's accounts of a kind; ``above`` leaves out the others."""
    total = func.sum(LedgerLine.amount_fen)
    query = (
        select(LedgerAccount.id, total)
        .join(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
        .where(LedgerAccount.employee_id == employee_id, LedgerAccount.kind == kind)
        .group_by(LedgerAccount.id)
    )
    query = query if above is None else query.having(total > above)
    return {account_id: int(fen) for account_id, fen in tx.session.execute(query)}
