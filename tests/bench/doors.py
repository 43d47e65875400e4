"""A WSGI application called without a socket, so that only its own work is counted."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, Protocol


class Application(Protocol):
    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]: ...


class Door:
    """Sends requests to one application, as the server does."""

    def __init__(self, application: Application, key: str = "") -> None:
        self._application = application
        self._base = {
            "SERVER_NAME": "localhost", "SERVER_PORT": "8080", "SERVER_PROTOCOL": "HTTP/1.1", "SCRIPT_NAME": "",
            "HTTP_HOST": "localhost:8080", "HTTP_ACCEPT": "application/json", "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.multithread": True, "wsgi.multiprocess": False,
            "wsgi.run_once": False, "wsgi.errors": io.StringIO(),
        }  # fmt: skip
        if key:
            self._base["HTTP_AUTHORIZATION"] = f"Bearer {key}"

    def get(self, path: str, address: str = "127.0.0.1") -> bytes:
        """Read a path, which may carry a query, from an address, and require 200."""
        path, _, query = path.partition("?")
        asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "REMOTE_ADDR": address}
        return self._send(asked, b"", "200")

    def post(self, path: str, body: bytes, idempotency_key: str = "", wanted: str = "201") -> bytes:
        """Post JSON, under a key when there is one, and require the status, 201 unless another is named."""
        asked = {
            "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "", "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
        }  # fmt: skip
        if idempotency_key:
            asked["HTTP_IDEMPOTENCY_KEY"] = idempotency_key
        return self._send(asked, body, wanted)

    def _send(self, asked: dict[str, str], body: bytes, wanted: str) -> bytes:
        answered: list[str] = []
        environ = {**self._base, **asked, "wsgi.input": io.BytesIO(body)}
        made = self._application(environ, lambda status, _: answered.append(status))
        text = b"".join(made)
        getattr(made, "close", bool)()
        if not answered[0].startswith(wanted):
            raise AssertionError(f"{asked['PATH_INFO']}: {answered[0]} {text.decode()[:500]}")
        return text
