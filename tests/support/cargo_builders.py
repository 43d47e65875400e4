"""Sealed, legal defaults of cargo, truck and job for the policy tests; a test breaks one thing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from models.vocabulary import Body, CargoClass, Packaging, ShipmentMode, VehicleDocument
from services.policy.cargo import CargoFacts, CargoLineFacts
from services.policy.localtime import SHANGHAI
from services.policy.vehicle_facts import JobFacts, VehicleFacts

FAR = date(2027, 3, 1)


def local(day: int, hour: int = 6, minute: int = 0, second: int = 0) -> datetime:
    """Give an instant of March 2026 in Chinese local time."""
    return datetime(2026, 3, day, hour, minute, second, tzinfo=SHANGHAI)


def a_line(**changes: Any) -> CargoLineFacts:
    """Make ten cartons of general goods, 100 kg in all."""
    facts: dict[str, Any] = {
        "line_no": 1,
        "name": "配件",
        "cargo_class": CargoClass.GENERAL,
        "quantity": 10,
        "mass_kg": 100,
        "volume_dm3": 300,
        "packaging": Packaging.CARTON,
    }
    return CargoLineFacts(**(facts | changes))


def a_cargo(*lines: CargoLineFacts, mode: ShipmentMode = ShipmentMode.FTL, out_of_town: bool = False) -> CargoFacts:
    """Make a local full load of the given lines."""
    return CargoFacts(lines=lines or (a_line(),), shipment_mode=mode, out_of_town=out_of_town)


def controllers(**changes: Any) -> CargoLineFacts:
    """Make thirty boxed controllers, 180 kg, finished goods (V1)."""
    facts: dict[str, Any] = {
        "name": "控制器",
        "cargo_class": CargoClass.ELECTRONICS,
        "quantity": 30,
        "mass_kg": 180,
        "volume_dm3": 1500,
        "finished_goods": True,
    }
    return a_line(**(facts | changes))


def coil(mass_kg: int, **changes: Any) -> CargoLineFacts:
    """Make steel coils of this mass in all (V3)."""
    facts: dict[str, Any] = {
        "name": "卷钢",
        "cargo_class": CargoClass.STEEL_COIL,
        "quantity": 2,
        "mass_kg": mass_kg,
        "volume_dm3": 5000,
        "packaging": Packaging.BARE,
    }
    return a_line(**(facts | changes))


def a_truck(**changes: Any) -> VehicleFacts:
    """Make a sound two-axle box truck with all papers far from expiry."""
    facts: dict[str, Any] = {
        "plate": "沪A12345",
        "body": Body.BOX,
        "axles": 2,
        "tare_kg": 6000,
        "rated_load_kg": 9000,
        "volume_dm3": 40000,
        "first_registered_on": date(2022, 5, 1),
        "documents": dict.fromkeys(VehicleDocument, FAR),
        "empty_distance_km": 10,
    }
    return VehicleFacts(**(facts | changes))


def a_light_van(**changes: Any) -> VehicleFacts:
    """Make a light van, GA class H33 (V1)."""
    facts: dict[str, Any] = {"plate": "沪B22222", "body": Body.VAN, "tare_kg": 2500, "rated_load_kg": 1500}
    return a_truck(**(facts | {"volume_dm3": 9000} | changes))


def a_train(**changes: Any) -> VehicleFacts:
    """Make a six-axle flat train with a tare of 16 t (V3)."""
    facts: dict[str, Any] = {
        "plate": "沪D33333",
        "body": Body.FLAT,
        "axles": 6,
        "is_train": True,
        "tare_kg": 16000,
        "rated_load_kg": 40000,
        "volume_dm3": None,
    }
    return a_truck(**(facts | changes))


def a_reefer(**changes: Any) -> VehicleFacts:
    """Make a refrigerated truck whose record shows -20 to 12 °C."""
    return a_truck(**({"plate": "沪E44444", "body": Body.REEFER, "temp_min_c": -20, "temp_max_c": 12} | changes))


def a_job(*lines: CargoLineFacts, **changes: Any) -> JobFacts:
    """Make a job of one morning in March 2026; ``cargo`` may be given whole instead of its lines."""
    facts: dict[str, Any] = {
        "cargo": a_cargo(*lines),
        "planned_departure": local(2, 6),
        "planned_arrival": local(2, 9),
        "distance_km": 120,
    }
    return JobFacts(**(facts | changes))
