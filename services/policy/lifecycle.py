"""Which moves of state are allowed, as tables, and what may still be changed in which state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from models.vocabulary import ConsignmentState, NoticeState, OrderState, TripState, Word
from services.policy.accidents.moves import ACCIDENT_MOVES, CLAIM_MOVES, PENALTY_MOVES, PROPOSAL_MOVES
from services.policy.findings import Finding
from services.policy.seals import MOVES as SEAL_MOVES

Kind = Literal["order", "consignment", "trip", "notice", "seal", "accident", "penalty", "proposal", "claim"]

C, T, N = ConsignmentState, TripState, NoticeState

ORDER_MOVES: Mapping[OrderState, frozenset[OrderState]] = {
    OrderState.OPEN: frozenset({OrderState.CANCELLED}),
    OrderState.CANCELLED: frozenset(),
}

CONSIGNMENT_MOVES: Mapping[ConsignmentState, frozenset[ConsignmentState]] = {
    C.BOOKED: frozenset({C.ASSIGNED, C.CANCELLED}),
    # goods whose second trip is called off lie at the terminal again
    C.ASSIGNED: frozenset({C.BOOKED, C.AT_TERMINAL, C.LOADED, C.CANCELLED}),
    C.LOADED: frozenset({C.SEALED, C.ASSIGNED}),
    C.SEALED: frozenset({C.IN_TRANSIT, C.LOADED}),
    C.IN_TRANSIT: frozenset({C.AT_TERMINAL, C.ARRIVED}),
    # goods of which an accident has left nothing end here, with a claim
    C.AT_TERMINAL: frozenset({C.ASSIGNED, C.CLOSED}),
    C.ARRIVED: frozenset({C.ACCEPTED, C.PARTIALLY_ACCEPTED, C.REFUSED}),
    C.ACCEPTED: frozenset({C.CLOSED}),
    C.PARTIALLY_ACCEPTED: frozenset({C.CLOSED}),
    C.REFUSED: frozenset({C.CLOSED}),
    C.CLOSED: frozenset(),
    C.CANCELLED: frozenset(),
}

TRIP_MOVES: Mapping[TripState, frozenset[TripState]] = {
    T.PLANNED: frozenset({T.CREWED, T.CANCELLED}),
    T.CREWED: frozenset({T.PLANNED, T.LOADING, T.CANCELLED}),
    T.LOADING: frozenset({T.LOADED, T.CANCELLED}),
    T.LOADED: frozenset({T.SEALED, T.LOADING}),
    # A seal opened before the gate takes the trip back.
    T.SEALED: frozenset({T.UNDER_WAY, T.LOADED}),
    T.UNDER_WAY: frozenset({T.ARRIVED}),
    T.ARRIVED: frozenset({T.UNLOADED}),
    T.UNLOADED: frozenset({T.CLOSED}),
    T.CLOSED: frozenset(),
    T.CANCELLED: frozenset(),
}

NOTICE_MOVES: Mapping[NoticeState, frozenset[NoticeState]] = {
    N.SCHEDULED: frozenset({N.SENT, N.FAILED, N.SUPERSEDED, N.CANCELLED}),
    # A message counts as sent when it was handed over; it may still come back undelivered.
    N.SENT: frozenset({N.ACKNOWLEDGED, N.FAILED, N.SUPERSEDED}),
    # After the last channel failed somebody rings the consignee up.
    N.FAILED: frozenset({N.SENT, N.ACKNOWLEDGED, N.SUPERSEDED, N.CANCELLED}),
    N.ACKNOWLEDGED: frozenset(),
    N.SUPERSEDED: frozenset(),
    N.CANCELLED: frozenset(),
}

MOVES: Mapping[Kind, Mapping[Word, frozenset[Word]]] = {
    "order": {state: frozenset[Word](moves) for state, moves in ORDER_MOVES.items()},
    "consignment": {state: frozenset[Word](moves) for state, moves in CONSIGNMENT_MOVES.items()},
    "trip": {state: frozenset[Word](moves) for state, moves in TRIP_MOVES.items()},
    "notice": {state: frozenset[Word](moves) for state, moves in NOTICE_MOVES.items()},
    "seal": {state: frozenset[Word](moves) for state, moves in SEAL_MOVES.items()},
    "accident": {state: frozenset[Word](moves) for state, moves in ACCIDENT_MOVES.items()},
    "penalty": {state: frozenset[Word](moves) for state, moves in PENALTY_MOVES.items()},
    "proposal": {state: frozenset[Word](moves) for state, moves in PROPOSAL_MOVES.items()},
    "claim": {state: frozenset[Word](moves) for state, moves in CLAIM_MOVES.items()},
}

SMALL_FIELDS = frozenset({"contact_name", "contact_phone", "notes", "promised_arrival_at"})
BOOKED_FIELDS = SMALL_FIELDS | {
    "customer_ref",
    "consignee_id",
    "origin_site_id",
    "destination_site_id",
    "shipment_mode",
    "open_box_required",
    "declared_value_fen",
    "lines",
}
# Only what a person may enter is listed: derived fields follow from these and are never amended by hand.
AMENDABLE: Mapping[ConsignmentState, frozenset[str]] = {
    **dict.fromkeys(ConsignmentState, frozenset()),
    C.BOOKED: BOOKED_FIELDS,
    C.ASSIGNED: SMALL_FIELDS,
}


def object_to_move(kind: Kind, current: Word, wanted: Word) -> Iterator[Finding]:
    """Object to a move of state that the table of its kind does not list; staying is no move."""
    allowed = MOVES[kind].get(current, frozenset())
    if wanted not in allowed:
        yield Finding("MOVE_NOT_ALLOWED", {"kind": kind, "from": current, "to": wanted, "allowed": sorted(allowed)})


def object_to_amend(state: ConsignmentState, fields: Iterable[str]) -> Iterator[Finding]:
    """Object to every field of a consignment that may no longer be changed in its state."""
    allowed = AMENDABLE[state]
    for name in dict.fromkeys(fields):
        if name not in allowed:
            yield Finding("AMEND_NOT_ALLOWED", {"field": name, "state": state, "allowed": sorted(allowed)})
