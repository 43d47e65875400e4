"""Who is responsible by the police's paper: determination, review, and the analysis that follows."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.kit.times import occurred
from app.schemas.common import Reason
from app.schemas.determinations import CaseOut, DeterminationIn, DeterminationOut, ReopeningIn, ReviewIn
from app.schemas.responsibility import list_of
from models.vocabulary import DeterminationBasis, Role
from services.policy.accidents.determination import DeterminationCard
from services.queries import responsibility as queries
from services.responsibility import analysis, closing, determining, gates, reviewing
from services.transaction import Tx

blp = Resource("responsibility", "Responsibility: determination, review, closing of an accident (责任认定、结案)")
SAFETY = (Role.SAFETY,)
ANALYSTS = (Role.MANAGER, Role.PRODUCTION)
JUDGES = (Role.SAFETY, Role.MANAGER)
REOPENERS = (*JUDGES, Role.GENERAL_MANAGER)
READERS = (*REOPENERS, Role.PRODUCTION, Role.HR, Role.DRIVER)
CASE = "/accidents/<number>"


@endpoint(blp, "PUT", f"{CASE}/determination", Shape(roles=SAFETY, body=DeterminationIn, answer=DeterminationOut))
def determine(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record the police's determination, or a certificate that the cause cannot be found, with its scan."""
    determining.record(tx, number, _card(body))
    return _newest(tx, number)


@endpoint(blp, "GET", f"{CASE}/determinations", Shape(roles=READERS, answer=list_of(DeterminationOut), writes=False))
def list_determinations(tx: Tx, number: str) -> dict[str, Any]:
    """List the papers on responsibility; the first one counts."""
    return queries.determinations(tx, number)


@endpoint(blp, "POST", f"{CASE}/review", Shape(roles=SAFETY, body=ReviewIn, answer=CaseOut, creates=True))
def ask_for_review(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Record that a party asked for a review, within three days after service."""
    reviewing.file(tx, number, occurred(tx, body, "filed_at"), body["reason"])
    return _case(tx, number)


@endpoint(
    blp,
    "POST",
    f"{CASE}/review-result",
    Shape(roles=SAFETY, body=DeterminationIn, answer=DeterminationOut, status=201, creates=True),
)
def record_review_result(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record what the review decided; after the decisions were enforced this takes the case up again."""
    reviewing.record_result(tx, number, _card({"basis": DeterminationBasis.REVIEW_RESULT, **body}))
    return _newest(tx, number)


@endpoint(blp, "POST", f"{CASE}/analysis", Shape(roles=ANALYSTS, answer=CaseOut, creates=True))
def complete_analysis(tx: Tx, number: str) -> Made:
    """Call the accident analysed, or name every person and paper that is still missing."""
    analysis.complete(tx, number)
    return _case(tx, number)


@endpoint(blp, "POST", f"{CASE}/none-responsible", Shape(roles=JUDGES, body=Reason, answer=CaseOut, creates=True))
def sign_none_responsible(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Sign that nobody on our side is responsible."""
    gates.sign_none_responsible(tx, number, body["reason"])
    return _case(tx, number)


@endpoint(blp, "POST", f"{CASE}/closing", Shape(roles=SAFETY, answer=CaseOut, creates=True))
def close(tx: Tx, number: str) -> Made:
    """Close the case, or name everything that keeps it open."""
    closing.close(tx, number)
    return _case(tx, number)


@endpoint(blp, "POST", f"{CASE}/reopening", Shape(roles=REOPENERS, body=ReopeningIn, answer=CaseOut, creates=True))
def reopen(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Take a case up again for new facts, a reversed determination, or money the insurer paid afterwards."""
    closing.reopen(tx, number, body["ground"], body["reason"])
    return _case(tx, number)


def _card(body: dict[str, Any]) -> DeterminationCard:
    parties = tuple((one["party"], one["grade"]) for one in body.pop("parties", ()))
    return DeterminationCard(**body, parties=parties)


def _newest(tx: Tx, number: str) -> dict[str, Any]:
    newest: dict[str, Any] = queries.determinations(tx, number)["items"][0]
    return newest


def _case(tx: Tx, number: str) -> Made:
    tx.session.flush()
    view = queries.case_view(tx, number)
    return Made(view, view["version"])
