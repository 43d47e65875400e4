"""Acceptance at the consignee's door: counted, opened, signed or refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key
from models.vocabulary import ConsignmentState, LineVerdict, RefusalReason


class Acceptance(Base):
    """The signed outcome of one consignment, the proof of delivery (R-D-07 to R-D-11)."""

    __tablename__ = "acceptances"

    id: Mapped[Key]
    consignment_id: Mapped[int] = mapped_column(ForeignKey("consignments.id"), unique=True)
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"))
    verdict: Mapped[ConsignmentState]
    clean: Mapped[bool]
    consignee_name: Mapped[str] = mapped_column(String(80))
    consignee_signature: Mapped[str] = mapped_column(String(64))
    driver_name: Mapped[str] = mapped_column(String(80))
    driver_signature: Mapped[str] = mapped_column(String(64))
    note: Mapped[str | None] = mapped_column(String(1000))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    made_by: Mapped[str]

    lines: Mapped[list[ReceiptLine]] = relationship(order_by="ReceiptLine.line_no", lazy="selectin")


class ReceiptLine(Base):
    """What was received of one cargo line and what the consignee said of it."""

    __tablename__ = "receipt_lines"
    __table_args__ = (UniqueConstraint("acceptance_id", "line_no"),)

    id: Mapped[Key]
    acceptance_id: Mapped[int] = mapped_column(ForeignKey("acceptances.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("cargo_lines.id"))
    line_no: Mapped[int]
    verdict: Mapped[LineVerdict]
    received_name: Mapped[str] = mapped_column(String(120))
    received_specification: Mapped[str | None] = mapped_column(String(120))
    received_quantity: Mapped[int]
    accepted_quantity: Mapped[int]
    refused_quantity: Mapped[int]
    refusal_reason: Mapped[RefusalReason | None]
    photo: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str | None] = mapped_column(String(500))
    open_box: Mapped[dict[str, Any]]
    documents_missing: Mapped[list[str]]
