"""Fixtures of the background processes: this test's runtime for the worker, a queue nobody else uses."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from rq import Queue

from services.runtime import Runtime
from tests.support import databases
from tests.support.jobs import PrivateBroker, effect, private_broker
from tests.support.terminals import Listening, listening
from tests.support.waiting import PATIENCE_S
from tests.support.world import World
from workers import carrier
from workers.context import CONTEXT
from workers.jobs import JOBS, in_transaction


@pytest.fixture(autouse=True)
def _effect_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``effect`` be a job for the length of a test."""
    monkeypatch.setitem(JOBS, "effect", in_transaction(effect))


@pytest.fixture
def here(lite: Runtime) -> Iterator[Runtime]:
    """A runtime on SQLite that the worker in this process uses too."""
    CONTEXT.use(lite)
    yield lite
    CONTEXT.use(None)


@pytest.fixture
def queue() -> Iterator[Queue]:
    """A queue of this test's own on the shared Redis, left without a trace.

    The carried rows of every database bear the same names there, so one test at a time uses it, of however many
    processes.
    """
    connection = carrier.connect(databases.REDIS)
    name = f"test-{uuid.uuid4().hex}"
    with connection.lock("lading-tests", timeout=2 * PATIENCE_S, blocking_timeout=PATIENCE_S):
        yield carrier.open_queue(connection, name)
        of_jobs = [key for key in connection.scan_iter("rq:job:*", count=1000) if _is_of(connection, key, name)]
        results = [key.replace(b"rq:job:", b"rq:results:") for key in of_jobs]
        for key in [*connection.scan_iter(f"*{name}*", count=1000), *of_jobs, *results]:
            connection.delete(key)
        connection.srem("rq:queues", f"rq:queue:{name}")
    connection.close()


def _is_of(connection: redis.Redis, key: bytes, queue: str) -> bool:
    return connection.type(key) == b"hash" and connection.hget(key, "origin") == queue.encode()


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[PrivateBroker]:
    """A broker that the test may wipe and kill."""
    with private_broker(tmp_path / "own") as made:
        yield made


@pytest.fixture
def server(world: World) -> Iterator[Listening]:
    """A listener for JT/T 808 terminals, on both databases."""
    with listening(world.runtime) as made:
        yield made


@pytest.fixture
def lite_server(lite_world: World) -> Iterator[Listening]:
    """The same on SQLite only."""
    with listening(lite_world.runtime) as made:
        yield made
