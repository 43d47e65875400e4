"""Where the decisions of an accident stand, for the use cases that wait for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.penalties import Penalty
from models.vocabulary import PenaltyKind, PenaltyState, ProposalState
from services.penalties.steps import live_proposal, penalties_in
from services.policy.findings import Finding
from services.policy.penalties.appeal import DecisionFacts, object_to_effect
from services.transaction import Tx

__all__ = ["Decision", "decisions", "live_proposal", "objections_to_effect"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One penalty of the live proposal; a withdrawn one that an appeal ended has its ``final_at`` too."""

    employee_id: int
    penalty_id: int
    kind: PenaltyKind
    amount_fen: int
    state: PenaltyState
    served_at: datetime | None
    appeal_until: datetime | None
    appealed_open: bool
    final_at: datetime | None


def decisions(tx: Tx, accident_id: int) -> list[Decision]:
    """Give the decisions of the proposal that counts now; none while there is no proposal."""
    proposal = live_proposal(tx, accident_id)
    return [_decision(penalty) for penalty in penalties_in(tx, proposal)] if proposal else []


def objections_to_effect(tx: Tx, accident_id: int) -> list[Finding]:
    """Name what keeps an accident's decisions from being enforced: not approved, not served, still appealable."""
    proposal = live_proposal(tx, accident_id)
    if proposal is None or proposal.state is not ProposalState.APPROVED:
        return [Finding("PROPOSAL_NOT_APPROVED", {})]
    pending = [one for one in penalties_in(tx, proposal) if one.final_at is None]
    return list(object_to_effect((_facts(penalty) for penalty in pending), tx.now))


def _decision(penalty: Penalty) -> Decision:
    return Decision(
        employee_id=penalty.employee_id,
        penalty_id=penalty.id,
        kind=penalty.kind,
        amount_fen=penalty.amount_fen,
        state=penalty.state,
        served_at=penalty.served_at,
        appeal_until=penalty.appeal_until,
        appealed_open=_undecided(penalty),
        final_at=penalty.final_at,
    )


def _facts(penalty: Penalty) -> DecisionFacts:
    return DecisionFacts(
        number=penalty.number,
        served=penalty.served_at is not None,
        appeal_until=penalty.appeal_until,
        appeal_open=_undecided(penalty),
        appeal_decided=penalty.appeal_outcome is not None,
    )


def _undecided(penalty: Penalty) -> bool:
    return penalty.appealed_at is not None and penalty.appeal_outcome is None
