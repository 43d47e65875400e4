"""The relay: due outbox rows to the queue, at least once, for as long as it runs.

The database is the truth. A row is hinted and committed before it is carried, so a relay that dies in between
only delays it until the hint expires; a broker that is away or was wiped loses nothing.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import redis
from rq import Queue

from services import health, log, outbox
from services.errors import BusyError
from services.runtime import Runtime
from services.transaction import WORKER, Tx
from workers import carrier, sweep

POLL_S = 0.5
BATCH = 500
# while no worker drains the queue, rows wait in the database rather than fill the broker's memory
FULL = 2000
BEAT_EVERY = timedelta(seconds=10)

logger = log.get_logger("workers.relay")


class Relay:
    """Carries what is due; any number of relays may run against one database."""

    def __init__(self, runtime: Runtime, queue: Queue) -> None:
        """Keep the parts; nothing is read or sent yet."""
        self._runtime = runtime
        self._queue = queue
        self._swept = -1
        self._beat_at: datetime | None = None
        self._away = False

    def turn(self) -> int:
        """Carry one batch and give its size; raise what the broker or the database raised."""
        # asking for the length first tells that the broker answers, before any row is hinted
        room = min(BATCH, FULL - self._queue.count)
        ids = self._runtime.write(WORKER, lambda tx: self._owed(tx, room))
        if ids:
            carrier.carry(self._queue, ids)
        return len(ids)

    def forever(self, stop: threading.Event) -> None:
        """Carry until ``stop`` is set, whatever the broker and the database do meanwhile."""
        while not stop.is_set():
            if self._try_turn() < BATCH:
                stop.wait(POLL_S)

    def _try_turn(self) -> int:
        try:
            carried = self.turn()
        except (redis.RedisError, BusyError) as error:
            if not self._away:
                logger.warning("relay.waiting", why=f"{type(error).__name__}: {error}")
            self._away = True
            return 0
        if self._away:
            logger.warning("relay.resumed")
        self._away = False
        return carried

    def _owed(self, tx: Tx, room: int) -> list[int]:
        if self._swept != (minute := sweep.bucket(tx.now, sweep.EVERY)):
            sweep.plan(tx)
            self._swept = minute
        if self._beat_at is None or tx.now - self._beat_at >= BEAT_EVERY:
            health.beat(tx, "relay")
            self._beat_at = tx.now
        return outbox.hint_due(tx, room) if room > 0 else []
