"""G8: the next thousand due rows of the outbox among a million, against the same among ten thousand.

Two backlogs: few rows due among many that were done in the last month, and every row due. What is measured is what the
relay and a worker really run, committed: a hint for the next thousand, which is the relay's claim and mark; a claim and
a finish of a row. The relay's is also held against the driver doing the same in one statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from sqlalchemy import text

from services import outbox
from services.transaction import WORKER
from tests.bench import places
from tests.bench.depth import SERIES
from tests.bench.floor import Raw
from tests.bench.measure import Goal, Meter, Result, compare
from tests.bench.places import Place
from tests.bench.web import analyze

FEW, MANY, LARGE = 10_000, 1_000_000, 10_000_000
NEXT = 1000
# due in the backlog of few, and as many that are due another day
DUE = 2000
CALLS = 10
AGAIN_S = outbox.HINT.total_seconds() + 1
STAMP = """WITH due AS (SELECT id FROM outbox
    WHERE done_at IS NULL AND parked_at IS NULL AND due_at <= :now AND (hinted_until IS NULL OR hinted_until < :now)
    AND (leased_until IS NULL OR leased_until < :now) ORDER BY due_at, id LIMIT 1000 {lock})
    UPDATE outbox SET hinted_until = :until WHERE id IN (SELECT id FROM due) RETURNING id"""
FILL = """INSERT INTO outbox (key, job, args, created_at, due_at, attempts, done_at)
    {series} SELECT 'bench-' || n, 'forget_old', '{{}}', {at}, {at}, 1, {done} FROM s"""


def results(there: Place, rows: int = MANY) -> Iterator[Result]:
    """Measure both backlogs at fresh places of this one's kind."""
    for backlog, everything in (("few due", False), ("all due", True)):
        with ExitStack() as stack:
            many, few = (stack.enter_context(places.another(there)) for _ in range(2))
            _fill(many, rows, everything=everything)
            _fill(few, FEW, everything=everything)
            yield from _compared(many, few, f"{backlog} {there.name}")


def large(there: Place) -> Iterator[Result]:
    """The same at ten million rows."""
    yield from results(there, LARGE)


def _compared(many: Place, few: Place, name: str) -> Iterator[Result]:
    raw = Raw(many)
    if not len(_hint(many)) == len(_hint(few)) == _stamp(raw, many) == NEXT:
        raise AssertionError("the backlog does not give what is measured")
    meter = Meter({*many.meter()._pids, *few.meter()._pids})
    yield compare(Goal(f"G8 next 1000 {name}", 2.0, CALLS), meter, lambda: _hint(many), lambda: _hint(few))
    rows = {place: iter(_hint(place)) for place in (many, few)}
    claiming = Goal(f"G8 claim and finish {name}", 3.0, CALLS * 4)
    yield compare(claiming, meter, lambda: _claim(many, next(rows[many])), lambda: _claim(few, next(rows[few])))
    stamping = Goal(f"G8 claim and mark by the driver {name}", 3.0, CALLS)
    yield compare(stamping, many.meter(), lambda: _hint(many), lambda: _stamp(raw, many))
    raw.close()


def _hint(place: Place) -> list[int]:
    """Hint the next thousand as a relay does, each time after the hint before has run out."""
    place.world.clock.advance(seconds=AGAIN_S)
    return place.runtime.write(WORKER, lambda tx: outbox.hint_due(tx, NEXT))


def _stamp(raw: Raw, place: Place) -> int:
    """Do the same by the driver."""
    place.world.clock.advance(seconds=AGAIN_S)
    now = place.world.clock.now()
    times = {"now": now, "until": now + outbox.HINT}
    if raw.lite:
        times = {name: f"{at:%Y-%m-%d %H:%M:%S.%f}" for name, at in times.items()}
    with raw.unit():
        return len(raw.rows(raw.sql(STAMP.format(lock="" if raw.lite else "FOR UPDATE SKIP LOCKED")), times))


def _claim(place: Place, row_id: int) -> None:
    """Claim and finish a row as a worker does."""
    held = place.runtime.write(WORKER, lambda tx: outbox.claim(tx, row_id))
    if held is None or not place.runtime.write(WORKER, lambda tx: outbox.finish(tx, held)):
        raise AssertionError("the row was not to be had")


def _fill(place: Place, rows: int, *, everything: bool) -> None:
    """Write the rows, the oldest due first; some of another day are open either way."""
    engine = place.runtime.database.engine
    dialect = engine.dialect.name
    # the second that a row fell due in, counted back from now; the last ones are to come
    at = ago(place, f"({rows - DUE} - n) * {20 * 86400 / rows}")
    done = "NULL" if everything else f"CASE WHEN n <= {rows - 2 * DUE} THEN {at} END"
    with engine.begin() as connection:
        if dialect == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))  # as in depth
        fill = FILL.format(series=SERIES[dialect].format(rows=rows), at=at, done=done)
        connection.exec_driver_sql(fill)
    analyze(place)


def ago(place: Place, seconds: str) -> str:
    """Write the instant that lies so many seconds before now, as the database keeps it."""
    now = f"'{place.world.clock.now():%Y-%m-%d %H:%M:%S}'"
    if place.runtime.database.on_sqlite:
        return f"strftime('%Y-%m-%d %H:%M:%f000', {now}, (-{seconds}) || ' seconds')"
    return f"TIMESTAMPTZ {now} - make_interval(secs => {seconds})"
