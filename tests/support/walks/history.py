"""What the journal says of states: every move lawful, each beginning where the one before ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from models.accidents import Accident
from models.penalties import InsuranceClaim, Penalty, PenaltyProposal
from models.records import JournalEntry
from models.vocabulary import AccidentState, ClaimState, PenaltyState, ProposalState
from services.policy.accidents.moves import ACCIDENT_MOVES, CLAIM_MOVES, PENALTY_MOVES, PROPOSAL_MOVES
from services.transaction import Tx

BEGIN: Mapping[str, Any] = {
    "accident": AccidentState.REPORTED, "penalty": PenaltyState.PROPOSED, "proposal": ProposalState.PROPOSED,
}  # fmt: skip
ROWS: Mapping[str, Any] = {
    "accident": Accident, "penalty": Penalty, "proposal": PenaltyProposal, "claim": InsuranceClaim,
}  # fmt: skip
MOVES: Mapping[str, Mapping[Any, frozenset[Any]]] = {
    "accident": ACCIDENT_MOVES, "penalty": PENALTY_MOVES, "proposal": PROPOSAL_MOVES, "claim": CLAIM_MOVES,
}  # fmt: skip


class History:
    """The states as the journal tells them, read on from where it was read last."""

    def __init__(self) -> None:
        self.reached: Counter[AccidentState] = Counter()
        self.entries = 0
        self._last = 0
        self._states: dict[tuple[str, int], Any] = {}

    def read_on(self, tx: Tx) -> None:
        """Follow the new entries; AssertionError for a move that may not be, a gap, or a row that says otherwise."""
        query = select(JournalEntry).where(JournalEntry.id > self._last).order_by(JournalEntry.id)
        for entry in tx.session.scalars(query):
            self._last, self.entries = entry.id, self.entries + 1
            if entry.action.startswith("claim."):
                self._follow_claim(entry)
            elif entry.subject_kind in BEGIN:
                self._follow(tx, entry)
        for kind, row in ROWS.items():
            for row_id, state in tx.session.execute(select(row.id, row.state)):
                assert self._states[kind, row_id] is state, (kind, row_id, self._states[kind, row_id], state)

    def _follow(self, tx: Tx, entry: JournalEntry) -> None:
        kind, key = entry.subject_kind, (entry.subject_kind, entry.subject_id)
        if entry.action in {"accident.reported", "penalty.proposed", "proposal.proposed"}:
            assert key not in self._states, key
            self._states[key] = BEGIN[kind]
        elif entry.action.partition(".")[2] == entry.facts.get("to"):
            word = type(BEGIN[kind])
            before, after = word(entry.facts["from"]), word(entry.facts["to"])
            assert before is self._states[key], (key, self._states[key], before, after)
            assert after in MOVES[kind][before], (key, before, after)
            self._states[key] = after
        if kind == "accident":
            self.reached[self._states[key]] += entry.facts.get("to") is not None
        if entry.action == "accident.void":
            assert entry.actor_id != tx.session.get_one(Accident, entry.subject_id).void_asked_by_id

    def _follow_claim(self, entry: JournalEntry) -> None:
        key, state = ("claim", int(entry.facts["claim"])), ClaimState(entry.action.partition(".")[2])
        before = self._states.get(key)
        assert state is ClaimState.NOTIFIED if before is None else state in CLAIM_MOVES[before], (key, before, state)
        self._states[key] = state
