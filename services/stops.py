"""Where a trip stands in its list of stops, and what is loaded and dropped there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from models.consignments import Consignment
from models.fleet import Vehicle
from models.trips import ConsignmentLeg, Trip, TripStop
from models.vocabulary import ClosureKind, ConsignmentState
from services import trip_cargo
from services.policy.findings import Finding, require
from services.policy.securing import closures_to_seal, needs_tarp
from services.transaction import Tx

ABOARD = {
    ConsignmentState.LOADED,
    ConsignmentState.SEALED,
    ConsignmentState.IN_TRANSIT,
    ConsignmentState.ARRIVED,
}


def current_stop(trip: Trip) -> TripStop | None:
    """Give the stop where the truck stands; None while it is on the road."""
    return next((stop for stop in trip.stops if stop.arrived_at and not stop.departed_at), None)


def require_stop(trip: Trip) -> TripStop:
    """Give the stop where the truck stands; RuleBrokenError while it is on the road."""
    stop = current_stop(trip)
    if stop is None:
        require([Finding("NOT_AT_A_STOP", {"trip": trip.number})])
    assert stop is not None  # noqa: S101 - require() has raised when there is none
    return stop


def next_stop(trip: Trip) -> TripStop | None:
    """Give the next stop ahead."""
    return next((stop for stop in trip.stops if stop.arrived_at is None), None)


def picked_up_at(tx: Tx, trip: Trip, stop: TripStop) -> list[Consignment]:
    """Give the consignments that this stop loads."""
    return _of_legs(tx, trip, [leg for leg in trip.legs if leg.pickup_stop_id == stop.id])


def dropped_at(tx: Tx, trip: Trip, stop: TripStop) -> list[Consignment]:
    """Give the consignments that this stop unloads."""
    return _of_legs(tx, trip, [leg for leg in trip.legs if leg.drop_stop_id == stop.id])


def aboard(tx: Tx, trip: Trip) -> list[Consignment]:
    """Give the consignments on the truck now."""
    return [one for one in trip_cargo.consignments_on(tx, trip) if one.state in ABOARD]


def leg_of(trip: Trip, consignment: Consignment) -> ConsignmentLeg:
    """Give the leg of a consignment on this trip."""
    return next(leg for leg in trip.legs if leg.consignment_id == consignment.id)


def estimated_arrival(tx: Tx, trip: Trip, consignment: Consignment) -> datetime | None:
    """Give when a consignment is expected where its journey ends; None when this trip only takes it to a hub."""
    return tx.session.scalar(
        select(TripStop.estimated_arrival_at)
        .join(ConsignmentLeg, ConsignmentLeg.drop_stop_id == TripStop.id)
        .where(ConsignmentLeg.consignment_id == consignment.id, ConsignmentLeg.trip_id == trip.id)
        .where(TripStop.site_id == consignment.destination_site_id)
    )


def required_closures(tx: Tx, trip: Trip) -> tuple[ClosureKind, ...]:
    """Give every opening that must carry a company seal (domain 3.4, R-F-09)."""
    vehicle = tx.session.get_one(Vehicle, trip.vehicle_id)
    load = tx.session.get_one(Vehicle, trip.trailer_id) if trip.trailer_id else vehicle
    if load.body is None:
        return ()
    cargo = trip_cargo.facts_of(tx, trip)
    return closures_to_seal(
        load.body,
        side_door=load.side_door,
        container_closed=load.container_closed,
        tarped=needs_tarp(load.body, cargo),
        ruleset=tx.ruleset,
    )


def _of_legs(tx: Tx, trip: Trip, legs: Sequence[ConsignmentLeg]) -> list[Consignment]:
    ids = [leg.consignment_id for leg in legs]
    rows = tx.session.scalars(
        select(Consignment).where(Consignment.id.in_(ids), Consignment.trip_id == trip.id).order_by(Consignment.id)
    )
    return list(rows)
