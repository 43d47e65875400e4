"""Over-speed as positions come in: written in the trip log and told to the desk once (R-F-03, domain 3.5).

A run of fixes beyond the limit may be spread over any number of batches. While it goes on it is an open event of the
vehicle; it counts, and is told, from the fix on that makes it long enough.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, delete, select, update

from models.fleet import Vehicle
from models.telematics import VehicleEvent
from models.trips import Trip, TripEvent
from models.vocabulary import CargoClass, RoadClass, TripEventKind, VehicleEventKind
from services import trip_cargo, vehicle_events
from services.policy.over_speed import OverSpeed, Run, SpeedFix, over_speed, runs_of
from services.policy.speed import SpeedFacts, effective_limit_kmh
from services.transaction import Tx

TABLE = cast(Table, VehicleEvent.__table__)
OPEN = (TABLE.c.kind == VehicleEventKind.OVER_SPEED) & TABLE.c.ended_at.is_(None)
# every batch runs these; built once: building a statement costs more than finding a few rows with it
GOING_ON = select(TABLE.c.trip_id, TABLE.c.began_at, TABLE.c.facts).where(
    OPEN, TABLE.c.trip_id.in_(bindparam("trip_ids", expanding=True))
)
LIMITS = select(Vehicle.id, Vehicle.limit_kmh).where(Vehicle.id.in_(bindparam("vehicle_ids", expanding=True)))


class Driven(NamedTuple):
    """A fix made on a trip: its speed where the device knew it, and what it knew of the limit."""

    trip: Trip
    at: datetime
    speed_kmh: float | None
    road: RoadClass | None
    signed_limit_kmh: int | None
    visibility_m: int | None


def note(tx: Tx, driven: Iterable[Driven]) -> None:
    """Find the over-speed of each trip and write each event once, with its limit and band."""
    by_trip: dict[Trip, list[Driven]] = defaultdict(list)
    for one in driven:
        if one.speed_kmh is not None:
            by_trip[one.trip].append(one)
    if not by_trip:
        return
    trips = {trip.id: trip for trip in by_trip}
    classes = trip_cargo.classes_of(tx, list(trips))
    vehicle_ids = [trip.vehicle_id for trip in trips.values()]
    limits: Mapping[int, int | None] = dict(tx.connection.execute(LIMITS, {"vehicle_ids": vehicle_ids}).all())
    going_on = _going_on(tx, trips)
    for trip_id, trip in trips.items():
        own = by_trip[trip]
        own.sort(key=lambda one: one.at)
        limit_of = _Limits(tx, trip, classes[trip_id], limits[trip.vehicle_id])
        seen = [SpeedFix(one.at, one.speed_kmh or 0.0, limit_of(one)) for one in own]
        _follow(tx, trip, runs_of(seen, tx.ruleset, going_on.get(trip_id)), going_on.get(trip_id))


class _Limits:
    """The limits that hold for one trip; those of one road and hour are worked out once."""

    def __init__(self, tx: Tx, trip: Trip, classes: frozenset[CargoClass], vehicle_kmh: int | None) -> None:
        self._tx, self._trip, self._classes, self._vehicle_kmh = tx, trip, classes, vehicle_kmh
        self._known: dict[tuple[object, ...], int] = {}

    def __call__(self, one: Driven) -> int:
        key = (one.road, one.signed_limit_kmh, one.visibility_m, one.at.hour)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._worked_out(one)
        return known

    def _worked_out(self, one: Driven) -> int:
        # without a map match the road is unknown: the expressway's limit accuses nobody falsely
        facts = SpeedFacts(
            cargo_classes=self._classes,
            road=one.road or RoadClass.EXPRESSWAY,
            signed_limit_kmh=one.signed_limit_kmh,
            vehicle_limit_kmh=self._vehicle_kmh,
            visibility_m=one.visibility_m,
            permit_limit_kmh=self._trip.permit_limit_kmh,
            at=one.at,
        )
        return effective_limit_kmh(facts, self._tx.ruleset)


def _going_on(tx: Tx, trips: Iterable[int]) -> dict[int, Run]:
    """Give the runs that the batches before left open, by trip."""
    rows = tx.connection.execute(GOING_ON, {"trip_ids": list(trips)})
    return {row.trip_id: _run(row.began_at, row.facts) for row in rows}


def _follow(tx: Tx, trip: Trip, found: tuple[tuple[Run, ...], Run | None], going_on: Run | None) -> None:
    """Write what became of a trip's runs: the open one goes on, ends as an event, or was too short to be one."""
    ended, open_run = found
    if not ended and open_run == going_on:
        return
    for run in ended:
        continued = going_on is not None and run.began_at == going_on.began_at
        if over_speed(run, tx.ruleset) is not None:
            _write(tx, trip, run, continued=continued, ended=True)
        elif continued:
            tx.connection.execute(delete(TABLE).where(OPEN, TABLE.c.trip_id == trip.id))
    if open_run is not None:
        continued = going_on is not None and open_run.began_at == going_on.began_at
        _write(tx, trip, open_run, continued=continued, ended=False)


def _write(tx: Tx, trip: Trip, run: Run, *, continued: bool, ended: bool) -> None:
    event = over_speed(run, tx.ruleset)
    facts = _facts(run) | ({"band": event.band} if event is not None else {})
    if continued:
        event_id = tx.connection.execute(
            update(TABLE).where(OPEN, TABLE.c.trip_id == trip.id).values(facts=facts).returning(TABLE.c.id)
        ).scalar()
    elif _told_before(tx, trip, run):
        return
    else:
        began = (trip.vehicle_id, trip.id)
        event_id = vehicle_events.begin(tx, began, VehicleEventKind.OVER_SPEED, trip.number, run.began_at, facts)
    if event is not None:
        _log(tx, trip, event)
        if event_id is not None:
            vehicle_events.tell(tx, event_id)
    if ended:
        vehicle_events.end(tx, trip.vehicle_id, VehicleEventKind.OVER_SPEED, trip.number, run.last_at)


def _told_before(tx: Tx, trip: Trip, run: Run) -> bool:
    """Tell whether this is known already: the same fixes may be sent again after their run has ended."""
    same = (TABLE.c.kind == VehicleEventKind.OVER_SPEED) & (TABLE.c.trip_id == trip.id)
    over_it = (TABLE.c.began_at <= run.last_at) & (TABLE.c.ended_at >= run.began_at)
    return tx.connection.execute(select(TABLE.c.id).where(same, over_it).limit(1)).first() is not None


def _log(tx: Tx, trip: Trip, event: OverSpeed) -> None:
    """Write the event in the trip log, or how it went on."""
    query = select(TripEvent).where(TripEvent.trip_id == trip.id, TripEvent.kind == TripEventKind.OVER_SPEED)
    line = tx.session.scalar(query.where(TripEvent.occurred_at == event.began_at))
    if line is None:
        line = TripEvent(trip_id=trip.id, kind=TripEventKind.OVER_SPEED, occurred_at=event.began_at, recorded_at=tx.now)
        tx.session.add(line)
    line.ended_at = event.ended_at
    line.facts = {"max_kmh": event.max_kmh, "limit_kmh": event.limit_kmh, "band": event.band}


def _facts(run: Run) -> dict[str, Any]:
    worst = run.worst
    return {
        "last_at": run.last_at.isoformat(),
        "worst_at": worst.at.isoformat(),
        "max_kmh": worst.speed_kmh,
        "limit_kmh": worst.limit_kmh,
    }


def _run(began_at: datetime, facts: Mapping[str, Any]) -> Run:
    worst = SpeedFix(_instant(facts["worst_at"]), facts["max_kmh"], facts["limit_kmh"])
    return Run(began_at, _instant(facts["last_at"]), worst)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
