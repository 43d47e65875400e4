"""The truck as the consignee at the end of one leg sees it: seals on his goods, plate, crew, district."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from models.consignments import Consignment
from models.drivers import Driver
from models.fleet import Vehicle
from models.loading import Seal, SealEvent
from models.parties import Site
from models.tracking import LastPosition
from models.trips import ConsignmentLeg, CrewAssignment, Trip, TripStop, WheelPeriod
from models.vocabulary import ConsignmentState, CrewRole, SealEventKind, SealState
from services.geo import distance_km
from services.masking import masked_phone
from services.regions import region_name
from services.transaction import Tx

C = ConsignmentState
DEGREE_E6 = 1_000_000
KM_PER_DEGREE = 111.0
HOME_PREFIX = "+86"
# two-character family names still borne in numbers
LONG_SURNAMES = frozenset({
    "欧阳", "上官", "司马", "诸葛", "司徒", "东方", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文",
    "南宫", "端木", "申屠", "轩辕", "呼延", "独孤",
})  # fmt: skip
# the crew can be reached, by the desk, as long as the goods are theirs to deliver
REACHABLE = frozenset({C.ASSIGNED, C.LOADED, C.SEALED, C.IN_TRANSIT, C.ARRIVED})


@dataclass(frozen=True, slots=True)
class Riding:
    """The consignment's present leg: the trip, and where the goods get on and off."""

    trip: Trip
    pickup: TripStop
    drop: TripStop


def riding(tx: Tx, consignment: Consignment) -> Riding | None:
    """Give the present leg; None while the goods are on no trip."""
    pickup, drop = aliased(TripStop), aliased(TripStop)
    row = tx.session.execute(
        select(Trip, pickup, drop)
        .join(ConsignmentLeg, ConsignmentLeg.trip_id == Trip.id)
        .join(pickup, pickup.id == ConsignmentLeg.pickup_stop_id)
        .join(drop, drop.id == ConsignmentLeg.drop_stop_id)
        .where(ConsignmentLeg.consignment_id == consignment.id, Trip.id == consignment.trip_id)
    ).first()
    return Riding(row[0], row[1], row[2]) if row else None


def seals_of(tx: Tx, ride: Riding | None) -> list[dict[str, Any]]:
    """Give the seals that shut the goods in: live, opened on the way, or taken off at this consignee's stop."""
    if ride is None or ride.pickup.work_completed_at is None:
        return []
    rows = list(
        tx.session.scalars(
            select(Seal).where(Seal.trip_id == ride.trip.id, Seal.applied_at.is_not(None)).order_by(Seal.id)
        )
    )
    ends = _ends(tx, ride)
    numbers = {seal.id: seal.number for seal in rows}
    shown = [_seal(seal, ends.get(seal.id), numbers) for seal in rows if _concerns(seal, ends.get(seal.id), ride)]
    return sorted(shown, key=lambda seal: (seal["state"] == "opened", seal["applied_at"]))


def opened_seals(tx: Tx, ride: Riding | None) -> list[dict[str, Any]]:
    """Give the seals opened on the way, with the time; the record behind it stays with the carrier."""
    seals = seals_of(tx, ride)
    return [{"number": seal["number"], "at": seal["ended_at"]} for seal in seals if seal["state"] == "opened"]


def vehicle_of(tx: Tx, ride: Riding | None) -> dict[str, Any] | None:
    """Give the plates on the road."""
    if ride is None:
        return None
    ids = [ride.trip.vehicle_id, ride.trip.trailer_id]
    plates = dict(tx.session.execute(select(Vehicle.id, Vehicle.plate).where(Vehicle.id.in_(ids))).all())
    return {"plate": plates[ride.trip.vehicle_id], "trailer_plate": plates.get(ride.trip.trailer_id or 0)}


def crew_of(tx: Tx, consignment: Consignment, ride: Riding | None) -> list[dict[str, Any]]:
    """Give the drivers by family name with a masked number, until the goods are signed for (P15)."""
    if ride is None or consignment.state not in REACHABLE:
        return []
    at_wheel = tx.session.scalar(
        select(WheelPeriod.driver_id).where(WheelPeriod.trip_id == ride.trip.id, WheelPeriod.ended_at.is_(None))
    )
    rows = tx.session.execute(
        select(Driver.id, Driver.name, Driver.phone)
        .join(CrewAssignment, CrewAssignment.driver_id == Driver.id)
        .where(CrewAssignment.trip_id == ride.trip.id, CrewAssignment.role == CrewRole.DRIVER)
        .order_by(CrewAssignment.position)
    )
    return [
        {
            "name": courtesy_name(row.name),
            "phone": masked_phone(row.phone.removeprefix(HOME_PREFIX)),
            "driving": row.id == at_wheel,
        }
        for row in rows
    ]


def place_of(tx: Tx, consignment: Consignment, ride: Riding | None) -> dict[str, Any] | None:
    """Give the district the goods are in or near, and since when that is known; never a point."""
    if consignment.state is C.AT_TERMINAL and ride is not None:
        return _district(tx.session.get_one(Site, ride.drop.site_id).region_code, ride.drop.arrived_at)
    if consignment.state is not C.IN_TRANSIT or ride is None:
        return None
    fix = tx.session.scalar(select(LastPosition).where(LastPosition.trip_id == ride.trip.id))
    return _district(_near(tx, fix), fix.fix_at) if fix else None


def courtesy_name(name: str) -> str:
    """Give what a driver is called by strangers: 王师傅 of 王建国; a name in other letters keeps its first word."""
    family = name[:2] if name[:2] in LONG_SURNAMES else name[:1]
    return f"{family}师傅" if family > "\u2e7f" else f"{name.split()[0]}师傅" if name.split() else "师傅"


def _ends(tx: Tx, ride: Riding) -> dict[int, SealEvent]:
    """Give how each seal of the trip came off, where it did."""
    events: dict[int, list[SealEvent]] = defaultdict(list)
    kinds = (SealEventKind.BROKEN, SealEventKind.REMOVED)
    rows = select(SealEvent).where(SealEvent.trip_id == ride.trip.id, SealEvent.kind.in_(kinds)).order_by(SealEvent.id)
    for event in tx.session.scalars(rows):
        events[event.seal_id].append(event)
    return {seal_id: found[0] for seal_id, found in events.items()}


def _concerns(seal: Seal, end: SealEvent | None, ride: Riding) -> bool:
    """Was the seal on while these goods were aboard? What shuts in the goods of others is not shown."""
    arrived, loaded = ride.drop.arrived_at, ride.pickup.work_completed_at
    if arrived is not None and seal.applied_at is not None and seal.applied_at > arrived:
        return False
    if end is None:
        return seal.state is SealState.APPLIED
    if end.kind is SealEventKind.BROKEN:
        return loaded is not None and end.occurred_at >= loaded
    return arrived is not None and end.occurred_at >= arrived


def _seal(seal: Seal, end: SealEvent | None, numbers: Mapping[int, str]) -> dict[str, Any]:
    states = {SealEventKind.BROKEN: "opened", SealEventKind.REMOVED: "removed"}
    return {
        "number": seal.number,
        "closure": seal.closure,
        "state": states[end.kind] if end else "applied",
        "finding": end.finding if end and end.kind is SealEventKind.REMOVED else None,
        "applied_at": seal.applied_at,
        "ended_at": end.occurred_at if end else None,
        "replaced_by": numbers.get(seal.replaced_by_id or 0),
    }


def _near(tx: Tx, fix: LastPosition) -> str | None:
    """Give the region of the nearest known place within the ruleset's radius."""
    radius_km = tx.ruleset.tracking.place_radius_km
    lat, lon = fix.lat_e6 / DEGREE_E6, fix.lon_e6 / DEGREE_E6
    north = radius_km / KM_PER_DEGREE * DEGREE_E6
    east = north / max(cos(radians(lat)), 0.1)
    rows = tx.session.execute(
        select(Site.region_code, Site.lat_e6, Site.lon_e6)
        .where(Site.lat_e6.between(round(fix.lat_e6 - north), round(fix.lat_e6 + north)))
        .where(Site.lon_e6.between(round(fix.lon_e6 - east), round(fix.lon_e6 + east)))
    )
    found = [(distance_km(lat, lon, row.lat_e6 / DEGREE_E6, row.lon_e6 / DEGREE_E6), row.region_code) for row in rows]
    nearest = min(found, default=None)
    return nearest[1] if nearest is not None and nearest[0] <= radius_km else None


def _district(code: str | None, at: Any) -> dict[str, Any]:
    return {"region_code": code, "region": region_name(code) if code else None, "at": at}
