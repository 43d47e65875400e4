"""The payroll of ten thousand drivers with three thousand open debts: seconds, and a run against its bare rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from statistics import median
from typing import Any

import orjson
from sqlalchemy import Table, insert, select

from models.accidents import Accident
from models.payroll import Deduction, LedgerAccount, LedgerJournal, LedgerLine, PayrollRun
from models.payroll import Wage as WageRow
from models.penalties import Penalty
from models.people import Employee
from models.records import JournalEntry
from models.vocabulary import JournalKind, LedgerAccountKind, Role
from services import ledger
from services.ledger import Posting
from services.payroll import exports, run, wages
from services.transaction import WORKER, Tx
from tests.bench import places
from tests.bench.floor import Raw
from tests.bench.measure import Meter, Result
from tests.bench.places import Place
from tests.support.accidents import accident_in
from tests.support.payroll import owing

DRIVERS, DEBTS, OWED_FEN = 10_000, 3_000, 800_000
BUDGET_S = 10.0
# the floor reads and decides nothing
GOAL_RATIO = 2.5
# a third of the people who owe, owe for two cases
DOUBLE_EVERY = 3
# the first month warms up
MONTHS = ("2026-03", "2026-04", "2026-05", "2026-06")
# what a run writes, parents first; journals are sealed at the end, as the ledger's guards want it
WRITTEN = tuple(
    model.__table__ for model in (LedgerAccount, PayrollRun, LedgerJournal, LedgerLine, Deduction, JournalEntry)
)
SEAL = "UPDATE ledger_journals SET sealed = 1 WHERE id = :id"
Rows = Mapping[Any, Sequence[dict[str, Any]]]


def results(place: Place) -> Iterator[Result]:
    """Pay four months: the seconds of the slowest of each step, and a run's CPU against the driver writing its rows."""
    with places.another(place) as ours, places.another(place) as bare:
        for each in (ours, bare):
            _fill(each)
        with closing(Raw(ours)) as read, closing(Raw(bare)) as raw:
            seconds: dict[str, list[float]] = {}
            spent = [_paid(ours, bare, read, raw, month, seconds) for month in MONTHS]
        for step, took in seconds.items():
            worst = max(took)
            yield Result(f"payroll {step} {place.name}", worst, BUDGET_S, worst / BUDGET_S, 1.0, "s")
        counted = spent[1:]
        ratio = median(product / floor for product, floor in counted)
        product, floor = (median(pair[side] for pair in counted) for side in (0, 1))
        yield Result(f"payroll rows {place.name}", product, floor, ratio, GOAL_RATIO, "s CPU")


def _paid(
    ours: Place, bare: Place, read: Raw, raw: Raw, month: str, seconds: dict[str, list[float]]
) -> tuple[float, float]:
    """Pay a month in the product, write the run's rows elsewhere by the driver; give the CPU seconds of both."""
    actor = ours.world.actor(Role.FINANCE)
    ours.world.clock.move_to(datetime.fromisoformat(f"{month}-28T20:00:00+08:00"))
    with ours.runtime.read(WORKER) as tx:
        given = [wages.Given(number, 450_000 + place_no) for place_no, number in enumerate(_numbers(tx))]
    columns = tuple((column, column.value) for column in exports.ExportColumn)
    wanted = exports.Wanted(month, exports.ExportFormat.CSV, columns)

    def do(name: str, work: Callable[[Tx], Any]) -> None:
        began = time.perf_counter()
        ours.runtime.write(actor, work)
        seconds.setdefault(name, []).append(time.perf_counter() - began)

    do("wages", lambda tx: wages.record(tx, month, given))
    before, meter = _last_ids(read), Meter({*ours.meter()._pids, *bare.meter()._pids})
    began = meter.read()
    do("run", lambda tx: run.run(tx, month))
    product = meter.read() - began
    rows = _since(read, before)
    do("run again", lambda tx: run.run(tx, month))
    assert not any(_since(read, _last_ids(read)).values())
    do("export", lambda tx: exports.make(tx, wanted))
    assert len(rows[Deduction.__table__]) == _debtors(), len(rows[Deduction.__table__])
    _put(raw, {WageRow.__table__: _of_month(read, month)})
    began = meter.read()
    _put(raw, rows)
    return product, meter.read() - began


def _last_ids(raw: Raw) -> dict[Any, int]:
    return {table: raw.one(f"SELECT coalesce(max(id), 0) FROM {table.name}", {}) for table in WRITTEN}


def _since(raw: Raw, before: Mapping[Any, int]) -> Rows:
    """Give what was written since, in the driver's own values."""
    return {table: _rows(raw, table, "id > :after", {"after": before[table]}) for table in WRITTEN}


def _of_month(raw: Raw, month: str) -> Sequence[dict[str, Any]]:
    return _rows(raw, WageRow.__table__, "month = :month", {"month": month})


def _rows(raw: Raw, table: Any, limit: str, values: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    names = [column.name for column in table.columns]
    found = raw.rows(raw.sql(f"SELECT {', '.join(names)} FROM {table.name} WHERE {limit} ORDER BY id"), values)
    return [{name: _plain(value) for name, value in zip(names, row, strict=True)} for row in found]


def _plain(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, (dict, list)) else value


def _put(raw: Raw, rows: Rows) -> None:
    """Write rows as they are in one transaction, and seal the journals among them."""
    journals = LedgerJournal.__table__
    with raw.unit():
        for table, some in rows.items():
            if some:
                names = list(some[0])
                statement = (
                    f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join(f':{n}' for n in names)})"
                )
                open_still = {"sealed": 0} if table is journals else {}
                raw.put_many(raw.sql(statement), [{**row, **open_still} for row in some])
        raw.put_many(raw.sql(SEAL), [{"id": row["id"]} for row in rows.get(journals, ())])


def _debtors() -> int:
    return DEBTS - DEBTS // (DOUBLE_EVERY + 1)


def _numbers(tx: Tx) -> list[str]:
    return list(tx.session.scalars(select(Employee.staff_no).where(Employee.staff_no.startswith("P"))))


def _fill(place: Place) -> None:
    """Employ the drivers and let some owe, by bulk where the product goes one by one."""
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
        cases = _copies(tx, Accident, Accident.number == model_case, "BN-", [{"state": "closed"}] * DEBTS)
        owed = [
            {"accident_id": case, "employee_id": ids[n % _debtors()], "amount_fen": OWED_FEN}
            for n, case in enumerate(cases)
        ]
        made = _copies(tx, Penalty, Penalty.number == model_penalty, "BP-", owed)
        _open(tx, made, [row["employee_id"] for row in owed])


def _open(tx: Tx, penalties: Sequence[int], owners: Sequence[int]) -> None:
    """Open the debts as the product does, all in one go."""
    common = {"kind": LedgerAccountKind.DEBT, "opened_at": tx.now}
    rows = [
        {"code": f"debt:BP-{n:05d}", "penalty_id": penalty, "employee_id": owner, **common}
        for n, (penalty, owner) in enumerate(zip(penalties, owners, strict=True))
    ]
    tx.session.execute(insert(LedgerAccount), rows)
    known = select(LedgerAccount.penalty_id, LedgerAccount.id).where(LedgerAccount.penalty_id.in_(penalties))
    accounts = dict(tx.session.execute(known).tuples().all())
    company = ledger.account(tx, LedgerAccountKind.RECOVERED_LOSS, owners[0])
    postings = [
        Posting(f"debt:{penalty}", JournalKind.DEBT, owner, ((accounts[penalty], OWED_FEN), (company, -OWED_FEN)), "")
        for penalty, owner in zip(penalties, owners, strict=True)
    ]
    ledger.seal(tx, ledger.enter(tx, postings).values())


def _copies(tx: Tx, table: Any, which: Any, prefix: str, changes: Sequence[Mapping[str, Any]]) -> list[int]:
    """Copy one row many times under new numbers, each with its own changes, and give the ids."""
    core: Table = table.__table__
    row = dict(tx.session.execute(select(core).where(which)).mappings().one())
    del row["id"]
    rows = [{**row, **changed, "number": f"{prefix}{n:05d}"} for n, changed in enumerate(changes)]
    tx.session.execute(insert(core), rows)
    return list(tx.session.scalars(select(core.c.id).where(core.c.number.startswith(prefix)).order_by(core.c.id)))
