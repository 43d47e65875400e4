"""The outermost layer: the request's id and time, and headers that every answer carries; cookies only for those who
bring one.

It is written for speed: what is done here for every answer costs a tenth of what Flask's hooks cost.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from app import metrics
from services import log

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
REQUEST_ID = "lading.request_id"
HARDENING = (
    ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
)
HARDENED = frozenset(name for name, _ in HARDENING)


class Application(Flask):
    """Flask without its search for views that are coroutines: no view, hook or handler here is one."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Give the function as it is."""
        return func


class CookieSessions(SecureCookieSessionInterface):
    """Flask's signed cookie sessions, without a signer for a request that brings no cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Give the session of the cookie, else a new empty one."""
        return super().open_session(app, request) if "HTTP_COOKIE" in request.environ else self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie when there is anything to write or to take back."""
        if session or session.accessed or session.modified:
            super().save_session(app, session, response)


def edged(application: WSGIApplication) -> WSGIApplication:
    """Name every request, time it, and add the security headers to an answer that does not set its own."""

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID", "")
        request_id = given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        environ[REQUEST_ID] = request_id
        log.begin(request_id=request_id)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            own = {name for name, _ in headers}
            headers += HARDENING if own.isdisjoint(HARDENED) else [one for one in HARDENING if one[0] not in own]
            headers.append(("X-Request-Id", request_id))
            metrics.observe(environ["REQUEST_METHOD"], _endpoint(environ), status[:3], time.perf_counter() - began)
            return start_response(status, headers, *more)

        return application(environ, start)

    return call


def request_id() -> str:
    """Give the id of this request: the caller's own when it has the form of one."""
    named: str = request.environ.get(REQUEST_ID, "")
    return named


def _endpoint(environ: WSGIEnvironment) -> str:
    """Name the route that answered, as Flask wrote it down; ``none`` when there was none."""
    asked = environ.get("werkzeug.request")
    return (asked and asked.endpoint) or "none"
