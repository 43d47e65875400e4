"""Trucks and trains as dispatch sees them: rows with defects, reservations and the empty way to the pickup."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from models.fleet import Defect, Vehicle
from models.parties import Site
from models.tracking import LastPosition
from models.vocabulary import DefectSeverity, UnitKind
from services import reservations
from services.facts import UnitUse, vehicle_facts
from services.policy.vehicles import VehicleFacts
from services.reservations import Window
from services.routes import straight_km
from services.transaction import Tx


def all_units(tx: Tx, window: Window, pickup: Site) -> list[VehicleFacts]:
    """Give the facts of every rigid truck and every tractor with its usual trailer."""
    vehicles = tx.session.scalars(select(Vehicle).order_by(Vehicle.id)).all()
    by_id = {vehicle.id: vehicle for vehicle in vehicles}
    pairs = [
        (vehicle, by_id.get(vehicle.coupled_trailer_id or 0))
        for vehicle in vehicles
        if vehicle.unit_kind is UnitKind.RIGID or (vehicle.unit_kind is UnitKind.TRACTOR and vehicle.coupled_trailer_id)
    ]
    return _facts(tx, pairs, window, pickup)


def one_unit(
    tx: Tx, vehicle: Vehicle, trailer: Vehicle | None, window: Window, ignoring: int | None = None
) -> VehicleFacts:
    """Give the facts of one unit for one window."""
    return _facts(tx, [(vehicle, trailer)], window, None, ignoring)[0]


def _facts(
    tx: Tx,
    pairs: Sequence[tuple[Vehicle, Vehicle | None]],
    window: Window,
    pickup: Site | None,
    ignoring: int | None = None,
) -> list[VehicleFacts]:
    units = [unit for pair in pairs for unit in pair if unit is not None]
    defects = _open_defects(tx, units)
    names = [reservations.of_vehicle(unit.plate) for unit in units]
    held = reservations.held(tx, names, window, ignoring)
    away = _empty_ways(tx, [vehicle for vehicle, _ in pairs], pickup) if pickup else {}
    made = []
    for vehicle, trailer in pairs:
        both = [unit for unit in (vehicle, trailer) if unit is not None]
        use = UnitUse(
            open_defects=tuple(severity for unit in both for severity in defects.get(unit.id, ())),
            busy_with=next((held[n] for n in map(_resource, both) if n in held), None),
            empty_distance_km=away.get(vehicle.id),
        )
        made.append(vehicle_facts(vehicle, trailer, use))
    return made


def _resource(unit: Vehicle) -> str:
    return reservations.of_vehicle(unit.plate)


def _open_defects(tx: Tx, units: Iterable[Vehicle]) -> dict[int, list[DefectSeverity]]:
    found: dict[int, list[DefectSeverity]] = defaultdict(list)
    ids = [unit.id for unit in units]
    rows = tx.session.execute(
        select(Defect.vehicle_id, Defect.severity).where(Defect.fixed_at.is_(None), Defect.vehicle_id.in_(ids))
    )
    for row in rows:
        found[row.vehicle_id].append(row.severity)
    return found


def _empty_ways(tx: Tx, vehicles: Sequence[Vehicle], pickup: Site) -> dict[int, int]:
    """Give the straight way in km from each vehicle's last fix, else its home, to the pickup."""
    fixes = {row.vehicle_id: (row.lat_e6, row.lon_e6) for row in tx.session.scalars(select(LastPosition))}
    homes = {site.id: site for site in tx.session.scalars(select(Site).where(Site.id.in_(_home_ids(vehicles))))}
    ways = {}
    for vehicle in vehicles:
        home = homes.get(vehicle.home_site_id or 0)
        point = fixes.get(vehicle.id) or ((home.lat_e6, home.lon_e6) if home else None)
        if point:
            ways[vehicle.id] = round(straight_km(*point, pickup.lat_e6, pickup.lon_e6))
    return ways


def _home_ids(vehicles: Iterable[Vehicle]) -> list[int]:
    return [vehicle.home_site_id for vehicle in vehicles if vehicle.home_site_id]
