"""Bodies that come without their length, as a phone streams them, are held to the same limit."""

from __future__ import annotations

from typing import Any

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge


class BoundedRequest(Request):
    """A request whose body is refused over the limit, never cut off at it."""

    def get_data(self, *args: Any, **kwargs: Any) -> Any:
        """Read the body; 413 when it goes on behind the limit, where the framework would stop reading in silence."""
        data = super().get_data(*args, **kwargs)
        if len(data) == self.max_content_length and self.content_length is None and self.environ["wsgi.input"].read(1):
            raise RequestEntityTooLarge
        return data
