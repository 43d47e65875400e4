"""What flask-smorest must be told so that the published OpenAPI 3.1 says what the service really does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, Response
from flask_smorest import Api
from marshmallow import Schema, fields

from app import errors, statuses
from app.kit.fields import mapping_keywords
from app.kit.paths import SEAL_NUMBER, SealNumber

API_PREFIX = "/api/v1"


class FindingSchema(Schema):
    """One unmet condition."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    facts = fields.Dict(required=True)


class FaultSchema(Schema):
    """One fault of the input."""

    pointer = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class ProblemSchema(Schema):
    """RFC 9457 problem, with every finding or fault at once."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    instance = fields.String()
    detail = fields.String()
    request_id = fields.String()
    findings = fields.List(fields.Nested(FindingSchema))
    errors = fields.List(fields.Nested(FaultSchema))
    roles = fields.List(fields.String())


class LadingApi(Api):  # type: ignore[misc] # flask-smorest ships no types
    """The API object: errors as problems, one specification."""

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask) -> None:
        """Describe nothing yet."""
        self._owed: list[Callable[[], None]] = []
        self._describing = threading.Lock()
        super().__init__(app)

    def put_off(self, description: Callable[[], None]) -> None:
        """Keep a part of the description until the specification is asked for."""
        self._owed.append(description)

    def _register_responses(self) -> None:
        self.put_off(super()._register_responses)  # one per status of HTTP, with a schema each

    def described(self) -> dict[str, Any]:
        """Give the whole specification, described at the first call."""
        with self._describing:
            while self._owed:
                self._owed.pop(0)()
            spec: dict[str, Any] = self.spec.to_dict()
        return spec

    def handle_http_exception(self, error: Any) -> Response:
        """Answer HTTP errors the way every other refusal is answered."""
        return errors.http_problem(error)


def configure(app: Flask) -> LadingApi:
    """Set the specification's head and give the API object."""
    app.config.update(
        API_TITLE="Lading · 运安",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=None,
    )
    app.url_map.converters["seal"] = SealNumber
    api = LadingApi(app)
    api.register_converter(SealNumber, lambda _: SEAL_NUMBER)
    api.ma_plugin.converter.add_attribute_function(mapping_keywords)
    components = api.spec.components
    components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    components.parameter("IdempotencyKey", "header", _header("Idempotency-Key", required=False))
    components.parameter("IfMatch", "header", _header("If-Match", required=True))
    return api


def finished(api: LadingApi) -> dict[str, Any]:
    """Give the specification with every refusal and header that the service answers with."""
    spec = api.described()
    schemas = spec["components"]["schemas"]
    for key, name in api.ma_plugin.converter.refs.items():
        schemas[name] |= getattr(key[0], "CONDITIONS", {})
    return statuses.complete(spec)


def _header(name: str, *, required: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if name == "Idempotency-Key":
        schema |= {"minLength": 1, "maxLength": 80, "pattern": r"^[\x21-\x7e]{1,80}$"}
    else:
        schema |= {"pattern": '^"v[0-9]{1,9}"$'}
    return {"name": name, "required": required, "schema": schema}
