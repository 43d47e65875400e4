"""Between which arrivals nobody need be told: the boundary pairs, and that it is what the full rule says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.notices import Action, NoticeFacts, Told, schedule
from services.policy.ruleset import DEFAULTS
from services.policy.standing_notices import Calm, Standing, calm

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ETA = NOW + timedelta(hours=6)
TOLD = Told(ETA, 1, NOW - timedelta(hours=8))
HEARD = Standing(TOLD)
FINAL = DEFAULTS.notice.final_minutes * MINUTE


def test_the_steps_of_a_new_notice_are_the_bounds() -> None:
    assert calm([HEARD], DEFAULTS) == Calm(ETA - 30 * MINUTE, ETA + 60 * MINUTE, final_owed=True)


def test_the_last_notice_is_owed_until_it_was_sent() -> None:
    sent = Standing(TOLD, final_sent=True)
    found = calm([sent], DEFAULTS)
    assert found is not None
    assert not found.final_owed
    both = calm([sent, HEARD], DEFAULTS)
    assert both is not None
    assert both.final_owed


def test_of_several_consignees_the_narrowest_bounds_count() -> None:
    other = Standing(Told(ETA + 20 * MINUTE, 2, NOW))
    found = calm([HEARD, other], DEFAULTS)
    assert found == Calm(ETA - 10 * MINUTE, ETA + 60 * MINUTE, final_owed=True)


@pytest.mark.parametrize(
    "standing",
    [Standing(None), Standing(TOLD, pending=True), Standing(Told(ETA, 1, NOW, withdrawn=True))],
    ids=["nothing told", "one waits", "withdrawn"],
)
def test_who_is_owed_a_word_must_be_reviewed(standing: Standing) -> None:
    assert calm([standing], DEFAULTS) is None
    assert calm([HEARD, standing], DEFAULTS) is None


def test_a_stop_without_consignees_wants_nothing() -> None:
    assert calm([], DEFAULTS) == Calm()


@given(st.integers(-600, 600), st.integers(-900, 300), st.booleans(), st.booleans())
def test_it_is_calm_where_the_rule_of_notices_says_nothing(
    shift: int, elapsed: int, final_sent: bool, withdrawn: bool
) -> None:
    told = Told(ETA, 3, NOW + elapsed * MINUTE, withdrawn=withdrawn)
    eta = ETA + shift * MINUTE
    facts = NoticeFacts(NOW, eta, timedelta(hours=12), NOW, told=told, final_sent=final_sent)
    silent = schedule(facts, DEFAULTS).action is Action.NOTHING
    found = calm([Standing(told, final_sent=final_sent)], DEFAULTS)
    is_calm = found is not None and found.after < eta < found.before and not (found.final_owed and eta - FINAL <= NOW)
    # who was told within the last hour is told no more; that is left to the full rule
    told_within_it = eta - FINAL <= NOW and not final_sent and told.at >= eta - FINAL
    assert is_calm == (silent and not told_within_it)
