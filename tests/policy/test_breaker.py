"""The circuit breaker of a router: closed, open for a pause, one call alone tries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.policy import breaker
from services.policy.breaker import AGAIN, TRYING, Circuit
from services.policy.ruleset import DEFAULTS

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
RULES = replace(DEFAULTS.estimate, router_failures=3, router_pause_minutes=5)
PAUSE = timedelta(minutes=5)
SECOND = timedelta(seconds=1)


def test_the_last_failure_allowed_opens_it_and_the_one_before_does_not():
    circuit = breaker.failed(breaker.failed(Circuit(), NOW, RULES), NOW, RULES)
    assert (circuit, circuit.is_open(NOW)) == (Circuit(2), False)
    circuit = breaker.failed(circuit, NOW, RULES)
    assert (circuit, circuit.is_open(NOW)) == (Circuit(3, NOW + PAUSE), True)


def test_it_is_open_until_the_second_before_the_end_of_the_pause():
    circuit = Circuit(3, NOW + PAUSE)
    assert circuit.is_open(NOW + PAUSE - SECOND)
    assert not circuit.is_open(NOW + PAUSE)
    assert breaker.tries_alone(circuit, NOW + PAUSE - SECOND) is None
    assert breaker.tries_alone(circuit, NOW + PAUSE) == Circuit(3, NOW + PAUSE + TRYING)


def test_while_one_tries_nobody_else_does_and_its_failure_opens_for_another_pause():
    trying = breaker.tries_alone(Circuit(3, NOW), NOW)
    assert trying is not None
    assert trying.is_open(NOW)
    assert breaker.failed(trying, NOW, RULES) == Circuit(4, NOW + PAUSE)


def test_closed_nobody_tries_alone():
    assert breaker.tries_alone(Circuit(), NOW) is None
    assert breaker.tries_alone(Circuit(2), NOW) is None


def test_a_road_is_asked_for_again_at_the_end_of_the_pause_or_a_minute_later():
    assert breaker.try_again_at(Circuit(3, NOW + PAUSE), NOW) == NOW + PAUSE
    assert breaker.try_again_at(Circuit(1), NOW) == NOW + AGAIN


@given(st.integers(1, 20), st.integers(0, 40))
def test_it_is_open_from_exactly_the_failures_in_the_ruleset_on(allowed: int, failures: int):
    rules = replace(RULES, router_failures=allowed)
    circuit = Circuit()
    for _ in range(failures):
        circuit = breaker.failed(circuit, NOW, rules)
    assert circuit.is_open(NOW) == (failures >= allowed)
    assert circuit.failures == failures
