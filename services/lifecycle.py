"""The one way a row changes its state: asked of the table of moves, then written in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.consignments import Consignment
from models.trips import Trip
from models.vocabulary import ConsignmentState, TripState
from services.announcing import announce
from services.policy.findings import Finding, require
from services.policy.lifecycle import object_to_move
from services.transaction import Subject, Tx


def of_consignment(consignment: Consignment) -> Subject:
    """Name a consignment as the subject of a journal entry."""
    return Subject("consignment", consignment.id, consignment_id=consignment.id)


def of_trip(trip: Trip) -> Subject:
    """Name a trip as the subject of a journal entry."""
    return Subject("trip", trip.id, trip_id=trip.id)


def move_consignment(
    tx: Tx,
    consignment: Consignment,
    state: ConsignmentState,
    facts: Mapping[str, Any] | None = None,
    occurred_at: datetime | None = None,
) -> None:
    """Move a consignment along its table; RuleBrokenError for an illegal move."""
    require(object_to_move("consignment", consignment.state, state))
    before, consignment.state = consignment.state, state
    told = {"from": before.value, "to": state.value, **(facts or {})}
    tx.journal(f"consignment.{state}", of_consignment(consignment), told, occurred_at)
    if state in TOLD_STATES:
        goods = (consignment.id, consignment.shipper_id)
        announce(tx, f"consignment.{TOLD_STATES[state]}", goods, facts or {}, occurred_at)


def move_trip(
    tx: Tx,
    trip: Trip,
    state: TripState,
    facts: Mapping[str, Any] | None = None,
    occurred_at: datetime | None = None,
) -> None:
    """Move a trip along its table; RuleBrokenError for an illegal move or a frozen trip."""
    require(object_to_frozen(trip))
    require(object_to_move("trip", trip.state, state))
    before, trip.state = trip.state, state
    trip.basis_at = tx.now
    tx.journal(f"trip.{state}", of_trip(trip), {"from": before.value, "to": state.value, **(facts or {})}, occurred_at)


def object_to_frozen(trip: Trip) -> list[Finding]:
    """Object to any step of a trip that an accident has frozen (R-A-08)."""
    return [Finding("TRIP_FROZEN", {"trip": trip.number})] if trip.frozen_at else []


def object_to_ended(trip: Trip) -> list[Finding]:
    """Object to writing anything more on a trip that is frozen, closed or called off."""
    ended = trip.state in {TripState.CLOSED, TripState.CANCELLED}
    return [*object_to_frozen(trip), *([Finding("TRIP_ENDED", {"trip": trip.number})] if ended else [])]


# which states shippers are told of by webhook, and under which event name
TOLD_STATES: Mapping[ConsignmentState, str] = {
    ConsignmentState.BOOKED: "booked",
    ConsignmentState.ASSIGNED: "assigned",
    ConsignmentState.SEALED: "sealed",
    ConsignmentState.IN_TRANSIT: "departed",
    ConsignmentState.ARRIVED: "arrived",
    ConsignmentState.ACCEPTED: "accepted",
    ConsignmentState.PARTIALLY_ACCEPTED: "accepted",
    ConsignmentState.REFUSED: "refused",
    ConsignmentState.CANCELLED: "cancelled",
}
