"""Parties in and out, and the channels they are reached by."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from app.kit.fields import SafeString, StrictInt, WordField
from app.schemas.common import CODE, PHONE, Change, PageQuery, Strict
from models.vocabulary import ChannelKind, PartyKind
from services.masterdata.channels import EVENTS

USCC = r"^[0-9A-Za-z]{18}$"
LANGUAGES = ("zh-CN", "en")
LAST_MINUTE = 1439


class PartyIn(Strict):
    """A new party; the code is made up when left out, ``owner`` is the shipper whose consignee this is."""

    code = SafeString(2, 32, CODE)
    kind = WordField(PartyKind, required=True)
    name = SafeString(1, 200, required=True)
    uscc = SafeString(18, 18, USCC)
    contact_name = SafeString(1, 80)
    contact_phone = SafeString(6, 26, PHONE)
    language = fields.String(validate=validate.OneOf(LANGUAGES))
    quiet_from_minute = StrictInt(0, LAST_MINUTE)
    quiet_to_minute = StrictInt(0, LAST_MINUTE)
    owner = SafeString(2, 32, CODE)


class PartyChange(Change):
    """The fields to change; null empties one that may be empty."""

    name = SafeString(1, 200)
    uscc = SafeString(18, 18, USCC, allow_none=True)
    contact_name = SafeString(1, 80, allow_none=True)
    contact_phone = SafeString(6, 26, PHONE, allow_none=True)
    language = fields.String(validate=validate.OneOf(LANGUAGES))
    quiet_from_minute = StrictInt(0, LAST_MINUTE, allow_none=True)
    quiet_to_minute = StrictInt(0, LAST_MINUTE, allow_none=True)


class PartyQuery(PageQuery):
    """Filters of the list; ``name`` is a part of the name."""

    kind = WordField(PartyKind)
    name = SafeString(1, 80)


class ChannelIn(Strict):
    """One channel; without events it is told of all of them."""

    kind = WordField(ChannelKind, required=True)
    address = SafeString(3, 500, required=True)
    events = fields.List(fields.String(validate=validate.OneOf(EVENTS)), validate=validate.Length(max=len(EVENTS)))


class ChannelsIn(Strict):
    """All channels of a party in the order in which they are tried."""

    channels = fields.List(fields.Nested(ChannelIn), required=True, validate=validate.Length(max=10))


class ChannelOut(Schema):
    """A channel; a webhook's signing secret is shown when the set or the secret was changed."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    address = fields.String(required=True)
    position = fields.Integer(required=True)
    events = fields.List(fields.String(), required=True)
    rotated_at = fields.AwareDateTime(required=True, allow_none=True)
    failing_since = fields.AwareDateTime(required=True, allow_none=True)
    disabled_at = fields.AwareDateTime(required=True, allow_none=True)
    disabled_reason = fields.String(required=True, allow_none=True)
    secret = fields.String()


class PartySummary(Schema):
    """A party in a list."""

    code = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    uscc = fields.String(required=True, allow_none=True)
    contact_name = fields.String(required=True, allow_none=True)
    contact_phone = fields.String(required=True, allow_none=True)
    language = fields.String(required=True)
    quiet_from_minute = fields.Integer(required=True, allow_none=True)
    quiet_to_minute = fields.Integer(required=True, allow_none=True)
    owner = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)


class PartyOut(PartySummary):
    """A party with its channels."""

    channels = fields.List(fields.Nested(ChannelOut), required=True)
