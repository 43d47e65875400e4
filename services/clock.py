"""The one place that reads the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Anything that tells the present instant."""

    def now(self) -> datetime:
        """Give the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Give the machine's time in UTC."""
        return datetime.now(UTC)


class StoppedClock:
    """A clock that moves only by hand: for tests, the story and the replay."""

    def __init__(self, at: datetime) -> None:
        """Stop the clock at an aware instant."""
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Give the instant at which the clock stands."""
        return self._at

    def advance(self, **amount: float) -> datetime:
        """Move on by ``timedelta(**amount)`` and give the new instant."""
        self._at += timedelta(**amount)
        return self._at

    def move_to(self, at: datetime) -> datetime:
        """Move on to ``at``; a clock never goes back, so an earlier instant leaves it where it is."""
        self._at = max(self._at, at.astimezone(UTC))
        return self._at


def local(at: datetime) -> datetime:
    """Give an instant as Chinese local time (Asia/Shanghai)."""
    return at.astimezone(LOCAL_ZONE)
