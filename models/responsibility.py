"""Who is responsible for an accident: the police's papers, our people, meetings, measures and the four gates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key
from models.vocabulary import (
    AccidentGate,
    AccidentPaper,
    CauseCategory,
    DeterminationBasis,
    FaultBasis,
    Grade,
    InvolvedRole,
    MeetingKind,
)

WHOLE = 100_000_000


class Determination(Base):
    """A police paper, agreement or certificate that says who is responsible (R-A-23); a later one replaces it.

    ``grade`` is that of our side; ``parties`` is ``[{"party", "grade"}]`` for everyone the paper names. ``mitigation``
    tells why a driver of ours who fled is not fully responsible all the same (procedure regulation 61).
    """

    __tablename__ = "determinations"
    __table_args__ = (UniqueConstraint("accident_id", "seq"), UniqueConstraint("authority", "document_no"))

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"))
    seq: Mapped[int]
    basis: Mapped[DeterminationBasis]
    document_no: Mapped[str] = mapped_column(String(80))
    authority: Mapped[str] = mapped_column(String(120))
    document_date: Mapped[date]
    served_at: Mapped[datetime]
    scan: Mapped[str] = mapped_column(String(64))
    grade: Mapped[Grade]
    parties: Mapped[list[Any]]
    mitigation: Mapped[str | None] = mapped_column(String(500))
    review_filed_at: Mapped[datetime | None]
    review_filed_by: Mapped[str | None]
    review_reason: Mapped[str | None] = mapped_column(String(500))
    final_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class InvolvedPerson(Base):
    """A person of ours in the case; ``share`` is his part of our side's loss in millionths of a percent.

    The shares of one accident sum to at most 100 % (``WHOLE``); the rest is the company's.
    """

    __tablename__ = "involved_people"
    __table_args__ = (
        UniqueConstraint("accident_id", "employee_id"),
        CheckConstraint(f"share >= 0 AND share <= {WHOLE}", "share"),
    )

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    role: Mapped[InvolvedRole]
    responsible: Mapped[bool] = mapped_column(default=False)
    grade: Mapped[Grade | None]
    share: Mapped[int] = mapped_column(default=0)
    violation: Mapped[bool | None]
    fault_basis: Mapped[FaultBasis | None]
    cause_category: Mapped[CauseCategory | None]
    note: Mapped[str | None] = mapped_column(String(500))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class AnalysisMeeting(Base):
    """An analysis meeting with its chair and attendance (R-A-24, R-A-26), held in a round of the case.

    ``attendees`` is ``[{"name", "role", "employee"}]``; ``employee`` is the staff number of one of ours, or None.
    """

    __tablename__ = "analysis_meetings"

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    kind: Mapped[MeetingKind]
    held_at: Mapped[datetime]
    chair_name: Mapped[str] = mapped_column(String(80))
    chair_role: Mapped[str] = mapped_column(String(32))
    attendees: Mapped[list[Any]]
    conclusion: Mapped[str] = mapped_column(String(4000))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class CasePaper(Base):
    """A text that a person filed and signed (R-A-25, R-A-27); never changed, a later one of its kind counts."""

    __tablename__ = "case_papers"
    __table_args__ = (Index("ix_case_papers_accident_id_kind", "accident_id", "kind"),)

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"))
    kind: Mapped[AccidentPaper]
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    body: Mapped[str] = mapped_column(String(8000))
    signature: Mapped[str | None] = mapped_column(String(64))
    signed_at: Mapped[datetime]
    filed_by: Mapped[str]
    recorded_at: Mapped[datetime]


class CorrectiveMeasure(Base):
    """What is done so that it does not happen again (R-A-03); verified by another person than the owner."""

    __tablename__ = "corrective_measures"
    __table_args__ = (CheckConstraint("verified_by_id IS NULL OR verified_by_id <> owner_id", "verifier"),)

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"), index=True)
    measure: Mapped[str] = mapped_column(String(1000))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    done_note: Mapped[str | None] = mapped_column(String(500))
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verification: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class EducationRecord(Base):
    """The education of a responsible person (R-A-02)."""

    __tablename__ = "education_records"
    __table_args__ = (CheckConstraint("minutes > 0", "minutes"),)

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"), index=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    held_on: Mapped[date]
    trainer: Mapped[str] = mapped_column(String(80))
    minutes: Mapped[int]
    topic: Mapped[str] = mapped_column(String(200))
    passed: Mapped[bool]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class GateSignature(Base):
    """A gate of the four no-let-gos signed as met, with what it rests on; once per round of the case."""

    __tablename__ = "gate_signatures"
    __table_args__ = (UniqueConstraint("accident_id", "round", "gate"),)

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"))
    round: Mapped[int]
    gate: Mapped[AccidentGate]
    evidence: Mapped[str] = mapped_column(String(1000))
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    signed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
