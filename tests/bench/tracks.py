"""Flat reads: one trip's way and the last positions of 500 trucks, among a million positions and ten thousand.

The trip that is read has the same 500 fixes in both; the rest are of other trips, strewn over the months that are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

from sqlalchemy import text

from services.positions import position_months, position_store
from services.queries import eta
from services.queries.paging import Page
from services.transaction import WORKER
from tests.bench import fleet, places
from tests.bench.backlog import ago
from tests.bench.depth import SERIES
from tests.bench.measure import Goal, Meter, Result, compare
from tests.bench.places import Place
from tests.bench.web import analyze

FEW, MANY, LARGE = 10_000, 1_000_000, 10_000_000
TRUCKS, FIXES, PAGE = 500, 500, 200
DAYS = 170
READ = "BT-1"
CALLS = 40
FILL = """INSERT INTO positions (vehicle_id, trip_id, fix_at, recorded_at, lat_e6, lon_e6, speed_kmh, heading, source)
    {series} SELECT t.vehicle_id, t.id, {at}, {at}, 37900000 + n % 90000, 117500000 + n % 70000, 60, 10, 'bench'
    FROM s JOIN trips t ON t.number = 'BT-' || ({number})"""


def results(there: Place, rows: int = MANY) -> Iterator[Result]:
    """Fill two fresh places of this one's kind and read the same in both."""
    with ExitStack() as stack:
        many, few = (stack.enter_context(places.another(there)) for _ in range(2))
        for place, others in ((many, rows), (few, FEW)):
            _filled(place, others)
        meter = Meter({*many.meter()._pids, *few.meter()._pids})
        trucks = _trucks(many)
        reads = {"track": (_track, PAGE), "last positions": (partial(_last, trucks=trucks), TRUCKS)}
        for name, (read, found) in reads.items():
            if not read(many) == read(few) == found:
                raise AssertionError(f"{name} does not show what is measured")
            goal = Goal(f"flat {name} {there.name}", 2.0, CALLS)
            yield compare(goal, meter, partial(read, many), partial(read, few))


def large(there: Place) -> Iterator[Result]:
    """The same at ten million rows."""
    yield from results(there, LARGE)


def _track(place: Place) -> int:
    with place.runtime.read(WORKER) as tx:
        return len(eta.track_page(tx, READ, Page(None, PAGE), None)["items"])


def _trucks(place: Place) -> list[int]:
    query = text("SELECT vehicle_id FROM trips WHERE number LIKE 'BT-%' ORDER BY id")
    with place.runtime.read(WORKER) as tx:
        return list(tx.connection.scalars(query))


def _last(place: Place, trucks: Sequence[int]) -> int:
    with place.runtime.read(WORKER) as tx:
        return len(position_store.last_spots(tx, trucks))


def _filled(place: Place, others: int) -> None:
    fleet.under_way(place, TRUCKS)
    place.world.clock.advance(hours=6)
    _with_months(place)
    engine = place.runtime.database.engine
    dialect = engine.dialect.name
    with engine.begin() as connection:
        if dialect == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))  # as in depth
            # every row has its truck and its trip: to look for them ten million times takes minutes
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for rows, number, every_s in ((FIXES, "1", 20.0), (others, f"2 + n % {TRUCKS - 1}", DAYS * 86400 / others)):
            at = ago(place, f"n * {every_s}")
            series = SERIES[dialect].format(rows=rows)
            connection.execute(text(FILL.format(series=series, at=at, number=number)))
    analyze(place)


def _with_months(place: Place) -> None:
    """Have every month of positions, as an installation of that age has."""
    if place.runtime.database.on_sqlite:
        return
    with place.runtime.begin(WORKER) as tx:
        there = {partition.begin for partition in position_months.partitions(tx)}
        for month in position_months.months(tx.now - timedelta(days=DAYS), tx.now):
            if month.begin not in there:
                position_months._quietly(tx, position_months._making(month))
