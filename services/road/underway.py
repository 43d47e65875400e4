"""Under way: problems, arrivals at stops and leaving them (R-F-16, R-F-17, S7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.loading import Seal, SealEvent
from models.trips import Trip, TripEvent, TripStop
from models.vocabulary import (
    ClosureKind,
    ConsignmentState,
    ProblemSeverity,
    SealEventKind,
    TaskKind,
    TripEventKind,
    TripState,
)
from services import lifecycle, stops, tasks, vehicle_events
from services.estimates import arrivals
from services.messages import notice_settling
from services.planning import crews
from services.policy.departure import LeavingStopFacts, object_to_leaving_stop
from services.policy.findings import Finding, require
from services.scope import find_trip
from services.transaction import Tx
from services.yard import seals

SKEW = timedelta(minutes=10)


def report_problem(tx: Tx, number: str, problem: Mapping[str, Any]) -> Trip:
    """Open a desk case for a problem from the road; a special one is the manager's at once (R-F-16, R-F-17)."""
    trip = find_trip(tx, number, lock=True)
    at, severity = problem["occurred_at"], problem["severity"]
    facts = {name: problem.get(name) for name in ("text", "lat", "lon")} | {"severity": severity.value}
    event = crews.log(tx, trip, TripEventKind.PROBLEM, at, tx.actor.driver_id, facts)
    tx.session.flush()
    pause = timedelta(0) if severity is ProblemSeverity.SPECIAL else timedelta(minutes=30)
    key = f"problem-{event.id}"
    tasks.raise_task(tx, TaskKind.PROBLEM, key, tx.now + pause, trip_id=trip.id, facts=facts)
    tx.journal("trip.problem", lifecycle.of_trip(trip), facts, at)
    return trip


def arrive(tx: Tx, number: str, at: datetime) -> Trip:
    """Record the arrival at the next stop; at the last one the trip has arrived. Notices are settled here."""
    trip = under_way(tx, number, at)
    stop = stops.next_stop(trip)
    require([] if stop else [Finding("NO_STOP_AHEAD", {"trip": number})])
    assert stop is not None  # noqa: S101 - require() has raised when there is none
    require(_object_to_arrival(trip, at))
    crews.leave_wheel(tx, trip, at)
    _end_rest(tx, trip, at)
    notice_settling.settle_stop(tx, stop, at)
    stop.arrived_at = at
    trip.basis_at = tx.now
    tasks.complete_by_key(tx, vehicle_events.arrival_key(stop.id), "recorded")
    tx.defer("score_arrival", key=f"score-arrival-{stop.id}", stop_id=stop.id)
    stop.estimated_arrival_at = at
    for consignment in stops.dropped_at(tx, trip, stop):
        if consignment.destination_site_id == stop.site_id:
            lifecycle.move_consignment(tx, consignment, ConsignmentState.ARRIVED, {"trip": trip.number}, at)
    if stops.next_stop(trip) is None:
        trip.arrived_at = at
        lifecycle.move_trip(tx, trip, TripState.ARRIVED, {"stop": stop.seq}, at)
    else:
        tx.journal("trip.arrived_at_stop", lifecycle.of_trip(trip), {"stop": stop.seq}, at)
        arrivals.request(tx, trip)
    tx.session.flush()
    return trip


def leave_stop(tx: Tx, number: str, at: datetime, driver: str | None) -> Trip:
    """Leave a stop on the way: every opening that was opened here is sealed again first (S7)."""
    trip = find_trip(tx, number, lock=True)
    stop = stops.require_stop(trip)
    require(_object_to_state(trip))
    require(_object_to_time(tx, at, stop.work_completed_at or stop.arrived_at))
    require(object_to_leaving_stop(_leaving_facts(tx, trip, stop)))
    stop.departed_at = at
    for consignment in stops.aboard(tx, trip):
        if consignment.state is ConsignmentState.SEALED:
            lifecycle.move_consignment(tx, consignment, ConsignmentState.IN_TRANSIT, {"trip": trip.number}, at)
    taker = crews.driver_on(tx, trip, driver).id if driver else crews.last_at_wheel(tx, trip)
    crews.take_wheel(tx, trip, taker, at)
    tx.journal("trip.left_stop", lifecycle.of_trip(trip), {"stop": stop.seq}, at)
    arrivals.request(tx, trip)
    return trip


def complete_work(tx: Tx, trip: Trip, stop: TripStop, at: datetime) -> None:
    """Say that everything to be unloaded here is off the truck; with the last stop's the trip is unloaded."""
    waiting = [one for one in stops.dropped_at(tx, trip, stop) if one.state in stops.ABOARD]
    if waiting or stops.picked_up_at(tx, trip, stop):
        return
    stop.work_completed_at = at
    if trip.state is TripState.ARRIVED:
        lifecycle.move_trip(tx, trip, TripState.UNLOADED, {"stop": stop.seq}, at)


def under_way(tx: Tx, number: str, at: datetime) -> Trip:
    """Give a trip that is on the road, between two stops and not frozen, for something that happened at ``at``."""
    trip = find_trip(tx, number, lock=True)
    require(lifecycle.object_to_frozen(trip))
    require(_object_to_state(trip))
    stop = stops.current_stop(trip)
    require([Finding("AT_A_STOP", {"stop": stop.seq})] if stop else [])
    require(_object_to_time(tx, at, None))
    return trip


def _object_to_state(trip: Trip) -> list[Finding]:
    """Object to a trip in the yard as well: only the gate lets it out."""
    return [] if trip.state is TripState.UNDER_WAY else [Finding("TRIP_NOT_UNDER_WAY", {"state": trip.state})]


def _object_to_time(tx: Tx, at: datetime, last: datetime | None) -> list[Finding]:
    if at > tx.now + SKEW:
        return [Finding("TIME_IN_THE_FUTURE", {"at": at.isoformat()})]
    return [Finding("TIME_BEFORE_LAST", {"last": last.isoformat()})] if last is not None and at < last else []


def _end_rest(tx: Tx, trip: Trip, at: datetime) -> None:
    """End a rest that nobody ended: the truck is at its stop."""
    event = open_rest(tx, trip)
    if event is not None:
        event.ended_at = max(at, event.occurred_at)


def open_rest(tx: Tx, trip: Trip) -> TripEvent | None:
    """Give the rest on the road that has not ended."""
    tx.session.flush()
    return tx.session.scalar(
        select(TripEvent)
        .where(TripEvent.trip_id == trip.id, TripEvent.kind == TripEventKind.STOP_BEGUN)
        .where(TripEvent.ended_at.is_(None))
    )


def _object_to_arrival(trip: Trip, at: datetime) -> list[Finding]:
    left = max(stop.departed_at for stop in trip.stops if stop.departed_at)
    return [Finding("TIME_BEFORE_LAST", {"last": left.isoformat()})] if at <= left else []


def _leaving_facts(tx: Tx, trip: Trip, stop: TripStop) -> LeavingStopFacts:
    opened = tx.session.scalars(
        select(SealEvent.closure)
        .join(Seal, Seal.id == SealEvent.seal_id)
        .where(
            SealEvent.trip_id == trip.id,
            SealEvent.kind == SealEventKind.REMOVED,
            SealEvent.occurred_at >= (stop.arrived_at or trip.created_at),
        )
    )
    return LeavingStopFacts(
        trip_no=trip.number,
        cargo_on_board=bool(stops.aboard(tx, trip)),
        required_closures=stops.required_closures(tx, trip),
        opened_closures=frozenset(ClosureKind(closure) for closure in opened if closure),
        seals=seals.live_facts(tx, trip),
        work_completed_at=stop.work_completed_at,
        seal_exemption_reason=trip.seal_exemption_reason,
        seal_exemption_by=trip.seal_exemption_by,
        frozen=trip.frozen_at is not None,
    )
