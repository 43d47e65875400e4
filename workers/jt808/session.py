"""One connection: frames in, answers out, and nothing that a stranger sends costs more than a bounded part of us."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from services import log
from services.positions.tracking import Fix
from services.telematics import frames, jt808
from services.telematics.frames import BadFrameError, Message, Splitter
from services.telematics.jt808 import Kind, Location, Registration, Result
from services.telematics.parts import Joiner
from workers.jt808.batcher import Outcome
from workers.jt808.desk import Desk

CHUNK = 4096
# three heartbeats as terminals are set by default, rounded up
IDLE_S = 300.0
# who has not said by then who he is does not mean to
SIGN_IN_S = 60.0
STRIKES = 10
WRONG_CODE = 4
MOST_PENDING = 64
# answers that nobody reads
MOST_UNREAD = 64 * 1024
MAX_KMH = 400
RESULTS = {Outcome.STORED: Result.OK, Outcome.BUSY: Result.FAILED, Outcome.UNKNOWN: Result.FAILED}

logger = log.get_logger("workers.jt808")
Answer = Callable[[Message, Sequence[int]], Awaitable[None]]


class Session:
    """A terminal's connection from its first byte to its last."""

    def __init__(self, desk: Desk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Trust nobody yet."""
        self._desk, self._reader, self._writer = desk, reader, writer
        self._splitter, self._joiner = Splitter(), Joiner()
        self._terminal: str | None = None
        self._lenient, self._asked = False, ""
        self._strikes = 0
        self._serial = -1
        self._sign_in_by = asyncio.get_running_loop().time() + SIGN_IN_S
        self._pending: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(MOST_PENDING)

    async def run(self) -> None:
        """Serve until the terminal goes, falls silent or has sent too much that is no sense."""
        with suppress(TimeoutError, ConnectionError):
            while self._strikes < STRIKES:
                async with asyncio.timeout(self._patience()):
                    data = await self._reader.read(CHUNK)
                if not data:
                    break
                await self._feed(data)
        # who has closed his side may still read what he is owed
        await asyncio.gather(*self._pending, return_exceptions=True)

    def _patience(self) -> float:
        if self._terminal is not None:
            return IDLE_S
        return max(0.0, min(IDLE_S, self._sign_in_by - asyncio.get_running_loop().time()))

    async def _feed(self, data: bytes) -> None:
        try:
            cut = self._splitter.feed(data)
        except BadFrameError:
            self._splitter = Splitter()
            self._strikes += 1
            return
        for frame in cut:
            if self._strikes >= STRIKES:
                return
            message = await self._read(frame)
            if message is not None:
                await self._join(message)

    async def _read(self, frame: bytes) -> Message | None:
        """Read a frame, leniently when its terminal is to be read so; a bad one is a strike."""
        try:
            return frames.read(frame, lenient=self._lenient)
        except BadFrameError:
            self._strikes += 1
        try:
            message = frames.read(frame, lenient=True)
        except BadFrameError:
            return None
        if message.terminal != self._asked:
            self._asked = message.terminal
            self._lenient = await self._desk.is_lenient(message.terminal)
        return message if self._lenient else None

    async def _join(self, message: Message) -> None:
        if message.total > 1 and self._terminal is None:
            self._strikes += 1  # nothing is held for a stranger
            return
        try:
            joined = self._joiner.take(message)
        except BadFrameError:
            self._strikes += 1
            return
        if joined is not None:
            await self._take(*joined)

    async def _take(self, message: Message, serials: Sequence[int]) -> None:
        """Serve one whole message; who has not authenticated may do that or register, and nothing else."""
        if message.kind == Kind.TERMINAL_ANSWER:
            return
        if message.kind not in OPEN_TO_ALL and self._terminal is None:
            self._refuse(message, serials, Result.FAILED)
        elif self._terminal is not None and message.terminal != self._terminal:
            self._refuse(message, serials, Result.WRONG)
        else:
            try:
                await HANDLERS.get(message.kind, Session._unknown)(self, message, serials)
            except BadFrameError:
                self._strikes += self._terminal is None
                self._answer(message, serials, Result.WRONG)

    def _refuse(self, message: Message, serials: Sequence[int], result: Result) -> None:
        self._strikes += 1
        self._answer(message, serials, result)

    async def _register(self, message: Message, serials: Sequence[int]) -> None:
        admitted = await self._desk.register(message.terminal, message.body)
        if admitted is None:
            self._answer(message, serials, Result.FAILED)
            return
        self._strikes += admitted.result != Registration.OK
        self._say(jt808.registered(message, self._next(), admitted.result, admitted.code))

    async def _authenticate(self, message: Message, serials: Sequence[int]) -> None:
        known = await self._desk.authenticate(message.terminal, jt808.authentication(message))
        if known:
            self._terminal, self._strikes = message.terminal, 0
        elif known is False:
            self._strikes += WRONG_CODE
        self._answer(message, serials, Result.OK if known else Result.FAILED)

    async def _heartbeat(self, message: Message, serials: Sequence[int]) -> None:
        self._desk.hear(message.terminal)
        self._answer(message, serials, Result.OK)

    async def _log_out(self, message: Message, serials: Sequence[int]) -> None:
        self._terminal = None
        self._sign_in_by = asyncio.get_running_loop().time() + SIGN_IN_S
        self._answer(message, serials, Result.OK)

    async def _positions(self, message: Message, serials: Sequence[int]) -> None:
        fixes = [_fix(message.terminal, each) for each in jt808.locations(message) if each.located]
        if not fixes:
            await self._heartbeat(message, serials)
            return
        # the next message is read while this one waits for its commit, up to a bound
        await self._room.acquire()
        task = asyncio.create_task(self._stored(message, serials, fixes))
        self._pending.add(task)
        task.add_done_callback(self._settled)

    async def _stored(self, message: Message, serials: Sequence[int], fixes: Sequence[Fix]) -> None:
        outcome = await self._desk.store(fixes)
        if outcome is Outcome.UNKNOWN:
            # shut out since it came in: it has to say anew who it is
            self._terminal = None
        self._answer(message, serials, RESULTS[outcome])

    def _settled(self, task: asyncio.Task[None]) -> None:
        self._pending.discard(task)
        self._room.release()

    async def _driver_card(self, message: Message, serials: Sequence[int]) -> None:
        recorded = await self._desk.card(message.terminal, jt808.driver_card(message.body))
        self._answer(message, serials, Result.OK if recorded else Result.FAILED)

    async def _unknown(self, message: Message, serials: Sequence[int]) -> None:
        self._answer(message, serials, Result.UNSUPPORTED)

    def _answer(self, message: Message, serials: Sequence[int], result: Result) -> None:
        """Give the general answer to a message, to each part of one that came in parts."""
        for serial in serials:
            part = Message(message.kind, message.terminal, serial, b"", message.version_2019)
            self._say(jt808.answer(part, self._next(), result))

    def _say(self, frame: bytes) -> None:
        if self._writer.transport.get_write_buffer_size() > MOST_UNREAD:
            self._writer.transport.abort()
        elif not self._writer.is_closing():
            self._writer.write(frame)

    def _next(self) -> int:
        self._serial = (self._serial + 1) & 0xFFFF
        return self._serial


OPEN_TO_ALL = frozenset({Kind.REGISTER, Kind.AUTHENTICATE})
HANDLERS: Mapping[int, Callable[[Session, Message, Sequence[int]], Awaitable[None]]] = {
    Kind.REGISTER: Session._register,  # noqa: SLF001 - the table belongs to the class
    Kind.AUTHENTICATE: Session._authenticate,  # noqa: SLF001
    Kind.HEARTBEAT: Session._heartbeat,  # noqa: SLF001
    Kind.LOG_OUT: Session._log_out,  # noqa: SLF001
    Kind.POSITION: Session._positions,  # noqa: SLF001
    Kind.POSITIONS: Session._positions,  # noqa: SLF001
    Kind.DRIVER_CARD: Session._driver_card,  # noqa: SLF001
}


def _fix(terminal: str, location: Location) -> Fix:
    speed = location.speed_kmh if location.speed_kmh <= MAX_KMH else None
    fix = Fix("", location.fix_at, location.lat, location.lon, speed, location.heading)
    return fix._replace(device=terminal, source="jt808")
