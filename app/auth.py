"""Who is calling: an API key in ``Authorization: Bearer``, looked up at most every two seconds per process."""

from __future__ import annotations

import time
from datetime import datetime

from flask import current_app, request

from models.vocabulary import ActorKind, Role
from services import accounts
from services.errors import NotAllowedError, NotSignedInError
from services.runtime import Runtime
from services.tokens import hashed
from services.transaction import WORKER, Actor

ANONYMOUS = Actor(ActorKind.CONSIGNEE, "public")
REMEMBER_S = 2.0
REMEMBER_KEYS = 4096


class KeyCache:
    """Remembers checked keys for two seconds, so a revocation reaches every process within that time."""

    def __init__(self) -> None:
        """Start empty."""
        self._held: dict[str, tuple[float, Actor, datetime | None]] = {}

    def actor(self, runtime: Runtime, presented: str) -> Actor:
        """Give the actor of a presented key or raise NotSignedInError."""
        key = hashed(presented)
        held = self._held.get(key)
        if held is None or held[0] < time.monotonic():
            with runtime.read(WORKER) as tx:
                actor, expires_at = accounts.authenticate(tx, presented)
            if len(self._held) > REMEMBER_KEYS:
                self._held.clear()
            held = (time.monotonic() + REMEMBER_S, actor, expires_at)
            self._held[key] = held
        if held[2] is not None and held[2] <= runtime.clock.now():
            raise NotSignedInError
        return held[1]

    def forget(self) -> None:
        """Forget every key, after one was revoked in this process."""
        self._held.clear()


def require_roles(roles: tuple[Role, ...]) -> Actor:
    """Sign the caller in, require one of the roles and give the actor; ANONYMOUS on a route without roles."""
    if not roles:
        return ANONYMOUS
    scheme, _, presented = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not presented.isascii():
        raise NotSignedInError
    known = current_app.extensions
    cache: KeyCache = known["lading-keys"]
    actor = cache.actor(known["lading"], presented.strip())
    if not actor.has(*roles):
        raise NotAllowedError(roles)
    return actor
