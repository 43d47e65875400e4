"""The money of an accident: losses, what was paid, what came back, and claims with insurers."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.kit.times import occurred
from app.schemas.losses import (
    AssessmentIn,
    CaseSettlementIn,
    ClaimIn,
    ClaimList,
    ClaimOut,
    FilingIn,
    LossesOut,
    LossIn,
    LossOut,
    PaymentIn,
    RecoveryIn,
    RecoveryOut,
    SettlementOut,
    StrikeIn,
)
from models.vocabulary import Role
from services.accident_cases import find_accident
from services.penalties import insurance, losses
from services.penalties.insurance import NewClaim
from services.penalties.losses import NewLoss, NewRecovery, NewSettlement
from services.queries import losses as views
from services.transaction import Tx

blp = Resource("losses", "Losses, recoveries and insurance claims of an accident (事故损失、索赔)")
KEEPERS = (Role.SAFETY, Role.FINANCE)
WAIVERS = (Role.MANAGER, Role.GENERAL_MANAGER)
READERS = (*KEEPERS, *WAIVERS, Role.PRODUCTION, Role.HR)
CASE = "/accidents/<number>"
CLAIM = f"{CASE}/claims/<int:claim_id>"


@endpoint(blp, "POST", f"{CASE}/losses", Shape(roles=KEEPERS, body=LossIn, answer=LossOut, status=201, creates=True))
def record_loss(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record a loss of either side, or a fine on the company for spilling."""
    return views.loss_view(losses.record_loss(tx, number, NewLoss(**body)))


@endpoint(blp, "GET", f"{CASE}/losses", Shape(roles=READERS, answer=LossesOut, writes=False))
def read_losses(tx: Tx, number: str) -> dict[str, Any]:
    """Read losses, recoveries and settlements, and the net loss that follows."""
    return views.losses_view(tx, find_accident(tx, number))


@endpoint(
    blp,
    "POST",
    f"{CASE}/losses/<int:loss_id>/striking",
    Shape(roles=KEEPERS, body=StrikeIn, answer=LossOut, creates=True),
)
def strike_loss(tx: Tx, body: dict[str, Any], number: str, loss_id: int) -> dict[str, Any]:
    """Strike a loss out; it stays to be read."""
    return views.loss_view(losses.strike_loss(tx, number, loss_id, body["reason"]))


@endpoint(
    blp,
    "POST",
    f"{CASE}/settlement",
    Shape(roles=KEEPERS, body=CaseSettlementIn, answer=SettlementOut, status=201, creates=True),
)
def settle(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record what our side paid in all; the estimate by the grade counts no more."""
    return views.settlement_view(losses.settle(tx, number, NewSettlement(**body)))


@endpoint(
    blp,
    "POST",
    f"{CASE}/recoveries",
    Shape(roles=KEEPERS, body=RecoveryIn, answer=RecoveryOut, status=201, creates=True),
)
def record_recovery(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record money that came back; an enforced case that would now charge otherwise is taken up again."""
    return views.recovery_view(losses.record_recovery(tx, number, NewRecovery(**body)))


@endpoint(
    blp,
    "POST",
    f"{CASE}/recoveries/<int:recovery_id>/striking",
    Shape(roles=KEEPERS, body=StrikeIn, answer=RecoveryOut, creates=True),
)
def strike_recovery(tx: Tx, body: dict[str, Any], number: str, recovery_id: int) -> dict[str, Any]:
    """Strike a recovery out; it stays to be read."""
    return views.recovery_view(losses.strike_recovery(tx, number, recovery_id, body["reason"]))


@endpoint(blp, "POST", f"{CASE}/claims", Shape(roles=KEEPERS, body=ClaimIn, answer=ClaimOut, status=201, creates=True))
def notify(tx: Tx, body: dict[str, Any], number: str) -> Made:
    """Record that an insurer was told of the accident."""
    at = occurred(tx, body)
    return _shown(insurance.notify(tx, number, NewClaim(notified_at=at, **body)))


@endpoint(blp, "GET", f"{CASE}/claims", Shape(roles=READERS, answer=ClaimList, writes=False))
def read_claims(tx: Tx, number: str) -> dict[str, Any]:
    """List the claims of an accident."""
    return {"items": views.claims_view(tx, find_accident(tx, number))}


@endpoint(blp, "POST", f"{CLAIM}/assessment", Shape(roles=KEEPERS, body=AssessmentIn, answer=ClaimOut, creates=True))
def assess(tx: Tx, body: dict[str, Any], number: str, claim_id: int) -> Made:
    """Record what the insurer assessed (核损定价)."""
    return _shown(insurance.assess(tx, number, claim_id, **body))


@endpoint(blp, "POST", f"{CLAIM}/filing", Shape(roles=KEEPERS, body=FilingIn, answer=ClaimOut, creates=True))
def file_claim(tx: Tx, body: dict[str, Any], number: str, claim_id: int) -> Made:
    """Record that the claim was handed in."""
    return _shown(insurance.file(tx, number, claim_id, body.get("claim_no")))


@endpoint(blp, "POST", f"{CLAIM}/settlement", Shape(roles=KEEPERS, body=PaymentIn, answer=ClaimOut, creates=True))
def settle_claim(tx: Tx, body: dict[str, Any], number: str, claim_id: int) -> Made:
    """Record what the insurer paid: a recovery of the accident."""
    return _shown(insurance.settle_claim(tx, number, claim_id, **body))


@endpoint(blp, "POST", f"{CLAIM}/waiver", Shape(roles=WAIVERS, body=StrikeIn, answer=ClaimOut, creates=True))
def waive(tx: Tx, body: dict[str, Any], number: str, claim_id: int) -> Made:
    """Give a claim up, with the reason."""
    return _shown(insurance.waive(tx, number, claim_id, body["reason"]))


def _shown(claim: Any) -> Made:
    view = views.claim_view(claim)
    return Made(view, view["version"])
