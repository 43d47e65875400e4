"""Bring a database to the newest schema, and refuse to start on one that differs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from migrations import ledger_guards, triggers
from services.errors import SetupError

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic itself is imported only when a version has to be run: every process of every start checks the schema
HERE = Path(__file__).parent


def config() -> Config:
    """Give Alembic's configuration; no ini file is needed."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(HERE))
    return made


def head() -> str:
    """Give the newest version, by the number that begins its file's name."""
    return max(path.name.partition("_")[0] for path in (HERE / "versions").glob("[0-9]*.py"))


def upgrade(engine: Engine) -> None:
    """Run every version that is missing in one transaction, foreign keys checked at its end on SQLite."""
    with _reached(engine) as connection:
        if _current(connection) == head():
            return
    from alembic import command

    _move(engine, "head", command.upgrade)


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to ``revision``; ``base`` empties the database."""
    from alembic import command

    _move(engine, revision, command.downgrade)


def check(engine: Engine) -> None:
    """Raise SetupError unless the revision and every guard are as this program expects them."""
    try:
        with engine.connect() as connection:
            found = _current(connection)
            missing = _wanted_guards(connection.dialect.name) - _guards(connection)
    except OperationalError as error:
        raise _unreachable(error) from error
    wanted = head()
    if found != wanted:
        raise SetupError(f"The database is at schema {found}, this program needs {wanted}: run `make migrate`.")
    if missing:
        raise SetupError(
            f"The database lacks its guards {', '.join(sorted(missing))}: restore it or run `make migrate`."
        )


def _move(engine: Engine, revision: str, step: object) -> None:
    with _reached(engine) as connection:
        if connection.dialect.name == "sqlite":
            connection.rollback()
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        made = config()
        made.attributes["connection"] = connection
        with connection.begin():
            step(made, revision)  # type: ignore[operator]
            if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
                raise SetupError("The migration would leave rows that point nowhere; nothing was changed.")
        if connection.dialect.name == "sqlite":
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _reached(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except OperationalError as error:
        raise _unreachable(error) from error


def _unreachable(error: OperationalError) -> SetupError:
    return SetupError(f"The database cannot be reached: {' '.join(str(error.orig).split())}")


def _wanted_guards(dialect: str) -> set[str]:
    return triggers.names(dialect) | ledger_guards.names(dialect)


def _guards(connection: Connection) -> set[str]:
    if connection.dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger UNION SELECT conname FROM pg_constraint WHERE contype = 'x'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    return {str(name) for name in connection.scalars(text(query))}
