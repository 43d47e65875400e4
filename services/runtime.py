"""One process's runtime: database, clock, ports, rulebook, and the doors to begin a unit of work."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from services.adapters.printer import PdfPrinter
from services.adapters.router import router_of
from services.adapters.smtp import SmtpMailer
from services.adapters.webhook import GuardedCaller
from services.clock import Clock, SystemClock
from services.database import Database, Unit
from services.errors import BusyError
from services.ports import Ports
from services.rulebook import Rulebook
from services.settings import Settings
from services.transaction import Actor, Tx

T = TypeVar("T")
TRIES = 3


class Runtime:
    """What a door needs to run use cases; built once per process and rebuilt after a fork."""

    def __init__(self, settings: Settings, clock: Clock, ports: Ports) -> None:
        """Keep the parts; nothing is connected yet."""
        self.settings = settings
        self.clock = clock
        self.ports = ports
        self.database = Database(settings)
        self.rulebook = Rulebook()

    def begin(self, actor: Actor) -> AbstractContextManager[Tx]:
        """Begin a writing unit of work: committed at the end of the block, rolled back on any exception."""
        return self.database.unit(lambda unit: self._tx(unit, actor), writes=True)

    def read(self, actor: Actor) -> AbstractContextManager[Tx]:
        """Begin a reading unit of work; it takes no write lock."""
        return self.database.unit(lambda unit: self._tx(unit, actor), writes=False)

    def write(self, actor: Actor, work: Callable[[Tx], T]) -> T:
        """Run ``work`` in a writing unit, the whole unit again (at most 3 times) when the database was busy."""
        for attempt in range(1, TRIES + 1):
            try:
                with self.begin(actor) as tx:
                    return work(tx)
            except BusyError:
                if attempt == TRIES:
                    raise
                time.sleep(random.uniform(0.02, 0.1) * attempt)  # noqa: S311 - jitter, not a secret
        raise AssertionError("unreachable")

    def _tx(self, unit: Unit, actor: Actor) -> Tx:
        now = self.clock.now()
        return Tx(unit, now, actor, self.rulebook.at(unit, now), self.settings)


def build_runtime(settings: Settings, clock: Clock | None = None, ports: Ports | None = None) -> Runtime:
    """Build the runtime of one process with the real clock and adapters unless others are given."""
    return Runtime(
        settings,
        clock or SystemClock(),
        ports or _adapters(settings),
    )


def _adapters(settings: Settings) -> Ports:
    mailer, caller = SmtpMailer(settings), GuardedCaller(settings)
    return Ports(mailer=mailer, caller=caller, printer=PdfPrinter(), router=router_of(settings))
