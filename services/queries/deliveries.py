"""The proof of delivery as an answer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.accidents import Accident, CargoDamage
from models.consignments import CargoLine, Consignment
from models.deliveries import Acceptance
from models.trips import Trip
from services.transaction import Tx

ACCEPTANCE = (
    "verdict", "clean", "consignee_name", "consignee_signature", "driver_name", "driver_signature", "note",
    "occurred_at", "recorded_at", "made_by",
)  # fmt: skip
LINE = (
    "line_no", "verdict", "received_name", "received_specification", "received_quantity", "accepted_quantity",
    "refused_quantity", "refusal_reason", "photo", "note", "open_box", "documents_missing",
)  # fmt: skip


def acceptance_view(tx: Tx, accepted: Acceptance) -> dict[str, Any]:
    """Give the signed outcome of a consignment that was already looked up in the caller's scope."""
    return {
        "consignment": tx.session.get_one(Consignment, accepted.consignment_id).number,
        "trip": tx.session.get_one(Trip, accepted.trip_id).number,
        **{name: getattr(accepted, name) for name in ACCEPTANCE},
        "lines": [{name: getattr(line, name) for name in LINE} for line in accepted.lines],
        "accident_damage": _accident_damage(tx, accepted.consignment_id),
    }


def _accident_damage(tx: Tx, consignment_id: int) -> list[dict[str, Any]]:
    """Give the pieces that were lost on the way, with the case that their claim draft names."""
    rows = tx.session.execute(
        select(CargoLine.line_no, CargoDamage.damaged_quantity, Accident.number.label("accident"))
        .join(CargoLine, CargoLine.id == CargoDamage.line_id)
        .join(Accident, Accident.id == CargoDamage.accident_id)
        .where(CargoDamage.consignment_id == consignment_id, CargoDamage.damaged_quantity > 0)
        .order_by(CargoLine.line_no, CargoDamage.id)
    )
    return [dict(row) for row in rows.mappings()]
