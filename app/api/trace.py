"""The history of a consignment in one call."""

from __future__ import annotations

from typing import Any

from app.errors import told
from app.kit.blueprint import Resource
from app.kit.endpoint import Shape, endpoint
from app.schemas.common import PageQuery, page_of
from app.schemas.trace import TraceEntry
from models.vocabulary import Role
from services.queries.paging import Page
from services.queries.trace import trace_page
from services.transaction import STAFF, Tx

blp = Resource("trace", "History of a consignment (全程追溯)")
READERS = (Role.SHIPPER, Role.DRIVER, *sorted(STAFF))


@endpoint(
    blp,
    "GET",
    "/consignments/<number>/trace",
    Shape(roles=READERS, query=PageQuery, answer=page_of(TraceEntry), writes=False),
)
def trace(tx: Tx, query: dict[str, Any], number: str) -> dict[str, Any]:
    """Read everything that happened to a consignment, oldest first."""
    found = trace_page(tx, number, Page(query.pop("cursor", None), query.pop("limit")))
    return {**found, "items": [{**entry, "findings": told(entry["findings"])} for entry in found["items"]]}
