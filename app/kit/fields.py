"""Fields that refuse what the databases or the law would choke on; used by every schema."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

from models.vocabulary import Word

MONEY = r"^(0|[1-9][0-9]{0,11})\.[0-9]{2}$"
AMOUNT = r"^(0\.(0[1-9]|[1-9][0-9])|[1-9][0-9]{0,11}\.[0-9]{2})$"
# RFC 3339 with an offset, in the years 2000 to 2099 as they are written
INSTANT = (
    r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(\.[0-9]{1,6})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
INSTANT_FORM = re.compile(INSTANT, re.ASCII)
# printable text only, as it is published: control characters never reach a database
TEXT = r"^[^\u0000-\u001f\u007f-\u009f]*$"
# Unicode's category Cc, and Cs: JSON can write half a character, which is no text
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# the same with lines and paragraphs
LONG_TEXT = r"^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f]*$"
SHARE = r"^(0|[1-9][0-9]{0,2})(\.[0-9]{1,6})?$"
SHARE_FORM = re.compile(SHARE, re.ASCII)
MILLIONTHS = 1_000_000
QUERY_INT = re.compile(r"^-?[0-9]{1,18}$", re.ASCII)
MONEY_FORM = re.compile(MONEY, re.ASCII)


class SafeString(fields.String):
    """Text in NFC without control characters, between ``low`` and ``high`` characters long."""

    def __init__(self, low: int = 1, high: int = 200, pattern: str | None = None, **kwargs: Any) -> None:
        """Bound the length and, if given, require ``pattern`` (anchored)."""
        checks: list[Any] = [validate.Length(min=low, max=high)]
        if pattern:
            checks.append(validate.Regexp(pattern))
        metadata = {"pattern": pattern or TEXT, **kwargs.pop("metadata", {})}
        super().__init__(validate=checks, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if UNPRINTABLE.search(text):
            raise ValidationError("Control characters are not allowed.")
        return text if text.isascii() else unicodedata.normalize("NFC", text)


class LongText(fields.String):
    """Text of several lines in NFC, ``low`` to ``high`` characters long; no control character but the line feed."""

    def __init__(self, low: int = 1, high: int = 4000, **kwargs: Any) -> None:
        """Bound the length."""
        form = {"pattern": LONG_TEXT, **kwargs.pop("metadata", {})}
        super().__init__(validate=validate.Length(min=low, max=high), metadata=form, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if UNPRINTABLE.search(text.replace("\n", "")):
            raise ValidationError("Control characters other than the line feed are not allowed.")
        return unicodedata.normalize("NFC", text)


class StrictInt(fields.Integer):
    """A JSON integer, never 1.9 and never true, between ``low`` and ``high`` inclusive."""

    def __init__(self, low: int, high: int, **kwargs: Any) -> None:
        """Bound the value; the bounds keep it inside what both databases hold."""
        super().__init__(strict=True, validate=validate.Range(min=low, max=high), **kwargs)

    def _validated(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
            raise self.make_error("invalid", input=value)
        return int(value)


class QueryInt(fields.Integer):
    """A whole number in a query string, between ``low`` and ``high`` inclusive."""

    def __init__(self, low: int, high: int, **kwargs: Any) -> None:
        """Bound the value."""
        super().__init__(strict=True, validate=validate.Range(min=low, max=high), **kwargs)

    def _validated(self, value: Any) -> int:
        if not isinstance(value, str) or not QUERY_INT.match(value):
            raise self.make_error("invalid", input=value)
        return int(value)


class StrictBool(fields.Boolean):
    """A JSON true or false; no "yes", no 1."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return bool(super()._deserialize(value, attr, data, **kwargs))


class Number(fields.Float):
    """A JSON number between ``low`` and ``high`` inclusive; a string is refused."""

    def __init__(self, low: float, high: float, **kwargs: Any) -> None:
        """Bound the value."""
        super().__init__(validate=validate.Range(min=low, max=high), **kwargs)

    def _validated(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.make_error("invalid", input=value)
        return float(value)


class Instant(fields.Field[datetime]):
    """An RFC 3339 time with an offset, in the years 2000 to 2099."""

    def __init__(self, **kwargs: Any) -> None:
        """Tell the specification the form."""
        form = {"type": "string", "format": "date-time", "pattern": INSTANT}
        super().__init__(metadata={**form, **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:  # noqa: ARG002
        at = instant(value)
        if at is None:
            raise ValidationError("Not a time with an offset, such as 2026-03-02T06:00:00+08:00, from 2000 to 2099.")
        return at


def instant(value: Any) -> datetime | None:
    """Read an RFC 3339 time with an offset as UTC; None when it is not one or lies outside the years 2000 to 2099."""
    if not isinstance(value, str) or not INSTANT_FORM.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except ValueError:
        return None  # the 31st of April


class Money(fields.Field[int]):
    """CNY as a decimal string with two places, held as integer fen; a JSON number is refused."""

    def __init__(self, **kwargs: Any) -> None:
        """Tell the specification the form."""
        form = {"type": "string", "format": "decimal", "pattern": MONEY}
        super().__init__(metadata={**form, **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:  # noqa: ARG002
        if not isinstance(value, str) or not MONEY_FORM.fullmatch(value):
            raise ValidationError('Money is a string with two places, such as "1200.00".')
        return int(Decimal(value) * 100)


class Amount(Money):
    """CNY as ``Money`` is, and more than nothing."""

    def __init__(self, **kwargs: Any) -> None:
        """Tell the specification the form."""
        super().__init__(metadata={"pattern": AMOUNT, **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        fen = super()._deserialize(value, attr, data, **kwargs)
        if fen == 0:
            raise ValidationError("An amount is more than nothing.")
        return fen


class Share(fields.Field[int]):
    """Percent as a decimal string with up to six places, held in millionths of a percent; the whole is a rule."""

    def __init__(self, **kwargs: Any) -> None:
        """Tell the specification the form."""
        super().__init__(metadata={"type": "string", "pattern": SHARE, **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:  # noqa: ARG002
        if not isinstance(value, str) or not SHARE_FORM.fullmatch(value):
            raise ValidationError('A share is a string in percent, such as "33.333333".')
        return int(Decimal(value) * MILLIONTHS)


class WordField(fields.Field[Word]):
    """One of the terms of a vocabulary, by its code."""

    def __init__(self, words: Iterable[Word], **kwargs: Any) -> None:
        """List the codes in the specification; ``words`` is a vocabulary or some of its terms."""
        self._by_code = {word.value: word for word in words}
        super().__init__(
            metadata={"type": "string", "enum": list(self._by_code), **kwargs.pop("metadata", {})}, **kwargs
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Word:  # noqa: ARG002
        word = self._by_code.get(value) if isinstance(value, str) else None
        if word is None:
            raise ValidationError(f"Must be one of: {', '.join(self._by_code)}.")
        return word


class Mapping(fields.Dict):
    """A JSON object whose names follow one form, with ``low`` to ``high`` members."""

    def __init__(self, keys: fields.Field[Any], values: fields.Field[Any], high: int, low: int = 0, **kw: Any) -> None:
        """Bound the number of members."""
        self.low, self.high = low, high
        super().__init__(keys=keys, values=values, **kw)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, dict) and not self.low <= len(value) <= self.high:
            raise ValidationError(f"Must have {self.low} to {self.high} members.")
        return super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call] # marshmallow's own


def mapping_keywords(converter: Any, field: Any, **_: Any) -> dict[str, Any]:
    """Give what apispec does not say of a Mapping: how many members it has and what their names look like."""
    if not isinstance(field, Mapping):
        return {}
    named = converter.field2property(field.key_field)
    return {"minProperties": field.low, "maxProperties": field.high, "propertyNames": named}
