"""Positions and every arrival estimate ever made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key
from models.vocabulary import PositionDoubt


class Position(Base):
    """One fix of a vehicle, WGS-84 in millionths of a degree; the same fix is kept once.

    ``source`` says by which door it came; one in ``doubt`` is kept and counts for nothing. On PostgreSQL the table is
    cut into months (migration 0004); there the primary key is (id, fix_at), since every key must hold the month, and
    ``id`` comes from one sequence all the same.
    """

    __tablename__ = "positions"
    __table_args__ = (
        UniqueConstraint("vehicle_id", "fix_at", "lat_e6", "lon_e6", name="uq_positions_fix"),
        Index("ix_positions_trip_id_fix_at", "trip_id", "fix_at"),
        # for the erasing of old ones; rows come nearly in this order, so a few kilobytes do on PostgreSQL
        Index("ix_positions_fix_at", "fix_at", postgresql_using="brin"),
        {"postgresql_partition_by": "RANGE (fix_at)"},
    )

    id: Mapped[Key]
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trips.id"))
    fix_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    lat_e6: Mapped[int]
    lon_e6: Mapped[int]
    speed_kmh: Mapped[float | None]
    heading: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(16))
    doubt: Mapped[PositionDoubt | None]


class LastPosition(Base):
    """The newest fix of each vehicle, so that boards never search the history."""

    __tablename__ = "last_positions"

    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"), primary_key=True, autoincrement=False)
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trips.id"), index=True)
    fix_at: Mapped[datetime]
    lat_e6: Mapped[int]
    lon_e6: Mapped[int]
    speed_kmh: Mapped[float | None]


class Estimate(Base):
    """An estimate of one stop's arrival with its reasons, kept when it has left the one kept before by some minutes.

    The one that stands is with the stop.
    """

    __tablename__ = "estimates"
    __table_args__ = (Index("ix_estimates_stop_id_made_at", "stop_id", "made_at"),)

    id: Mapped[Key]
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"), index=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("trip_stops.id"))
    made_at: Mapped[datetime]
    arrival_at: Mapped[datetime]
    remaining_km: Mapped[float]
    speed_kmh: Mapped[int]
    stale: Mapped[bool]
    cause: Mapped[str] = mapped_column(String(32))
    reasons: Mapped[list[Any]]
    ruleset_version: Mapped[int]
