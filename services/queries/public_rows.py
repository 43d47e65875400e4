"""What the page behind a link is read from: few statements, each built once, and rows with names.

The page is read more often than anything else by people, and by all of them at once when a truck is late.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, exists, or_, select

from models.consignments import CargoLine, Consignment
from models.drivers import Driver
from models.fleet import Vehicle
from models.loading import Seal, SealEvent
from models.notices import Notice
from models.parties import Site
from models.records import JournalEntry
from models.tracking import LastPosition
from models.trips import ConsignmentLeg, CrewAssignment, Trip, TripStop, WheelPeriod
from models.vocabulary import (
    ClosureKind,
    ConsignmentState,
    CrewRole,
    NoticeKind,
    NoticeState,
    Packaging,
    SealEventKind,
    SealFinding,
    SealState,
    SiteKind,
    StopKind,
    TripState,
)
from services.prepared import Prepared

SHOWN = (NoticeState.SENT, NoticeState.ACKNOWLEDGED, NoticeState.SCHEDULED, NoticeState.FAILED)


class Tracked(NamedTuple):
    """A consignment as its link shows it, with its present leg; everything from ``trip_id`` on is None without one."""

    id: int
    number: str
    state: ConsignmentState
    consignee_id: int
    destination_site_id: int
    promised_arrival_at: datetime
    planned_arrival_at: datetime | None
    expires_at: datetime
    total_mass_kg: int
    hard_to_handle: bool
    open_box_required: bool
    region_code: str
    trip_id: int | None
    frozen_at: datetime | None
    plate: str | None
    trailer_plate: str | None
    pickup_kind: StopKind | None
    loaded_at: datetime | None
    drop_id: int | None
    drop_site_id: int | None
    drop_region_code: str | None
    arrived_at: datetime | None
    estimated_arrival_at: datetime | None
    estimated_at: datetime | None
    remaining_km: float | None
    estimate_stale: bool | None


class Goods(NamedTuple):
    """One cargo line."""

    name: str
    specification: str | None
    quantity: int
    unit: str
    packaging: Packaging
    mass_kg: int
    piece_mass_kg: int | None


class Told(NamedTuple):
    """One version of what the consignee was or will be told."""

    public_id: str
    version_no: int
    kind: NoticeKind
    state: NoticeState
    eta_at: datetime
    due_at: datetime
    sent_at: datetime | None
    acknowledged_at: datetime | None


class Hung(NamedTuple):
    """A seal that was put on, and one event by which it came off."""

    id: int
    number: str
    state: SealState
    closure: ClosureKind | None
    applied_at: datetime
    replaced_by_id: int | None
    end_kind: SealEventKind | None
    finding: SealFinding | None
    ended_at: datetime | None


def _tracked(_dialect: str) -> Any:
    destination, drop_site = Site.__table__.alias("destination"), Site.__table__.alias("drop_site")
    pickup, drop = TripStop.__table__.alias("pickup"), TripStop.__table__.alias("stop")
    truck, trailer = Vehicle.__table__.alias("truck"), Vehicle.__table__.alias("trailer")
    c, leg = Consignment, ConsignmentLeg
    columns = (
        c.id, c.number, c.state, c.consignee_id, c.destination_site_id, c.promised_arrival_at, c.planned_arrival_at,
        c.track_expires_at, c.total_mass_kg, c.hard_to_handle, c.open_box_required, destination.c.region_code,
        Trip.id, Trip.frozen_at, truck.c.plate, trailer.c.plate, pickup.c.kind, pickup.c.work_completed_at,
        drop.c.id, drop.c.site_id, drop_site.c.region_code, drop.c.arrived_at, drop.c.estimated_arrival_at,
        drop.c.estimated_at, drop.c.remaining_km, drop.c.estimate_stale,
    )  # fmt: skip
    return (
        select(*columns)
        .join(destination, destination.c.id == c.destination_site_id)
        .outerjoin(leg, and_(leg.consignment_id == c.id, leg.trip_id == c.trip_id))
        .outerjoin(Trip, Trip.id == leg.trip_id)
        .outerjoin(truck, truck.c.id == Trip.vehicle_id)
        .outerjoin(trailer, trailer.c.id == Trip.trailer_id)
        .outerjoin(pickup, pickup.c.id == leg.pickup_stop_id)
        .outerjoin(drop, drop.c.id == leg.drop_stop_id)
        .outerjoin(drop_site, drop_site.c.id == drop.c.site_id)
        .where(c.track_hash == bindparam("hash"), c.track_expires_at > bindparam("now"))
    )


def told_to(consignment_id: Any, consignee_id: Any) -> Any:
    """Limit notices to what this consignee is shown: of the stops where the goods get off, on trips that are on."""
    drops = select(ConsignmentLeg.drop_stop_id).join(Trip, Trip.id == ConsignmentLeg.trip_id)
    drops = drops.where(ConsignmentLeg.consignment_id == consignment_id, Trip.state != TripState.CANCELLED)
    shown = or_(*(Notice.state == state for state in SHOWN))
    return and_(Notice.stop_id.in_(drops), Notice.consignee_id == consignee_id, shown)


def _told(_dialect: str) -> Any:
    columns = [getattr(Notice, name) for name in Told._fields]
    mine = told_to(bindparam("consignment_id"), bindparam("consignee_id"))
    return select(*columns).where(mine).order_by(Notice.id)


def _hung(_dialect: str) -> Any:
    came_off = or_(SealEvent.kind == SealEventKind.BROKEN, SealEvent.kind == SealEventKind.REMOVED)
    ended = and_(SealEvent.seal_id == Seal.id, SealEvent.trip_id == Seal.trip_id, came_off)
    columns = (Seal.id, Seal.number, Seal.state, Seal.closure, Seal.applied_at, Seal.replaced_by_id)
    return (
        select(*columns, SealEvent.kind, SealEvent.finding, SealEvent.occurred_at)
        .outerjoin(SealEvent, ended)
        .where(Seal.trip_id == bindparam("trip_id"), Seal.applied_at.is_not(None))
        .order_by(Seal.id, SealEvent.id)
    )


def _left_behind(_dialect: str) -> Any:
    after, removed = Seal.__table__.alias("after"), SealEvent.kind == SealEventKind.REMOVED
    leg, columns = ConsignmentLeg, (Seal.number, Seal.closure, Seal.applied_at)
    return (
        select(*columns, SealEvent.occurred_at, SealEvent.finding, after.c.number)
        .join(SealEvent, and_(SealEvent.seal_id == Seal.id, removed))
        .join(leg, leg.trip_id == Seal.trip_id)
        .join(TripStop, and_(TripStop.id == leg.drop_stop_id, TripStop.kind == StopKind.TRANSHIPMENT))
        .outerjoin(after, after.c.id == Seal.replaced_by_id)
        .where(leg.consignment_id == bindparam("consignment_id"), leg.trip_id != bindparam("trip_id"))
        .where(SealEvent.occurred_at >= TripStop.arrived_at)
        .order_by(Seal.id)
    )


def _crew(_dialect: str) -> Any:
    at_wheel = and_(WheelPeriod.trip_id == CrewAssignment.trip_id, WheelPeriod.driver_id == Driver.id)
    driving = exists().where(at_wheel, WheelPeriod.ended_at.is_(None))
    return (
        select(Driver.name, Driver.phone, driving)
        .join(CrewAssignment, CrewAssignment.driver_id == Driver.id)
        .where(CrewAssignment.trip_id == bindparam("trip_id"), CrewAssignment.role == CrewRole.DRIVER)
        .order_by(CrewAssignment.position)
    )


def _around(_dialect: str) -> Any:
    return (
        select(Site.region_code, Site.lat_e6, Site.lon_e6)
        .where(Site.lat_e6.between(bindparam("south"), bindparam("north")))
        .where(Site.lon_e6.between(bindparam("west"), bindparam("east")), Site.kind != SiteKind.TEMPORARY)
    )


TRACKED, TOLD = Prepared(_tracked), Prepared(_told)
HUNG, LEFT_BEHIND, CREW, AROUND = Prepared(_hung), Prepared(_left_behind), Prepared(_crew), Prepared(_around)
AT_TERMINAL = JournalEntry.action == f"consignment.{ConsignmentState.AT_TERMINAL}"
GOODS = Prepared(
    select(*(getattr(CargoLine, name) for name in Goods._fields))
    .where(CargoLine.consignment_id == bindparam("consignment_id"))
    .order_by(CargoLine.line_no)
)
# of the consignment's own history: what, when, and the facts of the moves in which they tell why, else None
ENTRIES = Prepared(
    select(JournalEntry.action, JournalEntry.occurred_at, case((AT_TERMINAL, JournalEntry.facts)))
    .where(JournalEntry.subject_kind == "consignment", JournalEntry.subject_id == bindparam("consignment_id"))
    .order_by(JournalEntry.seq)
)
FIX = Prepared(
    select(LastPosition.fix_at, LastPosition.lat_e6, LastPosition.lon_e6).where(
        LastPosition.trip_id == bindparam("trip_id")
    )
)
