"""``python -m workers.replay FILE``: a real carrier's bookings through the product, and what came of them.

Prints a table and, as the last line, one JSON object. The databases are throw-away files. The year is cut
into as many stretches as there are processes; each stretch has a fleet and a database of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from workers.replay import report
from workers.replay.rows import BadFileError, Read, read
from workers.replay.stretch import run_stretch

MOST_PROCESSES = 2


def main(arguments: list[str]) -> int:
    """Replay one file; exit 1 with one sentence when it cannot be replayed."""
    parser = argparse.ArgumentParser(prog="replay", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int, default=0, help="only the first bookings by booking time")
    parser.add_argument("--processes", type=int, default=min(MOST_PROCESSES, os.cpu_count() or 1))
    given = parser.parse_args(arguments)
    try:
        found = read(given.file)
    except BadFileError as error:
        print(error, file=sys.stderr)  # noqa: T201 - this is a command's answer
        return 1
    if given.limit:
        found.bookings = found.bookings[: given.limit]
    print(replay(found, max(1, given.processes)))  # noqa: T201 - this is the command's answer
    return 0


def replay(found: Read, processes: int) -> str:
    """Run the bookings, in stretches of equal length side by side, and give the report."""
    began = time.perf_counter()
    size = -(-len(found.bookings) // processes) or 1
    stretches = [found.bookings[first : first + size] for first in range(0, len(found.bookings), size)]
    with tempfile.TemporaryDirectory(prefix="lading-replay-") as folder:
        urls = [f"sqlite:///{folder}/replay{number}.db" for number in range(len(stretches))]
        if len(stretches) <= 1:
            parts = [run_stretch(url, stretch) for url, stretch in zip(urls, stretches, strict=True)]
        else:
            spawn = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(len(stretches), mp_context=spawn) as pool:
                parts = list(pool.map(run_stretch, urls, stretches))
    return report.render(report.total(found, parts, time.perf_counter() - began), parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
