"""The stopped clock of the replay: journeys, position ticks and the outbox, all in the order of their time."""

from __future__ import annotations

import heapq
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from models.vocabulary import Role
from services import outbox
from services.clock import StoppedClock
from services.positions import tracking
from services.positions.tracking import Fix
from services.runtime import Runtime
from services.transaction import WORKER
from workers import inline
from workers.replay.journey import Journey

TICK = timedelta(hours=24)
BATCH = 500
SHOWN_EVERY = 250


class Engine:
    """Runs journeys on one clock; between two steps the workers do whatever has fallen due, at its time."""

    def __init__(self, runtime: Runtime, clock: StoppedClock, journeys: list[Journey]) -> None:
        """Queue every journey at its first instant."""
        self._runtime = runtime
        self._clock = clock
        self._order = count()
        self._queue: list[tuple[datetime, int, Iterator[datetime]]] = []
        self._journeys = journeys
        self._ended = 0
        for journey in journeys:
            self._advance(journey.run())
        if self._queue:
            self._advance(self._ticks(self._queue[0][0]))

    def run(self) -> None:
        """Run until the last journey has closed, then what is still due at that time."""
        while self._queue:
            at, _, walk = heapq.heappop(self._queue)
            self._work_until(at)
            self._clock.move_to(at)
            self._advance(walk)
        self._work_until(self._clock.now())

    def _advance(self, walk: Iterator[datetime]) -> None:
        at = next(walk, None)
        if at is not None:
            heapq.heappush(self._queue, (at, next(self._order), walk))
            return
        self._ended += 1
        if self._ended % SHOWN_EVERY == 0:
            told = f"{self._ended} of {len(self._journeys)} bookings ended, the clock stands at {self._clock.now():%F}"
            print(told, file=sys.stderr, flush=True)  # noqa: T201 - a long command says how far it is

    def _work_until(self, at: datetime) -> None:
        """Let the workers do everything due up to ``at``, each row at its own due time."""
        while True:
            with self._runtime.read(WORKER) as tx:
                due = outbox.next_due_at(tx)
            if due is None or due > at:
                return
            self._clock.move_to(due)
            inline.one_pass(self._runtime)

    def _ticks(self, at: datetime) -> Iterator[datetime]:
        """Send one batch of positions of every truck on the road, again and again while any journey is left."""
        while self._queue:
            yield at
            self._send_positions(at)
            at += TICK

    def _send_positions(self, at: datetime) -> None:
        out = [journey for journey in self._journeys if journey.on_road]
        fixes = []
        for journey in out:
            lat, lon, speed = journey.position(at)
            fixes.append(Fix(journey.plate, at, lat, lon, speed))
        for first in range(0, len(fixes), BATCH):
            batch = fixes[first : first + BATCH]
            actor = out[0].carrier.actors[Role.DISPATCHER]
            self._runtime.write(actor, lambda tx, batch=batch: tracking.take(tx, batch))  # type: ignore[misc]
