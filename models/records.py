"""Rows that keep the product honest: outbox, journal, idempotency, numbers, rulesets, files, webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BIG, OPTIONAL_DOCUMENT, Base, Key
from models.vocabulary import ActorKind, AttemptState

PENDING = text("done_at IS NULL AND parked_at IS NULL")


class OutboxRow(Base):
    """Work owed: written in the transaction that owes it, claimed under a lease, parked when it will not go."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "due_at", sqlite_where=PENDING, postgresql_where=PENDING),)

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    job: Mapped[str] = mapped_column(String(40))
    args: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    hinted_until: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    token: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    parked_reason: Mapped[str | None] = mapped_column(String(500))


class JournalEntry(Base):
    """Who changed what and when; append-only (a trigger refuses edits), chained by hash per subject."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "seq"),
        Index("ix_journal_trip_id", "trip_id"),
        Index("ix_journal_consignment_id", "consignment_id"),
    )

    id: Mapped[Key]
    subject_kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int] = mapped_column(BIG)
    seq: Mapped[int]
    action: Mapped[str] = mapped_column(String(48))
    consignment_id: Mapped[int | None] = mapped_column(BIG)
    trip_id: Mapped[int | None] = mapped_column(BIG)
    actor_kind: Mapped[ActorKind]
    actor_id: Mapped[int | None] = mapped_column(BIG)
    actor_name: Mapped[str]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    findings: Mapped[list[Any]]
    ruleset_version: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class IdempotencyAnswer(Base):
    """The stored answer to a request key, written in the transaction of its effect."""

    __tablename__ = "idempotency"
    __table_args__ = (UniqueConstraint("caller", "route", "request_key", name="uq_idempotency_request"),)

    id: Mapped[Key]
    caller: Mapped[str] = mapped_column(String(64))
    route: Mapped[str] = mapped_column(String(120))
    request_key: Mapped[str] = mapped_column(String(80))
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    answer: Mapped[str | None] = mapped_column(Text)
    headers: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(index=True)


class NumberSeries(Base):
    """The last number given out per prefix and local day, for numbers people say aloud."""

    __tablename__ = "number_series"

    prefix: Mapped[str] = mapped_column(String(24), primary_key=True)
    last: Mapped[int]


class RulesetRow(Base):
    """A change of the company's numbers, in force from a future instant; never edited, only followed."""

    __tablename__ = "rulesets"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    effective_from: Mapped[datetime] = mapped_column(unique=True)
    change: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(500))
    made_by: Mapped[str]
    created_at: Mapped[datetime]


class StoredFile(Base):
    """A photo, signature or paper; its public id is the SHA-256 of the content."""

    __tablename__ = "files"
    __table_args__ = (UniqueConstraint("public_id", "owner"),)

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(64), index=True)
    owner: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(40))
    size_bytes: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]


class WebhookDelivery(Base):
    """One event owed to one endpoint; its public id is the webhook-id for life (Standard Webhooks)."""

    __tablename__ = "webhook_deliveries"

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), index=True)
    event: Mapped[str] = mapped_column(String(48))
    payload: Mapped[dict[str, Any]]
    state: Mapped[AttemptState]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    last_attempt_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(500))
    delivered_at: Mapped[datetime | None]


class Beat(Base):
    """When each background process was last alive, for /readyz and the board."""

    __tablename__ = "beats"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any] | None] = mapped_column(OPTIONAL_DOCUMENT)
