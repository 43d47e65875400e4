"""Events of vehicles: begun and ended once each, and told to the dispatcher once, as a task of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from models.fleet import Vehicle
from models.telematics import VehicleEvent
from models.trips import Trip
from models.vocabulary import TaskKind, VehicleEventKind
from services import tasks
from services.clock import local
from services.transaction import Tx

NO_FACTS: Mapping[str, Any] = {}
HAS_ENDED = "it has ended by itself"


def begin(
    tx: Tx,
    ridden: tuple[int, int | None],
    kind: VehicleEventKind,
    subject: str,
    began_at: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
) -> int | None:
    """Begin an event of a vehicle, on its trip if it has one, and give its id; None when such a one is open already.

    ``ridden`` is the id of the vehicle and that of the trip; ``subject`` the site's code or the driver's number.
    """
    vehicle_id, trip_id = ridden
    put = tx.upsert(VehicleEvent).values(
        vehicle_id=vehicle_id, trip_id=trip_id, kind=kind, subject=subject, began_at=began_at, facts=dict(facts)
    )
    return tx.session.execute(put.on_conflict_do_nothing().returning(VehicleEvent.id)).scalar()


def end(tx: Tx, vehicle_id: int, kind: VehicleEventKind, subject: str, ended_at: datetime) -> int | None:
    """End the open event of this kind and subject and give its id; None when there is none.

    Its task tells of the end; where nothing is left to do, because the truck is heard or drives on, it is done.
    """
    changed = update(VehicleEvent).where(
        VehicleEvent.vehicle_id == vehicle_id,
        VehicleEvent.kind == kind,
        VehicleEvent.subject == subject,
        VehicleEvent.ended_at.is_(None),
    )
    row = tx.session.execute(changed.values(ended_at=ended_at).returning(VehicleEvent.id, VehicleEvent.told_at)).first()
    if row is None:
        return None
    if row.told_at is not None:
        _tell_end(tx, row.id, kind, ended_at)
    return int(row.id)


def tell(tx: Tx, event_id: int, task: TaskKind = TaskKind.VEHICLE_EVENT) -> None:
    """Put an event on the desk, once."""
    query = select(VehicleEvent, Vehicle.plate, Trip.number).join(Vehicle, Vehicle.id == VehicleEvent.vehicle_id)
    row = tx.session.execute(
        query.outerjoin(Trip, Trip.id == VehicleEvent.trip_id).where(VehicleEvent.id == event_id)
    ).one()
    event: VehicleEvent = row.VehicleEvent
    if event.told_at is not None:
        return
    event.told_at = tx.now
    told = {"event": event.kind.value, "vehicle": row.plate, "trip": row.number, "subject": event.subject}
    told["since"] = local(event.began_at).isoformat()
    tasks.raise_task(tx, task, task_key(event_id), tx.now, trip_id=event.trip_id, facts={**event.facts, **told})


def arrival_key(stop_id: int) -> str:
    """Give the key of the task to confirm the arrival at a stop."""
    return f"arrival-{stop_id}"


def task_key(event_id: int) -> str:
    """Give the key of the task of an event."""
    return f"event-{event_id}"


# what is over when it ends; after speeding and driving too long somebody must still speak with the driver
PASSING = frozenset({VehicleEventKind.SILENT, VehicleEventKind.LONG_STOP, VehicleEventKind.OFF_CORRIDOR})


def _tell_end(tx: Tx, event_id: int, kind: VehicleEventKind, ended_at: datetime) -> None:
    key = task_key(event_id)
    facts = tasks.facts_of(tx, key)
    if facts is not None:
        tasks.revise(tx, key, {**facts, "until": local(ended_at).isoformat()})
    if kind in PASSING:
        tasks.complete_by_key(tx, key, HAS_ENDED)
