"""An accident: the case itself, what is known of the harm, its clocks and the reports that left the company."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import OPTIONAL_DOCUMENT, Base, Fen, Key
from models.vocabulary import (
    AccidentState,
    CargoAction,
    CauseCategory,
    ClockKind,
    MpsClass,
    ReportedVia,
    ReportKind,
    ReportRecipient,
    Sc493Grade,
)

RUNNING = text("met_at IS NULL AND missed_at IS NULL AND stopped_at IS NULL")
HARM = "dead >= 0 AND seriously_hurt >= 0 AND slightly_hurt >= 0 AND missing >= 0 AND property_fen >= 0"


class Accident(Base):
    """One accident case. The harm and the three classes are the newest count's; the counts keep the history.

    ``form`` holds what only the papers need (weather, road class, police officer …; domain 4.6). ``first_response``
    and ``emergency`` are checklists, ``{item: {"done", "at", "by", "note"}}``; the second is opened by tier 3 (R-A-19).
    ``round`` counts re-openings: gates are signed anew in each.
    """

    __tablename__ = "accidents"
    __table_args__ = (
        CheckConstraint(HARM, "harm"),
        Index("ix_accidents_state_id", "state", "id"),
        Index("ix_accidents_occurred_at", "occurred_at"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    state: Mapped[AccidentState]
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trips.id"), index=True)
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"), index=True)
    driver_id: Mapped[int] = mapped_column(ForeignKey("drivers.id"), index=True)
    occurred_at: Mapped[datetime]
    company_received_at: Mapped[datetime]
    police_told_at: Mapped[datetime | None]
    safety_told_at: Mapped[datetime | None]
    outline_known_at: Mapped[datetime]
    reported_via: Mapped[ReportedVia]
    reported_by: Mapped[str]
    place: Mapped[str] = mapped_column(String(300))
    lat_e6: Mapped[int | None]
    lon_e6: Mapped[int | None]
    outline: Mapped[str] = mapped_column(String(2000))
    dead: Mapped[int]
    seriously_hurt: Mapped[int]
    slightly_hurt: Mapped[int]
    missing: Mapped[int]
    property_fen: Mapped[Fen]
    mps_class: Mapped[MpsClass]
    report_tier: Mapped[int]
    sc493_grade: Mapped[Sc493Grade]
    hit_and_run: Mapped[bool] = mapped_column(default=False)
    responder: Mapped[str | None] = mapped_column(String(80))
    responder_sent_at: Mapped[datetime | None]
    cargo_action: Mapped[CargoAction | None]
    first_response: Mapped[dict[str, Any]]
    emergency: Mapped[dict[str, Any] | None] = mapped_column(OPTIONAL_DOCUMENT)
    form: Mapped[dict[str, Any]]
    record: Mapped[str | None] = mapped_column(String(4000))
    investigated_at: Mapped[datetime | None]
    cause_category: Mapped[CauseCategory | None]
    cause: Mapped[str | None] = mapped_column(String(2000))
    cause_evidence: Mapped[list[str]]
    none_responsible_by: Mapped[str | None]
    none_responsible_reason: Mapped[str | None] = mapped_column(String(500))
    void_reason: Mapped[str | None] = mapped_column(String(500))
    void_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    round: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class HarmCount(Base):
    """What was known of casualties and loss from an instant on, with its classes (R-A-17); append-only."""

    __tablename__ = "harm_counts"
    __table_args__ = (CheckConstraint(HARM, "harm"), UniqueConstraint("accident_id", "seq"))

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"))
    seq: Mapped[int]
    learned_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    dead: Mapped[int]
    seriously_hurt: Mapped[int]
    slightly_hurt: Mapped[int]
    missing: Mapped[int]
    property_fen: Mapped[Fen]
    mps_class: Mapped[MpsClass]
    report_tier: Mapped[int]
    sc493_grade: Mapped[Sc493Grade]
    reason: Mapped[str] = mapped_column(String(500))


class AccidentClock(Base):
    """Something that must happen by ``due_at``, inclusive (domain 4.2).

    It ends met, missed, or stopped because it no longer applies. A higher tier arms the same kind again.
    """

    __tablename__ = "accident_clocks"
    __table_args__ = (
        UniqueConstraint("accident_id", "kind", "arming"),
        Index("ix_accident_clocks_due", "due_at", sqlite_where=RUNNING, postgresql_where=RUNNING),
    )

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"))
    kind: Mapped[ClockKind]
    arming: Mapped[int]
    reason: Mapped[str] = mapped_column(String(120))
    started_at: Mapped[datetime]
    warn_at: Mapped[datetime]
    due_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]


class AccidentReport(Base):
    """A report to one recipient, told or written (R-A-14 to 18, R-A-28); a correction is another report."""

    __tablename__ = "accident_reports"

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"), index=True)
    kind: Mapped[ReportKind]
    recipient: Mapped[ReportRecipient]
    base_id: Mapped[int | None] = mapped_column(ForeignKey("accident_reports.id"))
    blocks: Mapped[dict[str, Any]]
    sent_at: Mapped[datetime]
    sent_by: Mapped[str]
    contact: Mapped[str | None] = mapped_column(String(120))
    acknowledged_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]


class CargoDamage(Base):
    """How a cargo line came through the accident, and where its undamaged rest went (R-A-08)."""

    __tablename__ = "cargo_damages"
    __table_args__ = (UniqueConstraint("accident_id", "line_id"), CheckConstraint("damaged_quantity >= 0", "quantity"))

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"))
    consignment_id: Mapped[int] = mapped_column(ForeignKey("consignments.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("cargo_lines.id"))
    damaged_quantity: Mapped[int]
    note: Mapped[str | None] = mapped_column(String(500))
    photos: Mapped[list[str]]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class Transhipment(Base):
    """The move of the undamaged goods to another truck and crew (R-A-08, S8)."""

    __tablename__ = "transhipments"

    id: Mapped[Key]
    accident_id: Mapped[int] = mapped_column(ForeignKey("accidents.id"), unique=True)
    from_trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"))
    to_trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"))
    facts: Mapped[dict[str, Any] | None] = mapped_column(OPTIONAL_DOCUMENT)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
