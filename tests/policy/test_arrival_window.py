"""The window round an estimate that the public is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.arrival_window import arrival_window
from services.policy.ruleset import DEFAULTS

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def window(eta: datetime, now: datetime = NOW) -> tuple[datetime, datetime] | None:
    found = arrival_window(eta, now, DEFAULTS)
    return (found.begin, found.end) if found else None


def test_ten_hours_ahead_the_window_reaches_from_a_quarter_before_to_an_hour_after() -> None:
    eta = NOW + timedelta(hours=10)
    assert window(eta) == (eta - 15 * MINUTE, eta + 60 * MINUTE)


def test_both_ends_are_rounded_outwards_to_five_minutes() -> None:
    eta = NOW + timedelta(hours=10, minutes=2)
    assert window(eta) == (NOW + timedelta(hours=9, minutes=45), NOW + timedelta(hours=11, minutes=5))


def test_a_near_window_does_not_begin_in_the_past() -> None:
    assert window(NOW + 3 * MINUTE) == (NOW, NOW + 35 * MINUTE)


def test_the_window_is_gone_the_minute_it_has_passed() -> None:
    assert window(NOW - 29 * MINUTE) == (NOW, NOW + 5 * MINUTE)
    assert window(NOW - 30 * MINUTE) is None


def test_the_widths_are_the_companys() -> None:
    wide = replace(DEFAULTS, tracking=replace(DEFAULTS.tracking, window_before_minutes=60, window_share_percent=0))
    found = arrival_window(NOW + timedelta(hours=10), NOW, wide)
    assert found is not None
    assert (found.begin, found.end) == (NOW + timedelta(hours=9), NOW + timedelta(hours=10, minutes=30))


@settings(max_examples=60)
@given(seconds=st.integers(-7200, 400_000), drift=st.integers(0, 299))
def test_the_estimate_lies_in_its_window_while_it_lies_ahead(seconds: int, drift: int) -> None:
    now = NOW + timedelta(seconds=drift)
    eta = now + timedelta(seconds=seconds)
    found = arrival_window(eta, now, DEFAULTS)
    if seconds >= 0:
        assert found is not None
        assert found.begin <= eta < found.end
    if found is not None:
        assert found.begin > now - 5 * MINUTE
        assert found.begin.minute % 5 == found.end.minute % 5 == 0
