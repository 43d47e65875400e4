"""The circuit breaker of a router among the workers: a router that is away is left alone, marked and come back to."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.roads import RouterState
from services import health
from services.estimates import router_circuit
from services.policy.ruleset import DEFAULTS
from services.transaction import WORKER
from tests.support import journey
from tests.support.roads import AWAY, job, last_stop, one, reasons, with_router
from tests.support.world import World

RULES = DEFAULTS.estimate
PAUSE = timedelta(minutes=RULES.router_pause_minutes)


def test_a_router_that_is_away_delays_nothing_marks_the_estimate_and_parks_nothing(world: World) -> None:
    router = with_router(world, *[AWAY] * 20)
    walk = journey.planned(world)
    reckoned = last_stop(world).distance_km
    for _ in range(30):
        journey.run_due(world)
        world.clock.advance(minutes=1)
    assert last_stop(world).distance_km == reckoned
    assert (job(world).parked_at, job(world).done_at) == (None, None)
    assert reasons(world, walk.trip)["ETA_ROUTER_AWAY"].startswith("1 leg(s) of the way reckoned here")
    chinese = journey.get(world, f"/trips/{walk.trip}/eta")["stops"][-1]["reasons"]
    assert any("其中 1 段路程" in reason["message"] for reason in chinese)
    router.answers = []
    world.clock.advance(minutes=10)
    journey.run_due(world)
    world.clock.advance(minutes=1)
    journey.run_due(world)
    assert last_stop(world).distance_km == 540.0
    assert "ETA_ROUTER_AWAY" not in reasons(world, walk.trip)


def test_after_the_last_failure_allowed_nobody_asks_until_the_pause_is_over(world: World) -> None:
    router = with_router(world, *[AWAY] * RULES.router_failures)
    journey.planned(world)
    for asked in range(1, RULES.router_failures + 1):
        journey.run_due(world)
        assert len(router.asked) == asked
        world.clock.advance(minutes=1)
    world.clock.advance(minutes=-1)
    state = one(world, select(RouterState))
    assert (state.failures, state.open_until) == (RULES.router_failures, world.clock.now() + PAUSE)
    assert state.detail == AWAY.detail
    with world.runtime.read(WORKER) as tx:
        assert health.owed(tx).router_failures == RULES.router_failures
    journey.plan(world, journey.book(world), vehicle="鲁G10002")
    journey.run_due(world)
    assert job(world).due_at == state.open_until
    world.clock.advance(seconds=PAUSE.total_seconds() - 1)
    journey.run_due(world)
    assert len(router.asked) == RULES.router_failures
    world.clock.advance(seconds=1)
    journey.run_due(world)
    assert len(router.asked) == RULES.router_failures + 1
    state = one(world, select(RouterState))
    assert (state.failures, state.open_until, state.detail) == (0, None, "")


def test_a_failing_try_after_the_pause_opens_for_another(world: World) -> None:
    router = with_router(world, *[AWAY] * (RULES.router_failures + 1))
    journey.planned(world)
    for _ in range(RULES.router_failures):
        journey.run_due(world)
        world.clock.advance(minutes=1)
    world.clock.advance(seconds=PAUSE.total_seconds() - 60)
    journey.run_due(world)
    assert len(router.asked) == RULES.router_failures + 1
    assert job(world).due_at == one(world, select(RouterState)).open_until == world.clock.now() + PAUSE


def _race_after_the_pause(world: World) -> int:
    """Let eight workers ask at the very end of a pause; give how many may call the router."""
    with world.runtime.begin(WORKER) as tx:
        state = RouterState(provider="osrm", failures=3, open_until=tx.now, detail="x", changed_at=tx.now)
        tx.session.add(state)
    allowed: list[bool] = []
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        allowed.append(world.runtime.write(WORKER, lambda tx: router_circuit.wait_until(tx, "osrm")) is None)

    _all(threading.Thread(target=ask) for _ in range(8))
    return allowed.count(True)


def _all(threads: Any) -> None:
    started: Sequence[threading.Thread] = list(threads)
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()


def test_of_eight_workers_at_the_end_of_a_pause_one_tries(world: World) -> None:
    assert _race_after_the_pause(world) == 1


def test_without_taking_the_try_all_eight_would(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(router_circuit, "_won", lambda *args: True)
    assert _race_after_the_pause(world) == 8
