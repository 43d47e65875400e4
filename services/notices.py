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
from models.vocabulary import NoticeBreach, NoticeKind, NoticeState, ShipmentMode
from services.announcing import announce
from services.notice_board import Arrival, Board, load
from services.policy import notices as policy
from services.policy.findings import Finding
from services.policy.notice_outcome import Acknowledged, ArrivalFacts, breach_on_arrival
from services.policy.notices import Action, Decision, NoticeFacts, QuietHours, StopNotice, Told
from services.tokens import public_id
from services.transaction import Subject, Tx

TOLD = {NoticeState.SENT, NoticeState.ACKNOWLEDGED}


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
    _cancel(tx, Notice.trip_id == trip.id)


def take_back(tx: Tx, stop: TripStop, consignee_id: int) -> None:
    """Take back what has not been sent to a consignee for whom nothing comes to this stop any more (P3)."""
    if consignee_id not in load(tx, [stop]).goods.get(stop.id, {}):
        _cancel(tx, (Notice.stop_id == stop.id) & (Notice.consignee_id == consignee_id))


def settle_stop(tx: Tx, stop: TripStop, arrived_at: datetime) -> None:
    """Record for each consignee of an arrived stop whether he was told early enough, and why not."""
    board = load(tx, [stop])
    for consignee_id, goods in board.goods.get(stop.id, {}).items():
        rows = board.rows[stop.id, consignee_id]
        first = rows[0] if rows else None
        if first is None:
            continue
        lead = timedelta(minutes=first.lead_minutes)
        told = [row for row in rows if row.delivered_at is not None]
        facts = ArrivalFacts(
            arrived_at=arrived_at,
            lead=lead,
            first_delivered_at=min((row.delivered_at for row in told if row.delivered_at), default=None),
            first_told_eta=told[0].eta_at if told else None,
            acknowledged=tuple(Acknowledged(row.version_no, row.eta_at) for row in rows if row.acknowledged_at),
            recorded=first.breach,
            attempted=any(row.state is NoticeState.FAILED for row in rows),
        )
        first.breach = breach_on_arrival(facts, tx.ruleset)
        first.in_time = policy.told_in_time(arrived_at, facts.first_delivered_at, lead)
        outcome = {"in_time": first.in_time, "breach": first.breach, "consignments": len(goods)}
        tx.journal("notice.settled", of_notice(first), outcome, arrived_at)
    _cancel(tx, Notice.stop_id == stop.id)


def object_to_gate(tx: Tx, trip: Trip, at: datetime) -> list[Finding]:
    """Object to leaving while a notice that is due has not been sent (N7)."""
    firsts = tx.session.scalars(
        select(Notice).where(Notice.trip_id == trip.id, Notice.version_no == 1, Notice.kind == NoticeKind.PRE_ARRIVAL)
    )
    seqs = {stop.id: str(stop.seq) for stop in trip.stops}
    facts = [StopNotice(seqs[row.stop_id], row.due_at, row.sent_at) for row in firsts]
    return list(policy.object_to_departure_notice(facts, at, tx.ruleset))


def of_notice(notice: Notice) -> Subject:
    """Name a notice as the subject of a journal entry in its trip's history."""
    return Subject("notice", notice.id, trip_id=notice.trip_id)


def publish(tx: Tx, event: str, notice: Notice) -> None:
    """Tell the shippers whose goods ride to this stop."""
    facts = {"notice": notice.public_id, "version": notice.version_no, "eta": notice.eta_at.isoformat()}
    for row in _of_consignee(tx, notice.stop_id, notice.consignee_id):
        announce(tx, event, (row.id, row.shipper_id), facts, about=notice.public_id)


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
        told=Told(told.eta_at, told.version_no, told.sent_at or told.created_at) if told else None,
        final_sent=any(row.kind is NoticeKind.FINAL_HOUR and row.state in TOLD for row in rows),
        attempted=any(row.state is NoticeState.FAILED for row in rows),
        quiet=quiet_of(tx, board.parties[consignee_id]),
    )
    decision = policy.schedule(facts, tx.ruleset)
    if decision.action is Action.NOTHING:
        _nothing_to_tell(tx, trip, pending, decision)
    elif pending is not None:
        _move(tx, pending, decision, arrival, lead)
    elif _may_add(rows, decision):
        rows.append(_insert(tx, trip, stop, consignee_id, decision, arrival, lead, last=len(rows)))


def _may_add(rows: Sequence[Notice], decision: Decision) -> bool:
    """A first notice that failed on every channel is a person's task, not sent again by every estimate."""
    return decision.kind is not NoticeKind.PRE_ARRIVAL or not rows


def _nothing_to_tell(tx: Tx, trip: Trip, pending: Notice | None, decision: Decision) -> None:
    if pending is not None:
        pending.state = NoticeState.SUPERSEDED
    if decision.at is not None:
        look_again(tx, trip.id, decision.at)


def look_again(tx: Tx, trip_id: int, at: datetime) -> None:
    """Owe another look at a trip's notices; the newest wish replaces the one before."""
    tx.defer_again("review_notices", key=f"review-{trip_id}", due_at=at, trip_id=trip_id)


def review_trip(tx: Tx, trip_id: int) -> None:
    """Look again at every stop still ahead of a trip, on its newest estimate."""
    trip = tx.session.get(Trip, trip_id)
    if trip is None or trip.arrived_at is not None:
        return
    ahead = [stop for stop in trip.stops[1:] if stop.arrived_at is None]
    board = load(tx, ahead)
    for stop in ahead:
        review(tx, trip, stop, Arrival(stop.estimated_arrival_at or stop.planned_arrival_at), board)


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
    facts = {"kind": notice.kind, "version": notice.version_no, **due}
    tx.journal("notice.scheduled", Subject("notice", notice.id, trip_id=trip.id, new=True), facts)
    _defer_sending(tx, notice)
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
        _defer_sending(tx, notice)


def _defer_sending(tx: Tx, notice: Notice) -> None:
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


def _cancel(tx: Tx, where: object) -> None:
    tx.session.flush()
    tx.session.execute(
        update(Notice)
        .where(Notice.state == NoticeState.SCHEDULED, where)  # type: ignore[arg-type]
        .values(state=NoticeState.CANCELLED)
    )


def breach_names() -> tuple[str, ...]:
    """Give the causes the on-time report counts, in a fixed order."""
    return tuple(breach.value for breach in NoticeBreach)
