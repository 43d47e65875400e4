"""G6 and G7: a round of a hundred thousand trips under way, against adding a minute to their arrivals in one statement.

The floor reads nothing and reckons nothing. The product reads where every truck is, foretells every arrival, writes
those that moved, and asks for all the rules where somebody must hear of it. A worker remembers between its rounds; what
the first one costs, which reads everything, is told as well.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from statistics import median

from sqlalchemy import text

from services.estimates import estimating
from services.estimates.batches import rounds
from services.estimates.batches.memory import Memory
from services.transaction import WORKER, Tx
from tests.bench import fleet, places
from tests.bench.measure import Meter, Result
from tests.bench.places import Place

TRIPS = 100_000
ROUNDS = 5
# a truck more or less than 13 km further on: some ten minutes, which touches no notice
FURTHER_E6 = 120_000
# which trucks have moved: all, or one of twelve
MOVED = {"all": 1, "few": 12}
LATER = {
    "sqlite": "strftime('%Y-%m-%d %H\\:%M\\:%f', estimated_arrival_at, '{minutes} minute') || '000'",
    "postgres": "estimated_arrival_at + interval '{minutes} minute'",
}


def results(place: Place, trips: int = TRIPS) -> Iterator[Result]:
    """Fill a place of this one's kind and make rounds of all its trips, where all have moved and where few have."""
    opened = next(each for each in places.there() if each.__name__ == place.name)
    with opened() as filled:
        fleet.under_way(filled, trips)
        filled.world.clock.advance(minutes=2)  # so that nothing was changed just now
        worker = Worker(filled)
        first_s, _ = _spent(filled.meter(), worker.round)
        jobs, floors = 0, []
        for name, every in MOVED.items():
            pairs = []
            for number in range(ROUNDS + 1):
                _move(filled, every, FURTHER_E6 * (-1) ** number)
                meter = filled.meter()
                ours_s, jobs = _spent(meter, worker.round)
                pairs.append((ours_s, _spent(meter, lambda: _add_minutes(filled, 1))[0]))
                _add_minutes(filled, -1)  # the next round begins with what the product has told
            ours_s, floor_s = (median(pair[side] for pair in pairs[1:]) for side in (0, 1))
            floors.append(floor_s)
            ratio = median(one / two for one, two in pairs[1:])
            yield Result(f"G6 {name} moved {place.name}", ours_s, floor_s, ratio, 2.5, "s CPU")
        yield Result(f"G6 first round {place.name}", first_s, floors[0], first_s / floors[0], 25, "s CPU")
        # a count is a count on any machine
        yield Result(f"G7 {place.name}", jobs, trips, jobs / trips, 0.001, "jobs", guard=1.0)


def _move(place: Place, every: int, further_e6: int) -> None:
    """Let a minute pass in which every truck sends a position, some of them from further on."""
    place.world.clock.advance(seconds=60)
    now = f"{place.world.clock.now():%Y-%m-%d %H:%M:%S}.000000+00:00"
    at = now if place.name == "postgres" else now[:26]
    with place.runtime.begin(WORKER) as tx:
        _run(tx, f"UPDATE last_positions SET fix_at = '{at}'")
        _run(tx, f"UPDATE last_positions SET lat_e6 = lat_e6 + {further_e6} WHERE trip_id / {fleet.STEP} % {every} = 0")


class Worker:
    """Makes rounds of all trips, and with them what they ask for."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._known: Memory | None = None

    def round(self) -> int:
        """Make one round job after job, as the workers do, and give how many jobs it took."""
        jobs, last = 0, 0
        while True:
            self._known = self._place.runtime.write(WORKER, lambda tx: rounds.look_round(tx, self._known, last))  # noqa: B023
            jobs += 1
            rest = self._known.after(last)
            last = int(self._known.batch.trips.id[rest[-1]])
            if not len(self._known.after(last)):
                break
        while self._place.runtime.write(WORKER, estimating.estimate_due):
            jobs += 1
        return jobs


def _add_minutes(place: Place, minutes: int) -> int:
    later = LATER[place.name].format(minutes=f"{minutes:+}")
    with place.runtime.begin(WORKER) as tx:
        return _run(tx, f"UPDATE trip_stops SET estimated_arrival_at = {later} WHERE arrived_at IS NULL")


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
