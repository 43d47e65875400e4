"""Where a local installation keeps what it owns, and the environment its processes are given."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

JT808_PORT = "8808"
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


@dataclass(frozen=True, slots=True)
class Place:
    """The instance folder, as an absolute path."""

    folder: Path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Place:
        """Give the place that an environment names."""
        return cls(Path(environ.get("LADING_INSTANCE_DIR") or "instance").resolve())

    @property
    def broker(self) -> Path:
        """The embedded broker's folder: its data, its configuration and its socket."""
        return self.folder / "broker"

    @property
    def socket(self) -> Path:
        """The embedded broker's socket; only this user may open it."""
        return self.broker / "broker.sock"

    @property
    def supervisor_config(self) -> Path:
        """The supervisor's configuration, written anew at every start."""
        return self.folder / "supervisord.conf"

    @property
    def supervisor_pid(self) -> Path:
        """The supervisor's process id while it runs."""
        return self.folder / "supervisord.pid"

    @property
    def supervisor_log(self) -> Path:
        """What the supervisor did: starts, ends and restarts."""
        return self.folder / "supervisord.log"

    @property
    def secret_key(self) -> Path:
        """The development key that signs links and webhooks."""
        return self.folder / "secret_key"

    @property
    def demo_keys(self) -> Path:
        """One API key per role of the demo company."""
        return self.folder / "demo-keys.json"


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """Give the environment of every process: what was set stays, what was not is filled in for one machine.

    The instance folder decides where the embedded database and broker are unless they are named by themselves.
    """
    place = Place.of(given)
    host, port = given.get("LADING_HOST") or "127.0.0.1", given.get("LADING_PORT") or "8080"
    filled = {
        "LADING_INSTANCE_DIR": str(place.folder),
        "LADING_DATABASE_URL": given.get("LADING_DATABASE_URL") or f"sqlite:///{place.folder}/lading.db",
        "LADING_BASE_URL": given.get("LADING_BASE_URL") or f"http://{reachable(host)}:{port}",
        "LADING_JT808_PORT": given.get("LADING_JT808_PORT") or JT808_PORT,
        "REDIS_URL": given.get("REDIS_URL") or f"unix://{quote(str(place.socket))}",
        "PYTHONUNBUFFERED": "1",
    }
    return {**given, **filled}


def reachable(host: str) -> str:
    """Give the address under which a server that listens on ``host`` is reached from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared, not listened on


def kept_secret(place: Place) -> str:
    """Give the installation's own secret key, made at the first start and readable by this user alone."""
    if not place.secret_key.exists():
        write_private(place.secret_key, secrets.token_urlsafe(48))
    return place.secret_key.read_text(encoding="ascii").strip()


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else could read at any moment."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
