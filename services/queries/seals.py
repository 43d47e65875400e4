"""Seals as answers: the stock, one number with its life, and what hangs on a trip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from models.loading import Seal, SealEvent
from models.trips import ConsignmentLeg, Trip, TripStop
from models.vocabulary import SealState, StopKind
from services.errors import NotFoundError
from services.policy.seals import chain
from services.queries.paging import AnySelect, Page, newest_first, paged
from services.scope import seals_of
from services.transaction import Tx

SEAL = (Seal.number, Seal.state, Seal.issued_to, Seal.closure, Seal.applied_at, Seal.created_at)
EVENT = (
    SealEvent.kind, SealEvent.closure, SealEvent.finding, SealEvent.occurred_at, SealEvent.recorded_at,
    SealEvent.made_by, SealEvent.facts,
)  # fmt: skip


def seal_view(tx: Tx, number: str) -> dict[str, Any]:
    """Give one seal with its events and the chain of its replacements; NotFoundError for one out of reach."""
    row = tx.session.execute(_seals().where(Seal.number == number, seals_of(tx.actor))).first()
    if row is None:
        raise NotFoundError
    events = tx.session.execute(
        select(*EVENT, Trip.number.label("trip"))
        .outerjoin(Trip, Trip.id == SealEvent.trip_id)
        .where(SealEvent.seal_id == row.id)
        .order_by(SealEvent.id)
    )
    chains = _chains(tx, row.trip_id) if row.trip_id is not None else {}
    return {
        **_seal(row),
        "chain": list(chains.get(number, (number,))),
        "events": [dict(event) for event in events.mappings()],
    }


def seal_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of seals, newest first; filters: state, trip."""
    query = _seals().where(seals_of(tx.actor))
    if "state" in filters:
        query = query.where(Seal.state == filters["state"])
    if "trip" in filters:
        query = query.where(Trip.number == filters["trip"])
    return paged(tx.session, newest_first(query, Seal.id, page), page, _seal)


def seal_rows(tx: Tx, numbers: list[str]) -> list[dict[str, Any]]:
    """Give some seals in the order of their numbers."""
    rows = tx.session.execute(_seals().where(Seal.number.in_(numbers)).order_by(Seal.number))
    return [_seal(row) for row in rows]


def live_seals(tx: Tx, trip: Trip) -> list[dict[str, Any]]:
    """Give the company seals on a trip's openings, each with the numbers it replaced, oldest first."""
    rows = tx.session.execute(
        select(Seal.number, Seal.closure, Seal.applied_at)
        .where(Seal.trip_id == trip.id, Seal.state == SealState.APPLIED)
        .order_by(Seal.id)
    ).all()
    chains = _chains(tx, trip.id) if rows else {}
    return [{**row._mapping, "chain": list(chains.get(row.number, (row.number,)))} for row in rows]  # noqa: SLF001 - SQLAlchemy's public accessor for a row as a mapping


def _chains(tx: Tx, trip_id: int) -> dict[str, tuple[str, ...]]:
    """Give, for every seal of a trip that replaced one or was replaced, the whole chain it belongs to.

    Where goods changed trucks after an accident the chain goes on from one trip to the next (S8).
    """
    following = _followers(tx, trip_id)
    after = set(following.values())
    firsts = [number for number in following if number not in after]
    return {number: whole for first in firsts for whole in [chain(first, following)] for number in whole}


def _followers(tx: Tx, trip_id: int) -> dict[str, str]:
    """Give the number that followed each replaced one, of this trip and of those its goods came from or went on with.

    Those that kept their opening come last, so that of two chains the one along one opening is told.
    """
    after = aliased(Seal)
    columns = (Seal.id, Seal.number, Seal.closure, after.number, after.closure, after.trip_id)
    rows: dict[int, Any] = {}
    known, ahead = set[int](), {trip_id}
    while ahead:
        known |= ahead
        query = select(*columns).join(after, after.id == Seal.replaced_by_id).where(Seal.trip_id.in_(ahead))
        found = {row[0]: row for row in tx.session.execute(query)}
        rows |= found
        followed = {row[5] for row in found.values() if row[5] is not None}
        ahead = (followed | _trips_before(tx, ahead)) - known
    ordered = sorted(rows.values(), key=lambda row: (row[2] is row[4], row[0]))
    return {row[1]: row[3] for row in ordered}


def _trips_before(tx: Tx, trip_ids: set[int]) -> set[int]:
    """Give the trips whose goods these took over after an accident."""
    before, now = aliased(ConsignmentLeg), aliased(ConsignmentLeg)
    query = (
        select(before.trip_id)
        .join(now, now.consignment_id == before.consignment_id)
        .join(TripStop, TripStop.id == before.drop_stop_id)
        .where(now.trip_id.in_(trip_ids), TripStop.kind == StopKind.TRANSHIPMENT)
    )
    return set(tx.session.scalars(query))


def _seals() -> AnySelect:
    query = select(Seal.id, *SEAL, Seal.trip_id, Trip.number.label("trip"))
    return query.outerjoin(Trip, Trip.id == Seal.trip_id)


def _seal(row: Any) -> dict[str, Any]:
    return {**{column.key: getattr(row, column.key) for column in SEAL}, "trip": row.trip}
