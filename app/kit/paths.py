"""Parts of an address that have a form of their own, so that no name is taken for a number."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import BaseConverter

SEAL_NUMBER: dict[str, Any] = {"type": "string", "pattern": "^[A-Z0-9-]{1,32}$"}


class SealNumber(BaseConverter):
    """A seal's number: capitals, digits and dashes, which the names of the actions are not."""

    regex = "[A-Z0-9-]{1,32}"
