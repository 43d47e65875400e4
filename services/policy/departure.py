"""The gate: everything that must be right before a loaded truck leaves, and before it leaves a stop on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from models.vocabulary import ClosureKind, Gear, TripState
from services.policy.crew import CheckInFacts, object_to_check_in, object_to_missing_check_ins
from services.policy.findings import Finding
from services.policy.inspections import CheckFacts, DefectFacts, object_to_departure_check, object_to_open_defects
from services.policy.lifecycle import object_to_move
from services.policy.localtime import blank
from services.policy.ruleset import Ruleset
from services.policy.seals import SealFacts, object_to_exemption, sealed_too_early, unsealed
from services.policy.securing import MISSING_CODES, always_carried, missing_gear


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupFacts:
    """What was counted onto the truck of one cargo line; ``counted_quantity`` is None before the count (R-F-12)."""

    consignment: str
    line_no: int
    listed_quantity: int
    counted_quantity: int | None
    agent_name: str | None
    agent_signed: bool
    difference_settled: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """All that the gate asks about one trip.

    ``crew``, ``vehicle``, ``packaging``, ``securing`` and ``notices`` are findings that other policies already
    made: the crew and its papers, the vehicle's documents, packing and papers of the goods, cover and fixing,
    and the word to the consignees.
    """

    trip_no: str
    trip_state: TripState
    planned_departure: datetime
    driver_keys: tuple[str, ...]
    check_ins: tuple[CheckInFacts, ...]
    check: CheckFacts | None
    open_defects: tuple[DefectFacts, ...] = ()
    gear_carried: frozenset[Gear]
    gear_required: frozenset[Gear] = frozenset()
    pickups: tuple[PickupFacts, ...]
    loading_completed_at: datetime | None
    required_closures: tuple[ClosureKind, ...]
    seals: tuple[SealFacts, ...]
    seal_exemption_reason: str | None = None
    seal_exemption_by: str | None = None
    crew: tuple[Finding, ...] = ()
    vehicle: tuple[Finding, ...] = ()
    packaging: tuple[Finding, ...] = ()
    securing: tuple[Finding, ...] = ()
    notices: tuple[Finding, ...] = ()
    frozen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingStopFacts:
    """A truck about to leave a stop with goods aboard; ``opened_closures`` were opened here (S7)."""

    trip_no: str
    cargo_on_board: bool
    required_closures: tuple[ClosureKind, ...]
    opened_closures: frozenset[ClosureKind]
    seals: tuple[SealFacts, ...]
    work_completed_at: datetime | None
    seal_exemption_reason: str | None = None
    seal_exemption_by: str | None = None
    frozen: bool = False


def object_to_departure(facts: GateFacts, ruleset: Ruleset) -> Iterator[Finding]:
    """Name everything that still keeps the truck in the yard, each thing once: people, vehicle, goods, seals, notices.

    Sources: R-F-02, 04, 06 to 12, R-C-01, 02, 06, 12. A late check-in is a violation and not named here.
    """
    seals = tuple(_object_to_seals(facts))
    found = (
        *facts.crew,
        *_object_to_duty(facts, ruleset),
        *facts.vehicle,
        *object_to_departure_check(facts.check, facts.trip_no, ruleset),
        *object_to_open_defects(facts.open_defects),
        *_object_to_gear(facts),
        *facts.packaging,
        *facts.securing,
        *object_to_pickups(facts.pickups),
        *seals,
        *facts.notices,
        *_object_to_state(facts, unsealed=bool(seals)),
    )
    yield from _each_once(found)


def object_to_pickups(pickups: Iterable[PickupFacts]) -> Iterator[Finding]:
    """Object to lines not counted, not signed by the shipper's agent, or with an open difference (R-F-12)."""
    for pickup in pickups:
        line = {"consignment": pickup.consignment, "line": pickup.line_no}
        if pickup.counted_quantity is None:
            yield Finding("PICKUP_NOT_COUNTED", line)
            continue
        if blank(pickup.agent_name) or not pickup.agent_signed:
            yield Finding("PICKUP_NOT_SIGNED", line)
        if pickup.counted_quantity != pickup.listed_quantity and blank(pickup.difference_settled):
            amounts = {"listed": pickup.listed_quantity, "counted": pickup.counted_quantity}
            yield Finding("PICKUP_DIFFERENCE_OPEN", {**line, **amounts})


def object_to_leaving_stop(facts: LeavingStopFacts) -> Iterator[Finding]:
    """Object to leaving a stop with goods aboard before every opening is sealed again (S7).

    An opening that stayed shut keeps its seal; one that was opened here needs a seal put on after the work.
    """
    if facts.frozen:
        yield Finding("TRIP_FROZEN", {"trip": facts.trip_no})
    if facts.work_completed_at is None:
        yield Finding("WORK_NOT_COMPLETED", {"trip": facts.trip_no})
    if not facts.cargo_on_board:
        return
    seals = _of_this_trip(facts.seals, facts.trip_no)
    yield from unsealed(facts.required_closures, seals)
    yield from object_to_exemption(facts.required_closures, facts.seal_exemption_reason, facts.seal_exemption_by)
    if facts.work_completed_at is not None:
        renewed = [seal for seal in seals if seal.closure in facts.opened_closures]
        yield from sealed_too_early(renewed, facts.work_completed_at)


def _object_to_duty(facts: GateFacts, ruleset: Ruleset) -> Iterator[Finding]:
    yield from object_to_missing_check_ins(facts.driver_keys, facts.check_ins)
    for check_in in facts.check_ins:
        yield from object_to_check_in(check_in, facts.planned_departure, ruleset)


def _object_to_gear(facts: GateFacts) -> Iterator[Finding]:
    # Told in the words of the securing policy, so what both name is said once.
    always = always_carried()
    for gear in sorted(always - facts.gear_carried):
        yield Finding(MISSING_CODES[gear])
    for gear in missing_gear(facts.gear_required - always, facts.gear_carried):
        yield Finding("GEAR_MISSING", {"gear": gear})


def _object_to_seals(facts: GateFacts) -> Iterator[Finding]:
    seals = _of_this_trip(facts.seals, facts.trip_no)
    if facts.loading_completed_at is None:
        yield Finding("LOADING_NOT_COMPLETED", {"trip": facts.trip_no})
    yield from unsealed(facts.required_closures, seals)
    if facts.loading_completed_at is not None:
        yield from sealed_too_early(seals, facts.loading_completed_at)
    yield from object_to_exemption(facts.required_closures, facts.seal_exemption_reason, facts.seal_exemption_by)


def _object_to_state(facts: GateFacts, *, unsealed: bool) -> Iterator[Finding]:
    if facts.frozen:
        yield Finding("TRIP_FROZEN", {"trip": facts.trip_no})
    # A trip that is loaded and only lacks seals is told which opening, not that its state is wrong.
    if not (facts.trip_state is TripState.LOADED and unsealed):
        yield from object_to_move("trip", facts.trip_state, TripState.UNDER_WAY)


def _of_this_trip(seals: Iterable[SealFacts], trip_no: str) -> tuple[SealFacts, ...]:
    """Leave out company seals of other trips; a customer's seal carries no trip of ours."""
    return tuple(seal for seal in seals if not seal.own_stock or seal.applied_trip == trip_no)


def _each_once(found: Iterable[Finding]) -> Iterator[Finding]:
    """Drop repeats: a defect may stand both on the card and on the vehicle's list."""
    said: list[Finding] = []
    for finding in found:
        if finding not in said:
            said.append(finding)
            yield finding
