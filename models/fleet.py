"""Vehicles and trailers: what they carry, their papers, their defects."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key
from models.vocabulary import Body, CheckItem, DefectSeverity, UnitKind, VehicleState


class Vehicle(Base):
    """A rigid truck, a tractor or a trailer. ``documents`` is ``{kind: {"number", "valid_until"}}``.

    A tractor usually draws ``coupled_trailer_id``; a trip may name another trailer.
    """

    __tablename__ = "vehicles"
    __table_args__ = (CheckConstraint("tare_kg > 0 AND rated_load_kg >= 0", "mass"),)

    id: Mapped[Key]
    plate: Mapped[str] = mapped_column(String(12), unique=True)
    unit_kind: Mapped[UnitKind]
    body: Mapped[Body | None]
    ga_code: Mapped[str | None] = mapped_column(String(4))
    state: Mapped[VehicleState] = mapped_column(default=VehicleState.AVAILABLE)
    state_reason: Mapped[str | None]
    axles: Mapped[int]
    single_drive_axle: Mapped[bool] = mapped_column(default=False)
    tare_kg: Mapped[int]
    rated_load_kg: Mapped[int]
    volume_dm3: Mapped[int]
    inner_length_mm: Mapped[int | None]
    inner_width_mm: Mapped[int | None]
    inner_height_mm: Mapped[int | None]
    bed_height_mm: Mapped[int | None]
    side_door: Mapped[bool] = mapped_column(default=False)
    temp_min_c: Mapped[int | None]
    temp_max_c: Mapped[int | None]
    limit_kmh: Mapped[int | None]
    hazmat_classes: Mapped[list[str]]
    gear: Mapped[list[str]]
    has_lock: Mapped[bool] = mapped_column(default=False)
    container_closed: Mapped[bool] = mapped_column(default=False)
    container_reefer: Mapped[bool] = mapped_column(default=False)
    clean: Mapped[bool] = mapped_column(default=True)
    last_cargo_dirty: Mapped[bool] = mapped_column(default=False)
    washed_at: Mapped[datetime | None]
    documents: Mapped[dict[str, Any]]
    first_registered_on: Mapped[date]
    last_inspection_on: Mapped[date | None]
    home_site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    coupled_trailer_id: Mapped[int | None] = mapped_column(ForeignKey("vehicles.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Defect(Base):
    """A fault of a vehicle; an open critical one keeps it in the yard (R-C-02)."""

    __tablename__ = "defects"

    id: Mapped[Key]
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"), index=True)
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trips.id"))
    item: Mapped[CheckItem]
    severity: Mapped[DefectSeverity]
    note: Mapped[str | None] = mapped_column(String(500))
    reported_at: Mapped[datetime]
    reported_by: Mapped[str]
    fixed_at: Mapped[datetime | None]
    fixed_by: Mapped[str | None]
