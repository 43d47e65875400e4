"""How soon a paper runs out, for the expiry watch (R-C-12)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from services.policy.ruleset import CrewRules


class Urgency(StrEnum):
    """The steps of the watch; by default 60, 30, 7 and 0 days before the last valid day."""

    LATER = "later"
    WATCH = "watch"
    WARNING = "warning"
    URGENT = "urgent"
    LAST_DAY = "last_day"
    EXPIRED = "expired"


def urgency(valid_until: date, today: date, rules: CrewRules) -> Urgency:
    """Give the step of a paper whose last valid local day is ``valid_until``."""
    left = (valid_until - today).days
    if left < 0:
        return Urgency.EXPIRED
    if left == 0:
        return Urgency.LAST_DAY
    for step, days in (
        (Urgency.URGENT, rules.expiry_urgent_days),
        (Urgency.WARNING, rules.expiry_warning_days),
        (Urgency.WATCH, rules.expiry_watch_days),
    ):
        if left <= days:
            return step
    return Urgency.LATER
