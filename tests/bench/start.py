"""G12: the start of the web process against its libraries' bare imports, and the memory of one worker."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from statistics import median

from tests.bench.measure import Result

ROUNDS = 5
MEBIBYTE = 1024
MOST_MIB = 110
LIBRARIES = (
    "import flask, flask_smorest, flask_limiter, marshmallow, sqlalchemy.orm, orjson, structlog, prometheus_client"
)
APPLICATION = """
from services.runtime import build_runtime
from services.settings import Settings
from app import create_app
create_app(build_runtime(Settings(database_url="sqlite:////tmp/lading-bench-start.db")))
"""
USED = "\nimport resource as r; u = r.getrusage(r.RUSAGE_SELF); print(u.ru_utime + u.ru_stime, u.ru_maxrss)"


def results() -> Iterator[Result]:
    """Measure in fresh interpreters, turn about."""
    pairs = [(_run(APPLICATION), _run(LIBRARIES)) for _ in range(ROUNDS)]
    ours, floor = (median(pair[side][0] for pair in pairs) for side in (0, 1))
    yield Result("G12 start", ours, floor, ours / floor, 1.3, "s of CPU")
    memory = median(pair[0][1] for pair in pairs) / MEBIBYTE
    yield Result("G12 memory MiB", memory, MOST_MIB, memory / MOST_MIB, 1.0, "MiB", guard=1.0)


def _run(code: str) -> tuple[float, float]:
    done = subprocess.run([sys.executable, "-c", code + USED], capture_output=True, text=True, check=True)
    seconds, kibibytes = done.stdout.split()
    return float(seconds), float(kibibytes)
