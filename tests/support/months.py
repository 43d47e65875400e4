"""Positions by month on PostgreSQL: what its tests read and do, some of it while somebody else does something."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from services.errors import BusyError
from services.positions import position_months, tracking
from services.positions.tracking import Fix, Taken
from services.runtime import Runtime
from services.transaction import WORKER, Tx
from tests.support import journey
from tests.support.waiting import PATIENCE_S, until, waits_for_a_lock
from tests.support.world import World

DEFAULT = "positions_default"
# far longer than the half second for which a change of the months may wait
LONG = "SET LOCAL lock_timeout = '3s'"


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
def in_the_way(world: World) -> Iterator[Callable[[], None]]:
    """Hold what reading the positions takes, in a transaction of somebody else; gives what ends it early."""
    with world.runtime.database.engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM positions"))
        yield connection.rollback


def held_up_long(world: World, work: Callable[[Tx], Any]) -> bool:
    """Do some work, unless it has to wait too long for what another holds or waits for; tell whether it has to.

    It is PostgreSQL that measures the wait: how fast this machine is at the rest does not matter.
    """
    try:
        with world.runtime.begin(WORKER) as tx:
            tx.connection.exec_driver_sql(LONG)
            work(tx)
    except BusyError:
        return True
    return False


def stands(world: World, came: list[Any]) -> None:
    """Wait until the one aside waits for a lock, or has ended."""
    until(lambda: came or waits_for_a_lock(world.runtime.database.engine), "the waiting of the one aside")


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
