"""Arrival notices, every attempt to deliver them, and tasks for people at the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key
from models.vocabulary import AttemptState, ChannelKind, NoticeBreach, NoticeKind, NoticeState, TaskKind


class Notice(Base):
    """One version of what a consignee is told about one stop (R-F-10, R-F-11)."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("stop_id", "consignee_id", "version_no"),
        Index("ix_notices_state_due_at", "state", "due_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"), index=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("trip_stops.id"))
    consignee_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    kind: Mapped[NoticeKind]
    version_no: Mapped[int]
    state: Mapped[NoticeState]
    lead_minutes: Mapped[int]
    due_at: Mapped[datetime]
    eta_at: Mapped[datetime]
    stale: Mapped[bool] = mapped_column(default=False)
    urgent: Mapped[bool] = mapped_column(default=False)
    breach: Mapped[NoticeBreach | None]
    in_time: Mapped[bool | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]


class NoticeAttempt(Base):
    """One try on one channel; recorded before the wire is touched and closed after."""

    __tablename__ = "notice_attempts"
    __table_args__ = (UniqueConstraint("notice_id", "attempt_no"),)

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    channel_kind: Mapped[ChannelKind]
    attempt_no: Mapped[int]
    state: Mapped[AttemptState]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(500))
    receipt: Mapped[str | None]


class Task(Base):
    """Something a person at the desk must do; ``key`` makes each cause raise it once."""

    __tablename__ = "tasks"
    __table_args__ = (Index("ix_tasks_done_at_due_at", "done_at", "due_at"),)

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[TaskKind]
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trips.id"), index=True)
    consignment_id: Mapped[int | None] = mapped_column(ForeignKey("consignments.id"))
    facts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    outcome: Mapped[str | None] = mapped_column(String(500))
