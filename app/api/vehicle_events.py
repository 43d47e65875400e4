"""What the positions of vehicles mean."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Shape, endpoint
from app.schemas.common import page_of
from app.schemas.vehicle_events import VehicleEventOut, VehicleEventQuery
from models.vocabulary import Role
from services.queries.paging import Page
from services.queries.vehicle_events import event_page
from services.transaction import Tx

blp = Resource(
    "vehicle-events", "What positions mean: visits, straying, long stops, silence, speeding, fatigue (车辆事件)"
)
READERS = (Role.DISPATCHER, Role.MANAGER, Role.SAFETY, Role.ADMIN)


@endpoint(
    blp,
    "GET",
    "/vehicle-events",
    Shape(roles=READERS, query=VehicleEventQuery, answer=page_of(VehicleEventOut), writes=False),
)
def list_events(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List events of vehicles with their beginning and end, newest first."""
    return event_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)
