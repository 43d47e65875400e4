"""Owe the shippers word of what happened to their goods; nothing is owed where nobody listens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select

from models.parties import Channel
from models.vocabulary import ChannelKind
from services.prepared import Prepared
from services.transaction import Tx

LISTENS = Prepared(
    select(
        exists().where(
            Channel.party_id == bindparam("shipper_id"),
            Channel.kind == ChannelKind.WEBHOOK,
            Channel.disabled_at.is_(None),
        )
    )
)


def announce(
    tx: Tx,
    event: str,
    goods: tuple[int, int],
    facts: Mapping[str, Any],
    occurred_at: datetime | None = None,
    *,
    about: str = "",
) -> None:
    """Owe one event about a consignment, given as ``(consignment_id, shipper_id)``; ``about`` tells two apart."""
    consignment_id, shipper_id = goods
    if not _listens(tx, shipper_id):
        return
    at = occurred_at or tx.now
    tx.defer(
        "publish_event",
        key=f"event-{event}-{consignment_id}-{about or format(at, '%Y%m%d%H%M%S%f')}",
        event=event,
        consignment_id=consignment_id,
        at=at.isoformat(),
        facts=dict(facts),
    )


def _listens(tx: Tx, shipper_id: int) -> bool:
    key = ("listens", shipper_id)
    if key not in tx.memo:
        tx.memo[key] = (LISTENS.first(tx.connection, {"shipper_id": shipper_id}) or (False,))[0]
    return bool(tx.memo[key])
