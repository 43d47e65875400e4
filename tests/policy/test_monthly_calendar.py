"""The calendar of the monthly report (R-A-21), and rates per million kilometres."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.policy.accidents import monthly
from services.policy.ruleset_accidents import ClockRules
from services.queries.reports import per_million_km

RULES = ClockRules()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_month_is_local_and_begins_at_midnight_in_china() -> None:
    assert monthly.span_of("2026-02") == (at("2026-02-01T00:00+08:00"), at("2026-03-01T00:00+08:00"))
    assert monthly.span_of("2026-12") == (at("2026-12-01T00:00+08:00"), at("2027-01-01T00:00+08:00"))


def test_an_instant_belongs_to_the_month_it_has_in_china() -> None:
    assert monthly.month_of(at("2025-12-31T16:00:00+00:00")) == "2026-01"
    assert monthly.month_of(at("2025-12-31T15:59:59+00:00")) == "2025-12"


@pytest.mark.parametrize(
    ("month", "before", "after"), [("2026-01", "2025-12", "2026-02"), ("2026-12", "2026-11", "2027-01")]
)
def test_months_follow_each_other_over_the_turn_of_the_year(month: str, before: str, after: str) -> None:
    assert (monthly.month_before(month), monthly.month_after(month)) == (before, after)


def test_a_month_is_due_at_the_end_of_day_five_of_the_next() -> None:
    assert monthly.due_at("2026-02", RULES) == at("2026-03-06T00:00+08:00")
    assert monthly.due_at("2026-12", RULES) == datetime(2027, 1, 5, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "26-01", "2026-1", "2026-011", "1999-01", "２０２６-01", "2026-01\n", ""]
)
def test_what_is_no_month_is_none(text: str) -> None:
    assert not monthly.is_month(text)
    assert monthly.is_month("2026-01")


@pytest.mark.parametrize(
    ("count", "km", "value"),
    [(1, 0, "n/a"), (0, 1, "0.00"), (1, 3_000_000, "0.33"), (2, 3_000_000, "0.66"), (5, 1_000_000, "5.00")],
)
def test_a_rate_per_million_kilometres_is_cut_off_and_undefined_without_any(count: int, km: int, value: str) -> None:
    assert per_million_km(count, km) == {"count": count, "km": km, "value": value}
