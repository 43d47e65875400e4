"""Objecting to a penalty, and deciding on it: by somebody who neither made, nor approved, nor bears it (domain 4.1)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from models.accidents import Accident
from models.penalties import Penalty, PenaltyProposal, ProposalApproval
from models.people import Employee
from models.vocabulary import AccidentState, AppealOutcome, ClockKind, PenaltyState, ProposalState, Role
from services import clock_marks
from services.accident_cases import is_self, move_accident, owe_step
from services.penalties.steps import (
    find_penalty,
    move_penalty,
    move_proposal,
    object_to_subject,
    penalties_in,
)
from services.policy.accidents.clocks import in_time
from services.policy.findings import Finding, require
from services.policy.lifecycle import object_to_move
from services.policy.localtime import local_text
from services.transaction import Subject, Tx

UNSERVED = (PenaltyState.PROPOSED, PenaltyState.APPROVED)
ENDED = (PenaltyState.WITHDRAWN, PenaltyState.REVERSED)


def appeal(tx: Tx, number: str, text: str) -> Penalty:
    """Object to a penalty within its window; only the person himself, or personnel in his name, may.

    Raises RuleBrokenError when it was not served, the window is over or somebody else objects.
    """
    penalty, accident = find_penalty(tx, number)
    require(object_to_move("penalty", penalty.state, PenaltyState.APPEALED))
    require(_object_to_appeal(tx, penalty))
    penalty.appealed_at, penalty.appeal = tx.now, text
    move_penalty(tx, penalty, PenaltyState.APPEALED)
    if accident.state is AccidentState.SERVED:
        move_accident(tx, accident, AccidentState.APPEALED, {"penalty": penalty.number})
    return penalty


def decide_appeal(tx: Tx, number: str, outcome: AppealOutcome, answer: str) -> Penalty:
    """Uphold a penalty, withdraw it, or let the whole proposal be made anew (``changed``).

    Raises RuleBrokenError when there is no undecided appeal, the actor made, approved or bears it, or, for a change,
    when others were not served yet.
    """
    penalty, accident = find_penalty(tx, number)
    if penalty.appealed_at is None or penalty.appeal_outcome is not None or penalty.state is not PenaltyState.APPEALED:
        require([Finding("NO_APPEAL_OPEN", {"penalty": number, "state": penalty.state})])
    proposal = tx.session.get_one(PenaltyProposal, penalty.proposal_id, with_for_update=True)
    require([*_object_to_judge(tx, accident, proposal), *_object_to_outcome(tx, proposal, outcome)])
    penalty.appeal_outcome, penalty.appeal_answer = outcome, answer
    penalty.appeal_decided_at, penalty.appeal_decided_by_id = tx.now, tx.actor.user_id
    tx.session.flush()
    tx.journal("penalty.appeal_decided", Subject("penalty", penalty.id), {"outcome": outcome.value, "answer": answer})
    if outcome is AppealOutcome.CHANGED:
        _make_anew(tx, accident, proposal, answer)
    elif outcome is AppealOutcome.WITHDRAWN:
        penalty.final_at = tx.now
        move_penalty(tx, penalty, PenaltyState.WITHDRAWN, {"outcome": outcome.value})
    if outcome is not AppealOutcome.CHANGED:
        _go_on(tx, accident, proposal)
    return penalty


def _object_to_appeal(tx: Tx, penalty: Penalty) -> Iterator[Finding]:
    employee = tx.session.get_one(Employee, penalty.employee_id)
    if not is_self(tx.actor, employee) and not tx.actor.has(Role.HR):
        yield Finding("APPEAL_NOT_YOURS", {"person": employee.staff_no})
    if penalty.appeal_until and not in_time(tx.now, penalty.appeal_until):
        yield Finding("APPEAL_TOO_LATE", {"until": local_text(penalty.appeal_until)})


def _object_to_judge(tx: Tx, accident: Accident, proposal: PenaltyProposal) -> Iterator[Finding]:
    yield from object_to_subject(tx, accident, "JUDGE_IS_SUBJECT")
    if tx.actor.user_id == proposal.proposed_by_id:
        yield Finding("JUDGE_IS_MAKER", {"accident": accident.number})
    approvals = select(ProposalApproval.user_id).where(ProposalApproval.proposal_id == proposal.id)
    if tx.actor.user_id in set(tx.session.scalars(approvals)):
        yield Finding("JUDGE_IS_CHECKER", {"accident": accident.number})


def _object_to_outcome(tx: Tx, proposal: PenaltyProposal, outcome: AppealOutcome) -> Iterator[Finding]:
    waiting = [one.number for one in penalties_in(tx, proposal) if one.state in UNSERVED]
    if outcome is AppealOutcome.CHANGED and waiting:
        yield Finding("OTHERS_NOT_SERVED", {"penalties": waiting})


def _make_anew(tx: Tx, accident: Accident, proposal: PenaltyProposal, answer: str) -> None:
    for one in penalties_in(tx, proposal):
        if one.state not in ENDED:
            move_penalty(tx, one, PenaltyState.WITHDRAWN, {"outcome": AppealOutcome.CHANGED.value})
    clock_marks.stop(tx, accident.id, ClockKind.APPEAL_WINDOW, AppealOutcome.CHANGED)
    proposal.end_reason = answer[:500]
    move_proposal(tx, proposal, ProposalState.SUPERSEDED, {"outcome": AppealOutcome.CHANGED.value})
    move_accident(tx, accident, AccidentState.ANALYSED, {"outcome": AppealOutcome.CHANGED.value})


def _go_on(tx: Tx, accident: Accident, proposal: PenaltyProposal) -> None:
    """Owe the look at the case when every window of its decisions is over."""
    running = [
        one.appeal_until for one in penalties_in(tx, proposal) if one.state is PenaltyState.SERVED and one.appeal_until
    ]
    owe_step(tx, accident.id, max(running, default=None))
