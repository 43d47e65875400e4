"""Working days in China: the days off and the weekend days worked that the State Council sets for each year.

The arrangement of a year is published in the autumn before it; the tables take a new year by one line. Until then a
year has the statutory holidays alone (全国年节及纪念日放假办法), with the working days that make up for those on a
weekend; a year without any table has its weekends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

SATURDAY = 5
# years whose arrangement was published; the others rest on the statute or on weekends alone
PUBLISHED = frozenset({2025, 2026})
# first and last day off, as month and day
DAYS_OFF: Mapping[int, tuple[tuple[tuple[int, int], tuple[int, int]], ...]] = {
    2025: (
        ((1, 1), (1, 1)), ((1, 28), (2, 4)), ((4, 4), (4, 6)), ((5, 1), (5, 5)), ((5, 31), (6, 2)), ((10, 1), (10, 8)),
    ),
    2026: (
        ((1, 1), (1, 3)), ((2, 15), (2, 23)), ((4, 4), (4, 6)), ((5, 1), (5, 5)), ((6, 19), (6, 21)),
        ((9, 25), (9, 27)), ((10, 1), (10, 7)),
    ),
    2027: (
        ((1, 1), (1, 1)), ((2, 5), (2, 10)), ((4, 5), (4, 5)), ((5, 1), (5, 4)), ((6, 9), (6, 9)),
        ((9, 15), (9, 15)), ((10, 1), (10, 5)),
    ),
}  # fmt: skip
# days of a weekend that are worked to make up for a longer holiday
WORKED: Mapping[int, tuple[tuple[int, int], ...]] = {
    2025: ((1, 26), (2, 8), (4, 27), (9, 28), (10, 11)),
    2026: ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)),
}


def is_working_day(day: date) -> bool:
    """Tell whether offices are open on a local day."""
    if (day.month, day.day) in WORKED.get(day.year, ()):
        return True
    off = any(first <= (day.month, day.day) <= last for first, last in DAYS_OFF.get(day.year, ()))
    return not off and day.weekday() < SATURDAY


def next_working_day(day: date) -> date:
    """Give the day itself when it is worked, else the next one that is (Civil Code 203)."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def not_published(days: Iterable[date]) -> list[int]:
    """Give the years of some days whose arrangement is not known yet, so that what rests on it may be looked at."""
    return sorted({day.year for day in days} - PUBLISHED)
