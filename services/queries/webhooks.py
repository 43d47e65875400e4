"""Deliveries to shippers' endpoints as answers and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, select, true

from models.parties import Channel
from models.records import WebhookDelivery
from services.errors import NotFoundError
from services.queries.paging import AnySelect, Page, newest_first, paged
from services.transaction import Actor, Tx

DELIVERY = (
    WebhookDelivery.event, WebhookDelivery.state, WebhookDelivery.attempts, WebhookDelivery.payload,
    WebhookDelivery.created_at, WebhookDelivery.last_attempt_at, WebhookDelivery.last_error,
    WebhookDelivery.delivered_at,
)  # fmt: skip


def deliveries_of(actor: Actor) -> ColumnElement[bool]:
    """Limit deliveries to the endpoints of the caller's own party; staff see all (P10)."""
    return true() if actor.shipper_id is None else Channel.party_id == actor.shipper_id


def delivery_view(tx: Tx, delivery_id: str) -> dict[str, Any]:
    """Give one delivery; NotFoundError for a foreign or absent one alike."""
    query = _deliveries().where(WebhookDelivery.public_id == delivery_id, deliveries_of(tx.actor))
    row = tx.session.execute(query).first()
    if row is None:
        raise NotFoundError
    return _delivery(row)


def delivery_page(tx: Tx, page: Page, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of deliveries, newest first; filters: state, event, channel (its id)."""
    query = _deliveries().where(deliveries_of(tx.actor))
    if "state" in filters:
        query = query.where(WebhookDelivery.state == filters["state"])
    if "event" in filters:
        query = query.where(WebhookDelivery.event == filters["event"])
    if "channel" in filters:
        query = query.where(Channel.public_id == filters["channel"])
    return paged(tx.session, newest_first(query, WebhookDelivery.id, page), page, _delivery)


def _deliveries() -> AnySelect:
    columns = (WebhookDelivery.id, WebhookDelivery.public_id, Channel.public_id.label("channel"), Channel.address)
    return select(*columns, *DELIVERY).join(Channel, Channel.id == WebhookDelivery.channel_id)


def _delivery(row: Any) -> dict[str, Any]:
    shown = {column.key: getattr(row, column.key) for column in DELIVERY}
    return {"id": row.public_id, "channel": row.channel, "endpoint": row.address, **shown}
