"""The gate: one call that releases the truck or lists everything that is missing (R-F-02 to R-F-12, R-C-01 to 12)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.drivers import Driver
from models.fleet import Defect, Vehicle
from models.loading import Check
from models.trips import CrewAssignment, Trip
from models.vocabulary import (
    CheckItem,
    CheckKind,
    ConsignmentState,
    CrewRole,
    DriverStatus,
    TripEventKind,
    TripState,
    VehicleState,
)
from services import lifecycle, stops, trip_cargo
from services.estimates import arrivals
from services.messages import notices
from services.planning import crews
from services.policy.cargo import object_to_packaging, object_to_papers
from services.policy.crew import CheckInFacts
from services.policy.departure import GateFacts, object_to_departure
from services.policy.findings import Finding, RuleBrokenError, require
from services.policy.inspections import CheckFacts, DefectFacts
from services.scope import find_trip
from services.transaction import Tx
from services.yard import loading, pickups, seals

SKEW_S = 600


def gate_out(tx: Tx, number: str, at: datetime) -> Trip:
    """Let the truck out, or raise RuleBrokenError with everything that is missing; seals know no exception."""
    trip = find_trip(tx, number, lock=True)
    found = list(object_to_gate_out(tx, trip, at))
    if found:
        raise RuleBrokenError(found)
    lifecycle.move_trip(tx, trip, TripState.UNDER_WAY, {"late_check_ins": _late(tx, trip)}, at)
    trip.departed_at = at
    trip.stops[0].departed_at = at
    for consignment in stops.aboard(tx, trip):
        lifecycle.move_consignment(tx, consignment, ConsignmentState.IN_TRANSIT, {"trip": trip.number}, at)
    _send_out(tx, trip, at)
    tx.session.flush()
    arrivals.request(tx, trip)
    return trip


def object_to_gate_out(tx: Tx, trip: Trip, at: datetime) -> list[Finding]:
    """Collect everything that still keeps the truck in, each thing once."""
    if abs((at - tx.now).total_seconds()) > SKEW_S and at > tx.now:
        require([Finding("TIME_IN_THE_FUTURE", {"at": at.isoformat()})])
    loaded_at = trip.stops[0].work_completed_at
    if loaded_at is not None and at < loaded_at:
        require([Finding("TIME_BEFORE_LAST", {"last": loaded_at.isoformat()})])
    facts = _facts(tx, trip, at)
    return [*object_to_departure(facts, tx.ruleset), *_object_to_still_away(tx, trip)]


def _facts(tx: Tx, trip: Trip, at: datetime) -> GateFacts:
    cargo = trip_cargo.facts_of(tx, trip)
    carried = loading.gear_carried(tx, trip)
    drivers = _drivers(tx, trip)
    return GateFacts(
        trip_no=trip.number,
        trip_state=trip.state,
        planned_departure=trip.planned_departure_at,
        driver_keys=tuple(driver.staff_no for _, driver in drivers),
        check_ins=tuple(
            CheckInFacts(
                driver_key=driver.staff_no,
                at=member.checked_in_at,
                alcohol_mg_100ml=member.alcohol_mg_100ml or 0,
                fit=bool(member.fit),
            )
            for member, driver in drivers
            if member.checked_in_at is not None
        ),
        check=pre_trip_check(tx, trip),
        open_defects=_open_defects(tx, trip),
        gear_carried=carried,
        gear_required=loading.gear_required(tx, trip),
        pickups=pickups.pickup_facts(tx, trip, stops.picked_up_at(tx, trip, trip.stops[0])),
        loading_completed_at=trip.stops[0].work_completed_at,
        required_closures=stops.required_closures(tx, trip),
        seals=seals.live_facts(tx, trip),
        seal_exemption_reason=trip.seal_exemption_reason,
        seal_exemption_by=trip.seal_exemption_by,
        crew=tuple(crews.object_to_crew(tx, trip)),
        vehicle=tuple(one for one in crews.object_to_unit(tx, trip) if one.code != "CRITICAL_DEFECT"),
        packaging=(*object_to_packaging(cargo), *object_to_papers(cargo)),
        securing=tuple(loading.object_to_load(tx, trip)),
        notices=tuple(notices.object_to_gate(tx, trip, at)),
        frozen=trip.frozen_at is not None,
    )


def pre_trip_check(tx: Tx, trip: Trip) -> CheckFacts | None:
    """Give this trip's newest pre-trip inspection as facts."""
    row = tx.session.scalar(
        select(Check)
        .where(Check.trip_id == trip.id, Check.kind == CheckKind.PRE_TRIP)
        .order_by(Check.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    return CheckFacts(
        kind=row.kind,
        items={CheckItem(item): bool(passed) for item, passed in row.items.items()},
        at=row.occurred_at,
        trip=trip.number,
        is_train=trip.trailer_id is not None,
    )


def _drivers(tx: Tx, trip: Trip) -> list[tuple[CrewAssignment, Driver]]:
    return [
        (member, tx.session.get_one(Driver, member.driver_id)) for member in trip.crew if member.role is CrewRole.DRIVER
    ]


def _open_defects(tx: Tx, trip: Trip) -> tuple[DefectFacts, ...]:
    units = [trip.vehicle_id, *([trip.trailer_id] if trip.trailer_id else [])]
    rows = tx.session.scalars(select(Defect).where(Defect.vehicle_id.in_(units), Defect.fixed_at.is_(None)))
    return tuple(DefectFacts(item=row.item, severity=row.severity) for row in rows)


def _object_to_still_away(tx: Tx, trip: Trip) -> list[Finding]:
    """Object while the vehicle or a crew member is still out on another trip, whatever the plan said."""
    found = []
    for unit_id in (trip.vehicle_id, trip.trailer_id):
        unit = tx.session.get(Vehicle, unit_id) if unit_id else None
        if unit is not None and unit.state is VehicleState.ON_TRIP:
            found.append(Finding("VEHICLE_STILL_AWAY", {"plate": unit.plate}))
    for member in trip.crew:
        driver = tx.session.get_one(Driver, member.driver_id)
        if driver.status is DriverStatus.ON_TRIP:
            found.append(Finding("DRIVER_STILL_AWAY", {"driver": driver.staff_no}))
    return found


def _send_out(tx: Tx, trip: Trip, at: datetime) -> None:
    """Mark vehicle, trailer and crew as out, and put the first driver at the wheel."""
    for unit_id in (trip.vehicle_id, trip.trailer_id):
        if unit_id:
            unit = tx.session.get_one(Vehicle, unit_id)
            unit.state, unit.washed_at = VehicleState.ON_TRIP, None
    for member in trip.crew:
        tx.session.get_one(Driver, member.driver_id).status = DriverStatus.ON_TRIP
    first, driver = _drivers(tx, trip)[0]
    crews.take_wheel(tx, trip, first.driver_id, at)
    crews.log(tx, trip, TripEventKind.WHEEL_TAKEN, at, first.driver_id, {"driver": driver.staff_no})


def _late(tx: Tx, trip: Trip) -> list[str]:
    return [driver.staff_no for member, driver in _drivers(tx, trip) if member.late_check_in]
