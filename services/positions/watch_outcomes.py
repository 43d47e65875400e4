"""What follows from what the watch found: events of vehicles, and tasks of the desk."""

from __future__ import annotations

from sqlalchemy import select

from models.parties import Site
from models.telematics import VehicleEvent
from models.trips import Trip, TripStop
from models.vocabulary import TaskKind, TripState, VehicleEventKind
from services import tasks, vehicle_events
from services.policy.watching import Happening
from services.transaction import Tx

BEFORE_GATE = {TripState.CREWED, TripState.LOADING, TripState.LOADED, TripState.SEALED}


def write(tx: Tx, vehicle_id: int, trip_id: int | None, one: Happening) -> None:
    """Write what happened to a vehicle and put it on the desk, once."""
    if one.ended:
        vehicle_events.end(tx, vehicle_id, one.kind, one.subject, one.at)
        if one.kind is VehicleEventKind.AT_SITE:
            _check_release(tx, vehicle_id, one)
        return
    event_id = vehicle_events.begin(tx, (vehicle_id, trip_id), one.kind, one.subject, one.at, one.facts)
    if event_id is None or trip_id is None:
        return
    if one.kind is VehicleEventKind.AT_SITE:
        _ask_for_arrival(tx, trip_id, one)
    else:
        vehicle_events.tell(tx, event_id)


def _ask_for_arrival(tx: Tx, trip_id: int, one: Happening) -> None:
    """Ask the desk to confirm the arrival where the truck is seen at its next stop and nobody has told of it."""
    query = select(TripStop.id, TripStop.seq, Site.code, Trip.number).join(Trip, Trip.id == TripStop.trip_id)
    query = query.join(Site, Site.id == TripStop.site_id).where(Trip.id == trip_id, Trip.state == TripState.UNDER_WAY)
    stop = tx.session.execute(query.where(TripStop.arrived_at.is_(None)).order_by(TripStop.seq).limit(1)).first()
    if stop is not None and stop.code == one.subject:
        facts = {"trip": stop.number, "stop": stop.seq, "site": stop.code, "seen_at": one.at.isoformat()}
        key = vehicle_events.arrival_key(stop.id)
        tasks.raise_task(tx, TaskKind.CONFIRM_ARRIVAL, key, tx.now, trip_id=trip_id, facts=facts)


def _check_release(tx: Tx, vehicle_id: int, one: Happening) -> None:
    """Alarm the desk where a truck leaves the yard of its first stop although the gate has not let it out."""
    query = select(Trip.id, Trip.number).join(TripStop, TripStop.trip_id == Trip.id)
    query = query.join(Site, Site.id == TripStop.site_id).where(Trip.state.in_(BEFORE_GATE), TripStop.seq == 1)
    query = query.where(Site.code == one.subject, (Trip.vehicle_id == vehicle_id) | (Trip.trailer_id == vehicle_id))
    for trip in tx.session.execute(query.where(Trip.departed_at.is_(None))):
        facts = {"trip": trip.number, "site": one.subject, "left_at": one.at.isoformat()}
        key = f"unreleased-{trip.id}-{one.at:%Y%m%dT%H%M%S}"
        tasks.raise_task(tx, TaskKind.LEFT_UNRELEASED, key, tx.now, trip_id=trip.id, facts=facts)


def end_with_trips(tx: Tx) -> None:
    """End what is still open of trips that have arrived: nobody may report from there any more."""
    query = select(VehicleEvent.vehicle_id, VehicleEvent.kind, VehicleEvent.subject, VehicleEvent.began_at)
    query = query.add_columns(Trip.arrived_at).join(Trip, Trip.id == VehicleEvent.trip_id)
    query = query.where(VehicleEvent.ended_at.is_(None), VehicleEvent.kind != VehicleEventKind.AT_SITE)
    for row in tx.session.execute(query.where(Trip.arrived_at.is_not(None))).all():
        vehicle_events.end(tx, row.vehicle_id, row.kind, row.subject, max(row.arrived_at, row.began_at))
