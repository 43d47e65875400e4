"""Nothing of the ledger stays open, is emptied, or slips between two who write at once."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from services.database import NAMED_GUARDS
from services.database import _translated as translated
from services.errors import ConflictError
from services.runtime import Runtime
from tests.support import raw_ledger
from tests.support.deduction_attempts import almost_paid
from tests.support.ledger_attempts import FREE, Case, J, attempted, two_lines
from tests.support.raw_ledger import MONTH, Books
from tests.support.waiting import PATIENCE_S, until, waits_for_a_lock


def open_at_commit(books: Books) -> None:
    two_lines(books, books.journal("hand:1", "transfer"), 100, -100)


def test_no_journal_is_open_after_a_commit(runtime: Runtime) -> None:
    engine = runtime.database.engine
    with pytest.raises(DBAPIError):
        attempted(engine, Case("open", "", open_at_commit, (), ()))
    assert found(engine) == 0


def test_without_the_deferred_key_a_journal_would_stay_open(runtime: Runtime) -> None:
    engine = runtime.database.engine
    sqlite = engine.dialect.name == "sqlite"
    key = FREE.format(table=J, name="fk_ledger_journals_sealed_ledger_seals")
    attempted(engine, Case("open", "", open_at_commit, (), ()), "PRAGMA foreign_keys=OFF" if sqlite else key)
    assert found(engine, "WHERE sealed = 0") == 1


def found(engine: Engine, where: str = "") -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM ledger_journals {where}")).scalar_one())  # noqa: S608


TRUNCATED = ["ledger_journals", "ledger_lines", "ledger_accounts", "ledger_seals", "deductions", "wages",
             "payroll_runs", "payroll_exports", "employees"]  # fmt: skip


@pytest.mark.postgres
@pytest.mark.parametrize("table", TRUNCATED)
def test_postgresql_empties_no_table_of_money(postgres: Runtime, table: str) -> None:
    engine = postgres.database.engine
    with engine.begin() as connection:
        raw_ledger.begin(connection)
    with pytest.raises(DBAPIError, match="ledger_immutable"):
        emptied(engine, table)
    with engine.begin() as connection:
        rows = connection.execute(
            text("SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE tgname LIKE '%_no_tru%'")
        )
        for name, holder in rows.all():
            connection.execute(text(f"DROP TRIGGER {name} ON {holder}"))
    emptied(engine, table)


def emptied(engine: Engine, table: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.postgres
def test_of_two_who_take_the_last_of_a_debt_at_once_postgresql_lets_one(postgres: Runtime) -> None:
    """Two months are deducted in two transactions that do not see each other: 8,000.00 are owed, 1,000.00 are left."""
    engine = postgres.database.engine
    with engine.begin() as connection:
        books = raw_ledger.begin(connection)
        almost_paid(books)
    refusals = raced(engine, books.ids)
    assert [NAMED_GUARDS["debt_overdrawn"]] == refusals
    with engine.connect() as connection:
        left = connection.execute(text("SELECT sum(amount_fen) FROM ledger_lines WHERE account_id = :id"),
                                  {"id": books.ids["debt:1"]}).scalar_one()  # fmt: skip
    assert left == 0


def raced(engine: Engine, ids: dict[str, int]) -> list[str]:
    """Take 1,000.00 from two months in two threads that both read before either commits; give the refusals' codes."""
    both_ready, refusals = threading.Barrier(2), []

    def take(month: str) -> None:
        try:
            with engine.begin() as connection:
                books = Books(connection, dict(ids))
                journal = books.journal(f"hand:{month}", "deduction")
                books.lines(journal, wages__D1=100_000, debt__1=-100_000)
                books.deduction(journal, 100_000, month=month)
                both_ready.wait(timeout=PATIENCE_S)
                books.seal(journal)
        except DBAPIError as error:
            known = translated(error)
            refusals.append(known.code if isinstance(known, ConflictError) else repr(error))

    threads = [threading.Thread(target=take, args=(month,)) for month in (MONTH, "2026-02")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_S)
    return refusals


@pytest.mark.postgres
def test_a_wage_cannot_change_while_a_deduction_from_it_is_under_way(postgres: Runtime) -> None:
    engine = postgres.database.engine
    with engine.begin() as connection:
        ids = raw_ledger.begin(connection).ids
    codes: list[str] = []

    def change() -> None:
        try:
            with engine.begin() as connection:
                Books(connection, ids).run("UPDATE wages SET gross_fen = 300000 WHERE employee_id = :id", id=ids["D1"])
        except DBAPIError as error:
            codes.append(getattr(translated(error), "code", repr(error)))

    with engine.begin() as connection:
        Books(connection, ids).deduct(120_000)
        changing = threading.Thread(target=change)
        changing.start()
        until(lambda: waits_for_a_lock(engine) or not changing.is_alive(), "the change's waiting")
        assert changing.is_alive()
    changing.join(timeout=PATIENCE_S)
    assert codes == [NAMED_GUARDS["deduction_without_wage"]]
