"""The web process's own door: what every day asks for is ready at the start, the rest when it is first asked for.

Accidents, wages and files of bookings are a good part of the program and few requests. Read at every start they would
cost every process time and memory; here the first request for one of them waits while they are read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

from app import api, create_app
from app.openapi import API_PREFIX
from services.runtime import Runtime

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# the specification tells of everything
WHOLE = frozenset({"/api/docs", f"{API_PREFIX}/openapi.json"})


class Portal:
    """A WSGI application of two: one with everyday's resources, and one with all, made at its first use."""

    def __init__(self, runtime: Runtime) -> None:
        """Make the application of every day."""
        self._runtime = runtime
        self._everyday = create_app(runtime, api.EVERYDAY)
        self._all: Flask | None = None
        self._making = threading.Lock()
        self._segments = {_segment(rule.rule) for rule in self._everyday.url_map.iter_rules()}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        return self.behind(environ["PATH_INFO"])(environ, start_response)

    def behind(self, path: str) -> Flask:
        """Give the application that answers an address."""
        if path not in WHOLE and (_segment(path) in self._segments or not path.startswith(API_PREFIX)):
            return self._everyday
        return self._all or self._made()

    def _made(self) -> Flask:
        with self._making:
            if self._all is None:
                made = create_app(self._runtime)
                # a key that is revoked through one of them ends for both at once
                made.extensions["lading-keys"] = self._everyday.extensions["lading-keys"]
                self._all = made
        return self._all


def _segment(path: str) -> str:
    """Give what an address names first, behind the prefix of the API if it is one of the API's."""
    return path.removeprefix(f"{API_PREFIX}/").partition("/")[0]
