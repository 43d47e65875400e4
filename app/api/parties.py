"""Shippers and consignees, and the channels they are reached by."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.openapi import API_PREFIX
from app.schemas.common import page_of
from app.schemas.parties import ChannelOut, ChannelsIn, PartyChange, PartyIn, PartyOut, PartyQuery, PartySummary
from models.vocabulary import Role
from services.masterdata import channels, parties
from services.queries.paging import Page
from services.queries.parties import party_page, party_view
from services.transaction import Tx

blp = Resource("parties", "Parties: shippers and consignees (托运人、收货人)")
KEEPERS = (Role.SHIPPER, Role.DISPATCHER, Role.ADMIN)
READERS = (*KEEPERS, Role.SAFETY, Role.FINANCE, Role.MANAGER)


@endpoint(blp, "POST", "/parties", Shape(roles=KEEPERS, body=PartyIn, answer=PartyOut, status=201, creates=True))
def create(tx: Tx, body: dict[str, Any]) -> Made:
    """Make a party; a shipper makes only his own consignees."""
    view = parties.create(tx, body)
    return Made(view, view["version"], f"{API_PREFIX}/parties/{view['code']}")


@endpoint(blp, "GET", "/parties", Shape(roles=READERS, query=PartyQuery, answer=page_of(PartySummary), writes=False))
def list_parties(tx: Tx, query: dict[str, Any]) -> dict[str, Any]:
    """List the parties the caller may see, newest first."""
    return party_page(tx, Page(query.pop("cursor", None), query.pop("limit")), query)


@endpoint(blp, "GET", "/parties/<code>", Shape(roles=READERS, answer=PartyOut, writes=False))
def read(tx: Tx, code: str) -> Made:
    """Read one party with its channels."""
    view = party_view(tx, code)
    return Made(view, view["version"])


@endpoint(blp, "PATCH", "/parties/<code>", Shape(roles=KEEPERS, body=PartyChange, answer=PartyOut, if_match=True))
def amend(tx: Tx, body: dict[str, Any], code: str, expected: int) -> Made:
    """Change a party."""
    view = parties.amend(tx, code, body, expected)
    return Made(view, view["version"])


@endpoint(blp, "PUT", "/parties/<code>/channels", Shape(roles=KEEPERS, body=ChannelsIn, answer=PartyOut, if_match=True))
def replace_channels(tx: Tx, body: dict[str, Any], code: str, expected: int) -> Made:
    """Replace the channels; the answer shows the signing secret of each webhook."""
    view = channels.replace(tx, code, body["channels"], expected)
    return Made(view, view["version"])


@endpoint(blp, "POST", "/parties/<code>/channels/<channel_id>/rotation", Shape(roles=KEEPERS, answer=ChannelOut))
def rotate_secret(tx: Tx, code: str, channel_id: str) -> dict[str, Any]:
    """Give a webhook a new signing secret, shown in the answer."""
    return channels.rotate(tx, code, channel_id)


@endpoint(blp, "POST", "/parties/<code>/channels/<channel_id>/enabling", Shape(roles=KEEPERS, answer=ChannelOut))
def enable_channel(tx: Tx, code: str, channel_id: str) -> dict[str, Any]:
    """Use a channel again that was shut off after failures."""
    return channels.enable(tx, code, channel_id)
