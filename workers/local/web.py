"""The web process of a local installation: granian around ``wsgi:application``.

SQLite takes one writer at a time, so one process with threads; PostgreSQL is given two.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import sys
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from services.settings import Settings
from workers.local.leash import leash


def load() -> Any:
    """Give the application in one of the server's processes, which ends when the server does."""
    server = multiprocessing.parent_process()
    if server is not None and server.pid is not None:
        leash(server.pid)
    try:
        return importlib.import_module("wsgi").application
    except SystemExit as refused:  # a refusal to start is one sentence, not a stack trace
        sys.stderr.write(f"{refused}\n")
        os._exit(1)


def main() -> None:
    """Serve until SIGTERM."""
    settings = Settings.from_env(os.environ)
    Granian(
        "wsgi:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        websockets=False,
        workers=1 if settings.on_sqlite else 2,
        blocking_threads=settings.web_threads,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_level=LogLevels.error,
    ).serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    main()
