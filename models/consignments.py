"""Transport orders, consignments and their cargo lines."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Fen, Key
from models.vocabulary import (
    CargoClass,
    ConsignmentState,
    OrderState,
    Packaging,
    PackagingVerdict,
    ShipmentMode,
)


class TransportOrder(Base):
    """What a shipper asks for in one go: one or more consignments."""

    __tablename__ = "transport_orders"

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    shipper_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    state: Mapped[OrderState] = mapped_column(default=OrderState.OPEN)
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class Consignment(Base):
    """One waybill: one shipper, one consignee, one origin, one destination (货规: one waybill, one party each).

    ``promised_arrival_at`` is the customer's, ``planned_arrival_at`` the trip's, and the newest estimate is that of the
    stop where the present trip drops the goods at their destination: three separate facts. ``track_hash`` is the
    SHA-256 of the public tracking token.
    """

    __tablename__ = "consignments"
    __table_args__ = (
        Index(
            "uq_consignments_customer_ref",
            "shipper_id",
            "customer_ref",
            unique=True,
            sqlite_where=text("customer_ref IS NOT NULL AND state <> 'cancelled'"),
            postgresql_where=text("customer_ref IS NOT NULL AND state <> 'cancelled'"),
        ),
        Index("ix_consignments_shipper_id_id", "shipper_id", "id"),
        Index("ix_consignments_state_id", "state", "id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("transport_orders.id"), index=True)
    shipper_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    consignee_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    origin_site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    destination_site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    customer_ref: Mapped[str | None] = mapped_column(String(64))
    shipment_mode: Mapped[ShipmentMode]
    state: Mapped[ConsignmentState]
    out_of_town: Mapped[bool]
    hard_to_handle: Mapped[bool]
    open_box_required: Mapped[bool] = mapped_column(default=False)
    total_mass_kg: Mapped[int]
    total_volume_dm3: Mapped[int]
    declared_value_fen: Mapped[Fen | None]
    contact_name: Mapped[str | None] = mapped_column(String(80))
    contact_phone: Mapped[str | None] = mapped_column(String(32))
    notes: Mapped[str | None] = mapped_column(String(1000))
    promised_arrival_at: Mapped[datetime]
    planned_arrival_at: Mapped[datetime | None]
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trips.id"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("consignments.id"), index=True)
    track_hash: Mapped[str] = mapped_column(String(64), unique=True)
    track_expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    version: Mapped[int] = mapped_column()

    lines: Mapped[list[CargoLine]] = relationship(order_by="CargoLine.line_no")
    __mapper_args__ = {"version_id_col": version}


class CargoLine(Base):
    """One kind of goods on a waybill; attributes decide vehicle, gear, notice and acceptance (domain 3.1)."""

    __tablename__ = "cargo_lines"
    __table_args__ = (
        UniqueConstraint("consignment_id", "line_no"),
        CheckConstraint("quantity > 0 AND mass_kg > 0 AND volume_dm3 >= 0", "amounts"),
    )

    id: Mapped[Key]
    consignment_id: Mapped[int] = mapped_column(ForeignKey("consignments.id"))
    line_no: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    specification: Mapped[str | None] = mapped_column(String(120))
    quantity: Mapped[int]
    unit: Mapped[str] = mapped_column(String(16))
    cargo_class: Mapped[CargoClass]
    mot_code: Mapped[str | None] = mapped_column(String(4))
    packaging: Mapped[Packaging]
    packaging_verdict: Mapped[PackagingVerdict]
    mass_kg: Mapped[int]
    volume_dm3: Mapped[int]
    piece_mass_kg: Mapped[int | None]
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    manual_handling_ok: Mapped[bool]
    finished_goods: Mapped[bool]
    moisture_sensitive: Mapped[bool]
    theft_prone: Mapped[bool]
    stackable: Mapped[bool]
    odour: Mapped[bool]
    food_grade: Mapped[bool]
    divisible: Mapped[bool]
    temp_min_c: Mapped[int | None]
    temp_max_c: Mapped[int | None]
    hazmat_class: Mapped[str | None] = mapped_column(String(4))
    un_number: Mapped[str | None] = mapped_column(String(4))
    declared_value_fen: Mapped[Fen | None]
    marks: Mapped[list[str]]
    documents: Mapped[list[str]]
