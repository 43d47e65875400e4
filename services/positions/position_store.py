"""Positions on their way into the tables: a batch in one statement, each fix once; and the last one of each vehicle.

PostgreSQL takes a batch as one array per column, written here as the text that the driver would make of it in ten
times the time; SQLite row by row from one statement. Turning every value by its type would cost more than storing it
(docs/decisions/0010-bulk-intake-skips-the-orm.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

from models.base import InstantText
from models.tracking import LastPosition, Position
from services.errors import BusyError
from services.policy.jumps import Spot, Spotted
from services.postgres_arrays import array_text
from services.transaction import INSERTS, Tx

E6 = 1_000_000
TABLE = cast(Table, Position.__table__)
SQLITE = """INSERT INTO positions
    (vehicle_id, trip_id, fix_at, recorded_at, lat_e6, lon_e6, speed_kmh, heading, source, doubt)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (vehicle_id, fix_at, lat_e6, lon_e6) DO NOTHING"""
POSTGRES = """INSERT INTO positions
    (vehicle_id, trip_id, fix_at, recorded_at, lat_e6, lon_e6, speed_kmh, heading, source, doubt)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::bigint[], %s::bigint[],
        %s::float8[], %s::bigint[], %s::text[], %s::text[])
    ON CONFLICT (vehicle_id, fix_at, lat_e6, lon_e6) DO NOTHING"""
# check_violation: the table has no checks but the bounds of its partitions
PARTITION_MOVED = "23514"
# built once: building a statement costs more than finding a few rows with it
LAST_SPOTS = select(LastPosition.vehicle_id, LastPosition.fix_at, LastPosition.lat_e6, LastPosition.lon_e6).where(
    LastPosition.vehicle_id.in_(bindparam("vehicle_ids", expanding=True))
)
MOVED = ("vehicle_id", "trip_id", "fix_at", "lat_e6", "lon_e6", "speed_kmh")
AS_TEXT: Any = InstantText().bind_processor(sqlite.dialect())  # type: ignore[no-untyped-call] # as in models/base.py


# one position as it is stored: the columns in the order of the statements above. A plain tuple, for the garbage
# collector looks at every object that has a class of ours, and a batch makes many
Row: TypeAlias = tuple[int, int | None, datetime, datetime, int, int, float | None, int | None, str, str | None]


def put(tx: Tx, rows: Iterable[Row]) -> int:
    """Store the rows, each fix once, and give how many were new.

    Give them in order of vehicle and time: two batches with the same fixes then wait for each other and never both.
    Raises BusyError, upon which the whole unit is tried again, when their month's partition was made this moment.
    """
    if tx.dialect == "sqlite":
        now, text = AS_TEXT(tx.now), AS_TEXT
        texts = [
            (vehicle_id, trip_id, text(at), now, lat, lon, speed, heading, source, doubt)
            for vehicle_id, trip_id, at, _, lat, lon, speed, heading, source, doubt in rows
        ]
        return tx.connection.exec_driver_sql(SQLITE, texts).rowcount
    try:
        return tx.connection.exec_driver_sql(POSTGRES, tuple(map(array_text, zip(*rows, strict=True)))).rowcount
    except IntegrityError as error:
        # a row on its way to the default partition finds, once it may write there, that its month is elsewhere now
        if getattr(error.orig, "sqlstate", None) == PARTITION_MOVED:
            raise BusyError("the months of positions changed meanwhile") from error
        raise


def in_utc(at: datetime) -> datetime:
    """Give an aware time in UTC, as the statements above store it."""
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def last_spots(tx: Tx, vehicle_ids: Iterable[int]) -> dict[int, Spot]:
    """Give where each vehicle was last believed to be."""
    rows = tx.connection.execute(LAST_SPOTS, {"vehicle_ids": list(vehicle_ids)})
    return {row.vehicle_id: Spot(row.fix_at, row.lat_e6 / E6, row.lon_e6 / E6) for row in rows}


def move_last(tx: Tx, newest: Mapping[int, Mapping[str, Any]]) -> None:
    """Keep the newest fix of each vehicle, given by the columns in ``MOVED``; none moves back."""
    if newest:
        tx.connection.execute(_move_last(tx.dialect), [newest[vehicle_id] for vehicle_id in sorted(newest)])


@cache
def _move_last(dialect: str) -> Any:
    put = INSERTS[dialect](LastPosition).values({name: bindparam(name) for name in MOVED})
    moved = {name: getattr(put.excluded, name) for name in MOVED[1:]}
    newer = LastPosition.fix_at < put.excluded.fix_at
    return put.on_conflict_do_update(index_elements=["vehicle_id"], set_=moved, where=newer)


def believe(tx: Tx, vehicle_id: int, spot: Spotted) -> None:
    """Take back the doubt of a stored position that another one has proven."""
    same = (TABLE.c.lat_e6 == round(spot.lat * E6)) & (TABLE.c.lon_e6 == round(spot.lon * E6))
    own = (TABLE.c.vehicle_id == vehicle_id) & (TABLE.c.fix_at == spot.at)
    tx.connection.execute(update(TABLE).where(own & same).values(doubt=None))
