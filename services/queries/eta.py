"""When each stop of a trip is reached, how that was estimated over time, and the way driven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from models.consignments import Consignment
from models.tracking import Estimate, Position
from models.trips import ConsignmentLeg, Trip, TripStop
from services.queries.paging import BadCursorError, Page, cursor_of, newest_first, paged
from services.queries.trips import site_refs
from services.scope import consignments_of, find_trip
from services.transaction import Tx

DEGREE = 1_000_000
POSITION = (
    Position.id, Position.fix_at, Position.lat_e6, Position.lon_e6, Position.speed_kmh, Position.heading,
    Position.doubt,
)  # fmt: skip
ESTIMATE = (
    Estimate.made_at, Estimate.arrival_at, Estimate.remaining_km, Estimate.speed_kmh, Estimate.stale, Estimate.cause,
    Estimate.ruleset_version,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """What of a trip the caller may see: the stops, each with the latest promise of his goods dropped there.

    ``until`` is when the last of a shipper's goods left the truck; None while some are aboard, and for the carrier.
    """

    stops: list[TripStop]
    promised: Mapping[int, datetime]
    until: datetime | None


def eta_view(tx: Tx, number: str, page: Page) -> dict[str, Any]:
    """Give planned, promised and estimated arrival per stop with the newest reasons, and a page of the estimates kept.

    A shipper sees the stops where his own goods are dropped, and their promises, and nothing of the others.
    """
    trip = find_trip(tx, number)
    seen = _seen(tx, trip)
    reasons = _newest_reasons(tx, [stop.id for stop in seen.stops])
    sites = site_refs(tx, seen.stops)
    return {
        "trip": trip.number,
        "stops": [_stop(stop, sites, seen.promised, reasons.get(stop.id, [])) for stop in seen.stops],
        "history": _history(tx, seen.stops, page),
    }


def track_page(tx: Tx, number: str, page: Page, since: datetime | None) -> dict[str, Any]:
    """Give a page of the fixes of a trip, oldest first.

    A shipper's end when his goods are off the truck, and he is shown none that is in doubt.
    """
    trip = find_trip(tx, number)
    query = select(*POSITION).where(Position.trip_id == trip.id)
    if tx.actor.shipper_id is not None:
        query = query.where(Position.doubt.is_(None))
    until = _seen(tx, trip).until
    if until is not None:
        query = query.where(Position.fix_at <= until)
    if since is not None:
        query = query.where(Position.fix_at >= since)
    after = page.after()
    if after is not None:
        last = tx.session.scalar(select(Position.fix_at).where(Position.id == after, Position.trip_id == trip.id))
        if last is None:
            raise BadCursorError
        query = query.where((Position.fix_at > last) | ((Position.fix_at == last) & (Position.id > after)))
    rows = tx.session.execute(query.order_by(Position.fix_at, Position.id).limit(page.limit + 1)).all()
    more, rows = len(rows) > page.limit, rows[: page.limit]
    return {"items": [_position(row) for row in rows], "next_cursor": cursor_of(rows[-1].id) if more else None}


def _seen(tx: Tx, trip: Trip) -> Seen:
    rows = tx.session.execute(
        select(ConsignmentLeg.drop_stop_id, ConsignmentLeg.unloaded_at, Consignment.promised_arrival_at)
        .join(Consignment, Consignment.id == ConsignmentLeg.consignment_id)
        .where(ConsignmentLeg.trip_id == trip.id, consignments_of(tx.actor))
        .where((Consignment.trip_id == trip.id) | ConsignmentLeg.unloaded_at.is_not(None))
    ).all()
    promised: dict[int, datetime] = {}
    for row in rows:
        promised[row.drop_stop_id] = max(
            promised.get(row.drop_stop_id, row.promised_arrival_at), row.promised_arrival_at
        )
    if tx.actor.shipper_id is None:
        return Seen(list(trip.stops), promised, None)
    own = [stop for stop in trip.stops if stop.id in promised]
    unloaded = [row.unloaded_at for row in rows]
    return Seen(own, promised, None if None in unloaded else max(unloaded, default=trip.created_at))


def _newest_reasons(tx: Tx, stop_ids: list[int]) -> dict[int, list[Any]]:
    last = select(func.max(Estimate.id)).where(Estimate.stop_id.in_(stop_ids)).group_by(Estimate.stop_id)
    rows = tx.session.execute(select(Estimate.stop_id, Estimate.reasons).where(Estimate.id.in_(last)))
    return {stop_id: list(reasons) for stop_id, reasons in rows}


def _history(tx: Tx, stops: list[TripStop], page: Page) -> dict[str, Any]:
    query = select(Estimate.id, *ESTIMATE, TripStop.seq.label("stop")).join(TripStop, TripStop.id == Estimate.stop_id)
    query = query.where(Estimate.stop_id.in_([stop.id for stop in stops]))
    return paged(tx.session, newest_first(query, Estimate.id, page), page, _estimate)


def _stop(
    stop: TripStop, sites: Mapping[int, Any], promised: Mapping[int, datetime], reasons: list[Any]
) -> dict[str, Any]:
    return {
        "seq": stop.seq,
        "site": sites[stop.site_id],
        "planned_arrival_at": stop.planned_arrival_at,
        "promised_arrival_at": promised.get(stop.id),
        "estimated_arrival_at": stop.estimated_arrival_at,
        "arrived_at": stop.arrived_at,
        "made_at": stop.estimated_at,
        "stale": stop.estimate_stale and stop.arrived_at is None,
        "reasons": reasons,
    }


def _estimate(row: Any) -> dict[str, Any]:
    return {**{column.key: getattr(row, column.key) for column in ESTIMATE}, "stop": row.stop}


def _position(row: Any) -> dict[str, Any]:
    return {
        "fix_at": row.fix_at,
        "lat": row.lat_e6 / DEGREE,
        "lon": row.lon_e6 / DEGREE,
        "speed_kmh": row.speed_kmh,
        "heading": row.heading,
        "doubt": row.doubt,
    }
