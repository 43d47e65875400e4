"""Shippers' webhooks: when a failed delivery is tried again, when an endpoint is shut, which news is worth a call.

The schedule is the one that Standard Webhooks recommends, about three days from first to last try; with the
five days it is part of what integrators are promised (P5), and so no number of the company's ruleset.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from services.policy.ruleset import Ruleset

MINUTE = timedelta(minutes=1)
PAUSES = (
    timedelta(seconds=5), 5 * MINUTE, 30 * MINUTE, timedelta(hours=2), timedelta(hours=5), timedelta(hours=10),
    timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
TRIES = len(PAUSES) + 1
SHUT_AFTER = timedelta(days=5)


def next_try_at(attempts: int, failed_at: datetime) -> datetime | None:
    """When to try again after the ``attempts``-th try failed; None after the last one."""
    return failed_at + PAUSES[attempts - 1] if attempts < TRIES else None


def must_shut(failing_since: datetime | None, now: datetime) -> bool:
    """Tell whether an endpoint has failed without a break for five days."""
    return failing_since is not None and now - failing_since >= SHUT_AFTER


def worth_telling(arrival: datetime, told: datetime, ruleset: Ruleset) -> bool:
    """Tell whether an arrival left the one last told by the steps that make a new notice too (domain 5.1)."""
    rules = ruleset.notice
    return arrival - told >= rules.later_minutes * MINUTE or told - arrival >= rules.earlier_minutes * MINUTE
