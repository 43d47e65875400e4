"""Vehicles and trailers: card, service, washing, defects; and papers that run out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.openapi import API_PREFIX
from app.schemas.common import Reason, page_of
from app.schemas.vehicles import (
    DefectIn,
    DefectOut,
    DefectQuery,
    ExpiryList,
    ExpiryQuery,
    RepairIn,
    VehicleChange,
    VehicleIn,
    VehicleOut,
    VehicleQuery,
    VehicleSummary,
    WashingIn,
)
from models.vocabulary import Role
from services.masterdata import fleet
from services.queries.fleet import defect_page, expiring_papers, vehicle_page, vehicle_view
from services.queries.paging import Page
from services.transaction import Tx

blp = Resource("vehicles", "Vehicles: trucks, tractors and trailers (车辆、挂车)")
KEEPERS = (Role.DISPATCHER, Role.SAFETY, Role.ADMIN)
READERS = (*KEEPERS, Role.GATE, Role.FINANCE, Role.MANAGER)
FAULT_FINDERS = (Role.DISPATCHER, Role.SAFETY, Role.GATE)
WATCHERS = (*KEEPERS, Role.MANAGER)


@endpoint(blp, "POST", "/vehicles", Shape(roles=KEEPERS, body=VehicleIn, answer=VehicleOut, status=201, creates=True))
def create(tx: Tx, body: dict[str, Any]) -> Made:
    """Take a vehicle or trailer into the fleet."""
    view = fleet.create(tx, body)
    return Made(view, view["version"], f"{API_PREFIX}/vehicles/{quote(view['plate'])}")


@endpoint(
    blp, "GET", "/vehicles", Shape(roles=READERS, query=VehicleQuery, answer=page_of(VehicleSummary), writes=False)
)
def list_vehicles(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List vehicles, newest first."""
    return vehicle_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "GET", "/vehicles/<plate>", Shape(roles=READERS, answer=VehicleOut, writes=False))
def read(tx: Tx, plate: str) -> Made:
    """Read one vehicle with its open defects."""
    view = vehicle_view(tx, plate)
    return Made(view, view["version"])


@endpoint(blp, "PATCH", "/vehicles/<plate>", Shape(roles=KEEPERS, body=VehicleChange, answer=VehicleOut, if_match=True))
def amend(tx: Tx, body: dict[str, Any], plate: str, expected: int) -> Made:
    """Change a vehicle's card, gear and documents."""
    view = fleet.amend(tx, plate, body, expected)
    return Made(view, view["version"])


@endpoint(blp, "POST", "/vehicles/<plate>/out-of-service", Shape(roles=KEEPERS, body=Reason, answer=VehicleOut))
def take_out_of_service(tx: Tx, body: dict[str, Any], plate: str) -> Made:
    """Keep a vehicle in the yard."""
    view = fleet.take_out_of_service(tx, plate, body["reason"])
    return Made(view, view["version"])


@endpoint(blp, "POST", "/vehicles/<plate>/return-to-service", Shape(roles=KEEPERS, body=Reason, answer=VehicleOut))
def return_to_service(tx: Tx, body: dict[str, Any], plate: str) -> Made:
    """Free a vehicle for trips again, once it is repaired and its inspection card is signed."""
    view = fleet.return_to_service(tx, plate, body["reason"])
    return Made(view, view["version"])


@endpoint(blp, "POST", "/vehicles/<plate>/washing", Shape(roles=FAULT_FINDERS, body=WashingIn, answer=VehicleOut))
def record_washing(tx: Tx, body: dict[str, Any], plate: str) -> Made:
    """Record that the vehicle was washed."""
    view = fleet.record_washing(tx, plate, body.get("occurred_at"))
    return Made(view, view["version"])


@endpoint(
    blp,
    "POST",
    "/vehicles/<plate>/defects",
    Shape(roles=FAULT_FINDERS, body=DefectIn, answer=DefectOut, status=201, creates=True),
)
def report_defect(tx: Tx, body: dict[str, Any], plate: str) -> dict[str, Any]:
    """Record a fault; an open critical one keeps the vehicle from departing."""
    return fleet.report_defect(tx, plate, body["item"], body["severity"], body.get("note"))


@endpoint(
    blp,
    "GET",
    "/vehicles/<plate>/defects",
    Shape(roles=READERS, query=DefectQuery, answer=page_of(DefectOut), writes=False),
)
def list_defects(tx: Tx, query: dict[str, Any], plate: str) -> dict[str, Any]:
    """List a vehicle's defects, newest first."""
    return defect_page(tx, plate, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(
    blp,
    "POST",
    "/vehicles/<plate>/defects/<int:defect_id>/repair",
    Shape(roles=(Role.DISPATCHER, Role.SAFETY), body=RepairIn, answer=DefectOut),
)
def repair_defect(tx: Tx, body: dict[str, Any], plate: str, defect_id: int) -> dict[str, Any]:
    """Record that a defect was repaired, and how."""
    return fleet.repair_defect(tx, plate, defect_id, body["reason"])


@endpoint(blp, "GET", "/expiries", Shape(roles=WATCHERS, query=ExpiryQuery, answer=ExpiryList, writes=False))
def list_expiries(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List papers of vehicles and drivers that ran out or soon will, soonest first."""
    return {"items": expiring_papers(tx, query.get("within_days"))}
