"""Drivers and escorts: licences, certificates, status."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key
from models.vocabulary import DriverStatus


class Driver(Base):
    """A member of a crew. ``documents`` is ``{kind: {"number", "valid_until"}}``; an escort may hold no licence."""

    __tablename__ = "drivers"

    id: Mapped[Key]
    staff_no: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    id_number: Mapped[str] = mapped_column(String(18), unique=True)
    phone: Mapped[str] = mapped_column(String(32))
    born_on: Mapped[date]
    status: Mapped[DriverStatus] = mapped_column(default=DriverStatus.ACTIVE)
    status_reason: Mapped[str | None]
    licence_classes: Mapped[list[str]]
    licence_first_issued_on: Mapped[date | None]
    licence_withheld_from: Mapped[date | None]
    licence_withheld_to: Mapped[date | None]
    documents: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
