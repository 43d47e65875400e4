"""Figures over a period, as exact counts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.consignments import Consignment
from models.notices import Notice
from models.trips import ConsignmentLeg, TripStop
from models.vocabulary import NoticeBreach, NoticeKind
from services.transaction import Tx

NOT_DEFINED = "n/a"
MILLION = 1_000_000


def notice_report(tx: Tx, since: datetime, until: datetime) -> dict[str, Any]:
    """Count the duties to tell a consignee about a stop, of the stops reached in [since, until) (domain 5.1).

    One duty per stop and consignee, however many consignments. It is kept when the first delivered notice lay
    at least the lead before arrival; a duty without any notice counts as not sent.
    """
    duties = _duties(tx, since, until)
    sent = _told(tx, since, until)
    late: Counter[NoticeBreach] = Counter(
        duty.breach or NoticeBreach.NOT_SENT for duty in duties if duty.breach or duty.in_time is None
    )
    in_time = sum(duty.in_time is True for duty in duties)
    return {
        "from": since,
        "to": until,
        "due": len(duties),
        "sent": sum((duty.stop_id, duty.consignee_id) in sent for duty in duties),
        "in_time": in_time,
        "on_time": rate(in_time, len(duties)),
        "breaches": {breach.value: late[breach] for breach in NoticeBreach},
    }


def rate(numerator: int, denominator: int) -> dict[str, Any]:
    """Give a share as its counts and as a percentage with two places that is cut off, so 899/1000 is never 90 (R-K).

    Whoever compares it with a target compares the counts: ``100 * numerator >= target * denominator``.
    """
    hundredths = 10_000 * numerator // denominator if denominator else None
    percent = NOT_DEFINED if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"
    return {"numerator": numerator, "denominator": denominator, "percent": percent}


def per_million_km(count: int, km: int) -> dict[str, Any]:
    """Give ``count`` per million kilometres as its parts and with two places, cut off; ``n/a`` without kilometres."""
    hundredths = count * MILLION * 100 // km if km > 0 else None
    value = NOT_DEFINED if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"
    return {"count": count, "km": km, "value": value}


def _duties(tx: Tx, since: datetime, until: datetime) -> list[Any]:
    """Give each stop and consignee once, with the outcome written on the first notice when the truck arrived."""
    first = (Notice.stop_id == TripStop.id) & (Notice.consignee_id == Consignment.consignee_id)
    first &= (Notice.version_no == 1) & (Notice.kind != NoticeKind.TERMINAL)
    query = (
        select(TripStop.id.label("stop_id"), Consignment.consignee_id, Notice.in_time, Notice.breach)
        .join(ConsignmentLeg, ConsignmentLeg.drop_stop_id == TripStop.id)
        .join(Consignment, Consignment.id == ConsignmentLeg.consignment_id)
        .outerjoin(Notice, first)
        .where(Consignment.destination_site_id == TripStop.site_id, Consignment.trip_id == TripStop.trip_id)
        .where(TripStop.arrived_at >= since, TripStop.arrived_at < until)
        .distinct()
    )
    return list(tx.session.execute(query))


def _told(tx: Tx, since: datetime, until: datetime) -> set[tuple[int, int]]:
    query = (
        select(Notice.stop_id, Notice.consignee_id)
        .join(TripStop, TripStop.id == Notice.stop_id)
        .where(Notice.sent_at.is_not(None), TripStop.arrived_at >= since, TripStop.arrived_at < until)
        .distinct()
    )
    return set(tx.session.execute(query).all())
