"""Vehicles, trailers and people taken for a time; the database itself refuses overlaps (P6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, text, update

from models.trips import Reservation, Trip
from services.errors import ConflictError
from services.transaction import Tx

SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open time [starts_at, ends_at), rest and turn-round inside."""

    starts_at: datetime
    ends_at: datetime


def of_vehicle(plate: str) -> str:
    """Name a vehicle or trailer as a resource."""
    return f"vehicle:{plate}"


def of_person(staff_no: str) -> str:
    """Name a driver or escort as a resource."""
    return f"person:{staff_no}"


def reserve(tx: Tx, trip: Trip, windows: Mapping[str, Window]) -> None:
    """Take every resource for its window, or none: ConflictError RESOURCE_TAKEN names who holds which.

    On PostgreSQL the resources are locked in sorted order first, so racers queue instead of deadlocking;
    the exclusion constraint (a trigger on SQLite) guards whoever would write without asking.
    """
    resources = sorted(windows)
    _lock(tx, resources)
    for resource in resources:
        held_by = holder(tx, resource, windows[resource], ignoring=trip.id)
        if held_by is not None:
            raise ConflictError("RESOURCE_TAKEN", {"resource": resource, "held_by": held_by})
    tx.session.execute(
        insert(Reservation),
        [
            {
                "resource": resource,
                "trip_id": trip.id,
                "starts_at": windows[resource].starts_at,
                "ends_at": windows[resource].ends_at,
                "released": False,
            }
            for resource in resources
        ],
    )


def holder(tx: Tx, resource: str, window: Window, ignoring: int | None = None) -> str | None:
    """Give the number of the trip that holds a resource within a window."""
    return held(tx, [resource], window, ignoring).get(resource)


def held(tx: Tx, resources: Iterable[str], window: Window, ignoring: int | None = None) -> dict[str, str]:
    """Give which of the resources are held within a window, and by which trip."""
    rows = tx.session.execute(
        select(Reservation.resource, Trip.number)
        .join(Trip, Trip.id == Reservation.trip_id)
        .where(Reservation.resource.in_(list(resources)), Reservation.released.is_(False))
        .where(Reservation.starts_at < window.ends_at, Reservation.ends_at > window.starts_at)
        .where(Reservation.trip_id != (ignoring or 0))
    )
    return {row.resource: row.number for row in rows}


def release(tx: Tx, trip: Trip, resources: Iterable[str] | None = None) -> None:
    """Give back the trip's resources, all of them unless some are named."""
    query = update(Reservation).where(Reservation.trip_id == trip.id, Reservation.released.is_(False))
    if resources is not None:
        query = query.where(Reservation.resource.in_(list(resources)))
    tx.session.execute(query.values(released=True))


def end_at(tx: Tx, trip: Trip, ends: Mapping[str, datetime]) -> None:
    """Shorten windows to what really happened; a window is never lengthened over somebody else's."""
    for resource, ends_at in ends.items():
        tx.session.execute(
            update(Reservation)
            .where(Reservation.trip_id == trip.id, Reservation.resource == resource, Reservation.released.is_(False))
            .where(Reservation.ends_at > ends_at, Reservation.starts_at < ends_at - SHORTEST)
            .values(ends_at=ends_at)
        )


def _lock(tx: Tx, resources: Iterable[str]) -> None:
    if tx.session.get_bind().dialect.name != "postgresql":
        return  # BEGIN IMMEDIATE already holds the one write lock of SQLite
    for resource in resources:
        tx.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(resource, text("0")))))
