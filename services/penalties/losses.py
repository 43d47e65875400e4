"""What was lost, what was paid in the end, what came back: recorded once, struck out with a reason, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy import select

from models.accidents import Accident
from models.penalties import InsuranceClaim, LossItem, Recovery, Settlement
from models.vocabulary import AccidentState, LossKind, RecoveryKind, ReopeningGround
from services import files
from services.accident_cases import find_accident, of_accident
from services.errors import NotFoundError
from services.penalties.recomputing import review_money
from services.policy.fen import yuan
from services.policy.findings import Finding, require
from services.policy.localtime import local_date
from services.transaction import Tx

Struck = TypeVar("Struck", LossItem, Recovery)
MAX_ID = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLoss:
    """One loss of either side, in fen, with its papers as stored files."""

    kind: LossKind
    amount_fen: int
    description: str
    evidence: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecovery:
    """Money that came back, in fen, perhaps on a claim of the case."""

    kind: RecoveryKind
    amount_fen: int
    received_on: date
    claim_id: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSettlement:
    """What our side paid in all, in fen, and the document that says so."""

    paid_fen: int
    document: str
    settled_on: date
    scan: str | None = None


def record_loss(tx: Tx, number: str, new: NewLoss) -> LossItem:
    """Record a loss; an enforced case that would now charge otherwise is taken up again."""
    accident = money_case(tx, number, files.require_files(tx, new.evidence, "evidence"))
    loss = LossItem(
        accident_id=accident.id,
        kind=new.kind,
        amount_fen=new.amount_fen,
        description=new.description,
        evidence=list(dict.fromkeys(new.evidence)),
        recorded_at=tx.now,
        recorded_by=tx.actor.name,
    )
    tx.session.add(loss)
    tx.session.flush()
    facts = {"loss": loss.id, "kind": loss.kind.value, "amount": yuan(loss.amount_fen)}
    tx.journal("accident.loss_recorded", of_accident(accident), facts)
    review_money(tx, accident, ReopeningGround.NEW_FACTS)
    return loss


def strike_loss(tx: Tx, number: str, loss_id: int, reason: str) -> LossItem:
    """Strike a loss out; NotFoundError for one of another case, RuleBrokenError when it was struck before."""
    accident = money_case(tx, number)
    loss = _of_case(tx, LossItem, accident, loss_id)
    _strike(tx, accident, loss, "accident.loss_struck", reason)
    review_money(tx, accident, ReopeningGround.NEW_FACTS)
    return loss


def settle(tx: Tx, number: str, new: NewSettlement) -> Settlement:
    """Record what our side paid in all: it replaces the estimate, and a settlement recorded before."""
    missing = files.require_files(tx, [new.scan], "scan") if new.scan else []
    accident = money_case(tx, number, [*missing, *_object_to_day(tx, new.settled_on, "settled_on")])
    settlement = Settlement(
        accident_id=accident.id,
        paid_fen=new.paid_fen,
        document=new.document,
        scan=new.scan,
        settled_on=new.settled_on,
        recorded_at=tx.now,
        recorded_by=tx.actor.name,
    )
    tx.session.add(settlement)
    tx.session.flush()
    facts = {"paid": yuan(settlement.paid_fen), "document": settlement.document}
    tx.journal("accident.settled", of_accident(accident), facts)
    review_money(tx, accident, ReopeningGround.NEW_FACTS)
    return settlement


def record_recovery(tx: Tx, number: str, new: NewRecovery) -> Recovery:
    """Record money that came back; after the case was enforced the net loss is worked out anew (R-A-12)."""
    accident = money_case(tx, number, _object_to_day(tx, new.received_on, "received_on"))
    require(_object_to_claim(tx, accident, new.claim_id))
    recovery = Recovery(
        accident_id=accident.id,
        claim_id=new.claim_id,
        kind=new.kind,
        amount_fen=new.amount_fen,
        received_on=new.received_on,
        note=new.note,
        recorded_at=tx.now,
        recorded_by=tx.actor.name,
    )
    tx.session.add(recovery)
    tx.session.flush()
    facts = {"recovery": recovery.id, "kind": recovery.kind.value, "amount": yuan(recovery.amount_fen)}
    tx.journal("accident.recovery_recorded", of_accident(accident), facts)
    review_money(tx, accident, ReopeningGround.INSURER_RECOVERY)
    return recovery


def strike_recovery(tx: Tx, number: str, recovery_id: int, reason: str) -> Recovery:
    """Strike a recovery out, as ``strike_loss`` does a loss."""
    accident = money_case(tx, number)
    recovery = _of_case(tx, Recovery, accident, recovery_id)
    _strike(tx, accident, recovery, "accident.recovery_struck", reason)
    review_money(tx, accident, ReopeningGround.INSURER_RECOVERY)
    return recovery


def money_case(tx: Tx, number: str, findings: Iterable[Finding] = ()) -> Accident:
    """Give the locked accident whose money is written on; a false alarm has none."""
    accident = find_accident(tx, number, lock=True)
    void = [Finding("ACCIDENT_VOID", {"accident": number})] if accident.state is AccidentState.VOID else []
    require([*void, *findings])
    return accident


def _of_case(tx: Tx, table: type[Struck], accident: Accident, row_id: int) -> Struck:
    query = select(table).where(table.id == row_id, table.accident_id == accident.id).with_for_update()
    row = tx.session.scalar(query) if row_id <= MAX_ID else None
    if row is None:
        raise NotFoundError
    return row


def _strike(tx: Tx, accident: Accident, row: LossItem | Recovery, action: str, reason: str) -> None:
    if row.struck_at is not None:
        require([Finding("STRUCK_ALREADY", {"by": row.struck_by, "reason": row.struck_reason})])
    row.struck_at, row.struck_by, row.struck_reason = tx.now, tx.actor.name, reason
    tx.session.flush()
    facts = {"id": row.id, "amount": yuan(row.amount_fen), "reason": reason}
    tx.journal(action, of_accident(accident), facts)


def _object_to_day(tx: Tx, day: date, field_name: str) -> list[Finding]:
    late = day > local_date(tx.now)
    return [Finding("DAY_IN_THE_FUTURE", {"field": field_name, "day": day.isoformat()})] if late else []


def _object_to_claim(tx: Tx, accident: Accident, claim_id: int | None) -> list[Finding]:
    if claim_id is None:
        return []
    query = select(InsuranceClaim.id).where(InsuranceClaim.id == claim_id, InsuranceClaim.accident_id == accident.id)
    known = claim_id <= MAX_ID and tx.session.scalar(query) is not None
    return [] if known else [Finding("REFERENCE_UNKNOWN", {"field": "claim", "value": claim_id})]
