"""What positions are held against: the grounds of all sites, the planned ways of trips, and who drove when."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select

from models.drivers import Driver
from models.parties import Site
from models.roads import RoadRoute
from models.trips import TripStop, WheelPeriod
from services.geo import Geofence, as_ring, polylines
from services.geo.corridors import Hop
from services.geo.fences import Fences
from services.policy.ruleset import Ruleset
from services.transaction import Tx

E6 = 1_000_000
Drive = tuple[datetime, datetime | None, str]


class FenceBook:
    """The index of all grounds, built once and again when a site or the margin has changed."""

    def __init__(self) -> None:
        """Nothing is known before the first look."""
        self._lock = threading.Lock()
        self._stamp: tuple[object, ...] = ()
        self._fences: Fences | None = None

    def open(self, tx: Tx) -> Fences:
        """Give the index of the sites as they are now."""
        sites = tx.session.execute(select(func.count(), func.max(Site.id), func.sum(Site.version))).one()
        margin_m = tx.ruleset.tracking.visit_margin_m
        stamp = (tx.settings.database_url, margin_m, *sites)
        with self._lock:
            if self._fences is None or self._stamp != stamp:
                self._fences, self._stamp = Fences(_grounds(tx), margin_m), stamp
            return self._fences


def _grounds(tx: Tx) -> Iterable[tuple[str, Geofence]]:
    for row in tx.session.execute(select(Site.code, Site.lat_e6, Site.lon_e6, Site.radius_m, Site.polygon)):
        ring = as_ring(row.polygon) if row.polygon else None
        yield row.code, Geofence(row.lat_e6 / E6, row.lon_e6 / E6, row.radius_m, ring)


def hops_of(tx: Tx, trip_ids: Collection[int], ruleset: Ruleset) -> Mapping[int, Sequence[Hop]]:
    """Give the legs of some trips; a leg whose road is not known is a straight line with a wide corridor."""
    if not trip_ids:
        return {}
    query = select(TripStop.trip_id, TripStop.distance_km, Site.lat_e6, Site.lon_e6, RoadRoute.line)
    query = query.join(Site, Site.id == TripStop.site_id).outerjoin(RoadRoute, RoadRoute.id == TripStop.road_id)
    query = query.where(TripStop.trip_id.in_(trip_ids))
    stops: dict[int, list[Any]] = defaultdict(list)
    for row in tx.session.execute(query.order_by(TripStop.trip_id, TripStop.seq)):
        stops[row.trip_id].append(row)
    share = ruleset.tracking.rough_corridor_percent / 100
    return {trip_id: [_hop(a, b, share) for a, b in pairwise(rows)] for trip_id, rows in stops.items()}


def _hop(before: Any, stop: Any, share: float) -> Hop:
    if stop.line is not None:
        return Hop(polylines.decode(stop.line), 0.0)
    ends = tuple((row.lat_e6 / E6, row.lon_e6 / E6) for row in (before, stop))
    return Hop(ends, stop.distance_km * share)


def drives_of(tx: Tx, trip_ids: Collection[int]) -> Mapping[int, Sequence[Drive]]:
    """Give who was at the wheel of some trips and when, in order of time."""
    found: dict[int, list[Drive]] = defaultdict(list)
    if trip_ids:
        query = select(WheelPeriod.trip_id, WheelPeriod.began_at, WheelPeriod.ended_at, Driver.staff_no)
        query = query.join(Driver, Driver.id == WheelPeriod.driver_id).where(WheelPeriod.trip_id.in_(trip_ids))
        for trip_id, begin, end, staff_no in tx.session.execute(query.order_by(WheelPeriod.began_at)):
            found[trip_id].append((begin, end, staff_no))
    return found


def cut(drives: Sequence[Drive], begin: datetime, end: datetime) -> list[tuple[datetime, datetime, str | None]]:
    """Cut a stretch of time by who was at the wheel; None where nobody is known to have been."""
    parts: list[tuple[datetime, datetime, str | None]] = []
    at = begin
    for since, until, driver in drives:
        first, last = max(at, since), end if until is None else min(end, until)
        if first < last:
            if at < first:
                parts.append((at, first, None))
            parts.append((first, last, driver))
            at = last
    return [*parts, (at, end, None)] if at < end else parts
