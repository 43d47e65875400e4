"""Arithmetic of driving hours: whole seconds since 1970, rolling 24 h windows, and the pace of day and night.

Nothing here decides anything; services/policy/driving.py does. Integers only, so nothing drifts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAY = 86_400
LOCAL_OFFSET = 28_800  # Asia/Shanghai has kept UTC+8 without summer time since 1991
SECOND = timedelta(seconds=1)
FOREVER = 1 << 40
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """Parts of the way covered a second by day and in the night window (seconds of the local day)."""

    day_rate: int
    night_rate: int
    night_from: int
    night_length: int

    def at(self, moment: int) -> tuple[int, int]:
        """Parts a second now, and the moment until which that holds."""
        since = (moment + LOCAL_OFFSET - self.night_from) % DAY
        if self.day_rate == self.night_rate or not self.night_length:
            return self.day_rate, FOREVER
        if since < self.night_length:
            return self.night_rate, moment + self.night_length - since
        return self.day_rate, moment + DAY - since


def note(driven: list[tuple[int, int]], begin: int, end: int) -> None:
    """Add a drive to a list in time order, joined with the last one where they touch."""
    if driven and begin <= driven[-1][1]:
        driven[-1] = driven[-1][0], max(end, driven[-1][1])
    elif begin < end:
        driven.append((begin, end))


def driven_within(driven: Sequence[tuple[int, int]], begin: int, end: int) -> int:
    """Seconds of these drives that lie in [begin, end)."""
    inside = 0
    for since, to in driven:
        if to > begin and since < end:
            inside += min(to, end) - max(since, begin)
    return inside


def free_at(driven: Sequence[tuple[int, int]], at: int, daily: int) -> int:
    """Give the first moment from ``at`` on when there is room in the rolling 24 h."""
    surplus = driven_within(driven, at - DAY, at) - daily
    if surplus < 0:
        return at
    free = at
    for begin, end in driven:
        leaves = max(begin + DAY, at)  # from here on, yesterday's drive makes room as fast as it is used
        span = max(end + DAY - leaves, 0)
        free = leaves + surplus
        if surplus < span:
            break
        surplus -= span
    return free


def may_drive(driven: Sequence[tuple[int, int]], at: int, most: int, daily: int) -> int:
    """Seconds that may be driven in one go from ``at`` so that no rolling 24 h holds more than ``daily``."""
    room = daily - driven_within(driven, at - DAY, at)
    if room < 0:
        return 0
    reached = at
    for begin, end in driven:
        leaves = max(begin + DAY, at)
        if leaves - reached > room:
            break
        if end + DAY > reached:
            room -= leaves - reached
            reached = end + DAY
    return min(most, reached + room - at)


def in_seconds(when: datetime) -> int:
    """Whole seconds since 1970, rounded down."""
    return (when - _EPOCH) // SECOND


def in_seconds_up(when: datetime) -> int:
    """Whole seconds since 1970, rounded up."""
    return -((_EPOCH - when) // SECOND)


def instant(seconds: int) -> datetime:
    """Give the moment in UTC."""
    return _EPOCH + timedelta(seconds=seconds)


def local_second(when: datetime) -> int:
    """Second of the local day, rounded down."""
    return (in_seconds(when) + LOCAL_OFFSET) % DAY
