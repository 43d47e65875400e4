"""What a batch of estimates rests on, read once for all its trips: goods, limits, fixes, hours, notices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.drivers import Driver
from models.experience import Prediction
from models.fleet import Vehicle
from models.parties import Site
from models.tracking import Estimate, LastPosition
from models.trips import Trip, WheelPeriod
from models.vocabulary import CargoClass
from services import trip_cargo
from services.estimates import experience, remaining_way
from services.estimates.experience import Experience
from services.messages import notice_board
from services.policy.driving import DriverHours
from services.transaction import Tx

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Known:
    """Everything by id: points of sites in e6, vehicles' own limits, fixes by trip, hours by driver,
    codes of sites, bodies of vehicles, the bands of time ahead in which a stop was predicted before, the arrivals last
    kept, what was learnt of the lanes, and how much of the planned road is ahead of each truck that is on it."""

    points: Mapping[int, tuple[int, int]]
    limits: Mapping[int, int | None]
    classes: Mapping[int, frozenset[CargoClass]]
    fixes: Mapping[int, Any]
    hours: Mapping[int, DriverHours]
    kept: Mapping[int, datetime]
    board: notice_board.Board
    codes: Mapping[int, str]
    bodies: Mapping[int, str]
    predicted: Mapping[int, int]
    experience: Experience
    road_left: Mapping[int, float]


def load(tx: Tx, trips: Sequence[Trip]) -> Known:
    """Read what estimating these trips needs, in a fixed number of statements."""
    stops = [stop for trip in trips for stop in trip.stops]
    trip_ids = [trip.id for trip in trips]
    sites = select(Site.id, Site.lat_e6, Site.lon_e6, Site.code).where(Site.id.in_({stop.site_id for stop in stops}))
    places = tx.session.execute(sites).all()
    codes = {row.id: row.code for row in places}
    vehicles = select(Vehicle.id, Vehicle.limit_kmh, Vehicle.body)
    vehicles = vehicles.where(Vehicle.id.in_({trip.trailer_id or trip.vehicle_id for trip in trips}))
    bodies = {row.id: str(row.body) for row in tx.session.execute(vehicles)}
    fixes = select(LastPosition.trip_id, LastPosition.fix_at, LastPosition.lat_e6, LastPosition.lon_e6)
    heard = {row.trip_id: row for row in tx.session.execute(fixes.where(LastPosition.trip_id.in_(trip_ids)))}
    drivers = {member.driver_id for trip in trips for member in trip.crew}
    ahead = [stop.id for stop in stops if stop.arrived_at is None]
    return Known(
        points={row.id: (row.lat_e6, row.lon_e6) for row in places},
        limits=_limits(tx, trips),
        classes=trip_cargo.classes_of(tx, trip_ids),
        fixes=heard,
        hours=_hours(tx, drivers),
        kept=_kept(tx, ahead),
        board=notice_board.load(tx, stops),
        codes=codes,
        bodies={trip.id: bodies[trip.trailer_id or trip.vehicle_id] for trip in trips},
        predicted=_predicted(tx, ahead),
        experience=experience.recall(tx, lanes_of(trips, codes, bodies)),
        road_left=remaining_way.on_roads(tx, trips, heard),
    )


def lanes_of(trips: Sequence[Trip], codes: Mapping[int, str], bodies: Mapping[int, str]) -> set[tuple[str, str, str]]:
    """Give the hops still ahead of the trips as origin, destination and vehicle type."""
    return {
        (codes[trip.stops[stop.seq - 2].site_id], codes[stop.site_id], bodies[trip.trailer_id or trip.vehicle_id])
        for trip in trips
        for stop in trip.stops
        if stop.arrived_at is None and stop.seq > 1
    }


def _limits(tx: Tx, trips: Sequence[Trip]) -> dict[int, int | None]:
    query = select(Vehicle.id, Vehicle.limit_kmh).where(Vehicle.id.in_({trip.vehicle_id for trip in trips}))
    return dict(tx.session.execute(query).all())


def _kept(tx: Tx, stop_ids: Sequence[int]) -> dict[int, datetime]:
    """Give the arrival of the estimate of each stop that was kept last."""
    query = select(Estimate.stop_id, Estimate.arrival_at).where(Estimate.stop_id.in_(stop_ids))
    # of one key the last row counts
    return dict(tx.session.execute(query.order_by(Estimate.made_at, Estimate.id)).all())


def _predicted(tx: Tx, stop_ids: Sequence[int]) -> dict[int, int]:
    """Give the bands in which something was predicted, as bits, of each stop that was predicted at all."""
    query = select(Prediction.stop_id, experience.bands_predicted())
    return dict(tx.session.execute(query.where(Prediction.stop_id.in_(stop_ids)).group_by(Prediction.stop_id)).all())


def _hours(tx: Tx, driver_ids: Iterable[int]) -> dict[int, DriverHours]:
    """Give each driver's hours of the last 24 h from the wheel periods of every trip."""
    ids = list(driver_ids)
    names = tx.session.execute(select(Driver.id, Driver.staff_no).where(Driver.id.in_(ids))).all()
    query = select(WheelPeriod.driver_id, WheelPeriod.began_at, WheelPeriod.ended_at)
    query = query.where(WheelPeriod.driver_id.in_(ids))
    query = query.where(WheelPeriod.ended_at.is_(None) | (WheelPeriod.ended_at > tx.now - DAY))
    drives: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in tx.session.execute(query.order_by(WheelPeriod.began_at)):
        begin, end = row.began_at, min(row.ended_at or tx.now, tx.now)
        if begin < end:
            drives[row.driver_id].append((begin, end))
    rest = timedelta(minutes=tx.ruleset.driving.rest_minutes)
    return {
        driver_id: DriverHours(name, continuous_minutes(drives[driver_id], tx.now, rest), tuple(drives[driver_id]))
        for driver_id, name in names
    }


def continuous_minutes(drives: Sequence[tuple[datetime, datetime]], now: datetime, rest: timedelta) -> int:
    """Give the minutes at the wheel since the last stop of at least ``rest``, counted back from now."""
    total, free_since = timedelta(0), now
    for begin, end in reversed(drives):
        if free_since - end >= rest:
            break
        total += end - begin
        free_since = begin
    return int(total.total_seconds() // 60)
