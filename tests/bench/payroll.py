"""G-payroll: a run of the payroll for ten thousand drivers with three thousand open debts, in ten seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Table, func, insert, select

from models.accidents import Accident
from models.payroll import Deduction
from models.penalties import Penalty
from models.people import Employee
from models.vocabulary import PenaltyKind, PenaltyState, Role
from services import debts
from services.payroll import exports, run, wages
from services.payroll.months import this_month
from services.transaction import WORKER, Tx
from tests.bench.measure import Result
from tests.bench.places import Place
from tests.support.accidents import accident_in
from tests.support.payroll import owing

DRIVERS, DEBTS = 10_000, 3_000
BUDGET_S = 10.0
# a third of the people who owe, owe for two cases
DOUBLE_EVERY = 3


def results(place: Place) -> Iterator[Result]:
    """Record ten thousand wages, run the month, run it again, and make its batch; give the seconds of each."""
    _fill(place)
    actor = place.world.actor(Role.FINANCE)
    with place.runtime.read(WORKER) as tx:
        month = this_month(tx)
        given = [wages.Given(number, 450_000 + place_no) for place_no, number in enumerate(_numbers(tx))]

    def timed(name: str, work: Callable[[Tx], Any], budget_s: float) -> Result:
        began = time.perf_counter()
        place.runtime.write(actor, work)
        seconds = time.perf_counter() - began
        return Result(f"payroll {name} {place.name}", seconds, budget_s, seconds / budget_s, 1.0, "s")

    yield timed("wages", lambda tx: wages.record(tx, month, given), BUDGET_S)
    yield timed("run", lambda tx: run.run(tx, month), BUDGET_S)
    yield timed("run again", lambda tx: run.run(tx, month), BUDGET_S)
    columns = tuple((column, column.value) for column in exports.ExportColumn)
    wanted = exports.Wanted(month, exports.ExportFormat.CSV, columns)
    yield timed("export", lambda tx: exports.make(tx, wanted), BUDGET_S)
    with place.runtime.read(WORKER) as tx:
        people = tx.session.scalar(select(func.count()).select_from(Deduction).where(Deduction.taken_fen > 0))
    assert people == _debtors(), people


def _debtors() -> int:
    return DEBTS - DEBTS // (DOUBLE_EVERY + 1)


def _numbers(tx: Tx) -> list[str]:
    return list(tx.session.scalars(select(Employee.staff_no).where(Employee.staff_no.startswith("P"))))


def _fill(place: Place) -> None:
    """Employ the drivers and let some owe, by bulk where the product has none."""
    model_case = accident_in(place.world, people=())
    model_penalty = owing(place.world, "D1", 100)
    with place.runtime.begin(WORKER) as tx:
        employees = [
            {"staff_no": f"P{n:05d}", "name": f"员工{n}", "department": "车队", "post": "驾驶员", "version": 1,
             "deduction_clause": True, "created_at": tx.now}
            for n in range(DRIVERS)
        ]  # fmt: skip
        tx.session.execute(insert(Employee), employees)
        ids = list(tx.session.scalars(select(Employee.id).where(Employee.staff_no.startswith("P"))))
        cases = _copies(tx, Accident, Accident.number == model_case, DEBTS, "number", "BN-")
        made = _copies(tx, Penalty, Penalty.number == model_penalty, DEBTS, "number", "BP-")
        owners = [ids[n % _debtors()] for n in range(DEBTS)]
        for row, accident_id, owner in zip(made, cases, owners, strict=True):
            row_id = {"id": row, "accident_id": accident_id, "employee_id": owner, "amount_fen": 800_000}
            tx.session.execute(Penalty.__table__.update().where(Penalty.id == row).values(row_id))  # type: ignore[attr-defined]
        for penalty in tx.session.scalars(select(Penalty).where(Penalty.id.in_(made))):
            assert (penalty.kind, penalty.state) == (PenaltyKind.LOSS_SHARE, PenaltyState.FINAL)
            debts.open_debt(tx, penalty)


def _copies(tx: Tx, table: Any, which: Any, times: int, name: str, prefix: str) -> list[int]:
    """Copy one row many times under new names and give the ids."""
    core: Table = table.__table__
    row = dict(tx.session.execute(select(core).where(which)).mappings().one())
    del row["id"]
    state = {"state": "closed"} if table is Accident else {}
    tx.session.execute(insert(core), [{**row, **state, name: f"{prefix}{n:05d}"} for n in range(times)])
    return list(tx.session.scalars(select(core.c.id).where(core.c[name].startswith(prefix)).order_by(core.c.id)))
