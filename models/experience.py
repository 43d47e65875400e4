"""What arrivals have taught: running means of the travel time, spreads of its error, and every scored prediction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


class TravelLevel(Base):
    """One running mean of ``services/policy/travel.py`` under its key, the parts joined by ``|``."""

    __tablename__ = "travel_levels"

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    weight: Mapped[float]
    total: Mapped[float]
    taught_at: Mapped[datetime]


class TravelSpread(Base):
    """The quantiles of ``services/policy/intervals.py`` of one band of time ahead."""

    __tablename__ = "travel_spreads"

    band: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seen: Mapped[int]
    p10: Mapped[float]
    p50: Mapped[float]
    p80: Mapped[float]
    p90: Mapped[float]
    taught_at: Mapped[datetime]


class Prediction(Base):
    """What was expected of one stop at one time, in minutes from then, and what came of it when the truck arrived."""

    __tablename__ = "predictions"
    __table_args__ = (
        UniqueConstraint("stop_id", "made_at"),
        Index("ix_predictions_scored_at", "scored_at"),
        Index("ix_predictions_trip_id", "trip_id"),
    )

    id: Mapped[Key]
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"))
    stop_id: Mapped[int] = mapped_column(ForeignKey("trip_stops.id"))
    made_at: Mapped[datetime]
    origin: Mapped[str] = mapped_column(String(32))
    destination: Mapped[str] = mapped_column(String(32))
    vehicle_type: Mapped[str] = mapped_column(String(32))
    at_departure: Mapped[bool]
    router_minutes: Mapped[float]
    expected_minutes: Mapped[float]
    pace_minutes: Mapped[float | None]
    p10_minutes: Mapped[float]
    p50_minutes: Mapped[float]
    p80_minutes: Mapped[float]
    p90_minutes: Mapped[float]
    actual_minutes: Mapped[float | None]
    scored_at: Mapped[datetime | None]
