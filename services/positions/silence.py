"""Trucks that are not heard any more, and are heard again (N13)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select

from models.telematics import VehicleEvent
from models.tracking import LastPosition
from models.trips import Trip
from models.vocabulary import TaskKind, TripState, VehicleEventKind
from services import vehicle_events
from services.transaction import Tx

SILENT = VehicleEvent.kind == VehicleEventKind.SILENT


def find(tx: Tx) -> None:
    """Put on the desk each truck under way that has not been heard for too long (N13); one that stands after an
    accident is known to stand."""
    since = tx.now - timedelta(minutes=tx.ruleset.tracking.silent_minutes)
    heard = func.coalesce(LastPosition.fix_at, Trip.departed_at)
    query = select(Trip.id, Trip.vehicle_id, heard.label("heard_at")).outerjoin(
        LastPosition, (LastPosition.vehicle_id == Trip.vehicle_id) & (LastPosition.trip_id == Trip.id)
    )
    query = query.where(Trip.state == TripState.UNDER_WAY, Trip.frozen_at.is_(None), Trip.arrived_at.is_(None))
    told = select(VehicleEvent.id).where(VehicleEvent.trip_id == Trip.id, SILENT, VehicleEvent.ended_at.is_(None))
    for row in tx.session.execute(query.where(heard <= since, ~told.exists())).all():
        ridden = (row.vehicle_id, row.id)
        event_id = vehicle_events.begin(tx, ridden, VehicleEventKind.SILENT, "", row.heard_at)
        if event_id is not None:
            vehicle_events.tell(tx, event_id, TaskKind.SILENT_TRUCK)


def end(tx: Tx, heard: Mapping[int, tuple[datetime, datetime]]) -> None:
    """End the silence of vehicles that are heard again, given the first and the newest fix of each.

    One that hands in what it kept for hours is not heard before its newest fix is of now.
    """
    since = tx.now - timedelta(minutes=tx.ruleset.tracking.silent_minutes)
    first = {vehicle_id: begin for vehicle_id, (begin, newest) in heard.items() if newest > since}
    query = select(VehicleEvent.vehicle_id).where(SILENT, VehicleEvent.ended_at.is_(None))
    for vehicle_id in tx.session.scalars(query.where(VehicleEvent.vehicle_id.in_(first))).all():
        vehicle_events.end(tx, vehicle_id, VehicleEventKind.SILENT, "", first[vehicle_id])
