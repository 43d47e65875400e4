"""The supervisor in the foreground: starts the children, restarts what ends, stops them all at its own end."""

from __future__ import annotations

import configparser
import io
import os
import shlex
import signal
import sys
from pathlib import Path
from types import FrameType

from supervisor.options import ServerOptions
from supervisor.poller import Poller
from supervisor.supervisord import go

from workers.local import broker, leash
from workers.local.place import Place, write_private

PYTHON = sys.executable
# the supervisor waits one second more after each failed start; it never gives up
TRIES = 1_000_000


class PromptPoller(Poller):  # type: ignore[misc]
    """Waits for nothing the first time, so that the children start at once and not a second later."""

    _looked = False

    def poll(self, timeout: float) -> tuple[list[int], list[int]]:
        """Give the descriptors that can be read and written."""
        ready: tuple[list[int], list[int]] = super().poll(timeout if self._looked else 0)
        self._looked = True
        return ready


class TerminalOptions(ServerOptions):  # type: ignore[misc]
    """The supervisor's options for a terminal: closing it stops everything, where a daemon would reload."""

    def __init__(self) -> None:
        """Take the supervisor's own defaults but for the poller."""
        super().__init__()
        self.poller = PromptPoller(self)

    def setsignals(self) -> None:
        """Take a hang-up for a request to stop."""
        super().setsignals()
        signal.signal(signal.SIGHUP, self._hung_up)

    def _hung_up(self, _number: int, frame: FrameType | None) -> None:
        self.signal_receiver.receive(signal.SIGTERM, frame)


def write_config(place: Place, *, embedded: bool, terminals: bool) -> Path:
    """Write the supervisor's configuration; secrets stay in the environment, which the children inherit.

    ``embedded`` starts a broker, ``terminals`` the listener for JT/T 808.
    """
    config = configparser.RawConfigParser()
    config["supervisord"] = {
        "nodaemon": "true",
        "silent": "true",
        "logfile": _escaped(place.supervisor_log),
        "pidfile": _escaped(place.supervisor_pid),
        "childlogdir": _escaped(place.folder),
    }
    if embedded:
        served = [str(broker.server()), str(broker.write_config(place))]
        config["program:broker"] = {
            **_program(served, priority=1),
            "stdout_logfile": _escaped(place.broker / "broker.log"),
            "stdout_logfile_maxbytes": "1MB",
        }
    for priority, name in enumerate(("relay", "worker", *(("jt808",) if terminals else ())), 2):
        config[f"program:{name}"] = _program([PYTHON, "-m", "workers", name], priority)
    config["program:web"] = _program([PYTHON, "-m", "workers.local.web"], 5)
    config["program:ready"] = {
        **_program([PYTHON, "-m", "workers.local.ready"], 6),
        "autorestart": "false",
        "startsecs": "0",
    }
    text = io.StringIO()
    config.write(text)
    write_private(place.supervisor_config, text.getvalue())
    return place.supervisor_config


def main(config: str) -> None:
    """Run the supervisor until SIGINT, SIGTERM or SIGHUP."""
    os.environ[leash.HOLDER] = str(os.getpid())
    options = TerminalOptions()
    options.realize(["--configuration", config])
    options.first, options.test = True, False
    go(options)


def _program(command: list[str], priority: int) -> dict[str, str]:
    leashed = [PYTHON, "-m", "workers.local.leash", *command]
    return {
        "command": _escaped(shlex.join(leashed)),
        "priority": str(priority),
        "autorestart": "true",
        "startretries": str(TRIES),
        "stopwaitsecs": "8",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": "/dev/fd/1",
        "stdout_logfile_maxbytes": "0",
    }


def _escaped(text: object) -> str:
    return str(text).replace("%", "%%")


if __name__ == "__main__":
    main(sys.argv[1])
