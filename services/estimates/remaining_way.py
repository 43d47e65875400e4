"""How much road is still ahead of a truck, and what that rests on (domain 5.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from models.roads import RoadRoute
from models.trips import Trip, TripStop
from services import routes
from services.geo import polylines
from services.transaction import Tx

E6 = 1_000_000


def to_next(
    trip: Trip, next_stop: TripStop, fix: Any, points: Mapping[int, tuple[int, int]], road_left: float | None = None
) -> tuple[float, str]:
    """Give the road still ahead to the next stop in km, and what it rests on: ``plan``, ``road`` or ``position``.

    ``fix`` is the trip's last position, None before the first; ``points`` are the sites' points in millionths of a
    degree by id. ``road_left`` is the share of the planned road still ahead of the truck (``on_roads``). Without it the
    planned distance of the leg is shrunk by how much of the straight line is left, so a known road distance corrects
    the circuity of this very road.
    """
    before = trip.stops[next_stop.seq - 2]
    if fix is None or trip.departed_at is None or (before.departed_at and fix.fix_at < before.departed_at):
        return next_stop.distance_km, "plan"
    if road_left is not None:
        return next_stop.distance_km * road_left, "road"
    here, there = points[before.site_id], points[next_stop.site_id]
    whole = routes.straight_km(*here, *there)
    left = routes.straight_km(fix.lat_e6, fix.lon_e6, *there)
    if whole < routes.SHORTEST_KM:
        return left, "position"
    return next_stop.distance_km * left / whole, "position"


def on_roads(tx: Tx, trips: Sequence[Trip], fixes: Mapping[int, Any]) -> dict[int, float]:
    """Give the share of the road to the next stop, 0 to 1, that is still ahead of each truck on its planned road.

    By trip id; left out is who has no such road, no position, or left the road by more than the ruleset allows. One
    statement reads the roads, and each is read once for all its trucks.
    """
    riding: dict[int, list[int]] = defaultdict(list)
    for trip in trips:
        ahead = next((stop for stop in trip.stops if stop.arrived_at is None), None)
        if ahead is not None and ahead.road_id is not None and trip.id in fixes:
            riding[ahead.road_id].append(trip.id)
    if not riding:
        return {}
    roads = tx.session.execute(select(RoadRoute.id, RoadRoute.line).where(RoadRoute.id.in_(riding)))
    left: dict[int, float] = {}
    for row in roads:
        ids = riding[row.id]
        places = [(fixes[trip_id].lat_e6 / E6, fixes[trip_id].lon_e6 / E6) for trip_id in ids]
        shares = left_of(polylines.decode(row.line), places, tx.ruleset.estimate.road_off_km)
        left |= {trip_id: share for trip_id, share in zip(ids, shares, strict=True) if share is not None}
    return left


def left_of(line: polylines.Floats, places: Sequence[tuple[float, float]], off_limit_km: float) -> list[float | None]:
    """Give the share of a line that is ahead of each place (latitude, longitude); None for one too far off it."""
    whole = polylines.length_km(line)
    if whole == 0:
        return [None] * len(places)
    lats, lons = zip(*places, strict=True)
    along, off = polylines.progress_km(line, lats, lons)
    # the sums of the two run in another order: at the very end they may differ in the last digit
    left = [max(0.0, 1 - float(done) / whole) for done in along]
    return [share if float(away) <= off_limit_km else None for share, away in zip(left, off, strict=True)]


def unrouted_legs(tx: Tx, stops: Sequence[TripStop]) -> int:
    """Count the legs to these stops whose road a configured router was to give and has not given."""
    return sum(stop.road_id is None for stop in stops) if tx.settings.router else 0
