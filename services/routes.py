"""How far it is between places and when a plan reaches each of its stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import select

from models.parties import RoadDistanceRow, Site
from models.roads import RoadRoute
from models.vocabulary import CargoClass, RoadClass, SiteKind
from services.geo import distance_km
from services.policy.cargo import CargoFacts
from services.policy.driving import DriverHours, simulate
from services.policy.eta import free_flow_kmh
from services.policy.speed import SpeedFacts, limit_terms
from services.transaction import Tx

E6 = 1_000_000
SHORTEST_KM = 1.0
PREFECTURE = 4  # leading digits of a GB/T 2260 code that name the prefecture


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """One stop of a plan: the place, the road to it from the stop before in km, and when it is reached.

    ``road_id`` is the router's road that the distance comes from, None where it was reckoned here.
    """

    site: Site
    distance_km: float
    arrival_at: datetime
    road_id: int | None = None


def road_km(tx: Tx, origin: Site, destination: Site) -> float:
    """Give the road distance in km: the stored one between the two regions, else the great circle × circuity.

    A temporary place lies anywhere on the way and bears the region of its nearest known place: its point counts.
    """
    somewhere = SiteKind.TEMPORARY in {origin.kind, destination.kind}
    if origin.region_code != destination.region_code and not somewhere:
        stored = _stored_km(tx, origin.region_code, destination.region_code)
        if stored is not None:
            return stored
    straight = straight_km(origin.lat_e6, origin.lon_e6, destination.lat_e6, destination.lon_e6)
    return max(SHORTEST_KM, straight * tx.ruleset.estimate.circuity_percent / 100)


class KnownRoad(NamedTuple):
    """A router's road that is kept: its row and its length."""

    id: int
    distance_km: float


def known_road(tx: Tx, origin: Site, destination: Site) -> KnownRoad | None:
    """Give the road between two sites' points that the configured router gave not too long ago."""
    if not tx.settings.router:
        return None
    newer = tx.now - timedelta(days=tx.ruleset.estimate.road_days)
    found = tx.session.execute(
        select(RoadRoute.id, RoadRoute.distance_km).where(
            RoadRoute.origin_lat_e6 == origin.lat_e6,
            RoadRoute.origin_lon_e6 == origin.lon_e6,
            RoadRoute.destination_lat_e6 == destination.lat_e6,
            RoadRoute.destination_lon_e6 == destination.lon_e6,
            RoadRoute.provider == tx.settings.router,
            RoadRoute.asked_at > newer,
        )
    ).first()
    return KnownRoad(*found) if found else None


def _stored_km(tx: Tx, origin: str, destination: str) -> float | None:
    """Give the distance stored for the two regions, else for the prefectures they lie in."""
    ends = [(origin, destination)]
    if origin[:PREFECTURE] != destination[:PREFECTURE]:
        ends.append((_prefecture(origin), _prefecture(destination)))
    for pair in ends:
        query = select(RoadDistanceRow.distance_km)
        found = tx.session.scalar(query.where(RoadDistanceRow.from_code == pair[0], RoadDistanceRow.to_code == pair[1]))
        if found is not None:
            return found
    return None


def _prefecture(region_code: str) -> str:
    return f"{region_code[:PREFECTURE]}00"


def straight_km(a_lat_e6: int, a_lon_e6: int, b_lat_e6: int, b_lon_e6: int) -> float:
    """Give the great circle in km between two points in millionths of a degree."""
    return distance_km(a_lat_e6 / E6, a_lon_e6 / E6, b_lat_e6 / E6, b_lon_e6 / E6)


def limit_kmh(
    tx: Tx, classes: frozenset[CargoClass], vehicle_kmh: int | None = None, permit_kmh: int | None = None
) -> int:
    """Give the limit on the expressway for these goods on this vehicle, before the night factor (R-F-03).

    The driving-hours engine applies the night factor hour by hour; it must not be counted twice.
    """
    facts = SpeedFacts(
        cargo_classes=classes,
        road=RoadClass.EXPRESSWAY,
        vehicle_limit_kmh=vehicle_kmh,
        permit_limit_kmh=permit_kmh,
        at=tx.now,
    )
    return min(limit_terms(facts, tx.ruleset).values())


def plan(tx: Tx, sites: Sequence[Site], departure: datetime, cargo: CargoFacts) -> list[PlannedStop]:
    """Reckon when each site is reached from ``departure`` at the first, with the crew the rules ask for."""
    speed = free_flow_kmh(limit_kmh(tx, cargo.classes), tx.ruleset)
    service = timedelta(minutes=tx.ruleset.estimate.stop_service_minutes)
    stops = [PlannedStop(sites[0], 0.0, departure)]
    way = 0.0
    for number, (before, site) in enumerate(pairwise(sites)):
        road = known_road(tx, before, site)
        leg = road.distance_km if road else road_km(tx, before, site)
        way += leg
        crew = [DriverHours(f"driver {n + 1}") for n in range(tx.ruleset.crew.min_drivers)]
        arrival = simulate(departure, way, speed, crew, tx.ruleset).arrival + number * service
        stops.append(PlannedStop(site, leg, arrival, road.id if road else None))
    return stops
