"""Two workers look at the same vehicle at the same moment: what happened, happened once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.telematics import VehicleEvent, VehicleWatch
from models.vocabulary import VehicleEventKind
from services.positions import tracking, watch
from services.positions.tracking import Fix
from services.transaction import WORKER, Tx
from tests.support import journey
from tests.support.waiting import PATIENCE_S
from tests.support.world import World

WAIT_S = 3


def stopped_and_gone_on(world: World) -> None:
    """Send one batch in which a long stop begins and ends."""
    journey.under_way(world)
    begin = world.clock.now()
    places = [36.9 + step * 0.01 for step in range(3)] + [36.93] * 10 + [36.95 + step * 0.01 for step in range(4)]
    fixes = [
        Fix(journey.PLATE, begin + timedelta(minutes=6 * number), lat, 118.7, 0.0) for number, lat in enumerate(places)
    ]
    world.clock.advance(hours=2)
    assert world.runtime.write(WORKER, lambda tx: tracking.take(tx, fixes)).stored == len(fixes)


def look_together(world: World, monkeypatch: pytest.MonkeyPatch, longest_s: float) -> int:
    """Let two workers look, each waiting for the other before it reads its facts, unless he has ended or does not come
    for so long; give how many stops are written.
    """
    barrier = threading.Barrier(2)
    real = watch._known

    def known(tx: Tx, rows: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            barrier.wait(longest_s)
        return real(tx, rows)

    monkeypatch.setattr(watch, "_known", known)

    def look() -> None:
        try:
            world.runtime.write(WORKER, watch.watch_due)
        finally:
            barrier.abort()

    workers = [threading.Thread(target=look) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with world.runtime.read(WORKER) as tx:
        kind = VehicleEvent.kind == VehicleEventKind.LONG_STOP
        return len(tx.session.scalars(select(VehicleEvent.id).where(kind)).all())


def test_two_workers_write_a_stop_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped_and_gone_on(world)
    assert look_together(world, monkeypatch, WAIT_S) == 1


@pytest.mark.postgres
def test_without_the_lock_they_write_it_twice(postgres: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin; SQLite has one writer at a time and cannot show it."""
    world = World(postgres)
    stopped_and_gone_on(world)
    world.runtime.write(WORKER, watch._waiting)

    def unlocked(tx: Tx) -> Mapping[int, VehicleWatch]:
        return {row.vehicle_id: row for row in tx.session.scalars(select(VehicleWatch))}

    monkeypatch.setattr(watch, "_waiting", unlocked)
    assert look_together(world, monkeypatch, PATIENCE_S) == 2
