"""News for shippers by webhook: one row per event and endpoint, tried for about three days under one id (P5).

Sending is three steps, as for notices: decide and count the try, call the port, record the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select

from models.consignments import Consignment
from models.parties import Channel
from models.records import WebhookDelivery
from models.trips import Trip, TripStop
from models.vocabulary import AttemptState, ChannelKind, TaskKind
from services import lifecycle, stops, tasks
from services.announcing import announce
from services.errors import NotFoundError
from services.messages.notice_sending import signing_secrets
from services.policy.findings import Finding, require
from services.policy.webhooks import must_shut, next_try_at, worth_telling
from services.ports import Call, Ports, Receipt
from services.queries.webhooks import deliveries_of, delivery_view
from services.tokens import public_id
from services.transaction import Subject, Tx


@dataclass(frozen=True, slots=True)
class Posting:
    """One try that was counted: the signed call, and the delivery its outcome belongs to."""

    delivery_id: int
    call: Call


def publish_event(tx: Tx, event: str, consignment_id: int, at: str, facts: Mapping[str, Any]) -> int:
    """Owe one delivery to each of the shipper's endpoints that wants this event; give how many.

    ``at`` is when it happened, as RFC 3339. The body is fixed here and the same on every try.
    """
    consignment = tx.session.get(Consignment, consignment_id)
    if consignment is None:
        return 0
    payload = {"type": event, "timestamp": at, "data": {**_data(tx, consignment), "facts": dict(facts)}}
    made = [
        WebhookDelivery(
            public_id=public_id("whd"),
            channel_id=channel.id,
            event=event,
            payload=payload,
            state=AttemptState.STARTED,
            attempts=0,
            created_at=tx.now,
        )
        for channel in _endpoints(tx, consignment.shipper_id, event)
    ]
    tx.session.add_all(made)
    tx.session.flush()
    for delivery in made:
        _owe(tx, delivery, tx.now)
    return len(made)


def eta_changed(tx: Tx, trip: Trip, stop: TripStop, before: datetime | None) -> bool:
    """Tell the shippers of a stop's goods that its arrival moved by as much as makes a new notice (domain 5.1).

    ``before`` is the estimate just replaced: one that stays the same is no news. What counts is the arrival last
    announced, at first the planned one, so that many small moves add up. Tells whether it was news.
    """
    after = stop.estimated_arrival_at
    if after is None or after == before:
        return False
    told = stop.announced_arrival_at or stop.planned_arrival_at
    if not worth_telling(after, told, tx.ruleset):
        return False
    stop.announced_arrival_at = after
    minutes = round((after - told).total_seconds() / 60)
    moved = {"stop": stop.seq, "before": told.isoformat(), "after": after.isoformat(), "minutes": minutes}
    tx.journal("trip.eta_changed", lifecycle.of_trip(trip), moved)
    for consignment in stops.dropped_at(tx, trip, stop):
        if consignment.destination_site_id == stop.site_id:
            told_facts = {name: moved[name] for name in ("before", "after", "minutes")}
            announce(tx, "consignment.eta_changed", (consignment.id, consignment.shipper_id), told_facts)
    return True


def prepare_delivery(tx: Tx, delivery_id: int) -> Posting | None:
    """Count a try and give the signed call; None when the delivery has ended or its endpoint was shut meanwhile."""
    delivery = _locked(tx, delivery_id)
    if delivery is None or delivery.state is not AttemptState.STARTED:
        return None
    channel = tx.session.get_one(Channel, delivery.channel_id)
    if channel.disabled_at is not None:
        delivery.state, delivery.last_error = AttemptState.FAILED, "the endpoint is disabled"
        return None
    delivery.attempts += 1
    delivery.last_attempt_at = tx.now
    call = Call(
        url=channel.address,
        webhook_id=delivery.public_id,
        # the database may give the names in another order than they were stored in
        body=orjson.dumps(delivery.payload, option=orjson.OPT_SORT_KEYS),
        secrets=signing_secrets(tx, channel),
        timestamp_s=int(tx.now.timestamp()),
    )
    return Posting(delivery.id, call)


def deliver(ports: Ports, posting: Posting) -> Receipt:
    """Hand the call to the wire; no transaction is open meanwhile."""
    return ports.caller.post(posting.call)


def record_delivery(tx: Tx, posting: Posting, receipt: Receipt) -> None:
    """Record how a try ended: delivered, tried again later, or set aside with a task for the desk.

    An endpoint that answers 410, or has failed for five days without a break, is shut (P5).
    """
    delivery = _locked(tx, posting.delivery_id)
    if delivery is None or delivery.state is not AttemptState.STARTED:
        return
    channel = tx.session.get_one(Channel, delivery.channel_id, with_for_update=True)
    if receipt.delivered:
        delivery.state, delivery.delivered_at, delivery.last_error = AttemptState.DELIVERED, tx.now, None
        channel.failing_since = None
        return
    delivery.last_error = receipt.detail[:500]
    channel.failing_since = channel.failing_since or tx.now
    if receipt.gone or must_shut(channel.failing_since, tx.now):
        delivery.state = AttemptState.FAILED
        _shut(tx, channel, receipt)
    else:
        _try_again(tx, delivery, channel)


def resend(tx: Tx, delivery_id: str) -> dict[str, Any]:
    """Send a delivery that has ended once more, under its own id; a failure goes on with the schedule where it stood.

    RuleBrokenError while tries are still to come, or when its endpoint is disabled.
    """
    query = select(WebhookDelivery).join(Channel, Channel.id == WebhookDelivery.channel_id)
    query = query.where(WebhookDelivery.public_id == delivery_id, deliveries_of(tx.actor))
    delivery = tx.session.scalar(query.with_for_update(of=WebhookDelivery))
    if delivery is None:
        raise NotFoundError
    channel = tx.session.get_one(Channel, delivery.channel_id)
    if delivery.state is AttemptState.STARTED:
        require([Finding("DELIVERY_STILL_RUNNING", {"delivery": delivery_id})])
    if channel.disabled_at is not None:
        require([Finding("ENDPOINT_DISABLED", {"channel": channel.public_id, "reason": channel.disabled_reason})])
    tasks.complete_by_key(tx, _task_key(delivery), "sent again")
    delivery.state = AttemptState.STARTED
    tx.session.flush()
    _owe(tx, delivery, tx.now)
    subject = Subject("webhook", delivery.id)
    tx.journal("webhook.resent", subject, {"delivery": delivery_id, "attempts": delivery.attempts})
    return delivery_view(tx, delivery_id)


def _data(tx: Tx, consignment: Consignment) -> dict[str, Any]:
    trip = tx.session.get(Trip, consignment.trip_id) if consignment.trip_id else None
    times = {
        "planned_arrival_at": consignment.planned_arrival_at,
        "promised_arrival_at": consignment.promised_arrival_at,
        "estimated_arrival_at": stops.estimated_arrival(tx, trip, consignment) if trip else None,
    }
    return {
        "consignment": consignment.number,
        "customer_ref": consignment.customer_ref,
        "state": consignment.state.value,
        "trip": trip.number if trip else None,
        **{name: at.isoformat() if at else None for name, at in times.items()},
    }


def _endpoints(tx: Tx, shipper_id: int, event: str) -> list[Channel]:
    rows = tx.session.scalars(
        select(Channel)
        .where(Channel.party_id == shipper_id, Channel.kind == ChannelKind.WEBHOOK, Channel.disabled_at.is_(None))
        .order_by(Channel.position)
    )
    return [channel for channel in rows if not channel.events or event in channel.events]


def _locked(tx: Tx, delivery_id: int) -> WebhookDelivery | None:
    return tx.session.scalar(select(WebhookDelivery).where(WebhookDelivery.id == delivery_id).with_for_update())


def _owe(tx: Tx, delivery: WebhookDelivery, due_at: datetime) -> None:
    """Owe the next try: the count of tries makes its key new, also when the clock stands."""
    key = f"deliver-{delivery.public_id}-{delivery.attempts}-{due_at:%Y%m%dT%H%M%S%f}"
    tx.defer("deliver_webhook", key=key, due_at=due_at, delivery_id=delivery.id)


def _try_again(tx: Tx, delivery: WebhookDelivery, channel: Channel) -> None:
    at = next_try_at(delivery.attempts, tx.now)
    if at is not None:
        _owe(tx, delivery, at)
        return
    delivery.state = AttemptState.FAILED
    told = {"delivery": delivery.public_id, "event": delivery.event, "error": delivery.last_error}
    number = delivery.payload["data"]["consignment"]
    consignment_id = tx.session.scalar(select(Consignment.id).where(Consignment.number == number))
    facts = {**told, "endpoint": channel.address, "consignment": number}
    key = _task_key(delivery)
    tasks.raise_task(tx, TaskKind.WEBHOOK_PARKED, key, tx.now, consignment_id=consignment_id, facts=facts)


def _task_key(delivery: WebhookDelivery) -> str:
    return f"webhook-{delivery.public_id}-{delivery.attempts}"


def _shut(tx: Tx, channel: Channel, receipt: Receipt) -> None:
    if channel.disabled_at is not None:
        return
    since = channel.failing_since.isoformat() if channel.failing_since else None
    channel.disabled_at, channel.disabled_reason = tx.now, receipt.detail[:200]
    facts = {"channel": channel.public_id, "endpoint": channel.address, "error": receipt.detail[:200], "since": since}
    tx.journal("channel.disabled", Subject("party", channel.party_id), facts)
    key = f"endpoint-{channel.public_id}-{tx.now:%Y%m%dT%H%M%S%f}"
    tasks.raise_task(tx, TaskKind.WEBHOOK_PARKED, key, tx.now, facts=facts)
