"""The monthly run: one lawful deduction per person over all his cases, the leavers' rest to the receivables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from models.payroll import Deduction, LedgerAccount, PayrollRun, Wage
from models.vocabulary import JournalKind, LedgerAccountKind
from services import ledger
from services.ledger import Posting
from services.payroll import leavers
from services.payroll.months import last_run, of_month, this_month
from services.payroll.owed import served_already, who_owe
from services.policy.findings import Finding, require
from services.policy.payroll.collecting import Decision, decide, leaves_with
from services.policy.payroll.months import run_objections
from services.policy.payroll.people import Person
from services.policy.payroll.people import Wage as MonthWage
from services.prepared import inserting
from services.queries.payroll import month_view
from services.transaction import Tx

DEDUCTION = inserting(Deduction)
RUN = inserting(PayrollRun, PayrollRun.id)


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision that takes something, and the wage it is taken from."""

    person: Person
    wage: MonthWage
    decision: Decision


def run(tx: Tx, month: str) -> dict[str, Any]:
    """Make the deductions of a month that were not made yet; a second run finds nothing left to do (E16).

    Gives the month as it stands: how many people gave how much, and for every debt that was left alone, why.
    RuleBrokenError for a future month, one without wages, or one before the latest that was run.
    """
    ledger.lock(tx)
    wages = tx.session.scalar(select(Wage.id).where(Wage.month == month).limit(1)) is not None
    require(run_objections(month, this_month(tx), last_run(tx), wages=wages))
    done = served_already(tx, month)
    takings, reasons, leaving = _decided(tx, month, done)
    if takings or not _was_run(tx, month):
        _take(tx, month, takings)
    leavers.settle(tx, month, leaving)
    return {**month_view(tx, month), "left": reasons}


def _decided(tx: Tx, month: str, done: set[int]) -> tuple[list[Taken], list[Finding], list[Person]]:
    """Decide for everybody who owes; ``done`` gave this month already, and only what waits is said of them again."""
    takings: list[Taken] = []
    reasons: list[Finding] = []
    leaving: list[Person] = []
    for person in who_owe(tx, month):
        decision = decide(person, month, tx.ruleset.payroll.wage_share_percent)
        if leaves_with(person, month):
            leaving.append(person)
        told = person.employee_id not in done and person not in leaving[-1:]
        reasons += decision.reasons if told else decision.waiting
        if decision.parts and person.wage is not None and person.employee_id not in done:
            takings.append(Taken(person, person.wage, decision))
    return takings, reasons, leaving


def _take(tx: Tx, month: str, takings: Sequence[Taken]) -> None:
    """Write the run, its journals and deductions, and seal them: a few statements, each for everybody."""
    total_fen = sum(taking.decision.taken_fen for taking in takings)
    seq = month_view(tx, month)["runs"] + 1
    row = {"month": month, "seq": seq, "people": len(takings), "taken_fen": total_fen}
    (run_id,) = RUN.first(tx.connection, {**row, "ran_at": tx.now, "ran_by": tx.actor.name}) or (0,)
    postings = _postings(tx, month, takings)
    journals = ledger.enter(tx, postings)
    DEDUCTION.put_many(
        tx.connection,
        [
            {
                "employee_id": taking.person.employee_id,
                "month": month,
                "run_id": run_id,
                "wage_fen": taking.wage.gross_fen,
                "minimum_fen": taking.wage.minimum_fen,
                "owed_fen": taking.decision.owed_fen,
                "taken_fen": taking.decision.taken_fen,
                "journal_id": journals[posting.source_key],
                "made_at": tx.now,
            }
            for taking, posting in zip(takings, postings, strict=True)
        ],
    )
    ledger.seal(tx, journals.values())
    tx.journal("payroll.run", of_month(month), row)


def _postings(tx: Tx, month: str, takings: Sequence[Taken]) -> list[Posting]:
    wages = ledger.accounts(tx, LedgerAccountKind.WAGES, [taking.person.employee_id for taking in takings])
    penalties = [penalty_id for taking in takings for penalty_id, _ in taking.decision.parts]
    debts = _debt_accounts(tx, set(penalties))
    return [
        Posting(
            source_key=f"deduction:{month}:{taking.person.employee_id}",
            kind=JournalKind.DEDUCTION,
            employee_id=taking.person.employee_id,
            lines=(
                (wages[taking.person.employee_id], taking.decision.taken_fen),
                *((debts[penalty_id], -fen) for penalty_id, fen in taking.decision.parts),
            ),
            memo=month,
        )
        for taking in takings
    ]


def _debt_accounts(tx: Tx, penalties: set[int]) -> dict[int, int]:
    query = select(LedgerAccount.penalty_id, LedgerAccount.id).where(LedgerAccount.kind == LedgerAccountKind.DEBT)
    return {penalty_id: account for penalty_id, account in tx.connection.execute(query) if penalty_id in penalties}


def _was_run(tx: Tx, month: str) -> bool:
    return tx.session.scalar(select(PayrollRun.id).where(PayrollRun.month == month).limit(1)) is not None
