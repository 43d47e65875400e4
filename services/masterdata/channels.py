"""How a party is reached: an ordered set of channels, and the signing secrets of its webhooks.

A channel that is taken out of the set stays in the table, retired, because attempts and deliveries point to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from models.parties import Channel, Party
from models.vocabulary import ChannelKind
from services.contacts import normal_email, normal_phone, normal_web_address
from services.errors import NotFoundError
from services.policy.findings import Finding, require
from services.queries.parties import RETIRED, channel_view, party_view
from services.scope import find_party, require_version
from services.tokens import public_id, webhook_secret
from services.transaction import Subject, Tx

# what a channel may subscribe to; an empty list means all of them
EVENTS = (
    "consignment.booked", "consignment.assigned", "consignment.sealed", "consignment.departed",
    "consignment.eta_changed", "consignment.held", "consignment.released", "consignment.arrived",
    "consignment.accepted", "consignment.refused", "consignment.cancelled", "notice.sent", "notice.acknowledged",
    "notice.overdue", "seal.mismatch", "accident.reported", "accident.determined", "accident.closed",
)  # fmt: skip
FORMS = {
    ChannelKind.EMAIL: (normal_email, "EMAIL_INVALID"),
    ChannelKind.WEBHOOK: (normal_web_address, "WEB_ADDRESS_INVALID"),
    ChannelKind.PHONE: (normal_phone, "PHONE_INVALID"),
}


def replace(tx: Tx, code: str, wanted: Sequence[Mapping[str, Any]], expected: int | None) -> dict[str, Any]:
    """Replace a party's channels by this ordered list and give the party with its webhooks' secrets.

    A channel that stays keeps its id, secret and state. Raises StaleVersionError, or RuleBrokenError with
    every unusable or doubled address.
    """
    party = find_party(tx, code, lock=True)
    require_version(party, expected)
    addresses = [_normal(channel) for channel in wanted]
    require(_object_to_addresses(wanted, addresses))
    held = {(channel.kind, channel.address): channel for channel in party.channels}
    for position, (asked, address) in enumerate(zip(wanted, addresses, strict=True)):
        channel = held.pop((asked["kind"], str(address)), None)
        _place(tx, party, channel or _new(tx, party, asked["kind"], str(address)), position, asked)
    for channel in held.values():
        channel.disabled_at, channel.disabled_reason = channel.disabled_at or tx.now, RETIRED
    _touch(tx, party)
    told = [f"{channel['kind']} {address}" for channel, address in zip(wanted, addresses, strict=True)]
    tx.journal("party.channels_replaced", Subject("party", party.id), {"channels": told})
    return _with_secrets(tx, party)


def rotate(tx: Tx, code: str, channel_id: str) -> dict[str, Any]:
    """Give a webhook a new signing secret and show it; the one before stays valid for a while (Standard Webhooks)."""
    party, channel = _find(tx, code, channel_id)
    require([Finding("NOT_A_WEBHOOK", {"channel": channel_id})] if channel.kind is not ChannelKind.WEBHOOK else [])
    channel.generation += 1
    channel.rotated_at = tx.now
    _touch(tx, party)
    facts = {"channel": channel_id, "generation": channel.generation}
    tx.journal("channel.rotated", Subject("party", party.id), facts)
    return {**channel_view(channel), "secret": secret_of(tx, channel)}


def enable(tx: Tx, code: str, channel_id: str) -> dict[str, Any]:
    """Use a channel again that was shut off after failures."""
    party, channel = _find(tx, code, channel_id)
    require([Finding("CHANNEL_NOT_DISABLED", {"channel": channel_id})] if channel.disabled_at is None else [])
    channel.disabled_at = channel.disabled_reason = channel.failing_since = None
    _touch(tx, party)
    tx.journal("channel.enabled", Subject("party", party.id), {"channel": channel_id})
    return channel_view(channel)


def secret_of(tx: Tx, channel: Channel) -> str:
    """Give a webhook's present signing secret; it is derived, never stored."""
    return webhook_secret(tx.settings.secret_key, channel.public_id, channel.generation)


def _normal(channel: Mapping[str, Any]) -> str | None:
    form, _ = FORMS[channel["kind"]]
    return form(channel["address"])


def _object_to_addresses(wanted: Sequence[Mapping[str, Any]], addresses: Sequence[str | None]) -> Iterator[Finding]:
    for position, (channel, address) in enumerate(zip(wanted, addresses, strict=True)):
        if address is None:
            yield Finding(FORMS[channel["kind"]][1], {"field": f"channels/{position}/address"})
    named = Counter((channel["kind"], address) for channel, address in zip(wanted, addresses, strict=True) if address)
    for (kind, address), times in named.items():
        if times > 1:
            yield Finding("CHANNEL_TWICE", {"kind": kind, "address": address})


def _new(tx: Tx, party: Party, kind: ChannelKind, address: str) -> Channel:
    channel = Channel(public_id=public_id("chn"), party_id=party.id, kind=kind, address=address, generation=1)
    tx.session.add(channel)
    return channel


def _place(tx: Tx, party: Party, channel: Channel, position: int, asked: Mapping[str, Any]) -> None:
    """Put a channel at its place; one that was retired begins anew, with a new secret."""
    channel.position, channel.events = position, list(asked.get("events", ()))
    if channel.disabled_reason == RETIRED:
        channel.disabled_at = channel.disabled_reason = channel.failing_since = channel.rotated_at = None
        channel.generation += 1
        facts = {"channel": channel.public_id, "generation": channel.generation}
        tx.journal("channel.revived", Subject("party", party.id), facts)


def _find(tx: Tx, code: str, channel_id: str) -> tuple[Party, Channel]:
    party = find_party(tx, code, lock=True)
    channel = tx.session.scalar(select(Channel).where(Channel.party_id == party.id, Channel.public_id == channel_id))
    if channel is None or channel.disabled_reason == RETIRED:
        raise NotFoundError
    return party, channel


def _touch(tx: Tx, party: Party) -> None:
    """Count a change of the channels as a change of the party, so that its ETag says so."""
    flag_modified(party, "name")
    tx.session.flush()


def _with_secrets(tx: Tx, party: Party) -> dict[str, Any]:
    view = party_view(tx, party.code)
    rows = tx.session.scalars(select(Channel).where(Channel.party_id == party.id))
    secrets = {row.public_id: secret_of(tx, row) for row in rows if row.kind is ChannelKind.WEBHOOK}
    view["channels"] = [
        {**channel, "secret": secrets[channel["id"]]} if channel["id"] in secrets else channel
        for channel in view["channels"]
    ]
    return view
