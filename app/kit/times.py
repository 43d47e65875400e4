"""When something happened, as a caller says it: now when left out, never ahead of our clock by more than the skew."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from services.policy.findings import Finding, require
from services.transaction import Tx

SKEW = timedelta(minutes=10)


def occurred(tx: Tx, body: dict[str, Any], name: str = "occurred_at") -> datetime:
    """Take the instant ``name`` out of a body, now when it is left out; RuleBrokenError beyond ten minutes ahead."""
    at: datetime = body.pop(name, None) or tx.now
    require([Finding("TIME_IN_THE_FUTURE", {"at": at.isoformat()})] if at > tx.now + SKEW else [])
    return at
