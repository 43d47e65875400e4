"""JT/T 808 decoding on one core: a stream cut, unescaped, checked and read, positions and the rest, frames a second.

The gate is 50,000 frames a second. Beside it stands the same stream by the bare steps that no codec can leave out: cut,
unescape, checksum, and one struct per body; that line has no gate of the issue's, only one that guards against a slide.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import reduce
from operator import xor

from services.telematics import frames, jt808
from services.telematics.frames import Message, Splitter
from services.telematics.jt808 import CHINA, POSITION, Kind
from services.telematics.parts import Joiner
from tests.bench.measure import Goal, Meter, Result, as_rate, compare

FRAMES = 2000
WANTED = 50_000
SHARE = 0.1
CHUNK = 1400  # what comes in one packet
MILEAGE = bytes.fromhex("0104000036C9")
CARD = (
    bytes.fromhex("01260302100500")
    + b"\x00\x06\xcd\xf5\xbd\xa8\xb9\xfa"
    + b"A" * 20
    + b"\x04\xc9\xbd\xb6\xab"
    + bytes.fromhex("20291231")
)


def results() -> Iterator[Result]:
    """Read a stream of a terminal's day: most frames are positions, some batches, heartbeats and cards."""
    packets = _packets()
    if (_read(packets), _bare(packets)) != (FRAMES, FRAMES):
        raise AssertionError("not every frame was read")
    measured = compare(Goal("JT/T 808", SHARE, 10), Meter(), lambda: _read(packets), lambda: _bare(packets))
    share = as_rate(measured, FRAMES, "frames a second of CPU")
    yield share
    yield Result("JT/T 808 frames a second", share.ours, WANTED, share.ours / WANTED, 1.0, share.unit, better="higher")


def _packets() -> list[bytes]:
    """Write the stream, in both versions of the header, and cut it as the network would."""
    began = datetime(2026, 3, 2, 6, tzinfo=CHINA)
    stream = b"".join(_frame(number, began + timedelta(seconds=10 * number)) for number in range(FRAMES))
    return [stream[at : at + CHUNK] for at in range(0, len(stream), CHUNK)]


def _frame(number: int, at: datetime) -> bytes:
    sender = Message(0, "13800138000", number, b"", version_2019=number % 2 == 1)
    kind, body = Kind.POSITION, _place(number, at) + MILEAGE
    match number % 20:
        case 17:
            kind, body = Kind.HEARTBEAT, b""
        case 18:
            kind, body = Kind.DRIVER_CARD, CARD
        case 19:
            kind, body = Kind.POSITIONS, b"\x00\x05\x01" + (len(body).to_bytes(2) + body) * 5
    return frames.write(kind, sender, number & 0xFFFF, body)


def _place(number: int, at: datetime) -> bytes:
    clock = bytes.fromhex(f"{at:%y%m%d%H%M%S}")
    return POSITION.pack(0, 3, 36_749_992 + 7 * number, 119_055_088 - 7 * number, 30, 550 + number % 100, 90, clock)


def _read(packets: list[bytes]) -> int:
    """Read as the listener does (workers/jt808/session.py) and give how many frames there were."""
    splitter, joiner, count = Splitter(), Joiner(), 0
    for packet in packets:
        for frame in splitter.feed(packet):
            message = frames.read(frame)
            count += 1
            whole = joiner.take(message)
            if whole is None:
                continue
            if message.kind == Kind.DRIVER_CARD:
                jt808.driver_card(whole[0].body)
            else:
                jt808.locations(whole[0])
    return count


def _bare(packets: list[bytes]) -> int:
    """Cut, unescape, add up, unpack."""
    count = 0
    for frame in b"".join(packets).split(b"\x7e"):
        if not frame:
            continue
        plain = frame.replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")
        if reduce(xor, plain):
            raise AssertionError("checksum")
        begin = 17 if plain[2] & 0x40 else 12
        if len(plain) > begin + POSITION.size:
            POSITION.unpack_from(plain, begin)
        count += 1
    return count
