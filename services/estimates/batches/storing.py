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

from models.base import Instant
from services.estimates.batches.arrays import Floats, Ints
from services.postgres_arrays import array_text
from services.transaction import Tx

Values = Mapping[str, Sequence[Any]]


def insert(tx: Tx, table: type[Any], values: Values, conflict: str = "") -> None:
    """Insert rows given by their columns; ``conflict`` is what follows ON CONFLICT."""
    if len(next(iter(values.values()))):
        rows = _Rows(tx.dialect, cast(Table, table.__table__), values)
        clause = f" ON CONFLICT {conflict}" if conflict else ""
        _run(tx, f"INSERT INTO {table.__tablename__} ({', '.join(values)}) {rows.selected()}{clause}", rows)


def update(tx: Tx, table: type[Any], values: Values, still: str) -> None:
    """Set columns of rows that are named by their ``id``, which comes last, where ``still`` holds of them."""
    if len(values["id"]):
        rows = _Rows(tx.dialect, cast(Table, table.__table__), values)
        put = ", ".join(f"{name} = {rows.sources[name]}" for name in values if name != "id")
        found = f"{rows.named()} WHERE {table.__tablename__}.id = {rows.sources['id']} AND {still}"
        _run(tx, f"UPDATE {table.__tablename__} SET {put} {found}", rows)  # noqa: S608 - names of our own tables


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


class _Rows:
    """Rows to be written, given by their columns.

    A column that is one instant, one flag or nothing throughout stands in the statement itself: that spares a third of
    what a row costs. No text that anybody typed ever does.
    """

    def __init__(self, dialect: str, table: Table, values: Values) -> None:
        self._dialect, self._table = dialect, table
        fixed = {name for name, column in values.items() if self._is_fixed(name, column)}
        self.columns = {name: column for name, column in values.items() if name not in fixed}
        # where each value comes from
        self.sources = {
            name: self._literal(name, column[0]) if name in fixed else "?" if dialect == "sqlite" else f"put.{name}"
            for name, column in values.items()
        }

    def selected(self) -> str:
        return f"SELECT {', '.join(self.sources.values())} {self.named()}"

    def named(self) -> str:
        """Give the clause by which the rows are called ``put``, nothing on SQLite, which runs it row by row."""
        if self._dialect == "sqlite":
            return ""
        arrays = ", ".join(f"%s::{_kind(self._table, name)}[]" for name in self.columns)
        return f"FROM unnest({arrays}) AS put ({', '.join(self.columns)})"

    def _is_fixed(self, name: str, column: Sequence[Any]) -> bool:
        plain = isinstance(self._table.c[name].type, Instant) or column[0] is None or type(column[0]) is bool
        return plain and column.count(column[0]) == len(column)

    def _literal(self, name: str, value: Any) -> str:
        literal = "NULL" if value is None else f"'{value}'" if type(value) is str else str(value).upper()
        return f"CAST({literal} AS {_kind(self._table, name)})" if self._dialect == "postgresql" else literal


def _run(tx: Tx, sql: str, rows: _Rows) -> None:
    if tx.dialect == "sqlite":
        tx.connection.exec_driver_sql(sql, list(zip(*rows.columns.values(), strict=True)))
    else:
        tx.connection.exec_driver_sql(sql, tuple(map(array_text, rows.columns.values())))


@cache
def _kind(table: Table, name: str) -> str:
    return table.c[name].type.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
