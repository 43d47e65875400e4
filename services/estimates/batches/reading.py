"""What a batch of estimates rests on, read as columns: seven statements for thousands of trips and no object.

It is what ``estimate_inputs.load`` reads for a few trips.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias, TypeVar

import numpy as np
import orjson
from sqlalchemy import BigInteger, Text, bindparam, case, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement

from models.consignments import CargoLine, Consignment
from models.experience import Prediction
from models.fleet import Vehicle
from models.parties import Site
from models.roads import RoadRoute
from models.tracking import Estimate, LastPosition
from models.trips import CrewAssignment, Trip, TripStop, WheelPeriod
from models.vocabulary import Body, CargoClass, CrewRole, TripState
from services.estimates.arrivals import OPEN_STATES
from services.estimates.batches.arrays import columns
from services.estimates.batches.batch import Batch, Fixes, Goods, Stops, Trips, Wheel
from services.prepared import Prepared
from services.transaction import Tx

CHUNK = 5000
DAY = timedelta(hours=24)
BODIES, CLASSES = tuple(Body), tuple(CargoClass)
Column: TypeAlias = Any
T = TypeVar("T")


class micros(FunctionElement[int]):  # noqa: N801 - it is written like a function of SQL
    """An instant as whole microseconds since 1970."""

    type = BigInteger()
    inherit_cache = True


@compiles(micros, "sqlite")
def _micros_of_text(element: Any, compiler: Any, **kw: Any) -> str:
    at = compiler.process(element.clauses, **kw)
    # models/base.py writes every instant with six digits of a second
    return f"(strftime('%s', {at}) * 1000000 + substr({at}, 21, 6))"


@compiles(micros, "postgresql")
def _micros_of_instant(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST(extract(epoch FROM {compiler.process(element.clauses, **kw)}) * 1000000 AS BIGINT)"


def due(tx: Tx) -> list[int]:
    """Lock the trips that are due longest, at most ``CHUNK`` of them and none that another worker holds; give ids."""
    return [trip_id for (trip_id,) in DUE.rows(tx.connection, {"now": tx.now})]


def read(tx: Tx, trip_ids: Sequence[int]) -> Batch:
    """Read what estimating these trips needs."""
    ids = {"ids": listed(tx, trip_ids)}

    def found(statement: Prepared, kind: Callable[..., T], **more: datetime) -> T:
        rows = statement.rows(tx.connection, {**ids, **more})
        return kind(*columns(rows, len(kind._fields)))  # type: ignore[attr-defined]

    stops = found(STOPS, Stops)
    wheel = found(WHEEL, Wheel, since=tx.now - DAY)
    return Batch(
        found(TRIPS, Trips),
        Stops(*(column[np.lexsort((stops.seq, stops.trip_id))] for column in stops)),
        found(FIXES, Fixes),
        Wheel(*(column[np.lexsort((wheel.began_us, wheel.position, wheel.trip_id))] for column in wheel)),
        found(GOODS, Goods),
    )


def sites(tx: Tx, site_ids: Sequence[int]) -> dict[int, tuple[int, int, str]]:
    """Give latitude and longitude in e6 and the code of each site by its id."""
    rows = SITES.rows(tx.connection, {"ids": listed(tx, site_ids)})
    return {site_id: (lat, lon, code) for site_id, lat, lon, code in rows}


def roads(tx: Tx, road_ids: Sequence[int]) -> list[tuple[int, str]]:
    """Give the lines of planned roads by their ids, as encoded polylines."""
    return [(road_id, line) for road_id, line in ROADS.rows(tx.connection, {"ids": listed(tx, road_ids)})]


def listed(tx: Tx, ids: Sequence[int]) -> Any:
    """Give ids in the form in which ``among`` takes them on this database."""
    return list(ids) if tx.dialect == "postgresql" else orjson.dumps(list(ids)).decode()


def among(column: Column, dialect: str) -> Any:
    """Say that a column holds one of the bound ``ids``, however many: one parameter, one statement for ever."""
    if dialect == "postgresql":
        return column == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
    return column.in_(select(func.json_each(bindparam("ids", type_=Text)).table_valued("value").c.value))


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
            micros(Trip.estimated_arrival_at),
            _numbered(body, BODIES),
        )
        .join(truck, truck.id == Trip.vehicle_id)
        .outerjoin(trailer, trailer.id == Trip.trailer_id)
        .where(among(Trip.id, dialect))
        .order_by(Trip.id)
    )


def _stops(dialect: str) -> Any:
    ahead = TripStop.arrived_at.is_(None)
    kept = select(micros(Estimate.arrival_at)).where(Estimate.stop_id == TripStop.id)
    kept = kept.order_by(Estimate.made_at.desc(), Estimate.id.desc()).limit(1)
    # every one kept is nearer than those before
    predicted = select(Prediction.expected_minutes).where(Prediction.stop_id == TripStop.id)
    predicted = predicted.order_by(Prediction.made_at.desc()).limit(1)
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
        case((ahead, predicted.scalar_subquery())),
        TripStop.road_id,
        case((ahead, micros(func.coalesce(TripStop.announced_arrival_at, TripStop.planned_arrival_at)))),
        case((ahead, kept.scalar_subquery())),
    ).where(among(TripStop.trip_id, dialect))


def _fixes(dialect: str) -> Any:
    fix = select(LastPosition.trip_id, micros(LastPosition.fix_at), LastPosition.lat_e6, LastPosition.lon_e6)
    return fix.where(among(LastPosition.trip_id, dialect)).order_by(LastPosition.trip_id)


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
TRIPS, STOPS, FIXES, WHEEL, GOODS = (Prepared(build) for build in (_trips, _stops, _fixes, _wheel, _goods))
SITES = Prepared(lambda dialect: select(Site.id, Site.lat_e6, Site.lon_e6, Site.code).where(among(Site.id, dialect)))
ROADS = Prepared(lambda dialect: select(RoadRoute.id, RoadRoute.line).where(among(RoadRoute.id, dialect)))
