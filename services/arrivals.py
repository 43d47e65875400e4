"""Arrival estimates: asked for by many, made in batches by the worker, every one kept with its reasons (R-F-05).

The estimate is the remaining way ÷ effective speed plus the driving-hours rules, and over it what arrivals have
taught (services/learnt_arrivals.py). What is foretold of a truck under way is kept and scored when it arrives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from models.consignments import Consignment
from models.tracking import Estimate
from models.trips import Trip, TripStop
from models.vocabulary import CrewRole, TaskKind, TripState
from services import events, experience, notice_board, notices, routes, tasks
from services.clock import local
from services.estimate_inputs import Known, load
from services.learnt_arrivals import Learnt, Planned, Ride, lay_over
from services.policy import eta
from services.policy.driving import DriverHours
from services.policy.eta import EstimateFacts, free_flow_kmh
from services.transaction import Tx

BUCKET_S = 10
BATCH = 500
# an estimate that moved less than this, and is no staler, is the same estimate
SAME = timedelta(minutes=2)
OPEN_STATES = (
    TripState.PLANNED,
    TripState.CREWED,
    TripState.LOADING,
    TripState.LOADED,
    TripState.SEALED,
    TripState.UNDER_WAY,
)


@dataclass(slots=True)
class Written:
    """What one batch writes, gathered so that each table is written in one statement."""

    estimates: list[dict[str, Any]] = field(default_factory=list)
    trips: list[dict[str, Any]] = field(default_factory=list)
    consignments: list[dict[str, Any]] = field(default_factory=list)
    due: set[datetime] = field(default_factory=set)
    predictions: list[Mapping[str, Any]] = field(default_factory=list)


def plan_changed(tx: Tx, trip: Trip) -> None:
    """Schedule the notices from the planned times at once and ask the worker for an estimate."""
    board = notice_board.load(tx, trip.stops)
    for stop in trip.stops[1:]:
        notices.review(tx, trip, stop, notice_board.Arrival(stop.planned_arrival_at), board)
    request(tx, trip)


def request(tx: Tx, trip: Trip, at: datetime | None = None) -> None:
    """Ask for a new estimate of a trip at ``at`` (now when left out); many requests make one job."""
    request_all(tx, [(trip, at or tx.now)])


def request_all(tx: Tx, wanted: Iterable[tuple[Trip, datetime]]) -> None:
    """Ask for new estimates of many trips, each at its time or when it is due anyway, in a handful of statements."""
    rows: list[dict[str, Any]] = []
    dues: set[datetime] = set()
    for trip, at in wanted:
        due = _bucket(at)
        if trip.estimate_due_at is not None and trip.estimate_due_at <= due:
            due = trip.estimate_due_at
        else:
            rows.append({"trip_id": trip.id, "arrival": trip.estimated_arrival_at, "due": due})
            set_committed_value(trip, "estimate_due_at", due)
        dues.add(due)
    if rows:
        _write_trips(tx, rows)
    _owe(tx, dues)


def estimate_due(tx: Tx) -> int:
    """Estimate every trip that asked for it, at most 500 in one transaction, and give how many."""
    query = select(Trip).where(Trip.estimate_due_at <= tx.now, Trip.state.in_(OPEN_STATES))
    query = query.options(selectinload(Trip.stops), selectinload(Trip.crew)).order_by(Trip.id).limit(BATCH)
    trips = tx.session.scalars(query.with_for_update(skip_locked=True)).all()
    if not trips:
        return 0
    known = load(tx, trips)
    written = Written()
    for trip in trips:
        _estimate_trip(tx, trip, known, written)
    tx.session.flush()
    _write(tx, written)
    if len(trips) == BATCH:
        tx.defer("estimate_arrivals", key=f"estimate-{tx.now:%Y%m%dT%H%M%S%f}-{trips[-1].id}")
    return len(trips)


def _estimate_trip(tx: Tx, trip: Trip, known: Known, written: Written) -> None:
    """Estimate every stop still ahead, keep what changed, and let the notices follow."""
    stale = False
    for learnt in _estimates(tx, trip, known):
        stop, facts, made = learnt.stop, learnt.facts, learnt.made
        stale = made.stale
        found = _held(stop, made, tx.now) if stale else made
        same = _same(stop, found, known)
        # what is foretold at the departure is kept even where it is what was told before: it is what gets scored
        if learnt.prediction is not None and not (same and stop.id in known.predicted):
            written.predictions.append(learnt.prediction)
        if same:
            continue
        written.estimates.append(_row(tx, trip, stop, facts, found))
        written.consignments += [
            {"consignment_id": goods.id, "arrival": found.arrival} for goods in known.board.goods_for(stop.id)
        ]
        before, stop.estimated_arrival_at = stop.estimated_arrival_at, found.arrival
        stop.early_arrival_at = learnt.early
        events.eta_changed(tx, trip, stop, before)
        notices.review(tx, trip, stop, notice_board.Arrival(found.arrival, found.stale, learnt.early), known.board)
    if stale:
        _tell_desk(tx, trip)
    ahead = [stop for stop in trip.stops if stop.arrived_at is None]
    arrival = ahead[-1].estimated_arrival_at if ahead else trip.estimated_arrival_at
    due = _next_look(tx, trip, stale=stale)
    written.trips.append({"trip_id": trip.id, "arrival": arrival, "due": due})
    written.due |= {due} if due else set()


def _tell_desk(tx: Tx, trip: Trip) -> None:
    """Put a silent truck on the desk, once a day (N13)."""
    key = f"silent-{trip.id}-{local(tx.now):%Y%m%d}"
    tasks.raise_task(tx, TaskKind.SILENT_TRUCK, key, tx.now, trip_id=trip.id, facts={"trip": trip.number})


def _held(stop: TripStop, made: eta.Estimate, now: datetime) -> eta.Estimate:
    """Keep the last arrival of a truck that is silent: silence is no reason to move it (N13)."""
    last = stop.estimated_arrival_at
    return made if last is None or last <= now else replace(made, arrival=last)


def _same(stop: TripStop, found: eta.Estimate, known: Known) -> bool:
    last = stop.estimated_arrival_at
    return last is not None and abs(found.arrival - last) < SAME and known.stale.get(stop.id) == found.stale


def _next_look(tx: Tx, trip: Trip, *, stale: bool) -> datetime | None:
    """Say when a trip must be looked at again although nobody asks.

    A truck under way when it has been silent too long, and not again before it is heard; one still in the
    yard after its planned departure every quarter of an hour, because its arrival moves with it.
    """
    rules = tx.ruleset.estimate
    if trip.state is TripState.UNDER_WAY:
        return None if stale else _bucket(tx.now + timedelta(minutes=rules.stale_minutes))
    begin = max(trip.planned_departure_at, tx.now)
    return _bucket(begin + timedelta(minutes=rules.refresh_minutes))


def _estimates(tx: Tx, trip: Trip, known: Known) -> list[Learnt]:
    ahead = [stop for stop in trip.stops if stop.arrived_at is None]
    if not ahead or trip.frozen_at is not None:
        return []
    way, source = _way_to_next(trip, ahead[0], known)
    limit = routes.limit_kmh(tx, known.classes[trip.id], known.limits[trip.vehicle_id], trip.permit_limit_kmh)
    fix = known.fixes.get(trip.id)
    planned = []
    for number, stop in enumerate(ahead):
        way += stop.distance_km if number else 0.0
        facts = EstimateFacts(
            now=tx.now,
            remaining_km=way,
            speed_kmh=free_flow_kmh(limit, tx.ruleset),
            drivers=_crew_hours(trip, known),
            at_departure=trip.departed_at is None,
            started_at=trip.departed_at or max(trip.planned_departure_at, tx.now),
            service_minutes_at_stops=number * tx.ruleset.estimate.stop_service_minutes,
            last_position_at=fix.fix_at if fix else None,
            limit_kmh=limit,
            source=source,
        )
        planned.append(Planned(stop, facts, eta.estimate(facts, tx.ruleset)))
    ride = Ride(known.codes, known.bodies[trip.id], known.predicted)
    return lay_over(trip, planned, ride, known.experience, tx.ruleset)


def _way_to_next(trip: Trip, next_stop: TripStop, known: Known) -> tuple[float, str]:
    """Give the road still ahead to the next stop in km, and what it rests on.

    The planned distance of the leg is shrunk by how much of the straight line is left, so a known road
    distance corrects the circuity of this very road.
    """
    fix = known.fixes.get(trip.id)
    before = trip.stops[next_stop.seq - 2]
    if fix is None or trip.departed_at is None or (before.departed_at and fix.fix_at < before.departed_at):
        return next_stop.distance_km, "plan"
    here, there = known.points[before.site_id], known.points[next_stop.site_id]
    whole = routes.straight_km(*here, *there)
    left = routes.straight_km(fix.lat_e6, fix.lon_e6, *there)
    if whole < routes.SHORTEST_KM:
        return left, "position"
    return next_stop.distance_km * left / whole, "position"


def _crew_hours(trip: Trip, known: Known) -> tuple[DriverHours, ...]:
    """Give the drivers' hours, the one at the wheel first."""
    drivers = [member.driver_id for member in trip.crew if member.role is CrewRole.DRIVER]
    hours = [known.hours[driver_id] for driver_id in drivers if driver_id in known.hours]
    return tuple(sorted(hours, key=lambda one: one.continuous_minutes == 0))


def _row(tx: Tx, trip: Trip, stop: TripStop, facts: EstimateFacts, found: eta.Estimate) -> dict[str, Any]:
    return {
        "trip_id": trip.id,
        "stop_id": stop.id,
        "made_at": tx.now,
        "arrival_at": found.arrival,
        "remaining_km": facts.remaining_km,
        "speed_kmh": facts.speed_kmh,
        "stale": found.stale,
        "cause": facts.source,
        "reasons": list(found.reasons),
        "ruleset_version": tx.ruleset.version,
    }


def _write(tx: Tx, written: Written) -> None:
    """Write a batch; estimates are facts about a trip and make no new version of it."""
    connection = tx.session.connection()
    if written.estimates:
        connection.execute(insert(Estimate), written.estimates)
    if written.consignments:
        table = cast(Table, Consignment.__table__)
        connection.execute(
            update(table)
            .where(table.c.id == bindparam("consignment_id"))
            .values(estimated_arrival_at=bindparam("arrival")),
            written.consignments,
        )
    experience.keep(tx, written.predictions)
    _write_trips(tx, written.trips)
    _owe(tx, written.due)


def _write_trips(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    table = cast(Table, Trip.__table__)
    tx.session.connection().execute(
        update(table)
        .where(table.c.id == bindparam("trip_id"))
        .values(estimated_arrival_at=bindparam("arrival"), estimate_due_at=bindparam("due")),
        list(rows),
    )


def _owe(tx: Tx, due: Iterable[datetime]) -> None:
    for at in sorted(due):
        tx.defer("estimate_arrivals", key=f"estimate-{at:%Y%m%dT%H%M%S}", due_at=at)


def _bucket(at: datetime) -> datetime:
    """Round up to ten seconds, so that requests of a moment share one job."""
    return datetime.fromtimestamp(-(-at.timestamp() // BUCKET_S) * BUCKET_S, tz=UTC)
