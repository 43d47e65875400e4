"""Trips: stops, legs, crew, reservations and what is written in the trip log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key
from models.vocabulary import CrewRole, LegKind, RestPlace, StopKind, TripEventKind, TripState, WaiverState


class Trip(Base):
    """One journey of one vehicle with its crew through an ordered list of stops.

    When it is expected to end stands at its last stop. ``frozen_at`` stops every move while an accident is handled.
    ``basis_at`` is when anything that its estimates rest on, other than a position, last changed.
    """

    __tablename__ = "trips"
    __table_args__ = (
        CheckConstraint("planned_arrival_at > planned_departure_at", "times"),
        Index("ix_trips_state_id", "state", "id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"), index=True)
    trailer_id: Mapped[int | None] = mapped_column(ForeignKey("vehicles.id"))
    state: Mapped[TripState]
    planned_departure_at: Mapped[datetime]
    planned_arrival_at: Mapped[datetime]
    departed_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    distance_km: Mapped[float]
    estimate_due_at: Mapped[datetime | None] = mapped_column(index=True)
    basis_at: Mapped[datetime | None] = mapped_column(index=True)
    seal_exemption_reason: Mapped[str | None]
    seal_exemption_by: Mapped[str | None]
    permit_number: Mapped[str | None] = mapped_column(String(40))
    permit_limit_kmh: Mapped[int | None]
    escort_plan: Mapped[str | None]
    frozen_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    version: Mapped[int] = mapped_column()

    stops: Mapped[list[TripStop]] = relationship(order_by="TripStop.seq")
    legs: Mapped[list[ConsignmentLeg]] = relationship(order_by="ConsignmentLeg.id")
    crew: Mapped[list[CrewAssignment]] = relationship(order_by="CrewAssignment.position", cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}


class TripStop(Base):
    """One place on the plan; seals may only be put on after ``work_completed_at`` of the present stop.

    ``estimated_arrival_at`` stands since ``estimated_at``, with that much road left, ``estimate_stale`` if the truck is
    silent; from the arrival on it is the arrival itself, and while the trip is frozen nothing. It stands nowhere else.
    ``early_arrival_at`` is the time that nine of ten trucks do not come before (P10), once enough arrivals tell it.
    ``road_id`` is the road from the stop before that a router gave; without one the built-in reckoning stands.
    """

    __tablename__ = "trip_stops"
    __table_args__ = (UniqueConstraint("trip_id", "seq"), Index("ix_trip_stops_arrived_at", "arrived_at"))

    id: Mapped[Key]
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"))
    seq: Mapped[int]
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    kind: Mapped[StopKind]
    distance_km: Mapped[float]
    road_id: Mapped[int | None] = mapped_column(ForeignKey("road_routes.id"))
    planned_arrival_at: Mapped[datetime]
    estimated_arrival_at: Mapped[datetime | None]
    early_arrival_at: Mapped[datetime | None]
    estimated_at: Mapped[datetime | None]
    remaining_km: Mapped[float | None]
    estimate_stale: Mapped[bool] = mapped_column(default=False, server_default=false())
    arrived_at: Mapped[datetime | None]
    announced_arrival_at: Mapped[datetime | None]
    seals_verified_at: Mapped[datetime | None]
    seal_exception: Mapped[bool] = mapped_column(default=False)
    joint_inspection_at: Mapped[datetime | None]
    driver_statement: Mapped[str | None] = mapped_column(String(1000))
    work_completed_at: Mapped[datetime | None]
    departed_at: Mapped[datetime | None]


class ConsignmentLeg(Base):
    """A consignment's ride on one trip, line-haul (专线) or distribution (分流) (R-F-19)."""

    __tablename__ = "consignment_legs"
    __table_args__ = (UniqueConstraint("consignment_id", "trip_id"),)

    id: Mapped[Key]
    consignment_id: Mapped[int] = mapped_column(ForeignKey("consignments.id"))
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"), index=True)
    seq: Mapped[int]
    kind: Mapped[LegKind]
    pickup_stop_id: Mapped[int] = mapped_column(ForeignKey("trip_stops.id"))
    drop_stop_id: Mapped[int] = mapped_column(ForeignKey("trip_stops.id"), index=True)
    hub_count: Mapped[dict[str, Any] | None]
    unloaded_at: Mapped[datetime | None]


class CrewAssignment(Base):
    """A driver or escort on a trip, with the check-in an hour before (R-F-04, R-C-01, R-C-06)."""

    __tablename__ = "crew_assignments"
    __table_args__ = (UniqueConstraint("trip_id", "driver_id"),)

    id: Mapped[Key]
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"))
    driver_id: Mapped[int] = mapped_column(ForeignKey("drivers.id"), index=True)
    role: Mapped[CrewRole]
    position: Mapped[int]
    checked_in_at: Mapped[datetime | None]
    alcohol_mg_100ml: Mapped[int | None]
    fit: Mapped[bool | None]
    late_check_in: Mapped[bool] = mapped_column(default=False)


class CrewWaiver(Base):
    """Leave for a single driver: a reason and another person's approval (R-F-04)."""

    __tablename__ = "crew_waivers"

    id: Mapped[Key]
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"), unique=True)
    state: Mapped[WaiverState]
    reason: Mapped[str] = mapped_column(String(500))
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]


class Reservation(Base):
    """A vehicle, trailer or person taken for [starts_at, ends_at); the database refuses overlaps.

    PostgreSQL by an exclusion constraint, SQLite by a trigger, both named ``reservation_no_overlap``.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", "times"),
        Index("ix_reservations_resource_starts_at", "resource", "starts_at"),
    )

    id: Mapped[Key]
    resource: Mapped[str] = mapped_column(String(40))
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    released: Mapped[bool] = mapped_column(default=False)


class WheelPeriod(Base):
    """A time during which one driver was at the wheel (R-C-11, driving hours)."""

    __tablename__ = "wheel_periods"
    __table_args__ = (Index("ix_wheel_periods_driver_id_began_at", "driver_id", "began_at"),)

    id: Mapped[Key]
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"), index=True)
    driver_id: Mapped[int] = mapped_column(ForeignKey("drivers.id"))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class TripEvent(Base):
    """A line of the trip log (行车日志): check-in, hand-over, stop, problem, over-speed."""

    __tablename__ = "trip_events"
    __table_args__ = (Index("ix_trip_events_trip_id_occurred_at", "trip_id", "occurred_at"),)

    id: Mapped[Key]
    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id"))
    kind: Mapped[TripEventKind]
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("drivers.id"))
    place: Mapped[RestPlace | None]
    occurred_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
