"""The goods of a truck in an accident: what may be recorded as damaged, and when the rest goes on (R-A-08, S8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.vocabulary import AccidentState, CargoAction, ClosureKind, ConsignmentState, TripState
from services.policy.findings import Finding
from services.policy.localtime import blank, local_text

# the goods of these are on the truck or will be, and stand still with it
RIDING = frozenset(
    {
        ConsignmentState.ASSIGNED,
        ConsignmentState.LOADED,
        ConsignmentState.SEALED,
        ConsignmentState.IN_TRANSIT,
        ConsignmentState.ARRIVED,
    }
)
ABOARD = RIDING - {ConsignmentState.ASSIGNED}
# nothing is decided any more about the goods of a case that is over or never was one
OVER = frozenset({AccidentState.VOID, AccidentState.CLOSABLE, AccidentState.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class DamageFacts:
    """What is said to be damaged of one cargo line; ``quantity`` is None for a line that the waybill has not."""

    line_no: int
    quantity: int | None
    damaged: int
    photos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AboardFacts:
    """One consignment on the truck: whose it is, its state, and how many sound pieces are left of it."""

    consignment: str
    shipper: str
    state: ConsignmentState
    pieces_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentFacts:
    """A shipper's consent to the transhipment: whose, by whom and when (R-S-11)."""

    shipper: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TranshipmentFacts:
    """Everything that must be right before the seals are opened and the goods leave the truck.

    ``live_seals`` hang on the truck, ``seals_seen`` are the openings whose removal is recorded; ``last_at`` is when
    the truck left its last stop.
    """

    trip_no: str
    trip_state: TripState
    frozen: bool
    made_to: str | None
    aboard: tuple[AboardFacts, ...]
    live_seals: Mapping[ClosureKind, str]
    seals_seen: frozenset[ClosureKind]
    consents: tuple[ConsentFacts, ...]
    accident_at: datetime
    last_at: datetime | None
    at: datetime
    now: datetime


def object_to_case(number: str, state: AccidentState) -> Iterator[Finding]:
    """Object to any care of goods in a case that is void, closed or about to be."""
    if state in OVER:
        yield Finding("CARGO_CARE_OVER", {"accident": number, "state": state})


def object_to_damage(consignment: str, lines: Iterable[DamageFacts]) -> Iterator[Finding]:
    """Object to damage of an unknown line, of more pieces than there are, or without a photo (R-A-08, R-D-10)."""
    for line in lines:
        at = {"consignment": consignment, "line": line.line_no}
        if line.quantity is None:
            yield Finding("LINE_UNKNOWN", {"line": line.line_no})
        elif line.damaged > line.quantity:
            yield Finding("DAMAGE_OVER_QUANTITY", {**at, "quantity": line.quantity, "damaged": line.damaged})
        if line.damaged > 0 and line.photos < 1:
            yield Finding("DAMAGE_PHOTO_MISSING", at)


def object_to_action(action: CargoAction, made_to: str | None, aboard: Iterable[str]) -> Iterator[Finding]:
    """Object to another choice after the goods went on, and to "no cargo" while there is some (R-A-08)."""
    if made_to is not None:
        yield Finding("TRANSHIPPED_ALREADY", {"trip": made_to})
    elif action is CargoAction.TRANSHIPPED:
        yield Finding("TRANSHIPMENT_NOT_MADE")  # it is made, and with it chosen, by a call of its own
    goods = sorted(aboard)
    if action is CargoAction.NO_CARGO and goods:
        yield Finding("GOODS_ABOARD", {"consignments": goods})


def object_to_transhipment(facts: TranshipmentFacts) -> Iterator[Finding]:
    """Name everything that keeps the goods on the truck: its state, the goods, the seals, the consents, the time."""
    if facts.made_to is not None:
        yield Finding("TRANSHIPPED_ALREADY", {"trip": facts.made_to})
    if not facts.frozen:
        yield Finding("TRIP_NOT_HELD", {"trip": facts.trip_no})
    if facts.trip_state is not TripState.UNDER_WAY:
        yield Finding("TRIP_NOT_UNDER_WAY", {"state": facts.trip_state})
    yield from _object_to_goods(facts)
    yield from _object_to_seals(facts)
    yield from _object_to_consents(facts)
    yield from _object_to_time(facts)


def lost(aboard: AboardFacts) -> bool:
    """Tell whether nothing sound is left of a consignment."""
    return aboard.pieces_left == 0


def _object_to_goods(facts: TranshipmentFacts) -> Iterator[Finding]:
    if all(lost(one) for one in facts.aboard):
        yield Finding("NOTHING_TO_TRANSHIP", {"trip": facts.trip_no})
    elsewhere = [one.consignment for one in facts.aboard if one.state is not ConsignmentState.IN_TRANSIT]
    if elsewhere:
        yield Finding("GOODS_AT_A_STOP", {"consignments": elsewhere})


def _object_to_seals(facts: TranshipmentFacts) -> Iterator[Finding]:
    for closure, number in facts.live_seals.items():
        if closure not in facts.seals_seen:
            yield Finding("SEAL_REMOVAL_MISSING", {"closure": closure, "number": number})


def _object_to_consents(facts: TranshipmentFacts) -> Iterator[Finding]:
    given = {consent.shipper for consent in facts.consents if not blank(consent.who)}
    for shipper in sorted({one.shipper for one in facts.aboard if not lost(one)} - given):
        yield Finding("CONSENT_MISSING", {"shipper": shipper})
    for consent in facts.consents:
        if not facts.accident_at <= consent.at <= facts.now:
            yield Finding("CONSENT_TIME_WRONG", {"shipper": consent.shipper, "at": local_text(consent.at)})


def _object_to_time(facts: TranshipmentFacts) -> Iterator[Finding]:
    last = max(facts.accident_at, facts.last_at or facts.accident_at)
    if facts.at < last:
        yield Finding("TIME_BEFORE_LAST", {"last": last.isoformat()})
