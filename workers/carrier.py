"""What the broker carries: the ids of outbox rows, and nothing that could be anything else.

Whoever can write to the broker can put any job there, with any function, callback, webhook or retry of RQ's.
``CarriedJob`` therefore reads back only a call of ``workers.run.run`` with one whole number; everything else is
dropped unread (docs/decisions: the allow-list, not the serializer, is the guard).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DeserializationError, NoSuchJobError
from rq.job import Job

from services import log

QUEUE = "lading"
CARRIED = "workers.run.run"
# shorter than the lease of services/outbox.py: a run that hangs is ended before another worker may begin
RUN_TIMEOUT_S = 100
FAILURE_TTL_S = 3600
LONGEST_DATA_BYTES = 512
READ_FIELDS = (b"data", b"origin", b"status", b"created_at", b"enqueued_at", b"started_at", b"ended_at")

logger = log.get_logger("workers.carrier")


class CarriedJob(Job):
    """A job that can only name one outbox row."""

    def restore(self, raw_data: Mapping[bytes, bytes]) -> None:
        """Read the job back; raise NoSuchJobError, which drops it, for anything that the relay did not write."""
        if len(raw_data.get(b"data", b"")) > LONGEST_DATA_BYTES:
            self._refuse("too long")
        try:
            super().restore({name: raw_data[name] for name in READ_FIELDS if name in raw_data})
            call = (self.func_name, self.instance, [type(arg) for arg in self.args], self.kwargs)
        except (DeserializationError, ValueError, TypeError) as error:
            self._refuse(f"unreadable: {type(error).__name__}")
        if call != (CARRIED, None, [int], {}):
            self._refuse(f"not a call of {CARRIED}")
        self.timeout, self.result_ttl, self.failure_ttl = RUN_TIMEOUT_S, 0, FAILURE_TTL_S

    def heartbeat(self, timestamp: datetime, ttl: int, pipeline: Any = None, xx: bool = False) -> None:  # noqa: FBT001, FBT002
        """Tell that the job runs where that costs no call of its own; when it is over nobody asks any more."""
        if pipeline is not None:
            super().heartbeat(timestamp, ttl, pipeline, xx)

    def delete(self, pipeline: Any = None, remove_from_queue: bool = True, delete_dependents: bool = False) -> None:  # noqa: FBT001, FBT002
        """Drop the job; after a run nothing hangs on it that RQ would have to look for: no result, no dependents."""
        if pipeline is None or remove_from_queue or delete_dependents:
            super().delete(pipeline, remove_from_queue, delete_dependents)
        else:
            pipeline.delete(self.key, self.execution_registry.key)

    def _refuse(self, why: str) -> None:
        logger.warning("queue.job_refused", job_id=self.id, why=why)
        raise NoSuchJobError(f"refused: {why}")


def connect(url: str) -> redis.Redis:
    """Give a connection that fails at once when the broker is away: its callers try again by themselves."""
    return redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=10, retry=Retry(NoBackoff(), 0))


def open_queue(connection: redis.Redis, name: str = QUEUE) -> Queue:
    """Give the one queue, with JSON and the allow-list; nothing is sent yet."""
    return Queue(name, connection=connection, job_class=CarriedJob, serializer="json", default_timeout=RUN_TIMEOUT_S)


def carry(queue: Queue, outbox_ids: Iterable[int]) -> None:
    """Put the rows' ids on the queue, in one round trip."""
    queue.enqueue_many([_carried(outbox_id) for outbox_id in outbox_ids])


def _carried(outbox_id: int) -> Any:
    return Queue.prepare_data(
        CARRIED,
        args=(outbox_id,),
        job_id=f"outbox-{outbox_id}",
        timeout=RUN_TIMEOUT_S,
        result_ttl=0,
        failure_ttl=FAILURE_TTL_S,
        description=f"outbox {outbox_id}",
    )
