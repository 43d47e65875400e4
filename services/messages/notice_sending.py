"""Sending one notice in three steps: decide and record the try, call the port, record the outcome.

Exactly once on the wire is impossible; the notice's public id is its Message-ID and webhook-id on every
try, so the receiver can tell a duplicate (P3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import select

from models.notices import Notice, NoticeAttempt
from models.parties import Channel, Party
from models.vocabulary import AttemptState, ChannelKind, NoticeKind, NoticeState, TaskKind
from services.messages import notice_desk, notice_texts, notices
from services.policy import notices as policy
from services.policy.findings import require
from services.policy.lifecycle import object_to_move
from services.policy.notice_outcome import Exhausted, Retry, named_arrival, next_attempt
from services.ports import Call, Mail, Ports, Receipt
from services.tokens import webhook_secret
from services.transaction import Tx


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One try that is recorded as started: what goes out, and to which attempt its outcome belongs."""

    notice_id: int
    attempt_id: int
    message: Mail | Call


def prepare(tx: Tx, notice_id: int) -> Outgoing | None:
    """Decide from fresh rows whether and where a notice goes now, and record the try; None when it does not.

    A notice that was cancelled, sent or moved to a later time is left alone.
    """
    notice = tx.session.scalar(select(Notice).where(Notice.id == notice_id).with_for_update())
    if notice is None or notice.state is not NoticeState.SCHEDULED:
        return None
    if notice.due_at > tx.now:
        tx.defer("send_notice", key=_retry_key(notice, notice.due_at), due_at=notice.due_at, notice_id=notice.id)
        return None
    party = tx.session.get_one(Party, notice.consignee_id)
    tries = _tries(tx, notice)
    attempt = _open_attempt(tries) or _next_attempt(tx, notice, party, tries)
    if attempt is None:
        return None
    tx.session.add(attempt)
    tx.session.flush()
    channel = tx.session.get_one(Channel, attempt.channel_id)
    return Outgoing(notice.id, attempt.id, _message(tx, notice, party, channel))


def deliver(ports: Ports, outgoing: Outgoing) -> Receipt:
    """Hand the message to the wire; no transaction is open meanwhile."""
    if isinstance(outgoing.message, Mail):
        return ports.mailer.send(outgoing.message)
    return ports.caller.post(outgoing.message)


def record_outcome(tx: Tx, outgoing: Outgoing, receipt: Receipt) -> None:
    """Record how the try ended: told, tried again later, another channel, or a task for a person."""
    notice = tx.session.scalar(select(Notice).where(Notice.id == outgoing.notice_id).with_for_update())
    attempt = tx.session.get_one(NoticeAttempt, outgoing.attempt_id)
    if notice is None or attempt.state is not AttemptState.STARTED:
        return
    attempt.state = AttemptState.DELIVERED if receipt.delivered else AttemptState.FAILED
    attempt.ended_at = tx.now
    attempt.receipt = receipt.detail[:200] if receipt.delivered else None
    attempt.error = None if receipt.delivered else receipt.detail[:500]
    _mind_channel(tx, attempt, receipt)
    if receipt.delivered:
        _told(tx, notice, attempt)
    elif notice.state is NoticeState.SCHEDULED:
        _try_again(tx, notice, attempt)


def _told(tx: Tx, notice: Notice, attempt: NoticeAttempt) -> None:
    if notice.state not in {NoticeState.SCHEDULED, NoticeState.FAILED}:
        return  # it went out while it was called off or answered by phone; the attempt row says so
    require(object_to_move("notice", notice.state, NoticeState.SENT))
    notice.state = NoticeState.SENT
    notice.sent_at = attempt.started_at
    notice.delivered_at = tx.now
    eta = named_arrival(notice.kind, notice.eta_at)
    told = {"version": notice.version_no, "channel": attempt.channel_kind, "eta": eta.isoformat() if eta else None}
    tx.journal("notice.sent", notices.of_notice(notice), told)
    notices.publish(tx, "notice.sent", notice)
    if notice.kind is NoticeKind.PRE_ARRIVAL:
        _ask_for_answer(tx, notice)
    if notice.kind in {NoticeKind.PRE_ARRIVAL, NoticeKind.UPDATE}:
        last_word_at = notice.eta_at - timedelta(minutes=tx.ruleset.notice.final_minutes)
        notices.look_again(tx, notice.trip_id, max(tx.now, last_word_at))


def _ask_for_answer(tx: Tx, notice: Notice) -> None:
    lead = notice.eta_at - tx.now
    at = policy.call_task_at(tx.now, lead, notice.eta_at)
    tx.defer("check_acknowledged", key=f"ack-{notice.public_id}", due_at=at, notice_id=notice.id)


def _try_again(tx: Tx, notice: Notice, failed: NoticeAttempt) -> None:
    tx.session.flush()
    step = _next(tx, tx.session.get_one(Party, notice.consignee_id), _tries(tx, notice))
    if isinstance(step, Retry):
        notice.due_at = step.at
        # named by the try and not by the time: the next channel is tried at once, while this very row still runs
        key = f"send-{notice.public_id}-after-{failed.attempt_no}"
        tx.defer("send_notice", key=key, due_at=step.at, notice_id=notice.id)
    else:
        _exhausted(tx, notice)


def _exhausted(tx: Tx, notice: Notice) -> None:
    """No channel is left: park the notice visibly and give it to a person."""
    require(object_to_move("notice", notice.state, NoticeState.FAILED))
    notice.state = NoticeState.FAILED
    tx.journal("notice.failed", notices.of_notice(notice), {"version": notice.version_no})
    notice_desk.alarm(tx, notice, TaskKind.CALL_CONSIGNEE, "every channel failed")
    notices.publish(tx, "notice.overdue", notice)


def _tries(tx: Tx, notice: Notice) -> list[NoticeAttempt]:
    query = select(NoticeAttempt).where(NoticeAttempt.notice_id == notice.id).order_by(NoticeAttempt.attempt_no)
    return list(tx.session.scalars(query))


def _open_attempt(tries: Sequence[NoticeAttempt]) -> NoticeAttempt | None:
    """Give a try whose outcome was never recorded (the process died): it is made again under its own number."""
    return next((one for one in tries if one.state is AttemptState.STARTED), None)


def _next_attempt(tx: Tx, notice: Notice, party: Party, tries: Sequence[NoticeAttempt]) -> NoticeAttempt | None:
    step = _next(tx, party, tries)
    if not isinstance(step, Retry):
        _exhausted(tx, notice)
        return None
    if step.at > tx.now:
        notice.due_at = step.at
        tx.defer("send_notice", key=_retry_key(notice, step.at), due_at=step.at, notice_id=notice.id)
        return None
    channel = next(channel for channel in party.channels if channel.public_id == step.channel)
    return NoticeAttempt(
        notice_id=notice.id,
        channel_id=channel.id,
        channel_kind=channel.kind,
        attempt_no=len(tries) + 1,
        state=AttemptState.STARTED,
        started_at=tx.now,
    )


def _next(tx: Tx, party: Party, tries: Sequence[NoticeAttempt]) -> Retry | Exhausted:
    """Ask the policy where the next try goes, from the failed ones by channel."""
    names = {channel.id: channel.public_id for channel in party.channels}
    failed: dict[str, list[datetime]] = defaultdict(list)
    for one in tries:
        if one.state is AttemptState.FAILED and one.channel_id in names:
            failed[names[one.channel_id]].append(one.started_at)
    return next_attempt(failed, notice_desk.usable_channels(tx, party), tx.now, tx.ruleset)


def _mind_channel(tx: Tx, attempt: NoticeAttempt, receipt: Receipt) -> None:
    """Shut an endpoint that says it is gone (410) and remember since when one fails (P5)."""
    channel = tx.session.get_one(Channel, attempt.channel_id)
    if receipt.delivered:
        channel.failing_since = None
    else:
        channel.failing_since = channel.failing_since or tx.now
    if receipt.gone and channel.disabled_at is None:
        channel.disabled_at = tx.now
        channel.disabled_reason = receipt.detail


def _message(tx: Tx, notice: Notice, party: Party, channel: Channel) -> Mail | Call:
    told = notice_texts.compose(tx, notice, party)
    if channel.kind is ChannelKind.EMAIL:
        return Mail(notice.public_id, channel.address, told.subject, told.body)
    return Call(
        url=channel.address,
        webhook_id=notice.public_id,
        body=orjson.dumps({"type": "notice.sent", "timestamp": tx.now, "data": told.data}),
        secrets=signing_secrets(tx, channel),
        timestamp_s=int(tx.now.timestamp()),
    )


def signing_secrets(tx: Tx, channel: Channel) -> tuple[str, ...]:
    """Give the endpoint's secret, and for a day after a rotation the one before it as well (P5)."""
    key = tx.settings.secret_key
    secrets = [webhook_secret(key, channel.public_id, channel.generation)]
    if channel.rotated_at is not None and (tx.now - channel.rotated_at).days < 1:
        secrets.append(webhook_secret(key, channel.public_id, channel.generation - 1))
    return tuple(secrets)


def _retry_key(notice: Notice, at: datetime) -> str:
    return f"send-{notice.public_id}-{at:%Y%m%dT%H%M%S%f}"
