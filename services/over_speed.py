"""Over-speed found in a batch of positions and written in the trip log, each event once (R-F-03, domain 3.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from models.fleet import Vehicle
from models.trips import Trip, TripEvent
from models.vocabulary import CargoClass, RoadClass, TripEventKind
from services.estimate_inputs import cargo_classes
from services.policy.speed import OverSpeed, SpeedFacts, SpeedFix, effective_limit_kmh, over_speed_events
from services.transaction import Tx


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
    by_trip: dict[int, list[Driven]] = defaultdict(list)
    for one in driven:
        if one.speed_kmh is not None:
            by_trip[one.trip.id].append(one)
    if not by_trip:
        return
    trips = {own[0].trip.id: own[0].trip for own in by_trip.values()}
    classes = cargo_classes(tx, list(trips))
    query = select(Vehicle.id, Vehicle.limit_kmh).where(Vehicle.id.in_({trip.vehicle_id for trip in trips.values()}))
    limits: Mapping[int, int | None] = dict(tx.session.execute(query).all())
    for trip_id, own in by_trip.items():
        trip = trips[trip_id]
        own.sort(key=lambda one: one.at)
        limit_of = _Limits(tx, trip, classes[trip_id], limits[trip.vehicle_id])
        seen = [SpeedFix(one.at, one.speed_kmh or 0.0, limit_of(one)) for one in own]
        _store(tx, trip, over_speed_events(seen, tx.ruleset))


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


def _store(tx: Tx, trip: Trip, found: Sequence[OverSpeed]) -> None:
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
