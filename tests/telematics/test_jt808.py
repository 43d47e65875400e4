"""JT/T 808 by bytes: frames are cut, checked and read; no bytes whatever crash the codec or fill the memory."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce
from operator import xor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telematics import frames, jt808
from services.telematics.frames import BadFrameError, Message, Splitter
from services.telematics.jt808 import Kind, Registration, Result

TERMINAL_2013 = Message(Kind.POSITION, "13800138000", 7, b"", version_2019=False)
TERMINAL_2019 = Message(Kind.POSITION, "13800138000", 7, b"", version_2019=True)
WEIFANG = bytes.fromhex("00000001000000030230C2A80718A2F000200226005A260302100500")
MILEAGE = bytes.fromhex("0104000036C9")


def wire(kind: int, body: bytes, sender: Message = TERMINAL_2013) -> bytes:
    """A frame as a terminal sends it, without its delimiters."""
    return frames.write(kind, sender, sender.serial, body)[1:-1]


@pytest.mark.parametrize("sender", [TERMINAL_2013, TERMINAL_2019], ids=["2013", "2019"])
def test_a_frame_is_read_as_it_was_written(sender: Message) -> None:
    body = bytes(range(0x70, 0x90))
    read = frames.read(wire(Kind.POSITION, body, sender))
    assert (read.kind, read.terminal, read.serial, read.body) == (0x0200, "13800138000", 7, body)
    assert read.version_2019 is sender.version_2019


def test_delimiters_and_escapes_inside_a_frame_come_back() -> None:
    escaped = frames.escape(b"\x30\x7e\x08\x7d\x55")
    assert escaped == b"\x30\x7d\x02\x08\x7d\x01\x55"
    assert frames.unescape(escaped) == b"\x30\x7e\x08\x7d\x55"


@pytest.mark.parametrize("lone", [b"\x7d", b"\x01\x7d\x03", b"a\x7d"])
def test_a_lone_escape_is_no_frame(lone: bytes) -> None:
    with pytest.raises(BadFrameError, match="escape"):
        frames.unescape(lone)


def test_a_stream_is_cut_wherever_it_is_torn_and_rubbish_before_it_is_skipped() -> None:
    frame = frames.write(Kind.HEARTBEAT, TERMINAL_2013, 1, b"")
    stream = b"$$" + frame + frame + frame[:5]
    whole = Splitter().feed(stream)
    assert whole == [frame[1:-1]] * 2
    drop = Splitter()
    assert [one for byte in stream for one in drop.feed(bytes([byte]))] == whole
    assert drop.feed(frame[5:]) == [frame[1:-1]]


def test_a_frame_that_never_ends_is_given_up_and_costs_bounded_memory() -> None:
    drop = Splitter(limit=1000)
    assert drop.feed(b"x" * 100_000) == []
    with pytest.raises(BadFrameError, match="long"):
        drop.feed(b"\x7e" + b"x" * 1001)


def test_a_wrong_checksum_or_length_is_refused_unless_the_device_is_lenient() -> None:
    good = wire(Kind.POSITION, WEIFANG)
    wrong = good[:-1] + bytes([good[-1] ^ 1])
    with pytest.raises(BadFrameError, match="checksum"):
        frames.read(wrong)
    assert frames.read(wrong, lenient=True).body == WEIFANG
    plain = frames.unescape(good)[:-1] + b"\x00"
    longer = plain + bytes([reduce(xor, plain)])
    with pytest.raises(BadFrameError, match="length"):
        frames.read(frames.escape(longer))
    assert frames.read(frames.escape(longer), lenient=True).body == WEIFANG + b"\x00"


def test_an_encrypted_message_is_refused_by_name() -> None:
    plain = bytearray(frames.unescape(wire(Kind.POSITION, WEIFANG)))
    plain[2] |= 0x04
    plain[-1] ^= 0x04
    with pytest.raises(BadFrameError, match="encrypted"):
        frames.read(frames.escape(bytes(plain)))


def test_a_position_is_degrees_kmh_and_utc() -> None:
    (at,) = jt808.locations(frames.read(wire(Kind.POSITION, WEIFANG + MILEAGE)))
    assert (at.lat, at.lon, at.speed_kmh, at.heading) == (36.749992, 119.055088, 55.0, 90)
    assert at.fix_at == datetime(2026, 3, 2, 2, 5, tzinfo=UTC)
    assert (at.alarm, at.located, at.mileage_km) == (1, True, 1402.5)


def test_south_and_west_are_bits_of_the_status() -> None:
    body = WEIFANG[:4] + bytes.fromhex("0000000C") + WEIFANG[8:]
    at = jt808.location(body)
    assert (at.lat, at.lon, at.located) == (-36.749992, -119.055088, False)


@pytest.mark.parametrize("at", ["261302100500", "260230100500", "260302250500", "2603021005ff", "000000000000"])
def test_a_time_that_is_none_is_refused(at: str) -> None:
    with pytest.raises(BadFrameError, match="time"):
        jt808.location(WEIFANG[:-6] + bytes.fromhex(at))


def test_a_place_that_is_none_is_refused() -> None:
    with pytest.raises(BadFrameError, match="place"):
        jt808.location(WEIFANG[:8] + (91_000_000).to_bytes(4) + WEIFANG[12:])


def test_a_batch_gives_every_position_and_a_torn_one_none() -> None:
    item = len(WEIFANG).to_bytes(2) + WEIFANG
    body = b"\x00\x03\x01" + item * 3
    assert len(jt808.locations(frames.read(wire(Kind.POSITIONS, body)))) == 3
    for torn in (body[:-1], body[:2], b"\x00\x04\x01" + item * 3, b"\x00\x01\x01\x00\x00"):
        with pytest.raises(BadFrameError):
            jt808.locations(frames.read(wire(Kind.POSITIONS, torn)))


def test_a_message_without_positions_gives_none() -> None:
    assert jt808.locations(frames.read(wire(Kind.HEARTBEAT, b""))) == []


def test_a_driver_card_says_who_sits_at_the_wheel() -> None:
    name, issuer = "宋德顺".encode("gb18030"), "潍坊市交通运输局".encode("gb18030")
    body = b"\x01" + bytes.fromhex("260302100500") + b"\x00" + bytes([len(name)]) + name
    body += b"370700000001".ljust(20, b"\x00") + bytes([len(issuer)]) + issuer + bytes.fromhex("20290301")
    card = jt808.driver_card(body)
    assert (card.on_duty, card.name, card.certificate) == (True, "宋德顺", "370700000001")
    assert (card.issuer, card.valid_until) == ("潍坊市交通运输局", "20290301")
    out = jt808.driver_card(b"\x02" + bytes.fromhex("260302180000"))
    assert (out.on_duty, out.name, out.at) == (False, None, datetime(2026, 3, 2, 10, 0, tzinfo=UTC))
    assert jt808.driver_card(b"\x01" + bytes.fromhex("260302100500") + b"\x01").read_result == 1


@pytest.mark.parametrize("sender", [TERMINAL_2013, TERMINAL_2019], ids=["2013", "2019"])
def test_answers_are_written_in_the_terminals_own_version(sender: Message) -> None:
    read = frames.read(jt808.answer(sender, 3, Result.OK)[1:-1])
    assert (read.kind, read.body, read.version_2019) == (0x8001, b"\x00\x07\x02\x00\x00", sender.version_2019)
    read = frames.read(jt808.registered(sender, 4, Registration.OK, "code")[1:-1])
    assert (read.kind, read.body) == (0x8100, b"\x00\x07\x00code")
    read = frames.read(jt808.registered(sender, 4, Registration.NO_VEHICLE)[1:-1])
    assert read.body == b"\x00\x07\x02"


def test_the_code_of_an_authentication_is_read_in_both_versions() -> None:
    assert jt808.authentication(frames.read(wire(Kind.AUTHENTICATE, b"secret"))) == "secret"
    body = b"\x06secret" + b"8" * 15 + b"1.0".ljust(20, b"\x00")
    assert jt808.authentication(frames.read(wire(Kind.AUTHENTICATE, body, TERMINAL_2019))) == "secret"


REASONS = {"short", "length", "time", "place", "escape", "checksum", "encrypted", "long"}


def refusal(data: bytes, *, lenient: bool) -> str | None:
    """Give why what a stranger sent cannot be read, None when it can."""
    try:
        decode(data, lenient=lenient)
    except BadFrameError as error:
        return error.code
    return None


def decode(data: bytes, *, lenient: bool) -> None:
    """All that the listener does with what a stranger sends."""
    for frame in Splitter().feed(data):
        message = frames.read(frame, lenient=lenient)
        jt808.locations(message)
        if message.kind == Kind.DRIVER_CARD:
            jt808.driver_card(message.body)
        if message.kind == Kind.AUTHENTICATE:
            jt808.authentication(message)


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_crash_the_codec(data: bytes, lenient: bool) -> None:
    for stream in (data, b"\x7e" + data + b"\x7e"):
        assert refusal(stream, lenient=lenient) in {None, *REASONS}


@given(
    kind=st.sampled_from([Kind.POSITION, Kind.POSITIONS, Kind.DRIVER_CARD, Kind.AUTHENTICATE]),
    body=st.binary(max_size=120),
    sender=st.sampled_from([TERMINAL_2013, TERMINAL_2019]),
)
def test_no_body_in_a_right_frame_crashes_the_codec(kind: Kind, body: bytes, sender: Message) -> None:
    assert refusal(frames.write(kind, sender, 1, body), lenient=False) in {None, "short", "length", "time", "place"}
