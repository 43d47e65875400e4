"""Loading: inspection, count with the shipper's agent, cover, protect, fix, completed (R-F-02, 06, 07, 08, 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.consignments import Consignment
from models.fleet import Defect, Vehicle
from models.loading import Check, SecuringRecord
from models.trips import Trip
from models.vocabulary import (
    CheckItem,
    CheckKind,
    ConsignmentState,
    Gear,
    SecuringMeasure,
    TripState,
)
from services import files, lifecycle, stops, trip_cargo
from services.facts import gear_of
from services.policy.cargo import CargoFacts
from services.policy.departure import object_to_pickups
from services.policy.findings import Finding, require
from services.policy.inspections import CheckFacts, DefectFacts, object_to_check
from services.policy.securing import SecuringFacts, object_to_securing, required_gear
from services.scope import find_trip
from services.transaction import Tx
from services.yard.pickups import pickup_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCard:
    """An inspection as it was made: each item passed or not, defects found, and when."""

    kind: CheckKind
    occurred_at: datetime
    items: Mapping[CheckItem, bool]
    defects: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    note: str | None = None


def record_check(tx: Tx, number: str, card: CheckCard) -> Check:
    """Record an inspection; every item of its list must be answered, defects become open defects (R-C-02, 07)."""
    trip = find_trip(tx, number, lock=True)
    require(lifecycle.object_to_ended(trip))
    check = store_check(tx, trip, card)
    failed = [item.value for item, passed in card.items.items() if not passed]
    told = {"kind": card.kind, "failed": failed, "defects": check.defects}
    tx.journal(f"trip.check.{card.kind}", lifecycle.of_trip(trip), told, card.occurred_at)
    return check


def store_check(tx: Tx, trip: Trip, card: CheckCard) -> Check:
    """Store an inspection card and its defects; RuleBrokenError while an item of its list is unanswered."""
    require(object_to_check(check_facts(card, trip), tx.ruleset))
    check = Check(
        trip_id=trip.id,
        vehicle_id=trip.vehicle_id,
        kind=card.kind,
        items={item.value: passed for item, passed in card.items.items()},
        defects=[_plain(defect) for defect in card.defects],
        note=card.note,
        occurred_at=card.occurred_at,
        recorded_at=tx.now,
        made_by=tx.actor.name,
    )
    tx.session.add(check)
    for defect in card.defects:
        tx.session.add(
            Defect(
                vehicle_id=trip.vehicle_id,
                trip_id=trip.id,
                item=defect["item"],
                severity=defect["severity"],
                note=defect.get("note"),
                reported_at=card.occurred_at,
                reported_by=tx.actor.name,
            )
        )
    tx.session.flush()
    return check


def check_facts(card: CheckCard, trip: Trip) -> CheckFacts:
    """Give an inspection as facts."""
    return CheckFacts(
        kind=card.kind,
        items=card.items,
        defects=tuple(DefectFacts(item=one["item"], severity=one["severity"]) for one in card.defects),
        at=card.occurred_at,
        trip=trip.number,
        is_train=trip.trailer_id is not None,
    )


def record_securing(tx: Tx, number: str, measures: Sequence[Mapping[str, Any]], at: datetime) -> Trip:
    """Record how the goods were covered, protected and fixed, with gear and photos (R-F-07, R-F-08)."""
    trip = find_trip(tx, number, lock=True)
    require(lifecycle.object_to_ended(trip))
    photos = [measure["photo"] for measure in measures if measure.get("photo")]
    require(files.require_files(tx, photos, "photo"))
    for measure in measures:
        row = tx.session.scalar(
            select(SecuringRecord).where(
                SecuringRecord.trip_id == trip.id, SecuringRecord.measure == measure["measure"]
            )
        ) or SecuringRecord(trip_id=trip.id, measure=measure["measure"])
        row.gear = sorted(gear.value for gear in measure.get("gear", ()))
        row.photo = measure.get("photo")
        row.not_applicable_reason = measure.get("not_applicable_reason")
        row.occurred_at, row.recorded_at, row.made_by = at, tx.now, tx.actor.name
        tx.session.add(row)
    tx.session.flush()
    told = {"measures": [measure["measure"].value for measure in measures]}
    tx.journal("trip.secured", lifecycle.of_trip(trip), told, at, object_to_load(tx, trip))
    return trip


def complete_loading(tx: Tx, number: str, at: datetime) -> Trip:
    """Say that the present stop's goods are loaded; from this instant seals may be put on (S2).

    Refused while a line is uncounted or unsigned, its packing is unfit, or the load is not secured.
    """
    trip = find_trip(tx, number, lock=True)
    stop = stops.require_stop(trip)
    picked = stops.picked_up_at(tx, trip, stop)
    require(_object_to_completion(tx, trip, picked, at))
    stop.work_completed_at = at
    for consignment in picked:
        lifecycle.move_consignment(tx, consignment, ConsignmentState.LOADED, {"trip": trip.number}, at)
    if trip.state is TripState.LOADING:
        lifecycle.move_trip(tx, trip, TripState.LOADED, {"stop": stop.seq}, at)
    else:
        tx.journal("trip.loaded_at_stop", lifecycle.of_trip(trip), {"stop": stop.seq}, at)
    return trip


def object_to_load(tx: Tx, trip: Trip) -> list[Finding]:
    """Object to cover, protection and fixing as recorded, against the gear the goods need (3.4)."""
    rows = tx.session.scalars(select(SecuringRecord).where(SecuringRecord.trip_id == trip.id))
    records = [
        SecuringFacts(
            measure=SecuringMeasure(row.measure),
            gear=frozenset(Gear(name) for name in row.gear),
            photo=row.photo is not None,
            not_applicable_reason=row.not_applicable_reason,
        )
        for row in rows
    ]
    return list(object_to_securing(records, gear_required(tx, trip), gear_carried(tx, trip)))


def gear_required(tx: Tx, trip: Trip) -> frozenset[Gear]:
    """Give the gear the goods on this trip need on its body."""
    load = tx.session.get_one(Vehicle, trip.trailer_id or trip.vehicle_id)
    cargo: CargoFacts = trip_cargo.facts_of(tx, trip)
    if load.body is None:
        return frozenset()
    return required_gear(load.body, load.container_closed, cargo, tx.ruleset)


def gear_carried(tx: Tx, trip: Trip) -> frozenset[Gear]:
    """Give the gear on the vehicle and its trailer."""
    trailer = tx.session.get(Vehicle, trip.trailer_id) if trip.trailer_id else None
    return gear_of(tx.session.get_one(Vehicle, trip.vehicle_id), trailer)


def _object_to_completion(tx: Tx, trip: Trip, picked: Sequence[Consignment], at: datetime) -> list[Finding]:
    found = [*lifecycle.object_to_frozen(trip)]
    if trip.state not in {TripState.LOADING, TripState.UNDER_WAY}:
        found.append(Finding("TRIP_NOT_LOADING", {"state": trip.state}))
    if not picked:
        found.append(Finding("NOTHING_TO_LOAD", {"trip": trip.number}))
    waiting = [one.number for one in stops.dropped_at(tx, trip, stops.require_stop(trip)) if one.state in stops.ABOARD]
    if waiting:
        found.append(Finding("DROPS_WAITING", {"consignments": waiting}))
    if at > tx.now:
        found.append(Finding("TIME_IN_THE_FUTURE", {"at": at.isoformat()}))
    found += object_to_pickups(pickup_facts(tx, trip, picked))
    found += object_to_load(tx, trip)
    return found


def _plain(defect: Mapping[str, Any]) -> dict[str, Any]:
    return {"item": defect["item"].value, "severity": defect["severity"].value, "note": defect.get("note")}
