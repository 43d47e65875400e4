"""What the tests of the background processes share: a countable effect, a private broker, a worker in a burst."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from rq import Queue
from sqlalchemy import select

from models.records import NumberSeries, OutboxRow
from services.runtime import Runtime
from services.transaction import WORKER, Tx
from tests.support.waiting import until
from workers import carrier
from workers.local import broker
from workers.local.place import Place
from workers.worker import OutboxWorker


def effect(tx: Tx, **_: object) -> None:
    """Do something that can be counted and that a rollback undoes."""
    tx.next_number("EFFECT")


def effects(runtime: Runtime) -> int:
    """Count how often ``effect`` took hold."""
    with runtime.read(WORKER) as tx:
        counts = tx.session.scalars(select(NumberSeries.last).where(NumberSeries.prefix.startswith("EFFECT")))
        return sum(counts)


def owe(runtime: Runtime, job: str, key: str = "the-row", **args: object) -> int:
    """Put one row into the outbox and give its id."""
    with runtime.begin(WORKER) as tx:
        tx.defer(job, key=key, **args)
    return row(runtime, key).id


def row(runtime: Runtime, key: str = "the-row") -> OutboxRow:
    """Read a row back."""
    with runtime.read(WORKER) as tx:
        return tx.session.scalars(select(OutboxRow).where(OutboxRow.key == key)).one()


def work_off(queue: Queue) -> None:
    """Run everything on the queue as the worker process does, then give the signals back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        OutboxWorker(queue).work(burst=True)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class PrivateBroker:
    """A broker of the test's own, which it may wipe and kill."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(folder)
        self.place.broker.mkdir(mode=0o700, parents=True)
        self.connection = carrier.connect(f"unix://{self.place.socket}")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        config = broker.write_config(self.place)
        self._process = subprocess.Popen([str(broker.server()), str(config)], stdout=subprocess.DEVNULL)
        until(self._answers, "the broker's start")

    def has_written(self) -> bool:
        """Tell whether the system has all of the log, from which nothing is lost when the server alone ends."""
        return int(self.connection.info("persistence")["aof_buffer_length"]) == 0

    def kill(self) -> None:
        """End the server without a goodbye."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "the broker ended at its start"
        try:
            return bool(self.connection.ping())
        except redis.RedisError:
            return False


@contextmanager
def private_broker(folder: Path) -> Iterator[PrivateBroker]:
    """Give a running broker and end it afterwards."""
    made = PrivateBroker(folder)
    try:
        made.start()
        yield made
    finally:
        made.kill()
        made.connection.close()
