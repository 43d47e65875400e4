"""What a trip is planned to be, and the rows it becomes: stops, legs, reservations of vehicles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from models.consignments import Consignment
from models.fleet import Vehicle
from models.parties import Site
from models.trips import ConsignmentLeg, Trip, TripStop
from models.vocabulary import LegKind, SiteKind, StopKind, TripState
from services import reservations
from services.policy.vehicles import out_of_town
from services.reservations import Window
from services.routes import PlannedStop
from services.transaction import Subject, Tx

PICKED_UP_AT = {SiteKind.TEMPORARY: StopKind.TRANSHIPMENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class TripPlan:
    """What a dispatcher asks for.

    ``drops`` names another place than the destination for some consignments (a hub, for a line-haul leg);
    ``stops`` gives the order of site codes when it matters; times are worked out when they are left out.
    ``continues`` is the trip that had the goods before an accident: what its consignees were told stands (S8).
    """

    consignments: Sequence[str]
    plate: str
    planned_departure_at: datetime
    trailer_plate: str | None = None
    planned_arrival_at: datetime | None = None
    drops: Mapping[str, str] | None = None
    stops: Sequence[str] | None = None
    permit_number: str | None = None
    permit_limit_kmh: int | None = None
    escort_plan: str | None = None
    continues: Trip | None = None


@dataclass(frozen=True, slots=True)
class Ride:
    """One consignment on this trip: from where it lies to where it is dropped."""

    consignment: Consignment
    pickup: Site
    drop: Site


def vehicle_window(tx: Tx, departure: datetime, arrival: datetime) -> Window:
    """Give the time a vehicle is taken for: from the crew's check-in to the turn-round after arrival."""
    early = timedelta(minutes=tx.ruleset.crew.check_in_minutes)
    after = timedelta(minutes=tx.ruleset.vehicle.turn_round_minutes)
    return Window(departure - early, arrival + after)


def insert_trip(
    tx: Tx, wanted: TripPlan, vehicle: Vehicle, trailer: Vehicle | None, stops: Sequence[PlannedStop]
) -> Trip:
    """Write the trip and its stops; the truck stands at the first one from now on."""
    trip = Trip(
        number=tx.next_number("CC"),
        vehicle_id=vehicle.id,
        trailer_id=trailer.id if trailer else None,
        state=TripState.PLANNED,
        planned_departure_at=wanted.planned_departure_at,
        planned_arrival_at=stops[-1].arrival_at,
        distance_km=sum(stop.distance_km for stop in stops),
        permit_number=wanted.permit_number,
        permit_limit_kmh=wanted.permit_limit_kmh,
        escort_plan=wanted.escort_plan,
        created_at=tx.now,
        created_by=tx.actor.name,
    )
    trip.stops = [
        TripStop(
            seq=seq,
            site_id=stop.site.id,
            kind=StopKind.HUB if stop.site.kind is SiteKind.HUB else StopKind.DROP,
            distance_km=stop.distance_km,
            road_id=stop.road_id,
            planned_arrival_at=stop.arrival_at,
        )
        for seq, stop in enumerate(stops, 1)
    ]
    trip.stops[0].arrived_at = tx.now
    tx.session.add(trip)
    tx.session.flush()
    plates = {"vehicle": vehicle.plate, "trailer": trailer.plate if trailer else None}
    tx.journal("trip.planned", Subject("trip", trip.id, trip_id=trip.id, new=True), {"number": trip.number, **plates})
    return trip


def reserve_vehicles(tx: Tx, trip: Trip, taken: Sequence[Vehicle]) -> None:
    """Take the vehicle and its trailer for the trip, or raise ConflictError naming who holds one."""
    window = vehicle_window(tx, trip.planned_departure_at, trip.planned_arrival_at)
    reservations.reserve(tx, trip, {reservations.of_vehicle(unit.plate): window for unit in taken})


def insert_legs(tx: Tx, trip: Trip, rides: Sequence[Ride]) -> None:
    """Write one leg per consignment, line-haul or distribution, and its planned arrival (R-F-19)."""
    stops = {stop.site_id: stop for stop in trip.stops}
    dropping = {ride.drop.id for ride in rides}
    for ride in rides:
        if ride.pickup.id not in dropping and ride.pickup.kind is not SiteKind.HUB:
            stops[ride.pickup.id].kind = PICKED_UP_AT.get(ride.pickup.kind, StopKind.PICKUP)
        before = tx.session.scalars(
            select(ConsignmentLeg.seq).where(ConsignmentLeg.consignment_id == ride.consignment.id)
        ).all()
        away = out_of_town(ride.pickup.region_code, ride.drop.region_code)
        trip.legs.append(
            ConsignmentLeg(
                consignment_id=ride.consignment.id,
                seq=max(before, default=0) + 1,
                kind=LegKind.LINE_HAUL if away else LegKind.DISTRIBUTION,
                pickup_stop_id=stops[ride.pickup.id].id,
                drop_stop_id=stops[ride.drop.id].id,
            )
        )
        ride.consignment.planned_arrival_at = stops[ride.drop.id].planned_arrival_at
    tx.session.flush()
