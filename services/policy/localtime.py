"""Local days and readable instants: facts carry local text, rules compare aware instants."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local_date(at: datetime) -> date:
    """Give the calendar day in China on which the instant ``at`` falls."""
    return at.astimezone(SHANGHAI).date()


def local_text(at: datetime) -> str:
    """Write an instant as Chinese local time with its offset, to the second, so that it can be stored and read."""
    return at.astimezone(SHANGHAI).isoformat(sep=" ", timespec="seconds")


def blank(text: str | None) -> bool:
    """Tell whether a reason, name or signature says nothing at all."""
    return text is None or not text.strip()
