"""Notices and people: acknowledged by the consignee, told by phone, and alarms while calling still helps (P3, P4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from models.notices import Notice
from models.parties import Party
from models.trips import TripStop
from models.vocabulary import ChannelKind, NoticeState, TaskKind
from services import tasks
from services.errors import NotFoundError
from services.messages.notices import of_notice, publish
from services.policy.findings import Finding, require
from services.policy.lifecycle import object_to_move
from services.transaction import Tx

PHONE_TOLD_SKEW = timedelta(minutes=10)


def acknowledge(tx: Tx, notice: Notice, by: str) -> Notice:
    """Record that the consignee has read a notice; the second time changes nothing."""
    if notice.state is NoticeState.ACKNOWLEDGED:
        return notice
    require(object_to_move("notice", notice.state, NoticeState.ACKNOWLEDGED))
    notice.state = NoticeState.ACKNOWLEDGED
    notice.acknowledged_at = tx.now
    notice.acknowledged_by = by
    notice.delivered_at = notice.delivered_at or tx.now
    notice.sent_at = notice.sent_at or tx.now
    tx.journal("notice.acknowledged", of_notice(notice), {"by": by, "version": notice.version_no})
    publish(tx, "notice.acknowledged", notice)
    tasks.complete_by_key(tx, f"call-{notice.public_id}", "acknowledged")
    return notice


def told_by_phone(tx: Tx, notice: Notice, at: datetime, note: str) -> Notice:
    """Record that the desk reached the consignee by phone at ``at``; this counts as told and acknowledged."""
    require([Finding("TOLD_IN_THE_FUTURE", {"at": at.isoformat()})] if at > tx.now + PHONE_TOLD_SKEW else [])
    made = {"at": at.isoformat(), "made_at": notice.created_at.isoformat()}
    require([Finding("TOLD_BEFORE_NOTICE", made)] if at < notice.created_at else [])
    notice.sent_at = notice.sent_at or at
    notice.delivered_at = notice.delivered_at or at
    if notice.state in {NoticeState.SCHEDULED, NoticeState.FAILED}:
        notice.state = NoticeState.SENT
    tx.journal("notice.told_by_phone", of_notice(notice), {"note": note}, at)
    return acknowledge(tx, notice, f"phone: {tx.actor.name}")


def find_notice(tx: Tx, notice_id: str) -> Notice:
    """Give a notice by its public id; NotFoundError for an unknown one."""
    notice = tx.session.scalar(select(Notice).where(Notice.public_id == notice_id).with_for_update())
    if notice is None:
        raise NotFoundError
    return notice


def check_ready(tx: Tx, notice_id: int) -> None:
    """Raise the alarm before a notice is due when no channel of the consignee could carry it (P4)."""
    notice = tx.session.get(Notice, notice_id)
    if notice is None or notice.state is not NoticeState.SCHEDULED:
        return
    party = tx.session.get_one(Party, notice.consignee_id)
    if not usable_channels(tx, party):
        alarm(tx, notice, TaskKind.NOTICE_AT_RISK, "no channel can carry the notice")


def check_acknowledged(tx: Tx, notice_id: int) -> None:
    """Ask the desk to ring a consignee who has not answered by half the lead (5.1)."""
    notice = tx.session.get(Notice, notice_id)
    if notice is not None and notice.state is NoticeState.SENT and not _arrived(tx, notice):
        alarm(tx, notice, TaskKind.CALL_CONSIGNEE, "not acknowledged")
        publish(tx, "notice.overdue", notice)


def usable_channels(tx: Tx, party: Party) -> list[str]:
    """Give the public ids of the channels a machine can use, in the party's order."""
    mail = bool(tx.settings.smtp_host) or tx.settings.environment == "test"
    return [
        channel.public_id
        for channel in party.channels
        if channel.disabled_at is None
        and (channel.kind is ChannelKind.WEBHOOK or (channel.kind is ChannelKind.EMAIL and mail))
    ]


def alarm(tx: Tx, notice: Notice, kind: TaskKind, why: str) -> None:
    """Put a task on the desk for a notice, once, due while calling still helps."""
    lead_lost_at = notice.eta_at - timedelta(minutes=notice.lead_minutes)
    due_at = max(tx.now, min(notice.due_at, lead_lost_at))
    facts = {"notice": notice.public_id, "why": why, "version": notice.version_no}
    tasks.raise_task(tx, kind, f"call-{notice.public_id}", due_at, trip_id=notice.trip_id, facts=facts)


def _arrived(tx: Tx, notice: Notice) -> bool:
    return tx.session.get_one(TripStop, notice.stop_id).arrived_at is not None
