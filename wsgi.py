"""The web process: ``application`` for any WSGI server, ``flask --app wsgi`` for the command line."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def _started() -> WSGIApplication:
    from app import create_app
    from app.portal import Portal
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
        if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
            return create_app(runtime)
        schema.check(runtime.database.engine)
    except SetupError as refused:
        raise SystemExit(f"Lading cannot start. {refused}") from None
    return Portal(runtime)


# what a start makes stays for good: looking through it for garbage, now and later, is time lost
gc.disable()
application = _started()
gc.freeze()
gc.enable()
