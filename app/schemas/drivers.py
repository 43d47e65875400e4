"""Drivers and escorts."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from app.kit.fields import SafeString, WordField
from app.schemas.common import PHONE, Change, PageQuery, Reason, Strict
from app.schemas.papers import Day, papers_in, papers_out
from models.vocabulary import DriverDocument, DriverStatus, LicenceClass

STAFF_NO = r"^[A-Za-z0-9-]{1,20}$"
ID_NUMBER = r"^[0-9]{17}[0-9Xx]$"


class DriverIn(Strict):
    """A new driver or escort; an escort may hold no licence."""

    staff_no = SafeString(1, 20, STAFF_NO, required=True)
    name = SafeString(1, 80, required=True)
    id_number = SafeString(18, 18, ID_NUMBER, required=True)
    phone = SafeString(6, 26, PHONE, required=True)
    born_on = Day(required=True)
    licence_classes = fields.List(WordField(LicenceClass), validate=validate.Length(max=6))
    licence_first_issued_on = Day()
    documents = fields.Nested(papers_in(DriverDocument, "DriverPapersIn"))


class DriverChange(Change):
    """The fields to change; null empties one that may be empty, and takes a document away."""

    name = SafeString(1, 80)
    id_number = SafeString(18, 18, ID_NUMBER)
    phone = SafeString(6, 26, PHONE)
    born_on = Day()
    licence_classes = fields.List(WordField(LicenceClass), validate=validate.Length(max=6))
    licence_first_issued_on = Day(allow_none=True)
    documents = fields.Nested(papers_in(DriverDocument, "DriverPapersChange"))


class DriverQuery(PageQuery):
    """Filters of the list; ``name`` is a part of the name."""

    status = WordField(DriverStatus)
    name = SafeString(1, 80)


class StatusIn(Reason):
    """The new status and why."""

    status = WordField(DriverStatus, required=True)


class WithholdingIn(Strict):
    """The local days on which the licence is held, both included; ``to`` is left out while no end is known.

    ``accident`` names the case for which it was taken.
    """

    since = Day(required=True, data_key="from")
    until = Day(data_key="to", allow_none=True)
    accident = SafeString(1, 24)


class DriverOut(Schema):
    """A driver; numbers are masked and the birthday is null for callers who do not need them."""

    staff_no = fields.String(required=True)
    name = fields.String(required=True)
    id_number = fields.String(required=True)
    phone = fields.String(required=True)
    born_on = fields.Date(required=True, allow_none=True)
    status = fields.String(required=True)
    status_reason = fields.String(required=True, allow_none=True)
    licence_classes = fields.List(fields.String(), required=True)
    licence_first_issued_on = fields.Date(required=True, allow_none=True)
    licence_withheld_from = fields.Date(required=True, allow_none=True)
    licence_withheld_to = fields.Date(required=True, allow_none=True)
    documents = fields.Nested(papers_out(DriverDocument, "DriverPapersOut"), required=True)
    created_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)
