"""Accept or refuse at the door, replace what was refused, close."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.kit.times import occurred
from app.openapi import API_PREFIX
from app.schemas.common import Reason
from app.schemas.consignments import ConsignmentOut
from app.schemas.deliveries import AcceptanceIn, AcceptanceOut, ReplacementIn
from models.vocabulary import Role
from services.orders import replacements
from services.queries import shipments
from services.queries.deliveries import acceptance_view
from services.receiving import deliveries
from services.receiving.deliveries import Receipt
from services.transaction import Tx

blp = Resource("deliveries", "Deliveries: acceptance, refusal, replacement (验收、拒收、补换货)")
DOOR = (Role.DRIVER, Role.DISPATCHER)
READERS = (Role.SHIPPER, Role.DISPATCHER, Role.DRIVER, Role.SAFETY, Role.FINANCE, Role.MANAGER, Role.ADMIN)


@endpoint(
    blp,
    "POST",
    "/consignments/<number>/acceptance",
    Shape(roles=DOOR, body=AcceptanceIn, answer=AcceptanceOut, status=201, creates=True),
)
def receive(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Record the consignee's answer line by line; the signed outcome is the proof of delivery."""
    receipt = Receipt(
        occurred_at=occurred(tx, body),
        consignee_signature=body.pop("consignee_signature", None),
        driver_signature=body.pop("driver_signature", None),
        **body,
    )
    accepted = deliveries.receive(tx, number, receipt)
    tx.session.flush()
    return Made(acceptance_view(tx, accepted), location=f"{API_PREFIX}/consignments/{number}/acceptance")


@endpoint(blp, "GET", "/consignments/<number>/acceptance", Shape(roles=READERS, answer=AcceptanceOut, writes=False))
def read(tx: Tx, number: str) -> dict[str, Any]:
    """Read the proof of delivery."""
    return acceptance_view(tx, deliveries.find_acceptance(tx, number))


@endpoint(
    blp,
    "POST",
    "/consignments/<number>/replacement",
    Shape(roles=(Role.DISPATCHER, Role.SHIPPER), body=ReplacementIn, answer=ConsignmentOut, status=201, creates=True),
)
def replace_goods(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Book the consignment that replaces or makes up what was refused (R-D-11)."""
    view = replacements.replace_goods(tx, number, body)
    return Made(view, view["version"], f"{API_PREFIX}/consignments/{view['number']}")


@endpoint(
    blp,
    "POST",
    "/consignments/<number>/closing",
    Shape(roles=(Role.DISPATCHER, Role.MANAGER), body=Reason, answer=ConsignmentOut, creates=True),
)
def close(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Close a consignment whose customer wants nothing replaced; the reason is kept."""
    replacements.close_refused(tx, number, body["reason"])
    tx.session.flush()
    view = shipments.consignment_view(tx, number)
    return Made(view, view["version"])
