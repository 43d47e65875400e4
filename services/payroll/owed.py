"""Everybody who owes, with wage and contract, read for a run of the payroll in two questions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import func, select

from models import payroll
from models.accidents import Accident
from models.payroll import Deduction, LedgerAccount, LedgerLine
from models.penalties import Penalty
from models.people import Employee
from models.vocabulary import AccidentState, LedgerAccountKind
from services.policy.payroll.people import Debt, Person, Wage
from services.transaction import Tx

PAID = payroll.Wage
# a case in any other state is being handled anew: its money waits (domain 4.1)
ENFORCED = frozenset({AccidentState.ENFORCING, AccidentState.CLOSABLE, AccidentState.CLOSED})


def who_owe(tx: Tx, month: str) -> list[Person]:
    """Give everybody with an open debt, by his number in the database; each one's debts by approval, then number."""
    owed = func.sum(LedgerLine.amount_fen).label("owed")
    open_debts = (
        select(LedgerAccount.penalty_id, owed)
        .join(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
        .where(LedgerAccount.kind == LedgerAccountKind.DEBT)
        .group_by(LedgerAccount.penalty_id)
        .having(owed > 0)
        .subquery()
    )
    query = (
        select(
            Employee.id, Employee.staff_no, Employee.deduction_clause, Employee.left_on, PAID.gross_fen,
            PAID.minimum_fen, Penalty.id, Penalty.number, open_debts.c.owed, Penalty.served_at, Accident.state,
        )
        .join_from(open_debts, Penalty, Penalty.id == open_debts.c.penalty_id)
        .join(Accident, Accident.id == Penalty.accident_id)
        .join(Employee, Employee.id == Penalty.employee_id)
        .outerjoin(PAID, (PAID.employee_id == Employee.id) & (PAID.month == month))
        .order_by(Employee.id, Penalty.approved_at, Penalty.id)
    )  # fmt: skip
    rows = tx.connection.execute(query).all()
    return [_person([*theirs]) for _, theirs in groupby(rows, itemgetter(0))]


def served_already(tx: Tx, month: str) -> set[int]:
    """Give the employees from whose wage of the month a deduction was made."""
    return set(tx.session.scalars(select(Deduction.employee_id).where(Deduction.month == month)))


def _person(rows: Sequence[Any]) -> Person:
    employee_id, staff_no, clause, left_on, gross_fen, minimum_fen, *_ = rows[0]
    debts = tuple(
        Debt(penalty_id, number, int(owed_fen), served=served_at is not None, enforced=state in ENFORCED)
        for *_, penalty_id, number, owed_fen, served_at, state in rows
    )
    wage = None if gross_fen is None else Wage(gross_fen, minimum_fen)
    return Person(employee_id, staff_no, clause, wage, debts, left_on)
