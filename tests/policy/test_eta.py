"""The estimate of arrival: what it adds up, when it is stale, and that speed never exceeds the limit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.driving import DriverHours
from services.policy.eta import EstimateFacts, estimate, free_flow_kmh
from services.policy.ruleset import DEFAULTS, EstimateRules
from services.texts.findings_timing import FINDINGS_TIMING

NOW = datetime(2026, 3, 1, 22, tzinfo=UTC)  # 06:00 on 2 March in Shanghai
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
CREW = (DriverHours("li"), DriverHours("wang"))
UNDER_WAY = EstimateFacts(NOW, 1200, 75, CREW, last_position_at=NOW)


# said by services/estimates/learnt_arrivals.py over the plan
BY_EXPERIENCE = {"ETA_INTERVAL"}


def codes(facts: EstimateFacts) -> list[str]:
    return [reason["code"] for reason in estimate(facts, DEFAULTS).reasons]


def test_1200_km_with_two_drivers_are_17_hours_with_reasons():
    result = estimate(UNDER_WAY, DEFAULTS)
    assert result.arrival == NOW + timedelta(hours=17)
    assert (result.driving_minutes, result.rest_minutes, result.stale) == (960, 60, False)
    assert codes(UNDER_WAY) == ["ETA_REMAINING_WAY", "ETA_SPEED", "ETA_SWAPS"]


def test_one_driver_over_a_long_way_names_rests_and_the_night():
    facts = replace(UNDER_WAY, drivers=CREW[:1])
    night = next(r for r in estimate(facts, DEFAULTS).reasons if r["code"] == "ETA_OUT_OF_HOURS")
    assert night["facts"] == {"minutes": 940, "until": "2026-03-03 06:00:00+08:00"}
    assert codes(facts) == ["ETA_REMAINING_WAY", "ETA_SPEED", "ETA_RESTS", "ETA_OUT_OF_HOURS"]


def test_a_planned_departure_in_the_future_starts_the_clock():
    facts = EstimateFacts(NOW, 75, 75, CREW, at_departure=True, started_at=NOW + timedelta(hours=3))
    result = estimate(facts, DEFAULTS)
    assert (result.arrival, result.stale) == (NOW + timedelta(hours=4), False)


def test_a_departure_in_the_past_starts_now():
    facts = replace(UNDER_WAY, remaining_km=75, started_at=NOW - timedelta(hours=3))
    assert estimate(facts, DEFAULTS).arrival == NOW + timedelta(hours=1)


def test_work_at_stops_is_added():
    facts = replace(UNDER_WAY, remaining_km=75, service_minutes_at_stops=90)
    assert estimate(facts, DEFAULTS).arrival == NOW + timedelta(minutes=150)
    assert "ETA_STOP_WORK" in codes(facts)


def test_a_crew_not_yet_named_is_assumed_rested():
    facts = replace(UNDER_WAY, drivers=())
    assert estimate(facts, DEFAULTS).arrival == NOW + timedelta(hours=17)
    assert "ETA_CREW_ASSUMED" in codes(facts)


@pytest.mark.parametrize(("silence", "stale"), [(60 * MINUTE - SECOND, False), (60 * MINUTE, True)])
def test_an_estimate_is_stale_after_an_hour_without_position(silence: timedelta, stale: bool):
    facts = replace(UNDER_WAY, last_position_at=NOW - silence)
    assert estimate(facts, DEFAULTS).stale is stale
    assert ("ETA_STALE" in codes(facts)) is stale


def test_silence_is_counted_from_departure_until_the_first_position():
    facts = replace(UNDER_WAY, last_position_at=None, started_at=NOW - 59 * MINUTE)
    assert not estimate(facts, DEFAULTS).stale
    assert estimate(replace(facts, started_at=NOW - 60 * MINUTE), DEFAULTS).stale
    assert estimate(replace(facts, started_at=None), DEFAULTS).stale


def test_a_stale_estimate_still_gives_the_last_arrival():
    assert estimate(replace(UNDER_WAY, last_position_at=None), DEFAULTS).arrival == NOW + timedelta(hours=17)


@pytest.mark.parametrize(("limit", "speed"), [(90, 75), (100, 75), (80, 66), (60, 50), (40, 33)])
def test_free_flow_is_a_share_of_the_limit_up_to_75(limit: int, speed: int):
    assert free_flow_kmh(limit, DEFAULTS) == speed


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 130), st.integers(30, 100))
def test_free_flow_never_exceeds_the_limit(limit: int, percent: int):
    rules = replace(DEFAULTS, estimate=replace(EstimateRules(), free_flow_percent=percent, free_flow_max_kmh=100))
    assert free_flow_kmh(limit, rules) <= limit


def test_legs_that_a_router_was_to_give_are_named_and_change_nothing_else():
    away = replace(UNDER_WAY, unrouted_legs=2)
    marked, plain = estimate(away, DEFAULTS), estimate(UNDER_WAY, DEFAULTS)
    assert {"code": "ETA_ROUTER_AWAY", "facts": {"legs": 2}} in marked.reasons
    assert "ETA_ROUTER_AWAY" not in codes(UNDER_WAY)
    assert marked.arrival == plain.arrival


def test_experience_stretches_the_time():
    slow = replace(UNDER_WAY, remaining_km=75, multiplier_percent=120)
    assert estimate(slow, DEFAULTS).arrival == NOW + timedelta(minutes=72)
    assert "ETA_EXPERIENCE" in codes(slow)


def test_good_experience_never_means_a_speed_above_the_limit():
    quick = replace(UNDER_WAY, remaining_km=75, multiplier_percent=50)
    assert estimate(quick, DEFAULTS).arrival == NOW + timedelta(hours=1)
    assert estimate(replace(quick, limit_kmh=90), DEFAULTS).arrival == NOW + timedelta(minutes=50)


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 3000), st.integers(50, 200), st.integers(30, 75))
def test_the_way_is_never_covered_faster_than_the_limit(distance: float, percent: int, speed: int):
    facts = EstimateFacts(NOW, distance, speed, CREW, multiplier_percent=percent, limit_kmh=90, last_position_at=NOW)
    hours = (estimate(facts, DEFAULTS).arrival - NOW) / timedelta(hours=1)
    assert distance <= 90 * hours + 0.001


def test_every_reason_has_a_text_and_can_be_stored():
    facts = EstimateFacts(NOW, 5000, 75, CREW[:1], service_minutes_at_stops=5, multiplier_percent=110, unrouted_legs=1)
    rules = replace(DEFAULTS, driving=replace(DEFAULTS.driving, night_factor_percent=80))
    reasons = [*estimate(facts, rules).reasons, *estimate(replace(UNDER_WAY, drivers=()), rules).reasons]
    assert {r["code"] for r in reasons} == {code for code in FINDINGS_TIMING if code.startswith("ETA_")} - BY_EXPERIENCE
    for reason in reasons:
        json.dumps(reason)
        assert all(text.format(**reason["facts"]) for text in FINDINGS_TIMING[reason["code"]])
