"""A driver's card put into the terminal or taken out (JT/T 808 0x0702): who of the two is at the wheel (R-C-11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from models.drivers import Driver
from models.telematics import Device, DeviceMount
from models.trips import Trip, TripEvent
from models.vocabulary import CrewRole, DriverDocument, TripEventKind, TripState
from services import log
from services.planning import crews
from services.policy.findings import RuleBrokenError
from services.telematics.jt808 import DriverCard
from services.transaction import Tx

logger = log.get_logger("services.personnel.driver_cards")


def record(tx: Tx, terminal: str, card: DriverCard) -> None:
    """Write the card into the log of the trip that the terminal rides on, once however often it is sent.

    A card put in, of a driver of the crew who is not at the wheel, is a hand-over to him. Where that cannot be, by
    the rules of a hand-over, the log says why. Without a trip under way then there is nothing to write.
    """
    trip = _trip_of(tx, terminal, card)
    if trip is None:
        logger.info("driver_card.no_trip", terminal=terminal)
        return
    drivers = _drivers(tx, trip)
    driver = _holder(drivers, card)
    if _known(tx, trip, card):
        return
    facts: dict[str, Any] = {
        "inserted": card.on_duty,
        "read": card.read_result,
        "driver": driver.staff_no if driver else None,
        "name": None if driver else card.name,
        "terminal": terminal,
    }
    at_wheel = crews.wheel_of(tx, trip)
    if driver is not None and card.on_duty and at_wheel is not None and at_wheel.driver_id != driver.id:
        giver = next((one.staff_no for one in drivers if one.id == at_wheel.driver_id), "")
        facts |= _handed_over(tx, trip, giver, driver, card)
    crews.log(tx, trip, TripEventKind.DRIVER_CARD, card.at, driver.id if driver else None, facts)
    tx.session.flush()


def _handed_over(tx: Tx, trip: Trip, giver: str, driver: Driver, card: DriverCard) -> dict[str, Any]:
    try:
        crews.hand_over(tx, trip.number, giver, driver.staff_no, card.at)
    except RuleBrokenError as refused:
        return {"handed_over": False, "findings": [finding.code for finding in refused.findings]}
    return {"handed_over": True}


def _trip_of(tx: Tx, terminal: str, card: DriverCard) -> Trip | None:
    query = select(Trip).join(DeviceMount, DeviceMount.vehicle_id == Trip.vehicle_id)
    query = query.join(Device, Device.id == DeviceMount.device_id)
    query = query.where(
        Device.terminal == terminal,
        Device.disabled_at.is_(None),
        DeviceMount.since_at <= card.at,
        DeviceMount.until_at.is_(None) | (DeviceMount.until_at > card.at),
        Trip.state == TripState.UNDER_WAY,
        Trip.departed_at <= card.at,
    )
    return tx.session.scalar(query)


def _drivers(tx: Tx, trip: Trip) -> Sequence[Driver]:
    ids = [member.driver_id for member in trip.crew if member.role is CrewRole.DRIVER]
    return tx.session.scalars(select(Driver).where(Driver.id.in_(ids))).all()


def _holder(drivers: Sequence[Driver], card: DriverCard) -> Driver | None:
    """Give the driver of the crew whose card it is: by the certificate's number, else by a name only one bears."""
    if not card.certificate and not card.name:
        return None
    papers = [driver.documents.get(DriverDocument.QUALIFICATION, {}) for driver in drivers]
    for driver, paper in zip(drivers, papers, strict=True):
        if card.certificate and paper.get("number") == card.certificate:
            return driver
    named = [driver for driver in drivers if card.name and driver.name == card.name]
    return named[0] if len(named) == 1 else None


def _known(tx: Tx, trip: Trip, card: DriverCard) -> bool:
    query = select(TripEvent.facts).where(
        TripEvent.trip_id == trip.id, TripEvent.kind == TripEventKind.DRIVER_CARD, TripEvent.occurred_at == card.at
    )
    return any(facts["inserted"] is card.on_duty for facts in tx.session.scalars(query))
