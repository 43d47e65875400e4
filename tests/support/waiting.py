"""Waiting for what must come, for as long as the slowest machine may need, and ports that nobody takes meanwhile."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine, text

# a start alone is several seconds of computing, and a busy machine gives a test a small part of itself
PATIENCE_S = 180.0
POLL_S = 0.02
LOCKED_OUT = text("""SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'""")
# under the range from which Linux, macOS and Windows give ports of their own choice
PORTS = range(20_000, 32_000)


def until(holds: Callable[[], Any], what: str) -> Any:
    """Wait for something and give it; fail with its name when it does not come."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = holds()
        if found:
            return found
        time.sleep(POLL_S)
    raise AssertionError(f"{what} did not happen within {PATIENCE_S} s")


def waits_for_a_lock(engine: Engine) -> bool:
    """Tell whether somebody waits in this PostgreSQL database for what another has not given back yet."""
    with engine.connect() as connection:
        return bool(connection.execute(LOCKED_OUT).scalar_one())


def free_port() -> int:
    """Give a port on which nobody listens, for a process that is about to.

    It is none of those that a system gives of its own choice: one of these may go to the next server, or to the near
    end of any connection, before it is used. Even to that of whoever tries the port itself: he is connected to himself.
    """
    for port in random.SystemRandom().sample(PORTS, 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no port is free")
