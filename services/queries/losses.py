"""What an accident cost, what came back and what is claimed, as figures and as answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from models.accidents import Accident
from models.penalties import InsuranceClaim, LossItem, Recovery, Settlement
from models.responsibility import Determination
from models.vocabulary import Grade
from services.policy.fen import yuan
from services.policy.penalties.loss import Loss, LossFacts, net_loss
from services.rulebook import ruleset_at
from services.transaction import Tx

LOSS = (
    "id", "kind", "description", "evidence", "recorded_at", "recorded_by", "struck_at", "struck_by", "struck_reason",
)  # fmt: skip
RECOVERY = (
    "id", "kind", "claim_id", "received_on", "note", "recorded_at", "recorded_by", "struck_at", "struck_by",
    "struck_reason",
)  # fmt: skip
SETTLEMENT = ("document", "scan", "settled_on", "recorded_at", "recorded_by")
CLAIM = (
    "id", "kind", "insurer", "policy_no", "claim_no", "state", "notified_at", "assessed_at", "filed_at", "ended_at",
    "end_reason", "recorded_by", "version",
)  # fmt: skip


def latest_determination(tx: Tx, accident_id: int) -> Determination | None:
    """Give the paper that says who is responsible now: the last one recorded."""
    query = select(Determination).where(Determination.accident_id == accident_id)
    return tx.session.scalar(query.order_by(Determination.seq.desc()).limit(1))


def loss_of(tx: Tx, accident: Accident, grade: Grade) -> Loss:
    """Work out the net loss of our side with this grade, by the numbers in force when the accident happened.

    A settlement recorded later replaces the one before.
    """
    items = select(LossItem.kind, LossItem.amount_fen).where(
        LossItem.accident_id == accident.id, LossItem.struck_at.is_(None)
    )
    settled = select(Settlement.paid_fen).where(Settlement.accident_id == accident.id)
    facts = LossFacts(
        grade=grade,
        items=tuple((kind, fen) for kind, fen in tx.session.execute(items.order_by(LossItem.id))),
        recovered_fen=_recovered(tx, accident.id),
        settled_fen=tx.session.scalar(settled.order_by(Settlement.id.desc()).limit(1)),
    )
    return net_loss(facts, ruleset_at(tx, accident.occurred_at).penalty)


def losses_view(tx: Tx, accident: Accident) -> dict[str, Any]:
    """Give losses, recoveries and the settlement of an accident, and the figures that follow; none before a grade."""
    paper = latest_determination(tx, accident.id)
    return {
        "accident": accident.number,
        "losses": [loss_view(one) for one in _rows(tx, LossItem, accident.id)],
        "recoveries": [recovery_view(one) for one in _rows(tx, Recovery, accident.id)],
        "settlements": [settlement_view(one) for one in _rows(tx, Settlement, accident.id)],
        "figures": figures_view(loss_of(tx, accident, paper.grade), paper.grade) if paper else None,
    }


def claims_view(tx: Tx, accident: Accident) -> list[dict[str, Any]]:
    """List the insurance claims of an accident."""
    return [claim_view(one) for one in _rows(tx, InsuranceClaim, accident.id)]


def figures_view(loss: Loss, grade: Grade) -> dict[str, Any]:
    """Shape the arithmetic from gross to net."""
    return {
        "grade": grade,
        "gross": yuan(loss.gross_fen),
        "burden": yuan(loss.burden_fen),
        "basis": "actual" if loss.burden_is_actual else "estimate",
        "recovered": yuan(loss.recovered_fen),
        "net": yuan(loss.net_fen),
        "spill_fines": yuan(loss.spill_fine_fen),
    }


def loss_view(loss: LossItem) -> dict[str, Any]:
    """Shape one loss."""
    return _shaped(loss, LOSS, {"amount": yuan(loss.amount_fen)})


def recovery_view(recovery: Recovery) -> dict[str, Any]:
    """Shape one recovery."""
    return _shaped(recovery, RECOVERY, {"amount": yuan(recovery.amount_fen)})


def settlement_view(settlement: Settlement) -> dict[str, Any]:
    """Shape a settlement."""
    return _shaped(settlement, SETTLEMENT, {"paid": yuan(settlement.paid_fen)})


def claim_view(claim: InsuranceClaim) -> dict[str, Any]:
    """Shape one claim."""
    assessed = None if claim.assessed_fen is None else yuan(claim.assessed_fen)
    return _shaped(claim, CLAIM, {"assessed": assessed})


def _shaped(row: Any, names: tuple[str, ...], money: Mapping[str, str | None]) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in names}, **money}


def _rows(tx: Tx, table: type[Any], accident_id: int) -> list[Any]:
    return list(tx.session.scalars(select(table).where(table.accident_id == accident_id).order_by(table.id)))


def _recovered(tx: Tx, accident_id: int) -> int:
    total = select(func.coalesce(func.sum(Recovery.amount_fen), 0))
    return int(tx.session.scalars(total.where(Recovery.accident_id == accident_id, Recovery.struck_at.is_(None))).one())
