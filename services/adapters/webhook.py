"""Signed webhooks (Standard Webhooks), sent only to public addresses unless a network is allowed.

What speaks HTTP loads with the first call: the web process makes none.
"""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime

from services.ports import Call, Receipt
from services.settings import Settings

GONE = 410


class GuardedCaller:
    """Posts signed bodies, never to internal addresses."""

    def __init__(self, settings: Settings) -> None:
        """Read the allowed networks; nothing is connected."""
        texts = [text.strip() for text in settings.outbound_allow.split(",") if text.strip()]
        self._allowed = tuple(ipaddress.ip_network(text) for text in texts)
        self._timeout_s = settings.outbound_timeout_s

    def post(self, call: Call) -> Receipt:
        """Try once; refusals, time-outs and guarded addresses are Receipts, never exceptions."""
        from services.adapters import guarded_http

        try:
            headers = signed_headers(call)
            status = guarded_http.post(call.url, call.body, headers, self._allowed, self._timeout_s)
        except guarded_http.UnsentError as error:
            return Receipt(delivered=False, detail=str(error)[:500])
        except ValueError as error:  # a secret that cannot sign
            return Receipt(delivered=False, detail=f"{type(error).__name__}: {error}"[:500])
        return Receipt(delivered=200 <= status < 300, detail=f"HTTP {status}", gone=status == GONE)


def signed_headers(call: Call) -> dict[str, str]:
    """Give the Standard Webhooks headers; during a rotation every secret signs, newest first."""
    from standardwebhooks.webhooks import Webhook

    at = datetime.fromtimestamp(call.timestamp_s, tz=UTC)
    signatures = [Webhook(secret).sign(call.webhook_id, at, call.body.decode()) for secret in call.secrets]
    return {
        "content-type": "application/json",
        "user-agent": "Lading",
        "webhook-id": call.webhook_id,
        "webhook-timestamp": str(call.timestamp_s),
        "webhook-signature": " ".join(signatures),
    }
