"""The calendar of the monthly accident report (R-A-21): local months, and until when each is due."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from services.policy.accidents.clocks import end_of
from services.policy.localtime import local_date
from services.policy.ruleset_accidents import ClockRules

MONTH = re.compile(r"^(20[0-9]{2})-(0[1-9]|1[0-2])$", re.ASCII)
LONGEST_MONTH = timedelta(days=31)
JUST_AFTER = timedelta(seconds=1)


def is_month(text: str) -> bool:
    """Tell whether a text names a month as ``2026-03``."""
    return MONTH.fullmatch(text) is not None


def month_of(at: datetime) -> str:
    """Name the local month that an instant lies in."""
    return f"{local_date(at):%Y-%m}"


def month_before(month: str) -> str:
    """Name the month before."""
    return f"{_first(month) - timedelta(days=1):%Y-%m}"


def month_after(month: str) -> str:
    """Name the month after."""
    return f"{_first(month) + LONGEST_MONTH:%Y-%m}"


def span_of(month: str) -> tuple[datetime, datetime]:
    """Give a local month as the instants [begin, end)."""
    return end_of(_first(month) - timedelta(days=1)), end_of(_first(month_after(month)) - timedelta(days=1))


def due_at(month: str, rules: ClockRules) -> datetime:
    """Give until when a month must be reported: the end, 24:00, of the day of the next month."""
    return end_of(_first(month_after(month)) + timedelta(days=rules.monthly_day - 1))


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
