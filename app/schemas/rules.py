"""The company's numbers and their changes."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields

from app.kit.fields import Instant, Mapping, SafeString
from app.schemas.common import Strict

NAME = r"^[a-z][a-z0-9_]{0,59}$"
LARGEST = 10**14


class RuleValue(fields.Field[int]):
    """A whole number or a yes/no, as the rule asks."""

    def __init__(self, **kwargs: Any) -> None:
        """Tell the specification both types."""
        metadata = {"anyOf": [{"type": "integer", "minimum": -LARGEST, "maximum": LARGEST}, {"type": "boolean"}]}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:  # noqa: ARG002
        if not isinstance(value, (int, float)) or abs(value) > LARGEST or value != int(value):
            raise ValidationError("Must be a whole number or true or false.")
        return value if isinstance(value, bool) else int(value)


def _named(values: Any, most: int, *, required: bool = False) -> Any:
    """Give a mapping with names as the ruleset writes them, one at least."""
    return Mapping(SafeString(1, 60, NAME), values, high=most, low=1, required=required)


class RulesIn(Strict):
    """A change of some numbers, ``{group: {name: value}}``, from a future instant on."""

    effective_from = Instant(required=True)
    reason = SafeString(1, 500, required=True)
    change = _named(_named(RuleValue(), 100), 20, required=True)


class RuleOut(Schema):
    """One number; ``low`` and ``high`` are its inclusive bounds, absent for a yes/no."""

    group = fields.String(required=True)
    name = fields.String(required=True)
    value = RuleValue(required=True)
    default = RuleValue(required=True)
    unit = fields.String(required=True)
    source = fields.String(required=True)
    low = fields.Integer()
    high = fields.Integer()


class RuleVersionOut(Schema):
    """A change that is not in force yet."""

    version = fields.Integer(required=True)
    effective_from = fields.AwareDateTime(required=True)
    reason = fields.String(required=True)
    made_by = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    change = fields.Dict(required=True)


class RulesOut(Schema):
    """All numbers in force; version 0 is the product's defaults, in force from the beginning."""

    version = fields.Integer(required=True)
    effective_from = fields.AwareDateTime(required=True, allow_none=True)
    numbers = fields.List(fields.Nested(RuleOut), required=True)
    coming = fields.List(fields.Nested(RuleVersionOut), required=True)
