"""The ledger in integer fen, and the monthly deduction from wages (reliability rule 4).

A journal is inserted unsealed, gets its lines, and is sealed by one UPDATE. ``migrations/ledger_guards.py`` makes
the database itself refuse an unbalanced seal, a commit with an open journal, and any change of a sealed one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Fen, Key
from models.vocabulary import ExportFormat, JournalKind, LedgerAccountKind

MONTH = "month LIKE '____-__'"


class LedgerAccount(Base):
    """One account: a person's debt for one penalty, or one of the company's own."""

    __tablename__ = "ledger_accounts"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[LedgerAccountKind]
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"), index=True)
    penalty_id: Mapped[int | None] = mapped_column(ForeignKey("penalties.id"), unique=True)
    opened_at: Mapped[datetime]


class LedgerSeal(Base):
    """The one row that a sealed journal points at; the deferred foreign key to it makes an open COMMIT fail."""

    __tablename__ = "ledger_seals"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class LedgerJournal(Base):
    """One balanced movement of money. ``source_key`` is unique for ever: the same cause is posted once.

    ``sealed`` is 0 while lines are added, then 1, the id of the only row of ``ledger_seals``.
    """

    __tablename__ = "ledger_journals"
    __table_args__ = (
        CheckConstraint("sealed IN (0, 1)", "sealed"),
        CheckConstraint("kind <> 'reversal' OR reverses_id IS NOT NULL", "reversal"),
    )

    id: Mapped[Key]
    source_key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[JournalKind]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_journals.id"), unique=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    accident_id: Mapped[int | None] = mapped_column(ForeignKey("accidents.id"), index=True)
    memo: Mapped[str] = mapped_column(String(300))
    posted_at: Mapped[datetime]
    posted_by: Mapped[str]
    sealed: Mapped[int] = mapped_column(ForeignKey("ledger_seals.id", deferrable=True, initially="DEFERRED"), default=0)


class LedgerLine(Base):
    """One side of a journal: positive fen is a debit, negative a credit."""

    __tablename__ = "ledger_lines"
    __table_args__ = (CheckConstraint("amount_fen <> 0", "amount"), Index("ix_ledger_lines_journal_id", "journal_id"))

    id: Mapped[Key]
    journal_id: Mapped[int] = mapped_column(ForeignKey("ledger_journals.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"), index=True)
    amount_fen: Mapped[Fen]


class Wage(Base):
    """The real gross wage of one person and month, in fen, and the local minimum wage of that month."""

    __tablename__ = "wages"
    __table_args__ = (
        UniqueConstraint("employee_id", "month"),
        CheckConstraint("gross_fen >= 0 AND minimum_fen >= 0", "amounts"),
        CheckConstraint(MONTH, "month"),
        Index("ix_wages_month", "month"),
    )

    id: Mapped[Key]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    month: Mapped[str] = mapped_column(String(7))
    gross_fen: Mapped[Fen]
    minimum_fen: Mapped[Fen]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class PayrollRun(Base):
    """One monthly run; running a month again adds only what was not taken yet."""

    __tablename__ = "payroll_runs"
    __table_args__ = (UniqueConstraint("month", "seq"), CheckConstraint(MONTH, "month"))

    id: Mapped[Key]
    month: Mapped[str] = mapped_column(String(7))
    seq: Mapped[int]
    people: Mapped[int]
    taken_fen: Mapped[Fen]
    ran_at: Mapped[datetime]
    ran_by: Mapped[str]


class Deduction(Base):
    """What one person's wage of one month gave: within a fifth of it and above the minimum (工资支付暂行规定 16).

    The limits are checks of the table itself, so that no writer can take more.
    """

    __tablename__ = "deductions"
    __table_args__ = (
        UniqueConstraint("employee_id", "month", name="uq_deductions_person_month"),
        CheckConstraint("taken_fen >= 0 AND taken_fen * 5 <= wage_fen", "fifth"),
        CheckConstraint("taken_fen = 0 OR taken_fen <= wage_fen - minimum_fen", "minimum"),
        CheckConstraint(MONTH, "month"),
        CheckConstraint("taken_fen = 0 OR journal_id IS NOT NULL", "journal"),
        Index("ix_deductions_month", "month"),
    )

    id: Mapped[Key]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    month: Mapped[str] = mapped_column(String(7))
    run_id: Mapped[int] = mapped_column(ForeignKey("payroll_runs.id"), index=True)
    wage_fen: Mapped[Fen]
    minimum_fen: Mapped[Fen]
    owed_fen: Mapped[Fen]
    taken_fen: Mapped[Fen]
    journal_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_journals.id"), unique=True)
    made_at: Mapped[datetime]


class PayrollExport(Base):
    """A batch handed to the payroll office: immutable, known by the SHA-256 of its content."""

    __tablename__ = "payroll_exports"
    __table_args__ = (UniqueConstraint("month", "seq"), CheckConstraint(MONTH, "month"))

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    month: Mapped[str] = mapped_column(String(7))
    seq: Mapped[int]
    form: Mapped[ExportFormat]
    columns: Mapped[dict[str, Any]]
    rows: Mapped[int]
    # what is withheld from wages, and what is paid back with them
    total_fen: Mapped[Fen]
    refunds_fen: Mapped[Fen]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
