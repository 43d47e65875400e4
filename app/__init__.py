"""The HTTP door: parses, calls one service, renders."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, abort, request

from app import api, cli, errors, openapi
from app.auth import KeyCache
from app.kit.bodies import BoundedRequest
from app.kit.edge import Application, CookieSessions, edged
from app.kit.paths import Route
from app.limits import limiter
from app.pages import docs, tracking
from services.runtime import Runtime


def create_app(runtime: Runtime, resources: Iterable[str] = api.RESOURCES) -> Flask:
    """Make the web application of some resources around one runtime; nothing is connected until the first request."""
    app = Application(__name__)
    app.request_class = BoundedRequest
    app.url_rule_class = Route
    settings = runtime.settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=[urlsplit(settings.base_url).hostname] if settings.environment == "production" else None,
    )
    app.extensions["lading"] = runtime
    app.extensions["lading-keys"] = KeyCache()
    limiter.enabled = settings.environment != "test"
    errors.register(app)
    api.register(openapi.configure(app), app, resources)
    cli.register(app)
    tracking.register(app)
    docs.register(app)
    app.before_request(_refuse_unprintable)
    app.session_interface = CookieSessions()
    app.wsgi_app = edged(app.wsgi_app)  # type: ignore[method-assign,assignment] # Flask's documented place for it
    return app


def _refuse_unprintable() -> None:
    if not request.path.isprintable():
        abort(404)  # no name holds a control character, and PostgreSQL chokes on NUL
