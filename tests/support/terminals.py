"""Devices of a world, and JT/T 808 terminals that speak to a real listener over TCP."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.fleet import Vehicle
from models.tracking import LastPosition, Position
from models.vocabulary import DeviceProtocol, Role
from services.positions import devices
from services.runtime import Runtime
from services.telematics import frames
from services.telematics.frames import Message, Splitter
from services.telematics.jt808 import CHINA, Kind
from services.transaction import WORKER
from tests.support import journey
from tests.support.waiting import PATIENCE_S
from tests.support.world import World
from workers.jt808.listener import Listener

PHONE = "13800138000"


def taken_in(
    world: World,
    terminal: str = PHONE,
    plate: str | None = journey.PLATE,
    since: datetime | None = None,
    **wanted: Any,
) -> str:
    """Register a device, let it ride on a vehicle, and give its code."""
    values = {"terminal": terminal, "protocol": DeviceProtocol.JT808, **wanted}
    with world.runtime.begin(world.actor(Role.DISPATCHER)) as tx:
        code = devices.register(tx, values)["code"]
        if plate is not None:
            devices.mount(tx, terminal, plate, since, None)
    return str(code or "")


def stored(runtime: Runtime, plate: str | None = None) -> list[Position]:
    """Give the positions on disk, in the order of their time; of one vehicle, when it is named."""
    query = select(Position).order_by(Position.fix_at, Position.id)
    if plate is not None:
        query = query.join(Vehicle, Vehicle.id == Position.vehicle_id).where(Vehicle.plate == plate)
    with runtime.read(WORKER) as tx:
        return list(tx.session.scalars(query))


def last(runtime: Runtime, plate: str = journey.PLATE) -> LastPosition | None:
    """Give where a vehicle was last believed to be."""
    query = select(LastPosition).join(Vehicle, Vehicle.id == LastPosition.vehicle_id).where(Vehicle.plate == plate)
    with runtime.read(WORKER) as tx:
        return tx.session.scalar(query)


def place(at: datetime, lat: float, lon: float, *, speed: int = 600, located: bool = True) -> bytes:
    """Give the body of a position, as 0x0200 has it; ``speed`` in tenths of km/h."""
    numbers = (0).to_bytes(4) + (0x3 if located else 0x1).to_bytes(4)
    numbers += round(lat * 1e6).to_bytes(4) + round(lon * 1e6).to_bytes(4)
    return numbers + (30).to_bytes(2) + speed.to_bytes(2) + (90).to_bytes(2) + bcd(at)


def here(world: World, minutes: float = 0, lat: float = 36.8, lon: float = 118.7, **more: Any) -> bytes:
    """Give the body of a position so many minutes from now."""
    return place(world.clock.now() + timedelta(minutes=minutes), lat, lon, **more)


def places(bodies: Sequence[bytes]) -> bytes:
    """Give the body of a batch, as 0x0704 has it."""
    return len(bodies).to_bytes(2) + b"\x01" + b"".join(len(body).to_bytes(2) + body for body in bodies)


def bcd(at: datetime) -> bytes:
    """Write an instant as the protocol does."""
    return bytes.fromhex(f"{at.astimezone(CHINA):%y%m%d%H%M%S}")


class Terminal:
    """A terminal's side of a connection."""

    def __init__(self, port: int, phone: str = PHONE, *, version_2019: bool = False) -> None:
        self.phone, self.version_2019 = phone, version_2019
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self._serial = 0
        self._splitter = Splitter()
        self._got: list[Message] = []

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def frame(self, kind: int, body: bytes = b"") -> tuple[int, bytes]:
        """Write the next frame and give its serial number with it."""
        self._serial += 1
        sender = Message(kind, self.phone, self._serial, b"", self.version_2019)
        return self._serial, frames.write(kind, sender, self._serial, body)

    def send(self, kind: int, body: bytes = b"") -> int:
        """Send one message and give its serial number."""
        serial, frame = self.frame(kind, body)
        self.socket.sendall(frame)
        return serial

    def heard(self) -> Message:
        """Give the next message of the platform; ConnectionError when it has hung up."""
        while not self._got:
            data = self.socket.recv(4096)
            if not data:
                raise ConnectionError("hung up")
            self._got += [frames.read(frame) for frame in self._splitter.feed(data)]
        return self._got.pop(0)

    def answered(self) -> tuple[int, int, int]:
        """Give the next general answer: the serial number and kind it answers, and its result."""
        message = self.heard()
        assert message.kind == Kind.ANSWER
        assert message.version_2019 is self.version_2019
        return int.from_bytes(message.body[:2]), int.from_bytes(message.body[2:4]), message.body[4]

    def ask(self, kind: int, body: bytes = b"") -> int:
        """Send one message and give the result of its answer."""
        serial = self.send(kind, body)
        told = self.answered()
        assert told[:2] == (serial, kind)
        return told[2]

    def sign_in(self, code: str) -> int:
        """Authenticate in the form of the header's version and give the result."""
        text = code.encode()
        return self.ask(Kind.AUTHENTICATE, bytes([len(text)]) + text + b"8" * 35 if self.version_2019 else text)

    def hung_up(self) -> bool:
        """Tell whether the platform has closed the connection, waiting for it."""
        try:
            while self.socket.recv(4096):
                pass
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        return True


class Listening:
    """A listener that runs in a thread of its own."""

    def __init__(self, runtime: Runtime) -> None:
        self.listener = Listener(runtime)
        self.loop = asyncio.new_event_loop()
        self._ahead_s = 0.0
        self.loop.time = lambda: time.monotonic() + self._ahead_s  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.port: int = self.call(self.listener.open)

    def call(self, work: Callable[[], Any]) -> Any:
        """Run a coroutine function in the listener's loop and give what it returns."""
        return asyncio.run_coroutine_threadsafe(work(), self.loop).result(PATIENCE_S)

    def later(self, seconds: float) -> None:
        """Let so much time pass for the listener, once it has done what it is at."""

        async def pass_over() -> None:
            self._ahead_s += seconds

        self.call(pass_over)

    def close(self) -> None:
        self.call(self.listener.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE_S)
        self.loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()


@contextmanager
def listening(runtime: Runtime) -> Iterator[Listening]:
    """Listen on a free port for as long as the block lasts."""
    made = Listening(runtime)
    try:
        yield made
    finally:
        made.close()
