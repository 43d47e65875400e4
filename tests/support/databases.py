"""Fresh databases for tests: copied from one migrated template, never built per test."""

from __future__ import annotations

import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from migrations import schema
from services.database import make_engine
from services.settings import Settings

POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


def migrated_sqlite(path: Path) -> Path:
    """Make a migrated SQLite file."""
    engine = make_engine(Settings(database_url=f"sqlite:///{path}"))
    schema.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


def copy_sqlite(template: Path, folder: Path) -> str:
    """Copy the template and give its URL."""
    target = folder / f"{uuid.uuid4().hex}.db"
    shutil.copyfile(template, target)
    return f"sqlite:///{target}"


def postgres_template() -> Iterator[str]:
    """Make a migrated PostgreSQL database, give its name, drop it at the end."""
    name = f"lading_template_{uuid.uuid4().hex[:12]}"
    _admin(f'CREATE DATABASE "{name}"')
    engine = make_engine(Settings(database_url=_url(name)))
    try:
        schema.upgrade(engine)
        engine.dispose()
        yield name
    finally:
        engine.dispose()
        _admin(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def copy_postgres(template: str) -> Iterator[str]:
    """Create a database from the template, give its URL, drop it afterwards."""
    name = f"lading_test_{uuid.uuid4().hex[:12]}"
    _admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    try:
        yield _url(name)
    finally:
        _admin(f'DROP DATABASE "{name}" WITH (FORCE)')


@cache
def absent_servers() -> list[str]:
    """Name the servers that tests could use and that do not answer."""
    absent = []
    if not _postgres_answers():
        absent.append("postgres")
    if not _redis_answers():
        absent.append("redis")
    return absent


def _postgres_answers() -> bool:
    try:
        _admin("SELECT 1")
    except OperationalError:
        return False
    return True


def _redis_answers() -> bool:
    url = make_url(REDIS)
    try:
        with socket.create_connection((url.host or "127.0.0.1", url.port or 6379), timeout=10):
            return True
    except OSError:
        return False


def _admin(statement: str) -> None:
    engine = create_engine(_driver(make_url(POSTGRES)), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _url(name: str) -> str:
    return make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)


def _driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg")
