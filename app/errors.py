"""Every refusal as ``application/problem+json``; HTTP statuses of failures appear only here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask, Response, request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from app.kit import jsonio
from app.kit.edge import request_id
from app.kit.jsonio import BadJsonError
from app.kit.problems import InvalidInputError, PreconditionMissingError
from app.language import language
from services import texts
from services.errors import (
    BusyError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    NotSignedInError,
    StaleVersionError,
)
from services.idempotency import KeyReusedError
from services.policy.findings import Finding, RuleBrokenError
from services.queries.paging import BadCursorError

LOCATIONS = frozenset({"_schema", "json", "query", "headers"})
BAD_CURSOR = {"pointer": "/cursor", "code": "invalid", "message": "Not a cursor that this service gave."}
MEDIA_TYPE = "application/problem+json"
NOT_FOUND = 404


def problem(status: int, kind: str, **more: Any) -> Response:
    """Make one problem answer with a stable type, the title in the caller's language and the request id."""
    body = {
        "type": f"/problems/{kind}",
        "title": texts.problem_title(kind, language()),
        "status": status,
        "instance": request.path,
        "request_id": request_id(),
        **more,
    }
    answer = jsonio.response(body, status, MEDIA_TYPE)
    answer.vary.add("Accept-Language")
    return answer


def told(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Give findings with their message in the caller's language."""
    return [
        {"code": finding.code, "message": texts.finding_message(finding, language()), "facts": dict(finding.facts)}
        for finding in findings
    ]


def register(app: Flask) -> None:
    """Map every error of the services, and HTTP's own, to its answer."""
    app.register_error_handler(RuleBrokenError, lambda error: problem(409, "refused", findings=told(error.findings)))
    app.register_error_handler(KeyReusedError, lambda error: problem(422, "key-reused", findings=told(error.findings)))
    app.register_error_handler(ConflictError, _conflict)
    app.register_error_handler(NotFoundError, lambda _: problem(404, "not-found"))
    app.register_error_handler(NotAllowedError, _not_allowed)
    app.register_error_handler(NotSignedInError, _not_signed_in)
    app.register_error_handler(StaleVersionError, lambda _: problem(412, "stale"))
    app.register_error_handler(PreconditionMissingError, lambda _: problem(428, "precondition-missing"))
    app.register_error_handler(BusyError, _busy)
    app.register_error_handler(BadJsonError, lambda error: problem(400, "bad-json", detail=str(error)))
    app.register_error_handler(InvalidInputError, lambda error: problem(422, "invalid", errors=error.errors))
    app.register_error_handler(ValidationError, lambda error: problem(422, "invalid", errors=pointers(error)))
    app.register_error_handler(BadCursorError, lambda _: problem(422, "invalid", errors=[BAD_CURSOR]))
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(500, http_problem)


def pointers(error: ValidationError, root: str = "") -> list[dict[str, str]]:
    """Flatten marshmallow's messages into ``[{pointer, code, message}]`` (RFC 6901 pointers)."""
    messages = error.messages if isinstance(error.messages, dict) else {"_schema": error.messages}
    return list(_flatten(messages, root))


def _flatten(messages: dict[Any, Any], root: str) -> Iterator[dict[str, str]]:
    for name, inner in messages.items():
        step = "" if name in LOCATIONS else "/" + str(name).replace("~", "~0").replace("/", "~1")
        if isinstance(inner, dict):
            yield from _flatten(inner, root + step)
        else:
            for message in inner:
                yield {"pointer": root + step, "code": "invalid", "message": str(message)}


def _conflict(error: ConflictError) -> Response:
    return problem(409, "conflict", findings=told([Finding(error.code, error.facts)]))


def _not_allowed(error: NotAllowedError) -> Response:
    """Say which roles may, where that is the reason: who asks knows then whom to go to."""
    return problem(403, "not-allowed", **({"roles": sorted(error.roles)} if error.roles else {}))


def _not_signed_in(error: NotSignedInError) -> Response:  # noqa: ARG001 - says nothing about which part was wrong
    answer = problem(401, "not-signed-in")
    answer.headers["WWW-Authenticate"] = 'Bearer realm="Lading"'
    return answer


def _busy(error: BusyError) -> Response:  # noqa: ARG001 - the cause is for the log, not for the caller
    answer = problem(503, "busy")
    answer.headers["Retry-After"] = "2"
    return answer


def http_problem(error: HTTPException) -> Response:
    """Give an HTTP error of the framework as a problem, keeping its own headers such as Allow."""
    code = error.code or 500
    if code == NOT_FOUND:
        return problem(code, "not-found")  # an unknown address looks like an unknown object
    answer = problem(code, "http-" + str(code), detail=error.name)
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer
