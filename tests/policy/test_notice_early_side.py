"""A first notice fires on the early side of the estimate, one look before P10 reaches the lead, once P10 is known."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.vocabulary import NoticeBreach
from services.policy import intervals
from services.policy.intervals import PRIOR
from services.policy.notices import Action, NoticeFacts, Told, schedule
from services.policy.ruleset import DEFAULTS

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
LOOK = timedelta(minutes=DEFAULTS.estimate.refresh_minutes)
FACTS = NoticeFacts(now=NOW, eta=NOW + 30 * HOUR, lead=12 * HOUR, assigned_at=NOW - 48 * HOUR)


def test_without_an_early_side_the_estimate_itself_counts() -> None:
    assert schedule(FACTS, DEFAULTS).at == NOW + 18 * HOUR


def test_the_lead_is_counted_back_from_p10_less_one_look() -> None:
    early = replace(FACTS, early=NOW + 25 * HOUR)
    assert schedule(early, DEFAULTS).at == NOW + 13 * HOUR - LOOK
    late = replace(FACTS, early=NOW + 40 * HOUR)
    assert schedule(late, DEFAULTS).at == NOW + 18 * HOUR


@pytest.mark.parametrize(("seconds", "action"), [(1, Action.SCHEDULE), (0, Action.SEND_NOW), (-1, Action.SEND_NOW)])
def test_it_goes_out_on_the_second_and_is_no_breach(seconds: int, action: Action) -> None:
    early = replace(FACTS, early=NOW + 12 * HOUR + LOOK + timedelta(seconds=seconds))
    decision = schedule(early, DEFAULTS)
    assert (decision.action, decision.breach) == (action, None)


def test_a_breach_is_still_measured_by_the_estimate() -> None:
    close = replace(FACTS, eta=NOW + 12 * HOUR, early=NOW + 8 * HOUR)
    assert schedule(close, DEFAULTS).breach is None
    closer = replace(close, eta=NOW + 12 * HOUR - timedelta(seconds=1), assigned_at=NOW)
    assert schedule(closer, DEFAULTS).breach is NoticeBreach.LATE_BOOKING


def test_who_was_told_is_not_told_again_because_p10_moved() -> None:
    told = replace(FACTS, told=Told(FACTS.eta, 1, NOW - HOUR), early=NOW + 2 * HOUR)
    assert schedule(told, DEFAULTS).action is Action.NOTHING


def test_on_replayed_trips_the_share_told_early_enough_rises_from_a_half_to_nine_in_ten() -> None:
    """Each trip takes its time by chance; it is learnt only after it was foretold, as live ones are."""
    chance = random.Random(5)  # noqa: S311 - a made year of trips, no secret
    spread, told_by_p50, told_by_p10, trips = PRIOR, 0, 0, 1500
    for number in range(trips):
        foretold, took = 30 * 60.0, 30 * 60.0 * 2.718281828 ** chance.gauss(0, 0.2)
        made = intervals.interval(foretold, spread)
        arrives = NOW + timedelta(minutes=took)
        facts = replace(FACTS, eta=NOW + timedelta(minutes=made.p50))
        early = replace(facts, early=NOW + timedelta(minutes=made.p10))
        if number >= 300:
            told_by_p50 += _in_time(facts, arrives)
            told_by_p10 += _in_time(early, arrives)
        spread = intervals.learned(spread, foretold, took)
    assert 0.4 < told_by_p50 / (trips - 300) < 0.6
    assert told_by_p10 / (trips - 300) >= 0.9


def _in_time(facts: NoticeFacts, arrives: datetime) -> bool:
    sent = schedule(facts, DEFAULTS).at
    assert sent is not None
    return arrives - sent >= facts.lead
