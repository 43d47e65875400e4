"""Whose notice an arrival that moved does not touch: the boundary pairs, and that it is what the full rule says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.notices import Action, NoticeFacts, Told, schedule
from services.policy.ruleset import DEFAULTS
from services.policy.standing_notices import Standing, undisturbed

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ETA = NOW + timedelta(hours=6)
TOLD = Told(ETA, 1, NOW - timedelta(hours=8))
HEARD = Standing(TOLD)
LAST_HOUR = ETA - DEFAULTS.notice.final_minutes * MINUTE


def test_a_shift_below_the_steps_asks_again_at_the_last_hour_of_the_new_arrival() -> None:
    later = ETA + 59 * MINUTE
    found = undisturbed([HEARD], later, NOW, DEFAULTS)
    assert found is not None
    assert found.ask_again == later - DEFAULTS.notice.final_minutes * MINUTE


@pytest.mark.parametrize(
    ("shift", "stays"),
    [(59, True), (60, False), (-29, True), (-30, False)],
)
def test_the_steps_of_a_new_notice_end_it(shift: int, stays: bool) -> None:
    assert (undisturbed([HEARD], ETA + shift * MINUTE, NOW, DEFAULTS) is not None) is stays


def test_the_last_hour_ends_it_unless_it_was_told() -> None:
    before = LAST_HOUR - timedelta(seconds=1)
    assert undisturbed([HEARD], ETA, before, DEFAULTS) is not None
    assert undisturbed([HEARD], ETA, LAST_HOUR, DEFAULTS) is None
    told = undisturbed([Standing(TOLD, final_sent=True)], ETA, LAST_HOUR, DEFAULTS)
    assert told is not None
    assert told.ask_again is None


@pytest.mark.parametrize(
    "standing",
    [Standing(None), Standing(TOLD, pending=True), Standing(Told(ETA, 1, NOW, withdrawn=True))],
    ids=["nothing told", "one waits", "withdrawn"],
)
def test_who_is_owed_a_word_must_be_reviewed(standing: Standing) -> None:
    assert undisturbed([standing], ETA, NOW, DEFAULTS) is None
    assert undisturbed([HEARD, standing], ETA, NOW, DEFAULTS) is None


def test_a_stop_without_consignees_wants_nothing() -> None:
    found = undisturbed([], ETA, NOW, DEFAULTS)
    assert found is not None
    assert found.ask_again is None


@given(st.integers(-600, 600), st.integers(-900, 300), st.booleans(), st.booleans())
def test_it_is_nothing_exactly_where_the_rule_of_notices_says_nothing(
    shift: int, elapsed: int, final_sent: bool, withdrawn: bool
) -> None:
    told = Told(ETA, 3, NOW + elapsed * MINUTE, withdrawn=withdrawn)
    eta = ETA + shift * MINUTE
    facts = NoticeFacts(NOW, eta, timedelta(hours=12), NOW, told=told, final_sent=final_sent)
    decision = schedule(facts, DEFAULTS)
    found = undisturbed([Standing(told, final_sent=final_sent)], eta, NOW, DEFAULTS)
    assert (found is not None) == (decision.action is Action.NOTHING)
    assert found is None or found.ask_again == decision.at
