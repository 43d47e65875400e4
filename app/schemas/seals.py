"""Company seals: lots, issues, and the life of one number."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from app.kit.fields import Instant, SafeString, StrictBool, StrictInt, WordField
from app.schemas.common import PageQuery, Reason, Strict
from app.schemas.loading import SEAL_NO, file_id
from app.schemas.trips import NUMBER
from models.vocabulary import SealState

MAX_SERIAL = 10**12 - 1
MAX_LOT = 2000


class LotIn(Strict):
    """A lot of printed seals: ``prefix`` and ``count`` serials from ``first`` on, ``width`` digits wide."""

    prefix = SafeString(0, 16, r"^[A-Z0-9-]{0,16}$", required=True)
    first = StrictInt(0, MAX_SERIAL - MAX_LOT, required=True)
    count = StrictInt(1, MAX_LOT, required=True)
    width = StrictInt(1, 12, load_default=6)


class IssueIn(Strict):
    """Seals handed to a person."""

    numbers = fields.List(SafeString(1, 32, SEAL_NO), required=True, validate=validate.Length(min=1, max=200))
    to = SafeString(1, 80, required=True)


class SealQuery(PageQuery):
    """Filters of the list."""

    state = WordField(SealState)
    trip = SafeString(1, 24, NUMBER)


class BreakIn(Reason):
    """Why and by whom a live seal was opened, with a photo and, for the police, their paper (S4)."""

    who = SafeString(1, 80, required=True)
    by_police = StrictBool(required=True)
    authority_document = SafeString(1, 120)
    photo = file_id()
    consent = SafeString(1, 200)
    occurred_at = Instant()


class ReplacementSealIn(Strict):
    """The new number on the opening of the old one."""

    number = SafeString(1, 32, SEAL_NO, required=True)
    photo = file_id()
    occurred_at = Instant()


class LotOut(Schema):
    """The numbers taken into stock."""

    numbers = fields.List(fields.String(), required=True)


class SealSummary(Schema):
    """A seal in a list."""

    number = fields.String(required=True)
    state = fields.String(required=True)
    issued_to = fields.String(required=True, allow_none=True)
    trip = fields.String(required=True, allow_none=True)
    closure = fields.String(required=True, allow_none=True)
    applied_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class SealList(Schema):
    """The seals issued."""

    items = fields.List(fields.Nested(SealSummary), required=True)


class SealEventOut(Schema):
    """One event in the life of a seal."""

    kind = fields.String(required=True)
    trip = fields.String(required=True, allow_none=True)
    closure = fields.String(required=True, allow_none=True)
    finding = fields.String(required=True, allow_none=True)
    occurred_at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    made_by = fields.String(required=True)
    facts = fields.Dict(required=True)


class SealOut(SealSummary):
    """A seal with its life; ``chain`` are the numbers of its opening, oldest first."""

    chain = fields.List(fields.String(), required=True)
    events = fields.List(fields.Nested(SealEventOut), required=True)
