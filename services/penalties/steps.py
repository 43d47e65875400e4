"""What every use case of penalties shares: finding one, and moving it along its table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.accidents import Accident
from models.penalties import Penalty, PenaltyProposal
from models.people import Employee
from models.responsibility import InvolvedPerson
from models.vocabulary import PenaltyState, ProposalState
from services.accident_cases import is_self
from services.errors import NotFoundError
from services.policy.findings import Finding, require
from services.policy.lifecycle import object_to_move
from services.queries.penalties import penalties_of
from services.transaction import Subject, Tx

LIVE = (ProposalState.PROPOSED, ProposalState.APPROVED)


def find_penalty(tx: Tx, number: str) -> tuple[Penalty, Accident]:
    """Give a penalty the caller may see with its accident, both locked, the accident first; else NotFoundError."""
    seen = select(Penalty.id, Penalty.accident_id).where(Penalty.number == number, penalties_of(tx.actor))
    found = tx.session.execute(seen).first()
    if found is None:
        raise NotFoundError
    accident = tx.session.get_one(Accident, found.accident_id, with_for_update=True)
    return tx.session.get_one(Penalty, found.id, with_for_update=True), accident


def live_proposal(tx: Tx, accident_id: int) -> PenaltyProposal | None:
    """Give the proposal that counts: proposed or approved, and not superseded by a later one."""
    query = select(PenaltyProposal).where(PenaltyProposal.accident_id == accident_id, PenaltyProposal.state.in_(LIVE))
    return tx.session.scalar(query)


def penalties_in(tx: Tx, proposal: PenaltyProposal) -> list[Penalty]:
    """Give the penalties of a proposal in their order."""
    query = select(Penalty).where(Penalty.proposal_id == proposal.id)
    return list(tx.session.scalars(query.order_by(Penalty.id)))


def move_penalty(
    tx: Tx,
    penalty: Penalty,
    state: PenaltyState,
    facts: Mapping[str, Any] | None = None,
    occurred_at: datetime | None = None,
) -> None:
    """Move a penalty along its table with one journal entry; RuleBrokenError for an illegal move.

    The entry stands under the penalty alone: shippers read the histories of trips, and this is none of theirs.
    """
    require(object_to_move("penalty", penalty.state, state))
    before, penalty.state = penalty.state, state
    tx.session.flush()
    told = {"from": before.value, "to": state.value, **(facts or {})}
    tx.journal(f"penalty.{state}", Subject("penalty", penalty.id), told, occurred_at)


def move_proposal(
    tx: Tx, proposal: PenaltyProposal, state: ProposalState, facts: Mapping[str, Any] | None = None
) -> None:
    """Move a proposal along its table with one journal entry; RuleBrokenError for an illegal move."""
    require(object_to_move("proposal", proposal.state, state))
    before, proposal.state = proposal.state, state
    tx.session.flush()
    told = {"from": before.value, "to": state.value, **(facts or {})}
    tx.journal(f"proposal.{state}", Subject("proposal", proposal.id), told)


def object_to_subject(tx: Tx, accident: Accident, code: str) -> list[Finding]:
    """Object with ``code`` when the actor is one of our people in the case: nobody decides on himself."""
    query = select(Employee).join(InvolvedPerson, InvolvedPerson.employee_id == Employee.id)
    people = tx.session.scalars(query.where(InvolvedPerson.accident_id == accident.id).order_by(Employee.id))
    return [Finding(code, {"person": one.staff_no}) for one in people if is_self(tx.actor, one)]
