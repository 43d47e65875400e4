"""How often one address may call the doors that need no key: so many calls a minute, counted from the first."""

from __future__ import annotations

import functools
import math
import threading
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import Response, after_this_request, request
from werkzeug.exceptions import TooManyRequests

P = ParamSpec("P")
R = TypeVar("R")
WINDOW_S = 60.0
# addresses cost nothing where they come by the block: from so many on, windows that are over are forgotten
MANY = 50_000
SWEEP_EVERY_S = 10.0


class Limiter:
    """Counts in this process alone: a guard against guessing and hammering, not an exact account."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self.enabled = True
        self._lock = threading.Lock()
        # per door and address: when its minute ends, and how many calls it has made
        self._counted: dict[tuple[str, str], tuple[float, int]] = {}
        self._swept_at = 0.0

    def limit(self, rate: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Answer so many calls from one address, written ``60/minute``; 429 with Retry-After to those beyond."""
        calls = int(rate.removesuffix("/minute"))

        def guard(view: Callable[P, R]) -> Callable[P, R]:
            door = f"{view.__module__}.{view.__name__}"

            @functools.wraps(view)
            def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
                if self.enabled:
                    self._count(door, calls)
                return view(*args, **kwargs)

            return guarded

        return guard

    def reset(self) -> None:
        """Forget every call."""
        with self._lock:
            self._counted.clear()

    def _count(self, door: str, most: int) -> None:
        now, key = time.monotonic(), (door, request.remote_addr or "")
        with self._lock:
            until, made = self._counted.get(key, (0.0, 0))
            until, made = (until, made + 1) if until > now else (now + WINDOW_S, 1)
            self._counted[key] = (until, made)
            if len(self._counted) > MANY and now - self._swept_at > SWEEP_EVERY_S:
                self._swept_at = now
                self._counted = {kept: one for kept, one in self._counted.items() if one[0] > now}
        if made > most:
            after_this_request(functools.partial(_told, math.ceil(until - now)))
            raise TooManyRequests


def _told(wait_s: int, answer: Response) -> Any:
    answer.headers["Retry-After"] = str(wait_s)
    return answer


limiter = Limiter()
