"""Penalties: the department proposes, another approves, personnel serve, the person may appeal."""

from __future__ import annotations

from typing import Any

from app.errors import told
from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.kit.times import occurred
from app.schemas.common import page_of
from app.schemas.penalties import (
    AppealDecisionIn,
    AppealIn,
    PenaltyOut,
    PenaltyQuery,
    ProposalIn,
    ProposalOut,
    RejectionIn,
    ServiceIn,
)
from models.vocabulary import Role
from services.accident_cases import find_accident
from services.penalties import appeals, approving, proposing, serving
from services.penalties.proposing import Proposal
from services.penalties.serving import Service
from services.queries.paging import Page
from services.queries.penalties import JUDGES, penalty_page, penalty_view, proposal_view
from services.transaction import STAFF, Tx

blp = Resource("penalties", "Penalties: proposal, approval, service, appeal (处罚)")
MAKERS = (Role.SAFETY, Role.MANAGER, Role.PRODUCTION)
CHECKERS = (Role.MANAGER, Role.PRODUCTION, Role.GENERAL_MANAGER)
# whoever is employed may have a decision of his own to read
EMPLOYED = (*sorted(STAFF), Role.DRIVER)
PROPOSAL = "/accidents/<number>/penalty-proposal"
ONE = "/penalties/<number>"


@endpoint(blp, "POST", PROPOSAL, Shape(roles=MAKERS, body=ProposalIn, answer=ProposalOut, status=201, creates=True))
def propose(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Propose what follows from losses, grade and people; amounts are computed, never given."""
    proposing.propose(tx, number, Proposal(**body))
    return _proposal(tx, number)


@endpoint(blp, "GET", PROPOSAL, Shape(roles=JUDGES, answer=ProposalOut, writes=False))
def read_proposal(tx: Tx, number: str) -> Made:
    """Read the newest proposal of an accident with its arithmetic."""
    return _proposal(tx, number)


@endpoint(blp, "POST", f"{PROPOSAL}/approvals", Shape(roles=CHECKERS, answer=ProposalOut, creates=True))
def approve(tx: Tx, number: str) -> Made:
    """Approve in the capacity that one's role gives; never one's own proposal, never as a subject."""
    approving.approve(tx, number)
    return _proposal(tx, number)


@endpoint(
    blp, "POST", f"{PROPOSAL}/rejection", Shape(roles=CHECKERS, body=RejectionIn, answer=ProposalOut, creates=True)
)
def reject(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Send a proposal back; the department makes another."""
    approving.reject(tx, number, body["reason"])
    return _proposal(tx, number)


@endpoint(blp, "GET", "/penalties", Shape(roles=EMPLOYED, query=PenaltyQuery, answer=page_of(PenaltyOut), writes=False))
def list_penalties(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List penalties, newest first: finance sees what is approved, anybody his own once it was served."""
    page = penalty_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)
    return {**page, "items": [_said(one) for one in page["items"]]}


@endpoint(blp, "GET", ONE, Shape(roles=EMPLOYED, answer=PenaltyOut, writes=False))
def read(tx: Tx, number: str) -> Made:
    """Read one penalty with its reason, service and appeal."""
    return _penalty(tx, number)


@endpoint(blp, "POST", f"{ONE}/service", Shape(roles=(Role.HR,), body=ServiceIn, answer=PenaltyOut, creates=True))
def serve(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Record that a decision was handed over in writing; five local days for an appeal begin the day after."""
    at = occurred(tx, body)
    serving.serve(tx, number, Service(occurred_at=at, **body))
    return _penalty(tx, number)


@endpoint(blp, "POST", f"{ONE}/appeal", Shape(roles=EMPLOYED, body=AppealIn, answer=PenaltyOut, creates=True))
def appeal(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Object to one's own penalty within its window, or as personnel in the person's name."""
    appeals.appeal(tx, number, body["appeal"])
    return _penalty(tx, number)


@endpoint(
    blp,
    "POST",
    f"{ONE}/appeal-decision",
    Shape(roles=(*CHECKERS, Role.HR), body=AppealDecisionIn, answer=PenaltyOut, creates=True),
)
def decide_appeal(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Uphold, change or withdraw; by somebody who neither made, approved nor bears it."""
    appeals.decide_appeal(tx, number, body["outcome"], body["answer"])
    return _penalty(tx, number)


def _proposal(tx: Tx, number: str) -> Made:
    tx.session.flush()
    view = proposal_view(tx, find_accident(tx, number))
    told_view = {**view, "warnings": told(view["warnings"]), "penalties": [_said(one) for one in view["penalties"]]}
    return Made(told_view, view["version"])


def _penalty(tx: Tx, number: str) -> Made:
    tx.session.flush()
    view = _said(penalty_view(tx, number))
    return Made(view, view["version"])


def _said(view: dict[str, Any]) -> dict[str, Any]:
    return {**view, "warnings": told(view["warnings"])}
