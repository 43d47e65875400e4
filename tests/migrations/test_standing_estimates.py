"""Version 0009 with trips on the road: the newest estimate of each stop ahead becomes the one that stands (P17)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, text

from migrations import schema
from tests.support import journey
from tests.support.world import World


def test_down_and_up_the_newest_estimate_stands(world: World) -> None:
    engine = world.runtime.database.engine
    journey.at_door(world)
    walk = journey.plan(world, journey.book(world), vehicle="鲁G10002")
    journey.run_due(world)
    before = standing(engine)
    ahead = [row for row in before if row.estimated_at is not None and row.arrived_at is None]
    assert [row.number for row in ahead] == [walk]
    for _ in range(2):
        schema.downgrade(engine, "0008")
        schema.upgrade(engine)
        schema.check(engine)
        found = standing(engine)
        assert [row for row in found if row in ahead] == ahead
        # of a stop that was reached nothing more is asked
        assert all(row.estimated_at is None for row in found if row not in ahead)


def standing(engine: Engine) -> list[Any]:
    """Give what each stop says of the estimate that stands."""
    query = """SELECT t.number, s.seq, s.arrived_at, s.estimated_at, s.remaining_km, s.estimate_stale
        FROM trip_stops s JOIN trips t ON t.id = s.trip_id ORDER BY s.id"""
    with engine.connect() as connection:
        return list(connection.execute(text(query)))
