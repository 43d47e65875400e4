"""``make bench``: ratios against their floors, as JSON lines."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from tests.bench import depth, lag, places, registers, start, tracked, web, work
from tests.bench.measure import Result


def measured(only: frozenset[str]) -> Iterator[Result]:
    if "G12" in only:
        yield from start.results()
    for opened in places.there():
        with opened() as place:
            yield from _of(place, only)


def _of(place: places.Place, only: frozenset[str]) -> Iterator[Result]:
    yield from web.results(place, only)
    if "G3" in only:
        yield from tracked.results(place)
    if "G5" in only and place.runtime.database.on_sqlite:
        yield from lag.results(place)
    if "G10" in only:
        yield from work.results(place)
    if "accidents" in only:
        yield from registers.results(place)
    if "G9" in only:
        yield from depth.results(place)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="G1,G2,G3,G5,G9,G10,G12,accidents")
    asked = parser.parse_args()
    ok = True
    for r in measured(frozenset(asked.only.split(","))):
        print(json.dumps(r.line()), flush=True)
        ok &= r.met
    return not ok


sys.exit(main())
