"""Signed webhooks (Standard Webhooks), sent only to public addresses unless a network is allowed.

The check looks at the address the socket is really connected to, so a name that resolves to another
address between check and call gains nothing; redirects are not followed.
"""

from __future__ import annotations

import ipaddress
import socket
from datetime import UTC, datetime

import urllib3
from standardwebhooks.webhooks import Webhook
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError

from services.ports import Call, Receipt
from services.settings import Settings

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# 6to4, site-local, Teredo and NAT64 can carry an internal IPv4 address inside a public-looking one
HIDING = ("2002::/16", "fec0::/10", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")
TUNNELS = tuple(ipaddress.ip_network(text) for text in HIDING)
GONE = 410


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


class GuardedCaller:
    """Posts signed bodies through connection pools that refuse internal addresses."""

    def __init__(self, settings: Settings) -> None:
        """Read the allowed networks; nothing is connected."""
        texts = [text.strip() for text in settings.outbound_allow.split(",") if text.strip()]
        self._allowed = tuple(ipaddress.ip_network(text) for text in texts)
        self._timeout = urllib3.Timeout(total=settings.outbound_timeout_s)

    def post(self, call: Call) -> Receipt:
        """Try once; refusals, time-outs and guarded addresses are Receipts, never exceptions."""
        try:
            response = self._pool(call.url).urlopen(
                "POST",
                urllib3.util.parse_url(call.url).request_uri,
                body=call.body,
                headers=signed_headers(call),
                redirect=False,
                retries=False,
                timeout=self._timeout,
                preload_content=False,
            )
            response.close()  # the status is the answer; a body that drips would only hold the worker
        except (HTTPError, OSError, ValueError) as error:
            return Receipt(delivered=False, detail=f"{type(error).__name__}: {error}"[:500])
        delivered = 200 <= response.status < 300
        return Receipt(delivered=delivered, detail=f"HTTP {response.status}", gone=response.status == GONE)

    def _pool(self, url: str) -> HTTPConnectionPool:
        parsed = urllib3.util.parse_url(url)
        if parsed.scheme not in {"http", "https"} or not parsed.host:
            raise ValueError("a webhook address must be http:// or https:// with a host")
        pool_class = HTTPSConnectionPool if parsed.scheme == "https" else HTTPConnectionPool
        pool = pool_class(parsed.host, parsed.port, maxsize=1)
        pool.ConnectionCls = _guarded(parsed.scheme, self._allowed)
        return pool


def signed_headers(call: Call) -> dict[str, str]:
    """Give the Standard Webhooks headers; during a rotation every secret signs, newest first."""
    at = datetime.fromtimestamp(call.timestamp_s, tz=UTC)
    signatures = [Webhook(secret).sign(call.webhook_id, at, call.body.decode()) for secret in call.secrets]
    return {
        "content-type": "application/json",
        "user-agent": "Lading",
        "webhook-id": call.webhook_id,
        "webhook-timestamp": str(call.timestamp_s),
        "webhook-signature": " ".join(signatures),
    }


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
