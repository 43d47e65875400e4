"""The demo company, seeded once per kind of database for the tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.clock import StoppedClock
from services.runtime import Runtime
from tests.support import databases
from tests.support.demo import Demo
from tests.support.months import world_without_months
from tests.support.world import START, World, new_runtime


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Seed once per kind of database; the tests that take it only read."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        made = new_runtime(databases.copy_sqlite(template, tmp_path_factory.mktemp("demo")), StoppedClock(START))
        yield Demo(made)
        made.database.engine.dispose()
        return
    with databases.copy_postgres(request.getfixturevalue("postgres_template")) as url:
        made = new_runtime(url, StoppedClock(START))
        yield Demo(made)
        made.database.engine.dispose()


@pytest.fixture
def cut_world(postgres: Runtime) -> World:
    """The small carrier on PostgreSQL, with no month of positions made."""
    return world_without_months(postgres)
