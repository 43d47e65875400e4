"""When a webhook is tried again, when its endpoint is shut, which moved arrival is news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.policy.ruleset import DEFAULTS
from services.policy.webhooks import PAUSES, TRIES, must_shut, next_try_at, worth_telling

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def test_ten_tries_reach_over_three_days() -> None:
    assert [next_try_at(tried, NOW) for tried in range(1, 4)] == [NOW + 5 * SECOND, NOW + 5 * MINUTE, NOW + 30 * MINUTE]
    assert next_try_at(TRIES - 1, NOW) == NOW + DAY
    assert next_try_at(TRIES, NOW) is None
    assert 3 * DAY < sum(PAUSES, timedelta()) < 3.5 * DAY


def test_an_endpoint_is_shut_on_the_second_its_five_days_are_full() -> None:
    assert not must_shut(None, NOW)
    assert not must_shut(NOW - 5 * DAY + SECOND, NOW)
    assert must_shut(NOW - 5 * DAY, NOW)


@pytest.mark.parametrize(
    ("moved", "news"),
    [(60 * MINUTE, True), (60 * MINUTE - SECOND, False), (-30 * MINUTE, True), (-30 * MINUTE + SECOND, False)],
)
def test_an_hour_later_or_half_an_hour_earlier_is_news(moved: timedelta, news: bool) -> None:
    assert worth_telling(NOW + moved, NOW, DEFAULTS) is news
