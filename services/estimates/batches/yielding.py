"""Writing thousands of stops without standing in the way of whoever works on one of their trips.

Whoever works on a trip holds it and then takes its stops; a round takes stops and then, for what it keeps, their trips.
So a round may not wait: it would be waited for.
"""

from __future__ import annotations

import numpy as np
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from models.trips import Trip, TripStop
from services.estimates.batches import moving, reading
from services.estimates.batches.arrays import Flags, places, whole
from services.estimates.batches.looking import Look
from services.estimates.batches.moving import Written
from services.estimates.batches.reading import OVERLAP
from services.estimates.batches.sql import Gathered, among, listed
from services.transaction import Tx

# long before PostgreSQL takes two who wait for each other apart (1 s), and then not at anybody else's cost
PATIENCE_MS = 100
LOCK_NOT_AVAILABLE = "55P03"


class Hindered(Exception):  # noqa: N818 - it is no error: somebody else is at work
    """Somebody holds one of these trips or their stops, or has changed one since it was read."""


def write(tx: Tx, look: Look, trips: Flags) -> tuple[Flags, Written]:
    """Write these trips but for those that somebody holds or has changed; give those written, and what of them.

    All of them at once if that goes; locking each one first is a third of what writing it costs. SQLite lets one write
    at a time, so there nobody is in the way.
    """
    if tx.dialect == "sqlite" or not trips.any():
        return trips, moving.write(tx, look, trips)
    try:
        return trips, _write_all(tx, look, trips)
    except Hindered:
        free = _free(tx, look, trips)
        return free, moving.write(tx, look, free)


def _write_all(tx: Tx, look: Look, trips: Flags) -> Written:
    """Write these trips, or undo it and raise Hindered."""
    with tx.connection.begin_nested():
        tx.connection.exec_driver_sql(f"SET LOCAL lock_timeout = {PATIENCE_MS}")
        try:
            written = moving.write(tx, look, trips)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            raise Hindered from error
        if (trips & _changed(tx, look)).any():
            raise Hindered
        tx.connection.exec_driver_sql("SET LOCAL lock_timeout TO DEFAULT")
    return written


def _free(tx: Tx, look: Look, trips: Flags) -> Flags:
    """Lock those of these trips, with their stops ahead, that nobody holds, and give those that nobody has changed."""
    ride = look.ways.ahead.ride
    which = np.flatnonzero(trips[ride])
    stop_ids = look.batch.stops.id[look.ways.row[which]]
    (locked,) = LOCK.columns(tx, {"ids": listed(tx, whole(stop_ids).tolist())})
    held = np.zeros(len(ride), dtype=np.bool_)
    held[which] = places(stop_ids, locked) < 0
    return trips & ~look.any_stop(held) & ~_changed(tx, look)


def _changed(tx: Tx, look: Look) -> Flags:
    """Tell which trips were stamped since they were read: nobody changes one without, nor one that is locked."""
    changed: Flags = np.isin(look.batch.trips.id, reading.changed(tx, look.batch.trips, tx.now - OVERLAP))
    return changed


LOCK = Gathered(
    lambda dialect: (
        select(TripStop.id)
        .join(Trip, Trip.id == TripStop.trip_id)
        .where(among(TripStop.id, dialect), TripStop.arrived_at.is_(None))
        .with_for_update(skip_locked=True)
    )
)
