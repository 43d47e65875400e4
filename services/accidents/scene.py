"""Where it happened and to whom: the vehicle, its trip of that instant, who drove, the place (R-A-06)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from models.accidents import Accident
from models.drivers import Driver
from models.fleet import Vehicle
from models.tracking import Position
from models.trips import CrewAssignment, Trip, WheelPeriod
from models.vocabulary import AccidentState
from services.errors import NotFoundError
from services.planning import crews
from services.policy.findings import Finding, require
from services.transaction import STAFF, Actor, Tx

E6 = 1_000_000


@dataclass(frozen=True, slots=True)
class Scene:
    """What was found out by itself: the trip and the vehicle that was named, both locked, and who drove; each may be
    unknown."""

    vehicle: Vehicle | None
    trip: Trip | None
    driver: Driver | None


def locate(tx: Tx, plate: str | None, staff_no: str | None, at: datetime) -> Scene:
    """Find the vehicle, the trip it was under way on at ``at``, and the driver at its wheel.

    A driver reports of his own trips only. RuleBrokenError for a plate or person that is unknown or not his, and for
    somebody who was not in the crew.
    """
    own = tx.actor.driver_id if is_driver(tx.actor) else None
    vehicle = _vehicle(tx, plate) if plate else None
    driver = _driver(tx, staff_no) if staff_no else None
    trip = _trip(tx, at, vehicle, own or (driver.id if driver and vehicle is None else None))
    if own is not None:
        require(_object_to_foreign(plate, trip, vehicle))
    if trip is not None and vehicle is None:
        vehicle = tx.session.get_one(Vehicle, trip.vehicle_id)
    if trip is not None:
        driver = crews.driver_on(tx, trip, driver.staff_no) if driver else _at_wheel(tx, trip, at)
    return Scene(vehicle, trip, driver)


def known_already(tx: Tx, vehicle: Vehicle, at: datetime) -> str | None:
    """Give the number of an accident of this vehicle that was reported from the same hours; the same one twice."""
    near = timedelta(minutes=tx.ruleset.clock.same_accident_minutes)
    return tx.session.scalar(
        select(Accident.number)
        .where(Accident.vehicle_id == vehicle.id, Accident.state != AccidentState.VOID)
        .where(Accident.occurred_at.between(at - near, at + near))
        .order_by(Accident.id.desc())
        .limit(1)
    )


def last_position(tx: Tx, vehicle: Vehicle, at: datetime) -> tuple[int, int] | None:
    """Give where the vehicle was last heard before ``at``, in millionths of a degree; None after too long a silence."""
    silent = timedelta(minutes=tx.ruleset.tracking.silent_minutes)
    row = tx.session.execute(
        select(Position.lat_e6, Position.lon_e6)
        .where(Position.vehicle_id == vehicle.id, Position.fix_at <= at, Position.fix_at >= at - silent)
        .order_by(Position.fix_at.desc())
        .limit(1)
    ).first()
    return (row.lat_e6, row.lon_e6) if row else None


def place_of(told: str | None, point: tuple[int, int] | None, trip: Trip | None, plate: str) -> str:
    """Give the place in words, as it was told, else by coordinates, else by what is under way."""
    if told:
        return told
    if point is not None:
        return f"{point[0] / E6:.5f}, {point[1] / E6:.5f}"
    return f"{trip.number if trip else plate} 途中"


def is_driver(actor: Actor) -> bool:
    """Tell whether somebody acts as a driver and not for the office."""
    return actor.driver_id is not None and not actor.has(*STAFF)


def named(scene: Scene, told: Mapping[str, Any]) -> set[str]:
    """Give which of the things that a first report must name are known by now."""
    known = {name for name, value in told.items() if value is not None}
    return known | ({"vehicle"} if scene.vehicle else set()) | ({"driver"} if scene.driver else set())


def _vehicle(tx: Tx, plate: str) -> Vehicle:
    # whoever holds the trip already and writes down its vehicle does not wait for this
    query = select(Vehicle).where(Vehicle.plate == plate).with_for_update(key_share=True)
    found = tx.session.scalar(query)
    if found is None:
        require([Finding("REFERENCE_UNKNOWN", {"field": "vehicle", "value": plate})])
        raise NotFoundError
    return found


def _driver(tx: Tx, staff_no: str) -> Driver:
    found = tx.session.scalar(select(Driver).where(Driver.staff_no == staff_no))
    if found is None:
        require([Finding("REFERENCE_UNKNOWN", {"field": "driver", "value": staff_no})])
        raise NotFoundError
    return found


def _trip(tx: Tx, at: datetime, vehicle: Vehicle | None, driver_id: int | None) -> Trip | None:
    """Give the trip that was under way at ``at``, by its vehicle or trailer, or by a member of its crew."""
    query = select(Trip).where(Trip.departed_at <= at, or_(Trip.arrived_at.is_(None), Trip.arrived_at >= at))
    if vehicle is not None:
        query = query.where(or_(Trip.vehicle_id == vehicle.id, Trip.trailer_id == vehicle.id))
    if driver_id is not None:
        crew = select(CrewAssignment.trip_id).where(CrewAssignment.driver_id == driver_id)
        query = query.where(Trip.id.in_(crew))
    if vehicle is None and driver_id is None:
        return None
    return tx.session.scalar(query.order_by(Trip.departed_at.desc()).limit(1).with_for_update())


def _at_wheel(tx: Tx, trip: Trip, at: datetime) -> Driver:
    """Give who drove at that instant, else who drove last before it, else the first of the crew."""
    driver_id = tx.session.scalar(
        select(WheelPeriod.driver_id)
        .where(WheelPeriod.trip_id == trip.id, WheelPeriod.began_at <= at)
        .order_by(WheelPeriod.began_at.desc())
        .limit(1)
    )
    return tx.session.get_one(Driver, driver_id or crews.last_at_wheel(tx, trip))


def _object_to_foreign(plate: str | None, trip: Trip | None, vehicle: Vehicle | None) -> list[Finding]:
    """Object to a driver's report of a truck that he is not on: foreign and unknown look alike."""
    if trip is not None:
        return []
    if vehicle is not None:
        return [Finding("REFERENCE_UNKNOWN", {"field": "vehicle", "value": plate})]
    return [Finding("NOT_ON_A_TRIP", {})]
