"""The port for PDF: the page goes to a process of its own, which alone loads the print engine.

The engine is heavy, ends with a segmentation fault where no font at all is installed, and may run long on a page
that somebody wrote himself. None of that reaches the worker: it gets a PDF, or a sentence.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import orjson

from services.ports import Printed

COMMAND = (sys.executable, "-m", "services.adapters.press")
ROOT = Path(__file__).parents[2]
# the page may come from a template of the user's own: its process knows no key and no password
SECRETS = ("LADING_", "REDIS_", "PG")
# how the process says that it knows why there is no PDF
FAILED = 3
MARK = b"\nPROBLEM "
# shorter than a worker's run (workers/carrier.py), so that the paper still learns what became of it
LONGEST_S = 60


class PdfPrinter:
    """Makes PDFs in a process of its own each."""

    def __init__(self, longest_s: float = LONGEST_S) -> None:
        """Bound how long one page may take; nothing is started yet."""
        self._longest_s = longest_s

    def make(self, html: str) -> Printed:
        """Print one page; what is wrong with the page or the machine is a Printed, never an exception."""
        import subprocess

        try:
            ended = subprocess.run(  # noqa: S603 - a constant command; the page goes in as its input
                COMMAND, input=html.encode(), capture_output=True, check=False, timeout=self._longest_s,
                cwd=ROOT, env={name: value for name, value in os.environ.items() if not name.startswith(SECRETS)},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Printed(None, "PDF_TAKES_TOO_LONG", {"seconds": int(self._longest_s)})
        if ended.returncode == 0:
            return Printed(ended.stdout)
        told = ended.stderr.rpartition(MARK)[2] if ended.returncode == FAILED else b""
        if told:
            problem = orjson.loads(told)
            return Printed(None, problem["code"], problem["facts"])
        return Printed(None, "PDF_ENGINE_FAILED", {"why": f"exit {ended.returncode}: {_last_line(ended.stderr)}"})


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "no message"
