"""Positions from devices and phones."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Shape, endpoint
from app.outcomes import answer_of
from app.schemas.positions import PositionsIn, TakenOut
from models.vocabulary import Role
from services.positions import tracking
from services.positions.tracking import Fix
from services.transaction import Tx

blp = Resource("positions", "Positions: fixes of vehicles, in batches of up to 500 (定位)")
DEVICES = (Role.DRIVER, Role.DISPATCHER, Role.ADMIN)


@endpoint(blp, "POST", "/positions", Shape(roles=DEVICES, body=PositionsIn, answer=TakenOut, creates=True))
def take(tx: Tx, fixes: list[Fix]) -> dict[str, Any]:
    """Store a batch; a fix that cannot be taken refuses itself and not the others, the same fix is kept once."""
    return answer_of(tracking.take(tx, fixes), fixes)
