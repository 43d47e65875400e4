"""The record of a seal's life, and which seal of the next truck follows which one of a truck in an accident (S8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from models.loading import Seal, SealEvent
from models.trips import ConsignmentLeg, Trip, TripStop
from models.vocabulary import SealEventKind, SealFinding, StopKind
from services.transaction import Subject, Tx


def write_event(
    tx: Tx,
    seal: Seal,
    kind: SealEventKind,
    at: datetime,
    facts: Mapping[str, Any],
    finding: SealFinding | None = None,
) -> None:
    """Add one event to the life of a seal (domain 5.4)."""
    tx.session.add(
        SealEvent(
            seal_id=seal.id,
            trip_id=seal.trip_id,
            kind=kind,
            closure=seal.closure,
            finding=finding,
            occurred_at=at,
            recorded_at=tx.now,
            made_by=tx.actor.name,
            facts=dict(facts),
        )
    )


def follow(tx: Tx, trip: Trip, live: Sequence[Seal], at: datetime) -> None:
    """Let the seals of a trip follow those taken off where its goods changed trucks, and record it.

    The seal of the same opening follows, else the first one; goods that changed no truck have nothing to follow.
    """
    if not live or all(stop.kind is not StopKind.TRANSHIPMENT for stop in trip.stops):
        return
    by_closure = {seal.closure: seal for seal in live}
    for old in _taken_off(tx, trip):
        new = by_closure.get(old.closure, live[0])
        old.replaced_by_id = new.id
        write_event(tx, new, SealEventKind.REPLACED, at, {"old": old.number, "transhipped": True})
        told = {"old": old.number, "new": new.number, "closure": new.closure}
        tx.journal("seal.replaced", Subject("seal", new.id, trip_id=trip.id), told, at)
    tx.session.flush()


def _taken_off(tx: Tx, trip: Trip) -> list[Seal]:
    """Give the seals that were live when the goods on this trip were taken off another truck, not followed yet."""
    before, now = aliased(ConsignmentLeg), aliased(ConsignmentLeg)
    removed = (SealEvent.seal_id == Seal.id) & (SealEvent.kind == SealEventKind.REMOVED)
    query = (
        select(Seal)
        .join(before, before.trip_id == Seal.trip_id)
        .join(now, now.consignment_id == before.consignment_id)
        .join(TripStop, TripStop.id == before.drop_stop_id)
        .join(SealEvent, removed & (SealEvent.occurred_at >= TripStop.arrived_at))
        .where(now.trip_id == trip.id, before.trip_id != trip.id, TripStop.kind == StopKind.TRANSHIPMENT)
        .where(Seal.replaced_by_id.is_(None))
        .order_by(Seal.id)
    )
    return list(tx.session.scalars(query).unique())
