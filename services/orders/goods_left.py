"""What is left of goods after accidents on their way: the damaged pieces of each cargo line (R-A-08)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from models.accidents import CargoDamage
from models.consignments import CargoLine, Consignment
from services.transaction import Tx


def lost_pieces(tx: Tx, consignments: Iterable[Consignment]) -> dict[int, int]:
    """Give the damaged pieces by cargo line id; lines that came through are left out."""
    ids = [consignment.id for consignment in consignments]
    rows = tx.session.execute(
        select(CargoDamage.line_id, func.sum(CargoDamage.damaged_quantity))
        .where(CargoDamage.consignment_id.in_(ids), CargoDamage.damaged_quantity > 0)
        .group_by(CargoDamage.line_id)
    )
    return {line_id: int(pieces) for line_id, pieces in rows}


def left_of(line: CargoLine, lost: dict[int, int]) -> int:
    """Give the sound pieces of a line."""
    return max(0, line.quantity - lost.get(line.id, 0))
