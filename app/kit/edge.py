"""The outermost layer: headers that every answer carries, and a session only for those who bring a cookie.

Both are written for speed: an API call has no cookie, and a header added by Flask costs ten times one added here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HARDENING = (
    ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
)


class CookieSessions(SecureCookieSessionInterface):
    """Flask's signed cookie sessions, without a signer for a request that brings no cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Give the session of the cookie, else a new empty one."""
        return super().open_session(app, request) if "HTTP_COOKIE" in request.environ else self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie when there is anything to write or to take back."""
        if session or session.accessed or session.modified:
            super().save_session(app, session, response)


def hardened(application: WSGIApplication) -> WSGIApplication:
    """Add the security headers to every answer that does not set its own."""

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            given = {name for name, _ in headers}
            return start_response(status, [*headers, *(pair for pair in HARDENING if pair[0] not in given)], *more)

        return application(environ, start)

    return call
