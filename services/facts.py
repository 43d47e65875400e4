"""Plain facts for policy, made by hand from rows; no ORM object goes further than this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.consignments import CargoLine, Consignment
from models.drivers import Driver
from models.fleet import Vehicle
from models.vocabulary import (
    Body,
    CargoDocument,
    DefectSeverity,
    DriverDocument,
    Gear,
    LicenceClass,
    Mark,
    ShipmentMode,
    VehicleDocument,
    VehicleState,
)
from services.policy.cargo import CargoFacts, CargoLineFacts
from services.policy.crew import DriverFacts, EscortFacts
from services.policy.vehicles import VehicleFacts


@dataclass(frozen=True, slots=True)
class UnitUse:
    """What is known of a vehicle besides its own row: open defects, an overlapping trip, way to the pickup."""

    open_defects: tuple[DefectSeverity, ...] = ()
    busy_with: str | None = None
    empty_distance_km: int | None = None


LINE_FACTS = tuple(CargoLineFacts.__dataclass_fields__)


def line_facts(line: CargoLine | Mapping[str, Any]) -> CargoLineFacts:
    """Give the facts of one cargo line, stored or just booked."""
    values = line if isinstance(line, Mapping) else {name: getattr(line, name) for name in LINE_FACTS}
    given = {name: values[name] for name in LINE_FACTS if name in values}
    given["marks"] = frozenset(Mark(mark) for mark in given.get("marks", ()))
    given["documents"] = frozenset(CargoDocument(document) for document in given.get("documents", ()))
    return CargoLineFacts(**given)


def cargo_facts(consignments: Iterable[Consignment]) -> CargoFacts:
    """Give the facts of everything that travels together; out of town when any consignment is."""
    together = list(consignments)
    modes = {consignment.shipment_mode for consignment in together}
    return CargoFacts(
        lines=tuple(line_facts(line) for consignment in together for line in consignment.lines),
        shipment_mode=modes.pop() if len(modes) == 1 else ShipmentMode.FTL,
        out_of_town=any(consignment.out_of_town for consignment in together),
    )


def expiries(documents: Mapping[str, Any], words: type[Any]) -> dict[Any, date]:
    """Give the last valid day per document from a stored ``{kind: {"number", "valid_until"}}``."""
    return {words(kind): date.fromisoformat(paper["valid_until"]) for kind, paper in documents.items()}


def vehicle_facts(vehicle: Vehicle, trailer: Vehicle | None, use: UnitUse) -> VehicleFacts:
    """Give the facts of a truck, or of a tractor with its trailer as one unit.

    A unit that is merely on another trip is judged by its reservations; only one out of service or waiting
    for its inspection card is unavailable as such (R-C-10).
    """
    load = trailer or vehicle
    away = vehicle.state in {VehicleState.AVAILABLE, VehicleState.ON_TRIP}
    return VehicleFacts(
        plate=vehicle.plate,
        body=load.body or Body.FLAT,
        axles=vehicle.axles + (trailer.axles if trailer else 0),
        tare_kg=vehicle.tare_kg + (trailer.tare_kg if trailer else 0),
        rated_load_kg=load.rated_load_kg,
        first_registered_on=vehicle.first_registered_on,
        state=VehicleState.AVAILABLE if away else vehicle.state,
        is_train=trailer is not None,
        single_drive_axle=vehicle.single_drive_axle,
        volume_dm3=load.volume_dm3 or None,
        inner_length_mm=load.inner_length_mm,
        inner_width_mm=load.inner_width_mm,
        inner_height_mm=load.inner_height_mm,
        bed_height_mm=load.bed_height_mm,
        temp_min_c=load.temp_min_c,
        temp_max_c=load.temp_max_c,
        hazmat_classes=frozenset(load.hazmat_classes),
        gear=gear_of(vehicle, trailer),
        documents=_shared_expiries(vehicle, trailer),
        last_inspection_on=vehicle.last_inspection_on,
        open_defects=use.open_defects,
        clean=vehicle.clean and load.clean,
        last_cargo_dirty_or_toxic=load.last_cargo_dirty,
        washed_since_last_cargo=load.washed_at is not None,
        container_closed=load.container_closed,
        container_reefer=load.container_reefer,
        has_lock=load.has_lock,
        busy_with=use.busy_with,
        empty_distance_km=use.empty_distance_km,
    )


def gear_of(vehicle: Vehicle, trailer: Vehicle | None) -> frozenset[Gear]:
    """Give the securing gear carried on the whole unit."""
    return frozenset(Gear(name) for name in [*vehicle.gear, *(trailer.gear if trailer else [])])


def driver_facts(driver: Driver, *, today: date, busy_with: str | None, rested_hours: int | None) -> DriverFacts:
    """Give the facts of a driver for a trip; ``rested_hours`` since his last trip ended, None when he has none."""
    withheld_from, withheld_to = driver.licence_withheld_from, driver.licence_withheld_to
    return DriverFacts(
        key=driver.staff_no,
        name=driver.name,
        status=driver.status,
        licence_classes=frozenset(LicenceClass(name) for name in driver.licence_classes),
        licence_first_issued_on=driver.licence_first_issued_on,
        born_on=driver.born_on,
        documents=expiries(driver.documents, DriverDocument),
        licence_withheld=withheld_from is not None and (withheld_to is None or withheld_to >= today),
        busy_with=busy_with,
        rested_hours=rested_hours,
    )


def escort_facts(escort: Driver, *, busy_with: str | None) -> EscortFacts:
    """Give the facts of an escort (R-D-06)."""
    return EscortFacts(
        key=escort.staff_no,
        name=escort.name,
        status=escort.status,
        documents=expiries(escort.documents, DriverDocument),
        busy_with=busy_with,
    )


def _shared_expiries(vehicle: Vehicle, trailer: Vehicle | None) -> dict[VehicleDocument, date]:
    """Give the earlier expiry of each paper that tractor and trailer both carry."""
    own = expiries(vehicle.documents, VehicleDocument)
    if trailer is None:
        return own
    other = expiries(trailer.documents, VehicleDocument)
    return {paper: min(day, other.get(paper, day)) for paper, day in own.items()} | {
        paper: day for paper, day in other.items() if paper not in own
    }
