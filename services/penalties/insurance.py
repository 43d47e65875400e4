"""Claims (索赔) with insurers: told, assessed, filed, paid or waived; one may outlive the case (R-A-09, R-A-12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from models.accidents import Accident
from models.penalties import InsuranceClaim
from models.vocabulary import ClaimState, ClockKind, RecoveryKind
from services import clock_marks, tasks
from services.accident_cases import of_accident, owe_step
from services.errors import NotFoundError
from services.penalties.losses import MAX_ID, NewRecovery, money_case, record_recovery
from services.policy.fen import yuan
from services.policy.findings import Finding, require
from services.policy.lifecycle import object_to_move
from services.policy.localtime import local_text
from services.transaction import Tx

OPEN = (ClaimState.NOTIFIED, ClaimState.ASSESSED, ClaimState.FILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """Whom we told of the accident, when, and on which policy."""

    kind: RecoveryKind
    insurer: str
    notified_at: datetime
    policy_no: str | None = None
    claim_no: str | None = None


def notify(tx: Tx, number: str, new: NewClaim) -> InsuranceClaim:
    """Record that an insurer was told; the clock of telling the insurer is met (R-A-09).

    RuleBrokenError for a call before the accident, or a second open claim of one kind with one insurer.
    """
    accident = money_case(tx, number)
    require(_object_to_notice(tx, accident, new))
    claim = InsuranceClaim(
        accident_id=accident.id,
        kind=new.kind,
        insurer=new.insurer,
        policy_no=new.policy_no,
        claim_no=new.claim_no,
        state=ClaimState.NOTIFIED,
        notified_at=new.notified_at,
        recorded_by=tx.actor.name,
    )
    tx.session.add(claim)
    tx.session.flush()
    facts = {"claim": claim.id, "kind": claim.kind.value, "insurer": claim.insurer}
    tx.journal("claim.notified", of_accident(accident), facts, new.notified_at)
    clock_marks.meet(tx, accident.id, ClockKind.INSURER_TOLD, new.notified_at)
    return claim


def assess(tx: Tx, number: str, claim_id: int, assessed_fen: int, claim_no: str | None = None) -> InsuranceClaim:
    """Record what the insurer assessed (核损定价); the loss items stay what they are."""
    accident, claim = _found(tx, number, claim_id, ClaimState.ASSESSED)
    claim.assessed_fen, claim.assessed_at, claim.claim_no = assessed_fen, tx.now, claim_no or claim.claim_no
    _move(tx, accident, claim, ClaimState.ASSESSED, {"assessed": yuan(assessed_fen)})
    return claim


def file(tx: Tx, number: str, claim_id: int, claim_no: str | None = None) -> InsuranceClaim:
    """Record that the claim was handed in; the insurer must have given it a number."""
    accident, claim = _found(tx, number, claim_id, ClaimState.FILED)
    claim.claim_no, claim.filed_at = claim_no or claim.claim_no, tx.now
    require([] if claim.claim_no else [Finding("CLAIM_NO_MISSING", {"insurer": claim.insurer})])
    _move(tx, accident, claim, ClaimState.FILED, {"claim_no": claim.claim_no})
    return claim


def settle_claim(tx: Tx, number: str, claim_id: int, paid_fen: int, received_on: date) -> InsuranceClaim:
    """Record what the insurer paid: a recovery of the case, after which the net loss is worked out anew (R-A-12)."""
    accident, claim = _found(tx, number, claim_id, ClaimState.SETTLED)
    claim.ended_at = tx.now
    _move(tx, accident, claim, ClaimState.SETTLED, {"paid": yuan(paid_fen)})
    _finish_task(tx, accident)
    paid = NewRecovery(kind=claim.kind, amount_fen=paid_fen, received_on=received_on, claim_id=claim.id)
    record_recovery(tx, number, paid)
    return claim


def waive(tx: Tx, number: str, claim_id: int, reason: str) -> InsuranceClaim:
    """Give a claim up, with the reason."""
    accident, claim = _found(tx, number, claim_id, ClaimState.WAIVED)
    claim.ended_at, claim.end_reason = tx.now, reason
    _move(tx, accident, claim, ClaimState.WAIVED, {"reason": reason})
    _finish_task(tx, accident)
    return claim


def _found(tx: Tx, number: str, claim_id: int, wanted: ClaimState) -> tuple[Accident, InsuranceClaim]:
    accident = money_case(tx, number)
    query = select(InsuranceClaim).where(InsuranceClaim.id == claim_id, InsuranceClaim.accident_id == accident.id)
    claim = tx.session.scalar(query.with_for_update()) if claim_id <= MAX_ID else None
    if claim is None:
        raise NotFoundError
    require(object_to_move("claim", claim.state, wanted))
    return accident, claim


def _move(tx: Tx, accident: Accident, claim: InsuranceClaim, state: ClaimState, facts: dict[str, str | None]) -> None:
    claim.state = state
    tx.session.flush()
    tx.journal(f"claim.{state}", of_accident(accident), {"claim": claim.id, "insurer": claim.insurer, **facts})
    # a claim that was filed or given up may have been the last thing that kept the case open
    owe_step(tx, accident.id)


def _finish_task(tx: Tx, accident: Accident) -> None:
    """Complete the task that closing left with safety, once no claim of the case is open any more."""
    query = select(InsuranceClaim.id).where(InsuranceClaim.accident_id == accident.id, InsuranceClaim.state.in_(OPEN))
    if tx.session.scalar(query.limit(1)) is None:
        tasks.complete_by_key(tx, f"insurance-claim-{accident.number}", "every claim has ended")


def _object_to_notice(tx: Tx, accident: Accident, new: NewClaim) -> list[Finding]:
    found = []
    if new.notified_at < accident.occurred_at:
        facts = {"at": local_text(new.notified_at), "occurred": local_text(accident.occurred_at)}
        found.append(Finding("BEFORE_THE_ACCIDENT", facts))
    query = select(InsuranceClaim.id).where(
        InsuranceClaim.accident_id == accident.id,
        InsuranceClaim.kind == new.kind,
        InsuranceClaim.insurer == new.insurer,
        InsuranceClaim.state.in_(OPEN),
    )
    if tx.session.scalar(query.limit(1)) is not None:
        found.append(Finding("CLAIM_OPEN_ALREADY", {"insurer": new.insurer, "kind": new.kind}))
    return found
