"""What anybody may do who holds a consignment's link: read it, and say that the notice was read.

The token is 192 bits derived from the installation's key; only its hash is stored. An unknown token and one
that has run out are the same to the caller.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from models.notices import Notice
from models.vocabulary import ActorKind, NoticeState
from services.errors import NotFoundError
from services.messages import notice_desk
from services.queries.public import tracking_view
from services.queries.public_rows import TRACKED, Tracked, told_to
from services.tokens import hashed
from services.transaction import Actor, Tx

LINK = Actor(ActorKind.CONSIGNEE, "link")
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)


def find_by_token(tx: Tx, token: str) -> Tracked:
    """Give the consignment of a token that has not run out; NotFoundError otherwise, without saying why."""
    found = None
    if TOKEN.fullmatch(token):
        found = TRACKED.first(tx.connection, {"hash": hashed(token), "now": tx.now})
    if found is None:
        raise NotFoundError
    return Tracked(*found)


def track(tx: Tx, token: str) -> dict[str, Any]:
    """Give what the link shows."""
    return tracking_view(tx, find_by_token(tx, token))


def acknowledge(tx: Tx, token: str) -> dict[str, Any]:
    """Record that the consignee read every notice sent to him for this delivery; the second time changes nothing."""
    goods = find_by_token(tx, token)
    told = select(Notice).where(told_to(goods.id, goods.consignee_id)).order_by(Notice.id)
    for notice in tx.session.scalars(told.with_for_update()):
        if notice.state is NoticeState.SENT:
            notice_desk.acknowledge(tx, notice, LINK.name)
    tx.session.flush()
    return tracking_view(tx, goods)
