"""Thousands of rows written in one statement, from columns: row by row on SQLite, one array per column on PostgreSQL.

As for positions (docs/decisions/0010-bulk-intake-skips-the-orm.md), the values are written as the driver would write
them: turning each by its type would cost more than storing it. Times are the texts of ``texts``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

import numpy as np
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from services.estimates.batches.arrays import Floats, Ints
from services.transaction import Tx

Values = Mapping[str, Sequence[Any]]


def insert(tx: Tx, table: type[Any], values: Values, conflict: str = "") -> None:
    """Insert rows given by their columns; ``conflict`` is what follows ON CONFLICT."""
    if not len(next(iter(values.values()))):
        return
    clause = f" ON CONFLICT {conflict}" if conflict else ""
    _run(tx, _inserting(tx.dialect, cast(Table, table.__table__), tuple(values)) + clause, values)


def update(tx: Tx, table: type[Any], values: Values) -> None:
    """Set columns of rows that are named by their ``id``, which comes last."""
    if len(values["id"]):
        _run(tx, _updating(tx.dialect, cast(Table, table.__table__), tuple(values)), values)


def texts(at_us: Ints | Floats) -> list[str | None]:
    """Write instants as both databases read them in UTC; NaN is nothing."""
    there = np.flatnonzero(~np.isnan(at_us))
    made: list[str | None] = [None] * len(at_us)
    if not len(there):
        return made
    written = np.datetime_as_string(at_us[there].astype(np.int64).astype("datetime64[us]"), unit="us")
    # between the day and the hour stands a T; the array is taken for what it is, a table of code points
    written.view(np.uint32).reshape(len(there), -1)[:, len("2026-11-23")] = ord(" ")
    if len(there) == len(made):
        return list(written.tolist())
    for place, text in zip(there.tolist(), written.tolist(), strict=True):
        made[place] = text
    return made


def _run(tx: Tx, sql: str, values: Values) -> None:
    if tx.dialect == "sqlite":
        tx.connection.exec_driver_sql(sql, list(zip(*values.values(), strict=True)))
    else:
        tx.connection.exec_driver_sql(sql, tuple(_array(column) for column in values.values()))


@cache
def _inserting(dialect: str, table: Table, names: tuple[str, ...]) -> str:
    into = f"INSERT INTO {table.name} ({', '.join(names)})"
    if dialect == "sqlite":
        return f"{into} VALUES ({', '.join('?' for _ in names)})"
    return f"{into} SELECT * FROM {_unnested(table, names)}"  # noqa: S608 - names of our own tables


@cache
def _updating(dialect: str, table: Table, names: tuple[str, ...]) -> str:
    if dialect == "sqlite":
        return f"UPDATE {table.name} SET {', '.join(f'{name} = ?' for name in names[:-1])} WHERE id = ?"  # noqa: S608 - as above
    put = ", ".join(f"{name} = put.{name}" for name in names[:-1])
    made = f"{_unnested(table, names)} AS put ({', '.join(names)})"
    return f"UPDATE {table.name} SET {put} FROM {made} WHERE {table.name}.id = put.id"  # noqa: S608 - as above


def _unnested(table: Table, names: Sequence[str]) -> str:
    kinds = (table.c[name].type.compile(dialect=postgresql.dialect()) for name in names)  # type: ignore[no-untyped-call]
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in kinds)})"


def _array(column: Sequence[Any]) -> str:
    """Write a column as the text of a PostgreSQL array."""
    return f"{{{','.join(map(_element, column))}}}"


def _element(value: float | str | None) -> str:
    if value is None:
        return "NULL"
    if type(value) is str:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)
