"""Approving a proposal or sending it back: never by its maker or a subject, by two where the case asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from models.accidents import Accident
from models.penalties import Penalty, PenaltyProposal, ProposalApproval
from models.vocabulary import AccidentState, ApprovalCapacity, PenaltyKind, PenaltyState, ProposalState
from services.accident_cases import find_accident, move_accident, owe_step
from services.errors import NotFoundError
from services.penalties.figures import case_of
from services.penalties.steps import (
    live_proposal,
    move_penalty,
    move_proposal,
    object_to_subject,
    penalties_in,
)
from services.policy.fen import yuan
from services.policy.findings import Finding, require
from services.policy.penalties.approval import capacities_needed, capacity_of
from services.policy.penalties.lines import proposed_lines
from services.transaction import Subject, Tx


def approve(tx: Tx, number: str) -> PenaltyProposal:
    """Approve the proposal of an accident in the capacity the actor's role gives; the last approval decides it.

    Then its penalties are approved and may be served. Raises RuleBrokenError when the
    actor made it, is a subject, has approved already, holds no capacity that is wanting, or the facts have changed.
    """
    accident, proposal = _waiting(tx, number)
    penalties, given = penalties_in(tx, proposal), _given(tx, proposal)
    needed = capacities_needed(accident.mps_class, warned=bool(proposal.warnings))
    capacity = capacity_of(tx.actor.roles, needed, list(given.values()))
    require([*_object_to_checker(tx, accident, proposal), *_object_to_capacity(tx, capacity, given, needed)])
    require(_object_to_facts(tx, accident, proposal, penalties))
    assert capacity is not None  # noqa: S101 - objected to above
    approval = ProposalApproval(
        proposal_id=proposal.id, user_id=tx.actor.user_id, capacity=capacity, approved_at=tx.now
    )
    tx.session.add(approval)
    tx.session.flush()
    tx.journal("proposal.approval", Subject("proposal", proposal.id), {"capacity": capacity.value})
    if {*given.values(), capacity} >= set(needed):
        _decide(tx, accident, proposal, penalties)
    return proposal


def reject(tx: Tx, number: str, reason: str) -> PenaltyProposal:
    """Send a proposal back: its penalties are withdrawn and the case waits for another proposal."""
    accident, proposal = _waiting(tx, number)
    require(_object_to_checker(tx, accident, proposal))
    for penalty in penalties_in(tx, proposal):
        move_penalty(tx, penalty, PenaltyState.WITHDRAWN, {"reason": reason})
    proposal.decided_at, proposal.end_reason = tx.now, reason
    move_proposal(tx, proposal, ProposalState.REJECTED, {"reason": reason})
    move_accident(tx, accident, AccidentState.ANALYSED, {"proposal": proposal.seq, "reason": reason})
    return proposal


def _waiting(tx: Tx, number: str) -> tuple[Accident, PenaltyProposal]:
    accident = find_accident(tx, number, lock=True)
    proposal = live_proposal(tx, accident.id)
    if proposal is None:
        raise NotFoundError
    if proposal.state is not ProposalState.PROPOSED:
        require([Finding("PROPOSAL_DECIDED", {"accident": number, "state": proposal.state})])
    return accident, proposal


def _given(tx: Tx, proposal: PenaltyProposal) -> dict[int, ApprovalCapacity]:
    query = select(ProposalApproval.user_id, ProposalApproval.capacity)
    rows = tx.session.execute(query.where(ProposalApproval.proposal_id == proposal.id))
    return {row.user_id: row.capacity for row in rows}


def _object_to_checker(tx: Tx, accident: Accident, proposal: PenaltyProposal) -> list[Finding]:
    found = object_to_subject(tx, accident, "CHECKER_IS_SUBJECT")
    if tx.actor.user_id == proposal.proposed_by_id:
        found.append(Finding("CHECKER_IS_MAKER", {"accident": accident.number}))
    return found


def _object_to_capacity(
    tx: Tx, capacity: ApprovalCapacity | None, given: dict[int, ApprovalCapacity], needed: tuple[ApprovalCapacity, ...]
) -> Iterator[Finding]:
    if tx.actor.user_id in given:
        yield Finding("APPROVED_BY_YOU_ALREADY", {"capacity": given[tx.actor.user_id]})
    elif capacity is None:
        missing = [one for one in needed if one not in given.values()]
        yield Finding("APPROVER_LACKS_CAPACITY", {"needed": missing})


def _object_to_facts(
    tx: Tx, accident: Accident, proposal: PenaltyProposal, penalties: list[Penalty]
) -> Iterator[Finding]:
    """Object when the facts would lead to other penalties by now: what is approved must be what they say."""
    fines = {one.employee_id: one.amount_fen for one in penalties if one.kind is PenaltyKind.DISCIPLINARY_FINE}
    case = case_of(tx, accident, proposal.profile, fines)
    now = proposed_lines(case.facts, case.rules) if case else ()
    then = {(one.employee_id, one.kind, one.amount_fen) for one in penalties}
    if then != {(line.employee_id, line.kind, line.amount_fen) for line in now}:
        net = yuan(case.loss.net_fen) if case else None
        yield Finding("PROPOSAL_OUTDATED", {"accident": accident.number, "net": net, "then": yuan(proposal.net_fen)})


def _decide(tx: Tx, accident: Accident, proposal: PenaltyProposal, penalties: list[Penalty]) -> None:
    proposal.decided_at = tx.now
    move_proposal(tx, proposal, ProposalState.APPROVED)
    for penalty in penalties:
        penalty.approved_at = tx.now
        move_penalty(tx, penalty, PenaltyState.APPROVED)
    move_accident(tx, accident, AccidentState.HANDLING_APPROVED, {"proposal": proposal.seq})
    if not penalties:
        # nobody is to be served: the case goes on by itself
        owe_step(tx, accident.id)
