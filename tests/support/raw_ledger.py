"""The ledger written by hand in SQL, as somebody with a database client would; no service takes part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

AT = "2026-03-02 00:00:00+00:00"
MONTH = "2026-03"
WAGE_FEN, MINIMUM_FEN = 600_000, 220_000


@dataclass(slots=True)
class Books:
    """One connection in a transaction, and the ids of what tests speak of."""

    connection: Connection
    ids: dict[str, int]

    def put(self, table: str, verb: str = "INSERT", **values: Any) -> int:
        """Insert a row and give its id."""
        names = ", ".join(values)
        binds = ", ".join(f":{name}" for name in values)
        put = text(f"{verb} INTO {table} ({names}) VALUES ({binds}) RETURNING id")
        return int(self.connection.execute(put, values).scalar_one())

    def run(self, statement: str, **values: Any) -> int:
        """Run a statement and give how many rows it touched."""
        return int(self.connection.execute(text(statement), values).rowcount)

    def value(self, query: str, **values: Any) -> Any:
        """Give the one value of a query."""
        return self.connection.execute(text(query), values).scalar_one()

    def account(self, code: str, kind: str, who: str | None) -> int:
        """Open an account of an employee named in ``ids``, or of the company."""
        owner = self.ids[who] if who else None
        made = self.put("ledger_accounts", code=code, kind=kind, employee_id=owner, opened_at=AT)
        self.ids[code] = made
        return made

    def journal(self, key: str, kind: str, *, who: str = "D1", reverses: int | None = None, **more: Any) -> int:
        """Enter a journal, unsealed unless told otherwise."""
        return self.put(
            "ledger_journals", **{
                "source_key": key, "kind": kind, "reverses_id": reverses, "employee_id": self.ids[who],
                "memo": "by hand", "posted_at": AT, "posted_by": "hand", "sealed": 0, **more,
            },
        )  # fmt: skip

    def lines(self, journal: int, **amounts: int) -> None:
        """Add lines ``account_code=fen``; a colon in the code is written ``__``."""
        for code, fen in amounts.items():
            self.put("ledger_lines", journal_id=journal, account_id=self.ids[code.replace("__", ":")], amount_fen=fen)

    def seal(self, journal: int) -> None:
        """Seal a journal."""
        self.run("UPDATE ledger_journals SET sealed = 1 WHERE id = :id", id=journal)

    def post(self, key: str, kind: str, *, who: str = "D1", reverses: int | None = None, **amounts: int) -> int:
        """Enter, line and seal in one go."""
        journal = self.journal(key, kind, who=who, reverses=reverses)
        self.lines(journal, **amounts)
        self.seal(journal)
        return journal

    def deduction(self, journal: int | None, taken_fen: int, verb: str = "INSERT", **more: Any) -> int:
        """Write a deduction from D1's wage of the month."""
        values = {
            "employee_id": self.ids["D1"], "month": MONTH, "run_id": self.ids["run"], "wage_fen": WAGE_FEN,
            "minimum_fen": MINIMUM_FEN, "owed_fen": 800_000, "taken_fen": taken_fen, "journal_id": journal,
            "made_at": AT, **more,
        }  # fmt: skip
        return self.put("deductions", verb, **values)

    def deduct(self, taken_fen: int, **more: Any) -> int:
        """Take from D1's wage as the product does: journal, lines, deduction, seal."""
        month = more.get("month", MONTH)
        journal = self.journal(f"deduction:{month}:{self.ids['D1']}", "deduction")
        self.lines(journal, wages__D1=taken_fen, debt__1=-taken_fen)
        self.deduction(journal, taken_fen, **more)
        self.seal(journal)
        return journal

    def wage(self, who: str, month: str, gross_fen: int = WAGE_FEN, verb: str = "INSERT", **more: Any) -> int:
        """Record a wage."""
        values = {
            "employee_id": self.ids[who], "month": month, "gross_fen": gross_fen, "minimum_fen": MINIMUM_FEN,
            "recorded_at": AT, "recorded_by": "hand", **more,
        }  # fmt: skip
        return self.put("wages", verb, **values)


def begin(connection: Connection) -> Books:
    """Fill the books: D1 owes 8,000.00 on debt:1, D1 and D2 have wages of two months, one run is under way."""
    books = Books(connection, {})
    for number in ("D1", "D2"):
        books.ids[number] = books.put(
            "employees", staff_no=number, name=number, department="车队", post="驾驶员", deduction_clause=True,
            created_at=AT, version=1,
        )  # fmt: skip
    books.account("debt:1", "debt", "D1")
    for kind in ("wages", "refund", "receivable"):
        for who in ("D1", "D2"):
            books.account(f"{kind}:{who}", kind, who)
    books.account("recovered_loss", "recovered_loss", None)
    books.ids["opened"] = books.post("debt:1", "debt", debt__1=800_000, recovered_loss=-800_000)
    for who in ("D1", "D2"):
        for month in (MONTH, "2026-02"):
            books.ids[f"wage:{who}:{month}"] = books.wage(who, month)
    books.ids["run"] = books.put(
        "payroll_runs", month=MONTH, seq=1, people=1, taken_fen=120_000, ran_at=AT, ran_by="hand"
    )
    return books
