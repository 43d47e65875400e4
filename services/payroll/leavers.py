"""What a person who left still owes after his last wage: a receivable for personnel and the lawyers (E12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from models.penalties import Penalty
from models.vocabulary import JournalKind, LedgerAccountKind, TaskKind
from services import debts, ledger, tasks
from services.ledger import Posting
from services.policy.fen import yuan
from services.policy.payroll.collecting import collectable
from services.policy.payroll.people import Debt, Person
from services.transaction import Subject, Tx

# [DEF] how long somebody has to begin collecting it
COLLECT_WITHIN = timedelta(days=30)


def settle(tx: Tx, month: str, leaving: Sequence[Person]) -> None:
    """Move what leavers still owe off their debts, after their last deduction; once per penalty."""
    for person in leaving:
        owed = dict(debts.outstanding(tx, person.employee_id))
        for debt in collectable(person):
            if debt.penalty_id in owed:
                _move(tx, month, person, debt, owed[debt.penalty_id])


def _move(tx: Tx, month: str, person: Person, debt: Debt, owed_fen: int) -> None:
    penalty = tx.session.get_one(Penalty, debt.penalty_id)
    account = ledger.account(tx, LedgerAccountKind.DEBT, person.employee_id, penalty.id)
    receivable = ledger.account(tx, LedgerAccountKind.RECEIVABLE, person.employee_id)
    lines = ((receivable, owed_fen), (account, -owed_fen))
    key = debts.leaver_key(penalty)
    ledger.post(
        tx, Posting(key, JournalKind.LEAVER, person.employee_id, lines, f"{month} {debt.penalty}", penalty.accident_id)
    )
    facts = {"staff_no": person.staff_no, "penalty": debt.penalty, "amount": yuan(owed_fen)}
    tasks.raise_task(
        tx, TaskKind.COLLECT_RECEIVABLE, debts.receivable_key(penalty), tx.now + COLLECT_WITHIN, facts=facts
    )
    tx.journal("penalty.receivable", Subject("penalty", penalty.id), {"month": month, "amount_fen": owed_fen})
