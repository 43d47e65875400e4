"""Positions end: what is older than the ruleset keeps it is erased, in chunks, by the sweep."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.records import OutboxRow
from models.telematics import VehicleEvent
from services.positions import position_retention, tracking
from services.positions.tracking import Fix
from services.transaction import WORKER
from tests.support import journey
from tests.support.terminals import last, stored
from tests.support.world import World
from workers import inline

AWAY = 38.6


def drive(world: World, count: int) -> None:
    """Report so many fixes, a minute apart, the last one a jump."""
    at = world.clock.now()
    fixes = [Fix(journey.PLATE, at - timedelta(minutes=minute), 36.8, 118.7) for minute in range(1, count)]
    fixes.append(Fix(journey.PLATE, at, AWAY, 118.7))
    world.runtime.write(WORKER, lambda tx: tracking.take(tx, fixes))


def events(world: World) -> int:
    with world.runtime.read(WORKER) as tx:
        return tx.session.scalar(select(func.count()).select_from(VehicleEvent)) or 0


def test_what_is_older_than_the_limit_is_erased_in_chunks_and_the_rest_stays(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(position_retention, "CHUNK", 10)
    drive(world, 25)
    assert (len(stored(world.runtime)), events(world)) == (25, 1)
    world.clock.advance(days=179.9)
    drive(world, 5)
    inline.tick(world.runtime)
    assert len(stored(world.runtime)) == 25 + 5
    world.clock.advance(days=1)
    inline.tick(world.runtime)
    rows = stored(world.runtime)
    assert len(rows) == 5
    assert min(row.fix_at for row in rows) > world.clock.now() - timedelta(days=2)
    assert events(world) == 2
    assert last(world.runtime) is not None
    with world.runtime.read(WORKER) as tx:
        left = select(OutboxRow.key).where(OutboxRow.job == "erase_positions", OutboxRow.done_at.is_(None))
        assert tx.session.scalars(left).all() == []


def test_a_vehicle_that_is_long_silent_is_nowhere(lite_world: World) -> None:
    drive(lite_world, 3)
    lite_world.clock.advance(days=181)
    inline.tick(lite_world.runtime)
    assert stored(lite_world.runtime) == []
    assert last(lite_world.runtime) is None
    assert events(lite_world) == 0
