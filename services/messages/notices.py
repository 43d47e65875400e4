"""Arrival notices: scheduled with the plan, moved with the estimate, settled on arrival (R-F-10, R-F-11, 5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from models.consignments import Consignment
from models.notices import Notice
from models.parties import Party
from models.trips import ConsignmentLeg, Trip, TripStop
from models.vocabulary import NoticeKind, NoticeState, ShipmentMode
from services.announcing import announce
from services.messages.notice_board import Arrival, Board, load
from services.policy import notices as policy
from services.policy.findings import Finding
from services.policy.notice_outcome import named_arrival
from services.policy.notices import Action, Decision, NoticeFacts, QuietHours, StopNotice, Told
from services.tokens import public_id
from services.transaction import Subject, Tx

TOLD = {NoticeState.SENT, NoticeState.ACKNOWLEDGED}
CALLED_OFF = (NoticeState.SUPERSEDED, NoticeState.CANCELLED)


def review(tx: Tx, trip: Trip, stop: TripStop, arrival: Arrival, board: Board) -> None:
    """Decide for every consignee of a stop what he is told now or later, and schedule it."""
    for consignee_id, goods in board.goods.get(stop.id, {}).items():
        _review_one(tx, trip, stop, board, (consignee_id, goods), arrival)


def terminal_notice(tx: Tx, trip: Trip, stop: TripStop, consignment: Consignment, unloaded_at: datetime) -> None:
    """Tell the consignee of part loads that his goods lie at a terminal, within 24 h of unloading (N14)."""
    if consignment.shipment_mode is not ShipmentMode.LTL:
        return
    known = tx.session.scalar(
        select(Notice.id).where(
            Notice.stop_id == stop.id,
            Notice.consignee_id == consignment.consignee_id,
            Notice.kind == NoticeKind.TERMINAL,
        )
    )
    if known is None:
        decision = Decision(Action.SEND_NOW, at=tx.now, kind=NoticeKind.TERMINAL)
        _insert(tx, trip, stop, consignment.consignee_id, decision, Arrival(unloaded_at), timedelta(0), last=0)


def cancel_for_trip(tx: Tx, trip: Trip) -> None:
    """Take back what has not been sent: a cancelled trip tells nobody anything (P3)."""
    cancel(tx, Notice.trip_id == trip.id)


def take_back(tx: Tx, stop: TripStop, consignee_id: int) -> None:
    """Take back what has not been sent to a consignee for whom nothing comes to this stop any more (P3)."""
    if consignee_id not in load(tx, [stop]).goods.get(stop.id, {}):
        cancel(tx, (Notice.stop_id == stop.id) & (Notice.consignee_id == consignee_id))


def object_to_gate(tx: Tx, trip: Trip, at: datetime) -> list[Finding]:
    """Object to leaving while a notice that is due has not been sent (N7)."""
    firsts = tx.session.scalars(
        select(Notice).where(
            Notice.trip_id == trip.id, Notice.kind == NoticeKind.PRE_ARRIVAL, Notice.state.not_in(CALLED_OFF)
        )
    )
    seqs = {stop.id: str(stop.seq) for stop in trip.stops}
    facts = [StopNotice(seqs[row.stop_id], row.due_at, row.sent_at) for row in firsts]
    return list(policy.object_to_departure_notice(facts, at, tx.ruleset))


def of_notice(notice: Notice) -> Subject:
    """Name a notice as the subject of a journal entry in its trip's history."""
    return Subject("notice", notice.id, trip_id=notice.trip_id)


def publish(tx: Tx, event: str, notice: Notice) -> None:
    """Tell the shippers whose goods ride to this stop."""
    eta = named_arrival(notice.kind, notice.eta_at)
    facts = {"notice": notice.public_id, "version": notice.version_no, "eta": eta.isoformat() if eta else None}
    for row in _of_consignee(tx, notice.stop_id, notice.consignee_id):
        announce(tx, event, (row.id, row.shipper_id), facts, about=notice.public_id)


def tell_of_delay(tx: Tx, trip: Trip, stop: TripStop, rows: Sequence[Notice]) -> None:
    """Tell a consignee at once that the arrival he was last told does not hold and the new one is not known yet."""
    last = rows[-1]
    decision = Decision(Action.SEND_NOW, at=tx.now, kind=NoticeKind.HELD)
    lead = timedelta(minutes=last.lead_minutes)
    _insert(tx, trip, stop, last.consignee_id, decision, Arrival(last.eta_at), lead, last=last.version_no)


def quiet_of(tx: Tx, party: Party) -> QuietHours:
    """Give the party's own quiet hours, else the company's."""
    if party.quiet_from_minute is not None and party.quiet_to_minute is not None:
        return QuietHours(party.quiet_from_minute, party.quiet_to_minute)
    return policy.quiet_hours(tx.ruleset)


def _review_one(
    tx: Tx, trip: Trip, stop: TripStop, board: Board, whose: tuple[int, Sequence[Any]], arrival: Arrival
) -> None:
    consignee_id, goods = whose
    rows = board.rows[stop.id, consignee_id]
    pending = next((row for row in rows if row.state is NoticeState.SCHEDULED), None)
    told = next((row for row in reversed(rows) if row.state in TOLD), None)
    lead = policy.lead((not one.hard_to_handle for one in goods), tx.ruleset)
    facts = NoticeFacts(
        now=tx.now,
        eta=arrival.at,
        lead=lead,
        assigned_at=trip.created_at,
        planned_eta=pending.eta_at if pending else stop.planned_arrival_at,
        told=_last_told(told) if told else None,
        final_sent=any(row.kind is NoticeKind.FINAL_HOUR and row.state in TOLD for row in rows),
        attempted=any(row.state is NoticeState.FAILED for row in rows),
        quiet=quiet_of(tx, board.parties[consignee_id]),
        early=arrival.early,
    )
    decision = policy.schedule(facts, tx.ruleset)
    if decision.action is Action.NOTHING:
        _nothing_to_tell(tx, trip, pending, decision)
    elif pending is not None:
        _move(tx, pending, decision, arrival, lead)
    elif _may_add(rows, decision):
        rows.append(_insert(tx, trip, stop, consignee_id, decision, arrival, lead, last=len(rows)))


def _last_told(row: Notice) -> Told:
    return Told(row.eta_at, row.version_no, row.sent_at or row.created_at, withdrawn=row.kind is NoticeKind.HELD)


def _may_add(rows: Sequence[Notice], decision: Decision) -> bool:
    """A first notice that failed on every channel is a person's task, not sent again by every estimate.

    One that was called off before it went out, because the truck was held, is made anew.
    """
    return decision.kind is not NoticeKind.PRE_ARRIVAL or all(row.state is NoticeState.SUPERSEDED for row in rows)


def _nothing_to_tell(tx: Tx, trip: Trip, pending: Notice | None, decision: Decision) -> None:
    if pending is not None:
        pending.state = NoticeState.SUPERSEDED
    if decision.at is not None:
        look_again(tx, trip.id, decision.at)


def look_again(tx: Tx, trip_id: int, at: datetime) -> None:
    """Owe another look at a trip's notices; the newest wish replaces the one before."""
    tx.defer_again("review_notices", key=f"review-{trip_id}", due_at=at, trip_id=trip_id)


def review_trip(tx: Tx, trip_id: int) -> None:
    """Look again at every stop still ahead of a trip, on its newest estimate; one that is held has none."""
    trip = tx.session.get(Trip, trip_id)
    if trip is None or trip.arrived_at is not None or trip.frozen_at is not None:
        return
    ahead = [stop for stop in trip.stops[1:] if stop.arrived_at is None]
    board = load(tx, ahead)
    for stop in ahead:
        at = stop.estimated_arrival_at or stop.planned_arrival_at
        review(tx, trip, stop, Arrival(at, early=stop.early_arrival_at), board)


def _insert(
    tx: Tx,
    trip: Trip,
    stop: TripStop,
    consignee_id: int,
    decision: Decision,
    arrival: Arrival,
    lead: timedelta,
    *,
    last: int,
) -> Notice:
    notice = Notice(
        public_id=public_id("ntc"),
        trip_id=trip.id,
        stop_id=stop.id,
        consignee_id=consignee_id,
        kind=decision.kind,
        version_no=max(decision.version, last + 1),
        state=NoticeState.SCHEDULED,
        lead_minutes=int(lead.total_seconds() // 60),
        due_at=decision.at or tx.now,
        eta_at=arrival.at,
        stale=arrival.stale,
        urgent=decision.urgent,
        breach=decision.breach,
        created_at=tx.now,
    )
    tx.session.add(notice)
    tx.session.flush()
    due = {"due_at": notice.due_at.isoformat(), "eta": arrival.at.isoformat(), "breach": notice.breach}
    early = {"early_eta": arrival.early.isoformat()} if arrival.early else {}
    facts = {"kind": notice.kind, "version": notice.version_no, **due, **early}
    tx.journal("notice.scheduled", Subject("notice", notice.id, trip_id=trip.id, new=True), facts)
    owe_sending(tx, notice)
    return notice


def _move(tx: Tx, notice: Notice, decision: Decision, arrival: Arrival, lead: timedelta) -> None:
    """Let a notice that has not gone out follow the estimate; one being retried keeps its pause."""
    retrying = notice.due_at <= tx.now
    notice.eta_at = arrival.at
    notice.kind = decision.kind
    notice.lead_minutes = int(lead.total_seconds() // 60)
    notice.stale = arrival.stale
    notice.urgent = decision.urgent
    notice.breach = notice.breach or decision.breach
    if not retrying and decision.at is not None and decision.at != notice.due_at:
        notice.due_at = decision.at
        owe_sending(tx, notice)


def owe_sending(tx: Tx, notice: Notice) -> None:
    """Owe the sending of a notice at its time, and before a first notice a look whether it can be sent at all."""
    tx.defer("send_notice", key=f"send-{notice.public_id}", due_at=notice.due_at, notice_id=notice.id)
    if notice.kind is NoticeKind.PRE_ARRIVAL:
        alarm_at = max(tx.now, policy.alarm_at(notice.due_at, tx.ruleset))
        tx.defer("check_notice", key=f"check-{notice.public_id}", due_at=alarm_at, notice_id=notice.id)


def _of_consignee(tx: Tx, stop_id: int, consignee_id: int) -> Sequence[Any]:
    """Give id and shipper of the consignments dropped at a stop for one consignee."""
    query = (
        select(Consignment.id, Consignment.shipper_id)
        .join(ConsignmentLeg, ConsignmentLeg.consignment_id == Consignment.id)
        .where(ConsignmentLeg.drop_stop_id == stop_id, Consignment.consignee_id == consignee_id)
    )
    return tx.session.execute(query.order_by(Consignment.id)).all()


def cancel(tx: Tx, where: object) -> None:
    """Call off what has not been sent of the notices that a condition on their table picks."""
    tx.session.flush()
    tx.session.execute(
        update(Notice)
        .where(Notice.state == NoticeState.SCHEDULED, where)  # type: ignore[arg-type]
        .values(state=NoticeState.CANCELLED)
    )
