"""Positions of many connections, committed together: at most 200 ms or 500 rows, whichever comes first.

Whoever waits here is told only after the commit. When the database is busy he is told that too, and his terminal
sends again; a fix that was stored all the same is then known and kept once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

from services import log
from services.errors import BusyError
from services.positions.tracking import Fix, Taken

LONGEST_S = 0.2
MOST_ROWS = 500
# beyond this the database does not keep up, and saying so costs less memory than waiting
MOST_WAITING = 20_000

logger = log.get_logger("workers.jt808")
Store = Callable[[Sequence[Fix]], Taken]


class Outcome(Enum):
    """What became of a terminal's positions: on disk, to be sent again, or of a device that may not send any more."""

    STORED = auto()
    BUSY = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class _Entry:
    fixes: Sequence[Fix]
    told: asyncio.Future[Outcome]


class Batcher:
    """One per process; ``run`` is its only writer."""

    def __init__(self, store: Store, executor: Executor) -> None:
        """``store`` writes a batch and returns after the commit; it is called in the executor, one at a time."""
        self._store = store
        self._executor = executor
        self._waiting: deque[_Entry] = deque()
        self._rows = 0
        self._hurried = False
        self._some, self._full = asyncio.Event(), asyncio.Event()

    async def put(self, fixes: Sequence[Fix]) -> Outcome:
        """Store fixes with those of others; returns when they are committed, or when they will not be."""
        if self._rows + len(fixes) > MOST_WAITING:
            return Outcome.BUSY
        entry = _Entry(fixes, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        self._rows += len(fixes)
        self._some.set()
        if self._rows >= MOST_ROWS:
            self._full.set()
        return await entry.told

    async def run(self) -> None:
        """Commit batches until cancelled."""
        while True:
            await self._some.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_S):
                    await self._full.wait()
            await self._commit(self._next())

    def hurry(self) -> None:
        """Wait for no more rows from now on: the process is about to end."""
        self._hurried = True
        self._full.set()

    async def finish(self) -> None:
        """Commit what is still waiting, after ``run`` was cancelled."""
        while self._waiting:
            await self._commit(self._next())

    def _next(self) -> list[_Entry]:
        batch: list[_Entry] = []
        rows = 0
        while self._waiting and (not batch or rows + len(self._waiting[0].fixes) <= MOST_ROWS):
            entry = self._waiting.popleft()
            rows += len(entry.fixes)
            batch.append(entry)
        self._rows -= rows
        if not self._waiting:
            self._some.clear()
        if self._rows < MOST_ROWS and not self._hurried:
            self._full.clear()
        return batch

    async def _commit(self, batch: Sequence[_Entry]) -> None:
        try:
            outcomes = await self._written(batch)
        except BusyError as error:
            logger.warning("jt808.busy", why=str(error), messages=len(batch))
            outcomes = [Outcome.BUSY] * len(batch)
        except Exception:  # one message may spoil a batch; alone it spoils nothing but itself
            logger.exception("jt808.batch_failed", messages=len(batch))
            if len(batch) > 1:
                for entry in batch:
                    await self._commit([entry])
                return
            outcomes = [Outcome.BUSY]
        for entry, outcome in zip(batch, outcomes, strict=True):
            if not entry.told.done():
                entry.told.set_result(outcome)

    async def _written(self, batch: Sequence[_Entry]) -> list[Outcome]:
        fixes = [fix for entry in batch for fix in entry.fixes]
        taken = await asyncio.get_running_loop().run_in_executor(self._executor, self._store, fixes)
        _tell(taken)
        shut_out = {one["index"] for one in taken.refused if one["code"] == "DEVICE_UNKNOWN"}
        outcomes: list[Outcome] = []
        begin = 0
        for entry in batch:
            end = begin + len(entry.fixes)
            outcomes.append(Outcome.UNKNOWN if shut_out.issuperset(range(begin, end)) else Outcome.STORED)
            begin = end
        return outcomes


def _tell(taken: Taken) -> None:
    """Say in the log what was refused or doubted, by reason."""
    marks = [one["code"] for one in (*taken.refused, *taken.doubted)]
    if marks:
        logger.info("jt808.marked", **{code: marks.count(code) for code in sorted(set(marks))})
