"""Penalties and proposals as answers, and who may see which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from models.accidents import Accident
from models.accounts import User
from models.penalties import Penalty, PenaltyProposal, ProposalApproval
from models.people import Employee
from models.vocabulary import ApprovalCapacity, Role
from services.errors import NotFoundError
from services.policy.fen import yuan
from services.policy.findings import Finding
from services.policy.penalties.approval import capacities_needed
from services.queries.paging import AnySelect, Page, newest_first, paged
from services.transaction import Actor, Tx

# who reads every penalty, from the proposal on
JUDGES = (Role.SAFETY, Role.MANAGER, Role.PRODUCTION, Role.HR, Role.GENERAL_MANAGER)
PENALTY = (
    Penalty.number, Penalty.kind, Penalty.state, Penalty.bonus_year, Penalty.reason, Penalty.approved_at,
    Penalty.served_at, Penalty.service_mode, Penalty.served_by, Penalty.witness, Penalty.receipt, Penalty.appeal_until,
    Penalty.appealed_at, Penalty.appeal, Penalty.appeal_outcome, Penalty.appeal_decided_at, Penalty.appeal_answer,
    Penalty.final_at, Penalty.version,
)  # fmt: skip
PROPOSAL = ("seq", "state", "profile", "grade", "opinion", "proposed_at", "decided_at", "end_reason", "version")


def penalties_of(actor: Actor) -> ColumnElement[bool]:
    """Limit penalties: those who judge see all, finance what is approved, anybody his own once it was served."""
    if actor.user_id is None or actor.has(*JUDGES):
        return true()
    parts: list[ColumnElement[bool]] = [Penalty.approved_at.is_not(None)] if actor.has(Role.FINANCE) else []
    mine = Employee.user_id == actor.user_id
    if actor.driver_id is not None:
        mine = or_(mine, Employee.driver_id == actor.driver_id)
    parts.append(and_(Penalty.served_at.is_not(None), Penalty.employee_id.in_(select(Employee.id).where(mine))))
    return or_(false(), *parts)


def penalty_view(tx: Tx, number: str) -> dict[str, Any]:
    """Give one penalty the caller may see, or NotFoundError."""
    row = tx.session.execute(_penalties().where(Penalty.number == number, penalties_of(tx.actor))).first()
    if row is None:
        raise NotFoundError
    return _penalty(row)


def penalty_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of penalties, newest first; filters: state, kind, accident, employee."""
    columns = {"state": Penalty.state, "kind": Penalty.kind, "accident": Accident.number, "employee": Employee.staff_no}
    query = _penalties().where(penalties_of(tx.actor))
    for name, column in columns.items():
        if name in filters:
            query = query.where(column == filters[name])
    return paged(tx.session, newest_first(query, Penalty.id, page), page, _penalty)


def proposal_view(tx: Tx, accident: Accident) -> dict[str, Any]:
    """Give the newest proposal of an accident with its penalties and approvals, or NotFoundError."""
    query = select(PenaltyProposal).where(PenaltyProposal.accident_id == accident.id)
    proposal = tx.session.scalar(query.order_by(PenaltyProposal.seq.desc()).limit(1))
    if proposal is None:
        raise NotFoundError
    rows = tx.session.execute(_penalties().where(Penalty.proposal_id == proposal.id).order_by(Penalty.id))
    penalties = [_penalty(row) for row in rows]
    approvals = _approvals(tx, proposal.id)
    needed = capacities_needed(accident.mps_class, warned=any(one["warnings"] for one in penalties))
    given: set[ApprovalCapacity] = {one["capacity"] for one in approvals}
    return {
        "accident": accident.number,
        **{name: getattr(proposal, name) for name in PROPOSAL},
        "gross": yuan(proposal.gross_fen),
        "burden": yuan(proposal.burden_fen),
        "basis": "actual" if proposal.burden_is_actual else "estimate",
        "recovered": yuan(proposal.recovered_fen),
        "net": yuan(proposal.net_fen),
        "warnings": findings_of(proposal.warnings),
        "proposed_by": tx.session.get_one(User, proposal.proposed_by_id).login,
        "approvals": approvals,
        "approvals_missing": [capacity for capacity in needed if capacity not in given],
        "penalties": penalties,
    }


def findings_of(stored: list[Any]) -> list[Finding]:
    """Give stored warnings as findings, which the door says in the caller's language."""
    return [Finding(one["code"], one["facts"]) for one in stored]


def _approvals(tx: Tx, proposal_id: int) -> list[dict[str, Any]]:
    query = select(ProposalApproval.capacity, User.login, ProposalApproval.approved_at)
    query = query.join(User, User.id == ProposalApproval.user_id).where(ProposalApproval.proposal_id == proposal_id)
    rows = tx.session.execute(query.order_by(ProposalApproval.id))
    return [{"capacity": capacity, "by": login, "approved_at": at} for capacity, login, at in rows]


def _penalties() -> AnySelect:
    query = select(
        Penalty.id, *PENALTY, Penalty.amount_fen, Penalty.warnings, Accident.number.label("accident"),
        Employee.staff_no, Employee.name, Employee.department,
    )  # fmt: skip
    query = query.join(Accident, Accident.id == Penalty.accident_id)
    return query.join(Employee, Employee.id == Penalty.employee_id)


def _penalty(row: Any) -> dict[str, Any]:
    return {
        **{column.key: getattr(row, column.key) for column in PENALTY},
        "accident": row.accident,
        "employee": {"staff_no": row.staff_no, "name": row.name, "department": row.department},
        "amount": yuan(row.amount_fen),
        "warnings": findings_of(row.warnings),
    }
