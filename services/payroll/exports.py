"""Batches for the payroll office: what is withheld from and paid back with the wages of a month, immutable and hashed.

Every batch of a month is the whole of it as it then stands; a later one replaces an earlier one at the office, never
here. Making a batch pays the refunds that are owed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import func, select

from models.payroll import Deduction, PayrollExport, Wage
from models.people import Employee
from models.vocabulary import ExportColumn, ExportFormat
from services import ledger
from services.errors import NotFoundError
from services.payroll import refunds, sheets
from services.payroll.months import of_month, this_month
from services.payroll.sheets import Value
from services.policy.findings import Finding, require
from services.policy.payroll.columns import column_objections
from services.policy.payroll.months import month_objections
from services.queries.payroll import parts_of
from services.transaction import Tx

C = ExportColumn
BATCH = "KK"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which batch is asked for; ``columns`` are ``(column, header)`` in their order."""

    month: str
    form: ExportFormat
    columns: tuple[tuple[ExportColumn, str], ...]


def make(tx: Tx, wanted: Wanted) -> PayrollExport:
    """Pay the refunds that are owed and write down the month as a batch.

    RuleBrokenError for a future month, a month without anything, or columns that stand twice or are missing. A
    refund goes with the newest month only: the batch of a month before it is made again without new ones.
    """
    ledger.lock(tx)
    require([*month_objections(wanted.month, this_month(tx)), *column_objections(wanted.columns)])
    number = tx.next_number(BATCH)
    if wanted.month >= (tx.session.scalar(select(func.max(PayrollExport.month))) or ""):
        refunds.pay(tx, wanted.month, number)
    people = _people(tx, wanted.month)
    require([] if people else [Finding("PAYROLL_NOTHING_TO_EXPORT", {"month": wanted.month})])
    rows = [[values[column] for column, _ in wanted.columns] for values in people]
    content = sheets.written(wanted.form, [header for _, header in wanted.columns], rows, tx.now)
    seq = tx.session.scalar(select(func.max(PayrollExport.seq)).where(PayrollExport.month == wanted.month))
    made = PayrollExport(
        number=number,
        month=wanted.month,
        seq=(seq or 0) + 1,
        form=wanted.form,
        columns={"columns": [{"field": column.value, "header": header} for column, header in wanted.columns]},
        rows=len(rows),
        total_fen=sum(_fen(values[C.DEDUCTION]) for values in people),
        refunds_fen=sum(_fen(values[C.REFUND]) for values in people),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        made_at=tx.now,
        made_by=tx.actor.name,
    )
    tx.session.add(made)
    tx.session.flush()
    facts = {"number": number, "seq": made.seq, "rows": made.rows, "sha256": made.sha256}
    tx.journal("payroll.exported", of_month(wanted.month), {**facts, "total_fen": made.total_fen})
    return made


def content_of(tx: Tx, number: str) -> tuple[PayrollExport, bytes]:
    """Give a batch and its bytes; NotFoundError for an unknown number."""
    found = tx.session.scalar(select(PayrollExport).where(PayrollExport.number == number))
    if found is None:
        raise NotFoundError
    return found, found.content


def _people(tx: Tx, month: str) -> list[dict[ExportColumn, Value]]:
    """Give a row for everybody from whom something was taken, or to whom something is paid back, by staff number."""
    paid = refunds.paid_in(tx, month)
    query = (
        select(
            Employee.id, Employee.staff_no, Employee.name, Employee.department, Wage.gross_fen, Deduction.taken_fen,
            Deduction.journal_id,
        )
        .outerjoin(Wage, (Wage.employee_id == Employee.id) & (Wage.month == month))
        .outerjoin(Deduction, (Deduction.employee_id == Employee.id) & (Deduction.month == month))
        .where((Deduction.taken_fen > 0) | Employee.id.in_(paid))
        .order_by(Employee.staff_no)
    )  # fmt: skip
    rows = tx.connection.execute(query).all()
    parts = parts_of(tx, [row.journal_id for row in rows])
    return [
        {
            C.STAFF_NO: row.staff_no,
            C.NAME: row.name,
            C.DEPARTMENT: row.department,
            C.MONTH: month,
            C.GROSS_WAGE: row.gross_fen,
            C.DEDUCTION: row.taken_fen or 0,
            C.REFUND: paid.get(row.id, 0),
            C.CASES: "; ".join(dict.fromkeys(part["accident"] for part in parts.get(row.journal_id, ()))),
        }
        for row in rows
    ]


def _fen(value: Value) -> int:
    return value if isinstance(value, int) else 0
