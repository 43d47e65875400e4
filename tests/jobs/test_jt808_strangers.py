"""JT/T 808: strangers, rubbish and silence cost next to nothing and are cut off."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.telematics.jt808 import Kind, Result
from tests.support.terminals import (
    Listening,
    Terminal,
    listening,
    stored,
    taken_in,
)
from tests.support.waiting import until
from tests.support.world import World
from workers.jt808 import session


def test_rubbish_is_borne_so_often_and_then_the_line_is_cut(lite_server: Listening) -> None:
    with Terminal(lite_server.port) as rubbish:
        rubbish.socket.sendall(b"\x7e\x00\x01\x7e" * session.STRIKES * 2)
        assert rubbish.hung_up()
    with Terminal(lite_server.port) as endless:
        for _ in range(session.STRIKES * 2):
            try:
                endless.socket.sendall(b"\x7e" + b"\x01" * 9000)
            except ConnectionError:
                break
        assert endless.hung_up()
    with Terminal(lite_server.port) as guessing:
        for _ in range(3):
            guessing.send(Kind.AUTHENTICATE, b"guess")
        assert guessing.hung_up()


def test_who_says_nothing_or_does_not_sign_in_is_let_go(lite_world: World, lite_server: Listening) -> None:
    with Terminal(lite_server.port) as talking:
        for _ in range(3):
            # to say something is not to sign in
            assert talking.ask(Kind.HEARTBEAT) == Result.FAILED
            lite_server.later(session.SIGN_IN_S / 4)
        assert talking.ask(Kind.HEARTBEAT) == Result.FAILED
        lite_server.later(session.SIGN_IN_S / 4)
        assert talking.hung_up()
    with Terminal(lite_server.port) as truck:
        assert truck.sign_in(taken_in(lite_world)) == Result.OK
        lite_server.later(session.IDLE_S * 0.9)
        assert truck.ask(Kind.HEARTBEAT) == Result.OK
        lite_server.later(session.IDLE_S * 0.9)
        assert truck.ask(Kind.HEARTBEAT) == Result.OK
        lite_server.later(session.IDLE_S)
        assert truck.hung_up()


def test_so_many_connections_from_one_address_and_no_more(lite_world: World) -> None:
    runtime = lite_world.runtime
    runtime.settings = replace(runtime.settings, jt808_per_address=3)
    code = taken_in(lite_world)
    with listening(runtime) as server:
        open_ones = [Terminal(server.port) for _ in range(3)]
        assert open_ones[0].sign_in(code) == Result.OK
        with Terminal(server.port) as fourth:
            assert fourth.hung_up()
        open_ones.pop().socket.close()
        until(lambda: server.listener.connections == 2, "the end of one connection")
        with Terminal(server.port) as again:
            assert again.sign_in(code) == Result.OK
        for one in open_ones:
            one.socket.close()


def shout(deaf: Terminal, data: bytes) -> None:
    for _ in range(2000):
        deaf.socket.sendall(data)


def test_who_reads_no_answers_is_cut_off(lite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "MOST_UNREAD", 2000)
    code = taken_in(lite_world)
    with listening(lite_world.runtime) as server:
        # a connection takes its buffer over from the socket that listens
        server.listener._server.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        deaf = Terminal(server.port)
        deaf.sign_in(code)
        _, beat = deaf.frame(Kind.HEARTBEAT)
        with pytest.raises(ConnectionError):
            shout(deaf, beat * 500)
        deaf.socket.close()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=200),
            st.tuples(st.sampled_from([*Kind, 0x0900]), st.binary(max_size=120)),
        ),
        max_size=8,
    )
)
def test_no_stream_of_bytes_stops_the_listener(
    lite_world: World, lite_server: Listening, stream: list[bytes | tuple[int, bytes]]
) -> None:
    with Terminal(lite_server.port) as wild:
        for piece in stream:
            sent = b"\x7e" + piece + b"\x7e" if isinstance(piece, bytes) else wild.frame(*piece)[1]
            try:
                wild.socket.sendall(sent)
            except ConnectionError:
                break
    with Terminal(lite_server.port, "13900000009") as other:
        assert other.ask(Kind.HEARTBEAT) == Result.FAILED
    assert stored(lite_world.runtime) == []
