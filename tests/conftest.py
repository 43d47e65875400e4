"""Fixtures of every folder: a stopped clock, a fresh database per test, a client per role.

A test that takes ``runtime`` runs on SQLite and, when a server is there, on PostgreSQL; ``lite`` is SQLite only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from services.clock import StoppedClock
from services.runtime import Runtime
from tests.support import databases, printing
from tests.support.reused import ReusedPostgres
from tests.support.world import START, World, new_runtime

# how long an example takes is the machine's business, and says nothing about the example
settings.register_profile("lading", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lading")
# a process that a test starts reads what Python has compiled already: a start is a third of the work then
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file; every test copies it."""
    return databases.migrated_sqlite(tmp_path_factory.mktemp("template") / "template.db")


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """Migrate one PostgreSQL database; every test is created from it."""
    yield from databases.postgres_template()


@pytest.fixture(scope="session")
def reused_postgres(postgres_template: str) -> Iterator[ReusedPostgres]:
    """The PostgreSQL database that the tests of this process use one after the other."""
    made = ReusedPostgres(postgres_template)
    yield made
    made.close()


@pytest.fixture
def clock() -> StoppedClock:
    """Stop the clock on 2026-03-02 at 06:00 in Shanghai."""
    return StoppedClock(START)


@pytest.fixture
def lite(sqlite_template: Path, tmp_path: Path, clock: StoppedClock) -> Iterator[Runtime]:
    """A runtime on a fresh SQLite database."""
    made = new_runtime(databases.copy_sqlite(sqlite_template, tmp_path), clock)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def postgres(reused_postgres: ReusedPostgres, clock: StoppedClock) -> Iterator[Runtime]:
    """A runtime on a PostgreSQL database as fresh as a new one; mark the test ``postgres``."""
    with reused_postgres.lent() as url:
        made = new_runtime(url, clock)
        yield made
        made.database.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    """A runtime on a fresh database of each kind."""
    made: Runtime = request.getfixturevalue("lite" if request.param == "sqlite" else "postgres")
    return made


@pytest.fixture
def world(runtime: Runtime) -> World:
    """A small lawful carrier: parties, sites, trucks, drivers, seals, users; on both databases."""
    return World(runtime)


@pytest.fixture
def lite_world(lite: Runtime) -> World:
    """The same small carrier on SQLite only."""
    return World(lite)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what needs an absent server, with one visible line; fail instead when LADING_TEST_ALL=1 (CI)."""
    absent = {name: f"no {name} server was found" for name in databases.absent_servers()}
    if any("pdf" in item.keywords for item in items) and (why := printing.why_not()):
        absent["pdf"] = why
    if not absent:
        return
    if os.environ.get("LADING_TEST_ALL") == "1":
        raise pytest.UsageError(f"needed and not there: {'; '.join(absent.values())}")
    config.stash[ABSENT] = absent
    for item in items:
        for name in absent:
            if name in item.keywords:
                item.add_marker(pytest.mark.skip(reason=absent[name]))


ABSENT = pytest.StashKey[dict[str, str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say once what was missing."""
    for name, why in config.stash.get(ABSENT, {}).items():
        terminalreporter.write_line(f"NOTE: tests that need {name} were skipped: {why}")
