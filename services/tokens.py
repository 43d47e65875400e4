"""Secrets that need not be stored: derived from the installation's key; and hashes of those that are."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets


def derived_token(secret_key: str, purpose: str) -> str:
    """Give the 192-bit URL-safe token of one purpose; only its hash is ever stored."""
    digest = hmac.digest(secret_key.encode(), purpose.encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:24]).decode()


def webhook_secret(secret_key: str, channel_public_id: str, generation: int) -> str:
    """Give an endpoint's Standard Webhooks secret (``whsec_…``, 256 bits) of one generation."""
    purpose = f"webhook:{channel_public_id}:{generation}"
    digest = hmac.digest(secret_key.encode(), purpose.encode(), "sha256")
    return "whsec_" + base64.b64encode(digest).decode()


def hashed(token: str) -> str:
    """Give the SHA-256 of a token as hex: what the database keeps of a high-entropy secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def public_id(prefix: str) -> str:
    """Give a random public identifier such as ``ntc_3f…`` (96 bits)."""
    return f"{prefix}_{secrets.token_hex(12)}"
