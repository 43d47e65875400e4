"""After the trip: inspection card, technician's verdict, trip log, proof of rest, closing (R-C-10, R-C-11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from models.drivers import Driver
from models.fleet import Vehicle
from models.loading import Check
from models.trips import Trip, WheelPeriod
from models.vocabulary import CheckItem, CheckKind, DefectSeverity, DriverStatus, TaskKind, TripState, VehicleState
from services import lifecycle, reservations, tasks
from services.errors import NotFoundError
from services.policy.driving import Driven, object_to_driving
from services.policy.findings import Finding, require
from services.policy.inspections import (
    DefectFacts,
    PostTripCard,
    needs_work_order,
    object_to_post_trip,
    vehicle_after,
)
from services.scope import find_trip
from services.transaction import Tx
from services.yard import loading
from services.yard.loading import CheckCard

NIGHT = timedelta(hours=24)


def record_card(tx: Tx, number: str, card: CheckCard) -> Check:
    """Record the driver's post-trip card; the vehicle waits for the technician (R-C-10)."""
    trip = find_trip(tx, number, lock=True)
    done = trip.state in {TripState.UNLOADED, TripState.CLOSED}
    require([] if done else [Finding("TRIP_NOT_UNLOADED", {"state": trip.state})])
    check = loading.record_check(tx, number, card)
    for unit in _units(tx, trip):
        if unit.state is VehicleState.ON_TRIP:
            unit.state = VehicleState.AWAITING_INSPECTION
    return check


def give_verdict(tx: Tx, number: str, *, fit: bool, note: str | None) -> Check:
    """Record the technician's verdict, given by another person than the card's maker; unfit opens a work order."""
    trip = find_trip(tx, number, lock=True)
    check = post_trip_card(tx, trip)
    if check is None:
        raise NotFoundError
    given = check.verdict_by
    require([Finding("VERDICT_GIVEN_ALREADY", {"by": given})] if given is not None else [])
    card = PostTripCard(
        driver_key=check.made_by,
        driver_findings=check.note or "none",
        technician_key=tx.actor.name,
        fit=fit,
        defects=tuple(_defect(one) for one in check.defects),
    )
    require(object_to_post_trip(card))
    check.verdict_passed, check.verdict_by, check.verdict_at = fit, tx.actor.name, tx.now
    after = vehicle_after(card)
    for unit in _units(tx, trip):
        if unit.state is VehicleState.AWAITING_INSPECTION:  # the desk may have taken it out of service meanwhile
            unit.state = after
            unit.state_reason = None if after is VehicleState.AVAILABLE else (note or "post-trip inspection")
    if needs_work_order(card):
        facts = {"note": note, "defects": check.defects}
        tasks.raise_task(tx, TaskKind.WORK_ORDER, f"work-{check.id}", tx.now, trip_id=trip.id, facts=facts)
    told = {"fit": fit, "note": note, "vehicle": after}
    tx.journal("trip.inspection_verdict", lifecycle.of_trip(trip), told)
    return check


def close_trip(tx: Tx, number: str) -> Trip:
    """Close the trip: card made, log complete; crew and reservations are given back, driving faults recorded."""
    trip = find_trip(tx, number, lock=True)
    require(_object_to_closing(tx, trip))
    faults = list(object_to_driving(drives(tx, trip), tx.ruleset))
    trip.closed_at = tx.now
    lifecycle.move_trip(tx, trip, TripState.CLOSED, {"driving_faults": len(faults)})
    if faults:
        tx.journal("trip.driving_faults", lifecycle.of_trip(trip), {}, findings=faults)
    _give_back(tx, trip)
    return trip


def post_trip_card(tx: Tx, trip: Trip) -> Check | None:
    """Give the newest post-trip card of a trip."""
    return tx.session.scalar(
        select(Check)
        .where(Check.trip_id == trip.id, Check.kind == CheckKind.POST_TRIP)
        .order_by(Check.id.desc())
        .limit(1)
    )


def drives(tx: Tx, trip: Trip) -> list[Driven]:
    """Give every drive of the trip's crew from a day before departure on, so that rolling limits are seen whole."""
    crew = [member.driver_id for member in trip.crew]
    names = dict(tx.session.execute(select(Driver.id, Driver.staff_no).where(Driver.id.in_(crew))).all())
    since = (trip.departed_at or trip.planned_departure_at) - NIGHT
    rows = tx.session.scalars(
        select(WheelPeriod)
        .where(WheelPeriod.driver_id.in_(crew))
        .where(WheelPeriod.ended_at.is_(None) | (WheelPeriod.ended_at > since))
        .where(WheelPeriod.began_at <= (trip.arrived_at or tx.now))
        .order_by(WheelPeriod.began_at)
    )
    return [
        Driven(names[row.driver_id], row.began_at, row.ended_at or tx.now)
        for row in rows
        if (row.ended_at or tx.now) > row.began_at
    ]


def driving_record(tx: Tx, number: str) -> dict[str, Any]:
    """Give the proof that the crew rested: drives per driver, the rests between them, and every excess."""
    trip = find_trip(tx, number)
    log = drives(tx, trip)
    return {
        "trip": trip.number,
        "drives": [{"driver": one.driver_key, "began_at": one.begin, "ended_at": one.end} for one in log],
        "drivers": [_summary(name, log) for name in sorted({one.driver_key for one in log})],
        "findings": list(object_to_driving(log, tx.ruleset)),
    }


def _summary(name: str, log: Sequence[Driven]) -> dict[str, Any]:
    own = [one for one in log if one.driver_key == name]
    rests = [after.begin - before.end for before, after in pairwise(own)]
    return {
        "driver": name,
        "driven_minutes": int(sum((one.end - one.begin).total_seconds() for one in own) // 60),
        "longest_drive_minutes": int(max((one.end - one.begin).total_seconds() for one in own) // 60),
        "rest_minutes": [int(rest.total_seconds() // 60) for rest in rests],
    }


def _object_to_closing(tx: Tx, trip: Trip) -> list[Finding]:
    found = [*lifecycle.object_to_frozen(trip)]
    if trip.state is not TripState.UNLOADED:
        found.append(Finding("TRIP_NOT_UNLOADED", {"state": trip.state}))
    if post_trip_card(tx, trip) is None:
        found.append(Finding("POST_TRIP_CARD_MISSING", {"trip": trip.number}))
    return found


def _give_back(tx: Tx, trip: Trip) -> None:
    """Give the crew back to rest and shorten the reservations to what really happened."""
    rest = timedelta(hours=tx.ruleset.crew.rest_before_trip_hours)
    turn_round = timedelta(minutes=tx.ruleset.vehicle.turn_round_minutes)
    arrived = trip.arrived_at or tx.now
    ends = {}
    for member in trip.crew:
        driver = tx.session.get_one(Driver, member.driver_id)
        if driver.status is DriverStatus.ON_TRIP:
            driver.status = DriverStatus.ACTIVE
        ends[reservations.of_person(driver.staff_no)] = arrived + rest
    for unit in _units(tx, trip):
        ends[reservations.of_vehicle(unit.plate)] = arrived + turn_round
    reservations.end_at(tx, trip, ends)


def _units(tx: Tx, trip: Trip) -> list[Vehicle]:
    ids = [trip.vehicle_id, *([trip.trailer_id] if trip.trailer_id else [])]
    return [tx.session.get_one(Vehicle, unit_id) for unit_id in ids]


def _defect(stored: Mapping[str, Any]) -> DefectFacts:
    return DefectFacts(item=CheckItem(stored["item"]), severity=DefectSeverity(stored["severity"]))
