"""What consignees are told, and what they answer through the desk."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Shape, endpoint
from app.kit.times import occurred
from app.schemas.common import page_of
from app.schemas.notices import AcknowledgementIn, NoticeList, NoticeOut, NoticeQuery, PhoneCallIn
from models.vocabulary import Role
from services.messages import notice_desk
from services.queries.notices import notice_page, notice_view, notices_of
from services.queries.paging import Page
from services.transaction import Tx

blp = Resource("notices", "Arrival notices: versions, tries, answers (到货通知)")
CALLERS = (Role.DISPATCHER, Role.MANAGER)
STAFF = (Role.DISPATCHER, Role.SAFETY, Role.FINANCE, Role.MANAGER, Role.ADMIN)
READERS = (*STAFF, Role.SHIPPER, Role.DRIVER)


@endpoint(blp, "GET", "/consignments/<number>/notices", Shape(roles=READERS, answer=NoticeList, writes=False))
def of_consignment(tx: Tx, number: str) -> dict[str, Any]:
    """Read every notice about one consignment, oldest first."""
    return notices_of(tx, number)


@endpoint(blp, "GET", "/notices", Shape(roles=STAFF, query=NoticeQuery, answer=page_of(NoticeOut), writes=False))
def list_notices(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List notices, newest first."""
    return notice_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(
    blp,
    "POST",
    "/notices/<notice_id>/acknowledgement",
    Shape(roles=CALLERS, body=AcknowledgementIn, answer=NoticeOut, creates=True),
)
def acknowledge(tx: Tx, body: dict[str, Any], notice_id: str) -> dict[str, Any]:
    """Record that the consignee knows, because the desk read it to him or he answered otherwise."""
    notice = notice_desk.find_notice(tx, notice_id)
    notice_desk.acknowledge(tx, notice, body.get("by") or f"desk: {tx.actor.name}")
    tx.session.flush()
    return notice_view(tx, notice_id)


@endpoint(
    blp,
    "POST",
    "/notices/<notice_id>/phone-call",
    Shape(roles=CALLERS, body=PhoneCallIn, answer=NoticeOut, creates=True),
)
def told_by_phone(tx: Tx, body: dict[str, Any], notice_id: str) -> dict[str, Any]:
    """Record that the desk reached the consignee by phone."""
    at = occurred(tx, body)
    notice_desk.told_by_phone(tx, notice_desk.find_notice(tx, notice_id), at, body["note"])
    tx.session.flush()
    return notice_view(tx, notice_id)
