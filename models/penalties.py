"""Losses and what comes back of them; proposals, penalties and the year's forfeited bonus."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Fen, Key
from models.vocabulary import (
    AppealOutcome,
    ApprovalCapacity,
    ClaimState,
    ForfeitureState,
    Grade,
    LossKind,
    PenaltyKind,
    PenaltyState,
    PolicyProfile,
    ProposalState,
    RecoveryKind,
    ServiceMode,
)

LIVE = text("state IN ('proposed', 'approved')")


class LossItem(Base):
    """One loss of either side in fen; struck out with a reason, never changed."""

    __tablename__ = "loss_items"
    __table_args__ = (CheckConstraint("amount_fen > 0", "amount"),)

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"), index=True)
    kind: Mapped[LossKind]
    amount_fen: Mapped[Fen]
    description: Mapped[str] = mapped_column(String(300))
    evidence: Mapped[list[str]]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    struck_at: Mapped[datetime | None]
    struck_by: Mapped[str | None]
    struck_reason: Mapped[str | None] = mapped_column(String(300))


class Settlement(Base):
    """What our side really paid in the end, in fen: it replaces the estimated burden (domain 4.4 rule 1)."""

    __tablename__ = "settlements"

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"), index=True)
    paid_fen: Mapped[Fen]
    document: Mapped[str] = mapped_column(String(200))
    scan: Mapped[str | None] = mapped_column(String(64))
    settled_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (CheckConstraint("paid_fen >= 0", "paid"),)


class InsuranceClaim(Base):
    """A claim (索赔) with one insurer, from the first call to the payment or the waiver (R-A-09, R-A-12)."""

    __tablename__ = "insurance_claims"

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"), index=True)
    kind: Mapped[RecoveryKind]
    insurer: Mapped[str] = mapped_column(String(120))
    policy_no: Mapped[str | None] = mapped_column(String(80))
    claim_no: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[ClaimState]
    notified_at: Mapped[datetime]
    assessed_fen: Mapped[Fen | None]
    assessed_at: Mapped[datetime | None]
    filed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(300))
    recorded_by: Mapped[str]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Recovery(Base):
    """Money that came back, in fen, from an insurer or the counterparty; struck out with a reason, never changed."""

    __tablename__ = "recoveries"
    __table_args__ = (CheckConstraint("amount_fen > 0", "amount"),)

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"), index=True)
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("insurance_claims.id"))
    kind: Mapped[RecoveryKind]
    amount_fen: Mapped[Fen]
    received_on: Mapped[date]
    note: Mapped[str | None] = mapped_column(String(300))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    struck_at: Mapped[datetime | None]
    struck_by: Mapped[str | None]
    struck_reason: Mapped[str | None] = mapped_column(String(300))


class PenaltyProposal(Base):
    """The department's proposal with the arithmetic it rests on; maker, checker and subject are three people."""

    __tablename__ = "penalty_proposals"
    __table_args__ = (
        UniqueConstraint("accident_id", "seq"),
        Index("uq_penalty_proposals_live", "accident_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"))
    seq: Mapped[int]
    state: Mapped[ProposalState]
    profile: Mapped[PolicyProfile]
    grade: Mapped[Grade]
    gross_fen: Mapped[Fen]
    burden_fen: Mapped[Fen]
    burden_is_actual: Mapped[bool]
    recovered_fen: Mapped[Fen]
    net_fen: Mapped[Fen]
    opinion: Mapped[str] = mapped_column(String(2000))
    warnings: Mapped[list[Any]]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ProposalApproval(Base):
    """One approval in one capacity; nobody approves twice."""

    __tablename__ = "proposal_approvals"
    __table_args__ = (UniqueConstraint("proposal_id", "user_id"), UniqueConstraint("proposal_id", "capacity"))

    id: Mapped[Key]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("penalty_proposals.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    capacity: Mapped[ApprovalCapacity]
    approved_at: Mapped[datetime]


class Penalty(Base):
    """One line of a decision on one person: amount in fen, reason, service, appeal and effect."""

    __tablename__ = "penalties"
    __table_args__ = (
        CheckConstraint("amount_fen >= 0", "amount"),
        Index("ix_penalties_employee_id_state", "employee_id", "state"),
        Index("ix_penalties_accident_id", "accident_id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("penalty_proposals.id"), index=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    kind: Mapped[PenaltyKind]
    state: Mapped[PenaltyState]
    amount_fen: Mapped[Fen]
    bonus_year: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(1000))
    warnings: Mapped[list[Any]]
    approved_at: Mapped[datetime | None]
    served_at: Mapped[datetime | None]
    service_mode: Mapped[ServiceMode | None]
    served_by: Mapped[str | None]
    witness: Mapped[str | None] = mapped_column(String(80))
    receipt: Mapped[str | None] = mapped_column(String(64))
    appeal_until: Mapped[datetime | None]
    appealed_at: Mapped[datetime | None]
    appeal: Mapped[str | None] = mapped_column(String(2000))
    appeal_outcome: Mapped[AppealOutcome | None]
    appeal_decided_at: Mapped[datetime | None]
    appeal_decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    appeal_answer: Mapped[str | None] = mapped_column(String(1000))
    final_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class BonusForfeiture(Base):
    """The safety bonus of one person and year, lost once whatever the number of accidents (R-P-03)."""

    __tablename__ = "bonus_forfeitures"
    __table_args__ = (UniqueConstraint("employee_id", "year", name="uq_bonus_forfeitures_person_year"),)

    id: Mapped[Key]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    year: Mapped[int]
    state: Mapped[ForfeitureState]
    decided_at: Mapped[datetime]
    reinstated_at: Mapped[datetime | None]


class ForfeitureGround(Base):
    """An accident for which the year's bonus is lost; withdrawn when the responsibility falls away (E8, E13)."""

    __tablename__ = "forfeiture_grounds"
    __table_args__ = (UniqueConstraint("forfeiture_id", "accident_id"),)

    id: Mapped[Key]
    forfeiture_id: Mapped[int] = mapped_column(ForeignKey("bonus_forfeitures.id"))
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"), index=True)
    penalty_id: Mapped[int] = mapped_column(ForeignKey("penalties.id"))
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
