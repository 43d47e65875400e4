"""This process's runtime: built at its first use, and anew in a forked child."""

from __future__ import annotations

import os

from services.runtime import Runtime, build_runtime
from services.settings import Settings


class Context:
    """Holds one runtime per process; a forked child takes over neither connections nor locks of its parent."""

    def __init__(self) -> None:
        """Build nothing yet."""
        self._runtime: Runtime | None = None
        self._pid = os.getpid()

    def runtime(self) -> Runtime:
        """Give the runtime of this very process, built from the environment unless one was set."""
        if self._runtime is None:
            self.use(build_runtime(Settings.from_env(os.environ)))
        elif self._pid != os.getpid():
            self._runtime.database.dispose_after_fork()
            self.use(Runtime(self._runtime.settings, self._runtime.clock, self._runtime.ports))
        assert self._runtime is not None  # noqa: S101 - use() has just set it
        return self._runtime

    def use(self, runtime: Runtime | None) -> None:
        """Set the runtime of this process; None has the next caller build it from the environment."""
        self._runtime = runtime
        self._pid = os.getpid()


CONTEXT = Context()
