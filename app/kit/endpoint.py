"""One declaration per endpoint: who may call it, what comes in and out, and the unit of work around it.

The order is fixed here once: sign-in, then the body, then one transaction with the idempotency key,
the use case and its answer. ``ACCESS`` lists every route with its roles; a test checks each cell of it.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, request
from marshmallow import RAISE, Schema

from app.auth import require_roles
from app.kit import jsonio
from app.kit.blueprint import PARSER, Resource
from app.kit.fields import SafeString
from app.kit.problems import PreconditionMissingError
from models.vocabulary import Role
from services import idempotency
from services.runtime import Runtime
from services.transaction import Tx

View = Callable[..., Any]
MAX_TAG = 12
PLAIN_KEY = re.compile(r"^[\x21-\x7e]{1,80}$")
ACCESS: dict[str, frozenset[Role]] = {}


@dataclass(frozen=True, slots=True)
class Made:
    """An answer with a version: becomes the ETag; ``location`` becomes the Location header."""

    body: Any
    version: int | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What an endpoint takes and gives."""

    roles: tuple[Role, ...]
    answer: type[Schema] | None = None
    body: type[Schema] | None = None
    query: type[Schema] | None = None
    status: int = 200
    writes: bool = True
    creates: bool = False
    if_match: bool = False
    # what only the specification needs to know: a read that a rule may refuse, an answer without an ETag
    refuses: bool = False
    etag: bool = True


class IdempotencyHeader(Schema):
    """The header of every POST that creates."""

    key = SafeString(1, 80, PLAIN_KEY.pattern, data_key="Idempotency-Key", required=False)


def endpoint(blp: Resource, method: str, path: str, shape: Shape) -> Callable[[View], View]:
    """Register a view ``f(tx, [query], [body], **path)`` under the shape's roles and transaction."""

    def register(view: View) -> View:
        ACCESS[f"{blp.name}.{view.__name__}"] = frozenset(shape.roles)
        blp.serve(method, path, _called(view, shape), functools.partial(_described, blp, view, shape))
        return view

    return register


def runtime() -> Runtime:
    """Give the runtime of this web process."""
    made: Runtime = current_app.extensions["lading"]
    return made


def _called(view: View, shape: Shape) -> View:
    @functools.wraps(view)
    def run(**path: Any) -> Response:
        actor = require_roles(shape.roles)
        args = _taken(shape)
        if shape.if_match:
            path["expected"] = expected_version()
        if not shape.writes:
            with runtime().read(actor) as tx:
                return _render(view(tx, *args, **path), shape)
        return runtime().write(actor, lambda tx: _once(tx, view, shape, _fresh(args), path))

    return run


def _taken(shape: Shape) -> tuple[Any, ...]:
    """Read the query and the body that the shape asks for; ValidationError with every fault of the first faulty one."""
    # the first of a name that stands twice: no query here takes a list
    query = (_loader(shape.query).load(request.args.to_dict(), unknown=RAISE),) if shape.query else ()
    if shape.body is None:
        return query
    loader = _loader(shape.body)
    return (*query, loader.load(PARSER.load_json(request, loader)))


@functools.cache
def _loader(schema: type[Schema]) -> Schema:
    """Give the one instance of a schema: making one costs more than loading a body with it."""
    return schema()


def _fresh(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Copy query and body: a view may take them apart, and the unit of work may be run again."""
    return tuple(dict(arg) if isinstance(arg, dict) else arg for arg in args)


def _once(tx: Tx, view: View, shape: Shape, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Response:
    """Run the use case, or give the stored answer when this key was answered before."""
    key = request.headers.get("Idempotency-Key") if shape.creates else None
    if key is None:
        return _render(view(tx, *args, **kwargs), shape)
    asked = idempotency.Asked(
        caller=tx.actor.caller,
        route=f"{request.method} {request.path}"[:120],
        key=checked_key(key),
        body_hash=hashlib.sha256(request.query_string + b"\n" + request.get_data()).hexdigest(),
    )
    stored = idempotency.claim(tx, asked)
    if stored is not None:
        answer = Response(stored.body, status=stored.status, content_type="application/json")
        answer.headers.update(stored.headers)
        answer.headers["Idempotent-Replayed"] = "true"
        return answer
    answer = _render(view(tx, *args, **kwargs), shape)
    headers = {name: answer.headers[name] for name in ("ETag", "Location") if name in answer.headers}
    idempotency.store(tx, asked, idempotency.Answer(answer.status_code, answer.get_data(as_text=True), headers))
    return answer


def checked_key(key: str) -> str:
    """Refuse an Idempotency-Key that is too long or not printable ASCII."""
    if not PLAIN_KEY.fullmatch(key):
        _loader(IdempotencyHeader).load({"Idempotency-Key": key})  # says what is wrong with it
    return key


def expected_version() -> int:
    """Read the version that If-Match names; 428 when the header is missing, none matches a foreign tag or several."""
    tags = request.if_match
    if not tags:
        raise PreconditionMissingError
    named = tags.as_set()
    wanted = next(iter(named)) if len(named) == 1 and not tags.star_tag else ""
    return int(wanted[1:]) if wanted[:1] == "v" and wanted[1:].isdecimal() and len(wanted) <= MAX_TAG else -1


def _render(result: Any, shape: Shape) -> Response:
    made = result if isinstance(result, Made) else Made(result)
    if isinstance(made.body, Response):
        return made.body
    answer = jsonio.response(made.body, shape.status)
    if made.version is not None:
        answer.headers["ETag"] = f'"v{made.version}"'
    if made.location is not None:
        answer.headers["Location"] = made.location
    return answer


def _described(blp: Resource, view: View, shape: Shape) -> Any:
    """Give the view with what flask-smorest's decorators write on it; this function is never called."""
    inner = blp.response(shape.status, shape.answer)(view)
    if shape.body:
        # nothing at all is read as {}, which some bodies may be
        inner = blp.arguments(shape.body, required=bool(_loader(shape.body).validate({})))(inner)
    if shape.query:
        inner = blp.arguments(shape.query, location="query")(inner)
    return blp.doc(**_marks(shape))(inner)


def _marks(shape: Shape) -> dict[str, Any]:
    # app/statuses.py turns these marks into refusals and headers: a list given here would replace the query's
    documented: dict[str, Any] = {
        "x-writes": shape.writes,
        "x-creates": shape.creates,
        "x-if-match": shape.if_match,
        "x-refuses": shape.refuses,
        "x-etag": shape.etag and shape.answer is not None and "version" in _loader(shape.answer).fields,
        "x-roles": sorted(role.value for role in shape.roles),
    }
    documented["security"] = [{"key": []}] if shape.roles else []
    return documented
