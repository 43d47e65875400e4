"""The listener: takes connections in, so many from one address and so many in all, and serves each by itself."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from contextlib import suppress
from typing import cast

from services import log
from services.runtime import Runtime
from services.settings import Settings
from workers.jt808.desk import Desk
from workers.jt808.session import Session

# what is read ahead of a connection before it is told to wait
READ_AHEAD = 16 * 1024
CLOSE_S = 5.0

logger = log.get_logger("workers.jt808")


class Listener:
    """A TCP server for JT/T 808 terminals on one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        """Listen nowhere yet."""
        self._settings: Settings = runtime.settings
        self._desk = Desk(runtime)
        self._server: asyncio.Server | None = None
        self._addresses: Counter[str] = Counter()
        self._sessions: dict[asyncio.Task[None], tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}

    async def open(self) -> int:
        """Begin to listen and give the port, which the system chose when the setting is 0."""
        self._desk.open()
        host, port = self._settings.jt808_host, self._settings.jt808_port
        self._server = await asyncio.start_server(self._connected, host, port, limit=READ_AHEAD)
        listening: int = self._server.sockets[0].getsockname()[1]
        logger.info("jt808.listening", host=host, port=listening)
        return listening

    async def close(self) -> None:
        """Take nobody in any more, commit and answer what was received, and let everybody go."""
        if self._server is not None:
            self._server.close()
        self._desk.hurry()
        for reader, writer in self._sessions.values():
            with suppress(RuntimeError):  # it is closing by itself
                cast(asyncio.Transport, writer.transport).pause_reading()
            reader.feed_eof()
        if self._sessions:
            _, late = await asyncio.wait(self._sessions, timeout=CLOSE_S)
            for task in late:
                self._sessions[task][1].transport.abort()
        await self._desk.close()

    @property
    def connections(self) -> int:
        """Count the connections that are open."""
        return self._addresses.total()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = str(writer.get_extra_info("peername")[0])
        if not self._has_room(address):
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine of a server runs in a task
        self._sessions[task] = (reader, writer)
        self._addresses[address] += 1
        try:
            await Session(self._desk, reader, writer).run()
        except Exception:  # what one connection runs into is no matter of the others
            logger.exception("jt808.session_failed", address=address)
        finally:
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address]
            await _closed(writer)
            del self._sessions[task]

    def _has_room(self, address: str) -> bool:
        most, of_one = self._settings.jt808_connections, self._settings.jt808_per_address
        return self.connections < most and self._addresses[address] < of_one


async def _closed(writer: asyncio.StreamWriter) -> None:
    """Close a connection; one whose other side takes nothing any more is cut."""
    writer.close()
    try:
        async with asyncio.timeout(CLOSE_S):
            await writer.wait_closed()
    except (TimeoutError, ConnectionError):
        writer.transport.abort()


async def serve(runtime: Runtime) -> None:
    """Listen until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    listener = Listener(runtime)
    await listener.open()
    await stop.wait()
    await listener.close()
