"""Who is on duty (R-A-22), and drivers off post 待岗 (R-P-04)."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.schemas.common import PageQuery, Reason, page_of
from app.schemas.drivers import DriverOut
from app.schemas.duty import OffPostIn, OffPostOut, OnDutyOut, ShiftIn, ShiftOut, ShiftQuery
from models.vocabulary import Role
from services.accidents import duty
from services.accidents.duty import NewShift
from services.personnel import drivers
from services.queries.duty import current_shifts, off_post_page, shift_page
from services.queries.paging import Page
from services.transaction import STAFF, Tx

blp = Resource("duty", "Duty roster and off-post times (值班、待岗)")
PLANNERS = (Role.SAFETY, Role.MANAGER)
OFFICE = tuple(sorted(STAFF))
READERS = (Role.DISPATCHER, Role.SAFETY, Role.MANAGER, Role.HR, Role.FINANCE, Role.ADMIN)


@endpoint(blp, "POST", "/duty-shifts", Shape(roles=PLANNERS, body=ShiftIn, answer=ShiftOut, status=201, creates=True))
def plan(tx: Tx, body: dict[str, Any]) -> dict[str, Any]:
    """Plan a shift on duty; alarms of accidents go to whoever is."""
    return duty.plan(tx, NewShift(**body))


@endpoint(blp, "GET", "/duty-shifts", Shape(roles=OFFICE, query=ShiftQuery, answer=page_of(ShiftOut), writes=False))
def list_shifts(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List shifts, planned last first."""
    return shift_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "GET", "/duty-shifts/current", Shape(roles=OFFICE, answer=OnDutyOut, writes=False))
def read_current(tx: Tx) -> dict[str, Any]:
    """Read who is on duty now; when nobody is, alarms go to the managers."""
    return {"items": current_shifts(tx)}


@endpoint(
    blp,
    "POST",
    "/duty-shifts/<int:shift_id>/cancellation",
    Shape(roles=PLANNERS, body=Reason, answer=ShiftOut, creates=True),
)
def cancel(tx: Tx, body: dict[str, Any], shift_id: int) -> dict[str, Any]:
    """Take a shift off the plan; one that runs ends with it."""
    return duty.cancel(tx, shift_id, body["reason"])


@endpoint(blp, "POST", "/drivers/<staff_no>/off-post", Shape(roles=PLANNERS, body=OffPostIn, answer=DriverOut))
def put_off_post(tx: Tx, body: dict[str, Any], staff_no: str) -> Made:
    """Take a driver off post for a violation in an accident; trips that count on him go to the desk (R-P-04)."""
    return _driver(drivers.put_off_post(tx, staff_no, body["accident"]))


@endpoint(
    blp,
    "GET",
    "/drivers/<staff_no>/off-posts",
    Shape(roles=READERS, query=PageQuery, answer=page_of(OffPostOut), writes=False),
)
def list_off_posts(tx: Tx, query: dict[str, Any], staff_no: str) -> dict[str, Any]:
    """List a driver's times off post, newest first."""
    return off_post_page(tx, staff_no, Page(query.pop("cursor", None), query.pop("limit")))


@endpoint(blp, "POST", "/drivers/<staff_no>/reinstatement", Shape(roles=(Role.SAFETY,), body=Reason, answer=DriverOut))
def reinstate(tx: Tx, body: dict[str, Any], staff_no: str) -> Made:
    """Put a driver back on post; refused with everything that is missing, and never while the licence is held."""
    return _driver(drivers.reinstate(tx, staff_no, body["reason"]))


def _driver(view: dict[str, Any]) -> Made:
    return Made(view, view["version"])
