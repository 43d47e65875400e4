"""The end of positions: they tell where a driver was, so they are kept for a time and then erased (personal data)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, delete, func, select

from models.telematics import VehicleEvent, VehicleWatch
from models.tracking import LastPosition, Position
from services.positions import position_months
from services.transaction import Tx

# few enough that nobody who writes has to wait for it
CHUNK = 5000


def erase_old(tx: Tx) -> datetime | None:
    """Erase the positions that are older than the ruleset keeps them: whole months, then 5,000 in one transaction.

    Gives when to go on while there are more, at once unless somebody is in the way; the last chunk takes with it
    what else holds an old place: the last positions of vehicles long silent, their watches and their events.
    """
    before = tx.now - timedelta(days=tx.ruleset.tracking.positions_days)
    go_on = position_months.drop_before(tx, before)
    if go_on is not None:
        return go_on
    table = cast(Table, Position.__table__)
    old = select(table.c.id).where(table.c.fix_at < before).limit(CHUNK)
    # said twice, so that no younger month is searched for these ids
    erased = tx.connection.execute(delete(table).where(table.c.id.in_(old), table.c.fix_at < before)).rowcount
    if erased == CHUNK:
        return tx.now
    tx.connection.execute(delete(LastPosition).where(LastPosition.fix_at < before))
    tx.connection.execute(delete(VehicleWatch).where(VehicleWatch.watched_to < before))
    tx.connection.execute(
        delete(VehicleEvent).where(func.coalesce(VehicleEvent.ended_at, VehicleEvent.began_at) < before)
    )
    return None
