"""Between the outbox and the worker: a real Redis, which may be slow, gone, wiped or hostile."""

from __future__ import annotations

import os
import pickle
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from rq import Callback, Queue, SimpleWorker
from rq.job import Job

from services import health, outbox
from services.clock import StoppedClock
from services.runtime import Runtime
from services.transaction import WORKER
from tests.support.jobs import PrivateBroker, effects, owe, row, work_off
from tests.support.waiting import until
from workers import carrier, relay
from workers.context import CONTEXT
from workers.relay import Relay


@pytest.mark.redis
def test_a_row_carried_by_two_relays_has_one_effect(here: Runtime, queue: Queue) -> None:
    owe(here, "effect")
    with here.begin(WORKER) as tx:
        tx.defer("effect", key="not-yet", due_at=tx.now + timedelta(hours=1))
    first, second = Relay(here, queue), Relay(here, queue)
    assert [first.turn(), second.turn()] == [2, 1]  # the row and this minute's sweep, which each relay asks for once
    assert [first.turn(), second.turn()] == [0, 0]
    work_off(queue)
    assert effects(here) == 1
    assert row(here).done_at is not None


@pytest.mark.redis
def test_a_row_carried_again_after_its_hint_ran_out_has_one_effect(
    here: Runtime, queue: Queue, clock: StoppedClock
) -> None:
    owe(here, "effect")
    first = Relay(here, queue)
    first.turn()
    clock.advance(seconds=outbox.HINT.total_seconds())
    assert first.turn() == 0
    clock.advance(seconds=1)
    assert Relay(here, queue).turn() == 2
    work_off(queue)
    work_off(queue)
    assert effects(here) == 1


@pytest.mark.redis
def test_nothing_is_left_in_redis_once_the_work_is_done(here: Runtime, queue: Queue) -> None:
    outbox_id = owe(here, "effect")
    Relay(here, queue).turn()
    work_off(queue)
    assert not queue.connection.exists(Job.key_for(f"outbox-{outbox_id}"))
    assert queue.count == 0


@pytest.mark.redis
def test_the_relay_and_the_worker_say_that_they_live(here: Runtime, queue: Queue) -> None:
    with here.read(WORKER) as tx:
        assert health.missing(tx) == ["relay", "worker"]
    Relay(here, queue).turn()
    work_off(queue)
    with here.read(WORKER) as tx:
        assert health.missing(tx) == []


@pytest.mark.redis
def test_a_full_queue_leaves_the_rows_in_the_database(
    here: Runtime, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "FULL", 3)
    for number in range(5):
        owe(here, "effect", key=f"row-{number}")
    carrying = Relay(here, queue)
    assert [carrying.turn(), carrying.turn()] == [3, 0]
    work_off(queue)
    assert carrying.turn() == 3
    work_off(queue)
    assert effects(here) == 5


def test_while_the_broker_is_away_rows_wait_and_nothing_is_lost(here: Runtime, own_broker: PrivateBroker) -> None:
    queue = carrier.open_queue(own_broker.connection)
    own_broker.kill()
    outbox_id = owe(here, "effect")
    carrying = Relay(here, queue)
    with pytest.raises(redis.ConnectionError):
        carrying.turn()
    assert row(here).hinted_until is None
    own_broker.start()
    assert carrying.turn() == 2
    work_off(queue)
    assert effects(here) == 1
    assert row(here).id == outbox_id


def test_the_relay_keeps_trying_by_itself_until_the_broker_is_back(here: Runtime, own_broker: PrivateBroker) -> None:
    queue = carrier.open_queue(own_broker.connection)
    own_broker.kill()
    owe(here, "effect")
    stop = threading.Event()
    carrying = Relay(here, queue)
    running = threading.Thread(target=carrying.forever, args=(stop,))
    running.start()
    try:
        until(lambda: carrying._away, "a try without a broker")
        own_broker.start()
        until(lambda: queue.count == 2, "the carrying of the row and of the minute's sweep")
    finally:
        stop.set()
        running.join()
    work_off(queue)
    assert effects(here) == 1


def test_a_wiped_broker_delays_what_is_owed_and_loses_nothing(
    here: Runtime, own_broker: PrivateBroker, clock: StoppedClock
) -> None:
    queue = carrier.open_queue(own_broker.connection)
    carrying = Relay(here, queue)
    for number in range(20):
        owe(here, "effect", key=f"row-{number}")
    assert carrying.turn() == 21
    own_broker.connection.flushall()
    work_off(queue)
    assert effects(here) == 0
    clock.advance(seconds=outbox.HINT.total_seconds() + 1)
    assert outbox.HINT + timedelta(seconds=1) <= timedelta(seconds=60)
    carrying.turn()
    work_off(queue)
    assert effects(here) == 20


def test_a_carried_row_survives_the_broker_being_killed(here: Runtime, own_broker: PrivateBroker) -> None:
    queue = carrier.open_queue(own_broker.connection)
    owe(here, "effect")
    Relay(here, queue).turn()
    until(own_broker.has_written, "the log")
    own_broker.kill()
    own_broker.start()
    work_off(queue)
    assert effects(here) == 1


class Poison:
    """What somebody who can write to Redis might put on the queue."""

    def __init__(self, queue: Queue, folder: Path) -> None:
        self.connection, self.name = queue.connection, queue.name
        self.touched = folder / "touched"
        self._plain = Queue(queue.name, connection=queue.connection, serializer="json")

    @property
    def command(self) -> str:
        return f"touch {self.touched}"

    def call(self) -> None:
        self._plain.enqueue("os.system", self.command)

    def keywords(self) -> None:
        self._plain.enqueue(carrier.CARRIED, args=(1,), kwargs={"runtime": "x"})

    def callback(self) -> None:
        wanted = Callback(f"{__name__}.never")
        self._plain.enqueue(carrier.CARRIED, 1, on_success=wanted, on_failure=wanted)

    def method_of_a_string(self) -> None:
        self.hash({"data": b'["format", "{0}", [1], {}]'})

    def pickled(self) -> None:
        self.hash({"data": pickle.dumps(_Touches(self.command)), "meta": pickle.dumps(_Touches(self.command))})

    def garbage(self) -> None:
        self.hash({"data": b"\xff\xfe", "created_at": "yesterday", "status": "??"})
        self.hash({"data": f'["{carrier.CARRIED}", null, [true], {{}}]'})
        self.hash({"data": f'["{carrier.CARRIED}", null, [1], {{}}]', "created_at": "yesterday"})
        self.hash({"data": b"[" * 100_000})
        self.hash({"origin": self.name})

    def hash(self, fields: dict[str, Any]) -> None:
        job_id = os.urandom(8).hex()
        self.connection.hset(Job.key_for(job_id), mapping={"origin": self.name, "status": "queued", **fields})
        self.connection.rpush(f"rq:queue:{self.name}", job_id)


class _Touches:
    """Runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, (self.command,)


def never(*_: object) -> None:
    """A callback that no worker of ours may call."""
    raise AssertionError("a callback from the queue was called")


@pytest.mark.redis
@pytest.mark.parametrize("how", ["call", "keywords", "callback", "method_of_a_string", "pickled", "garbage"])
def test_a_poisoned_queue_is_refused_and_the_row_behind_it_is_done(
    here: Runtime, queue: Queue, tmp_path: Path, how: str
) -> None:
    poison = Poison(queue, tmp_path)
    getattr(poison, how)()
    owe(here, "effect")
    Relay(here, queue).turn()
    work_off(queue)
    assert not poison.touched.exists()
    assert effects(here) == 1
    assert queue.count == 0


@pytest.mark.redis
def test_the_twin_without_the_allow_list_runs_the_poison(queue: Queue, tmp_path: Path) -> None:
    poison = Poison(queue, tmp_path)
    poison.call()
    plain = Queue(queue.name, connection=queue.connection, serializer="json")
    worker = SimpleWorker([plain], connection=queue.connection, serializer="json")
    worker._install_signal_handlers = lambda: None
    worker.work(burst=True, logging_level="CRITICAL")
    assert poison.touched.exists()


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_uses_neither_connections_nor_locks_of_its_parent(here: Runtime) -> None:
    parents = CONTEXT.runtime()
    with parents.begin(WORKER):
        child = os.fork()
        if child == 0:
            try:
                own = CONTEXT.runtime()
                with own.read(WORKER) as tx:
                    os._exit(0 if own is not parents and outbox.depth(tx)[0] == 0 else 1)
            finally:
                os._exit(2)  # whatever was raised: the child must not go on with the tests of its parent
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert CONTEXT.runtime() is parents
