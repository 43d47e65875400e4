"""Which trips asked for an estimate by all the rules: thousands at once, in one statement each way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, bindparam, null, or_, update

from models.trips import Trip
from services.estimates.arrivals import owe
from services.estimates.batches.sql import among, listed
from services.prepared import Prepared
from services.transaction import Tx

TRIPS = cast(Table, Trip.__table__)


def ask(tx: Tx, trip_ids: Sequence[int]) -> None:
    """Ask for a new estimate of each of these trips that does not wait for one already."""
    if trip_ids:
        ASK.put(tx.connection, {"ids": listed(tx, trip_ids), "due": tx.now})
        owe(tx, tx.now)


def answered(tx: Tx, trip_ids: Sequence[int]) -> None:
    """Note that these trips wait no more, and that what was remembered of them is to be read again."""
    ANSWERED.put(tx.connection, {"ids": listed(tx, trip_ids), "now": tx.now})


ASK = Prepared(
    lambda dialect: (
        update(TRIPS)
        .where(
            among(TRIPS.c.id, dialect),
            or_(TRIPS.c.estimate_due_at.is_(None), TRIPS.c.estimate_due_at > bindparam("due")),
        )
        .values(estimate_due_at=bindparam("due"))
    )
)
ANSWERED = Prepared(
    lambda dialect: (
        update(TRIPS).where(among(TRIPS.c.id, dialect)).values(estimate_due_at=null(), basis_at=bindparam("now"))
    )
)
