"""Drivers and escorts: card, status, withheld licence."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.openapi import API_PREFIX
from app.schemas.common import page_of
from app.schemas.drivers import DriverChange, DriverIn, DriverOut, DriverQuery, StatusIn, WithholdingIn
from models.vocabulary import Role
from services.personnel import drivers
from services.queries.drivers import driver_page, driver_view
from services.queries.paging import Page
from services.transaction import Tx

blp = Resource("drivers", "Drivers and escorts (驾驶员、押运员)")
KEEPERS = (Role.DISPATCHER, Role.SAFETY, Role.ADMIN)
READERS = (*KEEPERS, Role.GATE, Role.FINANCE, Role.MANAGER)


@endpoint(blp, "POST", "/drivers", Shape(roles=KEEPERS, body=DriverIn, answer=DriverOut, status=201, creates=True))
def create(tx: Tx, body: dict[str, Any]) -> Made:
    """Register a driver or escort."""
    view = drivers.create(tx, body)
    return Made(view, view["version"], f"{API_PREFIX}/drivers/{view['staff_no']}")


@endpoint(blp, "GET", "/drivers", Shape(roles=READERS, query=DriverQuery, answer=page_of(DriverOut), writes=False))
def list_drivers(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List drivers, newest first."""
    return driver_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "GET", "/drivers/<staff_no>", Shape(roles=READERS, answer=DriverOut, writes=False))
def read(tx: Tx, staff_no: str) -> Made:
    """Read one driver."""
    view = driver_view(tx, staff_no)
    return Made(view, view["version"])


@endpoint(blp, "PATCH", "/drivers/<staff_no>", Shape(roles=KEEPERS, body=DriverChange, answer=DriverOut, if_match=True))
def amend(tx: Tx, body: dict[str, Any], staff_no: str, expected: int) -> Made:
    """Change a driver's card and documents."""
    view = drivers.amend(tx, staff_no, body, expected)
    return Made(view, view["version"])


@endpoint(blp, "POST", "/drivers/<staff_no>/status", Shape(roles=KEEPERS, body=StatusIn, answer=DriverOut))
def set_status(tx: Tx, body: dict[str, Any], staff_no: str) -> Made:
    """Change the status: off post (待岗), leave, left, active."""
    view = drivers.set_status(tx, staff_no, body["status"], body["reason"])
    return Made(view, view["version"])


@endpoint(
    blp,
    "POST",
    "/drivers/<staff_no>/licence-withholding",
    Shape(roles=KEEPERS, body=WithholdingIn, answer=DriverOut),
)
def withhold_licence(tx: Tx, body: dict[str, Any], staff_no: str) -> Made:
    """Record the days on which the police hold the licence; while they do, the driver is off post."""
    view = drivers.withhold_licence(tx, staff_no, body["since"], body.get("until"), body.get("accident"))
    return Made(view, view["version"])
