"""Seals: stock, issue, apply, open with a record, replace, void, verify (R-F-09, domain 5.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.consignments import Consignment
from models.loading import CustomerSeal, Seal, SealEvent
from models.trips import Trip, TripStop
from models.vocabulary import (
    ClosureKind,
    ConsignmentState,
    SealEventKind,
    SealFinding,
    SealState,
    TaskKind,
    TripState,
)
from services import files, lifecycle, stops, tasks
from services.announcing import announce
from services.errors import NotFoundError
from services.policy import seals as policy
from services.policy.findings import Finding, require
from services.policy.seals import BreakFacts, SealFacts
from services.scope import find_trip, seals_of
from services.transaction import Subject, Tx
from services.yard import seal_records
from services.yard.seal_records import write_event


def apply(tx: Tx, trip_no: str, number: str, closure: ClosureKind, at: datetime, photo: str | None) -> Seal:
    """Put a seal on an opening after loading or unloading of the present stop; with the last one the trip is sealed.

    Raises RuleBrokenError with every objection, ConflictError when another hand was faster.
    """
    trip = find_trip(tx, trip_no, lock=True)
    seal = in_stock(tx, [number])[0]
    require(lifecycle.object_to_frozen(trip))
    require(files.require_files(tx, [photo] if photo else [], "photo"))
    stop = stops.require_stop(trip)
    live = _live(tx, trip)
    required = stops.required_closures(tx, trip)
    require(
        policy.object_to_apply(
            facts_of(tx, seal),
            closure=closure,
            required_closures=required,
            work_completed_at=stop.work_completed_at,
            applied_at=at,
            live_on_closure=next((one.number for one in live if one.closure is closure), None),
        )
    )
    _put_on(tx, seal, trip, closure, at)
    write_event(tx, seal, SealEventKind.APPLIED, at, {"photo": photo, "stop": stop.seq})
    told = {"number": number, "closure": closure}
    tx.journal("seal.applied", Subject("seal", seal.id, trip_id=trip.id), told, at)
    _sealed_if_complete(tx, trip, required, at)
    return seal


def exempt(tx: Tx, trip_no: str, reason: str) -> Trip:
    """Record a supervisor's reason for sealing the papers pouch of an open flat load that has no closure (3.4)."""
    trip = find_trip(tx, trip_no, lock=True)
    require(lifecycle.object_to_ended(trip))
    required = stops.required_closures(tx, trip)
    require(policy.object_to_exemption(required, reason, tx.actor.name))
    trip.seal_exemption_reason, trip.seal_exemption_by = reason, tx.actor.name
    tx.journal("trip.seal_exemption", lifecycle.of_trip(trip), {"reason": reason})
    return trip


def record_customer_seal(tx: Tx, trip_no: str, number: str, closure: ClosureKind) -> Trip:
    """Record the customer's own seal in addition to ours (S3)."""
    trip = find_trip(tx, trip_no, lock=True)
    require(lifecycle.object_to_ended(trip))
    tx.session.add(
        CustomerSeal(trip_id=trip.id, closure=closure, number=number, recorded_at=tx.now, made_by=tx.actor.name)
    )
    tx.session.flush()
    tx.journal("trip.customer_seal", lifecycle.of_trip(trip), {"number": number, "closure": closure})
    return trip


def break_seal(tx: Tx, number: str, record: Mapping[str, Any]) -> Seal:
    """Open a live seal with its record: who, why, photo, and the authority's paper for the police (S4).

    A trip that was sealed and has not left goes back to loaded; the consignees of a trip under way are told.
    """
    seal = find_own(tx, number)
    facts = BreakFacts(
        reason=record["reason"],
        who=record["who"],
        by_police=record["by_police"],
        authority_document=record.get("authority_document"),
        photo=record.get("photo") is not None,
    )
    require(files.require_files(tx, [record["photo"]] if record.get("photo") else [], "photo"))
    require(policy.object_to_break(facts_of(tx, seal), facts))
    at = record["occurred_at"]
    seal.state = SealState.REMOVED
    kept = {name: record.get(name) for name in ("reason", "who", "by_police", "authority_document", "photo", "consent")}
    write_event(tx, seal, SealEventKind.BROKEN, at, kept, SealFinding.BROKEN)
    tx.journal("seal.broken", Subject("seal", seal.id, trip_id=seal.trip_id), {"number": number, **kept}, at)
    trip = tx.session.get_one(Trip, seal.trip_id)
    tx.session.flush()
    _unsealed(tx, trip, at)
    _tell_consignees(tx, trip, "seal.broken", {"number": number, "reason": record["reason"]})
    return seal


def replace(tx: Tx, old_no: str, new_no: str, at: datetime, photo: str | None) -> Seal:
    """Put a new seal where one was opened; the chain from old to new is kept (S4)."""
    old, new = find_own(tx, old_no), in_stock(tx, [new_no])[0]
    opened_at = tx.session.scalar(
        select(SealEvent.occurred_at)
        .where(SealEvent.seal_id == old.id, SealEvent.kind == SealEventKind.BROKEN)
        .order_by(SealEvent.id.desc())
        .limit(1)
    )
    require(files.require_files(tx, [photo] if photo else [], "photo"))
    require(policy.object_to_replace(facts_of(tx, old), facts_of(tx, new), opened_at=opened_at, applied_at=at))
    trip = tx.session.get_one(Trip, old.trip_id)
    require(lifecycle.object_to_frozen(trip))
    assert old.closure is not None  # noqa: S101 - a seal that was applied has a closure
    _put_on(tx, new, trip, old.closure, at)
    old.replaced_by_id = new.id
    write_event(tx, new, SealEventKind.REPLACED, at, {"old": old_no, "photo": photo})
    told = {"old": old_no, "new": new_no, "closure": old.closure}
    tx.journal("seal.replaced", Subject("seal", new.id, trip_id=trip.id), told, at)
    _sealed_if_complete(tx, trip, stops.required_closures(tx, trip), at)
    return new


def verify_on_arrival(
    tx: Tx, trip_no: str, seen: Mapping[ClosureKind, tuple[str | None, SealFinding]], at: datetime, **about: Any
) -> Trip:
    """Check the seals at a drop before anything is unloaded; an exception asks for a joint inspection (S5, S6).

    ``about`` goes into the record of each seal: why it was opened elsewhere than at the consignee's door (S8).
    """
    trip = find_trip(tx, trip_no, lock=True)
    require(lifecycle.object_to_frozen(trip))
    stop = stops.require_stop(trip)
    require(_object_to_verifying(trip, stop))
    live = _live(tx, trip)
    explained = set(
        tx.session.scalars(
            select(Seal.number)
            .join(SealEvent, SealEvent.seal_id == Seal.id)
            .where(SealEvent.trip_id == trip.id, SealEvent.kind == SealEventKind.BROKEN)
        )
    )
    expected = {seal.closure: seal.number for seal in live if seal.closure is not None}
    verdict = policy.verify_on_arrival(expected, seen, explained)
    stop.seals_verified_at = at
    stop.seal_exception = not verdict.clean
    for seal in live:
        finding = seen.get(seal.closure or ClosureKind.REAR_DOOR, (None, SealFinding.MISSING))[1]
        seal.state = SealState.REMOVED
        write_event(tx, seal, SealEventKind.VERIFIED, at, {"stop": stop.seq}, finding)
        write_event(tx, seal, SealEventKind.REMOVED, at, {"stop": stop.seq, **about}, finding)
    told = {"stop": stop.seq, "clean": verdict.clean, **about}
    tx.journal("trip.seals_verified", lifecycle.of_trip(trip), told, at, verdict.exceptions)
    if not verdict.clean:
        _exception(tx, trip, stop.seq, verdict.exceptions)
    return trip


def record_joint_inspection(tx: Tx, trip_no: str, driver_statement: str, at: datetime) -> Trip:
    """Record the joint inspection and the driver's statement that a seal exception demands (S6)."""
    trip = find_trip(tx, trip_no, lock=True)
    stop = stops.require_stop(trip)
    require([] if stop.seal_exception else [Finding("NO_SEAL_EXCEPTION", {"stop": stop.seq})])
    stop.joint_inspection_at, stop.driver_statement = at, driver_statement
    tx.journal("trip.joint_inspection", lifecycle.of_trip(trip), {"statement": driver_statement}, at)
    return trip


def live_facts(tx: Tx, trip: Trip) -> tuple[SealFacts, ...]:
    """Give the live seals of a trip, and the customer's own beside them, as facts."""
    ours = [facts_of(tx, seal) for seal in _live(tx, trip)]
    theirs = [
        SealFacts(
            number=row.number, state=SealState.APPLIED, own_stock=False, applied_trip=trip.number, closure=row.closure
        )
        for row in tx.session.scalars(select(CustomerSeal).where(CustomerSeal.trip_id == trip.id))
    ]
    return (*ours, *theirs)


def facts_of(tx: Tx, seal: Seal) -> SealFacts:
    """Give a seal as facts."""
    trip_no = tx.session.get_one(Trip, seal.trip_id).number if seal.trip_id else None
    return SealFacts(
        number=seal.number,
        state=seal.state,
        own_stock=True,
        issued_to=seal.issued_to,
        applied_trip=trip_no,
        closure=seal.closure,
        applied_at=seal.applied_at,
        used_before=seal.applied_at is not None and seal.state is not SealState.APPLIED,
    )


def _object_to_verifying(trip: Trip, stop: TripStop) -> list[Finding]:
    """Object in the yard, where seals stay shut, and to a second look that would wipe out the first one's exception."""
    if trip.state not in {TripState.UNDER_WAY, TripState.ARRIVED}:
        return [Finding("TRIP_NOT_UNDER_WAY", {"state": trip.state})]
    return [Finding("SEALS_ALREADY_VERIFIED", {"stop": stop.seq})] if stop.seals_verified_at else []


def _put_on(tx: Tx, seal: Seal, trip: Trip, closure: ClosureKind, at: datetime) -> None:
    seal.state, seal.trip_id, seal.closure, seal.applied_at = SealState.APPLIED, trip.id, closure, at
    tx.session.flush()


def _sealed_if_complete(tx: Tx, trip: Trip, required: Sequence[ClosureKind], at: datetime) -> None:
    """Move trip and goods to sealed once every opening carries a live company seal."""
    if list(policy.unsealed(required, live_facts(tx, trip))):
        return
    for consignment in stops.aboard(tx, trip):
        if consignment.state is ConsignmentState.LOADED:
            _seal_goods(tx, trip, consignment, at)
    if trip.state is TripState.LOADED:
        lifecycle.move_trip(tx, trip, TripState.SEALED, {}, at)
        seal_records.follow(tx, trip, _live(tx, trip), at)


def _seal_goods(tx: Tx, trip: Trip, consignment: Consignment, at: datetime) -> None:
    numbers = [seal.number for seal in _live(tx, trip)]
    lifecycle.move_consignment(tx, consignment, ConsignmentState.SEALED, {"seals": numbers}, at)


def _unsealed(tx: Tx, trip: Trip, at: datetime) -> None:
    if trip.state is not TripState.SEALED:
        return
    lifecycle.move_trip(tx, trip, TripState.LOADED, {"why": "seal opened"}, at)
    for consignment in stops.aboard(tx, trip):
        lifecycle.move_consignment(tx, consignment, ConsignmentState.LOADED, {"why": "seal opened"}, at)


def _exception(tx: Tx, trip: Trip, seq: int, exceptions: Sequence[Finding]) -> None:
    facts = {"stop": seq, "exceptions": [{"code": one.code, "facts": dict(one.facts)} for one in exceptions]}
    for kind in (TaskKind.SEAL_EXCEPTION, TaskKind.CLAIM_DRAFT):
        tasks.raise_task(tx, kind, f"{kind}-{trip.id}-{seq}", tx.now, trip_id=trip.id, facts=facts)
    _tell_consignees(tx, trip, "seal.mismatch", facts)


def _tell_consignees(tx: Tx, trip: Trip, event: str, facts: Mapping[str, Any]) -> None:
    for consignment in stops.aboard(tx, trip):
        announce(tx, event, (consignment.id, consignment.shipper_id), facts)


def _live(tx: Tx, trip: Trip) -> list[Seal]:
    tx.session.flush()
    query = select(Seal).where(Seal.trip_id == trip.id, Seal.state == SealState.APPLIED)
    return list(tx.session.scalars(query.order_by(Seal.id)))


def in_stock(tx: Tx, numbers: Sequence[str]) -> list[Seal]:
    """Lock seals in a fixed order and give them as named; SEAL_NOT_IN_STOCK for each number we never received."""
    query = select(Seal).where(Seal.number.in_(numbers)).order_by(Seal.id).with_for_update()
    found = {seal.number: seal for seal in tx.session.scalars(query)}
    require(Finding("SEAL_NOT_IN_STOCK", {"number": number, "state": "-"}) for number in numbers if number not in found)
    return [found[number] for number in numbers]


def find_own(tx: Tx, number: str) -> Seal:
    """Give a seal in the caller's reach: a driver opens and replaces only those of his own trips."""
    seal = tx.session.scalar(select(Seal).where(Seal.number == number, seals_of(tx.actor)).with_for_update())
    if seal is None:
        raise NotFoundError
    return seal
