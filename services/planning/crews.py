"""Crew: two distinct lawful drivers, an escort where asked, waivers, check-in, the wheel (R-F-04, R-C-01, 06, 11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from models.drivers import Driver
from models.fleet import Vehicle
from models.trips import CrewAssignment, CrewWaiver, Trip, TripEvent, WheelPeriod
from models.vocabulary import CrewRole, TripEventKind, TripState, WaiverState
from services import lifecycle, reservations, trip_cargo, units
from services.errors import NotFoundError
from services.estimates import arrivals
from services.facts import driver_facts, escort_facts
from services.planning import dispatch, trip_plans
from services.policy import crew as policy
from services.policy.cargo import needs_escort
from services.policy.crew import CheckInFacts, CrewJob, WaiverFacts
from services.policy.findings import Finding, require
from services.policy.localtime import local_date
from services.policy.vehicles import VehicleFacts, object_to_vehicle, required_licence
from services.reservations import Window
from services.scope import find_trip, require_version
from services.transaction import Tx

CREWABLE = {TripState.PLANNED, TripState.CREWED}
BEFORE_GATE = {TripState.CREWED, TripState.LOADING, TripState.LOADED, TripState.SEALED}
RECENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What is recorded when a crew member reports: when, breath alcohol in mg/100 ml, and his own word to be fit."""

    staff_no: str
    occurred_at: datetime
    alcohol_mg_100ml: int
    fit: bool


def assign_crew(
    tx: Tx, number: str, staff_nos: Sequence[str], escort_no: str | None, expected: int | None = None
) -> Trip:
    """Put the crew on a trip, replacing any crew before; everybody is reserved or nobody is.

    Raises RuleBrokenError with every objection, ConflictError naming who holds a driver already.
    """
    trip = find_trip(tx, number, lock=True)
    require_version(trip, expected)
    require(lifecycle.object_to_frozen(trip))
    require([] if trip.state in CREWABLE else [Finding("CREW_CLOSED", {"state": trip.state})])
    people = _people(tx, [*staff_nos, *([escort_no] if escort_no else [])])
    escort = people[escort_no] if escort_no else None
    require(_object_to_crew(tx, trip, [people[staff_no] for staff_no in staff_nos], escort))
    reservations.release(tx, trip, [reservations.of_person(_staff_no(tx, member)) for member in trip.crew])
    trip.crew.clear()
    tx.session.flush()
    for position, staff_no in enumerate(staff_nos):
        trip.crew.append(CrewAssignment(driver_id=people[staff_no].id, role=CrewRole.DRIVER, position=position))
    if escort is not None:
        trip.crew.append(CrewAssignment(driver_id=escort.id, role=CrewRole.ESCORT, position=len(staff_nos)))
    window = person_window(tx, trip)
    reservations.reserve(tx, trip, {reservations.of_person(staff_no): window for staff_no in people})
    told = {"drivers": list(staff_nos), "escort": escort_no}
    if trip.state is TripState.PLANNED:
        lifecycle.move_trip(tx, trip, TripState.CREWED, told)
    else:
        flag_modified(trip, "state")  # another crew is another version of the trip
        tx.journal("trip.crew_changed", lifecycle.of_trip(trip), told)
    tx.session.flush()
    arrivals.request(tx, trip)
    return trip


def request_waiver(tx: Tx, number: str, reason: str) -> CrewWaiver:
    """Ask leave for a single driver; another person must approve it (R-F-04, "in principle")."""
    trip = find_trip(tx, number, lock=True)
    waiver = tx.session.scalar(select(CrewWaiver).where(CrewWaiver.trip_id == trip.id))
    if waiver is None:
        waiver = CrewWaiver(trip_id=trip.id)
        tx.session.add(waiver)
    waiver.state = WaiverState.REQUESTED
    waiver.reason, waiver.requested_by, waiver.requested_at = reason, tx.actor.name, tx.now
    waiver.decided_by = waiver.decided_at = None
    tx.journal("waiver.requested", lifecycle.of_trip(trip), {"reason": reason})
    return waiver


def decide_waiver(tx: Tx, number: str, *, approve: bool, reason: str) -> CrewWaiver:
    """Approve or reject a waiver; RuleBrokenError when the approver asked for it himself."""
    trip = find_trip(tx, number, lock=True)
    waiver = tx.session.scalar(select(CrewWaiver).where(CrewWaiver.trip_id == trip.id))
    if waiver is None:
        raise NotFoundError
    require(policy.object_to_waiver_approval(waiver.requested_by, tx.actor.name, reason))
    waiver.state = WaiverState.APPROVED if approve else WaiverState.REJECTED
    waiver.decided_by, waiver.decided_at = tx.actor.name, tx.now
    tx.journal(f"waiver.{waiver.state}", lifecycle.of_trip(trip), {"reason": reason, "asked": waiver.reason})
    return waiver


def check_in(tx: Tx, number: str, told: CheckIn) -> Trip:
    """Record that a crew member reported; less than an hour before departure is a violation on record (R-C-01).

    Alcohol or unfitness is recorded too and keeps the truck at the gate (R-C-06, R-C-15).
    """
    trip = find_trip(tx, number, lock=True)
    require(lifecycle.object_to_frozen(trip))
    require([] if trip.state in BEFORE_GATE else [Finding("CHECK_IN_CLOSED", {"state": trip.state})])
    require([Finding("CHECK_IN_IN_THE_FUTURE", {})] if told.occurred_at > tx.now + RECENT else [])
    member = _member(tx, trip, told.staff_no)
    facts = CheckInFacts(
        driver_key=told.staff_no, at=told.occurred_at, alcohol_mg_100ml=told.alcohol_mg_100ml, fit=told.fit
    )
    late = policy.late_check_in(facts, trip.planned_departure_at, tx.ruleset)
    member.checked_in_at, member.alcohol_mg_100ml, member.fit = told.occurred_at, told.alcohol_mg_100ml, told.fit
    member.late_check_in = late is not None
    objections = [*policy.object_to_check_in(facts, trip.planned_departure_at, tx.ruleset), *([late] if late else [])]
    values = {"driver": told.staff_no, "alcohol_mg_100ml": told.alcohol_mg_100ml, "fit": told.fit}
    log(tx, trip, TripEventKind.CHECK_IN, told.occurred_at, member.driver_id, {**values, "late": late is not None})
    tx.journal("trip.check_in", lifecycle.of_trip(trip), values, told.occurred_at, objections)
    return trip


def hand_over(tx: Tx, number: str, giver: str, receiver: str, at: datetime) -> Trip:
    """Change the driver at the wheel; both are named and both answer for it (R-C-11)."""
    trip = find_trip(tx, number, lock=True)
    require(lifecycle.object_to_frozen(trip))
    keys = [_staff_no(tx, member) for member in trip.crew if member.role is CrewRole.DRIVER]
    at_wheel = wheel_of(tx, trip)
    current = tx.session.get_one(Driver, at_wheel.driver_id).staff_no if at_wheel else None
    require(policy.object_to_hand_over(giver, receiver, keys, current))
    require(_object_to_time(tx, at, at_wheel))
    if at_wheel is not None:
        at_wheel.ended_at = at
    taker = _member(tx, trip, receiver)
    take_wheel(tx, trip, taker.driver_id, at)
    facts = {"giver": giver, "receiver": receiver}
    log(tx, trip, TripEventKind.HAND_OVER, at, taker.driver_id, facts)
    tx.journal("trip.hand_over", lifecycle.of_trip(trip), facts, at)
    arrivals.request(tx, trip)
    return trip


def wheel_of(tx: Tx, trip: Trip) -> WheelPeriod | None:
    """Give the open period of the driver at the wheel; None while the truck stands."""
    return tx.session.scalar(select(WheelPeriod).where(WheelPeriod.trip_id == trip.id, WheelPeriod.ended_at.is_(None)))


def take_wheel(tx: Tx, trip: Trip, driver_id: int, at: datetime) -> None:
    """Begin a period at the wheel."""
    tx.session.add(WheelPeriod(trip_id=trip.id, driver_id=driver_id, began_at=at))
    tx.session.flush()


def leave_wheel(tx: Tx, trip: Trip, at: datetime) -> int | None:
    """End the open period at the wheel, if there is one, and give whose it was."""
    period = wheel_of(tx, trip)
    if period is None:
        return None
    period.ended_at = max(at, period.began_at)
    return period.driver_id


def last_at_wheel(tx: Tx, trip: Trip) -> int:
    """Give the driver who drove last on this trip, else the first of the crew."""
    driver_id = tx.session.scalar(
        select(WheelPeriod.driver_id)
        .where(WheelPeriod.trip_id == trip.id)
        .order_by(WheelPeriod.began_at.desc())
        .limit(1)
    )
    return driver_id or next(member.driver_id for member in trip.crew if member.role is CrewRole.DRIVER)


def driver_on(tx: Tx, trip: Trip, staff_no: str) -> Driver:
    """Give a driver of this trip's crew; RuleBrokenError for anybody else."""
    return tx.session.get_one(Driver, _member(tx, trip, staff_no).driver_id)


def object_to_crew(tx: Tx, trip: Trip) -> list[Finding]:
    """Object to the trip's crew as it stands, for the gate."""
    rows = {member.driver_id: member.role for member in trip.crew}
    found = tx.session.scalars(select(Driver).where(Driver.id.in_(rows)).order_by(Driver.id)).all()
    drivers = [driver for driver in found if rows[driver.id] is CrewRole.DRIVER]
    escort = next((driver for driver in found if rows[driver.id] is CrewRole.ESCORT), None)
    return _object_to_crew(tx, trip, drivers, escort)


def person_window(tx: Tx, trip: Trip) -> Window:
    """Give the time a person is taken for: from check-in to the end of the rest after arrival."""
    early = timedelta(minutes=tx.ruleset.crew.check_in_minutes)
    rest = timedelta(hours=tx.ruleset.crew.rest_before_trip_hours)
    return Window(trip.planned_departure_at - early, trip.planned_arrival_at + rest)


def log(
    tx: Tx, trip: Trip, kind: TripEventKind, at: datetime, driver_id: int | None, facts: Mapping[str, object]
) -> TripEvent:
    """Write a line of the trip log (行车日志)."""
    event = TripEvent(
        trip_id=trip.id, kind=kind, driver_id=driver_id, occurred_at=at, recorded_at=tx.now, facts=dict(facts)
    )
    tx.session.add(event)
    return event


def waiver_of(tx: Tx, trip: Trip) -> WaiverFacts | None:
    """Give the trip's waiver as facts, None when none was asked for."""
    row = tx.session.scalar(select(CrewWaiver).where(CrewWaiver.trip_id == trip.id))
    if row is None:
        return None
    return WaiverFacts(state=row.state, requested_by=row.requested_by, approved_by=row.decided_by, reason=row.reason)


def _object_to_crew(tx: Tx, trip: Trip, drivers: Sequence[Driver], escort: Driver | None) -> list[Finding]:
    unit = _unit(tx, trip)
    cargo = trip_cargo.facts_of(tx, trip)
    job = CrewJob(
        required_licences=required_licence(unit, tx.ruleset),
        is_train=unit.is_train,
        gross_kg=unit.total_mass_kg,
        hazmat=cargo.is_hazmat,
        needs_escort=needs_escort(cargo),
        planned_departure=trip.planned_departure_at,
        planned_arrival=trip.planned_arrival_at,
        waiver=waiver_of(tx, trip),
    )
    today = local_date(trip.planned_departure_at)
    facts = [
        driver_facts(driver, today=today, busy_with=None, rested_hours=_rested_hours(tx, trip, driver))
        for driver in drivers
    ]
    told = escort_facts(escort, busy_with=None) if escort else None
    return list(policy.object_to_crew(facts, told, job, tx.ruleset))


def _unit(tx: Tx, trip: Trip) -> VehicleFacts:
    vehicle = tx.session.get_one(Vehicle, trip.vehicle_id)
    trailer = tx.session.get(Vehicle, trip.trailer_id) if trip.trailer_id else None
    window = trip_plans.vehicle_window(tx, trip.planned_departure_at, trip.planned_arrival_at)
    return units.one_unit(tx, vehicle, trailer, window, ignoring=trip.id)


def object_to_unit(tx: Tx, trip: Trip) -> list[Finding]:
    """Object to the trip's vehicle as it stands, for the gate."""
    return list(object_to_vehicle(_unit(tx, trip), dispatch.job_of(tx, trip), tx.ruleset))


def _rested_hours(tx: Tx, trip: Trip, driver: Driver) -> int | None:
    """Give the whole hours between the driver's last drive on another trip and this departure."""
    last = tx.session.scalar(
        select(func.max(WheelPeriod.ended_at)).where(
            WheelPeriod.driver_id == driver.id,
            WheelPeriod.trip_id != trip.id,
            WheelPeriod.ended_at <= trip.planned_departure_at,
        )
    )
    return None if last is None else int((trip.planned_departure_at - last).total_seconds() // 3600)


def _people(tx: Tx, staff_nos: Sequence[str]) -> dict[str, Driver]:
    """Lock the people in a fixed order; REFERENCE_UNKNOWN for each who is not there."""
    query = select(Driver).where(Driver.staff_no.in_(staff_nos)).order_by(Driver.id).with_for_update()
    found = {driver.staff_no: driver for driver in tx.session.scalars(query)}
    require(
        Finding("REFERENCE_UNKNOWN", {"field": "staff_no", "value": staff_no})
        for staff_no in staff_nos
        if staff_no not in found
    )
    return found


def _member(tx: Tx, trip: Trip, staff_no: str) -> CrewAssignment:
    for member in trip.crew:
        if _staff_no(tx, member) == staff_no:
            return member
    require([Finding("NOT_IN_CREW", {"driver": staff_no})])
    raise NotFoundError


def _staff_no(tx: Tx, member: CrewAssignment) -> str:
    return tx.session.get_one(Driver, member.driver_id).staff_no


def _object_to_time(tx: Tx, at: datetime, period: WheelPeriod | None) -> list[Finding]:
    if at > tx.now + RECENT:
        return [Finding("TIME_IN_THE_FUTURE", {"at": at.isoformat()})]
    if period is not None and at < period.began_at:
        return [Finding("TIME_BEFORE_LAST", {"at": at.isoformat(), "last": period.began_at.isoformat()})]
    return []
