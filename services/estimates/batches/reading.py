"""What a batch of estimates rests on, read as columns: nine statements for thousands of trips and no object.

It is what ``estimate_inputs.load`` reads for a few trips.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import numpy as np
from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from models.consignments import CargoLine, Consignment
from models.experience import Prediction
from models.fleet import Vehicle
from models.parties import Site
from models.roads import RoadRoute
from models.tracking import Estimate, LastPosition
from models.trips import CrewAssignment, Trip, TripStop, WheelPeriod
from models.vocabulary import Body, CargoClass, CrewRole, TripState
from services.estimates import experience
from services.estimates.arrivals import OPEN_STATES
from services.estimates.batches.arrays import Floats, columns, places
from services.estimates.batches.batch import Batch, Fixes, Goods, Retold, Stops, Trips, Wheel
from services.estimates.batches.sql import Gathered, among, listed, micros
from services.estimates.batches.telling import Bounds, calms
from services.prepared import Prepared
from services.transaction import Tx

CHUNK = 5000
DAY = timedelta(hours=24)
# a change is stamped when its transaction begins and seen when that is committed, on PostgreSQL some seconds later
OVERLAP = timedelta(minutes=1)
BODIES, CLASSES = tuple(Body), tuple(CargoClass)
Column: TypeAlias = Any
# the rest is reckoned from what was told
STOP_COLUMNS = len(Stops._fields) - len(Bounds._fields)


def due(tx: Tx) -> list[int]:
    """Lock the trips that are due longest, at most ``CHUNK`` of them and none that another worker holds; give ids."""
    return [trip_id for (trip_id,) in DUE.rows(tx.connection, {"now": tx.now})]


def read(tx: Tx, trip_ids: Sequence[int]) -> Batch:
    """Read what estimating these trips needs, but for their positions."""
    ids = {"ids": listed(tx, trip_ids)}

    def found(statement: Prepared, count: int, **more: datetime) -> list[Floats]:
        return columns(statement.rows(tx.connection, {**ids, **more}), count)

    plain = found(STOPS, STOP_COLUMNS)
    stops = Stops(*plain, *calms(tx, plain[0], np.isnan(plain[5])))
    wheel = Wheel(*found(WHEEL, len(Wheel._fields), since=tx.now - DAY))
    goods = Goods(*found(GOODS, len(Goods._fields)))
    return Batch(
        Trips(*found(TRIPS, len(Trips._fields))),
        Stops(*(column[np.lexsort((stops.seq, stops.trip_id))] for column in stops)),
        Fixes(*columns((), len(Fixes._fields))),
        Wheel(*(column[np.lexsort((wheel.began_us, wheel.position, wheel.trip_id))] for column in wheel)),
        Goods(*(column[np.argsort(goods.trip_id, kind="stable")] for column in goods)),
    )


def read_anew(tx: Tx, trip_ids: Sequence[int]) -> Batch:
    """Read these trips with their positions, taking none to have been looked at by all the rules before."""
    batch = read(tx, trip_ids)
    fixes = Fixes(*FIXES.columns(tx, {"ids": listed(tx, trip_ids)}))
    never = np.full(len(batch.trips.id), np.nan)
    return replace(batch, trips=batch.trips._replace(basis_us=never), fixes=fixes)


def fixes_between(tx: Tx, first: int, last: int) -> Fixes:
    """Give the last positions on all trips with ids from ``first`` to ``last``, by trip."""
    return Fixes(*BETWEEN.columns(tx, {"first": first, "last": last}))


def open_trips(tx: Tx) -> list[int]:
    """Give the trips that are estimated, by id."""
    return [trip_id for (trip_id,) in OPEN.rows(tx.connection, {})]


def open_among(tx: Tx, trip_ids: Sequence[int]) -> list[int]:
    """Give those of these trips that are estimated, by id."""
    return [trip_id for (trip_id,) in OPEN_AMONG.rows(tx.connection, {"ids": listed(tx, trip_ids)})]


def changed(tx: Tx, trips: Trips, since: datetime) -> Floats:
    """Give the ids of the trips stamped since then, but for those of ``trips`` that were read with that stamp.

    Of trips that are not among them only the open ones.
    """
    ids, stamped_us, is_open = CHANGED.columns(tx, {"since": since})
    at = places(ids, trips.id)
    basis_us = np.r_[trips.basis_us, np.nan][at]
    found: Floats = ids[(basis_us != stamped_us) & ((is_open > 0) | (at >= 0))]
    return found


def told_since(tx: Tx, since: datetime) -> Retold:
    """Give what was told of stops ahead since then, and what stands in history of them."""
    return Retold(*TOLD_SINCE.columns(tx, {"since": since}))


def sites(tx: Tx, site_ids: Sequence[int]) -> dict[int, tuple[int, int, str]]:
    """Give latitude and longitude in e6 and the code of each site by its id."""
    rows = SITES.rows(tx.connection, {"ids": listed(tx, site_ids)})
    return {site_id: (lat, lon, code) for site_id, lat, lon, code in rows}


def roads(tx: Tx, road_ids: Sequence[int]) -> list[tuple[int, str]]:
    """Give the lines of planned roads by their ids, as encoded polylines."""
    return [(road_id, line) for road_id, line in ROADS.rows(tx.connection, {"ids": listed(tx, road_ids)})]


def _numbered(column: Column, words: Sequence[Any]) -> Any:
    return case({word: number for number, word in enumerate(words)}, value=column, else_=len(words))


def _trips(dialect: str) -> Any:
    truck, trailer = aliased(Vehicle), aliased(Vehicle)
    body = case((Trip.trailer_id.is_(None), truck.body), else_=trailer.body)
    return (
        select(
            Trip.id,
            micros(Trip.departed_at),
            micros(Trip.planned_departure_at),
            case((Trip.state == TripState.UNDER_WAY, 0), else_=1),
            case((Trip.frozen_at.is_(None), 0), else_=1),
            truck.limit_kmh,
            Trip.permit_limit_kmh,
            micros(Trip.basis_at),
            _numbered(body, BODIES),
        )
        .join(truck, truck.id == Trip.vehicle_id)
        .outerjoin(trailer, trailer.id == Trip.trailer_id)
        .where(among(Trip.id, dialect))
        .order_by(Trip.id)
    )


def _kept() -> Any:
    """Give the arrival of a stop's estimate that was kept last."""
    kept = select(micros(Estimate.arrival_at)).where(Estimate.stop_id == TripStop.id)
    return kept.order_by(Estimate.made_at.desc(), Estimate.id.desc()).limit(1).scalar_subquery()


def _predicted() -> Any:
    return select(experience.bands_predicted()).where(Prediction.stop_id == TripStop.id).scalar_subquery()


def _stops(dialect: str) -> Any:
    ahead = TripStop.arrived_at.is_(None)
    return select(
        TripStop.id,
        TripStop.trip_id,
        TripStop.seq,
        TripStop.site_id,
        TripStop.distance_km,
        case((ahead, None), else_=1),
        micros(TripStop.departed_at),
        micros(TripStop.estimated_arrival_at),
        case((ahead & TripStop.estimated_at.is_not(None), case((TripStop.estimate_stale, 1), else_=0))),
        case((ahead, _predicted())),
        TripStop.road_id,
        case((ahead, micros(func.coalesce(TripStop.announced_arrival_at, TripStop.planned_arrival_at)))),
        case((ahead, _kept())),
        case((ahead, micros(TripStop.estimated_at))),
    ).where(among(TripStop.trip_id, dialect))


def _told_since(_: str) -> Any:
    return select(
        TripStop.id,
        micros(TripStop.estimated_arrival_at),
        case((TripStop.estimate_stale, 1), else_=0),
        micros(TripStop.estimated_at),
        _kept(),
        _predicted(),
    ).where(
        TripStop.arrived_at.is_(None),
        TripStop.estimated_at >= bindparam("since", type_=TripStop.estimated_at.type),
    )


def _wheel(dialect: str) -> Any:
    recent = WheelPeriod.ended_at.is_(None) | (WheelPeriod.ended_at > bindparam("since"))
    period = (WheelPeriod.driver_id == CrewAssignment.driver_id) & recent
    return (
        select(
            CrewAssignment.trip_id,
            CrewAssignment.position,
            micros(WheelPeriod.began_at),
            micros(WheelPeriod.ended_at),
        )
        .outerjoin(WheelPeriod, period)
        .where(among(CrewAssignment.trip_id, dialect), CrewAssignment.role == CrewRole.DRIVER)
    )


def _goods(dialect: str) -> Any:
    hazardous = case((CargoLine.hazmat_class.is_(None) | (CargoLine.hazmat_class == ""), 0), else_=1)
    line = select(Consignment.trip_id, _numbered(CargoLine.cargo_class, CLASSES), hazardous)
    line = line.join(CargoLine, CargoLine.consignment_id == Consignment.id)
    return line.where(among(Consignment.trip_id, dialect))


DUE = Prepared(
    select(Trip.id)
    .where(Trip.estimate_due_at <= bindparam("now"), or_(*(Trip.state == state for state in OPEN_STATES)))
    .order_by(Trip.estimate_due_at, Trip.id)
    .limit(CHUNK)
    .with_for_update(skip_locked=True)
)
IS_OPEN = or_(*(Trip.state == state for state in OPEN_STATES)) & Trip.frozen_at.is_(None)
OPEN = Prepared(select(Trip.id).where(IS_OPEN).order_by(Trip.id))
OPEN_AMONG = Prepared(lambda dialect: select(Trip.id).where(among(Trip.id, dialect), IS_OPEN).order_by(Trip.id))
CHANGED = Gathered(
    lambda _: select(Trip.id, micros(Trip.basis_at), case((IS_OPEN, 1), else_=0)).where(
        Trip.basis_at >= bindparam("since", type_=Trip.basis_at.type)
    )
)
TOLD_SINCE = Gathered(_told_since)
FIX = select(LastPosition.trip_id, micros(LastPosition.fix_at), LastPosition.lat_e6, LastPosition.lon_e6)
BETWEEN = Gathered(lambda _: FIX.where(LastPosition.trip_id.between(bindparam("first"), bindparam("last"))))
FIXES = Gathered(lambda dialect: FIX.where(among(LastPosition.trip_id, dialect)))
TRIPS, STOPS, WHEEL, GOODS = (Prepared(build) for build in (_trips, _stops, _wheel, _goods))
SITES = Prepared(lambda dialect: select(Site.id, Site.lat_e6, Site.lon_e6, Site.code).where(among(Site.id, dialect)))
ROADS = Prepared(lambda dialect: select(RoadRoute.id, RoadRoute.line).where(among(RoadRoute.id, dialect)))
