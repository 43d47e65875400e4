"""Our people in a case: their shares of our side's loss, and their education afterwards (domain 4.4 rule 2, R-A-02)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from services.policy.findings import Finding
from services.policy.localtime import local_date, local_text

# shares are counted in millionths of a percent
PERCENT = 1_000_000
WHOLE = 100 * PERCENT


def object_to_shares(shares: Iterable[int]) -> Iterator[Finding]:
    """Object to shares that add up to more than the whole; what is left of it is the company's."""
    total = sum(shares)
    if total > WHOLE:
        yield Finding("SHARES_OVER_WHOLE", {"percent": percent_text(total)})


def percent_text(share: int) -> str:
    """Write a share in percent, to the last millionth and without idle noughts: ``33.333333``, ``80``."""
    whole, rest = divmod(share, PERCENT)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".") if rest else str(whole)


def object_to_education(held_on: date, occurred_at: datetime, now: datetime) -> Iterator[Finding]:
    """Object to education on a local day that has not come yet or lies before the accident."""
    if held_on > local_date(now):
        yield Finding("DAY_IN_THE_FUTURE", {"field": "held_on", "day": held_on.isoformat()})
    if held_on < local_date(occurred_at):
        yield Finding("BEFORE_THE_ACCIDENT", {"at": held_on.isoformat(), "occurred": local_text(occurred_at)})
