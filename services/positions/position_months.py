"""Positions by month on PostgreSQL: partitions made before they are needed, filled with what strayed, dropped whole.

A row whose month has no partition lies in the default one, so that nothing that was acknowledged is ever lost; it is
moved when its month is made. SQLite keeps one table, and nothing here does anything there
(docs/decisions/0025-positions-by-month.md).

Whoever changes the partitions waits half a second for the tables at most: behind him wait those who write. When
somebody is in the way, everything is given back and tried again later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from services import log
from services.transaction import Tx

MONTHS_AHEAD = 2
# what one transaction moves while writers of these months wait: about a second; more stays where it is
MOST_MOVED = 100_000
LATER = timedelta(minutes=10)
# below PostgreSQL's deadlock_timeout: whoever waits for us in turn is never the one who is broken off
PATIENCE = "SET LOCAL lock_timeout = '500ms'"
LOCK_NOT_AVAILABLE = "55P03"
ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(hashtext('positions by month'))")
PARTITIONS = text("""SELECT c.oid::regclass::text, pg_get_expr(c.relpartbound, c.oid)
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'positions'::regclass""")
BOUND = re.compile(r"FOR VALUES FROM \('([^']+)'\) TO \('([^']+)'\)")
STRAYED = text("""SELECT count(*) FROM (SELECT FROM positions_default
    WHERE fix_at >= :begin AND fix_at < :end LIMIT :most) AS strayed""")

logger = log.get_logger("services.positions.position_months")


class Month(NamedTuple):
    """A month of UTC, [begin, end)."""

    begin: datetime
    end: datetime

    @property
    def table(self) -> str:
        """Name its partition."""
        return f"positions_y{self.begin:%Y}m{self.begin:%m}"


class Partition(NamedTuple):
    """A partition as the database has it: its quoted name and its bounds."""

    name: str
    begin: datetime
    end: datetime


def month_of(at: datetime) -> Month:
    """Give the month of UTC that an aware instant falls in."""
    begin = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Month(begin, (begin + timedelta(days=32)).replace(day=1))


def months(first: datetime, last: datetime) -> Iterator[Month]:
    """Give every month from that of ``first`` to that of ``last``, in order."""
    month = month_of(first)
    while month.begin <= last:
        yield month
        month = month_of(month.end)


def prepare(tx: Tx) -> datetime | None:
    """Make the next month's partition that is missing and move into it what strayed, one month in one transaction.

    There is to be one for every month that a fix may still come in for, for two ahead, and for every older one with
    rows in the default partition. Gives the present instant while more are missing, a later one when somebody is in
    the way; None when all are there. A month with more than 100,000 strayed rows is left to the operator, with a line
    in the log: moving them would hold up those who write.
    """
    if tx.dialect == "sqlite":
        return None
    if not _alone(tx):
        return tx.now + LATER
    missing = _missing(tx)
    if not missing:
        return None
    if not _quietly(tx, _making(missing[0])):
        return tx.now + LATER
    return tx.now if missing[1:] else None


def drop_before(tx: Tx, before: datetime) -> datetime | None:
    """Drop every partition that ended at ``before`` or earlier; None when there is none.

    Otherwise gives when to go on: the present instant after a drop, whose locks last to the end of the transaction,
    a later one when somebody is in the way.
    """
    if tx.dialect == "sqlite":
        return None
    if not _alone(tx):
        return tx.now + LATER
    past = [partition.name for partition in partitions(tx) if partition.end <= before]
    if not past:
        return None
    return tx.now if _quietly(tx, [f"DROP TABLE {name}" for name in past]) else tx.now + LATER


def partitions(tx: Tx) -> list[Partition]:
    """Give the partitions that have bounds, the oldest first; the default one has none."""
    # one that is being dropped has no bounds any more
    found = [(name, BOUND.fullmatch(bound or "")) for name, bound in tx.connection.execute(PARTITIONS)]
    bounded = (Partition(name, *map(datetime.fromisoformat, bound.groups())) for name, bound in found if bound)
    return sorted(bounded, key=lambda partition: partition.begin)


def _missing(tx: Tx) -> list[Month]:
    """Give the months to be made, those that are written to now and soon first."""
    rules = tx.ruleset.tracking
    kept = tx.now - timedelta(days=rules.positions_days)
    taken = month_of(max(kept, tx.now - timedelta(days=rules.device_backlog_days)))
    last = tx.now
    for _ in range(MONTHS_AHEAD):
        last = month_of(last).end
    there = partitions(tx)
    wanted: list[Month] = []
    for month in months(kept, last):
        if any(partition.begin < month.end and month.begin < partition.end for partition in there):
            continue
        strayed = tx.connection.scalar(STRAYED, {**month._asdict(), "most": MOST_MOVED + 1}) or 0
        if strayed > MOST_MOVED:
            logger.warning("positions.too_many_strayed", month=f"{month.begin:%Y-%m}")
        elif strayed or month >= taken:
            wanted.append(month)
    return sorted(wanted, key=lambda month: (month.end <= tx.now, month))


def _making(month: Month) -> Sequence[str]:
    """Write the statements that make a month, move its rows out of the default partition, and attach it.

    Attached it stops no fixes of other months, as making it in its place would; writers of trips and vehicles wait
    from the attaching to the commit.
    """
    begin, end = month.begin.isoformat(), month.end.isoformat()
    names = "(LIKE positions INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)"
    return (
        f"CREATE TABLE {month.table} {names}",
        # nobody may add to what is moved, and nobody can while it is gone from one and not yet in the other
        "LOCK TABLE positions_default IN ACCESS EXCLUSIVE MODE",
        f"WITH moved AS (DELETE FROM positions_default WHERE fix_at >= '{begin}' AND fix_at < '{end}' RETURNING *) "  # noqa: S608 - dates
        f"INSERT INTO {month.table} SELECT * FROM moved",
        f"ALTER TABLE positions ATTACH PARTITION {month.table} FOR VALUES FROM ('{begin}') TO ('{end}')",
    )


def _alone(tx: Tx) -> bool:
    """Tell whether nobody else changes the partitions, which holds until this transaction ends."""
    return bool(tx.connection.scalar(ONE_AT_A_TIME))


def _quietly(tx: Tx, statements: Sequence[str]) -> bool:
    """Run the statements, all or none; False when a lock that they need was not free in time."""
    try:
        with tx.connection.begin_nested():
            tx.connection.exec_driver_sql(PATIENCE)
            for statement in statements:
                tx.connection.exec_driver_sql(statement)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        logger.info("positions.months_busy")
        return False
    return True
