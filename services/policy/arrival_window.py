"""What the public is told of an arrival: a window, never a point (design screens)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.policy.ruleset import Ruleset

MINUTE = timedelta(minutes=1)
STEP = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when the truck is expected, both on whole five minutes."""

    begin: datetime
    end: datetime


def arrival_window(eta: datetime, now: datetime, ruleset: Ruleset) -> Window | None:
    """Give the window round an estimate, wider the farther away it lies; it never begins in the past.

    None once the whole window has passed: an estimate that did not come true promises nothing.
    """
    rules = ruleset.tracking
    ahead = max(eta - now, timedelta(0))
    begin = _down(max(eta - rules.window_before_minutes * MINUTE, now))
    end = _up(eta + rules.window_after_minutes * MINUTE + ahead * rules.window_share_percent / 100)
    return Window(begin, end) if end > now else None


def _down(at: datetime) -> datetime:
    return at - (at - at.replace(minute=0, second=0, microsecond=0)) % STEP


def _up(at: datetime) -> datetime:
    floor = _down(at)
    return floor if floor == at else floor + STEP
