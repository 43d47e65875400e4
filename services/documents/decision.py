"""What stands in a penalty decision 处罚决定书: every line laid on one person by one proposal (domain 4.1, 4.4)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.accidents import Accident
from models.accounts import User
from models.penalties import Penalty, PenaltyProposal, ProposalApproval
from models.people import Employee
from models.responsibility import WHOLE, InvolvedPerson
from models.vocabulary import PenaltyKind
from services.documents.case_form import basics
from services.documents.wording import day_of, end_moment, moment, money, term
from services.errors import NotFoundError
from services.policy.findings import Finding, require
from services.queries.penalties import penalties_of
from services.rulebook import ruleset_at
from services.transaction import Tx

HUNDRED = 100
# taken from no wage: the bonus is simply not paid, and no sanction costs nothing
NOT_DEDUCTED = frozenset({PenaltyKind.BONUS_FORFEITURE, PenaltyKind.NO_SANCTION})


def penalty_of(tx: Tx, number: str) -> Penalty:
    """Give a penalty the caller may see; RuleBrokenError while it is only proposed, for then nothing is decided."""
    penalty = tx.session.scalar(select(Penalty).where(Penalty.number == number, penalties_of(tx.actor)))
    if penalty is None:
        raise NotFoundError
    undecided = Finding("DECISION_NOT_ISSUED", {"penalty": penalty.number, "state": penalty.state})
    require([undecided] if penalty.approved_at is None else [])
    return penalty


def decision_facts(tx: Tx, penalty: Penalty) -> dict[str, Any]:
    """Give the decision that a penalty is a line of, with all lines on the same person."""
    accident = tx.session.get_one(Accident, penalty.accident_id)
    person = tx.session.get_one(Employee, penalty.employee_id)
    proposal = tx.session.get_one(PenaltyProposal, penalty.proposal_id)
    lines = _lines(tx, penalty)
    deducted = sum(one.amount_fen for one in lines if one.kind not in NOT_DEDUCTED)
    return {
        **basics(tx, accident),
        "number": penalty.number,
        "person": {
            "name": person.name, "staff_no": person.staff_no, "department": person.department, "post": person.post,
        },
        "part": _part(tx, accident.id, person.id),
        "opinion": proposal.opinion,
        "loss": {
            "gross": money(proposal.gross_fen), "burden": money(proposal.burden_fen),
            "basis": "实际结算" if proposal.burden_is_actual else "按责任比例估算",
            "recovered": money(proposal.recovered_fen), "net": money(proposal.net_fen),
        },
        "lines": [_line(one) for one in lines],
        "deducted": money(deducted),
        "limits": _limits(tx, accident),
        "approvals": _approvals(tx, proposal.id),
        "approved": moment(penalty.approved_at),
        "approved_on": day_of(penalty.approved_at),
        "served": _service(penalty),
        "appeal": _appeal(penalty),
    }  # fmt: skip


def _lines(tx: Tx, penalty: Penalty) -> list[Penalty]:
    query = select(Penalty).where(
        Penalty.proposal_id == penalty.proposal_id,
        Penalty.employee_id == penalty.employee_id,
        Penalty.approved_at.is_not(None),
    )
    return list(tx.session.scalars(query.order_by(Penalty.id)))


def _line(penalty: Penalty) -> dict[str, Any]:
    year = f"（{penalty.bonus_year}年度）" if penalty.bonus_year else ""
    return {
        "number": penalty.number,
        "kind": f"{penalty.kind.zh}{year}",
        "amount": money(penalty.amount_fen),
        "reason": penalty.reason,
        "state": penalty.state.zh,
    }


def _part(tx: Tx, accident_id: int, employee_id: int) -> dict[str, Any]:
    """Give the person's part in the case."""
    query = select(InvolvedPerson).where(
        InvolvedPerson.accident_id == accident_id, InvolvedPerson.employee_id == employee_id
    )
    found = tx.session.scalar(query)
    if found is None:
        return {}
    return {
        "role": found.role.zh,
        "grade": term(found.grade),
        "share": f"{found.share * HUNDRED / WHOLE:g}%",
        "violation": None if found.violation is None else ("是" if found.violation else "否"),
        "fault": term(found.fault_basis),
        "cause": term(found.cause_category),
    }


def _limits(tx: Tx, accident: Accident) -> dict[str, Any]:
    rules = ruleset_at(tx, accident.occurred_at)
    return {
        "wage_share": rules.payroll.wage_share_percent,
        "appeal_days": rules.clock.appeal_days,
    }


def _approvals(tx: Tx, proposal_id: int) -> list[dict[str, Any]]:
    query = select(ProposalApproval.capacity, User.name, ProposalApproval.approved_at)
    query = query.join(User, User.id == ProposalApproval.user_id).where(ProposalApproval.proposal_id == proposal_id)
    rows = tx.session.execute(query.order_by(ProposalApproval.id))
    return [{"capacity": capacity.zh, "name": name, "at": moment(at)} for capacity, name, at in rows]


def _service(penalty: Penalty) -> dict[str, Any]:
    return {
        "at": moment(penalty.served_at),
        "mode": term(penalty.service_mode),
        "by": penalty.served_by,
        "witness": penalty.witness,
        "until": end_moment(penalty.appeal_until),
    }


def _appeal(penalty: Penalty) -> dict[str, Any]:
    if penalty.appealed_at is None:
        return {}
    return {
        "at": moment(penalty.appealed_at),
        "text": penalty.appeal,
        "outcome": term(penalty.appeal_outcome),
        "answer": penalty.appeal_answer,
    }
