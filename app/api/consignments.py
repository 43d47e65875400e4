"""Book, read, amend and cancel consignments."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.openapi import API_PREFIX
from app.schemas.common import Reason, page_of
from app.schemas.consignments import (
    AmendmentIn,
    BookingIn,
    ConsignmentOut,
    ConsignmentQuery,
    ConsignmentSummary,
    OrderIn,
    OrderOut,
)
from models.vocabulary import Role
from services.orders import booking, rebooking
from services.queries import shipments
from services.queries.paging import Page
from services.transaction import Tx

blp = Resource("consignments", "Consignments: one waybill, one shipper, one consignee (运单上的一票货)")
BOOKERS = (Role.SHIPPER, Role.DISPATCHER)
READERS = (Role.SHIPPER, Role.DISPATCHER, Role.DRIVER, Role.GATE, Role.SAFETY, Role.FINANCE, Role.MANAGER, Role.ADMIN)


@endpoint(
    blp, "POST", "/consignments", Shape(roles=BOOKERS, body=BookingIn, answer=ConsignmentOut, status=201, creates=True)
)
def book(tx: Tx, body: dict[str, Any]) -> Made:
    """Book one consignment."""
    shipper = body.pop("shipper", None)
    view = booking.book(tx, {"shipper": shipper, "consignments": [body]})[0]
    return Made(view, view["version"], f"{API_PREFIX}/consignments/{view['number']}")


@endpoint(blp, "POST", "/orders", Shape(roles=BOOKERS, body=OrderIn, answer=OrderOut, status=201, creates=True))
def book_order(tx: Tx, body: dict[str, Any]) -> Made:
    """Book a transport order with several consignments, all or none."""
    views = booking.book(tx, body)
    number = views[0]["order"]
    order = {"number": number, "state": "open", "created_at": tx.now, "consignments": views}
    return Made(order, location=f"{API_PREFIX}/orders/{number}")


@endpoint(blp, "GET", "/orders/<number>", Shape(roles=BOOKERS, answer=OrderOut, writes=False))
def read_order(tx: Tx, number: str) -> dict[str, Any]:
    """Read a transport order with its consignments."""
    return booking.find_order(tx, number)


@endpoint(
    blp,
    "GET",
    "/consignments",
    Shape(roles=READERS, query=ConsignmentQuery, answer=page_of(ConsignmentSummary), writes=False),
)
def list_consignments(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List the consignments the caller may see, newest first."""
    page = Page(query.pop("cursor", None), query.pop("limit"))
    return shipments.consignment_page(tx, page, query)


@endpoint(blp, "GET", "/consignments/<number>", Shape(roles=READERS, answer=ConsignmentOut, writes=False))
def read(tx: Tx, number: str) -> Made:
    """Read one consignment."""
    view = shipments.consignment_view(tx, number)
    return Made(view, view["version"])


@endpoint(
    blp,
    "PATCH",
    "/consignments/<number>",
    Shape(roles=BOOKERS, body=AmendmentIn, answer=ConsignmentOut, if_match=True),
)
def amend(tx: Tx, body: dict[str, Any], number: str, expected: int) -> Made:
    """Change what may still be changed."""
    view = rebooking.amend(tx, number, body, expected)
    return Made(view, view["version"])


@endpoint(blp, "POST", "/consignments/<number>/cancellation", Shape(roles=BOOKERS, body=Reason, answer=ConsignmentOut))
def cancel(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Cancel a consignment that is not loaded yet."""
    rebooking.cancel(tx, number, body["reason"])
    tx.session.flush()
    view = shipments.consignment_view(tx, number)
    return Made(view, view["version"])
