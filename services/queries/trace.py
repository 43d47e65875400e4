"""A consignment's whole history in one list: its own entries, and those of its trips while it rode on them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from models.accounts import User
from models.notices import Notice
from models.records import JournalEntry
from models.trips import ConsignmentLeg, Trip
from models.vocabulary import ActorKind, ConsignmentState
from services.policy.findings import Finding
from services.queries.paging import BadCursorError, Page
from services.scope import find_consignment
from services.transaction import STAFF, Actor, Tx

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RIDING = ("trip", "seal", "notice")
# with these the consignment leaves the trip it was assigned to
LEAVING = {
    f"consignment.{state}"
    for state in (
        ConsignmentState.BOOKED, ConsignmentState.AT_TERMINAL, ConsignmentState.ACCEPTED,
        ConsignmentState.PARTIALLY_ACCEPTED, ConsignmentState.REFUSED, ConsignmentState.CANCELLED,
    )
}  # fmt: skip
# what those outside the company read of an entry's facts; persons, health, places and free text stay inside
OPEN_FACTS = frozenset({
    "after", "agent", "at", "before", "breach", "channel", "clean", "closure", "consignment", "difference", "due_at",
    "eta", "from", "in_time", "kind", "line", "lines", "lines_replaced", "minutes", "new", "number", "old", "place",
    "replacement", "required", "seals", "settlement", "signed_by", "stop", "to", "trailer", "trip", "vehicle",
    "version",
})  # fmt: skip
INSIDE = ("trip.check_in", "trip.driving_faults", "trip.inspection_verdict", "trip.problem", "waiver.requested",
          "waiver.approved", "waiver.rejected")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ride:
    """The time from assignment to a trip until the goods left it; open while they are still on it."""

    trip_id: int
    since: datetime
    until: datetime | None


def trace_page(tx: Tx, number: str, page: Page) -> dict[str, Any]:
    """Give a page of a consignment's history, oldest first; NotFoundError for a foreign or absent one alike.

    Of its trips only trip, seal and this consignee's notice entries between assignment and end appear, so
    nothing of another consignment shows. Callers outside the company read roles instead of names.
    """
    consignment = find_consignment(tx, number)
    inside = tx.actor.has(*STAFF)
    query = select(JournalEntry).where(_history(tx, consignment.id, consignment.consignee_id, inside=inside))
    after = _after(page)
    if after is not None:
        at, row_id = after
        later = and_(JournalEntry.occurred_at == at, JournalEntry.id > row_id)
        query = query.where(or_(JournalEntry.occurred_at > at, later))
    query = query.order_by(JournalEntry.occurred_at, JournalEntry.id).limit(page.limit + 1)
    rows = list(tx.session.scalars(query))
    more, rows = len(rows) > page.limit, rows[: page.limit]
    roles = {} if inside else _roles(tx, rows)
    return {
        "items": [_entry(row, number, tx.actor, roles) for row in rows],
        "next_cursor": _cursor(rows[-1]) if more else None,
    }


def _history(tx: Tx, consignment_id: int, consignee_id: int, *, inside: bool) -> ColumnElement[bool]:
    own: ColumnElement[bool] = JournalEntry.consignment_id == consignment_id
    if not inside:
        own = and_(own, JournalEntry.subject_kind == "consignment")
    parts = [own, *(_on_trip(ride, consignment_id, consignee_id) for ride in _rides(tx, consignment_id))]
    seen = or_(*parts)
    return seen if inside else and_(seen, JournalEntry.action.not_in(INSIDE))


def _on_trip(ride: Ride, consignment_id: int, consignee_id: int) -> ColumnElement[bool]:
    drops = select(ConsignmentLeg.drop_stop_id).where(ConsignmentLeg.consignment_id == consignment_id)
    own_notices = select(Notice.id).where(Notice.stop_id.in_(drops), Notice.consignee_id == consignee_id)
    part = and_(
        JournalEntry.trip_id == ride.trip_id,
        JournalEntry.consignment_id.is_(None),
        JournalEntry.subject_kind.in_(RIDING),
        JournalEntry.occurred_at >= ride.since,
        or_(JournalEntry.subject_kind != "notice", JournalEntry.subject_id.in_(own_notices)),
    )
    return part if ride.until is None else and_(part, JournalEntry.occurred_at <= ride.until)


def _rides(tx: Tx, consignment_id: int) -> list[Ride]:
    """Read from the consignment's own entries, in the order they were written, when it was on which trip."""
    legs = select(Trip.number, Trip.id).join(ConsignmentLeg, ConsignmentLeg.trip_id == Trip.id)
    trips = dict(tx.session.execute(legs.where(ConsignmentLeg.consignment_id == consignment_id)).all())
    entries = tx.session.execute(
        select(JournalEntry.action, JournalEntry.occurred_at, JournalEntry.facts)
        .where(JournalEntry.subject_kind == "consignment", JournalEntry.subject_id == consignment_id)
        .order_by(JournalEntry.seq)
    )
    rides: list[Ride] = []
    for action, at, facts in entries:
        trip_id = trips.get(facts.get("trip", ""))
        if action in LEAVING and rides and rides[-1].until is None:
            rides[-1] = Ride(rides[-1].trip_id, rides[-1].since, at)
        elif action == f"consignment.{ConsignmentState.ASSIGNED}" and trip_id and facts.get("from") != "loaded":
            rides.append(Ride(trip_id, at, None))
    return rides


def _entry(row: JournalEntry, number: str, actor: Actor, roles: Mapping[int, User]) -> dict[str, Any]:
    inside = actor.has(*STAFF)
    findings = [
        Finding(one["code"], _facts(one["facts"], number, inside=inside))
        for one in row.findings
        if one["facts"].get("consignment", number) == number
    ]
    return {
        "action": row.action,
        "subject": row.subject_kind,
        "actor": {"kind": row.actor_kind, "name": row.actor_name if inside else _masked(row, actor, roles)},
        "occurred_at": row.occurred_at,
        "recorded_at": row.recorded_at,
        "facts": _facts(row.facts, number, inside=inside),
        "findings": findings,
        "ruleset_version": row.ruleset_version,
    }


def _facts(facts: Mapping[str, Any], number: str, *, inside: bool) -> dict[str, Any]:
    """Leave out another consignment's number, and for callers outside everything that is not for them."""
    told = {name: value for name, value in facts.items() if inside or name in OPEN_FACTS}
    return told if told.get("consignment", number) == number else {**told, "consignment": None}


def _roles(tx: Tx, rows: Sequence[JournalEntry]) -> dict[int, User]:
    ids = {row.actor_id for row in rows if row.actor_id is not None}
    return {user.id: user for user in tx.session.scalars(select(User).where(User.id.in_(ids)))}


def _masked(row: JournalEntry, actor: Actor, users: Mapping[int, User]) -> str:
    """Give the role instead of the name, except for the caller's own people."""
    if row.actor_kind is not ActorKind.USER:
        return row.actor_kind.value
    user = users.get(row.actor_id or 0)
    if user is None:
        return ActorKind.USER.value
    own = user.id == actor.user_id or (actor.shipper_id is not None and user.shipper_id == actor.shipper_id)
    return row.actor_name if own else ", ".join(sorted(user.roles))


def _after(page: Page) -> tuple[datetime, int] | None:
    if page.cursor is None:
        return None
    try:
        micros, _, row_id = base64.urlsafe_b64decode(page.cursor.encode("ascii") + b"==").decode("ascii").partition(".")
        return EPOCH + timedelta(microseconds=int(micros)), int(row_id)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise BadCursorError from error


def _cursor(row: JournalEntry) -> str:
    micros = (row.occurred_at - EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{micros}.{row.id}".encode()).decode().rstrip("=")
