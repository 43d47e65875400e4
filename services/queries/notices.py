"""Arrival notices as answers: every version for a consignment, and pages of them for the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from models.consignments import Consignment
from models.notices import Notice, NoticeAttempt
from models.parties import Party, Site
from models.trips import ConsignmentLeg, Trip, TripStop
from services.errors import NotFoundError
from services.queries.paging import AnySelect, Page, newest_first, paged
from services.scope import find_consignment
from services.transaction import STAFF, Tx

NOTICE = (
    Notice.kind, Notice.version_no, Notice.state, Notice.lead_minutes, Notice.due_at, Notice.eta_at, Notice.stale,
    Notice.urgent, Notice.breach, Notice.in_time, Notice.created_at, Notice.sent_at, Notice.delivered_at,
    Notice.acknowledged_at, Notice.acknowledged_by,
)  # fmt: skip
ATTEMPT = ("attempt_no", "state", "started_at", "ended_at")
WIRE = ("receipt", "error")


def notices_of(tx: Tx, number: str) -> dict[str, Any]:
    """Give every notice version about a consignment's own stops, oldest first; NotFoundError for a foreign one."""
    consignment = find_consignment(tx, number)
    stops = select(ConsignmentLeg.drop_stop_id).where(ConsignmentLeg.consignment_id == consignment.id)
    query = _notices().where(Notice.stop_id.in_(stops), Notice.consignee_id == consignment.consignee_id)
    if consignment.trip_id is not None:
        # a leg that was called off before loading tells nothing about these goods any more
        query = query.where((Notice.trip_id == consignment.trip_id) | _was_unloaded(consignment))
    rows = tx.session.execute(query.order_by(Notice.id)).all()
    return {"items": _shaped(tx, rows)}


def notice_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of notices, newest first; filters: state, due_before (an instant)."""
    query = _notices()
    if "state" in filters:
        query = query.where(Notice.state == filters["state"])
    if "due_before" in filters:
        query = query.where(Notice.due_at < filters["due_before"])
    answer = paged(tx.session, newest_first(query, Notice.id, page), page, _notice)
    _fill(tx, answer["items"])
    return answer


def notice_view(tx: Tx, notice_id: str) -> dict[str, Any]:
    """Give one notice by its public id."""
    rows = tx.session.execute(_notices().where(Notice.public_id == notice_id)).all()
    if not rows:
        raise NotFoundError
    return _shaped(tx, rows)[0]


def _notices() -> AnySelect:
    query = select(
        Notice.id, Notice.public_id, *NOTICE, Trip.number.label("trip"), TripStop.seq.label("stop"),
        Site.code, Site.name, Site.region_code, Party.code.label("consignee"),
    )  # fmt: skip
    query = query.join(Trip, Trip.id == Notice.trip_id).join(TripStop, TripStop.id == Notice.stop_id)
    return query.join(Site, Site.id == TripStop.site_id).join(Party, Party.id == Notice.consignee_id)


def _was_unloaded(consignment: Consignment) -> Any:
    unloaded = select(ConsignmentLeg.trip_id).where(
        ConsignmentLeg.consignment_id == consignment.id, ConsignmentLeg.unloaded_at.is_not(None)
    )
    return Notice.trip_id.in_(unloaded)


def _shaped(tx: Tx, rows: Sequence[Any]) -> list[dict[str, Any]]:
    made = [_notice(row) for row in rows]
    _fill(tx, made)
    return made


def _fill(tx: Tx, made: Sequence[dict[str, Any]]) -> None:
    """Add the tries to deliver each notice; what the channel answered is for staff only."""
    by_id = {one["id"]: one["attempts"] for one in made}
    query = select(NoticeAttempt, Notice.public_id).join(Notice, Notice.id == NoticeAttempt.notice_id)
    rows = tx.session.execute(query.where(Notice.public_id.in_(by_id)).order_by(NoticeAttempt.id))
    names = (*ATTEMPT, *(WIRE if tx.actor.has(*STAFF) else ()))
    for attempt, public_id in rows:
        told = {name: getattr(attempt, name) for name in names}
        by_id[public_id].append({"channel": attempt.channel_kind, **told})


def _notice(row: Any) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "trip": row.trip,
        "stop": row.stop,
        "site": {"code": row.code, "name": row.name, "region_code": row.region_code},
        "consignee": row.consignee,
        **{column.key: getattr(row, column.key) for column in NOTICE},
        "attempts": [],
    }
