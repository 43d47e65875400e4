"""The end of positions: they tell where a driver was, so they are kept for a time and then erased (personal data)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, delete, func, select

from models.telematics import VehicleEvent
from models.tracking import LastPosition, Position
from models.vocabulary import VehicleEventKind
from services.transaction import Tx

# few enough that nobody who writes has to wait for it
CHUNK = 5000


def erase_old(tx: Tx) -> datetime | None:
    """Erase the positions that are older than the ruleset keeps them, 5,000 in one transaction.

    Gives the present instant while there are more, so that the job goes on at once; the last chunk takes with it
    what else holds an old place: the last positions of vehicles long silent, and the events of jumps.
    """
    before = tx.now - timedelta(days=tx.ruleset.tracking.positions_days)
    table = cast(Table, Position.__table__)
    old = select(table.c.id).where(table.c.fix_at < before).limit(CHUNK)
    erased = tx.connection.execute(delete(table).where(table.c.id.in_(old))).rowcount
    if erased == CHUNK:
        return tx.now
    tx.connection.execute(delete(LastPosition).where(LastPosition.fix_at < before))
    ended = func.coalesce(VehicleEvent.ended_at, VehicleEvent.began_at) < before
    tx.connection.execute(delete(VehicleEvent).where(VehicleEvent.kind == VehicleEventKind.POSITION_JUMP, ended))
    return None
