"""A process on a leash is told to stop when its parent is gone, however the parent ended (on Linux).

``python -m workers.local.leash PROGRAM ARGUMENT…`` becomes the program, on a leash. Without it, a supervisor
that was killed would leave its children behind with the port and the broker's files.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
HOLDER = "LADING_LEASH_HOLDER"  # the supervisor writes its own process id here, and its children inherit it


def leash(holder: int) -> None:
    """Have the kernel send this process SIGTERM at its parent's end; does nothing on other systems.

    ``holder`` is the process id of the parent that started this one. The kernel tells nothing of a parent that
    ended before it was asked to, so a parent that is another one by now ends this process at once, with code 0.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != holder:
            os._exit(0)


if __name__ == "__main__":
    leash(int(os.environ[HOLDER]))
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - the supervisor's own configuration names the program
