"""Inspections, pickup counts, securing records and seals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key
from models.vocabulary import CheckKind, ClosureKind, SealEventKind, SealFinding, SealState, SecuringMeasure


class Check(Base):
    """An inspection card: pre-trip, at a rest stop, or post-trip with the technician's verdict (R-C-02, 07, 10)."""

    __tablename__ = "checks"

    id: Mapped[Key]
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"), index=True)
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    kind: Mapped[CheckKind]
    items: Mapped[dict[str, Any]]
    defects: Mapped[list[Any]]
    note: Mapped[str | None] = mapped_column(String(1000))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    made_by: Mapped[str]
    verdict_passed: Mapped[bool | None]
    verdict_by: Mapped[str | None]
    verdict_at: Mapped[datetime | None]


class PickupCount(Base):
    """What was counted onto the truck for one cargo line, signed by the shipper's agent (R-F-12)."""

    __tablename__ = "pickup_counts"
    __table_args__ = (UniqueConstraint("trip_id", "line_id"),)

    id: Mapped[Key]
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"))
    stop_id: Mapped[int] = mapped_column(ForeignKey("trip_stops.id"))
    consignment_id: Mapped[int] = mapped_column(ForeignKey("consignments.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("cargo_lines.id"))
    listed_quantity: Mapped[int]
    counted_quantity: Mapped[int]
    agent_name: Mapped[str] = mapped_column(String(80))
    agent_signature: Mapped[str] = mapped_column(String(64))
    difference_settled: Mapped[str | None] = mapped_column(String(500))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    made_by: Mapped[str]


class SecuringRecord(Base):
    """Cover, protect or fix, with the gear used and a photo, or why it does not apply (R-F-08)."""

    __tablename__ = "securing_records"
    __table_args__ = (UniqueConstraint("trip_id", "measure"),)

    id: Mapped[Key]
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"))
    measure: Mapped[SecuringMeasure]
    gear: Mapped[list[str]]
    photo: Mapped[str | None] = mapped_column(String(64))
    not_applicable_reason: Mapped[str | None] = mapped_column(String(500))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    made_by: Mapped[str]


class Seal(Base):
    """A numbered company seal: one number, one use (R-F-09). One live seal per closure of a trip."""

    __tablename__ = "seals"
    __table_args__ = (
        Index(
            "uq_seals_live_closure",
            "trip_id",
            "closure",
            unique=True,
            sqlite_where=text("state = 'applied'"),
            postgresql_where=text("state = 'applied'"),
        ),
        Index("ix_seals_state_id", "state", "id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    state: Mapped[SealState]
    issued_to: Mapped[str | None] = mapped_column(String(80))
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trips.id"), index=True)
    closure: Mapped[ClosureKind | None]
    applied_at: Mapped[datetime | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("seals.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class SealEvent(Base):
    """One event in the life of a seal; rows are only ever added."""

    __tablename__ = "seal_events"

    id: Mapped[Key]
    seal_id: Mapped[int] = mapped_column(ForeignKey("seals.id"), index=True)
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trips.id"), index=True)
    kind: Mapped[SealEventKind]
    closure: Mapped[ClosureKind | None]
    finding: Mapped[SealFinding | None]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    made_by: Mapped[str]
    facts: Mapped[dict[str, Any]]


class CustomerSeal(Base):
    """A customer's own seal, recorded beside ours and never instead of it (domain 5.4 S3)."""

    __tablename__ = "customer_seals"
    __table_args__ = (UniqueConstraint("trip_id", "number"),)

    id: Mapped[Key]
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"))
    closure: Mapped[ClosureKind]
    number: Mapped[str] = mapped_column(String(32))
    recorded_at: Mapped[datetime]
    made_by: Mapped[str]
