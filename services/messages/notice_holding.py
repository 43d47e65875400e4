"""Notices of a truck that stands still after an accident: taken back, and taken along when another truck goes on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from models.consignments import Consignment
from models.notices import Notice
from models.trips import ConsignmentLeg, Trip, TripStop
from models.vocabulary import NoticeState
from services.messages import notice_board
from services.messages.notices import TOLD, of_notice, tell_of_delay
from services.policy.findings import require
from services.policy.lifecycle import object_to_move
from services.transaction import Tx


def withdraw(tx: Tx, trip: Trip) -> None:
    """Take back every arrival told or about to be told for the stops ahead of a trip that is held.

    Who was told is told of the delay at once; who was not gets his first notice when there is an estimate again.
    """
    ahead = [stop for stop in trip.stops[1:] if stop.arrived_at is None]
    board = notice_board.load(tx, ahead)
    for stop in ahead:
        for consignee_id in board.goods.get(stop.id, {}):
            rows = board.rows[stop.id, consignee_id]
            _call_off(tx, [row for row in rows if row.state is NoticeState.SCHEDULED])
            if any(row.state in TOLD for row in rows):
                tell_of_delay(tx, trip, stop, rows)


def carry_over(tx: Tx, before: Trip, trip: Trip) -> None:
    """Let what consignees were told of a trip stand for the one that takes over their goods: no second lead is owed.

    To be called before the new trip's notices are scheduled. The notices keep their numbers, so the next word to a
    consignee is the next version (domain 5.1, N12).
    """
    going_on = {(site_id, consignee_id): stop_id for stop_id, site_id, consignee_id in _waiting(tx, trip)}
    told = (
        select(Notice, TripStop.site_id)
        .join(TripStop, TripStop.id == Notice.stop_id)
        .where(TripStop.trip_id == before.id, TripStop.arrived_at.is_(None))
        .order_by(Notice.id)
        .with_for_update(of=Notice)
    )
    for notice, site_id in tx.session.execute(told):
        stop_id = going_on.get((site_id, notice.consignee_id))
        if stop_id is not None:
            notice.stop_id, notice.trip_id = stop_id, trip.id
            tx.journal("notice.carried_over", of_notice(notice), {"from": before.number, "to": trip.number})
    tx.session.flush()


def _call_off(tx: Tx, pending: Sequence[Notice]) -> None:
    for notice in pending:
        tx.session.refresh(notice, with_for_update=True)  # a worker may be sending it at this very moment
        if notice.state is NoticeState.SCHEDULED:
            require(object_to_move("notice", notice.state, NoticeState.SUPERSEDED))
            notice.state = NoticeState.SUPERSEDED


def _waiting(tx: Tx, trip: Trip) -> list[tuple[int, int, int]]:
    """Give stop, site and consignee of everything that a trip drops."""
    query = (
        select(TripStop.id, TripStop.site_id, Consignment.consignee_id)
        .join(ConsignmentLeg, ConsignmentLeg.drop_stop_id == TripStop.id)
        .join(Consignment, Consignment.id == ConsignmentLeg.consignment_id)
        .where(TripStop.trip_id == trip.id)
    )
    return [(stop_id, site_id, consignee_id) for stop_id, site_id, consignee_id in tx.session.execute(query)]
