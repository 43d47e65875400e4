"""Papers printed as PDF, and the monthly accident report that must be filed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import OPTIONAL_DOCUMENT, Base, Key
from models.vocabulary import DocumentKind, DocumentState


class Document(Base):
    """One paper as PDF, as things stood when it was made; asking again makes another, known by its SHA-256.

    ``subject`` is what it is about, by the name people say: an accident, a report, a penalty, a month, a person.
    ``employee_id`` is the person a decision or a statement is about, who may have it made himself and then read it.
    A failed one has ``problem``: the code and the facts of a finding.
    """

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint("(state = 'done') = (content IS NOT NULL)", "content"),
        CheckConstraint("(state = 'failed') = (problem IS NOT NULL)", "problem"),
        Index("ix_documents_subject", "subject"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[DocumentKind]
    subject: Mapped[str] = mapped_column(String(40))
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"), index=True)
    state: Mapped[DocumentState]
    problem: Mapped[dict[str, Any] | None] = mapped_column(OPTIONAL_DOCUMENT)
    sha256: Mapped[str | None] = mapped_column(String(64))
    size_bytes: Mapped[int | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    requested_at: Mapped[datetime]
    requested_by: Mapped[str]
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime | None]


class MonthlyReport(Base):
    """The accident report of one local month, due also when nothing happened (R-A-21).

    ``figures`` are those that were filed; before that they are counted afresh whenever somebody looks.
    """

    __tablename__ = "monthly_reports"
    __table_args__ = (
        CheckConstraint("month LIKE '____-__'", "month"),
        CheckConstraint("(filed_at IS NULL) = (figures IS NULL)", "figures"),
    )

    id: Mapped[Key]
    month: Mapped[str] = mapped_column(String(7), unique=True)
    due_at: Mapped[datetime]
    drafted_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]
    filed_by: Mapped[str | None]
    missed_at: Mapped[datetime | None]
    figures: Mapped[dict[str, Any] | None] = mapped_column(OPTIONAL_DOCUMENT)
