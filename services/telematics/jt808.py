"""JT/T 808 messages: register, authenticate, heartbeat, position, batch of positions, driver card; and the answers.

Positions are decoded to degrees as the device means them (its datum is a setting of the device), speed in km/h and
an aware time: the protocol's clock is GMT+8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum
from struct import Struct

from services.telematics.frames import BadFrameError, Message, write

CHINA = timezone(timedelta(hours=8))
POSITION = Struct(">IIiiHHH6s")
SOUTH, WEST, LOCATED, ACC = 0x4, 0x8, 0x2, 0x1
MILEAGE = 0x01


class Kind(IntEnum):
    """The messages that matter here."""

    TERMINAL_ANSWER = 0x0001
    HEARTBEAT = 0x0002
    LOG_OUT = 0x0003
    REGISTER = 0x0100
    AUTHENTICATE = 0x0102
    POSITION = 0x0200
    DRIVER_CARD = 0x0702
    POSITIONS = 0x0704
    ANSWER = 0x8001
    REGISTERED = 0x8100


class Result(IntEnum):
    """What the general answer 0x8001 says."""

    OK = 0
    FAILED = 1
    WRONG = 2
    UNSUPPORTED = 3


class Registration(IntEnum):
    """What the answer to a registration 0x8100 says."""

    OK = 0
    VEHICLE_TAKEN = 1
    NO_VEHICLE = 2
    TERMINAL_TAKEN = 3
    NO_TERMINAL = 4


@dataclass(frozen=True, slots=True)
class Location:
    """One position: degrees in the device's own datum, km/h, heading in degrees, aware time.

    ``located`` is False for a report without a satellite fix; ``mileage_km`` is the device's own counter.
    """

    fix_at: datetime
    lat: float
    lon: float
    speed_kmh: float
    heading: int
    altitude_m: int
    alarm: int
    status: int
    located: bool
    mileage_km: float | None


@dataclass(frozen=True, slots=True)
class DriverCard:
    """A driver's card put in or taken out (0x0702): who of the two is driving, where the card could be read."""

    at: datetime
    on_duty: bool
    read_result: int | None
    name: str | None = None
    certificate: str | None = None
    issuer: str | None = None
    valid_until: str | None = None


def location(body: bytes) -> Location:
    """Read the body of 0x0200; BadFrameError for one that is short or has no possible time or place."""
    if len(body) < POSITION.size:
        raise BadFrameError("short")
    alarm, status, lat, lon, altitude, speed, heading, at = POSITION.unpack_from(body)
    north, east = lat / 1e6, lon / 1e6
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise BadFrameError("place")
    return Location(
        fix_at=bcd_time(at),
        lat=-north if status & SOUTH else north,
        lon=-east if status & WEST else east,
        speed_kmh=speed / 10,
        heading=heading % 360,
        altitude_m=altitude,
        alarm=alarm,
        status=status,
        located=bool(status & LOCATED),
        mileage_km=_mileage(body),
    )


def _mileage(body: bytes) -> float | None:
    """Find the mileage among the additional items (id, length, value)."""
    at, end = POSITION.size, len(body)
    while at + 2 <= end:
        size = body[at + 1]
        if body[at] == MILEAGE and size == 4 and at + 6 <= end:
            return int.from_bytes(body[at + 2 : at + 6]) / 10
        at += 2 + size
    return None


def locations(message: Message) -> list[Location]:
    """Give every position of a message: one of 0x0200, those of a batch 0x0704, none of any other."""
    if message.kind == Kind.POSITION:
        return [location(message.body)]
    if message.kind == Kind.POSITIONS:
        return list(_batch(message.body))
    return []


def _batch(body: bytes) -> Iterator[Location]:
    if len(body) < 3:
        raise BadFrameError("short")
    at = 3
    for _ in range(int.from_bytes(body[:2])):
        size = int.from_bytes(body[at : at + 2])
        item = body[at + 2 : at + 2 + size]
        if size == 0 or len(item) < size:
            raise BadFrameError("length")
        yield location(item)
        at += 2 + size


def driver_card(body: bytes) -> DriverCard:
    """Read the body of 0x0702 (2013 and 2019)."""
    if len(body) < 7:
        raise BadFrameError("short")
    at, on_duty = bcd_time(body[1:7]), body[0] == 1
    if len(body) < 8 or body[7] != 0:
        return DriverCard(at, on_duty, body[7] if len(body) > 7 else None)
    name, rest = _counted(body[8:])
    certificate, rest = rest[:20], rest[20:]
    issuer, rest = _counted(rest)
    until = rest[:4].hex()
    return DriverCard(
        at, on_duty, 0, _text(name), _text(certificate), _text(issuer), until if until.isdigit() else None
    )


def _counted(data: bytes) -> tuple[bytes, bytes]:
    if not data or len(data) < 1 + data[0]:
        raise BadFrameError("length")
    return data[1 : 1 + data[0]], data[1 + data[0] :]


def _text(data: bytes) -> str:
    return data.decode("gb18030", errors="replace").strip("\x00 ")


def authentication(message: Message) -> str:
    """Give the code that a terminal authenticates with (0x0102), in the form of its header's version."""
    body = message.body
    if message.version_2019:
        if not body or len(body) < 1 + body[0]:
            raise BadFrameError("length")
        body = body[1 : 1 + body[0]]
    return _text(body)


def bcd_time(data: bytes) -> datetime:
    """Read YYMMDDhhmmss of GMT+8 as an aware UTC time; BadFrameError("time") for one that is none."""
    digits = data.hex()
    try:
        return datetime(
            2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6:8]), int(digits[8:10]),
            int(digits[10:12]), tzinfo=CHINA,
        ).astimezone(UTC)  # fmt: skip
    except ValueError as error:
        raise BadFrameError("time") from error


def answer(to: Message, serial: int, result: Result) -> bytes:
    """Write the general answer 0x8001; a position may only be answered OK after its commit."""
    body = to.serial.to_bytes(2) + to.kind.to_bytes(2) + bytes([result])
    return write(Kind.ANSWER, to, serial, body)


def registered(to: Message, serial: int, result: Registration, code: str = "") -> bytes:
    """Write the answer to a registration 0x8100, with the authentication code when it was accepted."""
    body = to.serial.to_bytes(2) + bytes([result]) + (code.encode("ascii") if result == Registration.OK else b"")
    return write(Kind.REGISTERED, to, serial, body)
