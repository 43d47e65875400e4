"""Imported files and their rows."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from app.kit.fields import SafeString, WordField
from app.language import LANGUAGES
from app.schemas.common import CODE, PageQuery, Strict
from models.vocabulary import ImportRowState


class LanguageQuery(Strict):
    """The language of messages and of files made by the service."""

    lang = fields.String(validate=validate.OneOf(LANGUAGES))


class ImportQuery(LanguageQuery):
    """For whom the file is, what it is called, and whether it only asks what would happen."""

    dry_run = fields.Boolean(truthy={"true", "1"}, falsy={"false", "0"}, load_default=False)
    file_name = SafeString(1, 200, r"^[^/\\\u0000-\u001f\u007f-\u009f]{1,200}$", load_default="orders")
    shipper = SafeString(2, 32, CODE)


class ImportListQuery(PageQuery, LanguageQuery):
    """A page of imports."""


class ImportRowQuery(PageQuery, LanguageQuery):
    """A page of rows, perhaps only those with one result."""

    result = WordField(ImportRowState)


class ImportProblem(Schema):
    """Why the file as a whole could not be used."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    facts = fields.Dict(required=True)


class UsedColumn(Schema):
    """One column of the file and what it was taken for."""

    column = fields.String(required=True)
    field = fields.String(required=True)


class UnderstoodColumns(Schema):
    """How the file was understood; ``ignored`` lists the columns that mean nothing here."""

    sheet = fields.String()
    encoding = fields.String()
    delimiter = fields.String()
    header_row = fields.Integer(required=True)
    used = fields.List(fields.Nested(UsedColumn), required=True)
    ignored = fields.List(fields.String(), required=True)


class ImportCounts(Schema):
    """How many rows ended how."""

    booked = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    refused = fields.Integer(required=True)


class ImportOut(Schema):
    """An import with its progress."""

    id = fields.String(required=True)
    shipper = fields.String(required=True)
    file_name = fields.String(required=True)
    sha256 = fields.String(required=True)
    dry_run = fields.Boolean(required=True)
    state = fields.String(required=True)
    problem = fields.Nested(ImportProblem, allow_none=True, required=True)
    columns = fields.Nested(UnderstoodColumns, allow_none=True, required=True)
    rows_total = fields.Integer(required=True)
    rows_done = fields.Integer(required=True)
    counts = fields.Nested(ImportCounts, required=True)
    created_at = fields.AwareDateTime(required=True)
    created_by = fields.String(required=True)
    finished_at = fields.AwareDateTime(allow_none=True, required=True)


class RowReason(Schema):
    """One reason: where it is in the user's file, what it says, and what to write instead."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    facts = fields.Dict(required=True)
    field = fields.String(allow_none=True, required=True)
    column = fields.String(allow_none=True, required=True)
    value = fields.String(allow_none=True, required=True)
    suggestion = fields.String(allow_none=True, required=True)


class ImportRowOut(Schema):
    """What became of one row, numbered as a spreadsheet numbers it."""

    row_no = fields.Integer(required=True)
    result = fields.String(required=True)
    consignment = fields.String(allow_none=True, required=True)
    reasons = fields.List(fields.Nested(RowReason), required=True)
