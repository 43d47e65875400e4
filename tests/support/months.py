"""Positions by month on PostgreSQL: what its tests read and do, some of it while somebody else does something."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from services.positions import position_months, tracking
from services.positions.tracking import Fix, Taken
from services.runtime import Runtime
from services.transaction import WORKER
from tests.support import journey
from tests.support.world import World

DEFAULT = "positions_default"
PATIENCE_S = 20.0


def world_without_months(runtime: Runtime) -> World:
    """Give the small carrier with no month made: the migration made those of the day that the test runs."""
    with runtime.begin(WORKER) as tx:
        for partition in position_months.partitions(tx):
            tx.connection.execute(text(f"DROP TABLE {partition.name}"))
    return World(runtime)


def take(world: World, *days_ago: float, plate: str = journey.PLATE) -> Taken:
    now = world.clock.now()
    fixes = [Fix(plate, now - timedelta(days=days), 36.8, 118.7) for days in days_ago]
    return world.runtime.write(WORKER, lambda tx: tracking.take(tx, fixes))


def run(world: World, service: Callable[..., datetime | None]) -> datetime | None:
    return world.runtime.write(WORKER, service)


def prepared(world: World) -> None:
    """Prepare until nothing is left to be made."""
    while (again := run(world, position_months.prepare)) is not None:
        assert again == world.clock.now()


def counted(world: World, table: str = "positions") -> int:
    with world.runtime.database.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608


def there(world: World) -> list[datetime]:
    with world.runtime.read(WORKER) as tx:
        return [partition.begin for partition in position_months.partitions(tx)]


@contextmanager
def in_the_way(world: World, statement: str = "SELECT count(*) FROM positions") -> Iterator[None]:
    """Hold what a statement takes in a transaction of somebody else."""
    with world.runtime.database.engine.connect() as connection, connection.begin():
        connection.execute(text(statement))
        yield


@contextmanager
def aside(work: Callable[[], Any]) -> Iterator[list[Any]]:
    """Do something in a thread while the block runs; what it gave or raised is in the list after the block."""
    came: list[Any] = []

    def guarded() -> None:
        try:
            came.append(work())
        except Exception as error:
            came.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    try:
        yield came
    finally:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
