"""Shippers and consignees, how they are reached, and the places goods come from and go to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import OPTIONAL_DOCUMENT, Base, Key
from models.vocabulary import ChannelKind, PartyKind, SiteKind


class Party(Base):
    """A shipper, or a consignee; a consignee that a shipper made is seen by that shipper only (``owner_id``)."""

    __tablename__ = "parties"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[PartyKind]
    name: Mapped[str]
    uscc: Mapped[str | None] = mapped_column(String(18))
    contact_name: Mapped[str | None] = mapped_column(String(80))
    contact_phone: Mapped[str | None] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8), default="zh-CN")
    quiet_from_minute: Mapped[int | None]
    quiet_to_minute: Mapped[int | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"), index=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    channels: Mapped[list[Channel]] = relationship(order_by="Channel.position")
    __mapper_args__ = {"version_id_col": version}


class Channel(Base):
    """One way to tell a party something; tried in the order of ``position``.

    A webhook's signing secret is derived from the installation's secret key and ``generation``,
    so no secret is stored; rotating adds one to the generation.
    """

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("party_id", "kind", "address"),)

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    kind: Mapped[ChannelKind]
    address: Mapped[str] = mapped_column(String(500))
    position: Mapped[int]
    events: Mapped[list[str]]
    generation: Mapped[int] = mapped_column(default=1)
    rotated_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None]


class Site(Base):
    """A place: address, WGS-84 point in millionths of a degree, geofence, GB/T 2260 region code."""

    __tablename__ = "sites"
    __table_args__ = (
        CheckConstraint("lat_e6 BETWEEN -90000000 AND 90000000", "lat"),
        CheckConstraint("lon_e6 BETWEEN -180000000 AND 180000000", "lon"),
        CheckConstraint("radius_m IS NOT NULL OR polygon IS NOT NULL", "geofence"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[SiteKind]
    name: Mapped[str]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"), index=True)
    address: Mapped[str] = mapped_column(String(300))
    region_code: Mapped[str] = mapped_column(String(6))
    lat_e6: Mapped[int]
    lon_e6: Mapped[int]
    radius_m: Mapped[int | None]
    polygon: Mapped[list[Any] | None] = mapped_column(OPTIONAL_DOCUMENT)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class RoadDistanceRow(Base):
    """A known road distance between two regions (GB/T 2260 codes), used before the great circle."""

    __tablename__ = "road_distances"
    __table_args__ = (Index("uq_road_distances_pair", "from_code", "to_code", unique=True),)

    id: Mapped[Key]
    from_code: Mapped[str] = mapped_column(String(6))
    to_code: Mapped[str] = mapped_column(String(6))
    distance_km: Mapped[float]
