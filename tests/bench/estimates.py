"""G6 and G7: estimating a hundred thousand trips under way, against adding a minute to their arrival in one statement.

The floor reads nothing and keeps nothing; the product reads positions, hours and what was told, and keeps every
estimate with its reasons and every prediction to be scored.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from statistics import median

from sqlalchemy import text

from services.estimates import estimating
from services.transaction import WORKER, Tx
from tests.bench import fleet, places
from tests.bench.measure import Meter, Result
from tests.bench.places import Place

TRIPS = 100_000
# a round is ten seconds of CPU and more, so that few of them say enough
ROUNDS = 3
# a truck more or less than 13 km further on: some ten minutes, which touches no notice
FURTHER_E6 = 120_000
# which trucks have moved: all, or one of twelve
MOVED = {"all": 1, "few": 12}
PLUS = {
    "sqlite": "strftime('%Y-%m-%d %H\\:%M\\:%f', estimated_arrival_at, '+1 minute') || '000'",
    "postgres": "estimated_arrival_at + interval '1 minute'",
}


def results(place: Place, trips: int = TRIPS) -> Iterator[Result]:
    """Fill a place of this one's kind and estimate all its trips, where all have moved and where few have."""
    opened = next(each for each in places.there() if each.__name__ == place.name)
    with opened() as filled:
        fleet.under_way(filled, trips)
        _look_again(filled, 1, 0)
        _estimate(filled)  # every stop has its prediction from here on
        jobs = 0
        for name, every in MOVED.items():
            pairs = []
            for number in range(ROUNDS + 1):
                _look_again(filled, every, FURTHER_E6 * (-1) ** number)
                meter = filled.meter()
                ours = _spent(meter, lambda: _estimate(filled))
                pairs.append((ours[0], _spent(meter, lambda: _add_a_minute(filled))[0]))
                jobs = ours[1]
            ours_s, floor_s = (median(pair[side] for pair in pairs[1:]) for side in (0, 1))
            ratio = median(one / two for one, two in pairs[1:])
            yield Result(f"G6 {name} moved {place.name}", ours_s, floor_s, ratio, 2.5, "s CPU")
        # a count is a count on any machine
        yield Result(f"G7 {place.name}", jobs, trips, jobs / trips, 0.001, "jobs", guard=1.0)


def _look_again(place: Place, every: int, further_e6: int) -> None:
    """Have every trip due, some of their trucks further on, and what the floor has made of the arrivals undone."""
    place.world.clock.advance(seconds=1)
    told = "SELECT estimated_arrival_at FROM trip_stops s WHERE s.trip_id = trips.id AND s.seq = 2"
    with place.runtime.begin(WORKER) as tx:
        _run(tx, f"UPDATE trips SET estimate_due_at = created_at, estimated_arrival_at = ({told})")
        _run(tx, f"UPDATE last_positions SET lat_e6 = lat_e6 + {further_e6} WHERE trip_id / {fleet.STEP} % {every} = 0")


def _estimate(place: Place) -> int:
    """Do job after job as the worker does, and give how many it took."""
    jobs = 0
    while place.runtime.write(WORKER, estimating.estimate_due):
        jobs += 1
    return jobs


def _add_a_minute(place: Place) -> int:
    with place.runtime.begin(WORKER) as tx:
        return _run(tx, f"UPDATE trips SET estimated_arrival_at = {PLUS[place.name]}")


def _run(tx: Tx, sql: str) -> int:
    if tx.dialect == "postgresql":
        tx.connection.execute(text("SET LOCAL statement_timeout = 0"))  # as in depth
    return tx.connection.execute(text(sql)).rowcount


def _spent(meter: Meter, work: Callable[[], int]) -> tuple[float, int]:
    """Give the seconds of CPU of some work, and what it gives."""
    gc.collect()
    began = meter.read()
    made = work()
    return meter.read() - began, made
