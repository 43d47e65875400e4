"""One POST to an address that is public at the moment the socket is connected, and to no other.

The check looks at the address the socket is really connected to, so a name that resolves to another
address between check and call gains nothing; redirects are not followed.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# 6to4, site-local, Teredo and NAT64 can carry an internal IPv4 address inside a public-looking one
HIDING = ("2002::/16", "fec0::/10", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")
TUNNELS = tuple(ipaddress.ip_network(text) for text in HIDING)


class UnsentError(Exception):
    """The call could not be made or got no answer; the text says why."""


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
        response = _pool(url, allowed).urlopen(
            "POST",
            urllib3.util.parse_url(url).request_uri,
            body=body,
            headers=headers,
            redirect=False,
            retries=False,
            timeout=urllib3.Timeout(total=timeout_s),
            preload_content=False,
        )
        response.close()  # the status is the answer; a body that drips would only hold the worker
    except (HTTPError, OSError, ValueError) as error:
        raise UnsentError(f"{type(error).__name__}: {error}") from error
    return response.status


def _pool(url: str, allowed: tuple[Network, ...]) -> HTTPConnectionPool:
    parsed = urllib3.util.parse_url(url)
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ValueError("a webhook address must be http:// or https:// with a host")
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
