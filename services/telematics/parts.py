"""JT/T 808 messages that come in several parts, put together again with bounded memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from services.telematics.frames import BadFrameError, Message

MOST_PARTS = 64


@dataclass(slots=True)
class _Begun:
    """A message of which some parts have come: their bodies and serial numbers by part."""

    kind: int
    total: int
    parts: dict[int, Message] = field(default_factory=dict)


class Joiner:
    """Puts together the parts of one connection; it holds one message at a time, of 64 parts at most."""

    def __init__(self) -> None:
        """Begin with nothing held."""
        self._begun: _Begun | None = None

    def take(self, message: Message) -> tuple[Message, tuple[int, ...]] | None:
        """Give the whole message and the serial numbers to answer once its last part is there; None until then.

        A part of another message drops what was held. Raises BadFrameError("parts") for a number that cannot be.
        """
        if message.total <= 1:
            return message, (message.serial,)
        if not 1 <= message.part <= message.total <= MOST_PARTS:
            raise BadFrameError("parts")
        begun = self._begun
        if begun is None or (begun.kind, begun.total) != (message.kind, message.total):
            begun = self._begun = _Begun(message.kind, message.total)
        begun.parts[message.part] = message
        if len(begun.parts) < begun.total:
            return None
        self._begun = None
        ordered = [begun.parts[number] for number in range(1, begun.total + 1)]
        whole = replace(message, body=b"".join(part.body for part in ordered), total=1, part=1)
        return whole, tuple(part.serial for part in ordered)
