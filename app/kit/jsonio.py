"""Strict JSON in, orjson out: no NaN, no duplicate names, no bottomless nesting, no endless digits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
from flask import Response
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MAX_DIGITS = 30
# half of a character, which JSON can write and UTF-8 cannot: a pointer to such a name could not be answered
HALF = re.compile("[\ud800-\udfff]")


class BadJsonError(ValueError):
    """The body is not JSON that this product accepts; answered with 400."""


def loads(data: bytes, integer: Callable[[str], float] | None = None) -> Any:
    """Parse a body strictly; raise BadJsonError with one sentence that says what is wrong.

    ``integer`` reads whole numbers in its own way, where some stand under names that nobody looks at.
    """
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=integer or _integer,
            parse_float=_float,
        )
    except RecursionError as error:
        raise BadJsonError("the body is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise BadJsonError("the body is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise BadJsonError(f"the body is not JSON: {error.msg} at character {error.pos}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise BadJsonError("a name stands twice in one object")
    if any(not name.isascii() and HALF.search(name) for name in made):
        raise BadJsonError("a name is not text")
    return made


def _refuse_constant(text: str) -> Any:
    raise BadJsonError(f"{text} is not a JSON number")


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise BadJsonError("a number has too many digits")
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise BadJsonError("a number is too large")
    return number


class Answer(Response):
    """A body that is whole when it is made: its headers need no second look when they are sent."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """Give the headers as they stand, but for an address, which may need its characters escaped."""
        for name, _ in self.headers:  # asking whether one is there costs more: a missing one is an exception inside
            if name == "Location":
                return super().get_wsgi_headers(environ)
        return self.headers


def response(data: Any, status: int = 200, media_type: str = "application/json") -> Response:
    """Give ``data`` as a JSON response; datetimes become RFC 3339 with ``Z``."""
    body = orjson.dumps(data, option=orjson.OPT_UTC_Z)
    return Answer(body, status=status, content_type=media_type)
