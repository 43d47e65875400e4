"""What was sent to shippers' endpoints, and sending it again by its id."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Shape, endpoint
from app.schemas.common import page_of
from app.schemas.webhooks import DeliveryOut, DeliveryQuery
from models.vocabulary import Role
from services.messages import events
from services.queries.paging import Page
from services.queries.webhooks import delivery_page
from services.transaction import Tx

blp = Resource("webhooks", "Webhook deliveries to shippers (回调记录)")
KEEPERS = (Role.SHIPPER, Role.DISPATCHER, Role.ADMIN)


@endpoint(
    blp,
    "GET",
    "/webhook-deliveries",
    Shape(roles=KEEPERS, query=DeliveryQuery, answer=page_of(DeliveryOut), writes=False),
)
def list_deliveries(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List deliveries, newest first; a shipper sees those to his own endpoints."""
    return delivery_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "POST", "/webhook-deliveries/<delivery_id>/resend", Shape(roles=KEEPERS, answer=DeliveryOut, status=202))
def resend(tx: Tx, delivery_id: str) -> dict[str, Any]:
    """Send a delivery again under its own id."""
    return events.resend(tx, delivery_id)
