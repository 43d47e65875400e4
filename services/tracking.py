"""Positions: checked by hand, written in one statement, over-speed found on the way (R-F-03, 3.5).

Bulk intake skips ORM objects, not the transaction: see docs/decisions/0010-bulk-intake-skips-the-orm.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, select

from models.fleet import Vehicle
from models.tracking import LastPosition, Position
from models.trips import CrewAssignment, Trip, TripEvent
from models.vocabulary import CargoClass, RoadClass, TripEventKind, TripState
from services import arrivals
from services.estimate_inputs import cargo_classes
from services.policy.speed import OverSpeed, SpeedFacts, SpeedFix, effective_limit_kmh, over_speed_events
from services.transaction import Tx

E6 = 1_000_000
TABLE = cast(Table, Position.__table__)
SAME_FIX = ("vehicle_id", "fix_at", "lat_e6", "lon_e6")


@dataclass(frozen=True, slots=True)
class Fix:
    """One position as a device gave it, already checked: WGS-84 degrees, km/h, aware time."""

    plate: str
    fix_at: datetime
    lat: float
    lon: float
    speed_kmh: float | None = None
    heading: int | None = None
    road: RoadClass | None = None
    signed_limit_kmh: int | None = None
    visibility_m: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: stored, known already, and refused with index and code."""

    stored: int
    duplicates: int
    refused: tuple[dict[str, Any], ...]


def take(tx: Tx, fixes: Sequence[Fix]) -> Taken:
    """Store a batch of positions once each, move the last positions, note over-speed, ask for estimates.

    A plate that is unknown or not the caller's, and a time in the future or too old, refuse their own
    position and not the batch.
    """
    vehicles = _vehicles(tx, {fix.plate for fix in fixes})
    good: list[tuple[int, Fix]] = []
    refused: list[dict[str, Any]] = []
    for index, fix in enumerate(fixes):
        code = _object_to_fix(tx, fix, vehicles)
        if code:
            refused.append({"index": index, "code": code})
        else:
            good.append((index, fix))
    trips = _trips_under_way(tx, set(vehicles.values()))
    rows = [_row(tx, fix, vehicles[fix.plate], trips) for _, fix in good]
    stored = _insert(tx, rows)
    _move_last(tx, rows)
    _note_over_speed(tx, trips, vehicles, [fix for _, fix in good])
    heard = {row["trip_id"] for row in rows}
    for trip in trips.values():
        if trip.id in heard:
            arrivals.request(tx, trip, _next_estimate(tx, trip))
    return Taken(stored, len(rows) - stored, tuple(refused))


def _next_estimate(tx: Tx, trip: Trip) -> datetime:
    """Ask for at most one estimate per refresh interval, however many positions come."""
    refresh = timedelta(minutes=tx.ruleset.estimate.refresh_minutes)
    last = trip.estimate_due_at
    stale = timedelta(minutes=tx.ruleset.estimate.stale_minutes)
    made_at = last - stale if last is not None else None
    return tx.now if made_at is None or tx.now - made_at >= refresh else made_at + refresh


def _object_to_fix(tx: Tx, fix: Fix, vehicles: Mapping[str, int]) -> str | None:
    if fix.plate not in vehicles:
        return "PLATE_UNKNOWN"
    rules = tx.ruleset.tracking
    if fix.fix_at > tx.now + timedelta(minutes=rules.device_skew_minutes):
        return "FIX_IN_THE_FUTURE"
    if fix.fix_at < tx.now - timedelta(days=rules.device_backlog_days):
        return "FIX_TOO_OLD"
    if abs(fix.lat) < 1e-6 and abs(fix.lon) < 1e-6:
        return "FIX_AT_ZERO"
    return None


def _vehicles(tx: Tx, plates: Iterable[str]) -> dict[str, int]:
    """Give the vehicles the caller may report for: a driver only for those of his running trips."""
    query = select(Vehicle.plate, Vehicle.id).where(Vehicle.plate.in_(list(plates)))
    if tx.actor.driver_id is not None:
        mine = select(Trip.vehicle_id).join(CrewAssignment, CrewAssignment.trip_id == Trip.id)
        mine = mine.where(CrewAssignment.driver_id == tx.actor.driver_id, Trip.state == TripState.UNDER_WAY)
        query = query.where(Vehicle.id.in_(mine))
    return dict(tx.session.execute(query).all())


def _trips_under_way(tx: Tx, vehicle_ids: set[int]) -> dict[int, Trip]:
    rows = tx.session.scalars(select(Trip).where(Trip.vehicle_id.in_(vehicle_ids), Trip.state == TripState.UNDER_WAY))
    return {trip.vehicle_id: trip for trip in rows}


def _row(tx: Tx, fix: Fix, vehicle_id: int, trips: Mapping[int, Trip]) -> dict[str, Any]:
    trip = trips.get(vehicle_id)
    riding = trip is not None and trip.departed_at is not None and fix.fix_at >= trip.departed_at
    return {
        "vehicle_id": vehicle_id,
        "trip_id": trip.id if trip is not None and riding else None,
        "fix_at": fix.fix_at,
        "recorded_at": tx.now,
        "lat_e6": round(fix.lat * E6),
        "lon_e6": round(fix.lon * E6),
        "speed_kmh": fix.speed_kmh,
        "heading": fix.heading,
        "source": "api",
    }


def _insert(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the batch, each fix once, and give how many were new."""
    if not rows:
        return 0
    unique = {tuple(row[name] for name in SAME_FIX): row for row in rows}
    # rows given beside the statement, and not inside it, let it be compiled once for batches of every size
    put = tx.upsert(Position).on_conflict_do_nothing(index_elements=SAME_FIX).returning(TABLE.c.id)
    return len(tx.session.connection().execute(put, list(unique.values())).all())


def _move_last(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the newest fix of each vehicle; one that comes late does not move it back."""
    newest: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        known = newest.get(row["vehicle_id"])
        if known is None or row["fix_at"] > known["fix_at"]:
            newest[row["vehicle_id"]] = row
    names = ("vehicle_id", "trip_id", "fix_at", "lat_e6", "lon_e6", "speed_kmh")
    for row in newest.values():
        put = tx.upsert(LastPosition).values({name: row[name] for name in names})
        moved = {name: getattr(put.excluded, name) for name in names[1:]}
        newer = LastPosition.fix_at < put.excluded.fix_at
        tx.session.execute(put.on_conflict_do_update(index_elements=["vehicle_id"], set_=moved, where=newer))


def _note_over_speed(tx: Tx, trips: Mapping[int, Trip], vehicles: Mapping[str, int], fixes: Sequence[Fix]) -> None:
    """Find over-speed in the batch and write each event once, with its limit and band (3.5)."""
    by_trip: dict[int, list[Fix]] = defaultdict(list)
    for fix in fixes:
        trip = trips.get(vehicles[fix.plate])
        if trip is not None and fix.speed_kmh is not None:
            by_trip[trip.vehicle_id].append(fix)
    classes = cargo_classes(tx, [trips[vehicle_id].id for vehicle_id in by_trip])
    query = select(Vehicle.id, Vehicle.limit_kmh).where(Vehicle.id.in_(list(by_trip)))
    limits = dict(tx.session.execute(query).all())
    for vehicle_id, own in by_trip.items():
        trip = trips[vehicle_id]
        seen = [
            SpeedFix(fix.fix_at, fix.speed_kmh or 0.0, _limit(tx, trip, fix, classes[trip.id], limits[vehicle_id]))
            for fix in sorted(own, key=lambda one: one.fix_at)
        ]
        _store_events(tx, trip, over_speed_events(seen, tx.ruleset))


def _limit(tx: Tx, trip: Trip, fix: Fix, classes: frozenset[CargoClass], vehicle_kmh: int | None) -> int:
    # without a map match the road is unknown: the expressway's limit accuses nobody falsely
    facts = SpeedFacts(
        cargo_classes=classes,
        road=fix.road or RoadClass.EXPRESSWAY,
        signed_limit_kmh=fix.signed_limit_kmh,
        vehicle_limit_kmh=vehicle_kmh,
        visibility_m=fix.visibility_m,
        permit_limit_kmh=trip.permit_limit_kmh,
        at=fix.fix_at,
    )
    return effective_limit_kmh(facts, tx.ruleset)


def _store_events(tx: Tx, trip: Trip, found: Sequence[OverSpeed]) -> None:
    if not found:
        return
    query = select(TripEvent.occurred_at).where(
        TripEvent.trip_id == trip.id, TripEvent.kind == TripEventKind.OVER_SPEED
    )
    known = set(tx.session.scalars(query))
    tx.session.add_all([_event(tx, trip, event) for event in found if event.began_at not in known])


def _event(tx: Tx, trip: Trip, event: OverSpeed) -> TripEvent:
    return TripEvent(
        trip_id=trip.id,
        kind=TripEventKind.OVER_SPEED,
        occurred_at=event.began_at,
        ended_at=event.ended_at,
        recorded_at=tx.now,
        facts={"max_kmh": event.max_kmh, "limit_kmh": event.limit_kmh, "band": event.band},
    )
