"""What was counted onto the truck, signed by the shipper's agent (R-F-12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from models.consignments import CargoLine, Consignment
from models.loading import PickupCount
from models.trips import Trip
from models.vocabulary import (
    ConsignmentState,
    TaskKind,
    TripState,
)
from services import files, lifecycle, stops, tasks
from services.facts import cargo_facts
from services.orders.goods_left import left_of, lost_pieces
from services.policy.cargo import object_to_packaging
from services.policy.departure import PickupFacts
from services.policy.findings import Finding, require
from services.scope import find_trip, named_consignment
from services.transaction import Tx

LOADABLE = {TripState.CREWED, TripState.LOADING, TripState.UNDER_WAY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What was counted of one consignment at pickup, and by whose signature on the shipper's side."""

    consignment: str
    occurred_at: datetime
    lines: Mapping[int, int]
    agent_name: str
    agent_signature: str


def count_pickup(tx: Tx, number: str, count: Count) -> Trip:
    """Record what was counted onto the truck, signed by the shipper's agent; the first count begins loading.

    A difference from the list is recorded, put on the desk, and keeps the truck in until it is settled (R-F-12).
    Pieces damaged in an accident on an earlier leg stay behind and are not expected (R-A-08).
    """
    trip = find_trip(tx, number, lock=True)
    require(lifecycle.object_to_frozen(trip))
    consignment = named_consignment(tx, count.consignment, "consignment")
    lines = {line.line_no: line for line in consignment.lines}
    require(_object_to_count(tx, trip, consignment, count, lines))
    if trip.state is TripState.CREWED:
        lifecycle.move_trip(tx, trip, TripState.LOADING, {"consignment": consignment.number}, count.occurred_at)
    stop = stops.require_stop(trip)
    lost = lost_pieces(tx, [consignment])
    for line_no, quantity in count.lines.items():
        row = _count_row(tx, trip, lines[line_no])
        listed = left_of(lines[line_no], lost)
        row.stop_id, row.consignment_id = stop.id, consignment.id
        row.listed_quantity, row.counted_quantity = listed, quantity
        row.agent_name, row.agent_signature = count.agent_name, count.agent_signature
        row.difference_settled = None
        row.occurred_at, row.recorded_at, row.made_by = count.occurred_at, tx.now, tx.actor.name
        if quantity != listed:
            _difference(tx, trip, consignment, line_no, listed, quantity)
    tx.session.flush()
    told = {"consignment": consignment.number, "lines": {str(no): n for no, n in count.lines.items()}}
    subject = lifecycle.of_consignment(consignment)
    tx.journal("consignment.counted", subject, {**told, "agent": count.agent_name}, count.occurred_at)
    return trip


def settle_difference(tx: Tx, number: str, consignment_no: str, line_no: int, settlement: str) -> Trip:
    """Record how the shipper and the desk settled a pickup difference."""
    trip = find_trip(tx, number, lock=True)
    consignment = named_consignment(tx, consignment_no, "consignment")
    line = next((line for line in consignment.lines if line.line_no == line_no), None)
    row = _stored_count(tx, trip, line.id) if line else None
    require([Finding("PICKUP_NOT_COUNTED", {"consignment": consignment_no, "line": line_no})] if row is None else [])
    assert row is not None  # noqa: S101 - require() has raised when there is none
    row.difference_settled = settlement
    tasks.complete_by_key(tx, f"pickup-{trip.id}-{consignment.id}-{line_no}", settlement)
    told = {"line": line_no, "settlement": settlement}
    tx.journal("consignment.difference_settled", lifecycle.of_consignment(consignment), told)
    return trip


def pickup_facts(tx: Tx, trip: Trip, consignments: Sequence[Consignment]) -> tuple[PickupFacts, ...]:
    """Give what was counted of every line of some consignments."""
    rows = tx.session.scalars(select(PickupCount).where(PickupCount.trip_id == trip.id))
    counted = {row.line_id: row for row in rows}
    lost = lost_pieces(tx, consignments)
    return tuple(
        _pickup(consignment.number, line, counted.get(line.id), left_of(line, lost))
        for consignment in consignments
        for line in consignment.lines
    )


def _object_to_count(
    tx: Tx, trip: Trip, consignment: Consignment, count: Count, lines: Mapping[int, CargoLine]
) -> list[Finding]:
    found = [Finding("LINE_UNKNOWN", {"line": line_no}) for line_no in count.lines if line_no not in lines]
    found += files.require_files(tx, [count.agent_signature], "agent_signature")
    if consignment.trip_id != trip.id or consignment.state is not ConsignmentState.ASSIGNED:
        found.append(Finding("NOT_TO_BE_LOADED", {"consignment": consignment.number, "state": consignment.state}))
    if trip.state not in LOADABLE:
        found.append(Finding("TRIP_NOT_LOADING", {"state": trip.state}))
    unfit = (one for one in object_to_packaging(cargo_facts([consignment])) if one.code == "PACKAGING_UNFIT")
    return [*found, *unfit]


def _pickup(consignment: str, line: CargoLine, row: PickupCount | None, listed: int) -> PickupFacts:
    return PickupFacts(
        consignment=consignment,
        line_no=line.line_no,
        listed_quantity=listed,
        counted_quantity=row.counted_quantity if row else None,
        agent_name=row.agent_name if row else None,
        agent_signed=bool(row and row.agent_signature),
        difference_settled=row.difference_settled if row else None,
    )


def _count_row(tx: Tx, trip: Trip, line: CargoLine) -> PickupCount:
    row = _stored_count(tx, trip, line.id)
    if row is None:
        row = PickupCount(trip_id=trip.id, line_id=line.id)
        tx.session.add(row)
    return row


def _stored_count(tx: Tx, trip: Trip, line_id: int) -> PickupCount | None:
    with tx.session.no_autoflush:
        return tx.session.scalar(
            select(PickupCount).where(PickupCount.trip_id == trip.id, PickupCount.line_id == line_id)
        )


def _difference(tx: Tx, trip: Trip, consignment: Consignment, line_no: int, listed: int, counted: int) -> None:
    tasks.raise_task(
        tx,
        TaskKind.PICKUP_DIFFERENCE,
        f"pickup-{trip.id}-{consignment.id}-{line_no}",
        tx.now,
        trip_id=trip.id,
        consignment_id=consignment.id,
        facts={"line": line_no, "listed": listed, "counted": counted},
    )
