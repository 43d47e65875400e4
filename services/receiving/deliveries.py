"""At the consignee's door: seals first, line by line, signed or refused; hubs take over with a count (R-D-07 to 11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.consignments import CargoLine, Consignment
from models.deliveries import Acceptance, ReceiptLine
from models.trips import Trip, TripStop
from models.vocabulary import ConsignmentState, RefusalReason, TaskKind, TripState
from services import files, lifecycle, stops, tasks
from services.errors import NotFoundError
from services.messages import notices
from services.orders.goods_left import left_of, lost_pieces
from services.orders.replacements import arrange_replacement, close_replaced
from services.policy import acceptance as policy
from services.policy.acceptance import AcceptanceFacts, LineReceipt
from services.policy.findings import Finding, require
from services.road import underway
from services.scope import find_consignment, find_trip
from services.transaction import Tx

AT_THE_DOOR = {TripState.UNDER_WAY, TripState.ARRIVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the consignee answers: a receipt per line, two signatures, and who signed."""

    lines: Sequence[Mapping[str, Any]]
    consignee_name: str
    consignee_signature: str | None
    driver_name: str
    driver_signature: str | None
    occurred_at: datetime
    note: str | None = None


def receive(tx: Tx, number: str, receipt: Receipt) -> Acceptance:
    """Accept, accept in part or refuse a consignment that has arrived; the signed outcome is the proof of delivery.

    Raises RuleBrokenError with every objection: seals not checked, a line unanswered, no reason or photo, no signature.
    """
    consignment = find_consignment(tx, number, lock=True)
    trip, stop = _at_the_door(tx, consignment)
    lost = lost_pieces(tx, [consignment])
    facts = _facts(consignment, stop, receipt, lost)
    require(_object_to_files(tx, receipt))
    require(policy.object_to_acceptance(facts, tx.ruleset))
    verdict = policy.verdict(facts)
    accepted = _store(tx, consignment, trip, receipt, facts, verdict)
    told = {"clean": accepted.clean, "signed_by": receipt.consignee_name, **_told_lost(consignment, lost)}
    lifecycle.move_consignment(tx, consignment, verdict, told, receipt.occurred_at)
    consignment.track_expires_at = receipt.occurred_at + timedelta(days=tx.ruleset.tracking.token_days)
    stops.leg_of(trip, consignment).unloaded_at = receipt.occurred_at
    if policy.needs_replacement(facts):
        arrange_replacement(tx, consignment, trip, facts)
    if verdict is ConsignmentState.ACCEPTED:
        close_replaced(tx, consignment)
    tx.session.flush()
    underway.complete_work(tx, trip, stop, receipt.occurred_at)
    return accepted


def hand_over_at_hub(tx: Tx, trip_no: str, counts: Mapping[str, Mapping[int, int]], at: datetime) -> Trip:
    """Hand goods to a hub with a count per line; a difference goes to the desk (R-F-19)."""
    trip = find_trip(tx, trip_no, lock=True)
    require(lifecycle.object_to_frozen(trip))
    stop = stops.require_stop(trip)
    dropping = {one.number: one for one in stops.dropped_at(tx, trip, stop)}
    require(_object_to_hub(stop, dropping, counts))
    for number, lines in counts.items():
        consignment = dropping[number]
        leg = stops.leg_of(trip, consignment)
        leg.hub_count = {str(line_no): quantity for line_no, quantity in lines.items()}
        leg.unloaded_at = at
        told = {"trip": trip.number, "count": leg.hub_count}
        lifecycle.move_consignment(tx, consignment, ConsignmentState.AT_TERMINAL, told, at)
        notices.terminal_notice(tx, trip, stop, consignment, at)
        _mind_hub_difference(tx, trip, consignment, lines)
    tx.session.flush()
    underway.complete_work(tx, trip, stop, at)
    return trip


def find_acceptance(tx: Tx, number: str) -> Acceptance:
    """Give the signed outcome of a consignment the caller may see."""
    consignment = find_consignment(tx, number)
    found = tx.session.scalar(select(Acceptance).where(Acceptance.consignment_id == consignment.id))
    if found is None:
        raise NotFoundError
    return found


def _at_the_door(tx: Tx, consignment: Consignment) -> tuple[Trip, TripStop]:
    if consignment.state is not ConsignmentState.ARRIVED or consignment.trip_id is None:
        require([Finding("NOT_ARRIVED", {"consignment": consignment.number, "state": consignment.state})])
    # the driver of an earlier leg sees the goods, but only the crew that brought them hands them over
    number = tx.session.get_one(Trip, consignment.trip_id).number
    trip = find_trip(tx, number, lock=True)
    require(lifecycle.object_to_frozen(trip))
    require([] if trip.state in AT_THE_DOOR else [Finding("TRIP_NOT_UNDER_WAY", {"state": trip.state})])
    stop = stops.require_stop(trip)
    there = stops.leg_of(trip, consignment).drop_stop_id == stop.id
    require([] if there else [Finding("NOT_ARRIVED", {"consignment": consignment.number, "stop": stop.seq})])
    return trip, stop


def _told_lost(consignment: Consignment, lost: Mapping[int, int]) -> dict[str, Any]:
    pieces = {str(line.line_no): lost[line.id] for line in consignment.lines if line.id in lost}
    return {"lost": pieces} if pieces else {}


def _facts(consignment: Consignment, stop: TripStop, receipt: Receipt, lost: Mapping[int, int]) -> AcceptanceFacts:
    stored = {line.line_no: line for line in consignment.lines}
    exceptions = (Finding("SEAL_EXCEPTION", {"stop": stop.seq}),) if stop.seal_exception else ()
    return AcceptanceFacts(
        expected_lines=tuple(stored),
        lines=tuple(_line(consignment, stored.get(told["line_no"]), told, lost) for told in receipt.lines),
        seals_verified=stop.seals_verified_at is not None,
        seal_exceptions=exceptions,
        joint_inspection=stop.joint_inspection_at is not None,
        driver_statement=stop.driver_statement,
        consignee_signature=receipt.consignee_signature,
        driver_signature=receipt.driver_signature,
    )


def _line(
    consignment: Consignment, stored: CargoLine | None, told: Mapping[str, Any], lost: Mapping[int, int]
) -> LineReceipt:
    """Lay what was received beside what the list says; an unknown line expects nothing and is objected to.

    Pieces lost in an accident on the way are taken as not received, and as refused for damage, unless told otherwise.
    """
    name = stored.name if stored else ""
    spec = stored.specification if stored else None
    quantity = stored.quantity if stored else 0
    gone = lost.get(stored.id, 0) if stored else 0
    line = LineReceipt(
        line_no=told["line_no"],
        expected_name=name,
        expected_spec=spec,
        expected_quantity=quantity,
        received_name=told.get("received_name") or name,
        received_spec=told.get("received_specification", spec),
        received_quantity=told.get("received_quantity", quantity - gone),
        lost_quantity=gone,
        verdict=told["verdict"],
        accepted_quantity=told.get("accepted_quantity"),
        refused_quantity=told.get("refused_quantity"),
        refusal_reason=told.get("refusal_reason"),
        photo=told.get("photo") is not None,
        note=told.get("note"),
        open_box_required=consignment.open_box_required,
        open_box=told.get("open_box") or {},
        documents_missing=tuple(told.get("documents_missing", ())),
    )
    explained = line.refusal_reason is None and 0 < line.refused <= gone
    return replace(line, refusal_reason=RefusalReason.DAMAGED) if explained else line


def _object_to_files(tx: Tx, receipt: Receipt) -> list[Finding]:
    photos = [told["photo"] for told in receipt.lines if told.get("photo")]
    signatures = [one for one in (receipt.consignee_signature, receipt.driver_signature) if one]
    return [*files.require_files(tx, photos, "photo"), *files.require_files(tx, signatures, "signature")]


def _store(
    tx: Tx,
    consignment: Consignment,
    trip: Trip,
    receipt: Receipt,
    facts: AcceptanceFacts,
    verdict: ConsignmentState,
) -> Acceptance:
    ids = {line.line_no: line.id for line in consignment.lines}
    photos = {told["line_no"]: told.get("photo") for told in receipt.lines}
    accepted = Acceptance(
        consignment_id=consignment.id,
        trip_id=trip.id,
        verdict=verdict,
        clean=policy.clean(facts),
        consignee_name=receipt.consignee_name,
        consignee_signature=receipt.consignee_signature or "",
        driver_name=receipt.driver_name,
        driver_signature=receipt.driver_signature or "",
        note=receipt.note,
        occurred_at=receipt.occurred_at,
        recorded_at=tx.now,
        made_by=tx.actor.name,
    )
    accepted.lines = [
        ReceiptLine(
            line_id=ids[line.line_no],
            line_no=line.line_no,
            verdict=line.verdict,
            received_name=line.received_name,
            received_specification=line.received_spec,
            received_quantity=line.received_quantity,
            accepted_quantity=line.accepted,
            refused_quantity=line.refused,
            refusal_reason=line.refusal_reason,
            photo=photos[line.line_no],
            note=line.note,
            open_box={item.value: answer.value for item, answer in line.open_box.items()},
            documents_missing=[document.value for document in line.documents_missing],
        )
        for line in facts.lines
    ]
    tx.session.add(accepted)
    return accepted


def _object_to_hub(
    stop: TripStop, dropping: Mapping[str, Consignment], counts: Mapping[str, Mapping[int, int]]
) -> list[Finding]:
    found = [] if stop.seals_verified_at else [Finding("SEALS_NOT_VERIFIED", {"stop": stop.seq})]
    for number, lines in counts.items():
        consignment = dropping.get(number)
        if consignment is None or consignment.destination_site_id == stop.site_id:
            found.append(Finding("NOT_FOR_THIS_HUB", {"consignment": number}))
        elif set(lines) != {line.line_no for line in consignment.lines}:
            found.append(Finding("LINE_NOT_ANSWERED", {"consignment": number}))
    return found


def _mind_hub_difference(tx: Tx, trip: Trip, consignment: Consignment, lines: Mapping[int, int]) -> None:
    lost = lost_pieces(tx, [consignment])
    off = {
        line.line_no: lines[line.line_no] for line in consignment.lines if lines[line.line_no] != left_of(line, lost)
    }
    if off:
        tasks.raise_task(
            tx,
            TaskKind.CLAIM_DRAFT,
            f"hub-{trip.id}-{consignment.id}",
            tx.now,
            trip_id=trip.id,
            consignment_id=consignment.id,
            facts={"counted": {str(line_no): quantity for line_no, quantity in off.items()}},
        )
