"""Imported files and what became of each row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import OPTIONAL_DOCUMENT, Base, Key
from models.vocabulary import ImportRowState, ImportState


class ImportFile(Base):
    """A shipper's file of bookings; the answer is the same file with a result and a reason per row."""

    __tablename__ = "import_files"

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    shipper_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    dry_run: Mapped[bool]
    state: Mapped[ImportState]
    problem: Mapped[dict[str, Any] | None] = mapped_column(OPTIONAL_DOCUMENT)
    columns: Mapped[dict[str, Any] | None] = mapped_column(OPTIONAL_DOCUMENT)
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    created_by_id: Mapped[int | None]
    finished_at: Mapped[datetime | None]


class ImportRow(Base):
    """The outcome of one row: booked, updated, unchanged or refused, with the reasons."""

    __tablename__ = "import_rows"
    __table_args__ = (UniqueConstraint("file_id", "row_no"),)

    id: Mapped[Key]
    file_id: Mapped[int] = mapped_column(ForeignKey("import_files.id"))
    row_no: Mapped[int]
    state: Mapped[ImportRowState]
    reasons: Mapped[list[Any]]
    consignment_id: Mapped[int | None] = mapped_column(ForeignKey("consignments.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
