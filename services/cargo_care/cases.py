"""What each use case of cargo care begins with: the case, its trip, and the goods on the truck."""

from __future__ import annotations

from sqlalchemy import select

from models.accidents import Accident, Transhipment
from models.consignments import Consignment
from models.trips import Trip
from services import trip_cargo
from services.accident_cases import find_accident
from services.policy.cargo_care import ABOARD, RIDING, object_to_case
from services.policy.findings import Finding, require
from services.transaction import Tx


def open_case(tx: Tx, number: str) -> Accident:
    """Lock a case whose goods may still be cared for; RuleBrokenError once it is void, closed or about to be."""
    accident = find_accident(tx, number, lock=True)
    require(object_to_case(accident.number, accident.state))
    return accident


def trip_of(tx: Tx, accident: Accident) -> Trip:
    """Lock the trip of a case; RuleBrokenError for an accident outside any trip."""
    trip = tx.session.get(Trip, accident.trip_id, with_for_update=True) if accident.trip_id else None
    if trip is None:
        require([Finding("ACCIDENT_WITHOUT_TRIP", {"accident": accident.number})])
    assert trip is not None  # noqa: S101 - require() has raised when there is none
    return trip


def riding(tx: Tx, trip: Trip) -> list[Consignment]:
    """Give the goods that are on the truck or are still to be loaded onto it."""
    return [one for one in trip_cargo.consignments_on(tx, trip) if one.state in RIDING]


def aboard(tx: Tx, trip: Trip) -> list[Consignment]:
    """Give the goods on the truck."""
    return [one for one in riding(tx, trip) if one.state in ABOARD]


def made_to(tx: Tx, accident: Accident) -> str | None:
    """Give the trip that took over the goods; None while they have not changed trucks."""
    return tx.session.scalar(
        select(Trip.number)
        .join(Transhipment, Transhipment.to_trip_id == Trip.id)
        .where(Transhipment.accident_id == accident.id)
    )
