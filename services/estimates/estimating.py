"""Arrival estimates by all the rules, for the trips that ask for it; kept with their reasons when they moved (R-F-05).

The estimate is the remaining way ÷ effective speed plus the driving-hours rules, and over it what arrivals have
taught (learnt_arrivals.py). What is foretold of a truck under way is kept and scored when it arrives.

A first look at thousands of trips as columns (batches/) tells which have not moved at all, and writes those that moved
without touching a notice. Only the rest is estimated trip by trip.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import selectinload

from models.tracking import Estimate
from models.trips import Trip, TripStop
from models.vocabulary import CrewRole
from services import routes
from services.estimates import experience, remaining_way
from services.estimates.arrivals import SAME, owe_round
from services.estimates.batches import looking, moving, reading
from services.estimates.batches.arrays import instant, whole
from services.estimates.batches.asking import answered
from services.estimates.batches.waking import wakes_us
from services.estimates.estimate_inputs import Known, load
from services.estimates.learnt_arrivals import Learnt, Planned, Ride, lay_over
from services.messages import events, notice_board, notices
from services.policy import eta
from services.policy.driving import DriverHours
from services.policy.eta import EstimateFacts, free_flow_kmh
from services.policy.intervals import in_new_band
from services.transaction import Tx

# how many are estimated trip by trip in one transaction, so that it stays short
ONE_BY_ONE = 500


@dataclass(slots=True)
class Written:
    """What one batch writes, gathered so that each table is written in one statement."""

    estimates: list[dict[str, Any]] = field(default_factory=list)
    predictions: list[Mapping[str, Any]] = field(default_factory=list)


def estimate_due(tx: Tx) -> int:
    """Estimate the trips that asked for it, at most 5,000 in one transaction, and give how many."""
    trip_ids = reading.due(tx)
    if not trip_ids:
        return 0
    look = looking.look(tx, reading.read_anew(tx, trip_ids), SAME)
    quiet = look.quiet()
    moving.write(tx, look, quiet)
    others = whole(look.batch.trips.id[~(look.unmoved() | quiet)]).tolist()
    _one_by_one(tx, others[:ONE_BY_ONE])
    left = others[ONE_BY_ONE:]
    answered(tx, sorted(set(trip_ids) - set(left)))
    if left or len(trip_ids) == reading.CHUNK:
        tx.defer("estimate_arrivals", key=f"estimate-{tx.now:%Y%m%dT%H%M%S%f}-{(left or trip_ids)[0]}")
    next_us = wakes_us(look.batch, look.now_us, tx.ruleset).min()
    if next_us < inf:
        owe_round(tx, instant(int(next_us)))
    return len(trip_ids) - len(left)


def _one_by_one(tx: Tx, trip_ids: Sequence[int]) -> None:
    """Estimate trips with all the rules, one after the other."""
    query = select(Trip).where(Trip.id.in_(trip_ids)).order_by(Trip.id)
    query = query.options(selectinload(Trip.stops), selectinload(Trip.crew), selectinload(Trip.legs))
    trips = tx.session.scalars(query).all()
    if not trips:
        return
    known = load(tx, trips)
    written = Written()
    for trip in trips:
        _estimate_trip(tx, trip, known, written)
    tx.session.flush()
    _write(tx, written)


def _estimate_trip(tx: Tx, trip: Trip, known: Known, written: Written) -> None:
    """Estimate every stop still ahead, keep what changed, and let the notices follow."""
    for learnt in _estimates(tx, trip, known):
        stop, facts, made = learnt.stop, learnt.facts, learnt.made
        found = _held(stop, made, tx.now) if made.stale else made
        if learnt.prediction is not None and _to_be_scored(learnt.prediction, known):
            written.predictions.append(learnt.prediction)
        if _same(stop, found):
            continue
        if _worth_keeping(tx, stop, found, known):
            written.estimates.append(_row(tx, trip, stop, facts, found))
        before = stop.estimated_arrival_at
        _set(stop, found, facts, learnt.early)
        events.eta_changed(tx, trip, stop, before)
        notices.review(tx, trip, stop, notice_board.Arrival(found.arrival, found.stale, learnt.early), known.board)


def _held(stop: TripStop, made: eta.Estimate, now: datetime) -> eta.Estimate:
    """Keep the last arrival of a truck that is silent: silence is no reason to move it (N13)."""
    last = stop.estimated_arrival_at
    return made if last is None or last <= now else replace(made, arrival=last)


def _same(stop: TripStop, found: eta.Estimate) -> bool:
    last = stop.estimated_arrival_at
    return last is not None and abs(found.arrival - last) < SAME and stop.estimate_stale == found.stale


def _to_be_scored(prediction: Mapping[str, Any], known: Known) -> bool:
    # what is foretold at the departure is kept even where it is what was told before
    return in_new_band(prediction["expected_minutes"], known.predicted.get(prediction["stop_id"]))


def _worth_keeping(tx: Tx, stop: TripStop, found: eta.Estimate, known: Known) -> bool:
    kept = known.kept.get(stop.id)
    apart = timedelta(minutes=tx.ruleset.estimate.keep_minutes)
    return kept is None or abs(found.arrival - kept) >= apart or stop.estimate_stale != found.stale


def _set(stop: TripStop, found: eta.Estimate, facts: EstimateFacts, early: datetime | None) -> None:
    stop.estimated_arrival_at, stop.early_arrival_at = found.arrival, early
    stop.estimated_at, stop.remaining_km, stop.estimate_stale = facts.now, facts.remaining_km, found.stale


def _estimates(tx: Tx, trip: Trip, known: Known) -> list[Learnt]:
    ahead = [stop for stop in trip.stops if stop.arrived_at is None]
    if not ahead or trip.frozen_at is not None:
        return []
    fix = known.fixes.get(trip.id)
    way, source = remaining_way.to_next(trip, ahead[0], fix, known.points, known.road_left.get(trip.id))
    limit = routes.limit_kmh(tx, known.classes[trip.id], known.limits[trip.vehicle_id], trip.permit_limit_kmh)
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
            unrouted_legs=remaining_way.unrouted_legs(tx, ahead[: number + 1]),
        )
        planned.append(Planned(stop, facts, eta.estimate(facts, tx.ruleset)))
    ride = Ride(known.codes, known.bodies[trip.id], known.predicted)
    return lay_over(trip, planned, ride, known.experience, tx.ruleset)


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
    if written.estimates:
        tx.session.connection().execute(insert(Estimate), written.estimates)
    experience.keep(tx, written.predictions)
