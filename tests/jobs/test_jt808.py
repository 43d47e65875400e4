"""JT/T 808 over TCP: terminals come in, report, hand in what they kept, and change the driver at the wheel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.vocabulary import Role
from services.telematics import frames
from services.telematics.jt808 import Kind, Registration, Result
from tests.support import journey
from tests.support.terminals import (
    PHONE,
    Listening,
    Terminal,
    bcd,
    here,
    last,
    places,
    stored,
    taken_in,
)
from tests.support.world import World

BODY = bytes.fromhex("0025014037303131314B54463930303037303131310000") + "鲁G10001".encode("gb18030")


@pytest.mark.parametrize("version_2019", [False, True], ids=["2013", "2019"])
def test_a_terminal_registers_authenticates_and_its_positions_are_on_disk(
    world: World, server: Listening, version_2019: bool
) -> None:
    taken_in(world, since=world.clock.now() - timedelta(hours=1))
    with Terminal(server.port, version_2019=version_2019) as truck:
        serial = truck.send(Kind.REGISTER, BODY)
        told = truck.heard()
        assert (told.kind, told.body[:3]) == (Kind.REGISTERED, serial.to_bytes(2) + bytes([Registration.OK]))
        assert truck.sign_in(told.body[3:].decode()) == Result.OK
        assert truck.ask(Kind.HEARTBEAT) == Result.OK
        assert truck.ask(Kind.POSITION, here(world, minutes=-10)) == Result.OK
        batch = places([here(world, minutes=-minute, lat=36.8 + minute / 100) for minute in (5, 3, 1)])
        assert truck.ask(Kind.POSITIONS, batch) == Result.OK
        assert truck.ask(Kind.LOG_OUT) == Result.OK
        assert truck.ask(Kind.POSITION, here(world)) == Result.FAILED
    rows = stored(world.runtime, journey.PLATE)
    assert [row.lat_e6 for row in rows] == [36_800000, 36_850000, 36_830000, 36_810000]
    assert {(row.source, row.speed_kmh, row.heading) for row in rows} == {("jt808", 60.0, 90)}
    newest = last(world.runtime)
    assert newest is not None
    assert newest.fix_at == world.clock.now() - timedelta(minutes=1)


def test_the_code_shown_to_a_person_opens_the_door_and_no_other_does(lite_world: World, lite_server: Listening) -> None:
    code = taken_in(lite_world)
    with Terminal(lite_server.port) as truck:
        assert truck.sign_in(code[:-1]) == Result.FAILED
        assert truck.ask(Kind.HEARTBEAT) == Result.FAILED
        assert truck.sign_in(code) == Result.OK
    with Terminal(lite_server.port, "13900000000") as stranger:
        assert stranger.sign_in(code) == Result.FAILED
        serial = stranger.send(Kind.REGISTER, BODY)
        assert stranger.heard().body == serial.to_bytes(2) + bytes([Registration.NO_TERMINAL])


def test_a_terminal_may_register_again_and_another_under_its_number_may_not(world: World, server: Listening) -> None:
    taken_in(world)

    def registration(body: bytes) -> tuple[int, str]:
        with Terminal(server.port) as truck:
            truck.send(Kind.REGISTER, body)
            told = truck.heard().body
        return told[2], told[3:].decode()

    first, again, other = registration(BODY), registration(BODY), registration(BODY + b"x")
    assert (first[0], again[0], other) == (Registration.OK, Registration.OK, (Registration.TERMINAL_TAKEN, ""))
    assert first[1] != again[1]
    with Terminal(server.port) as truck:
        assert truck.sign_in(first[1]) == Result.FAILED
        assert truck.sign_in(again[1]) == Result.OK
    journey.post(world, Role.DISPATCHER, f"/devices/{PHONE}/code")
    assert registration(BODY + b"x")[0] == Registration.OK


def test_one_that_is_shut_out_may_send_no_more(lite_world: World, lite_server: Listening) -> None:
    with Terminal(lite_server.port) as truck:
        assert truck.sign_in(taken_in(lite_world)) == Result.OK
        assert truck.ask(Kind.POSITION, here(lite_world)) == Result.OK
        journey.post(lite_world, Role.DISPATCHER, f"/devices/{PHONE}/disabling", {"reason": "丢失"})
        assert truck.ask(Kind.POSITION, here(lite_world, minutes=1)) == Result.FAILED
        assert truck.ask(Kind.HEARTBEAT) == Result.FAILED
    assert len(stored(lite_world.runtime)) == 1


def test_what_is_not_understood_is_said_so_and_spoils_nothing(lite_world: World, lite_server: Listening) -> None:
    with Terminal(lite_server.port) as truck:
        truck.sign_in(taken_in(lite_world))
        assert truck.ask(0x0900, b"\x41data") == Result.UNSUPPORTED
        assert truck.ask(Kind.POSITION, here(lite_world)[:-1]) == Result.WRONG
        truck.send(Kind.TERMINAL_ANSWER, b"\x00\x00\x80\x01\x00")
        assert truck.ask(Kind.POSITION, here(lite_world, located=False)) == Result.OK
        assert truck.ask(Kind.POSITION, here(lite_world)) == Result.OK
    assert len(stored(lite_world.runtime)) == 1


def test_nobody_reports_for_another_on_his_connection(lite_world: World, lite_server: Listening) -> None:
    taken_in(lite_world, "13900000001", "鲁G10002")
    with Terminal(lite_server.port) as truck:
        truck.sign_in(taken_in(lite_world))
        truck.phone = "13900000001"
        assert truck.ask(Kind.POSITION, here(lite_world)) == Result.WRONG
    assert stored(lite_world.runtime) == []


def test_a_message_in_parts_is_put_together_and_every_part_is_answered(
    lite_world: World, lite_server: Listening
) -> None:
    body = places([here(lite_world, minutes=-minute / 60) for minute in range(60)])
    with Terminal(lite_server.port) as truck:
        truck.sign_in(taken_in(lite_world, since=lite_world.clock.now() - timedelta(hours=2)))
        halves = [body[:900], body[900:]]
        for part, half in enumerate(halves, 1):
            truck.socket.sendall(_part(truck.phone, 100 + part, len(halves), part, half))
        assert [truck.answered() for _ in halves] == [(101, 0x0704, 0), (102, 0x0704, 0)]
    assert len(stored(lite_world.runtime)) == 60


def _part(phone: str, serial: int, total: int, part: int, body: bytes) -> bytes:
    plain = (0x0704).to_bytes(2) + (len(body) | 0x2000).to_bytes(2) + bytes.fromhex(phone.zfill(12))
    plain += serial.to_bytes(2) + total.to_bytes(2) + part.to_bytes(2) + body
    check = 0
    for byte in plain:
        check ^= byte
    return b"\x7e" + frames.escape(plain + bytes([check])) + b"\x7e"


def test_a_wrong_checksum_is_taken_of_a_lenient_terminal_only(lite_world: World, lite_server: Listening) -> None:
    code = taken_in(lite_world, lenient=True)
    with Terminal(lite_server.port) as truck:
        truck.sign_in(code)
        _, frame = truck.frame(Kind.POSITION, here(lite_world))
        truck.socket.sendall(frame[:-2] + bytes([frame[-2] ^ 1]) + frame[-1:])
        assert truck.answered()[2] == Result.OK
    strict = taken_in(lite_world, "13900000001", "鲁G10002")
    with Terminal(lite_server.port, "13900000001") as truck:
        truck.sign_in(strict)
        _, frame = truck.frame(Kind.POSITION, here(lite_world))
        truck.socket.sendall(frame[:-2] + bytes([frame[-2] ^ 1]) + frame[-1:])
        assert truck.ask(Kind.HEARTBEAT) == Result.OK
    assert len(stored(lite_world.runtime)) == 1


def test_a_card_put_in_changes_the_driver_at_the_wheel(world: World, server: Listening) -> None:
    walk = journey.under_way(world)
    code = taken_in(world, since=world.clock.now() - timedelta(hours=1))
    world.clock.advance(minutes=30)
    with Terminal(server.port) as truck:
        truck.sign_in(code)
        name, issuer = "驾驶员D2".encode("gb18030"), "运管处".encode("gb18030")
        card = b"\x01" + bcd(world.clock.now()) + b"\x00" + bytes([len(name)]) + name
        card += b"NONE".ljust(20, b"\x00") + bytes([len(issuer)]) + issuer + bytes.fromhex("20290301")
        assert [truck.ask(Kind.DRIVER_CARD, card) for _ in range(2)] == [Result.OK, Result.OK]
        assert truck.ask(Kind.DRIVER_CARD, b"\x02" + bcd(world.clock.now() + timedelta(minutes=1))) == Result.OK
        assert truck.ask(Kind.DRIVER_CARD, b"\x01") == Result.WRONG
    log = journey.get(world, f"/trips/{walk.trip}/log")["items"]
    seen = [(one["kind"], one["facts"].get("driver", one["facts"].get("receiver"))) for one in log]
    assert seen.count(("hand_over", "D2")) == 1
    assert seen.count(("driver_card", "D2")) == 1
    assert seen.count(("driver_card", None)) == 1
    world.clock.advance(minutes=5)
    driving = journey.get(world, f"/trips/{walk.trip}/driving-record")
    assert "D2" in str(driving)


def test_a_card_of_a_stranger_is_written_down_and_moves_nobody(lite_world: World, lite_server: Listening) -> None:
    walk = journey.under_way(lite_world)
    code = taken_in(lite_world, since=lite_world.clock.now() - timedelta(hours=1))
    lite_world.clock.advance(minutes=30)
    with Terminal(lite_server.port) as truck:
        truck.sign_in(code)
        name = "某甲".encode("gb18030")
        card = b"\x01" + bcd(lite_world.clock.now()) + b"\x00" + bytes([len(name)]) + name
        card += b"X1".ljust(20, b"\x00") + b"\x00" + bytes.fromhex("20290301")
        assert truck.ask(Kind.DRIVER_CARD, card) == Result.OK
    log = journey.get(lite_world, f"/trips/{walk.trip}/log")["items"]
    assert [one["facts"]["name"] for one in log if one["kind"] == "driver_card"] == ["某甲"]
    assert [one for one in log if one["kind"] == "hand_over"] == []
