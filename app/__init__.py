"""The HTTP door: parses, calls one service, renders."""

from __future__ import annotations

import re
import secrets
import time
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

from app import api, cli, errors, metrics, openapi
from app.auth import KeyCache
from app.kit.bodies import BoundedRequest
from app.kit.edge import CookieSessions, hardened
from app.limits import limiter
from app.pages import docs, tracking
from services import log
from services.runtime import Runtime

REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


def create_app(runtime: Runtime) -> Flask:
    """Make the web application around one runtime; nothing is connected until the first request."""
    app = Flask(__name__)
    app.request_class = BoundedRequest
    settings = runtime.settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE="Lax",
        RATELIMIT_ENABLED=settings.environment != "test",
        TRUSTED_HOSTS=[urlsplit(settings.base_url).hostname] if settings.environment == "production" else None,
    )
    app.extensions["lading"] = runtime
    app.extensions["lading-keys"] = KeyCache()
    limiter.init_app(app)
    errors.register(app)
    api.register(openapi.configure(app), app)
    cli.register(app)
    tracking.register(app)
    docs.register(app)
    app.before_request(_begin)
    app.after_request(_end)
    app.session_interface = CookieSessions()
    app.wsgi_app = hardened(app.wsgi_app)  # type: ignore[method-assign,assignment] # Flask's documented place for it
    return app


def _begin() -> None:
    if not request.path.isprintable():
        abort(404)  # no name holds a control character, and PostgreSQL chokes on NUL
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if REQUEST_ID.match(given) else secrets.token_hex(8)
    log.begin(request_id=g.request_id)
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    metrics.observe(request, response, g.get("began"))
    return response
