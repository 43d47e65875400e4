"""``python -m workers.eta_report LEGS [CORRIDORS]``: how good the learnt estimate is on real legs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from workers.eta_report import report, rows
from workers.eta_report.replay import replay


def main(arguments: list[str]) -> int:
    """Replay the legs and print the figures; 1 with one sentence when a file cannot be read."""
    parser = argparse.ArgumentParser(prog="eta-report", description=__doc__)
    parser.add_argument("legs", type=Path)
    parser.add_argument("corridors", type=Path, nargs="?")
    given = parser.parse_args(arguments)
    try:
        legs = rows.legs(given.legs)
        known = rows.corridors(given.corridors, legs[0].way.departs_at) if given.corridors else []
    except rows.BadFileError as error:
        print(error, file=sys.stderr)  # noqa: T201 - this is a command's answer
        return 1
    print(report.render(replay(legs, known)))  # noqa: T201 - this is the command's answer
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
