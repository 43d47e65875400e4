"""Roads from a router, where one is configured: owed when a trip is planned, asked between two transactions, kept.

Nobody waits for a router. Until it has answered, and when it is away, the built-in reckoning stands and the estimates
say so (ETA_ROUTER_AWAY); once it has, the stop bears its road and the trip is estimated anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sqlalchemy import Table, func, select, update

from models.parties import Site
from models.roads import RoadRoute
from models.trips import Trip, TripStop
from services import log, routes
from services.estimates import arrivals, router_circuit
from services.geo import polylines
from services.policy import breaker
from services.ports import Place, Ports, Road, RoadFailure
from services.transaction import Tx

E6 = 1_000_000
logger = log.get_logger("services.estimates.roads")


@dataclass(frozen=True, slots=True)
class Asked:
    """One road to ask for: the stop it leads to, its ends in millionths of a degree, and how it is kept."""

    stop_id: int
    provider: str
    origin: tuple[int, int]
    destination: tuple[int, int]
    thinned_m: int


def prepare(tx: Tx, stop_id: int) -> Asked | datetime | None:
    """Say which road to ask for; None when none is wanted any more, an instant when the router is left alone.

    A road that was asked for meanwhile, for another trip between the same points, is laid without a call.
    """
    stop = tx.session.get(TripStop, stop_id)
    if stop is None or not tx.settings.router or not _still_ahead(tx, stop):
        return None
    origin, destination = _ends(tx, stop)
    known = routes.known_road(tx, origin, destination)
    if known is not None:
        _lay(tx, stop, known.id, known.distance_km)
        return None
    wait = router_circuit.wait_until(tx, tx.settings.router)
    if wait is not None:
        return wait
    ends = ((origin.lat_e6, origin.lon_e6), (destination.lat_e6, destination.lon_e6))
    return Asked(stop.id, tx.settings.router, *ends, tx.ruleset.estimate.road_thinned_m)


def deliver(ports: Ports, asked: Asked) -> Road | RoadFailure:
    """Ask the router, in no transaction, and thin the line out to what is kept."""
    if ports.router is None:
        return RoadFailure("this process has no router")
    origin, destination = (Place(lat / E6, lon / E6) for lat, lon in (asked.origin, asked.destination))
    found = ports.router.route(origin, destination)
    if isinstance(found, RoadFailure):
        return found
    return replace(found, line=polylines.encode(polylines.thinned(polylines.decode(found.line), asked.thinned_m)))


def record(tx: Tx, asked: Asked, found: Road | RoadFailure) -> datetime | None:
    """Keep the road and lay it under the stop; say when to ask again where the router was away.

    A router that answers that it knows no road is not asked again for this stop.
    """
    if isinstance(found, RoadFailure) and not found.answered:
        circuit = router_circuit.failed(tx, asked.provider, found.detail)
        logger.warning("router.away", provider=asked.provider, failures=circuit.failures, detail=found.detail)
        return breaker.try_again_at(circuit, tx.now)
    router_circuit.answered(tx, asked.provider)
    if isinstance(found, RoadFailure):
        logger.warning("router.no_road", provider=asked.provider, stop_id=asked.stop_id, detail=found.detail)
        return None
    distance = max(routes.SHORTEST_KM, found.distance_km)
    road_id = _keep(tx, asked, replace(found, distance_km=distance))
    stop = tx.session.get(TripStop, asked.stop_id)
    if stop is not None and _still_ahead(tx, stop):
        _lay(tx, stop, road_id, distance)
    return None


def _still_ahead(tx: Tx, stop: TripStop) -> bool:
    trip = tx.session.get_one(Trip, stop.trip_id)
    return stop.seq > 1 and stop.arrived_at is None and stop.road_id is None and trip.state in arrivals.OPEN_STATES


def _ends(tx: Tx, stop: TripStop) -> tuple[Site, Site]:
    before = select(TripStop.site_id).where(TripStop.trip_id == stop.trip_id, TripStop.seq == stop.seq - 1)
    return tx.session.get_one(Site, tx.session.scalars(before).one()), tx.session.get_one(Site, stop.site_id)


def _keep(tx: Tx, asked: Asked, road: Road) -> int:
    ends = {
        "origin_lat_e6": asked.origin[0],
        "origin_lon_e6": asked.origin[1],
        "destination_lat_e6": asked.destination[0],
        "destination_lon_e6": asked.destination[1],
        "provider": asked.provider,
    }
    told = {
        "distance_km": road.distance_km,
        "duration_minutes": road.duration_minutes,
        "line": road.line,
        "asked_at": tx.now,
    }
    put = tx.upsert(RoadRoute).values(**ends, **told).on_conflict_do_update(index_elements=list(ends), set_=told)
    road_id: int = tx.session.execute(put.returning(RoadRoute.id)).scalar_one()
    return road_id


def _lay(tx: Tx, stop: TripStop, road_id: int, distance_km: float) -> None:
    """Lay a road under a stop and reckon the trip's way and arrival anew; it is no new version of the trip."""
    trip = _locked(tx, stop.trip_id)
    stop.road_id, stop.distance_km = road_id, distance_km
    tx.session.flush()
    whole = select(func.sum(TripStop.distance_km)).where(TripStop.trip_id == trip.id).scalar_subquery()
    table = cast(Table, Trip.__table__)
    tx.session.connection().execute(update(table).where(table.c.id == trip.id).values(distance_km=whole))
    arrivals.request(tx, trip)


def _locked(tx: Tx, trip_id: int) -> Trip:
    """Lock the trip first: of two legs laid at once, the later sum must see the earlier one's length."""
    return tx.session.get_one(Trip, trip_id, with_for_update=True)
