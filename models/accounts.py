"""Users, their roles and their API keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


class User(Base):
    """A person or system that signs in; a shipper's or driver's user is tied to that party or driver."""

    __tablename__ = "users"

    id: Mapped[Key]
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str]
    # where alarms reach him
    email: Mapped[str | None] = mapped_column(String(254))
    password_hash: Mapped[str | None]
    roles: Mapped[list[str]]
    shipper_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("drivers.id"))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ApiKey(Base):
    """A key shown once: stored as its prefix and the SHA-256 of a 256-bit random secret."""

    __tablename__ = "api_keys"

    id: Mapped[Key]
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    label: Mapped[str]
    roles: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
