"""The webhook's wire: never to an internal address, never redirected, signed; real sockets, no network."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.adapters.guarded_http import is_public
from services.adapters.webhook import GuardedCaller, signed_headers
from services.clock import SystemClock
from services.ports import Call
from services.settings import Settings
from tests.support.waiting import free_port

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_" + "C" * 32
UNSPECIFIED = "0.0.0.0"  # noqa: S104 - nothing is bound; it is an address that must be refused


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "::1", UNSPECIFIED, "::",
        "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd00::1", "fc00::1",
        "169.254.169.254", "fe80::1", "fe80::1%eth0",
        "100.64.0.1", "100.127.255.254",
        "2002:a00:1::1", "2002:7f00:1::", "fec0::1", "feff::1", "2001::1", "2001:0:ffff::1",
        "64:ff9b::a00:1", "64:ff9b::7f00:1",
        "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1",
        "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "203.0.113.9", "2001:db8::1",
    ],
)  # fmt: skip
def test_an_internal_address_is_never_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "11.0.0.1", "223.5.5.5",
     "2400:3200::1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "2001:4860:4860::8888", "2003::1"],
)  # fmt: skip
def test_a_neighbour_on_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)


def test_an_allowed_network_is_allowed_and_its_neighbour_is_not() -> None:
    allowed = (ip_network("10.1.0.0/16"),)
    assert is_public("10.1.255.255", allowed)
    assert is_public("::ffff:10.1.2.3", allowed)
    assert not is_public("10.2.0.0", allowed)
    assert not is_public("::1", allowed)


@hypothesis_settings(max_examples=60)
@given(st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_no_disguise_of_a_private_address_is_public(address: Any) -> None:
    number = int(address)
    for disguise in (
        f"::ffff:{address}",
        f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1",
        f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}",
    ):
        assert not is_public(disguise)


@dataclass
class Sink:
    """A real server that counts what reaches it; ``status`` is what it answers."""

    port: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    seen: list[tuple[str, Message, bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?x=1"


@pytest.fixture
def sink() -> Iterator[Sink]:
    made = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.seen.append((self.path, self.headers, body))
            self.send_response(made.status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(made.body)))
            self.end_headers()
            self.wfile.write(made.body)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield made
        server.shutdown()
        thread.join()


def a_call(url: str, *secrets: str, body: bytes = b'{"type":"consignment.booked"}') -> Call:
    return Call(url, "whd_1", body, secrets or (SECRET,), int(SystemClock().now().timestamp()))


def caller(allow: str = "", timeout_s: int = 60) -> GuardedCaller:
    return GuardedCaller(Settings(outbound_allow=allow, outbound_timeout_s=timeout_s))


def test_a_server_inside_is_connected_to_and_never_asked(sink: Sink) -> None:
    for host in ("127.0.0.1", "localhost", "2130706433", "127.1", "0x7f000001", "[::ffff:127.0.0.1]", UNSPECIFIED):
        receipt = caller().post(a_call(f"http://{host}:{sink.port}/hook"))
        assert (receipt.delivered, receipt.gone) == (False, False)
    assert sink.seen == []


def test_an_allowed_network_is_reached(sink: Sink) -> None:
    receipt = caller("10.0.0.0/8, 127.0.0.0/8").post(a_call(sink.url))
    assert (receipt.delivered, receipt.detail) == (True, "HTTP 200")
    (path, headers, body) = sink.seen[0]
    assert path == "/hook?x=1"
    assert (headers["content-type"], headers["webhook-id"]) == ("application/json", "whd_1")
    assert body == b'{"type":"consignment.booked"}'


def test_the_guard_asks_the_connected_socket_and_not_the_name(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with a public address first and an internal one at the call is what rebinding does."""
    answers = iter(["93.184.216.34"])
    real = socket.getaddrinfo

    def rebinding(host: str, port: Any, *args: Any, **kwargs: Any) -> Any:
        return real(next(answers, "127.0.0.1"), port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    assert socket.getaddrinfo("shipper.example", 80)[0][4][0] == "93.184.216.34"
    receipt = caller().post(a_call(f"http://shipper.example:{sink.port}/hook"))
    assert not receipt.delivered
    assert "internal" in receipt.detail
    assert sink.seen == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(sink: Sink, status: int) -> None:
    sink.status, sink.headers = status, {"Location": f"http://127.0.0.1:{sink.port}/elsewhere"}
    receipt = caller("127.0.0.0/8").post(a_call(sink.url))
    assert (receipt.delivered, receipt.detail) == (False, f"HTTP {status}")
    assert [path for path, _, _ in sink.seen] == ["/hook?x=1"]


@pytest.mark.parametrize(
    ("status", "delivered", "gone"),
    [(200, True, False), (204, True, False), (299, True, False), (300, False, False), (404, False, False),
     (410, False, True), (429, False, False), (500, False, False)],
)  # fmt: skip
def test_only_a_2xx_is_delivered_and_only_410_is_gone(sink: Sink, status: int, delivered: bool, gone: bool) -> None:
    sink.status, sink.body = status, b""
    receipt = caller("127.0.0.0/8").post(a_call(sink.url))
    assert (receipt.delivered, receipt.gone) == (delivered, gone)


def test_the_status_is_the_answer_and_an_endless_or_broken_body_is_never_read(sink: Sink) -> None:
    sink.body, sink.headers = gzip.compress(b"0" * 50_000_000), {"Content-Encoding": "gzip"}
    assert caller("127.0.0.0/8").post(a_call(sink.url)).delivered
    sink.body = b"not gzip at all"
    assert caller("127.0.0.0/8").post(a_call(sink.url)).delivered


@pytest.mark.parametrize(
    "url", ["ftp://example.com/x", "file:///etc/passwd", "gopher://127.0.0.1:25/", "//example.com", "http://", "x"]
)
def test_other_schemes_and_broken_addresses_are_receipts(url: str) -> None:
    assert not caller().post(a_call(url)).delivered


def test_nobody_listening_and_no_answer_are_receipts(sink: Sink) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        receipt = caller("127.0.0.0/8", timeout_s=1).post(a_call(f"http://127.0.0.1:{port}/"))
    assert not receipt.delivered
    assert "Timeout" in receipt.detail
    closed = caller("127.0.0.0/8", timeout_s=1).post(a_call(f"http://127.0.0.1:{free_port()}/"))
    assert not closed.delivered


def test_the_signature_is_the_published_one() -> None:
    call = Call("https://example.com", "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', (SECRET,), 1614265330)
    headers = signed_headers(call)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_the_receivers_own_library_accepts_what_arrives(sink: Sink) -> None:
    caller("127.0.0.0/8").post(a_call(sink.url))
    (_, headers, body) = sink.seen[0]
    verified = Webhook(SECRET).verify(body, dict(headers))
    assert verified == {"type": "consignment.booked"}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"booked", b"refused"), dict(headers))


def test_during_a_rotation_the_old_and_the_new_secret_both_verify() -> None:
    call = a_call("https://example.com", SECRET, OLD_SECRET)
    headers = signed_headers(call)
    newest, before = headers["webhook-signature"].split(" ")
    assert newest != before
    at = datetime.fromtimestamp(call.timestamp_s, tz=UTC)
    assert newest == Webhook(SECRET).sign(call.webhook_id, at, call.body.decode())
    for secret in (SECRET, OLD_SECRET):
        assert Webhook(secret).verify(call.body, headers) == {"type": "consignment.booked"}
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "D" * 32).verify(call.body, headers)
