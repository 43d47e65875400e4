"""Devices and the vehicles they ride on, and what their positions were found to mean."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key
from models.vocabulary import CoordSystem, DeviceProtocol, VehicleEventKind

MOUNTED = text("until_at IS NULL")
OPEN = text("ended_at IS NULL")


class Device(Base):
    """A terminal or phone that reports positions; ``terminal`` is the id it gives itself.

    ``datum`` is what its coordinates mean; ``lenient`` takes one whose checksum or length is wrong.
    The code it authenticates with is shown once and stored as its SHA-256. ``identity_hash`` is that of the
    registration with which a terminal first came over the air: another one that names the same terminal is refused.
    """

    __tablename__ = "devices"

    id: Mapped[Key]
    terminal: Mapped[str] = mapped_column(String(32), unique=True)
    protocol: Mapped[DeviceProtocol]
    datum: Mapped[CoordSystem]
    lenient: Mapped[bool] = mapped_column(default=False)
    code_hash: Mapped[str | None] = mapped_column(String(64))
    identity_hash: Mapped[str | None] = mapped_column(String(64))
    label: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    disabled_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class DeviceMount(Base):
    """A device belongs to a vehicle for a period: a fix counts for the vehicle it rode on at the time of the fix."""

    __tablename__ = "device_mounts"
    __table_args__ = (
        CheckConstraint("until_at IS NULL OR until_at > since_at", "times"),
        Index("uq_device_mounts_open", "device_id", unique=True, sqlite_where=MOUNTED, postgresql_where=MOUNTED),
        Index("ix_device_mounts_vehicle_id", "vehicle_id"),
    )

    id: Mapped[Key]
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"))
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    since_at: Mapped[datetime]
    until_at: Mapped[datetime | None]


class VehicleEvent(Base):
    """Something a vehicle's positions show, with its beginning and its end; told to the dispatcher once."""

    __tablename__ = "vehicle_events"
    __table_args__ = (
        Index(
            "uq_vehicle_events_open",
            "vehicle_id",
            "kind",
            "subject",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_vehicle_events_trip_id", "trip_id"),
        Index("ix_vehicle_events_vehicle_id_began_at", "vehicle_id", "began_at"),
    )

    id: Mapped[Key]
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trips.id"))
    kind: Mapped[VehicleEventKind]
    subject: Mapped[str] = mapped_column(String(40), default="")
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]]


class VehicleWatch(Base):
    """What is known of a vehicle's spells after the last fix that was watched; see services/policy/watching.py."""

    __tablename__ = "vehicle_watches"

    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"), primary_key=True, autoincrement=False)
    watched_to: Mapped[datetime]
    known: Mapped[dict[str, Any]]
