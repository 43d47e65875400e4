"""Trips as answers: in full, as pages, their checks, their log and the way they drove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from models.consignments import Consignment
from models.drivers import Driver
from models.fleet import Vehicle
from models.loading import Check, CustomerSeal
from models.parties import Site
from models.trips import CrewAssignment, CrewWaiver, Trip, TripEvent, TripStop
from services import stops
from services.queries.paging import AnySelect, Page, newest_first, paged
from services.queries.seals import live_seals
from services.scope import find_trip, trips_of
from services.transaction import Tx

SUMMARY = (
    Trip.number, Trip.state, Trip.planned_departure_at, Trip.planned_arrival_at, Trip.departed_at, Trip.arrived_at,
    Trip.closed_at, Trip.frozen_at, Trip.distance_km, Trip.created_at, Trip.version,
)  # fmt: skip
MORE = (
    "permit_number", "permit_limit_kmh", "escort_plan", "seal_exemption_reason", "seal_exemption_by", "cancel_reason",
    "created_by",
)  # fmt: skip
STOP = (
    "seq", "kind", "distance_km", "planned_arrival_at", "estimated_arrival_at", "arrived_at", "seals_verified_at",
    "seal_exception", "joint_inspection_at", "driver_statement", "work_completed_at", "departed_at",
)  # fmt: skip
MEMBER = ("role", "checked_in_at", "alcohol_mg_100ml", "fit", "late_check_in")
WAIVER = ("state", "reason", "requested_by", "requested_at", "decided_by", "decided_at")
CHECK = (
    "id", "kind", "items", "defects", "note", "occurred_at", "recorded_at", "made_by", "verdict_passed", "verdict_by",
    "verdict_at",
)  # fmt: skip
EVENT = (
    TripEvent.id, TripEvent.kind, TripEvent.place, TripEvent.occurred_at, TripEvent.ended_at, TripEvent.recorded_at,
    TripEvent.facts,
)  # fmt: skip


def trip_view(tx: Tx, number: str) -> dict[str, Any]:
    """Give one trip in full; NotFoundError for a foreign or absent one alike."""
    trip = find_trip(tx, number)
    unit = tx.session.get_one(Vehicle, trip.vehicle_id)
    trailer = tx.session.get_one(Vehicle, trip.trailer_id) if trip.trailer_id else None
    return {
        **_values(trip, (column.key for column in SUMMARY)),
        **_values(trip, MORE),
        "estimated_arrival_at": trip.stops[-1].estimated_arrival_at,
        "vehicle": unit.plate,
        "trailer": trailer.plate if trailer else None,
        "stops": _stops(tx, trip),
        "legs": _legs(tx, trip),
        "crew": _crew(tx, trip),
        "waiver": waiver_view(tx, trip),
        "required_closures": list(stops.required_closures(tx, trip)),
        "seals": live_seals(tx, trip),
        "customer_seals": _customer_seals(tx, trip),
    }


def trip_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of trips, newest first; filters: state, vehicle (the plate of the truck or its trailer)."""
    trailer = aliased(Vehicle)
    plates = (Vehicle.plate.label("vehicle"), trailer.plate.label("trailer"))
    query = select(Trip.id, *SUMMARY, _at_last_stop().label("estimated_arrival_at"), *plates)
    query = query.join(Vehicle, Vehicle.id == Trip.vehicle_id).outerjoin(trailer, trailer.id == Trip.trailer_id)
    query = query.where(trips_of(tx.actor))
    if "state" in filters:
        query = query.where(Trip.state == filters["state"])
    if "vehicle" in filters:
        query = query.where((Vehicle.plate == filters["vehicle"]) | (trailer.plate == filters["vehicle"]))
    return paged(tx.session, newest_first(query, Trip.id, page), page, _summary)


def waiver_view(tx: Tx, trip: Trip) -> dict[str, Any] | None:
    """Give the trip's waiver, None when none was asked for."""
    row = tx.session.scalar(select(CrewWaiver).where(CrewWaiver.trip_id == trip.id))
    return None if row is None else _values(row, WAIVER)


def check_view(check: Check) -> dict[str, Any]:
    """Give one inspection card."""
    return _values(check, CHECK)


def check_page(tx: Tx, number: str, page: Page) -> dict[str, Any]:
    """Give a page of a trip's inspection cards, newest first."""
    trip = find_trip(tx, number)
    query = select(*(getattr(Check, name) for name in CHECK)).where(Check.trip_id == trip.id)
    return paged(tx.session, newest_first(query, Check.id, page), page, lambda row: _values(row, CHECK))


def event_page(tx: Tx, number: str, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of the trip log (行车日志), newest first; filter: kind."""
    trip = find_trip(tx, number)
    query = select(*EVENT, Driver.staff_no.label("driver")).outerjoin(Driver, Driver.id == TripEvent.driver_id)
    query = query.where(TripEvent.trip_id == trip.id)
    if "kind" in filters:
        query = query.where(TripEvent.kind == filters["kind"])
    return paged(tx.session, newest_first(query, TripEvent.id, page), page, lambda row: dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public accessor for a row as a mapping


def _stops(tx: Tx, trip: Trip) -> list[dict[str, Any]]:
    sites = site_refs(tx, trip.stops)
    return [{**_values(stop, STOP), "site": sites[stop.site_id]} for stop in trip.stops]


def site_refs(tx: Tx, of: Iterable[TripStop]) -> dict[int, dict[str, Any]]:
    """Give the sites of some stops by their id, as code, name and region."""
    ids = {stop.site_id for stop in of}
    rows = tx.session.execute(select(Site.id, Site.code, Site.name, Site.region_code).where(Site.id.in_(ids)))
    return {row.id: {"code": row.code, "name": row.name, "region_code": row.region_code} for row in rows}


def _legs(tx: Tx, trip: Trip) -> list[dict[str, Any]]:
    """Give the legs of goods that ride here now or were unloaded here; goods taken off the plan are left out."""
    seqs = {stop.id: stop.seq for stop in trip.stops}
    ids = [leg.consignment_id for leg in trip.legs]
    columns = (Consignment.id, Consignment.number, Consignment.state, Consignment.trip_id)
    rows = {row.id: row for row in tx.session.execute(select(*columns).where(Consignment.id.in_(ids)))}
    return [
        {
            "consignment": rows[leg.consignment_id].number,
            "state": rows[leg.consignment_id].state,
            "seq": leg.seq,
            "kind": leg.kind,
            "pickup_stop": seqs[leg.pickup_stop_id],
            "drop_stop": seqs[leg.drop_stop_id],
            "hub_count": leg.hub_count,
            "unloaded_at": leg.unloaded_at,
        }
        for leg in trip.legs
        if rows[leg.consignment_id].trip_id == trip.id or leg.unloaded_at is not None
    ]


def _crew(tx: Tx, trip: Trip) -> list[dict[str, Any]]:
    people = [(member, tx.session.get_one(Driver, member.driver_id)) for member in trip.crew]
    return [_member(member, driver) for member, driver in people]


def _member(member: CrewAssignment, driver: Driver) -> dict[str, Any]:
    return {"staff_no": driver.staff_no, "name": driver.name, **_values(member, MEMBER)}


def _customer_seals(tx: Tx, trip: Trip) -> list[dict[str, Any]]:
    columns = (CustomerSeal.number, CustomerSeal.closure, CustomerSeal.recorded_at)
    query: AnySelect = select(*columns).where(CustomerSeal.trip_id == trip.id).order_by(CustomerSeal.id)
    return [dict(row) for row in tx.session.execute(query).mappings()]


def _at_last_stop() -> Any:
    """Give when a trip's last stop is reached, as an expression beside the trip's columns."""
    last = select(TripStop.estimated_arrival_at).where(TripStop.trip_id == Trip.id)
    return last.order_by(TripStop.seq.desc()).limit(1).correlate(Trip).scalar_subquery()


def _summary(row: Any) -> dict[str, Any]:
    names = (column.key for column in SUMMARY)
    return _values(row, (*names, "estimated_arrival_at", "vehicle", "trailer"))


def _values(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
