"""Attempts to spoil the ledger's journals, lines, accounts and reversals by hand, each with the guard that refuses it.

An attempt fills no books of its own; it goes through when its guard is dropped, or it would prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from services.database import NAMED_GUARDS
from services.database import _translated as translated
from services.errors import ConflictError
from tests.support import raw_ledger
from tests.support.raw_ledger import Books

Attempt = Callable[[Books], object]
FREE = "ALTER TABLE {table} DROP CONSTRAINT {name}"


@dataclass(frozen=True, slots=True)
class Case:
    """An attempt, the word it is refused with, and how each database is robbed of the guard."""

    name: str
    word: str
    attempt: Attempt
    sqlite: tuple[str, ...]
    postgres: tuple[str, ...]


def dropped(*triggers: str) -> tuple[str, ...]:
    return tuple(f"DROP TRIGGER {trigger}" for trigger in triggers)


def on(table: str, *triggers: str) -> tuple[str, ...]:
    return tuple(f"DROP TRIGGER {trigger} ON {table}" for trigger in triggers)


J = "ledger_journals"
SEALING = on(J, "ledger_journals_update")


def two_lines(books: Books, journal: int, debit: int, credit: int) -> None:
    books.lines(journal, refund__D1=debit, receivable__D1=credit)


def unbalanced(books: Books) -> None:
    journal = books.journal("hand:1", "transfer")
    two_lines(books, journal, 100, -99)
    books.seal(journal)


def one_line(books: Books) -> None:
    journal = books.journal("hand:1", "transfer")
    books.lines(journal, refund__D1=100)
    books.seal(journal)


def no_line(books: Books) -> None:
    books.seal(books.journal("hand:1", "transfer"))


def born_sealed(books: Books) -> None:
    books.journal("hand:1", "transfer", sealed=1)


def line_added_later(books: Books) -> None:
    books.lines(books.ids["opened"], refund__D1=1)


def journal_edited(books: Books) -> None:
    assert books.run("UPDATE ledger_journals SET memo = 'other' WHERE id = :id", id=books.ids["opened"]) == 1


def journal_opened_again(books: Books) -> None:
    assert books.run("UPDATE ledger_journals SET sealed = 0 WHERE id = :id", id=books.ids["opened"]) == 1
    books.seal(books.ids["opened"])


def journal_edited_while_sealed(books: Books) -> None:
    journal = books.journal("hand:1", "transfer")
    two_lines(books, journal, 100, -100)
    books.run("UPDATE ledger_journals SET sealed = 1, source_key = 'hand:2' WHERE id = :id", id=journal)


def journal_deleted(books: Books) -> None:
    journal = books.journal("hand:1", "transfer")
    assert books.run("DELETE FROM ledger_journals WHERE id = :id", id=journal) == 1


def line_edited(books: Books) -> None:
    assert books.run("UPDATE ledger_lines SET amount_fen = amount_fen * 2") == 2


def line_deleted(books: Books) -> None:
    assert books.run("DELETE FROM ledger_lines") == 2


def account_edited(books: Books) -> None:
    assert books.run("UPDATE ledger_accounts SET employee_id = :id WHERE code = 'debt:1'", id=books.ids["D2"]) == 1


def account_deleted(books: Books) -> None:
    assert books.run("DELETE FROM ledger_accounts WHERE code = 'refund:D2'") == 1


def seal_made(books: Books) -> None:
    books.put("ledger_seals", id=0)


def reversal_of_less(books: Books) -> None:
    books.post("hand:1", "reversal", reverses=books.ids["opened"], debt__1=-700_000, recovered_loss=700_000)


def reversal_on_another_account(books: Books) -> None:
    books.post("hand:1", "reversal", reverses=books.ids["opened"], receivable__D1=-800_000, recovered_loss=800_000)


def reversal_of_another_person(books: Books) -> None:
    books.post("hand:1", "reversal", who="D2", reverses=books.ids["opened"], debt__1=-800_000, recovered_loss=800_000)


def reversal_of_a_reversal(books: Books) -> None:
    first = books.post("hand:1", "reversal", reverses=books.ids["opened"], debt__1=-800_000, recovered_loss=800_000)
    books.post("hand:2", "reversal", reverses=first, debt__1=800_000, recovered_loss=-800_000)


def reversal_by_another_kind(books: Books) -> None:
    books.post("hand:1", "transfer", reverses=books.ids["opened"], debt__1=-800_000, recovered_loss=800_000)


POSTED = [
    Case("unbalanced", "ledger_unbalanced", unbalanced, dropped("ledger_seal_ledger_unbalanced"), SEALING),
    Case("one line", "ledger_unbalanced", one_line, dropped("ledger_seal_ledger_unbalanced"), SEALING),
    Case("no line", "ledger_unbalanced", no_line, dropped("ledger_seal_ledger_unbalanced"), SEALING),
    Case("born sealed", "ledger_posted_before", born_sealed, dropped("ledger_journals_born"),
         on(J, "ledger_journals_born")),
    Case("line added to a sealed journal", "ledger_immutable", line_added_later, dropped("ledger_lines_insert"),
         on("ledger_lines", "ledger_lines_insert")),
    Case("journal edited", "ledger_immutable", journal_edited, dropped("ledger_journals_update"), SEALING),
    Case("journal opened again", "ledger_immutable", journal_opened_again, dropped("ledger_journals_update"), SEALING),
    Case("journal edited while sealed", "ledger_immutable", journal_edited_while_sealed,
         dropped("ledger_journals_update"), SEALING),
    Case("journal deleted", "ledger_immutable", journal_deleted, dropped("ledger_journals_delete"),
         on(J, "ledger_journals_delete")),
    Case("line edited", "append_only", line_edited, dropped("ledger_lines_append_only_update"),
         on("ledger_lines", "ledger_lines_append_only")),
    Case("line deleted", "append_only", line_deleted, dropped("ledger_lines_append_only_delete"),
         on("ledger_lines", "ledger_lines_append_only")),
    Case("account edited", "ledger_immutable", account_edited, dropped("ledger_accounts_update"),
         on("ledger_accounts", "ledger_accounts_change")),
    Case("account deleted", "ledger_immutable", account_deleted, dropped("ledger_accounts_delete"),
         on("ledger_accounts", "ledger_accounts_change")),
    Case("seal made", "ledger_immutable", seal_made, dropped("ledger_seals_insert"),
         on("ledger_seals", "ledger_seals_insert")),
    *(
        Case(attempt.__name__, "ledger_reversal_differs", attempt, dropped("ledger_seal_ledger_reversal_differs"),
             SEALING)
        for attempt in (reversal_of_less, reversal_on_another_account, reversal_of_another_person,
                        reversal_of_a_reversal, reversal_by_another_kind)
    ),
]  # fmt: skip


def refused(engine: Engine, case: Case, pragma: str = "") -> None:
    """Require that the attempt is refused with the code that stands for the case's word."""
    with pytest.raises(DBAPIError) as raised:
        attempted(engine, case, pragma)
    known = translated(raised.value)
    assert isinstance(known, ConflictError), raised.value
    assert known.code == NAMED_GUARDS[case.word], raised.value


def attempted(engine: Engine, case: Case, *first: str) -> None:
    """Fill the books and make the attempt in one transaction."""
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        for statement in filter(None, first):
            raw.cursor().execute(statement)
            raw.commit()
        with connection.begin():
            case.attempt(raw_ledger.begin(connection))


def robbed(engine: Engine, case: Case) -> tuple[str, ...]:
    return case.sqlite if engine.dialect.name == "sqlite" else case.postgres
