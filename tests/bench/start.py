"""G12: the start of the web process against its libraries' bare imports, and the memory of one worker.

Ours is ``import wsgi`` on a migrated database: settings, log, schema check and application, ready for a request.
The floor imports, in a fresh interpreter and in the same order, exactly the library modules that this has loaded.
Both run from compiled bytecode, as at any start but the first.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from tests.bench.measure import Result
from tests.support import databases

ROUNDS = 9
MEBIBYTE = 1024
MOST_MIB = 110
START = "import wsgi"
LIBRARIES = "import sys; from importlib import import_module\nfor name in sys.argv[1:]: import_module(name)"
# VmHWM and not ru_maxrss, which a child takes over from the process that starts it
USED = """
import re, time
print(time.process_time(), re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""
LOADED = """
import sys, sysconfig
home = sysconfig.get_path("purelib")
specs = [module.__spec__ for module in list(sys.modules.values()) if getattr(module, "__spec__", None)]
print(*(spec.name for spec in specs if (spec.origin or "").startswith(home) and spec.name in sys.modules))
"""


def results() -> Iterator[Result]:
    """Measure in fresh interpreters, turn about; the gate is on the median of the pairs."""
    with tempfile.TemporaryDirectory(prefix="lading-bench-") as folder:
        environ = _environ(Path(folder))
        libraries = _run(START + LOADED, environ).split()
        _spent(LIBRARIES, environ, libraries)
        pairs = [(_spent(START, environ), _spent(LIBRARIES, environ, libraries)) for _ in range(ROUNDS)]
    ours, floor = (median(pair[side][0] for pair in pairs) for side in (0, 1))
    yield Result("G12 start", ours, floor, median(one[0] / two[0] for one, two in pairs), 1.3, "s of CPU")
    memory = median(pair[0][1] for pair in pairs) / MEBIBYTE
    yield Result("G12 memory MiB", memory, MOST_MIB, memory / MOST_MIB, 1.0, "MiB", guard=1.0)


def _environ(folder: Path) -> dict[str, str]:
    """Give the environment of an installation: a migrated database, and a place for bytecode."""
    path = databases.migrated_sqlite(folder / "start.db")
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    places = {"LADING_DATABASE_URL": f"sqlite:///{path}", "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    return {**kept, **places}


def _spent(code: str, environ: Mapping[str, str], asked: list[str] | None = None) -> tuple[float, float]:
    """Give the seconds of CPU and the largest resident size in KiB."""
    seconds, kibibytes = _run(code + USED, environ, asked).split()
    return float(seconds), float(kibibytes)


def _run(code: str, environ: Mapping[str, str], asked: list[str] | None = None) -> str:
    command = [sys.executable, "-c", code, *(asked or [])]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
