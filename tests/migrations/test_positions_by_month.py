"""Version 0004 with positions in the table: every row is there afterwards as it was, up and down again (P17)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, inspect, text

from migrations import schema
from services.positions import tracking
from services.positions.tracking import Fix
from services.transaction import WORKER
from tests.support import journey
from tests.support.world import World

ROWS = text("SELECT * FROM positions ORDER BY id")


def test_up_and_down_with_rows_in_it(world: World) -> None:
    engine = world.runtime.database.engine
    assert take(world, 0, 1.5, 29) == 3
    rows = read(engine)
    assert len(rows) == 3
    for _ in range(2):
        schema.downgrade(engine, "0003")
        assert read(engine) == rows
        assert pieces(engine) == set()
        schema.upgrade(engine)
        schema.check(engine)
        assert read(engine) == rows
    # every row came with its month, and the months that will be needed with them
    if engine.dialect.name == "postgresql":
        assert count(engine, "positions_default") == 0
        assert {"positions_y2026m01", "positions_y2026m02", "positions_y2026m03"} <= pieces(engine)
    assert take(world, 0, 1.5, 3) == 1, "the same fix is kept once, and its key goes on counting"
    assert len({row["id"] for row in read(engine)}) == 4


def test_down_it_is_one_table_with_its_old_keys(world: World) -> None:
    engine = world.runtime.database.engine
    schema.downgrade(engine, "0003")
    found = inspect(engine)
    assert found.get_pk_constraint("positions")["constrained_columns"] == ["id"]
    assert {index["name"] for index in found.get_indexes("positions")} >= {"ix_positions_fix_at"}
    assert {key["referred_table"] for key in found.get_foreign_keys("positions")} == {"trips", "vehicles"}
    assert [key["name"] for key in found.get_unique_constraints("positions")] == ["uq_positions_fix"]


def take(world: World, *days_ago: float) -> int:
    now = world.clock.now()
    fixes = [Fix(journey.PLATE, now - timedelta(days=days), 36.8, 118.7) for days in days_ago]
    return world.runtime.write(WORKER, lambda tx: tracking.take(tx, fixes)).stored


def read(engine: Engine) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(ROWS).mappings()]


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608


def pieces(engine: Engine) -> set[str]:
    return {name for name in inspect(engine).get_table_names() if name.startswith("positions_")}
