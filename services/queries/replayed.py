"""Figures of everything the database holds: trips, notices, double use, estimates against arrivals."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from models.consignments import Consignment
from models.experience import Prediction
from models.loading import SealEvent
from models.notices import Notice
from models.trips import Reservation, Trip
from models.vocabulary import ConsignmentState, NoticeKind, SealEventKind
from services.transaction import Tx

DELIVERED = (ConsignmentState.ACCEPTED, ConsignmentState.PARTIALLY_ACCEPTED, ConsignmentState.CLOSED)


def count(tx: Tx) -> dict[str, Any]:
    """Count bookings, trips, deliveries, notices with their causes, and double use."""
    firsts = tx.session.execute(
        select(Notice.delivered_at, Notice.in_time, Notice.breach).where(
            Notice.version_no == 1, Notice.kind != NoticeKind.TERMINAL, Notice.in_time.is_not(None)
        )
    ).all()
    causes = Counter(str(row.breach) for row in firsts if not row.in_time and row.breach)
    return {
        "booked": _number(tx, select(func.count()).select_from(Consignment)),
        "trips": _number(tx, select(func.count()).select_from(Trip)),
        "departed": _number(tx, select(func.count()).where(Trip.departed_at.is_not(None))),
        "delivered": _number(tx, select(func.count()).where(Consignment.state.in_(DELIVERED))),
        "notices_due": len(firsts),
        "notices_sent": sum(row.delivered_at is not None for row in firsts),
        "notices_in_time": sum(bool(row.in_time) for row in firsts),
        "late_by_cause": causes,
        "double_booked": double_booked(tx),
        "seals_reused": seals_reused(tx),
    }


def double_booked(tx: Tx) -> int:
    """Count pairs of live reservations of one resource that overlap; the database guard keeps this at nought."""
    one, other = aliased(Reservation), aliased(Reservation)
    overlap = (one.starts_at < other.ends_at) & (other.starts_at < one.ends_at)
    query = select(func.count()).select_from(one).join(other, (one.resource == other.resource) & (one.id < other.id))
    return _number(tx, query.where(overlap, one.released.is_(False), other.released.is_(False)))


def seals_reused(tx: Tx) -> int:
    """Count seals that were put on more than once."""
    put_on = SealEvent.kind.in_([SealEventKind.APPLIED, SealEventKind.REPLACED])
    used = select(SealEvent.seal_id).where(put_on).group_by(SealEvent.seal_id).having(func.count() > 1)
    return _number(tx, select(func.count()).select_from(used.subquery()))


def eta_errors_hours(tx: Tx) -> list[tuple[float, float]]:
    """Give the absolute errors in hours of what was foretold at each departure: as learnt, and by the plan alone."""
    rows = tx.session.execute(
        select(Prediction.expected_minutes, Prediction.router_minutes, Prediction.actual_minutes).where(
            Prediction.at_departure, Prediction.scored_at.is_not(None)
        )
    )
    return [
        (abs(row.expected_minutes - row.actual_minutes) / 60, abs(row.router_minutes - row.actual_minutes) / 60)
        for row in rows
    ]


def _number(tx: Tx, query: Any) -> int:
    return int(tx.session.scalar(query) or 0)
