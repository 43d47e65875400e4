"""The people the company employs, and who is on duty."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key
from models.vocabulary import OffPostCause

STILL_OFF = text("ended_at IS NULL")


class Employee(Base):
    """Somebody who may answer for an accident and is paid wages: a driver, a loader, a dispatcher.

    ``deduction_clause`` tells that the labour contract allows a deduction for losses (工资支付暂行规定 16).
    """

    __tablename__ = "employees"

    id: Mapped[Key]
    staff_no: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    department: Mapped[str] = mapped_column(String(80))
    post: Mapped[str] = mapped_column(String(80))
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("drivers.id"), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    deduction_clause: Mapped[bool] = mapped_column(default=False)
    left_on: Mapped[date | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class OffPost(Base):
    """A time off post, 待岗, from its cause to the recorded reinstatement (R-P-04, domain 4.7)."""

    __tablename__ = "off_posts"
    __table_args__ = (
        Index("uq_off_posts_open", "driver_id", unique=True, sqlite_where=STILL_OFF, postgresql_where=STILL_OFF),
    )

    id: Mapped[Key]
    driver_id: Mapped[int] = mapped_column(ForeignKey("drivers.id"))
    accident_id: Mapped[int | None] = mapped_column(ForeignKey("accidents.id"), index=True)
    cause: Mapped[OffPostCause]
    began_at: Mapped[datetime]
    began_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    end_reason: Mapped[str | None] = mapped_column(String(500))


class DutyShift(Base):
    """Who is on duty from when to when; alarms go to whoever is (R-A-22)."""

    __tablename__ = "duty_shifts"
    __table_args__ = (CheckConstraint("ends_at > starts_at", "times"), Index("ix_duty_shifts_starts_at", "starts_at"))

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    phone: Mapped[str | None] = mapped_column(String(32))
    cancelled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
