"""Pick the vehicle by cargo, plan the trip, reserve what it needs (R-F-01, R-F-13, R-F-19, R-F-20)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from models.consignments import Consignment
from models.fleet import Vehicle
from models.parties import Site
from models.trips import ConsignmentLeg, Trip, TripStop
from models.vocabulary import ConsignmentState, SiteKind, TripState, UnitKind
from services import lifecycle, reservations, routes, trip_cargo, units
from services.estimates import arrivals
from services.facts import cargo_facts
from services.messages import notice_holding, notices
from services.planning.trip_plans import Ride, TripPlan, insert_legs, insert_trip, reserve_vehicles, vehicle_window
from services.policy.cargo import CargoFacts, object_to_mixing
from services.policy.findings import Finding, require
from services.policy.vehicles import JobFacts, Ranking, object_to_vehicle, rank
from services.routes import PlannedStop
from services.scope import consignments_of, find_consignment, find_trip
from services.transaction import Tx

ASSIGNABLE = {ConsignmentState.BOOKED, ConsignmentState.AT_TERMINAL}
BEFORE_LOADING = {TripState.PLANNED, TripState.CREWED, TripState.LOADING}


def candidates(tx: Tx, number: str, departure: datetime, arrival: datetime | None) -> Ranking:
    """Rank every unit for a consignment, best first, and give every rejected one with all its codes."""
    consignment = find_consignment(tx, number)
    ride = _rides(tx, [consignment], {})[0]
    cargo = cargo_facts([consignment])
    planned = routes.plan(tx, [ride.pickup, ride.drop], departure, cargo)
    until = arrival or planned[-1].arrival_at
    window = vehicle_window(tx, departure, until)
    return rank(units.all_units(tx, window, ride.pickup), _job(cargo, departure, until, planned), tx.ruleset)


def plan_trip(tx: Tx, wanted: TripPlan) -> Trip:
    """Make a trip: stops in order, legs, the vehicle reserved, consignments assigned, notices scheduled.

    Raises RuleBrokenError with every objection to the goods, the order of stops or the vehicle, and
    ConflictError when somebody else took the vehicle first.
    """
    consignments = _consignments(tx, wanted.consignments)
    rides = _rides(tx, consignments, wanted.drops or {})
    sites = _ordered_sites(rides, wanted.stops)
    cargo = cargo_facts(consignments)
    reckoned = routes.plan(tx, sites, wanted.planned_departure_at, cargo)
    stops = _timed(reckoned, wanted)
    vehicle, trailer = _vehicles(tx, wanted)
    timing = _object_to_times(tx, wanted, reckoned[-1].arrival_at)
    require([*timing, *_object_to_plan(tx, wanted, rides, cargo, stops, (vehicle, trailer))])
    trip = insert_trip(tx, wanted, vehicle, trailer, stops)
    reserve_vehicles(tx, trip, [unit for unit in (vehicle, trailer) if unit])
    insert_legs(tx, trip, rides)
    for ride in rides:
        ride.consignment.trip_id = trip.id
        lifecycle.move_consignment(tx, ride.consignment, ConsignmentState.ASSIGNED, {"trip": trip.number})
    tx.session.flush()
    if wanted.continues is not None:
        notice_holding.carry_over(tx, wanted.continues, trip)
    arrivals.plan_changed(tx, trip)
    return trip


def cancel_trip(tx: Tx, number: str, reason: str) -> Trip:
    """Call a trip off before it is loaded: goods go back to where they were, resources are given back."""
    trip = find_trip(tx, number, lock=True)
    lifecycle.move_trip(tx, trip, TripState.CANCELLED, {"reason": reason})
    trip.cancel_reason = reason
    for consignment in trip_cargo.consignments_on(tx, trip):
        release_consignment(tx, trip, consignment)
    reservations.release(tx, trip)
    notices.cancel_for_trip(tx, trip)
    return trip


def release_consignment(tx: Tx, trip: Trip, consignment: Consignment) -> None:
    """Take a consignment off a trip that has not loaded it; it lies where it lay before."""
    before = ConsignmentState.AT_TERMINAL if _last_hub(tx, consignment) else ConsignmentState.BOOKED
    _forget_plan(consignment)
    lifecycle.move_consignment(tx, consignment, before, {"trip": trip.number})


def leave_trip(tx: Tx, consignment: Consignment) -> None:
    """Take a cancelled consignment off its trip; a consignee who gets nothing else there is told nothing (P3)."""
    if consignment.trip_id is None:
        return
    trip = tx.session.get_one(Trip, consignment.trip_id)
    leg = next(leg for leg in trip.legs if leg.consignment_id == consignment.id)
    _forget_plan(consignment)
    stop = next(stop for stop in trip.stops if stop.id == leg.drop_stop_id)
    notices.take_back(tx, stop, consignment.consignee_id)


def _forget_plan(consignment: Consignment) -> None:
    consignment.trip_id = None
    consignment.planned_arrival_at = None


def job_of(tx: Tx, trip: Trip) -> JobFacts:
    """Give what a trip wants of its vehicle, for the checks made again at the gate."""
    return JobFacts(
        cargo=trip_cargo.facts_of(tx, trip),
        planned_departure=trip.planned_departure_at,
        planned_arrival=trip.planned_arrival_at,
        distance_km=round(trip.distance_km),
        oversize_permit_no=trip.permit_number,
        outline_drawing=trip.escort_plan is not None,
        escort_plan=trip.escort_plan is not None,
    )


def _consignments(tx: Tx, numbers: Sequence[str]) -> list[Consignment]:
    """Lock the consignments in a fixed order and refuse those that are unknown or not free."""
    query = select(Consignment).where(Consignment.number.in_(numbers), consignments_of(tx.actor))
    query = query.options(selectinload(Consignment.lines)).order_by(Consignment.id)
    found = {row.number: row for row in tx.session.scalars(query.with_for_update())}
    unknown = [
        Finding("REFERENCE_UNKNOWN", {"field": "consignments", "value": number})
        for number in numbers
        if number not in found
    ]
    taken = [
        Finding("CONSIGNMENT_NOT_FREE", {"consignment": row.number, "state": row.state})
        for row in found.values()
        if row.state not in ASSIGNABLE
    ]
    require([*unknown, *taken])
    return [found[number] for number in dict.fromkeys(numbers)]


def _rides(tx: Tx, consignments: Sequence[Consignment], drops: Mapping[str, str]) -> list[Ride]:
    rides = []
    for consignment in consignments:
        pickup = tx.session.get_one(Site, _last_hub(tx, consignment) or consignment.origin_site_id)
        drop = tx.session.get_one(Site, consignment.destination_site_id)
        if consignment.number in drops:
            drop = _hub(tx, drops[consignment.number])
        rides.append(Ride(consignment, pickup, drop))
    return rides


def _hub(tx: Tx, code: str) -> Site:
    site = tx.session.scalar(select(Site).where(Site.code == code, Site.kind == SiteKind.HUB))
    if site is None:
        require([Finding("REFERENCE_UNKNOWN", {"field": "drops", "value": code})])
    assert site is not None  # noqa: S101 - require() has raised when there is none
    return site


def _last_hub(tx: Tx, consignment: Consignment) -> int | None:
    """Give the site where the goods lie after their last leg, None while they are at the origin."""
    return tx.session.scalar(
        select(TripStop.site_id)
        .join(ConsignmentLeg, ConsignmentLeg.drop_stop_id == TripStop.id)
        .where(ConsignmentLeg.consignment_id == consignment.id, ConsignmentLeg.unloaded_at.is_not(None))
        .order_by(ConsignmentLeg.seq.desc())
        .limit(1)
    )


def _ordered_sites(rides: Sequence[Ride], order: Sequence[str] | None) -> list[Site]:
    """Give the stops in order: as asked, else every pickup and then every drop as the consignments come."""
    needed = {site.id: site for ride in rides for site in (ride.pickup, ride.drop)}
    if order is None:
        ids = [*dict.fromkeys(r.pickup.id for r in rides), *dict.fromkeys(r.drop.id for r in rides)]
        return [needed[site_id] for site_id in dict.fromkeys(ids)]
    by_code = {site.code: site for site in needed.values()}
    require(
        Finding("STOPS_INCOMPLETE", {"missing": sorted(set(by_code) - set(order)), "extra": sorted(extra)})
        for extra in [set(order) - set(by_code)]
        if set(order) != set(by_code)
    )
    return [by_code[code] for code in dict.fromkeys(order)]


def _timed(stops: list[PlannedStop], wanted: TripPlan) -> list[PlannedStop]:
    """Stretch the reckoned times evenly when the dispatcher plans a later last arrival."""
    begin, end = wanted.planned_departure_at, wanted.planned_arrival_at
    reckoned = stops[-1].arrival_at - begin
    if end is None or reckoned <= timedelta(0):
        return stops
    share = (end - begin) / reckoned
    return [replace(stop, arrival_at=begin + (stop.arrival_at - begin) * share) for stop in stops]


def _vehicles(tx: Tx, wanted: TripPlan) -> tuple[Vehicle, Vehicle | None]:
    """Lock the vehicle and its trailer: the one named, else the one usually coupled."""
    vehicle = _named(tx, "vehicle", wanted.plate)
    if wanted.trailer_plate is not None:
        return vehicle, _named(tx, "trailer", wanted.trailer_plate)
    if vehicle.unit_kind is UnitKind.TRACTOR and vehicle.coupled_trailer_id:
        return vehicle, tx.session.get_one(Vehicle, vehicle.coupled_trailer_id)
    return vehicle, None


def _named(tx: Tx, field: str, plate: str) -> Vehicle:
    vehicle = tx.session.scalar(select(Vehicle).where(Vehicle.plate == plate).with_for_update())
    if vehicle is None:
        require([Finding("REFERENCE_UNKNOWN", {"field": field, "value": plate})])
    assert vehicle is not None  # noqa: S101 - require() has raised when there is none
    return vehicle


def _object_to_plan(
    tx: Tx,
    wanted: TripPlan,
    rides: Sequence[Ride],
    cargo: CargoFacts,
    stops: Sequence[PlannedStop],
    unit: tuple[Vehicle, Vehicle | None],
) -> Iterator[Finding]:
    yield from object_to_mixing(cargo)
    yield from _object_to_order(rides, stops)
    yield from _object_to_units(*unit)
    if wanted.planned_arrival_at and wanted.planned_arrival_at <= wanted.planned_departure_at:
        return  # the times are objected to on their own
    vehicle, trailer = unit
    if vehicle.unit_kind is UnitKind.TRAILER or (vehicle.unit_kind is UnitKind.TRACTOR and trailer is None):
        return
    until = stops[-1].arrival_at
    facts = units.one_unit(tx, vehicle, trailer, vehicle_window(tx, wanted.planned_departure_at, until))
    permits = {
        "oversize_permit_no": wanted.permit_number,
        "outline_drawing": wanted.escort_plan is not None,
        "escort_plan": wanted.escort_plan is not None,
    }
    job = _job(cargo, wanted.planned_departure_at, until, stops, **permits)
    # who holds the vehicle is said by the reservation itself, as a conflict and not as a rule
    yield from (finding for finding in object_to_vehicle(facts, job, tx.ruleset) if finding.code != "VEHICLE_BUSY")


def _object_to_times(tx: Tx, wanted: TripPlan, earliest: datetime) -> Iterator[Finding]:
    """Object to a plan in the past, and to an arrival that lawful driving cannot reach (R-F-05)."""
    leaves, arrives = wanted.planned_departure_at, wanted.planned_arrival_at
    if leaves < tx.now:
        yield Finding("DEPARTURE_IN_THE_PAST", {"planned_departure_at": leaves.isoformat()})
    if arrives is not None and arrives <= leaves:
        yield Finding("ARRIVAL_BEFORE_DEPARTURE", {"planned_arrival_at": arrives.isoformat()})
    elif arrives is not None and arrives < earliest:
        yield Finding("ARRIVAL_TOO_SOON", {"planned_arrival_at": arrives.isoformat(), "earliest": earliest.isoformat()})


def _object_to_order(rides: Sequence[Ride], stops: Sequence[PlannedStop]) -> Iterator[Finding]:
    place = {stop.site.id: seq for seq, stop in enumerate(stops)}
    for ride in rides:
        if place[ride.pickup.id] >= place[ride.drop.id]:
            facts = {"consignment": ride.consignment.number, "pickup": ride.pickup.code, "drop": ride.drop.code}
            yield Finding("DROP_BEFORE_PICKUP", facts)


def _object_to_units(vehicle: Vehicle, trailer: Vehicle | None) -> Iterator[Finding]:
    if vehicle.unit_kind is UnitKind.TRAILER:
        yield Finding("TRAILER_CANNOT_DRIVE", {"plate": vehicle.plate})
    if vehicle.unit_kind is UnitKind.TRACTOR and trailer is None:
        yield Finding("TRAILER_MISSING", {"plate": vehicle.plate})
    if trailer is not None and (vehicle.unit_kind is not UnitKind.TRACTOR or trailer.unit_kind is not UnitKind.TRAILER):
        yield Finding("NOT_A_TRAIN", {"plate": vehicle.plate, "trailer": trailer.plate})


def _job(
    cargo: CargoFacts, departure: datetime, arrival: datetime, stops: Sequence[PlannedStop], **permits: Any
) -> JobFacts:
    way = round(sum(stop.distance_km for stop in stops))
    return JobFacts(cargo=cargo, planned_departure=departure, planned_arrival=arrival, distance_km=way, **permits)
