"""Days and documents, as vehicles and drivers carry them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields

from app.kit.fields import SafeString
from app.schemas.common import Strict
from models.vocabulary import Word

DAY = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


class Day(fields.Field[date]):
    """A day as YYYY-MM-DD, between the years 1900 and 2199."""

    def __init__(self, **kwargs: Any) -> None:
        """Tell the specification the format."""
        form = {"type": "string", "format": "date", "pattern": DAY}
        super().__init__(metadata={**form, **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:  # noqa: ARG002
        if not isinstance(value, str) or not re.fullmatch(DAY, value, re.ASCII):
            raise ValidationError("Not a day such as 2026-03-02, in the years 1900 to 2199.")
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError("There is no such day.") from error


class PaperIn(Strict):
    """One document: its number and the last local day on which it is valid."""

    number = SafeString(1, 60, required=True)
    valid_until = Day(required=True)


class PaperOut(Schema):
    """One document as stored."""

    number = fields.String(required=True)
    valid_until = fields.Date(required=True)


def papers_in(kinds: type[Word], name: str) -> type[Schema]:
    """Give the schema of documents by kind; null takes one away."""
    return type(name, (Strict,), {kind.value: fields.Nested(PaperIn, allow_none=True) for kind in kinds})


def papers_out(kinds: type[Word], name: str) -> type[Schema]:
    """Give the schema of documents by kind in an answer."""
    return type(name, (Schema,), {kind.value: fields.Nested(PaperOut) for kind in kinds})
