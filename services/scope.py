"""What each caller may see: every look-up of a party's object goes through here (P10)."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, literal, or_, select, true

from models.consignments import Consignment
from models.drivers import Driver
from models.fleet import Vehicle
from models.loading import Seal
from models.parties import Party, Site
from models.trips import ConsignmentLeg, CrewAssignment, Trip
from models.vocabulary import SiteKind
from services.errors import NotFoundError, StaleVersionError
from services.policy.findings import Finding, RuleBrokenError
from services.transaction import STAFF, Actor, Tx

T = TypeVar("T")
# staff see every trip, and nearly every use case begins by finding one: built once
TRIP = select(Trip).where(Trip.number == bindparam("number"))
TRIP_LOCKED = TRIP.with_for_update()
# what a statement that is built once asks of the actor; ``mine`` gives the values
MY_SHIPPER: ColumnElement[Any] = bindparam("my_shipper_id")
MY_DRIVER: ColumnElement[Any] = bindparam("my_driver_id")


class Reach(Enum):
    """How far a caller sees: everything, one shipper's goods, or one driver's trips."""

    ALL = auto()
    SHIPPER = auto()
    DRIVER = auto()


def reach_of(actor: Actor) -> Reach:
    """Tell how far an actor sees: staff and the processes everything, a shipper his own, a driver his trips."""
    if actor.user_id is None or actor.has(*STAFF):
        return Reach.ALL
    return Reach.DRIVER if actor.shipper_id is None else Reach.SHIPPER


def mine(actor: Actor) -> dict[str, int | None]:
    """Give the values that a statement limited by ``consignments_within`` needs of the actor."""
    return {"my_shipper_id": actor.shipper_id, "my_driver_id": actor.driver_id or 0}


def consignments_of(actor: Actor) -> ColumnElement[bool]:
    """Limit consignments: staff see all, a shipper his own, a driver those on his trips."""
    return consignments_within(reach_of(actor), literal(actor.shipper_id), literal(actor.driver_id or 0))


def consignments_within(
    reach: Reach, shipper_id: ColumnElement[Any] = MY_SHIPPER, driver_id: ColumnElement[Any] = MY_DRIVER
) -> ColumnElement[bool]:
    """Limit consignments to a reach; without values for a statement that is built once and run with ``mine``."""
    if reach is Reach.ALL:
        return true()
    if reach is Reach.SHIPPER:
        return Consignment.shipper_id == shipper_id
    trips = select(CrewAssignment.trip_id).where(CrewAssignment.driver_id == driver_id)
    return Consignment.id.in_(select(ConsignmentLeg.consignment_id).where(ConsignmentLeg.trip_id.in_(trips)))


def trips_of(actor: Actor) -> ColumnElement[bool]:
    """Limit trips: staff see all, a driver his own, a shipper those that carry his goods."""
    if actor.user_id is None or actor.has(*STAFF):
        return true()
    if actor.shipper_id is not None:
        carrying = select(ConsignmentLeg.trip_id).join(Consignment, Consignment.id == ConsignmentLeg.consignment_id)
        return Trip.id.in_(carrying.where(Consignment.shipper_id == actor.shipper_id))
    return Trip.id.in_(_trips_driven(actor))


def seals_of(actor: Actor) -> ColumnElement[bool]:
    """Limit seals: staff see all, a driver those that hang or hung on his trips, nobody else any."""
    if actor.user_id is None or actor.has(*STAFF):
        return true()
    return Seal.trip_id.in_(_trips_driven(actor))


def parties_of(actor: Actor) -> ColumnElement[bool]:
    """Limit parties: a shipper sees himself and the consignees he made."""
    return parties_within(literal(actor.shipper_id), tied=actor.shipper_id is not None)


def parties_within(shipper_id: ColumnElement[Any] = MY_SHIPPER, *, tied: bool) -> ColumnElement[bool]:
    """Limit parties for an actor who is ``tied`` to a shipper, or not; see ``consignments_within``."""
    return or_(Party.id == shipper_id, Party.owner_id == shipper_id) if tied else true()


def sites_of(actor: Actor) -> ColumnElement[bool]:
    """Limit sites: a shipper sees his own, his consignees' and the carrier's hubs and yards, never a temporary one."""
    return sites_within(literal(actor.shipper_id), tied=actor.shipper_id is not None)


def sites_within(shipper_id: ColumnElement[Any] = MY_SHIPPER, *, tied: bool) -> ColumnElement[bool]:
    """Limit sites for an actor who is ``tied`` to a shipper, or not; see ``consignments_within``."""
    own = select(Party.id).where(parties_within(shipper_id, tied=tied))
    carriers = and_(Site.party_id.is_(None), Site.kind != SiteKind.TEMPORARY)
    return or_(carriers, Site.party_id.in_(own)) if tied else true()


def find_consignment(tx: Tx, number: str, *, lock: bool = False) -> Consignment:
    """Give a consignment the caller may see; NotFoundError for a foreign or absent one alike."""
    return _one(tx, select(Consignment).where(Consignment.number == number, consignments_of(tx.actor)), lock=lock)


def named_consignment(tx: Tx, number: str, field: str) -> Consignment:
    """Give a consignment that a body names; one the caller cannot see is a finding about that field."""
    query = select(Consignment).where(Consignment.number == number, consignments_of(tx.actor))
    found = tx.session.scalar(query)
    if found is None:
        raise RuleBrokenError([Finding("REFERENCE_UNKNOWN", {"field": field, "value": number})])
    return found


def find_trip(tx: Tx, number: str, *, lock: bool = False) -> Trip:
    """Give a trip the caller may see; NotFoundError for a foreign or absent one alike."""
    if tx.actor.user_id is None or tx.actor.has(*STAFF):
        found = tx.session.scalar(TRIP_LOCKED if lock else TRIP, {"number": number})
        if found is None:
            raise NotFoundError
        return found
    return _one(tx, select(Trip).where(Trip.number == number, trips_of(tx.actor)), lock=lock)


def find_party(tx: Tx, code: str, *, lock: bool = False) -> Party:
    """Give a party the caller may see."""
    return _one(tx, select(Party).where(Party.code == code, parties_of(tx.actor)), lock=lock)


def find_site(tx: Tx, code: str, *, lock: bool = False) -> Site:
    """Give a site the caller may see."""
    return _one(tx, select(Site).where(Site.code == code, sites_of(tx.actor)), lock=lock)


def find_vehicle(tx: Tx, plate: str, *, lock: bool = False) -> Vehicle:
    """Give a vehicle by plate."""
    return _one(tx, select(Vehicle).where(Vehicle.plate == plate), lock=lock)


def find_driver(tx: Tx, staff_no: str, *, lock: bool = False) -> Driver:
    """Give a driver by staff number."""
    return _one(tx, select(Driver).where(Driver.staff_no == staff_no), lock=lock)


def require_version(row: Any, expected: int | None) -> None:
    """Raise StaleVersionError when the caller read another version than the stored one."""
    if expected is not None and row.version != expected:
        raise StaleVersionError


def _trips_driven(actor: Actor) -> Any:
    return select(CrewAssignment.trip_id).where(CrewAssignment.driver_id == (actor.driver_id or 0))


def _one(tx: Tx, query: Select[T], *, lock: bool) -> T:
    if lock:
        query = query.with_for_update()
    row = tx.session.scalar(query)
    if row is None:
        raise NotFoundError
    return row
