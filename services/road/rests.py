"""Rests on the road: begun, ended, walked round, or handed in later by a driver who was offline (R-C-07, R-C-11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from models.drivers import Driver
from models.loading import Check
from models.trips import Trip, TripEvent
from models.vocabulary import CheckItem, CheckKind, RestPlace, TaskKind, TripEventKind
from services import lifecycle, tasks
from services.estimates import arrivals
from services.planning import crews
from services.policy.findings import Finding, require
from services.policy.inspections import walk_round_due_at, walk_round_needed
from services.road.underway import open_rest, under_way
from services.transaction import Tx
from services.yard import loading
from services.yard.loading import CheckCard


@dataclass(frozen=True, slots=True, kw_only=True)
class RestTaken:
    """One rest as a driver's device kept it: where, from when to when, who drove on, and the walk-round if made."""

    place: RestPlace
    began_at: datetime
    ended_at: datetime
    driver: str | None = None
    walk_round: Mapping[CheckItem, bool] | None = None


def begin_rest(tx: Tx, number: str, place: RestPlace, at: datetime) -> Trip:
    """Record that the truck stopped; at a service area a tyre and brake check falls due (R-C-07)."""
    trip = under_way(tx, number, at)
    require([Finding("ALREADY_STOPPED", {"trip": number})] if open_rest(tx, trip) else [])
    wheel = crews.wheel_of(tx, trip)
    require(_object_to_order(wheel.began_at if wheel else None, at))
    driver_id = crews.leave_wheel(tx, trip, at)
    event = crews.log(tx, trip, TripEventKind.STOP_BEGUN, at, driver_id, {})
    event.place = place
    tx.session.flush()
    due = walk_round_due_at(at, place, tx.ruleset)
    if due is not None:
        tx.defer("check_walk_round", key=f"walk-{event.id}", due_at=due, event_id=event.id)
    tx.journal("trip.stopped", lifecycle.of_trip(trip), {"place": place}, at)
    return trip


def end_rest(tx: Tx, number: str, at: datetime, driver: str | None) -> Trip:
    """Record that the truck drives on, with the driver who takes the wheel (the same one when left out).

    A walk-round that was due and not made is a finding in the journal, not a refusal: the driver may be offline.
    """
    trip = under_way(tx, number, at)
    event = open_rest(tx, trip)
    require([] if event else [Finding("NOT_STOPPED", {"trip": number})])
    assert event is not None  # noqa: S101 - require() has raised when there is none
    require(_object_to_order(event.occurred_at, at))
    event.ended_at = at
    before = crews.last_at_wheel(tx, trip)
    taker = crews.driver_on(tx, trip, driver).id if driver else before
    crews.take_wheel(tx, trip, taker, at)
    if taker != before:
        crews.log(tx, trip, TripEventKind.HAND_OVER, at, taker, _names(tx, before, taker))
    missed = _missed_walk_round(tx, trip, event, at)
    told = {"minutes": int((at - event.occurred_at).total_seconds() // 60)}
    tx.journal("trip.resumed", lifecycle.of_trip(trip), told, at, missed)
    arrivals.request(tx, trip)
    return trip


def check_walk_round(tx: Tx, event_id: int) -> None:
    """Tell the desk of a service-area stop whose tyre and brake check is overdue; an alert, not a gate (R-C-07)."""
    event = tx.session.get(TripEvent, event_id)
    if event is None or event.ended_at is not None:
        return
    trip = tx.session.get_one(Trip, event.trip_id)
    if not _walked_round(tx, trip, event, tx.now):
        key = f"walk-{event.id}"
        tasks.raise_task(tx, TaskKind.REST_CHECK_OVERDUE, key, tx.now, trip_id=trip.id, facts={"event": event.id})


def hand_in(tx: Tx, number: str, rests: Sequence[RestTaken]) -> Trip:
    """Take the rests that a driver kept while offline, in order, all or none; each as if it had been told at once."""
    trip = under_way(tx, number, rests[-1].ended_at)
    require([Finding("ALREADY_STOPPED", {"trip": number})] if open_rest(tx, trip) else [])
    last = crews.wheel_of(tx, trip)
    times = [
        last.began_at if last else trip.created_at,
        *(at for rest in rests for at in (rest.began_at, rest.ended_at)),
    ]
    require([] if times == sorted(times) else [Finding("TIME_BEFORE_LAST", {"last": times[0].isoformat()})])
    missed: list[Finding] = []
    for rest in rests:
        missed += _take(tx, trip, rest)
    tx.journal("trip.rests_handed_in", lifecycle.of_trip(trip), {"rests": len(rests)}, rests[-1].ended_at, missed)
    arrivals.request(tx, trip)
    return trip


def _take(tx: Tx, trip: Trip, rest: RestTaken) -> list[Finding]:
    before = crews.leave_wheel(tx, trip, rest.began_at) or crews.last_at_wheel(tx, trip)
    event = crews.log(tx, trip, TripEventKind.STOP_BEGUN, rest.began_at, before, {"handed_in": True})
    event.place, event.ended_at = rest.place, rest.ended_at
    if rest.walk_round:
        card = CheckCard(kind=CheckKind.REST_STOP, occurred_at=rest.began_at, items=rest.walk_round)
        loading.store_check(tx, trip, card)
    taker = crews.driver_on(tx, trip, rest.driver).id if rest.driver else before
    crews.take_wheel(tx, trip, taker, rest.ended_at)
    if taker != before:
        crews.log(tx, trip, TripEventKind.HAND_OVER, rest.ended_at, taker, _names(tx, before, taker))
    return _missed_walk_round(tx, trip, event, rest.ended_at)


def _object_to_order(last: datetime | None, at: datetime) -> list[Finding]:
    return [Finding("TIME_BEFORE_LAST", {"last": last.isoformat()})] if last is not None and at < last else []


def _names(tx: Tx, giver: int, receiver: int) -> dict[str, str]:
    staff = {"giver": giver, "receiver": receiver}
    return {side: tx.session.get_one(Driver, driver_id).staff_no for side, driver_id in staff.items()}


def _missed_walk_round(tx: Tx, trip: Trip, event: TripEvent, ended_at: datetime) -> list[Finding]:
    place = event.place or RestPlace.ROADSIDE
    if not walk_round_needed(event.occurred_at, ended_at, place, tx.ruleset):
        return []
    return [] if _walked_round(tx, trip, event, ended_at) else [Finding("WALK_ROUND_MISSED", {"event": event.id})]


def _walked_round(tx: Tx, trip: Trip, event: TripEvent, until: datetime) -> bool:
    made = tx.session.scalar(
        select(Check.id).where(
            Check.trip_id == trip.id,
            Check.kind == CheckKind.REST_STOP,
            Check.occurred_at >= event.occurred_at,
            Check.occurred_at <= until,
        )
    )
    return made is not None
