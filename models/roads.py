"""Roads that a router gave, kept to be used again, and how the router has been answering."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


class RoadRoute(Base):
    """The road between two points (WGS-84, millionths of a degree) as a router gave it at ``asked_at``.

    ``line`` is an encoded polyline with six decimals, from the origin to the destination, thinned to the ruleset's
    tolerance; its length may differ from ``distance_km``, which is the router's own.
    """

    __tablename__ = "road_routes"
    __table_args__ = (
        Index(
            "uq_road_routes_ends",
            "origin_lat_e6",
            "origin_lon_e6",
            "destination_lat_e6",
            "destination_lon_e6",
            "provider",
            unique=True,
        ),
        CheckConstraint("distance_km > 0", "distance"),
        CheckConstraint("duration_minutes >= 0", "duration"),
    )

    id: Mapped[Key]
    origin_lat_e6: Mapped[int]
    origin_lon_e6: Mapped[int]
    destination_lat_e6: Mapped[int]
    destination_lon_e6: Mapped[int]
    provider: Mapped[str] = mapped_column(String(32))
    distance_km: Mapped[float]
    duration_minutes: Mapped[float]
    line: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]


class RouterState(Base):
    """How one router has been answering, shared by every worker: the circuit breaker of ``services/policy/breaker.py``.

    ``failures`` counts those in a row; while the circuit is open, before ``open_until``, nobody asks.
    """

    __tablename__ = "router_states"

    provider: Mapped[str] = mapped_column(String(32), primary_key=True)
    failures: Mapped[int]
    open_until: Mapped[datetime | None]
    detail: Mapped[str] = mapped_column(String(500))
    changed_at: Mapped[datetime]
