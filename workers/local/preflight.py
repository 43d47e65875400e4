"""What can be known to fail is said before anything is started, in one sentence that tells what to do."""

from __future__ import annotations

import os
import socket
import tempfile

from services.errors import SetupError
from services.settings import Settings
from workers.local import broker
from workers.local.place import PRIVATE_FOLDER, Place

# the shortest limit of a socket's path on the systems we run on, its closing NUL taken off
LONGEST_SOCKET_PATH = 103


def check(settings: Settings, place: Place, *, embedded: bool) -> None:
    """Raise SetupError for the first thing that would keep the product from running on this machine."""
    _folder_takes_files(place)
    _nothing_runs_here(place)
    _port_is_free(settings.host, settings.port, "LADING_PORT")
    if settings.jt808_port:
        _port_is_free(settings.jt808_host, settings.jt808_port, "LADING_JT808_PORT")
    if embedded:
        broker.server()
        _socket_path_fits(place)
    else:
        _broker_answers(settings)


def _folder_takes_files(place: Place) -> None:
    try:
        place.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        place.broker.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        with tempfile.TemporaryFile(dir=place.folder):
            pass
    except OSError as error:
        raise SetupError(
            f"The folder {place.folder} cannot be written ({error.strerror}): "
            "change its rights, or set LADING_INSTANCE_DIR to a folder of your own."
        ) from error


def _nothing_runs_here(place: Place) -> None:
    if not place.supervisor_pid.exists():
        return
    text = place.supervisor_pid.read_text(encoding="ascii").strip()
    if text.isdecimal() and _is_alive(int(text)):
        raise SetupError(
            f"Lading runs in {place.folder} already (process {text}): "
            f"stop it first, or delete {place.supervisor_pid} if that process is another program."
        )
    place.supervisor_pid.unlink()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _port_is_free(host: str, port: int, variable: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise SetupError(
                f"Port {port} on {host} cannot be used ({error}): "
                f"stop the program that has it, or set {variable} to a free one."
            ) from error


def _socket_path_fits(place: Place) -> None:
    if len(os.fsencode(place.socket)) > LONGEST_SOCKET_PATH:
        raise SetupError(
            f"The path {place.socket} is too long for a socket: "
            "set LADING_INSTANCE_DIR to a folder with a shorter path."
        )


def _broker_answers(settings: Settings) -> None:
    import redis  # the usual start has its own broker and is quicker without

    from workers import carrier

    try:
        carrier.connect(settings.redis_url).ping()
    except (redis.RedisError, ValueError) as error:
        raise SetupError(
            f"The broker that REDIS_URL names does not answer ({error}): "
            "correct REDIS_URL, or leave it empty to have one started here."
        ) from error
