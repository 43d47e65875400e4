"""Where the goals are measured: a fresh SQLite file, and a PostgreSQL database of our own when a server is there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import func, select

from models.base import Base
from models.parties import Channel, Party
from models.vocabulary import ChannelKind
from services.clock import StoppedClock
from services.ports import Ports
from services.runtime import Runtime
from services.settings import Settings
from services.transaction import WORKER
from tests.bench.measure import Meter
from tests.support import databases
from tests.support.world import SECRET, START, FakeCaller, FakeMailer, FakePrinter, World


@dataclass(frozen=True, slots=True)
class Place:
    """One database with the small carrier of the tests in it, whose first shipper listens to events."""

    name: str
    runtime: Runtime
    world: World
    folder: Path

    @property
    def url(self) -> str:
        return self.runtime.settings.database_url

    def meter(self, *more: int) -> Meter:
        """Give a meter of this process, of the server processes that serve it by now, and of more by their ids."""
        if self.runtime.database.on_sqlite:
            return Meter(more)
        others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with psycopg.connect(self.url) as connection:
            return Meter([*more, *(pid for (pid,) in connection.execute(others))])

    def rows(self) -> dict[str, int]:
        """Count the rows of every table."""
        with self.runtime.read(WORKER) as tx:
            return {
                name: tx.session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }


@contextmanager
def sqlite() -> Iterator[Place]:
    """Give a place on a SQLite file, with every commit forced to disk as in production."""
    with tempfile.TemporaryDirectory(prefix="lading-bench-") as folder:
        path = databases.migrated_sqlite(Path(folder) / "bench.db")
        yield from _place("sqlite", f"sqlite:///{path}", Path(folder))


@contextmanager
def postgres() -> Iterator[Place]:
    """Give a place on a PostgreSQL database that is dropped at the end."""
    made = contextmanager(databases.postgres_template)
    with made() as name, tempfile.TemporaryDirectory(prefix="lading-bench-") as folder:
        yield from _place("postgres", databases._url(name), Path(folder))


def there() -> list[Callable[[], Any]]:
    """Give what can be opened on this machine: SQLite always, PostgreSQL when its server answers."""
    return [sqlite] if "postgres" in databases.absent_servers() else [sqlite, postgres]


def another(place: Place) -> Any:
    """Open a fresh place of the same kind, for rows that the other goals are not to find."""
    return next(opened for opened in there() if opened.__name__ == place.name)()


def _place(name: str, url: str, folder: Path) -> Iterator[Place]:
    settings = Settings(database_url=url, environment="production", secret_key=SECRET, base_url="http://localhost:8080")
    runtime = Runtime(
        settings, StoppedClock(START), Ports(mailer=FakeMailer(), caller=FakeCaller(), printer=FakePrinter())
    )
    world = World(runtime)
    with runtime.begin(WORKER) as tx:
        shipper = tx.session.scalars(select(Party).where(Party.code == "SH-1")).one()
        hook = Channel(public_id="chn_bench", party_id=shipper.id, kind=ChannelKind.WEBHOOK, position=0, events=[],
                       address="https://example.com/hook")  # fmt: skip
        tx.session.add(hook)
    try:
        yield Place(name, runtime, world, folder)
    finally:
        runtime.database.engine.dispose()
