"""Shapes that several resources share."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import RAISE, Schema, fields, pre_load
from marshmallow import ValidationError as Invalid

from app.kit.fields import QueryInt, SafeString

CODE = r"^[A-Z0-9][A-Z0-9_-]{1,31}$"
PHONE = r"^\+?[0-9][0-9 -]{4,24}[0-9]$"


class Strict(Schema):
    """A schema that refuses names it does not know."""

    class Meta:
        """marshmallow's settings."""

        unknown = RAISE
        additional_properties = False


class Change(Strict):
    """A partial change: at least one name must be given."""

    # what the specification says besides the fields
    CONDITIONS: ClassVar[dict[str, Any]] = {"minProperties": 1}

    @pre_load
    def _something(self, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - marshmallow's signature
        if not isinstance(data, dict) or not data:
            raise Invalid("Name at least one field to change.")
        return data


class PageQuery(Strict):
    """Which page: ``cursor`` as given by the page before, ``limit`` from 1 to 200."""

    cursor = SafeString(1, 64, r"^[A-Za-z0-9_-]{1,64}$")
    limit = QueryInt(1, 200, load_default=50)


class Reason(Strict):
    """Why something is done."""

    reason = SafeString(1, 500, required=True)


class Ref(Schema):
    """Another object by its code."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class SiteRef(Ref):
    """A site by its code, with its region."""

    region_code = fields.String(required=True)


def page_of(item: type[Schema]) -> type[Schema]:
    """Give the schema of a page of ``item``."""
    return type(
        f"{item.__name__}Page",
        (Schema,),
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next_cursor": fields.String(required=True, allow_none=True),
        },
    )
