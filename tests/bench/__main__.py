"""``make bench``: ratios against their floors, as JSON lines."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping

from tests.bench import (
    backlog,
    closings,
    depth,
    estimates,
    frames,
    lag,
    payroll,
    places,
    positions,
    registers,
    start,
    tracked,
    tracks,
    watched,
    web,
    work,
)
from tests.bench.measure import Result

Measure = Callable[[places.Place], Iterator[Result]]
# what needs no database, and what is measured at a place of each kind, each by its key
ALONE: Mapping[str, Callable[[], Iterator[Result]]] = {"G12": start.results, "jt808": frames.results}
AT_A_PLACE: Mapping[str, tuple[Measure, ...]] = {
    "G3": (tracked.results,),
    "G4": (positions.results,),
    "G5": (lag.results,),
    "G6": (estimates.results,),
    "G8": (backlog.results,),
    "G10": (work.results,),
    "G11": (watched.results,),
    "accidents": (registers.results, closings.results),
    "flat": (tracks.results,),
    "payroll": (payroll.results,),
    # last: it leaves a million rows behind
    "G9": (depth.results,),
}
LARGE: Mapping[str, Measure] = {"G8": backlog.large, "flat": tracks.large}


def measured(only: frozenset[str]) -> Iterator[Result]:
    """Measure what is named, at each place that there is."""
    for key, alone in ALONE.items():
        if key in only:
            yield from alone()
    for opened in places.there():
        with opened() as place:
            yield from web.results(place, only)  # whatever of G1, G2, G3 is named; G9 copies its bookings
            for key, measures in AT_A_PLACE.items():
                for measure in measures if key in only else ():
                    yield from measure(place)


def at_ten_million_rows() -> Iterator[Result]:
    """Measure what must stay flat."""
    for opened in places.there():
        with opened() as place:
            for measure in LARGE.values():
                yield from measure(place)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default=",".join(("G1", "G2", *AT_A_PLACE, *ALONE)))
    parser.add_argument("--large", action="store_true", help="only what must stay flat, at ten million rows")
    asked = parser.parse_args()
    ok = True
    for r in at_ten_million_rows() if asked.large else measured(frozenset(asked.only.split(","))):
        print(json.dumps(r.line()), flush=True)
        ok &= r.met
    return not ok


sys.exit(main())
