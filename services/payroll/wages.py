"""The real gross wages of a month: recorded by the hundred, amended until something is taken from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update

from models.payroll import Deduction, Wage
from models.people import Employee
from services import ledger
from services.payroll.months import of_month, this_month
from services.policy.fen import yuan
from services.policy.findings import Finding, require
from services.policy.payroll.months import minimum_objections, month_objections
from services.prepared import Prepared, inserting
from services.transaction import Tx

NEW = inserting(Wage)
AMENDED = Prepared(
    update(Wage)
    .where(Wage.id == bindparam("wage"))
    .values({name: bindparam(name) for name in ("gross_fen", "minimum_fen", "recorded_at", "recorded_by")})
)


@dataclass(frozen=True, slots=True)
class Given:
    """One person's gross wage in fen; ``minimum_fen`` None: the minimum wage known for it, else the standard."""

    staff_no: str
    gross_fen: int
    minimum_fen: int | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What is recorded of one person: his wage of the month, if any, and what was taken from it."""

    employee_id: int
    wage_id: int | None = None
    gross_fen: int = 0
    minimum_fen: int = 0
    taken_fen: int | None = None


def record(tx: Tx, month: str, wages: Sequence[Given]) -> dict[str, Any]:
    """Record wages of a month and count what became of them; the same ones again change nothing.

    All or none: RuleBrokenError names everybody who is unknown, stands there twice, is below the minimum wage in
    force, or whose wage something was taken from already.
    """
    ledger.lock(tx)
    known = _known(tx, month, [given.staff_no for given in wages])
    standard_fen = tx.ruleset.payroll.minimum_wage_fen
    require([*month_objections(month, this_month(tx)), *_objections(month, wages, known, standard_fen)])
    new, amended = [], []
    for given in wages:
        before = known[given.staff_no]
        row = _row(tx, month, given, before, standard_fen)
        if before.wage_id is None:
            new.append(row)
        elif _differs(given, before):
            amended.append({**row, "wage": before.wage_id})
    NEW.put_many(tx.connection, new)
    AMENDED.put_many(tx.connection, amended)
    counts = {"recorded": len(new), "amended": len(amended), "unchanged": len(wages) - len(new) - len(amended)}
    if new or amended:
        tx.journal("payroll.wages_recorded", of_month(month), {**counts, "gross_fen": sum(w.gross_fen for w in wages)})
    return {"month": month, **counts}


def _known(tx: Tx, month: str, numbers: Sequence[str]) -> dict[str, _Known]:
    """Look everybody up at once: by staff number his id, his wage of the month and what was taken from it."""
    query = (
        select(Employee.staff_no, Employee.id, Wage.id, Wage.gross_fen, Wage.minimum_fen, Deduction.taken_fen)
        .outerjoin(Wage, (Wage.employee_id == Employee.id) & (Wage.month == month))
        .outerjoin(Deduction, (Deduction.employee_id == Employee.id) & (Deduction.month == month))
    )
    wanted = set(numbers)
    rows = tx.connection.execute(query)
    return {row[0]: _Known(row[1], row[2], row[3] or 0, row[4] or 0, row[5]) for row in rows if row[0] in wanted}


def _objections(
    month: str, wages: Sequence[Given], known: Mapping[str, _Known], standard_fen: int
) -> Iterator[Finding]:
    for staff_no, times in Counter(given.staff_no for given in wages).items():
        if times > 1:
            yield Finding("WAGE_NAMED_TWICE", {"staff_no": staff_no})
    for given in wages:
        before = known.get(given.staff_no)
        if before is None:
            yield Finding("EMPLOYEE_UNKNOWN", {"field": "staff_no", "value": given.staff_no})
            continue
        known_minimum = None if before.wage_id is None else before.minimum_fen
        if given.minimum_fen not in {None, known_minimum}:
            yield from minimum_objections(given.staff_no, given.minimum_fen or 0, standard_fen)
        if before.taken_fen is not None and _differs(given, before):
            facts = {"staff_no": given.staff_no, "month": month, "taken": yuan(before.taken_fen)}
            yield Finding("WAGE_ALREADY_DEDUCTED", facts)


def _differs(given: Given, before: _Known) -> bool:
    return given.gross_fen != before.gross_fen or given.minimum_fen not in {None, before.minimum_fen}


def _row(tx: Tx, month: str, given: Given, before: _Known, standard_fen: int) -> dict[str, Any]:
    minimum_fen = given.minimum_fen
    if minimum_fen is None:
        minimum_fen = standard_fen if before.wage_id is None else before.minimum_fen
    return {
        "employee_id": before.employee_id,
        "month": month,
        "gross_fen": given.gross_fen,
        "minimum_fen": minimum_fen,
        "recorded_at": tx.now,
        "recorded_by": tx.actor.name,
    }
