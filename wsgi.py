"""The web process: ``application`` for any WSGI server, ``flask --app wsgi`` for the command line."""

from __future__ import annotations

import os

from app import create_app
from migrations import schema
from services import log
from services.errors import SetupError
from services.runtime import build_runtime
from services.settings import Settings

try:
    settings = Settings.from_env(os.environ)
    log.configure(settings)
    runtime = build_runtime(settings)
    # the command line brings a database up to date (`migrate`) and asks for that itself otherwise
    if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
        schema.check(runtime.database.engine)
except SetupError as refused:
    raise SystemExit(f"Lading cannot start. {refused}") from None
application = create_app(runtime)
