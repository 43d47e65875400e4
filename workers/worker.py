"""The RQ worker: runs carried rows one after the other in this process and says that it is alive."""

from __future__ import annotations

import logging
import time
from typing import Any

import redis
from rq import Queue, SimpleWorker

from services import health, log
from services.errors import BusyError
from services.transaction import WORKER
from workers.carrier import CarriedJob
from workers.context import CONTEXT

BEAT_EVERY_S = 10.0
# RQ tells the broker five times a job that the worker lives, and keeps it for eighty seconds
TELL_EVERY_S = 5.0
BROKER_POLL_S = 0.5

logger = log.get_logger("workers.worker")


class OutboxWorker(SimpleWorker):
    """RQ's worker without what an outbox has no use for: forks, commands over the broker, groups, schedules.

    What it tells the broker besides is thinned out: twenty-seven calls a job became five.
    """

    max_connection_wait_time = 2.0

    def __init__(self, queue: Queue) -> None:
        """Listen on one queue; popping from several is not atomic."""
        super().__init__(
            [queue],
            connection=queue.connection,
            job_class=CarriedJob,
            serializer="json",
            worker_ttl=20,
            maintenance_interval=5,
            job_monitoring_interval=2,
            log_job_description=False,
        )
        self._beat_at = -BEAT_EVERY_S
        self._told_at = -TELL_EVERY_S
        logging.getLogger("rq.worker").setLevel(logging.WARNING)

    def subscribe(self) -> None:
        """Take no commands from the broker: a stop comes as a signal, from the supervisor alone."""

    def clean_group_registries(self) -> None:
        """Read no groups: the relay makes none, and RQ would read foreign ones with pickle."""

    def check_for_suspension(self, burst: bool) -> None:  # noqa: FBT001 - RQ's signature
        """Never rest because the broker says so: whoever can write there could stop every notice."""

    def set_state(self, state: str, pipeline: Any = None) -> None:
        """Tell the broker what this worker is at where that costs no call of its own, as before each job."""
        if pipeline is None:
            self._state = state
        else:
            super().set_state(state, pipeline)

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Tell that this worker lives: the broker with every job and every five seconds, the database every ten."""
        now = time.monotonic()
        if pipeline is not None or now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            super().heartbeat(timeout, pipeline)
        if now - self._beat_at >= BEAT_EVERY_S:
            self._beat_at = now
            _beat()


def wait_for_broker(connection: redis.Redis) -> None:
    """Return when the broker answers; a signal ends the wait."""
    waiting = False
    while True:
        try:
            connection.ping()
        except redis.RedisError as error:
            if not waiting:
                logger.warning("worker.waiting", why=f"{type(error).__name__}: {error}")
            waiting = True
            time.sleep(BROKER_POLL_S)
        else:
            return


def _beat() -> None:
    try:
        CONTEXT.runtime().write(WORKER, lambda tx: health.beat(tx, "worker"))
    except BusyError as error:  # the database is away: the missing beat is what tells
        logger.warning("worker.beat_missed", why=str(error))
