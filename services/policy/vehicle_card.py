"""What a vehicle's card must say to make sense, and which states the desk may set by hand (R-C-02, R-C-10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models.vocabulary import Body, CheckItem, UnitKind, VehicleState
from services.policy.findings import Finding
from services.policy.plates import object_to_plate

V = VehicleState
# A vehicle under way is freed by its trip alone, one waiting for its card by the technician's verdict alone.
HAND_MOVES: Mapping[VehicleState, frozenset[VehicleState]] = {
    V.AVAILABLE: frozenset({V.OUT_OF_SERVICE}),
    V.AWAITING_INSPECTION: frozenset({V.OUT_OF_SERVICE}),
    V.OUT_OF_SERVICE: frozenset({V.AVAILABLE}),
    V.ON_TRIP: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleCard:
    """The parts of a card that must fit together; days are local days, temperatures °C."""

    plate: str
    unit_kind: UnitKind
    body: Body | None
    temp_min_c: int | None
    temp_max_c: int | None
    first_registered_on: date
    last_inspection_on: date | None


def object_to_card(card: VehicleCard, today: date) -> Iterator[Finding]:
    """Object to a wrong plate, a tractor with a body, a load unit without one, odd temperatures, days to come."""
    yield from object_to_plate(card.plate, card.unit_kind)
    if (card.body is None) != (card.unit_kind is UnitKind.TRACTOR):
        yield Finding("BODY_DOES_NOT_FIT", {"unit_kind": card.unit_kind, "body": card.body})
    yield from _object_to_temperatures(card)
    for name in ("first_registered_on", "last_inspection_on"):
        day: date | None = getattr(card, name)
        if day is not None and day > today:
            yield Finding("DAY_IN_THE_FUTURE", {"field": name, "day": day.isoformat()})


def object_to_coupling(
    tractor: tuple[str, UnitKind], trailer: tuple[str, UnitKind], drawn_by: str | None
) -> Iterator[Finding]:
    """Object to a coupling of anything but a tractor and a trailer, or of a trailer another tractor draws.

    ``tractor`` and ``trailer`` are plate and kind; ``drawn_by`` is the plate of the other tractor, if any.
    """
    if tractor[1] is not UnitKind.TRACTOR:
        yield Finding("NOT_A_TRACTOR", {"plate": tractor[0], "unit_kind": tractor[1]})
    if trailer[1] is not UnitKind.TRAILER:
        yield Finding("NOT_A_TRAILER", {"plate": trailer[0], "unit_kind": trailer[1]})
    if drawn_by is not None:
        yield Finding("TRAILER_COUPLED_ELSEWHERE", {"plate": trailer[0], "tractor": drawn_by})


def object_to_out_of_service(state: VehicleState) -> Iterator[Finding]:
    """Object to taking a vehicle out of service while it is under way or out already."""
    yield from _object_to_move(state, V.OUT_OF_SERVICE)


def object_to_return(
    state: VehicleState, open_critical: Sequence[CheckItem], *, awaits_card: bool
) -> Iterator[Finding]:
    """Object to a return while a critical defect is open (R-C-02) or the last trip has no signed card (R-C-10)."""
    if state is V.AWAITING_INSPECTION or (state is V.OUT_OF_SERVICE and awaits_card):
        yield Finding("POST_TRIP_CARD_MISSING", {"state": state})
    else:
        yield from _object_to_move(state, V.AVAILABLE)
    for item in open_critical:
        yield Finding("CRITICAL_DEFECT_OPEN", {"item": item})


def _object_to_move(state: VehicleState, wanted: VehicleState) -> Iterator[Finding]:
    allowed = HAND_MOVES[state]
    if wanted not in allowed:
        facts = {"kind": "vehicle", "from": state, "to": wanted, "allowed": sorted(allowed)}
        yield Finding("MOVE_NOT_ALLOWED", facts)


def _object_to_temperatures(card: VehicleCard) -> Iterator[Finding]:
    low, high = card.temp_min_c, card.temp_max_c
    facts = {"temp_min_c": low, "temp_max_c": high}
    if (low is None) != (high is None) or (low is not None and high is not None and low > high):
        yield Finding("TEMPERATURE_RANGE_INVALID", facts)
