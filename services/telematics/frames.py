"""JT/T 808 framing: cut a stream into frames, undo the escaping, check length and checksum, read the header.

The terminal protocol of Chinese trucks, JT/T 808-2011/2013 and -2019. A frame is ``7E … 7E``; inside it ``7D 02``
stands for ``7E`` and ``7D 01`` for ``7D``; the byte before the last delimiter is the XOR of all before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import xor

EDGE = b"\x7e"
SHORTEST = 12  # header of 2013 without a body
VERSIONED = 0x4000
SPLIT = 0x2000
LENGTH = 0x03FF
ENCRYPTED = 0x1C00


class BadFrameError(ValueError):
    """A frame that cannot be read; ``code`` says why: short, checksum, length, escape or encrypted."""

    def __init__(self, code: str) -> None:
        """Keep the reason."""
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a terminal: its kind, who sent it, its serial number and its body.

    ``terminal`` is the digits of the phone field as sent, leading zeros dropped; ``version_2019`` says which header
    it had. ``total`` and ``part`` are 1 unless the message is one part of a split one.
    """

    kind: int
    terminal: str
    serial: int
    body: bytes
    version_2019: bool
    total: int = 1
    part: int = 1


class Splitter:
    """Cuts a stream of bytes into frames and never holds more than ``limit`` bytes of an unfinished one."""

    def __init__(self, limit: int = 4096) -> None:
        """Begin with nothing held."""
        self._held = b""
        self._limit = limit

    def feed(self, data: bytes) -> list[bytes]:
        """Give the frames that ``data`` completes, without their delimiters and still escaped.

        Bytes before the first delimiter are skipped. Raises BadFrameError("long") when no delimiter comes in time.
        """
        parts = (self._held + data).split(EDGE)
        # what stands before the first delimiter belongs to no frame; what follows the last is not finished yet
        self._held = EDGE + parts[-1] if len(parts) > 1 else b""
        if len(self._held) > self._limit:
            raise BadFrameError("long")
        return [part for part in parts[1:-1] if part]


def unescape(frame: bytes) -> bytes:
    """Undo the escaping of a frame without delimiters; BadFrameError("escape") for a lone 7D."""
    if b"\x7d" not in frame:
        return frame
    pieces = frame.split(b"\x7d")
    plain = [pieces[0]]
    for piece in pieces[1:]:
        escaped = ESCAPED.get(piece[:1])
        if escaped is None:
            raise BadFrameError("escape")
        plain.append(escaped + piece[1:])
    return b"".join(plain)


ESCAPED = {b"\x01": b"\x7d", b"\x02": b"\x7e"}


def escape(plain: bytes) -> bytes:
    """Escape a message and its checksum for the wire."""
    return plain.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02")


def read(frame: bytes, *, lenient: bool = False) -> Message:
    """Read one frame as the wire has it, without its delimiters.

    Strict: the checksum and the declared length must be right. ``lenient`` takes a device that gets either wrong;
    the body is then what is there. Raises BadFrameError.
    """
    plain = unescape(frame)
    if len(plain) < SHORTEST + 1:
        raise BadFrameError("short")
    if not lenient and reduce(xor, plain) != 0:
        raise BadFrameError("checksum")
    attributes = int.from_bytes(plain[2:4])
    if attributes & ENCRYPTED:
        raise BadFrameError("encrypted")
    message, at = _header(plain, attributes)
    body = plain[at:-1]
    if not lenient and len(body) != attributes & LENGTH:
        raise BadFrameError("length")
    return Message(*message[:3], body, *message[3:])


def _header(plain: bytes, attributes: int) -> tuple[tuple[int, str, int, bool, int, int], int]:
    """Give kind, terminal, serial, whether it is a header of 2019, total and part; and where the body begins."""
    version_2019 = bool(attributes & VERSIONED)
    begin, end = (5, 15) if version_2019 else (4, 10)
    at = end + 2
    total = part = 1
    if attributes & SPLIT:
        total, part = int.from_bytes(plain[at : at + 2]), int.from_bytes(plain[at + 2 : at + 4])
        at += 4
    if len(plain) < at + 1:
        raise BadFrameError("short")
    terminal = plain[begin:end].hex().lstrip("0") or "0"
    serial = int.from_bytes(plain[end : end + 2])
    return (int.from_bytes(plain[:2]), terminal, serial, version_2019, total, part), at


def write(kind: int, to: Message, serial: int, body: bytes) -> bytes:
    """Write one frame of the platform to a terminal, in the header version the terminal used, with delimiters."""
    attributes = len(body) | (VERSIONED if to.version_2019 else 0)
    digits = 20 if to.version_2019 else 12
    address = (b"\x01" if to.version_2019 else b"") + bytes.fromhex(to.terminal.zfill(digits))
    plain = kind.to_bytes(2) + attributes.to_bytes(2) + address + serial.to_bytes(2) + body
    return EDGE + escape(plain + bytes([reduce(xor, plain)])) + EDGE
