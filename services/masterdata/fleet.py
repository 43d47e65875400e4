"""Vehicles and trailers: their card, their service, washing and defects (R-C-02, R-C-10, R-C-12, R-C-13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select

from models.fleet import Defect, Vehicle
from models.loading import Check
from models.trips import Trip
from models.vocabulary import CheckItem, CheckKind, DefectSeverity, UnitKind, VehicleState
from services.clock import local
from services.errors import NotFoundError
from services.orders.amending import amend as amend_row
from services.papers import with_papers
from services.policy.findings import Finding, require
from services.policy.plates import normal_plate
from services.policy.vehicle_card import (
    VehicleCard,
    object_to_card,
    object_to_coupling,
    object_to_out_of_service,
    object_to_return,
)
from services.queries.fleet import defect_view, vehicle_view
from services.scope import find_site, find_vehicle, require_version
from services.transaction import Subject, Tx

CARD = tuple(VehicleCard.__dataclass_fields__)
WORD_LISTS = ("gear", "hazmat_classes")
MAX_ID = 2**63 - 1


def create(tx: Tx, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Take a vehicle or trailer into the fleet and give it as the API shows it.

    Raises RuleBrokenError with every objection to its card, ConflictError when the plate is known.
    """
    columns = {"gear": (), "hazmat_classes": (), **wanted, "plate": normal_plate(wanted["plate"])}
    columns["documents"] = with_papers({}, columns.get("documents", {}))
    unknown = list(_resolve(tx, columns))
    vehicle = Vehicle(created_at=tx.now, **columns)
    require([*unknown, *_object_to_vehicle(tx, vehicle)])
    tx.session.add(vehicle)
    tx.session.flush()
    facts = {"plate": vehicle.plate, "unit_kind": vehicle.unit_kind, "body": vehicle.body}
    tx.journal("vehicle.created", Subject("vehicle", vehicle.id, new=True), facts)
    return vehicle_view(tx, vehicle.plate)


def amend(tx: Tx, plate: str, changes: Mapping[str, Any], expected: int | None) -> dict[str, Any]:
    """Change the named columns; papers are laid over the stored ones, the lists of gear replaced.

    Raises StaleVersionError, or RuleBrokenError with every objection to the card that would result.
    """
    vehicle = find_vehicle(tx, plate, lock=True)
    require_version(vehicle, expected)
    columns = dict(changes)
    unknown = list(_resolve(tx, columns))
    if "documents" in columns:
        columns["documents"] = with_papers(vehicle.documents, columns["documents"])
    if columns.get("last_cargo_dirty"):
        columns["washed_at"] = None  # a washing before the dirty load does not count
    changed = amend_row(vehicle, columns)
    require([*unknown, *_object_to_vehicle(tx, vehicle)])
    tx.session.flush()
    if changed:
        tx.journal("vehicle.amended", Subject("vehicle", vehicle.id), changed)
    return vehicle_view(tx, plate)


def take_out_of_service(tx: Tx, plate: str, reason: str) -> dict[str, Any]:
    """Keep a vehicle in the yard; RuleBrokenError while it is under way."""
    vehicle = find_vehicle(tx, plate, lock=True)
    require(object_to_out_of_service(vehicle.state))
    return _set_state(tx, vehicle, VehicleState.OUT_OF_SERVICE, reason)


def return_to_service(tx: Tx, plate: str, reason: str) -> dict[str, Any]:
    """Free a vehicle for trips again; RuleBrokenError with every open critical defect or the missing card."""
    vehicle = find_vehicle(tx, plate, lock=True)
    critical = tx.session.scalars(
        select(Defect.item).where(
            Defect.vehicle_id == vehicle.id, Defect.severity == DefectSeverity.CRITICAL, Defect.fixed_at.is_(None)
        )
    ).all()
    require(object_to_return(vehicle.state, critical, awaits_card=_awaits_card(tx, vehicle)))
    return _set_state(tx, vehicle, VehicleState.AVAILABLE, reason)


def record_washing(tx: Tx, plate: str, occurred_at: datetime | None) -> dict[str, Any]:
    """Record that the vehicle was washed; it counts as clean and as washed since its last cargo."""
    vehicle = find_vehicle(tx, plate, lock=True)
    at = occurred_at or tx.now
    require([Finding("WASHED_IN_THE_FUTURE", {"occurred_at": at.isoformat()})] if at > tx.now else [])
    vehicle.washed_at, vehicle.clean = at, True
    tx.session.flush()
    tx.journal("vehicle.washed", Subject("vehicle", vehicle.id), {}, occurred_at=at)
    return vehicle_view(tx, plate)


def report_defect(tx: Tx, plate: str, item: CheckItem, severity: DefectSeverity, note: str | None) -> dict[str, Any]:
    """Record a fault of a vehicle; an open critical one keeps it from departing (R-C-02)."""
    vehicle = find_vehicle(tx, plate, lock=True)
    defect = Defect(
        vehicle_id=vehicle.id,
        item=item,
        severity=severity,
        note=note,
        reported_at=tx.now,
        reported_by=tx.actor.name,
    )
    tx.session.add(defect)
    tx.session.flush()
    facts = {"defect": defect.id, "item": item, "severity": severity}
    tx.journal("vehicle.defect_reported", Subject("vehicle", vehicle.id), facts)
    return defect_view(tx, defect.id)


def repair_defect(tx: Tx, plate: str, defect_id: int, note: str) -> dict[str, Any]:
    """Record who repaired a defect and how; RuleBrokenError when it is repaired already."""
    vehicle = find_vehicle(tx, plate, lock=True)
    defect = tx.session.get(Defect, defect_id) if defect_id <= MAX_ID else None
    if defect is None or defect.vehicle_id != vehicle.id:
        raise NotFoundError
    if defect.fixed_at is not None:
        require([Finding("DEFECT_REPAIRED_ALREADY", {"by": defect.fixed_by, "at": local(defect.fixed_at).isoformat()})])
    defect.fixed_at, defect.fixed_by = tx.now, tx.actor.name
    tx.session.flush()
    facts = {"defect": defect.id, "item": defect.item, "note": note}
    tx.journal("vehicle.defect_repaired", Subject("vehicle", vehicle.id), facts)
    return defect_view(tx, defect.id)


def _set_state(tx: Tx, vehicle: Vehicle, state: VehicleState, reason: str) -> dict[str, Any]:
    facts = {"from": vehicle.state, "to": state, "reason": reason}
    vehicle.state, vehicle.state_reason = state, reason
    tx.session.flush()
    tx.journal(f"vehicle.{state}", Subject("vehicle", vehicle.id), facts)
    return vehicle_view(tx, vehicle.plate)


def _resolve(tx: Tx, columns: MutableMapping[str, Any]) -> Iterator[Finding]:
    """Turn the codes of the home site and the trailer into ids and lists of words into plain lists, in place."""
    for name in WORD_LISTS:
        if name in columns:
            columns[name] = sorted({str(word) for word in columns[name]})
    looked_up = (("home_site", "home_site_id", find_site), ("coupled_trailer", "coupled_trailer_id", find_vehicle))
    for name, column, find in looked_up:
        if name not in columns:
            continue
        code = columns.pop(name)
        columns[column] = None
        if code is not None:
            try:
                columns[column] = find(tx, code).id
            except NotFoundError:
                yield Finding("REFERENCE_UNKNOWN", {"field": name, "value": code})


def _object_to_vehicle(tx: Tx, vehicle: Vehicle) -> Iterator[Finding]:
    card = VehicleCard(**{name: getattr(vehicle, name) for name in CARD})
    yield from object_to_card(card, local(tx.now).date())
    if vehicle.coupled_trailer_id is None:
        return
    trailer = tx.session.get_one(Vehicle, vehicle.coupled_trailer_id)
    drawn_by = tx.session.scalar(
        select(Vehicle.plate).where(Vehicle.coupled_trailer_id == trailer.id, Vehicle.id != (vehicle.id or 0))
    )
    yield from object_to_coupling(
        (vehicle.plate, UnitKind(vehicle.unit_kind)), (trailer.plate, trailer.unit_kind), drawn_by
    )


def _awaits_card(tx: Tx, vehicle: Vehicle) -> bool:
    """Tell whether the last trip the unit came back from has no card with the technician's verdict (R-C-10)."""
    trip_id = tx.session.scalar(
        select(Trip.id)
        .where(or_(Trip.vehicle_id == vehicle.id, Trip.trailer_id == vehicle.id), Trip.departed_at.is_not(None))
        .order_by(Trip.departed_at.desc())
        .limit(1)
    )
    if trip_id is None:
        return False
    signed = exists().where(Check.trip_id == trip_id, Check.kind == CheckKind.POST_TRIP, Check.verdict_at.is_not(None))
    return not tx.session.scalar(select(signed))
