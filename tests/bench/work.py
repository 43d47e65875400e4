"""G10: what a worker spends on a job, against bare RQ; and running where the product is loaded, against loading it.

Both sides of the first count the worker, the broker and the database, and do nothing: ours claims a row of the outbox
for an empty job and settles it, so two units of work are in it; RQ's own SimpleWorker runs an empty function. For the
second, the product's worker runs its jobs in the process that has loaded everything; the floor is RQ's forking Worker,
whose parent has loaded nothing of the product, so that every horse does.
"""

from __future__ import annotations

import itertools
import logging
import os
import secrets
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import redis
from rq import Queue, SimpleWorker

from services import outbox
from services.transaction import WORKER, Tx
from tests.bench.measure import ROUNDS, Result
from tests.bench.places import Place
from tests.support import databases
from workers import carrier, jobs
from workers.context import CONTEXT
from workers.worker import OutboxWorker

COUNT = 150
HORSES = 5
NOTHING = "bench_nothing"
# a database of its own: jobs are named after rows, and tests that run meanwhile name theirs alike
BROKER = f"{databases.REDIS.rpartition('/')[0]}/11"
BARE = """
import sys, time, redis
from rq import Queue, Worker
queue = Queue(sys.argv[1], connection=redis.Redis.from_url(sys.argv[2]), serializer="json")
worker = Worker([queue], connection=queue.connection, serializer="json")
"""
LOADED = """
import os, sys, time
from services.settings import Settings
from workers import carrier
from workers.context import CONTEXT
from workers.worker import OutboxWorker
CONTEXT.runtime()
worker = OutboxWorker(carrier.open_queue(carrier.connect(sys.argv[2]), sys.argv[1]))
"""
RUN = """
began = time.process_time()
worker.work(burst=True, logging_level="ERROR")
import resource
horses = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.process_time() - began + horses.ru_utime + horses.ru_stime)
"""


@dataclass(slots=True)
class Owed:
    """Rows of the outbox that wait to be carried."""

    place: Place
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def __call__(self, count: int, job: str, **args: int) -> list[int]:
        """Owe so many jobs of one name, and give their ids."""

        def owe(tx: Tx) -> None:
            for _ in range(count):
                tx.defer(job, key=f"bench-{next(self._numbers)}", **args)

        self.place.runtime.write(WORKER, owe)
        ids = self.place.runtime.write(WORKER, lambda tx: outbox.hint_due(tx, count))
        assert len(ids) == count
        return ids

    def require_done(self) -> None:
        """Refuse to count work that was not done."""
        with self.place.runtime.read(WORKER) as tx:
            if outbox.depth(tx)[0]:
                raise AssertionError("jobs are left over")


def results(place: Place) -> Iterator[Result]:
    """Measure on one place; nothing without a broker."""
    if "redis" in databases.absent_servers():
        return
    _settle(place)
    owed = Owed(place)
    yield _against_bare(place, owed)
    if place.runtime.database.on_sqlite:
        yield _against_loading(place, owed)


def _settle(place: Place) -> None:
    """Finish what the other goals owe, and let the worker use this place."""
    CONTEXT.use(place.runtime)
    jobs.JOBS[NOTHING] = jobs.in_transaction(lambda tx: None)
    place.runtime.write(WORKER, _count_from_somewhere)
    logging.getLogger("rq.worker").setLevel(logging.WARNING)


def _count_from_somewhere(tx: Tx) -> None:
    """Empty the outbox, and give its next rows numbers that no other run at the same broker has."""
    far = secrets.randbelow(10**9) + 10**6
    tx.connection.exec_driver_sql("DELETE FROM outbox")
    if tx.dialect == "postgresql":
        tx.connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('outbox', 'id'), {far})")
    else:
        tx.defer(NOTHING, key="bench-first")
        tx.connection.exec_driver_sql(f"UPDATE outbox SET id = {far}, done_at = created_at")


def _against_bare(place: Place, owed: Owed) -> Result:
    connection = carrier.connect(BROKER)
    ours = carrier.open_queue(connection, f"bench-{uuid.uuid4().hex}")
    bare = Queue(f"bench-{uuid.uuid4().hex}", connection=redis.Redis.from_url(BROKER), serializer="json")
    broker = int(connection.info()["process_id"])

    def spent(queue: Queue, carry: Callable[[], None], worker: SimpleWorker) -> float:
        carry()
        meter = place.meter(broker)
        began = meter.read()
        worker.work(burst=True, logging_level="WARNING")
        return (meter.read() - began) / COUNT * 1000

    pairs = []
    for _ in range(ROUNDS + 1):
        mine = spent(ours, lambda: carrier.carry(ours, owed(COUNT, NOTHING)), OutboxWorker(ours))
        other = SimpleWorker([bare], connection=bare.connection, serializer="json", log_job_description=False)
        pairs.append((mine, spent(bare, lambda: _nothing(bare), other)))
        owed.require_done()
    return _result(f"G10 {place.name}", pairs[1:], 1.2)


def _nothing(queue: Queue) -> None:
    asked = {"args": (1,), "result_ttl": 0, "failure_ttl": carrier.FAILURE_TTL_S, "timeout": carrier.RUN_TIMEOUT_S}
    queue.enqueue_many([Queue.prepare_data("math.floor", **asked) for _ in range(COUNT)])


def _against_loading(place: Place, owed: Owed) -> Result:
    with tempfile.TemporaryDirectory(prefix="lading-bench-") as folder:
        environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environ |= {"LADING_DATABASE_URL": place.url, "PYTHONPYCACHEPREFIX": str(Path(folder) / "bytecode")}

        def spent(code: str, count: int) -> float:
            queue = carrier.open_queue(carrier.connect(BROKER), f"bench-{uuid.uuid4().hex}")
            carrier.carry(queue, owed(count, "check_notice", notice_id=0))
            command = [sys.executable, "-c", code + RUN, queue.name, BROKER]
            done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
            owed.require_done()
            return float(done.stdout) / count * 1000

        pairs = [(spent(LOADED, COUNT), spent(BARE, HORSES)) for _ in range(4)]
    return _result("G10 preloaded", pairs[1:], 0.1)


def _result(goal: str, pairs: list[tuple[float, float]], goal_ratio: float) -> Result:
    ours, floor = (median(pair[side] for pair in pairs) for side in (0, 1))
    return Result(goal, ours, floor, median(one / two for one, two in pairs), goal_ratio, "ms CPU")
