"""The few ways a use case can fail, mapped to HTTP in one place (app/errors.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class NotFoundError(Exception):
    """The object does not exist, or is not the caller's to see: both look the same from outside."""


class NotAllowedError(Exception):
    """The caller is known but his role may not do this; ``roles`` are those that may, where a role is all it takes."""

    def __init__(self, roles: tuple[str, ...] = ()) -> None:
        """Keep the roles, which every specification tells too."""
        super().__init__()
        self.roles = roles


class NotSignedInError(Exception):
    """No credential, or one that is unknown, expired or revoked."""


class ConflictError(Exception):
    """Somebody else was first, or the database's own guard refused; nothing was changed."""

    def __init__(self, code: str, facts: Mapping[str, Any] | None = None) -> None:
        """Keep a stable code and the facts a person needs to go on."""
        self.code = code
        self.facts = dict(facts or {})
        super().__init__(code)


class BusyError(Exception):
    """The database is starting, locked or away; trying again soon is right."""


class StaleVersionError(Exception):
    """If-Match named another version than the stored one."""


class SetupError(Exception):
    """The installation cannot start; the message is one sentence that says what to do."""
