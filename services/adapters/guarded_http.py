"""One HTTP call to an address that is public at the moment the socket is connected, and to no other.

The check looks at the address the socket is really connected to, so a name that resolves to another
address between check and call gains nothing; redirects are not followed. Only a call to an address that
the operator set, and nobody else can, may pass ``EVERYWHERE`` as allowed.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.response import BaseHTTPResponse

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
EVERYWHERE: tuple[Network, ...] = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
# 6to4, site-local, Teredo and NAT64 can carry an internal IPv4 address inside a public-looking one
HIDING = ("2002::/16", "fec0::/10", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")
TUNNELS = tuple(ipaddress.ip_network(text) for text in HIDING)
PIECE = 65_536


class UnsentError(Exception):
    """The call could not be made or got no answer; the text says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """One call whose answer is read: a GET, or a POST where there is a body; at most ``largest`` bytes come back."""

    url: str
    largest: int
    body: bytes | None = None
    headers: Mapping[str, str] | None = None


def is_public(address: str, allowed: tuple[Network, ...] = ()) -> bool:
    """Tell whether an IP address may be called: globally routable, no tunnel prefix, or explicitly allowed."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if any(ip in network for network in allowed if network.version == ip.version):
        return True
    if any(ip in network for network in TUNNELS if network.version == ip.version):
        return False
    return ip.is_global and not ip.is_multicast


def post(url: str, body: bytes, headers: Mapping[str, str], allowed: tuple[Network, ...], timeout_s: int) -> int:
    """Post once and give the status; UnsentError for a guarded address, a time-out or a server that is away."""
    try:
        response = _call(url, body, headers, allowed, timeout_s)
        response.close()  # the status is the answer; a body that drips would only hold the worker
    except (HTTPError, OSError, ValueError) as error:
        raise UnsentError(f"{type(error).__name__}: {error}") from error
    return response.status


def ask(question: Question, allowed: tuple[Network, ...], timeout_s: int) -> tuple[int, bytes]:
    """Ask once and give status and body, as they came over the wire; UnsentError as for ``post``.

    It is raised too for a body over the limit, and for one that is not whole ``timeout_s`` after the call began; a
    server that drips can stretch that by one more time-out at most.
    """
    ends = time.monotonic() + timeout_s
    # compressed, a small answer could be a large one
    headers = {"accept-encoding": "identity", "user-agent": "Lading", **(question.headers or {})}
    try:
        response = _call(question.url, question.body, headers, allowed, timeout_s)
        try:
            return response.status, _read(response, question.largest, ends)
        finally:
            response.close()
    except (HTTPError, OSError, ValueError) as error:
        raise UnsentError(f"{type(error).__name__}: {error}") from error


def _call(
    url: str, body: bytes | None, headers: Mapping[str, str], allowed: tuple[Network, ...], timeout_s: int
) -> BaseHTTPResponse:
    return _pool(url, allowed).urlopen(
        "GET" if body is None else "POST",
        urllib3.util.parse_url(url).request_uri,
        body=body,
        headers=headers,
        redirect=False,
        retries=False,
        timeout=urllib3.Timeout(total=timeout_s),
        preload_content=False,
    )


def _read(response: BaseHTTPResponse, largest: int, ends: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := response.read1(PIECE, decode_content=False):
        parts.append(part)
        size += len(part)
        if size > largest:
            raise UnsentError(f"the answer is larger than {largest} bytes")
        if time.monotonic() > ends:
            raise UnsentError("the answer took too long")
    return b"".join(parts)


def _pool(url: str, allowed: tuple[Network, ...]) -> HTTPConnectionPool:
    parsed = urllib3.util.parse_url(url)
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ValueError("an address to call must be http:// or https:// with a host")
    pool_class = HTTPSConnectionPool if parsed.scheme == "https" else HTTPConnectionPool
    pool = pool_class(parsed.host, parsed.port, maxsize=1)
    pool.ConnectionCls = _guarded(parsed.scheme, allowed)
    return pool


def _guarded(scheme: str, allowed: tuple[Network, ...]) -> type[HTTPConnection]:
    base = HTTPSConnection if scheme == "https" else HTTPConnection

    class Guarded(base):  # type: ignore[misc, valid-type] # the base is chosen by the scheme
        """A connection that closes itself when it finds itself connected to an internal address."""

        def _new_conn(self) -> socket.socket:
            connected: socket.socket = super()._new_conn()
            if not is_public(connected.getpeername()[0], allowed):
                connected.close()
                raise NewConnectionError(self, "the address is internal and not in LADING_OUTBOUND_ALLOW")
            return connected

    return Guarded
