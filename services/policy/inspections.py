"""Inspection cards before, during and after a trip: what is looked at and what keeps the truck in the yard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.vocabulary import CheckItem, CheckKind, DefectSeverity, RestPlace, VehicleState
from services.policy.findings import Finding
from services.policy.localtime import SHANGHAI, blank
from services.policy.ruleset import Ruleset

ITEMS: Mapping[CheckKind, tuple[CheckItem, ...]] = {
    CheckKind.PRE_TRIP: (
        CheckItem.BRAKES,
        CheckItem.TYRES,
        CheckItem.LIGHTS,
        CheckItem.STEERING,
        CheckItem.INSTRUMENTS,
        CheckItem.BODY_WORK,
        CheckItem.CLEANLINESS,
        CheckItem.DOORS_SHUT,
        CheckItem.LOAD_FIRM,
        CheckItem.EQUIPMENT,
        CheckItem.UNIFORM,
    ),
    CheckKind.REST_STOP: (CheckItem.TYRES, CheckItem.BRAKES),
    CheckKind.POST_TRIP: (
        CheckItem.BRAKES,
        CheckItem.TYRES,
        CheckItem.LIGHTS,
        CheckItem.STEERING,
        CheckItem.INSTRUMENTS,
        CheckItem.BODY_WORK,
        CheckItem.CLEANLINESS,
        CheckItem.EQUIPMENT,
    ),
}
# The measures say of dress alone that it is recorded and does not hold the truck (R-C-18).
CRITICAL_ITEMS = frozenset(CheckItem) - {CheckItem.UNIFORM}


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectFacts:
    """A defect found on the vehicle; ``repaired`` once a work order closed it."""

    item: CheckItem
    severity: DefectSeverity
    repaired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFacts:
    """An inspection card: an item is true when it was found in order; ``trip`` is the trip it was made for."""

    kind: CheckKind
    items: Mapping[CheckItem, bool]
    defects: tuple[DefectFacts, ...] = ()
    at: datetime
    trip: str | None = None
    is_train: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostTripCard:
    """The in-and-out card (出入库检查卡): what the driver reports and what the technician says of it (R-C-10)."""

    driver_key: str | None
    driver_findings: str | None
    technician_key: str | None
    fit: bool | None
    defects: tuple[DefectFacts, ...] = ()


def is_winter(month: int, ruleset: Ruleset) -> bool:
    """Tell whether a local month (1 to 12) asks for warming up the engine (R-C-03); the season may span new year."""
    first, last = ruleset.loading.winter_from_month, ruleset.loading.winter_to_month
    return first <= month <= last if first <= last else month >= first or month <= last


def required_items(kind: CheckKind, *, winter: bool, is_train: bool) -> tuple[CheckItem, ...]:
    """List what an inspection must look at; a train adds its coupling, winter adds warming up before the trip."""
    items = ITEMS[kind]
    if is_train and kind is not CheckKind.REST_STOP:
        items = (*items, CheckItem.COUPLING)
    if winter and kind is CheckKind.PRE_TRIP:
        items = (*items, CheckItem.WARM_UP)
    return items


def object_to_check(check: CheckFacts, ruleset: Ruleset) -> Iterator[Finding]:
    """Object to every item that the card leaves without an answer (R-F-02, R-C-02 to 10)."""
    winter = is_winter(check.at.astimezone(SHANGHAI).month, ruleset)
    for item in required_items(check.kind, winter=winter, is_train=check.is_train):
        if item not in check.items:
            yield Finding("CHECK_ITEM_MISSING", {"kind": check.kind, "item": item})


def object_to_departure_check(check: CheckFacts | None, trip: str, ruleset: Ruleset) -> Iterator[Finding]:
    """Object unless the pre-trip card of this very trip is complete and passed, and the truck clean (R-F-02, R-C-02).

    Dress that is not in order is on record and lets the truck go (R-C-18).
    """
    if check is None or check.kind is not CheckKind.PRE_TRIP or check.trip != trip:
        yield Finding("CHECK_MISSING", {"trip": trip})
        return
    yield from object_to_check(check, ruleset)
    for item, in_order in check.items.items():
        if in_order or item not in CRITICAL_ITEMS:
            continue
        clean = item is CheckItem.CLEANLINESS
        yield Finding("CLEANLINESS_FAILED") if clean else Finding("CHECK_FAILED", {"item": item})
    yield from object_to_open_defects(check.defects)


def object_to_open_defects(defects: Iterable[DefectFacts]) -> Iterator[Finding]:
    """Object to critical defects that nobody has repaired: no truck departs with a fault (R-C-02)."""
    for defect in defects:
        if defect.severity is DefectSeverity.CRITICAL and not defect.repaired:
            yield Finding("CRITICAL_DEFECT_OPEN", {"item": defect.item})


def walk_round_needed(began_at: datetime, ended_at: datetime, place: RestPlace, ruleset: Ruleset) -> bool:
    """Tell whether a stop was long enough, at a service area, to ask for a look at tyres and brakes (R-C-07)."""
    long_enough = ended_at - began_at >= timedelta(minutes=ruleset.loading.walk_round_stop_minutes)
    return place is RestPlace.SERVICE_AREA and long_enough


def walk_round_due_at(began_at: datetime, place: RestPlace, ruleset: Ruleset) -> datetime | None:
    """Give when the look at tyres and brakes is overdue, counted from the start of the stop (R-C-07).

    None away from service areas. A stop that ended too soon for ``walk_round_needed`` lifts the duty.
    """
    if place is not RestPlace.SERVICE_AREA:
        return None
    return began_at + timedelta(minutes=ruleset.loading.walk_round_overdue_minutes)


def object_to_post_trip(card: PostTripCard) -> Iterator[Finding]:
    """Object until the driver has reported and a technician, another person, has given his verdict (R-C-10)."""
    if blank(card.driver_key) or blank(card.driver_findings):
        yield Finding("DRIVER_FINDINGS_MISSING")
    if blank(card.technician_key) or card.fit is None:
        yield Finding("TECHNICIAN_VERDICT_MISSING")
    elif card.technician_key == card.driver_key:
        yield Finding("TECHNICIAN_IS_DRIVER", {"person": card.technician_key})


def vehicle_after(card: PostTripCard) -> VehicleState:
    """Say what becomes of the vehicle: not available before both have signed, out of service when unfit (R-C-10)."""
    if any(object_to_post_trip(card)):
        return VehicleState.AWAITING_INSPECTION
    unfit = not card.fit or any(object_to_open_defects(card.defects))
    return VehicleState.OUT_OF_SERVICE if unfit else VehicleState.AVAILABLE


def needs_work_order(card: PostTripCard) -> bool:
    """Tell whether a suspected part or an unfit verdict asks for a work order (R-C-10)."""
    return card.fit is False or any(not defect.repaired for defect in card.defects)
