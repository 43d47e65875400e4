"""Messages in parts: put together in any order, one at a time, and never more of them than is bounded."""

from __future__ import annotations

import pytest

from services.telematics.frames import BadFrameError, Message
from services.telematics.parts import MOST_PARTS, Joiner


def part(number: int, total: int, body: bytes, kind: int = 0x0704, serial: int = 0) -> Message:
    return Message(kind, "13800138000", serial or number, body, version_2019=False, total=total, part=number)


def test_a_message_that_is_whole_passes_through() -> None:
    message = part(1, 1, b"x")
    assert Joiner().take(message) == (message, (1,))


def test_parts_come_in_any_order_and_twice() -> None:
    joiner = Joiner()
    assert joiner.take(part(2, 3, b"b", serial=12)) is None
    assert joiner.take(part(3, 3, b"c", serial=13)) is None
    assert joiner.take(part(3, 3, b"c", serial=14)) is None
    whole = joiner.take(part(1, 3, b"a", serial=11))
    assert whole is not None
    assert (whole[0].body, whole[0].total, whole[1]) == (b"abc", 1, (11, 12, 14))
    assert joiner.take(part(1, 3, b"a")) is None


def test_a_part_of_another_message_drops_what_was_held() -> None:
    joiner = Joiner()
    assert joiner.take(part(1, 2, b"a")) is None
    assert joiner.take(part(1, 2, b"x", kind=0x0801)) is None
    assert joiner.take(part(2, 2, b"b")) is None


@pytest.mark.parametrize(("number", "total"), [(0, 2), (3, 2), (1, MOST_PARTS + 1), (1, 65535)])
def test_a_number_that_cannot_be_is_refused(number: int, total: int) -> None:
    with pytest.raises(BadFrameError, match="parts"):
        Joiner().take(part(number, total, b"x"))
