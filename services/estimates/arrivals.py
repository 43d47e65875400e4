"""Arrival estimates are asked for by many and made in batches by the worker (estimating.py, R-F-05)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm.attributes import set_committed_value

from models.trips import Trip
from models.vocabulary import TripState
from services.messages import notice_board, notices
from services.transaction import Tx

BUCKET_S = 10
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


def request(tx: Tx, trip: Trip, at: datetime | None = None) -> None:
    """Ask for a new estimate of a trip at ``at`` (now when left out); many requests make one job."""
    request_all(tx, [(trip, at or tx.now)])


def request_all(tx: Tx, wanted: Iterable[tuple[Trip, datetime]]) -> None:
    """Ask for new estimates of many trips, each at its time or when it is due anyway, in a handful of statements."""
    rows: list[dict[str, Any]] = []
    dues: set[datetime] = set()
    for trip, at in wanted:
        due = bucket(at)
        if trip.estimate_due_at is not None and trip.estimate_due_at <= due:
            due = trip.estimate_due_at
        else:
            rows.append({"trip_id": trip.id, "arrival": trip.estimated_arrival_at, "due": due})
            set_committed_value(trip, "estimate_due_at", due)
        dues.add(due)
    if rows:
        write_trips(tx, rows)
    owe(tx, dues)


def write_trips(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Set arrival and next look of trips given as ``trip_id``, ``arrival`` and ``due``, without a new version."""
    table = cast(Table, Trip.__table__)
    tx.session.connection().execute(
        update(table)
        .where(table.c.id == bindparam("trip_id"))
        .values(estimated_arrival_at=bindparam("arrival"), estimate_due_at=bindparam("due")),
        list(rows),
    )


def owe(tx: Tx, due: Iterable[datetime]) -> None:
    """Owe one job for each of these times."""
    for at in sorted(due):
        tx.defer("estimate_arrivals", key=f"estimate-{at:%Y%m%dT%H%M%S}", due_at=at)


def bucket(at: datetime) -> datetime:
    """Round a time up to ten seconds, so that requests of a moment share one job."""
    return datetime.fromtimestamp(-(-at.timestamp() // BUCKET_S) * BUCKET_S, tz=UTC)
