"""Arrival estimates are asked for by many and made in batches by the worker (R-F-05).

Whoever changes what the estimate of one trip rests on asks for that trip (estimating.py); positions, which come for all
trips all the time, ask for a round of them all (rounds.py).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm.attributes import set_committed_value

from models.trips import Trip
from models.vocabulary import TripState
from services.messages import notice_board, notices
from services.prepared import Prepared
from services.transaction import Tx

# an estimate that moved less than this, and is no staler, is the same estimate
SAME = timedelta(minutes=2)
BUCKET_S = 10
ROUND_S = 60
# a trip in one of these is estimated
OPEN_STATES = (
    TripState.PLANNED,
    TripState.CREWED,
    TripState.LOADING,
    TripState.LOADED,
    TripState.SEALED,
    TripState.UNDER_WAY,
)


def plan_changed(tx: Tx, trip: Trip) -> None:
    """Schedule the notices from the planned times at once; ask the worker for roads not known yet and an estimate."""
    board = notice_board.load(tx, trip.stops)
    for stop in trip.stops[1:]:
        notices.review(tx, trip, stop, notice_board.Arrival(stop.planned_arrival_at), board)
    if tx.settings.router:
        _ask_for_roads(tx, trip)
    request(tx, trip)


def _ask_for_roads(tx: Tx, trip: Trip) -> None:
    for stop in trip.stops[1:]:
        if stop.road_id is None and stop.arrived_at is None:
            tx.defer("route_leg", key=f"route-{stop.id}", stop_id=stop.id)


def request(tx: Tx, trip: Trip) -> None:
    """Ask for a new estimate of a trip because something it rests on has changed; many requests make one job."""
    due = bucket(tx.now)
    connection = tx.session.connection()
    REQUEST.put(connection, {"trip_id": trip.id, "due": due, "now": tx.now})
    set_committed_value(trip, "estimate_due_at", due)
    set_committed_value(trip, "basis_at", tx.now)
    owe(tx, due)


def owe(tx: Tx, due: datetime) -> None:
    """Owe the job that estimates the trips which asked for it by then."""
    tx.defer("estimate_arrivals", key=f"estimate-{due:%Y%m%dT%H%M%S}", due_at=due)


def owe_round(tx: Tx, at: datetime) -> None:
    """Owe a round of all trips at the first full minute from ``at``; those who ask within a minute share one."""
    due = _rounded_up(max(at, tx.now), ROUND_S)
    # the round of this very minute may have been made while this transaction was under way
    tx.defer_again("estimate_round", key=f"round-{due:%Y%m%dT%H%M%S}", due_at=due)


def bucket(at: datetime) -> datetime:
    """Round a time up to ten seconds, so that requests of a moment share one job."""
    return _rounded_up(at, BUCKET_S)


def _rounded_up(at: datetime, step_s: int) -> datetime:
    return datetime.fromtimestamp(-(-at.timestamp() // step_s) * step_s, tz=UTC)


# facts about a trip make no new version of it
REQUEST = Prepared(
    update(cast(Table, Trip.__table__))
    .where(Trip.id == bindparam("trip_id"))
    .values(estimate_due_at=bindparam("due"), basis_at=bindparam("now"))
)
