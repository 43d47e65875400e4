"""Which refusals and which headers each operation answers with, in the words of OpenAPI.

``app/kit/endpoint.py`` leaves marks on every operation (``x-writes`` and so on); they are turned into text here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

PROBLEM = "application/problem+json"
PARAMETERS = {"x-creates": "IdempotencyKey", "x-if-match": "IfMatch"}
# codes under which flask-smorest describes errors of its own, which this service never gives
UNUSED = ("DEFAULT_ERROR", "UNPROCESSABLE_CONTENT", "UNPROCESSABLE_ENTITY")
HEADERS: dict[str, dict[str, Any]] = {
    "RequestId": {
        "description": "Names this request in the log of the service; the caller's own when it sent one",
        "required": True,
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "The version of the object, for If-Match",
        "required": True,
        "schema": {"type": "string", "pattern": '^"v[0-9]+"$'},
    },
    "Location": {
        "description": "Where the new object is read; absent when it is read with another one",
        "schema": {"type": "string"},
    },
    "IdempotentReplayed": {
        "description": "Present when this Idempotency-Key was answered before: the answer is that one",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "RetryAfter": {
        "description": "After how many seconds to try again",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "WwwAuthenticate": {"description": "How to sign in", "required": True, "schema": {"type": "string"}},
}


def complete(spec: dict[str, Any]) -> dict[str, Any]:
    """Add refusals, headers and header parameters to every operation of a specification, in place."""
    spec["components"]["headers"] = HEADERS
    for name in UNUSED:
        spec["components"].get("responses", {}).pop(name, None)
    for path, item in spec["paths"].items():
        for operation in item.values():
            if isinstance(operation, dict):
                _complete(operation, in_path="{" in path)
    return spec


def _complete(operation: dict[str, Any], *, in_path: bool) -> None:
    answers = operation["responses"]
    answers.pop("default", None)
    marks = {
        name: operation.pop(name, False) for name in ("x-writes", "x-creates", "x-if-match", "x-etag", "x-refuses")
    }
    for status, text in _refusals(operation, marks, in_path=in_path):
        answers[status] = {
            "description": text,
            "headers": _headers(_of_refusal(status)),
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    for status, answer in answers.items():
        if status.startswith("2"):
            answer["headers"] = _headers(_of_success(status, marks))
    for mark, name in PARAMETERS.items():
        if marks[mark]:
            operation.setdefault("parameters", []).append({"$ref": f"#/components/parameters/{name}"})


def _refusals(operation: dict[str, Any], marks: dict[str, Any], *, in_path: bool) -> Iterator[tuple[str, str]]:
    """Give the statuses that this operation may refuse with, and what each says."""
    yield "400", "The request cannot be read"
    if operation.get("security"):
        yield "401", "Not signed in, or the key has run out"
        yield "403", "Your role may not do this"
    else:
        yield "401", "The login or the password is wrong"
        yield "429", "Too many requests from your address"
    if in_path or marks["x-writes"]:
        yield "404", "Not found, or not yours: both look the same"
    if marks["x-writes"] or marks["x-refuses"]:
        yield "409", "Refused by the rules, or somebody was first: every finding is listed"
    if marks["x-if-match"]:
        yield "412", "It has changed since you read it"
        yield "428", "If-Match is missing"
    if marks["x-writes"]:
        yield "413", "The body is too large"
    if "requestBody" in operation:
        yield "415", "A media type that is not taken here"
    if "requestBody" in operation or "parameters" in operation or marks["x-creates"]:
        yield "422", "The input does not have the documented form: every fault is listed"
    yield "503", "Busy or starting: try again"


def _of_refusal(status: str) -> Iterator[tuple[str, str]]:
    if status == "401":
        yield "WWW-Authenticate", "WwwAuthenticate"
    if status in {"429", "503"}:
        yield "Retry-After", "RetryAfter"


def _of_success(status: str, marks: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if marks["x-etag"]:
        yield "ETag", "ETag"
    if marks["x-creates"]:
        yield "Idempotent-Replayed", "IdempotentReplayed"
        if status in {"201", "202"}:
            yield "Location", "Location"


def _headers(named: Iterator[tuple[str, str]]) -> dict[str, Any]:
    given = dict(named) | {"X-Request-Id": "RequestId"}
    return {name: {"$ref": f"#/components/headers/{header}"} for name, header in given.items()}
