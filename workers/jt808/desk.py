"""What a connection asks of the services: each question is one unit of work, run beside the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from services import health, log
from services.errors import BusyError
from services.personnel import driver_cards
from services.positions import terminals, tracking
from services.positions.terminals import Admitted
from services.positions.tracking import Fix, Taken
from services.runtime import Runtime
from services.telematics.jt808 import DriverCard, Registration
from services.transaction import Tx
from workers.jt808.batcher import Batcher, Outcome

THREADS = 4
BEAT_EVERY_S = 10.0
NAME = "jt808"

logger = log.get_logger("workers.jt808")
T = TypeVar("T")


class Desk:
    """The services, as the connections of one process use them; None stands for "not now, ask again"."""

    def __init__(self, runtime: Runtime) -> None:
        """Start no thread yet."""
        self._runtime = runtime
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=NAME)
        self._heard: set[str] = set()
        self._batcher = Batcher(self._store, self._threads)
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Begin to commit batches and to say that this process is alive; needs a running loop."""
        self._tasks = [asyncio.create_task(self._batcher.run()), asyncio.create_task(self._beat())]

    def hurry(self) -> None:
        """Commit at once what comes from now on."""
        self._batcher.hurry()

    async def close(self) -> None:
        """Commit what is waiting and end the threads."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._batcher.finish()
        self._threads.shutdown()

    async def is_lenient(self, terminal: str) -> bool:
        """Tell whether a terminal's checksum and length are not looked at."""
        return bool(await self._read(lambda tx: terminals.is_lenient(tx, terminal)))

    async def register(self, terminal: str, identity: bytes) -> Admitted | None:
        """Answer a registration; a stranger's is no reason to write."""
        known = await self._read(lambda tx: terminals.is_known(tx, terminal))
        if not known:
            return None if known is None else Admitted(Registration.NO_TERMINAL)
        return await self._write(terminal, lambda tx: terminals.register(tx, terminal, identity))

    async def authenticate(self, terminal: str, code: str) -> bool | None:
        """Tell whether the code is this terminal's."""
        known = await self._read(lambda tx: terminals.authenticate(tx, terminal, code))
        if known:
            self.hear(terminal)
        return known

    async def store(self, fixes: Sequence[Fix]) -> Outcome:
        """Store positions with those of other connections; returns after the commit."""
        return await self._batcher.put(fixes)

    async def card(self, terminal: str, card: DriverCard) -> bool:
        """Record a driver's card; False when it is to be sent again."""

        def recorded(tx: Tx) -> bool:
            driver_cards.record(tx, terminal, card)
            return True

        return bool(await self._write(terminal, recorded))

    def hear(self, terminal: str) -> None:
        """Note that a terminal was heard, to be written with the next beat."""
        self._heard.add(terminal)

    def _store(self, fixes: Sequence[Fix]) -> Taken:
        return self._runtime.write(terminals.TERMINAL, lambda tx: tracking.take(tx, fixes))

    async def _read(self, work: Callable[[Tx], T]) -> T | None:
        def run() -> T:
            with self._runtime.read(terminals.TERMINAL) as tx:
                return work(tx)

        return await self._beside(run)

    async def _write(self, terminal: str, work: Callable[[Tx], T]) -> T | None:
        return await self._beside(lambda: self._runtime.write(terminals.actor(terminal), work))

    async def _beside(self, run: Callable[[], T]) -> T | None:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, run)
        except BusyError as error:
            logger.warning("jt808.busy", why=str(error))
            return None

    async def _beat(self) -> None:
        while True:
            heard, self._heard = self._heard, set()
            if await self._write(NAME, lambda tx, heard=heard: _alive(tx, heard)) is None:  # type: ignore[misc]
                self._heard |= heard
            await asyncio.sleep(BEAT_EVERY_S)


def _alive(tx: Tx, heard: set[str]) -> bool:
    health.beat(tx, NAME)
    terminals.hear(tx, heard)
    return True
