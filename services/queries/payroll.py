"""Wages, deductions, runs and batches of the payroll as answers and pages; money as decimal strings of yuan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from models.accidents import Accident
from models.payroll import Deduction, LedgerAccount, LedgerJournal, LedgerLine, PayrollExport, PayrollRun, Wage
from models.penalties import Penalty
from models.people import Employee
from models.vocabulary import LedgerAccountKind
from services.policy.fen import yuan
from services.queries.paging import AnySelect, Page, newest_first, page_from, paged
from services.transaction import Tx

RUN = (PayrollRun.id, PayrollRun.month, PayrollRun.seq, PayrollRun.people, PayrollRun.taken_fen, PayrollRun.ran_at,
       PayrollRun.ran_by)  # fmt: skip
BATCH = (
    PayrollExport.id, PayrollExport.number, PayrollExport.month, PayrollExport.seq, PayrollExport.form,
    PayrollExport.columns, PayrollExport.rows, PayrollExport.total_fen, PayrollExport.refunds_fen,
    PayrollExport.sha256, PayrollExport.made_at, PayrollExport.made_by,
)  # fmt: skip


def wage_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of wages, newest first; filters: month, staff_no."""
    query = select(
        Wage.id, Employee.staff_no, Employee.name, Wage.month, Wage.gross_fen, Wage.minimum_fen, Wage.recorded_at,
        Wage.recorded_by, Deduction.taken_fen,
    ).join(Employee, Employee.id == Wage.employee_id)  # fmt: skip
    query = query.outerjoin(Deduction, (Deduction.employee_id == Wage.employee_id) & (Deduction.month == Wage.month))
    return paged(tx.session, newest_first(_filtered(query, Wage, filters), Wage.id, page), page, _wage)


def deduction_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of deductions with the debts that each of them paid, newest first; filters: month, staff_no."""
    query = select(Deduction, Employee.staff_no, Employee.name).join(Employee, Employee.id == Deduction.employee_id)
    query = newest_first(_filtered(query, Deduction, filters), Deduction.id, page)
    rows = tx.session.execute(query).all()
    parts = parts_of(tx, [row.Deduction.journal_id for row in rows])

    def shown(row: Any) -> dict[str, Any]:
        return {"staff_no": row.staff_no, "name": row.name, **deduction_view(row.Deduction, parts)}

    return page_from(rows, page, shown, last=lambda row: int(row.Deduction.id))


def deduction_view(row: Deduction, parts: Mapping[int, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Give one deduction with what it paid."""
    return {
        "month": row.month,
        "gross_wage": yuan(row.wage_fen),
        "minimum_wage": yuan(row.minimum_fen),
        "owed": yuan(row.owed_fen),
        "taken": yuan(row.taken_fen),
        "made_at": row.made_at,
        "parts": [
            {"penalty": part["penalty"], "accident": part["accident"], "taken": yuan(part["taken_fen"])}
            for part in parts.get(row.journal_id or 0, ())
        ],
    }


def parts_of(tx: Tx, journals: Sequence[int | None]) -> dict[int, list[dict[str, Any]]]:
    """Give by the journal of a deduction which penalties of which accidents it paid, and the fen of each."""
    query = (
        select(LedgerJournal.id, Penalty.number, Accident.number, -LedgerLine.amount_fen)
        .join(LedgerLine, LedgerLine.journal_id == LedgerJournal.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .join(Penalty, Penalty.id == LedgerAccount.penalty_id)
        .join(Accident, Accident.id == Penalty.accident_id)
        .where(LedgerAccount.kind == LedgerAccountKind.DEBT, LedgerJournal.id.in_(journals))
        .order_by(LedgerLine.id)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for journal_id, penalty, accident, taken_fen in tx.connection.execute(query):
        part = {"penalty": penalty, "accident": accident, "taken_fen": taken_fen}
        found.setdefault(journal_id, []).append(part)
    return found


def run_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of runs, newest first; filters: month."""
    query = select(*RUN)
    if "month" in filters:
        query = query.where(PayrollRun.month == filters["month"])
    return paged(tx.session, newest_first(query, PayrollRun.id, page), page, _run)


def month_view(tx: Tx, month: str) -> dict[str, Any]:
    """Count a month's runs and the people it took from, and add up what was taken."""
    taken = select(func.count(), func.coalesce(func.sum(Deduction.taken_fen), 0)).where(Deduction.month == month)
    people, taken_fen = tx.session.execute(taken).one()
    runs = select(func.count()).select_from(PayrollRun).where(PayrollRun.month == month)
    return {"month": month, "runs": tx.session.scalar(runs), "people": people, "taken": yuan(int(taken_fen))}


def export_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of batches without their content, newest first; filters: month."""
    query = select(*BATCH)
    if "month" in filters:
        query = query.where(PayrollExport.month == filters["month"])
    return paged(tx.session, newest_first(query, PayrollExport.id, page), page, export_view)


def export_view(row: Any) -> dict[str, Any]:
    """Give one batch without its content."""
    shown = {name: getattr(row, name) for name in ("number", "month", "seq", "form", "rows", "sha256", "made_at",
                                                    "made_by")}  # fmt: skip
    sums = {"deducted": yuan(row.total_fen), "refunded": yuan(row.refunds_fen)}
    return {**shown, **sums, "columns": row.columns["columns"]}


def _filtered(query: AnySelect, table: type[Wage | Deduction], filters: Mapping[str, Any]) -> AnySelect:
    if "month" in filters:
        query = query.where(table.month == filters["month"])
    if "staff_no" in filters:
        query = query.where(Employee.staff_no == filters["staff_no"])
    return query


def _wage(row: Any) -> dict[str, Any]:
    return {
        "staff_no": row.staff_no,
        "name": row.name,
        "month": row.month,
        "gross_wage": yuan(row.gross_fen),
        "minimum_wage": yuan(row.minimum_fen),
        "taken": None if row.taken_fen is None else yuan(row.taken_fen),
        "recorded_at": row.recorded_at,
        "recorded_by": row.recorded_by,
    }


def _run(row: Any) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in ("month", "seq", "people", "ran_at", "ran_by")}
    return {**shown, "taken": yuan(row.taken_fen)}
