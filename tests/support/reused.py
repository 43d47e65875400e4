"""One PostgreSQL database for many tests, put back to what it was after each.

Making a database is a thousand new files; on a disk that has just lost as many, for the one before, a file system may
need most of a second for it. Taking the rows out that a test has left is a few statements. A test that has changed more
than rows (a partition, a trigger) leaves its database behind, and the next one gets another.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from tests.support import databases

TABLES = """SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname"""
# everything about the tables but what is in them
SHAPE = """SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT concat_ws(' ', oid, relname, relkind, pg_get_expr(relpartbound, oid)) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', attrelid, attname, atttypid, attnotnull) FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL SELECT concat_ws(' ', tgrelid, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', conrelid, conname, convalidated) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', proname, md5(prosrc)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS parts (part)"""
COUNTERS = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename"
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


class ReusedPostgres:
    """The database of this process's tests."""

    def __init__(self, template: str) -> None:
        """Make none before the first test asks for one."""
        self._template = template
        self._open: Iterator[str] | None = None
        self._url = ""

    @contextmanager
    def lent(self) -> Iterator[str]:
        """Give the URL of a database that holds what the template holds, and put it back to that afterwards."""
        if self._open is None:
            self._make()
        try:
            yield self._url
        finally:
            if not self._put_back():
                self.close()

    def close(self) -> None:
        """Drop the database, if there is one."""
        if self._open is not None:
            next(self._open, None)
            self._open = None

    def _make(self) -> None:
        self._open = _kept(self._template)
        self._url = next(self._open)
        with self._connection() as connection:
            self._tables = [row[0] for row in connection.execute(TABLES)]
            self._shape = connection.execute(SHAPE).fetchone()
            self._counters = dict(connection.execute(COUNTERS).fetchall())
            self._rows = {table: _copied(connection, table) for table in self._filled(connection)}

    def _put_back(self) -> bool:
        """Take out what the test left; False where that cannot be done by rows alone."""
        with self._connection() as connection:
            connection.execute(OTHERS, (connection.info.backend_pid,))
            if connection.execute(SHAPE).fetchone() != self._shape:
                return False
            # neither guards of the ledger nor references stand in the way of taking everything out
            connection.execute("SET session_replication_role = replica")
            for table in self._filled(connection):
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            for table, rows in self._rows.items():
                with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                    copy.write(rows)
            for name, last in connection.execute(COUNTERS).fetchall():
                if last != self._counters[name]:
                    begun = self._counters[name]
                    connection.execute("SELECT setval(%s, %s, %s)", (name, begun or 1, begun is not None))
        return True

    def _filled(self, connection: psycopg.Connection) -> list[str]:
        parts = [
            sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(sql.Literal(table), sql.Identifier(table))
            for table in self._tables
        ]
        return [row[0] for row in connection.execute(sql.SQL(" UNION ALL ").join(parts))]

    def _connection(self) -> psycopg.Connection:
        return psycopg.connect(self._url, autocommit=False)


def _kept(template: str) -> Iterator[str]:
    with databases.copy_postgres(template) as url:
        yield url


def _copied(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
        return b"".join(bytes(part) for part in copy)
