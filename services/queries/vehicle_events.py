"""Events of vehicles as pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from models.fleet import Vehicle
from models.telematics import VehicleEvent
from models.trips import Trip
from models.vocabulary import VehicleEventKind
from services.queries.paging import Page, newest_first, paged
from services.transaction import Tx

EVENT = (
    VehicleEvent.id, VehicleEvent.kind, VehicleEvent.subject, VehicleEvent.began_at, VehicleEvent.ended_at,
    VehicleEvent.told_at, VehicleEvent.facts,
)  # fmt: skip
# a run of fast fixes is no event before it has lasted long enough, and then it is told
COUNTS = (VehicleEvent.kind != VehicleEventKind.OVER_SPEED) | VehicleEvent.told_at.is_not(None)


def event_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of events, newest first; filters: vehicle, trip, kind, open."""
    query = select(*EVENT, Vehicle.plate.label("vehicle"), Trip.number.label("trip"))
    query = query.join(Vehicle, Vehicle.id == VehicleEvent.vehicle_id)
    query = query.outerjoin(Trip, Trip.id == VehicleEvent.trip_id).where(COUNTS)
    for name, column in (("vehicle", Vehicle.plate), ("trip", Trip.number), ("kind", VehicleEvent.kind)):
        if name in filters:
            query = query.where(column == filters[name])
    if "open" in filters:
        ended = VehicleEvent.ended_at
        query = query.where(ended.is_(None) if filters["open"] else ended.is_not(None))
    return paged(tx.session, newest_first(query, VehicleEvent.id, page), page, _event)


def _event(row: Any) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public accessor for a row as a mapping
